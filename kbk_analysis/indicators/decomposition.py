"""Where does the spread between areas come from? Chance or real, between districts or inside them.

Small areas differ by chance alone; a spread that chance explains asks for patience, not for action. What is left is
split between and within groups, which says on which level to act.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy import special
from scipy.special import xlogy

from kbk_analysis.indicators.disparity import AREAS, INDEX_AREAS, gaps
from kbk_analysis.indicators.series import Floats

MOSTLY_CHANCE: Final = 20.0  # per cent of the variance left over chance, below which the spread is mostly chance


def binomial_se(values: pd.Series, denominator: pd.Series, scale: float = 100.0) -> pd.Series:
    """Standard error of x/n in the unit of `scale`; blank where there is no denominator.

    Examples
    --------
    >>> binomial_se(pd.Series([50.0, 100.0]), pd.Series([100, 40])).tolist()
    [5.0, 0.0]
    """
    share, n = values.astype(float) / scale, denominator.astype(float)
    return scale * (share * (1 - share) / n.where(n > 0)) ** 0.5


def chance_share(
    values: pd.Series, se: pd.Series, population: pd.Series | None = None, *, forced: bool = False
) -> pd.DataFrame:
    r"""Variance between areas beyond chance, and its share.

    Parameters
    ----------
    values, se
        Value and standard error of each area; 0 is a value without chance, blank refuses the comparison.
    population
        Weights; without it every area counts alike.
    forced
        Compute below three areas and beyond 15 % missing.

    Returns
    -------
    DataFrame
        Rows (index: name) ``bgv`` (variance seen), ``bgv_se`` (its standard error), ``chance_variance`` (expected of
        chance alone), ``excess_variance``, ``excess_share`` (per cent of the variance seen); columns ``value, flag``
        (``mostly_chance`` on a share below 20 %), ``weighting, n, missing, method, reason`` (``too_few_areas``,
        ``incomplete``, ``no_standard_error``, ``zero_denominator`` where no area differs, ``impossible``).

    Notes
    -----
    .. math::
        excess = \max\bigl(0,\; BGV - \sum p_j(1-p_j)se_j^2\bigr), \quad
        \mathrm{Var}(BGV) = 4\sum p_j^2(y_j-\mu)^2se_j^2
        + 2\bigl[(\sum p_j^2se_j^2)^2 + \sum p_j^2se_j^4 - 2\sum p_j^3se_j^4\bigr]

    Examples
    --------
    >>> values, se = pd.Series([48.0, 50.0, 52.0]), pd.Series([2.0, 2.0, 2.0])
    >>> chance_share(values, se).loc[["bgv", "excess_share"], ["value", "flag"]].round(2).values.tolist()
    [[2.67, ''], [0.0, 'mostly_chance']]
    """
    table = _areas(values, population, se=se)
    known = table.dropna(subset=["y", "w"]).sort_values(["y", "w", "se"])
    y, weight, error = (known[name].to_numpy(dtype=float) for name in ("y", "w", "se"))
    names = ("bgv", "bgv_se", "chance_variance", "excess_variance", "excess_share")
    reason = _refused(weight, len(values), AREAS, forced)
    if not reason and (np.isnan(error).any() or (error < 0).any()):
        reason = "no_standard_error"
    reasons = dict.fromkeys(names, reason)
    value = dict.fromkeys(names, np.nan)
    if not reason:
        p = weight / weight.sum()
        away = y - (y[0] if y[0] == y[-1] else (p * y).sum())
        seen, chance = float((p * away**2).sum()), float((p * (1 - p) * error**2).sum())
        noise = 2 * ((p**2 * error**2).sum() ** 2 + (p**2 * error**4).sum() - 2 * (p**3 * error**4).sum())
        spread = float(np.sqrt(4 * (p**2 * away**2 * error**2).sum() + max(noise, 0.0)))
        excess = max(0.0, seen - chance)
        if seen > 0:
            share = 100 * excess / seen
        else:
            share, reasons["excess_share"] = np.nan, "zero_denominator"
        value = dict(zip(names, (seen, spread, chance, excess, share), strict=True))
    return pd.DataFrame(
        {
            "value": value,
            "flag": {name: "mostly_chance" if value[name] < MOSTLY_CHANCE else "" for name in ("excess_share",)},
            "weighting": "unweighted" if population is None else "weighted",
            "n": len(known),
            "missing": len(values) - len(known),
            "method": "between-group variance less chance" + _forced(len(known), len(values), AREAS, forced),
            "reason": reasons,
        },
        index=pd.Index(names, name="measure"),
    ).fillna({"flag": ""})


def heterogeneity(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    r"""Chi-square test that all areas share one proportion; blanks take no part.

    Returns
    -------
    Series
        ``chi2, df, p, n`` (areas), ``method``, ``reason`` (``too_few_areas`` below three, ``zero_denominator``,
        ``impossible``; ``unstable`` where an area is expected to have less than one case on either side, or more than
        a fifth of the areas less than five).

    Notes
    -----
    .. math:: \chi^2 = \sum_j \frac{n_j (y_j-\bar y)^2}{\bar y (1-\bar y)},\quad \bar y = \sum x_j / \sum n_j

    The smallest expected counts as in Cochran (1954), Biometrics 10: 417-451.

    Examples
    --------
    >>> found = heterogeneity(pd.Series([30, 50, 70]), pd.Series([100, 100, 100]))
    >>> [round(float(found[name]), 4) for name in ("chi2", "df", "p")]
    [32.0, 2.0, 0.0]
    """
    known = (numerator.notna() & denominator.notna()).to_numpy()
    x, n = (column.to_numpy(dtype=float)[known] for column in (numerator, denominator))
    reason = "too_few_areas" if len(n) < AREAS else ""
    if (n < 0).any() or (x < 0).any() or (x > n).any():
        reason = "impossible"
    elif not reason and not (n > 0).all():
        reason = "zero_denominator"
    statistic = np.nan
    if not reason:
        share = x.sum() / n.sum()
        least = n * min(share, 1 - share)
        if least.min() < 1 or (least < 5).mean() > 0.2:
            reason = "unstable"
        else:
            statistic = float(((x - n * share) ** 2 / (n * share * (1 - share))).sum())
    freedom = len(n) - 1
    return pd.Series(
        {
            "chi2": statistic,
            "df": float(freedom),
            "p": float(special.chdtrc(freedom, statistic)) if not reason else np.nan,
            "n": len(n),
            "method": "chi-square, one proportion",
            "reason": reason,
        }
    )


def theil_split(
    values: pd.Series, groups: pd.Series, population: pd.Series | None = None, *, forced: bool = False
) -> pd.DataFrame:
    r"""Theil T of the areas, split into what lies between groups (districts) and what lies inside them.

    Parameters
    ----------
    values, groups
        Value and group of each area; an area without either is missing.
    population
        Weights; without it every area counts alike.
    forced
        Compute below ten areas and beyond 15 % missing.

    Returns
    -------
    DataFrame
        Rows ``total``, ``between``, ``within``, then one row a group with its part of ``within``; columns ``part,
        group, value`` (x 1000), ``share`` (per cent of the total), ``weighting, n`` (areas), ``missing, method,
        reason`` (``too_few_areas, incomplete, zero_denominator, impossible``).

    Notes
    -----
    .. math:: T = \sum_d s_d \ln\frac{\mu_d}{\mu} + \sum_d s_d T_d,\quad s_d = P_d\,\mu_d/\mu

    Examples
    --------
    >>> values, groups = pd.Series([40.0] * 5 + [80.0] * 5), pd.Series(["a"] * 5 + ["b"] * 5)
    >>> theil_split(values, groups)[["part", "group", "share"]].head(3).values.tolist()
    [['total', '', 100.0], ['between', '', 100.0], ['within', '', 0.0]]
    """
    table = _areas(values, population, group=groups)
    known = table.dropna(subset=["y", "w", "group"]).sort_values(["y", "w"])
    y, weight = known["y"].to_numpy(dtype=float), known["w"].to_numpy(dtype=float)
    labels, member = np.unique(known["group"].astype(str), return_inverse=True)
    reason = _refused(weight, len(values), INDEX_AREAS, forced)
    mean = (weight * y).sum() / weight.sum() if len(y) and weight.sum() > 0 else np.nan
    if not reason and (y[weight > 0] < 0).any():
        reason = "impossible"
    if not reason and mean == 0:
        reason = "zero_denominator"
    counts = np.bincount(member, minlength=len(labels))
    parts = np.full(3 + len(labels), np.nan)
    if not reason:
        parts = 1000 * _theil_parts(y, weight / weight.sum(), member, len(labels))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 100 * parts / parts[0]
    return pd.DataFrame(
        {
            "part": ["total", "between", "within", *["within"] * len(labels)],
            "group": ["", "", "", *labels],
            "value": parts,
            "share": share if parts[0] > 0 else np.nan,
            "weighting": "unweighted" if population is None else "weighted",
            "n": [len(known)] * 3 + counts.tolist(),
            "missing": len(values) - len(known),
            "method": "Theil T x 1000" + _forced(len(known), len(values), INDEX_AREAS, forced),
            "reason": reason,
        }
    )


def _theil_parts(y: Floats, p: Floats, member: np.ndarray, groups: int) -> Floats:
    """Total, between, within, then the part of each group."""
    mean = y[0] if y[0] == y[-1] else float((p * y).sum())
    people, sums = (np.bincount(member, weights=part, minlength=groups) for part in (p, p * y))
    low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(low, member, y)
    np.maximum.at(high, member, y)
    own = np.where(low == high, low, np.divide(sums, people, out=np.zeros(groups), where=people > 0))
    centre = own[member]
    inner = np.divide(y, centre, out=np.ones(len(y)), where=centre > 0)
    within = np.bincount(member, weights=p * centre / mean * xlogy(inner, inner), minlength=groups)
    between = float((people * xlogy(own / mean, own / mean)).sum())
    ratio = y / mean
    return np.concatenate([[float((p * xlogy(ratio, ratio)).sum()), between, within.sum()], within])


def _areas(values: pd.Series, population: pd.Series | None, **more: pd.Series) -> pd.DataFrame:
    columns = {"y": values.astype(float), "w": pd.Series(1.0, index=values.index), **more}
    if population is not None:
        columns["w"] = population.astype(float)
    return pd.DataFrame(
        {
            name: (column if column.index.equals(values.index) else column.reindex(values.index)).to_numpy()
            for name, column in columns.items()
        }
    )


def _refused(weight: Floats, expected: int, minimum: int, forced: bool) -> str:
    if (weight < 0).any():
        return "impossible"
    if len(weight) and not weight.sum() > 0:
        return "zero_denominator"
    if not len(weight) or (not forced and len(weight) < minimum):
        return "too_few_areas"
    return "incomplete" if not forced and gaps(len(weight), expected) else ""


def _forced(n: int, expected: int, minimum: int, forced: bool) -> str:
    return ", forced" if forced and (n < minimum or gaps(n, expected)) else ""
