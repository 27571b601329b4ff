"""Numbers that contradict each other: impossible observations stop, doubtful kampung figures are told and kept."""

import pandas as pd
import pytest

from kbk_analysis.data.contracts import check_table
from kbk_analysis.data.reading import read_sheets
from kbk_analysis.schema import METHODS

SEEN = {"area_code": "99.01", "period": "2024", "indicator": "cpr", "source": "siga", "status": "reported"}
KAMPUNG = {"kampung_id": "x", "kampung_name": "KB X", "export_date": "2023-08-28", "source": "rinci"}


def told(table, row, **options):
    return [(f.rule, f.column, f.severity.value) for f in check_table(table, pd.DataFrame([row]), **options)]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"value": 50.0, "numerator": 5, "denominator": 10}, []),
        ({"value": 33.3, "numerator": 1, "denominator": 3}, []),
        ({"value": 33.0, "numerator": 1, "denominator": 3}, [("observation.mismatch", "value", "warning")]),
        ({"numerator": 11, "denominator": 10}, [("observation.above_denominator", "numerator", "error")]),
        ({"value": 100.1}, [("observation.percentage", "value", "error")]),
        ({"value": -1}, [("observation.percentage", "value", "error")]),
        ({}, [("observation.no_value", "value", "error")]),
        ({"value": 5, "status": "not_reported"}, [("observation.status", "status", "error")]),
        ({"numerator": 1, "status": "suppressed"}, [("observation.status", "status", "error")]),
        ({"status": "not_applicable"}, []),
        ({"numerator": 0, "denominator": 0}, [("observation.zero_denominator", "denominator", "warning")]),
    ],
)
def test_observations(numbers, expected) -> None:
    assert told("observations", SEEN | numbers, kinds={"cpr": "proportion"}) == expected


def test_the_kind_of_the_indicator_decides_what_is_impossible() -> None:
    row = SEEN | {"value": 250.0, "numerator": 25, "denominator": 10}
    assert told("observations", row, kinds={"cpr": "rate"}) == []
    assert [rule for rule, *_ in told("observations", row)] == [
        "observation.above_denominator",
        "observation.percentage",
    ]


@pytest.mark.parametrize(
    ("numbers", "rule", "column"),
    [
        ({"members_bkb": 11, "families_under5": 10}, "kampung.above", "members_bkb"),
        ({"members_uppka": 11, "families": 10}, "kampung.above", "members_uppka"),
        ({"pokja_trained": 6, "pokja_members": 5}, "kampung.above", "pokja_trained"),
        ({"users_iud": 6, "users_pill": 5, "couples": 10}, "kampung.cpr", "couples"),
        ({"want_later": 6, "want_no_more": 5, "couples": 10}, "kampung.non_users", "couples"),
        (
            {"index_process": 2.0, "score_data_use": 1, "score_operations": 1, "score_cross_sector": 2},
            "kampung.index",
            "index_process",
        ),
    ],
)
def test_kampung_figures_are_kept_with_a_warning(numbers, rule, column) -> None:
    assert told("kampung", KAMPUNG | numbers) == [(rule, column, "warning")]


@pytest.mark.parametrize(
    "numbers",
    [
        {"members_bkb": 10, "families_under5": 10},
        {"members_bkb": 11},  # nothing to compare with
        {"users_iud": 6, "users_pill": 4, "couples": 10},
        {"index_process": 1.33, "score_data_use": 1, "score_operations": 1, "score_cross_sector": 2},
        {"index_process": 1.33, "score_data_use": 1, "score_operations": 1},  # a score is unknown
    ],
)
def test_kampung_figures_that_agree(numbers) -> None:
    assert told("kampung", KAMPUNG | numbers) == []


def test_identity_of_users_and_non_users() -> None:
    users = {f"users_{method}": 1 for method in METHODS}
    rest = {"pregnant": 1, "want_soon": 1, "want_later": 1, "want_no_more": 0}
    assert told("kampung", KAMPUNG | users | rest | {"couples": 10}) == []
    assert told("kampung", KAMPUNG | users | rest | {"couples": 12}) == [("kampung.identity", "couples", "warning")]


def test_areas_agree_with_their_codes() -> None:
    row = {"code": "99.01", "name": "x", "level": "village", "parent_code": "98"}
    assert told("areas", row) == [("area.level", "level", "error"), ("area.parent", "parent_code", "error")]


def test_activities_that_reach_or_spend_too_much() -> None:
    row = {"agency": "a", "activity": 1, "village_code": "99.01.01.2001", "period": "2024"}
    spent = row | {"eligible": 10, "reached": 11, "budget": 5, "spent": 6}
    assert [column for _, column, _ in told("activities", spent)] == ["reached", "spent"]


@pytest.mark.real
def test_every_stated_index_is_the_mean_of_its_scores(real_data) -> None:
    [sheet] = read_sheets(real_data / "kampung_kb" / "klasifikasi_riau_panel_2022-2023.csv")
    process = ("data_use", "operations", "cross_sector")
    titles = ("Proses Penggunaan Data", "Proses Operasional", "Proses Lintas Sektor")
    scores = list(zip(*([int(cell) for cell in sheet.column(title)] for title in titles), strict=True))
    index = [float(cell) for cell in sheet.column("Index Proses")]
    frame = pd.DataFrame(scores, columns=[f"score_{name}" for name in process])
    frame = frame.assign(index_process=index, kampung_id=[str(i) for i in range(len(frame))])
    frame = frame.assign(kampung_name="x", export_date="2023-08-28", source="klasifikasi")
    assert len(frame) == 7552
    assert check_table("kampung", frame) == []
    frame.loc[[3, 7], "index_process"] += 0.01
    assert [f.row for f in check_table("kampung", frame)] == [5, 9]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [("09.00", []), ("23.59", []), (None, []), ("9.00", ["agenda.clock"]), ("24.00", ["agenda.clock"])],
)
def test_agenda(starts, expected) -> None:
    row = {"meeting": "r", "item": 1, "starts": starts, "text": "Pembukaan"}
    assert [rule for rule, *_ in told("agenda", row)] == expected


@pytest.mark.parametrize(
    ("computed", "agreed", "reason", "expected"),
    [
        (1, 1, None, []),
        (1, 2, "alasan", []),
        (1, 2, None, [("decision.reason", "reason", "warning")]),
        (1, None, None, [("decision.reason", "reason", "warning")]),
        (None, 1, None, []),
        (None, None, None, []),
        (0, 1, "alasan", [("value.bounds", "computed_rank", "error")]),
    ],
)
def test_decisions(computed, agreed, reason, expected) -> None:
    row = {"meeting": "r", "problem": "M01", "computed_rank": computed, "agreed_rank": agreed, "reason": reason}
    assert told("decisions", row) == expected


def test_two_problems_cannot_share_a_place_in_the_agreed_order_unnoticed() -> None:
    rows = [
        {"meeting": meeting, "problem": problem, "computed_rank": None, "agreed_rank": place}
        for meeting, problem, place in [("r", "A", 1), ("r", "B", 1), ("s", "A", 1), ("r", "C", None), ("r", "D", None)]
    ]
    found = check_table("decisions", pd.DataFrame(rows))
    assert [(f.rule, f.row) for f in found] == [("decision.twice", 2), ("decision.twice", 3)]
