"""Concentration and slope indices: covariance form, separate fits, ties, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.ordered import mid_ranks, ordered

ROWS = st.lists(
    st.tuples(st.integers(1, 99), st.integers(1, 5), st.integers(1, 5000)), min_size=10, max_size=25
).filter(lambda rows: len({row[1] for row in rows}) > 1)


def columns(rows: list) -> tuple[pd.Series, pd.Series, pd.Series]:
    index = [f"v{number}" for number in range(len(rows))]
    y, place, n = (pd.Series([row[i] for row in rows], index=index, dtype=float) for i in range(3))
    return y, place, n


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_concentration_is_twice_the_covariance_with_rank(rows: list) -> None:
    y, place, n = columns(rows)
    table, p, rank = ordered(y, place, n)["value"], n / n.sum(), mid_ranks(place, n)
    mean = (p * y).sum()
    covariance = (p * (y - mean) * (rank - 0.5)).sum()
    assert table["aci"] == pytest.approx(2 * covariance, abs=1e-9)
    assert table["rci"] == pytest.approx(2 * covariance / mean, abs=1e-11)
    assert (p * rank).sum() == pytest.approx(0.5)


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_slopes_are_the_best_fits(rows: list) -> None:
    y, place, n = columns(rows)
    table, rank = ordered(y, place, n), mid_ranks(place, n)
    slope, bottom = np.polyfit(rank, y, 1, w=np.sqrt(n))
    assert table.loc["sii_linear", "value"] == pytest.approx(slope, abs=1e-6)
    if table.loc["rii_linear", "reason"] == "":
        assert table.loc["rii_linear", "value"] == pytest.approx((bottom + slope) / bottom, rel=1e-6)
    else:
        assert bottom < 1e-9

    def loss(beta: np.ndarray) -> float:
        line = beta[0] + beta[1] * rank.to_numpy()
        return float((n / n.sum() * (np.logaddexp(0, line) - y / 100 * line)).sum())

    best = minimize(loss, [0.0, 0.0], method="BFGS", options={"gtol": 1e-9}).x
    low, high = 1 / (1 + np.exp(-best[0])), 1 / (1 + np.exp(-best.sum()))
    assert table.loc["sii_logit", "value"] == pytest.approx(100 * (high - low), abs=1e-3)
    assert table.loc["rii_logit", "value"] == pytest.approx(high / low, rel=1e-3)


@settings(deadline=None, max_examples=40)
@given(ROWS, st.randoms(use_true_random=False), st.integers(2, 10))
def test_order_split_and_size_change_nothing(rows: list, random, factor: int) -> None:
    y, place, n = columns(rows)
    table = ordered(y, place, n)
    mixed = list(y.index)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(ordered(y[mixed], place, n), table)
    pd.testing.assert_series_equal(ordered(y, place, n * factor)["value"], table["value"], rtol=1e-7, atol=1e-7)
    parts = [pd.concat([column, column], ignore_index=True) for column in (y, place, n / 2)]
    pd.testing.assert_series_equal(ordered(*parts)["value"], table["value"], rtol=1e-7, atol=1e-7)


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_turning_the_order_turns_the_sign(rows: list) -> None:
    y, place, n = columns(rows)
    there, back = ordered(y, place, n)["value"], ordered(y, -place, n)["value"]
    for name in ("aci", "rci", "sii_linear", "sii_logit"):
        assert back[name] == pytest.approx(-there[name], abs=1e-6)
    assert back["rii_logit"] == pytest.approx(1 / there["rii_logit"], rel=1e-6)


def test_areas_of_equal_standing_share_their_stretch() -> None:
    place, n = pd.Series([3, 1, 1, 2], index=list("abcd")), pd.Series([40.0, 10, 10, 40], index=list("abcd"))
    assert mid_ranks(place, n).to_dict() == pytest.approx({"a": 0.8, "b": 0.1, "c": 0.1, "d": 0.4})
    assert mid_ranks(place.astype(float).where(place > 1), n).isna().tolist() == [False, True, True, False]


def test_units_and_models_are_named() -> None:
    y, place, n = (pd.Series(np.arange(12.0) + shift) for shift in (20, 1, 50))
    table, shares = ordered(y, place, n), ordered(y / 100, place, n, scale=1)
    for name in ("aci", "sii_linear", "sii_logit"):
        assert shares.loc[name, "value"] == pytest.approx(table.loc[name, "value"] / 100)
    for name in ("rci", "rii_linear", "rii_logit"):
        assert shares.loc[name, "value"] == pytest.approx(table.loc[name, "value"])
    assert table.loc["sii_linear", "value"] != pytest.approx(table.loc["sii_logit", "value"], rel=1e-4)
    assert table["method"].is_unique
    assert set(table["weighting"]) == {"weighted"}
    assert set(ordered(y, place)["weighting"]) == {"unweighted"}


# ------------------------------------------------------------------ refusals


def test_slopes_need_ten_areas_but_three_groups() -> None:
    y, place = pd.Series([20.0, 30, 45, 50, 70]), pd.Series(range(5))
    table = ordered(y, place)
    slopes = ["sii_linear", "rii_linear", "sii_logit", "rii_logit"]
    assert table.loc[slopes, "reason"].tolist() == ["too_few_areas"] * 4
    assert table.loc[["aci", "rci"], "reason"].tolist() == ["", ""]
    assert set(ordered(y, place, groups=True)["reason"]) == {""}
    assert set(ordered(y[:2], place[:2], groups=True)["reason"]) == {"too_few_areas"}
    forced = ordered(y, place, forced=True)
    assert forced["value"].notna().all()
    assert forced["method"].str.contains("forced").tolist() == [False, False, True, True, True, True]


def test_missing_areas() -> None:
    y, place, n = (pd.Series(np.arange(20.0) + shift) for shift in (20, 1, 50))
    holes = [y.where(y.index > 0), place.where(place.index != 3), n.where(n.index != 7)]
    table = ordered(*holes)
    assert set(table["reason"]) == {""}
    assert set(table["missing"]) == {3}
    kept = ~y.index.isin([0, 3, 7])
    pd.testing.assert_series_equal(table["value"], ordered(y[kept], place[kept], n[kept])["value"])
    assert set(ordered(y.where(y.index > 3), place, n)["reason"]) == {"incomplete"}
    nothing = pd.Series(dtype=float)
    assert set(ordered(nothing, nothing, nothing, forced=True)["reason"]) == {"too_few_areas"}


def test_what_has_no_answer_is_named() -> None:
    place = pd.Series(range(12))
    y = pd.Series(np.arange(12.0) + 20)
    assert set(ordered(y, place * 0).filter(like="ii_", axis="index")["reason"]) == {"no_fit"}
    assert ordered(y, place * 0).loc["aci", "value"] == pytest.approx(0, abs=1e-12)
    nothing = ordered(y * 0, place)
    assert nothing.loc[["aci", "sii_linear", "sii_logit"], "value"].tolist() == [0, 0, 0]
    assert nothing.loc[["rci", "rii_linear", "rii_logit"], "reason"].tolist() == ["zero_denominator"] * 3
    apart = pd.Series([0.0] * 6 + [100.0] * 6)
    assert ordered(apart, place).loc[["sii_logit", "rii_logit"], "reason"].tolist() == ["no_fit"] * 2
    assert ordered(apart, place).loc["rii_linear", "reason"] == "impossible"
    assert ordered(y * 5, place).loc["sii_logit", "reason"] == "impossible"
    assert set(ordered(y, place, -y)["reason"]) == {"impossible"}
    full = ordered(y * 0 + 100, place)
    assert full.loc[["sii_logit", "rii_logit"], "value"].tolist() == [0, 1]
    for table in (nothing, apart.pipe(ordered, place)):
        assert set(table["reason"]) <= {"", *REASONS}
        assert (table["value"].isna() == (table["reason"] != "")).all()
