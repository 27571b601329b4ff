"""The register gives a scope, keeps codes text, and refuses a code whose scheme is not said."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from kbk_analysis.areacode import CodeFault
from kbk_analysis.data.areas import load_register
from kbk_analysis.data.contracts import check_table, typed_frame
from kbk_analysis.data.matching import Alias
from kbk_analysis.data.recipe import load_aliases
from kbk_analysis.errors import InputFault
from kbk_analysis.schema import AreaLevel

PARAMS = Path(__file__).parents[2] / "params"


def files(country):
    names = {"province": "provinces", "regency": "regencies", "district": "districts", "village": "villages"}
    return {level: country / f"{name}.csv" for level, name in names.items()}


def refused(call, *args, **named):
    with pytest.raises(InputFault) as caught:
        call(*args, **named)
    return sorted((finding.rule, finding.value) for finding in caught.value.findings)


def test_the_scope_holds_its_areas_and_those_above(register):
    frame = register.frame()
    assert check_table("areas", typed_frame("areas", frame)) == []
    assert frame["code"].tolist() == sorted(frame["code"])
    kinds = dict(zip(frame["code"], frame["kind"], strict=True))
    assert len(kinds) == 1 + 1 + 2 + 7
    assert kinds["99"] == "provinsi"
    assert kinds["99.01"] == "kabupaten"
    assert kinds["99.01.10"] == "kecamatan"  # text, so not 99.01.1
    assert kinds["99.01.01.1001"] == "kelurahan"
    assert kinds["99.01.01.2002"] == "desa"
    parents = dict(zip(frame["code"], frame["parent_code"], strict=True))
    assert parents["99.01.10.2001"] == "99.01.10"
    assert pd.isna(parents["99"])


def test_a_compressed_register_reads_the_same(country, gzipped):
    plain = load_register(files(country), scope=["99.01"])
    packed = load_register(files(country) | {"village": gzipped(country / "villages.csv")}, scope=["99.01"])
    assert packed.names == plain.names


def test_a_bare_code_is_refused_with_both_readings(register):
    with pytest.raises(CodeFault) as caught:
        register.code("9901")
    finding = register.fault(caught.value, file="a.xlsx", row=7, column="kode")
    assert finding.rule == "code.ambiguous"
    assert "Hilir (BPS) atau Rokan Contoh (Kemendagri)" in finding.message
    assert (finding.file, finding.row, finding.column, finding.value) == ("a.xlsx", 7, "kode", "9901")


def test_a_named_scheme_decides(register):
    assert register.code("9901", "kemendagri") == "99.01"
    assert register.code("9901", "bps") == register.from_bps("9901") == "99.02"
    assert register.code("99.01.10.2001") == "99.01.10.2001"


@pytest.mark.parametrize(
    ("written", "scheme", "rule"),
    [
        ("1407", "bps", "code.bridge"),
        ("9999", "bps", "code.retired"),
        ("99.01.01.2999", None, "code.unknown"),
        ("99.1", None, "code.form"),
        ("14.10.0", "kemendagri", "code.form"),
    ],
)
def test_a_code_that_leads_nowhere_is_named(register, written, scheme, rule):
    with pytest.raises(CodeFault) as caught:
        register.code(written, scheme)
    assert caught.value.rule == rule
    assert register.fault(caught.value).remedy


def test_a_village_out_of_scope_is_not_called_unknown(register):
    assert register.code("99.02.01.2999") == "99.02.01.2999"
    assert not register.in_scope("99.02.01.2999")


def test_every_fault_of_the_register_is_told_at_once(country):
    (country / "villages.csv").write_text(
        "code,district_code,name\n99.01.01.1001,x,A\n99.01.01.1001,x,B\n99.01.5,x,C\n"
    )
    (country / "districts.csv").unlink()
    alias = Alias(AreaLevel.VILLAGE, "99.01.01", "X", "99.01.01.2999", "w", "s")
    faults = refused(load_register, files(country), scope=["99.01", "99.44"], aliases=[alias])
    assert faults == [
        ("alias.unknown", "99.01.01.2999"),
        ("code.form", "99.01.5"),
        ("code.repeated", "99.01.01.1001"),
        ("register.file", ""),
        ("scope.unknown", "99.44"),
    ]


def test_a_name_beside_a_code_is_compared_without_its_kind(register):
    assert register.same_name("99.01", "Rokan Contoh")
    assert register.same_name("99.01", "KAB. ROKAN CONTOH")
    assert register.same_name("99.01.01.2003", "SEIKUNING")
    assert not register.same_name("99.01", "Hilir")


# --- the real register ---------------------------------------------------------------------------------------


def crosswalk(real_data):
    with (real_data / "kampung_kb" / "crosswalk_kampung_riau_ke_kode_desa.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def matched(register, rows):
    """(kampung with a code, those whose code differs from the crosswalk's, those without)."""
    found, wrong, open_ = [], [], []
    for row in rows:
        match = register.matcher.match(row["Kabupaten"], row["Kecamatan"], row["Desa"])
        (found if match.village else open_).append((row, match))
        if match.village and row["kode_desa_kemendagri"] not in ("", match.village):
            wrong.append(row)
    return found, wrong, open_


@pytest.mark.real
def test_the_country_has_83762_villages(indonesia):
    levels = indonesia.frame()["level"].value_counts()
    assert levels.to_dict() == {"village": 83762, "district": 7285, "regency": 514, "province": 38}


@pytest.mark.real
def test_rokan_hulu_has_145_villages_in_16_districts(real_register_files, real_data):
    register = load_register(real_register_files, scope=["14.06"])
    counted = register.frame().groupby(["level", "kind"]).size().to_dict()
    assert counted == {
        ("province", "provinsi"): 1,
        ("regency", "kabupaten"): 1,
        ("district", "kecamatan"): 16,
        ("village", "desa"): 139,
        ("village", "kelurahan"): 6,
    }
    with (real_data / "admin" / "kemendagri_villages_rokan_hulu.csv").open(encoding="utf-8") as stream:
        assert {row["code"] for row in csv.DictReader(stream)} == {c for c in register.codes if c.count(".") == 3}


@pytest.mark.real
def test_1406_is_kampar_for_bps_and_rokan_hulu_for_kemendagri(real_register_files, real_data):
    bridges = [
        real_data / "admin" / f"bridge_bps_kemendagri_{part}.csv" for part in ("kabkota_2020s2", "desa_riau_2024")
    ]
    register = load_register(real_register_files, scope=["14.06"], bridges=bridges)
    with pytest.raises(CodeFault) as caught:
        register.code("1406")
    assert "Kampar (BPS) atau Rokan Hulu (Kemendagri)" in register.fault(caught.value).message
    assert register.from_bps("1407") == "14.06"
    villages = [code for bps, code in register.bps.items() if bps.startswith("1407") and len(bps) == 10]
    assert len(villages) == 145
    assert {register.code(code) for code in villages} == {c for c in register.codes if c.count(".") == 3}


@pytest.mark.real
def test_all_35_kampung_of_rokan_hulu_match_without_an_alias(indonesia, real_data):
    rows = [row for row in crosswalk(real_data) if row["Kabupaten"] == "ROKAN HULU"]
    found, wrong, open_ = matched(indonesia, rows)
    assert (len(found), wrong, open_) == (35, [], [])
    assert all(row["kode_desa_kemendagri"] == match.village for row, match in found)


@pytest.mark.real
def test_riau_matches_with_declared_aliases_and_none_is_wrong(real_register_files, real_data):
    aliases = load_aliases(PARAMS / "riau" / "aliases.yml")
    register = load_register(real_register_files, scope=["14"], aliases=aliases)
    found, wrong, open_ = matched(register, crosswalk(real_data))
    assert wrong == []
    assert len(found) == 1351  # at least 1,316 are asked for
    assert len(open_) == 14
    offered = [match for _, match in open_ if match.candidates]
    assert len(offered) == 9  # the other five have no near name in their district
    by_alias = [match for row, match in found if not row["kode_desa_kemendagri"]]
    assert all(match.by_alias for match in by_alias)


@pytest.mark.real
def test_every_alias_names_its_source_and_is_no_official_name(real_register_files):
    bare = load_register(real_register_files, scope=["14"])
    for place in ("riau", "rokan_hulu"):
        for alias in load_aliases(PARAMS / place / "aliases.yml"):
            assert alias.why
            assert alias.source
            siblings = [code for code in bare.names if code.rpartition(".")[0] == alias.within]
            assert not any(bare.same_name(code, alias.name) for code in siblings), alias.name
