"""The rule against the real exports: what it reproduces, what it names, and how fast."""

import time
from pathlib import Path

import pandas as pd
import pytest

from kbk_analysis.classification import (
    Classification,
    class_counts,
    classify,
    join_exports,
    load_rule,
    next_steps,
    range_counts,
)
from kbk_analysis.data.adapters.kampung import CLASSIFICATION, DETAIL, NAMES

pytestmark = pytest.mark.real
SAME_DAY = "2022-10-27"


def read(folder: Path, stated: str, detail: str) -> pd.DataFrame:
    """Both export families as one `kampung` table; the test's own short way, without codes."""
    parts = []
    for file, source, columns in ((stated, "klasifikasi", CLASSIFICATION), (detail, "rinci", DETAIL)):
        rows = pd.read_csv(folder / "kampung_kb" / file)
        rows = rows.rename(columns={**NAMES, **columns, "snapshot": "export_date"})
        parts.append(rows.assign(source=source))
    table = pd.concat(parts, ignore_index=True)
    table["export_date"] = table["export_date"].fillna(SAME_DAY) if "export_date" in table else SAME_DAY
    table["kampung_id"] = table[list(NAMES.values())].fillna("").agg("|".join, axis=1)
    return table


@pytest.fixture(scope="module")
def riau(real_data: Path) -> pd.DataFrame:
    return read(real_data, "klasifikasi_riau_panel_2022-2023.csv", "detail_riau_panel_2022-2023.csv")


@pytest.fixture(scope="module")
def country(real_data: Path) -> pd.DataFrame:
    return read(real_data, "klasifikasi_nasional_2022-10-27.csv.gz", "detail_nasional_2022-10-27.csv.gz")


@pytest.fixture(scope="module")
def october(riau: pd.DataFrame) -> Classification:
    return classify(join_exports(riau, SAME_DAY), load_rule(), as_stated=())


def test_rokan_hulu_on_28_august_2023(riau: pd.DataFrame) -> None:
    joined = join_exports(riau[riau["regency_name"] == "ROKAN HULU"], "2023-12-31")
    assert {str(day.date()) for day in joined.frame["stated_on"]} == {"2023-08-28"}
    assert {str(day.date()) for day in joined.frame["detail_on"]} == {"2023-06-12"}
    assert (joined.gone, joined.without_detail, joined.detail_only) == ((), (), ())
    kampung = classify(joined, load_rule()).kampung
    assert range_counts(kampung).values.tolist() == [
        ["Dasar", "Dasar", 16],
        ["Dasar", "Mandiri", 12],
        ["Berkembang", "Berkelanjutan", 3],
        ["Berkelanjutan", "Berkelanjutan", 4],
    ]
    assert kampung["dasar_reason"].value_counts().to_dict() == {"achievement": 16, "unreported": 12, "": 7}
    assert class_counts(kampung)["stated"].tolist() == class_counts(kampung)["recomputed"].tolist() == [28, 3, 0, 4]
    assert not kampung["mismatch"].any()


def test_riau_where_both_families_are_of_one_day(october: Classification) -> None:
    rows = october.variables
    told = rows[rows["score_recomputed"].notna()]
    agree = told[told["score_recomputed"] == told["score_stated"]].groupby("variable").size()
    assert told.groupby("variable").size().to_dict() == agree.to_dict()
    assert agree.to_dict() == {
        "pokja": 311,
        "staff_regulation": 311,
        "operations": 311,
        "funds": 128,  # only two sources and more can be told
        "participation": 135,
        "cpr": 145,
        "mkjp": 145,
        "unmet": 140,
    }
    # the other rows are blank and have the portal's score for missing, which proves nothing
    blank = rows[rows["score_recomputed"].isna() & rows["variable"].isin(["participation", "cpr", "mkjp"])]
    assert blank["score_stated"].eq(1).all()
    assert len(blank) == (311 - 135) + 2 * (311 - 145)


def test_the_five_rewarded_for_blanks_are_named(october: Classification) -> None:
    rows = october.variables[october.variables["rewarded_missing"]]
    assert set(rows["variable"]) == {"unmet"}
    assert len(rows) == 5
    assert set(rows["missing"]) == {"want_later want_no_more"}
    assert set(rows["code"]) == {"rewarded_missing"}
    blank = october.variables[(october.variables["variable"] == "unmet") & (october.variables["basis"] == "missing")]
    assert blank["score_stated"].value_counts().to_dict() == {1: 311 - 140 - 5, 4: 5}


def test_indices_and_class_follow_from_the_scores_in_the_whole_panel(riau: pd.DataFrame) -> None:
    days = sorted(riau.loc[riau["source"] == "klasifikasi", "export_date"].unique())
    assert len(days) == 12
    checked = 0
    for day in days:
        rows = riau[(riau["export_date"] == day) & (riau["source"] == "klasifikasi")]
        kampung = classify(join_exports(rows, day), load_rule()).kampung
        assert kampung["portal_consistent"].all()
        assert not kampung["mismatch"].any()
        checked += len(kampung)
    assert checked == 7552


def test_the_whole_country_in_seconds_and_how_the_portal_rounds(country: pd.DataFrame) -> None:
    start = time.perf_counter()
    found = classify(join_exports(country, SAME_DAY), load_rule(), as_stated=())
    assert time.perf_counter() - start < 5
    assert len(found.kampung) == 16_328
    rows = found.variables
    counts = rows[rows["score_recomputed"].notna()].groupby("variable").size().to_dict()
    assert counts == {
        "pokja": 16_328, "staff_regulation": 16_328, "operations": 16_328, "funds": 6_762,
        "participation": 6_529, "cpr": 6_690, "mkjp": 6_690, "unmet": 6_507,
    }  # fmt: skip
    wrong = rows[rows["mismatch"]]
    # one village in 16,328: the portal did not cap a share above 100 %
    assert wrong[["variable", "capped"]].values.tolist() == [["participation", True]]
    assert int(rows["rewarded_missing"].sum()) == 227


def test_next_steps_of_a_province_in_seconds(riau: pd.DataFrame) -> None:
    joined = join_exports(riau, "2023-12-31")
    # 1,352 in the latest export; 786 in the latest detail export, of which 4 are no longer classed
    assert (len(joined.frame), len(joined.without_detail), len(joined.detail_only)) == (1352, 570, 4)
    found = classify(joined, load_rule())
    start = time.perf_counter()
    steps = [next_steps(found, name) for name in found.kampung["kampung_id"]]
    assert time.perf_counter() - start < 15
    assert all("mkjp" not in {step.variable for way in one.ways for step in way.steps} for one in steps)
    without = [one.class_now for one in steps if not one.ways]
    assert set(without) == {"Berkelanjutan"}
