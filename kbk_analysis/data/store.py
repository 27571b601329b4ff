"""A dataset, opened for reading: typed tables through one engine, what it knows, where its numbers come from.

Question answered: what does this dataset say about these areas and periods?
Input: a dataset folder (`kbk_analysis.data.folder`). Output: frames in the types of the contract, in the order of
their keys. Files are read as text and cast, so that ``14.10`` stays a code and ``NA`` stays a name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from kbk_analysis.areacode import is_canonical
from kbk_analysis.data import folder as shape
from kbk_analysis.data.contracts import DTYPES, Where, check_table, empty_frame
from kbk_analysis.data.corrections import LOG_COLUMNS
from kbk_analysis.data.delimited import read_delimited
from kbk_analysis.data.writing import write_dataset
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import TABLES, AreaLevel, Column, Kind, Known

__all__ = ["Dataset", "open_dataset", "write_dataset"]

DEMO: Final = "demo"
_DEMO_FOLDER: Final = Path(__file__).parents[1] / "demo"
_SQL_TYPES: Final[Mapping[Kind, str]] = {"number": "DOUBLE", "integer": "BIGINT", "flag": "BOOLEAN"}

_MEETING: Final = ("meeting", "title", "held_on", "place", "area_code")

Scalar = str | int | float | bool | None
Filter = Scalar | Sequence[str | int]


def open_dataset(path: Path | str) -> Dataset:
    """Open a dataset folder.

    Parameters
    ----------
    path
        Its folder, or ``"demo"`` for the one that ships with the package.

    Raises
    ------
    InputFault
        Everything that is wrong with its title page and the headers of its tables, all at once.
    """
    folder = _DEMO_FOLDER if str(path) == DEMO else Path(path)
    return Dataset(folder, *shape.check_folder(folder))


class Dataset:
    """A dataset folder, opened for reading; use as a context manager, or call `close`.

    Attributes
    ----------
    folder
        Where it lies.
    meta
        Its title page (``dataset.yml``): title, code_scheme, synthetic, licence, periods, sources.
    """

    def __init__(
        self, folder: Path, meta: Mapping[str, Any], tables: Mapping[str, tuple[Path, tuple[str, ...]]]
    ) -> None:
        self.folder = folder
        self.meta = meta
        self._tables = tables
        self._engine: duckdb.DuckDBPyConnection | None = None

    def table(self, name: str, **filters: Filter) -> pd.DataFrame:
        """Rows of a table.

        Parameters
        ----------
        name
            A key of `TABLES`; a table that the dataset does not have comes out empty.
        **filters
            ``column=value``, ``column=[values]``, or ``column=None`` for blank.

        Returns
        -------
        pandas.DataFrame
            Columns and types of the contract, in the order of the key.

        Raises
        ------
        InputFault
            ``type.*`` and ``csv.*`` findings when cells cannot be read as the contract says.
        """
        spec = TABLES[name]
        if unknown := sorted(set(filters) - set(spec.names)):
            raise ValueError(f"table {name!r} has no columns {unknown}")
        if name not in self._tables:
            return empty_frame(name)
        path, columns = self._tables[name]
        query, values = _query(path, columns, name, filters)
        try:
            frame = self._connection().execute(query, values).df()
        except duckdb.Error:
            raise InputFault(_explain(path, name)) from None
        return frame.astype({column.name: DTYPES[column.kind] for column in spec.columns})

    def known(self) -> Known:
        """Areas, periods, indicators and meetings, for checking parameters."""
        areas = self.table("areas")
        rows = zip(areas["code"], areas["name"], areas["level"], areas["parent_code"], strict=True)
        observations, meetings = self.table("observations"), self.table("meetings")[list(_MEETING)]
        dates = {*observations["as_of"].dropna(), *self.table("kampung")["export_date"].dropna()}
        return Known(
            areas={
                code: (name, AreaLevel(level), parent if isinstance(parent, str) else None)
                for code, name, level, parent in rows
            },
            periods=tuple(self.meta["periods"]),
            indicators=tuple(sorted(observations["indicator"].unique())),
            synthetic=bool(self.meta["synthetic"]),
            title=str(self.meta["title"]),
            dates=tuple(sorted(dates)),
            meetings={
                meeting: (title, held_on, "" if pd.isna(place) else place, code)
                for meeting, title, held_on, place, code in meetings.itertuples(index=False)
            },
        )

    def check(self, kinds: Mapping[str, str] | None = None) -> list[Finding]:
        """Findings of all tables, errors and warnings; `kinds` as in `kbk_analysis.data.contracts.check_table`."""
        findings: list[Finding] = []
        for name, (path, _) in self._tables.items():
            try:
                findings += check_table(name, self.table(name), file=path.name, kinds=kinds)
            except InputFault as fault:
                findings += fault.findings
        return findings

    def boundaries(self, level: str) -> dict[str, Any] | None:
        """GeoJSON of a level with the canonical code in ``properties.code``; ``None`` when there is none."""
        path = self.folder / shape.BOUNDARIES / f"{AreaLevel(level)}.geojson"
        if not path.is_file():
            return None
        try:
            content: dict[str, Any] = json.loads(path.read_text("utf-8"))
            codes = [feature["properties"]["code"] for feature in content["features"]]
            wrong = [code for code in codes if not is_canonical(code)]
        except (ValueError, KeyError, TypeError, RecursionError):
            wrong = [""]
        if wrong:
            message, remedy = (
                tr("Batas wilayah tidak dapat dibaca, atau tanpa kode bertitik."),
                tr("Impor ulang batas wilayah."),
            )
            file = f"{shape.BOUNDARIES}/{path.name}"
            raise InputFault(
                [Finding(rule="dataset.boundaries", message=message, remedy=remedy, file=file, value=str(wrong[0]))]
            )
        return content

    def digest(self) -> str:
        """SHA-256 over names and content of all files that a report may read."""
        total = hashlib.sha256()
        for name, path in shape.own_files(self.folder).items():
            if name == shape.REVIEW:
                continue  # for people; no report reads it
            total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return total.hexdigest()

    def sources(self) -> list[dict[str, Any]]:
        """Where the numbers come from: id, title, licence and more, as the title page says."""
        return [dict(source) for source in self.meta["sources"]]

    def source_names(self) -> dict[str, str]:
        """Words for each source id that an observation may carry, also ``id:origin`` where rows cite their own."""
        names = {str(source["id"]): str(source.get("title") or source["id"]) for source in self.meta["sources"]}
        for source in self.meta["sources"]:
            names |= {f"{source['id']}:{id}": str(words) for id, words in (source.get("origins") or {}).items()}
        return names

    def corrections(self) -> pd.DataFrame:
        """Corrections that were applied, all columns as text (``LOG_COLUMNS``)."""
        path = self.folder / shape.CORRECTIONS
        if not path.is_file():
            return pd.DataFrame({name: pd.Series([], dtype="str") for name in LOG_COLUMNS})
        rows = read_delimited(path, delimiter=",").rows
        return pd.DataFrame(rows[1:], columns=[str(name) for name in rows[0]], dtype="str")

    def log(self) -> dict[str, Any]:
        """Account of the import; empty when there is none."""
        path = self.folder / shape.LOG
        content: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return content

    def close(self) -> None:
        """Close the engine; a closed dataset opens it again when asked."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def __enter__(self) -> Dataset:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        # One thread: threaded float sums differ from run to run. Opened late, so that a forked worker has its own.
        if self._engine is None:
            self._engine = duckdb.connect(":memory:", config={"threads": 1, "autoload_known_extensions": False})
        return self._engine


def _query(
    path: Path, columns: tuple[str, ...], name: str, filters: Mapping[str, Filter]
) -> tuple[str, dict[str, Any]]:
    """SQL with bound values; the names in it come from the contract alone."""
    spec = TABLES[name]
    values: dict[str, Any] = {"path": str(path)}
    if path.suffix == ".parquet":
        source = "read_parquet($path)"
    else:
        types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
        source = (
            "read_csv($path, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr='', "
            f"new_line='\\n', columns={{{types}}})"
        )
    selected = ", ".join(
        f"{_quoted(c.name) if c.name in columns else 'NULL'}::{_SQL_TYPES.get(c.kind, 'VARCHAR')} AS {_quoted(c.name)}"
        for c in spec.columns
    )
    conditions = ["true"]
    for key, wanted in filters.items():
        if wanted is None:
            conditions.append(f'"{key}" IS NULL')
        else:
            chosen = [wanted] if isinstance(wanted, str | int | float | bool) else list(wanted)
            conditions.append(f'list_contains($f_{key}, "{key}")')
            values[f"f_{key}"] = [_bound(value, spec.column(key)) for value in chosen]
    order = ", ".join(f'"{key}"' for key in spec.key)
    where = " AND ".join(conditions)
    return f"SELECT * FROM (SELECT {selected} FROM {source}) WHERE {where} ORDER BY {order}", values  # noqa: S608


def _quoted(name: str) -> str:
    return f'"{name}"'


def _bound(value: Any, column: Column) -> Any:
    return value if column.kind in _SQL_TYPES else str(value)


def _explain(path: Path, name: str) -> list[Finding]:
    """Which cells of a table file cannot be read, found the slow way."""
    where, spec = Where(name, path.name), TABLES[name]
    found: list[Finding] = []
    if path.suffix != ".parquet":
        try:
            header, *rows = read_delimited(path, delimiter=",", encoding="utf-8").rows
        except InputFault as fault:
            return list(fault.findings)
        for i, row in enumerate(rows):
            for key, cell in zip(header, row, strict=True):
                column = spec.column(str(key))
                if cell is not None and not _fits(str(cell), column.kind):
                    found.append(where.text(f"type.{column.kind}", i, column, cell))
    message, remedy = tr("Tabel tidak dapat dibaca."), tr("Impor ulang kumpulan data ini.")
    return found or [where.finding("dataset.table_damaged", message, remedy)]


def _fits(text: str, kind: Kind) -> bool:
    try:
        if kind == "number":
            float(text)
        elif kind == "integer":
            int(text)
    except ValueError:
        return False
    return kind != "flag" or text.lower() in ("true", "false")
