"""The contract of the tables (`kbk_analysis.schema.TABLES`), checked.

Question answered: which cells are of the wrong type, blank, not allowed, out of bounds, or twice there?
Input: a frame of any origin. Output: the frame with the contract's columns and types, and every finding at once.

Types: text, codes and dates (ISO) are ``str``, numbers ``float64``, integers ``Int64``, flags ``boolean``; missing is
missing in each of them.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kbk_analysis.data.plausibility import check_rules
from kbk_analysis.errors import Finding, InputFault, Severity
from kbk_analysis.i18n import mark, tr
from kbk_analysis.schema import TABLES, Column, Kind, Table
from kbk_analysis.text import shorten

if TYPE_CHECKING:
    import pandera.pandas as pandera

DTYPES: Final[Mapping[Kind, str]] = {
    "text": "str",
    "code": "str",
    "date": "str",
    "number": "float64",
    "integer": "Int64",
    "flag": "boolean",
}
_CODE: Final = r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?"

# rule -> (message, remedy)
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "type.text": (mark("Bukan teks."), mark("Tulis sebagai teks.")),
    "type.code": (mark("Kode bukan teks; angka kehilangan nol dan titiknya."), mark("Tulis kode sebagai teks.")),
    "type.date": (mark("Bukan tanggal."), mark("Tulis seperti 2024-12-16.")),
    "type.number": (mark("Bukan angka."), mark("Tulis angkanya saja, atau kosongkan sel.")),
    "type.integer": (mark("Bukan bilangan bulat."), mark("Tulis bilangan bulat, atau kosongkan sel.")),
    "type.flag": (mark("Bukan ya atau tidak."), mark("Isi true, false, atau kosongkan.")),
    "value.blank": (mark("Wajib diisi."), mark("Isi sel ini.")),
    "value.code": (mark("Kode wilayah bukan bentuk Kemendagri bertitik."), mark("Tulis seperti 14.06.03.2002.")),
    "value.date": (mark("Tanggal tidak ada atau bukan bentuk ISO."), mark("Tulis seperti 2024-12-16.")),
    "value.allowed": (mark("Nilai tidak dikenal."), mark("Pilih salah satu: {allowed}.")),
    "value.bounds": (mark("Di luar batas."), mark("Isi antara {minimum} dan {maximum}.")),
    "key.duplicate": (
        mark("Baris ganda: kunci yang sama sudah ada."),
        mark("Hapus salah satu, atau bedakan kuncinya."),
    ),
}


def empty_frame(table: str) -> pd.DataFrame:
    """Frame without rows, with the columns and types of the contract.

    Examples
    --------
    >>> empty_frame("agencies").columns.tolist()
    ['agency', 'name', 'name_en']
    """
    return pd.DataFrame({c.name: pd.Series([], dtype=DTYPES[c.kind]) for c in TABLES[table].columns})


def typed_frame(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of the contract, in order and typed; nullable columns that are absent come out blank.

    Raises
    ------
    InputFault
        ``column.*`` and ``type.*`` findings.
    """
    typed, findings = coerce(TABLES[table], frame, Where(table))
    if findings:
        raise InputFault(findings)
    return typed


def check_table(
    table: str,
    frame: pd.DataFrame,
    *,
    file: str = "",
    kinds: Mapping[str, str] | None = None,
    rows: Sequence[int] | None = None,
) -> list[Finding]:
    """Findings of a whole table, errors and warnings.

    Parameters
    ----------
    table
        Name in `TABLES`.
    frame
        Its rows, of any origin.
    file, rows
        Where the rows come from; without `rows` they are counted as in the table's own csv (first row is 2).
    kinds
        Kind of each indicator (proportion, rate, score, class), for the rules of observations.

    Returns
    -------
    list of Finding
        Shape first (``column.*``, ``type.*``, ``value.*``, ``key.duplicate``, all errors), then rules
        (`kbk_analysis.data.plausibility`), in the order of columns and rows.
    """
    where = Where(table, file, rows)
    typed, findings = coerce(TABLES[table], frame, where)
    if any(f.rule.startswith("column.") for f in findings):
        return findings
    told = {(f.row, f.column) for f in findings}  # a cell of the wrong type is blank by now; once is enough
    shape = [f for f in _shape(TABLES[table], typed, where) if (f.row, f.column) not in told]
    return [*findings, *shape, *check_rules(table, typed, where.finding, kinds or {})]


class Where:
    """Makes findings of one table: position in the frame -> row in the file."""

    def __init__(self, table: str, file: str = "", rows: Sequence[int] | None = None) -> None:
        self.table = table
        self.file = file or table
        self.rows = rows

    def finding(
        self,
        rule: str,
        message: str,
        remedy: str,
        position: int | None = None,
        column: str = "",
        value: object = None,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Finding at a position of the frame (``None``: the whole table)."""
        row = None if position is None else (self.rows[position] if self.rows is not None else position + 2)
        shown = "" if value is None or value is pd.NA or value != value else shorten(str(value), 40)
        return Finding(
            rule=rule,
            message=message,
            remedy=remedy,
            severity=severity,
            file=self.file,
            row=row,
            column=column,
            value=shown,
        )

    def text(self, rule: str, position: int | None, column: Column, value: object = None) -> Finding:
        """Finding of a rule about one cell, in the words of `_TEXTS`."""
        message, remedy = _TEXTS[rule]
        fields = {
            "allowed": ", ".join(column.allowed),
            "minimum": "-∞" if column.minimum is None else f"{column.minimum:g}",
            "maximum": "∞" if column.maximum is None else f"{column.maximum:g}",
        }
        return self.finding(rule, tr(message), tr(remedy, **fields), position, column.name, value)


# --- types ---------------------------------------------------------------------------------------------------


def coerce(table: Table, frame: pd.DataFrame, where: Where) -> tuple[pd.DataFrame, list[Finding]]:
    """Frame with the contract's columns and types; a cell that does not fit comes out blank, with a finding."""
    findings = []
    for name in map(str, frame.columns):
        if name not in table.names:
            message, remedy = tr("Kolom tidak dikenal dalam tabel ini."), tr("Hapus kolom, atau perbaiki namanya.")
            findings.append(where.finding("column.unknown", message, remedy, column=name))
    typed: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        if column.name in frame.columns:
            typed[column.name], wrong = _series(frame[column.name], column)
            findings += [where.text(f"type.{column.kind}", i, column, frame[column.name].iloc[i]) for i in wrong]
        else:
            typed[column.name] = pd.Series([None] * len(frame), dtype="object").astype(DTYPES[column.kind])  # type: ignore[call-overload]
            if not column.nullable:
                message, remedy = tr("Kolom wajib tidak ada."), tr("Tambahkan kolom ini.")
                findings.append(where.finding("column.missing", message, remedy, column=column.name))
    return pd.DataFrame(typed), findings


def _series(series: pd.Series[Any], column: Column) -> tuple[pd.Series[Any], list[int]]:
    """Typed series and the positions that do not fit."""
    dtype = DTYPES[column.kind]
    series = series.reset_index(drop=True)
    if str(series.dtype) == dtype and dtype != "str":
        endless = series.isin([float("inf"), float("-inf")])
        return series.mask(endless), [i for i, hit in enumerate(endless) if hit]
    cells = [_plain(value, column.kind) for value in series.astype(object)]
    wrong = [i for i, cell in enumerate(cells) if cell is _WRONG]
    values = [None if cell is _WRONG else cell for cell in cells]
    return pd.Series(values, dtype="object").astype(dtype), wrong  # type: ignore[call-overload]


_WRONG: Final = object()


def matches_kind(value: object, kind: Kind) -> bool:
    """Whether a single value fits a kind of column; missing fits every kind."""
    return _plain(value, kind) is not _WRONG


def _plain(value: Any, kind: Kind) -> Any:
    """The value as the kind wants it, ``None`` when missing, `_WRONG` when it does not fit."""
    if value is None or value is pd.NA or value is pd.NaT or value != value or value == "":
        return None
    value = value.item() if hasattr(value, "item") else value
    if kind == "flag":
        return value if isinstance(value, bool) else _WRONG
    if kind in ("number", "integer"):
        return _plain_number(value, whole=kind == "integer")
    if isinstance(value, str):
        return value
    if kind == "date" and isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value) if kind == "text" and isinstance(value, int) and not isinstance(value, bool) else _WRONG


def _plain_number(value: Any, *, whole: bool) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) == float("inf"):
        return _WRONG
    if whole:
        return int(value) if value == int(value) else _WRONG
    return float(value)


# --- shape, by pandera ---------------------------------------------------------------------------------------


@functools.cache
def pandera_schema(table: str) -> pandera.DataFrameSchema:
    """The contract of a table as a pandera schema; the error of each check is a key of `_TEXTS`."""
    import pandera.pandas as pandera

    spec = TABLES[table]
    columns = {
        c.name: pandera.Column(DTYPES[c.kind], nullable=c.nullable, checks=_checks(c), name=c.name)
        for c in spec.columns
    }
    return pandera.DataFrameSchema(columns, unique=list(spec.key), strict=True, ordered=True, name=table)


def _checks(column: Column) -> list[Any]:
    import pandera.pandas as pandera

    checks = []
    if column.kind == "code":
        checks.append(pandera.Check(lambda s: s.str.fullmatch(_CODE), error="value.code"))
    if column.kind == "date":
        checks.append(pandera.Check(_is_date, error="value.date"))
    if column.allowed:
        checks.append(pandera.Check.isin(list(map(str, column.allowed)), error="value.allowed"))
    if column.minimum is not None:
        checks.append(pandera.Check.ge(column.minimum, error="value.bounds"))
    if column.maximum is not None:
        checks.append(pandera.Check.le(column.maximum, error="value.bounds"))
    return checks


def _is_date(series: pd.Series[Any]) -> pd.Series[Any]:
    shaped = series.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    return shaped & pd.to_datetime(series.where(shaped), format="%Y-%m-%d", errors="coerce").notna()


def _shape(table: Table, frame: pd.DataFrame, where: Where) -> list[Finding]:
    import pandera.pandas as pandera

    try:
        pandera_schema(table.name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        return _from_cases(table, frame, cases, where)
    return []


def _from_cases(table: Table, frame: pd.DataFrame, cases: pd.DataFrame, where: Where) -> list[Finding]:
    found: dict[tuple[int, int, str], Finding] = {}
    for case in cases.to_dict("records"):
        position = int(case["index"])
        if case["check"] == "multiple_fields_uniqueness":
            value = " · ".join(str(frame[name].iloc[position]) for name in table.key)
            message, remedy = _TEXTS["key.duplicate"]
            place = (position, len(table.names), "key.duplicate")
            found[place] = where.finding(
                "key.duplicate", tr(message), tr(remedy), position, ", ".join(table.key), value
            )
            continue
        rule = "value.blank" if case["check"] == "not_nullable" else str(case["check"])
        place = (position, table.names.index(str(case["column"])), rule)
        found[place] = where.text(rule, position, table.column(str(case["column"])), case["failure_case"])
    return [found[place] for place in sorted(found)]
