"""Words on families and stages of life: captions of their figures, and the opening of each section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.exhibit import Words
from kbk_analysis.i18n import decimal, integer, join, ntr, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.figures import NAME, Caption, first_fitting
from kbk_analysis.narrative.situation import heading
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.stages import EVERYONE
from kbk_analysis.text import shorten


def no_ibangga() -> Caption:
    """Statement in place of the figure of iBangga."""
    return Caption(title=tr("iBangga tidak ada dalam kumpulan data ini."), alt="", n="")


def no_risk() -> Caption:
    """Statement in place of the figure of risk factors."""
    return Caption(title=tr("Faktor risiko stunting tidak ada dalam kumpulan data ini."), alt="", n="")


def ibangga(
    *,
    index: float,
    dimensions: Mapping[str, float],
    classes: Mapping[str, float],
    ends: tuple[float, float] | None,
    families: int,
    reported: int,
    expected: int,
    provisional: bool,
) -> Caption:
    """Dimensions and classes of families.

    `classes` holds the shares that are shown, by name, `ends` those of the lowest and highest where all are shown.
    """
    index_words = tr("iBangga {value}", value=decimal(index, 1))
    titles = [index_words]
    if dimensions:
        low = min(dimensions, key=lambda name: dimensions[name])
        low_words = tr("terendah {name} {value}", name=low.lower(), value=decimal(dimensions[low], 1))
        titles.insert(0, f"{index_words}, {low_words}")
    shares = [f"{name.lower()} {percent(share, 1)}" for name, share in classes.items()]
    if ends:
        said = tr("{low} keluarga rentan, {high} tangguh", low=percent(ends[0], 1), high=percent(ends[1], 1))
        titles = [f"{title}; {said}" for title in titles]
    title = first_fitting(*titles)
    n = tr(
        "{n} keluarga di {reported} dari {expected} desa",
        n=integer(families),
        reported=integer(reported),
        expected=integer(expected),
    )
    scores = [f"{name} {decimal(value, 1)}" for name, value in dimensions.items()]
    alt = tr("Titik rerata dimensi iBangga pada skala 0–100, dan pita kelas keluarga.") + f" {title}."
    alt += f" {index_words}: {join(scores)}." if scores else ""
    alt += " " + (tr("Kelas keluarga: {shares}.", shares=join(shares)) if shares else "")
    notes = [
        tr(
            "Rerata atas keluarga, ditimbang jumlah keluarga desa; skor tidak mempunyai selang. Indeks di bawah 40 "
            "rentan, 40 sampai 70 berkembang, di atas 70 tangguh."
        )
    ]
    if provisional:
        notes.append(tr("Sementara: kurang dari 90 % desa melapor."))
    return Caption(title, alt.strip(), n, tuple(notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the target families, by name."""

    name: str
    count: int
    of: int

    @property
    def percent(self) -> str:
        """Share in per cent."""
        return percent(100 * self.count / self.of, 1)

    def __str__(self) -> str:
        return tr("{name} {n} dari {all} ({share})", name=self.name, n=integer(self.count), all=integer(self.of),
                  share=self.percent)  # fmt: skip


def risk(*, whole: Share | None, factors: Sequence[Share], counted: tuple[int, int] | None) -> Caption:
    """Overlapping risk factors; `counted` is how often they are counted, on how many families at risk."""
    if factors:
        most = max(factors, key=lambda share: share.count / share.of)
        title = tr(
            "Faktor terbanyak: {name}, {share} dari {n} keluarga sasaran",
            name=most.name,
            share=most.percent,
            n=integer(most.of),
        )
    elif whole:
        title = str(whole)
    else:
        return Caption(tr("Faktor risiko stunting: tidak ada nilai yang dapat ditampilkan."), "", "")
    shown = [str(share) for share in ([whole] if whole else []) + list(factors)]
    alt = tr("Batang bagian keluarga sasaran menurut faktor risiko yang saling tumpang tindih.")
    notes = [tr("Satu keluarga dapat mempunyai beberapa faktor: faktor tidak dijumlahkan.")]
    if counted:
        notes[0] = tr(
            "Satu keluarga dapat mempunyai beberapa faktor, jadi faktor tidak dijumlahkan: semuanya tercatat "
            "{sum} kali pada {n} keluarga berisiko.",
            sum=integer(counted[0]),
            n=integer(counted[1]),
        )
    notes.append(
        tr("Selang 95 % hanya menilai apakah beda melebihi kebetulan; tanda pembanding dinilai pada taraf 99,8 %.")
    )
    of = max([share.of for share in factors] + ([whole.of] if whole else []), default=0)
    n = tr("{n} keluarga sasaran", n=integer(of)) if of else ""
    told = tr("Terlapor: {shares}.", shares="; ".join(shown)) if shown else ""
    return Caption(title, " ".join(filter(None, (alt, f"{title}.", told, notes[0]))), n, tuple(notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCounts:
    """One stage of life: indicators in the data, those with a value, with a status, and those that reach the target."""

    name: str
    indicators: int
    valued: int


def stages(
    *, found: Sequence[StageCounts], valued: int, reached: int, judged: int, worse: int, better: int, parent: str
) -> Caption:
    """Stages of life; the totals count each indicator once, however many stages it belongs to."""
    silent = [stage.name for stage in found if not stage.valued]
    if judged:
        first = tr("{n} dari {all} indikator mencapai target", n=integer(reached), all=integer(judged))
    elif parent:
        first = tr(
            "{worse} dari {all} indikator lebih buruk daripada {parent}, {better} lebih baik",
            worse=integer(worse),
            all=integer(valued),
            better=integer(better),
            parent=shorten(parent, NAME - 8),
        )
    else:
        first = ntr("{n} indikator bernilai", "{n} indikator bernilai", valued)
    rest = tr("{n} dari {all} tahap hidup tanpa data", n=integer(len(silent)), all=integer(len(found)))
    if not valued:
        return Caption(tr("Tidak satu pun tahap hidup mempunyai data."), "", "")
    title = first_fitting(f"{first}; {rest}", first) if silent else first
    told = [
        tr("{name} {n} dari {all}", name=stage.name, n=integer(stage.valued), all=integer(stage.indicators))
        for stage in found
        if stage.indicators
    ]
    alt = tr("Indikator menurut tahap hidup, dari calon pengantin sampai lansia, dengan nilai, n, dan tanda.")
    alt += f" {title}."
    if told:
        alt += " " + tr("Bernilai: {stages}.", stages="; ".join(told))
    notes = [
        tr("Indikator untuk beberapa tahap hidup muncul pada setiap tahapnya; yang untuk semua tahap tidak di sini.")
    ]
    if parent:
        notes.append(tr("Tanda membandingkan dengan {parent} pada selang 99,8 %.", parent=parent))
    return Caption(title, alt, ntr("{n} indikator bernilai", "{n} indikator bernilai", valued), tuple(notes))


def sasaran(
    *, indicators: int, valued: int, judged: int, reached: int, uncertain: int, worse: int, better: int, parent: str
) -> Caption:
    """Overview of the 72 indicators by sasaran."""
    if judged:
        titles = [tr("{n} dari {all} indikator mencapai target", n=integer(reached), all=integer(judged))]
        if uncertain:
            titles.insert(0, titles[0] + "; " + tr("{n} belum pasti", n=integer(uncertain)))
    else:
        titles = [tr("{n} dari {all} indikator bernilai, tanpa target", n=integer(valued), all=integer(indicators))]
    if not valued:
        titles = [tr("Tidak satu pun dari {all} indikator bernilai", all=integer(indicators))]
    if parent and valued:
        compared = tr("{worse} lebih buruk, {better} lebih baik", worse=integer(worse), better=integer(better))
        named = tr("{compared} daripada {parent}", compared=compared, parent=shorten(parent, NAME))
        titles = [*(f"{title}; {named}" for title in titles), f"{titles[-1]}; {compared}", *titles]
    title = first_fitting(*titles)
    alt = tr("Batang jumlah indikator setiap sasaran menurut keadaannya terhadap target dan pembanding.")
    n = tr("{n} dari {all} indikator bernilai", n=integer(valued), all=integer(indicators))
    note = tr("Status memakai nilai; belum pasti: target berada di dalam selang 95 %. Pembanding pada selang 99,8 %.")
    return Caption(title, f"{alt} {title}.", n, (note,))


def family_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on families; where the data hold nothing of them, the figures say so."""
    require_released(situation)
    parts = [heading(tr("Bagaimana keadaan keluarganya?"))]
    if situation.ibangga.empty and situation.risk.empty:
        return tuple(parts)
    text = tr(
        "iBangga menilai ketenteraman, kemandirian, dan kebahagiaan keluarga; reratanya dibaca bersama sebaran kelas. "
        "Keluarga berisiko stunting dihitung di antara keluarga sasaran (PUS, hamil, anak di bawah lima tahun)."
    )
    return (*parts, Words(kind="paragraph", items=[text]))


def stage_words(situation: Situation) -> tuple[Words, ...]:
    """Opening of the section on stages of life and sasaran."""
    require_released(situation)
    names = [str(name) for id, name in load_catalogue().life_stages.items() if id != EVERYONE]
    text = tr(
        "Indikator yang sama disusun menurut sasaran Inpres 3/2022 dan menurut tahap hidup: dari {first} sampai "
        "{last}. Kotak menyatakan keadaan terhadap target, tanda ▲ ● ▼ terhadap {parent}.",
        first=names[0],
        last=names[-1],
        parent=situation.parent_name,
    )
    if not situation.compared:
        text = tr(
            "Indikator yang sama disusun menurut sasaran Inpres 3/2022 dan menurut tahap hidup: dari {first} sampai "
            "{last}. Kotak menyatakan keadaan terhadap target.",
            first=names[0],
            last=names[-1],
        )
    return (heading(tr("Sasaran dan tahap hidup")), Words(kind="paragraph", items=[text]))
