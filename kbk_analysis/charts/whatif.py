"""What moves when the meeting counts otherwise: lines from its decision and its ranking to the ranking of a trial."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, refusal
from kbk_analysis.charts.problems import LINE, Row, layout, rows_of
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    PAGE_HEIGHT,
    RULE,
    VERDICTS,
    WIDTHS,
    Sheet,
    fill,
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
from kbk_analysis.narrative.priority_figures import nothing_scored, problem_name, rank_mark, score_source
from kbk_analysis.narrative.whatif import shift_text, trial_caption
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.whatif import Moved, moved

HEAD, FOOT, STEP, SHARE = 32.0, 22.0, 62.0, 92.0
OTHERS: Final = "#B5B5B5"


class Column(NamedTuple):
    """One ranking: heading, rank as printed and as a number of each row, place of each row from the top."""

    heading: str
    marks: list[str]
    ranks: list[float]
    places: list[int]


def plot_whatif(trial: Priorities, meeting: Priorities) -> tuple[Exhibit, ...]:
    """Ranks of the meeting's decision, of its ranking, and of a trial, with the share of draws among the first.

    Parameters
    ----------
    trial, meeting
        Released results of `whatif` and of the chapter.

    Returns
    -------
    tuple of Exhibit
        One sheet; a refusal where nobody is heard. Table: problem with rank, total and share by the trial, rank by the
        meeting's ranking, place in its decision, and how far it moved.
    """
    require_released(trial)
    require_released(meeting)
    found, rows = moved(trial, meeting), rows_of(trial)
    fields, values = _table(trial, found)
    if not rows:
        return (refusal("uji-coba", tr("Peringkat uji coba"), nothing_scored(), fields, values, score_source(trial)),)
    drawn = to_svg(draw_whatif(rows, _columns(trial, found, rows), _shares(trial, rows), found, trial.top))
    return (framed("uji-coba", trial_caption(trial, found), score_source(trial), fields, values, drawn),)


def _table(trial: Priorities, found: Moved) -> tuple[list[Field], list[tuple[Value, ...]]]:
    decided = found.agreed_entered is not None
    fields = [
        Field("rank", tr("Urut"), weight=0.6),
        Field("problem", tr("Masalah"), weight=4.0, strong=True),
        Field("total", tr("Jumlah skor"), "decimal1", weight=0.8),
        Field("top", tr("Bagian di {n} teratas", n=integer(trial.top)), "percent0", weight=0.9),
        Field("before", tr("Urut, hitungan rapat"), "integer", weight=1.2),
        *([Field("agreed", tr("Urut, putusan rapat"), "integer", weight=1.2)] if decided else []),
        Field("shift", tr("Bergeser"), weight=1.1),
    ]
    rows: list[tuple[Value, ...]] = []
    for id, row in trial.problems.iterrows():
        before, agreed = found.places.loc[[id], ["before", "agreed"]].to_numpy(dtype=float)[0]
        few = Refusal("too_few_judges", {"n": int(row["judges"]), "minimum": 1})
        total = float(row["total"]) if row["rank"] > 0 else few
        values = [rank_mark(row), problem_name(trial, str(id)), total, _share(trial, row), _place(before)]
        values += [_place(agreed)] if decided else []
        rows.append((*values, shift_text(row, before, top=trial.top)))
    return fields, rows


def _share(trial: Priorities, row: pd.Series) -> Value:
    if isinstance(trial.by_judges, Refusal):
        return trial.by_judges
    return Refusal("not_applicable") if pd.isna(row.get("top")) else 100 * float(row["top"])


def _place(rank: float) -> Value:
    return Refusal("not_applicable") if pd.isna(rank) else int(rank)


def _shares(trial: Priorities, rows: list[Row]) -> list[float] | None:
    """Share of each row among the first; None where judges are too few to draw again."""
    if "top" not in trial.problems:
        return None
    shares: list[float] = trial.problems.loc[[row.id for row in rows], "top"].astype(float).tolist()
    return shares


def _columns(trial: Priorities, found: Moved, rows: list[Row]) -> list[Column]:
    ids = [row.id for row in rows]
    sides = [(tr("hitungan\nrapat"), found.places.loc[ids, "before"])]
    if found.agreed_entered is not None:
        sides.insert(0, (tr("putusan\nrapat"), found.places.loc[ids, "agreed"]))
    columns = []
    for heading, ranks in sides:
        numbers = ranks.astype(float).tolist()
        order = np.lexsort((np.arange(len(ids)), np.nan_to_num(numbers, nan=np.inf)))
        written = ["" if np.isnan(n) else integer(n) + "=" * (numbers.count(n) > 1) for n in numbers]
        columns.append(Column(heading, written, numbers, np.argsort(order).tolist()))
    now = trial.problems.loc[ids, "rank"].astype(float).tolist()
    return [*columns, Column(tr("uji\ncoba"), [row.mark for row in rows], now, list(range(len(ids))))]


@styled()
def draw_whatif(rows: list[Row], columns: list[Column], shares: list[float] | None, found: Moved, top: int) -> Figure:
    """Nodes carry ranks, filled for the first; lines end at the names, with a bar for the share among the first."""
    left = len(columns) * STEP - 14
    names = WIDTHS["full"] - left - 16 - (SHARE if shares else 0)
    room = PAGE_HEIGHT - HEAD - FOOT
    setting = layout(rows, names, room, least=20.0)
    pitch = min(setting.pitch, room / len(rows))
    lines = min(setting.lines, max(1, int(pitch // LINE)))
    sheet = new_sheet(HEAD + len(rows) * pitch + FOOT)
    across = [22 + i * STEP for i in range(len(columns))]

    first = sum(rank <= top for rank in columns[-1].ranks)
    for x, column in zip(across, columns, strict=True):
        put(sheet.ax, x, 12, column.heading, ha="center", va="center", colour=GREY, label="heading")
    for i in reversed(range(len(rows))):  # the first lie over the others
        y = HEAD + (i + 0.5) * pitch
        _line(sheet, i, columns, across, pitch, top)
        change = "▲" if rows[i].id in found.entered else "▼" if rows[i].id in found.left else ""
        if change:
            colour = ACCENT if change == "▲" else VERDICTS["worse"]
            marks(sheet.ax, [(left + 4, y)], change, colour=colour, size=7, label="change")
        name = wrap(rows[i].name, names - 4, lines=lines, bold=i < first)
        put(sheet.ax, left + 12, y, name, va="center", bold=i < first, label="problem")
        if shares:
            _bar(sheet, y, shares[i], min(9.0, pitch - 4))
    edge = HEAD + first * pitch
    sheet.ax.plot([0, sheet.width], [edge, edge], color=INK, linewidth=0.8, linestyle=(0, (4, 2)), label="cut")
    if shares:
        words = tr("bagian undian di\n{n} teratas", n=integer(top))
        put(sheet.ax, sheet.width - SHARE + 6, 12, words, va="center", colour=GREY)
    _legend(sheet, top)
    return sheet.figure


def _line(sheet: Sheet, i: int, columns: list[Column], across: list[float], pitch: float, top: int) -> None:
    dark = columns[-1].ranks[i] <= top
    seen = [
        (x, HEAD + (c.places[i] + 0.5) * pitch, c.marks[i], c.ranks[i])
        for x, c in zip(across, columns, strict=True)
        if c.marks[i]
    ]
    colour = ACCENT if dark else OTHERS
    path = [(x, y) for x, y, _, _ in seen]
    sheet.ax.plot(*zip(*path, strict=True), color=colour, linewidth=1.8 if dark else 1.0, zorder=3 if dark else 2,
                  label="line")  # fmt: skip
    for x, y, mark, rank in seen:
        among = rank <= top
        marks(sheet.ax, [(x, y)], "●" if among else "○", colour=colour if among else OTHERS,
              edge=colour if among else OTHERS, size=min(14.0, pitch - 2), label="node")  # fmt: skip
        put(sheet.ax, x, y, mark, ha="center", va="center", colour="white" if among and dark else INK,
            label="rank").set_zorder(6)  # fmt: skip


def _bar(sheet: Sheet, y: float, share: float, thick: float) -> None:
    left, most = sheet.width - SHARE + 6, SHARE - 36
    fill(sheet.ax, [(left, y - thick / 2, most, thick)], "none", edge=RULE, label="whole")
    if share >= 0.005:
        fill(sheet.ax, [(left, y - thick / 2, most * share, thick)], VERDICTS["better"], label="share")
    told = percent(100 * share, 0) if share == share else "–"
    put(sheet.ax, sheet.width - 2, y, told, ha="right", va="center", label="told")


def _legend(sheet: Sheet, top: int) -> None:
    y, left, n = sheet.height - 9, 4.0, integer(top)
    for symbol, colour, words in (
        ("▲", ACCENT, tr("masuk {n} teratas", n=n)),
        ("▼", VERDICTS["worse"], tr("keluar dari {n} teratas", n=n)),
    ):
        marks(sheet.ax, [(left, y)], symbol, colour=colour, size=6)
        put(sheet.ax, left + 7, y, words, colour=GREY, va="center")
        left += 22 + text_width(words)
    sheet.ax.plot([left, left + 18], [y, y], color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    put(sheet.ax, left + 23, y, tr("batas {n} teratas menurut uji coba", n=n), colour=GREY, va="center")
