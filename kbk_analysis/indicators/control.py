"""Is a monthly flow in its usual range, and does that range meet the target? XmR control limits.

For at least twelve points of one process (reports a month, active users a month). Annual series get no limits.

Source: NHS Making Data Count; limits and screening as in its published R implementation.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.indicators.series import Flags, Floats, Whole, judge, sense, wide

MINIMUM: Final = 12
FACTOR: Final = 2.66  # 3 / d2 with d2 = 1.128 for ranges of two
SCREEN_RANGE: Final = 3.267  # upper limit of a range of two, D4
RUN: Final = 7
ROUNDING: Final = 1e-12  # of the mean: a steady series is not beyond its own limits
RULES: Final = ("outside", "one_side", "drift", "two_of_three")


def xmr_limits(
    values: pd.DataFrame | pd.Series, *, target: float | pd.Series | None = None, direction: str | pd.Series = "context"
) -> pd.DataFrame:
    r"""XmR limits of each series, and whether its usual range meets a target.

    Parameters
    ----------
    values
        One row a series, one column a point of time; blanks are left out and the neighbours follow each other.
    target
        Level to meet, for all series or one a row.
    direction
        ``higher``, ``lower`` or ``context``; without a direction there is no assurance.

    Returns
    -------
    DataFrame
        ``mean, lower, upper`` (limits), ``near_lower, near_upper`` (two thirds of the way), ``range`` (mean moving
        range after screening), ``screened`` (moving ranges left out), ``assurance`` (``met``, ``missed``,
        ``hit_or_miss``, blank), ``n, method, reason`` (``too_few_points`` below twelve).

    Notes
    -----
    .. math:: \bar x \pm 2.66\,\overline{mR}

    Moving ranges above 3.267 times their mean are left out once. A target that the far limit does not reach is
    ``missed``, one on the good side of the near limit is ``met``; a target on a limit is inside.

    Examples
    --------
    >>> xmr_limits(pd.Series([10.0, 12] * 6)).round(2)[["mean", "lower", "upper"]].values.tolist()
    [[11.0, 5.68, 16.32]]
    """
    frame = wide(values)
    y = frame.to_numpy()
    n = (~np.isnan(y)).sum(axis=1)
    packed, _ = _pack(y)
    ranges = np.abs(np.diff(packed, axis=1))
    average = _mean(ranges)
    wild = ranges > SCREEN_RANGE * average[:, None]
    screened = _mean(np.where(wild, np.nan, ranges))
    mean, reach = _mean(packed), FACTOR * screened
    given = n >= MINIMUM
    numbers = {
        "mean": mean,
        "lower": mean - reach,
        "upper": mean + reach,
        "near_lower": mean - reach * 2 / 3,
        "near_upper": mean + reach * 2 / 3,
        "range": screened,
        "screened": wild.sum(axis=1).astype(float),
    }
    shown = {name: np.where(given, column, np.nan) for name, column in numbers.items()}
    result = pd.DataFrame(shown, index=frame.index)
    result["assurance"] = _assurance(result, target, direction)
    result["n"] = n
    result["method"] = pd.Series("XmR, mean ± 2.66 mean moving range, screened once", index=frame.index, dtype="str")
    result["reason"] = pd.Series(np.where(given, "", "too_few_points"), index=frame.index, dtype="str")
    return result


def xmr_signals(values: pd.DataFrame | pd.Series, direction: str | pd.Series = "context") -> pd.DataFrame:
    """Which points are unusual, by four rules.

    Parameters
    ----------
    values
        As `xmr_limits`.

    Returns
    -------
    DataFrame
        One row a series and point (index: series, time) that has a value: ``value``; ``outside`` (beyond a limit),
        ``one_side`` (part of seven or more in a row on one side of the mean), ``drift`` (part of seven or more in a
        row each above, or each below, the one before), ``two_of_three`` (one of two among three in a row beyond two
        thirds of a limit on one side), ``signal`` (any), ``verdict`` (``better``, ``worse`` or blank), ``n`` (points
        of the series), ``method``, ``reason`` (``too_few_points``: no rule is applied).

    Notes
    -----
    The verdict follows the side of the mean; of a drift inside the limits, the way it moves. A point on the mean ends
    a run.

    Examples
    --------
    >>> steady = pd.Series([10.0, 12] * 6 + [20.0])
    >>> xmr_signals(steady, "higher").query("signal")[["value", "outside", "verdict"]].values.tolist()
    [[20.0, True, 'better']]
    """
    frame = wide(values)
    limits = xmr_limits(frame)
    y, order = _pack(frame.to_numpy())
    given = np.asarray(limits[["reason"]] == "")
    mean, upper = limits[["mean"]].to_numpy(), limits[["upper"]].to_numpy()
    reach, rounding = upper - mean, ROUNDING * np.abs(mean)
    away = np.nan_to_num(y - mean)
    side = np.where(np.abs(away) > rounding, np.sign(away), 0.0)
    move = np.zeros(y.shape)
    move[:, 1:] = np.sign(np.nan_to_num(np.diff(y, axis=1)))
    near = np.where(np.abs(away) > reach * 2 / 3 + rounding, side, 0.0)
    rising, falling = (_stretch(move == way, RUN - 1, extend=1) for way in (1, -1))
    flags: dict[str, Flags] = {
        "outside": np.abs(away) > reach + rounding,
        "one_side": _stretch(side == 1, RUN) | _stretch(side == -1, RUN),
        "drift": rising | falling,
        "two_of_three": _two_of_three(near == 1) | _two_of_three(near == -1),
    }
    flags = {name: np.asarray(flag & given) for name, flag in flags.items()}
    by_side = (flags["outside"] | flags["one_side"] | flags["two_of_three"]) * side
    change = np.where(flags["drift"] & ~flags["outside"], np.where(rising, 1, -1), by_side)
    here, at = np.nonzero(~np.isnan(y))
    series, time = frame.index.take(here), frame.columns.take(order[here, at])
    result = pd.DataFrame({"value": y[here, at], **{name: flag[here, at] for name, flag in flags.items()}})
    result["signal"] = result[list(RULES)].any(axis=1)
    way = direction if isinstance(direction, str) else pd.Series(_rows(direction, frame.index)[here])
    result["verdict"] = judge(change[here, at], way, result.index)
    for name in ("n", "method", "reason"):
        result[name] = limits[name].to_numpy()[here]
    names = [*frame.index.names, "time"]
    levels = [series.get_level_values(level) for level in range(series.nlevels)]
    return result.set_index(pd.MultiIndex.from_arrays([*levels, time], names=names))


def _pack(y: Floats) -> tuple[Floats, Whole]:
    """Values of each row moved together to the left, and the column each came from."""
    order = np.argsort(np.isnan(y), axis=1, kind="stable")
    return np.take_along_axis(y, order, axis=1), order


def _mean(y: Floats) -> Floats:
    count = (~np.isnan(y)).sum(axis=1)
    return np.where(count > 0, np.nansum(y, axis=1) / np.maximum(count, 1), np.nan)


def _stretch(on: Flags, length: int, extend: int = 0) -> Flags:
    """Members of stretches of at least `length` true cells in a row; `extend` cells before a stretch belong too."""
    found = np.zeros(on.shape, dtype=bool)
    width = on.shape[1]
    for start in range(width - length + 1):
        whole: Flags = np.all(on[:, start : start + length], axis=1)
        found[:, max(0, start - extend) : start + length] |= whole[:, None]
    return found


def _two_of_three(near: Flags) -> Flags:
    """Cells that are near and have another near cell at most two places away."""
    found = np.zeros(near.shape, dtype=bool)
    for step in (1, 2):
        both = near[:, step:] & near[:, :-step]
        found[:, step:] |= both
        found[:, :-step] |= both
    return found


def _assurance(limits: pd.DataFrame, target: float | pd.Series | None, direction: str | pd.Series) -> pd.Series:
    if target is None:
        return pd.Series("", index=limits.index, dtype="str")
    goal = np.broadcast_to(np.asarray(_rows(target, limits.index), dtype=float), len(limits))
    way = sense(direction, limits.index)
    low, high = limits["lower"].to_numpy(), limits["upper"].to_numpy()
    below, above = goal < low, goal > high
    met = ((way == 1) & below) | ((way == -1) & above)
    missed = ((way == 1) & above) | ((way == -1) & below)
    told = (way != 0) & ~np.isnan(goal) & ~np.isnan(low)
    words = np.select([~told, met, missed], ["", "met", "missed"], "hit_or_miss")
    return pd.Series(words, index=limits.index, dtype="str")


def _rows(given: float | pd.Series, index: pd.Index) -> npt.NDArray[np.generic]:
    if isinstance(given, pd.Series):
        return np.asarray(given if given.index.equals(index) else given.reindex(index))
    return np.asarray(given)
