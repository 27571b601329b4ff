"""Captions of the figures that set units in an order: ranked dots, and two years side by side.

A place in an order is told as a group and an interval, two years as a difference: neither a bare rank nor a trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import decimal, integer, join, mark, percent, tr
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.ranks import SURE
from kbk_analysis.narrative.figures import ITEM, NAME, NAMED, PAGED, TITLE, Caption, first_fitting
from kbk_analysis.text import shorten

LENGTHS = range(ITEM, ITEM // 2, -2)  # letters of an indicator, as many as fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the ranked dots of one indicator show.

    `units` have a value, of all `expected`; `top` and `bottom` are the names in the groups, best and worst first;
    `better` and `worse` count units against the parent among those `judged`, ``None`` where none is. `reason` is why
    there are no ranks; `left_out` counts units with too few people for one.
    """

    indicator: str
    unit: str
    parent: str
    units: int
    expected: int
    top: Sequence[str] = ()
    bottom: Sequence[str] = ()
    better: int | None = None
    worse: int | None = None
    judged: int = 0
    reason: Refusal | None = None
    areas: int = 0
    draws: int = 0
    seed: int = 0
    left_out: int = 0


def ranked(found: Standing, *, sheets: int = 1) -> Caption:
    """Ranked dots: how many units are in the top and bottom group, or, without ranks, how many differ."""
    titles = (said for name in _shorter(found.indicator) for said in _standings(found, name))
    title = first_fitting(*titles, most=TITLE if sheets == 1 else PAGED)
    alt = tr(
        "Diagram titik {n} {unit} menurut nilai, yang terbaik di atas, dengan selang 95 % dan 99,8 %.",
        n=integer(found.units),
        unit=found.unit,
    )
    told = [tr("Kelompok atas: {names}.", names=_named(found.top))] if found.top else []
    told += [tr("Kelompok bawah: {names}.", names=_named(found.bottom))] if found.bottom else []
    n = tr("{n} dari {all} {unit}", n=integer(found.units), all=integer(found.expected), unit=found.unit)
    return Caption(title, " ".join([alt, f"{title}.", *told]), n, _rank_notes(found))


def _shorter(indicator: str) -> list[str]:
    """An indicator's name, then without what it says in brackets, then cut."""
    bare = indicator.split(" (")[0]
    return [shorten(indicator, ITEM), *(shorten(bare, letters) for letters in LENGTHS)]


def _standings(found: Standing, name: str) -> list[str]:
    n = integer(found.units)
    if found.reason is None:
        if not found.top and not found.bottom:
            text = tr("tidak satu pun dari {n} {unit} jelas di kelompok atas atau bawah", n=n, unit=found.unit)
        else:
            text = tr(
                "{top} dari {n} {unit} di kelompok atas, {bottom} di kelompok bawah",
                top=integer(len(found.top)),
                n=n,
                unit=found.unit,
                bottom=integer(len(found.bottom)),
            )
        return [tr("{indicator}: {said}", indicator=name, said=text)]
    if found.worse is None or found.better is None:
        text = tr("{n} {unit} menurut nilai, tanpa peringkat", n=n, unit=found.unit)
        return [tr("{indicator}: {said}", indicator=name, said=text)]
    unit = found.unit if found.judged == found.units else tr("{units} dengan n ≥ {n}", units=found.unit,
                                                             n=integer(FEWEST))  # fmt: skip
    counts = {"worse": integer(found.worse), "better": integer(found.better), "n": integer(found.judged), "unit": unit}
    parent = shorten(found.parent, NAME)
    if not found.worse and not found.better:
        text = tr("tidak satu pun dari {n} {unit} berbeda melebihi kebetulan", n=counts["n"], unit=unit)
        return [tr("{indicator}: {said}", indicator=name, said=text)]
    texts = [
        tr("{worse} dari {n} {unit} lebih buruk daripada {parent}, {better} lebih baik", parent=parent, **counts),
        tr("{worse} dari {n} {unit} lebih buruk, {better} lebih baik", **counts),
    ]
    return [tr("{indicator}: {said}", indicator=name, said=text) for text in texts]


def _named(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        return join(list(names))
    return tr("{names}, dan {n} lainnya", names=", ".join(names[:NAMED]), n=integer(len(names) - NAMED))


def _rank_notes(found: Standing) -> tuple[str, ...]:
    if found.reason is not None:
        notes = [tr("Tanpa selang peringkat. {reason}", reason=found.reason.text)]
        if found.worse or found.better:
            text = mark(
                "Lebih baik atau buruk: tiap {unit} dibandingkan sendiri dengan {parent} (99,8 %); temuan dan corong "
                "juga memperhitungkan keragaman antarwilayah, jadi menandai lebih sedikit."
            )
            notes.append(tr(text, unit=found.unit, parent=found.parent))
        if small := found.units - found.judged if found.judged else 0:
            text = mark("{n} {unit} dengan sasaran kurang dari {fewest} tidak dinilai.")
            notes.append(tr(text, n=integer(small), unit=found.unit, fewest=integer(FEWEST)))
        return tuple(notes)
    notes = [
        tr(
            "Selang peringkat 95 % dari {draws} simulasi (benih acak {seed}), 1 = terbaik dari {areas}; makin lebar "
            "selangnya, makin tidak pasti urutannya.",
            draws=integer(found.draws),
            seed=found.seed,
            areas=integer(found.areas),
        ),
        tr(
            "Kelompok atas dan bawah masing-masing seperlima ({fifth} {unit}); kelompok disebut bila peluangnya di "
            "atas {sure}, selain itu belum jelas.",
            fifth=integer(found.areas // 5),
            unit=found.unit,
            sure=percent(100 * SURE, 0),
        ),
    ]
    if found.left_out:
        text = tr("{n} {unit} dengan sasaran kurang dari {fewest} tidak diberi peringkat.",
                  n=integer(found.left_out), unit=found.unit, fewest=integer(FEWEST))  # fmt: skip
        notes.append(text)
    return tuple(notes)


def no_ranking() -> Caption:
    """Statement in place of the ranked dots."""
    title = tr("Urutan wilayah: tidak ada indikator yang cukup dilaporkan untuk diurutkan.")
    note = tr(
        "Diurutkan bila sekurangnya dua wilayah mempunyai sasaran {n} orang atau lebih, dan indikatornya termasuk "
        "temuan atau ada wilayah yang berbeda melebihi kebetulan.",
        n=integer(FEWEST),
    )
    return Caption(title=title, alt="", n="", notes=(note,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What the slopes of one indicator show: `units` drawn of all `expected`, those that differ by name and points.

    Of the units `judged` have people enough in both periods. `whole` tells that a unit is made of villages. `named`
    units are written beside their lines. `since` is the period from which the series is comparable, blank where no
    earlier one is left out.
    """

    indicator: str
    unit: str
    first: str
    last: str
    units: int
    judged: int
    expected: int
    whole: bool
    higher: Sequence[tuple[str, float]]
    lower: Sequence[tuple[str, float]]
    named: int
    since: str = ""


def slope(found: Shift) -> Caption:
    """Two periods of one indicator: in how many units the later value is higher or lower beyond chance.

    Where they go one way, how far the least and the most changed are apart says more than the count alone.
    """
    names = _shorter(found.indicator)
    titles = [
        tr("{indicator}: {said}", indicator=name, said=said)
        for said in _shifts(found)
        for name in (names[0], names[-1])
    ]
    title = first_fitting(*titles, tr("{indicator}: {said}", indicator=names[-1], said=_shifts(found)[-1]))
    alt = tr(
        "Diagram lereng {n} {unit}: satu garis dari nilai {first} ke nilai {last}.",
        n=integer(found.units),
        unit=found.unit,
        first=found.first,
        last=found.last,
    )
    told = [tr("Lebih tinggi: {names}.", names=_named([name for name, _ in found.higher]))] if found.higher else []
    told += [tr("Lebih rendah: {names}.", names=_named([name for name, _ in found.lower]))] if found.lower else []
    n = tr("{n} dari {all} {unit}", n=integer(found.units), all=integer(found.expected), unit=found.unit)
    return Caption(title, " ".join([alt, f"{title}.", *told]), n, _slope_notes(found))


def _shifts(found: Shift) -> list[str]:
    """What the slopes say, from the fullest to the barest."""
    counts = {"n": integer(found.judged), "unit": found.unit, "first": found.first}
    if found.higher and found.lower:
        higher, lower = integer(len(found.higher)), integer(len(found.lower))
        text = mark("{higher} dari {n} {unit} lebih tinggi daripada {first}, {lower} lebih rendah")
        return [tr(text, higher=higher, lower=lower, **counts)]
    moved = found.higher or found.lower
    if not moved:
        return [tr("tidak satu pun dari {n} {unit} berbeda dari {first}", **counts)]
    way = tr("lebih tinggi") if found.higher else tr("lebih rendah")
    least, most = (decimal(abs(moved[end][1]), 1) for end in (-1, 0))
    span = tr("{n} poin", n=most) if least == most else tr("{least}–{most} poin", least=least, most=most)
    counts |= {"k": integer(len(moved)), "way": way}
    said = [tr("{k} dari {n} {unit} {way} daripada {first}", **counts)]
    if len(moved) == found.judged > 1:
        said = [tr("semua {n} {unit} {way} daripada {first}", **counts)]
        if found.judged < found.expected:
            said = [
                tr("semua {n} {unit} yang sebanding {way} daripada {first}", **counts),
                tr("{n} {unit} sebanding {way} daripada {first}", **counts),
            ]
    return [*(tr("{said}, {span}", said=one, span=span) for one in said), said[-1]]


def _slope_notes(found: Shift) -> tuple[str, ...]:
    alike = mark("Hanya {unit} yang desa pelapornya sama di kedua periode.")
    both = mark("Hanya {unit} yang melapor di kedua periode.")
    notes = [
        tr(
            "Lebih tinggi atau rendah: beda {first} dan {last} melebihi kebetulan (Newcombe, 99,8 %). Dua titik belum "
            "menunjukkan arah.",
            first=found.first,
            last=found.last,
        ),
        tr(alike if found.whole else both, unit=found.unit),
        tr(
            "Nilai yang paling tinggi atau rendah pada periode pertama biasanya lebih dekat ke tengah pada periode "
            "berikutnya, juga bila keadaannya sama."
        ),
    ]
    if found.since:
        notes.append(tr("Sebelum {year} sumber atau artinya lain, jadi tidak dibandingkan.", year=found.since))
    if found.named < found.units:
        text = tr("{named} dari {n} {unit} diberi nama, yang paling berbeda lebih dahulu; semua nilai ada di tabel.",
                  named=integer(found.named), n=integer(found.units), unit=found.unit)  # fmt: skip
        notes.append(text)
    return tuple(notes)


def no_slope(indicator: str = "") -> Caption:
    """Statement in place of the slopes, of one indicator or of all."""
    note = tr(
        "Dua periode dibandingkan bila arti dan sumbernya sama, desa yang melapor sama, dan sasarannya {n} orang atau "
        "lebih.",
        n=integer(FEWEST),
    )
    if indicator:
        title = tr("{indicator}: tidak ada dua periode yang sebanding.", indicator=shorten(indicator, ITEM))
    else:
        title = tr("Perbandingan dua periode: tidak ada wilayah yang sebanding dan berbeda.")
    return Caption(title=title, alt="", n="", notes=(note,))
