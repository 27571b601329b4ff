"""What ``kbk check`` looks at: a report set, an import recipe, or a dataset folder.

Question answered: what is wrong with this, all at once? Output: findings, and one sentence where there is no error.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kbk_analysis import i18n
from kbk_analysis.errors import Finding, InputFault, Severity
from kbk_analysis.i18n import tr


def checked(path: Path, data: Path | None, lang: Any) -> tuple[list[Finding], str]:
    """Findings of whatever `path` is, and what to say when none is an error."""
    try:
        return _folder(path) if path.is_dir() else _file(path, data, lang)
    except InputFault as fault:
        return list(fault.findings), ""


def _folder(path: Path) -> tuple[list[Finding], str]:
    from kbk_analysis.catalogue import load_catalogue
    from kbk_analysis.data.store import open_dataset

    with open_dataset(path) as dataset:
        findings = dataset.check(load_catalogue().kinds)
        if any(finding.is_error for finding in findings):
            return findings, ""
        known = dataset.known()
    said = tr(
        "Data baik: {areas} wilayah, periode {periods}.", areas=len(known.areas), periods=i18n.join([*known.periods])
    )
    return findings, said


def _file(path: Path, data: Path | None, lang: Any) -> tuple[list[Finding], str]:
    from kbk_analysis.cli.commands import REPORTS, make_plan
    from kbk_analysis.yamltext import load_yaml

    content = load_yaml(path)
    if isinstance(content, dict) and "sources" in content:
        return _recipe(path, data)
    plan = make_plan(path, lang, None, data, REPORTS, None)
    return [], tr("Baik: {n} laporan dapat dibuat.", n=len(plan.jobs))


def _recipe(path: Path, data: Path | None) -> tuple[list[Finding], str]:
    from kbk_analysis.data.importing import import_recipe

    with tempfile.TemporaryDirectory() as folder:
        log = import_recipe(path, data or path.parent, Path(folder) / "dataset")
    return list(log.findings), tr("Resep baik: semua berkas terbaca.")


def write_findings(findings: Sequence[Finding], path: Path) -> None:
    """Findings as a workbook, one row each, for the office that must mend them."""
    from kbk_analysis.cli.files import write_file
    from kbk_analysis.workbook import workbook_bytes

    words = {Severity.ERROR: tr("salah"), Severity.WARNING: tr("peringatan")}
    header = [
        tr("Berat"),
        tr("Berkas"),
        tr("Lembar"),
        tr("Baris"),
        tr("Kolom"),
        tr("Kunci"),
        tr("Isi"),
        tr("Apa yang salah"),
        tr("Cara memperbaiki"),
        tr("Aturan"),
    ]
    rows = [
        [words[f.severity], f.file, f.sheet, f.row, f.column, f.key, f.value, f.message, f.remedy, f.rule]
        for f in findings
    ]
    write_file(path, workbook_bytes({tr("Temuan"): (header, rows)}))
