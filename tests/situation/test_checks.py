"""The checks of one area: what is planted is named at the period asked, what is not hardly ever, and all is told."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.demo import NOTHING, build_demo, load_plantings
from kbk_analysis.data.demo.build import demo_meta
from kbk_analysis.data.store import open_dataset, write_dataset
from kbk_analysis.errors import REASONS
from kbk_analysis.i18n import using
from kbk_analysis.narrative.checks import QUESTIONS, RULES, check_words, question
from kbk_analysis.schema import Status
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.checks import ALLOWED, COLUMNS, score_of
from kbk_analysis.situation.inputs import Inputs, read_inputs
from kbk_analysis.situation.result import Situation
from kbk_analysis.tables.quality import table_checks, table_flags

CATALOGUE = load_catalogue()
PLANTINGS = load_plantings()
COPIED, SLIP = (next(f for f in PLANTINGS.findings if f.kind == kind) for kind in ("copied", "slip"))
SEEDS = (2022, 0)
REGENCY = "99.01"
See = Callable[..., Situation]
Rows = Callable[..., pd.DataFrame]
Slice = Callable[..., Inputs]
VILLAGES = {"99.01.01": 12}


@pytest.fixture(scope="module")
def see(tmp_path_factory: pytest.TempPathFactory) -> See:
    """Situation of a demo: ``see(seed, planted, area, period)``."""

    @cache
    def dataset(seed: int, planted: bool):
        tables = build_demo(seed=seed, plantings=PLANTINGS if planted else NOTHING)
        return open_dataset(write_dataset(tmp_path_factory.mktemp("demo") / "data", demo_meta(tables), tables))

    @cache
    def seen(seed: int, planted: bool, area: str = REGENCY, period: str = "2024") -> Situation:
        inputs = read_inputs(dataset(seed, planted), area_code=area, period=period)
        return analyse_situation(inputs, formation_year=2026)

    return seen


def extreme(found: Situation, rule: str = "") -> set[tuple[str, str, str]]:
    rows = found.checks[found.checks["severity"] == "extreme"]
    rows = rows[rows["rule"] == rule] if rule else rows
    return {(row["indicator"], row["area_code"], row["period"]) for _, row in rows.iterrows()}


# ------------------------------------------------------------------ the demo


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("period", ["2023", "2024"])
@pytest.mark.parametrize("area", [REGENCY, COPIED.area[:8]])
def test_planted_repeats_are_named_and_no_other_cell_is(see: See, seed: int, period: str, area: str) -> None:
    found = see(seed, True, area, period)
    assert extreme(found, "copied") == {(COPIED.indicator, COPIED.area, period)}
    (row,) = found.checks[(found.checks["rule"] == "copied") & (found.checks["severity"] == "extreme")].to_dict(
        "records"
    )
    assert row["years"] == int(period) - int(COPIED.since) + 1
    assert extreme(see(seed, False, area, period), "copied") == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_repeated_year_is_a_question(see: See, seed: int) -> None:
    checks = see(seed, True, COPIED.area[:8], COPIED.since).checks
    rows = checks[(checks["rule"] == "copied") & (checks["area_code"] == COPIED.area)]
    assert (COPIED.indicator, "look") in set(zip(rows["indicator"], rows["severity"], strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("area", [REGENCY, SLIP.area[:8]])
def test_a_planted_slip_is_named_in_its_year_and_no_other_cell_is(see: See, seed: int, area: str) -> None:
    found = see(seed, True, area, SLIP.since)
    assert extreme(found, "denominator_slip") == {(SLIP.indicator, SLIP.area, SLIP.since)}
    assert extreme(see(seed, False, area, SLIP.since), "denominator_slip") == set()
    (row,) = found.checks[found.checks["rule"] == "denominator_slip"][lambda x: x["severity"] == "extreme"].to_dict(
        "records"
    )
    assert row["denominator"] / row["usual"] == pytest.approx(10, rel=0.15)
    assert row["without"] > row["whole"]  # ten times the denominator pulls the sum down
    assert row["whole"] == pytest.approx(found.levels.loc[SLIP.indicator, "value"])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("area", [REGENCY, SLIP.area[:8]])
def test_a_slip_of_an_earlier_year_is_still_named_and_the_sound_year_after_it_is_not_asked(
    see: See, seed: int, area: str
) -> None:
    found = see(seed, True, area, "2024")
    assert extreme(found, "denominator_slip") == {(SLIP.indicator, SLIP.area, SLIP.since)}
    rows = found.checks[(found.checks["indicator"] == SLIP.indicator) & (found.checks["area_code"] == SLIP.area)]
    assert set(rows["period"]) == {SLIP.since}
    assert extreme(see(seed, False, area, "2024"), "denominator_slip") == set()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("period", ["2022", "2023", "2024"])
def test_without_plantings_fewer_than_one_in_two_hundred_cells_is_called_extreme(
    see: See, seed: int, period: str
) -> None:
    found = see(seed, False, REGENCY, period)
    cells = found.checks[found.checks["indicator"] != ""]
    checked = int(found.check_summary["checked"]["part_above_whole"])
    assert checked > 7000
    assert (cells["severity"] == "extreme").sum() / checked < 0.002
    assert len(cells) / checked < 0.01


def test_with_plantings_what_is_extreme_is_mostly_planted(see: See) -> None:
    planted = {(f.indicator, f.area) for f in PLANTINGS.findings if f.indicator}
    rows = [(id, area) for id, area, _ in extreme(see(2022, True)) if id]
    about = [any(id == of and area.startswith(where) for of, where in planted) for id, area in rows]
    assert np.mean(about) > 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_faults_of_kampung_are_named(see: See, seed: int) -> None:
    found = see(seed, True).checks
    rules = {
        "users_exceed_couples": "users_above_couples",
        "participants_exceed_families": "members_above_families",
        "unmet_blank_scored_best": "unmet_blank_best",
    }
    for kind, villages in PLANTINGS.kampung_faults.items():
        assert set(villages) <= set(found.loc[found["rule"] == rules[kind], "area_code"])
    for kind in ("users_exceed_couples", "participants_exceed_families"):
        assert set(found.loc[found["rule"] == rules[kind], "area_code"]) == set(PLANTINGS.kampung_faults[kind])


# ------------------------------------------------------------------ what the report says of them


def test_a_slip_is_the_finding_in_place_of_the_comparison_it_would_make(see: See) -> None:
    found = see(2022, True, SLIP.area[:8], SLIP.since)
    told = {r.indicator: r.code for r in found.findings}
    assert told[SLIP.indicator] == "denominator_slip"
    asked = [(r.code, r.unit) for r in found.asks if r.indicator == SLIP.indicator]
    assert asked == [("ask_check", SLIP.area)]


def test_a_check_that_fails_is_a_reason_of_the_grade_once(see: See) -> None:
    def reasons(found: Situation) -> list[str]:
        return [r.code for r in found.quality.reasons]

    with_copy, without = (see(2022, planted, COPIED.area[:8]) for planted in (True, False))
    assert reasons(with_copy).count("checks_failed") == 1
    assert "checks_failed" not in reasons(without)
    (reason,) = [r for r in with_copy.quality.reasons if r.code == "checks_failed"]
    assert [rule for rule, *_ in reason.values["rules"]] == ["copied"]
    # what the grade tells as impossible values is not told twice
    faulty = see(2022, True, "99.01.01")
    assert faulty.check_summary["passed"]["users_above_couples"] == "no"
    assert reasons(faulty) == ["impossible_values"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_flag_of_the_demo_is_a_question_without_a_blank(see: See, language: str) -> None:
    found = see(2022, True)
    with using(language):
        texts = [question(row, found.sources) for _, row in found.checks.iterrows()]
    assert texts
    assert all(text.strip() and "nan" not in text.split() and "{" not in text for text in texts)
    assert all("?" in text or "berbanding" in text or "against" in text for text in texts)


def test_rules_thresholds_and_words_name_the_same_rules() -> None:
    unlisted = {"unreported", "villages_unreported", "items_unreported", "late"}
    assert set(RULES) == set(ALLOWED)
    assert set(QUESTIONS) == set(ALLOWED) - unlisted


def test_words_say_how_many_and_what_a_flag_is(analysed) -> None:
    heading, text = check_words(analysed("99.01.10", "internal"))
    assert heading.kind == "heading"
    assert "bukan penghapusan" in text.items[0]
    checks = analysed("99.01.10").checks
    assert text.items[0].startswith(f"{len(checks)} angka ditandai")


# ------------------------------------------------------------------ frames


@pytest.mark.parametrize("area", ["99.01", "99.01.10"])
def test_the_frames_have_their_columns_and_no_stray_values(see: See, area: str) -> None:
    found = see(2022, True, area)
    checks, summary = found.checks, found.check_summary
    assert tuple(checks.columns) == COLUMNS
    assert set(checks["severity"]) <= {"look", "extreme"}
    assert summary["rule"].tolist() == list(ALLOWED)
    assert checks["area_code"].str.startswith(area).all()
    counts = checks["rule"].value_counts()
    for rule, row in summary.iterrows():
        assert row["reason"] in {"", *REASONS}
        assert (row["checked"] == 0) == (row["reason"] != "")
        assert row["flagged"] <= row["checked"]
        if rule in QUESTIONS:
            assert row["flagged"] == counts.get(rule, 0)
    assert summary["reason"]["late"] == "no_deadline"
    score = score_of(summary).iloc[0]
    assert 0 <= score["value"] <= 100
    assert score["value"] == pytest.approx(np.nanmean([score[name] for name in SCORE_PARTS]))


SCORE_PARTS = ("unreported", "villages_unreported", "items_unreported", "outlier")


def test_flags_of_the_regency_are_those_of_its_districts(see: See) -> None:
    """Each district is judged against the same villages, so no flag depends on which report it is read in."""

    def cells(found: Situation) -> set[tuple[str, str, str]]:
        rows = found.checks[~found.checks["rule"].isin(["heaped"])]
        return {(row["rule"], row["indicator"], row["area_code"]) for _, row in rows.iterrows()}

    for district in ("99.01.06", "99.01.10", "99.01.14"):
        whole = {cell for cell in cells(see(2022, True)) if cell[2].startswith(f"{district}.")}
        assert cells(see(2022, True, district)) == whole


def test_the_public_edition_hides_small_cells_of_the_checks(analysed) -> None:
    full, public = analysed("99.01"), analysed("99.01", "public")
    small = full.checks["sensitive"] & (
        full.checks["numerator"].between(1, 4) | (full.checks["denominator"] - full.checks["numerator"]).between(1, 4)
    )
    rows = public.checks[small]
    assert (rows["reason"] == "suppressed").all()
    assert rows[["numerator", "denominator", "value", "usual", "lower", "upper", "without"]].isna().all().all()
    shown = table_flags(public)
    sensitive = {CATALOGUE[id].name for id in full.checks.loc[full.checks["sensitive"], "indicator"]}
    assert sensitive
    assert not sensitive & {row[1] for row in shown.rows}


# ------------------------------------------------------------------ small datasets by hand


def test_one_village_alone_and_nothing_at_all_are_checked_without_a_fault(observe: Rows, slice_of: Slice) -> None:
    one = pd.concat([observe("S3-02", [(50, 100)], period=year) for year in ("2022", "2023", "2024")])
    for rows, villages in ((one, {"99.01.01": 1}), (None, VILLAGES)):
        found = analyse_situation(slice_of(observations=rows, villages=villages), formation_year=2026)
        assert tuple(found.checks.columns) == COLUMNS
        assert found.check_summary["rule"].tolist() == list(ALLOWED)
        assert not extreme(found, "outlier")


def test_a_part_above_its_whole_is_asked_though_it_counts_as_not_reported(observe: Rows, slice_of: Slice) -> None:
    rows = observe("S3-02", [(50, 100)] * 11 + [(120, 100)])
    found = analyse_situation(slice_of(observations=rows, villages=VILLAGES), formation_year=2026)
    assert extreme(found, "part_above_whole") == {("S3-02", "99.01.01.2012", "2024")}
    assert found.levels["reported"]["S3-02"] == 11


def test_two_sources_of_one_population_are_compared(observe: Rows, slice_of: Slice) -> None:
    """S3-02 and S3-04 both count among couples."""
    assert CATALOGUE["S3-02"].denominator_id == CATALOGUE["S3-04"].denominator_id
    people = [100.0 + 10 * i for i in range(12)]
    first = observe("S3-02", [(50, n) for n in people], source="pk")
    second = observe("S3-04", [(9, n * (1.3 if i == 4 else 1.05)) for i, n in enumerate(people)], source="siga")
    inputs = slice_of(observations=pd.concat([first, second]), villages=VILLAGES)
    checks = analyse_situation(inputs, formation_year=2026).checks
    (row,) = checks[checks["rule"] == "sources_apart"].to_dict("records")
    assert (row["area_code"], row["source"], row["item"]) == ("99.01.01.2005", "pk", "siga")
    assert (row["value"], row["usual"]) == (140.0, 182.0)


def test_bounds_are_given_where_villages_are_silent_and_hold_their_last_people(observe: Rows, slice_of: Slice) -> None:
    before = observe("S3-02", [(50, 100)] * 10 + [(10, 200), None], period="2023")
    now = observe("S3-02", [(50, 100)] * 10 + [None, None])
    inputs = slice_of(observations=pd.concat([before, now]), villages=VILLAGES)
    row = analyse_situation(inputs, formation_year=2026).levels.loc["S3-02"]
    # 200 as last reported by the one, 100 (the median) for the one that never reported
    assert (row["bound_low"], row["bound_high"]) == pytest.approx((100 * 500 / 1300, 100 * 800 / 1300))
    assert row["bound_low"] <= row["value"] <= row["bound_high"]
    full = slice_of(observations=observe("S3-02", [(50, 100)] * 12), villages=VILLAGES)
    complete = analyse_situation(full, formation_year=2026).levels.loc["S3-02"]
    assert complete[["bound_low", "bound_high"]].isna().all()


def test_half_years_are_compared_with_half_years_and_years_with_years(observe: Rows, slice_of: Slice) -> None:
    halves = [observe("S3-02", [(50 + i, 100)] * 12, period=p) for i, p in enumerate(["2022-S1", "2022-S2", "2023-S1"])]
    years = [
        observe("S3-04", [(9, 100)] * 11 + [(9, n)], period=p)
        for p, n in (("2021", 100), ("2022", 100), ("2023", 1000))
    ]
    inputs = slice_of(observations=pd.concat([*halves, *years]), villages=VILLAGES, period="2023")
    found = analyse_situation(inputs, formation_year=2026)
    assert extreme(found, "denominator_slip") == {("S3-04", "99.01.01.2012", "2023")}
    # the latest half year and year of twelve villages each, and two earlier ones each against the others
    assert found.check_summary["checked"]["denominator_slip"] == 3 * 24


# ------------------------------------------------------------------ real data


def test_rokan_hulu_repeats_a_third_of_its_figures_and_the_report_asks(analysed_real) -> None:
    """The detail exports of 2022 and 2023 hold the same counts in 9 of 29 cells of four villages."""
    found = analysed_real("14.06", "internal", "2023")
    copied = found.checks[found.checks["rule"] == "copied"]
    assert (len(copied), int(found.check_summary["checked"]["copied"])) == (9, 29)
    assert found.check_summary["passed"]["copied"] == "no"
    assert "copied_many" in [r.code for r in found.findings]
    assert "checks_failed" in [r.code for r in found.quality.reasons]
    raw = pd.concat([found.checks[found.checks["rule"] == "members_above_families"]])
    assert raw["item"].tolist() == ["families_adolescent"]
    for rule in ("outlier", "drift", "denominator_slip"):  # two years only
        assert found.check_summary["reason"][rule] == "too_few_points"
    assert len(table_flags(found).rows) == 10
    assert table_checks(found).rows


def test_real_codes_are_ten_digits_and_listed_and_its_index_is_the_mean_of_its_parts(analysed_real, rokan_hulu) -> None:
    found = analysed_real("14.06", "internal", "2024")
    assert found.check_summary["passed"][["invalid_code", "duplicate", "sum_of_parts"]].tolist() == ["yes"] * 3
    assert found.check_summary["checked"]["sum_of_parts"] == 139
    assert (rokan_hulu.table("observations")["status"] == Status.REPORTED).any()
