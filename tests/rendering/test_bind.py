"""Binding: order, headings, what is published, and what is refused."""

import copy
import json

import nbformat
import pytest
from nbformat import v4

from kbk_analysis.errors import InputFault
from kbk_analysis.exhibit import EXHIBIT_MIME, TEXT_MIME, Facts, Place, Words
from kbk_analysis.rendering.bind import bind

TWO = [{"id": "situation", "title": "Situasi"}, {"id": "priority", "title": "Prioritas"}]


def said(notebook):
    """(section, chapter, what) of every cell in order; a heading as its level and text."""
    seen = []
    for cell in notebook.cells:
        data = cell.outputs[0].data
        payload = data.get(EXHIBIT_MIME) or data[TEXT_MIME]
        what = payload["items"][0] if TEXT_MIME in data else payload["id"]
        if payload.get("kind") == "heading":
            what = f"{payload['level']} {what}"
        seen.append((cell.metadata.kbk.section, cell.metadata.kbk.chapter, what))
    return seen


def rules(fault):
    return [finding.rule for finding in fault.value.findings]


def paragraph(text, place=Place.BODY):
    return Words(kind="paragraph", items=[text], place=place)


def heading(text, level=2, place=Place.BODY):
    return Words(kind="heading", items=[text], level=level, place=place)


def test_summaries_of_all_chapters_come_first_and_annexes_last(chapter, meta, facts):
    first = chapter(
        facts,
        heading("Judul sendiri", 1),
        paragraph("s1", Place.SUMMARY),
        paragraph("b1"),
        paragraph("a1", Place.ANNEX),
        paragraph("b2"),
    )
    second = chapter(facts, paragraph("a2", Place.ANNEX), paragraph("b3"), paragraph("s2", Place.SUMMARY))
    bound = bind([("situation", first), ("priority", second)], meta(chapters=TWO))
    assert said(bound) == [
        ("summary", "", "1 Ringkasan"),
        ("summary", "situation", "2 Situasi"),
        ("summary", "situation", "s1"),
        ("summary", "priority", "2 Prioritas"),
        ("summary", "priority", "s2"),
        ("chapter", "situation", "1 Situasi"),
        ("chapter", "situation", "b1"),
        ("chapter", "situation", "b2"),
        ("chapter", "priority", "1 Prioritas"),
        ("chapter", "priority", "b3"),
        ("annex", "", "1 Lampiran"),
        ("annex", "situation", "2 Situasi"),
        ("annex", "situation", "a1"),
        ("annex", "priority", "2 Prioritas"),
        ("annex", "priority", "a2"),
    ]


def test_cover_comes_first_a_lead_opens_the_summary_and_minutes_stand_before_the_annex(chapter, meta, facts):
    first = chapter(facts, paragraph("s1", Place.SUMMARY), paragraph("b1"), paragraph("a1", Place.ANNEX))
    places = (Place.MINUTES, Place.BODY, Place.LEAD, Place.COVER)
    second = chapter(facts, *(paragraph(place.value, place) for place in places))
    bound = bind([("situation", first), ("priority", second)], meta(chapters=TWO))
    assert said(bound) == [
        ("cover", "", "1 Acara dan kehadiran"),
        ("cover", "priority", "cover"),
        ("summary", "", "1 Ringkasan"),
        ("summary", "priority", "2 Prioritas"),
        ("summary", "priority", "lead"),
        ("summary", "situation", "2 Situasi"),
        ("summary", "situation", "s1"),
        ("chapter", "situation", "1 Situasi"),
        ("chapter", "situation", "b1"),
        ("chapter", "priority", "1 Prioritas"),
        ("chapter", "priority", "body"),
        ("minutes", "", "1 Berita acara"),
        ("minutes", "priority", "minutes"),
        ("annex", "", "1 Lampiran"),
        ("annex", "situation", "a1"),
    ]


def test_a_chapter_about_another_meeting_is_refused_and_one_must_name_it(chapter, meta, facts):
    def bound(stated, **asked):
        return bind([("situation", chapter(Facts({**facts.values, **stated}), paragraph("b")))], meta(**asked))

    assert bound({"meeting": "rakor-1"}, meeting="rakor-1")
    for stated, asked, rule in [
        ({"meeting": "rakor-2"}, {"meeting": "rakor-1"}, "chapter.meeting"),
        ({"meeting": "rakor-2"}, {}, "chapter.meeting"),
        ({}, {"meeting": "rakor-1"}, "report.meeting"),
    ]:
        with pytest.raises(InputFault) as fault:
            bound(stated, **asked)
        assert rules(fault) == [rule]


def test_chapter_without_body_has_no_empty_heading(chapter, meta, facts):
    bound = bind([("situation", chapter(facts, paragraph("s", Place.SUMMARY)))], meta())
    assert said(bound) == [("summary", "", "1 Ringkasan"), ("summary", "situation", "s")]


def test_heading_levels_are_never_skipped(chapter, meta, facts):
    parts = [heading("x", level) for level in (4, 5, 2, 6, 3, 2, 1, 1)]
    levels = [int(what[0]) for _, _, what in said(bind([("situation", chapter(facts, *parts))], meta()))]
    # 1 is the chapter; the first level 1 of the chapter itself is dropped, the second is lowered
    assert levels == [1, 2, 3, 2, 3, 3, 2, 2]


def test_language_of_the_report_rules_the_fixed_headings(chapter, meta, facts):
    facts = Facts({**facts.values, "language": "en"})
    bound = bind([("situation", chapter(facts, paragraph("s", Place.SUMMARY)))], meta(language="en"))
    assert said(bound)[0][2] in ("1 Summary", "1 Ringkasan")  # Indonesian until the catalogue has it
    with pytest.raises(InputFault) as fault:
        bind([("situation", chapter(facts, paragraph("s")))], meta(language="id"))
    assert rules(fault) == ["chapter.language"]


def test_only_published_content_is_kept(full, meta):
    notebook = full()
    stray = [
        v4.new_output("stream", name="stdout", text="/home/someone/data"),
        v4.new_output("display_data", data={"text/html": "<script>alert(1)</script>", "text/plain": "x"}),
    ]
    notebook.cells[3].outputs.extend(stray)
    bound = bind([("situation", notebook)], meta())
    text = nbformat.writes(bound)
    for trace in ("/home/someone", "papermill", "3.11.7", "start_time", "script", "text/html", "text/plain"):
        assert trace not in text
    assert {mime for cell in bound.cells for mime in cell.outputs[0].data} == {
        EXHIBIT_MIME,
        TEXT_MIME,
        "image/svg+xml",
    }
    assert all(cell.source == "" and cell.execution_count is None for cell in bound.cells)
    assert set(bound.metadata) == {"kbk"}


def test_same_chapters_give_the_same_bytes_and_leave_their_input_alone(full, meta):
    notebook = full()
    before = copy.deepcopy(notebook)
    one, two = (nbformat.writes(bind([("situation", nb)], meta())) for nb in (notebook, full()))
    assert one == two
    assert notebook == before
    assert len({cell.id for cell in nbformat.reads(one, as_version=4).cells}) == len(json.loads(one)["cells"])


def test_facts_are_merged_by_chapter(chapter, meta, facts):
    more = Facts({"class": "Dasar", "period": "2023"})
    bound = bind([("situation", chapter(facts, more, paragraph("x")))], meta())
    assert bound.metadata.kbk.facts == {
        "situation": {"area_code": "99.01.03", "class": "Dasar", "kampung": 16, "period": "2023"}
    }


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"area_code": "99.01.04", "period": "2023"}, "chapter.area_code"),
        ({"area_code": "99.01.03", "period": "2022"}, "chapter.period"),
        ({"period": "2023"}, "chapter.area_code"),
        ({"area_code": "99.01.03"}, "chapter.period"),
        ({"area_code": "99.01.03", "period": "2023", "synthetic": False}, "chapter.synthetic"),
        ({"area_code": "99.01.03", "period": "2023", "edition": "public"}, "chapter.edition"),
    ],
)
def test_chapter_about_something_else_is_refused(chapter, meta, values, rule):
    with pytest.raises(InputFault) as fault:
        bind([("situation", chapter(Facts(values), paragraph("x")))], meta())
    assert rules(fault) == [rule]
    assert fault.value.findings[0].file == "situation"


def test_contradicting_facts_are_refused(chapter, meta, facts):
    with pytest.raises(InputFault) as fault:
        bind([("situation", chapter(facts, Facts({"kampung": 17})))], meta())
    assert rules(fault) == ["facts.conflict"]


def test_failed_and_unrun_cells_are_named_without_the_message_of_the_failure(full, meta):
    notebook = full()
    error = v4.new_output(
        "error", ename="ValueError", evalue="NIK 1406031234567890", traceback=["NIK 1406031234567890"]
    )
    notebook.cells[4].outputs.append(error)
    notebook.cells[6].execution_count = None
    notebook.cells[7].execution_count = 3
    with pytest.raises(InputFault) as fault:
        bind([("situation", notebook)], meta())
    assert rules(fault) == ["chapter.error", "chapter.not_run", "chapter.order"]
    assert [finding.column for finding in fault.value.findings] == ["sel cell-5", "sel cell-7", "sel cell-8"]
    assert "1406031234567890" not in str(fault.value)
    assert "ValueError" in str(fault.value)


def test_exhibit_name_used_twice_is_refused(chapter, meta, facts, figure, table):
    with pytest.raises(InputFault) as fault:
        bind([("situation", chapter(facts, figure("same"), table(name="same")))], meta())
    assert rules(fault) == ["exhibit.twice"]
    assert "same" in str(fault.value)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg",
        '<svg width="10" height="10"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://example.org/x.png"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<image xlink:href="../data.png"/></svg>',
    ],
)
def test_figure_that_is_broken_or_reaches_out_is_refused(chapter, meta, facts, figure, svg):
    with pytest.raises(InputFault) as fault:
        bind([("situation", chapter(facts, figure("bad-one", svg=svg)))], meta())
    assert rules(fault) == ["exhibit.figure"]
    assert "bad-one" in str(fault.value)


def test_figure_without_its_drawing_is_refused(chapter, meta, facts, figure):
    notebook = chapter(facts, figure())
    del notebook.cells[2].outputs[0].data["image/svg+xml"]
    with pytest.raises(InputFault) as fault:
        bind([("situation", notebook)], meta())
    assert rules(fault) == ["exhibit.figure"]


def test_chapters_must_be_those_of_the_report_and_all_faults_come_at_once(chapter, meta, figure):
    with pytest.raises(InputFault) as fault:
        bind([("priority", chapter(Facts({"period": "2020"}), figure(svg="<svg")))], meta())
    assert rules(fault) == ["report.chapters", "exhibit.figure", "chapter.area_code", "chapter.period"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2),
        ("title", " \u200b "),
        ("language", "fr"),
        ("edition", "secret"),
        ("paper", "letter"),
        ("synthetic", 1),
        ("synthetic", None),
        ("cutoff", "28/08/2023"),
        ("report_date", None),
        ("letterhead", "PEMERINTAH"),
        ("chapters", []),
        ("chapters", [{"id": "situation"}]),
        ("area_code", 990103),
    ],
)
def test_metadata_that_cannot_be_used_is_refused_by_name(chapter, meta, facts, key, value):
    with pytest.raises(InputFault) as fault:
        bind([("situation", chapter(facts, paragraph("x")))], meta(**{key: value}))
    assert rules(fault) == [f"report.{key}"]
