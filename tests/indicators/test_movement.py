"""Movement between classes: every unit once, sums of both years, directions, and what happens to blanks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.movement import PARTS, direction_test, movement, row_shares
from kbk_analysis.schema import CLASSES

NAMES = [name.value for name in CLASSES]
YEAR = st.dictionaries(st.integers(0, 30), st.sampled_from([*NAMES, "", None]), max_size=25)


def classes(year: dict) -> pd.Series:
    return pd.Series(year, dtype=object)


@given(YEAR, YEAR)
def test_turning_time_round_turns_the_table(first: dict, last: dict) -> None:
    there, back = movement(classes(first), classes(last), NAMES), movement(classes(last), classes(first), NAMES)
    assert (there.counts.to_numpy() == back.counts.to_numpy().T).all()
    assert there.parts.loc["up"].tolist() == back.parts.loc["down"].tolist()
    pd.testing.assert_series_equal(there.entries, back.exits)
    if there.counts.to_numpy().sum():
        assert there.steps == pytest.approx(-back.steps)
    else:
        assert np.isnan(there.steps)


def test_movement_by_hand() -> None:
    first = pd.Series({"a": "Dasar", "b": "Dasar", "c": "Mandiri", "d": "Mandiri", "e": None, "f": "Berkembang"})
    last = pd.Series({"a": "Mandiri", "b": "Dasar", "c": "Berkembang", "e": "Dasar", "g": "Dasar", "h": ""})
    moved = movement(first, last, NAMES)
    assert moved.parts.index.tolist() == list(PARTS)
    assert moved.parts["before"].tolist() == [1, 1, 1, 1, 0, 2]
    assert moved.parts["after"].tolist() == [1, 1, 1, 1, 2, 0]
    assert moved.counts.loc["Dasar"].tolist() == [1, 0, 1, 0]
    assert moved.steps == pytest.approx((2 + 0 - 1) / 3)
    assert moved.exits.to_dict() == {"Dasar": 0, "Berkembang": 1, "Mandiri": 1, "Berkelanjutan": 0, "": 0}
    assert moved.entries.to_dict() == {"Dasar": 1, "Berkembang": 0, "Mandiri": 0, "Berkelanjutan": 0, "": 1}


def test_a_unit_twice_and_an_unknown_class_are_faults_of_the_caller() -> None:
    twice = pd.Series(["Dasar", "Dasar"], index=["a", "a"])
    with pytest.raises(ValueError, match="twice"):
        movement(twice, twice, NAMES)
    with pytest.raises(ValueError, match="unknown class"):
        movement(pd.Series({"a": "Utama"}), pd.Series({"a": "Dasar"}), NAMES)


@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=4, max_size=4))
def test_shares_of_a_row_add_up_and_lie_in_their_interval(rows: list[list[int]]) -> None:
    counts = pd.DataFrame(rows, index=NAMES, columns=NAMES)
    found = row_shares(counts)
    given_rows = found["reason"] == ""
    assert set(found["reason"]) - {""} <= set(REASONS)
    assert (given_rows == (found["n"] > 0)).all()
    sums = found[given_rows].groupby("before")["value"].sum()
    np.testing.assert_allclose(sums, 100.0)
    assert (found["lower"][given_rows] <= found["value"][given_rows] + 1e-9).all()
    assert (found["value"][given_rows] <= found["upper"][given_rows] + 1e-9).all()


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_sign_test_is_the_binomial_test(up: int, down: int) -> None:
    found = direction_test(up, down)
    if up + down:
        assert found["p"] == pytest.approx(stats.binomtest(up, up + down, 0.5).pvalue, rel=1e-9)
        assert found["p"] == direction_test(down, up)["p"]
    else:
        assert (found["reason"], found["n"]) == ("too_few_points", 0)
        assert np.isnan(found["p"])
