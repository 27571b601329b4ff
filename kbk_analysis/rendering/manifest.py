"""What a published report was made from, and what it consists of: ``manifest.json``.

Question answered: which inputs gave these files, and are these files still those?
Input: facts about one rendered report. Output: canonical JSON, written last, the proof that a report is complete.

Nothing in it depends on the clock, the user, the host or where folders lie: the same inputs give the same bytes.
Contact data of the letterhead are present as a hash only.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr

if TYPE_CHECKING:
    from kbk_analysis.rendering.jobs import Job

NAME: Final = "manifest.json"
SCHEMA: Final = 1


def canonical(content: Any) -> bytes:
    r"""The one spelling of plain JSON: keys sorted, UTF-8, line ends ``\n``, no NaN.

    Examples
    --------
    >>> canonical({"b": 1, "a": "é"}).decode()
    '{\n "a": "é",\n "b": 1\n}\n'
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
    return (text + "\n").encode()


def digest(content: Any) -> str:
    """SHA-256 of bytes, or of the canonical spelling of anything else."""
    return hashlib.sha256(content if isinstance(content, bytes) else canonical(content)).hexdigest()


def tool() -> dict[str, str]:
    """Name and version of this package."""
    try:
        return {"name": "kbk-analysis", "version": version("kbk-analysis")}
    except PackageNotFoundError:
        return {"name": "kbk-analysis", "version": "0"}


def describe(path: Path) -> dict[str, Any]:
    """Entry of one published file: name, bytes, hash, and pages of a PDF."""
    content = path.read_bytes()
    entry = {"path": path.name, "bytes": len(content), "sha256": digest(content)}
    return {**entry, "pages": pdf_pages(content)} if path.suffix == ".pdf" else entry


def pdf_pages(content: bytes) -> int:
    """Number of pages of a PDF; 0 when it cannot be read."""
    from pikepdf import PdfError
    from pikepdf import open as open_pdf

    if not content.startswith(b"%PDF-"):
        return 0
    try:
        with open_pdf(io.BytesIO(content), attempt_recovery=False) as document:
            return len(document.pages)
    except PdfError:
        return 0


def build(job: Job, outputs: list[dict[str, Any]], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Content of the manifest of one report.

    Parameters
    ----------
    job
        The report.
    outputs
        One `describe` entry a file.
    facts
        Headline facts by chapter.
    """
    shown = ("kind", "title", "subtitle", "language", "edition", "paper", "synthetic", "period", "cutoff")
    return {
        "schema": SCHEMA,
        "status": "complete",
        "tool": tool(),
        "id": job.id,
        "area": {"code": job.area_code, "name": job.area_name, "level": job.level},
        "report": {name: job.meta[name] for name in (*shown, "report_date", "meeting") if name in job.meta},
        "letterhead_sha256": digest([job.meta["letterhead"], job.meta["signatories"]]),
        "key": job.key,
        "parts": dict(job.parts),
        "parameters": {chapter.id: logged(chapter.parameters) for chapter in job.chapters},
        "dataset": job.dataset,
        "facts": dict(facts),
        "outputs": sorted(outputs, key=lambda entry: str(entry["path"])),
    }


def logged(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without the places of what is read: where data lie says nothing about what they hold."""
    return {name: value for name, value in parameters.items() if name not in ("data_dir", "hidden_before")}


def read(report: Path) -> dict[str, Any] | None:
    """Manifest of a report folder; ``None`` when there is none, or it is damaged, or not one of ours."""
    path = report / NAME
    try:
        raw = b"" if path.is_symlink() else path.read_bytes()
        content = json.loads(raw)
        sound = (
            content["schema"] == SCHEMA
            and content["status"] == "complete"
            and content["key"] == digest(content["parts"])
            and content["outputs"]
            and all(Path(entry["path"]).name == entry["path"] for entry in content["outputs"])
            and all(isinstance(facts, dict) for facts in content["facts"].values())
            and {"code", "name"} <= content["area"].keys()
            and "period" in content["report"]
            and canonical(content) == raw
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(content) if sound else None


def verify(folder: Path) -> list[Finding]:
    """Check every report in `folder` (a report, a set, or all sets) against its manifest, without a kernel.

    Returns
    -------
    list of Finding
        Files that are missing, changed, or not listed; manifests that are missing or damaged. Empty when all agree.
    """
    found = reports(folder)
    if not found:
        return [_without_manifest(folder, tr("Tunjuk folder laporan yang dibuat oleh kbk render."))]
    beside = {path for report in found if report != folder for path in report.parent.iterdir() if path.is_dir()}
    lost = sorted(path for path in beside - set(found) if any([*path.glob("*.html"), *path.glob("*.pdf")]))
    return [
        *(_without_manifest(path, _again(path)) for path in lost),
        *(finding for report in found for finding in faults(report)),
    ]


def reports(folder: Path) -> list[Path]:
    """Report folders at or below a folder: those that hold a manifest."""
    return sorted(path.parent for path in folder.rglob(NAME) if ".work" not in path.relative_to(folder).parts)


def _without_manifest(folder: Path, remedy: str) -> Finding:
    message = tr("Tidak ada {name} di sini.", name=NAME)
    return Finding(rule="manifest.missing", message=message, remedy=remedy, file=folder.name)


def _again(report: Path) -> str:
    return tr("Buat ulang laporan ini: kbk render … --only {id} --force.", id=report.name)


def faults(report: Path) -> list[Finding]:
    """Faults of one report folder against its manifest."""
    manifest = read(report)
    again = _again(report)

    def fault(rule: str, name: str, message: str) -> Finding:
        return Finding(rule=f"manifest.{rule}", message=message, remedy=again, file=f"{report.name}/{name}")

    if manifest is None:
        return [fault("damaged", NAME, tr("Manifes rusak atau bukan buatan kbk."))]
    listed = {entry["path"]: entry for entry in manifest["outputs"]}
    present = {path.name for path in report.iterdir()} - {NAME}
    findings = [fault("file_missing", name, tr("Berkas hilang.")) for name in sorted(listed.keys() - present)]
    findings += [
        fault("stray", name, tr("Berkas ini tidak tercatat dalam manifes.")) for name in sorted(present - listed.keys())
    ]
    for name in sorted(listed.keys() & present):
        path = report / name
        if path.is_symlink() or not path.is_file() or digest(path.read_bytes()) != listed[name]["sha256"]:
            findings.append(fault("changed", name, tr("Isi berkas berubah sejak dibuat.")))
    return findings
