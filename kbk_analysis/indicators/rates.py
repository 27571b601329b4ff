"""Rates of events with their limits, standardised rates and ratios, and mean scores.

Arrays or columns in, frames out. Events are counts of a Poisson process and may repeat in one person, so a rate has no
upper bound. Each result tells its ``method`` and ``n``; a row that cannot be computed has a ``reason``.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbk_analysis.indicators.proportions import LOOK
from kbk_analysis.indicators.rows import Column, Floats, align, count_reasons, first_reason, frame, labels, usable

EXACT_BELOW: Final = 10  # events; from here Byar's approximation is within 0.2 % of the exact limits
TINY: Final = 1e-3  # events; below this the lower limit is zero to every digit
FEWEST_EVENTS: Final = 10  # below this a directly standardised rate is refused
STABLE: Final = 20  # events or people; a count of 20 has a relative standard error of 22 %
WIDE: Final = 10.0  # points, half the width of an interval


def exact_poisson(count: npt.ArrayLike, confidence: float = LOOK) -> tuple[Floats, Floats]:
    r"""Exact limits of a Poisson count, whole or fractional; blank for a count below zero.

    Notes
    -----
    .. math:: \tfrac12\chi^2_{\alpha/2,\,2x},\quad \tfrac12\chi^2_{1-\alpha/2,\,2x+2}

    The lower limit of 0 is 0. Garwood (1936), Biometrika 28: 437-442; written with the inverse of the incomplete gamma
    function, which is the same quantile.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in exact_poisson(5)]
    [1.623, 11.668]
    """
    x = _counts(count)
    tail = (1 - confidence) / 2
    lower = np.where(x > TINY, special.gammaincinv(np.where(x > TINY, x, 1.0), tail), 0 * x)
    return lower, special.gammainccinv(x + 1, tail)


def byar(count: npt.ArrayLike, confidence: float = LOOK) -> tuple[Floats, Floats]:
    r"""Byar's limits of a Poisson count; a lower limit that would fall below zero is zero.

    Notes
    -----
    .. math:: x\left(1-\frac1{9x}-\frac z{3\sqrt x}\right)^3,\quad
              (x+1)\left(1-\frac1{9(x+1)}+\frac z{3\sqrt{x+1}}\right)^3

    Breslow and Day (1987), Statistical Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> [round(float(limit), 2) for limit in byar(65)]
    [50.16, 82.85]
    """
    x = _counts(count)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    some = np.where(x > TINY, x, 1.0)
    lower = np.where(x > TINY, some * np.maximum(1 - 1 / (9 * some) - z / (3 * np.sqrt(some)), 0) ** 3, 0 * x)
    more = x + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def count_limits(count: npt.ArrayLike, confidence: float = LOOK) -> tuple[Floats, Floats]:
    """Limits of a count: exact below 10 events, Byar from 10.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in count_limits([0, 10])[0]]
    [0.0, 4.787]
    """
    x = _counts(count)
    lower, upper = (np.array(limit) for limit in byar(x, confidence))
    few = x < EXACT_BELOW
    lower[few], upper[few] = exact_poisson(x[few], confidence)
    return lower, upper


def _counts(count: npt.ArrayLike) -> Floats:
    x = np.asarray(count, dtype=np.float64)
    return np.where((x >= 0) & np.isfinite(x), x, np.nan)


def rate(events: Column, population: Column, *, multiplier: float = 1000.0, confidence: float = LOOK) -> pd.DataFrame:
    """Rate of events in a population, with limits.

    Parameters
    ----------
    events, population
        Counts; events may repeat and so exceed the population.
    multiplier
        People (or person-years) the rate is told for.

    Returns
    -------
    DataFrame
        ``value, lower, upper`` per `multiplier`; ``n`` the population; ``method`` ``exact_poisson`` or ``byar``;
        ``reason`` ``not_reported``, ``zero_denominator``, ``impossible`` or blank.

    Examples
    --------
    >>> rate([5, 30], [1000, 1000])[["value", "method"]].values.tolist()
    [[5.0, 'exact_poisson'], [30.0, 'byar']]
    """
    index, (x, n) = align(events, population)
    reason = count_reasons(x, n, bounded=False)
    x, people = usable(reason, x, n)
    per = multiplier / people
    lower, upper = count_limits(x, confidence)
    method = np.where(x < EXACT_BELOW, "exact_poisson", "byar").astype(object)
    return frame(index, value=x * per, lower=lower * per, upper=upper * per, n=n, method=method, reason=reason)


def standardised_ratio(
    observed: Column, expected: Column, *, scale: float = 100.0, confidence: float = LOOK
) -> pd.DataFrame:
    """Indirectly standardised ratio: observed events over those expected at reference rates, with limits.

    Parameters
    ----------
    expected
        From `expected_events`.
    scale
        100 by use: 100 means as many events as expected.

    Returns
    -------
    DataFrame
        As `rate`; ``n`` is the number of events expected.

    Examples
    --------
    >>> standardised_ratio(12, 10)[["value", "n", "method"]].values.tolist()
    [[120.0, 10.0, 'byar']]
    """
    return rate(observed, expected, multiplier=scale, confidence=confidence)


def expected_events(population: Column, reference_rate: Column, area: Column | None = None) -> pd.Series:
    """Events expected in each area if its strata had the reference rates; blank where a stratum is blank.

    Parameters
    ----------
    population, reference_rate
        One row per area and stratum; the rate is events per person.
    area
        Area of each row; without it all rows are one area.

    Examples
    --------
    >>> expected_events([100, 200], [0.01, 0.05]).tolist()
    [11.0]
    """
    index, (n, reference) = align(population, reference_rate)
    strata = pd.Series(n * reference, name="expected").groupby(_areas(area, index))
    return strata.sum().where(strata.count() == strata.size())


def standardised_rate(
    events: Column,
    population: Column,
    standard: Column,
    area: Column | None = None,
    *,
    multiplier: float = 100_000.0,
    confidence: float = LOOK,
) -> pd.DataFrame:
    r"""Directly standardised rate of each area, with Dobson's limits; refused below 10 events.

    Parameters
    ----------
    events, population, standard
        One row per area and stratum; `standard` is the standard population of the stratum.
    area
        Area of each row; without it all rows are one area.

    Returns
    -------
    DataFrame
        One row per area in sorted order: ``value, lower, upper, events, n`` (the population), ``method`` ``dobson``,
        ``reason`` ``not_reported``, ``zero_denominator`` (a stratum with weight and without people), ``impossible``,
        ``too_few_events`` or blank. A lower limit that would fall below zero is zero.

    Notes
    -----
    .. math:: r=\frac{\sum w x/n}{\sum w},\quad r+\sqrt{\frac{\sum w^2x/n^2}{(\sum w)^2\,X}}\,(X_{L,U}-X)

    X is the sum of events, with its own limits from `count_limits`. Dobson et al. (1991), Stat. Med. 10: 457-462; the
    floor of 10 events: Morris et al. (2018), Popul. Health Metr. 16: 19.

    Examples
    --------
    >>> standardised_rate([10, 30], [1000, 1000], [3, 1], multiplier=1000).loc[0, ["value", "events"]].tolist()
    [15.0, 40.0]
    """
    index, (x, n, w) = align(events, population, standard)
    blank = np.isnan(x) | np.isnan(n) | np.isnan(w)
    wrong = (x < 0) | (n < 0) | (w < 0) | np.isinf(x) | np.isinf(n) | np.isinf(w)
    x, n, w = (np.where(np.isfinite(column), column, np.nan) for column in (x, n, w))
    used = w != 0
    share = np.divide(w, n, out=np.zeros_like(w), where=used & (n > 0))
    strata = pd.DataFrame({"w": w, "wx": share * x, "wwx": share**2 * x, "events": x, "n": n})
    strata = strata.assign(blank=blank, empty=used & (n == 0), wrong=wrong)
    sums = strata.groupby(_areas(area, index)).sum()
    wx, wwx, events, people, weight = (sums[name].to_numpy() for name in ("wx", "wwx", "events", "n", "w"))
    counted = first_reason(
        ((sums["blank"] > 0).to_numpy(), "not_reported"),
        (((sums["empty"] > 0) | (sums["w"] == 0)).to_numpy(), "zero_denominator"),
        ((sums["wrong"] > 0).to_numpy(), "impossible"),
    )
    reason = first_reason(counted, (events < FEWEST_EVENTS, "too_few_events"))
    total, weight = usable(reason, events, weight)
    events, people = usable(counted, events, people)
    value, step = wx / weight, np.sqrt(wwx / total) / weight
    low, high = count_limits(total, confidence)
    return frame(
        sums.index,
        value=value * multiplier,
        lower=np.maximum(value + step * (low - total), 0) * multiplier,
        upper=(value + step * (high - total)) * multiplier,
        events=events,
        n=people,
        method="dobson",
        reason=reason,
    )


def mean_score(
    scores: Column, area: Column | None = None, *, full_count: bool, confidence: float = LOOK
) -> pd.DataFrame:
    r"""Mean score of each area: with a t interval for a sample, without any for a full count.

    Parameters
    ----------
    scores
        One row per unit; blank units are left out and not counted in ``n``.
    full_count
        Whether all units were scored. Then nothing is left to chance in the choice of units and no limits are given.

    Returns
    -------
    DataFrame
        One row per area: ``value, lower, upper, n, method, reason``; ``method`` is ``mean_t``, ``mean_full_count`` or
        ``mean_of_one``; ``reason`` is ``not_reported`` where no unit has a score.

    Notes
    -----
    .. math:: \bar y \pm t_{n-1}\,s/\sqrt n

    Examples
    --------
    >>> mean_score([2.0, 4.0, 6.0], full_count=False).round(3).loc[0, ["value", "lower", "upper"]].tolist()
    [4.0, -0.968, 8.968]
    """
    index, (y,) = align(scores)
    groups = pd.Series(y).groupby(_areas(area, index))
    n, value = groups.count(), groups.mean()
    sampled = (n > 1) & (not full_count)
    t = special.stdtrit((n - 1).where(sampled, 1).to_numpy(), 0.5 + confidence / 2)
    half = (groups.std() / np.sqrt(n) * t).where(sampled)
    method = np.where(full_count, "mean_full_count", np.where(n > 1, "mean_t", "mean_of_one")).astype(object)
    reason = np.where(n == 0, "not_reported", "").astype(object)
    return frame(n.index, value=value, lower=value - half, upper=value + half, n=n, method=method, reason=reason)


def unstable(numerator: Column, denominator: Column, lower: Column = np.nan, upper: Column = np.nan) -> pd.Series:
    """Whether a figure rests on too little to be read closely; a blank figure is not marked.

    Marked when there are fewer than 20 events or fewer than 20 people, or when the interval, in points, reaches
    more than 10 to either side (half its width). Limits are given for shares in per cent only.

    Examples
    --------
    >>> unstable([25, 19, 50, 50], [400, 400, 100, 100], [4, 3, 40, 20], [9, 8, 60, 80]).tolist()
    [False, True, False, True]
    """
    index, (x, n, low, high) = align(numerator, denominator, lower, upper)
    return pd.Series((x < STABLE) | (n < STABLE) | (high - low > 2 * WIDE), index=index, name="unstable")


def _areas(area: Column | None, index: pd.Index) -> pd.Series:
    values = np.zeros(len(index), dtype=int) if area is None else labels(area, index)
    found = pd.Series(values, name=area.name if isinstance(area, pd.Series) else None).infer_objects()
    if found.isna().any():
        raise ValueError("a row has no area")
    return found
