"""The chapter on one meeting: fixed method, gate, overlap, what the data say, villages, second opinions, disclosure."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import InputFault
from kbk_analysis.indicators.release import release
from kbk_analysis.params import MethodId, PriorityParams, check
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.chapter import analyse_priorities, fixed_method, overlap_groups, pareto_cut
from kbk_analysis.priority.evidence import affected, evidence_table
from kbk_analysis.priority.inputs import read_meeting
from kbk_analysis.priority.methods import METHODS
from kbk_analysis.priority.ways import all_ways, likeness, same_first
from tests.priority_fixture.build import make_inputs, make_priorities


@pytest.fixture(scope="module")
def meeting(demo):
    return read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")


@pytest.fixture(scope="module")
def found(meeting) -> Priorities:
    return analyse_priorities(meeting, fixed_method(comparisons="U/S=2,U/G=3,S/G=2"))


# ------------------------------------------------------------------ what is fixed, what is refused


def test_the_parameters_name_every_method_and_no_other() -> None:
    assert set(MethodId.__args__) == {*METHODS, "mcua"}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"method": "mcua"}, "weights"),
        ({"weights": "size=5"}, "weights"),
        ({"method": "mcua", "weights": "size"}, "weights"),
        ({"comparisons": "U/S"}, "comparisons"),
        ({"scale": "satu"}, "scale"),
        ({"method": "usg"}, "method"),
        ({"top": 0}, "top"),
    ],
)
def test_a_wrong_choice_is_refused_before_anything_is_read(values: dict, key: str) -> None:
    (fault,) = check(PriorityParams, values, file="x.yml")
    assert fault.key == key
    assert fault.remedy


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(InputFault, match="Bobot"):
        fixed_method(method="mcua", weights="size=0,ease=0")


def test_an_unknown_meeting_is_refused_with_the_nearest_name(demo) -> None:
    with pytest.raises(InputFault, match="rakor-2024-2"):
        read_meeting(demo, meeting="rakor-2024-3", area_code="99.01", period="2024")
    with pytest.raises(InputFault, match="rakor-2024-1, rakor-2024-2"):
        read_meeting(demo, meeting="x", area_code="99.01", period="2024")


def test_scores_outside_the_scale_are_refused_each_with_its_place() -> None:
    inputs = make_inputs(problems=3, judges=5, blank=0)
    scores = inputs.scores.copy()
    scores.loc[[0, 4], "score"] = [9.0, 0.0]
    with pytest.raises(InputFault) as fault:
        analyse_priorities(replace(inputs, scores=scores), fixed_method())
    assert [finding.value for finding in fault.value.findings] == ["9", "0"]
    assert all("P0" in finding.key for finding in fault.value.findings)


def test_a_method_that_the_form_did_not_ask_for_is_refused() -> None:
    with pytest.raises(InputFault, match="Hanlon"):
        analyse_priorities(make_inputs(problems=3, judges=5), fixed_method(method="hanlon_sum"))


@pytest.mark.parametrize("pairs", ["U/S=2", "U/X=2,U/G=1,S/G=1", "U/S=0,U/G=1,S/G=1"])
def test_comparisons_that_are_incomplete_are_refused(meeting, pairs: str) -> None:
    with pytest.raises(InputFault, match="Perbandingan"):
        analyse_priorities(meeting, fixed_method(comparisons=pairs))


# ------------------------------------------------------------------ gate and overlap


def test_one_letter_that_most_deny_keeps_a_problem_out_and_shows_its_total() -> None:
    found = make_priorities(problems=9, judges=7, method="hanlon_sum", gate=True)
    failed = found.gate[found.gate["failed"] != ""]
    assert failed.index.tolist() == ["P02"]
    assert failed["failed"].tolist() == ["L"]
    assert failed["total"].notna().all()
    assert "P02" not in found.problems.index
    assert found.problems["rank"].max() <= 8


def test_a_draw_and_a_letter_that_nobody_answered_stop_nothing() -> None:
    inputs = make_inputs(problems=4, judges=4, method="hanlon_sum", gate=True, blank=0)
    scores = inputs.scores.copy()
    legal = (scores["problem"] == "P02") & (scores["criterion"] == "legality")
    scores.loc[legal, "score"] = [1.0, 1.0, 0.0, 0.0]
    scores.loc[scores["criterion"] == "economics", "score"] = np.nan
    found = analyse_priorities(replace(inputs, scores=scores), fixed_method(method="hanlon_sum"))
    assert (found.gate["failed"] == "").all()
    assert set(found.gate["open"]) == {"E"}
    assert len(found.problems) == 4


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3, unique=True), min_size=1, max_size=8))
def test_groups_of_overlap_are_what_can_be_walked_through_shared_indicators(sets: list[list[str]]) -> None:
    groups = overlap_groups(pd.Series([" ".join(one) for one in sets])).tolist()
    reach = {i: {i} for i in range(len(sets))}
    for _ in sets:
        for i in reach:
            reach[i] |= {j for j in range(len(sets)) if any(set(sets[j]) & set(sets[k]) for k in reach[i])}
    for i, group in enumerate(groups):
        assert {j for j, other in enumerate(groups) if other == group} == reach[i]
    assert sorted(set(groups)) == list(range(1, len(set(groups)) + 1))


def test_the_running_share_ends_at_one_and_the_cut_is_its_first_at_eighty(found) -> None:
    table = found.problems
    assert table["cumulated"].iloc[-1] == pytest.approx(1)
    cut = pareto_cut(table)
    assert cut is not None
    assert table["cumulated"].iloc[cut - 1] >= 0.8 > table["cumulated"].iloc[cut - 2]


# ------------------------------------------------------------------ what the data say


def test_sizes_are_the_shortfall_over_the_target_and_zero_once_it_is_met(found) -> None:
    rows = found.data[found.data["target"] > 0]
    for _, row in rows.iterrows():
        higher = str(load_catalogue()[row["indicator"]].direction) == "higher"
        gap = (row["target"] - row["value"]) if higher else (row["value"] - row["target"])
        assert row["data_size"] == pytest.approx(10 * min(max(gap / row["target"], 0), 1))
    assert (found.data.loc[found.data["target"].isna(), "data_size"].isna()).all()


def test_growth_is_told_only_where_a_trend_is(found) -> None:
    told = found.data["trend_reason"] == ""
    assert found.data.loc[~told, "data_growth"].isna().all()
    assert found.data.loc[told & (found.data["target"] > 0), "data_growth"].between(0, 10).all()


def test_people_are_those_in_the_worse_state() -> None:
    catalogue = load_catalogue()
    assert affected(30, 100, catalogue["S3-04"]) == 30  # unmet need
    assert affected(30, 100, catalogue["S3-20"]) == 70  # immunised
    assert np.isnan(affected(3, 1, catalogue["S1-11"]))  # a score counts nobody


def test_a_real_place_gets_no_score_from_a_target_that_is_not_its_own(meeting) -> None:
    real = replace(meeting.area, synthetic=False)
    table = evidence_table(real, meeting.problems, dt.date(2024, 12, 10), load_catalogue()).table
    own = [load_catalogue().target(id, 2024, "regency") for id in table["indicator"]]
    sourced = pd.Series([hasattr(target, "value") for target in own])
    assert table.loc[~sourced, "data_size"].isna().all()
    assert (table.loc[~sourced, "target_reason"] != "").all()


def test_an_indicator_without_data_is_a_row_with_its_reason(meeting) -> None:
    problems = meeting.problems.head(1).assign(indicators="S3-04 S1-02 XX-99")
    area = replace(meeting.area, observations=meeting.area.observations.query("indicator == 'S3-04'"))
    table = evidence_table(area, problems, dt.date(2024, 12, 10), load_catalogue()).table
    assert table["indicator"].tolist() == ["S3-04", "S1-02"]
    assert table["reason"].tolist() == ["", "not_reported"]


# ------------------------------------------------------------------ villages


def test_villages_of_the_first_problems_stand_in_one_quadrant_each(found) -> None:
    places = found.places
    first = found.problems.index[found.problems["rank"] <= found.top]
    assert set(places["problem"]) <= set(first)
    assert not places.duplicated(["problem", "area_code"]).any()
    both = places[places["verdict"] == "both"]
    assert (both["shrunk"] > both["share_cut"]).all()
    assert (both["affected"] > both["number_cut"]).all()
    for _, part in places.groupby("problem"):
        assert part["number_cut"].iloc[0] == pytest.approx(part["affected"].mean())
        assert part["share_cut"].iloc[0] == pytest.approx(100 * part["affected"].sum() / part["denominator"].sum())


def test_the_public_edition_hides_small_sensitive_counts_with_all_that_is_made_of_them(meeting) -> None:
    area = meeting.area
    rows = area.observations
    chosen = (rows["indicator"] == "S3-04") & (rows["period"] == "2024") & (rows["area_code"].str.len() == 13)
    village = rows.loc[chosen, "area_code"].iloc[0]
    small = rows.assign(numerator=rows["numerator"].where(~(chosen & (rows["area_code"] == village)), 2.0))
    full = analyse_priorities(replace(meeting, area=replace(area, observations=small)), fixed_method())
    shown = release(full, "public").places
    hidden = shown[(shown["area_code"] == village) & (shown["indicator"] == "S3-04")]
    assert len(hidden) == 1
    assert hidden[["numerator", "denominator", "value", "shrunk", "affected"]].isna().all(axis=None)
    assert hidden["verdict"].tolist() == [""]
    assert release(full, "internal").places["affected"].notna().all()


# ------------------------------------------------------------------ ways of counting


def test_ways_stand_side_by_side_with_the_meetings_method_first(found) -> None:
    ways = all_ways(found)
    assert ways.iloc[:, 0].tolist() == found.problems["rank"].tolist()
    assert {"topsis", "vikor", "promethee", "ahp", "borda_rank"} <= set(ways)
    assert likeness(ways)[0] == pytest.approx(1)
    assert 0 <= same_first(ways, found.top) < ways.shape[1]


def test_paired_comparisons_give_weights_and_their_consistency(found) -> None:
    assert found.pair_weights is not None
    assert found.pair_weights.weights.sum() == pytest.approx(1)
    assert found.pair_weights.consistent
    assert found.compromise[0] == found.problems.index[0]


def test_shares_among_the_first_follow_how_many_the_meeting_takes_up(meeting, found) -> None:
    wide = analyse_priorities(meeting, fixed_method(top=5))
    assert wide.problems["top"].sum() == pytest.approx(5)
    assert found.problems["top"].sum() == pytest.approx(3)
    assert wide.problems["weight_top"].sum() == pytest.approx(5)


def test_before_the_meeting_there_is_a_list_and_no_ranking() -> None:
    for options in ({"judges": 0}, {"judges": 6, "blank": 1.0}):
        found = make_priorities(problems=10, **options)
        assert (found.problems["rank"] == 0).all()
        assert found.problems["total"].isna().all()
        assert all_ways(found).empty
        assert found.places.empty
        assert len(found.data) > 0
