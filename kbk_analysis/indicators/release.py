"""Disclosure: what an edition may show. Called once, on the full result, before any chart, table or sentence.

The internal edition shows all counts. The public edition hides counts of 1 to 4 of indicators that the catalogue
marks sensitive, together with the share computed from them, and one more cell where a single hidden cell could
be told from the total. Group membership and facilities are never hidden.

Sources: threshold rule and complementary suppression as in Washington State Department of Health, Standards for
Reporting Data with Small Numbers (2018), with threshold 5.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

import pandas as pd

from kbk_analysis.schema import Edition

Result = TypeVar("Result")

THRESHOLD: Final = 5
HIDDEN: Final = (
    *("numerator", "denominator", "value", "lower", "upper"),
    *("bound_low", "bound_high", "usual", "without"),  # each tells the counts again
)
OTHER: Final = ("other_numerator", "other_denominator", "other_value", "difference")  # second side of a comparison
VILLAGE: Final = 13  # letters of its code


class Unreleased(ValueError):
    """A result was shown before `release` decided what may be shown."""


def require_released(result: object) -> None:
    """Refuse a result that has no edition yet."""
    if getattr(result, "edition", None) is None:
        raise Unreleased("this result is not released: call release(result, edition) first")


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


def suppress(cells: pd.DataFrame, group: list[str] | None = None, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Hide small cells, and a second one in each group where only one would be hidden.

    Parameters
    ----------
    cells
        Frame with ``numerator, denominator, value, lower, upper, reason, sensitive``.
    group
        Columns that name the cells adding up to a shown total; without it each row stands alone.
    threshold
        Smallest count shown.

    Returns
    -------
    DataFrame
        Same rows; hidden cells are blank with reason ``suppressed``.
    """
    index, cells = cells.index, cells.reset_index(drop=True)
    hidden = small(cells, threshold)
    if "other_numerator" in cells:
        other = cells[["other_numerator", "other_denominator"]].set_axis(["numerator", "denominator"], axis=1)
        hidden |= small(other.assign(sensitive=cells["sensitive"]), threshold)
        # elsewhere a village's cell may be hidden for the sake of another's: here every one is
        counted = cells["numerator"].notna() | cells["other_numerator"].notna()
        hidden |= cells["sensitive"].astype(bool) & counted & (cells["area_code"].str.len() == VILLAGE)
    if group:
        shown = cells[~hidden & (cells["reason"] == "") & cells["sensitive"].astype(bool)]
        shown = shown.assign(none=shown["numerator"] == 0)  # a cell without a case only where there is no other
        lone = hidden.groupby([cells[name] for name in group]).transform("sum") == 1
        lone_groups = cells.loc[lone & hidden, group].drop_duplicates()
        nearest = shown.merge(lone_groups, on=group).sort_values([*group, "none", "numerator"]).drop_duplicates(group)
        keys = [*group, "area_code"]
        second = cells[keys].merge(nearest[keys].assign(second=True), on=keys, how="left")["second"]
        hidden = hidden | second.eq(True).to_numpy()
    result = cells.copy()
    result.loc[hidden, [name for name in (*HIDDEN, *OTHER) if name in result]] = float("nan")
    result.loc[hidden, "reason"] = "suppressed"
    # limits of a funnel at the size of an area tell the size
    result.loc[hidden, result.columns.str.fullmatch(r"n|(wide_)?(lower|upper)\d+")] = float("nan")
    for verdict in ("verdict", "target_status", "position", "wide_position"):
        if verdict in result:
            result.loc[hidden, verdict] = ""
    _hide_relations(result, hidden)
    if "previous_numerator" in result:
        told = result.filter(like="previous_").rename(columns=lambda name: name.removeprefix("previous_"))
        before = ["previous", "previous_numerator", "previous_denominator"]
        result.loc[small(told.assign(sensitive=result["sensitive"]), threshold), before] = float("nan")
    if "benchmark_numerator" in result:
        told = result.filter(like="benchmark_").rename(columns=lambda name: name.removeprefix("benchmark_"))
        above = small(told.assign(sensitive=result["sensitive"]), threshold)
        result.loc[above, ["benchmark", "benchmark_numerator", "benchmark_denominator"]] = float("nan")
        result.loc[above, "benchmark_reason"] = "suppressed"
        result.loc[above, "verdict"] = ""
    return result.set_axis(index)


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


def release(result: Result, edition: Edition | str, *, threshold: int = THRESHOLD) -> Result:
    """Result as the edition may show it.

    Parameters
    ----------
    result
        A frozen result with a field ``edition``. Frames with the columns of `suppress` are treated, those with a
        column ``total_of`` as parts of a shown total; remarks that speak of a hidden cell are dropped.
    edition
        ``internal`` or ``public``.

    Returns
    -------
    Same type as `result`, with ``edition`` set.
    """
    edition = Edition(edition)
    if not is_dataclass(result) or isinstance(result, type):
        raise TypeError("release takes a result object")
    if edition is Edition.INTERNAL:
        return replace(result, edition=edition)
    changes: dict[str, Any] = {"edition": edition}
    hidden: set[tuple[str, str, str]] = set()
    above: set[str] = set()  # indicators whose count in the area above is hidden
    for item in fields(result):
        frame = getattr(result, item.name)
        if not isinstance(frame, pd.DataFrame) or not {"numerator", "sensitive", "reason"} <= set(frame.columns):
            continue
        # `total_of` marks cells that add up to a shown total.
        summed = ["total_of", "indicator", "period"] if "total_of" in frame else None
        changes[item.name] = suppress(frame, summed, threshold)
        gone = changes[item.name][changes[item.name]["reason"] == "suppressed"]
        hidden |= set(zip(gone["indicator"], gone["area_code"], gone["period"], strict=True))
        if "benchmark_reason" in frame:
            levels = changes[item.name]
            above |= set(levels.loc[levels["benchmark_reason"] == "suppressed", "indicator"])
    for item in fields(result):
        remarks = getattr(result, item.name)
        if isinstance(remarks, tuple) and all(hasattr(remark, "indicator") for remark in remarks):
            own = getattr(result, "area_code", "")
            changes[item.name] = tuple(
                remark
                for remark in remarks
                if not _speaks_of(remark, hidden, own)
                and not (remark.indicator in above and "benchmark" in getattr(remark, "values", {}))
            )
    return replace(result, **changes)


def _speaks_of(remark: Any, hidden: set[tuple[str, str, str]], own: str) -> bool:
    """Whether a remark speaks of a hidden cell; without a unit it is of the area itself, without a period of all."""
    values = getattr(remark, "values", {})
    told = {str(values[name]) for name in ("period", "previous_period") if name in values}
    gone = {period for indicator, unit, period in hidden if (indicator, unit) == (remark.indicator, remark.unit or own)}
    return bool(gone & told) if told else bool(gone)
