"""When a plant counts as named: what a reader must see of each kind, in the report of its area or of the regency.

level    the sign ▲ or ▼ on the planted side, at the village in the grid of its district, or at the district in that of
         the regency
trend    the same sign in the last year
spread   signs at more than half of the villages of the area, at a quarter or more on either side
silence  no value of any indicator of the source in the area: incomplete or not reported
copied   the village and indicator among the checks of the district, by the rule of repeated counts
slip     the same by the rule of denominators that jump, in the report of its year

Beside that, `words` tells whether the plant is among the five findings on the first page, and `moves` whether the trend
marker of a district points where the plant moves it. Where all others move the other way it need not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from kbk_analysis.areacode import parent_of
from kbk_analysis.data.demo.plantings import PlantedFinding
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Remark, Situation
from tests.backtests.memory import CATALOGUE, DISTRICTS, REGENCY, Demo

VILLAGE: Final = 13  # letters of its code
REFUSED: Final = ("incomplete", "not_reported")
RULES: Final = {"copied": "copied", "slip": "denominator_slip"}  # rule of the checks by kind of plant
CODES: Final = {"copied": "copied_counts", "slip": "denominator_slip", "spread": "unequal"}  # finding by kind
SIDES: Final = {
    "better": ("better", "unit_better", "improved", "trend_better"),
    "worse": ("worse", "unit_worse", "worsened", "trend_worse"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one plant."""

    plant: PlantedFinding
    named: bool
    words: bool
    moves: bool = False

    @property
    def kind(self) -> str:
        """Kind and level of the plant."""
        if self.plant.kind in ("level", "trend", "spread"):
            place = {VILLAGE: "village", len(REGENCY): "regency"}.get(len(self.plant.area), "district")
            return f"{self.plant.kind}, {place}"
        return self.plant.kind


def outcome(demo: Demo, plant: PlantedFinding) -> Outcome:
    """Look a plant up in the reports of its dataset."""
    if plant.kind in ("level", "trend"):
        words = any(_told(found, plant) for found in _reports(demo, plant))
        return Outcome(plant, _sign(demo, plant) == side(plant), words, _moves(demo, plant))
    if plant.kind == "silence":
        own = demo.see(plant.area)
        levels = own.levels[own.levels["source"] == plant.source]
        refused = bool(len(levels)) and bool(levels["reason"].isin(REFUSED).all())
        return Outcome(plant, refused, "cells_reported" in [reason.code for reason in own.quality.reasons])
    reports = _reports(demo, plant)
    words = any(remark.code == CODES[plant.kind] for found in reports for remark in _about(found, plant))
    if plant.kind == "spread":
        return Outcome(plant, _both_sides(demo, plant) or words, words)
    checks = reports[0].checks
    rows = checks[(checks["rule"] == RULES[plant.kind]) & (checks["indicator"] == plant.indicator)]
    return Outcome(plant, plant.area in set(rows["area_code"]), words)


def side(plant: PlantedFinding) -> str:
    """A level that rises is better where higher is better."""
    higher = CATALOGUE[plant.indicator].direction == Direction.HIGHER
    return "better" if (plant.size > 0) == higher else "worse"


def _reports(demo: Demo, plant: PlantedFinding) -> list[Situation]:
    """The report of the area first; that of the regency too where the area is a district."""
    if plant.kind == "slip":
        return [demo.see(parent_of(plant.area) or "", plant.since)]
    if len(plant.area) == VILLAGE:
        return [demo.see(parent_of(plant.area) or "")]
    return [demo.see(area) for area in dict.fromkeys((plant.area, REGENCY))]


def _sign(demo: Demo, plant: PlantedFinding) -> str:
    cells = demo.see(parent_of(plant.area) or "").unit_values
    rows = cells[(cells["indicator"] == plant.indicator) & (cells["area_code"] == plant.area)]
    return str(rows["verdict"].iloc[0]) if len(rows) else ""


def _both_sides(demo: Demo, plant: PlantedFinding) -> bool:
    """In a demo without plants at most four villages in ten differ from the regency in any indicator."""
    districts = DISTRICTS if plant.area == REGENCY else (plant.area,)
    cells = pd.concat([demo.see(district).unit_values for district in districts])
    verdicts = cells.loc[cells["indicator"] == plant.indicator, "verdict"]
    signs = verdicts[verdicts != ""].value_counts(normalize=True)
    better, worse = float(signs.get("better", 0.0)), float(signs.get("worse", 0.0))
    return better + worse > 0.5 and min(better, worse) >= 0.25


def _moves(demo: Demo, plant: PlantedFinding) -> bool:
    if plant.kind != "trend" or len(plant.area) == VILLAGE:  # a village has no series of its own in any report
        return False
    trends = demo.see(plant.area).trends["trend"]
    return bool(trends.get(plant.indicator) == ("increasing" if plant.size > 0 else "decreasing"))


def _about(found: Situation, plant: PlantedFinding) -> list[Remark]:
    """Findings on the indicator of the plant that speak of its area; of all its villages where it is a spread."""
    speaks = {"", f"{plant.area}.*"} if found.area_code == plant.area else {plant.area, f"{plant.area}.*"}
    return [remark for remark in found.findings if remark.indicator == plant.indicator and remark.unit in speaks]


def _told(found: Situation, plant: PlantedFinding) -> bool:
    return any(remark.code in SIDES[side(plant)] for remark in _about(found, plant))
