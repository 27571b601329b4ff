"""Required and observed pace by hand."""

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.indicators.pace import pace


def row(values: dict, target: float, year: float, direction: str, **more: object) -> pd.Series:
    return pace(pd.Series(values), target, year, direction, **more).iloc[0]


@pytest.mark.parametrize(
    ("values", "target", "direction", "required", "observed", "state"),
    [
        ({2022: 60.0, 2024: 64.0}, 80.0, "higher", 3.2, 2.0, "too_slow"),
        ({2022: 60.0, 2024: 68.0}, 80.0, "higher", 2.4, 4.0, "fast_enough"),
        ({2020: 60.0, 2024: 72.0}, 87.0, "higher", 3.0, 3.0, "fast_enough"),
        ({2022: 20.0, 2024: 18.0}, 14.0, "lower", -0.8, -1.0, "fast_enough"),
        ({2022: 18.0, 2024: 20.0}, 14.0, "lower", -1.2, 1.0, "too_slow"),
        ({2022: 60.0, 2024: 81.0}, 80.0, "higher", -0.2, 10.5, "reached"),
        ({2022: 60.0, 2024: 80.0}, 80.0, "higher", 0.0, 10.0, "reached"),
        ({2022: 60.0, 2024: 64.0}, 80.0, "context", 3.2, 2.0, ""),
    ],
)
def test_pace_by_hand(
    values: dict, target: float, direction: str, required: float, observed: float, state: str
) -> None:
    result = row(values, target, 2029, direction)
    assert (result["required"], result["observed"]) == pytest.approx((required, observed))
    assert (result["state"], result["year"], result["n"]) == (state, 2024, 2)


def test_what_cannot_be_told_is_named() -> None:
    one = row({2024: 64.0}, 80, 2029, "higher")
    assert (one["reason"], one["observed_reason"], one["state"]) == ("", "too_few_points", "")
    assert one["required"] == pytest.approx(3.2)
    broken = row({2022: 60.0, 2024: 64.0}, 80, 2029, "higher", breaks=[2023])
    assert (broken["observed_reason"], broken["state"]) == ("series_break", "")
    late = row({2022: 60.0, 2024: 64.0}, 80, 2024, "higher")
    assert (late["reason"], late["state"], late["observed"]) == ("past", "", 2)
    assert np.isnan(late["required"])
    assert row({2022: 60.0, 2024: 64.0}, np.nan, 2029, "higher")["reason"] == "no_target"
    nothing = row({2022: np.nan, 2024: np.nan}, 80, 2029, "higher")
    assert (nothing["reason"], nothing["observed_reason"], nothing["n"]) == ("not_reported", "too_few_points", 0)
    assert pace(pd.DataFrame(index=["a"]), 80, 2029, "higher")["reason"].tolist() == ["not_reported"]


def test_each_area_has_its_own_target_year_and_latest_value() -> None:
    values = pd.DataFrame({2020: [10.0, 50.0], 2022: [20.0, 60.0], 2024: [30.0, np.nan]}, index=["b", "a"])
    result = pace(values, pd.Series({"a": 90.0, "b": 55.0}), 2029, "higher")
    assert result.index.tolist() == ["b", "a"]
    assert result["year"].tolist() == [2024, 2022]
    assert result["required"].tolist() == pytest.approx([5.0, 30 / 7])
    assert result["observed"].tolist() == [5, 5]
    assert result["state"].tolist() == ["fast_enough", "fast_enough"]
