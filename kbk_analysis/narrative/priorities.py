"""What may be said of a ranking: method and formula, how sure the order is, how far the judges agree.

Input: a `Priorities`. Output: sentences in the language in use. A rank is told with its interval or its doubt, never
bare; agreement is told with where chance lies.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import decimal, integer, join, percent, tr
from kbk_analysis.narrative.priority_figures import judge_name
from kbk_analysis.priority.agreement import Concordance
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.robustness import Acceptability

# Schmidt 1997, Decision Sciences 28:763: below each limit.
_STRENGTH = (0.2, 0.4, 0.6, 0.8)
LIFT = 1.0  # points of the total by which a judge must favour his own agency's problem to be told
HARSH = 0.5  # points of the scale
ROUNDED = 0.005  # a typed total may be rounded to two decimals


def method_text(found: Priorities) -> str:
    """Method, formula, scale and direction: what a reader needs to compute a total again."""
    method = found.method
    formula = str(method.formula) if method.formula else tr("jumlah kemenangan dalam semua pasangan")
    words = join([f"{c.id} = {tr(c.label) if c.label else c.id}" for c in method.criteria])
    scales = {(c.low, c.high) for c in method.criteria}
    scale = join([f"{decimal(low, 0)}–{decimal(high, 0)}" for low, high in sorted(scales)])
    turned = [c.id for c in method.criteria if c.reversed]
    text = tr("Metode {name}: {formula}, dengan {words}; skala {scale}, skor tinggi berarti lebih mendesak.",
              name=method.name, formula=formula, words=words, scale=scale)  # fmt: skip
    if turned:
        text += " " + tr("Dibalik sebelum dihitung: {names}.", names=join(turned))
    if method.formula and method.formula.divisors:
        text += " " + tr("Pembagi: {names}, skor tinggi mengurangi.", names=join(list(method.formula.divisors)))
    return text


def agreement_text(found: Priorities) -> str:
    """How far the judges agree, with the value that chance gives, and who could not be counted."""
    if found.consensus:
        return tr("Hanya ada satu set skor, jadi kesepakatan penilai tidak dapat dihitung.")
    w = found.concordance
    if isinstance(w, Refusal):
        return tr("Kesepakatan penilai: {reason}", reason=w.text)
    names = found.judges.index
    text = tr(
        "Kesepakatan penilai {strength}: W Kendall {w} ({judges} penilai, {problems} masalah); tanpa kesepakatan "
        "sama sekali nilainya rata-rata {chance}, dan 1 bila urutan semua penilai sama. {p}",
        strength=_strength(w.w), w=decimal(w.w, 2), judges=integer(w.judges), problems=integer(w.problems),
        chance=decimal(w.chance, 2), p=_p_text(w),
    )  # fmt: skip
    if w.undecided:
        text += " " + tr(
            "Memberi semua masalah skor sama: {names}.",
            names=join([judge_name(found, str(names[i])) for i in w.undecided]),
        )
    if w.silent:
        text += " " + tr(
            "Tidak menilai semua masalah: {names}.", names=join([judge_name(found, str(names[i])) for i in w.silent])
        )
    return text


def _strength(w: float) -> str:
    words = (tr("sangat lemah"), tr("lemah"), tr("sedang"), tr("kuat"), tr("sangat kuat"))
    return words[sum(w >= limit for limit in _STRENGTH)]


def _p_text(w: Concordance) -> str:
    if w.p < 0.05:
        return tr("Kesepakatan ini melebihi kebetulan (p {p}).", p=_p(w.p))
    return tr("Kesepakatan ini belum dapat dibedakan dari kebetulan (p {p}).", p=_p(w.p))


def _p(p: float) -> str:
    return f"< {decimal(0.001, 3)}" if p < 0.001 else f"= {decimal(p, 3)}"


def order_text(found: Priorities) -> str:
    """Which problems lead, and whether that order is settled."""
    ranked = found.problems[found.problems["rank"] > 0]
    if not len(ranked):
        return tr("Belum ada masalah yang dinilai cukup banyak penilai.")
    first = ranked[ranked["rank"] == 1]
    names = join([_name(row) for _, row in first.iterrows()])
    if len(first) > 1:
        text = tr("Skor tertinggi sama: {names}.", names=names)
    else:
        text = tr("Skor tertinggi: {name} ({total}).", name=names, total=decimal(float(first["total"].iloc[0]), 1))
    if isinstance(found.by_judges, Acceptability):
        tier = ranked[ranked["tier"] == 1]
        if len(tier) > 1:
            text += " " + tr(
                "Urutan {n} masalah teratas belum pasti bila penilainya lain: {names}.",
                n=integer(len(tier)), names=join([_name(row) for _, row in tier.iterrows()]),
            )  # fmt: skip
        else:
            text += " " + tr("Urutan teratas tetap pada sebagian besar susunan penilai lain.")
    if isinstance(found.by_weights, Acceptability):
        share = float(found.by_weights.by_rank[0, 0])
        text += " " + tr(
            "Dari semua bobot kriteria yang mungkin, {share} menempatkan “{name}” pertama.",
            name=_name(ranked.iloc[0]), share=percent(100 * share, 0),
        )  # fmt: skip
    return text


def _name(row: pd.Series) -> str:
    return str(row["statement"]) if "statement" in row and pd.notna(row["statement"]) else str(row.name)


def interval_text(row: pd.Series) -> str:
    """Where a problem may stand: 'antara 1 dan 4', or why it has no rank."""
    if row["rank"] == 0:
        return tr("belum cukup penilai")
    if "low" in row and pd.notna(row["low"]):
        low, high = int(row["low"]), int(row["high"])
        return integer(low) if low == high else tr("antara {low} dan {high}", low=integer(low), high=integer(high))
    return tr("tanpa selang")


def judge_remarks(found: Priorities) -> list[str]:
    """What stands out about judges: severity and own interest, told without removing anyone."""
    said = []
    for name, lift, severe in found.judges[["own_lift", "severity"]].astype(float).itertuples(name=None):
        if lift >= LIFT:
            said.append(
                tr("{judge} memberi masalah dinasnya sendiri {points} poin lebih tinggi daripada penilai lain.",
                   judge=judge_name(found, str(name)), points=decimal(lift, 1))
            )  # fmt: skip
        if abs(severe) >= HARSH:
            words = tr("lebih rendah") if severe < 0 else tr("lebih tinggi")
            said.append(
                tr("{judge} memberi skor rata-rata {points} poin {words} daripada penilai lain.",
                   judge=judge_name(found, str(name)), points=decimal(abs(severe), 1), words=words)
            )  # fmt: skip
    return said


def methods_text(found: Priorities, most: int = 3) -> str:
    """Whether other methods on the same scores put the same problems first."""
    first = found.methods.iloc[:, 0]
    top = set(first.index[(first > 0) & (first <= most)])
    others = found.methods.columns[1:]
    if not len(others):
        return ""
    same = [name for name in others if set(_within(found.methods[name], most)) == top]
    if len(same) == len(others):
        return tr(
            "Cara menghitung lain pada skor yang sama menempatkan masalah yang sama di {n} teratas.", n=integer(most)
        )
    return tr(
        "Cara menghitung lain pada skor yang sama tidak selalu menempatkan masalah yang sama di {n} teratas; lihat "
        "perbandingannya.", n=integer(most),
    )  # fmt: skip


def _within(rank: pd.Series, most: int) -> pd.Index:
    return rank.index[(rank > 0) & (rank <= most)]


def typed_totals(found: Priorities, typed: pd.DataFrame) -> pd.DataFrame:
    """Totals that somebody typed beside what the formula gives.

    Parameters
    ----------
    typed
        ``judge, problem, total, row``.

    Returns
    -------
    DataFrame
        ``row, judge, problem, typed, computed, difference, differs``; nothing computed where the judge left a blank.
    """
    at = (
        found.judges.index.get_indexer(pd.Index(typed["judge"])),
        found.problems.index.get_indexer(pd.Index(typed["problem"])),
    )
    computed = found.method.totals(found.scores)[at] if len(typed) else np.zeros(0)
    table = typed[["row", "judge", "problem"]].assign(typed=typed["total"], computed=computed)
    difference = table["typed"] - table["computed"]
    return table.assign(difference=difference, differs=difference.abs() > ROUNDED)


def total_differences(found: Priorities, typed: pd.DataFrame) -> list[str]:
    """Sentences on typed totals that the formula does not give; `typed` as in `typed_totals`."""
    table = typed_totals(found, typed)
    return [
        tr("Baris {row}: jumlah tertulis {typed}, menurut rumus {total}.",
           row=row, typed=decimal(written, 2), total=decimal(total, 2))
        for row, written, total in table.loc[table["differs"], ["row", "typed", "computed"]].itertuples(index=False)
    ]  # fmt: skip


def ranking_frame(found: Priorities) -> pd.DataFrame:
    """The ranking as a file holds it: one row a problem, raw numbers.

    Columns: ``rank, tied, problem, statement, total, judges``, mean score by criterion, ranks by median, Borda and
    Copeland, and where they exist the 90 % interval, share among the first three, tier and ranks with one judge
    left out.
    """
    table = found.problems.reset_index(names="problem")
    means = found.cells.add_prefix("mean_").reset_index(drop=True)
    wanted = ["rank", "tied", "problem", "statement", "total", "judges"]
    rest = [
        "median_rank",
        "borda_rank",
        "copeland_rank",
        "low",
        "high",
        "top",
        "tier",
        "weight_top",
        "loo_low",
        "loo_high",
    ]
    first = table[[name for name in wanted if name in table]]
    return pd.concat([first, means, table[[name for name in rest if name in table]]], axis=1)
