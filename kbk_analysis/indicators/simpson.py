"""Does the total point the same way as its parts? The check before a sentence compares two totals.

Two groups (two years, villages with and without a programme) may differ one way in every stratum and the other way
in the total, because the strata are mixed differently. Then both are printed with the standardised difference, and
no sentence is written from the total alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.indicators.series import Floats

STRATA: Final = 2
ROUNDING: Final = 1e-12
COUNTS: Final = ("x1", "n1", "x2", "n2")


def strata_differences(counts: pd.DataFrame, *, scale: float = 100.0) -> pd.DataFrame:
    """Difference p1 - p2 in each stratum.

    Parameters
    ----------
    counts
        One row a stratum with ``x1, n1, x2, n2``: numerators and denominators of the two groups.
    scale
        Unit: 100 gives percentage points.

    Returns
    -------
    DataFrame
        Same index: ``p1, p2, difference, sign`` (-1, 0, 1), ``n`` (n1 + n2), ``method, reason`` (``not_reported,
        zero_denominator, impossible``).

    Examples
    --------
    >>> counts = pd.DataFrame({"x1": [81, 192], "n1": [87, 263], "x2": [234, 55], "n2": [270, 80]})
    >>> strata_differences(counts)["difference"].round(1).tolist()
    [6.4, 4.3]
    """
    x1, n1, x2, n2 = (counts[name].to_numpy(dtype=float, na_value=np.nan) for name in COUNTS)
    reason = np.select(
        [np.isnan(x1 + n1 + x2 + n2), _wrong(x1, n1) | _wrong(x2, n2), (n1 == 0) | (n2 == 0)],
        ["not_reported", "impossible", "zero_denominator"],
        "",
    )
    p1, p2, difference, sign = _difference(x1, n1, x2, n2)
    numbers = {"p1": scale * p1, "p2": scale * p2, "difference": scale * difference, "sign": sign}
    shown = {name: np.where(reason == "", column, np.nan) for name, column in numbers.items()}
    columns = {**shown, "n": n1 + n2, "method": "difference of proportions", "reason": reason}
    return pd.DataFrame(columns, index=counts.index).astype({"method": "str", "reason": "str"})


def simpson(
    counts: pd.DataFrame,
    by: str | list[str] | None = None,
    *,
    standard: str | None = None,
    scale: float = 100.0,
) -> pd.DataFrame:
    r"""Direction of the total beside that of the strata, for one comparison or many.

    Parameters
    ----------
    counts
        One row a stratum with ``x1, n1, x2, n2``. A stratum with a blank or impossible count takes no part; one where a
        group is absent (n = 0) is in the total only.
    by
        Columns that name the comparison (indicator, area) when there are many.
    standard
        Column with the standard population of each stratum; without it both groups together.

    Returns
    -------
    DataFrame
        One row a comparison: ``p1, p2, difference`` (totals), ``standardised`` (difference at one mix of strata),
        ``disagree`` (no stratum points the way of the total), ``reversal`` (all strata point the other way),
        ``mixed`` (strata point both ways), ``strata`` (comparable), ``covered`` (share of people in comparable
        strata), ``n`` (people), ``method``, ``reason`` (``too_few_groups`` below two comparable strata,
        ``zero_denominator``).

    Notes
    -----
    .. math:: d_{std} = \sum_s w_s(p_{1s}-p_{2s}),\quad w_s \propto n_{1s}+n_{2s}

    Simpson (1951), J. R. Stat. Soc. B 13: 238-241.

    Examples
    --------
    >>> counts = pd.DataFrame({"x1": [81, 192], "n1": [87, 263], "x2": [234, 55], "n2": [270, 80]})
    >>> simpson(counts)[["difference", "standardised", "disagree"]].round(1).values.tolist()
    [[-4.6, 5.4, True]]
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    each = strata_differences(counts, scale=1.0)
    known = each["reason"].isin(["", "zero_denominator"])
    alone = each["reason"] == ""
    weight = (counts["n1"] + counts["n2"]).astype(float) if standard is None else counts[standard].astype(float)
    work = pd.DataFrame({name: counts[name].astype(float).where(known, 0.0) for name in COUNTS})
    usable = alone & (weight > 0)
    work["weight"] = weight.where(usable, 0.0)
    work["pull"] = (weight * each["difference"]).where(usable, 0.0)
    work["people"] = (counts["n1"] + counts["n2"]).astype(float).where(alone, 0.0)
    for name, way in (("up", 1), ("down", -1), ("level", 0)):
        work[name] = (each["sign"] == way).astype(int)
    together = work.groupby([counts[key] for key in keys], sort=False, dropna=False) if keys else None
    sums = work.sum().to_frame().T if together is None else together.sum()
    return _verdicts(sums, scale, "both groups" if standard is None else standard)


def _verdicts(sums: pd.DataFrame, scale: float, standard: str) -> pd.DataFrame:
    x1, n1, x2, n2 = (sums[name].to_numpy() for name in COUNTS)
    p1, p2, difference, sign = _difference(x1, n1, x2, n2)
    up, down, level = (sums[name].to_numpy() for name in ("up", "down", "level"))
    strata = up + down + level
    reason = np.select([(n1 == 0) | (n2 == 0), strata < STRATA], ["zero_denominator", "too_few_groups"], "")
    given = reason == ""
    along = np.select([sign > 0, sign < 0], [up, down], level)
    weight = sums["weight"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        standardised = np.where(given & (weight > 0), sums["pull"].to_numpy() / weight, np.nan)
        covered = sums["people"].to_numpy() / (n1 + n2)
    total = reason != "zero_denominator"
    columns = {
        "p1": np.where(total, scale * p1, np.nan),
        "p2": np.where(total, scale * p2, np.nan),
        "difference": np.where(total, scale * difference, np.nan),
        "standardised": scale * standardised,
        "disagree": given & (along == 0),
        "reversal": given & (sign != 0) & (np.where(sign > 0, down, up) == strata),
        "mixed": given & (up > 0) & (down > 0),
        "strata": strata.astype(int),
        "covered": np.where(n1 + n2 > 0, covered, np.nan),
        "n": n1 + n2,
        "method": f"total and strata; standardised to {standard}",
        "reason": reason,
    }
    return pd.DataFrame(columns, index=sums.index).astype({"method": "str", "reason": "str"})


def _wrong(x: Floats, n: Floats) -> np.ndarray:
    return (x < 0) | (n < 0) | (x > n)


def _difference(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Both proportions, their difference, and its sign, 0 within rounding."""
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = x1 / n1, x2 / n2
    difference = p1 - p2
    return p1, p2, difference, np.where(np.abs(difference) <= ROUNDING, 0.0, np.sign(difference))
