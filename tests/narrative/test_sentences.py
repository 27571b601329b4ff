"""Sentences of remarks: one for each code, every number from the remark, nothing claimed beyond it."""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import Language, using
from kbk_analysis.narrative.sentences import SENTENCES, grade_words, sentence
from kbk_analysis.situation import remarks as situation_remarks
from kbk_analysis.situation.result import Remark, Situation

CATALOGUE = load_catalogue()
LANGUAGES = get_args(Language)
NAN = float("nan")
PAST = Refusal("past", {"year": 2020, "period": "2024"})
SHORT = Refusal("too_short", {"n": 1, "days": 0})
COUPLES = {
    "reported": 1234, "expected": 2345, "parent": "Kabupaten", "compared": True,
    "parent_reported": 34567, "parent_expected": 45678,
}  # fmt: skip
CLASSES = {"kampung": 1112, "mature": 39, "basic": 1064, "unreported": 21}
FORMATION = {"missing": 35, "villages": 1145, "needed": 17.46, "year": 2026, "actual": 21.93,
             "date": "2024-11-29"}  # fmt: skip
BASE = {"value": 61.27, "n": 1234.0, "period": "2024"}
REST = {**BASE, "benchmark": 54.32, "parent": "Kabupaten"}
CHANGE = {**BASE, "previous": 43.21, "previous_n": 2345.0, "previous_period": "2023"}
UNIT = {**REST, "unit": "Desa Sejahtera", "others": 0}
UNEQUAL = {
    "distance": 32.09, "many": True, "mdm": 14.29, "excess": 98.78, "villages": 1142, "period": "2024",
    "area": "Kabupaten",
}  # fmt: skip
STRATA = {"difference": -4.57, "standardised": 5.39, "strata": 2, "by": "size"}
LEAD = {"agency": "dppkb"}
NAMES = ("Melati", "Mawar", "Kenanga", "Dahlia", "Seruni", "Anggrek")

SLIP = {"unit": "Suka Maju", "value": 8.7, "denominator": 11503.0, "usual": 1134.0, "period": "2024", "whole": 63.5}
SLIP |= {"without": 91.6}
COPIED = {"unit": "Suka Maju", "numerator": 1519.0, "denominator": 1846.0, "years": 3.0, "period": "2024"}

# Each remark with the numbers its sentence must hold, in order, as an Indonesian reader writes them.
ASIDE = {"names": NAMES[:2], "period": "2024", "rule": "members_above_families", "severity": "extreme",
         "item": "families_adolescent", "value": 1378.0, "usual": 1271.0, "years": NAN}  # fmt: skip
SILENT = {"n": 1006, "period": "2024"}
EXAMPLES: list[tuple[Remark, list[str]]] = [
    (Remark("couples_reported", COUPLES), ["1.234", "2.345", "34.567", "45.678"]),
    (Remark("couples_reported", {**COUPLES, "reported": 0}), ["2.345", "34.567", "45.678"]),
    (Remark("couples_reported", {**COUPLES, "compared": False}), ["1.234", "2.345"]),
    (Remark("nothing_reported", {"area": "Kabupaten Contoh"}), []),
    (Remark("cells_reported", {"reported": 1234, "expected": 5678}), ["1.234", "5.678", "22\xa0%"]),
    (Remark("impossible_values", {"n": 1204, "cap": 100}), ["1.204", "100\xa0%"]),
    (Remark("old_export", {"family": "detail", "date": "2021-06-12", "days": 1298}), ["12", "2021", "1.298"]),
    (
        Remark("export_gap", {"classification": "2023-08-28", "detail": "2022-06-12", "days": 442}),
        ["28", "2023", "12", "2022", "442"],
    ),
    (Remark("classes", CLASSES), ["39", "1.112", "1.064", "21"]),
    (Remark("classes", {**CLASSES, "unreported": 0}), ["39", "1.112", "1.064"]),
    (Remark("formation", FORMATION), ["35", "1.145", "29", "2024", "2026", "17,5", "21,9"]),
    (Remark("formation", {**FORMATION, "actual": SHORT}), ["35", "1.145", "29", "2024", "2026", "17,5"]),
    (Remark("formation", {**FORMATION, "needed": PAST, "date": ""}), ["35", "1.145"]),
    (Remark("target_missed", {**BASE, "target": 75.0}, "S3-02"), ["61,3\xa0%", "1.234", "2024", "75,0\xa0%"]),
    (
        Remark("target_missed", {**BASE, "value": 0.79884, "n": NAN, "target": 0.85}, "S4-10"),
        ["0,7988", "2024", "0,8500"],
    ),
    (
        Remark("target_missed", {**BASE, "value": 1033.44, "n": NAN, "target": 0.0}, "S4-05"),
        ["1.033,4", "2024", "0,0"],
    ),
    (
        Remark("target_missed", {**BASE, "n": 6.0, "value": 33.3, "target": 90.0}, "S4-03"),
        ["33,3\xa0%", "2", "6", "2024", "90,0\xa0%"],
    ),
    (
        Remark("target_missed", {**BASE, "provisional": True, "target": 90.0}, "S3-02"),
        ["61,3\xa0%", "1.234", "2024", "90,0\xa0%"],
    ),
    (Remark("worse", REST, "S3-02"), ["61,3\xa0%", "1.234", "2024", "54,3\xa0%"]),
    (Remark("better", REST, "S2-08"), ["61,3\xa0%", "1.234", "2024", "54,3\xa0%"]),
    (Remark("improved", CHANGE, "S3-02"), ["61,3\xa0%", "1.234", "2024", "43,2\xa0%", "2.345", "2023"]),
    (
        Remark("trend_worse", {**CHANGE, "points": 5}, "S3-02"),
        ["5", "43,2\xa0%", "2.345", "2023", "61,3\xa0%", "1.234", "2024"],
    ),
    (Remark("worsened", CHANGE, "S3-02"), ["61,3\xa0%", "1.234", "2024", "43,2\xa0%", "2.345", "2023"]),
    (Remark("unit_worse", UNIT, "S3-02", "99.01.01.2001"), ["61,3\xa0%", "1.234", "2024", "54,3\xa0%"]),
    (
        Remark("unit_worse", {**UNIT, "others": 14}, "S3-02", "99.01.01.2001"),
        ["14", "61,3\xa0%", "1.234", "2024", "54,3\xa0%"],
    ),
    (
        Remark("trend_better", {**CHANGE, "points": 5}, "S3-02"),
        ["5", "43,2\xa0%", "2.345", "2023", "61,3\xa0%", "1.234", "2024"],
    ),
    (Remark("unit_better", UNIT, "S3-02", "99.01.01.2001"), ["61,3\xa0%", "1.234", "2024", "54,3\xa0%"]),
    # what lies at least so far is never rounded up
    (Remark("unequal", UNEQUAL, "S3-02", "99.01.*"), ["10", "90", "32,1", "1.142", "2024", "14,3", "99\xa0%"]),
    (
        Remark("unequal", {**UNEQUAL, "many": False}, "S3-02", "99.01.*"),
        ["32,1", "1.142", "2024", "14,3", "99\xa0%"],
    ),
    (
        Remark("strata_disagree", {**REST, **STRATA}, "S3-02"),
        ["61,3\xa0%", "1.234", "2024", "54,3\xa0%", "4,6", "5,4", "2"],
    ),
    (
        Remark("strata_disagree", {**CHANGE, **STRATA, "by": "district"}, "S3-02"),
        ["61,3\xa0%", "1.234", "2024", "43,2\xa0%", "2.345", "2023", "4,6", "5,4", "2"],
    ),
    (Remark("ask_report", {**LEAD, "n": 1106, "names": NAMES}), ["1.106", "2"]),
    (Remark("ask_report", {**LEAD, "n": 4, "names": NAMES[:4]}), ["4"]),
    (Remark("ask_fill", {**LEAD, "n": 5, "names": NAMES[:5]}), ["5", "1"]),
    (Remark("ask_form", {**LEAD, "n": 35, "year": 2026}), ["35", "2026"]),
    (Remark("ask_agency", {**BASE, **LEAD, "unit": "", "others": 0}, "S3-02"), []),
    (Remark("ask_agency", {**UNIT, "agency": "dinkes"}, "S3-15", "99.01.01.2001"), []),
    (Remark("ask_agency", {**UNIT, "agency": "dinkes", "others": 14}, "S3-15", "99.01.01.2001"), ["14"]),
    (Remark("ask_correct", {**LEAD, "n": 1204}), ["1.204"]),
    (
        Remark("checks_failed", {"rules": (("copied", 1, 1304), ("duplicate", 2, 47793))}),
        ["1", "1.304", "2", "47.793"],
    ),
    (
        Remark("denominator_slip", SLIP, "S1-01", "99.01.01.2001"),
        ["11.503", "2024", "1.134", "8,7\xa0%", "63,5\xa0%", "91,6\xa0%"],
    ),
    (
        Remark("denominator_slip", {**SLIP, "whole": NAN, "without": NAN}, "S1-01", "99.01.01.2001"),
        ["11.503", "2024", "1.134", "8,7\xa0%"],
    ),
    (Remark("copied_counts", COPIED, "S3-29", "99.01.01.2001"), ["4", "1.519", "1.846", "2024"]),
    (Remark("copied_many", {"n": 9, "checked": 1029, "names": NAMES, "indicators": ("S2-02",)}), ["9", "1.029", "2"]),
    (
        Remark("ask_check", {"names": ("Suka Maju",), "period": "2024", "agency": "dinkes"}, "S3-29", "99.01.01.2001"),
        ["2024"],
    ),
    (Remark("set_aside", ASIDE, "S2-02"), ["2024", "1.378", "1.271"]),
    (Remark("set_aside", {"names": NAMES, "period": "2024", "rule": ""}, "S3-04"), ["2024", "2"]),
    (
        Remark("source_silent", {**SILENT, "source": "siga", "villages": 1008, "indicators": 10}),
        ["1.006", "1.008", "2024", "10"],
    ),
    (Remark("ask_source", {**SILENT, **LEAD, "source": "siga"}), ["2024", "1.006"]),
    (
        Remark("worse", {**REST, "since_value": 71.5, "previous_period": "2020", "points": 5}, "S3-02"),
        ["61,3\xa0%", "1.234", "2024", "54,3\xa0%", "5", "2020", "71,5\xa0%"],
    ),
    (Remark("ask_check_many", {"names": NAMES, "agency": "dppkb"}), ["2"]),
]
IDS = [f"{remark.code}-{place}" for place, (remark, _) in enumerate(EXAMPLES)]
FOUND = ("couples_reported", "classes", "formation", "target_missed", "worse", "better", "improved", "worsened",
         "trend_worse", "unit_worse", "denominator_slip", "copied_counts", "copied_many", "trend_better",
         "unit_better", "unequal", "strata_disagree", "set_aside", "source_silent")  # fmt: skip
# What a sentence leaves out of its remark, on purpose: a request repeats no number of its finding.
UNSAID = {
    "ask_agency": {"value", "n", "period", "benchmark", "parent"},
    "unit_better": {"others"},
    "set_aside": {"rule", "severity", "item"},
    "copied_many": {"indicators"},
    "ask_source": set(),
}


def english(numbers: list[str]) -> list[str]:
    """The same numbers as an English reader writes them."""
    swap = str.maketrans(".,", ",.")
    return [number.translate(swap).replace("\xa0%", "%") for number in numbers]


def numbers_in(text: str, remark: Remark) -> list[str]:
    """Numbers of a sentence, in order; those in the indicator's own name do not count."""
    if remark.indicator:
        text = text.replace(CATALOGUE[remark.indicator].name, "")
    return re.findall(r"\d+(?:[.,]\d+)*(?:\xa0?%)?", text)


def emitted() -> set[str]:
    """Codes of the remarks that the situation makes, read from its source."""
    found = set()
    for path in Path(situation_remarks.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Remark" and node.args:
                found |= {
                    leaf.value
                    for leaf in ast.walk(node.args[0])
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str) and leaf.value not in ("verdict",)
                }
    # made with a code from the data, or from a pair of codes
    return found | {"better", "worse", "improved", "worsened", "ask_report", "ask_fill"}


def test_every_code_that_is_made_has_a_sentence_and_an_example() -> None:
    assert emitted() == set(SENTENCES)
    assert {remark.code for remark, _ in EXAMPLES} == set(SENTENCES)
    assert set(FOUND) <= set(SENTENCES)


@pytest.mark.parametrize(("remark", "numbers"), EXAMPLES, ids=IDS)
def test_the_numbers_of_a_sentence_are_those_of_its_remark(remark: Remark, numbers: list[str]) -> None:
    assert numbers_in(sentence(remark), remark) == numbers
    with using("en"):
        text = sentence(remark)
        # an English date puts the month first; the set and the count of numbers are the same
        assert sorted(numbers_in(text, remark)) == sorted(english(numbers))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("remark", "numbers"), EXAMPLES, ids=IDS)
def test_a_sentence_is_one_whole_sentence(remark: Remark, numbers: list[str], language: Language) -> None:
    with using(language):
        text = sentence(remark)
    assert re.fullmatch(r"[A-ZÀ-Ý0-9][^\n{}]*[.]", text)
    assert "  " not in text
    assert " ." not in text
    assert not re.search(r"\bnan\b|Refusal|None(?! of)", text)
    assert text == text.strip()


@pytest.mark.parametrize(("remark", "numbers"), EXAMPLES, ids=IDS)
def test_both_languages_say_it_in_their_own_words(remark: Remark, numbers: list[str]) -> None:
    indonesian = sentence(remark)
    with using("en"):
        assert sentence(remark) != indonesian


def other(value: Any) -> Any:
    """Another value of the same kind, far enough to be seen after rounding."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 7
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return value[1:]
    if isinstance(value, tuple):
        return ("Lain", *value[1:])
    if isinstance(value, Refusal):
        return 3.25
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "2019-01-05"
    return {
        "size": "district",
        "district": "size",
        "2024": "2018",
        "2023": "2017",
        "detail": "classification",
        "dppkb": "dinkes",
        "dinkes": "dppkb",
    }.get(value, "Wilayah Lain")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("remark", "numbers"), EXAMPLES, ids=IDS)
def test_another_value_in_the_remark_is_another_sentence(
    remark: Remark, numbers: list[str], language: Language
) -> None:
    with using(language):
        text = sentence(remark)
        for name, value in remark.values.items():
            if name in UNSAID.get(remark.code, ()) or (isinstance(value, float) and value != value):
                continue
            if name == "compared" or (name.startswith("parent") and not remark.values.get("compared", True)):
                continue
            if name == "others" and not remark.values["unit"]:
                continue  # no unit, none besides it
            if remark.code == "formation" and remark.values["needed"] is PAST and name in ("year", "actual"):
                continue  # without a pace ahead there is nothing to compare
            if value == "":
                continue  # not told
            changed = replace(remark, values={**remark.values, name: other(value)})
            assert sentence(changed) != text, name


def test_what_a_request_leaves_unsaid_is_in_its_finding() -> None:
    remark = Remark("ask_agency", {**UNIT, "agency": "dppkb"}, "S3-02", "99.01.01.2001")
    for name in UNSAID["ask_agency"]:
        assert sentence(replace(remark, values={**remark.values, name: "x"})) == sentence(remark)
    assert UNSAID["ask_agency"] <= set(UNIT)


# ------------------------------------------------------------------ what may not be claimed

CAUSE = r"karena|sebab|disebabkan|menyebabkan|akibat\w*|berkat|because|caus\w+|due to|owing to|thanks to|leads? to"
TREND = r"tren\w*|kecenderungan|meningkat\w*|menurun\w*|naik|turun|terus|trend\w*|increas\w+|decreas\w+|ris\w+|fall\w*"
CHANCE = {"id": "melebihi kebetulan", "en": "chance"}


def claims(text: str) -> list[str]:
    return re.findall(rf"\b(?:{CAUSE}|{TREND})\b", text, re.IGNORECASE)


def test_claims_are_seen() -> None:
    for text in ("Turun karena hujan", "a rising trend", "due to rain", "disebabkan oleh", "terus meningkat"):
        assert claims(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remark", [r for r, _ in EXAMPLES if r.code in FOUND], ids=lambda r: r.code)
def test_a_finding_names_no_cause_and_no_trend(remark: Remark, language: Language) -> None:
    with using(language):
        assert claims(sentence(remark)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code", ["worse", "better", "improved", "worsened", "trend_worse", "unit_worse", "unit_better"]
)
def test_a_comparison_says_by_what_it_is_settled(code: str, language: Language) -> None:
    marks = [r for r, _ in EXAMPLES if r.code == code]
    assert marks
    with using(language):
        assert all(CHANCE[language] in sentence(remark) for remark in marks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_better_and_worse_are_not_the_same_words(language: Language) -> None:
    with using(language):
        for good, bad, values in (("better", "worse", REST), ("improved", "worsened", CHANGE)):
            assert sentence(Remark(good, values, "S3-02")) != sentence(Remark(bad, values, "S3-02"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_findings_of_the_demo_claim_no_more_either(analysed: Callable[..., Situation], language: Language) -> None:
    told = []
    with using(language):
        for district in range(1, 17):
            found = analysed(f"99.01.{district:02d}", "public")
            told += [sentence(remark) for remark in (*found.findings, *found.quality.reasons)]
    assert len(told) > 80
    names = [indicator.name_id for indicator in CATALOGUE] + [indicator.name_en for indicator in CATALOGUE]
    for text in told:
        for name in names:
            text = text.replace(name, "")
        assert claims(text) == [], text


# ------------------------------------------------------------------ names and grades


def test_few_names_are_all_said_and_many_are_counted() -> None:
    four, six = (sentence(Remark("ask_report", {**LEAD, "n": len(n), "names": n})) for n in (NAMES[:4], NAMES))
    assert all(name in four for name in NAMES[:4])
    assert [name in six for name in NAMES] == [True] * 4 + [False] * 2
    assert "dan 2 lainnya" in six
    assert "lainnya" not in four
    assert "Melati dan Mawar" in sentence(Remark("ask_report", {**LEAD, "n": 2, "names": NAMES[:2]}))


def test_braces_in_a_name_are_text() -> None:
    text = sentence(Remark("ask_report", {**LEAD, "n": 1, "names": ("Kampung {n} {0}",)}))
    assert "Kampung {n} {0}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_grade_has_its_own_words(language: Language) -> None:
    with using(language):
        words = [grade_words(grade) for grade in "ABCD"]
    assert len(set(words)) == 4
    assert all(words)


def test_grades_in_words() -> None:
    assert [grade_words(grade) for grade in "ABCD"] == ["baik", "cukup", "lemah", "sangat lemah"]
    with pytest.raises(KeyError):
        grade_words("E")
