"""Villages with and without a Kampung KB, and the two paces, counted by hand."""

from collections.abc import Callable

import pandas as pd
import pytest

from kbk_analysis.errors import Refusal
from kbk_analysis.situation.formation import SHORTEST, formation
from kbk_analysis.situation.inputs import Inputs

Rows = Callable[..., pd.DataFrame]
Slice = Callable[..., Inputs]
TEN = {"99.01.01": 10, "99.01.02": 3}


def test_villages_and_kampung_are_two_counts(kampung_rows: Rows, slice_of: Slice) -> None:
    rows = kampung_rows(
        (2001, "2024-06-30", {"kampung_id": "a"}),
        (2001, "2024-06-30", {"kampung_id": "b"}),  # a second kampung of the same village
        (2004, "2024-06-30", {}),
        (None, "2024-06-30", {}),  # its village was not matched
    )
    found = formation(slice_of(rows, villages=TEN), 2026)
    assert (found.villages, found.with_kampung, found.kampung) == (10, 2, 4)
    assert found.missing == tuple(f"99.01.01.{n}" for n in (2002, 2003, 2005, 2006, 2007, 2008, 2009, 2010))


def test_needed_pace_is_villages_without_over_years_left(kampung_rows: Rows, slice_of: Slice) -> None:
    rows = kampung_rows(*[(n, "2024-06-30", {}) for n in (2001, 2002, 2003)])
    inputs = slice_of(rows, villages=TEN)
    assert formation(inputs, 2026).needed == 3.5  # 7 villages, 2 years
    assert formation(inputs, 2025).needed == 7
    assert formation(inputs, 2026).year == 2026
    full = kampung_rows(*[(n, "2024-06-30", {}) for n in range(2001, 2011)])
    assert formation(slice_of(full, villages=TEN), 2026).needed == 0


@pytest.mark.parametrize(("year", "period"), [(2024, "2024"), (2023, "2024"), (2024, "2024-S1"), (2024, "2024-03")])
def test_a_year_that_is_not_ahead_of_the_period_is_refused(
    kampung_rows: Rows, slice_of: Slice, year: int, period: str
) -> None:
    found = formation(slice_of(kampung_rows((2001, "2024-01-30", {})), villages=TEN, period=period), year)
    assert found.needed == Refusal("past", {"year": year, "period": period})
    assert (found.villages, found.with_kampung) == (10, 1)  # the counts stand


def test_actual_pace_is_the_change_in_villages_per_year(kampung_rows: Rows, slice_of: Slice) -> None:
    rows = kampung_rows(
        (2001, "2022-01-01", {}),
        (2001, "2023-01-01", {}),
        *[(n, "2024-01-01", {}) for n in (2001, 2002, 2003, 2004)],
        (2002, "2024-01-01", {"kampung_id": "second"}),  # a second kampung of a village is no village more
    )
    found = formation(slice_of(rows, villages=TEN), 2026)
    # 3 villages more in 730 days; a year has 365.25
    assert found.actual == pytest.approx(3 * 365.25 / 730)
    assert found.history.to_dict("list") == {
        "export_date": ["2022-01-01", "2023-01-01", "2024-01-01"],
        "kampung": [1, 1, 5],
        "villages": [1, 1, 4],
        "mature": [0, 0, 0],
    }


@pytest.mark.parametrize(("last", "days"), [("2024-06-30", 181), ("2024-07-01", 182)])
def test_two_exports_less_than_half_a_year_apart_give_no_pace(
    kampung_rows: Rows, slice_of: Slice, last: str, days: int
) -> None:
    rows = kampung_rows((2001, "2024-01-01", {}), (2001, last, {}), (2002, last, {}))
    actual = formation(slice_of(rows, villages=TEN), 2026).actual
    assert SHORTEST == 182
    if days < 182:
        assert actual == Refusal("too_short", {"n": 2, "days": 181})
    else:
        assert actual == pytest.approx(365.25 / 182)


def test_one_export_or_none_gives_no_pace(kampung_rows: Rows, slice_of: Slice) -> None:
    one = formation(slice_of(kampung_rows((2001, "2024-01-01", {})), villages=TEN), 2026)
    none = formation(slice_of(villages=TEN), 2026)
    assert one.actual == Refusal("too_short", {"n": 1, "days": 0})
    assert none.actual == Refusal("too_short", {"n": 0, "days": 0})
    assert (none.with_kampung, none.kampung, len(none.missing), none.needed) == (0, 0, 10, 5)


def test_mature_counts_the_two_upper_classes_as_stated(kampung_rows: Rows, slice_of: Slice) -> None:
    classes = ("Dasar", "Berkembang", "Mandiri", "Berkelanjutan", "Berkelanjutan", None)
    rows = kampung_rows(*[(2001 + i, "2024-01-01", {"class_stated": name}) for i, name in enumerate(classes)])
    assert formation(slice_of(rows, villages=TEN), 2026).history["mature"].tolist() == [3]


def test_detail_exports_count_only_where_the_regency_has_no_classification(kampung_rows: Rows, slice_of: Slice) -> None:
    detail = kampung_rows(*[(n, "2024-02-01", {"source": "rinci"}) for n in (2001, 2002, 2003)])
    classed = kampung_rows((2001, "2024-01-01", {}))
    assert formation(slice_of(detail, villages=TEN), 2026).with_kampung == 3
    both = formation(slice_of(pd.concat([detail, classed]), villages=TEN), 2026)
    assert (both.with_kampung, both.history["export_date"].tolist()) == (1, ["2024-01-01"])


def test_an_export_of_the_regency_without_a_row_of_the_district_counts_none(
    kampung_rows: Rows, slice_of: Slice
) -> None:
    """A kampung that left the latest export is not carried forward; before its first row the district had none."""
    here = kampung_rows((2001, "2023-01-01", {}))
    there = kampung_rows(
        *[(2001, date, {}) for date in ("2022-01-01", "2023-01-01", "2024-01-01")], district="99.01.02"
    )
    found = formation(slice_of(pd.concat([here, there]), villages=TEN), 2026)
    assert (found.kampung, found.with_kampung, len(found.missing)) == (0, 0, 10)
    assert found.history[["export_date", "kampung", "villages"]].values.tolist() == [
        ["2022-01-01", 0, 0],
        ["2023-01-01", 1, 1],
        ["2024-01-01", 0, 0],
    ]
    regency = formation(slice_of(pd.concat([here, there]), villages=TEN, area="99.01"), 2026)
    assert (regency.kampung, regency.villages, regency.history["kampung"].tolist()) == (1, 13, [1, 2, 1])


def test_districts_sum_to_the_regency(kampung_rows: Rows, slice_of: Slice) -> None:
    rows = pd.concat(
        [
            kampung_rows(*[(n, "2024-01-01", {"class_stated": "Mandiri"}) for n in (2001, 2005)]),
            kampung_rows((2002, "2024-01-01", {}), (2002, "2023-01-01", {}), district="99.01.02"),
        ]
    )
    first, second, regency = (
        formation(slice_of(rows, villages=TEN, area=area), 2026) for area in ("99.01.01", "99.01.02", "99.01")
    )
    for name in ("villages", "with_kampung", "kampung"):
        assert getattr(first, name) + getattr(second, name) == getattr(regency, name)
    assert first.missing + second.missing == regency.missing
    both = first.history.set_index("export_date") + second.history.set_index("export_date")
    pd.testing.assert_frame_equal(both.reset_index(), regency.history)
