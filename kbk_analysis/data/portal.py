"""Exports of the Kampung KB portal read on their own: no recipe, no area register, no dataset.

Question answered: what do these files say of each kampung?
Input: exports of either layout, as they came. Output: rows of the ``kampung`` table without area codes, or one refusal
with every fault of every file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kbk_analysis.data.adapters.kampung import HEADERS, LAYOUTS, NAMES, read_kampung
from kbk_analysis.data.adapters.kampung_rows import assign_ids, check_rows, drop_twins
from kbk_analysis.data.adapters.result import AdapterResult, Place, SourceLog, finding
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.contracts import typed_frame
from kbk_analysis.data.reading import read_sheets
from kbk_analysis.data.recipe import DATE_IN_NAME, KampungSource
from kbk_analysis.errors import Finding, InputFault, stop_on_errors
from kbk_analysis.i18n import tr
from kbk_analysis.schema import KAMPUNG


def read_exports(
    paths: Sequence[Path], *, date_column: str | None = None, export_date: str | None = None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows of all files together, keyed by their names.

    Parameters
    ----------
    paths
        Exports of the classification (22 columns) or the detail layout (41 columns), xlsx or csv; which is which is
        told by their columns.
    date_column
        Column that holds the export date, where a file has one.
    export_date
        Export date (ISO) of files that have neither that column nor a date in their name.

    Returns
    -------
    frame, warnings
        The ``kampung`` table with blank codes, and what a person should look at.

    Raises
    ------
    InputFault
        Every error of every file.
    """
    findings: list[Finding] = []
    results: list[AdapterResult] = []
    for number, path in enumerate(paths, start=1):
        try:
            source = _source(number, path, date_column, export_date)
        except InputFault as fault:
            findings += fault.findings
            continue
        results.append(read_kampung(source, path.parent, AreaRegister(names={})))
        findings += results[-1].findings
    stop_on_errors(findings)
    origin: list[Place] = [place for result in results for place in result.origin["kampung"]]
    logs: dict[str, SourceLog] = {result.log.source: result.log for result in results}
    frames = [result.tables["kampung"].astype(object) for result in results]
    frame, origin = drop_twins(pd.concat(frames, ignore_index=True), origin, logs)
    frame["kampung_id"] = assign_ids(frame)
    findings += _set_aside(frame, origin)
    findings += check_rows("kampung", frame, origin, {}, HEADERS)
    stop_on_errors(findings)
    return typed_frame("kampung", frame), findings


def _set_aside(frame: pd.DataFrame, origin: Sequence[Place]) -> list[Finding]:
    """Blank the negative counts of the frame, each with a warning: such a cell tells nothing, its row still does."""
    warnings = []
    for column in KAMPUNG.columns:
        if column.minimum != 0:
            continue
        values = pd.to_numeric(frame[column.name])
        for index in values.index[values < 0]:
            _, file, row = origin[index]
            message, remedy = tr("Jumlah negatif; dianggap belum lapor."), tr("Perbaiki isiannya di portal.")
            at, head = (file, "", row), HEADERS.get(column.name, column.name)
            warnings.append(
                finding("kampung.negative", message, remedy, at=at, column=head, value=values[index], warning=True)
            )
            frame.loc[index, column.name] = None
    return warnings


def _source(number: int, path: Path, date_column: str | None, export_date: str | None) -> KampungSource:
    """How to read one file: its layout by its columns, its date by column, name or as said."""
    columns = {name for _, layout in LAYOUTS.values() for name in layout}
    sheets = read_sheets(path, wanted=[*NAMES, *columns])
    held = {name: sum(sheet.has(name) for name in LAYOUTS[name][1] for sheet in sheets) for name in LAYOUTS}
    adapter = max(held, key=lambda name: held[name] / len(LAYOUTS[name][1]))
    dated = date_column is not None and any(sheet.has(date_column) for sheet in sheets)
    named = len(DATE_IN_NAME.findall(path.name)) == 1
    if not held[adapter] or not (dated or named or export_date):
        raise InputFault([_not_an_export(path) if not held[adapter] else _undated(path)])
    date = {"date_column": date_column} if dated else {"export_date": "from_file_name" if named else export_date}
    return KampungSource.model_validate(
        {"id": f"berkas{number}", "title": path.name, "adapter": adapter, "files": [path.name], **date}
    )


def _not_an_export(path: Path) -> Finding:
    message = tr("Berkas ini bukan ekspor klasifikasi atau rincian portal Kampung KB.")
    return finding("export.layout", message, tr("Gunakan ekspor asli portal."), at=(path.name, "", None))


def _undated(path: Path) -> Finding:
    message = tr("Tanggal ekspor tidak diketahui.")
    remedy = tr("Sebutkan kolom tanggalnya dengan --date-column, atau satu tanggal dengan --date.")
    return finding("export.date", message, remedy, at=(path.name, "", None))
