"""Does a value rise or fall along an order of areas: poverty, remoteness, class? Concentration and slope indices.

Computed over the mid-ranks of the population. Each names its model: on the same data the linear and the logit slope
differ (0.269 and 0.316 of births attended in Indonesia).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.indicators.disparity import AREAS, INDEX_AREAS, gaps
from kbk_analysis.indicators.series import Floats

METHODS: Final = {
    "aci": "absolute concentration index, mid-ranks",
    "rci": "relative concentration index, mid-ranks",
    "sii_linear": "slope index: linear, weights p, v(1) - v(0)",
    "rii_linear": "relative index: linear, weights p, v(1) / v(0)",
    "sii_logit": "slope index: binomial logit, v(1) - v(0)",
    "rii_logit": "relative index: binomial logit, v(1) / v(0)",
}
STEPS: Final = 100
TOLERANCE: Final = 1e-13
STEEPEST: Final = 40.0  # slope on the logit scale beyond which the groups are separated and no maximum exists


def mid_ranks(order: pd.Series, population: pd.Series | None = None) -> pd.Series:
    """Place of each area in the population, 0 (first in order) to 1: the middle of its own stretch.

    Areas of equal standing share one stretch, so neither their order in the table nor a split changes a place.

    Examples
    --------
    >>> mid_ranks(pd.Series([2, 1, 2]), pd.Series([10, 20, 10])).tolist()
    [0.75, 0.25, 0.75]
    """
    weight = pd.Series(1.0, index=order.index) if population is None else population
    _, place, people = _columns(order, order, weight)
    return pd.Series(_ranks(place, people), index=order.index)


def ordered(
    values: pd.Series,
    order: pd.Series,
    population: pd.Series | None = None,
    *,
    scale: float | None = 100.0,
    groups: bool = False,
    forced: bool = False,
) -> pd.DataFrame:
    r"""Inequality of a value along an order of areas or groups.

    Parameters
    ----------
    values
        One value an area.
    order
        Standing of each area, from worst to best off; equal numbers are equal standing. Blank is missing.
    population
        Weights; without it every area counts alike.
    scale
        Unit of a proportion (100 for per cent, 1 for shares), for the logit model with the population as trials;
        ``None`` when the value is no proportion: no logit rows.
    groups
        The rows are groups that make up a population (quintiles), not areas: three are enough for every measure.
    forced
        Compute below the minimum and beyond 15 % missing; the method then says ``forced``.

    Returns
    -------
    DataFrame
        Rows (index: name) ``aci, rci, sii_linear, rii_linear, sii_logit, rii_logit``; columns ``value`` (aci and sii in
        the unit of the values, rci and rii ratios), ``weighting, n, missing, minimum, method`` (names the model),
        ``reason`` (``too_few_areas`` below 3, for slopes below 10; ``incomplete, zero_denominator, impossible``;
        ``no_fit`` where all stand alike or no maximum exists).

    Notes
    -----
    With R the mid-ranks and p the shares of the population:

    .. math:: ACI = \sum p_j(2R_j-1)y_j,\quad RCI = ACI/\mu,\quad SII = v(1)-v(0),\quad RII = v(1)/v(0)

    Negative concentration: the value gathers at the worst off. Kakwani, Wagstaff and van Doorslaer (1997), J. Econom.
    77: 87-103; the linear slope as in PHEindicatormethods (RII = (a+b)/a); the logit as in WHO HEAT, but with each
    population counted once.

    Examples
    --------
    >>> deaths = pd.Series([154.7, 152.9, 119.5, 86.9, 54.3])
    >>> births = pd.Series([29939, 28776, 26528, 24689, 19739])
    >>> round(float(ordered(deaths, pd.Series(range(5)), births, scale=None).loc["rci", "value"]), 4)
    -0.1694
    """
    y, place, weight = _usable(values, order, population)
    names = [name for name in METHODS if scale is not None or not name.endswith("logit")]
    least = {name: AREAS if groups or name in ("aci", "rci") else INDEX_AREAS for name in names}
    found, reasons = dict.fromkeys(names, np.nan), dict.fromkeys(names, "")
    n, whole = len(y), ""
    if (weight < 0).any():
        whole = "impossible"
    elif not weight.sum() > 0:
        whole = "zero_denominator" if n else "too_few_areas"
    elif gaps(n, len(values)) and not forced:
        whole = "incomplete"
    if not whole or whole == "incomplete":
        for name in names:
            reasons[name] = "too_few_areas" if n < least[name] and not forced else whole
    else:
        reasons = dict.fromkeys(names, whole)
    if any(not reason for reason in reasons.values()):
        p = weight / weight.sum()
        rank = _ranks(place, weight)
        for name, result in (_concentration(y, p, rank) | _slopes(y, p, rank, weight, scale)).items():
            if name in reasons and not reasons[name]:
                found[name], reasons[name] = (np.nan, result) if isinstance(result, str) else (result, "")
    labelled = {
        name: METHODS[name] + (", forced" if forced and (n < least[name] or gaps(n, len(values))) else "")
        for name in names
    }
    return pd.DataFrame(
        {
            "value": found,
            "weighting": "unweighted" if population is None else "weighted",
            "n": n,
            "missing": len(values) - n,
            "minimum": least,
            "method": labelled,
            "reason": reasons,
        },
        index=pd.Index(names, name="measure"),
    )


def _usable(values: pd.Series, order: pd.Series, population: pd.Series | None) -> tuple[Floats, Floats, Floats]:
    people = pd.Series(1.0, index=values.index) if population is None else population
    cells = np.array(_columns(values, order, people))
    y, place, weight = cells[:, np.isfinite(cells).all(axis=0)]
    rows = np.lexsort((weight, y, place))
    return y[rows], place[rows], weight[rows]


def _columns(first: pd.Series, *others: pd.Series) -> list[Floats]:
    """Columns as numbers on the rows of the first."""
    columns = (column if column.index.equals(first.index) else column.reindex(first.index) for column in others)
    return [np.asarray(column.to_numpy(dtype=float, na_value=np.nan)) for column in (first, *columns)]


def _ranks(place: Floats, weight: Floats) -> Floats:
    known = np.isfinite(place) & np.isfinite(weight)
    _, level = np.unique(place[known], return_inverse=True)
    people = np.bincount(level, weights=weight[known])
    middle = (np.cumsum(people) - people / 2) / people.sum() if len(people) else people
    ranks = np.full(len(place), np.nan)
    ranks[known] = middle[level]
    return ranks


def _concentration(y: Floats, p: Floats, rank: Floats) -> dict[str, float | str]:
    mean = float((p * y).sum())
    index = float((p * (2 * rank - 1) * y).sum())
    if mean <= 0:
        return {"aci": index, "rci": "zero_denominator" if mean == 0 else "impossible"}
    return {"aci": index, "rci": index / mean}


def _slopes(y: Floats, p: Floats, rank: Floats, weight: Floats, scale: float | None) -> dict[str, float | str]:
    if len(np.unique(rank[p > 0])) < 2:
        return dict.fromkeys(("sii_linear", "rii_linear", "sii_logit", "rii_logit"), "no_fit")
    middle, mean = (p * rank).sum(), (p * y).sum()
    away = rank - middle
    slope = float((p * away * (y - mean)).sum() / (p * away**2).sum())
    bottom = float(mean - slope * middle)
    found: dict[str, float | str] = {"sii_linear": slope, "rii_linear": _ratio(bottom + slope, bottom)}
    if scale is None:
        return found
    if (y < 0).any() or (y > scale).any():
        return found | dict.fromkeys(("sii_logit", "rii_logit"), "impossible")
    ends = _logit_ends(y / scale, rank, weight)
    if ends is None:
        return found | dict.fromkeys(("sii_logit", "rii_logit"), "no_fit")
    return found | {"sii_logit": scale * (ends[1] - ends[0]), "rii_logit": _ratio(ends[1], ends[0])}


def _ratio(top: float, bottom: float) -> float | str:
    if bottom == 0:
        return "zero_denominator"
    return top / bottom if bottom > 0 else "impossible"  # a fitted proportion or rate below 0 divides nothing


def _logit_ends(share: Floats, rank: Floats, trials: Floats) -> tuple[float, float] | None:
    """Fitted proportions at rank 0 and 1 by maximum likelihood; ``None`` where there is no maximum."""
    mean = float((trials * share).sum() / trials.sum())
    if mean in (0.0, 1.0):
        return mean, mean
    design = np.column_stack([np.ones(len(rank)), rank - 0.5])
    beta = np.array([np.log(mean / (1 - mean)), 0.0])
    for _ in range(STEPS):
        fitted = 1 / (1 + np.exp(-(design @ beta)))
        score = design.T @ (trials * (share - fitted))
        information = (design * (trials * fitted * (1 - fitted))[:, None]).T @ design
        if not np.linalg.cond(information) < 1e14:
            return None
        step = np.linalg.solve(information, score)
        step *= min(1.0, 5 / max(np.abs(step).max(), 1e-300))  # no leap beyond where the curve was looked at
        beta = beta + step
        if abs(beta[1]) > STEEPEST:
            return None
        if np.abs(step).max() < TOLERANCE * (1 + np.abs(beta).max()):
            low, high = (float(1 / (1 + np.exp(-(beta[0] + side * beta[1])))) for side in (-0.5, 0.5))
            return low, high
    return None
