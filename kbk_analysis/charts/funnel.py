"""Which villages differ beyond chance: shares against the number of people they rest on, within the funnel's limits."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source, refusal
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
from kbk_analysis.narrative.figures import funnel
from kbk_analysis.situation.funnels import OUTSIDE
from kbk_analysis.situation.result import Situation

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 236.0, 34.0, 96.0, 22.0, 30.0
NAMED = 8


def plot_funnel(situation: Situation) -> tuple[Exhibit, ...]:
    """Funnels of at most two indicators: the villages of the area among all of the area above.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    tuple of Exhibit
        One an indicator; a statement where no funnel can be drawn. Table: own village, value, n, place in the funnel.
    """
    require_released(situation)
    frame = situation.funnel
    if frame.empty:
        return (refusal("corong", tr("Corong desa"), Refusal("no_data", {"subject": situation.name})),)
    return tuple(_one(situation, str(id), part) for id, part in frame.groupby("indicator", sort=False))


def _one(situation: Situation, id: str, part: pd.DataFrame) -> Exhibit:
    shown = part[part["reason"] == ""].sort_values("n", ignore_index=True)
    own = part[part["own"]].sort_values(["value", "name"])
    outside = own[(own["reason"] == "") & own["wide_position"].isin(OUTSIDE)]
    wide = bool((shown["tau2"] > 0).any())
    caption = funnel(
        indicator=load_catalogue()[id].name,
        parent=situation.parent_name,
        outside=tuple(outside["name"]),
        own=int((own["reason"] == "").sum()),
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


def _place(row: pd.Series) -> Value:
    if row["reason"]:
        return Refusal(str(row["reason"]))
    words = {"above_998": tr("di atas"), "below_998": tr("di bawah")}
    return words.get(str(row["wide_position"]), tr("di dalam"))


@styled()
def draw_funnel(rows: pd.DataFrame, parent: str, *, wide: bool) -> Figure:
    """Dots over the square root of n; limits at 95 and 99.8 %, widened where villages differ more than chance."""
    sheet = new_sheet(HEIGHT)
    width, height = sheet.width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    ax = sheet.axes(LEFT, TOP, width, height)
    x, low, high = rows["n"].map(math.sqrt), rows["value"].min(), rows["value"].max()
    span = max(x.max() - x.min(), 1.0)
    pad = max(4.0, 0.12 * (high - low))
    ax.set(xlim=(x.min() - 0.04 * span, x.max() + 0.04 * span))
    ax.set(ylim=(max(0.0, low - pad), min(100.0, high + pad)))
    _limits(ax, x, rows, wide=wide)
    others, own = rows[~rows["own"]], rows[rows["own"]]
    marks(ax, list(zip(x[others.index], others["value"], strict=True)), "●", colour="#9A9A9A", size=3.2, label="other")
    marks(ax, list(zip(x[own.index], own["value"], strict=True)), "●", colour=ACCENT, size=5.5, label="own")
    _axis(ax)
    _names(ax, own)
    centre = float(rows["centre"].iloc[0])
    bottom, top = ax.get_ylim()
    _legend(sheet, parent, centre, TOP + height * (top - centre) / (top - bottom), wide=wide)
    return sheet.figure


def _limits(ax: Axes, x: pd.Series, rows: pd.DataFrame, *, wide: bool) -> None:
    prefix = "wide_" if wide else ""
    ax.axhline(float(rows["centre"].iloc[0]), color=INK, linewidth=0.9, label="centre", zorder=1)
    for level, dash in (("95", (0, (1.5, 2))), ("998", (0, (5, 2)))):
        for side in ("lower", "upper"):
            values = rows[f"{prefix}{side}{level}"]
            ax.plot(x, values, color=GREY, linewidth=0.9, linestyle=dash, label=f"{side}{level}", zorder=1)


def _axis(ax: Axes) -> None:
    steps = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
    inside = [n for n in steps if ax.get_xlim()[0] <= math.sqrt(n) <= ax.get_xlim()[1]]
    ax.set_xticks([math.sqrt(n) for n in inside], labels=[integer(n) for n in inside])
    bottom, top = ax.get_ylim()
    ticks = [value for value in (0, 20, 40, 60, 80, 100) if bottom <= value <= top]
    ax.set_yticks(ticks, labels=[percent(value, 0) for value in ticks])
    ax.tick_params(axis="y", length=0)
    ax.hlines(ticks, *ax.get_xlim(), color=RULE, linewidth=0.5, zorder=0)


def _names(ax: Axes, own: pd.DataFrame) -> None:
    """Names of own villages outside the limits, beside their dots, moved apart where they would touch."""
    outside = own[own["wide_position"].isin(OUTSIDE)].sort_values("value", ascending=False).head(NAMED)
    left, right = ax.get_xlim()
    unit = (ax.get_ylim()[1] - ax.get_ylim()[0]) / (HEIGHT - TOP - BOTTOM)
    step, used = (right - left) * 0.015, float("inf")
    for value, at, name in zip(outside["value"], outside["n"].map(math.sqrt), outside["name"], strict=True):
        used = min(float(value), used - 10.5 * unit)
        if at > (left + right) / 2:
            put(ax, at - step, used, str(name), ha="right", label="name", halo=True)
        else:
            put(ax, at + step, used, str(name), label="name", halo=True)


def _legend(sheet: Sheet, parent: str, centre: float, at: float, *, wide: bool) -> None:
    """Signs above the plot; the area above is named at the end of its line, `at` points from the top."""
    y, left = 8.0, LEFT
    for colour, size, words in ((ACCENT, 5.5, tr("desa sendiri")), ("#9A9A9A", 3.2, tr("desa lain"))):
        marks(sheet.ax, [(left + 3, y)], "●", colour=colour, size=size)
        put(sheet.ax, left + 10, y, words, colour=GREY)
        left += 10 + text_width(words) + 14
    for dash, words in (((0, (1.5, 2)), tr("batas 95 %")), ((0, (5, 2)), tr("batas 99,8 %"))):
        told = tr("{limit}, dilebarkan", limit=words) if wide else words
        sheet.ax.plot([left, left + 18], [y, y], color=GREY, linewidth=0.9, linestyle=dash)
        put(sheet.ax, left + 23, y, told, colour=GREY)
        left += 23 + text_width(told) + 12
    put(sheet.ax, sheet.width - RIGHT + 4, at - 6, wrap(parent, RIGHT - 6, lines=1))
    put(sheet.ax, sheet.width - RIGHT + 4, at + 5, percent(centre, 1), bold=True)
    put(
        sheet.ax,
        LEFT + (sheet.width - LEFT - RIGHT) / 2,
        HEIGHT - 8,
        tr("jumlah sasaran (n), skala akar"),
        colour=GREY,
        ha="center",
    )
