"""What the record of a meeting reads: its own rows, and the commitments of the meetings before it.

Input: an open dataset, a meeting, an area and a period. Output: `RecordInputs`, frames only. Nothing is computed here
but the choice of rows.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import pandas as pd

from kbk_analysis.data.store import Dataset
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInputs:
    """The rows of one meeting.

    Parameters
    ----------
    meeting, title, held_on, place
        Its row of table `meetings`; `place` is blank where the table has none.
    area_code, period
        What was asked for; the meeting is about this area.
    previous
        The meeting before it on the same area: ``(id, title, day)``; blank texts when it is the first.
    areas
        Name of each area by code.
    agencies
        Frame by agency: ``name, name_en``.
    agenda, attendance, problems, scores, decisions
        Rows of the meeting.
    actions
        Commitments of this meeting and of all earlier ones on the same area.
    """

    meeting: str
    title: str
    held_on: str
    place: str
    area_code: str
    period: str
    synthetic: bool
    dataset: str
    previous: tuple[str, str, str]
    areas: pd.Series
    agencies: pd.DataFrame
    agenda: pd.DataFrame
    attendance: pd.DataFrame
    problems: pd.DataFrame
    scores: pd.DataFrame
    decisions: pd.DataFrame
    actions: pd.DataFrame


def read_record(dataset: Dataset, *, meeting: str, area_code: str, period: str) -> RecordInputs:
    """Read what the record of one meeting needs.

    Parameters
    ----------
    dataset
        An open dataset.
    meeting
        A key of its table `meetings`.
    area_code
        The area that the meeting is about.
    period
        Period of the data that the rest of the report is made from; named in the record, read by nothing here.

    Raises
    ------
    InputFault
        The dataset has no such meeting (the nearest is named), or the meeting is about another area.

    Examples
    --------
    >>> from kbk_analysis.data.store import open_dataset
    >>> with open_dataset("demo") as data:
    ...     found = read_record(data, meeting="rakor-2024-2", area_code="99.01", period="2024")
    >>> found.previous[0], len(found.agenda)
    ('rakor-2024-1', 6)
    """
    meetings = dataset.table("meetings")
    ids = list(meetings["meeting"])
    if meeting not in ids:
        near = difflib.get_close_matches(meeting, ids, n=1)
        names = ", ".join(ids) or "–"
        remedy = tr('Maksud Anda "{name}"?', name=near[0]) if near else tr("Rapat yang ada: {names}.", names=names)
        raise _refused("meeting.unknown", tr("Rapat ini tidak ada dalam kumpulan data."), remedy, "meeting", meeting)
    row = meetings.iloc[ids.index(meeting)]
    if row["area_code"] != area_code:
        message = tr("Rapat ini membahas wilayah lain: {code}.", code=row["area_code"])
        raise _refused("meeting.area", message, tr("Pilih wilayah atau rapat yang sesuai."), "area_code", area_code)
    earlier = meetings[(meetings["area_code"] == area_code) & (meetings["held_on"] < row["held_on"])]
    earlier = earlier.sort_values(["held_on", "meeting"])
    last = earlier.iloc[-1] if len(earlier) else None
    areas = dataset.table("areas")
    return RecordInputs(
        meeting=meeting,
        title=str(row["title"]),
        held_on=str(row["held_on"]),
        place="" if pd.isna(row["place"]) else str(row["place"]),
        area_code=area_code,
        period=period,
        synthetic=bool(dataset.meta["synthetic"]),
        dataset=str(dataset.meta["title"]),
        previous=("", "", "") if last is None else (str(last["meeting"]), str(last["title"]), str(last["held_on"])),
        areas=areas.set_index("code")["name"],
        agencies=dataset.table("agencies").set_index("agency"),
        agenda=dataset.table("agenda", meeting=meeting),
        attendance=dataset.table("attendance", meeting=meeting),
        problems=dataset.table("problems", meeting=[*earlier["meeting"], meeting]),
        scores=dataset.table("scores", meeting=meeting),
        decisions=dataset.table("decisions", meeting=meeting),
        actions=dataset.table("actions", meeting=[*earlier["meeting"], meeting]),
    )


def _refused(rule: str, message: str, remedy: str, key: str, value: str) -> InputFault:
    return InputFault([Finding(rule=rule, message=message, remedy=remedy, key=key, value=value[:60])])
