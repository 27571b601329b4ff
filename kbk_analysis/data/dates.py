"""Cells as dates; a whole column decides whether the day or the month comes first.

Question answered: which day did the office mean by ``03/04/2024``, ``16 Desember 2024``, a date cell?
Input: the cells of one column. Output: ISO dates (``None`` = blank) and findings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final, Literal

from kbk_analysis.data.column import MISSING, Place
from kbk_analysis.data.workbook import Cell
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr

DateOrder = Literal["dmy", "mdy"]

_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for word in words.split()
}
_ISO: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?", re.ASCII)
_NUMERIC: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?", re.ASCII)
_WORDS: Final = re.compile(r"(?:[a-z']+,\s*)?(\d{1,2})[\s./-]+([a-z]+)[\s./,-]+(\d{4})", re.I | re.ASCII)
_YEARS: Final = range(1900, 2101)


def parse_dates(
    values: Sequence[Cell],
    *,
    column: str,
    file: str,
    sheet: str = "",
    row_numbers: Sequence[int],
    order: DateOrder | None = None,
) -> tuple[list[str | None], list[Finding]]:
    """Dates of one column as ISO text.

    Parameters
    ----------
    values
        Date cells, ISO text, ``dd/mm/yyyy`` or ``mm/dd/yyyy``, '16 Desember 2024'. A time of day is left out.
    column, file, sheet, row_numbers
        Where they stand, one row number a cell.
    order
        ``dmy`` or ``mdy``, when the recipe names it.

    Returns
    -------
    tuple
        Dates and findings (all errors): ``date.ambiguous``, ``date.mixed``, ``date.form``.

    Examples
    --------
    >>> parse_dates(["03/04/2024", "16/12/2024"], column="Tanggal", file="a.csv", row_numbers=[2, 3])
    (['2024-04-03', '2024-12-16'], [])
    """
    place = Place(file, sheet, column, row_numbers)
    pairs = {i: found for i, v in enumerate(values) if isinstance(v, str) and (found := _NUMERIC.fullmatch(v.strip()))}
    decided = order or _decide({i: (int(m[1]), int(m[2])) for i, m in pairs.items()}, values, place)
    dates: list[str | None] = []
    for i, value in enumerate(values):
        if value is None or (isinstance(value, str) and value.strip().casefold() in MISSING):
            dates.append(None)
            continue
        match = pairs.get(i)
        day = _from_pair(match, decided) if match else _from_cell(value)
        if day is None and not (match and decided is None):
            message, remedy = tr("Bukan tanggal yang dikenal."), tr("Tulis seperti 16/12/2024 atau 2024-12-16.")
            place.add(i, "date.form", message, remedy, value)
        dates.append(day)
    return dates, place.findings


def _decide(pairs: dict[int, tuple[int, int]], values: Sequence[Cell], place: Place) -> DateOrder | None:
    day_first = [i for i, (a, b) in pairs.items() if a > 12 >= b]
    month_first = [i for i, (a, b) in pairs.items() if b > 12 >= a]
    if day_first and month_first:
        rows = ", ".join(f"{values[i]} ({place.rows[i]})" for i in (day_first[0], month_first[0]))
        message = tr("Urutan hari dan bulan berbeda-beda di kolom ini: {rows}.", rows=rows)
        place.add(month_first[0], "date.mixed", message, tr("Samakan penulisannya di berkas asal."))
        return None
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    unclear = [i for i, (a, b) in pairs.items() if a != b]
    if unclear:
        message = tr("Tidak jelas: hari atau bulan yang di depan ({n} sel).", n=len(unclear))
        remedy = tr("Sebut `order: dmy` atau `order: mdy` dalam resep.")
        place.add(unclear[0], "date.ambiguous", message, remedy, values[unclear[0]])
        return None
    return "dmy"  # every day equals its month


def _from_pair(match: re.Match[str], order: DateOrder | None) -> str | None:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if order is None:
        return None
    return _date(year, second, first) if order == "dmy" else _date(year, first, second)


def _from_cell(value: Cell) -> str | None:
    if isinstance(value, dt.date):
        return _date(value.year, value.month, value.day)
    if not isinstance(value, str):
        return None  # a bare serial number may as well be a count
    text = value.strip()
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _WORDS.fullmatch(text):
        return _date(int(match[3]), _MONTHS.get(match[2].casefold(), 0), int(match[1]))
    return None


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat() if year in _YEARS else None
    except ValueError:
        return None
