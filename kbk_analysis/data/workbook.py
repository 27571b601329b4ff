"""Spreadsheet files (xlsx, xls, ods) as grids of cells, after making sure that they are safe and complete.

Question answered: what stands in each cell of each sheet?
Input: an office file. Output: one `Grid` a sheet, row 1 first.

calamine reads fast but believes the file: a formula that was never calculated and a formula error both come
out blank, and one far-away cell makes it allocate the whole sheet. So the archive is looked through first.
"""

from __future__ import annotations

import datetime as dt
import functools
import html
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kbk_analysis.data import extent
from kbk_analysis.errors import Finding, InputFault, Severity
from kbk_analysis.i18n import tr
from kbk_analysis.text import clean, shorten

Cell = str | int | float | bool | dt.date | None

MAX_UNCOMPRESSED: Final = 200_000_000
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 5_000
MAX_GRID: Final = 10_000_000  # cells of all sheets together: about 1 GB
_SMALL: Final = 1_000_000  # below this a high ratio harms nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Cells of one sheet: `rows` from row 1, `merged` ranges as (top, left, bottom, right), counted from 0."""

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    findings: list[Finding] = field(default_factory=list)


def fault(file: str, rule: str, message: str, remedy: str, value: str = "") -> InputFault:
    """Refusal of a whole file for one reason."""
    return InputFault([Finding(rule=rule, message=message, remedy=remedy, file=file, value=value)])


@functools.lru_cache(maxsize=65_536)
def text_cell(text: str) -> str | None:
    """Cleaned text; blank is ``None``."""
    return clean(text) or None


def read_workbook(path: Path) -> list[Grid]:
    """Sheets of a workbook, hidden ones too; chart sheets are left out.

    Raises
    ------
    InputFault
        ``file.*``: damaged, password-protected, not a workbook, too large.
    """
    import python_calamine as calamine

    cells = _look_through(path) if zipfile.is_zipfile(path) else {}
    try:
        # Opened as a stream: with a path the reader would trust the name, and an xlsx named .xls would seem damaged.
        with path.open("rb") as stream, calamine.CalamineWorkbook.from_filelike(stream) as book:
            shown = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
            return [
                _grid(book.get_sheet_by_name(s.name), s.visible != calamine.SheetVisibleEnum.Visible, cells)
                for s in shown
            ]
    except calamine.PasswordError:
        raise password(path.name) from None
    except Exception as error:
        if isinstance(error, InputFault):
            raise
        raise damaged(path.name) from None
    except BaseException as error:  # a panic of the Rust reader is not an Exception
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path.name) from None


def damaged(file: str) -> InputFault:
    """Refusal of a file that cannot be opened as what it claims to be."""
    return fault(
        file,
        "file.damaged",
        tr("Berkas rusak atau terpotong."),
        tr("Minta dikirim ulang, atau buka di Excel lalu simpan sebagai .xlsx baru."),
    )


def password(file: str) -> InputFault:
    """Refusal of an encrypted file."""
    return fault(
        file,
        "file.password",
        tr("Berkas dilindungi kata sandi."),
        tr("Buka di Excel, hapus kata sandinya (Info > Protect Workbook), lalu simpan ulang."),
    )


def _grid(sheet: Any, hidden: bool, cells: dict[str, list[Finding]]) -> Grid:
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    return Grid(name=sheet.name, rows=rows, merged=merged, hidden=hidden, findings=cells.get(sheet.name, []))


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, bool | int | dt.date) else str(value)


# --- the archive, before it is read -------------------------------------------------------------------------


def _look_through(path: Path) -> dict[str, list[Finding]]:
    """Findings by sheet name; refuses an archive that is damaged, too large, or not a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or total > MAX_UNCOMPRESSED:
                raise too_large(path.name, total)
            if total > _SMALL and total > MAX_RATIO * path.stat().st_size:
                raise too_large(path.name, total)
            if any(entry.flag_bits & 1 for entry in entries):
                raise password(path.name)
            sheets = _sheet_parts(archive)
            names = {part: name for name, part in sheets}
            if len(names) < len(sheets):
                raise damaged(path.name)  # one part as a thousand sheets
            cells, findings = 0, {}
            for entry in entries:
                xml = archive.read(entry)  # checks length and checksum, so the declared sizes are the real ones
                sheet = names.get(entry.filename, entry.filename)
                cells += _cells(path.name, entry.filename, sheet, xml, room=MAX_GRID - cells)
                if entry.filename in names:
                    findings[sheet] = _sheet_findings(path.name, sheet, xml)
            return findings
    except (zipfile.BadZipFile, EOFError, OSError, KeyError, NotImplementedError, ValueError):
        raise damaged(path.name) from None
    except Exception as error:
        if type(error).__module__ in ("zlib", "_lzma"):
            raise damaged(path.name) from None
        raise


def too_large(file: str, size: int) -> InputFault:
    """Refusal of a file whose content would not fit in memory."""
    return fault(
        file,
        "file.too_large",
        tr("Isi berkas terlalu besar ({size} MB).", size=size // 1_000_000),
        tr("Salin tabel yang diperlukan saja ke buku kerja baru."),
    )


def _cells(file: str, part: str, sheet: str, xml: bytes, room: int) -> int:
    """Cells that the reader will set out for a part, whatever its name; refused when there are more than `room`."""
    if b"uniqueCount" in xml and extent.too_many_strings(xml):
        raise damaged(file)
    if b"sheetData" in xml:
        found = extent.sheet_extent(xml)
    elif part == "content.xml":
        found = extent.tables_extent(xml)
    else:
        return 0
    if found.repeats:
        message = tr("Lembar mengulang isi yang sama ribuan kali.")
        raise fault(file, "file.too_large", message, tr("Salin tabel yang diperlukan saja ke buku kerja baru."))
    if found.cells > room or found.rows > extent.MAX_ROWS or found.columns > extent.MAX_COLUMNS:
        message = tr("Lembar {sheet} membentang sampai baris {row}.", sheet=sheet, row=found.rows)
        remedy = tr("Hapus sel yang tertinggal jauh di luar tabel, lalu simpan ulang.")
        raise fault(file, "file.too_large", message, remedy)
    return found.cells


_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf"""(?:^|\s){name}=(?:"([^"]*)"|'([^']*)')""".encode(), tag)
    return html.unescape((found[1] or found[2] or b"").decode()) if found else ""


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(sheet name, part in the archive) of an xlsx workbook; empty for other kinds."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return []
    relations = _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in relations}
    found = []
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = parts.get(_attribute(tag, r"\w+:id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            found.append((_attribute(tag, "name"), part))
    return found


_UNCACHED: Final = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR: Final = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*\bt=["']e["'][^<>]*)>(?:\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?"""
    rb"\s*<(?:\w+:)?v>([^<]*)<"
)
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


_HIDDEN: Final = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\s([^<>]*)>")


def _sheet_findings(file: str, sheet: str, xml: bytes) -> list[Finding]:
    findings = []
    hidden = [_attribute(b" " + found[1], "r") for found in _ROW.finditer(xml) if _HIDDEN.search(found[1])]
    if hidden:
        message = tr("Baris tersembunyi ikut dibaca: {rows}.", rows=shorten(", ".join(hidden)))
        remedy = tr("Hapus baris itu bila tidak dimaksud, atau tampilkan kembali.")
        warned = Severity.WARNING
        findings.append(
            Finding(rule="row.hidden", message=message, remedy=remedy, severity=warned, file=file, sheet=sheet)
        )
    for found in _UNCACHED.finditer(xml):
        if b't="str"' in found[1] and b"<v></v>" in found[0]:
            continue  # a formula whose result is empty text
        message, remedy = tr("Rumus belum dihitung."), tr("Buka di Excel, tunggu sampai terhitung, lalu simpan.")
        findings.append(_at(file, sheet, found[1], "cell.formula", message, remedy))
    for found in _ERROR.finditer(xml):
        message, remedy = tr("Rumus menghasilkan galat; dibaca kosong."), tr("Perbaiki rumusnya, atau kosongkan sel.")
        value = found[2].decode(errors="replace")
        findings.append(_at(file, sheet, found[1], "cell.error", message, remedy, value, Severity.WARNING))
    return findings


def _at(
    file: str,
    sheet: str,
    attributes: bytes,
    rule: str,
    message: str,
    remedy: str,
    value: str = "",
    severity: Severity = Severity.ERROR,
) -> Finding:
    place = _REFERENCE.fullmatch(_attribute(attributes, "r"))
    return Finding(
        rule=rule,
        message=message,
        remedy=remedy,
        severity=severity,
        file=file,
        sheet=sheet,
        row=int(place[2]) if place else None,
        column=place[1] if place else "",
        value=value,
    )
