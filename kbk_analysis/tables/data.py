"""Tables on the data themselves: sources, values given from outside, corrections, definitions."""

from __future__ import annotations

import pandas as pd

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.catalogue.abbreviations import abbreviations
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value, format_value
from kbk_analysis.i18n import integer, ntr, tr
from kbk_analysis.indicators.release import SUPPRESSED, require_released
from kbk_analysis.narrative.amounts import format_of, source_name
from kbk_analysis.situation.result import Situation


def table_sources(situation: Situation) -> Exhibit:
    """What was reported, by source: date, indicators, cells reported of expected."""
    require_released(situation)
    frame = situation.quality.indicators
    rows: list[tuple[Value, ...]] = []
    for (source, period), part in frame.groupby(["source", "period"], sort=True):
        expected, reported = int(part["expected"].sum()), int(part["reported"].sum())
        share: Value = 100 * reported / expected if expected else Refusal("not_applicable")
        dates = part["as_of"].dropna()
        rows.append(
            (
                source_name(str(source), str(period), situation.sources),
                str(period),
                str(dates.max()) if len(dates) else Refusal("not_applicable"),
                len(part),
                reported,
                expected,
                share,
            )
        )
    full = sum(row[6] == 100 for row in rows)
    return Exhibit(
        id="sources",
        title=tr("{n} dari {all} sumber melapor lengkap", n=integer(full), all=integer(len(rows))),
        source="",
        n=ntr("{n} indikator", "{n} indikator", len(frame)),
        fields=(
            Field("source", tr("Sumber"), weight=2.2, strong=True),
            Field("period", tr("Periode"), weight=0.8),
            Field("as_of", tr("Tanggal data"), "date", weight=1.2),
            Field("indicators", tr("Indikator"), "integer", weight=0.8),
            Field("reported", tr("Nilai terlapor"), "integer", weight=0.9),
            Field("expected", tr("Nilai diharapkan"), "integer", weight=0.9),
            Field("share", tr("Terlapor"), "percent0", weight=0.8),
        ),
        rows=tuple(rows),
    )


def table_context(situation: Situation) -> Exhibit:
    """Values given for the area or its parent themselves: surveys and official figures, each with its source."""
    require_released(situation)
    catalogue = load_catalogue()
    frame = situation.context
    same = ["indicator", "area_code", "period", "value", "numerator", "denominator"]
    hidden = frame["source"].where(frame["reason"] != "", "")  # what is hidden is not known to be one figure
    groups = [part for _, part in frame.groupby([*same, hidden], sort=False, dropna=False)]
    rows = tuple(_context_row(part, situation, catalogue[str(part["indicator"].iloc[0])]) for part in groups)
    repeated = sum(part["source"].nunique() > 1 for part in groups)
    empty = Refusal("no_data", {"subject": tr("angka tingkat {name}", name=situation.parent_name)})
    return Exhibit(
        id="context",
        title=tr("Angka lain untuk {name}, tidak dicampur dengan jumlah desa", name=situation.parent_name),
        source="",
        n=ntr("{n} angka", "{n} angka", len(rows)),
        place=Place.ANNEX,
        fields=(
            Field("indicator", tr("Indikator"), weight=2, strong=True),
            Field("area", tr("Wilayah"), weight=1.3),
            Field("period", tr("Periode"), weight=0.8),
            Field("value", tr("Nilai"), weight=0.9),
            Field("numerator", tr("Pembilang"), "integer", weight=0.9),
            Field("denominator", tr("Penyebut"), "integer", weight=0.9),
            Field("source", tr("Sumber"), weight=2),
        )
        if rows
        else (),
        rows=rows,
        notes=(
            tr("Angka survei dan angka pencatatan rutin tidak dibandingkan: cara ukurnya berbeda."),
            *(_repeated(repeated) if repeated else ()),
            *(() if rows else (empty.text,)),
        ),
    )


def _context_row(part: pd.DataFrame, situation: Situation, indicator: Indicator) -> tuple[Value, ...]:
    """One figure with all sources that give it."""
    row = part.iloc[0]
    names = [source_name(str(id), str(row["period"]), situation.sources) for id in part["source"]]
    return (
        indicator.name,
        situation.name if row["area_code"] == situation.area_code else situation.parent_name,
        str(row["period"]),
        _shown(row, indicator),
        _count(row, "numerator"),
        _count(row, "denominator"),
        "; ".join(dict.fromkeys(names)),
    )


def _repeated(count: int) -> tuple[str, ...]:
    return (
        ntr(
            "{n} angka ditulis sama oleh beberapa sumber: ditampilkan sekali, dan bukan bukti dari dua pengukuran.",
            "{n} angka ditulis sama oleh beberapa sumber: ditampilkan sekali, dan bukan bukti dari dua pengukuran.",
            count,
        ),
    )


def _count(row: pd.Series, name: str) -> Value:
    if row["reason"] in SUPPRESSED:
        return Refusal(str(row["reason"]))
    return Refusal("not_applicable") if pd.isna(row[name]) else float(row[name])


def _shown(row: pd.Series, indicator: Indicator) -> Value:
    if row["reason"] in SUPPRESSED:
        return Refusal(str(row["reason"]))
    value = row["value"]
    if not isinstance(value, float) or value != value:
        return Refusal("not_applicable") if not pd.isna(row["numerator"]) else None  # a count without its base
    return format_value(value, format_of(indicator))


def table_corrections(situation: Situation) -> Exhibit:
    """Corrections that were declared and applied at import; a statement where there are none."""
    require_released(situation)
    frame = situation.corrections
    labels = {
        "table": tr("Tabel"),
        "key": tr("Baris"),
        "column": tr("Kolom"),
        "before": tr("Semula"),
        "after": tr("Menjadi"),
        "why": tr("Alasan"),
        "who": tr("Oleh"),
        "on": tr("Tanggal"),
    }
    columns = [column for column in labels if column in frame]
    if frame.empty:
        return Exhibit(id="corrections", title=tr("Tidak ada koreksi data."), source="", n="", place=Place.ANNEX)
    rows = tuple(tuple("" if pd.isna(v) else str(v) for v in row) for row in frame[columns].to_numpy())
    return Exhibit(
        id="corrections",
        title=ntr("{n} koreksi data", "{n} koreksi data", len(rows)),
        source=tr("corrections.yml"),
        n="",
        place=Place.ANNEX,
        fields=tuple(Field(column, labels[column], strong=place == 0) for place, column in enumerate(columns)),
        rows=rows,
    )


def table_definitions(situation: Situation) -> Exhibit:
    """What each shown indicator counts, among whom, who answers for it, which version of the definition."""
    require_released(situation)
    catalogue = load_catalogue()
    shown = [indicator for indicator in catalogue if indicator.id in situation.levels.index]
    rows = tuple(
        (
            indicator.id,
            indicator.name,
            indicator.numerator,
            indicator.denominator or "–",
            catalogue.agencies[indicator.agency].short,
            indicator.definition_version,
        )
        for indicator in shown
    )
    return Exhibit(
        id="definitions",
        title=ntr("Arti {n} indikator yang dipakai", "Arti {n} indikator yang dipakai", len(rows)),
        source=tr("Katalog indikator"),
        n=ntr("{n} indikator", "{n} indikator", len(rows)),
        place=Place.ANNEX,
        fields=(
            Field("id", tr("Kode"), "code", weight=0.7),
            Field("name", tr("Indikator"), weight=1.8, strong=True),
            Field("numerator", tr("Pembilang"), weight=2.2),
            Field("denominator", tr("Penyebut"), weight=1.8),
            Field("agency", tr("OPD"), weight=0.9),
            Field("version", tr("Versi"), "integer", weight=0.5),
        ),
        rows=rows,
    )


def table_abbreviations(situation: Situation) -> Exhibit:
    """Abbreviations of the programme that this report uses, spelled out."""
    require_released(situation)
    shown = [indicator for indicator in load_catalogue() if indicator.id in situation.levels.index]
    texts = [text for i in shown for text in (i.name_id, i.numerator_id, i.denominator_id)]  # one list in any language
    used = situation.levels[["source", "period"]].drop_duplicates().itertuples(index=False)
    texts += [source_name(str(source), str(period), situation.sources) for source, period in used]
    texts += [*situation.sources.values(), *(load_catalogue().agencies[i.agency].name for i in shown)]
    rows = tuple(abbreviations(texts).items())
    return Exhibit(
        id="abbreviations",
        title=tr("Singkatan yang dipakai"),
        source=tr("Katalog indikator"),
        n=ntr("{n} singkatan", "{n} singkatan", len(rows)),
        place=Place.ANNEX,
        fields=(Field("short", tr("Singkatan"), weight=1, strong=True), Field("words", tr("Kepanjangan"), weight=6)),
        rows=rows,
    )
