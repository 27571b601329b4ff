"""How many services reach the same families? Composite coverage, services received together, and their bounds.

A mean of coverages says nothing about families that get everything: eight services may each reach many and hardly any
family all eight. With family records the joint share is counted; without them only its bounds are known, never the
product of the coverages.

Sources: Countdown to 2030 (composite coverage index, co-coverage); Fréchet (1951) for the bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.indicators.proportions import LOOK, share
from kbk_analysis.indicators.rows import Column, Flags, Floats, Reasons, first_reason, frame, labels

Weights = Mapping[str, Mapping[str, float]]

# Stages of care and the weight of each service in its stage; the stages weigh alike.
COUNTDOWN: Final[Weights] = MappingProxyType(
    {
        "family_planning": {"fps": 1.0},
        "maternity": {"sba": 1.0, "anc4": 1.0},
        "immunisation": {"bcg": 1.0, "dpt3": 2.0, "msl": 1.0},
        "treatment": {"ors": 1.0, "cpn": 1.0},
    }
)
ENOUGH: Final = 6  # of eight services, as Countdown counts a child as well covered
SLACK: Final = 1e-9  # of the scale: coverages that add up to all but rounding


def coverage_index(coverage: pd.DataFrame, dimensions: Weights = COUNTDOWN, *, scale: float = 100.0) -> pd.DataFrame:
    r"""Composite coverage: the mean over dimensions of the weighted mean of the services in each.

    Parameters
    ----------
    coverage
        One row an area, one column a service, in the unit of `scale`; columns that no dimension names are ignored.
    dimensions
        Services of each dimension with their weights. `COUNTDOWN` gives the composite coverage index of Countdown;
        any other choice is an index of its own and must not bear that name.

    Returns
    -------
    DataFrame
        Same rows: ``value``, one column a dimension, ``n`` (services that have a value), ``services`` (that are
        needed), ``method`` (names the weights), ``reason`` (``not_reported`` where a service is blank, ``impossible``
        outside 0 to `scale`).

    Notes
    -----
    .. math:: CCI=\tfrac14\Bigl(FPS+\frac{SBA+ANC4}2+\frac{BCG+2\,DPT3+MSL}4+\frac{ORS+CPN}2\Bigr)

    Wehrmeister et al. (2016), Bull. World Health Organ. 94: 903-912; (2020), PLoS One 15: e0232350.

    Examples
    --------
    >>> rows = {"fps": 60, "anc4": 70, "sba": 80, "bcg": 90, "dpt3": 75, "msl": 85, "ors": 40, "cpn": 50}
    >>> coverage_index(pd.DataFrame([rows]))[["immunisation", "value"]].values.tolist()
    [[81.25, 65.3125]]
    """
    services = [service for weights in dimensions.values() for service in weights]
    cells = coverage.reindex(columns=services).to_numpy(dtype=np.float64, na_value=np.nan)
    reason = _cell_reasons(cells, scale)
    given = pd.DataFrame(np.where((reason == "")[:, None], cells, np.nan), columns=services)
    parts = {
        name: given[list(weights)].to_numpy() @ np.array(list(weights.values())) / sum(weights.values())
        for name, weights in dimensions.items()
    }
    value = np.mean(list(parts.values()), axis=0)
    told = "; ".join(
        f"{name}: " + ", ".join(f"{s} {w:g}" for s, w in part.items()) for name, part in dimensions.items()
    )
    return frame(
        coverage.index,
        value=value,
        **parts,
        n=(~np.isnan(cells)).sum(axis=1),
        services=len(services),
        method=f"mean of dimensions ({told})",
        reason=reason,
    )


def package_bounds(coverage: pd.DataFrame, *, scale: float = 100.0) -> pd.DataFrame:
    r"""What coverages alone say of the share that gets every service: bounds, and the mean number of services.

    Parameters
    ----------
    coverage
        One row an area, one column a service, all of the same eligible families.

    Returns
    -------
    DataFrame
        Same rows: ``lower, upper`` of the joint share, ``mean_services`` (the sum of the coverages), ``n``
        (services), ``method``, ``reason`` (``not_reported``, ``impossible``).

    Notes
    -----
    .. math:: \max\bigl(0,\ \sum c_s-(S-1)\bigr)\ \le\ c_{joint}\ \le\ \min c_s

    Fréchet (1951), Ann. Univ. Lyon A 14: 53-77. Nothing narrower follows from the coverages; their product holds only
    where services reach families independently, which they do not.

    Examples
    --------
    >>> package_bounds(pd.DataFrame({"a": [90.0], "b": [80.0]}))[["lower", "upper", "mean_services"]].values.tolist()
    [[70.0, 80.0, 1.7]]
    """
    cells = coverage.to_numpy(dtype=np.float64, na_value=np.nan)
    reason = _cell_reasons(cells, scale)
    cells = np.where((reason == "")[:, None], cells, np.nan)
    total, services = cells.sum(axis=1), cells.shape[1]
    lower = np.maximum(0.0, total - scale * (services - 1))
    upper = cells.min(axis=1) if services else total
    return frame(
        coverage.index,
        lower=np.minimum(lower, upper),
        upper=upper,
        mean_services=total / scale,
        n=services,
        method="Fréchet bounds",
        reason=reason,
    )


def _cell_reasons(cells: Floats, scale: float) -> Reasons:
    blank: Flags = np.any(np.isnan(cells), axis=1) | (cells.shape[1] == 0)
    wrong: Flags = np.any((cells < -SLACK * scale) | (cells > scale * (1 + SLACK)), axis=1)
    return first_reason((blank, "not_reported"), (wrong, "impossible"))


def co_coverage(
    received: pd.DataFrame,
    area: Column | None = None,
    *,
    eligible: pd.DataFrame | None = None,
    enough: int = ENOUGH,
    confidence: float = LOOK,
) -> pd.DataFrame:
    """Services that reach the same families, from family records.

    Parameters
    ----------
    received
        One row a family, one column a service: true or 1 where it was received, false or 0 where not, blank unknown.
    area
        Area of each family; without it all are one area.
    eligible
        Same shape: whether the family is due the service; without it every family is due all.
    enough
        Number of services from which a family counts as well covered.

    Returns
    -------
    DataFrame
        One row an area: ``mean_services`` (of those due), ``ratio`` (services received over services due, per cent),
        ``mean_ratio`` (mean of the families' own ratios: another number), ``enough`` and ``joint`` (per cent of
        families with `enough` services and with all they are due) with ``_lower, _upper``; ``n`` (families),
        ``missing`` (families with an unknown service that they are due; not counted), ``services``, ``method``,
        ``reason`` (``not_reported`` without any complete family).

    Notes
    -----
    A family that is due nothing takes no part. Wehrmeister et al. (2016), Bull. World Health Organ. 94: 903-912
    (co-coverage); the share of services received over services due is the idea of village convergence scorecards.

    Examples
    --------
    >>> families = pd.DataFrame({"a": [1, 1, 0, 1], "b": [1, 0, 0, 1], "c": [1, 1, 0, 0]})
    >>> co_coverage(families, enough=2)[["mean_services", "enough", "joint"]].values.tolist()
    [[1.75, 75.0, 25.0]]
    """
    records = _records(received, eligible)
    groups = pd.Series("" if area is None else labels(area, received.index), index=records.index, dtype=object)
    sums = records.assign(
        enough=(records["k"] >= enough) & records["known"],
        joint=(records["k"] == records["due"]) & records["known"],
        own=records["k"] / records["due"].where(records["due"] > 0),
    )
    part = sums[sums["known"]].groupby(groups[sums["known"]])
    every = sums.groupby(groups)["missing"].sum()
    told = part[["k", "due", "enough", "joint", "known"]].sum().reindex(every.index).fillna(0.0)
    n = told["known"]
    shares = {name: share(told[name], n, confidence=confidence) for name in ("enough", "joint")}
    columns: dict[str, object] = {
        "mean_services": told["k"] / n.where(n > 0),
        "ratio": 100 * told["k"] / told["due"].where(n > 0),
        "mean_ratio": 100 * part["own"].mean().reindex(every.index),
    }
    for name, found in shares.items():
        columns |= {name: found["value"], f"{name}_lower": found["lower"], f"{name}_upper": found["upper"]}
    return frame(
        every.index,
        **columns,
        n=n.astype(int),
        missing=every.astype(int),
        services=received.shape[1],
        method=f"family records; enough: {enough} services",
        reason=np.where(n == 0, "not_reported", "").astype(object),
    )


def received_distribution(received: pd.DataFrame, *, eligible: pd.DataFrame | None = None) -> pd.DataFrame:
    """How many families received no service, one, two, and so on.

    Returns
    -------
    DataFrame
        Indexed by ``services`` (0 to all): ``families``, ``value`` (per cent), ``n`` (complete families), ``method``,
        ``reason`` (``not_reported``).

    Examples
    --------
    >>> received_distribution(pd.DataFrame({"a": [1, 1, 0, 1], "b": [1, 0, 0, 1]}))["families"].tolist()
    [1, 1, 2]
    """
    records = _records(received, eligible)
    k = records.loc[records["known"], "k"].astype(int)
    counts = np.bincount(k, minlength=received.shape[1] + 1)
    n = int(counts.sum())
    return frame(
        pd.RangeIndex(len(counts), name="services"),
        families=counts,
        value=100 * counts / n if n else np.full(len(counts), np.nan),
        n=n,
        method="family records",
        reason="" if n else "not_reported",
    )


def _records(received: pd.DataFrame, eligible: pd.DataFrame | None) -> pd.DataFrame:
    """Of each family: services received ``k``, services ``due``, whether all is ``known``, whether any is missing."""
    cells = received.to_numpy(dtype=np.float64, na_value=np.nan)
    due = np.ones(cells.shape, dtype=bool)
    if eligible is not None:
        due = eligible.reindex(index=received.index, columns=received.columns).to_numpy(dtype=bool, na_value=False)
    if not np.isin(cells[due & ~np.isnan(cells)], (0.0, 1.0)).all():
        raise ValueError("a service is received (1), not received (0) or unknown (blank)")
    unknown = (due & np.isnan(cells)).any(axis=1)
    count = due.sum(axis=1)
    return pd.DataFrame(
        {
            "k": np.where(due, np.nan_to_num(cells), 0.0).sum(axis=1),
            "due": count,
            "known": ~unknown & (count > 0),
            "missing": unknown,
        },
        index=received.index,
    )
