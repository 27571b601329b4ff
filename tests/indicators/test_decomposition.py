"""What chance explains, and what lies between and within groups."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from kbk_analysis.indicators.decomposition import binomial_se, chance_share, heterogeneity, theil_split
from kbk_analysis.indicators.disparity import disparity

ROWS = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 5000), st.sampled_from("abcd")), min_size=10, max_size=25
).filter(lambda rows: any(row[0] for row in rows))


def columns(rows: list) -> tuple[pd.Series, pd.Series, pd.Series]:
    frame = pd.DataFrame(rows, columns=["y", "n", "group"])
    return frame["y"].astype(float), frame["n"].astype(float), frame["group"]


def villages(spread: float, n: int = 145, size: int = 60, seed: int = 4) -> tuple[pd.Series, pd.Series]:
    generator = np.random.default_rng(seed)
    p = np.clip(generator.normal(0.8, spread, n), 0, 1)
    people = pd.Series(generator.integers(size // 2, size * 2, n))
    return 100 * pd.Series(generator.binomial(people, p)) / people, people.astype(float)


# ------------------------------------------------------------------ chance


def test_villages_that_do_not_differ_are_mostly_chance() -> None:
    y, n = villages(0.0)
    table = chance_share(y, binomial_se(y, n), n)
    assert table.loc["excess_share", "value"] < 20
    assert table.loc["excess_share", "flag"] == "mostly_chance"
    assert table.loc["bgv", "value"] > 20  # and yet they look far apart
    y, n = villages(0.12)
    table = chance_share(y, binomial_se(y, n), n)
    assert table.loc["excess_share", "flag"] == ""
    assert table.loc["excess_variance", "value"] == pytest.approx(100 * 100 * 0.12**2, rel=0.5)


def test_chance_by_hand() -> None:
    y, n = pd.Series([40.0, 60.0, 60.0]), pd.Series([100.0, 100, 200])
    table = chance_share(y, pd.Series([4.0, 0.0, 2.0]), n)["value"]
    assert table["bgv"] == 75
    assert table["chance_variance"] == pytest.approx(16 * 3 / 16 + 4 / 4)
    assert table["excess_variance"] == pytest.approx(71)
    assert table["excess_share"] == pytest.approx(100 * 71 / 75)


def test_ten_times_the_people_leave_a_tenth_of_chance() -> None:
    y, n = villages(0.05)
    small, large = (chance_share(y, binomial_se(y, n * factor), n * factor)["value"] for factor in (1, 10))
    assert large["bgv"] == pytest.approx(small["bgv"])
    assert large["chance_variance"] == pytest.approx(small["chance_variance"] / 10)


def test_standard_error_of_the_variance_is_that_of_draws() -> None:
    generator = np.random.default_rng(2)
    y, se, p = generator.uniform(40, 90, 8), generator.uniform(1, 8, 8), generator.dirichlet(np.ones(8))
    drawn = y + se * generator.standard_normal((400_000, 8))
    away = drawn - (drawn * p).sum(axis=1, keepdims=True)
    table = chance_share(pd.Series(y), pd.Series(se), pd.Series(p))["value"]
    assert table["bgv_se"] == pytest.approx((p * away**2).sum(axis=1).std(), rel=0.02)
    assert table["bgv"] + table["chance_variance"] == pytest.approx((p * away**2).sum(axis=1).mean(), rel=0.02)


def test_refusals_of_chance_are_named() -> None:
    y, n = villages(0.1, n=20)
    se = binomial_se(y, n)
    assert set(chance_share(y[:2], se[:2], n[:2])["reason"]) == {"too_few_areas"}
    assert set(chance_share(y, se.where(se.index > 0), n)["reason"]) == {"no_standard_error"}
    assert set(chance_share(y, -se, n)["reason"]) == {"no_standard_error"}
    assert set(chance_share(y.where(y.index > 3), se, n)["reason"]) == {"incomplete"}
    assert set(chance_share(y, se, -n)["reason"]) == {"impossible"}
    level = chance_share(y * 0 + 0.1, se, n)
    assert level.loc["bgv", "value"] == 0
    assert level.loc["excess_share", ["reason", "flag"]].tolist() == ["zero_denominator", ""]
    forced = chance_share(y[:2], se[:2], n[:2], forced=True)
    assert forced["method"].str.contains("forced").all()
    assert not chance_share(y, se, n, forced=True)["method"].str.contains("forced").any()


def test_no_denominator_no_standard_error() -> None:
    assert binomial_se(pd.Series([50.0, 50.0]), pd.Series([0, 25])).fillna(-1).tolist() == [-1, 10]


@settings(deadline=None, max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_changes_nothing(rows: list, random) -> None:
    y, n, group = columns(rows)
    mixed = list(y.index)
    random.shuffle(mixed)
    se = binomial_se(y, n)
    pd.testing.assert_frame_equal(chance_share(y[mixed], se, n), chance_share(y, se, n))
    pd.testing.assert_frame_equal(theil_split(y[mixed], group, n), theil_split(y, group, n))


# ------------------------------------------------------------------ groups


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_between_and_within_are_the_total(rows: list) -> None:
    y, n, group = columns(rows)
    table = theil_split(y, group, n)
    total, between, within = table["value"].iloc[:3]
    assert between + within == pytest.approx(total, abs=1e-9)
    assert between >= -1e-9
    assert within >= -1e-9
    assert table["value"].iloc[3:].sum() == pytest.approx(within, abs=1e-9)
    assert total == pytest.approx(disparity(y, n).loc["theil", "value"], abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(ROWS, st.integers(2, 9))
def test_split_areas_and_larger_populations_change_nothing(rows: list, factor: int) -> None:
    y, n, group = columns(rows)
    table = theil_split(y, group, n)
    twice = [pd.concat([column, column], ignore_index=True) for column in (y, group, n / 2)]
    pd.testing.assert_series_equal(theil_split(*twice)["value"], table["value"], atol=1e-9)
    pd.testing.assert_series_equal(theil_split(y, group, n * factor)["value"], table["value"], atol=1e-9)


def test_groups_alike_and_groups_apart() -> None:
    apart = theil_split(pd.Series([40.0] * 6 + [80.0] * 6), pd.Series(["a"] * 6 + ["b"] * 6))
    assert apart["value"].iloc[2:].tolist() == [0, 0, 0]
    alike = theil_split(pd.Series([40.0, 80.0] * 6), pd.Series(["a"] * 6 + ["b"] * 6))
    assert alike["value"].iloc[1] == pytest.approx(0, abs=1e-9)
    assert alike["share"].iloc[3:].tolist() == pytest.approx([50, 50])


def test_refusals_of_the_split_are_named() -> None:
    y, n = villages(0.1, n=20)
    group = pd.Series(["a", "b"] * 10)
    assert set(theil_split(y[:9], group[:9], n[:9])["reason"]) == {"too_few_areas"}
    assert theil_split(y[:9], group[:9], n[:9], forced=True)["value"].notna().all()
    assert set(theil_split(y, group.where(group.index > 3), n)["reason"]) == {"incomplete"}
    assert theil_split(y, group.where(group.index > 2), n)["missing"].tolist() == [3] * 5
    assert set(theil_split(y * 0, group, n)["reason"]) == {"zero_denominator"}
    assert set(theil_split(y - 100, group, n)["reason"]) == {"impossible"}
    nothing = theil_split(y[:0], group[:0])
    assert nothing["reason"].tolist() == ["too_few_areas"] * 3
    level = theil_split(y * 0 + 0.1, group, n)
    assert level["value"].eq(0).all()


# ------------------------------------------------------------------ one proportion for all


def test_heterogeneity_is_the_chi_square_of_the_table() -> None:
    x, n = pd.Series([30, 45, 60, 20]), pd.Series([100, 90, 120, 80])
    found = heterogeneity(x, n)
    expected = chi2_contingency(np.array([x, n - x]), correction=False)
    assert [found["chi2"], found["df"], found["p"]] == pytest.approx([expected.statistic, 3, expected.pvalue])


@pytest.mark.parametrize(
    ("x", "n", "reason"),
    [
        ([5, 6], [10, 10], "too_few_areas"),
        ([5, 6, None], [10, 10, 10], "too_few_areas"),
        ([5, 6, 11], [10, 10, 10], "impossible"),
        ([5, 6, 0], [10, 10, 0], "zero_denominator"),
        ([0, 0, 1], [20, 20, 20], "unstable"),
        ([20, 20, 20], [20, 20, 20], "unstable"),
        ([4, 4, 4], [10, 10, 10], "unstable"),
        ([50, 50, 5], [100, 100, 10], ""),
    ],
)
def test_heterogeneity_is_refused_by_name(x: list, n: list, reason: str) -> None:
    found = heterogeneity(pd.Series(x, dtype=float), pd.Series(n, dtype=float))
    assert found["reason"] == reason
    assert np.isnan(found["p"]) == bool(reason)
