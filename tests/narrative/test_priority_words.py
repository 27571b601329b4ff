"""Sentences of a prioritisation: no bare rank, no bare W, no causal word, and nothing said that cannot be said."""

from dataclasses import replace

import pandas as pd
import pytest

import kbk_analysis as kbk
from kbk_analysis.i18n import decimal, percent
from kbk_analysis.indicators.release import Unreleased, release
from kbk_analysis.narrative import ranking
from kbk_analysis.narrative.guards import causal_words
from kbk_analysis.narrative.priority_findings import asks, findings, leave_one_out_text, overlap_text
from kbk_analysis.priority.chapter import analyse_priorities, fixed_method
from tests.priority_fixture.build import CASES, make_inputs, make_priorities

WORDS = ("priority", "ranking", "judge", "doubt", "evidence", "place", "gate", "priority_annex")


def texts(found) -> list[str]:
    """Everything the chapter says of a meeting."""
    said = []
    for name in WORDS:
        for part in getattr(ranking, f"{name}_words")(found):
            said += [" ".join(item) if isinstance(item, tuple) else str(item) for item in part.items]
    return said


@pytest.fixture(scope="module", params=CASES)
def any_meeting(request):
    return make_priorities(**CASES[request.param])


@pytest.fixture(scope="module")
def demo_meeting(demo):
    inputs = kbk.read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")
    undecided = replace(inputs, decisions=pd.DataFrame())
    return release(analyse_priorities(undecided, fixed_method()), "internal")


def test_every_meeting_is_told_in_whole_sentences_without_a_cause(any_meeting) -> None:
    for text in texts(any_meeting):
        assert "{" not in text.replace("{0}", "").replace("{y}", "")
        assert "nan" not in text.lower().split()
        assert causal_words(text, "id") == ()
    assert 1 <= len(findings(any_meeting)) <= 5
    assert len(asks(any_meeting)) <= 5


@pytest.mark.parametrize("name", WORDS)
def test_an_unreleased_meeting_is_not_told(name: str) -> None:
    with pytest.raises(Unreleased):
        getattr(ranking, f"{name}_words")(replace(make_priorities(problems=3, judges=5), edition=None))


def test_agreement_is_never_told_without_chance_and_p(any_meeting) -> None:
    for text in texts(any_meeting):
        if "W Kendall 0" in text:
            assert "tanpa kesepakatan" in text
            assert "(p " in text


def test_the_first_problem_stands_with_its_total_and_interval(demo_meeting) -> None:
    first = findings(demo_meeting)[0]
    row = demo_meeting.problems.iloc[0]
    assert str(row["statement"]) in first
    assert f"{decimal(row['total'])} dari 15" in first
    assert "1–2 pada 90 % undian" in first


def test_those_who_compete_for_the_last_place_are_named_with_their_shares(demo_meeting) -> None:
    border = next(text for text in findings(demo_meeting) if "bersaing" in text)
    top = demo_meeting.problems["top"]
    open_ = demo_meeting.problems[(top >= 0.05) & (top < 0.95)]
    assert len(open_) == 2
    for _, row in open_.iterrows():
        assert f"“{row['statement']}” ({percent(100 * row['top'], 0)})" in border
    assert "Urutan di dalam satu tingkat tidak dapat dibedakan" in border


def test_whom_leaving_out_moves_is_said_and_else_that_none_does(demo_meeting) -> None:
    assert "Sanitasi layak" in leave_one_out_text(demo_meeting)
    calm = demo_meeting.problems.assign(loo_high=demo_meeting.problems["rank"])
    assert "tetap sama" in leave_one_out_text(replace(demo_meeting, problems=calm))


def test_the_silent_the_undecided_and_the_late_are_named_by_agency(demo_meeting) -> None:
    said = " ".join(texts(demo_meeting))
    assert "Memberi semua masalah skor sama: Perikanan." in said
    assert "DLH dan Diskominfo" in " ".join(asks(demo_meeting))
    assert "perikanan: staf" not in said


def test_a_problem_without_a_stated_cause_is_asked_for(demo_meeting) -> None:
    (asked,) = [text for text in asks(demo_meeting) if "penyebab" in text]
    assert "PKH" in asked


def test_a_decision_comes_first_and_takes_the_place_of_the_request(demo) -> None:
    inputs = kbk.read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")
    agreed = pd.DataFrame(
        {"problem": ["M01", "M04", "M02"], "agreed_rank": [1, 2, 3], "reason": ["", "", "dana tersedia"]}
    )
    found = release(analyse_priorities(replace(inputs, decisions=agreed), fixed_method()), "internal")
    assert "urutan lain untuk 1 dari 3 masalah" in findings(found)[0]
    assert "stunting" in findings(found)[0]
    assert "Alasannya tercatat" in findings(found)[0]
    assert not any("Tetapkan" in text for text in asks(found))
    silent = replace(inputs, decisions=agreed.assign(reason=None))
    found = release(analyse_priorities(silent, fixed_method()), "internal")
    assert "Tanpa alasan tercatat" in findings(found)[0]
    same = agreed[agreed["problem"] != "M02"]
    found = release(analyse_priorities(replace(inputs, decisions=same), fixed_method()), "internal")
    assert "urutan yang sama" in findings(found)[0]


@pytest.mark.parametrize(("problems", "said"), [(13, "pilih dahulu paling banyak 12"), (5, "hanya memuat 5")])
def test_a_list_too_long_or_too_short_is_said(problems: int, said: str) -> None:
    assert any(said in text for text in asks(make_priorities(problems=problems, judges=6, blank=0)))
    assert not any("Daftar" in text for text in asks(make_priorities(problems=9, judges=6, blank=0)))


def test_problems_that_share_an_indicator_are_counted_once() -> None:
    inputs = make_inputs(problems=4, judges=6)
    shared = inputs.problems.assign(indicators=["S3-04 S3-02", "S4-02", "S3-02", "S4-01"])
    found = analyse_priorities(replace(inputs, problems=shared), fixed_method())
    assert "3 kelompok dari 4 masalah" in overlap_text(found)
    assert overlap_text(make_priorities(problems=4, judges=6)) == ""


def test_one_set_of_scores_is_told_as_such() -> None:
    said = " ".join(texts(make_priorities(problems=9, judges=1, blank=0)))
    assert "Hanya ada satu set skor" in said
    assert "W Kendall 0" not in said


def test_before_the_meeting_no_rank_is_given() -> None:
    found = make_priorities(problems=10, judges=0)
    assert findings(found)[0].startswith("Belum ada masalah")
    facts = ranking.priority_facts(found).values
    assert facts["problems_ranked"] == 0
    assert facts["first_problems"] == ""
    assert facts["agreement_w"] is None


def test_what_a_gate_stopped_is_told_and_a_gate_that_nobody_answered_too() -> None:
    told = ranking.gate_words(make_priorities(problems=9, judges=7, method="hanlon_sum", gate=True))
    assert "1 masalah tidak lolos" in str(told[0].items[0])
    told = ranking.gate_words(make_priorities(problems=9, judges=7, method="hanlon_sum"))
    assert "belum dijawab" in str(told[0].items[0])
    assert ranking.gate_words(make_priorities(problems=9, judges=7)) == ()


def test_facts_are_about_the_area_and_the_meeting(demo_meeting) -> None:
    facts = ranking.priority_facts(demo_meeting).values
    assert (facts["area_code"], facts["period"], facts["meeting"]) == ("99.01", "2024", "rakor-2024-2")
    assert facts["first_problems"] == "M01 M04 M03"
    assert facts["sure_among_first"] == "M01 M04"
