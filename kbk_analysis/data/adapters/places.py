"""The area that each row of an office table is about.

Input: a sheet and what the recipe says of its area columns. Output: a canonical code for each row, or ``None``
for a row that is dropped and accounted for. A code that cannot be read with certainty is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kbk_analysis.areacode import CodeFault, Scheme, canonical, regency_of
from kbk_analysis.data.adapters.result import SourceLog, Unmatched, finding
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.matching import normalise
from kbk_analysis.data.reading import Cell, Sheet
from kbk_analysis.data.recipe import AreaColumns
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.text import clean

WIDTHS: Final = (2, 2, 2, 4)


def resolve(
    sheet: Sheet, area: AreaColumns, register: AreaRegister, log: SourceLog, findings: list[Finding]
) -> list[str | None]:
    """Code of each row's area; rows out of scope, unmatched or at fault are ``None`` and put in the log."""
    if area.fixed is not None:
        codes: list[str | None] = [_fixed(area.fixed, sheet, row, register, findings) for row in sheet.row_numbers]
    elif area.regency is not None:
        codes = _by_names(sheet, area, register, log)
    else:
        codes = _by_codes(sheet, area, register, log, findings)
    _check_names(sheet, area, register, codes, findings)
    for index, code in enumerate(codes):
        if code is not None and code not in register.covered:
            log.drop("out_of_scope", (log.source, sheet.file, sheet.row_numbers[index]))
            codes[index] = None
    return codes


def _fixed(code: str, sheet: Sheet, row: int, register: AreaRegister, findings: list[Finding]) -> str | None:
    if code in register.names:
        return code
    if row == sheet.row_numbers[0]:
        findings.append(register.fault(CodeFault("code.unknown", code), file=sheet.file, sheet=sheet.name))
    return None


def _by_codes(
    sheet: Sheet, area: AreaColumns, register: AreaRegister, log: SourceLog, findings: list[Finding]
) -> list[str | None]:
    column = area.code or " + ".join(area.parts or ())
    cells = _joined(sheet, area) if area.parts else [_text(cell) for cell in sheet.column(area.code or "")]
    names = [clean(str(cell or "")) for cell in sheet.column(area.name)] if area.name else [""] * len(cells)
    scheme: Scheme | None = area.scheme or ("kemendagri" if area.parts else None)
    codes: list[str | None] = []
    for row, written, name in zip(sheet.row_numbers, cells, names, strict=True):
        try:
            codes.append(_read(written, scheme, register))
        except CodeFault as fault:
            told = _told(fault, sheet, row, column, register)
            findings.append(_moved(told, written or "", name, scheme, register))
            log.drop("refused", (log.source, sheet.file, row))
            codes.append(None)
    return codes


def _read(written: str | None, scheme: Scheme | None, register: AreaRegister) -> str:
    if not written:
        raise CodeFault("code.number" if written is None else "code.blank", "")
    return register.code(written, scheme)


def _text(cell: Cell) -> str | None:
    """Code as text. A number with a fraction has lost its zeros (14.10 is 14.1) and is ``None``."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return clean(cell)
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else None


def _joined(sheet: Sheet, area: AreaColumns) -> list[str | None]:
    """Codes put together from their parts; leading zeros that a spreadsheet took off are put back, part by part."""
    columns = [[_text(cell) for cell in sheet.column(name)] for name in area.parts or ()]
    return [_join(parts) for parts in zip(*columns, strict=True)]


def _join(parts: Sequence[str | None]) -> str | None:
    if any(part is None for part in parts):
        return None
    if not all(parts):
        return ""
    return ".".join((part or "").zfill(width) for part, width in zip(parts, WIDTHS, strict=False))


def _told(fault: CodeFault, sheet: Sheet, row: int, column: str, register: AreaRegister) -> Finding:
    if fault.rule == "code.blank":
        message, remedy = tr("Kode wilayah kosong."), tr("Isi kode wilayah baris ini, atau hapus barisnya.")
    elif fault.rule == "code.number":
        message, remedy = (
            tr("Kode wilayah tersimpan sebagai angka, sehingga nolnya dapat hilang."),
            tr("Ubah kolom menjadi teks dan tulis ulang kodenya."),
        )
    else:
        return register.fault(fault, file=sheet.file, sheet=sheet.name, row=row, column=column)
    return finding(fault.rule, message, remedy, at=(sheet.file, sheet.name, row), column=column)


def _moved(told: Finding, written: str, name: str, scheme: Scheme | None, register: AreaRegister) -> Finding:
    """The finding of a code that the register lacks, naming villages of that name that the regency has now."""
    if told.rule != "code.unknown" or scheme != "kemendagri" or not name:
        return told
    now = list(register.matcher.same_named(regency_of(canonical(written, scheme=scheme)), name))
    if not now:
        return told
    return replace(
        told, remedy=tr("Desa bernama sama kini berkode {codes}; periksa pemekarannya.", codes=", ".join(now))
    )


def _by_names(sheet: Sheet, area: AreaColumns, register: AreaRegister, log: SourceLog) -> list[str | None]:
    asked = {
        level: [clean(str(cell)) if cell is not None else "" for cell in sheet.column(name)]
        for level, name in (
            ("province", area.province),
            ("regency", area.regency),
            ("district", area.district),
            ("village", area.village),
        )
        if name is not None
    }
    codes: list[str | None] = []
    for index, row in enumerate(sheet.row_numbers):
        names = {level: cells[index] for level, cells in asked.items()}
        match = register.matcher.match(
            names["regency"], names.get("district", ""), names.get("village", ""), province=names.get("province", "")
        )
        found = match.village or match.district or match.regency
        wanted = [level for level in ("regency", "district", "village") if level in asked]
        complete = match.failed is None and all(names[level] for level in wanted)
        codes.append(found if complete else None)
        if not complete:
            failed = "ambiguous" if match.ambiguous else str(match.failed or "blank")
            log.drop("unmatched", (log.source, sheet.file, row))
            log.unmatched.append(
                Unmatched(
                    source=log.source, file=sheet.file, row=row, failed=failed, candidates=match.candidates, **names
                )
            )
    return codes


def _check_names(
    sheet: Sheet, area: AreaColumns, register: AreaRegister, codes: list[str | None], findings: list[Finding]
) -> None:
    """A name beside a code must be that area's; for a regency another name is an error, a sign of BPS codes."""
    if area.name is None:
        return
    for row, code, cell in zip(sheet.row_numbers, codes, sheet.column(area.name), strict=True):
        written = clean(str(cell)) if cell is not None else ""
        if code is None or not written or code not in register.names or register.same_name(code, written):
            continue
        findings.append(
            finding(
                "code.name",
                tr("Nama di samping kode {code} bukan {official}.", code=code, official=register.names[code]),
                tr("Periksa kode dan namanya; kode BPS dan kode Kemendagri berbeda."),
                at=(sheet.file, sheet.name, row),
                column=area.name,
                value=written,
                warning=code.count(".") > 1,
            )
        )


def unused(sheet: Sheet, used: Sequence[str]) -> list[Finding]:
    """Warnings for columns that nothing reads: none is passed over in silence."""
    known = {normalise(name) for name in used}
    return [
        finding(
            "column.unused",
            tr("Kolom ini tidak dikenal dan tidak dibaca."),
            tr("Abaikan bila memang tidak diperlukan."),
            at=(sheet.file, sheet.name, None),
            column=name,
            warning=True,
        )
        for name in sheet.header
        if name and normalise(name) not in known
    ]
