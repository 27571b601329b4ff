"""In what order do the units stand, and how sure is it? Dots with intervals, best at the top, and the group of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source, paged, refusal, unit_word
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    PAGE_HEIGHT,
    PALE,
    RULE,
    VERDICTS,
    Sheet,
    fill,
    marks,
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
from kbk_analysis.charts.views import level_row
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, mark, percent, tr
from kbk_analysis.indicators.ranks import MINIMUM
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.standing import Standing, no_ranking, ranked
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Situation

HEAD, FOOT, PITCH = 36.0, 18.0, 15.0
LEAST, LONGEST = 60.0, 140.0  # points of the names
VALUE, N, RANK, GROUP = 34.0, 30.0, 44.0, 59.0  # columns at the right
# Symbol, colour and word of each group; the colour only repeats.
GROUPS = {
    "top": ("▲", VERDICTS["better"], mark("atas")),
    "middle": ("●", VERDICTS["similar"], mark("tengah")),
    "bottom": ("▼", VERDICTS["worse"], mark("bawah")),
    "unclear": ("◇", "white", mark("belum jelas")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One unit as it is drawn: value and limits in per cent, or the reason in their place."""

    name: str
    value: float | None
    limits: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # 99.8, 95, 95, 99.8
    n: str = ""
    ranks: str = ""
    group: str = ""
    reason: str = ""


def plot_ranked(situation: Situation) -> tuple[Exhibit, ...]:
    """Ranked dots of at most two indicators: every unit with its intervals, rank interval and group.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    tuple of Exhibit
        One an indicator and 40 units, fewer where names are long; a statement where there is none. Table: unit, value,
        limits (95 %), n, rank interval, group. Below ten units there are no ranks, and a note says so.
    """
    require_released(situation)
    if situation.ranking.empty:
        return (framed("urutan", no_ranking(), indicator_source(situation, []), (), ()),)
    parts = situation.ranking.groupby("indicator", sort=False)
    return tuple(exhibit for id, part in parts for exhibit in _sheets(situation, str(id), part))


def _sheets(situation: Situation, id: str, part: pd.DataFrame) -> list[Exhibit]:
    indicator = load_catalogue()[id]
    up = indicator.direction == Direction.LOWER
    part = part.sort_values(["value", "name", "area_code"], ascending=[up, True, True], ignore_index=True)
    told = _standing(situation, indicator.name, part)
    if not told.units:
        rows = [_cells(row, ranks=False) for _, row in part.iterrows()]
        fields = _fields(situation, ranks=False)
        source = indicator_source(situation, [id])
        return [refusal(f"urutan-{id.lower()}", indicator.name, Refusal("suppressed"), fields, rows, source)]
    parent = _parent(situation, id)
    span = _span(part, parent)
    most = page_rows(part["name"], _name_room(part["name"]) - 6, PAGE_HEIGHT - HEAD - FOOT)
    sheets = [part.iloc[rows] for rows in pages(range(len(part)), most)]
    caption, ranks = ranked(told, sheets=len(sheets)), told.reason is None
    return [
        framed(
            f"urutan-{id.lower()}" if len(sheets) == 1 else f"urutan-{id.lower()}-{i}",
            paged(caption, i, len(sheets)),
            indicator_source(situation, [id]),
            _fields(situation, ranks=ranks),
            [_cells(row, ranks=ranks) for _, row in sheet.iterrows()],
            to_svg(draw_ranked([_row(row) for _, row in sheet.iterrows()], parent, span, ranks=ranks)),
        )
        for i, sheet in enumerate(sheets, start=1)
    ]


def _standing(situation: Situation, indicator: str, part: pd.DataFrame) -> Standing:
    known = part[part["reason"] == ""]
    placed = known[known["rank_reason"] == ""]
    judged = known[known["verdict"] != ""]
    top, bottom = (list(placed.loc[placed["group"] == group, "name"]) for group in ("top", "bottom"))
    told = {} if placed.empty else {name: int(placed[name].iloc[0]) for name in ("areas", "draws", "seed")}
    return Standing(
        indicator=indicator,
        unit=unit_word(situation),
        parent=situation.parent_name,
        units=len(known),
        expected=int((part["reason"] != "not_applicable").sum()),
        top=top,
        bottom=bottom[::-1],
        better=int((judged["verdict"] == "better").sum()) if len(judged) else None,
        worse=int((judged["verdict"] == "worse").sum()) if len(judged) else None,
        judged=len(judged),
        reason=_unranked(known) if placed.empty else None,
        left_out=int((known["rank_reason"] == "unstable").sum()),
        **told,
    )


def _unranked(known: pd.DataFrame) -> Refusal:
    """Why no unit has a rank: hidden counts of one, or too few units."""
    if (known["rank_reason"] == "suppressed").any():
        return Refusal("suppressed")
    n = int((known["rank_reason"] == "too_few_areas").sum())
    return Refusal("too_few_areas", {"n": n, "minimum": MINIMUM})


def _parent(situation: Situation, id: str) -> tuple[str, float] | None:
    """Name and value of the area above, where it may be shown."""
    if id not in situation.levels.index:
        return None
    row = level_row(situation, id)
    if row["benchmark_reason"] or pd.isna(row["benchmark"]):
        return None
    return situation.parent_name, float(row["benchmark"])


def _fields(situation: Situation, *, ranks: bool) -> tuple[Field, ...]:
    fields = (
        Field("unit", unit_word(situation).capitalize(), weight=2, strong=True),
        Field("value", tr("Nilai"), "percent1"),
        Field("lower", tr("Batas bawah 95 %"), "percent1"),
        Field("upper", tr("Batas atas 95 %"), "percent1"),
        Field("n", tr("n"), "integer"),
    )
    return (*fields, Field("ranks", tr("Selang peringkat")), Field("group", tr("Kelompok"))) if ranks else fields


def _cells(row: pd.Series, *, ranks: bool) -> tuple[Value, ...]:
    numbers = (given(row[name], row["reason"]) for name in ("value", "lower95", "upper95", "denominator"))
    cells = (str(row["name"]), *numbers)
    if not ranks:
        return cells
    if row["rank_reason"]:
        return (*cells, *[given(None, row["rank_reason"])] * 2)
    return (*cells, _interval(row), tr(GROUPS[str(row["group"])][2]))


def _interval(row: pd.Series) -> str:
    return f"{integer(row['rank_lower'])}–{integer(row['rank_upper'])}"


def _row(row: pd.Series) -> Row:
    if row["reason"]:
        refused = given(None, row["reason"])
        return Row(name=str(row["name"]), value=None, reason=refused.short if isinstance(refused, Refusal) else "")
    low, inner, outer, high = (float(row[name]) for name in ("lower998", "lower95", "upper95", "upper998"))
    ranks = {} if row["rank_reason"] else {"ranks": _interval(row), "group": str(row["group"])}
    n = integer(row["denominator"])
    return Row(name=str(row["name"]), value=float(row["value"]), limits=(low, inner, outer, high), n=n, **ranks)


@styled()
def draw_ranked(rows: list[Row], parent: tuple[str, float] | None, span: tuple[float, float], *, ranks: bool) -> Figure:
    """One row a unit in the order given: thick line 95 %, thin line 99.8 %, and the line of the area above.

    `span` is what the scale must hold, the same on all sheets of an indicator.
    """
    names = [row.name for row in rows]
    left = _name_room(names)
    pitch = row_pitch(names, left - 6, PAGE_HEIGHT - HEAD - FOOT, PITCH)
    bottom = HEAD + len(rows) * pitch
    sheet = new_sheet(bottom + FOOT)
    right = VALUE + N + (RANK + GROUP if ranks else 0)
    for i in range(0, len(rows), 2):
        fill(sheet.ax, [(0, HEAD + i * pitch, sheet.width, pitch)], PALE, edge="none")
    width = sheet.width - left - right - 8
    ax = sheet.axes(left, HEAD, width, len(rows) * pitch)
    low, high = _scale(ax, len(rows), span)
    _dots(ax, rows)
    if parent is not None:
        ax.axvline(parent[1], color=INK, linewidth=1.0, linestyle=(0, (4, 2)), label="parent", zorder=1)
        _parent_words(sheet, parent, left + (parent[1] - low) / (high - low) * width)
    for i, row in enumerate(rows):
        y = HEAD + (i + 0.5) * pitch
        row_name(sheet.ax, left - 6, y, row.name, left - 8, pitch)
        _columns(sheet, row, y, ranks=ranks)
    _heads(sheet, ranks=ranks)
    _legend(sheet)
    return sheet.figure


def _name_room(names: Iterable[str]) -> float:
    return name_width(names, LEAST, LONGEST)


def _span(part: pd.DataFrame, parent: tuple[str, float] | None) -> tuple[float, float]:
    """Lowest and highest of what all sheets of an indicator draw."""
    beyond = [] if parent is None else [parent[1]]
    known = part[part["reason"] == ""]
    return min([*known["lower998"], *beyond]), max([*known["upper998"], *beyond])


def _scale(ax: Axes, rows: int, span: tuple[float, float]) -> tuple[float, float]:
    """Axis over the span, in round steps; it need not start at nought, so it has its own numbers."""
    least, most = span
    step = next(step for step in (1, 2, 5, 10, 20, 25) if (most - least) / step <= 5)
    low, high = step * (least // step), min(100.0, step * -(-most // step))
    high = high if high > low else low + step
    ax.set(xlim=(low, high), ylim=(rows, 0), yticks=[])
    ticks = [low + step * i for i in range(int((high - low) // step) + 1)]
    ax.set_xticks(ticks, labels=[percent(tick, 0) if tick == ticks[-1] else integer(tick) for tick in ticks])
    ax.vlines(ticks, 0, rows, color=RULE, linewidth=0.5, zorder=0)
    return low, high


def _dots(ax: Axes, rows: list[Row]) -> None:
    for i, row in enumerate(rows):
        if row.value is not None:
            low, inner, outer, high = row.limits
            ax.plot([low, high], [i + 0.5] * 2, color=GREY, linewidth=0.8, solid_capstyle="butt", label="ci998")
            ax.plot([inner, outer], [i + 0.5] * 2, color=ACCENT, linewidth=2.2, solid_capstyle="butt", label="ci95")
    at = [(row.value, i + 0.5) for i, row in enumerate(rows) if row.value is not None]
    marks(ax, at, "●", colour=ACCENT, size=5.5, label="value")


def _columns(sheet: Sheet, row: Row, y: float, *, ranks: bool) -> None:
    right = sheet.width - 1
    if row.value is None:
        put(sheet.ax, right, y, row.reason, colour=GREY, ha="right", label="reason")
        return
    if ranks:
        if row.group:
            symbol, colour, word = GROUPS[row.group]
            at = right - GROUP + 10
            marks(sheet.ax, [(at, y)], symbol, colour=colour, edge=INK, size=6.5, label=f"group:{row.group}")
            put(sheet.ax, at + 7, y, tr(word), label="group")
            put(sheet.ax, right - GROUP - 2, y, row.ranks, ha="right", label="ranks")
        right -= GROUP + RANK
    put(sheet.ax, right - 2, y, row.n, colour=GREY, ha="right")
    put(sheet.ax, right - N, y, percent(row.value, 1), bold=True, ha="right", label="value")


def _heads(sheet: Sheet, *, ranks: bool) -> None:
    right, y = sheet.width - 1, HEAD - 7
    if ranks:
        put(sheet.ax, right - GROUP + 5, y, tr("kelompok"), colour=GREY)
        put(sheet.ax, right - GROUP - 2, y, tr("peringkat"), colour=GREY, ha="right")
        right -= GROUP + RANK
    put(sheet.ax, right - 2, y, tr("n"), colour=GREY, ha="right")
    put(sheet.ax, right - N, y, tr("nilai"), colour=GREY, ha="right")
    sheet.ax.plot([0, sheet.width], [HEAD, HEAD], color=RULE, linewidth=0.6)


def _parent_words(sheet: Sheet, parent: tuple[str, float], x: float) -> None:
    """Name and value of the area above over its line, kept on the sheet and clear of the columns."""
    words = wrap(f"{parent[0]} {percent(parent[1], 1)}", 150, lines=1)
    half = text_width(words) / 2 + 2
    put(sheet.ax, min(max(x, half), sheet.width - half), 18, words, ha="center", label="parent")
    sheet.ax.plot([x, x], [23, HEAD], color=INK, linewidth=1.0, linestyle=(0, (4, 2)))


def _legend(sheet: Sheet) -> None:
    y, left = 7.0, 2.0
    marks(sheet.ax, [(left + 10, y)], "●", colour=ACCENT, size=5.5)
    sheet.ax.plot([left, left + 20], [y, y], color=ACCENT, linewidth=2.2, solid_capstyle="butt")
    put(sheet.ax, left + 25, y, tr("nilai dan selang 95 %"), colour=GREY, label="legend")
    left += 25 + text_width(tr("nilai dan selang 95 %")) + 14
    sheet.ax.plot([left, left + 20], [y, y], color=GREY, linewidth=0.8)
    put(sheet.ax, left + 25, y, tr("selang 99,8 %"), colour=GREY, label="legend")
