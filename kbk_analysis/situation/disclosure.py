"""What decides on disclosure: the counts of all villages of the parent, and their sums.

The decision is taken on the whole slice, not on what one report shows, so that the reports on a district and on its
regency hide the same cells. Input: village cells of the parent. Output: one frame for `hidden_cells`.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.areacode import parent_of
from kbk_analysis.catalogue import Catalogue, Indicator
from kbk_analysis.schema import Direction
from kbk_analysis.situation.levels import COUNTED

LEVELS: Final = (13, 8, 5, 2)  # length of the codes of village, district, regency, province


def disclosure_counts(cells: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Counts of villages, districts, regencies, and of the province where the slice holds several regencies.

    Parameters
    ----------
    cells
        From `village_cells`: all villages of the parent, all periods; and those of `family_cells`.
    catalogue
        Kinds, directions and which indicators are sensitive.

    Returns
    -------
    DataFrame
        ``indicator, period, area_code, total_of, numerator, denominator, sensitive, revealing, together`` of shares
        and rates.
    """
    entries = [*catalogue, *catalogue.block_entries.values()]
    counted = [entry.id for entry in entries if entry.kind in COUNTED]
    rows = cells[cells["reported"] & cells["indicator"].isin(counted)]
    told = [rows[["indicator", "period", "area_code", "numerator", "denominator"]]]
    for length in LEVELS[1:]:
        last = told[-1]
        if length == 2 and last["area_code"].nunique() < 2:
            break
        grouped = last.assign(area_code=last["area_code"].str[:length]).groupby(["indicator", "period", "area_code"])
        told.append(grouped[["numerator", "denominator"]].sum(min_count=1).reset_index())
    counts = pd.concat(told, ignore_index=True)
    # risk factors and classes of families are given for districts and above, never for a village
    village = counts["area_code"].str.len() == LEVELS[0]
    counts = counts[~(village & counts["indicator"].isin(list(catalogue.block_entries)))].reset_index(drop=True)
    return counts.assign(
        total_of=counts["area_code"].map(lambda code: parent_of(code) or ""),
        sensitive=counts["indicator"].map({indicator.id: indicator.sensitive for indicator in entries}),
        revealing=counts["indicator"].map({indicator.id: _revealing(indicator) for indicator in entries}),
        together=counts["indicator"].map({indicator.id: _together(indicator) for indicator in entries}),
    )


def _revealing(indicator: Indicator) -> str:
    """The end of the share that tells of every one of a group what is worse: all have it, or none is served."""
    if indicator.kind != "proportion":
        return ""
    return {Direction.LOWER: "all", Direction.HIGHER: "none"}.get(indicator.direction, "")


def _together(indicator: Indicator) -> str:
    """Parts of one whole that bound each other, and so are hidden together in an area; blank for none."""
    if indicator.group == "target":  # one of them is shown in any case
        return ""
    return "krs-factor" if indicator.group == "four" else f"{indicator.block}-{indicator.group}".strip("-")
