"""What an adapter hands back: tables, findings, and an account of every row it met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from kbk_analysis.errors import Finding, Severity
from kbk_analysis.i18n import mark, tr

# Why a row is not in the dataset.
DROPPED: Final[Mapping[str, str]] = {
    "out_of_scope": mark("di luar cakupan"),
    "unmatched": mark("wilayah belum cocok"),
    "duplicate": mark("baris kembar yang sama isinya"),
    "left_out": mark("indikator tidak ada dalam katalog"),
    "reader": mark("judul, jumlah atau baris kosong"),
    "refused": mark("ditolak"),
}


Place = tuple[str, str, int]  # source id, file, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Names that lead to no code: a line of the review list."""

    source: str
    file: str
    row: int
    province: str = ""
    regency: str = ""
    district: str = ""
    village: str = ""
    subject: str = ""
    failed: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(kw_only=True)
class SourceLog:
    """Account of one source: ``read = kept + sum of dropped``, and what a person should look at."""

    source: str
    adapter: str
    title: str = ""
    files: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)  # id -> words, where rows name a source of their own
    read: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    dropped_rows: list[tuple[str, int, str]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    matched_by_alias: int = 0
    unmatched: list[Unmatched] = field(default_factory=list)

    def drop(self, reason: str, at: Place) -> None:
        """Count a dropped row; rows out of scope or left out by name are counted only, the others are listed."""
        self.dropped[reason] += 1
        if reason not in ("out_of_scope", "left_out"):
            self.dropped_rows.append((at[1], at[2], reason))

    def as_json(self) -> dict[str, Any]:
        """Plain values for ``import_log.json``."""
        return {
            "source": self.source,
            "adapter": self.adapter,
            "title": self.title,
            "files": self.files,
            "read": self.read,
            "kept": self.kept,
            "dropped": dict(sorted(self.dropped.items())),
            "dropped_rows": [list(place) for place in self.dropped_rows],
            "left_out": dict(sorted(self.left_out.items())),
            "matched_by_alias": self.matched_by_alias,
            "unmatched": len(self.unmatched),
        }

    def lines(self) -> list[str]:
        """The account in sentences."""
        files = len(self.files)
        said = [
            tr(
                "{source}: {read} baris dibaca dari {files} berkas, {kept} dipakai",
                source=self.source,
                read=self.read,
                files=files,
                kept=self.kept,
            )
        ]
        said += [f"  {tr(DROPPED[reason])}: {count}" for reason, count in sorted(self.dropped.items())]
        said += [f"  {tr('tidak dipakai')}: {name} ({why})" for name, why in sorted(self.left_out.items())]
        if self.unmatched:
            said.append("  " + tr("nama wilayah belum cocok: {n} baris, lihat review.csv", n=len(self.unmatched)))
        return said


@dataclass(frozen=True, kw_only=True)
class AdapterResult:
    """Tables by name, findings, and the account.

    `origin` says for each row of a table, in order, the file and row it came from.
    """

    tables: dict[str, pd.DataFrame]
    origin: dict[str, list[Place]]
    findings: list[Finding]
    log: SourceLog


def finding(
    rule: str,
    message: str,
    remedy: str,
    *,
    at: tuple[str, str, int | None] = ("", "", None),
    column: str = "",
    value: object = "",
    warning: bool = False,
) -> Finding:
    """Finding at (file, sheet, row), shortened to what adapters need to say."""
    return Finding(
        rule=rule,
        message=message,
        remedy=remedy,
        severity=Severity.WARNING if warning else Severity.ERROR,
        file=at[0],
        sheet=at[1],
        row=at[2],
        column=column,
        value=str(value)[:60],
    )
