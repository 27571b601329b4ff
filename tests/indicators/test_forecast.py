"""Movement at unchanged rates: sums that stay, bands that hold, ways that do not exist."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.indicators.forecast import first_reached, forecast_band, projected
from kbk_analysis.schema import CLASSES

NAMES = [name.value for name in CLASSES]
TABLE = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=4, max_size=4)
START = st.lists(st.integers(0, 60), min_size=4, max_size=4)


def table(rows: list[list[int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=NAMES, columns=NAMES)


def units(start: list[int]) -> pd.Series:
    return pd.Series(start, index=NAMES)


@given(TABLE, START, st.integers(0, 6))
def test_no_unit_is_lost_on_the_way(rows: list[list[int]], start: list[int], years: int) -> None:
    found = projected(table(rows), units(start), years)
    assert found["start"].tolist() == start
    if (found["reason"] == "").all():
        assert found["value"].sum() == pytest.approx(sum(start))
        assert (found["value"] >= 0).all()
    else:
        assert min(map(sum, rows)) == 0
        assert found["reason"].tolist() == ["zero_denominator"] * 4
        assert found["value"].isna().all()


@settings(max_examples=30)
@given(TABLE, START)
def test_a_band_holds_its_median_and_every_class_or_higher_holds_all(rows: list[list[int]], start: list[int]) -> None:
    band = forecast_band(table(rows), units(start), 2, draws=200)
    if not sum(start):
        assert band["reason"].tolist() == ["zero_denominator"] * 8
        assert band["median"].isna().all()
        return
    assert (band["lower"] <= band["median"]).all()
    assert (band["median"] <= band["upper"]).all()
    lowest = band.xs("Dasar", level="class")  # the lowest class or a higher one is every unit
    assert lowest[["start", "median", "lower", "upper"]].eq(sum(start)).all(axis=None)
    assert band["probability"].isna().all()
    falling = band["median"].unstack("class")[NAMES].diff(axis="columns").iloc[:, 1:]
    assert (falling <= 0).all(axis=None)


def test_seed_and_draws_are_told_and_decide_alone() -> None:
    counts, start = table([[40, 18, 2, 0], [3, 35, 12, 1], [0, 2, 20, 5], [0, 0, 1, 6]]), units([43, 55, 35, 12])
    one, same = (forecast_band(counts, start, 3, seed=7, draws=500) for _ in range(2))
    other = forecast_band(counts, start, 3, seed=8, draws=500)
    pd.testing.assert_frame_equal(one, same)
    assert one["seed"].eq(7).all()
    assert one["draws"].eq(500).all()
    assert not one["lower"].equals(other["lower"])
    shuffled = forecast_band(counts, start[::-1], 3, seed=7, draws=500)
    pd.testing.assert_frame_equal(one, shuffled)


def test_the_middle_of_the_band_is_what_unchanged_rates_expect() -> None:
    counts, start = 50 * table([[40, 18, 2, 0], [3, 35, 12, 1], [0, 2, 20, 5], [0, 0, 1, 6]]), units([43, 55, 35, 12])
    band = forecast_band(counts, start, 3).loc[3]
    above = projected(counts, start, 3)["value"][::-1].cumsum()[::-1]
    np.testing.assert_allclose(band["median"], above, atol=1.5)


def test_a_goal_that_all_have_is_certain_and_one_beyond_all_impossible() -> None:
    counts, start = table([[5, 5, 0, 0], [0, 9, 1, 0], [0, 0, 9, 1], [0, 0, 0, 9]]), units([10, 10, 10, 10])
    goals = {"Dasar": 40, "Mandiri": 41, "Berkembang": 30}
    found = forecast_band(counts, start, 1, goals=goals, draws=400)["probability"].loc[1]
    assert found["Dasar"] == 1
    assert found["Mandiri"] == 0
    assert 0.9 < found["Berkembang"] <= 1
    assert np.isnan(found["Berkelanjutan"])


@given(TABLE)
def test_times_agree_with_moving_step_by_step(rows: list[list[int]]) -> None:
    counts = table(rows) + 1  # every way is open
    found = first_reached(counts, ["Mandiri", "Berkelanjutan"])
    p = (counts.to_numpy() / counts.sum(axis=1).to_numpy()[:, None])[:2, :2]
    step, expected = np.eye(2), np.zeros(2)
    for _ in range(4000):  # expected years = sum over t of the chance of still being below
        expected += step.sum(axis=1)
        step = step @ p
    assert found["value"].tolist() == pytest.approx(expected.tolist(), rel=1e-6)
    assert found["reason"].tolist() == ["", ""]


def test_a_class_without_a_way_is_refused_and_so_is_one_that_may_end_there() -> None:
    counts = table([[5, 1, 1, 0], [0, 8, 0, 0], [1, 0, 5, 1], [0, 0, 0, 5]])
    found = first_reached(counts, ["Berkelanjutan"])
    assert found["reason"].tolist() == ["no_fit"] * 3  # Berkembang keeps its units, and Dasar and Mandiri may fall in
    none = first_reached(table([[5, 0, 1, 0], [0, 0, 0, 0], [0, 0, 5, 1], [0, 0, 0, 5]]), ["Berkelanjutan"])
    assert none["reason"].tolist() == ["", "zero_denominator", ""]
    assert none["value"].iloc[[0, 2]].tolist() == pytest.approx([12, 6])
    assert none["n"].tolist() == [6, 0, 6]


def test_tables_that_are_none_are_faults_of_the_caller() -> None:
    good = table([[1, 0, 0, 0]] * 4)
    with pytest.raises(ValueError, match="same classes"):
        projected(good.rename(columns={"Dasar": "Utama"}), units([1] * 4), 1)
    with pytest.raises(ValueError, match="counts"):
        first_reached(-good, ["Mandiri"])
    with pytest.raises(ValueError, match="number of units"):
        forecast_band(good, units([1] * 4).drop("Dasar"), 1)
