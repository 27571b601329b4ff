"""Odd cells: what is planted is named, what chance makes is not, and a blank is never judged."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators.implausible import (
    CHANCE,
    drifts,
    leaps,
    others,
    repeats,
    slips,
    too_many,
    unlikely_zeros,
    without_each,
)

YEARS = [2020, 2021, 2022, 2023, 2024]
Table = pd.DataFrame


def wide(*rows: list[float | None]) -> Table:
    frame = pd.DataFrame([[np.nan if cell is None else float(cell) for cell in row] for row in rows])
    return frame.set_axis(YEARS[-frame.shape[1] :], axis=1)


def register(seed: int, villages: int = 400, *, trend: float = 0.0) -> tuple[Table, Table, pd.Index]:
    """Villages of one share, counted each year anew, in ten indicators; all may move together."""
    rng = np.random.Generator(np.random.PCG64(seed))
    n = pd.DataFrame(rng.integers(20, 900, (villages * 10, 1)) + rng.integers(-3, 4, (villages * 10, 5)), columns=YEARS)
    start = rng.uniform(0.2, 0.7, 10).repeat(villages)[:, None] + trend * np.arange(5)
    x = pd.DataFrame(rng.binomial(n.to_numpy(), np.clip(start, 0, 1)), columns=YEARS).astype(float)
    return x, n.astype(float), pd.Index(np.arange(10).repeat(villages))


def leaps_of(x: Table, n: Table, group: pd.Index) -> Table:
    return leaps(100 * x / n, others(x, n, group), x, n)


# ------------------------------------------------------------------ chance alone


@pytest.mark.parametrize("trend", [0.0, 0.06])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_villages_that_differ_by_chance_hardly_any_is_flagged(seed: int, trend: float) -> None:
    x, n, group = register(seed, trend=trend)
    common = others(x, n, group)
    flags = {
        "leaps": leaps_of(x, n, group)["flag"],
        "repeats": repeats(x, n)["flag"],
        "slips": slips(n, group)["flag"],
        "drifts": drifts(100 * x / n, x, n, common)["flag"],
        "zeros": unlikely_zeros(x, n, common)["flag"],
    }
    for name, flag in flags.items():
        assert (flag == "extreme").mean() < 0.005, name
        assert (flag != "").mean() < 0.02, name
    assert set(flags["slips"]) == {""}


# ------------------------------------------------------------------ leaps


def test_a_village_that_leaps_alone_is_named_and_one_that_moves_with_all_is_not() -> None:
    x, n, group = register(7)
    x.iloc[5, 4] = 0.98 * n.iloc[5, 4]
    found = leaps_of(x, n, group)
    assert found["flag"].iloc[5] == "extreme"
    assert not found["lower"].iloc[5] <= found["value"].iloc[5] <= found["upper"].iloc[5]
    all_up = x.copy()
    all_up[2024] = np.minimum(n[2024], x[2024] + (0.25 * n[2024]).round())
    assert (leaps_of(all_up, n, group)["flag"] == "extreme").mean() < 0.01


@given(st.lists(st.floats(-40, 40), min_size=5, max_size=5))
def test_what_all_did_together_changes_no_judgement_of_a_score(moves: list[float]) -> None:
    values = wide([50, 52, 49, 51, 90], [50, 51, 50, 52, 51], [48, 50, 52, 51, 49])
    common = values * 0 + 50
    shift = pd.Series(moves, index=YEARS)
    plain, moved = leaps(values, common), leaps(values + shift, common + shift)
    assert plain["flag"].tolist() == ["extreme", "", ""]
    usual = moved["usual"].abs()
    # only the third of what was expected depends on the level
    same = (values[2024] - plain["usual"]).abs() > usual / 3
    assert moved["flag"].where(same, "").tolist() == plain["flag"].where(same, "").tolist()


def test_ten_points_and_twenty_people_are_needed() -> None:
    group = pd.Index(["a"] * 30)
    x, n = wide(*[[50, 50, 50, 50, 50]] * 30), wide(*[[100] * 5] * 30)
    big_x, big_n = x * 100, n * 100
    big_x.iloc[0, 4] = 5800  # 8 points, far beyond chance
    assert leaps_of(big_x, big_n, group)["flag"].iloc[0] == ""
    big_x.iloc[0, 4] = 6200
    assert leaps_of(big_x, big_n, group)["flag"].iloc[0] == "extreme"
    small_x, small_n = x / 10, n / 10  # 5 of 10
    small_x.iloc[0, 4] = 10
    assert leaps_of(small_x, small_n, group)["flag"].iloc[0] == ""


def test_a_whole_point_on_a_short_list_is_no_leap() -> None:
    values = wide([1, 1, 1, 1, 2], [1, 1, 1, 1, 4])
    common = values * 0 + 1
    assert leaps(values, common, step=1.0)["flag"].tolist() == ["", "extreme"]
    assert leaps(values, common)["flag"].tolist() == ["extreme", "extreme"]


def test_too_few_years_and_blanks_are_refused_by_name() -> None:
    values = wide([None, None, 50, 51, 99], [50, 50, 50, 50, None])
    found = leaps(values, values * 0 + 50)
    assert found["reason"].tolist() == ["too_few_points", "not_reported"]
    assert found["flag"].tolist() == ["", ""]
    assert found[["usual", "lower", "upper"]].isna().all().all()


# ------------------------------------------------------------------ repeats


def test_repeats_are_counted_from_the_latest_year_back() -> None:
    x = wide(
        [300, 310, 310, 310, 310], [310, 310, 300, 310, 310], [310, 310, 310, None, 310], [310, 310, 310, 310, 311]
    )
    found = repeats(x, x * 0 + 800)
    assert found["years"].tolist() == [3, 1, 0, 0]
    assert found["flag"].tolist() == ["extreme", "look", "", ""]
    assert found["reason"].tolist() == ["", "", "too_few_points", ""]


def test_a_repeat_needs_the_denominator_too() -> None:
    found = repeats(wide([310, 310]), wide([800, 801]))
    assert (found["years"].iloc[0], found["flag"].iloc[0]) == (0, "")


@pytest.mark.parametrize(("x", "n"), [(0, 800), (800, 800), (3, 8)])
def test_what_repeats_by_itself_is_not_asked(x: float, n: float) -> None:
    """None, all, and fewer than 20: no variance or no size to speak of."""
    assert repeats(wide([x] * 5), wide([n] * 5))["flag"].tolist() == [""]


def test_the_chance_of_a_repeat_is_that_of_two_binomials() -> None:
    from scipy import stats

    for p, n in ((0.5, 40), (0.3, 200), (0.82, 1846)):
        terms = stats.binom.pmf(np.arange(n + 1), n, p)
        told = repeats(wide([p * n, p * n]), wide([n, n]))["chance"].iloc[0]
        assert told == pytest.approx((terms**2).sum(), rel=0.02)


@given(st.integers(20, 5000), st.floats(0, 1), st.integers(1, 4))
def test_the_chance_falls_with_every_further_year(n: int, share: float, years: int) -> None:
    x = float(round(n * share))
    chances = [repeats(wide([x] * (k + 1)), wide([n] * (k + 1)))["chance"].iloc[0] for k in range(1, years + 1)]
    assert all(0 < chance <= 1 for chance in chances)
    assert all(later <= earlier for earlier, later in pairwise(chances))


def test_many_looks_at_once_are_no_chance() -> None:
    assert too_many(9, 29)
    assert not too_many(0, 29)
    assert not too_many(350, 7000)  # 5 % of what was checked


# ------------------------------------------------------------------ slips


def test_a_digit_too_many_or_too_few_is_named() -> None:
    n = wide([110, 112, 113, 115, 1150], [1100, 1120, 1130, 1150, 115], [110, 112, 113, 115, 117])
    found = slips(n, pd.Index(["a", "a", "a"]))
    assert found["flag"].tolist() == ["extreme", "extreme", ""]
    assert found["usual"].tolist() == [112.5, 1125.0, 112.5]


def test_a_register_that_moved_as_a_whole_is_no_slip_of_anyone() -> None:
    n = wide(*[[100 + i] * 4 + [10 * (100 + i)] for i in range(20)])
    assert set(slips(n, pd.Index(["a"] * 20))["flag"]) == {""}
    alone = slips(n.head(1), pd.Index(["a"]))
    assert alone["flag"].tolist() == ["extreme"]


@given(st.integers(1, 60), st.lists(st.integers(30, 900), min_size=3, max_size=5))
def test_the_ratio_does_not_depend_on_the_unit(times: int, years: list[int]) -> None:
    n = wide([float(v) for v in years])
    one, many = (slips(n * k, pd.Index(["a"])) for k in (1, times))
    assert many["ratio"].iloc[0] == pytest.approx(one["ratio"].iloc[0])
    if one["flag"].iloc[0] == "extreme":  # more people leave less to chance
        assert many["flag"].iloc[0] == "extreme"


def test_a_digit_too_many_is_named_in_a_small_village_too() -> None:
    n = wide([15, 18, 22, 19, 200], [2, 3, 2, 3, 30])
    assert slips(n, pd.Index(["a", "b"]))["flag"].tolist() == ["extreme", "look"]


def test_a_group_that_shrinks_by_chance_in_one_of_many_villages_is_no_slip() -> None:
    found = slips(wide([21, 16, 21, 26, 3]), pd.Index(["a"]))
    assert found["ratio"].iloc[0] < 0.2
    assert found["flag"].tolist() == ["look"]


def test_births_of_small_villages_make_no_slip() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    mean = rng.uniform(15, 60, (20_000, 1))
    n = pd.DataFrame(rng.poisson(rng.poisson(mean, (20_000, 5))), columns=YEARS).astype(float)  # twice by chance
    assert (slips(n, pd.Index(np.arange(20_000) % 20))["flag"] == "extreme").sum() == 0


def test_small_or_short_or_blank_denominators_are_refused_by_name() -> None:
    n = wide([2, 3, 2, 3, 13], [0, 0, 0, 0, 300], [None, None, None, 300, 3000], [300, 300, 300, 300, None])
    reasons = slips(n, pd.Index(["a"] * 4))["reason"].tolist()
    assert reasons == ["unstable", "unstable", "too_few_points", "not_reported"]


# ------------------------------------------------------------------ zeros, effects


def test_a_zero_is_asked_where_the_others_have_many() -> None:
    x = wide([0, 40, 42, 41, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [4, 4, 4, 4, None])
    n = wide([100] * 5, [100] * 5, [100] * 5, [100] * 5)
    common = wide([40] * 5, [40] * 5, [1] * 5, [40] * 5)
    found = unlikely_zeros(x, n, common)
    assert found["flag"].tolist() == ["look", "look", "", ""]
    assert found["years"].tolist() == [1, 5, 5, 0]
    assert found["chance"].iloc[2] == pytest.approx(0.99**500)
    assert found["chance"].iloc[2] > CHANCE
    assert found["reason"].tolist() == ["", "", "", "not_reported"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 90)), min_size=2, max_size=8))
def test_with_and_without_are_ratios_of_sums(rows: list[tuple[int, int]]) -> None:
    x, n = (pd.Series([row[place] for row in rows], dtype=float) for place in (0, 1))
    found = without_each(x, n, pd.Index(["a"] * len(rows)))
    for place in range(len(rows)):
        rest = [i for i in range(len(rows)) if i != place]
        assert found["without"].iloc[place] == pytest.approx(100 * x[rest].sum() / n[rest].sum())
    assert np.allclose(found["whole"], 100 * x.sum() / n.sum())


def test_without_the_only_row_there_is_nothing() -> None:
    found = without_each(pd.Series([1.0, np.nan]), pd.Series([4.0, 4.0]), pd.Index(["a", "a"]))
    assert found["whole"].tolist() == [25.0, 25.0]
    assert found["without"].isna().tolist() == [True, True]
    assert found["reason"].tolist() == ["", "not_reported"]


CELL = st.none() | st.integers(0, 300)


@given(st.lists(st.lists(st.tuples(CELL, CELL), min_size=5, max_size=5), min_size=1, max_size=6))
def test_a_blank_is_never_flagged_and_every_refusal_has_a_name(rows: list[list[tuple[int | None, int | None]]]) -> None:
    x, n = (wide(*[[cell[place] for cell in row] for row in rows]) for place in (0, 1))
    group = pd.Index(["a"] * len(rows))
    common = others(x, n, group)
    value = 100 * x / n.where(n > 0)
    frames = [
        leaps(value, common, x, n),
        drifts(value, x, n, common),
        repeats(x, n),
        slips(n, group),
        unlikely_zeros(x, n, common),
    ]
    for found in frames:
        assert set(found["reason"]) - {""} <= set(REASONS)
        assert set(found["flag"]) <= {"", "look", "extreme"}
        assert (found.loc[found["reason"] != "", "flag"] == "").all()
        assert {"n", "method"} <= set(found.columns)
        assert found.index.equals(x.index)


@given(st.permutations(range(6)))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    x, n, _ = register(11, villages=6)
    x, n = x.head(6), n.head(6)
    group = pd.Index(["a"] * 6)
    plain, turned = leaps_of(x, n, group), leaps_of(x.iloc[order], n.iloc[order], group)
    pd.testing.assert_frame_equal(turned.sort_index(), plain)
