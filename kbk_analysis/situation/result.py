"""The result of the situation analysis: numbers, flags, reasons. No words, no drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kbk_analysis.classification import Classification, NextSteps
from kbk_analysis.errors import Refusal
from kbk_analysis.schema import AreaLevel, Edition


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, a reason or a request by code, with the values its sentence needs.

    `indicator` and `unit` name the cell it speaks of, so that a hidden cell takes its remark along.
    """

    code: str
    values: Mapping[str, Any]
    indicator: str = ""
    unit: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How complete and believable the data are.

    Parameters
    ----------
    grade
        ``A`` to ``D``; the worst part decides (thresholds of statistics.md 8: 90 %, 75 %, then 50 %).
    reasons
        Why not A, worst first.
    indicators
        Frame: indicator, period, source, as_of, reported, expected, share.
    items
        Frame: one row a kampung (index kampung_id), one flag for each item it may report.
    impossible
        Number of kampung with an impossible value (kept as found, flagged).
    couples, parent_couples
        Kampung that report their couples of reproductive age, of all kampung: in the area, and in its parent.
    """

    grade: str
    reasons: tuple[Remark, ...]
    indicators: pd.DataFrame
    items: pd.DataFrame
    impossible: int
    couples: tuple[int, int]
    parent_couples: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formation:
    """Villages with and without a Kampung KB, and the pace a year by which every village has one would need.

    Parameters
    ----------
    villages, with_kampung, kampung
        Counts; a village may have several kampung.
    missing
        Codes of villages without one.
    history
        Frame: export_date, kampung, villages, mature (stated Mandiri or Berkelanjutan).
    needed, actual
        Villages per year: needed from the period to the target year, actual between first and last export;
        a refusal where it cannot be told.
    year
        The target year.
    """

    villages: int
    with_kampung: int
    kampung: int
    missing: tuple[str, ...]
    history: pd.DataFrame
    needed: float | Refusal
    actual: float | Refusal
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where an area stands.

    Parameters
    ----------
    area_code, name, level, parent_code, parent_name, period, cutoff, synthetic, title
        What the result is about.
    units
        Frame by code: name, kampung (count), and the number of kampung in each of the four stated classes.
    levels
        Frame by indicator: numerator, denominator, value, lower, upper, reported, expected, provisional, reason,
        period, as_of, source, target, target_reason, target_status, certain, benchmark, benchmark_reason, verdict,
        previous, previous_period, sensitive, bound_low, bound_high.
    unit_values
        Frame: area_code, indicator and the columns of levels that apply, at the screening level (99.8 %).
    series
        Frame: indicator, period, value, lower, upper, reason, n of the area over time.
    trends
        Recent-trend marker of the area by indicator; see `trend_table`.
    funnel
        Villages of the parent against the funnel of one or two indicators; see `funnel_table`.
    context
        Frame: values given for the regency or province itself: area_code, indicator, period, value, numerator,
        denominator, source.
    ranking
        Units with rank interval and group, for one or two indicators; see `ranking_table`.
    changes
        Units in the first and the last comparable period; see `change_table`.
    conflicts
        What sources say differently, and what may not be compared; see `conflict_table`.
    spreads
        How unequal the villages are, in the area and in its parent; see `spread_table`.
    spread_years
        Range of the villages in each period; see `spread_years`.
    ibangga, ibangga_classes
        Index of family development with its dimensions, and the classes of families; see `ibangga_tables`.
    risk
        Families at risk of stunting by overlapping factor; see `risk_table`.
    classification
        Classes of the area's kampung with scores and ranges.
    ways
        Ways to the next class by kampung_id.
    classes
        Frame: class, stated, recomputed, low, high (number of kampung).
    sources
        Words for each source id of the data.
    checks, check_summary
        Reported figures that deserve a question, and what was checked by rule; see `check_cells`.
    counts
        Frame: all counts of the parent that decide what a public edition hides; see `disclosure_counts`. Empty once
        released to the public.
    hidden
        Frame: indicator, area_code, period, why, coded of the cells that the public edition hides; else empty.
    edition
        ``None`` until released; charts, tables and sentences refuse an unreleased result.
    """

    area_code: str
    name: str
    level: AreaLevel
    parent_code: str
    parent_name: str
    period: str
    cutoff: str
    synthetic: bool
    title: str
    units: pd.DataFrame
    levels: pd.DataFrame
    unit_values: pd.DataFrame
    series: pd.DataFrame
    trends: pd.DataFrame
    funnel: pd.DataFrame
    context: pd.DataFrame
    ranking: pd.DataFrame
    changes: pd.DataFrame
    conflicts: pd.DataFrame
    spreads: pd.DataFrame
    spread_years: pd.DataFrame
    ibangga: pd.DataFrame
    ibangga_classes: pd.DataFrame
    risk: pd.DataFrame
    classification: Classification
    ways: Mapping[str, NextSteps]
    classes: pd.DataFrame
    quality: Quality
    formation: Formation
    findings: tuple[Remark, ...]
    asks: tuple[Remark, ...]
    corrections: pd.DataFrame
    sources: Mapping[str, str]
    boundaries: dict[str, Any] | None
    counts: pd.DataFrame = field(default_factory=pd.DataFrame)
    checks: pd.DataFrame = field(default_factory=pd.DataFrame)
    check_summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    hidden: pd.DataFrame = field(default_factory=pd.DataFrame)
    edition: Edition | None = None

    @property
    def compared(self) -> bool:
        """Whether the data hold an area above it to compare with."""
        return self.parent_code != self.area_code
