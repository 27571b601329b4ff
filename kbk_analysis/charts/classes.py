"""Where do the Kampung KB stand? Tiles of the villages of a district, bars of the districts of a regency."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from kbk_analysis.charts.framing import framed, portal_source, refusal
from kbk_analysis.charts.style import (
    ACCENT,
    CLASS_COLOURS,
    CLASS_LETTERS,
    GREY,
    HATCH,
    PAGE_HEIGHT,
    RULE,
    SMALL,
    Sheet,
    fill,
    new_sheet,
    put,
    row_name,
    row_pitch,
    styled,
    text_on,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.charts.views import Kampung, class_counts, kampung_of, missing_by_unit, unit_names, unit_of
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value
from kbk_analysis.i18n import integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import MATURE, district_classes, village_classes
from kbk_analysis.schema import CLASSES, AreaLevel, KampungClass
from kbk_analysis.situation.result import Situation

COLUMNS, GAP, BLOCK, HEAD = 4, 6.0, 24.0, 17.0
TALL, SMALLEST = 36.0, 20.0  # height of a tile: as a rule, and where a page must hold about 80 villages


@dataclass(frozen=True, slots=True)
class Tile:
    """One village: its name, class (None: no Kampung KB), and the classes its missing reports allow."""

    name: str
    klass: KampungClass | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One district: kampung by class, villages without one."""

    name: str
    counts: dict[KampungClass, int]
    without: int

    @property
    def kampung(self) -> int:
        """Number of kampung."""
        return sum(self.counts.values())

    @property
    def mature(self) -> int:
        """Number of kampung that are Mandiri or Berkelanjutan."""
        return sum(self.counts[klass] for klass in MATURE)


def plot_classes(situation: Situation) -> Exhibit:
    """Classes at a glance, for the summary: one tile a village (district) or one bar a district (regency).

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        Place `summary`. Table of a district: village, kampung, stated, recomputed, lowest and highest class;
        of a regency: district, kampung by class, villages without one, share Mandiri or Berkelanjutan.
    """
    require_released(situation)
    if not situation.units.size:
        return refusal("kelas", tr("Kelas Kampung KB"), Refusal("no_data", {"subject": situation.name}))
    return _of_villages(situation) if situation.level == AreaLevel.DISTRICT else _of_districts(situation)


def _of_villages(situation: Situation) -> Exhibit:
    kampung, names = kampung_of(situation), unit_names(situation)
    lacking = missing_by_unit(situation)
    counts = class_counts(kampung)
    seats = [(names.get(k.village_code, k.name), k) for k in kampung]
    tiles = sorted(
        (Tile(_seat_name(name, k, kampung), k.shown, _range(k)) for name, k in seats), key=lambda tile: tile.name
    )
    tiles += [Tile(name, None) for code, name in sorted(names.items(), key=lambda item: item[1]) if lacking[code]]
    caption = village_classes(
        villages=len(names), without=sum(lacking.values()), counts=counts, open_range=sum(k.open for k in kampung)
    )
    fields = (
        Field("village", tr("Desa"), weight=2, strong=True),
        Field("kampung", tr("Kampung KB"), weight=2),
        Field("stated", tr("Kelas menurut portal")),
        Field("recomputed", tr("Hitung ulang")),
        Field("lowest", tr("Terendah yang mungkin")),
        Field("highest", tr("Tertinggi yang mungkin")),
    )
    rows: list[tuple[Value, ...]] = [
        (name, k.name, _word(k.stated), _word(k.recomputed), k.lowest.value, k.highest.value) for name, k in seats
    ]
    none: Value = tr("belum ada")
    blank = Refusal("not_applicable")
    rows += [(tile.name, none, blank, blank, blank, blank) for tile in tiles if tile.klass is None]
    svg = to_svg(draw_tiles(tiles))
    return framed("kelas", caption, portal_source(situation), fields, rows, svg, Place.SUMMARY)


def _word(klass: KampungClass | None) -> Value:
    return klass.value if klass else None


def _seat_name(name: str, kampung: Kampung, all_kampung: list[Kampung]) -> str:
    """Village name; with the kampung's own where the village has several."""
    same = sum(1 for other in all_kampung if other.village_code == kampung.village_code)
    return f"{name} – {kampung.name}" if same > 1 and kampung.village_code and kampung.name != name else name


def _range(kampung: Kampung) -> str:
    if not kampung.open:
        return ""
    return tr("bisa {low}–{high}", low=CLASS_LETTERS[kampung.lowest], high=CLASS_LETTERS[kampung.highest])


@styled()
def draw_tiles(tiles: list[Tile]) -> Figure:
    """Tiles grouped by class from Berkelanjutan down, then villages without a Kampung KB; each group with its count."""
    groups = [(klass, [t for t in tiles if t.klass == klass]) for klass in (*reversed(CLASSES), None)]
    groups = [(klass, members) for klass, members in groups if members]
    rows = sum(-(-len(members) // COLUMNS) for _, members in groups)
    legend = 16.0 if any(tile.remark for tile in tiles) else 2.0
    fixed = len(groups) * (HEAD + 5) + legend
    tall = max(SMALLEST, min(TALL, (PAGE_HEIGHT - fixed) / rows - GAP))
    sheet = new_sheet(fixed + rows * (tall + GAP))
    top = 0.0
    for klass, members in groups:
        _group_head(sheet, top, klass, len(members))
        top += HEAD
        for i, tile in enumerate(members):
            _tile(sheet, i % COLUMNS, top + i // COLUMNS * (tall + GAP), tall, tile)
        top += -(-len(members) // COLUMNS) * (tall + GAP) + 5
    if legend > 2:
        fill(sheet.ax, [(0.5, top, 14, 9)], "white", hatch=HATCH)
        put(sheet.ax, 19, top + 5, tr("kelasnya bergantung pada isian yang belum dilaporkan"), colour=GREY)
    return sheet.figure


def _group_head(sheet: Sheet, top: float, klass: KampungClass | None, count: int) -> None:
    name = klass.value if klass else tr("Belum ada Kampung KB")
    put(sheet.ax, 0, top + 7, name, size=9.5, bold=True)
    left = text_width(name, 9.5, True) + 6
    number = tr("{n} kampung", n=integer(count)) if klass else tr("{n} desa", n=integer(count))
    put(sheet.ax, left, top + 7, number, size=9.5, colour=GREY)
    left += text_width(number, 9.5) + 8
    sheet.ax.plot([left, sheet.width], [top + 7.5, top + 7.5], color=RULE, linewidth=0.6)


def _tile(sheet: Sheet, column: int, top: float, tall: float, tile: Tile) -> None:
    width = (sheet.width - 1 - GAP * (COLUMNS - 1)) / COLUMNS
    left = 0.5 + column * (width + GAP)
    fill(sheet.ax, [(left, top, width, tall)], "white", edge=GREY if tile.klass else "#A6A6A6", label=tile.name)
    text = left + 6
    if tile.klass:
        colour = CLASS_COLOURS[tile.klass]
        fill(sheet.ax, [(left, top, BLOCK, tall)], colour)
        if tile.remark:
            fill(sheet.ax, [(left, top + tall - 8, BLOCK, 8)], "white", hatch=HATCH)
        middle = top + (tall - (8 if tile.remark else 0)) / 2
        letter = CLASS_LETTERS[tile.klass]
        put(sheet.ax, left + BLOCK / 2, middle, letter, size=12, bold=True, ha="center", colour=text_on(colour))
        text += BLOCK
    room = tall - 10 if tile.remark else tall
    name = wrap(tile.name, left + width - text - 3, lines=max(1, int(room / (SMALL * 1.15))))
    put(sheet.ax, text, top + room / 2, name, va="center")
    if tile.remark:
        put(sheet.ax, text, top + tall - 6.5, tile.remark, size=SMALL, colour=GREY)


def _of_districts(situation: Situation) -> Exhibit:
    kampung, lacking = kampung_of(situation), missing_by_unit(situation)
    bars = []
    for code, name in unit_names(situation).items():
        own = class_counts([k for k in kampung if unit_of(k, situation) == code])
        bars.append(Bar(name, own, lacking[code]))
    bars.sort(key=lambda bar: (-_share(bar), -bar.mature, -bar.kampung, bar.name))
    caption = district_classes(
        districts=[(bar.name, bar.mature, bar.kampung) for bar in bars],
        villages=situation.formation.villages,
        without=len(situation.formation.missing),
        counts=class_counts(kampung),
    )
    fields = (
        Field("district", tr("Kecamatan"), weight=2, strong=True),
        *(Field(klass.name.lower(), klass.value, "integer") for klass in CLASSES),
        Field("kampung", tr("Kampung KB"), "integer"),
        Field("without", tr("Desa tanpa Kampung KB"), "integer"),
        Field("share", tr("Mandiri atau Berkelanjutan"), "percent0"),
    )
    rows: list[tuple[Value, ...]] = [
        (
            bar.name,
            *bar.counts.values(),
            bar.kampung,
            bar.without,
            100 * bar.mature / bar.kampung if bar.kampung else Refusal("zero_denominator"),
        )
        for bar in bars
    ]
    return framed("kelas", caption, portal_source(situation), fields, rows, to_svg(draw_bars(bars)), Place.SUMMARY)


def _share(bar: Bar) -> float:
    return bar.mature / bar.kampung if bar.kampung else -1.0


@styled()
def draw_bars(bars: list[Bar]) -> Figure:
    """Stacked bars in the order given: kampung by class, then villages without one, on one scale of counts."""
    head, name_width, end = 22.0, 112.0, 92.0
    # a regency has at most about fifty districts, so that the closest rows still hold letters of 8 points
    pitch = row_pitch((bar.name for bar in bars), name_width - 8, PAGE_HEIGHT - head - 6, 18.0)
    sheet = new_sheet(head + len(bars) * pitch + 6)
    most = max((bar.kampung + bar.without for bar in bars), default=0) or 1
    unit = (sheet.width - name_width - end) / most
    _bar_legend(sheet, name_width)
    put(sheet.ax, sheet.width, 7, tr("Mandiri atau lebih"), colour=GREY, ha="right")
    for i, bar in enumerate(bars):
        top = head + i * pitch
        row_name(sheet.ax, name_width - 6, top + pitch / 2, bar.name, name_width - 8, pitch)
        _bar(sheet, bar, name_width, top + pitch * 0.12, pitch * 0.76, unit)
        text = tr("{n} dari {all}", n=integer(bar.mature), all=integer(bar.kampung)) if bar.kampung else "–"
        put(sheet.ax, sheet.width - 34, top + pitch / 2, text, ha="right", bold=bar.mature > 0)
        share = percent(100 * bar.mature / bar.kampung, 0) if bar.kampung else ""
        put(sheet.ax, sheet.width, top + pitch / 2, share, ha="right", colour=ACCENT, bold=bar.mature > 0)
    return sheet.figure


def _bar(sheet: Sheet, bar: Bar, left: float, top: float, height: float, unit: float) -> None:
    parts = [(klass.value, bar.counts[klass], CLASS_COLOURS[klass]) for klass in reversed(CLASSES)]
    for word, count, colour in (*parts, ("without", bar.without, "white")):
        if not count:
            continue
        fill(sheet.ax, [(left, top, count * unit, height)], colour, label=f"{bar.name}|{word}")
        if text_width(integer(count)) + 2 <= count * unit:
            middle = left + count * unit / 2
            put(sheet.ax, middle, top + height / 2, integer(count), ha="center", colour=text_on(colour))
        left += count * unit


def _bar_legend(sheet: Sheet, left: float) -> None:
    entries = [(klass.value, CLASS_COLOURS[klass]) for klass in reversed(CLASSES)]
    for word, colour in (*entries, (tr("belum ada"), "white")):
        fill(sheet.ax, [(left, 3, 8, 8)], colour)
        put(sheet.ax, left + 11, 7.5, word)
        left += text_width(word) + 19
