"""Titles, alternative texts and remarks of the figures of the situation analysis.

Input: the counts that a figure draws, never the figure. Output: a `Caption` in the language in use. A title says what
is seen in at most 90 characters and claims nothing beyond it; the alternative text says the same to a reader who
cannot see the figure, from the same counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import date, integer, join, mark, ntr, percent, tr
from kbk_analysis.schema import KampungClass
from kbk_analysis.text import shorten

MATURE: Final = (KampungClass.MANDIRI, KampungClass.BERKELANJUTAN)
NAME: Final = 32  # letters of a place in a title
ITEM: Final = 48  # letters of an item or indicator in a title
NAMED: Final = 8  # names in an alternative text
TITLE: Final = 90  # letters of a title
PAGED: Final = 84  # the same, where the number of a sheet may follow


@dataclass(frozen=True, slots=True)
class Caption:
    """Words of one figure: title, alternative text, on how many it rests, remarks."""

    title: str
    alt: str
    n: str
    notes: tuple[str, ...] = ()


def first_fitting(*titles: str, most: int = TITLE) -> str:
    """The first title that is short enough, from the fullest to the barest."""
    return next((title for title in titles if len(title) <= most), titles[-1])


def part_title(title: str, page: int, pages: int) -> str:
    """Title of one of several sheets of a figure."""
    return title if pages == 1 else tr("{title} ({page}/{pages})", title=title, page=page, pages=pages)


def refused(subject: str, reason: Refusal) -> Caption:
    """Caption of a figure that cannot be drawn: its subject and the reason, told once more in full where it adds."""
    title = tr("{subject}: {reason}", subject=subject, reason=reason.short)
    return Caption(title=title, alt="", n="", notes=() if reason.code == "no_data" else (reason.text,))


def _class_counts(counts: Mapping[KampungClass, int]) -> str:
    return join([f"{klass.value} {integer(n)}" for klass, n in counts.items()])


def _recomputed() -> str:
    return tr("Kelas menurut portal; rentangnya hitung ulang menurut aturan portal, bukan penetapan.")


def _formed(villages: int, without: int) -> str:
    if without:
        return tr("{n} dari {all} desa belum mempunyai Kampung KB", n=integer(without), all=integer(villages))
    return tr("Semua {all} desa mempunyai Kampung KB", all=integer(villages))


def _n_kampung(kampung: int, villages: int, without: int) -> str:
    return tr(
        "{kampung} Kampung KB di {n} dari {all} desa",
        kampung=integer(kampung),
        n=integer(villages - without),
        all=integer(villages),
    )


def village_classes(*, villages: int, without: int, counts: Mapping[KampungClass, int], open_range: int) -> Caption:
    """Tiles of the villages of a district; `open_range` kampung could be of another class once all is reported."""
    kampung = sum(counts.values())
    basic = counts[KampungClass.DASAR]
    formed = _formed(villages, without)
    if not kampung:
        return Caption(title=formed, alt=tr("Kisi desa: {formed}.", formed=formed), n=_n_kampung(0, villages, without))
    if basic:
        second = tr("{n} dari {all} kampung berkelas Dasar", n=integer(basic), all=integer(kampung))
    else:
        second = tr("tidak ada kampung berkelas Dasar")
    said = f"{formed}; {second}"
    alt = tr("Kisi desa menurut kelas Kampung KB: {counts}. {formed}.", counts=_class_counts(counts), formed=said)
    if open_range:
        alt += " " + tr("Kelas {n} kampung bergantung pada isian yang belum dilaporkan.", n=integer(open_range))
    return Caption(title=said, alt=alt, n=_n_kampung(kampung, villages, without), notes=(_recomputed(),))


def district_classes(
    *, districts: Sequence[tuple[str, int, int]], villages: int, without: int, counts: Mapping[KampungClass, int]
) -> Caption:
    """Bars of the districts of a regency; `districts` holds (name, mature kampung, kampung) in the order drawn."""
    kampung = sum(counts.values())
    mature = sum(counts[klass] for klass in MATURE)
    none = sum(1 for _, number, _ in districts if not number)
    title = tr("{n} dari {all} kampung Mandiri atau Berkelanjutan", n=integer(mature), all=integer(kampung))
    if mature and none:
        title += "; " + tr("{n} dari {all} kecamatan belum punya", n=integer(none), all=integer(len(districts)))
    alt = tr("Batang bertumpuk kelas Kampung KB per kecamatan: {counts}.", counts=_class_counts(counts)) + f" {title}."
    if mature:
        name, number, whole = districts[0]
        alt += " " + tr(
            "Bagian Mandiri atau Berkelanjutan terbesar di {name}: {n} dari {all} kampung.",
            name=name,
            n=integer(number),
            all=integer(whole),
        )
    return Caption(title=title, alt=f"{alt} {_formed(villages, without)}.", n=_n_kampung(kampung, villages, without))


def class_ranges(*, kampung: int, open_range: int) -> Caption:
    """Ranges of class: how many kampung have more than one class possible."""
    if open_range:
        title = tr(
            "Kelas {n} dari {all} kampung bergantung pada isian yang belum lapor",
            n=integer(open_range),
            all=integer(kampung),
        )
    else:
        title = tr("Isian yang kosong tidak mengubah kelas satu pun dari {all} kampung", all=integer(kampung))
    alt = tr("Satu baris per kampung: titik pada kelas menurut portal, garis dari kelas terendah sampai tertinggi.")
    return Caption(
        title=title, alt=f"{alt} {title}.", n=tr("{all} kampung", all=integer(kampung)), notes=(_recomputed(),)
    )


def completeness(
    *,
    rows: int,
    row_word: str,
    by: str,
    items: int,
    missing: int,
    cells: int,
    worst: str,
    worst_missing: int,
    coded: bool,
) -> Caption:
    """Grid of what is reported.

    `rows` are counted as `row_word` and drawn one `by` a line; `worst` is the item that most of them lack;
    `coded`: its heads are codes.
    """
    if missing == cells:
        title = tr("Tidak satu pun dari {all} {rows} melapor", all=integer(rows), rows=row_word)
        alt = tr("{title}: {all} isian kosong.", title=title, all=integer(cells))
    elif missing:
        title = tr(
            "{n} dari {all} {rows} belum melapor “{item}”",
            n=integer(worst_missing),
            all=integer(rows),
            rows=row_word,
            item=shorten(worst, ITEM),
        )
        rest = tr("{n} dari {all} isian belum dilaporkan", n=integer(missing), all=integer(cells))
        alt = f"{title}. {rest}."
    else:
        title = tr(
            "Semua {all} {rows} melaporkan {items} isian", all=integer(rows), rows=row_word, items=integer(items)
        )
        alt = f"{title}."
    lead = tr("Kisi kelengkapan, {rows} menurut baris dan isian menurut kolom.", rows=by)
    n = tr("{n} dari {all} isian dilaporkan", n=integer(cells - missing), all=integer(cells))
    return Caption(title=title, alt=f"{lead} {alt}", n=n, notes=(codes_note(),) if coded else ())


def codes_note() -> str:
    """Where the codes at the heads of columns are explained."""
    return tr("Arti setiap kode ada pada tabel arti indikator.")


def targets(
    *, sasaran: str, reached: int, judged: int, shown: int, missing: int, targeted: int, parent: str
) -> Caption:
    """Dots against targets.

    Of `shown` indicators `judged` have value and target, `missing` have no value, `targeted` have a target drawn;
    `parent` is blank where no value of the area above is drawn.
    """
    if judged:
        said = tr("{n} dari {all} indikator persen mencapai target", n=integer(reached), all=integer(judged))
    else:
        said = tr("{all} indikator tanpa penilaian target", all=integer(shown))
    title = f"{sasaran}: {said}"
    if missing:
        title = first_fitting(f"{title}; " + tr("{n} belum bernilai", n=integer(missing)), title, most=PAGED)
    alt = tr("Titik nilai tiap indikator {sasaran} dengan selang 95 % pada skala 0–100 %.", sasaran=sasaran)
    if targeted:
        alt += " " + tr("Garis tegak: target, pada {n} indikator.", n=integer(targeted))
    if parent:
        alt += " " + tr("Belah ketupat: nilai {parent}.", parent=parent)
    notes: tuple[str, ...] = ()
    if without := shown - missing - judged:
        text = mark("{n} indikator bernilai tetapi tidak dinilai: target daerah belum ditetapkan atau hanya konteks.")
        notes = (tr(text, n=integer(without)),)
    n = tr("{n} dari {all} indikator bernilai", n=integer(shown - missing), all=integer(shown))
    return Caption(title=title, alt=f"{alt} {title}.", n=n, notes=notes)


def other_units(sasaran: str, indicators: int) -> Caption:
    """Table of a sasaran whose indicators are on other scales than per cent, so that no dots are drawn."""
    title = tr("{sasaran}: {n} indikator yang bukan persen", sasaran=sasaran, n=integer(indicators))
    return Caption(title=title, alt="", n=ntr("{n} indikator", "{n} indikator", indicators))


def unvalued(sasaran: str, indicators: Sequence[tuple[str, str]]) -> Caption:
    """Statement in place of dots when no indicator has a value; each is named with its reason."""
    title = tr("{sasaran}: tidak satu pun dari {n} indikator bernilai", sasaran=sasaran, n=integer(len(indicators)))
    told = "; ".join(f"{name} ({reason})" for name, reason in indicators)
    return Caption(title=f"{title}.", alt="", n="", notes=(f"{told}.",))


def map_classes(*, villages: int, mature: int, without: int, unmapped: int) -> Caption:
    """Map of villages by class."""
    title = tr("Mandiri atau Berkelanjutan di {n} dari {all} desa", n=integer(mature), all=integer(villages))
    if without:
        title += "; " + tr("{n} desa belum mempunyai Kampung KB", n=integer(without))
    alt = tr("Peta desa diwarnai menurut kelas Kampung KB; nomor merujuk ke daftar di sampingnya.")
    return Caption(title, f"{alt} {title}.", tr("{all} desa", all=integer(villages)), _unmapped(unmapped))


def map_shares(*, districts: int, none: int, highest: tuple[str, float] | None, unmapped: int) -> Caption:
    """Map of districts by share of kampung that are Mandiri or Berkelanjutan."""
    if highest is None:
        title = tr("Belum ada kampung Mandiri atau Berkelanjutan di {all} kecamatan", all=integer(districts))
    else:
        title = tr(
            "{n} dari {all} kecamatan mempunyai kampung Mandiri atau Berkelanjutan",
            n=integer(districts - none),
            all=integer(districts),
        )
    alt = tr("Peta kecamatan diwarnai menurut bagian kampung yang Mandiri atau Berkelanjutan.") + f" {title}."
    if highest is not None:
        alt += " " + tr("Tertinggi {name}, {value}.", name=highest[0], value=percent(highest[1], 0))
    return Caption(title, alt, tr("{all} kecamatan", all=integer(districts)), _unmapped(unmapped))


def _unmapped(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (ntr("{n} wilayah tanpa batas yang terbaca.", "{n} wilayah tanpa batas yang terbaca.", count),)


def series(*, indicators: int, first: str, last: str, reached: int, judged: int, gaps: int) -> Caption:
    """Small multiples over time; `judged` have a value and a target in the last period."""
    span = first if first == last else f"{first}–{last}"
    if judged:
        title = tr(
            "{n} dari {all} indikator mencapai target pada {last}", n=integer(reached), all=integer(judged), last=last
        )
    else:
        title = tr("Nilai {n} indikator, {span}", n=integer(indicators), span=span)
    if gaps:
        title += "; " + tr("{n} nilai kosong", n=integer(gaps))
    alt = tr("Bagan kecil {n} indikator, {span}: titik nilai dengan selang 95 %.", n=integer(indicators), span=span)
    note = tr(
        "Arah disebut hanya bila lima titik tahunan terakhir searah melebihi kebetulan (99,8 %) dan tetap searah bila "
        "satu titik mana pun diabaikan."
    )
    return Caption(title, f"{alt} {title}.", tr("{n} indikator, {span}", n=integer(indicators), span=span), (note,))


def formation(*, villages: int, without: int, history: Sequence[tuple[str, int, int]]) -> Caption:
    """Counts at the dates of export; `history` holds (date, kampung, mature) in order."""
    last, kampung, _ = history[-1]
    title = tr("{n} Kampung KB pada {date}", n=integer(kampung), date=date(last)) + "; "
    title += _formed(villages, without) if without else tr("tiap desa mempunyainya")
    parts = [
        tr("{date}: {n} kampung, {mature} Mandiri atau Berkelanjutan", date=date(d), n=integer(k), mature=integer(m))
        for d, k, m in (history if len(history) <= 3 else (history[0], history[-1]))
    ]
    alt = tr("Jumlah Kampung KB pada tiap tanggal ekspor.") + f" {title}. " + "; ".join(parts) + "."
    note = tr("Kampung yang baru masuk portal biasanya Dasar; bertambahnya Dasar karena itu bukan penurunan.")
    n = ntr("{n} tanggal ekspor", "{n} tanggal ekspor", len(history))
    return Caption(title, alt, n, (note,))
