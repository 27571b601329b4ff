"""What the chapter on priorities says: the first page, and the opening of each section.

Input: a released `Priorities`. Output: `Words` and `Facts` in the language in use. The ranking helps the meeting to
deliberate; the meeting decides.
"""

from __future__ import annotations

from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Facts, Place, Words
from kbk_analysis.i18n import decimal, integer, join, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import share_of
from kbk_analysis.narrative.priorities import agreement_text, judge_remarks, method_text, order_text
from kbk_analysis.narrative.priority_figures import tier_note
from kbk_analysis.narrative.priority_findings import (
    against_data,
    asks,
    findings,
    heard,
    leave_one_out_text,
    named,
    overlap_text,
    sure_ones,
)
from kbk_analysis.narrative.situation import heading
from kbk_analysis.priority.agreement import Concordance
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.chapter import GATE_WORDS, pareto_cut
from kbk_analysis.priority.robustness import Acceptability
from kbk_analysis.priority.ways import all_ways, same_first


def priority_words(priorities: Priorities) -> tuple[Words, ...]:
    """First page: headline tiles, the method, findings, what is asked of the meeting."""
    require_released(priorities)
    before = tr("Metode dan bobot ditetapkan sebelum skor dibaca.")
    method = f"{method_text(priorities)} {before} {_draws()}"
    parts = [
        Words(kind="tiles", items=_tiles(priorities), place=Place.SUMMARY),
        Words(kind="note", items=[method], place=Place.SUMMARY),
        heading(tr("Temuan utama"), place=Place.SUMMARY),
        Words(kind="findings", items=findings(priorities), place=Place.SUMMARY),
    ]
    asked = asks(priorities)
    if asked:
        parts.append(heading(tr("Yang diminta dari rapat"), place=Place.SUMMARY))
        parts.append(_paragraph(tr("Peringkat membantu musyawarah; rapat yang memutuskan."), Place.SUMMARY))
        parts.append(Words(kind="asks", items=asked, place=Place.SUMMARY))
    return tuple(parts)


def _tiles(found: Priorities) -> list[tuple[str, str, str]]:
    scored = heard(found)
    ranked = int((found.problems["rank"] > 0).sum())
    w = found.concordance
    agreed = decimal(w.w, 2) if isinstance(w, Concordance) else "–"
    chance = (
        tr("W Kendall; tanpa kesepakatan {chance}", chance=decimal(w.chance, 2))
        if isinstance(w, Concordance)
        else w.short
    )
    known = isinstance(found.by_judges, Acceptability)
    sure = share_of(len(sure_ones(found)), found.top) if known else "–"
    doubt = (
        tr("pada sedikitnya 95 % undian penilai")
        if isinstance(found.by_judges, Acceptability)
        else found.by_judges.short
    )
    listed = len(found.problems) + (int((found.gate["failed"] != "").sum()) if len(found.gate) else 0)
    return [
        (tr("Masalah diperingkat"), share_of(ranked, listed), found.method.name),
        (tr("Penilai memberi skor"), share_of(scored, len(found.judges)), _scored_all(found)),
        (tr("Kesepakatan penilai"), agreed, chance),
        (tr("Pasti masuk {n} teratas", n=integer(found.top)), sure, doubt),
    ]


def _scored_all(found: Priorities) -> str:
    full = int((found.judges["scored"] == len(found.problems)).sum()) if len(found.problems) else 0
    return tr("{n} menilai semua masalah", n=integer(full))


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
        return tr("80 % dari jumlah semua skor baru tercapai pada masalah ke-{n} dari {all}: skornya hampir "
                  "sama besar, jadi "
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
    return (
        heading(tr("Apakah urutan bergantung pada bobot atau cara hitung?")),
        _paragraph(f"{text} {_second(priorities)}"),
    )


def _second(found: Priorities) -> str:
    said = []
    if len(found.compromise) > 1:
        said.append(tr("Menurut VIKOR, {n} masalah teratas setara sebagai pilihan kompromi: {names}.",
                       n=integer(len(found.compromise)), names=named(found, list(found.compromise))))  # fmt: skip
    if found.pair_weights is not None:
        weights = join([f"{letter} {percent(100 * float(w), 0)}" for letter, w in
                        zip(found.method.letters, found.pair_weights.weights, strict=True)])  # fmt: skip
        said.append(tr("Bobot AHP dari perbandingan berpasangan: {weights}; rasio konsistensi {ratio} (paling "
                       "tinggi {most}).",
                       weights=weights, ratio=decimal(found.pair_weights.ratio, 2), most=decimal(0.10, 2)))  # fmt: skip
        if not found.pair_weights.consistent:
            said.append(tr("Perbandingannya saling bertentangan, jadi bobot AHP tidak dipakai untuk menyimpulkan."))
    return " ".join(said)


def evidence_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on what the data say beside the judges."""
    require_released(priorities)
    text = tr(
        "Skor dari data berdiri di samping skor penilai dan tidak menggantikannya. Besar: jarak ke target "
        "dibagi target, "
        "skor tertinggi bila jaraknya sebesar target itu sendiri. Tumbuh: perubahan setahun ke arah yang lebih buruk, "
        "hanya bila arahnya dapat disebut. Mendesak: makin dekat tahun target makin tinggi. Target yang sudah tercapai "
        "memberi skor terendah; tanpa target daerah tidak ada skor."
    )
    return (heading(tr("Apa kata data?")), _paragraph(f"{text} {against_data(priorities)}".strip()))


def place_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the section on villages."""
    require_released(priorities)
    text = tr(
        "Desa yang didahulukan adalah desa yang tinggi persentasenya dan juga tinggi jumlahnya: persentase saja "
        "memilih "
        "desa kecil, jumlah saja memilih desa besar. Persentase desa kecil ditarik dahulu ke arah persentase seluruh "
        "wilayah: di sana satu orang saja sudah mengubahnya banyak."
    )
    return (heading(tr("Desa mana yang lebih dahulu?")), _paragraph(text))


def gate_words(priorities: Priorities) -> tuple[Words, ...]:
    """What the gate of a method stopped; nothing where the method has none."""
    require_released(priorities)
    if not priorities.method.gate:
        return ()
    if priorities.gate.empty:
        text = tr(
            "Metode ini memakai saringan PEARL, tetapi pertanyaannya belum dijawab; belum ada masalah yang tersaring."
        )
        return (_paragraph(text),)
    failed = priorities.gate[priorities.gate["failed"] != ""]
    words = "; ".join(f"{letter} = {tr(GATE_WORDS[letter])}" for letter in priorities.method.gate)
    told = tr(
        "Saringan PEARL ({words}): satu jawaban tidak dari sebagian besar penilai mengeluarkan masalah dari peringkat.",
        words=words,
    )
    end = (
        tr(
            "{n} masalah tidak lolos dan didaftar terpisah dengan skornya; masalah itu dapat gawat tetapi "
            "memerlukan pihak lain.",
            n=integer(len(failed)),
        )
        if len(failed)
        else tr("Semua masalah lolos.")
    )
    return (_paragraph(f"{told} {end}"),)


def priority_annex_words(priorities: Priorities) -> tuple[Words, ...]:
    """Opening of the annex: what the terms mean."""
    require_released(priorities)
    terms = [
        _draws(),
        tr("Selang 90 %: peringkat terendah sampai tertinggi pada 90 % undian, untuk satu masalah saja."),
        tier_note(),
        tr(
            "W Kendall: 0 sampai 1, makin tinggi makin sama urutan para penilai; tanpa kesepakatan nilainya "
            "rata-rata 1 dibagi jumlah penilai."
        ),
        tr(
            "p: peluang kesepakatan setinggi itu muncul secara kebetulan; dihitung dengan mengacak urutan "
            "setiap penilai."
        ),
        tr(
            "Tidak menilai: sel kosong; rata-rata dihitung dari yang menilai, dan masalah yang dinilai kurang "
            "dari separuh penilai tidak diberi peringkat."
        ),
    ]
    return (
        heading(tr("Catatan cara hitung prioritas"), place=Place.ANNEX),
        Words(kind="list", items=terms, place=Place.ANNEX),
    )


def _draws() -> str:
    """What a draw is, told where the first share of draws stands."""
    return tr(
        "Undian: hitungan diulang ribuan kali dengan susunan penilai atau bobot yang diundi, untuk melihat apakah "
        "urutan tetap."
    )


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
            "judges_scored": heard(found),
            "first_problems": " ".join(map(str, first)),
            "sure_among_first": " ".join(sure_ones(found)),
            "agreement_w": round(w.w, 3) if isinstance(w, Concordance) else None,
            "agreement_p": round(w.p, 4) if isinstance(w, Concordance) else None,
            "ways_with_the_same_first": f"{same_first(ways, found.top)}/{ways.shape[1] - 1}" if len(ways) else None,
            "without_cause": int(found.problems["cause"].isna().sum()),
            "priority_villages": int(both["area_code"].nunique()) if len(both) else 0,
        }
    )
