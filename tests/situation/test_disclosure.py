"""The public editions of all reports on a regency, held together: what one hides none tells."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.indicators.audit import equations, find_links, floors, ranges
from kbk_analysis.indicators.release import SUPPRESSED, release
from kbk_analysis.indicators.suppression import KEYS, hidden_cells
from kbk_analysis.situation.result import Situation

Analysed = Callable[..., Situation]
AREAS = ["99.01", *(f"99.01.{n:02d}" for n in range(1, 17))]
CATALOGUE = load_catalogue()
SENSITIVE = {indicator.id for indicator in CATALOGUE if indicator.sensitive}
# Counts that are one in the demo: the size of the first is the numerator (x) or size (n) of the second.
SAME = {
    "S2-13": ("S1-06", "denominator"), "S3-04": ("S3-02", "denominator"), "S3-09": ("S3-10", "denominator"),
    "S3-12": ("S3-11", "numerator"), "S3-31": ("S1-04", "denominator"), "S3-33": ("S3-32", "numerator"),
    "S4-07": ("S3-11", "numerator"),
}  # fmt: skip
Told = dict[tuple[str, str, str], tuple[float, float]]


def shown(situation: Situation) -> Iterator[tuple[str, str, str, float, float]]:
    """Every count in the frames of a released result: indicator, area, period, numerator, denominator."""
    for name in ("unit_values", "series", "levels", "funnel"):
        frame = getattr(situation, name)
        for id, area, period, x, n in frame[[*KEYS, "numerator", "denominator"]].itertuples(index=False):
            yield id, area, period, x, n
    levels = situation.levels
    for id, row in levels.iterrows():
        yield (
            str(id),
            situation.area_code,
            row["previous_period"],
            row["previous_numerator"],
            row["previous_denominator"],
        )
        yield str(id), situation.parent_code, row["period"], row["benchmark_numerator"], row["benchmark_denominator"]


@pytest.fixture(scope="module")
def told(analysed: Analysed) -> Told:
    """All counts that the 17 public reports show; the same count is the same wherever it stands."""
    found: Told = {}
    for area in AREAS:
        for id, code, period, x, n in shown(analysed(area, "public")):
            if not (pd.isna(x) or pd.isna(n)):
                assert found.setdefault((id, code, period), (x, n)) == (x, n)
    return found


def attack(told: Told, counts: pd.DataFrame, id: str, period: str) -> Iterator[tuple[str, str, float, float, float]]:
    """Range of each hidden small count, from all that is told: area, side, size if told, low, high."""
    own = counts[(counts["indicator"] == id) & (counts["period"] == period)].set_index("area_code")
    villages = [code for code in own.index if len(code) == 13]
    k = len(villages)
    equal, right = [], []
    for code in own.index:
        inside = np.array([float(village.startswith(code)) for village in villages])
        if (id, code, period) in told:
            x, n = told[id, code, period]
            equal += [np.concatenate([inside, 0 * inside]), np.concatenate([0 * inside, inside])]
            right += [x, n - x]
    sizes = {}
    if id in SAME:
        other, column = SAME[id]
        for place, code in enumerate(villages):
            if (other, code, period) in told:
                sizes[code] = told[other, code, period][column == "denominator"]
                if sizes[code] == own["denominator"][code]:
                    equal.append(np.eye(1, 2 * k, place)[0] + np.eye(1, 2 * k, k + place)[0])
                    right.append(sizes[code])
    hidden = own[[(id, code, period) not in told for code in own.index]]
    for code, x, n in hidden[["numerator", "denominator"]].itertuples():
        for side, count in (("x", x), ("y", n - x)):
            if not 1 <= count <= 4:
                continue
            inside = np.array([float(village.startswith(code)) for village in villages])
            goal = np.concatenate([inside, 0 * inside] if side == "x" else [0 * inside, inside])
            ends = []
            for sign in (1, -1):
                found = linprog(sign * goal, None, None, np.array(equal), np.array(right), (0, 1e5), method="highs")
                assert found.status == 0
                ends.append(round(sign * found.fun, 6))
            yield code, side, sizes.get(code, np.inf), *ends


@pytest.mark.parametrize("id", [*sorted(SAME), "S3-13", "S3-14", "S3-28"])
def test_all_reports_together_leave_every_small_count_open(told: Told, analysed: Analysed, id: str) -> None:
    """Hidden, it may be anything from 1 to 5 and beyond, or to the size of its group where that is told."""
    counts = analysed("99.01").counts
    tried = list(attack(told, counts, id, "2024"))[::4]
    for code, side, size, low, high in tried:
        assert low <= 1, (code, side)
        assert high >= min(5, size), (code, side)
    assert tried or id in ("S3-04", "S3-31")


def test_the_reports_on_districts_and_on_the_regency_hide_the_same_cells(analysed: Analysed) -> None:
    whole = analysed("99.01", "public").hidden
    for area in AREAS[1:]:
        pd.testing.assert_frame_equal(analysed(area, "public").hidden, whole)
        result = analysed(area, "public")
        keys = pd.MultiIndex.from_frame(whole[KEYS])
        for name in ("unit_values", "series", "funnel"):
            frame = getattr(result, name)
            gone = frame["reason"].isin(SUPPRESSED)
            assert (pd.MultiIndex.from_frame(frame[KEYS]).isin(keys) == gone).all(), (area, name)


def test_the_sums_of_villages_are_those_of_district_and_regency(analysed: Analysed) -> None:
    counts = analysed("99.01.01").counts
    length = counts["area_code"].str.len()
    for child, parent in ((13, 8), (8, 5)):
        sums = counts[length == child].groupby(["indicator", "period", "total_of"])[["numerator", "denominator"]].sum()
        above = counts[length == parent].set_index(["indicator", "period", "area_code"])[["numerator", "denominator"]]
        pd.testing.assert_frame_equal(sums, above.loc[sums.index], check_names=False)
        # classes of families and risk factors take part by district
        apart = above.index.difference(sums.index).get_level_values("indicator")
        assert not set(apart) & set(CATALOGUE.indicators)


def test_last_years_edition_hid_the_same_cells_of_its_years(analysed: Analysed) -> None:
    """The decision rests on the counts of the period alone."""
    now, before = analysed("99.01", "public").hidden, analysed("99.01", "public", "2022").hidden
    assert len(before)
    pd.testing.assert_frame_equal(now[now["period"] <= "2022"].reset_index(drop=True), before)


def test_cells_hidden_in_an_earlier_edition_are_blank_in_the_next(analysed: Analysed) -> None:
    full = analysed("99.01.01")
    free = release(full, "public").unit_values
    row = free[free["sensitive"] & (free["reason"] == "")].iloc[0]
    earlier = row[KEYS].to_frame().T
    after = release(full, "public", earlier=earlier)
    cells = after.unit_values.set_index(["indicator", "area_code"])
    assert cells.loc[(row["indicator"], row["area_code"]), ["value", "reason"]].isna().iloc[0]
    others = after.hidden.merge(analysed("99.01.01", "public").hidden[KEYS], how="left", indicator=True)
    new = others[others["_merge"] == "left_only"]
    assert set(new["why"]) == {"earlier", "cover"}
    assert len(new) <= 4


def test_the_public_edition_keeps_no_count_that_decided(analysed: Analysed) -> None:
    public, internal = analysed("99.01.02", "public"), analysed("99.01.02", "internal")
    assert public.counts.empty
    assert list(public.hidden.columns) == [*KEYS, "why", "coded"]
    assert internal.hidden.empty
    assert len(internal.counts)
    assert set(public.hidden["indicator"]) <= SENSITIVE


def test_few_cells_are_hidden_to_cover_others(analysed: Analysed) -> None:
    """The demo hides about one cell for every twelve small ones, against a reader who knows the rule."""
    why = analysed("99.01", "public").hidden["why"].value_counts()
    assert why["small"] > 4000
    assert why.get("cover", 0) < 0.09 * why["small"]


def test_nearly_every_covering_cell_of_a_year_is_needed(analysed: Analysed) -> None:
    """Shown, it would let a small count be told, or narrowed; what is hidden first is not asked again at the end."""
    counts = analysed("99.01").counts
    cells = counts[(counts["period"] == "2024") & counts["numerator"].notna()].sort_values(KEYS, ignore_index=True)
    found = hidden_cells(cells)
    keys = pd.MultiIndex.from_frame(cells[KEYS])
    hidden = keys.isin(pd.MultiIndex.from_frame(found[KEYS]))
    system, floor = equations(cells, find_links(cells)), floors(cells, 5)
    x, y = cells["numerator"], cells["denominator"] - cells["numerator"]
    needed = []
    for place in np.flatnonzero(keys.isin(pd.MultiIndex.from_frame(found.loc[found["why"] == "cover", KEYS]))):
        without = hidden.copy()
        without[place] = False
        told = ranges(cells, without, system, floor=floor)
        alike = cells.loc[told.index, "indicator"] == cells.loc[place, "indicator"]
        narrow = (x.between(1, 4).loc[told.index] & ((told["x_high"] < 5) | (told["x_low"] > 1))) | (
            y.between(1, 4).loc[told.index] & ((told["y_high"] < 5) | (told["y_low"] > 1))
        )
        pinned = (told["x_high"] == told["x_low"]) & (told["y_high"] == told["y_low"])
        needed.append(bool(((narrow | pinned) & alike).any()))
    assert len(needed) > 50
    assert np.mean(needed) >= 0.95
