"""Which villages first? Share against number of people, shrunk where few people were counted.

A village with eight couples moves by twelve points for one couple, so its share is drawn toward the area's before it
is compared; a village may be first by share, by number, or by both.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd

from kbk_analysis.indicators.rows import Column

Quadrant = Literal["both", "share", "number", "neither", ""]
QUADRANTS: Final[tuple[Quadrant, ...]] = ("both", "share", "number", "neither")


def shrunk_shares(numerator: Column, denominator: Column) -> pd.DataFrame:
    """Shares drawn toward the area's by an empirical Bayes estimate (Marshall 1991, Appl Statist 40:283).

    ``theta = sum x / sum n``, ``A = max(0, sum n (p - theta)^2 / sum n - theta (1 - theta) / mean n)``,
    ``shrunk = theta + (p - theta) * A / (A + theta (1 - theta) / n)``.

    Returns
    -------
    DataFrame
        ``share, shrunk`` (of one) and ``weight`` of the village's own share, 0 to 1; blank without counts.

    Examples
    --------
    >>> found = shrunk_shares([8, 30, 240], [8, 100, 800])
    >>> bool(found["shrunk"][0] < found["share"][0])
    True
    """
    x, n = (pd.Series(np.asarray(column, dtype=float)) for column in (numerator, denominator))
    usable = x.notna() & (n > 0) & (x >= 0) & (x <= n)
    x, n = x.where(usable), n.where(usable)
    share = x / n
    theta = x.sum() / n.sum() if usable.any() else np.nan
    between = (
        max(0.0, float((n * (share - theta) ** 2).sum() / n.sum() - theta * (1 - theta) / n.mean()))
        if usable.any()
        else 0.0
    )
    within = theta * (1 - theta) / n
    whole = between + within
    weight = (between / whole.where(whole > 0)).where(usable)
    weight = weight.fillna(0.0).where(usable)
    return pd.DataFrame({"share": share, "shrunk": theta + (share - theta) * weight, "weight": weight})


def quadrants(share: Column, number: Column, share_cut: float, number_cut: float) -> pd.Series:
    """Quadrant of each village by fixed cuts: ``both``, ``share``, ``number``, ``neither``; blank without values.

    The cuts are the area's own share and a number the meeting sets (or the mean), never the sample's median, by which
    half would always be high.

    Examples
    --------
    >>> quadrants([0.4, 0.1, 0.4], [200, 300, 10], 0.2, 100).tolist()
    ['both', 'number', 'share']
    """
    shares, numbers = (pd.Series(np.asarray(column, dtype=float)) for column in (share, number))
    high, many = shares > share_cut, numbers > number_cut
    found = np.select([high & many, high, many], QUADRANTS[:3], QUADRANTS[3])
    return pd.Series(found, dtype="object").where(shares.notna() & numbers.notna(), "")


def locus(share: Column, number: Column, share_cut: float, number_cut: float) -> pd.Series:
    """Places high by share and by number, as the guidance on stunting convergence chooses villages."""
    return quadrants(share, number, share_cut, number_cut) == "both"
