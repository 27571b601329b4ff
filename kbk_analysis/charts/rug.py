"""Which units really differ? Units by indicators, each cell judged against the area above at the screening level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.framing import framed, indicator_source, paged, reason_of, refusal, unit_word
from kbk_analysis.charts.style import (
    GREY,
    HATCH,
    INK,
    PAGE_HEIGHT,
    PAGE_ROWS,
    SMALL,
    SYMBOLS,
    VERDICTS,
    Box,
    HAlign,
    Sheet,
    brief,
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
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import amount, is_share
from kbk_analysis.narrative.figures import Caption, rug
from kbk_analysis.situation.result import Situation

COLUMNS = 15
PAIR = 20.6  # width of a symbol and a number of three digits
NAMES, LABELS, LEGEND = 108.0, 122.0, 22.0


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
    """Cells by (unit code, indicator id), with the names of both in the order drawn."""

    units: dict[str, str]
    indicators: list[Indicator]
    cells: dict[tuple[str, str], Cell]

    def count(self, kind: str) -> int:
        """Number of cells of one kind."""
        return sum(cell.kind == kind for cell in self.cells.values())


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
        Sheets of at most 15 indicators and 40 units. Table: indicator, unit, value, verdict; one row a cell.
    """
    require_released(situation)
    catalogue = load_catalogue()
    if sasaran is not None and sasaran not in catalogue.sasaran:
        raise ValueError(f"unknown sasaran {sasaran!r}; known: {', '.join(catalogue.sasaran)}")
    whole = _rug(situation, [i for i in catalogue if sasaran in (None, i.sasaran)])
    id = "permadani" if sasaran is None else f"permadani-{sasaran.lower()}"
    if not whole.indicators:
        return (refusal(id, tr("Perbandingan antarwilayah"), Refusal("no_data", {"subject": situation.name})),)
    sheets = [
        Rug({code: whole.units[code] for code in units}, indicators, whole.cells)
        for units in pages(list(whole.units), PAGE_ROWS)
        for indicators in _by_sasaran(whole.indicators)
    ]
    fields = (
        Field("indicator", tr("Indikator"), weight=3, strong=True),
        Field("unit", unit_word(situation).capitalize(), weight=2),
        Field("value", tr("Nilai"), "percent1"),
        Field("verdict", tr("Terhadap {parent}", parent=situation.parent_name)),
    )
    source = indicator_source(situation, catalogue, [i.id for i in whole.indicators])
    return tuple(
        framed(
            id if len(sheets) == 1 else f"{id}-{i}",
            paged(_caption(whole, situation), i, len(sheets)),
            source,
            fields,
            _rows(sheet),
            to_svg(draw_rug(sheet)),
        )
        for i, sheet in enumerate(sheets, start=1)
    )


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

    return Rug({code: names[code] for code in sorted(names, key=weight)}, indicators, cells)


def _cell(row: pd.Series | None) -> Cell:
    if row is None:
        return Cell(reason="not_applicable")
    if row["reason"] or pd.isna(row["value"]):
        return Cell(reason=str(row["reason"]) or "not_reported")
    return Cell(str(row["verdict"]), float(row["value"]))


def _caption(whole: Rug, situation: Situation) -> Caption:
    shown = len(whole.cells) - whole.count("none")
    return rug(
        parent=situation.parent_name,
        better=whole.count("better"),
        similar=whole.count("similar"),
        worse=whole.count("worse"),
        missing=whole.count("missing"),
        cells=shown,
    )


def _rows(sheet: Rug) -> list[tuple[Value, ...]]:
    words = {
        "better": tr("▲ lebih baik"),
        "similar": tr("● serupa"),
        "worse": tr("▼ lebih buruk"),
        "": tr("tidak dinilai"),
    }
    rows: list[tuple[Value, ...]] = []
    for indicator in sheet.indicators:
        for code, name in sheet.units.items():
            cell = sheet.cells[code, indicator.id]
            reason = reason_of(cell.reason)
            value: Value = reason
            if reason is None:
                value = cell.value if is_share(indicator) else amount(indicator, cell.value)
            rows.append((indicator.name, name, value, reason or words[cell.verdict]))
    return rows


@styled()
def draw_rug(sheet: Rug) -> Figure:
    """Grid of cells: symbol and whole number; hatch and 'td' where not reported, '*' where hidden."""
    rows = len(sheet.units)
    pitch = row_pitch(sheet.units.values(), NAMES - 8, PAGE_HEIGHT - LABELS - LEGEND - 14, 17.0)
    page = new_sheet(LABELS + 14 + rows * pitch + LEGEND)
    step = min(34.0, (page.width - NAMES - 1) / len(sheet.indicators))
    _heads(page, sheet.indicators, step)
    for r, name in enumerate(sheet.units.values()):
        y = LABELS + 14 + (r + 0.5) * pitch
        row_name(page.ax, NAMES - 6, y, name, NAMES - 8, pitch)
    boxes: dict[str, list[Box]] = {}
    for (r, code), (c, indicator) in _grid(sheet):
        box = (NAMES + c * step, LABELS + 14 + r * pitch, step, pitch)
        boxes.setdefault(sheet.cells[code, indicator.id].kind, []).append(box)
        _write(page, box, sheet.cells[code, indicator.id])
    for kind, found in boxes.items():
        _paint(page, kind, found)
    _legend(page, LABELS + 14 + rows * pitch + 14)
    return page.figure


def _grid(sheet: Rug) -> list[tuple[tuple[int, str], tuple[int, Indicator]]]:
    return [(unit, indicator) for unit in enumerate(sheet.units) for indicator in enumerate(sheet.indicators)]


def _heads(page: Sheet, indicators: list[Indicator], step: float) -> None:
    names = load_catalogue().sasaran
    left = NAMES
    for sasaran, members in groupby(indicators, key=lambda i: i.sasaran):
        width = len(list(members)) * step
        page.ax.plot([left + 1.5, left + width - 1.5], [12, 12], color=GREY, linewidth=1.0)
        words = (str(names[sasaran]), tr("Sasaran {n}", n=sasaran.removeprefix("S")), sasaran)
        word = next((w for w in words if text_width(w, bold=True) <= width - 6), sasaran)
        put(page.ax, left + 1.5, 5, word, colour=GREY, bold=True)
        left += width
    for c, indicator in enumerate(indicators):
        text = wrap(indicator.name, LABELS - 4, size=SMALL, lines=2 if step >= 19 else 1)
        x = NAMES + (c + 0.5) * step
        put(page.ax, x, LABELS + 10, text, rotation=90, va="center", label=f"head:{indicator.id}")


def _paint(page: Sheet, kind: str, boxes: list[Box]) -> None:
    if kind == "none":
        return
    hatch = HATCH if kind == "missing" else ""
    fill(page.ax, boxes, VERDICTS.get(kind, "white"), hatch=hatch, label=kind).set_zorder(1)
    if kind in SYMBOLS:
        points = [(x + max(1.6, (w - PAIR) / 2) + 2.7, y + h / 2) for x, y, w, h in boxes]
        marks(page.ax, points, SYMBOLS[kind], colour=text_on(VERDICTS[kind]), size=5.4, label=f"symbol:{kind}")


def _write(page: Sheet, box: Box, cell: Cell) -> None:
    x, y, w, h = box
    ha: HAlign
    if cell.kind in VERDICTS:
        colour, at, ha = text_on(VERDICTS[cell.kind]), x + w - max(1.2, (w - PAIR) / 2), "right"
    else:
        colour, at, ha = INK, x + w / 2, "center"
    text = {"missing": tr("td"), "suppressed": "*", "none": ""}.get(cell.kind) if cell.reason else brief(cell.value)
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
