"""Who scored what? Mean score of each judge for each problem, who did not score, and how each agrees with the rest."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, paged, refusal
from kbk_analysis.charts.problems import Layout, Row, layout, rows_of, shade, write_row
from kbk_analysis.charts.style import (
    GREY,
    HATCH,
    INK,
    PAGE_HEIGHT,
    RULE,
    Box,
    Sheet,
    fill,
    new_sheet,
    pages,
    put,
    styled,
    text_on,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import decimal, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.priority_figures import (
    SHORT,
    judge_name,
    judges_map,
    nothing_scored,
    problem_name,
    score_source,
)
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Floats

NAMES, LONGEST, FOOT = 168.0, 84.0, 52.0
WIDEST, MOST = 30.0, 15  # points of a column, and judges of a sheet


def plot_judges(priorities: Priorities) -> tuple[Exhibit, ...]:
    """Map of judges and problems.

    Judges stand in the order of their agreement with the rest, so that an odd one out is at the right.

    Parameters
    ----------
    priorities
        A released result.

    Returns
    -------
    tuple of Exhibit
        One for at most 15 judges and one page of problems. Table: problem and the mean score of each judge.
    """
    require_released(priorities)
    source = score_source(priorities)
    if not priorities.scores.size or np.isnan(priorities.scores).all():
        return (refusal("penilai", tr("Skor setiap penilai"), nothing_scored(), source=source),)
    means = mean_scores(priorities)
    order = _order(priorities)
    rows = rows_of(priorities, ranked=False)
    head = _head_height(priorities)
    setting = layout(rows, NAMES, PAGE_HEIGHT - head - FOOT)
    sheets = [(judges, part) for part in setting.sheets for judges in pages(order, MOST)]
    caption = judges_map(priorities)
    found = []
    for i, (judges, part) in enumerate(sheets, start=1):
        fields = (
            Field("problem", tr("Masalah"), weight=12, strong=True),
            *(Field(f"j{j}", judge_name(priorities, str(priorities.judges.index[j])), "decimal1") for j in judges),
        )
        values = [
            (problem_name(priorities, row.id, SHORT), *(_value(means[j, row.place]) for j in judges)) for row in part
        ]
        drawn = to_svg(draw_judges(priorities, means, part, judges, setting))
        name = "penilai" if len(sheets) == 1 else f"penilai-{i}"
        found.append(framed(name, paged(caption, i, len(sheets)), source, fields, values, drawn))
    return tuple(found)


def mean_scores(found: Priorities) -> Floats:
    """Mean of the criteria by judge and problem, turned so that high is urgent; NaN where nothing was scored."""
    turned = np.stack([c.turned(found.scores[..., i]) for i, c in enumerate(found.method.criteria)], axis=-1)
    result = np.full(turned.shape[:2], np.nan)
    some = ~np.isnan(turned).all(axis=2)
    result[some] = np.nanmean(turned[some], axis=1)
    return result


def _order(found: Priorities) -> list[int]:
    agreed = found.judges["with_rest"].astype(float).tolist()
    heard = [not np.isnan(scores).all() for scores in found.scores]
    keys = [
        (-value if not math.isnan(value) else 2 - flag, j)
        for j, (value, flag) in enumerate(zip(agreed, heard, strict=True))
    ]
    return [j for _, j in sorted(keys)]


def _value(score: float) -> Value:
    return Refusal("not_scored") if math.isnan(score) else float(score)


def _head_height(found: Priorities) -> float:
    longest = max((text_width(judge_name(found, str(judge))) for judge in found.judges.index), default=0.0)
    return min(longest, LONGEST) + 12


@styled()
def draw_judges(found: Priorities, means: Floats, rows: list[Row], judges: list[int], setting: Layout) -> Figure:
    """One column a judge, one row a problem; under the columns the agreement with the rest and the severity."""
    head = _head_height(found)
    bottom = head + len(rows) * setting.pitch
    sheet = new_sheet(bottom + FOOT)
    step = min(WIDEST, (sheet.width - NAMES) / len(judges))
    for place, j in enumerate(judges):
        words = wrap(judge_name(found, str(found.judges.index[j])), LONGEST, lines=1)
        put(sheet.ax, NAMES + (place + 0.5) * step, head - 6, words, rotation=90, va="center", label="judge")
    for i, row in enumerate(rows):
        write_row(sheet.ax, head + (i + 0.5) * setting.pitch, row, NAMES, setting.lines)
    _cells(sheet, found, means, rows, judges, (NAMES, head, step, setting.pitch))
    if not found.consensus:
        _foot(sheet, found, judges, bottom, step)
    _legend(sheet, bottom + FOOT - 9)
    return sheet.figure


def _cells(sheet: Sheet, found: Priorities, means: Floats, rows: list[Row], judges: list[int], grid: Box) -> None:
    left, top, step, pitch = grid
    low, high = found.method.criteria[0].low, max(c.high for c in found.method.criteria)
    boxes: dict[str, list[Box]] = {}
    silent: list[Box] = []
    own: list[Box] = []
    for i, row in enumerate(rows):
        for place, j in enumerate(judges):
            box = (left + place * step + 0.7, top + i * pitch + 0.7, step - 1.4, pitch - 1.4)
            mean = float(means[j, row.place])
            if found.judges["agency"].iloc[j] == found.problems["lead_agency"].iloc[row.place]:
                own.append(box)
            if math.isnan(mean):
                silent.append(box)
                continue
            colour = shade((mean - low) / (high - low))
            boxes.setdefault(colour, []).append(box)
            partly = bool(np.isnan(found.scores[j, row.place]).any())
            text = f"({decimal(mean, 1)})" if partly and step >= 20 else decimal(mean, 1)
            x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
            label = "part" if partly else "score"
            put(sheet.ax, x, y, text, ha="center", va="center", colour=text_on(colour), label=label)
    for colour, some in boxes.items():
        fill(sheet.ax, some, colour, edge=RULE, width=0.4)
    fill(sheet.ax, silent, "white", edge=GREY, width=0.4, hatch=HATCH, label="silent")
    fill(sheet.ax, own, "none", edge=INK, width=1.6, label="own").set_zorder(3)


def _foot(sheet: Sheet, found: Priorities, judges: list[int], bottom: float, step: float) -> None:
    """Two lines of numbers: agreement with the rest (-1 to 1), and how far the scores lie from the others'."""
    for y, column, words in (
        (bottom + 10, "with_rest", tr("searah penilai lain (1 = sama)")),
        (bottom + 22, "severity", tr("selisih skor dari penilai lain")),
    ):
        put(sheet.ax, NAMES - 6, y, words, ha="right", colour=GREY)
        for place, j in enumerate(judges):
            value = float(found.judges[column].iloc[j])
            sign = "+" if column == "severity" and round(value, 1) > 0 else ""
            text = "–" if math.isnan(value) else f"{sign}{_minus(decimal(value, 1))}"
            put(sheet.ax, NAMES + (place + 0.5) * step, y, text, ha="center", label=column)


def _minus(text: str) -> str:
    return text.replace("-0,0", "0,0").replace("-0.0", "0.0").replace("-", "−")


def _legend(sheet: Sheet, y: float) -> None:
    fill(sheet.ax, [(2, y - 5, 14, 10)], "white", edge=GREY, width=0.4, hatch=HATCH)
    put(sheet.ax, 20, y, tr("tidak menilai"), colour=GREY)
    left = 34 + text_width(tr("tidak menilai"))
    fill(sheet.ax, [(left, y - 5, 14, 10)], "none", edge=INK, width=1.6)
    put(sheet.ax, left + 18, y, tr("masalah dinas sendiri"), colour=GREY)
    left += 32 + text_width(tr("masalah dinas sendiri"))
    put(sheet.ax, left, y, tr("(3,0) sebagian kriteria; makin gelap makin mendesak"), colour=GREY)
