"""Values that the laws of the other tests leave open: each is here because a changed source passed without it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kbk_analysis.priority.combining import combine
from kbk_analysis.priority.formula import Formula, wins
from kbk_analysis.priority.methods import METHODS

scores = arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.integers(1, 10).map(float))


@given(scores)
def test_each_duel_is_won_by_the_higher_score_and_halved_by_equals(table) -> None:
    found = wins(table)
    for a, row in enumerate(table):
        others = np.delete(table, a, axis=0)
        assert found[a] == (row > others).sum() + (row == others).sum() / 2


def test_a_duel_is_a_draw_within_rounding_and_not_beyond() -> None:
    assert wins(np.array([[0.1 + 0.2], [0.3]])).tolist() == [0.5, 0.5]
    assert wins(np.array([[9.0 + 5e-9], [9.0]])).tolist() == [0.5, 0.5]  # against the larger of the two
    assert wins(np.array([[9.0], [9.0 + 5e-9]])).tolist() == [0.5, 0.5]
    assert wins(np.array([[9.0 + 2e-8], [9.0]])).tolist() == [1, 0]
    assert wins(np.array([[0.1 + 5e-10], [0.1]])).tolist() == [0.5, 0.5]  # or against one
    assert wins(np.array([[0.1 + 2e-9], [0.1]])).tolist() == [1, 0]


def test_a_problem_with_a_blank_fights_no_duel() -> None:
    found = wins(np.array([[5.0, 5.0], [np.nan, 5.0], [1.0, 5.0]]))
    np.testing.assert_equal(found, [1.5, np.nan, 0.5])


def test_duels_of_many_sheets_stay_within_their_sheet() -> None:
    one, other = np.array([[5.0, 4], [3, 4], [1, 2]]), np.array([[1.0, 1], [2, np.nan], [3, 3]])
    np.testing.assert_equal(wins(np.stack([one, other])), [wins(one), wins(other)])


def test_a_divisor_below_zero_is_none_of_ours_to_hide() -> None:
    ratio = Formula(blocks=({"A": 1.0},), divisors=("B",))
    assert ratio.totals(np.array([[6.0, -2.0], [6.0, 0.5]]), "AB").tolist() == [-3.0, 12.0]


def test_a_formula_is_printed_with_each_weight_and_factor() -> None:
    assert str(Formula(blocks=({"A": 0.5, "B": 1.0},))) == "0.5 × A + B"
    assert str(Formula(blocks=({"A": 1.0, "B": 1.0},), scale=0.5)) == "(A + B) ÷ 2"
    assert str(Formula(blocks=({"A": 1.0, "B": 1.0},), divisors=("C",))) == "(A + B) ÷ C"


def test_nothing_to_add_up_is_no_sum() -> None:
    assert not Formula(blocks=()).additive


def test_median_totals_add_up_the_medians_of_those_who_scored() -> None:
    nan = np.nan
    table = np.array([
        [[5.0, 1, 3], [2, 2, 2], [5, 5, 5]],
        [[1.0, 1, 4], [3, nan, 2], [nan, nan, nan]],
        [[4.0, 2, 5], [3, 4, 2], [nan, nan, nan]],
    ])  # fmt: skip
    found = combine(table, METHODS["usg_sum"])
    np.testing.assert_equal(found.median_totals, [4.0 + 1 + 4, 3.0 + 3 + 2, nan])  # one of three is not enough
