"""Sources held against each other: rounding is no conflict, a gap is no sum, two methods have no difference."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.indicators.agreement import (
    FINDING,
    different_bases,
    different_sums,
    different_values,
    printed_places,
    series_breaks,
    unlike_values,
)

NAN = float("nan")


def rows(*told: dict[str, Any]) -> pd.DataFrame:
    """Rows with what is not said left blank."""
    plain = {"area_code": "99.01", "indicator": "S3-08", "period": "2021", "source": "a"}
    blank = dict.fromkeys(("value", "numerator", "denominator"), NAN)
    return pd.DataFrame([{**plain, **blank, **row} for row in told], columns=[*plain, *blank])


def values(*printed: float, **same: Any) -> pd.DataFrame:
    return rows(*({"value": value, "source": f"s{i}", **same} for i, value in enumerate(printed)))


# ------------------------------------------------------------------ decimals


@pytest.mark.parametrize(
    ("numbers", "places"),
    [
        ([23.0], 0),
        ([23.0, 22.4], 1),
        ([9.72], 2),
        ([17.910447761], 4),  # computed, not printed
        ([74380.0], -1),
        ([485030.0, 36000.0], -1),
        ([0.0], 0),
        ([0.0, 500.0], 0),
        ([20.0, 30.0], 0),  # small counts are not taken for rounded ones
        ([576000.0], -3),
    ],
)
def test_a_series_has_the_decimals_of_its_longest_value(numbers: Sequence[float], places: int) -> None:
    found = printed_places(pd.Series(numbers), pd.Series(["x"] * len(numbers)))
    assert found.tolist() == [places] * len(numbers)


def test_a_blank_has_no_decimals() -> None:
    assert printed_places(pd.Series([NAN, 1.5]), pd.Series(["a", "b"])).isna().tolist() == [True, False]


# ------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (23.3, 22.3, True),
        (23.0, 22.4, True),
        (23.0, 22.6, False),  # a lone 23 may be a rounded 22.6
        (17.9, 17.910447761, False),
        (17.9, 17.960001, True),
        (9.72, 9.72, False),
        (9.7, 9.72, False),
        (9.7, 9.76, True),
    ],
)
def test_only_what_rounding_cannot_explain_differs(first: float, second: float, told: bool) -> None:
    found = different_values(values(first, second))
    assert len(found) == told
    if told:
        assert found.loc[0, "difference"] == pytest.approx(second - first, abs=1e-4)
        assert (found.loc[0, "source"], found.loc[0, "other_source"], found.loc[0, "n"]) == ("s0", "s1", 2)


def test_shares_computed_from_counts_are_exact() -> None:
    told = rows({"value": 50.0, "numerator": 30.0, "denominator": 60.0, "source": "a"})
    other = rows({"value": 50.4, "numerator": 252.0, "denominator": 500.0, "source": "b"})
    assert len(different_values(pd.concat([told, other]))) == 1
    assert different_values(pd.concat([told, rows({"value": 50.4, "source": "b"})])).shape[0] == 1
    assert different_values(pd.concat([told, rows({"value": 50.0, "source": "b"})])).empty


def test_other_values_of_a_source_say_how_exactly_it_prints() -> None:
    known = rows({"value": 23.0, "source": "a"}, {"value": 22.6, "source": "b"}, {"value": 25.7, "area_code": "99.02"})
    assert different_values(known)[["value", "other_value"]].values.tolist() == [[23.0, 22.6]]


def test_the_value_of_most_sources_stands_first() -> None:
    found = different_values(values(20.1, 25.8, 25.8, 30.2))
    assert found[["source", "value", "other_source", "other_value"]].values.tolist() == [
        ["s1 s2", 25.8, "s0", 20.1],
        ["s1 s2", 25.8, "s3", 30.2],
    ]
    assert found["n"].tolist() == [4, 4]


def test_one_area_period_or_source_is_not_another() -> None:
    apart = pd.concat([values(20.1), *(values(30.2, **{name: "x"}) for name in ("area_code", "indicator", "period"))])
    assert different_values(apart).empty
    assert different_values(rows({"value": 20.1}, {"value": 30.2})).empty  # one source twice


def test_a_count_is_compared_with_counts_alone() -> None:
    counts = rows({"numerator": 43425.0, "source": "a"}, {"numerator": 43525.0, "source": "b"})
    found = different_values(pd.concat([counts, values(21.4)]))
    assert found[["numerator", "other_numerator", "difference"]].values.tolist() == [[43425, 43525, 100]]
    assert found["value"].isna().all()


@given(st.floats(0, 100), st.integers(0, 3), st.integers(0, 3))
def test_two_roundings_of_one_number_never_differ(number: float, first: int, second: int) -> None:
    assert different_values(values(round(number, first), round(number, second))).empty


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([20.1, 20.2, 30.5])), max_size=6), st.randoms())
def test_the_order_of_rows_changes_nothing(told: list[tuple[str, float]], random: Any) -> None:
    frame = rows(*({"source": source, "value": value} for source, value in dict(told).items()))
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(different_values(frame), different_values(frame.iloc[order]))


# ------------------------------------------------------------------ sums

AREAS = ["99", "99.01", "99.02", "99.01.01", "99.01.02", "99.02.01"]


def counts(**given: float) -> pd.DataFrame:
    named = {code.replace("_", ".").removeprefix("c"): number for code, number in given.items()}
    return rows(*({"area_code": code, "numerator": number, "source": "a"} for code, number in named.items()))


def test_parts_that_do_not_add_up_are_told_with_their_sum() -> None:
    found = different_sums(counts(c99=31.0, c99_01=12.0, c99_02=17.0), AREAS)
    assert found[["area_code", "value", "other_value", "difference", "n"]].values.tolist() == [["99", 31, 29, -2, 2]]


@pytest.mark.parametrize(
    "given_",
    [
        {"c99": 29.0, "c99_01": 12.0, "c99_02": 17.0},  # adds up
        {"c99": 31.0, "c99_01": 12.0},  # a part is missing: no sum
        {"c99_01": 12.0, "c99_02": 17.0},  # no total
        {"c99": 5000.0, "c99_01": 1203.0, "c99_02": 4201.0},  # a total printed in thousands
    ],
)
def test_no_sum_is_judged_that_agrees_or_has_a_gap(given_: dict[str, float]) -> None:
    frame = counts(**given_)
    frame.loc[frame["area_code"] == "99", "source"] = "total"
    assert different_sums(frame, AREAS).empty


def test_the_nearest_complete_level_is_summed() -> None:
    both = counts(c99=31.0, c99_01=12.0, c99_02=17.0, c99_01_01=5.0, c99_01_02=6.0, c99_02_01=18.0)
    found = different_sums(both, AREAS)
    assert found[["area_code", "value", "other_value"]].values.tolist() == [
        ["99", 31, 29],  # by regencies; the districts, which also differ, are not told again
        ["99.01", 12, 11],
        ["99.02", 17, 18],
    ]
    far = counts(c99=31.0, c99_01_01=5.0, c99_01_02=6.0, c99_02_01=18.0)
    assert different_sums(far, AREAS)[["n", "other_value"]].values.tolist() == [[3, 29]]


def test_parts_of_another_source_count_too_but_sources_are_not_mixed() -> None:
    frame = counts(c99=31.0, c99_01=12.0, c99_02=17.0)
    frame["source"] = ["total", "b", "b"]
    assert different_sums(frame, AREAS)[["source", "other_source"]].values.tolist() == [["total", "b"]]
    frame["source"] = ["total", "b", "c"]
    assert different_sums(frame, AREAS).empty


# ------------------------------------------------------------------ bases


def poor(**named: Any) -> pd.DataFrame:
    return rows({"indicator": "K-03", "period": "2023", "value": 9.72, "numerator": 74380.0, **named})


def people(number: float, period: str = "2024", source: str = "p") -> pd.DataFrame:
    told = {"indicator": "K-01", "period": period, "value": number, "numerator": number, "source": source}
    return rows(told)


def test_a_share_and_its_count_imply_a_base() -> None:
    found = different_bases(poor(), rows(), people(586_994))
    assert found[["denominator", "other_value"]].round().values.tolist() == [[765_226, 586_994]]
    assert found.loc[0, "difference"] == pytest.approx(100 * (765_226.3 / 586_994 - 1), abs=0.001)
    assert (found.loc[0, "period"], found.loc[0, "other_period"]) == ("2023", "2024")


def test_the_count_may_be_another_figures() -> None:
    count = rows({"indicator": "K-02", "period": "2023", "numerator": 74380.0, "source": "b"})
    assert len(different_bases(poor(numerator=NAN), count, people(586_994))) == 1
    assert different_bases(poor(numerator=NAN), count.assign(period="2022"), people(586_994)).empty
    assert different_bases(poor(numerator=NAN), rows(), people(586_994)).empty
    twice = pd.concat([poor(numerator=NAN, source="z"), poor()])
    found = different_bases(twice, count, people(586_994))
    assert found["source"].tolist() == ["a"]  # the source that gives its count itself; the same is not said twice


def test_a_base_within_ten_per_cent_is_no_conflict_and_rounding_is_allowed_for() -> None:
    implied = 100 * 74380 / 9.72
    for factor, told in ((1.0, 0), (1.09, 0), (0.91, 0), (1.12, 1), (0.9, 1)):
        assert len(different_bases(poor(), rows(), people(round(implied * factor) + 1))) == told, factor
    # 1 of 0.4 %: anything from 222 to 286 people
    tiny = poor(value=0.4, numerator=1.0)
    assert different_bases(tiny, rows(), people(223)).empty
    assert len(different_bases(tiny, rows(), people(401))) == 1


def test_a_stated_denominator_needs_no_count() -> None:
    stated = poor(numerator=NAN, denominator=765_000.0)
    found = different_bases(stated, rows(), people(586_994))
    assert found[["denominator", "method"]].values.tolist() == [[765_000, "stated denominator"]]


def test_the_base_nearest_in_time_is_taken_and_none_far_away() -> None:
    bases = pd.concat([people(765_000, "2020"), people(586_994, "2024"), people(770_000, "2022")])
    assert different_bases(poor(), rows(), bases).empty  # 2022 and 2024 are as near: the earlier, which agrees
    assert len(different_bases(poor(), rows(), bases[bases["period"] == "2024"])) == 1
    assert different_bases(poor(), rows(), people(586_994, "2026")).empty
    assert different_bases(poor(value=0.0), rows(), people(586_994)).empty  # nothing follows from a share of nil


# ------------------------------------------------------------------ what is not comparable


def test_a_break_stands_between_the_neighbouring_years() -> None:
    told = rows(
        *({"period": year, "value": value} for year, value in (("2020", 72.71), ("2021", 72.94), ("2023", 74.95)))
    )
    found = series_breaks(told, {"S3-08": (2022,)})
    assert found[["period", "value", "other_period", "other_value", "since"]].values.tolist() == [
        ["2021", 72.94, "2023", 74.95, 2022]
    ]
    assert found["difference"].isna().all()
    for breaks in ({}, {"S3-08": (2020,)}, {"S3-08": (2024,)}, {"S3-09": (2022,)}):
        assert series_breaks(told, breaks).empty


def test_months_and_single_years_have_no_break() -> None:
    told = rows(
        {"period": "2021-06", "value": 1.0}, {"period": "2022-06", "value": 2.0}, {"period": "2021", "value": 1.0}
    )
    assert series_breaks(told, {"S3-08": (2022,)}).empty


def test_two_methods_are_set_side_by_side_without_a_difference() -> None:
    survey = values(25.8, 25.8)
    weighed = rows({"indicator": "S3-09", "value": 17.91, "numerator": 540.0, "denominator": 3015.0, "source": "w"})
    found = unlike_values(pd.concat([survey, weighed]), [("S3-08", "S3-09")])
    assert found[["source", "value", "other_indicator", "other_value", "other_denominator"]].values.tolist() == [
        ["s0 s1", 25.8, "S3-09", 17.91, 3015]
    ]
    assert found["difference"].isna().all()
    for apart in ({"period": "2020"}, {"area_code": "99.02"}, {"indicator": "S3-10"}):
        assert unlike_values(pd.concat([survey, weighed.assign(**apart)]), [("S3-08", "S3-09")]).empty


@pytest.mark.parametrize(
    "found",
    [
        different_values(rows()),
        different_sums(rows(), []),
        different_bases(rows(), rows(), rows()),
        series_breaks(rows(), {}),
        unlike_values(rows(), []),
    ],
)
def test_nothing_gives_an_empty_frame_of_the_same_form(found: pd.DataFrame) -> None:
    assert found.columns.tolist() == list(FINDING)
    assert found.empty
    assert found["difference"].dtype == np.float64
