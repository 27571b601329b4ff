"""What sources say differently: in a slice made by hand, on the demo, and on the published figures of Riau."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kbk_analysis import i18n
from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.classification import classify, join_exports, load_rule
from kbk_analysis.data.demo.plantings import DEFAULT, load_plantings
from kbk_analysis.data.importing import import_recipe
from kbk_analysis.data.store import open_dataset
from kbk_analysis.indicators.release import release
from kbk_analysis.narrative.conflicts import conflict_words
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.conflicts import COLUMNS, KINDS, UNLIKE, USED
from kbk_analysis.situation.inputs import Inputs, read_inputs
from kbk_analysis.situation.result import Situation
from kbk_analysis.tables.conflicts import table_conflicts

Slice = Callable[..., Inputs]
Rows = Callable[..., pd.DataFrame]
VILLAGES = {"99.01.01": 2, "99.01.02": 2}
OCTOBER = "2022-10"


def given(*told: dict[str, Any]) -> pd.DataFrame:
    """Observations; what is not said is blank or plain."""
    plain = {"area_code": "99.01", "period": "2024", "indicator": "S3-08", "source": "a", "status": "reported"}
    blank = dict.fromkeys(("value", "numerator", "denominator"), float("nan")) | {"as_of": None}
    return pd.DataFrame([{**plain, **blank, **row} for row in told])


def found(slice_of: Slice, observations: pd.DataFrame | None = None, kampung: pd.DataFrame | None = None, **area: Any):
    inputs = slice_of(kampung, observations, villages=VILLAGES, **area)
    return analyse_situation(inputs, formation_year=2026)


# ------------------------------------------------------------------ by hand


def test_nothing_to_compare_gives_an_empty_frame_and_a_statement(slice_of: Slice) -> None:
    situation = release(found(slice_of, given({"value": 20.5})), "internal")
    assert situation.conflicts.columns.tolist() == list(COLUMNS)
    assert situation.conflicts.empty
    exhibit = table_conflicts(situation)
    assert (exhibit.rows, exhibit.title) == ((), "Tidak ditemukan pertentangan antarsumber.")


def test_figures_of_the_area_and_its_parent_are_held_against_each_other_and_no_others(slice_of: Slice) -> None:
    rows = [
        {"area_code": area, "value": value, "source": source}
        for area in ("99", "99.01", "99.01.01", "99.01.02")
        for source, value in (("a", 20.5), ("b", 25.5))
    ]
    areas = found(slice_of, given(*rows)).conflicts["area_code"].tolist()
    assert areas == ["99.01", "99.01.01"]
    areas = found(slice_of, given(*rows), area="99.01").conflicts["area_code"].tolist()
    assert areas == ["99.01"]  # the province holds one regency: there is nothing to compare it with


def test_villages_of_the_area_with_two_sources_are_listed(slice_of: Slice) -> None:
    rows = [
        {"area_code": f"{district}.2001", "indicator": "S3-02", "numerator": 30.0 + i, "denominator": 60.0, "source": s}
        for district in VILLAGES
        for i, s in enumerate("ab")
    ]
    rows = [row | {"value": 100 * row["numerator"] / row["denominator"]} for row in rows]
    conflicts = found(slice_of, given(*rows)).conflicts
    assert conflicts[["kind", "area_code", "numerator", "other_numerator"]].values.tolist() == [
        ["values", "99.01.01.2001", 30, 31]
    ]


def test_a_total_is_checked_with_the_sum_of_its_villages(slice_of: Slice) -> None:
    codes = [f"{district}.200{i}" for district in VILLAGES for i in (1, 2)]
    parts = [
        {"area_code": code, "indicator": "S3-11", "numerator": 11.0, "denominator": 20.0, "value": 55.0}
        for code in codes
    ]
    total = {"indicator": "S3-11", "numerator": 43.0, "denominator": 80.0, "value": 53.75}
    conflicts = found(slice_of, given(total, *parts)).conflicts
    assert conflicts[["kind", "value", "other_value", "n", "use"]].values.tolist() == [
        ["sum", 43, 44, 4, "total_as_stated"]
    ]
    assert found(slice_of, given({**total, "numerator": 44.0}, *parts)).conflicts.empty
    assert found(slice_of, given(total, *parts[1:])).conflicts.empty


def test_scores_are_never_summed(slice_of: Slice) -> None:
    codes = [f"{district}.200{i}" for district in VILLAGES for i in (1, 2)]
    parts = [{"area_code": code, "indicator": "S4-10", "value": 0.7} for code in codes]
    assert found(slice_of, given({"indicator": "S4-10", "value": 0.6}, *parts)).conflicts.empty


def test_survey_and_the_reports_own_sum_of_weighings_are_not_comparable(slice_of: Slice) -> None:
    codes = [f"{district}.200{i}" for district in VILLAGES for i in (1, 2)]
    weighed = {"indicator": "S3-09", "numerator": 10.0, "denominator": 80.0, "value": 12.5, "source": "eppgbm"}
    conflicts = found(slice_of, given({"value": 20.5}, *({**weighed, "area_code": code} for code in codes))).conflicts
    (row,) = conflicts.to_dict("records")
    assert (row["kind"], row["conflict"], row["use"]) == ("method", False, "kept_apart")
    assert (row["value"], row["other_value"], row["other_source"]) == (20.5, 12.5, "desa")
    assert pd.isna(row["difference"])


@pytest.mark.parametrize(("weighed", "use"), [(897.0, "same_figure"), (890.0, "kept_apart")])
def test_two_methods_that_give_one_figure_are_told_so(slice_of: Slice, weighed: float, use: str) -> None:
    """Of 3,675: 24.41 per cent, which the survey's 24.4 rounds, and 24.22 per cent, which it does not."""
    other = {"indicator": "S3-09", "numerator": weighed, "denominator": 3675.0, "value": weighed / 36.75}
    conflicts = found(slice_of, given({"value": 24.4}, {**other, "source": "tp-pkk"})).conflicts
    (row,) = conflicts[conflicts["kind"] == "method"].to_dict("records")
    assert (row["conflict"], row["use"]) == (False, use)


def test_a_small_count_takes_its_conflict_along_in_the_public_edition(slice_of: Slice) -> None:
    cells = [
        {"indicator": "S3-04", "numerator": n, "denominator": 60.0, "value": 100 * n / 60, "source": s}
        for n, s in ((3.0, "a"), (30.0, "b"))
    ]
    full = found(slice_of, given(*cells))
    assert len(full.conflicts) == 1
    public = release(full, "public")
    row = public.conflicts.iloc[0]
    assert row["reason"] == "suppressed"
    assert row[["value", "numerator", "other_value", "other_numerator", "difference"]].isna().all()
    exhibit = table_conflicts(public)
    assert exhibit.display_rows()[0][2] == exhibit.display_rows()[0][6] == "disembunyikan"
    assert not any(
        sign in " ".join(map(str, words.items)) for words in conflict_words(public) for sign in ("5,0", "50,0")
    )
    assert table_conflicts(release(full, "internal")).display_rows()[0][2] == "5,0\xa0% (2024, n = 60)"


def test_the_villages_of_a_sensitive_indicator_are_hidden_whatever_their_size(slice_of: Slice) -> None:
    """Their cell may be hidden for the sake of another's, and the difference would give it away."""
    cells = [
        {
            "area_code": "99.01.01.2001",
            "indicator": "S3-04",
            "numerator": n,
            "denominator": 60.0,
            "value": n,
            "source": s,
        }
        for n, s in ((20.0, "a"), (30.0, "b"))
    ]
    full = found(slice_of, given(*cells))
    assert release(full, "public").conflicts["reason"].tolist() == ["suppressed"]
    assert release(full, "internal").conflicts["reason"].tolist() == [""]


# ------------------------------------------------------------------ two exports of a kampung


def exports(
    kampung_rows: Rows, stated: dict[str, Any], detail: dict[str, Any], day: str = "2024-06-01"
) -> pd.DataFrame:
    one = kampung_rows((2001, "2024-06-01", stated))
    return pd.concat([one, kampung_rows((2001, day, {"source": "rinci", "class_stated": None, **detail}))])


def test_a_score_that_its_inputs_do_not_give_is_a_conflict_of_the_two_exports(
    slice_of: Slice, kampung_rows: Rows
) -> None:
    used = {"couples": 100, "users_pill": 60}
    rows = exports(kampung_rows, {"score_cpr": 3}, used)
    conflicts = found(slice_of, kampung=rows).conflicts
    assert conflicts[["kind", "variable", "unit", "value", "other_value", "use"]].values.tolist() == [
        ["score", "cpr", "Kampung 2001", 3, 4, "stated_class"]
    ]
    assert found(slice_of, kampung=exports(kampung_rows, {"score_cpr": 4}, used)).conflicts.empty
    later = found(slice_of, kampung=exports(kampung_rows, {"score_cpr": 3}, used, day="2024-05-01")).conflicts
    assert later[["kind", "conflict", "difference", "n"]].values.tolist() == [["dates", False, 31, 1]]


@pytest.mark.parametrize(
    ("score", "groups", "told"), [(1, 1, True), (2, 2, False), (2, 3, True), (3, 5, True), (4, 5, False)]
)
def test_participants_of_more_groups_than_the_score_holds(
    slice_of: Slice, kampung_rows: Rows, score: int, groups: int, told: bool
) -> None:
    members = {f"members_{name}": 9 for name in ("bkb", "bkr", "bkl", "uppka", "pikr")[:groups]}
    conflicts = found(slice_of, kampung=exports(kampung_rows, {"score_groups": score}, members)).conflicts
    expected = [["groups", score, groups]] if told else []
    assert conflicts[["kind", "value", "other_value"]].values.tolist() == expected


def test_a_blank_that_earned_the_best_score_is_told(slice_of: Slice, kampung_rows: Rows) -> None:
    conflicts = found(slice_of, kampung=exports(kampung_rows, {"score_unmet": 4}, {"couples": 100})).conflicts
    assert conflicts[["kind", "variable", "value"]].values.tolist() == [["blank", "unmet", 4]]
    assert conflicts["other_value"].isna().all()


# ------------------------------------------------------------------ the demo


@pytest.mark.parametrize("area", ["99.01", "99.01.01", "99.01.02", "99.01.08", "99.01.15"])
def test_on_the_demo_no_published_figures_conflict_and_kampung_only_where_a_blank_was_rewarded(
    analysed, area: str
) -> None:
    situation = analysed(area, "internal")
    conflicts = situation.conflicts[situation.conflicts["conflict"]]
    assert set(conflicts["kind"]) <= {"blank"}
    planted = [
        code for code in load_plantings(DEFAULT).kampung_faults["unmet_blank_scored_best"] if code.startswith(area)
    ]
    assert set(conflicts["area_code"]) >= set(planted)
    frame = situation.classification.joined.frame.set_index("village_code").loc[conflicts["area_code"]]
    assert frame[["want_later", "want_no_more"]].isna().all(axis=None)  # each claim is true, planted or not
    assert (frame["score_unmet"] == 4).all()
    rest = situation.conflicts[~situation.conflicts["conflict"]]
    assert {(row["kind"], row["indicator"]) for _, row in rest.iterrows()} <= {("method", "S3-08"), ("break", "S3-08")}


# ------------------------------------------------------------------ Riau


@pytest.fixture(scope="module")
def riau(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("riau") / "data"
    import_recipe(Path(__file__).parents[2] / "params" / "riau" / "recipe.yml", real_data, folder)
    with open_dataset(folder) as dataset:
        yield dataset


@pytest.fixture(scope="module")
def situation_of(riau) -> Callable[[str, str], Situation]:
    @cache
    def situation(area: str, period: str = "2024") -> Situation:
        return release(
            analyse_situation(read_inputs(riau, area_code=area, period=period), formation_year=2026), "internal"
        )

    return situation


def shown(situation: Situation) -> list[list[str]]:
    """Cells of the table as they are read, without the wide blank before a per cent sign."""
    return [[cell.replace("\xa0", " ") for cell in row] for row in table_conflicts(situation).display_rows()]


def row_with(table: list[list[str]], what: str, *parts: str) -> list[str]:
    (row,) = [row for row in table if row[0] == what and all(any(part in cell for cell in row) for part in parts)]
    return row


@pytest.mark.real
def test_every_published_row_but_the_draft_targets_is_kept(riau, real_data: Path) -> None:
    raw = pd.read_csv(real_data / "indicators" / "riau_kabupaten_indikator_long.csv")
    kept = riau.table("observations")
    kept = kept[kept["source"].str.startswith("publikasi")]
    assert len(kept) == len(raw) - raw["indikator"].str.startswith("target_").sum() == 126
    assert set(kept["indicator"]) <= {figure.id for figure in load_catalogue().every}
    poor = kept[(kept["indicator"] == "K-03") & (kept["area_code"] == "14.06") & (kept["period"] == "2023")]
    assert sorted(poor["numerator"].dropna()) == [74380]


@pytest.mark.real
def test_rokan_hulu_shows_every_conflict_of_its_published_figures(situation_of) -> None:
    table = shown(situation_of("14.06"))
    survey, weighing = "Prevalensi stunting balita (survei)", "Stunting hasil penimbangan (e-PPGBM)"
    row = row_with(table, survey, "23,3 %", "22,3 %")
    assert (row[1], row[6]) == ("Riau", "1,0 poin persen")
    assert "databoks" in row[3]
    assert "riauterkini" in row[5]
    row = row_with(table, f"{survey} dan {weighing}", "25,8 % (2021)")
    assert row[4] == "17,9 % (2021, n = 3.015)"
    assert row[6] == "–"  # no difference is taken
    assert row[7].startswith("Tidak sebanding")
    row = row_with(table, "Keluarga berisiko stunting (KRS)")
    assert (row[2], row[4], row[6]) == ("575.826 (2022)", "575.766 (2022)", "60")
    assert "12 wilayah" in row[5]
    row = row_with(table, "Persentase penduduk miskin")
    assert "9,72 % dan jumlah 74.380 berarti penyebut 765.226" in row[2]
    assert (row[4], row[6]) == ("Penduduk menurut Dukcapil 586.994 (2024)", "30,4 %")
    row = row_with(table, "Indeks Pembangunan Manusia (IPM)", "Rokan Hulu")
    assert (row[2], row[4], row[6]) == ("69,67 (2021)", "72,28 (2023)", "–")
    assert "deret baru sejak 2022" in row[7]
    row = row_with(table, "Indeks Pembangunan Manusia (IPM)", "Riau")
    assert (row[2], row[4]) == ("72,94 (2021)", "74,45 (2022)")


@pytest.mark.real
def test_survey_and_weighing_are_no_conflict(situation_of) -> None:
    conflicts = situation_of("14.06").conflicts
    stunting = conflicts[conflicts["other_indicator"] == "S3-09"]
    assert len(stunting) == 3  # SSGI, Riskesdas and SSGBI, each beside the weighing of its year
    assert not stunting["conflict"].any()
    assert stunting["difference"].isna().all()
    assert conflicts.loc[conflicts["kind"] == "method", "area_code"].eq("14.06").all()


@pytest.mark.real
def test_kuantan_singingi_shows_its_own(situation_of) -> None:
    row = row_with(shown(situation_of("14.09")), "Prevalensi stunting balita (survei)", "Kuantan Singingi")
    assert (row[2], row[4], row[6]) == ("23,0 % (2021)", "22,4 % (2021)", "0,6 poin persen")


@pytest.mark.real
def test_where_sources_agree_nothing_is_claimed(situation_of, riau) -> None:
    """Of 12 regencies 11 agree on SSGI 2021, ten have no poverty base to check, and the registered people add up."""
    regencies = sorted(code for code in riau.known().areas if len(code) == 5)
    own = pd.concat([situation_of(code).conflicts.assign(of=code) for code in regencies])
    published = own[own["kind"].isin(["values", "sum", "base"])]
    told = {(row["kind"], row["area_code"], row["indicator"]) for _, row in published.iterrows()}
    assert told == {
        ("values", "14", "S3-08"),
        ("values", "14.09", "S3-08"),
        ("sum", "14", "S3-11"),
        ("base", "14.06", "K-03"),
    }
    # Riau's own conflicts stand in the report of each regency
    for kind in ("values", "sum"):
        assert own[(own["kind"] == kind) & (own["area_code"] == "14")]["of"].tolist() == regencies


@pytest.mark.real
def test_the_words_count_the_conflicts_and_name_the_heaviest(situation_of) -> None:
    _, opening, rest = conflict_words(situation_of("14.06"))
    assert opening.items[0].startswith("3 pertentangan antarsumber")
    assert "Terbesar: Persentase penduduk miskin, Kabupaten Rokan Hulu" in opening.items[0]
    assert any("25,8\xa0% (2021)" in item and "tidak sebanding" in item for item in rest.items)
    for words in ("sebab", "karena", "akibat", "sehingga", "dipicu"):
        assert not any(words in str(item).lower() for part in (opening, rest) for item in part.items)


@pytest.mark.real
def test_the_exports_of_27_october_2022(situation_of, riau) -> None:
    regencies = sorted(code for code in riau.known().areas if len(code) == 5)
    situations = [situation_of(code, OCTOBER) for code in regencies]
    frames = [situation.classification.joined.frame for situation in situations]
    days = {str(day.date()) for frame in frames for column in ("stated_on", "detail_on") for day in frame[column]}
    assert sum(map(len, frames)) == 311
    assert days == {"2022-10-27"}  # one day: no gap of dates
    own = pd.concat([situation.conflicts for situation in situations])
    kampung = own[own["kind"].isin(["score", "groups", "blank", "dates"])]
    assert kampung["kind"].value_counts().to_dict() == {"groups": 11, "blank": 5}
    assert set(kampung.loc[kampung["kind"] == "blank", "area_code"]) == {
        "14.03.09.2011", "14.04.08.1010", "14.04.15.1002", "14.10.04.2003", "14.10.09.2011",
    }  # fmt: skip
    assert (kampung.loc[kampung["kind"] == "groups", "other_value"] == 5).all()
    for situation in situations:
        told = situation.conflicts[situation.conflicts["kind"].isin(["groups", "blank"])]
        table = shown(situation)
        assert all(any(row[0].startswith(name) for row in table) for name in told["unit"])


@pytest.mark.real
def test_no_score_that_can_be_computed_again_differs_on_that_day(riau) -> None:
    inputs = read_inputs(riau, area_code="14.06", period=OCTOBER)
    variables = classify(join_exports(inputs.kampung, inputs.cutoff), load_rule(), as_stated=()).variables
    assert not variables["mismatch"].any()
    whole = variables[variables["score_recomputed"].notna()].groupby("variable").size()
    assert whole[["pokja", "staff_regulation", "operations"]].tolist() == [311, 311, 311]


@pytest.mark.real
def test_a_district_of_rokan_hulu_shows_those_of_its_regency(analysed_real) -> None:
    table = shown(analysed_real("14.06.03", "internal"))
    assert row_with(table, "Persentase penduduk miskin")[1] == "Kabupaten Rokan Hulu"
    assert row_with(table, "Prevalensi stunting balita (survei) dan Stunting hasil penimbangan (e-PPGBM)")


def test_each_kind_has_a_use_and_stands_in_order() -> None:
    assert list(KINDS) == [*USED, *UNLIKE]
    assert i18n.language() == "id"
