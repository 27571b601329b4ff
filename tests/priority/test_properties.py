"""What must hold for any score sheet: prioritisation is arithmetic, and arithmetic has laws."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kbk_analysis.errors import Refusal
from kbk_analysis.priority.agreement import concordance, own_lift, severity, with_the_rest
from kbk_analysis.priority.combining import FEWEST, combine, condorcet_winner
from kbk_analysis.priority.formula import Criterion, Formula, Method, dominated_pairs, mid_ranks, ranks, tied, wins
from kbk_analysis.priority.methods import METHODS, weighted
from kbk_analysis.priority.opinions import (
    pair_weights,
    pooled_comparisons,
    promethee,
    rank_order_weights,
    topsis,
    vikor,
)
from kbk_analysis.priority.robustness import (
    crossing_weight,
    judge_acceptability,
    leave_one_out,
    methods_side_by_side,
    weight_acceptability,
)

USG = METHODS["usg_sum"]
POSITIVE = [method for method in METHODS.values() if method.formula is not None]
score = st.integers(1, 5).map(float)
blank = st.one_of(score, st.just(float("nan")))


def sheets(judges: int = 4, problems: int = 5, elements=score):
    return arrays(float, (judges, problems, 3), elements=elements)


tables = arrays(float, st.tuples(st.integers(2, 6), st.just(3)), elements=score)
totals = arrays(float, st.integers(1, 8), elements=st.one_of(st.integers(-9, 9).map(float), st.just(float("nan"))))

# ------------------------------------------------------------------ ranks


@given(totals)
def test_ranks_count_who_is_above_and_share_ties(values) -> None:
    for place, value in enumerate(values):
        if np.isnan(value):
            assert ranks(values)[place] == 0
            assert np.isnan(mid_ranks(values)[place])
            assert not tied(values)[place]
            continue
        above, same = int((values > value).sum()), int((values == value).sum())
        assert ranks(values)[place] == above + 1
        assert mid_ranks(values)[place] == above + (same + 1) / 2
        assert tied(values)[place] == (same > 1)


def test_many_sheets_are_ranked_at_once() -> None:
    one, other = np.array([3.0, 1, 2]), np.array([1.0, 1, np.nan])
    assert ranks(np.stack([one, other])).tolist() == [ranks(one).tolist(), ranks(other).tolist()]


def test_rounding_makes_no_order() -> None:
    assert ranks(np.array([100.0, 100.0 + 5e-8, 99.9])).tolist() == [1, 1, 3]
    assert ranks(np.array([0.3, 0.1 + 0.2])).tolist() == [1, 1]
    assert ranks(np.array([1.0, 1.0 + 1e-8])).tolist() == [2, 1]


# ------------------------------------------------------------------ formulas


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@given(data=st.data())
def test_the_order_of_rows_changes_nothing(method, data) -> None:
    n = data.draw(st.integers(2, 6))
    scores = data.draw(arrays(float, (n, len(method.letters)), elements=score))
    order = data.draw(st.permutations(range(n)))
    np.testing.assert_allclose(method.totals(scores[order]), method.totals(scores)[order])


@pytest.mark.parametrize("method", POSITIVE, ids=[m.id for m in POSITIVE])
@given(data=st.data())
def test_no_dominated_problem_stands_above_its_dominator(method, data) -> None:
    scores = data.draw(arrays(float, (5, len(method.letters)), elements=score))
    turned = scores.copy()
    for divisor in method.formula.divisors:
        turned[:, method.letters.index(divisor)] *= -1
    found = method.totals(scores)
    for better, worse in dominated_pairs(turned):
        assert found[better] >= found[worse]


@given(tables, st.floats(0.1, 100))
def test_weights_times_a_constant_change_no_order(scores, factor) -> None:
    weights = {"U": 3.0, "S": 2.0, "G": 1.0}
    one = weighted("a", "a", weights, 1, 5)
    other = weighted("b", "b", {k: v * factor for k, v in weights.items()}, 1, 5)
    assert ranks(one.totals(scores)).tolist() == ranks(other.totals(scores)).tolist()


@given(tables)
def test_a_clone_changes_no_order_of_the_others(scores) -> None:
    before = mid_ranks(USG.totals(scores))
    after = USG.totals(np.vstack([scores, scores[:1]]))
    assert np.argsort(before[1:], kind="stable").tolist() == np.argsort(mid_ranks(after)[1:-1], kind="stable").tolist()
    assert after[0] == after[-1]


@given(tables)
def test_wins_over_all_pairs_add_up(scores) -> None:
    n = len(scores)
    assert wins(scores).sum() == pytest.approx(3 * n * (n - 1) / 2)


def test_a_blank_gives_no_total_in_any_method() -> None:
    for method in METHODS.values():
        scores = np.full((3, len(method.letters)), 2.0)
        scores[1, 0] = np.nan
        found = method.totals(scores)
        assert np.isnan(found).tolist() == [False, True, False]


def test_a_zero_divisor_gives_no_total() -> None:
    found = METHODS["reinke"].totals(np.array([[5.0, 5, 5, 0], [5, 5, 5, 1]]))
    assert np.isnan(found).tolist() == [True, False]


def test_formulas_are_told_in_letters() -> None:
    told = {id: str(m.formula) for id, m in METHODS.items() if m.formula}
    assert told["usg_sum"] == "U + S + G"
    assert told["carl"] == "C × A × R × L"
    assert told["hanlon_third"] == "(A + B) × C ÷ 3"
    assert told["hanlon_double"] == "(A + 2 × B) × C"
    assert told["reinke"] == "M × I × V ÷ C"


def test_a_reversed_criterion_is_turned_once() -> None:
    cost = weighted("delbecq", "Delbecq", {"besar": 2, "biaya": 1}, 1, 5, turned=["biaya"])
    assert cost.totals(np.array([[5.0, 1.0], [5.0, 5.0]])).tolist() == [15.0, 11.0]
    criteria = (Criterion(id="M", low=1, high=5), Criterion(id="C", low=1, high=5, reversed=True))
    with pytest.raises(ValueError, match="count twice"):
        Method(id="x", name="x", criteria=criteria, formula=Formula(blocks=({"M": 1},), divisors=("C",)))
    with pytest.raises(ValueError, match="the formula uses"):
        Method(id="x", name="x", criteria=criteria, formula=Formula(blocks=({"M": 1},)))


@pytest.mark.parametrize("weights", [{}, {"a": -1.0, "b": 2.0}, {"a": 0.0}])
def test_weights_that_mean_nothing_are_refused(weights) -> None:
    with pytest.raises(ValueError, match="weights"):
        weighted("x", "x", weights, 1, 5)


# ------------------------------------------------------------------ judges


@given(sheets(elements=blank))
def test_the_order_of_judges_changes_nothing(scores) -> None:
    one, other = combine(scores, USG), combine(scores[::-1], USG)
    for name in ("totals", "median_totals", "borda", "copeland", "judges"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), err_msg=name)


@given(sheets(elements=blank))
def test_a_blank_is_left_out_and_counted(scores) -> None:
    found = combine(scores, USG)
    for problem in range(scores.shape[1]):
        given_ = [[sheet[problem, c] for sheet in scores if not np.isnan(sheet[problem, c])] for c in range(3)]
        assert found.judges[problem] == min(map(len, given_))
        assert found.enough[problem] == (min(map(len, given_)) >= max(1, FEWEST * len(scores)))
        if found.enough[problem]:
            assert found.totals[problem] == pytest.approx(sum(np.mean(column) for column in given_))
        else:
            assert np.isnan(found.totals[problem])
            assert found.rank[problem] == 0


@given(sheets())
def test_borda_points_and_duels_add_up(scores) -> None:
    judges, problems = scores.shape[:2]
    found = combine(scores, USG)
    assert found.borda.sum() == pytest.approx(judges * problems * (problems - 1) / 2)
    assert found.copeland.sum() == 0


@given(sheets())
def test_who_wins_every_duel_leads_by_duels(scores) -> None:
    winner = condorcet_winner(USG.totals(scores))
    assume(winner is not None)
    assert combine(scores, USG).copeland.argmax() == winner


def test_one_judge_with_a_point_to_make_moves_the_mean_and_not_the_rest() -> None:
    fair = np.array([[[4.0, 4, 4], [3, 3, 3], [3, 3, 2]]] * 4)
    strategic = np.array([[[1.0, 1, 1], [1, 1, 1], [5, 5, 5]]])
    found = combine(np.vstack([fair, np.repeat(strategic, 3, axis=0)]), USG)
    assert found.rank[2] == 1
    assert ranks(found.median_totals)[0] == 1
    assert found.copeland.argmax() == 0


# ------------------------------------------------------------------ agreement


@given(sheets(judges=3))
def test_concordance_lies_between_its_ends(scores) -> None:
    found = concordance(USG.totals(scores), draws=200)
    if isinstance(found, Refusal):
        assert found.code == "too_few_judges"
        return
    assert -1e-9 <= found.w <= 1 + 1e-9
    assert 0 < found.p <= 1
    assert found.chance == pytest.approx(1 / found.judges)


@given(sheets(judges=3))
def test_every_judge_twice_leaves_concordance_as_it_is_nearly_and_equal_orders_make_it_one(scores) -> None:
    given_totals = USG.totals(scores)
    found, double = concordance(given_totals, draws=1), concordance(np.vstack([given_totals] * 2), draws=1)
    assume(not isinstance(found, Refusal))
    assert double.w == pytest.approx(found.w)
    same = concordance(np.vstack([given_totals[:1]] * 3), draws=1)
    if not isinstance(same, Refusal):
        assert same.w == pytest.approx(1)
        assert same.mean_spearman == pytest.approx(1)


def test_who_says_nothing_is_named_and_left_out() -> None:
    totals_ = np.array([[3.0, 2, 1, 4], [3, 2, 1, 4], [2, 2, 2, 2], [3, np.nan, 1, 2]])
    found = concordance(totals_)
    assert (found.judges, found.undecided, found.silent) == (2, (2,), (3,))
    assert concordance(totals_[2:]).code == "too_few_judges"
    assert concordance(totals_[:, :2]).code == "too_few_problems"
    assert concordance(np.full((3, 4), 2.0)).code == "too_few_judges"


def test_many_judges_are_judged_by_the_approximation() -> None:
    chance = np.random.default_rng(3)
    found = concordance(chance.normal(size=(300, 10)))
    assert (found.method, found.draws) == ("chi_square", 0)
    assert found.p > 0.001
    shared = concordance(chance.normal(size=(300, 10)) + np.arange(10))
    assert shared.p < 1e-6


def test_chance_has_no_more_small_p_than_it_should() -> None:
    chance = np.random.default_rng(8)
    p = [concordance(chance.normal(size=(3, 5)), draws=400, seed=i).p for i in range(300)]
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.09


def test_the_odd_judge_out_is_found() -> None:
    found = with_the_rest(np.array([[5.0, 4, 3, 2], [5, 4, 2, 3], [4, 5, 3, 2], [2, 3, 4, 5], [1, 1, 1, 1]]))
    assert found[3] < 0 < found[:3].min()
    assert np.isnan(found[4])
    assert np.isnan(with_the_rest(np.array([[5.0, 4, np.nan], [5, 4, 3]]))).all()


def test_severity_is_told_on_shared_cells_only() -> None:
    scores = np.array([[[5.0, 5, 5], [3, 3, 3]], [[3, 3, 3], [np.nan] * 3]])
    assert severity(scores).tolist() == [1.0, -1.0]
    scores[0, 0] = np.nan
    assert np.isnan(severity(scores)).all()


def test_a_judge_who_scored_nothing_leaves_the_severity_of_the_others() -> None:
    scores = np.array([[[5.0, 4.0]], [[3.0, 2.0]]])
    silent = np.concatenate([scores, np.full((1, 1, 2), np.nan)])
    assert severity(silent)[:2].tolist() == severity(scores).tolist()
    assert np.isnan(severity(silent)[2])


def test_own_problems_are_set_against_what_others_give_them() -> None:
    totals_ = np.array([[15.0, 6, 6], [8, 6, 9], [10, 7, np.nan]])
    own = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0]])
    assert own_lift(totals_, own).round(6).tolist()[:2] == [6.0, 3.0]
    assert np.isnan(own_lift(totals_, own)[2])


# ------------------------------------------------------------------ robustness


@given(tables)
def test_shares_of_draws_add_up_over_ranks_and_over_problems(scores) -> None:
    found = weight_acceptability(scores, USG, draws=300)
    np.testing.assert_allclose(found.by_rank.sum(axis=0), 1)
    np.testing.assert_allclose(found.by_rank.sum(axis=1), 1)
    np.testing.assert_allclose((found.before + found.before.T)[~np.eye(len(scores), dtype=bool)], 1)
    assert (found.low <= found.high).all()
    assert found.top.sum() == pytest.approx(min(3, len(scores)))
    assert set(found.tiers) == set(range(1, found.tiers.max() + 1))


def test_equals_share_their_ranks_evenly() -> None:
    found = weight_acceptability(np.full((2, 3), 3.0), USG)
    np.testing.assert_allclose(found.by_rank, 0.5, atol=0.02)
    assert found.tiers.tolist() == [1, 1]


def test_who_leads_on_every_criterion_leads_in_every_draw() -> None:
    found = weight_acceptability(np.array([[5.0, 5, 5], [4, 4, 4], [1, 2, 1]]), USG)
    assert found.by_rank[0].tolist() == [1, 0, 0]
    assert found.tiers.tolist() == [1, 2, 3]
    np.testing.assert_allclose(found.central[0], 1 / 3, atol=0.01)
    assert np.isnan(found.central[1]).all()


def test_the_same_seed_gives_the_same_shares_and_agreed_weights_draw_closer() -> None:
    cells = np.array([[5.0, 1, 1], [1, 5, 1], [1, 1, 5]])
    one, again = (weight_acceptability(cells, USG, seed=5) for _ in range(2))
    assert one.by_rank.tolist() == again.by_rank.tolist()
    assert (one.draws, one.seed) == (10_000, 5)
    around = weight_acceptability(cells, USG, around=np.array([5.0, 1, 1]))
    assert around.by_rank[0, 0] > 0.9 > one.by_rank[0, 0]


def test_products_have_no_weights() -> None:
    assert weight_acceptability(np.ones((3, 4)), METHODS["carl"]).code == "no_weights"
    assert weight_acceptability(np.ones((3, 3)), METHODS["usg_pairs"]).code == "no_weights"


def test_judges_drawn_again_with_blanks() -> None:
    chance = np.random.default_rng(1)
    scores = chance.integers(1, 6, size=(9, 6, 3)).astype(float)
    scores[:, 0] = 5.0
    scores[:3, 2] = np.nan
    found = judge_acceptability(scores, USG)
    assert found.by_rank[0, 0] > 0.99
    assert found.central is None
    np.testing.assert_allclose(found.by_rank.sum(axis=0), 1)
    assert judge_acceptability(scores[:4], USG).code == "too_few_judges"


def test_the_bootstrap_spreads_as_the_mean_of_judges_does() -> None:
    """Two problems whose true means differ by one standard error of the difference lead in about 84 % of resamples."""
    judges = 40
    half = np.tile([1.0, 3.0], judges // 2)
    apart = 1.0 / np.sqrt(judges)  # the standard deviation of one total is 1, the other is constant
    scores = np.stack([half + apart, np.full(judges, 2.0)], axis=1)[:, :, None]
    one = Method(id="x", name="x", criteria=(Criterion(id="x", low=1, high=5),), formula=Formula(blocks=({"x": 1},)))
    assert judge_acceptability(scores, one).by_rank[0, 0] == pytest.approx(0.84, abs=0.06)


def test_each_judge_left_out_in_turn() -> None:
    scores = np.array([[[5.0, 5, 5], [1, 1, 1]], [[1, 1, 1], [2, 2, 2]], [[1, 1, 1], [2, 2, 2]]])
    assert leave_one_out(scores, USG).tolist() == [[2, 1], [1, 2], [1, 2]]


def test_two_criteria_cross_at_one_weight() -> None:
    cells = np.array([[5.0, 1.0], [3.0, 4.0], [5.0, 4.0]])
    weight = crossing_weight(cells, 0, 1)
    assert weight * 5 + (1 - weight) * 1 == pytest.approx(weight * 3 + (1 - weight) * 4)
    assert crossing_weight(cells, 1, 0) == pytest.approx(weight)
    assert crossing_weight(cells, 2, 1) is None
    assert crossing_weight(np.array([[2.0, 1.0], [3.0, 2.0]]), 0, 1) is None
    with pytest.raises(ValueError, match="two criteria"):
        crossing_weight(np.ones((2, 3)), 0, 1)


def test_methods_stand_side_by_side() -> None:
    found, alike = methods_side_by_side(np.array([[3.0, 2, 1, np.nan], [3, 1, 2, 5]]))
    assert found.tolist() == [[1, 2, 3, 0], [2, 4, 3, 1]]
    assert alike[0, 1] == pytest.approx(0.5)


# ------------------------------------------------------------------ second opinions


@given(tables)
def test_second_opinions_stay_within_their_ends(scores) -> None:
    weights = np.array([3.0, 2, 1])
    assert ((topsis(scores, weights) >= 0) & (topsis(scores, weights) <= 1)).all()
    assert promethee(scores, weights).sum() == pytest.approx(0)
    found = vikor(scores, weights)
    assert ((found.q >= -1e-12) & (found.q <= 1 + 1e-12)).all()
    assert found.q[found.chosen[0]] == pytest.approx(found.q.min())


def test_all_alike_and_one_alone() -> None:
    same = np.full((3, 2), 4.0)
    assert topsis(same, np.ones(2)).tolist() == [0.5] * 3
    assert topsis(np.zeros((2, 2)), np.ones(2)).tolist() == [0.5] * 2
    assert vikor(same, np.ones(2)).chosen == (0, 1, 2)
    assert vikor(same[:1], np.ones(2)).chosen == (0,)
    assert promethee(same[:1], np.ones(2)).tolist() == [0.0]


def test_a_clear_leader_is_chosen_alone_and_an_unstable_one_with_the_second() -> None:
    assert vikor(np.array([[5.0, 5], [1, 2], [1, 1]]), np.ones(2)).chosen == (0,)
    lopsided = np.array([[10.0, 10, 3.0], [7, 7, 7], [0, 0, 10.0]])
    found = vikor(lopsided, np.array([1.0, 1, 1]), v=0.5)
    assert found.chosen[0] == found.q.argmin()


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0]])
def test_weights_of_a_second_opinion_are_checked(weights) -> None:
    with pytest.raises(ValueError, match="weights"):
        topsis(np.ones((2, 2)), np.array(weights))


def test_contradicting_comparisons_are_marked() -> None:
    contradiction = np.array([[1.0, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert not pair_weights(contradiction).consistent
    pooled = pooled_comparisons(np.stack([contradiction, contradiction.T]))
    np.testing.assert_allclose(pooled, 1)
    assert pair_weights(pooled).weights.round(6).tolist() == [0.333333] * 3


@pytest.mark.parametrize("matrix", [[[1.0, 2.0]], [[1.0, 2.0], [2.0, 1.0]], [[1.0, -1.0], [-1.0, 1.0]]])
def test_comparisons_that_are_none_are_refused(matrix) -> None:
    with pytest.raises(ValueError, match=r"square|reciprocal"):
        pair_weights(np.array(matrix))


def test_weights_from_an_order_fall_and_add_up() -> None:
    found = rank_order_weights(5)
    assert found.sum() == pytest.approx(1)
    assert (np.diff(found) < 0).all()
