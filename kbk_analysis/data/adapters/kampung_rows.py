"""Keys, twins and checks of ``kampung`` rows from all sources together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kbk_analysis.data.adapters.result import Place, SourceLog, finding
from kbk_analysis.data.contracts import check_table, typed_frame
from kbk_analysis.data.matching import normalise
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.schema import TABLES
from kbk_analysis.text import slug


def assign_ids(frame: pd.DataFrame) -> list[str]:
    """Key of each kampung: the village code, with the kampung's name where a village has several in one export.

    A village that ever has several keeps the longer form in every export, so that one kampung has one key. An
    unmatched kampung is ``?`` and its normalised names.

    Parameters
    ----------
    frame
        Rows of the ``kampung`` table of *all* sources.

    Examples
    --------
    >>> known = {"village_code": "14.06.03.2002", "kampung_name": "Maju"}
    >>> unknown = {"kampung_name": "B", "regency_name": "X", "district_name": "Y", "village_name": "Z"}
    >>> assign_ids(pd.DataFrame([known, unknown]).assign(export_date="2023-06-12", source="rinci"))
    ['14.06.03.2002', '?X/Y/Z/B']
    """
    names: dict[tuple[str, ...], set[str]] = defaultdict(set)
    rows = frame.to_dict("records")
    for row in rows:
        if isinstance(row["village_code"], str):
            names[row["village_code"], row["export_date"], row["source"]].add(slug(row["kampung_name"]))
    several = {key[0] for key, found in names.items() if len(found) > 1}
    return [_id(row, several) for row in rows]


def _id(row: Mapping[Any, Any], several: set[str]) -> str:
    code = row["village_code"]
    if isinstance(code, str):
        return f"{code}/{slug(row['kampung_name'])}" if code in several else code
    parts = (row[f"{part}_name"] for part in ("regency", "district", "village", "kampung"))
    return "?" + "/".join(normalise(part) if isinstance(part, str) else "" for part in parts)


def drop_twins(
    frame: pd.DataFrame, origin: Sequence[Place], logs: Mapping[str, SourceLog]
) -> tuple[pd.DataFrame, list[Place]]:
    """Rows without those that repeat an earlier row in every column; the dropped ones are put in their log.

    Rows of one key that differ stay, for the contract to refuse.
    """
    twin = frame.duplicated(keep="first").to_list()
    for at, again in zip(origin, twin, strict=True):
        if again:
            logs[at[0]].kept -= 1
            logs[at[0]].drop("duplicate", at)
    kept = [at for at, again in zip(origin, twin, strict=True) if not again]
    return frame[[not again for again in twin]].reset_index(drop=True), kept


def check_rows(
    table: str,
    frame: pd.DataFrame,
    origin: Sequence[Place],
    kinds: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Findings of the contract, each with the file and row its row came from; keys are compared across files too.

    `headers` gives the name that a column of the table has in the file.
    """
    findings = _across_files(table, frame, origin)
    files = [file for _, file, _ in origin]
    for file in dict.fromkeys(files):
        inside = [index for index, name in enumerate(files) if name == file]
        part = typed_frame(table, frame.iloc[inside].reset_index(drop=True))
        found = check_table(table, part, file=file, kinds=kinds, rows=[origin[index][2] for index in inside])
        findings += [replace(told, column=(headers or {}).get(told.column, told.column)) for told in found]
    return findings


def _across_files(table: str, frame: pd.DataFrame, origin: Sequence[Place]) -> list[Finding]:
    """Rows of one key in two files that do not agree."""
    first: dict[tuple[object, ...], Place] = {}
    findings = []
    for key, at in zip(frame[list(TABLES[table].key)].itertuples(index=False, name=None), origin, strict=True):
        before = first.setdefault(key, at)
        if before[1] != at[1]:
            findings.append(
                finding(
                    "key.conflict",
                    tr("Baris yang sama ada dalam {file} baris {row} dengan isi lain.", file=before[1], row=before[2]),
                    tr("Tentukan berkas mana yang benar, dan hapus baris itu dari yang lain."),
                    at=(at[1], "", at[2]),
                    value=" · ".join(str(part) for part in key),
                )
            )
    return findings
