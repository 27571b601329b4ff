"""How many villages have a Kampung KB, and what pace would give every village one.

The number of kampung in the portal, the number of villages with one, and any number in the news are different
counts: each is given with its definition and date, none replaces another.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from kbk_analysis.errors import Refusal
from kbk_analysis.schema import KampungClass
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.result import Formation

MATURE: Final = (KampungClass.MANDIRI, KampungClass.BERKELANJUTAN)
SHORTEST: Final = 182  # days between two exports below which a yearly pace would be an extrapolation


def formation(inputs: Inputs, year: int) -> Formation:
    """Count villages with and without a Kampung KB and compare the needed with the actual pace.

    Parameters
    ----------
    inputs
        The slice; villages are counted from the area register, kampung from the classification export (from the
        detail export where there is no other).
    year
        Year by which every village should have one.

    Notes
    -----
    needed = villages without / (year - year of the period); actual = change in villages with a kampung between
    the first and the last export, per 365.25 days. An export is that of the regency: one without a row of the area
    counts none, and a kampung that is absent from the latest is not carried forward (as in `join_exports`).
    """
    below = f"{inputs.area_code}."
    regency = inputs.kampung[inputs.kampung["regency_code"] == inputs.area_code[:5]]
    classed = regency[regency["source"] == "klasifikasi"]
    exported = classed if len(classed) else regency
    villages = [code for code in inputs.areas.index if code.startswith(below) and len(code) == 13]
    rows = exported[_inside(exported, inputs.area_code)]
    history = _history(rows, sorted(exported["export_date"].unique()))
    latest = rows[rows["export_date"] == exported["export_date"].max()]
    with_kampung = set(latest["village_code"].dropna())
    missing = tuple(code for code in villages if code not in with_kampung)
    period_year = int(inputs.period[:4])
    needed: float | Refusal = Refusal("past", {"year": year, "period": inputs.period})
    if year > period_year:
        needed = len(missing) / (year - period_year)
    return Formation(
        villages=len(villages),
        with_kampung=len(villages) - len(missing),
        kampung=len(latest),
        missing=missing,
        history=history,
        needed=needed,
        actual=_pace(history),
        year=year,
    )


def _inside(kampung: pd.DataFrame, area_code: str) -> pd.Series:
    column = "regency_code" if len(area_code) == 5 else "district_code"
    return kampung[column] == area_code


def _history(rows: pd.DataFrame, dates: list[str]) -> pd.DataFrame:
    counted = rows.assign(mature=rows["class_stated"].isin(MATURE)).groupby("export_date", sort=True)
    counts = counted.agg(
        kampung=("kampung_id", "nunique"), villages=("village_code", "nunique"), mature=("mature", "sum")
    )
    counts = counts.reindex(pd.Index(dates, name="export_date"), fill_value=0)
    return counts.astype(int).reset_index()


def _pace(history: pd.DataFrame) -> float | Refusal:
    days = 0
    if len(history):
        first, last = (dt.date.fromisoformat(str(history["export_date"].iloc[i])) for i in (0, -1))
        days = (last - first).days
    if days < SHORTEST:
        return Refusal("too_short", {"n": len(history), "days": days})
    change = int(history["villages"].iloc[-1]) - int(history["villages"].iloc[0])
    return change / (days / 365.25)
