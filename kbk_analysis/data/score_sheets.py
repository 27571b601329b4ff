"""Score sheets of a meeting: who gave which problem which score, in long or in wide form.

Question answered: what did the judges write, cell by cell?
Input: an xlsx or csv and the criteria with their scales. Output: a long frame; a blank stays blank ("did not score").
Totals that somebody typed are handed on for comparison and never used.

Long: one row a score (penilai, masalah, kriteria, skor). Wide: one row a problem (and judge), one column a criterion;
without a column of judges the sheet is one judge named "konsensus".
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from kbk_analysis.data import layout
from kbk_analysis.data.reading import Cell, Sheet, read_sheets
from kbk_analysis.errors import Finding, InputFault, Severity
from kbk_analysis.i18n import decimal, mark, tr
from kbk_analysis.text import shorten

CONSENSUS: Final = mark("konsensus")
COLUMNS: Final = ("judge", "agency", "problem", "criterion", "score", "note")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "judge": ("penilai", "judge", "juri", "nama penilai"),
    "agency": ("opd", "agency", "instansi", "dinas"),
    "problem": ("masalah", "problem", "prioritas masalah", "uraian masalah"),
    "criterion": ("kriteria", "criterion"),
    "score": ("skor", "score", "nilai"),
    "note": ("catatan", "note", "keterangan"),
    "total": ("total", "jumlah", "jumlah skor", "total skor"),
}
_ABSTAINED: Final = frozenset({"", "-", "–", "tidak menilai", "abstain", "tm", "did not score"})
_NUMBER: Final = re.compile(r"\d+([.,]\d+)?")
_ALIKE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Scale:
    """One criterion of the sheet: its letter, the ends of its scale, and the headings it may stand under."""

    id: str
    low: float
    high: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """What a sheet holds.

    Parameters
    ----------
    scores
        ``judge, agency, problem, criterion, score, note``; one row a cell, NaN where the judge did not score.
    totals
        ``judge, problem, total, row``: totals as typed.
    """

    scores: pd.DataFrame
    totals: pd.DataFrame


def read_scores(
    path: Path, criteria: Sequence[Scale], *, problems: Sequence[str] = (), sheet: str | None = None
) -> Scores:
    """Read one score sheet.

    Parameters
    ----------
    path
        xlsx, ods or csv.
    criteria
        The criteria of the method, with their scales.
    problems
        The problems on the agenda; when given, others are refused with the nearest name.
    sheet
        Name of the sheet, where the file has several.

    Raises
    ------
    InputFault
        Every cell that is no score of its scale, every unknown or doubtful name, every score given twice.
    """
    wanted = [name for names in _NAMES.values() for name in names] + [n for c in criteria for n in (c.id, *c.names)]
    found = read_sheets(path, sheet=sheet, wanted=wanted)
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        message = tr("Berkas ini mempunyai beberapa lembar skor.")
        remedy = tr("Pilih satu dengan --sheet: {names}.", names=shorten(names, 200))
        raise InputFault([Finding(rule="score.sheets", message=message, remedy=remedy, file=path.name)])
    reader = _Reader(found[0], {id: scale for scale in criteria for id in _keys(scale)}, criteria)
    scores, totals = reader.read()
    reader.check_problems(scores, problems)
    reader.check_twice()
    if reader.findings:
        raise InputFault(reader.findings)
    return Scores(scores, totals)


def _keys(scale: Scale) -> set[str]:
    return {layout.normal(name) for name in (scale.id, *scale.names)}


class _Reader:
    """One sheet being read; faults are collected."""

    def __init__(self, sheet: Sheet, known: Mapping[str, Scale], criteria: Sequence[Scale]) -> None:
        self.sheet, self.known, self.criteria = sheet, known, criteria
        self.findings: list[Finding] = []
        self.rows: list[tuple[str, str, str, str, float, str]] = []
        self.at: list[tuple[int, str]] = []

    def read(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        problems = self._texts("problem")
        if problems is None:
            names = ", ".join(_NAMES["problem"][:2])
            self._fault("column", tr("Kolom masalah tidak ditemukan."), tr("Beri judul: {names}.", names=names))
            raise InputFault(self.findings)
        count = len(problems)
        judges = self._texts("judge") or [tr(CONSENSUS)] * count
        agencies, notes = self._texts("agency") or [""] * count, self._texts("note") or [""] * count
        for name, cells in (("judge", judges), ("problem", problems)):
            for row, text in zip(self.sheet.row_numbers, cells, strict=True):
                if not text:
                    message = tr("Nama penilai kosong.") if name == "judge" else tr("Nama masalah kosong.")
                    self._fault("name", message, tr("Isi namanya, atau hapus barisnya."), row)
        who = list(zip(judges, agencies, problems, notes, strict=True))
        if self._place("criterion") is not None:
            self._long(who)
        else:
            self._wide(who)
        scores = pd.DataFrame(self.rows, columns=list(COLUMNS)).astype({"score": float})
        return scores, self._totals(who)

    def _long(self, who: list[tuple[str, str, str, str]]) -> None:
        column, criteria = self._place("score"), self._texts("criterion") or []
        if column is None:
            self._fault("column", tr("Kolom skor tidak ditemukan."), tr("Beri judul: {names}.", names="skor"))
            raise InputFault(self.findings)
        for place, (row, name) in enumerate(zip(self.sheet.row_numbers, criteria, strict=True)):
            scale = self.known.get(layout.normal(name))
            if scale is None:
                message, remedy = tr("Kriteria ini tidak ada dalam metode."), self._nearest(name)
                self._fault("criterion", message, remedy, row, self.sheet.header[column], name)
            else:
                self._add(who[place], scale, self.sheet.rows[place][column], row, self.sheet.header[column])

    def _wide(self, who: list[tuple[str, str, str, str]]) -> None:
        named = {layout.normal(name) for names in _NAMES.values() for name in names} | {
            "no",
            "nomor",
            "rank",
            "peringkat",
        }
        places: dict[str, int] = {}
        for place, name in enumerate(self.sheet.header):
            key = layout.normal(name)
            if key in self.known:
                places[self.known[key].id] = place
            elif key and key not in named:
                self._fault("criterion", tr("Kolom ini bukan kriteria metode."), self._nearest(name), column=name)
        missing = [scale.id for scale in self.criteria if scale.id not in places]
        if missing:
            message = tr("Kriteria ini tidak mempunyai kolom: {names}.", names=", ".join(missing))
            self._fault("column", message, tr("Tambahkan kolomnya, atau pilih metode lain dengan --method."))
        for row, cells, one in zip(self.sheet.row_numbers, self.sheet.rows, who, strict=True):
            for scale in self.criteria:
                if scale.id in places:
                    place = places[scale.id]
                    self._add(one, scale, cells[place], row, self.sheet.header[place])

    def _add(self, who: tuple[str, str, str, str], scale: Scale, cell: Cell, row: int, column: str) -> None:
        judge, agency, problem, note = who
        score = self._score(cell, scale, row, column)
        self.rows.append((judge, agency, problem, scale.id, score, note))
        self.at.append((row, column))

    def _score(self, cell: Cell, scale: Scale, row: int, column: str) -> float:
        text = "" if cell is None else str(cell).strip()
        if text.casefold() in _ABSTAINED:
            return float("nan")
        number = isinstance(cell, int | float) and not isinstance(cell, bool)
        if not number and not _NUMBER.fullmatch(text):
            remedy = tr("Tulis angka {low} sampai {high}; kosong berarti tidak menilai.", **_ends(scale))
            self._fault("number", tr("Skor ini bukan angka."), remedy, row, column, text)
            return float("nan")
        value = float(cell) if isinstance(cell, int | float) else float(text.replace(",", "."))
        if not scale.low <= value <= scale.high:
            message = tr("Skor di luar skala kriteria {id}.", id=scale.id)
            self._fault("range", message, tr("Skalanya {low} sampai {high}.", **_ends(scale)), row, column, text)
        return value

    def check_problems(self, scores: pd.DataFrame, agenda: Sequence[str]) -> None:
        """Names that are not on the agenda; without one, names that look like a slip of another's."""
        names = [name for name in dict.fromkeys(scores["problem"]) if name]
        doubtful = {n: _near(n, agenda) for n in names if n not in agenda} if agenda else _slips(scores, names)
        told = set()
        for (row, _), problem in zip(self.at, scores["problem"], strict=True):
            if problem in doubtful and (row, problem) not in told:
                told.add((row, problem))
                near = doubtful[problem]
                remedy = tr('Maksud Anda "{name}"?', name=near) if near else tr("Pakai nama pada agenda rapat.")
                self._fault("problem", tr("Nama masalah ini tidak dikenal."), remedy, row, value=problem)

    def check_twice(self) -> None:
        """A judge's score of one cell stands once; equal or contradicting, somebody must say which is meant."""
        first: dict[tuple[str, str, str], int] = {}
        for place, row in enumerate(self.rows):
            key = (layout.normal(row[0]), layout.normal(row[2]), row[3])
            if key not in first:
                first[key] = place
                continue
            before, (line, column) = self.rows[first[key]], self.at[place]
            same = before[4] == row[4] or (math.isnan(before[4]) and math.isnan(row[4]))
            message = tr("Skor ini sudah tertulis pada baris {row}.", row=self.at[first[key]][0])
            other = tr("Skor ini bertentangan dengan baris {row}.", row=self.at[first[key]][0])
            remedy = tr("Sisakan satu baris untuk setiap penilai, masalah, dan kriteria.")
            self._fault("twice", message if same else other, remedy, line, column)

    def _totals(self, who: list[tuple[str, str, str, str]]) -> pd.DataFrame:
        place = self._place("total")
        found = []
        if place is not None and self._place("criterion") is None:
            for row, cells, (judge, _, problem, _) in zip(self.sheet.row_numbers, self.sheet.rows, who, strict=True):
                text = "" if cells[place] is None else str(cells[place]).strip()
                if _NUMBER.fullmatch(text):
                    found.append((judge, problem, float(text.replace(",", ".")), row))
        return pd.DataFrame(found, columns=["judge", "problem", "total", "row"]).astype({"total": float})

    def _place(self, key: str) -> int | None:
        keys = {layout.normal(name) for name in _NAMES[key]}
        return next((p for p, name in enumerate(self.sheet.header) if layout.normal(name) in keys), None)

    def _texts(self, key: str) -> list[str] | None:
        place = self._place(key)
        if place is None:
            return None
        return [" ".join(str(row[place]).split()) if row[place] is not None else "" for row in self.sheet.rows]

    def _nearest(self, name: str) -> str:
        names = [name for scale in self.criteria for name in (scale.id, *scale.names)]
        near = _near(name, names)
        return tr('Maksud Anda "{name}"?', name=near) if near else tr("Kriterianya: {names}.", names=", ".join(names))

    def _fault(
        self, rule: str, message: str, remedy: str, row: int | None = None, column: str = "", value: str = ""
    ) -> None:
        self.findings.append(
            Finding(
                rule=f"score.{rule}", message=message, remedy=remedy, severity=Severity.ERROR, file=self.sheet.file,
                sheet=self.sheet.name, row=row, column=column, value=shorten(value),
            )
        )  # fmt: skip


def _ends(scale: Scale) -> dict[str, str]:
    return {"low": decimal(scale.low, 0), "high": decimal(scale.high, 0)}


def _near(name: str, names: Sequence[str]) -> str:
    folded = {one.casefold(): one for one in names}
    found = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def _slips(scores: pd.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """Names that few judges use and that look like one that many do; nobody scored both, and no digit differs."""
    judges = {name: set(part["judge"]) for name, part in scores.groupby("problem")}
    times = Counter({name: len(judges[name]) for name in names})
    found = {}
    for name in names:
        for other in names:
            alike = difflib.SequenceMatcher(None, name.casefold(), other.casefold()).ratio() >= _ALIKE
            digits = re.findall(r"\d+", name) == re.findall(r"\d+", other)
            if (
                name != other
                and alike
                and digits
                and 2 * times[name] < times[other]
                and not judges[name] & judges[other]
            ):
                found[name] = other
    return found
