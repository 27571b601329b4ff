"""Against a target: both directions, the slack of percentages, what is not certain, and refusals by name."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.targets import attainment, gap, people_short, progress, target_status, whole_people
from kbk_analysis.schema import Direction

unhurried = settings(deadline=None)

HIGHER, LOWER, CONTEXT = Direction.HIGHER, Direction.LOWER, Direction.CONTEXT
POINTS = st.floats(0, 100)


def statuses(value: object, target: object, direction: object, **more: object) -> list[str]:
    return target_status(value, np.nan, np.nan, 100, target, direction, **more)["status"].tolist()


@pytest.mark.parametrize(
    ("direction", "value", "target", "margin", "expected"),
    [
        (HIGHER, 80, 80, 0, "reached"),
        (HIGHER, 79.9, 80, 0, "not_reached"),
        (HIGHER, 75, 80, 5, "close"),
        (HIGHER, 74.9, 80, 5, "not_reached"),
        (LOWER, 14, 14, 0, "reached"),
        (LOWER, 14.1, 14, 0, "not_reached"),
        (LOWER, 16, 14, 2, "close"),
        (LOWER, 16.1, 14, 2, "not_reached"),
        (LOWER, 0, 0, 0, "reached"),
    ],
)
def test_status(direction: Direction, value: float, target: float, margin: float, expected: str) -> None:
    assert statuses(value, target, direction, margin=margin) == [expected]


@unhurried
@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_reaches_the_target_that_it_equals(pair: tuple[int, int]) -> None:
    x, n = pair
    value, target = 100 * (x / n), 100 * x / n  # 29 of 100 is 28.999999999999996 % one way and 29 % the other
    assert statuses(value, target, HIGHER) == statuses(value, target, LOWER) == ["reached"]
    assert statuses(value, target + 2, HIGHER, margin=2) == ["close"]


@unhurried
@given(POINTS, POINTS, st.floats(0, 10))
def test_direction_mirrors_the_status(value: float, target: float, margin: float) -> None:
    mirrored = statuses(-value, -target, LOWER, margin=margin)
    assert statuses(value, target, HIGHER, margin=margin) == mirrored


def test_not_certain_where_the_interval_holds_the_target() -> None:
    lower = [50, 50, 50, 60, np.nan, np.nan, 62, np.nan]
    upper = [70, 70, 60, 70, np.nan, 70, np.nan, 58]
    target = [60, 75, 60, 60, 60, 60, 60, 60]
    found = target_status([60, 60, 55, 65, 60, 60, 65, 55], lower, upper, 100, target, HIGHER)
    assert found["certain"].tolist() == [False, True, False, False, True, False, True, True]
    assert set(found["n"]) == {100}
    assert set(found["method"]) == {"point_estimate"}


def test_reasons_against_a_target() -> None:
    value = pd.Series([50.0, np.nan, 50.0, 50.0, np.nan], index=list("abcde"))
    target = pd.Series([60.0, 60.0, np.nan, 60.0, 60.0], index=list("abcde"))
    direction = pd.Series([HIGHER, HIGHER, HIGHER, CONTEXT, LOWER], index=list("abcde"))
    before = pd.Series(["", "", "", "", "zero_denominator"], index=list("abcde"))
    reasons = ["", "not_reported", "no_target", "not_judged", "zero_denominator"]
    status = target_status(value, value - 5, value + 5, 90, target, direction, reason=before)
    assert status["reason"].tolist() == reasons
    assert status["status"].tolist() == ["not_reached", "", "", "", ""]
    assert status["certain"].tolist() == [True, False, False, False, False]
    assert status.index.tolist() == list("abcde")
    assert attainment(value, 90, target, direction, reason=before)["reason"].tolist() == reasons
    assert gap(value, 90, target, reason=before)["reason"].tolist() == [*reasons[:3], "", reasons[4]]
    assert set(reasons) - {""} <= set(REASONS)


def test_attainment_only_where_it_means_something() -> None:
    found = attainment(
        [45, 90, 10, 5, 5, 0], 100, [60, 60, 14, 0, -2, 60], [HIGHER, HIGHER, LOWER, HIGHER, HIGHER, HIGHER]
    )
    assert found["value"].tolist() == pytest.approx([75, 150, np.nan, np.nan, np.nan, 0], nan_ok=True)
    assert found["reason"].tolist() == ["", "", "lower_is_better", "zero_denominator", "impossible", ""]
    assert {"lower_is_better", "zero_denominator", "impossible"} <= set(REASONS)


def test_progress_is_not_cut_but_drawn_within_bounds() -> None:
    found = progress(
        [18, 26, 10, 14, 20, 20, np.nan, 20],
        100,
        [14, 14, 14, 24, 24, 24, 14, np.nan],
        [24, 24, 24, 24, 24, np.nan, 24, 24],
    )
    expected = [60, -20, 140, np.nan, np.nan, np.nan, np.nan, np.nan]
    assert found["value"].tolist() == pytest.approx(expected, nan_ok=True)
    assert found["drawn"].tolist()[:3] == pytest.approx([60, 0, 100])
    assert found["reason"].tolist() == [
        "", "", "", "target_is_baseline", "target_is_baseline", "no_baseline", "not_reported", "no_target",
    ]  # fmt: skip
    assert {"target_is_baseline", "no_baseline"} <= set(REASONS)


@unhurried
@given(POINTS, POINTS, POINTS)
def test_progress_does_not_depend_on_the_direction_of_the_scale(value: float, target: float, baseline: float) -> None:
    plain = progress(value, 10, target, baseline).iloc[0]
    turned = progress(100 - value, 10, 100 - target, 100 - baseline).iloc[0]
    if abs(target - baseline) > 1e-3:
        assert plain["value"] == pytest.approx(turned["value"], rel=1e-6, abs=1e-6)
    else:
        assert plain["reason"] in ("", "target_is_baseline")


@given(st.lists(st.floats(0, 500), min_size=1, max_size=40))
def test_whole_people_add_up_to_the_sum_rounded_up_once_and_keep_their_order(short: list[float]) -> None:
    whole = whole_people(short)
    assert sum(whole) - sum(short) < 1 + 1e-6
    assert sum(whole) >= sum(short) - 1e-5
    assert all(abs(people - exact) < 1 + 1e-5 for people, exact in zip(whole, short, strict=True))
    in_order = [whole[i] for i in sorted(range(len(short)), key=lambda i: -short[i])]
    assert in_order == sorted(whole, reverse=True)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(90, 200)), min_size=1), st.floats(1, 99))
def test_the_net_gap_of_the_sums_is_never_more_than_the_gross_gap(pairs: list[tuple[int, int]], level: float) -> None:
    x, n = (np.array(column) for column in zip(*pairs, strict=True))
    for direction in ("higher", "lower"):
        net, gross = people_short(x.sum(), n.sum(), level, direction), people_short(x, n, level, direction)
        assert float(net) <= gross.sum() + 1e-6
        if (gross > 0).all():
            assert float(net) == pytest.approx(gross.sum())
