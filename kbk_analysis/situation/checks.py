"""Which reported figures deserve a question? Every check of the data behind one area, cell by cell and by rule.

The latest shown period of each indicator is checked against its own earlier years and against all villages of the area
above; the area's own cells are told. A flag is a question for the village, never a deletion: values stay as reported.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.classification import Classification
from kbk_analysis.indicators import identities, implausible, quality
from kbk_analysis.indicators.outliers import HEAPED
from kbk_analysis.schema import Status
from kbk_analysis.situation.cell_checks import COUNTED, Checked, cell_checks
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.kampung_checks import kampung_checks
from kbk_analysis.situation.quality import reported_items

# rule -> per cent of what was checked that may be flagged; a rule with None is a list of questions, not judged
ALLOWED: Final[dict[str, float | None]] = {
    "unreported": 100 - quality.GOOD,
    "villages_unreported": 100 - quality.GOOD,
    "items_unreported": 100 - quality.GOOD,
    "late": 100 - quality.TIMELY,
    "part_above_whole": 0.0,
    "sum_of_parts": 0.0,
    "denominator_slip": 0.0,
    "copied": 0.0,
    "outlier": quality.OUTLIERS,
    "drift": None,
    "unlikely_zero": None,
    "sources_apart": None,
    "heaped": None,
    "users_above_couples": 0.0,
    "members_above_families": 0.0,
    "users_and_others": 0.0,
    "unmet_blank_best": 0.0,
    "duplicate": 0.0,
    "invalid_code": 0.0,
}
SCORED: Final = ("unreported", "villages_unreported", "items_unreported")
CHANCED: Final = ("copied", "denominator_slip", "outlier")  # judged by what is extreme: chance makes a few looks
COLUMNS: Final = (
    *("rule", "severity", "indicator", "item", "area_code", "name", "period", "source"),
    *("numerator", "denominator", "value", "usual", "lower", "upper", "years", "whole", "without"),
    *("sensitive", "method", "reason"),
)


def check_cells(
    inputs: Inputs, cells: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue, part: Classification
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every check on the data of one area.

    Parameters
    ----------
    inputs
        The slice.
    cells
        From `village_cells`: all villages of the parent.
    levels
        From `level_table`: which period is shown for each indicator.
    catalogue
        Kinds, denominators, breaks.
    part
        Classification of the area's own kampung.

    Returns
    -------
    checks
        One row a flag: ``rule, severity`` (``extreme``, ``look``), ``indicator`` (blank for a kampung or a code),
        ``item`` (column or source that is meant), ``area_code, name, period, source, numerator, denominator, value,
        usual`` (what was expected), ``lower, upper`` (bounds of what is usual), ``years`` (repeats or zeros in a row),
        ``whole, without`` (value of the area with the cell and without), ``sensitive, method, reason``.
    summary
        One row a rule (`ALLOWED`): ``checked, flagged, extreme, share`` (per cent flagged; of `CHANCED` extreme),
        ``threshold, passed``
        (``yes``, ``no``, blank where it is not judged), ``reason`` (why it could not be checked).
    """
    found: list[Checked] = [*cell_checks(inputs, cells, levels, catalogue), *_table_checks(inputs, cells, levels)]
    found += [_sources(inputs, levels, catalogue), _impossible(inputs, levels, catalogue)]
    found += [*kampung_checks(part), *_silent(inputs, cells, levels, part)]
    rows = [one.rows.reindex(columns=list(COLUMNS)) for one in found if len(one.rows)]
    checks = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(COLUMNS))
    order = {rule: place for place, rule in enumerate(ALLOWED)}
    checks = checks.assign(place=checks["rule"].map(order), mild=checks["severity"] != "extreme")
    checks = checks.sort_values(["mild", "place", "indicator", "area_code"], ignore_index=True, kind="stable")
    checks = _typed(checks.drop(columns=["place", "mild"]))
    return checks, _summary(found)


def _typed(checks: pd.DataFrame) -> pd.DataFrame:
    numbers = ("numerator", "denominator", "value", "usual", "lower", "upper", "years", "whole", "without")
    words = [name for name in COLUMNS if name not in (*numbers, "sensitive")]
    checks[words] = checks[words].astype("object").fillna("").astype("str")
    checks[list(numbers)] = checks[list(numbers)].astype(float)
    return checks.assign(sensitive=checks["sensitive"].eq(True))


def _summary(found: list[Checked]) -> pd.DataFrame:
    records: list[dict[str, Any]] = []
    told = {one.rule: one for one in found}
    for rule, allowed in ALLOWED.items():
        one = told.get(rule, Checked(rule, pd.DataFrame({"severity": []}), 0))
        extreme = int((one.rows["severity"] == "extreme").sum())
        flagged = len(one.rows) + one.unlisted
        judged = extreme if rule in CHANCED else flagged
        share = 100 * judged / one.checked if one.checked else float("nan")
        failed = allowed is not None and share > allowed
        if rule == "copied" and one.checked:  # each look has a chance below 5 %: many at once have none
            failed |= implausible.too_many(len(one.rows), one.checked)
        records.append(
            {"rule": rule, "checked": one.checked, "flagged": flagged, "extreme": extreme, "share": share}
            | {"threshold": float("nan") if allowed is None else allowed}
            | {"passed": "" if allowed is None or not one.checked else "no" if failed else "yes"}
            | {"reason": "" if one.checked else one.reason or "no_data"}
        )
    return pd.DataFrame(records).set_index("rule", drop=False)


def score_of(summary: pd.DataFrame) -> pd.DataFrame:
    """Mean of the percentages that a reader may add up (`quality_score`): what is there, and what is not odd."""
    share = 100 - 100 * summary["flagged"] / summary["checked"].where(summary["checked"] > 0)
    parts = {rule: float(share[rule]) for rule in SCORED}
    return quality.quality_score({**parts, "outlier": 100 - float(summary["share"]["outlier"])})


def _silent(inputs: Inputs, cells: pd.DataFrame, levels: pd.DataFrame, part: Classification) -> list[Checked]:
    """What is missing: the completeness figures show where, so no row is listed."""
    own = cells[cells["area_code"].str.startswith(f"{inputs.area_code}.")]
    own = own[own["expected"] & (own["period"] == own["indicator"].map(levels["period"]))]
    villages = quality.completeness(own["reported"], own["expected"], own["area_code"])
    items = reported_items(part.joined.frame)
    late = quality.timeliness(own["as_of"], own["expected"], None)["reason"].iloc[0]
    none = pd.DataFrame({"severity": []})
    return [
        Checked("unreported", none, len(own), unlisted=int((~own["reported"]).sum())),
        Checked("villages_unreported", none, len(villages), unlisted=int((~villages["passed"]).sum())),
        Checked("items_unreported", none, items.size, unlisted=int((~items).to_numpy().sum())),
        Checked("late", none, 0, str(late)),
    ]


# ------------------------------------------------------------------ cells against each other


def _impossible(inputs: Inputs, levels: pd.DataFrame, catalogue: Catalogue) -> Checked:
    """Numerators above their denominators: they count as not reported elsewhere, so they are asked here."""
    rows = _reported(inputs, levels, catalogue)
    rows = rows[rows["indicator"].map({i.id: i.kind == "proportion" for i in catalogue}).astype(bool)]
    found = identities.exceeds(rows["numerator"], rows["denominator"])
    rows = rows.assign(rule="part_above_whole", severity=found["flag"], upper=found["upper"], method=found["method"])
    return _flagged("part_above_whole", rows, found["reason"])


def _reported(inputs: Inputs, levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The area's own village rows of the shown periods, from every source."""
    rows = inputs.observations
    own = rows["area_code"].str.startswith(f"{inputs.area_code}.") & (rows["area_code"].str.len() == identities.VILLAGE)
    kept = own & (rows["status"] == Status.REPORTED) & (rows["period"] == rows["indicator"].map(levels["period"]))
    rows = rows[kept].reset_index(drop=True)
    sensitive = rows["indicator"].map({i.id: i.sensitive for i in catalogue})
    return rows.assign(name=rows["area_code"].map(inputs.areas["name"]), item="", sensitive=sensitive)


def _sources(inputs: Inputs, levels: pd.DataFrame, catalogue: Catalogue) -> Checked:
    """The same population of a village in one period, from two sources: each against the median of the others."""
    people = {i.id: i.denominator_id for i in catalogue if i.denominator_id and i.kind in COUNTED and not i.binary}
    rows = _reported(inputs, levels, catalogue)
    rows = rows[rows["indicator"].isin(list(people)) & rows["denominator"].notna()]
    rows = rows.assign(people=rows["indicator"].map(people))
    keys = ["people", "area_code", "period"]
    each = rows.groupby([*keys, "source"], as_index=False).agg(
        denominator=("denominator", "median"), indicator=("indicator", "first"), name=("name", "first"),
        sensitive=("sensitive", "any"),
    )  # fmt: skip
    pairs = each.merge(each[[*keys, "source", "denominator"]], on=keys, suffixes=("", "_other"))
    pairs = pairs[pairs["source"] < pairs["source_other"]].reset_index(drop=True)
    found = identities.agreement(pairs["denominator"], pairs["denominator_other"])
    rows = pairs.assign(
        rule="sources_apart", severity=found["flag"], item=pairs["source_other"], value=found["value"],
        usual=found["usual"], method=found["method"],
    )  # fmt: skip
    return _flagged("sources_apart", rows, found["reason"])


def _flagged(rule: str, rows: pd.DataFrame, reason: pd.Series) -> Checked:
    given = reason == ""
    reasons = set(reason) - {"", "not_reported"}
    return Checked(rule, rows[given & (rows["severity"] != "")], int(given.sum()), min(reasons, default="no_data"))


# ------------------------------------------------------------------ whole tables


def _table_checks(inputs: Inputs, cells: pd.DataFrame, levels: pd.DataFrame) -> list[Checked]:
    own = cells["area_code"].str.startswith(f"{inputs.area_code}.")
    now = cells[own & cells["reported"] & (cells["period"] == cells["indicator"].map(levels["period"]))]
    return [_heaped(inputs, now), _duplicates(inputs), _codes(inputs)]


def _heaped(inputs: Inputs, now: pd.DataFrame) -> Checked:
    """Rounded counts by source over the whole area, and by village over all its sources."""
    parts = []
    for group in ("source", "area_code"):
        found = quality.rounded(now["numerator"], now[group])
        found = found[found["reason"] == ""]
        sources = found.index if group == "source" else ""
        areas = inputs.area_code if group == "source" else found.index
        columns = {"severity": found["flag"], "value": found["share"], "denominator": found["n"]}
        parts.append(found[["method", "reason"]].assign(**columns, source=sources, area_code=areas))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(
        rule="heaped", upper=HEAPED, period=inputs.period, name=rows["area_code"].map(inputs.areas["name"]),
        numerator=rows["value"] * rows["denominator"] / 100, sensitive=False,
    )  # fmt: skip
    return Checked("heaped", rows[rows["severity"] != ""], len(rows), "too_few_points")


def _duplicates(inputs: Inputs) -> Checked:
    """Cells and kampung given twice."""
    kampung = inputs.kampung.assign(
        area_code=inputs.kampung["district_code"].fillna(""), name=inputs.kampung["kampung_name"]
    )
    keys = (
        (inputs.observations, ["area_code", "period", "indicator", "source"]),
        (kampung, ["kampung_id", "export_date", "source"]),
    )
    parts, checked = [], 0
    for table, key in keys:
        own = table[table["area_code"].str.startswith(inputs.area_code)]
        checked += len(own)
        twice = own[identities.duplicates(own, key)]
        parts.append(twice.reindex(columns=["area_code", "name", "indicator", "period", "source"]))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(rule="duplicate", severity="extreme", method="same key twice", sensitive=False)
    return Checked("duplicate", rows, checked)


def _codes(inputs: Inputs) -> Checked:
    """Codes of villages in the observations and of kampung, against the list of areas."""
    seen = inputs.observations["area_code"]
    below = seen[seen.str.startswith(f"{inputs.area_code}.") & (seen.str.len() > 8)].drop_duplicates()
    last = inputs.kampung.sort_values("export_date").drop_duplicates("kampung_id", keep="last")
    own = last["district_code"].fillna("").str.startswith(inputs.area_code)
    own |= last["regency_code"].fillna("") == inputs.area_code
    kampung = last[own]
    codes = pd.concat([below, kampung["village_code"]], ignore_index=True)
    names = [*below.map(inputs.areas["name"]), *kampung["kampung_name"]]
    listed = inputs.areas.index[inputs.areas.index.str.len() == identities.VILLAGE]
    found = identities.invalid_codes(codes, frozenset(listed))
    rows = pd.DataFrame({"area_code": codes, "name": names, "item": found["fault"], "severity": found["flag"]})
    rows = rows.assign(rule="invalid_code", method=found["method"], sensitive=False, reason="")
    return Checked("invalid_code", rows[found["flag"] != ""], len(rows))
