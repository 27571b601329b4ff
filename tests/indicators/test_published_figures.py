"""Figures that others published, reproduced to their digits.

The figures are in ``oracles/`` with their sources. Where the folder they were taken from is at hand (``KBK_ORACLES``,
else ``../shared/oracles/situation`` beside the checkout), it is read as well, so that a copy cannot go stale.
"""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.indicators.benchmarks import benjamini_hochberg, score_p
from kbk_analysis.indicators.funnel import overdispersion, ratio_funnel, ratio_interval, share_funnel, share_limits
from kbk_analysis.indicators.proportions import SCREEN, difference, share, wilson
from kbk_analysis.indicators.rates import byar, count_limits, exact_poisson, rate, standardised_rate, standardised_ratio

OWN = Path(__file__).parent / "oracles"
GIVEN = Path(os.environ.get("KBK_ORACLES") or Path(__file__).parents[3] / "shared" / "oracles" / "situation")


@pytest.fixture(params=[OWN, GIVEN] if GIVEN.is_dir() else [OWN], ids=lambda folder: folder.name)
def published(request: pytest.FixtureRequest):
    """Reads one file of figures."""

    def read(name: str):
        path = request.param / name
        if path.suffix == ".json":
            return json.loads(path.read_text(encoding="utf-8"))
        return pd.read_csv(path, comment="#")

    return read


def test_proportions_of_public_health_england(published) -> None:
    table = published("proportion_wilson.csv")
    for confidence, name in ((0.95, "95"), (SCREEN, "998")):
        found = share(table["numerator"], table["denominator"], scale=1, confidence=confidence)
        np.testing.assert_allclose(found["value"], table["proportion"], rtol=1e-8)
        np.testing.assert_allclose(found["lower"], table[f"lower{name}"], rtol=1e-8)
        np.testing.assert_allclose(found["upper"], table[f"upper{name}"], rtol=1e-8)


def test_limits_of_public_health_england_with_fractions_and_blanks(published) -> None:
    table = published("byar_wilson_limits.csv")
    assert set(table["method"]) == {"byar", "wilson"}
    for row in table.itertuples():
        counts = (row.x, row.n) if row.method == "wilson" else (row.x,)
        lower, upper = {"byar": byar, "wilson": wilson}[row.method](*counts, confidence=row.confidence)
        assert float(upper) == pytest.approx(row.upper, rel=1e-8)
        if np.isnan(row.lower):  # the formula falls below zero
            assert float(lower) == 0
        else:
            assert float(lower) == pytest.approx(row.lower, rel=1e-8)


def test_table_one_of_newcombe(published) -> None:
    table = published("newcombe1998_single_proportion.csv").query("method == 'wilson'")
    lower, upper = wilson(table["x"], table["n"])
    np.testing.assert_allclose(lower, table["lower_4dp"], atol=5e-5, rtol=0)
    np.testing.assert_allclose(upper, table["upper_4dp"], atol=5e-5, rtol=0)


def test_exact_and_byar_limits_of_counts(published) -> None:
    table = published("poisson_exact_vs_byar.csv")
    for function, name in ((exact_poisson, "exact"), (byar, "byar")):
        for limit, side in zip(function(table["count"]), ("lower", "upper"), strict=True):
            np.testing.assert_allclose(limit, table[f"{name}_{side}95"], atol=5.1e-7, rtol=0)
    few = table["count"] < 10
    for limit, side in zip(count_limits(table["count"]), ("lower", "upper"), strict=True):
        expected = table[f"exact_{side}95"].where(few, table[f"byar_{side}95"])
        np.testing.assert_allclose(limit, expected, atol=5.1e-7, rtol=0)
    rates = rate(table["count"], 500, multiplier=1000)
    assert rates["method"].tolist() == np.where(few, "exact_poisson", "byar").tolist()
    np.testing.assert_allclose(rates["upper"], 2 * table["exact_upper95"].where(few, table["byar_upper95"]), atol=2e-6)
    ratios = standardised_ratio(table["count"], 50)  # the same limits, as observed over expected times 100
    np.testing.assert_allclose(ratios["lower"], rates["lower"], rtol=1e-12)


def test_funnel_of_public_health_england(published) -> None:
    table = published("funnel_proportion_limits.csv")
    assert len(table) == 100
    for confidence, name in ((0.95, "2s"), (SCREEN, "3s")):
        for limit, side in zip(
            share_limits(table["denominator"], table["baseline"] / 100, confidence), ("lower", "upper"), strict=True
        ):
            np.testing.assert_allclose(100 * limit, table[f"{side}_{name}"], atol=2e-6, rtol=0)


CLASSES = {
    "High (0.001)": "above_998",
    "High (0.025)": "above_95",
    "Not significant": "inside",
    "Low (0.025)": "below_95",
    "Low (0.001)": "below_998",
}


def test_areas_against_the_funnel_of_public_health_england(published) -> None:
    table = published("funnel_proportion_significance.csv").set_index("area")
    found = share_funnel(table["numerator"], table["denominator"])
    assert found["position"].tolist() == table["significance"].map(CLASSES).tolist()
    assert found.index.equals(table.index)
    assert found["centre"].iloc[0] == pytest.approx(100 * table["numerator"].sum() / table["denominator"].sum())
    # A funnel and an interval about each area answer alike.
    p = score_p(table["numerator"], table["denominator"], found["centre"] / 100)
    assert ((p < 0.05) == (found["position"] != "inside")).all()
    assert ((p < 0.002) == found["position"].str.endswith("998")).all()
    # Areas of tens of thousands differ by more than chance: there the finding is the spread, not the list.
    assert found["spread_out"].all()
    assert (found["wide_position"] != "inside").sum() < (found["position"] != "inside").sum() / 2


def test_spread_and_poisson_funnel_of_standardised_ratios(published) -> None:
    given = published("funnel_overdispersion_sr.json")
    table, expected = pd.DataFrame(given["input"]), given["expected"]
    found = overdispersion(np.sqrt(table["numerator"] / table["denominator"]), 1, 0.5 / np.sqrt(table["denominator"]))
    np.testing.assert_allclose(found.z, expected["z"], rtol=5e-9)
    np.testing.assert_allclose(found.winsorised, expected["z_winsorised"], rtol=5e-9)
    assert found.phi == pytest.approx(expected["phi"], rel=1e-8)
    assert found.tau2 == pytest.approx(expected["tau2"], rel=1e-8)
    funnel = ratio_funnel(table["numerator"], table["denominator"], minimum=6)
    assert funnel["phi"].tolist() == pytest.approx([expected["phi"]] * 6, rel=1e-8)
    assert funnel["tau2"].tolist() == pytest.approx([expected["tau2"]] * 6, rel=1e-8)
    assert funnel["spread_out"].all()
    limits = given["poisson_limits_check"]
    for confidence, name in ((0.95, "95"), (SCREEN, "998")):
        lower, upper = ratio_interval(limits["n"], confidence=confidence)
        np.testing.assert_allclose(lower, limits[f"ll{name}"], atol=5.1e-8, rtol=0)
        np.testing.assert_allclose(upper, limits[f"ul{name}"], atol=5.1e-7, rtol=0)
        drawn = ratio_funnel(limits["n"], limits["n"], minimum=3, form="interval", scale=1)
        assert drawn[f"lower{name}"].tolist() == lower.tolist()
        assert drawn[f"upper{name}"].tolist() == upper.tolist()


def test_example_of_benjamini_and_hochberg(published) -> None:
    given = published("multiple_testing_bh1995.json")
    found = benjamini_hochberg(given["p"], q=given["alpha"])
    np.testing.assert_allclose(found["adjusted"], given["adjusted_bh"], atol=5.1e-10, rtol=0)
    assert found["flagged"].sum() == given["rejected_bh"]
    # Blanks anywhere change nothing for the rest.
    spread = pd.Series(np.nan, index=range(45))
    spread.iloc[::3] = given["p"]
    again = benjamini_hochberg(spread, q=given["alpha"])
    np.testing.assert_allclose(again["adjusted"].iloc[::3], found["adjusted"], rtol=1e-12)
    assert again["n"].tolist() == [15] * 45
    assert (again["reason"] == "not_reported").sum() == 30
    assert again["flagged"].sum() == given["rejected_bh"]


def test_reversal_of_the_kidney_stones_is_undone_by_standardising(published) -> None:
    given = published("simpson_kidney.json")
    rows = pd.DataFrame(
        [
            {"size": size, "treatment": treatment, "x": x, "n": n}
            for size, cells in given["strata"].items()
            for treatment, (x, n) in cells.items()
        ]
    )
    printed = rows.apply(lambda row: given["expected"]["pct"][row["size"]][row["treatment"]], axis=1)
    np.testing.assert_allclose(share(rows["x"], rows["n"])["value"], printed, atol=0.05)
    totals = rows.groupby("treatment")[["x", "n"]].sum()
    assert totals.T.to_dict("list") == given["expected"]["total"]
    value = share(totals["x"], totals["n"])["value"]
    np.testing.assert_allclose(value, [given["expected"]["pct"]["total"][name] for name in ("A", "B")], atol=0.051)
    standard = rows.groupby("size")["n"].transform("sum")
    standardised = standardised_rate(rows["x"], rows["n"], standard, rows["treatment"], multiplier=100)["value"]
    assert given["expected"]["reversal"]
    assert value["A"] < value["B"]
    assert standardised["A"] > standardised["B"]
    assert standardised["A"] == pytest.approx(100 * (357 * 81 / 87 + 343 * 192 / 263) / 700)


def test_worked_examples_of_direct_standardisation() -> None:
    given = json.loads((OWN / "direct_standardisation_frome.json").read_text(encoding="utf-8"))
    population = np.array(given["stratum_events"]) / np.array(given["stratum_rates"])
    for case in given["cases"]:
        found = standardised_rate(case["events"], population, given["standard"], multiplier=1).iloc[0]
        events = sum(case["events"])
        assert found["value"] == pytest.approx(case["rate"], abs=1.5e-4)  # the inputs are printed with 6 digits
        low, high = byar(events)
        error = (found["upper"] - found["value"]) / (high - events) * np.sqrt(events)
        assert error == pytest.approx(case["standard_error"], abs=1.5e-4)
        assert (found["value"] - found["lower"]) / error == pytest.approx((events - low) / np.sqrt(events))


def test_difference_of_newcombe() -> None:
    # Newcombe (1998), Stat. Med. 17: 873-890, table II, method 10
    rows = [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ]
    x1, n1, x2, n2, lower, upper = np.array(rows).T
    low, high = difference(x1, n1, x2, n2)
    np.testing.assert_allclose(low, lower, atol=5.1e-5, rtol=0)
    np.testing.assert_allclose(high, upper, atol=5.1e-5, rtol=0)
