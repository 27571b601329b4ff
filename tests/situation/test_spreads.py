"""How unequal villages are: measures by hand, refusals by name, who takes part, what the public edition hides."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.waterfall import short_of
from kbk_analysis.indicators.release import release
from kbk_analysis.schema import Edition
from kbk_analysis.situation.levels import village_cells
from kbk_analysis.situation.spreads import (
    LARGE,
    measure,
    spread_table,
    spread_years,
    unequal_findings,
    villages_of,
    wide_spreads,
)

CATALOGUE = load_catalogue()
Observe = Callable[..., pd.DataFrame]
Cells = Sequence[Any]
OWN, PARENT = "99.01.01", "99.01"
HIGHER, SENSITIVE, INDEX = "S3-02", "S3-04", "S4-10"
WIDE: Cells = [(40, 100), (60, 100), (80, 100), (100, 100)]


def levels_of(cells: pd.DataFrame, target: float = float("nan"), period: str = "2024") -> pd.DataFrame:
    ids = cells["indicator"].unique()
    frame = pd.DataFrame({"period": period, "target": target}, index=pd.Index(ids, name="indicator"))
    return frame.assign(target_reason="no_target" if np.isnan(target) else "")


def table(*rows: pd.DataFrame, area: str = OWN, parent: str = PARENT, **options: Any) -> pd.DataFrame:
    cells = village_cells(pd.concat(rows, ignore_index=True), CATALOGUE)
    return spread_table(cells, levels_of(cells, **options), area, parent, CATALOGUE)


def value(frame: pd.DataFrame, name: str, indicator: str = HIGHER, area: str = OWN) -> Any:
    row = measure(frame, area, indicator, name)
    assert row is not None
    return row["reason"] or row["value"]


# ------------------------------------------------------------------ measures


def test_distances_of_four_villages_by_hand(observe: Observe) -> None:
    frame = table(observe(HIGHER, WIDE))
    expected = {
        "mean": 70.0,
        "difference": 60.0,
        "ratio": 2.5,
        "mdm_weighted": 20.0,
        "mdm_unweighted": 20.0,
        "bgv": 500.0,
        "bgsd": 500.0**0.5,
        "mdm_rest": 40 / 3,  # without the highest or the lowest
    }
    assert {name: value(frame, name) for name in expected} == pytest.approx(expected)


def test_weighted_and_unweighted_are_named_and_differ(observe: Observe) -> None:
    frame = table(observe(HIGHER, [(10, 100), (90, 100), (810, 900)]))
    assert value(frame, "mean") == pytest.approx(100 * 910 / 1100)
    weighted, plain = (measure(frame, OWN, HIGHER, name) for name in ("mdm_weighted", "mdm_unweighted"))
    assert weighted is not None
    assert plain is not None
    assert (weighted["weighting"], plain["weighting"]) == ("weighted", "unweighted")
    assert weighted["value"] < plain["value"]


def test_what_chance_alone_gives_is_taken_off(observe: Observe) -> None:
    alike = table(observe(HIGHER, [(49, 100), (50, 100), (51, 100)]))
    assert value(alike, "excess_share") == 0
    row = measure(alike, OWN, HIGHER, "excess_share")
    assert row is not None
    assert row["flag"] == "mostly_chance"
    # of four: variance 500; chance by hand: sum of p (1 - p) y (100 - y) / n, each p a quarter
    chance = sum(0.25 * 0.75 * y * (100 - y) / 100 for y in (40, 60, 80, 100))
    far = table(observe(HIGHER, WIDE))
    assert value(far, "chance_variance") == pytest.approx(chance)
    assert value(far, "excess_share") == pytest.approx(100 * (500 - chance) / 500)
    assert value(far, "heterogeneity") < 1e-10 < value(alike, "heterogeneity")


@pytest.mark.parametrize(
    ("indicator", "target", "gain"),
    [(HIGHER, 85.0, 15.0), (HIGHER, 60.0, 0.0), (SENSITIVE, 60.0, -10.0), (SENSITIVE, 80.0, 0.0)],
)
def test_what_reaching_the_target_would_bring(observe: Observe, indicator: str, target: float, gain: float) -> None:
    frame = table(observe(indicator, WIDE), target=target)
    assert value(frame, "par_reference", indicator) == pytest.approx(gain)
    assert value(frame, "paf_reference", indicator) == pytest.approx(100 * gain / 70)
    assert value(frame, "par_people", indicator) == pytest.approx(abs(gain) / 100 * 400)
    row = measure(frame, OWN, indicator, "par_people")
    assert row is not None
    assert row["method"].startswith("target")


def test_without_a_target_the_best_tenth_of_twenty_villages_is_the_reference(observe: Observe) -> None:
    cells = [(5 * i, 100) for i in range(20)]  # 0 to 95: the mean 47.5, the best tenth from 85.5
    frame = table(observe(HIGHER, cells))
    assert value(frame, "par_reference") == pytest.approx(85.5 - 47.5)
    low = table(observe(SENSITIVE, cells))
    assert value(low, "par_reference", SENSITIVE) == pytest.approx(9.5 - 47.5)
    few = table(observe(HIGHER, cells[:19]))
    assert value(few, "par_reference") == value(few, "par_people") == "too_few_areas"


def test_theil_is_split_between_and_within_districts(observe: Observe) -> None:
    rows = [observe(HIGHER, [(40, 100)] * 5), observe(HIGHER, [(80, 100)] * 5, district="99.01.02")]
    frame = table(*rows, area=PARENT)
    assert value(frame, "theil_between", area=PARENT) == pytest.approx(100)
    assert value(frame, "theil_within", area=PARENT) == pytest.approx(0)
    one = table(*rows)
    assert value(one, "theil_between") == "too_few_groups"
    assert value(one, "theil") == "too_few_areas"  # of five


def test_slopes_are_along_the_village_index_and_name_their_model(observe: Observe) -> None:
    rows = [observe(HIGHER, [(30 + 4 * i, 100) for i in range(10)]), observe(INDEX, [0.5 + i / 50 for i in range(10)])]
    frame = table(*rows)
    assert value(frame, "sii_linear") == pytest.approx(40)  # 4 points a village, ten villages
    assert value(frame, "rii_linear") == pytest.approx(68 / 28)
    row = measure(frame, OWN, HIGHER, "sii_linear")
    assert row is not None
    assert "linear" in row["method"]
    without = [rows[0], observe(INDEX, [0.5] * 9 + ["-"])]
    assert value(table(*without), "sii_linear") == "too_few_areas"


# ------------------------------------------------------------------ who takes part, and refusals


@pytest.mark.parametrize("missing", [None, (101, 100)], ids=["silent", "part above whole"])
def test_more_than_15_per_cent_missing_are_refused(observe: Observe, missing: Any) -> None:
    enough = table(observe(HIGHER, [*WIDE, *WIDE, missing]))  # 1 of 9
    assert value(enough, "difference") == 60
    gap = table(observe(HIGHER, [*WIDE, missing]))  # 1 of 5
    names = ("difference", "mdm_weighted", "excess_share", "heterogeneity", "mean", "mdm_rest")
    assert {value(gap, name) for name in names} == {"incomplete"}


def test_not_applicable_is_not_missing(observe: Observe) -> None:
    assert value(table(observe(HIGHER, [*WIDE, "-", "-"])), "difference") == 60


def test_two_villages_are_too_few(observe: Observe) -> None:
    frame = table(observe(HIGHER, WIDE[:2]))
    assert value(frame, "difference") == value(frame, "mdm_weighted") == "too_few_areas"
    assert wide_spreads(frame, OWN).empty


def test_p90_and_p10_need_twenty_villages(observe: Observe) -> None:
    cells = [(30 + 2 * i, 100) for i in range(20)]
    assert value(table(observe(HIGHER, cells)), "p90_p10") == pytest.approx(0.8 * 38)
    assert value(table(observe(HIGHER, cells[:19])), "p90_p10") == "too_few_areas"


@pytest.mark.parametrize(("small", "farthest"), [((0, 19), 60.0), ((0, 20), 100.0)])
def test_villages_with_fewer_than_twenty_take_no_part(
    observe: Observe, small: tuple[int, int], farthest: float
) -> None:
    assert value(table(observe(HIGHER, [*WIDE, small])), "difference") == farthest


def test_sums_are_of_all_villages_that_report_and_the_small_ones_are_counted(observe: Observe) -> None:
    """The weighted mean is the level of the area, and people short are those that the steps of the gap add up to."""
    cells = [(40, 101), (50, 102), (60, 103), (2, 11)]
    frame = table(observe(HIGHER, cells), target=85.0)
    assert value(frame, "mean") == pytest.approx(100 * 152 / 317)
    assert value(frame, "difference") == pytest.approx(100 * (60 / 103 - 40 / 101))
    assert set(frame["small"]) == {1}
    assert set(frame.loc[frame["measure"].isin(["mean", "difference", "par_people"]), "villages"]) == {3}
    units = pd.DataFrame(cells, columns=["numerator", "denominator"]).assign(area_code=list("abcd"))
    steps = short_of(units, {}, 85.0, CATALOGUE[HIGHER])
    assert value(frame, "par_people") == sum(one.people for one in steps) == 118  # 0.85 x 317 - 152 = 117.45
    assert value(frame, "par_reference") == pytest.approx(85 - 100 * 152 / 317)
    assert value(frame, "paf_reference") == pytest.approx(100 * 117.45 / 152)
    found = years(observe, y2024=cells)
    assert found.loc["2024", "value"] == pytest.approx(100 * 152 / 317)


@pytest.mark.parametrize("indicator", ["S4-03", "S4-10", "S2-13", "S1-08"])
def test_only_judged_percentages_of_people_have_a_spread(observe: Observe, indicator: str) -> None:
    one = CATALOGUE[indicator]
    assert one.kind != "proportion" or one.binary
    cells = [(1, 1), (0, 1), (1, 1)] if one.binary else [0.5, 0.6, 0.7]
    assert table(observe(indicator, cells)).empty


def test_the_parent_has_rows_of_its_own(observe: Observe) -> None:
    frame = table(observe(HIGHER, WIDE), observe(HIGHER, [(10, 100)] * 4, district="99.01.02"))
    assert set(frame["area_code"]) == {villages_of(OWN), villages_of(PARENT)}
    assert value(frame, "difference", area=PARENT) == 90


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.just(200)), min_size=3, max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_of_villages_changes_nothing(observe: Observe, cells: list[tuple[int, int]], random: Any) -> None:
    rows = observe(HIGHER, cells)
    mixed = rows.copy()
    codes = list(mixed["area_code"])
    random.shuffle(codes)
    mixed["area_code"] = codes
    one, other = (table(frame).set_index(["area_code", "measure"]) for frame in (rows, mixed))
    pd.testing.assert_series_equal(one["value"], other["value"])
    pd.testing.assert_series_equal(one["reason"], other["reason"])


# ------------------------------------------------------------------ years


def years(observe: Observe, area: str = OWN, **cells: Cells) -> pd.DataFrame:
    rows = [observe(HIGHER, part, period=period.removeprefix("y")) for period, part in cells.items()]
    return spread_years(village_cells(pd.concat(rows), CATALOGUE), area, CATALOGUE).set_index("period")


def test_each_year_has_its_range_and_mean(observe: Observe) -> None:
    found = years(observe, y2023=WIDE, y2024=[(10, 100), (20, 100), (60, 300)])
    assert found[["lower", "value", "upper"]].values.tolist() == [[40, 70, 100], [10, 18, 20]]
    assert found["ends"].tolist() == ["min_max"] * 2
    assert found["villages"].tolist() == [4, 3]


def test_a_year_with_too_few_villages_has_a_reason_and_no_range(observe: Observe) -> None:
    found = years(observe, y2022=WIDE[:2], y2023=[*WIDE, None], y2024=WIDE)
    assert found["reason"].tolist() == ["too_few_areas", "incomplete", ""]
    assert found.loc[found["reason"] != "", ["lower", "value", "upper"]].isna().all(axis=None)


def test_ends_are_one_kind_for_all_years(observe: Observe) -> None:
    many = [(30 + 2 * i, 100) for i in range(20)]
    assert years(observe, y2023=many, y2024=many)["ends"].tolist() == ["p10_p90"] * 2
    assert years(observe, y2023=many, y2024=[*many[:19], None])["ends"].tolist() == ["min_max"] * 2
    assert years(observe, y2024=many).loc["2024", ["lower", "upper"]].tolist() == pytest.approx([33.8, 64.2])


# ------------------------------------------------------------------ the finding


def found(observe: Observe, cells: Cells) -> list[Any]:
    return unequal_findings(table(observe(HIGHER, cells)), OWN, "Rambah")


def test_villages_far_apart_beyond_chance_are_a_finding(observe: Observe) -> None:
    (mark,) = found(observe, [(290, 500), (410, 500)] * 4)
    assert (mark.code, mark.indicator, mark.unit) == ("unequal", HIGHER, villages_of(OWN))
    assert mark.values["mdm"] == pytest.approx(12)
    assert mark.values["distance"] == pytest.approx(24)
    assert (mark.values["villages"], mark.values["many"], mark.values["period"]) == (8, False, "2024")


def test_nearer_than_ten_points_is_no_finding(observe: Observe) -> None:
    assert LARGE == 10
    assert found(observe, [(310, 500), (390, 500)] * 4) == []  # eight points to either side


def test_far_apart_by_chance_alone_is_no_finding(observe: Observe) -> None:
    assert found(observe, [(8, 20), (12, 20)] * 4) == []  # ten points, with a standard error of eleven


def test_one_village_alone_makes_no_finding(observe: Observe) -> None:
    assert found(observe, [*[(400, 500)] * 6, (20, 500)]) == []
    # of four the far one draws the mean more than ten points away from all others
    assert found(observe, [*[(400, 500)] * 3, (20, 500)]) == []


# ------------------------------------------------------------------ what the public edition hides


@dataclasses.dataclass(frozen=True)
class Result:
    spreads: pd.DataFrame
    years: pd.DataFrame
    edition: Edition | None = None


def public(observe: Observe, indicator: str, cells: Cells) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = observe(indicator, cells)
    cells_ = village_cells(rows, CATALOGUE)
    shown = release(Result(table(rows), spread_years(cells_, OWN, CATALOGUE)), "public")
    return shown.spreads, shown.years


@pytest.mark.parametrize(
    ("small", "hidden"),
    [((3, 100), True), ((97, 100), True), ((5, 100), False), ((0, 100), False), ((2, 10), True)],
    ids=["few have it", "few lack it", "five", "none", "a village too small to take part"],
)
def test_a_spread_over_a_small_count_of_a_sensitive_indicator_is_hidden(
    observe: Observe, small: tuple[int, int], hidden: bool
) -> None:
    for frame in public(observe, SENSITIVE, [(20, 100), (60, 100), (40, 100), (45, 100), small]):
        told = frame[frame["reason"].isin(["", "suppressed"])]
        assert (told["reason"] == "suppressed").all() == hidden
        numbers = [name for name in ("value", "lower", "upper", "numerator") if name in frame]
        if hidden:
            assert frame[numbers].isna().all(axis=None)
        else:
            assert told["value"].notna().all()


def test_spreads_of_other_indicators_are_all_shown(observe: Observe) -> None:
    for frame in public(observe, "S4-01", [(3, 100), (60, 100), (40, 100)]):
        assert "suppressed" not in set(frame["reason"])


def test_no_spread_is_shown_over_a_village_that_is_hidden(analysed: Any) -> None:
    compared = 0
    for number in range(1, 17):
        shown = analysed(f"99.01.{number:02d}", "public")
        values = shown.unit_values
        hidden = set(values.loc[values["reason"] == "suppressed", "indicator"])
        own = shown.spreads[shown.spreads["area_code"] == villages_of(shown.area_code)]
        told = own[(own["reason"] == "") & own["indicator"].isin(hidden)]
        assert told.empty
        years_ = shown.spread_years
        latest = years_.merge(shown.levels[["indicator", "period"]].reset_index(drop=True), on=["indicator", "period"])
        assert latest[(latest["reason"] == "") & latest["indicator"].isin(hidden)].empty
        compared += len(hidden)
    assert compared > 20


def test_what_is_hidden_of_the_villages_takes_no_finding_on_the_area_along(analysed: Any) -> None:
    inside, shown = (analysed("99.01.06", edition) for edition in ("internal", "public"))
    assert [(r.code, r.indicator) for r in shown.findings] == [(r.code, r.indicator) for r in inside.findings]
    assert SENSITIVE in [r.indicator for r in shown.findings]
