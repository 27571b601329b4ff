"""If the rates of movement stayed as they were: expected classes, a band around them, and years to a class.

Each is arithmetic on a table of movement and carries its assumptions: rates stay, units move independently, nothing is
remembered, and one pair of years cannot check another. The band is too narrow by the second of these. Whether a
forecast may be shown at all (three annual pairs, no rule change, no formation wave) is decided where it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.indicators.proportions import LOOK
from kbk_analysis.indicators.rows import Floats, first_reason, frame

DRAWS: Final = 4000
SEED: Final = 2023
PRIOR: Final = 0.25  # of a unit in each cell, one unit a row of four classes: a class nobody left may still be left


def projected(counts: pd.DataFrame, start: pd.Series, years: int) -> pd.DataFrame:
    r"""Units expected in each class after some years at unchanged rates.

    Parameters
    ----------
    counts
        As `movement.Movement.counts`.
    start
        Units in each class now, indexed as `counts`.
    years
        Steps of the same length as the one observed.

    Returns
    -------
    DataFrame
        By class: ``start``, ``value`` (expected units), ``n`` (units in all), ``method``, ``reason``
        (``zero_denominator`` where a class holds or would receive units and nobody was seen leaving or staying).

    Notes
    -----
    .. math:: s\,P^t,\quad p_{ij}=k_{ij}/k_i

    Grinstead and Snell (1997), Introduction to Probability, chapter 11.

    Examples
    --------
    >>> projected(pd.DataFrame([[1, 1], [0, 2]]), pd.Series([8, 0]), 2)["value"].tolist()
    [2.0, 6.0]
    """
    moves = _counts(counts)
    at = _start(counts, start)
    total = moves.sum(axis=1)
    p = np.divide(moves, total[:, None], out=np.zeros(moves.shape), where=total[:, None] > 0)
    value, stuck = at, False
    for _ in range(years):
        stuck = stuck or bool((value[total == 0] > 0).any())
        value = value @ p
    return frame(
        counts.index,
        start=at,
        value=np.full(len(at), np.nan) if stuck else value,
        n=at.sum(),
        method=f"unchanged rates, {years} steps",
        reason="zero_denominator" if stuck else "",
    )


def forecast_band(
    counts: pd.DataFrame,
    start: pd.Series,
    years: int,
    *,
    goals: Mapping[str, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    prior: float = PRIOR,
    confidence: float = LOOK,
) -> pd.DataFrame:
    r"""Units in each class or a higher one after each year, as median and band of many simulated futures.

    Parameters
    ----------
    counts, start
        As `projected`.
    years
        Last year of the forecast.
    goals
        Units that should have a class or a higher one; gives the probability that so many have.
    draws, seed
        Of the simulation; both stand in the result.
    prior
        Added to each cell before the rates are drawn.

    Returns
    -------
    DataFrame
        One row a year (1 to `years`) and class (index: year, class): ``start``, ``median, lower, upper`` (units in the
        class or a higher one), ``probability`` (of the goal; blank without one), ``n`` (units), ``draws, seed,
        method``, ``reason`` (``zero_denominator`` without units).

    Notes
    -----
    In each draw the rates of a class are :math:`p_i\sim\mathrm{Dirichlet}(k_i+prior)`, drawn once for all years; then
    the units of each class move by a multinomial draw, year by year.

    Examples
    --------
    >>> band = forecast_band(pd.DataFrame([[5, 5], [0, 10]], list("DM"), list("DM")), pd.Series({"D": 10, "M": 0}), 1)
    >>> band[["start", "median", "draws"]].values.tolist()
    [[10.0, 10.0, 4000.0], [0.0, 5.0, 4000.0]]
    """
    moves, at = _counts(counts), _start(counts, start)
    size, units = len(at), at.sum()
    generator = np.random.default_rng(seed)
    weight = generator.standard_gamma(moves + prior, size=(draws, size, size))
    p = weight / weight.sum(axis=2, keepdims=True)
    held = np.broadcast_to(at.astype(np.int64), (draws, size))
    tail = (1 - confidence) / 2
    wanted = np.array([(goals or {}).get(str(name), np.nan) for name in counts.index])
    years_found = []
    for _ in range(years):
        held = generator.multinomial(held, p).sum(axis=1)
        above = held[:, ::-1].cumsum(axis=1)[:, ::-1]
        low, middle, high = np.quantile(above, [tail, 0.5, 1 - tail], axis=0)
        reached = np.where(np.isnan(wanted), np.nan, (above >= wanted).mean(axis=0))
        years_found.append(np.stack([middle, low, high, reached]))
    cells = np.concatenate([*years_found, np.empty((4, 0))], axis=1)
    if not units:
        cells = np.full(cells.shape, np.nan)
    index = pd.MultiIndex.from_product([range(1, years + 1), counts.index], names=["year", "class"])
    return frame(
        index,
        start=np.tile(at[::-1].cumsum()[::-1], years),
        **dict(zip(("median", "lower", "upper", "probability"), cells, strict=True)),
        n=units,
        draws=draws,
        seed=seed,
        method=f"Dirichlet rates (counts + {prior:g}), multinomial moves",
        reason="" if units else "zero_denominator",
    )


def first_reached(counts: pd.DataFrame, reached: Collection[str]) -> pd.DataFrame:
    r"""Expected years until a unit of each class first has one of the classes asked for.

    The classes asked for are made absorbing on purpose: a unit may fall back later, so this is the time first reached,
    not the time it stays.

    Parameters
    ----------
    counts
        As `movement.Movement.counts`.
    reached
        Classes asked for.

    Returns
    -------
    DataFrame
        By class that is not among `reached`: ``value`` (years, in steps of the table), ``n`` (units seen leaving or
        staying), ``method``, ``reason`` (``zero_denominator`` where no unit of the class was seen, ``no_fit`` where no
        way seen leads there).

    Notes
    -----
    .. math:: t = N\,\mathbf 1,\quad N=(I-Q)^{-1}

    with Q the rates among the other classes. Kemeny and Snell (1960), Finite Markov Chains, chapter 3.

    Examples
    --------
    >>> first_reached(pd.DataFrame([[1, 1], [0, 2]], list("DM"), list("DM")), ["M"])["value"].tolist()
    [2.0]
    """
    moves = _counts(counts)
    names = [str(name) for name in counts.index]
    away = np.array([name not in set(reached) for name in names], dtype=bool)
    total = moves.sum(axis=1)
    p = np.divide(moves, total[:, None], out=np.zeros(moves.shape), where=total[:, None] > 0)
    seen = _leads_to(p, ~away)
    # a class that may pass through one without a way never arrives for certain
    certain = away & ~_leads_to(p, away & ~seen) & seen
    years = np.full(len(names), np.nan)
    if certain.any():
        q = p[np.ix_(certain, certain)]
        years[certain] = np.linalg.solve(np.eye(len(q)) - q, np.ones(len(q)))
    reason = first_reason(((total == 0)[away], "zero_denominator"), (~certain[away], "no_fit"))
    index = counts.index[away]
    return frame(index, value=years[away], n=total[away], method="fundamental matrix, first reached", reason=reason)


def _leads_to(p: Floats, goal: np.ndarray) -> np.ndarray:
    """Classes that are among the goal or have a way there."""
    found = goal
    for _ in range(len(p)):
        found = found | ((p > 0) & found[None, :]).any(axis=1)
    return found


def _counts(counts: pd.DataFrame) -> Floats:
    if list(counts.index) != list(counts.columns):
        raise ValueError("a table of movement has the same classes before and after")
    cells = counts.to_numpy(dtype=np.float64)
    if not (np.isfinite(cells) & (cells >= 0)).all():
        raise ValueError("a table of movement holds counts")
    return cells


def _start(counts: pd.DataFrame, start: pd.Series) -> Floats:
    """Units of each class now, in the order of the table."""
    given = start if start.index.equals(counts.index) else start.reindex(counts.index)
    units: Floats = given.to_numpy(dtype=np.float64, na_value=np.nan)
    if not (np.isfinite(units) & (units >= 0)).all():
        raise ValueError("every class needs its number of units")
    return units
