"""What the prioritisation of one meeting reads: its problems and scores, its decisions, and the data on its area.

Input: an open dataset, a meeting, an area and a period. Output: `MeetingInputs`, frames only.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.store import Dataset
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import TABLES
from kbk_analysis.situation.inputs import Inputs, read_inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingInputs:
    """One meeting.

    Parameters
    ----------
    meeting, title, held_on, place
        Its row of table `meetings`.
    area
        The slice of the situation analysis, for what the data say of the problems.
    problems, scores, decisions
        Rows of the meeting; `decisions` is empty before the meeting.
    agencies
        Frame by agency: ``name, name_en, short``.
    """

    meeting: str
    title: str
    held_on: str
    place: str
    area: Inputs
    problems: pd.DataFrame
    scores: pd.DataFrame
    decisions: pd.DataFrame
    agencies: pd.DataFrame


def read_meeting(dataset: Dataset, *, meeting: str, area_code: str, period: str) -> MeetingInputs:
    """Read one meeting and the data on its area.

    Parameters
    ----------
    dataset
        An open dataset.
    meeting
        A key of its table `meetings`.
    area_code, period
        Area and period of the data that stand beside the scores.

    Raises
    ------
    InputFault
        The dataset has no such meeting, the meeting has no problems, or the area is unknown.

    Examples
    --------
    >>> from kbk_analysis.data.store import open_dataset
    >>> with open_dataset("demo") as data:
    ...     len(read_meeting(data, meeting="rakor-2024-2", area_code="99.01", period="2024").problems)
    10
    """
    meetings = dataset.table("meetings").set_index("meeting")
    if meeting not in meetings.index:
        near = difflib.get_close_matches(meeting, list(meetings.index), n=1)
        names = ", ".join(meetings.index) or "–"
        remedy = tr('Maksud Anda "{name}"?', name=near[0]) if near else tr("Rapat yang ada: {names}.", names=names)
        raise _refused("meeting.unknown", tr("Rapat ini tidak ada dalam kumpulan data."), remedy, meeting)
    problems = dataset.table("problems", meeting=meeting)
    if problems.empty:
        remedy = tr("Isi tabel problems untuk rapat ini: rumusan masalah dan indikatornya.")
        raise _refused("meeting.problems", tr("Rapat ini belum mempunyai daftar masalah."), remedy, meeting)
    row = meetings.loc[meeting]
    if row.get("area_code", area_code) != area_code:
        message = tr("Rapat ini membahas wilayah lain: {code}.", code=row["area_code"])
        raise _refused("meeting.area", message, tr("Pilih wilayah atau rapat yang sesuai."), area_code)
    return MeetingInputs(
        meeting=meeting,
        title=str(row["title"]),
        held_on=str(row["held_on"])[:10],
        place="" if pd.isna(row["place"]) else str(row["place"]),
        area=read_inputs(dataset, area_code=area_code, period=period),
        problems=problems,
        scores=dataset.table("scores", meeting=meeting),
        decisions=dataset.table("decisions", meeting=meeting) if "decisions" in TABLES else pd.DataFrame(),
        agencies=_agencies(dataset.table("agencies")),
    )


def _agencies(table: pd.DataFrame) -> pd.DataFrame:
    known = load_catalogue().agencies
    short = [known[id].short if id in known else name for id, name in zip(table["agency"], table["name"], strict=True)]
    return table.assign(short=short, name_en=table["name_en"].fillna(table["name"])).set_index("agency")


def _refused(rule: str, message: str, remedy: str, value: str) -> InputFault:
    return InputFault([Finding(rule=rule, message=message, remedy=remedy, key="meeting", value=value[:60])])
