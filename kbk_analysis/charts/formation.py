"""How many Kampung KB at each date of export, and of those Mandiri or Berkelanjutan: points joined, nothing fitted."""

from __future__ import annotations

import datetime as dt

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, portal_source, refusal
from kbk_analysis.charts.style import ACCENT, GREY, INK, Sheet, marks, new_sheet, put, styled, text_width, to_svg
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import date, integer, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import formation
from kbk_analysis.situation.result import Situation


def plot_formation(situation: Situation) -> Exhibit:
    """Number of Kampung KB, and of those Mandiri or Berkelanjutan, at each date of export.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        Table: date, kampung, villages with one, Mandiri or Berkelanjutan.
    """
    require_released(situation)
    formed = situation.formation
    history = formed.history
    if history.empty:
        return refusal("pembentukan", tr("Pembentukan Kampung KB"), Refusal("no_data", {"subject": situation.name}))
    points = [
        (str(day)[:10], int(kampung), int(mature))
        for day, kampung, mature in history[["export_date", "kampung", "mature"]].itertuples(index=False)
    ]
    caption = formation(villages=formed.villages, without=len(formed.missing), history=points)
    fields = (
        Field("date", tr("Tanggal ekspor"), "date", strong=True),
        Field("kampung", tr("Kampung KB"), "integer"),
        Field("villages", tr("Desa yang mempunyainya"), "integer"),
        Field("mature", tr("Mandiri atau Berkelanjutan"), "integer"),
    )
    villages = [int(v) for v in history["villages"]] if "villages" in history else [None] * len(points)
    rows: list[tuple[Value, ...]] = [(day, k, v, m) for (day, k, m), v in zip(points, villages, strict=True)]
    svg = to_svg(draw_formation(points, formed.villages))
    return framed("pembentukan", caption, portal_source(situation), fields, rows, svg)


@styled()
def draw_formation(points: list[tuple[str, int, int]], villages: int) -> Figure:
    """Two joined rows of dots over the dates, and the number of villages as the line to reach."""
    sheet = new_sheet(176)
    left, right = 8.0, 108.0
    ax = sheet.axes(left, 12, sheet.width - left - right, 132)
    x = [dt.date.fromisoformat(day).toordinal() for day, _, _ in points]
    pad = max(20, (x[-1] - x[0]) * 0.07)
    top = max([villages, *(kampung for _, kampung, _ in points)]) * 1.14 or 1
    ax.set(xlim=(x[0] - pad, x[-1] + pad), ylim=(0, top), yticks=[])
    ax.axhline(villages, color=GREY, linewidth=0.9, linestyle=(0, (1.5, 2)), label="villages")
    kampung, mature = [k for _, k, _ in points], [m for _, _, m in points]
    ax.plot(x, kampung, color=ACCENT, linewidth=1.3, label="kampung")
    ax.plot(x, mature, color=INK, linewidth=1.1, linestyle=(0, (4, 2)), label="mature")
    marks(ax, list(zip(x, kampung, strict=True)), "●", colour=ACCENT, size=6.5)
    marks(ax, list(zip(x, mature, strict=True)), "◇", colour=INK, size=7)
    unit = (sheet.width - left - right) / (x[-1] - x[0] + 2 * pad)
    for i in _told(x, kampung, unit):
        y = kampung[i] + top * (-0.09 if kampung[i] == villages else 0.08)
        put(ax, x[i], y, integer(kampung[i]), ha="center", colour=ACCENT, bold=True)
    for i in _told(x, mature, unit):
        if mature[i] != kampung[i]:
            put(ax, x[i], mature[i] + top * 0.085, integer(mature[i]), ha="center")
    _dates(ax, [day for day, _, _ in points], x)
    _ends(
        sheet,
        [
            (villages, tr("{n} desa", n=integer(villages)), GREY),
            (kampung[-1], tr("Kampung KB"), ACCENT),
            (mature[-1], tr("Mandiri atau lebih"), INK),
        ],
        top,
        sheet.width - right + 4,
    )
    return sheet.figure


def _told(x: list[int], values: list[int], unit: float) -> list[int]:
    """Places of the values to write: the last, the first, and each that is new, where there is room."""
    told = [len(x) - 1]
    for i in range(len(x) - 1):
        new = i == 0 or values[i] != values[i - 1]
        if new and all(abs(x[i] - x[j]) * unit > 4 + text_width("0") * 3 for j in told):
            told.append(i)
    return told


def _dates(ax: Axes, days: list[str], x: list[int]) -> None:
    """Dates under their dots; where two come too close the later one goes a line lower, and then is left out."""
    ax.set_xticks(x, labels=[""] * len(x))
    span = ax.get_xlim()
    unit = ax.get_position().width * ax.figure.get_figwidth() * 72 / (span[1] - span[0])  # type: ignore[union-attr]
    free = [float("-inf"), float("-inf")]
    for day, at in zip(days, x, strict=True):
        words = date(day, "medium")
        half = text_width(words) / 2
        line = next((i for i in (0, 1) if at * unit - half > free[i] + 6), None)
        if line is None:
            continue
        free[line] = at * unit + half
        low = -ax.get_ylim()[1] * (0.085 + 0.09 * line)
        put(ax, at, low, words, ha="center", colour=GREY, label="date")


def _ends(sheet: Sheet, lines: list[tuple[int, str, str]], top: float, left: float) -> None:
    """Names of the lines at their right ends, moved apart where they would touch."""
    used = float("-inf")
    for value, words, colour in sorted(lines, key=lambda line: -line[0]):
        y = max(12 + 132 * (1 - value / top), used + 11)
        used = y
        put(sheet.ax, left, y, words, colour=colour, bold=colour == ACCENT)
