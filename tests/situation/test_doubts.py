"""What rests on figures that cannot be true is set aside, and told as such."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.doubts import RESTS, doubtful_cells, heavy, resting, set_aside, sound_units, unjudged
from kbk_analysis.situation.inputs import Inputs
from kbk_analysis.situation.remarks import silent_findings
from kbk_analysis.situation.result import Remark

CATALOGUE = load_catalogue()
HERE = "99.01.01"
NAN = float("nan")
CHECK = {
    "rule": "members_above_families", "severity": "extreme", "indicator": "", "item": "families_adolescent",
    "area_code": f"{HERE}.2001", "name": "KAMPUNG SATU", "period": "2024-06-12", "value": 378.0, "usual": 371.0,
    "years": NAN,
}  # fmt: skip
SUMMARY = pd.DataFrame({"rule": ["copied"], "passed": ["yes"]}).set_index("rule")


def cells(*rows: tuple[str, int, float], period: str = "2024") -> pd.DataFrame:
    """Reported village cells: (indicator, village, denominator)."""
    return pd.DataFrame(
        [
            {"indicator": id, "area_code": f"{HERE}.{2000 + at}", "period": period, "denominator": n, "reported": True}
            for id, at, n in rows
        ]
    )


def checks(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{**CHECK, **row} for row in rows])


def test_a_contradiction_of_a_kampung_reaches_the_indicators_made_from_its_figures_and_no_other() -> None:
    own = cells(("S2-02", 1, 378), ("S2-04", 1, 371), ("S2-03", 1, 90), ("S2-02", 2, 378), ("S3-20", 1, 378))
    found = doubtful_cells(checks({}), SUMMARY, own)
    assert list(zip(found["indicator"], found["area_code"], strict=True)) == [
        ("S2-02", f"{HERE}.2001"),
        ("S2-04", f"{HERE}.2001"),
    ]
    assert len(doubtful_cells(checks({"period": "2023-06-12"}), SUMMARY, own)) == 0  # another year's export
    assert len(doubtful_cells(checks({"severity": "look"}), SUMMARY, own)) == 0


def test_repeated_figures_are_doubtful_each_beyond_chance_or_too_many_of_them() -> None:
    row = {"rule": "copied", "indicator": "S3-29", "period": "2024", "severity": "look"}
    own = cells(("S3-29", 1, 100))
    assert len(doubtful_cells(checks(row), SUMMARY, own)) == 0
    assert len(doubtful_cells(checks({**row, "severity": "extreme"}), SUMMARY, own)) == 1
    assert len(doubtful_cells(checks(row), SUMMARY.assign(passed="no"), own)) == 1


@pytest.mark.parametrize(("others", "told"), [(1899.0, True), (1901.0, False)])
def test_a_value_rests_on_doubtful_figures_above_one_person_in_twenty(others: float, told: bool) -> None:
    own = cells(("S2-02", 1, 100), ("S2-02", 2, others))
    odd = pd.DataFrame([{"area_code": f"{HERE}.2001", "indicator": "S2-02", "period": "2024", "check": 0}])
    assert (dict(heavy(odd, own)) == {"S2-02": {"2024"}}) is told
    (share,) = resting(odd, own, pd.Series(HERE, index=own.index))
    assert share == pytest.approx(100 * 100 / (100 + others))
    assert RESTS == 5.0


def test_where_nobody_is_counted_villages_are() -> None:
    own = cells(*[("S4-10", at, NAN) for at in range(1, 5)])
    odd = pd.DataFrame([{"area_code": f"{HERE}.2001", "indicator": "S4-10", "period": "2024", "check": 0}])
    assert list(resting(odd, own, pd.Series(HERE, index=own.index))) == [25.0]


def put_aside(remark: Remark, indicator: str = "S2-02") -> Remark:
    row = {"rule": "copied", "indicator": indicator, "period": "2024"}
    own = cells((indicator, 1, 100))
    table = checks(row)
    odd = doubtful_cells(table, SUMMARY, own)
    (found,) = set_aside([remark], heavy(odd, own), odd, table, CATALOGUE, pd.Series({f"{HERE}.2001": "Satu"}))
    return found


def test_a_finding_on_a_doubtful_value_becomes_the_question_and_weighs_no_more_than_what_is_known() -> None:
    found = put_aside(Remark("worse", {"period": "2024", "value": 3.0}, "S2-02", weight=0.9))
    assert (found.code, found.indicator, found.weight) == ("set_aside", "S2-02", 0.55)
    assert found.values["names"] == ("Satu",)
    assert found.values["rule"] == "copied"
    assert "value" in found.values


@pytest.mark.parametrize(
    "remark",
    [
        Remark("worse", {"period": "2023"}, "S2-02", weight=0.9),
        Remark("worse", {"period": "2024"}, "S2-01", weight=0.9),
        Remark("formation", {"missing": 3}, weight=0.9),
    ],
)
def test_other_findings_stay(remark: Remark) -> None:
    assert put_aside(remark) is remark


def test_a_trend_is_set_aside_for_a_year_between_its_ends() -> None:
    values = {"period": "2025", "previous_period": "2021", "points": 5}
    assert put_aside(Remark("trend_worse", values, "S2-02", weight=0.2)).code == "set_aside"
    del values["points"]
    assert put_aside(Remark("worsened", values, "S2-02", weight=0.2)).code == "worsened"


def test_of_a_sensitive_indicator_the_figures_are_not_told() -> None:
    sensitive = next(one.id for one in CATALOGUE if one.sensitive)
    found = put_aside(Remark("worse", {"period": "2024"}, sensitive, weight=0.9), sensitive)
    assert found.values == {"names": ("Satu",), "period": "2024", "rule": ""}


def test_levels_and_trends_lose_their_verdict_and_keep_their_numbers() -> None:
    levels = pd.DataFrame(
        {"value": [8.7, 60.0], "period": "2024", "target_status": "reached", "verdict": "worse", "certain": True},
        index=["S2-02", "S2-03"],
    )
    trends = pd.DataFrame(
        {"first": 2020.0, "last": 2024.0, "trend": "increasing", "verdict": "better", "reason": ""},
        index=["S2-02", "S2-03"],
    )
    told, marked = unjudged(levels, trends, {"S2-02": {"2024"}})
    assert list(told["value"]) == [8.7, 60.0]
    assert list(told["target_status"]) == ["", "reached"]
    assert list(told["certain"]) == [False, True]
    assert list(marked["reason"]) == ["doubtful", ""]
    assert list(marked["verdict"]) == ["", "better"]
    earlier, _ = unjudged(levels, trends, {"S2-02": {"2023"}})
    assert list(earlier["verdict"]) == ["worse", "worse"]


def test_a_unit_that_rests_on_doubtful_figures_is_no_finding() -> None:
    own = cells(("S2-02", 1, 100), ("S2-02", 2, 100))
    odd = pd.DataFrame([{"area_code": f"{HERE}.2001", "indicator": "S2-02", "period": "2024", "check": 0}])
    units = own.assign(verdict="worse")
    assert list(sound_units(units, odd, own)["area_code"]) == [f"{HERE}.2002"]
    assert sound_units(units, odd.head(0), own) is units


def test_the_whole_analysis_sets_a_spread_aside_and_leaves_its_values(
    observe: Callable[..., pd.DataFrame], slice_of: Callable[..., Inputs]
) -> None:
    """Twelve villages far apart, two of which repeat large counts of the year before."""
    rng = np.random.default_rng(5)
    now = [(int(n * p), n) for n, p in zip(range(400, 520, 10), [0.2, 0.8] * 6, strict=True)]
    before = [now[0], now[1], *[(int(x * 0.9), n + int(rng.integers(3, 9))) for x, n in now[2:]]]
    older = [now[0], now[1], *[(int(x * 0.8), n - 7) for x, n in now[2:]]]
    rows = [observe("S4-01", part, period=p) for p, part in (("2022", older), ("2023", before), ("2024", now))]

    def seen(observations: pd.DataFrame) -> Any:
        return analyse_situation(slice_of(observations=observations, villages={HERE: 12}), formation_year=2026)

    found = seen(pd.concat(rows))
    (told,) = [r for r in found.findings if r.indicator == "S4-01"]
    assert told.code == "copied_counts"  # the question comes before any comparison
    assert told.unit in {f"{HERE}.2001", f"{HERE}.2002"}
    own = found.spreads[found.spreads["area_code"] == f"{HERE}.*"]
    assert set(own.loc[own["measure"] == "mdm_weighted", "reason"]) == {"doubtful"}
    assert found.levels.loc["S4-01", "value"] == pytest.approx(100 * sum(x for x, _ in now) / sum(n for _, n in now))
    assert found.levels.loc["S4-01", "target_status"] == ""
    fresh = pd.concat([rows[2], observe("S4-01", [(x - 9, n - 9) for x, n in now], period="2023")])
    spreads = seen(fresh).spreads
    assert set(spreads.loc[spreads["measure"] == "mdm_weighted", "reason"]) == {""}


# ------------------------------------------------------------------ sources that say nothing


def silent(reported: list[bool], blank: tuple[int, ...] = ()) -> list[Remark]:
    rows = pd.DataFrame(
        [
            {"indicator": id, "area_code": f"{HERE}.{2001 + at}", "period": "2024", "source": "siga", "expected": True,
             "reported": one}
            for id in ("S3-02", "S3-04")
            for at, one in enumerate(reported)
        ]
    )  # fmt: skip
    kampung = pd.DataFrame({"village_code": [f"{HERE}.{2001 + at}" for at in blank], "couples": NAN})
    return silent_findings(rows, HERE, kampung)


@pytest.mark.parametrize(("said", "told"), [(4, 0), (5, 0), (3, 1), (0, 1)])
def test_a_source_is_told_when_half_of_the_villages_say_nothing(said: int, told: int) -> None:
    found = silent([at < said for at in range(7)])
    assert len(found) == told
    if found:
        assert found[0].values["n"] == 7 - said
        assert (found[0].values["villages"], found[0].values["indicators"]) == (7, 2)


def test_few_villages_and_kampung_told_already_are_not_told_again() -> None:
    assert silent([False, False, True]) == []
    assert silent([False] * 4 + [True], blank=(0, 1, 2)) == []
    assert len(silent([False] * 4 + [True], blank=(0, 1))) == 1
