"""Which areas a report set is about.

Question answered: which codes do ``parent``, ``areas`` or ``areas_file`` stand for?
Input: the set's values and what the data know. Output: codes in order; faults with the nearest code or name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kbk_analysis.areacode import is_canonical
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.params import LEVELS, nearest
from kbk_analysis.schema import AreaLevel, Known
from kbk_analysis.text import shorten

COLUMN: Final = "area_code"
_IGNORED: Final = ("", "name", "note")
_MAX_BYTES: Final = 2_000_000


def chosen_areas(values: Mapping[str, Any], known: Known | None, path: Path, findings: list[Finding]) -> list[str]:
    """Codes of the areas of a report set, sorted; faults are added to `findings`."""
    codes = _written_codes(values, path, findings)
    level = LEVELS.get(values.get("level", ""))
    parent = values.get("parent")
    if known is None or level is None:
        return []
    if parent is not None and not codes:
        fault = _existence_fault(parent, None, known)
        codes = [("parent", None, c) for c, area in known.areas.items() if area[1] is level and _inside(c, parent)]
        if fault or not codes:
            message = fault[0] if fault else tr("Wilayah ini tidak mempunyai wilayah tingkat {level}.", level=level)
            remedy = fault[1] if fault else tr("Pilih wilayah induk lain, atau level lain.")
            findings.append(_finding("area", message, remedy, path, "parent", parent))
            return []
    good = _parent_report(values, known, path, findings)
    for key, row, code in codes:
        fault = _existence_fault(code, level, known)
        if fault:
            findings.append(_finding("area", *fault, path, key, code, row))
        elif code in good:
            message, remedy = tr("Wilayah ini tertulis dua kali."), tr("Hapus salah satunya.")
            findings.append(_finding("area_twice", message, remedy, path, key, code, row))
        else:
            good.append(code)
    return sorted(good)


def _parent_report(values: Mapping[str, Any], known: Known, path: Path, findings: list[Finding]) -> list[str]:
    """The parent's own code where a report of it is asked for."""
    parent = values.get("parent")
    if parent is None or not values.get("parent_report"):
        return []
    if known.areas[parent][1] in LEVELS.values():
        return [parent]
    message = tr("Wilayah induk ini bukan kecamatan maupun kabupaten, jadi tidak mempunyai laporan sendiri.")
    findings.append(_finding("parent_report", message, tr("Hapus parent_report."), path, "parent_report", parent))
    return []


def _written_codes(values: Mapping[str, Any], path: Path, findings: list[Finding]) -> list[tuple[str, int | None, str]]:
    """(key, row, code) as written in the file or in its ``areas_file``."""
    codes: list[tuple[str, int | None, str]] = [("areas", None, code) for code in values.get("areas") or ()]
    name = values.get("areas_file")
    if name is not None:
        try:
            codes += [("areas_file", row, code) for row, code in read_codes(path.resolve().parent / name)]
        except InputFault as fault:
            findings += fault.findings
    return codes


def read_codes(path: Path) -> list[tuple[int, str]]:
    """Rows and codes of a csv with a column ``area_code``, as spreadsheet programs save it.

    A byte order mark, commas, semicolons or tabs, and blank rows are all right; columns ``name`` and ``note``
    are for the reader only.

    Raises
    ------
    InputFault
        The file is missing, too large, not UTF-8, or has other columns.
    """
    try:
        raw = path.read_bytes()[: _MAX_BYTES + 1]
        text = raw.decode("utf-8-sig")
    except OSError:
        message, remedy = tr("Berkas daftar wilayah tidak ditemukan."), tr("Perbaiki nama berkas pada areas_file.")
        raise InputFault([_finding("file_missing", message, remedy, path)]) from None
    except UnicodeDecodeError:
        message, remedy = tr("Berkas bukan teks UTF-8."), tr("Simpan ulang sebagai CSV UTF-8.")
        raise InputFault([_finding("encoding", message, remedy, path)]) from None
    header = text.partition("\n")[0]
    separator = max(";,\t", key=header.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    names = [cell.strip() for cell in rows[0]] if rows else []
    wrong = sorted(set(names) - {COLUMN, *_IGNORED})
    if len(raw) > _MAX_BYTES or names.count(COLUMN) != 1 or wrong:
        message = tr("Judul kolom tidak dikenal: {names}.", names=shorten(", ".join(wrong) or "—"))
        remedy = tr("Pakai satu kolom area_code, dan bila perlu name dan note.")
        raise InputFault([_finding("columns", message, remedy, path, row=1)])
    return list(_cells(rows, names.index(COLUMN)))


def _cells(rows: list[list[str]], column: int) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            yield number, row[column].strip() if column < len(row) else ""


def _inside(code: str, parent: str) -> bool:
    return is_canonical(code) and code.startswith(f"{parent}.")


def _existence_fault(code: str, level: AreaLevel | None, known: Known) -> tuple[str, str] | None:
    """Message and remedy when `code` is not an area of the data, or not of the level asked for."""
    if code not in known.areas or not is_canonical(code):
        named = [c for c, area in known.areas.items() if area[0].casefold() == code.casefold()]
        if named:
            return tr("Wilayah ditulis dengan nama, bukan kode."), tr("Tulis kodenya: {code}.", code=", ".join(named))
        alike = [c for c, area in known.areas.items() if level in (None, area[1])]
        names = {known.areas[c][0]: c for c in alike}
        otherwise = tr("Kode wilayah yang ada bermula dengan {code}.", code=min(known.areas, default="—"))
        return tr("Wilayah ini tidak ada dalam data."), _nearest(code, alike, names, known, otherwise)
    found = known.areas[code][1]
    if level not in (None, found):
        message = tr("Tingkat wilayah ini {found}, laporan meminta {level}.", found=found.value, level=level)
        return message, tr("Ganti kode ini atau kunci level.")
    return None


def _nearest(code: str, codes: list[str], names: Mapping[str, str], known: Known, otherwise: str) -> str:
    match = nearest(code, [*codes, *names])
    if match is None:
        return otherwise
    found = names.get(match, match)
    return tr('Maksud Anda "{code}" ({name})?', code=found, name=known.areas[found][0])


def _finding(
    rule: str, message: str, remedy: str, path: Path, key: str = "", value: str = "", row: int | None = None
) -> Finding:
    return Finding(
        rule=f"params.{rule}", message=message, remedy=remedy, file=path.name, key=key, value=shorten(value), row=row
    )
