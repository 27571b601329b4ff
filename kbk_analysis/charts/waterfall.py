"""Where are the people who are short of the target? One step a village, most first, and the share they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.charts.framing import framed, indicator_source, reason_of, unit_word
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    INK,
    PAGE_HEIGHT,
    PAGE_ROWS,
    PALE,
    RULE,
    VERDICTS,
    fill,
    name_width,
    new_sheet,
    put,
    row_name,
    row_pitch,
    styled,
    to_svg,
)
from kbk_analysis.charts.views import level_row, unit_names
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.indicators.targets import people_short, whole_people
from kbk_analysis.narrative.spreads import HALF, gap, no_gap
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Situation

SHOWN: Final = 2  # indicators by default
LEAST: Final = 1e-6  # people; less is the level itself
HEAD, FOOT, COUNTS = 30.0, 6.0, 82.0
STEP = VERDICTS["worse"]


@dataclass(frozen=True, slots=True)
class Short:
    """One unit short of a level: name, people, and the people up to and with it."""

    name: str
    people: int
    before: int

    @property
    def after(self) -> int:
        """People of this unit and those above it."""
        return self.before + self.people


def plot_gap(situation: Situation, indicator: str | None = None) -> tuple[Exhibit, ...]:
    """People short of the target in each unit of the area, or of the parent's value where no target is set.

    Parameters
    ----------
    situation
        A released result.
    indicator
        Id of a percentage; by default the one or two most important that are missed for certain: those of findings
        first, then those furthest off.

    Returns
    -------
    tuple of Exhibit
        One an indicator; a statement where none is missed. Table: unit, people short, their share of all that are
        short, the share up to and with it, n.
    """
    require_released(situation)
    catalogue = load_catalogue()
    if indicator is not None and (
        indicator not in catalogue or catalogue[indicator].kind != "proportion" or catalogue[indicator].binary
    ):
        raise ValueError(f"not a percentage of people: {indicator}")
    chosen = [indicator] if indicator is not None else _missed(situation)
    found = [one for id in chosen if (one := _one(situation, catalogue[id])) is not None]
    targets = bool((situation.levels["target_reason"] == "").any())
    return tuple(found) or (framed("kekurangan", no_gap(targets=targets), indicator_source(situation, []), (), ()),)


def _missed(situation: Situation) -> list[str]:
    """Percentages missed for certain, those that findings name first, then by distance."""
    catalogue, levels = load_catalogue(), situation.levels
    apart = {}
    for id, row in levels[levels["reason"] == ""].iterrows():
        key = str(id)
        one = catalogue[key]
        if one.kind != "proportion" or one.binary or one.direction == Direction.CONTEXT:
            continue
        if row["target_status"] == "not_reached" and row["certain"]:
            apart[key] = abs(row["value"] - row["target"])
        elif row["target_reason"] and row.get("verdict") == "worse":
            apart[key] = abs(row["value"] - row["benchmark"])
    named = [remark.indicator for remark in situation.findings]
    order = {id: named.index(id) if id in named else len(named) for id in apart}
    return sorted(apart, key=lambda id: (order[id], -apart[id], id))[:SHOWN]


def _one(situation: Situation, indicator: Indicator) -> Exhibit | None:
    if indicator.id not in situation.levels.index:
        return None
    level = level_row(situation, indicator.id)
    against = situation.parent_name if level["target_reason"] else ""
    goal = level["benchmark"] if against else level["target"]
    if pd.isna(goal) or (against and level["benchmark_reason"]):
        return None
    rows = situation.unit_values[situation.unit_values["indicator"] == indicator.id]
    rows = rows[rows["reason"] != "not_applicable"]
    given = rows[rows["reason"] == ""]
    names = unit_names(situation)
    steps = short_of(given, names, float(goal), indicator)
    total = steps[-1].after if steps else 0
    half = next((i for i, one in enumerate(steps, start=1) if 100 * one.after >= HALF * total), 0)
    caption = gap(
        indicator=indicator,
        against=against,
        level=float(goal),
        short=total,
        half=half,
        units=[(one.name, one.people) for one in steps],
        judged=len(given),
        silent=[names.get(str(code), str(code)) for code in rows.loc[rows["reason"] != "", "area_code"]],
        unit_word=unit_word(situation),
    )
    if not len(given):
        return None
    word = unit_word(situation)
    fields = (
        Field("unit", word[0].upper() + word[1:], weight=2, strong=True),
        Field("short", tr("Kurang") if indicator.direction == Direction.HIGHER else tr("Lebih"), "integer"),
        Field("share", tr("Bagian"), "percent0"),
        Field("cumulated", tr("Bagian kumulatif"), "percent0"),
        Field("n", tr("n"), "integer"),
    )
    source = indicator_source(situation, [indicator.id])
    drawn = to_svg(draw_gap(steps)) if steps else ""
    return framed(f"kekurangan-{indicator.id.lower()}", caption, source, fields, _table(situation, rows, steps), drawn)


def short_of(units: pd.DataFrame, names: dict[str, str], level: float, indicator: Indicator) -> list[Short]:
    """Units short of a level, most people first; whole people, whose sum is that of all units rounded up once.

    Examples
    --------
    >>> units = pd.DataFrame({"area_code": ["a", "b"], "numerator": [50.0, 90.0], "denominator": [101.0, 100.0]})
    >>> short_of(units, {"a": "A", "b": "B"}, 80.0, load_catalogue()["S3-02"])
    [Short(name='A', people=31, before=0)]
    """
    exact = people_short(units["numerator"], units["denominator"], level, indicator.direction, scale=indicator.scale)
    named = [names.get(str(code), str(code)) for code in units["area_code"]]
    lacking = sorted(((float(n), name) for n, name in zip(exact, named, strict=True) if n > LEAST), key=_most_first)
    steps: list[Short] = []
    for people, (_, name) in zip(whole_people([n for n, _ in lacking]), lacking, strict=True):
        steps.append(Short(name, people, steps[-1].after if steps else 0))
    return steps


def _most_first(one: tuple[float, str]) -> tuple[float, str]:
    return -round(one[0], 6), one[1]


def _table(situation: Situation, rows: pd.DataFrame, steps: Sequence[Short]) -> list[tuple[Value, ...]]:
    """Units short of the level in order, then those that reach it, then those without a value."""
    names, total = unit_names(situation), steps[-1].after if steps else 0
    sizes = {names.get(str(row["area_code"]), ""): row for _, row in rows.iterrows()}
    table: list[tuple[Value, ...]] = []
    for one in steps:
        n = int(sizes[one.name]["denominator"])
        table.append((one.name, one.people, 100 * one.people / total, 100 * one.after / total, n))
    told = {one.name for one in steps}
    rest = sorted((str(row["reason"]), name) for name, row in sizes.items() if name not in told)
    for reason, name in rest:
        why = reason_of(reason)
        blank: Value = why or Refusal("not_applicable")
        n_shown: Value = why or int(sizes[name]["denominator"])
        table.append((name, why or 0, blank, blank, n_shown))
    return table


@styled()
def draw_gap(steps: Sequence[Short]) -> Figure:
    """One step a row from left to right; the line joins the shares cumulated, which are written at the right.

    Beyond a page the last row holds all that remain.
    """
    shown = list(steps)
    if len(shown) > PAGE_ROWS:
        rest = shown[PAGE_ROWS - 1 :]
        name = tr("{n} wilayah lain", n=integer(len(rest)))
        shown = [*shown[: PAGE_ROWS - 1], Short(name, sum(one.people for one in rest), rest[0].before)]
    total = shown[-1].after
    sheet_names = [one.name for one in shown]
    names = name_width(sheet_names, 60.0, 150.0)
    pitch = row_pitch(sheet_names, names - 8, PAGE_HEIGHT - HEAD - FOOT, 15.0)
    bottom = HEAD + len(shown) * pitch
    sheet = new_sheet(bottom + FOOT)
    width = sheet.width - names - COUNTS
    scale = width / total
    right = names + width
    for share in (0, 25, 50, 75, 100):
        x = names + width * share / 100
        sheet.ax.plot([x, x], [HEAD - 3, bottom], color=RULE, linewidth=0.6, zorder=0)
        put(sheet.ax, x, HEAD - 9, percent(share, 0), colour=GREY, ha="center", label="share")
    column = sheet.width - 2
    for at, words in ((right + 44, tr("jumlah")), (column, tr("kumulatif"))):
        put(sheet.ax, at, HEAD - 20, words, colour=GREY, ha="right", label="head")
    put(sheet.ax, names, HEAD - 20, tr("bagian kumulatif, dijumlahkan dari atas"), colour=GREY, label="head")
    for i, one in enumerate(shown):
        y = HEAD + (i + 0.5) * pitch
        if i % 2 == 0:
            fill(sheet.ax, [(0, y - pitch / 2, sheet.width, pitch)], PALE, edge="none").set_zorder(-1)
        row_name(sheet.ax, names - 6, y, one.name, names - 8, pitch)
        left = names + one.before * scale
        fill(sheet.ax, [(left, y - pitch * 0.32, one.people * scale, pitch * 0.64)], STEP, label="step")
        put(sheet.ax, right + 44, y, integer(one.people), ha="right", bold=True, label="count")
        put(sheet.ax, column, y, percent(100 * one.after / total, 0), ha="right", colour=INK, label="cumulated")
    ends = [(names + one.after * scale, HEAD + (i + 0.5) * pitch) for i, one in enumerate(shown)]
    xs, ys = zip(*ends, strict=True)
    sheet.ax.plot(xs, ys, color=ACCENT, linewidth=1.2, marker="o", markersize=2.6, label="line", zorder=5)
    return sheet.figure
