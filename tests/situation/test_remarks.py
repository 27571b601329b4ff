"""Findings and requests: made only where the numbers settle it, at most five, and every request has its finding."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.indicators.benchmarks import difference_p, score_p
from kbk_analysis.schema import Direction
from kbk_analysis.situation.remarks import (
    MOST,
    PER_CODE,
    asks,
    beyond_all_levels,
    beyond_all_looks,
    example_findings,
    level_findings,
    programme_findings,
    select_findings,
    unit_findings,
)
from kbk_analysis.situation.result import Formation, Quality, Remark

CATALOGUE = load_catalogue()
HIGHER, LOWER, SCORE, RATE, CLASS = "S3-02", "S3-04", "S4-10", "S2-13", "S1-08"
LEAD = CATALOGUE.lead.id
NAN = float("nan")
NOTHING = Quality(
    grade="A", reasons=(), indicators=pd.DataFrame(), items=pd.DataFrame({"couples": []}, dtype=bool), impossible=0,
    couples=(0, 0), parent_couples=(0, 0),
)  # fmt: skip
FORMED = Formation(
    villages=10, with_kampung=10, kampung=10, missing=(), history=pd.DataFrame(), needed=0.0, actual=1.0, year=2026
)


NO_TRENDS = pd.DataFrame({"verdict": [], "reason": []}, dtype="object")


def level(indicator: str = HIGHER, **columns: Any) -> pd.Series:
    """One row of `Situation.levels`: 60 of 100, similar to the rest, no target, as much the year before."""
    row = {
        "indicator": indicator,
        "numerator": 60.0, "denominator": 100.0, "value": 60.0, "reason": "", "period": "2024",
        "target": NAN, "target_status": "", "certain": False, "benchmark": 60.0, "verdict": "similar",
        "previous": 60.0, "previous_period": "2023", "previous_numerator": 60.0, "previous_denominator": 100.0,
        "same_villages": True,
    }  # fmt: skip
    return pd.Series(row | columns)


def levels_of(*rows: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(list(rows)).set_index("indicator", drop=False)


def found(*rows: pd.Series) -> list[Remark]:
    return level_findings(levels_of(*rows), NO_TRENDS, "Kabupaten", CATALOGUE)


def codes(remarks: Any) -> list[str]:
    return [remark.code for remark in remarks]


def test_the_indicators_used_here_are_what_the_tests_take_them_for() -> None:
    assert [(CATALOGUE[id].kind, CATALOGUE[id].direction) for id in (HIGHER, LOWER, SCORE, RATE, CLASS)] == [
        ("proportion", "higher"), ("proportion", "lower"), ("score", "higher"), ("rate", "context"),
        ("class", "higher"),
    ]  # fmt: skip


# ------------------------------------------------------------------ choice


def test_at_most_five_and_the_heaviest_first() -> None:
    marks = [Remark(f"c{i}", {}, weight=i / 10) for i in range(8)]
    assert codes(select_findings(marks)) == ["c7", "c6", "c5", "c4", "c3"]


def test_few_findings_are_not_padded() -> None:
    assert select_findings([]) == ()
    assert codes(select_findings([Remark("a", {}, weight=0.0)])) == ["a"]


def test_two_of_a_kind_leave_room_for_others() -> None:
    marks = [Remark("a", {}, weight=1 - i / 100) for i in range(4)] + [Remark("b", {}, weight=0.1)]
    assert codes(select_findings(marks)) == ["a", "a", "b"]


def test_an_indicator_is_told_once_by_its_heaviest_finding() -> None:
    marks = [
        Remark("worse", {}, HIGHER, weight=0.5),
        Remark("target_missed", {}, HIGHER, weight=0.6),
        Remark("unit_worse", {}, HIGHER, "99.01.01.2001", weight=0.4),
        Remark("worse", {}, LOWER, weight=0.1),
    ]
    assert [(m.code, m.indicator) for m in select_findings(marks)] == [("target_missed", HIGHER), ("worse", LOWER)]


def test_findings_without_indicator_do_not_push_each_other_out() -> None:
    marks = [Remark(code, {}, weight=0.5) for code in ("classes", "formation", "couples_reported")]
    assert codes(select_findings(marks)) == ["classes", "formation", "couples_reported"]


def test_ties_keep_their_order() -> None:
    marks = [Remark(code, {}, weight=0.5) for code in "gfedcba"]
    assert codes(select_findings(marks)) == list("gfedc")


REMARKS = st.lists(
    st.builds(
        Remark,
        st.sampled_from("abcdef"),
        st.just({}),
        st.sampled_from(["", "i", "j", "k", "l"]),
        weight=st.sampled_from([0.1, 0.2, 0.5, 0.9]),
    ),
    max_size=20,
)


@given(REMARKS)
def test_whatever_is_left_out_gave_way_to_something_as_heavy(marks: list[Remark]) -> None:
    marks = [replace(mark, unit=str(place)) for place, mark in enumerate(marks)]  # so that each is itself
    chosen = select_findings(marks)
    assert len(chosen) <= 5
    assert [m.weight for m in chosen] == sorted((m.weight for m in chosen), reverse=True)
    for mark in marks:
        if mark not in chosen:
            as_heavy = [m for m in chosen if m.weight >= mark.weight]
            alike = [m for m in as_heavy if m.code == mark.code]
            told = [m for m in as_heavy if m.indicator and m.indicator == mark.indicator]
            assert len(as_heavy) == MOST or len(alike) == PER_CODE or told


# ------------------------------------------------------------------ levels


def test_a_level_like_all_others_gives_no_finding() -> None:
    assert found(level(), level(LOWER)) == []


@pytest.mark.parametrize(
    ("status", "certain", "told"),
    [("not_reached", True, True), ("not_reached", False, False), ("reached", True, False), ("", False, False)],
)
def test_a_target_is_missed_only_for_certain(status: str, certain: bool, told: bool) -> None:
    marks = found(level(target=80.0, target_status=status, certain=certain))
    assert codes(marks) == (["target_missed"] if told else [])
    if told:
        assert dict(marks[0].values) == {"value": 60.0, "n": 100.0, "period": "2024", "target": 80.0}
        assert marks[0].indicator == HIGHER


@pytest.mark.parametrize(("verdict", "told"), [("worse", 1), ("better", 1), ("similar", 0), ("", 0)])
def test_a_difference_is_told_only_with_its_verdict(verdict: str, told: int) -> None:
    marks = found(level(verdict=verdict, benchmark=75.0))
    assert codes(marks) == [verdict] * told
    if told:
        assert dict(marks[0].values) == {
            "value": 60.0, "n": 100.0, "period": "2024", "benchmark": 75.0, "parent": "Kabupaten",
        }  # fmt: skip


def test_a_value_that_may_not_be_given_gives_no_finding() -> None:
    row = level(reason="incomplete", target=80.0, target_status="not_reached", certain=True, verdict="worse")
    assert found(row) == []


def test_bad_news_comes_before_good_news_of_the_same_size() -> None:
    apart = {"benchmark": 80.0, "previous": 85.0, "previous_numerator": 85.0, "target": 80.0}
    weights = {
        mark.code: mark.weight
        for row in (
            level(HIGHER, verdict="worse", target_status="not_reached", certain=True, **apart),
            level(LOWER, verdict="better", **apart),
        )
        for mark in found(row)
    }
    assert set(weights) == {"worse", "worsened", "target_missed", "better", "improved"}
    assert min(weights[c] for c in ("worse", "worsened", "target_missed")) > max(weights["better"], weights["improved"])
    # by hand: 20 points of 40 are 0.5 apart, and the target is missed for certain
    assert weights["worse"] == pytest.approx(0.9 * (0.3 + 0.7 * 0.5) + 0.15)
    assert weights["target_missed"] == pytest.approx(0.85 * 0.5)


def test_a_target_that_the_parent_misses_alike_weighs_less_than_one_of_the_area_alone() -> None:
    missed = {"target": 80.0, "target_status": "not_reached", "certain": True}
    alone, alike = found(level(**missed))[0], found(level(benchmark=62.0, verdict="similar", **missed))[0]
    assert alone.code == alike.code == "target_missed"
    assert (alone.weight, alike.weight) == (pytest.approx(0.85 * 0.5), pytest.approx(0.6 * 0.5))


def test_farther_apart_weighs_more_up_to_forty_points() -> None:
    weights = [found(level(verdict="worse", benchmark=60.0 + points))[0].weight for points in (5, 20, 39, 40)]
    assert weights == sorted(set(weights))
    assert found(level(verdict="worse", benchmark=100.0, value=20.0))[0].weight == pytest.approx(0.9)


def test_what_is_worse_weighs_more_with_a_target_missed_for_certain_and_with_a_bad_trend() -> None:
    def weight(trends: pd.DataFrame = NO_TRENDS, **columns: Any) -> float:
        rows = levels_of(level(verdict="worse", benchmark=80.0, target=80.0, **columns))
        marks = level_findings(rows, trends, "Kabupaten", CATALOGUE)
        return next(mark.weight for mark in marks if mark.code == "worse")

    alone = weight()
    missed = {"target_status": "not_reached", "certain": True}
    assert weight(**missed) == pytest.approx(alone + 0.15)
    assert weight(target_status="not_reached") == alone  # not for certain
    assert weight(marked("worse")) == pytest.approx(alone + 0.15)
    assert weight(marked("better")) == alone
    assert weight(marked("worse"), **missed) == pytest.approx(alone + 0.3)


def test_a_share_of_villages_is_weighed_in_points_like_any_share() -> None:
    as_class, as_share = (found(level(id, verdict="worse", value=5.0, benchmark=15.0))[0] for id in (CLASS, HIGHER))
    assert as_class.weight == as_share.weight


# ------------------------------------------------------------------ change


def wilson_by_roots(x: float, n: float) -> tuple[float, float]:
    z, p = 3.090232306167813, x / n
    low, high = sorted(np.roots([1 + z * z / n, -2 * p - z * z / n, p * p]).real)
    return low, high


def settled(x1: float, n1: float, x2: float, n2: float) -> int:
    """1 when the first share is larger beyond chance (Newcombe's method 10), -1 when smaller, else 0."""
    (l1, u1), (l2, u2) = wilson_by_roots(x1, n1), wilson_by_roots(x2, n2)
    d, p1, p2 = x1 / n1 - x2 / n2, x1 / n1, x2 / n2
    low, high = d - np.hypot(p1 - l1, u2 - p2), d + np.hypot(u1 - p1, p2 - l2)
    return int(low > 0) - int(high < 0)


def change(indicator: str, now: tuple[int, int], before: tuple[int, int]) -> list[Remark]:
    row = level(indicator, numerator=float(now[0]), denominator=float(now[1]), value=100 * now[0] / now[1])
    row["previous_numerator"], row["previous_denominator"] = float(before[0]), float(before[1])
    row["previous"] = 100 * before[0] / before[1]
    return found(row)


COUNTS = st.integers(20, 900).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@given(COUNTS, COUNTS)
def test_a_change_is_told_only_beyond_chance_and_in_the_indicators_direction(
    now: tuple[int, int], before: tuple[int, int]
) -> None:
    sign = settled(*now, *before)
    assert codes(change(HIGHER, now, before)) == {1: ["improved"], 0: [], -1: ["worsened"]}[sign]
    assert codes(change(LOWER, now, before)) == {1: ["worsened"], 0: [], -1: ["improved"]}[sign]


def test_a_change_carries_both_values_with_what_they_rest_on() -> None:
    (mark,) = change(HIGHER, (90, 120), (40, 80))
    assert dict(mark.values) == {
        "value": 75.0, "n": 120.0, "period": "2024", "previous": 50.0, "previous_n": 80.0, "previous_period": "2023",
    }  # fmt: skip


@pytest.mark.parametrize(("now", "before", "told"), [(20, 20, 1), (19, 400, 0), (400, 19, 0)])
def test_fewer_than_twenty_are_never_judged_against_another_year(now: int, before: int, told: int) -> None:
    assert settled(now, now, 1, before) == 1  # it would be told, were it not so few
    assert len(change(HIGHER, (now, now), (1, before))) == told


def test_years_in_which_other_villages_report_are_not_compared() -> None:
    row = level(numerator=90.0, value=90.0, previous=10.0, previous_numerator=10.0)
    assert codes(found(row)) == ["improved"]
    assert found(level(**{**row, "same_villages": False})) == []


def marked(verdict: str, reason: str = "") -> pd.DataFrame:
    """A marker over 2020 to 2024, from 80 (of 90) to 60 (of 100)."""
    row = {"verdict": verdict, "reason": reason, "first": 2020, "last": 2024, "n": 5}
    return pd.DataFrame(
        [row | {"first_value": 80.0, "first_n": 90.0, "last_value": 60.0, "last_n": 100.0}], index=[HIGHER]
    )


def test_a_trend_for_the_worse_is_told_with_its_ends_in_place_of_two_years() -> None:
    falling = level(previous=99.0, previous_numerator=99.0)  # two years alone would be told as worsened
    assert codes(found(falling)) == ["worsened"]
    (mark,) = level_findings(levels_of(falling), marked("worse"), "Kabupaten", CATALOGUE)
    assert mark.code == "trend_worse"
    assert dict(mark.values) == {
        "value": 60.0, "n": 100.0, "period": "2024", "previous": 80.0, "previous_n": 90.0, "previous_period": "2020",
        "points": 5,
    }  # fmt: skip
    assert mark.weight == pytest.approx(0.85 * (0.3 + 0.7 * 0.5))  # 20 points of 40


@pytest.mark.parametrize("verdict", ["better", ""])
def test_a_marker_that_is_not_for_the_worse_says_nothing_and_stills_the_two_years(verdict: str) -> None:
    falling = level(previous=99.0, previous_numerator=99.0)
    assert level_findings(levels_of(falling), marked(verdict), "Kabupaten", CATALOGUE) == []


def test_without_a_marker_two_years_speak() -> None:
    falling = level(previous=99.0, previous_numerator=99.0)
    remarks = level_findings(levels_of(falling), marked("", "too_few_points"), "Kabupaten", CATALOGUE)
    assert codes(remarks) == ["worsened"]


@pytest.mark.parametrize("indicator", [SCORE, RATE, CLASS])
def test_only_proportions_of_people_change(indicator: str) -> None:
    assert change(indicator, (90, 100), (10, 100)) == []


def test_a_context_indicator_does_not_change_for_better_or_worse() -> None:
    catalogue = replace(
        CATALOGUE, indicators={**CATALOGUE.indicators, HIGHER: replace(CATALOGUE[HIGHER], direction=Direction.CONTEXT)}
    )
    row = level(numerator=90.0, previous_numerator=10.0)
    assert codes(found(row)) == ["improved"]
    assert level_findings(levels_of(row), NO_TRENDS, "Kabupaten", catalogue) == []


def test_without_a_year_before_there_is_no_change() -> None:
    row = level(previous=NAN, previous_numerator=NAN, previous_denominator=NAN, numerator=5.0, value=5.0)
    assert found(row) == []
    # a year before that was not reported well enough has counts but no value
    assert found(level(previous=NAN, previous_numerator=1.0, numerator=99.0, value=99.0)) == []


# ------------------------------------------------------------------ units


def ahead(*values: float) -> list[Remark]:
    """Examples among units whose verdict is better, at these values beside 60 of the parent."""
    rows = units_of(*((f"u{i}", "better", "", value) for i, value in enumerate(values)), ("w", "worse", "", 10.0))
    names = pd.Series({code: f"Desa {code}" for code in rows["area_code"]})
    return example_findings(rows, levels_of(level()), names, "Kabupaten", CATALOGUE)


def test_a_unit_far_ahead_is_an_example_told_by_the_farthest() -> None:
    (mark,) = ahead(81.0, 95.0, 85.0)
    assert (mark.code, mark.unit, mark.values["unit"]) == ("unit_better", "u1", "Desa u1")
    assert mark.weight < 0.45
    assert ahead(79.0) == []  # less than twenty points


def test_the_last_place_goes_to_an_example_where_nothing_urgent_stands_in_it() -> None:
    example = Remark("unit_better", {}, "x", weight=0.3)
    marks = [Remark(f"c{i}", {}, weight=0.9 - i / 10) for i in range(5)]  # 0.9 to 0.5
    assert codes(select_findings([*marks, example])) == ["c0", "c1", "c2", "c3", "unit_better"]
    urgent = [replace(mark, weight=mark.weight + 0.1) for mark in marks]
    assert codes(select_findings([*urgent, example])) == ["c0", "c1", "c2", "c3", "c4"]
    assert codes(select_findings([*marks[:3], example])) == ["c0", "c1", "c2", "unit_better"]


def test_one_example_is_enough_and_none_is_told_of_what_is_unequal_or_told() -> None:
    marks = [Remark(f"c{i}", {}, f"i{i}", weight=0.9 - i / 10) for i in range(5)]
    two = [Remark("unit_better", {}, "x", weight=0.3), Remark("trend_better", {}, "y", weight=0.2)]
    assert codes(select_findings([*marks, *two]))[-1] == "unit_better"
    assert codes(select_findings([*marks, Remark("unit_better", {}, "i0", weight=0.3)]))[-1] == "c4"
    unequal = Remark("unequal", {}, "x", weight=0.1)
    assert codes(select_findings([*marks, two[0], unequal]))[-1] == "c4"


def units_of(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["area_code", "verdict", "reason", "value"])
    return frame.assign(indicator=HIGHER, denominator=50.0, period="2024", stands_out=True)


def counted(*cells: tuple[int, int, str]) -> pd.DataFrame:
    """Units by numerator, denominator and verdict, beside 60 of the parent."""
    frame = pd.DataFrame(cells, columns=["numerator", "denominator", "verdict"]).astype({"numerator": float})
    return frame.assign(indicator=HIGHER, area_code=[f"u{i}" for i in range(len(frame))], tau2=0.0)


def test_one_flag_among_many_cells_is_no_finding_and_a_flag_beyond_all_looks_is() -> None:
    alike = [(30, 50, "similar")] * 600
    chance, sure = (19, 50, "worse"), (8, 50, "worse")  # p = 0.0015 and 1e-9 beside 60 %
    cells = pd.concat([counted(*alike, chance), counted(sure, chance).assign(indicator=LOWER)], ignore_index=True)
    kept = beyond_all_looks(cells, levels_of(level(), level(LOWER)), CATALOGUE)
    assert kept["verdict"].value_counts().to_dict() == {"similar": 600, "worse": 2}
    # of an indicator that is told of all flags count, as the funnel counts them
    assert kept.loc[kept["verdict"] == "worse", ["indicator", "numerator"]].values.tolist() == [[LOWER, 8], [LOWER, 19]]
    few = beyond_all_looks(counted(*alike[:9], chance), levels_of(level()), CATALOGUE)
    assert few["verdict"].tolist()[-1] == "worse"


def test_where_nothing_differs_hardly_a_report_names_a_unit() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    named = 0
    for _ in range(100):
        n = rng.integers(20, 600, 500)
        x = rng.binomial(n, 0.6)
        p = score_p(x, n, 0.6)
        verdicts = np.where(p > 0.002, "similar", np.where(x / n < 0.6, "worse", "better"))
        units = counted(*zip(x.tolist(), n.tolist(), verdicts.tolist(), strict=True))
        named += int(beyond_all_looks(units, levels_of(level()), CATALOGUE)["verdict"].isin(["better", "worse"]).any())
    assert named <= 12  # five are expected; at 99.8 % alone sixty would


def test_where_nothing_differs_hardly_a_report_tells_an_area_from_the_rest() -> None:
    rng = np.random.Generator(np.random.PCG64(4))
    told = 0
    for _ in range(200):
        own, rest = rng.integers(60, 2000, 60), rng.integers(5000, 40000, 60)
        x, other = rng.binomial(own, 0.6), rng.binomial(rest, 0.6)
        p = difference_p(x, own, other, rest)
        verdicts = np.where(p > 0.002, "similar", np.where(x / own < 0.6, "worse", "better"))
        levels = pd.DataFrame(
            {"numerator": x, "denominator": own, "benchmark_numerator": x + other, "benchmark_denominator": own + rest,
             "verdict": verdicts}
        )  # fmt: skip
        told += int(beyond_all_levels(levels)["verdict"].isin(["better", "worse"]).any())
    assert told <= 20  # ten are expected; at 99.8 % alone twenty-three would


def test_an_area_beyond_all_indicators_looked_at_stays_told_and_a_blank_verdict_blank() -> None:
    rows = pd.DataFrame(
        {"numerator": [30.0, 60, 48, 60], "denominator": 100.0, "benchmark_numerator": [630.0, 660, 648, 660],
         "benchmark_denominator": 1100.0, "verdict": ["worse", "similar", "worse", ""]}
    )  # fmt: skip
    rows = pd.concat([rows, rows.iloc[[1]].sample(40, replace=True, random_state=1)], ignore_index=True)
    assert list(beyond_all_levels(rows)["verdict"][:4]) == ["worse", "similar", "similar", ""]


def test_cells_that_are_not_judged_stay_and_do_not_count() -> None:
    units = counted((19, 50, "worse"), *[(30, 50, "")] * 600)
    assert len(beyond_all_looks(units, levels_of(level()), CATALOGUE)) == 601


def test_only_units_that_are_worse_are_named() -> None:
    rows = units_of(("a", "worse", "", 40.0), ("b", "better", "", 90.0), ("c", "similar", "", 60.0), ("d", "", "", 1.0))
    names = pd.Series({"a": "Desa A", "b": "Desa B", "c": "Desa C", "d": "Desa D"})
    (mark,) = unit_findings(rows, levels_of(level()), names, "Kabupaten", CATALOGUE)
    assert (mark.code, mark.indicator, mark.unit) == ("unit_worse", HIGHER, "a")
    assert dict(mark.values) == {
        "unit": "Desa A", "others": 0, "inside": 0, "value": 40.0, "n": 50.0, "benchmark": 60.0, "period": "2024",
        "parent": "Kabupaten",
    }  # fmt: skip
    assert mark.weight == pytest.approx(0.75 * 0.5)


def test_units_worse_on_one_indicator_are_one_finding_told_by_the_farthest() -> None:
    rows = units_of(("a", "worse", "", 50.0), ("b", "worse", "", 30.0), ("c", "worse", "", 45.0), ("d", "", "", 1.0))
    names = pd.Series({code: f"Desa {code.upper()}" for code in "abcd"})
    (mark,) = unit_findings(rows, levels_of(level()), names, "Kabupaten", CATALOGUE)
    assert (mark.unit, mark.values["unit"], mark.values["others"], mark.values["value"]) == ("b", "Desa B", 2, 30.0)
    assert mark.weight == pytest.approx(0.75 * 30 / 40 + 0.05 * 2)
    many = units_of(*((f"v{i:02}", "worse", "", 20.0 + i) for i in range(30)))
    (mark,) = unit_findings(many, levels_of(level()), pd.Series("N", index=many["area_code"]), "K", CATALOGUE)
    assert mark.weight == 0.95


def test_where_units_lie_apart_only_those_beyond_that_spread_are_named_and_the_rest_are_counted_beside() -> None:
    """Beside 60 % and at n = 50 a spread of 0.01 widens 99.8 % to about 24 to 92 %."""
    cells = counted((8, 50, "worse"), (18, 50, "worse"), (17, 50, "worse"), (30, 50, "similar"))
    rows = cells.assign(value=2 * cells["numerator"], reason="", period="2024")
    names = pd.Series({code: f"Desa {code}" for code in rows["area_code"]})

    def told(tau2: float) -> tuple[str, int, int]:
        kept = beyond_all_looks(rows.assign(tau2=tau2), levels_of(level()), CATALOGUE)
        (mark,) = unit_findings(kept, levels_of(level()), names, "Kabupaten", CATALOGUE)
        return mark.unit, mark.values["others"], mark.values["inside"]

    assert told(0.0) == ("u0", 2, 0)
    assert told(0.01) == ("u0", 0, 2)
    kept = beyond_all_looks(rows.assign(tau2=0.1), levels_of(level()), CATALOGUE)
    assert unit_findings(kept, levels_of(level()), names, "Kabupaten", CATALOGUE) == []
    apart = rows.assign(verdict=["better", "similar", "similar", "similar"], numerator=50.0, value=100.0, tau2=0.1)
    kept = beyond_all_looks(apart, levels_of(level()), CATALOGUE)
    assert example_findings(kept, levels_of(level()), names, "Kabupaten", CATALOGUE) == []


def test_units_worse_on_two_indicators_are_two_findings() -> None:
    both = pd.concat([units_of(("a", "worse", "", 40.0)), units_of(("a", "worse", "", 40.0)).assign(indicator=LOWER)])
    marks = unit_findings(both, levels_of(level(), level(LOWER)), pd.Series({"a": "A"}), "K", CATALOGUE)
    assert [mark.indicator for mark in marks] == [HIGHER, LOWER]


def test_a_unit_without_a_value_is_not_named_even_with_a_stale_verdict() -> None:
    rows = units_of(("a", "worse", "suppressed", NAN))
    assert unit_findings(rows, levels_of(level()), pd.Series({"a": "A"}), "K", CATALOGUE) == []


# ------------------------------------------------------------------ programme


def kampung_of(*classes: tuple[str | None, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(classes, columns=["class_stated", "class_low", "class_high"])
    return frame.assign(**{c: [f"K{i}" for i in range(len(frame))] for c in ("kampung_id", "kampung_name")})


def test_classes_are_counted_as_stated() -> None:
    kampung = kampung_of(
        ("Dasar", "Dasar", "Dasar"),
        ("Dasar", "Dasar", "Mandiri"),  # may be higher once all is reported
        ("Berkembang", "Dasar", "Berkembang"),
        ("Mandiri", "Dasar", "Mandiri"),
        ("Berkelanjutan", "Berkelanjutan", "Berkelanjutan"),
        (None, "Dasar", "Mandiri"),
    )
    (mark,) = programme_findings(kampung, NOTHING, FORMED)
    assert (mark.code, dict(mark.values)) == ("classes", {"kampung": 6, "mature": 2, "basic": 2, "unreported": 1})


def test_an_area_without_kampung_has_no_classes() -> None:
    assert programme_findings(kampung_of(), NOTHING, FORMED) == []


@pytest.mark.parametrize("needed", [2.5, Refusal("past", {"year": 2020, "period": "2024"})])
def test_villages_without_a_kampung_are_told_with_both_paces(needed: float | Refusal) -> None:
    formed = replace(FORMED, with_kampung=5, missing=tuple("abcde"), needed=needed)
    (mark,) = programme_findings(kampung_of(), NOTHING, formed)
    told = {"missing": 5, "villages": 10, "needed": needed, "year": 2026, "date": "", "actual": 1.0}
    assert dict(mark.values) == told
    dated = replace(formed, history=pd.DataFrame({"export_date": ["2023-06-12", "2024-11-29"]}))
    assert programme_findings(kampung_of(), NOTHING, dated)[0].values["date"] == "2024-11-29"
    more = replace(FORMED, with_kampung=1, missing=tuple("abcdefghi"))
    assert programme_findings(kampung_of(), NOTHING, more)[0].weight > mark.weight


@pytest.mark.parametrize(("unreported", "told"), [(0.5, True), (0.26, True), (0.25, False), (0.1, False)])
def test_silent_kampung_are_a_finding_when_more_than_a_quarter(unreported: float, told: bool) -> None:
    reason = Remark("couples_reported", {"reported": 1, "expected": 2}, weight=unreported)
    other = Remark("old_export", {}, weight=0.9)
    marks = programme_findings(kampung_of(), replace(NOTHING, reasons=(other, reason)), FORMED)
    assert codes(marks) == (["couples_reported"] if told else [])
    assert all(mark.values == reason.values for mark in marks)


# ------------------------------------------------------------------ requests


def asked(
    *findings: Remark,
    kampung: pd.DataFrame | None = None,
    quality: Quality = NOTHING,
    formed: Formation = FORMED,
    silent: tuple[str, ...] = (),
) -> tuple[Remark, ...]:
    kampung = kampung_of() if kampung is None else kampung
    items = pd.DataFrame({"couples": ~kampung["kampung_id"].isin(silent).to_numpy()}, index=kampung["kampung_id"])
    return asks(kampung, replace(quality, items=items), formed, findings, CATALOGUE)


def test_nothing_found_nothing_asked() -> None:
    assert asked() == ()
    assert asked(kampung=kampung_of(("Dasar", "Dasar", "Dasar"))) == ()


@pytest.mark.parametrize("code", ["target_missed", "worse", "worsened", "trend_worse", "unit_worse"])
def test_each_bad_finding_asks_the_agency_of_its_indicator(code: str) -> None:
    unit = "99.01.01.2001" if code == "unit_worse" else ""
    values = {"period": "2024", "unit": "Desa A"} if unit else {"period": "2024"}
    (wanted,) = asked(Remark(code, values, LOWER, unit))
    assert (wanted.code, wanted.indicator, wanted.unit) == ("ask_agency", LOWER, unit)
    assert wanted.values["agency"] == CATALOGUE[LOWER].agency
    assert wanted.values["unit"] == ("Desa A" if unit else "")
    assert wanted.values["period"] == "2024"  # a hidden cell takes the request along


@pytest.mark.parametrize("code", ["better", "improved", "classes", "formation"])
def test_good_news_and_counts_ask_no_agency(code: str) -> None:
    assert asked(Remark(code, {}, HIGHER if code in ("better", "improved") else "")) == ()


def test_kampung_whose_class_hangs_on_blanks_are_asked_to_report_by_name() -> None:
    kampung = kampung_of(("Dasar", "Dasar", "Mandiri"), ("Dasar", "Dasar", "Dasar"), ("Mandiri", "Dasar", "Mandiri"))
    (wanted,) = asked(kampung=kampung)
    assert (wanted.code, dict(wanted.values)) == ("ask_report", {"n": 2, "names": ("K0", "K2"), "agency": LEAD})


def test_silent_kampung_whose_class_is_certain_are_asked_to_fill_and_no_kampung_is_asked_twice() -> None:
    kampung = kampung_of(("Dasar", "Dasar", "Mandiri"), ("Dasar", "Dasar", "Dasar"), ("Dasar", "Dasar", "Dasar"))
    assert [(m.code, dict(m.values)) for m in asked(kampung=kampung, silent=("K0", "K2"))] == [
        ("ask_report", {"n": 1, "names": ("K0",), "agency": LEAD}),
        ("ask_fill", {"n": 1, "names": ("K2",), "agency": LEAD}),
    ]


def test_formation_and_impossible_values_are_asked_with_their_counts() -> None:
    formed = replace(FORMED, with_kampung=8, missing=("a", "b"))
    assert [(m.code, dict(m.values)) for m in asked(formed=formed, quality=replace(NOTHING, impossible=3))] == [
        ("ask_form", {"n": 2, "year": 2026, "agency": LEAD}),
        ("ask_correct", {"n": 3, "agency": LEAD}),
    ]
