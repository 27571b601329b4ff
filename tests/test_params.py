"""Shape of parameters: every fault at once, with the nearest name; nothing but plain JSON passes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis import params
from kbk_analysis.errors import InputFault
from kbk_analysis.params import (
    CHAPTERS,
    COMMON,
    KINDS,
    ReportSet,
    SituationParams,
    chapter_parameters,
    check,
    nearest,
    parameter_names,
    read_report_set,
)
from kbk_analysis.period import period_end

ROOT = Path(__file__).parents[1]
GOOD = 'kind: district\ndata: demo\nparent: "99.01"\nperiod: "2024"\n'


def read(tmp_path: Path, text: str, **overrides: object) -> params.Shape:
    path = tmp_path / "set.yml"
    path.write_text(text, "utf-8")
    return read_report_set(path, overrides)


def faults(tmp_path: Path, text: str, **overrides: object) -> dict[str, tuple[str, str]]:
    return {f.key: (f.rule, f.remedy) for f in read(tmp_path, text, **overrides).findings}


def test_a_minimal_set_gets_its_defaults(tmp_path: Path) -> None:
    shape = read(tmp_path, GOOD)
    assert shape.findings == ()
    assert shape.values["edition"] == "internal"
    assert shape.values["formats"] == ["html", "pdf"]
    assert shape.values["report_date"] is None


def test_every_fault_is_told_at_once_with_key_value_and_remedy(tmp_path: Path) -> None:
    text = """kind: distric
data: demo
perod: "2024"
level: kecamatann
parent: 14.06
language: ID
formats: [html, docx]
report_date: "2024-13-01"
letterhead: {lines: [], nama: x}
chapters:
  situation_analysis: {formation_yeer: 2026, area_code: "99.01.02"}
  sector_gab: {}
"""
    found = faults(tmp_path, text)
    assert found["kind"] == ("params.literal_error", 'Maksud Anda "district"?')
    assert found["perod"] == ("params.extra_forbidden", 'Maksud Anda "period"?')
    assert found["period"][0] == "params.missing"
    assert found["level"][1] == 'Maksud Anda "kecamatan"?'
    assert found["parent"] == ("params.string_type", 'Tulis sebagai teks dalam tanda kutip: parent: "14.06".')
    assert found["language"][1] == 'Maksud Anda "id"?'
    assert found["formats.1"][0] == "params.literal_error"
    assert found["report_date"][0] == "params.iso_date"
    assert found["letterhead.lines"][0] == "params.too_short"
    assert "lines" in found["letterhead.nama"][1]
    assert found["chapters.situation_analysis.formation_yeer"][1] == 'Maksud Anda "formation_year"?'
    assert found["chapters.situation_analysis.area_code"][0] == "params.common"
    assert found["chapters.sector_gab"][0] == "params.chapter"
    assert len(found) == 13


def test_good_keys_of_a_faulty_file_are_still_read(tmp_path: Path) -> None:
    shape = read(tmp_path, GOOD + "paper: a5\n")
    assert "paper" not in shape.values
    assert shape.values["period"] == "2024"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("period: 2024", "period"),
        ('period: "2024-13"', "period"),
        ('period: "24"', "period"),
        ("letterhead: x", "letterhead"),
        ("areas: []", "areas"),
        ("report_date: 20241216", "report_date"),
        ('report_date: "16-12-2024"', "report_date"),
        ('data: ""', "data"),
        ("chapters: [a]", "chapters"),
        ("formats: html", "formats"),
    ],
)
def test_wrong_values_are_refused(tmp_path: Path, line: str, key: str) -> None:
    lines = [*(row for row in GOOD.splitlines() if not row.startswith(line.split(":")[0])), line]
    assert key in faults(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("extra", ["", 'areas: ["99.01.01"]\nareas_file: x.csv'])
def test_areas_are_said_in_exactly_one_way(tmp_path: Path, extra: str) -> None:
    text = GOOD.replace('parent: "99.01"\n', "") + extra
    assert [f.rule for f in read(tmp_path, text).findings] == ["params.areas"]


@pytest.mark.parametrize("key", ["desa='a'; print('X'); z", "__class__", "période", "a b", "PERIOD", "x" * 900])
def test_keys_are_an_allow_list(tmp_path: Path, key: str) -> None:
    shape = read(tmp_path, GOOD + f'"{key}": 1\n')
    assert [f.rule for f in shape.findings] == ["params.extra_forbidden"]
    assert len(shape.findings[0].key) <= 60
    assert key not in shape.values


@pytest.mark.parametrize(
    "text",
    [
        "period: !!python/object/apply:os.system [id]",
        "a: &a [1]\nb: *a",
        'period: "2024"\nperiod: "2023"',
        "period: [",
    ],
)
def test_yaml_beyond_plain_values_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputFault) as caught:
        read(tmp_path, text)
    assert all(f.rule.startswith("yaml.") for f in caught.value.findings)


def test_a_file_that_is_a_list_is_refused(tmp_path: Path) -> None:
    assert [f.rule for f in read(tmp_path, "- a\n- b\n").findings] == ["params.form"]


def test_command_line_values_are_checked_like_the_files(tmp_path: Path) -> None:
    assert list(faults(tmp_path, GOOD, formats=["html", "doc"])) == ["formats.1"]
    assert read(tmp_path, GOOD, language="en").values["language"] == "en"


def test_contact_data_are_never_repeated(tmp_path: Path) -> None:
    nip = "19700101 1234"
    text = GOOD + f'letterhead: {{lines: [a], signatory: {{role: Kepala, name: N, nip: "{nip}"}}}}\n'
    (finding,) = read(tmp_path, text).findings
    assert finding.key == "letterhead.signatory.nip"
    assert nip not in str(finding)


def test_nan_and_infinity_are_no_values() -> None:
    for value in (float("nan"), float("inf"), 2026.0, True, "2026", None):
        assert check(SituationParams, {"formation_year": value}, file="x"), value


@given(st.text(max_size=300))
def test_any_text_is_either_data_or_refused(value: str) -> None:
    if not check(SituationParams, {"data_dir": value}, file="x"):
        assert chapter_parameters("situation_analysis", {"data_dir": value}, {})["data_dir"] == value


@given(
    st.dictionaries(st.text(max_size=20), st.none() | st.booleans() | st.integers() | st.text(max_size=20), max_size=8)
)
def test_checking_never_fails_on_odd_input(content: dict[str, object]) -> None:
    known = set(ReportSet.model_fields)
    unknown = {f.key for f in check(ReportSet, content, file="x") if f.rule == "params.extra_forbidden"}
    assert len(unknown) <= len(set(content) - known)
    assert bool(unknown) == bool(set(content) - known)


def test_chapter_parameters_are_complete_and_in_order() -> None:
    common = {"area_code": "99.01.02", "data_dir": "d", "edition": "public", "language": "en", "period": "2023"}
    made = chapter_parameters("situation_analysis", common, {"formation_year": 2030})
    assert list(made) == [*COMMON, "formation_year", "reply_by"]
    assert made["area_code"] == "99.01.02"


@pytest.mark.parametrize("chapter", sorted({name for names in KINDS.values() for name in names}))
def test_notebook_and_model_have_the_same_parameters(chapter: str) -> None:
    notebook = ROOT / "notebooks" / f"{chapter}.ipynb"
    model = CHAPTERS[chapter][0]
    assert parameter_names(notebook) == tuple(model.model_fields)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "params").rglob("*.yml")), ids=lambda path: path.parent.name + path.stem
)
def test_shipped_report_sets_are_well_formed(path: Path) -> None:
    if "kind:" in path.read_text("utf-8"):
        assert read_report_set(path).findings == ()


def test_nearest_looks_past_case() -> None:
    assert nearest("PERIODE", ("period", "paper")) == "period"
    assert nearest("zzz", ("period", "paper")) is None


def test_period_end_of_a_leap_year() -> None:
    assert period_end("2023-02") == "2023-02-28"
    assert period_end("2024-S2") == "2024-12-31"


MEETING = "kind: meeting\ndata: demo\nmeeting: rakor-2024-2\nperiod: '2024'\n"


def test_a_meeting_report_names_the_meeting_and_no_area(tmp_path: Path) -> None:
    assert read(tmp_path, MEETING).findings == ()
    for line, key in [
        ("parent: '99.01'", "parent"),
        ("areas: ['99.01']", "areas"),
        ("level: kabupaten", "level"),
        ("parent_report: true", "parent_report"),
    ]:
        assert [(f.rule, f.key) for f in read(tmp_path, MEETING + line).findings] == [("params.meeting", key)]
    bare = MEETING.replace("meeting: rakor-2024-2\n", "")
    assert [(f.rule, f.key) for f in read(tmp_path, bare).findings] == [("params.meeting", "meeting")]


def test_a_district_set_takes_no_meeting(tmp_path: Path) -> None:
    assert list(faults(tmp_path, GOOD + "meeting: rakor-2024-2\n")) == ["meeting"]


def test_a_chapter_does_not_say_the_meeting_again(tmp_path: Path) -> None:
    text = MEETING + "chapters: {meeting_record: {meeting: rakor-2024-1}}\n"
    assert [(f.rule, f.key) for f in read(tmp_path, text).findings] == [
        ("params.common", "chapters.meeting_record.meeting")
    ]


def test_who_signs_may_be_a_role_alone_and_is_never_repeated(tmp_path: Path) -> None:
    assert read(tmp_path, MEETING + "signatories: [{role: Notulis}]\n").findings == ()
    nip = "19700101 1234"
    text = MEETING + f'signatories: [{{role: Kepala, name: Nama Orang, nip: "{nip}", nmae: Nama Orang}}]\n'
    found = read(tmp_path, text).findings
    assert [f.key for f in found] == ["signatories.0.nip", "signatories.0.nmae"]
    assert nip not in str(found)
    assert "Nama Orang" not in str(found)
    assert "name" in found[1].remedy


def test_a_chapter_gets_the_meeting_where_it_takes_one() -> None:
    common = {"area_code": "99.01", "data_dir": "d", "edition": "public", "language": "en", "period": "2023"}
    common["meeting"] = "rakor-2024-1"
    assert chapter_parameters("meeting_record", common, {})["meeting"] == "rakor-2024-1"
    assert "meeting" not in chapter_parameters("situation_analysis", common, {})
