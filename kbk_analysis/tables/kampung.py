"""Tables of kampung: class, why, what is blank, how far blanks may move it. A chart carries its own table."""

from __future__ import annotations

import pandas as pd

from kbk_analysis.classification import Lever, range_counts
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place
from kbk_analysis.i18n import date, integer, ntr, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.steps import blanks_text, reason_text, ways_text
from kbk_analysis.schema import AreaLevel, Edition
from kbk_analysis.situation.result import Situation


def _dates(situation: Situation) -> str:
    frame = situation.classification.kampung
    found = []
    for column, name in (("stated_on", tr("klasifikasi")), ("detail_on", tr("rincian"))):
        latest = frame[column].max()
        if not pd.isna(latest):
            found.append(tr("{name} {date}", name=name, date=date(latest.date())))
    return tr("Ekspor portal Kampung KB: {dates}", dates="; ".join(found)) if found else tr("Tidak ada ekspor portal")


def table_kampung(situation: Situation) -> Exhibit:
    """Class of each kampung, why, what is blank, and the shortest ways to the next class."""
    require_released(situation)
    edition = Edition(situation.edition or Edition.PUBLIC)
    rows = [
        (
            str(row["kampung_name"]),
            _class_words(row),
            reason_text(row),
            blanks_text(str(row["unmeasured"])),
            ways_text(situation.ways[row["kampung_id"]], edition),
        )
        for _, row in situation.classification.kampung.iterrows()
    ]
    reporting = sum(any(way.lever is Lever.REPORT for way in steps.ways) for steps in situation.ways.values())
    title = tr(
        "{n} dari {all} kampung bisa naik kelas bila isian kosongnya dilaporkan dan nilainya cukup",
        n=integer(reporting),
        all=integer(len(rows)),
    )
    return Exhibit(
        id="kampung-classes",
        place=Place.BODY if situation.level == AreaLevel.DISTRICT else Place.ANNEX,  # a regency has hundreds
        title=title if reporting else tr("Isian kosong tidak menentukan kelas satu kampung pun"),
        source=_dates(situation),
        n=ntr("{n} Kampung KB", "{n} Kampung KB", len(rows)),
        fields=(
            Field("kampung", tr("Kampung KB"), weight=1.2, strong=True),
            Field("class", tr("Kelas menurut portal"), weight=1.2),
            Field("reason", tr("Alasan"), weight=1.6),
            Field("blank", tr("Keluaran yang belum dilaporkan"), weight=1.2),
            Field("ways", tr("Jalan terdekat ke kelas berikutnya"), weight=3),
        ),
        rows=tuple(rows),
        notes=(
            tr(
                "Hitung ulang menurut aturan portal Agustus 2023, bukan penetapan. Dalam kurung: skor sekarang → skor "
                "yang diperlukan."
            ),
            tr("Melaporkan saja tidak menaikkan kelas: nilainya yang menentukan. Skor masukan dan proses dari portal."),
            tr("MKJP tidak pernah diusulkan sebagai jalan: pilihan metode adalah hak pasangan."),
        ),
    )


def table_ranges(situation: Situation) -> Exhibit:
    """How many kampung can be of which classes once every blank is reported: what is settled and what is open."""
    require_released(situation)
    counts = range_counts(situation.classification.kampung)
    rows = tuple((_span(str(low), str(high)), int(n)) for low, high, n in counts.itertuples(index=False, name=None))
    kampung, settled = (
        sum(row[1] for row in rows),
        int(counts.loc[counts["class_low"] == counts["class_high"], "n"].sum()),
    )
    title = tr(
        "Kelas {n} dari {all} kampung tidak bergantung pada isian keluaran yang kosong",
        n=integer(settled),
        all=integer(kampung),
    )
    return Exhibit(
        id="class-ranges",
        title=title if rows else tr("Tidak ada Kampung KB."),
        source=_dates(situation) if rows else "",
        n=ntr("{n} Kampung KB", "{n} Kampung KB", kampung) if rows else "",
        fields=(
            Field("range", tr("Kelas yang mungkin"), weight=3, strong=True),
            Field("n", tr("Kampung KB"), "integer"),
        )
        if rows
        else (),
        rows=rows,
    )


def _span(low: str, high: str) -> str:
    return low if low == high else tr("{low} sampai {high}", low=low, high=high)


def _class_words(row: pd.Series) -> str | None:
    """The portal's class, and the range that blanks leave open."""
    low, high = str(row["class_low"]), str(row["class_high"])
    stated = None if pd.isna(row["class_stated"]) else str(row["class_stated"])
    if low == high and stated in (None, low):
        return stated
    span = _span(low, high)
    return tr("{stated}; hitung ulang {span}", stated=stated or Refusal("not_reported").short, span=span)
