"""One scoring engine: a product of weighted sums over divisors, or wins in pairs. And ranks that never lie about ties.

Question answered: what total does each problem get, and in which order do the totals stand?
Input: scores by problem and criterion. Output: totals and ranks; a blank score gives no total.

Every score table of the field is one of two forms: ``scale * product of blocks / product of divisors``, where a block
is a weighted sum of criteria (USG is one block, CARL one block a criterion, Hanlon ``(A + B) * C`` two), or the
number of duels won.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIE: Final = 1e-9  # totals closer than this, against the larger of them and 1, are equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion: its letter, its scale, and whether a high score means more urgent (as a form must say in words).

    Parameters
    ----------
    id
        Letter of the criterion.
    key, label
        Name in the table `scores`, and in words (a message of the catalogue of languages).
    headings
        Other names under which offices write it.
    low, high
        Ends of the scale.
    reversed
        A high score means less urgent; it is turned into ``low + high - score`` before it is used.
    """

    id: str
    low: float
    high: float
    reversed: bool = False
    key: str = ""
    label: str = ""
    headings: tuple[str, ...] = ()

    def turned(self, scores: Floats) -> Floats:
        """Scores so that high means urgent."""
        return self.low + self.high - scores if self.reversed else scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """``scale * product over blocks of (sum of weight * score) / product of divisors``.

    Parameters
    ----------
    blocks
        Each a mapping from criterion to weight.
    divisors
        Criteria that divide, for example cost.
    scale
        Constant factor; it changes no order.

    Examples
    --------
    >>> hanlon = Formula(blocks=({"A": 1, "B": 2}, {"C": 1}))
    >>> str(hanlon)
    '(A + 2 × B) × C'
    >>> hanlon.totals(np.array([[8.0, 8.0, 6.0]]), ("A", "B", "C")).tolist()
    [144.0]
    """

    blocks: tuple[Mapping[str, float], ...]
    divisors: tuple[str, ...] = ()
    scale: float = 1.0

    def __str__(self) -> str:
        blocks = [" + ".join(_term(id, weight) for id, weight in block.items()) for block in self.blocks]
        alone = len(blocks) == 1 and not self.divisors and self.scale == 1
        text = " × ".join(f"({b})" if " + " in b and not alone else b for b in blocks)
        text = f"{text} ÷ {' ÷ '.join(self.divisors)}" if self.divisors else text
        return text if self.scale == 1 else f"{text} ÷ {1 / self.scale:g}"

    @property
    def criteria(self) -> tuple[str, ...]:
        """Criteria that it uses, in order."""
        return (*dict.fromkeys(id for block in self.blocks for id in block), *self.divisors)

    @property
    def additive(self) -> bool:
        """Whether it is a weighted sum, so that weights have a meaning."""
        return len(self.blocks) == 1 and not self.divisors

    def totals(self, scores: Floats, criteria: Sequence[str]) -> Floats:
        """Totals over the last axis.

        Parameters
        ----------
        scores
            Shape ``(..., criteria)``; NaN where nobody scored.
        criteria
            Names along the last axis.

        Returns
        -------
        ndarray
            Shape ``(...)``; NaN where a criterion that is used is NaN, or a divisor is zero.
        """
        at = {id: scores[..., place] for place, id in enumerate(criteria)}
        result = np.full(scores.shape[:-1], float(self.scale))
        for block in self.blocks:
            result = result * sum((weight * at[id] for id, weight in block.items()), np.zeros(scores.shape[:-1]))
        for id in self.divisors:
            result = result / np.where(at[id] == 0, np.nan, at[id])
        return result


def _term(id: str, weight: float) -> str:
    return id if weight == 1 else f"{weight:g} × {id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the field: criteria, how they are put together, and what lets a problem through at all.

    Parameters
    ----------
    id, name
        For example ``hanlon_sum`` and ``Hanlon``.
    criteria
        In the order of the form.
    formula
        None: the number of duels won over all criteria.
    gate
        Letters answered yes (1) or no (0); one no keeps a problem out of the ranking, with its total shown.
    source
        Where the formula stands.
    """

    id: str
    name: str
    criteria: tuple[Criterion, ...]
    formula: Formula | None
    gate: tuple[str, ...] = ()
    source: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {criterion.id for criterion in self.criteria}
        used = set(self.formula.criteria) if self.formula else known
        if used != known:
            raise ValueError(f"{self.id}: criteria {sorted(known)} but the formula uses {sorted(used)}")
        twice = [c.id for c in self.criteria if c.reversed and self.formula and c.id in self.formula.divisors]
        if twice:
            raise ValueError(f"{self.id}: {twice} divides and is reversed, so its direction would count twice")

    @property
    def letters(self) -> tuple[str, ...]:
        """Names of the criteria in order."""
        return tuple(criterion.id for criterion in self.criteria)

    def totals(self, scores: Floats) -> Floats:
        """Total of each problem.

        Parameters
        ----------
        scores
            Shape ``(..., problems, criteria)``, criteria in the order of `letters`; NaN where nobody scored.
        """
        turned = np.stack([c.turned(scores[..., place]) for place, c in enumerate(self.criteria)], axis=-1)
        return wins(turned) if self.formula is None else self.formula.totals(turned, self.letters)


def wins(scores: Floats) -> Floats:
    """Duels won by each problem over all criteria, half a win for a draw; problems with a blank take no part.

    Each criterion gives ``n (n - 1) / 2`` wins in all.

    Examples
    --------
    >>> wins(np.array([[5.0, 4.0], [3.0, 4.0], [1.0, 2.0]])).tolist()
    [3.5, 2.5, 0.0]
    """
    blank = np.asarray(np.isnan(scores).any(axis=-1))
    places = mid_ranks(np.moveaxis(np.where(blank[..., None], np.nan, scores), -1, -2))
    heard = (~blank).sum(axis=-1)[..., None, None]
    total: Floats = np.nansum(heard - places, axis=-2)
    return np.where(blank, np.nan, total)


def ranks(totals: Floats) -> Ints:
    """Competition ranks (1, 2, 2, 4) along the last axis, 1 for the highest; 0 where there is no total.

    Examples
    --------
    >>> ranks(np.array([12.0, 36.0, 9.0, 12.0 + 1e-12])).tolist()
    [2, 1, 4, 2]
    """
    return _ranked(totals)[0]


def mid_ranks(totals: Floats) -> Floats:
    """Mid-ranks (1, 2.5, 2.5, 4) along the last axis; NaN where there is no total.

    Examples
    --------
    >>> mid_ranks(np.array([12.0, 36.0, 9.0, 12.0])).tolist()
    [2.5, 1.0, 4.0, 2.5]
    """
    first, last = _ranked(totals)
    return np.where(first == 0, np.nan, (first + last) / 2)


def tied(totals: Floats) -> npt.NDArray[np.bool_]:
    """Which totals share their rank with another."""
    first, last = _ranked(totals)
    return (last > first) & (first > 0)


def _ranked(totals: Floats) -> tuple[Ints, Ints]:
    """First and last place of the group of equals that each total belongs to."""
    values = np.asarray(totals, dtype=float)
    blank = np.isnan(values)
    order = np.argsort(np.where(blank, np.inf, -values), axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    n = values.shape[-1]
    near = TIE * np.maximum(1.0, np.abs(ordered))
    with np.errstate(invalid="ignore"):
        starts = np.ones(values.shape, dtype=bool)
        starts[..., 1:] = (ordered[..., :-1] - ordered[..., 1:]) > near[..., :-1]
    places = np.broadcast_to(np.arange(n), values.shape)
    first = np.maximum.accumulate(np.where(starts, places, 0), axis=-1)
    ends = np.concatenate([starts[..., 1:], np.ones((*values.shape[:-1], 1), dtype=bool)], axis=-1)
    # a blank ends the group of the last value before it
    ends[..., :-1] |= np.isnan(ordered[..., 1:])
    last = np.flip(np.minimum.accumulate(np.flip(np.where(ends, places, n), axis=-1), axis=-1), axis=-1)
    back = np.argsort(order, axis=-1, kind="stable")
    first, last = (np.take_along_axis(place, back, axis=-1) + 1 for place in (first, last))
    return np.where(blank, 0, first), np.where(blank, 0, last)


def dominated_pairs(scores: Floats) -> list[tuple[int, int]]:
    """Pairs (better, worse): at least as urgent on every criterion and more on one. `scores` are turned.

    Examples
    --------
    >>> dominated_pairs(np.array([[5.0, 4.0], [4.0, 4.0], [1.0, 5.0]]))
    [(0, 1)]
    """
    with np.errstate(invalid="ignore"):
        least = (scores[:, None, :] >= scores[None, :, :]).all(axis=-1)
        more = (scores[:, None, :] > scores[None, :, :]).any(axis=-1)
    return [(int(a), int(b)) for a, b in np.argwhere(least & more)]
