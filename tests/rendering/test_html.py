"""The page: inert whatever is in it, self-contained, marked, and readable by machine and phone."""

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import nbformat
import pytest

from kbk_analysis.errors import InputFault, Refusal
from kbk_analysis.exhibit import EXHIBIT_MIME, TEXT_MIME, Field, Place, Words
from kbk_analysis.rendering.export.html import KbkHtmlExporter, to_html

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>@import url(http://example.org/x.css)</style>",
    "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<svg onload=alert(1)>",
    "<iframe src=//example.org>",
    "{{ 7*7 }} {% raw %} {# x #}",
    "<!-- <b>unclosed",
    "' onmouseover='alert(1)",
    "&lt;script&gt;",
    '#read("/etc/passwd") $x$ *bold* @ref <label> \\ ',
]
ACTIVE = {"script", "iframe", "object", "embed", "form", "link", "base", "svg", "math", "video", "audio", "input"}
VOID = {"meta", "img", "br", "hr"}


class Page(HTMLParser):
    """Elements with their attributes, text by element, and whether every element is closed in order."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.stack, self.comments, self.texts, self.balanced = [], [], [], [], True
        self.feed(source)
        self.close()
        self.balanced &= not self.stack

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        self.balanced &= bool(self.stack) and self.stack.pop() == tag

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        self.texts.append((self.stack[-1] if self.stack else "", data))

    def of(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]

    def text(self, *tags):
        return [data for tag, data in self.texts if not tags or tag in tags]


def hostile(report, payload, **changes):
    words = dict.fromkeys(("title", "subtitle", "footer", "area_name", "period", "kind", "id"), payload)
    texts = {"letterhead": [payload, payload], "chapters": [{"id": "situation", "title": payload}]}
    notebook = report(text=payload, **changes)
    # The period is guarded by the chapter's facts, so the words of the cover are changed after binding.
    notebook.metadata.kbk.update({**words, **texts})
    for cell in notebook.cells:
        data = cell.outputs[0].data
        if TEXT_MIME in data and data[TEXT_MIME]["level"] == 1:
            data[TEXT_MIME]["items"] = [payload]
    return notebook


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_outside_is_inert_in_every_field(report, payload):
    source = to_html(hostile(report, payload))
    page = Page(source)
    assert page.balanced
    assert not page.comments
    assert not {tag for tag, _ in page.elements} & ACTIVE
    assert len(page.of("style")) == 1
    for _, attrs in page.elements:
        assert not [key for key in attrs if key.startswith("on") or key in ("style", "srcset", "formaction")]
        assert attrs.get("href", "#").startswith("#")
        assert attrs.get("src", "data:image/svg+xml,").startswith("data:image/svg+xml,")
    shown = re.sub(r"\s+", " ", " ".join(page.text()))
    assert shown.count(payload.strip()) >= 20  # as typed, in every place


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_and_plain_text_give_the_same_elements(report, payload):
    outline = [
        [(tag, sorted(set(attrs) - {"id"})) for tag, attrs in Page(to_html(hostile(report, text))).elements]
        for text in (payload, "kata")
    ]
    assert len(outline[0]) > 50
    assert outline[0] == outline[1]


def test_policy_allows_this_style_and_data_images_only(report):
    source = to_html(report())
    page = Page(source)
    policy = next(m["content"] for m in page.of("meta") if m.get("http-equiv") == "Content-Security-Policy")
    css = re.search(r"<style>(.*?)</style>", source, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"url\(|@import|expression|http", css)
    assert not re.search(r"https?://|//[a-z]", source)


def test_page_is_well_formed_for_readers_and_machines(report):
    page = Page(to_html(report()))
    assert page.balanced
    assert page.of("html") == [{"lang": "id"}]
    assert page.text("h1") == ["Situasi Kampung KB"]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for attrs in page.of("a")} <= set(ids)
    assert len(page.of("main")) == len(page.of("nav")) == 1


def test_figures_have_alt_numbers_and_their_table_folded_beneath(report):
    source = to_html(report())
    page = Page(source)
    assert [attrs["alt"] for attrs in page.of("img")] == [
        "Diagram batang: Dasar 8, Mandiri 4 kampung.",
        "Uraian gambar",
    ]
    assert page.text("b").count("Gambar 1") == page.text("b").count("Gambar 2") == 1
    assert len(page.of("details")) == 2
    assert "Tabel untuk Gambar 2. Judul gambar" in page.text("span")
    svg = unquote(page.of("img")[0]["src"].partition(",")[2])
    assert svg.startswith("<svg")


def test_tables_have_captions_scopes_and_reasons_for_missing_values(report):
    page = Page(to_html(report()))
    assert len(page.of("caption")) == len(page.of("table")) == 4
    scopes = {attrs["scope"] for attrs in page.of("th")}
    assert scopes == {"col", "row"}
    assert len(page.of("th")) == len([a for a in page.of("th") if "scope" in a])
    assert "disembunyikan" in page.text("td")
    assert sum("absent" in attrs.get("class", "") for attrs in page.of("td")) == 1


def test_summary_precedes_chapters_and_annex(report):
    source = to_html(report())
    places = [source.index(f'<section class="{kind}"') for kind in ("summary", "chapter", "annex")]
    assert places == sorted(places)


@pytest.mark.parametrize(("synthetic", "edition"), [(True, "internal"), (False, "internal"), (True, "public")])
def test_marks_are_those_of_the_report(report, synthetic, edition):
    shown = " ".join(Page(to_html(report(synthetic=synthetic, edition=edition))).text("b"))
    assert ("DATA CONTOH" in shown) is synthetic
    assert ("TERBATAS" in shown) is (edition == "internal")
    assert ("EDISI PUBLIK" in shown) is (edition == "public")


def test_a_public_report_on_real_data_bears_the_mark_of_its_edition_alone(report):
    source = to_html(report(synthetic=False, edition="public"))
    assert [mark for mark in ("DATA CONTOH", "TERBATAS", "EDISI PUBLIK") if mark in source] == ["EDISI PUBLIK"]
    assert source.count("jumlah 1 sampai 4") == 1


def test_label_stands_where_no_heading_announces_the_findings(report):
    findings = Words(kind="findings", items=["Satu temuan"], place=Place.SUMMARY)
    heading = Words(kind="heading", items=["Yang ditemukan"], level=2, place=Place.SUMMARY)
    labelled = to_html(report(Words(kind="paragraph", items=["x"], place=Place.SUMMARY), findings))
    announced = to_html(report(heading, findings))
    assert "Temuan utama" in labelled
    assert "Temuan utama" not in announced


def test_number_and_its_unit_stay_together(report):
    assert "88,0\u00a0%" in to_html(report())


def test_invisible_characters_do_not_pass(report):
    source = to_html(report(text="a\u202eb\u200bc\u0007d"))
    assert "abcd" in source
    assert not re.search("[\u202e\u200b\u0007]", source)


def test_empty_table_says_so(report, table):
    assert "Tidak ada baris." in Page(to_html(report(table(0)))).text("td")


@pytest.mark.parametrize("exporter_field", ["display", "fields", "rows", "title", "notes"])
def test_damaged_exhibit_is_named(report, table, exporter_field):
    notebook = report(table(2, "broken-one"))
    del notebook.cells[1].outputs[0].data[EXHIBIT_MIME][exporter_field]
    with pytest.raises(InputFault, match="broken-one"):
        to_html(notebook)


def test_rows_that_do_not_fit_the_columns_are_refused(report, table):
    notebook = report(table(2, "broken-one"))
    notebook.cells[1].outputs[0].data[EXHIBIT_MIME]["display"][1].append("lebih")
    with pytest.raises(InputFault, match="broken-one"):
        to_html(notebook)


def test_notebook_that_is_no_report_is_refused(chapter, facts):
    with pytest.raises(InputFault, match=r"metadata\.kbk"):
        to_html(chapter(facts))


def test_report_without_content_is_refused(report):
    notebook = report()
    notebook.cells.clear()
    with pytest.raises(InputFault) as fault:
        to_html(notebook)
    assert [finding.rule for finding in fault.value.findings] == ["report.empty"]


def test_exporter_gives_the_page_of_the_function(report, tmp_path):
    notebook = report()
    path = tmp_path / "report.ipynb"
    nbformat.write(notebook, path)
    body, resources = KbkHtmlExporter().from_filename(str(path))
    assert body == to_html(notebook)
    assert resources["output_extension"] == ".html"


@pytest.mark.browser
def test_printed_page_bears_the_marks_and_loses_no_column(report, table, tmp_path):
    chromium, tool = shutil.which("chromium"), shutil.which("pdftotext")
    if chromium is None or tool is None:
        pytest.skip("Chromium or poppler is absent")
    from playwright.sync_api import sync_playwright

    fields = (Field("v", "Desa", strong=True), *(Field(f"k{i}", f"Unsur {i}", "integer") for i in range(12)))
    rows = tuple((f"Desa {i}", *([Refusal("suppressed")] * 11), 7000 + i) for i in range(40))
    path = tmp_path / "report.html"
    path.write_text(to_html(report(table(fields=fields, rows=rows))), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.as_uri())
        page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
        browser.close()
    shown = subprocess.run([tool, str(tmp_path / "page.pdf"), "-"], check=True, capture_output=True, encoding="utf-8")
    pages = shown.stdout.split("\f")[:-1]
    assert len(pages) > 1
    assert all("DATA CONTOH · TERBATAS" in page for page in pages)
    assert [f"7.{i:03}" for i in range(40)] == sorted(re.findall(r"7\.0\d\d", shown.stdout))


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_overflows_and_nothing_is_asked_of_the_network(report, table, tmp_path, width):
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is absent")
    from playwright.sync_api import sync_playwright

    page_file = tmp_path / "report.html"
    page_file.write_text(to_html(report(text="SangatPanjangTanpaSpasi" * 9)), encoding="utf-8")
    asked, said = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=True)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        images = page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        styled = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        browser.close()
    assert wide <= width
    assert images
    assert styled == "rgb(8, 69, 148)"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
