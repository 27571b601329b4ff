"""Which findings would rest on figures that cannot be true, or were not counted anew? They are set aside.

Told instead is which figures are to be put right first. The figures themselves stay as reported in every table and
chart; no verdict, marker or measure of spread is made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, Final, TypeAlias

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.data.adapters.kampung_observations import RATIOS
from kbk_analysis.situation.result import Remark

RESTS: Final = 5.0  # per cent of the people counted, above which a value rests on doubtful figures
HEAVIEST: Final = 0.55  # what is set aside is told after what is known
SLIPPED: Final = ("denominator_slip",)
KAMPUNG: Final = ("users_above_couples", "members_above_families")
Heavy: TypeAlias = Mapping[str, Set[str]]
CELL: Final = ["area_code", "indicator", "period"]


def doubtful_cells(checks: pd.DataFrame, summary: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Village cells whose figures cannot be true or, beyond chance, were not counted anew.

    Denominators that slip; counts that repeat, each beyond chance or too many of them; and indicators made from a
    kampung's own answers where these contradict each other.

    Parameters
    ----------
    checks, summary
        From `check_cells`.
    cells
        Village cells of the area itself.

    Returns
    -------
    DataFrame
        ``area_code, indicator, period, check`` (place of the row in `checks`), one row a cell.
    """
    extreme = checks["severity"] == "extreme"
    repeated = (checks["rule"] == "copied") & (extreme | (summary["passed"].get("copied") == "no"))
    direct = checks[(extreme & checks["rule"].isin(SLIPPED)) | repeated].reset_index(names="check")
    asked = checks[extreme & checks["rule"].isin(KAMPUNG)].reset_index(names="check")
    made = cells[cells["indicator"].isin(list(RATIOS)) & cells["reported"]]
    told = asked[["area_code", "period", "value", "usual", "check"]].set_axis(
        ["area_code", "asked_on", "answer", "beside", "check"], axis=1
    )
    pairs = made.merge(told, on="area_code")
    same_export = pairs["period"].str[:4] == pairs["asked_on"].str[:4]
    uses = (pairs["denominator"] == pairs["answer"]) | (pairs["denominator"] == pairs["beside"])
    found = pd.concat([direct[[*CELL, "check"]], pairs.loc[same_export & uses, [*CELL, "check"]]])
    return found.drop_duplicates(CELL, ignore_index=True)


def resting(doubtful: pd.DataFrame, cells: pd.DataFrame, group: pd.Series) -> pd.Series:
    """Per cent of the people counted (of the villages, where nobody is counted) whose figures are doubtful.

    Parameters
    ----------
    doubtful
        From `doubtful_cells`.
    cells
        Village cells.
    group
        Area each row is summed to, aligned with `cells`.

    Returns
    -------
    Series
        By area, indicator and period.
    """
    told = cells[cells["reported"]]
    odd = pd.MultiIndex.from_frame(told[CELL]).isin(pd.MultiIndex.from_frame(doubtful[CELL]))
    people = told["denominator"].astype(float).fillna(1.0)
    keys = [group.loc[told.index].rename("area"), told["indicator"], told["period"]]
    whole = people.groupby(keys).sum()
    return 100 * people.where(odd, 0.0).groupby(keys).sum() / whole.where(whole > 0)


def sound_units(units: pd.DataFrame, doubtful: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Rows of units that do not rest on doubtful figures."""
    if doubtful.empty or units.empty:
        return units
    letters = int(units["area_code"].str.len().iloc[0])
    share = resting(doubtful, cells, cells["area_code"].str[:letters])
    keys = pd.MultiIndex.from_frame(units[CELL])
    return units[~(share.reindex(keys).to_numpy() > RESTS)]


def heavy(doubtful: pd.DataFrame, cells: pd.DataFrame) -> Heavy:
    """Periods of each indicator in which the value of the whole area rests on doubtful figures.

    Parameters
    ----------
    doubtful
        From `doubtful_cells`.
    cells
        Village cells of the area itself.
    """
    share = resting(doubtful, cells, pd.Series("", index=cells.index))
    found: dict[str, set[str]] = {}
    for _, indicator, period in share[share > RESTS].index:
        found.setdefault(str(indicator), set()).add(str(period))
    return found


def unjudged(levels: pd.DataFrame, trends: pd.DataFrame, periods: Heavy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Levels without verdict, and trends without marker, where the values rest on doubtful figures."""
    gone = [row["period"] in periods.get(str(id), ()) for id, row in levels.iterrows()]
    levels = levels.copy()
    levels.loc[gone, ["target_status", "verdict"]] = ""
    levels.loc[gone, "certain"] = False
    within = [
        any(row["first"] <= int(period[:4]) <= row["last"] for period in periods.get(str(id), ()))
        for id, row in trends.iterrows()
    ]
    trends = trends.copy()
    trends.loc[within, ["trend", "verdict"]] = ""
    trends.loc[within, "reason"] = "doubtful"
    return levels, trends


def unmeasured(spreads: pd.DataFrame, periods: Heavy, area: str) -> pd.DataFrame:
    """Spreads of the area without measures between villages some of whose figures are doubtful.

    Parameters
    ----------
    spreads
        From `spread_table` or `spread_years`.
    periods
        From `heavy`.
    area
        Whose rows, as `villages_of` writes it.
    """
    told = spreads["indicator"].map(lambda id: periods.get(str(id), set()))
    own = spreads["area_code"] == area
    gone = own & pd.Series([p in some for p, some in zip(spreads["period"], told, strict=True)], index=spreads.index)
    numbers = [name for name in ("value", "lower", "upper") if name in spreads]
    result = spreads.assign(reason=spreads["reason"].mask(gone & (spreads["reason"] == ""), "doubtful"))
    result.loc[gone, numbers] = float("nan")
    return result


def set_aside(
    candidates: Iterable[Remark],
    periods: Heavy,
    doubtful: pd.DataFrame,
    checks: pd.DataFrame,
    catalogue: Catalogue,
    names: pd.Series,
) -> list[Remark]:
    """Findings as they are, but those on an indicator whose value rests on doubtful figures become ``set_aside``.

    Parameters
    ----------
    candidates
        Findings on the area itself or on the spread between its villages.
    periods
        From `heavy`.
    doubtful
        From `doubtful_cells`.
    checks
        From `check_cells`.
    catalogue
        Of a sensitive indicator the village is named, not its figures.
    names
        Of areas by code: one village has one name, however a kampung in it is written.
    """
    checks = checks.assign(name=checks["area_code"].map(names).fillna(checks["name"]))
    return [
        _checked(remark, periods.get(remark.indicator, set()), doubtful, checks, catalogue) for remark in candidates
    ]


def _checked(
    remark: Remark, periods: Set[str], doubtful: pd.DataFrame, checks: pd.DataFrame, catalogue: Catalogue
) -> Remark:
    gone = _speaks_of(remark, periods)
    if not gone:
        return remark
    rows = doubtful[(doubtful["indicator"] == remark.indicator) & doubtful["period"].isin(gone)]
    asked = checks.loc[rows["check"]]
    first = asked.iloc[0]
    values: dict[str, Any] = {"names": tuple(asked["name"].drop_duplicates()), "period": max(gone), "rule": ""}
    if not catalogue[remark.indicator].sensitive:
        values |= {name: first[name] for name in ("rule", "severity", "item", "value", "usual", "years")}
    return Remark("set_aside", values, remark.indicator, weight=min(HEAVIEST, remark.weight))


def _speaks_of(remark: Remark, periods: Set[str]) -> Set[str]:
    """Periods with doubtful figures that a remark speaks of; a trend speaks of the years between as well."""
    told = {str(remark.values[name]) for name in ("period", "previous_period") if name in remark.values}
    if "points" in remark.values:
        return {period for period in periods if min(told) <= period <= max(told)}
    return periods & told
