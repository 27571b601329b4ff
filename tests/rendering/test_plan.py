"""From a report set to jobs, or to one refusal before any kernel."""

import dataclasses
import json
import os
import pickle
from pathlib import Path

import pytest

from kbk_analysis.errors import InputFault
from kbk_analysis.rendering import jobs, manifest, plan, sources
from kbk_analysis.rendering.areas import read_codes
from kbk_analysis.rendering.plan import make_plan, set_id


def refused(path: Path, **options: object) -> dict[str, str]:
    """Rule and remedy of every finding, by rule."""
    with pytest.raises(InputFault) as caught:
        make_plan(path, **options)
    return {f.rule: str(f) for f in caught.value.findings}


def test_faults_of_shape_and_existence_come_in_one_refusal(project, tmp_path: Path) -> None:
    path = project(
        parent=None,
        areas=["99.01.01", "99.01.20", "bahtera", "99.01", "99.01.01"],
        areas_file=None,
        period="2031",
        papper="a4",
        chapters={"situation_analysis": {"formation_year": "2026"}},
    )
    (tmp_path / "notebooks" / "situation_analysis.ipynb").unlink()
    monkey_root = sources.ROOT
    try:
        sources.ROOT = tmp_path  # no notebook there either
        with pytest.raises(InputFault) as caught:
            make_plan(path, out=tmp_path / "reports")
    finally:
        sources.ROOT = monkey_root
    told = [(f.rule, f.key, f.value) for f in caught.value.findings]
    assert told == [
        ("params.extra_forbidden", "papper", ""),
        ("params.int_type", "chapters.situation_analysis.formation_year", "2026"),
        ("params.notebook", "kind", "situation_analysis.ipynb"),
        ("params.area", "areas", "99.01.20"),
        ("params.area", "areas", "bahtera"),
        ("params.area", "areas", "99.01"),
        ("params.area_twice", "areas", "99.01.01"),
        ("params.period", "period", "2031"),
    ]
    said = {f.value: f.remedy for f in caught.value.findings}
    assert said["bahtera"] == "Tulis kodenya: 99.01.02."
    assert "2023, 2024" in said["2031"]
    assert not (tmp_path / "reports").exists()


def test_a_missing_data_folder_is_named_with_the_other_faults(project, tmp_path: Path) -> None:
    told = refused(project(data="nowhere", paper="a5", areas_file="none.csv", parent=None), out=tmp_path / "r")
    assert set(told) == {"params.data", "params.literal_error", "params.file_missing"}


def test_faults_of_the_dataset_join_the_refusal(project, tmp_path: Path, monkeypatch) -> None:
    from kbk_analysis.errors import Finding

    def broken(folder: str) -> None:
        raise InputFault([Finding(rule="data.table", message="rusak", remedy="perbaiki", file="areas.csv")])

    monkeypatch.setattr(plan, "open_dataset", broken)
    assert set(refused(project(paper="a5"))) == {"data.table", "params.literal_error"}


def test_nearest_area_is_offered_by_code_or_name(project) -> None:
    assert 'Maksud Anda "99.01.02" (Bahtera)?' in refused(project(areas=["99.1.02"], parent=None))["params.area"]
    assert 'Maksud Anda "99.01.02" (Bahtera)?' in refused(project(areas=["Bahtra"], parent=None))["params.area"]


def test_a_parent_gives_its_areas_in_order(project, tmp_path: Path) -> None:
    made = make_plan(project(), out=tmp_path)
    assert [job.id for job in made.jobs] == ["99.01.01", "99.01.02", "99.01.03"]
    assert made.selected == made.jobs
    assert made.root == tmp_path / "district"
    assert "params.area" in refused(project(parent="99.01.01"))
    assert "params.area" in refused(project(parent="98"))


def test_a_regency_report_takes_the_regency(project, tmp_path: Path) -> None:
    (job,) = make_plan(project(level="kabupaten", parent="99"), out=tmp_path).jobs
    assert (job.id, job.level) == ("99.01", "regency")
    assert job.meta["title"].endswith("Kabupaten Contoh")


def test_the_parent_has_a_report_beside_its_areas_when_asked(project, tmp_path: Path) -> None:
    made = make_plan(project(parent_report=True), out=tmp_path)
    assert [(job.id, job.level) for job in made.jobs] == [
        ("99.01", "regency"), ("99.01.01", "district"), ("99.01.02", "district"), ("99.01.03", "district"),
    ]  # fmt: skip
    province = refused(project(level="kabupaten", parent="99", parent_report=True))
    assert "Hapus parent_report" in province["params.parent_report"]
    nameless = refused(project(parent=None, areas=["99.01.01"], parent_report=True))
    assert "Pakai parent" in nameless["params.parent_report"]
    assert "true atau false" in refused(project(parent_report="ya"))["params.bool_type"]


def test_the_area_is_the_same_everywhere(project, tmp_path: Path) -> None:
    for job in make_plan(project(), out=tmp_path).jobs:
        assert job.id == job.area_code == job.meta["area_code"] == job.folder.name == job.work.name
        assert all(chapter.parameters["area_code"] == job.id for chapter in job.chapters)
        assert job.area_name in job.meta["title"]
        assert job.slug.startswith(job.id.replace(".", "-"))


def test_jobs_can_be_sent_to_another_process(project, tmp_path: Path) -> None:
    job = make_plan(project(), out=tmp_path).jobs[0]
    assert pickle.loads(pickle.dumps(job)) == job


def test_contact_data_change_the_key_and_are_not_in_parameters(project, tmp_path: Path) -> None:
    first = make_plan(project(), out=tmp_path).jobs[0]
    again = make_plan(project(letterhead={"lines": ["X"], "phone": "0800-1"}), out=tmp_path).jobs[0]
    assert first.key != again.key
    assert "0800-1" not in json.dumps([chapter.parameters for chapter in again.chapters])


def test_only_picks_by_code_name_or_file_name(project, tmp_path: Path) -> None:
    path = project()
    for wanted in ("99.01.02", "BAHTERA", "99-01-02-bahtera"):
        assert [job.id for job in make_plan(path, out=tmp_path, only=[wanted]).selected] == ["99.01.02"]
    assert 'Maksud Anda "Bahtera"' in refused(path, only=["bahtere"])["params.only"]


@pytest.mark.parametrize(
    "stem", ["..x", "CON", "a.", "a:b", "nul", "\U0001f600", "x" * 200, "Kabupaten Contoh", "-", "été", "C\\x"]
)
def test_names_of_sets_are_safe_folder_names(tmp_path: Path, stem: str) -> None:
    (tmp_path / "params").mkdir()
    path = tmp_path / "params" / f"{stem}.yml"
    path.write_text("language: id\n", "utf-8")
    name = set_id(path)
    assert 0 < len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert name not in ("con", "nul")
    assert set_id(path, "en") == f"{name}-en"
    assert set_id(path, "id") == name


def test_sets_of_the_same_name_in_two_folders_do_not_meet(tmp_path: Path) -> None:
    for folder in ("demo", "rokan_hulu"):
        (tmp_path / "params" / folder).mkdir(parents=True)
        (tmp_path / "params" / folder / "district.yml").write_text("x: 1", "utf-8")
    names = [set_id(tmp_path / "params" / folder / "district.yml") for folder in ("demo", "rokan_hulu")]
    assert names == ["demo-district", "rokan-hulu-district"]


def test_codes_that_are_no_codes_never_become_folders(project, tmp_path: Path, tiny, monkeypatch) -> None:
    monkeypatch.setitem(tiny.AREAS, "99.01/../../x", ("Jahat", tiny.AreaLevel.DISTRICT, "99.01"))
    assert len(make_plan(project(), out=tmp_path).jobs) == 3
    assert "params.area" in refused(project(parent=None, areas=["99.01/../../x"]))


def test_two_areas_of_one_name_get_two_files(project, tmp_path: Path, tiny, monkeypatch) -> None:
    monkeypatch.setitem(tiny.AREAS, "99.01.04", ("ARUNG", tiny.AreaLevel.DISTRICT, "99.01"))
    made = make_plan(project(), out=tmp_path).jobs
    assert len({job.slug.casefold() for job in made}) == len({job.folder for job in made}) == 4


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffarea_code;name\r\n99.01.02;Bahtera\r\n99.01.01;Arung\r\n;\r\n;\r\n",
        "area_code,note\n99.01.02,\n\n99.01.01,x\n",
        "name\tarea_code\nB\t99.01.02\nA\t 99.01.01 \n",
    ],
)
def test_a_csv_from_a_spreadsheet_program_lists_the_areas(project, tmp_path: Path, text: str) -> None:
    path = project(parent=None, areas_file="areas.csv")
    (path.parent / "areas.csv").write_bytes(text.encode())
    assert [job.id for job in make_plan(path, out=tmp_path).jobs] == ["99.01.01", "99.01.02"]


def test_a_wrong_code_in_the_csv_is_told_with_its_row(project) -> None:
    path = project(parent=None, areas_file="areas.csv")
    (path.parent / "areas.csv").write_text("area_code\n99.01.01\n99.01.09\n", "utf-8")
    assert "baris 3" in refused(path)["params.area"]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"kode\n99.01.01\n", "params.columns"),
        (b"area_code;desa=1;print\n1;2;3\n", "params.columns"),
        (b"", "params.columns"),
        (b"area_code\n\xff\n", "params.encoding"),
    ],
)
def test_a_csv_with_other_columns_is_refused(tmp_path: Path, raw: bytes, rule: str) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    with pytest.raises(InputFault) as caught:
        read_codes(tmp_path / "a.csv")
    assert [f.rule for f in caught.value.findings] == [rule]


@pytest.mark.skipif(os.name == "nt", reason="platform: symbolic links need a privilege on Windows")
@pytest.mark.parametrize("place", ["district", "district/.work", "district/99.01.01", "district/index.html"])
def test_links_in_the_output_are_refused(project, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "out" / place).parent.mkdir(parents=True)
    (tmp_path / "out" / place).symlink_to(outside)
    assert set(refused(project(), out=tmp_path / "out")) == {"output.link"}
    assert list(outside.iterdir()) == []


def published(job: jobs.Job, **parts: str) -> None:
    """A report folder as if made earlier, with some parts different."""
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "a.html").write_bytes(b"x")
    earlier = dataclasses.replace(job, parts={**job.parts, **parts}, key=manifest.digest({**job.parts, **parts}))
    content = manifest.build(earlier, [manifest.describe(job.folder / "a.html")], {})
    (job.folder / manifest.NAME).write_bytes(manifest.canonical(content))


def test_staleness_names_what_changed(project, tmp_path: Path) -> None:
    job = make_plan(project(), out=tmp_path).jobs[0]
    assert jobs.state(job).name == "missing"
    published(job)
    assert jobs.state(job).name == "up_to_date"
    for part in jobs.PARTS:
        published(job, **{part: "0"})
        assert jobs.state(job) == jobs.State("stale", (part,))
    published(job)
    (job.folder / "a.html").write_bytes(b"y")
    assert jobs.state(job) == jobs.State("stale", ("outputs",))


def test_a_failed_try_counts_until_something_changes(project, tmp_path: Path) -> None:
    job = make_plan(project(), out=tmp_path).jobs[0]
    published(job)
    job.work.mkdir(parents=True)
    note = {"id": job.id, "area_name": job.area_name, "reason": "sel 3"}
    (job.work / "failure.json").write_text(json.dumps({**note, "key": job.key}), "utf-8")
    assert jobs.state(job) == jobs.State("failed", reason="sel 3")
    (job.work / "failure.json").write_text(json.dumps({**note, "key": "other"}), "utf-8")
    assert jobs.state(job).name == "up_to_date"


def test_each_input_has_its_part_of_the_key(project, tmp_path: Path, tiny, monkeypatch) -> None:
    def parts() -> dict[str, str]:
        return dict(make_plan(path, out=tmp_path).jobs[0].parts)

    path = project()
    before = parts()

    def changed() -> set[str]:
        return {name for name, value in parts().items() if value != before[name]}

    project(paper="f4")
    assert changed() == {"parameters"}
    project("x = 1\n" + tiny.SHOW)
    assert changed() == {"notebooks"}
    project()
    monkeypatch.setattr(plan, "open_dataset", lambda folder: tiny.TinyDataset("2"))
    assert changed() == {"data"}
    monkeypatch.setattr(plan, "open_dataset", lambda folder: tiny.TinyDataset())
    monkeypatch.setattr(sources, "package_digest", lambda: "other")
    assert changed() == {"code"}


def test_where_the_project_lies_does_not_change_the_key(project, tmp_path: Path, tiny) -> None:
    here = make_plan(project(), out=tmp_path / "r").jobs[0]
    there = make_plan(tiny.project(tmp_path / "elsewhere"), out=tmp_path / "other").jobs[0]
    assert here.key == there.key


def test_outputs_and_notes_of_a_notebook_do_not_change_its_hash(tmp_path: Path, tiny) -> None:
    path = tiny.write(tmp_path)
    before = sources.notebook_digest(path)
    content = json.loads(path.read_text())
    content["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    content["cells"].insert(0, {"cell_type": "markdown", "id": "n", "metadata": {}, "source": "catatan"})
    path.write_text(json.dumps(content))
    assert sources.notebook_digest(path) == before


def test_package_digest_sees_every_file(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "rules" / "r.yml").write_text("1")
    monkeypatch.setattr(sources, "PACKAGE", tmp_path)
    seen = {sources.package_digest.__wrapped__()}
    (tmp_path / "rules" / "r.yml").write_text("2")
    seen.add(sources.package_digest.__wrapped__())
    (tmp_path / "rules" / "r.yml").rename(tmp_path / "rules" / "s.yml")
    seen.add(sources.package_digest.__wrapped__())
    assert len(seen) == 3
