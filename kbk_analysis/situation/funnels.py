"""Which villages really differ, given how few people some have? The funnel of one or two indicators.

All villages of the area above take part, because a funnel needs many; the area's own are marked.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.areacode import parent_of
from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.funnel import share_funnel
from kbk_analysis.schema import Direction, Status
from kbk_analysis.situation.levels import aggregate
from kbk_analysis.situation.result import Remark

MOST: Final = 2
OUTSIDE: Final = ("above_998", "below_998")
KEPT: Final = [
    *("indicator", "period", "area_code", "total_of", "name", "own"),
    *("numerator", "denominator", "sensitive"),
]


def funnel_table(
    cells: pd.DataFrame,
    levels: pd.DataFrame,
    names: pd.Series,
    area_code: str,
    findings: tuple[Remark, ...],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Villages of the parent with 20 people or more against the funnel, for the indicators most worth it.

    Parameters
    ----------
    cells
        From `village_cells`: all villages of the parent.
    levels
        From `level_table`: which period is shown for each indicator.
    names
        Name of each area by code.
    area_code
        The area whose villages are its own.
    findings
        Their indicators come first.
    catalogue
        Kinds and directions.

    Returns
    -------
    DataFrame
        One row a village and indicator: ``indicator, period, area_code, total_of`` (its district), ``name`` (blank but
        for its own), ``own, numerator, denominator, sensitive`` and the columns of `share_funnel`. At most two
        indicators with own villages outside the 99.8 % limits (widened where villages differ more than chance), those
        of findings first, then those with most; empty where none has.
    """
    rows = _shown(cells, levels, catalogue)
    rows = rows[(rows["status"] == Status.REPORTED) & rows["reported"]]
    parts = {str(id): _funnel(part, names, area_code, catalogue) for id, part in rows.groupby("indicator")}
    parts = {id: part for id, part in parts.items() if (part["reason"] == "").any() and part["own"].any()}
    apart = {id: int((part["own"] & part["wide_position"].isin(OUTSIDE)).sum()) for id, part in parts.items()}
    named = {remark.indicator for remark in findings}
    chosen = sorted((id for id in apart if apart[id]), key=lambda id: (id not in named, -apart[id], id))[:MOST]
    if not chosen:
        columns = [*KEPT, *share_funnel([], []).columns]
        return pd.DataFrame(columns=columns).astype({"own": bool, "sensitive": bool})
    return pd.concat([parts[id] for id in chosen], ignore_index=True)


def with_spread(units: pd.DataFrame, cells: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Units with ``tau2``: how far units of their kind lie apart in the parent beyond chance, by indicator.

    A unit may differ from the parent beyond chance and yet lie where units usually lie. Which of them stand out is
    asked with this spread, and so answered as the funnel answers it.

    Parameters
    ----------
    units
        From `unit_table`: villages, or the districts of a regency.
    cells, levels
        As in `funnel_table`.
    catalogue
        Kinds and directions.

    Returns
    -------
    DataFrame
        `units` and ``tau2`` of `share_funnel` over all units of their kind in the parent with 20 people or more; 0
        where chance explains the spread, where fewer than ten such units report, and for what has no funnel.
    """
    shown = _shown(cells, levels, catalogue)
    length = int(units["area_code"].str.len().max()) if len(units) else 0
    peers = aggregate(shown, shown["area_code"].str[:length], catalogue)
    spread = {
        str(id): float(_limits(part, catalogue)[1]["tau2"].max())
        for id, part in peers[peers["reason"] == ""].groupby("indicator")
    }
    return units.assign(tau2=units["indicator"].map(spread).astype(float).fillna(0.0))


def _shown(cells: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Cells of what has a funnel, in the period that the levels show."""
    judged = [i.id for i in catalogue if i.kind == "proportion" and i.direction != Direction.CONTEXT]
    return cells[cells["indicator"].isin(judged) & (cells["period"] == cells["indicator"].map(levels["period"]))]


def _limits(part: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of one indicator that take part, and their funnel."""
    scale, people = catalogue[str(part["indicator"].iloc[0])].scale, part["denominator"].sum()
    centre = scale * part["numerator"].sum() / people if people else None  # of all, as elsewhere
    # fewer are never judged against another, and the limits in score form mislead
    part = part[part["denominator"] >= FEWEST].reset_index(drop=True)
    return part, share_funnel(part["numerator"], part["denominator"], centre=centre, scale=scale)


def _funnel(part: pd.DataFrame, names: pd.Series, area_code: str, catalogue: Catalogue) -> pd.DataFrame:
    indicator = catalogue[str(part["indicator"].iloc[0])]
    part, found = _limits(part, catalogue)
    own = part["area_code"].str.startswith(f"{area_code}.")
    kept = part.assign(
        total_of=part["area_code"].map(parent_of),
        name=part["area_code"].map(names).where(own, ""),
        own=own,
        sensitive=indicator.sensitive,
    )
    return pd.concat([kept[KEPT], found], axis=1)
