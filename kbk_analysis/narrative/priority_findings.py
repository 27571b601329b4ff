"""What a prioritisation finds and what it asks of the meeting, a sentence each.

Input: a released `Priorities`. Output: sentences in the language in use; an empty text where nothing may be said. A
rank is never told bare: its interval, its share among the first, or the reason why there is none stands with it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.i18n import decimal, integer, join, percent, tr
from kbk_analysis.narrative.priorities import agreement_text
from kbk_analysis.narrative.priority_figures import judge_name, problem_name, span_text
from kbk_analysis.priority.analysis import MANY, Priorities
from kbk_analysis.priority.chapter import FEW
from kbk_analysis.priority.robustness import Acceptability
from kbk_analysis.priority.ways import all_ways, same_first

SURE: Final = 0.95  # share of draws from which a place among the first is called sure
LEAST: Final = 0.05  # and below which it is out of the question
APART: Final = 0.5  # of the scale, by which judges and data must differ to be told
NAME: Final = 70  # letters of a problem in a sentence
SHOWN: Final = 4  # names in a sentence


def heard(found: Priorities) -> int:
    """How many judges gave at least one score."""
    return int((~np.isnan(found.scores)).any(axis=(1, 2)).sum()) if found.scores.size else 0


def _top(found: Priorities) -> pd.Series:
    """Share of draws of judges among the first, by problem; empty where judges are too few."""
    return found.problems["top"].dropna().astype(float) if "top" in found.problems else pd.Series(dtype=float)


def sure_ones(found: Priorities) -> list[str]:
    """Problems that stay among the first in nearly all draws of judges."""
    top = _top(found)
    return [str(id) for id in top.index[top >= SURE]]


def named(found: Priorities, ids: list[str]) -> str:
    """Problems in quotation marks, as many as a sentence bears."""
    names = [f"“{problem_name(found, id, NAME)}”" for id in ids[:SHOWN]]
    if len(ids) > SHOWN:
        names.append(tr("{n} lainnya", n=integer(len(ids) - SHOWN)))
    return join(names)


def findings(found: Priorities) -> list[str]:
    """At most five sentences, the weightiest first; what cannot be said is left out."""
    said = [
        _decided(found),
        _first(found),
        _border(found),
        agreement_text(found),
        _other_ways(found),
        against_data(found),
    ]
    return [text for text in said if text][:5]


def _decided(found: Priorities) -> str:
    """Where the meeting agreed on another order than computed, and where it gave no reason."""
    if "agreed_rank" not in found.problems or found.problems["agreed_rank"].isna().all():
        return ""
    rows = found.problems[found.problems["agreed_rank"].notna()]
    other = rows[rows["agreed_rank"].astype(int) != rows["rank"]]
    if other.empty:
        return tr("Rapat menetapkan urutan yang sama dengan hasil hitungan untuk {n} masalah.", n=integer(len(rows)))
    text = tr(
        "Rapat menetapkan urutan lain untuk {n} dari {all} masalah: {names}.",
        n=integer(len(other)),
        all=integer(len(rows)),
        names=named(found, [str(id) for id in other.index]),
    )
    without = other.index[other["agreed_reason"].fillna("") == ""]
    if not len(without):
        return text + " " + tr("Alasannya tercatat di tabel peringkat.")
    return text + " " + tr("Tanpa alasan tercatat: {names}.", names=named(found, [str(id) for id in without]))


def _first(found: Priorities) -> str:
    """The first problem with its interval, and whether leaving out one judge moves it."""
    ranked = found.problems[found.problems["rank"] > 0]
    if not len(ranked):
        return tr("Belum ada masalah yang dinilai cukup banyak penilai; peringkat belum dapat diberikan.")
    first = ranked[ranked["rank"] == 1]
    names = named(found, [str(id) for id in first.index])
    total, most = decimal(float(first["total"].iloc[0]), 1), _most(found)
    if len(first) > 1:
        text = tr("Skor tertinggi sama pada {n} masalah ({total}{most}): {names}.",
                  n=integer(len(first)), total=total, most=most, names=names)  # fmt: skip
    else:
        text = tr("Skor tertinggi: {names} ({total}{most}).", names=names, total=total, most=most)
    row = first.iloc[0]
    if "low" in row and pd.notna(row["low"]) and len(first) == 1:
        text += " " + tr(
            "Bila penilainya lain, peringkatnya {span} pada 90 % undian.", span=span_text(row["low"], row["high"])
        )
    return f"{text} {leave_one_out_text(found)}".strip()


def _most(found: Priorities) -> str:
    """' dari 15' where the method has a highest total that a reader can picture."""
    formula = found.method.formula
    if formula is None or not formula.additive:
        return ""
    highest = formula.totals(np.array([[c.high for c in found.method.criteria]]), found.method.letters)[0]
    return tr(" dari {most}", most=integer(float(highest)))


def leave_one_out_text(found: Priorities) -> str:
    """Whether the first problems stay the first whichever judge is left out."""
    if "loo_low" not in found.problems:
        return ""
    ranked = found.problems[found.problems["rank"] > 0]
    inside = ranked[ranked["rank"] <= found.top]
    moved = inside[inside["loo_high"] > found.top]
    if not len(inside):
        return ""
    if not len(moved):
        return tr("Kumpulan {n} teratas tetap sama bila satu penilai mana pun dikeluarkan.", n=integer(found.top))
    return tr("Bila satu penilai dikeluarkan, {names} dapat keluar dari {n} teratas.",
              names=named(found, [str(id) for id in moved.index]), n=integer(found.top))  # fmt: skip


def _border(found: Priorities) -> str:
    """Which problems compete for the last places among the first."""
    top = _top(found)
    if not len(top):
        return ""
    sure, open_ = sure_ones(found), top[(top >= LEAST) & (top < SURE)]
    if not len(open_):
        return tr("Kumpulan {n} teratas pasti: setiap masalah di dalamnya tetap di sana pada sedikitnya 95 % "
                  "undian penilai.",
                  n=integer(found.top))  # fmt: skip
    told = [
        tr("“{name}” ({share})", name=problem_name(found, str(id), NAME), share=percent(100 * float(share), 0))
        for id, share in open_.items()
    ][:SHOWN]
    lead = (
        tr("{n} dari {all} tempat teratas sudah pasti. ", n=integer(len(sure)), all=integer(found.top))
        if sure
        else tr("Belum ada tempat teratas yang pasti. ")
    )
    return lead + tr("Yang bersaing, dengan bagian undian di {all} teratas: {names}. Urutan di dalam satu "
                     "tingkat tidak dapat "
                     "dibedakan.", all=integer(found.top), names=join(told))  # fmt: skip


def _other_ways(found: Priorities) -> str:
    """Whether weights and ways of counting change which problems are the first."""
    ways = all_ways(found)
    if len(ways) < 2:
        return ""
    others = ways.shape[1] - 1
    same = same_first(ways, found.top)
    text = tr("{n} dari {all} cara hitung lain pada skor yang sama menempatkan masalah yang sama di {top} teratas.",
              n=integer(same), all=integer(others), top=integer(found.top))  # fmt: skip
    if isinstance(found.by_weights, Acceptability):
        first = str(found.problems.index[0])
        text += " " + tr("Dari semua bobot kriteria yang mungkin, {share} menempatkan “{name}” pertama.",
                         share=percent(100 * float(found.by_weights.by_rank[0, 0]), 0),
                         name=problem_name(found, first, NAME))  # fmt: skip
    return text


def worst_indicator(found: Priorities) -> pd.DataFrame:
    """For each problem the row of `Priorities.data` with the largest size, where one may be told."""
    if found.data.empty:
        return found.data
    rows = found.data[found.data["data_size"].notna()].sort_values(["problem", "data_size"], ascending=[True, False])
    return rows.drop_duplicates("problem").set_index("problem")


def on_scale(score: float, low: float, high: float) -> float:
    """A score of 0 to 10 on the scale of the judges."""
    return low + (high - low) * score / 10


def against_data(found: Priorities) -> str:
    """Problems that the judges think much graver, or less grave, than the distance to the target."""
    criterion = next((c for key in ("size", "seriousness") for c in found.method.criteria if c.key == key), None)
    rows = worst_indicator(found)
    if criterion is None or rows.empty:
        return ""
    apart: dict[str, list[str]] = {"above": [], "below": []}
    for id in found.problems.index.intersection(rows.index):
        given = float(found.cells.loc[id, criterion.id])
        data = on_scale(float(rows.loc[id, "data_size"]), criterion.low, criterion.high)
        gap = (given - data) / (criterion.high - criterion.low)
        if abs(gap) >= APART:
            apart["above" if gap > 0 else "below"].append(str(id))
    said = []
    if apart["above"]:
        said.append(
            tr("Penilai menganggap lebih gawat daripada jarak ke target: {names}.", names=named(found, apart["above"]))
        )
    if apart["below"]:
        said.append(
            tr("Jarak ke target lebih besar daripada anggapan penilai: {names}.", names=named(found, apart["below"]))
        )
    return " ".join(said)


def asks(found: Priorities) -> list[str]:
    """What the meeting is asked to decide or to complete, at most five."""
    asked = []
    if "agreed_rank" not in found.problems or found.problems["agreed_rank"].isna().all():
        asked.append(tr("Tetapkan {n} masalah prioritas dan catat alasannya bila urutannya lain daripada hasil "
                        "hitungan.",
                        n=integer(found.top)))  # fmt: skip
    late = [judge_name(found, str(id)) for id, n in found.judges["scored"].items() if n == 0]
    if late:
        asked.append(tr("Belum ada skor lengkap dari: {names}. Mereka dapat menyusulkan skor atau menyatakan "
                        "tidak menilai.",
                        names=join(late)))  # fmt: skip
    short = found.problems.index[(found.problems["rank"] == 0)]
    if len(short):
        asked.append(
            tr("Lengkapi skor masalah yang belum cukup penilai: {names}.", names=named(found, [str(i) for i in short]))
        )
    causeless = [str(id) for id, cause in found.problems["cause"].items() if pd.isna(cause) or not cause]
    if causeless:
        asked.append(tr("Sebutkan penyebab dan buktinya untuk {names}; kegiatan tanpa penyebab sulit dipilih.",
                        names=named(found, causeless)))  # fmt: skip
    asked += _list_remarks(found)
    return asked[:5]


def _list_remarks(found: Priorities) -> list[str]:
    """Too many problems, too few, or several that speak of the same indicator."""
    said = []
    listed = len(found.problems)
    if found.too_many:
        said.append(
            tr(
                "Daftar memuat {n} masalah; pilih dahulu paling banyak {most} untuk dinilai.",
                n=integer(listed),
                most=integer(MANY),
            )
        )
    elif listed < FEW:
        said.append(
            tr("Daftar hanya memuat {n} masalah; periksa apakah ada masalah yang belum diusulkan.", n=integer(listed))
        )
    shared = overlap_text(found)
    if shared:
        said.append(shared)
    return said


def overlap_text(found: Priorities) -> str:
    """Problems that share an indicator, each group counted once; empty where there are none."""
    groups = found.problems.groupby("group").groups
    several = [[str(id) for id in ids] for ids in groups.values() if len(ids) > 1]
    if not several:
        return ""
    told = "; ".join(named(found, ids) for ids in several[:2])
    return tr("Masalah yang memakai indikator yang sama dihitung satu kali ({n} kelompok dari {all} masalah): {names}.",
              n=integer(len(groups)), all=integer(len(found.problems)), names=told)  # fmt: skip
