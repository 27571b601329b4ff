"""Scores from data: signs, anchors, classes without holes."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.priority.gaps import growth_score, shortfall, size_score, sturges_classes, urgency_score
from kbk_analysis.priority.places import locus, quadrants, shrunk_shares

percent = st.floats(0, 100)


@given(st.lists(percent, min_size=1, max_size=30))
def test_every_gap_falls_into_one_class(gaps) -> None:
    found = sturges_classes(gaps)
    assert found.classes.min() >= 1
    assert found.classes.max() <= len(found.edges) - 1
    order = np.argsort(gaps, kind="stable")
    assert (np.diff(found.classes[order]) >= 0).all()


def test_a_gap_on_an_edge_belongs_to_the_class_above_and_the_largest_to_the_last() -> None:
    found = sturges_classes([0.0, 10.0, 20.0, 30.0], indicators=8)  # k = 4
    assert found.edges.tolist() == [0, 7.5, 15, 22.5, 30]
    assert sturges_classes([0.0, 7.5, 30.0], indicators=8).classes.tolist() == [1, 2, 4]
    assert sturges_classes([5.0, 5.0]).classes.tolist() == [2, 2]
    assert sturges_classes([5.0, np.nan, 7.0]).classes.tolist()[1] == 0
    with pytest.raises(ValueError, match="no gap"):
        sturges_classes([np.nan])


@given(percent, st.integers(1, 99))
def test_turning_an_indicator_round_changes_no_size(value, target) -> None:
    one = size_score([value], [target], [0.0])
    other = size_score([100 - value], [100 - target], [100.0])
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_met_target_is_no_problem_and_the_floor_is_the_most() -> None:
    assert size_score([95.0, 90.0, 0.0, -5.0], 90.0, 0.0).tolist() == [0, 0, 10, 10]
    assert np.isnan(size_score([50.0], [90.0], [90.0])).all()
    assert shortfall([98.8], [98.0], [True])[0] < 0


def test_urgency_grows_toward_the_deadline() -> None:
    today = dt.date(2024, 1, 1)
    assert urgency_score(dt.date(2023, 1, 1), today) == 10
    assert urgency_score(dt.date(2040, 1, 1), today) == 0
    near, far = (urgency_score(dt.date(year, 1, 1), today) for year in (2025, 2027))
    assert near > far


def test_growth_counts_change_for_the_worse_only() -> None:
    assert growth_score([2.0, -1.0, 9.0], 4.0).tolist() == [5.0, 0.0, 10.0]
    assert np.isnan(growth_score([np.nan], 4.0)).all()


def test_a_small_village_is_drawn_toward_the_area_more_than_a_large_one() -> None:
    found = shrunk_shares([8, 80, 60, 200], [8, 200, 200, 1000])
    assert found["weight"][0] < found["weight"][1]
    assert found["shrunk"].between(0, 1).all()
    theta = (8 + 80 + 60 + 200) / (8 + 200 + 200 + 1000)
    for share, shrunk in zip(found["share"], found["shrunk"], strict=True):
        assert min(share, theta) - 1e-12 <= shrunk <= max(share, theta) + 1e-12


def test_villages_that_differ_by_chance_alone_are_drawn_all_the_way() -> None:
    chance = np.random.default_rng(0)
    n = np.full(300, 40)
    found = shrunk_shares(chance.binomial(n, 0.3), n)
    assert found["weight"].max() < 0.35
    assert found["shrunk"].std() < found["share"].std() / 2


def test_counts_that_cannot_be_take_no_part() -> None:
    found = shrunk_shares([5, 3, np.nan, 1, 4], [4, 0, 10, 10, 10])
    assert found["shrunk"].notna().tolist() == [False, False, False, True, True]
    assert shrunk_shares([np.nan], [np.nan])["shrunk"].isna().all()
    assert shrunk_shares([0, 0], [10, 10])["shrunk"].tolist() == [0, 0]


def test_quadrants_have_fixed_cuts() -> None:
    found = quadrants([0.5, 0.5, 0.1, 0.1, np.nan], [200, 50, 200, 50, 1], 0.2, 100)
    assert found.tolist() == ["both", "share", "number", "neither", ""]
    assert locus([0.5, 0.1], [200, 200], 0.2, 100).tolist() == [True, False]
