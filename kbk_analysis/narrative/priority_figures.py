"""Titles, alternative texts and remarks of the figures of a prioritisation.

Input: a released `Priorities` and what a figure shows. Output: a `Caption` in the language in use, which claims nothing
beyond the figure. The names of problems are cut in a title; tables hold them whole.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import date, decimal, integer, join, language, percent, tr
from kbk_analysis.narrative.figures import Caption, first_fitting
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Method
from kbk_analysis.priority.robustness import Acceptability
from kbk_analysis.text import shorten

NAME: Final = 34  # letters of a problem in a title
SHORT: Final = 44  # and in a wide table; the ranking holds it whole
SHOWN: Final = 5  # problems that an alternative text names


def problem_name(found: Priorities, problem: str, letters: int = 120) -> str:
    """Statement of a problem, cut to so many letters; its key where it has none."""
    row = found.problems.loc[problem]
    text = row["statement"] if "statement" in row and pd.notna(row["statement"]) else problem
    return shorten(str(text), letters)


def rank_mark(row: pd.Series) -> str:
    """Rank as printed: '3', '3=' where another has the same total, '–' without a rank."""
    if row["rank"] == 0:
        return "–"
    return f"{integer(row['rank'])}=" if row["tied"] else integer(row["rank"])


def judge_name(found: Priorities, judge: str) -> str:
    """Short name of a judge's agency; with the role where an agency sent several, and as written where unknown."""
    if found.agencies.empty:
        return judge
    agency = str(found.judges.loc[judge, "agency"])
    short = str(found.agencies.loc[agency, "short"]) if agency in found.agencies.index else agency
    if (found.judges["agency"] == agency).sum() > 1:
        role = judge.partition(":")[2].strip()
        return f"{short}: {role}" if role else short
    return short


def agency_name(found: Priorities, agency: object, *, short: bool = True) -> str:
    """Name of an agency in the language in use; a dash without one."""
    if not isinstance(agency, str) or not agency:
        return "–"
    if agency not in found.agencies.index:
        return agency
    return str(found.agencies.loc[agency, "short" if short else "name_en" if language() == "en" else "name"])


def method_label(id: str, own: Method) -> str:
    """Short label of a way of counting, as it heads a column."""
    words = {
        "usg_sum": tr("USG jumlah"),
        "usg_product": tr("USG kali"),
        "usg_pairs": tr("USG pasangan"),
        "hanlon_sum": tr("Hanlon (A+B)C"),
        "hanlon_third": tr("Hanlon (A+B)C/3"),
        "hanlon_double": tr("Hanlon (A+2B)C"),
        "median_rank": tr("median"),
        "borda_rank": tr("Borda"),
        "copeland_rank": tr("Copeland"),
        "topsis": tr("TOPSIS"),
        "vikor": tr("VIKOR"),
        "promethee": tr("PROMETHEE"),
        "ahp": tr("AHP"),
    }
    return words.get(id) or (own.name if id == own.id else id)


def n_scored(found: Priorities) -> str:
    """How many judges and problems a figure rests on."""
    heard = int((~np.isnan(found.scores)).any(axis=(1, 2)).sum()) if found.scores.size else 0
    return tr("{judges} dari {all} penilai memberi skor, {problems} masalah",
              judges=integer(heard), all=integer(len(found.judges)), problems=integer(len(found.problems)))  # fmt: skip


def score_source(found: Priorities) -> str:
    """Source line of all that comes from the scores."""
    if not found.held_on:
        return tr("Lembar skor")
    return tr("Skor penilai, {title}, {date}", title=found.title, date=date(found.held_on))


def nothing_scored() -> Refusal:
    """Why there is no figure before the meeting."""
    return Refusal("no_data", {"subject": tr("skor penilai")})


def rank_shares(found: Priorities, shares: Acceptability, *, weights: bool) -> Caption:
    """How often each problem takes each rank."""
    ranked = found.problems[found.problems["rank"] > 0]
    name = problem_name(found, str(ranked.index[0]), NAME)
    first = float(shares.by_rank[0, 0])
    span = _span(shares, 0)
    title = first_fitting(
        tr("“{name}” berada di peringkat {span} pada 90 % undian", name=name, span=span),
        tr("Masalah teratas berada di peringkat {span} pada 90 % undian", span=span),
    )
    told = [
        tr("{name}: peringkat {span}, di antara {top} teratas pada {share}",
           name=problem_name(found, str(problem), 60), span=_span(shares, i), top=integer(found.top),
           share=percent(100 * float(shares.among_first(found.top)[i]), 0))
        for i, problem in enumerate(ranked.index[:SHOWN])
    ]  # fmt: skip
    alt = tr("Kisi masalah menurut baris dan peringkat menurut kolom; makin gelap makin sering.") + " "
    alt += "; ".join(told) + "."
    if weights:
        note = tr(
            "Bobot kriteria diundi {n} kali (semua bobot sama mungkinnya, benih {seed}); penilainya tetap. Masalah "
            "pertama tetap pertama pada {first} undian.",
            n=integer(shares.draws), seed=str(shares.seed), first=percent(100 * first, 0),
        )  # fmt: skip
    else:
        note = tr(
            "Susunan penilai diundi {n} kali dari penilai yang sama (benih {seed}); bobotnya tetap. Masalah pertama "
            "tetap pertama pada {first} undian.",
            n=integer(shares.draws), seed=str(shares.seed), first=percent(100 * first, 0),
        )  # fmt: skip
    notes = [note]
    if not weights:
        notes.append(tier_note())
    if found.problems["tied"].any():
        notes.append(tr("Tanda = berarti skornya sama dengan masalah lain."))
    return Caption(title, alt, n_scored(found), tuple(notes))


def tier_note() -> str:
    """What a tier is."""
    return tr(
        "Urutan di dalam satu tingkat tidak dapat dibedakan: tingkat baru dimulai bila masalah teratas tingkat "
        "sebelumnya mendahuluinya pada sedikitnya 80 % undian."
    )


def _span(shares: Acceptability, place: int) -> str:
    return span_text(float(shares.low[place]), float(shares.high[place]))


def span_text(low: float, high: float) -> str:
    """'2' or '2–4'."""
    return integer(low) if low == high else f"{integer(low)}–{integer(high)}"


def judges_map(found: Priorities) -> Caption:
    """Mean score that each judge gave each problem."""
    blanks = int(np.isnan(found.scores).all(axis=2).sum())
    cells = found.scores.shape[0] * found.scores.shape[1]
    agreed = found.judges["with_rest"].dropna()
    if len(agreed) and float(agreed.min()) < 0:
        against = int((agreed < 0).sum())
        title = tr("{n} dari {all} penilai mengurutkan berlawanan dengan yang lain",
                   n=integer(against), all=integer(len(agreed)))  # fmt: skip
    elif len(agreed):
        low, high = decimal(float(agreed.min()), 1), decimal(float(agreed.max()), 1)
        span = low if low == high else tr("{low} sampai {high}", low=low, high=high)
        title = tr("Urutan tiap penilai searah dengan penilai lain (korelasi {span})", span=span)
    else:
        title = tr("Skor setiap penilai untuk setiap masalah")
    alt = tr(
        "Kisi masalah menurut baris dan penilai menurut kolom, berisi rerata skor; {blanks} dari {cells} sel "
        "tidak dinilai.", blanks=integer(blanks), cells=integer(cells),
    ) + f" {title}."  # fmt: skip
    notes = (
        tr("Sel kosong bergaris berarti tidak menilai, bukan nol; angka dalam kurung berarti sebagian kriteria saja."),
        tr("Bingkai tebal: masalah yang dipegang dinas penilai itu sendiri."),
    )
    return Caption(title, alt, n_scored(found), notes)


def weight_panel(found: Priorities, shares: Acceptability) -> Caption:
    """How the order depends on the weights of the criteria."""
    ranked = found.problems[found.problems["rank"] > 0]
    sure = int((shares.among_first(found.top) >= 0.95).sum())
    if sure:
        title = tr("{n} masalah masuk {top} teratas pada hampir semua bobot", n=integer(sure), top=integer(found.top))
    else:
        title = tr("Tidak ada masalah yang masuk {top} teratas pada hampir semua bobot", top=integer(found.top))
    told = [
        tr("{name}: {top} teratas {share}, pertama {first}",
           name=problem_name(found, str(problem), 60), top=integer(found.top),
           share=percent(100 * float(shares.among_first(found.top)[i]), 0),
           first=percent(100 * float(shares.by_rank[i, 0]), 0))
        for i, problem in enumerate(ranked.index[:SHOWN])
    ]  # fmt: skip
    alt = tr("Titik bagian undian bobot tempat masalah masuk teratas.") + " " + "; ".join(told) + "."
    note = tr(
        "{n} undian bobot, semua bobot sama mungkinnya (benih {seed}); hampir semua berarti sedikitnya 95 %. Kolom "
        "kanan: rerata bobot pada undian yang menempatkan masalah itu pertama.",
        n=integer(shares.draws), seed=str(shares.seed),
    )  # fmt: skip
    return Caption(title, alt, n_scored(found), (note,))


def method_lines(found: Priorities, same: int, others: int) -> Caption:
    """Ranks by several ways of counting."""
    title = first_fitting(
        tr("{n} dari {all} cara hitung lain menempatkan masalah yang sama di {top} teratas",
           n=integer(same), all=integer(others), top=integer(found.top)),
    )  # fmt: skip
    alt = tr("Garis peringkat tiap masalah menurut beberapa cara hitung.") + f" {title}."
    notes = (
        tr("Semua cara memakai skor yang sama. Median, Borda, dan Copeland menggabungkan penilai dengan cara lain; "
           "TOPSIS, VIKOR, dan PROMETHEE adalah pendapat kedua, bukan metode rapat."),
        tr("Baris bawah: kesamaan urutan dengan metode rapat (korelasi Spearman, 1 = sama persis)."),
    )  # fmt: skip
    return Caption(title, alt, n_scored(found), notes)


def place_figure(found: Priorities, problem: str, places: pd.DataFrame) -> Caption:
    """Villages by share and number for one problem."""
    indicator = load_catalogue()[str(places["indicator"].iloc[0])]
    both = places[places["verdict"] == "both"]
    shown = places[places["verdict"] != ""]
    name = problem_name(found, problem, NAME)
    counted = {"n": integer(len(both)), "all": integer(len(shown))}
    title = first_fitting(
        tr("{name}: {n} dari {all} desa tinggi persentase dan jumlahnya", name=name, **counted),
        tr("{n} dari {all} desa tinggi persentase dan jumlahnya", **counted),
    )
    part = float(both["affected"].sum()) / whole if (whole := float(shown["affected"].sum())) else 0.0
    held = tr("Desa-desa itu memuat {share} dari semua sasaran yang bermasalah ({n} orang atau keluarga).",
              share=percent(100 * part, 0), n=integer(whole))  # fmt: skip
    worst = both.sort_values(["affected", "area_code"], ascending=[False, True]).head(SHOWN)
    alt = tr("Sebaran desa menurut persentase dan jumlah sasaran bermasalah, indikator {name}.", name=indicator.name)
    if len(worst):
        alt += " " + tr("Terbanyak: {names}.", names=join([str(n) for n in worst["name"]]))
    cuts = tr(
        "Batas: persentase {area} ({share}) dan rerata jumlah per desa ({n}).",
        area=found.name, share=percent(float(places["share_cut"].iloc[0]), 1),
        n=integer(float(places["number_cut"].iloc[0])),
    )  # fmt: skip
    what = tr("Sasaran bermasalah: {what}.", what=_bad(indicator))
    return Caption(title, f"{alt} {held}", tr("{n} desa", n=integer(len(shown))), (f"{what} {held} {cuts}",))


def _bad(indicator: object) -> str:
    from kbk_analysis.schema import Direction

    counted, name = indicator.numerator, indicator.name  # type: ignore[attr-defined]
    if indicator.direction == Direction.LOWER:  # type: ignore[attr-defined]
        return str(counted)
    return tr("yang belum termasuk “{name}”", name=name)
