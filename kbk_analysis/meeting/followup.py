"""How commitments stand on the day of a meeting: done, under way, late and by how many days, dropped.

Input: rows of table `actions` and a day. Output: the same rows with a state that the dates decide where they can. Rows
in, rows out; a day that is not known is never made into zero.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

# In the order in which a meeting goes through them.
STATES: Final = ("late", "running", "undated", "done", "dropped")
ENDED: Final = ("done", "dropped")


def follow_up(actions: pd.DataFrame, today: str) -> pd.DataFrame:
    """State of each commitment on a day.

    Parameters
    ----------
    actions
        Rows of table `actions`.
    today
        The day (ISO), usually that of the meeting.

    Returns
    -------
    DataFrame
        The columns of `actions` and ``state`` (one of `STATES`), ``days_late`` (whole days after the due date of a
        commitment that is neither done nor dropped; NaN otherwise and where no due date is known), ``question``:
        ``unsaid`` (reported as under way, but the due date has passed), ``early`` (reported as late before the due
        date), ``unproven`` (reported as done, without evidence), else blank. Late ones first, the latest of them on
        top; then by due date.

    Examples
    --------
    >>> rows = pd.DataFrame({"action": ["a", "b", "c"], "status": ["open", "done", "open"],
    ...                      "due": ["2024-06-30", "2024-06-30", None], "evidence": [None, "SK", None]})
    >>> follow_up(rows, "2024-07-10")[["action", "state", "days_late"]].to_numpy().tolist()
    [['a', 'late', 10.0], ['c', 'undated', nan], ['b', 'done', nan]]
    """
    day = dt.date.fromisoformat(today)
    found = actions.reset_index(drop=True)
    due = [None if pd.isna(value) else dt.date.fromisoformat(str(value)) for value in found["due"]]
    stated = found["status"].astype(str).tolist()
    late = [s not in ENDED and d is not None and d < day for s, d in zip(stated, due, strict=True)]
    found["state"] = [_state(s, d, over) for s, d, over in zip(stated, due, late, strict=True)]
    found["days_late"] = [
        float((day - d).days) if over and d is not None else float("nan") for d, over in zip(due, late, strict=True)
    ]
    found["question"] = [
        "unsaid"
        if over and s == "open"
        else "early"
        if s == "late" and d is not None and d >= day
        else "unproven"
        if s == "done" and pd.isna(proof)
        else ""
        for s, d, over, proof in zip(stated, due, late, found["evidence"], strict=True)
    ]
    order = found["state"].map(STATES.index)
    found = found.assign(order=order, longest=-found["days_late"].fillna(0))
    found = found.sort_values(["order", "longest", "due", "action"], na_position="last", ignore_index=True)
    return found.drop(columns=["order", "longest"])


def _state(stated: str, due: dt.date | None, over: bool) -> str:
    if stated in ENDED:
        return stated
    if over:
        return "late"
    if due is None:
        return "late" if stated == "late" else "undated"
    return "running"


def by_agency(followed: pd.DataFrame) -> pd.DataFrame:
    """Commitments of each agency by state.

    Parameters
    ----------
    followed
        From `follow_up`.

    Returns
    -------
    DataFrame
        By agency: ``promised``, one column a state of `STATES` (counts), ``longest`` (days of the latest one; NaN
        where none is late by a known number of days). Most late ones first, then the longest, then by name.

    Examples
    --------
    >>> rows = pd.DataFrame({"agency": ["x", "x"], "state": ["late", "done"], "days_late": [3.0, float("nan")]})
    >>> by_agency(rows)[["promised", "late", "done", "longest"]].to_numpy().tolist()
    [[2.0, 1.0, 1.0, 3.0]]
    """
    counts = pd.crosstab(followed["agency"], followed["state"]).reindex(columns=list(STATES), fill_value=0)
    counts = counts.rename_axis(columns=None)
    longest = followed.groupby("agency")["days_late"].max()
    table = counts.assign(promised=counts.sum(axis=1), longest=longest)[["promised", *STATES, "longest"]]
    table = table.reset_index().sort_values(["late", "longest", "agency"], ascending=[False, False, True])
    return table.set_index("agency")
