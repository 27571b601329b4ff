"""Tables of a prioritisation: the ranking with its doubt, the judges, the method, and what a gate stopped."""

from __future__ import annotations

import pandas as pd

from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value
from kbk_analysis.i18n import integer, ntr, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import share_of
from kbk_analysis.narrative.priority_figures import (
    SHORT,
    agency_name,
    judge_name,
    n_scored,
    nothing_scored,
    problem_name,
    rank_mark,
    score_source,
    span_text,
    tier_note,
)
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.chapter import GATE_WORDS


def table_ranking(priorities: Priorities) -> Exhibit:
    """The ranking: total, judges, interval, share among the first, tier, and what the meeting agreed where it did."""
    require_released(priorities)
    found, table = priorities, priorities.problems
    decided = "agreed_rank" in table and bool(table["agreed_rank"].notna().any())
    ranked = int((table["rank"] > 0).sum())
    fields = [
        Field("rank", tr("Urut"), weight=0.6),
        Field("problem", tr("Masalah"), weight=3.0, strong=True),
        Field("total", tr("Jumlah skor"), "decimal1", weight=0.8),
        Field("judges", tr("Penilai, dari {all}", all=integer(len(found.judges))), "integer", weight=0.8),
        Field("interval", tr("Selang 90 %"), weight=0.9),
        Field("top", tr("Bagian di {n} teratas", n=integer(found.top)), "percent0", weight=0.9),
        Field("tier", tr("Tingkat"), "integer", weight=0.7),
        Field("agency", tr("OPD"), weight=1),
    ]
    if decided:
        fields.append(Field("agreed", tr("Urut, rapat"), "integer", weight=0.6))
    rows = [_ranking_row(found, str(id), row, decided=decided) for id, row in table.iterrows()]
    tied = int(table["tied"].sum())
    title = tr("{n} dari {all} masalah diperingkat", n=integer(ranked), all=integer(len(table)))
    if tied:
        title += "; " + tr("{n} skornya sama dengan masalah lain", n=integer(tied))
    notes = [tier_note()] if "tier" in table else [_no_interval(found)]
    if tied:
        notes.append(tr("Tanda = berarti skornya sama; urutan barisnya tidak bermakna."))
    if decided:
        notes += [
            tr(
                "Alasan rapat untuk “{name}”: {reason}.",
                name=problem_name(found, str(id), SHORT),
                reason=str(reason).rstrip("."),
            )
            for id, reason in table["agreed_reason"].items()
            if pd.notna(reason) and reason
        ]
    return Exhibit(
        id="peringkat",
        title=title if ranked else nothing_scored().text,
        source=score_source(found),
        n=n_scored(found),
        fields=tuple(fields),
        rows=tuple(rows),
        place=Place.SUMMARY,
        notes=tuple(notes),
    )


def _no_interval(found: Priorities) -> str:
    reason = found.by_judges.text if isinstance(found.by_judges, Refusal) else ""
    return tr("Selang peringkat tidak diberikan: {reason}", reason=reason)


def _ranking_row(found: Priorities, id: str, row: pd.Series, *, decided: bool) -> tuple[Value, ...]:
    why = found.by_judges if isinstance(found.by_judges, Refusal) else Refusal("not_applicable")
    known = row["rank"] > 0 and "low" in row and pd.notna(row["low"])
    values: list[Value] = [
        rank_mark(row),
        problem_name(found, id),
        float(row["total"]) if row["rank"] > 0 else Refusal("too_few_judges", {"n": int(row["judges"]), "minimum": 1}),
        int(row["judges"]),
        span_text(float(row["low"]), float(row["high"])) if known else why,
        100 * float(row["top"]) if known else why,
        int(row["tier"]) if known else why,
        agency_name(found, row["lead_agency"]),
    ]
    if decided:
        agreed = row["agreed_rank"]
        values.append(int(agreed) if pd.notna(agreed) else Refusal("not_applicable"))
    return tuple(values)


def table_judges(priorities: Priorities) -> Exhibit:
    """Each judge: how many problems scored, agreement with the rest, severity, own interest, what could not be used."""
    require_released(priorities)
    found, count = priorities, len(priorities.problems)
    rows = tuple(
        (
            judge_name(found, str(name)),
            str(name).partition(":")[2].strip() or "–",
            share_of(int(row["scored"]), count),
            _number(row["with_rest"]),
            _number(row["severity"]),
            _number(row["own_lift"]),
            _state(row, count),
        )
        for name, row in found.judges.iterrows()
    )
    full = int((found.judges["scored"] == count).sum())
    return Exhibit(
        id="daftar-penilai",
        title=tr("{n} dari {all} penilai menilai semua masalah", n=integer(full), all=integer(len(rows)))
        if rows
        else nothing_scored().text,
        source=score_source(found),
        n=n_scored(found),
        fields=(
            Field("judge", tr("Penilai"), weight=1.3, strong=True),
            Field("role", tr("Jabatan"), weight=1.2),
            Field("scored", tr("Masalah dinilai"), weight=1),
            Field("with_rest", tr("Searah penilai lain"), "decimal2", weight=0.9),
            Field("severity", tr("Selisih skor"), "decimal2", weight=0.9),
            Field("own_lift", tr("Lebih untuk masalah sendiri"), "decimal1", weight=1),
            Field("state", tr("Keterangan"), weight=1.4),
        )
        if rows
        else (),
        rows=rows,
        notes=(
            tr(
                "Searah penilai lain: korelasi urutan dengan rata-rata penilai lain, dari -1 (terbalik) sampai "
                "1 (sama)."
            ),
            tr("Selisih skor: rata-rata jarak dari semua penilai pada sel yang sama, dalam poin skala."),
            tr("Lebih untuk masalah sendiri: selisih jumlah skor bagi masalah dinasnya dari penilaian yang lain."),
        ),
    )


def _number(value: object) -> Value:
    return float(str(value)) if pd.notna(value) else Refusal("not_applicable")  # type: ignore[call-overload]


def _state(row: pd.Series, count: int) -> str:
    if row["undecided"]:
        return tr("semua masalah diberi skor sama")
    if row["scored"] == 0:
        return tr("tidak ada skor lengkap") if pd.notna(row["severity"]) else tr("tidak menilai")
    return tr("sebagian masalah") if row["scored"] < count else tr("lengkap")


def table_doubt(priorities: Priorities) -> Exhibit:
    """What else moves the order: other ways to combine judges, one judge left out, weights; and the running sum."""
    require_released(priorities)
    table = priorities.problems[priorities.problems["rank"] > 0]
    rows = tuple(
        (
            rank_mark(row),
            problem_name(priorities, str(id)),
            int(row["median_rank"]),
            int(row["borda_rank"]),
            int(row["copeland_rank"]),
            span_text(row["loo_low"], row["loo_high"])
            if "loo_low" in row and pd.notna(row["loo_low"])
            else Refusal("not_applicable"),
            100 * float(row["weight_top"]) if "weight_top" in row else Refusal("not_applicable"),
            100 * float(row["cumulated"]),
        )
        for id, row in table.iterrows()
    )
    return Exhibit(
        id="ketahanan-peringkat",
        title=tr("Peringkat menurut cara lain, tanpa satu penilai, dan dengan bobot lain")
        if rows
        else nothing_scored().text,
        source=score_source(priorities),
        n=n_scored(priorities),
        fields=(
            Field("rank", tr("Peringkat"), weight=0.8),
            Field("problem", tr("Masalah"), weight=3, strong=True),
            Field("median", tr("Menurut median"), "integer", weight=0.8),
            Field("borda", tr("Menurut Borda"), "integer", weight=0.8),
            Field("copeland", tr("Menurut Copeland"), "integer", weight=0.8),
            Field("loo", tr("Tanpa satu penilai"), weight=0.9),
            Field("weights", tr("Di {n} teratas, semua bobot", n=integer(priorities.top)), "percent0", weight=1),
            Field("cumulated", tr("Bagian skor, dijumlahkan"), "percent0", weight=0.9),
        )
        if rows
        else (),
        rows=rows,
        place=Place.ANNEX,
        notes=(
            tr("Median: setiap sel memakai nilai tengah penilai. Borda: rata-rata peringkat penilai. Copeland: "
               "banyaknya "
               "masalah lain yang dikalahkan menurut suara terbanyak."),
        ),
    )  # fmt: skip


def table_criteria(priorities: Priorities) -> Exhibit:
    """What the method asks: criteria with scale, direction and weight, and its formula."""
    require_released(priorities)
    method = priorities.method
    weights = method.formula.blocks[0] if method.formula is not None and method.formula.additive else {}
    divisors = method.formula.divisors if method.formula is not None else ()
    rows = tuple(
        (
            c.id,
            tr(c.label) if c.label else c.key,
            f"{integer(c.low)}–{integer(c.high)}",
            tr("kurang mendesak") if c.reversed or c.id in divisors else tr("lebih mendesak"),
            float(weights[c.id]) if c.id in weights else Refusal("not_applicable"),
        )
        for c in method.criteria
    )
    formula = str(method.formula) if method.formula else tr("jumlah kemenangan dalam semua pasangan")
    return Exhibit(
        id="kriteria",
        title=tr("Metode {name}: {formula}", name=method.name, formula=formula),
        source=tr("Parameter laporan, ditetapkan sebelum skor dibaca"),
        n=ntr("{n} kriteria", "{n} kriteria", len(rows)),
        place=Place.ANNEX,
        fields=(
            Field("letter", tr("Huruf"), weight=0.6),
            Field("criterion", tr("Kriteria"), weight=2.4, strong=True),
            Field("scale", tr("Skala"), weight=0.8),
            Field("high", tr("Skor tinggi berarti"), weight=1.4),
            Field("weight", tr("Bobot"), "decimal1", weight=0.7),
        ),
        rows=rows,
    )


def table_gate(priorities: Priorities) -> tuple[Exhibit, ...]:
    """Problems by the letters of the gate; nothing where the method has none or nobody answered."""
    require_released(priorities)
    if priorities.gate.empty:
        return ()
    gate, letters = priorities.gate, priorities.method.gate
    rows = tuple(
        (
            str(row["statement"]),
            *(Refusal("not_scored") if pd.isna(row[letter]) else 100 * float(row[letter]) for letter in letters),
            float(row["total"]) if pd.notna(row["total"]) else Refusal("not_applicable"),
            tr("tidak lolos: {letters}", letters=", ".join(row["failed"])) if row["failed"] else tr("lolos"),
        )
        for _, row in gate.iterrows()
    )
    failed = int((gate["failed"] != "").sum())
    return (
        Exhibit(
            id="pearl",
            title=tr("{n} dari {all} masalah tidak lolos PEARL", n=integer(failed), all=integer(len(rows))),
            source=score_source(priorities),
            n=n_scored(priorities),
            fields=(
                Field("problem", tr("Masalah"), weight=3, strong=True),
                *(Field(letter, letter, "percent0", weight=0.6) for letter in letters),
                Field("total", tr("Jumlah skor"), "decimal1", weight=0.9),
                Field("state", tr("Hasil"), weight=1.2),
            ),
            rows=rows,
            notes=(
                tr("Angka: bagian penilai yang menjawab ya."),
                "; ".join(f"{letter} = {tr(GATE_WORDS[letter])}" for letter in letters) + ".",
            ),
        ),
    )
