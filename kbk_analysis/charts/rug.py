"""Which units really differ? Units by indicators, each cell judged against the area above at the screening level."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.framing import framed, indicator_source, reason_of, refusal, unit_word
from kbk_analysis.charts.style import PAGE_ROWS, SYMBOLS, pages, to_svg
from kbk_analysis.charts.tartan import Cell, Rug, draw_rug
from kbk_analysis.charts.views import unit_names
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Marked, Place, Value
from kbk_analysis.i18n import tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.comparisons import RugCounts, differences, rug
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.result import Situation

COLUMNS = 15


def plot_differences(situation: Situation) -> Exhibit:
    """The part of the rug that differs: indicators in which a unit is better or worse than the area above.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        The 15 indicators with most units that are worse, then better, in catalogue order; a statement where none
        differs. Table: one row a unit, one column an indicator, value with the sign of its verdict.
    """
    require_released(situation)
    whole = _rug(situation, list(load_catalogue()))
    kinds = {i.id: [whole.cells[code, i.id].kind for code in whole.units] for i in whole.indicators}
    apart = {id: (found.count("worse"), found.count("better")) for id, found in kinds.items()}
    # what is worse comes first: it must never make room for what is better
    chosen = sorted((id for id in apart if any(apart[id])), key=lambda id: apart[id], reverse=True)[:COLUMNS]
    part = Rug(whole.units, [i for i in whole.indicators if i.id in chosen], whole.cells, whole.villages)
    judged = whole.count("better") + whole.count("similar") + whole.count("worse")
    differing = sum(map(any, apart.values()))
    caption = differences(_counts(whole, situation), judged=judged, shown=len(chosen), differing=differing)
    source = indicator_source(situation, chosen or apart)
    if not chosen:
        return framed("perbedaan", caption, source, (), ())
    return framed("perbedaan", caption, source, _fields(part, situation), _rows(part), to_svg(draw_rug(part)))


def plot_rug(situation: Situation, sasaran: str | None = None) -> tuple[Exhibit, ...]:
    """Tartan rug: every unit and indicator judged against the area above, at 99.8 per cent.

    Parameters
    ----------
    situation
        A released result.
    sasaran
        ``S1`` to ``S4``; all four by default.

    Returns
    -------
    tuple of Exhibit
        Sheets of at most 15 indicators and 40 units, for the annex. Table: one row a unit, one column an indicator,
        value with the sign of its verdict.
    """
    require_released(situation)
    catalogue = load_catalogue()
    if sasaran is not None and sasaran not in catalogue.sasaran:
        raise ValueError(f"unknown sasaran {sasaran!r}; known: {', '.join(catalogue.sasaran)}")
    whole = _rug(situation, [i for i in catalogue if sasaran in (None, i.sasaran)])
    if not whole.indicators:
        return (refusal("permadani", tr("Nilai setiap wilayah"), Refusal("no_data", {"subject": situation.name})),)
    sheets = [
        Rug({code: whole.units[code] for code in units}, indicators, whole.cells, whole.villages)
        for units in pages(list(whole.units), PAGE_ROWS)
        for indicators in _by_sasaran(whole.indicators)
    ]
    return tuple(
        framed(
            f"permadani-{i}",
            rug(_sasaran_names(sheet), _counts(sheet, situation)),
            indicator_source(situation, [indicator.id for indicator in sheet.indicators]),
            _fields(sheet, situation),
            _rows(sheet),
            to_svg(draw_rug(sheet)),
            Place.ANNEX,
        )
        for i, sheet in enumerate(sheets, start=1)
    )


def _sasaran_names(sheet: Rug) -> list[str]:
    names = load_catalogue().sasaran
    return [str(names[id]) for id in dict.fromkeys(indicator.sasaran for indicator in sheet.indicators)]


def _by_sasaran(indicators: list[Indicator]) -> list[list[Indicator]]:
    """Columns of each sheet: whole sasaran together where they fit, in catalogue order."""
    groups = [list(members) for _, members in groupby(indicators, key=lambda i: i.sasaran)]
    sheets: list[list[Indicator]] = []
    for group in groups:
        if sheets and len(sheets[-1]) + len(group) <= COLUMNS:
            sheets[-1] = sheets[-1] + group
        else:
            sheets += pages(group, COLUMNS)
    return sheets


def _rug(situation: Situation, wanted: list[Indicator]) -> Rug:
    values = situation.unit_values
    values = values[values["area_code"].isin(situation.units.index)]
    reported = set(values["indicator"])
    indicators = [indicator for indicator in wanted if indicator.id in reported]
    found = {(str(row["area_code"]), str(row["indicator"])): row for _, row in values.iterrows()}
    names = unit_names(situation)
    cells = {(code, i.id): _cell(found.get((code, i.id))) for code in names for i in indicators}

    def weight(code: str) -> tuple[int, int, str]:
        kinds = [cells[code, indicator.id].kind for indicator in indicators]
        return -kinds.count("worse"), kinds.count("better"), names[code]

    ordered = {code: names[code] for code in sorted(names, key=weight)}
    return Rug(ordered, indicators, cells, situation.level == AreaLevel.DISTRICT)


def _cell(row: pd.Series | None) -> Cell:
    if row is None:
        return Cell(reason="not_applicable")
    if row["reason"] or pd.isna(row["value"]):
        return Cell(reason=str(row["reason"]) or "not_reported")
    return Cell(str(row["verdict"]), float(row["value"]))


def _counts(sheet: Rug, situation: Situation) -> RugCounts:
    cells = len(sheet.units) * len(sheet.indicators) - sheet.count("none")
    kinds = {kind: sheet.count(kind) for kind in ("better", "similar", "worse", "missing")}
    return RugCounts(parent=situation.parent_name, cells=cells, **kinds)


def _fields(sheet: Rug, situation: Situation) -> tuple[Field, ...]:
    heads = (Field(indicator.id, indicator.id, "brief") for indicator in sheet.indicators)
    return (Field("unit", unit_word(situation).capitalize(), weight=2, strong=True), *heads)


def _rows(sheet: Rug) -> list[tuple[Value, ...]]:
    def value(cell: Cell, indicator: Indicator) -> Value:
        if cell.reason:
            return reason_of(cell.reason)
        if sheet.villages and indicator.kind == "class":
            return bool(cell.value)
        return Marked(cell.value, SYMBOLS[cell.verdict]) if cell.verdict else cell.value

    return [
        (name, *(value(sheet.cells[code, i.id], i) for i in sheet.indicators)) for code, name in sheet.units.items()
    ]
