"""Does the order depend on the way of counting? One line a problem through its ranks by several ways."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, paged, refusal
from kbk_analysis.charts.problems import Row, layout, rows_of, write_row
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    PAGE_HEIGHT,
    marks,
    new_sheet,
    put,
    styled,
    text_width,
    to_svg,
)
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import decimal, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.priority_figures import (
    SHORT,
    method_label,
    method_lines,
    nothing_scored,
    problem_name,
    score_source,
)
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.ways import all_ways, likeness, same_first

NAMES, FOOT = 176.0, 20.0
OTHERS: Final = "#B5B5B5"


def plot_methods(priorities: Priorities) -> tuple[Exhibit, ...]:
    """Ranks of the problems by the meeting's method, by other ways of the same method, and by second opinions.

    Parameters
    ----------
    priorities
        A released result.

    Returns
    -------
    tuple of Exhibit
        One sheet, the longest 40 problems. Table: problem and its rank by each way.
    """
    require_released(priorities)
    source, rows = score_source(priorities), rows_of(priorities)
    ways = all_ways(priorities)
    subject = tr("Peringkat menurut cara hitung lain")
    if len(rows) < 2:
        few = Refusal("too_few_problems", {"n": len(rows), "minimum": 2}) if rows else nothing_scored()
        return (refusal("cara-hitung", subject, few, source=source),)
    caption = method_lines(priorities, same_first(ways, priorities.top), ways.shape[1] - 1)
    fields = (
        Field("problem", tr("Masalah"), weight=12, strong=True),
        *(Field(str(id), method_label(str(id), priorities.method), "integer", weight=0.8) for id in ways),
    )
    values: list[tuple[Value, ...]] = [
        (problem_name(priorities, row.id, SHORT), *map(int, ways.loc[[row.id]].to_numpy()[0])) for row in rows
    ]
    labels = [method_label(str(id), priorities.method) for id in ways]
    drawn = to_svg(draw_ways(rows, ways, labels, priorities.top))
    return (framed("cara-hitung", paged(caption, 1, 1), source, fields, values, drawn),)


@styled()
def draw_ways(rows: list[Row], ways: pd.DataFrame, labels: list[str], top: int) -> Figure:
    """Nodes carry the rank; the first problems of the meeting's method are dark and filled."""
    head = max(map(text_width, labels)) + 14
    room = PAGE_HEIGHT - head - FOOT
    setting = layout(rows, NAMES, room)
    pitch = min(setting.pitch, room / len(rows))
    lines = min(setting.lines, max(1, int(pitch // 9.6)))
    sheet = new_sheet(head + len(rows) * pitch + FOOT)
    step = min(44.0, (sheet.width - NAMES - 10) / len(labels))
    across = [NAMES + (i + 0.5) * step for i in range(len(labels))]
    places = _places(rows, ways)
    size = min(13.0, pitch - 2)
    for x, label in zip(across, labels, strict=True):
        put(sheet.ax, x, head - 8, label, rotation=90, va="center", colour=GREY, label="way")
    for i, row in enumerate(rows):
        write_row(sheet.ax, head + (i + 0.5) * pitch, row, NAMES - 6, lines)
    for i in reversed(range(len(rows))):  # the first problems lie over the others
        dark = int(ways.iloc[:, 0].loc[rows[i].id]) <= top
        ys = [head + (places[w][i] + 0.5) * pitch for w in range(len(labels))]
        colour = ACCENT if dark else OTHERS
        sheet.ax.plot(across, ys, color=colour, linewidth=1.8 if dark else 1.0, zorder=3 if dark else 2, label="line")
        points = list(zip(across, ys, strict=True))
        marks(sheet.ax, points, "●" if dark else "○", colour=colour, edge=colour, size=size, label="node")
        for w, (x, y) in enumerate(points):
            shown = put(sheet.ax, x, y, str(ways.loc[[rows[i].id]].to_numpy()[0][w]), ha="center", va="center",
                        colour="white" if dark else GREY, label="rank")  # fmt: skip
            shown.set_zorder(6)
    for x, value in zip(across, likeness(ways), strict=True):
        told = "–" if np.isnan(value) else decimal(value, 2)
        put(sheet.ax, x, sheet.height - 8, told, ha="center", colour=GREY, label="likeness")
    put(sheet.ax, NAMES - 6, sheet.height - 8, tr("kesamaan urutan"), ha="right", colour=GREY)
    return sheet.figure


def _places(rows: list[Row], ways: pd.DataFrame) -> list[list[int]]:
    """Place of each row in each way; equals stand in the order of the first way, each in a place of its own."""
    found = []
    for id in ways:
        given = ways[id].reindex([row.id for row in rows]).to_numpy()
        order = np.lexsort((np.arange(len(rows)), given))
        found.append([int(place) for place in np.argsort(order)])
    return found
