"""Levels of indicators: value from counts, how complete, against target, against the area above.

Frames in, frames out. A value that may not be given carries the code of a refusal in `reason`.

Gates (statistics.md 8): below 75 % of expected areas reporting there is no aggregate; from 75 % to 90 % it is
provisional. Expected areas are those with a row in the period whose status is not 'not applicable'.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import Catalogue, Indicator
from kbk_analysis.indicators import benchmarks
from kbk_analysis.indicators.proportions import LOOK, SCREEN, share
from kbk_analysis.indicators.quality import BOUNDED, missing_bounds
from kbk_analysis.indicators.rates import rate
from kbk_analysis.schema import Status

GATE: Final = 0.75
FIRM: Final = 0.90
COUNTED: Final = ("proportion", "rate")


def village_cells(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Village observations of indicators in the catalogue, one row per area, indicator and period.

    Where an indicator has several sources in a period, the source with most reports is used (ties: alphabetical);
    a register and a survey are different indicators and never compete here.

    Returns
    -------
    DataFrame
        Columns of `observations` plus `expected` and `reported` (flags).
    """
    rows = observations[
        (observations["area_code"].str.len() == 13) & observations["indicator"].isin(list(catalogue.indicators))
    ]
    # A part that exceeds its whole is no report: in a sum it would vanish among sound ones.
    bounded = _by_indicator(rows["indicator"], catalogue, "kind") == "proportion"
    sound = ~(bounded & (rows["numerator"] > rows["denominator"]))
    rows = rows.assign(
        reported=(rows["status"] == Status.REPORTED) & sound, expected=rows["status"] != Status.NOT_APPLICABLE
    )
    strength = rows.groupby(["indicator", "period", "source"])["reported"].sum().reset_index()
    strength = strength.sort_values(["indicator", "period", "reported", "source"], ascending=[True, True, False, True])
    chosen = strength.drop_duplicates(["indicator", "period"])[["indicator", "period", "source"]]
    return rows.merge(chosen, on=["indicator", "period", "source"]).sort_values(
        ["indicator", "period", "area_code"], ignore_index=True
    )


def aggregate(cells: pd.DataFrame, group: pd.Series, catalogue: Catalogue, confidence: float = LOOK) -> pd.DataFrame:
    """Sum village counts to larger areas and compute the value with interval and completeness.

    Parameters
    ----------
    cells
        From `village_cells`.
    group
        Area code each row is summed to, aligned with `cells`.
    confidence
        Of the interval.

    Returns
    -------
    DataFrame
        One row per area, indicator and period: ``numerator, denominator, value, lower, upper, reported, expected,
        provisional, reason, as_of, source``. Proportions and rates are ratios of sums, scores are plain means over
        the reporting villages (no interval), counts are sums, classes are shares (%) of villages.
    """
    used = cells.assign(area_code=group.to_numpy())
    kept = used["reported"]
    for column in ("numerator", "denominator", "value"):
        used[column] = used[column].where(kept)
    floor = used["indicator"].map({indicator.id: _class_floor(indicator) for indicator in catalogue}).astype(float)
    used["value"] = used["value"].where(
        floor.isna(), (used["value"] >= floor).astype(float).where(used["value"].notna())
    )
    # the latest of ordered categories is found by number; of texts it would be asked group by group
    used["as_of"] = used["as_of"].astype("category").cat.as_ordered()
    keys = ["area_code", "indicator", "period"]
    groups = used.groupby(keys, sort=True)
    counts = groups[["numerator", "denominator", "value"]].sum(min_count=1).rename(columns={"value": "total"})
    told = groups.agg(
        mean=("value", "mean"),
        reported=("reported", "sum"),
        expected=("expected", "sum"),
        as_of=("as_of", "max"),
        source=("source", "first"),
    )
    result = counts.join(told).reset_index().astype({"as_of": cells["as_of"].dtype})
    kinds = result["indicator"].map({indicator.id: indicator.kind for indicator in catalogue})
    scale = result["indicator"].map({indicator.id: indicator.scale for indicator in catalogue}).astype(float)
    result = _values(result, kinds, scale, confidence)
    ratio = result["reported"] / result["expected"].where(result["expected"] > 0)
    result.loc[ratio < GATE, "reason"] = "incomplete"
    result.loc[result["reported"] == 0, "reason"] = "not_reported"
    result.loc[result["expected"] == 0, "reason"] = "not_applicable"
    result["provisional"] = (ratio >= GATE) & (ratio < FIRM)
    refused = result["reason"] != ""
    result.loc[refused, ["value", "lower", "upper"]] = np.nan
    return result


def _class_floor(indicator: Indicator) -> float | None:
    """The class from which a village counts as having it: the catalogue's target class, else the first above none."""
    if indicator.kind != "class":
        return None
    return next((target.value for target in indicator.targets), 1.0)


def _values(result: pd.DataFrame, kinds: pd.Series, scale: pd.Series, confidence: float) -> pd.DataFrame:
    counted = kinds.isin(COUNTED)
    shares = share(result["numerator"], result["denominator"], scale=1.0, confidence=confidence)
    # A class indicator became yes (1) or no (0) per village above: its aggregate is the share of villages with yes.
    classed = kinds == "class"
    villages = share(result["total"].where(classed), result["reported"].astype(float), scale=1.0, confidence=confidence)
    for column in ("value", "lower", "upper"):
        result[column] = (shares[column] * scale).where(counted, villages[column].where(classed) * 100)
    result["reason"] = shares["reason"].where(counted, "")
    # Events may fall twice on one family: a rate has the limits of its count, not those of a share.
    rated = kinds == "rate"
    counts = rate(result["numerator"][rated], result["denominator"][rated], multiplier=1.0, confidence=confidence)
    for column in ("value", "lower", "upper"):
        result.loc[rated, column] = counts[column] * scale[rated]
    result.loc[rated, "reason"] = counts["reason"]
    plain = ~counted & ~classed
    result.loc[plain, "value"] = result["total"].where(kinds == "count", result["mean"])[plain]
    result.loc[classed, ["numerator", "denominator"]] = result.loc[classed, ["total", "reported"]].to_numpy()
    result.loc[plain, ["numerator", "denominator"]] = np.nan
    return result.drop(columns=["mean", "total"])


def with_bounds(levels: pd.DataFrame, inside: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Levels with ``bound_low, bound_high``: where a proportion lies if the silent villages had none, or all.

    Only where less than 95 % of expected villages report, and some do. A silent village counts with the people it last
    reported, else with the median of those that report; without any of these there are no bounds.

    Parameters
    ----------
    levels
        From `level_table`.
    inside
        Village cells of the area.
    catalogue
        Kinds and scales.
    """
    shown = inside["indicator"].map(levels["period"])
    proportion = _by_indicator(inside["indicator"], catalogue, "kind") == "proportion"
    rows = inside[proportion & inside["expected"] & (inside["period"] <= shown)].sort_values("period")
    told = rows[rows["reported"]]
    last = told.groupby(["indicator", "area_code"])["denominator"].last()
    now = rows[rows["period"] == rows["indicator"].map(levels["period"])]
    usual = now[now["reported"]].groupby("indicator")["denominator"].median()
    silent = now[~now["reported"]]
    people = pd.Series(
        last.reindex(pd.MultiIndex.from_frame(silent[["indicator", "area_code"]])).to_numpy(), index=silent.index
    )
    people = people.fillna(silent["indicator"].map(usual))
    missing = people.groupby(silent["indicator"]).agg(lambda values: values.sum(skipna=False)).reindex(levels.index)
    partly = (levels["reported"] > 0) & (levels["reported"] < BOUNDED / 100 * levels["expected"])
    scale = _by_indicator(levels.index.to_series(), catalogue, "scale").astype(float)
    found = missing_bounds(levels["numerator"], levels["denominator"], missing.where(partly), scale=scale)
    return levels.assign(bound_low=found["lower"], bound_high=found["upper"])


def compare_with_rest(area: pd.DataFrame, parent: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Judge an area against the rest of its parent: better, similar, worse, or blank where it may not be judged.

    All indicators are looked at, so the screening level (99.8 %) is used. A rate counts events, not people: its
    difference is not one of two shares, and it is not judged here.

    Parameters
    ----------
    area, parent
        Rows of `aggregate` for the area and for its parent, both indexed by indicator.
    """
    whole = parent.reindex(area.index)
    found = benchmarks.compare_with_rest(
        area["numerator"],
        area["denominator"],
        whole["numerator"],
        whole["denominator"],
        _by_indicator(area.index.to_series(), catalogue, "direction"),
        confidence=SCREEN,
    )
    shares = _by_indicator(area.index.to_series(), catalogue, "kind").isin(["proportion", "class"])
    judged = shares & (area["reason"] == "") & (whole["reason"] == "") & area["lower"].notna()
    return found["verdict"].where(judged, "").astype("str")


def compare_units(units: pd.DataFrame, parent: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Judge many units against one value each: better, similar, worse at the screening level (99.8 %).

    Parameters
    ----------
    units
        Rows of `aggregate` computed at `SCREEN`, any index, column `indicator`.
    parent
        Rows of `aggregate` of the parent, indexed by indicator.
    """
    found = benchmarks.benchmark_status(
        units["lower"],
        units["upper"],
        units["denominator"],
        units["indicator"].map(parent["value"].where(parent["reason"] == "")).astype(float),
        _by_indicator(units["indicator"], catalogue, "direction"),
        reason=units["reason"],
    )
    return found["verdict"].astype("str")


def _by_indicator(indicator: pd.Series, catalogue: Catalogue, field: str) -> pd.Series:
    return indicator.map({item.id: getattr(item, field) for item in catalogue})
