"""Figures that others published on trends, control limits, disparity, outliers and reversals, to their digits.

The figures and their sources are in ``oracles/``. Where the collection they come from is at hand (``KBK_ORACLES``, else
``../shared/oracles/situation`` beside the checkout) each test reads it as well. A figure with fewer digits is compared
at half a unit of its last one, others at 1e-8 of the value.
"""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.indicators.control import xmr_limits
from kbk_analysis.indicators.decomposition import chance_share
from kbk_analysis.indicators.disparity import disparity
from kbk_analysis.indicators.kendall import mann_kendall, upper_tail
from kbk_analysis.indicators.ordered import ordered
from kbk_analysis.indicators.outliers import extremes, mad_bounds, max_z
from kbk_analysis.indicators.simpson import simpson, strata_differences
from kbk_analysis.indicators.trend import recent_proportions, recent_values, trend_test

COPIES = Path(__file__).parent / "oracles"
COLLECTION = Path(os.environ.get("KBK_ORACLES") or Path(__file__).parents[3] / "shared" / "oracles" / "situation")
FOLDERS = {"copy": COPIES} | ({"collection": COLLECTION} if COLLECTION.is_dir() else {})


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    return FOLDERS[request.param]


def facts(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def digits(value: float, printed: float, places: int) -> None:
    assert abs(value - printed) <= 0.5 * 10**-places + 1e-12


# ------------------------------------------------------------------ disparity

NAMES = {
    "bgv": "bgv", "bgsd": "bgsd", "cov": "cov", "mdbu": "mdb_unweighted", "mdbw": "mdb_weighted",
    "mdmu": "mdm_unweighted", "mdmw": "mdm_weighted", "mdru": "mdr_unweighted", "mdrw": "mdr_weighted",
    "idisu": "idis_unweighted", "idisw": "idis_weighted", "ti": "theil", "mld": "mld", "par": "par", "paf": "paf",
}  # fmt: skip


def test_disparity_of_34_provinces_as_in_healthequal(folder: Path) -> None:
    given = pd.read_csv(folder / "disparity_indonesia_provinces_input.csv", comment="#", index_col="subgroup")
    expected = facts(folder, "disparity_indonesia_provinces_expected.json")
    reference = given.loc[given["reference_subgroup"] == 1, "estimate"].item()
    table = disparity(given["estimate"], given["population"], "higher", reference=reference)
    assert (table["reason"] == "").all()
    assert table["n"].eq(expected["n_subgroups"]).all()
    assert table.loc["mean", "value"] == pytest.approx(expected["weighted_mean"], rel=1e-12)
    assert set(NAMES) == set(expected["measures"])
    for theirs, ours in NAMES.items():  # printed with ten significant digits
        assert table.loc[ours, "value"] == pytest.approx(expected["measures"][theirs], rel=1e-9), ours
    assert table.loc["difference", "value"] == pytest.approx(expected["simple"]["difference_max_min"], rel=1e-12)
    assert table.loc["ratio", "value"] == pytest.approx(expected["simple"]["ratio_max_min"], rel=1e-12)
    # a standard error of 0 (Bali, 100 %) is a value like others
    parts = chance_share(given["estimate"], given["se"], given["population"])
    assert parts.loc["bgv", "value"] == pytest.approx(expected["measures"]["bgv"], rel=1e-9)
    assert parts.loc["bgv_se", "value"] == pytest.approx(expected["bgv_se"], rel=1e-9)


def test_births_over_wealth_quintiles(folder: Path) -> None:
    given = facts(folder, "inequality_ordered_births.json")
    expected = given["expected"]
    rows = pd.DataFrame(given["input"])
    table = ordered(rows["estimate"], rows["subgroup_order"], rows["population"], groups=True)
    assert table.loc["aci", "value"] == pytest.approx(expected["aci"], rel=1e-8)
    assert table.loc["rci", "value"] == pytest.approx(expected["rci"], rel=1e-8)
    # the published slopes stand on populations rounded up, the logit also on whole numbers of births
    people = np.ceil(rows["population"])
    linear = ordered(rows["estimate"] / 100, rows["subgroup_order"], people, scale=1, groups=True)
    assert linear.loc["sii_linear", "value"] == pytest.approx(expected["sii_linear_wls"], rel=1e-8)
    assert linear.loc["rii_linear", "value"] == pytest.approx(expected["rii_linear_wls"], rel=1e-8)
    births = (rows["estimate"] / 100 * people).round()
    logit = ordered(100 * births / people, rows["subgroup_order"], people, groups=True)
    assert logit.loc["sii_logit", "value"] == pytest.approx(100 * expected["sii_logit_binomial"], rel=1e-8)
    assert logit.loc["rii_logit", "value"] == pytest.approx(expected["rii_logit_binomial"], rel=1e-8)
    assert all("linear" in text for text in table.filter(like="linear", axis="index")["method"])
    assert all("logit" in text for text in table.filter(like="logit", axis="index")["method"])


def test_slope_index_of_public_health_england(folder: Path) -> None:
    for case in facts(folder, "sii_phe.json")["cases"]:
        value, people = pd.Series(case["value"]), pd.Series(case["population"])
        table = ordered(value, pd.Series(range(len(value))), people, scale=None, groups=True)
        assert table.loc["sii_linear", "value"] == pytest.approx(case["expected"]["sii"], rel=1e-8)
        assert table.loc["rii_linear", "value"] == pytest.approx(case["expected"]["rii"], rel=1e-8)
        assert "sii_logit" not in table.index


def test_concentration_of_child_deaths_in_india(folder: Path) -> None:
    given = facts(folder, "concentration_index_india.json")
    rate, births = pd.Series(given["u5mr_per_1000"]), pd.Series(given["births"])
    index = ordered(rate, pd.Series(range(5)), births, scale=None).loc["rci", "value"]
    assert index == pytest.approx(given["expected"]["concentration_index"], rel=1e-8)
    digits(index, given["expected"]["concentration_index_4dp"], 4)


# ------------------------------------------------------------------ series


def test_exact_tail_of_mann_kendall_as_in_gilbert(folder: Path) -> None:
    table = pd.read_csv(folder / "mann_kendall_exact_tail.csv", comment="#", dtype={"published_upper_tail": str})
    for row in table.itertuples():
        tail = upper_tail(row.S, row.n)
        assert tail == pytest.approx(row.exact_upper_tail, rel=1e-8)
        if (row.n, row.S) != (8, 26):  # printed .00019, is .000198
            mantissa, _, power = row.published_upper_tail.partition("e")
            digits(tail, float(row.published_upper_tail), len(mantissa.partition(".")[2]) - int(power or 0))


def test_mann_kendall_of_three_series(folder: Path) -> None:
    by_hand, with_r, rise = facts(folder, "mann_kendall_series.json")["cases"]
    row = mann_kendall(pd.Series(by_hand["series"])).iloc[0]
    assert (row["s"], row["ties"]) == (by_hand["S"], by_hand["n_ties_pairs"])
    assert row["variance"] == pytest.approx(by_hand["var_S"], rel=1e-8)
    digits(row["z"], by_hand["Z"], 4)
    digits(row["p_rising"], by_hand["p_one_sided_normal"], 4)
    assert "normal" in row["method"]
    row = mann_kendall(pd.Series(with_r["series"])).iloc[0]
    assert (row["s"], row["sen"]) == (with_r["S"], with_r["sen_slope"])
    digits(row["tau"], with_r["tau"], 7)
    digits(row["p"], with_r["p_two_sided_exact"], 8)
    assert "exact" in row["method"]
    row = mann_kendall(pd.Series(rise["series"])).iloc[0]
    assert row["s"] == rise["S"]
    assert row["p"] == pytest.approx(rise["p_two_sided_exact"], rel=1e-8)


def test_trend_in_proportions_as_in_r(folder: Path) -> None:
    given = facts(folder, "trend_proportions.json")
    x, n = (pd.Series(given[name], index=given["scores"]) for name in ("x", "n"))
    row, expected = trend_test(x, n).iloc[0], given["expected"]
    digits(row["chi2"], expected["chi2_trend"], 4)
    digits(row["p"], expected["p"], 6)
    assert row["slope"] == pytest.approx(expected["slope_per_unit"], rel=1e-8)
    digits(row["chi2_homogeneity"], expected["chi2_homogeneity"], 4)
    digits(row["p_homogeneity"], expected["p_homogeneity"], 6)
    assert row["chi2_departure"] == pytest.approx(expected["departure_from_linearity_chi2"], abs=1e-4)


def test_recent_trend_as_in_fingertips(folder: Path) -> None:
    given = facts(folder, "recent_trend_fingertips.json")
    for case in given["cases"].values():
        x, n = (pd.Series(case[name], index=range(2020, 2025)) for name in ("x", "n"))
        row = recent_proportions(x, n, "higher", scale=1).iloc[0]
        assert row["trend"] == case["published_marker"]
        assert row["chi2"] == pytest.approx(case["chi2_trend"], rel=1e-8)
        assert row["slope"] == pytest.approx(case["slope_per_year"], rel=1e-8)
        assert row["stable"] == case["sign_stable_leave_one_out"]
        short = recent_proportions(x.iloc[1:], n.iloc[1:], "higher").iloc[0]
        assert (short["n"], short["trend"], short["reason"]) == (
            given["too_few_points"]["n_points"],
            "",
            "too_few_points",
        )


def test_recent_trend_of_six_more_series_of_fingertips() -> None:
    given = facts(COPIES, "recent_trend_fingertips_values.json")
    for kind in ("proportions", "values"):
        for case in given[kind]:
            cell = {name: pd.Series(case[name], index=case["years"]) for name in case if isinstance(case[name], list)}
            if kind == "proportions":
                row = recent_proportions(cell["x"], cell["n"], "higher").iloc[0]
            else:
                row = recent_values(cell["value"], (cell["upper"] - cell["lower"]) / 3.92, "higher").iloc[0]
            assert row["trend"] == case["published_marker"]
            if "published_chi2_2dp" in case:
                digits(row["chi2"], case["published_chi2_2dp"], 2)


def test_control_limits_as_in_plot_the_dots(folder: Path) -> None:
    given = facts(folder, "spc_xmr.json")
    row = xmr_limits(pd.Series(given["y"])).iloc[0]
    for ours, theirs in {"mean": "mean", "lower": "lpl", "upper": "upl"}.items():
        digits(row[ours], given["expected"][theirs], 10)


# ------------------------------------------------------------------ odd figures and reversals


def test_median_rule_fires_where_standard_deviations_cannot(folder: Path) -> None:
    given = facts(folder, "outliers_mad.json")
    x, expected = pd.Series(given["x"]), given["expected"]
    bounds, points = mad_bounds(x).iloc[0], extremes(x)
    assert bounds["median"] == expected["median"]
    assert bounds["mad"] == pytest.approx(expected["mad_scaled"], rel=1e-8)
    assert bounds[["lower", "upper"]].tolist() == pytest.approx(expected["bounds_5mad"], rel=1e-8)
    assert points["flag"].eq("extreme").tolist() == expected["flag_5mad"]
    odd = given["x"].index(940)
    assert points["z"].iloc[odd] == pytest.approx(expected["modified_z_of_940"], rel=1e-8)
    ordinary = (940 - np.mean(x)) / np.std(x, ddof=1)
    assert ordinary == pytest.approx(expected["ordinary_z_of_940"], rel=1e-8)
    assert max_z(12) == pytest.approx(expected["max_possible_ordinary_z_n12"], rel=1e-8)


def test_kidney_stones_reverse(folder: Path) -> None:
    given = facts(folder, "simpson_kidney.json")
    rows = {
        name: dict(zip(("x1", "n1", "x2", "n2"), (*cells["A"], *cells["B"]), strict=True))
        for name, cells in given["strata"].items()
    }
    counts = pd.DataFrame.from_dict(rows, orient="index").rename_axis("size")
    each, total = strata_differences(counts), simpson(counts).iloc[0]
    for name in rows:
        digits(each.loc[name, "p1"], given["expected"]["pct"][name]["A"], 1)
        digits(each.loc[name, "p2"], given["expected"]["pct"][name]["B"], 1)
    x, n = given["expected"]["total"]["A"]
    assert total["p1"] == pytest.approx(100 * x / n)
    assert total["n"] == n + given["expected"]["total"]["B"][1]
    digits(total["p2"], given["expected"]["pct"]["total"]["B"], 1)
    assert bool(total["disagree"]) is bool(total["reversal"]) is given["expected"]["reversal"]
    assert total["difference"] < 0 < total["standardised"]
