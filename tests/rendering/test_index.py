"""The page and table that lead to the reports: rebuilt from manifests, inert, self-contained."""

import base64
import csv
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kbk_analysis import i18n
from kbk_analysis.rendering import index, manifest
from kbk_analysis.rendering.plan import make_plan

HOSTILE = "<script>alert(1)</script>\"'=1+1{{ 7*7 }}</style>"


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data.strip("\n")


@pytest.fixture
def made(project, tmp_path: Path, tiny, monkeypatch):
    """A set with two published reports, the second of a hostile name, and a third that failed."""
    monkeypatch.setitem(tiny.AREAS, "99.01.02", (HOSTILE, tiny.AreaLevel.DISTRICT, "99.01"))
    plan = make_plan(project(), out=tmp_path / "reports")
    for job, kampung in zip(plan.jobs[:2], (1234, None), strict=True):
        job.folder.mkdir(parents=True)
        (job.folder / f"{job.slug}.html").write_bytes(b"x" * 2500)
        (job.folder / "report.ipynb").write_bytes(b"{}")
        entries = [manifest.describe(path) for path in sorted(job.folder.iterdir())]
        facts = {"c": {"kampung": kampung, "quality_grade": "=B", "area_code": job.id}}
        (job.folder / manifest.NAME).write_bytes(manifest.canonical(manifest.build(job, entries, facts)))
    failed = plan.jobs[2]
    failed.work.mkdir(parents=True)
    note = {"id": failed.id, "area_name": failed.area_name, "key": "k", "reason": f"sel 3: {HOSTILE}"}
    (failed.work / "failure.json").write_text(json.dumps(note), "utf-8")
    index.write(plan)
    return plan


def test_each_report_has_a_row_with_its_area_facts_and_files(made) -> None:
    rows = index.collect(made.root)
    assert [(row["code"], row["status"]) for row in rows] == [
        ("99.01.01", "complete"),
        ("99.01.02", "complete"),
        ("99.01.03", "failed"),
    ]
    text = (made.root / "index.html").read_text("utf-8")
    cells = Page(text).cells
    assert cells[cells.index("Arung99.01.01") + 1 :][:3] == ["HTML (2 kB)", "1.234", "=B"]
    links = [attrs["href"] for tag, attrs in Page(text).tags if tag == "a"]
    assert links[0] == "99.01.01/99-01-01-arung.html"
    assert all((made.root / link).is_file() for link in links)
    assert "3 laporan, 1 gagal" in text
    assert "DATA CONTOH" in text


def test_comparisons_are_explained_where_a_report_makes_them(made) -> None:
    assert "Bukan peringkat" not in (made.root / "index.html").read_text("utf-8")
    path = made.jobs[0].folder / manifest.NAME
    content = json.loads(path.read_bytes())
    content["facts"]["c"] |= {"worse": 4, "better": 0, "first_indicator": "S3-20"}
    path.write_bytes(manifest.canonical(content))
    index.write(made)
    text = (made.root / "index.html").read_text("utf-8")
    cells = Page(text).cells
    assert cells[cells.index("Arung99.01.01") + 1 :][:6] == [
        "HTML (2 kB)",
        "1.234",
        "=B",
        "4",
        "0",
        "Imunisasi dasar lengkap",
    ]
    assert "Bukan peringkat" in text


def test_names_and_reasons_are_inert_and_nothing_is_loaded(made) -> None:
    page = Page((made.root / "index.html").read_text("utf-8"))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "link", "form"}
    assert not any(key.startswith("on") or key == "style" or key == "src" for _, attrs in page.tags for key in attrs)
    assert f"{HOSTILE}99.01.02" in page.cells


def test_the_policy_allows_this_style_sheet_and_nothing_else(made) -> None:
    text = (made.root / "index.html").read_text("utf-8")
    css = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    policy = next(a["content"] for t, a in Page(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digest}'" in policy


def test_the_csv_holds_raw_numbers_and_no_formula(made) -> None:
    raw = (made.root / "summary.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["kampung"] for row in rows] == ["1234", "", ""]
    assert rows[0]["quality_grade"] == "'=B"
    assert rows[1]["area_name"] == HOSTILE
    assert rows[2]["status"] == "failed"


def test_a_failed_report_with_a_last_good_one_shows_both(made) -> None:
    job = made.jobs[0]
    job.work.mkdir(parents=True)
    note = {"id": job.id, "area_name": job.area_name, "key": "k", "reason": "kernel mati"}
    (job.work / "failure.json").write_text(json.dumps(note), "utf-8")
    index.write(made)
    text = (made.root / "index.html").read_text("utf-8")
    assert "✗ gagal: kernel mati (laporan terakhir yang baik tetap di tempat)" in text
    assert "99.01.01/99-01-01-arung.html" in text


def test_the_page_follows_the_language_of_the_set(made) -> None:
    rows = index.collect(made.root)
    with i18n.using("en"):
        assert "1,234" in index.render(rows, made)


def test_a_real_set_bears_no_mark(made, tmp_path: Path) -> None:
    import dataclasses

    assert "DATA CONTOH" not in index.render(index.collect(made.root), dataclasses.replace(made, synthetic=False))


@pytest.mark.parametrize("raw", ["{", "[]", '{"key": 1}', '{"area": 3, "reason": "x"}'])
def test_a_damaged_failure_note_does_not_break_the_page(made, raw: str) -> None:
    (made.jobs[2].work / "failure.json").write_text(raw, "utf-8")
    index.write(made)
    assert len(index.collect(made.root)) == 2
