"""The record of one meeting: who came, what was agreed beside what was computed, what was promised and how it stands.

Input: `RecordInputs`. Output: one frozen `MeetingRecord`. Agencies and roles only. A cell that nobody filled stays
unknown: it is neither present nor absent, neither agreed nor turned down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.meeting.followup import ENDED, by_agency, follow_up
from kbk_analysis.meeting.inputs import RecordInputs
from kbk_analysis.schema import Edition

FOLLOW: Final = 3  # the first so many agreed problems should each have a commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRecord:
    """What one meeting leaves behind.

    Parameters
    ----------
    meeting, title, held_on, place, area_code, name, period
        The meeting, its area and the period of the data it had before it.
    previous
        ``(id, title, day)`` of the meeting before it; blank texts when it is the first.
    agenda
        Frame: ``item, starts, text, agency``.
    attendance
        Frame by agency: ``roles``, ``present`` (boolean; missing where nobody wrote it down), ``scored`` (whether it
        gave scores).
    judges
        How many judges gave any score.
    decisions
        Frame by problem, in the agreed order and then in the computed one: ``statement, lead_agency, computed_rank,
        agreed_rank`` (missing: not made a priority, or not decided), ``decided`` (whether the meeting spoke of it),
        ``departs`` (the agreed rank is not the computed one), ``reason, decided_by, judges`` (who scored it),
        ``promises`` (commitments of this meeting on it).
    followup
        Commitments of the last meeting, and those of earlier ones that had not ended by then; see `follow_up`.
    followup_agencies
        The same by agency; see `by_agency`.
    commitments
        What was promised in this meeting: rows of table `actions` by rank of the problem, then by due date.
    statements
        Words of each problem by ``(meeting, problem)``, for commitments of earlier meetings too.
    areas, agencies
        Names of areas by code; frame of agencies by id: ``name, name_en, short``.
    """

    meeting: str
    title: str
    held_on: str
    place: str
    area_code: str
    name: str
    period: str
    synthetic: bool
    dataset: str
    previous: tuple[str, str, str]
    agenda: pd.DataFrame
    attendance: pd.DataFrame
    judges: int
    decisions: pd.DataFrame
    followup: pd.DataFrame
    followup_agencies: pd.DataFrame
    commitments: pd.DataFrame
    statements: dict[tuple[str, str], str]
    areas: pd.Series
    agencies: pd.DataFrame
    edition: Edition | None = None

    @property
    def present(self) -> int:
        """Agencies that came."""
        return int(self.attendance["present"].fillna(False).sum())

    @property
    def absent(self) -> list[str]:
        """Agencies that did not come."""
        return list(self.attendance.index[~self.attendance["present"].fillna(True)])

    @property
    def unrecorded(self) -> list[str]:
        """Agencies of which nobody wrote down whether they came."""
        return list(self.attendance.index[self.attendance["present"].isna()])

    @property
    def agreed(self) -> pd.DataFrame:
        """Problems that the meeting made priorities, in its order."""
        return self.decisions[self.decisions["agreed_rank"].notna()]

    @property
    def left_out(self) -> pd.DataFrame:
        """Problems that the meeting spoke of and did not make priorities."""
        return self.decisions[self.decisions["agreed_rank"].isna() & self.decisions["decided"]]

    @property
    def departures(self) -> pd.DataFrame:
        """Priorities that do not stand where they were computed."""
        agreed = self.agreed
        return agreed[agreed["departs"]]

    @property
    def unpromised(self) -> pd.DataFrame:
        """The first problems of the agreed order for which nobody promised anything."""
        first = self.agreed[self.agreed["agreed_rank"] <= FOLLOW]
        return first[first["promises"] == 0]


def record_meeting(inputs: RecordInputs) -> MeetingRecord:
    """Put the record of one meeting together.

    Returns
    -------
    MeetingRecord
        Unreleased: pass it to `release` before showing it.

    Examples
    --------
    >>> from kbk_analysis.data.store import open_dataset
    >>> from kbk_analysis.meeting.inputs import read_record
    >>> with open_dataset("demo") as data:
    ...     found = record_meeting(read_record(data, meeting="rakor-2024-2", area_code="99.01", period="2024"))
    >>> found.present, found.absent, list(found.departures.index)
    (14, ['dlh', 'kominfo'], ['M02', 'M03', 'M09', 'M05'])
    """
    scored = inputs.scores[inputs.scores["score"].notna()]
    own = inputs.actions["meeting"] == inputs.meeting
    decisions = _decisions(inputs, scored, inputs.actions[own])
    followed = follow_up(inputs.actions[~own], inputs.held_on)
    # an older commitment that has not ended is still owed
    followed = followed[(followed["meeting"] == inputs.previous[0]) | ~followed["state"].isin(ENDED)]
    followed = followed.reset_index(drop=True)
    problems = inputs.problems
    keys = zip(problems["meeting"].astype(str), problems["problem"].astype(str), strict=True)
    return MeetingRecord(
        meeting=inputs.meeting,
        title=inputs.title,
        held_on=inputs.held_on,
        place=inputs.place,
        area_code=inputs.area_code,
        name=str(inputs.areas[inputs.area_code]),
        period=inputs.period,
        synthetic=inputs.synthetic,
        dataset=inputs.dataset,
        previous=inputs.previous,
        agenda=inputs.agenda.sort_values("item", ignore_index=True),
        attendance=_attendance(inputs.attendance, scored),
        judges=scored["judge"].nunique(),
        decisions=decisions,
        followup=followed,
        followup_agencies=by_agency(followed),
        commitments=_commitments(inputs.actions[own], decisions),
        statements=dict(zip(keys, problems["statement"].astype(str), strict=True)),
        areas=inputs.areas,
        agencies=_agencies(inputs.agencies),
    )


def _attendance(rows: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """One row an agency: it came when any of its people did; unknown where no row says yes and one says nothing."""
    judges = {judge.partition(":")[0].strip() for judge in scored["judge"]}
    found = {}
    for agency, own in rows.groupby("agency", sort=True):
        said = own["present"]
        present = True if said.fillna(False).any() else pd.NA if said.isna().any() else False
        found[agency] = {"roles": tuple(own["role"]), "present": present, "scored": agency in judges}
    table = pd.DataFrame.from_dict(found, orient="index", columns=["roles", "present", "scored"])
    return table.astype({"present": "boolean", "scored": "bool"}).rename_axis("agency")


def _decisions(inputs: RecordInputs, scored: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    listed = inputs.problems[inputs.problems["meeting"] == inputs.meeting].set_index("problem")
    said = inputs.decisions.set_index("problem")[["computed_rank", "agreed_rank", "reason", "decided_by"]]
    table = listed[["statement", "lead_agency"]].join(said, how="left")
    rank = table[["computed_rank", "agreed_rank"]].astype("Int64")
    table = table.assign(
        **rank,
        decided=table.index.isin(said.index),
        departs=(rank["computed_rank"] != rank["agreed_rank"]).fillna(False).astype(bool),
        judges=scored.groupby("problem")["judge"].nunique().reindex(table.index).fillna(0).astype(int),
        promises=actions["problem"].value_counts().reindex(table.index).fillna(0).astype(int),
    )
    return table.sort_values(["agreed_rank", "computed_rank", "problem"], na_position="last")


def _commitments(actions: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    rank = actions["problem"].map(decisions["agreed_rank"].astype("float64"))
    table = actions.assign(rank=rank).sort_values(["rank", "due", "action"], na_position="last", ignore_index=True)
    return table.drop(columns="rank")


def _agencies(table: pd.DataFrame) -> pd.DataFrame:
    known = load_catalogue().agencies
    short = [known[str(id)].short if id in known else str(name) for id, name in table["name"].items()]
    return table.assign(short=short, name_en=table["name_en"].fillna(table["name"]))
