"""Figures that others published on joint coverage and on movement between classes, to their digits.

Figures and sources are in ``oracles/``; where the collection they come from is at hand (``KBK_ORACLES``, else
``../shared/oracles/situation`` beside the checkout) each test reads it as well, and no file of it is left unread.
"""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.indicators.coverage import co_coverage, coverage_index, package_bounds, received_distribution
from kbk_analysis.indicators.forecast import first_reached, forecast_band, projected
from kbk_analysis.indicators.movement import direction_test, movement, row_shares

COPIES = Path(__file__).parent / "oracles"
COLLECTION = Path(os.environ.get("KBK_ORACLES") or Path(__file__).parents[3] / "shared" / "oracles" / "situation")
FOLDERS = {"copy": COPIES} | ({"collection": COLLECTION} if COLLECTION.is_dir() else {})


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    return FOLDERS[request.param]


def facts(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_every_file_of_figures_is_read_by_a_test(folder: Path) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_published_*.py"))
    files = [path.name for path in folder.iterdir() if path.suffix in (".csv", ".json")]
    assert len(files) >= 24
    assert [name for name in files if f'"{name}"' not in tests] == []


# ------------------------------------------------------------------ coverage


def test_composite_coverage_of_countdown(folder: Path) -> None:
    given = facts(folder, "cci_hand.json")
    row = coverage_index(pd.DataFrame([given["input"]])).iloc[0]
    stages = ["family_planning", "maternity", "immunisation", "treatment"]
    assert row[stages].tolist() == given["stages"]
    assert row["value"] == given["expected"]
    assert (row["n"], row["services"], row["reason"]) == (8, 8, "")


def families_with(received: list[int], reached: list[int]) -> pd.DataFrame:
    """Families that receive so many services each, of services that reach so many families each.

    The busiest family takes the services with most places left: if any table has these sums, this finds one.
    """
    left, rows = np.array(reached), []
    for k in sorted(received, reverse=True):
        taken = np.argsort(-left, kind="stable")[:k]
        row = np.zeros(len(left), dtype=int)
        row[taken] = 1
        left = left - row
        rows.append(row)
    assert (left == 0).all()
    return pd.DataFrame(rows)


def test_services_received_together_in_susenas_2017(folder: Path) -> None:
    given = facts(folder, "cocoverage_susenas2017.json")
    expected, coverage = given["expected"], pd.DataFrame([given["coverage_percent"]])
    bounds = package_bounds(coverage).iloc[0]
    assert bounds["mean_services"] == pytest.approx(expected["mean_services_from_coverage"], rel=1e-8)
    assert bounds["upper"] == expected["max_possible_joint_all_8"]
    assert bounds["lower"] == 0
    # Families with both published distributions at once: 2,000 make every share a whole number ("<0.1" as 0.05).
    shares = {int(k): 0.05 if share == "<0.1" else share for k, share in given["received_exactly_k_percent"].items()}
    shares[0] = 100 - sum(shares.values())
    assert shares[0] == pytest.approx(expected["share_none_percent_approx"])
    received = [k for k, share in shares.items() for _ in range(round(20 * share))]
    reached = [round(20 * share) for share in given["coverage_percent"].values()]
    assert len(received) == 2000
    families = families_with(received, reached)
    row = co_coverage(families).iloc[0]
    assert row["mean_services"] == pytest.approx(expected["mean_services_from_distribution"], rel=1e-8)
    assert row["enough"] == pytest.approx(expected["share_6plus_percent"], abs=0.1)  # 9.7 without those of all eight
    assert row["joint"] < 0.1 < bounds["upper"]
    assert row["ratio"] == pytest.approx(100 * bounds["mean_services"] / 8)
    counted = received_distribution(families)
    assert counted["families"].sum() == 2000
    np.testing.assert_allclose(counted["value"], [shares[k] for k in range(9)], atol=1e-9)
    # Independence would give another number, within the bounds and wrong.
    product = 100 * np.prod([share / 100 for share in given["coverage_percent"].values()])
    assert product == pytest.approx(expected["independence_product_all_8_percent"], abs=5e-5)


# ------------------------------------------------------------------ movement


def test_movement_of_145_villages(folder: Path) -> None:
    given = facts(folder, "kampung_kb_transition.json")
    expected, classes = given["expected"], given["classes"]
    pairs = [
        (before, after)
        for before, row in zip(classes, given["counts_from_row_to_col"], strict=True)
        for after, units in zip(classes, row, strict=True)
        for _ in range(units)
    ]
    first, last = (pd.Series([pair[side] for pair in pairs]) for side in (0, 1))
    moved = movement(first, last, classes)
    assert moved.counts.values.tolist() == given["counts_from_row_to_col"]
    assert moved.parts.loc[["up", "same", "down"], "after"].tolist() == [expected[k] for k in ("up", "same", "down")]
    assert moved.counts.sum(axis=1).tolist() == expected["start"]
    assert moved.counts.sum().tolist() == expected["end"]
    shares = row_shares(moved.counts)["value"].to_numpy().reshape(4, 4)
    np.testing.assert_allclose(shares / 100, expected["row_shares"], rtol=1e-8)
    test = direction_test(expected["up"], expected["down"])
    assert test["p"] == pytest.approx(expected["sign_test_exact_two_sided_p"], rel=1e-8)
    assert test["chi2"] == pytest.approx(expected["mcnemar_chi2_no_cc"], rel=1e-8)
    end = moved.counts.sum()
    for years, name in ((1, "expected_counts_next_year_if_unchanged"), (3, "expected_counts_in_3_years_if_unchanged")):
        np.testing.assert_allclose(projected(moved.counts, end, years)["value"], expected[name], rtol=1e-8)


def test_band_of_the_same_villages(folder: Path) -> None:
    # Of the shares stated with this table (32 % now; 41 after one year, 33-49; 54 after three, 39-68; 62 after five,
    # 43-78; nobody left in Dasar after five: probability 0.001) each holds to a point of simulation.
    given = facts(folder, "kampung_kb_transition.json")
    counts = pd.DataFrame(given["counts_from_row_to_col"], index=given["classes"], columns=given["classes"])
    band = forecast_band(counts, counts.sum(), 5, goals={"Berkembang": 145})
    told = 100 * band.xs("Mandiri", level="class")[["start", "median", "lower", "upper"]] / 145
    assert round(told["start"].iloc[0]) == 32
    for year, stated in ((1, (41, 33, 49)), (3, (54, 39, 68)), (5, (62, 43, 78))):
        assert told.loc[year, ["median", "lower", "upper"]].tolist() == pytest.approx(stated, abs=1.5)
    assert band.loc[(5, "Berkembang"), "probability"] < 0.005


def test_weather_in_the_land_of_oz(folder: Path) -> None:
    given = facts(folder, "markov_land_of_oz.json")
    counts = 4 * pd.DataFrame(given["P"], index=given["states"], columns=given["states"])
    rain = pd.Series([1.0, 0.0, 0.0], index=given["states"])
    for days, name in ((3, "P3_row_rain_3dp"), (6, "P6_row_rain_3dp")):
        np.testing.assert_allclose(projected(counts, rain, days)["value"], given["expected"][name], atol=5e-4 + 1e-12)
    np.testing.assert_allclose(projected(counts, rain, 60)["value"], given["expected"]["stationary"], rtol=1e-8)


def test_time_first_reached_as_in_grinstead_and_snell() -> None:
    # Introduction to Probability (1997), example 11.15: the walk over four corners ends after 3, 4, 3 steps
    corners = list("01234")
    walk = pd.DataFrame(np.eye(5, k=1) + np.eye(5, k=-1), index=corners, columns=corners)
    walk.loc["0"], walk.loc["4"] = [1, 0, 0, 0, 0], [0, 0, 0, 0, 1]
    assert first_reached(walk, ["0", "4"])["value"].tolist() == pytest.approx([3, 4, 3])
