"""How unequal are the villages? Distances between them, what of that is chance, and what reaching a level would bring.

Villages with fewer than 20 people take no part, as in the funnel: their values swing by chance alone. What is a sum
over the villages (their weighted mean, PAR and PAF) is of all that report, as the level of the area. One frame holds
every measure with its reason where it may not be given, another the range of each year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from kbk_analysis.areacode import parent_of
from kbk_analysis.catalogue import Catalogue, Indicator
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.decomposition import binomial_se, chance_share, heterogeneity, theil_split
from kbk_analysis.indicators.disparity import AREAS, DECILE_AREAS, INDEX_AREAS, disparity, gaps
from kbk_analysis.indicators.ordered import ordered
from kbk_analysis.indicators.proportions import SCREEN
from kbk_analysis.indicators.targets import people_short, whole_people
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Remark

ORDER: Final = "S4-10"  # the index of village development, along which slopes are taken
LARGE: Final = 10.0  # points that villages on the mean lie from their mean, beyond chance, to be called unequal
KEPT: Final = (
    *("mean", "difference", "ratio", "p90_p10", "p90_p10_ratio", "mdm_weighted", "mdm_unweighted", "bgv", "bgsd"),
    *("theil", "par_reference", "paf_reference"),
)
CHANCE: Final = ("chance_variance", "excess_variance", "excess_share")
COLUMNS: Final = (
    *("area_code", "indicator", "period", "measure", "value", "unit", "weighting", "villages", "small", "missing"),
    *("minimum", "method", "flag", "reason", "numerator", "denominator", "sensitive"),
)
YEARS: Final = (
    *("area_code", "indicator", "period", "value", "lower", "upper", "ends", "villages", "missing", "expected"),
    *("minimum", "reason", "numerator", "denominator", "sensitive"),
)


def villages_of(area_code: str) -> str:
    """What the rows of a spread speak of: not the area, but its villages taken together.

    Examples
    --------
    >>> villages_of("99.01")
    '99.01.*'
    """
    return f"{area_code}.*"


def spread_table(
    cells: pd.DataFrame, levels: pd.DataFrame, area_code: str, parent_code: str, catalogue: Catalogue
) -> pd.DataFrame:
    """Every measure of the spread between villages, for the area and for the area above.

    Parameters
    ----------
    cells
        From `village_cells`: all villages of the parent.
    levels
        From `level_table`: which period is shown, and the target that may judge.
    area_code, parent_code
        The area and the one above; where they are the same there is one set of rows.
    catalogue
        Kinds and directions.

    Returns
    -------
    DataFrame
        One row an area, indicator (judged percentages) and measure: ``area_code`` (as `villages_of`), ``indicator,
        period, measure, value, unit`` (value: points; ratio, variance, percent, x1000, people, p), ``weighting``
        (weighted, unweighted), ``villages`` that take part, ``small`` (villages that report fewer than 20 people, which
        do not), ``missing``, ``minimum``, ``method``, ``flag`` (``mostly_chance``),
        ``reason``. Measures: those of `disparity`; ``mdm_rest``, the unweighted distance from the mean without the
        village furthest out; ``chance_variance, excess_variance, excess_share`` of `chance_share`;
        ``heterogeneity`` (p of one proportion for all); ``par_people`` (`people_short` of the sums); for the area
        itself ``theil_between`` and ``theil_within`` districts (per cent of Theil T) and ``sii_linear, rii_linear``
        along the village index. ``par_reference`` is against the target, else against the best tenth of 20 villages or
        more; its method says which. ``numerator`` holds the smallest count of any village on either side of the share,
        so that `release` hides a spread over a cell that it hides.
    """
    rows: list[dict[str, Any]] = []
    for code in dict.fromkeys((area_code, parent_code)):
        inside = cells[cells["area_code"].str.startswith(f"{code}.")]
        order = _order(inside, levels) if code == area_code else None
        shown = inside[inside["period"] == inside["indicator"].map(levels["period"])]
        for indicator, part, everyone in _parts(shown, catalogue):
            level = levels.loc[indicator.id].to_dict()
            target = np.nan if level["target_reason"] else float(level["target"])
            base = {
                "area_code": villages_of(code),
                "indicator": indicator.id,
                "period": str(level["period"]),
                **_counts(everyone),
                "small": int((everyone["n"] < FEWEST).sum()),
                "sensitive": indicator.sensitive,
            }
            told = everyone[everyone["x"].notna() & (everyone["n"] > 0)]
            sums = float(told["x"].sum()), float(told["n"].sum())
            rows += [base | row for row in _measures(part, indicator, target, order, sums)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"sensitive": bool, "value": float}).fillna({"flag": ""})


def spread_years(cells: pd.DataFrame, area_code: str, catalogue: Catalogue) -> pd.DataFrame:
    """Range of the villages of an area in each period.

    Returns
    -------
    DataFrame
        One row an indicator and period: ``area_code`` (as `villages_of`), ``value`` (weighted mean of all villages that
        report), ``lower`` and ``upper`` (P10 and P90 where 20 villages report every year, else lowest and highest),
        ``ends`` (``p10_p90, min_max``), ``villages, missing, expected``, ``reason`` (``too_few_areas, incomplete``).
        ``numerator`` as in `spread_table`.
    """
    inside = cells[cells["area_code"].str.startswith(f"{area_code}.")]
    rows: list[dict[str, Any]] = []
    for indicator, whole, everyone in _parts(inside, catalogue):
        enough = whole[whole["y"].notna()].groupby("period").size()
        many = (
            bool((enough[enough >= AREAS] >= DECILE_AREAS).all()) and len(enough) > 0
        )  # one kind of ends for all years
        for period, part in whole.groupby("period", sort=True):
            known = part[part["y"].notna()]
            y = known["y"].to_numpy(dtype=float)
            told = everyone[(everyone["period"] == period) & everyone["x"].notna()]
            reason = "too_few_areas" if len(y) < AREAS else "incomplete" if gaps(len(y), len(part)) else ""
            low, high = np.quantile(y, [0.1, 0.9] if many else [0, 1]) if not reason else (np.nan, np.nan)
            rows.append(
                {
                    "area_code": villages_of(area_code),
                    "indicator": indicator.id,
                    "period": str(period),
                    "value": float(indicator.scale * told["x"].sum() / told["n"].sum()) if not reason else np.nan,
                    "lower": float(low),
                    "upper": float(high),
                    "ends": "p10_p90" if many else "min_max",
                    "villages": len(y),
                    "missing": len(part) - len(y),
                    "expected": len(part),
                    "minimum": AREAS,
                    "reason": reason,
                    **_counts(everyone[everyone["period"] == period]),
                    "sensitive": indicator.sensitive,
                }
            )
    return pd.DataFrame(rows, columns=list(YEARS)).astype({"sensitive": bool})


def measure(spreads: pd.DataFrame, area_code: str, indicator: str, name: str) -> pd.Series | None:
    """Row of one measure of `spread_table`; ``None`` where the indicator has no spread."""
    rows = spreads[
        (spreads["area_code"] == villages_of(area_code))
        & (spreads["indicator"] == indicator)
        & (spreads["measure"] == name)
    ]
    return rows.iloc[0] if len(rows) else None


def wide_spreads(spreads: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """Values of all measures by indicator (columns: measures, blank where refused), with those of the first row.

    Indicators whose distance from the mean is given, the widest beyond chance first.
    """
    rows = spreads[spreads["area_code"] == villages_of(area_code)]
    if rows.empty:
        return pd.DataFrame(columns=["villages", "small", "period", "beyond"])
    wide = rows.pivot(index="indicator", columns="measure", values="value")
    first = rows.drop_duplicates("indicator").set_index("indicator")[["villages", "small", "period"]]
    wide = wide.join(first).assign(beyond=_beyond(wide))
    wide = wide[wide["mdm_weighted"].notna()]
    return wide.assign(id=wide.index).sort_values(["beyond", "id"], ascending=[False, True]).drop(columns="id")


def unequal_findings(spreads: pd.DataFrame, area_code: str, name: str) -> list[Remark]:
    """Indicators in which villages lie far apart, far beyond chance.

    On the mean they lie 10 points or more from their mean once chance is taken off, weighted or not and also without
    the one furthest out, and at the screening level (99.8 %) they do not share one proportion.
    """
    wide = wide_spreads(spreads, area_code)
    found = []
    for id, row in wide.iterrows():
        if not (row["beyond"] >= LARGE and row["heterogeneity"] < 1 - SCREEN):
            continue
        many = row["villages"] >= DECILE_AREAS
        distance = row["p90_p10"] if many else row["difference"]
        values = {
            "distance": float(distance),
            "many": bool(many),
            "mdm": float(row["mdm_weighted"]),
            "excess": float(row["excess_share"]),
            "villages": int(row["villages"]),
            "small": int(row["small"]),
            "period": row["period"],
            "area": name,
        }
        weight = 0.75 * (0.3 + 0.7 * min(1.0, float(distance) / 40))
        found.append(Remark("unequal", values, str(id), villages_of(area_code), weight))
    return found


def _beyond(wide: pd.DataFrame) -> pd.Series:
    """Mean distance from the mean that neither chance nor a single village explains, in points."""
    nearer = wide[["mdm_weighted", "mdm_unweighted", "mdm_rest"]].min(axis=1, skipna=False)
    return nearer * (wide["excess_share"] / 100) ** 0.5


def _parts(cells: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[Indicator, pd.DataFrame, pd.DataFrame]]:
    """Villages of each judged percentage: ``x, n, y``, blank where not reported; those that take part, and all."""
    expected = cells[cells["expected"]].set_index("area_code")
    x, n = (expected[name].where(expected["reported"]) for name in ("numerator", "denominator"))
    by = dict(list(expected.assign(x=x, n=n).groupby("indicator")))
    for indicator in catalogue:
        judged = indicator.kind == "proportion" and not indicator.binary and indicator.direction != Direction.CONTEXT
        if judged and indicator.id in by:
            everyone = by[indicator.id]
            part = everyone[~(everyone["n"] < FEWEST)]
            if len(part):
                yield indicator, part.assign(y=indicator.scale * part["x"] / part["n"]), everyone


def _counts(everyone: pd.DataFrame) -> dict[str, float]:
    """The smallest count above none of any village, on either side of its share; not a count of the area.

    Villages too small to take part count too: what is hidden to cover them may take part.
    """
    counts = np.concatenate([everyone["x"].to_numpy(), (everyone["n"] - everyone["x"]).to_numpy()])
    counts = counts[counts > 0]
    return {"numerator": float(counts.min()) if len(counts) else np.nan, "denominator": np.nan}


def _order(inside: pd.DataFrame, levels: pd.DataFrame) -> pd.Series:
    """Village index of the period that the levels show, by village."""
    if ORDER not in levels.index:
        return pd.Series(dtype=float)
    rows = inside[(inside["indicator"] == ORDER) & (inside["period"] == levels.loc[ORDER, "period"])]
    return rows[rows["reported"]].set_index("area_code")["value"].astype(float)


def _measures(
    part: pd.DataFrame, indicator: Indicator, target: float, order: pd.Series | None, sums: tuple[float, float]
) -> Iterator[dict[str, Any]]:
    y, n = part["y"], part["n"]
    reported = int(y.notna().sum())
    reference, against = target, "target"
    if np.isnan(target):
        against = "best tenth"
        if reported >= DECILE_AREAS:
            reference = float(y.quantile(0.9 if indicator.direction == Direction.HIGHER else 0.1))
    table = disparity(y, n, str(indicator.direction), reference=0.0 if np.isnan(reference) else reference)
    rows = _rows(table, KEPT)
    for name in ("par_reference", "paf_reference"):
        rows[name]["method"] = f"{against} - mean, 0 where the mean is as good"
        if np.isnan(reference):
            rows[name] |= {"value": np.nan, "reason": "too_few_areas", "minimum": DECILE_AREAS}
    rest = _without_furthest(y.dropna(), n) if not rows["mean"]["reason"] else np.nan
    told = {"method": "mean distance from the mean, without the village furthest out", "value": rest}
    rows["mdm_rest"] = rows["mdm_unweighted"] | told
    _of_sums(rows, sums, reference, indicator)
    chance = _rows(chance_share(y, binomial_se(y, n, indicator.scale), n), CHANCE)
    for name, row in chance.items():
        rows[name] = row | {"unit": "percent" if name == "excess_share" else "variance", "minimum": AREAS}
    rows["heterogeneity"] = rows["mean"] | {"unit": "p", "minimum": AREAS}
    rows["heterogeneity"] |= _alike(part, bool(rows["mean"]["reason"]))
    if order is not None:
        rows |= _split(part) | _slope(part, order, indicator.scale)
    for name, row in rows.items():
        yield {"measure": name, "villages": row.pop("n"), "flag": "", **row}


def _of_sums(
    rows: dict[str, dict[str, Any]], sums: tuple[float, float], reference: float, indicator: Indicator
) -> None:
    """Mean and distance from the reference of all villages that report, also of the small ones."""
    x, n = sums
    short = float(people_short(x, n, reference, indicator.direction, scale=indicator.scale)) if n else np.nan
    sign = 1 if indicator.direction == Direction.HIGHER else -1
    found = {
        "mean": indicator.scale * x / n if n else np.nan,
        "par_reference": sign * indicator.scale * short / n if n else np.nan,
        "paf_reference": 100 * sign * short / x if x else np.nan,
        "par_people": float(whole_people(short)[0]) if np.isfinite(short) else np.nan,
    }
    rows["par_people"] = rows["par_reference"] | {"unit": "people"}
    for name, value in found.items():
        if not rows[name]["reason"]:
            rows[name] |= {"value": value}


def _without_furthest(y: pd.Series, n: pd.Series) -> float:
    """Unweighted distance from the weighted mean without the highest or the lowest village, whichever leaves less."""
    order = np.lexsort((n[y.index], y))
    value, weight = y.to_numpy()[order], n[y.index].to_numpy()[order]
    rests = [(value[part], weight[part]) for part in (slice(1, None), slice(None, -1))]
    return min(float(np.abs(v - np.average(v, weights=w)).mean()) for v, w in rests)


def _rows(table: pd.DataFrame, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    kept = ["value", "unit", "weighting", "n", "missing", "minimum", "method", "flag", "reason"]
    kept = [name for name in kept if name in table]
    rows = zip(*(table[name].tolist() for name in kept), strict=True)
    found = {name: dict(zip(kept, row, strict=True)) for name, row in zip(table.index, rows, strict=True)}
    return {name: found[name] for name in names}


def _alike(part: pd.DataFrame, refused: bool) -> dict[str, Any]:
    """Probability (p) of one proportion for all villages, where the other measures are given."""
    found = heterogeneity(part["x"], part["n"])
    if refused:
        return {"method": found["method"]}
    return {"value": found["p"], "method": found["method"], "reason": found["reason"]}


def _split(part: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Per cent of Theil T between districts and within them; refused where there is one district."""
    districts = pd.Series([parent_of(str(code)) for code in part.index], index=part.index)
    found = theil_split(part["y"], districts, part["n"])
    rows = _rows(found.iloc[1:3].set_axis(["theil_between", "theil_within"]), ("theil_between", "theil_within"))
    for row, share in zip(rows.values(), found["share"][1:3], strict=True):
        row |= {"value": float(share), "unit": "percent", "minimum": INDEX_AREAS}
        if districts.nunique() < 2:
            row |= {"value": np.nan, "reason": "too_few_groups"}
        elif np.isnan(share) and not row["reason"]:
            row["reason"] = "zero_denominator"  # no spread to split
    return rows


def _slope(part: pd.DataFrame, order: pd.Series, scale: float) -> dict[str, dict[str, Any]]:
    """Slope along the village index, over the villages that have one."""
    rated = part[part.index.isin(order.index)]
    rows = _rows(ordered(rated["y"], order.reindex(rated.index), rated["n"], scale=scale), ("sii_linear", "rii_linear"))
    rows["sii_linear"]["unit"], rows["rii_linear"]["unit"] = "value", "ratio"
    return rows
