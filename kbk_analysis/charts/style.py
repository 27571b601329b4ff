"""How every figure looks: sizes, colours by role, letters, and the way to the same SVG bytes each time.

A figure is measured in points from its top left corner (1 point in the figure is 1 point in print), so a letter of
8 points is 8 points on paper. Nothing global is changed: `STYLE` is a context that also works as a decorator.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any, Final, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

from kbk_analysis.i18n import integer, percent
from kbk_analysis.schema import KampungClass
from kbk_analysis.text import clean

CM: Final = 72 / 2.54
WIDTHS: Final = {"half": 7.8 * CM, "full": 16.0 * CM, "page": 16.0 * CM}
PAGE_HEIGHT: Final = 22.0 * CM  # the tallest figure that leaves room for its title and source on one page
PAGE_ROWS: Final = 40
SMALL: Final = 8.0  # the smallest letter
NORMAL: Final = 8.5
TWO_LINES: Final = 19.0  # a row of two lines of the smallest letter

# Roles. Symbols carry every message; these colours repeat it and stay apart in grey (statistics.md 11).
INK: Final = "#1F1F1F"
BLACK: Final = "#000000"
GREY: Final = "#595959"  # remarks, and the outline of every filled cell
RULE: Final = "#D9D9D9"  # grid lines and context areas
PALE: Final = "#F5F5F5"
ACCENT: Final = "#084594"
VERDICTS: Final = {"better": "#6BAED6", "similar": "#EFEFEF", "worse": "#A63603"}
SYMBOLS: Final = {"better": "▲", "similar": "●", "worse": "▼"}
CLASS_COLOURS: Final = dict(zip(KampungClass, ("#FDE725", "#5EC962", "#21918C", "#3B528B"), strict=True))
CLASS_LETTERS: Final = dict(zip(KampungClass, "DBML", strict=True))
HATCH: Final = "//////"

# The packaged letters under a name of their own, so that a copy installed on the machine is never taken instead.
FONTS: Final = FilePath(__file__).parent.parent / "fonts"
FAMILY: Final = "KBK Liberation Sans"
for _weight, _file in (("normal", "LiberationSans-Regular.ttf"), ("bold", "LiberationSans-Bold.ttf")):
    if not any(entry.name == FAMILY and entry.weight == _weight for entry in fontManager.ttflist):
        fontManager.ttflist.append(FontEntry(str(FONTS / _file), name=FAMILY, weight=_weight, size="scalable"))

RC: Final[dict[str, Any]] = {
    "font.family": FAMILY,
    "font.size": SMALL,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.5,
    "hatch.color": "#8C8C8C",
    "svg.fonttype": "path",
    "svg.hashsalt": "kbk",
    "figure.dpi": 72,
    "savefig.dpi": 72,
    "path.simplify": False,
}

HAlign = Literal["left", "center", "right"]
VAlign = Literal["top", "center", "bottom", "baseline", "center_baseline"]
Box = tuple[float, float, float, float]


@contextmanager
def styled() -> Iterator[None]:
    """Context (or decorator) in which figures are drawn: the package's look on matplotlib's defaults."""
    settings: Any = {**_defaults(), **RC}
    with mpl.rc_context(settings):
        yield


@cache
def _defaults() -> dict[str, Any]:
    # a user's own matplotlibrc must not change a published figure; the backend is none of ours
    return {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(("backend", "interactive"))}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure and the axes that covers it, whose unit is the point, counted from the top left corner."""

    figure: Figure
    ax: Axes
    width: float
    height: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes for a scale, placed in points from the top left corner."""
        bottom = self.height - top - height
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        ax = self.figure.add_axes(box)
        ax.set_facecolor("none")
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        return ax


def new_sheet(height: float, size: str = "full") -> Sheet:
    """Empty sheet of a named width (`WIDTHS`) and a height in points."""
    width = WIDTHS[size]
    figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.axis("off")
    return Sheet(figure, ax, width, height)


_UNSEEN: Final = re.compile(r"<!--.*?-->|(?<=>)\s+(?=<)", re.DOTALL)
_SHIFTED: Final = re.compile(r'(<use xlink:href="[^"]*") transform="translate\(([\d.]+) 0\)"/>')
_FINE: Final = re.compile(r"scale\([^)]*\)|\d+\.\d{3,}")


def to_svg(figure: Figure) -> str:
    """SVG with letters as paths: the same bytes for the same figure, without date or program name."""
    stream = io.StringIO()
    with styled():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = stream.getvalue()
    # Nothing that is not seen, since a phone loads it: a hundredth of a point is finer than any printer draws.
    text = _UNSEEN.sub("", text[text.index("<svg") :])
    text = _SHIFTED.sub(r'\1 x="\2"/>', text).replace('"LiberationSans-', '"L').replace("#LiberationSans-", "#L")
    return _FINE.sub(lambda found: found[0] if found[0].startswith("scale") else f"{float(found[0]):.2f}", text)


def put(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALL,
    colour: str = INK,
    bold: bool = False,
    ha: HAlign = "left",
    va: VAlign = "center_baseline",
    rotation: float = 0,
    label: str = "",
    halo: bool = False,
) -> Text:
    """Write text as it is: no formula is read in it, and a sign the letters lack becomes a box.

    With `halo` it keeps clear of what lies under it.
    """
    written = ax.text(
        x,
        y,
        printable(text),
        fontsize=size,
        color=colour,
        fontweight="bold" if bold else "normal",
        ha=ha,
        va=va,
        rotation=rotation,
        rotation_mode="anchor",
        linespacing=1.12,
        parse_math=False,
        label=label,
    )
    if halo:
        written.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    return written


@cache
def _charmap() -> frozenset[int]:
    return frozenset(FT2Font(str(FONTS / "LiberationSans-Regular.ttf")).get_charmap())


def printable(text: str) -> str:
    """Text with every sign that the letters lack shown as a box; line breaks stay.

    Examples
    --------
    >>> printable("Desa 村")
    'Desa □'
    """
    known = _charmap()
    return "\n".join("".join(c if ord(c) in known else "□" for c in clean(line)) for line in text.split("\n"))


@cache
def text_width(text: str, size: float = SMALL, bold: bool = False) -> float:
    """Width of one line in points."""
    prop = FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")
    width, *_ = TextToPath().get_text_width_height_descent(printable(text), prop, ismath=False)
    return float(width)


def wrap(text: str, width: float, *, lines: int = 2, size: float = SMALL, bold: bool = False) -> str:
    """Break text into at most `lines` lines of at most `width` points; what does not fit ends in an ellipsis.

    A word wider than a line goes on in the next one after a hyphen.
    """
    broken: list[str] = []
    words = clean(text).split(" ")
    if lines > 1:
        words = [part for word in words for part in _parts(word, width, size, bold)]
    for word in words:
        joined = f"{broken[-1]} {word}" if broken else word
        if broken and text_width(joined, size, bold) <= width:
            broken[-1] = joined
        else:
            broken.append(word)
    kept = broken[:lines]
    if len(broken) > lines:
        kept[-1] = " ".join(broken[lines - 1 :])
    return "\n".join(_cut(line, width, size, bold) for line in kept)


def _parts(word: str, width: float, size: float, bold: bool) -> list[str]:
    if text_width(word, size, bold) <= width:
        return [word]
    fits = (i for i in range(len(word) - 1, 1, -1) if text_width(f"{word[:i]}-", size, bold) <= width)
    cut = next(fits, None)
    return [f"{word[:cut]}-", *_parts(word[cut:], width, size, bold)] if cut else [word]


def _cut(line: str, width: float, size: float, bold: bool) -> str:
    if text_width(line, size, bold) <= width:
        return line
    while line and text_width(f"{line}…", size, bold) > width:
        line = line[:-1].rstrip(" -")
    return f"{line}…"


def row_pitch(names: Iterable[str], width: float, room: float, usual: float) -> float:
    """Height of a row: room for two lines where a name needs them, never more than `room` has for all rows."""
    rows = list(names)
    wanted = TWO_LINES if any(text_width(name) > width for name in rows) else usual
    return max(SMALL * 1.3, min(max(wanted, usual), room / max(1, len(rows))))


def page_rows(names: Iterable[str], width: float, room: float) -> int:
    """Most rows of a page: where a name needs two lines, as many as `room` has such lines for; never above 40.

    Examples
    --------
    >>> page_rows(["Suka Maju"], 60, 600), page_rows(["Suka Maju", "Bangun Purba Timur Jaya"], 60, 600)
    (40, 31)
    """
    wanted = any(text_width(name) > width for name in names)
    return min(PAGE_ROWS, int(room // TWO_LINES)) if wanted else PAGE_ROWS


def name_width(names: Iterable[str], least: float, most: float) -> float:
    """Room for the names of rows: what the longest needs, between `least` and `most`."""
    return min(max(least, max(map(text_width, names), default=0.0) + 9), max(least, most))


def row_name(ax: Axes, right: float, y: float, name: str, width: float, pitch: float) -> Text:
    """Name of a row, ending at `right`: two lines where the row is high enough, else one."""
    lines = 2 if pitch >= TWO_LINES else 1
    return put(ax, right, y, wrap(name, width, lines=lines), ha="right", va="center")


def fill(
    ax: Axes,
    boxes: Iterable[Box],
    colour: str,
    *,
    edge: str = GREY,
    width: float = 0.6,
    hatch: str = "",
    label: str = "",
) -> PathPatch:
    """Draw many boxes (left, top, width, height in points) as one shape, so that a grid stays a small file."""
    paths = [Path([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)], closed=True) for x, y, w, h in boxes]
    whole = Path.make_compound_path(*paths) if paths else Path([(0, 0)])
    patch = PathPatch(whole, facecolor=colour, edgecolor=edge, linewidth=width, hatch=hatch or None, label=label)
    patch.set_visible(bool(paths))
    ax.add_patch(patch)
    return patch


def marks(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    symbol: str,
    *,
    colour: str,
    edge: str = "",
    size: float = 5.0,
    label: str = "",
) -> None:
    """Draw one symbol (▲ ● ▼ ○ ◇ ■) at many points; `size` is its height in points."""
    shape = {"▲": "^", "▼": "v", "●": "o", "○": "o", "■": "s", "◇": "D"}[symbol]
    face = "white" if symbol in "○◇" else colour
    x, y = ([p[i] for p in points] for i in (0, 1))
    ax.plot(
        x,
        y,
        linestyle="none",
        marker=shape,
        markersize=size * (0.8 if symbol == "◇" else 1.0),
        markerfacecolor=face,
        markeredgecolor=edge or colour,
        markeredgewidth=1.0 if face == "white" or edge else 0.0,
        label=label,
        clip_on=False,
        zorder=4,
    )


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), 0 black to 1 white.

    Examples
    --------
    >>> luminance("#FFFFFF")
    1.0
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return round(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2], 6)


def text_on(colour: str) -> str:
    """Black or white, whichever stands out more on `colour` (WCAG contrast)."""
    light = luminance(colour)
    return BLACK if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "white"


def percent_scale(ax: Axes, rows: float) -> None:
    """Axis of per cent from 0 to 100 with grid lines; `rows` is the height of the other axis, counted downward."""
    ax.set(xlim=(0, 100), ylim=(rows, 0), yticks=[])
    ticks = (0, 25, 50, 75, 100)
    ax.set_xticks(ticks, labels=[percent(t, 0) if t == 100 else integer(t) for t in ticks])
    ax.vlines(ticks, 0, rows, color=RULE, linewidth=0.5, zorder=0)


def pages(items: Sequence[Any], most: int) -> list[list[Any]]:
    """Cut a list into the fewest parts of at most `most`, as even as can be; an empty list gives one empty part."""
    count = max(1, -(-len(items) // most))
    bounds = [round(i * len(items) / count) for i in range(count + 1)]
    return [list(items[a:b]) for a, b in pairwise(bounds)]


def filled(items: Sequence[Any], most: int, least: int = 4) -> list[list[Any]]:
    """Cut a list into full parts of `most` and a rest; a rest of fewer than `least` makes the parts even instead.

    Examples
    --------
    >>> [len(part) for part in filled(range(30), 22)], [len(part) for part in filled(range(24), 22)]
    ([22, 8], [12, 12])
    """
    if 0 < len(items) % most < least and len(items) > most:
        return pages(items, most)
    return [list(items[i : i + most]) for i in range(0, len(items), most)] or [[]]
