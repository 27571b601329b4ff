"""Scores from data: how large a problem is, how fast it grows, how little time is left.

Judges may override with a note.

Only a shortfall is a problem: a met target scores zero and is no candidate. Anchors are fixed once for an indicator, so
that a score does not depend on which other indicators are on the list; the office recipe of class intervals (Sturges)
does, and is an option because people know it.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbk_analysis.priority.formula import Floats, Ints

TOP = 10.0


def shortfall(value: npt.ArrayLike, target: npt.ArrayLike, higher: npt.ArrayLike) -> Floats:
    """Signed distance short of the target, in the indicator's unit; at or below zero the target is met.

    Parameters
    ----------
    higher
        True where a high value is good.

    Examples
    --------
    >>> shortfall([77.0, 98.8, 25.0], [100.0, 98.0, 14.0], [True, True, False]).round(1).tolist()
    [23.0, -0.8, 11.0]
    """
    value, target = np.asarray(value, dtype=float), np.asarray(target, dtype=float)
    gap: Floats = np.where(np.asarray(higher, dtype=bool), target - value, value - target)
    return gap


def size_score(value: npt.ArrayLike, target: npt.ArrayLike, floor: npt.ArrayLike) -> Floats:
    """Size 0 to 10: the part of the way from the target to the floor, capped at the ends.

    ``10 * (target - value) / (target - floor)``, the same for both directions, since the floor lies on the bad side.

    Parameters
    ----------
    floor
        The worst value that is still thought possible, set once for each indicator.

    Examples
    --------
    >>> size_score([50.0, 100.0, 30.0], [90.0, 90.0, 14.0], [10.0, 10.0, 46.0]).tolist()
    [5.0, 0.0, 5.0]
    """
    value, target, floor = (np.asarray(given, dtype=float) for given in (value, target, floor))
    way = target - floor
    part = (target - value) / np.where(way == 0, np.nan, way)
    score: Floats = TOP * np.clip(part, 0, 1)
    return score


@dataclass(frozen=True, slots=True)
class Classes:
    """Sturges classes: edges, width, and the class 1 to k of each gap; half-open, so that no gap falls between two."""

    edges: Floats
    width: float
    classes: Ints


def sturges_classes(gaps: npt.ArrayLike, *, indicators: int | None = None) -> Classes:
    """Class of each gap by ``k = 1 + 3.3 log10 n`` equal intervals from the least to the largest gap (Sturges 1926).

    The score depends on which indicators are on the list; the report says so where it is used.

    Parameters
    ----------
    gaps
        Shortfalls; NaN takes no part and has class 0.
    indicators
        n of the formula where it is not the number of gaps.

    Examples
    --------
    >>> found = sturges_classes([6, 16, 72, 50, 4, 80.4], indicators=20)
    >>> found.classes.tolist(), round(found.width, 4)
    ([1, 1, 6, 4, 1, 6], 12.7333)
    """
    given = np.asarray(gaps, dtype=float)
    known = given[~np.isnan(given)]
    if not len(known):
        raise ValueError("no gap is known")
    k = math.ceil(1 + 3.3 * math.log10(indicators or len(known)))
    low, high = float(known.min()), float(known.max())
    edges = np.linspace(low, high, k + 1)
    found = np.searchsorted(edges, np.nan_to_num(given, nan=low), side="right")
    return Classes(edges, (high - low) / k, np.where(np.isnan(given), 0, np.clip(found, 1, k)))


def urgency_score(deadline: dt.date, today: dt.date, *, horizon_days: int = 5 * 365) -> float:
    """Urgency 0 to 10 from the time left: 10 on the day of the deadline and after, 0 at the horizon and before.

    Examples
    --------
    >>> urgency_score(dt.date(2025, 12, 31), dt.date(2024, 12, 31), horizon_days=730)
    5.0
    """
    left = (deadline - today).days
    return float(TOP * (1 - min(max(left / horizon_days, 0.0), 1.0)))


def growth_score(slope: npt.ArrayLike, fast: npt.ArrayLike) -> Floats:
    """Growth 0 to 10 from the yearly change for the worse, 10 at `fast` or more; a change for the better scores 0.

    Parameters
    ----------
    slope
        Change a year in the bad direction, in the indicator's unit; NaN where no trend may be told.
    """
    slope, fast = np.asarray(slope, dtype=float), np.asarray(fast, dtype=float)
    score: Floats = TOP * np.clip(slope / fast, 0, 1)
    return score
