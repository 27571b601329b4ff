"""What no sentence may claim: no message names a cause, and a survey is never a point of a register's line."""

from dataclasses import replace

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.i18n import using
from kbk_analysis.locale import __main__ as messages
from kbk_analysis.narrative.guards import (
    CAUSAL,
    MixedBasis,
    causal_words,
    ecological_note,
    one_basis,
    regression_note,
    same_basis,
)

CATALOGUE = load_catalogue()
# Where a causal word speaks of the document or of chance, or asks for a cause; exactly these messages.
ALLOWED = {
    "id": {
        "Desa kecil lebih mudah tampak tinggi atau rendah karena kebetulan: yang di dalam batas tidak diberi nama, dan "
        "yang sasarannya kurang dari {n} tidak digambar.",
        "Disembunyikan karena jumlahnya kecil.",
        "Kampung yang baru masuk portal biasanya Dasar; bertambahnya Dasar karena itu bukan penurunan.",
        "Perbandingan dengan {parent} memakai selang 99,8 %, karena banyak indikator dilihat sekaligus.",
        "Setiap persentase dengan sasaran sedikitnya 20 dibandingkan dengan {parent} pada taraf 99,8 %, supaya hampir "
        "tidak ada yang ditandai berbeda hanya karena kebetulan. Indeks (misalnya IDM) ditampilkan tanpa penilaian.",
    },
    "en": {
        "Suppressed because the count is small.",
        "The comparison with {parent} uses the 99.8% interval, because many indicators are looked at together.",
        "open this chapter in JupyterLab, run all cells, then correct the cause",
        "report the cause and the plan for {name}{where}.",
    },
}


def texts() -> list[tuple[str, str]]:
    """Every message of the catalogue with its language; Indonesian also as it stands in the code."""
    found = []
    for message in [*messages.load(), *messages.collect()]:
        for language, text in (("id", message.id), ("en", message.string)):
            found += [(language, part) for part in (text if isinstance(text, tuple | list) else (text,)) if part]
    return found


def test_no_message_names_a_cause() -> None:
    told = texts()
    assert len(told) > 500
    named = {(language, text) for language, text in told if causal_words(text, language)}
    assert {(language, text) for language, text in named if text not in ALLOWED[language]} == set()


def test_nothing_is_allowed_that_no_message_says() -> None:
    told = set(texts())
    assert {(language, text) for language, some in ALLOWED.items() for text in some} - told == set()


@pytest.mark.parametrize(("language", "word"), [(key, word) for key, words in CAUSAL.items() for word in words])
def test_every_causal_word_is_seen(language: str, word: str) -> None:
    assert word in causal_words(f"Nilai turun {word} program.", language)
    assert word in causal_words(f"{word.upper()} x", language)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Sebaran nilai", "id"), ("penyebab", "id"), ("dampaknya-x", "id"), ("a causeway", "en"), ("effective", "en")],
)
def test_words_that_hold_one_are_no_causal_words(text: str, language: str) -> None:
    assert causal_words(text, language) == ()


@pytest.mark.parametrize("language", ["id", "en"])
def test_indicator_names_name_no_cause(language: str) -> None:
    with using(language):
        assert [one.name for one in CATALOGUE if causal_words(one.name, language)] == []


# ------------------------------------------------------------------ survey and register


def test_survey_and_counted_figures_are_refused_as_one_line() -> None:
    survey = next(one for one in CATALOGUE if one.measure == "survey")
    counted = next(one for one in CATALOGUE if one.measure == "full_count")
    with pytest.raises(MixedBasis, match=f"{survey.id}.*{counted.id}"):
        one_basis([counted, survey])
    one_basis([counted, replace(counted, id="x")])
    one_basis([survey])
    one_basis([])


def test_stunting_of_a_survey_and_of_weighing_are_refused_as_one_line() -> None:
    with pytest.raises(MixedBasis):
        one_basis([CATALOGUE["S3-08"], CATALOGUE["S3-09"]])


def test_points_of_the_other_basis_leave_a_line() -> None:
    assert same_basis(["siga", "pk"]) == [True, True]
    assert same_basis(["pk", "susenas", "pk"]) == [True, False, True]
    assert same_basis(["pk", "susenas"]) == [False, True]
    assert same_basis(["no source we know"]) == [True]
    assert same_basis([]) == []


# ------------------------------------------------------------------ notes


def test_the_ecological_note_speaks_of_villages_and_names_both() -> None:
    text = ecological_note("IDM", "stunting")
    assert text.startswith("Hubungan antardesa")
    assert "IDM" in text
    assert "stunting" in text
    assert "keluarga" in text


def test_the_note_on_regression_says_that_the_worst_come_nearer_without_action() -> None:
    assert "mendekati rata-rata" in regression_note()
    assert "tanpa tindakan" in regression_note()
