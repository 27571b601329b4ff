"""Two years side by side: the right years, the right villages, chance, and what stays hidden."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.indicators.release import release
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.changes import KEPT, most_changed
from kbk_analysis.situation.result import Remark

OWN, OTHER = "99.01.01", "99.01.02"
Observe = Callable[..., pd.DataFrame]


@pytest.fixture
def changes(observe: Observe, slice_of: Any) -> Callable[..., pd.DataFrame]:
    """Changes of one district: ``changes({"2022": [(5, 10)], "2024": [(6, 10)]})``."""

    def make(
        years: Mapping[str, Sequence[Any]],
        *,
        indicator: str = "S3-02",
        sources: Mapping[str, str] = {},
        area: str = OWN,
        period: str = "2024",
    ) -> pd.DataFrame:
        rows = [
            observe(indicator, cells, period=year, source=sources.get(year, "siga")) for year, cells in years.items()
        ]
        villages = {OWN: max(map(len, years.values())), OTHER: 1}
        inputs = slice_of(observations=pd.concat(rows, ignore_index=True), villages=villages, area=area, period=period)
        return analyse_situation(inputs, formation_year=2026).changes

    return make


def ends(found: pd.DataFrame) -> list[str]:
    return sorted(set(found["period"]))


def told(found: pd.DataFrame) -> list[str]:
    return found.loc[found["end"] == "last", "change"].tolist()


def test_each_unit_has_its_two_years(changes: Callable[..., pd.DataFrame]) -> None:
    found = changes({"2022": [(50, 100), (20, 80)], "2024": [(60, 100), (30, 90)]})
    assert list(found.columns) == KEPT
    first, last = (found[found["end"] == end] for end in ("first", "last"))
    assert first[["period", "numerator", "denominator", "value"]].values.tolist() == [
        ["2022", 50, 100, 50], ["2022", 20, 80, 25],
    ]  # fmt: skip
    assert last["value"].tolist() == pytest.approx([60, 100 * 30 / 90])
    assert set(found["total_of"]) == {OWN}


def test_a_difference_counts_beyond_the_limits_of_998_alone(changes: Callable[..., pd.DataFrame]) -> None:
    # From 50 of 100 the later share must be about 21 points off: 70 is not enough, 73 is.
    before = [(50, 100)] * 4
    found = changes({"2022": before, "2024": [(70, 100), (73, 100), (30, 100), (27, 100)]})
    assert told(found) == ["similar", "higher", "similar", "lower"]


def test_the_first_year_is_the_earliest(changes: Callable[..., pd.DataFrame]) -> None:
    assert ends(changes({"2022": [(5, 50)], "2023": [(6, 50)], "2024": [(7, 50)]})) == ["2022", "2024"]


def test_no_line_crosses_a_break(changes: Callable[..., pd.DataFrame]) -> None:
    """S3-08 begins anew in 2023 and 2024, as its survey took new names."""
    assert load_catalogue().breaks("S3-08") == (2023, 2024)
    years = {"2022": [(5, 50)], "2023": [(6, 50)], "2024": [(7, 50)]}
    assert changes(years, indicator="S3-08").empty
    assert ends(changes(years, indicator="S3-02")) == ["2022", "2024"]  # broken in 2025 only


def test_after_a_break_the_years_are_compared_again(changes: Callable[..., pd.DataFrame]) -> None:
    years = {year: [(5, 50)] for year in ("2024", "2025", "2026")}
    assert ends(changes(years, indicator="S3-02", period="2026")) == ["2025", "2026"]
    assert ends(changes(years, indicator="S3-08", period="2026")) == ["2024", "2026"]


def test_another_source_or_part_of_the_year_is_not_comparable(changes: Callable[..., pd.DataFrame]) -> None:
    years = {"2022": [(5, 50)], "2023": [(6, 50)], "2024": [(7, 50)]}
    assert ends(changes(years, sources={"2022": "pk"})) == ["2023", "2024"]
    assert changes(years, sources={"2022": "pk", "2023": "pk"}).empty
    halves = {period: [(5, 50)] for period in ("2023", "2023-S1", "2023-S2", "2024-S2")}
    assert ends(changes(halves)) == ["2023-S2", "2024-S2"]


@pytest.mark.parametrize("silent", [None, "-", (60, 50)])
@pytest.mark.parametrize("year", ["2022", "2024"])
def test_a_village_silent_in_either_year_is_not_compared(
    changes: Callable[..., pd.DataFrame], silent: Any, year: str
) -> None:
    years: dict[str, list[Any]] = {"2022": [(5, 50), (5, 50)], "2024": [(40, 50), (40, 50)]}
    years[year][1] = silent
    found = changes(years)
    assert told(found) == ["higher", ""]
    refused = found[found["area_code"].str.endswith("2002") & (found["period"] == year)]
    assert (refused["reason"] != "").all()


@pytest.mark.parametrize(("people", "said"), [(19, ""), (20, "higher")])
def test_fewer_than_twenty_people_are_not_judged(changes: Callable[..., pd.DataFrame], people: int, said: str) -> None:
    found = changes({"2022": [(0, 50)], "2024": [(people, people)]})
    assert told(found) == [said]
    assert set(found["reason"]) == {""}  # the values stand


def test_a_district_is_compared_where_the_same_villages_report(changes: Callable[..., pd.DataFrame]) -> None:
    four = [(5, 50), (5, 50), (5, 50), (5, 50)]
    same = changes({"2022": four, "2024": [(20, 50)] * 4}, area="99.01")
    assert same["area_code"].tolist() == [OWN] * 2
    assert told(same) == ["higher"]
    other = changes({"2022": [*four[:3], None], "2024": [None, *[(20, 50)] * 3]}, area="99.01")
    assert set(other["reason"]) == {"other_villages"}
    assert told(other) == [""]


def test_an_indicator_that_is_no_proportion_is_absent(changes: Callable[..., pd.DataFrame]) -> None:
    assert changes({"2022": [(5, 50)], "2024": [(6, 50)]}, indicator="S3-01").empty
    assert list(changes({"2024": [(5, 50)]}).columns) == KEPT


# ------------------------------------------------------------------ which indicator


def moved(**counts: tuple[int, int]) -> pd.DataFrame:
    """Of each indicator so many units that changed and that did not."""
    rows = [
        (id.replace("_", "-"), "last", word)
        for id, (some, others) in counts.items()
        for word in ["higher"] * some + ["similar"] * others
    ]
    return pd.DataFrame(rows, columns=["indicator", "end", "change"]).assign(reason="")


def found_in(*ids: str) -> tuple[Remark, ...]:
    return tuple(Remark("x", {}, indicator=id) for id in ids)


def test_the_indicator_of_the_findings_that_changed_most() -> None:
    frame = moved(S1_01=(5, 0), S2_01=(1, 4), S3_02=(2, 3))
    assert most_changed(frame, found_in("S2-01", "S3-02")) == "S3-02"
    assert most_changed(frame, found_in("S9-99")) == "S1-01"
    assert most_changed(frame, ()) == "S1-01"


def test_ties_keep_the_order_of_the_findings() -> None:
    frame = moved(S1_01=(2, 1), S3_02=(2, 1))
    assert most_changed(frame, found_in("S3-02", "S1-01")) == "S3-02"
    assert most_changed(frame, found_in("S1-01", "S3-02")) == "S1-01"


@pytest.mark.parametrize(("silent", "reason", "said"), [(3, "not_reported", "S1-01"), (4, "not_reported", "S2-01"),
                                                        (4, "not_applicable", "S1-01")])  # fmt: skip
def test_an_indicator_with_less_than_half_of_the_units_does_not_speak(silent: int, reason: str, said: str) -> None:
    blank = pd.DataFrame({"indicator": "S1-01", "end": "last", "change": "", "reason": reason}, index=range(silent))
    frame = pd.concat([moved(S1_01=(3, 0), S2_01=(1, 1)), blank], ignore_index=True)
    assert most_changed(frame, ()) == said


def test_without_a_finding_and_without_a_change_there_is_none() -> None:
    assert most_changed(moved(S1_01=(0, 3)), ()) == ""
    assert most_changed(moved(S1_01=(0, 3)), found_in("S1-01")) == "S1-01"
    assert most_changed(moved(), ()) == ""


# ------------------------------------------------------------------ what the public edition hides


@dataclasses.dataclass(frozen=True)
class Result:
    changes: pd.DataFrame
    edition: Any = None


@pytest.mark.parametrize("year", ["2022", "2024"])
def test_a_change_goes_with_either_of_its_ends(changes: Callable[..., pd.DataFrame], year: str) -> None:
    years: dict[str, list[Any]] = {"2022": [(90, 100)] * 3, "2024": [(30, 100)] * 3}
    years[year][0] = (3, 100)
    full = changes(years, indicator="S3-04")
    assert "" not in told(full)
    shown = release(Result(full), "public").changes
    hidden = shown[shown["reason"] == "suppressed"]
    assert set(hidden["period"]) == {year}
    assert len(hidden) == 2  # and the next smallest of its district
    lost = shown["area_code"].isin(hidden["area_code"])
    assert set(shown.loc[lost, "change"]) == {""}
    assert hidden[["numerator", "denominator", "value"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(shown[~lost], full[~lost])


def test_what_the_values_hide_the_changes_hide(analysed: Any) -> None:
    compared = 0
    for number in range(1, 17):
        shown = analysed(f"99.01.{number:02d}", "public")
        keys = ["indicator", "area_code", "period"]
        hidden = shown.unit_values.loc[shown.unit_values["reason"] == "suppressed", keys]
        told = shown.changes.loc[shown.changes["value"].notna(), keys]
        assert not set(map(tuple, told.values)) & set(map(tuple, hidden.values))
        compared += len(hidden)
    assert compared
