"""Rows of counts: one index for all inputs of a function, and the reason why a row cannot be computed."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.schema import Direction

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Reasons: TypeAlias = npt.NDArray[np.object_]
Column: TypeAlias = "pd.Series | npt.ArrayLike | float"

COUNT_REASONS: Final = ("", "impossible", "zero_denominator", "not_reported")
SIGNS: Final = {Direction.HIGHER: 1.0, Direction.LOWER: -1.0, Direction.CONTEXT: 0.0}


def align(*inputs: Column) -> tuple[pd.Index, list[Floats]]:
    """Inputs as float arrays of one length, and the index their result has.

    The first Series gives the index; other Series are put in its order, arrays are taken by position and scalars
    repeated. Blanks of any kind become NaN. Series with other labels are a fault of the caller.

    Examples
    --------
    >>> index, (x, n) = align(pd.Series([1, None], index=["a", "b"]), 10)
    >>> list(index), x.tolist(), n.tolist()
    (['a', 'b'], [1.0, nan], [10.0, 10.0])
    """
    index = next((item.index for item in inputs if isinstance(item, pd.Series)), None)
    arrays = [_floats(item, index) for item in inputs]
    length = len(index) if index is not None else max((array.size for array in arrays if array.ndim), default=1)
    if any(array.ndim > 1 or (array.ndim and array.size != length) for array in arrays):
        raise ValueError("inputs differ in length or are not one column each")
    return pd.RangeIndex(length) if index is None else index, [np.broadcast_to(array, length) for array in arrays]


def _floats(item: Column, index: pd.Index | None) -> Floats:
    if not isinstance(item, pd.Series):
        return np.asarray(item, dtype=np.float64)
    if index is not None:
        item = _in_order(item, index)
    return item.to_numpy(dtype=np.float64, na_value=np.nan)


def labels(item: object, index: pd.Index) -> Reasons:
    """Words of one row each (a direction, an area, a reason), in the order of `index`; a single one is repeated."""
    if isinstance(item, pd.Series):
        return _in_order(item, index).to_numpy(dtype=object)
    return np.broadcast_to(np.asarray(item, dtype=object), len(index))


def _in_order(item: pd.Series, index: pd.Index) -> pd.Series:
    if item.index.equals(index):
        return item
    if not (item.index.is_unique and index.is_unique and set(item.index) == set(index)):
        raise ValueError("inputs have different labels")
    return item.reindex(index)


def count_reasons(x: Floats, n: Floats, *, bounded: bool) -> Reasons:
    """Why x/n cannot be given: ``not_reported``, ``zero_denominator``, ``impossible``, or blank.

    Parameters
    ----------
    bounded
        Whether x is a part of n (a proportion); events that repeat may exceed their denominator.

    Examples
    --------
    >>> count_reasons(np.array([3.0, 3.0, np.nan]), np.array([2.0, 0.0, 9.0]), bounded=True).tolist()
    ['impossible', 'zero_denominator', 'not_reported']
    """
    code = np.zeros(x.shape, dtype=np.int8)
    code[(x < 0) | (n < 0) | np.isinf(x) | np.isinf(n) | (bounded & (x > n))] = 1
    code[n == 0] = 2
    code[np.isnan(x) | np.isnan(n)] = 3
    return np.array(COUNT_REASONS, dtype=object)[code]


def first_reason(*reasons: Reasons | tuple[Flags, str]) -> Reasons:
    """The first reason that is not blank, row by row; a pair is a flag with the code it stands for."""
    arrays = [np.where(item[0], item[1], "").astype(object) if isinstance(item, tuple) else item for item in reasons]
    found = arrays[0].copy()
    for later in arrays[1:]:
        found = np.where(found == "", later, found)
    return found


def first_blank(reason: object, index: pd.Index, *needed: tuple[Floats, str]) -> Reasons:
    """Reasons handed on, then the code of the first input that is blank, then ``impossible`` for endless ones."""
    blank = ((np.isnan(values), code) for values, code in needed)
    return first_reason(labels(reason, index), *blank, *((np.isinf(values), "impossible") for values, _ in needed))


def usable(reason: Reasons, *columns: Floats) -> list[Floats]:
    """Columns without the rows that have a reason: those become blank."""
    return [np.where(reason == "", column, np.nan) for column in columns]


def signs(direction: object, index: pd.Index) -> Floats:
    """+1 where higher is better, -1 where lower is, 0 where neither.

    Examples
    --------
    >>> signs(Direction.LOWER, pd.RangeIndex(2)).tolist()
    [-1.0, -1.0]
    """
    names, place = np.unique(labels(direction, index).astype(str), return_inverse=True)
    return np.array([SIGNS[Direction(name)] for name in names])[place]


def frame(index: pd.Index, **columns: object) -> pd.DataFrame:
    """Frame of a result: words become string columns, single values are repeated."""
    table = pd.DataFrame(columns, index=index)
    words = table.columns[table.dtypes == "object"]  # words without a row are not known as such
    return table.astype(dict.fromkeys(words, "str")) if len(words) else table
