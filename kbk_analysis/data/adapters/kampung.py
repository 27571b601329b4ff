"""Exports of the Kampung KB portal as rows of the ``kampung`` table.

Two layouts: the classification export (22 columns: 12 scores, 3 indices, class) and the detail export (41
columns: counts and flags). Both hold names and no codes. Several export dates stay apart. A kampung whose
village is not found is kept with a blank code; nothing is dropped but rows out of scope and identical twins.

Blank means not reported: a blank flag is never read as "no", a blank count never as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from kbk_analysis.data.adapters.files import sheets_of
from kbk_analysis.data.adapters.places import unused
from kbk_analysis.data.adapters.result import AdapterResult, Place, SourceLog, Unmatched, finding
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.matching import Match
from kbk_analysis.data.numbers import parse_dates, parse_flags, parse_numbers
from kbk_analysis.data.reading import Cell, Sheet
from kbk_analysis.data.recipe import DATE_IN_NAME, FROM_FILE_NAME, KampungSource
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.schema import CLASSES, KAMPUNG
from kbk_analysis.text import clean

NAMES: Final = {
    "Kampung KB": "kampung_name",
    "Provinsi": "province_name",
    "Kabupaten": "regency_name",
    "Kecamatan": "district_name",
    "Desa": "village_name",
}
CLASSIFICATION: Final = {
    "Input Pokja": "score_pokja",
    "Input Sumber Dana": "score_funds",
    "Input Poktan": "score_groups",
    "Input Sarana": "score_facilities",
    "Input PKB/PLKB": "score_staff_regulation",
    "Proses Penggunaan Data": "score_data_use",
    "Proses Operasional": "score_operations",
    "Proses Lintas Sektor": "score_cross_sector",
    "Output Poktan": "score_participation",
    "Output CPR": "score_cpr",
    "Output MKJP": "score_mkjp",
    "Output Unmet Need": "score_unmet",
    "Index Input": "index_input",
    "Index Proses": "index_process",
    "Index Output": "index_output",
    "Klasifikasi": "class_stated",
}
DETAIL: Final = {
    "Jumlah Sumber Dana": "fund_sources",
    "Pokja Pengurusan": "pokja_present",
    "Pokja SK": "pokja_decree",
    "Pokja Pelatihan": "pokja_training",
    "Pokja Jumlah": "pokja_members",
    "Pokja Jumlah Terlatih": "pokja_trained",
    "PLKB Pendamping": "companion",
    "Regulasi": "regulation",
    "Regulasi Jumlah": "regulation_count",
    "RKM": "work_plan",
    "Penggunaan Data": "data_used",
    "Jumlah Mekanisme Operasional": "operations",
    "Pus": "couples",
    "Penduduk": "population",
    "Keluarga": "families",
    "Remaja": "adolescents",
    "Memiliki Balita": "families_under5",
    "Memiliki Remaja": "families_adolescent",
    "Memiliki Lansia": "families_elderly",
    "BKB": "members_bkb",
    "BKR": "members_bkr",
    "BKL": "members_bkl",
    "UPPKA": "members_uppka",
    "PIKR": "members_pikr",
    "IUD": "users_iud",
    "MOW": "users_mow",
    "MOP": "users_mop",
    "Kondom": "users_condom",
    "Implan": "users_implant",
    "Suntik": "users_injection",
    "Pil": "users_pill",
    "Hamil": "pregnant",
    "Anak Segera": "want_soon",
    "Anak Kemudian": "want_later",
    "Tidak Ingin Anak": "want_no_more",
}
_FLOATED: Final = {"1.0": "1", "0.0": "0"}  # flags that passed through a column of numbers
HEADERS: Final = {field: name for layout in (NAMES, CLASSIFICATION, DETAIL) for name, field in layout.items()}
LAYOUTS: Final = {"kampung_klasifikasi": ("klasifikasi", CLASSIFICATION), "kampung_rinci": ("rinci", DETAIL)}


def read_kampung(source: KampungSource, folder: Path, register: AreaRegister) -> AdapterResult:
    """Rows of the ``kampung`` table from exports of one layout.

    Parameters
    ----------
    source
        What the recipe says: files, layout, where the export date stands, how numbers are written.
    folder
        Data folder.
    register
        Areas; rows of regencies outside its scope are counted and left out.

    Returns
    -------
    AdapterResult
        Table ``kampung`` without ``kampung_id`` (see `kampung_rows.assign_ids`), its origin, findings and account.
    """
    log = SourceLog(source=source.id, adapter=source.adapter, title=source.title)
    findings: list[Finding] = []
    records: list[dict[str, Any]] = []
    origin: list[Place] = []
    wanted = [*NAMES, *LAYOUTS[source.adapter][1]]
    for sheet in sheets_of(source, folder, wanted, log, findings):
        found, places = _read_sheet(sheet, source, register, log, findings)
        records += found
        origin += places
    log.kept = len(records)
    frame = pd.DataFrame.from_records(records, columns=list(KAMPUNG.names))
    return AdapterResult(tables={"kampung": frame}, origin={"kampung": origin}, findings=findings, log=log)


def _read_sheet(
    sheet: Sheet, source: KampungSource, register: AreaRegister, log: SourceLog, findings: list[Finding]
) -> tuple[list[dict[str, Any]], list[Place]]:
    family, layout = LAYOUTS[source.adapter]
    missing = [name for name in (*NAMES, *layout) if not sheet.has(name)]
    findings += [_missing(sheet, name) for name in missing]
    findings += unused(sheet, [*NAMES, *layout, "No", source.date_column or "No"])
    if missing:
        return [], []
    records, inside = _identities(sheet, source, family, register, log, findings)
    sheet = replace(sheet, rows=[sheet.rows[i] for i in inside], row_numbers=[sheet.row_numbers[i] for i in inside])
    for name, field in layout.items():
        for record, value in zip(records, _parse(sheet, name, field, source, findings), strict=True):
            record[field] = value
    return records, [(source.id, sheet.file, row) for row in sheet.row_numbers]


def _identities(
    sheet: Sheet,
    source: KampungSource,
    family: str,
    register: AreaRegister,
    log: SourceLog,
    findings: list[Finding],
) -> tuple[list[dict[str, Any]], list[int]]:
    """Names, date and codes of the rows in scope, and their positions; the other rows are accounted for."""
    names = {field: [clean(str(c)) if c is not None else None for c in sheet.column(n)] for n, field in NAMES.items()}
    dates = _export_dates(sheet, source, findings)
    records, inside = [], []
    for index, row in enumerate(sheet.row_numbers):
        record: dict[str, Any] = {field: cells[index] for field, cells in names.items()}
        record |= {"export_date": dates[index], "source": family}
        at = (source.id, sheet.file, row)
        if not record["kampung_name"]:
            findings.append(_nameless(sheet, row))
            log.drop("refused", at)
        elif _place(record, register, log, at):
            records.append(record)
            inside.append(index)
    return records, inside


def _parse(sheet: Sheet, name: str, field: str, source: KampungSource, findings: list[Finding]) -> Sequence[Any]:
    """Cells of one column as the contract wants them."""
    cells, file, tab, rows = sheet.column(name), sheet.file, sheet.name, sheet.row_numbers
    if field == "class_stated":
        return _classes(sheet, cells, findings)
    values: Sequence[Any]
    if KAMPUNG.column(field).kind == "flag":
        cells = [_FLOATED.get(str(cell), cell) for cell in cells]
        values, faults = parse_flags(cells, column=name, file=file, sheet=tab, row_numbers=rows)
    else:
        values, faults = parse_numbers(
            cells, column=name, file=file, sheet=tab, row_numbers=rows, decimal=source.decimal
        )
    findings += faults
    return values


def _classes(sheet: Sheet, cells: Sequence[Cell], findings: list[Finding]) -> list[str | None]:
    known = {name.casefold(): name.value for name in CLASSES}
    read: list[str | None] = []
    for row, cell in zip(sheet.row_numbers, cells, strict=True):
        text = clean(str(cell)) if cell is not None else ""
        read.append(known.get(text.casefold()))
        if text and read[-1] is None:
            findings.append(
                finding(
                    "kampung.class",
                    tr("Klasifikasi ini tidak dikenal."),
                    tr("Pilih salah satu: {names}.", names=", ".join(CLASSES)),
                    at=(sheet.file, sheet.name, row),
                    column="Klasifikasi",
                    value=text,
                )
            )
    return read


def _export_dates(sheet: Sheet, source: KampungSource, findings: list[Finding]) -> Sequence[str | None]:
    if source.date_column is None:
        said = DATE_IN_NAME.findall(sheet.file)[0] if source.export_date == FROM_FILE_NAME else source.export_date
        return [said] * len(sheet.rows)
    if not sheet.has(source.date_column):
        findings.append(_missing(sheet, source.date_column))
        return [None] * len(sheet.rows)
    dates, faults = parse_dates(
        sheet.column(source.date_column),
        column=source.date_column,
        file=sheet.file,
        sheet=sheet.name,
        row_numbers=sheet.row_numbers,
    )
    findings += faults
    for row, date in zip(sheet.row_numbers, dates, strict=True):
        if date is None and not faults:
            findings.append(
                finding(
                    "kampung.date",
                    tr("Tanggal ekspor kosong."),
                    tr("Isi tanggal ekspor baris ini."),
                    at=(sheet.file, sheet.name, row),
                    column=source.date_column,
                )
            )
    return dates


def _place(record: dict[str, Any], register: AreaRegister, log: SourceLog, at: Place) -> bool:
    """Put codes on a record; whether it belongs to the scope."""
    province, regency, district, village = (
        record[f"{level}_name"] or "" for level in ("province", "regency", "district", "village")
    )
    on = record["export_date"] or ""
    match = register.matcher.match(regency, province=province, on=on)
    if match.regency is None or _covers(register, match):
        match = register.matcher.match(regency, district, village, province=province, on=on)
    if match.regency is not None and not _covers(register, match):
        log.drop("out_of_scope", at)
        return False
    record |= {"regency_code": match.regency, "district_code": match.district, "village_code": match.village}
    log.matched_by_alias += match.by_alias and match.village is not None
    if match.village is None:
        log.unmatched.append(
            Unmatched(
                source=log.source,
                file=at[1],
                row=at[2],
                province=province,
                regency=regency,
                district=district,
                village=village,
                subject=record["kampung_name"],
                failed="ambiguous" if match.ambiguous else str(match.failed or "blank"),
                candidates=match.candidates,
            )
        )
    return True


def _covers(register: AreaRegister, match: Match) -> bool:
    """Whether the deepest area found, or one below it, can lie in the scope."""
    deepest = match.village or match.district or match.regency or ""
    above = any(part == deepest or part.startswith(deepest + ".") for part in register.scope)
    return register.in_scope(deepest) or above


def _missing(sheet: Sheet, name: str) -> Finding:
    return finding(
        "column.missing",
        tr("Kolom tidak ditemukan."),
        tr("Gunakan ekspor asli portal, atau perbaiki judul kolom."),
        at=(sheet.file, sheet.name, None),
        column=name,
    )


def _nameless(sheet: Sheet, row: int) -> Finding:
    return finding(
        "kampung.name",
        tr("Nama kampung kosong."),
        tr("Isi nama kampung, atau hapus baris."),
        at=(sheet.file, sheet.name, row),
        column="Kampung KB",
    )
