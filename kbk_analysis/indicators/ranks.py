"""Ranks with their uncertainty: where an area may stand, which group it belongs to, which of two is likely ahead.

A rank is never given bare. Shares are drawn from what the counts allow, ranked in each draw, and the ranks told as an
interval; seed and number of draws stand in the result. Below ten areas there are no ranks.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbk_analysis.indicators.proportions import LOOK
from kbk_analysis.indicators.rows import Column, Floats, align, count_reasons, first_reason, frame, signs, usable
from kbk_analysis.schema import Direction

MINIMUM: Final = 10  # areas
DRAWS: Final = 4000
SEED: Final = 2023
SURE: Final = 0.8  # probability above which an area is said to belong to a group
PRIOR: Final = 0.5  # Jeffreys: Beta(x + 1/2, n - x + 1/2)
GROUPS: Final = {"p_top": "top", "p_middle": "middle", "p_bottom": "bottom"}
NODES: Final = 400
AT_ONCE: Final = 2000  # pairs in memory
OUTSIDE: Final = 1e-17  # probability left out at each end of an integral


def rank_intervals(
    numerator: Column,
    denominator: Column,
    direction: Direction,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    confidence: float = LOOK,
    sure: float = SURE,
    minimum: int = MINIMUM,
) -> pd.DataFrame:
    r"""Rank interval and group of each area; rank 1 is the best.

    Parameters
    ----------
    numerator, denominator
        Counts of each area; areas without a value take no part.
    direction
        Which way is better; without one (`CONTEXT`) nothing is ranked.
    draws, seed
        Of the simulation.
    sure
        Probability above which a group is given.

    Returns
    -------
    DataFrame
        ``value`` (share of one), ``n``; ``rank`` the median rank, ``rank_lower, rank_upper``; ``p_top, p_middle,
        p_bottom`` the probabilities of the best fifth, the three fifths between and the last fifth; ``group`` ``top``,
        ``middle``, ``bottom`` or ``unclear``; ``areas, draws, seed, method``; ``reason`` of `count_reasons`,
        ``not_judged``, ``too_few_areas`` or blank.

    Notes
    -----
    In each draw :math:`p_i \sim \mathrm{Beta}(x_i+\frac12,\ n_i-x_i+\frac12)`. Areas are drawn in the order of their
    counts, so the order of rows changes nothing; areas with the same counts cannot be told apart, and share the ranks
    drawn for them. A fifth of J areas is the largest whole number not above J/5. Goldstein and Spiegelhalter (1996),
    J. R. Stat. Soc. A 159: 385-443.

    Examples
    --------
    >>> table = rank_intervals([90] * 2 + [50] * 8, [100] * 10, Direction.HIGHER)
    >>> table["group"].tolist()[:3], table["rank_upper"].tolist()[:2]
    (['top', 'top', 'unclear'], [2.0, 2.0])
    """
    index, (x, n) = align(numerator, denominator)
    sign = float(signs(direction, index[:1]).sum())
    reason = count_reasons(x, n, bounded=True)
    part, size = usable(reason, x, n)
    areas = int((reason == "").sum())
    unranked = "not_judged" if sign == 0 else "too_few_areas" if areas < minimum else ""
    reason = np.where(reason == "", unranked, reason).astype(object)
    used = np.flatnonzero(reason == "")
    columns = {name: np.full(len(index), np.nan) for name in ("rank", "rank_lower", "rank_upper", *GROUPS)}
    if used.size:
        order = used[np.lexsort((n[used], x[used]))]
        ranks = _ranks_from_below(x[order], n[order], draws, seed)
        changes = (np.diff(x[order]) != 0) | (np.diff(n[order]) != 0)
        alike = np.concatenate([[0], np.cumsum(changes)])
        for name, found in _summary(ranks if sign < 0 else areas + 1 - ranks, alike, confidence).items():
            columns[name][order] = found[alike]
    group = np.where(reason == "", "unclear", "").astype(object)
    for name, word in GROUPS.items():
        group[columns[name] > sure] = word
    told = {"areas": areas, "draws": draws, "seed": seed, "method": "simulated_beta"}
    return frame(index, value=part / size, n=n, **columns, group=group, **told, reason=reason)


def _ranks_from_below(x: Floats, n: Floats, draws: int, seed: int) -> npt.NDArray[np.int64]:
    """Rank of each area in each draw, 1 for the lowest share; one row per draw."""
    drawn = np.random.default_rng(seed).beta(x + PRIOR, n - x + PRIOR, size=(draws, x.size))
    ranks = np.empty(drawn.shape, dtype=np.int64)
    np.put_along_axis(ranks, drawn.argsort(axis=1), np.arange(1, x.size + 1)[None, :], axis=1)
    return ranks


def _summary(ranks: npt.NDArray[np.int64], alike: npt.NDArray[np.int64], confidence: float) -> dict[str, Floats]:
    """Quantiles and group probabilities of the ranks of each set of areas that have the same counts."""
    draws, areas = ranks.shape
    size = np.bincount(alike)
    pooled = np.sort((alike * (areas + 1) + ranks).ravel())
    first = np.concatenate([[0], np.cumsum(size * draws)[:-1]])
    last = first + size * draws - 1
    start = np.arange(size.size) * (areas + 1)
    # Positions counted from both ends alike, so that a flipped direction gives the mirrored ranks.
    tail = np.floor((size * draws - 1) * (1 - confidence) / 2).astype(int)
    half = (size * draws - 1) // 2
    fifth = areas // 5
    top, bottom = (
        np.bincount(alike, weights=mark.mean(axis=0)) / size for mark in (ranks <= fifth, ranks > areas - fifth)
    )
    return {
        "rank": (pooled[first + half] + pooled[last - half]) / 2 - start,
        "rank_lower": (pooled[first + tail] - start).astype(float),
        "rank_upper": (pooled[last - tail] - start).astype(float),
        "p_top": top,
        "p_middle": 1 - top - bottom,
        "p_bottom": bottom,
    }


def probability_greater(a1: npt.ArrayLike, b1: npt.ArrayLike, a2: npt.ArrayLike, b2: npt.ArrayLike) -> Floats:
    r"""P(p1 > p2) for independent p1 ~ Beta(a1, b1), p2 ~ Beta(a2, b2), whole parameters or not.

    Notes
    -----
    .. math:: \int f_1(t)\,F_2(t)\,\mathrm dt

    by the trapezoidal rule on the logit of t, where it converges exponentially; the density is that of the narrower
    of the two. For parameters from 1/2 it is exact to about 1e-12 (closed form for whole parameters: Cook 2005,
    Exact calculation of beta inequalities).

    Examples
    --------
    >>> round(float(probability_greater(2, 1, 1, 1)), 12)
    0.666666666667
    """
    given = [np.asarray(item, dtype=np.float64) for item in (a1, b1, a2, b2)]
    shape = np.broadcast_shapes(*(item.shape for item in given))
    a, b, c, d = (np.broadcast_to(np.where(item > 0, item, np.nan), shape).ravel() for item in given)
    swap = _logit_variance(a, b) > _logit_variance(c, d)
    narrow_a, narrow_b = np.where(swap, c, a), np.where(swap, d, b)
    wide_a, wide_b = np.where(swap, a, c), np.where(swap, b, d)
    parts = [slice(start, start + AT_ONCE) for start in range(0, a.size, AT_ONCE)]
    below = [_expected_below(narrow_a[part], narrow_b[part], wide_a[part], wide_b[part]) for part in parts]
    found = np.concatenate(below) if below else np.empty(0)
    return np.where(swap, 1 - found, found).reshape(shape)


def _logit_variance(a: Floats, b: Floats) -> Floats:
    return np.asarray(special.polygamma(1, a) + special.polygamma(1, b))


def _expected_below(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """P(Y < X) for X ~ Beta(a, b), the narrower, and Y ~ Beta(c, d)."""
    low = special.logit(np.maximum(special.betaincinv(a, b, OUTSIDE), 1e-300))
    high = -special.logit(np.maximum(special.betaincinv(b, a, OUTSIDE), 1e-300))
    v = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, NODES)
    log_density = a[:, None] * special.log_expit(v) + b[:, None] * special.log_expit(-v)
    weight = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    below = special.betainc(c[:, None], d[:, None], special.expit(v))
    return np.asarray((weight * below).sum(axis=1) / weight.sum(axis=1))


def more_likely(x1: Column, n1: Column, x2: Column, n2: Column) -> pd.DataFrame:
    """Probability that the first share is the higher one, given the counts of both.

    Returns
    -------
    DataFrame
        ``value`` the probability, 1/2 for equal counts; ``n, n_other``; ``method``; ``reason`` of `count_reasons`, of
        the first pair of counts and then of the second.

    Examples
    --------
    >>> more_likely([12], [20], [9], [20])["value"].round(3).tolist()
    [0.829]
    """
    index, (first, size, second, other) = align(x1, n1, x2, n2)
    reason = first_reason(count_reasons(first, size, bounded=True), count_reasons(second, other, bounded=True))
    x, n, y, m = usable(reason, first, size, second, other)
    value = probability_greater(x + PRIOR, n - x + PRIOR, y + PRIOR, m - y + PRIOR)
    return frame(index, value=value, n=size, n_other=other, method="beta_integral", reason=reason)
