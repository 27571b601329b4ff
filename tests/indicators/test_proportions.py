"""Wilson limits against published values and their laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.indicators.proportions import SCREEN, share, wilson


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [  # Newcombe (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombe(x: int, n: int, lower: float, upper: float) -> None:
    low, high = wilson([x], [n])
    assert low[0] == pytest.approx(lower, abs=5e-5)
    assert high[0] == pytest.approx(upper, abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_lies_inside_its_interval_and_screening_is_wider(pair: tuple[int, int]) -> None:
    x, n = pair
    low, high = wilson([x], [n])
    wide_low, wide_high = wilson([x], [n], SCREEN)
    assert 0 <= wide_low[0] <= low[0] <= x / n <= high[0] <= wide_high[0] <= 1


@given(st.integers(1, 400), st.integers(2, 9))
def test_interval_narrows_with_n_at_a_fixed_share(n: int, factor: int) -> None:
    low, high = wilson([n, n * factor], [2 * n, 2 * n * factor])
    assert high[1] - low[1] < high[0] - low[0]


def test_share_names_why_a_value_is_missing() -> None:
    result = share(pd.Series([5.0, np.nan, 3.0, 0.0, 11.0]), pd.Series([10.0, 10.0, np.nan, 0.0, 10.0]))
    assert result["reason"].tolist() == ["", "not_reported", "not_reported", "zero_denominator", "impossible"]
    assert result["value"].isna().tolist() == [False, True, True, True, True]
    assert result.loc[0, "value"] == 50


def test_zero_reported_is_zero_and_has_an_interval() -> None:
    result = share(pd.Series([0.0]), pd.Series([40.0]))
    assert result.loc[0, ["value", "lower"]].tolist() == [0, 0]
    assert result.loc[0, "upper"] > 0


@pytest.mark.parametrize(
    ("x", "lower95", "upper95", "lower998", "upper998"),
    [  # PHEindicatormethods, phe_proportion, n = 100
        (1, 0.0017674320641406468, 0.054486196178705315, 0.0008730656972999949, 0.10455445283705651),
        (20, 0.13336693333103253, 0.2888291655931589, 0.10519162066711503, 0.34711094170085827),
        (65, 0.5525444329688797, 0.7363575175690247, 0.49549465740704474, 0.7783540614089685),
    ],
)
def test_wilson_agrees_with_public_health_england(
    x: int, lower95: float, upper95: float, lower998: float, upper998: float
) -> None:
    assert [float(limit[0]) for limit in wilson([x], [100])] == pytest.approx([lower95, upper95], rel=1e-12)
    assert [float(limit[0]) for limit in wilson([x], [100], SCREEN)] == pytest.approx([lower998, upper998], rel=1e-12)
