"""Does the order depend on the weights? The share of all weights with which a problem is among the first, or first."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, paged, refusal
from kbk_analysis.charts.problems import Layout, Row, layout, rows_of, write_row
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    PAGE_HEIGHT,
    RULE,
    Sheet,
    marks,
    new_sheet,
    percent_scale,
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
from kbk_analysis.narrative.priority_figures import nothing_scored, score_source, weight_panel
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.robustness import Acceptability

NAMES, RIGHT, HEAD, FOOT = 176.0, 136.0, 30.0, 34.0
RARE = 0.01  # share of weights from which the weights of a first place are told


def plot_weights(priorities: Priorities) -> tuple[Exhibit, ...]:
    """Dots on a scale of per cent: among the first, and first, over all weights.

    Parameters
    ----------
    priorities
        A released result.

    Returns
    -------
    tuple of Exhibit
        A refusal where the method multiplies, so that weights have no meaning. Table: problem, both shares, and the
        mean weights of the draws in which it is first.
    """
    require_released(priorities)
    shares, rows, source = priorities.by_weights, rows_of(priorities), score_source(priorities)
    if isinstance(shares, Refusal):
        reason = shares if rows else nothing_scored()
        return (refusal("bobot", tr("Peringkat bila bobotnya lain"), reason, source=source),)
    setting = layout(rows, NAMES, PAGE_HEIGHT - HEAD - FOOT)
    caption = weight_panel(priorities, shares)
    letters = priorities.method.letters
    fields = (
        Field("rank", tr("Peringkat"), weight=0.7),
        Field("problem", tr("Masalah"), weight=3, strong=True),
        Field("top", tr("Bagian di {n} teratas", n=integer(priorities.top)), "percent0"),
        Field("first", tr("Bagian pertama"), "percent0"),
        *(Field(f"w{letter}", tr("Bobot {letter}", letter=letter), "percent0", weight=0.7) for letter in letters),
    )
    return tuple(
        framed(
            "bobot" if len(setting.sheets) == 1 else f"bobot-{i}",
            paged(caption, i, len(setting.sheets)),
            source,
            fields,
            [_values(row, shares, priorities.top, len(letters)) for row in part],
            to_svg(draw_weights(part, shares, setting, priorities.top, letters)),
        )
        for i, part in enumerate(setting.sheets, start=1)
    )


def _values(row: Row, shares: Acceptability, top: int, criteria: int) -> tuple[Value, ...]:
    first = float(shares.by_rank[row.place, 0])
    central = shares.central[row.place] if shares.central is not None and first >= RARE else np.full(criteria, np.nan)
    weights: list[Value] = [Refusal("not_applicable") if w != w else 100 * float(w) for w in central]
    return (row.mark, row.name, 100 * float(shares.among_first(top)[row.place]), 100 * first, *weights)


@styled()
def draw_weights(rows: list[Row], shares: Acceptability, setting: Layout, top: int, letters: tuple[str, ...]) -> Figure:
    """A filled dot for among the first, an empty one for first; the weights that put it first in words at the right."""
    height = len(rows) * setting.pitch
    sheet = new_sheet(HEAD + height + FOOT)
    ax = sheet.axes(NAMES, HEAD, sheet.width - NAMES - RIGHT, height)
    percent_scale(ax, len(rows))
    ax.set_zorder(sheet.ax.get_zorder() + 1)
    among = [(100 * float(shares.among_first(top)[row.place]), i + 0.5) for i, row in enumerate(rows)]
    first = [(100 * float(shares.by_rank[row.place, 0]), i + 0.5) for i, row in enumerate(rows)]
    for (a, y), (b, _) in zip(among, first, strict=True):
        ax.plot([b, a], [y, y], color=RULE, linewidth=1.6, zorder=1)
    marks(ax, among, "●", colour=ACCENT, size=6.5, label="among")
    marks(ax, first, "○", colour=INK, size=5.5, label="first")
    for i, row in enumerate(rows):
        y = HEAD + (i + 0.5) * setting.pitch
        write_row(sheet.ax, y, row, NAMES - 4, setting.lines)
        put(sheet.ax, sheet.width - RIGHT + 16, y, _told(row, shares, letters), va="center", label="told")
    _head(sheet, top)
    put(sheet.ax, NAMES, HEAD + height + FOOT - 7, tr("bagian dari semua bobot yang mungkin"), colour=GREY)
    return sheet.figure


def _told(row: Row, shares: Acceptability, letters: tuple[str, ...]) -> str:
    """Mean weights when first; a dash where it is practically never first."""
    if shares.central is None or shares.by_rank[row.place, 0] < RARE:
        return "–"
    words = " · ".join(
        f"{a} {percent(100 * float(w), 0)}" for a, w in zip(letters, shares.central[row.place], strict=True)
    )
    return wrap(words, RIGHT - 18, lines=2)


def _head(sheet: Sheet, top: int) -> None:
    left = NAMES
    for symbol, colour, words in (
        ("●", ACCENT, tr("di antara {n} teratas", n=integer(top))),
        ("○", INK, tr("pertama")),
    ):
        marks(sheet.ax, [(left + 4, 8)], symbol, colour=colour, size=6)
        put(sheet.ax, left + 11, 8, words, colour=GREY)
        left += 20 + text_width(words)
    put(sheet.ax, sheet.width - RIGHT + 16, 12, tr("bobot rata-rata\nsaat pertama"), colour=GREY, va="center")
