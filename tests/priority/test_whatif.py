"""Trials: what was fixed gives the meeting's ranking, each change gives what the engine gives, the rest is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.errors import InputFault
from kbk_analysis.priority.analysis import prioritise
from kbk_analysis.priority.chapter import analyse_priorities, fixed_method
from kbk_analysis.priority.formula import ranks
from kbk_analysis.priority.inputs import read_meeting
from kbk_analysis.priority.methods import METHODS
from kbk_analysis.priority.whatif import has_weights, moved, usable_methods, weighed, whatif
from tests.priority_fixture.build import make_inputs

SHOWN = ["rank", "total", "tied", "top"]


@pytest.fixture(scope="module")
def meeting(demo):
    return read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")


@pytest.fixture(scope="module")
def fixed():
    return fixed_method()


@pytest.fixture(scope="module")
def as_fixed(meeting, fixed):
    return analyse_priorities(meeting, fixed)


def test_nothing_changed_gives_the_ranking_of_the_meeting(meeting, fixed, as_fixed) -> None:
    for weights in (None, dict.fromkeys("USG", 1.0)):
        pd.testing.assert_frame_equal(whatif(meeting, fixed, weights=weights).problems, as_fixed.problems)


def test_nothing_changed_gives_the_ranking_of_a_weighted_method_too() -> None:
    inputs = make_inputs(problems=8, judges=7, method="mcua", weights="size=5,seriousness=4")
    fixed = fixed_method(method="mcua", weights="size=5,seriousness=4")
    same = whatif(inputs, fixed, weights={"size": 1.0})
    pd.testing.assert_frame_equal(same.problems, analyse_priorities(inputs, fixed).problems)
    assert str(whatif(inputs, fixed, weights={"size": 0.5}).method.formula) == "2.5 × size + 4 × seriousness"


def test_judges_switched_off_give_the_ranking_of_the_rest(meeting, fixed, as_fixed) -> None:
    off = ["dinkes: kepala bidang", "pupr: kepala seksi"]
    rest = prioritise(meeting.problems, meeting.scores[~meeting.scores["judge"].isin(off)], fixed.method)
    found = whatif(meeting, fixed, without=off)
    pd.testing.assert_frame_equal(found.problems[SHOWN], rest.problems[SHOWN])
    assert set(found.judges.index) == set(as_fixed.judges.index) - set(off)


@pytest.mark.parametrize("letter", ["U", "S", "G"])
def test_one_weight_alone_gives_the_ranking_by_that_criterion(meeting, fixed, as_fixed, letter: str) -> None:
    found = whatif(meeting, fixed, weights={other: float(other == letter) for other in "USG"})
    alone = pd.Series(ranks(as_fixed.cells[letter].to_numpy()), index=as_fixed.cells.index)
    assert found.problems["rank"].to_dict() == alone.to_dict()


@settings(max_examples=25)
@given(st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(any), st.integers(2, 9))
def test_only_the_ratio_of_weights_decides(steps: list[int], times: int) -> None:
    inputs, fixed = make_inputs(problems=5, judges=6), fixed_method()
    some = dict(zip("USG", (step / 4 for step in steps), strict=True))
    more = {letter: weight * times for letter, weight in some.items()}
    one, other = (whatif(inputs, fixed, weights=weights).problems for weights in (some, more))
    assert one["rank"].to_dict() == other["rank"].to_dict()
    pd.testing.assert_series_equal(one["total"] * times, other["total"])


def test_another_method_is_counted_as_the_chapter_counts_it(meeting, fixed) -> None:
    found = whatif(meeting, fixed, method=METHODS["usg_pairs"], top=5)
    wanted = analyse_priorities(meeting, fixed_method(method="usg_pairs", top=5))
    pd.testing.assert_frame_equal(found.problems, wanted.problems)


def test_the_methods_offered_are_those_that_the_scores_allow(meeting, fixed) -> None:
    assert [m.id for m in usable_methods(meeting, fixed)] == ["usg_sum", "usg_product", "usg_pairs"]
    hanlon = make_inputs(problems=4, judges=5, method="hanlon_sum")
    offered = [m.id for m in usable_methods(hanlon, fixed_method(method="hanlon_sum"))]
    assert offered[0] == "hanlon_sum"
    assert set(offered) >= {"hanlon_third", "hanlon_double"}
    assert "usg_sum" not in offered
    assert [m.id for m in usable_methods(make_inputs(judges=0), fixed)] == ["usg_sum"]


def test_a_gate_is_asked_again_of_the_judges_who_are_left() -> None:
    inputs = make_inputs(problems=4, judges=3, method="hanlon_sum", gate=True, blank=0)
    judges = sorted(set(inputs.scores["judge"]))
    legal = (inputs.scores["problem"] == "P01") & (inputs.scores["criterion"] == "legality")
    scores = inputs.scores.copy()
    scores.loc[legal & (scores["judge"] != judges[0]), "score"] = 0.0
    inputs, fixed = replace(inputs, scores=scores), fixed_method(method="hanlon_sum")
    before, after = whatif(inputs, fixed), whatif(inputs, fixed, without=judges[1:])
    assert "P01" not in before.problems.index
    assert "P01" in after.problems.index
    found = moved(after, before)
    assert np.isnan(found.places.loc["P01", "before"])
    assert set(moved(before, after).left) <= set(after.problems.index)


# ------------------------------------------------------------------ what moved


def test_what_entered_and_left_is_told_against_the_ranking_and_the_decision(meeting, fixed, as_fixed) -> None:
    same = moved(as_fixed, as_fixed)
    assert (same.entered, same.left) == ((), ())
    assert (same.agreed_entered, same.agreed_left) == (("M03",), ("M02",))  # the meeting exchanged them
    found = moved(whatif(meeting, fixed, weights={"S": 0, "G": 0}), as_fixed)
    assert (found.entered, found.left) == (("M02", "M05"), ("M03",))  # M04 and M05 share the third rank
    assert found.places["before"].to_dict() == as_fixed.problems["rank"].astype(float).to_dict()


def test_both_rankings_are_cut_at_as_many_as_the_trial_takes_up(meeting, fixed, as_fixed) -> None:
    found = moved(whatif(meeting, fixed, top=10), as_fixed)
    assert (found.entered, found.left) == ((), ())


def test_a_meeting_that_decided_nothing_is_not_compared_with(fixed) -> None:
    undecided = whatif(make_inputs(problems=4, judges=5), fixed)
    found = moved(undecided, undecided)
    assert found.agreed_entered is None
    assert found.agreed_left is None
    assert found.places["agreed"].isna().all()


# ------------------------------------------------------------------ what is refused


def test_nobody_left_gives_no_rank_and_no_error(meeting, fixed) -> None:
    found = whatif(meeting, fixed, without=sorted(set(meeting.scores["judge"])))
    assert (found.problems["rank"] == 0).all()
    assert len(found.judges) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weights": {"U": 0, "S": 0, "G": 0}}, "nol"),
        ({"weights": {"U": -1}}, "negatif"),
        ({"weights": {"A": 2}}, "Kriteria"),
        ({"weights": {"U": 2}, "method": METHODS["usg_product"]}, "tidak memakai bobot"),
        ({"weights": {"U": 2}, "method": METHODS["usg_pairs"]}, "tidak memakai bobot"),
        ({"without": ["siapa"]}, "Penilai"),
        ({"method": METHODS["carl"]}, "CARL"),
    ],
)
def test_a_trial_that_has_no_meaning_is_refused_with_a_remedy(meeting, fixed, changes: dict, said: str) -> None:
    with pytest.raises(InputFault, match=said) as fault:
        whatif(meeting, fixed, **changes)
    assert all(finding.remedy for finding in fault.value.findings)


def test_only_weighted_sums_have_weights() -> None:
    assert [id for id, method in METHODS.items() if has_weights(method)] == ["usg_sum"]
    assert weighed(METHODS["usg_sum"], {}).formula == METHODS["usg_sum"].formula
