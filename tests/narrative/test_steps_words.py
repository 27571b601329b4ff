"""Ways to the next class in words: each lever, both editions, and nothing to do at the top."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pandas as pd
import pytest

from kbk_analysis.classification import Lever, NextSteps, Step, Way, classify, join_exports, load_rule, next_steps
from kbk_analysis.i18n import Language, using
from kbk_analysis.narrative.steps import (
    ORGANISE,
    blanks_text,
    class_frame,
    reason_text,
    step_text,
    variable_name,
    way_text,
    ways_text,
)
from kbk_analysis.schema import VARIABLES, Edition, KampungClass
from kbk_analysis.situation.result import Situation

LANGUAGES = get_args(Language)
INTERNAL, PUBLIC = Edition.INTERNAL, Edition.PUBLIC
NAMES = [name for name, *_ in VARIABLES]
RULE = load_rule()
SCORES = r"\((\d)\s*→\s*(\d)\)"


def step(variable: str, lever: Lever, families: int | None = None, score: int = 2, to_score: int = 3) -> Step:
    return Step(
        variable=variable, lever=lever, score=score, to_score=to_score, low=0, high=None, value=None, families=families
    )


def ways_of(scores: dict[str, int], raw: dict[str, Any] | None = None) -> NextSteps:
    """Ways of one kampung with these stated scores; raw inputs where it is in a detail export of the same day."""
    told = {f"score_{name}": score for name, score in scores.items()}
    base = {"kampung_id": "k", "kampung_name": "K", "regency_name": "Contoh", "export_date": "2023-08-28"}
    rows = [{**base, **told, "source": "klasifikasi"}]
    if raw is not None:
        rows.append({**base, **raw, "source": "rinci"})
    return next_steps(classify(join_exports(pd.DataFrame(rows), "2023-12-31"), RULE), "k")


def without_scores(text: str) -> str:
    return re.sub(SCORES, "", text)


# ------------------------------------------------------------------ single steps


def test_every_variable_that_can_be_a_step_has_words() -> None:
    levers = {variable.name for variable in RULE.variables if variable.lever}
    assert levers == set(ORGANISE) | {"cpr", "unmet"}
    assert "mkjp" not in ORGANISE  # a share of methods is never an aim


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variable", NAMES)
def test_a_step_of_reporting_names_the_variable_and_the_score_it_could_show(variable: str, language: Language) -> None:
    with using(language):
        text = step_text(step(variable, Lever.REPORT, score=1, to_score=4), PUBLIC)
        name = variable_name(variable)
        assert name in text
    # what is blank scores 1 because it is blank: only the score that would suffice is told
    assert re.findall(r"\d", text.replace(name, "")) == ["4"]


def test_a_step_of_reporting_asks_to_report() -> None:
    assert step_text(step("cpr", Lever.REPORT), PUBLIC).startswith("laporkan ")
    with using("en"):
        assert step_text(step("cpr", Lever.REPORT), PUBLIC).startswith("report ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_of_organising_are_told_apart(language: Language) -> None:
    with using(language):
        texts = {name: step_text(step(name, Lever.ORGANISE), PUBLIC) for name in ORGANISE}
    assert len({without_scores(text) for text in texts.values()}) == len(ORGANISE)
    assert all(re.findall(SCORES, text) == [("2", "3")] for text in texts.values())


@pytest.mark.parametrize("variable", ["cpr", "unmet"])
@pytest.mark.parametrize(
    ("families", "internal", "public"),
    [
        (1, "layani 1 PUS lagi", "layani kurang dari 5 PUS lagi"),
        (4, "layani 4 PUS lagi", "layani kurang dari 5 PUS lagi"),
        (5, "layani 5 PUS lagi", "layani 5 PUS lagi"),
        (1234, "layani 1.234 PUS lagi", "layani 1.234 PUS lagi"),
        (None, "layani lebih banyak PUS", "layani lebih banyak PUS"),
    ],
)
def test_families_to_serve_are_counted_and_few_are_not_in_public(
    variable: str, families: int | None, internal: str, public: str
) -> None:
    one = step(variable, Lever.SERVE, families)
    assert step_text(one, INTERNAL).startswith(f"{internal}: {variable_name(variable)} ")
    assert step_text(one, PUBLIC).startswith(f"{public}: {variable_name(variable)} ")


@pytest.mark.parametrize("families", [1, 2, 3, 4])
def test_the_public_edition_does_not_tell_small_counts_apart(families: int) -> None:
    for language in LANGUAGES:
        with using(language):
            few, one = (step_text(step("cpr", Lever.SERVE, n), PUBLIC) for n in (families, 1))
            assert few == one
            assert step_text(step("cpr", Lever.SERVE, families), INTERNAL) != few


def test_participants_are_won_not_counted() -> None:
    text = step_text(step("participation", Lever.SERVE, 3), INTERNAL)
    assert without_scores(text).strip() == ORGANISE["participation"]


# ------------------------------------------------------------------ ways


def test_a_way_names_the_class_and_all_its_steps() -> None:
    way = Way(
        (step("pokja", Lever.ORGANISE), step("funds", Lever.ORGANISE), step("unmet", Lever.SERVE, 7)),
        KampungClass.MANDIRI,
        Lever.SERVE,
        None,
    )
    text = way_text(way, PUBLIC)
    assert text.startswith("Mandiri: ")
    assert len(re.findall(SCORES, text)) == 3
    assert text.index(ORGANISE["pokja"]) < text.index(ORGANISE["funds"]) < text.index("layani 7 PUS lagi")


def test_the_shortest_way_of_each_kind_from_the_easiest() -> None:
    scores = dict.fromkeys(NAMES, 3) | {"operations": 2} | dict.fromkeys(("participation", "cpr", "mkjp", "unmet"), 1)
    found = ways_of(scores, {"operations": 3})
    assert found.class_now is KampungClass.DASAR
    kinds = [way.lever for way in found.ways]
    assert set(kinds) == {Lever.REPORT, Lever.ORGANISE}
    assert len(kinds) > 2  # several of a kind, of which one is told
    report, organise = (
        next(way for way in found.ways if way.lever is lever) for lever in (Lever.REPORT, Lever.ORGANISE)
    )
    assert ways_text(found, PUBLIC) == f"{way_text(report, PUBLIC)}. {way_text(organise, PUBLIC)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_berkelanjutan_says_keep(language: Language) -> None:
    top = {name: 3 if name in ("facilities", "staff_regulation") else 4 for name in NAMES}
    with using(language):
        text = ways_text(ways_of(top), PUBLIC)
    assert {"id": "pertahankan", "en": "keep"}[language] in text
    assert not re.search(SCORES, text)


def test_no_way_is_said_as_such() -> None:
    found = replace(ways_of(dict.fromkeys(NAMES, 1)), ways=())
    assert found.class_now is KampungClass.DASAR
    assert ways_text(found, PUBLIC) == "tidak ada jalan yang ditemukan"


@pytest.mark.parametrize("area", ["99.01", "99.01.01", "99.01.12"])
def test_ways_of_the_demo(analysed: Callable[..., Situation], area: str) -> None:
    """No quota of methods, one way a lever at most, and no small number of families in the public edition."""
    ways = analysed(area).ways
    hidden = 0
    for found in ways.values():
        public, internal = (ways_text(found, edition) for edition in (PUBLIC, INTERNAL))
        assert "MKJP" not in public
        assert not re.search(r"layani [1-4] PUS", public)
        few = re.findall(r"layani [1-4] PUS", internal)
        assert public.count("kurang dari 5") == len(few)
        hidden += len(few)
        assert internal.count(": ") >= len({way.lever for way in found.ways})
        if found.class_now is KampungClass.BERKELANJUTAN:
            assert "pertahankan" in public
        else:
            for lever in {way.lever for way in found.ways}:
                assert way_text(next(way for way in found.ways if way.lever is lever), PUBLIC) in public
    assert hidden or area != "99.01"  # the rule has something to hide


# ------------------------------------------------------------------ why a class


def row(passes: str, reason: str = "", unmeasured: str = "") -> pd.Series:
    names = ("pass_input", "pass_process", "pass_output")
    flags = {name: flag == "1" for name, flag in zip(names, passes, strict=True)}
    return pd.Series({**flags, "dasar_reason": reason, "unmeasured": unmeasured})


@pytest.mark.parametrize(
    ("passes", "words"),
    [
        ("000", "belum ada indeks yang mencapai 3"),
        ("100", "indeks masukan mencapai 3"),
        ("011", "indeks proses dan keluaran mencapai 3"),
        ("111", "indeks masukan, proses, dan keluaran mencapai 3"),
    ],
)
def test_the_reason_names_the_indices_that_pass(passes: str, words: str) -> None:
    assert reason_text(row(passes)) == words


def test_dasar_for_silence_and_dasar_for_achievement_are_told_apart() -> None:
    silent = reason_text(row("010", "unreported", "participation cpr mkjp unmet"))
    parts = reason_text(row("010", "unreported"))
    done = reason_text(row("010", "achievement"))
    assert len({silent, parts, done}) == 3
    assert "4 peubah belum dilaporkan" in silent
    assert not re.search(r"\b0\b", parts)  # no variable is missing as a whole: it does not say that none is
    assert "tidak mengubah kelas" in done


def test_one_variable_is_singular_in_english() -> None:
    with using("en"):
        assert "1 variable not" in reason_text(row("010", "unreported", "cpr"))
        assert "2 variables not" in reason_text(row("010", "unreported", "cpr unmet"))


def test_the_reasons_of_the_demo_never_count_none(analysed: Callable[..., Situation]) -> None:
    kampung = analysed("99.01").classification.kampung
    texts = [reason_text(one) for _, one in kampung.iterrows()]
    assert not [text for text in texts if re.search(r"\b0 ", text)]
    unreported = (kampung["dasar_reason"] == "unreported").tolist()
    assert any(unreported)
    for text, silent in zip(texts, unreported, strict=True):
        assert ("belum dilaporkan" in text or "dapat menaikkan" in text) == silent


@pytest.mark.parametrize("language", LANGUAGES)
def test_blanks_are_named_or_a_dash(language: Language) -> None:
    with using(language):
        assert blanks_text("") == "–"
        assert blanks_text("cpr") == variable_name("cpr")
        both = blanks_text("cpr unmet")
        assert variable_name("cpr") in both
        assert variable_name("unmet") in both


def test_variables_have_names_in_both_languages() -> None:
    for name, _, indonesian, english in VARIABLES:
        assert variable_name(name) == indonesian
        with using("en"):
            assert variable_name(name) == english


def test_the_flat_table_holds_scores_reasons_and_ways_of_every_kampung(analysed: Callable[..., Situation]) -> None:
    found = analysed("99.01.02").classification
    plain, full = class_frame(found), class_frame(found, steps=True)
    assert plain["kampung_id"].tolist() == found.kampung["kampung_id"].tolist()
    for _, one in found.variables.iterrows():
        flat = plain.set_index("kampung_id").loc[one["kampung_id"]]
        assert (flat[f"score_{one['variable']}"], flat[f"basis_{one['variable']}"]) == (one["score"], one["basis"])
    assert (plain["rewarded_missing"] == "unmet").sum() == 1  # planted in one village of the district
    assert plain["reason"].tolist() == [reason_text(one) for _, one in found.kampung.iterrows()]
    assert full["ways"].tolist() == [ways_text(next_steps(found, id, limit=1), INTERNAL) for id in full["kampung_id"]]
    assert "ways" not in plain
