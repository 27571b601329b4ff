"""How far the sheets of a workbook reach, told from their XML before the reader takes memory for them.

Question answered: how many rows and columns would the reader set out, and is the XML whole?
Input: one XML part. Output: `Extent`; ValueError for XML that is not well-formed or that no office program writes.

calamine sets out the whole rectangle up to the farthest filled cell and believes every number in the file; when
memory does not suffice, or a table is never closed, the process ends or hangs and no handler helps.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
MAX_REPEATED_CELLS: Final = 20_000
MAX_REPEATED_ROWS: Final = 100_000
MAX_BLANKS: Final = 10_000
MAX_STRINGS: Final = 1_000_000

_CELL: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_UNIQUE: Final = re.compile(rb"""uniqueCount\s*=\s*["']\s*\+?(\d+)""")


@dataclass(slots=True)
class Extent:
    """Farthest filled row and column, counted from 1; `repeats` when a filled row or cell is repeated too often."""

    rows: int = 0
    columns: int = 0
    repeats: bool = False

    @property
    def cells(self) -> int:
        """Cells of the rectangle."""
        return self.rows * self.columns

    def reach(self, row: int, column: int) -> None:
        """Widen to a filled cell."""
        if row > self.rows:
            self.rows = row
        if column > self.columns:
            self.columns = column


def too_many_strings(xml: bytes) -> bool:
    """Whether a part claims many more shared strings than it holds; the reader takes memory for as many as claimed."""
    claimed = max((int(found[1][:20]) for found in _UNIQUE.finditer(xml)), default=0)
    return claimed > max(MAX_STRINGS, xml.count(b"si>"))


def sheet_extent(xml: bytes) -> Extent:
    """Extent of a sheet of an xlsx workbook; never less than the reader will set out.

    Examples
    --------
    >>> sheet_extent(b'<x><sheetData><row r="3"><c r="B3"/><c><v>1</v></c></row></sheetData></x>')
    Extent(rows=3, columns=3, repeats=False)
    """
    found = Extent()
    row = column = 0
    cell = (0, 0)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, cell
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            cell = _address(attributes["r"]) if "r" in attributes else (row, column + 1)
            column = cell[1]
        elif tag in ("v", "is"):  # a cell without either is blank, however far it lies
            found.reach(*cell)
        elif tag == "row":
            row, column = max(row + 1, _number(attributes.get("r", 0))), 0

    _parse(xml, start)
    return found


def tables_extent(xml: bytes) -> Extent:
    """Extent of all tables of an ods document, one below the other."""
    found, table = Extent(), Extent()
    row = column = repeat = 0
    filled = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal table, row, column, repeat, filled
        if tag == "table:table":
            table, row = Extent(), 0
        elif tag == "table:table-row":
            repeat, column, filled = _number(attributes.get("table:number-rows-repeated", 1)), 0, False
            row += repeat
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            times = _number(attributes.get("table:number-columns-repeated", 1))
            column += times
            if any(name.startswith("office:") or name == "table:formula" for name in attributes):
                filled = True
                table.reach(row, column)
                table.repeats |= times > MAX_REPEATED_CELLS
        elif tag == "text:s":
            found.repeats |= _number(attributes.get("text:c", 1)) > MAX_BLANKS

    def end(tag: str) -> None:
        nonlocal row
        if tag == "table:table-row":
            table.repeats |= filled and repeat > MAX_REPEATED_ROWS
        elif tag == "table:table":
            found.rows, found.columns = found.rows + table.rows, max(found.columns, table.columns)
            found.repeats |= table.repeats

    _parse(xml, start, end)
    return found


def _parse(xml: bytes, start: Any, end: Any = None) -> None:
    parser = expat.ParserCreate("utf-8")  # as the reader takes it, whatever the part declares
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _refuse  # entities; no office program writes any
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError("not well-formed") from error


def _refuse(*_: object) -> None:
    raise ValueError("document type")


def _number(text: str | int) -> int:
    if isinstance(text, str) and not (text.isascii() and text.isdigit()):
        raise ValueError("not a number")
    return int(text) if len(str(text)) < 10 else 10**9  # far beyond every limit


def _address(text: str) -> tuple[int, int]:
    found = _CELL.fullmatch(text)
    if not found:
        raise ValueError("not a cell")
    return int(found[2]), _column(found[1])


@functools.cache  # at most 52 + 52**2 + 52**3 names
def _column(letters: str) -> int:
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters.upper(), 0)
