"""Table of the spread between villages: absolute and relative together, weighted and unweighted, and what is chance."""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import REASONS, Refusal
from kbk_analysis.exhibit import Exhibit, Field, Format, Place, Value
from kbk_analysis.i18n import mark, tr
from kbk_analysis.indicators.decomposition import MOSTLY_CHANCE
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import source_name
from kbk_analysis.narrative.spreads import spreads_table
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import unequal_findings, villages_of, wide_spreads

# Measure, label, format; P90 and P10 stand where there are 20 villages, else highest and lowest.
COLUMNS: Final[tuple[tuple[str, str, Format], ...]] = (
    ("mean", mark("Rata-rata tertimbang"), "percent1"),
    ("distance", mark("Selisih (poin)"), "decimal1"),
    ("ratio", mark("Nisbah"), "decimal2"),
    ("mdm_weighted", mark("Jarak rata-rata tertimbang (poin)"), "decimal1"),
    ("mdm_unweighted", mark("Jarak rata-rata tak tertimbang (poin)"), "decimal1"),
    ("bgsd", mark("Simpangan baku antardesa (poin)"), "decimal1"),
    ("excess_share", mark("Di atas kebetulan"), "percent0"),
    ("theil", mark("Theil T × 1000"), "decimal1"),
    ("theil_between", mark("Theil antar kecamatan"), "percent0"),
    ("par_people", mark("PAR (jumlah)"), "integer"),
    ("paf_reference", mark("PAF"), "percent0"),
    ("sii_linear", mark("SII menurut indeks desa (poin)"), "decimal1"),
    ("rii_linear", mark("RII"), "decimal2"),
)
EITHER: Final = {"distance": ("p90_p10", "difference"), "ratio": ("p90_p10_ratio", "ratio")}


def table_spreads(situation: Situation) -> Exhibit:
    """Measures of the spread between villages of the area, by indicator, widest beyond chance first.

    Indicators whose spread may not be given follow with the reason.
    """
    require_released(situation)
    frame = situation.spreads[situation.spreads["area_code"] == villages_of(situation.area_code)]
    wide = wide_spreads(situation.spreads, situation.area_code)
    cells = {(str(row["indicator"]), str(row["measure"])): row for row in frame.to_dict("records")}
    order = [*wide.index, *(id for id in frame["indicator"].unique() if id not in wide.index)]
    split = bool(_given(frame, "theil_between"))
    ordered = bool(_given(frame, "sii_linear"))
    kept = [
        column
        for column in COLUMNS
        if (split or column[0] != "theil_between") and (ordered or column[0] not in ("sii_linear", "rii_linear"))
    ]
    rows = []
    for id in order:
        name = load_catalogue()[str(id)].name
        many = not cells[(id, "p90_p10")]["reason"]
        row: list[Value] = [name, tr("P90, P10") if many else tr("tertinggi, terendah")]
        for column, _, _ in kept:
            measure = EITHER[column][0 if many else 1] if column in EITHER else column
            row.append(_cell(cells[(id, measure)]))
        against = str(cells[(id, "par_reference")]["method"])
        row.append(tr("target") if against.startswith("target") else tr("sepersepuluh terbaik"))
        rows.append((*row, int(cells[(id, "mean")]["villages"])))
    caption = spreads_table(
        shown=len(wide),
        unequal=len(unequal_findings(situation.spreads, situation.area_code, situation.name)),
        mostly_chance=int((wide["excess_share"] < MOSTLY_CHANCE).sum()) if len(wide) else 0,
        split=split,
        ordered=ordered,
    )
    sources = situation.levels.loc[[id for id in order if id in situation.levels.index]]
    cited = sorted({(str(row["source"]), str(row["period"])) for _, row in sources.iterrows()})
    return Exhibit(
        id="spreads",
        title=caption.title,
        source="; ".join(dict.fromkeys(source_name(id, period, situation.sources) for id, period in cited)),
        n=caption.n,
        place=Place.ANNEX,
        notes=caption.notes,
        fields=(
            Field("indicator", tr("Indikator"), weight=2.4, strong=True),
            Field("ends", tr("Selisih dan nisbah dari"), weight=1.2),
            *(Field(key, tr(label), form) for key, label, form in kept),
            Field("against", tr("PAR terhadap"), weight=1.2),
            Field("villages", tr("Desa"), "integer", weight=0.7),
        ),
        rows=tuple(rows),
    )


def _given(frame: pd.DataFrame, measure: str) -> int:
    return int((frame["measure"].eq(measure) & frame["value"].notna()).sum())


def _cell(row: dict[object, object]) -> Value:
    reason = str(row["reason"])
    if reason:
        return Refusal(reason if reason in REASONS else "not_reported")
    return float(str(row["value"]))
