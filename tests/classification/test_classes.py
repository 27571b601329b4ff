"""Indices and class: the eight combinations, the range of missing inputs, and what can never happen."""

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.classification import Classification, Rule, class_counts, classify, join_exports, range_counts
from kbk_analysis.schema import CLASSES, GROUPS, METHODS, VARIABLES

Make = Callable[..., Classification]
NAMES = [name for name, *_ in VARIABLES]
INDEX_OF = {name: index for name, index, *_ in VARIABLES}
TOP = {name: 3 if name in ("facilities", "staff_regulation") else 4 for name in NAMES}
RANK = {name.value: rank for rank, name in enumerate(CLASSES)}


def class_by_hand(scores: Mapping[str, int]) -> str:
    """The rule said a second time: count the passing indices and look whether contribution is among them."""
    passing = set()
    for index in ("input", "process", "output"):
        own = [scores[name] for name in NAMES if INDEX_OF[name] == index]
        if Fraction(sum(own), len(own)) >= 3:
            passing.add(index)
    if len(passing) < 2:
        return "Dasar"
    if len(passing) == 3:
        return "Berkelanjutan"
    return "Mandiri" if "output" in passing else "Berkembang"


@pytest.mark.parametrize(
    ("passes", "expected"),
    [
        ((0, 0, 0), "Dasar"),
        ((1, 0, 0), "Dasar"),
        ((0, 1, 0), "Dasar"),
        ((0, 0, 1), "Dasar"),
        ((1, 1, 0), "Berkembang"),
        ((1, 0, 1), "Mandiri"),
        ((0, 1, 1), "Mandiri"),
        ((1, 1, 1), "Berkelanjutan"),
    ],
)
def test_the_eight_combinations(make: Make, passes: tuple[int, int, int], expected: str) -> None:
    # just passing (mean 3.00) against just failing (one point less)
    flags = dict(zip(("input", "process", "output"), map(bool, passes), strict=True))
    scores = dict.fromkeys(NAMES, 3)
    for first in ("pokja", "data_use", "cpr"):
        scores[first] -= not flags[INDEX_OF[first]]
    row = make((scores, None), as_stated=("input", "process", "output")).kampung.iloc[0]
    assert row["class_recomputed"] == row["class_low"] == row["class_high"] == expected
    assert {index: bool(row[f"pass_{index}"]) for index in flags} == flags
    assert row["index_input"] == (3.0 if flags["input"] else 2.8)
    assert row["index_process"] == (3.0 if flags["process"] else 2.67)
    assert row["index_output"] == (3.0 if flags["output"] else 2.75)


def test_all_scores_of_two_indices_against_the_rule_by_hand(make: Make) -> None:
    process, output = ("data_use", "operations", "cross_sector"), ("participation", "cpr", "mkjp", "unmet")
    several = [
        dict.fromkeys(NAMES, 1) | dict(zip(process, p, strict=True)) | dict(zip(output, o, strict=True))
        for p in itertools.product(range(1, 5), repeat=3)
        for o in ((1, 1, 1, 1), (4, 4, 3, 1), (4, 4, 2, 1), (3, 3, 3, 3), (4, 4, 4, 4))
    ]
    for number in (0, 1):  # input fails and passes
        rows = [
            scores | ({"pokja": 4, "funds": 4, "groups": 4, "facilities": 2} if number else {}) for scores in several
        ]
        found = make(*((scores, None) for scores in rows), as_stated=("input", "process", "output")).kampung
        by_id = found.set_index("kampung_id")["class_recomputed"]
        assert [by_id[f"k{i:02d}"] for i in range(len(rows))] == [class_by_hand(scores) for scores in rows]


PASSING = {"pokja": 4, "funds": 3, "groups": 3, "facilities": 3, "staff_regulation": 2} | dict.fromkeys(
    ("data_use", "operations", "cross_sector"), 3
)
BLANK_OUTPUT = dict.fromkeys(("participation", "cpr", "mkjp", "unmet"), 1)


def test_dasar_for_want_of_reports_is_told_from_dasar_by_achievement(make: Make, full: dict[str, Any]) -> None:
    one = PASSING | BLANK_OUTPUT
    found = make(
        (one | {"data_use": 1}, {"operations": 5}),  # output not reported
        (one | {"data_use": 1}, full),  # output reported and low
        (dict.fromkeys(NAMES, 1), {"operations": 5}),  # fails whatever is reported
        (one, {"operations": 5}),
        as_stated=("input", "process"),
    ).kampung
    assert found["dasar_reason"].tolist() == ["unreported", "achievement", "achievement", ""]
    assert found["class_recomputed"].tolist() == ["Dasar", "Dasar", "Dasar", "Berkembang"]
    assert found["class_high"].tolist() == ["Mandiri", "Dasar", "Dasar", "Berkelanjutan"]
    assert found["unmeasured"].tolist() == ["participation cpr mkjp unmet", "", *["participation cpr mkjp unmet"] * 2]
    assert range_counts(found).values.tolist() == [
        ["Dasar", "Dasar", 2],
        ["Dasar", "Mandiri", 1],
        ["Berkembang", "Berkelanjutan", 1],
    ]


def test_stated_and_recomputed_class_are_compared(make: Make, full: dict[str, Any], rule: Rule) -> None:
    scores = PASSING | {"participation": 2, "cpr": 4, "mkjp": 4, "unmet": 2}  # stated output 3.00
    rows = [
        {"kampung_id": name, "export_date": "2023-08-28", "source": "klasifikasi"}
        | {f"score_{key}": value for key, value in scores.items()}
        | {"index_input": 3.0, "index_process": 3.0, "index_output": index, "class_stated": stated}
        for name, index, stated in (("a", 3.0, "Berkelanjutan"), ("b", 2.5, "Berkelanjutan"), ("c", None, None))
    ]
    rows.append({"kampung_id": "a", "export_date": "2023-08-28", "source": "rinci"} | full)
    kampung = classify(join_exports(pd.DataFrame(rows), "2023-08-28"), rule).kampung.set_index("kampung_id")
    assert kampung.loc["a", ["class_recomputed", "mismatch", "score_mismatches"]].tolist() == [
        "Berkembang",
        True,
        4,  # staff_regulation, operations, MKJP, unmet
    ]
    assert kampung.loc["a", "index_output"] == 2.25
    assert kampung["portal_consistent"].tolist()[:2] == [True, False]
    assert pd.isna(kampung.loc["c", "portal_consistent"])
    assert not kampung.loc["c", "mismatch"]
    assert class_counts(kampung)["stated"].tolist() == [0, 0, 0, 2]
    assert class_counts(kampung)["recomputed"].tolist() == [0, 1, 0, 2]
    assert class_counts(kampung)["class"].tolist() == ["Dasar", "Berkembang", "Mandiri", "Berkelanjutan"]


def test_an_unknown_index_is_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="outcome"):
        make(({}, None), as_stated=("outcome",))


SCORES = st.fixed_dictionaries({name: st.integers(1, TOP[name]) for name in NAMES})


@st.composite
def villages(draw: st.DrawFn) -> dict[str, Any]:
    """Raw inputs, any of them blank; the parts of the couples never add up to more than the couples."""
    parts = [*(f"users_{m}" for m in METHODS), "pregnant", "want_soon", "want_later", "want_no_more"]
    raw: dict[str, Any] = {part: draw(st.integers(0, 60)) for part in parts}
    raw["couples"] = sum(raw.values()) + draw(st.sampled_from([0, 0, 1, 20, 300]))
    for base in ("families", "families_under5", "families_adolescent", "families_elderly", "adolescents"):
        raw[base] = draw(st.integers(0, 200))
    raw |= {f"members_{group}": draw(st.integers(0, 120)) for group in GROUPS}
    raw |= {"fund_sources": draw(st.integers(1, 6)), "operations": draw(st.integers(0, 5))}
    raw |= {name: draw(st.booleans()) for name in ("pokja_present", "pokja_training", "companion", "regulation")}
    raw["pokja_members"] = draw(st.integers(0, 9))
    for column in draw(st.sets(st.sampled_from(sorted(raw)))):
        raw[column] = None
    return raw


@settings(deadline=None, max_examples=60)
@given(SCORES, st.sampled_from(NAMES))
def test_raising_a_score_never_lowers_the_class(make: Make, scores: dict[str, int], name: str) -> None:
    raised = scores | {name: min(scores[name] + 1, TOP[name])}
    found = make((scores, None), (raised, None), as_stated=("input", "process", "output")).kampung
    before, after = found["class_recomputed"]
    assert before == class_by_hand(scores)
    assert RANK[after] >= RANK[before]


@settings(deadline=None, max_examples=60)
@given(SCORES, villages(), st.sampled_from([(), ("input", "process")]))
def test_the_recomputed_class_lies_within_its_range(make: Make, scores: Any, raw: Any, as_stated: Any) -> None:
    found = make((scores, raw), as_stated=as_stated)
    rows = found.variables
    assert (rows["score_low"] <= rows["score"]).all()
    assert (rows["score"] <= rows["score_high"]).all()
    row = found.kampung.iloc[0]
    assert RANK[row["class_low"]] <= RANK[row["class_recomputed"]] <= RANK[row["class_high"]]
    assert (row["dasar_reason"] == "unreported") == (
        row["class_recomputed"] == "Dasar" and row["class_high"] != "Dasar"
    )


@settings(deadline=None, max_examples=60)
@given(SCORES, villages(), st.data())
def test_a_blank_never_raises_the_lowest_class(make: Make, scores: Any, raw: Any, data: st.DataObject) -> None:
    blanked = raw | dict.fromkeys(data.draw(st.sets(st.sampled_from(sorted(raw)), min_size=1)))
    found = make((scores, raw), (scores, blanked))
    low = found.variables["score_low"].to_numpy().reshape(2, -1)
    assert (low[1] <= low[0]).all()
    before, after = found.kampung["class_low"]
    assert RANK[after] <= RANK[before]


@settings(deadline=None, max_examples=60)
@given(villages(), st.data())
def test_whatever_fills_the_blanks_stays_within_the_range(make: Make, raw: Any, data: st.DataObject) -> None:
    """Fill every blank with a possible number: the score then measured lies in the range told before."""
    users, others = [f"users_{m}" for m in METHODS], ["want_later", "want_no_more"]
    own = raw["pregnant"] is not None and raw["want_soon"] is not None and abs(raw["pregnant"] - raw["want_soon"]) > 1
    known = sum(raw[c] or 0 for c in [*users, *others]) + (raw["pregnant"] + raw["want_soon"] if own else 0)
    rest = 0 if raw["couples"] is None else raw["couples"] - known
    filled = dict(raw)
    for column in [*users, *others]:
        if filled[column] is None:
            filled[column] = data.draw(st.integers(0, rest), label=column)
            rest -= filled[column]
    bases = ("families_under5", "families_adolescent", "families_elderly", "families", "adolescents")
    for top, base in zip(GROUPS, bases, strict=True):
        if filled[base] is None:
            filled[base] = data.draw(st.integers(1, 300))
        if filled[f"members_{top}"] is None:
            filled[f"members_{top}"] = data.draw(st.integers(0, filled[base]))
    for column in ("pokja_present", "pokja_training", "companion", "regulation"):
        filled[column] = data.draw(st.booleans()) if filled[column] is None else filled[column]
    for column, most in (("pokja_members", 9), ("operations", 5), ("fund_sources", 6)):
        filled[column] = data.draw(st.integers(1, most)) if filled[column] is None else filled[column]
    rows = make(({}, raw), ({}, filled)).variables
    before, after = rows.iloc[:12], rows.iloc[12:].reset_index(drop=True)
    score = after["score_recomputed"]
    assert ((before["score_low"] <= score) & (score <= before["score_high"])).where(score.notna(), True).all()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(SCORES, villages()), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(rule: Rule, several: Any, chance: Any) -> None:
    rows = []
    for number, (scores, raw) in enumerate(several):
        head = {"kampung_id": f"k{number}", "export_date": "2023-08-28"}
        rows.append(head | {"source": "klasifikasi"} | {f"score_{name}": score for name, score in scores.items()})
        rows.append(head | {"source": "rinci"} | raw)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one, other = (classify(join_exports(pd.DataFrame(r), "2023-12-31"), rule) for r in (rows, shuffled))
    pd.testing.assert_frame_equal(one.kampung, other.kampung, check_dtype=False)
    pd.testing.assert_frame_equal(one.variables, other.variables)
