"""From office files to a dataset: one recipe, one folder, one account of every row.

Input: a recipe and the folder of data files. Output: a dataset folder and an `ImportLog`. An error finding stops
the import with nothing written, all findings told at once; warnings are kept in the log.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.data.adapters.idm import read_idm
from kbk_analysis.data.adapters.kampung import HEADERS, read_kampung
from kbk_analysis.data.adapters.kampung_observations import village_observations
from kbk_analysis.data.adapters.kampung_rows import assign_ids, check_rows, drop_twins
from kbk_analysis.data.adapters.long_table import read_long
from kbk_analysis.data.adapters.result import AdapterResult, Place, SourceLog, Unmatched
from kbk_analysis.data.adapters.wide_table import read_wide
from kbk_analysis.data.areas import AreaRegister, load_register
from kbk_analysis.data.boundary_files import read_boundaries
from kbk_analysis.data.contracts import check_table, empty_frame, typed_frame
from kbk_analysis.data.corrections import LOG_COLUMNS, Correction, apply_corrections, load_corrections
from kbk_analysis.data.recipe import IdmSource, KampungSource, LongSource, Recipe, Source, load_aliases, load_recipe
from kbk_analysis.data.store import write_dataset
from kbk_analysis.errors import Finding, InputFault, stop_on_errors
from kbk_analysis.i18n import ntr, tr
from kbk_analysis.schema import TABLES
from kbk_analysis.text import csv_safe

REVIEW_COLUMNS: Final = (
    "source",
    "file",
    "first_row",
    "rows",
    "province",
    "regency",
    "district",
    "village",
    "subject",
    "failed",
    "candidates",
)


@dataclass(frozen=True, kw_only=True)
class ImportLog:
    """What an import read, kept, dropped, corrected and could not match.

    Parameters
    ----------
    folder
        The dataset written.
    sources
        Account of each source, in the order of the recipe.
    findings
        Warnings.
    tables
        Rows of each table.
    corrections
        Corrections applied (`LOG_COLUMNS`).
    review
        Names that lead to no code, once each, with candidates (`REVIEW_COLUMNS`).
    """

    folder: Path
    sources: tuple[SourceLog, ...]
    findings: tuple[Finding, ...]
    tables: dict[str, int]
    corrections: pd.DataFrame
    review: tuple[dict[str, str], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain values, as kept in the dataset's import log."""
        return {
            "sources": [source.as_json() for source in self.sources],
            "tables": self.tables,
            "warnings": dict(sorted(Counter(finding.rule for finding in self.findings).items())),
            "findings": [_plain(finding) for finding in self.findings],
            "corrections": len(self.corrections),
            "review": list(self.review),
        }

    def lines(self) -> list[str]:
        """The account in sentences."""
        said = [line for source in self.sources for line in source.lines()]
        said += [tr("Tabel {name}: {rows} baris", name=name, rows=rows) for name, rows in self.tables.items()]
        said += [tr("Koreksi diterapkan: {n}", n=len(self.corrections))] if len(self.corrections) else []
        for rule, count in sorted(Counter(finding.rule for finding in self.findings).items()):
            first = next(finding for finding in self.findings if finding.rule == rule)
            said.append(tr("Peringatan {rule}: {n} kali, misalnya {first}", rule=rule, n=count, first=first))
        if self.review:
            said.append(
                ntr(
                    "{n} nama wilayah belum cocok; lihat review.csv",
                    "{n} nama wilayah belum cocok; lihat review.csv",
                    len(self.review),
                )
            )
        return said


def import_recipe(recipe_path: Path | str, data_dir: Path | str, into: Path | str) -> ImportLog:
    """Build a dataset from office files.

    Parameters
    ----------
    recipe_path
        ``recipe.yml``; aliases and corrections lie beside it.
    data_dir
        Folder that the recipe's data files are relative to.
    into
        Dataset folder to write; replaced as a whole, or left as it was.

    Returns
    -------
    ImportLog
        The account, also written into the dataset, with ``review.csv``.

    Raises
    ------
    InputFault
        Every error finding of every file; nothing is written.
    """
    work = _Import(Path(recipe_path), Path(data_dir))
    return work.run(Path(into))


def _no_folder(folder: Path) -> Finding:
    message, remedy = tr("Folder berkas asal tidak ada."), tr("Sebutkan foldernya dengan --data.")
    return Finding(rule="import.folder", message=message, remedy=remedy, file=str(folder))


class _Import:
    """One import, step by step; findings gather until the end of a step that needs them to be none."""

    def __init__(self, recipe_path: Path, data_dir: Path) -> None:
        self.recipe: Recipe = load_recipe(recipe_path)
        if not data_dir.is_dir():
            raise InputFault([_no_folder(data_dir)])
        self.beside, self.folder = recipe_path.parent, data_dir
        self.catalogue: Catalogue = load_catalogue()
        self.kinds = self.catalogue.kinds
        self.findings: list[Finding] = []
        self.corrections: list[Correction] = self._load_corrections()
        self.register = self._load_register()
        self.logs: dict[str, SourceLog] = {}
        self.applied: list[pd.DataFrame] = []

    def run(self, into: Path) -> ImportLog:
        results = [self._read(source) for source in self.recipe.sources]
        self.logs = {result.log.source: result.log for result in results}
        boundaries = read_boundaries(self.recipe.boundaries, self.folder, self.register, self.findings)
        stop_on_errors(self.findings)
        tables = {"areas": self._correct("areas", typed_frame("areas", self.register.frame()))}
        self.findings += check_table("areas", tables["areas"])
        kampung, places = self._kampung(results)
        derived = village_observations(kampung, places, self.catalogue) if len(kampung) else None
        tables["observations"] = self._observations(results, derived)
        if len(kampung):
            tables["kampung"] = kampung
        stop_on_errors(self.findings)
        log = ImportLog(
            folder=into,
            sources=tuple(result.log for result in results),
            findings=tuple(self.findings),
            tables={name: len(table) for name, table in tables.items()},
            corrections=pd.concat(self.applied) if self.applied else pd.DataFrame(columns=list(LOG_COLUMNS)),
            review=_review(results, self.register),
        )
        meta = self._meta(tables["observations"], tables.get("kampung"))
        shapes = boundaries or None
        corrections, review = log.corrections, review_csv(log.review)
        write_dataset(into, meta, tables, boundaries=shapes, corrections=corrections, log=log.as_json(), review=review)
        return log

    def _load_corrections(self) -> list[Correction]:
        try:
            return load_corrections(self.beside / self.recipe.corrections) if self.recipe.corrections else []
        except InputFault as fault:
            self.findings += fault.findings
            return []

    def _load_register(self) -> AreaRegister:
        files = self.recipe.register_files
        levels = {name: self.folder / getattr(files, name) for name in ("province", "regency", "district", "village")}
        try:
            return load_register(
                levels,
                scope=self.recipe.scope,
                bridges=[self.folder / name for name in files.bridges],
                aliases=load_aliases(self.beside / self.recipe.aliases) if self.recipe.aliases else (),
            )
        except InputFault as fault:
            raise InputFault([*self.findings, *fault.findings]) from None

    def _read(self, source: Source) -> AdapterResult:
        if isinstance(source, KampungSource):
            result = read_kampung(source, self.folder, self.register)
        elif isinstance(source, IdmSource):
            result = read_idm(source, self.folder, self.register, self.catalogue)
        elif isinstance(source, LongSource):
            result = read_long(source, self.folder, self.register, self.catalogue)
        else:
            result = read_wide(source, self.folder, self.register, self.catalogue)
        self.findings += result.findings
        return result

    def _kampung(self, results: Sequence[AdapterResult]) -> tuple[pd.DataFrame, list[Place]]:
        """The ``kampung`` table of all sources: twins out, keys given, corrected, checked, in the order of keys."""
        frame, places = _joined("kampung", results)
        if not len(frame):
            return frame, places
        frame, places = drop_twins(frame, places, self.logs)
        frame["kampung_id"] = assign_ids(frame)
        self.findings += check_rows("kampung", frame, places, self.kinds, HEADERS)
        stop_on_errors(self.findings)
        return _sorted("kampung", self._correct("kampung", typed_frame("kampung", frame)), places)

    def _observations(
        self, results: Sequence[AdapterResult], derived: tuple[pd.DataFrame, list[Place], list[Finding]] | None
    ) -> pd.DataFrame:
        frame, places = _joined("observations", results)
        if derived is not None:
            self.findings += derived[2]
            frame = pd.concat([part for part in (frame, derived[0]) if len(part)], ignore_index=True)
            places = [*places, *derived[1]]
        if not len(frame):
            return empty_frame("observations")
        self.findings += check_rows("observations", frame, places, self.kinds)
        stop_on_errors(self.findings)
        return _sorted("observations", self._correct("observations", typed_frame("observations", frame)), places)[0]

    def _correct(self, table: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Table with its corrections applied and checked again where there were any."""
        mine = [correction for correction in self.corrections if correction.table == table]
        if not mine:
            return frame
        corrected, log, findings = apply_corrections(table, frame, mine, file=self.recipe.corrections or "")
        errors = [f for f in check_table(table, corrected, kinds=self.kinds) if f.is_error]
        self.findings += [*findings, *errors]
        self.applied.append(log)
        return corrected

    def _meta(self, observations: pd.DataFrame, kampung: pd.DataFrame | None) -> dict[str, Any]:
        recipe = self.recipe
        periods = set(observations["period"])
        dates = set(observations["as_of"].dropna())
        if kampung is not None:
            periods |= {date[:4] for date in kampung["export_date"]}
            dates |= set(kampung["export_date"])
        used = set(observations["source"])
        return {
            "title": recipe.title,
            "code_scheme": "kemendagri",
            "synthetic": recipe.synthetic,
            "licence": recipe.licence,
            "scope": list(recipe.scope),
            "periods": sorted(periods),
            "cutoff": max(dates, default=None),
            "register": recipe.register_files.source,
            "sources": [self._title(source, used) for source in recipe.sources],
        }

    def _title(self, source: Source, used: set[str]) -> dict[str, Any]:
        """Entry of a source on the title page; `origins` names the sources that its rows cite and the data hold."""
        told = {id: words for id, words in self.logs[source.id].origins.items() if f"{source.id}:{id}" in used}
        entry = {
            "id": source.id,
            "title": source.title,
            "adapter": source.adapter,
            "licence": source.licence,
            "files": list(source.files),
        }
        return entry | ({"origins": dict(sorted(told.items()))} if told else {})


def _joined(table: str, results: Sequence[AdapterResult]) -> tuple[pd.DataFrame, list[Place]]:
    """Rows of one table from all sources, and where each came from."""
    found = [result for result in results if table in result.tables and len(result.tables[table])]
    if not found:
        return empty_frame(table), []
    frames = [result.tables[table].astype(object) for result in found]
    return pd.concat(frames, ignore_index=True), [place for result in found for place in result.origin[table]]


def _sorted(table: str, frame: pd.DataFrame, places: list[Place]) -> tuple[pd.DataFrame, list[Place]]:
    order = frame.sort_values(list(TABLES[table].key), kind="stable").index
    return frame.loc[order].reset_index(drop=True), [places[index] for index in order]


def _review(results: Sequence[AdapterResult], register: AreaRegister) -> tuple[dict[str, str], ...]:
    """Unmatched names once each, the rows they stand in counted."""
    groups: dict[tuple[str, ...], list[Unmatched]] = {}
    for result in results:
        for entry in result.log.unmatched:
            key = (entry.source, entry.province, entry.regency, entry.district, entry.village, entry.subject)
            groups.setdefault(key, []).append(entry)
    rows = []
    for entries in groups.values():
        first = entries[0]
        row = {name: str(getattr(first, name)) for name in REVIEW_COLUMNS if hasattr(first, name)}
        offered = [f"{code} {register.names[code]}" for code in first.candidates]
        rows.append(row | {"first_row": str(first.row), "rows": str(len(entries)), "candidates": "; ".join(offered)})
    return tuple({name: row[name] for name in REVIEW_COLUMNS} for row in rows)


def review_csv(review: Sequence[dict[str, str]]) -> str:
    """The review list as csv text, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(REVIEW_COLUMNS)
    writer.writerows([csv_safe(row[name]) for name in REVIEW_COLUMNS] for row in review)
    return out.getvalue()


def _plain(finding: Finding) -> dict[str, Any]:
    names = ("rule", "message", "remedy", "file", "sheet", "row", "column", "key", "value")
    return {name: value for name in names if (value := getattr(finding, name)) not in ("", None)}
