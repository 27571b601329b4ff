"""A report and its index as Chromium shows them: no network, no script, whole on a phone, by keyboard, in print."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from kbk_analysis.rendering import index
from kbk_analysis.rendering.export.html import to_html
from kbk_analysis.rendering.plan import make_plan

pytestmark = pytest.mark.browser
PHONE = 360


@pytest.fixture(params=["report", "index"])
def either(request, report_page: Path, index_page: Path) -> Path:
    return report_page if request.param == "report" else index_page


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_page_asks_for_nothing_and_says_nothing(visit, either: Path, width: int) -> None:
    opened = visit(either, width=width)
    opened.page.mouse.wheel(0, 100_000)
    opened.page.wait_for_timeout(200)
    assert opened.asked == [either.as_uri()]
    assert opened.said == []
    assert opened.page.locator("script").count() == 0


def test_what_a_page_asks_and_says_is_heard(visit, tmp_path: Path) -> None:
    """The test above can fail."""
    path = tmp_path / "bad.html"
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'; style-src 'none'\">"
    path.write_text(f"<!doctype html>{policy}<p style='color: red'>x</p><img src='near.png'><script>1</script>")
    opened = visit(path)
    assert opened.asked == [path.as_uri(), (tmp_path / "near.png").as_uri()]
    assert any("script-src" in said for said in opened.said)
    assert any("style-src" in said for said in opened.said)


def test_every_chart_is_drawn_and_described(visit, report_page: Path) -> None:
    images = visit(report_page).page.evaluate(
        "Promise.all([...document.images].map(i => i.decode().then(() => [i.naturalWidth, i.naturalHeight, i.alt])))"
    )
    assert len(images) >= 5
    for width, height, alt in images:
        assert width > 100
        assert height > 30
        assert len(alt) > 20


WIDE = """limit => [...document.body.querySelectorAll('*')].filter(e => {
  const box = e.getBoundingClientRect();
  return (box.right > limit + 1 || box.left < -1) && box.width > 0 && !e.parentElement.closest('.scroll');
}).map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`)"""


@pytest.mark.parametrize("width", [PHONE, 768])
def test_page_fits_its_width_and_nothing_is_cut_off(visit, either: Path, width: int) -> None:
    page = visit(either, width=width).page
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(WIDE, width) == []
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(WIDE, width) == []


def test_what_is_wider_than_a_phone_can_be_scrolled_to_by_keyboard(visit, report_page: Path) -> None:
    page = visit(report_page, width=PHONE).page
    regions = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
        ".map(e => [e.tabIndex, e.getAttribute('role'), e.getAttribute('aria-label')])"
    )
    assert regions
    assert all(tab == 0 and role == "region" and label for tab, role, label in regions)


def test_headings_are_one_outline(visit, either: Path) -> None:
    page = visit(either).page
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert page.locator("main").count() == 1
    assert page.evaluate("document.title")


@pytest.mark.parametrize("language", ["id", "en"])
def test_page_says_its_language(visit, demo_set, language: str) -> None:
    paths = [demo_set(language) / "index.html", *demo_set(language).glob("*/*.html")]
    assert len(paths) == 2
    assert {visit(path).page.evaluate("document.documentElement.lang") for path in paths} == {language}


def test_every_header_cell_says_what_it_heads(visit, either: Path) -> None:
    tables = visit(either).page.evaluate(
        "[...document.querySelectorAll('table')].map(t => [t.caption?.textContent ?? '',"
        " [...t.querySelectorAll('th')].map(h => h.scope), t.rows.length])"
    )
    assert tables
    for caption, scopes, rows in tables:
        assert caption.strip()
        assert set(scopes) <= {"col", "row"}
        assert "col" in scopes
        assert "row" in scopes or rows == 2, caption  # one row may say that there is none


def test_links_lead_somewhere(visit, either: Path) -> None:
    page = visit(either).page
    links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert links
    assert len(ids) == len(set(ids))
    for link in links:
        assert link[1:] in ids if link.startswith("#") else (either.parent / link).is_file(), link


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(visit, report_page: Path) -> None:
    page = visit(report_page).page
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.className, document.activeElement.getAttribute('href')]")
    assert first == ["skip", "#content"]
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_folded_numbers_open_by_keyboard(visit, report_page: Path) -> None:
    page = visit(report_page).page
    table = page.locator("details table").first
    assert not table.is_visible()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert table.is_visible()


def test_without_scripts_everything_is_shown(visit, either: Path) -> None:
    with_scripts, without = visit(either).page, visit(either, javascript=False).page
    shown = without.locator("body").inner_text()
    assert shown == with_scripts.locator("body").inner_text()
    assert len(shown) > 300
    for summary in without.locator("summary").all():
        summary.click()
    assert all(table.is_visible() for table in without.locator("table").all())
    hidden = without.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => !e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))"
    )
    assert hidden == []


CONTRAST = """() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const linear = c => c / 255 <= .04045 ? c / 255 / 12.92 : ((c / 255 + .055) / 1.055) ** 2.4;
  const light = rgb => .2126 * linear(rgb[0]) + .7152 * linear(rgb[1]) + .0722 * linear(rgb[2]);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), poor = [];
  let seen = 0;
  for (let node; node = walker.nextNode();) {
    const e = node.parentElement, style = getComputedStyle(e), text = node.data.trim();
    if (!text || !e.checkVisibility()) continue;
    seen += 1;
    const [a, b] = [light(channels(style.color)), light(ground(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const needed = size >= 24 || (size >= 18.66 && bold) ? 3 : 4.5;
    if ((a + .05) / (b + .05) < needed) poor.push(`${e.tagName} ${e.className} ${text.slice(0, 40)}`);
  }
  return [seen, poor];
}"""


def test_text_stands_out_from_its_ground(visit, either: Path) -> None:
    """Contrast of WCAG 2.2 AA: 4.5, large text 3."""
    seen, poor = visit(either).page.evaluate(CONTRAST)
    assert seen > 20
    assert poor == []


def test_printed_page_is_whole(visit, report_page: Path, pdftotext: str, tmp_path: Path) -> None:
    page = visit(report_page).page
    title, headings = page.locator("h1").inner_text(), page.locator("h2").all_inner_texts()
    page.pdf(path=str(tmp_path / "printed.pdf"), prefer_css_page_size=True)
    with pikepdf.open(tmp_path / "printed.pdf") as printed:
        count = len(printed.pages)
    command = [pdftotext, "-layout", str(tmp_path / "printed.pdf"), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    pages = [re.sub(r"\s+", " ", text) for text in shown.split("\f")]
    assert count > 1
    assert title in pages[0]
    assert [heading for heading in headings if not any(heading in text for text in pages)] == []
    assert all("DATA CONTOH" in text for text in pages[:count])


@pytest.fixture(scope="module")
def hostile_pages(payloads, report, tmp_path_factory) -> list[tuple[str, Path]]:
    """A report for each hostile text, with that text in every place."""
    folder = tmp_path_factory.mktemp("hostile")
    pages = []
    for number, payload in enumerate(payloads.PAYLOADS):
        path = folder / f"{number}.html"
        path.write_text(to_html(payloads.hostile(report, payload)), "utf-8")
        pages.append((payload, path))
    return pages


def test_hostile_text_is_only_text(visit, hostile_pages) -> None:
    assert len(hostile_pages) >= 10
    for payload, path in hostile_pages:
        opened = visit(path)
        assert opened.asked == [path.as_uri()], payload
        assert opened.said == [], payload
        assert opened.page.locator("script, iframe, object, embed, form, base, link, svg").count() == 0, payload
        assert opened.page.locator("h1").inner_text().split() == payload.split()
        assert opened.page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(8, 69, 148)"


def test_hostile_names_in_the_index_are_only_text(visit, payloads, project, tmp_path: Path) -> None:
    plan = make_plan(project(), out=tmp_path / "reports")
    file = {"href": "x/x.html", "form": "HTML", "bytes": 1, "pages": None}
    rows = [
        {
            **{
                "folder": "x",
                "code": payload,
                "name": payload,
                "period": payload,
                "status": "failed",
                "reason": payload,
            },
            **{"facts": {"quality_grade": payload}, "files": [file]},
        }
        for payload in payloads.PAYLOADS
    ]
    path = tmp_path / "index.html"
    path.write_text(index.render(rows, plan), "utf-8")
    opened = visit(path)
    assert opened.asked == [path.as_uri()]
    assert opened.said == []
    assert opened.page.locator("script, iframe, img, form, base, link, svg").count() == 0
    shown = [" ".join(row.split()) for row in opened.page.locator("tbody tr").all_inner_texts()]
    assert len(shown) == len(payloads.PAYLOADS)
    for payload, row in zip(payloads.PAYLOADS, shown, strict=True):
        assert row.count(" ".join(payload.split())) == 5, row  # name, code, period, fact, reason: as typed
