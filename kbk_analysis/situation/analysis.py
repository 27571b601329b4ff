"""Where do we stand? The whole situation of one area from one slice of data.

Input: `Inputs` and the catalogue. Output: one frozen `Situation`, on full counts and not yet released. Reads
nothing, draws nothing, writes no words.
"""

from __future__ import annotations

import pandas as pd

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.classification import class_counts, classify, join_exports, load_rule, next_steps
from kbk_analysis.situation.changes import change_table
from kbk_analysis.situation.checks import check_cells
from kbk_analysis.situation.conflicts import conflict_table
from kbk_analysis.situation.disclosure import disclosure_counts
from kbk_analysis.situation.doubts import doubtful_cells, heavy, set_aside, sound_units, unjudged, unmeasured
from kbk_analysis.situation.family import family_cells, ibangga_tables, risk_table
from kbk_analysis.situation.formation import formation
from kbk_analysis.situation.funnels import funnel_table, with_spread
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import aggregate, village_cells, with_bounds
from kbk_analysis.situation.quality import assess
from kbk_analysis.situation.ranking import ranking_table
from kbk_analysis.situation.remarks import (
    asks,
    beyond_all_levels,
    beyond_all_looks,
    check_findings,
    example_findings,
    level_findings,
    programme_findings,
    select_findings,
    silent_findings,
    unit_findings,
)
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import spread_table, spread_years, unequal_findings, villages_of
from kbk_analysis.situation.strata import without_reversals
from kbk_analysis.situation.tables import context_table, level_table, part_of, unit_classes, unit_table
from kbk_analysis.situation.trends import trend_table


def analyse_situation(inputs: Inputs, *, formation_year: int, catalogue: Catalogue | None = None) -> Situation:
    """Analyse one area.

    Parameters
    ----------
    inputs
        From `read_inputs`.
    formation_year
        Year by which every village should have a Kampung KB.
    catalogue
        Indicators; the package's own by default.

    Returns
    -------
    Situation
        Unreleased: pass it to `release` before showing it.
    """
    catalogue = catalogue or load_catalogue()
    cells = village_cells(inputs.observations, catalogue)
    inside = cells[cells["area_code"].str.startswith(f"{inputs.area_code}.")]
    series = aggregate(inside, pd.Series(inputs.area_code, index=inside.index), catalogue)
    parent_series = aggregate(cells, pd.Series(inputs.parent_code, index=cells.index), catalogue)
    whole = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule())
    own = part_of(whole, inputs.area_code)
    levels = with_bounds(level_table(inputs, inside, series, parent_series, catalogue), inside, catalogue)
    trends = trend_table(series, catalogue)
    units = unit_classes(inputs, own.kampung)
    values = with_spread(unit_table(inputs, inside, levels, catalogue), cells, levels, catalogue)
    spreads = spread_table(cells, levels, inputs.area_code, inputs.parent_code, catalogue)
    checks, check_summary = check_cells(inputs, cells, levels, catalogue, own)
    quality = assess(inputs, whole, own, levels, check_summary)
    formed = formation(inputs, formation_year)
    doubtful = doubtful_cells(checks, check_summary, inside)
    resting = heavy(doubtful, inside)
    certain = sound_units(beyond_all_looks(values, levels, catalogue), doubtful, inside)
    told = without_reversals(
        level_findings(beyond_all_levels(levels), trends, inputs.parent_name, catalogue),
        cells,
        inputs.area_code,
        catalogue,
    ) + unequal_findings(spreads, inputs.area_code, inputs.name)
    ibangga, ibangga_classes = ibangga_tables(inputs, catalogue)
    found = select_findings(
        programme_findings(own.kampung, quality, formed)
        + silent_findings(cells, inputs.area_code, own.joined.frame)
        + check_findings(checks, check_summary)
        + set_aside(told, resting, doubtful, checks, catalogue, inputs.areas["name"])
        + unit_findings(certain, levels, units["name"], inputs.parent_name, catalogue)
        + example_findings(certain, levels, units["name"], inputs.parent_name, catalogue)
    )
    levels, trends = unjudged(levels, trends, resting)
    villages = villages_of(inputs.area_code)
    return Situation(
        area_code=inputs.area_code,
        name=inputs.name,
        level=inputs.level,
        parent_code=inputs.parent_code,
        parent_name=inputs.parent_name,
        period=inputs.period,
        cutoff=inputs.cutoff,
        synthetic=inputs.synthetic,
        title=inputs.title,
        units=units,
        levels=levels,
        unit_values=values,
        series=series.assign(sensitive=series["indicator"].map({i.id: i.sensitive for i in catalogue})),
        trends=trends,
        funnel=funnel_table(cells, levels, inputs.areas["name"], inputs.area_code, found, catalogue),
        context=context_table(inputs, catalogue),
        ranking=ranking_table(values, units["name"], found, catalogue),
        changes=change_table(inputs, inside, levels, catalogue),
        conflicts=conflict_table(inputs, own, series, parent_series, catalogue),
        spreads=unmeasured(spreads, resting, villages),
        spread_years=unmeasured(spread_years(cells, inputs.area_code, catalogue), resting, villages),
        ibangga=ibangga,
        ibangga_classes=ibangga_classes,
        risk=risk_table(inputs, catalogue),
        classification=own,
        ways={id: next_steps(own, id, limit=1) for id in own.kampung["kampung_id"]},
        classes=class_counts(own.kampung),
        quality=quality,
        formation=formed,
        findings=found,
        asks=asks(own.kampung, quality, formed, found, catalogue),
        corrections=inputs.corrections,
        sources=inputs.sources,
        boundaries=inputs.boundaries,
        checks=checks,
        check_summary=check_summary,
        counts=disclosure_counts(pd.concat([cells, family_cells(inputs, catalogue)]), catalogue),
    )
