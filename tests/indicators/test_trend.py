"""The trend marker: five points, one definition, and what must not change it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.trend import recent_proportions, recent_values, trend_test

YEARS = range(2020, 2025)
WORDS = {"increasing", "decreasing", "no_change"}
RISE = pd.Series([100.0, 140, 180, 220, 260], index=YEARS, name="a")
BASE = pd.Series(400.0, index=YEARS, name="a")

CELLS = st.integers(1, 900).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def tables(rows: list[list[tuple[int, int]]], first: int = 2020) -> tuple[pd.DataFrame, pd.DataFrame]:
    years = range(first, first + len(rows[0]))
    x, n = (pd.DataFrame([[cell[i] for cell in row] for row in rows], columns=years, dtype=float) for i in (0, 1))
    return x, n


def by_definition(x: np.ndarray, n: np.ndarray, t: np.ndarray) -> float:
    p = x.sum() / n.sum()
    middle = (n * t).sum() / n.sum()
    return ((x - n * p) * (t - middle)).sum() ** 2 / (p * (1 - p) * (n * (t - middle) ** 2).sum())


# ------------------------------------------------------------------ by definition


@settings(deadline=None, max_examples=40)
@given(st.lists(CELLS, min_size=5, max_size=5).filter(lambda row: 0 < sum(x for x, _ in row) < sum(n for _, n in row)))
def test_chi_square_is_that_of_cochran_and_armitage(row: list) -> None:
    x, n = tables([row])
    result = recent_proportions(x, n, "higher").iloc[0]
    expected = by_definition(x.to_numpy()[0], n.to_numpy()[0], np.arange(5))
    assert result["chi2"] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert result["p"] == pytest.approx(chi2.sf(expected, 1), rel=1e-5, abs=1e-12)
    assert result["chi2_homogeneity"] == pytest.approx(result["chi2"] + result["chi2_departure"], rel=1e-9, abs=1e-9)
    # homogeneity is the ordinary chi-square of the 2 by 5 table
    counts = np.array([x.to_numpy()[0], (n - x).to_numpy()[0]])
    even = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    assert result["chi2_homogeneity"] == pytest.approx(((counts - even) ** 2 / even).sum(), rel=1e-6, abs=1e-9)


def test_values_are_weighted_by_their_standard_errors() -> None:
    y = pd.Series([20.0, 22, 21, 27, 30], index=YEARS)
    se = pd.Series([1.0, 2, 0.5, 1, 3], index=YEARS)
    result, w, t = recent_values(y, se, "higher").iloc[0], 1 / se.to_numpy() ** 2, np.arange(5)
    slope, _ = np.polyfit(t, y, 1, w=np.sqrt(w))
    assert result["slope"] == pytest.approx(slope)
    middle = (w * t).sum() / w.sum()
    assert result["chi2"] == pytest.approx(slope**2 * (w * (t - middle) ** 2).sum())


def test_significance_without_stability_is_no_change() -> None:
    # one large last year carries the slope: without it the line falls
    x, n = pd.Series([30.0, 28, 27, 26, 600], index=YEARS), pd.Series([100.0, 100, 100, 100, 1000], index=YEARS)
    row = recent_proportions(x, n, "higher").iloc[0]
    assert row["chi2"] > 9.5495
    assert (row["trend"], bool(row["stable"]), row["verdict"]) == ("no_change", False, "")


def test_the_limit_is_that_of_one_degree_of_freedom_at_998() -> None:
    y = pd.DataFrame([np.arange(5) * step for step in (0.977, 0.978)], columns=YEARS)  # chi-square is 10 step^2
    result = recent_values(y, y * 0 + 1, "higher")
    assert result["chi2"].round(3).tolist() == [9.545, 9.565]
    assert result["trend"].tolist() == ["no_change", "increasing"]
    assert recent_values(y, y * 0 + 1, "higher", confidence=0.95)["trend"].tolist() == ["increasing"] * 2


def test_departure_from_a_line_is_told_apart_from_the_trend() -> None:
    x = pd.Series([100.0, 300, 100, 300, 200], index=YEARS)
    row = recent_proportions(x, BASE, "higher").iloc[0]
    assert row["p_departure"] < 0.001
    assert row["trend"] == "no_change"


def test_nothing_and_everything_are_steady() -> None:
    for x in (BASE * 0, BASE):
        row = recent_proportions(x, BASE, "higher").iloc[0]
        assert (row["trend"], row["slope"], row["chi2"], row["p"], row["reason"]) == ("no_change", 0, 0, 1, "")
    third = recent_proportions(BASE * 0 + 100, BASE * 0 + 300, "higher").iloc[0]
    assert (third["slope"], third["chi2_homogeneity"], third["trend"]) == (0, 0, "no_change")
    level = recent_values(BASE * 0 + 0.1, BASE * 0 + 0.01, "lower").iloc[0]
    assert (level["trend"], level["chi2"], level["chi2_homogeneity"]) == ("no_change", 0, 0)


# ------------------------------------------------------------------ refusals


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=4), st.sampled_from(["higher", "lower"]))
def test_four_years_never_yield_a_trend_word(rows: list, direction: str) -> None:
    x, n = tables(rows)
    for result in (recent_proportions(x, n, direction), recent_values(x, n, direction)):
        assert (result["trend"] == "").all()
        assert (result["verdict"] == "").all()
        assert (result["reason"] == "too_few_points").all()
        assert result[["slope", "chi2", "p"]].isna().all(axis=None)


@settings(deadline=None, max_examples=40)
@given(st.lists(CELLS, min_size=5, max_size=9), st.integers(1, 4))
def test_a_break_among_the_last_five_never_yields_a_trend_word(row: list, back: int) -> None:
    x, n = tables([row])
    year = x.columns[-1] - back + 1
    flags = pd.DataFrame(False, index=x.index, columns=x.columns)
    flags[year] = True
    for breaks in ([year], flags, {2010, year}):
        for result in (recent_proportions(x, n, "higher", breaks=breaks), recent_values(x, n, "lower", breaks=breaks)):
            assert result["trend"].tolist() == [""]
            assert result["reason"].tolist() == ["series_break"]


def test_a_break_before_the_window_or_of_another_series_does_not_count() -> None:
    x, n = tables([[(100 + 40 * year, 400) for year in range(5)]] * 2)
    assert recent_proportions(x, n, "higher", breaks=[2020, 2025])["trend"].tolist() == ["increasing"] * 2
    flags = pd.DataFrame({2022: [True, False]})
    assert recent_proportions(x, n, "higher", breaks=flags)["reason"].tolist() == ["series_break", ""]


def test_blank_and_empty_years_are_no_points() -> None:
    years = range(2018, 2025)
    x = pd.DataFrame([[50, 90, 130, 170, 210, np.nan, 290]] * 3, columns=years, dtype=float)
    n = pd.DataFrame([[400.0] * 7] * 3, columns=years)
    n.loc[1, 2018] = 0
    x.loc[2, 2018:2020] = np.nan
    result = recent_proportions(x, n, "higher")
    assert result["n"].tolist() == [5, 5, 3]
    assert result["first"].tolist() == [2019, 2019, 2021]
    assert result["reason"].tolist() == ["", "", "too_few_points"]
    # the year left out is a wider step: 40 more of 400 each year is ten points a year
    assert result["slope"].iloc[0] == pytest.approx(10)


def test_points_too_far_back_are_not_recent() -> None:
    x = pd.Series([100.0, 140, 180, 220, 260], index=[2008, 2021, 2022, 2023, 2024])
    row = recent_proportions(x, x * 0 + 400, "higher").iloc[0]
    assert (row["n"], row["reason"], row["trend"]) == (4, "too_few_points", "")


def test_impossible_counts_are_refused_by_name() -> None:
    x = pd.DataFrame([[500.0, 140, 180, 220, 260], [-1.0, 140, 180, 220, 260]], columns=YEARS)
    result = recent_proportions(x, x * 0 + 400, "higher")
    assert result["reason"].tolist() == ["impossible"] * 2
    assert result["trend"].tolist() == ["", ""]


@pytest.mark.parametrize("error", [0.0, -1.0, np.nan])
def test_a_value_without_standard_error_has_no_weight(error: float) -> None:
    se = pd.Series([1, 1, error, 1, 1], index=YEARS, dtype=float)
    row = recent_values(RISE, se, "higher").iloc[0]
    assert (row["reason"], row["trend"]) == ("no_standard_error", "")
    assert recent_values(RISE.iloc[1:], se.iloc[1:], "higher")["reason"].tolist() == ["too_few_points"]


def test_overlapping_periods_are_refused() -> None:
    assert recent_proportions(RISE, BASE, "higher", pooled=3)["reason"].tolist() == ["overlapping"]
    apart = RISE.set_axis([2016, 2018, 2020, 2022, 2024])
    assert recent_proportions(apart, BASE.set_axis(apart.index), "higher", pooled=2)["reason"].tolist() == [""]


def test_two_columns_for_one_year_are_a_fault_of_the_caller() -> None:
    twice = pd.DataFrame([[1.0, 2.0]], columns=[2020, 2020])
    with pytest.raises(ValueError, match="one year"):
        recent_proportions(twice, twice, "higher")


def test_no_series_and_no_years_give_tables_not_errors() -> None:
    empty = pd.DataFrame(columns=list(YEARS), dtype=float)
    assert recent_proportions(empty, empty, "higher").empty
    nothing = pd.DataFrame(index=["a", "b"])
    assert recent_proportions(nothing, nothing, "higher")["reason"].tolist() == ["too_few_points"] * 2
    assert trend_test(nothing, nothing)["reason"].tolist() == ["too_few_points"] * 2


def test_the_test_over_all_years_names_why_a_series_is_left_out() -> None:
    x = pd.DataFrame([[1, 2], [1, np.nan], [1, 9], [0, 2]], columns=[1, 2], dtype=float)
    n = pd.DataFrame([[5, 5], [5, 5], [5, 5], [0, 5]], columns=[1, 2], dtype=float)
    assert trend_test(x, n)["reason"].tolist() == ["", "not_reported", "impossible", "zero_denominator"]


# ------------------------------------------------------------------ what must not change anything


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_order_of_areas_and_years_changes_nothing(rows: list, random) -> None:
    x, n = tables(rows)
    x.index = n.index = pd.Index([f"14.06.{number}" for number in range(len(x))], name="area_code")
    whole = recent_proportions(x, n, "higher")
    areas, years = list(x.index), list(x.columns)
    random.shuffle(areas)
    random.shuffle(years)
    pd.testing.assert_frame_equal(recent_proportions(x.loc[areas, years], n[years], "higher"), whole.loc[areas])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=6))
def test_flipping_the_direction_flips_better_and_worse_and_nothing_else(rows: list) -> None:
    x, n = tables(rows)
    high, low, context = (recent_proportions(x, n, way) for way in ("higher", "lower", "context"))
    assert low["verdict"].tolist() == [{"better": "worse", "worse": "better", "": ""}[word] for word in high["verdict"]]
    assert (context["verdict"] == "").all()
    for other in (low, context):
        pd.testing.assert_frame_equal(other.drop(columns="verdict"), high.drop(columns="verdict"))
    mixed = pd.Series("higher", index=x.index)
    mixed.iloc[0] = "lower"
    assert recent_proportions(x, n, mixed)["verdict"].tolist() == [low["verdict"].iloc[0], *high["verdict"].iloc[1:]]


@settings(deadline=None, max_examples=40)
@given(st.lists(CELLS, min_size=5, max_size=5))
def test_counting_the_others_mirrors_the_trend(row: list) -> None:
    x, n = tables([row])
    there, back = recent_proportions(x, n, "higher").iloc[0], recent_proportions(n - x, n, "higher").iloc[0]
    mirror = {"increasing": "decreasing", "decreasing": "increasing", "no_change": "no_change"}
    if not 9.54 < there["chi2"] < 9.56:
        assert back["trend"] == mirror[there["trend"]]
    assert back["chi2"] == pytest.approx(there["chi2"], rel=1e-6, abs=1e-6)


def test_index_method_n_and_reason_come_along() -> None:
    x, n = tables([[(5, 10)] * 5, [(5, 10)] * 5])
    x.index = n.index = pd.MultiIndex.from_tuples([("14.06", "S3-02"), ("14.06", "S3-04")], names=["area", "indicator"])
    for result in (recent_proportions(x, n, "higher"), recent_values(x, n, "higher"), trend_test(x, n)):
        pd.testing.assert_index_equal(result.index, x.index)
        assert result["method"].str.len().gt(0).all()
        assert result["n"].eq(5).all()
        assert set(result["reason"]) <= {"", *REASONS}


def test_a_grid_of_steady_villages_is_almost_never_flagged() -> None:
    generator = np.random.default_rng(7)
    n = pd.DataFrame(generator.integers(40, 400, (7250, 5)), columns=YEARS, dtype=float)
    x = pd.DataFrame(generator.binomial(n.astype(int), 0.7), columns=YEARS, dtype=float)
    result = recent_proportions(x, n, "higher")
    assert set(result["trend"]) <= WORDS
    assert (result["trend"] != "no_change").mean() < 0.005
