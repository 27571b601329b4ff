"""The demo dataset: shape, contracts, plain fiction, missing never zero, and the shipped bytes."""

import gzip
import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.areacode import parent_of
from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.classification import classify, join_exports, load_rule
from kbk_analysis.data.contracts import check_table
from kbk_analysis.data.demo import DEMO_FOLDER, DEMO_SEED, NOTHING, build_demo, load_plantings, write_demo
from kbk_analysis.data.demo.boundaries import boundaries
from kbk_analysis.data.store import open_dataset
from kbk_analysis.errors import Severity
from kbk_analysis.schema import CLASSES, METHODS, RAW_COLUMNS, SCORE_COLUMNS, TABLES, Status

Tables = dict[str, pd.DataFrame]
MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def demo() -> Tables:
    return build_demo()


def test_holds_every_table_of_the_contract_without_a_fault(demo: Tables) -> None:
    assert set(demo) == set(TABLES)
    kinds = load_catalogue().kinds
    findings = [finding for name, table in demo.items() for finding in check_table(name, table, kinds=kinds)]
    assert [str(f) for f in findings if f.severity is Severity.ERROR] == []
    # the doubtful values are the planted ones, and denominators that are truly zero
    assert {f.rule for f in findings} == {"observation.zero_denominator", "kampung.above", "kampung.cpr"}
    faults = load_plantings().kampung_faults
    assert Counter(f.rule for f in findings if f.rule.startswith("kampung")) == {
        "kampung.above": len(faults["participants_exceed_families"]),
        "kampung.cpr": len(faults["users_exceed_couples"]),
    }


def test_is_one_regency_of_16_districts_and_145_villages(demo: Tables) -> None:
    areas = demo["areas"]
    assert areas["level"].value_counts().to_dict() == {"village": 145, "district": 16, "regency": 1, "province": 1}
    assert areas["kind"].value_counts()[["desa", "kelurahan"]].to_list() == [139, 6]
    villages = areas[areas["level"] == "village"]
    assert set(villages["parent_code"]) == set(areas.loc[areas["level"] == "district", "code"])
    homonyms = villages["name"].value_counts()
    assert homonyms[homonyms > 1].to_dict() == dict.fromkeys(
        ("Suka Contoh", "Tanjung Contoh", "Maju Contoh", "Sungai Kuning Contoh"), 2
    )
    assert not villages.duplicated(["parent_code", "name"]).any()
    assert all(any(sign in name for name in villages["name"]) for sign in "'&<>$")


def test_no_code_lies_outside_province_99(demo: Tables) -> None:
    for name, table in demo.items():
        for column in TABLES[name].columns:
            if column.kind == "code":
                codes = table[column.name].dropna()
                assert codes.str.fullmatch(r"99(\.01(\.\d{2}(\.\d{4})?)?)?").all(), (name, column.name)
    words = demo["actions"]["areas"].str.split().explode()
    assert set(words) <= set(demo["areas"]["code"])
    for level, shapes in boundaries().items():
        expected = demo["areas"].loc[demo["areas"]["level"] == level].set_index("code")["name"].to_dict()
        assert {f["properties"]["code"]: f["properties"]["name"] for f in shapes["features"]} == expected


def test_references_lead_somewhere(demo: Tables) -> None:
    agencies, problems = set(demo["agencies"]["agency"]), set(demo["problems"]["problem"])
    assert len(agencies) == 16
    for table in ("activities", "actions"):
        assert set(demo[table]["agency"]) <= agencies
    assert set(demo["activities"]["agency"]) == agencies
    assert set(demo["problems"]["lead_agency"]) <= agencies
    assert set(demo["scores"]["problem"]) == problems
    assert set(demo["actions"]["problem"].dropna()) <= problems
    indicators = {indicator.id for indicator in load_catalogue()}
    assert set(demo["activities"]["indicator"]) | set(" ".join(demo["problems"]["indicators"]).split()) <= indicators
    judges = set(demo["scores"]["judge"])
    assert len(judges) == 15
    assert {judge.partition(":")[0] for judge in judges} == agencies - {"dppkb"}
    assert len(demo["meetings"]) == 2
    meetings = set(demo["meetings"]["meeting"])
    for table in ("agenda", "attendance", "problems", "scores", "decisions", "actions"):
        assert set(demo[table]["meeting"]) == meetings
    assert set(demo["agenda"]["agency"]) <= agencies
    assert set(demo["attendance"]["agency"]) == agencies
    assert set(demo["meetings"]["area_code"]) <= set(demo["areas"]["code"])


def test_meetings_name_roles_and_depart_from_the_computed_order_with_a_reason(demo: Tables) -> None:
    decided = demo["decisions"]
    listed = set(demo["problems"][["meeting", "problem"]].itertuples(index=False, name=None))
    assert set(decided[["meeting", "problem"]].itertuples(index=False, name=None)) == listed
    for meeting, own in decided.groupby("meeting"):
        assert sorted(own["computed_rank"]) == list(range(1, len(own) + 1))
        agreed = own["agreed_rank"].dropna()
        assert sorted(agreed) == list(range(1, len(agreed) + 1))
        departs = own["computed_rank"].ne(own["agreed_rank"]).fillna(True)
        assert departs.any(), meeting
        assert own.loc[departs, "reason"].notna().all()
    attended = demo["attendance"].groupby(["meeting", "agency"])["present"].any().unstack("meeting")
    assert attended["rakor-2024-1"].all()
    assert sorted(attended.index[~attended["rakor-2024-2"]]) == ["dlh", "kominfo"]
    judges = set(demo["scores"]["judge"])
    assert judges <= set(demo["attendance"]["agency"] + ": " + demo["attendance"]["role"])


def test_observations_cover_the_catalogue_in_every_year(demo: Tables) -> None:
    observed, catalogue = demo["observations"], load_catalogue()
    assert (len(catalogue), len(catalogue.block_entries)) == (75, 23)
    rows = observed.groupby("indicator").size().to_dict()
    expected = {
        i.id: 5 * (145 if "village" in i.level else 1)
        for i in catalogue.observable.values()
        if i.id not in catalogue.context
    }
    assert rows == expected
    assert set(observed["period"]) == {"2020", "2021", "2022", "2023", "2024"}
    for indicator, source in observed[["indicator", "source"]].drop_duplicates().itertuples(index=False):
        assert source in catalogue.observable[indicator].sources


def test_values_follow_from_counts(demo: Tables) -> None:
    observed, catalogue = demo["observations"], load_catalogue()
    counted = observed[observed["denominator"] > 0]
    scale = counted["indicator"].map({i.id: i.scale for i in catalogue.observable.values()})
    assert np.allclose(counted["value"], scale * counted["numerator"] / counted["denominator"], atol=6e-5)
    assert (counted["numerator"] <= counted["denominator"]).all()
    for column in ("numerator", "denominator"):
        known = observed[column].dropna()
        assert (known == known.round()).all()


def test_missing_is_blank_and_never_zero(demo: Tables) -> None:
    observed = demo["observations"]
    silent = observed[observed["status"] != Status.REPORTED]
    assert silent[["value", "numerator", "denominator"]].isna().all(axis=None)
    assert set(silent["status"]) == {Status.NOT_REPORTED, Status.NOT_APPLICABLE}
    reported = observed[observed["status"] == Status.REPORTED]
    blank = reported["value"].isna()
    assert (reported.loc[blank, "denominator"] == 0).all()  # counted, and there was nobody
    numbers = [c.name for c in TABLES["kampung"].columns if c.kind == "number" and c.name in RAW_COLUMNS]
    assert not (demo["kampung"][numbers] == 0).any(axis=None)
    assert demo["scores"]["score"].isna().any()
    assert demo["scores"]["score"].dropna().between(1, 5).all()
    unknown = demo["activities"]["done"].isna()
    assert unknown.any()
    assert demo["activities"].loc[unknown, ["reached", "spent"]].isna().all(axis=None)
    assert demo["activities"].loc[~unknown, ["reached", "spent"]].notna().all(axis=None)


def test_small_and_remote_villages_report_less() -> None:
    """Independent route: over many worlds, the smaller half of the villages leaves more cells blank."""
    blanks = []
    for seed in range(5):
        observed = build_demo(seed=seed, plantings=NOTHING)["observations"]
        families = observed[(observed["indicator"] == "S1-04")].groupby("area_code")["denominator"].median()
        small = families.index[families < families.median()]
        missing = observed["status"] == Status.NOT_REPORTED
        inside = observed["area_code"].isin(small)
        blanks.append((missing[inside].mean(), missing[~inside].mean()))
    small_share, large_share = np.mean(blanks, axis=0)
    assert 1.2 * large_share < small_share < 0.1


def test_a_kelurahan_has_no_idm_and_a_village_without_kampung_no_portal_facts(demo: Tables) -> None:
    observed = demo["observations"]
    idm = observed[observed["indicator"].str.startswith("S4-10")]
    applicable = idm["status"] != Status.NOT_APPLICABLE
    assert (applicable == (idm["area_code"].str[9] == "2")).all()
    parts = idm[idm["status"] == Status.REPORTED].pivot(
        index=["area_code", "period"], columns="indicator", values="value"
    )
    parts = parts.dropna()
    assert np.allclose(parts["S4-10"], parts[["S4-10-IKS", "S4-10-IKE", "S4-10-IKL"]].mean(axis=1), atol=6e-5)
    plans = observed[(observed["indicator"] == "S1-10") & (observed["period"] == "2024")]
    formed = set(demo["kampung"]["village_code"])
    assert set(plans.loc[plans["status"] != Status.NOT_APPLICABLE, "area_code"]) == formed
    assert len(formed) == 110


def test_kampung_are_formed_over_the_years_and_classed_by_portal(demo: Tables) -> None:
    kampung = demo["kampung"]
    stated = kampung[kampung["source"] == "klasifikasi"]
    sizes = stated.groupby("export_date").size().to_list()
    assert sizes == sorted(sizes)
    assert sizes[-1] == 112
    assert sizes[3] > 1.9 * sizes[2]  # the wave
    last = stated[stated["export_date"] == stated["export_date"].max()]
    assert set(last["class_stated"]) == {str(name) for name in CLASSES}
    parts = {"input": SCORE_COLUMNS[:5], "process": SCORE_COLUMNS[5:8], "output": SCORE_COLUMNS[8:]}
    for index, columns in parts.items():
        mean = stated[list(columns)].astype(float).mean(axis=1)
        assert np.allclose(stated[f"index_{index}"], mean, atol=0.0051)
    detail = kampung[kampung["source"] == "rinci"]
    assert detail[[*SCORE_COLUMNS, "class_stated"]].isna().all(axis=None)
    assert stated[list(RAW_COLUMNS)].isna().all(axis=None)
    assert set(zip(detail["kampung_id"], detail["export_date"].str[:4], strict=True)) == set(
        zip(stated["kampung_id"], stated["export_date"].str[:4], strict=True)
    )
    renamed = stated.groupby("kampung_id")["kampung_name"].nunique()
    assert (renamed > 1).sum() == 1


def test_the_classification_of_the_package_finds_the_stated_classes(demo: Tables) -> None:
    """The generator scores by its own program; the two must agree, and the planted faults must be the ones named."""
    found = classify(join_exports(demo["kampung"], "2024-12-31"), load_rule(), as_stated=())
    assert len(found.kampung) == 112
    assert not found.kampung["mismatch"].any()
    assert not found.variables["mismatch"].any()
    assert found.kampung["portal_consistent"].all()
    faults, variables = load_plantings().kampung_faults, found.variables
    rewarded = set(variables.loc[variables["rewarded_missing"], "kampung_id"])
    assert rewarded >= set(faults["unmet_blank_scored_best"])
    capped = variables[variables["capped"]]
    above = {*faults["users_exceed_couples"], *faults["participants_exceed_families"]}
    assert set(capped["kampung_id"]) == above


def test_couples_are_users_and_non_users(demo: Tables) -> None:
    parts = [*(f"users_{m}" for m in METHODS), "pregnant", "want_soon", "want_later", "want_no_more"]
    detail = demo["kampung"][demo["kampung"][parts].notna().any(axis=1)]
    doubtful = {code for codes in load_plantings().kampung_faults.values() for code in codes}
    sound = detail[~detail["village_code"].isin(doubtful)]
    assert len(sound) > 100
    assert (sound[parts].sum(axis=1) == sound["couples"]).all()


@pytest.mark.parametrize("seed", [0, 3])
def test_same_seed_same_tables_other_seed_other_numbers(seed: int) -> None:
    one, two, other = build_demo(seed=seed), build_demo(seed=seed), build_demo(seed=seed + 1)
    for name in TABLES:
        pd.testing.assert_frame_equal(one[name], two[name])
    assert not one["observations"]["value"].equals(other["observations"]["value"])
    pd.testing.assert_frame_equal(one["areas"], other["areas"])


def test_a_planting_touches_its_own_series_only() -> None:
    """Everything but the planted series and what looks at them is the same with and without plantings."""
    key = ["area_code", "period", "indicator", "source"]
    with_plants = build_demo(seed=5)["observations"].set_index(key)["value"]
    without = build_demo(seed=5, plantings=NOTHING)["observations"].set_index(key)["value"]
    touched = ~((with_plants == without) | (with_plants.isna() & without.isna()))
    indicators = set(touched[touched].index.get_level_values("indicator"))
    planted = {finding.indicator for finding in load_plantings().findings if finding.indicator}
    krs = {i.id for i in load_catalogue().of_block("krs")}
    siga = {i for i, s in with_plants.index.droplevel(["area_code", "period"]) if s == "siga"}
    dependent = {"S3-12", "S4-07", *krs}  # of the families at risk, S3-11
    portal = {"S1-08", "S1-09", "S1-10", "S1-11", "S2-15"}  # where a Kampung KB is planted
    assert planted - siga <= indicators <= planted | siga | dependent | portal


# --- boundaries ----------------------------------------------------------------------------------------------


def _area(ring: list[list[float]]) -> float:
    x, y = np.array(ring).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def _rings(level: str) -> dict[str, list[list[float]]]:
    return {f["properties"]["code"]: f["geometry"]["coordinates"][0] for f in boundaries()[level]["features"]}


def test_polygons_tile_their_parent() -> None:
    regency, districts, villages = _rings("regency"), _rings("district"), _rings("village")
    assert sum(map(_area, districts.values())) == pytest.approx(_area(regency["99.01"]), rel=1e-4)
    for code, ring in districts.items():
        inside = [_area(r) for c, r in villages.items() if parent_of(c) == code]
        assert min(inside) > 0
        assert sum(inside) == pytest.approx(_area(ring), rel=1e-3)
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in villages.values())


def test_neighbours_inside_a_district_share_edges() -> None:
    edges: dict[frozenset[tuple[float, ...]], set[str]] = {}
    for code, ring in _rings("village").items():
        for a, b in itertools.pairwise(ring):
            edges.setdefault(frozenset((tuple(a), tuple(b))), set()).add(code)
    touching = {code for codes in edges.values() if len(codes) == 2 for code in codes}
    assert len(touching) == 145
    assert max(map(len, edges.values())) == 2


# --- the shipped folder --------------------------------------------------------------------------------------


def _contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _unpacked(contents: dict[str, bytes]) -> dict[str, bytes]:
    # another build of zlib may pack the same content into other bytes
    return {name: gzip.decompress(data) if name.endswith(".gz") else data for name, data in contents.items()}


def test_shipped_folder_is_what_the_generator_writes(tmp_path: Path) -> None:
    shipped, written = _contents(DEMO_FOLDER), _contents(write_demo(tmp_path / "one"))
    assert sorted(shipped) == sorted(written)
    left, right = _unpacked(shipped), _unpacked(written)
    assert [name for name in left if left[name] != right[name]] == []
    assert sum(map(len, shipped.values())) <= MAX_BYTES
    assert _contents(write_demo(tmp_path / "two")) == written


def test_shipped_folder_opens_and_keeps_its_contracts() -> None:
    kinds = load_catalogue().kinds
    with open_dataset("demo") as data:
        findings = [f for name in TABLES for f in check_table(name, data.table(name), kinds=kinds)]
        assert [str(f) for f in findings if f.severity is Severity.ERROR] == []
        known = data.known()
        assert known.synthetic
        assert known.periods == ("2020", "2021", "2022", "2023", "2024")
        assert {len(data.boundaries(level)["features"]) for level in ("regency", "district", "village")} == {1, 16, 145}
        assert {source["id"] for source in data.sources()} >= set(data.table("observations")["source"])


def test_shipped_numbers_are_those_of_the_default_seed(demo: Tables) -> None:
    path = next(DEMO_FOLDER.rglob("observations.csv.gz"))
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        shipped = pd.read_csv(stream, dtype={"area_code": "str", "period": "str"})
    assert DEMO_SEED == 2022
    key = ["area_code", "period", "indicator"]
    left = shipped.set_index(key)["numerator"].sort_index()
    right = demo["observations"].set_index(key)["numerator"].sort_index()
    assert left.index.equals(right.index)
    assert np.array_equal(left.to_numpy(), right.to_numpy(), equal_nan=True)


def test_title_page_says_that_it_is_invented() -> None:
    text = (DEMO_FOLDER / "dataset.yml").read_text(encoding="utf-8")
    assert "synthetic: true" in text
    assert "DATA CONTOH: Kabupaten Contoh" in text
