"""Proportions with their Wilson interval, computed from counts.

Arrays in, frame out. A row that cannot be computed gets a reason, never a silent NaN.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

LOOK: Final = 0.95  # a single look at one value
SCREEN: Final = 0.998  # a grid of many looks (statistics.md 4: about 13 false flags in 7,250 instead of 240)


def wilson(numerator: npt.ArrayLike, denominator: npt.ArrayLike, confidence: float = LOOK) -> tuple[Floats, Floats]:
    r"""Wilson score limits of x/n.

    Parameters
    ----------
    numerator, denominator
        Counts x and n of equal shape; rows with n <= 0, x < 0 or x > n give NaN limits.
    confidence
        Two-sided confidence, 0.95 or 0.998 as a rule.

    Returns
    -------
    lower, upper
        Limits as shares of one.

    Notes
    -----
    .. math:: \frac{2x + z^2 \pm z\sqrt{z^2 + 4x(1-p)}}{2(n + z^2)}, \quad p = x/n

    Wilson (1927), J. Am. Stat. Assoc. 22: 209-212; form of Newcombe (1998), Stat. Med. 17: 857-872, method 3.

    Examples
    --------
    >>> lower, upper = wilson([0], [20])
    >>> round(float(upper[0]), 3)
    0.161
    """
    x = np.asarray(numerator, dtype=float)
    n = np.asarray(denominator, dtype=float)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    usable = (n > 0) & (x >= 0) & (x <= n)
    x = np.where(usable, x, np.nan)
    n = np.where(usable, n, np.nan)
    root = z * np.sqrt(z * z + 4 * x * (1 - x / n))
    lower = (2 * x + z * z - root) / (2 * (n + z * z))
    upper = (2 * x + z * z + root) / (2 * (n + z * z))
    # At the ends the limit is exactly 0 or 1; rounding would leave 1e-17.
    return np.where(x == 0, 0.0, lower), np.where(x == n, 1.0, upper)


def share(
    numerator: pd.Series, denominator: pd.Series, *, scale: float = 100.0, confidence: float = LOOK
) -> pd.DataFrame:
    """Value of x/n with its interval, in the unit of `scale` (100 = per cent).

    Parameters
    ----------
    numerator, denominator
        Counts with a common index; blank means not reported.
    scale
        Multiplier from ratio to unit.

    Returns
    -------
    DataFrame
        ``value, lower, upper`` in the unit; ``reason`` is a refusal code (`not_reported`, `zero_denominator`,
        `impossible`) or blank.

    Examples
    --------
    >>> share(pd.Series([5.0, None]), pd.Series([10.0, 4.0]))[["value", "reason"]].values.tolist()
    [[50.0, ''], [nan, 'not_reported']]
    """
    x, n = numerator.astype(float), denominator.astype(float)
    reason = pd.Series("", index=x.index, dtype="str")
    reason[(x < 0) | (n < 0) | (x > n)] = "impossible"
    reason[n == 0] = "zero_denominator"
    reason[x.isna() | n.isna()] = "not_reported"
    usable = reason == ""
    lower, upper = wilson(x.where(usable), n.where(usable), confidence)
    value = (x / n.where(n > 0)).where(usable)
    return pd.DataFrame(
        {"value": value * scale, "lower": lower * scale, "upper": upper * scale, "reason": reason}, index=x.index
    )


def difference(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, confidence: float = LOOK
) -> tuple[Floats, Floats]:
    r"""Limits of the difference p1 - p2 of two independent proportions (Newcombe's hybrid score interval).

    Notes
    -----
    .. math:: d - \sqrt{(p_1-l_1)^2 + (u_2-p_2)^2},\quad d + \sqrt{(u_1-p_1)^2 + (p_2-l_2)^2}

    Newcombe (1998), Stat. Med. 17: 873-890, method 10. Not for the same families at two dates: those are paired.

    Examples
    --------
    >>> low, high = difference([56], [70], [48], [80])
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0524, 0.3339)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        p1 = np.asarray(x1, dtype=float) / np.asarray(n1, dtype=float)
        p2 = np.asarray(x2, dtype=float) / np.asarray(n2, dtype=float)
    l1, u1 = wilson(x1, n1, confidence)
    l2, u2 = wilson(x2, n2, confidence)
    d = p1 - p2
    return d - np.hypot(p1 - l1, u2 - p2), d + np.hypot(u1 - p1, p2 - l2)
