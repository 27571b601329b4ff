"""What is true in a demo dataset, and which statements of its reports are false.

The generator knows the share behind every count. A difference is told rightly when the true shares differ in the same
direction, however little: where villages differ by chance alone every statement on a difference is false.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd

from kbk_analysis.data.demo import observations
from kbk_analysis.data.demo.effects import Effects
from kbk_analysis.data.demo.observations import profiles, stream
from kbk_analysis.data.demo.world import PERIODS, Floats, build_world
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Remark, Situation
from tests.backtests.memory import CATALOGUE, REGENCY, Demo, chance_alone
from tests.backtests.plants import counted

UNEQUAL = 7.5  # points: told unequal, villages lie 10 from their mean on the mean, less what an estimate may err
REST, UNIT = ("better", "worse"), ("unit_better", "unit_worse")
CHANGE = ("improved", "worsened", "trend_better", "trend_worse")
SLIPS = {"denominator_slip": "slip", "copied_counts": "copied"}


class Truth:
    """True shares (%) of a demo dataset, and its reports judged by them."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._world = build_world(stream(demo.seed, "world"), demo.plantings.kampung_villages)
        self._plants = demo.plantings.findings
        self._effects = Effects(self._world, demo.plantings)

    def share(self, indicator: str, area: str, period: str, *, rest: bool = False) -> float:
        """True share of an area in a year; with `rest` that of all villages outside it."""
        year = PERIODS.index(period)
        inside = self._inside(area) != rest
        people = counted(self._world, indicator)[inside, year]
        return float(np.average(self._shares[indicator][inside, year], weights=people))

    def distance(self, indicator: str, area: str, period: str) -> float:
        """True distance of the villages from the mean of all, on the mean, in points."""
        shares = self._shares[indicator][self._inside(area), PERIODS.index(period)]
        return float(np.mean(np.abs(shares - self.share(indicator, area, period))))

    def false_cells(self, found: Situation) -> pd.DataFrame:
        """Cells of the screening grid that are flagged on the wrong side of the truth."""
        cells = flagged(found)
        wrong = [
            not self._right(
                row["indicator"],
                self.share(row["indicator"], row["area_code"], row["period"])
                - self.share(row["indicator"], found.parent_code, row["period"]),
                row["verdict"] == "better",
            )
            for _, row in cells.iterrows()
        ]
        return cells[np.array(wrong, dtype=bool)]

    def false_statements(self, found: Situation) -> Iterator[Remark]:
        """Findings on a difference, a movement, an inequality or a fault that the truth does not bear out."""
        for remark in found.findings:
            if remark.code == "copied_many":
                borne_out = self._planted("copied", found.area_code)
            else:
                borne_out = remark.indicator not in self._shares or self._borne_out(remark, found)
            if not borne_out:
                yield remark

    def _borne_out(self, remark: Remark, found: Situation) -> bool:
        id, code, values = remark.indicator, remark.code, remark.values
        good = code.endswith("better") or code == "improved"
        if code in SLIPS:
            # a plant in the count that the indicator is a part of makes its denominator jump in truth
            of = str(profiles()["share"][id]["of"])
            return self._planted(SLIPS[code], remark.unit, id) or any(p.indicator == of for p in self._plants)
        if code == "unequal":
            return self.distance(id, found.area_code, str(values["period"])) >= UNEQUAL
        if code in REST + UNIT + CHANGE:
            now = self.share(id, remark.unit or found.area_code, str(values["period"]))
            if code in REST:
                other = self.share(id, found.area_code, str(values["period"]), rest=True)
            elif code in UNIT:
                other = self.share(id, found.parent_code, str(values["period"]))
            else:
                other = self.share(id, found.area_code, str(values["previous_period"]))
            return self._right(id, now - other, good)
        if code == "target_missed":
            now = self.share(id, found.area_code, str(values["period"]))
            return self._right(id, now - float(values["target"]), False)
        return True

    def _planted(self, kind: str, area: str, indicator: str = "") -> bool:
        return any(
            plant.kind == kind and plant.area.startswith(area) and indicator in ("", plant.indicator)
            for plant in self._plants
        )

    @staticmethod
    def _right(indicator: str, apart: float, good: bool) -> bool:
        """Whether a true distance lies on the side that is told; none lies on no side."""
        better = apart if CATALOGUE[indicator].direction == Direction.HIGHER else -apart
        return better > 1e-9 if good else better < -1e-9

    def _inside(self, area: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        if area == REGENCY:
            return np.ones(len(self._world.villages), dtype=bool)
        return np.array([code == area or code.startswith(f"{area}.") for code in self._world.villages])

    @cached_property
    def _shares(self) -> dict[str, Floats]:
        found = {}
        with chance_alone(self._demo.alike):
            for id, profile in profiles()["share"].items():
                expected = observations._expected(stream(self._demo.seed, id), self._world, profile)
                found[id] = 100 * np.clip(expected + self._effects.shift(id), 0.004, 0.996)
        return found


def flagged(found: Situation) -> pd.DataFrame:
    """Cells of the screening grid that are told better or worse."""
    return found.unit_values[found.unit_values["verdict"].isin(["better", "worse"])]


def judged(found: Situation) -> int:
    """Number of cells of the screening grid that are told better, similar or worse."""
    return int((found.unit_values["verdict"] != "").sum())
