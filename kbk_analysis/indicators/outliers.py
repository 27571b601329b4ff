"""Which figures deserve a question? Values far from the usual, jumps from year to year, rounded counts.

A flag is a question for the village, never a deletion. Standard deviations are not used: with few values the odd one
widens them itself (`max_z`).

Sources: WHO Data Quality Review (consistency over time); Countdown to 2030 (median and five MAD of earlier years);
Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers (modified z).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.indicators.series import Floats, wide

NORMAL: Final = 1.4826  # MAD of a normal distribution to its standard deviation
EXTREME: Final = 5.0
LOOK_Z: Final = 3.5
USUAL: Final = (0.67, 1.33)
HEAPED: Final = 30.0  # per cent ending in 0 or 5, of 20 expected
ROUNDING: Final = 1e-12  # of the median: a MAD below this is that of equal values
MINIMUM: Final = 3  # values that make a median of what is usual
EARLIER: Final = (2, 3)  # years a consistency ratio needs, and uses at most


def max_z(n: int) -> float:
    """Largest ordinary z-score that one of n values can have, however wild: (n - 1)/√n.

    Examples
    --------
    >>> round(max_z(10), 2), round(max_z(12), 2)
    (2.85, 3.18)
    """
    if n < 2:
        raise ValueError("a z-score needs two values")
    return float((n - 1) / np.sqrt(n))


def mad_bounds(
    values: pd.DataFrame | pd.Series, *, times: float = EXTREME, change: float = 10.0, minimum: int = MINIMUM
) -> pd.DataFrame:
    """What is usual for each series: median and bounds of five MAD.

    Parameters
    ----------
    values
        One row a series, one column a point of time (a single series is one row); blanks are left out.
    times
        Width in MAD (times 1.4826).
    change
        Half width where the MAD is 0 (half of the values or more are equal), in the unit of the values: 10 points for a
        percentage; counts need their own.
    minimum
        Values needed.

    Returns
    -------
    DataFrame
        ``median, mad`` (times 1.4826), ``lower, upper, n, method`` (``median ± 5 MAD`` or ``median ± change``),
        ``reason`` (``too_few_points``).

    Examples
    --------
    >>> mad_bounds(pd.Series([120.0, 131, 118, 125, 122, 127]))[["median", "mad"]].values.tolist()
    [[123.5, 5.1891]]
    """
    frame = wide(values)
    y = frame.to_numpy()
    n = (~np.isnan(y)).sum(axis=1)
    median = _median(y)
    mad = NORMAL * _median(np.abs(y - median[:, None]))
    mad = np.where(mad <= ROUNDING * np.abs(median), 0.0, mad)
    given = n >= minimum
    flat = given & (mad == 0)
    reach = np.where(flat, change, times * mad)
    numbers = {"median": median, "mad": mad, "lower": median - reach, "upper": median + reach}
    shown = {name: np.where(given, column, np.nan) for name, column in numbers.items()}
    method = np.where(flat, "median ± change, MAD 0", f"median ± {times:g} MAD")
    said = {"method": method, "reason": np.where(given, "", "too_few_points")}
    return pd.DataFrame({**shown, "n": n, **said}, index=frame.index).astype({"method": "str", "reason": "str"})


def extremes(
    values: pd.DataFrame | pd.Series,
    usual: pd.DataFrame | pd.Series | None = None,
    *,
    times: float = EXTREME,
    change: float = 10.0,
    minimum: int = MINIMUM,
) -> pd.DataFrame:
    """Which values are beyond five MAD (``extreme``), or of a modified z beyond 3.5 (``look``).

    Parameters
    ----------
    values
        One row a series, one column a point of time.
    usual
        Points that say what is usual, on the same rows (earlier years); without it the values themselves.

    Returns
    -------
    DataFrame
        One row a series and point (index: series, time): ``value, z`` (0.6745 (x - median)/MAD; blank where the MAD is
        0), ``flag`` (``extreme``, ``look``, blank), ``median, lower, upper, n`` (points that say what is usual),
        ``method, reason`` (``not_reported`` for a blank value, ``too_few_points``).

    Examples
    --------
    >>> year = pd.Series([120.0, 131, 118, 125, 940, 122])
    >>> extremes(year)["flag"].tolist()
    ['', '', '', '', 'extreme', '']
    """
    frame = wide(values)
    told = frame if usual is None else wide(usual)
    if not told.index.equals(frame.index):
        told = told.reindex(frame.index)
    bounds = mad_bounds(told, times=times, change=change, minimum=minimum)
    y = frame.to_numpy()
    median, mad, lower, upper = (bounds[[name]].to_numpy() for name in ("median", "mad", "lower", "upper"))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(mad > 0, 0.6745 * NORMAL * (y - median) / mad, np.nan)
    # A modified z above 3.5 is already 5.19 raw MAD, inside 5 x 1.4826.
    flag = np.select([(y < lower) | (y > upper), np.abs(z) > LOOK_Z], ["extreme", "look"], "")
    blank = np.isnan(y)
    series, width = frame.index.repeat(frame.shape[1]), frame.shape[1]
    own = bounds["reason"].to_numpy()[:, None]
    reason = np.where(blank, "not_reported", np.broadcast_to(own, y.shape))
    result = pd.DataFrame({"value": y.ravel(), "z": z.ravel(), "flag": flag.ravel()})
    for name in ("median", "lower", "upper", "n", "method"):
        result[name] = np.repeat(bounds[name].to_numpy(), width)
    result["reason"] = reason.ravel()
    levels = [series.get_level_values(level) for level in range(series.nlevels)]
    time = np.tile(frame.columns.to_numpy(dtype=float), len(frame))
    index = pd.MultiIndex.from_arrays([*levels, time], names=[*frame.index.names, "time"])
    return result.set_index(index).astype({"flag": "str", "method": "str", "reason": "str"})


def against_earlier(
    values: pd.DataFrame | pd.Series, *, times: float = EXTREME, change: float = 10.0, minimum: int = MINIMUM
) -> pd.DataFrame:
    """The latest point of each series against its earlier ones; columns of `extremes`, one row a series.

    Examples
    --------
    >>> against_earlier(pd.Series({2021: 50.0, 2022: 50, 2023: 50, 2024: 63}))[["flag", "method"]].values.tolist()
    [['extreme', 'median ± change, MAD 0']]
    """
    frame = wide(values)
    result = extremes(frame.iloc[:, -1:], frame.iloc[:, :-1], times=times, change=change, minimum=minimum)
    return result.set_axis(frame.index)


def consistency(values: pd.DataFrame | pd.Series, *, usual: tuple[float, float] = USUAL) -> pd.DataFrame:
    """The latest point of each series over the mean of the two or three before it.

    Returns
    -------
    DataFrame
        ``value, earlier`` (mean), ``ratio, flag`` (``look`` outside 0.67 to 1.33, else blank), ``n`` (earlier points,
        2 or 3), ``method, reason`` (``not_reported`` for a blank latest point, ``too_few_points``,
        ``zero_denominator``).

    Examples
    --------
    >>> consistency(pd.Series({2021: 90.0, 2022: 100, 2023: 110, 2024: 140}))[["ratio", "flag"]].values.tolist()
    [[1.4, 'look']]
    """
    frame = wide(values)
    y = frame.to_numpy()
    if not frame.shape[1]:
        y = np.full((len(frame), 1), np.nan)
    else:  # of years left out none further back is taken in their place
        years = frame.columns.to_numpy(dtype=float)
        y = np.where(years >= years[-1] - EARLIER[1], y, np.nan)
    now, before = y[:, -1], y[:, :-1]
    n = (~np.isnan(before)).sum(axis=1)
    earlier = np.where(n > 0, np.nansum(before, axis=1) / np.maximum(n, 1), np.nan)
    reason = np.select(
        [np.isnan(now), n < EARLIER[0], earlier == 0], ["not_reported", "too_few_points", "zero_denominator"], ""
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(reason == "", now / earlier, np.nan)
        odd = (ratio < usual[0]) | (ratio > usual[1])
    columns = {"value": now, "earlier": earlier, "ratio": ratio, "flag": np.where(odd, "look", ""), "n": n}
    return pd.DataFrame(
        {**columns, "method": "latest / mean of the 2 or 3 years before", "reason": reason}, index=frame.index
    ).astype({"flag": "str", "method": "str", "reason": "str"})


def heaping(values: pd.DataFrame | pd.Series, *, minimum: int = 20) -> pd.DataFrame:
    """Share of the whole numbers of each series that end in 0 or 5.

    Parameters
    ----------
    values
        One row a series of counts (a source, an indicator over its villages); a Series is one row.
    minimum
        Whole numbers needed: of fewer, more than 30 % end so by chance alone too often.

    Returns
    -------
    DataFrame
        ``share`` (per cent; 20 expected), ``flag`` (``look`` above 30 %), ``heaped`` (how many end so), ``n`` (whole
        numbers), ``method, reason`` (``too_few_points``).

    Examples
    --------
    >>> heaping(pd.Series([10, 25, 31, 47, 50, 65]), minimum=5)[["share", "flag"]].round(1).values.tolist()
    [[66.7, 'look']]
    """
    frame = values.to_frame().T if isinstance(values, pd.Series) else values
    y = frame.to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        whole, ends = y % 1 == 0, y % 5 == 0
    n, heaped = whole.sum(axis=1), ends.sum(axis=1)
    given = n >= max(minimum, 1)
    share = np.where(given, 100 * heaped / np.maximum(n, 1), np.nan)
    columns = {"share": share, "flag": np.where(share > HEAPED, "look", ""), "heaped": heaped, "n": n}
    said = {"method": "whole numbers ending in 0 or 5", "reason": np.where(given, "", "too_few_points")}
    return pd.DataFrame({**columns, **said}, index=frame.index).astype(dict.fromkeys(("flag", *said), "str"))


def _median(y: Floats) -> Floats:
    """Median of each row without its blanks; NaN for a row of blanks."""
    if not y.shape[1]:
        return np.full(len(y), np.nan)
    ranked = np.sort(y, axis=1)  # NaN goes last
    count = (~np.isnan(y)).sum(axis=1)
    low = np.take_along_axis(ranked, np.maximum((count - 1) // 2, 0)[:, None], axis=1)[:, 0]
    high = np.take_along_axis(ranked, np.minimum(count // 2, y.shape[1] - 1)[:, None], axis=1)[:, 0]
    middle: Floats = np.where(low == high, low, (low + high) / 2)
    return middle
