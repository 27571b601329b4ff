"""Language of everything a user reads: sentences, numbers, dates, money.

Question answered: how is this written in the reader's language?
Input: a message in Indonesian (the language the product is written in) or a number or date.
Output: text. English comes from ``locale/en``; a message without a translation stays Indonesian,
and a test fails for it. The process locale is never read.

The language is a setting of the process: a chapter runs in a process of its own and sets it once.
"""

from __future__ import annotations

import datetime as dt
import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
LOCALE_DIR: Final = Path(__file__).parent / "locale"

_current: Language = "id"


def use(language: Language) -> None:
    """Set the language of this process (``"id"`` or ``"en"``)."""
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"bahasa tidak dikenal: {language!r}; pilih salah satu dari {LANGUAGES}")
    _current = language


def language() -> Language:
    """Language in use."""
    return _current


@contextmanager
def using(language: Language) -> Iterator[None]:
    """Use another language for the length of a ``with`` block."""
    before = _current
    use(language)
    try:
        yield
    finally:
        use(before)


@cache
def _catalogue(language: Language) -> _gettext.NullTranslations:
    if language == "id":
        return _gettext.NullTranslations()
    return _gettext.translation("kbk", LOCALE_DIR, languages=[language])


def tr(message: str, /, **values: object) -> str:
    """Translate `message` and fill its named fields.

    Parameters
    ----------
    message
        Indonesian text, fields in braces.
    **values
        What the fields hold. They are put in after translation and never translated themselves.

    Examples
    --------
    >>> tr("Kecamatan {name}", name="Rambah")
    'Kecamatan Rambah'
    """
    text = _catalogue(_current).gettext(message)
    return text.format(**values) if values else text


def ntr(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Translate a message that counts something; Indonesian gives both forms the same text.

    Examples
    --------
    >>> ntr("{n} desa", "{n} desa", 3)
    '3 desa'
    """
    text = _catalogue(_current).ngettext(singular, plural, n)
    return text.format(n=integer(n), **values)


def mark(message: str, /) -> str:
    """Mark a message for the catalogue where it is stored and translated later."""
    return message


def integer(value: float) -> str:
    """Whole number in the reader's form.

    Examples
    --------
    >>> integer(1234567)
    '1.234.567'
    """
    return format_decimal(round(value), format="#,##0", locale=_current)


def decimal(value: float, places: int = 1) -> str:
    """Number with a fixed count of decimals, rounded half to even as Babel does.

    Examples
    --------
    >>> decimal(1234.5)
    '1.234,5'
    """
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return format_decimal(value, format=pattern, locale=_current)


def brief(value: float) -> str:
    """Number in at most four signs or so, for a narrow cell: whole from 10 up, else with decimals.

    Examples
    --------
    >>> brief(56.4), brief(3.25), brief(0.7123)
    ('56', '3,2', '0,71')
    """
    size = abs(value)
    return integer(value) if size >= 10 or value == 0 else decimal(value, 1 if size >= 1 else 2)


def percent(value: float, places: int = 1) -> str:
    r"""Percentage from a value already in per cent (12.3 -> '12,3\xa0%' in Indonesian, '12.3%' in English).

    Examples
    --------
    >>> percent(12.345)
    '12,3\xa0%'
    """
    sign = "\u00a0%" if _current == "id" else "%"
    return decimal(value, places).replace("\u00a0", "") + sign


def date(value: dt.date | str, form: str = "long") -> str:
    """Date from a date or an ISO string: ``long`` (16 Desember 2024), ``full`` with the weekday, ``medium``.

    Examples
    --------
    >>> date("2024-12-16", "full")
    'Senin, 16 Desember 2024'
    """
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    return format_date(value, format=form, locale=_current)


def money(value: float) -> str:
    """Rupiah.

    Examples
    --------
    >>> money(1500000)
    'Rp1.500.000'
    """
    pattern = "\u00a4#,##0"
    return format_currency(value, "IDR", format=pattern, locale=_current, currency_digits=False)


def join(parts: list[str]) -> str:
    """List in a sentence: 'a, b, dan c'."""
    if len(parts) < 2:
        return "".join(parts)
    if len(parts) == 2:
        return tr("{a} dan {b}", a=parts[0], b=parts[1])
    return tr("{rest}, dan {last}", rest=", ".join(parts[:-1]), last=parts[-1])
