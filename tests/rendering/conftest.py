"""Executed chapters and report metadata, built from exhibits and words without any analysis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Facts, Field, Place, Words
from kbk_analysis.rendering.bind import bind

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="120pt"><rect width="90" height="40"/></svg>'
FACTS = Facts({"area_code": "99.01.03", "period": "2023", "kampung": 16})


def make_meta(**changes: Any) -> dict[str, Any]:
    """Metadata of a district report with one chapter ``situation``."""
    meta = {
        "schema": 1,
        "kind": "district",
        "id": "99-01-03",
        "title": "Situasi Kampung KB",
        "subtitle": "Kabupaten Contoh",
        "language": "id",
        "edition": "internal",
        "paper": "a4",
        "synthetic": True,
        "area_code": "99.01.03",
        "area_name": "Kecamatan Contoh Hulu",
        "period": "2023",
        "cutoff": "2023-08-28",
        "letterhead": ["PEMERINTAH KABUPATEN CONTOH", "DINAS PPKB", "Jalan Contoh 1"],
        "footer": "Dinas PPKB Kabupaten Contoh",
        "chapters": [{"id": "situation", "title": "Situasi"}],
        "report_date": "2023-09-15",
    }
    return {**meta, **changes}


def make_chapter(*parts: Exhibit | Words | Facts) -> NotebookNode:
    """Notebook as after execution: one cell a part, counted, with traces of its run."""
    cells = [v4.new_code_cell("area_code = '99.01.03'", id="parameters", execution_count=1)]
    for number, part in enumerate(parts, start=2):
        output = v4.new_output("display_data", data=part._repr_mimebundle_())
        cell = v4.new_code_cell("show(part)", id=f"cell-{number}", execution_count=number, outputs=[output])
        cell.metadata["papermill"] = {"start_time": "2024-01-01T00:00:00", "status": "completed"}
        cells.append(cell)
    metadata = {
        "papermill": {"input_path": "/home/someone/situation.ipynb"},
        "language_info": {"name": "python", "version": "3.11.7"},
    }
    return v4.new_notebook(cells=cells, metadata=metadata)


def make_figure(name: str = "classes", **changes: Any) -> Exhibit:
    """A chart with a table of two rows."""
    given: dict[str, Any] = {
        "id": name,
        "title": "Separuh kampung masih Dasar",
        "alt": "Diagram batang: Dasar 8, Mandiri 4 kampung.",
        "source": "Klasifikasi, 28 Agustus 2023",
        "n": "12 dari 16 kampung",
        "svg": SVG,
        "fields": (Field("class", "Kelas", strong=True), Field("n", "Kampung", "integer")),
        "rows": (("Dasar", 8), ("Mandiri", 4)),
    }
    return Exhibit(**{**given, **changes})


def make_table(count: int = 3, name: str = "villages", **changes: Any) -> Exhibit:
    """A table alone: a name, a count that is sometimes not reported, a share."""
    given: dict[str, Any] = {
        "id": name,
        "title": "Desa menurut jumlah keluarga",
        "source": "Pendataan keluarga 2023",
        "n": f"{count} desa",
        "fields": (
            Field("village", "Desa", strong=True, weight=2),
            Field("families", "Keluarga", "integer"),
            Field("share", "Bagian", "percent1"),
        ),
        "rows": tuple((f"Desa Nomor {i}", None if i % 7 == 0 else 1000 + i, i / 2) for i in range(1, count + 1)),
    }
    return Exhibit(**{**given, **changes})


def full_chapter(text: str = "") -> NotebookNode:
    """One of each kind of content, `text` put into every free text."""
    t = text
    summary = Place.SUMMARY
    return make_chapter(
        FACTS,
        Words(kind="heading", items=[f"Situasi {t}"], level=1),
        Words(kind="tiles", items=[(f"Kampung KB {t}", f"16 {t}", f"semua desa {t}")], place=summary),
        Words(kind="findings", items=[f"Delapan masih Dasar {t}", "Dua naik kelas"], place=summary),
        Words(kind="asks", items=[f"Dinas PPKB melengkapi isian {t}"], place=summary),
        make_figure("first", place=summary),
        Words(kind="heading", items=[f"Mutu data {t}"], level=2),
        Words(kind="paragraph", items=[f"Isian lengkap 88,0\u00a0% {t}"]),
        Words(kind="list", items=[f"butir satu {t}", "butir dua"]),
        Words(kind="note", items=[f"Hitung ulang, bukan penetapan {t}"]),
        make_figure(
            "second",
            title=f"Judul gambar {t}",
            alt=f"Uraian gambar {t}",
            source=f"Berkas {t}",
            n=f"16 kampung {t}",
            notes=(f"catatan {t}",),
            fields=(Field("a", f"Kelas {t}", strong=True), Field("b", f"Jumlah {t}", "integer")),
            rows=((f"Dasar {t}", 8), (f"Mandiri {t}", Refusal("suppressed"))),
        ),
        make_table(5, title=f"Judul tabel {t}"),
        make_table(3, "annex-table", place=Place.ANNEX),
    )


@pytest.fixture
def meta() -> Callable[..., dict[str, Any]]:
    return make_meta


@pytest.fixture
def chapter() -> Callable[..., NotebookNode]:
    return make_chapter


@pytest.fixture
def figure() -> Callable[..., Exhibit]:
    return make_figure


@pytest.fixture
def table() -> Callable[..., Exhibit]:
    return make_table


@pytest.fixture
def facts() -> Facts:
    return FACTS


@pytest.fixture
def full() -> Callable[..., NotebookNode]:
    return full_chapter


@pytest.fixture
def report() -> Callable[..., NotebookNode]:
    """Bound report from the parts of one chapter, or from one of each kind."""

    def build(*parts: Exhibit | Words, text: str = "", **changes: Any) -> NotebookNode:
        notebook = make_chapter(FACTS, *parts) if parts else full_chapter(text)
        return bind([("situation", notebook)], make_meta(**changes))

    return build
