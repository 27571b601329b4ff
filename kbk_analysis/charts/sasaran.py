"""Overview of the 72 indicators by sasaran of Inpres 3/2022: how many stand where against target and comparison."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import brief_source, framed
from kbk_analysis.charts.stages import BOXES
from kbk_analysis.charts.style import (
    GREY,
    HATCH,
    RULE,
    SYMBOLS,
    VERDICTS,
    Sheet,
    fill,
    marks,
    new_sheet,
    put,
    styled,
    text_on,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative import family as words
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.stages import STATES, sasaran_table
from kbk_analysis.situation.stages import VERDICTS as COMPARED

ROW, NAMES, TALL = 52.0, 138.0, 19.0
FILLS: Final = {**BOXES, "no_target": "#C9C9C9", "no_value": "white", "elsewhere": "white"}
HATCHES: Final = {"no_value": HATCH, "elsewhere": "...."}


def plot_sasaran(situation: Situation) -> Exhibit:
    """Overview of the 72 indicators by sasaran of Inpres 3/2022: how many stand where against target and parent.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        Two bars a sasaran. Table: the same counts.
    """
    require_released(situation)
    catalogue = load_catalogue()
    table = sasaran_table(situation.levels, catalogue)
    total = table.sum()
    judged = int(total["reached"] + total["close"] + total["not_reached"])
    valued = int(total["indicators"] - total["no_value"] - total["elsewhere"])
    caption = words.sasaran(
        indicators=int(total["indicators"]),
        valued=valued,
        judged=judged,
        reached=int(total["reached"]),
        uncertain=int(total["uncertain"]),
        worse=int(total["worse"]),
        better=int(total["better"]),
        parent=situation.parent_name if situation.compared and total[["better", "similar", "worse"]].any() else "",
    )
    states, verdicts = _words()
    columns = {"indicators": tr("indikator"), **states, "uncertain": tr("belum pasti")}
    columns |= verdicts if situation.compared else {}
    fields = (
        Field("sasaran", tr("Sasaran"), weight=3, strong=True),
        *(Field(name, label, "integer") for name, label in columns.items()),
    )
    rows: list[tuple[Value, ...]] = [
        (f"{id} {catalogue.sasaran[str(id)]}", *(int(row[name]) for name in columns)) for id, row in table.iterrows()
    ]
    source = brief_source(situation, [indicator.id for indicator in catalogue.main])
    names = {id: str(label) for id, label in catalogue.sasaran.items()}
    drawn = to_svg(draw_sasaran(table, names, situation.parent_name if situation.compared else ""))
    return framed("sasaran", caption, source, fields, rows, drawn)


def _words() -> tuple[dict[str, str], dict[str, str]]:
    said = (tr("tercapai"), tr("hampir"), tr("belum tercapai"), tr("tanpa target"), tr("tanpa nilai"))
    states = dict(zip(STATES, (*said, tr("hanya tingkat kabupaten")), strict=True))
    compared = (tr("lebih baik"), tr("serupa"), tr("lebih buruk"), tr("tidak dibandingkan"))
    return states, dict(zip(COMPARED, compared, strict=True))


@styled()
def draw_sasaran(table: pd.DataFrame, names: dict[str, str], parent: str) -> Figure:
    """Two bars a sasaran on one scale of indicators: against the target, and against the area above."""
    pitch, top = (ROW if parent else ROW - TALL), 34.0 if parent else 20.0
    sheet = new_sheet(top + pitch * len(table))
    states, verdicts = ({name: word for name, word in said.items() if table[name].any()} for said in _words())
    _bar_key(sheet, tr("Target"), states, 6)
    if parent:
        _bar_key(sheet, wrap(parent, 120, lines=1), verdicts, 20)
    unit = (sheet.width - NAMES - 72) / max(1, int(table["indicators"].max()))
    for i, (id, row) in enumerate(table.iterrows()):
        y = top + i * pitch + 4
        sheet.ax.plot([0, sheet.width], [y - 3, y - 3], color=RULE, linewidth=0.5)
        put(sheet.ax, 2, y + 8, str(id), bold=True)
        put(sheet.ax, 20, y + 3, wrap(names[str(id)], NAMES - 26, lines=2), va="top")
        end = _bar(sheet, row, STATES, y, unit)
        if row["uncertain"]:
            said = tr("{n} belum pasti", n=integer(row["uncertain"]))
            put(sheet.ax, end + 5, y + TALL / 2, said, colour=GREY, label="uncertain")
        if parent:
            _bar(sheet, row, COMPARED, y + TALL + 3, unit)
    return sheet.figure


def _bar(sheet: Sheet, row: pd.Series, parts: tuple[str, ...], top: float, unit: float) -> float:
    """Segments of one bar with their counts, and where it ends."""
    left = NAMES
    for name in parts:
        count = int(row[name])
        if not count:
            continue
        colour = VERDICTS.get(name) or FILLS.get(name, "white")
        hatch = HATCHES.get(name, HATCH if name == "not_compared" else "")
        box = (left, top, count * unit, TALL)
        fill(sheet.ax, [box], colour, hatch=hatch, label=f"{name}:{count}")
        sign, middle = SYMBOLS.get(name, ""), left + count * unit / 2
        ink = text_on(colour) if colour != "white" else "black"
        if sign:
            marks(sheet.ax, [(middle, top + 5.2)], sign, colour=ink, size=4.5)
        y = top + (13 if sign else TALL / 2)
        put(sheet.ax, middle, y, integer(count), ha="center", colour=ink, halo=bool(hatch), label="count")
        left += count * unit
    return left


def _bar_key(sheet: Sheet, title: str, said: dict[str, str], y: float) -> None:
    put(sheet.ax, 2, y, title, bold=True)
    left = max(2 + text_width(title, bold=True) + 8, 36.0)
    for name, word in said.items():
        colour = VERDICTS.get(name) or FILLS.get(name, "white")
        fill(sheet.ax, [(left, y - 4, 8, 8)], colour, hatch=HATCHES.get(name, HATCH if name == "not_compared" else ""))
        put(sheet.ax, left + 11, y, word, colour=GREY, label="key")
        left += 11 + text_width(word) + 9
