"""One column while its cells are read: where it stands, which cells mean 'not reported', what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kbk_analysis.data.workbook import Cell
from kbk_analysis.errors import Finding, Severity
from kbk_analysis.text import shorten

MISSING: Final = frozenset(
    [
        "",
        "-",
        "--",
        "–",
        "—",
        "n/a",
        "na",
        "null",
        "...",
        "…",
        "belum isi",
        "belum diisi",
        "belum lapor",
        "tidak ada data",
    ]
)


@dataclass(slots=True)
class Place:
    """Where a column stands, for its findings."""

    file: str
    sheet: str
    column: str
    rows: Sequence[int]
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        index: int | None,
        rule: str,
        message: str,
        remedy: str,
        value: Cell = None,
        *,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Record a finding for the cell at `index`; ``None`` means the whole column."""
        self.findings.append(
            Finding(
                rule=rule,
                message=message,
                remedy=remedy,
                severity=severity,
                file=self.file,
                sheet=self.sheet,
                row=None if index is None else self.rows[index],
                column=self.column,
                value="" if value is None else shorten(str(value), 40),
            )
        )
