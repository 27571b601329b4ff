"""Many series at once: one row a series, one column a year; what trend, control and outlier rules share.

A series may be an area, or an area and indicator. Years are numbers and stand to scale: a year left out is a wider
step, not a missing rung. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.schema import Direction

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Breaks = Collection[float] | pd.DataFrame

SENSE: Final = {Direction.HIGHER: 1, Direction.LOWER: -1, Direction.CONTEXT: 0}


def wide(data: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Series as rows of numbers, columns in order of time; a single series becomes one row.

    Raises
    ------
    ValueError
        Two columns for one year: two values of one point are a fault of the caller, not a tie.

    Examples
    --------
    >>> wide(pd.Series({2024: 3, 2022: 1}, name="1406")).to_dict("split")["data"]
    [[1.0, 3.0]]
    """
    frame = data.to_frame().T if isinstance(data, pd.Series) else data
    frame = frame.astype(float)
    frame.columns = pd.Index([float(name) for name in frame.columns])
    if not frame.columns.is_unique:
        raise ValueError("two columns for one year")
    return frame.sort_index(axis="columns")


def alike(data: pd.DataFrame | pd.Series, other: pd.DataFrame | pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables of the same series (counts and denominators, values and errors), on the rows of the first.

    Of two single series the names do not matter.
    """
    first, second = wide(data), wide(other)
    if isinstance(data, pd.Series) and isinstance(other, pd.Series):
        second.index = first.index
    years = first.columns.union(second.columns)
    if not first.index.equals(second.index):
        second = second.reindex(first.index)
    return first.reindex(columns=years), second.reindex(columns=years)


def sense(direction: str | pd.Series, index: pd.Index) -> Whole:
    """+1 where higher is better, -1 where lower is, 0 where nothing is judged; for each row of `index`."""
    if isinstance(direction, pd.Series):
        if not direction.index.equals(index):
            direction = direction.reindex(index)
        return np.array([SENSE[Direction(way)] for way in direction], dtype=np.int64)
    return np.full(len(index), SENSE[Direction(direction)], dtype=np.int64)


def judge(change: npt.ArrayLike, direction: str | pd.Series, index: pd.Index) -> pd.Series:
    """``better`` or ``worse`` from the sign of a change; blank where nothing changed or nothing is judged.

    Examples
    --------
    >>> judge([1, -1, 0], "lower", pd.RangeIndex(3)).tolist()
    ['worse', 'better', '']
    """
    good = np.sign(np.nan_to_num(np.asarray(change, dtype=float))) * sense(direction, index)
    return pd.Series(np.select([good > 0, good < 0], ["better", "worse"], ""), index=index, dtype="str")


@dataclass(frozen=True, slots=True)
class Window:
    """The latest points of each series.

    Parameters
    ----------
    columns
        Positions of the points, in order of time; rows that are not `full` hold positions without meaning.
    full
        Which series have all the points asked for.
    n
        Points the series has within reach, at most the number asked for.
    first, last
        Years of its first and last point; NaN without any.
    """

    columns: Whole
    full: Flags
    n: Whole
    first: Floats
    last: Floats

    def take(self, cells: npt.NDArray[np.float64]) -> Floats:
        """The points of the window out of a table of all years."""
        if not cells.shape[1]:
            return np.full(self.columns.shape, np.nan)
        return np.take_along_axis(cells, self.columns, axis=1)


def latest(present: Flags, years: Floats, points: int, reach: float | None = None) -> Window:
    """The last `points` points of each series.

    Parameters
    ----------
    present
        Which cells are points, one row a series.
    years
        Year of each column, rising.
    reach
        Years that the window may span; points further back than this from the last one do not count.
    """
    present = present.astype(bool)  # a table without columns has no kind
    rows, width = present.shape
    if width < points:  # pad on the left with years nobody has
        present = np.hstack([np.zeros((rows, points - width), dtype=bool), present])
        padding = points - width
    else:
        padding = 0
    time = np.concatenate([np.full(padding, -np.inf), years])
    last = np.where(present, time, -np.inf).max(axis=1, initial=-np.inf)
    kept = present
    if reach is not None:
        kept = present & (time >= (last - reach)[:, None])
    from_right = np.cumsum(kept[:, ::-1], axis=1)[:, ::-1]
    kept = kept & (from_right <= points)
    columns = np.argsort(~kept, axis=1, kind="stable")[:, :points]
    n = kept.sum(axis=1)
    first = np.where(kept, time, np.inf).min(axis=1, initial=np.inf)
    return Window(
        columns=np.maximum(columns - padding, 0),
        full=n == points,
        n=n.astype(np.int64),
        first=np.where(n > 0, first, np.nan),
        last=np.where(n > 0, last, np.nan),
    )


def broken(breaks: Breaks, first: Floats, last: Floats, index: pd.Index) -> Flags:
    """Whether a new definition begins after the first and not after the last year of each series.

    Parameters
    ----------
    breaks
        Years from which a new definition holds, for all series; or a table of flags, one row a series, one column a
        year, true in the first year of a new definition.

    Examples
    --------
    >>> broken([2021], np.array([2020.0, 2021.0]), np.array([2024.0, 2024.0]), pd.RangeIndex(2)).tolist()
    [True, False]
    """
    if isinstance(breaks, pd.DataFrame):
        table = wide(breaks)
        flags = (table if table.index.equals(index) else table.reindex(index)).fillna(0.0).to_numpy() > 0
        time = table.columns.to_numpy(dtype=float)
    else:
        time = np.array([float(year) for year in breaks])
        flags = np.ones((len(index), len(time)), dtype=bool)
    inside: Flags = np.any(flags & (time > first[:, None]) & (time <= last[:, None]), axis=1)
    return inside
