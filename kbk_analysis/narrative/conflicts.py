"""Sentences on sources that contradict each other, and on what may not be compared.

Input: rows of `Situation.conflicts`. Output: the cells of one row, one sentence, or the opening of the section. Both
sides are always named with their source; nobody is called right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Value, Words
from kbk_analysis.i18n import date, decimal, integer, join, mark, ntr, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import is_share, printed, source_name
from kbk_analysis.narrative.situation import heading
from kbk_analysis.narrative.steps import variable_name
from kbk_analysis.situation.conflicts import SAME, SUMMED
from kbk_analysis.situation.result import Situation

TOLD: Final = 8  # sentences after the heaviest
SOURCE: Final = 60  # letters of a source in a sentence
KAMPUNG: Final = ("score", "groups", "blank")
_USE: Final = {
    "both_shown": mark("Kedua angka ditampilkan dengan sumbernya; tidak ada yang dipilih atau dirata-ratakan."),
    "total_as_stated": mark("Angka total ditampilkan apa adanya; jumlah bagiannya tidak menggantikannya."),
    "share_as_stated": mark(
        "Persentase ditampilkan apa adanya; jumlah orang tidak dihitung dari penduduk menurut sumber lain."
    ),
    "stated_class": mark("Kelas portal tetap dipakai; selisihnya perlu diperiksa di portal."),
    "range_widened": mark("Kelas portal tetap dipakai; rentang kelasnya memakai skor 1 sampai 4."),
    "kept_apart": mark("Tidak sebanding: dua indikator terpisah, tidak dalam satu garis, tanpa selisih."),
    SAME: mark(
        "Angkanya sama padahal cara ukurnya berbeda: ditampilkan sekali; perlu ditanyakan apakah yang satu mengutip "
        "yang lain."
    ),
    "years_kept_apart": mark("Tidak sebanding: deret baru sejak {since}; tidak dibandingkan melewati tahun itu."),
    "both_dated": mark("Tidak sebanding: keduanya dipakai dengan tanggalnya; beda di antaranya bukan pertentangan."),
}

_SENTENCE: Final = {
    "values": mark("{what}, {area}: {value} menurut {source}, tetapi {other} menurut {other_source}."),
    "sum": mark("{what}, {area}: total {value} menurut {source}, tetapi {n} wilayah di dalamnya berjumlah {other}."),
    "base": mark("{what}, {area}: {value} menurut {source}, tetapi {other}."),
    "method": mark("{what}, {area}: {value} dan {other} tidak sebanding; cara ukurnya berbeda."),
    SAME: mark(
        "{what}, {area}: {value}, angka yang sama padahal cara ukurnya berbeda; mungkin yang satu mengutip yang lain."
    ),
    "break": mark("{what}, {area}: {value} dan {other} tidak sebanding; deret baru mulai {since}."),
    "dates": mark("Ekspor klasifikasi ({value}) dan ekspor rinci ({other}) berselang {difference}."),
}


@dataclass(frozen=True, slots=True)
class ConflictCells:
    """One row of the table: what it is about, both sides with their sources, how far apart, what the report does."""

    what: str
    area: str
    value: Value
    source: str
    other: Value
    other_source: str
    difference: Value
    use: str


def conflict_cells(row: pd.Series, situation: Situation) -> ConflictCells:
    """Words of one row of `Situation.conflicts`."""
    hidden, use = row["reason"] == "suppressed", _USE[row["use"]]
    value, other = (Refusal("suppressed"), Refusal("suppressed")) if hidden else _sides(row)
    return ConflictCells(
        what=_what(row),
        area=str(row["area_name"]),
        value=value,
        source=_source(row, "", situation),
        other=other,
        other_source=_other_source(row, situation),
        difference=Refusal("suppressed") if hidden else _difference(row),
        use=tr(use, since=_since(row)),
    )


def conflict_sentence(row: pd.Series, situation: Situation) -> str:
    """One row as a sentence; the kampung of an area are told together, not one by one."""
    cells, text = conflict_cells(row, situation), _SENTENCE[SAME if row["use"] == SAME else row["kind"]]
    n = "" if pd.isna(row["n"]) else integer(row["n"])
    return tr(
        text,
        what=cells.what,
        area=cells.area,
        value=cells.value,
        source=cited(cells.source),
        other=cells.other,
        other_source=cited(cells.other_source),
        difference=cells.difference,
        n=n,
        since=_since(row),
    )


def cited(source: str, most: int = SOURCE) -> str:
    """Name of a source for a sentence: without the remark in brackets at its end, then cut between words.

    Examples
    --------
    >>> cited("Riau Pos, kemiskinan 9,72 persen (11-07-2024)", 40)
    'Riau Pos, kemiskinan 9,72 persen'
    >>> cited("Laporan tahunan dinas kesehatan provinsi", 30)
    'Laporan tahunan dinas …'
    """
    if len(source) <= most:
        return source
    bare = source.removesuffix(")").rpartition(" (")[0] if source.endswith(")") else ""
    source = bare or source
    if len(source) <= most:
        return source
    words = source[: most - 2].rpartition(" ")[0] or source[: most - 2]
    if words.count("(") > words.count(")"):  # a bracket opened before the cut would never close
        words = words.rpartition(" (")[0] or words
    return words.rstrip(" ,;:") + " …"


def conflict_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on sources: how many conflicts, the heaviest in words, what may not be compared.

    Hidden cells are not spoken of. Of one pair or break the latest is told, the area's own before its parent's.
    """
    require_released(situation)
    rows = situation.conflicts[situation.conflicts["reason"] == ""]
    conflict = rows["conflict"].astype(bool)
    published = rows[conflict & rows["kind"].isin(list(_SENTENCE))]
    kampung, unlike = rows[conflict & rows["kind"].isin(KAMPUNG)], rows[~conflict]
    order = published.assign(weight=_weight(published)).sort_values("weight", ascending=False, kind="stable")
    told = [conflict_sentence(row, situation) for _, row in order.iterrows()]
    text = tr("Tidak ditemukan pertentangan antarsumber di antara angka laporan ini.")
    if len(published) + len(kampung):
        text = ntr(
            "{n} pertentangan antarsumber di antara angka laporan ini; kedua sisinya ada di lampiran.",
            "{n} pertentangan antarsumber di antara angka laporan ini; kedua sisinya ada di lampiran.",
            len(published) + len(kampung),
        )
    if told:
        text += " " + tr("Terbesar: {sentence}", sentence=told.pop(0))
    if len(kampung):
        told.append(
            ntr(
                "Pada {n} Kampung KB, ekspor klasifikasi dan ekspor rinci pada tanggal yang sama tidak cocok.",
                "Pada {n} Kampung KB, ekspor klasifikasi dan ekspor rinci pada tanggal yang sama tidak cocok.",
                int(kampung["area_code"].str.cat(kampung["unit"]).nunique()),
            )
        )
    told += [conflict_sentence(row, situation) for _, row in _latest(unlike, situation.area_code).iterrows()]
    if len(told) > TOLD:
        told = [*told[:TOLD], tr("{n} hal lain ada di lampiran.", n=integer(len(told) - TOLD))]
    parts = [heading(tr("Di mana sumber data berbeda?")), Words(kind="paragraph", items=[text])]
    return (*parts, Words(kind="list", items=told)) if told else tuple(parts)


def _latest(unlike: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """One row of each pair and each series: the latest of the area itself, else of its parent."""
    order = unlike.assign(own=unlike["area_code"] == area_code).sort_values(["own", "period"], kind="stable")
    return order.drop_duplicates(["kind", "indicator", "other_indicator"], keep="last").sort_index()


def _weight(rows: pd.DataFrame) -> pd.Series:
    """How far apart, as a share of the first side; the implied base comes in per cent already."""
    share = (rows["difference"] / rows["value"].where(rows["value"] != 0)).abs()
    weight: pd.Series = share.where(rows["kind"] != "base", rows["difference"].abs() / 100)
    return weight


def _what(row: pd.Series) -> str:
    if row["kind"] == "dates":
        return tr("Tanggal ekspor portal")
    if row["variable"]:
        return tr("{kampung}: {variable}", kampung=row["unit"], variable=variable_name(row["variable"]))
    catalogue = load_catalogue()
    name = catalogue[row["indicator"]].name
    if row["kind"] != "method":
        return name
    return join([name, catalogue[row["other_indicator"]].name])


def _source(row: pd.Series, side: str, situation: Situation) -> str:
    own = {SUMMED: tr("jumlah desa dalam laporan ini"), "klasifikasi": tr("ekspor klasifikasi portal")}
    own["rinci"] = tr("ekspor rinci portal")
    ids, period = str(row[f"{side}source"]).split(), str(row[f"{side}period"])
    return join([own.get(id) or source_name(id, period, situation.sources) for id in ids])


def _other_source(row: pd.Series, situation: Situation) -> str:
    if row["kind"] != "sum" or row["reason"] == "suppressed":
        return _source(row, "other_", situation)
    if row["source"] == row["other_source"]:
        return tr("jumlah {n} wilayah di dalamnya, sumber yang sama", n=integer(row["n"]))
    source = _source(row, "other_", situation)
    return tr("jumlah {n} wilayah di dalamnya, {source}", n=integer(row["n"]), source=source)


def _since(row: pd.Series) -> str:
    return "" if pd.isna(row["since"]) else str(int(row["since"]))


def _sides(row: pd.Series) -> tuple[str, str]:
    """Both sides as they were printed, with their periods."""
    if row["kind"] == "dates":
        return date(row["period"]), date(row["other_period"])
    if row["kind"] in KAMPUNG:
        score = tr("skor {n}", n=integer(row["value"]))
        if row["kind"] == "blank":
            return score, tr("isian kosong")
        if row["kind"] == "groups":
            return score, tr("peserta pada {n} poktan", n=integer(row["other_value"]))
        return score, tr("hitung ulang skor {n}", n=integer(row["other_value"]))
    value, other = (_amount(row, side) for side in ("", "other_"))
    if row["kind"] == "base":
        value, other = _implied(row, value), tr("{what} {value}", what=_base_name(row), value=other)
    if row["use"] == SAME:
        return _dated(value, row, ""), tr("angka yang sama")
    return _dated(value, row, ""), _dated(other, row, "other_")


def _dated(amount: str, row: pd.Series, side: str) -> str:
    """An amount with its period and, of a share whose source gives it, on how many it rests."""
    period, n = row[f"{side}period"], row[f"{side}denominator"]
    if pd.isna(n) or row["kind"] == "base":
        return tr("{value} ({period})", value=amount, period=period)
    return tr("{value} ({period}, n = {n})", value=amount, period=period, n=integer(n))


def _implied(row: pd.Series, share: str) -> str:
    """The share and its count, and the base that follows from them."""
    implied = integer(row["denominator"])
    if pd.isna(row["numerator"]):
        return tr("{value} dari penyebut {implied}", value=share, implied=implied)
    count = integer(row["numerator"])
    return tr("{value} dan jumlah {count} berarti penyebut {implied}", value=share, count=count, implied=implied)


def _base_name(row: pd.Series) -> str:
    return load_catalogue()[row["other_indicator"]].name


def _amount(row: pd.Series, side: str) -> str:
    indicator, value = load_catalogue()[row[f"{side}indicator"]], row[f"{side}value"]
    counted = row["kind"] == "sum" or pd.isna(value)
    if counted:  # of a share only its count was given
        return integer(row[f"{side}numerator"])
    return printed(indicator, value, row[f"{side}places"])


def _difference(row: pd.Series) -> Value:
    gap = abs(row["difference"])
    if pd.isna(gap):
        return Refusal("not_applicable")
    if row["kind"] == "dates":
        return ntr("{n} hari", "{n} hari", int(gap))
    if row["kind"] == "base":
        return percent(gap, 1)
    if row["kind"] == "sum" or pd.isna(row["value"]):
        return integer(gap)
    indicator = load_catalogue()[row["indicator"]]
    places = int(max(0, row["places"], row["other_places"]))
    if is_share(indicator):
        return tr("{n} poin persen", n=decimal(gap, places))
    return printed(indicator, gap, places)
