"""Which units stand where: the right indicators, honest groups, and nothing that tells a hidden unit."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.indicators.ranks import DRAWS, SEED, rank_intervals
from kbk_analysis.indicators.release import release
from kbk_analysis.schema import Direction, Edition
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.ranking import RANKED, ranking_table
from kbk_analysis.situation.result import Remark

CATALOGUE = load_catalogue()
HIDES = ["rank_lower", "rank_upper", "p_top", "p_middle", "p_bottom"]
# Ten villages of 100 people: two far above, two far below, six in the middle.
TEN = [(95, 100), (94, 100), *[(50, 100)] * 6, (6, 100), (7, 100)]


def values(indicator: str, cells: Sequence[Any], verdicts: Sequence[str] = ()) -> pd.DataFrame:
    """Rows of `unit_table`; a cell is (numerator, denominator) or a reason."""
    rows = []
    for i, cell in enumerate(cells):
        x, n, reason = (*cell, "") if isinstance(cell, tuple) else (None, None, cell)
        value = 100 * x / n if n else None
        verdict = verdicts[i] if i < len(verdicts) else "similar"
        rows.append((f"99.01.01.{2001 + i}", indicator, "2024", x, n, value, reason, "" if reason else verdict))
    columns = ["area_code", "indicator", "period", "numerator", "denominator", "value", "reason", "verdict"]
    frame = pd.DataFrame(rows, columns=columns).astype({"numerator": float, "denominator": float, "value": float})
    return frame.assign(total_of="99.01.01", sensitive=CATALOGUE[indicator].sensitive)


def table(*rows: pd.DataFrame, findings: Sequence[str] = ()) -> pd.DataFrame:
    every = pd.concat(rows, ignore_index=True)
    names = pd.Series({code: f"Desa {code[-4:]}" for code in every["area_code"]})
    return ranking_table(every, names, tuple(Remark("x", {}, indicator=id) for id in findings), CATALOGUE)


def chosen(found: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(found["indicator"]))


# ------------------------------------------------------------------ what a row holds


def test_groups_and_rank_intervals_are_those_of_the_simulation() -> None:
    found = table(values("S3-02", TEN), findings=["S3-02"])
    assert found["group"].tolist() == ["top", "top", *["middle"] * 6, "bottom", "bottom"]
    x, n = zip(*TEN, strict=True)
    expected = rank_intervals(list(x), list(n), Direction.HIGHER)[RANKED]
    pd.testing.assert_frame_equal(found[RANKED], expected)
    assert set(found["draws"]) == {DRAWS}
    assert set(found["seed"]) == {SEED}
    assert (found["rank_reason"] == "").all()


def test_the_best_is_the_lowest_where_lower_is_better() -> None:
    found = table(values("S3-04", TEN), findings=["S3-04"])
    assert CATALOGUE["S3-04"].direction == Direction.LOWER
    assert found["group"].tolist() == ["bottom", "bottom", *["middle"] * 6, "top", "top"]


def test_there_is_no_bare_rank_to_show() -> None:
    assert "rank" not in table(values("S3-02", TEN), findings=["S3-02"])


def test_intervals_are_wilson_at_95_and_998() -> None:
    found = table(values("S3-02", TEN), findings=["S3-02"])
    assert found.loc[2, ["lower95", "upper95"]].tolist() == pytest.approx([40.3832, 59.6168], abs=1e-3)
    assert (found["lower998"] < found["lower95"]).all()
    assert (found["upper998"] > found["upper95"]).all()


def test_rows_come_in_the_order_of_codes_whatever_the_values() -> None:
    rows = values("S3-02", TEN)
    mixed = rows.sample(frac=1, random_state=7)
    found = table(mixed, findings=["S3-02"])
    assert found["area_code"].is_monotonic_increasing
    pd.testing.assert_frame_equal(found, table(rows, findings=["S3-02"]))


def test_below_ten_units_there_is_no_rank_and_the_reason_is_told() -> None:
    found = table(values("S3-02", TEN[:9]), findings=["S3-02"])
    assert set(found["rank_reason"]) == {"too_few_areas"}
    assert set(found["group"]) == {""}
    assert found[HIDES].isna().all(axis=None)
    assert found["value"].notna().all()  # the list stays


@pytest.mark.parametrize(("people", "ranked"), [(19, False), (20, True)])
def test_a_unit_of_fewer_than_twenty_has_no_rank_and_gives_none_to_others(people: int, ranked: bool) -> None:
    found = table(values("S3-02", [*TEN, (people // 2, people)]), findings=["S3-02"])
    assert found["rank_reason"].tolist()[-1] == ("" if ranked else "unstable")
    assert set(found.loc[:9, "areas"]) == {10 + ranked}
    assert found["value"].notna().all()


def test_silent_units_stay_with_their_reason() -> None:
    found = table(values("S3-02", [*TEN, "not_reported", "not_applicable"]), findings=["S3-02"])
    assert found["reason"].tolist()[-2:] == ["not_reported", "not_applicable"]
    assert found["rank_reason"].tolist()[-2:] == ["not_reported", "not_applicable"]
    assert found.loc[10:, [*HIDES, "lower95", "upper998"]].isna().all(axis=None)


# ------------------------------------------------------------------ which indicators


def test_indicators_of_findings_come_first_in_their_order() -> None:
    rows = [values(id, TEN) for id in ("S1-01", "S2-01", "S3-02")]
    assert chosen(table(*rows, findings=["S3-02", "S1-01"])) == ["S3-02", "S1-01"]
    assert chosen(table(*rows, findings=["", "S3-02"])) == ["S3-02"]
    assert chosen(table(*rows)) == []  # no finding, and no village that differs


def test_else_those_in_which_most_units_differ_and_at_most_two() -> None:
    one, two, three = (["worse"] * n for n in (1, 2, 3))
    rows = [values("S1-01", TEN, one), values("S2-01", TEN, three), values("S3-02", TEN, two)]
    assert chosen(table(*rows)) == ["S2-01", "S3-02"]
    assert chosen(table(*rows, findings=["S1-01"])) == ["S1-01", "S2-01"]


@pytest.mark.parametrize("id", ["S1-11", "S2-12", "S3-01", "S4-05"])
def test_what_is_no_proportion_is_not_ranked(id: str) -> None:
    assert CATALOGUE[id].kind != "proportion"
    assert table(values(id, TEN, ["worse"] * 3), findings=[id]).empty


def test_one_usable_unit_is_no_order() -> None:
    cells = [(50, 100), (5, 10), "not_reported"]
    assert table(values("S3-02", cells), findings=["S3-02"]).empty
    assert not table(values("S3-02", [*cells, (60, 100)]), findings=["S3-02"]).empty


def test_an_empty_table_has_the_columns_of_a_full_one() -> None:
    empty, full = table(values("S3-02", TEN)), table(values("S3-02", TEN), findings=["S3-02"])
    assert empty.empty
    assert list(empty.columns) == list(full.columns)


# ------------------------------------------------------------------ what the public edition hides


@dataclasses.dataclass(frozen=True)
class Result:
    ranking: pd.DataFrame
    edition: Edition | None = None


SMALL = [(3, 100), (97, 100), *[(50, 100)] * 8, (40, 100), (60, 100)]


def public(found: pd.DataFrame) -> pd.DataFrame:
    return release(Result(found), "public").ranking


def test_with_a_hidden_unit_all_ranks_of_its_indicator_go() -> None:
    """The places of the others would tell between which of them it stands."""
    full = table(values("S3-04", SMALL), values("S3-02", TEN), findings=["S3-04", "S3-02"])
    shown = public(full)
    part, other = shown[shown["indicator"] == "S3-04"], shown[shown["indicator"] == "S3-02"]
    assert (part["reason"] == "suppressed").sum() == 2
    assert part[HIDES].isna().all(axis=None)
    assert set(part["group"]) == {""}
    assert set(part["rank_reason"]) == {"suppressed"}
    assert part.loc[part["reason"] == "", "value"].notna().all()
    pd.testing.assert_frame_equal(other, full[full["indicator"] == "S3-02"])


def test_a_hidden_unit_leaves_neither_count_nor_limits() -> None:
    gone = public(table(values("S3-04", SMALL), findings=["S3-04"])).loc[[0, 1]]
    numbers = ["numerator", "denominator", "value", "lower95", "upper95", "lower998", "upper998"]
    assert gone[numbers].isna().all(axis=None)
    assert gone["verdict"].tolist() == ["", ""]


def test_what_the_values_hide_the_ranking_hides(analysed: Any) -> None:
    compared = 0
    for number in range(1, 17):
        shown = analysed(f"99.01.{number:02d}", "public")
        keys = ["indicator", "area_code"]
        hidden = shown.unit_values.loc[shown.unit_values["reason"] == "suppressed", keys]
        told = shown.ranking.loc[shown.ranking["value"].notna(), keys]
        assert not set(map(tuple, told.values)) & set(map(tuple, hidden.values))
        compared += len(hidden) * len(told)
    assert compared


def test_a_regency_ranks_its_districts(observe: Callable[..., pd.DataFrame], slice_of: Any) -> None:
    districts = {f"99.01.{n:02d}": 2 for n in range(1, 12)}
    rows = [observe("S3-02", [(20 + 5 * i, 100)] * 2, district=code) for i, code in enumerate(districts)]
    inputs = slice_of(observations=pd.concat(rows, ignore_index=True), villages=districts, area="99.01")
    found = analyse_situation(inputs, formation_year=2026).ranking
    assert found["area_code"].tolist() == list(districts)
    assert set(found["areas"]) == {11}
    assert found["denominator"].tolist() == [200.0] * 11
    assert found["group"].iloc[0] == "bottom"
    assert found["group"].iloc[-1] == "top"
