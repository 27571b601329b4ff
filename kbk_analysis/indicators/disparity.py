"""How unequal are areas? Distances, ratios and indices of spread over the areas of a regency.

Weighted measures say how people fare, unweighted ones how areas fare; each row says which it is. An absolute and a
relative measure belong together, beside the mean: they can move in opposite ways.

Names and formulas as in WHO, Health inequality monitoring (2024), chapter 21 and annex 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import xlogy

from kbk_analysis.indicators.proportions import LOOK
from kbk_analysis.indicators.series import SENSE, Floats
from kbk_analysis.schema import Direction

AREAS: Final = 3
INDEX_AREAS: Final = 10  # Theil, MLD
DECILE_AREAS: Final = 20  # P90 and P10
MISSING: Final = 0.15
CELLS: Final = 2_000_000  # drawn at once


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is: its formula, unit, weighting (``both`` follows whether populations are given), minimum.

    `extreme` measures hang on the single best or worst area; resampling areas gives them no honest limits.
    """

    method: str
    unit: str = "value"
    weighting: str = "both"
    minimum: int = AREAS
    extreme: bool = False


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "mean": Measure("mean"),
        "difference": Measure("largest - smallest", weighting="unweighted", extreme=True),
        "ratio": Measure("largest / smallest", "ratio", "unweighted", extreme=True),
        "p90_p10": Measure("P90 - P10, linear interpolation", "value", "unweighted", DECILE_AREAS),
        "p90_p10_ratio": Measure("P90 / P10, linear interpolation", "ratio", "unweighted", DECILE_AREAS),
        "mdm_weighted": Measure("mean distance from the mean", weighting="weighted"),
        "mdm_unweighted": Measure("mean distance from the mean", weighting="unweighted"),
        "mdb_weighted": Measure("mean distance from the best", weighting="weighted", extreme=True),
        "mdb_unweighted": Measure("mean distance from the best", weighting="unweighted", extreme=True),
        "mdr_weighted": Measure("mean distance from the reference", weighting="weighted"),
        "mdr_unweighted": Measure("mean distance from the reference", weighting="unweighted"),
        "bgv": Measure("between-group variance", "variance"),
        "bgsd": Measure("between-group standard deviation"),
        "cov": Measure("100 x standard deviation / mean", "percent"),
        "idis_weighted": Measure("index of disparity: 100 x mean distance / mean", "percent", "weighted"),
        "idis_unweighted": Measure("index of disparity: 100 x mean distance / mean", "percent", "unweighted"),
        "theil": Measure("Theil T x 1000", "x1000", minimum=INDEX_AREAS),
        "mld": Measure("mean log deviation x 1000", "x1000", minimum=INDEX_AREAS),
        "par": Measure("best - mean, 0 where the best is no better", extreme=True),
        "paf": Measure("100 x (best - mean) / mean", "percent", extreme=True),
        "par_reference": Measure("reference - mean, 0 where the mean is as good"),
        "paf_reference": Measure("100 x (reference - mean) / mean", "percent"),
    }
)
RELATIVE: Final = ("cov", "idis_weighted", "idis_unweighted", "theil", "mld", "paf", "paf_reference")  # to the mean
BEST: Final = ("mdb_weighted", "mdb_unweighted", "par", "paf", "par_reference", "paf_reference")  # need a direction


def disparity(
    values: pd.Series,
    population: pd.Series | None = None,
    direction: str = "higher",
    *,
    reference: float | None = None,
    forced: bool = False,
    draws: int = 0,
    seed: int = 0,
    confidence: float = LOOK,
) -> pd.DataFrame:
    r"""All measures of disparity between areas.

    Parameters
    ----------
    values
        One value an area; blank is missing.
    population
        People or families of each area, the weights; without it every area counts alike and the rows that would be
        weighted a second time are left out. An area without population is missing.
    direction
        ``higher`` or ``lower`` names the best area; ``context`` has none, and what needs it is refused.
    reference
        A level to compare with (a target, the tenth best value); without it there are no rows against it.
    forced
        Compute below the minimum and beyond 15 % missing; the method then says ``forced``.
    draws, seed
        Bootstrap draws of whole areas and their seed; 0 draws give no limits. Measures that hang on the single best
        or worst area never have limits.

    Returns
    -------
    DataFrame
        One row a measure (index: name): ``value, lower, upper, unit`` (``value``: that of the values), ``weighting``
        (``weighted`` or ``unweighted``), ``n`` (areas), ``missing``, ``minimum``, ``method``, ``reason``
        (``too_few_areas, incomplete, zero_denominator, impossible, no_direction``).

    Notes
    -----
    With shares p of the population, mean :math:`\mu=\sum p_j y_j` (also the centre of the unweighted distances, as
    WHO has it), r = y/mu:

    .. math:: MDM=\sum p_j|y_j-\mu|,\; BGV=\sum p_j(y_j-\mu)^2,\; T=\sum p_j r_j\ln r_j,\; MLD=-\sum p_j\ln r_j

    PAR keeps its sign: negative where lower is better.

    Examples
    --------
    >>> table = disparity(pd.Series([60.0, 80.0, 90.0]), pd.Series([100, 100, 200]))
    >>> table.loc[["mean", "difference", "mdm_weighted", "theil"], ["value", "reason"]].values.tolist()
    [[80.0, ''], [30.0, ''], [10.0, ''], [nan, 'too_few_areas']]
    """
    way = SENSE[Direction(direction)]
    y, weight = usable(values, population)
    names = _names(population is not None, reference is not None)
    refused = refusals(y, weight, len(values), names, forced)
    for name in names:
        if name in BEST and way == 0:
            refused.setdefault(name, "no_direction")
    p = weight / weight.sum() if weight.sum() > 0 else np.full(len(y), np.nan)
    found = measures(y, p, way, reference) if len(y) else dict.fromkeys(names, np.array(np.nan))
    for name, reason in _undefined(y, p, found).items():
        refused.setdefault(name, reason)
    lower, upper = _limits(y, weight, way, reference, draws, seed, confidence) if draws and len(y) else ({}, {})
    rows = []
    for name in names:
        measure, reason = MEASURES[name], refused.get(name, "")
        given = not reason
        weighting = measure.weighting if measure.weighting != "both" else _weighting(population)
        small = len(y) < measure.minimum or gaps(len(y), len(values))
        bounded = given and name in lower
        method = measure.method + (", forced" if forced and given and small else "")
        rows.append(
            {
                "value": float(found[name]) if given else np.nan,
                "lower": lower[name] if bounded else np.nan,
                "upper": upper[name] if bounded else np.nan,
                "unit": measure.unit,
                "weighting": weighting,
                "n": len(y),
                "missing": len(values) - len(y),
                "minimum": measure.minimum,
                "method": method + (f"; limits: {draws} draws of areas, seed {seed}" if bounded else ""),
                "reason": reason,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(names, name="measure"))


def usable(values: pd.Series, population: pd.Series | None) -> tuple[Floats, Floats]:
    """Values and weights of the areas that have both, in an order of their own: that of the rows changes nothing."""
    y = values.to_numpy(dtype=float, na_value=np.nan)
    weight = np.ones(len(y))
    if population is not None:
        if not population.index.equals(values.index):
            population = population.reindex(values.index)
        weight = population.to_numpy(dtype=float, na_value=np.nan)
    kept = np.isfinite(y) & np.isfinite(weight)
    order = np.lexsort((weight[kept], y[kept]))
    return y[kept][order], weight[kept][order]


def gaps(n: int, expected: int) -> bool:
    """Whether too many areas are missing: more than 15 %."""
    return expected > 0 and (expected - n) / expected > MISSING


def refusals(
    y: Floats,
    weight: Floats,
    expected: int,
    names: tuple[str, ...],
    forced: bool,
    minimum: Mapping[str, int] | None = None,
) -> dict[str, str]:
    """Why a measure cannot be given for these areas at all, by name of the measure."""
    least = minimum or {name: MEASURES[name].minimum for name in names}
    if (weight < 0).any():
        return dict.fromkeys(names, "impossible")
    if len(y) and not weight.sum() > 0:
        return dict.fromkeys(names, "zero_denominator")
    if forced and len(y):
        return {}
    few = {name: "too_few_areas" for name in names if len(y) < least[name]}
    if gaps(len(y), expected):
        return {name: few.get(name, "incomplete") for name in names}
    return few


def measures(y: Floats, p: Floats, way: int, reference: float | None = None) -> dict[str, Floats]:
    """Measures over the last axis, so that many draws of the areas are computed at once."""
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = y.min(axis=-1), y.max(axis=-1)
        mean = np.where(low == high, low, (p * y).sum(axis=-1))  # equal areas are equal without rounding
        centre = mean[..., None]
        away = np.abs(y - centre)
        ratio = y / centre
        p10, p90 = np.quantile(y, [0.1, 0.9], axis=-1)
        best = high if way > 0 else low
        short = np.abs(y - best[..., None])
        variance = (p * (y - centre) ** 2).sum(axis=-1)
        gain = _gain(best, mean, way)
        mdm_weighted, mdm_unweighted = (p * away).sum(axis=-1), away.mean(axis=-1)
        found = {
            "mean": mean,
            "difference": high - low,
            "ratio": high / low,
            "p90_p10": p90 - p10,
            "p90_p10_ratio": p90 / p10,
            "mdm_weighted": mdm_weighted,
            "mdm_unweighted": mdm_unweighted,
            "mdb_weighted": (p * short).sum(axis=-1),
            "mdb_unweighted": short.mean(axis=-1),
            "bgv": variance,
            "bgsd": np.sqrt(variance),
            "cov": 100 * np.sqrt(variance) / mean,
            "idis_weighted": 100 * mdm_weighted / mean,
            "idis_unweighted": 100 * mdm_unweighted / mean,
            "theil": 1000 * (p * xlogy(ratio, ratio)).sum(axis=-1),
            "mld": -1000 * xlogy(p, ratio).sum(axis=-1),
            "par": gain,
            "paf": 100 * gain / mean,
        }
        if reference is not None:
            against = np.abs(y - reference)
            missing = _gain(np.asarray(reference), mean, way)
            found["mdr_weighted"], found["mdr_unweighted"] = (p * against).sum(axis=-1), against.mean(axis=-1)
            found["par_reference"], found["paf_reference"] = missing, 100 * missing / mean
    return found


def _gain(level: Floats, mean: Floats, way: int) -> Floats:
    """Distance from the mean to a better level, with its sign; 0 where the level is no better."""
    return np.maximum(level - mean, 0.0) if way > 0 else np.minimum(level - mean, 0.0)


def _names(weighted: bool, reference: bool) -> tuple[str, ...]:
    return tuple(
        name
        for name in MEASURES
        if (weighted or not name.endswith("_weighted")) and (reference or not (name[:3] == "mdr" or "_ref" in name))
    )


def _weighting(population: pd.Series | None) -> str:
    return "unweighted" if population is None else "weighted"


def _undefined(y: Floats, p: Floats, found: Mapping[str, Floats]) -> dict[str, str]:
    """Measures that divide by zero or take the logarithm of what has none."""
    if not len(y):
        return {}
    low, p10 = y.min(), float(np.quantile(y, 0.1))
    reasons: dict[str, str] = {}
    for name, divisor in (("ratio", low), ("p90_p10_ratio", p10)):
        if divisor <= 0:
            reasons[name] = "zero_denominator" if divisor == 0 else "impossible"
    people = p > 0
    if (y[people] < 0).any():
        reasons |= {"theil": "impossible", "mld": "impossible"}
    elif (y[people] == 0).any():
        reasons["mld"] = "zero_denominator"
    if float(found["mean"]) <= 0:
        reasons |= dict.fromkeys(RELATIVE, "zero_denominator" if float(found["mean"]) == 0 else "impossible")
    return reasons


def _limits(
    y: Floats, weight: Floats, way: int, reference: float | None, draws: int, seed: int, confidence: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Percentile limits over draws of whole areas with their weights."""
    generator = np.random.default_rng(seed)
    size = max(1, CELLS // len(y))
    parts: list[dict[str, Floats]] = []
    for start in range(0, draws, size):
        drawn = generator.integers(0, len(y), (min(size, draws - start), len(y)))
        chosen = weight[drawn]
        with np.errstate(invalid="ignore", divide="ignore"):
            parts.append(measures(y[drawn], chosen / chosen.sum(axis=1, keepdims=True), way, reference))
    tail = (1 - confidence) / 2
    lower, upper = {}, {}
    for name in parts[0]:
        if MEASURES[name].extreme:
            continue
        drawn_values = np.concatenate([part[name] for part in parts])
        drawn_values = drawn_values[np.isfinite(drawn_values)]
        if len(drawn_values) > draws / 2:
            lower[name], upper[name] = (float(limit) for limit in np.quantile(drawn_values, [tail, 1 - tail]))
    return lower, upper
