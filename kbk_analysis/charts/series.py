"""Values over time: small multiples of indicators.

Points and intervals, and the recent-trend marker in words where five years allow one; no line is fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source, refusal
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    NORMAL,
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
from kbk_analysis.charts.views import level_row
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import is_share, trend_words
from kbk_analysis.narrative.figures import series
from kbk_analysis.narrative.guards import same_basis
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Situation

COLUMNS, PANELS = 3, 12
PANEL_HEAD, PLOT, PANEL_FOOT, LEFT, GAP = 38.0, 86.0, 22.0, 31.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One indicator over time; a period without a value holds None."""

    id: str
    name: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    target: float | None = None
    direction: Direction = Direction.HIGHER
    marker: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the last value reaches the target; None where that cannot be said."""
        last = self.values[-1]
        if last is None or self.target is None or self.direction == Direction.CONTEXT:
            return None
        return last >= self.target if self.direction == Direction.HIGHER else last <= self.target


def plot_series(situation: Situation, indicators: Sequence[str] = ()) -> Exhibit:
    """Small multiples of the area's series on a common scale of per cent.

    Parameters
    ----------
    situation
        A released result.
    indicators
        Ids of at most 12 indicators in per cent. By default those that the findings name, else the first nine
        with more than one period.

    Returns
    -------
    Exhibit
        Table: indicator, period, value, lower and upper limit (95 %), n.
    """
    require_released(situation)
    catalogue = load_catalogue()
    unknown = [id for id in indicators if id not in catalogue or not is_share(catalogue[id])]
    if unknown or len(indicators) > PANELS:
        raise ValueError(f"at most {PANELS} indicators in per cent; not these: {', '.join(unknown) or 'too many'}")
    wanted = [catalogue[id] for id in (indicators or _usual(situation))]
    panels = [panel for indicator in wanted if (panel := _panel(situation, indicator)) is not None]
    if not panels:
        return refusal("deret", tr("Nilai antarwaktu"), Refusal("no_data", {"subject": situation.name}))
    periods = sorted({period for panel in panels for period in panel.periods})
    judged = [panel for panel in panels if panel.periods[-1] == periods[-1] and panel.reached is not None]
    caption = series(
        indicators=len(panels),
        first=periods[0],
        last=periods[-1],
        reached=sum(bool(panel.reached) for panel in judged),
        judged=len(judged),
        gaps=sum(value is None for panel in panels for value in panel.values),
    )
    fields = (
        Field("indicator", tr("Indikator"), weight=3, strong=True),
        Field("period", tr("Periode")),
        Field("value", tr("Nilai"), "percent1"),
        Field("lower", tr("Batas bawah 95 %"), "percent1"),
        Field("upper", tr("Batas atas 95 %"), "percent1"),
        Field("n", tr("n"), "integer"),
    )
    rows = [row for panel in panels for row in _rows(situation, panel)]
    source = indicator_source(situation, [panel.id for panel in panels])
    return framed("deret", caption, source, fields, rows, to_svg(draw_series(panels)))


def _usual(situation: Situation) -> list[str]:
    catalogue = load_catalogue()
    shares = [indicator.id for indicator in catalogue if is_share(indicator)]
    named = list(dict.fromkeys(remark.indicator for remark in situation.findings if remark.indicator in shares))
    counts = situation.series[situation.series["reason"] == ""]["indicator"].value_counts()
    return named[:PANELS] or [id for id in shares if counts.get(id, 0) > 1][:9]


def _of(situation: Situation, id: str) -> pd.DataFrame:
    rows = situation.series[situation.series["indicator"] == id]
    rows = rows.reset_index(drop=True).sort_values("period", ignore_index=True)
    kept = pd.Series(same_basis(rows["source"].astype(str).tolist()), dtype=bool)  # a survey is no point of a register
    columns = ["value", "lower", "upper"]
    rows.loc[~kept & (rows["reason"] == ""), [*columns, "reason"]] = [float("nan")] * len(columns) + ["series_break"]
    return rows


def _panel(situation: Situation, indicator: Indicator) -> Panel | None:
    rows = _of(situation, indicator.id)
    if rows.empty:
        return None
    usable = rows["reason"] == ""

    def column(name: str) -> tuple[float | None, ...]:
        return tuple(None if pd.isna(v) else float(v) for v in rows[name].where(usable))

    level = level_row(situation, indicator.id) if indicator.id in situation.levels.index else None
    target = float(level["target"]) if level is not None and not level["target_reason"] else None
    arrow = " ↓" if indicator.direction == Direction.LOWER else ""
    return Panel(
        id=indicator.id,
        name=indicator.name + arrow,
        periods=tuple(rows["period"].astype(str)),
        values=column("value"),
        lower=column("lower"),
        upper=column("upper"),
        target=target,
        direction=indicator.direction,
        marker=_marker(situation, indicator.id),
    )


def _marker(situation: Situation, id: str) -> str:
    """Words of the recent-trend marker; blank where none was asked for (a share of villages)."""
    if id not in situation.trends.index:
        return ""
    trend, verdict, reason = situation.trends.loc[id, ["trend", "verdict", "reason"]]
    return trend_words(str(trend), str(verdict), str(reason))


def _rows(situation: Situation, panel: Panel) -> list[tuple[Value, ...]]:
    name = load_catalogue()[panel.id].name
    rows: list[tuple[Value, ...]] = []
    for _, row in _of(situation, panel.id).iterrows():
        n = row["denominator"] if "denominator" in row else row["n"]
        values = (given(row[column], row["reason"]) for column in ("value", "lower", "upper"))
        rows.append((name, str(row["period"]), *values, given(n, row["reason"])))
    return rows


def position(period: str) -> float:
    """Place of a period on the axis of years: the middle of the time it covers.

    Examples
    --------
    >>> position("2024"), position("2024-S1"), position("2024-S2")
    (2024.5, 2024.25, 2024.75)
    """
    year, _, part = period.partition("-")
    if not part:
        return int(year) + 0.5
    return int(year) + {"S1": 0.25, "S2": 0.75}.get(part, (int(part) - 0.5) / 12 if part.isdigit() else 0.5)


@styled()
def draw_series(panels: list[Panel]) -> Figure:
    """Three panels a row, all from 0 to 100 per cent and over the same years."""
    each = PANEL_HEAD + PLOT + PANEL_FOOT
    rows = -(-len(panels) // COLUMNS)
    sheet = new_sheet(16 + rows * each)
    width = (sheet.width - LEFT - GAP * (COLUMNS - 1)) / COLUMNS - 6
    periods = sorted({period for panel in panels for period in panel.periods}, key=position)
    for i, panel in enumerate(panels):
        left = LEFT + i % COLUMNS * (width + GAP + 6)
        top = 16 + i // COLUMNS * each
        put(
            sheet.ax,
            left,
            top + 12,
            wrap(panel.name, width, size=NORMAL, bold=True),
            size=NORMAL,
            bold=True,
            va="center",
        )
        put(sheet.ax, left, top + 31, panel.marker, colour=GREY, va="center", label=f"marker:{panel.id}")
        ax = sheet.axes(left, top + PANEL_HEAD, width, PLOT)
        _frame(ax, periods, labelled=i % COLUMNS == 0)
        _draw(ax, panel)
    _legend(sheet, panels)
    return sheet.figure


def _frame(ax: Axes, periods: list[str], *, labelled: bool) -> None:
    x = [position(period) for period in periods]
    pad = max(0.3, (x[-1] - x[0]) * 0.08)
    ax.set(xlim=(x[0] - pad, x[-1] + pad), ylim=(0, 100))
    ax.set_yticks([0, 50, 100], labels=["0", "50", percent(100, 0)] if labelled else ["", "", ""])
    ax.tick_params(axis="y", length=0)
    ax.hlines([0, 50, 100], *ax.get_xlim(), color=RULE, linewidth=0.5, zorder=0)
    shown = periods if len(periods) <= 5 else [periods[0], periods[-1]]
    ax.set_xticks([position(period) for period in shown], labels=shown)


def _draw(ax: Axes, panel: Panel) -> None:
    x = [position(period) for period in panel.periods]
    if panel.target is not None:
        ax.axhline(panel.target, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), label="target")
    gaps = [float("nan") if value is None else value for value in panel.values]
    ax.plot(x, gaps, color="#A6A6A6", linewidth=0.8, label="line")
    for at, low, high in zip(x, panel.lower, panel.upper, strict=True):
        if low is not None and high is not None:
            ax.plot([at, at], [low, high], color=ACCENT, linewidth=1.4, solid_capstyle="butt", label="ci")
    marks(
        ax, [(at, v) for at, v in zip(x, panel.values, strict=True) if v is not None], "●", colour=ACCENT, label="value"
    )
    for at, value in zip(x, panel.values, strict=True):
        if value is None:
            low = panel.target is not None and panel.target < 16
            put(ax, at, 24 if low else 7, tr("td"), colour=GREY, ha="center", label="gap")
    known = [i for i, value in enumerate(panel.values) if value is not None]
    if known:
        _last(ax, panel, x[known[-1]], known[-1])


def _last(ax: Axes, panel: Panel, at: float, i: int) -> None:
    """The latest value, written where neither its interval nor the target runs through it."""
    value, low, high = panel.values[i] or 0.0, panel.lower[i], panel.upper[i]
    above, below = (value if high is None else high) + 9, (value if low is None else low) - 9
    blocked = panel.target is not None and abs(panel.target - above) < 8
    y = below if (above > 94 or blocked) and below > 6 else above
    put(ax, at, min(y, 95.0), integer(value), ha="center", bold=True, colour=ACCENT, label="last")


def _legend(sheet: Sheet, panels: list[Panel]) -> None:
    """What the signs mean that are drawn."""
    y, left = 6.0, LEFT
    sheet.ax.plot([left + 3, left + 3], [y - 5, y + 5], color=ACCENT, linewidth=1.4)
    marks(sheet.ax, [(left + 3, y)], "●", colour=ACCENT)
    words = tr("nilai dan selang 95 %")
    put(sheet.ax, left + 11, y, words, colour=GREY)
    left += 11 + text_width(words) + 14
    if any(panel.target is not None for panel in panels):
        sheet.ax.plot([left, left + 18], [y, y], color=INK, linewidth=1.0, linestyle=(0, (4, 2)))
        put(sheet.ax, left + 23, y, tr("target"), colour=GREY)
        left += 23 + text_width(tr("target")) + 14
    told = [tr("td = tidak ada data")] if any(value is None for panel in panels for value in panel.values) else []
    told += [tr("↓ makin rendah makin baik")] if any(panel.name.endswith("↓") for panel in panels) else []
    for words in told:
        put(sheet.ax, left, y, words, colour=GREY)
        left += text_width(words) + 14
