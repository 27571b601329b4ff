"""Odd figures: bounds of what is usual, jumps, heaped digits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.indicators.outliers import against_earlier, consistency, extremes, heaping, mad_bounds, max_z

NUMBERS = st.lists(st.one_of(st.integers(0, 1000).map(float), st.none()), min_size=6, max_size=6)


def test_no_z_score_can_exceed_its_largest() -> None:
    for n in (2, 5, 10, 12, 40):
        y = np.r_[np.zeros(n - 1), 1e6]
        assert ((y - y.mean()) / y.std(ddof=1)).max() == pytest.approx(max_z(n))
    assert max_z(10) < 3 < max_z(12)
    with pytest.raises(ValueError, match="two"):
        max_z(1)


def test_without_spread_an_absolute_change_decides() -> None:
    earlier = {2020: 50.0, 2021: 50.0, 2022: 50.0, 2023: 51.0}
    for latest, flag in ((60.0, ""), (60.1, "extreme"), (39.9, "extreme"), (40.0, "")):
        row = against_earlier(pd.Series({**earlier, 2024: latest})).iloc[0]
        assert (row["flag"], row["reason"]) == (flag, "")
        assert np.isnan(row["z"])
        assert "change" in row["method"]
    assert against_earlier(pd.Series({**earlier, 2024: 60.0}), change=5).iloc[0]["flag"] == "extreme"
    nearly = pd.Series([0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3000001])  # equal but for rounding
    assert mad_bounds(nearly)["mad"].tolist() == [0]


def test_the_latest_year_is_judged_by_earlier_ones_alone() -> None:
    series = pd.Series({2020: 100.0, 2021: 104.0, 2022: 98.0, 2023: 102.0, 2024: 140.0})
    row = against_earlier(series).iloc[0]
    assert (row["median"], row["flag"], row["n"]) == (101, "extreme", 4)
    assert row["upper"] == pytest.approx(101 + 5 * 1.4826 * 2)
    assert row["z"] == pytest.approx(0.6745 * 39 / 2)


def test_a_modified_z_beyond_3_5_is_a_look() -> None:
    usual = pd.Series([90.0, 95.0, 100.0, 105.0, 110.0])  # raw MAD 5
    values = pd.Series([100 + 5.1 * 5, 100 + 5.2 * 5, 100 - 7.4 * 5, 100 - 7.5 * 5])
    assert extremes(values, usual)["flag"].tolist() == ["", "look", "look", "extreme"]


def test_blank_and_short_series_are_named() -> None:
    frame = pd.DataFrame([[1.0, 2, 3, np.nan], [1, 2, np.nan, 3]], index=["a", "b"], columns=range(2021, 2025))
    result = against_earlier(frame)
    assert result["reason"].tolist() == ["not_reported", "too_few_points"]
    assert result["flag"].tolist() == ["", ""]
    assert result.index.tolist() == ["a", "b"]
    assert mad_bounds(pd.DataFrame(index=["a"]))["reason"].tolist() == ["too_few_points"]
    points = extremes(frame, minimum=2)
    assert points.index.names == [None, "time"]
    assert points.loc[("b", 2023.0), "reason"] == "not_reported"


@settings(deadline=None, max_examples=40)
@given(st.lists(NUMBERS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_bounds_are_those_of_numpy_and_order_changes_nothing(rows: list, random) -> None:
    frame = pd.DataFrame(rows, index=[f"v{i}" for i in range(len(rows))], dtype=float)
    result = mad_bounds(frame)
    for name, row in frame.iterrows():
        y = row.dropna()
        if len(y) >= 3:
            assert result.loc[name, "median"] == np.median(y)
            assert result.loc[name, "mad"] == pytest.approx(1.4826 * np.median(np.abs(y - np.median(y))))
        else:
            assert result.loc[name, "reason"] == "too_few_points"
    areas, years = list(frame.index), list(frame.columns)
    random.shuffle(areas)
    random.shuffle(years)
    pd.testing.assert_frame_equal(mad_bounds(frame.loc[areas, years]), result.loc[areas])
    pd.testing.assert_frame_equal(consistency(frame.loc[areas, years]), consistency(frame).loc[areas])


@pytest.mark.parametrize(
    ("earlier", "now", "ratio", "flag", "reason"),
    [
        ([90, 100, 110], 133, 1.33, "", ""),
        ([90, 100, 110], 134, 1.34, "look", ""),
        ([90, 100, 110], 67, 0.67, "", ""),
        ([90, 100, 110], 66, 0.66, "look", ""),
        ([90, np.nan, 110], 100, 1.0, "", ""),
        ([np.nan, np.nan, 110], 100, np.nan, "", "too_few_points"),
        ([0, 0, 0], 5, np.nan, "", "zero_denominator"),
        ([90, 100, 110], np.nan, np.nan, "", "not_reported"),
        ([90, 100, 110], 0, 0.0, "look", ""),
    ],
)
def test_consistency_with_the_years_before(earlier: list, now: float, ratio: float, flag: str, reason: str) -> None:
    series = pd.Series([500.0, *earlier, now], index=range(2020, 2025), dtype=float)  # 2020 is too far back
    row = consistency(series).iloc[0]
    assert row["ratio"] == pytest.approx(ratio, nan_ok=True)
    assert (row["flag"], row["reason"]) == (flag, reason)


def test_consistency_takes_no_older_year_for_one_left_out() -> None:
    series = pd.Series({2015: 1.0, 2016: 1.0, 2023: 100.0, 2024: 100.0})
    assert consistency(series)["reason"].tolist() == ["too_few_points"]
    assert consistency(pd.DataFrame(index=["a"]))["reason"].tolist() == ["not_reported"]


def test_heaping_counts_whole_numbers_only() -> None:
    counts = pd.DataFrame(
        [[10, 15, 21, 32.5, np.nan], [1, 2, 3, 4, 6], [0, 5, 5, 5, 100]], index=["a", "b", "c"], dtype=float
    )
    result = heaping(counts, minimum=3)
    assert result["n"].tolist() == [3, 5, 5]
    assert result["share"].tolist() == pytest.approx([200 / 3, 0, 100])
    assert result["flag"].tolist() == ["look", "", "look"]
    assert heaping(counts)["reason"].tolist() == ["too_few_points"] * 3
    assert heaping(pd.Series(range(1, 101)))["share"].tolist() == [20]
