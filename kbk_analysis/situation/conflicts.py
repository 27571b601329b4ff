"""What sources say differently of one thing, and what the report does then.

Published figures of the area and of its parent, sums of their parts, and the two exports of each kampung are held
against each other. Nothing is corrected or chosen in silence: each conflict is a row with both sides and with what is
used. A survey beside weighing results, or a year beside one of another definition, is no conflict but not comparable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.classification import Classification
from kbk_analysis.indicators.agreement import (
    FINDING,
    different_bases,
    different_sums,
    different_values,
    series_breaks,
    unlike_values,
)
from kbk_analysis.schema import GROUPS, Status
from kbk_analysis.situation.inputs import Inputs

# kind of conflict -> what the report does, and why (a code; the sentences are the narrative's)
USED: Final[Mapping[str, str]] = {
    "values": "both_shown",
    "sum": "total_as_stated",
    "base": "share_as_stated",
    "score": "stated_class",
    "groups": "stated_class",
    "blank": "range_widened",
}
SAME: Final = "same_figure"  # of two methods: the same number, to the rounding of the coarser
UNLIKE: Final[Mapping[str, str]] = {"method": "kept_apart", "break": "years_kept_apart", "dates": "both_dated"}
KINDS: Final = (*USED, *UNLIKE)
COLUMNS: Final = ("kind", "conflict", "use", "area_name", "unit", "variable", *FINDING, "sensitive", "reason")
SUMMED: Final = "desa"  # source of what the report itself adds up from villages


def conflict_table(
    inputs: Inputs, own: Classification, series: pd.DataFrame, parent_series: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Every conflict among what the report of one area shows, and what it may not compare.

    Parameters
    ----------
    inputs
        The slice.
    own
        Classification of the area's kampung.
    series, parent_series
        Values that the report adds up from villages, for the area and its parent.
    catalogue
        Indicators and figures beside them, with what is declared of two of them.

    Returns
    -------
    DataFrame
        One row a conflict, in the order of `KINDS`, area and catalogue. ``kind``: values, sum, base (published
        figures); score, groups, blank (the two exports of one kampung); method, break, dates (not comparable).
        ``conflict`` (false for what is only not comparable), ``use`` (what the report does; `SAME`
        where two methods give one figure), ``area_name``, ``unit``
        (kampung), ``variable`` (its score), then `kbk_analysis.indicators.agreement.FINDING`: a value with its
        source, the same of the other side, ``difference`` where one may be taken; ``sensitive, reason``.
    """
    rows = inputs.observations[
        (inputs.observations["status"] == Status.REPORTED)
        & inputs.observations["indicator"].isin([figure.id for figure in catalogue.every])
    ]
    shown = rows[rows["area_code"].isin([inputs.area_code, inputs.parent_code])]
    villages = rows[rows["area_code"].str.startswith(f"{inputs.area_code}.") & (rows["area_code"].str.len() == 13)]
    added = pd.concat([series, parent_series]).drop_duplicates(["area_code", "indicator", "period"])
    added = added[added["reason"] == ""].assign(source=SUMMED)
    counted = [figure.id for figure in catalogue.every if figure.additive]
    sums = different_sums(rows[rows["indicator"].isin(counted)], list(inputs.areas.index))
    breaks = {figure.id: catalogue.breaks(figure.id) for figure in catalogue.every}
    found = {
        "values": different_values(pd.concat([shown, villages])),
        "sum": sums[sums["area_code"].isin([inputs.area_code, inputs.parent_code])],
        "base": _bases(shown, catalogue),
        **_kampung(own),
        "method": unlike_values(pd.concat([shown, added]), catalogue.unlike),
        "break": series_breaks(shown, breaks),
        "dates": _dates(inputs, own),
    }
    parts = [part.assign(kind=kind) for kind, part in found.items() if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["kind", *FINDING])
    table = table.reindex(columns=list(COLUMNS)).assign(area_name=table["area_code"].map(inputs.areas["name"]))
    return _ordered(table, catalogue)


def _bases(shown: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Shares against the population of another source."""
    found = []
    for share in catalogue.every:
        mine = shown[shown["indicator"] == share.id]
        if share.base is not None and len(mine):
            counts, bases = shown[shown["indicator"] == share.counted_by], shown[shown["indicator"] == share.base]
            found.append(different_bases(mine, counts, bases, scale=share.scale))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(FINDING))


def _kampung(own: Classification) -> dict[str, pd.DataFrame]:
    """What the two exports of one day say differently of one kampung.

    A score that its raw inputs do not give; groups that have participants and do not exist; the best score for a
    blank. Exports of two days may differ because something changed, and are not judged.
    """
    frame = own.joined.frame.set_index("kampung_id", drop=False)
    same_day = frame["stated_on"].notna() & (frame["stated_on"] == frame["detail_on"])
    scores = own.variables[own.variables["kampung_id"].map(same_day).fillna(False).astype(bool)]
    wrong, blank = scores[scores["mismatch"]], scores[scores["rewarded_missing"]]
    groups = next(variable for variable in own.rule.variables if variable.name == "groups")
    active = (frame[[f"members_{group}" for group in GROUPS]] > 0).sum(axis=1)
    most = frame["score_groups"].map({band.score: band.high for band in groups.bands}).astype(float)
    more = frame[same_day & (active > most)]
    return {
        "score": _of_kampung(
            frame, wrong["kampung_id"], wrong["variable"], wrong["score_stated"], wrong["score_recomputed"]
        ),
        "groups": _of_kampung(
            frame, more["kampung_id"], "groups", more["score_groups"], active[more.index], "groups with participants"
        ),
        "blank": _of_kampung(
            frame, blank["kampung_id"], blank["variable"], blank["score_stated"], None, "blank counted as 0"
        ),
    }


def _of_kampung(
    frame: pd.DataFrame,
    ids: pd.Series,
    variable: pd.Series | str,
    stated: pd.Series,
    other: pd.Series | None,
    method: str = "recomputed by the rule",
) -> pd.DataFrame:
    at = frame.loc[ids]
    area = at["village_code"].fillna(at["district_code"]).fillna(at["regency_code"])
    values = {} if other is None else {"other_value": other.to_numpy(dtype=float, na_value=float("nan"))}
    return pd.DataFrame(
        {
            "unit": at["kampung_name"].to_numpy(),
            "variable": variable if isinstance(variable, str) else variable.to_numpy(),
            "area_code": area.to_numpy(),
            "period": at["stated_on"].dt.date.astype(str).to_numpy(),
            "other_period": at["detail_on"].dt.date.astype(str).to_numpy(),
            "source": "klasifikasi",
            "other_source": "rinci",
            "value": stated.to_numpy(dtype=float, na_value=float("nan")),
            "places": 0.0,
            "other_places": 0.0,
            "n": 1.0,
            "method": method,
            **values,
        }
    )


def _dates(inputs: Inputs, own: Classification) -> pd.DataFrame:
    """Two exports of different days used together: days between them, kampung whose scores differ meanwhile."""
    frame = own.joined.frame
    days = frame["stated_on"].max(), frame["detail_on"].max()
    if any(pd.isna(day) for day in days) or days[0] == days[1]:
        return pd.DataFrame(columns=list(FINDING))
    row = {
        "area_code": inputs.area_code,
        "period": days[0].date().isoformat(),
        "other_period": days[1].date().isoformat(),
        "source": "klasifikasi",
        "other_source": "rinci",
        "difference": float(abs((days[0] - days[1]).days)),
        "n": float(own.variables.loc[own.variables["mismatch"], "kampung_id"].nunique()),
        "method": "days between exports",
    }
    return pd.DataFrame([row])


def _ordered(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Rows in order, with what is done about each, typed also where there are none."""
    place = {figure.id: number for number, figure in enumerate(catalogue.every)}
    sensitive = {figure.id: figure.sensitive for figure in catalogue.every}
    texts = [
        "area_name",
        "unit",
        "variable",
        "indicator",
        "other_indicator",
        "source",
        "other_source",
        "period",
        "other_period",
    ]
    told = table.assign(**{name: table[name].astype("object").fillna("") for name in texts})
    told = told.assign(
        conflict=told["kind"].isin(list(USED)),
        use=told["kind"].map({**USED, **UNLIKE}),
        sensitive=told["indicator"].map(sensitive).fillna(False).astype(bool)
        | told["other_indicator"].map(sensitive).fillna(False).astype(bool),
        reason="",
        order=told["kind"].map({kind: number for number, kind in enumerate(KINDS)}),
        place=told["indicator"].map(place).fillna(-1),
    )
    # a share computed from its counts has the decimals of its indicator
    for side in ("", "other_"):
        computed = told[f"{side}numerator"].notna() & told[f"{side}denominator"].notna() & (told["kind"] != "base")
        decimals = told[f"{side}indicator"].map({figure.id: float(figure.decimals) for figure in catalogue.every})
        told[f"{side}places"] = told[f"{side}places"].where(~computed, decimals)
    half = 0.5 * 10.0 ** -told[["places", "other_places"]].astype(float).min(axis=1)
    same = (told["kind"] == "method") & ((told["value"] - told["other_value"]).astype(float).abs() <= half + 1e-9)
    published = (told[["source", "other_source"]] != SUMMED).all(axis=1)  # what is added up here cites nobody
    told["use"] = told["use"].where(~(same & published), SAME)
    told = told.sort_values(["order", "area_code", "place", "unit", "period", "other_period"], ignore_index=True)
    return told[list(COLUMNS)]
