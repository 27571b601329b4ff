"""Report of a meeting: planned, refused, and rendered from the demo in both languages."""

import json
import re
from functools import cache
from pathlib import Path

import pikepdf
import pytest
import yaml

from kbk_analysis import cli, i18n
from kbk_analysis.errors import InputFault
from kbk_analysis.rendering import manifest
from kbk_analysis.rendering.bind import bind
from kbk_analysis.rendering.export.html import to_html
from kbk_analysis.rendering.export.pdf import to_pdf
from kbk_analysis.rendering.plan import make_plan

SET = Path(__file__).parents[2] / "params" / "demo" / "meeting.yml"
SIGNED = {"role": "Kepala Dinas", "name": "Nama Contoh", "nip": "19700101 199001 1 001"}


@pytest.fixture
def written(tmp_path: Path):
    """The demo's set with changes, in a folder of its own."""

    def write(**changes: object) -> Path:
        path = tmp_path / "params" / "meeting.yml"
        path.parent.mkdir(exist_ok=True)
        values = {**yaml.safe_load(SET.read_text("utf-8")), **changes}
        path.write_text(yaml.safe_dump({k: v for k, v in values.items() if v is not None}), "utf-8")
        return path

    return write


def refused(path: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(InputFault) as caught:
        make_plan(path)
    return [(f.rule, f.value, f.remedy) for f in caught.value.findings]


def test_the_meeting_asked_for_is_the_one_in_every_name(written) -> None:
    for meeting, day in (("rakor-2024-2", "Selasa, 10 Desember 2024"), ("rakor-2024-1", "Selasa, 14 Mei 2024")):
        (job,) = make_plan(written(meeting=meeting, report_date=None)).jobs
        assert (job.id, job.slug, job.folder.name) == (meeting, f"{meeting}-kabupaten-contoh", meeting)
        assert (job.area_code, job.meta["meeting"], job.meta["area_name"]) == ("99.01", meeting, "Kabupaten Contoh")
        assert job.meta["subtitle"].startswith(day)
        assert job.meta["report_date"] == ("2024-12-10" if meeting.endswith("2") else "2024-05-14")
        by_chapter = {chapter.id: chapter.parameters for chapter in job.chapters}
        assert by_chapter["meeting_record"]["meeting"] == meeting
        assert {p["area_code"] for p in by_chapter.values()} == {"99.01"}
    titles = {make_plan(written(meeting=f"rakor-2024-{n}")).jobs[0].meta["title"] for n in (1, 2)}
    assert titles == {
        f"Rapat Koordinasi Kampung Keluarga Berkualitas {n} Tahun 2024: Kabupaten Contoh" for n in ("I", "II")
    }


def test_a_wrong_meeting_names_the_nearest_and_comes_with_the_other_faults(written) -> None:
    assert refused(written(meeting="rakor-2024-22", period="2031")) == [
        ("params.meeting", "rakor-2024-22", 'Maksud Anda "rakor-2024-2"?'),
        ("params.period", "2031", refused(written(period="2031"))[0][2]),
    ]
    assert refused(written(meeting="zzz"))[0][2] == "Rapat yang ada: rakor-2024-1, rakor-2024-2."


@pytest.mark.parametrize("wanted", ["rakor-2024-2", "Kabupaten Contoh", "rakor-2024-2-kabupaten-contoh"])
def test_only_takes_the_meeting_its_area_or_its_file_name(written, wanted: str) -> None:
    assert [job.id for job in make_plan(written(), only=[wanted]).selected] == ["rakor-2024-2"]


def test_names_of_those_who_sign_are_hashed_in_the_manifest_and_change_the_report(written) -> None:
    (bare,), (signed,) = (make_plan(written(signatories=who)).jobs for who in ([], [SIGNED]))
    assert bare.key != signed.key
    text = manifest.canonical(manifest.build(signed, [], {})).decode()
    assert "Nama Contoh" not in text
    assert "19700101" not in text
    assert json.loads(text)["report"]["meeting"] == "rakor-2024-2"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Folder of the rendered demo set, by the command: ``rendered("en")``."""

    @cache
    def render(language: str) -> Path:
        out = tmp_path_factory.mktemp("meeting")
        before = i18n.language()
        try:
            assert cli.main(["render", str(SET), "--out", str(out), "--lang", language, "--jobs", "1"]) == 0
        finally:
            i18n.use(before)
        (made,) = out.iterdir()
        return made

    return render


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pack_tells_what_was_decided_by_whom_and_how_sure(rendered, language: str) -> None:
    root = rendered(language)
    report = root / "rakor-2024-2"
    page = next(report.glob("*.html")).read_text("utf-8")
    assert [path.name for path in sorted(report.glob("rakor*"))] == [
        f"rakor-2024-2-kabupaten-contoh.{form}" for form in ("html", "pdf")
    ]
    heads = re.findall(r'<section class="(\w+)"', page)
    assert heads[0] == "cover"
    assert heads[1] == "summary"
    assert heads[-2:] == ["minutes", "annex"]
    for text in ("Rapat Koordinasi Kampung Keluarga Berkualitas II Tahun 2024", "Aula DPPKB", "13/14", "163"):
        assert text in page
    assert page.count('<b class="line"></b>') == 4
    numbers = re.findall(r'<caption><span><b class="number">\D+ (\d+)</b>', page)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]  # one count through the whole report
    with pikepdf.open(next(report.glob("*.pdf"))) as pdf:
        assert len(pdf.pages) > 20
        assert str(pdf.Root.Lang) == language
    index = (root / "index.html").read_text("utf-8")
    assert "14/16" in index
    assert "6/14" in index
    assert 'href="rakor-2024-2/rakor-2024-2-kabupaten-contoh.pdf"' in index
    assert "rakor-2024-2,Rapat Koordinasi" in (root / "summary.csv").read_text("utf-8-sig")


@pytest.mark.slow
def test_a_second_run_finds_it_up_to_date(rendered, capsys) -> None:
    root = rendered("id")
    assert cli.main(["list", str(SET), "--out", str(root.parent)]) == 0
    assert "masih baru" in capsys.readouterr().out


def test_names_stand_on_the_lines_to_sign_and_a_line_without_a_name_is_left_free(full, meta) -> None:
    people = [SIGNED, {"role": "Notulis", "name": None, "nip": None}]
    bound = bind([("situation", full())], meta(signatories=people, signed_at="Kabupaten Contoh, 10 Desember 2024"))
    page = to_html(bound)
    (block,) = re.findall(r'<div class="signatures".*?</div>', page, re.DOTALL)
    assert re.findall(r'<b class="line">(.*?)</b>', block) == ["Nama Contoh", ""]
    assert block.count("NIP") == 1
    assert page.index('class="signatures"') < page.index('<section class="annex"')
    assert to_html(bind([("situation", full())], meta())).count('class="signatures"') == 0
    assert manifest.pdf_pages(to_pdf(bound)) >= 1


def test_a_signatory_that_is_no_mapping_is_refused_without_repeating_it(full, meta) -> None:
    for damaged in ("Nama Contoh", [["Nama Contoh"]]):
        bound = bind([("situation", full())], meta())
        bound.metadata["kbk"]["signatories"] = damaged
        with pytest.raises(InputFault) as caught:
            to_html(bound)
        assert [f.rule for f in caught.value.findings] == ["report.signatories"]
        assert "Nama Contoh" not in str(caught.value.findings)
