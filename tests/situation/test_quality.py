"""The grade of the data and its reasons: thresholds, the worst part, exports old or far apart."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.classification import classify, join_exports, load_rule
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.quality import ITEMS, assess, grade_of, reported_items
from kbk_analysis.situation.result import Quality, Remark
from kbk_analysis.situation.tables import part_of

Rows = Callable[..., pd.DataFrame]
Slice = Callable[..., Inputs]
Assess = Callable[..., Quality]
TWELVE = {"99.01.01": 12, "99.01.02": 12}
DAY = "2024-11-30"
# One plausible answer for each item.
ANSWERS: dict[str, dict[str, Any]] = {
    "couples": {"couples": 50},
    "methods": {"users_pill": 20},
    "unmet": {"want_later": 0},
    "families": {"families": 80},
    "target_families": {"families_elderly": 30},
    "participants": {"members_bkb": 9},
    "pokja": {"pokja_present": False},
    "operations": {"operations": 0},
}
FULL = {column: value for answer in ANSWERS.values() for column, value in answer.items()}


def levels_of(reported: int, expected: int) -> pd.DataFrame:
    """Two indicators that share the cells between them."""
    cells = [(reported // 2, expected // 2), (reported - reported // 2, expected - expected // 2)]
    frame = pd.DataFrame(cells, columns=["reported", "expected"])
    return frame.assign(indicator=["S3-02", "S3-04"], period="2024", source="pk", as_of=DAY)


@pytest.fixture(scope="module")
def assessed(kampung_rows: Rows, slice_of: Slice) -> Assess:
    """Quality of a district whose kampung gave these answers, all of one day unless said otherwise."""

    def make(
        *answers: Mapping[str, Any],
        cells: tuple[int, int] = (100, 100),
        classed_on: str = DAY,
        detail_on: str = DAY,
        others: int = 0,
    ) -> Quality:
        given = [(2001 + i, answer) for i, answer in enumerate(answers)]
        rows = [
            kampung_rows(*[(n, classed_on, {}) for n, _ in given]),
            kampung_rows(*[(n, detail_on, {"source": "rinci", **answer}) for n, answer in given]),
            kampung_rows(*[(2001 + n, DAY, {}) for n in range(others)], district="99.01.02"),
        ]
        inputs = slice_of(pd.concat(rows), villages=TWELVE)
        whole = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule())
        return assess(inputs, whole, part_of(whole, "99.01.01"), levels_of(*cells))

    return make


def codes(quality: Quality) -> list[str]:
    return [remark.code for remark in quality.reasons]


def reason(quality: Quality, code: str) -> Remark:
    (found,) = [remark for remark in quality.reasons if remark.code == code]
    return found


def ten_kampung(filled: int, seed: int) -> list[dict[str, Any]]:
    """Answers of ten kampung with so many of their 80 items filled, couples always, the blanks anywhere else."""
    places = [(kampung, item) for kampung in range(10) for item in ANSWERS if item != "couples"]
    blank = set(random.Random(seed).sample(places, 80 - filled))
    return [
        {
            column: value
            for item, answer in ANSWERS.items()
            if (kampung, item) not in blank
            for column, value in answer.items()
        }
        for kampung in range(10)
    ]


def test_every_item_is_asked_with_an_answer_here() -> None:
    assert set(ANSWERS) == set(ITEMS)
    assert all(set(answer) <= set(ITEMS[item]) for item, answer in ANSWERS.items())


@pytest.mark.parametrize(
    ("share", "grade"),
    [(1, "A"), (0.9, "A"), (0.8999, "B"), (0.75, "B"), (0.7499, "C"), (0.5, "C"), (0.4999, "D"), (0, "D")],
)
def test_grades_begin_exactly_at_90_75_and_50_per_cent(share: float, grade: str) -> None:
    assert grade_of(share) == grade


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("filled", "grade"), [(72, "A"), (71, "B"), (60, "B"), (59, "C"), (40, "C"), (39, "D")])
def test_items_of_kampung_are_graded_by_count(assessed: Assess, filled: int, grade: str, seed: int) -> None:
    """Exactly 90, 75 and 50 of 100 reach the better grade, wherever the blanks are."""
    quality = assessed(*ten_kampung(filled, seed))
    assert int(quality.items.to_numpy().sum()) == filled
    assert quality.grade == grade


@pytest.mark.parametrize(
    ("reported", "grade"), [(100, "A"), (90, "A"), (89, "B"), (75, "B"), (74, "C"), (50, "C"), (49, "D"), (0, "D")]
)
def test_cells_of_indicators_are_graded_by_count(assessed: Assess, reported: int, grade: str) -> None:
    quality = assessed(FULL, FULL, cells=(reported, 100))
    assert quality.grade == grade
    assert codes(quality) == ([] if reported >= 90 else ["cells_reported"])
    if reported < 90:
        assert dict(reason(quality, "cells_reported").values) == {"reported": reported, "expected": 100}


def test_the_worst_part_decides(assessed: Assess) -> None:
    empty: dict[str, Any] = {}
    assert assessed(FULL, FULL, FULL, cells=(49, 100)).grade == "D"
    assert assessed(empty, empty, empty, cells=(100, 100)).grade == "D"
    assert assessed(FULL, FULL, FULL, empty, cells=(60, 100)).grade == "C"  # 75 % of items, 60 % of cells


def test_a_part_that_does_not_exist_is_not_a_bad_part(assessed: Assess) -> None:
    assert assessed(cells=(95, 100)).grade == "A"  # a district without kampung
    assert assessed(FULL, cells=(0, 0)).grade == "A"  # nothing expected of indicators


def test_any_reason_keeps_the_data_from_an_a(assessed: Assess) -> None:
    quality = assessed(FULL, FULL, detail_on="2024-11-29")
    assert (quality.grade, codes(quality)) == ("B", ["export_gap"])


def test_reasons_are_the_worst_first_and_none_is_padded(assessed: Assess) -> None:
    mixed = [FULL, {"couples": 10, "users_pill": 11}, {}]
    quality = assessed(*mixed, cells=(20, 100), classed_on="2023-05-01", detail_on="2023-04-01")
    weights = [remark.weight for remark in quality.reasons]
    assert codes(quality) == [
        "cells_reported", "impossible_values", "old_export", "old_export", "couples_reported", "export_gap",
    ]  # fmt: skip
    assert weights == sorted(weights, reverse=True)
    assert codes(assessed(FULL)) == []


def test_couples_are_counted_here_and_in_the_parent(assessed: Assess) -> None:
    quality = assessed(FULL, {"families": 3}, {"couples": 0}, {}, others=5)
    assert dict(reason(quality, "couples_reported").values) == {
        "reported": 2,  # a zero is an answer
        "expected": 4,
        "parent": "N99.01",
        "compared": True,
        "parent_reported": 2,
        "parent_expected": 9,
    }


def test_one_of_ten_without_couples_is_no_reason_yet(assessed: Assess) -> None:
    nine = [FULL] * 9
    assert codes(assessed(*nine, {**FULL, "couples": None})) == []
    assert codes(assessed(*nine[:8], *[{**FULL, "couples": None}] * 2)) == ["couples_reported"]


def test_any_column_of_an_item_is_an_answer_and_a_no_is_one() -> None:
    columns = [column for group in ITEMS.values() for column in group]
    joined = pd.DataFrame([{**dict.fromkeys(columns), "users_mop": 0, "pokja_present": False}], index=["k"])
    flags = reported_items(joined)
    assert flags.loc["k"].to_dict() == {item: item in ("methods", "pokja") for item in ITEMS}


@pytest.mark.parametrize(("date", "old"), [("2024-01-01", False), ("2023-12-31", True)])
def test_an_export_is_old_after_365_days(assessed: Assess, date: str, old: bool) -> None:
    quality = assessed(FULL, classed_on=date, detail_on=date)
    found = [dict(remark.values) for remark in quality.reasons]
    both = [{"family": family, "date": "2023-12-31", "days": 366} for family in ("classification", "detail")]
    assert found == (both if old else [])


@pytest.mark.parametrize(("classed_on", "detail_on"), [("2024-11-30", "2024-11-01"), ("2024-11-01", "2024-11-30")])
def test_the_gap_between_exports_is_told_in_days(assessed: Assess, classed_on: str, detail_on: str) -> None:
    quality = assessed(FULL, classed_on=classed_on, detail_on=detail_on)
    assert dict(reason(quality, "export_gap").values) == {
        "classification": classed_on,
        "detail": detail_on,
        "days": 29,
    }


def test_one_export_alone_has_no_gap(kampung_rows: Rows, slice_of: Slice) -> None:
    inputs = slice_of(kampung_rows((2001, "2023-01-01", {})), villages=TWELVE)
    whole = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule())
    quality = assess(inputs, whole, part_of(whole, "99.01.01"), levels_of(10, 10))
    assert codes(quality) == ["couples_reported", "old_export"]
    assert reason(quality, "old_export").values["family"] == "classification"


def test_kampung_with_impossible_values_are_counted_once(assessed: Assess) -> None:
    twice = {**FULL, "users_pill": 51, "families_under5": 8, "members_bkb": 9}  # more users than couples, and groups
    quality = assessed(twice, {**FULL, "users_pill": 50}, FULL)
    assert quality.impossible == 1
    assert dict(reason(quality, "impossible_values").values) == {"n": 1, "cap": 100}
    assert quality.grade == "B"


def test_the_items_are_indexed_by_kampung(assessed: Assess) -> None:
    quality = assessed(FULL, {})
    assert quality.items.index.tolist() == ["99.01.01.2001/k", "99.01.01.2002/k"]
    assert quality.items.all(axis=1).tolist() == [True, False]


def test_the_share_of_each_indicator_is_of_what_is_expected(assessed: Assess) -> None:
    shares = assessed(FULL, cells=(30, 40)).indicators
    assert shares["share"].tolist() == [0.75, 0.75]
    assert assessed(FULL, cells=(0, 0)).indicators["share"].isna().all()
