"""What is said of unequal villages: captions of the range bars, the gap and the measures, and the section's opening.

Input: counts and values that were drawn, or a released `Situation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Place, Words
from kbk_analysis.i18n import decimal, integer, join, mark, ntr, percent, tr
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.decomposition import MOSTLY_CHANCE
from kbk_analysis.indicators.disparity import AREAS, DECILE_AREAS, MISSING
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import amount
from kbk_analysis.narrative.figures import ITEM, NAME, NAMED, Caption, first_fitting
from kbk_analysis.narrative.guards import ecological_note, regression_note
from kbk_analysis.narrative.situation import heading
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import LARGE, ORDER, unequal_findings, wide_spreads
from kbk_analysis.text import shorten

HALF: Final = 50.0  # per cent of a gap that a title speaks of


def points(value: float) -> str:
    r"""A distance between percentages.

    Examples
    --------
    >>> points(32.09)
    '32,1 poin persen'
    """
    return tr("{n} poin persen", n=decimal(value, 1))


def ends_words(ends: str) -> str:
    """What the ends of a range are."""
    return tr("P10–P90") if ends == "p10_p90" else tr("terendah–tertinggi")


def spread_bars(
    *, indicator: str, distance: float | None, ends: str, villages: int, shown: int, indicators: int, span: str
) -> Caption:
    """Range bars of the `shown` indicators that differ most among `indicators`; the first in the latest year given."""
    if distance is None:
        titles = [tr("Rentang antardesa {n} indikator, {span}", n=integer(shown), span=span)]
    else:
        told = {"ends": ends_words(ends), "distance": points(distance)}
        titles = [
            tr(text, indicator=shorten(indicator, letters), **told)
            for text, letters in (
                (mark("Paling timpang antardesa: {indicator}, {ends} berjarak {distance}"), ITEM),
                (mark("Paling timpang: {indicator}, {ends} berjarak {distance}"), ITEM - 12),
                (mark("{indicator}: {ends} berjarak {distance}"), ITEM - 12),
            )
        ]
    title = first_fitting(*titles)
    alt = tr(
        "Bagan kecil {n} indikator, {span}: tiap tahun satu batang dari nilai desa {ends} dan titik rata-ratanya.",
        n=integer(shown),
        span=span,
        ends=ends_words(ends),
    )
    notes = [
        tr(
            "Titik rata-rata: semua desa yang melapor, ditimbang menurut jumlah sasaran. Batang tanpa desa yang "
            "sasarannya kurang dari {n}.",
            n=integer(FEWEST),
        )
    ]
    if ends != "p10_p90":
        text = mark(
            "Kurang dari {n} desa, jadi batangnya dari desa terendah sampai tertinggi, yang mudah bergeser oleh "
            "kebetulan."
        )
        notes.append(tr(text, n=integer(DECILE_AREAS)))
    of = tr("{n} dari {all} indikator, {villages} desa", n=integer(shown), all=integer(indicators), villages=villages)
    return Caption(title, f"{alt} {title}.", of, tuple(notes))


def gap(
    *,
    indicator: Indicator,
    against: str,
    level: float,
    short: int,
    half: int,
    units: Sequence[tuple[str, int]],
    judged: int,
    silent: Sequence[str],
    unit_word: str,
) -> Caption:
    """Gap of the units short of a level: `units` hold (name, people short), most first, of `judged`.

    `against` names the level: blank is the target, else the area whose value it is. The first `half` units hold half of
    the gap; `silent` are the names of those without a value shown, which are in no sum.
    """
    goal = tr("nilai {parent}", parent=shorten(against, NAME)) if against else tr("target")
    lower = indicator.direction == "lower"
    most = mark("{name}: lebih {n} dari {goal}") if lower else mark("{name}: kurang {n} dari {goal}")
    if not units:
        text = mark("{name}: semua {all} {units} mencapai {goal}")
        title = _short_titles(text, indicator.name, all=integer(judged), units=unit_word, goal=goal)
    else:
        said = tr("separuhnya di {k} dari {all} {units}", k=integer(half), all=integer(judged), units=unit_word)
        if silent:
            all_units = integer(judged + len(silent))
            told = tr("di {n} dari {all} {units}", n=integer(judged), all=all_units, units=unit_word)
            said = tr("{where}; separuhnya di {k}", where=told, k=integer(half))
        joint = " " if silent else "; "
        whole = [f"{head}{joint}{said}" for head in _names(most, indicator.name, n=integer(short), goal=goal)]
        title = first_fitting(*whole, *_names(most, indicator.name, n=integer(short), goal=goal))
    alt = tr(
        "Batang bertingkat {units} menurut jumlah kekurangan, terbesar di atas, dengan garis bagian kumulatif.",
        units=unit_word,
    )
    told = ""
    if units:
        listed = [tr("{unit} ({n})", unit=name, n=integer(count)) for name, count in units[:NAMED]]
        named = join([*listed, *_others(len(units) - NAMED)])
        told = " " + tr("Terbesar: {named}.", named=named)
    counted = tr(
        "Dihitung dari {denominator}; {goal} {level}.",
        denominator=indicator.denominator,
        goal=goal,
        level=amount(indicator, level),
    )
    notes = [counted[0].upper() + counted[1:]]
    reached = judged - len(units)
    if units and reached:
        notes.append(tr("{n} {units} sudah mencapainya dan tidak digambar.", n=integer(reached), units=unit_word))
    if silent:
        named = join([*silent[:NAMED], *_others(len(silent) - NAMED)])
        notes.append(
            tr(
                "{n} {units} tanpa nilai yang dapat ditampilkan, jadi tidak masuk jumlah: {names}.",
                n=integer(len(silent)),
                units=unit_word,
                names=named,
            )
        )
    if len(units) > 1:
        notes.append(regression_note())
    n = tr("{n} {units}", n=integer(judged), units=unit_word)
    if silent:
        n = tr("{n} dari {all} {unit}", n=integer(judged), all=integer(judged + len(silent)), unit=unit_word)
    return Caption(title, f"{alt} {title}.{told}", n, tuple(notes))


def _others(count: int) -> list[str]:
    """How many names were left out, as the last of a list."""
    return [tr("{n} lainnya", n=integer(count))] if count > 0 else []


def no_gap(*, targets: bool) -> Caption:
    """Statement in place of a gap; `targets`: some indicator has a target that may judge."""
    title = tr("Kekurangan menurut wilayah: tidak ada indikator yang pasti belum mencapai target.")
    return Caption(title=title, alt="", n="", notes=() if targets else (Refusal("no_target").text,))


def no_spreads() -> Caption:
    """Statement in place of range bars."""
    title = tr("Rentang antardesa tidak digambar: terlalu sedikit desa yang melapor.")
    return Caption(title=title, alt="", n="", notes=(_too_few(),))


def _too_few() -> str:
    return tr(
        "Ketimpangan antardesa tidak dihitung: sedikitnya {least} desa dengan sasaran {n} atau lebih harus melapor, "
        "dan paling banyak {missing} desa boleh kosong.",
        least=integer(AREAS),
        n=integer(FEWEST),
        missing=percent(100 * MISSING, 0),
    )


def _names(text: str, name: str, **values: object) -> list[str]:
    return [tr(text, name=shorten(name, letters), **values) for letters in (ITEM, ITEM - 8, ITEM - 16)]


def _short_titles(text: str, name: str, **values: object) -> str:
    return first_fitting(*_names(text, name, **values))


def spreads_table(*, shown: int, unequal: int, mostly_chance: int) -> Caption:
    """Table of distances: how many indicators differ far beyond chance, in how many the spread is mostly chance."""
    title = tr(
        "{n} dari {all} indikator timpang jauh melebihi kebetulan; pada {chance} sebagian besar kebetulan",
        n=integer(unequal),
        all=integer(shown),
        chance=integer(mostly_chance),
    )
    title = first_fitting(
        title, tr("{n} dari {all} indikator timpang jauh melebihi kebetulan", n=integer(unequal), all=integer(shown))
    )
    if not shown:
        return Caption(tr("Ketimpangan antardesa tidak dapat ditampilkan."), "", "", (_too_few(),))
    notes = (
        tr(
            "Tertimbang: menurut jumlah sasaran, jadi tentang penduduk; tak tertimbang: setiap desa sama. Di bawah "
            "{limit} di atas kebetulan, selisih antardesa sebagian besar kebetulan.",
            limit=percent(MOSTLY_CHANCE, 0),
        ),
        tr(
            "Rata-rata tertimbang sama dengan nilai wilayah: semua desa yang melapor. Ukuran lain tanpa desa yang "
            "sasarannya kurang dari {n}; jumlahnya di kolom terakhir.",
            n=integer(FEWEST),
        ),
    )
    return Caption(title, "", ntr("{n} indikator", "{n} indikator", shown), notes)


def parts_table(*, shown: int, split: bool, ordered: bool) -> Caption:
    """Table of what a spread is made of, and what reaching a level would bring."""
    title = tr("Ketimpangan antardesa: bagiannya, dan yang bertambah bila semua mencapai acuan")
    notes = [
        tr(
            "PAR: jumlah yang bertambah (atau berkurang, bila makin rendah makin baik) bila nilai gabungan semua desa "
            "yang melapor mencapai acuan; PAF: bagiannya dari nilai itu. Hitungan ini bukan ramalan."
        ),
        tr(
            "PAR adalah kekurangan bersih: kelebihan satu desa menutup kekurangan desa lain. Gambar kekurangan "
            "menjumlahkan wilayah yang kurang saja, dan hanya yang nilainya ditampilkan, jadi dapat berbeda."
        ),
    ]
    if split:
        notes.append(tr("Theil T dibagi menjadi bagian antar kecamatan dan di dalam kecamatan."))
    if ordered:
        order = load_catalogue()[ORDER].name
        text = tr(
            "SII: selisih nilai dari desa dengan {order} terendah sampai tertinggi menurut garis lurus tertimbang; "
            "RII: nisbahnya, (a + b)/a.",
            order=order,
        )
        notes += [text, ecological_note(order, tr("nilai indikator"))]
    return Caption(title, "", ntr("{n} indikator", "{n} indikator", shown), tuple(notes))


def spread_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on inequality: how far apart villages lie, what of it is chance, how not to read it."""
    require_released(situation)
    wide = wide_spreads(situation.spreads, situation.area_code)
    parts = [heading(tr("Seberapa timpang antardesa?"))]
    if wide.empty:
        return (*parts, Words(kind="paragraph", items=[_too_few()]))
    found = unequal_findings(situation.spreads, situation.area_code, situation.name)
    chance = int((wide["excess_share"] < MOSTLY_CHANCE).sum())
    text = mark(
        "Dari {all} indikator persen yang dapat dihitung, {n} timpang jauh melebihi kebetulan (desa rata-rata "
        "berjarak sedikitnya {points} poin persen dari nilai gabungan): {names}."
    )
    if not found:
        text = mark(
            "Dari {all} indikator persen yang dapat dihitung, tidak satu pun timpang jauh melebihi kebetulan (desa "
            "rata-rata berjarak sedikitnya {points} poin persen dari nilai gabungan)."
        )
    names = [load_catalogue()[remark.indicator].name for remark in found][:NAMED]
    told = tr(text, all=integer(len(wide)), n=integer(len(found)), points=integer(LARGE), names=join(names))
    if chance:
        told += " " + tr("Pada {chance} indikator, selisih antardesa sebagian besar kebetulan.", chance=integer(chance))
    caution = tr(
        "Nilai gabungan adalah jumlah pembilang dibagi jumlah penyebut, bukan rata-rata persentase desa. Desa yang "
        "melapor belum tentu seperti desa yang tidak melapor, dan hasil kecamatan berubah bila batas atau kode desa "
        "berubah."
    )
    return (*parts, Words(kind="paragraph", items=[told, caution, regression_note()], place=Place.BODY))
