"""A sample of the back-tests; the full run is a command, its figures are in docs/reliability.md.

Seeds here are others than those of the full run.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kbk_analysis.areacode import parent_of
from kbk_analysis.data.demo import NOTHING
from kbk_analysis.data.demo.build import demo_meta
from kbk_analysis.data.demo.plantings import PlantedFinding, Plantings
from kbk_analysis.data.store import open_dataset, write_dataset
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.inputs import read_inputs
from tests.backtests.campaign import Score, hand_planted, null_score, plants_score
from tests.backtests.memory import FORMATION_YEAR, REGENCY, Demo
from tests.backtests.naming import outcome
from tests.backtests.plants import KINDS, draw_plantings
from tests.backtests.truth import Truth, flagged

SEEDS = (41, 42)


@pytest.fixture(scope="module")
def planted() -> Score:
    """A dataset with plantings drawn at random."""
    return plants_score(SEEDS[0], draw_plantings(SEEDS[0]))


@pytest.fixture(scope="module")
def by_hand() -> Score:
    """The three datasets planted apart from the analysis."""
    total = Score()
    for _, seed, plantings in hand_planted():
        total.add(plants_score(seed, plantings))
    return total


# ------------------------------------------------------------------ what is asked of the analysis


def test_where_nothing_differs_hardly_a_cell_is_flagged() -> None:
    score = null_score(SEEDS[0], alike=True)
    assert score.counts["cells"] > 6_000
    assert score.share("cells flagged", "cells") < 0.5
    assert score.counts["cells on the wrong side"] == score.counts["cells flagged"]


def test_where_villages_differ_flags_are_on_the_side_of_the_truth() -> None:
    score = null_score(SEEDS[0], alike=False)
    assert score.counts["cells flagged"] > 300
    assert score.share("cells on the wrong side", "cells flagged") < 2


def test_plants_drawn_at_random_are_named(planted: Score) -> None:
    assert planted.share("named: plants", "plants") >= 90  # of ten; the full run asks for 95 % of two thousand
    assert planted.share("cells on the wrong side", "cells flagged") < 2


def test_plants_of_someone_who_has_not_read_the_analysis_are_named(by_hand: Score) -> None:
    assert by_hand.counts["plants"] == 29 + 39
    assert by_hand.share("named: plants", "plants") >= 90


# ------------------------------------------------------------------ the back-tests themselves


def test_a_dataset_in_memory_says_what_its_files_say(tmp_path: Path) -> None:
    demo = Demo(SEEDS[0], draw_plantings(SEEDS[0]), funnels=True)
    dataset = open_dataset(write_dataset(tmp_path / "data", demo_meta(demo.tables), demo.tables))
    for area in ("99.01.02", "99.01.03", REGENCY):
        inputs = read_inputs(dataset, area_code=area, period="2024")
        whole, found = analyse_situation(inputs, formation_year=FORMATION_YEAR), demo.see(area)
        for name in ("levels", "unit_values", "trends", "series", "funnel"):
            pd.testing.assert_frame_equal(getattr(whole, name), getattr(found, name), check_dtype=False)
        assert [(r.code, r.indicator, r.unit) for r in whole.findings] == [
            (r.code, r.indicator, r.unit) for r in found.findings
        ]


def test_plantings_are_drawn_anew_for_each_seed_and_each_in_a_place_of_its_own() -> None:
    drawn = {seed: draw_plantings(seed).findings for seed in range(20)}
    assert drawn[3] == draw_plantings(3).findings
    assert len({(plant.area, plant.indicator) for plants in drawn.values() for plant in plants}) > 150
    for plants in drawn.values():
        assert len(plants) == sum(kind.number for kind in KINDS)
        indicators = [plant.indicator for plant in plants if plant.indicator]
        assert len(set(indicators)) == len(indicators)
        districts = [parent_of(p.area) if len(p.area) == 13 else p.area for p in plants]
        assert len(set(districts)) == len(districts)


def test_what_is_not_planted_is_not_named() -> None:
    """The same questions asked of a dataset without the plants: what chance and nature would have named anyway."""
    bare, plants = Demo(SEEDS[0]), draw_plantings(SEEDS[0]).findings
    assert sum(outcome(bare, plant).named for plant in plants) <= 2


def test_a_statement_on_a_difference_is_false_where_villages_are_alike() -> None:
    demo = Demo(SEEDS[1], alike=True)
    truth, told = Truth(demo), ("better", "worse", "unit_better", "unit_worse")
    for found in demo.reports():
        claims = [remark for remark in found.findings if remark.code in told]
        assert [remark for remark in truth.false_statements(found) if remark.code in told] == claims
        assert len(truth.false_cells(found)) == len(flagged(found))


def test_the_truth_holds_the_plants() -> None:
    plant = PlantedFinding(id="x", kind="level", area="99.01.02.2001", indicator="S4-02", since="2023", size=-30.0)
    bare, planted = (Truth(Demo(SEEDS[0], plantings)) for plantings in (NOTHING, Plantings((plant,))))
    for period, size in (("2022", 0), ("2023", -30), ("2024", -30)):
        apart = planted.share("S4-02", plant.area, period) - bare.share("S4-02", plant.area, period)
        assert apart == pytest.approx(size)
    away = planted.share("S4-02", REGENCY, "2024") - bare.share("S4-02", REGENCY, "2024")
    assert -1 < away < 0
