"""How commitments stand on a day: the dates decide, and a day that is not known is never zero."""

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.meeting.followup import ENDED, STATES, by_agency, follow_up

TODAY = "2024-12-10"


def rows(*given_rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    """Commitments from (status, due, evidence), of agency ``a``."""
    frame = pd.DataFrame(given_rows, columns=["status", "due", "evidence"])
    return frame.assign(action=[f"K{i}" for i in range(len(frame))], agency="a")


@pytest.mark.parametrize(
    ("status", "due", "evidence", "state", "days", "question"),
    [
        ("open", "2024-12-11", None, "running", None, ""),
        ("open", "2024-12-10", None, "running", None, ""),  # the day itself is not late
        ("open", "2024-12-09", None, "late", 1, "unsaid"),
        ("late", "2024-12-09", None, "late", 1, ""),
        ("late", "2024-12-10", None, "running", None, "early"),
        ("late", None, None, "late", None, ""),
        ("open", None, None, "undated", None, ""),
        ("done", "2024-01-01", "SK", "done", None, ""),
        ("done", "2024-01-01", None, "done", None, "unproven"),
        ("dropped", "2024-01-01", None, "dropped", None, ""),
    ],
)
def test_the_dates_decide_the_state(status, due, evidence, state, days, question) -> None:
    (found,) = follow_up(rows((status, due, evidence)), TODAY).to_dict("records")
    assert (found["state"], found["question"]) == (state, question)
    assert math.isnan(found["days_late"]) if days is None else found["days_late"] == days


def test_the_latest_of_the_late_ones_stands_on_top_and_what_ended_last() -> None:
    found = follow_up(
        rows(
            ("done", "2024-01-01", "x"),
            ("open", "2024-12-01", None),
            ("open", None, None),
            ("late", "2024-06-01", None),
        ),
        TODAY,
    )
    assert found["action"].tolist() == ["K3", "K1", "K2", "K0"]


def test_no_commitments_give_empty_frames_with_their_columns() -> None:
    found = follow_up(rows(), TODAY)
    assert {"state", "days_late", "question"} <= set(found.columns)
    assert list(by_agency(found).columns) == ["promised", *STATES, "longest"]
    assert by_agency(found).empty


days = st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31)).map(dt.date.isoformat)
commitment = st.tuples(st.sampled_from(["open", "done", "late", "dropped"]), st.none() | days, st.none() | st.just("x"))


@given(st.lists(commitment, max_size=12), days)
def test_each_is_in_one_state_and_only_what_is_owed_is_late(given_rows, today) -> None:
    frame = rows(*given_rows).assign(agency=["ab"[i % 2] for i in range(len(given_rows))])
    found = follow_up(frame, today)
    assert sorted(found["action"]) == sorted(frame["action"])
    assert set(found["state"]) <= set(STATES)
    assert (found.loc[found["status"].isin(ENDED), "state"] == found.loc[found["status"].isin(ENDED), "status"]).all()
    late = found["days_late"].notna()
    assert (found.loc[late, "days_late"] >= 1).all()
    assert (found.loc[late, "state"] == "late").all()
    table = by_agency(found)
    assert table["promised"].sum() == len(frame)
    assert (table[list(STATES)].sum(axis=1) == table["promised"]).all()
    assert table["late"].sum() == (found["state"] == "late").sum()
