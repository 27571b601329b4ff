"""Who stands elsewhere than some years ago? One line a unit between two comparable years, the most changed named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.framing import framed, given, indicator_source, unit_word
from kbk_analysis.charts.style import (
    GREY,
    INK,
    RULE,
    VERDICTS,
    HAlign,
    Sheet,
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
from kbk_analysis.i18n import mark, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.standing import Shift, no_slope, slope
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.changes import most_changed
from kbk_analysis.situation.result import Situation

MOST = 20  # lines drawn dark and named
WIDEST, GAP, LINE = 165.0, 9.0, 10.0  # points at a side, from a line to its name, from name to name
HEAD, FOOT, LEAST = 34.0, 20.0, 190.0
VALUE = 37.0  # room of a value
OTHERS = "#A6A6A6"
# Symbol at the ends, its colour, how the line is broken, and the word; the colour only repeats.
CHANGES = {
    "higher": ("▲", VERDICTS["better"], "-", mark("lebih tinggi")),
    "lower": ("▼", VERDICTS["worse"], (0, (4, 2)), mark("lebih rendah")),
    "similar": ("●", VERDICTS["similar"], "-", mark("tidak berbeda")),
    "": ("◇", "white", (0, (1, 1.5)), mark("tidak dinilai")),
}
MOVED = ("higher", "lower")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit: its values in per cent in both periods, its change (blank: not judged), whether it is named."""

    code: str
    name: str
    first: float
    last: float
    change: str
    named: bool


def plot_slope(situation: Situation, indicator: str = "") -> Exhibit:
    """Slopes of one indicator: each unit in the first and the last comparable period.

    Parameters
    ----------
    situation
        A released result.
    indicator
        Id of a proportion; by default that of the findings in which most units changed beyond chance.

    Returns
    -------
    Exhibit
        At most 20 lines are named, those that changed most first; the others are grey. A statement where nothing can
        be compared. Table: unit, value and n of both periods, difference in points, and whether it is beyond chance.
    """
    require_released(situation)
    if indicator and indicator not in load_catalogue():
        raise ValueError(f"unknown indicator {indicator!r}")
    id = indicator or most_changed(situation.changes, situation.findings)
    pairs = _pairs(situation, id)
    lines = _lines(pairs)
    name = load_catalogue()[id].name if id else ""
    if not any(line.change for line in lines):
        return framed("lereng", no_slope(name), indicator_source(situation, [id] if id else []), (), ())
    first, last = (str(pairs[f"period_{end}"].iloc[0]) for end in ("first", "last"))
    shift = Shift(
        indicator=name,
        unit=unit_word(situation),
        first=first,
        last=last,
        units=len(lines),
        judged=sum(line.change != "" for line in lines),
        whole=situation.level != AreaLevel.DISTRICT,
        expected=int((pairs["reason_last"] != "not_applicable").sum()),
        higher=_named(lines, "higher"),
        lower=_named(lines, "lower"),
        named=sum(line.named for line in lines),
        since=_since(situation, id, first),
    )
    fields = (
        Field("unit", unit_word(situation).capitalize(), weight=2, strong=True),
        Field("first", first, "percent1"),
        Field("first_n", tr("n {period}", period=first), "integer"),
        Field("last", last, "percent1"),
        Field("last_n", tr("n {period}", period=last), "integer"),
        Field("difference", tr("Beda (poin)"), "decimal1"),
        Field("change", tr("Melebihi kebetulan?")),
    )
    rows = [_cells(row) for _, row in pairs.iterrows()]
    svg = to_svg(draw_slope(lines, first, last))
    return framed(f"lereng-{id.lower()}", slope(shift), indicator_source(situation, [id]), fields, rows, svg)


def _pairs(situation: Situation, id: str) -> pd.DataFrame:
    """One row a unit, its two periods side by side, in the order of names."""
    rows = situation.changes[situation.changes["indicator"] == id]
    first, last = (rows[rows["end"] == end].set_index("area_code") for end in ("first", "last"))
    both = first.add_suffix("_first").join(last.add_suffix("_last"), how="inner")
    names = situation.units["name"].reindex(both.index)
    return both.assign(name=names).dropna(subset="name").sort_values(["name"], kind="stable")


def _lines(pairs: pd.DataFrame) -> list[Line]:
    """Units with a value in both periods; those beyond chance and then those that differ most are named."""
    shown = pairs[(pairs["reason_first"] == "") & (pairs["reason_last"] == "")]
    apart = (shown["value_last"] - shown["value_first"]).abs()
    weight = pd.DataFrame({"calm": ~shown["change_last"].isin(MOVED), "apart": -apart})
    named = set(weight.sort_values(["calm", "apart"], kind="stable").index[:MOST])
    return [
        Line(
            code=str(code),
            name=str(row["name"]),
            first=float(row["value_first"]),
            last=float(row["value_last"]),
            change=str(row["change_last"]),
            named=code in named,
        )
        for code, row in shown.iterrows()
    ]


def _named(lines: Sequence[Line], change: str) -> list[tuple[str, float]]:
    """Names of the units that changed so, with the points, most first."""
    moved = [(line.name, line.last - line.first) for line in lines if line.change == change]
    return sorted(moved, key=lambda one: (-abs(one[1]), one[0]))


def _cells(row: pd.Series) -> tuple[Value, ...]:
    ends = [
        given(row[f"{column}_{end}"], row[f"reason_{end}"])
        for end in ("first", "last")
        for column in ("value", "denominator")
    ]
    refused = next((end for end in ends if isinstance(end, Refusal)), None)
    if refused is not None:
        return (str(row["name"]), *ends, refused, refused)
    change = str(row["change_last"])
    said = tr(CHANGES[change][3]) if change else Refusal("unstable")
    return (str(row["name"]), *ends, float(row["value_last"] - row["value_first"]), said)


def _since(situation: Situation, id: str, first: str) -> str:
    """The first period, where the area has earlier ones that are not comparable with it; else blank."""
    earlier = situation.series[(situation.series["indicator"] == id) & (situation.series["reason"] == "")]["period"]
    return first if (earlier < first).any() else ""


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, in the same order, at least `gap` apart and between `low` and `high`.

    Neighbours that would touch are set around their common middle.

    Examples
    --------
    >>> spread([10, 12, 50], 10, 0, 100)
    [6.0, 16.0, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[float, int]] = []  # middle and number of labels
    for i in order:
        middle, count = float(wanted[i]), 1
        while True:
            half = gap * (count - 1) / 2
            middle = max(low + half, min(middle, high - half))
            if not groups or middle - half - groups[-1][0] - gap * (groups[-1][1] - 1) / 2 >= gap:
                break
            before, size = groups.pop()
            middle, count = (middle * count + before * size) / (count + size), count + size
        groups.append((middle, count))
    places = [middle + gap * (k - (count - 1) / 2) for middle, count in groups for k in range(count)]
    found = dict(zip(order, places, strict=True))
    return [found[i] for i in range(len(wanted))]


@styled()
def draw_slope(lines: list[Line], first: str, last: str) -> Figure:
    """Lines between two uprights; the dark ones carry name and value at both ends."""
    named = [line for line in lines if line.named]
    height = max(LEAST, len(named) * LINE + 16)
    sheet = new_sheet(HEAD + height + FOOT)
    ends = [end for line in lines for end in (line.first, line.last)]
    low, high = min(ends), max(ends)
    span = max(high - low, 1.0)

    def place(value: float) -> float:
        return HEAD + 8 + (height - 16) * (high + (span - (high - low)) / 2 - value) / span

    room = min(max(text_width(line.name) for line in named) + 4, WIDEST - GAP - VALUE - 4)
    left = room + GAP + VALUE + 4
    right = sheet.width - left
    for x, period in ((left, first), (right, last)):
        sheet.ax.plot([x, x], [HEAD, HEAD + height], color=RULE, linewidth=0.8, zorder=0)
        put(sheet.ax, x, HEAD - 8, period, bold=True, ha="center", label="period")
    for line in lines:
        if not line.named:
            ys = [place(line.first), place(line.last)]
            sheet.ax.plot([left, right], ys, color=OTHERS, linewidth=0.7, label="other", zorder=1)
    for line in named:
        dash = CHANGES[line.change][2]
        ys = [place(line.first), place(line.last)]
        width = 0.9 if line.change not in MOVED else 1.4
        sheet.ax.plot(
            [left, right], ys, color=INK, linewidth=width, linestyle=dash, label=f"line:{line.code}", zorder=2
        )
    _ends(sheet, named, place, left, right)
    for side, x in (("first", left), ("last", right)):
        wanted = [place(getattr(line, side)) for line in named]
        _names(sheet, named, spread(wanted, LINE, HEAD + 4, HEAD + height - 4), wanted, x, side, room)
    _legend(sheet, lines)
    said = tr("Skala tegak dari {low} sampai {high}", low=percent(low, 1), high=percent(high, 1))
    put(sheet.ax, sheet.width / 2, sheet.height - 7, said, colour=GREY, ha="center")
    return sheet.figure


def _ends(sheet: Sheet, named: list[Line], place: Callable[[float], float], left: float, right: float) -> None:
    for change, (symbol, colour, _, _) in CHANGES.items():
        some = [line for line in named if line.change == change]
        marks(sheet.ax, [(left, place(line.first)) for line in some], "●", colour=INK, size=3.0, label="start")
        at = [(right, place(line.last)) for line in some]
        marks(sheet.ax, at, symbol, colour=colour, edge=INK, size=6.0, label=f"end:{change}")


def _names(
    sheet: Sheet, named: list[Line], places: list[float], wanted: list[float], x: float, side: str, room: float
) -> None:
    """Value and name beside each end, with a leader where they had to move."""
    turn = -1 if side == "first" else 1
    ha: HAlign = "right" if turn < 0 else "left"
    for line, y, end in zip(named, places, wanted, strict=True):
        sheet.ax.plot([x + 4 * turn, x + (GAP + 2) * turn], [end, y], color=GREY, linewidth=0.4, label="lead")
        near = x + (GAP + 4) * turn
        put(sheet.ax, near, y, percent(getattr(line, side), 1), bold=True, ha=ha, label=f"value:{side}")
        put(sheet.ax, near + VALUE * turn, y, wrap(line.name, room - 3, lines=1), ha=ha, label=f"name:{side}")


def _legend(sheet: Sheet, lines: list[Line]) -> None:
    y, left = 7.0, 2.0
    for change, (symbol, colour, dash, word) in CHANGES.items():
        if any(line.change == change and line.named for line in lines):
            sheet.ax.plot([left, left + 24], [y, y], color=INK, linewidth=1.2, linestyle=dash)
            marks(sheet.ax, [(left + 24, y)], symbol, colour=colour, edge=INK, size=6.0)
            put(sheet.ax, left + 31, y, tr(word), colour=GREY, label="legend")
            left += 31 + text_width(tr(word)) + 14
    if not all(line.named for line in lines):
        sheet.ax.plot([left, left + 24], [y, y], color=OTHERS, linewidth=0.7)
        put(sheet.ax, left + 29, y, tr("yang lain"), colour=GREY, label="legend")
