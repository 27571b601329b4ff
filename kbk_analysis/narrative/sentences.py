"""Sentences of single remarks: findings, reasons of the data grade, requests.

Input: a `Remark`. Output: one sentence in the language in use. Every number in it comes from the remark, and it claims
no more than the remark was made for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import date, decimal, integer, join, mark, ntr, percent, tr
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.narrative.amounts import amount, per_year, source_name
from kbk_analysis.narrative.checks import CHECK_SENTENCES
from kbk_analysis.situation.result import Remark

NAMES: Final = 4  # names in a sentence before it says 'and n others'


def grade_words(grade: str) -> str:
    """Grade in one word or two."""
    return {"A": tr("baik"), "B": tr("cukup"), "C": tr("lemah"), "D": tr("sangat lemah")}[grade]


def _names(names: tuple[str, ...]) -> str:
    if len(names) <= NAMES:
        return join(list(names))
    return tr("{names}, dan {n} lainnya", names=", ".join(names[:NAMES]), n=integer(len(names) - NAMES))


def _couples(remark: Remark) -> str:
    values = remark.values
    text = tr(
        "Hanya {reported} dari {expected} Kampung KB melaporkan jumlah PUS",
        reported=integer(values["reported"]),
        expected=integer(values["expected"]),
    )
    if values["reported"] == 0:
        text = tr(
            "Tidak satu pun dari {expected} Kampung KB melaporkan jumlah PUS", expected=integer(values["expected"])
        )
    if not values["compared"]:
        return tr("{text}; isian kosong berarti belum dilaporkan, bukan nol.", text=text)
    parent = tr(
        "di {parent} {reported} dari {expected}",
        parent=values["parent"],
        reported=integer(values["parent_reported"]),
        expected=integer(values["parent_expected"]),
    )
    return tr("{text} ({parent}); isian kosong berarti belum dilaporkan, bukan nol.", text=text, parent=parent)


def _source_silent(remark: Remark) -> str:
    values = remark.values
    return tr(
        "{n} dari {villages} desa tidak melaporkan satu pun angka dari {source} ({period}); {indicators} indikatornya "
        "tidak dapat dinilai.",
        n=integer(values["n"]),
        villages=integer(values["villages"]),
        source=source_name(values["source"], values["period"], {}),
        period=values["period"],
        indicators=integer(values["indicators"]),
    )


def _classes(remark: Remark) -> str:
    values = remark.values
    text = tr(
        "{mature} dari {kampung} Kampung KB berkelas Mandiri atau Berkelanjutan menurut portal; {basic} berkelas Dasar",
        mature=integer(values["mature"]),
        kampung=integer(values["kampung"]),
        basic=integer(values["basic"]),
    )
    if values["unreported"]:
        text += tr(", {n} di antaranya bergantung pada isian yang kosong", n=integer(values["unreported"]))
    return text + "."


def _formation(remark: Remark) -> str:
    values = remark.values
    text = tr(
        "{missing} dari {villages} desa/kelurahan belum mempunyai Kampung KB",
        missing=integer(values["missing"]),
        villages=integer(values["villages"]),
    )
    if values["date"]:
        text = tr("{text} menurut ekspor {date}", text=text, date=date(values["date"]))
    if isinstance(values["needed"], Refusal):
        return text + "."
    pace = tr("agar semua punya pada {year} perlu {needed}", year=values["year"], needed=per_year(values["needed"]))
    if isinstance(values["actual"], Refusal):
        return f"{text}; {pace}."
    return tr(
        "{text}; {pace}, laju antara ekspor pertama dan terakhir {actual}.",
        text=text,
        pace=pace,
        actual=per_year(values["actual"]),
    )


def _basis(remark: Remark, before: str = "") -> str:
    """Period, with the denominator where the value has one (an index score has none); `before` is ``previous_``.

    A share of few is given with its count. A value that part of the villages have yet to report is called provisional.
    """
    values = remark.values
    n, period = values[f"{before}n"], str(values[f"{before}period"])
    if not before and values.get("provisional"):
        period = tr("{period}, sementara", period=period)
    if n != n:
        return period
    if n < FEWEST and load_catalogue()[remark.indicator].unit == "percent":
        count = integer(values["previous" if before else "value"] * n / 100)
        return tr("{count} dari {n}, {period}", count=count, n=integer(n), period=period)
    return tr("n = {n}, {period}", n=integer(n), period=period)


def _target_missed(remark: Remark) -> str:
    indicator = load_catalogue()[remark.indicator]
    return tr(
        "{name} {value} ({basis}), belum mencapai target {target}.",
        name=indicator.name,
        value=amount(indicator, remark.values["value"]),
        basis=_basis(remark),
        target=amount(indicator, remark.values["target"]),
    )


def _against_rest(text: str) -> Callable[[Remark], str]:
    def sentence(remark: Remark) -> str:
        indicator, values = load_catalogue()[remark.indicator], remark.values
        told = tr(
            text,
            name=indicator.name,
            value=amount(indicator, values["value"]),
            basis=_basis(remark),
            parent=values["parent"],
            benchmark=amount(indicator, values["benchmark"]),
            unit=values.get("unit", ""),
        )
        if "since_value" not in values:
            return told
        since = tr(
            "Memburuk pada {points} titik tahunan sejak {year} ({value}).",
            points=integer(values["points"]),
            year=values["previous_period"],
            value=amount(indicator, values["since_value"]),
        )
        return f"{told} {since}"

    return sentence


def _change(text: str) -> Callable[[Remark], str]:
    def sentence(remark: Remark) -> str:
        indicator = load_catalogue()[remark.indicator]
        values = remark.values
        return tr(
            text,
            name=indicator.name,
            previous=amount(indicator, values["previous"]),
            before=_basis(remark, "previous_"),
            value=amount(indicator, values["value"]),
            period=_basis(remark),
            points=integer(values.get("points", 0)),
        )

    return sentence


def _units(remark: Remark) -> str:
    """The unit of a remark, and how many others it speaks of."""
    others = remark.values["others"]
    if not others:
        return str(remark.values["unit"])
    return tr("{unit} dan {n} wilayah lain", unit=remark.values["unit"], n=integer(others))


def _unit_worse(remark: Remark) -> str:
    indicator = load_catalogue()[remark.indicator]
    text = mark("{unit} tertinggal pada {name}: {value} ({basis}), {parent} {benchmark}; bedanya melebihi kebetulan.")
    if remark.values["others"]:
        text = mark(
            "{unit} tertinggal pada {name}; yang terjauh {value} ({basis}), {parent} {benchmark}; bedanya melebihi "
            "kebetulan."
        )
    told = tr(
        text,
        unit=_units(remark),
        name=indicator.name,
        value=amount(indicator, remark.values["value"]),
        basis=_basis(remark),
        parent=remark.values["parent"],
        benchmark=amount(indicator, remark.values["benchmark"]),
    )
    inside = int(remark.values.get("inside", 0))
    more = ntr(
        "{n} wilayah lain juga lebih buruk, tetapi tidak melebihi keragaman antarwilayah yang biasa.",
        "{n} wilayah lain juga lebih buruk, tetapi tidak melebihi keragaman antarwilayah yang biasa.",
        inside,
    )
    return f"{told} {more}" if inside else told


def _unequal(remark: Remark) -> str:
    values = remark.values
    ends = tr("P10 dan P90") if values["many"] else tr("desa terendah dan tertinggi")
    judged = mark("{n} desa dengan n ≥ {least}") if values.get("small") else mark("{n} desa")
    return tr(
        "{name} timpang antardesa di {area}: jarak antara {ends} {distance} poin persen ({villages}, {period}); "
        "desa rata-rata berjarak {mdm} poin persen dari nilai gabungan, dan {excess} keragamannya melebihi "
        "kebetulan.",
        name=load_catalogue()[remark.indicator].name,
        area=values["area"],
        ends=ends,
        distance=decimal(values["distance"], 1),
        villages=tr(judged, n=integer(values["villages"]), least=integer(FEWEST)),
        period=values["period"],
        mdm=decimal(values["mdm"], 1),
        excess=percent(values["excess"], 0),
    )


def _strata_disagree(remark: Remark) -> str:
    """A difference of totals beside the one at equal mix, where the parts contradict the total."""
    values, indicator = remark.values, load_catalogue()[remark.indicator]
    against = (
        tr(
            "{previous} pada {period}",
            previous=amount(indicator, values["previous"]),
            period=_basis(remark, "previous_"),
        )
        if "previous" in values
        else tr("{parent} {benchmark}", parent=values["parent"], benchmark=amount(indicator, values["benchmark"]))
    )
    by = {"size": tr("besar desa"), "district": tr("kecamatan")}[values["by"]]
    return tr(
        "{name} {value} ({basis}), {against}: selisih {difference} poin persen, tetapi {standardised} bila susunan "
        "{strata} kelompok menurut {by} disamakan; kelompoknya tidak searah dengan keseluruhan, jadi arahnya tidak "
        "disimpulkan.",
        name=indicator.name,
        value=amount(indicator, values["value"]),
        basis=_basis(remark),
        against=against,
        difference=_signed(values["difference"]),
        standardised=_signed(values["standardised"]),
        strata=integer(values["strata"]),
        by=by,
    )


def _signed(value: float) -> str:
    """A difference with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{decimal(abs(value), 1)}"


def _asked(remark: Remark, text: str) -> str:
    """A request, with the agency that is asked in front."""
    agency = load_catalogue().agencies[remark.values["agency"]].name
    return tr("{agency}: {text}", agency=agency, text=text)


def _ask_agency(remark: Remark) -> str:
    name = load_catalogue()[remark.indicator].name
    where = tr(" di {unit}", unit=_units(remark)) if remark.values["unit"] else ""
    return _asked(remark, tr("sampaikan penyebab dan rencana untuk {name}{where}.", name=name, where=where))


def _family(family: str) -> str:
    return tr("klasifikasi") if family == "classification" else tr("rincian")


SENTENCES: Final[dict[str, Callable[[Remark], str]]] = {
    **CHECK_SENTENCES,
    "couples_reported": _couples,
    "nothing_reported": lambda r: tr(
        "Tidak ada data apa pun untuk {area} dalam kumpulan data ini.", area=r.values["area"]
    ),
    "cells_reported": lambda r: tr(
        "{reported} dari {expected} nilai indikator desa terlapor ({share}).",
        reported=integer(r.values["reported"]),
        expected=integer(r.values["expected"]),
        share=percent(100 * r.values["reported"] / r.values["expected"], 0),
    ),
    "impossible_values": lambda r: tr(
        "{n} Kampung KB memuat nilai yang tidak mungkin (misalnya peserta KB melebihi PUS); nilainya ditandai dan "
        "dihitung paling tinggi {cap}.",
        n=integer(r.values["n"]),
        cap=percent(r.values["cap"], 0),
    ),
    "old_export": lambda r: tr(
        "Ekspor {family} bertanggal {date}, {days} hari sebelum akhir periode.",
        family=_family(r.values["family"]),
        date=date(r.values["date"]),
        days=integer(r.values["days"]),
    ),
    "export_gap": lambda r: tr(
        "Kelas diunduh {classification} dan rinciannya {detail} (selisih {days} hari), jadi mungkin tidak cocok.",
        classification=date(r.values["classification"]),
        detail=date(r.values["detail"]),
        days=integer(r.values["days"]),
    ),
    "source_silent": _source_silent,
    "classes": _classes,
    "formation": _formation,
    "target_missed": _target_missed,
    "worse": _against_rest(
        mark(
            "{name} {value} ({basis}), lebih buruk daripada wilayah lain di {parent} ({benchmark}); "
            "bedanya melebihi kebetulan."
        )
    ),
    "better": _against_rest(
        mark(
            "{name} {value} ({basis}), lebih baik daripada wilayah lain di {parent} ({benchmark}); "
            "bedanya melebihi kebetulan."
        )
    ),
    "improved": _change(
        mark("{name} {value} ({period}), lebih baik daripada {previous} ({before}); bedanya melebihi kebetulan.")
    ),
    "worsened": _change(
        mark("{name} {value} ({period}), lebih buruk daripada {previous} ({before}); bedanya melebihi kebetulan.")
    ),
    "trend_worse": _change(
        mark(
            "{name} memburuk pada {points} titik tahunan terakhir: {previous} ({before}) menjadi {value} ({period}); "
            "arahnya melebihi kebetulan."
        )
    ),
    "trend_better": _change(
        mark(
            "{name} membaik pada {points} titik tahunan terakhir: {previous} ({before}) menjadi {value} ({period}); "
            "arahnya melebihi kebetulan dan kini lebih baik daripada wilayah lain."
        )
    ),
    "strata_disagree": _strata_disagree,
    "unequal": _unequal,
    "unit_better": _against_rest(
        mark(
            "Contoh untuk ditiru: {unit} unggul pada {name}, {value} ({basis}), {parent} {benchmark}; bedanya melebihi "
            "kebetulan."
        )
    ),
    "unit_worse": _unit_worse,
    "ask_report": lambda r: _asked(
        r,
        tr(
            "lengkapi isian portal {n} Kampung KB yang kelasnya bergantung pada isian kosong: {names}.",
            n=integer(r.values["n"]),
            names=_names(r.values["names"]),
        ),
    ),
    "ask_fill": lambda r: _asked(
        r,
        tr(
            "isi jumlah PUS dan peserta KB {n} Kampung KB yang masih kosong di portal: {names}.",
            n=integer(r.values["n"]),
            names=_names(r.values["names"]),
        ),
    ),
    "ask_form": lambda r: _asked(
        r,
        tr(
            "tetapkan jadwal pembentukan Kampung KB di {n} desa/kelurahan yang belum punya (sasaran {year}).",
            n=integer(r.values["n"]),
            year=r.values["year"],
        ),
    ),
    "ask_agency": _ask_agency,
    "ask_source": lambda r: _asked(
        r,
        tr(
            "minta laporan {source} ({period}) dari {n} desa yang belum melapor sama sekali.",
            source=source_name(r.values["source"], r.values["period"], {}),
            period=r.values["period"],
            n=integer(r.values["n"]),
        ),
    ),
    "ask_correct": lambda r: _asked(
        r, tr("periksa dan perbaiki nilai yang tidak mungkin pada {n} Kampung KB.", n=integer(r.values["n"]))
    ),
}


def sentence(remark: Remark) -> str:
    """Sentence of one finding, reason or request."""
    return SENTENCES[remark.code](remark)
