"""One reading of a report notebook into a plain document, the same for every format.

Question answered: what stands in this report, in which order, under which numbers?
Input: ``report.ipynb`` as `kbk_analysis.rendering.bind` makes it. Output: `Document`.
All text is cleaned of invisible characters here; making it inert in HTML or PDF is the exporter's task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from nbformat import NotebookNode

from kbk_analysis import i18n
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.exhibit import EXHIBIT_MIME, TEXT_MIME
from kbk_analysis.i18n import tr
from kbk_analysis.rendering.export.meta import ReportMeta
from kbk_analysis.schema import Edition
from kbk_analysis.text import clean, slug

_KINDS: Final = ("heading", "paragraph", "list", "lines", "findings", "asks", "note", "tiles")
_SVG_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_LENGTHS: Final = tuple(re.compile(rf'\s{side}="([\d.]+)(pt|px|in|)"') for side in ("width", "height"))
_POINTS: Final = {"pt": 1.0, "px": 0.75, "": 0.75, "in": 72.0}
_USUAL_SIZE: Final = (440.0, 280.0)
SectionKind = Literal["cover", "summary", "chapter", "minutes", "annex"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words: see `kbk_analysis.exhibit.Words`. Each item is its parts; all kinds but ``tiles`` have one part.

    `label` heads a box that no heading announces; `anchor` is set for headings.
    """

    kind: str
    items: tuple[tuple[str, ...], ...]
    level: int = 2
    anchor: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `align` is ``left`` or ``right``, `strong` heads its row, `weight` is for print."""

    label: str
    align: str
    weight: float
    strong: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as read; `absent` where a reason stands in its place."""

    text: str
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A numbered figure with its table, a numbered table, or a statement without a number.

    Parameters
    ----------
    anchor
        Unique in the report; names the figure's file in print.
    number
        'Gambar 3' or 'Tabel 2'; empty for a statement.
    table_title
        What heads the table of a figure when it stands apart from the figure; empty for a table alone.
    """

    anchor: str
    number: str
    title: str
    source: str
    n: str
    alt: str = ""
    svg: str = ""
    notes: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    table_title: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the figure as drawn, in points."""
        root = _SVG_ROOT.search(self.svg)
        sides = [length.search(root.group() if root else "") for length in _LENGTHS]
        if not all(sides):
            return _USUAL_SIZE
        width, height = (float(side[1]) * _POINTS[side[2]] for side in sides if side)
        return (width, height) if width > 0 and height > 0 else _USUAL_SIZE


Block = Text | Shown


@dataclass(frozen=True, slots=True)
class Section:
    """Cover, summary, one chapter, minutes or annex; the title is a heading of level 1."""

    kind: SectionKind
    anchor: str
    title: str
    blocks: tuple[Block, ...] = ()

    @property
    def headings(self) -> tuple[Text, ...]:
        """Level-2 headings, for the table of contents."""
        return tuple(b for b in self.blocks if isinstance(b, Text) and b.kind == "heading" and b.level == 2)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report: `facts_line` are the label-value pairs under the title, `marks` what every page must bear."""

    meta: ReportMeta
    sections: tuple[Section, ...]
    facts_line: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str, str], ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def signed(self) -> str:
        """Anchor of the section that is signed at its end: the minutes, else the last one before the annex."""
        if not self.meta.signatories:
            return ""
        minutes = [section.anchor for section in self.sections if section.kind == "minutes"]
        return [*(section.anchor for section in self.sections if section.kind != "annex"), *minutes][-1]

    @property
    def chart_tables(self) -> tuple[Shown, ...]:
        """Figures whose numbers are printed in the annex."""
        shown = (b for section in self.sections for b in section.blocks if isinstance(b, Shown))
        return tuple(b for b in shown if b.svg and b.columns)


def plain(text: str) -> str:
    r"""Text without invisible characters; blanks that must not break ('12,3\xa0%') stay.

    Examples
    --------
    >>> plain(" 12,3\xa0%\u200b  naik ")
    '12,3\xa0% naik'
    """
    return "\u00a0".join(map(clean, text.split("\u00a0")))


def read(notebook: NotebookNode) -> Document:
    """Read a report notebook.

    Raises
    ------
    InputFault
        The notebook is not a bound report, or a part of it is damaged; every damaged part is named.
    """
    meta = ReportMeta.read(notebook.metadata.get("kbk", {}))
    with i18n.using(meta.language):
        sections = tuple(_sections(notebook))
        facts_line = (
            (tr("Wilayah"), f"{meta.area_name} ({meta.area_code})"),
            (tr("Periode"), meta.period),
            (tr("Data sampai"), i18n.date(meta.cutoff)),
            (tr("Tanggal laporan"), i18n.date(meta.report_date.date())),
        )
        return Document(meta, sections, facts_line, tuple(_marks(meta)), _labels(meta))


def _marks(meta: ReportMeta) -> Iterator[tuple[str, str, str]]:
    """(kind, mark, explanation) of what every page must bear."""
    if meta.synthetic:
        yield (
            "synthetic",
            tr("DATA CONTOH"),
            tr("Semua nama wilayah dan angka di sini rekaan, bukan keadaan sebenarnya."),
        )
    if meta.edition is Edition.INTERNAL:
        yield "internal", tr("TERBATAS"), tr("Untuk peserta rapat dan dinas terkait; jangan disebarluaskan.")
    else:
        told = tr(
            "Boleh disebarluaskan: jumlah 1 sampai 4 tentang keadaan orang disembunyikan, beserta yang membukanya."
        )
        yield "public", tr("EDISI PUBLIK"), told


def _labels(meta: ReportMeta) -> dict[str, str]:
    """Fixed words of the pages, in the report's language."""
    return {
        "contents": tr("Daftar isi"),
        "skip": tr("Langsung ke isi"),
        "source": tr("Sumber"),
        "numbers": tr("Tabel angka"),
        "see_numbers": tr("Tabel angka di halaman"),
        "chart_tables": tr("Angka di balik gambar"),
        "page": tr("Halaman {page} dari {pages}"),
        "cutoff": tr("Data sampai {date}", date=i18n.date(meta.cutoff)),
        "no_rows": tr("Tidak ada baris."),
        "annex": tr("Lampiran"),
        "top": tr("Kembali ke awal"),
        "nip": tr("NIP"),
        "signatures": tr("Tanda tangan"),
    }


def _sections(notebook: NotebookNode) -> Iterator[Section]:
    reader = _Reader()
    current: Section | None = None
    findings: list[Finding] = []
    for cell in notebook.cells:
        try:
            block = reader.block(cell)
        except (KeyError, TypeError, ValueError, AttributeError):
            findings.append(_damaged(cell))
            continue
        if isinstance(block, Text) and block.kind == "heading" and block.level == 1:
            if current:
                yield current
            where = cell.metadata["kbk"]
            current = Section(where["section"], reader.anchor(where["chapter"] or where["section"]), block.items[0][0])
        elif current and block:
            current = replace(current, blocks=(*current.blocks, _labelled(block, current.blocks)))
    if current:
        yield current
    if findings or current is None:
        raise InputFault(findings or [_empty()])


class _Reader:
    """Reads cells in order and counts figures, tables and names as it goes."""

    def __init__(self) -> None:
        self.figures = 0
        self.tables = 0
        self.anchors: set[str] = set()

    def anchor(self, *names: str) -> str:
        base = slug("-".join(name for name in names if name))
        name, i = base, 1
        while name in self.anchors:
            i += 1
            name = f"{base}-{i}"
        self.anchors.add(name)
        return name

    def block(self, cell: NotebookNode) -> Block | None:
        data = _data(cell)
        if EXHIBIT_MIME in data:
            return self._shown(data[EXHIBIT_MIME], data.get("image/svg+xml", ""), cell.metadata["kbk"]["chapter"])
        return self._text(data[TEXT_MIME]) if TEXT_MIME in data else None

    def _text(self, payload: Mapping[str, Any]) -> Text:
        kind, size = payload["kind"], 3 if payload["kind"] == "tiles" else 1
        if kind not in _KINDS or not payload["items"]:
            raise ValueError(kind)
        items = tuple(tuple(map(plain, [item] if isinstance(item, str) else item)) for item in payload["items"])
        if any(len(item) != size for item in items):
            raise ValueError(kind)
        anchor = self.anchor("h", items[0][0]) if kind == "heading" and payload["level"] > 1 else ""
        return Text(kind, items, int(payload["level"]), anchor)

    def _shown(self, payload: Mapping[str, Any], svg: str, chapter: str) -> Shown:
        columns = tuple(
            Column(
                plain(f["label"]), "right" if f["align"] == "right" else "left", float(f["weight"]), bool(f["strong"])
            )
            for f in payload["fields"]
        )
        if not all(column.align in ("left", "right") and 0 < column.weight < 1e3 for column in columns):
            raise ValueError(payload["id"])
        rows = tuple(_cells(*pair, columns) for pair in zip(payload["rows"], payload["display"], strict=True))
        if bool(svg) != payload["figure"] or (svg and not plain(payload["alt"])) or not plain(payload["title"]):
            raise ValueError(payload["id"])
        number = ""
        if svg:
            self.figures += 1
            number = tr("Gambar {n}", n=self.figures)
        elif columns:
            self.tables += 1
            number = tr("Tabel {n}", n=self.tables)
        return Shown(
            anchor=self.anchor(chapter, payload["id"]),
            number=number,
            title=plain(payload["title"]),
            source=plain(payload["source"]),
            n=plain(payload["n"]),
            alt=plain(payload["alt"]),
            svg=svg,
            notes=tuple(map(plain, payload["notes"])),
            columns=columns,
            rows=rows,
            table_title=tr("Tabel untuk {figure}", figure=number) if svg else "",
        )


def _data(cell: NotebookNode) -> Mapping[str, Any]:
    return next((output["data"] for output in cell.get("outputs", []) if "data" in output), {})


def _cells(raw: Sequence[Any], display: Sequence[str], columns: Sequence[Column]) -> tuple[Cell, ...]:
    triples = zip(raw, display, columns, strict=True)
    return tuple(Cell(plain(text), _absent(value)) for value, text, _ in triples)


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and "refusal" in value)


def _labelled(block: Block, before: Sequence[Block]) -> Block:
    """Give findings and asks a label of their own, unless the heading of their paragraphs names them."""
    if not isinstance(block, Text) or block.kind not in ("findings", "asks"):
        return block
    above = next((one for one in reversed(before) if not (isinstance(one, Text) and one.kind == "paragraph")), None)
    if isinstance(above, Text) and above.kind == "heading":
        return block
    return replace(block, label=tr("Temuan utama") if block.kind == "findings" else tr("Yang diminta dari pembaca"))


def _damaged(cell: NotebookNode) -> Finding:
    data = _data(cell)
    payload = data.get(EXHIBIT_MIME) or data.get(TEXT_MIME)
    name = payload.get("id") or payload.get("kind") if isinstance(payload, Mapping) else ""
    where = cell.metadata.get("kbk", {}).get("chapter", "")
    return Finding(
        rule="exhibit.damaged",
        message=tr("bagian «{name}» dari bab «{chapter}» rusak", name=plain(str(name))[:60], chapter=where),
        remedy=tr("buat ulang report.ipynb dengan perintah kbk render"),
        file="report.ipynb",
        column=tr("sel {cell}", cell=cell.get("id", "")),
    )


def _empty() -> Finding:
    return Finding(
        rule="report.empty",
        message=tr("laporan tidak berisi apa pun"),
        remedy=tr("periksa bab-babnya: tidak satu pun menampilkan gambar, tabel atau kalimat"),
        file="report.ipynb",
    )
