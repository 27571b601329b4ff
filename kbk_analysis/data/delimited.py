"""Text files (csv, txt, csv.gz) as grids of cells: encoding and separator are found or refused, never guessed.

Question answered: what stands in each cell of this text file?
Input: a file of separated values. Output: a `Grid`; a filled cell is always text, an empty one ``None``.
Row numbers count records, as a spreadsheet program shows them: a line break inside quotes is not a new row.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import re
import zlib
from collections import Counter
from pathlib import Path
from typing import Final

from kbk_analysis.data.workbook import Cell, Grid, damaged, fault, text_cell, too_large
from kbk_analysis.errors import Finding, InputFault, Severity
from kbk_analysis.i18n import tr
from kbk_analysis.text import shorten

MAX_BYTES: Final = 500_000_000
DELIMITERS: Final = {",": "koma", ";": "titik koma", "\t": "tab", "|": "garis tegak"}
_SAMPLE: Final = 2_000  # records looked at to find the separator
_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_delimited(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> Grid:
    """Cells of a text file.

    Parameters
    ----------
    path
        File of separated values, gzip-compressed or not.
    delimiter, encoding
        Named when the file alone does not decide.

    Raises
    ------
    InputFault
        ``file.too_large``, ``file.damaged``, ``csv.encoding``, ``csv.delimiter``, ``csv.quote``, ``csv.ragged``.
    """
    text, findings = _decode(path.name, _content(path), encoding)
    delimiter = delimiter or _find_delimiter(path.name, text)
    records = _records(path.name, text, delimiter)
    width = _width(records)
    findings += _ragged(path.name, records, width)
    rows: list[list[Cell]] = [[*map(text_cell, record[:width]), *[None] * (width - len(record))] for record in records]
    return Grid(name="", rows=rows, findings=findings)


def _content(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise too_large(path.name, size)
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            stream.seek(0)
            return stream.read()
    try:
        with gzip.open(path) as packed:
            content = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise damaged(path.name) from None
    if len(content) > MAX_BYTES:
        raise too_large(path.name, len(content))
    return content


def _decode(file: str, raw: bytes, encoding: str | None) -> tuple[str, list[Finding]]:
    named = encoding or next((name for bom, name in _BOMS.items() if raw.startswith(bom)), None)
    try:
        text = raw.decode(named or "utf-8")
    except LookupError:
        raise _unreadable(file, tr("Nama pengodean tidak dikenal."), shorten(named or "")) from None
    except UnicodeDecodeError:
        if named:
            raise _unreadable(file, tr("Isi berkas tidak sesuai pengodean ini."), shorten(named)) from None
        return _decode_legacy(file, raw)
    if "\0" in text:
        raise _unreadable(file, tr("Isi berkas bukan teks biasa."), "")
    return text.removeprefix("\ufeff"), []


def _decode_legacy(file: str, raw: bytes) -> tuple[str, list[Finding]]:
    """Not UTF-8. Taken as Windows text, with a warning, when no other reading is likely; refused otherwise."""
    from charset_normalizer import from_bytes

    guess = "cp1252"
    if not set(raw) <= _PUNCTUATION:
        lines = [line for line in raw.splitlines(keepends=True) if not line.isascii()]
        best = from_bytes(b"".join(lines[:1_000])).best()
        guess = best.encoding if best else ""
    try:
        text = raw.decode("cp1252")
        same = bool(guess) and raw.decode(guess) == text
    except (UnicodeDecodeError, LookupError):
        same = False
    if not same or "\0" in text or _MOJIBAKE.search(text):
        raise _unreadable(file, tr("Pengodean teks tidak dapat dipastikan."), guess)
    warning = Finding(
        rule="csv.encoding",
        severity=Severity.WARNING,
        message=tr("Berkas bukan UTF-8; dibaca sebagai Windows-1252."),
        remedy=tr("Periksa huruf khusus pada nama; lebih baik simpan sebagai CSV UTF-8."),
        file=file,
    )
    return text, [warning]


# ASCII, and the quotes, dashes, ellipsis, blank and degree sign that all Windows code pages of Europe share
_PUNCTUATION: Final = frozenset([*range(1, 128), 0x85, *range(0x91, 0x98), 0xA0, 0xB0])
# UTF-8 read as cp1252 ("Ã©", "â€™"): a file that mixes both encodings
_MOJIBAKE: Final = re.compile(
    "[Ââ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
)


def _unreadable(file: str, message: str, value: str) -> InputFault:
    remedy = tr("Simpan ulang sebagai 'CSV UTF-8', atau sebut `encoding` dalam resep.")
    return fault(file, "csv.encoding", message, remedy, value)


def _records(file: str, text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error:
        finding = Finding(
            rule="csv.quote",
            message=tr("Tanda kutip tidak berpasangan, atau sel terlalu panjang."),
            remedy=tr("Perbaiki tanda kutip pada baris ini; dua tanda kutip untuk satu di dalam sel."),
            file=file,
            row=reader.line_num,
        )
        raise InputFault([finding]) from None


def _filled(record: list[str]) -> int:
    """Number of fields up to the last one that is not blank."""
    return max((i for i, field in enumerate(record, 1) if field.strip()), default=0)


def _find_delimiter(file: str, text: str) -> str:
    """The one separator that gives every record the same number of fields (two or more)."""
    counts = {mark: _field_counts(text, mark) for mark in DELIMITERS if mark in text}
    shares = {mark: _agreement(found) for mark, found in counts.items()}
    for least in (1.0, 0.9):
        fitting = [mark for mark, share in shares.items() if share >= least]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise _undecided(file, fitting)
    if any(max(found, default=1) > 1 and _agreement(found, least=1) < 1.0 for found in counts.values()):
        raise _undecided(file, list(counts))
    return ","  # one column


def _field_counts(text: str, delimiter: str) -> list[int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [len(record) for record in itertools.islice(reader, _SAMPLE) if any(f.strip() for f in record)]
    except csv.Error:
        return []


def _agreement(counts: list[int], least: int = 2) -> float:
    """Share of records that have the commonest number of fields; 0 when that is below `least`."""
    if not counts:
        return 0.0
    width, often = Counter(counts).most_common(1)[0]
    return often / len(counts) if width >= least else 0.0


def _undecided(file: str, marks: list[str]) -> InputFault:
    return fault(
        file,
        "csv.delimiter",
        tr("Pemisah kolom tidak dapat dipastikan."),
        tr("Sebut `delimiter` dalam resep, atau simpan ulang sebagai .xlsx."),
        ", ".join(DELIMITERS[mark] for mark in marks),
    )


def _width(records: list[list[str]]) -> int:
    """Commonest number of fields among the records of a table (titles and notes have one filled field)."""
    counts = Counter(len(record) for record in records if _filled(record) > 1)
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _ragged(file: str, records: list[list[str]], width: int) -> list[Finding]:
    """Too many fields: a separator inside a name. Too few: trailing blanks that Excel left out, or a lost separator."""
    findings = []
    for number, record in enumerate(records, 1):
        too_long = _filled(record) > width
        if not too_long and (len(record) >= width or _filled(record) < 2):
            continue
        findings.append(
            Finding(
                rule="csv.ragged",
                severity=Severity.ERROR if too_long else Severity.WARNING,
                message=tr("Baris berisi {found} kolom, bukan {expected}.", found=len(record), expected=width),
                remedy=tr("Periksa pemisah atau tanda kutip yang hilang atau berlebih pada baris ini."),
                file=file,
                row=number,
            )
        )
    return findings
