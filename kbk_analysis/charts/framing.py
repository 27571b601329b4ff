"""The frame around every figure: only released results, refusals shown as such, one source line, one kind of table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from kbk_analysis.errors import REASONS, Refusal
from kbk_analysis.exhibit import Exhibit, Field, Format, Place, Value
from kbk_analysis.i18n import date, integer, join, tr
from kbk_analysis.narrative.amounts import source_name
from kbk_analysis.narrative.figures import Caption, part_title, refused
from kbk_analysis.schema import AreaLevel
from kbk_analysis.situation.result import Situation

Rows = Sequence[tuple[Value, ...]]
NAMED: Final = 4  # sources that a source line names


def framed(
    id: str,
    caption: Caption,
    source: str,
    fields: Sequence[Field],
    rows: Rows,
    svg: str = "",
    place: Place = Place.BODY,
) -> Exhibit:
    """Exhibit of one figure and the table with the same numbers."""
    return Exhibit(
        id=id,
        title=caption.title,
        alt=caption.alt if svg else "",
        source=source,
        n=caption.n,
        notes=caption.notes,
        fields=tuple(fields),
        rows=tuple(rows),
        svg=svg,
        place=place,
    )


def refusal(
    id: str, subject: str, reason: Refusal, fields: Sequence[Field] = (), rows: Rows = (), source: str = ""
) -> Exhibit:
    """Exhibit without a figure that says why; `rows` are the list form where there is one."""
    return framed(id, refused(subject, reason), source, fields, rows)


def paged(caption: Caption, page: int, pages: int) -> Caption:
    """Caption of one of several sheets."""
    return replace(caption, title=part_title(caption.title, page, pages))


def unit_word(situation: Situation) -> str:
    """What a row of the area is called."""
    return tr("desa") if situation.level == AreaLevel.DISTRICT else tr("kecamatan")


def reason_of(code: object, row: pd.Series | None = None) -> Refusal | None:
    """Refusal by the code found in a frame; ``None`` where there is none."""
    if not isinstance(code, str) or not code:
        return None
    details = {} if row is None else {str(k): v for k, v in row.items()}
    return Refusal(code, details) if code in REASONS else Refusal("not_reported")


def given(value: object, code: object) -> Value:
    """The value, or the refusal that stands in its place; never a silent blank."""
    reason = reason_of(code)
    if reason is not None:
        return reason
    return None if value is None or pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def percent_form(decimals: int) -> Format:
    """Format of a value in per cent."""
    return "percent0" if decimals == 0 else "percent1"


def portal_source(situation: Situation) -> str:
    """Source line of classes: the portal and the dates of its exports."""
    dates = sorted({day for _, day in export_dates(situation)})
    if not dates:
        return tr("Portal Kampung KB")
    return tr("Portal Kampung KB, ekspor {dates}", dates=join([date(day) for day in dates]))


def export_dates(situation: Situation) -> list[tuple[str, str]]:
    """Kind and ISO date of each export that the classes rest on."""
    frame = situation.classification.kampung
    found: set[tuple[str, str]] = set()
    for column in ("stated_on", "detail_on"):
        if column in frame:
            found |= {(column, f"{pd.Timestamp(day):%Y-%m-%d}") for day in frame[column].dropna().unique()}
    return sorted(found)


def indicator_source(situation: Situation, indicators: Iterable[str]) -> str:
    """Source line of indicators: names of their sources in the period, and the latest date of the data."""
    return frame_source(situation, situation.levels[situation.levels.index.isin(list(indicators))])


def frame_source(situation: Situation, rows: pd.DataFrame) -> str:
    """Source line of rows with ``source, period, as_of``; the title of the dataset where they name none."""
    if rows.empty:
        return situation.title
    cited = sorted({(str(row["source"]), str(row["period"])) for _, row in rows.iterrows() if row["source"]})
    text = "; ".join(dict.fromkeys(source_name(id, period, situation.sources) for id, period in cited))
    dates = sorted(str(day)[:10] for day in rows["as_of"].dropna())
    text = text or situation.title
    return tr("{names}, data sampai {date}", names=text, date=date(dates[-1])) if dates else text


def brief_source(situation: Situation, indicators: Sequence[str]) -> str:
    """Source line; many sources are counted, and the table of sources names them."""
    rows = situation.levels[situation.levels.index.isin(indicators)]
    sources = rows["source"].nunique()
    if sources <= NAMED:
        return indicator_source(situation, indicators)
    said = tr("{n} sumber menurut tabel sumber", n=integer(sources))
    dates = [str(day)[:10] for day in rows["as_of"].dropna()]
    return tr("{names}, data sampai {date}", names=said, date=date(max(dates))) if dates else said
