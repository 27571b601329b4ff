"""The shape of a dataset folder: which files belong to it, and whether its title page and headers are right.

A folder holds ``dataset.yml`` (title page), one file a table (``areas.csv``, ``.csv.gz`` or ``.parquet``),
``boundaries/LEVEL.geojson``, ``corrections.csv`` (what was corrected), ``import_log.json`` and ``review.csv``.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import TABLES, AreaLevel, Table
from kbk_analysis.text import shorten
from kbk_analysis.yamltext import load_yaml

META: Final = "dataset.yml"
CORRECTIONS: Final = "corrections.csv"
LOG: Final = "import_log.json"
REVIEW: Final = "review.csv"
BOUNDARIES: Final = "boundaries"
SUFFIXES: Final = (".csv", ".csv.gz", ".parquet")

# key of the title page -> (type, required)
_META_KEYS: Final[Mapping[str, tuple[type, bool]]] = {
    "title": (str, True),
    "code_scheme": (str, True),
    "synthetic": (bool, True),
    "licence": (str, True),
    "periods": (list, True),
    "sources": (list, True),
    "scope": (list, False),
    "register": (str, False),
    "cutoff": (str, False),
    "boundaries": (dict, False),
    "notes": (str, False),
}


def table_names(name: str) -> tuple[str, ...]:
    """File names a table may have."""
    return tuple(name + suffix for suffix in SUFFIXES)


def own_names() -> frozenset[str]:
    """Paths within the folder that belong to a dataset."""
    tables = [file for name in TABLES for file in table_names(name)]
    levels = [f"{BOUNDARIES}/{level.value}.geojson" for level in AreaLevel]
    return frozenset([META, CORRECTIONS, LOG, REVIEW, *tables, *levels])


def own_files(folder: Path) -> dict[str, Path]:
    """Files of the dataset by their path within the folder, sorted; hidden and foreign files are left out."""
    return {name: folder / name for name in sorted(own_names()) if (folder / name).is_file()}


def foreign_files(folder: Path) -> list[str]:
    """Files in the folder that are no part of a dataset."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    return sorted(set(found) - own_names())


def check_folder(folder: Path) -> tuple[dict[str, Any], dict[str, tuple[Path, tuple[str, ...]]]]:
    """Title page, and for each table its file and the columns in it.

    Raises
    ------
    InputFault
        ``dataset.*`` findings, all at once.
    """
    if not folder.is_dir():
        message, remedy = tr("Folder kumpulan data tidak ada."), tr("Periksa letaknya, atau buat dengan `kbk import`.")
        raise InputFault([Finding(rule="dataset.missing", message=message, remedy=remedy, file=folder.name)])
    findings = _links(folder)
    if findings:
        raise InputFault(findings)
    meta: dict[str, Any] = {}
    try:
        meta, faults = check_meta(load_yaml(folder / META))
        findings += faults
    except InputFault as fault:
        findings += fault.findings
    tables: dict[str, tuple[Path, tuple[str, ...]]] = {}
    for table in TABLES.values():
        there = [folder / name for name in table_names(table.name) if (folder / name).is_file()]
        if len(there) > 1:
            message, remedy = tr("Tabel ini ada dalam dua berkas."), tr("Hapus salah satu.")
            findings.append(_fault("dataset.table_twice", message, remedy, ", ".join(path.name for path in there)))
        elif there:
            columns = _header(there[0])
            findings += _check_columns(table, there[0].name, columns)
            tables[table.name] = (there[0], columns)
        elif table.required:
            message, remedy = tr("Tabel wajib tidak ada."), tr("Tambahkan berkasnya, atau impor ulang.")
            findings.append(_fault("dataset.table_missing", message, remedy, f"{table.name}.csv"))
    if findings:
        raise InputFault(findings)
    return meta, tables


def check_meta(content: Any) -> tuple[dict[str, Any], list[Finding]]:
    """Title page with text periods, and its findings."""
    if not isinstance(content, Mapping):
        message, remedy = tr("Isi berkas bukan daftar kunci dan nilai."), tr("Tulis seperti `title: ...` per baris.")
        return {}, [_fault("dataset.meta", message, remedy, META)]
    meta = dict(content)
    findings = []
    for key, (kind, required) in _META_KEYS.items():
        value = meta.get(key)
        if value is None and required:
            message, remedy = tr("Kunci wajib tidak ada."), tr("Tambahkan kunci ini.")
            findings.append(_fault("dataset.key_missing", message, remedy, META, key))
        elif value is not None and not isinstance(value, kind):
            message, remedy = tr("Isi kunci ini salah jenis."), tr("Lihat contoh pada kumpulan data contoh.")
            findings.append(_fault("dataset.key_type", message, remedy, META, key, value))
    for key in meta:
        if key not in _META_KEYS:
            remedy = tr("Kunci yang dikenal: {names}.", names=", ".join(_META_KEYS))
            findings.append(_fault("dataset.key_unknown", tr("Kunci tidak dikenal."), remedy, META, key))
    if meta.get("code_scheme") not in (None, "kemendagri"):
        message, remedy = tr("Skema kode ini tidak dipakai."), tr("Ubah kode ke Kemendagri; tulis `kemendagri`.")
        findings.append(_fault("dataset.scheme", message, remedy, META, "code_scheme", meta["code_scheme"]))
    if isinstance(meta.get("sources"), list) and not all(
        isinstance(s, Mapping) and s.get("id") for s in meta["sources"]
    ):
        message, remedy = tr("Setiap sumber memerlukan `id`."), tr("Tulis `- id: ...` dan `title: ...`.")
        findings.append(_fault("dataset.source", message, remedy, META, "sources"))
    if isinstance(meta.get("periods"), list):
        meta["periods"] = [str(period) for period in meta["periods"]]
    return meta, findings


def _fault(rule: str, message: str, remedy: str, file: str, key: str = "", value: object = None) -> Finding:
    shown = "" if value is None else shorten(str(value), 40)
    return Finding(rule=rule, message=message, remedy=remedy, file=file, key=key, value=shown)


def _links(folder: Path) -> list[Finding]:
    """Files of the dataset that are links to somewhere outside the folder."""
    root = folder.resolve()
    paths = [folder / BOUNDARIES, *(folder / name for name in sorted(own_names()))]
    return [
        _fault(
            "dataset.link",
            tr("Berkas menunjuk ke luar folder kumpulan data."),
            tr("Salin berkasnya ke dalam folder."),
            path.relative_to(folder).as_posix(),
        )
        for path in paths
        if path.is_symlink() and not path.resolve().is_relative_to(root)
    ]


def _header(path: Path) -> tuple[str, ...]:
    """Column names in a table file; none when it cannot be read."""
    if path.suffix == ".parquet":
        import duckdb

        try:
            with duckdb.connect(":memory:", config={"threads": 1}) as connection:
                return tuple(connection.read_parquet(str(path)).columns)
        except duckdb.Error:
            return ()
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            first = stream.readline(100_000).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, gzip.zlib.error):  # type: ignore[attr-defined]
        return ()
    return tuple(next(csv.reader(io.StringIO(first)), ()))


def _check_columns(table: Table, file: str, columns: tuple[str, ...]) -> list[Finding]:
    if not columns:
        message, remedy = tr("Tabel kosong atau tidak dapat dibaca."), tr("Impor ulang kumpulan data ini.")
        return [_fault("dataset.table_damaged", message, remedy, file)]
    findings = []
    for name in columns:
        if name not in table.names or columns.count(name) > 1:
            message, remedy = tr("Kolom tidak dikenal atau ganda."), tr("Hapus kolom, atau perbaiki namanya.")
            findings.append(Finding(rule="column.unknown", message=message, remedy=remedy, file=file, column=name))
    for column in table.columns:
        if column.name not in columns and not column.nullable:
            message, remedy = tr("Kolom wajib tidak ada."), tr("Tambahkan kolom ini.")
            findings.append(
                Finding(rule="column.missing", message=message, remedy=remedy, file=file, column=column.name)
            )
    return findings
