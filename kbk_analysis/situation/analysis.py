"""Where do we stand? The whole situation of one area from one slice of data.

Input: `Inputs` and the catalogue. Output: one frozen `Situation`, on full counts and not yet released. Reads
nothing, draws nothing, writes no words.
"""

from __future__ import annotations

import pandas as pd

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.classification import Classification, classify, class_counts, join_exports, load_rule
from kbk_analysis.errors import Refusal
from kbk_analysis.indicators.proportions import SCREEN
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.formation import formation
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import aggregate, compare_units, compare_with_rest, judge_target, village_cells
from kbk_analysis.situation.quality import assess
from kbk_analysis.situation.remarks import asks, findings
from kbk_analysis.situation.result import Situation

RULE = "kampung_2023-08"


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
    classification = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule(RULE))
    own = classification.within(inputs.area_code)
    levels = _levels(inputs, series, parent_series, catalogue)
    units = _units(inputs, own)
    unit_values = _unit_values(inputs, inside, levels, parent_series, catalogue)
    quality = assess(inputs, inside, levels, own)
    formed = formation(inputs, formation_year)
    result = Situation(
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
        unit_values=unit_values,
        series=series.set_index("indicator", drop=False),
        context=_context(inputs, catalogue),
        classification=own,
        classes=class_counts(own),
        quality=quality,
        formation=formed,
        findings=findings(levels, unit_values, units, own, quality, formed),
        asks=asks(own, quality, formed),
        corrections=_corrections(inputs),
        boundaries=inputs.boundaries,
    )
    return result
