"""A table with one row per area and one or more columns per indicator, as ``observations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.data.adapters.files import sheets_of
from kbk_analysis.data.adapters.long_table import unique
from kbk_analysis.data.adapters.observe import observation
from kbk_analysis.data.adapters.places import resolve, unused
from kbk_analysis.data.adapters.result import AdapterResult, Place, SourceLog, finding
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.numbers import parse_dates, parse_numbers
from kbk_analysis.data.reading import Sheet
from kbk_analysis.data.recipe import WideIndicator, WideSource
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.period import is_period
from kbk_analysis.schema import OBSERVATIONS
from kbk_analysis.text import clean


def read_wide(source: WideSource, folder: Path, register: AreaRegister, catalogue: Catalogue) -> AdapterResult:
    """Observations from a wide table.

    Parameters
    ----------
    source
        Area columns, period, and for each indicator its columns of value, numerator and denominator.
    folder, register, catalogue
        As for `read_long`.

    Returns
    -------
    AdapterResult
        Table ``observations``: one row per area and declared indicator, blank cells as ``not_reported``.
    """
    log = SourceLog(source=source.id, adapter=source.adapter, title=source.title)
    findings: list[Finding] = []
    records: list[dict[str, Any]] = []
    origin: list[Place] = []
    unknown = [entry for entry in source.indicators if entry.id not in catalogue.observable]
    findings += [_unknown(entry) for entry in unknown]
    for sheet in sheets_of(source, folder, _columns(source), log, findings) if not unknown else ():
        _read_sheet(sheet, source, register, catalogue, log, findings, records, origin)
    kept, places = unique(records, origin, log, findings)
    frame = pd.DataFrame.from_records(kept, columns=list(OBSERVATIONS.names))
    return AdapterResult(tables={"observations": frame}, origin={"observations": places}, findings=findings, log=log)


def _columns(source: WideSource) -> list[str]:
    area = source.area
    named = [area.code, area.name, area.province, area.regency, area.district, area.village, *(area.parts or ())]
    named += [source.period_column, source.as_of_column]
    named += [name for entry in source.indicators for name in (entry.value, entry.numerator, entry.denominator)]
    return [name for name in named if name]


def _read_sheet(
    sheet: Sheet,
    source: WideSource,
    register: AreaRegister,
    catalogue: Catalogue,
    log: SourceLog,
    findings: list[Finding],
    records: list[dict[str, Any]],
    origin: list[Place],
) -> None:
    findings += unused(sheet, [*_columns(source), *source.ignore])
    places = resolve(sheet, source.area, register, log, findings)
    periods = _periods(sheet, source, findings)
    dates = _dates(sheet, source, findings)
    for entry in source.indicators:
        numbers = {
            part: _numbers(sheet, column, source, entry, findings)
            for part, column in (
                ("value", entry.value),
                ("numerator", entry.numerator),
                ("denominator", entry.denominator),
            )
        }
        for index, row in enumerate(sheet.row_numbers):
            place, period = places[index], periods[index]
            if place is None or period is None:
                continue
            records.append(
                observation(
                    catalogue.observable[entry.id],
                    area=place,
                    period=period,
                    source=source.id,
                    at=(sheet.file, sheet.name, row),
                    findings=findings,
                    as_of=dates[index],
                    **{part: cells[index] for part, cells in numbers.items()},
                )
            )
            origin.append((source.id, sheet.file, row))


def _numbers(
    sheet: Sheet, column: str | None, source: WideSource, entry: WideIndicator, findings: list[Finding]
) -> Sequence[float | None]:
    if column is None:
        return [None] * len(sheet.rows)
    numbers, faults = parse_numbers(
        sheet.column(column),
        column=column,
        file=sheet.file,
        sheet=sheet.name,
        row_numbers=sheet.row_numbers,
        decimal=source.decimal,
        percent=entry.percent and column == entry.value,
    )
    findings += faults
    return numbers


def _periods(sheet: Sheet, source: WideSource, findings: list[Finding]) -> list[str | None]:
    if source.period_column is None:
        return [source.period] * len(sheet.rows)
    read: list[str | None] = []
    for row, cell in zip(sheet.row_numbers, sheet.column(source.period_column), strict=True):
        text = clean(str(cell)) if cell is not None else ""
        good = is_period(text)
        read.append(text if good else None)
        if not good:
            findings.append(
                finding(
                    "period.form",
                    tr("Bukan periode."),
                    tr("Tulis tahun, semester atau bulan: 2024, 2024-S1, 2024-09."),
                    at=(sheet.file, sheet.name, row),
                    column=source.period_column,
                    value=text,
                )
            )
    return read


def _dates(sheet: Sheet, source: WideSource, findings: list[Finding]) -> Sequence[str | None]:
    if source.as_of_column is None:
        return [source.as_of] * len(sheet.rows)
    dates, faults = parse_dates(
        sheet.column(source.as_of_column),
        column=source.as_of_column,
        file=sheet.file,
        sheet=sheet.name,
        row_numbers=sheet.row_numbers,
        order=source.date_order,
    )
    findings += faults
    return dates


def _unknown(entry: WideIndicator) -> Finding:
    return finding(
        "indicator.unknown",
        tr("Indikator {id} tidak ada dalam katalog.", id=entry.id),
        tr("Periksa id pada resep."),
        value=entry.id,
    )
