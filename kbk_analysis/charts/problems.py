"""Rows of problems: rank and statement at the left of every figure of a prioritisation, and the shades of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from matplotlib.axes import Axes

from kbk_analysis.charts.style import PAGE_HEIGHT, pages, put, wrap
from kbk_analysis.narrative.priority_figures import problem_name, rank_mark
from kbk_analysis.priority.analysis import Priorities

MARK: Final = 22.0  # points for the rank before a statement
LINE: Final = 9.6
SHADES: Final = ("#FFFFFF", "#DEEBF7", "#9ECAE1", "#4A90C4", "#084594")  # each darker than the one before, in grey too


class Row(NamedTuple):
    """One problem: place in the released result, key, rank as printed, statement."""

    place: int
    id: str
    mark: str
    name: str


class Layout(NamedTuple):
    """Lines of a statement, height of a row, and the rows of each sheet."""

    lines: int
    pitch: float
    sheets: list[list[Row]]


def rows_of(found: Priorities, *, ranked: bool = True) -> list[Row]:
    """Problems in the order of the ranking; only those with a rank unless told otherwise."""
    return [
        Row(place, str(id), rank_mark(row), problem_name(found, str(id)))
        for place, (id, row) in enumerate(found.problems.iterrows())
        if row["rank"] > 0 or not ranked
    ]


def layout(rows: Sequence[Row], width: float, room: float = PAGE_HEIGHT, least: float = 15.0) -> Layout:
    """How rows are set: at most three lines a statement, two where they would not fit one sheet."""
    lines = max((wrap(row.name, width - MARK, lines=3).count("\n") + 1 for row in rows), default=1)
    if lines == 3 and len(rows) * (3 * LINE + 3) > room:
        lines = 2
    pitch = max(least, lines * LINE + 4)
    return Layout(lines, pitch, pages(rows, int(room // pitch)))


def write_row(ax: Axes, y: float, row: Row, width: float, lines: int) -> None:
    """Rank and statement of one row, centred on `y`."""
    put(ax, MARK - 6, y, row.mark, bold=True, ha="right", va="center", label="rank")
    put(ax, MARK, y, wrap(row.name, width - MARK - 4, lines=lines), va="center", label="problem")


def shade(part: float) -> str:
    """Colour of a share or of a place on a scale, 0 to 1."""
    return SHADES[sum(part >= limit for limit in (0.005, 0.15, 0.4, 0.7))]
