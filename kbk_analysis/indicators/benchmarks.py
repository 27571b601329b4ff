"""Values against a benchmark, against the rest of the area they belong to, and the count of false alarms in a grid.

A benchmark is judged by the interval: ``verdict`` is better, similar or worse, and blank where ``reason`` tells why.
Areas with fewer than 20 people are not judged.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbk_analysis.indicators.proportions import LOOK, SCREEN, difference, wilson
from kbk_analysis.indicators.rows import (
    Column,
    Flags,
    Floats,
    Reasons,
    align,
    count_reasons,
    first_blank,
    first_reason,
    frame,
    labels,
    signs,
    usable,
)
from kbk_analysis.schema import Direction

FEWEST: Final = 20  # people; below this a value is never judged against another


def benchmark_status(
    lower: Column,
    upper: Column,
    n: Column,
    benchmark: Column,
    direction: Direction | pd.Series,
    *,
    fewest: float = FEWEST,
    reason: str | pd.Series = "",
) -> pd.DataFrame:
    """Verdict against a benchmark taken as exact: better or worse when it lies outside the interval, else similar.

    The confidence is that of the limits: 95 % for one look, 99.8 % for a grid. A benchmark of which the area is 5 % or
    more is not exact: use `compare_with_rest`.

    Parameters
    ----------
    lower, upper
        Limits of any kind of value; one may be blank where that side is open.
    fewest
        Smallest n that is judged.
    reason
        Refusals found before; they come first.

    Returns
    -------
    DataFrame
        ``verdict, n, method, reason``; ``reason`` is ``not_reported``, ``no_interval``, ``no_benchmark``,
        ``not_judged`` (context), ``unstable`` (n too small) or blank.

    Examples
    --------
    >>> benchmark_status([50.2], [69.1], 100, [75.0], Direction.HIGHER)["verdict"].tolist()
    ['worse']
    """
    index, (low, high, count, other) = align(lower, upper, n, benchmark)
    why = first_reason(
        first_blank(reason, index, (count, "not_reported")),
        (np.isnan(low) & np.isnan(high), "no_interval"),
    )
    why, verdict = _judge(low > other, high < other, count, other, signs(direction, index), why, fewest)
    return frame(index, verdict=verdict, n=count, method="interval", reason=why)


def _judge(
    above: Flags, below: Flags, n: Floats, other: Floats, sign: Floats, why: Reasons, fewest: float
) -> tuple[Reasons, Reasons]:
    why = first_reason(why, (np.isnan(other), "no_benchmark"), (sign == 0, "not_judged"), (n < fewest, "unstable"))
    side = sign * (above.astype(float) - below)
    word = np.where(side > 0, "better", np.where(side < 0, "worse", "similar"))
    return why, np.where(why == "", word, "").astype(object)


def score_p(numerator: npt.ArrayLike, denominator: npt.ArrayLike, theta: npt.ArrayLike) -> Floats:
    r"""Two-sided p of the share x/n against a fixed share; blank where x, n or the fixed share make no sense.

    Notes
    -----
    .. math:: z = \frac{x/n - \theta}{\sqrt{\theta(1-\theta)/n}},\quad p = 2\,\Phi(-|z|)

    p is below 1 - confidence exactly where the Wilson interval of that confidence leaves :math:`\theta` out.
    Wilson (1927), J. Am. Stat. Assoc. 22: 209-212.

    Examples
    --------
    >>> round(float(score_p(60, 100, 0.5)), 4)
    0.0455
    """
    x, n, centre = (np.asarray(item, dtype=np.float64) for item in (numerator, denominator, theta))
    usable = (n > 0) & (x >= 0) & (x <= n) & (centre >= 0) & (centre <= 1)
    x, n, centre = np.where(usable, x, np.nan), np.where(usable, n, np.nan), np.where(usable, centre, np.nan)
    apart = np.abs(x / n - centre)
    error = np.sqrt(centre * (1 - centre) / n)
    # At a fixed share of 0 or 1 anything else is impossible, and the same share is certain.
    z = np.divide(apart, error, out=np.where(apart > 0, np.inf, np.where(usable, 0.0, np.nan)), where=error > 0)
    return np.asarray(2 * special.ndtr(-z))


def difference_p(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, other: npt.ArrayLike, other_denominator: npt.ArrayLike
) -> Floats:
    r"""Two-sided p of the difference of two shares; blank where counts are missing or a part exceeds its whole.

    Notes
    -----
    .. math:: z = \frac{p_1 - p_2}{\sqrt{\bar p(1-\bar p)(1/n_1 + 1/n_2)}},\quad
        \bar p = \frac{x_1 + x_2}{n_1 + n_2},\quad p = 2\,\Phi(-|z|)

    Pearson's chi-square of the two by two table, without correction for continuity.

    Examples
    --------
    >>> round(float(difference_p(56, 70, 48, 80)), 4)
    0.008
    """
    parts = (numerator, denominator, other, other_denominator)
    x1, n1, x2, n2 = (np.asarray(item, dtype=np.float64) for item in parts)
    usable = (n1 > 0) & (n2 > 0) & (x1 >= 0) & (x2 >= 0) & (x1 <= n1) & (x2 <= n2)
    x1, n1, x2, n2 = (np.where(usable, item, np.nan) for item in (x1, n1, x2, n2))
    pooled = (x1 + x2) / (n1 + n2)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    apart = np.abs(x1 / n1 - x2 / n2)  # nothing is apart where all or none have it
    z = np.divide(apart, error, out=np.where(usable, 0.0, np.nan), where=error > 0)
    return np.asarray(2 * special.ndtr(-z))


def compare_with_value(
    numerator: Column,
    denominator: Column,
    benchmark: Column,
    direction: Direction | pd.Series,
    *,
    scale: float = 100.0,
    confidence: float = SCREEN,
    fewest: float = FEWEST,
) -> pd.DataFrame:
    """Share against a fixed value, from counts: value, limits, p and verdict agree with each other.

    Returns
    -------
    DataFrame
        ``value, lower, upper`` in the unit of `scale`; ``p`` from `score_p`; ``verdict, n, method, reason``.
        ``reason`` is why there is no verdict: one of `count_reasons`, or as in `benchmark_status`. Value and limits
        stand wherever the counts allow them.

    Examples
    --------
    >>> compare_with_value(60, 100, 50.0, Direction.HIGHER, confidence=0.95)[["value", "verdict"]].values.tolist()
    [[60.0, 'better']]
    """
    index, (x, n, other) = align(numerator, denominator, benchmark)
    theta = other / scale
    why = count_reasons(x, n, bounded=True)
    part, size = usable(why, x, n)
    low, high = wilson(part, size, confidence)
    why = first_reason(why, ((theta < 0) | (theta > 1), "impossible"))
    why, verdict = _judge(low > theta, high < theta, n, theta, signs(direction, index), why, fewest)
    columns = {"value": part / size * scale, "lower": low * scale, "upper": high * scale}
    return frame(index, **columns, p=score_p(part, size, theta), verdict=verdict, n=n, method="wilson", reason=why)


def compare_with_rest(
    numerator: Column,
    denominator: Column,
    parent_numerator: Column,
    parent_denominator: Column,
    direction: Direction | pd.Series,
    *,
    scale: float = 100.0,
    confidence: float = LOOK,
    fewest: float = FEWEST,
) -> pd.DataFrame:
    """Share of an area minus the share of the rest of its parent, with Newcombe's limits and a verdict.

    The area is part of its parent, so it is compared with the parent less itself.

    Returns
    -------
    DataFrame
        ``value`` the difference in the unit of `scale`, with ``lower, upper``; ``verdict``; ``n`` of the area and
        ``n_rest``; ``method`` ``newcombe``; ``reason`` one of `count_reasons`, ``impossible`` where the area exceeds
        its parent, ``no_benchmark`` (no parent, or no rest), ``not_judged``, ``unstable`` or blank.

    Examples
    --------
    >>> compare_with_rest(56, 70, 104, 150, Direction.HIGHER)[["lower", "verdict"]].round(2).values.tolist()
    [[5.24, 'better']]
    """
    index, (x, n, whole, size) = align(numerator, denominator, parent_numerator, parent_denominator)
    why = first_reason(
        count_reasons(x, n, bounded=True), first_blank("", index, (whole, "no_benchmark"), (size, "no_benchmark"))
    )
    x, own, whole, size = usable(why, x, n, whole, size)
    x2, n2 = whole - x, size - own
    why = first_reason(
        why,
        ((n2 == 0) & (x2 == 0), "no_benchmark"),
        ((x2 < 0) | (n2 < 0) | (x2 > n2), "impossible"),
    )
    x, own, x2, rest = usable(why, x, own, x2, n2)
    low, high = difference(x, own, x2, rest, confidence)
    why, verdict = _judge(low > 0, high < 0, np.minimum(own, rest), rest, signs(direction, index), why, fewest)
    columns = {"value": (x / own - x2 / rest) * scale, "lower": low * scale, "upper": high * scale}
    return frame(index, **columns, verdict=verdict, n=n, n_rest=n2, method="newcombe", reason=why)


def benjamini_hochberg(p: Column, within: object = None, *, q: float = 0.05) -> pd.DataFrame:
    r"""Adjusted p of many comparisons, and which to report so that no more than a share q are false alarms.

    Parameters
    ----------
    p
        Blanks are dropped before anything is counted.
    within
        Family of each row, as a rule the indicator; without it all rows are one family.

    Returns
    -------
    DataFrame
        ``p, adjusted, flagged``; ``n`` the comparisons of the family; ``method``; ``reason`` ``not_reported``,
        ``impossible`` (outside 0 to 1) or blank.

    Notes
    -----
    .. math:: \tilde p_{(i)} = \min_{j \ge i} \frac{m\,p_{(j)}}{j}

    Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57: 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, None, 0.04, 0.03])["adjusted"].tolist()
    [0.03, nan, 0.04, 0.04]
    """
    index, (given,) = align(p)
    wrong = (given < 0) | (given > 1)
    why = first_reason((np.isnan(given), "not_reported"), (wrong, "impossible"))
    family, _ = pd.factorize(labels("" if within is None else within, index), use_na_sentinel=False)
    used = np.flatnonzero(why == "")
    order = used[np.lexsort((given[used], family[used]))]
    group = pd.Series(given[order]).groupby(family[order])
    m, place = group.transform("size"), group.cumcount() + 1
    scaled = given[order] * m / place
    adjusted, size = np.full(len(index), np.nan), np.zeros(len(index), dtype=int)
    adjusted[order] = np.minimum(scaled[::-1].groupby(family[order][::-1]).cummin()[::-1], 1.0)
    size[:] = np.bincount(family[used], minlength=family.max(initial=0) + 1)[family]
    flagged = adjusted <= q * (1 + 1e-12)
    return frame(index, p=given, adjusted=adjusted, flagged=flagged, n=size, method="benjamini_hochberg", reason=why)
