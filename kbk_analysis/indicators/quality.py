"""How good are the data as a whole? Completeness, timeliness, zeros, rounding, bounds for what is missing, a score.

Frames in, one row a group out: ``value`` in per cent, ``n`` on which it rests, ``passed`` against a threshold, a named
refusal where it cannot be told. What is odd in a single cell is asked in `implausible` and `identities`.

Thresholds: WHO Data Quality Review desk review (completeness 75 %, timeliness 75 %); Countdown to 2030 (90 % is good;
at most 1 % extreme outliers; a score as the mean of percentages, never without its parts).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from kbk_analysis.indicators.outliers import HEAPED, heaping
from kbk_analysis.indicators.proportions import SCREEN
from kbk_analysis.indicators.rows import frame

GOOD: Final = 90.0  # Countdown: per cent of reports, and of areas with enough of them
TIMELY: Final = 75.0  # WHO DQR
OUTLIERS: Final = 1.0  # Countdown: per cent of cells at most
BOUNDED: Final = 95.0  # per cent of villages below which bounds are printed
DIGITS: Final = 10.0  # smaller counts do not spread over all last digits


def completeness(
    reported: pd.Series, expected: pd.Series, group: pd.Series | pd.Index, *, threshold: float = GOOD
) -> pd.DataFrame:
    """Cells reported of those expected, by group (a source, an indicator, a village); not applicable is not expected.

    Parameters
    ----------
    reported, expected
        One flag a cell.
    group
        Group of each cell.
    threshold
        Per cent from which a group passes.

    Returns
    -------
    DataFrame
        By group: ``value`` (per cent), ``reported, n`` (expected), ``passed, method, reason`` (``not_applicable``
        where nothing is expected).

    Examples
    --------
    >>> flags = pd.Series([True, True, False, False])
    >>> completeness(flags, pd.Series([True, True, True, False]), pd.Index(["a", "a", "b", "b"]))["value"].tolist()
    [100.0, 0.0]
    """
    due = expected.astype(bool)
    counts = pd.DataFrame({"reported": reported.astype(bool) & due, "n": due}).groupby(np.asarray(group)).sum()
    return _share(counts.index, counts["reported"], counts["n"], "reported / expected", threshold, "reported")


def enough(values: pd.Series, *, threshold: float = GOOD, share: float = GOOD) -> pd.DataFrame:
    """Share of areas whose completeness reaches a threshold, one row.

    Examples
    --------
    >>> enough(pd.Series([100.0, 95, 60, None]))[["value", "n", "passed"]].round(1).values.tolist()
    [[66.7, 3, False]]
    """
    told = values.dropna()
    reached = pd.Series([int((told >= threshold).sum())])
    return _share(reached.index, reached, pd.Series([len(told)]), f"areas with {threshold:g} % or more", share)


def timeliness(
    received: pd.Series, expected: pd.Series, deadline: str | None, *, threshold: float = TIMELY
) -> pd.DataFrame:
    """Reports received by the deadline, of those expected, one row.

    Parameters
    ----------
    received
        Day (ISO) of each report; blank for none.
    expected
        One flag a report.
    deadline
        Last day (ISO); without one nothing is judged (``no_deadline``).

    Examples
    --------
    >>> days = pd.Series(["2024-12-01", "2025-02-01", None])
    >>> timeliness(days, pd.Series([True] * 3), "2024-12-31")["value"].round(1).tolist()
    [33.3]
    >>> timeliness(days, pd.Series([True] * 3), None)["reason"].tolist()
    ['no_deadline']
    """
    due = expected.astype(bool)
    early = due & (pd.to_datetime(received) <= pd.Timestamp(deadline)) if deadline else due & False
    reached, whole = pd.Series([early.sum()], dtype=int), pd.Series([due.sum()], dtype=int)
    found = _share(reached.index, reached, whole, "received by the deadline / expected", threshold)
    return found if deadline else found.assign(value=np.nan, passed=False, reason="no_deadline")


def zeros(values: pd.Series, expected: pd.Series, group: pd.Series | pd.Index) -> pd.DataFrame:
    """Zeros and blanks of each group, counted apart: ``zeros, blanks, n`` (expected), ``method, reason``.

    Examples
    --------
    >>> found = zeros(pd.Series([0.0, None, 3]), pd.Series([True] * 3), pd.Index(["a"] * 3))
    >>> found[["zeros", "blanks"]].values.tolist()
    [[1, 1]]
    """
    due = expected.astype(bool)
    flags = pd.DataFrame({"zeros": (values == 0) & due, "blanks": values.isna() & due, "n": due})
    counts = flags.groupby(np.asarray(group)).sum()
    return frame(
        counts.index, zeros=counts["zeros"], blanks=counts["blanks"], n=counts["n"], method="counts",
        reason=np.where(counts["n"] > 0, "", "not_applicable"),
    )  # fmt: skip


def rounded(counts: pd.Series, group: pd.Series | pd.Index) -> pd.DataFrame:
    """Digit heaping by group (a source, a village): share of counts of 10 or more that end in 0 or 5.

    Returns
    -------
    DataFrame
        Columns of `heaping` by group, ``flag`` (``look``) only where the share is above 30 % and, of 20 % expected,
        beyond chance at 99.8 %; ``chance`` (upper binomial tail).

    Examples
    --------
    >>> rounded(pd.Series([10.0, 15, 20, 25, 30] * 8), pd.Index(["a"] * 40))[["share", "flag"]].values.tolist()
    [[100.0, 'look']]
    """
    kept = counts.where(counts >= DIGITS)
    keys = pd.Series(np.asarray(group), index=counts.index, name="group")
    place = keys.groupby(keys).cumcount()
    table = pd.DataFrame({"group": keys, "place": place, "count": kept}).pivot(
        index="group", columns="place", values="count"
    )
    found = heaping(table)
    chance = stats.binom.sf(found["heaped"] - 1, found["n"], 0.2)
    sure = found["share"].gt(HEAPED) & (chance < 1 - SCREEN)
    return found.assign(chance=chance, flag=np.where(sure, "look", "")).astype({"flag": "str"})


def missing_bounds(
    numerator: pd.Series, denominator: pd.Series, missing: pd.Series, *, scale: float | pd.Series = 100.0
) -> pd.DataFrame:
    r"""Where a proportion would lie if those who did not report had none, or all.

    Parameters
    ----------
    numerator, denominator
        Sums over the areas that reported.
    missing
        People of the areas that did not.

    Returns
    -------
    DataFrame
        ``lower, upper`` in the unit of `scale`, ``n`` (all people), ``method, reason``.

    Notes
    -----
    .. math:: \frac{\sum x}{\sum n + m} \le p \le \frac{\sum x + m}{\sum n + m}

    The worst-case bounds of Manski (1989), J. Human Resources 24: 343-360.

    Examples
    --------
    >>> missing_bounds(pd.Series([60.0]), pd.Series([80.0]), pd.Series([20.0]))[["lower", "upper"]].values.tolist()
    [[60.0, 80.0]]
    """
    x, n, gone = (part.astype(float) for part in (numerator, denominator, missing))
    whole = n + gone
    reason = np.select(
        [x.isna() | n.isna() | gone.isna(), (x > n) | (x < 0) | (gone < 0) | np.isinf(whole), whole <= 0],
        ["not_reported", "impossible", "zero_denominator"],
        "",
    )
    whole = whole.where(reason == "")
    return frame(
        x.index, lower=x / whole * scale, upper=(x + gone) / whole * scale, n=whole, method="worst-case bounds",
        reason=reason,
    )  # fmt: skip


def quality_score(parts: Mapping[str, float]) -> pd.DataFrame:
    """Mean of selected percentages with its parts, one row: a score alone hides which part fails.

    Parameters
    ----------
    parts
        Percentages by name; a blank one takes no part in the mean but is listed.

    Returns
    -------
    DataFrame
        ``value``, one column a part, ``n`` (parts told), ``method, reason`` (``no_data``).

    Examples
    --------
    >>> quality_score({"reports": 90.0, "codes": 100.0, "deadline": float("nan")})[["value", "n"]].values.tolist()
    [[95.0, 2.0]]
    """
    told = [value for value in parts.values() if value == value]
    value = float(np.mean(told)) if told else np.nan
    columns = {**parts, "n": len(told), "method": "mean of percentages", "reason": "" if told else "no_data"}
    return frame(pd.RangeIndex(1), value=value, **columns)


def _share(
    index: pd.Index, part: pd.Series, whole: pd.Series, method: str, threshold: float, part_name: str = "reached"
) -> pd.DataFrame:
    value = 100 * part / whole.where(whole > 0)
    reason = np.where(whole > 0, "", "not_applicable")
    columns = {"value": value, part_name: part, "n": whole, "passed": value >= threshold}
    return frame(index, **columns, method=method, reason=reason)
