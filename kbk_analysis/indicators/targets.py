"""Values against a target: attainment, gap, progress and status.

A target is administrative: the value itself decides, and the interval only tells whether the decision is certain. So
``status`` here is never mixed with the ``verdict`` against a benchmark. A refusal computed before can be handed on as
`reason`; it comes first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.indicators.rows import Column, Floats, align, first_blank, first_reason, frame, signs, usable
from kbk_analysis.schema import Direction

SLACK: Final = 1e-9  # relative; 29 of 100 is 28.999999999999996 %, and reaches a target of 29 %


def _slack(target: Floats) -> Floats:
    return SLACK * np.maximum(1.0, np.abs(target))


def attainment(
    value: Column, n: Column, target: Column, direction: Direction | pd.Series, *, reason: str | pd.Series = ""
) -> pd.DataFrame:
    """Share of a target that is attained, in per cent; only where higher is better.

    Where lower is better, target over value explodes near zero: read `gap`, or `progress` where a baseline is known.

    Returns
    -------
    DataFrame
        ``value, n, method, reason``; ``reason`` is ``not_reported``, ``no_target``, ``not_judged`` (context),
        ``lower_is_better``, ``zero_denominator`` (target of zero), ``impossible`` (below zero) or blank.

    Examples
    --------
    >>> attainment([45.0], 200, 60.0, Direction.HIGHER)["value"].tolist()
    [75.0]
    """
    index, (y, count, goal) = align(value, n, target)
    sign = signs(direction, index)
    why = first_reason(
        first_blank(reason, index, (y, "not_reported"), (goal, "no_target")),
        (sign == 0, "not_judged"),
        (sign < 0, "lower_is_better"),
        (goal == 0, "zero_denominator"),
        (goal < 0, "impossible"),
    )
    y, goal = usable(why, y, goal)
    return frame(index, value=100 * y / goal, n=count, method="attainment", reason=why)


def gap(value: Column, n: Column, target: Column, *, reason: str | pd.Series = "") -> pd.DataFrame:
    """Value minus target, in the unit of the value; the sign does not depend on which way is better.

    Examples
    --------
    >>> gap([18.0], 200, 14.0)["value"].tolist()
    [4.0]
    """
    index, (y, count, goal) = align(value, n, target)
    why = first_blank(reason, index, (y, "not_reported"), (goal, "no_target"))
    y, goal = usable(why, y, goal)
    return frame(index, value=y - goal, n=count, method="gap", reason=why)


def progress(
    value: Column, n: Column, target: Column, baseline: Column, *, reason: str | pd.Series = ""
) -> pd.DataFrame:
    r"""How much of the way from baseline to target is done, in per cent; the same in both directions.

    Returns
    -------
    DataFrame
        ``value`` unclipped (below 0 is a move away, above 100 beyond the target), ``drawn`` clipped to 0-100 for
        charts, ``n, method, reason``; ``reason`` is ``not_reported``, ``no_target``, ``no_baseline``,
        ``target_is_baseline`` or blank.

    Notes
    -----
    .. math:: 100\,\frac{y - b}{t - b}

    Examples
    --------
    >>> progress([18.0], 200, 14.0, 24.0)["value"].tolist()
    [60.0]
    """
    index, (y, count, goal, start) = align(value, n, target, baseline)
    why = first_blank(reason, index, (y, "not_reported"), (goal, "no_target"), (start, "no_baseline"))
    y, goal, start = usable(why, y, goal, start)
    why = first_reason(why, (np.abs(goal - start) <= _slack(goal), "target_is_baseline"))
    done = 100 * (y - start) / np.where(why == "", goal - start, np.nan)
    return frame(index, value=done, drawn=np.clip(done, 0, 100), n=count, method="progress", reason=why)


def people_short(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    level: npt.ArrayLike,
    direction: Direction | str,
    *,
    scale: float = 100.0,
) -> Floats:
    r"""People short of a level in each area, or in excess of it where lower is better; 0 where it is reached.

    Of the sums of many areas it is the net gap: what some have beyond the level makes up for others. Of each area
    alone, added up, it is the gross gap, never smaller.

    Notes
    -----
    .. math:: \max(0,\ \tau n/scale - x),\quad \max(0,\ x - \tau n/scale)\ \text{where lower is better}

    Examples
    --------
    >>> people_short([50, 95], [101, 100], 80.0, "higher").round(1).tolist()
    [30.8, 0.0]
    >>> people_short(145, 201, 80.0, "higher").round(1).tolist()
    15.8
    """
    x, n, goal = (np.asarray(item, dtype=np.float64) for item in (numerator, denominator, level))
    sign = 1 if Direction(direction) == Direction.HIGHER else -1
    return np.asarray(np.maximum(0.0, sign * (goal / scale * n - x)))


def whole_people(short: npt.ArrayLike) -> list[int]:
    """Whole people of each area, which add up to the sum rounded up once.

    The remainders go to the areas whose fractions are largest, so that the order of areas stays.

    Examples
    --------
    >>> whole_people([30.8, 12.3, 4.3]), whole_people([0.2]), whole_people([3.0000000001])
    ([31, 13, 4], [1], [3])
    """
    exact = np.atleast_1d(np.asarray(short, dtype=np.float64))
    slack = SLACK * max(1.0, float(exact.sum()))
    whole = np.floor(exact + slack)
    rest = int(np.ceil(exact.sum() - slack) - whole.sum())
    whole[np.lexsort((np.arange(len(exact)), -(exact - whole)))[: max(rest, 0)]] += 1
    return [int(people) for people in whole]


def target_status(
    value: Column,
    lower: Column,
    upper: Column,
    n: Column,
    target: Column,
    direction: Direction | pd.Series,
    *,
    margin: float = 0.0,
    reason: str | pd.Series = "",
) -> pd.DataFrame:
    """Status against a target: reached, close (short by no more than the margin) or not reached.

    Parameters
    ----------
    lower, upper
        Limits of the value; both blank where it has no interval, one blank where that side is open.
    margin
        In the unit of the value; 0 leaves no ``close``.

    Returns
    -------
    DataFrame
        ``status`` ``reached``, ``close``, ``not_reached`` or blank; ``certain`` False where the interval holds the
        target; ``n, method, reason``; ``reason`` is ``not_reported``, ``no_target``, ``not_judged`` or blank.

    Examples
    --------
    >>> table = target_status([60.0, 57.0], [50.2, 47.2], [69.1, 66.3], 100, 60.0, Direction.HIGHER, margin=5)
    >>> table[["status", "certain"]].values.tolist()
    [['reached', False], ['close', False]]
    """
    index, (y, low, high, count, goal) = align(value, lower, upper, n, target)
    sign = signs(direction, index)
    why = first_reason(first_blank(reason, index, (y, "not_reported"), (goal, "no_target")), (sign == 0, "not_judged"))
    y, goal = usable(why, y, goal)
    ahead = sign * (y - goal)
    word = np.where(ahead >= -_slack(goal), "reached", "not_reached")
    word = np.where((word == "not_reached") & (ahead >= -margin - _slack(goal)), "close", word)
    # A comparison with a blank limit is never true, so a blank side does not shut the target out.
    shut_out = (low > goal) | (high < goal) | (np.isnan(low) & np.isnan(high))
    status = np.where(why == "", word, "").astype(object)
    return frame(index, status=status, certain=shut_out & (why == ""), n=count, method="point_estimate", reason=why)
