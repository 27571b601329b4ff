"""Mann-Kendall against full enumeration and scipy, Sen's slope, and the words for scores."""

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, theilslopes

from kbk_analysis.indicators.kendall import arrangements, mann_kendall, recent_scores, sen_slope, upper_tail

VALUES = st.integers(0, 12).map(float)


def s_of(y: np.ndarray) -> int:
    return int(sum(np.sign(y[j] - y[i]) for i in range(len(y)) for j in range(i + 1, len(y))))


@pytest.mark.parametrize("n", range(1, 8))
def test_tail_is_what_enumeration_counts(n: int) -> None:
    found = [s_of(np.array(order)) for order in permutations(range(n))]
    assert sum(arrangements(n)) == factorial(n)
    for s in range(-n * n, n * n + 1):
        assert upper_tail(s, n) == pytest.approx(np.mean([value >= s for value in found]), abs=1e-15)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(VALUES, st.none()), min_size=3, max_size=14).filter(lambda y: len(set(y) - {None}) > 2))
def test_numbers_agree_with_scipy(values: list) -> None:
    series = pd.Series(values, index=np.arange(len(values)) ** 2, dtype=float)
    row, known = mann_kendall(series).iloc[0], series.dropna()
    y, t = known.to_numpy(), known.index.to_numpy(dtype=float)
    assert (row["n"], row["s"]) == (len(y), s_of(y))
    assert row["tau"] == pytest.approx(kendalltau(t, y).statistic)
    assert row["sen"] == pytest.approx(theilslopes(y, t).slope)
    if len(set(y)) == len(y) <= 10:
        assert row["p"] == pytest.approx(kendalltau(t, y, method="exact").pvalue)
        assert row["p_rising"] == pytest.approx(upper_tail(s_of(y), len(y)))
        assert "exact" in row["method"]
    else:
        groups = known.value_counts().to_numpy()
        n = len(y)
        spread = (n * (n - 1) * (2 * n + 5) - (groups * (groups - 1) * (2 * groups + 5)).sum()) / 18
        assert row["variance"] == pytest.approx(spread)
        assert row["z"] == pytest.approx((s_of(y) - np.sign(s_of(y))) / np.sqrt(spread))
        assert "normal" in row["method"]


@settings(deadline=None, max_examples=40)
@given(st.lists(VALUES, min_size=3, max_size=12))
def test_turning_time_round_turns_the_sign(values: list) -> None:
    there, back = (mann_kendall(pd.Series(y)).iloc[0] for y in (values, values[::-1]))
    assert (there["s"], there["sen"], there["tau"]) == pytest.approx((-back["s"], -back["sen"], -back["tau"]))
    assert (there["p"], there["p_rising"]) == pytest.approx((back["p"], back["p_falling"]))


def test_five_rising_points_use_the_exact_tail_not_the_approximation() -> None:
    row = mann_kendall(pd.Series([1.0, 2, 3, 4, 5])).iloc[0]
    assert row["p"] == pytest.approx(2 / 120)
    assert (row["p_rising"], row["p_falling"]) == (pytest.approx(1 / 120), 1)


def test_equal_values_have_no_trend() -> None:
    row = mann_kendall(pd.Series([3.0] * 6)).iloc[0]
    assert row[["s", "z", "p", "tau", "sen", "ties"]].tolist() == [0, 0, 1, 0, 0, 15]


def test_real_years_stand_to_scale_in_sens_slope() -> None:
    assert sen_slope(pd.Series({2015: 10.0, 2020: 20.0, 2024: 28.0})).tolist() == [2]
    assert np.isnan(sen_slope(pd.Series({2020: 1.0}))).all()
    assert sen_slope(pd.DataFrame(index=["a"])).isna().tolist() == [True]


def test_large_tables_are_treated_in_blocks() -> None:
    values = pd.DataFrame(np.random.default_rng(1).normal(size=(300, 200)))  # 19,900 pairs a row
    slopes = sen_slope(values)
    assert slopes.iloc[299] == pytest.approx(theilslopes(values.iloc[299]).slope)
    assert len(slopes) == 300


def test_refusals_are_named() -> None:
    values = pd.DataFrame([[1.0, 2, 3], [np.nan, 2, 3], [np.nan] * 3], columns=[2022, 2023, 2024])
    result = mann_kendall(values)
    assert result["reason"].tolist() == ["", "too_few_points", "too_few_points"]
    assert result.loc[1:, ["s", "p", "sen", "tau"]].isna().all(axis=None)
    assert mann_kendall(values, breaks=[2024])["reason"].tolist() == [
        "series_break",
        "too_few_points",
        "too_few_points",
    ]


# ------------------------------------------------------------------ words for scores


@settings(deadline=None, max_examples=40)
@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from(["higher", "lower"]))
def test_four_years_never_yield_a_trend_word(values: list, direction: str) -> None:
    row = recent_scores(pd.Series(values, index=range(2021, 2021 + len(values))), direction).iloc[0]
    assert (row["trend"], row["verdict"], row["reason"]) == ("", "", "too_few_points")
    assert np.isnan(row["p"])


@settings(deadline=None, max_examples=40)
@given(st.lists(VALUES, min_size=5, max_size=8), st.integers(1, 4))
def test_a_break_never_yields_a_trend_word(values: list, back: int) -> None:
    series = pd.Series(values, index=range(2017, 2017 + len(values)))
    row = recent_scores(series, "higher", breaks=[series.index[-1] - back + 1]).iloc[0]
    assert (row["trend"], row["verdict"], row["reason"]) == ("", "", "series_break")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(VALUES, min_size=6, max_size=6), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_order_changes_nothing_and_direction_only_the_verdict(rows: list, random) -> None:
    values = pd.DataFrame(rows, columns=range(2019, 2025), index=[f"v{i}" for i in range(len(rows))])
    high, low = recent_scores(values, "higher"), recent_scores(values, "lower")
    assert low["verdict"].tolist() == [{"better": "worse", "worse": "better", "": ""}[word] for word in high["verdict"]]
    pd.testing.assert_frame_equal(low.drop(columns="verdict"), high.drop(columns="verdict"))
    areas, years = list(values.index), list(values.columns)
    random.shuffle(areas)
    random.shuffle(years)
    pd.testing.assert_frame_equal(recent_scores(values.loc[areas, years], "higher"), high.loc[areas])


def test_five_scores_need_a_perfect_run() -> None:
    values = pd.DataFrame([[1.0, 2, 3, 4, 5], [1, 2, 3, 5, 4], [5, 4, 3, 2, 1], [1, 1, 2, 3, 4]], columns=range(5))
    result = recent_scores(values, "lower")
    assert result["trend"].tolist() == ["increasing", "no_change", "decreasing", "increasing"]
    assert result["verdict"].tolist() == ["worse", "", "better", "worse"]
    with pytest.raises(ValueError, match="5 points"):
        recent_scores(values, "higher", points=4)


def test_a_longer_window_is_more_telling() -> None:
    series = pd.Series([1.0, 2, 3, 4, 6, 5, 7, 8], index=range(2017, 2025))
    assert recent_scores(series, "higher")["trend"].tolist() == ["no_change"]
    longer = recent_scores(series, "higher", points=8).iloc[0]
    assert (longer["trend"], longer["n"], longer["first"]) == ("increasing", 8, 2017)
