"""Disparity by hand, its refusals, and the laws of weighting."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.disparity import MEASURES, disparity

AREAS = st.lists(st.tuples(st.integers(1, 100), st.integers(1, 5000)), min_size=3, max_size=25)
WEIGHTED = [name for name in MEASURES if not name.endswith("unweighted") and MEASURES[name].weighting != "unweighted"]


def series(rows: list) -> tuple[pd.Series, pd.Series]:
    index = [f"v{number}" for number in range(len(rows))]
    y, n = (pd.Series([row[i] for row in rows], index=index, dtype=float) for i in (0, 1))
    return y, n


def many(n: int = 25) -> tuple[pd.Series, pd.Series]:
    generator = np.random.default_rng(n)
    return pd.Series(generator.uniform(40, 90, n).round(2)), pd.Series(generator.integers(50, 900, n), dtype=float)


# ------------------------------------------------------------------ by hand


def test_every_measure_by_hand() -> None:
    y, n = pd.Series([60.0, 80.0, 90.0]), pd.Series([100.0, 100.0, 200.0])  # mean 80, shares 1/4 1/4 1/2
    table = disparity(y, n, "higher", reference=85, forced=True)
    r = np.array([0.75, 1, 1.125])
    expected = {
        "mean": 80, "difference": 30, "ratio": 1.5, "p90_p10": 88 - 64, "p90_p10_ratio": 88 / 64,
        "mdm_weighted": 10, "mdm_unweighted": 10, "mdb_weighted": 10, "mdb_unweighted": 40 / 3,
        "mdr_weighted": 10, "mdr_unweighted": 35 / 3, "bgv": 150, "bgsd": 150**0.5, "cov": 100 * 150**0.5 / 80,
        "idis_weighted": 12.5, "idis_unweighted": 12.5, "theil": 1000 * (r * np.log(r) * [0.25, 0.25, 0.5]).sum(),
        "mld": -1000 * (np.log(r) * [0.25, 0.25, 0.5]).sum(), "par": 10, "paf": 12.5, "par_reference": 5,
        "paf_reference": 6.25,
    }  # fmt: skip
    assert table["value"].to_dict() == pytest.approx(expected)
    assert table.index.tolist() == list(expected)


def test_lower_is_better_turns_the_best_and_keeps_the_sign_of_par() -> None:
    y, n = pd.Series([10.0, 20.0, 40.0]), pd.Series([1.0, 1.0, 2.0])  # mean 27.5
    table = disparity(y, n, "lower", reference=30)["value"]
    assert table[["par", "mdb_weighted", "mdb_unweighted"]].tolist() == pytest.approx([-17.5, 17.5, 40 / 3])
    assert table["paf"] == pytest.approx(-100 * 17.5 / 27.5)
    assert table["par_reference"] == 0  # the mean is already better
    assert disparity(y, n, "higher", reference=20)["value"]["par_reference"] == 0


def test_names_say_what_is_weighted() -> None:
    y, n = many()
    weighting = disparity(y, n, reference=80)["weighting"]
    assert set(weighting[[name for name in weighting.index if name.endswith("_weighted")]]) == {"weighted"}
    assert weighting[["mdm_unweighted", "difference", "p90_p10"]].tolist() == ["unweighted"] * 3
    assert weighting[["bgv", "theil", "par"]].tolist() == ["weighted"] * 3
    alone = disparity(y, reference=80)
    assert set(alone["weighting"]) == {"unweighted"}
    assert not [name for name in alone.index if name.endswith("_weighted")]
    assert alone.loc["mdm_unweighted", "value"] == pytest.approx((y - y.mean()).abs().mean())
    assert alone.loc["bgv", "value"] == pytest.approx(y.var(ddof=0))


def test_every_row_has_method_n_unit_and_a_known_reason() -> None:
    y, n = many(7)
    table = disparity(y, n)
    assert table["method"].str.len().gt(0).all()
    assert table["unit"].isin(["value", "ratio", "percent", "variance", "x1000"]).all()
    assert table.loc[["theil", "mld"], "method"].str.contains("1000").all()
    assert set(table["reason"]) <= {"", *REASONS}
    assert (table["value"].isna() == (table["reason"] != "")).all()
    assert "mdr_weighted" not in table.index


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("n", "refused"),
    [
        (2, set(MEASURES)),
        (3, {"theil", "mld", "p90_p10", "p90_p10_ratio"}),
        (9, {"theil", "mld", "p90_p10", "p90_p10_ratio"}),
        (10, {"p90_p10", "p90_p10_ratio"}),
        (19, {"p90_p10", "p90_p10_ratio"}),
        (20, set()),
    ],
)
def test_minimum_number_of_areas(n: int, refused: set) -> None:
    y, people = many(n)
    table = disparity(y, people, reference=80)
    assert set(table.index[table["reason"] == "too_few_areas"]) == refused
    assert table["value"].isna().sum() == len(refused)
    forced = disparity(y, people, reference=80, forced=True)
    assert forced["value"].notna().all()
    assert set(forced.index[forced["method"].str.contains("forced")]) == refused


@pytest.mark.parametrize(("missing", "reason"), [(0, ""), (3, ""), (4, "incomplete"), (20, "incomplete")])
def test_at_most_15_per_cent_missing(missing: int, reason: str) -> None:
    y, n = many(20 + missing)
    y.iloc[:missing] = np.nan
    table = disparity(y, n)
    assert set(table["reason"]) == {reason}
    assert table[["n", "missing"]].drop_duplicates().values.tolist() == [[20, missing]]
    assert disparity(y, n, forced=True)["reason"].eq("").all()
    if not reason:  # missing areas change nothing else
        kept = disparity(y.dropna(), n[y.notna()])
        pd.testing.assert_series_equal(table["value"], kept["value"])


def test_an_area_without_population_is_missing() -> None:
    y, n = many(30)
    n.iloc[4] = np.nan
    assert disparity(y, n).loc["bgv", ["n", "missing"]].tolist() == [29, 1]
    pd.testing.assert_frame_equal(disparity(y, n.iloc[::-1]), disparity(y, n))


def test_nothing_is_divided_by_zero() -> None:
    y, n = many(25)
    y.iloc[0] = 0
    table = disparity(y, n)
    assert table.loc[["ratio", "mld"], "reason"].tolist() == ["zero_denominator"] * 2
    assert table.loc["theil", "reason"] == ""
    nothing = disparity(y * 0, n)
    relative = ["ratio", "p90_p10_ratio", "cov", "idis_weighted", "idis_unweighted", "theil", "mld", "paf"]
    assert set(nothing.index[nothing["reason"] == "zero_denominator"]) == set(relative)
    assert nothing.loc[["mean", "difference", "bgv", "par"], "value"].tolist() == [0] * 4
    assert not np.isinf(nothing["value"]).any()


def test_values_below_zero_have_no_ratio() -> None:
    y, n = many(25)
    y.iloc[:5] = -3
    table = disparity(y, n)
    assert table.loc[["ratio", "p90_p10_ratio", "theil", "mld"], "reason"].tolist() == ["impossible"] * 4
    assert table.loc[["difference", "mdm_weighted"], "reason"].tolist() == ["", ""]
    assert set(disparity(y, -n)["reason"]) == {"impossible"}
    assert set(disparity(y, n * 0)["reason"]) == {"zero_denominator"}


def test_context_has_no_best() -> None:
    y, n = many()
    table = disparity(y, n, "context", reference=80)
    refused = {"mdb_weighted", "mdb_unweighted", "par", "paf", "par_reference", "paf_reference"}
    assert set(table.index[table["reason"] == "no_direction"]) == refused


def test_no_areas_at_all() -> None:
    nothing = pd.Series(dtype=float)
    for forced in (False, True):
        assert set(disparity(nothing, nothing, forced=forced, draws=10)["reason"]) == {"too_few_areas"}
    blank = pd.Series([np.nan] * 5)
    assert set(disparity(blank, blank)["reason"]) == {"too_few_areas"}


def test_equal_areas_have_no_disparity() -> None:
    y = pd.Series([0.1] * 30)
    table = disparity(y, pd.Series(range(1, 31)), draws=50)
    zero = [name for name in table.index if name not in ("mean", "ratio", "p90_p10_ratio")]
    assert table.loc[zero, "value"].eq(0).all()
    assert table.loc[["ratio", "p90_p10_ratio"], "value"].eq(1).all()


# ------------------------------------------------------------------ laws


@settings(deadline=None, max_examples=40)
@given(AREAS, st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing(rows: list, random) -> None:
    y, n = series(rows)
    mixed = list(y.index)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(disparity(y[mixed], n[mixed], draws=20, seed=5), disparity(y, n, draws=20, seed=5))


@settings(deadline=None, max_examples=40)
@given(AREAS, st.integers(0, 24), st.integers(1, 9))
def test_splitting_an_area_changes_no_weighted_measure(rows: list, which: int, tenths: int) -> None:
    y, n = series(rows)
    area = y.index[which % len(y)]
    parts = pd.Series({area: n[area] * tenths / 10, "new": n[area] * (1 - tenths / 10)})
    more_y, more_n = pd.concat([y, pd.Series({"new": y[area]})]), pd.concat([n.drop(area), parts])
    before, after = (disparity(*data, forced=True, reference=70)["value"] for data in ((y, n), (more_y, more_n)))
    pd.testing.assert_series_equal(after[WEIGHTED], before[WEIGHTED], atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(AREAS, st.sampled_from([10, 0.1, 7]))
def test_the_size_of_the_whole_does_not_matter(rows: list, factor: float) -> None:
    y, n = series(rows)
    pd.testing.assert_frame_equal(disparity(y, n * factor), disparity(y, n), atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(AREAS)
def test_flipping_the_direction_moves_only_what_hangs_on_the_best(rows: list) -> None:
    y, n = series(rows)
    high, low = disparity(y, n, "higher"), disparity(y, n, "lower")
    best = ["mdb_weighted", "mdb_unweighted", "par", "paf"]
    pd.testing.assert_frame_equal(high.drop(best), low.drop(best))
    assert high.loc["par", "value"] >= 0 >= low.loc["par", "value"]


@settings(deadline=None, max_examples=40)
@given(AREAS, st.sampled_from([2.0, 0.01, 12.5]))
def test_relative_measures_do_not_know_the_unit(rows: list, factor: float) -> None:
    y, n = series(rows)
    before, after = (disparity(values, n, forced=True) for values in (y, y * factor))
    free = before.index[before["unit"].isin(["ratio", "percent", "x1000"])]
    pd.testing.assert_series_equal(after.loc[free, "value"], before.loc[free, "value"], atol=1e-9)
    assert after.loc["mdm_weighted", "value"] == pytest.approx(factor * before.loc["mdm_weighted", "value"])


# ------------------------------------------------------------------ limits


def test_limits_are_seeded_and_hold_the_value() -> None:
    y, n = many(40)
    table, again = (disparity(y, n, reference=80, draws=500, seed=11) for _ in range(2))
    pd.testing.assert_frame_equal(table, again)
    assert not table["upper"].equals(disparity(y, n, reference=80, draws=500, seed=12)["upper"])
    bounded = table.dropna(subset=["lower", "upper"])
    assert ((bounded["lower"] <= bounded["value"]) & (bounded["value"] <= bounded["upper"])).all()
    assert bounded["method"].str.contains("500 draws of areas, seed 11").all()
    extreme = {"difference", "ratio", "mdb_weighted", "mdb_unweighted", "par", "paf"}
    assert set(table.index) - set(bounded.index) == extreme
    assert disparity(y, n)[["lower", "upper"]].isna().all(axis=None)


def test_limits_do_not_depend_on_how_draws_are_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    y, n = many(25)
    whole = disparity(y, n, draws=100, seed=3)
    monkeypatch.setattr("kbk_analysis.indicators.disparity.CELLS", 60)
    pd.testing.assert_frame_equal(disparity(y, n, draws=100, seed=3), whole)
