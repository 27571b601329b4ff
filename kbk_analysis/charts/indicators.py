"""Level of each indicator against its target and the area above: one dot plot a sasaran."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source, paged, reason_of, refusal
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    NORMAL,
    PALE,
    RULE,
    Sheet,
    fill,
    filled,
    marks,
    new_sheet,
    percent_scale,
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
from kbk_analysis.narrative.amounts import amount, is_share
from kbk_analysis.narrative.figures import Caption, other_units, targets, unvalued
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Situation

ROWS = 22  # rows of two lines that fit on one page
PITCH, HEAD, FOOT = 22.5, 34.0, 20.0
NAMES, VALUES = 178.0, 78.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One indicator as drawn: value with interval, target, value of the area above; or why there is none."""

    id: str
    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    target: float | None = None
    benchmark: float | None = None
    status: str = ""
    n: str = ""
    reason: str = ""


def plot_targets(situation: Situation, sasaran: str) -> tuple[Exhibit, ...]:
    """Dots against targets for one sasaran, on a common scale from 0 to 100 per cent.

    Parameters
    ----------
    situation
        A released result.
    sasaran
        ``S1`` to ``S4``.

    Returns
    -------
    tuple of Exhibit
        One for every 22 indicators in per cent. The table also holds the indicators on other scales:
        value, interval, n, target, value of the area above, status.
    """
    require_released(situation)
    catalogue = load_catalogue()
    if sasaran not in catalogue.sasaran:
        raise ValueError(f"unknown sasaran {sasaran!r}; known: {', '.join(catalogue.sasaran)}")
    wanted = [i for i in catalogue if i.sasaran == sasaran and i.id in situation.levels.index]
    name, id = str(catalogue.sasaran[sasaran]), f"target-{sasaran.lower()}"
    if not wanted:
        return (refusal(id, name, Refusal("no_data", {"subject": name})),)
    table = _Table(situation, wanted)
    source = indicator_source(situation, [indicator.id for indicator in wanted])
    shares = [indicator for indicator in wanted if is_share(indicator)]
    others = [indicator for indicator in wanted if not is_share(indicator)]
    if not shares:
        return (framed(id, other_units(name, len(others)), source, table.fields, table.rows(others)),)
    dots = {i.id: _dot(i, level_row(situation, i.id), situation.compared) for i in shares}
    if all(dot.value is None for dot in dots.values()) and not others:
        return (framed(id, unvalued(name, [(dot.name, dot.reason) for dot in dots.values()]), source, (), ()),)
    caption = _caption(list(dots.values()), name, situation)
    parts = filled(shares, ROWS)
    return tuple(
        framed(
            id if len(parts) == 1 else f"{id}-{i}",
            paged(caption, i, len(parts)),
            source,
            table.fields,
            table.rows(part + (others if i == len(parts) else [])),
            to_svg(draw_targets([dots[one.id] for one in part], situation.parent_name)),
        )
        for i, part in enumerate(parts, start=1)
    )


def _caption(dots: list[Dot], sasaran: str, situation: Situation) -> Caption:
    return targets(
        sasaran=sasaran,
        reached=sum(dot.status == "reached" for dot in dots),
        judged=sum(dot.status != "" for dot in dots),
        shown=len(dots),
        missing=sum(dot.value is None for dot in dots),
        targeted=sum(dot.target is not None for dot in dots),
        parent=situation.parent_name if any(dot.benchmark is not None for dot in dots) else "",
    )


class _Table:
    """The numbers behind the dots; columns that would be blank in every row are left out."""

    def __init__(self, situation: Situation, indicators: list[Indicator]) -> None:
        self.situation = situation
        self.counted = any(is_share(indicator) for indicator in indicators)
        self.judged = any(not level_row(situation, i.id)["target_reason"] for i in indicators)

    @property
    def fields(self) -> tuple[Field, ...]:
        fields = [
            Field("indicator", tr("Indikator"), weight=3, strong=True),
            Field("value", tr("Nilai"), "percent1"),
        ]
        if self.counted:
            fields += [
                Field("lower", tr("Batas bawah 95 %"), "percent1"),
                Field("upper", tr("Batas atas 95 %"), "percent1"),
                Field("n", tr("n"), "integer"),
            ]
        if self.situation.compared:
            fields.append(Field("benchmark", self.situation.parent_name, "percent1"))
        if self.judged:
            fields += [Field("target", tr("Target"), "percent1"), Field("status", tr("Terhadap target"), weight=2)]
        return tuple(fields)

    def rows(self, indicators: list[Indicator]) -> list[tuple[Value, ...]]:
        return [self._row(indicator, level_row(self.situation, indicator.id)) for indicator in indicators]

    def _row(self, indicator: Indicator, row: pd.Series) -> tuple[Value, ...]:
        def written(name: str, reason: str) -> Value:
            value = given(row[name], row[reason])
            # numbers in per cent stay numbers; those on other scales are written out with their unit
            return amount(indicator, value) if isinstance(value, float) and not is_share(indicator) else value

        def limit(name: str) -> Value:
            return Refusal("no_score") if not row["reason"] and pd.isna(row[name]) else written(name, "reason")

        cells: list[Value] = [indicator.name, written("value", "reason")]
        if self.counted:
            n = reason_of(row["reason"]) or _number(row["denominator"]) or Refusal("not_applicable")
            cells += [limit("lower"), limit("upper"), n]
        if self.situation.compared:
            cells.append(written("benchmark", "benchmark_reason"))
        if self.judged:
            cells += [written("target", "target_reason"), _status(row)]
        return tuple(cells)


def _status(row: pd.Series) -> str:
    words = {"reached": tr("tercapai"), "not_reached": tr("belum tercapai"), "": tr("tidak dinilai")}
    status = words[str(row["target_status"])]
    return tr("{status}, belum pasti", status=status) if row["target_status"] and not row["certain"] else status


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def _dot(indicator: Indicator, row: pd.Series, compared: bool) -> Dot:
    refusal_ = reason_of(row["reason"], row)
    name = indicator.name
    if indicator.direction == Direction.LOWER:
        name = tr("{name} ↓", name=name)
    n = _number(row["denominator"])
    return Dot(
        id=indicator.id,
        name=name,
        value=None if refusal_ else _number(row["value"]),
        lower=None if refusal_ else _number(row["lower"]),
        upper=None if refusal_ else _number(row["upper"]),
        target=_number(row["target"]) if not row["target_reason"] else None,
        benchmark=_number(row["benchmark"]) if compared and not row["benchmark_reason"] else None,
        status=str(row["target_status"]),
        n=integer(n) if n is not None else "",
        reason=refusal_.short if refusal_ else "",
    )


@styled()
def draw_targets(dots: list[Dot], parent: str) -> Figure:
    """One row an indicator in the order given; what has no value is a row with its reason in grey."""
    bottom = HEAD + len(dots) * PITCH
    sheet = new_sheet(bottom + FOOT)
    width = sheet.width - NAMES - VALUES
    for i in range(0, len(dots), 2):
        fill(sheet.ax, [(0, HEAD + i * PITCH, sheet.width, PITCH)], PALE, edge="none")
    ax = sheet.axes(NAMES, HEAD, width, len(dots) * PITCH)
    percent_scale(ax, len(dots))
    for i, dot in enumerate(dots):
        _words(sheet, dot, HEAD + (i + 0.5) * PITCH)
    _layers(ax, dots)
    put(sheet.ax, sheet.width - 38, HEAD - 6, tr("nilai"), colour=GREY, ha="right")
    put(sheet.ax, sheet.width - 1, HEAD - 6, tr("n"), colour=GREY, ha="right")
    _legend(sheet, dots, parent)
    return sheet.figure


def _layers(ax: Axes, dots: list[Dot]) -> None:
    places = [(i + 0.5, dot) for i, dot in enumerate(dots)]
    for y, dot in places:
        if dot.value is not None and dot.lower is not None and dot.upper is not None:
            ax.plot(
                [dot.lower, dot.upper], [y, y], color=ACCENT, linewidth=2, solid_capstyle="butt", label=f"ci:{dot.id}"
            )
    targeted = [(dot.target, y) for y, dot in places if dot.target is not None]
    ax.vlines(
        [x for x, _ in targeted],
        [y - 0.34 for _, y in targeted],
        [y + 0.34 for _, y in targeted],
        color=INK,
        linewidth=2.2,
        label="target",
        zorder=3,
        clip_on=False,
    )
    compared = [(dot.benchmark, y) for y, dot in places if dot.benchmark is not None]
    marks(ax, compared, "◇", colour=GREY, size=7, label="benchmark")
    marks(
        ax, [(dot.value, y) for y, dot in places if dot.value is not None], "●", colour=ACCENT, size=6.5, label="value"
    )


def _words(sheet: Sheet, dot: Dot, y: float) -> None:
    put(sheet.ax, 2, y, wrap(dot.name, NAMES - 14, size=NORMAL), size=NORMAL, va="center")
    if dot.value is not None:
        put(sheet.ax, sheet.width - 38, y, percent(dot.value, 1), bold=True, ha="right", label=f"value:{dot.id}")
        put(sheet.ax, sheet.width - 1, y, dot.n, colour=GREY, ha="right")
    else:
        put(sheet.ax, sheet.width - 1, y, dot.reason, colour=GREY, ha="right", label=f"reason:{dot.id}")


def _legend(sheet: Sheet, dots: list[Dot], parent: str) -> None:
    """What the signs mean that are drawn."""
    y, left = 8.0, 2.0
    marks(sheet.ax, [(left + 9, y)], "●", colour=ACCENT, size=6.5)
    sheet.ax.plot([left, left + 18], [y, y], color=ACCENT, linewidth=2, solid_capstyle="butt")
    word = tr("nilai dan selang 95 %")
    put(sheet.ax, left + 23, y, word, colour=GREY)
    left += 23 + text_width(word) + 14
    if any(dot.target is not None for dot in dots):
        sheet.ax.plot([left, left], [y - 5, y + 5], color=INK, linewidth=2.2)
        put(sheet.ax, left + 5, y, tr("target"), colour=GREY)
        left += 5 + text_width(tr("target")) + 16
    if any(dot.benchmark is not None for dot in dots):
        marks(sheet.ax, [(left, y)], "◇", colour=GREY, size=7)
        name = wrap(parent, 120, lines=1)
        put(sheet.ax, left + 7, y, name, colour=GREY)
        left += 7 + text_width(name) + 14
    if any(dot.name.endswith("↓") for dot in dots):
        put(sheet.ax, left, y, tr("↓ makin rendah makin baik"), colour=GREY)
    sheet.ax.plot([0, sheet.width], [HEAD, HEAD], color=RULE, linewidth=0.6)
