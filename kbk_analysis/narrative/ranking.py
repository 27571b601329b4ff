"""What the chapter on priorities says: the first page, and the opening of each section.

Input: a released `Priorities`. Output: `Words` and `Facts` in the language in use. The ranking helps the meeting to
deliberate; the meeting decides.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Facts, Place, Words
from kbk_analysis.i18n import decimal, integer, join, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import share_of
from kbk_analysis.narrative.priorities import agreement_text, judge_remarks, method_text, order_text
from kbk_analysis.narrative.priority_figures import judge_name, problem_name, span_text, tier_note
from kbk_analysis.narrative.situation import heading
from kbk_analysis.priority.agreement import Concordance
from kbk_analysis.priority.analysis import MANY, Priorities
from kbk_analysis.priority.chapter import FEW, GATE_WORDS, pareto_cut
from kbk_analysis.priority.robustness import Acceptability
from kbk_analysis.priority.ways import all_ways, same_first

SURE: Final = 0.95  # share of draws from which a place among the first is called sure
LEAST: Final = 0.05  # and below which it is out of the question
APART: Final = 0.5  # of the scale, by which judges and data must differ to be told
NAME: Final = 70  # letters of a problem in a sentence
SHOWN: Final = 4  # names in a sentence


def priority_words(priorities: Priorities) -> tuple[Words, ...]:
    """First page: headline tiles, the method, findings, what is asked of the meeting."""
    require_released(priorities)
    method = f"{method_text(priorities)} {tr('Metode dan bobot ditetapkan sebelum skor dibaca.')}"
    parts = [
        Words(kind="tiles", items=_tiles(priorities), place=Place.SUMMARY),
        Words(kind="note", items=[method], place=Place.SUMMARY),
        heading(tr("Temuan utama"), place=Place.SUMMARY),
        Words(kind="findings", items=_findings(priorities), place=Place.SUMMARY),
    ]
    asked = _asks(priorities)
    if asked:
        parts.append(heading(tr("Yang diminta dari rapat"), place=Place.SUMMARY))
        parts.append(_paragraph(tr("Peringkat membantu musyawarah; rapat yang memutuskan."), Place.SUMMARY))
        parts.append(Words(kind="asks", items=asked, place=Place.SUMMARY))
    return tuple(parts)


def _tiles(found: Priorities) -> list[tuple[str, str, str]]:
    heard = _heard(found)
    ranked = int((found.problems["rank"] > 0).sum())
    w = found.concordance
    agreed = decimal(w.w, 2) if isinstance(w, Concordance) else "–"
    chance = tr("W Kendall; tanpa kesepakatan {chance}", chance=decimal(w.chance, 2)) if isinstance(w, Concordance) else w.short
    known = isinstance(found.by_judges, Acceptability)
    sure = share_of(len(_sure(found)), found.top) if known else "–"
    doubt = tr("pada sedikitnya 95 % undian penilai") if isinstance(found.by_judges, Acceptability) else found.by_judges.short
    listed = len(found.problems) + (int((found.gate["failed"] != "").sum()) if len(found.gate) else 0)
    return [
        (tr("Masalah diperingkat"), share_of(ranked, listed), found.method.name),
        (tr("Penilai memberi skor"), share_of(heard, len(found.judges)), _scored_all(found)),
        (tr("Kesepakatan penilai"), agreed, chance),
        (tr("Pasti masuk {n} teratas", n=integer(found.top)), sure, doubt),
    ]


def _scored_all(found: Priorities) -> str:
    full = int((found.judges["scored"] == len(found.problems)).sum()) if len(found.problems) else 0
    return tr("{n} menilai semua masalah", n=integer(full))


def _heard(found: Priorities) -> int:
    return int((~np.isnan(found.scores)).any(axis=(1, 2)).sum()) if found.scores.size else 0


def _top(found: Priorities) -> pd.Series:
    """Share of draws of judges among the first, by problem; empty where judges are too few."""
    return found.problems["top"].dropna().astype(float) if "top" in found.problems else pd.Series(dtype=float)


def _sure(found: Priorities) -> list[str]:
    top = _top(found)
    return [str(id) for id in top.index[top >= SURE]]


def _named(found: Priorities, ids: list[str]) -> str:
    names = [f"“{problem_name(found, id, NAME)}”" for id in ids[:SHOWN]]
    if len(ids) > SHOWN:
        names.append(tr("{n} lainnya", n=integer(len(ids) - SHOWN)))
    return join(names)


def _findings(found: Priorities) -> list[str]:
    """At most five sentences, the weightiest first; what cannot be said is left out."""
    said = [_decided(found), _first(found), _border(found), agreement_text(found), _other_ways(found), _against_data(found)]
    return [text for text in said if text][:5]


def _decided(found: Priorities) -> str:
    """Where the meeting agreed on another order than computed."""
    if "agreed_rank" not in found.problems or found.problems["agreed_rank"].isna().all():
        return ""
    rows = found.problems[found.problems["agreed_rank"].notna()]
    other = rows[rows["agreed_rank"].astype(int) != rows["rank"]]
    if other.empty:
        return tr("Rapat menetapkan urutan yang sama dengan hasil hitungan untuk {n} masalah.", n=integer(len(rows)))
    return tr("Rapat menetapkan urutan lain untuk {n} dari {all} masalah, dengan alasan yang dicatat: {names}.",
              n=integer(len(other)), all=integer(len(rows)), names=_named(found, [str(id) for id in other.index]))  # fmt: skip


def _first(found: Priorities) -> str:
    """The first problem with its interval, and whether leaving out one judge moves it."""
    ranked = found.problems[found.problems["rank"] > 0]
    if not len(ranked):
        return tr("Belum ada masalah yang dinilai cukup banyak penilai; peringkat belum dapat diberikan.")
    first = ranked[ranked["rank"] == 1]
    names = _named(found, [str(id) for id in first.index])
    total, most = decimal(float(first["total"].iloc[0]), 1), _most(found)
    if len(first) > 1:
        text = tr("Skor tertinggi sama pada {n} masalah ({total}{most}): {names}.",
                  n=integer(len(first)), total=total, most=most, names=names)  # fmt: skip
    else:
        text = tr("Skor tertinggi: {names} ({total}{most}).", names=names, total=total, most=most)
    row = first.iloc[0]
    if "low" in row and pd.notna(row["low"]) and len(first) == 1:
        text += " " + tr("Bila penilainya lain, peringkatnya {span} pada 90 % undian.", span=span_text(row["low"], row["high"]))
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
              names=_named(found, [str(id) for id in moved.index]), n=integer(found.top))  # fmt: skip


def _border(found: Priorities) -> str:
    """Which problems compete for the last places among the first."""
    top = _top(found)
    if not len(top):
        return ""
    sure, open_ = _sure(found), top[(top >= LEAST) & (top < SURE)]
    if not len(open_):
        return tr("Kumpulan {n} teratas pasti: setiap masalah di dalamnya tetap di sana pada sedikitnya 95 % undian penilai.",
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
    return lead + tr("Yang bersaing, dengan bagian undian di {all} teratas: {names}. Urutan di dalam satu tingkat tidak dapat "
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


def _against_data(found: Priorities) -> str:
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
        said.append(tr("Penilai menganggap lebih gawat daripada jarak ke target: {names}.", names=_named(found, apart["above"])))
    if apart["below"]:
        said.append(tr("Jarak ke target lebih besar daripada anggapan penilai: {names}.", names=_named(found, apart["below"])))
    return " ".join(said)


def _asks(found: Priorities) -> list[str]:
    asked = []
    if "agreed_rank" not in found.problems or found.problems["agreed_rank"].isna().all():
        asked.append(tr("Tetapkan {n} masalah prioritas dan catat alasannya bila urutannya lain daripada hasil hitungan.",
                        n=integer(found.top)))  # fmt: skip
    late = [judge_name(found, str(id)) for id, n in found.judges["scored"].items() if n == 0]
    if late:
        asked.append(tr("Belum ada skor lengkap dari: {names}. Mereka dapat menyusulkan skor atau menyatakan tidak menilai.",
                        names=join(late)))  # fmt: skip
    short = found.problems.index[(found.problems["rank"] == 0)]
    if len(short):
        asked.append(tr("Lengkapi skor masalah yang belum cukup penilai: {names}.", names=_named(found, [str(i) for i in short])))
    causeless = [str(id) for id, cause in found.problems["cause"].items() if pd.isna(cause) or not cause]
    if causeless:
        asked.append(tr("Sebutkan penyebab dan buktinya untuk {names}; kegiatan tanpa penyebab sulit dipilih.",
                        names=_named(found, causeless)))  # fmt: skip
    asked += _list_remarks(found)
    return asked[:5]


def _list_remarks(found: Priorities) -> list[str]:
    """Too many problems, too few, or several that speak of the same indicator."""
    said = []
    listed = len(found.problems)
    if found.too_many:
        said.append(tr("Daftar memuat {n} masalah; pilih dahulu paling banyak {most} untuk dinilai.", n=integer(listed), most=integer(MANY)))
    elif listed < FEW:
        said.append(tr("Daftar hanya memuat {n} masalah; periksa apakah ada masalah yang belum diusulkan.", n=integer(listed)))
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
    told = "; ".join(_named(found, ids) for ids in several[:2])
    return tr("Masalah yang memakai indikator yang sama dihitung satu kali ({n} kelompok dari {all} masalah): {names}.",
              n=integer(len(groups)), all=integer(len(found.problems)), names=told)  # fmt: skip


def ranking_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on the ranking: what it says, how sure it is, how evenly the totals lie."""
    require_released(priorities)
    texts = [order_text(priorities)]
    if isinstance(priorities.by_judges, Refusal):
        texts.append(tr("Selang peringkat tidak diberikan: {reason}", reason=priorities.by_judges.text))
    else:
        texts.append(tier_note())
    texts += [text for text in (_pareto(priorities), overlap_text(priorities)) if text]
    return (heading(tr("Masalah mana yang lebih dahulu?")), _paragraph(" ".join(texts)))


def _pareto(found: Priorities) -> str:
    cut, ranked = pareto_cut(found.problems), int((found.problems["rank"] > 0).sum())
    if cut is None or ranked < 5:
        return ""
    if cut > ranked / 2:
        return tr("80 % dari jumlah semua skor baru tercapai pada masalah ke-{n} dari {all}: skornya hampir sama besar, jadi "
                  "aturan 80/20 tidak membantu memilih.", n=integer(cut), all=integer(ranked))  # fmt: skip
    return tr("{n} dari {all} masalah memuat 80 % dari jumlah semua skor.", n=integer(cut), all=integer(ranked))


def judge_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on the judges: agreement, severity, own interest."""
    require_released(priorities)
    told = judge_remarks(priorities)
    text = f"{agreement_text(priorities)} {leave_one_out_text(priorities)}".strip()
    parts = [heading(tr("Siapa menilai, dan seberapa sepakat?")), _paragraph(text)]
    if told:
        parts.append(Words(kind="list", items=told))
        parts.append(_paragraph(tr("Tidak ada penilai yang dikeluarkan dari hitungan; catatan ini untuk dibicarakan.")))
    return tuple(parts)


def doubt_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on weights and ways of counting."""
    require_released(priorities)
    text = tr(
        "Dua hal dapat mengubah urutan: bobot kriteria dan cara menghitung. Keduanya diperiksa terpisah dari susunan "
        "penilai dan tidak pernah digabung dalam satu angka."
    )
    return (heading(tr("Apakah urutan bergantung pada bobot atau cara hitung?")), _paragraph(f"{text} {_second(priorities)}"))


def _second(found: Priorities) -> str:
    said = []
    if len(found.compromise) > 1:
        said.append(tr("Menurut VIKOR, {n} masalah teratas setara sebagai pilihan kompromi: {names}.",
                       n=integer(len(found.compromise)), names=_named(found, list(found.compromise))))  # fmt: skip
    if found.pair_weights is not None:
        weights = join([f"{letter} {percent(100 * float(w), 0)}" for letter, w in
                        zip(found.method.letters, found.pair_weights.weights, strict=True)])  # fmt: skip
        said.append(tr("Bobot AHP dari perbandingan berpasangan: {weights}; rasio konsistensi {ratio} (paling tinggi {most}).",
                       weights=weights, ratio=decimal(found.pair_weights.ratio, 2), most=decimal(0.10, 2)))  # fmt: skip
        if not found.pair_weights.consistent:
            said.append(tr("Perbandingannya saling bertentangan, jadi bobot AHP tidak dipakai untuk menyimpulkan."))
    return " ".join(said)


def evidence_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on what the data say beside the judges."""
    require_released(priorities)
    text = tr(
        "Skor dari data berdiri di samping skor penilai dan tidak menggantikannya. Besar: jarak ke target dibagi target, "
        "skor tertinggi bila jaraknya sebesar target itu sendiri. Tumbuh: perubahan setahun ke arah yang lebih buruk, "
        "hanya bila arahnya dapat disebut. Mendesak: makin dekat tahun target makin tinggi. Target yang sudah tercapai "
        "memberi skor terendah; tanpa target daerah tidak ada skor."
    )
    return (heading(tr("Apa kata data?")), _paragraph(f"{text} {_against_data(priorities)}".strip()))


def place_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on villages."""
    require_released(priorities)
    text = tr(
        "Desa yang didahulukan adalah desa yang tinggi persentasenya dan juga tinggi jumlahnya: persentase saja memilih "
        "desa kecil, jumlah saja memilih desa besar."
    )
    return (heading(tr("Desa mana yang lebih dahulu?")), _paragraph(text))


def gate_words(priorities: Priorities) -> tuple[Words, ...]:
    """What the gate of a method stopped; nothing where the method has none."""
    require_released(priorities)
    if not priorities.method.gate:
        return ()
    if priorities.gate.empty:
        text = tr("Metode ini memakai saringan PEARL, tetapi pertanyaannya belum dijawab; belum ada masalah yang tersaring.")
        return (_paragraph(text),)
    failed = priorities.gate[priorities.gate["failed"] != ""]
    words = "; ".join(f"{letter} = {tr(GATE_WORDS[letter])}" for letter in priorities.method.gate)
    told = tr("Saringan PEARL ({words}): satu jawaban tidak dari sebagian besar penilai mengeluarkan masalah dari peringkat.", words=words)
    end = (
        tr("{n} masalah tidak lolos dan didaftar terpisah dengan skornya; masalah itu dapat gawat tetapi memerlukan pihak lain.", n=integer(len(failed)))
        if len(failed)
        else tr("Semua masalah lolos.")
    )
    return (_paragraph(f"{told} {end}"),)


def priority_annex_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the annex: what the terms mean."""
    require_released(priorities)
    terms = [
        tr("Undian: hitungan diulang ribuan kali dengan susunan penilai atau bobot yang diundi, untuk melihat apakah urutan tetap."),
        tr("Selang 90 %: peringkat terendah sampai tertinggi pada 90 % undian, untuk satu masalah saja."),
        tier_note(),
        tr("W Kendall: 0 sampai 1, makin tinggi makin sama urutan para penilai; tanpa kesepakatan nilainya rata-rata 1 dibagi jumlah penilai."),
        tr("p: peluang kesepakatan setinggi itu muncul secara kebetulan; dihitung dengan mengacak urutan setiap penilai."),
        tr("Tidak menilai: sel kosong; rata-rata dihitung dari yang menilai, dan masalah yang dinilai kurang dari separuh penilai tidak diberi peringkat."),
    ]
    return (heading(tr("Catatan cara hitung prioritas"), place=Place.ANNEX), Words(kind="list", items=terms, place=Place.ANNEX))


def _paragraph(text: str, place: Place = Place.BODY) -> Words:
    return Words(kind="paragraph", items=[text.strip()], place=place)


def priority_facts(priorities: Priorities) -> Facts:
    """Headline facts for the index page, the wrong-area guard and the tests."""
    require_released(priorities)
    found, w = priorities, priorities.concordance
    ways = all_ways(found)
    first = found.problems.index[(found.problems["rank"] > 0) & (found.problems["rank"] <= found.top)]
    both = found.places[found.places["verdict"] == "both"] if len(found.places) else found.places
    return Facts(
        {
            "area_code": found.area_code,
            "area_name": found.name,
            "period": found.period,
            "meeting": found.meeting,
            "held_on": found.held_on or None,
            "method": found.method.id,
            "problems": len(found.problems),
            "problems_ranked": int((found.problems["rank"] > 0).sum()),
            "problems_tied": int(found.problems["tied"].sum()),
            "judges": len(found.judges),
            "judges_scored": _heard(found),
            "first_problems": " ".join(map(str, first)),
            "sure_among_first": " ".join(_sure(found)),
            "agreement_w": round(w.w, 3) if isinstance(w, Concordance) else None,
            "agreement_p": round(w.p, 4) if isinstance(w, Concordance) else None,
            "ways_with_the_same_first": f"{same_first(ways, found.top)}/{ways.shape[1] - 1}" if len(ways) else None,
            "without_cause": int(found.problems["cause"].isna().sum()),
            "priority_villages": int(both["area_code"].nunique()) if len(both) else 0,
        }
    )
