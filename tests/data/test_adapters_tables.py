"""Office tables in long and wide form, and IDM, become observations; what is unclear is refused with its place."""

import csv
from pathlib import Path

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.adapters.idm import read_idm
from kbk_analysis.data.adapters.long_table import read_long
from kbk_analysis.data.adapters.wide_table import read_wide
from kbk_analysis.data.areas import load_register
from kbk_analysis.data.contracts import check_table, typed_frame
from kbk_analysis.data.recipe import IdmSource, LongSource, WideSource

CATALOGUE = load_catalogue()
KINDS = {indicator.id: indicator.kind for indicator in CATALOGUE}
EXPECTED = Path(__file__).parent / "expected"
COMMON = {"id": "opd", "title": "Berkas OPD", "files": ["a.csv"]}
LONG = {
    **COMMON,
    "adapter": "long",
    "area": {"code": "kode", "scheme": "kemendagri"},
    "indicator": "indikator",
    "indicators": {"stunting": "S3-09", "krs": {"id": "S3-11", "as": "numerator"}},
    "left_out": {"ipm": "tidak ada dalam katalog"},
    "period": "tahun",
    "value": "nilai",
    "numerator": "pembilang",
    "denominator": "penyebut",
}
WIDE = {
    **COMMON,
    "adapter": "wide",
    "area": {"code": "kode"},
    "period": "2024",
    "indicators": [{"id": "S4-02", "numerator": "jamban", "denominator": "rumah"}],
}


def long(country, register, text, **named):
    (country / "a.csv").write_text(text, encoding="utf-8")
    return read_long(LongSource.model_validate({**LONG, **named}), country, register, CATALOGUE)


def wide(country, register, text, **named):
    (country / "a.csv").write_text(text, encoding="utf-8")
    return read_wide(WideSource.model_validate({**WIDE, **named}), country, register, CATALOGUE)


def rows(result, *columns):
    frame = typed_frame("observations", result.tables["observations"])
    assert [f for f in check_table("observations", frame, kinds=KINDS) if f.severity == "error"] == []
    return frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None).to_numpy().tolist()


def errors(result):
    return [(f.rule, f.row, f.column) for f in result.findings if f.severity == "error"]


def warnings(result):
    return [(f.rule, f.row, f.column) for f in result.findings if f.severity == "warning"]


HEAD = "kode,tahun,indikator,nilai,pembilang,penyebut\n"


def test_a_long_table_keeps_counts_and_recomputes_the_value(country, register):
    result = long(
        country, register, HEAD + "9901,2021,stunting,17.9,540,3015\n9901,2022,krs,43425,,\n99,2021,ipm,73,,\n"
    )
    assert rows(result, "area_code", "period", "indicator", "numerator", "denominator", "source") == [
        ["99.01", "2021", "S3-09", 540, 3015, "opd"],
        ["99.01", "2022", "S3-11", 43425, None, "opd"],
    ]
    assert result.tables["observations"]["value"].iloc[0] == pytest.approx(100 * 540 / 3015)
    assert result.findings == []
    assert (result.log.read, result.log.kept, dict(result.log.dropped)) == (3, 2, {"left_out": 1})


def test_entries_of_the_blocks_are_read_like_indicators(country, register):
    names = {"air": "KRS-AIR", "rentan": "IBG-RENTAN", "indeks": "IBG"}
    text = "9901,2021,air,,20,80\n9901,2021,rentan,,9,36\n9901,2021,indeks,56.1,,\n9901,2022,air,,90,80\n"
    result = long(country, register, HEAD + text, indicators=names, left_out={})
    assert rows(result, "indicator", "value", "status") == [
        ["KRS-AIR", 25, "reported"],
        ["IBG-RENTAN", 25, "reported"],
        ["IBG", 56.1, "reported"],
        ["KRS-AIR", None, "not_reported"],
    ]
    assert warnings(result) == [("observation.above_whole", 5, "KRS-AIR")]


def test_a_written_value_that_its_counts_do_not_give_is_told(country, register):
    result = long(country, register, HEAD + "9901,2019,stunting,24.3,896,3675\n")
    assert warnings(result) == [("observation.differs", 2, "S3-09")]
    assert result.tables["observations"]["value"].iloc[0] == pytest.approx(24.381, abs=0.001)


def test_sources_keep_conflicting_values_apart(country, register):
    text = "kode,tahun,indikator,nilai,sumber\n9901,2021,stunting,23,Berita A\n9901,2021,stunting,22.4,Berita B\n"
    apart = {"numerator": None, "denominator": None, "source": "sumber"}
    result = long(country, register, text, **apart)
    assert rows(result, "value", "source") == [[23, "opd:berita-a"], [22.4, "opd:berita-b"]]
    undeclared = long(country, register, text, **{**apart, "source": None, "ignore": ["sumber"]})
    assert errors(undeclared) == [("observation.conflict", 3, "S3-09")]


def test_identical_twins_are_dropped_and_counted(country, register):
    result = long(country, register, HEAD + "9901,2021,stunting,17,,\n" * 2)
    assert errors(result) == []
    assert (result.log.kept, dict(result.log.dropped)) == (1, {"duplicate": 1})


def test_a_long_table_tells_every_fault_at_once(country, register):
    text = HEAD + (
        "9901,2021,stuntng,17,,\n9901,21,stunting,17,,\n9901,2021,stunting,tujuh,,\n,2021,stunting,1,,\n9977,2021,stunting,2,,\n"
    )
    result = long(country, register, text)
    assert sorted(errors(result)) == [
        ("code.blank", 5, "kode"),
        ("code.unknown", 6, "kode"),
        ("indicator.unmapped", 2, "indikator"),
        ("number.form", 4, "nilai"),
        ("period.form", 3, "tahun"),
    ]
    assert next(f for f in result.findings if f.rule == "indicator.unmapped").remedy == 'Maksudnya "stunting"?'


def test_numbers_of_rows_that_are_left_out_are_not_judged(country, register):
    assert errors(long(country, register, HEAD + "99,2021,ipm,WTP,,\n9901,2021,stunting,17.5,,\n")) == []


def test_a_bare_code_without_a_scheme_names_both_readings(country, register):
    result = long(country, register, HEAD + "9901,2021,stunting,17,,\n", area={"code": "kode"})
    (finding,) = result.findings
    assert (finding.rule, finding.row) == ("code.ambiguous", 2)
    assert "Hilir (BPS) atau Rokan Contoh (Kemendagri)" in finding.message


def test_a_bps_code_is_bridged(country, register):
    text = HEAD + "9902,2021,stunting,17,,\n9901,2021,stunting,18,,\n"
    result = long(country, register, text, area={"code": "kode", "scheme": "bps"})
    assert rows(result, "area_code", "value") == [["99.01", 17]]
    assert dict(result.log.dropped) == {"out_of_scope": 1}


def test_another_regencys_name_beside_a_code_is_an_error(country, register):
    text = "kode,nama,tahun,indikator,nilai\n9901,Hilir,2021,stunting,17\n"
    shape = {"area": {"code": "kode", "name": "nama", "scheme": "kemendagri"}, "numerator": None, "denominator": None}
    assert errors(long(country, register, text, **shape)) == [("code.name", 2, "nama")]
    assert errors(long(country, register, text.replace("Hilir", "KAB. ROKAN CONTOH"), **shape)) == []


def test_a_column_for_each_period(country, register):
    result = long(
        country,
        register,
        "indikator;capaian 2018;capaian 2019\nstunting;27,3;24,35\nkrs;1.234;\n",
        area={"fixed": "99.01"},
        period=None,
        value=None,
        numerator=None,
        denominator=None,
        values={"2018": "capaian 2018", "2019": "capaian 2019"},
        decimal="comma",
    )
    assert rows(result, "period", "indicator", "value", "numerator", "status") == [
        ["2018", "S3-09", 27.3, None, "reported"],
        ["2018", "S3-11", None, 1234, "reported"],
        ["2019", "S3-09", 24.35, None, "reported"],
        ["2019", "S3-11", None, None, "not_reported"],
    ]


def test_a_wide_table_reads_counts_by_village(country, register):
    result = wide(country, register, "kode,jamban,rumah\n99.01.01.2002,45,60\n99.01.01.2003,,\n99.02.01.2001,1,2\n")
    assert rows(result, "area_code", "value", "numerator", "denominator", "status") == [
        ["99.01.01.2002", 75, 45, 60, "reported"],
        ["99.01.01.2003", None, None, None, "not_reported"],
    ]
    assert dict(result.log.dropped) == {"out_of_scope": 1}


def test_a_wide_table_matches_names_and_lists_the_rest(country, register):
    text = "kab,kec,desa,jamban,rumah\nRokan Contoh,Rambah,SUKAMAJU,45,60\nRokan Contoh,Rambah,Suka Majuu,1,2\n"
    result = wide(country, register, text, area={"regency": "kab", "district": "kec", "village": "desa"})
    assert rows(result, "area_code", "value") == [["99.01.01.2002", 75]]
    (open_,) = result.log.unmatched
    assert (open_.row, open_.village, open_.candidates[0]) == (3, "Suka Majuu", "99.01.01.2002")
    assert dict(result.log.dropped) == {"unmatched": 1}


def test_parts_of_a_code_get_their_zeros_back(country, register):
    text = "p,k,c,d,jamban,rumah\n99,1,10,2001,1,2\n99,1,1,1001,1,4\n99,1,,2001,1,2\n"
    result = wide(country, register, text, area={"parts": ["p", "k", "c", "d"]})
    assert rows(result, "area_code", "value") == [["99.01.10.2001", 50], ["99.01.01.1001", 25]]
    assert errors(result) == [("code.blank", 4, "p + k + c + d")]


def test_a_code_that_a_spreadsheet_made_a_number_is_refused(country, register):
    import openpyxl

    book = openpyxl.Workbook()
    for line in (["kode", "jamban", "rumah"], [99.1, 1, 2], [9901012002, 1, 2]):
        book.active.append(line)
    book.save(country / "a.xlsx")
    shape = {**WIDE, "files": ["a.xlsx"], "area": {"code": "kode", "scheme": "kemendagri"}}
    result = read_wide(WideSource.model_validate(shape), country, register, CATALOGUE)
    assert errors(result) == [("code.number", 2, "kode")]  # 99.10 or 99.1: the zero is gone
    assert rows(result, "area_code") == [["99.01.01.2002"]]


def test_a_part_above_its_whole_is_told_and_not_used(country, register):
    result = wide(country, register, "kode,jamban,rumah\n99.01.01.2002,61,60\n")
    assert warnings(result) == [("observation.above_whole", 2, "S4-02")]
    assert rows(result, "status", "value") == [["not_reported", None]]


def test_a_village_that_moved_is_found_by_its_name(country, register):
    text = "kode,nama,jamban,rumah\n99.01.01.2009,Api-Api (Baru),1,2\n"
    (finding,) = wide(country, register, text, area={"code": "kode", "name": "nama", "scheme": "kemendagri"}).findings
    assert finding.rule == "code.unknown"
    assert "99.01.10.2002" in finding.remedy


def test_an_unknown_indicator_and_an_undeclared_column_are_told(country, register):
    result = wide(country, register, "kode,jamban,rumah\n", indicators=[{"id": "S9-99", "value": "jamban"}])
    assert errors(result) == [("indicator.unknown", None, "")]
    result = wide(country, register, "kode,jamban,rumah,catatan\n99.01.01.2002,1,2,x\n")
    assert warnings(result) == [("column.unused", None, "catatan")]


IDM = "tahun,kode_desa,nama_desa,IDM,IKS,IKE,IKL\n"


def idm(country, register, text):
    (country / "a.csv").write_text(IDM + text, encoding="utf-8")
    source = IdmSource.model_validate({**COMMON, "adapter": "idm", "decimal": "dot"})
    return read_idm(source, country, register, CATALOGUE)


def test_idm_gives_four_series_and_says_who_has_none(country, register):
    result = idm(country, register, "2024,9901012002,SUKAMAJU,0.7,0.8,0.6,0.7\n2024,9901012003,SUNGAI KUNING,,,,\n")
    found = {(a, i): (v, s) for a, i, v, s in rows(result, "area_code", "indicator", "value", "status")}
    assert found["99.01.01.2002", "S4-10"] == (0.7, "reported")
    assert found["99.01.01.2002", "S4-10-IKE"] == (0.6, "reported")
    assert found["99.01.01.2003", "S4-10"] == (None, "not_reported")
    assert found["99.01.01.1001", "S4-10"] == (None, "not_applicable")  # a kelurahan
    assert found["99.01.10.2001", "S4-10-IKL"] == (None, "not_reported")  # a desa the file lacks
    assert len(found) == 7 * 4
    assert result.findings == []


def test_idm_that_is_not_the_mean_of_its_parts_is_told(country, register):
    result = idm(country, register, "2024,9901012002,SUKAMAJU,0.75,0.8,0.6,0.7\n")
    assert warnings(result) == [("idm.mean", 2, "IDM")]


# --- real files -----------------------------------------------------------------------------------------------


def expected(name):
    """(row, column, rule, start of the remedy) of each finding a messy file must give."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8") as stream:
        return [(int(row["row"]), row["column"], row["rule"], row["remedy"]) for row in csv.DictReader(stream)]


def compare(findings, name):
    wanted = sorted(expected(name))
    found = sorted((f.row or 0, f.column, f.rule, f.remedy) for f in findings if f.rule != "column.unused")
    assert [case[:3] for case in found] == [case[:3] for case in wanted]
    for (*_, remedy), (*_, start) in zip(found, wanted, strict=True):
        assert remedy.startswith(start)


def messy(real_data, register, **named):
    source = WideSource.model_validate({**WIDE, **named})
    return read_wide(source, real_data / "messy", register, CATALOGUE)


PARTS = ["provinsi_id", "kabupaten_id", "kecamatan_id", "desa_id"]


@pytest.mark.real
def test_a_staff_sheet_with_lost_zeros_and_blank_areas(real_data, indonesia):
    name = "kampung_kb_wilayah_kosong_edit_tanpa_username.csv"
    result = messy(
        real_data,
        indonesia,
        files=[name],
        area={"parts": PARTS, "name": "desa"},
        indicators=[{"id": "S2-15", "value": "jumlah_intervensi"}],
        as_of_column="tanggal_pencanangan",
    )
    compare(result.findings, "wilayah_kosong")
    with (real_data / "messy" / name).open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    blank = [i for i, line in enumerate(lines, 2) if not all(line[part] for part in PARTS)]
    assert [f.row for f in result.findings if f.rule == "code.blank"] == blank
    first = result.tables["observations"].iloc[0]
    assert (first["area_code"], first["as_of"], first["value"]) == ("16.07.19.2005", "2017-09-27", 19)


@pytest.mark.real
def test_divided_districts_are_found_where_the_staff_found_them(real_data, indonesia):
    name = "wilayah_tidak_cocok_siga_kemendagri.csv"
    result = messy(
        real_data,
        indonesia,
        files=[name],
        area={"parts": PARTS, "name": "desa"},
        indicators=[{"id": "S2-15", "value": "id"}],
    )
    compare(result.findings, "wilayah_tidak_cocok")
    with (real_data / "messy" / name).open(encoding="utf-8") as stream:
        lines = dict(enumerate(csv.DictReader(stream), 2))
    siga = ("siga_provinsi_id", "siga_kabupaten_id", "siga_kecamatan_id", "siga_keluarahan_id")
    agreed = [
        f.row
        for f in result.findings
        if f.rule == "code.unknown" and ".".join(lines[f.row][part] for part in siga) in f.remedy
    ]
    assert len(agreed) >= 26  # the staff wrote the new code beside the old one, by hand


LPPD = {
    "files": ["lppd_kota_semarang_2018_2019.xlsx"],
    "area": {"fixed": "33.74"},
    "indicator": "indikator_kinerja",
    "period": None,
    "value": None,
    "numerator": None,
    "denominator": None,
    "values": {"2018": "capaian_tahun_2018", "2019": "capaian_tahun_2019"},
    "ignore": ["_id"],
}
PHBS = "Presentase rumah tangga yang ber PHBS strata sehat utama"
REPEATED = "Persentase Partisipasi masyarakat terhadap usulan pembangunan dalam musrenbang tingkat Kecamatan"


def lppd(real_data, register, indicators, *, rest=""):
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(real_data / "messy" / LPPD["files"][0])
    names = {line[1].strip() for line in book.get_sheet_by_index(0).to_python()[1:]}
    left_out = dict.fromkeys(names - set(indicators), rest) if rest else {}
    source = LongSource.model_validate({**LONG, **LPPD, "indicators": indicators, "left_out": left_out})
    return read_long(source, real_data / "messy", register, CATALOGUE)


@pytest.mark.real
def test_a_performance_report_with_decimal_commas(real_data, real_register_files):
    register = load_register(real_register_files, scope=["33.74"])
    result = lppd(real_data, register, {PHBS: "S2-06", "Tingkat Pengangguran Terbuka": "S3-36"}, rest="bukan katalog")
    assert result.findings == []
    assert rows(result, "area_code", "period", "indicator", "value") == [
        ["33.74", "2018", "S2-06", 73.38],
        ["33.74", "2018", "S3-36", 1.34],
        ["33.74", "2019", "S2-06", 80.56],
        ["33.74", "2019", "S3-36", 1.61],
    ]
    assert (result.log.kept, dict(result.log.dropped)) == (2, {"left_out": 81})


@pytest.mark.real
def test_a_performance_report_mapped_carelessly_is_refused(real_data, real_register_files):
    register = load_register(real_register_files, scope=["33.74"])
    careless = {PHBS: "S2-06", "Opini BPK": "S3-36", REPEATED: "S2-08"}
    compare(lppd(real_data, register, careless).findings, "lppd")


@pytest.mark.real
def test_idm_of_riau_reads_every_desa(real_data, real_register_files):
    register = load_register(real_register_files, scope=["14"])
    source = IdmSource.model_validate(
        {**COMMON, "files": ["idm_2024_desa_riau.csv"], "adapter": "idm", "decimal": "dot"}
    )
    result = read_idm(source, real_data / "idm", register, CATALOGUE)
    states = typed_frame("observations", result.tables["observations"])
    index = states[states["indicator"] == "S4-10"]
    kelurahan = sum(code.count(".") == 3 and code[9] == "1" for code in register.codes)
    assert index["status"].value_counts().to_dict() == {"reported": 1591, "not_applicable": kelurahan}
    inside = index[index["area_code"].str.startswith("14.06.") & (index["status"] == "reported")]
    assert len(inside) == 139
    assert [f.row for f in result.findings if f.rule == "idm.mean"] == []
    assert len([f for f in result.findings if f.rule == "code.name"]) == 2  # two old spellings
