"""Families at risk of stunting by overlapping factor, each against the target families and never summed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.charts.framing import frame_source, framed, given, reason_of
from kbk_analysis.charts.style import (
    GREY,
    INK,
    SYMBOLS,
    Sheet,
    fill,
    marks,
    new_sheet,
    put,
    styled,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative import family as words
from kbk_analysis.narrative.amounts import share_of
from kbk_analysis.situation.family import AT_RISK, overlap
from kbk_analysis.situation.result import Situation

WHOLE, PART, APART = "#4292C6", "#9ECAE1", "#F5F5F5"  # bars: all at risk, parts of them, parts of the target families
NAMES, COUNTS, SHARES, ROW, HEAD = 150.0, 92.0, 40.0, 14.5, 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of the figure of risks: a share of the target families, or why there is none."""

    name: str
    group: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    benchmark: float | None = None
    count: str = ""
    verdict: str = ""
    reason: str = ""


def plot_risk(situation: Situation) -> Exhibit:
    """Families at risk of stunting by overlapping factor, never summed, with the value of the area above.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        Table: factor, families, of how many target families, share, limits, value of the area above, sign. A statement
        where the data hold no factor.
    """
    require_released(situation)
    frame = situation.risk
    source = frame_source(situation, frame)
    if frame.empty:
        return framed("krs", words.no_risk(), source, (), ())
    catalogue = load_catalogue()
    shown = frame[frame["reason"] == ""]
    shares = {
        str(id): words.Share(
            name=catalogue.observable[str(id)].name, count=int(row["numerator"]), of=int(row["denominator"])
        )
        for id, row in shown.iterrows()
    }
    factors = [shares[id] for id in shares if frame.loc[id, "group"] == "factor"]
    caption = words.risk(whole=shares.get(AT_RISK), factors=factors, counted=overlap(frame))
    fields, rows = _risk_table(situation, catalogue)
    if not shares:
        return framed("krs", caption, source, fields, rows)
    bars = [_bar(row, catalogue.observable[str(id)].name, situation.compared) for id, row in frame.iterrows()]
    drawn = draw_risk(bars, situation.parent_name if situation.compared else "")
    return framed("krs", caption, source, fields, rows, to_svg(drawn))


def _risk_table(situation: Situation, catalogue: Catalogue) -> tuple[tuple[Field, ...], list[tuple[Value, ...]]]:
    fields = [
        Field("factor", tr("Bagian"), weight=2.4, strong=True),
        Field("count", tr("Keluarga"), "integer"),
        Field("n", tr("Keluarga sasaran"), "integer"),
        Field("share", tr("Bagian sasaran"), "percent1"),
        Field("lower", tr("Batas bawah 95 %"), "percent1"),
        Field("upper", tr("Batas atas 95 %"), "percent1"),
    ]
    if situation.compared:
        fields.append(Field("benchmark", situation.parent_name, "percent1"))
    fields.append(Field("overlapping", tr("Tumpang tindih")))
    rows: list[tuple[Value, ...]] = []
    for id, row in situation.risk.iterrows():
        columns = ("numerator", "denominator", "value", "lower", "upper")
        cells = [given(row[name], row["reason"]) for name in columns]
        above = (given(row["benchmark"], row["benchmark_reason"]),) if situation.compared else ()
        rows.append((catalogue.observable[str(id)].name, *cells, *above, bool(row["overlapping"])))
    return tuple(fields), rows


def _bar(row: pd.Series, name: str, compared: bool) -> Bar:
    reason = reason_of(row["reason"])
    above = compared and not row["benchmark_reason"] and row["benchmark"] == row["benchmark"]
    benchmark = float(row["benchmark"]) if above else None
    if reason:
        return Bar(name=name, group=str(row["group"]), value=None, benchmark=benchmark, reason=reason.short)
    return Bar(
        name=name,
        group=str(row["group"]),
        value=float(row["value"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        benchmark=benchmark,
        count=share_of(int(row["numerator"]), int(row["denominator"])),
        verdict=str(row["verdict"]) if compared else "",
    )


def _groups(bars: list[Bar]) -> list[tuple[str, list[Bar]]]:
    """Headed parts of the figure; parts on the risk come first, those on all target families last."""
    heads = {
        ("whole",): "",
        ("factor", "four"): tr("Faktor risiko: tumpang tindih, tidak dijumlahkan"),
        ("rank",): tr("Peringkat kesejahteraan KRS: tiap keluarga di satu peringkat"),
        ("target", "layer"): tr("Seluruh keluarga sasaran: tumpang tindih, skala tersendiri"),
    }
    parts = [(head, [bar for bar in bars if bar.group in groups]) for groups, head in heads.items()]
    return [(head, part) for head, part in parts if part]


@styled()
def draw_risk(bars: list[Bar], parent: str) -> Figure:
    """Bars in the order given under their heads; risks on one scale, the target families on another."""
    groups = _groups(bars)
    sheet = new_sheet(20 + sum((HEAD if head else 2) + ROW * len(part) for head, part in groups) + 2)
    most = {False: _most([b for b in bars if b.group not in ("target", "layer")]), True: 100.0}
    width = sheet.width - NAMES - COUNTS - SHARES - 14
    _risk_key(sheet, bars, parent)
    top = 20.0
    for head, part in groups:
        if head:
            put(sheet.ax, 2, top + HEAD / 2 + 2, head, colour=GREY, label="head")
            top += HEAD
        scale = width / most[part[0].group in ("target", "layer")]
        sheet.ax.plot([NAMES] * 2, [top, top + ROW * len(part)], color=GREY, linewidth=0.6)
        for i, bar in enumerate(part):
            _risk_row(sheet, bar, top + (i + 0.5) * ROW, scale)
        top += ROW * len(part) + (0 if head else 2)
    return sheet.figure


def _most(bars: list[Bar]) -> float:
    """End of the scale: a round number above all that is drawn."""
    drawn = [v for bar in bars for v in (bar.upper, bar.benchmark) if v is not None]
    return next(end for end in (5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 75.0, 100.0) if end >= max(drawn, default=0))


def _risk_row(sheet: Sheet, bar: Bar, y: float, scale: float) -> None:
    inset = 12 if bar.group == "four" else 0
    put(sheet.ax, 2 + inset, y, wrap(bar.name, NAMES - 8 - inset, lines=1), bold=bar.group == "whole", label="name")
    if bar.benchmark is not None:
        marks(sheet.ax, [(NAMES + bar.benchmark * scale, y)], "◇", colour=GREY, size=6.5, label="benchmark")
    if bar.value is None or bar.lower is None or bar.upper is None:
        put(sheet.ax, sheet.width - 1, y, bar.reason, colour=GREY, ha="right", label="reason")
        return
    colour = {"whole": WHOLE, "target": APART, "layer": APART}.get(bar.group, PART)
    tall = 4.5 if bar.group == "four" else 7.5
    fill(sheet.ax, [(NAMES, y - tall / 2, bar.value * scale, tall)], colour, label="bar")
    limits = [NAMES + bar.lower * scale, NAMES + bar.upper * scale]
    sheet.ax.plot(limits, [y, y], color=INK, linewidth=1.1, solid_capstyle="butt", label="ci")
    if bar.verdict:
        put(sheet.ax, sheet.width - SHARES - COUNTS - 6, y, SYMBOLS[bar.verdict], ha="center", label="verdict")
    put(sheet.ax, sheet.width - SHARES - 4, y, bar.count, colour=GREY, ha="right", label="count")
    put(sheet.ax, sheet.width - 1, y, percent(bar.value, 1), bold=True, ha="right", label="share")


def _risk_key(sheet: Sheet, bars: list[Bar], parent: str) -> None:
    left = 2.0
    fill(sheet.ax, [(left, 3, 10, 7)], PART)
    sheet.ax.plot([left + 6, left + 14], [6.5, 6.5], color=INK, linewidth=1.1, solid_capstyle="butt")
    said = tr("bagian keluarga sasaran dan selang 95 %")
    put(sheet.ax, left + 18, 7, said, colour=GREY)
    left += 18 + text_width(said) + 12
    if parent:
        name = wrap(parent, 110, lines=1)
        marks(sheet.ax, [(left, 7)], "◇", colour=GREY, size=6.5)
        put(sheet.ax, left + 7, 7, name, colour=GREY)
        left += 7 + text_width(name) + 12
    if any(bar.verdict for bar in bars):
        put(sheet.ax, left, 7, tr("▲ lebih baik ● serupa ▼ lebih buruk"), colour=GREY)
