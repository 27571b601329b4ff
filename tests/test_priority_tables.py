"""Tables of a meeting: every number is the analysis's own, a blank is told as one, the meeting's word stands beside."""

from dataclasses import replace

import pandas as pd
import pytest

import kbk_analysis as kbk
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Place
from kbk_analysis.indicators.release import Unreleased, release
from kbk_analysis.priority.chapter import analyse_priorities, fixed_method
from kbk_analysis.tables import evidence, priorities
from tests.priority_fixture.build import CASES, make_priorities

TABLES = {
    "ranking": priorities.table_ranking,
    "judges": priorities.table_judges,
    "doubt": priorities.table_doubt,
    "criteria": priorities.table_criteria,
    "gate": priorities.table_gate,
    "evidence": evidence.table_evidence,
    "measures": evidence.table_measures,
}
table = pytest.mark.parametrize("function", TABLES.values(), ids=TABLES)


@pytest.fixture(scope="module")
def inputs(demo):
    read = kbk.read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")
    return replace(read, decisions=pd.DataFrame())


@pytest.fixture(scope="module")
def found(inputs):
    return release(analyse_priorities(inputs, fixed_method()), "internal")


@pytest.fixture(scope="module", params=CASES)
def any_meeting(request):
    return make_priorities(**CASES[request.param])


def column(exhibit: Exhibit, key: str) -> list:
    """Values of one column."""
    place = [field.key for field in exhibit.fields].index(key)
    return [row[place] for row in exhibit.rows]


@table
def test_every_table_of_every_meeting_can_be_read(any_meeting, function) -> None:
    shown = function(any_meeting)
    for one in (shown,) if isinstance(shown, Exhibit) else shown:
        assert one.title
        assert one.source
        assert not any("nan" in cell.lower().split() for row in one.display_rows() for cell in row)


@table
def test_an_unreleased_meeting_is_refused(found, function) -> None:
    with pytest.raises(Unreleased):
        function(replace(found, edition=None))


def test_the_ranking_holds_rank_total_judges_interval_share_and_tier(found) -> None:
    shown, frame = priorities.table_ranking(found), found.problems
    assert shown.place is Place.SUMMARY
    assert column(shown, "total") == frame["total"].tolist()
    assert column(shown, "top") == pytest.approx((100 * frame["top"]).tolist())
    assert column(shown, "tier") == frame["tier"].tolist()
    assert column(shown, "judges")[0] == 12
    assert "Penilai, dari 15" in [field.label for field in shown.fields]
    assert column(shown, "interval")[:3] == ["1–2", "1–2", "3–5"]
    assert column(shown, "agency")[:2] == ["DPPKB", "Dinkes"]
    assert "agreed" not in [field.key for field in shown.fields]


def test_the_meetings_decision_and_its_reason_stand_beside_the_computed_rank(inputs) -> None:
    agreed = pd.DataFrame({"problem": ["M04", "M01"], "agreed_rank": [1, 2], "reason": ["rantai dingin rusak", None]})
    decided = release(analyse_priorities(replace(inputs, decisions=agreed), fixed_method()), "internal")
    shown = priorities.table_ranking(decided)
    assert column(shown, "agreed")[:2] == [2, 1]
    assert isinstance(column(shown, "agreed")[2], Refusal)
    (reason,) = [note for note in shown.notes if note.startswith("Alasan rapat")]
    assert reason.endswith(": rantai dingin rusak.")
    assert "Imunisasi" in reason


def test_ties_are_marked_and_a_problem_without_a_rank_says_so() -> None:
    shown = priorities.table_ranking(make_priorities(problems=6, judges=6, flat=True))
    assert set(column(shown, "rank")) == {"1="}
    assert any("=" in note for note in shown.notes)
    few = priorities.table_ranking(make_priorities(problems=8, judges=3))
    assert "–" in column(few, "rank")
    assert isinstance(column(few, "interval")[0], Refusal)


def test_each_judge_has_a_state(found) -> None:
    shown = priorities.table_judges(found)
    states = dict(zip(column(shown, "judge"), column(shown, "state"), strict=True))
    assert states["Perikanan"] == "semua masalah diberi skor sama"
    assert states["DLH"] == "tidak ada skor lengkap"
    assert states["Diskominfo"] == "tidak menilai"
    assert states["PUPR"] == "sebagian masalah"
    assert states["Bappeda"] == "lengkap"


def test_scores_from_data_stand_on_the_scale_of_the_judges(found) -> None:
    shown = evidence.table_evidence(found)
    sizes = [value for value in column(shown, "data_size") if not isinstance(value, Refusal)]
    assert all(1 <= value <= 5 for value in sizes)
    assert column(shown, "judged") == found.cells["S"].tolist()
    worst = found.data.loc[found.data["problem"] == "M01", "data_size"].max()
    assert column(shown, "data_size")[0] == pytest.approx(1 + 4 * worst / 10)
    assert f"{len(sizes)} dari 10" in shown.title


def test_every_indicator_of_every_problem_is_a_row_and_hidden_counts_are_none(found) -> None:
    shown = evidence.table_measures(found)
    assert len(shown.rows) == sum(len(ids.split()) for ids in found.problems["indicators"])
    hidden = found.data.assign(
        reason="suppressed", denominator=float("nan"), affected=float("nan"), data_size=float("nan")
    )
    shown = evidence.table_measures(replace(found, data=hidden))
    for key in ("value", "n", "affected", "data_size"):
        assert {value.code for value in column(shown, key)} == {"suppressed"}


def test_the_method_is_printed_with_scale_direction_and_weight() -> None:
    shown = priorities.table_criteria(make_priorities(problems=5, judges=5, method="mcua", weights="size=5,cost=2"))
    assert column(shown, "weight") == [5.0, 2.0]
    assert set(column(shown, "scale")) == {"1–10"}
    reinke = priorities.table_criteria(make_priorities(problems=5, judges=5, method="reinke"))
    assert dict(zip(column(reinke, "letter"), column(reinke, "high"), strict=True))["C"] == "kurang mendesak"


def test_what_a_gate_stopped_is_listed_with_letter_and_total() -> None:
    (shown,) = priorities.table_gate(make_priorities(problems=9, judges=7, method="hanlon_sum", gate=True))
    states = column(shown, "state")
    assert states.count("tidak lolos: L") == 1
    assert all(isinstance(total, float) for total in column(shown, "total"))
    assert priorities.table_gate(make_priorities(problems=9, judges=7)) == ()
