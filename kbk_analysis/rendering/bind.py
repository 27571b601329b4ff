"""Executed chapters joined into one report notebook: summary first, then the chapters, then the annex.

Question answered: is every chapter complete, and about the area and period on the cover? If so, what is
published, in which order, under which headings?
Input: executed notebooks and the report's metadata. Output: ``report.ipynb``, the unit of publication,
holding only exhibits and words; facts go to its metadata.
It formats nothing: that is the exporters' task.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import nbformat
from nbformat import NotebookNode

from kbk_analysis import i18n
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.exhibit import EXHIBIT_MIME, FACTS_MIME, TEXT_MIME, Place
from kbk_analysis.i18n import tr
from kbk_analysis.rendering.export.meta import ReportMeta
from kbk_analysis.text import shorten

SVG_MIME: Final = "image/svg+xml"
_REQUIRED: Final = ("area_code", "period")
_GUARDED: Final = (*_REQUIRED, "language", "edition", "synthetic", "meeting")


@dataclass(frozen=True, slots=True)
class _Part:
    """One published output: its place and its data (our mime type, and the figure of the same bundle)."""

    chapter: str
    cell: str
    data: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        content: dict[str, Any] = self.data.get(EXHIBIT_MIME) or self.data[TEXT_MIME]
        return content

    @property
    def is_heading(self) -> bool:
        return TEXT_MIME in self.data and self.payload.get("kind") == "heading"

    def at_level(self, level: int) -> _Part:
        return _Part(self.chapter, self.cell, {TEXT_MIME: {**self.payload, "level": level}})


def bind(chapters: Sequence[tuple[str, NotebookNode]], meta: Mapping[str, Any]) -> NotebookNode:
    """Join executed chapters into one report notebook.

    Headings are the binder's: summary, chapters and annex are level 1 and take their titles from `meta`; the first
    level-1 heading of a chapter is its title in JupyterLab and is left out; all others are level 2 or deeper,
    without a skipped level.

    Parameters
    ----------
    chapters
        ``(chapter id, executed notebook)``, the ids those of ``meta["chapters"]`` in the same order.
    meta
        Becomes ``metadata.kbk``; see `ReportMeta`.

    Returns
    -------
    NotebookNode
        ``metadata.kbk`` holds `meta` and ``facts`` by chapter; cells have fixed ids and no execution traces.

    Raises
    ------
    InputFault
        All faults at once: an error output, a cell not run or run out of order, a broken figure, an exhibit
        name used twice, facts that are missing, contradict each other or name another area or period.
    """
    report = ReportMeta.read(meta)
    findings: list[Finding] = []
    if tuple(name for name, _ in chapters) != tuple(name for name, _ in report.chapters):
        findings.append(_fault("report.chapters", "report", "", tr("bab tidak sama dengan daftar bab laporan")))
    facts: dict[str, dict[str, Any]] = {}
    parts: list[_Part] = []
    for name, notebook in chapters:
        published = list(_parts(name, notebook))
        facts[name], conflicts = _merge_facts(name, notebook)
        findings += [*_execution_faults(name, notebook), *_part_faults(published), *conflicts]
        findings += _guard(name, facts[name], meta)
        parts += published
    if "meeting" in meta and not any("meeting" in stated for stated in facts.values()):
        findings.append(_fault("report.meeting", "report", "", tr("tidak ada bab yang menyatakan rapatnya")))
    if findings:
        raise InputFault(findings)
    with i18n.using(report.language):
        cells = [_cell(i, section, part) for i, (section, part) in enumerate(_ordered(report, parts), start=1)]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kbk": {**meta, "facts": facts}}, "cells": cells}
    bound: NotebookNode = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    nbformat.validate(bound)
    return bound


def _outputs(notebook: NotebookNode) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell.get("id", ""), output


def _parts(chapter: str, notebook: NotebookNode) -> Iterator[_Part]:
    for cell, output in _outputs(notebook):
        data = output.get("data", {})
        if EXHIBIT_MIME in data:
            yield _Part(chapter, cell, {key: data[key] for key in (EXHIBIT_MIME, SVG_MIME) if key in data})
        elif TEXT_MIME in data:
            yield _Part(chapter, cell, {TEXT_MIME: data[TEXT_MIME]})


def _fault(rule: str, chapter: str, cell: str, message: str, value: object = "") -> Finding:
    return Finding(
        rule=rule,
        message=message,
        remedy=tr("buka bab ini di JupyterLab, jalankan semua sel, lalu perbaiki penyebabnya"),
        file=chapter,
        column=tr("sel {cell}", cell=cell) if cell else "",
        value=shorten(str(value)) if value != "" else "",
    )


def _execution_faults(chapter: str, notebook: NotebookNode) -> Iterator[Finding]:
    # The exception's text is not repeated: it may hold a personal value.
    for cell, output in _outputs(notebook):
        if output.get("output_type") == "error":
            yield _fault("chapter.error", chapter, cell, tr("sel ini gagal"), output.get("ename", ""))
    last = 0
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        count = cell.get("execution_count")
        if count is None:
            yield _fault("chapter.not_run", chapter, cell.get("id", ""), tr("sel ini belum dijalankan"))
        elif count <= last:
            yield _fault("chapter.order", chapter, cell.get("id", ""), tr("sel ini dijalankan tidak berurutan"))
        last = max(last, count or 0)


def _merge_facts(chapter: str, notebook: NotebookNode) -> tuple[dict[str, Any], list[Finding]]:
    merged: dict[str, Any] = {}
    findings = []
    for cell, output in _outputs(notebook):
        for key, value in output.get("data", {}).get(FACTS_MIME, {}).items():
            if merged.setdefault(key, value) != value:
                message = tr("fakta «{key}» diberi dua nilai berbeda", key=key)
                findings.append(_fault("facts.conflict", chapter, cell, message, value))
    return dict(sorted(merged.items())), findings


def _guard(chapter: str, facts: Mapping[str, Any], meta: Mapping[str, Any]) -> Iterator[Finding]:
    """A report about another area than its cover is the worst fault: each chapter says what it is about."""
    for key in _GUARDED:
        if key not in facts and key in _REQUIRED:
            yield _fault(f"chapter.{key}", chapter, "", tr("bab ini tidak menyatakan «{key}»", key=key))
        elif key in facts and facts[key] != meta.get(key):
            message = tr("bab ini untuk {key} lain; laporan meminta {wanted}", key=key, wanted=meta.get(key, "–"))
            yield _fault(f"chapter.{key}", chapter, "", message, facts[key])


def _part_faults(parts: Sequence[_Part]) -> Iterator[Finding]:
    seen: set[str] = set()
    for part in parts:
        if EXHIBIT_MIME not in part.data:
            continue
        name = str(part.payload.get("id", ""))
        if name in seen:
            message = tr("nama gambar atau tabel «{name}» dipakai dua kali", name=name)
            yield _fault("exhibit.twice", part.chapter, part.cell, message)
        seen.add(name)
        if bool(part.payload.get("figure")) != (SVG_MIME in part.data) or _svg_fault(part.data.get(SVG_MIME)):
            message = tr("gambar «{name}» rusak atau memuat isi yang tidak diizinkan", name=name)
            yield _fault("exhibit.figure", part.chapter, part.cell, message)


def _svg_fault(svg: str | None) -> bool:
    """Whether a figure is no well-formed, self-contained drawing."""
    if svg is None:
        return False
    try:
        root = ET.fromstring(svg)  # noqa: S314 - our own charts; expat limits entity expansion
    except ET.ParseError:
        return True
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return True
    for element in root.iter():
        if str(element.tag).rpartition("}")[2].lower() in ("script", "foreignobject", "iframe"):
            return True
        for key, value in element.attrib.items():
            name = key.rpartition("}")[2].lower()
            if name.startswith("on") or (name in ("href", "src") and not value.startswith(("#", "data:image/"))):
                return True
    return False


def _ordered(report: ReportMeta, parts: Sequence[_Part]) -> Iterator[tuple[str, _Part]]:
    """Parts in reading order, each with its section: ``cover``, ``summary``, ``chapter``, ``minutes`` or ``annex``."""
    titles = dict(report.chapters)
    parts = list(_without_titles(parts))
    placed = {place: [p for p in parts if p.payload.get("place") == place] for place in Place}
    cover, annex, minutes = (placed[place] for place in (Place.COVER, Place.ANNEX, Place.MINUTES))
    if cover:
        yield from (("cover", p) for p in [_heading("", tr("Acara dan kehadiran"), 1), *_levelled(cover, 2)])
    summary = [*placed[Place.LEAD], *placed[Place.SUMMARY]]
    if summary:
        yield "summary", _heading("", tr("Ringkasan"), 1)
        yield from (("summary", p) for p in _by_chapter(summary, titles))
    elsewhere = [place.value for place in Place if place is not Place.BODY]
    body = [p for p in parts if p.payload.get("place") not in elsewhere]
    for name in titles:
        own = [p for p in body if p.chapter == name]
        if own:
            yield from (("chapter", p) for p in [_heading(name, titles[name], 1), *_levelled(own, 2)])
    if minutes:
        yield from (("minutes", p) for p in [_heading("", tr("Berita acara"), 1), *_levelled(minutes, 2)])
    if annex:
        yield "annex", _heading("", tr("Lampiran"), 1)
        yield from (("annex", p) for p in _by_chapter(annex, titles))


def _by_chapter(parts: Sequence[_Part], titles: Mapping[str, str]) -> Iterator[_Part]:
    """Parts of one section, chapter by chapter; headed by the chapters' titles where there are several.

    What opens the summary comes first whatever its chapter.
    """
    names = sorted({p.chapter for p in parts}, key=list(titles).index)
    leading = {p.chapter for p in parts if p.payload.get("place") == Place.LEAD}
    for name in sorted(names, key=lambda name: name not in leading):
        if len(names) > 1:
            yield _heading(name, titles[name], 2)
        yield from _levelled([p for p in parts if p.chapter == name], 3 if len(names) > 1 else 2)


def _without_titles(parts: Sequence[_Part]) -> Iterator[_Part]:
    titled: set[str] = set()
    for part in parts:
        if part.is_heading and part.payload.get("level") == 1 and part.chapter not in titled:
            titled.add(part.chapter)
        else:
            yield part


def _levelled(parts: Sequence[_Part], top: int) -> Iterator[_Part]:
    above = top - 1
    for part in parts:
        if part.is_heading:
            level = part.payload.get("level")
            above = min(max((level if isinstance(level, int) else 2) + top - 2, top), above + 1)
            part = part.at_level(above)
        yield part


def _heading(chapter: str, title: str, level: int) -> _Part:
    payload = {"kind": "heading", "items": [title], "level": level, "place": Place.BODY.value}
    return _Part(chapter, "", {TEXT_MIME: payload})


def _cell(number: int, section: str, part: _Part) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"kbk-{number:04d}",
        "metadata": {"kbk": {"section": section, "chapter": part.chapter}},
        "execution_count": None,
        "source": "",
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": part.data}],
    }
