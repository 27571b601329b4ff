"""Names beside dots: each where least lies under it, with a line to its dot where it stands off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kbk_analysis.charts.style import ACCENT, Box, Sheet, put, text_width, wrap

Point = tuple[float, float]

LONGEST, LINE = 150.0, 9.5  # points of a name
REACH = (4.5, 11.0, 18.0, 26.0)  # points from a dot to its name
TURNS = ((1, 0), (-1, 0), (0.9, -0.8), (0.9, 0.8), (-0.9, -0.8), (-0.9, 0.8), (0, -1), (0, 1))


def name_dots(
    sheet: Sheet,
    names: Mapping[int, str],
    dots: Mapping[int, tuple[Point, float]],
    lines: Iterable[Point],
    frame: Box,
    longest: float = LONGEST,
) -> None:
    """Write names beside their dots.

    Parameters
    ----------
    names
        By dot, the most important first.
    dots
        Place of each dot in points of the sheet, and how much it may not be covered.
    lines
        Points of lines that a name had better not cover.
    frame
        Left, top, width and height that names stay in.
    """
    taken: list[Box] = []
    along = [(at, 0.5) for at in lines]
    for i, name in names.items():
        words = wrap(name, longest, lines=1)
        x, y = dots[i][0]
        under = [dot for j, dot in dots.items() if j != i] + along
        spots = [_spot(x, y, text_width(words), turn, reach) for reach in REACH for turn in TURNS]
        costs = [_cost(spot, frame, under, taken) + 3 * REACH.index(spot.reach) for spot in spots]
        best = spots[costs.index(min(costs))]
        taken.append(best.box)
        left, top, right, bottom = best.box
        if best.reach > REACH[0]:
            end = (min(max(x, left), right), min(max(y, top), bottom))
            sheet.ax.plot([x, end[0]], [y, end[1]], color=ACCENT, linewidth=0.5, label="lead", zorder=2)
        put(sheet.ax, left, (top + bottom) / 2, words, label="name", halo=True)


class _Spot(NamedTuple):
    """Where a name could stand (left, top, right, bottom), and how far from its dot."""

    box: Box
    reach: float


def _spot(x: float, y: float, width: float, turn: Point, reach: float) -> _Spot:
    across, down = turn
    middle = (x + across * (reach + width / 2), y + down * (reach + LINE / 2))
    return _Spot((middle[0] - width / 2, middle[1] - LINE / 2, middle[0] + width / 2, middle[1] + LINE / 2), reach)


def _cost(spot: _Spot, frame: Box, under: list[tuple[Point, float]], taken: list[Box]) -> float:
    """What a name in this place would hide; outside the plot or over another name is out of the question."""
    left, top, right, bottom = spot.box
    inside = left >= frame[0] and right <= frame[0] + frame[2]
    cost = 0.0 if inside and top >= frame[1] - 4 and bottom <= frame[1] + frame[3] else 1000.0
    cost += sum(500.0 for a, b, c, d in taken if left < c + 2 and a < right + 2 and top < d and b < bottom)
    return cost + sum(w for (x, y), w in under if left - 3 <= x <= right + 3 and top - 1 <= y <= bottom + 1)
