"""No finding speaks of a total that its parts contradict: both are told, with the difference at one mix of parts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.indicators.simpson import simpson
from kbk_analysis.situation.levels import village_cells
from kbk_analysis.situation.result import Remark
from kbk_analysis.situation.strata import CHANGES, contradicted, without_reversals

CATALOGUE = load_catalogue()
Observe = Callable[..., pd.DataFrame]
INDICATOR = "S3-02"
VALUES = {"value": 78.0, "n": 350.0, "period": "2024"}
CHANGE = {**VALUES, "previous": 83.0, "previous_n": 350.0, "previous_period": "2023"}
REST = {**VALUES, "benchmark": 80.0, "parent": "Kabupaten"}
# Kidney stones (Charig 1986): 78 % against 83 % in all, better with small stones (93, 87 %) and with large (73, 69 %).
SMALL, LARGE = ((81, 87), (234, 270)), ((192, 263), (55, 80))


def district_rows(observe: Observe, district: str, years: Mapping[str, Sequence[Any]]) -> list[pd.DataFrame]:
    return [observe(INDICATOR, cells, period=period, district=district) for period, cells in years.items()]


def checked(rows: Sequence[pd.DataFrame], remark: Remark, area: str) -> Remark:
    cells = village_cells(pd.concat(rows, ignore_index=True), CATALOGUE)
    (found,) = without_reversals([remark], cells, area, CATALOGUE)
    return found


@pytest.fixture
def kidney(observe: Observe) -> list[pd.DataFrame]:
    """A regency of two districts, a village each: one is small stones, the other large; 2024 against 2023."""
    one = {"2024": [SMALL[0]], "2023": [SMALL[1]]}
    other = {"2024": [LARGE[0]], "2023": [LARGE[1]]}
    return [*district_rows(observe, "99.01.01", one), *district_rows(observe, "99.01.02", other)]


@pytest.mark.parametrize("code", CHANGES)
def test_a_change_that_all_districts_contradict_is_told_with_the_standardised_one(
    kidney: list[pd.DataFrame], code: str
) -> None:
    found = checked(kidney, Remark(code, CHANGE, INDICATOR, weight=0.4), "99.01")
    assert found.code == "strata_disagree"
    assert (found.indicator, found.weight) == (INDICATOR, 0.4)
    assert found.values["difference"] == pytest.approx(100 * (273 / 350 - 289 / 350))
    # at the mix of both years together (357 and 343 of 700), by hand
    by_hand = 100 * (357 * (81 / 87 - 234 / 270) + 343 * (192 / 263 - 55 / 80)) / 700
    assert found.values["standardised"] == pytest.approx(by_hand)
    assert found.values["strata"] == 2
    assert {name: found.values[name] for name in CHANGE} == CHANGE


def test_a_difference_from_the_rest_that_village_sizes_contradict_is_replaced(observe: Observe) -> None:
    # own: many large villages, each better than the rest's large ones; small ones better too; in all it is worse
    own = [(60, 100)] * 2 + [(250, 1000)] * 6
    rest = [(55, 100)] * 12 + [(200, 1000)] * 1
    rows = [observe(INDICATOR, own), observe(INDICATOR, rest, district="99.01.02")]
    found = checked(rows, Remark("worse", REST, INDICATOR), "99.01.01")
    assert found.code == "strata_disagree"
    assert found.values["by"] == "size"
    assert found.values["difference"] < 0 < found.values["standardised"]


@pytest.mark.parametrize("code", ["worse", "better"])
def test_a_difference_that_the_parts_share_stays_as_it_is(observe: Observe, code: str) -> None:
    rows = [
        observe(INDICATOR, [(40, 100), (100, 200), (180, 400)]),
        observe(INDICATOR, [(60, 100), (130, 200), (260, 400)] * 3, district="99.01.02"),
    ]
    remark = Remark(code, REST, INDICATOR)
    assert checked(rows, remark, "99.01.01") is remark


def test_a_change_in_every_village_stays_as_it_is(observe: Observe) -> None:
    rows = district_rows(observe, "99.01.01", {"2023": [(40, 100), (80, 200)], "2024": [(60, 100), (120, 200)]})
    remark = Remark("improved", CHANGE, INDICATOR)
    assert checked(rows, remark, "99.01.01") is remark


@pytest.mark.parametrize(
    "remark",
    [
        Remark("target_missed", {**VALUES, "target": 90.0}, INDICATOR),
        Remark("unit_worse", {**REST, "unit": "A", "others": 0}, INDICATOR, "99.01.01"),
    ],
    ids=lambda remark: remark.code,
)
def test_findings_that_compare_no_totals_are_left_alone(kidney: list[pd.DataFrame], remark: Remark) -> None:
    assert checked(kidney, remark, "99.01") is remark


def test_one_village_has_no_parts(observe: Observe) -> None:
    rows = district_rows(observe, "99.01.01", {"2023": [(40, 100)], "2024": [(60, 100)]})
    remark = Remark("improved", CHANGE, INDICATOR)
    assert checked(rows, remark, "99.01.01") is remark


def test_a_total_is_contradicted_where_no_part_points_its_way_or_one_mix_does_not() -> None:
    parts = pd.DataFrame({"x1": [81, 192], "n1": [87, 263], "x2": [234, 55], "n2": [270, 80]})
    assert contradicted(simpson(parts).iloc[0])
    alike = pd.DataFrame({"x1": [60, 120], "n1": [100, 200], "x2": [50, 100], "n2": [100, 200]})
    assert not contradicted(simpson(alike).iloc[0])
    # one small part points along, but at one mix the difference is the other way
    mixed = pd.DataFrame({"x1": [90, 300, 1], "n1": [100, 900, 10], "x2": [800, 25, 2], "n2": [900, 100, 10]})
    found = simpson(mixed).iloc[0]
    assert found["difference"] < 0 < found["standardised"]
    assert not found["disagree"]
    assert contradicted(found)
