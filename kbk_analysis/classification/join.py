"""One row a kampung out of two export families that were taken on different days.

Question answered: which stated scores and which raw inputs belong together at a cut-off, and who is in neither?
Input: the `kampung` table. Output: `Joined`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import pandas as pd

from kbk_analysis.schema import INDICES, KAMPUNG, RAW_COLUMNS, SCORE_COLUMNS

STATED: Final = (*SCORE_COLUMNS, *(f"index_{index}" for index in INDICES), "class_stated")
PLACE: Final = KAMPUNG.names[: KAMPUNG.names.index("export_date")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Exports joined at a cut-off.

    Parameters
    ----------
    frame
        One row a kampung: its names and codes, ``stated_on`` and ``detail_on`` (export dates; ``NaT`` where the
        kampung is not in that export), stated scores, indices and class, raw inputs.
    cutoff
        Nothing exported after this day was used.
    gone
        Kampung of an earlier classification export that the latest one no longer holds; not carried forward.
    without_detail
        Kampung of the latest classification export that the latest detail export does not hold.
    detail_only
        Kampung of the latest detail export that the latest classification export does not hold; not classed.
    """

    frame: pd.DataFrame
    cutoff: dt.date
    gone: tuple[str, ...]
    without_detail: tuple[str, ...]
    detail_only: tuple[str, ...]


def join_exports(kampung: pd.DataFrame, cutoff: dt.date | str) -> Joined:
    """Join stated scores with raw inputs, each from the latest export of its family on or before `cutoff`.

    The latest export is that of the regency, not of the single kampung: one that is absent from it is not
    carried forward but named. In a regency without any classification export its detail rows are taken alone.

    Parameters
    ----------
    kampung
        Rows of the `kampung` table, both families and any number of dates.
    cutoff
        Date or ISO text.

    Examples
    --------
    >>> rows = pd.DataFrame({"kampung_id": ["a", "b", "a"], "regency_name": "X",
    ...     "export_date": ["2023-01-01", "2023-01-01", "2023-05-01"], "source": "klasifikasi", "score_cpr": [1, 2, 3]})
    >>> joined = join_exports(rows, "2023-12-31")
    >>> joined.frame[["kampung_id", "score_cpr"]].values.tolist(), joined.gone
    ([['a', 3]], ('b',))
    """
    day = dt.date.fromisoformat(cutoff) if isinstance(cutoff, str) else cutoff
    blank = [name for name in KAMPUNG.names if name not in kampung]
    rows = kampung.reset_index(drop=True).reindex(columns=[*kampung.columns, *blank])
    rows["export_date"] = pd.to_datetime(rows["export_date"])
    rows = rows[rows["export_date"] <= pd.Timestamp(day)]
    regency = _regency(rows)
    is_stated = rows["source"] == "klasifikasi"
    latest = rows.groupby([regency, is_stated])["export_date"].transform("max") == rows["export_date"]
    stated, detail = rows[latest & is_stated], rows[latest & ~is_stated]
    alone = detail[~regency[detail.index].isin(set(regency[stated.index]))]
    base = pd.concat([stated[[*PLACE, *STATED]], alone[[*PLACE, *STATED]]])
    dates = pd.DataFrame({"kampung_id": stated["kampung_id"], "stated_on": stated["export_date"]})
    inputs = detail[["kampung_id", "export_date", *RAW_COLUMNS]].rename(columns={"export_date": "detail_on"})
    frame = base.merge(dates, on="kampung_id", how="left", validate="1:1")
    frame = frame.merge(inputs, on="kampung_id", how="left", validate="1:1")
    frame = frame.sort_values("kampung_id", ignore_index=True)
    return Joined(
        frame=frame[[*PLACE, "stated_on", "detail_on", *STATED, *RAW_COLUMNS]],
        cutoff=day,
        gone=_names(rows.loc[is_stated, "kampung_id"], without=stated["kampung_id"]),
        without_detail=_names(stated["kampung_id"], without=detail["kampung_id"]),
        detail_only=_names(detail["kampung_id"], without=frame["kampung_id"]),
    )


def _regency(rows: pd.DataFrame) -> pd.Series:
    """Regency as exported: every row carries the names, an unmatched kampung has no code."""
    names = rows[["province_name", "regency_name"]].astype("object")
    named = names.apply(lambda column: column.str.casefold() if column.notna().any() else column).fillna("")
    code = rows["regency_code"].astype("object").fillna("")
    key: pd.Series = (named["province_name"] + "/" + named["regency_name"]).where(rows["regency_name"].notna(), code)
    return key


def _names(ids: pd.Series, *, without: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(set(ids) - set(without)))
