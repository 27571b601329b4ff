"""How sure is each rank? The share of draws in which a problem takes each rank, with its 90 % interval and tier."""

from __future__ import annotations

from typing import Literal

from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, paged, refusal
from kbk_analysis.charts.problems import Layout, Row, layout, rows_of, shade, write_row
from kbk_analysis.charts.style import (
    GREY,
    INK,
    PAGE_HEIGHT,
    RULE,
    Box,
    Sheet,
    fill,
    new_sheet,
    put,
    styled,
    text_on,
    to_svg,
)
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value
from kbk_analysis.i18n import integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.priority_figures import nothing_scored, rank_shares, score_source, span_text
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Floats
from kbk_analysis.priority.robustness import Acceptability

NAMES, RIGHT, HEAD, LEGEND = 168.0, 118.0, 32.0, 22.0
WIDEST, TOLD = 26.0, 15.5  # points of a cell: at most, and at least for a number in it
COLUMNS = (30.0, 70.0, 104.0)  # centres of the columns at the right


def plot_rank_shares(
    priorities: Priorities, doubt: Literal["judges", "weights"] = "judges", place: str = Place.BODY
) -> tuple[Exhibit, ...]:
    """Heat map of problems and ranks.

    Parameters
    ----------
    priorities
        A released result.
    doubt
        ``judges`` drawn again, or ``weights`` drawn: the two are never mixed.
    place
        Where in the report.

    Returns
    -------
    tuple of Exhibit
        One, several where the list is long; a refusal where the shares cannot be computed. Table: problem, rank,
        interval, share among the first, and the share of each rank.
    """
    require_released(priorities)
    id = "peringkat-penilai" if doubt == "judges" else "peringkat-bobot"
    shares = priorities.by_judges if doubt == "judges" else priorities.by_weights
    told = {"judges": tr("Peringkat bila penilainya lain"), "weights": tr("Peringkat bila bobotnya lain")}
    rows = rows_of(priorities)
    if isinstance(shares, Refusal):
        reason = shares if rows else nothing_scored()
        return (refusal(id, told[doubt], reason, source=score_source(priorities)),)
    caption = rank_shares(priorities, shares, weights=doubt == "weights")
    setting = layout(rows, NAMES, PAGE_HEIGHT - HEAD - LEGEND)
    fields = (
        Field("rank", tr("Peringkat"), weight=0.7),
        Field("problem", tr("Masalah"), weight=8, strong=True),
        Field("interval", tr("Selang 90 %"), weight=0.9),
        Field("top", tr("Bagian di {n} teratas", n=integer(priorities.top)), "percent0", weight=0.9),
        *(Field(f"r{i}", f"{integer(i)} (%)", "integer", weight=0.3) for i in range(1, min(len(rows), 10) + 1)),
    )
    return tuple(
        framed(
            id if len(setting.sheets) == 1 else f"{id}-{i}",
            paged(caption, i, len(setting.sheets)),
            score_source(priorities),
            fields,
            [_values(row, shares, priorities.top) for row in sheet],
            to_svg(draw_rank_shares(sheet, shares, setting, priorities.top)),
            Place(place),
        )
        for i, sheet in enumerate(setting.sheets, start=1)
    )


def _values(row: Row, shares: Acceptability, top: int) -> tuple[Value, ...]:
    i = row.place
    ranks = [100 * float(share) for share in shares.by_rank[i, :10]]
    interval = span_text(float(shares.low[i]), float(shares.high[i]))
    return (row.mark, row.name, interval, 100 * float(shares.among_first(top)[i]), *ranks)


@styled()
def draw_rank_shares(rows: list[Row], shares: Acceptability, setting: Layout, top: int) -> Figure:
    """Cells shaded and numbered by share, a frame around the 90 % interval, a line where a new tier begins."""
    bottom = HEAD + len(rows) * setting.pitch
    sheet = new_sheet(bottom + LEGEND)
    count = shares.by_rank.shape[1]
    step = min(WIDEST, (sheet.width - NAMES - RIGHT) / count)
    _head(sheet, count, step, top)
    _cells(sheet, rows, shares.by_rank, setting.pitch, step)
    tiers = shares.tiers
    for i, row in enumerate(rows):
        y = HEAD + (i + 0.5) * setting.pitch
        write_row(sheet.ax, y, row, NAMES, setting.lines)
        low, high = int(shares.low[row.place]), int(shares.high[row.place])
        box = (NAMES + (low - 1) * step, y - setting.pitch / 2 + 1, (high - low + 1) * step, setting.pitch - 2)
        fill(sheet.ax, [box], "none", edge=INK, width=1.5, label="interval").set_zorder(3)
        share = percent(100 * float(shares.among_first(top)[row.place]), 0)
        for x, text in zip(COLUMNS, (span_text(low, high), share, integer(tiers[row.place])), strict=True):
            put(sheet.ax, sheet.width - RIGHT + x, y, text, ha="center", va="center", label="told")
        if i and tiers[row.place] != tiers[rows[i - 1].place]:
            edge = y - setting.pitch / 2
            sheet.ax.plot(
                [0, sheet.width], [edge, edge], color=GREY, linewidth=0.7, linestyle=(0, (4, 2)), label="tier"
            )
    _legend(sheet, bottom + 13)
    return sheet.figure


def _head(sheet: Sheet, count: int, step: float, top: int) -> None:
    put(sheet.ax, NAMES, 6, tr("peringkat"), colour=GREY)
    every = next(n for n in (1, 2, 5, 10) if n * step >= 13)
    for rank in range(1, count + 1):
        if rank % every == 0 or rank == 1:
            put(sheet.ax, NAMES + (rank - 0.5) * step, 23, integer(rank), ha="center", colour=GREY)
    texts = (tr("selang\n90 %"), tr("{n}\nteratas", n=integer(top)), tr("ting-\nkat"))
    for x, text in zip(COLUMNS, texts, strict=True):
        put(sheet.ax, sheet.width - RIGHT + x, 16, text, colour=GREY, ha="center", va="center")


def _cells(sheet: Sheet, rows: list[Row], by_rank: Floats, pitch: float, step: float) -> None:
    boxes: dict[str, list[Box]] = {}
    for i, row in enumerate(rows):
        y = HEAD + (i + 0.5) * pitch
        for rank, part in enumerate(by_rank[row.place].tolist()):
            box = (NAMES + rank * step, y - pitch / 2 + 1, step, pitch - 2)
            boxes.setdefault(shade(part), []).append(box)
            if round(100 * part) and step >= TOLD:
                x, colour = box[0] + step / 2, text_on(shade(part))
                put(sheet.ax, x, y, integer(100 * part), ha="center", va="center", colour=colour, label="share")
    for colour, some in boxes.items():
        fill(sheet.ax, some, colour, edge=RULE, width=0.4, label="cells")


def _legend(sheet: Sheet, y: float) -> None:
    fill(sheet.ax, [(2, y - 5, 12, 10)], "none", edge=INK, width=1.5)
    put(sheet.ax, 19, y, tr("selang 90 %; angka dan gelapnya sel: bagian undian (%)"), colour=GREY)
    left = 262.0
    sheet.ax.plot([left, left + 18], [y, y], color=GREY, linewidth=0.7, linestyle=(0, (4, 2)))
    put(sheet.ax, left + 23, y, tr("batas tingkat"), colour=GREY)
