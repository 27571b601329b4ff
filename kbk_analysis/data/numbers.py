"""Cells as numbers and flags; a whole column decides how its numbers are written.

Question answered: which number did the office mean by ``1.234,5``, ``12,5%``, ``(5)``, ``-``?
Input: the cells of one column. Output: one value a cell (``None`` = not reported, never zero) and findings.

``1.234`` alone may be 1234 or 1,234. It is read only when another cell of its column shows which sign is the
decimal one, or when the recipe names it; otherwise the column is refused.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kbk_analysis.data.column import MISSING, Place
from kbk_analysis.data.dates import DateOrder, parse_dates
from kbk_analysis.data.workbook import Cell
from kbk_analysis.errors import Finding, Severity
from kbk_analysis.i18n import tr

__all__ = ["DateOrder", "Decimal", "parse_dates", "parse_flag", "parse_flags", "parse_numbers"]

Decimal = Literal["comma", "dot"]

_SIGNS: Final[dict[Decimal, tuple[str, str]]] = {"comma": (",", "."), "dot": (".", ",")}  # decimal, thousands
_SHAPE: Final = re.compile(r"[0-9][0-9.,]*")
_AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_CURRENCY: Final = re.compile(r"^rp\s*\.?\s*", re.I)
_SPACED: Final = re.compile(r"[0-9]{1,3}( [0-9]{3})+(?![0-9])")
_TOO_LARGE: Final = 1e15  # from 16 digits on a number is kept rounded: an account number would silently change


@dataclass(frozen=True, slots=True)
class _Token:
    """A number written as text: sign, digits with separators, per cent sign."""

    negative: bool
    digits: str
    percent: bool


def parse_numbers(
    values: Sequence[Cell],
    *,
    column: str,
    file: str,
    sheet: str = "",
    row_numbers: Sequence[int],
    decimal: Decimal | None = None,
    percent: bool = False,
) -> tuple[list[float | None], list[Finding]]:
    """Numbers of one column.

    Parameters
    ----------
    values
        Cells as `kbk_analysis.data.reading` gives them.
    column, file, sheet, row_numbers
        Where they stand, one row number a cell.
    decimal
        The decimal sign, when the recipe names it.
    percent
        The column is in per cent: ``12,5%`` and ``12,5`` are both 12.5. Elsewhere a per cent sign is a finding.

    Returns
    -------
    tuple
        Numbers (``None`` = blank, ``-``, ``n/a``, or refused) and findings (errors): ``number.ambiguous``,
        ``number.mixed``, ``number.form``, ``number.code``, ``number.percent``, ``number.date``;
        and a warning, ``number.percent_scale``.

    Examples
    --------
    >>> parse_numbers(["1.234,5", "(5)", "-"], column="PUS", file="a.csv", row_numbers=[2, 3, 4])
    ([1234.5, -5.0, None], [])
    """
    place = Place(file, sheet, column, row_numbers)
    tokens = [_token(i, value, place, percent) for i, value in enumerate(values)]
    texts = {i: token for i, token in enumerate(tokens) if isinstance(token, _Token)}
    named = decimal or _decide(texts, values, place)
    numbers: list[float | None] = []
    for i, token in enumerate(tokens):
        number = _number(token, named) if isinstance(token, _Token) else token
        if number is None and named and isinstance(token, _Token):
            message = tr("Angka tidak sesuai tanda desimal kolom ini.")
            place.add(i, "number.form", message, tr("Tulis ulang angkanya, misalnya 1234,5."), values[i])
        if number is not None and abs(number) >= _TOO_LARGE:
            message = tr("Terlalu panjang untuk sebuah angka: tampak seperti kode.")
            place.add(i, "number.code", message, tr("Periksa pilihan kolom; kode dibaca sebagai teks."), values[i])
            number = None
        numbers.append(number)
    if percent:
        _check_scale(values, place)
    return numbers, place.findings


def _check_scale(values: Sequence[Cell], place: Place) -> None:
    """A cell that Excel shows as 12,5% holds 0.125: a column of such cells would come out a hundred times too small."""
    native = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(native) >= 3 and all(0 <= v <= 1 for v in native) and any(0 < v < 1 for v in native):
        message = tr("Semua angka antara 0 dan 1 di kolom persen: mungkin pecahan (0,125), bukan persen (12,5).")
        remedy = tr("Ubah format sel menjadi 'General'; bila memang pecahan, kalikan 100 di berkas asal.")
        place.add(None, "number.percent_scale", message, remedy, severity=Severity.WARNING)


def _token(i: int, value: Cell, place: Place, percent: bool) -> _Token | float | None:
    """A native number, a number as text still to be read, or ``None``; anything else is a finding."""
    if value is None:
        return None
    if isinstance(value, bool | dt.date):
        message = tr("Bukan angka; Excel mungkin mengubahnya menjadi tanggal atau penanda.")
        place.add(i, "number.date", message, tr("Ketik ulang sebagai angka, format sel 'General'."), value)
        return None
    if not isinstance(value, str):
        return float(value) if math.isfinite(value) else None
    text = value.strip()
    if text.casefold() in MISSING:
        return None
    token = _split(text)
    if token is None:
        place.add(i, "number.form", tr("Bukan angka."), tr("Tulis angkanya saja, atau kosongkan sel."), value)
    elif re.match(r"0[0-9]", token.digits):
        message = tr("Diawali nol: tampak seperti kode, bukan angka.")
        place.add(i, "number.code", message, tr("Periksa pilihan kolom; kode dibaca sebagai teks."), value)
        return None
    elif token.percent and not percent:
        message = tr("Bertanda persen di kolom yang bukan persen.")
        place.add(i, "number.percent", message, tr("Nyatakan satuan kolom ini, atau hapus tanda persennya."), value)
        return None
    return token


def _split(text: str) -> _Token | None:
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    if text[:1] in ("-", "−", "+") and not negative:
        text, negative = text[1:].strip(), text[0] != "+"
    percent = text.endswith("%")
    text = _CURRENCY.sub("", text.removesuffix("%").strip()).removesuffix(",-").removesuffix(",--")
    if found := _SPACED.match(text):
        text = found[0].replace(" ", "") + text[found.end() :]
    return _Token(negative, text, percent) if _SHAPE.fullmatch(text) and text[-1].isdigit() else None


def _vote(digits: str) -> Decimal | None:
    """Which decimal sign this number shows; ``None`` when it shows none."""
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "comma" if digits.rindex(",") > digits.rindex(".") else "dot"
    if (not dots and not commas) or _AMBIGUOUS.fullmatch(digits):
        return None
    used: Decimal = "dot" if dots else "comma"
    other: Decimal = "comma" if dots else "dot"
    return other if dots + commas > 1 else used


def _decide(texts: dict[int, _Token], values: Sequence[Cell], place: Place) -> Decimal | None:
    votes: dict[Decimal, int] = {}
    for i, token in texts.items():
        vote = _vote(token.digits)
        if vote:
            votes.setdefault(vote, i)
    if len(votes) == 1:
        return next(iter(votes))
    remedy = tr("Sebut `decimal: comma` atau `decimal: dot` dalam resep.")
    if votes:
        rows = ", ".join(f"{values[i]} ({place.rows[i]})" for i in sorted(votes.values()))
        message = tr("Tanda desimal berbeda-beda di kolom ini: {rows}.", rows=rows)
        place.add(min(votes.values()), "number.mixed", message, tr("Samakan penulisannya di berkas asal."))
        return None
    unclear = [i for i, token in texts.items() if _AMBIGUOUS.fullmatch(token.digits)]
    if unclear:
        message = tr("Tidak jelas: ribuan atau desimal ({n} sel).", n=len(unclear))
        place.add(unclear[0], "number.ambiguous", message, remedy, values[unclear[0]])
    return None


def _number(token: _Token, decimal: Decimal | None) -> float | None:
    """The number under a decimal sign; ``None`` when it is not written that way."""
    digits = token.digits
    if "." in digits or "," in digits:
        if decimal is None:
            return None
        point, group = _SIGNS[decimal]
        whole, _, fraction = digits.partition(point)
        grouped = re.fullmatch(rf"[1-9][0-9]{{0,2}}({re.escape(group)}[0-9]{{3}})+", whole)
        if not (grouped or whole.isdigit()) or (point in digits and not fraction.isdigit()):
            return None
        digits = f"{whole.replace(group, '')}.{fraction or 0}"
    number = float(digits)
    return -number if token.negative else number


_FLAGS: Final = {
    **dict.fromkeys(["1", "true", "benar", "ya", "y", "ada", "sudah", "aktif", "yes", "v", "✓", "✔"], True),
    **dict.fromkeys(["0", "false", "salah", "tidak", "tdk", "tidak ada", "belum", "tidak aktif", "no"], False),
    **dict.fromkeys(MISSING),
}


def parse_flag(value: Cell) -> bool | None:
    """One flag: True, False, or ``None`` when blank or 'belum isi' (blank is never False).

    Raises
    ------
    ValueError
        When the word is not known.

    Examples
    --------
    >>> parse_flag("Ada"), parse_flag("tidak"), parse_flag("belum isi"), parse_flag(None)
    (True, False, None, None)
    """
    if value is None or isinstance(value, bool):
        return value
    word = " ".join(str(int(value) if isinstance(value, float) and value in (0, 1) else value).casefold().split())
    if word not in _FLAGS:
        raise ValueError(word)
    return _FLAGS[word]


def parse_flags(
    values: Sequence[Cell], *, column: str, file: str, sheet: str = "", row_numbers: Sequence[int]
) -> tuple[list[bool | None], list[Finding]]:
    """Flags of one column; an unknown word is a finding ``flag.form``."""
    place = Place(file, sheet, column, row_numbers)
    flags: list[bool | None] = []
    for i, value in enumerate(values):
        try:
            flags.append(parse_flag(value))
        except ValueError:
            flags.append(None)
            place.add(i, "flag.form", tr("Bukan ya atau tidak."), tr("Isi 'ya', 'tidak', atau kosongkan."), value)
    return flags, place.findings
