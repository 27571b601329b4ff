"""Many judges, one table: mean, median and two ways of counting ranks, side by side. A blank is "did not score".

Input: scores of shape ``(judges, problems, criteria)``, NaN for a blank. Nothing is filled in: each cell is combined
over those who scored it (``sum over criteria of mean over judges`` for USG), and a problem that too few scored has no
total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kbk_analysis.priority.formula import TIE, Floats, Ints, Method, mid_ranks, ranks

FEWEST: Final = 0.5  # of the judges must have scored a problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What the judges say together; the first way is the meeting's, the others stand beside it.

    Parameters
    ----------
    cells
        Mean score by problem and criterion.
    totals, rank
        The method on the means; NaN and 0 where too few scored.
    median_totals
        The method on the median of each cell.
    borda
        Points: problems beaten within each judge's order, half for a tie, over the judges; for a judge with blanks,
        among those he scored.
    copeland
        Duels won minus duels lost, in each of which the majority of judges who scored both decides.
    judges
        How many scored each problem, on the criterion that fewest scored.
    enough
        Whether that is enough.
    """

    cells: Floats
    totals: Floats
    rank: Ints
    median_totals: Floats
    borda: Floats
    copeland: Floats
    judges: Ints
    enough: npt.NDArray[np.bool_]


def combine(scores: Floats, method: Method, *, fewest: float = FEWEST) -> Combined:
    """Bring the judges together.

    Parameters
    ----------
    scores
        Shape ``(judges, problems, criteria)``; NaN where a judge did not score.
    fewest
        Part of the judges that must have scored a problem, on each criterion.

    Examples
    --------
    >>> from kbk_analysis.priority.methods import METHODS
    >>> scores = np.array([[[5.0, 4, 4], [2, 3, 2]], [[4, 4, 3], [np.nan] * 3], [[3, 4, 4], [3, 3, 3]]])
    >>> found = combine(scores, METHODS["usg_sum"])
    >>> found.totals.round(2).tolist(), found.judges.tolist()
    ([11.67, 8.0], [3, 2])
    """
    judges = (~np.isnan(scores)).sum(axis=0).min(axis=1)
    enough = judges >= max(1.0, fewest * len(scores))
    cells, medians = _over_judges(scores, np.nanmean), _over_judges(scores, np.nanmedian)
    hidden = np.where(enough[:, None], 0.0, np.nan)
    totals = method.totals(cells + hidden)
    each = method.totals(scores)  # orders of judges: half an answer gives no place
    points, duels = _borda(each), _copeland(each)
    return Combined(
        cells=cells,
        totals=totals,
        rank=ranks(totals),
        median_totals=method.totals(medians + hidden),
        borda=np.where(enough, points, np.nan),
        copeland=np.where(enough, duels, np.nan),
        judges=judges,
        enough=enough,
    )


def _over_judges(scores: Floats, how: object) -> Floats:
    result = np.full(scores.shape[1:], np.nan)
    some = ~np.isnan(scores).all(axis=0)
    result[some] = how(scores[:, some], axis=0)  # type: ignore[operator]
    return result


def _borda(totals: Floats) -> Floats:
    """Points over judges; `totals` has shape (judges, problems)."""
    places = mid_ranks(totals)
    scored = (~np.isnan(totals)).sum(axis=1, keepdims=True)
    points: Floats = np.nansum(scored - places, axis=0)
    return points


def duel_majorities(totals: Floats) -> Ints:
    """For each pair how many more judges put the first above the second; a draw or a blank counts for neither."""
    near = TIE * np.maximum(1.0, np.abs(totals))
    n = totals.shape[1]
    found = np.zeros((n, n), dtype=np.int64)
    for a in range(n):
        with np.errstate(invalid="ignore"):
            apart = totals[:, [a]] - totals
            found[a] = (apart > near).sum(axis=0) - (apart < -near).sum(axis=0)
    return found


def _copeland(totals: Floats) -> Floats:
    won: Floats = np.sign(duel_majorities(totals)).sum(axis=1).astype(float)
    return won


def condorcet_winner(totals: Floats) -> int | None:
    """The problem that wins every duel, if there is one. `totals` has shape (judges, problems)."""
    majorities = duel_majorities(totals)
    n = len(majorities)
    wins = [i for i in range(n) if all(majorities[i, j] > 0 for j in range(n) if j != i)]
    return wins[0] if wins else None
