"""Declared corrections: what was changed in the data, from which value, why, by whom.

Question answered: which reported values do we not take as reported?
Input: ``corrections.yml`` and a typed table. Output: the corrected table and a log for the report. A correction whose
row is gone, or whose old value is not the expected one, stops the import: the source has changed, look again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from kbk_analysis.data.contracts import DTYPES, matches_kind
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import TABLES, Table
from kbk_analysis.text import shorten
from kbk_analysis.yamltext import load_yaml

LOG_COLUMNS: Final = ("table", "key", "column", "before", "after", "why", "who", "on")
_KEYS: Final = ("table", "key", "column", "expect", "value", "why", "who", "on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One declared change: the row with `key`, its `column`, `expect` (old) and `value` (new); ``None`` is blank."""

    table: str
    key: dict[str, object]
    column: str
    expect: object
    value: object
    why: str
    who: str
    on: str


def load_corrections(path: Path | str) -> list[Correction]:
    """Corrections of a file: a list, or a list under ``corrections:``.

    Raises
    ------
    InputFault
        Every wrong entry at once: ``correction.form``, ``correction.table``, ``correction.column``,
        ``correction.type``.
    """
    path = Path(path)
    content = load_yaml(path)
    if isinstance(content, Mapping) and list(content) == ["corrections"]:
        content = content["corrections"]
    if content is not None and not isinstance(content, list):
        message, remedy = tr("Isi berkas bukan daftar koreksi."), tr("Awali tiap koreksi dengan tanda - di muka.")
        raise InputFault([Finding(rule="correction.form", message=message, remedy=remedy, file=path.name)])
    findings: list[Finding] = []
    corrections = []
    for number, entry in enumerate(content or [], 1):
        faults = _check_entry(entry, number, path.name)
        findings += faults
        if not faults:
            corrections.append(Correction(**entry))
    if findings:
        raise InputFault(findings)
    return corrections


def _check_entry(entry: Any, number: int, file: str) -> list[Finding]:
    def finding(rule: str, message: str, remedy: str, key: str = "", value: object = None) -> Finding:
        place = f"corrections[{number}]" + (f".{key}" if key else "")
        shown = "" if value is None else shorten(str(value), 40)
        return Finding(rule=rule, message=message, remedy=remedy, file=file, key=place, value=shown)

    if not isinstance(entry, Mapping) or set(entry) != set(_KEYS) or not isinstance(entry["key"], Mapping):
        remedy = tr("Tulis tepat kunci ini: {names}.", names=", ".join(_KEYS))
        return [finding("correction.form", tr("Koreksi tidak lengkap atau berisi kunci lain."), remedy)]
    findings = []
    for name in ("why", "who", "on"):
        if not isinstance(entry[name], str) or not entry[name].strip():
            message, remedy = tr("Wajib diisi teks."), tr("Jelaskan alasan, pelaku dan tanggalnya.")
            findings.append(finding("correction.form", message, remedy, name, entry[name]))
    table = TABLES.get(entry["table"]) if isinstance(entry["table"], str) else None
    if table is None:
        remedy = tr("Tabel yang ada: {names}.", names=", ".join(TABLES))
        return [*findings, finding("correction.table", tr("Tabel tidak dikenal."), remedy, "table", entry["table"])]
    if sorted(entry["key"]) != sorted(table.key):
        remedy = tr("Sebut: {names}.", names=", ".join(table.key))
        findings.append(finding("correction.key", tr("Kunci baris tidak lengkap."), remedy, "key"))
    if entry["column"] not in table.names or entry["column"] in table.key:
        remedy = tr(
            "Kolom yang dapat dikoreksi: {names}.", names=", ".join(n for n in table.names if n not in table.key)
        )
        message = tr("Kolom tidak dikenal, atau bagian dari kunci.")
        return [*findings, finding("correction.column", message, remedy, "column", entry["column"])]
    cells = {("key", name): value for name, value in entry["key"].items() if name in table.key}
    cells |= {("expect", entry["column"]): entry["expect"], ("value", entry["column"]): entry["value"]}
    for (part, name), value in cells.items():
        if not matches_kind(value, table.column(name).kind) or (part == "key" and value is None):
            message, remedy = (
                tr("Nilai salah jenis untuk kolom {name}.", name=name),
                tr("Beri tanda kutip pada teks dan kode."),
            )
            findings.append(finding("correction.type", message, remedy, part, value))
    return findings


def apply_corrections(
    table: str, frame: pd.DataFrame, corrections: Sequence[Correction], *, file: str = "corrections.yml"
) -> tuple[pd.DataFrame, pd.DataFrame, list[Finding]]:
    """Corrected copy of a table, its index counted anew.

    Parameters
    ----------
    table
        Name in `TABLES`; corrections of other tables are left aside.
    frame
        Typed rows.
    corrections
        As declared. All guards are checked against the frame as it came before anything is applied.
    file
        Name of the declaration, for findings.

    Returns
    -------
    tuple
        Frame, log (`LOG_COLUMNS`, all text, blank = missing) and findings: ``correction.row`` (no such row),
        ``correction.expect`` (another value there), ``correction.twice``. With any finding nothing is applied.
    """
    spec = TABLES[table]
    findings: list[Finding] = []
    places: list[tuple[Correction, int]] = []
    for correction in (c for c in corrections if c.table == table):
        row = _find(spec, frame, correction)
        fault = _guard(frame, correction, row, file)
        if fault is None and any(r == row and c.column == correction.column for c, r in places):
            message, remedy = tr("Sel yang sama dikoreksi dua kali."), tr("Hapus salah satu koreksi.")
            fault = _fault("correction.twice", correction, file, message, remedy)
        if fault is not None:
            findings.append(fault)
        elif row is not None:
            places.append((correction, row))
    corrected, log = frame.reset_index(drop=True), []
    for correction, row in [] if findings else places:
        kind = spec.column(correction.column).kind
        value = pd.Series([correction.value], dtype="object").astype(DTYPES[kind])  # type: ignore[call-overload]
        before = corrected.loc[row, correction.column]
        corrected.loc[row, correction.column] = value.iloc[0]
        texts = (table, _key_text(correction), correction.column, _text(before), _text(correction.value))
        log.append((*texts, correction.why, correction.who, correction.on))
    return corrected, pd.DataFrame(log, columns=list(LOG_COLUMNS), dtype="str"), findings


def _find(spec: Table, frame: pd.DataFrame, correction: Correction) -> int | None:
    hits = pd.Series(True, index=range(len(frame)))
    for name in spec.key:
        hits &= (frame[name].reset_index(drop=True) == correction.key[name]).fillna(False).astype(bool)
    return int(hits.to_numpy().argmax()) if hits.any() else None


def _guard(frame: pd.DataFrame, correction: Correction, row: int | None, file: str) -> Finding | None:
    if row is None:
        message, remedy = (
            tr("Baris yang dikoreksi tidak ada dalam data."),
            tr("Periksa kuncinya; hapus bila tak perlu lagi."),
        )
        return _fault("correction.row", correction, file, message, remedy, _key_text(correction))
    found = frame[correction.column].iloc[row]
    missing = found is None or found is pd.NA or found != found
    if missing if correction.expect is None else (not missing and bool(found == correction.expect)):
        return None
    message = tr(
        "Nilai lama bukan yang diharapkan: ada {found}, diharapkan {expected}.",
        found=_text(found) or tr("kosong"),
        expected=_text(correction.expect) or tr("kosong"),
    )
    remedy = tr("Sumbernya telah berubah: periksa lagi apakah koreksi masih perlu.")
    return _fault("correction.expect", correction, file, message, remedy, _key_text(correction))


def _fault(rule: str, correction: Correction, file: str, message: str, remedy: str, value: str = "") -> Finding:
    return Finding(rule=rule, message=message, remedy=remedy, file=file, column=correction.column, value=value)


def _key_text(correction: Correction) -> str:
    return " · ".join(str(value) for value in correction.key.values())


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, default=str)
