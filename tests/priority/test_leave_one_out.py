"""Ranks with one judge left out are those that the others give together."""

import numpy as np
import pytest

from kbk_analysis.priority.combining import combine
from kbk_analysis.priority.methods import METHODS
from kbk_analysis.priority.robustness import leave_one_out


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("blank", [0.0, 0.1, 0.5])
def test_leaving_a_judge_out_is_ranking_by_all_others(method, blank) -> None:
    chance = np.random.default_rng(7)
    low, high = (np.array([getattr(c, end) for c in method.criteria]) for end in ("low", "high"))
    for judges in (2, 3, 6):
        scores = chance.integers(low, high + 1, size=(judges, 5, len(low))).astype(float)
        scores[chance.random(scores.shape) < blank] = np.nan
        others = [combine(np.delete(scores, judge, axis=0), method).rank for judge in range(judges)]
        assert leave_one_out(scores, method).tolist() == np.stack(others).tolist()


def test_one_judge_alone_leaves_nobody() -> None:
    assert leave_one_out(np.full((1, 3, 3), 4.0), METHODS["usg_sum"]).tolist() == [[0, 0, 0]]
