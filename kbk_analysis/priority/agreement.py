"""How far do the judges agree? Kendall's W with ties, each judge against the rest, severity, own interest.

Input: totals of shape ``(judges, problems)``, NaN where a judge did not score. Significant is not strong, and without
any agreement W is expected at one over the number of judges, not at zero: both are given with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kbk_analysis.errors import Refusal
from kbk_analysis.priority.formula import Floats, Ints, mid_ranks

DRAWS: Final = 10_000
SEED: Final = 2024
EXACT_CELLS: Final = 2_000  # judges times problems up to which the order of each judge is shuffled for the p value
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance:
    """Kendall's coefficient of concordance.

    Parameters
    ----------
    w
        0 to 1.
    chance
        Where W lies on average without agreement: ``1 / judges``.
    p, method
        Probability of as much agreement by chance; ``permutation`` (with draws and seed) or ``chi_square``.
    judges, problems
        How many took part.
    silent, undecided
        Judges left out: with a blank among the problems, and who gave all problems the same.
    mean_spearman
        Mean rank correlation of pairs of judges.
    """

    w: float
    chance: float
    p: float
    method: str
    judges: int
    problems: int
    silent: tuple[int, ...]
    undecided: tuple[int, ...]
    mean_spearman: float
    draws: int = 0
    seed: int = 0


def concordance(totals: Floats, *, draws: int = DRAWS, seed: int = SEED) -> Concordance | Refusal:
    """Kendall's W, corrected for ties (Kendall and Babington Smith 1939; Siegel 1956).

    ``S = sum (R_i - m (n + 1) / 2)^2``, ``W = 12 S / (m^2 (n^3 - n) - m T)``, ``T = sum of (t^3 - t)`` over the groups
    of ties of all judges. Only judges who scored every problem that anyone scored take part, and one who gave all
    problems the same says nothing.

    Parameters
    ----------
    totals
        Shape ``(judges, problems)``.
    draws, seed
        Of the shuffles; with more than 2,000 cells the chi-square approximation is used instead.

    Returns
    -------
    Concordance or Refusal
        ``too_few_judges`` below two judges with an order, ``too_few_problems`` below three problems.

    Examples
    --------
    >>> ratings = np.array([[1.0, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
    >>> round(concordance(ratings).w, 6)
    0.161905
    """
    scored = ~np.isnan(totals)
    asked = scored.any(axis=0)
    silent = tuple(int(j) for j in np.flatnonzero(~scored[:, asked].all(axis=1)))
    places = mid_ranks(totals[:, asked])
    undecided = tuple(int(j) for j in np.flatnonzero((places == places[:, :1]).all(axis=1)) if int(j) not in silent)
    kept = np.setdiff1d(np.arange(len(totals)), [*silent, *undecided])
    m, n = len(kept), int(asked.sum())
    if n < 3:
        return Refusal("too_few_problems", {"n": n, "minimum": 3})
    if m < 2:
        return Refusal("too_few_judges", {"n": m, "minimum": 2})
    ordered = places[kept]
    ties = sum(
        float((counts**3 - counts).sum()) for counts in (np.unique(row, return_counts=True)[1] for row in ordered)
    )
    whole = m**2 * (n**3 - n) - m * ties
    w = 12 * _spread(ordered.sum(axis=0), m) / whole
    assert -1e-9 <= w <= 1 + 1e-9
    if m * n <= EXACT_CELLS:
        hits = _shuffled(ordered, _spread(ordered.sum(axis=0), m), draws, seed)
        p, method = (hits + 1) / (draws + 1), "permutation"
    else:
        from scipy.stats import chi2

        p, method, draws, seed = float(chi2.sf(m * (n - 1) * w, n - 1)), "chi_square", 0, 0
    correlations = np.corrcoef(ordered)
    mean = float(correlations[np.triu_indices(m, 1)].mean())
    return Concordance(
        w=float(w), chance=1 / m, p=float(p), method=method, judges=m, problems=n, silent=silent, undecided=undecided,
        mean_spearman=mean, draws=draws, seed=seed,
    )  # fmt: skip


def _spread(sums: Floats, judges: int) -> float:
    return float(((sums - judges * (sums.shape[-1] + 1) / 2) ** 2).sum())


def _shuffled(ordered: Floats, seen: float, draws: int, seed: int) -> int:
    """How many shuffles of each judge's ranks agree at least as much."""
    chance = np.random.default_rng(seed)
    m, n = ordered.shape
    hits = 0
    for start in range(0, draws, AT_ONCE):
        size = min(AT_ONCE, draws - start)
        shuffled = chance.permuted(np.broadcast_to(ordered, (size, m, n)), axis=2)
        sums = shuffled.sum(axis=1)
        hits += int((((sums - m * (n + 1) / 2) ** 2).sum(axis=1) >= seen - 1e-9).sum())
    return hits


def with_the_rest(totals: Floats) -> Floats:
    """Spearman correlation of each judge with the mean of the others' ranks, on the problems both scored.

    NaN where it cannot be computed: fewer than three problems in common, or one side gave all the same.

    Examples
    --------
    >>> with_the_rest(np.array([[3.0, 2, 1], [3, 2, 1], [1, 2, 3]])).tolist()
    [nan, nan, -1.0]
    """
    places = mid_ranks(totals)
    result = np.full(len(totals), np.nan)
    for judge in range(len(totals)):
        others = np.delete(places, judge, axis=0)
        both = ~np.isnan(places[judge]) & ~np.isnan(others).all(axis=0)
        if both.sum() < 3:
            continue
        own = mid_ranks(totals[judge, both])
        rest = mid_ranks(-np.nanmean(others[:, both], axis=0))
        if np.ptp(own) > 0 and np.ptp(rest) > 0:
            result[judge] = float(np.corrcoef(own, rest)[0, 1])
    return result


def severity(scores: Floats) -> Floats:
    """Mean distance of a judge's scores from the mean of all who scored the same cell, in points of the scale.

    Below zero: scores lower than the others on the same cells. NaN for a judge without a cell that another scored.

    Parameters
    ----------
    scores
        Shape ``(judges, problems, criteria)``.

    Examples
    --------
    >>> severity(np.array([[[5.0, 4.0]], [[3.0, 2.0]], [[np.nan, np.nan]]])).tolist()
    [1.0, -1.0, nan]
    """
    shared = (~np.isnan(scores)).sum(axis=0) > 1
    result = np.full(len(scores), np.nan)
    if not shared.any():
        return result
    apart = scores[:, shared] - np.nanmean(scores[:, shared], axis=0)
    some = ~np.isnan(apart).all(axis=1)
    result[some] = np.nanmean(apart[some], axis=1)
    return result


def own_lift(totals: Floats, own: Ints) -> Floats:
    """What each judge gives the problems of his own agency, minus what the others give them, in points of the total.

    Parameters
    ----------
    totals
        Shape ``(judges, problems)``.
    own
        Shape ``(judges, problems)``, true where the problem is the judge's own agency's.

    Returns
    -------
    ndarray
        Mean over his own problems that he and another judge scored; NaN where there is none.
    """
    result = np.full(len(totals), np.nan)
    for judge in range(len(totals)):
        others = np.where(own.astype(bool), np.nan, totals)
        others[judge] = np.nan
        mine = own[judge].astype(bool) & ~np.isnan(totals[judge]) & ~np.isnan(others).all(axis=0)
        if mine.any():
            result[judge] = float((totals[judge, mine] - np.nanmean(others[:, mine], axis=0)).mean())
    return result
