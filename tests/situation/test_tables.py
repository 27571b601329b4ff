"""The frames of a situation: which period is shown, against what it is judged, and what is kept apart."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.classification import classify, join_exports, load_rule
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import aggregate, village_cells
from kbk_analysis.situation.tables import context_table, latest_rows, level_table, part_of, unit_classes, unit_table

CATALOGUE = load_catalogue()
HIGHER, LOWER = "S3-02", "S3-04"
NAN = float("nan")
Observe = Callable[..., pd.DataFrame]
Rows = Callable[..., pd.DataFrame]
Slice = Callable[..., Inputs]
TWO = {"99.01.01": 4, "99.01.02": 4}


def frames(inputs: Inputs) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Levels and unit values, as the analysis makes them."""
    cells = village_cells(inputs.observations, CATALOGUE)
    inside = cells[cells["area_code"].str.startswith(f"{inputs.area_code}.")]
    series = aggregate(inside, pd.Series(inputs.area_code, index=inside.index), CATALOGUE)
    parent = aggregate(cells, pd.Series(inputs.parent_code, index=cells.index), CATALOGUE)
    levels = level_table(inputs, inside, series, parent, CATALOGUE)
    return levels, unit_table(inputs, inside, levels, CATALOGUE)


def both(observe: Observe, indicator: str, own: list[Any], rest: list[Any], **columns: Any) -> pd.DataFrame:
    return pd.concat([observe(indicator, own, **columns), observe(indicator, rest, district="99.01.02", **columns)])


# ------------------------------------------------------------------ period shown


def series_of(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["indicator", "period", "reported"])


def test_the_latest_period_with_a_report_is_shown() -> None:
    rows = [("a", "2022", 5), ("a", "2023", 1), ("a", "2024", 0), ("b", "2023", 0), ("b", "2022", 0)]
    assert latest_rows(series_of(rows))["period"].to_dict() == {"a": "2023", "b": "2023"}
    assert latest_rows(series_of(rows[::-1]))["period"].to_dict() == {"a": "2023", "b": "2023"}


def test_an_area_that_stopped_reporting_shows_as_silent_not_as_its_old_value(observe: Observe, slice_of: Slice) -> None:
    rows = pd.concat(
        [
            both(observe, HIGHER, [(5, 10)] * 4, [(5, 10)] * 4, period="2023"),
            both(observe, HIGHER, [None] * 4, [(6, 10)] * 4, period="2024"),
        ]
    )
    levels, units = frames(slice_of(observations=rows, villages=TWO))
    row = levels.loc[HIGHER]
    assert (row["period"], row["reason"], row["verdict"], row["target_status"]) == ("2024", "not_reported", "", "")
    assert np.isnan(row["value"])
    assert (row["previous"], row["previous_period"]) == (50, "2023")
    assert units["reason"].tolist() == ["not_reported"] * 4
    # half of the parent's villages are silent, so it has no value either
    assert row["benchmark_reason"] == "incomplete"


def test_the_period_before_is_the_one_before_not_any(observe: Observe, slice_of: Slice) -> None:
    rows = pd.concat([both(observe, HIGHER, [(n, 10)] * 4, [(1, 10)] * 4, period=f"202{n}") for n in (2, 3, 4)])
    levels, _ = frames(slice_of(observations=rows, villages=TWO))
    row = levels.loc[HIGHER]
    assert (row["period"], row["value"], row["previous_period"], row["previous"]) == ("2024", 40, "2023", 30)
    assert (row["previous_numerator"], row["previous_denominator"]) == (12, 40)


def test_the_same_villages_are_those_that_report_in_both_periods(observe: Observe, slice_of: Slice) -> None:
    gaps = {"same": [(1, 10), None, (1, 10), "-"], "other": [(1, 10), (1, 10), None, "-"]}
    now = [(2, 10), None, (2, 10), "-"]
    for before, same in (("same", True), ("other", False)):
        rows = pd.concat(
            [
                both(observe, HIGHER, gaps[before], [(1, 10)] * 4, period="2023"),
                both(observe, HIGHER, now, [(1, 10)] * 4),
            ]
        )
        levels, _ = frames(slice_of(observations=rows, villages=TWO))
        assert bool(levels.loc[HIGHER, "same_villages"]) is same
    levels, _ = frames(slice_of(observations=both(observe, HIGHER, now, [(1, 10)] * 4), villages=TWO))
    assert not levels.loc[HIGHER, "same_villages"]  # there is no period before


# ------------------------------------------------------------------ levels


def test_the_benchmark_is_the_ratio_of_the_parents_sums(observe: Observe, slice_of: Slice) -> None:
    rows = both(observe, HIGHER, [(30, 40), (30, 60), None], [(10, 100), (80, 200), (0, 100)])
    levels, _ = frames(slice_of(observations=rows, villages=TWO))
    row = levels.loc[HIGHER]
    # 5 of 6 villages report in the parent (83 %), but 2 of 3 in the district (67 %): only the first has a value
    assert (row["benchmark_numerator"], row["benchmark_denominator"], row["benchmark"]) == (150, 500, 30)
    assert (row["reason"], row["reported"], row["expected"]) == ("incomplete", 2, 3)


def test_indicators_come_in_the_order_of_the_catalogue(observe: Observe, slice_of: Slice) -> None:
    rows = pd.concat([both(observe, id, [(5, 10)] * 4, [(5, 10)] * 4) for id in ("S4-01", "S1-01", HIGHER)])
    levels, _ = frames(slice_of(observations=rows, villages=TWO))
    assert levels.index.tolist() == ["S1-01", HIGHER, "S4-01"]
    assert levels["sensitive"].tolist() == [CATALOGUE[id].sensitive for id in levels.index]


def test_a_target_needs_a_document_except_in_invented_places(observe: Observe, slice_of: Slice) -> None:
    rows = both(observe, HIGHER, [(25, 100)] * 4, [(25, 100)] * 4)
    inputs = slice_of(observations=rows, villages=TWO)
    row = frames(inputs)[0].loc[HIGHER]
    targets = {target.value for target in CATALOGUE[HIGHER].targets}
    assert row["target"] in targets
    assert (row["target_reason"], row["target_status"], row["certain"]) == ("", "not_reached", True)
    real = Inputs(**{name: getattr(inputs, name) for name in Inputs.__dataclass_fields__} | {"synthetic": False})
    row = frames(real)[0].loc[HIGHER]
    assert (row["target_reason"], row["target_status"], row["certain"]) == ("no_target", "", False)
    assert np.isnan(row["target"])


def test_a_class_has_no_target_status(observe: Observe, slice_of: Slice) -> None:
    """Its target is a class of one village; the value of an area is a share of villages."""
    rows = both(observe, "S1-08", [0] * 4, [1] * 4)
    row = frames(slice_of(observations=rows, villages=TWO))[0].loc["S1-08"]
    assert (row["value"], row["target_reason"], row["target_status"]) == (0, "no_target", "")


# ------------------------------------------------------------------ units


def limit_998(x: float, n: float) -> tuple[float, float]:
    """Wilson limits at 99.8 % as the roots of (x/n - p)^2 = z^2 p (1 - p) / n; z from a table of the normal."""
    z, p = 3.0902323061678132, x / n
    low, high = sorted(np.roots([1 + z * z / n, -2 * p - z * z / n, p * p]).real)
    return 100 * low, 100 * high


def test_units_are_judged_at_998_per_mille_against_the_parent(observe: Observe, slice_of: Slice) -> None:
    # The parent has 50 %. 30 of 100 is 4.0 standard errors below (z of 99.8 % is 3.09), 36 is 2.8 below.
    own = [(30, 100), (36, 100), (64, 100), (70, 100)]
    rows = pd.concat([both(observe, id, own, [(500, 1000)] * 4) for id in (HIGHER, LOWER)])
    levels, units = frames(slice_of(observations=rows, villages=TWO))
    assert levels["benchmark"].tolist() == [50, 50]
    judged = units.set_index(["indicator", "area_code"])["verdict"].unstack("indicator")
    assert judged[HIGHER].tolist() == ["worse", "similar", "similar", "better"]
    assert judged[LOWER].tolist() == ["better", "similar", "similar", "worse"]
    for (x, n), (_, row) in zip(own, units[units["indicator"] == HIGHER].iterrows(), strict=True):
        assert (row["lower"], row["upper"]) == pytest.approx(limit_998(x, n))
    # at 95 % all four would differ: 36 of 100 has an upper limit of 45.8
    assert set(units["total_of"]) == {"99.01.01"}


def test_units_of_a_regency_are_its_districts(observe: Observe, slice_of: Slice) -> None:
    rows = both(observe, HIGHER, [(5, 10), (7, 10)], [(1, 20), (3, 20)])
    levels, units = frames(slice_of(observations=rows, villages=TWO, area="99.01"))
    assert units[["area_code", "numerator", "denominator", "value"]].values.tolist() == [
        ["99.01.01", 12, 20, 60],
        ["99.01.02", 4, 40, 10],
    ]
    assert levels.loc[HIGHER, "numerator"] == units["numerator"].sum()


def test_units_show_the_period_that_the_level_shows(observe: Observe, slice_of: Slice) -> None:
    rows = pd.concat(
        [
            both(observe, HIGHER, [(5, 10)] * 4, [(5, 10)] * 4, period="2023"),
            both(observe, HIGHER, [None] * 4, [None] * 4, period="2024"),
            both(observe, LOWER, [(5, 10)] * 4, [(5, 10)] * 4, period="2024"),
        ]
    )
    levels, units = frames(slice_of(observations=rows, villages=TWO))
    assert levels["period"].to_dict() == {HIGHER: "2023", LOWER: "2024"}
    assert units.groupby("indicator")["period"].unique().str[0].to_dict() == {HIGHER: "2023", LOWER: "2024"}


# ------------------------------------------------------------------ context


def given_for(area: str, value: float, source: str = "susenas", **columns: Any) -> Mapping[str, Any]:
    return {
        "area_code": area, "period": "2024", "indicator": HIGHER, "value": value, "numerator": NAN,
        "denominator": NAN, "as_of": "2024-12-31", "source": source, "status": "reported", **columns,
    }  # fmt: skip


def test_values_given_for_larger_areas_stand_apart_from_sums(observe: Observe, slice_of: Slice) -> None:
    village = both(observe, HIGHER, [(5, 10)] * 4, [(6, 10)] * 4)
    context = pd.DataFrame(
        [
            given_for("99.01", 12.5, numerator=125, denominator=1000),
            given_for("99.01.01", 99.0),
            given_for("99.01.02", 3.0),  # another district's own figure is not this district's context
            given_for("99.01", 0.0, indicator=LOWER, status="not_reported"),
            given_for("99.01", 7.0, indicator="X9-99"),
        ]
    )
    plain, mixed = (slice_of(observations=rows, villages=TWO) for rows in (village, pd.concat([village, context])))
    table = context_table(mixed, CATALOGUE)
    assert table[["area_code", "value"]].values.tolist() == [["99.01", 12.5], ["99.01.01", 99.0]]
    assert len(context_table(plain, CATALOGUE)) == 0
    for one, other in zip(frames(plain), frames(mixed), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_context_comes_in_catalogue_order_then_by_period(slice_of: Slice) -> None:
    rows = [
        given_for("99.01", 2.0, period="2023", indicator="S4-01"),
        given_for("99.01", 3.0, indicator="S4-01"),
        given_for("99.01", 4.0, source="pk", indicator="S4-01"),
        given_for("99.01", 1.0, indicator=LOWER),
    ]
    table = context_table(slice_of(observations=pd.DataFrame(rows), villages=TWO), CATALOGUE)
    assert table["value"].tolist() == [1.0, 2.0, 4.0, 3.0]
    assert table["sensitive"].tolist() == [True, False, False, False]


# ------------------------------------------------------------------ kampung


def test_a_part_of_the_classification_is_the_classification_of_the_part(kampung_rows: Rows, slice_of: Slice) -> None:
    here = kampung_rows((2001, "2024-01-01", {"score_cpr": 4}), (2003, "2024-01-01", {"source": "rinci"}))
    there = kampung_rows((2001, "2024-01-01", {}), (2002, "2024-01-01", {}), district="99.01.02")
    inputs = slice_of(pd.concat([there, here]), villages=TWO)
    whole = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule())
    part = part_of(whole, "99.01.02")
    alone = classify(join_exports(there, inputs.cutoff), load_rule())
    assert len(whole.kampung) == 3
    pd.testing.assert_frame_equal(part.kampung, alone.kampung, check_dtype=False)
    pd.testing.assert_frame_equal(part.variables, alone.variables, check_dtype=False)
    assert part.joined.frame["kampung_id"].tolist() == alone.joined.frame["kampung_id"].tolist()
    assert len(part_of(whole, "99.01").kampung) == 3
    assert len(part_of(whole, "99.01.09").kampung) == 0


def test_units_count_their_kampung_by_stated_class(kampung_rows: Rows, slice_of: Slice) -> None:
    rows = pd.concat(
        [
            kampung_rows(
                (2001, "2024-01-01", {"kampung_id": "a"}),
                (2001, "2024-01-01", {"kampung_id": "b", "class_stated": "Mandiri"}),
                (2003, "2024-01-01", {"class_stated": None}),
                (None, "2024-01-01", {"class_stated": "Mandiri"}),
            ),
            kampung_rows((2001, "2024-01-01", {"class_stated": "Berkelanjutan"}), district="99.01.02"),
        ]
    )
    columns = ["kampung", "Dasar", "Berkembang", "Mandiri", "Berkelanjutan"]
    for area, expected in {
        "99.01.01": [[2, 1, 0, 1, 0], [0] * 5, [1, 0, 0, 0, 0], [0] * 5],  # the unmatched one is in no village
        "99.01": [[4, 1, 0, 2, 0], [1, 0, 0, 0, 1]],  # but it is in its district
    }.items():
        inputs = slice_of(rows, villages=TWO, area=area)
        whole = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule())
        table = unit_classes(inputs, part_of(whole, area).kampung)
        assert table.index.tolist() == list(inputs.units)
        assert table[columns].values.tolist() == expected
        assert table["name"].tolist() == [f"N{code}" for code in inputs.units]
