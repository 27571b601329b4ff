"""Is an indicator moving fast enough? The pace a target needs beside the pace that was seen.

Arithmetic, not a forecast: no band, no claim that the pace lasts. A pace needs two points, a trend needs five
(`trend`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kbk_analysis.indicators.series import Breaks, Floats, broken, latest, sense, wide
from kbk_analysis.indicators.trend import POINTS, ROUNDING


def pace(
    values: pd.DataFrame | pd.Series,
    target: float | pd.Series,
    target_year: float,
    direction: str | pd.Series,
    *,
    breaks: Breaks = (),
) -> pd.DataFrame:
    """Change a year that the target needs, beside the change a year that was seen.

    Parameters
    ----------
    values
        One row a series, one column a year; observed is the mean annual change from the first to the last of its
        last five points.
    target, target_year
        Level to reach, for all series or one a row, and the year by which.

    Returns
    -------
    DataFrame
        ``value, year`` (latest), ``required, observed`` (a year), ``state`` (``reached``, ``fast_enough``,
        ``too_slow``; blank where it cannot be told), ``n`` (points), ``method``, ``reason`` of the required pace
        (``not_reported``, ``no_target``, ``past``) and ``observed_reason`` (``too_few_points``, ``series_break``).

    Examples
    --------
    >>> result = pace(pd.Series({2022: 60.0, 2024: 64.0}), 80, 2029, "higher")
    >>> result[["required", "observed", "state"]].values.tolist()
    [[3.2, 2.0, 'too_slow']]
    """
    y = wide(values)
    window = latest(y.notna().to_numpy(), y.columns.to_numpy(dtype=float), POINTS, 2 * (POINTS - 1))
    before, now = _at(y, window.first), _at(y, window.last)
    goal = np.broadcast_to(np.asarray(_per_row(target, y.index), dtype=float), len(y))
    left, way = target_year - window.last, sense(direction, y.index)
    reason = np.select([window.n == 0, np.isnan(goal), left <= 0], ["not_reported", "no_target", "past"], default="")
    unseen = np.select(
        [window.n < 2, broken(breaks, window.first, window.last, y.index)], ["too_few_points", "series_break"], ""
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        required = np.where(reason == "", (goal - now) / left, np.nan)
        observed = np.where(unseen == "", (now - before) / (window.last - window.first), np.nan)
        reached = (window.n > 0) & (way * (now - goal) >= 0) & (way != 0)
        judged = (reason == "") & (unseen == "") & (way != 0)
        fast = way * (observed - required) >= -ROUNDING * np.abs(required)
    state = np.select([reached, judged & fast, judged], ["reached", "fast_enough", "too_slow"], "")
    columns = {"value": now, "year": window.last, "required": required, "observed": observed, "state": state}
    return pd.DataFrame(
        {**columns, "n": window.n, "method": "mean annual change", "reason": reason, "observed_reason": unseen},
        index=y.index,
    ).astype({"state": "str", "method": "str", "reason": "str", "observed_reason": "str"})


def _at(frame: pd.DataFrame, year: Floats) -> Floats:
    """Value of each series in its own year; NaN without one."""
    hit = frame.columns.to_numpy(dtype=float) == year[:, None]
    value: Floats = np.where(hit, frame.to_numpy(), -np.inf).max(axis=1, initial=-np.inf)
    return np.where(hit.any(axis=1), value, np.nan)


def _per_row(given: float | pd.Series, index: pd.Index) -> float | pd.Series:
    if isinstance(given, pd.Series) and not given.index.equals(index):
        return given.reindex(index)
    return given
