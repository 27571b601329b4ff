"""What the data say of the problems, beside what the judges say: size, growth, time left, people, places.

Input: the slice of an area and a meeting's problems. Output: frames by problem and indicator, and by village for the
first problems. Only a target that may judge the area gives a size; only a trend that may be told gives growth.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import Catalogue, Indicator
from kbk_analysis.catalogue.entries import Target
from kbk_analysis.priority.gaps import growth_score, size_score, urgency_score
from kbk_analysis.priority.places import quadrants, shrunk_shares
from kbk_analysis.schema import Direction
from kbk_analysis.situation.disclosure import disclosure_counts
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import aggregate, village_cells
from kbk_analysis.situation.tables import level_table
from kbk_analysis.situation.trends import trend_table

WHOLE: Final = 100.0  # per cent: no share lies beyond it
YEARS: Final = 5  # in which a growth of ten points would lead from the target to the floor


class Evidence(NamedTuple):
    """Frames of `evidence_table` and `disclosure_counts`, and the village cells that places are chosen from."""

    table: pd.DataFrame
    counts: pd.DataFrame
    cells: pd.DataFrame


def evidence_table(inputs: Inputs, problems: pd.DataFrame, today: dt.date, catalogue: Catalogue) -> Evidence:
    """What the data say of each indicator of each problem.

    The floor lies as far from the target as zero does: at zero where high is good, at twice the target (no share above
    100 %) where low is good. So ``size = 10 * shortfall / target``, whichever other problems are on the list.

    Parameters
    ----------
    inputs
        The slice of the meeting's area.
    problems
        Rows of table `problems`; ``indicators`` are ids separated by spaces.
    today
        Day of the meeting, from which the time to the target's year is counted.

    Returns
    -------
    Evidence
        ``table``: one row a problem and indicator: ``problem, indicator, area_code, period, numerator, denominator,
        value, lower, upper, reason, sensitive, source, as_of, target, target_reason, affected`` (people in the bad
        state), ``data_size, data_growth, data_urgency`` (0 to 10, NaN where they may not be told) and
        ``trend_reason``. Indicators without data have the reason ``not_reported``.
    """
    cells = village_cells(inputs.observations, catalogue)
    inside = cells[cells["area_code"].str.startswith(f"{inputs.area_code}.")]
    series = aggregate(inside, pd.Series(inputs.area_code, index=inside.index), catalogue)
    above = aggregate(cells, pd.Series(inputs.parent_code, index=cells.index), catalogue)
    levels = level_table(inputs, inside, series, above, catalogue)
    trends = trend_table(series, catalogue)
    rows = [
        {"problem": problem, **_row(str(id), inputs, levels, trends, today, catalogue)}
        for problem, ids in zip(problems["problem"], problems["indicators"], strict=True)
        for id in str(ids).split()
        if id in catalogue
    ]
    return Evidence(pd.DataFrame(rows, columns=[*COLUMNS]), disclosure_counts(cells, catalogue), inside)


COLUMNS: Final = (
    *("problem", "indicator", "area_code", "period", "numerator", "denominator", "value", "lower", "upper", "reason"),
    *("sensitive", "source", "as_of", "target", "target_reason", "affected", "data_size", "data_growth"),
    *("data_urgency", "trend_reason"),
)


def _row(
    id: str, inputs: Inputs, levels: pd.DataFrame, trends: pd.DataFrame, today: dt.date, catalogue: Catalogue
) -> dict[str, object]:
    indicator = catalogue[id]
    if id not in levels.index:
        return {"indicator": id, "area_code": inputs.area_code, "period": inputs.period, "reason": "not_reported",
                "sensitive": indicator.sensitive, "source": "", "trend_reason": "not_reported",
                "target_reason": "not_reported"}  # fmt: skip
    level = levels.loc[[id]].iloc[0]
    target, higher = float(level["target"]), indicator.direction == Direction.HIGHER
    floor = 0.0 if higher else 2 * target
    if indicator.kind == "proportion":
        floor = min(floor, WHOLE)
    trend = trends.loc[[id]].iloc[0] if id in trends.index else None
    told = trend is not None and trend["reason"] == ""
    slope = _slope(trend, higher) if told and trend is not None else np.nan
    found = catalogue.target(id, int(str(level["period"])[:4]), inputs.level, synthetic=inputs.synthetic)
    year = found.year if isinstance(found, Target) else None
    kept = ["area_code", "period", "numerator", "denominator", "value", "lower", "upper", "reason", "sensitive"]
    return {
        "indicator": id,
        **{name: level[name] for name in (*kept, "source", "as_of", "target", "target_reason")},
        "affected": affected(level["numerator"], level["denominator"], indicator),
        "data_size": float(size_score(level["value"], target, floor)) if target > 0 else np.nan,
        "data_growth": float(growth_score(slope, abs(target - floor) / YEARS)) if target > 0 else np.nan,
        "data_urgency": urgency_score(dt.date(year, 12, 31), today) if year else np.nan,
        "trend_reason": "" if told else (str(trend["reason"]) if trend is not None else "too_few_points"),
    }


def _slope(trend: pd.Series, higher: bool) -> float:
    """Change a year for the worse; none where the marker finds no direction."""
    if trend["trend"] == "no_change":
        return 0.0
    change = float(trend["last_value"] - trend["first_value"]) / float(trend["last"] - trend["first"])
    return -change if higher else change


def affected(numerator: float, denominator: float, indicator: Indicator) -> float:
    """People in the bad state: those counted where low is good, the others where high is good; NaN for no share."""
    if indicator.kind != "proportion" or indicator.direction == Direction.CONTEXT:
        return float("nan")
    return float(numerator if indicator.direction == Direction.LOWER else denominator - numerator)


def place_table(
    evidence: Evidence, problems: pd.DataFrame, names: pd.Series, top: int, catalogue: Catalogue
) -> pd.DataFrame:
    """Villages of the first problems by share and by number of people in the bad state.

    Each problem speaks through the first of its indicators that counts people in villages. The cuts are the area's own
    share and the mean number a village.

    Parameters
    ----------
    problems
        Ranked, by problem; those with a rank of at most `top` are taken.
    names
        Names of areas by code.

    Returns
    -------
    DataFrame
        ``problem, indicator, area_code, name, period, numerator, denominator, value`` (share in the bad state, %),
        ``shrunk`` (%), ``affected, share_cut, number_cut, verdict`` (quadrant), ``sensitive, source, as_of, reason``.
    """
    first = problems.index[(problems["rank"] > 0) & (problems["rank"] <= top)]
    parts = [_places_of(str(problem), evidence, names, catalogue) for problem in first]
    kept = [part for part in parts if len(part)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=[*PLACE_COLUMNS])


PLACE_COLUMNS: Final = (
    *("problem", "indicator", "area_code", "name", "period", "numerator", "denominator", "value", "shrunk"),
    *("affected", "share_cut", "number_cut", "verdict", "sensitive", "source", "as_of", "reason"),
)


def _places_of(problem: str, evidence: Evidence, names: pd.Series, catalogue: Catalogue) -> pd.DataFrame:
    table = evidence.table[evidence.table["problem"] == problem]
    for _, row in table.iterrows():
        indicator = catalogue[str(row["indicator"])]
        if indicator.kind != "proportion" or indicator.binary or indicator.direction == Direction.CONTEXT:
            continue
        cells = evidence.cells
        cells = cells[(cells["indicator"] == indicator.id) & (cells["period"] == row["period"]) & cells["reported"]]
        if len(cells):
            return _placed(problem, cells, indicator, names)
    return pd.DataFrame()


def _placed(problem: str, cells: pd.DataFrame, indicator: Indicator, names: pd.Series) -> pd.DataFrame:
    cells = cells.reset_index(drop=True)
    n = cells["denominator"]
    bad = cells["numerator"] if indicator.direction == Direction.LOWER else n - cells["numerator"]
    shares = shrunk_shares(bad, n)
    share_cut, number_cut = 100 * float(bad.sum() / n.sum()) if n.sum() else np.nan, float(bad.mean())
    return pd.DataFrame(
        {
            "problem": problem,
            "indicator": indicator.id,
            "area_code": cells["area_code"],
            "name": cells["area_code"].map(names),
            "period": cells["period"],
            "numerator": cells["numerator"],
            "denominator": n,
            "value": 100 * shares["share"],
            "shrunk": 100 * shares["shrunk"],
            "affected": bad,
            "share_cut": share_cut,
            "number_cut": number_cut,
            "verdict": quadrants(100 * shares["shrunk"], bad, share_cut, number_cut),
            "sensitive": indicator.sensitive,
            "source": cells["source"],
            "as_of": cells["as_of"],
            "reason": np.where(shares["share"].isna(), "zero_denominator", ""),
        }
    )
