"""The list of cells that a public edition hides: keys only, never counts, so that the next edition hides them too.

Question answered: which cells were hidden before? File: CSV with the columns ``indicator, area_code, period``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from kbk_analysis.areacode import is_canonical
from kbk_analysis.data.delimited import read_delimited
from kbk_analysis.data.writing import csv_bytes
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr

COLUMNS: Final = ("indicator", "area_code", "period")


def hidden_bytes(hidden: pd.DataFrame) -> bytes:
    r"""The list as a file.

    Examples
    --------
    >>> cell = pd.DataFrame({"indicator": ["S3-09"], "area_code": ["99.01.01"], "period": ["2024"], "why": ["small"]})
    >>> hidden_bytes(cell).decode()
    'indicator,area_code,period\nS3-09,99.01.01,2024\n'
    """
    return csv_bytes(hidden[list(COLUMNS)].drop_duplicates().sort_values(list(COLUMNS), ignore_index=True))


def read_hidden(path: Path | str) -> pd.DataFrame:
    """Cells hidden in an earlier public edition; none where `path` is blank.

    Raises
    ------
    InputFault
        When a column is missing, a cell is blank, or an area code is none.
    """
    if not str(path):
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    path = Path(path)
    grid = read_delimited(path, delimiter=",")
    head, *rows = grid.rows or [[]]
    names = [str(cell) for cell in head]
    if missing := [name for name in COLUMNS if name not in names]:
        message = tr("Kolom {names} tidak ada dalam daftar sel yang disembunyikan.", names=", ".join(missing))
        remedy = tr("Pakai berkas yang ditulis bersama edisi publik sebelumnya.")
        raise InputFault([Finding(rule="hidden.columns", message=message, remedy=remedy, file=path.name)])
    cells = pd.DataFrame([[row[names.index(name)] for name in COLUMNS] for row in rows], columns=list(COLUMNS))
    findings = [
        Finding(
            rule="hidden.key",
            message=tr("Baris ini tidak menunjuk satu sel: indikator, kode wilayah, atau periodenya salah."),
            remedy=tr("Pakai berkas yang ditulis bersama edisi publik sebelumnya."),
            file=path.name,
            row=place,
            value=", ".join(str(cell or "") for cell in row),
        )
        for place, row in enumerate(cells.itertuples(index=False), start=2)
        if not all(row) or not is_canonical(str(row.area_code))
    ]
    if findings:
        raise InputFault(findings)
    return cells.astype("str")
