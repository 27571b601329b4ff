"""Tables of what the data say of each problem, beside the judges' mean scores on the same scale."""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import REASONS, Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value, format_value
from kbk_analysis.i18n import integer, join, ntr, tr
from kbk_analysis.indicators.release import SUPPRESSED, require_released
from kbk_analysis.narrative.amounts import format_of, source_name
from kbk_analysis.narrative.priority_figures import problem_name, rank_mark
from kbk_analysis.narrative.priority_findings import on_scale, worst_indicator
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Criterion

# Column of the data, and the keys of the criteria it stands beside, the nearest first.
BESIDE: Final = {
    "data_size": ("size", "seriousness"),
    "data_growth": ("growth", "increase"),
    "data_urgency": ("urgency",),
}


def table_evidence(priorities: Priorities) -> Exhibit:
    """Each problem by its indicator farthest from the target: size from data beside the judges' mean for it."""
    require_released(priorities)
    found = priorities
    criterion = _criterion(found, BESIDE["data_size"])
    scale = criterion or Criterion(id="", low=0, high=10)
    worst = worst_indicator(found)
    rows = tuple(_size_row(found, str(id), worst, criterion, scale) for id in found.problems.index)
    measured = int(worst.index.isin(found.problems.index).sum()) if len(worst) else 0
    return Exhibit(
        id="data-dan-penilai",
        title=tr("{n} dari {all} masalah dapat diukur terhadap target", n=integer(measured), all=integer(len(rows))),
        source=_sources(found, worst),
        n=ntr("{n} masalah", "{n} masalah", len(rows)),
        fields=(
            Field("problem", tr("Masalah"), weight=2.6, strong=True),
            Field("indicator", tr("Indikator terjauh dari target"), weight=2),
            Field("value", tr("Nilai"), weight=0.8),
            Field("n", tr("n"), "integer", weight=0.8),
            Field("target", tr("Target"), weight=0.8),
            Field("data_size", tr("Besar menurut data"), "decimal1", weight=0.8),
            *(
                (Field("judged", tr("{letter} menurut penilai", letter=criterion.id), "decimal1", weight=0.8),)
                if criterion
                else ()
            ),
        ),
        rows=rows,
        notes=(_scale_note(scale),),
    )


def _size_row(
    found: Priorities, id: str, worst: pd.DataFrame, criterion: Criterion | None, scale: Criterion
) -> tuple[Value, ...]:
    none = Refusal("no_target")
    judged: list[Value] = []
    if criterion:
        mean = float(found.cells[criterion.id][id])
        judged.append(mean if mean == mean else Refusal("not_scored"))
    if id not in worst.index:
        rest: list[Value] = [Refusal("not_applicable")] * 2
        return (problem_name(found, id), "–", *rest, none, none, *judged)
    row = worst.loc[[id]].iloc[0]
    value, n, target, _ = _measured(row)
    size = on_scale(float(row["data_size"]), scale.low, scale.high)
    return (problem_name(found, id), load_catalogue()[str(row["indicator"])].name, value, n, target, size, *judged)


def table_measures(priorities: Priorities) -> Exhibit:
    """Every indicator of every problem: value, target, people, and the three scores from data."""
    require_released(priorities)
    found = priorities
    beside = {column: _criterion(found, keys) for column, keys in BESIDE.items()}
    scale = next((c for c in beside.values() if c is not None), Criterion(id="", low=0, high=10))
    ranked = {str(id): place for place, id in enumerate(found.problems.index)}
    data = found.data[found.data["problem"].isin(list(ranked))]
    data = data.assign(place=data["problem"].map(ranked)).sort_values(["place"], kind="stable")
    rows = tuple(_row(found, row, scale) for _, row in data.iterrows())
    return Exhibit(
        id="skor-dari-data",
        title=tr("Skor dari data untuk {n} indikator", n=integer(len(rows))),
        source=_sources(found, data),
        n=ntr("{n} indikator", "{n} indikator", len(rows)),
        place=Place.ANNEX,
        fields=(
            Field("rank", tr("Peringkat"), weight=0.7),
            Field("indicator", tr("Indikator"), weight=3, strong=True),
            Field("value", tr("Nilai"), weight=0.8),
            Field("n", tr("n"), "integer", weight=0.8),
            Field("target", tr("Target"), weight=0.8),
            Field("affected", tr("Sasaran bermasalah"), "integer", weight=0.9),
            Field("data_size", tr("Besar"), "decimal1", weight=0.7),
            Field("data_growth", tr("Tumbuh"), "decimal1", weight=0.8),
            Field("data_urgency", tr("Mendesak"), "decimal1", weight=0.7),
        )
        if rows
        else (),
        rows=rows,
        notes=(
            tr("Peringkat adalah peringkat masalah yang memakai indikator itu."),
            _scale_note(scale),
            tr("Sasaran bermasalah: orang, keluarga, atau desa yang dihitung indikator itu dalam keadaan kurang baik."),
        ),
    )


def _scale_note(scale: Criterion) -> str:
    return tr("Semua skor pada skala penilai, {low} sampai {high}.", low=integer(scale.low), high=integer(scale.high))


def _sources(found: Priorities, data: pd.DataFrame) -> str:
    named = {source_name(str(r["source"]), str(r["period"]), found.sources) for _, r in data.iterrows() if r["source"]}
    return join(sorted(named)) or found.dataset


def _criterion(found: Priorities, keys: tuple[str, ...]) -> Criterion | None:
    return next((c for key in keys for c in found.method.criteria if c.key == key), None)


def _row(found: Priorities, row: pd.Series, scale: Criterion) -> tuple[Value, ...]:
    value, n, target, hidden = _measured(row)
    scores: list[Value] = []
    for column in BESIDE:
        missing = hidden or (_refused(row["trend_reason"]) if column == "data_growth" else Refusal("not_applicable"))
        score = row[column]
        scores.append(on_scale(float(score), scale.low, scale.high) if pd.notna(score) else missing)
    return (
        rank_mark(found.problems.loc[row["problem"]]),
        load_catalogue()[str(row["indicator"])].name,
        value,
        n,
        target,
        _count(row["affected"], hidden),
        *scores,
    )


def _measured(row: pd.Series) -> tuple[Value, Value, Value, Refusal | None]:
    """Value, n and target as printed, and the refusal of a hidden cell."""
    form = format_of(load_catalogue()[str(row["indicator"])])
    why = str(row["reason"])
    hidden = Refusal(why) if why in SUPPRESSED else None
    value: Value = Refusal(why) if why in REASONS else format_value(float(row["value"]), form)
    target: Value = (
        format_value(float(row["target"]), form) if pd.notna(row["target"]) else _refused(row["target_reason"])
    )
    return value, _count(row["denominator"], hidden), target, hidden


def _refused(code: object) -> Refusal:
    return Refusal(code) if isinstance(code, str) and code in REASONS else Refusal("not_applicable")


def _count(value: object, hidden: Refusal | None) -> Value:
    return hidden or (float(str(value)) if pd.notna(value) else Refusal("not_applicable"))  # type: ignore[call-overload]
