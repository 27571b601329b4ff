"""What the situation chapter says in words: the first page, and the opening of each section.

Input: a released `Situation`. Output: `Words` and `Facts` in the language in use.
"""

from __future__ import annotations

from typing import Final

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Facts, Place, Words
from kbk_analysis.i18n import date, decimal, integer, join, mark, ntr, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import amount, per_year, share_of
from kbk_analysis.narrative.sentences import grade_words, sentence
from kbk_analysis.schema import CLASSES, INDICES, Edition
from kbk_analysis.situation.formation import MATURE
from kbk_analysis.situation.levels import FIRM, GATE
from kbk_analysis.situation.quality import GRADES, OLD
from kbk_analysis.situation.result import Situation

TRENDS_TOLD: Final = 3  # indicators named of those whose trend is told


def heading(text: str, level: int = 2, place: Place = Place.BODY) -> Words:
    """A heading of the chapter."""
    return Words(kind="heading", items=[text], level=level, place=place)


def summary_words(situation: Situation, *, reply_by: str = "") -> tuple[Words, ...]:
    """First page: headline tiles, the grade of the data with its reasons, findings, what is asked and by when.

    Parameters
    ----------
    situation
        A released result.
    reply_by
        Day (ISO) by which the requests are to be answered; blank when the meeting sets it.
    """
    require_released(situation)
    grade = tr(
        "Mutu data: {grade} ({words}).", grade=situation.quality.grade, words=grade_words(situation.quality.grade)
    )
    places = {remark.code: place for place, remark in enumerate(situation.findings, start=1)}
    reasons = [sentence(remark) for remark in situation.quality.reasons if remark.code not in places]
    told = [integer(places[remark.code]) for remark in situation.quality.reasons if remark.code in places]
    if told:  # what the findings say is not said twice on one page
        text = mark("Alasannya juga temuan {numbers}.") if reasons else mark("Alasannya: temuan {numbers}.")
        reasons.append(tr(text, numbers=join(told)))
    parts = [
        Words(kind="tiles", items=_tiles(situation), place=Place.SUMMARY),
        Words(kind="note", items=[" ".join([grade, *reasons])], place=Place.SUMMARY),
    ]
    if situation.findings:
        found = [sentence(remark) for remark in situation.findings]
        parts.append(heading(tr("Temuan utama"), place=Place.SUMMARY))
        parts.append(Words(kind="findings", items=found, place=Place.SUMMARY))
    if situation.asks:
        wanted = [sentence(remark) for remark in situation.asks]
        parts.append(heading(tr("Yang diminta dari pembaca"), place=Place.SUMMARY))
        parts.append(_paragraph(_undecided(reply_by), Place.SUMMARY))
        parts.append(Words(kind="asks", items=wanted, place=Place.SUMMARY))
    return tuple(parts)


def _undecided(reply_by: str) -> str:
    """What this report settles and what it leaves to the meeting."""
    due = (
        tr("Jawaban ditunggu paling lambat {date}.", date=date(reply_by))
        if reply_by
        else tr("Tenggat ditetapkan rapat.")
    )
    told = tr(
        "Urutan temuan dihitung dari data dan belum diputuskan siapa pun: keputusan, penanggung jawab akhir, dan "
        "anggaran ditetapkan rapat."
    )
    return f"{due} {told}"


def _tiles(situation: Situation) -> list[tuple[str, str, str]]:
    formed, quality = situation.formation, situation.quality
    mature = int(situation.classification.kampung["class_stated"].isin(MATURE).sum())
    reported, above = quality.couples, quality.parent_couples
    return [
        (
            tr("Desa dengan Kampung KB"),
            share_of(formed.with_kampung, formed.villages),
            tr("{n} kampung tercatat", n=integer(formed.kampung)),
        ),
        (
            tr("Mandiri atau Berkelanjutan"),
            share_of(mature, formed.kampung),
            tr("kelas menurut portal"),
        ),
        (
            tr("Kampung yang melaporkan PUS"),
            share_of(*reported),
            tr("{parent}: {share}", parent=situation.parent_name, share=share_of(*above)) if situation.compared else "",
        ),
        (tr("Mutu data"), quality.grade, grade_words(quality.grade)),
    ]


def quality_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on data: grade, reasons, what blank means."""
    require_released(situation)
    reasons = [sentence(remark) for remark in situation.quality.reasons]
    parts = [
        heading(tr("Seberapa lengkap dan dapat dipercaya datanya?")),
        Words(
            kind="paragraph",
            items=[
                tr(
                    "Mutu data {name} dinilai {grade} ({words}). Bagian terlemah menentukan: isian portal atau nilai "
                    "indikator yang terlapor (A sedikitnya {a}, B {b}, C {c}, selain itu D), dan umur ekspor (paling "
                    "tinggi C bila lebih dari {days} hari sebelum akhir periode).",
                    name=situation.name,
                    grade=situation.quality.grade,
                    words=grade_words(situation.quality.grade),
                    **{grade.lower(): percent(100 * limit, 0) for limit, grade in GRADES},
                    days=integer(OLD),
                ),
                tr(
                    "Isian yang kosong berarti belum lapor dan tidak pernah dihitung sebagai nol. Nilai gabungan tidak "
                    "diberikan bila kurang dari {gate} wilayah melapor, dan bersifat sementara di bawah {firm}.",
                    gate=percent(100 * GATE, 0),
                    firm=percent(100 * FIRM, 0),
                ),
            ],
        ),
    ]
    return (*parts, Words(kind="list", items=reasons)) if reasons else tuple(parts)


def formation_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on quantity: villages with a kampung, the pace needed, the actual pace."""
    require_released(situation)
    formed = situation.formation
    if formed.history.empty:
        empty = Refusal("no_data", {"subject": tr("Kampung KB di {name}", name=situation.name)})
        return (heading(tr("Berapa desa sudah menjadi Kampung KB?")), _paragraph(empty.text))
    first, last = (date(str(formed.history["export_date"].iloc[place])[:10]) for place in (0, -1))
    text = tr(
        "Menurut ekspor portal {date}, {with_kampung} dari {villages} desa/kelurahan mempunyai Kampung KB. ",
        date=last,
        with_kampung=integer(formed.with_kampung),
        villages=integer(formed.villages),
    )
    if not formed.missing:
        text += tr("Semua desa/kelurahan sudah punya.")
    elif isinstance(formed.needed, Refusal):
        text += formed.needed.text
    else:
        text += tr(
            "Agar semua punya pada {year} diperlukan {needed}.", year=formed.year, needed=per_year(formed.needed)
        )
    if isinstance(formed.actual, Refusal):
        text += " " + tr("Laju pembentukan: {reason}", reason=formed.actual.text)
    else:
        actual = per_year(formed.actual)
        text += " " + tr("Laju antara ekspor {first} dan {last}: {actual}.", first=first, last=last, actual=actual)
    note = tr("Angka ini menghitung desa yang tercatat di portal; angka lain yang beredar dapat memakai hitungan lain.")
    return (heading(tr("Berapa desa sudah menjadi Kampung KB?")), Words(kind="paragraph", items=[f"{text} {note}"]))


def class_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on classes: what the class means, whose it is, how far blanks may move it."""
    require_released(situation)
    counts = {row["class"]: row for row in situation.classes.to_dict("records")}
    told = [f"{name.value} {integer(counts[name.value]['stated'])}" for name in CLASSES]
    parts = [heading(tr("Kelas setiap Kampung KB, alasannya, dan jalan ke kelas berikutnya"))]
    if not len(situation.classification.kampung):
        empty = Refusal("no_data", {"subject": tr("Kampung KB di {name}", name=situation.name)})
        return (*parts, Words(kind="paragraph", items=[empty.text]))
    text = tr(
        "Kelas resmi adalah kelas di portal: {counts}. Rentang kelas adalah hitung ulang menurut aturan portal Agustus "
        "2023, bukan penetapan: batas bawah dan atasnya adalah kelas terendah dan tertinggi yang masih mungkin bila "
        "isian yang kosong dilengkapi.",
        counts=", ".join(told),
    )
    return (*parts, Words(kind="paragraph", items=[text, _rule_words(situation)]))


def _rule_words(situation: Situation) -> str:
    """How the portal comes to a class."""
    rule = situation.classification.rule
    sizes = {index: integer(len(rule.of_index(index))) for index in INDICES}
    return tr(
        "Cara menghitungnya: {all} peubah diberi skor 1 sampai 4. Indeks masukan adalah rerata {input} skor (Pokja, "
        "dana, poktan, sarana, pendamping), indeks proses {process} skor (data, operasional, lintas sektor), dan "
        "indeks keluaran {output} skor (partisipasi poktan, CPR, MKJP, unmet need). Indeks tercapai pada {threshold}. "
        "Ketiganya tercapai: Berkelanjutan; keluaran dan satu lainnya: Mandiri; masukan dan proses: Berkembang; "
        "selain itu Dasar.",
        all=integer(len(rule.variables)),
        **sizes,
        threshold=decimal(rule.threshold, rule.decimals),
    )


def level_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on indicators: how to read interval, target and comparison."""
    require_released(situation)
    text = tr(
        "Titik adalah nilai, garis adalah selang 95 % yang hanya dipakai untuk menilai apakah suatu beda melebihi "
        "kebetulan; data ini hasil pencatatan, bukan survei sampel. Status terhadap target memakai nilai."
    )
    if not situation.synthetic and (situation.levels["target_status"] == "").all():
        text += " " + tr("Target daerah belum ditetapkan, jadi tidak ada status yang diberikan.")
    if not situation.compared:
        return (heading(tr("Capaian terhadap target")), _paragraph(text))
    text += " " + tr(
        "Perbandingan dengan {parent} memakai selang 99,8 %, karena banyak indikator dilihat sekaligus.",
        parent=situation.parent_name,
    )
    return (
        heading(tr("Capaian terhadap target dan terhadap {parent}", parent=situation.parent_name)),
        _paragraph(text),
    )


def rug_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section that sets units side by side."""
    require_released(situation)
    text = tr(
        "Setiap persentase dengan sasaran sedikitnya 20 dibandingkan dengan {parent} pada taraf 99,8 %, supaya hampir "
        "tidak ada yang ditandai berbeda hanya karena kebetulan. Indeks (misalnya IDM) ditampilkan tanpa penilaian.",
        parent=situation.parent_name,
    )
    return (heading(tr("Wilayah mana yang benar-benar berbeda?")), _paragraph(text))


def values_words(situation: Situation) -> tuple[Words, ...]:
    """Heading of the annex with the values of all units."""
    require_released(situation)
    return (heading(tr("Nilai setiap wilayah"), place=Place.ANNEX),)


def series_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on years: what may and may not be read from few points."""
    require_released(situation)
    text = tr(
        "Titik adalah nilai setiap tahun. Arah hanya disebut bila ada lima titik tahunan dengan arti yang sama; tahun "
        "tanpa titik tidak cukup dilaporkan."
    )
    told = (_trends_told(situation, "worse"), _trends_told(situation, "better"))
    return (heading(tr("Bagaimana dari tahun ke tahun?")), _paragraph(" ".join([text, *filter(None, told)])))


def _trends_told(situation: Situation, verdict: str) -> str:
    """Indicators whose five points moved for the worse or the better beyond chance, the furthest moved first."""
    rows = situation.trends[(situation.trends["verdict"] == verdict) & (situation.trends["reason"] == "")]
    if rows.empty:
        return ""
    moved = (rows["last_value"] - rows["first_value"]).abs() / rows[["last_value", "first_value"]].abs().max(axis=1)
    furthest = rows.loc[moved.sort_values(ascending=False, kind="stable").index[:TRENDS_TOLD]]
    told = []
    for id, row in furthest.iterrows():
        indicator = load_catalogue()[str(id)]
        now = amount(indicator, row["last_value"])
        if row["last_n"] == row["last_n"]:  # an index has no people behind it
            now = tr("{value}, n = {n}", value=now, n=integer(row["last_n"]))
        told.append(
            tr(
                "{name} ({first}: {before}; {last}: {now})",
                name=indicator.name,
                first=str(int(row["first"])),
                before=amount(indicator, row["first_value"]),
                last=str(int(row["last"])),
                now=now,
            )
        )
    text = {
        "worse": ntr(
            "{n} indikator memburuk melebihi kebetulan", "{n} indikator memburuk melebihi kebetulan", len(rows)
        ),
        "better": ntr(
            "{n} indikator membaik melebihi kebetulan", "{n} indikator membaik melebihi kebetulan", len(rows)
        ),
    }[verdict]
    if len(rows) > len(furthest):
        text = tr("{text}, yang terjauh", text=text)
    return tr("{text}: {names}.", text=text, names="; ".join(told))


def map_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the map."""
    require_released(situation)
    return (heading(tr("Di mana?")),)


def annex_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the annex: edition, methods, where the formulas stand."""
    require_released(situation)
    edition = (
        tr("Edisi internal: semua jumlah ditampilkan; tidak untuk disebarkan.")
        if situation.edition is Edition.INTERNAL
        else tr(
            "Edisi publik: jumlah 1 sampai 4 pada indikator peka disembunyikan, beserta jumlah lain yang dapat "
            "membukanya."
        )
    )
    text = tr(
        "{edition} Nilai dihitung dari jumlah (pembilang dan penyebut), selang Wilson, beda dua proporsi menurut "
        "Newcombe; aturan kelas {rule}.",
        edition=edition,
        rule=situation.classification.rule.id,
    )
    return (heading(tr("Catatan data dan cara hitung"), place=Place.ANNEX), _paragraph(text, Place.ANNEX))


def _paragraph(text: str, place: Place = Place.BODY) -> Words:
    return Words(kind="paragraph", items=[text], place=place)


def situation_facts(situation: Situation) -> Facts:
    """Headline numbers for the index page, the wrong-area guard and the tests."""
    require_released(situation)
    formed = situation.formation
    counts = situation.classes.set_index("class")["stated"]
    stated = {f"class_{name.value.lower()}": int(counts[name.value]) for name in CLASSES}
    verdicts = situation.levels["verdict"].value_counts()
    compared = {name: int(verdicts.get(name, 0)) for name in ("worse", "better")} if situation.compared else {}
    first = next((remark.indicator for remark in situation.findings if remark.indicator), None)
    return Facts(
        {
            "area_code": situation.area_code,
            "area_name": situation.name,
            "period": situation.period,
            "villages": formed.villages,
            "villages_with_kampung": formed.with_kampung,
            "kampung": formed.kampung,
            **stated,
            "couples_reported": situation.quality.couples[0],
            "quality_grade": situation.quality.grade,
            "targets_judged": int((situation.levels["target_status"] != "").sum()),
            "targets_reached": int((situation.levels["target_status"] == "reached").sum()),
            **compared,
            "findings": len(situation.findings),
            **({"first_indicator": first} if first else {}),
            **({"hidden": _hidden_keys(situation)} if situation.edition is Edition.PUBLIC else {}),
        }
    )


def _hidden_keys(situation: Situation) -> str:
    """Keys of the hidden cells, a line each, for the list that the next edition reads; no count."""
    keys = situation.hidden[["indicator", "area_code", "period"]] if len(situation.hidden) else situation.hidden
    return "\n".join(sorted(",".join(map(str, key)) for key in keys.itertuples(index=False)))
