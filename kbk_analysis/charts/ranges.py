"""How sure is each class? The classes that a kampung's missing inputs allow, with the one the portal states."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, paged, portal_source, refusal
from kbk_analysis.charts.style import (
    ACCENT,
    CLASS_COLOURS,
    GREY,
    INK,
    NORMAL,
    PAGE_HEIGHT,
    PALE,
    RULE,
    fill,
    marks,
    new_sheet,
    page_rows,
    pages,
    put,
    row_name,
    row_pitch,
    styled,
    text_on,
    text_width,
    to_svg,
)
from kbk_analysis.charts.views import ORDER, Kampung, kampung_of, told_apart, unit_names
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value
from kbk_analysis.i18n import tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import class_ranges
from kbk_analysis.schema import CLASSES, AreaLevel, KampungClass
from kbk_analysis.situation.result import Situation

HEAD, NAMES, LEGEND = 24.0, 172.0, 20.0


def plot_class_ranges(situation: Situation) -> tuple[Exhibit, ...]:
    """Range of classes that each kampung's missing inputs allow, with the class the portal states.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    tuple of Exhibit
        One for every 40 kampung, fewer where names are long. Table: kampung, village, class stated, recomputed,
        lowest, highest.
    """
    require_released(situation)
    kampung = sorted(kampung_of(situation), key=_rank)
    if not kampung:
        return (refusal("rentang-kelas", tr("Rentang kelas"), Refusal("no_data", {"subject": situation.name})),)
    villages, names = unit_names(situation), told_apart(kampung)
    caption = class_ranges(kampung=len(kampung), open_range=sum(k.open for k in kampung))
    parts = pages(kampung, page_rows(names.values(), NAMES - 12, PAGE_HEIGHT - HEAD - LEGEND))
    return tuple(
        framed(
            "rentang-kelas" if len(parts) == 1 else f"rentang-kelas-{i}",
            paged(caption, i, len(parts)),
            portal_source(situation),
            _fields(),
            [_row(k, villages) for k in part],
            to_svg(draw_ranges(part, names)),
            Place.BODY if situation.level == AreaLevel.DISTRICT else Place.ANNEX,  # a regency has hundreds
        )
        for i, part in enumerate(parts, start=1)
    )


def _rank(kampung: Kampung) -> tuple[int, int, int, str]:
    """Highest class first, then the one that could be highest, then name."""
    return (-ORDER[kampung.shown], -ORDER[kampung.highest], -ORDER[kampung.lowest], kampung.name)


def _fields() -> tuple[Field, ...]:
    return (
        Field("kampung", tr("Kampung KB"), weight=2, strong=True),
        Field("village", tr("Desa"), weight=2),
        Field("stated", tr("Kelas menurut portal")),
        Field("recomputed", tr("Hitung ulang")),
        Field("lowest", tr("Terendah yang mungkin")),
        Field("highest", tr("Tertinggi yang mungkin")),
    )


def _row(kampung: Kampung, villages: dict[str, str]) -> tuple[Value, ...]:
    stated = kampung.stated.value if kampung.stated else None
    recomputed = kampung.recomputed.value if kampung.recomputed else None
    village = villages.get(kampung.village_code) or kampung.village or "–"
    return (kampung.name, village, stated, recomputed, kampung.lowest.value, kampung.highest.value)


@styled()
def draw_ranges(kampung: list[Kampung], names: dict[str, str]) -> Figure:
    """One row a kampung in the order given: a bar from lowest to highest class, a dot on the stated class.

    Where only one class is possible the bar is a tick, drawn where the portal states another; what the portal does
    not state has no dot.
    """
    pitch = row_pitch((names[one.id] for one in kampung), NAMES - 12, PAGE_HEIGHT - HEAD - LEGEND, 18.0)
    bottom = HEAD + len(kampung) * pitch
    sheet = new_sheet(bottom + LEGEND)
    step = (sheet.width - NAMES) / len(CLASSES)
    middle = {klass: NAMES + (i + 0.5) * step for i, klass in enumerate(CLASSES)}
    for i, klass in enumerate(CLASSES):
        colour = CLASS_COLOURS[klass]
        fill(sheet.ax, [(NAMES + i * step + 0.5, 1, step - 1, 15)], colour)
        put(sheet.ax, middle[klass], 9, klass.value, size=NORMAL, bold=True, ha="center", colour=text_on(colour))
        sheet.ax.plot([middle[klass]] * 2, [HEAD - 4, bottom], color=RULE, linewidth=0.6, zorder=0)
    for i, one in enumerate(kampung):
        y = HEAD + (i + 0.5) * pitch
        if i % 2 == 0:
            fill(sheet.ax, [(0, y - pitch / 2, sheet.width, pitch)], PALE, edge="none").set_zorder(-1)
        row_name(sheet.ax, NAMES - 8, y, names[one.id], NAMES - 12, pitch)
        if one.open or one.stated != one.lowest:
            low, high = middle[one.lowest], middle[one.highest]
            sheet.ax.plot([low, high], [y, y], color=ACCENT, linewidth=2.2, solid_capstyle="butt", label=one.id)
            sheet.ax.vlines([low, high], y - 3.5, y + 3.5, color=ACCENT, linewidth=1.4)
    _dots(sheet.ax, kampung, middle, pitch)
    _legend(sheet.ax, bottom + 12)
    return sheet.figure


def _dots(ax: Axes, kampung: list[Kampung], middle: dict[KampungClass, float], pitch: float) -> None:
    for klass, x in middle.items():
        same = [(x, HEAD + (i + 0.5) * pitch) for i, k in enumerate(kampung) if k.stated == klass]
        marks(ax, same, "●", colour=CLASS_COLOURS[klass], edge=INK, size=8, label=klass.value)


def _legend(ax: Axes, y: float) -> None:
    marks(ax, [(NAMES + 4, y)], "●", colour="white", edge=INK, size=8)
    put(ax, NAMES + 11, y, tr("kelas menurut portal"), colour=GREY)
    left = NAMES + 30 + text_width(tr("kelas menurut portal"))
    ax.plot([left, left + 18], [y, y], color=ACCENT, linewidth=2.2)
    put(ax, left + 23, y, tr("yang mungkin bila isian kosong dilaporkan"), colour=GREY)
