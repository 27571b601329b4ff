"""A report notebook as a tagged PDF (PDF/UA-1), set by Typst.

Question answered: how is the report printed and filed?
Input: ``report.ipynb``. Output: PDF bytes, the same in every process.
Content reaches Typst as a JSON file and figures as SVG files in a private folder; no markup is ever built
from text, and nothing outside that folder can be read.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from nbconvert.exporters.base import Exporter
from nbformat import NotebookNode
from traitlets import List

from kbk_analysis import i18n
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.rendering.export.content import Block, Document, Shown, Text, read
from kbk_analysis.rendering.export.meta import PAPERS
from kbk_analysis.rendering.export.paper import (
    FONTS,
    INSET,
    MARGINS,
    breakable,
    figure_size,
    lay_out,
    printable,
    text_width,
)
from kbk_analysis.text import shorten

TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
# Width of a line in em, by the letters it is set in; a longer word may break.
_LINE: Final = 38.0
_TITLE: Final = 21.0
_HEADINGS: Final = {1: 25.0, 2: 34.0}
_FACT: Final = 7.0
_SIGNATURE: Final = 18.0
_TILE: Final = 90.0  # points inside a tile when four stand side by side
_FIGURE: Final = re.compile(r"([a-z0-9-]+)\.svg")


def to_pdf(notebook: NotebookNode) -> bytes:
    """Tagged PDF from a report notebook.

    Parameters
    ----------
    notebook
        As `kbk_analysis.rendering.bind.bind` makes it.

    Raises
    ------
    InputFault
        The notebook is no report notebook, or a figure cannot be printed; the figure is named.
    """
    document = read(notebook)
    figures = {b.anchor: b for s in document.sections for b in s.blocks if isinstance(b, Shown) and b.svg}
    with tempfile.TemporaryDirectory(prefix="kbk-") as folder:
        root = Path(folder)
        (root / "main.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "report.json").write_text(json.dumps(_content(document), ensure_ascii=False), encoding="utf-8")
        for anchor, figure in figures.items():
            (root / f"{anchor}.svg").write_text(figure.svg, encoding="utf-8")
        try:
            return _packed(_compiled(root, document))
        except typst.TypstError as error:
            named = [figures[name] for name in _FIGURE.findall(error.diagnostic) if name in figures]
            with i18n.using(document.meta.language):
                raise InputFault([_fault(named[0] if named else None, error.message)]) from None


def _packed(pages: bytes) -> bytes:
    """The same document with its structure compressed too: half the bytes, since each table cell is tagged."""
    from pikepdf import ObjectStreamMode
    from pikepdf import open as open_pdf

    packed = io.BytesIO()
    with open_pdf(io.BytesIO(pages)) as document:
        document.save(packed, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()


def _compiled(root: Path, document: Document) -> bytes:
    compiler = typst.Compiler(input=root / "main.typ", root=root, font_paths=_fonts(), ignore_system_fonts=True)
    pages = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=document.meta.report_date)
    assert isinstance(pages, bytes)
    return pages


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _fault(figure: Shown | None, reason: str) -> Finding:
    name = f"{figure.number} ({figure.anchor})" if figure else tr("laporan ini")
    return Finding(
        rule="pdf.refused",
        message=tr("{name} tidak dapat dicetak ke PDF: {reason}", name=name, reason=shorten(reason, 200)),
        remedy=tr("perbaiki gambar itu di bab asalnya, lalu buat ulang laporan"),
        file="report.ipynb",
    )


def _text(value: str, width: float = _LINE) -> str:
    return breakable(printable(value), width)


def _content(document: Document) -> dict[str, Any]:
    """All that the template prints, as plain JSON."""
    meta, labels = document.meta, document.labels
    paper = PAPERS[meta.paper]
    date = meta.report_date
    return {
        "title": _text(meta.title, _TITLE),
        "subtitle": _text(meta.subtitle, _HEADINGS[2]),
        "language": meta.language,
        "date": [date.year, date.month, date.day],
        "paper": paper,
        "margins": MARGINS,
        "inset": INSET,
        "letterhead": [_text(line) for line in meta.letterhead],
        "footer": _text(meta.footer),
        "facts": [[_text(label), _text(value, _FACT)] for label, value in document.facts_line],
        "marks": [{"kind": kind, "mark": mark, "told": told} for kind, mark, told in document.marks],
        "labels": {key: _text(label) for key, label in labels.items()},
        "sections": [
            {
                "kind": s.kind,
                "title": _text(s.title, _HEADINGS[1]),
                "signed": s.anchor == document.signed,
                "blocks": [_block(b, paper) for b in s.blocks],
            }
            for s in document.sections
        ],
        "signed_at": _text(meta.signed_at),
        "signatories": [[_text(part, _SIGNATURE) for part in person] for person in meta.signatories],
        "chart_tables": [{**_shown(b), **_table(b, paper)} for b in document.chart_tables],
    }


def _block(block: Block, paper: tuple[float, float]) -> dict[str, Any]:
    if isinstance(block, Text):
        width = _HEADINGS[2] if block.kind == "heading" else _LINE
        tiles = block.kind == "tiles"
        items = [_tile(*item) if tiles else [_text(part, width) for part in item] for item in block.items]
        return {"kind": block.kind, "items": items, "level": block.level, "label": block.label}
    if block.svg:
        return {**_shown(block), "width": figure_size(block, paper)[0]}
    return {**_shown(block), **_table(block, paper)} if block.columns else _shown(block)


def _tile(name: str, value: str, remark: str) -> list[Any]:
    """Texts of a tile and the letter size of its value: large when no word of it must break."""
    large = len(value) <= 14 and all(text_width(word) * 16 <= _TILE for word in value.split(" "))
    size = 16 if large else 11
    return [_text(name, _TILE / 8), _text(value, _TILE / size), _text(remark, _TILE / 8), size]


def _shown(block: Shown) -> dict[str, Any]:
    return {
        "kind": "figure" if block.svg else "table" if block.columns else "statement",
        "anchor": block.anchor,
        "number": block.number,
        "title": _text(block.title),
        "table_title": block.table_title,
        "alt": printable(block.alt),
        "source": _text(block.source),
        "n": _text(block.n),
        "notes": [_text(note) for note in block.notes],
        "numbers": bool(block.svg and block.columns),
    }


def _table(block: Shown, paper: tuple[float, float]) -> dict[str, Any]:
    layout = lay_out(block, paper)
    room = [(width - 2 * INSET) / layout.size for width in layout.widths]
    return {
        "widths": layout.widths,
        "size": layout.size,
        "turned": layout.turned,
        "align": [column.align for column in block.columns],
        "header": [_text(column.label, em) for column, em in zip(block.columns, room, strict=True)],
        "rows": [
            [{"text": _text(cell.text, em), "absent": cell.absent} for cell, em in zip(row, room, strict=True)]
            for row in block.rows
        ],
    }


class KbkPdfExporter(Exporter):
    """``jupyter nbconvert --to kbk-pdf report.ipynb``: the published PDF, byte for byte."""

    export_from_notebook = "KBK (PDF)"
    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    default_preprocessors: Any = List([]).tag(config=True)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """PDF bytes and resources, as nbconvert asks."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return to_pdf(notebook), resources
