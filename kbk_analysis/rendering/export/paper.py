"""How a table is laid on paper so that nothing is cut off.

Question answered: how wide is each column, in which letter size, upright or turned?
Input: a table as read and the page. Output: widths in points, and text with places where it may break.
Widths come from an estimate of letter widths that errs on the wide side; Typst wraps what is left.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from kbk_analysis.rendering.export.content import Cell, Column, Shown

FONTS: Final = Path(__file__).parents[2] / "fonts"
MM: Final = 72 / 25.4
MARGINS: Final = {"left": 30.0, "right": 22.0, "top": 25.0, "bottom": 24.0}  # millimetres
_AROUND_FIGURE: Final = 136.0  # points for title, source and notes
INSET: Final = 4.0  # points beside a cell's text
SOFT_BREAK: Final = "\u200b"
SOFT_HYPHEN: Final = "\u00ad"
MISSING_LETTER: Final = "□"

_UPRIGHT: Final = (9.0, 8.5, 8.0)
_TURNED: Final = (8.5, 8.0, 7.5, 7.0)
_LONGEST_WORD: Final = 9.0  # em; a longer word may break inside
_LONGEST_NUMBER: Final = 15.0
_LONGEST_REASON: Final = 4.6
_ONE_LINE: Final = 24.0  # em that a text asks for in full; beyond it asks less and less, as it wraps anyhow
_SPLIT: Final = re.compile(r"[ \-/]")  # where Typst breaks lines of itself
_ADVANCE: Final[Mapping[str, float]] = {  # of Liberation Sans Bold, in em
    letter: width
    for width, letters in (
        (0.24, "'"),
        (0.28, " \u00a0,./I\\ijl|"),
        (0.33, "!()-:;[]`ft"),
        (0.39, "*r{}"),
        (0.5, 'z"'),
        (0.56, "#$0123456789J_aceksvxy–"),
        (0.58, "+<=>^~"),
        (0.61, "?FLTZbdghnopqu"),
        (0.67, "EPSVXY"),
        (0.72, "&ABCDHKNRU"),
        (0.78, "GOQw"),
        (0.83, "M"),
        (0.89, "%m"),
        (0.98, "W@—"),
    )
    for letter in letters
}
_SURE: Final = re.compile("[\u0020-\u007e\u00a0-\u017f\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Widths of the columns in points, letter size, and whether the page is turned."""

    widths: tuple[float, ...]
    size: float
    turned: bool


def lay_out(table: Shown, paper: tuple[float, float]) -> Layout:
    """Fit a table on the page: smaller letters first, then a turned page, then words that break.

    Parameters
    ----------
    table
        With at least one column; the weights of the columns share what is left after every word fits.
    paper
        Width and height in millimetres.

    Examples
    --------
    >>> column = Column("Desa", "left", 1.0, True)
    >>> lay_out(Shown("t", "Tabel 1", "", "", "", columns=(column,)), (210.0, 297.0))
    Layout(widths=(447.87,), size=9.0, turned=False)
    """
    upright, turned = ((side - MARGINS["left"] - MARGINS["right"]) * MM for side in paper)
    columns = [(column, [row[i] for row in table.rows]) for i, column in enumerate(table.columns)]
    for room, sizes, flip in ((upright, _UPRIGHT, False), (turned, _TURNED, True)):
        for size in sizes:
            least = [_least(head, cells) * size + 2 * INSET for head, cells in columns]
            if sum(least) <= room:
                return Layout(_shared(columns, least, size, room), size, flip)
    return Layout(tuple(round(width * turned / sum(least), 2) for width in least), _TURNED[-1], True)


def _least(head: Column, cells: Sequence[Cell]) -> float:
    """Width in em below which words break; the words of a reason may break sooner than a name or a number."""
    widest = [min(max(map(text_width, _SPLIT.split(head.label))), _LONGEST_WORD)]
    for cell in cells:
        longest = _LONGEST_REASON if cell.absent else _LONGEST_NUMBER if head.align == "right" else _LONGEST_WORD
        widest.append(min(max(map(text_width, _SPLIT.split(cell.text))), longest))
    return max(widest) + 0.1


def _shared(
    columns: Sequence[tuple[Column, Sequence[Cell]]], least: Sequence[float], size: float, room: float
) -> tuple[float, ...]:
    """Give what is left first to values that would wrap, then to reasons, then to labels, then to all columns."""
    values = [[cell.text for cell in cells if not cell.absent] for _, cells in columns]
    cells_all = [[cell.text for cell in cells] for _, cells in columns]
    with_label = [[head.label, *(cell.text for cell in cells)] for head, cells in columns]
    weights = [head.weight for head, _ in columns]
    widths = list(least)
    for texts in (values, cells_all, with_label):
        wanted = [_asked(max(map(text_width, column), default=0.0)) * size + 2 * INSET for column in texts]
        lacking = [max(want - have, 0.0) * w for want, have, w in zip(wanted, widths, weights, strict=True)]
        share = min(1.0, (room - sum(widths)) / sum(lacking)) if sum(lacking) else 0.0
        widths = [have + lack * share for have, lack in zip(widths, lacking, strict=True)]
    rest = room - sum(widths)
    return tuple(round(have + rest * w / sum(weights) - 0.005, 2) for have, w in zip(widths, weights, strict=True))


def _asked(width: float) -> float:
    """Width in em that a text asks for."""
    return width if width <= _ONE_LINE else _ONE_LINE + 3 * math.sqrt(width - _ONE_LINE)


def figure_size(figure: Shown, paper: tuple[float, float]) -> tuple[float, float]:
    """Width and height in points: as drawn, and smaller where that exceeds the page.

    Examples
    --------
    >>> tall = Shown("t", "Gambar 1", "", "", "", svg='<svg width="400pt" height="900pt">')
    >>> [round(side) for side in figure_size(tall, (210.0, 297.0))]
    [252, 567]
    """
    width, height = figure.size
    room = (paper[0] - MARGINS["left"] - MARGINS["right"]) * MM
    tallest = (paper[1] - MARGINS["top"] - MARGINS["bottom"]) * MM - _AROUND_FIGURE
    scale = min(1.0, room / width, tallest / height)
    return width * scale, height * scale


def text_width(text: str) -> float:
    """Width of a text in em, in bold Liberation Sans; letters outside ASCII count as wide.

    Examples
    --------
    >>> round(text_width("Desa"), 2)
    2.4
    """
    return sum(_ADVANCE.get(letter, 0.72) for letter in text)


def breakable(text: str, width: float) -> str:
    """Put breaks into words wider than `width` em: soft hyphens between letters, bare breaks elsewhere.

    Examples
    --------
    >>> breakable("99.01.03.2001 ij", 4.4).split(SOFT_BREAK)
    ['99.01.03', '.2001 ij']
    """
    return "".join(part if part.isspace() else _broken(part, width) for part in re.split(r"(\s|(?<=[-/]))", text))


def _broken(word: str, width: float) -> str:
    if text_width(word) <= width:
        return word
    cuts, used = [0], 0.0
    for i, letter in enumerate(word):
        used += text_width(letter)
        if used > width - 0.33 and i > cuts[-1]:
            cuts.append(i)
            used = text_width(letter)
    sign = SOFT_HYPHEN if word.isalpha() else SOFT_BREAK
    return sign.join(word[a:b] for a, b in pairwise([*cuts, len(word)]))


def printable(text: str) -> str:
    """Replace letters that the packaged font lacks; PDF/UA allows no empty boxes.

    Examples
    --------
    >>> printable("Rambah ▲ 漢")
    'Rambah ▲ □'
    """
    if _SURE.fullmatch(text):
        return text
    covered = _covered()
    return "".join(letter if ord(letter) in covered else MISSING_LETTER for letter in text)


@cache
def _covered() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    faces = [FT2Font(str(FONTS / f"LiberationSans-{style}.ttf")).get_charmap() for style in ("Regular", "Bold")]
    return frozenset(faces[0]) & frozenset(faces[1])
