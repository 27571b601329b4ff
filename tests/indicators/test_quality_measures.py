"""Completeness, timeliness, zeros, rounding, bounds, score; parts and wholes, codes, keys, two sources."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.indicators.identities import agreement, duplicates, exceeds, invalid_codes, unequal
from kbk_analysis.indicators.quality import (
    completeness,
    enough,
    missing_bounds,
    quality_score,
    rounded,
    timeliness,
    zeros,
)


def flags(text: str) -> pd.Series:
    return pd.Series([letter == "1" for letter in text])


def test_what_is_not_applicable_is_not_expected() -> None:
    found = completeness(flags("110100"), flags("111100"), pd.Index(list("aaabbb")))
    assert found["value"].tolist() == pytest.approx([200 / 3, 100])
    assert found[["reported", "n"]].to_numpy().tolist() == [[2, 3], [1, 1]]
    assert found["passed"].tolist() == [False, True]
    none = completeness(flags("0"), flags("0"), pd.Index(["a"]))
    assert (none["reason"].iloc[0], none["value"].isna().iloc[0]) == ("not_applicable", True)


@pytest.mark.parametrize(("reported", "passed"), [(90, True), (89, False)])
def test_ninety_of_a_hundred_are_enough(reported: int, passed: bool) -> None:
    found = completeness(flags("1" * reported + "0" * (100 - reported)), flags("1" * 100), pd.Index(["a"] * 100))
    assert bool(found["passed"].iloc[0]) is passed


def test_areas_with_enough_are_counted_among_those_that_are_known() -> None:
    found = enough(pd.Series([90.0, 89.99, 100, np.nan]))
    assert found[["reached", "n", "passed"]].to_numpy().tolist() == [[2, 3, False]]
    assert enough(pd.Series([], dtype=float))["reason"].tolist() == ["not_applicable"]


def test_a_report_on_the_last_day_is_in_time_and_without_a_deadline_nothing_is() -> None:
    days = pd.Series(["2024-12-31", "2025-01-01", None, "2024-01-01"])
    found = timeliness(days, flags("1110"), "2024-12-31")
    assert found["value"].tolist() == pytest.approx([100 / 3])
    refused = timeliness(days, flags("1110"), None)
    assert refused[["reason", "passed"]].to_numpy().tolist() == [["no_deadline", False]]
    assert refused["value"].isna().all()


def test_zeros_and_blanks_are_counted_apart() -> None:
    found = zeros(pd.Series([0.0, 0, None, 5, None]), flags("11110"), pd.Index(["a"] * 5))
    assert found[["zeros", "blanks", "n"]].to_numpy().tolist() == [[2, 1, 4]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_that_spread_over_all_digits_are_not_called_rounded(seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    counts = pd.Series(rng.integers(10, 900, 40 * 500).astype(float))
    found = rounded(counts, pd.Index(np.arange(500).repeat(40)))
    assert (found["flag"] != "").mean() < 0.01
    assert set(found["n"]) == {40}


def test_estimates_are_called_rounded_but_zeros_and_small_counts_are_left_out() -> None:
    guessed = pd.Series([50.0, 100, 75, 20, 40, 60] * 5)
    found = rounded(pd.concat([guessed, pd.Series([0.0, 5] * 40)], ignore_index=True), pd.Index(["a"] * 110))
    assert found[["share", "flag", "n"]].to_numpy().tolist() == [[100.0, "look", 30]]
    few = rounded(guessed.head(10), pd.Index(["a"] * 10))
    assert few[["flag", "reason"]].to_numpy().tolist() == [["", "too_few_points"]]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(40, 80), st.booleans()), min_size=2, max_size=12))
def test_the_bounds_hold_whatever_the_silent_villages_would_have_said(rows: list[tuple[int, int, bool]]) -> None:
    told = [(x, n) for x, n, reports in rows if reports]
    silent = sum(n for _, n, reports in rows if not reports)
    if not told:
        return
    sums = [pd.Series([float(sum(row[place] for row in told))]) for place in (0, 1)]
    found = missing_bounds(*sums, pd.Series([float(silent)])).iloc[0]
    truth = 100 * sum(x for x, *_ in rows) / sum(n for _, n, _ in rows)
    assert found["lower"] - 1e-9 <= truth <= found["upper"] + 1e-9
    assert found["upper"] - found["lower"] == pytest.approx(100 * silent / found["n"])
    assert found["lower"] >= 0
    assert found["upper"] <= 100 + 1e-9


def test_a_score_is_the_mean_of_what_is_told_and_shows_its_parts() -> None:
    found = quality_score({"a": 80.0, "b": 100.0, "c": float("nan")}).iloc[0]
    assert (found["value"], found["n"], found["a"], found["b"]) == (90.0, 2, 80.0, 100.0)
    assert quality_score({"a": float("nan")})["reason"].tolist() == ["no_data"]


def test_parts_and_sums() -> None:
    above = exceeds(pd.Series([5.0, 6, np.nan]), pd.Series([5.0, 5, 5]))
    assert above["flag"].tolist() == ["", "extreme", ""]
    assert above["reason"].tolist() == ["", "", "not_reported"]
    odd = unequal(pd.Series([1.0, 1.0007, np.nan]), pd.Series([1.0, 1.0, 1.0]), tolerance=0.0006)
    assert odd["flag"].tolist() == ["", "look", ""]


@given(st.integers(20, 900), st.integers(20, 900))
def test_two_sources_agree_either_way_round(a: int, b: int) -> None:
    first, second = pd.Series([float(a)]), pd.Series([float(b)])
    assert agreement(first, second)["flag"].tolist() == agreement(second, first)["flag"].tolist()
    assert (agreement(first, second)["flag"].iloc[0] == "look") == (max(a, b) / min(a, b) > 1.1)


def test_few_people_are_not_compared() -> None:
    assert agreement(pd.Series([19.0]), pd.Series([40.0]))["reason"].tolist() == ["unstable"]


def test_codes_and_keys() -> None:
    listed = {"14.06.01.2001", "14.06.01.1001"}
    codes = pd.Series(["14.06.01.2001", "14.06.01.2002", "1406012001", "14.06.01", "", None])
    found = invalid_codes(codes, listed)
    assert found["fault"].tolist() == ["", "unlisted", "form", "form", "blank", "blank"]
    assert (found["flag"] == "extreme").tolist() == [fault != "" for fault in found["fault"]]
    table = pd.DataFrame({"a": [1, 1, 2, 1], "b": [1, 1, 1, 2]})
    assert duplicates(table, ["a", "b"]).tolist() == [False, True, False, False]
