"""Disclosure rule: small sensitive counts go, with one more where a total would give them away."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kbk_analysis as kbk
from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.indicators.release import HIDDEN, Unreleased, release, require_released
from kbk_analysis.indicators.suppression import small
from kbk_analysis.schema import Edition
from kbk_analysis.situation.result import Situation
from tests.priority_fixture.build import make_priorities

Analysed = Callable[..., Situation]
AREAS = ["99.01", *(f"99.01.{n:02d}" for n in range(1, 17))]


def cells(numerators: list[float], denominators: list[float], *, sensitive: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_code": [f"99.01.01.200{i}" for i in range(len(numerators))],
            "total_of": "99.01.01",
            "indicator": "S3-04",
            "period": "2024",
            "numerator": numerators,
            "denominator": denominators,
            "value": [100 * x / n for x, n in zip(numerators, denominators, strict=True)],
            "lower": 0.0,
            "upper": 100.0,
            "reason": "",
            "sensitive": sensitive,
            "verdict": "worse",
        }
    )


@dataclass(frozen=True)
class Remark:
    indicator: str
    unit: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    cells: pd.DataFrame
    remarks: tuple[Remark, ...] = ()
    edition: Edition | None = None


def suppress(frame: pd.DataFrame, threshold: int = 5) -> pd.DataFrame:
    """The frame as a result without further counts is released to the public."""
    return release(Result(frame), "public", threshold=threshold).cells


def test_one_small_cell_takes_the_next_smallest_along() -> None:
    shown = suppress(cells([3, 12, 30], [40, 60, 80]))
    assert shown["reason"].tolist() == ["suppressed", "suppressed", ""]
    assert shown["value"].isna().tolist() == [True, True, False]
    assert shown["verdict"].tolist() == ["", "", "worse"]


def test_two_small_cells_need_no_third() -> None:
    shown = suppress(cells([3, 3, 30], [40, 60, 80]))
    assert shown["reason"].tolist() == ["suppressed", "suppressed", ""]


def test_zero_and_five_are_shown_and_a_small_remainder_is_not() -> None:
    shown = suppress(cells([0, 5, 38], [40, 60, 40]).drop(columns="total_of"))
    assert shown["reason"].tolist() == ["", "", "suppressed"]


def test_other_indicators_are_never_hidden() -> None:
    assert suppress(cells([3], [40], sensitive=False))["reason"].tolist() == [""]


def test_internal_edition_hides_nothing_and_marks_the_edition() -> None:
    released = release(Result(cells([3], [40])), "internal")
    assert released.edition is Edition.INTERNAL
    assert released.cells["value"].tolist() == [7.5]


def test_public_edition_drops_remarks_about_hidden_cells() -> None:
    remarks = (Remark("S3-04", "99.01.01.2000"), Remark("S3-04", "99.01.01.2002"), Remark("", ""))
    released = release(Result(cells([3, 12, 30], [40, 60, 80]), remarks), "public")
    assert released.remarks == remarks[1:]
    assert released.edition is Edition.PUBLIC


def test_unreleased_results_are_refused() -> None:
    result = Result(cells([3], [40]))
    with pytest.raises(Unreleased):
        require_released(result)
    require_released(release(result, "public"))


# ------------------------------------------------------------------ which counts are small


@pytest.mark.parametrize(
    ("numerator", "denominator", "hidden"),
    [
        (0, 50, False), (1, 50, True), (4, 50, True), (5, 50, False),
        (45, 50, False), (46, 50, True), (49, 50, True), (50, 50, False),
        (3, 6, True), (0, 0, False), (0, 3, True), (3, 3, True), (float("nan"), 50, False),
    ],
)  # fmt: skip
def test_one_to_four_are_small_on_either_side_of_the_share(numerator: float, denominator: float, hidden: bool) -> None:
    """Of 3 families none is 3 on the other side: each of them is known not to have it."""
    frame = pd.DataFrame({"numerator": [numerator], "denominator": [float(denominator)], "sensitive": [True]})
    assert small(frame).tolist() == [hidden]
    assert not small(frame.assign(sensitive=False)).any()


def test_the_threshold_can_be_raised() -> None:
    frame = cells([9, 10], [50, 50]).drop(columns="total_of")
    assert suppress(frame, threshold=10)["reason"].tolist() == ["suppressed", ""]


def test_a_hidden_cell_keeps_no_number_and_no_judgement() -> None:
    frame = cells([3, 20], [40, 60]).assign(target_status="reached")
    row = suppress(frame).iloc[0]
    assert row[[name for name in HIDDEN if name in frame]].isna().all()
    assert (row["verdict"], row["target_status"], row["reason"]) == ("", "", "suppressed")
    assert row["area_code"] == "99.01.01.2000"


# ------------------------------------------------------------------ the second cell


def hidden(numerators: list[float], denominators: list[float]) -> list[int]:
    shown = suppress(cells(numerators, denominators))
    return [place for place, reason in enumerate(shown["reason"]) if reason == "suppressed"]


def test_the_second_cell_is_the_smallest_that_has_a_case() -> None:
    assert hidden([3, 0, 30, 12], [40, 60, 80, 90]) == [0, 3]
    assert hidden([38, 0, 30, 12], [40, 60, 80, 90]) == [0, 3]


def test_where_no_other_cell_has_a_case_one_without_goes_along() -> None:
    """The total is 38 of 180; shown 0 of 60 and 0 of 80 would leave 38 of 40, and 2 families on the other side."""
    assert hidden([38, 0, 0], [40, 60, 80]) == [0, 1]


def test_a_cell_that_is_not_reported_is_no_cover() -> None:
    frame = cells([3, 12, 30], [40, 60, 80])
    frame.loc[1, ["numerator", "denominator", "value"]] = float("nan")
    frame.loc[1, "reason"] = "not_reported"
    assert suppress(frame)["reason"].tolist() == ["suppressed", "not_reported", "suppressed"]


def test_groups_are_covered_on_their_own_and_rows_keep_their_places() -> None:
    one, other = cells([3, 12, 30], [40, 60, 80]), cells([3, 2, 30], [40, 60, 80]).assign(period="2023")
    frame = pd.concat([one, other]).iloc[[4, 0, 2, 5, 1, 3]]
    shown = suppress(frame)
    assert shown.index.tolist() == frame.index.tolist()
    told = {(row["period"], row["area_code"][-1]): row["reason"] for _, row in shown.iterrows()}
    assert told == {
        ("2024", "0"): "suppressed", ("2024", "1"): "suppressed", ("2024", "2"): "",
        # three and two that are five together: one each at least, so neither could be five
        ("2023", "0"): "suppressed", ("2023", "1"): "suppressed", ("2023", "2"): "suppressed",
    }  # fmt: skip


PAIRS = st.lists(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8)


@given(PAIRS)
def test_no_small_cell_can_be_told_from_the_total(pairs: list[tuple[int, int]]) -> None:
    """Total minus all shown cells is one cell only if the total itself is small, and hidden."""
    frame = cells([float(x) for x, _ in pairs], [float(n) or 1.0 for _, n in pairs])
    shown = suppress(frame)
    gone = shown["reason"] == "suppressed"
    assert not small(frame)[~gone].any()
    total = frame[["numerator", "denominator"]].sum().to_frame().T.assign(sensitive=True)
    assert gone.sum() != 1 or small(total).all()
    assert gone.sum() <= (small(frame).sum() + 2) * small(frame).any()  # one more for either side of the share


# ------------------------------------------------------------------ what stands beside a cell


def level(**columns: Any) -> pd.DataFrame:
    frame = cells([20], [60]).drop(columns="total_of").assign(area_code="99.01.01")
    return frame.assign(
        previous=30.0, previous_numerator=18.0, previous_denominator=60.0, previous_period="2023",
        benchmark=25.0, benchmark_numerator=500.0, benchmark_denominator=2000.0, benchmark_reason="",
    ).assign(**columns)  # fmt: skip


def test_a_small_count_of_the_year_before_goes_and_the_present_stays() -> None:
    row = suppress(level(previous_numerator=2.0)).iloc[0]
    assert row[["previous", "previous_numerator", "previous_denominator"]].isna().all()
    assert (row["numerator"], row["reason"], row["benchmark"]) == (20, "", 25)


def test_a_small_count_of_the_area_above_goes_with_the_comparison() -> None:
    row = suppress(level(numerator=0.0, value=0.0, benchmark_numerator=4.0)).iloc[0]
    assert row[["benchmark", "benchmark_numerator", "benchmark_denominator"]].isna().all()
    assert (row["benchmark_reason"], row["verdict"], row["value"]) == ("suppressed", "", 0)
    assert suppress(level(benchmark_numerator=4.0, sensitive=False)).iloc[0]["benchmark"] == 25


def test_remarks_go_with_the_cells_they_speak_of() -> None:
    @dataclass(frozen=True)
    class Whole:
        levels: pd.DataFrame
        series: pd.DataFrame
        findings: tuple[Remark, ...]
        area_code: str = "99.01.01"
        edition: Edition | None = None

    series = pd.concat([level(period="2023", numerator=2.0), level(period="2024")])
    findings = (
        Remark("S3-04", "", {"period": "2024"}),
        Remark("S3-04", "", {"period": "2024", "previous_period": "2023"}),  # speaks of the hidden year before
        Remark("S3-04", "", {"period": "2024", "benchmark": 25.0}),
        Remark("S3-04", "99.01.01.2001", {"period": "2023"}),  # another area
        Remark("S3-02", "", {"period": "2023"}),  # another indicator
        Remark("S3-04", ""),  # of no year: of all
        Remark("", "", {"n": 3}),
    )
    kept = release(Whole(level(), series, findings), "public").findings
    assert kept == (findings[0], findings[2], findings[3], findings[4], findings[6])
    above = level(benchmark_numerator=3.0)
    assert release(Whole(above, series, findings), "public").findings == (kept[0], *kept[2:])
    assert release(Whole(above, series, findings), "internal").findings == findings


def test_a_hidden_year_takes_the_trend_and_the_remark_on_it_along() -> None:
    @dataclass(frozen=True)
    class Whole:
        series: pd.DataFrame
        trends: pd.DataFrame
        findings: tuple[Remark, ...]
        area_code: str = "99.01.01"
        edition: Edition | None = None

    years = [str(year) for year in range(2020, 2025)]
    marker = {
        "trend": "increasing",
        "verdict": "worse",
        "first": 2020,
        "last": 2024,
        "first_value": 3.0,
        "last_n": 60.0,
    }
    trends = pd.DataFrame([{**marker, "reason": ""}], index=["S3-04"])
    remark = Remark("S3-04", "", {"period": "2024", "previous_period": "2020", "points": 5})
    whole = pd.concat([level(period=year) for year in years])
    few = pd.concat([level(period=year, numerator=2.0 if year == "2022" else 20.0) for year in years])
    kept, gone = (release(Whole(series, trends, (remark,)), "public") for series in (whole, few))
    pd.testing.assert_frame_equal(kept.trends, trends)
    assert kept.findings == (remark,)
    assert gone.findings == ()
    row = gone.trends.loc["S3-04"]
    assert row[["trend", "verdict", "reason"]].tolist() == ["", "", "suppressed"]
    assert row[["first_value", "last_n"]].isna().all()


def test_a_remark_counts_only_shown_units_among_the_others() -> None:
    frame = cells([3, 12, 30, 40], [40, 60, 80, 90])
    remark = Remark("S3-04", "99.01.01.2003", {"period": "2024", "others": 3})
    assert release(Result(frame, (remark,)), "public").remarks[0].values["others"] == 1
    better = frame.assign(verdict=["better", "similar", "worse", "worse"])
    assert release(Result(better, (remark,)), "public").remarks == (remark,)


def test_a_hidden_area_above_takes_the_judgement_of_units_and_the_funnel_along() -> None:
    """Its value is the centre of the funnel."""

    @dataclass(frozen=True)
    class Whole:
        cells: pd.DataFrame
        funnel: pd.DataFrame
        counts: pd.DataFrame
        parent_code: str = "99.01"
        edition: Edition | None = None

    frame = cells([20, 30], [60, 80])
    total = frame.head(1).assign(area_code="99.01", total_of="", numerator=3.0, denominator=900.0)
    counts = pd.concat([frame.assign(numerator=[0.0, 0.0]), total], ignore_index=True).assign(revealing="")
    shown = release(Whole(frame, frame.assign(position="inside"), counts), "public")
    assert (shown.cells["verdict"] == "").all()
    assert shown.cells["value"].notna().all()
    assert (shown.funnel["reason"] == "suppressed").all()
    assert shown.counts.empty


# ------------------------------------------------------------------ on the demo


@pytest.mark.parametrize("area", AREAS)
def test_the_public_edition_shows_no_small_sensitive_count(analysed: Analysed, area: str) -> None:
    full, public = analysed(area), analysed(area, "public")
    sensitive = {indicator.id for indicator in load_catalogue() if indicator.sensitive}
    for name in ("levels", "unit_values", "series", "context", "conflicts", "funnel", "spreads", "spread_years"):
        before, after = getattr(full, name), getattr(public, name)
        gone = after["reason"] == "suppressed"
        told = after[after["indicator"].isin(sensitive)]
        for sign in (told["numerator"], told["denominator"] - told["numerator"]):
            assert not sign.between(1, 4).any(), name
        assert after.loc[gone, [c for c in HIDDEN if c in after]].isna().all(axis=None)
        assert set(after.loc[gone, "indicator"]) <= sensitive
        # all else is shown as it is
        columns = [c for c in before if not c.startswith(("previous", "benchmark", "verdict"))]
        pd.testing.assert_frame_equal(before.loc[~gone, columns], after.loc[~gone, columns])
    for prefix in ("previous_", "benchmark_"):
        rows = public.levels[public.levels["sensitive"]]
        assert not rows[f"{prefix}numerator"].between(1, 4).any()
        assert not (rows[f"{prefix}denominator"] - rows[f"{prefix}numerator"]).between(1, 4).any()


def test_the_demo_has_cells_to_hide_in_every_area(analysed: Analysed) -> None:
    """The tests above see something."""
    for area in AREAS:
        full, public = analysed(area).unit_values, analysed(area, "public").unit_values
        few = full["sensitive"] & full["numerator"].between(1, 4)
        assert few.any() or area == "99.01"
        assert set(public.index[few]) <= set(public.index[public["reason"] == "suppressed"])
    levels = analysed("99.01.01").levels
    others = levels["benchmark_denominator"] - levels["benchmark_numerator"]
    assert (levels["sensitive"] & others.between(1, 4)).any()  # of the regency


@pytest.mark.parametrize("area", AREAS)
def test_no_hidden_village_can_be_told_from_its_area(analysed: Analysed, area: str) -> None:
    """Where the area's total is shown, two cells are hidden or none, unless the others have no one in them."""
    full, public = analysed(area).unit_values, analysed(area, "public")
    for id, rows in public.unit_values.groupby("indicator"):
        gone = rows["reason"] == "suppressed"
        if gone.sum() == 1 and public.levels.loc[id, "reason"] != "suppressed":
            others = full.loc[rows.index[~gone]]
            assert (others["reason"] != "").all(), id  # nothing else reported: the cell is the total, not small
            assert not small(full.loc[rows.index]).any(), id


@pytest.mark.parametrize("area", AREAS)
def test_groups_and_facilities_are_never_hidden(analysed: Analysed, area: str) -> None:
    full, public = analysed(area), analysed(area, "public")
    for name in ("units", "classes"):
        pd.testing.assert_frame_equal(getattr(full, name), getattr(public, name))
    pd.testing.assert_frame_equal(full.quality.items, public.quality.items)
    pd.testing.assert_frame_equal(full.classification.kampung, public.classification.kampung)
    assert full.formation is public.formation
    names = {indicator.id for indicator in load_catalogue() if indicator.programme and not indicator.sensitive}
    rows = public.unit_values[public.unit_values["indicator"].isin(names)]
    assert (rows["reason"] != "suppressed").all()


@pytest.mark.parametrize("area", AREAS)
def test_the_internal_edition_is_the_result_itself(analysed: Analysed, area: str) -> None:
    full, internal = analysed(area), analysed(area, "internal")
    assert internal.edition is Edition.INTERNAL
    changed = [f.name for f in fields(full) if getattr(full, f.name) is not getattr(internal, f.name)]
    assert changed == ["edition"]


@pytest.mark.parametrize("area", AREAS)
def test_remarks_of_the_public_edition_are_a_part_and_quote_nothing_hidden(analysed: Analysed, area: str) -> None:
    full, public = analysed(area), analysed(area, "public")
    for name in ("findings", "asks"):
        kept = getattr(public, name)
        assert [remark for remark in getattr(full, name) if remark in kept] == list(kept)
        for remark in kept:
            if not remark.indicator:
                continue
            if remark.code in ("denominator_slip", "copied_counts", "ask_check"):
                (row,) = public.checks[
                    (public.checks["indicator"] == remark.indicator)
                    & (public.checks["area_code"] == remark.unit)
                    & public.checks["rule"].isin(["denominator_slip", "copied"])
                ].to_dict("records")
                assert row["reason"] == ""
                continue
            if remark.unit.endswith(".*"):  # of all villages together
                rows = public.spreads.query("indicator == @remark.indicator and area_code == @remark.unit")
                assert (rows["reason"] != "suppressed").all()
                continue
            cells = public.unit_values.set_index(["indicator", "area_code"])
            row = cells.loc[(remark.indicator, remark.unit)] if remark.unit else public.levels.loc[remark.indicator]
            assert row["reason"] == ""
            if "benchmark" in remark.values:
                assert public.levels.loc[remark.indicator, "benchmark"] == remark.values["benchmark"]


# ------------------------------------------------------------------ nothing is shown before

BEFORE_RELEASE = {"open_dataset", "use_language", "read_inputs", "analyse_situation", "release", "show"}
BEFORE_RELEASE |= {"read_meeting", "fixed_method", "analyse_priorities"}
BEFORE_RELEASE |= {"read_hidden", "read_record", "record_meeting"}
BEFORE_RELEASE |= {"whatif", "explore_priorities"}
TRIAL = {"plot_whatif", "whatif_facts"}  # of two results; asked in the tests of the trial
ARGUMENTS = {"sasaran": "S3"}


def shown_of(result: str) -> list[str]:
    """Names of the facade that show a result, by the name of their first parameter."""
    asked = sorted(set(kbk.__all__) - BEFORE_RELEASE)
    return [name for name in asked if next(iter(inspect.signature(getattr(kbk, name)).parameters)) == result]


SHOWING, MEETING, RECORD = shown_of("situation"), shown_of("priorities"), shown_of("record")


def call(name: str, result: Any) -> Any:
    function = getattr(kbk, name)
    needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is inspect.Parameter.empty]
    return function(result, **{key: ARGUMENTS[key] for key in needed[1:]})


def test_charts_tables_and_words_are_all_asked() -> None:
    assert len(SHOWING) >= 20
    assert len(MEETING) >= 15
    assert len(RECORD) >= 12
    assert {*SHOWING, *MEETING, *RECORD, *TRIAL, *BEFORE_RELEASE} == set(kbk.__all__)


@pytest.mark.parametrize("name", SHOWING)
def test_an_unreleased_result_is_refused_and_a_released_one_is_shown(analysed: Analysed, name: str) -> None:
    with pytest.raises(Unreleased, match="release"):
        call(name, analysed("99.01.16"))
    for edition in ("internal", "public"):
        assert call(name, analysed("99.01.16", edition))


@pytest.mark.parametrize("name", MEETING)
def test_an_unreleased_meeting_is_refused_and_a_released_one_is_shown(name: str) -> None:
    for edition in ("internal", "public"):
        result = make_priorities(problems=9, judges=7, method="hanlon_sum", gate=True, edition=edition)
        assert call(name, result)
    with pytest.raises(Unreleased, match="release"):
        call(name, replace(result, edition=None))


@pytest.mark.parametrize("name", RECORD)
def test_an_unreleased_record_is_refused_and_a_released_one_is_shown(name: str) -> None:
    with kbk.open_dataset("demo") as data:
        inputs = kbk.read_record(data, meeting="rakor-2024-2", area_code="99.01", period="2024")
    result = kbk.record_meeting(inputs)
    with pytest.raises(Unreleased, match="release"):
        call(name, result)
    for edition in ("internal", "public"):
        assert call(name, release(result, edition))


def test_only_a_result_is_released() -> None:
    with pytest.raises(TypeError, match="result"):
        release({"edition": None}, "public")
    with pytest.raises(ValueError, match="secret"):
        release(Result(cells([3], [40])), "secret")
