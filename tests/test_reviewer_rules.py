"""The rules that a reviewer of a situation analysis checks first, one test each, on functions anyone may call.

Each rule is tried again, closer and by hand, where its function is tested; here the rules stand together. The rule on
print in grey and on alternative texts looks at drawn charts and is tried in ``tests/charts``.
"""

import cProfile
import inspect
import pstats
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

import kbk_analysis as kbk
from benchmarks import country
from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Words
from kbk_analysis.indicators.benchmarks import benchmark_status, compare_with_rest, compare_with_value
from kbk_analysis.indicators.control import xmr_limits
from kbk_analysis.indicators.coverage import co_coverage, package_bounds
from kbk_analysis.indicators.disparity import disparity
from kbk_analysis.indicators.funnel import share_funnel
from kbk_analysis.indicators.kendall import recent_scores
from kbk_analysis.indicators.movement import movement
from kbk_analysis.indicators.proportions import SCREEN, share
from kbk_analysis.indicators.ranks import rank_intervals
from kbk_analysis.indicators.rates import mean_score
from kbk_analysis.indicators.trend import recent_proportions, recent_values
from kbk_analysis.schema import CLASSES, Direction, Status
from kbk_analysis.situation.levels import aggregate, village_cells
from tests.priority_fixture.build import make_priorities

CATALOGUE = load_catalogue()
INDICATOR, SCORE = "S3-02", "S4-10"  # a proportion where more is better, an index score
FLIPPED = {"better": "worse", "worse": "better", "similar": "similar", "": ""}
PAIR = st.integers(1, 900).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
PAIRS = st.lists(PAIR, min_size=10, max_size=30)
SERIES = st.lists(st.lists(PAIR, min_size=5, max_size=5), min_size=1, max_size=8)
ANY = st.sampled_from([np.nan, -1.0, 0.0, 1.0, 5.0, 30.0, 400.0])


def columns(pairs: list[tuple[int, int]]) -> tuple[pd.Series, pd.Series]:
    table = pd.DataFrame(pairs, columns=["x", "n"], dtype=float)
    return table["x"], table["n"]


def wide(rows: list[list[tuple[int, int]]], first: int = 2020) -> tuple[pd.DataFrame, pd.DataFrame]:
    years = range(first, first + len(rows[0]))
    return tuple(pd.DataFrame([[cell[i] for cell in row] for row in rows], columns=years, dtype=float) for i in (0, 1))


def observed(x: list[float], n: list[float], per_district: int = 3) -> pd.DataFrame:
    """Cells of villages, so many a district and four districts a regency; a blank count is not reported."""
    place = np.arange(len(x))
    district = place // per_district
    return pd.DataFrame(
        {
            "area_code": [
                f"99.{1 + d // 4:02d}.{1 + d % 4:02d}.{2001 + v % per_district}" for v, d in enumerate(district)
            ],
            "period": "2024",
            "indicator": INDICATOR,
            "value": np.nan,
            "numerator": x,
            "denominator": n,
            "as_of": "2024-12-31",
            "source": "pk",
            "status": np.where(np.isnan(x), Status.NOT_REPORTED, Status.REPORTED),
        }
    )


def summed(cells: pd.DataFrame, length: int) -> pd.DataFrame:
    return aggregate(cells, cells["area_code"].str[:length], CATALOGUE)


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=12))
def test_rule_1_what_cannot_be_a_share_is_refused_by_name_in_the_table(rows: list[tuple[float, float]]) -> None:
    x, n = (pd.Series(column, dtype=float) for column in zip(*rows, strict=True))
    reason = pd.Series("", index=x.index)
    reason[(x < 0) | (n < 0) | (x > n)] = "impossible"
    reason[n == 0] = "zero_denominator"
    reason[x.isna() | n.isna()] = "not_reported"
    for found, column in (
        (share(x, n), "value"),
        (compare_with_value(x, n, 50.0, Direction.HIGHER, fewest=0), "verdict"),
        (share_funnel(x, n, minimum=0), "lower95"),
        (rank_intervals(x, n, Direction.HIGHER, draws=5, minimum=0), "rank"),
    ):
        refused = reason != ""
        assert found.loc[refused, "reason"].tolist() == reason[refused].tolist()
        assert (found.loc[refused, column].isna() | (found.loc[refused, column].astype(str) == "")).all()
        for code in set(found["reason"]) - {""}:
            assert Refusal(code).short.strip()  # what a table cell prints in its place


def test_rule_2_no_percentage_without_its_n_and_no_interval_on_an_index_score(analysed: Callable) -> None:
    situation = analysed("99.01.01", "internal")
    for frame in (situation.levels, situation.unit_values, situation.series):
        kind = frame["indicator"].map({entry.id: entry.kind for entry in CATALOGUE})
        given_rows = frame["value"].notna()
        assert frame.loc[given_rows & kind.isin(["proportion", "class", "rate"]), "denominator"].gt(0).all()
        scores = frame[given_rows & (kind == "score")]
        assert len(scores)
        assert scores[["lower", "upper"]].isna().all(axis=None)
    assert mean_score([1.0, 3.0, 4.0], full_count=True)[["lower", "upper"]].isna().all(axis=None)
    shown = [getattr(kbk, name) for name in kbk.__all__ if name.startswith(("plot_", "table_"))]
    with kbk.open_dataset("demo") as data:
        read = kbk.read_record(data, meeting="rakor-2024-2", area_code="99.01", period="2024")
    record = kbk.release(kbk.record_meeting(read), "internal")
    ranked = make_priorities(problems=9, judges=7)
    results = {"situation": situation, "priorities": ranked, "trial": ranked, "record": record}
    beside = {"plot_targets": ("S3",), "plot_whatif": (ranked,)}
    percentages = 0
    for function in shown:
        result = results[next(iter(inspect.signature(function).parameters))]
        made = function(result, *beside.get(function.__name__, ()))
        for exhibit in made if isinstance(made, tuple) else (made,):
            assert isinstance(exhibit, Exhibit)
            if any(field.form.startswith("percent") for field in exhibit.fields) or "%" in exhibit.title:
                percentages += 1
                assert exhibit.n, exhibit.id
    assert percentages
    told = [part for part in kbk.summary_words(situation) if isinstance(part, Words) and part.kind == "findings"]
    findings = [item for part in told for item in part.items]
    assert any("%" in item for item in findings)
    assert all("n = " in item or " dari " in item for item in findings if "%" in item)


@given(PAIRS, SERIES, st.floats(1, 99))
def test_rule_3_flipping_the_direction_flips_better_and_worse_and_nothing_else(
    pairs: list, rows: list, benchmark: float
) -> None:
    x, n = columns(pairs)
    limits = share(x, n, confidence=SCREEN)
    series = wide(rows)
    for judged in (
        lambda way: compare_with_value(x, n, benchmark, way),
        lambda way: benchmark_status(limits["lower"], limits["upper"], n, benchmark, way),
        lambda way: compare_with_rest(x, n, x.sum(), n.sum(), way),
        lambda way: recent_proportions(*series, way),
        lambda way: recent_values(series[0] / series[1], series[1] * 0 + 1, way),
        lambda way: recent_scores(series[0] / series[1], way),
    ):
        up, down = judged(Direction.HIGHER), judged(Direction.LOWER)
        assert down["verdict"].tolist() == [FLIPPED[word] for word in up["verdict"]]
        pd.testing.assert_frame_equal(up.drop(columns="verdict"), down.drop(columns="verdict"))


@given(PAIRS, SERIES, st.randoms(use_true_random=False), st.integers(0, 9))
def test_rule_4_neither_order_nor_a_split_village_changes_a_result(pairs: list, rows: list, random, split: int) -> None:
    x, n = columns(pairs)
    order = list(x.index)
    random.shuffle(order)
    for measured in (
        lambda x, n: share(x, n),
        lambda x, n: share_funnel(x, n),
        lambda x, n: rank_intervals(x, n, Direction.HIGHER, draws=50),
        lambda x, n: disparity(100 * x / n, n),
    ):
        whole, shuffled = measured(x, n), measured(x[order], n[order])
        pd.testing.assert_frame_equal(shuffled.loc[whole.index], whole, rtol=1e-12)
    tables = wide(rows)
    years = list(tables[0].columns)
    random.shuffle(years)
    for marker in (lambda x, n: recent_proportions(x, n, "higher"), lambda x, n: recent_scores(x / n, "higher")):
        turned = marker(*(table[years].iloc[::-1] for table in tables))
        pd.testing.assert_frame_equal(turned.sort_index(), marker(*tables))
    # the same rate twice over: half the village in each
    halves = [(2 * a, 2 * b) for a, b in pairs]
    more = [*halves[:split], pairs[split], pairs[split], *halves[split + 1 :]]
    before, after = (disparity(100 * x / n, n) for x, n in (columns(halves), columns(more)))
    weighted = before.index[(before["weighting"] == "weighted") & (before["reason"] == "")]
    assert "mdm_weighted" in weighted
    assert after.loc[weighted, "value"].tolist() == pytest.approx(before.loc[weighted, "value"].tolist(), abs=1e-9)
    sums = [summed(village_cells(observed(*zip(*part, strict=True)), CATALOGUE), 2) for part in (halves, more)]
    kept = ["numerator", "denominator", "value", "lower", "upper"]
    pd.testing.assert_frame_equal(sums[0][kept], sums[1][kept])


@given(st.lists(st.integers(200, 900).flatmap(lambda n: st.tuples(st.integers(60, n - 60), st.just(n))), min_size=10))
def test_rule_5_ten_times_the_people_leave_weighted_disparity_and_narrow_intervals_by_root_ten(pairs: list) -> None:
    x, n = columns(pairs)
    small, large = disparity(100 * x / n, n), disparity(100 * x / n, 10 * n)
    assert large["value"].tolist() == pytest.approx(small["value"].tolist(), rel=1e-9, abs=1e-9, nan_ok=True)
    narrow, wider = share(10 * x, 10 * n), share(x, n)
    assert narrow["value"].tolist() == wider["value"].tolist()
    ratio = (wider["upper"] - wider["lower"]) / (narrow["upper"] - narrow["lower"])
    np.testing.assert_allclose(ratio, np.sqrt(10), rtol=0.02)


@given(PAIRS)
def test_rule_6_villages_add_up_to_districts_and_districts_to_the_regency(pairs: list) -> None:
    cells = village_cells(observed(*zip(*pairs, strict=True)), CATALOGUE)
    levels = [summed(cells, length) for length in (13, 8, 5, 2)]
    for lower, upper, length in zip(levels, levels[1:], (8, 5, 2), strict=False):
        sums = lower.groupby(lower["area_code"].str[:length])[["numerator", "denominator", "reported"]].sum()
        assert (sums == upper.set_index("area_code")[sums.columns]).all(axis=None)
    assert levels[-1]["numerator"].tolist() == [sum(x for x, _ in pairs)]


def test_rule_6_after_suppression_no_hidden_village_can_be_worked_out(analysed: Callable) -> None:
    public, tried = analysed("99.01.01", "public"), 0
    for indicator, rows in public.unit_values.groupby("indicator"):
        total = public.levels.loc[indicator]
        gone = rows["reason"] == "suppressed"
        if not gone.any() or total["reason"] != "":
            continue
        rest = total["numerator"] - rows["numerator"].sum()
        for place in range(gone.sum()):
            goal = np.eye(gone.sum())[place]
            ends = [
                linprog(sign * goal, A_eq=np.ones((1, gone.sum())), b_eq=[rest], bounds=(0, rest)).fun
                for sign in (1, -1)
            ]
            assert -ends[1] - ends[0] >= 1, indicator
            tried += 1
    assert tried


YEAR = st.dictionaries(st.integers(0, 40), st.sampled_from([*(name.value for name in CLASSES), ""]), max_size=30)


@given(YEAR, YEAR)
def test_rule_7_up_same_down_entries_and_exits_reconcile_with_both_years(first: dict, last: dict) -> None:
    moved = movement(pd.Series(first, dtype=object), pd.Series(last, dtype=object), [name.value for name in CLASSES])
    assert moved.parts.sum().tolist() == [len(first), len(last)]
    stayed = moved.parts.loc[["up", "same", "down"]]
    assert stayed["before"].tolist() == stayed["after"].tolist()
    assert stayed["after"].sum() == moved.counts.to_numpy().sum()
    for year, apart, axis in ((first, moved.exits, 1), (last, moved.entries, 0)):
        classed = moved.counts.sum(axis=axis) + apart.drop("")
        told = pd.Series(list(year.values()), dtype=object).value_counts()
        unclassed = set(first) & set(last)
        unclassed = [year[unit] for unit in unclassed if "" in (first[unit], last[unit])]
        for name in CLASSES:
            assert classed[name.value] + unclassed.count(name.value) == told.get(name.value, 0)


@given(
    st.integers(1, 8).flatmap(
        lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=60)
    )
)
def test_rule_8_joint_coverage_is_at_most_the_least_and_mean_services_are_the_sum(rows: list[list[bool]]) -> None:
    families = pd.DataFrame(rows, dtype=float)
    coverage = families.mean()
    found, bounds = co_coverage(families).iloc[0], package_bounds(100 * coverage.to_frame().T).iloc[0]
    assert found["joint"] <= 100 * coverage.min() + 1e-9
    assert bounds["lower"] - 1e-9 <= found["joint"] <= bounds["upper"] + 1e-9
    assert found["mean_services"] == pytest.approx(coverage.sum())


FOUR = st.lists(st.lists(PAIR, min_size=4, max_size=4), min_size=1, max_size=8)


@given(FOUR, SERIES, st.integers(2021, 2024), st.lists(st.floats(0, 100), max_size=11))
def test_rule_9_neither_four_years_nor_a_break_in_definition_has_a_trend_word(
    four: list, five: list, year: int, months: list[float]
) -> None:
    def markers(x: pd.DataFrame, n: pd.DataFrame, breaks: tuple[int, ...]) -> list[pd.DataFrame]:
        return [
            recent_proportions(x, n, "higher", breaks=breaks),
            recent_values(x / n, n * 0 + 0.01, "higher", breaks=breaks),
            recent_scores(x / n, "higher", breaks=breaks),
        ]

    for tables, breaks, reason in ((wide(four), (), "too_few_points"), (wide(five), (year,), "series_break")):
        for found in markers(*tables, breaks):
            assert found["reason"].eq(reason).all()
            assert found[["trend", "verdict"]].eq("").all(axis=None)
    assert xmr_limits(pd.Series(months, dtype=float))["reason"].tolist() == ["too_few_points"]


@pytest.mark.parametrize("seed", range(3))
def test_rule_10_of_7250_comparisons_of_identical_villages_fewer_than_one_in_200_is_flagged(seed: int) -> None:
    draw = np.random.default_rng(1000 + seed)
    size = (50, 145)
    n = np.exp(draw.uniform(np.log(20), np.log(1500), size=size)).astype(int)
    x = draw.binomial(n, np.broadcast_to(draw.uniform(0.05, 0.95, size=(50, 1)), size))
    benchmark = np.repeat(100 * x.sum(axis=1) / n.sum(axis=1), 145)
    whole = [np.repeat(part.sum(axis=1), 145) for part in (x, n)]
    judged = [
        compare_with_value(x.ravel(), n.ravel(), benchmark, Direction.HIGHER, confidence=SCREEN),
        compare_with_rest(x.ravel(), n.ravel(), *whole, Direction.HIGHER, confidence=SCREEN),
    ]
    for found in judged:
        assert found["verdict"].ne("").sum() == 7250
        assert found["verdict"].isin(["better", "worse"]).mean() < 0.005
    looked = compare_with_value(x.ravel(), n.ravel(), benchmark, Direction.HIGHER, confidence=0.95)
    assert looked["verdict"].isin(["better", "worse"]).mean() > 0.02  # what a single look would have claimed


def calls(action: Callable[[], object]) -> int:
    """How many functions Python enters: work that is done village by village shows here on any machine."""
    profile = cProfile.Profile()
    profile.runcall(action)
    return pstats.Stats(profile).total_calls


def test_rule_12_core_measures_go_by_column_and_memory_by_indicator(tmp_path) -> None:
    few, many = 1200, 4800
    paths = {size: country.write(tmp_path / str(size), villages=size, indicators=2) for size in (few, many)}
    for size in paths:
        country.measure(paths[size][0])  # what is read once
    entered = {size: calls(lambda size=size: country.measure(paths[size][0])) for size in paths}
    assert entered[many] - entered[few] < 10 * (many - few)  # codes are cut to those of larger areas, nothing else
    peaks = []
    for part in (paths[many][:1], paths[many]):
        tracemalloc.start()
        for path in part:
            country.measure(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]  # a second indicator needs no second place


def test_the_indicators_used_here_are_what_the_rules_take_them_for() -> None:
    assert (CATALOGUE[INDICATOR].kind, CATALOGUE[INDICATOR].direction) == ("proportion", Direction.HIGHER)
    assert CATALOGUE[SCORE].kind == "score"
