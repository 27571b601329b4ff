"""Which findings and requests the numbers support: at most five, none padded.

A finding is a code with the values its sentence needs. It is only made where the numbers settle it: a target is missed
with the whole interval; an area differs from the rest of its parent, one of its units from the parent, or two years
from each other by more than chance. All indicators are looked at, so chance is judged at the screening level (99.8 %).
Weights order them; the sentences are the narrative's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue, Indicator
from kbk_analysis.indicators.benchmarks import FEWEST, benjamini_hochberg, difference_p
from kbk_analysis.indicators.funnel import share_p
from kbk_analysis.indicators.proportions import SCREEN, difference
from kbk_analysis.schema import Direction, KampungClass
from kbk_analysis.situation.formation import MATURE
from kbk_analysis.situation.result import Formation, Quality, Remark

MOST: Final = 5
PER_CODE: Final = 2
SOURCE_VILLAGES: Final = 4  # fewer villages with a source are told in the completeness figure alone
ASKED: Final = {"denominator_slip": 0.6, "copied": 0.6}  # rule whose flags are findings: weight
SLIP_MOVES: Final = 0.36  # more, where a slip moves the value of the area by ten points
ACTION: Final = ("target_missed", "worse", "worsened", "trend_worse", "unit_worse", "unequal")  # its agency is asked
GOOD: Final = ("unit_better", "trend_better")  # examples to follow: one is told, after what needs action
EXAMPLE: Final = 20.0  # points by which a village to follow is ahead; an area, which is many villages, by half
URGENT: Final = 0.6  # weight from which a finding gives no place to an example


def select_findings(candidates: Iterable[Remark]) -> tuple[Remark, ...]:
    """The heaviest candidates, at most five, two of a kind and one an indicator; ties keep their order.

    Where five others are heavier the last place goes to the best example to follow, unless what stands there is urgent.

    Examples
    --------
    >>> marks = [Remark("a", {}, indicator=str(i), weight=i / 10) for i in range(4)]
    >>> [mark.indicator for mark in select_findings(marks)]
    ['3', '2']
    """
    ordered = sorted(candidates, key=lambda r: -r.weight)
    chosen = _heaviest(ordered, MOST)
    if len(chosen) == MOST and chosen[-1].weight < URGENT and not any(one.code in GOOD for one in chosen):
        # where villages lie far apart as a rule, being far ahead is no example
        told = {one.indicator for one in chosen[:-1]} | {one.indicator for one in ordered if one.code == "unequal"}
        examples = [one for one in ordered if one.code in GOOD and one.indicator not in told]
        chosen[-1:] = examples[:1] or chosen[-1:]
    return tuple(chosen)


def _heaviest(ordered: Iterable[Remark], most: int) -> list[Remark]:
    chosen: list[Remark] = []
    for remark in ordered:
        alike = sum(one.code == remark.code for one in chosen)
        told = remark.indicator and any(one.indicator == remark.indicator for one in chosen)
        if len(chosen) < most and alike < PER_CODE and not told:
            chosen.append(remark)
    return chosen


def programme_findings(kampung: pd.DataFrame, quality: Quality, formed: Formation) -> list[Remark]:
    """Reporting, classes and formation: what the programme asks first."""
    values: dict[str, Any]
    found = [reason for reason in quality.reasons if reason.code == "couples_reported" and reason.weight > 0.25]
    found = [Remark(r.code, r.values, weight=0.7 + 0.3 * r.weight) for r in found]
    if len(kampung):
        stated = kampung["class_stated"]
        unreported = (stated == KampungClass.DASAR) & (kampung["class_high"] != KampungClass.DASAR)
        values = {
            "kampung": len(kampung),
            "mature": int(stated.isin(MATURE).sum()),
            "basic": int((stated == KampungClass.DASAR).sum()),
            "unreported": int(unreported.sum()),
        }
        found.append(Remark("classes", values, weight=0.9))
    if formed.missing:
        share = len(formed.missing) / formed.villages
        values = {
            "missing": len(formed.missing),
            "villages": formed.villages,
            "needed": formed.needed,
            "year": formed.year,
            "date": str(formed.history["export_date"].iloc[-1])[:10] if len(formed.history) else "",
        }
        found.append(Remark("formation", {**values, "actual": formed.actual}, weight=0.5 + 0.4 * share))
    return found


def silent_findings(cells: pd.DataFrame, area_code: str, kampung: pd.DataFrame) -> list[Remark]:
    """Sources to which half of the villages or more report nothing: their indicators cannot be read at all.

    Parameters
    ----------
    cells
        From `village_cells`: all villages of the parent.
    area_code
        The area.
    kampung
        Rows of `join_exports` of the area: where most of the silent villages are those whose kampung leave their
        couples blank, it is told already.
    """
    latest = cells["period"] == cells.groupby("indicator")["period"].transform("max")
    rows = cells[latest & cells["expected"] & cells["area_code"].str.startswith(f"{area_code}.")]
    blank = set(kampung.loc[kampung["couples"].isna(), "village_code"].dropna())
    found = []
    for source, part in rows.groupby("source"):
        reported = part.groupby("area_code")["reported"].any()
        silent = reported.index[~reported]
        told = 2 * len(blank.intersection(silent)) > len(silent)
        if len(reported) < SOURCE_VILLAGES or 2 * len(silent) < len(reported) or told:
            continue
        values = {
            "n": len(silent),
            "villages": len(reported),
            "source": source,
            "period": part["period"].max(),
            "indicators": int(part["indicator"].nunique()),
            "first": part["indicator"].min(),
        }
        found.append(Remark("source_silent", values, weight=0.7 + 0.2 * len(silent) / len(reported)))
    return found


def level_findings(levels: pd.DataFrame, trends: pd.DataFrame, parent: str, catalogue: Catalogue) -> list[Remark]:
    """Targets missed for certain, differences from the rest of the parent, trends for the worse.

    Where five years allow a marker it speaks; else two years are compared.
    """
    found = []
    markers = {str(id): row for id, row in trends[trends["reason"] == ""].iterrows()}
    for id, row in levels[levels["reason"] == ""].iterrows():
        key = str(id)
        base = {"value": row["value"], "n": row["denominator"], "period": row["period"]}
        base |= {"provisional": True} if row.get("provisional") else {}
        missed = bool(row["target_status"] == "not_reached" and row["certain"])
        if missed:
            gap = _apart(row["value"], row["target"], catalogue[key])
            # What the whole parent misses alike is told there first; here what sets the area apart comes before it.
            # (An area that is its own parent has its own value as benchmark.)
            alike = row["verdict"] != "worse" and not pd.isna(row["benchmark"]) and row["benchmark"] != row["value"]
            weight = gap * (0.6 if alike else 0.85)
            found.append(Remark("target_missed", {**base, "target": row["target"]}, key, weight=weight))
        if row["verdict"] in ("better", "worse"):
            apart = _apart(row["value"], row["benchmark"], catalogue[key])
            # Good news is told, but after what needs action.
            share = 0.45 if row["verdict"] == "better" else 0.9
            weight = share * (0.3 + 0.7 * apart)
            values = {**base, "benchmark": row["benchmark"], "parent": parent}
            falling = key in markers and markers[key]["verdict"] == "worse"
            if row["verdict"] == "worse":  # told first where the target is missed too, or the trend is bad
                weight += 0.15 * missed + 0.15 * falling
                values |= _since(markers[key]) if falling else {}
            found.append(Remark(row["verdict"], values, key, weight=weight))
        if key in markers:
            ahead = row["verdict"] == "better" and abs(row["value"] - row["benchmark"]) >= EXAMPLE / 2
            found += _trend(key, markers[key], catalogue, ahead=ahead)
        else:
            found += _change(key, row, catalogue)
    return found


def _since(row: pd.Series) -> dict[str, Any]:
    """From where a trend came, for a finding on its last year."""
    return {"since_value": row["first_value"], "previous_period": str(int(row["first"])), "points": int(row["n"])}


def _trend(id: str, row: pd.Series, catalogue: Catalogue, *, ahead: bool) -> list[Remark]:
    """A trend for the worse; one for the better only where it took the area far ahead of the rest of its parent.

    To get better is what a programme expects and is left to the figures.
    """
    if row["verdict"] != "worse" and not (row["verdict"] == "better" and ahead):
        return []
    values = {
        "value": row["last_value"],
        "n": row["last_n"],
        "period": str(int(row["last"])),
        "previous": row["first_value"],
        "previous_n": row["first_n"],
        "previous_period": str(int(row["first"])),
        "points": int(row["n"]),
    }
    apart = _apart(row["last_value"], row["first_value"], catalogue[id])
    if row["verdict"] == "better":
        return [Remark("trend_better", values, id, weight=(0.3 + 0.7 * apart) * 0.45)]
    return [Remark("trend_worse", values, id, weight=(0.3 + 0.7 * apart) * 0.85)]


def _apart(value: float, other: float, indicator: Indicator) -> float:
    """How far two values are apart, from 0 to 1: 40 points for percentages, the larger of the two for other units.

    Against zero other units have no measure of far, and half the way is taken.
    """
    percent = indicator.unit == "percent" or indicator.kind == "class"  # a class comes as the share of its villages
    if not percent and not (value and other):
        return 0.5 if value != other else 0.0
    scale = 40.0 if percent else max(abs(value), abs(other))
    return float(min(1.0, abs(value - other) / scale))


def _change(id: str, row: pd.Series, catalogue: Catalogue) -> list[Remark]:
    indicator = catalogue[id]
    if indicator.kind != "proportion" or indicator.direction == Direction.CONTEXT or pd.isna(row["previous"]):
        return []
    if min(row["denominator"], row["previous_denominator"]) < FEWEST or not row["same_villages"]:
        return []
    now, before = (row["numerator"], row["denominator"]), (row["previous_numerator"], row["previous_denominator"])
    low, high = difference(*now, *before, confidence=SCREEN)
    rose, fell = bool(low > 0), bool(high < 0)
    if not (rose or fell):
        return []
    good = rose == (indicator.direction == Direction.HIGHER)
    values = {
        "value": row["value"],
        "n": row["denominator"],
        "period": row["period"],
        "previous": row["previous"],
        "previous_n": row["previous_denominator"],
        "previous_period": row["previous_period"],
    }
    code, apart = "improved" if good else "worsened", _apart(row["value"], row["previous"], indicator)
    return [Remark(code, values, id, weight=(0.3 + 0.7 * apart) * (0.5 if good else 0.8))]


def beyond_all_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """Levels of which only those differ from the rest of the parent that do so over all indicators looked at.

    Seventy looks at 99.8 % hold a false one in one report of eight; a finding picks it out (see `beyond_all_looks`).
    """
    rest = [levels[f"benchmark_{part}"] - levels[part] for part in ("numerator", "denominator")]
    p = pd.Series(difference_p(levels["numerator"], levels["denominator"], *rest), index=levels.index)
    kept = benjamini_hochberg(p.where(levels["verdict"] != ""))["flagged"]
    chance = levels["verdict"].isin(["better", "worse"]) & ~kept
    return levels.assign(verdict=levels["verdict"].mask(chance, "similar"))


def beyond_all_looks(units: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The units without the flags that may be chance once all cells of the area are looked at together.

    A grid of 600 cells holds one flag at 99.8 % where nothing differs: it may stand there as one of 600, but a finding
    picks it out. Benjamini and Hochberg's rule keeps what is told to one report in twenty where nothing differs, and
    to one flag in twenty where much does. It decides which indicators are told of; of those all flags stay, so that
    they are counted as the figures count them.

    Parameters
    ----------
    units
        From `with_spread`.
    levels
        From `level_table`: the value of the parent, by indicator.

    Returns
    -------
    DataFrame
        Rows of `units` with ``stands_out``: beyond 99.8 % from the parent also when the spread between units of the
        parent is counted in (`share_p`), as outside the widened limits of the funnel.
    """
    scale = units["indicator"].map({i.id: 100.0 if i.kind == "class" else i.scale for i in catalogue}).astype(float)
    benchmark = units["indicator"].map(levels["benchmark"]).astype(float) / scale
    p = pd.Series(share_p(units["numerator"], units["denominator"], benchmark, units["tau2"]), index=units.index).where(
        units["verdict"] != ""
    )
    flagged = units["verdict"].isin(["better", "worse"])
    told = (flagged & benjamini_hochberg(p)["flagged"]).groupby([units["indicator"], units["verdict"]]).transform("any")
    return units.assign(stands_out=(units["tau2"] <= 0) | (p < 1 - SCREEN))[told | ~flagged]


def unit_findings(
    units: pd.DataFrame, levels: pd.DataFrame, names: pd.Series, parent: str, catalogue: Catalogue
) -> list[Remark]:
    """One finding an indicator in which units are worse than the parent at 99.8 %: the farthest, and how many more.

    Where units differ among each other more than chance only those beyond that spread are named and counted; how many
    are worse than the parent within it is told beside them (``inside``). `units` come from `beyond_all_looks`.
    """
    every = units[(units["verdict"] == "worse") & (units["reason"] == "")]
    found = []
    for id, rows in every[every["stands_out"]].groupby("indicator", sort=False):
        benchmark = levels["benchmark"][id]
        row = rows.loc[(rows["value"] - benchmark).abs().idxmax()]
        values = {
            "unit": names[row["area_code"]],
            "others": len(rows) - 1,
            "inside": int((every["indicator"] == id).sum()) - len(rows),
            "value": row["value"],
            "n": row["denominator"],
            "benchmark": benchmark,
            "period": row["period"],
            "parent": parent,
        }
        apart = _apart(row["value"], benchmark, catalogue[str(id)])
        weight = min(0.75 * apart + 0.05 * (len(rows) - 1), 0.95)
        found.append(Remark("unit_worse", values, str(id), str(row["area_code"]), weight))
    return found


def check_findings(checks: pd.DataFrame, summary: pd.DataFrame) -> list[Remark]:
    """Denominators that jump and counts that repeat: what other findings of the same indicator would rest on.

    A slip that moves the area weighs more than any comparison, because it makes one. Looks at repeated counts are told
    together, where they are more than chance makes.
    """
    found = []
    for _, row in checks[(checks["severity"] == "extreme") & checks["rule"].isin(list(ASKED))].iterrows():
        slip = row["rule"] == "denominator_slip"
        told = ("value", "denominator", "usual", "period") if slip else ("numerator", "denominator", "years", "period")
        values: dict[str, Any] = {"unit": row["name"], **{name: row[name] for name in told}}
        if slip:  # of a sensitive indicator the sums with and without would tell the counts
            values |= {name: float("nan") if row["sensitive"] else row[name] for name in ("whole", "without")}
        moved = abs(row["whole"] - row["without"])  # a slip weighs by what it does to the value of the area
        weight = ASKED[row["rule"]] + (SLIP_MOVES * min(1.0, moved / 10) if slip and moved == moved else 0.0)
        cell = (str(row["indicator"]), str(row["area_code"]), weight)
        found.append(Remark("denominator_slip" if slip else "copied_counts", values, *cell))
    copied = checks[checks["rule"] == "copied"]
    if len(copied) and not (copied["severity"] == "extreme").any() and summary["passed"].get("copied") == "no":
        values = {
            "n": len(copied),
            "checked": int(summary["checked"]["copied"]),
            "names": tuple(copied["name"].drop_duplicates()),
            "indicators": tuple(sorted(set(copied["indicator"]))),
        }
        found.append(Remark("copied_many", values, weight=ASKED["copied"]))
    return found


def example_findings(
    units: pd.DataFrame, levels: pd.DataFrame, names: pd.Series, parent: str, catalogue: Catalogue
) -> list[Remark]:
    """Units far ahead of the parent: better at 99.8 % and by 20 points or more, the furthest of each indicator.

    As in `unit_findings` also beyond the spread between units, where that is more than chance.
    """
    better = units[(units["verdict"] == "better") & (units["reason"] == "") & units["stands_out"]]
    found = []
    for id, rows in better.groupby("indicator", sort=False):
        benchmark = levels["benchmark"][id]
        row = rows.loc[(rows["value"] - benchmark).abs().idxmax()]
        if catalogue[str(id)].unit != "percent" or abs(row["value"] - benchmark) < EXAMPLE:
            continue
        values = {
            "unit": names[row["area_code"]],
            "others": 0,
            "value": row["value"],
            "n": row["denominator"],
            "benchmark": benchmark,
            "period": row["period"],
            "parent": parent,
        }
        weight = (0.3 + 0.7 * _apart(row["value"], benchmark, catalogue[str(id)])) * 0.45
        found.append(Remark("unit_better", values, str(id), str(row["area_code"]), weight))
    return found


def asks(
    kampung: pd.DataFrame, quality: Quality, formed: Formation, found: tuple[Remark, ...], catalogue: Catalogue
) -> tuple[Remark, ...]:
    """What is asked of the reader, following from the findings alone."""
    wanted, lead = [], catalogue.lead.id
    many = any(remark.code == "copied_many" for remark in found)
    if len(kampung):
        silent = kampung["kampung_id"].isin(quality.items.index[~quality.items["couples"]])
        undecided = kampung["class_low"] != kampung["class_high"]
        for code, asked in (("ask_report", undecided), ("ask_fill", silent & ~undecided)):
            names = tuple(kampung.loc[asked, "kampung_name"].astype(str))
            if names:
                wanted.append(Remark(code, {"n": len(names), "names": names, "agency": lead}))
    if formed.missing:
        wanted.append(Remark("ask_form", {"n": len(formed.missing), "year": formed.year, "agency": lead}))
    for remark in found:
        if remark.indicator and remark.code in ACTION:
            agency = catalogue[remark.indicator].agency
            wanted.append(
                Remark(
                    "ask_agency",
                    {"unit": "", "others": 0, **remark.values, "agency": agency},
                    remark.indicator,
                    remark.unit,
                )
            )
        if remark.code in ("denominator_slip", "copied_counts") or (
            remark.code == "set_aside" and not (remark.values["rule"] == "copied" and many)
        ):
            names = remark.values.get("names") or (remark.values["unit"],)
            values = {"names": names, "period": remark.values["period"], "agency": catalogue[remark.indicator].agency}
            wanted.append(Remark("ask_check", values, remark.indicator, remark.unit))
        if remark.code == "source_silent":
            values = {name: remark.values[name] for name in ("n", "source", "period")}
            wanted.append(Remark("ask_source", {**values, "agency": catalogue[remark.values["first"]].agency}))
        if remark.code == "copied_many":
            wanted.append(Remark("ask_check_many", {"names": remark.values["names"], "agency": lead}))
    if quality.impossible:
        wanted.append(Remark("ask_correct", {"n": quality.impossible, "agency": lead}))
    return tuple(wanted)
