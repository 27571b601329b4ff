"""One meeting from table to ranking, on the demo's meetings and on small ones made by hand."""

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.data.store import open_dataset
from kbk_analysis.errors import Refusal
from kbk_analysis.priority.agreement import Concordance
from kbk_analysis.priority.analysis import Priorities, prioritise
from kbk_analysis.priority.methods import METHODS


@pytest.fixture(scope="module")
def tables():
    with open_dataset("demo") as data:
        return data.table("problems"), data.table("scores")


def of(tables, meeting: str, method: str = "usg_sum") -> Priorities:
    problems, scores = (table[table["meeting"] == meeting] for table in tables)
    return prioritise(problems, scores, METHODS[method])


@pytest.fixture(scope="module", params=["rakor-2024-1", "rakor-2024-2"])
def found(request, tables) -> Priorities:
    return of(tables, request.param)


def test_totals_are_means_over_those_who_scored(found, tables) -> None:
    scores = tables[1][tables[1]["meeting"] == found.meeting]
    for id, row in found.problems.iterrows():
        part = scores[scores["problem"] == id].pivot(index="judge", columns="criterion", values="score")
        assert row["judges"] == part.notna().sum().min()
        assert row["total"] == pytest.approx(part.mean().sum())


def test_the_table_stands_in_order_of_rank_and_every_part_with_it(found) -> None:
    ranked = found.problems["rank"]
    assert ranked.is_monotonic_increasing
    assert found.cells.index.equals(found.problems.index)
    assert found.methods.index.equals(found.problems.index)
    assert found.methods["usg_sum"].tolist() == ranked.tolist()
    np.testing.assert_allclose(
        np.nanmean(found.scores, axis=0).sum(axis=1)[0], found.problems["total"].iloc[0], atol=0.3
    )
    assert found.dominated == ()
    assert not found.consensus
    assert not found.too_many


def test_doubt_stands_beside_every_rank(found) -> None:
    table = found.problems
    assert (table["low"] <= table["high"]).all()
    assert table["top"].between(0, 1).all()
    assert table["top"].sum() == pytest.approx(3)
    assert table["weight_top"].sum() == pytest.approx(3)
    assert (table["loo_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["loo_high"]).all()
    assert isinstance(found.concordance, Concordance)
    assert found.by_judges.by_rank[0, 0] >= found.by_judges.by_rank[-1, 0]


def test_the_flat_and_the_absent_judge_of_the_demo_are_named(tables) -> None:
    first, second = of(tables, "rakor-2024-1"), of(tables, "rakor-2024-2")
    assert first.judges["undecided"].sum() == 1
    absent = np.isnan(second.scores).all(axis=(1, 2))
    half = (second.judges["scored"] == 0) & ~absent  # never scores growth, so has no order, but counts on the others
    assert (absent.sum(), half.sum()) == (1, 1)
    assert second.judges.loc[absent | half, "silent"].all()
    assert not np.isnan(second.scores[half][:, :, :2]).all()


def small(rows: dict[str, dict[str, list[float]]], **more: object) -> Priorities:
    """Judge -> problem -> scores of U, S, G."""
    names = list(dict.fromkeys(problem for sheet in rows.values() for problem in sheet))
    problems = pd.DataFrame({"meeting": "m", "problem": names, "lead_agency": "dinkes"})
    scores = pd.DataFrame(
        [
            (judge, problem, letter, value)
            for judge, sheet in rows.items()
            for problem, values in sheet.items()
            for letter, value in zip("USG", values, strict=True)
        ],
        columns=["judge", "problem", "criterion", "score"],
    )
    return prioritise(problems, scores, METHODS["usg_sum"], **more)


def test_one_set_of_scores_says_nothing_about_agreement() -> None:
    found = small({"konsensus": {"a": [5, 5, 5], "b": [1, 2, 3], "c": [1, 2, 3]}})
    assert found.consensus
    assert isinstance(found.concordance, Refusal)
    assert isinstance(found.by_judges, Refusal)
    assert found.problems["tied"].tolist() == [False, True, True]
    assert found.problems["rank"].tolist() == [1, 2, 2]
    assert "low" not in found.problems


def test_a_problem_that_too_few_scored_is_listed_apart() -> None:
    blank = [float("nan")] * 3
    found = small(
        {
            "A": {"a": [5, 5, 5], "b": [1, 1, 1], "c": [5, 5, 5]},
            "B": {"a": [4, 4, 4], "b": [2, 2, 2], "c": blank},
            "C": {"a": [4, 4, 4], "b": [2, 2, 2], "c": blank},
        }
    )
    assert found.problems.index.tolist() == ["a", "b", "c"]
    assert found.problems["rank"].tolist() == [1, 2, 0]
    assert found.problems["judges"].tolist() == [3, 3, 1]
    assert found.by_weights.by_rank.shape == (2, 2)


def test_the_decision_of_the_meeting_stands_beside_the_computed_rank() -> None:
    decisions = pd.DataFrame({"problem": ["b"], "agreed_rank": [1], "reason": ["anggaran sudah ada"]})
    found = small({"A": {"a": [5, 5, 5], "b": [1, 1, 1]}}, decisions=decisions)
    assert found.problems.loc["b", ["rank", "agreed_rank", "agreed_reason"]].tolist() == [2, 1, "anggaran sudah ada"]
    assert pd.isna(found.problems.loc["a", "agreed_rank"])


def test_own_interest_shows() -> None:
    sheets = {f"J{i}: staf": {"a": [3, 3, 3], "b": [3, 3, 2]} for i in range(4)}
    found = small({**sheets, "dinkes: kepala": {"a": [5, 5, 5], "b": [5, 5, 5]}})
    assert found.judges.loc["dinkes: kepala", "own_lift"] == pytest.approx(6.5)
    assert found.judges.loc["J0: staf", "own_lift"] != found.judges.loc["J0: staf", "own_lift"]  # none is his own


def test_scores_that_do_not_fit_the_list_or_the_method_are_refused(tables) -> None:
    problems, scores = (table[table["meeting"] == "rakor-2024-1"] for table in tables)
    with pytest.raises(ValueError, match="not on the list"):
        prioritise(problems.iloc[1:], scores, METHODS["usg_sum"])
    with pytest.raises(ValueError, match="nobody scored"):
        prioritise(problems, scores, METHODS["carl"])


def test_the_computed_ranks_in_the_decisions_of_the_demo_are_those_of_usg(found) -> None:
    with open_dataset("demo") as data:
        decided = data.table("decisions", meeting=found.meeting).set_index("problem")
    assert decided["computed_rank"].sort_index().to_list() == found.problems["rank"].sort_index().to_list()
