"""What is read for an area: its own and its parent's rows, up to the cut-off, and nothing for other levels."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.errors import InputFault
from kbk_analysis.period import period_end
from kbk_analysis.situation.inputs import Inputs, read_inputs

Slice = Callable[..., Inputs]
Observe = Callable[..., pd.DataFrame]
Rows = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2024", "2024-12-31"),
        ("2024-S1", "2024-06-30"),
        ("2024-S2", "2024-12-31"),
        ("2024-02", "2024-02-29"),
        ("2023-02", "2023-02-28"),
        ("2024-09", "2024-09-30"),
        ("2024-12", "2024-12-31"),
    ],
)
def test_a_period_ends_on_its_last_day(period: str, day: str) -> None:
    assert period_end(period) == day


@pytest.mark.parametrize("code", ["99.01.01.2001", "99", "99.01.77", "14.06.01", "", "Contoh Melati"])
def test_only_districts_and_regencies_of_the_dataset_have_a_situation(demo: Any, code: str) -> None:
    with pytest.raises(InputFault) as fault:
        read_inputs(demo, area_code=code, period="2024")
    assert [(finding.rule, finding.value) for finding in fault.value.findings] == [("area.unknown", code)]


def test_a_district_is_read_with_its_whole_regency_and_no_other(demo: Any) -> None:
    inputs = read_inputs(demo, area_code="99.01.06", period="2024")
    assert len(inputs.areas) == 1 + 16 + 145
    assert set(inputs.observations["area_code"]) <= set(inputs.areas.index)
    assert list(inputs.units) == sorted(code for code in inputs.areas.index if code.startswith("99.01.06."))
    assert (inputs.name, inputs.parent_code, inputs.parent_name) == ("Contoh Dahlia", "99.01", "Kabupaten Contoh")
    codes = [feature["properties"]["code"] for feature in (inputs.boundaries or {})["features"]]
    assert sorted(codes) == list(inputs.units)
    regency = read_inputs(demo, area_code="99.01", period="2024")
    assert list(regency.units) == [f"99.01.{n:02d}" for n in range(1, 17)]


@pytest.mark.parametrize("period", ["2024", "2023", "2023-S1"])
def test_rows_after_the_last_day_are_left_out(demo: Any, period: str) -> None:
    inputs = read_inputs(demo, area_code="99.01.06", period=period)
    day = period_end(period)
    assert inputs.cutoff == day
    assert inputs.kampung["export_date"].max() <= day
    assert inputs.observations["period"].map(period_end).max() <= day
    everything = demo.table("kampung")
    assert len(inputs.kampung) == (everything["export_date"] <= day).sum()


def test_half_years_and_months_after_the_cutoff_are_left_out(observe: Observe, slice_of: Slice) -> None:
    rows = pd.concat([observe("S3-02", [(1, 10)], period=p) for p in ("2023", "2024-S1", "2024-09", "2024", "2024-06")])
    inputs = slice_of(observations=rows, villages={"99.01.01": 1}, period="2024-S1")
    assert sorted(inputs.observations["period"]) == ["2023", "2024-06", "2024-S1"]


def test_a_regency_alone_is_its_own_parent(slice_of: Slice) -> None:
    alone = slice_of(villages={"99.01.01": 2}, area="99.01")
    assert (alone.parent_code, alone.parent_name) == ("99.01", "N99.01")
    two = slice_of(villages={"99.01.01": 2, "99.02.01": 2}, area="99.01")
    assert two.parent_code == "99"
    district = slice_of(villages={"99.01.01": 2}, area="99.01.01")
    assert district.parent_code == "99.01.01"  # the only district of the data


def test_kampung_of_other_regencies_are_not_read_for_a_district(kampung_rows: Rows, slice_of: Slice) -> None:
    rows = pd.concat(
        [kampung_rows((2001, "2024-01-01", {})), kampung_rows((2001, "2024-01-01", {}), district="99.02.01")]
    )
    villages = {"99.01.01": 1, "99.02.01": 1}
    assert slice_of(rows, villages=villages).kampung["regency_code"].tolist() == ["99.01"]
    assert sorted(slice_of(rows, villages=villages, area="99.01").kampung["regency_code"]) == ["99.01", "99.02"]
