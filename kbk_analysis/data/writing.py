"""Write a dataset folder: the same content gives the same bytes, and the folder is there whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
import yaml

from kbk_analysis.data import folder as shape
from kbk_analysis.data.contracts import typed_frame
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import TABLES, AreaLevel

Storage = Literal["csv", "csv.gz", "parquet"]

# A table of more rows is compressed unless the caller says otherwise.
PLAIN_ROWS: Final = 5_000


def write_dataset(
    folder: Path | str,
    meta: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    *,
    boundaries: Mapping[str, Mapping[str, Any]] | None = None,
    corrections: pd.DataFrame | None = None,
    log: Mapping[str, Any] | None = None,
    review: str | None = None,
    storage: Storage | None = None,
) -> Path:
    """Write a dataset folder, replacing an older one as a whole.

    Parameters
    ----------
    folder
        Where; its parent is created. A folder with files that are no part of a dataset is not touched.
    meta
        Title page: title, code_scheme (kemendagri), synthetic, licence, periods, sources (each with ``id``); also
        scope, register, cutoff, boundaries, notes.
    tables
        Frames by name of the table, of any order and type that `typed_frame` accepts.
    boundaries
        GeoJSON by level, the canonical code in ``properties.code``.
    corrections, log, review
        What was corrected (``LOG_COLUMNS``), the account of the import, and its review list as csv text.
    storage
        Form of all tables; by default csv, compressed above `PLAIN_ROWS` rows.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    InputFault
        ``dataset.*``, ``column.*`` and ``type.*`` findings; then nothing is written.
    """
    folder = Path(folder)
    frames = _checked(folder, meta, tables)
    folder.parent.mkdir(parents=True, exist_ok=True)
    private = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.new-"))
    try:
        private.chmod(0o755)
        title = yaml.dump(dict(meta), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
        _write(private / shape.META, title.encode())
        for name, frame in frames.items():
            _write_table(private, name, frame, storage or ("csv" if len(frame) <= PLAIN_ROWS else "csv.gz"))
        for level, content in (boundaries or {}).items():
            _write(private / shape.BOUNDARIES / f"{AreaLevel(level)}.geojson", geojson_bytes(content))
        if corrections is not None:
            _write(private / shape.CORRECTIONS, csv_bytes(corrections.astype("str")))
        if log is not None:
            text = json.dumps(log, ensure_ascii=False, indent=1, allow_nan=False)
            _write(private / shape.LOG, f"{text}\n".encode())
        if review is not None:
            _write(private / shape.REVIEW, review.encode())
        _swap(private, folder)
    finally:
        shutil.rmtree(private, ignore_errors=True)
    return folder


def _checked(folder: Path, meta: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Typed frames in the order of the contract; refuses everything that is wrong at once."""
    findings = shape.check_meta(meta)[1]
    if folder.is_dir() and (strange := shape.foreign_files(folder)):
        message = tr("Folder tujuan berisi berkas lain: {names}.", names=", ".join(strange[:5]))
        remedy = tr("Pilih folder kosong, atau pindahkan berkas itu.")
        findings.append(Finding(rule="dataset.foreign", message=message, remedy=remedy, file=folder.name))
    frames = {}
    for name, table in TABLES.items():
        if name in tables:
            try:
                frames[name] = typed_frame(name, tables[name]).sort_values(list(table.key), kind="stable")
            except InputFault as fault:
                findings += fault.findings
        elif table.required:
            message, remedy = tr("Tabel wajib tidak ada."), tr("Sertakan tabel ini, walau kosong.")
            findings.append(Finding(rule="dataset.table_missing", message=message, remedy=remedy, file=name))
    if unknown := sorted(set(tables) - set(TABLES)):
        raise ValueError(f"unknown tables: {unknown}")
    if findings:
        raise InputFault(findings)
    return frames


class _Dumper(yaml.SafeDumper):
    """Writes repeated values in full: the reader refuses aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Frame as csv: utf-8, ``\n``, blank for missing, whole numbers without decimals.

    Text is written as it is (this is storage, read back by the toolkit); published files go through
    `kbk_analysis.text.csv_safe`.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"a": [1.0, None, 0.25], "b": ["x", "y,z", None]}))
    b'a,b\n1,x\n,"y,z"\n0.25,\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(map(_cell, frame[name]) for name in frame.columns), strict=True))
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return str(value).lower()  # flags and integers


def geojson_bytes(content: Mapping[str, Any]) -> bytes:
    """GeoJSON in its shortest form, features in the order of their codes."""
    features = sorted(content["features"], key=lambda feature: str(feature["properties"]["code"]))
    text = json.dumps({**content, "features": features}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()


def _write_table(folder: Path, name: str, frame: pd.DataFrame, storage: Storage) -> None:
    path = folder / f"{name}.{storage}"
    if storage == "parquet":
        import duckdb

        with duckdb.connect(":memory:", config={"threads": 1}) as connection:
            connection.from_df(frame).write_parquet(str(path), compression="zstd")
        return
    content = csv_bytes(frame)
    if storage == "csv.gz":
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as stream:
            stream.write(content)
        content = packed.getvalue()
    _write(path, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _swap(private: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; the old one comes back when that fails."""
    if not folder.exists():
        private.rename(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.old-"))
    folder.rename(old / "x")
    try:
        private.rename(folder)
    except BaseException:
        (old / "x").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
