"""The frames of a `Situation`: levels, values of units, values given for larger areas."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kbk_analysis.areacode import level_of
from kbk_analysis.catalogue import Catalogue
from kbk_analysis.classification import Classification
from kbk_analysis.errors import Refusal
from kbk_analysis.indicators.proportions import SCREEN
from kbk_analysis.indicators.targets import target_status
from kbk_analysis.schema import CLASSES, AreaLevel, Status
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.levels import aggregate, compare_units, compare_with_rest


def latest_rows(series: pd.DataFrame) -> pd.DataFrame:
    """Latest period with any report for each indicator, else its latest period; indexed by indicator."""
    ordered = series.assign(any=series["reported"] > 0).sort_values(["indicator", "any", "period"])
    return ordered.drop_duplicates("indicator", keep="last").drop(columns="any").set_index("indicator", drop=False)


def level_table(
    inputs: Inputs, inside: pd.DataFrame, series: pd.DataFrame, parent_series: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Level of each indicator in the area against target, parent and the period before.

    The parent's latest reported period is used for both, so that an area that stopped reporting shows as such.
    ``same_villages`` tells whether the same villages report in both periods: only then may they be compared.

    Parameters
    ----------
    inputs
        The slice.
    inside
        Village cells of the area.
    series, parent_series
        `inside` and the cells of the parent summed by period.
    catalogue
        Indicators.
    """
    parent = latest_rows(parent_series)
    own = series[series["period"] == series["indicator"].map(parent["period"])].set_index("indicator", drop=False)
    before = series[series["period"] < series["indicator"].map(parent["period"])]
    before = before.sort_values("period").drop_duplicates("indicator", keep="last").set_index("indicator")
    parent = parent.reindex(own.index)
    table = own.assign(
        benchmark=parent["value"],
        benchmark_reason=parent["reason"],
        benchmark_numerator=parent["numerator"],
        benchmark_denominator=parent["denominator"],
        verdict=compare_with_rest(own, parent, catalogue),
        previous=before["value"].reindex(own.index),
        previous_period=before["period"].reindex(own.index),
        previous_numerator=before["numerator"].reindex(own.index),
        previous_denominator=before["denominator"].reindex(own.index),
        same_villages=_same_villages(inside, own["period"], before["period"].reindex(own.index)),
        sensitive=[catalogue[id].sensitive for id in own.index],
    )
    targets = [_target(inputs, row, catalogue) for _, row in table.iterrows()]
    table[["target", "target_reason"]] = pd.DataFrame(targets, index=table.index, columns=["target", "target_reason"])
    direction = pd.Series({id: catalogue[str(id)].direction for id in table.index}, dtype="object")
    status = target_status(
        table["value"],
        table["lower"],
        table["upper"],
        table["denominator"],
        table["target"],
        direction,
        reason=table["reason"].where(table["reason"] != "", table["target_reason"]),
    )
    table[["target_status", "certain"]] = status[["status", "certain"]]
    order = [indicator.id for indicator in catalogue if indicator.id in table.index]
    return table.loc[order]


def _target(inputs: Inputs, row: pd.Series, catalogue: Catalogue) -> tuple[float, str]:
    """Target that may judge the area, or the code of the refusal."""
    indicator = catalogue[str(row["indicator"])]
    if indicator.kind == "class":
        return float("nan"), "no_target"
    year, level = int(str(row["period"])[:4]), AreaLevel(inputs.level)
    target = catalogue.target(indicator.id, year, level, synthetic=inputs.synthetic)
    return (float("nan"), target.code) if isinstance(target, Refusal) else (target.value, "")


def _same_villages(inside: pd.DataFrame, now: pd.Series, before: pd.Series) -> list[bool]:
    """For each indicator, whether the villages that report in one period are those of the other."""
    reports = inside[inside["reported"]].groupby(["indicator", "period"])["area_code"].agg(frozenset).to_dict()
    return [reports.get((id, now[id])) == reports.get((id, before[id]), frozenset()) for id in now.index]


def unit_table(inputs: Inputs, inside: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Value of each indicator in each unit (village or district) at the screening level, judged against the parent.

    Only the period that `levels` shows for the indicator.
    """
    shown = inside[inside["period"] == inside["indicator"].map(levels["period"])]
    length = 13 if inputs.level == AreaLevel.DISTRICT else 8
    units = aggregate(shown, shown["area_code"].str[:length], catalogue, SCREEN)
    benchmark = levels[["benchmark", "benchmark_reason"]].set_axis(["value", "reason"], axis=1)
    return units.assign(
        total_of=inputs.area_code,
        verdict=compare_units(units, benchmark, catalogue),
        sensitive=units["indicator"].map({indicator.id: indicator.sensitive for indicator in catalogue}),
    )


def context_table(inputs: Inputs, catalogue: Catalogue) -> pd.DataFrame:
    """Values reported for the area itself or its regency and province, as they were given: never mixed with sums.

    Returns
    -------
    DataFrame
        ``area_code, indicator, period, value, numerator, denominator, source, as_of`` in catalogue order.
    """
    rows = inputs.observations
    given = rows[
        rows["area_code"].isin([inputs.area_code, inputs.parent_code])
        & (rows["status"] == Status.REPORTED)
        & rows["indicator"].isin([figure.id for figure in catalogue.every])
    ]
    order = {figure.id: place for place, figure in enumerate(catalogue.every)}
    given = given.assign(order=given["indicator"].map(order))
    given = given.sort_values(["order", "period", "area_code", "source"], ignore_index=True)
    return given.drop(columns=["order", "status"]).assign(
        sensitive=given["indicator"].map({figure.id: figure.sensitive for figure in catalogue.every}), reason=""
    )


def part_of(whole: Classification, area_code: str) -> Classification:
    """The classification of one area's kampung; its rows stay aligned with the joined exports."""
    column = "regency_code" if level_of(area_code) == AreaLevel.REGENCY else "district_code"
    kampung = whole.kampung[whole.kampung[column] == area_code]
    frame = whole.joined.frame
    return replace(
        whole,
        kampung=kampung.reset_index(drop=True),
        variables=_of(whole.variables, kampung).reset_index(drop=True),
        joined=replace(whole.joined, frame=_of(frame, kampung).reset_index(drop=True)),
    )


def _of(frame: pd.DataFrame, kampung: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["kampung_id"].isin(kampung["kampung_id"])]


def unit_classes(inputs: Inputs, kampung: pd.DataFrame) -> pd.DataFrame:
    """The units of the area by code: ``name``, ``kampung`` and the number of kampung in each stated class.

    Columns named after the four classes hold counts; kampung without a matched village are in no village.
    """
    column = "village_code" if inputs.level == AreaLevel.DISTRICT else "district_code"
    frame = pd.DataFrame({"name": inputs.areas.loc[list(inputs.units), "name"]})
    frame["kampung"] = kampung.groupby(column).size().reindex(frame.index).fillna(0).astype(int)
    for name in CLASSES:
        stated = kampung[kampung["class_stated"] == name.value]
        frame[name.value] = stated.groupby(column).size().reindex(frame.index).fillna(0).astype(int)
    return frame
