"""Which villages differ beyond chance: shares against the number of people they rest on, within the funnel's limits."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source
from kbk_analysis.charts.labels import name_dots
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    RULE,
    Sheet,
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
from kbk_analysis.i18n import integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.comparisons import funnel, no_funnel
from kbk_analysis.narrative.figures import NAMED
from kbk_analysis.situation.funnels import OUTSIDE
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import measure

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 236.0, 34.0, 96.0, 22.0, 30.0
FLOOR = HEIGHT - BOTTOM
OWN, OTHER, OTHERS = 5.5, 3.2, "#9A9A9A"  # sizes of dots, and the colour of other villages
MANY = 40  # own villages, above which their dots are smaller
SIDES = ("lower", "upper")
LEVELS = {"95": (0, (1.5, 2)), "998": (0, (5, 2))}  # and how their lines are broken


def plot_funnel(situation: Situation) -> tuple[Exhibit, ...]:
    """Funnels of at most two indicators: the villages of the area among all of the area above.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    tuple of Exhibit
        One an indicator; a statement where no village is outside. Table: own village, value, n, place in the funnel.
    """
    require_released(situation)
    frame = situation.funnel
    if frame.empty:
        return (framed("corong", no_funnel(), indicator_source(situation, []), (), ()),)
    return tuple(_one(situation, str(id), part) for id, part in frame.groupby("indicator", sort=False))


def _one(situation: Situation, id: str, part: pd.DataFrame) -> Exhibit:
    shown = part[part["reason"] == ""].sort_values("n", ignore_index=True)
    own = part[part["own"]].sort_values(["value", "name"])
    outside = _outside(shown)
    wide = bool((shown["tau2"] > 0).any())
    caption = funnel(
        indicator=load_catalogue()[id].name,
        parent=situation.parent_name,
        outside=tuple(outside["name"]),
        own=int((own["reason"] == "").sum()),
        small=_small(situation, id),
        above=int((outside["wide_position"] == "above_998").sum()),
        villages=len(shown),
        wide=wide,
    )
    fields = (
        Field("village", tr("Desa"), weight=2, strong=True),
        Field("value", tr("Nilai"), "percent1"),
        Field("n", tr("n"), "integer"),
        Field("place", tr("Terhadap batas 99,8 %"), weight=2),
    )
    rows: list[tuple[Value, ...]] = [
        (row["name"], given(row["value"], row["reason"]), given(row["n"], row["reason"]), _place(row))
        for _, row in own.iterrows()
    ]
    drawn = to_svg(draw_funnel(shown, situation.parent_name, wide=wide)) if len(shown) else ""
    return framed(f"corong-{id.lower()}", caption, indicator_source(situation, [id]), fields, rows, drawn)


def _small(situation: Situation, id: str) -> int:
    """Villages of the area that report, but too few people to take part."""
    row = measure(situation.spreads, situation.area_code, id, "mean")
    return 0 if row is None else int(row["small"])


def _place(row: pd.Series) -> Value:
    if row["reason"]:
        return Refusal(str(row["reason"]))
    words = {"above_998": tr("di atas"), "below_998": tr("di bawah")}
    return words.get(str(row["wide_position"]), tr("di dalam"))


def _outside(rows: pd.DataFrame) -> pd.DataFrame:
    """Own villages outside the 99.8 % limits, the furthest from them first."""
    own = rows[rows["own"] & rows["wide_position"].isin(OUTSIDE)]
    beyond = pd.concat([own["value"] - own["wide_upper998"], own["wide_lower998"] - own["value"]], axis=1).max(axis=1)
    return own.assign(beyond=-beyond).sort_values(["beyond", "area_code"])


@styled()
def draw_funnel(rows: pd.DataFrame, parent: str, *, wide: bool) -> Figure:
    """Dots over the square root of n; limits at 95 and 99.8 %, widened where villages differ more than chance.

    `rows` are in the order of n.
    """
    sheet = new_sheet(HEIGHT)
    width, height = sheet.width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    ax = sheet.axes(LEFT, TOP, width, height)
    ax.set_zorder(sheet.ax.get_zorder() - 1)  # names stand on the lines, not under them
    x, low, high = rows["n"].map(math.sqrt), rows["value"].min(), rows["value"].max()
    span = max(x.max() - x.min(), 1.0)
    pad = max(4.0, 0.16 * (high - low))
    edge = 0.04 * (high - low + pad)  # so that dots at none and all stand clear of the frame
    left, right = x.min() - 0.04 * span, x.max() + 0.04 * span
    bottom, top = max(-edge, low - pad), min(100.0 + edge, high + pad)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    _limits(ax, x, rows, wide=wide)
    others, own = rows[~rows["own"]], rows[rows["own"]]
    size = OWN if len(own) <= MANY else OWN - 1.5
    for part, colour, points, label in ((others, OTHERS, OTHER, "other"), (own, ACCENT, size, "own")):
        marks(ax, list(zip(x[part.index], part["value"], strict=True)), "●", colour=colour, size=points, label=label)
    _axis(ax, x, width)
    across, down = width / (right - left), height / (top - bottom)
    places = {i: (LEFT + (x[i] - left) * across, TOP + (top - rows["value"][i]) * down) for i in rows.index}
    along = np.arange(left, right, 4 / across)
    names = ["centre", *(f"{'wide_' if wide else ''}{side}{level}" for side in SIDES for level in LEVELS)]
    heights = [np.interp(along, x, rows[name]) for name in names]
    lines = [
        (LEFT + (at - left) * across, TOP + (top - y) * down) for ys in heights for at, y in zip(along, ys, strict=True)
    ]
    named = _outside(rows).head(NAMED)["name"]
    under = {i: (at, 8.0 if i in own.index else 2.0) for i, at in places.items()}
    frame = (LEFT, TOP, sheet.width - LEFT - RIGHT, FLOOR - TOP)
    name_dots(sheet, {int(str(i)): str(name) for i, name in named.items()}, under, lines, frame)
    centre = float(rows["centre"].iloc[0])
    _legend(sheet, wide=wide, others=bool(len(others)))
    at = TOP + (top - centre) * down
    put(sheet.ax, sheet.width - RIGHT + 4, at - 2, wrap(parent, RIGHT - 6), va="bottom", label="parent")
    put(sheet.ax, sheet.width - RIGHT + 4, at + 6, percent(centre, 1), bold=True, label="parent")
    said = tr("jumlah sasaran (n), skala akar")
    put(sheet.ax, LEFT + width / 2, HEIGHT - 8, said, colour=GREY, ha="center")
    return sheet.figure


def _limits(ax: Axes, x: pd.Series, rows: pd.DataFrame, *, wide: bool) -> None:
    prefix = "wide_" if wide else ""
    ax.axhline(float(rows["centre"].iloc[0]), color=INK, linewidth=0.9, label="centre", zorder=1)
    for level, dash in LEVELS.items():
        for side in SIDES:
            values = rows[f"{prefix}{side}{level}"]
            ax.plot(x, values, color=GREY, linewidth=0.9, linestyle=dash, label=f"{side}{level}", zorder=1)


def _axis(ax: Axes, x: pd.Series, width: float) -> None:
    """Round numbers below, few enough to stand apart; per cent at the left."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for first in ((1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7)):
        steps = [int(n * 10**power) for power in range(6) for n in first if n * 10**power % 1 == 0]
        inside = _apart([n for n in steps if left <= math.sqrt(n) <= right], width / (right - left))
        if len(inside) >= 3:
            break
    if len(inside) < 2:
        inside = _apart(sorted({round(x.min() ** 2), round(x.max() ** 2)}), width / (right - left))
    ax.set_xticks([math.sqrt(n) for n in inside], labels=[integer(n) for n in inside])
    step = next(step for step in (1, 2, 5, 10, 20, 25) if (top - bottom) / step <= 6)
    ticks = [value for value in range(0, 101, step) if bottom <= value <= top]
    ax.set_yticks(ticks, labels=[percent(value, 0) for value in ticks])
    ax.tick_params(axis="y", length=0)
    ax.hlines(ticks, left, right, color=RULE, linewidth=0.5, zorder=0)


def _apart(steps: list[int], across: float) -> list[int]:
    """Steps whose labels do not touch, kept from the largest down."""
    kept: list[int] = []
    for n in reversed(steps):
        room = (text_width(integer(n)) + text_width(integer(kept[-1]))) / 2 + 6 if kept else 0.0
        if not kept or (math.sqrt(kept[-1]) - math.sqrt(n)) * across >= room:
            kept.append(n)
    return kept[::-1]


def _legend(sheet: Sheet, *, wide: bool, others: bool) -> None:
    """Signs above the plot."""
    y, left = 8.0, LEFT
    signs = [(ACCENT, OWN, tr("desa sendiri")), (OTHERS, OTHER, tr("desa lain"))]
    for colour, size, words in signs if others else signs[:1]:
        marks(sheet.ax, [(left + 3, y)], "●", colour=colour, size=size)
        put(sheet.ax, left + 10, y, words, colour=GREY, label="legend")
        left += 10 + text_width(words) + 14
    for dash, words in zip(LEVELS.values(), (tr("batas 95 %"), tr("batas 99,8 %")), strict=True):
        told = tr("{limit}, dilebarkan", limit=words) if wide else words
        sheet.ax.plot([left, left + 18], [y, y], color=GREY, linewidth=0.9, linestyle=dash)
        put(sheet.ax, left + 23, y, told, colour=GREY, label="legend")
        left += 23 + text_width(told) + 12
