"""In what order do the units stand, and how sure is it? One or two indicators, every unit with its interval.

Rows are in the order of codes, never of values: a hidden unit must not be told by its place.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.proportions import LOOK, SCREEN, share
from kbk_analysis.indicators.ranks import rank_intervals
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Remark

MOST: Final = 2
KEPT: Final = [
    *("indicator", "period", "area_code", "total_of", "name"),
    *("numerator", "denominator", "sensitive", "value", "verdict", "reason"),
]
LIMITS: Final = {"95": LOOK, "998": SCREEN}
RANKED: Final = ["rank_lower", "rank_upper", "p_top", "p_middle", "p_bottom", "group", "areas", "draws", "seed"]


def ranking_table(
    values: pd.DataFrame, names: pd.Series, findings: tuple[Remark, ...], catalogue: Catalogue
) -> pd.DataFrame:
    """Units with their intervals, rank intervals and groups, for the indicators most worth it.

    Parameters
    ----------
    values
        From `unit_table`.
    names
        Name of each area by code.
    findings
        Their indicators come first.
    catalogue
        Kinds and directions.

    Returns
    -------
    DataFrame
        One row a unit and indicator: ``indicator, period, area_code, total_of, name, numerator, denominator,
        sensitive, value, verdict, reason`` (as in `unit_table`), ``lower95, upper95, lower998, upper998`` (Wilson, %),
        and of `rank_intervals` ``rank_lower, rank_upper, p_top, p_middle, p_bottom, group, areas, draws, seed`` with
        ``rank_reason``: why there is no rank (``too_few_areas`` below ten units of 20 people or more, ``unstable``
        where a unit has fewer). A median rank is left out on purpose. At most two proportions with a direction and two
        units that can be judged: those of findings in their order, then those with most units better or worse than the
        parent; empty where there is none.
    """
    judged = [i.id for i in catalogue if i.kind == "proportion" and i.direction != Direction.CONTEXT]
    rows = values[values["indicator"].isin(judged)]
    usable = rows[(rows["reason"] == "") & (rows["denominator"] >= FEWEST)]
    apart = usable["verdict"].isin(["better", "worse"]).groupby(usable["indicator"]).agg(["size", "sum"])
    named = list(dict.fromkeys(remark.indicator for remark in findings))
    place = {id: named.index(id) if id in named else len(named) for id in apart.index}
    worth = [id for id, n, differ in apart.itertuples() if n > 1 and (differ or id in named)]
    chosen = sorted(worth, key=lambda id: (place[id], -apart["sum"][id], id))[:MOST]
    parts = [_ranked(rows[rows["indicator"] == id], names, catalogue[id].direction) for id in chosen]
    # without a row the columns are those of a table with rows
    return pd.concat(parts, ignore_index=True) if parts else _ranked(rows[:0], names, Direction.HIGHER)


def _ranked(part: pd.DataFrame, names: pd.Series, direction: Direction) -> pd.DataFrame:
    part = part.sort_values("area_code", ignore_index=True)
    kept = part.assign(name=part["area_code"].map(names).astype("str"))[KEPT]
    known = (part["reason"] == "") & part["denominator"].notna()
    for level, confidence in LIMITS.items():
        limits = share(part["numerator"].where(known), part["denominator"].where(known), confidence=confidence)
        kept[[f"lower{level}", f"upper{level}"]] = limits[["lower", "upper"]].to_numpy()
    firm = known & (part["denominator"] >= FEWEST)
    ranks = rank_intervals(part["numerator"].where(firm), part["denominator"].where(firm), direction)
    reason = part["reason"].where(~known, "unstable").where(~firm, ranks["reason"])
    return pd.concat([kept, ranks[RANKED]], axis=1).assign(rank_reason=reason.astype("str"))
