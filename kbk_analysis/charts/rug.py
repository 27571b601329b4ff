"""Which units really differ? Units by indicators, each cell judged against the area above at the screening level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.framing import framed, indicator_source, reason_of, refusal, unit_word
from kbk_analysis.charts.style import (
    GREY,
    HATCH,
    INK,
    PAGE_HEIGHT,
    PAGE_ROWS,
    SMALL,
    SYMBOLS,
    VERDICTS,
    WIDTHS,
    Box,
    HAlign,
    Sheet,
    fill,
    marks,
    new_sheet,
    pages,
    put,
    row_name,
    row_pitch,
    styled,
    text_on,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.charts.views import unit_names
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Marked, Place, Value
from kbk_analysis.i18n import brief, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import RugCounts, differences, rug
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.result import Situation

COLUMNS = 15
PAIR = 20.6  # width of a symbol and a number of three digits
NAMES, LABELS, LEGEND = 108.0, 126.0, 22.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit and indicator: verdict (blank: not judged) and value, or why there is none."""

    verdict: str = ""
    value: float = float("nan")
    reason: str = ""

    @property
    def kind(self) -> str:
        """Verdict, ``plain`` (a value that is not judged), ``missing``, ``suppressed`` or ``none`` (not applicable)."""
        if self.reason == "suppressed":
            return "suppressed"
        if self.reason == "not_applicable":
            return "none"
        return "missing" if self.reason else self.verdict or "plain"


@dataclass(frozen=True, slots=True)
class Rug:
    """Cells by (unit code, indicator id), with the names of both in the order drawn.

    `villages` tells that a unit is one village, where an indicator of a class is a plain yes or no.
    """

    units: dict[str, str]
    indicators: list[Indicator]
    cells: dict[tuple[str, str], Cell]
    villages: bool

    def count(self, kind: str) -> int:
        """Number of cells of one kind."""
        return sum(self.cells[code, indicator.id].kind == kind for code in self.units for indicator in self.indicators)

    def text(self, cell: Cell, indicator: Indicator) -> str:
        """What is written in a cell with a value."""
        if self.villages and indicator.kind == "class":
            return tr("ya") if cell.value else tr("tdk")
        return brief(cell.value)


def plot_differences(situation: Situation) -> Exhibit:
    """The part of the rug that differs: indicators in which a unit is better or worse than the area above.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        The 15 indicators with most units that differ, in catalogue order; a statement where none differs. Table: one
        row a unit, one column an indicator, value with the sign of its verdict.
    """
    require_released(situation)
    whole = _rug(situation, list(load_catalogue()))
    apart = {
        i.id: sum(whole.cells[code, i.id].kind in ("better", "worse") for code in whole.units) for i in whole.indicators
    }
    chosen = sorted((id for id in apart if apart[id]), key=lambda id: -apart[id])[:COLUMNS]
    part = Rug(whole.units, [i for i in whole.indicators if i.id in chosen], whole.cells, whole.villages)
    judged = whole.count("better") + whole.count("similar") + whole.count("worse")
    differing = sum(number > 0 for number in apart.values())
    caption = differences(_counts(whole, situation), judged=judged, shown=len(chosen), differing=differing)
    if not chosen:
        return framed("perbedaan", caption, "", (), ())
    source = indicator_source(situation, chosen)
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
            rug(" · ".join(_sasaran_names(sheet)), _counts(sheet, situation)),
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


@styled()
def draw_rug(sheet: Rug) -> Figure:
    """Grid of cells: symbol and whole number; hatch and 'td' where not reported, '*' where hidden."""
    rows = len(sheet.units)
    step = min(34.0, (WIDTHS["full"] - NAMES - 1) / len(sheet.indicators))
    heads = [_head(indicator, step) for indicator in sheet.indicators]
    top = 18 + max(text_width(line) for head in heads for line in head.split("\n"))
    pitch = row_pitch(sheet.units.values(), NAMES - 8, PAGE_HEIGHT - top - LEGEND, 17.0)
    page = new_sheet(top + rows * pitch + LEGEND)
    _sasaran_rule(page, sheet.indicators, step)
    for c, (indicator, head) in enumerate(zip(sheet.indicators, heads, strict=True)):
        x = NAMES + (c + 0.5) * step
        put(page.ax, x, top - 4, head, rotation=90, va="center", label=f"head:{indicator.id}")
    for r, name in enumerate(sheet.units.values()):
        row_name(page.ax, NAMES - 6, top + (r + 0.5) * pitch, name, NAMES - 8, pitch)
    boxes: dict[str, list[Box]] = {}
    for (r, code), (c, indicator) in _grid(sheet):
        box = (NAMES + c * step, top + r * pitch, step, pitch)
        cell = sheet.cells[code, indicator.id]
        boxes.setdefault(cell.kind, []).append(box)
        _write(page, box, cell, sheet.text(cell, indicator))
    for kind, found in boxes.items():
        _paint(page, kind, found)
    _legend(page, top + rows * pitch + 14)
    return page.figure


def _head(indicator: Indicator, step: float) -> str:
    return wrap(f"{indicator.id} {indicator.name}", LABELS, size=SMALL, lines=2 if step >= 19 else 1)


def _grid(sheet: Rug) -> list[tuple[tuple[int, str], tuple[int, Indicator]]]:
    return [(unit, indicator) for unit in enumerate(sheet.units) for indicator in enumerate(sheet.indicators)]


def _sasaran_rule(page: Sheet, indicators: list[Indicator], step: float) -> None:
    """A line over the columns of each sasaran with its name, or its number where the name has no room."""
    names = load_catalogue().sasaran
    left = NAMES
    for sasaran, members in groupby(indicators, key=lambda i: i.sasaran):
        width = len(list(members)) * step
        page.ax.plot([left + 1.5, left + width - 1.5], [12, 12], color=GREY, linewidth=1.0)
        words = (str(names[sasaran]), tr("Sasaran {n}", n=sasaran.removeprefix("S")), sasaran)
        word = next((w for w in words if text_width(w, bold=True) <= width - 6), sasaran)
        put(page.ax, left + 1.5, 5, word, colour=GREY, bold=True)
        left += width


def _paint(page: Sheet, kind: str, boxes: list[Box]) -> None:
    if kind == "none":
        return
    hatch = HATCH if kind == "missing" else ""
    fill(page.ax, boxes, VERDICTS.get(kind, "white"), hatch=hatch, label=kind).set_zorder(1)
    if kind in SYMBOLS:
        points = [(x + max(1.6, (w - PAIR) / 2) + 2.7, y + h / 2) for x, y, w, h in boxes]
        marks(page.ax, points, SYMBOLS[kind], colour=text_on(VERDICTS[kind]), size=5.4, label=f"symbol:{kind}")


def _write(page: Sheet, box: Box, cell: Cell, words: str) -> None:
    x, y, w, h = box
    ha: HAlign
    if cell.kind in VERDICTS:
        colour, at, ha = text_on(VERDICTS[cell.kind]), x + w - max(1.2, (w - PAIR) / 2), "right"
    else:
        colour, at, ha = INK, x + w / 2, "center"
    text = {"missing": tr("td"), "suppressed": "*", "none": ""}.get(cell.kind, "") if cell.reason else words
    if cell.kind == "missing":
        fill(page.ax, [(at - 5.5, y + h / 2 - 4.5, 11, 9)], "white", edge="none").set_zorder(2)
    if text:
        put(page.ax, at, y + h / 2, text, colour=colour, ha=ha).set_zorder(5)


def _legend(page: Sheet, y: float) -> None:
    left = 0.5
    entries = [("better", tr("lebih baik")), ("similar", tr("serupa")), ("worse", tr("lebih buruk"))]
    entries += [
        ("missing", tr("td = tidak ada data")),
        ("suppressed", tr("* = disembunyikan")),
        ("plain", tr("tanpa tanda: tidak dinilai")),
    ]
    for kind, word in entries:
        if kind in SYMBOLS or kind == "missing":
            _paint(page, kind, [(left, y - 6, 12, 12)])
            left += 16
        put(page.ax, left, y, word, colour=GREY)
        left += text_width(word) + 12
