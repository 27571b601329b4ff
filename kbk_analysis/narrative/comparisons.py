"""Captions of the figures that compare: the rug of villages against the area above, and the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kbk_analysis.i18n import integer, join, mark, ntr, tr
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.narrative.figures import ITEM, NAME, NAMED, Caption, codes_note, first_fitting
from kbk_analysis.text import shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class RugCounts:
    """Cells better, similar and worse than the parent, without a report, and all that could be reported."""

    parent: str
    better: int
    similar: int
    worse: int
    missing: int
    cells: int

    @property
    def judged(self) -> int:
        """Cells with a verdict."""
        return self.better + self.similar + self.worse

    @property
    def brief(self) -> str:
        """How many of the judged cells differ, without the parent's name."""
        if not self.judged:
            return tr("Tidak ada nilai yang dapat dibandingkan")
        return tr(
            "{worse} dari {all} nilai lebih buruk, {better} lebih baik",
            worse=integer(self.worse),
            all=integer(self.judged),
            better=integer(self.better),
        )

    @property
    def verdict(self) -> str:
        """How many of the judged cells differ, as a phrase."""
        parent = shorten(self.parent, NAME)
        if not self.judged:
            return tr("Tidak ada nilai yang dapat dibandingkan dengan {parent}", parent=parent)
        return tr(
            "{worse} dari {all} nilai lebih buruk daripada {parent}, {better} lebih baik",
            worse=integer(self.worse),
            all=integer(self.judged),
            better=integer(self.better),
            parent=parent,
        )

    @property
    def n(self) -> str:
        """On how many it rests."""
        return tr("{n} dari {all} nilai ada", n=integer(self.cells - self.missing), all=integer(self.cells))


def _screened() -> str:
    return tr(
        "Tiap nilai dibandingkan sendiri pada selang 99,8 %; ● berarti tidak berbeda melebihi kebetulan. Tanpa tanda: "
        "tidak dinilai. Temuan dan corong juga memperhitungkan keragaman antarwilayah, jadi menandai lebih sedikit."
    )


def differences(counts: RugCounts, *, judged: int, shown: int, differing: int) -> Caption:
    """The differing part of the rug: `shown` of `differing` indicators; the counts are those of the whole rug."""
    if not judged:
        note = tr("Pembilang atau penyebutnya terlalu kecil, atau terlalu sedikit desa melapor untuk membandingkan.")
        return Caption(title=counts.verdict + ".", alt="", n=counts.n, notes=(note,))
    if not shown:
        text = mark("Tidak satu pun dari {all} nilai berbeda dari {parent} melebihi kebetulan.")
        names = (shorten(counts.parent, letters) for letters in (NAME, NAME - 8))
        title = first_fitting(*(tr(text, all=integer(judged), parent=name) for name in names))
        return Caption(title=title, alt="", n=counts.n)
    alt = tr(
        "Kisi wilayah menurut baris dan {n} indikator menurut kolom; hanya indikator yang berbeda.", n=integer(shown)
    )
    of = tr(
        "{n} dari {all} indikator yang berbeda; semua nilai ada di lampiran.", n=integer(shown), all=integer(differing)
    )
    title = first_fitting(counts.verdict, counts.brief)
    return Caption(title=title, alt=f"{alt} {counts.verdict}.", n=counts.n, notes=(of, _screened()))


def funnel(
    *,
    indicator: str,
    parent: str,
    outside: Sequence[str],
    own: int,
    villages: int,
    wide: bool,
    small: int = 0,
    above: int = 0,
) -> Caption:
    """Funnel of one indicator: own villages outside the 99.8 % limits, furthest first, of all `own`.

    `small` own villages have too few people to take part; `villages` take part in all. Of those outside `above` lie
    above, which is told where others lie below.
    """
    some, none = (
        mark("{n} dari {all} desa di luar batas 99,8 %"),
        mark("tidak satu pun dari {all} desa di luar batas 99,8 %"),
    )
    if small:
        some = mark("{n} dari {all} desa dengan n ≥ {least} di luar batas 99,8 %")
        none = mark("tidak satu pun dari {all} desa dengan n ≥ {least} di luar batas 99,8 %")
    said = tr(some if outside else none, n=integer(len(outside)), all=integer(own), least=integer(FEWEST))
    phrases = [said]
    if 0 < above < len(outside):
        sides = {"above": integer(above), "below": integer(len(outside) - above)}
        phrases.insert(0, tr("{said} ({above} di atas, {below} di bawah)", said=said, **sides))
    names = [shorten(indicator, letters) for letters in (ITEM, ITEM - 8, ITEM - 16)]
    titles = (tr("{indicator}: {said}", indicator=name, said=phrase) for phrase in phrases for name in names)
    title = first_fitting(*titles)
    alt = tr(
        "Diagram corong {n} desa di {parent}: nilai menurut jumlah sasaran, dengan batas yang menyempit bila jumlahnya "
        "besar.",
        n=integer(villages),
        parent=parent,
    )
    told = ""
    if outside:
        named = join(list(outside)[:NAMED])
        more = len(outside) > NAMED
        text = mark("Paling jauh di luar batas: {names}.") if more else mark("Di luar batas: {names}.")
        told = " " + tr(text, names=named)
    drawn = mark(
        "Desa kecil lebih mudah tampak tinggi atau rendah karena kebetulan: yang di dalam batas tidak diberi nama, dan "
        "yang sasarannya kurang dari {n} tidak digambar."
    )
    notes = [tr(drawn, n=integer(FEWEST))]
    if small:
        notes[0] += " " + ntr("Di antaranya {n} desa sendiri.", "Di antaranya {n} desa sendiri.", small)
    if wide:
        notes.append(
            tr(
                "Desa-desa lebih beragam daripada kebetulan; batasnya dilebarkan sesuai keragaman itu. Di dalam batas "
                "pun sebuah desa dapat lebih baik atau lebih buruk daripada {parent} bila dibandingkan sendiri.",
                parent=parent,
            )
        )
    return Caption(title, f"{alt} {title}.{told}", tr("{n} desa", n=integer(villages)), tuple(notes))


def no_funnel() -> Caption:
    """Statement in place of a funnel."""
    title = tr("Corong desa: tidak ada desa yang terbukti di luar batas 99,8 %.")
    note = tr("Corong memerlukan sekurangnya sepuluh desa yang melapor di wilayah di atasnya.")
    return Caption(title=title, alt="", n="", notes=(note,))


def rug(sasaran: Sequence[str], counts: RugCounts) -> Caption:
    """One sheet of the whole rug: the names of the sasaran on it, and its own counts."""
    alt = tr("Kisi wilayah menurut baris dan indikator menurut kolom; tanda ▲ lebih baik, ● serupa, ▼ lebih buruk.")
    rest = tr("{n} serupa, {missing} belum lapor.", n=integer(counts.similar), missing=integer(counts.missing))
    names = [" · ".join(sasaran), ntr("{n} sasaran", "{n} sasaran", len(sasaran))]
    phrases = [phrase[0].lower() + phrase[1:] for phrase in (counts.verdict, counts.brief)]
    told = [tr("{sasaran}: {verdict}", sasaran=name, verdict=phrase) for name in names for phrase in phrases]
    return Caption(first_fitting(*told), f"{alt} {counts.verdict}; {rest}", counts.n, (_screened(), codes_note()))
