"""Indicators in the order of life and by sasaran: nothing lost, nothing counted twice."""

import dataclasses

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.store import open_dataset
from kbk_analysis.indicators.release import release
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.inputs import read_inputs
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.stages import STATES, VERDICTS, sasaran_table, stage_table

CATALOGUE = load_catalogue()


def row(value: float = 50, *, status: str = "", verdict: str = "", certain: bool = True, reason: str = "") -> dict:
    value = float("nan") if reason else value
    return {"value": value, "target_status": status, "verdict": verdict, "certain": certain, "reason": reason}


def levels(**rows: dict) -> pd.DataFrame:
    table = pd.DataFrame.from_dict({id.replace("_", "-"): r for id, r in rows.items()}, orient="index")
    return table.assign(indicator=table.index)


@pytest.fixture(scope="module", params=["99.01.15", "99.01"])
def demo(request: pytest.FixtureRequest) -> Situation:
    with open_dataset("demo") as dataset:
        inputs = read_inputs(dataset, area_code=request.param, period="2024")
    return release(analyse_situation(inputs, formation_year=2026), "public")


def test_stages_follow_life_and_indicators_the_data() -> None:
    found = stage_table(levels(S2_03=row(), S3_09=row(), S3_18=row(), S3_02=row()), CATALOGUE)
    assert list(zip(found["stage"], found["indicator"], strict=True)) == [
        ("couple", "S3-02"),
        ("pregnant", "S3-18"),
        ("age_0_23_months", "S3-09"),
        ("age_24_59_months", "S3-09"),  # of two stages, so in both
        ("elderly", "S2-03"),
    ]


def test_indicators_for_everyone_and_parts_of_an_index_have_no_stage() -> None:
    assert stage_table(levels(S3_29=row(), S4_10=row()), CATALOGUE).empty
    parts = levels(**{"S4_10_IKS": row()})
    assert parts.index.tolist() == ["S4-10-IKS"]
    assert stage_table(parts, CATALOGUE).empty


def test_counts_by_sasaran_against_a_table_made_by_hand() -> None:
    table = sasaran_table(
        levels(
            S1_01=row(status="reached", verdict="better"),
            S1_02=row(status="reached", certain=False, verdict="similar"),
            S1_03=row(status="close"),
            S1_04=row(status="not_reached", certain=False, verdict="worse"),
            S1_05=row(),
            S1_06=row(reason="incomplete", status="reached"),
        ),
        CATALOGUE,
    )
    assert table.loc["S1"].to_dict() == {
        "indicators": 11, "reached": 2, "close": 1, "not_reached": 1, "no_target": 1, "no_value": 6, "elsewhere": 0,
        "uncertain": 2, "better": 1, "similar": 1, "worse": 1, "not_compared": 2,
    }  # fmt: skip
    # S2-07, S2-10, S2-11 and S2-12 are known for a regency only
    assert table.loc["S2", ["indicators", "no_value", "elsewhere"]].tolist() == [15, 11, 4]


def test_every_indicator_is_in_one_state_and_every_value_in_one_verdict(demo: Situation) -> None:
    table = sasaran_table(demo.levels, CATALOGUE)
    assert table["indicators"].tolist() == [11, 15, 36, 10]
    assert (table[list(STATES)].sum(axis=1) == table["indicators"]).all()
    valued = table["indicators"] - table["no_value"] - table["elsewhere"]
    assert (table[list(VERDICTS)].sum(axis=1) == valued).all()
    assert (table["uncertain"] <= table[["reached", "close", "not_reached"]].sum(axis=1)).all()
    main = demo.levels[demo.levels.index.isin([i.id for i in CATALOGUE.main])]
    assert valued.sum() == ((main["reason"] == "") & main["value"].notna()).sum()
    assert table["reached"].sum() == ((main["target_status"] == "reached") & (main["reason"] == "")).sum()


def test_the_order_of_rows_changes_nothing(demo: Situation) -> None:
    shuffled = dataclasses.replace(demo, levels=demo.levels.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(sasaran_table(shuffled.levels, CATALOGUE), sasaran_table(demo.levels, CATALOGUE))


def test_nothing_in_the_data_leaves_every_indicator_without_a_value() -> None:
    empty = levels(S1_01=row()).iloc[:0]
    table = sasaran_table(empty, CATALOGUE)
    assert (table["no_value"] + table["elsewhere"] == table["indicators"]).all()
    assert stage_table(empty, CATALOGUE).empty
