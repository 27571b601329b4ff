"""Disclosure: what an edition may show. Called once, on the full result, before any chart, table or sentence.

The internal edition shows all counts. The public edition hides the cells that `suppression` names: small counts of
indicators that the catalogue marks sensitive and those that would give them away, with numerator, denominator, share,
interval and verdict together. Group membership and facilities are never hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from kbk_analysis.indicators.suppression import KEYS, THRESHOLD, hidden_cells, small
from kbk_analysis.schema import Edition

__all__ = ["HIDDEN", "SUPPRESSED", "THRESHOLD", "Unreleased", "conceal", "release", "require_released"]

Result = TypeVar("Result")
Keys = Set[tuple[str, str, str]]  # indicator, area, period

HIDDEN: Final = (
    *("numerator", "denominator", "value", "lower", "upper"),
    *("bound_low", "bound_high", "usual", "without"),  # each tells the counts again
    *("affected", "shrunk", "data_size", "data_growth"),  # of a priority place or problem: made from its counts
    *("other_numerator", "other_denominator", "other_value", "difference"),  # second side of a comparison
)
SUPPRESSED: Final = ("suppressed", "below_5", "above_95")  # reasons of a hidden cell
VERDICTS: Final = ("verdict", "target_status", "position", "wide_position")
VILLAGE: Final = 13  # letters of its code
ALL_BELOW: Final = ".*"  # ends the code of a row that speaks of all villages of an area


class Unreleased(ValueError):
    """A result was shown before `release` decided what may be shown."""


def require_released(result: object) -> None:
    """Refuse a result that has no edition yet."""
    if getattr(result, "edition", None) is None:
        raise Unreleased("this result is not released: call release(result, edition) first")


def conceal(frame: pd.DataFrame, hidden: pd.DataFrame, *, parent: str = "", threshold: int = THRESHOLD) -> pd.DataFrame:
    """A frame without its hidden cells, and without what stands beside a cell and is hidden itself.

    Parameters
    ----------
    frame
        ``indicator, area_code, period, numerator, reason`` and any of ``denominator, value, lower, upper, sensitive``,
        verdicts, ``previous_*`` and ``benchmark_*``.
    hidden
        From `hidden_cells`.
    parent
        Code of the area that ``benchmark_*`` is of.
    threshold
        Cells that `hidden` does not know, such as figures given for a whole regency, are hidden when small.

    Returns
    -------
    DataFrame
        Same rows; hidden cells are blank with the reason ``suppressed``, or ``below_5`` or ``above_95`` where that may
        be told.
    """
    codes = dict(zip(_keys(hidden), hidden["coded"], strict=True))
    result = frame.copy()
    gone = _hidden(frame, codes.keys(), "area_code", "period", "", threshold)
    above = _hidden(frame.assign(parent=parent), codes.keys(), "parent", "period", "benchmark_", threshold)
    if "position" in frame:  # the limits of a funnel tell its centre
        gone |= above
    gone |= _beside(frame, codes.keys(), threshold)
    result.loc[gone, [name for name in HIDDEN if name in result]] = float("nan")
    told = pd.Series([codes.get(key) or "suppressed" for key in _keys(frame)], index=frame.index, dtype="object")
    result.loc[gone, "reason"] = told[gone]
    # limits of a funnel at the size of an area tell the size
    result.loc[gone, result.columns.str.fullmatch(r"n|(wide_)?(lower|upper)\d+")] = float("nan")
    result.loc[gone, [name for name in VERDICTS if name in result]] = ""
    if "verdict" in result:
        result.loc[above, "verdict"] = ""
    _hide_relations(result, gone)
    if "previous_numerator" in result:
        before = _hidden(frame, codes.keys(), "area_code", "previous_period", "previous_", threshold)
        result.loc[before, ["previous", "previous_numerator", "previous_denominator"]] = float("nan")
    if "benchmark_numerator" in result:
        result.loc[above, ["benchmark", "benchmark_numerator", "benchmark_denominator"]] = float("nan")
        result.loc[above, "benchmark_reason"] = "suppressed"
    return result


def _hide_relations(result: pd.DataFrame, hidden: pd.Series) -> None:
    """Blank, in place, what relates a hidden cell to others: a change between two periods, ranks among units."""
    if "change" in result:
        units = pd.MultiIndex.from_frame(result[["indicator", "area_code"]])
        result.loc[units.isin(units[hidden]), "change"] = ""
    if "rank_reason" in result:
        # the ranks of the others tell between which of them a hidden unit stands
        among = result["indicator"].isin(result.loc[hidden, "indicator"])
        result.loc[among, result.columns.str.fullmatch(r"rank_lower|rank_upper|p_(top|middle|bottom)")] = float("nan")
        result.loc[among, "group"] = ""
        result.loc[among, "rank_reason"] = "suppressed"


def _beside(frame: pd.DataFrame, keys: Keys, threshold: int) -> pd.Series:
    """Rows that would tell a hidden cell without being one: the other side of a comparison, a range of villages."""
    found = pd.Series(False, index=frame.index)
    if "other_numerator" in frame:
        other = frame[["other_numerator", "other_denominator"]].set_axis(["numerator", "denominator"], axis=1)
        found |= small(other.assign(sensitive=frame["sensitive"]), threshold)
        # elsewhere a village's cell may be hidden for the sake of another's: here every one is
        counted = frame["numerator"].notna() | frame["other_numerator"].notna()
        found |= frame["sensitive"].astype(bool) & counted & (frame["area_code"].str.len() == VILLAGE)
    above = {(id, area[:letters], period) for id, area, period in keys for letters in (5, 8)}
    whole = frame["area_code"].str.removesuffix(ALL_BELOW)
    ranges = frame["area_code"].str.endswith(ALL_BELOW)
    inside = [key in above for key in zip(frame["indicator"], whole, frame["period"], strict=True)]
    return found | (ranges & pd.Series(inside, index=frame.index, dtype=bool))


def _keys(frame: pd.DataFrame, area: str = "area_code", period: str = "period") -> list[tuple[str, str, str]]:
    return list(zip(frame["indicator"], frame[area], frame[period], strict=True))


def _hidden(frame: pd.DataFrame, keys: Keys, area: str, period: str, prefix: str, threshold: int) -> pd.Series:
    """Rows whose count with the prefix is hidden by name, or small."""
    found = pd.Series([key in keys for key in _keys(frame, area, period)], index=frame.index, dtype=bool)
    if {"sensitive", f"{prefix}denominator"} <= set(frame.columns):
        told = {name: frame[f"{prefix}{name}"] for name in ("numerator", "denominator")}
        found |= small(pd.DataFrame({**told, "sensitive": frame["sensitive"]}), threshold)
    return found


def release(
    result: Result, edition: Edition | str, *, threshold: int = THRESHOLD, earlier: pd.DataFrame | None = None
) -> Result:
    """Result as the edition may show it.

    Parameters
    ----------
    result
        A frozen result with a field ``edition``. A field ``counts`` (see `hidden_cells`) holds all counts that decide;
        without it the frames with a column ``total_of`` do. Frames with the columns of `conceal` are treated; remarks
        that speak of a hidden cell are dropped. In a public edition ``counts`` comes out empty, and a field ``hidden``
        lists what is hidden.
    edition
        ``internal`` or ``public``.
    threshold
        Smallest count shown.
    earlier
        Cells hidden in an earlier public edition (``indicator, area_code, period``): they stay hidden.

    Returns
    -------
    Same type as `result`, with ``edition`` set.
    """
    edition = Edition(edition)
    if not is_dataclass(result) or isinstance(result, type):
        raise TypeError("release takes a result object")
    if edition is Edition.INTERNAL:
        return replace(result, edition=edition)
    names = {item.name for item in fields(result)}
    frames = {name: frame for name in names if isinstance(frame := getattr(result, name), pd.DataFrame)}
    counts = frames.pop("counts", pd.DataFrame())
    cells = {name: frame for name, frame in frames.items() if {*KEYS, "numerator", "reason"} <= set(frame.columns)}
    deciding = counts if "numerator" in counts else _counts(cells)
    hidden = hidden_cells(deciding, threshold=threshold, earlier=earlier)
    parent, own = (str(getattr(result, name, "")) for name in ("parent_code", "area_code"))
    changes: dict[str, Any] = {n: conceal(f, hidden, parent=parent, threshold=threshold) for n, f in cells.items()}
    rows = {name: frame[frame["reason"].isin(SUPPRESSED)] for name, frame in changes.items()}
    gone = {key for part in rows.values() for key in _keys(part)}
    above = {
        str(id)
        for frame in changes.values()
        if "benchmark_reason" in frame
        for id in frame.loc[frame["benchmark_reason"] == "suppressed", "indicator"]
    }
    worse: Counter[str] = Counter()  # hidden cells that a remark counts among the others
    for name, part in rows.items():
        if "verdict" in part and "total_of" in part:
            worse.update(part["indicator"][cells[name].loc[part.index, "verdict"] == "worse"])
    if "trends" in frames:
        changes["trends"] = _trends(frames["trends"], {(id, period) for id, area, period in gone if area == own})
    for name in names:
        remarks = getattr(result, name)
        if isinstance(remarks, tuple) and all(hasattr(remark, "indicator") for remark in remarks):
            kept = [r for r in remarks if not _speaks_of(r, gone, own) and not _compares(r, above)]
            changes[name] = tuple(_among_shown(remark, worse) for remark in kept)
    if "counts" in names:
        changes["counts"] = counts.head(0)
    if "hidden" in names:
        changes["hidden"] = hidden
    return replace(result, edition=edition, **changes)


def _counts(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Cells that add up to a shown total, with that total, from the frames of a result."""
    columns = [*KEYS, "total_of", "numerator", "denominator", "sensitive"]
    parts = [frame[columns] for frame in frames.values() if set(columns) <= set(frame.columns)]
    cells = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    cells = cells.drop_duplicates(KEYS)
    sums = cells.groupby(["total_of", "indicator", "period"], as_index=False).agg(
        {"numerator": "sum", "denominator": "sum", "sensitive": "first"}
    )
    totals = sums.rename(columns={"total_of": "area_code"}).assign(total_of="")
    return pd.concat([cells, totals], ignore_index=True).drop_duplicates(KEYS).assign(revealing="")


def _trends(trends: pd.DataFrame, hidden: Set[tuple[str, str]]) -> pd.DataFrame:
    """Markers without those of a series with a hidden year."""
    years = {id: {int(period[:4]) for other, period in hidden if other == id} for id, _ in hidden}
    gone = [
        not pd.isna(last) and any(first <= year <= last for year in years.get(str(id), ()))
        for id, first, last in zip(trends.index, trends["first"], trends["last"], strict=True)
    ]
    result, rows = trends.copy(), np.array(gone, dtype=bool)
    result.loc[rows, ["trend", "verdict"]] = ""
    result.loc[rows, result.columns.str.fullmatch(r"(first|last)_(value|n)")] = float("nan")
    result.loc[rows, "reason"] = "suppressed"
    return result


def _speaks_of(remark: Any, hidden: Keys, own: str) -> bool:
    """Whether a remark speaks of a hidden cell; without a unit it is of the area itself, without a period of all."""
    values = getattr(remark, "values", {})
    told = {str(values[name]) for name in ("period", "previous_period") if name in values}
    gone = {period for indicator, unit, period in hidden if (indicator, unit) == (remark.indicator, remark.unit or own)}
    if "points" in values:  # a trend speaks of the years between as well
        return any(min(told) <= period <= max(told) for period in gone)
    return bool(gone & told) if told else bool(gone)


def _compares(remark: Any, above: Set[str]) -> bool:
    """Whether a remark gives a hidden value of the area above."""
    return remark.indicator in above and "benchmark" in getattr(remark, "values", {})


def _among_shown(remark: Any, worse: Counter[str]) -> Any:
    """A remark that counts only the shown cells among the others."""
    values = getattr(remark, "values", {})
    if not values.get("others") or not worse[remark.indicator]:
        return remark
    return replace(remark, values={**values, "others": max(0, values["others"] - worse[remark.indicator])})
