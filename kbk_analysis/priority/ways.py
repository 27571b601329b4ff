"""Ways of counting side by side: the meeting's method, its variants, other ways to combine judges, second opinions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Floats, mid_ranks

COMBINED = ("median_rank", "borda_rank", "copeland_rank")


def all_ways(found: Priorities) -> pd.DataFrame:
    """Ranks of the ranked problems by every way, the meeting's method first.

    Returns
    -------
    DataFrame
        By problem; columns are ids of methods, ``median_rank, borda_rank, copeland_rank`` where several judged, and
        the second opinions.
    """
    kept = found.problems.index[found.problems["rank"] > 0]
    parts = [found.methods.loc[kept]]
    if not found.consensus:
        parts.append(found.problems.loc[kept, list(COMBINED)])
    parts.append(found.opinions.reindex(kept))
    return pd.concat(parts, axis=1).astype(int)


def same_first(ways: pd.DataFrame, top: int) -> int:
    """How many of the other ways put the same problems among the first as the meeting's method."""
    own = _first(ways.iloc[:, 0], top)
    return sum(_first(ways[id], top) == own for id in ways.columns[1:])


def _first(ranks: pd.Series, top: int) -> set[str]:
    return set(ranks.index[ranks <= top])


def likeness(ways: pd.DataFrame) -> Floats:
    """Spearman correlation of each way with the meeting's method; NaN where one of them ties all."""
    places = mid_ranks(-ways.to_numpy(dtype=float).T)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array([np.corrcoef(places[0], row)[0, 1] for row in places])
