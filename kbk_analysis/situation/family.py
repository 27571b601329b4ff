"""What lies behind two figures of the family data: the index iBangga and the families at risk of stunting (KRS).

iBangga is never told by its mean alone: a village counts only with the classes of its families, which also give the
weight of its means. Risk factors overlap, since one family may have several: each is set against the target families,
and they are never added up.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators.proportions import share
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import FIRM, GATE, aggregate, village_cells
from kbk_analysis.situation.tables import level_table

AT_RISK: Final = "S3-11"
INDEX: Final = "IBG"
TOP: Final = 100.0
NEEDED: Final = 20  # families below which a mean is not given
MEANS: Final = [
    *("area_code", "indicator", "group", "period", "value", "n", "reported", "expected", "provisional", "reason"),
    *("as_of", "source", "benchmark", "benchmark_n", "benchmark_reason"),
]
SHARES: Final = [
    *("area_code", "indicator", "period", "numerator", "denominator", "value", "reason", "sensitive"),
    *("benchmark", "benchmark_numerator", "benchmark_denominator", "benchmark_reason", "verdict"),
]


def family_cells(inputs: Inputs, catalogue: Catalogue) -> pd.DataFrame:
    """Village cells of risk factors and of the classes of families, as added up, for `disclosure_counts`.

    Of the period that is shown; classes count only in villages whose classes add up.
    """
    krs = village_cells(inputs.observations, catalogue.of_block("krs"))
    krs = krs[krs["period"] == _period(krs)]
    block = catalogue.of_block("ibangga")
    classes = village_cells(inputs.observations, block)
    classes = classes[classes["period"] == _period(classes)]
    names = [indicator.id for indicator in block if indicator.group == "class"]
    whole = classes["indicator"].isin(names) & classes["area_code"].isin(_families(classes, block).index)
    return pd.concat([krs, classes[whole]], ignore_index=True)


def _period(cells: pd.DataFrame) -> str:
    """Latest period with a report, else the latest."""
    said = cells.loc[cells["reported"], "period"]
    return str(said.max() if len(said) else cells["period"].max())


def risk_table(inputs: Inputs, catalogue: Catalogue) -> pd.DataFrame:
    """Families at risk of stunting, why they are at risk, how they rank in welfare, and who is targeted.

    Parameters
    ----------
    inputs
        The slice.
    catalogue
        Indicators and blocks.

    Returns
    -------
    DataFrame
        Indexed by indicator, S3-11 first: the columns of `level_table` (each share is of the target families) with
        ``group`` (``whole, factor, four, layer, rank, target``) and ``overlapping``: a family may be counted in several
        of the group. Empty where the data hold no factor at all.
    """
    block = catalogue.of_block("krs", AT_RISK)
    cells = village_cells(inputs.observations, block)
    inside = cells[cells["area_code"].str.startswith(f"{inputs.area_code}.")]
    own = set(inside["indicator"]) - {AT_RISK}
    if not own:
        return pd.DataFrame()
    series = aggregate(inside, pd.Series(inputs.area_code, index=inside.index), block)
    parent = aggregate(cells, pd.Series(inputs.parent_code, index=cells.index), block)
    table = level_table(inputs, inside, series, parent, block)
    return table.assign(
        group=[block[str(id)].group or "whole" for id in table.index],
        overlapping=[block[str(id)].overlapping for id in table.index],
    )


def overlap(risk: pd.DataFrame) -> tuple[int, int] | None:
    """How often the factors are counted, and on how many families at risk; ``None`` where that may not be told.

    Parameters
    ----------
    risk
        From `risk_table`, released.

    Returns
    -------
    tuple or None
        Sum of the counts of the three factors and number of families at risk, where all are given for the same
        villages and target families; the sum is no number of families.

    Examples
    --------
    >>> rows = {"S3-11": (300, "whole"), "KRS-AIR": (120, "factor"), "KRS-JAMBAN": (260, "factor")}
    >>> table = pd.DataFrame.from_dict(rows, orient="index", columns=["numerator", "group"])
    >>> overlap(table.assign(denominator=900, reported=9, reason=""))
    (380, 300)
    """
    if risk.empty:
        return None
    used = risk[risk["group"].isin(["whole", "factor"])]
    alike = len(used[["denominator", "reported"]].drop_duplicates()) == 1
    if AT_RISK not in used.index or len(used) < 3 or not alike or (used["reason"] != "").any():
        return None
    counts = used["numerator"].astype(int).to_dict()
    at_risk = counts.pop(AT_RISK)
    return sum(counts.values()), at_risk


def ibangga_tables(inputs: Inputs, catalogue: Catalogue) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Means of the index and its dimensions over families, and the classes of families.

    Parameters
    ----------
    inputs
        The slice.
    catalogue
        Indicators and blocks.

    Returns
    -------
    means
        Indexed by indicator, dimensions after the index: ``area_code, indicator, group, period, value, n`` (families),
        ``reported, expected`` (villages), ``provisional, reason, as_of, source, benchmark, benchmark_n,
        benchmark_reason``. No limits: a score has none. ``reason`` is a refusal: ``not_reported``, ``no_distribution``
        (means without the classes of families), ``incomplete``, ``unstable`` (fewer than 20 families).
    classes
        Indexed by class: ``indicator`` (the class), ``area_code, period, numerator, denominator, value`` (per cent of
        families), ``benchmark`` and its counts.

    Notes
    -----
    .. math:: \bar y = \sum_v n_v y_v / \sum_v n_v

    over the villages v that report the mean and, adding up to n, the classes of families. Both frames are empty where
    the data hold nothing of the index.
    """
    block = catalogue.of_block("ibangga")
    cells = village_cells(inputs.observations, block)
    inside = cells[cells["area_code"].str.startswith(f"{inputs.area_code}.")]
    if inside.empty:
        return pd.DataFrame(columns=MEANS), pd.DataFrame(columns=SHARES)
    period = _period(cells)
    own, parent = (_means(part[part["period"] == period], block) for part in (inside, cells))
    means = own.assign(
        area_code=inputs.area_code,
        group=[block[str(id)].group for id in own.index],
        period=period,
        benchmark=parent["value"],
        benchmark_n=parent["n"],
        benchmark_reason=parent["reason"],
    )
    classes, above = (_classes(part[part["period"] == period], block) for part in (inside, cells))
    shares = classes.assign(
        area_code=inputs.area_code,
        indicator=classes.index,
        period=period,
        sensitive=[block[str(id)].sensitive for id in classes.index],
        benchmark=above["value"],
        benchmark_numerator=above["numerator"],
        benchmark_denominator=above["denominator"],
        benchmark_reason=above["reason"],
        verdict="",
    )
    return means[MEANS], shares[SHARES]


def _families(cells: pd.DataFrame, block: Catalogue) -> pd.Series:
    """Families scored by village, where all classes are reported and add up to them."""
    names = [indicator.id for indicator in block if indicator.group == "class"]
    rows = cells[cells["reported"] & cells["indicator"].isin(names)]
    by_village = rows.groupby("area_code")
    counted = by_village["numerator"].agg(["size", "sum"])
    n = by_village["denominator"].agg(["min", "max"])
    whole = (counted["size"] == len(names)) & (n["min"] == n["max"]) & (counted["sum"] == n["max"]) & (n["max"] > 0)
    return n.loc[whole, "max"]


def _means(cells: pd.DataFrame, block: Catalogue) -> pd.DataFrame:
    families = _families(cells, block)
    rows = []
    for indicator in block:
        if indicator.group == "class":
            continue
        part = cells[cells["indicator"] == indicator.id].set_index("area_code")
        said = part.loc[part["reported"] & part["value"].between(0, TOP), "value"]
        weight = families.reindex(said.index).dropna()
        n, reported, expected = float(weight.sum()), len(weight), int(part["expected"].sum())
        reason = _reason(len(said), reported, expected, n)
        value = float((said[weight.index] * weight).sum() / n) if not reason else np.nan
        firm = reported >= FIRM * expected
        rows.append(
            {
                "indicator": indicator.id,
                "value": value,
                "n": n,
                "reported": reported,
                "expected": expected,
                "provisional": not reason and not firm,
                "reason": reason,
                "as_of": part["as_of"].dropna().max(),
                "source": str(part["source"].iloc[0]) if len(part) else "",
            }
        )
    return pd.DataFrame(rows).set_index("indicator", drop=False)


def _reason(said: int, reported: int, expected: int, n: float) -> str:
    if not expected:
        return "not_applicable"
    if not said:
        return "not_reported"
    if not reported:
        return "no_distribution"
    if reported < GATE * expected:
        return "incomplete"
    return "unstable" if n < NEEDED else ""


def _classes(cells: pd.DataFrame, block: Catalogue) -> pd.DataFrame:
    """Counts of families by class over the villages whose classes add up; refused like the index itself."""
    families = _families(cells, block)
    names = [indicator.id for indicator in block if indicator.group == "class"]
    used = cells[cells["area_code"].isin(families.index)]
    counts = used.groupby("indicator")["numerator"].sum().reindex(names).astype(float)
    of = pd.Series(float(families.sum()), index=counts.index)
    expected = int(cells.loc[cells["indicator"].isin(names) & cells["expected"], "area_code"].nunique())
    reason = _reason(len(families), len(families), expected, float(families.sum()))
    found = pd.DataFrame({"numerator": counts, "denominator": of, "value": share(counts, of)["value"]})
    return (found * np.nan if reason else found).assign(reason=reason)
