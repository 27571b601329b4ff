"""How sure is the order? Weights drawn at random, judges drawn again, one judge left out. Never mixed in one number.

Weights (SMAA-2) and judges (bootstrap) are two sources of doubt; each gives its own shares of draws by rank. Draws and
seed stand in every result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kbk_analysis.errors import Refusal
from kbk_analysis.priority.combining import FEWEST
from kbk_analysis.priority.formula import TIE, Floats, Ints, Method, mid_ranks, ranks

DRAWS: Final = 10_000
RESAMPLES: Final = 2_000
SEED: Final = 2024
TOP: Final = 3
SURE: Final = 0.8  # share of draws in which one must stand before the other to be a tier above it
FEWEST_JUDGES: Final = 5  # below it a bootstrap says little
AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptability:
    """Shares of draws.

    Parameters
    ----------
    by_rank
        Shape (problems, ranks): share of draws in which a problem has a rank; equals share the ranks evenly.
    before
        Shape (problems, problems): share of draws in which the first stands before the second.
    top
        Share of draws among the first three.
    low, high
        Rank interval that holds 90 % of the draws.
    central
        Mean weights of the draws in which a problem is first (NaN where it never is); None for judges.
    """

    by_rank: Floats
    before: Floats
    top: Floats
    low: Ints
    high: Ints
    central: Floats | None
    draws: int
    seed: int

    def among_first(self, places: int) -> Floats:
        """Share of draws in which each problem is among the first so many."""
        share: Floats = self.by_rank[:, :places].sum(axis=1)
        return share

    @property
    def tiers(self) -> Ints:
        """Tier of each problem, 1 the first: a new one begins where the first of a tier leads in 80 % of draws."""
        order = np.lexsort((-self.top, self.by_rank @ np.arange(1, len(self.by_rank) + 1)))
        result = np.zeros(len(order), dtype=np.int64)
        tier, head = 0, -1
        for problem in order:
            if head < 0 or self.before[head, problem] >= SURE:
                tier, head = tier + 1, problem
            result[problem] = tier
        return result


def weight_acceptability(
    cells: Floats,
    method: Method,
    *,
    around: Floats | None = None,
    strength: float = 20.0,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Acceptability | Refusal:
    """SMAA-2: how the order depends on the weights (Lahdelma and Salminen 2001, Oper Res 49:444).

    Parameters
    ----------
    cells
        Scores by problem and criterion, all given.
    method
        A weighted sum: in a product weights have no meaning.
    around
        Agreed weights to draw around (Dirichlet with the sum `strength`); all weights alike when not given.

    Returns
    -------
    Acceptability or Refusal
        ``no_weights`` where the method is no weighted sum.
    """
    if method.formula is None or not method.formula.additive:
        return Refusal("no_weights", {"method": method.name})
    chance = np.random.default_rng(seed)
    criteria = len(method.criteria)
    shape = np.ones(criteria) if around is None else strength * np.asarray(around) / np.sum(around)
    low = np.array([criterion.low for criterion in method.criteria])
    span = np.array([criterion.high for criterion in method.criteria]) - low
    valued = np.stack([c.turned(cells[:, place]) for place, c in enumerate(method.criteria)], axis=1)
    valued = (valued - low) / span

    def totals(size: int) -> tuple[Floats, Floats]:
        weights = chance.dirichlet(shape, size=size)
        return weights @ valued.T, weights

    return _count(totals, len(cells), draws, seed)


def judge_acceptability(
    scores: Floats, method: Method, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Acceptability | Refusal:
    """Judges drawn again with replacement: how the order depends on who sat at the table.

    Parameters
    ----------
    scores
        Shape ``(judges, problems, criteria)``; problems that too few scored are left out beforehand.

    Returns
    -------
    Acceptability or Refusal
        ``too_few_judges`` below five.
    """
    judges, problems, criteria = scores.shape
    if judges < FEWEST_JUDGES:
        return Refusal("too_few_judges", {"n": judges, "minimum": FEWEST_JUDGES})
    chance = np.random.default_rng(seed)
    scored = (~np.isnan(scores)).reshape(judges, -1).astype(float)
    given = np.nan_to_num(scores).reshape(judges, -1)

    def totals(size: int) -> tuple[Floats, None]:
        times = chance.multinomial(judges, np.full(judges, 1 / judges), size=size).astype(float)
        heard = times @ scored
        means = times @ given / np.where(heard == 0, np.nan, heard)
        return method.totals(means.reshape(size, problems, criteria)), None

    return _count(totals, problems, resamples, seed)


def _count(
    totals: Callable[[int], tuple[Floats, Floats | None]],
    problems: int,
    draws: int,
    seed: int,
) -> Acceptability:
    """Ranks of all draws, a part at a time; equals are put in an order by lot, so that they share their ranks."""
    by_rank = np.zeros((problems, problems))
    before = np.zeros((problems, problems))
    central: Floats | None = None
    lot = np.random.default_rng(seed + 1)
    for start in range(0, draws, AT_ONCE):
        size = min(AT_ONCE, draws - start)
        drawn, weights = totals(size)
        values = np.nan_to_num(drawn, nan=-np.inf)
        steps = TIE * np.maximum(1.0, np.abs(values).max(axis=1, keepdims=True, where=np.isfinite(values), initial=1.0))
        lots = np.lexsort((lot.random(values.shape), -np.round(values / steps)), axis=1)
        place = np.argsort(lots, axis=1)
        for problem in range(problems):
            by_rank[problem] += np.bincount(place[:, problem], minlength=problems)
            before[problem] += (place[:, [problem]] < place).sum(axis=0)
        if weights is not None:
            central = np.zeros((problems, weights.shape[1])) if central is None else central
            np.add.at(central, lots[:, 0], weights)
    first = by_rank[:, [0]]
    cumulated = by_rank.cumsum(axis=1) / draws
    return Acceptability(
        by_rank=by_rank / draws,
        before=before / draws,
        top=cumulated[:, min(TOP, problems) - 1],
        low=(cumulated < 0.05 - TIE).sum(axis=1) + 1,
        high=(cumulated < 0.95 - TIE).sum(axis=1) + 1,
        central=None if central is None else np.where(first > 0, central / np.where(first > 0, first, 1), np.nan),
        draws=draws,
        seed=seed,
    )


def leave_one_out(scores: Floats, method: Method) -> Ints:
    """Ranks without each judge in turn: shape ``(judges, problems)``; 0 where too few are left that scored it."""
    scored = ~np.isnan(scores)
    given = np.nan_to_num(scores)
    heard = scored.sum(axis=0) - scored
    enough = heard.min(axis=2) >= max(1.0, FEWEST * (len(scores) - 1))
    means = (given.sum(axis=0) - given) / np.where(enough[..., None], heard, np.nan)
    return np.stack([ranks(method.totals(without)) for without in means])


def crossing_weight(cells: Floats, a: int, b: int) -> float | None:
    """Weight of the first of two criteria at which two problems change places; None where one is always before.

    Examples
    --------
    >>> crossing_weight(np.array([[5.0, 1.0], [3.0, 4.0]]), 0, 1)
    0.6
    """
    if cells.shape[1] != 2:
        raise ValueError("a crossing weight is of two criteria")
    first, second = cells[a] - cells[b]
    if first == second or not 0 < second / (second - first) < 1:
        return None
    return float(second / (second - first))


def methods_side_by_side(totals: Floats) -> tuple[Ints, Floats]:
    """Ranks by several methods, shape (methods, problems), and their Spearman correlations with each other."""
    places = mid_ranks(totals)
    kept = ~np.isnan(places).any(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ranks(totals), np.atleast_2d(np.corrcoef(mid_ranks(totals[:, kept])))
