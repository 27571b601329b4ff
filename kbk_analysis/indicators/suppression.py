"""Which cells a public edition hides: the small ones, and as many more as keep a reader from working them out.

Primary cells are counts of 1 to 4 of a sensitive indicator on either side of the share, and shares of 0 or 100 % that
tell something of everyone in the group. Where the sums shown would give one away, the next smallest cell beside it goes
too. After each step the ranges that a reader can compute are found by linear programming (`audit`), until

- each small count may be anything from 1 to the threshold and beyond, or to the size of its group where that is smaller
  and known from another indicator: the range is wider than what "hidden" itself says;
- each other hidden cell is open by as much as the threshold on one side at least.

The reader is taken to know the rule too (`audit.floors`). A cell with no one in it goes where a small one stands beside
it: "n = 0" beside "hidden" would tell where the cases are.

The decision rests on the counts of one period and one regency alone, so all reports that hold the cell agree on it.

Sources: threshold rule, complementary suppression and top-coding as in Washington State Department of Health, Standards
for Reporting Data with Small Numbers (2018), with threshold 5; protection range as in the audit of Fischetti and
Salazar (2001), Management Science 47: 1008-1027.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.areacode import level_of
from kbk_analysis.indicators.audit import LOW, Floats, Mask, System, equations, find_links, floors, ranges
from kbk_analysis.schema import AreaLevel

THRESHOLD: Final = 5
KEYS: Final = ["indicator", "area_code", "period"]


class Unprotected(ArithmeticError):
    """A small count that no choice of hidden cells protects."""


def small(cells: pd.DataFrame, threshold: int = THRESHOLD) -> pd.Series:
    """Which cells hold a count of 1 to threshold - 1 of a sensitive indicator, on either side of the share.

    Parameters
    ----------
    cells
        Frame with ``numerator, denominator, sensitive``.

    Examples
    --------
    >>> cells = pd.DataFrame({"numerator": [0.0, 3.0, 18.0], "denominator": [20.0] * 3, "sensitive": True})
    >>> small(cells).tolist()
    [False, True, True]
    """
    rest = cells["denominator"] - cells["numerator"]
    near = cells["numerator"].between(1, threshold - 1) | rest.between(1, threshold - 1)
    return near & cells["sensitive"].astype(bool)


def hidden_cells(
    cells: pd.DataFrame, *, threshold: int = THRESHOLD, earlier: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Cells that a public edition hides.

    Parameters
    ----------
    cells
        All counts of a regency (or of several, and their province): ``indicator, period, area_code, total_of`` (code of
        the area it is summed to, blank for none), ``numerator, denominator`` (persons), ``sensitive`` (flag),
        ``revealing`` (``all`` where 100 %, ``none`` where 0 % tells something of everyone; else blank); optionally
        ``together`` (name of a group of indicators that are hidden together in an area, such as the classes of one
        whole; blank for none). Counts of indicators that are not sensitive serve to see what a reader knows.
    threshold
        Smallest count shown.
    earlier
        Cells hidden in an earlier public edition (``indicator, area_code, period``): they stay hidden.

    Returns
    -------
    DataFrame
        ``indicator, area_code, period`` of the hidden cells in this order, ``why`` (``small``, ``everyone``,
        ``empty`` for no one beside few, ``cover``, ``shared`` for a count that a hidden cell prints too, ``together``,
        ``earlier``, ``part`` for the total of hidden regencies)
        and ``coded`` (``below_5``, ``above_95`` where that may be told of a share of 0 or 100 %, else blank).

    Raises
    ------
    Unprotected
        When a small count can be worked out whatever else is hidden.

    Examples
    --------
    >>> codes = [f"99.01.01.200{place}" for place in range(1, 4)]
    >>> counts = pd.DataFrame({"area_code": codes, "numerator": [3.0, 12, 30], "denominator": [40.0, 60, 80]})
    >>> counts = counts.assign(indicator="S3-04", period="2024", total_of="99.01.01", sensitive=True, revealing="")
    >>> total = {"area_code": "99.01.01", "total_of": "", "numerator": 45.0, "denominator": 180.0}
    >>> cells = pd.concat([counts, counts.head(1).assign(**total)], ignore_index=True)
    >>> hidden_cells(cells)[["area_code", "why"]].to_numpy().tolist()
    [['99.01.01.2001', 'small'], ['99.01.01.2002', 'cover']]
    """
    used = cells[cells["numerator"].notna() & cells["denominator"].notna()].reset_index(drop=True)
    before = pd.MultiIndex.from_frame((earlier if earlier is not None else used.head(0))[KEYS])
    used = used.assign(earlier=pd.MultiIndex.from_frame(used[KEYS]).isin(before))
    above = used["area_code"].map(level_of) == AreaLevel.PROVINCE
    tree = used[~above].sort_values([*KEYS], ignore_index=True)
    tree["total_of"] = tree["total_of"].where(tree["total_of"].isin(tree["area_code"]), "")
    parts = [
        _decide(slice.reset_index(drop=True), threshold)
        for _, slice in tree.groupby([tree["period"], tree["area_code"].str[:5]])
    ]
    columns = [*KEYS, "why", "coded"]
    found = pd.concat([part[columns] for part in parts]) if parts else pd.DataFrame(columns=columns)
    # A regency's own reports must not depend on the rest of the province: there the total goes.
    whole = used[above].assign(why="part", coded="")
    gone = found[found["area_code"].map(len) == 5]
    keys = pd.MultiIndex.from_frame(gone.assign(area_code=gone["area_code"].str[:2])[KEYS])
    whole = whole[pd.MultiIndex.from_frame(whole[KEYS]).isin(keys) | whole["earlier"]]
    every: pd.DataFrame = pd.concat([found, whole[columns]])
    return every.sort_values(KEYS, ignore_index=True)


class _Need(NamedTuple):
    """What must stay open: for each cell, whether x, whether y, and how far.

    The size of a cell bounds it where a reader knows it; so does what he knows to be the least of either side.
    """

    x: Mask
    y: Mask
    known: Mask
    floor: Floats

    def most(self, at: npt.NDArray[np.int64], size: Floats, other: int, threshold: int) -> Floats:
        """How high one side must be able to be; `other` is the side that holds the rest (0 or 1)."""
        return np.where(self.known[at], np.minimum(threshold, size - self.floor[other::2][at]), threshold)


def _decide(cells: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """The hidden cells of one period of one regency, each with its reason."""
    x, n = cells["numerator"].to_numpy(dtype=float), cells["denominator"].to_numpy(dtype=float)
    y, sensitive = n - x, cells["sensitive"].to_numpy(dtype=bool)
    revealing, some = cells["revealing"].to_numpy(), sensitive & (n > 0)
    none, everyone = some & (x == 0) & (revealing == "none"), some & (y == 0) & (revealing == "all")
    small_x, small_y = ((side >= 1) & (side < threshold) & sensitive for side in (x, y))
    why = pd.Series("", index=cells.index)
    why[_empty(cells, small_x | small_y)] = "empty"
    why[cells["earlier"]] = "earlier"
    why[none | everyone] = "everyone"
    why[small_x | small_y] = "small"
    if not (why != "").any():
        return cells.assign(why="", coded="").head(0)
    # Told in words only of a group so large that the words leave a whole range open.
    large = n >= threshold * 100 / LOW
    coded = pd.Series("", index=cells.index)
    coded[none & large & ~small_y] = "below_5"
    coded[everyone & large & ~small_x] = "above_95"
    links, groups = find_links(cells), _groups(cells)
    system, floor = equations(cells, links, coded), floors(cells, threshold)
    needed_x, needed_y = small_x | none, small_y | everyone
    asked = (why != "").to_numpy(copy=True)
    while asked.any():
        shown = (why == "").to_numpy(copy=True)
        while (told := _told(links, groups, (why != "").to_numpy())).ne("").any():
            why = why.where(told == "", told)
        asked |= shown & (why != "").to_numpy()
        need = _Need(needed_x, needed_y, _known(links, (why != "").to_numpy(), len(cells)), floor)
        asked = _cover(cells, why, system, asked, need, threshold)
    return cells.assign(why=why, coded=coded)[why != ""]


def _empty(cells: pd.DataFrame, few: Mask) -> Mask:
    """Cells with no one in them beside one with few, and the parts of such a cell."""
    none = (cells["sensitive"].astype(bool) & (cells["denominator"] == 0)).to_numpy()
    above = pd.MultiIndex.from_frame(cells[["indicator", "total_of"]])
    own = pd.MultiIndex.from_frame(cells[["indicator", "area_code"]])
    found = none & above.isin(above[few & (cells["total_of"] != "").to_numpy()])
    while (more := none & above.isin(own[found]) & ~found).any():
        found |= more
    return found


def _groups(cells: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number of the group with which each cell is hidden; -1 for none."""
    if "together" not in cells:
        return np.full(len(cells), -1)
    return np.where(cells["together"] != "", cells.groupby(["together", "area_code"], sort=False).ngroup(), -1)


def _told(links: pd.DataFrame, groups: npt.NDArray[np.int64], hidden: Mask) -> pd.Series:
    """Why a shown cell goes with a hidden one: it prints its count or rest, or is of one group; else blank."""
    found = pd.Series("", index=range(len(hidden)))
    found[np.isin(groups, groups[hidden & (groups >= 0)])] = "together"
    told = links["count"].isin(["x", "y"]).to_numpy() & hidden[links["cell"].to_numpy(dtype=int)]
    found[links["other"].to_numpy(dtype=int)[told]] = "shared"
    return found.mask(hidden, "")


def _known(links: pd.DataFrame, hidden: Mask, size: int) -> Mask:
    """Hidden cells whose size another shown cell prints."""
    told = (links["count"] == "n").to_numpy() & ~hidden[links["other"].to_numpy(dtype=int)]
    found = np.zeros(size, dtype=bool)
    found[links["cell"].to_numpy(dtype=int)[told]] = True
    return found


def _cover(cells: pd.DataFrame, why: pd.Series, system: System, asked: Mask, need: _Need, threshold: int) -> Mask:
    """Hide one more cell in each group that lies open; returns the cells to be asked about next."""
    hidden = (why != "").to_numpy()
    told = ranges(cells, hidden, system, asked, need.floor)
    at = told.index.to_numpy()
    size = cells["denominator"].to_numpy(dtype=float)[at]
    # a size that follows from others bounds it as one that is printed
    need.known[at] |= (size >= threshold) & (told["x_high"] <= size).to_numpy() & (told["y_high"] <= size).to_numpy()
    most_x, most_y = (need.most(at, size, other, threshold) for other in (1, 0))
    open_x = (told["x_low"] <= 1) & (told["x_high"] >= most_x)
    open_y = (told["y_low"] <= 1) & (told["y_high"] >= most_y)
    wide = (told["x_high"] - told["x_low"] >= most_x) | (told["y_high"] - told["y_low"] >= most_y)
    lacking_x, lacking_y = need.x[at] & ~open_x, need.y[at] & ~open_y
    lacking = lacking_x | lacking_y
    faulty = told[lacking | ~(wide | need.x[at] | need.y[at] | (size == 0))]
    closed = _closed(cells, hidden)
    added, stuck = np.zeros(len(cells), dtype=bool), []
    for _, group in faulty.groupby("group", sort=True):
        # first a total whose parts are all shown, for it holds the others fast; then the small counts, from above
        order = sorted(group.index, key=lambda i: (i not in closed, not lacking[i], len(cells["area_code"][i]), i))
        for cell in order:
            on_y = bool(lacking_y[cell]) and not bool(lacking_x[cell])
            next_ = _next(cells, hidden | added, cell, on_y=on_y)
            if next_ is not None:
                added[next_] = True
                why[next_] = "cover"
                break
        else:
            stuck.append(order[0])
    if stuck and not added.any():
        rest = (cells["indicator"] == cells.loc[stuck[0], "indicator"]).to_numpy() & ~hidden
        if not rest.any():
            raise Unprotected(" ".join(cells.loc[stuck[0], KEYS]))
        added |= rest
        why[rest] = "cover"
    added[stuck] = True  # asked again beside what another group has hidden meanwhile
    return added


def _closed(cells: pd.DataFrame, hidden: Mask) -> set[int]:
    """Hidden totals whose parts are all shown."""
    totals = pd.MultiIndex.from_frame(cells[["indicator", "total_of"]])
    own = pd.MultiIndex.from_frame(cells[["indicator", "area_code"]])
    return set(np.flatnonzero(hidden & own.isin(totals) & ~own.isin(totals[hidden])).tolist())


def _totals(cells: pd.DataFrame, cell: int) -> list[str]:
    """Codes of the areas to which a cell is summed, from below."""
    total_of = cells[cells["indicator"] == cells.loc[cell, "indicator"]].set_index("area_code")["total_of"]
    found, code = [], str(cells.loc[cell, "total_of"])
    while code:
        found.append(code)
        code = str(total_of.get(code, ""))
    return found


def _next(cells: pd.DataFrame, hidden: Mask, cell: int, *, on_y: bool) -> int | None:
    """The cell to hide along: a part where all parts are shown, else the smallest beside it, else a total above.

    One beside it with none on the side in question leaves the sum as it was: it comes last.
    """
    row = cells.loc[cell]
    alike = (cells["indicator"] == row["indicator"]) & (cells["denominator"] > 0)
    parts = alike & (cells["total_of"] == row["area_code"])
    beside = alike & (cells["total_of"] == row["total_of"]) & (row["total_of"] != "")
    above = alike & cells["area_code"].isin(_totals(cells, cell))
    closed = not (parts & hidden).any()
    x, y = cells["numerator"], cells["denominator"] - cells["numerator"]
    idle = (y if on_y else x) == 0
    for group in (parts & closed, beside & ~idle, above, parts & ~idle, beside, parts):
        chosen = cells.index[group & ~hidden]
        if len(chosen):
            length = -cells["area_code"].str.len()  # the nearest total first
            told = {"length": length, "idle": idle, "none": x == 0, "x": x, "code": cells["area_code"]}
            order = pd.DataFrame(told).loc[chosen]
            return int(order.sort_values(list(order.columns)).index[0])
    return None
