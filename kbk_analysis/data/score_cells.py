"""One cell of a score sheet: a score, a blank, or what the office should write instead.

Input: a cell as found. Output: a number, NaN for "did not score", ``None`` for neither; and words for the office.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Final

from kbk_analysis.data.column import MISSING
from kbk_analysis.i18n import decimal, tr

ABSTAINED: Final = MISSING | {
    "tidak menilai", "tdk menilai", "tidak dinilai", "belum menilai", "belum dinilai", "abstain", "tm",
    "did not score", "not scored",
}  # fmt: skip
_NUMBER: Final = re.compile(r"-?\d+([.,]\d+)?")
_DATE: Final = re.compile(r"\d{1,4}[-/](\d{1,2}|[a-z]{3,9})([-/]\d{2,4})?", re.I)


@dataclass(frozen=True, slots=True)
class Scale:
    """One criterion of the sheet: its letter, the ends of its scale, and the headings it may stand under."""

    id: str
    low: float
    high: float
    names: tuple[str, ...] = ()


def number(cell: object) -> float | None:
    """A score; NaN where the judge did not score, ``None`` where the cell is neither.

    Examples
    --------
    >>> number("4,5"), number(" - "), number("lima"), number("80%")
    (4.5, nan, None, None)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = "" if cell is None else str(cell).strip()
    if text.casefold() in ABSTAINED:
        return math.nan
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def unreadable(cell: object, scale: Scale) -> tuple[str, str]:
    """What is wrong with a cell that is no score, and the remedy."""
    text = str(cell)
    if isinstance(cell, dt.date) or _DATE.fullmatch(text):
        message = tr("Skor ini sebuah tanggal; Excel mungkin mengubahnya dari angka desimal.")
        return message, tr("Ketik ulang sebagai angka, format sel 'General'.")
    if text.endswith("%"):
        return tr("Skor ini bertanda persen."), tr(
            "Tulis angka {low} sampai {high} tanpa tanda persen.", **_ends(scale)
        )
    remedy = tr("Tulis angka {low} sampai {high}; kosong berarti tidak menilai.", **_ends(scale))
    return tr("Skor ini bukan angka."), remedy


def range_words(scale: Scale) -> tuple[str, str]:
    """What is said of a score outside its scale."""
    return tr("Skor di luar skala kriteria {id}.", id=scale.id), tr("Skalanya {low} sampai {high}.", **_ends(scale))


def _ends(scale: Scale) -> dict[str, str]:
    return {"low": decimal(scale.low, 0), "high": decimal(scale.high, 0)}


def letter(place: int) -> str:
    """Letter of a column as the spreadsheet program shows it.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
