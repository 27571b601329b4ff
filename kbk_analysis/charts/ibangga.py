"""Family development: the dimensions of iBangga as dots, and never without them the classes of families."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import pandas as pd
from matplotlib.figure import Figure

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.charts.framing import frame_source, framed, given, reason_of, refusal
from kbk_analysis.charts.style import (
    ACCENT,
    GREY,
    PALE,
    RULE,
    VERDICTS,
    Sheet,
    fill,
    marks,
    new_sheet,
    put,
    styled,
    text_on,
    text_width,
    to_svg,
    wrap,
)
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Value
from kbk_analysis.i18n import decimal, integer, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative import family as words
from kbk_analysis.situation.family import INDEX, NEEDED
from kbk_analysis.situation.result import Situation

VULNERABLE, RESILIENT = "IBG-RENTAN", "IBG-TANGGUH"
CLASSES: Final = {VULNERABLE: "worse", "IBG-BERKEMBANG": "similar", RESILIENT: "better"}
BOUNDS: Final = (0.0, 40.0, 70.0, 100.0)  # between the classes of iBangga
LEFT, RIGHT, PITCH = 118.0, 92.0, 19.0


def plot_ibangga(situation: Situation) -> Exhibit:
    """Index of family development: dots of its dimensions, and the classes of families as a strip.

    Parameters
    ----------
    situation
        A released result.

    Returns
    -------
    Exhibit
        Table: dimension or class, value, n families, value of the area above. A statement where there is no index.
    """
    require_released(situation)
    means, classes = situation.ibangga, situation.ibangga_classes
    if means.empty:
        return framed("ibangga", words.no_ibangga(), frame_source(situation, means), (), ())
    catalogue = load_catalogue().of_block("ibangga")
    source = frame_source(situation, means)
    index = _records(means)[INDEX]
    if index["reason"]:
        reason = Refusal(str(index["reason"]), index | {"n": integer(index["n"]), "minimum": integer(NEEDED)})
        return refusal("ibangga", str(catalogue.blocks["ibangga"]), reason, source=source)
    shown = means[means["reason"] == ""]
    dimensions = {catalogue[str(id)].name: float(row["value"]) for id, row in shown.iterrows() if id != INDEX}
    told = classes[classes["reason"] == ""]
    shares = {str(id): float(value) for id, value in told["value"].items()}
    caption = words.ibangga(
        index=float(index["value"]),
        dimensions=dimensions,
        classes={catalogue[id].name: share for id, share in shares.items()},
        ends=(shares[VULNERABLE], shares[RESILIENT]) if len(shares) == len(CLASSES) else None,
        families=int(index["n"]),
        reported=int(index["reported"]),
        expected=int(index["expected"]),
        provisional=bool(index["provisional"]),
    )
    drawn = means if situation.compared else means.assign(benchmark_reason="no_benchmark")
    figure = draw_ibangga(drawn, classes, catalogue, situation.parent_name if situation.compared else "")
    return framed("ibangga", caption, source, *_ibangga_table(situation, catalogue), to_svg(figure))


def _ibangga_table(situation: Situation, catalogue: Catalogue) -> tuple[tuple[Field, ...], list[tuple[Value, ...]]]:
    fields = [
        Field("part", tr("Bagian"), weight=2, strong=True),
        Field("value", tr("Nilai"), weight=1),
        Field("count", tr("Keluarga"), "integer"),
        Field("n", tr("n"), "integer"),
    ]
    if situation.compared:
        fields.append(Field("benchmark", situation.parent_name))
    rows: list[tuple[Value, ...]] = []
    shares = situation.ibangga_classes
    if (shares["benchmark_reason"] != "").any():  # two of three classes would tell the third
        shares = shares.assign(benchmark_reason=shares["benchmark_reason"].max())
    for frame, form in ((situation.ibangga, decimal), (shares, percent)):
        for id, row in frame.iterrows():
            value, above = given(row["value"], row["reason"]), given(row["benchmark"], row["benchmark_reason"])
            counted = form is percent
            count = given(row["numerator"], row["reason"]) if counted else Refusal("not_applicable")
            n = given(row["denominator" if counted else "n"], row["reason"])
            written: list[Value] = [form(v, 1) if isinstance(v, float) else v for v in (value, above)]
            cells = [catalogue[str(id)].name, written[0], count, n]
            rows.append((*cells, written[1]) if situation.compared else tuple(cells))
    return tuple(fields), rows


@styled()
def draw_ibangga(means: pd.DataFrame, classes: pd.DataFrame, catalogue: Catalogue, parent: str) -> Figure:
    """Dots of dimensions and index from 0 to 100 over the bounds of the classes; below, families by class."""
    strips = 2 if parent else 1
    bottom = 22.0 + PITCH * len(means)
    sheet = new_sheet(bottom + 34 + 21 * strips + 17)
    width = sheet.width - LEFT - RIGHT
    order = [*(id for id in means.index if id != INDEX), INDEX]
    for i, (low, high) in enumerate(pairwise(BOUNDS)):
        left, wide = LEFT + low * width / 100, (high - low) * width / 100
        fill(sheet.ax, [(left, 22, wide, bottom - 24)], "white" if i % 2 else PALE, edge=RULE)
        name = (tr("rentan"), tr("berkembang"), tr("tangguh"))[i]
        put(sheet.ax, left + wide / 2, 15, name, colour=GREY, ha="center", label="bound")
    put(sheet.ax, sheet.width - 36, 15, tr("skor"), colour=GREY, ha="right")
    put(sheet.ax, sheet.width - 1, 15, tr("n"), colour=GREY, ha="right")
    for i, id in enumerate(order):
        _dimension(sheet, means.loc[id], catalogue[id].name, 22 + (i + 0.4) * PITCH, width, bold=id == INDEX)
    for value in BOUNDS:
        put(sheet.ax, LEFT + value * width / 100, bottom + 3, integer(value), colour=GREY, ha="center")
    _key(sheet, parent)
    top = bottom + 18
    put(sheet.ax, 2, top + 3, tr("Keluarga menurut kelas"), bold=True)
    _strip(sheet, classes, "value", tr("wilayah ini"), top + 12)
    if parent:
        above = classes.assign(reason=classes["benchmark_reason"])
        _strip(sheet, above, "benchmark", parent, top + 33)
    _class_key(sheet, classes, catalogue, top + 12 + 21 * strips + 8)
    return sheet.figure


def _dimension(sheet: Sheet, row: pd.Series, name: str, y: float, width: float, *, bold: bool) -> None:
    put(sheet.ax, LEFT - 6, y, wrap(name, LEFT - 8, lines=1), ha="right", bold=bold)
    if not row["benchmark_reason"]:
        marks(sheet.ax, [(LEFT + row["benchmark"] * width / 100, y)], "◇", colour=GREY, size=8, label="benchmark")
    reason = reason_of(row["reason"])
    if reason:
        put(sheet.ax, sheet.width - 1, y, reason.short, colour=GREY, ha="right", label="reason")
        return
    marks(sheet.ax, [(LEFT + row["value"] * width / 100, y)], "●", colour=ACCENT, size=7 if bold else 6, label="value")
    put(sheet.ax, sheet.width - 36, y, decimal(row["value"], 1), bold=True, ha="right", label="value")
    put(sheet.ax, sheet.width - 1, y, integer(row["n"]), colour=GREY, ha="right")


def _key(sheet: Sheet, parent: str) -> None:
    """What the signs mean, in the top line."""
    marks(sheet.ax, [(5, 5)], "●", colour=ACCENT, size=6)
    put(sheet.ax, 11, 5, tr("rerata keluarga"), colour=GREY)
    if parent:
        left = 11 + text_width(tr("rerata keluarga")) + 16
        marks(sheet.ax, [(left, 5)], "◇", colour=GREY, size=7)
        put(sheet.ax, left + 7, 5, wrap(parent, 220, lines=1), colour=GREY)


def _strip(sheet: Sheet, classes: pd.DataFrame, column: str, name: str, top: float) -> None:
    """Shares of families by class side by side; a hidden one leaves its sign and place out."""
    width, tall = sheet.width - LEFT - 2, 15.0
    put(sheet.ax, LEFT - 6, top + tall / 2, wrap(name, LEFT - 8, lines=2), ha="right", va="center")
    shares = classes[column].to_dict()
    hidden = [str(code) for code in classes["reason"] if code]
    if hidden:
        fill(sheet.ax, [(LEFT, top, width, tall)], "white")
        put(sheet.ax, LEFT + width / 2, top + tall / 2, Refusal(hidden[0]).short, colour=GREY, ha="center")
        return
    left = LEFT
    for id, verdict in CLASSES.items():
        share = float(shares[id])
        wide = width * share / 100
        fill(sheet.ax, [(left, top, wide, tall)], VERDICTS[verdict], label=f"{column}:{id}")
        said = percent(share, 1)
        if text_width(said) + 4 <= wide:
            put(sheet.ax, left + wide / 2, top + tall / 2, said, ha="center", colour=text_on(VERDICTS[verdict]))
        left += wide


def _class_key(sheet: Sheet, classes: pd.DataFrame, catalogue: Catalogue, y: float) -> None:
    """Name and number of families of each class, in the order of the strip."""
    each = sheet.width / len(CLASSES)
    for i, (id, verdict) in enumerate(CLASSES.items()):
        row = _records(classes)[id]
        reason = reason_of(row["reason"])
        count = reason.short if reason else integer(row["numerator"])
        fill(sheet.ax, [(i * each + 2, y - 4, 8, 8)], VERDICTS[verdict])
        put(sheet.ax, i * each + 14, y, f"{catalogue[id].name}: {count}", label="class")


def _records(frame: pd.DataFrame) -> dict[str, dict[Any, Any]]:
    """Rows by their label."""
    return {str(id): row for id, row in zip(frame.index, frame.to_dict("records"), strict=True)}
