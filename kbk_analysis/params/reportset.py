"""A report set: which reports, of which areas or meeting, from which data, in which form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.params.chapters import CHAPTERS, COMMON, KINDS, MEETING
from kbk_analysis.params.faults import check, did_you_mean
from kbk_analysis.params.values import IsoDate, Letterhead, PathText, Period, Signatory, Strict, Text
from kbk_analysis.text import shorten
from kbk_analysis.yamltext import load_yaml


class ReportSet(Strict):
    """A report set: which reports, of which areas, from which data, in which form.

    ``areas``, ``areas_file`` (csv with a column ``area_code``) or ``parent`` (all areas of `level` in it): one of them.
    With `parent_report` the parent has a report of its own beside them. `hidden_before` is the ``hidden.csv`` of an
    earlier public edition: what it hid stays hidden. The kind ``meeting`` takes a `meeting`
    instead: its area is the one that the meeting is about. `signatories` sign at the end.
    """

    kind: Literal["district", "meeting"]
    data: PathText
    meeting: Text | None = None
    level: Literal["kecamatan", "kabupaten"] = "kecamatan"
    parent: Text | None = None
    parent_report: bool = False
    areas: list[Text] | None = Field(None, min_length=1, max_length=10_000)
    areas_file: PathText | None = None
    period: Period
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    paper: Literal["a4", "f4"] = "a4"
    formats: list[Literal["html", "pdf"]] = Field(["html", "pdf"], min_length=1)
    letterhead: Letterhead | None = None
    signatories: list[Signatory] = Field(default_factory=list, max_length=12)
    report_date: IsoDate | None = None
    hidden_before: PathText | None = None
    chapters: dict[str, dict[str, Any]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """A report set as read: `values` holds every well-formed key (defaults included), `findings` every fault."""

    path: Path
    values: Mapping[str, Any]
    findings: tuple[Finding, ...]


def read_report_set(path: Path, overrides: Mapping[str, Any] | None = None) -> Shape:
    """Read a report set and check its shape.

    Parameters
    ----------
    path
        The file, for example ``params/district.yml``.
    overrides
        Values that replace the file's (from the command line), checked in the same way.

    Raises
    ------
    InputFault
        When the file is not strict YAML; faults of shape are returned, not raised.
    """
    raw = load_yaml(path)
    if not isinstance(raw, dict):
        message, remedy = tr("Berkas ini bukan daftar kunci dan nilai."), tr("Mulai dari contoh params/district.yml.")
        return Shape(path, {}, (Finding(rule="params.form", message=message, remedy=remedy, file=path.name),))
    given = {**raw, **(overrides or {})}
    findings = check(ReportSet, given, file=path.name)
    bad = {finding.key.partition(".")[0] for finding in findings}
    defaults = {name: field.get_default(call_default_factory=True) for name, field in ReportSet.model_fields.items()}
    values = {name: given.get(name, defaults[name]) for name in defaults if name not in bad}
    findings += _check_choice(given, path.name) + _check_chapters(values, path.name)
    return Shape(path, values, tuple(findings))


def _check_choice(given: Mapping[str, Any], file: str) -> list[Finding]:
    said = [name for name in ("parent", "areas", "areas_file") if given.get(name) is not None]
    if given.get("kind") == MEETING:
        return _check_meeting(given, said, file)
    if given.get(MEETING) is not None and given.get("kind") in KINDS:
        message = tr("Kunci ini hanya untuk jenis laporan meeting.")
        remedy = tr("Tulis kind: meeting, atau hapus meeting.")
        return [Finding(rule="params.meeting", message=message, remedy=remedy, file=file, key=MEETING)]
    if len(said) != 1:
        return [
            Finding(
                rule="params.areas",
                message=tr("Wilayah harus dinyatakan dengan satu cara, bukan {n}.", n=len(said)),
                remedy=tr("Isi tepat satu: parent (wilayah induk), areas (daftar kode) atau areas_file (berkas csv)."),
                file=file,
                key=" + ".join(said) or "areas",
            )
        ]
    if given.get("parent_report") is True and said != ["parent"]:
        return [
            Finding(
                rule="params.parent_report",
                message=tr("Laporan wilayah induk diminta, tetapi wilayah induknya tidak disebut."),
                remedy=tr("Pakai parent (wilayah induk), atau hapus parent_report."),
                file=file,
                key="parent_report",
            )
        ]
    return []


def _check_meeting(given: Mapping[str, Any], said: Sequence[str], file: str) -> list[Finding]:
    """A report of a meeting names the meeting, and nothing that would name another area."""
    others = [*said, *(name for name in ("level", "parent_report") if name in given)]
    findings = [
        Finding(
            rule="params.meeting",
            message=tr("Kunci ini tidak dipakai untuk laporan rapat: wilayahnya adalah wilayah rapat."),
            remedy=tr("Hapus kunci ini."),
            file=file,
            key=name,
        )
        for name in others
    ]
    if given.get(MEETING) is None:
        message, remedy = tr("Rapatnya belum disebut."), tr("Tulis meeting: dan id rapat dari tabel meetings.")
        findings.append(Finding(rule="params.meeting", message=message, remedy=remedy, file=file, key=MEETING))
    return findings


def _check_chapters(values: Mapping[str, Any], file: str) -> list[Finding]:
    known = KINDS.get(values.get("kind", ""), tuple(CHAPTERS))
    findings: list[Finding] = []
    for chapter, own in values.get("chapters", {}).items():
        key = f"chapters.{shorten(chapter)}"
        if chapter not in known:
            remedy = did_you_mean(chapter, known, tr("Bab yang ada: {names}.", names=", ".join(known)))
            message = tr("Bab ini tidak ada dalam jenis laporan ini.")
            findings.append(Finding(rule="params.chapter", message=message, remedy=remedy, file=file, key=key))
            continue
        findings += [
            Finding(
                rule="params.common",
                message=tr("Nilai ini berlaku untuk seluruh laporan, bukan untuk satu bab."),
                remedy=tr("Hapus di sini; tetapkan sekali di tingkat atas berkas."),
                file=file,
                key=f"{key}.{name}",
            )
            for name in (*COMMON, MEETING)
            if name in own
        ]
        rest = {name: value for name, value in own.items() if name not in (*COMMON, MEETING)}
        findings += check(CHAPTERS[chapter][0], rest, file=file, prefix=f"{key}.")
    return findings
