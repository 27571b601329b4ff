"""The tartan rug itself: a grid of symbols and numbers, whatever the units and indicators are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from matplotlib.figure import Figure

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.style import (
    GREY,
    HATCH,
    PAGE_HEIGHT,
    SMALL,
    SYMBOLS,
    VERDICTS,
    WIDTHS,
    Box,
    Sheet,
    fill,
    marks,
    name_width,
    new_sheet,
    put,
    row_name,
    row_pitch,
    styled,
    text_on,
    text_width,
    wrap,
)
from kbk_analysis.i18n import brief, tr
from kbk_analysis.indicators.release import SUPPRESSED

NARROW, WIDE = 26.0, 34.0  # of a column; fifteen of them are narrower still
SIGN = 5.4  # width of a symbol
NAMES, LABELS, LEGEND, LINE = 108.0, 126.0, 22.0, 13.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit and indicator: verdict (blank: not judged) and value, or why there is none."""

    verdict: str = ""
    value: float = float("nan")
    reason: str = ""

    @property
    def kind(self) -> str:
        """Verdict, ``plain`` (a value that is not judged), or why there is none.

        ``empty`` (nobody to serve), ``suppressed``, ``none`` (not applicable), else ``missing``.
        """
        special = {**dict.fromkeys(SUPPRESSED, "suppressed"), "not_applicable": "none", "zero_denominator": "empty"}
        if self.reason in special:
            return special[self.reason]
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
        """What is written in a cell: its value, or the sign of why there is none."""
        if cell.reason:
            return {"missing": tr("td"), "suppressed": "*", "empty": "–"}.get(cell.kind, "")
        if self.villages and indicator.kind == "class":
            return tr("ya") if cell.value else tr("tdk")
        return brief(cell.value)


@styled()
def draw_rug(sheet: Rug) -> Figure:
    """Grid of cells: symbol and whole number; hatch and 'td' where not reported, '*' where hidden."""
    rows, count = len(sheet.units), len(sheet.indicators)
    names = name_width(sheet.units.values(), NAMES, WIDTHS["full"] - 1 - count * NARROW)
    step = min(WIDE, (WIDTHS["full"] - names - 1) / count)
    groups = _groups(sheet.indicators, step)
    lines = max(len(words.split("\n")) for words, _ in groups)
    heads = [_head(indicator, step) for indicator in sheet.indicators]
    top = 9 + 9 * lines + max(text_width(line) for head in heads for line in head.split("\n"))
    legend = _entries(sheet)
    room = LEGEND + LINE * (len(legend) - 1)
    pitch = row_pitch(sheet.units.values(), names - 8, PAGE_HEIGHT - top - room, 17.0)
    page = new_sheet(top + rows * pitch + room)
    _sasaran_rule(page, groups, names, 3 + 9 * lines)
    for c, (indicator, head) in enumerate(zip(sheet.indicators, heads, strict=True)):
        x = names + (c + 0.5) * step
        put(page.ax, x, top - 4, head, rotation=90, va="center", label=f"head:{indicator.id}")
    for r, name in enumerate(sheet.units.values()):
        row_name(page.ax, names - 6, top + (r + 0.5) * pitch, name, names - 8, pitch)
    for c, indicator in enumerate(sheet.indicators):
        _column(page, sheet, indicator, [(names + c * step, top + r * pitch, step, pitch) for r in range(rows)])
    _legend(page, top + rows * pitch + 14, legend)
    return page.figure


def _head(indicator: Indicator, step: float) -> str:
    return wrap(f"{indicator.id} {indicator.name}", LABELS, size=SMALL, lines=2 if step >= 19 else 1)


def _groups(indicators: list[Indicator], step: float) -> list[tuple[str, float]]:
    """Name of each sasaran on one or two lines, or its code where the name has no room, and the width it covers."""
    names = load_catalogue().sasaran
    found = []
    for sasaran, members in groupby(indicators, key=lambda i: i.sasaran):
        width = len(list(members)) * step
        name = wrap(str(names[sasaran]), width - 6, bold=True)
        found.append((sasaran if "…" in name or "-\n" in name else name, width))
    return found


def _sasaran_rule(page: Sheet, groups: list[tuple[str, float]], left: float, y: float) -> None:
    """A line over the columns of each sasaran with its name."""
    for words, width in groups:
        page.ax.plot([left + 1.5, left + width - 1.5], [y, y], color=GREY, linewidth=1.0)
        put(page.ax, left + 1.5, y - 2.5, words, colour=GREY, bold=True, va="bottom")
        left += width


def _column(page: Sheet, sheet: Rug, indicator: Indicator, boxes: list[Box]) -> None:
    """Cells of one indicator; its signs stand in one line, and so do its numbers."""
    cells = [sheet.cells[code, indicator.id] for code in sheet.units]
    texts = [sheet.text(cell, indicator) for cell in cells]
    width = boxes[0][2] if boxes else 0.0
    number = max((text_width(text) for cell, text in zip(cells, texts, strict=True) if cell.verdict), default=0.0)
    gap = min(4.0, max(1.0, width - 2.8 - SIGN - number))
    pad = (width - SIGN - gap - number) / 2
    for kind in dict.fromkeys(cell.kind for cell in cells):
        own = [box for cell, box in zip(cells, boxes, strict=True) if cell.kind == kind]
        _paint(page, kind, own, pad + SIGN / 2)
    for (x, y, w, h), cell, text in zip(boxes, cells, texts, strict=True):
        label = f"cell:{cell.kind}"
        if cell.kind in VERDICTS:
            put(page.ax, x + w - pad, y + h / 2, text, colour=text_on(VERDICTS[cell.kind]), ha="right", label=label)
        elif text:
            if cell.kind == "missing":
                fill(page.ax, [(x + w / 2 - 5.5, y + h / 2 - 4.5, 11, 9)], "white", edge="none").set_zorder(2)
            put(page.ax, x + w / 2, y + h / 2, text, ha="center", label=label)


def _paint(page: Sheet, kind: str, boxes: list[Box], sign: float) -> None:
    """Boxes of one kind, the symbol of a verdict `sign` points from the left of each."""
    if kind == "none":
        return
    hatch = HATCH if kind == "missing" else ""
    fill(page.ax, boxes, VERDICTS.get(kind, "white"), hatch=hatch, label=kind).set_zorder(1)
    if kind in SYMBOLS:
        points = [(x + sign, y + h / 2) for x, y, _, h in boxes]
        marks(page.ax, points, SYMBOLS[kind], colour=text_on(VERDICTS[kind]), size=SIGN, label=f"symbol:{kind}")


def _entries(sheet: Rug) -> list[list[tuple[str, str]]]:
    """Lines of the legend: the verdicts, and what else the sheet holds."""
    entries = [("better", tr("lebih baik")), ("similar", tr("serupa")), ("worse", tr("lebih buruk"))]
    others = {
        "missing": tr("td = tidak ada data"),
        "suppressed": tr("* = disembunyikan"),
        "empty": tr("– = tidak ada sasaran"),
        "plain": tr("tanpa tanda: tidak dinilai"),
        "none": tr("kosong: tidak berlaku"),
    }
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for kind, words in [*entries, *((kind, words) for kind, words in others.items() if sheet.count(kind))]:
        width = text_width(words) + (28 if kind in (*SYMBOLS, "missing") else 12)
        if used + width > WIDTHS["full"] + 12:
            lines, used = [*lines, []], 0.0
        lines[-1].append((kind, words))
        used += width
    return lines


def _legend(page: Sheet, y: float, lines: list[list[tuple[str, str]]]) -> None:
    for entries in lines:
        left = 0.5
        for kind, words in entries:
            if kind in SYMBOLS or kind == "missing":
                _paint(page, kind, [(left, y - 6, 12, 12)], 6)
                left += 16
            put(page.ax, left, y, words, colour=GREY, label=f"legend:{kind}")
            left += text_width(words) + 12
        y += LINE
