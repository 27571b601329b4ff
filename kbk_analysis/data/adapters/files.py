"""The sheets of a source, file by file; a file that cannot be read is a finding, and the next one is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from kbk_analysis.data.adapters.result import SourceLog
from kbk_analysis.data.reading import Sheet, read_sheets
from kbk_analysis.data.recipe import Source
from kbk_analysis.errors import Finding, InputFault


def sheets_of(
    source: Source, folder: Path, wanted: Collection[str], log: SourceLog, findings: list[Finding]
) -> Iterator[Sheet]:
    """Sheets of all files of a source, in order; each with its own findings and dropped rows told.

    Parameters
    ----------
    source
        Its files, and how the recipe says they are written.
    folder
        Data folder.
    wanted
        Column names by which the header is found.
    log, findings
        Added to: files, rows read and dropped; faults of files and sheets.
    """
    for name in source.files:
        log.files.append(name)
        try:
            sheets = read_sheets(
                folder / name,
                sheet=source.sheet,
                header_row=source.header_row,
                wanted=wanted,
                delimiter=source.delimiter,
                encoding=source.encoding,
            )
        except InputFault as fault:
            findings += fault.findings
            continue
        for sheet in sheets:
            findings += sheet.findings
            log.read += len(sheet.rows) + len(sheet.dropped)
            for row, _ in sheet.dropped:
                log.drop("reader", (source.id, sheet.file, row))
            yield sheet
