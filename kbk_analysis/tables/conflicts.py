"""Table of conflicts: each with both sources, and with what the report does with it."""

from __future__ import annotations

from dataclasses import fields

from kbk_analysis.exhibit import Exhibit, Field, Place
from kbk_analysis.i18n import integer, ntr, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.conflicts import ConflictCells, conflict_cells
from kbk_analysis.situation.result import Situation


def table_conflicts(situation: Situation) -> Exhibit:
    """What sources say differently of one thing, then what may not be compared; a statement where there is neither."""
    require_released(situation)
    frame = situation.conflicts
    count, unlike = int(frame["conflict"].sum()), int((~frame["conflict"].astype(bool)).sum())
    told = [conflict_cells(row, situation) for _, row in frame.iterrows()]
    rows = tuple(tuple(getattr(cells, item.name) for item in fields(ConflictCells)) for cells in told)
    title = tr("{n} pertentangan antarsumber; {unlike} hal tidak sebanding", n=integer(count), unlike=integer(unlike))
    if not count:
        title = tr("Tidak ditemukan pertentangan antarsumber; {unlike} hal tidak sebanding", unlike=integer(unlike))
    checked = tr(
        "Diperiksa: nilai beberapa sumber, jumlah bagian terhadap total, penyebut yang tersirat (beda di atas 10 %), "
        "dan dua ekspor portal bertanggal sama. Beda yang hanya pembulatan tidak dihitung."
    )
    return Exhibit(
        id="conflicts",
        title=title if rows else tr("Tidak ditemukan pertentangan antarsumber."),
        source="",
        n=ntr("{n} baris", "{n} baris", len(rows)) if rows else "",
        place=Place.ANNEX,
        fields=(
            Field("what", tr("Yang berbeda"), weight=1.8, strong=True),
            Field("area", tr("Wilayah"), weight=0.9),
            Field("value", tr("Angka pertama"), weight=1.2),
            Field("source", tr("Menurut"), weight=1.5),
            Field("other", tr("Angka kedua"), weight=1.2),
            Field("other_source", tr("Menurut"), weight=1.5),
            Field("difference", tr("Beda"), weight=0.8),
            Field("use", tr("Yang dilakukan laporan ini"), weight=2),
        )
        if rows
        else (),
        rows=rows,
        notes=(checked, tr("Tanpa n: sumbernya tidak menyebut jumlah yang diukur.")) if rows else (checked,),
    )
