"""The whole situation of an area: sums, what must not change it, and findings that agree with the frames."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.demo import build_demo
from kbk_analysis.data.demo.build import demo_meta
from kbk_analysis.data.store import open_dataset, write_dataset
from kbk_analysis.schema import CLASSES
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.inputs import Inputs, read_inputs
from kbk_analysis.situation.result import Situation
from kbk_analysis.situation.spreads import LARGE, villages_of, wide_spreads

CATALOGUE = load_catalogue()
DISTRICTS = [f"99.01.{n:02d}" for n in range(1, 17)]
AREAS = ["99.01", *DISTRICTS]
COUNTED = [indicator.id for indicator in CATALOGUE if indicator.kind in ("proportion", "rate")]
Analysed = Callable[..., Situation]
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return build_demo()


@pytest.fixture(scope="module")
def inputs(demo: Any) -> Inputs:
    return read_inputs(demo, area_code="99.01.06", period="2024")


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Situation]:
    """Situation of an area of a dataset written from these tables."""

    def make(tables: Tables, area: str = "99.01.06", period: str = "2024") -> Situation:
        meta = demo_meta(tables) | {"periods": ["2020", "2021", "2022", "2023", "2024"]}
        folder = write_dataset(tmp_path_factory.mktemp("changed") / "data", meta, tables)
        with open_dataset(folder) as dataset:
            return analyse(read_inputs(dataset, area_code=area, period=period))

    return make


def analyse(inputs: Inputs) -> Situation:
    return analyse_situation(inputs, formation_year=2026)


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two results differ, as paths of fields."""
    if isinstance(one, pd.DataFrame):
        same = one.equals(other) and list(one.columns) == list(other.columns)
        return [] if same else [place]
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        return [d for n in names for d in differences(getattr(one, n), getattr(other, n), f"{place}.{n}")]
    if isinstance(one, Mapping):
        if list(one) != list(other):
            return [place]
        return [d for key in one for d in differences(one[key], other[key], f"{place}[{key}]")]
    if isinstance(one, tuple):
        if len(one) != len(other):
            return [place]
        pairs = enumerate(zip(one, other, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{place}[{i}]")]
    both_blank = isinstance(one, float) and isinstance(other, float) and np.isnan(one) and np.isnan(other)
    return [] if both_blank or one == other else [place]


def test_differences_are_seen(inputs: Inputs) -> None:
    """The comparison below would notice one changed number."""
    found = analyse(inputs)
    other = replace(found, levels=found.levels.assign(value=found.levels["value"] + 1e-9))
    assert differences(found, other) == [".levels"]
    assert differences(found, replace(found, findings=found.findings[:-1])) == [".findings"]
    formed = replace(found.formation, needed=99.0)
    assert differences(found, replace(found, formation=formed)) == [".formation.needed"]


# ------------------------------------------------------------------ sums


@pytest.mark.parametrize("area", AREAS)
def test_counts_of_units_sum_to_the_area(analysed: Analysed, area: str) -> None:
    found = analysed(area)
    sums = found.unit_values.groupby("indicator")[["numerator", "denominator", "reported", "expected"]].sum()
    ids = [id for id in found.levels.index if id in COUNTED]
    assert len(ids) > 50
    own = found.levels.loc[ids, list(sums.columns)]
    pd.testing.assert_frame_equal(own.fillna(0).astype(float), sums.loc[ids].astype(float), check_names=False)


def test_districts_sum_to_the_regency(analysed: Analysed) -> None:
    """Each district analysed on its own, with its own slice."""
    columns = ["numerator", "denominator", "reported", "expected"]
    regency = analysed("99.01").levels
    total = sum(analysed(area).levels.reindex(regency.index)[columns].fillna(0) for area in DISTRICTS)
    ids = [id for id in regency.index if id in COUNTED]
    pd.testing.assert_frame_equal(
        total.loc[ids].astype(float), regency.loc[ids, columns].fillna(0).astype(float), check_names=False
    )
    stated = sum(analysed(area).classes.set_index("class") for area in DISTRICTS)
    pd.testing.assert_frame_equal(stated, analysed("99.01").classes.set_index("class"))


@pytest.mark.parametrize("area", AREAS)
def test_the_benchmark_of_a_district_is_the_level_of_the_regency(analysed: Analysed, area: str) -> None:
    regency = analysed("99.01").levels
    levels = analysed(area).levels
    pd.testing.assert_series_equal(
        levels["benchmark"], regency["value"].reindex(levels.index), check_names=False, check_dtype=False
    )


@pytest.mark.parametrize("area", AREAS)
def test_every_value_is_the_ratio_of_its_counts(analysed: Analysed, area: str) -> None:
    found = analysed(area)
    for frame in (found.levels, found.unit_values, found.series):
        rows = frame[(frame["reason"] == "") & frame["indicator"].isin(COUNTED)]
        scale = rows["indicator"].map({id: CATALOGUE[id].scale for id in COUNTED})
        expected = scale * rows["numerator"] / rows["denominator"]
        np.testing.assert_allclose(rows["value"].astype(float), expected.astype(float), rtol=1e-12)
        assert len(rows)


@pytest.mark.parametrize("area", AREAS)
def test_a_level_is_the_point_of_its_series(analysed: Analysed, area: str) -> None:
    found = analysed(area)
    points = found.series.set_index(["indicator", "period"])
    for id, row in found.levels.iterrows():
        point = points.loc[(id, row["period"])]
        assert (point["reason"], point["reported"]) == (row["reason"], row["reported"])
        assert (row["reason"] != "") == bool(np.isnan(row["value"])) == bool(np.isnan(point["value"]))
        if row["reason"] == "":
            assert point["value"] == row["value"]


@pytest.mark.parametrize("area", AREAS)
def test_every_kampung_has_a_class_and_its_ways(analysed: Analysed, area: str) -> None:
    found = analysed(area)
    kampung = found.classification.kampung
    assert list(found.ways) == kampung["kampung_id"].tolist()
    assert found.formation.kampung == len(kampung) == int(found.classes["stated"].sum())
    assert found.units["kampung"].sum() == len(kampung)
    classes = [name.value for name in CLASSES]
    assert found.units[classes].sum().tolist() == found.classes["stated"].tolist()
    assert found.quality.items.index.tolist() == kampung["kampung_id"].tolist()


# ------------------------------------------------------------------ what must not change anything


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(inputs: Inputs, seed: int) -> None:
    shuffled = replace(
        inputs,
        observations=inputs.observations.sample(frac=1, random_state=seed, ignore_index=True),
        kampung=inputs.kampung.sample(frac=1, random_state=seed, ignore_index=True),
    )
    assert not shuffled.observations.equals(inputs.observations)
    assert differences(analyse(inputs), analyse(shuffled)) == []


def test_analysing_changes_nothing_that_was_read(inputs: Inputs) -> None:
    before = {name: getattr(inputs, name).copy() for name in ("areas", "observations", "kampung", "corrections")}
    first = analyse(inputs)
    assert all(before[name].equals(getattr(inputs, name)) for name in before)
    assert differences(first, analyse(inputs)) == []
    assert first.edition is None


def test_the_name_of_another_district_changes_nothing(tables: Tables, rewritten: Callable[..., Situation]) -> None:
    areas = tables["areas"].copy()
    areas.loc[areas["code"].str.startswith("99.01.09"), "name"] = "Contoh Yang Baru"
    renamed = rewritten({**tables, "areas": areas})
    assert differences(rewritten(tables), renamed) == []


def test_a_new_district_without_data_changes_nothing(tables: Tables, rewritten: Callable[..., Situation]) -> None:
    new = pd.DataFrame(
        [
            ("99.01.17", "Contoh Pemekaran", "district", "99.01"),
            ("99.01.17.2001", "Pemekaran", "village", "99.01.17"),
        ],
        columns=["code", "name", "level", "parent_code"],
    )
    grown = rewritten({**tables, "areas": pd.concat([tables["areas"], new], ignore_index=True)})
    assert differences(rewritten(tables), grown) == []


def test_another_regency_changes_nothing(tables: Tables, rewritten: Callable[..., Situation]) -> None:
    """A whole second regency with the numbers of the first turned upside down."""

    def moved(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        return frame.assign(**{c: frame[c].str.replace("99.01", "99.02", regex=False) for c in columns})

    areas = tables["areas"][tables["areas"]["code"] != "99"]
    rows = tables["observations"]
    other = moved(rows, ["area_code"]).assign(numerator=rows["denominator"] - rows["numerator"])
    kampung = moved(tables["kampung"], ["kampung_id", "regency_code", "district_code", "village_code"])
    kampung = kampung.assign(regency_name="Kabupaten Lain", class_stated="Berkelanjutan")
    two = {
        **tables,
        "areas": pd.concat([tables["areas"], moved(areas, ["code", "parent_code"])], ignore_index=True),
        "observations": pd.concat([rows, other], ignore_index=True),
        "kampung": pd.concat([tables["kampung"], kampung], ignore_index=True),
    }
    assert differences(rewritten(tables), rewritten(two)) == []


def test_numbers_of_another_district_move_the_comparison_alone(
    tables: Tables, rewritten: Callable[..., Situation]
) -> None:
    rows = tables["observations"].copy()
    other = rows["area_code"].str.startswith("99.01.02.") & rows["numerator"].notna()
    rows.loc[other, "numerator"] = rows.loc[other, "denominator"]
    plain, changed = rewritten(tables), rewritten({**tables, "observations": rows})
    own = ["numerator", "denominator", "value", "lower", "upper", "reported", "expected", "reason", "target_status"]
    pd.testing.assert_frame_equal(plain.levels[own], changed.levels[own])
    assert not plain.levels["benchmark"].equals(changed.levels["benchmark"])
    assert [d for d in differences(plain, changed) if not d.startswith((".findings", ".asks"))] == [
        ".levels",
        ".unit_values",
        ".funnel",
        ".ranking",  # its verdicts, and which indicators are worth it
        ".conflicts",  # the parent's own sum beside a survey of it
        ".spreads",  # those of the parent
        ".ibangga",
        ".ibangga_classes",
        ".risk",
        ".counts",
        ".checks",  # what all villages moved together is taken off
        ".check_summary",
    ]
    spreads = [found.spreads[found.spreads["area_code"] == villages_of(found.area_code)] for found in (plain, changed)]
    pd.testing.assert_frame_equal(*spreads)
    unit = ["area_code", "indicator", "numerator", "denominator", "value", "lower", "upper", "reason"]
    pd.testing.assert_frame_equal(plain.unit_values[unit], changed.unit_values[unit])


def test_nothing_after_the_cutoff_is_used(tables: Tables, rewritten: Callable[..., Situation]) -> None:
    rows, kampung = tables["observations"], tables["kampung"]
    without = {
        **tables,
        "observations": rows[rows["period"] <= "2023"],
        "kampung": kampung[kampung["export_date"] <= "2023-12-31"],
    }
    past = rewritten(without, period="2023")
    assert differences(past, rewritten(tables, period="2023")) == []
    # and other numbers after the cut-off are not noticed either
    later = rows["period"] > "2023"
    wild = rows.assign(numerator=rows["numerator"].where(~later, 0.0))
    future = kampung["export_date"] > "2023-12-31"
    assert later.any()
    assert future.any()
    changed = {
        **tables,
        "observations": wild,
        "kampung": kampung.assign(class_stated=kampung["class_stated"].where(~future, "Berkelanjutan")),
    }
    assert differences(past, rewritten(changed, period="2023")) == []
    assert past.cutoff == "2023-12-31"
    assert past.levels["period"].max() == "2023"


# ------------------------------------------------------------------ findings agree with the frames


@pytest.mark.parametrize("area", AREAS)
def test_findings_are_what_the_frames_show(analysed: Analysed, area: str) -> None:
    found = analysed(area)
    assert 0 < len(found.findings) <= 5
    codes = [remark.code for remark in found.findings]
    assert max(codes.count(code) for code in codes) <= 2
    told = [remark.indicator for remark in found.findings if remark.indicator]
    assert len(told) == len(set(told))
    for remark in found.findings:
        if not remark.indicator:
            continue
        if remark.code in ("denominator_slip", "copied_counts"):
            rows = found.checks[found.checks["indicator"] == remark.indicator]
            assert remark.unit in set(rows.loc[rows["severity"] == "extreme", "area_code"])
            continue
        row = found.levels.loc[remark.indicator]
        if remark.code == "unequal":
            wide = wide_spreads(found.spreads, area).loc[remark.indicator]
            assert remark.values["mdm"] == wide["mdm_weighted"] >= LARGE
            assert remark.values["distance"] == wide["p90_p10" if wide["villages"] >= 20 else "difference"]
            continue
        if remark.code in ("unit_worse", "unit_better"):
            cells = found.unit_values.set_index(["indicator", "area_code"])
            row = cells.loc[(remark.indicator, remark.unit)]
        assert row["reason"] == ""
        assert remark.values["value"] == row["value"]
        assert remark.values["n"] == row["denominator"] or np.isnan(remark.values["n"])
        match remark.code:
            case "target_missed":
                assert (row["target_status"], bool(row["certain"])) == ("not_reached", True)
                assert not row["lower"] <= row["target"] <= row["upper"]
            case "worse" | "better" | "unit_worse" | "unit_better":
                assert row["verdict"] == remark.code.removeprefix("unit_")
                assert remark.values["benchmark"] == found.levels.loc[remark.indicator, "benchmark"]
            case "improved" | "worsened":
                assert remark.values["previous"] == row["previous"]
                rose = row["value"] > row["previous"]
                assert rose == ((remark.code == "improved") == (CATALOGUE[remark.indicator].direction == "higher"))
            case "trend_better" | "trend_worse":
                assert found.trends.loc[remark.indicator, "verdict"] == remark.code.removeprefix("trend_")
            case _:
                pytest.fail(f"a finding that no test knows: {remark.code}")


CELLS = ("ask_agency", "ask_check", "ask_check_many")  # requests about findings, not about a count


@pytest.mark.parametrize("area", AREAS)
def test_each_request_has_its_finding_or_its_count(analysed: Analysed, area: str) -> None:
    found = analysed(area)
    bad = {
        (remark.indicator, remark.unit)
        for remark in found.findings
        if remark.code in ("target_missed", "worse", "worsened", "trend_worse", "unit_worse", "unequal")
    }
    assert {(remark.indicator, remark.unit) for remark in found.asks if remark.code == "ask_agency"} == bad
    kampung = found.classification.kampung
    silent = found.classification.joined.frame.set_index("kampung_id")["couples"].isna()
    hanging = (kampung["class_low"] != kampung["class_high"]).set_axis(kampung["kampung_id"])
    counts = {
        "ask_report": int(hanging.sum()),
        "ask_fill": int((silent & ~hanging).sum()),
        "ask_form": len(found.formation.missing),
        "ask_correct": found.quality.impossible,
        "ask_source": sum(r.values["n"] for r in found.findings if r.code == "source_silent"),
    }
    told = {remark.code: remark.values["n"] for remark in found.asks if remark.code not in CELLS}
    assert told == {code: n for code, n in counts.items() if n}


def test_a_regency_that_the_data_hold_alone_is_compared_with_nothing(analysed: Analysed) -> None:
    """The province of the demo is its one regency: to call their sums the province's would mislead."""
    found = analysed("99.01")
    assert not found.compared
    assert (found.levels["verdict"] == "").all()
    assert not {"worse", "better"} & {remark.code for remark in found.findings}
    told = [remark.values["compared"] for remark in found.quality.reasons if remark.code == "couples_reported"]
    assert told == [False]
    assert analysed("99.01.06").compared


def test_an_area_with_nothing_in_it_is_analysed_too(slice_of: Callable[..., Inputs]) -> None:
    found = analyse(slice_of(villages={"99.01.01": 3, "99.01.02": 2}))
    assert (len(found.levels), len(found.unit_values), len(found.classification.kampung)) == (0, 0, 0)
    assert (found.formation.villages, found.formation.with_kampung) == (3, 0)
    assert found.quality.grade == "D"
    assert [remark.code for remark in found.findings] == ["formation"]
    assert [remark.code for remark in found.asks] == ["ask_form"]
