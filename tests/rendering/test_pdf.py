"""The printed report: tagged, embedded, exact in size, nothing cut off, the same bytes everywhere."""

import hashlib
import html
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.errors import InputFault, Refusal
from kbk_analysis.exhibit import Field
from kbk_analysis.rendering.export.content import Cell, Column, Shown
from kbk_analysis.rendering.export.meta import PAPERS
from kbk_analysis.rendering.export.paper import MARGINS, MM, breakable, lay_out, printable
from kbk_analysis.rendering.export.pdf import to_pdf

ROOT = Path(__file__).parents[2]
PAYLOADS = [
    '#read("/etc/passwd")',
    "#panic() $x$ *tebal* _miring_ @ref <label> // = Judul",
    "<script>alert(1)</script> {{ 7*7 }}",
    "\\ ` ~ [ ] # ( ) { } \" '",
    "漢字 🎉 ا ▲ ■ ●",
]


def opened(content):
    return pikepdf.open(io.BytesIO(content))


def tags(pdf):
    """Every structure element of the document: its tag and the element."""

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node.S), node
            if "/K" in node:
                yield from walk(node.K)

    return list(walk(pdf.Root.StructTreeRoot.K))


def words(content, tmp_path):
    """(page, x, y, x2, y2, text) of every word in points, as poppler sees them."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("poppler is absent")
    path = tmp_path / "words.pdf"
    path.write_bytes(content)
    command = [tool, "-bbox", str(path), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    found, page = [], 0
    for line in shown.splitlines():
        page += "<page " in line
        if match := re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*)</word>', line):
            found.append((page, *map(float, match.groups()[:4]), match[5]))
    return found


def text(content, tmp_path):
    return " ".join(word[-1] for word in words(content, tmp_path))


def boxes(pdf):
    return [tuple(float(side) for side in page.mediabox) for page in pdf.pages]


def assert_inside(content, tmp_path):
    sizes = boxes(opened(content))
    for page, left, top, right, bottom, word in words(content, tmp_path):
        width, height = sizes[page - 1][2:]
        assert left >= MARGINS["left"] * MM - 1, word
        assert right <= width - MARGINS["right"] * MM + 1, word
        assert 0 < top < bottom < height, word


def test_document_is_tagged_and_says_what_it_is(report):
    pdf = opened(to_pdf(report()))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "id"
    assert str(pdf.docinfo.Title) == "Situasi Kampung KB"
    assert "/Author" not in pdf.docinfo
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    found = [tag for tag, _ in tags(pdf)]
    assert found.count("/Table") == 4  # two alone, two behind figures
    assert found.count("/H1") == 3
    assert "/TH" in found
    alts = [str(node.Alt) for tag, node in tags(pdf) if tag == "/Figure"]
    assert alts == ["Diagram batang: Dasar 8, Mandiri 4 kampung.", "Uraian gambar"]


def test_bookmarks_follow_the_headings(report):
    with opened(to_pdf(report())).open_outline() as outline:
        tree = [(item.title, [child.title for child in item.children]) for item in outline.root]
    assert tree == [
        ("Ringkasan", []),
        ("Situasi", ["Mutu data"]),
        ("Lampiran", ["Angka di balik gambar"]),
    ]


def test_every_font_is_embedded(report):
    pdf = opened(to_pdf(report()))
    fonts = {str(f.BaseFont): f for page in pdf.pages for f in page.Resources.get("/Font", {}).values()}
    assert fonts
    for name, font in fonts.items():
        assert "LiberationSans" in name
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


@pytest.mark.parametrize("paper", ["a4", "f4"])
def test_paper_is_exact(report, paper):
    for box in boxes(opened(to_pdf(report(paper=paper)))):
        assert box == pytest.approx((0, 0, *(side * 72 / 25.4 for side in PAPERS[paper])), abs=0.01)


def test_report_can_be_read_as_text(report, tmp_path):
    content = to_pdf(report())
    shown = text(content, tmp_path)
    pages = len(opened(content).pages)
    for wanted in (
        "Delapan masih Dasar",
        "Yang diminta dari pembaca",
        "Tabel untuk Gambar 2",
        "disembunyikan",
        "88,0 %",
        "Data sampai 28 Agustus 2023",
        *(f"Halaman {n} dari {pages}" for n in range(1, pages + 1)),
    ):
        assert wanted in shown.replace("\u00a0", " ")


@pytest.mark.parametrize(("synthetic", "edition"), [(True, "internal"), (False, "public")])
def test_marks_stand_on_every_page(report, tmp_path, synthetic, edition):
    content = to_pdf(report(synthetic=synthetic, edition=edition))
    pages = range(1, len(opened(content).pages) + 1)
    top = [(page, word) for page, _, y, _, _, word in words(content, tmp_path) if y < 0.7 * MARGINS["top"] * MM]
    assert [page for page in pages if (page, "CONTOH") in top] == (list(pages) if synthetic else [])
    assert [page for page in pages if (page, "TERBATAS") in top] == (list(pages) if edition == "internal" else [])
    assert [page for page in pages if (page, "PUBLIK") in top] == (list(pages) if edition == "public" else [])


def test_cross_reference_names_the_page_of_the_table(report, tmp_path):
    found = words(to_pdf(report()), tmp_path)
    said = [
        int(found[i + 1][-1])
        for i in range(len(found))
        if [w[-1] for w in found[i - 2 : i + 1]] == ["angka", "di", "halaman"]
    ]
    first = next(
        w[0] for i, w in enumerate(found) if [x[-1] for x in found[i : i + 4]] == ["Tabel", "untuk", "Gambar", "1."]
    )
    assert len(said) == 2
    assert said[0] == first


def test_long_table_is_whole_and_repeats_its_header(report, table, tmp_path):
    content = to_pdf(report(table(60)))
    found = words(content, tmp_path)
    assert_inside(content, tmp_path)
    shown = [w[-1] for w in found]
    assert [int(shown[i + 1]) for i, word in enumerate(shown) if word == "Nomor"] == list(range(1, 61))
    pages = {page for page, *_, word in found if word == "Nomor"}
    assert len(pages) > 1
    assert {page for page, *_, word in found if word == "Bagian"} == pages


def test_wide_table_turns_the_page_and_stays_whole(report, table, tmp_path):
    names = ["Penggunaan data", "Operasional", "Lintas sektor", "Sumber dana", "Data keluarga", "Rumah Dataku"] * 3
    fields = (Field("v", "Desa", strong=True), *(Field(f"k{i}", name, "integer") for i, name in enumerate(names)))
    rows = tuple((f"Pematang Tebih Timur {i}", *((1000 + i, Refusal("suppressed")) * 9)) for i in range(12))
    content = to_pdf(report(table(fields=fields, rows=rows)))
    assert any(box[2] > box[3] for box in boxes(opened(content)))
    assert any(box[2] < box[3] for box in boxes(opened(content)))
    assert_inside(content, tmp_path)
    assert text(content, tmp_path).count("1.003") == 9


@pytest.mark.parametrize("word", ["KampungYangNamanyaTanpaSpasi" * 8, "1234567890" * 20, "A-B_C/D" * 30])
def test_words_longer_than_the_page_break(report, word, tmp_path):
    content = to_pdf(report(text=word))
    assert_inside(content, tmp_path)
    joined = re.sub(r"[\s\u00ad\u200b-]", "", text(content, tmp_path))
    assert joined.count(word.replace("-", "")) > 10


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_outside_is_printed_not_run(report, payload, tmp_path):
    shown = text(to_pdf(report(text=payload)), tmp_path)
    shown = re.sub(r"[\u200b\u00ad]", "", html.unescape(shown))
    wanted = printable(payload)
    assert shown.count(wanted) >= 8
    assert "root:" not in shown


def test_figure_that_cannot_be_printed_is_named(report, figure):
    bad = figure("odd-one", svg='<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>')
    with pytest.raises(InputFault, match=r"Gambar 2 \(situation-odd-one\)"):
        to_pdf(report(figure(), bad))


def test_tall_figure_fits_the_page(report, figure):
    tall = '<svg xmlns="http://www.w3.org/2000/svg" width="440pt" height="2000pt"><rect width="9" height="9"/></svg>'
    pdf = opened(to_pdf(report(figure(svg=tall, fields=(), rows=()))))
    box = next(node for tag, node in tags(pdf) if tag == "/Figure").A
    box = box[0] if isinstance(box, pikepdf.Array) else box
    left, bottom, right, top = (float(side) for side in box.BBox)
    assert bottom > MARGINS["bottom"] * MM
    assert (top - bottom) / (right - left) == pytest.approx(2000 / 440, rel=0.01)


SCRIPT = """
import hashlib, sys, nbformat
from kbk_analysis.rendering.export.html import to_html
from kbk_analysis.rendering.export.pdf import to_pdf
notebook = nbformat.read(sys.argv[1], as_version=4)
print(hashlib.sha256(to_pdf(notebook)).hexdigest(), hashlib.sha256(to_html(notebook).encode()).hexdigest())
"""


def environment(**changes):
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **changes}


def test_same_bytes_in_other_processes_time_zones_and_folders(report, tmp_path):
    notebook = report()
    path = tmp_path / "report.ipynb"
    nbformat.write(notebook, path)
    printed = []
    for zone, seed, locale in (("Asia/Jakarta", "1", "C"), ("America/Lima", "77", "tr_TR.UTF-8")):
        folder = tmp_path / f"in-{seed}"
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(path)],
            env=environment(TZ=zone, PYTHONHASHSEED=seed, LC_ALL=locale, TMPDIR=str(folder), SOURCE_DATE_EPOCH=seed),
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        printed.append(done.stdout.split())
        assert list(folder.iterdir()) == []  # nothing is left behind
    assert printed[0] == printed[1]
    assert printed[0][0] == hashlib.sha256(to_pdf(notebook)).hexdigest()


def test_no_path_of_this_machine_is_in_the_file(report):
    content = to_pdf(report())
    pdf = opened(content)
    everything = content + b"".join(o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream))
    for trace in (str(ROOT).encode(), b"/tmp", b"main.typ", b"report.json"):
        assert trace not in everything


@pytest.mark.slow
def test_nbconvert_gives_the_published_bytes(report, tmp_path):
    """By the entry points of pyproject.toml, put on the path as an installation would."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    info = tmp_path / "site" / "probe-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: probe\nVersion: 0\n")
    lines = [f"{name} = {target}" for name, target in points["nbconvert.exporters"].items()]
    (info / "entry_points.txt").write_text("\n".join(["[nbconvert.exporters]", *lines]) + "\n")
    notebook = report()
    nbformat.write(notebook, tmp_path / "report.ipynb")
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "kbk-pdf", "report.ipynb"],
        env=environment(PYTHONPATH=f"{ROOT}{os.pathsep}{info.parent}"),
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "report.pdf").read_bytes() == to_pdf(notebook)


letters = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 24), st.lists(letters, min_size=24, max_size=24), st.sampled_from(sorted(PAPERS)), st.booleans())
def test_columns_fill_the_page_and_no_more(count, texts, name, number):
    columns = tuple(
        Column(text, "right" if number else "left", 1 + i % 3, i == 0) for i, text in enumerate(texts[:count])
    )
    row = tuple(Cell(text, i % 5 == 0) for i, text in enumerate(reversed(texts[-count:])))
    layout = lay_out(Shown("t", "Tabel 1", "", "", "", columns=columns, rows=(row,)), PAPERS[name])
    side = PAPERS[name][1 if layout.turned else 0]
    room = (side - MARGINS["left"] - MARGINS["right"]) * MM
    assert room - 1 < sum(layout.widths) <= room + 0.2
    assert min(layout.widths) > 0
    assert 7 <= layout.size <= 9


@given(letters, st.floats(1, 30))
def test_breaks_lose_no_letter(value, width):
    assert re.sub("[\u200b\u00ad]", "", breakable(value, width)) == value.replace("\u00ad", "")
