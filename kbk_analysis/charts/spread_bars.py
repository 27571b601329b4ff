"""How unequal are the villages from year to year? One bar a year from low to high, with the mean in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source
from kbk_analysis.charts.series import position
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    NORMAL,
    RULE,
    SMALL,
    Sheet,
    marks,
    new_sheet,
    put,
    styled,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.spreads import ends_words, no_spreads, spread_bars
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import wide_spreads

COLUMNS, PANELS = 3, 6
PANEL_HEAD, PLOT, PANEL_FOOT, LEFT, GAP, LEGEND = 26.0, 92.0, 22.0, 31.0, 12.0, 16.0
BAR = "#6BAED6"


@dataclass(frozen=True, slots=True)
class Bars:
    """One indicator: in each period low, mean and high of the villages, or None where they are not given."""

    id: str
    name: str
    ends: str
    periods: tuple[str, ...]
    ranges: tuple[tuple[float, float, float] | None, ...]

    @property
    def distance(self) -> float | None:
        """From low to high in the latest period that is given."""
        given = [one for one in self.ranges if one is not None]
        return given[-1][2] - given[-1][0] if given else None


def plot_spreads(situation: Situation) -> Exhibit:
    """Range bars of the six indicators in which villages lie furthest apart, beyond chance.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        From P10 to P90 where 20 villages report every year, else from the lowest to the highest village. Table:
        indicator, period, low, mean, high, what low and high are, villages.
    """
    require_released(situation)
    wide = wide_spreads(situation.spreads, situation.area_code)
    panels = [bars for id in wide.index if (bars := _bars(situation, str(id))).distance is not None][:PANELS]
    if not panels:
        return framed("rentang-desa", no_spreads(), indicator_source(situation, []), (), ())
    periods = sorted({period for bars in panels for period in bars.periods}, key=position)
    caption = spread_bars(
        indicator=panels[0].name.removesuffix(" ↓"),
        distance=panels[0].distance,
        ends=panels[0].ends,
        villages=int(wide["villages"].max()),
        shown=len(panels),
        indicators=len(wide),
        span=periods[0] if len(periods) == 1 else f"{periods[0]}–{periods[-1]}",
    )
    fields = (
        Field("indicator", tr("Indikator"), weight=3, strong=True),
        Field("period", tr("Periode")),
        Field("low", tr("Bawah"), "percent1"),
        Field("mean", tr("Rata-rata tertimbang"), "percent1"),
        Field("high", tr("Atas"), "percent1"),
        Field("ends", tr("Ujung batang"), weight=1.5),
        Field("n", tr("Desa"), "integer"),
    )
    rows = [row for bars in panels for row in _rows(situation, bars)]
    source = indicator_source(situation, [bars.id for bars in panels])
    return framed("rentang-desa", caption, source, fields, rows, to_svg(draw_spreads(panels)))


def _of(situation: Situation, id: str) -> pd.DataFrame:
    rows = situation.spread_years[situation.spread_years["indicator"] == id]
    return rows.sort_values("period", key=lambda periods: periods.map(position), ignore_index=True)


def _bars(situation: Situation, id: str) -> Bars:
    rows, indicator = _of(situation, id), load_catalogue()[id]
    ranges = [
        None if row["reason"] else (float(row["lower"]), float(row["value"]), float(row["upper"]))
        for _, row in rows.iterrows()
    ]
    return Bars(
        id=id,
        name=indicator.name + (" ↓" if indicator.direction == "lower" else ""),
        ends=str(rows["ends"].iloc[0]) if len(rows) else "",
        periods=tuple(rows["period"].astype(str)),
        ranges=tuple(ranges),
    )


def _rows(situation: Situation, bars: Bars) -> list[tuple[Value, ...]]:
    name = load_catalogue()[bars.id].name
    return [
        (
            name,
            str(row["period"]),
            *(given(row[column], row["reason"]) for column in ("lower", "value", "upper")),
            ends_words(bars.ends),
            int(row["villages"]),
        )
        for _, row in _of(situation, bars.id).iterrows()
    ]


@styled()
def draw_spreads(panels: Sequence[Bars]) -> Figure:
    """Three panels a row over the same years, all from 0 to 100 per cent."""
    each = PANEL_HEAD + PLOT + PANEL_FOOT
    rows = -(-len(panels) // COLUMNS)
    sheet = new_sheet(LEGEND + rows * each)
    width = (sheet.width - LEFT - GAP * (COLUMNS - 1)) / COLUMNS - 6
    periods = sorted({period for bars in panels for period in bars.periods}, key=position)
    for i, bars in enumerate(panels):
        left = LEFT + i % COLUMNS * (width + GAP + 6)
        top = LEGEND + i // COLUMNS * each
        words = wrap(bars.name, width, size=NORMAL, bold=True)
        put(sheet.ax, left, top + PANEL_HEAD / 2, words, size=NORMAL, bold=True, va="center")
        ax = sheet.axes(left, top + PANEL_HEAD, width, PLOT)
        _frame(ax, periods, labelled=i % COLUMNS == 0)
        _draw(ax, bars)
    _legend(sheet, panels)
    return sheet.figure


def _frame(ax: Axes, periods: list[str], *, labelled: bool) -> None:
    x = [position(period) for period in periods]
    pad = max(0.5, (x[-1] - x[0]) * 0.12)
    ax.set(xlim=(x[0] - pad, x[-1] + pad), ylim=(-11, 111))
    ax.set_yticks([0, 50, 100], labels=["0", "50", percent(100, 0)] if labelled else ["", "", ""])
    ax.tick_params(axis="y", length=0)
    ax.hlines([0, 50, 100], *ax.get_xlim(), color=RULE, linewidth=0.5, zorder=0)
    shown = periods if len(periods) <= 5 else [periods[0], periods[-1]]
    ax.set_xticks([position(period) for period in shown], labels=shown)


def _draw(ax: Axes, bars: Bars) -> None:
    """Bar and mean of each period; the ends of the latest are written beside it."""
    known = [(position(p), r) for p, r in zip(bars.periods, bars.ranges, strict=True) if r is not None]
    for at, (low, _, high) in known:
        ax.plot([at, at], [low, high], color=BAR, linewidth=5.0, solid_capstyle="butt", label="range", zorder=2)
        half = 0.012 * (ax.get_xlim()[1] - ax.get_xlim()[0]) * 2
        ax.hlines([low, high], at - half, at + half, color=INK, linewidth=0.9, zorder=3)
    marks(ax, [(at, mean) for at, (_, mean, _) in known], "●", colour=ACCENT, edge="white", size=5.5, label="mean")
    for period, found in zip(bars.periods, bars.ranges, strict=True):
        if found is None:
            put(ax, position(period), 6, tr("td"), colour=GREY, ha="center", label="gap")
    at, (low, _, high) = known[-1]
    put(ax, at, high + 6, integer(high), ha="center", bold=True, label="high", halo=True)
    put(ax, at, low - 6, integer(low), ha="center", bold=True, label="low", halo=True)


def _legend(sheet: Sheet, panels: Sequence[Bars]) -> None:
    """What the signs mean that are drawn."""
    y, left = 6.0, LEFT
    sheet.ax.plot([left + 3, left + 3], [y - 5, y + 5], color=BAR, linewidth=5.0, solid_capstyle="butt")
    ends = list(dict.fromkeys(ends_words(bars.ends) for bars in panels))
    words = tr("desa {ends}", ends=" / ".join(ends))
    put(sheet.ax, left + 11, y, words, colour=GREY, label="legend")
    left += 11 + text_width(words, SMALL) + 14
    marks(sheet.ax, [(left + 3, y)], "●", colour=ACCENT, edge="white", size=5.5)
    words = tr("rata-rata tertimbang")
    put(sheet.ax, left + 10, y, words, colour=GREY, label="legend")
    left += 10 + text_width(words) + 14
    told = [tr("td = tidak ada data")] if any(one is None for bars in panels for one in bars.ranges) else []
    told += [tr("↓ makin rendah makin baik")] if any(bars.name.endswith("↓") for bars in panels) else []
    for words in told:
        put(sheet.ax, left, y, words, colour=GREY, label="legend")
        left += text_width(words) + 14
