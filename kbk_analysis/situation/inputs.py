"""What the situation analysis reads: one slice of a dataset, whole enough to compare the area with its parent.

Input: an open dataset, an area and a period. Output: `Inputs`, frames only. Nothing is computed here but the
choice of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kbk_analysis.areacode import level_of, parent_of
from kbk_analysis.data.store import Dataset
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.period import period_end
from kbk_analysis.schema import AreaLevel

# Level of the rows inside an area: a district is shown by village, a regency by district.
UNIT_LEVEL = {AreaLevel.DISTRICT: AreaLevel.VILLAGE, AreaLevel.REGENCY: AreaLevel.DISTRICT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """One slice of a dataset.

    Parameters
    ----------
    area_code, period
        What was asked for.
    cutoff
        Last day of the period (ISO): exports after it are not used.
    areas
        Table `areas` for the parent of the area and all below it, indexed by code.
    units
        Codes of the rows shown for the area, in code order.
    observations
        Table `observations` for the parent area and all below it, up to the period.
    kampung
        Table `kampung` for the parent area, up to the cut-off.
    sources
        Words for each source id.
    boundaries
        GeoJSON of the units, or None.
    """

    area_code: str
    period: str
    cutoff: str
    synthetic: bool
    title: str
    areas: pd.DataFrame
    units: tuple[str, ...]
    observations: pd.DataFrame
    kampung: pd.DataFrame
    corrections: pd.DataFrame
    sources: dict[str, str]
    boundaries: dict[str, Any] | None

    @property
    def name(self) -> str:
        """Name of the area."""
        return str(self.areas.loc[self.area_code, "name"])

    @property
    def level(self) -> AreaLevel:
        """Level of the area."""
        return level_of(self.area_code)

    @property
    def parent_code(self) -> str:
        """Code of the area it is compared with: the one above, or itself where the data hold nothing else in that."""
        above = parent_of(self.area_code)
        siblings = self.areas["parent_code"] == above
        return above if above is not None and above in self.areas.index and siblings.sum() > 1 else self.area_code

    @property
    def parent_name(self) -> str:
        """Name of the area it is compared with."""
        return str(self.areas.loc[self.parent_code, "name"])


def read_inputs(dataset: Dataset, *, area_code: str, period: str) -> Inputs:
    """Read the slice that the situation analysis of one area needs.

    Parameters
    ----------
    dataset
        An open dataset.
    area_code
        A district or a regency of the dataset.
    period
        A period of the dataset; earlier periods are read for the series.

    Raises
    ------
    InputFault
        When the dataset does not hold the area, or its level has no briefing.
    """
    known = dataset.known()
    if area_code not in known.areas or level_of(area_code) not in UNIT_LEVEL:
        raise InputFault(
            [
                Finding(
                    rule="area.unknown",
                    message=tr("Wilayah tidak ada dalam kumpulan data, atau bukan kecamatan maupun kabupaten."),
                    remedy=tr("Pilih kode kecamatan atau kabupaten dari tabel areas."),
                    value=area_code,
                )
            ]
        )
    parent = parent_of(area_code)
    root = parent if parent in known.areas else area_code
    wanted = sorted(code for code in known.areas if code == root or code.startswith(f"{root}."))
    areas = dataset.table("areas", code=wanted).set_index("code", drop=False).sort_index()
    units = tuple(areas.index[areas["parent_code"] == area_code])
    observations = dataset.table("observations", area_code=wanted)
    kampung = dataset.table("kampung")
    cutoff = period_end(period)
    below = kampung["regency_code"].fillna("").str.startswith(root[:5])
    level = UNIT_LEVEL[level_of(area_code)]
    return Inputs(
        area_code=area_code,
        period=period,
        cutoff=cutoff,
        synthetic=known.synthetic,
        title=known.title,
        areas=areas,
        units=units,
        observations=observations[observations["period"].map(period_end) <= cutoff].reset_index(drop=True),
        kampung=kampung[below & (kampung["export_date"] <= cutoff)].reset_index(drop=True),
        corrections=dataset.corrections(),
        sources=dataset.source_names(),
        boundaries=_features(dataset.boundaries(level), units),
    )


def _features(collection: dict[str, Any] | None, units: tuple[str, ...]) -> dict[str, Any] | None:
    if collection is None:
        return None
    kept = [feature for feature in collection["features"] if feature["properties"].get("code") in units]
    return {"type": "FeatureCollection", "features": kept} if kept else None
