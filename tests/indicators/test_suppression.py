"""Disclosure on whole tables: no hidden count can be worked out from all that is shown, and little more is hidden."""

from collections.abc import Collection

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kbk_analysis.indicators.audit import equations, find_links, ranges
from kbk_analysis.indicators.suppression import KEYS, hidden_cells, small

PLACES = st.integers(0, 3)


def cell(code: str, x: float, n: float, id: str = "S3-04", period: str = "2024") -> dict[str, object]:
    return {"indicator": id, "period": period, "area_code": code, "numerator": float(x), "denominator": float(n)}


def tree(villages: dict[str, tuple[float, float]], id: str = "S3-04", **columns: object) -> pd.DataFrame:
    """Villages with their sums: districts, regency."""
    rows = [cell(code, *counts, id) for code, counts in villages.items()]
    for length in (8, 5):
        for code in sorted({village[:length] for village in villages}):
            own = [counts for village, counts in villages.items() if village.startswith(code)]
            rows.append(cell(code, sum(x for x, _ in own), sum(n for _, n in own), id))
    frame = pd.DataFrame(rows)
    above = {13: 8, 8: 5}
    parents = [code[: above[len(code)]] if len(code) in above else "" for code in frame["area_code"]]
    return frame.assign(total_of=parents, sensitive=True, revealing="").assign(**columns)


def named(districts: list[list[tuple[int, int]]]) -> dict[str, tuple[float, float]]:
    return {
        f"99.01.{d:02d}.20{v:02d}": counts
        for d, villages in enumerate(districts, start=1)
        for v, counts in enumerate(villages, start=1)
    }


def gone(cells: pd.DataFrame, **options: object) -> dict[str, str]:
    found = hidden_cells(cells, **options)  # type: ignore[arg-type]
    return dict(zip(found["area_code"], found["why"], strict=True))


def attack(
    cells: pd.DataFrame, hidden: set[str], side: str, target: str, known: Collection[str] = ()
) -> tuple[float, float]:
    """A reader's range of one hidden count of one indicator, written anew: one unknown a village and side."""
    villages = [code for code in cells["area_code"] if len(code) == 13]
    counts = cells.set_index("area_code")
    x, n = counts["numerator"], counts["denominator"]
    k = len(villages)
    rows, right = [], []
    for code in cells["area_code"]:
        inside = np.array([float(village.startswith(code)) for village in villages])
        for place, value in ((0, x[code]), (1, n[code] - x[code])):
            if code not in hidden:
                rows.append(np.concatenate([inside * (place == 0), inside * (place == 1)]))
                right.append(value)
        if code in known and code in hidden:
            rows.append(np.concatenate([inside, inside]))
            right.append(n[code])
    inside = np.array([float(village.startswith(target)) for village in villages])
    goal = np.concatenate([inside, 0 * inside] if side == "x" else [0 * inside, inside])
    ends = []
    for sign in (1, -1):
        found = linprog(sign * goal, None, None, np.array(rows) if rows else None,
                        np.array(right) if rows else None, bounds=[(0, 1e5)] * (2 * k), method="highs")  # fmt: skip
        assert found.status == 0
        ends.append(sign * found.fun)
    return round(ends[0], 6), round(ends[1], 6)


# ------------------------------------------------------------------ small tables


def test_a_lone_small_village_takes_the_next_smallest_of_its_district_along() -> None:
    cells = tree(named([[(3, 40), (12, 60), (30, 80)], [(20, 50), (30, 70)]]))
    assert gone(cells) == {"99.01.01.2001": "small", "99.01.01.2002": "cover"}


def test_two_small_villages_whose_sum_is_small_take_a_third() -> None:
    """1 and 2 of a known 3 would tell the reader that each is below 5."""
    cells = tree(named([[(1, 40), (2, 60), (30, 80), (40, 90)]]))
    assert gone(cells) == {"99.01.01.2001": "small", "99.01.01.2002": "small", "99.01.01.2003": "cover"}
    assert set(gone(tree(named([[(3, 40), (3, 60), (30, 80)]])))) == {"99.01.01.2001", "99.01.01.2002"}


def test_as_many_cases_as_hidden_villages_are_not_told_as_one_each() -> None:
    """Villages with none are shown, so each hidden one has a case: five with a known five would have one each."""
    cells = tree(named([[(1, 40)] * 5 + [(0, 50), (9, 60), (20, 70)]]))
    assert gone(cells)["99.01.01.2007"] == "cover"
    assert "99.01.01.2006" not in gone(cells)


def test_no_one_beside_few_is_hidden_with_them_in_the_parts_too() -> None:
    """ "n = 0" beside "hidden" would tell where the cases are."""
    cells = tree(named([[(1, 2), (0, 0), (9, 9)], [(0, 0), (0, 0)], [(2, 3), (20, 40)]]), id="S3-14")
    few = cells[cells["area_code"].isin(["99.01.01.2001", "99.01.01.2002"])]
    assert set(gone(cells)) >= set(few["area_code"])
    assert {"99.01.02", "99.01.02.2001", "99.01.02.2002"} <= set(gone(cells))  # the district beside it is small


def test_classes_of_one_whole_are_hidden_together() -> None:
    small_, rest = named([[(3, 40), (12, 60), (30, 80)]]), named([[(20, 40), (25, 60), (30, 80)]])
    cells = pd.concat([tree(small_, "A", together="k"), tree(rest, "B", together="k")], ignore_index=True)
    found = hidden_cells(cells)
    assert {tuple(key) for key in found[["indicator", "area_code"]].to_numpy()} == {
        (id, f"99.01.01.200{village}") for id in "AB" for village in (1, 2)
    }


def test_a_district_hidden_to_cover_another_hides_a_village_of_its_own() -> None:
    """Else its villages would be summed in its own report."""
    cells = tree(named([[(3, 40), (0, 60)], [(9, 50), (11, 70)], [(30, 50), (31, 70)]]))
    found = gone(cells)
    assert found == {
        "99.01.01": "small", "99.01.01.2001": "small", "99.01.02": "cover", "99.01.02.2001": "cover",
    }  # fmt: skip


def test_where_the_regency_itself_is_small_no_more_is_needed() -> None:
    cells = tree(named([[(3, 40), (0, 60)], [(0, 50), (0, 70)]]))
    assert gone(cells) == dict.fromkeys(["99.01", "99.01.01", "99.01.01.2001"], "small")


def test_the_rest_of_a_share_is_protected_as_the_count_is() -> None:
    """38 of 40 leaves 2; a village of which all have it would add nothing to them."""
    cells = tree(named([[(38, 40), (7, 7), (50, 90), (60, 80)]]))
    assert gone(cells) == {"99.01.01.2001": "small", "99.01.01.2003": "cover"}


@pytest.mark.parametrize(
    ("revealing", "counts", "coded"),
    [
        ("all", (200, 200), "above_95"), ("all", (30, 30), ""), ("none", (0, 200), "below_5"), ("none", (0, 30), ""),
    ],
)  # fmt: skip
def test_a_share_that_tells_of_everyone_is_told_in_words_or_hidden(
    revealing: str, counts: tuple[int, int], coded: str
) -> None:
    """In words only where 5 % of the group are at least the threshold: above 95 % of 30 is all."""
    cells = tree(named([[counts, (40, 90), (50, 95)]]), revealing=revealing)
    found = hidden_cells(cells).set_index("area_code")
    assert found.loc["99.01.01.2001", ["why", "coded"]].tolist() == ["everyone", coded]
    assert (found["coded"].drop("99.01.01.2001") == "").all()
    assert "99.01.01.2001" not in gone(cells.assign(revealing=""))


def test_indicators_that_are_not_sensitive_hide_nothing() -> None:
    assert hidden_cells(tree(named([[(3, 40), (1, 60)]]), sensitive=False)).empty


def test_cells_hidden_in_an_earlier_edition_stay_hidden_and_are_covered() -> None:
    cells = tree(named([[(30, 40), (12, 60), (30, 80)], [(20, 50), (30, 70)]]))
    assert gone(cells) == {}
    earlier = pd.DataFrame([cell("99.01.01.2001", 0, 0)])[KEYS]
    assert gone(cells, earlier=earlier) == {"99.01.01.2001": "earlier", "99.01.01.2002": "cover"}
    again = hidden_cells(cells, earlier=earlier)
    pd.testing.assert_frame_equal(hidden_cells(cells, earlier=again)[KEYS], again[KEYS])


def test_the_total_of_a_province_goes_where_one_of_its_regencies_is_hidden() -> None:
    """And each regency decides alone: its own reports do not hold the others."""
    one, other = tree(named([[(3, 40), (0, 60)]])), tree(named([[(9, 50), (11, 70)], [(30, 50), (31, 70)]]))
    other = other.replace(r"^99\.01", "99.02", regex=True)
    top = pd.DataFrame([{**cell("99", 84, 340), "total_of": "", "sensitive": True, "revealing": ""}])
    both = pd.concat([one, other, top], ignore_index=True)
    both.loc[both["area_code"].str.len() == 5, "total_of"] = "99"
    assert gone(both) == {**gone(one), **gone(other), "99": "part"}
    assert gone(other) == {}


# ------------------------------------------------------------------ counts that two indicators print


def shared(villages: dict[str, tuple[float, float]], other: dict[str, tuple[float, float]]) -> pd.DataFrame:
    return pd.concat([tree(villages), tree(other, "S3-02", sensitive=False)], ignore_index=True)


VILLAGES = named([[(3, 40), (12, 60), (30, 80)], [(20, 50), (30, 70), (35, 90)]])


def test_a_size_that_another_indicator_prints_is_known_to_the_reader() -> None:
    cells = shared(VILLAGES, {code: (n - 7, n) for code, (_, n) in VILLAGES.items()})
    links = find_links(cells)
    assert set(zip(links["count"], links["other_count"], strict=True)) == {("n", "n")}
    hidden = np.array([i in (0, 1) for i in range(len(cells))])
    told = ranges(cells, hidden, equations(cells, links))
    assert told[["x_low", "x_high"]].to_numpy().tolist() == [[0, 15], [0, 15]]
    assert told[["y_low", "y_high"]].to_numpy().tolist() == [[25, 40], [45, 60]]


def test_a_cell_that_prints_a_hidden_count_is_hidden_with_it() -> None:
    """Who is at risk is the size of the group that is accompanied."""
    served = tree({code: (x / 2, x) for code, (x, _) in VILLAGES.items()}, "S3-12", sensitive=False)
    found = hidden_cells(pd.concat([tree(VILLAGES), served], ignore_index=True))
    hidden = {id: set(rows["area_code"]) for id, rows in found.groupby("indicator")}
    assert hidden["S3-04"] == {"99.01.01.2001", "99.01.01.2002"} == hidden["S3-12"]
    assert found.loc[found["indicator"] == "S3-12", "why"].eq("shared").all()


# ------------------------------------------------------------------ any table

COUNTS = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, min(n, 12)) | st.integers(0, n), st.just(n)))
TABLES = st.lists(st.lists(COUNTS, min_size=1, max_size=6), min_size=1, max_size=5).map(named)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.booleans())
def test_no_reader_can_narrow_a_small_count_to_the_threshold(
    villages: dict[str, tuple[float, float]], known: bool
) -> None:
    """All that the reports on the districts and on the regency show, against each small count on either side."""
    cells = tree(villages)
    if known:  # another indicator prints the sizes
        cells = shared(villages, {code: (n // 2, n) for code, (_, n) in villages.items()})
    hidden = hidden_cells(cells)
    found = set(hidden.loc[hidden["indicator"] == "S3-04", "area_code"])
    links = find_links(cells)
    sizes = links[(links["count"] == "n") & (links["other_count"] == "n")]
    printed = set(cells["area_code"][sizes["cell"]]) - set(hidden.loc[hidden["indicator"] == "S3-02", "area_code"])
    own = cells[cells["indicator"] == "S3-04"]
    assert set(own.loc[small(own), "area_code"]) <= found
    for _, row in own[small(own)].iterrows():
        code, x, n = row["area_code"], row["numerator"], row["denominator"]
        for side, count in (("x", x), ("y", n - x)):
            if 1 <= count <= 4:
                low, high = attack(own, found, side, code, printed)
                assert low <= 1
                assert high >= (min(5, n) if code in printed else 5)


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_the_ranges_are_those_of_the_attack_and_hold_the_truth(villages: dict[str, tuple[float, float]]) -> None:
    cells = tree(villages).sort_values(KEYS, ignore_index=True)
    hidden = cells["area_code"].isin(hidden_cells(cells)["area_code"]).to_numpy()
    if not hidden.any():
        return
    told = ranges(cells, hidden, equations(cells))
    for place, row in told.iterrows():
        own = cells.loc[place]
        truth = {"x": own["numerator"], "y": own["denominator"] - own["numerator"]}
        for side in "xy":
            low, high = attack(cells, set(cells.loc[hidden, "area_code"]), side, own["area_code"])
            assert row[f"{side}_low"] == low <= truth[side] <= high
            assert row[f"{side}_high"] == high or (high >= 1e5 > row[f"{side}_high"] > 5 + truth[side])


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_few_more_cells_are_hidden_than_are_small(villages: dict[str, tuple[float, float]]) -> None:
    """At most two a small cell at each of its levels, and none without one."""
    why = pd.Series(gone(tree(villages)), dtype="object")
    few = int((why == "small").sum())
    assert (why == "cover").sum() <= 3 * few


@settings(max_examples=30, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_decision_does_not_depend_on_the_order_of_rows(
    villages: dict[str, tuple[float, float]], random: object
) -> None:
    cells = tree(villages)
    order = list(cells.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(hidden_cells(cells), hidden_cells(cells.loc[order]))
