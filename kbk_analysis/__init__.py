"""Kampung KB report toolkit: ``import kbk_analysis as kbk`` gives a notebook all it needs.

Names are loaded when first used (PEP 562), so that the command line stays quick. Nothing inside the package imports
this facade.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    # data
    "open_dataset": "data.store",
    "use_language": "i18n",
    # where do we stand
    "read_hidden": "data.editions",
    "read_inputs": "situation.inputs",
    "analyse_situation": "situation.analysis",
    "release": "indicators.release",
    # which problems first
    "read_meeting": "priority.inputs",
    "fixed_method": "priority.chapter",
    "analyse_priorities": "priority.chapter",
    "whatif": "priority.whatif",
    # what a meeting leaves behind
    "read_record": "meeting.inputs",
    "record_meeting": "meeting.record",
    # words
    "summary_words": "narrative.situation",
    "quality_words": "narrative.situation",
    "check_words": "narrative.checks",
    "formation_words": "narrative.situation",
    "class_words": "narrative.situation",
    "level_words": "narrative.situation",
    "rug_words": "narrative.situation",
    "series_words": "narrative.situation",
    "map_words": "narrative.situation",
    "spread_words": "narrative.spreads",
    "values_words": "narrative.situation",
    "family_words": "narrative.family",
    "stage_words": "narrative.family",
    "annex_words": "narrative.situation",
    "conflict_words": "narrative.conflicts",
    "situation_facts": "narrative.situation",
    "priority_words": "narrative.ranking",
    "ranking_words": "narrative.ranking",
    "judge_words": "narrative.ranking",
    "doubt_words": "narrative.ranking",
    "evidence_words": "narrative.ranking",
    "place_words": "narrative.ranking",
    "gate_words": "narrative.ranking",
    "priority_annex_words": "narrative.ranking",
    "priority_facts": "narrative.ranking",
    "whatif_facts": "narrative.whatif",
    "record_summary_words": "narrative.meeting",
    "decision_words": "narrative.meeting",
    "followup_words": "narrative.meeting",
    "commitment_words": "narrative.meeting",
    "minutes_words": "narrative.meeting",
    "record_facts": "narrative.meeting",
    # charts
    "plot_classes": "charts.classes",
    "plot_class_ranges": "charts.ranges",
    "plot_completeness": "charts.completeness",
    "plot_differences": "charts.rug",
    "plot_formation": "charts.formation",
    "plot_gap": "charts.waterfall",
    "plot_spreads": "charts.spread_bars",
    "plot_funnel": "charts.funnel",
    "plot_ibangga": "charts.ibangga",
    "plot_map": "charts.maps",
    "plot_ranked": "charts.ranked",
    "plot_risk": "charts.risk",
    "plot_rug": "charts.rug",
    "plot_sasaran": "charts.sasaran",
    "plot_series": "charts.series",
    "plot_slope": "charts.slope",
    "plot_stages": "charts.stages",
    "plot_targets": "charts.indicators",
    "plot_rank_shares": "charts.acceptability",
    "plot_judges": "charts.judges",
    "plot_weights": "charts.weights",
    "plot_methods": "charts.ways",
    "plot_places": "charts.quadrants",
    "plot_whatif": "charts.whatif",
    # tables
    "table_abbreviations": "tables.data",
    "table_checks": "tables.quality",
    "table_conflicts": "tables.conflicts",
    "table_context": "tables.data",
    "table_corrections": "tables.data",
    "table_definitions": "tables.data",
    "table_flags": "tables.quality",
    "table_kampung": "tables.kampung",
    "table_ranges": "tables.kampung",
    "table_sources": "tables.data",
    "table_spreads": "tables.spreads",
    "table_ranking": "tables.priorities",
    "table_judges": "tables.priorities",
    "table_doubt": "tables.priorities",
    "table_criteria": "tables.priorities",
    "table_gate": "tables.priorities",
    "table_evidence": "tables.evidence",
    "table_measures": "tables.evidence",
    "table_agenda": "tables.meeting",
    "table_attendance": "tables.meeting",
    "table_decisions": "tables.meeting",
    "table_followup": "tables.meeting",
    "table_followup_agencies": "tables.meeting",
    "table_commitments": "tables.meeting",
    # sliders and switches
    "explore_priorities": "explore.panel",
    # notebook display
    "show": "exhibit",
}
_ALIAS = {"use_language": "use"}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), _ALIAS.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
