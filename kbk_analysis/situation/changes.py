"""Which units stand elsewhere than some years ago? Each unit in the first and the last comparable year.

Comparable: one definition, one source, one part of the year, and the same villages reporting in both. Two points are a
difference, never a trend.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.proportions import SCREEN, difference
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import aggregate
from kbk_analysis.situation.result import Remark

KEYS: Final = ["indicator", "area_code"]
SPEAKS: Final = 0.5  # least part of the units that must be judged
KEPT: Final = [
    *("indicator", "period", "end", "area_code", "total_of", "numerator", "denominator", "value", "sensitive"),
    *("change", "reason"),
]


def change_table(inputs: Inputs, inside: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Each unit in two periods, and whether the later value is higher or lower by more than chance.

    Parameters
    ----------
    inputs
        The slice.
    inside
        Village cells of the area.
    levels
        From `level_table`: the later period of each indicator.
    catalogue
        Kinds, and the years in which a series breaks.

    Returns
    -------
    DataFrame
        Two rows a unit and proportion: ``indicator, period, end`` (first or last), ``area_code, total_of, numerator,
        denominator, value`` (%), ``sensitive``; ``change`` of the unit (higher, lower, similar; blank where it may not
        be judged, also below 20 people); ``reason`` of `aggregate`, or ``other_villages`` where the villages that
        report are not the same. The first period is the earliest since the last break with the same source and part of
        the year (S1 with S1); an indicator without one is absent.

    Notes
    -----
    Newcombe's limits of the difference at 99.8 %, because many units are looked at.
    """
    shares = [i.id for i in catalogue if i.kind == "proportion"]
    rows = inside[inside["indicator"].isin(shares)]
    reported = rows[rows["reported"]]
    ends = {
        str(id): _ends(part, str(levels["period"].get(id)), catalogue) for id, part in reported.groupby("indicator")
    }
    length = 13 if inputs.level == AreaLevel.DISTRICT else 8
    parts = []
    for place, end in enumerate(("first", "last")):
        chosen = rows["period"] == rows["indicator"].map({id: pair[place] for id, pair in ends.items() if pair})
        found = rows[chosen]
        unit = found["area_code"].str[:length]
        sums = aggregate(found, unit, catalogue).set_index(KEYS)
        told = found[found["reported"]].assign(unit=unit)
        who = told.groupby(["indicator", "unit"])["area_code"].agg(frozenset)
        parts.append(sums.assign(end=end, who=who.rename_axis(KEYS).reindex(sums.index)))
    first, last = parts
    pairs = first.index.intersection(last.index)
    first, last = first.loc[pairs], last.loc[pairs]
    both = (first["reason"] == "") & (last["reason"] == "")
    other = both & (first["who"] != last["who"])
    change = _change(first, last).where(both & ~other, "")
    sensitive = pd.Series({indicator.id: indicator.sensitive for indicator in catalogue})
    table = pd.concat(
        [part.assign(change=change, reason=part["reason"].mask(other, "other_villages")) for part in (first, last)]
    ).reset_index()
    table = table.assign(total_of=inputs.area_code, sensitive=table["indicator"].map(sensitive).astype(bool))
    return table[KEPT].sort_values(["indicator", "period", "area_code"], ignore_index=True)


def _ends(reported: pd.DataFrame, last: str, catalogue: Catalogue) -> tuple[str, str] | None:
    """First and last comparable period of one indicator; None where only one is left."""
    sources = reported.drop_duplicates("period").set_index("period")["source"]
    if last not in sources.index:
        return None
    since = max(
        (year for year in catalogue.breaks(str(reported["indicator"].iloc[0])) if year <= int(last[:4])), default=0
    )
    alike = [p for p in sources.index if p[4:] == last[4:] and sources[p] == sources[last] and int(p[:4]) >= since]
    first = min(alike)
    return (first, last) if first < last else None


def _change(first: pd.DataFrame, last: pd.DataFrame) -> pd.Series:
    (x, n), (y, m) = (part[["numerator", "denominator"]].to_numpy(dtype=float).T for part in (last, first))
    low, high = difference(x, n, y, m, confidence=SCREEN)
    word = np.where(low > 0, "higher", np.where(high < 0, "lower", "similar"))
    firm = np.minimum(n, m) >= FEWEST
    return pd.Series(np.where(firm, word, ""), index=first.index, dtype="str")


def most_changed(changes: pd.DataFrame, findings: tuple[Remark, ...]) -> str:
    """The indicator of the findings in which most units changed beyond chance, else the one of all; blank for none.

    Only indicators in which at least half of the units can be judged: a few would not speak for the area.

    Parameters
    ----------
    changes
        From `change_table`, released or not.
    findings
        Their indicators come first, in their order where as many units changed.
    """
    ends = changes[(changes["end"] == "last") & (changes["reason"] != "not_applicable")]
    judged = (ends["change"] != "").groupby(ends["indicator"]).mean()
    moved = ends["change"].isin(["higher", "lower"]).groupby(ends["indicator"]).sum()[judged >= SPEAKS]
    named = [remark.indicator for remark in findings if remark.indicator in moved.index]
    pool = dict.fromkeys(named or sorted(moved.index[moved > 0]))
    return max(pool, key=lambda id: int(moved[id]), default="")
