"""Ranks: intervals of seeded draws, ties, mirrored directions, order of rows; and which of two is likely ahead."""

from fractions import Fraction
from math import comb, factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.ranks import more_likely, probability_greater, rank_intervals
from kbk_analysis.schema import Direction

HIGHER, LOWER, CONTEXT = Direction.HIGHER, Direction.LOWER, Direction.CONTEXT
PAIR = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
AREAS = st.lists(PAIR, min_size=10, max_size=20)

unhurried = settings(deadline=None, max_examples=30)


@unhurried
@given(AREAS, st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing_even_among_ties(areas: list, random: object) -> None:
    table = pd.DataFrame([*areas, areas[0], areas[0]], columns=["x", "n"])
    order = list(range(len(table)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = table.iloc[order]
    plain = rank_intervals(table["x"], table["n"], HIGHER, draws=200)
    pd.testing.assert_frame_equal(rank_intervals(shuffled["x"], shuffled["n"], HIGHER, draws=200).sort_index(), plain)
    alike = plain.iloc[[0, -1, -2]]
    assert len(alike.drop_duplicates()) == 1


@unhurried
@given(AREAS)
def test_direction_mirrors_ranks_and_groups_and_nothing_else(areas: list) -> None:
    x, n = np.array(areas, dtype=float).T
    up, down = (rank_intervals(x, n, direction, draws=300) for direction in (HIGHER, LOWER))
    last = len(areas) + 1
    assert (last - up["rank_upper"]).tolist() == down["rank_lower"].tolist()
    assert (last - up["rank_lower"]).tolist() == down["rank_upper"].tolist()
    assert (last - up["rank"]).tolist() == down["rank"].tolist()
    assert up["p_top"].tolist() == pytest.approx(down["p_bottom"].tolist())
    turned = {"top": "bottom", "bottom": "top"}
    assert [turned.get(group, group) for group in up["group"]] == down["group"].tolist()
    for column in ("value", "n", "areas", "draws", "seed", "method", "reason"):
        assert up[column].tolist() == down[column].tolist()


@unhurried
@given(AREAS)
def test_intervals_and_probabilities_hold_together(areas: list) -> None:
    x, n = np.array(areas, dtype=float).T
    found = rank_intervals(x, n, HIGHER, draws=200)
    assert ((found["rank_lower"] >= 1) & (found["rank_upper"] <= len(areas))).all()
    assert ((found["rank_lower"] <= found["rank"]) & (found["rank"] <= found["rank_upper"])).all()
    fifth = len(areas) // 5
    assert found["p_top"].sum() == pytest.approx(fifth)
    assert found["p_bottom"].sum() == pytest.approx(fifth)
    total = found[["p_top", "p_middle", "p_bottom"]].sum(axis=1)
    assert total.tolist() == pytest.approx([1.0] * len(areas))
    wider = rank_intervals(x, n, HIGHER, draws=200, confidence=0.998)
    assert ((wider["rank_lower"] <= found["rank_lower"]) & (wider["rank_upper"] >= found["rank_upper"])).all()


def test_seed_and_draws_are_told_and_decide_alone() -> None:
    x, n = [30, 32, 35, 36, 38, 40, 41, 42, 45, 47], [60] * 10
    found = rank_intervals(x, n, HIGHER, seed=7, draws=500)
    assert set(found["seed"]) == {7}
    assert set(found["draws"]) == {500}
    pd.testing.assert_frame_equal(found, rank_intervals(x, n, HIGHER, seed=7, draws=500))
    assert not found["p_top"].equals(rank_intervals(x, n, HIGHER, seed=8, draws=500)["p_top"])


def test_groups_are_given_only_when_sure() -> None:
    n = np.full(20, 400)
    x = np.array([380] * 4 + [240] * 12 + [60] * 4)
    found = rank_intervals(x, n, HIGHER)
    assert found["group"].tolist() == ["top"] * 4 + ["middle"] * 12 + ["bottom"] * 4
    assert found["rank_upper"].tolist()[:4] == [4] * 4
    assert found["rank_lower"].tolist()[:4] == [1] * 4
    same = rank_intervals([240] * 20, n, HIGHER)
    assert set(same["group"]) == {"unclear"}
    assert same["p_top"].tolist() == pytest.approx([0.2] * 20)
    assert same["rank"].tolist() == pytest.approx([10.5] * 20)


def test_villages_that_are_alike_spread_over_most_places() -> None:
    n, alike, apart = np.full(145, 60), [], []
    for seed in range(5):
        draw = np.random.default_rng(seed)
        chance = rank_intervals(draw.binomial(60, 0.8, size=145), n, HIGHER)
        alike.append((chance["rank_upper"] - chance["rank_lower"]).median())
        truth = np.clip(draw.normal(0.8, 0.087, size=145), 0, 1)
        real = rank_intervals(draw.binomial(60, truth), n, HIGHER)
        apart.append((real["rank_upper"] - real["rank_lower"]).median())
        assert (chance["group"] == "unclear").mean() > 0.9
    assert 108 < np.mean(alike) < 122  # of 145 places
    assert 65 < np.mean(apart) < 90


def test_refusals_of_ranks() -> None:
    x = pd.Series([5.0] * 9 + [np.nan, 3, 8], index=list("abcdefghijkl"))
    n = pd.Series([10.0] * 10 + [0, 7], index=x.index)
    few = rank_intervals(x, n, HIGHER)
    assert few["reason"].tolist() == ["too_few_areas"] * 9 + ["not_reported", "zero_denominator", "impossible"]
    assert few[["rank", "rank_lower", "rank_upper", "p_top"]].isna().all(axis=None)
    assert set(few["group"]) == {""}
    assert few["value"].notna().tolist() == [True] * 9 + [False] * 3
    assert set(few["areas"]) == {9}
    enough = rank_intervals(
        pd.concat([x, pd.Series([6.0], index=["m"])]), pd.concat([n, pd.Series([10.0], index=["m"])]), HIGHER
    )
    assert enough["reason"].tolist() == [""] * 9 + ["not_reported", "zero_denominator", "impossible", ""]
    assert enough["rank"].notna().tolist() == [True] * 9 + [False] * 3 + [True]
    assert set(rank_intervals([5] * 12, [10] * 12, CONTEXT)["reason"]) == {"not_judged"}
    assert {"too_few_areas", "not_judged"} <= set(REASONS)
    assert rank_intervals([], [], HIGHER).empty


# ------------------------------------------------------------------ two areas


def exactly(a: int, b: int, c: int, d: int) -> float:
    """P(X > Y) for X ~ Beta(a, b), Y ~ Beta(c, d) in whole parameters, as a sum of fractions."""

    def beta(p: int, q: int) -> Fraction:
        return Fraction(factorial(p - 1) * factorial(q - 1), factorial(p + q - 1))

    # P(Y < t) is the chance of at least c of c + d - 1, so the integral over X is a sum of Beta functions.
    m = c + d - 1
    return float(sum(comb(m, k) * beta(a + k, b + m - k) for k in range(c, m + 1)) / beta(a, b))


WHOLE = st.integers(1, 60)


@unhurried
@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_probability_agrees_with_the_closed_form(a: int, b: int, c: int, d: int) -> None:
    assert float(probability_greater(a, b, c, d)) == pytest.approx(exactly(a, b, c, d), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "c", "d"),
    [
        (0.5, 0.5, 0.5, 0.5),
        (0.5, 40.5, 3.5, 0.5),
        (0.945, 1.055, 2.2, 7.1),
        (0.5, 2000.5, 12.5, 900.5),
        (81.5, 6.5, 0.5, 9.5),
    ],
)
def test_probability_of_fractional_parameters_agrees_with_quadrature(a: float, b: float, c: float, d: float) -> None:
    places = stats.beta.ppf([1e-9, 1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9], a, b)
    expected = 0.0
    for low, high in zip([0, *places], [*places, 1], strict=True):
        # By quantile of the first, so that a density without bound at the ends does no harm.
        edges = stats.beta.cdf([low, high], a, b)
        expected += integrate.quad(lambda u: stats.beta.cdf(stats.beta.ppf(u, a, b), c, d), *edges, epsabs=1e-13)[0]
    assert float(probability_greater(a, b, c, d)) == pytest.approx(expected, abs=2e-9)
    assert float(probability_greater(a, b, a, b)) == pytest.approx(0.5, abs=1e-12)
    assert float(probability_greater(c, d, a, b)) == pytest.approx(1 - expected, abs=2e-9)


@unhurried
@given(PAIR, PAIR)
def test_of_two_areas_one_is_ahead_or_the_other(first: tuple[int, int], second: tuple[int, int]) -> None:
    there, back = more_likely(*first, *second)["value"].iloc[0], more_likely(*second, *first)["value"].iloc[0]
    assert there + back == pytest.approx(1, abs=1e-12)
    assert more_likely(*first, *first)["value"].iloc[0] == pytest.approx(0.5, abs=1e-12)
    draw = np.random.default_rng(3)
    (x1, n1), (x2, n2) = first, second
    drawn = draw.beta(x1 + 0.5, n1 - x1 + 0.5, 4000) > draw.beta(x2 + 0.5, n2 - x2 + 0.5, 4000)
    assert there == pytest.approx(drawn.mean(), abs=0.04)


def test_very_large_and_very_unlike_areas() -> None:
    assert float(probability_greater(1e6, 1e6, 1e6 + 1, 1e6)) == pytest.approx(0.5, abs=1e-3)
    assert float(probability_greater(9000.5, 1000.5, 5000.5, 5000.5)) == pytest.approx(1)
    assert float(probability_greater(10.5, 0.5, 0.5, 1e6)) == pytest.approx(1)
    z = (0.51 - 0.5) / np.sqrt(2 * 0.25 / 4e4)
    assert float(probability_greater(20400, 19600, 20000, 20000)) == pytest.approx(stats.norm.cdf(z), abs=1e-4)
    assert probability_greater([[1, 2]], 1, [[1], [2]], 1).shape == (2, 2)
    assert np.isnan(probability_greater([np.nan, 0, -1], 1, 1, 1)).all()


def test_reasons_of_a_pair() -> None:
    found = more_likely(pd.Series([5, np.nan, 5, 5], index=list("abcd")), 10, [3, 3, 11, 3], [10, 10, 10, 0])
    assert found["reason"].tolist() == ["", "not_reported", "impossible", "zero_denominator"]
    assert found["value"].notna().tolist() == [True, False, False, False]
    assert found.index.tolist() == list("abcd")
    assert more_likely([], [], [], []).empty
