"""Who moved between two years? Movement of units between ordered classes, so that every unit is counted once.

Of units in both years the table says from where to where; units of one year only (entries, exits) and units without
a class are listed apart, so that the sums of both years reconcile. Whether a movement may be read as one (a rule
change, a formation wave) is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import special

from kbk_analysis.indicators.proportions import LOOK, share
from kbk_analysis.indicators.rows import frame

PARTS: Final = ("up", "same", "down", "unclassed", "entries", "exits")


@dataclass(frozen=True, slots=True)
class Movement:
    """Movement of one set of units between two years.

    Parameters
    ----------
    counts
        Units with a class in both years: one row a class before, one column a class after, from the lowest.
    parts
        Indexed by `PARTS`: ``before`` and ``after``, how many of each year's units fall there. Each column adds up to
        its year. ``unclassed`` are in both years and without a class in one of them.
    entries, exits
        Units of the later and of the earlier year only, by class; those without a class under a blank.
    """

    counts: pd.DataFrame
    parts: pd.DataFrame
    entries: pd.Series
    exits: pd.Series

    @property
    def steps(self) -> float:
        """Mean number of classes moved, down negative; NaN where no unit has a class in both years."""
        moved = self.counts.to_numpy()
        size = np.arange(len(moved))
        n = moved.sum()
        return float((moved * (size[None, :] - size[:, None])).sum() / n) if n else float("nan")


def movement(before: pd.Series, after: pd.Series, classes: Sequence[str]) -> Movement:
    """Movement between two years.

    Parameters
    ----------
    before, after
        Class of each unit, indexed by its code; blank without a class. No code may come twice.
    classes
        All classes, from the lowest.

    Raises
    ------
    ValueError
        A code that comes twice, or a class that is not among `classes`.

    Examples
    --------
    >>> moved = movement(pd.Series({"a": "D", "b": "D", "c": "M"}), pd.Series({"a": "M", "b": "D", "d": "D"}), "DM")
    >>> moved.counts.values.tolist(), moved.parts.loc[["up", "same", "exits", "entries"]].values.tolist()
    ([[1, 1], [0, 0]], [[1, 1], [1, 1], [1, 0], [0, 1]])
    """
    names = [str(name) for name in classes]
    first, last = (_placed(column, names) for column in (before, after))
    both = first.index.intersection(last.index)
    start, end = first[both].to_numpy(), last[both].to_numpy()
    classed = (start >= 0) & (end >= 0)
    size = len(names)
    counts = np.bincount(start[classed] * size + end[classed], minlength=size * size).reshape(size, size)
    up, same, down = (int(part.sum()) for part in (np.triu(counts, 1), np.diag(counts), np.tril(counts, -1)))
    unclassed = int((~classed).sum())
    gone, new = first.drop(both), last.drop(both)
    parts = pd.DataFrame(
        {"before": [up, same, down, unclassed, 0, len(gone)], "after": [up, same, down, unclassed, len(new), 0]},
        index=pd.Index(PARTS, name="part"),
    )
    table = pd.DataFrame(counts, index=pd.Index(names, name="before"), columns=pd.Index(names, name="after"))
    return Movement(table, parts, _counted(new, names), _counted(gone, names))


def _placed(column: pd.Series, names: list[str]) -> pd.Series:
    """Position of the class of each unit, -1 without one."""
    if not column.index.is_unique:
        raise ValueError("a unit comes twice in one year")
    blank = column.isna() | (column == "")
    unknown = sorted(set(column[~blank].astype(str)) - set(names))
    if unknown:
        raise ValueError(f"unknown class {unknown}")
    places = {name: place for place, name in enumerate(names)}
    found = [-1 if empty else places[str(name)] for name, empty in zip(column, blank, strict=True)]
    return pd.Series(found, index=column.index, dtype=np.int64)


def _counted(places: pd.Series, names: list[str]) -> pd.Series:
    counts = np.bincount(places.to_numpy() + 1, minlength=len(names) + 1)
    return pd.Series([*counts[1:], counts[0]], index=pd.Index([*names, ""], name="class"))


def row_shares(counts: pd.DataFrame, *, confidence: float = LOOK) -> pd.DataFrame:
    """Where the units of each class went, in per cent of those that had it, with Wilson limits.

    Parameters
    ----------
    counts
        As `Movement.counts`.

    Returns
    -------
    DataFrame
        One row a pair of classes (index: before, after): ``value, lower, upper, units, n`` (units that had the class
        before), ``method``, ``reason`` (``zero_denominator`` where none had it).

    Examples
    --------
    >>> row_shares(pd.DataFrame([[2, 2], [0, 0]]))[["value", "reason"]].values.tolist()
    [[50.0, ''], [50.0, ''], [nan, 'zero_denominator'], [nan, 'zero_denominator']]
    """
    cells = counts.to_numpy(dtype=np.float64)
    index = pd.MultiIndex.from_product([counts.index, counts.columns], names=["before", "after"])
    units = pd.Series(cells.ravel(), index=index)
    n = pd.Series(np.repeat(cells.sum(axis=1), cells.shape[1]), index=index)
    found = share(units, n, confidence=confidence)
    return frame(
        index,
        value=found["value"],
        lower=found["lower"],
        upper=found["upper"],
        units=units,
        n=n,
        method="wilson",
        reason=found["reason"],
    )


def direction_test(up: int, down: int) -> pd.Series:
    r"""Exact sign test of units that rose against units that fell; a footnote, for all units were counted.

    Returns
    -------
    Series
        ``p`` (two-sided), ``chi2`` (McNemar, without continuity correction), ``n`` (units that moved), ``method``,
        ``reason`` (``too_few_points`` where nothing moved).

    Notes
    -----
    .. math:: p=\min\bigl(1,\ 2P(X\le\min(u,d))\bigr),\ X\sim\mathrm{Bin}(u+d,\tfrac12),\quad
              \chi^2=\frac{(u-d)^2}{u+d}

    McNemar (1947), Psychometrika 12: 153-157.

    Examples
    --------
    >>> direction_test(4, 0)[["p", "chi2"]].tolist()
    [0.125, 4.0]
    """
    n = up + down
    p = min(1.0, 2 * float(special.bdtr(min(up, down), n, 0.5))) if n else float("nan")
    chi2 = (up - down) ** 2 / n if n else float("nan")
    told = {"p": p, "chi2": chi2, "n": n, "method": "exact sign test", "reason": "" if n else "too_few_points"}
    return pd.Series(told, dtype=object)
