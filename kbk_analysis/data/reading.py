"""Office files as tables: one way in for xlsx, xls, ods, csv, txt and csv.gz.

Question answered: what table did this office send, and which of its rows are data?
Input: a file, and what is known about it. Output: `Sheet` s with the cells as found (text cleaned of invisible
characters) and row numbers as the spreadsheet program shows them. Numbers, dates and codes are read later,
by column (`kbk_analysis.data.numbers`). What cannot be read with certainty is refused with every finding.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kbk_analysis.data import layout
from kbk_analysis.data.delimited import read_delimited
from kbk_analysis.data.workbook import Cell, Grid, damaged, fault, password, read_workbook
from kbk_analysis.errors import Finding, InputFault, Severity, stop_on_errors
from kbk_analysis.i18n import tr
from kbk_analysis.text import shorten

__all__ = ["Cell", "Sheet", "read_sheets"]

_TEXT_SUFFIXES: Final = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz", ".xls", ".dat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table as found.

    Parameters
    ----------
    file, name
        Name of the file (never its folder) and of the sheet (blank for a text file).
    header
        Cleaned column names in order; a merged pair of header rows is joined with a blank.
    rows, row_numbers
        Data rows, one cell a column, and where each stands in the file.
    dropped
        (row number, reason) of rows that are not data: titles, blanks, totals, notes.
    findings
        Warnings; errors are raised by `read_sheets`.
    merged
        Merged ranges as (top, left, bottom, right): rows as the file numbers them, columns counted from 0.
    """

    file: str
    name: str
    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    row_numbers: list[int]
    dropped: list[tuple[int, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether a column of that name is there (case, blanks and signs do not matter)."""
        return bool(self._places(name))

    def column(self, name: str) -> list[Cell]:
        """Cells of one column.

        Raises
        ------
        InputFault
            ``column.missing`` or, when two columns have the name, ``column.duplicate``.
        """
        places = self._places(name)
        if len(places) == 1:
            return [row[places[0]] for row in self.rows]
        if places:
            raise InputFault([_duplicate(self.file, self.name, name, Severity.ERROR)])
        raise InputFault(
            [
                Finding(
                    rule="column.missing",
                    message=tr("Kolom tidak ditemukan."),
                    remedy=tr(
                        "Judul kolom yang ada: {names}.", names=shorten(", ".join(filter(None, self.header)), 300)
                    ),
                    file=self.file,
                    sheet=self.name,
                    column=name,
                )
            ]
        )

    def _places(self, name: str) -> list[int]:
        exact = [i for i, found in enumerate(self.header) if found == name]
        key = layout.normal(name)
        return exact or [i for i, found in enumerate(self.header) if key and layout.normal(found) == key]


def read_sheets(
    path: Path | str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    wanted: Iterable[str] = (),
    delimiter: str | None = None,
    encoding: str | None = None,
) -> list[Sheet]:
    """Tables of one office file.

    Parameters
    ----------
    path
        The file. Its kind is told from its content, not from its name.
    sheet
        Name of the one sheet to read, hidden or not; by default all visible sheets that hold a table.
    header_row
        Row of the header as the spreadsheet program shows it; by default it is looked for.
    wanted
        Column names looked for, which decide the header row.
    delimiter, encoding
        For text files whose content does not decide.

    Raises
    ------
    InputFault
        Every reason at once: ``file.*``, ``csv.*``, ``cell.formula``, ``sheet.missing``, ``header.missing``.
    """
    path = Path(path)
    grids = _grids(path, delimiter, encoding)
    chosen = _choose(path.name, grids, sheet)
    keys = tuple(wanted)
    tables = [(grid, layout.find_header(grid, keys, header_row)) for grid in chosen]
    found = [_table(path.name, grid, header) for grid, header in tables if header is not None]
    if not found:
        raise InputFault([_no_header(path.name, grid.name, keys) for grid, _ in tables])
    found[0].findings.extend(_skipped(path.name, grids, {table.name for table in found}))
    stop_on_errors(finding for table in found for finding in table.findings)
    return found


# --- what kind of file ---------------------------------------------------------------------------------------


def _grids(path: Path, delimiter: str | None, encoding: str | None) -> list[Grid]:
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
    except OSError:
        raise fault(
            path.name, "file.missing", tr("Berkas tidak ada atau tidak dapat dibuka."), tr("Periksa nama dan letaknya.")
        ) from None
    if not start.strip():
        raise fault(path.name, "file.empty", tr("Berkas kosong."), tr("Minta dikirim ulang."))
    if start.startswith(b"PK"):
        _refuse_other_archive(path)
        return read_workbook(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse_other_ole(path)
        return read_workbook(path)
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body", b"<style", b"<meta")):
        raise _not_a_table(path.name, tr("Berkas ini sebenarnya halaman web (HTML) atau XML, bukan buku kerja Excel."))
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        raise _not_a_table(path.name, tr("Berkas ini PDF, gambar atau arsip, bukan tabel."))
    if not path.name.lower().endswith(_TEXT_SUFFIXES):
        if path.suffix.lower() in (".xlsx", ".xlsm", ".ods"):
            raise damaged(path.name)
        raise _not_a_table(path.name, tr("Jenis berkas tidak dikenal."))
    return [read_delimited(path, delimiter=delimiter, encoding=encoding)]


def _not_a_table(file: str, message: str) -> InputFault:
    return fault(file, "file.kind", message, tr("Buka di Excel atau LibreOffice, lalu simpan sebagai .xlsx atau CSV."))


def _refuse_other_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            kind = _first_bytes(archive, "mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        raise damaged(path.name) from None
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _not_a_table(path.name, tr("Berkas ini dokumen Word atau PowerPoint yang diganti nama."))
    binary = any(name.lower() == "xl/workbook.bin" for name in names)  # xlsb: its extent cannot be told beforehand
    if binary or ("xl/workbook.xml" not in names and b"spreadsheet" not in kind):
        raise _not_a_table(path.name, tr("Arsip ini bukan buku kerja Excel atau LibreOffice."))


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:  # not all of it: it may unfold to gigabytes
        return stream.read(80)


def _refuse_other_ole(path: Path) -> None:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise password(path.name)
    if "WordDocument".encode("utf-16-le") in content:
        raise _not_a_table(path.name, tr("Berkas ini dokumen Word atau PowerPoint yang diganti nama."))


# --- which sheets, which rows --------------------------------------------------------------------------------


def _choose(file: str, grids: list[Grid], sheet: str | None) -> list[Grid]:
    if sheet is not None:
        chosen = [grid for grid in grids if layout.normal(grid.name) == layout.normal(sheet)]
        if not chosen:
            names = ", ".join(grid.name for grid in grids)
            message, remedy = tr("Lembar ini tidak ada."), tr("Lembar yang ada: {names}.", names=shorten(names, 300))
            raise fault(file, "sheet.missing", message, remedy, shorten(sheet))
        return chosen
    chosen = [grid for grid in grids if not grid.hidden and any(any(c is not None for c in row) for row in grid.rows)]
    if not chosen:
        raise fault(file, "file.empty", tr("Tidak ada lembar yang berisi."), tr("Minta dikirim ulang."))
    return chosen


def _table(file: str, grid: Grid, header: layout.Header) -> Sheet:
    width = max(
        (i for row in grid.rows[header.first :] for i, cell in enumerate(row, 1) if cell is not None), default=0
    )
    names = header.names[:width]
    merged = [(top + 1, left, bottom + 1, right) for top, left, bottom, right in grid.merged]
    table = Sheet(
        file=file, name=grid.name, header=names, rows=[], row_numbers=[], findings=list(grid.findings), merged=merged
    )
    for number, full in enumerate(grid.rows, 1):
        row = full[:width]
        if header.first < number <= header.last + 1:
            continue
        if number <= header.first:
            reason: str | None = layout.ABOVE if any(cell is not None for cell in row) else layout.BLANK
        else:
            reason = layout.drop_reason(row, names, first=number == header.last + 2)
        if reason:
            table.dropped.append((number, tr(reason)))
        else:
            table.rows.append(tuple(row))
            table.row_numbers.append(number)
    table.findings.extend(_header_findings(file, grid.name, names, table.rows))
    return table


def _header_findings(file: str, sheet: str, names: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> list[Finding]:
    counts = Counter(layout.normal(name) for name in names if name)
    twice = [n for i, n in enumerate(names) if counts[layout.normal(n)] > 1 and n not in names[:i]]
    findings = [_duplicate(file, sheet, name, Severity.WARNING) for name in twice]
    for i, name in enumerate(names):
        if not name and any(row[i] is not None for row in rows):
            findings.append(
                Finding(
                    rule="header.blank",
                    severity=Severity.WARNING,
                    message=tr("Kolom ke-{number} berisi data tetapi tanpa judul; tidak dibaca.", number=i + 1),
                    remedy=tr("Beri judul pada kolom itu bila isinya diperlukan."),
                    file=file,
                    sheet=sheet,
                )
            )
    return findings


def _duplicate(file: str, sheet: str, name: str, severity: Severity) -> Finding:
    return Finding(
        rule="column.duplicate",
        severity=severity,
        message=tr("Dua kolom berjudul sama."),
        remedy=tr("Beri judul yang berbeda, atau hapus yang tidak dipakai."),
        file=file,
        sheet=sheet,
        column=name,
    )


def _no_header(file: str, sheet: str, wanted: Collection[str]) -> Finding:
    names = shorten(", ".join(wanted), 300)
    return Finding(
        rule="header.missing",
        message=tr("Baris judul kolom tidak ditemukan."),
        remedy=tr("Judul yang dicari: {names}. Atau sebut `header_row` dalam resep.", names=names)
        if wanted
        else tr("Beri judul pada setiap kolom, atau sebut `header_row` dalam resep."),
        file=file,
        sheet=sheet,
    )


def _skipped(file: str, grids: list[Grid], read: set[str]) -> list[Finding]:
    return [
        Finding(
            rule="sheet.skipped",
            severity=Severity.WARNING,
            message=tr("Lembar tersembunyi tidak dibaca.")
            if grid.hidden
            else tr("Lembar tanpa tabel yang dicari tidak dibaca."),
            remedy=tr("Sebut `sheet` dalam resep bila isinya diperlukan."),
            file=file,
            sheet=grid.name,
        )
        for grid in grids
        if grid.name not in read and any(any(cell is not None for cell in row) for row in grid.rows)
    ]
