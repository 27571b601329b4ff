"""Words of the checks: names of the rules, the question each flag puts to the village, findings and requests.

A flag is a question, never a deletion: nothing here says that a figure is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.data.plausibility import AT_MOST
from kbk_analysis.exhibit import Words
from kbk_analysis.i18n import decimal, integer, join, mark, percent, tr
from kbk_analysis.indicators.identities import APART
from kbk_analysis.indicators.implausible import POINTS, SLIP
from kbk_analysis.indicators.outliers import EXTREME, HEAPED, USUAL
from kbk_analysis.indicators.quality import BOUNDED, GOOD
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import amount, source_name
from kbk_analysis.schema import Edition
from kbk_analysis.situation.result import Remark, Situation

NAMES: Final = 4  # names in a sentence before it says how many more

# rule -> what is looked for, as a phrase
RULES: Final = {
    "unreported": mark("nilai indikator desa belum dilaporkan"),
    "villages_unreported": mark("desa yang melaporkan kurang dari 90 % nilainya"),
    "items_unreported": mark("isian portal kosong"),
    "late": mark("laporan lewat tenggat"),
    "part_above_whole": mark("pembilang melebihi penyebut"),
    "sum_of_parts": mark("indeks berbeda dari rerata bagiannya"),
    "denominator_slip": mark("penyebut melonjak dari tahun-tahun sebelumnya"),
    "copied": mark("pembilang dan penyebut sama persis dengan tahun sebelumnya"),
    "outlier": mark("nilai jauh dari tahun-tahun sebelumnya"),
    "drift": mark("nilai bergeser dari rerata dua atau tiga tahun sebelumnya"),
    "unlikely_zero": mark("nol yang mungkin isian kosong"),
    "sources_apart": mark("penyebut berbeda antara dua sumber"),
    "heaped": mark("angka dibulatkan ke 0 atau 5"),
    "users_above_couples": mark("peserta KB melebihi PUS"),
    "members_above_families": mark("peserta kelompok melebihi keluarganya"),
    "users_and_others": mark("peserta dan bukan peserta KB tidak berjumlah PUS"),
    "unmet_blank_best": mark("unmet need kosong tetapi berskor terbaik"),
    "duplicate": mark("baris ganda"),
    "invalid_code": mark("kode desa kosong, salah bentuk, atau tidak terdaftar"),
}


def rule_name(rule: str) -> str:
    """What a rule looks for, as a phrase."""
    return tr(RULES[rule])


def question(row: pd.Series, sources: dict[str, str] | Any) -> str:
    """What is asked of the village about one flagged figure; `row` is a row of `Situation.checks`."""
    return QUESTIONS[row["rule"]](row, sources)


def _usual(row: pd.Series) -> str:
    return amount(load_catalogue()[row["indicator"]], row["usual"])


def _bounds(indicator: Indicator, row: pd.Series) -> str:
    low, high = row["lower"], row["upper"]
    if indicator.unit == "percent":
        low, high = max(low, 0.0), min(high, 100.0)
    return tr("{low} sampai {high}", low=amount(indicator, low), high=amount(indicator, high))


def _outlier(row: pd.Series, _: Any) -> str:
    return tr(
        "Nilai yang biasa {bounds}, setelah gerak bersama desa lain diperhitungkan. Apa yang berubah?",
        bounds=_bounds(load_catalogue()[row["indicator"]], row),
    )


def _jump(row: pd.Series, _: Any) -> str:
    text = mark("Penyebut yang biasa sekitar {usual}. Apa yang berubah?")
    if row["severity"] == "extreme":
        text = mark("Penyebut yang biasa sekitar {usual}. Apakah salah ketik?")
    return tr(text, usual=integer(row["usual"]))


def _member(row: pd.Series, _: Any) -> str:
    message = next(text for name, _whole, text in AT_MOST if name == row["item"])
    return f"{tr(message)} " + tr(
        "{value} berbanding {usual}.", value=integer(row["value"]), usual=integer(row["usual"])
    )


def _code(row: pd.Series, _: Any) -> str:
    faults = {
        "blank": tr("Kode desa belum cocok dengan daftar wilayah. Desa mana ini?"),
        "form": tr("Kode desa tidak sepuluh digit. Apa kode yang benar?"),
        "unlisted": tr("Kode desa tidak ada dalam daftar yang berlaku. Apakah desanya berganti kode?"),
    }
    return faults[row["item"]]


QUESTIONS: Final[dict[str, Callable[[pd.Series, Any], str]]] = {
    "part_above_whole": lambda _row, _: tr("Pembilang melebihi penyebut. Angka mana yang benar?"),
    "sum_of_parts": lambda row, _: tr("Rerata bagiannya {usual}. Angka mana yang benar?", usual=_usual(row)),
    "denominator_slip": _jump,
    "copied": lambda row, _: tr(
        "Pembilang dan penyebut sama persis pada {n} periode berturut-turut. Apakah sudah dihitung ulang?",
        n=integer(row["years"] + 1),
    ),
    "outlier": _outlier,
    "drift": lambda row, _: tr("Rerata tahun-tahun sebelumnya {usual}. Apa yang berubah?", usual=_usual(row)),
    "unlikely_zero": lambda _row, _: tr("Desa lain jarang nol. Apakah nol berarti belum diisi?"),
    "sources_apart": lambda row, sources: tr(
        "Menurut {source} jumlahnya {usual}. Mana yang dipakai?",
        source=source_name(row["item"], row["period"], sources),
        usual=integer(row["usual"]),
    ),
    "heaped": lambda row, _: tr(
        "{share} angkanya berakhir 0 atau 5 (biasanya sekitar 20 %). Apakah diperkirakan?",
        share=percent(row["value"], 0),
    ),
    "users_above_couples": lambda row, _: tr(
        "Peserta KB {value}, PUS {usual}. Angka mana yang benar?",
        value=integer(row["value"]),
        usual=integer(row["usual"]),
    ),
    "members_above_families": _member,
    "users_and_others": lambda row, _: tr(
        "Peserta dan bukan peserta KB {value}, PUS {usual}. Angka mana yang benar?",
        value=integer(row["value"]),
        usual=integer(row["usual"]),
    ),
    "unmet_blank_best": lambda _row, _: tr("IAT dan TIAL kosong, tetapi skornya terbaik. Berapa jumlahnya?"),
    "duplicate": lambda _row, _: tr("Baris ini ada dua kali. Mana yang berlaku?"),
    "invalid_code": _code,
}


def expectation(rule: str) -> str:
    """Threshold beyond which a single figure is flagged, in words."""
    texts = {
        "unreported": tr("kosong"),
        "villages_unreported": tr("kurang dari {share}", share=percent(GOOD, 0)),
        "items_unreported": tr("kosong"),
        "outlier": tr(
            "di luar {times} MAD, lebih dari {points} poin (indeks: sepertiga), dan melebihi kebetulan",
            times=integer(EXTREME),
            points=integer(POINTS),
        ),
        "drift": tr(
            "di luar {low}–{high} kali rerata, dan melebihi kebetulan",
            low=decimal(USUAL[0], 2),
            high=decimal(USUAL[1], 2),
        ),
        "denominator_slip": tr(
            "di luar {low}–{high} kali yang biasa, dan melebihi kebetulan (tegas: {times} kali atau seper-{times})",
            low=decimal(USUAL[0], 2),
            high=decimal(USUAL[1], 2),
            times=integer(SLIP),
        ),
        "copied": tr("sama persis, dan kebetulannya di bawah 5 % (tegas: 0,2 %)"),
        "unlikely_zero": tr("kebetulannya di bawah 0,2 %"),
        "sources_apart": tr("berselisih lebih dari {share}", share=percent(APART, 0)),
        "heaped": tr("lebih dari {share}, dan melebihi kebetulan", share=percent(HEAPED, 0)),
    }
    return texts.get(rule, tr("satu pun"))


def check_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the checks: how many figures are asked about, and what a flag means."""
    require_released(situation)
    summary, checks = situation.check_summary, situation.checks
    if summary.empty:
        return ()
    asked, extreme = len(checks), int((checks["severity"] == "extreme").sum())
    text = tr(
        "{asked} angka ditandai, {extreme} di antaranya tegas. Setiap tanda adalah pertanyaan untuk desa, bukan "
        "penghapusan: semua angka tetap dipakai seperti dilaporkan.",
        asked=integer(asked),
        extreme=integer(extreme),
    )
    if not asked:
        text = tr("Tidak satu pun angka ditandai oleh pemeriksaan yang dapat dijalankan.")
    items = [text]
    if told := _bound_words(situation):
        items.append(told)
    return (
        Words(kind="heading", items=[tr("Angka mana yang perlu ditanyakan?")], level=3),
        Words(kind="paragraph", items=[" ".join(items)]),
    )


def _bound_words(situation: Situation) -> str:
    """The indicator whose value the silent villages could move most."""
    levels = situation.levels
    if "bound_low" not in levels:
        return ""
    open_ = levels[(levels["reason"] == "") & levels["bound_low"].notna() & levels["bound_high"].notna()]
    if open_.empty:
        return ""
    row = open_.iloc[int((open_["bound_high"] - open_["bound_low"]).argmax())]
    indicator = load_catalogue()[str(row["indicator"])]
    return tr(
        "{n} indikator bernilai dilaporkan oleh kurang dari {share} desa; yang paling terbuka {name}: {value}, dan "
        "antara {low} dan {high} bila desa yang belum lapor dihitung nol atau seluruhnya.",
        n=integer(len(open_)),
        share=percent(BOUNDED, 0),
        name=indicator.name,
        value=amount(indicator, row["value"]),
        low=amount(indicator, row["bound_low"]),
        high=amount(indicator, row["bound_high"]),
    )


def hidden_note(situation: Situation, rows: int) -> tuple[str, ...]:
    """Why the public edition lacks questions."""
    if situation.edition is not Edition.PUBLIC or not rows:
        return ()
    return (tr("{n} pertanyaan tentang indikator peka hanya ada dalam edisi internal.", n=integer(rows)),)


# ------------------------------------------------------------------ findings, reasons, requests


def _failed(remark: Remark) -> str:
    told = [
        tr(
            "{rule} ({flagged} dari {checked})",
            rule=rule_name(rule),
            flagged=integer(flagged),
            checked=integer(checked),
        )
        for rule, flagged, checked in remark.values["rules"]
    ]
    return tr("Perlu ditanyakan: {rules}; ini pertanyaan untuk desa, bukan penghapusan.", rules=join(told))


def _slip(remark: Remark) -> str:
    values, indicator = remark.values, load_catalogue()[remark.indicator]
    text = tr(
        "{unit} melaporkan penyebut {denominator} pada {name} ({period}), biasanya sekitar {usual}; nilai {value} di "
        "sana belum dapat dibaca.",
        unit=values["unit"],
        denominator=integer(values["denominator"]),
        name=indicator.name,
        period=values["period"],
        usual=integer(values["usual"]),
        value=amount(indicator, values["value"]),
    )
    if values["without"] != values["without"]:
        return text
    whole, without = (amount(indicator, values[name]) for name in ("whole", "without"))
    return f"{text} " + tr("Nilai gabungan {whole}, tanpa angka itu {without}.", whole=whole, without=without)


def _copied(remark: Remark) -> str:
    values, indicator = remark.values, load_catalogue()[remark.indicator]
    return tr(
        "{unit} melaporkan {name} dengan angka yang sama persis pada {n} periode berturut-turut ({numerator} dari "
        "{denominator}, sampai {period}): pertanyaan untuk desa, bukan penghapusan.",
        unit=values["unit"],
        name=indicator.name,
        n=integer(values["years"] + 1),
        numerator=integer(values["numerator"]),
        denominator=integer(values["denominator"]),
        period=values["period"],
    )


def _listed(names: tuple[str, ...]) -> str:
    if len(names) <= NAMES:
        return join(list(names))
    return tr("{names}, dan {n} lainnya", names=", ".join(names[:NAMES]), n=integer(len(names) - NAMES))


def _copied_many(remark: Remark) -> str:
    values = remark.values
    return tr(
        "{n} dari {checked} angka desa sama persis dengan tahun sebelumnya, lebih banyak daripada kebetulan ({names}; "
        "{indicators}): pertanyaan untuk desa, bukan penghapusan.",
        n=integer(values["n"]),
        checked=integer(values["checked"]),
        names=_listed(values["names"]),
        indicators=_listed(tuple(load_catalogue()[id].name for id in values["indicators"])),
    )


def _ask(remark: Remark) -> str:
    catalogue = load_catalogue()
    return tr(
        "{agency}: tanyakan kepada {unit} apakah angka {name} ({period}) benar.",
        agency=catalogue.agencies[remark.values["agency"]].name,
        unit=_listed(remark.values["names"]),
        name=catalogue[remark.indicator].name,
        period=remark.values["period"],
    )


def _set_aside(remark: Remark) -> str:
    """Why nothing is said about an indicator, with the first question; of a sensitive one no rule is told."""
    values = remark.values
    text = tr(
        "{name} ({period}) belum dapat dinilai: bertumpu pada angka {units} yang dipertanyakan.",
        name=load_catalogue()[remark.indicator].name,
        period=values["period"],
        units=_listed(values["names"]),
    )
    return f"{text} {question(pd.Series(dict(values)), {})}" if values["rule"] else text


def _ask_many(remark: Remark) -> str:
    return tr(
        "{agency}: tanyakan apakah angka yang sama dengan tahun sebelumnya sudah dihitung ulang: {names}.",
        agency=load_catalogue().agencies[remark.values["agency"]].name,
        names=_listed(remark.values["names"]),
    )


CHECK_SENTENCES: Final[dict[str, Callable[[Remark], str]]] = {
    "checks_failed": _failed,
    "denominator_slip": _slip,
    "copied_counts": _copied,
    "copied_many": _copied_many,
    "set_aside": _set_aside,
    "ask_check": _ask,
    "ask_check_many": _ask_many,
}
