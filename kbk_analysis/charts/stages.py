"""Indicators in the order of life: for each stage their values, n, target and comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, count
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import brief_source, framed, paged, reason_of
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    PAGE_HEIGHT,
    PALE,
    SYMBOLS,
    VERDICTS,
    Sheet,
    fill,
    marks,
    new_sheet,
    put,
    styled,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative import family as words
from kbk_analysis.narrative.amounts import amount
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.stages import EVERYONE, stage_table

SILENT: Final = "#767676"  # a stage without a value: apart from ACCENT in grey, and white letters read on it
BOXES: Final = {"reached": ACCENT, "close": "#9ECAE1", "not_reached": "white"}
GAP, HEAD, ONE, TWO, TOP = 15.0, 17.0, 12.5, 20.5, 18.0
SIGNS, VALUE, COUNT = 30.0, 37.0, 34.0  # points for the signs before a name, for a value, and for n


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator at one stage: its value and n, or why there is none; status and verdict as codes."""

    name: str
    value: str = ""
    n: str = ""
    status: str = ""
    certain: bool = True
    verdict: str = ""
    reason: str = ""
    cells: tuple[Value, ...] = ()

    @property
    def room(self) -> float:
        """Points from the end of the name to the edge of the column."""
        if self.reason:
            return text_width(self.reason) + 4
        return COUNT + VALUE if self.n else max(text_width(self.value, bold=True) + 4, VALUE)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of life with its indicators, in catalogue order; `begun` in the column before, or not."""

    name: str
    lines: tuple[Line, ...]
    begun: bool = False


def plot_stages(situation: Situation) -> tuple[Exhibit, ...]:
    """Indicators in the order of life, from couples to be to the elderly, each with value, n and signs.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    tuple of Exhibit
        One a sheet of two columns. Table: stage, indicator, value, n, status, sign. A stage without an indicator in
        the data says so.
    """
    require_released(situation)
    catalogue = load_catalogue()
    frame = stage_table(situation.levels, catalogue)
    names = {id: str(label) for id, label in catalogue.life_stages.items() if id != EVERYONE}
    parts = {id: frame[frame["stage"] == id] for id in names}
    stages = [Stage(names[id], tuple(_lines(part, names[id], situation.compared))) for id, part in parts.items()]
    once = frame.drop_duplicates("indicator")
    valued = once[(once["reason"] == "") & once["value"].notna()]
    caption = words.stages(
        found=[words.StageCounts(name=s.name, indicators=len(s.lines), valued=_valued(s)) for s in stages],
        valued=len(valued),
        reached=int((valued["target_status"] == "reached").sum()),
        judged=int((valued["target_status"] != "").sum()),
        worse=int((valued["verdict"] == "worse").sum()),
        better=int((valued["verdict"] == "better").sum()),
        parent=situation.parent_name if situation.compared and valued["verdict"].ne("").any() else "",
    )
    source = brief_source(situation, [str(id) for id in once["indicator"]])
    if not len(valued):
        return (framed("tahap-hidup", caption, source, (), ()),)
    fields = (
        Field("stage", tr("Tahap hidup"), weight=1.6),
        Field("indicator", tr("Indikator"), weight=2.4, strong=True),
        Field("value", tr("Nilai")),
        Field("n", tr("n"), "integer"),
        Field("status", tr("Terhadap target"), weight=1.4),
        *((Field("verdict", tr("Terhadap {parent}", parent=situation.parent_name)),) if situation.compared else ()),
    )
    sheets = _sheets(stages)
    return tuple(
        framed(
            "tahap-hidup" if len(sheets) == 1 else f"tahap-hidup-{i}",
            paged(caption, i, len(sheets)),
            source,
            fields,
            [row for column in columns for stage in column for row in _cells(stage, situation.compared)],
            to_svg(draw_stages(columns, [s.name for s in stages], compared=situation.compared)),
        )
        for i, columns in enumerate(sheets, start=1)
    )


def _valued(stage: Stage) -> int:
    return sum(not line.reason for line in stage.lines)


def _lines(part: pd.DataFrame, stage: str, compared: bool) -> Iterator[Line]:
    catalogue = load_catalogue()
    said = {"reached": tr("tercapai"), "close": tr("hampir tercapai"), "not_reached": tr("belum tercapai")}
    for _, row in part.iterrows():
        indicator = catalogue[str(row["indicator"])]
        reason = reason_of(row["reason"]) or (Refusal("not_reported") if pd.isna(row["value"]) else None)
        value = "" if reason else amount(indicator, float(row["value"]))
        counted = reason or (Refusal("not_applicable") if pd.isna(row["denominator"]) else float(row["denominator"]))
        status, verdict = ("", "") if reason else (str(row["target_status"]), str(row["verdict"]))
        told = said.get(status, tr("tidak dinilai"))
        if status and not row["certain"]:
            told = tr("{status}, belum pasti", status=told)
        cells: tuple[Value, ...] = (stage, indicator.name, reason or value, counted, told)
        yield Line(
            name=indicator.name,
            value=value,
            n=integer(counted) if isinstance(counted, float) else "",
            status=status,
            certain=bool(row["certain"]),
            verdict=verdict if compared else "",
            reason=reason.short if reason else "",
            cells=(*cells, SYMBOLS.get(verdict, "–")) if compared else cells,
        )


def _cells(stage: Stage, compared: bool) -> Iterator[tuple[Value, ...]]:
    """Rows of the table; a stage without an indicator in the data has one that says so."""
    if not stage.lines:
        yield (stage.name, Refusal("no_data").short, *[Refusal("not_applicable")] * (3 + compared))
    for line in stage.lines:
        yield line.cells


def _column_width() -> float:
    return (new_sheet(10).width - GAP) / 2


def _height(line: Line) -> float:
    return TWO if "\n" in wrap(line.name, _column_width() - SIGNS - line.room) else ONE


def _tall(stage: Stage) -> float:
    return HEAD + (sum(map(_height, stage.lines)) or ONE) + 5


def _sheets(stages: Sequence[Stage]) -> list[list[list[Stage]]]:
    """Stages in order in two columns a sheet, on the fewest sheets and in columns as even as can be."""
    most = PAGE_HEIGHT - TOP - 2
    least = sum(map(_tall, stages))
    for columns in count(2, 2):
        height = least / columns
        while height <= most:
            flown = _flow(stages, height)
            if len(flown) <= columns:
                flown += [[]] * (columns - len(flown))
                return [flown[i : i + 2] for i in range(0, columns, 2)]
            height += 4
    raise AssertionError("unreachable: more columns always hold more")


def _flow(stages: Sequence[Stage], height: float) -> list[list[Stage]]:
    """Columns of at most `height` points; a stage that does not fit goes on in the next, two lines at least in each."""
    columns: list[list[Stage]] = [[]]
    left = height
    for whole in stages:
        rest = whole
        while _tall(rest) > left:
            fitting = _fitting(rest, left)
            if 2 <= fitting <= len(rest.lines) - 2:
                columns[-1].append(replace(rest, lines=rest.lines[:fitting]))
                rest = replace(rest, lines=rest.lines[fitting:], begun=True)
            elif not columns[-1]:
                break
            columns.append([])
            left = height
        columns[-1].append(rest)
        left -= _tall(rest)
    return columns


def _fitting(stage: Stage, room: float) -> int:
    """How many lines of a stage fit under its head."""
    ends = accumulate(map(_height, stage.lines), initial=HEAD + 5)
    return sum(end <= room for end in ends) - 1


@styled()
def draw_stages(columns: Sequence[list[Stage]], order: Sequence[str], *, compared: bool) -> Figure:
    """Two columns of stages, read down and then across; the number of a stage is its place in life."""
    sheet = new_sheet(TOP + max(sum(map(_tall, column)) for column in columns))
    width = _column_width()
    _stage_key(sheet, [line for column in columns for stage in column for line in stage.lines], compared=compared)
    for i, column in enumerate(columns):
        left, top = i * (width + GAP), TOP
        for stage in column:
            _stage(sheet, stage, order.index(stage.name) + 1, left, top, width)
            top += _tall(stage)
    return sheet.figure


def _stage(sheet: Sheet, stage: Stage, number: int, left: float, top: float, width: float) -> None:
    fill(sheet.ax, [(left, top, width, HEAD - 3)], PALE, edge="none", label="stage")
    fill(sheet.ax, [(left, top, 14, HEAD - 3)], ACCENT if _valued(stage) else SILENT, edge="none")
    put(sheet.ax, left + 7, top + 7, integer(number), bold=True, colour="white", ha="center")
    name = wrap(stage.name, width - (64 if stage.begun else 24), lines=1, bold=True)
    put(sheet.ax, left + 19, top + 7, name, bold=True, label="stage")
    if stage.begun:
        put(sheet.ax, left + width - 2, top + 7, tr("lanjutan"), colour=GREY, ha="right")
    if not stage.lines:
        put(sheet.ax, left + SIGNS, top + HEAD + ONE / 2, Refusal("no_data").short, colour=GREY, label="reason")
    y = top + HEAD
    for line in stage.lines:
        tall = _height(line)
        _line(sheet, line, left, y + tall / 2, width)
        y += tall


def _line(sheet: Sheet, line: Line, left: float, y: float, width: float) -> None:
    if line.status:
        fill(sheet.ax, [(left + 1, y - 3.5, 7, 7)], BOXES[line.status], label=f"box:{line.status}")
        if not line.certain:
            put(sheet.ax, left + 10, y, "?", colour=GREY, label="uncertain")
    if line.verdict:
        sign = SYMBOLS[line.verdict]
        marks(sheet.ax, [(left + 22, y)], sign, colour=VERDICTS[line.verdict], edge=GREY, label=line.verdict)
    name = wrap(line.name, width - SIGNS - line.room)
    put(sheet.ax, left + SIGNS, y, name, va="center", colour=GREY if line.reason else "black", label="name")
    right = left + width
    if line.reason:
        put(sheet.ax, right, y, line.reason, colour=GREY, ha="right", label="reason")
    elif line.n:
        put(sheet.ax, right - COUNT, y, line.value, bold=True, ha="right", label="value")
        put(sheet.ax, right, y, line.n, colour=GREY, ha="right", label="n")
    else:
        put(sheet.ax, right, y, line.value, bold=True, ha="right", label="value")


def _stage_key(sheet: Sheet, lines: list[Line], *, compared: bool) -> None:
    left = 1.0
    said = {"reached": tr("target tercapai"), "close": tr("hampir"), "not_reached": tr("belum tercapai")}
    for status, word in said.items():
        if any(line.status == status for line in lines):
            fill(sheet.ax, [(left, 3.5, 7, 7)], BOXES[status])
            put(sheet.ax, left + 11, 7, word, colour=GREY)
            left += 11 + text_width(word) + 10
    if any(line.status and not line.certain for line in lines):
        put(sheet.ax, left, 7, tr("? belum pasti"), colour=GREY)
        left += text_width(tr("? belum pasti")) + 12
    if compared and any(line.verdict for line in lines):
        for verdict, word in (("better", tr("lebih baik")), ("similar", tr("serupa")), ("worse", tr("lebih buruk"))):
            marks(sheet.ax, [(left + 3, 7)], SYMBOLS[verdict], colour=VERDICTS[verdict], edge=GREY)
            put(sheet.ax, left + 10, 7, word, colour=GREY)
            left += 10 + text_width(word) + 10
    put(sheet.ax, sheet.width, 7, tr("nilai, n"), colour=GREY, ha="right")
