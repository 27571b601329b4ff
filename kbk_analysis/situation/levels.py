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
from kbk_analysis.errors import Refusal
from kbk_analysis.indicators.proportions import LOOK, difference, share
from kbk_analysis.schema import Direction, Status

GATE: Final = 0.75
FIRM: Final = 0.90
COUNTED: Final = ("proportion", "rate")
FEWEST: Final = 20  # below this denominator a share is unstable and never judged against another (statistics.md 2)


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
    rows = rows.assign(reported=rows["status"] == Status.REPORTED, expected=rows["status"] != Status.NOT_APPLICABLE)
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
    floor = used["indicator"].map({indicator.id: _class_floor(indicator) for indicator in catalogue})
    used["value"] = used["value"].where(
        floor.isna(), (used["value"] >= floor).astype(float).where(used["value"].notna())
    )
    keys = ["area_code", "indicator", "period"]
    sums = used.groupby(keys, sort=True).agg(
        numerator=("numerator", lambda x: x.sum(min_count=1)),
        denominator=("denominator", lambda x: x.sum(min_count=1)),
        mean=("value", "mean"),
        total=("value", lambda x: x.sum(min_count=1)),
        reported=("reported", "sum"),
        expected=("expected", "sum"),
        as_of=("as_of", "max"),
        source=("source", "first"),
    )
    result = sums.reset_index()
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
    # A rate may count an event twice in one family: no binomial interval, and none is given until it has its own.
    result.loc[kinds == "rate", ["lower", "upper"]] = np.nan
    plain = ~counted & ~classed
    result.loc[plain, "value"] = result["total"].where(kinds == "count", result["mean"])[plain]
    result.loc[classed, ["numerator", "denominator"]] = result.loc[classed, ["total", "reported"]].to_numpy()
    result.loc[plain, ["numerator", "denominator"]] = np.nan
    return result.drop(columns=["mean", "total"])


def judge_target(level: pd.Series, indicator: Indicator, target: float | Refusal) -> tuple[str, bool]:
    """Status against a target and whether the interval settles it.

    Returns
    -------
    status, certain
        ``reached``, ``not_reached`` or ``""`` (no target, no value, context indicator); `certain` is False when
        the 95 % interval holds the target.
    """
    if isinstance(target, Refusal) or level["reason"] or indicator.direction == Direction.CONTEXT:
        return "", False
    value = level["value"]
    reached = value >= target if indicator.direction == Direction.HIGHER else value <= target
    certain = not (level["lower"] <= target <= level["upper"])
    return ("reached" if reached else "not_reached"), bool(certain)


def compare_with_rest(area: pd.DataFrame, parent: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Judge an area against the rest of its parent: better, similar, worse, or blank where it may not be judged.

    The area is part of its parent, so it is compared with the parent minus itself (difference of two independent
    proportions, Newcombe's hybrid score, 95 %). Denominators below 20 are not judged.

    Parameters
    ----------
    area, parent
        Rows of `aggregate` for the area and for its parent, both indexed by indicator.
    """
    both = area.merge(parent, how="left", left_index=True, right_index=True, suffixes=("", "_parent"))
    x2 = both["numerator_parent"] - both["numerator"]
    n2 = both["denominator_parent"] - both["denominator"]
    low, high = difference(both["numerator"], both["denominator"], x2, n2, LOOK)
    limits = pd.DataFrame({"low": low, "high": high}, index=both.index)
    # A value without an interval of its own (a score, a rate) is never judged by one.
    usable = (both["reason"] == "") & (both["reason_parent"] == "") & limits["low"].notna() & both["lower"].notna()
    usable &= (both["denominator"] >= FEWEST) & (n2 >= FEWEST)
    higher, lower = (limits["low"] > 0) & usable, (limits["high"] < 0) & usable
    return _verdict(both.index.to_series(), higher, lower, usable, catalogue)


def compare_units(units: pd.DataFrame, parent: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Judge many units against one value each: better, similar, worse at the screening level (99.8 %).

    Denominators below 20 are not judged.

    Parameters
    ----------
    units
        Rows of `aggregate` computed at `SCREEN`, any index, column `indicator`.
    parent
        Rows of `aggregate` of the parent, indexed by indicator.
    """
    benchmark = units["indicator"].map(parent["value"].where(parent["reason"] == ""))
    usable = (units["reason"] == "") & benchmark.notna() & units["lower"].notna() & (units["denominator"] >= FEWEST)
    higher, lower = (units["lower"] > benchmark) & usable, (units["upper"] < benchmark) & usable
    return _verdict(units["indicator"], higher, lower, usable, catalogue)


def _verdict(
    indicator: pd.Series, higher: pd.Series, lower: pd.Series, usable: pd.Series, catalogue: Catalogue
) -> pd.Series:
    direction = indicator.map({item.id: item.direction for item in catalogue})
    verdict = pd.Series("", index=indicator.index, dtype="str")
    judged = usable & (direction != Direction.CONTEXT)
    verdict[judged] = "similar"
    good_up = direction == Direction.HIGHER
    verdict[judged & higher.where(good_up, lower)] = "better"
    verdict[judged & lower.where(good_up, higher)] = "worse"
    return verdict
