"""How complete and believable is the data? Asked before any result.

A grade from A to D with its reasons: the worst of its parts decides, because one weak part is enough to mislead.
Thresholds follow the WHO Data Quality Review desk review: 90 % good, 75 % usable; below 50 % nothing about the area
can be read from the part.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from kbk_analysis.classification import Classification
from kbk_analysis.schema import GROUPS, METHODS
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.result import Quality, Remark

GRADES: Final = ((0.90, "A"), (0.75, "B"), (0.50, "C"))
OLD: Final = 365  # days between an export and the end of the period after which it is called old
# Rules that the grade tells in other words: impossible values and what is missing.
TOLD: Final = (
    *("users_above_couples", "members_above_families"),
    *("unreported", "villages_unreported", "items_unreported", "late"),
)

# What a kampung reports on itself, and the columns that show it did: any of them filled counts as reported.
ITEMS: Final[dict[str, tuple[str, ...]]] = {
    "couples": ("couples",),
    "methods": tuple(f"users_{method}" for method in METHODS),
    "unmet": ("want_later", "want_no_more"),
    "families": ("families",),
    "target_families": ("families_under5", "families_adolescent", "families_elderly"),
    "participants": tuple(f"members_{group}" for group in GROUPS),
    "pokja": ("pokja_present",),
    "operations": ("operations",),
}


def reported_items(joined: pd.DataFrame) -> pd.DataFrame:
    """Which items each kampung reported: one row a kampung, one flag an item.

    Parameters
    ----------
    joined
        Rows of `join_exports`.
    """
    flags = {item: joined[list(columns)].notna().any(axis=1) for item, columns in ITEMS.items()}
    return pd.DataFrame(flags, index=joined.index)


def grade_of(share: float) -> str:
    """Grade of a share between 0 and 1.

    Examples
    --------
    >>> [grade_of(x) for x in (0.95, 0.75, 0.6, 0.1)]
    ['A', 'B', 'C', 'D']
    """
    return next((grade for limit, grade in GRADES if share >= limit), "D")


def assess(
    inputs: Inputs,
    whole: Classification,
    part: Classification,
    levels: pd.DataFrame,
    check_summary: pd.DataFrame | None = None,
) -> Quality:
    """Assess the data behind one area.

    Parameters
    ----------
    inputs
        The slice.
    whole, part
        Classification of the parent area's kampung and of the area's own.
    levels
        From `level_table`: reported and expected villages by indicator.
    check_summary
        From `check_cells`: a check that fails is a reason.
    """
    joined, own = whole.joined.frame, part.joined.frame
    impossible = int(part.variables.loc[part.variables["capped"], "kampung_id"].nunique())
    items = reported_items(own)
    indicators = levels[["indicator", "period", "source", "as_of", "reported", "expected"]].reset_index(drop=True)
    indicators = indicators.assign(
        share=indicators["reported"] / indicators["expected"].where(indicators["expected"] > 0)
    )
    remarks: list[Remark] = []
    shares: list[float] = []
    couples, above = _couples(own), _couples(joined)
    if len(own):
        shares.append(int(items.to_numpy().sum()) / items.size)  # a mean of means misses a threshold by 1e-16
        values = {
            "reported": couples[0],
            "expected": couples[1],
            "parent": inputs.parent_name,
            "compared": inputs.parent_code != inputs.area_code,
            "parent_reported": above[0],
            "parent_expected": above[1],
        }
        remarks.append(Remark("couples_reported", values, weight=1 - couples[0] / couples[1]))
    expected = int(indicators["expected"].sum())
    if expected:
        cells = int(indicators["reported"].sum())
        shares.append(cells / expected)
        remarks.append(Remark("cells_reported", {"reported": cells, "expected": expected}, weight=1 - cells / expected))
    if impossible:
        remarks.append(Remark("impossible_values", {"n": impossible, "cap": part.rule.cap}, weight=0.5))
    if not shares:
        remarks.append(Remark("nothing_reported", {"area": inputs.name}, weight=1.0))
    remarks += _ages(inputs, own)
    if check_summary is not None:
        remarks += _failed(check_summary)
    reasons = sorted((remark for remark in remarks if remark.weight > 1 - GRADES[0][0]), key=lambda r: -r.weight)
    worst = min(shares, default=0.0)
    grade = grade_of(worst)
    if grade == "A" and reasons:
        grade = "B"
    if grade < "C" and any(remark.code == "old_export" for remark in reasons):
        grade = "C"
    return Quality(
        grade=grade,
        reasons=tuple(reasons),
        indicators=indicators,
        items=items.set_axis(own["kampung_id"], axis=0),
        impossible=impossible,
        couples=couples,
        parent_couples=above,
    )


def _failed(summary: pd.DataFrame) -> list[Remark]:
    """The checks that fail, as one reason; impossible values of kampung have their own."""
    failed = summary[(summary["passed"] == "no") & ~summary["rule"].isin(TOLD)]
    rules = tuple((str(row["rule"]), int(row["flagged"]), int(row["checked"])) for _, row in failed.iterrows())
    return [Remark("checks_failed", {"rules": rules}, weight=0.3)] if rules else []


def _couples(joined: pd.DataFrame) -> tuple[int, int]:
    """How many kampung report their couples, of how many."""
    return int(joined["couples"].notna().sum()), len(joined)


def _ages(inputs: Inputs, own: pd.DataFrame) -> list[Remark]:
    """Exports that are old at the end of the period, and two exports of different dates used together."""
    found = []
    end = dt.date.fromisoformat(inputs.cutoff)
    latest = {"classification": own["stated_on"].max(), "detail": own["detail_on"].max()}
    dates = {family: day.date().isoformat() for family, day in latest.items() if not pd.isna(day)}
    for family, date in dates.items():
        days = (end - dt.date.fromisoformat(date)).days
        if days > OLD:
            found.append(Remark("old_export", {"family": family, "date": date, "days": days}, weight=0.4))
    if len(set(dates.values())) == 2:
        gap = (dt.date.fromisoformat(dates["classification"]) - dt.date.fromisoformat(dates["detail"])).days
        found.append(Remark("export_gap", {**dates, "days": abs(gap)}, weight=0.2))
    return found
