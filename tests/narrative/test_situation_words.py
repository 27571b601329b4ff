"""The first page and the openings of sections: their laws, not their wording."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

import kbk_analysis as kbk
from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Place, Words
from kbk_analysis.i18n import Language, date, integer, using
from kbk_analysis.narrative.sentences import grade_words, sentence
from kbk_analysis.narrative.situation import formation_words, situation_facts, summary_words
from kbk_analysis.schema import CLASSES
from kbk_analysis.situation.result import Situation

Analysed = Callable[..., Situation]
LANGUAGES = get_args(Language)
AREAS = ["99.01", *(f"99.01.{n:02d}" for n in range(1, 17))]
SECTIONS = sorted(
    name
    for name in kbk.__all__
    if name.endswith("_words") and "situation" in inspect.signature(getattr(kbk, name)).parameters
)
CATALOGUE = load_catalogue()


def text_of(parts: tuple[Words, ...]) -> str:
    flat = [cell for part in parts for item in part.items for cell in ([item] if isinstance(item, str) else item)]
    return "\n".join(flat)


def items(parts: tuple[Words, ...], kind: str) -> list[str]:
    return [item for part in parts if part.kind == kind for item in part.items]


# ------------------------------------------------------------------ first page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_the_first_page_has_tiles_findings_requests_and_the_grade(
    analysed: Analysed, area: str, language: Language
) -> None:
    found = analysed(area, "internal")
    with using(language):
        page = summary_words(found)
        assert {part.place for part in page} == {Place.SUMMARY}
        assert len(items(page, "tiles")) >= 3
        assert items(page, "findings") == [sentence(remark) for remark in found.findings]
        assert 0 < len(items(page, "findings")) <= 5
        assert items(page, "asks") == [sentence(remark) for remark in found.asks]
        text = text_of(page)
        assert found.quality.grade in text
        assert grade_words(found.quality.grade) in text
        for reason in found.quality.reasons:
            assert sentence(reason) in text


def test_nothing_found_and_nothing_asked_leave_no_heading_behind(analysed: Analysed) -> None:
    found = analysed("99.01.13", "internal")
    bare = summary_words(replace(found, findings=(), asks=()))
    full = summary_words(found)
    assert not items(bare, "findings") + items(bare, "asks") + items(bare, "heading")
    assert len(items(full, "heading")) == 2
    assert items(bare, "tiles") == items(full, "tiles")


def test_the_first_page_says_by_when_answers_are_due(analysed: Analysed) -> None:
    found = analysed("99.01.06", "internal")
    told, untold = text_of(summary_words(found, reply_by="2025-03-07")), text_of(summary_words(found))
    assert "7 Maret 2025" in told
    assert "2025" not in untold
    with using("en"):
        assert "March 7, 2025" in text_of(summary_words(found, reply_by="2025-03-07"))


@pytest.mark.parametrize("area", AREAS)
def test_tiles_hold_the_counts_of_the_result(analysed: Analysed, area: str) -> None:
    found = analysed(area, "internal")
    tiles = text_of((Words(kind="list", items=items(summary_words(found), "tiles")),))
    formed = found.formation
    mature = int(found.classification.kampung["class_stated"].isin(["Mandiri", "Berkelanjutan"]).sum())
    for n, whole in ((formed.with_kampung, formed.villages), (mature, formed.kampung)):
        assert f"{integer(n)} dari {integer(whole)}" in tiles


def test_other_numbers_are_another_page(analysed: Analysed) -> None:
    """No number of the tiles is typed."""
    found = analysed("99.01.06", "internal")
    page = text_of(summary_words(found))
    for field, value in (("with_kampung", 5), ("villages", 77), ("kampung", 78)):
        changed = replace(found, formation=replace(found.formation, **{field: value}))
        assert text_of(summary_words(changed)) != page, field
    graded = replace(found, quality=replace(found.quality, grade="A"))
    assert text_of(summary_words(graded)) != page


# ------------------------------------------------------------------ sections


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("edition", ["internal", "public"])
@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("area", ["99.01", "99.01.06"])
def test_every_section_opens_with_words_ready_to_print(
    analysed: Analysed, area: str, name: str, edition: str, language: Language
) -> None:
    with using(language):
        parts = getattr(kbk, name)(analysed(area, edition))
    assert all(isinstance(part, Words) for part in parts)
    text = text_of(parts)
    assert text
    assert not re.search(r"[{}]|\bnan\b|Refusal\(|None\b(?! of)", text)
    if name != "summary_words":
        assert parts[0].kind == "heading"


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_is_in_both_languages(analysed: Analysed, name: str) -> None:
    found = analysed("99.01.06", "internal")
    indonesian = text_of(getattr(kbk, name)(found))
    with using("en"):
        assert text_of(getattr(kbk, name)(found)) != indonesian


def test_the_annex_says_which_edition_it_is(analysed: Analysed) -> None:
    internal, public = (text_of(kbk.annex_words(analysed("99.01.06", edition))) for edition in ("internal", "public"))
    assert internal != public
    assert "internal" in internal.lower()
    assert "publik" in public.lower()


def test_a_pace_that_cannot_be_told_is_refused_by_its_reason(analysed: Analysed) -> None:
    found = analysed("99.01.06", "internal")
    past, short = Refusal("past", {"year": 2020, "period": "2024"}), Refusal("too_short", {"n": 1, "days": 0})
    text = text_of(formation_words(replace(found, formation=replace(found.formation, needed=past, actual=short))))
    assert past.text in text
    assert short.text in text
    told = text_of(formation_words(found))
    assert past.text not in told
    assert short.text not in told


def test_formation_tells_counts_date_and_both_paces(analysed: Analysed) -> None:
    found = analysed("99.01.06", "internal")
    formed = replace(found.formation, villages=1145, with_kampung=1110, needed=17.46, actual=21.93, year=2031)
    first, last = (str(day)[:10] for day in formed.history["export_date"].iloc[[0, -1]])
    assert first < last <= found.cutoff
    text = text_of(formation_words(replace(found, formation=formed)))
    for told in ("1.110 dari 1.145", "17,5", "21,9", "2031", date(first), date(last)):
        assert told in text
    all_formed = replace(formed, missing=(), with_kampung=1145)
    assert "17,5" not in text_of(formation_words(replace(found, formation=all_formed)))


def test_an_area_without_kampung_says_so(analysed: Analysed) -> None:
    found = analysed("99.01.06", "internal")
    none = replace(found.classification, kampung=found.classification.kampung.iloc[:0])
    text = text_of(kbk.class_words(replace(found, classification=none)))
    assert Refusal("no_data", {"subject": ""}).text.rstrip(". ") in text
    assert found.name in text
    assert not re.search(r"\d", text)


TREND = r"\b(?:tren|kecenderungan|meningkat\w*|menurun\w*|increas\w+|decreas\w+|rising|falling)\b"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_no_section_speaks_of_a_trend(analysed: Analysed, area: str, language: Language) -> None:
    """But for the section on years, which says that it does not."""
    sections = [name for name in SECTIONS if name != "series_words"]
    with using(language):
        text = "\n".join(text_of(getattr(kbk, name)(analysed(area, "public"))) for name in sections)
        for name in CATALOGUE.names.values():
            text = text.replace(name, "")
    assert re.findall(TREND, text, re.IGNORECASE) == []


# ------------------------------------------------------------------ facts


@pytest.mark.parametrize("area", AREAS)
def test_facts_are_those_of_the_result(analysed: Analysed, area: str) -> None:
    found = analysed(area, "internal")
    facts = situation_facts(found).values
    formed = found.formation
    expected = {
        "area_code": area, "area_name": found.name, "period": "2024", "villages": formed.villages,
        "villages_with_kampung": formed.with_kampung, "kampung": formed.kampung,
        "quality_grade": found.quality.grade, "findings": len(found.findings),
    }  # fmt: skip
    assert expected.items() <= facts.items()
    stated = found.classification.kampung["class_stated"]
    for name in CLASSES:
        assert facts[f"class_{name.value.lower()}"] == int((stated == name.value).sum())
    reported = found.classification.joined.frame["couples"].notna()
    assert facts["couples_reported"] == int(reported.sum())


def test_facts_do_not_depend_on_the_language(analysed: Analysed) -> None:
    found = analysed("99.01.06", "internal")
    facts = situation_facts(found).values
    with using("en"):
        assert situation_facts(found).values == facts
