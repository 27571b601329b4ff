"""Where in the area: units on a map, coloured by class or share of mature kampung, with a numbered list beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from kbk_analysis.charts.framing import framed, portal_source, refusal
from kbk_analysis.charts.shapes import Point, Ring, area, inner_point, largest, rings_by_code
from kbk_analysis.charts.style import (
    CLASS_COLOURS,
    CLASS_LETTERS,
    GREY,
    HATCH,
    PAGE_HEIGHT,
    TWO_LINES,
    WIDTHS,
    Box,
    Sheet,
    fill,
    new_sheet,
    put,
    row_pitch,
    styled,
    text_on,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.charts.views import ORDER, class_counts, kampung_of, unit_names, unit_of
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import integer, join, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import MATURE, map_classes, map_shares
from kbk_analysis.schema import CLASSES, AreaLevel, KampungClass
from kbk_analysis.situation.result import Situation

# Shares in four steps, fixed so that two maps can be compared.
STEPS: Final = ((0.0, "#F7FAFC"), (25.0, "#AFCCE5"), (50.0, "#66A9D3"), (100.0, "#2171B5"))
LIST_LEFT, GAP, HEAD = 300.0, 15.0, 20.0
ROWS = 56  # of the list in one column
REACH = (8, 14, 20, 28, 36, 48, 60, 72)  # how far a number may move from its area


@dataclass(frozen=True, slots=True)
class Place:
    """One unit: code, name, colour (blank: nothing to show, hatched), what the list says of it."""

    code: str
    name: str
    colour: str
    remark: str


def plot_map(situation: Situation) -> Exhibit:
    """Map of the units by class (district) or by share of mature kampung (regency).

    Parameters
    ----------
    situation
        A released result; without boundaries the exhibit is the list alone, with the reason.

    Returns
    -------
    Exhibit
        Table: number on the map and unit; of a district the number of kampung and their classes, of a regency the
        kampung by class and the share Mandiri or Berkelanjutan.
    """
    require_released(situation)
    shapes = rings_by_code(situation.boundaries)
    names = unit_names(situation)
    counts = _counts(situation)
    numbers = {code: i for i, code in enumerate(names, start=1)}
    unit = tr("Desa") if situation.level == AreaLevel.DISTRICT else tr("Kecamatan")
    by_class = situation.level == AreaLevel.DISTRICT
    fields = (Field("number", tr("Nomor"), "integer"), Field("unit", unit, weight=3, strong=True), *_columns(by_class))
    rows: list[tuple[Value, ...]] = [
        (numbers[code], name, *_cells(counts[code], by_class)) for code, name in names.items()
    ]
    source = portal_source(situation)
    drawn = {code: shapes[code] for code in names if shapes.get(code)}
    if not drawn:
        return refusal("peta", tr("Peta wilayah"), Refusal("no_boundaries"), fields, rows, source)
    places = [_place(code, name, counts[code], by_class) for code, name in names.items()]
    caption = (_classes_caption if by_class else _shares_caption)(names, counts, len(names) - len(drawn))
    return framed("peta", caption, source, fields, rows, to_svg(draw_map(places, drawn, by_class=by_class)))


def _columns(by_class: bool) -> tuple[Field, ...]:
    if by_class:
        return (Field("kampung", tr("Kampung KB"), "integer"), Field("class", tr("Kelas menurut portal"), weight=2))
    share = Field("share", tr("Mandiri atau Berkelanjutan"), "percent0")
    return (*(Field(klass.name.lower(), klass.value, "integer") for klass in CLASSES), share)


def _cells(counts: dict[KampungClass, int], by_class: bool) -> tuple[Value, ...]:
    if by_class:
        classes = join([klass.value for klass in CLASSES if counts[klass]])
        return (sum(counts.values()), classes or Refusal("not_applicable"))
    return (*counts.values(), _given_share(counts))


def _counts(situation: Situation) -> dict[str, dict[KampungClass, int]]:
    kampung = kampung_of(situation)
    return {code: class_counts([k for k in kampung if unit_of(k, situation) == code]) for code in unit_names(situation)}


def _mature(counts: dict[KampungClass, int]) -> int:
    return sum(counts[klass] for klass in MATURE)


def _share(counts: dict[KampungClass, int]) -> float | None:
    total = sum(counts.values())
    return 100 * _mature(counts) / total if total else None


def _given_share(counts: dict[KampungClass, int]) -> Value:
    share = _share(counts)
    return Refusal("zero_denominator") if share is None else share


def _place(code: str, name: str, counts: dict[KampungClass, int], by_class: bool) -> Place:
    if not sum(counts.values()):
        return Place(code, name, "", "–")
    if by_class:
        # a village with several kampung takes the colour of its highest class
        klass = max((k for k in CLASSES if counts[k]), key=lambda k: ORDER[k])
        return Place(code, name, CLASS_COLOURS[klass], CLASS_LETTERS[klass])
    share = _share(counts) or 0.0
    colour = next(colour for limit, colour in STEPS if round(share) <= limit)  # as it is written
    return Place(code, name, colour, percent(share, 0))


def _classes_caption(names: dict[str, str], counts: dict[str, dict[KampungClass, int]], unmapped: int) -> Any:
    return map_classes(
        villages=len(names),
        mature=sum(_mature(counts[code]) > 0 for code in names),
        without=sum(not sum(counts[code].values()) for code in names),
        unmapped=unmapped,
    )


def _shares_caption(names: dict[str, str], counts: dict[str, dict[KampungClass, int]], unmapped: int) -> Any:
    shares = {code: share for code in names if (share := _share(counts[code])) is not None}
    best = max(shares, key=lambda code: (shares[code], names[code]), default=None)
    highest = (names[best], shares[best]) if best is not None and shares[best] > 0 else None
    none = sum(_mature(counts[code]) == 0 for code in names)
    return map_shares(districts=len(names), none=none, highest=highest, unmapped=unmapped)


@styled()
def draw_map(places: list[Place], shapes: dict[str, list[list[Ring]]], *, by_class: bool) -> Figure:
    """Map at the left, list with the same numbers at the right."""
    columns = 1 if len(places) <= ROWS else 2
    list_left = LIST_LEFT if columns == 1 else LIST_LEFT / 1.5
    project, height = _projection(shapes, list_left - GAP)
    names, room = [place.name for place in places], PAGE_HEIGHT - HEAD - 8
    pitch = row_pitch(names, _name_room(list_left, columns), room * columns, 12.5)
    listed = -(-len(places) // columns) * pitch + 4
    sheet = new_sheet(HEAD + max(height, listed, 120.0) + 4)
    numbers = {place.code: i for i, place in enumerate(places, start=1)}
    colours = {place.code: place.colour for place in places}
    for code, rings in sorted(_flat(shapes, project), key=lambda item: -area(item[1][0])):
        _draw_polygon(sheet, code, rings, colours[code])
    taken: list[Box] = []
    for code in sorted(shapes, key=lambda code: numbers[code]):
        _number(sheet, shapes[code], project, str(numbers[code]), colours[code], taken, (list_left - GAP, sheet.height))
    _list(sheet, places, list_left, columns, pitch)
    _legend(sheet, by_class, any(not place.colour for place in places))
    return sheet.figure


def _name_room(list_left: float, columns: int) -> float:
    """Width left for a name beside the longest remark."""
    return (WIDTHS["full"] - list_left) / columns - 40 - text_width("100 %", bold=True)


def _projection(shapes: dict[str, list[list[Ring]]], width: float) -> tuple[Any, float]:
    """Degrees to points within `width`, kept in shape at the middle latitude; and the height needed."""
    points = [point for polygons in shapes.values() for rings in polygons for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((width - 4) / wide, (PAGE_HEIGHT - HEAD - 10) / tall)
    left = 2 + (width - 4 - wide * scale) / 2

    def project(point: Point) -> Point:
        return left + (point[0] - west) * squeeze * scale, HEAD + 2 + (north - point[1]) * scale

    return project, tall * scale + 4


def _flat(shapes: dict[str, list[list[Ring]]], project: Any) -> list[tuple[str, list[Ring]]]:
    return [
        (code, [[project(point) for point in ring] for ring in rings])
        for code, polygons in shapes.items()
        for rings in polygons
    ]


def _draw_polygon(sheet: Sheet, code: str, rings: list[Ring], colour: str) -> None:
    # a hole is painted over, and larger areas come first: what lies in the hole is drawn on top of it
    for i, ring in enumerate(rings):
        path = Path([*ring, ring[0]], closed=True)
        face = "white" if i or not colour else colour
        hatch = HATCH if not i and not colour else None
        patch = PathPatch(path, facecolor=face, edgecolor=GREY, linewidth=0.7, hatch=hatch, label=f"area:{code}")
        patch.set_joinstyle("round")
        sheet.ax.add_patch(patch)


def _number(
    sheet: Sheet,
    polygons: list[list[Ring]],
    project: Any,
    text: str,
    colour: str,
    taken: list[Box],
    room: tuple[float, float],
) -> None:
    """Number at the centre of the largest part, moved outward in small steps until it hides no other number."""
    x, y = inner_point([[project(point) for point in ring] for ring in largest(polygons)])
    half = text_width(text) / 2 + 1
    steps = [(0.0, 0.0)] + [
        (r * math.cos(a * math.pi / 4), r * math.sin(a * math.pi / 4)) for r in REACH for a in range(8)
    ]
    place = next(((dx, dy) for dx, dy in steps if not _hits((x + dx, y + dy), half, taken, room)), (0.0, 0.0))
    at = (x + place[0], y + place[1])
    if place != (0.0, 0.0):
        sheet.ax.plot([x, at[0]], [y, at[1]], color=GREY, linewidth=0.5)
    taken.append((at[0] - half, at[1] - 5, at[0] + half, at[1] + 5))
    on_own = place == (0.0, 0.0) and bool(colour)
    if not on_own:
        fill(sheet.ax, [(at[0] - half, at[1] - 5, 2 * half, 10)], "white", edge="none").set_zorder(3)
    ink = text_on(colour) if on_own else text_on("#FFFFFF")
    put(sheet.ax, *at, text, ha="center", colour=ink, label=f"number:{text}").set_zorder(5)


def _hits(at: Point, half: float, taken: list[Box], room: tuple[float, float]) -> bool:
    x, y = at
    inside = half <= x <= room[0] - half and HEAD + 5 <= y <= room[1] - 5
    return not inside or any(x + half > a and x - half < c and y + 5 > b and y - 5 < d for a, b, c, d in taken)


def _list(sheet: Sheet, places: list[Place], list_left: float, columns: int, pitch: float) -> None:
    width, lines = (sheet.width - list_left) / columns, 2 if pitch >= TWO_LINES else 1
    per = -(-len(places) // columns)
    for i, place in enumerate(places):
        left, y = list_left + i // per * width, HEAD + (i % per + 0.5) * pitch
        put(sheet.ax, left + 14, y, integer(i + 1), colour=GREY, ha="right")
        fill(sheet.ax, [(left + 18, y - 4, 8, 8)], place.colour or "white", hatch="" if place.colour else HATCH)
        room = width - 32 - text_width(place.remark, bold=True) - 8
        put(sheet.ax, left + 30, y, wrap(place.name, room, lines=lines), va="center", label=f"name:{place.code}")
        put(sheet.ax, left + width - 2, y, place.remark, bold=True, ha="right")


def _legend(sheet: Sheet, by_class: bool, blank: bool) -> None:
    if by_class:
        entries = [(f"{CLASS_LETTERS[klass]} = {klass.value}", CLASS_COLOURS[klass]) for klass in reversed(CLASSES)]
    else:
        bounds = [percent(0, 0), *(f"{low}–{percent(high, 0)}" for low, high in ((1, 25), (26, 50), (51, 100)))]
        entries = [(word, colour) for word, (_, colour) in zip(bounds, STEPS, strict=True)]
        put(sheet.ax, 1, 7, tr("Mandiri atau Berkelanjutan:"), colour=GREY)
    left = 1.0 if by_class else text_width(tr("Mandiri atau Berkelanjutan:")) + 8
    for word, colour in [*entries, *([(tr("belum ada"), "")] if blank else [])]:
        fill(sheet.ax, [(left, 2, 9, 9)], colour or "white", hatch="" if colour else HATCH)
        put(sheet.ax, left + 13, 7, word)
        left += text_width(word) + 25
