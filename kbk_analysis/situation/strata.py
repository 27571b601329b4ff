"""Does a difference hold inside the parts as well? The check before a finding speaks of a total.

Villages are taken by size, and in a regency by district. Where the parts point the other way, or the difference at one
mix of parts does, the finding from the total alone is replaced by one that tells both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from kbk_analysis.areacode import level_of, parent_of
from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators.simpson import simpson
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.result import Remark

CHANGES: Final = ("improved", "worsened", "trend_better", "trend_worse")
RESTS: Final = ("better", "worse")
CLASSES: Final = 3  # of villages by size


def without_reversals(
    candidates: Iterable[Remark], cells: pd.DataFrame, area_code: str, catalogue: Catalogue
) -> list[Remark]:
    """Findings as they are, but those on a total that its parts contradict become ``strata_disagree``.

    Parameters
    ----------
    candidates
        Findings; only differences from the rest of the parent and between two years are looked at.
    cells
        From `village_cells`: all villages of the parent.
    area_code
        The area the findings speak of.
    catalogue
        Units.
    """
    return [_checked(remark, cells, area_code, catalogue) for remark in candidates]


def _checked(remark: Remark, cells: pd.DataFrame, area_code: str, catalogue: Catalogue) -> Remark:
    if remark.unit or remark.code not in CHANGES + RESTS or catalogue[remark.indicator].kind != "proportion":
        return remark
    rows = cells[(cells["indicator"] == remark.indicator) & cells["reported"]]
    own = rows["area_code"].str.startswith(f"{area_code}.")
    now = rows["period"] == remark.values["period"]
    if remark.code in CHANGES:
        groups = rows[own & now], rows[own & (rows["period"] == remark.values["previous_period"])]
    else:
        groups = rows[own & now], rows[~own & now]
    for by, strata in _strata(groups, area_code, remark.code in CHANGES):
        found = simpson(_counts(groups, strata), scale=catalogue[remark.indicator].scale).iloc[0]
        if found["reason"] or not contradicted(found):
            continue
        told = {name: float(found[name]) for name in ("difference", "standardised")}
        values = {**remark.values, **told, "strata": int(found["strata"]), "by": by}
        return Remark("strata_disagree", values, remark.indicator, weight=remark.weight)
    return remark


def contradicted(found: pd.Series) -> bool:
    """Whether a row of `simpson` forbids a sentence from the total: no part points its way, or not at one mix of parts.

    Examples
    --------
    >>> counts = pd.DataFrame({"x1": [81, 192], "n1": [87, 263], "x2": [234, 55], "n2": [270, 80]})
    >>> contradicted(simpson(counts).iloc[0])
    True
    """
    return bool(found["disagree"]) or float(found["difference"]) * float(found["standardised"]) < 0


def _strata(groups: tuple[pd.DataFrame, pd.DataFrame], area_code: str, change: bool) -> Iterator[tuple[str, pd.Series]]:
    """Part of each village, by code: its size among those compared, and its district."""
    both = pd.concat(groups)
    size = both.groupby("area_code")["denominator"].mean()
    yield "size", (size.rank(pct=True) * CLASSES).map(np.ceil)
    if change and level_of(area_code) == AreaLevel.REGENCY:
        yield "district", pd.Series([parent_of(code) for code in size.index], index=size.index)


def _counts(groups: tuple[pd.DataFrame, pd.DataFrame], strata: pd.Series) -> pd.DataFrame:
    sums: dict[str, Any] = {}
    for place, rows in enumerate(groups, start=1):
        by = rows.groupby(rows["area_code"].map(strata))
        sums |= {f"x{place}": by["numerator"].sum(), f"n{place}": by["denominator"].sum()}
    return pd.DataFrame(sums).fillna(0.0)
