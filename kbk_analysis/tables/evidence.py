"""Table of what the data say of each problem, beside the judges' mean scores on the same scale."""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import REASONS, Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value, format_value
from kbk_analysis.i18n import integer, join, ntr, tr
from kbk_analysis.indicators.release import SUPPRESSED, require_released
from kbk_analysis.narrative.amounts import format_of, source_name
from kbk_analysis.narrative.priority_figures import problem_name
from kbk_analysis.narrative.ranking import on_scale
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Criterion

# Column of the data, and the keys of the criteria it stands beside, the nearest first.
BESIDE: Final = {
    "data_size": ("size", "seriousness"),
    "data_growth": ("growth", "increase"),
    "data_urgency": ("urgency",),
}


def table_evidence(priorities: Priorities) -> Exhibit:
    """One row a problem and indicator: value, target, people, scores from data, and the judges' means."""
    require_released(priorities)
    found = priorities
    beside = {column: _criterion(found, keys) for column, keys in BESIDE.items()}
    judged = [c for c in dict.fromkeys(beside.values()) if c is not None]
    scale = judged[0] if judged else Criterion(id="", low=0, high=10)
    ranked = {str(id): place for place, id in enumerate(found.problems.index)}
    data = found.data[found.data["problem"].isin(list(ranked))]
    data = data.assign(place=data["problem"].map(ranked)).sort_values(["place"], kind="stable")
    rows = tuple(_row(found, row, beside, scale, judged) for _, row in data.iterrows())
    measured = int(data["data_size"].notna().groupby(data["problem"]).any().sum()) if len(data) else 0
    sources = sorted({source_name(str(r["source"]), str(r["period"]), found.sources) for _, r in data.iterrows() if r["source"]})
    return Exhibit(
        id="skor-dari-data",
        title=tr("{n} dari {all} masalah dapat diukur terhadap target", n=integer(measured), all=integer(len(ranked))),
        source=join(sources) or found.dataset,
        n=ntr("{n} indikator", "{n} indikator", len(rows)),
        fields=(
            Field("problem", tr("Masalah"), weight=2.4, strong=True),
            Field("indicator", tr("Indikator"), weight=1.8),
            Field("value", tr("Nilai"), weight=0.8),
            Field("n", tr("n"), "integer", weight=0.8),
            Field("target", tr("Target"), weight=0.8),
            Field("affected", tr("Sasaran bermasalah"), "integer", weight=0.9),
            Field("data_size", tr("Besar (data)"), "decimal1", weight=0.7),
            Field("data_growth", tr("Tumbuh (data)"), "decimal1", weight=0.7),
            Field("data_urgency", tr("Mendesak (data)"), "decimal1", weight=0.8),
            *(Field(f"j{c.id}", tr("{letter} (penilai)", letter=c.id), "decimal1", weight=0.7) for c in judged),
        )
        if rows
        else (),
        rows=rows,
        notes=(
            tr("Semua skor pada skala penilai, {low} sampai {high}.", low=integer(scale.low), high=integer(scale.high)),
            tr("Sasaran bermasalah: orang, keluarga, atau desa yang dihitung indikator itu dalam keadaan kurang baik."),
        ),
    )


def _criterion(found: Priorities, keys: tuple[str, ...]) -> Criterion | None:
    return next((c for key in keys for c in found.method.criteria if c.key == key), None)


def _row(
    found: Priorities,
    row: pd.Series,
    beside: dict[str, Criterion | None],
    scale: Criterion,
    judged: list[Criterion],
) -> tuple[Value, ...]:
    indicator = load_catalogue()[str(row["indicator"])]
    form = format_of(indicator)
    why = str(row["reason"])
    hidden = Refusal(why) if why in SUPPRESSED else None
    value: Value = Refusal(why) if why in REASONS else format_value(float(row["value"]), form)
    target: Value = format_value(float(row["target"]), form) if pd.notna(row["target"]) else _refused(row["target_reason"])
    scores: list[Value] = []
    for column in beside:
        score = row[column]
        missing = hidden or (_refused(row["trend_reason"]) if column == "data_growth" else Refusal("not_applicable"))
        scores.append(on_scale(float(score), scale.low, scale.high) if pd.notna(score) else missing)
    means = [found.cells.loc[row["problem"], c.id] for c in judged]
    return (
        problem_name(found, str(row["problem"])),
        indicator.name,
        value,
        _count(row["denominator"], hidden),
        target,
        _count(row["affected"], hidden),
        *scores,
        *(float(mean) if pd.notna(mean) else Refusal("not_scored") for mean in means),
    )


def _refused(code: object) -> Refusal:
    return Refusal(code) if isinstance(code, str) and code in REASONS else Refusal("not_applicable")


def _count(value: object, hidden: Refusal | None) -> Value:
    return hidden or (float(str(value)) if pd.notna(value) else Refusal("not_applicable"))  # type: ignore[call-overload]
