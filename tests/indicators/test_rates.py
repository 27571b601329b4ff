"""Rates, standardised rates and mean scores: their laws, their edges, and refusals by name."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.proportions import SCREEN
from kbk_analysis.indicators.rates import (
    byar,
    count_limits,
    exact_poisson,
    expected_events,
    mean_score,
    rate,
    standardised_rate,
    standardised_ratio,
    unstable,
)

unhurried = settings(deadline=None)

COUNT = st.floats(0, 5000) | st.integers(0, 30).map(float)


@unhurried
@given(COUNT, st.sampled_from([0.9, 0.95, SCREEN]))
def test_limits_enclose_the_count_and_widen_with_confidence(x: float, confidence: float) -> None:
    for limits in (exact_poisson, byar, count_limits):
        low, high = limits(x, confidence)
        wide_low, wide_high = limits(x, 0.9999)
        assert 0 <= wide_low <= low <= x < high <= wide_high


@unhurried
@given(st.floats(0.01, 500), st.sampled_from([0.95, SCREEN]))
def test_exact_limits_are_chi_square_quantiles_for_fractions_too(x: float, confidence: float) -> None:
    low, high = exact_poisson(x, confidence)
    tail = (1 - confidence) / 2
    assert float(low) == pytest.approx(stats.chi2.ppf(tail, 2 * x) / 2, rel=1e-9)
    assert float(high) == pytest.approx(stats.chi2.ppf(1 - tail, 2 * x + 2) / 2, rel=1e-9)


@unhurried
@given(st.integers(0, 60))
def test_exact_limits_leave_the_stated_chance_outside(x: int) -> None:
    low, high = (float(limit) for limit in exact_poisson(x))
    assert stats.poisson.cdf(x, high) == pytest.approx(0.025, rel=1e-8)
    assert x == 0 or stats.poisson.sf(x - 1, low) == pytest.approx(0.025, rel=1e-8)


def test_zero_and_the_change_of_method_at_ten() -> None:
    table = rate([0, 9, 9.99, 10], 1000)
    assert table["lower"].iloc[0] == 0
    assert table["method"].tolist() == ["exact_poisson"] * 3 + ["byar"]
    assert float(count_limits(0)[1]) == pytest.approx(3.688879, abs=1e-6)
    assert table["value"].tolist() == pytest.approx([0, 9, 9.99, 10])


def test_shapes_scalars_and_labels_are_kept() -> None:
    low, high = count_limits([[1, 20], [3, np.nan]])
    assert low.shape == high.shape == (2, 2)
    assert np.isnan(low[1, 1])
    assert np.isnan(high[1, 1])
    assert count_limits(4)[0].shape == ()
    assert len(rate(4, 10)) == 1
    assert rate([], []).empty
    events = pd.Series([3.0, 30.0], index=["b", "a"])
    table = rate(events, pd.Series([100.0, 1000.0], index=["a", "b"]))
    assert table.index.tolist() == ["b", "a"]
    assert table["value"].tolist() == pytest.approx([3, 300])
    with pytest.raises(ValueError, match="labels"):
        rate(events, pd.Series([1.0, 2.0], index=["a", "c"]))
    with pytest.raises(ValueError, match="length"):
        rate([1, 2, 3], [1, 2])
    assert rate(pd.Series([1, None], dtype="Int64"), 10)["reason"].tolist() == ["", "not_reported"]


def test_missing_and_senseless_counts_are_refused_by_name() -> None:
    table = rate([np.nan, 3, 3, -1, 3, np.inf, 120], [100, np.nan, 0, 100, -5, 100, 100], multiplier=100)
    reasons = ["not_reported", "not_reported", "zero_denominator", "impossible", "impossible", "impossible", ""]
    assert table["reason"].tolist() == reasons
    assert table[["value", "lower", "upper"]].isna().all(axis=1).tolist() == [True] * 6 + [False]
    assert table["value"].iloc[6] == 120  # events may repeat
    assert set(table["reason"]) - {""} <= set(REASONS)


@unhurried
@given(st.integers(1, 2000), st.integers(1, 10**6), st.integers(2, 50))
def test_larger_populations_keep_the_rate_and_narrow_it(x: int, n: int, factor: int) -> None:
    table = rate([x, x * factor], [n, n * factor])
    assert table["value"].iloc[0] == pytest.approx(table["value"].iloc[1])
    width = table["upper"] - table["lower"]
    assert width.iloc[1] < width.iloc[0]


def test_ten_times_the_population_narrows_by_root_ten() -> None:
    table = rate([400, 4000], [10_000, 100_000])
    width = table["upper"] - table["lower"]
    assert width.iloc[0] / width.iloc[1] == pytest.approx(np.sqrt(10), rel=0.01)


# ------------------------------------------------------------------ standardised


STRATA = st.lists(
    st.tuples(st.integers(0, 60), st.integers(50, 5000), st.integers(1, 9000)), min_size=1, max_size=8
).filter(lambda rows: sum(row[0] for row in rows) >= 10)


@unhurried
@given(STRATA, st.randoms(use_true_random=False))
def test_direct_rates_do_not_depend_on_order_or_on_the_size_of_the_standard(strata: list, random: object) -> None:
    x, n, w = np.array(strata, dtype=float).T
    order = list(range(len(strata)))
    random.shuffle(order)  # type: ignore[attr-defined]
    plain = standardised_rate(x, n, w).loc[0, ["value", "lower", "upper"]].astype(float)
    shuffled = standardised_rate(x[order], n[order], 7 * w[order]).loc[0, ["value", "lower", "upper"]].astype(float)
    np.testing.assert_allclose(plain, shuffled, rtol=1e-10)
    assert plain["lower"] <= plain["value"] <= plain["upper"]
    rates = 1e5 * x / n
    assert rates.min() - 1e-6 <= plain["value"] <= rates.max() + 1e-6


@unhurried
@given(STRATA)
def test_splitting_a_stratum_changes_no_standardised_figure(strata: list) -> None:
    x, n, w = np.array(strata, dtype=float).T
    whole = standardised_rate(2 * x, 2 * n, 2 * w)
    halves = standardised_rate(*(np.repeat(column, 2) for column in (x, n, w)))
    columns = ["value", "lower", "upper", "events", "n"]
    np.testing.assert_allclose(
        whole[columns].to_numpy(float), halves[columns].to_numpy(float).reshape(1, -1), rtol=1e-10
    )


def test_standardising_on_itself_gives_the_plain_rate_and_its_limits() -> None:
    n = np.array([500.0, 700.0, 900.0])
    x = n * 0.03
    table, plain = standardised_rate(x, n, n, multiplier=1000), rate(x.sum(), n.sum(), multiplier=1000)
    for column in ("value", "lower", "upper"):
        assert table[column].iloc[0] == pytest.approx(plain[column].iloc[0])


def test_areas_are_standardised_apart_and_refused_by_name() -> None:
    rows = pd.DataFrame(
        [
            ("c", 8, 100, 1), ("c", 2, 100, 1),
            ("a", 5, 100, 1), ("a", 4, 100, 1),
            ("d", 30, 100, 1), ("d", np.nan, 100, 1),
            ("e", 30, 100, 1), ("e", 0, 0, 1),
            ("f", 30, 100, 1), ("f", 0, 0, 0),
            ("g", 30, 100, 1), ("g", -3, 100, 1),
            ("h", 30, 100, 0), ("h", 30, 100, 0),
            ("i", 300, 100, 1), ("i", 0, 100, 1),
        ],
        columns=["area", "x", "n", "w"],
    )  # fmt: skip
    table = standardised_rate(rows["x"], rows["n"], rows["w"], rows["area"], multiplier=100)
    assert table.index.tolist() == list("acdefghi")
    assert table["reason"].to_dict() == {
        "a": "too_few_events",
        "c": "",
        "d": "not_reported",
        "e": "zero_denominator",
        "f": "",
        "g": "impossible",
        "h": "zero_denominator",
        "i": "",
    }
    assert (table["value"].isna() == (table["reason"] != "")).all()
    assert (table["lower"].isna() == (table["reason"] != "")).all()
    assert table.loc["c", ["value", "events", "n"]].tolist() == [5, 10, 200]
    assert table.loc["i", "value"] == 150
    assert set(table["method"]) == {"dobson"}
    shuffled = rows.sample(frac=1, random_state=1)
    again = standardised_rate(shuffled["x"], shuffled["n"], shuffled["w"], shuffled["area"], multiplier=100)
    pd.testing.assert_frame_equal(again, table)
    with pytest.raises(ValueError, match="no area"):
        standardised_rate([1, 2], [3, 4], 1, ["a", None])


def test_indirect_ratio_from_strata() -> None:
    area = pd.Series(["b", "b", "a", "a", "c"])
    expected = expected_events(pd.Series([100, 300, 50, 50, np.nan]), [0.02, 0.06, 0.02, 0.06, 0.02], area)
    assert expected.to_dict() == pytest.approx({"a": 4.0, "b": 20.0, "c": np.nan}, nan_ok=True)
    table = standardised_ratio(pd.Series({"b": 25, "a": 2, "c": 4}), expected)
    assert table["value"].tolist() == pytest.approx([125, 50, np.nan], nan_ok=True)
    assert table["reason"].tolist() == ["", "", "not_reported"]
    assert table["method"].tolist()[:2] == ["byar", "exact_poisson"]
    assert standardised_ratio(3, 0)["reason"].tolist() == ["zero_denominator"]
    assert standardised_ratio(0, 5)["value"].tolist() == [0]
    low, high = (float(limit) for limit in byar(25))
    assert table.loc["b", ["lower", "upper"]].tolist() == pytest.approx([5 * low, 5 * high])


# ------------------------------------------------------------------ means and stability


@unhurried
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30))
def test_mean_of_a_sample_agrees_with_the_t_interval(scores: list[float]) -> None:
    found = mean_score(scores, full_count=False).iloc[0]
    assert found["lower"] <= found["value"] + 1e-9
    assert found["upper"] >= found["value"] - 1e-9
    error = np.std(scores, ddof=1) / np.sqrt(len(scores))
    half = stats.t.ppf(0.975, len(scores) - 1) * error
    assert found["upper"] - found["value"] == pytest.approx(half, abs=1e-7)
    assert (found["n"], found["method"], found["reason"]) == (len(scores), "mean_t", "")


def test_scores_of_a_full_count_have_no_interval() -> None:
    scores = pd.Series([2.0, 4.0, np.nan, 3.0, np.nan, 1.0])
    area = pd.Series(["b", "b", "b", "a", "c", "b"])
    full, sample = mean_score(scores, area, full_count=True), mean_score(scores, area, full_count=False)
    assert full[["lower", "upper"]].isna().all(axis=None)
    assert full["value"].tolist()[:2] == pytest.approx([3, 7 / 3])
    assert full["n"].tolist() == [1, 3, 0]
    assert full["reason"].tolist() == sample["reason"].tolist() == ["", "", "not_reported"]
    assert sample["method"].tolist()[:2] == ["mean_of_one", "mean_t"]
    assert set(full["method"]) == {"mean_full_count"}
    assert sample["lower"].notna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper", "marked"),
    [
        (20, 20, 90, 100, False),
        (19, 400, 3, 7, True),
        (20, 19.9, 90, 100, True),
        (50, 100, 40, 60, False),
        (48, 90, 43.1, 63.3, True),
        (25, 400, np.nan, np.nan, False),
        (np.nan, np.nan, np.nan, np.nan, False),
        (0, 1000, 0, 0.4, True),
    ],
)
def test_figures_that_rest_on_little_are_marked(x: float, n: float, lower: float, upper: float, marked: bool) -> None:
    assert unstable(x, n, lower, upper).tolist() == [marked]
    assert unstable(pd.Series([x], index=["a"]), n, lower, upper).to_dict() == {"a": marked}
