"""Which cells are odd against their own past, once the move that all villages made together is taken off.

Input: village cells of the parent area. Output: the flagged cells of the area itself, by rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators import identities, implausible
from kbk_analysis.situation.inputs import Inputs

MEAN: Final = 0.0006  # an index of four decimals against the mean of its parts
COUNTED: Final = ("proportion", "rate")
LEAPING: Final = ("score", "mean", "count")
COUNTS: Final = ("numerator", "denominator", "value")


@dataclass(frozen=True, slots=True)
class Checked:
    """Outcome of one rule: flagged rows, how many were checked, why it could not be; flags that are only counted."""

    rule: str
    rows: pd.DataFrame
    checked: int
    reason: str = ""
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class _Series:
    """Wide tables of indicators of one form of period: one row an indicator and village, one column a lag in years."""

    x: pd.DataFrame
    n: pd.DataFrame
    value: pd.DataFrame
    period: pd.DataFrame
    facts: pd.DataFrame  # of the latest cell, on the same rows

    def of(self, kinds: tuple[str, ...]) -> _Series:
        return self.rows(self.facts["kind"].isin(kinds) & ~self.facts["binary"])

    def rows(self, kept: pd.Series) -> _Series:
        return _Series(self.x[kept], self.n[kept], self.value[kept], self.period[kept], self.facts[kept])

    def since_break(self) -> _Series:
        """Without the years before a new definition."""
        lags = self.x.columns.to_numpy(dtype=float)
        return self.without(lags[None, :] < self.facts["since"].to_numpy(dtype=float)[:, None])

    def without(self, gone: npt.NDArray[np.bool_]) -> _Series:
        """With blanks in place of some cells."""
        return _Series(self.x.mask(gone), self.n.mask(gone), self.value.mask(gone), self.period, self.facts)

    def as_of(self, lag: float) -> _Series:
        """With an earlier cell in place of the latest as the one that is told."""
        told = {"numerator": self.x[lag], "denominator": self.n[lag], "value": self.value[lag]}
        return replace(self, facts=self.facts.assign(period=self.period[lag], **told))


_Judged: TypeAlias = tuple[str, _Series, pd.DataFrame]  # rule, cells, result of an indicator function


def cell_checks(inputs: Inputs, cells: pd.DataFrame, levels: pd.DataFrame, catalogue: Catalogue) -> list[Checked]:
    """Checks of the area's cells in the shown period of each indicator; see `check_cells` for the arguments."""
    judged = judge_cells(cells, levels["period"], catalogue)
    return [_gather(inputs, rule, parts) for rule, parts in judged.items()]


def judge_cells(
    cells: pd.DataFrame, periods: pd.Series, catalogue: Catalogue
) -> dict[str, list[tuple[_Series, pd.DataFrame]]]:
    """By rule the cells of all villages with what was found of each: the same for every area of one parent.

    `periods` holds the period that is shown for each indicator.
    """
    found: dict[str, list[tuple[_Series, pd.DataFrame]]] = {}
    for series in _wide(cells, periods, catalogue):
        judged = [*_counted(series.of(COUNTED)), *_scored(series.of(LEAPING).since_break()), _parts(series, catalogue)]
        for rule, part, table in judged:
            found.setdefault(rule, []).append((part, table))
    return found


def _counted(series: _Series) -> Iterator[_Judged]:
    if series.facts.empty:
        return
    scale, names = series.facts["scale"], series.facts["indicator"]
    bounded = (series.facts["kind"] == "proportion").to_numpy()
    yield "copied", series, implausible.repeats(series.x, series.n, bounded=bounded)
    common = implausible.others(series.x, series.n, names, scale=scale)
    yield "unlikely_zero", series, implausible.unlikely_zeros(series.x, series.n, common, scale=scale)
    same = series.since_break()
    common = implausible.others(same.x, same.n, names, scale=scale)
    yield "denominator_slip", same, implausible.slips(same.n, names)
    slipped = np.zeros(same.n.shape, dtype=bool)  # earlier years beyond doubt: they stand in every series and marker
    for place, lag in enumerate(same.n.columns.to_numpy(dtype=float)[:-1]):
        found = implausible.slips(same.n, names, at=lag)
        slipped[:, place] = found["flag"] == "extreme"
        yield "denominator_slip", same.as_of(lag), found.assign(flag=found["flag"].where(slipped[:, place], ""))
    same = same.without(slipped)  # no year is judged against what cannot be read
    yield "outlier", same, implausible.leaps(same.value, common, same.x, same.n, scale=scale)
    drifts = implausible.drifts(same.value, same.x, same.n, common, scale=scale)
    yield "drift", same, drifts.assign(usual=drifts["earlier"])


def _scored(series: _Series) -> Iterator[_Judged]:
    if series.facts.empty:
        return
    one = series.value.where(series.value.isna(), 1.0)  # each village counts once: the mean of the others
    common = implausible.others(series.value, one, series.facts["indicator"], scale=1.0)
    yield "outlier", series, implausible.leaps(series.value, common, step=series.facts["step"])


def _wide(cells: pd.DataFrame, periods: pd.Series, catalogue: Catalogue) -> list[_Series]:
    """Reported cells up to the shown period of their indicator, by form of period: years, half years, months."""
    shown = cells["indicator"].map(periods)
    rows = cells[cells["reported"] & shown.notna() & (cells["period"] <= shown)]
    shown = shown.loc[rows.index].astype("str")
    form = rows["period"].map(_form)
    rows = rows.assign(form=form, shown=shown, lag=(rows["period"].map(_time) - shown.map(_time)).round(4))
    found = []
    for _, part in rows[form == shown.map(_form)].groupby("form"):
        tables = [part.pivot(index=["indicator", "area_code"], columns="lag", values=name) for name in COUNTS]
        if not tables or 0.0 not in tables[0].columns:
            continue
        latest = part[part["lag"] == 0].set_index(["indicator", "area_code"])
        periods_of = part.pivot(index=["indicator", "area_code"], columns="lag", values="period")
        facts = latest[["period", "source", *COUNTS]].reindex(tables[0].index).reset_index()
        facts.index = tables[0].index
        ids = [str(id) for id in facts["indicator"].unique()]
        entries = [catalogue[id] for id in ids]
        known = pd.DataFrame(
            {
                "kind": [entry.kind for entry in entries],
                "binary": [entry.binary for entry in entries],
                "scale": [float(entry.scale) for entry in entries],
                "step": [10.0**-entry.decimals for entry in entries],
                "sensitive": [entry.sensitive for entry in entries],
                "since": [_since(catalogue, id, str(periods[id])) for id in ids],
            },
            index=ids,
        )
        facts = pd.concat([facts, known.loc[facts["indicator"]].set_axis(facts.index)], axis=1)
        found.append(_Series(tables[0], tables[1], tables[2], periods_of, facts))
    return found


def _form(period: str) -> str:
    return "year" if len(period) == 4 else "half" if "S" in period else "month"


def _time(period: str) -> float:
    """Beginning of a period in years.

    Examples
    --------
    >>> [_time(period) for period in ("2024", "2024-S2", "2024-07")]
    [2024.0, 2024.5, 2024.5]
    """
    year, _, part = period.partition("-")
    return int(year) + ({"": 0.0, "S1": 0.0, "S2": 0.5}[part] if part in ("", "S1", "S2") else (int(part) - 1) / 12)


def _since(catalogue: Catalogue, id: str, period: str) -> float:
    """Lag of the latest new definition up to the shown period."""
    time = _time(period)
    return max((year - time for year in catalogue.breaks(id) if year <= time), default=-np.inf)


def _parts(series: _Series, catalogue: Catalogue) -> _Judged:
    """Indices against the mean of their parts."""
    now = series.value[0.0].unstack("area_code")
    wholes = {part.part_of for part in catalogue if part.part_of and part.kind == "score"} & set(now.index)
    means = {}
    for whole in wholes:
        ids = [part.id for part in catalogue if part.part_of == whole and part.id in now.index]
        means[whole] = now.loc[ids].mean(skipna=False) if ids else now.loc[whole] * np.nan
    kept = series.facts["indicator"].isin(wholes)
    own = series.rows(kept)
    expected = pd.Series([means[id][area] for id, area in own.facts.index], index=own.facts.index, dtype=float)
    return "sum_of_parts", own, identities.unequal(own.value[0.0], expected, tolerance=MEAN)


def _gather(inputs: Inputs, rule: str, parts: list[tuple[_Series, pd.DataFrame]]) -> Checked:
    """Flagged cells of the area itself, with what the area's value would be without each."""
    rows, checked, reasons = [], 0, set()
    for series, found in parts:
        own = series.facts["area_code"].str.startswith(f"{inputs.area_code}.").to_numpy()
        facts, found = series.facts[own], found[own]
        checked += int((found["reason"] == "").sum())
        reasons |= set(found["reason"])
        columns = facts[["indicator", "area_code", "period", "source", *COUNTS, "sensitive"]]
        effect = implausible.without_each(
            facts["numerator"], facts["denominator"], facts["indicator"], scale=facts["scale"]
        )
        told = [name for name in ("usual", "lower", "upper", "years", "method") if name in found]
        row = pd.concat([columns, found[told], effect[["whole", "without"]]], axis=1)
        row = row.assign(rule=rule, severity=found["flag"], item="", reason="")
        rows.append(row[(found["flag"] != "") & (found["reason"] == "")])
    flagged = pd.concat(rows, ignore_index=True)
    flagged["name"] = flagged["area_code"].map(inputs.areas["name"])
    reasons -= {"", "not_reported", "not_applicable"}
    return Checked(rule, flagged, checked, min(reasons, default="no_data"))
