"""Score sheets of a meeting: who gave which problem which score, in long or in wide form.

Question answered: what did the judges write, cell by cell?
Input: an xlsx or csv and the criteria with their scales. Output: a long frame; a blank stays blank ("did not score").
Totals that somebody typed are handed on for comparison and never used.

Long: one row a score (penilai, masalah, kriteria, skor). Wide: one row a problem (and judge), one column a criterion;
without a column of judges the sheet is one judge named "konsensus".
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from kbk_analysis.data import layout, score_names
from kbk_analysis.data.numbers import parse_numbers
from kbk_analysis.data.reading import Sheet, read_sheets
from kbk_analysis.data.score_cells import Scale, letter, number, range_words, unreadable
from kbk_analysis.data.score_columns import NAMES, Columns, headings
from kbk_analysis.errors import Finding, InputFault, Severity, stop_on_errors
from kbk_analysis.i18n import mark, tr
from kbk_analysis.text import shorten

__all__ = ["COLUMNS", "CONSENSUS", "Scale", "Scores", "read_scores"]

CONSENSUS: Final = mark("konsensus")
COLUMNS: Final = ("judge", "agency", "problem", "criterion", "score", "note")
_SUMMARY: Final = re.compile(r"(rata ?-? ?rata|rerata|mean|average|median|total|jumlah)( (skor|nilai))?")


@dataclass(frozen=True, slots=True)
class Scores:
    """What a sheet holds.

    Parameters
    ----------
    scores
        ``judge, agency, problem, criterion, score, note``; one row a cell, NaN where the judge did not score.
    totals
        ``judge, problem, total, row``: totals as typed.
    findings
        Warnings: what was left aside, and typed totals that cannot be read.
    """

    scores: pd.DataFrame
    totals: pd.DataFrame
    findings: tuple[Finding, ...] = ()


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
        Every cell that is no score of its scale, every unknown or doubtful name, every score given twice; each with
        its row and with the letter and heading of its column.
    """
    try:
        found = _read(path, criteria, problems, sheet)
    except InputFault as fault:
        raise InputFault(_without_persons(fault.findings)) from None
    return replace(found, findings=tuple(_without_persons(found.findings)))


def _read(path: Path, criteria: Sequence[Scale], problems: Sequence[str], sheet: str | None) -> Scores:
    found = read_sheets(path, sheet=sheet, wanted=headings(criteria))
    if len(found) > 1:
        message = tr("Berkas ini mempunyai beberapa lembar skor.")
        remedy = tr("Pilih satu dengan --sheet: {names}.", names=shorten(", ".join(one.name for one in found), 200))
        raise InputFault([Finding(rule="score.sheets", message=message, remedy=remedy, file=path.name)])
    return _Reader(found[0], criteria).read(problems)


def _without_persons(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that repeat no number of a person, wherever it stood."""
    hide = score_names.masked
    return [
        replace(one, message=hide(one.message), remedy=hide(one.remedy), file=hide(one.file), sheet=hide(one.sheet),
                column=hide(one.column), value=hide(one.value))
        for one in findings
    ]  # fmt: skip


class _Reader:
    """One sheet being read; faults are collected."""

    def __init__(self, sheet: Sheet, criteria: Sequence[Scale]) -> None:
        self.sheet, self.criteria = sheet, criteria
        self.columns = Columns(sheet.header, criteria)
        self.findings: list[Finding] = []
        self.rows: list[tuple[str, str, str, str, float, str]] = []
        self.at: list[tuple[int, int]] = []  # row as shown, place of the column

    def read(self, agenda: Sequence[str]) -> Scores:
        for key in ("judge", "problem", "criterion", "score"):
            self._single(key)
        place = self.columns.place("problem")
        if place is None:
            names = ", ".join(NAMES["problem"][:2])
            self._fault("column", tr("Kolom masalah tidak ditemukan."), tr("Beri judul: {names}.", names=names))
            raise InputFault(one for one in self.findings if one.is_error)
        self._leave_summaries(place)
        problems = self._named("problem", tr("Nama masalah kosong."), agenda) or []
        judges = self._named("judge", tr("Nama penilai kosong.")) or [tr(CONSENSUS)] * len(problems)
        blank = [""] * len(problems)
        who = list(zip(judges, self._texts("agency") or blank, problems, self._texts("note") or blank, strict=True))
        criterion = self.columns.place("criterion")
        used = self._long(who, criterion) if criterion is not None else self._wide(who)
        self._formula_errors({*used, place, self.columns.place("judge")})
        self._merged(used)
        self._fractions()
        if not self.sheet.rows:
            self._fault("empty", tr("Lembar ini tidak berisi skor."), tr("Isi satu baris untuk setiap masalah."))
        self._check_names(agenda)
        self._check_twice()
        totals = self._totals(who)
        told = sorted(self.sheet.findings + self.findings, key=lambda finding: finding.row or 0)
        stop_on_errors(told)
        return Scores(pd.DataFrame(self.rows, columns=list(COLUMNS)).astype({"score": float}), totals, tuple(told))

    # --- rows and columns ------------------------------------------------------------------------------------

    def _single(self, key: str) -> None:
        for place in self.columns.places(key)[1:]:
            message = tr(
                "Kolom ini sama artinya dengan kolom {column}.",
                column=self.columns.address(self.columns.places(key)[0]),
            )
            self._fault("column", message, tr("Sisakan satu di antaranya."), place=place)

    def _leave_summaries(self, place: int) -> None:
        """A row of means or totals is no problem; it is left aside, and told."""
        pairs = list(zip(self.sheet.row_numbers, self.sheet.rows, strict=True))
        kept = [(n, row) for n, row in pairs if not any(_is_summary(cell) for cell in row[: place + 1])]
        left = [n for n, reason in self.sheet.dropped if reason == tr(layout.TOTAL)]
        for row in [*left, *sorted({n for n, _ in pairs} - {n for n, _ in kept})]:
            message, remedy = tr("Baris ringkasan tidak dibaca."), tr("Jumlah dan rerata dihitung sendiri.")
            self._fault("summary", message, remedy, row, severity=Severity.WARNING)
        self.sheet = replace(self.sheet, rows=[row for _, row in kept], row_numbers=[n for n, _ in kept])

    def _long(self, who: list[tuple[str, str, str, str]], named: int) -> set[int]:
        column = self.columns.place("score")
        if column is None:
            self._fault("column", tr("Kolom skor tidak ditemukan."), tr("Beri judul: {names}.", names="skor"))
            raise InputFault(one for one in self.findings if one.is_error)
        for place, name in enumerate(self.sheet.header):
            if place not in (column, named) and self.columns.scale(name):
                message = tr("Lembar ini memakai dua bentuk: kolom kriteria, dan satu kolom untuk setiap kriteria.")
                self._fault("column", message, tr("Hapus salah satunya."), place=place)
        criteria = self._texts("criterion") or []
        scales = {name: self.columns.scale(name) for name in dict.fromkeys(criteria)}
        for one, row, cells, name in zip(who, self.sheet.row_numbers, self.sheet.rows, criteria, strict=True):
            scale = scales[name]
            if scale is None:
                message = tr("Kriteria ini tidak ada dalam metode.")
                self._fault("criterion", message, self.columns.nearest(name), row, named, name)
            else:
                self._add(one, scale, cells[column], row, column)
        self._missing({row[3] for row in self.rows})
        return {column, named}

    def _wide(self, who: list[tuple[str, str, str, str]]) -> set[int]:
        others = {place for key in NAMES for place in self.columns.places(key)}
        places: dict[str, int] = {}
        for place, name in enumerate(self.sheet.header):
            scale = self.columns.scale(name)
            if scale is not None and scale.id in places:
                message = tr(
                    "Kolom ini sama artinya dengan kolom {column}.", column=self.columns.address(places[scale.id])
                )
                self._fault("criterion", message, tr("Sisakan satu di antaranya."), place=place)
            elif scale is not None:
                places[scale.id] = place
            elif layout.normal(name) and place not in others:
                self._fault(
                    "criterion", tr("Kolom ini bukan kriteria metode."), self.columns.nearest(name), place=place
                )
        self._missing(set(places))
        for one, row, cells in zip(who, self.sheet.row_numbers, self.sheet.rows, strict=True):
            for scale in self.criteria:
                if scale.id in places:
                    self._add(one, scale, cells[places[scale.id]], row, places[scale.id])
        return set(places.values())

    def _missing(self, found: set[str]) -> None:
        missing = [scale.id for scale in self.criteria if scale.id not in found]
        if missing and (self.sheet.rows or not found):
            message = tr("Kriteria ini tidak mempunyai kolom: {names}.", names=", ".join(missing))
            if self.columns.place("criterion") is not None:
                message = tr("Kriteria ini tidak dinilai siapa pun: {names}.", names=", ".join(missing))
            self._fault("column", message, tr("Tambahkan kolomnya, atau pilih metode lain dengan --method."))

    # --- cells -----------------------------------------------------------------------------------------------

    def _add(self, who: tuple[str, str, str, str], scale: Scale, cell: object, row: int, place: int) -> None:
        judge, agency, problem, note = who
        score = number(cell)
        if score is None:
            message, remedy = unreadable(cell, scale)
            self._fault("number", message, remedy, row, place, str(cell))
            score = math.nan
        elif not math.isnan(score) and not scale.low <= score <= scale.high:
            message, remedy = range_words(scale)
            self._fault("range", message, remedy, row, place, str(cell))
        self.rows.append((judge, agency, problem, scale.id, score, note))
        self.at.append((row, place))

    def _texts(self, key: str) -> list[str] | None:
        place = self.columns.place(key)
        if place is None:
            return None
        return [" ".join(str(row[place]).split()) if row[place] is not None else "" for row in self.sheet.rows]

    def _named(self, key: str, blank: str, spelt: Sequence[str] = ()) -> list[str] | None:
        """Names of one column, each in one spelling; a name must be there and may hold no person's number."""
        texts, place = self._texts(key), self.columns.place(key)
        if texts is None:
            return None
        first = {score_names.same(name): name for name in spelt}
        for row, text in zip(self.sheet.row_numbers, texts, strict=True):
            if not text:
                self._fault("name", blank, tr("Isi namanya, atau hapus barisnya."), row, place)
            elif score_names.PERSONAL.search(text):
                message = tr("Nama ini memuat nomor pribadi, seperti NIK atau NIP.")
                self._fault("personal", message, tr("Hapus nomornya; tulis dinas dan perannya."), row, place)
            elif sign := score_names.foreign_letter(text):
                message = tr("Nama ini memuat huruf yang bukan Latin: “{sign}”.", sign=sign)
                self._fault("letter", message, tr("Ketik ulang namanya."), row, place, text)
            first.setdefault(score_names.same(text), text)
        return [first[score_names.same(text)] for text in texts]

    def _formula_errors(self, used: set[int | None]) -> None:
        """An error in a cell that is used is no blank."""
        letters = {letter(place): place for place in used if place is not None}
        wrong = [f for f in self.sheet.findings if f.rule == "cell.error" and f.column in letters]
        for one in wrong:
            if one.row in self.sheet.row_numbers:
                message, remedy = tr("Rumus menghasilkan galat."), tr("Perbaiki rumusnya, atau kosongkan sel.")
                self._fault("formula", message, remedy, one.row, letters[one.column], one.value)

    def _merged(self, used: set[int]) -> None:
        """A cell below or beside another that it is merged with looks blank and perhaps is not."""
        rows = self.sheet.row_numbers
        for top, left, bottom, right in self.sheet.merged:
            inside = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
            for row, place in itertools.product(inside, sorted(place for place in used if left <= place <= right)):
                if (row, place) != (top, left):
                    message = tr("Sel ini tergabung dengan sel lain, sehingga skornya tidak pasti.")
                    self._fault("merged", message, tr("Pisahkan sel gabungan, lalu isi tiap selnya."), row, place)

    def _fractions(self) -> None:
        """A cell that is shown as 80% holds 0.8: on a scale from 0 such scores look like very low ones."""
        for scale in self.criteria:
            given = [(row[4], at[1]) for row, at in zip(self.rows, self.at, strict=True) if row[3] == scale.id]
            scored = [score for score, _ in given if not math.isnan(score)]
            if scale.high > 1 and len(scored) >= 3 and max(scored) <= 1 and any(0 < score < 1 for score in scored):
                message = tr("Semua skor kolom ini antara 0 dan 1: mungkin persen (80 % tersimpan sebagai 0,8).")
                remedy = tr("Periksa format selnya; tulis skor pada skala metode.")
                self._fault("percent", message, remedy, None, given[0][1], severity=Severity.WARNING)

    def _check_names(self, agenda: Sequence[str]) -> None:
        """Problems that are not on the agenda; names that look like a slip of another's."""
        judges: dict[str, set[str]] = {}
        problems: dict[str, set[str]] = {}
        for judge, _, problem, *_ in self.rows:
            if judge and problem:
                problems.setdefault(problem, set()).add(judge)
                judges.setdefault(judge, set()).add(problem)
        listed = {score_names.same(name) for name in agenda}
        others = {n: score_names.nearest(n, agenda) for n in problems if score_names.same(n) not in listed}
        doubtful = others if agenda else score_names.slips(problems, rare=True)
        self._doubt("problem", doubtful, tr("Nama masalah ini tidak dikenal."))
        self._doubt("judge", score_names.slips(judges, rare=False), tr("Nama penilai ini mungkin salah ketik."))

    def _doubt(self, key: str, doubtful: Mapping[str, str], message: str) -> None:
        part, place = COLUMNS.index(key), self.columns.place(key)
        for row, name in dict.fromkeys((at[0], str(row[part])) for at, row in zip(self.at, self.rows, strict=True)):
            if name in doubtful:
                near = doubtful[name]
                remedy = tr('Maksud Anda "{name}"?', name=near) if near else tr("Pakai nama pada agenda rapat.")
                self._fault(key, message, remedy, row, place, name)

    def _check_twice(self) -> None:
        """A judge's score of one cell stands once; equal or contradicting, somebody must say which is meant."""
        first: dict[tuple[str, str, str], int] = {}
        for i, row in enumerate(self.rows):
            before = first.setdefault((row[0], row[2], row[3]), i)
            if before != i and row[0] and row[2]:
                one, other = self.rows[before][4], row[4]
                same = one == other or (math.isnan(one) and math.isnan(other))
                said = tr("Skor ini sudah tertulis pada baris {row}.", row=self.at[before][0])
                message = said if same else tr("Skor ini bertentangan dengan baris {row}.", row=self.at[before][0])
                remedy = tr("Sisakan satu baris untuk setiap penilai, masalah, dan kriteria.")
                self._fault("twice", message, remedy, *self.at[i])

    def _totals(self, who: list[tuple[str, str, str, str]]) -> pd.DataFrame:
        """Typed totals of a wide sheet; what cannot be read of them is a warning, since nothing rests on them."""
        wide = self.columns.place("criterion") is None
        place = self.columns.place("total") if self.columns.place("total") is not None else self.columns.place("score")
        found = []
        if wide and place is not None and self.columns.scale(self.sheet.header[place]) is None:
            values, unread = parse_numbers(
                [row[place] for row in self.sheet.rows], column=self.columns.address(place), file=self.sheet.file,
                sheet=self.sheet.name, row_numbers=self.sheet.row_numbers,
            )  # fmt: skip
            self.findings += [replace(one, severity=Severity.WARNING) for one in unread]
            rows = zip(who, values, self.sheet.row_numbers, strict=True)
            found = [(one[0], one[2], value, row) for one, value, row in rows if value is not None]
        return pd.DataFrame(found, columns=["judge", "problem", "total", "row"]).astype({"total": float})

    # --- what is said ----------------------------------------------------------------------------------------

    def _fault(
        self, rule: str, message: str, remedy: str, row: int | None = None, place: int | None = None, value: str = "",
        *, severity: Severity = Severity.ERROR,
    ) -> None:  # fmt: skip
        self.findings.append(
            Finding(
                rule=f"score.{rule}", message=message, remedy=remedy, severity=severity, file=self.sheet.file,
                sheet=self.sheet.name, row=row, column="" if place is None else self.columns.address(place),
                value=shorten(score_names.masked(value)),
            )
        )  # fmt: skip


def _is_summary(cell: object) -> bool:
    return isinstance(cell, str) and bool(_SUMMARY.fullmatch(score_names.same(cell)))
