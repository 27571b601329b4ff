"""Score tables that others published, computed again; their printing errors are in the files and are not reproduced.

The tables are in ``oracles/`` with their sources. Where the folder they were taken from is at hand (``KBK_ORACLES`` of
the same form, else ``../shared/oracles/priority`` beside the checkout), it is read as well.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kbk_analysis.priority.agreement import concordance
from kbk_analysis.priority.combining import combine, condorcet_winner, duel_majorities
from kbk_analysis.priority.formula import Criterion, Formula, Method, mid_ranks, ranks, wins
from kbk_analysis.priority.gaps import shortfall, sturges_classes
from kbk_analysis.priority.methods import METHODS, weighted
from kbk_analysis.priority.opinions import pair_weights, promethee, topsis, vikor
from kbk_analysis.priority.robustness import weight_acceptability

OWN = Path(__file__).parent / "oracles"
GIVEN = Path(__file__).parents[3] / "shared" / "oracles" / "priority"
FOLDERS = [OWN, GIVEN] if GIVEN.is_dir() else [OWN]
CASES = {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.json"))}


def read(name: str) -> dict[str, Any]:
    return json.loads(CASES[name].read_text("utf-8"))


TABLES = {
    "usg_sum_promkes6": "usg_sum",
    "usg_sum_aktualisasi3": "usg_sum",
    "usg_product_stunting2": "usg_product",
    "carl_7_tie": "carl",
    "carl_mutu3": "carl",
    "paho_phbs2": "paho_concern",
    "reinke_sampah4": "reinke",
}
OTHERS = {
    "mcua_phbs4", "hanlon_dbd4", "hanlon_variants_derived", "hanlon_A_sturges18", "kendall_nag_g08da",
    "kendall_applicants6", "topsis_tzeng_huang4", "vikor_mountain3", "promethee_usual4_derived", "ahp_drinks7",
    "borda_copeland_tennessee", "smaa_two_criteria_exact", "usg_multi_judge_missing_derived",
}  # fmt: skip


def test_every_case_is_a_test_here() -> None:
    assert set(CASES) == set(TABLES) | OTHERS


@pytest.mark.parametrize(("case", "method"), TABLES.items())
def test_a_table_of_one_score_a_cell(case: str, method: str) -> None:
    given = read(case)
    inputs, expected = given["inputs"], given["expected"]
    letters = inputs.get("criteria") or inputs["columns"]
    found = METHODS[method]
    places = [letters.index(letter) for letter in found.letters]
    totals = found.totals(np.array(inputs["scores"], dtype=float)[:, places])
    np.testing.assert_allclose(totals, expected["scores"], atol=given["tolerance"])
    assert ranks(totals).tolist() == expected["rank_min"]
    assert mid_ranks(totals).tolist() == expected["rank_average"]


def test_a_table_with_agreed_weights() -> None:
    given = read("mcua_phbs4")
    weights = dict(zip("abcd", given["inputs"]["weights"], strict=True))
    totals = weighted("mcua", "MCUA", weights, 1, 10).totals(np.array(given["inputs"]["scores"], dtype=float))
    assert totals.tolist() == given["expected"]["scores"]
    assert ranks(totals).tolist() == given["expected"]["rank_min"]


def test_hanlon_with_urgency_gravity_and_cost_as_one() -> None:
    given = read("hanlon_dbd4")
    inputs, expected = given["inputs"], given["expected"]
    b = np.mean(inputs["B_parts"], axis=1)
    np.testing.assert_allclose(b, expected["B"], atol=1e-6)
    totals = METHODS["hanlon_sum"].totals(np.stack([inputs["A"], b, inputs["C"]], axis=1))
    np.testing.assert_allclose(totals, expected["NPD"], atol=given["tolerance"])
    assert ranks(totals).tolist() == expected["rank_min"]  # unrounded, two of them are exactly equal
    assert mid_ranks(totals).tolist() == expected["rank_average"]


def test_the_variants_of_hanlon_give_other_orders() -> None:
    given = read("hanlon_variants_derived")
    inputs, expected = given["inputs"], given["expected"]
    scores = np.stack([inputs["A"], inputs["B"], inputs["C"]], axis=1).astype(float)
    names = {"sum_times": "hanlon_sum", "bpr_div3": "hanlon_third", "naccho_2B": "hanlon_double"}
    for variant, name in names.items():
        totals = METHODS[name].totals(scores)
        np.testing.assert_allclose(totals, expected[variant]["scores"], atol=1e-5)
        # B is given to nine digits, which is coarser than the tolerance of a tie
        assert ranks(totals.round(6)).tolist() == expected[variant]["rank_min"]


def test_size_classes_from_gaps() -> None:
    given = read("hanlon_A_sturges18")
    inputs, expected = given["inputs"], given["expected"]
    gaps = shortfall(inputs["achievement"], inputs["target"], True)
    np.testing.assert_allclose(gaps, expected["gap"], atol=1e-9)
    found = sturges_classes(gaps, indicators=inputs["n_for_k"])
    np.testing.assert_allclose(found.edges, expected["edges"], atol=1e-4)
    assert found.width == pytest.approx(expected["width"], abs=1e-6)
    assert len(found.edges) - 1 == expected["k"]
    (name,) = [key for key in expected if key.startswith("class")]
    assert found.classes.tolist() == expected[name]


@pytest.mark.parametrize("case", ["kendall_nag_g08da", "kendall_applicants6"])
def test_concordance_of_judges(case: str) -> None:
    given = read(case)
    expected = given["expected"]
    found = concordance(-np.array(given["inputs"]["ratings_by_judge"], dtype=float))
    assert found.w == pytest.approx(expected["W"], abs=1e-6)
    assert (found.judges, found.problems) == (expected["m"], expected["n"])
    assert found.mean_spearman == pytest.approx(expected["mean_spearman"], abs=1e-6)
    if "p_exact_permutation" in expected:
        assert found.p == pytest.approx(expected["p_exact_permutation"], abs=0.02)
    else:
        assert found.p < 0.01


def test_second_opinions() -> None:
    given = read("topsis_tzeng_huang4")
    matrix, weights = (np.array(given["inputs"][key], dtype=float) for key in ("matrix", "weights"))
    closeness = topsis(matrix, weights)
    np.testing.assert_allclose(closeness, given["expected"]["closeness"], atol=1e-6)
    assert ranks(closeness).tolist() == given["expected"]["rank_min"]

    given = read("promethee_usual4_derived")
    matrix, weights = (np.array(given["inputs"][key], dtype=float) for key in ("matrix", "weights"))
    flows = promethee(matrix, weights)
    np.testing.assert_allclose(flows, given["expected"]["phi"], atol=1e-6)
    assert ranks(flows).tolist() == given["expected"]["rank_min"]

    given = read("vikor_mountain3")
    matrix = np.array(given["inputs"]["matrix"], dtype=float) * given["inputs"]["types"]
    found = vikor(matrix, np.array(given["inputs"]["weights"]), v=given["inputs"]["v"])
    for name in ("S", "R", "Q"):
        np.testing.assert_allclose(getattr(found, name.lower()), given["expected"][name], atol=1e-6)
    assert [place + 1 for place in found.chosen] == given["published"]["compromise"]
    assert ranks(-found.q).tolist() == given["expected"]["rank_min"]


def test_weights_from_pairs() -> None:
    given = read("ahp_drinks7")
    expected = given["expected"]
    found = pair_weights(np.array(given["inputs"]["matrix"]))
    np.testing.assert_allclose(found.weights, list(expected["weights"].values()), atol=1e-6)
    assert found.eigenvalue == pytest.approx(expected["lambda_max"], abs=1e-5)
    assert found.ratio == pytest.approx(given["published"]["CR"], abs=5e-4)
    assert found.consistent


def test_a_capital_for_tennessee() -> None:
    given = read("borda_copeland_tennessee")
    items, expected = given["inputs"]["items"], given["expected"]
    ballots = [
        [len(order) - order.index(item) for item in items] for n, order in given["inputs"]["ballots"] for _ in range(n)
    ]
    scores = np.array(ballots, dtype=float)[:, :, None]
    one = Method(
        id="order", name="urutan", criteria=(Criterion(id="x", low=1, high=4),), formula=Formula(blocks=({"x": 1},))
    )
    found = combine(scores, one)
    assert found.borda.tolist() == expected["borda"]
    # wins alone are published; duels lost are the rest of the three
    assert ((found.copeland + 3) / 2).tolist() == expected["copeland"]
    pairwise = np.array(expected["pairwise"])
    assert duel_majorities(scores[:, :, 0]).tolist() == (pairwise - pairwise.T).tolist()
    assert items[condorcet_winner(scores[:, :, 0])] == expected["condorcet_winner"]


def test_acceptability_over_all_weights() -> None:
    given = read("smaa_two_criteria_exact")
    criteria = tuple(Criterion(id=letter, low=0, high=1) for letter in "ab")
    method = Method(id="two", name="dua", criteria=criteria, formula=Formula(blocks=({"a": 1, "b": 1},)))
    found = weight_acceptability(np.array(given["inputs"]["values"]), method)
    np.testing.assert_allclose(found.by_rank, given["expected"]["rank_acceptability"], atol=given["tolerance"])
    np.testing.assert_allclose(found.before, given["expected"]["pairwise_win"], atol=given["tolerance"])


def test_a_judge_who_abstains_is_not_a_zero() -> None:
    given = read("usg_multi_judge_missing_derived")
    scores = np.array([given["inputs"]["scores"][judge] for judge in given["inputs"]["judges"]], dtype=float)
    found = combine(scores, METHODS["usg_sum"])
    np.testing.assert_allclose(found.totals, given["expected"]["scores"], atol=1e-6)
    assert found.rank.tolist() == given["expected"]["rank_min"]
    assert found.judges.tolist() == given["expected"]["n_judges"]


def test_wins_of_pairs_add_up() -> None:
    found = wins(np.array([[5.0, 4, 4], [3, 3, 3], [4, 4, 5], [2, 3, 2]]))
    assert found.sum() == 3 * 4 * 3 / 2
