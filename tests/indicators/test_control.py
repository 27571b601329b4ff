"""XmR limits and the four rules, one at a time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.indicators.control import RULES, xmr_limits, xmr_signals

SAW = [10.0, 12.0] * 8  # mean 11, moving range 2, limits 5.68 and 16.32, near 7.45 and 14.55


def flagged(values: list, rule: str) -> list[int]:
    points = xmr_signals(pd.Series(values, name="v"))
    return points.index[points[rule]].get_level_values("time").astype(int).tolist()


def limits(values: list, **more: object) -> pd.Series:
    return xmr_limits(pd.Series(values), **more).iloc[0]


def test_limits_by_hand() -> None:
    row = limits(SAW)
    assert row[["mean", "lower", "upper", "range"]].tolist() == pytest.approx([11, 5.68, 16.32, 2])
    assert row[["near_lower", "near_upper"]].tolist() == pytest.approx([11 - 10.64 / 3, 11 + 10.64 / 3])
    assert (row["n"], row["reason"], row["screened"]) == (16, "", 0)


def test_wild_moving_ranges_are_left_out_once() -> None:
    values = [*SAW, 40.0, 10.0]
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges <= 3.267 * ranges.mean()]
    row = limits(values)
    assert row["screened"] == 2
    assert row["range"] == pytest.approx(kept.mean())
    assert row["upper"] == pytest.approx(np.mean(values) + 2.66 * kept.mean())
    assert flagged(values, "outside") == [16]


@pytest.mark.parametrize("n", [0, 1, 5, 11])
def test_fewer_than_twelve_points_get_no_limits_and_no_signals(n: int) -> None:
    series = pd.Series(np.arange(float(n)))
    row = xmr_limits(series, target=3, direction="higher").iloc[0]
    assert (row["reason"], row["n"], row["assurance"]) == ("too_few_points", n, "")
    assert row[["mean", "lower", "upper", "range"]].isna().all()
    points = xmr_signals(series, "higher")
    assert not points[list(RULES)].any(axis=None)
    assert len(points) == n
    assert (points["reason"] == "too_few_points").all()


def test_seven_on_one_side_but_not_six() -> None:
    base = [9.0, 13.0] * 4
    assert flagged([*base, 9, 12, 13, 12, 13, 12, 13, 9, 13, 9, 9, 9], "one_side") == []
    assert flagged([*base, 9, 12, 13, 12, 13, 12, 13, 12, 9, 13, 9, 9], "one_side") == list(range(9, 16))


def test_a_point_on_the_mean_ends_a_run() -> None:
    half = [12.0, 14, 12, 14, 12, 14, 11]
    values = [*half, 13, *[22 - value for value in half], 9]
    assert np.mean(values) == 11
    assert flagged(values, "one_side") == []


def test_seven_rising_points_but_not_six() -> None:
    rest = [10.0, 14, 10, 14, 10, 14]
    assert flagged([*rest, 9, 10, 11, 12, 13, 14, 10, 14], "drift") == []
    assert flagged([*rest, 9, 10, 11, 12, 13, 14, 15, 10, 14], "drift") == list(range(6, 13))
    assert flagged([*rest, 9, 15, 14, 13, 12, 11, 10, 9, 12], "drift") == list(range(7, 14))
    assert flagged([*rest, 8, 9, 10, 11, 11, 12, 13, 14], "drift") == []  # equal is not rising


def test_two_of_three_near_one_limit() -> None:
    long = SAW * 3
    values = [*long, 16.5, 11.0, 16.0, 10.0, 12.0]
    row = limits(values)
    assert row["near_upper"] < 16 < 16.5 < row["upper"]
    assert flagged(values, "two_of_three") == [48, 50]
    assert flagged([*long, 16.5, 11.0, 11.0, 16.0, 10.0, 12.0], "two_of_three") == []
    assert flagged([*long, 16.5, 11.0, 6.0, 10.0, 12.0], "two_of_three") == []  # one on each side


def test_a_steady_flow_is_inside_its_own_limits() -> None:
    points = xmr_signals(pd.Series([0.1] * 20), "higher")
    assert not points["signal"].any()


def test_blanks_are_left_out_and_times_kept() -> None:
    values = pd.Series([*SAW[:5], np.nan, *SAW[5:], 30.0])
    points = xmr_signals(values.rename("1406"), "lower")
    assert len(points) == 17
    row = points.loc[("1406", 17.0)]
    assert (row["value"], bool(row["outside"]), row["verdict"]) == (30, True, "worse")
    assert xmr_limits(values)["mean"].iloc[0] == pytest.approx(values.mean())


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [
        (5.0, "higher", "met"),
        (17.0, "higher", "missed"),
        (11.0, "higher", "hit_or_miss"),
        (5.0, "lower", "missed"),
        (17.0, "lower", "met"),
        (16.0, "lower", "hit_or_miss"),
        (5.0, "context", ""),
        (np.nan, "higher", ""),
        (None, "higher", ""),
    ],
)
def test_assurance(target: float | None, direction: str, expected: str) -> None:
    assert limits(SAW, target=target, direction=direction)["assurance"] == expected


def test_assurance_of_each_series_by_its_own_target() -> None:
    frame = pd.DataFrame([SAW, SAW], index=["b", "a"])
    result = xmr_limits(frame, target=pd.Series({"a": 5.0, "b": 17.0}), direction="higher")
    assert result["assurance"].to_dict() == {"b": "missed", "a": "met"}


def test_verdict_follows_the_side_and_of_a_drift_the_way() -> None:
    falling = pd.Series([14.0, 10, 14, 10, 14, 10, 15, 14, 13, 12, 11, 10, 9, 12])
    points = xmr_signals(falling, "higher")
    assert set(points.loc[points["drift"], "verdict"]) == {"worse"}
    assert set(xmr_signals(falling, "lower").query("drift")["verdict"]) == {"better"}
    assert set(xmr_signals(falling, "context")["verdict"]) == {""}
    climbing = pd.Series([2.0, 4, 6, 8, 10, 12, 13, 17, 14, 17, 14, 17, 14, 17])  # rising on the wrong side
    points = xmr_signals(climbing, "higher")
    assert points[["outside", "drift"]].any().tolist() == [True, True]
    inside = points["drift"] & ~points["outside"]
    assert set(points.loc[inside, "verdict"]) == {"better"}
    assert set(points.loc[points["outside"] & (points["value"] < 12), "verdict"]) == {"worse"}
    frame = pd.DataFrame([[*SAW, 30.0]] * 2, index=["b", "a"])
    last = xmr_signals(frame, pd.Series({"a": "higher", "b": "lower"}))["verdict"].unstack()[16.0]
    assert last.to_dict() == {"a": "better", "b": "worse"}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 60).map(float), st.none()), min_size=14, max_size=14), min_size=1, max_size=4
    ),
    st.randoms(use_true_random=False),
)
def test_order_changes_nothing_and_direction_only_the_verdict(rows: list, random) -> None:
    frame = pd.DataFrame(rows, index=[f"v{i}" for i in range(len(rows))], dtype=float)
    high, low = xmr_signals(frame, "higher"), xmr_signals(frame, "lower")
    pd.testing.assert_frame_equal(high.drop(columns="verdict"), low.drop(columns="verdict"))
    assert low["verdict"].tolist() == [{"better": "worse", "worse": "better", "": ""}[word] for word in high["verdict"]]
    areas, times = list(frame.index), list(frame.columns)
    random.shuffle(areas)
    random.shuffle(times)
    pd.testing.assert_frame_equal(xmr_signals(frame.loc[areas, times], "higher").sort_index(), high.sort_index())
    pd.testing.assert_frame_equal(xmr_limits(frame.loc[areas, times]), xmr_limits(frame).loc[areas])
