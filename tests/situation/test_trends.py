"""Markers of an area: five years of one definition, and a named reason where there are fewer."""

from collections.abc import Callable

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.situation.levels import aggregate, village_cells
from kbk_analysis.situation.trends import trend_table

CATALOGUE = load_catalogue()
HIGHER, LOWER, SCORE = "S3-02", "S3-04", "S4-10"
Observe = Callable[..., pd.DataFrame]


def table(*rows: pd.DataFrame) -> pd.DataFrame:
    cells = village_cells(pd.concat(rows), CATALOGUE)
    return trend_table(aggregate(cells, cells["area_code"].str[:8], CATALOGUE), CATALOGUE)


def years(observe: Observe, indicator: str, shares: list[int], n: int = 400, first: int = 2020) -> list[pd.DataFrame]:
    return [
        observe(indicator, [(x * n // 100, n)] * 2, period=str(first + step))
        for step, x in enumerate(shares)
        if x is not None
    ]


def test_a_steady_fall_is_worse_where_higher_is_better_and_better_where_lower_is(observe: Observe) -> None:
    found = table(*years(observe, HIGHER, [80, 76, 72, 68, 64]), *years(observe, LOWER, [30, 26, 22, 18, 14]))
    assert found["trend"].to_dict() == {HIGHER: "decreasing", LOWER: "decreasing"}
    assert found["verdict"].to_dict() == {HIGHER: "worse", LOWER: "better"}
    ends = found.loc[HIGHER, ["first", "first_value", "first_n", "last", "last_value", "last_n", "n"]].tolist()
    assert ends == [2020, 80, 800, 2024, 64, 800, 5]


def test_a_level_series_has_no_trend(observe: Observe) -> None:
    found = table(*years(observe, HIGHER, [70, 71, 69, 70, 70]))
    assert found.loc[HIGHER, ["trend", "verdict", "reason"]].tolist() == ["no_change", "", ""]


@pytest.mark.parametrize("shares", [[80, 60, 40, 20], [80, 70, None, 40, 20]])
def test_four_years_never_have_a_trend_word(observe: Observe, shares: list[int]) -> None:
    found = table(*years(observe, HIGHER, shares))
    assert found.loc[HIGHER, ["trend", "verdict", "reason"]].tolist() == ["", "", "too_few_points"]


def test_half_years_are_no_annual_points(observe: Observe) -> None:
    halves = [observe(HIGHER, [(80 - 8 * i, 100)], period=f"{2020 + i // 2}-S{1 + i % 2}") for i in range(8)]
    assert table(*halves).empty


def test_a_year_too_little_reported_is_no_point(observe: Observe) -> None:
    silent = observe(HIGHER, [(40, 100), None, None], period="2022")
    others = [observe(HIGHER, [(80 - 5 * i, 100)] * 3, period=str(2020 + i)) for i in (0, 1, 3, 4)]
    assert table(*others, silent).loc[HIGHER, "reason"] == "too_few_points"


def test_a_series_across_a_new_name_of_its_source_is_broken(observe: Observe) -> None:
    breaks = CATALOGUE.breaks(SCORE)
    assert breaks == (2025,)  # IDM becomes Indeks Desa
    rising = [observe(SCORE, [0.60 + 0.02 * i] * 3, period=str(2021 + i), source="idm") for i in range(5)]
    assert table(*rising).loc[SCORE, ["trend", "reason"]].tolist() == ["", "series_break"]
    before = [observe(SCORE, [0.60 + 0.02 * i] * 3, period=str(2020 + i), source="idm") for i in range(5)]
    assert table(*before).loc[SCORE, ["trend", "verdict", "reason"]].tolist() == ["increasing", "better", ""]


def test_nothing_reported_gives_an_empty_table(observe: Observe) -> None:
    assert table(observe(HIGHER, [None, None])).empty
