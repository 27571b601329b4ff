"""Wins in pairs are those that somebody counts duel by duel."""

import itertools
import math

import numpy as np
import pytest

from kbk_analysis.priority.formula import wins


def counted(scores: np.ndarray) -> list[float]:
    whole = [place for place, row in enumerate(scores) if not np.isnan(row).any()]
    total = [0.0 if place in whole else math.nan for place in range(len(scores))]
    for a, b in itertools.combinations(whole, 2):
        for one, other in zip(scores[a], scores[b], strict=True):
            total[a] += 0.5 if one == other else float(one > other)
            total[b] += 0.5 if one == other else float(one < other)
    return total


@pytest.mark.parametrize("blank", [0.0, 0.15])
def test_wins_are_those_counted_duel_by_duel(blank) -> None:
    chance = np.random.default_rng(3)
    tables = chance.integers(1, 6, size=(40, 7, 3)) / 2
    tables[chance.random(tables.shape) < blank] = np.nan
    found = wins(tables)
    for table, row in zip(tables, found, strict=True):
        assert row.tolist() == pytest.approx(counted(table), nan_ok=True)
