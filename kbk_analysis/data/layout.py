"""Where the table stands in a grid: its header (one row or two), and rows that are not data.

Question answered: which row names the columns, and which rows are titles, totals, notes, blanks?
Input: a `Grid`. Output: positions and names; nothing is removed without a reason that is kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from kbk_analysis.data.workbook import Cell, Grid
from kbk_analysis.i18n import mark

SEARCHED_ROWS: Final = 40

# Reasons why a row is left out (translated where they are shown).
BLANK: Final = mark("baris kosong")
ABOVE: Final = mark("di atas judul kolom")
TOTAL: Final = mark("baris jumlah")
NUMBERING: Final = mark("baris nomor kolom")
NOTE: Final = mark("catatan di bawah tabel")
REPEATED: Final = mark("judul kolom berulang")

_AREA: Final = r"(?:prov(?:insi)?|kab(?:upaten)?|kota|kec(?:amatan)?|desa|kelurahan)\b\.?.+"
_TOTAL: Final = re.compile(
    rf"(?:grand\s+|sub\s*-?\s*)?(?:total|jumlah)(?:\s+(?:keseluruhan|seluruhnya|semua|total|umum|akhir|{_AREA}))?\s*:?",
    re.I,
)
_NOTE: Final = re.compile(r"(?:\*|(?:sumber|catatan|keterangan|ket|source|note|dicetak|diunduh|update)\b)", re.I)
_NUMERIC: Final = re.compile(r"[-+(]?\s*\d[\d.,\s]*%?\)?")


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns and the rows (counted from 0) they stand in: `first` to `last`."""

    names: tuple[str, ...]
    first: int
    last: int


def normal(name: str) -> str:
    """Name without case, blanks and signs, for comparing headers.

    Examples
    --------
    >>> normal(" Index  Input ") == normal("INDEX_INPUT")
    True
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def find_header(grid: Grid, wanted: Collection[str] = (), header_row: int | None = None) -> Header | None:
    """Header of the table in a grid; ``None`` when there is none.

    Parameters
    ----------
    grid
        Cells of one sheet.
    wanted
        Names looked for; the row (or pair of merged rows) that matches most of them is the header.
        Without them the first row of words that is nearly as wide as the table is.
    header_row
        Row number as the spreadsheet shows it, when the recipe names it.
    """
    if header_row is not None:
        inside = 0 < header_row <= len(grid.rows)
        return _joined(grid, header_row - 1) or _single(grid, header_row - 1) if inside else None
    searched = range(min(SEARCHED_ROWS, len(grid.rows)))
    keys = {normal(name) for name in wanted}
    if not keys:
        width = max((_count(row) for row in grid.rows), default=0)
        fitting = (i for i in searched if _count(grid.rows[i]) >= max(1, 0.6 * width) and _is_words(grid.rows[i]))
        first = next(fitting, None)
        return None if first is None else _from_top(grid, first)
    best, best_score = None, min(2, len(keys)) - 1
    for i in searched:
        for header in (_single(grid, i), _joined(grid, i)):
            score = len(keys & {normal(name) for name in header.names}) if header else 0
            if score > best_score:
                best, best_score = header, score
    return best


def _from_top(grid: Grid, row: int) -> Header:
    """Header at `row`, or the merged pair that begins in the row above it (its lower row may be the wider one)."""
    above = _joined(grid, row - 1) if row and _count(grid.rows[row - 1]) > 1 else None
    return above or _joined(grid, row) or _single(grid, row)


def _single(grid: Grid, row: int) -> Header:
    return Header(tuple(_name(cell) for cell in grid.rows[row]), row, row)


def _joined(grid: Grid, row: int) -> Header | None:
    """Two rows as one header, when the upper one has cells merged over words in the lower one."""
    if row + 1 >= len(grid.rows):
        return None
    upper, lower = [_name(cell) for cell in grid.rows[row]], grid.rows[row + 1]
    if not any(upper) or not _is_words(lower):
        return None
    gaps = [i for i in range(1, len(upper)) if not upper[i] and lower[i] is not None]
    if not any(upper[i - 1] or i - 1 in gaps for i in gaps):
        return None
    if any(upper[i] and lower[i] is not None and not _spans(grid, row, i, gaps) for i in range(len(upper))):
        return None  # words below a cell that is not merged: a data row
    names, parent = [], ""
    for i, cell in enumerate(lower):
        parent = upper[i] or (parent if cell is not None else "")
        names.append(" ".join(part for part in (parent, _name(cell)) if part))
    return Header(tuple(names), row, row + 1)


def _spans(grid: Grid, row: int, column: int, gaps: list[int]) -> bool:
    """Whether the cell reaches over the next column: by its merged range, or in text files by the gap beside it."""
    ranges = [r for r in grid.merged if r[0] <= row <= r[2] and r[1] <= column <= r[3]]
    return any(right > left for _, left, _, right in ranges) if grid.merged else column + 1 in gaps


def drop_reason(row: list[Cell], names: tuple[str, ...], *, first: bool) -> str | None:
    """Why a row below the header is not data; ``None`` for data. `first` marks the row just below the header."""
    filled = [cell for cell in row if cell is not None]
    if not filled:
        return BLANK
    if all(normal(_name(cell)) == normal(name) for cell, name in zip(row, names, strict=True)):
        return REPEATED
    if first and len(filled) >= 4 and _is_numbering(row, names):
        return NUMBERING
    label = next((cell for cell in filled if isinstance(cell, str) and not _NUMERIC.fullmatch(cell)), "")
    if _TOTAL.fullmatch(label) and len(filled) > 1:
        return TOTAL
    if len(filled) == 1 and len(names) > 2 and (_NOTE.match(label) or _TOTAL.fullmatch(label)):
        return NOTE
    return None


def _is_numbering(row: list[Cell], names: tuple[str, ...]) -> bool:
    """``1, 2, 3, …`` or ``(1), (2), (3), …`` under every named column."""
    numbers = [str(cell).strip("()") for cell, name in zip(row, names, strict=True) if name]
    return numbers == [str(i) for i in range(1, len(numbers) + 1)]


def _count(row: list[Cell]) -> int:
    return sum(cell is not None for cell in row)


def _is_words(row: list[Cell]) -> bool:
    """Whether a row holds labels only; a year may be one."""
    filled = [cell for cell in row if cell is not None]
    return bool(filled) and any(isinstance(cell, str) for cell in filled) and all(_is_label(cell) for cell in filled)


def _is_label(cell: Cell) -> bool:
    if isinstance(cell, bool | float | dt.date) or cell is None:
        return False
    text = str(cell)
    return bool(re.fullmatch(r"(19|20)\d\d", text)) or not _NUMERIC.fullmatch(text)


def _name(cell: Cell) -> str:
    return "" if cell is None else str(cell)
