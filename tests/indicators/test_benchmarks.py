"""Against a benchmark: verdicts agree with intervals and p, mirrored directions, false alarms in a grid."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.benchmarks import (
    benchmark_status,
    benjamini_hochberg,
    compare_with_rest,
    compare_with_value,
    difference_p,
    score_p,
)
from kbk_analysis.indicators.proportions import SCREEN, share, wilson
from kbk_analysis.indicators.rates import rate
from kbk_analysis.schema import Direction

unhurried = settings(deadline=None)

HIGHER, LOWER, CONTEXT = Direction.HIGHER, Direction.LOWER, Direction.CONTEXT
MIRROR = {"better": "worse", "worse": "better", "similar": "similar", "": ""}
PAIR = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@unhurried
@given(PAIR, st.floats(0, 1), st.sampled_from([0.95, SCREEN]))
def test_p_agrees_with_the_wilson_interval(pair: tuple[int, int], theta: float, confidence: float) -> None:
    x, n = pair
    p = float(score_p(x, n, theta))
    low, high = (float(limit) for limit in wilson(x, n, confidence))
    assert 0 <= p <= 1
    if abs(theta - low) > 1e-9 and abs(theta - high) > 1e-9:
        assert (p < 1 - confidence) == (not low <= theta <= high)


@unhurried
@given(PAIR)
def test_p_at_a_limit_is_what_the_limit_leaves_outside(pair: tuple[int, int]) -> None:
    for limit in wilson(*pair):
        if 0 < limit < 1:
            assert float(score_p(*pair, limit)) == pytest.approx(0.05, rel=1e-6)


def test_p_of_counts_that_make_no_sense_is_blank_and_ends_are_certain() -> None:
    p = score_p([5, 5, 12, -1, np.nan, 5, 5], [0, np.nan, 10, 10, 10, 10, 10], [0.5, 0.5, 0.5, 0.5, 0.5, 1.2, np.nan])
    assert np.isnan(p).all()
    assert score_p([0, 1, 10, 9], 10, [0, 0, 1, 1]).tolist() == [1, 0, 1, 0]
    assert float(score_p(20, 80, 0.25)) == 1
    z = (60 / 100 - 0.5) / 0.05
    assert float(score_p(60, 100, 0.5)) == pytest.approx(2 * stats.norm.sf(z), rel=1e-12)


@unhurried
@given(PAIR, st.floats(0, 100), st.sampled_from([0.95, SCREEN]))
def test_three_ways_to_the_same_verdict(pair: tuple[int, int], benchmark: float, confidence: float) -> None:
    x, n = pair
    found = compare_with_value(x, n, benchmark, HIGHER, confidence=confidence).iloc[0]
    turned = compare_with_value(x, n, benchmark, LOWER, confidence=confidence).iloc[0]
    assert turned["verdict"] == MIRROR[found["verdict"]]
    same = [name for name in found.index if name != "verdict"]
    assert found[same].equals(turned[same])
    assert (found["reason"] == "unstable") == (n < 20) == (found["verdict"] == "")
    if n >= 20 and min(abs(benchmark - found["lower"]), abs(benchmark - found["upper"])) > 1e-7:
        assert (found["verdict"] != "similar") == (found["p"] < 1 - confidence)
        limits = share(pd.Series([x]), pd.Series([n]), confidence=confidence)
        by_limits = benchmark_status(limits["lower"], limits["upper"], n, benchmark, HIGHER)
        assert by_limits["verdict"].tolist() == [found["verdict"]]


def test_verdicts_of_rates_and_of_open_intervals() -> None:
    table = rate([2, 60, 30], 1000, confidence=0.95)
    found = benchmark_status(table["lower"], table["upper"], table["n"], 30.0, LOWER, reason=table["reason"])
    assert found["verdict"].tolist() == ["better", "worse", "similar"]
    half_open = benchmark_status([np.nan, np.nan, 40], [20, 40, np.nan], 100, 30.0, HIGHER)
    assert half_open["verdict"].tolist() == ["worse", "similar", "better"]


def test_reasons_against_a_benchmark() -> None:
    found = benchmark_status(
        [10, np.nan, 10, 10, 10, 10, 10],
        [20, np.nan, 20, 20, 20, 20, 20],
        [50, 50, 50, 50, 19, np.nan, 50],
        [15, 15, np.nan, 15, 15, 15, 15],
        [HIGHER, HIGHER, HIGHER, CONTEXT, HIGHER, HIGHER, HIGHER],
        reason=pd.Series(["", "", "", "", "", "", "suppressed"]),
    )
    reasons = ["", "no_interval", "no_benchmark", "not_judged", "unstable", "not_reported", "suppressed"]
    assert found["reason"].tolist() == reasons
    assert found["verdict"].tolist() == ["similar", "", "", "", "", "", ""]
    assert set(reasons) - {""} <= set(REASONS)
    counts = compare_with_value([5, np.nan, 3, 50, 50], [0, 40, 2, 100, 100], [50, 50, 50, 101, np.nan], HIGHER)
    assert counts["reason"].tolist() == ["zero_denominator", "not_reported", "impossible", "impossible", "no_benchmark"]
    assert counts["value"].notna().tolist() == [False, False, False, True, True]
    assert counts["p"].isna().all()


def test_twenty_are_judged_and_nineteen_are_not() -> None:
    own, parent = np.array([20, 19, 500, 500]), np.array([520, 519, 520, 519])
    assert compare_with_rest(own * 0, own, parent - own, parent, HIGHER)["verdict"].tolist() == [
        "worse",
        "",
        "worse",
        "",
    ]
    assert compare_with_value([0, 0], [20, 19], 90.0, HIGHER)["verdict"].tolist() == ["worse", ""]
    assert compare_with_value(0, 5, 90.0, HIGHER, fewest=5)["verdict"].tolist() == ["worse"]


# ------------------------------------------------------------------ rest of the parent


def test_an_area_is_compared_with_its_parent_less_itself() -> None:
    # Newcombe (1998), table II, method 10: 56/70 against 48/80
    found = compare_with_rest([56, 48], [70, 80], 104, 150, HIGHER)
    assert found[["lower", "upper"]].iloc[0].tolist() == pytest.approx([5.24, 33.39], abs=5.1e-3)
    assert found["value"].tolist() == pytest.approx([20, -20])
    assert found["verdict"].tolist() == ["better", "worse"]
    assert found[["n", "n_rest"]].values.tolist() == [[70, 80], [80, 70]]
    assert found["lower"].iloc[0] == pytest.approx(-found["upper"].iloc[1])


@unhurried
@given(PAIR, PAIR)
def test_comparison_with_the_rest_mirrors_with_the_direction(own: tuple[int, int], rest: tuple[int, int]) -> None:
    whole = (own[0] + rest[0], own[1] + rest[1])
    found, turned = (compare_with_rest(*own, *whole, direction).iloc[0] for direction in (HIGHER, LOWER))
    assert turned["verdict"] == MIRROR[found["verdict"]]
    assert found["lower"] - 1e-9 <= found["value"] <= found["upper"] + 1e-9
    assert (found["verdict"] == "") == (min(own[1], rest[1]) < 20)


def test_reasons_against_the_rest() -> None:
    found = compare_with_rest(
        [30, 30, 30, 30, np.nan, 30, 30, 10, 30],
        [60, 60, 60, 60, 60, 0, 60, 19, 60],
        [30, 29, 90, np.nan, 90, 90, 45, 100, 200],
        [60, 90, 90, 100, 100, 100, 75, 200, 500],
        [HIGHER] * 8 + [CONTEXT],
    )
    assert found["reason"].tolist() == [
        "no_benchmark", "impossible", "impossible", "no_benchmark", "not_reported", "zero_denominator", "unstable",
        "unstable", "not_judged",
    ]  # fmt: skip
    assert set(found["verdict"]) == {""}
    assert found["value"].notna().tolist() == [False] * 6 + [True] * 3


# ------------------------------------------------------------------ many comparisons

PS = st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=40)


def by_hand(p: list[float | None], q: float) -> set[int]:
    """Positions reported at q: all up to the largest k with p(k) <= k q / m."""
    order = sorted((value, place) for place, value in enumerate(p) if value is not None)
    largest = max((k for k, (value, _) in enumerate(order, 1) if value <= k * q / len(order)), default=0)
    return {place for _, place in order[:largest]}


@unhurried
@given(PS, st.sampled_from([0.05, 0.2]))
def test_adjusted_p_names_the_same_comparisons_as_the_step_up_rule(p: list[float | None], q: float) -> None:
    found = benjamini_hochberg(p, q=q)
    flagged = set(np.flatnonzero(found["flagged"]))
    assert by_hand(p, q) <= flagged
    assert flagged <= by_hand(p, q * (1 + 1e-9))
    used = found["p"].notna()
    assert (found["adjusted"][used] >= found["p"][used] - 1e-15).all()
    assert (found["n"] == used.sum()).all()
    expected = stats.false_discovery_control(found["p"][used]) if used.any() else []
    np.testing.assert_allclose(found["adjusted"][used], expected, rtol=1e-12)


@unhurried
@given(PS, PS, st.randoms(use_true_random=False))
def test_families_are_adjusted_apart_whatever_the_order(first: list, second: list, random: object) -> None:
    table = pd.DataFrame({"p": [*first, *second], "indicator": ["b"] * len(first) + ["a"] * len(second)}, dtype=object)
    table["p"] = table["p"].astype(float)
    together = benjamini_hochberg(table["p"], table["indicator"])
    apart = pd.concat([benjamini_hochberg(first), benjamini_hochberg(second)], ignore_index=True)
    pd.testing.assert_frame_equal(together, apart)
    order = list(range(len(table)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = table.iloc[order]
    pd.testing.assert_frame_equal(benjamini_hochberg(shuffled["p"], shuffled["indicator"]).sort_index(), together)


def test_p_outside_its_range_is_refused() -> None:
    found = benjamini_hochberg(pd.Series([0.01, -0.1, 1.5, None], index=list("abcd")))
    assert found["reason"].tolist() == ["", "impossible", "impossible", "not_reported"]
    assert found["n"].tolist() == [1] * 4
    assert found["adjusted"].tolist() == pytest.approx([0.01, np.nan, np.nan, np.nan], nan_ok=True)
    assert benjamini_hochberg([None, None])["flagged"].tolist() == [False, False]
    assert benjamini_hochberg([]).empty


def test_grids_of_villages_that_are_alike_are_hardly_ever_flagged() -> None:
    flagged = corrected = looks = 0
    for seed in range(20):
        draw = np.random.default_rng(seed)
        n = np.exp(draw.uniform(np.log(20), np.log(1500), size=(50, 145))).astype(int)
        truth = draw.uniform(0.1, 0.9, size=(50, 1))
        x = draw.binomial(n, truth)
        benchmark = np.repeat(100 * x.sum(axis=1) / n.sum(axis=1), 145)
        found = compare_with_value(x.ravel(), n.ravel(), benchmark, HIGHER)
        flagged += int(found["verdict"].isin(["better", "worse"]).sum())
        corrected += int(benjamini_hochberg(found["p"], np.repeat(np.arange(50), 145))["flagged"].sum())
        looks += len(found)
    assert looks == 20 * 7250
    assert 0 < flagged / looks < 0.005
    assert corrected / looks < 0.002


@given(counts=st.tuples(*[st.integers(1, 300)] * 2), parts=st.tuples(*[st.floats(0, 1)] * 2))
def test_p_of_a_difference_is_that_of_the_chi_square_of_its_table(
    counts: tuple[int, int], parts: tuple[float, float]
) -> None:
    (n1, n2), (x1, x2) = counts, (round(counts[0] * parts[0]), round(counts[1] * parts[1]))
    p = float(difference_p(x1, n1, x2, n2))
    if x1 + x2 in (0, n1 + n2):
        assert p == 1.0
    else:
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        assert p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, abs=1e-12)


def test_p_of_a_difference_is_blank_where_the_counts_make_no_sense() -> None:
    found = difference_p([5, 5, np.nan, 5], [4, 10, 10, 10], [1, 1, 1, 1], [10, 0, 10, np.nan])
    assert np.isnan(found).all()
