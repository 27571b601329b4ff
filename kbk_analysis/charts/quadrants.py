"""Which villages first? Share against number of people, for each problem that the meeting takes up."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import framed, refusal
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
)
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import date, integer, percent, tr
from kbk_analysis.indicators.release import SUPPRESSED, require_released
from kbk_analysis.narrative.amounts import source_name
from kbk_analysis.narrative.priority_figures import place_figure
from kbk_analysis.priority.analysis import Priorities

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 208.0, 36.0, 62.0, 36.0, 32.0
NAMED: Final = 8  # villages named in the figure, those with most people first
LISTED: Final = 20  # and in the table
SIGNS: Final = {"both": "●", "share": "▲", "number": "■", "neither": "○"}
COLOURS: Final = {"both": ACCENT, "share": "#5B8DB8", "number": "#7A7A7A", "neither": "#BDBDBD"}


def plot_places(priorities: Priorities) -> tuple[Exhibit, ...]:
    """Quadrants of villages, one figure a problem among the first.

    Parameters
    ----------
    priorities
        A released result.

    Returns
    -------
    tuple of Exhibit
        A statement where no problem has an indicator that counts people by village. Table: the villages high by share
        and by number, those with most people first.
    """
    require_released(priorities)
    frame = priorities.places
    if frame.empty:
        none = Refusal("no_data", {"subject": tr("jumlah per desa pada indikator masalah teratas")})
        return (refusal("desa-prioritas", tr("Desa prioritas"), none, source=priorities.dataset),)
    return tuple(_one(priorities, str(id), part) for id, part in frame.groupby("problem", sort=False))


def _one(found: Priorities, problem: str, part: pd.DataFrame) -> Exhibit:
    shown = part[part["verdict"] != ""].reset_index(drop=True)
    source = _source(found, part)
    id = f"desa-prioritas-{problem.lower()}"
    if shown.empty:
        hidden = Refusal("suppressed") if part["reason"].isin(SUPPRESSED).any() else Refusal("not_reported")
        return refusal(id, tr("Desa prioritas"), hidden, source=source)
    both = shown[shown["verdict"] == "both"].sort_values(["affected", "area_code"], ascending=[False, True])
    fields = (
        Field("village", tr("Desa"), weight=2, strong=True),
        Field("affected", tr("Sasaran bermasalah"), "integer"),
        Field("n", tr("dari"), "integer"),
        Field("share", tr("Persentase"), "percent1"),
        Field("shrunk", tr("Setelah ditarik"), "percent1"),
    )
    rows: list[tuple[Value, ...]] = [
        (str(r["name"]), float(r["affected"]), float(r["denominator"]), float(r["value"]), float(r["shrunk"]))
        for _, r in both.head(LISTED).iterrows()
    ]
    caption = place_figure(found, problem, shown)
    return framed(id, caption, source, fields if rows else (), rows, to_svg(draw_places(shown)))


def _source(found: Priorities, part: pd.DataFrame) -> str:
    name = load_catalogue()[str(part["indicator"].iloc[0])].name
    source = source_name(str(part["source"].iloc[0]), str(part["period"].iloc[0]), found.sources)
    days = [str(day)[:10] for day in part["as_of"].dropna()]
    told = tr("{indicator}, {source}", indicator=name, source=source)
    return tr("{names}, data sampai {date}", names=told, date=date(max(days))) if days else told


@styled()
def draw_places(rows: pd.DataFrame) -> Figure:
    """A dot a village; cuts as lines; the quadrant high in both is framed and its largest villages are named."""
    sheet = new_sheet(HEIGHT)
    width, height = sheet.width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    ax = sheet.axes(LEFT, TOP, width, height)
    ax.set_zorder(sheet.ax.get_zorder() - 1)
    share_cut, number_cut = float(rows["share_cut"].iloc[0]), float(rows["number_cut"].iloc[0])
    right = max(float(rows["affected"].max()), number_cut) * 1.06 + 1
    top = min(max(float(rows["shrunk"].max()), share_cut) * 1.08 + 1, 104.0)
    low = min(float(rows["shrunk"].min()), share_cut)
    foot = (
        -0.03 * top if low < top / 2 else low - 0.25 * (top - low)
    )  # dots are no bars: a scale need not start at none
    ax.set(xlim=(-0.02 * right, right), ylim=(foot, top))
    ax.axhline(share_cut, color=INK, linewidth=0.8, linestyle=(0, (4, 2)), label="share cut")
    ax.axvline(number_cut, color=INK, linewidth=0.8, linestyle=(0, (4, 2)), label="number cut")
    for kind, sign in SIGNS.items():
        some = rows[rows["verdict"] == kind]
        marks(ax, list(zip(some["affected"], some["shrunk"], strict=True)), sign, colour=COLOURS[kind], size=4.5,
              label=kind)  # fmt: skip
    _axes(ax, right, top, foot)
    across, down = width / (right * 1.02), height / (top - foot)
    spots = {
        i: ((LEFT + (float(r["affected"]) + 0.02 * right) * across, TOP + (top - float(r["shrunk"])) * down), 4.0)
        for i, (_, r) in enumerate(rows.iterrows())
    }
    both = rows[rows["verdict"] == "both"].sort_values(["affected", "area_code"], ascending=[False, True]).head(NAMED)
    names = {int(str(i)): str(name) for i, name in both["name"].items()}
    name_dots(sheet, names, spots, [], (LEFT, TOP, width, height), longest=120.0)
    _legend(sheet)
    put(sheet.ax, 0, TOP - 10, tr("persentase bermasalah"), colour=GREY)
    x, y = LEFT + (number_cut + 0.02 * right) * across, TOP + (top - share_cut) * down
    mean = tr("rerata {n}", n=integer(number_cut))
    put(sheet.ax, max(x, 110 + text_width(mean) / 2), TOP - 10, mean, ha="center", label="cut")
    put(sheet.ax, sheet.width - RIGHT + 4, y - 2, tr("seluruh\nwilayah"), va="bottom", label="cut")
    put(sheet.ax, sheet.width - RIGHT + 4, y + 7, percent(share_cut, 1), bold=True, label="cut")
    put(sheet.ax, LEFT + width / 2, HEIGHT - 7, tr("jumlah sasaran bermasalah di desa"), colour=GREY, ha="center")
    return sheet.figure


def _axes(ax: Axes, right: float, top: float, foot: float) -> None:
    step = next(s for s in (1, 2, 5, 10, 20, 25) if (top - foot) / s <= 6)
    ticks = [value for value in range(0, 101, step) if foot <= value <= top]
    ax.set_yticks(ticks, labels=[percent(value, 0) for value in ticks])
    ax.tick_params(axis="y", length=0)
    ax.hlines(ticks, *ax.get_xlim(), color=RULE, linewidth=0.5, zorder=0)
    wide = next(n * 10**p for p in range(7) for n in (1, 2, 5) if right / (n * 10**p) <= 7)
    across = list(range(0, int(right) + 1, wide))
    ax.set_xticks(across, labels=[integer(value) for value in across])


def _legend(sheet: Sheet) -> None:
    words = {
        "both": tr("tinggi keduanya"),
        "share": tr("tinggi persentasenya"),
        "number": tr("tinggi jumlahnya"),
        "neither": tr("lainnya"),
    }
    left = LEFT
    for kind, sign in SIGNS.items():
        marks(sheet.ax, [(left + 4, 8)], sign, colour=COLOURS[kind], size=5.5)
        put(sheet.ax, left + 11, 8, words[kind], colour=GREY, label="legend")
        left += 24 + text_width(words[kind])
