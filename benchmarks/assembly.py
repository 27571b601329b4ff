"""An invented assembly of judges far larger than a meeting, and the same doubt worked out in plain Python on a slice.

The slice is small because plain Python is slow; a test holds its shares against those of the package.
"""

from __future__ import annotations

import random

import numpy as np
import pandas as pd

from kbk_analysis.priority.analysis import Priorities, prioritise
from kbk_analysis.priority.formula import Method
from kbk_analysis.priority.methods import weighted
from kbk_analysis.priority.robustness import DRAWS, RESAMPLES

JUDGES, PROBLEMS, CRITERIA = 1_000, 200, 5
SLICE = (20, 10)  # judges and problems of plain Python
SLICE_DRAWS, SLICE_RESAMPLES = DRAWS // 10, RESAMPLES // 10
SILENT = 0.02  # judges who did not score a problem
SEED = 5

Table = list[list[list[float | None]]]


def method(criteria: int = CRITERIA) -> Method:
    return weighted("mcua", "MCUA", {f"k{number}": 1.0 for number in range(1, criteria + 1)}, 1, 5)


def scores(judges: int = JUDGES, problems: int = PROBLEMS, criteria: int = CRITERIA) -> np.ndarray:
    """Shape (judges, problems, criteria); whole numbers from 1 to 5, some judges milder than others."""
    chance = np.random.default_rng(SEED)
    wanted = chance.uniform(1.5, 4.5, size=(problems, criteria)) + chance.normal(0, 0.5, size=(judges, 1, 1))
    found = np.clip(np.round(wanted + chance.normal(0, 1, size=(judges, problems, criteria))), 1, 5)
    found[chance.random((judges, problems)) < SILENT] = np.nan
    return found


def tables(cube: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `problems` and `scores` of one meeting, as a score sheet is read."""
    judge, problem, criterion = (place.ravel() for place in np.indices(cube.shape))
    names = pd.Index([f"masalah {number + 1:03d}" for number in range(cube.shape[1])])
    listed = pd.DataFrame({"problem": names, "meeting": "", "lead_agency": ""})
    people = pd.Index([f"penilai {number + 1:04d}" for number in range(cube.shape[0])])
    letters = pd.Index(method(cube.shape[2]).letters)
    given = {"judge": people[judge], "problem": names[problem], "criterion": letters[criterion], "score": cube.ravel()}
    return listed, pd.DataFrame(given)


def whole(listed: pd.DataFrame, given: pd.DataFrame) -> Priorities:
    """Everything that is said of a meeting: ranking, agreement, weights drawn, judges drawn again and left out."""
    return prioritise(listed, given, method(given["criterion"].nunique()))


def plain_weights(table: Table, draws: int = SLICE_DRAWS) -> list[float]:
    """Share of weights under which each problem is first."""
    lot, shares, cells = random.Random(SEED), [0.0] * len(table[0]), means(table)
    for _ in range(draws):
        weights = [lot.expovariate(1) for _ in cells[0]]
        _first(shares, [sum(w * cell for w, cell in zip(weights, row, strict=True)) for row in cells], draws)
    return shares


def plain_judges(table: Table, resamples: int = SLICE_RESAMPLES) -> list[float]:
    """Share of judges drawn again under whom each problem is first."""
    lot, shares = random.Random(SEED), [0.0] * len(table[0])
    for _ in range(resamples):
        _first(shares, [sum(row) for row in means(lot.choices(table, k=len(table)))], resamples)
    return shares


def means(table: Table) -> list[list[float]]:
    """Mean of each cell over the judges who scored it."""
    found = []
    for problem in range(len(table[0])):
        row = []
        for criterion in range(len(table[0][0])):
            given = [score for judge in table if (score := judge[problem][criterion]) is not None]
            row.append(sum(given) / len(given))
        found.append(row)
    return found


def _first(shares: list[float], totals: list[float], draws: int) -> None:
    best = max(totals)
    equal = [place for place, total in enumerate(totals) if total >= best - 1e-9]
    for place in equal:
        shares[place] += 1 / len(equal) / draws


def plain_table(cube: np.ndarray) -> Table:
    return [[[None if score != score else score for score in row] for row in judge] for judge in cube.tolist()]
