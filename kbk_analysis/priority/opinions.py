"""Second opinions: TOPSIS, VIKOR, PROMETHEE II and AHP weights. Never the meeting's default.

Fifteen agencies cannot explain them in a meeting, and on scores of one scale they mostly restate the weighted sum;
they are here to see whether an order depends on the method. All take scores that are turned (high is urgent).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kbk_analysis.priority.formula import TIE, Floats

# Random consistency index by number of criteria, 3 to 10 (Saaty 2008, Int J Services Sciences 1:83).
RANDOM_INDEX: Final = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
ACCEPTED_RATIO: Final = 0.10


def _weights(weights: Floats, criteria: int) -> Floats:
    given = np.asarray(weights, dtype=float)
    if given.shape != (criteria,) or (given < 0).any() or not given.sum() > 0:
        raise ValueError(f"need {criteria} weights, none negative and not all zero")
    shares: Floats = given / given.sum()
    return shares


def topsis(scores: Floats, weights: Floats) -> Floats:
    """Closeness to the ideal, 0 to 1, with vector normalisation (Hwang and Yoon 1981).

    ``C = D- / (D+ + D-)`` with Euclidean distances of the weighted normalised scores to the best and the worst values.
    It is not independent of the list: taking one problem away may change the order of the others. Problems that are all
    alike are all half way.

    Examples
    --------
    >>> scores = np.array([[5.0, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]])
    >>> topsis(scores, np.array([0.3, 0.4, 0.3])).round(4).tolist()
    [0.5037, 0.6581, 0.7482, 0.334]
    """
    length = np.sqrt((scores**2).sum(axis=0))
    valued = _weights(weights, scores.shape[1]) * scores / np.where(length == 0, 1.0, length)
    best, worst = valued.max(axis=0), valued.min(axis=0)
    to_best = np.sqrt(((valued - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((valued - worst) ** 2).sum(axis=1))
    whole = to_best + to_worst
    return np.where(whole == 0, 0.5, to_worst / np.where(whole == 0, 1.0, whole))


@dataclass(frozen=True, slots=True)
class Compromise:
    """VIKOR: `s` regret in all, `r` largest regret, `q` both together (low is urgent), `chosen` the compromise set."""

    s: Floats
    r: Floats
    q: Floats
    chosen: tuple[int, ...]


def vikor(scores: Floats, weights: Floats, *, v: float = 0.5) -> Compromise:
    """Compromise ranking (Opricovic and Tzeng 2004, Eur J Oper Res 156:445).

    The first is chosen alone when it leads by ``1 / (n - 1)`` and is also best by `s` or `r`; else with the second, or
    with all that are not that far behind. A criterion on which all are alike has no part in it.

    Examples
    --------
    >>> vikor(np.array([[5.0, 3000], [4, 3750], [1, 4500]]), np.array([0.5, 0.5])).q.tolist()
    [1.0, 0.0, 1.0]
    """
    best, worst = scores.max(axis=0), scores.min(axis=0)
    span = np.where(best == worst, 1.0, best - worst)
    regret = _weights(weights, scores.shape[1]) * (best - scores) / span
    s, r = regret.sum(axis=1), regret.max(axis=1)
    q = v * _share(s) + (1 - v) * _share(r)
    order = np.lexsort((r, s, q))
    first = order[0]
    if len(order) == 1:
        return Compromise(s, r, q, (int(first),))
    lead = 1 / (len(order) - 1)
    stable = s[first] <= s.min() + TIE or r[first] <= r.min() + TIE
    if q[order[1]] - q[first] >= lead - TIE:
        chosen = order[:1] if stable else order[:2]
    else:
        chosen = order[q[order] - q[first] < lead - TIE]
    return Compromise(s, r, q, tuple(int(i) for i in chosen))


def _share(values: Floats) -> Floats:
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else np.zeros_like(values)


def promethee(scores: Floats, weights: Floats) -> Floats:
    """Net flows of PROMETHEE II with the usual criterion: a weighted Borda count (Brans, Vincke and Mareschal 1986).

    Examples
    --------
    >>> scores = np.array([[5.0, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]])
    >>> promethee(scores, np.array([0.3, 0.4, 0.3])).round(4).tolist()
    [-0.3333, 0.1667, 0.5667, -0.4]
    """
    apart = np.sign(scores[:, None, :] - scores[None, :, :])
    flows: Floats = (apart * _weights(weights, scores.shape[1])).sum(axis=(1, 2)) / max(1, len(scores) - 1)
    return flows


@dataclass(frozen=True, slots=True)
class PairWeights:
    """AHP: `weights`, largest eigenvalue, consistency index and ratio; above 0.10 the comparisons contradict."""

    weights: Floats
    eigenvalue: float
    index: float
    ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.10 (Saaty)."""
        return self.ratio <= ACCEPTED_RATIO


def pair_weights(comparisons: Floats) -> PairWeights:
    """Weights from pairwise comparisons by the principal eigenvector (Saaty 2008).

    Parameters
    ----------
    comparisons
        Square and reciprocal: ``a[i, j] = 1 / a[j, i]``, ones on the diagonal; 1 to 10 criteria. Several judges are
        brought together by `pooled_comparisons` first.

    Raises
    ------
    ValueError
        The matrix is not square, not positive, not reciprocal, or larger than 10.

    Examples
    --------
    >>> pair_weights(np.array([[1.0, 3.0], [1 / 3, 1.0]])).weights.tolist()
    [0.75, 0.25]
    """
    given = np.asarray(comparisons, dtype=float)
    n = len(given)
    if given.shape != (n, n) or n not in RANDOM_INDEX or not (given > 0).all():
        raise ValueError("need a square matrix of positive comparisons of 1 to 10 criteria")
    if not np.allclose(given * given.T, 1.0, atol=1e-6):
        raise ValueError("comparisons must be reciprocal: a[i, j] = 1 / a[j, i]")
    values, vectors = np.linalg.eig(given)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    eigenvalue = float(values[place].real)
    index = (eigenvalue - n) / (n - 1) if n > 2 else 0.0
    ratio = index / RANDOM_INDEX[n] if n > 2 else 0.0
    return PairWeights(vector / vector.sum(), eigenvalue, index, ratio)


def pooled_comparisons(comparisons: Floats) -> Floats:
    """Comparisons of several judges, shape ``(judges, n, n)``, by the geometric mean: it keeps them reciprocal."""
    pooled: Floats = np.exp(np.log(comparisons).mean(axis=0))
    return pooled


def rank_order_weights(criteria: int) -> Floats:
    """Weights when only the order of criteria is agreed, most important first (rank order centroid, Barron 1992).

    ``w_k = (1 / m) * sum of 1 / t for t = k..m``.

    Examples
    --------
    >>> rank_order_weights(3).round(3).tolist()
    [0.611, 0.278, 0.111]
    """
    parts = 1 / np.arange(1, criteria + 1)
    weights: Floats = np.cumsum(parts[::-1])[::-1] / criteria
    return weights
