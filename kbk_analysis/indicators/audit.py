"""What a reader can work out about hidden counts: the range of each that all shown numbers together allow.

A cell is a share of one area and period: a count that has it (``x``) and the rest (``y``); its size is both. Hidden,
both are unknown. The reader has the sums (villages to district, districts to regency), and counts that another
indicator prints as well, such as the number of couples under two shares of couples. He also knows the rule by which
cells are hidden: where none of many would be shown, a hidden count is one at least (`floors`), so that five hidden
villages with five cases have one each. The range is found by linear programming, twice for each count asked.

Source: Fischetti and Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
Management Science 47: 1008-1027; Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

COUNTS: Final = {"x": (1.0, 0.0), "y": (0.0, 1.0), "n": (1.0, 1.0)}
LOW: Final = 5.0  # percent: a share told as "below 5 %" or "above 95 %"
ALIKE: Final = 0.9  # of villages in which two counts are equal that are taken for one
FEWEST: Final = 5  # such villages
LARGEST: Final = 40_000  # unknowns in one call of the solver


class System(NamedTuple):
    """Equations and inequalities of the counts of all cells: two columns a cell, x and y."""

    equal: sparse.csr_matrix
    below: sparse.csr_matrix


def find_links(cells: pd.DataFrame) -> pd.DataFrame:
    """Counts of sensitive indicators that another indicator prints too.

    Parameters
    ----------
    cells
        One period: ``indicator, area_code, numerator, denominator, sensitive``, any row order, index 0, 1, ...

    Returns
    -------
    DataFrame
        ``cell, count, other, other_count``: a count (x, y or n) of a cell of a sensitive indicator that equals one of
        another indicator in the same area, where the two are equal in nine of ten areas that report both and have any.

    Examples
    --------
    >>> couples = {"area_code": list("abcde"), "denominator": [10.0, 20, 30, 40, 50], "numerator": [4.0, 7, 5, 9, 6]}
    >>> users = {**couples, "numerator": [5.0, 12, 21, 23, 34]}
    >>> unmet = pd.DataFrame({**couples, "indicator": "unmet", "sensitive": True})
    >>> both = pd.concat([unmet, pd.DataFrame({**users, "indicator": "users", "sensitive": False})], ignore_index=True)
    >>> find_links(both).head(2).to_numpy().tolist()
    [[0, 'n', 5, 'n'], [1, 'n', 6, 'n']]
    """
    place = cells.assign(place=np.arange(len(cells))).pivot(index="area_code", columns="indicator", values="place")
    wide = {}
    for column, name in (("numerator", "x"), ("denominator", "n")):
        wide[name] = cells.pivot(index="area_code", columns="indicator", values=column).to_numpy(dtype=float)
    wide["y"] = wide["n"] - wide["x"]
    names = list(place.columns)
    sensitive = set(cells.loc[cells["sensitive"].astype(bool), "indicator"])
    places = place.to_numpy()
    links: list[pd.DataFrame] = []
    for own, id in enumerate(names):
        if id not in sensitive:
            continue
        for count in COUNTS:
            mine = wide[count][:, [own]]
            for other_count in COUNTS:
                same = mine == wide[other_count]
                told = (mine > 0) | (wide[other_count] > 0)
                told &= ~np.isnan(mine) & ~np.isnan(wide[other_count])
                equal, both = (same & told).sum(axis=0), told.sum(axis=0)
                for other in np.flatnonzero((both >= FEWEST) & (equal >= ALIKE * both)):
                    if other == own:
                        continue
                    rows = np.flatnonzero(same[:, other])
                    pair = {"cell": places[rows, own].astype(int), "other": places[rows, other].astype(int)}
                    links.append(pd.DataFrame(pair).assign(count=count, other_count=other_count))
    columns = ["cell", "count", "other", "other_count"]
    return pd.concat(links, ignore_index=True)[columns] if links else pd.DataFrame(columns=columns)


def equations(cells: pd.DataFrame, links: pd.DataFrame | None = None, coded: pd.Series | None = None) -> System:
    """All that binds the counts of the cells of one period.

    Parameters
    ----------
    cells
        ``indicator, area_code, total_of`` (code of the area it is summed to, blank for the top), index 0, 1, ...
    links
        From `find_links`.
    coded
        ``below_5`` or ``above_95`` where the share is told that way.
    """
    at = pd.Series(cells.index.to_numpy(), index=pd.MultiIndex.from_frame(cells[["indicator", "area_code"]]))
    parent = at.reindex(pd.MultiIndex.from_frame(cells[["indicator", "total_of"]])).to_numpy(dtype=float)
    children = np.flatnonzero(~np.isnan(parent))
    above, inverse = np.unique(parent[children].astype(int), return_inverse=True)
    rows, columns, factors = [], [], []
    for side in (0, 1):
        shift = side * len(above)
        rows += [inverse + shift, np.arange(len(above)) + shift]
        columns += [2 * children + side, 2 * above + side]
        factors += [np.ones(len(children)), -np.ones(len(above))]
    start, pairs = 2 * len(above), 0
    if links is not None:
        pairs = len(links)
        for cell, count, sign in (("cell", "count", 1.0), ("other", "other_count", -1.0)):
            for side in (0, 1):
                part = np.flatnonzero(links[count].map({name: factor[side] for name, factor in COUNTS.items()}))
                rows.append(start + part)
                columns.append(2 * links[cell].to_numpy(dtype=int)[part] + side)
                factors.append(np.full(len(part), sign))
    shape = (start + pairs, 2 * len(cells))
    places = (np.concatenate(rows).astype(int), np.concatenate(columns).astype(int))
    equal = sparse.csr_matrix((np.concatenate(factors), places), shape=shape)
    told = pd.Series("", index=cells.index) if coded is None else coded
    words = np.flatnonzero(told != "")
    below = sparse.lil_matrix((len(words), 2 * len(cells)))
    for row, coded_cell in enumerate(words.tolist()):
        pair = (100 - LOW, -LOW) if told.iloc[coded_cell] == "below_5" else (-LOW, 100 - LOW)
        below[row, 2 * coded_cell : 2 * coded_cell + 2] = pair
    return System(equal, below.tocsr())


def floors(cells: pd.DataFrame, threshold: int) -> Floats:
    """Least that a reader who knows the rule gives each hidden count: x and y of all cells in turn.

    One, where the cell would be shown if the count were none: the group holds as many as the threshold, and none does
    not tell of everyone (``revealing``). The rest of a reader's knowledge of the rule is no range.
    """
    x, n = cells["numerator"].to_numpy(dtype=float), cells["denominator"].to_numpy(dtype=float)
    found = np.zeros(2 * len(cells))
    for side, count, hides in ((0, x, "none"), (1, n - x, "all")):
        found[side::2] = (count >= 1) & (n >= threshold) & (cells["revealing"] != hides).to_numpy()
    return found


def ranges(
    cells: pd.DataFrame, hidden: Mask, system: System, asked: Mask | None = None, floor: Floats | None = None
) -> pd.DataFrame:
    """Least and most that each hidden count can be, given all that is shown.

    Parameters
    ----------
    cells
        As in `equations`, with ``numerator, denominator``.
    hidden
        Which cells are hidden.
    system
        From `equations`.
    asked
        Cells whose ranges are wanted, with all that hang together with them; all hidden ones by default.
    floor
        From `floors`, for the upper ends alone: that villages have one each is known of a district as well, and no
        more than their being hidden says. By default each count may be none.

    Returns
    -------
    DataFrame
        Index of `cells`, of the hidden cells reached: ``x_low, x_high, y_low, y_high``, in persons, and ``group``,
        equal for cells that hang together. An upper end without bound is given as ten times the largest count or more.

    Raises
    ------
    ArithmeticError
        When the shown numbers contradict each other.
    """
    counts = np.empty(2 * len(cells))
    counts[0::2] = cells["numerator"]
    counts[1::2] = cells["denominator"] - cells["numerator"]
    unknown = np.repeat(hidden, 2)
    equal, below = system.equal[:, unknown], system.below[:, unknown]
    held = -(system.equal[:, ~unknown] @ counts[~unknown])
    used = np.diff(equal.indptr) > 0
    equal, held = equal[used], held[used]
    cell_of = np.flatnonzero(unknown) // 2
    group = _groups(equal, below, cell_of)
    wanted = np.unique(group[np.isin(cell_of, np.flatnonzero(asked))]) if asked is not None else np.unique(group)
    reach = 10 * float(np.abs(counts).max(initial=1.0)) + 100
    lowest = np.where(counts[unknown] < 0, -reach, 0.0)
    least = lowest if floor is None else np.maximum(lowest, floor[unknown])
    bounds = np.column_stack([lowest, least])
    parts = [_Part.of(name, group, equal, held, below, bounds) for name in wanted]
    found = np.full((len(cell_of), 2), np.nan)
    for some in _portions(parts):
        _solve(some, found, reach)
    told = pd.DataFrame(index=pd.Index(cells.index[hidden], name=cells.index.name))
    for side, name in enumerate("xy"):
        told[f"{name}_low"], told[f"{name}_high"] = found[side::2, 0], found[side::2, 1]
    told["group"] = group[0::2]
    return told[np.isin(told["group"], wanted)]


def _groups(
    equal: sparse.csr_matrix, below: sparse.csr_matrix, cell_of: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Number of the group each unknown hangs together with; x and y of a cell are always together."""
    _, pair = np.unique(cell_of, return_inverse=True)
    both = sparse.csr_matrix((np.ones(len(cell_of)), (pair, np.arange(len(cell_of)))))
    rows = sparse.vstack([equal, below, both])
    rows.data = np.ones_like(rows.data)
    _, label = sparse.csgraph.connected_components(rows.T @ rows, directed=False)
    return np.asarray(label, dtype=np.int64)


class _Part(NamedTuple):
    """Unknowns that hang together, and those whose range is to be found, each standing for all alike.

    `lowest` has two columns: the least of each unknown where a lower end is sought, and where an upper end is.
    """

    at: npt.NDArray[np.int64]
    equal: sparse.csr_matrix
    held: Floats
    below: sparse.csr_matrix
    lowest: Floats
    first: npt.NDArray[np.int64]
    alike: npt.NDArray[np.int64]

    @staticmethod
    def of(
        name: int,
        group: npt.NDArray[np.int64],
        equal: sparse.csr_matrix,
        held: Floats,
        below: sparse.csr_matrix,
        lowest: Floats,
    ) -> _Part:
        at = np.flatnonzero(group == name)
        rows = np.flatnonzero(np.diff(equal[:, at].indptr))
        mine, under = equal[rows][:, at], below[:, at]
        under = under[np.diff(under.indptr) > 0]
        # Unknowns with the same column can be exchanged: they have the same range.
        whole = sparse.vstack([mine, under]).tocsc()
        column = [
            (*low, *whole.indices[a:b], *whole.data[a:b])
            for a, b, low in zip(whole.indptr, whole.indptr[1:], lowest[at], strict=False)
        ]
        seen: dict[tuple[float, ...], int] = {}
        first: list[int] = []
        alike = []
        for place, key in enumerate(column):
            if key not in seen:
                seen[key] = len(first)
                first.append(place)
            alike.append(seen[key])
        return _Part(at, mine, held[rows], under, lowest[at], np.array(first), np.array(alike))

    @property
    def size(self) -> int:
        return 2 * len(self.first) * len(self.at)


def _portions(parts: list[_Part]) -> list[list[_Part]]:
    portions: list[list[_Part]] = [[]]
    filled = 0
    for part in parts:
        if portions[-1] and filled + part.size > LARGEST:
            portions.append([])
            filled = 0
        portions[-1].append(part)
        filled += part.size
    return [portion for portion in portions if portion]


def _solve(parts: list[_Part], found: Floats, reach: float) -> None:
    """Fill in the ranges of the parts: one programme of as many separate copies as there are ends to find."""
    cost, equal, held, below, lowest = [], [], [], [], []
    for part in parts:
        copies = 2 * len(part.first)
        each = np.zeros((copies, len(part.at)))
        for place, unknown in enumerate(part.first):
            each[2 * place, unknown], each[2 * place + 1, unknown] = 1, -1
        cost.append(each.ravel())
        ones = sparse.identity(copies, format="csr")
        equal.append(sparse.kron(ones, part.equal))
        held.append(np.tile(part.held, copies))
        below.append(sparse.kron(ones, part.below))
        lowest.append(np.tile(part.lowest.T.ravel(), len(part.first)))  # for a lower end, then for an upper end
    unders = sparse.block_diag(below, format="csr")
    least = np.concatenate(lowest)
    answer = linprog(
        np.concatenate(cost),
        A_eq=sparse.block_diag(equal, format="csr"),
        b_eq=np.concatenate(held),
        A_ub=unders if unders.shape[0] else None,
        b_ub=np.zeros(unders.shape[0]) if unders.shape[0] else None,
        bounds=np.column_stack([least, np.full(len(least), reach)]),
        method="highs",
    )
    if answer.status != 0:
        raise ArithmeticError(f"shown counts contradict each other: {answer.message}")
    values, start = answer.x, 0
    for part in parts:
        copies = 2 * len(part.first)
        table = values[start : start + copies * len(part.at)].reshape(copies, len(part.at))
        start += copies * len(part.at)
        ends = np.column_stack(
            [table[0::2][np.arange(len(part.first)), part.first], table[1::2][np.arange(len(part.first)), part.first]]
        )
        found[part.at] = np.round(ends[part.alike], 6)
