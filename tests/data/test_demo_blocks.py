"""iBangga and KRS by factor in the demo dataset: identities that hold in any world, and nothing else disturbed."""

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.demo import build_demo
from kbk_analysis.data.demo.observations import observations_table
from kbk_analysis.schema import Status

CATALOGUE = load_catalogue()
KEY = ["area_code", "period"]
CLASSES = ["IBG-RENTAN", "IBG-BERKEMBANG", "IBG-TANGGUH"]
DIMENSIONS = ["IBG-TENTERAM", "IBG-MANDIRI", "IBG-BAHAGIA"]


@pytest.fixture(scope="module", params=[2022, 0, 71])
def observed(request: pytest.FixtureRequest) -> pd.DataFrame:
    return build_demo(seed=request.param)["observations"]


def wide(observed: pd.DataFrame, column: str) -> pd.DataFrame:
    return observed.pivot(index=KEY, columns="indicator", values=column)


def reported(observed: pd.DataFrame, indicator: str) -> set[tuple[str, str]]:
    rows = observed[(observed["indicator"] == indicator) & (observed["status"] == Status.REPORTED)]
    return set(zip(rows["area_code"], rows["period"], strict=True))


def test_blocks_are_reported_where_what_they_rest_on_is(observed: pd.DataFrame) -> None:
    for block, base in (("ibangga", "S1-07"), ("krs", "S3-11")):
        expected = {key for key in reported(observed, base) if len(key[0]) == 13}
        assert len(expected) > 600
        for entry in CATALOGUE.of_block(block):
            assert reported(observed, entry.id) == expected


def test_the_denominator_is_that_of_the_families_at_risk(observed: pd.DataFrame) -> None:
    target = wide(observed, "denominator")
    for entry in CATALOGUE.of_block("krs"):
        pd.testing.assert_series_equal(target[entry.id], target["S3-11"], check_names=False)


def test_a_part_never_exceeds_what_it_is_within(observed: pd.DataFrame) -> None:
    counts, target = wide(observed, "numerator"), wide(observed, "denominator")
    for entry in CATALOGUE.of_block("krs"):
        bound = counts[entry.within] if entry.within else target[entry.id]
        known = counts[entry.id].notna()
        assert known.any()
        assert (counts[entry.id] <= bound)[known].all(), entry.id


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("S3-11", ["KRS-AIR", "KRS-JAMBAN", "KRS-4T"]),
        ("KRS-4T", ["KRS-MUDA", "KRS-TUA", "KRS-DEKAT", "KRS-BANYAK"]),
    ],
)
def test_a_union_lies_between_its_largest_part_and_the_sum_of_all(
    observed: pd.DataFrame, whole: str, parts: list[str]
) -> None:
    counts = wide(observed, "numerator").dropna(subset=[whole])
    assert (counts[whole] <= counts[parts].sum(axis=1)).all()
    assert (counts[whole] >= counts[parts].max(axis=1)).all()
    assert counts[parts].sum().sum() > 1.2 * counts[whole].sum()  # they do overlap


def test_every_target_family_is_in_a_target_group(observed: pd.DataFrame) -> None:
    groups = wide(observed, "numerator")[["KRS-PUS", "KRS-BADUTA", "KRS-BALITA"]].dropna()
    target = wide(observed, "denominator")["KRS-PUS"].loc[groups.index]
    assert (groups.sum(axis=1) >= target).all()


def test_no_family_at_risk_has_two_welfare_ranks(observed: pd.DataFrame) -> None:
    counts = wide(observed, "numerator").dropna(subset=["S3-11"])
    ranks = counts[[f"KRS-D{rank}" for rank in (1, 2, 3, 4)]]
    assert (ranks.sum(axis=1) <= counts["S3-11"]).all()


def test_classes_add_up_to_the_families_recorded(observed: pd.DataFrame) -> None:
    counts, of = wide(observed, "numerator"), wide(observed, "denominator")[CLASSES].dropna()
    assert (of.nunique(axis=1) == 1).all()
    assert (counts.loc[of.index, CLASSES].sum(axis=1) == of["IBG-RENTAN"]).all()
    assert (of["IBG-RENTAN"] == counts.loc[of.index, "S1-07"]).all()


def test_the_index_is_the_mean_of_its_dimensions_and_within_bounds(observed: pd.DataFrame) -> None:
    values = wide(observed, "value")[["IBG", *DIMENSIONS]].dropna()
    assert values.ge(0).all(axis=None)
    assert values.le(100).all(axis=None)
    assert np.allclose(values["IBG"], values[DIMENSIONS].mean(axis=1), atol=0.0051)


def test_villages_with_a_higher_index_have_fewer_vulnerable_families(observed: pd.DataFrame) -> None:
    values = wide(observed, "value")[["IBG", "IBG-RENTAN", "IBG-TANGGUH"]].dropna()
    correlation = values.corr("spearman")["IBG"]
    assert correlation["IBG-RENTAN"] < -0.6
    assert correlation["IBG-TANGGUH"] > 0.6


def test_no_other_row_knows_of_the_blocks(observed: pd.DataFrame) -> None:
    """Rows of the 72 are those drawn without the blocks, cell by cell."""
    from kbk_analysis.data.demo.effects import Effects
    from kbk_analysis.data.demo.observations import stream
    from kbk_analysis.data.demo.plantings import load_plantings
    from kbk_analysis.data.demo.world import build_world

    plantings = load_plantings()
    world = build_world(stream(71, "world"), plantings.kampung_villages)
    alone = observations_table(71, world, Effects(world, plantings))
    both = build_demo(seed=71)["observations"]
    rest = both[~both["indicator"].isin(list(CATALOGUE.block_entries))].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, alone, check_dtype=False)
