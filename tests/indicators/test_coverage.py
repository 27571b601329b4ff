"""Joint coverage on its laws: bounds that hold, numbers that agree with each other, blanks that are named."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.coverage import (
    COUNTDOWN,
    co_coverage,
    coverage_index,
    package_bounds,
    received_distribution,
)

SERVICES = [service for stage in COUNTDOWN.values() for service in stage]
FAMILIES = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=40)
)


@given(st.lists(st.floats(0, 100), min_size=8, max_size=8), st.randoms(use_true_random=False))
def test_the_index_lies_among_its_parts_whatever_the_order_of_columns(cells: list[float], random) -> None:
    table = pd.DataFrame([cells], columns=SERVICES)
    row = coverage_index(table).iloc[0]
    parts = row[list(COUNTDOWN)].astype(float)
    assert parts.min() - 1e-9 <= row["value"] <= parts.max() + 1e-9
    assert row["value"] == pytest.approx(parts.mean())
    random.shuffle(order := list(SERVICES))
    assert coverage_index(table[order]).iloc[0]["value"] == row["value"]


def test_an_index_of_ones_own_weighs_as_told_and_says_so() -> None:
    table = pd.DataFrame({"posyandu": [80.0], "paud": [20.0], "air": [50.0], "unused": [np.nan]})
    row = coverage_index(table, {"anak": {"posyandu": 3, "paud": 1}, "rumah": {"air": 1}}).iloc[0]
    assert row[["anak", "rumah", "value"]].tolist() == [65.0, 50.0, 57.5]
    assert row["method"] == "mean of dimensions (anak: posyandu 3, paud 1; rumah: air 1)"
    assert (row["n"], row["services"]) == (3, 3)


def test_a_blank_or_impossible_coverage_refuses_the_whole() -> None:
    rows = pd.DataFrame([[50.0] * 8, [np.nan, *[50.0] * 7], [101.0, *[50.0] * 7], [-1.0, *[50.0] * 7]])
    for found, column in (
        (coverage_index(rows.set_axis(SERVICES, axis=1)), "value"),
        (package_bounds(rows), "upper"),
    ):
        assert found["reason"].tolist() == ["", "not_reported", "impossible", "impossible"]
        assert found[column].notna().tolist() == [True, False, False, False]
        assert set(found["reason"]) - {""} <= set(REASONS)
    absent = coverage_index(rows.set_axis(SERVICES, axis=1).drop(columns="ors")).iloc[0]
    assert (absent["reason"], absent["n"], absent["services"]) == ("not_reported", 7, 8)
    assert package_bounds(pd.DataFrame(index=["a"]))["reason"].tolist() == ["not_reported"]


@given(FAMILIES)
def test_the_joint_share_lies_within_the_bounds_of_the_coverages(rows: list[list[bool]]) -> None:
    families = pd.DataFrame(rows, dtype=float)
    found, bounds = co_coverage(families).iloc[0], package_bounds(100 * families.mean().to_frame().T).iloc[0]
    assert bounds["lower"] - 1e-9 <= found["joint"] <= bounds["upper"] + 1e-9
    assert found["joint_lower"] <= found["joint"] + 1e-9
    assert found["joint"] <= found["joint_upper"] + 1e-9
    assert found["mean_services"] == pytest.approx(bounds["mean_services"])
    # all are due the same, so the ratio of sums is the mean of the ratios
    assert found["mean_ratio"] == pytest.approx(found["ratio"])
    counted = received_distribution(families)
    assert counted["families"].sum() == found["n"] == len(rows)
    assert counted["families"] @ counted.index == pytest.approx(found["mean_services"] * len(rows))


def test_the_bounds_are_reached() -> None:
    nested = pd.DataFrame({"a": [1, 1, 1, 0], "b": [1, 1, 0, 0]})
    apart = pd.DataFrame({"a": [1, 1, 1, 0], "b": [0, 0, 1, 1]})
    for families, end in ((nested, "upper"), (apart, "lower")):
        bounds = package_bounds(100 * families.mean().to_frame().T).iloc[0]
        assert co_coverage(families)["joint"].iloc[0] == bounds[end]


def test_families_are_measured_by_what_they_are_due() -> None:
    families = pd.DataFrame({"imunisasi": [1, 0, 0], "kb": [1, 1, 0], "lansia": [0, 0, 1]})
    due = pd.DataFrame({"imunisasi": [1, 1, 0], "kb": [1, 1, 1], "lansia": [0, 0, 1]}, dtype=bool)
    row = co_coverage(families, eligible=due, enough=2).iloc[0]
    assert row["ratio"] == pytest.approx(100 * 4 / 6)
    assert row["mean_ratio"] == pytest.approx(100 * (1 + 0.5 + 0.5) / 3)
    assert row["joint"] == pytest.approx(100 / 3)  # the first family lacks nothing it is due
    none_due = due.astype(bool) & False
    assert co_coverage(families, eligible=none_due)["reason"].tolist() == ["not_reported"]


def test_an_unknown_service_leaves_the_family_out_unless_it_is_not_due() -> None:
    families = pd.DataFrame({"a": [1.0, np.nan, 1.0], "b": [1.0, 1.0, np.nan]})
    row = co_coverage(families).iloc[0]
    assert (row["n"], row["missing"], row["joint"]) == (1, 2, 100.0)
    due = pd.DataFrame({"a": [True, False, True], "b": [True, True, True]})
    row = co_coverage(families, eligible=due).iloc[0]
    assert (row["n"], row["missing"]) == (2, 1)
    assert co_coverage(families[["a"]].iloc[[1]])["reason"].tolist() == ["not_reported"]
    empty = received_distribution(families.iloc[[1]])
    assert empty["reason"].tolist() == ["not_reported"] * 3
    assert empty["value"].isna().all()


def test_areas_are_counted_apart_and_a_number_of_visits_is_no_service() -> None:
    families = pd.DataFrame({"a": [1, 1, 0], "b": [1, 0, 0]}, index=["x", "y", "z"])
    area = pd.Series(["99.02", "99.01", "99.01"], index=["z", "y", "x"])
    found = co_coverage(families, area, enough=1)
    assert found.index.tolist() == ["99.01", "99.02"]
    assert found["enough"].tolist() == [100.0, 0.0]
    assert found["n"].tolist() == [2, 1]
    with pytest.raises(ValueError, match="received"):
        co_coverage(families * 3)
