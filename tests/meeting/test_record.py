"""The record of a meeting: on the demo's two meetings, and on tables changed by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from kbk_analysis.errors import InputFault
from kbk_analysis.indicators.release import release
from kbk_analysis.meeting.inputs import RecordInputs, read_record
from kbk_analysis.meeting.record import MeetingRecord, record_meeting
from kbk_analysis.schema import Edition


@pytest.fixture(scope="module")
def inputs(demo) -> RecordInputs:
    return read_record(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")


@pytest.fixture(scope="module")
def record(inputs) -> MeetingRecord:
    return record_meeting(inputs)


def refused(demo, **asked: str) -> tuple[str, str]:
    with pytest.raises(InputFault) as caught:
        read_record(demo, **{"meeting": "rakor-2024-2", "area_code": "99.01", "period": "2024", **asked})
    (finding,) = caught.value.findings
    return finding.rule, finding.remedy


def test_a_wrong_meeting_is_refused_with_the_nearest_and_a_wrong_area_by_name(demo) -> None:
    assert refused(demo, meeting="rakor-2024-3") == ("meeting.unknown", 'Maksud Anda "rakor-2024-2"?')
    assert "rakor-2024-1" in refused(demo, meeting="x")[1]
    assert refused(demo, area_code="99.01.01")[0] == "meeting.area"


def test_the_meeting_before_is_the_last_earlier_one_of_the_same_area(demo, inputs) -> None:
    assert inputs.previous[0] == "rakor-2024-1"
    first = read_record(demo, meeting="rakor-2024-1", area_code="99.01", period="2024")
    assert first.previous == ("", "", "")
    assert set(first.actions["meeting"]) == {"rakor-2024-1"}  # nothing of a later meeting
    assert len(record_meeting(first).followup) == 0


def test_attendance_counts_agencies(record, demo) -> None:
    rows = demo.table("attendance", meeting="rakor-2024-2")
    assert len(record.attendance) == rows["agency"].nunique() == 16
    assert (record.present, record.absent, record.unrecorded) == (14, ["dlh", "kominfo"], [])
    assert record.attendance.loc["dppkb", "roles"] == ("kepala bidang", "kepala dinas")
    assert record.attendance["scored"].to_dict()["kominfo"] is False
    assert record.attendance["scored"].to_dict()["dlh"] is True  # by form, before the meeting


def test_an_agency_that_nobody_wrote_down_is_neither_present_nor_absent(inputs) -> None:
    rows = inputs.attendance.copy()
    rows.loc[rows["agency"] == "kominfo", "present"] = pd.NA
    rows.loc[(rows["agency"] == "dppkb") & (rows["role"] == "kepala dinas"), "present"] = pd.NA
    found = record_meeting(replace(inputs, attendance=rows))
    assert found.unrecorded == ["kominfo"]
    assert found.absent == ["dlh"]
    assert found.present == 14  # one of two came: the agency was there


def test_the_agreed_order_stands_beside_the_computed_one(record) -> None:
    table = record.decisions
    assert list(table.index[:4]) == ["M01", "M04", "M02", "M03"]
    assert table["agreed_rank"].dropna().is_monotonic_increasing
    assert list(record.departures.index) == ["M02", "M03", "M09", "M05"]
    assert record.departures["reason"].notna().all()
    assert list(record.left_out.index) == ["M08", "M06"]
    assert (table["judges"] <= record.judges).all()


def test_before_the_meeting_every_problem_is_listed_and_none_is_decided(inputs) -> None:
    found = record_meeting(replace(inputs, decisions=inputs.decisions.head(0)))
    assert len(found.decisions) == 10
    assert not found.decisions["decided"].any()
    assert found.agreed.empty
    assert found.left_out.empty
    assert found.departures.empty


def test_commitments_of_the_last_meeting_are_followed_with_what_older_ones_still_owe(inputs, record) -> None:
    assert set(record.followup["meeting"]) == {"rakor-2024-1"}
    assert record.followup["state"].value_counts().to_dict() == {"late": 6, "done": 6, "running": 1, "dropped": 1}
    assert record.followup["days_late"].max() == 163  # 30 June to 10 December
    older = inputs.actions[inputs.actions["meeting"] == "rakor-2024-1"].assign(meeting="rakor-2023-2")
    found = record_meeting(replace(inputs, actions=pd.concat([inputs.actions, older], ignore_index=True)))
    carried = found.followup[found.followup["meeting"] == "rakor-2023-2"]
    assert set(carried["state"]) == {"late", "running"}


def test_new_commitments_stand_in_the_order_of_the_agreed_problems(record) -> None:
    assert record.commitments["problem"].tolist() == ["M01", "M01", "M04", "M02", "M02", "M03", "M09", "M10"]
    assert record.unpromised.empty


def test_a_first_problem_without_a_commitment_is_found(inputs) -> None:
    kept = inputs.actions[~((inputs.actions["meeting"] == inputs.meeting) & (inputs.actions["problem"] == "M04"))]
    assert list(record_meeting(replace(inputs, actions=kept)).unpromised.index) == ["M04"]


@pytest.mark.parametrize("edition", list(Edition))
def test_both_editions_show_the_same_record(record, edition) -> None:
    """Agencies, roles and promises are no counts of people: nothing is hidden."""
    shown = release(record, edition)
    assert shown.edition is edition
    pd.testing.assert_frame_equal(shown.decisions, record.decisions)
    pd.testing.assert_frame_equal(shown.followup, record.followup)
