"""iBangga and families at risk against numbers worked out by hand; what may not be given, and what is hidden."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.store import open_dataset
from kbk_analysis.indicators.release import release
from kbk_analysis.schema import Edition
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.family import ibangga_tables, overlap, risk_table
from kbk_analysis.situation.inputs import Inputs, read_inputs
from kbk_analysis.situation.result import Situation

CATALOGUE = load_catalogue()
Observe = Callable[..., pd.DataFrame]
Slice = Callable[..., Inputs]
OWN, OTHER = "99.01.01", "99.01.02"
# three villages of 20, 30 and 50 families
CLASSES = {
    "IBG-RENTAN": [(10, 20), (6, 30), (5, 50)],
    "IBG-BERKEMBANG": [(8, 20), (15, 30), (25, 50)],
    "IBG-TANGGUH": [(2, 20), (9, 30), (20, 50)],
}
MEANS = {"IBG": [40, 50, 60], "IBG-TENTERAM": [42, 52, 62], "IBG-MANDIRI": [30, 40, 50], "IBG-BAHAGIA": [48, 58, 68]}
RISK = {"S3-11": [(30, 100), (20, 50)], "KRS-AIR": [(20, 100), (5, 50)], "KRS-JAMBAN": [(15, 100), (18, 50)]}


@pytest.fixture
def family(observe: Observe, slice_of: Slice) -> Callable[..., Inputs]:
    """Inputs of a district and a neighbour with the given cells."""

    def make(cells: dict[str, Sequence[Any]], other: dict[str, Sequence[Any]] | None = None, number: int = 3) -> Inputs:
        rows = [observe(id, values, district=OWN) for id, values in cells.items()]
        rows += [observe(id, values, district=OTHER) for id, values in (other or {}).items()]
        return slice_of(None, pd.concat(rows), villages={OWN: number, OTHER: number}, area=OWN)

    return make


def whole(inputs: Inputs, edition: str = "internal") -> Situation:
    return release(analyse_situation(inputs, formation_year=2026), edition)


# ------------------------------------------------------------------ iBangga


def test_means_are_weighted_by_families(family: Callable[..., Inputs]) -> None:
    means, _ = ibangga_tables(family({**MEANS, **CLASSES}), CATALOGUE)
    # (20 x 40 + 30 x 50 + 50 x 60) / 100; the plain mean of villages would be 50
    assert means.loc["IBG", ["value", "n", "reported", "expected", "reason"]].tolist() == [53.0, 100.0, 3, 3, ""]
    assert means.loc["IBG-MANDIRI", "value"] == pytest.approx(43.0)
    assert means["group"].tolist() == ["index", "dimension", "dimension", "dimension"]
    assert not {"lower", "upper"} & set(means.columns)  # a score has no limits


def test_classes_are_sums_of_families_and_their_shares(family: Callable[..., Inputs]) -> None:
    _, classes = ibangga_tables(family({**MEANS, **CLASSES}), CATALOGUE)
    assert classes["numerator"].tolist() == [21, 48, 31]
    assert classes["value"].tolist() == pytest.approx([21, 48, 31])
    assert classes["value"].sum() == pytest.approx(100)


def test_the_parent_is_all_villages_and_not_the_mean_of_districts(family: Callable[..., Inputs]) -> None:
    other = {"IBG": [80], "IBG-RENTAN": [(0, 300)], "IBG-BERKEMBANG": [(100, 300)], "IBG-TANGGUH": [(200, 300)]}
    means, classes = ibangga_tables(family({**MEANS, **CLASSES}, other), CATALOGUE)
    assert means.loc["IBG", "benchmark"] == pytest.approx((5300 + 300 * 80) / 400)
    assert means.loc["IBG", "benchmark_n"] == 400
    assert classes["benchmark_numerator"].tolist() == [21, 148, 231]


def test_a_mean_without_its_distribution_is_refused(family: Callable[..., Inputs]) -> None:
    means, classes = ibangga_tables(family(MEANS), CATALOGUE)
    assert means["reason"].tolist() == ["no_distribution"] * 4
    assert means["value"].isna().all()
    assert classes["numerator"].isna().all()


def test_a_village_whose_classes_do_not_add_up_is_left_out(family: Callable[..., Inputs]) -> None:
    wrong = {**CLASSES, "IBG-TANGGUH": [(2, 20), (9, 30), (19, 50)]}
    means, classes = ibangga_tables(family({**MEANS, **wrong}), CATALOGUE)
    assert means.loc["IBG", ["reported", "reason"]].tolist() == [2, "incomplete"]  # 2 of 3 is below the gate of 75 %
    assert classes["reason"].tolist() == ["incomplete"] * 3


@pytest.mark.parametrize(("score", "reason"), [(101, "no_distribution"), (None, "not_reported")])
def test_a_score_out_of_bounds_or_blank_is_no_score(
    family: Callable[..., Inputs], score: float | None, reason: str
) -> None:
    cells = {**MEANS, **CLASSES, "IBG-MANDIRI": [score] * 3}
    means, _ = ibangga_tables(family(cells), CATALOGUE)
    assert means.loc["IBG-MANDIRI", "reason"] in (reason, "not_reported")
    assert means.loc["IBG", "reason"] == ""
    assert pd.isna(means.loc["IBG-MANDIRI", "value"])


def test_fewer_than_twenty_families_give_no_mean(family: Callable[..., Inputs]) -> None:
    few = {"IBG": [40], "IBG-RENTAN": [(9, 19)], "IBG-BERKEMBANG": [(6, 19)], "IBG-TANGGUH": [(4, 19)]}
    means, _ = ibangga_tables(family(few, number=1), CATALOGUE)
    assert means.loc["IBG", "reason"] == "unstable"


def test_a_hidden_class_takes_the_others_along(family: Callable[..., Inputs]) -> None:
    cells = {
        "IBG": [55, 55, 55],
        "IBG-RENTAN": [(1, 40), (1, 40), (1, 40)],
        "IBG-BERKEMBANG": [(21, 40), (22, 40), (23, 40)],
        "IBG-TANGGUH": [(18, 40), (17, 40), (16, 40)],
    }
    internal = whole(family(cells))
    assert internal.ibangga_classes["numerator"].tolist() == [3, 66, 51]
    public = whole(family(cells), "public").ibangga_classes
    assert public["reason"].tolist() == ["suppressed"] * 3  # the families that were classed would tell the third
    assert public["numerator"].isna().all()


# ------------------------------------------------------------------ families at risk


def test_each_factor_is_a_share_of_the_target_families(family: Callable[..., Inputs]) -> None:
    risk = risk_table(family(RISK, number=2), CATALOGUE)
    assert risk.index.tolist() == ["S3-11", "KRS-AIR", "KRS-JAMBAN"]
    assert risk["numerator"].tolist() == [50, 25, 33]
    assert risk["value"].tolist() == pytest.approx([100 * 50 / 150, 100 * 25 / 150, 22])
    assert (risk["lower"] < risk["value"]).all()
    assert risk["overlapping"].tolist() == [False, True, True]
    assert risk["group"].tolist() == ["whole", "factor", "factor"]


def test_the_sum_of_factors_is_told_against_the_families_at_risk(family: Callable[..., Inputs]) -> None:
    risk = risk_table(family(RISK, number=2), CATALOGUE)
    assert overlap(risk) == (58, 50)  # 25 + 33 times on 50 families


@pytest.mark.parametrize(
    "change",
    [
        {"KRS-AIR": [(20, 100), None]},  # other villages
        {"KRS-AIR": [(20, 90), (5, 50)]},  # other target families
        {"S3-11": [None, None]},
    ],
)
def test_the_overlap_is_not_told_of_different_families(family: Callable[..., Inputs], change: dict[str, Any]) -> None:
    assert overlap(risk_table(family({**RISK, **change}, number=2), CATALOGUE)) is None


def test_one_factor_alone_overlaps_with_nothing(family: Callable[..., Inputs]) -> None:
    assert overlap(risk_table(family({"S3-11": [(30, 100)], "KRS-AIR": [(20, 100)]}, number=1), CATALOGUE)) is None


def test_small_counts_leave_with_the_overlap_that_would_tell_them(family: Callable[..., Inputs]) -> None:
    cells = {**RISK, "KRS-AIR": [(2, 100), (1, 50)]}
    public = whole(family(cells, number=2), "public")
    assert public.risk.loc["KRS-AIR", "reason"] == "suppressed"
    assert public.risk.loc["KRS-AIR", ["numerator", "value", "lower"]].isna().all()
    assert overlap(public.risk) is None
    assert overlap(whole(family(cells, number=2)).risk) == (36, 50)


def test_nothing_of_families_in_the_data_gives_empty_frames(family: Callable[..., Inputs]) -> None:
    found = whole(family({"S3-11": [(30, 100)], "S3-02": [(5, 10)]}, number=1))
    assert found.risk.empty
    assert found.ibangga.empty
    assert found.ibangga_classes.empty
    assert release(analyse_situation(family({"S3-02": [(5, 10)]}, number=1), formation_year=2026), "public").risk.empty


def test_blocks_stay_out_of_levels_quality_findings_and_units() -> None:
    with open_dataset("demo") as dataset:
        inputs = read_inputs(dataset, area_code="99.01.07", period="2024")
    own = CATALOGUE.block_entries
    assert inputs.observations["indicator"].isin(list(own)).any()
    found = whole(inputs, Edition.INTERNAL)
    for frame in (found.levels, found.unit_values, found.series, found.context, found.quality.indicators):
        assert not frame["indicator"].isin(list(own)).any()
    assert not {remark.indicator for remark in (*found.findings, *found.asks)} & set(own)
    assert found.risk.loc["S3-11", "numerator"] == found.levels.loc["S3-11", "numerator"]
