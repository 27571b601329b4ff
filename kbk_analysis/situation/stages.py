"""Indicators by stage of life and by sasaran: which are reported, which reach their target, which differ.

Rows of `Situation.levels` in another order; nothing is computed anew, so that what `release` hid stays hidden.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue

EVERYONE: Final = "all"
STATES: Final = ("reached", "close", "not_reached", "no_target", "no_value", "elsewhere")
VERDICTS: Final = ("better", "similar", "worse", "not_compared")


def stage_table(levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Levels by stage of life, from couples to be to the elderly.

    Parameters
    ----------
    levels
        `Situation.levels` of a released result.
    catalogue
        Which indicator belongs to which stages; one of several stages is in each.

    Returns
    -------
    DataFrame
        Columns of `levels` and ``stage``, in the order of life; indicators for all stages are left out, and a stage
        without an indicator in the data has no row.
    """
    stages = [stage for stage in catalogue.life_stages if stage != EVERYONE]
    main = {indicator.id: indicator.life_stage for indicator in catalogue.main}
    pairs = [(stage, id) for stage in stages for id in levels.index if stage in main.get(str(id), ())]
    rows = levels.loc[[id for _, id in pairs]].reset_index(drop=True)
    return rows.assign(stage=[stage for stage, _ in pairs])


def sasaran_table(levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """How many of the 72 indicators stand where, by sasaran.

    Parameters
    ----------
    levels
        `Situation.levels` of a released result.
    catalogue
        Indicators of each sasaran.

    Returns
    -------
    DataFrame
        Indexed by sasaran: ``indicators``, of which ``reached, close, not_reached`` (their target), ``no_target`` (a
        value without a target that may judge it), ``no_value`` (not reported, too incomplete or hidden) and
        ``elsewhere`` (known for a regency only, never summed from villages) add up to all; ``uncertain`` of those with
        a status have the target within their interval; ``better, similar, worse, not_compared`` add up to those with
        a value.
    """
    rows = []
    for sasaran, indicators in catalogue.by_sasaran().items():
        known = levels.loc[[i.id for i in indicators if i.id in levels.index]]
        elsewhere = sum(i.id not in levels.index and i.level == ("regency",) for i in indicators)
        valued = known[(known["reason"] == "") & known["value"].notna()]
        status, verdict = valued["target_status"], valued["verdict"]
        counts = {name: int((status == name).sum()) for name in ("reached", "close", "not_reached")}
        counts["no_target"] = len(valued) - sum(counts.values())
        counts["no_value"] = len(indicators) - len(valued) - elsewhere
        compared = {name: int((verdict == name).sum()) for name in ("better", "similar", "worse")}
        rows.append(
            {
                "sasaran": sasaran,
                "indicators": len(indicators),
                **counts,
                "elsewhere": elsewhere,
                "uncertain": int(((status != "") & ~valued["certain"].astype(bool)).sum()),
                **compared,
                "not_compared": len(valued) - sum(compared.values()),
            }
        )
    return pd.DataFrame(rows).set_index("sasaran")
