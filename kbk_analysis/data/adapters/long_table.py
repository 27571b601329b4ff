"""A table with one row per area, period and indicator, as ``observations``.

Two forms: a period column with a value column, or one value column a period (``values: {"2018": ...}``). Every
name in the indicator column must be mapped or left out by name with a reason. Rows of one area, period and
indicator from different sources stay apart; from one source they must agree.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.data.adapters.files import sheets_of
from kbk_analysis.data.adapters.observe import observation
from kbk_analysis.data.adapters.places import resolve, unused
from kbk_analysis.data.adapters.result import AdapterResult, Place, SourceLog, finding
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.numbers import parse_numbers
from kbk_analysis.data.reading import Sheet
from kbk_analysis.data.recipe import LongSource, Measure
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.period import is_period
from kbk_analysis.schema import OBSERVATIONS
from kbk_analysis.text import clean, slug


def read_long(source: LongSource, folder: Path, register: AreaRegister, catalogue: Catalogue) -> AdapterResult:
    """Observations from a long table.

    Parameters
    ----------
    source
        Columns, the meaning of each indicator name, and what is left out.
    folder
        Data folder.
    register
        Areas; rows outside its scope are counted and left out.
    catalogue
        Indicators that may be named.

    Returns
    -------
    AdapterResult
        Table ``observations``; `source` of a row is the source's id, followed by the row's own source if declared.
    """
    log = SourceLog(source=source.id, adapter=source.adapter, title=source.title, left_out=dict(source.left_out))
    findings: list[Finding] = []
    records: list[dict[str, Any]] = []
    origin: list[Place] = []
    for sheet in sheets_of(source, folder, _columns(source), log, findings):
        _Reader(source, sheet, register, catalogue, log, findings).read(records, origin)
    kept, places = unique(records, origin, log, findings)
    frame = pd.DataFrame.from_records(kept, columns=list(OBSERVATIONS.names))
    return AdapterResult(tables={"observations": frame}, origin={"observations": places}, findings=findings, log=log)


def _columns(source: LongSource) -> list[str]:
    area = source.area
    named = [area.code, area.name, area.province, area.regency, area.district, area.village, *(area.parts or ())]
    named += [source.indicator, source.period, source.value, source.numerator, source.denominator, source.source]
    return [name for name in (*named, *source.values.values()) if name]


class _Reader:
    """One sheet of a long table."""

    def __init__(
        self,
        source: LongSource,
        sheet: Sheet,
        register: AreaRegister,
        catalogue: Catalogue,
        log: SourceLog,
        findings: list[Finding],
    ) -> None:
        self.source, self.sheet, self.register, self.indicators = source, sheet, register, catalogue.observable
        self.log, self.findings = log, findings

    def read(self, records: list[dict[str, Any]], origin: list[Place]) -> None:
        """Add the sheet's rows to `records`, and where each came from to `origin`."""
        self.findings += unused(self.sheet, [*_columns(self.source), *self.source.ignore])
        places = resolve(self.sheet, self.source.area, self.register, self.log, self.findings)
        meanings = [self._meaning(row, cell) for row, cell in self._cells(self.source.indicator)]
        periods = self._periods(places)
        numerators, denominators = self._numbers(self.source.numerator), self._numbers(self.source.denominator)
        origins = self._origins(self.source.source)
        columns = self.source.values or {"": self.source.value or ""}
        used = [meaning is not None and place is not None for meaning, place in zip(meanings, places, strict=True)]
        for said, column in columns.items():
            values = self._numbers(column, used)
            for index, row in enumerate(self.sheet.row_numbers):
                place, meaning, period = places[index], meanings[index], said or periods[index]
                if place is None or meaning is None or not period:
                    continue
                counted = meaning.reading == "numerator"
                records.append(
                    observation(
                        self.indicators[meaning.id],
                        area=place,
                        period=period,
                        source=":".join(filter(None, (self.source.id, origins[index]))),
                        at=(self.sheet.file, self.sheet.name, row),
                        findings=self.findings,
                        value=None if counted else values[index],
                        numerator=values[index] if counted else numerators[index],
                        denominator=denominators[index],
                    )
                )
                origin.append(self._at(row))
        for index, (place, meaning) in enumerate(zip(places, meanings, strict=True)):
            if place is not None and meaning is None:
                self.log.drop("left_out", self._at(self.sheet.row_numbers[index]))

    def _at(self, row: int) -> Place:
        return self.source.id, self.sheet.file, row

    def _cells(self, column: str) -> list[tuple[int, str]]:
        cells = self.sheet.column(column)
        return [
            (row, clean(str(c)) if c is not None else "") for row, c in zip(self.sheet.row_numbers, cells, strict=True)
        ]

    def _origins(self, column: str | None) -> list[str]:
        """Ids of the sources that the rows name; the words of each are kept for the source lines of reports."""
        if column is None:
            return [""] * len(self.sheet.rows)
        texts = [text for _, text in self._cells(column)]
        self.log.origins |= {slug(text, 50): text for text in texts if text}
        return [slug(text, 50) if text else "" for text in texts]

    def _numbers(self, column: str | None, wanted: Sequence[bool] | None = None) -> list[float | None]:
        """Numbers of a column; cells of rows that are not used are not judged."""
        if column is None:
            return [None] * len(self.sheet.rows)
        cells = self.sheet.column(column)
        if wanted is not None:
            cells = [cell if use else None for cell, use in zip(cells, wanted, strict=True)]
        numbers, faults = parse_numbers(
            cells,
            column=column,
            file=self.sheet.file,
            sheet=self.sheet.name,
            row_numbers=self.sheet.row_numbers,
            decimal=self.source.decimal,
            percent=self.source.percent,
        )
        self.findings += faults
        return numbers

    def _meaning(self, row: int, name: str) -> Measure | None:
        """Meaning of an indicator name; a name that is neither mapped nor left out is a finding."""
        entry = self.source.indicators.get(name)
        if entry is None and name not in self.source.left_out:
            known = [*self.source.indicators, *self.source.left_out]
            near = difflib.get_close_matches(name, known, n=1)
            self._tell(
                "indicator.unmapped",
                tr("Nama indikator ini tidak dipetakan."),
                tr('Maksudnya "{name}"?', name=near[0])
                if near
                else tr("Tambahkan pada indicators, atau pada left_out dengan alasannya."),
                row,
                name,
            )
        if entry is None:
            return None
        meaning = entry if isinstance(entry, Measure) else Measure.model_validate({"id": entry})
        if meaning.id not in self.indicators:
            self._tell(
                "indicator.unknown",
                tr("Indikator {id} tidak ada dalam katalog.", id=meaning.id),
                tr("Periksa id pada resep."),
                row,
                name,
            )
            return None
        return meaning

    def _periods(self, places: Sequence[str | None]) -> list[str]:
        if self.source.period is None:
            return [""] * len(self.sheet.rows)
        read = []
        for (row, text), place in zip(self._cells(self.source.period), places, strict=True):
            good = is_period(text)
            read.append(text if good else "")
            if not good and place is not None:
                self._tell(
                    "period.form",
                    tr("Bukan periode."),
                    tr("Tulis tahun, semester atau bulan: 2024, 2024-S1, 2024-09."),
                    row,
                    text,
                    self.source.period,
                )
        return read

    def _tell(self, rule: str, message: str, remedy: str, row: int, value: str, column: str = "") -> None:
        at = (self.sheet.file, self.sheet.name, row)
        self.findings.append(finding(rule, message, remedy, at=at, column=column or self.source.indicator, value=value))


def unique(
    records: list[dict[str, Any]], origin: list[Place], log: SourceLog, findings: list[Finding]
) -> tuple[list[dict[str, Any]], list[Place]]:
    """Records without identical twins; two that differ under one key are a finding, not a choice."""
    first: dict[tuple[str, ...], int] = {}
    for index, record in enumerate(records):
        key = tuple(record[name] for name in OBSERVATIONS.key)
        before = first.setdefault(key, index)
        if before != index and records[before] != record:
            findings.append(_conflict(record, origin[before], origin[index]))
    kept = sorted(first.values())
    used = {origin[index] for index in kept}
    for at in dict.fromkeys(at for at in origin if at not in used):
        log.drop("duplicate", at)
    log.kept += len(used)
    return [records[index] for index in kept], [origin[index] for index in kept]


def _conflict(record: dict[str, Any], before: Place, at: Place) -> Finding:
    return finding(
        "observation.conflict",
        tr(
            "{area}, periode {period}, indikator {indicator} sudah ada pada baris {row} dengan nilai lain.",
            area=record["area_code"],
            period=record["period"],
            indicator=record["indicator"],
            row=before[2],
        ),
        tr("Hapus salah satu, atau nyatakan kolom sumber agar keduanya dipisahkan."),
        at=(at[1], "", at[2]),
        column=record["indicator"],
        value="" if record["value"] is None else record["value"],
    )
