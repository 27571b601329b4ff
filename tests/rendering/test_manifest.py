"""Canonical manifests: the same bytes anywhere, and proof of what lies beside them."""

import json
from pathlib import Path

import pytest
import typst

from kbk_analysis.rendering import manifest
from kbk_analysis.rendering.plan import make_plan


@pytest.fixture
def report(project, tmp_path: Path) -> Path:
    job = make_plan(project(), out=tmp_path / "reports").jobs[0]
    job.folder.mkdir(parents=True)
    (job.folder / "a.html").write_bytes(b"<p>")
    (job.folder / "report.ipynb").write_bytes(b"{}")
    entries = [manifest.describe(path) for path in sorted(job.folder.iterdir())]
    (job.folder / manifest.NAME).write_bytes(manifest.canonical(manifest.build(job, entries, {"c": {"n": 1}})))
    return job.folder


def rules(folder: Path) -> list[str]:
    return [finding.rule for finding in manifest.verify(folder)]


def test_canonical_json_has_one_spelling() -> None:
    assert manifest.canonical({"b": [1.5, "é"], "a": None}) == manifest.canonical({"a": None, "b": [1.5, "é"]})
    with pytest.raises(ValueError):
        manifest.canonical({"a": float("nan")})


def test_a_sound_report_verifies_from_any_level(report: Path) -> None:
    for folder in (report, report.parent, report.parent.parent):
        assert rules(folder) == []


def test_a_report_that_lost_its_manifest_is_named_among_the_others(report: Path) -> None:
    lost = report.parent / "99.01.99"
    lost.mkdir()
    assert rules(report.parent) == []  # an empty folder is no report
    (lost / "a.pdf").write_bytes(b"")
    assert [(f.rule, f.file) for f in manifest.verify(report.parent.parent)] == [("manifest.missing", "99.01.99")]
    assert rules(report) == []


def test_each_damage_is_named(report: Path) -> None:
    (report / "a.html").write_bytes(b"<q>")
    (report / "report.ipynb").unlink()
    (report / "stray.txt").write_bytes(b"")
    assert rules(report) == ["manifest.file_missing", "manifest.stray", "manifest.changed"]


@pytest.mark.parametrize("change", [{"key": "0"}, {"status": "running"}, {"schema": 2}, {"outputs": []}, {"parts": {}}])
def test_an_edited_manifest_is_damaged(report: Path, change: dict[str, object]) -> None:
    content = json.loads((report / manifest.NAME).read_bytes())
    (report / manifest.NAME).write_bytes(manifest.canonical({**content, **change}))
    assert rules(report) == ["manifest.damaged"]


@pytest.mark.parametrize("name", ["../a.html", "/etc/passwd", "x/../a.html"])
def test_a_manifest_cannot_point_outside(report: Path, name: str) -> None:
    content = json.loads((report / manifest.NAME).read_bytes())
    content["outputs"][0]["path"] = name
    (report / manifest.NAME).write_bytes(manifest.canonical(content))
    assert rules(report) == ["manifest.damaged"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff", b'{"schema": 1}'])
def test_a_truncated_manifest_is_damaged(report: Path, raw: bytes) -> None:
    (report / manifest.NAME).write_bytes(raw)
    assert rules(report) == ["manifest.damaged"]


def test_a_link_is_never_a_published_file(report: Path, tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes((report / "a.html").read_bytes())
    (report / "a.html").unlink()
    (report / "a.html").symlink_to(tmp_path / "same")
    assert rules(report) == ["manifest.changed"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert rules(tmp_path) == ["manifest.missing"]


def test_no_contact_path_or_clock_in_it(report: Path, tmp_path: Path) -> None:
    text = (report / manifest.NAME).read_text("utf-8")
    for private in ("0761-123456", "PEMERINTAH", str(tmp_path), tmp_path.name, "data_dir", "start_time"):
        assert private not in text
    assert json.loads(text)["parameters"]["situation_analysis"]["area_code"] == "99.01.01"


def test_pages_of_a_pdf_are_counted() -> None:
    for pages in (1, 7, 40):
        source = (
            '#set document(title: "x")\n' + "#pagebreak()\nteks /Type /Pages /Count 99 ".join(["a"] * pages)
        ).encode()
        assert manifest.pdf_pages(typst.compile(source)) == pages


def test_a_broken_pdf_has_no_pages() -> None:
    made = typst.compile(b"x")
    assert [manifest.pdf_pages(raw) for raw in (b"", b"%PDF-1.7", made[: len(made) // 2], b"x" + made)] == [0, 0, 0, 0]
