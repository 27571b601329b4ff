"""Planted findings as arrays over villages and years."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from kbk_analysis.data.demo.plantings import PlantedFinding, Plantings
from kbk_analysis.data.demo.world import PERIODS, Counts, Floats, World, within

Mask = npt.NDArray[np.bool_]
SLIP: Final = 10


class Effects:
    """What the plantings do to the numbers of a world."""

    def __init__(self, world: World, plantings: Plantings) -> None:
        self._findings = plantings.findings
        self._codes = world.villages
        self._shape = (len(world.villages), len(PERIODS))

    def shift(self, indicator: str) -> Floats:
        """Change of the share of each village and year (1 = 100 points)."""
        change = np.zeros(self._shape)
        years = np.arange(len(PERIODS))
        for finding in self._about(indicator, "level", "trend", "spread"):
            since, size = PERIODS.index(finding.since), finding.size / 100
            steps = (years >= since).astype(np.float64)
            if finding.kind == "trend":
                steps = np.clip((years - since + 1) / (len(PERIODS) - since), 0, 1)
            change[self._within(finding.area)] += size * steps
            if finding.kind == "spread":
                lower = np.arange(self._shape[0]) % 2 == 0
                change[lower & self._within(finding.area)] -= 2 * size * steps
        return change

    def rewrite(self, indicator: str, numerator: Counts, denominator: Counts) -> tuple[Counts, Counts]:
        """Counts as the village reports them: copied from an earlier year, or with a slip of the pen."""
        numerator, denominator = numerator.copy(), denominator.copy()
        for finding in self._about(indicator, "copied", "slip"):
            since, rows = PERIODS.index(finding.since), self._within(finding.area)
            if finding.kind == "slip":
                denominator[rows, since] *= SLIP
            else:
                for counts in (numerator, denominator):
                    counts[rows, since:] = counts[rows, since - 1 : since]
        return numerator, denominator

    def silent(self, source: str) -> Mask:
        """Villages and years in which the source is planted as not reported."""
        mask = np.zeros(self._shape, dtype=bool)
        for finding in self._findings:
            if finding.kind == "silence" and finding.source == source:
                rows = np.flatnonzero(self._within(finding.area))
                mask[rows[: round(len(rows) * finding.size / 100)], PERIODS.index(finding.since) :] = True
        return mask

    def visible(self, indicator: str) -> Mask:
        """Villages whose numbers carry a planted finding: a single village must report, or the plant is not there."""
        mask = np.zeros(self._shape, dtype=bool)
        for finding in self._about(indicator, "level", "trend", "copied", "slip"):
            if finding.area in self._codes:
                mask[self._within(finding.area)] = True
        return mask

    def _about(self, indicator: str, *kinds: str) -> list[PlantedFinding]:
        return [finding for finding in self._findings if finding.indicator == indicator and finding.kind in kinds]

    def _within(self, area: str) -> Mask:
        return within(self._codes, area)
