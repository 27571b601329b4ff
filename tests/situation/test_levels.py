"""Levels by hand: sums of counts, gates, kinds of indicators, comparisons, and what must not change anything."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.indicators.proportions import SCREEN, share
from kbk_analysis.schema import Direction
from kbk_analysis.situation.levels import aggregate, compare_units, compare_with_rest, village_cells

CATALOGUE = load_catalogue()
HIGHER, LOWER, CONTEXT = "S3-02", "S3-04", "S2-13"  # proportion, proportion, rate that is not judged
Observe = Callable[..., pd.DataFrame]


def totals(observations: pd.DataFrame, length: int = 8, catalogue: Catalogue = CATALOGUE) -> pd.DataFrame:
    cells = village_cells(observations, catalogue)
    return aggregate(cells, cells["area_code"].str[:length], catalogue)


def one(observations: pd.DataFrame, length: int = 8) -> pd.Series:
    table = totals(observations, length)
    assert len(table) == 1
    return table.iloc[0]


def flipped(*ids: str) -> Catalogue:
    """The catalogue with better and worse exchanged for some indicators."""
    other = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}
    changed = {id: replace(CATALOGUE[id], direction=other[CATALOGUE[id].direction]) for id in ids}
    return replace(CATALOGUE, indicators={**CATALOGUE.indicators, **changed})


def test_the_indicators_used_here_are_what_the_tests_take_them_for() -> None:
    kinds = [(CATALOGUE[id].kind, CATALOGUE[id].direction) for id in (HIGHER, LOWER, CONTEXT)]
    assert kinds == [("proportion", "higher"), ("proportion", "lower"), ("rate", "context")]
    assert [CATALOGUE[id].kind for id in ("S4-10", "S1-08", "S1-09", "S4-05", "S2-11")] == [
        "score", "class", "class", "count", "mean",
    ]  # fmt: skip
    assert [[target.value for target in CATALOGUE[id].targets] for id in ("S1-08", "S1-09")] == [[1], [2]]


# ------------------------------------------------------------------ values


def test_a_proportion_is_the_ratio_of_sums_not_the_mean_of_rates(observe: Observe) -> None:
    row = one(observe(HIGHER, [(9, 10), (10, 100), (1, 90)]))
    assert (row["numerator"], row["denominator"]) == (20, 200)
    assert row["value"] == pytest.approx(10)  # the mean of the rates would be 33.7
    # Wilson by hand: p 0.1, n 200, z 1.96
    centre, half = (0.1 + 1.96**2 / 400) / (1 + 1.96**2 / 200), 1.96 * np.sqrt(0.09 / 200 + 1.96**2 / 160_000)
    assert row["lower"] == pytest.approx(100 * (centre - half / (1 + 1.96**2 / 200)), abs=1e-3)
    assert row["upper"] == pytest.approx(100 * (centre + half / (1 + 1.96**2 / 200)), abs=1e-3)


def test_a_rate_has_its_scale_and_the_exact_limits_of_its_count(observe: Observe) -> None:
    row = one(observe(CONTEXT, [(3, 15_000), (2, 10_000)]))
    assert row["value"] == pytest.approx(2)  # per 10,000
    # five events: 1.623 to 11.668 (tables of exact Poisson limits), for 25,000 people
    assert [row["lower"], row["upper"]] == pytest.approx([1.623 / 2.5, 11.668 / 2.5], abs=2e-3)
    assert one(observe(CONTEXT, [(30, 20)]))["reason"] == ""  # an event may fall twice on one person


def test_a_score_is_the_plain_mean_of_those_that_report_without_interval(observe: Observe) -> None:
    row = one(observe("S4-10", [0.5, 0.7, 0.9, 0.6, None]))
    assert row["value"] == pytest.approx(0.675)
    assert np.isnan(row[["lower", "upper", "numerator", "denominator"]].astype(float)).all()
    assert (row["reported"], row["expected"], row["reason"]) == (4, 5, "")


def test_a_class_is_the_share_of_villages_that_have_it(observe: Observe) -> None:
    row = one(observe("S1-08", [1, 2, 0, 0, 1, 0, 0, 0, 1, None]))
    assert (row["numerator"], row["denominator"]) == (4, 9)  # the silent village is in neither
    assert row["value"] == pytest.approx(100 * 4 / 9)
    assert row["lower"] < row["value"] < row["upper"]
    # the decree needs the second class
    assert one(observe("S1-09", [0, 1, 2, 2]))["value"] == 50


def test_counts_are_summed_and_means_averaged(observe: Observe) -> None:
    assert one(observe("S4-05", [2.5, 0, 1.25]))["value"] == 3.75
    assert one(observe("S2-11", [20.0, 22.0]))["value"] == 21


def test_villages_districts_and_regency_add_up(observe: Observe) -> None:
    both = pd.concat([observe(HIGHER, [(4, 30), (7, 50)]), observe(HIGHER, [(9, 60), (1, 20)], district="99.01.02")])
    villages, districts, regency = (totals(both, length) for length in (13, 8, 5))
    assert villages["numerator"].tolist() == [4, 7, 9, 1]
    assert districts[["numerator", "denominator"]].values.tolist() == [[11, 80], [10, 80]]
    assert regency[["numerator", "denominator"]].values.tolist() == [[21, 160]]


def test_only_villages_and_known_indicators_are_summed(observe: Observe) -> None:
    rows = observe(HIGHER, [(5, 10), (5, 10)])
    given_for_the_regency = rows.iloc[:1].assign(area_code="99.01", numerator=900.0, denominator=1000.0)
    unknown = observe("X9-99", [(1, 2)])
    assert one(pd.concat([rows, given_for_the_regency, unknown]))["denominator"] == 20


# ------------------------------------------------------------------ gates and missing values


@pytest.mark.parametrize(
    ("reporting", "reason", "provisional"),
    [(20, "", 0), (18, "", 0), (17, "", 1), (15, "", 1), (14, "incomplete", 0), (1, "incomplete", 0)],
)
def test_gates_at_75_and_90_per_cent(observe: Observe, reporting: int, reason: str, provisional: int) -> None:
    row = one(observe(HIGHER, [(5, 10)] * reporting + [None] * (20 - reporting)))
    assert (row["reported"], row["expected"]) == (reporting, 20)
    assert (row["reason"], bool(row["provisional"])) == (reason, provisional)
    assert np.isnan(row["value"]) == bool(reason)
    assert np.isnan(row["lower"]) == bool(reason)


def test_not_applicable_leaves_what_is_expected(observe: Observe) -> None:
    row = one(observe(HIGHER, [(5, 10)] * 3 + ["-"] * 17))
    assert (row["reported"], row["expected"], row["reason"], row["value"]) == (3, 3, "", 50)
    assert one(observe(HIGHER, ["-"] * 4))["reason"] == "not_applicable"


def test_nothing_reported_is_not_zero(observe: Observe) -> None:
    for indicator in (HIGHER, "S4-10", "S1-08", "S4-05"):
        row = one(observe(indicator, [None, None]))
        assert row["reason"] == "not_reported"
        assert np.isnan(row["value"]), indicator
    assert one(observe(HIGHER, [(0, 10), (0, 10)]))["value"] == 0


def test_a_figure_beside_a_status_other_than_reported_is_not_used(observe: Observe) -> None:
    rows = observe(HIGHER, [(5, 10)] * 4 + [(90, 90)])
    rows.loc[4, "status"] = "suppressed"
    row = one(rows)
    assert (row["numerator"], row["denominator"], row["reported"], row["expected"]) == (20, 40, 4, 5)


def test_no_base_is_refused_and_more_than_all_is_no_report(observe: Observe) -> None:
    assert one(observe(HIGHER, [(0, 0), (0, 0)]))["reason"] == "zero_denominator"
    # a part larger than its whole is no report, and does not hide in a sum
    assert one(observe(HIGHER, [(30, 10)]))["reason"] == "not_reported"
    row = one(observe(HIGHER, [(30, 10), (5, 100), (5, 100), (5, 100)]))
    assert (row["numerator"], row["denominator"], row["reported"], row["expected"]) == (15, 300, 3, 4)


def test_of_several_sources_the_one_with_most_reports_wins(observe: Observe) -> None:
    few = observe(HIGHER, [(1, 10), None, None], source="pk")
    many = observe(HIGHER, [(8, 10), (8, 10), (8, 10)], source="siga")
    for rows in (pd.concat([few, many]), pd.concat([many, few])):
        row = one(rows)
        assert (row["source"], row["numerator"], row["expected"]) == ("siga", 24, 3)
    equal = pd.concat([observe(HIGHER, [(1, 10)], source="siga"), observe(HIGHER, [(8, 10)], source="pk")])
    assert one(equal)["source"] == "pk"


def test_the_source_is_chosen_for_each_period_on_its_own(observe: Observe) -> None:
    rows = pd.concat(
        [
            observe(HIGHER, [(1, 10), (1, 10)], source="pk", period="2023"),
            observe(HIGHER, [(2, 10), None], source="siga", period="2023"),
            observe(HIGHER, [(3, 10), None], source="pk"),
            observe(HIGHER, [(4, 10), (4, 10)], source="siga"),
        ]
    )
    assert totals(rows)[["period", "source"]].values.tolist() == [["2023", "pk"], ["2024", "siga"]]


# ------------------------------------------------------------------ what must not change anything

PAIRS = st.lists(
    st.one_of(st.none(), st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))),
    min_size=1,
    max_size=12,
)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(observe: Observe, cells: list, random: object) -> None:
    rows = pd.concat([observe(HIGHER, cells), observe(LOWER, cells, period="2023")], ignore_index=True)
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(totals(rows.iloc[order]), totals(rows))


@given(PAIRS)
def test_splitting_a_village_changes_no_total(observe: Observe, cells: list) -> None:
    halves = [cell and (2 * cell[0], 2 * cell[1]) for cell in cells]
    split = [cell for cell in cells for _ in (1, 2)]
    columns = ["numerator", "denominator", "value", "lower", "upper", "reason", "provisional"]
    pd.testing.assert_frame_equal(totals(observe(HIGHER, halves))[columns], totals(observe(HIGHER, split))[columns])


@given(st.integers(10, 300).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))), st.integers(2, 40))
def test_larger_populations_keep_the_value_and_narrow_the_interval(
    observe: Observe, cell: tuple[int, int], factor: int
) -> None:
    small, large = (one(observe(HIGHER, [(f * cell[0], f * cell[1])] * 3)) for f in (1, factor))
    assert large["value"] == pytest.approx(small["value"])
    ratio = (small["upper"] - small["lower"]) / (large["upper"] - large["lower"])
    assert 1 < ratio < factor


def test_ten_times_the_population_narrows_by_root_ten(observe: Observe) -> None:
    small, large = (one(observe(HIGHER, [(f * 120, f * 400)] * 3)) for f in (1, 10))
    ratio = (small["upper"] - small["lower"]) / (large["upper"] - large["lower"])
    assert ratio == pytest.approx(np.sqrt(10), rel=0.01)


# ------------------------------------------------------------------ comparison with the rest


def wilson_by_roots(x: float, n: float, z: float) -> tuple[float, float]:
    """Limits as the two roots of (x/n - p)^2 = z^2 p (1 - p) / n."""
    p = x / n
    low, high = sorted(np.roots([1 + z * z / n, -2 * p - z * z / n, p * p]).real)
    return low, high


def settled(x1: float, n1: float, x2: float, n2: float) -> int:
    """1 when the first share is larger beyond chance (Newcombe's method 10), -1 when smaller, else 0."""
    (l1, u1), (l2, u2) = (wilson_by_roots(x, n, 3.090232306167813) for x, n in ((x1, n1), (x2, n2)))
    d, p1, p2 = x1 / n1 - x2 / n2, x1 / n1, x2 / n2
    low, high = d - np.hypot(p1 - l1, u2 - p2), d + np.hypot(u1 - p1, p2 - l2)
    return int(low > 0) - int(high < 0)


def pair_tables(observe: Observe, own: dict[str, list], rest: dict[str, list]) -> tuple[pd.DataFrame, pd.DataFrame]:
    inside = pd.concat([observe(id, cells) for id, cells in own.items()])
    outside = pd.concat([observe(id, cells, district="99.01.02") for id, cells in rest.items()])
    area = totals(inside).set_index("indicator", drop=False)
    return area, totals(pd.concat([inside, outside]), 5).set_index("indicator", drop=False)


COUNTS = st.integers(20, 900).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@given(COUNTS, COUNTS)
def test_verdict_against_the_rest_agrees_with_an_independent_computation(
    observe: Observe, own: tuple[int, int], rest: tuple[int, int]
) -> None:
    area, parent = pair_tables(observe, {HIGHER: [own], LOWER: [own]}, {HIGHER: [rest], LOWER: [rest]})
    sign = settled(*own, *rest)
    verdict = compare_with_rest(area, parent, CATALOGUE)
    assert verdict[HIGHER] == {1: "better", 0: "similar", -1: "worse"}[sign]
    assert verdict[LOWER] == {1: "worse", 0: "similar", -1: "better"}[sign]


def test_flipping_a_direction_mirrors_its_verdicts_and_nothing_else(observe: Observe) -> None:
    ids = ["S1-01", HIGHER, LOWER, "S3-10"]  # in the order of the result
    cells = dict(zip(ids, [[(1, 19)], [(20, 100)], [(80, 100)], [(50, 100)]], strict=True))
    area, parent = pair_tables(observe, cells, {id: [(500, 1000)] for id in ids})
    plain, mirrored = (compare_with_rest(area, parent, c) for c in (CATALOGUE, flipped(HIGHER, LOWER, "S3-10")))
    assert plain.tolist() == ["", "worse", "worse", "similar"]
    assert mirrored.tolist() == ["", "better", "better", "similar"]
    units = compare_units(area.reset_index(drop=True), parent, CATALOGUE)
    assert units.tolist() == plain.tolist()
    other = compare_units(area.reset_index(drop=True), parent, flipped(LOWER))
    assert other.tolist() == ["", "worse", "better", "similar"]
    columns = ["value", "lower", "upper", "reason"]
    rows = pd.concat([observe(id, found) for id, found in cells.items()])
    pd.testing.assert_frame_equal(totals(rows, catalogue=flipped(*ids))[columns], totals(rows)[columns])


@pytest.mark.parametrize(
    ("own", "rest", "judged"), [(20, 1000, True), (19, 1000, False), (1000, 20, True), (1000, 19, False)]
)
def test_fewer_than_twenty_are_never_judged(observe: Observe, own: int, rest: int, judged: bool) -> None:
    area, parent = pair_tables(observe, {HIGHER: [(0, own)]}, {HIGHER: [(rest, rest)]})
    assert compare_with_rest(area, parent, CATALOGUE)[HIGHER] == ("worse" if judged else "")
    if rest == 1000:
        units = compare_units(area.reset_index(drop=True), parent, CATALOGUE)
        assert units.tolist() == ["worse" if judged else ""]


def test_what_has_no_value_direction_or_interval_is_not_judged(observe: Observe) -> None:
    ids = [HIGHER, CONTEXT, "S4-10", "S4-05"]
    cells = dict(zip(ids, [[None], [(90, 100)], [0.9], [5.0]], strict=True))
    others = dict(zip(ids, [[(50, 100)], [(1, 1000)], [0.1], [1.0]], strict=True))
    area, parent = pair_tables(observe, cells, others)
    assert set(compare_with_rest(area, parent, CATALOGUE)) == {""}
    assert set(compare_units(area.reset_index(drop=True), parent, CATALOGUE)) == {""}
    area, parent = pair_tables(observe, {HIGHER: [(9, 100)]}, {HIGHER: [None] * 9})
    assert compare_with_rest(area, parent, CATALOGUE).tolist() == [""]  # the parent itself is incomplete
    assert compare_units(area.reset_index(drop=True), parent, CATALOGUE).tolist() == [""]


def test_a_rate_is_never_judged_as_if_its_events_were_people(observe: Observe) -> None:
    judged = replace(CATALOGUE[CONTEXT], direction=Direction.LOWER)
    catalogue = replace(CATALOGUE, indicators={**CATALOGUE.indicators, CONTEXT: judged})
    area, parent = pair_tables(observe, {CONTEXT: [(90, 100)]}, {CONTEXT: [(1, 1000)]})
    assert compare_with_rest(area, parent, catalogue).tolist() == [""]


def test_an_area_that_is_its_whole_parent_is_not_judged(observe: Observe) -> None:
    rows = observe(HIGHER, [(50, 100), (60, 100)])
    area, parent = (totals(rows, length).set_index("indicator", drop=False) for length in (8, 5))
    assert compare_with_rest(area, parent, CATALOGUE).tolist() == [""]


# ------------------------------------------------------------------ chance

IDS = ["S1-01", "S3-02", "S3-04", "S3-10", "S4-01", "S4-02"]


@pytest.fixture(scope="module")
def null_grids() -> list[pd.DataFrame]:
    """200 regencies of 145 villages that differ by chance alone, six indicators each."""
    grids = []
    truths = np.array([0.9, 0.6, 0.1, 0.75, 0.8, 0.45])
    for seed in range(200):
        draw = np.random.default_rng(seed)
        n = np.exp(draw.uniform(np.log(20), np.log(1500), size=(len(IDS), 145))).astype(int)
        x = draw.binomial(n, truths[:, None])
        frame = pd.DataFrame({"indicator": np.repeat(IDS, 145), "numerator": x.ravel(), "denominator": n.ravel()})
        frame = frame.astype({"numerator": float, "denominator": float})
        grids.append(frame.join(share(frame["numerator"], frame["denominator"], confidence=SCREEN)))
    return grids


def test_villages_that_are_alike_are_hardly_ever_flagged(null_grids: list[pd.DataFrame]) -> None:
    flagged, judged = 0, 0
    for units in null_grids:
        sums = units.groupby("indicator")[["numerator", "denominator"]].sum()
        parent = share(sums["numerator"], sums["denominator"])
        verdict = compare_units(units, parent, CATALOGUE)
        flagged += int(verdict.isin(["better", "worse"]).sum())
        judged += int((verdict != "").sum())
    assert judged == 200 * 6 * 145
    assert 0 < flagged / judged < 0.005


def test_the_same_grids_with_one_village_apart_name_it(null_grids: list[pd.DataFrame]) -> None:
    found = 0
    for units in null_grids:
        planted = units.copy()
        place = planted.index[(planted["indicator"] == "S4-01") & (planted["denominator"] >= 200)][0]
        planted.loc[place, "numerator"] = np.round(planted.loc[place, "denominator"] * 0.55)  # 25 points below
        planted = planted[["indicator", "numerator", "denominator"]]
        planted = planted.join(share(planted["numerator"], planted["denominator"], confidence=SCREEN))
        sums = planted.groupby("indicator")[["numerator", "denominator"]].sum()
        verdict = compare_units(planted, share(sums["numerator"], sums["denominator"]), CATALOGUE)
        found += verdict[place] == "worse"
    assert found / 200 >= 0.95
