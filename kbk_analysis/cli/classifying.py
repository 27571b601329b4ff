"""What ``kbk classify`` writes: one row a kampung, from exports or from a dataset folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kbk_analysis.classification import classify, join_exports, load_rule
from kbk_analysis.data.portal import read_exports
from kbk_analysis.data.store import open_dataset
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.narrative.steps import class_frame
from kbk_analysis.text import csv_safe

if TYPE_CHECKING:
    import pandas as pd


def class_rows(
    files: Sequence[Path], *, cutoff: str | None, date: str | None, date_column: str | None, steps: bool
) -> tuple[pd.DataFrame, int, list[Finding]]:
    """Rows to write, safe for a spreadsheet; how many rows were read for them; warnings about the files.

    Raises
    ------
    InputFault
        Every fault of every file, and dates that are none.
    """
    wrong = [_not_a_date(key, value) for key, value in (("--cutoff", cutoff), ("--date", date)) if not _is_date(value)]
    if wrong:
        raise InputFault(wrong)
    warnings: list[Finding] = []
    if len(files) == 1 and files[0].is_dir():
        with open_dataset(files[0]) as dataset:
            kampung = dataset.table("kampung")
    else:
        kampung, warnings = read_exports(files, date_column=date_column, export_date=date)
    last = cutoff or str(kampung["export_date"].max())
    frame = class_frame(classify(join_exports(kampung, last), load_rule()), steps=steps)
    return frame.map(csv_safe), len(kampung), warnings


def _is_date(value: str | None) -> bool:
    try:
        return value is None or bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _not_a_date(key: str, value: str | None) -> Finding:
    message, remedy = tr("Bukan tanggal."), tr("Tulis TAHUN-BULAN-HARI, misalnya 2023-08-31.")
    return Finding(rule="date.form", message=message, remedy=remedy, key=key, value=str(value)[:40])
