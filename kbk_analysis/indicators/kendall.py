"""Is a series without counts or standard errors (a score, an index) rising or falling? Mann-Kendall and Sen's slope.

Short series are the rule here, so the tail of S is counted exactly up to ten points without ties; the normal
approximation misleads there (five rising points: 0.0275 instead of 0.0167).
"""

from __future__ import annotations

from functools import cache
from math import factorial
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtr

from kbk_analysis.indicators.proportions import LOOK
from kbk_analysis.indicators.series import Breaks, Floats, broken, judge, latest, wide
from kbk_analysis.indicators.trend import POINTS

EXACT: Final = 10  # points up to which the tail is counted
MINIMUM: Final = 3  # below: the difference of two years says it all
CELLS: Final = 4_000_000  # pairs held at once


@cache
def arrangements(n: int) -> tuple[int, ...]:
    """How many of the n! orders have 0, 1, 2, ... pairs out of order.

    Notes
    -----
    Adding the k-th value puts it before 0 to k - 1 of the earlier ones, so the counts are those of the k - 1 values
    summed over a window of k. With d pairs out of order S is n(n - 1)/2 - 2d.

    Examples
    --------
    >>> arrangements(4)
    (1, 3, 5, 6, 5, 3, 1)
    """
    counts = [1]
    for k in range(2, n + 1):
        longer = len(counts) + k - 1
        counts = [sum(counts[max(0, d - k + 1) : d + 1]) for d in range(longer)]
    return tuple(counts)


def upper_tail(s: int, n: int) -> float:
    """Probability of a Mann-Kendall S of at least `s` among n values without ties in random order.

    Notes
    -----
    Kendall (1938), Biometrika 30: 81-93; tabulated in Gilbert (1987), Statistical Methods for Environmental
    Pollution Monitoring, table A18.

    Examples
    --------
    >>> round(upper_tail(10, 5), 6)
    0.008333
    """
    most = n * (n - 1) // 2
    if s > most:
        return 0.0
    return sum(arrangements(n)[: (most - max(s, -most)) // 2 + 1]) / factorial(n)


def mann_kendall(values: pd.DataFrame | pd.Series, *, breaks: Breaks = ()) -> pd.DataFrame:
    r"""Mann-Kendall test of each series, over all its years; numbers without a word (the word is `recent_scores`).

    Parameters
    ----------
    values
        One row a series, one column a year; blanks are left out.
    breaks
        Years from which a new definition holds, or a table of flags (see `series.broken`).

    Returns
    -------
    DataFrame
        ``s, variance, z`` (with continuity correction), ``p`` (two-sided), ``p_rising, p_falling`` (one-sided),
        ``tau`` (tau-b; without ties S over the number of pairs; 0 where all values are equal), ``sen`` (median slope a
        year, real years), ``ties`` (tied pairs), ``n`` (points), ``method`` (of p), ``reason`` (``too_few_points``
        below three, ``series_break``).

    Notes
    -----
    .. math:: S = \sum_{i<j} \mathrm{sgn}(y_j - y_i),\quad
              \mathrm{Var} = \frac{n(n-1)(2n+5) - \sum t(t-1)(2t+5)}{18},\quad Z = \frac{S \mp 1}{\sqrt{\mathrm{Var}}}

    Exact up to ten points without ties. Mann (1945), Econometrica 13: 245-259; Kendall (1975), Rank Correlation
    Methods; Sen (1968), J. Am. Stat. Assoc. 63: 1379-1389.

    Examples
    --------
    >>> result = mann_kendall(pd.Series([12, 15, 14, 18, 19, 23], index=range(2019, 2025)))
    >>> result[["s", "p", "sen"]].round(4).values.tolist()
    [[13.0, 0.0167, 2.0]]
    """
    frame = wide(values)
    y, years = frame.to_numpy(), frame.columns.to_numpy(dtype=float)
    rows, width = y.shape
    n = (~np.isnan(y)).sum(axis=1)
    s, tied_pairs = np.zeros(rows), np.zeros(rows)
    alike = np.ones((rows, width))  # how many values equal this one, itself included
    for i in range(width):
        for j in range(i + 1, width):
            step = y[:, j] - y[:, i]
            s += np.sign(np.nan_to_num(step))
            tied = step == 0
            tied_pairs += tied
            alike[:, i] += tied
            alike[:, j] += tied
    # A group of t equal values gives (t - 1)(2t + 5) once for each of its t members.
    ties = np.where(np.isnan(y), 0.0, (alike - 1) * (2 * alike + 5)).sum(axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    window = latest(~np.isnan(y), years, max(width, 1))
    reason = np.select(
        [n < MINIMUM, broken(breaks, window.first, window.last, frame.index)], ["too_few_points", "series_break"], ""
    )
    exact = (n <= EXACT) & (tied_pairs == 0)
    p, rising, falling, z = _tails(s, variance, n, exact)
    pairs = n * (n - 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = np.where(tied_pairs == pairs, 0.0, s / np.sqrt((pairs - tied_pairs) * pairs))
    numbers = {"s": s, "variance": variance, "z": z, "p": p, "p_rising": rising, "p_falling": falling, "tau": tau}
    numbers |= {"sen": sen_slope(frame).to_numpy(), "ties": tied_pairs}
    shown = {name: np.where(reason == "", column, np.nan) for name, column in numbers.items()}
    method = np.where(exact, "Mann-Kendall, exact", "Mann-Kendall, normal approximation, ties and continuity corrected")
    return pd.DataFrame({**shown, "n": n, "method": method, "reason": reason}, index=frame.index).astype(
        {"method": "str", "reason": "str"}
    )


def sen_slope(values: pd.DataFrame | pd.Series) -> pd.Series:
    """Sen's slope: the median over all pairs of years of the change a year; NaN below two points.

    Examples
    --------
    >>> sen_slope(pd.Series({2018: 1.0, 2020: 5.0, 2021: 6.0})).tolist()
    [1.6666666666666667]
    """
    frame = wide(values)
    years = frame.columns.to_numpy(dtype=float)
    early, late = np.triu_indices(len(years), k=1)
    block = max(1, CELLS // max(len(early), 1))
    parts = [_median_slope(part, years, early, late) for part in _blocks(frame.to_numpy(), block)]
    return pd.Series(np.concatenate([np.empty(0), *parts]), index=frame.index)


def recent_scores(
    values: pd.DataFrame | pd.Series,
    direction: str | pd.Series,
    *,
    breaks: Breaks = (),
    points: int = POINTS,
    confidence: float = LOOK,
) -> pd.DataFrame:
    """Trend marker of scores: Mann-Kendall over the last points of each series, five at least.

    Parameters
    ----------
    values
        One row a series, one column a year.
    direction
        ``higher``, ``lower`` or ``context``, for all series or one a row.
    points
        How many of the last points; five rising without exception are the least that is significant at 95 %.

    Returns
    -------
    DataFrame
        ``trend`` (``increasing``, ``decreasing``, ``no_change``; blank when refused), ``verdict`` (``better``,
        ``worse`` or blank), then the columns of `mann_kendall`, with ``first, last`` (years).

    Examples
    --------
    >>> series = pd.DataFrame([[1.0, 2, 3, 5, 8], [1.0, 2, 3, 5, 4]], columns=range(2020, 2025))
    >>> recent_scores(series, "higher")["trend"].tolist()
    ['increasing', 'no_change']
    """
    if points < POINTS:
        raise ValueError(f"a trend needs {POINTS} points at least")
    frame = wide(values)
    years = frame.columns.to_numpy(dtype=float)
    window = latest(frame.notna().to_numpy(), years, points, 2 * (points - 1))
    inside = (years >= window.first[:, None]) & (years <= window.last[:, None])
    result = mann_kendall(frame.where(inside), breaks=breaks)
    reason = np.where(window.full, result["reason"], "too_few_points")
    given = reason == ""
    change = np.where(given & (result["p"] < 1 - confidence), np.sign(result["s"]), 0.0)
    trend = np.select([~given, change > 0, change < 0], ["", "increasing", "decreasing"], "no_change")
    numbers = result.loc[:, "s":"ties"].where(pd.Series(given, index=frame.index))
    words = pd.DataFrame({"trend": trend, "verdict": judge(change, direction, frame.index)}, index=frame.index)
    span = pd.DataFrame({"first": window.first, "last": window.last, "n": window.n}, index=frame.index)
    said = pd.DataFrame({"method": result["method"], "reason": reason}, index=frame.index)
    return pd.concat([words.astype("str"), numbers, span, said.astype("str")], axis="columns")


def _tails(s: Floats, variance: Floats, n: np.ndarray, exact: np.ndarray) -> tuple[Floats, Floats, Floats, Floats]:
    """Two-sided and both one-sided probabilities, and Z."""
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(variance)
        z = np.where(s == 0, 0.0, (s - np.sign(s)) / spread)
        # Of a discrete S: at least s begins half a step of two below it, whatever the sign of s.
        rising = np.where(variance > 0, ndtr(-(s - 1) / spread), 1.0)
        falling = np.where(variance > 0, ndtr((s + 1) / spread), 1.0)
    for points in range(1, EXACT + 1):
        mine = np.flatnonzero(exact & (n == points))
        if not len(mine):
            continue
        most = points * (points - 1) // 2
        table = np.array([upper_tail(value, points) for value in range(-most, most + 1)])
        at = s[mine].astype(np.int64)
        rising[mine], falling[mine] = table[at + most], table[most - at]
    return np.minimum(1.0, 2 * np.minimum(rising, falling)), rising, falling, z


def _blocks(cells: Floats, size: int) -> list[Floats]:
    return [cells[start : start + size] for start in range(0, len(cells), size)]


def _median_slope(y: Floats, years: Floats, early: np.ndarray, late: np.ndarray) -> Floats:
    slopes = np.sort((y[:, late] - y[:, early]) / (years[late] - years[early]), axis=1)  # NaN goes last
    count = (~np.isnan(slopes)).sum(axis=1)
    if not slopes.shape[1]:
        return np.full(len(y), np.nan)
    low = np.take_along_axis(slopes, np.maximum((count - 1) // 2, 0)[:, None], axis=1)[:, 0]
    high = np.take_along_axis(slopes, np.minimum(count // 2, slopes.shape[1] - 1)[:, None], axis=1)[:, 0]
    return np.where(low == high, low, low + (high - low) / 2)
