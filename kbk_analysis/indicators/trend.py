"""Is an indicator moving? The recent-trend marker.

A trend word needs five independent annual points under one definition; with fewer, or with a break among them, the
series is refused by name. Series without counts or standard errors are judged by `kendall`.

Source: trend marker of OHID Fingertips (technical guidance "Trend markers"); five points, 99.8 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from kbk_analysis.indicators.proportions import SCREEN
from kbk_analysis.indicators.series import (
    Breaks,
    Flags,
    Floats,
    Window,
    alike,
    broken,
    judge,
    latest,
)

POINTS: Final = 5  # four points cannot reach p < 0.05 two-sided even when monotone
ROUNDING: Final = 1e-12  # of the terms of a sum: below this its sign is that of rounding


@dataclass(frozen=True, slots=True)
class _Line:
    """Weighted straight lines, one a row: slope, its sign (0 within rounding), and sums of squares."""

    slope: Floats
    sign: Floats
    explained: Floats
    total: Floats
    mean: Floats


def _line(y: Floats, w: Floats, t: Floats) -> _Line:
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = w.sum(axis=1, keepdims=True)
        mean = (w * y).sum(axis=1, keepdims=True) / weight
        dt = t - (w * t).sum(axis=1, keepdims=True) / weight
        dy = y - mean
        sxy, sxx = (w * dt * dy).sum(axis=1), (w * dt * dt).sum(axis=1)
        flat = np.abs(sxy) <= ROUNDING * (w * np.abs(dt) * np.abs(y)).sum(axis=1)
        sxy = np.where(flat, 0.0, sxy)
        level = np.abs(dy) <= ROUNDING * np.abs(mean)
        total = np.where(level.all(axis=1), 0.0, (w * dy * dy).sum(axis=1))
        return _Line(sxy / sxx, np.sign(sxy), sxy * sxy / sxx, total, mean[:, 0])


def _over(part: Floats, whole: Floats) -> Floats:
    """Ratio that is 0 where nothing varies (all or none in every year: no variance and no change)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((whole == 0) & (part == 0), 0.0, part / whole)


def _tests(line: _Line, variance: Floats, points: int) -> dict[str, Floats]:
    trend, all_years = _over(line.explained, variance), _over(line.total, variance)
    with np.errstate(invalid="ignore"):  # series that will be refused
        departure = np.maximum(all_years - trend, 0.0)
    return {
        "slope": line.slope,
        "chi2": trend,
        "p": chdtrc(1, trend),
        "chi2_homogeneity": all_years,
        "p_homogeneity": chdtrc(points - 1, all_years),
        "chi2_departure": departure,
        "p_departure": chdtrc(points - 2, departure) if points > 2 else np.full(len(trend), np.nan),
    }


def trend_test(numerator: pd.DataFrame | pd.Series, denominator: pd.DataFrame | pd.Series) -> pd.DataFrame:
    r"""Cochran-Armitage test of a straight line through proportions, over all years given; numbers without a word.

    Parameters
    ----------
    numerator, denominator
        Counts: one row a series, one column a year (the score of the year). A series with a blank, impossible or
        empty year is refused.

    Returns
    -------
    DataFrame
        ``slope`` (share of one a year), ``chi2, p`` (1 degree of freedom), ``chi2_homogeneity, p_homogeneity``
        (k - 1), ``chi2_departure, p_departure`` (from the line, k - 2: large means not steady), ``n`` (years),
        ``method, reason``.

    Notes
    -----
    .. math:: \chi^2 = \frac{[\sum (x_i - n_i\bar p)(t_i - \bar t)]^2}{\bar p(1-\bar p)\sum n_i (t_i - \bar t)^2}

    with the mean of t weighted by n. Cochran (1954), Biometrics 10: 417-451; Armitage (1955), Biometrics 11: 375-386.

    Examples
    --------
    >>> years = [1, 2, 3, 4]
    >>> smokers, patients = pd.Series([83, 90, 129, 70], years), pd.Series([86, 93, 136, 82], years)
    >>> round(float(trend_test(smokers, patients)["chi2"].iloc[0]), 4)
    8.2249
    """
    x, n = alike(numerator, denominator)
    fault = _count_faults(x.to_numpy(), n.to_numpy())
    reason = np.select(
        [(fault == code).any(axis=1) for code in ("impossible", "not_reported", "zero_denominator")],
        ["impossible", "not_reported", "zero_denominator"],
        "too_few_points" if x.shape[1] < 2 else "",
    )
    line, variance = _proportion_line(x.to_numpy(), n.to_numpy(), _years(x))
    return _frame(x.index, _tests(line, variance, x.shape[1]), reason, x.shape[1], "Cochran-Armitage chi-square")


def recent_proportions(
    numerator: pd.DataFrame | pd.Series,
    denominator: pd.DataFrame | pd.Series,
    direction: str | pd.Series,
    *,
    breaks: Breaks = (),
    pooled: int = 1,
    scale: float = 100.0,
    confidence: float = SCREEN,
) -> pd.DataFrame:
    """Recent-trend marker of proportions: the last five annual points of each series.

    Parameters
    ----------
    numerator, denominator
        Counts: one row a series, one column a year. A blank or a denominator of 0 is no point.
    direction
        ``higher``, ``lower`` or ``context``, for all series or one a row.
    breaks
        Years from which a new definition holds, or a table of flags (see `series.broken`).
    pooled
        Years that one point pools; points closer than this overlap and are refused.
    scale
        Unit of the slope: 100 gives percentage points a year.
    confidence
        0.998 asks chi-square above 9.5495.

    Returns
    -------
    DataFrame
        ``trend`` (``increasing``, ``decreasing``, ``no_change``; blank when refused), ``verdict`` (``better``,
        ``worse``, blank without a change or a direction), the columns of `trend_test` with ``slope`` in the unit,
        ``stable`` (the slope keeps its sign whichever point is left out), ``first, last`` (years), ``n, method,
        reason`` (``too_few_points``, ``series_break``, ``overlapping``, ``impossible``).

    Notes
    -----
    Significant when chi-square exceeds its limit and the slope, weighted by n, is stable. Real years are the scores,
    and the five points may span nine years at most.

    Examples
    --------
    >>> years = range(2020, 2025)
    >>> x, n = pd.Series([621, 599, 556, 535, 447], years), pd.Series([3454, 3195, 3256, 3227, 3121], years)
    >>> recent_proportions(x, n, "lower")[["trend", "verdict"]].values.tolist()
    [['decreasing', 'better']]
    """
    x, n = alike(numerator, denominator)
    fault = _count_faults(x.to_numpy(), n.to_numpy())
    window = _window((fault == "") | (fault == "impossible"), x)
    faulty = window.take((fault == "impossible").astype(float)).any(axis=1)
    reason = _refuse(window, breaks, pooled, x, np.where(faulty, "impossible", ""))
    xs, ns, t = window.take(x.to_numpy()), window.take(n.to_numpy()), window.take(_years(x))
    line, variance = _proportion_line(xs, ns, t)
    with np.errstate(invalid="ignore", divide="ignore"):
        stable = _stable(xs / ns, ns, t, line)
    method = f"Cochran-Armitage chi-square, {confidence:.1%}, last {POINTS} years"
    return _marker(x.index, line, variance, stable, window, reason, direction, scale, confidence, method)


def recent_values(
    value: pd.DataFrame | pd.Series,
    se: pd.DataFrame | pd.Series,
    direction: str | pd.Series,
    *,
    breaks: Breaks = (),
    pooled: int = 1,
    confidence: float = SCREEN,
) -> pd.DataFrame:
    r"""Recent-trend marker of rates, means and ratios: a line weighted by 1/se² through the last five annual points.

    Parameters
    ----------
    value, se
        Values and their standard errors: one row a series, one column a year. A point whose standard error is blank,
        zero or negative has no weight: its series is refused (``no_standard_error``).

    Returns
    -------
    DataFrame
        As `recent_proportions`; ``slope`` in the unit of the value a year.

    Notes
    -----
    .. math:: \chi^2 = b^2 \sum w_i (t_i - \bar t)^2,\quad w_i = 1/se_i^2

    Examples
    --------
    >>> years = range(2020, 2025)
    >>> rate, se = pd.Series([20.0, 22, 25, 27, 30], years), pd.Series(1.0, years)
    >>> recent_values(rate, se, "higher")[["trend", "slope", "chi2"]].values.tolist()
    [['increasing', 2.5, 62.5]]
    """
    y, error = alike(value, se)
    window = _window(y.notna().to_numpy(), y)
    ys, es, t = window.take(y.to_numpy()), window.take(error.to_numpy()), window.take(_years(y))
    unweighted = ~(np.isfinite(es) & (es > 0)).all(axis=1)
    reason = _refuse(window, breaks, pooled, y, np.where(unweighted, "no_standard_error", ""))
    weight = 1 / np.where(es > 0, es, np.nan) ** 2
    line = _line(ys, weight, t)
    method = f"slope weighted by 1/se², {confidence:.1%}, last {POINTS} years"
    ones, stable = np.ones(len(y)), _stable(ys, weight, t, line)
    return _marker(y.index, line, ones, stable, window, reason, direction, 1.0, confidence, method)


def _count_faults(x: Floats, n: Floats) -> np.ndarray:
    blank = np.isnan(x) | np.isnan(n)
    wrong = (x < 0) | (n < 0) | (x > n)
    return np.select([blank, n == 0, wrong], ["not_reported", "zero_denominator", "impossible"], "")


def _years(frame: pd.DataFrame) -> Floats:
    return np.broadcast_to(frame.columns.to_numpy(dtype=float), frame.shape)


def _window(present: Flags, frame: pd.DataFrame) -> Window:
    return latest(present, frame.columns.to_numpy(dtype=float), POINTS, 2 * (POINTS - 1))


def _refuse(window: Window, breaks: Breaks, pooled: int, frame: pd.DataFrame, other: np.ndarray) -> np.ndarray:
    """Why a series has no marker, the first reason that applies."""
    steps = np.diff(window.take(_years(frame)), axis=1)
    return np.select(
        [~window.full, broken(breaks, window.first, window.last, frame.index), (steps < pooled).any(axis=1)],
        ["too_few_points", "series_break", "overlapping"],
        other,
    )


def _proportion_line(x: Floats, n: Floats, t: Floats) -> tuple[_Line, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        line = _line(x / n, n, t)
        none = (x == 0).all(axis=1) | (x == n).all(axis=1)
        return line, np.where(none, 0.0, line.mean * (1 - line.mean))


def _stable(y: Floats, w: Floats, t: Floats, line: _Line) -> Flags:
    """Whether the slope keeps its sign when any one point is left out."""
    stable: Flags = line.sign != 0
    for point in range(y.shape[1]):
        kept = np.arange(y.shape[1]) != point
        stable = stable & (_line(y[:, kept], w[:, kept], t[:, kept]).sign == line.sign)
    return stable


def _marker(
    index: pd.Index,
    line: _Line,
    variance: Floats,
    stable: Flags,
    window: Window,
    reason: np.ndarray,
    direction: str | pd.Series,
    scale: float,
    confidence: float,
    method: str,
) -> pd.DataFrame:
    tests = _tests(line, variance, POINTS)
    limit = NormalDist().inv_cdf(0.5 + confidence / 2) ** 2
    given = reason == ""
    change = np.where(given & stable & (tests["chi2"] > limit), line.sign, 0.0)
    trend = np.select([~given, change > 0, change < 0], ["", "increasing", "decreasing"], "no_change")
    tests["slope"] = tests["slope"] * scale
    result = _frame(index, tests, reason, window.n, method)
    head = pd.DataFrame(
        {"trend": pd.Series(trend, index=index, dtype="str"), "verdict": judge(change, direction, index)}, index=index
    )
    tail = pd.DataFrame({"stable": stable & given, "first": window.first, "last": window.last}, index=index)
    return pd.concat([head, result.iloc[:, :7], tail, result.iloc[:, 7:]], axis="columns")


def _frame(index: pd.Index, tests: dict[str, Floats], reason: np.ndarray, n: object, method: str) -> pd.DataFrame:
    columns = {name: np.where(reason == "", column, np.nan) for name, column in tests.items()}
    return pd.DataFrame({**columns, "n": n, "method": method, "reason": reason}, index=index).astype(
        {"method": "str", "reason": "str"}
    )
