"""What is reported and what is not: kampung by items of the portal, or units by indicators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import (
    framed,
    indicator_source,
    paged,
    portal_source,
    refusal,
    unit_word,
)
from kbk_analysis.charts.style import (
    GREY,
    HATCH,
    PAGE_HEIGHT,
    WIDTHS,
    Box,
    Sheet,
    VAlign,
    fill,
    name_width,
    new_sheet,
    page_rows,
    pages,
    put,
    row_name,
    row_pitch,
    styled,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.charts.views import ITEM_LABELS, kampung_of, told_apart, unit_names, unit_of
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import completeness
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.result import Situation

COLUMNS = 36
NAMES, MARGIN, FOOT = 128.0, 44.0, 38.0
SLANT = 0.71  # sine of 45 degrees
NAMED = 12  # the most columns on a sheet whose heads are names and not codes
LONGEST = 138.0  # of a head
CLOSE = 22.0  # the narrowest column in which counts stand upright and heads have two lines
REPORTED = "#9CC3DE"  # lighter than the accent, so that the hatch beside it stays the darker message

Of = Literal["kampung", "indicators"]
Count = tuple[int, int]  # reported, expected


@dataclass(frozen=True, slots=True)
class Grid:
    """Reported and expected by (row key, item key); absent where the item does not apply."""

    rows: dict[str, str]
    items: dict[str, str]
    cells: dict[tuple[str, str], Count]

    def row_count(self, row: str) -> Count:
        """Reported and expected in a row."""
        return _total(self.cells[row, item] for item in self.items if (row, item) in self.cells)

    def item_count(self, item: str) -> Count:
        """Reported and expected of an item."""
        return _total(self.cells[row, item] for row in self.rows if (row, item) in self.cells)


def _total(counts: Iterable[Count]) -> Count:
    found = list(counts)
    return sum(reported for reported, _ in found), sum(expected for _, expected in found)


def plot_completeness(situation: Situation, of: Of = "kampung") -> tuple[Exhibit, ...]:
    """Completeness grid with counts at its margins; the emptiest rows come first.

    Parameters
    ----------
    situation
        A released result.
    of
        ``kampung``: what each kampung reports to the portal, or how many of each district's do; ``indicators``: which
        unit has a value for which indicator.

    Returns
    -------
    tuple of Exhibit
        Sheets of at most 40 rows (fewer where names are long) and 36 columns. Table: row, items reported, items
        expected, which are missing.
    """
    require_released(situation)
    grid = _of_kampung(situation) if of == "kampung" else _of_indicators(situation)
    if of == "kampung" and situation.level == AreaLevel.REGENCY:
        grid = _by_district(grid, situation)
    id = f"kelengkapan-{of}"
    if not grid.cells:
        return (refusal(id, tr("Kelengkapan data"), Refusal("no_data", {"subject": situation.name})),)
    by_kampung = of == "kampung" and situation.level == AreaLevel.DISTRICT
    by = tr("kampung") if by_kampung else unit_word(situation)
    source = portal_source(situation)
    if of == "indicators":
        source = indicator_source(situation, grid.items)
    worst = max(grid.items, key=lambda item: grid.item_count(item)[1] - grid.item_count(item)[0])
    caption = completeness(
        rows=grid.item_count(worst)[1],
        row_word=tr("kampung") if of == "kampung" else by,
        by=by,
        items=len(grid.items),
        missing=sum(expected - reported for reported, expected in grid.cells.values()),
        cells=sum(expected for _, expected in grid.cells.values()),
        worst=grid.items[worst],
        worst_missing=grid.item_count(worst)[1] - grid.item_count(worst)[0],
        coded=len(grid.items) > NAMED,
    )
    fields = (
        Field("row", by.capitalize(), weight=2, strong=True),
        Field("reported", tr("Dilaporkan"), "integer"),
        Field("expected", tr("Seharusnya"), "integer"),
        Field("missing", tr("Belum dilaporkan"), weight=4),
    )
    columns = [{i: grid.items[i] for i in items} for items in pages(list(grid.items), COLUMNS)]
    most = min(_most_rows(Grid(grid.rows, items, grid.cells)) for items in columns)
    sheets = [
        Grid({r: grid.rows[r] for r in rows}, items, grid.cells)
        for rows in pages(list(grid.rows), most)
        for items in columns
    ]
    return tuple(
        framed(
            id if len(sheets) == 1 else f"{id}-{i}",
            paged(caption, i, len(sheets)),
            source,
            fields,
            [_row(sheet, row) for row in sheet.rows],
            to_svg(draw_completeness(sheet)),
        )
        for i, sheet in enumerate(sheets, start=1)
    )


def _row(sheet: Grid, row: str) -> tuple[Value, ...]:
    lacking = []
    for item, label in sheet.items.items():
        reported, expected = sheet.cells.get((row, item), (0, 0))
        if reported < expected:
            lacking.append(label if expected == 1 else f"{label} ({integer(expected - reported)})")
    return (sheet.rows[row], *sheet.row_count(row), "; ".join(lacking) or "–")


def _of_kampung(situation: Situation) -> Grid:
    items = situation.quality.items
    names = told_apart([k for k in kampung_of(situation) if k.id in items.index])
    labels = {str(item): tr(ITEM_LABELS.get(str(item), str(item))) for item in items.columns}
    return _sorted(
        Grid(names, labels, {(id, item): (int(bool(items.loc[id, item])), 1) for id in names for item in labels})
    )


def _by_district(grid: Grid, situation: Situation) -> Grid:
    """The kampung of each unit together; those of no known unit in a row of their own."""
    names = {**unit_names(situation), "": tr("(kecamatan tidak dikenal)")}
    unit = {k.id: unit_of(k, situation) for k in kampung_of(situation)}
    cells: dict[tuple[str, str], Count] = {}
    for (kampung, item), count in grid.cells.items():
        key = unit[kampung] if unit[kampung] in names else "", item
        cells[key] = _total([cells.get(key, (0, 0)), count])
    present = {row for row, _ in cells}
    return _sorted(Grid({code: name for code, name in names.items() if code in present}, grid.items, cells))


def _of_indicators(situation: Situation) -> Grid:
    values = situation.unit_values
    values = values[values["area_code"].isin(situation.units.index) & (values["reason"] != "not_applicable")]
    # a hidden value was reported; one that cannot be computed was too
    silent = values["reason"].isin(["not_reported", "incomplete"])
    cells = {
        (str(code), str(indicator)): (int(not blank), 1)
        for code, indicator, blank in zip(values["area_code"], values["indicator"], silent, strict=True)
    }
    present = {item for _, item in cells}
    labels = {indicator.id: indicator.name for indicator in load_catalogue() if indicator.id in present}
    kept = {key: count for key, count in cells.items() if key[1] in labels}
    rows = {code: name for code, name in unit_names(situation).items() if any(code == row for row, _ in kept)}
    return _sorted(Grid(rows, labels, kept))


def _sorted(grid: Grid) -> Grid:
    """Rows with the smallest part reported first; items stay in their own order."""

    def place(row: str) -> tuple[float, str, str]:
        reported, expected = grid.row_count(row)
        return reported / expected, grid.rows[row], row

    return Grid({row: grid.rows[row] for row in sorted(grid.rows, key=place)}, grid.items, grid.cells)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the grid stands: width of the names, of a column, height of the heads, their turn, and what they say."""

    names: float
    step: float
    head: float
    turn: int
    labels: dict[str, str]


def _layout(grid: Grid) -> Layout:
    """Names of items slanted where all fit, else upright on two lines, else their codes."""
    count, width = len(grid.items), WIDTHS["full"] - MARGIN
    if count <= NAMED:
        names = name_width(grid.rows.values(), NAMES, width - count * CLOSE)
        step = min(32.0, (width - names) / count)
        room = {item: (width + MARGIN - names - (c + 0.5) * step) / SLANT - 8 for c, item in enumerate(grid.items)}
        longest = max(map(text_width, grid.items.values()))
        if longest <= LONGEST and all(text_width(label) <= room[item] for item, label in grid.items.items()):
            return Layout(names, step, longest * SLANT + 16, 45, dict(grid.items))
        labels = {item: wrap(label, LONGEST) for item, label in grid.items.items()}
        return Layout(names, step, _widest(labels) + 12, 90, labels)
    labels = {item: item for item in grid.items}
    return Layout(NAMES, min(32.0, (width - NAMES) / count), _widest(labels) + 12, 90, labels)


def _most_rows(grid: Grid) -> int:
    at = _layout(grid)
    return page_rows(grid.rows.values(), at.names - 8, PAGE_HEIGHT - at.head - FOOT)


def _widest(labels: dict[str, str]) -> float:
    return max(text_width(line) for label in labels.values() for line in label.split("\n"))


@styled()
def draw_completeness(grid: Grid) -> Figure:
    """A cell is filled as far as it is reported and hatched beyond; counts to the right and below."""
    at = _layout(grid)
    pitch = row_pitch(grid.rows.values(), at.names - 8, PAGE_HEIGHT - at.head - FOOT, 16.0)
    sheet = new_sheet(at.head + len(grid.rows) * pitch + FOOT)
    reported: list[Box] = []
    missing: list[Box] = []
    for r, row in enumerate(grid.rows):
        y = at.head + r * pitch
        row_name(sheet.ax, at.names - 6, y + pitch / 2, grid.rows[row], at.names - 8, pitch)
        for c, item in enumerate(grid.items):
            if (row, item) not in grid.cells:
                continue
            count, expected = grid.cells[row, item]
            left, full = at.names + c * at.step, at.step * count / expected
            reported += [(left, y, full, pitch)] if count else []
            missing += [(left + full, y, at.step - full, pitch)] if count < expected else []
        right = at.names + len(grid.items) * at.step + 6
        put(sheet.ax, right, y + pitch / 2, _share(grid.row_count(row)), colour=GREY, label=f"row:{row}")
    fill(sheet.ax, reported, REPORTED, label="reported")
    fill(sheet.ax, missing, "white", hatch=HATCH, label="missing")
    _columns(sheet, grid, at, at.head + len(grid.rows) * pitch)
    _legend(sheet, sheet.height - 9, at.names)
    return sheet.figure


def _share(count: Count) -> str:
    return f"{integer(count[0])}/{integer(count[1])}"


def _columns(sheet: Sheet, grid: Grid, at: Layout, bottom: float) -> None:
    va: VAlign = "baseline" if at.turn == 45 else "center"
    for c, item in enumerate(grid.items):
        x = at.names + (c + 0.5) * at.step
        put(sheet.ax, x, at.head - 4, at.labels[item], rotation=at.turn, va=va, label=f"head:{item}")
        count, label = integer(grid.item_count(item)[0]), f"item:{item}"
        if at.step >= CLOSE:
            put(sheet.ax, x, bottom + 8, count, ha="center", colour=GREY, label=label)
        else:
            put(sheet.ax, x, bottom + 4, count, rotation=90, ha="right", va="center", colour=GREY, label=label)
    most = max(grid.item_count(item)[1] for item in grid.items)
    words = tr("dilaporkan, dari {n}", n=integer(most))
    put(sheet.ax, at.names - 6, bottom + 8, words, ha="right", colour=GREY)


def _legend(sheet: Sheet, y: float, left: float) -> None:
    fill(sheet.ax, [(left, y - 5, 14, 10)], REPORTED)
    put(sheet.ax, left + 18, y, tr("dilaporkan"), colour=GREY)
    left += 18 + text_width(tr("dilaporkan")) + 14
    fill(sheet.ax, [(left, y - 5, 14, 10)], "white", hatch=HATCH)
    put(sheet.ax, left + 18, y, tr("belum lapor"), colour=GREY)
