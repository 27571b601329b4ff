"""Funnels: limits are where an interval touches the centre; spread, fewest areas, and what changes nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.funnel import (
    overdispersion,
    ratio_funnel,
    ratio_interval,
    ratio_limits,
    share_funnel,
    share_limits,
    share_p,
)
from kbk_analysis.indicators.proportions import SCREEN, wilson
from kbk_analysis.indicators.rates import exact_poisson

unhurried = settings(deadline=None)

PAIR = st.integers(1, 900).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
AREAS = st.lists(PAIR, min_size=10, max_size=25)
TURNED = {"above_998": "below_998", "above_95": "below_95", "below_998": "above_998", "below_95": "above_95"}


@unhurried
@given(st.integers(5, 10**6), st.floats(0.01, 0.99), st.sampled_from([0.95, SCREEN]))
def test_the_wilson_limit_of_a_funnel_limit_is_the_centre(n: int, centre: float, confidence: float) -> None:
    low, high = (float(limit) for limit in share_limits(n, centre, confidence))
    assert 0 <= low <= centre <= high <= 1
    if low > 0:
        assert float(wilson(low * n, n, confidence)[1]) == pytest.approx(centre, rel=1e-9)
    if high < 1:
        assert float(wilson(high * n, n, confidence)[0]) == pytest.approx(centre, rel=1e-9)


@unhurried
@given(st.floats(0.1, 2000), st.floats(0.2, 3), st.sampled_from([0.95, SCREEN]))
def test_the_exact_limit_of_a_ratio_limit_is_the_centre(expected: float, centre: float, confidence: float) -> None:
    low, high = (float(limit) for limit in ratio_limits(expected, centre, confidence))
    mean, tail = expected * centre, (1 - confidence) / 2
    assert low < centre < high
    if low > 0:
        assert float(exact_poisson(low * expected, confidence)[1]) == pytest.approx(mean, rel=1e-9)
    else:
        assert np.exp(-mean) >= tail * (1 - 1e-9)  # no event at all would not be unusual
    assert stats.chi2.cdf(2 * mean, 2 * high * expected) == pytest.approx(tail, rel=1e-8)


@unhurried
@given(st.integers(0, 60), st.floats(0.05, 40), st.sampled_from([0.95, SCREEN]))
def test_a_ratio_lies_outside_where_the_exact_test_says_so(x: int, expected: float, confidence: float) -> None:
    low, high = (expected * float(limit) for limit in ratio_limits(expected, confidence=confidence))
    tail = (1 - confidence) / 2
    fewer, more = stats.poisson.cdf(x, expected), stats.poisson.sf(x - 1, expected)
    if min(abs(fewer - tail), abs(more - tail)) > 1e-9:
        assert (x < low - 1e-12) == (fewer < tail)
        assert (x > high) == (more < tail)


@unhurried
@given(st.floats(0.1, 2000), st.floats(0.2, 3), st.sampled_from([0.95, SCREEN]))
def test_the_interval_form_has_chi_square_quantiles(expected: float, centre: float, confidence: float) -> None:
    low, high = (float(limit) for limit in ratio_interval(expected, centre, confidence))
    mean, tail = expected * centre, (1 - confidence) / 2
    assert low == pytest.approx(stats.chi2.ppf(tail, 2 * mean) / 2 / expected, rel=1e-8, abs=1e-12)
    assert high == pytest.approx(stats.chi2.ppf(1 - tail, 2 * mean + 2) / 2 / expected, rel=1e-8)
    assert low < centre < high


def test_limits_of_senseless_sizes_are_blank() -> None:
    assert np.isnan(share_limits([0, -1, np.nan, 10, 10], [0.5, 0.5, 0.5, 1.5, np.nan])[0]).all()
    assert np.isnan(ratio_limits([0, -1, np.nan])).all()
    assert np.isnan(ratio_interval([0, -1, np.nan])).all()
    assert [limit.tolist() for limit in share_limits([5, 5], [0, 1])] == [[0, 1], [0, 1]]


@unhurried
@given(AREAS, st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing(areas: list, random: object) -> None:
    table = pd.DataFrame(areas, columns=["x", "n"])
    order = list(range(len(areas)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = table.iloc[order]
    again = share_funnel(shuffled["x"], shuffled["n"]).sort_index()
    pd.testing.assert_frame_equal(again, share_funnel(table["x"], table["n"]), rtol=1e-9, atol=1e-9)


@unhurried
@given(AREAS)
def test_positions_agree_with_limits_and_mirror_when_the_rest_is_counted(areas: list) -> None:
    x, n = np.array(areas, dtype=float).T
    found, turned = share_funnel(x, n), share_funnel(n - x, n)
    assert ((found["lower998"] <= found["lower95"]) & (found["upper95"] <= found["upper998"])).all()
    value = found["value"]
    assert ((value > found["upper95"]) == found["position"].str.startswith("above")).all()
    assert ((value < found["lower998"]) == (found["position"] == "below_998")).all()
    clear = np.min(np.abs(found.filter(regex="^(lower|upper)").sub(value, axis=0)), axis=1) > 1e-7
    assert turned["position"][clear].tolist() == [TURNED.get(name, name) for name in found["position"][clear]]
    assert turned["phi"].iloc[0] == pytest.approx(found["phi"].iloc[0], rel=1e-9, abs=1e-9)


@unhurried
@given(AREAS)
def test_splitting_an_area_moves_no_centre_and_no_limit_of_the_others(areas: list) -> None:
    x, n = 2.0 * np.array(areas).T
    whole = share_funnel(x, n)
    halves = share_funnel([x[0] / 2, *x[1:], x[0] / 2], [n[0] / 2, *n[1:], n[0] / 2])
    columns = ["value", "centre", "lower95", "upper95", "lower998", "upper998"]
    np.testing.assert_allclose(
        whole[columns].iloc[1:].to_numpy(float), halves[columns].iloc[1:-1].to_numpy(float), rtol=1e-9, atol=1e-9
    )


def test_areas_without_value_take_no_part_and_are_named() -> None:
    x = pd.Series([40.0] * 10 + [np.nan, 4, 9], index=[f"d{i}" for i in range(13)])
    n = pd.Series([50.0] * 10 + [50, 0, 5], index=x.index)
    found = share_funnel(x, n)
    assert found.index.equals(x.index)
    assert found["reason"].tolist() == [""] * 10 + ["not_reported", "zero_denominator", "impossible"]
    assert set(found["areas"]) == {10}
    assert found["centre"].iloc[0] == pytest.approx(80)
    assert found["position"].tolist() == ["inside"] * 10 + [""] * 3
    assert found["wide_position"].tolist() == ["inside"] * 10 + [""] * 3
    assert found.loc["d10":, ["value", "lower95", "wide_upper998"]].isna().all(axis=None)


@pytest.mark.parametrize("funnel", [share_funnel, ratio_funnel])
def test_below_ten_areas_there_is_no_funnel(funnel) -> None:
    found = funnel([40.0] * 9 + [np.nan], [50.0] * 10)
    assert found["reason"].tolist() == ["too_few_areas"] * 9 + ["not_reported"]
    assert found.filter(regex="lower|upper|phi|tau2").isna().all(axis=None)
    assert set(found["position"]) == {""}
    assert not found["spread_out"].any()
    assert found["value"].notna().tolist() == [True] * 9 + [False]
    assert set(found["reason"]) <= set(REASONS)
    assert funnel([np.nan] * 3, [5.0] * 3)["reason"].tolist() == ["not_reported"] * 3
    assert funnel([], []).empty
    assert set(funnel([40.0] * 10, [50.0] * 10)["reason"]) == {""}


def test_a_fixed_centre_is_used_and_checked() -> None:
    found = share_funnel([80] * 10, [100] * 10, centre=60)
    assert set(found["position"]) == {"above_998"}
    assert set(found["centre"]) == {60}
    with pytest.raises(ValueError, match="between none and all"):
        share_funnel([80] * 10, [100] * 10, centre=130)
    assert set(ratio_funnel([30] * 10, [20] * 10, centre=150)["position"]) == {"inside"}
    with pytest.raises(ValueError, match="above zero"):
        ratio_funnel([30] * 10, [20] * 10, centre=0)


def test_none_or_all_everywhere_is_inside() -> None:
    assert set(share_funnel([0] * 10, [50] * 10)["position"]) == {"inside"}
    assert set(share_funnel([50] * 10, [50] * 10)["wide_position"]) == {"inside"}
    assert set(ratio_funnel([0] * 10, [2] * 10)["position"]) == {"inside"}


def test_widened_limits_by_hand() -> None:
    x = np.array([50, 60, 70, 80, 90, 55, 65, 75, 85, 95], dtype=float)
    found = share_funnel(x, [100] * 10)
    y, y0, s = np.arcsin(np.sqrt(x / 100)), np.arcsin(np.sqrt(x.sum() / 1000)), 0.05
    z = np.clip((y - y0) / s, *np.quantile((y - y0) / s, [0.1, 0.9]))
    phi = (z**2).mean()
    # With equal weights the divisor is w (I - 1).
    tau2 = (10 * phi - 9) / (9 / s**2)
    assert found["phi"].iloc[0] == pytest.approx(phi)
    assert found["tau2"].iloc[0] == pytest.approx(tau2)
    assert found["spread_out"].all()
    for confidence, name in ((0.95, "95"), (SCREEN, "998")):
        reach = stats.norm.ppf(0.5 + confidence / 2) * np.sqrt(s**2 + tau2)
        assert found[f"wide_lower{name}"].iloc[0] == pytest.approx(100 * np.sin(y0 - reach) ** 2)
        assert found[f"wide_upper{name}"].iloc[0] == pytest.approx(100 * np.sin(min(y0 + reach, np.pi / 2)) ** 2)
    assert (found["position"] != "inside").sum() > (found["wide_position"] != "inside").sum()


def test_without_excess_the_widened_limits_are_the_plain_ones() -> None:
    found = share_funnel([80] * 9 + [82], [100] * 10)
    assert set(found["tau2"]) == {0}
    assert not found["spread_out"].any()
    for name in ("lower95", "upper95", "lower998", "upper998"):
        assert found[name].tolist() == found[f"wide_{name}"].tolist()
    assert overdispersion([0.5, np.nan, 0.5], 0.5, 0.1).phi == 0
    with pytest.raises(ValueError, match="fewer than two"):
        overdispersion([0.5, np.nan], 0.5, 0.1)


def test_small_ratios_that_are_alike_are_hardly_ever_flagged() -> None:
    flagged = looks = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        expected = np.exp(draw.uniform(np.log(0.5), np.log(60), size=145))
        found = ratio_funnel(draw.poisson(expected), expected)
        flagged += int(found["position"].str.endswith("998").sum())
        looks += 145
    assert 0 < flagged / looks < 0.002


def test_chance_alone_is_not_called_spread_and_real_spread_is() -> None:
    called = named = outside = looks = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        n = np.exp(draw.uniform(np.log(20), np.log(1500), size=145)).astype(int)
        alike = share_funnel(draw.binomial(n, 0.8), n)
        called += bool(alike["spread_out"].iloc[0])
        outside += int(alike["position"].str.endswith("998").sum())
        looks += 145
        spread = np.clip(draw.normal(0.8, 0.09, size=145), 0, 1)
        named += bool(share_funnel(draw.binomial(n, spread), n)["spread_out"].iloc[0])
    assert called == 0
    assert named == 200
    assert outside / looks < 0.005


@unhurried
@given(AREAS)
def test_a_share_is_outside_the_widened_limits_where_its_p_says_so(areas: list[tuple[int, int]]) -> None:
    found = share_funnel(*zip(*areas, strict=True))
    x, n = np.array(areas, dtype=float).T
    p = share_p(x, n, found["centre"] / 100, found["tau2"])
    outside = found["wide_position"].str.endswith("_998").to_numpy()
    clear = np.abs(p - (1 - SCREEN)) > 1e-9
    assert ((p < 1 - SCREEN) == outside)[clear & (found["reason"] == "").to_numpy()].all()


def test_without_spread_the_p_of_a_share_is_that_of_the_score() -> None:
    assert share_p([60, 5], [100, 4], 0.5, [0.0, 0.1])[0] == pytest.approx(0.0455, abs=1e-4)
    assert np.isnan(share_p([5, 1], [4, 0], 0.5, 0.1)).all()  # more than all, and of none
    assert share_p(60, 100, 0.5, np.nan) == pytest.approx(share_p(60, 100, 0.5))
