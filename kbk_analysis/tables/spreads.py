"""Table of the spread between villages: absolute and relative together, weighted and unweighted, and what is chance."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import REASONS, Refusal
from kbk_analysis.exhibit import Exhibit, Field, Format, Place, Value
from kbk_analysis.i18n import mark, tr
from kbk_analysis.indicators.decomposition import MOSTLY_CHANCE
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import source_name
from kbk_analysis.narrative.figures import Caption
from kbk_analysis.narrative.spreads import parts_table, spreads_table
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import unequal_findings, villages_of, wide_spreads

# Measure, label, format; P90 and P10 stand where there are 20 villages, else highest and lowest.
Column = tuple[str, str, Format]
DISTANCES: Final[tuple[Column, ...]] = (
    ("mean", mark("Rata-rata tertimbang"), "percent1"),
    ("distance", mark("Selisih (poin)"), "decimal1"),
    ("ratio", mark("Nisbah"), "decimal2"),
    ("mdm_weighted", mark("Jarak rata-rata tertimbang (poin)"), "decimal1"),
    ("mdm_unweighted", mark("Jarak rata-rata tak tertimbang (poin)"), "decimal1"),
    ("bgsd", mark("Simpangan baku tertimbang (poin)"), "decimal1"),
    ("excess_share", mark("Di atas kebetulan"), "percent0"),
)
PARTS: Final[tuple[Column, ...]] = (
    ("par_people", mark("PAR (kurang bersih)"), "integer"),
    ("paf_reference", mark("PAF"), "percent0"),
    ("theil", mark("Theil T × 1000"), "decimal1"),
    ("theil_between", mark("Theil antar kecamatan"), "percent0"),
    ("sii_linear", mark("SII menurut indeks desa (poin)"), "decimal1"),
    ("rii_linear", mark("RII"), "decimal2"),
)
EITHER: Final = {"distance": ("p90_p10", "difference"), "ratio": ("p90_p10_ratio", "ratio")}


def table_spreads(situation: Situation) -> tuple[Exhibit, ...]:
    """Measures of the spread between villages of the area, by indicator, widest beyond chance first.

    Returns
    -------
    tuple of Exhibit
        The distances, absolute and relative, weighted and unweighted, with what is beyond chance (indicators without
        a spread last, with the reason); then what they are made of: Theil T with its part between districts, PAR and
        PAF against the target or the best tenth, slopes along the village index. Without any spread only the first.
    """
    require_released(situation)
    frame = situation.spreads[situation.spreads["area_code"] == villages_of(situation.area_code)]
    wide = wide_spreads(situation.spreads, situation.area_code)
    cells = {(str(row["indicator"]), str(row["measure"])): row for row in frame.to_dict("records")}
    known = [str(id) for id in wide.index]
    order = known + [str(id) for id in frame["indicator"].unique() if id not in wide.index]
    split, ordered = (bool(_given(frame, name)) for name in ("theil_between", "sii_linear"))
    parts = [
        column
        for column in PARTS
        if (split or column[0] != "theil_between") and (ordered or column[0] not in ("sii_linear", "rii_linear"))
    ]
    distances = spreads_table(
        shown=len(wide),
        unequal=len(unequal_findings(situation.spreads, situation.area_code, situation.name)),
        mostly_chance=int((wide["excess_share"] < MOSTLY_CHANCE).sum()) if len(wide) else 0,
    )
    made_of = parts_table(shown=len(wide), split=split, ordered=ordered)
    many = {id: not cells[(id, "p90_p10")]["reason"] for id in order}
    ends = {id: tr("P90, P10") if many[id] else tr("tertinggi, terendah") for id in order}
    against = {id: _against(cells[(id, "par_reference")]) for id in order}

    def rows(ids: list[str], told: dict[str, str], columns: Sequence[Column]) -> tuple[tuple[Value, ...], ...]:
        return tuple(
            (
                load_catalogue()[id].name,
                told[id],
                *(_cell(cells[(id, EITHER.get(name, (name, name))[not many[id]])]) for name, _, _ in columns),
                int(cells[(id, "mean")]["villages"]),
                int(cells[(id, "mean")]["small"]),
            )
            for id in ids
        )

    first = _exhibit(
        "spreads", distances, situation, tr("Selisih dan nisbah dari"), DISTANCES, rows(order, ends, DISTANCES)
    )
    if not known:
        return (first,)
    return (
        first,
        _exhibit("spread-parts", made_of, situation, tr("Acuan PAR dan PAF"), parts, rows(known, against, parts)),
    )


def _exhibit(
    id: str,
    caption: Caption,
    situation: Situation,
    second: str,
    columns: Sequence[Column],
    rows: tuple[tuple[Value, ...], ...],
) -> Exhibit:
    levels = situation.levels[situation.levels.index.isin(situation.spreads["indicator"])]
    cited = sorted({(str(row["source"]), str(row["period"])) for _, row in levels.iterrows()})
    return Exhibit(
        id=id,
        title=caption.title,
        source="; ".join(dict.fromkeys(source_name(id, period, situation.sources) for id, period in cited)),
        n=caption.n,
        place=Place.ANNEX,
        notes=caption.notes,
        fields=(
            Field("indicator", tr("Indikator"), weight=2.4, strong=True),
            Field("second", second, weight=1.2),
            *(Field(key, tr(label), form) for key, label, form in columns),
            Field("villages", tr("Desa"), "integer", weight=0.7),
            Field("small", tr("Desa kecil, tidak ikut"), "integer", weight=0.8),
        ),
        rows=rows,
    )


def _against(row: dict[Hashable, Any]) -> str:
    return tr("target") if str(row["method"]).startswith("target") else tr("sepersepuluh terbaik")


def _given(frame: pd.DataFrame, measure: str) -> int:
    return int((frame["measure"].eq(measure) & frame["value"].notna()).sum())


def _cell(row: dict[Hashable, Any]) -> Value:
    reason = str(row["reason"])
    if reason:
        return Refusal(reason if reason in REASONS else "not_reported")
    return float(str(row["value"]))
