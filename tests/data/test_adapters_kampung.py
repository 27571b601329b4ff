"""Exports of the portal become kampung rows: nothing guessed, nothing lost, blank is never zero."""

import math

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.adapters.kampung import read_kampung
from kbk_analysis.data.adapters.kampung_observations import village_observations
from kbk_analysis.data.adapters.kampung_rows import assign_ids, check_rows, drop_twins
from kbk_analysis.data.areas import load_register
from kbk_analysis.data.contracts import check_table, typed_frame
from kbk_analysis.data.recipe import KampungSource

SOURCE = {"id": "kkb", "title": "Ekspor", "adapter": "kampung_klasifikasi", "export_date": "2022-10-27"}


def source(*files, **named):
    if "date_column" in named:
        named["export_date"] = None
    return KampungSource.model_validate({**SOURCE, "files": list(files), **named})


def read(country, register, *files, **named):
    return read_kampung(source(*files, **named), country, register)


def table(result):
    frame = result.tables["kampung"]
    return typed_frame("kampung", frame.assign(kampung_id=assign_ids(frame)))


def rules(findings):
    return sorted((f.rule, f.row, f.column, f.severity.value) for f in findings)


def test_a_classification_export_becomes_rows(country, register, export):
    name = export("a.csv", [{"Input Pokja": 4, "Index Input": 1.6, "Output CPR": 3, "Klasifikasi": "MANDIRI"}])
    result = read(country, register, name)
    frame = table(result)
    assert result.findings == []
    assert check_table("kampung", frame)[0].rule == "kampung.index"  # the output index is not the mean of 1, 3, 1, 1
    row = frame.iloc[0]
    assert (row["kampung_id"], row["village_code"], row["regency_code"]) == ("99.01.01.2002", "99.01.01.2002", "99.01")
    assert (row["score_pokja"], row["score_cpr"], row["index_input"], row["class_stated"]) == (4, 3, 1.6, "Mandiri")
    assert (row["export_date"], row["source"]) == ("2022-10-27", "klasifikasi")
    assert pd.isna(row["couples"])


def test_an_original_workbook_with_an_empty_number_column_reads_the_same(country, register, export):
    rows = [{"Input Pokja": 4}, {"Kampung KB": "Kuning", "Desa": "SUNGAI KUNING"}]
    plain = table(read(country, register, export("a.csv", rows)))
    book = read(
        country, register, export("klasifikasi_2022-10-27.xlsx", rows, lead=("No",)), export_date="from_file_name"
    )
    assert book.findings == []
    pd.testing.assert_frame_equal(table(book), plain)


def test_several_export_dates_stay_apart(country, register, export):
    rows = [{"snapshot": "2022-06-13"}, {"snapshot": "2023-08-28", "Input Pokja": 3}]
    frame = table(read(country, register, export("a.csv", rows, lead=("snapshot",)), date_column="snapshot"))
    assert frame[["kampung_id", "export_date", "score_pokja"]].to_numpy().tolist() == [
        ["99.01.01.2002", "2022-06-13", 1],
        ["99.01.01.2002", "2023-08-28", 3],
    ]


def test_rows_out_of_scope_are_counted_and_unmatched_rows_are_kept(country, register, export):
    rows = [
        {},
        {"Kabupaten": "HILIR", "Kecamatan": "MUARA", "Desa": "SEBERANG"},
        {"Kampung KB": "Jauh", "Desa": "SUKA MAJUU"},
        {"Kampung KB": "Dua", "Kecamatan": "SUNGAI RAMBAH", "Desa": "PANIPAH"},
    ]
    result = read(country, register, export("a.csv", rows))
    assert (result.log.read, result.log.kept, dict(result.log.dropped)) == (4, 3, {"out_of_scope": 1})
    frame = table(result)
    assert frame["village_code"].isna().tolist() == [False, True, True]
    assert frame["kampung_id"].tolist()[1:] == [
        "?ROKANCONTOH/RAMBAH/SUKAMAJUU/JAUH",
        "?ROKANCONTOH/SEIRAMBAH/PANIPAH/DUA",
    ]
    near, two = result.log.unmatched
    assert (near.row, near.failed, near.candidates[0]) == (4, "village", "99.01.01.2002")
    assert (two.row, two.failed, two.candidates) == (5, "ambiguous", ("99.01.10.1004", "99.01.10.2003"))


def test_several_kampung_in_a_village_are_told_apart_in_every_export(country, register, export):
    rows = [
        {"snapshot": "2022-06-13", "Kampung KB": "RW 01"},
        {"snapshot": "2023-08-28", "Kampung KB": "RW 01"},
        {"snapshot": "2023-08-28", "Kampung KB": "RW 02"},
        {"snapshot": "2022-06-13", "Kampung KB": "Lain", "Desa": "PASIR"},
        {"snapshot": "2023-08-28", "Kampung KB": "Lain, nama baru", "Desa": "PASIR"},
    ]
    frame = table(read(country, register, export("a.csv", rows, lead=("snapshot",)), date_column="snapshot"))
    village = "99.01.01.2002"
    assert frame["kampung_id"].tolist() == [
        f"{village}/rw-01",
        f"{village}/rw-01",
        f"{village}/rw-02",
        "99.01.01.1001",
        "99.01.01.1001",  # renamed, still one kampung
    ]


def test_twins_are_dropped_once_and_rows_that_disagree_are_refused(country, register, export):
    same = read(country, register, export("a.csv", [{}, {}, {"Input Pokja": 2}]))
    frame, origin = drop_twins(same.tables["kampung"], same.origin["kampung"], {"kkb": same.log})
    assert (len(frame), same.log.kept, dict(same.log.dropped)) == (2, 2, {"duplicate": 1})
    assert origin == [("kkb", "a.csv", 2), ("kkb", "a.csv", 4)]
    found = check_rows("kampung", frame.assign(kampung_id=assign_ids(frame)), origin, {})
    assert [(f.rule, f.row) for f in found if f.severity == "error"] == [("key.duplicate", 2), ("key.duplicate", 4)]


def test_rows_of_two_files_that_disagree_are_refused_with_both_places(country, register, export):
    names = export("a.csv", [{}]), export("b.csv", [{"Kampung KB": "Lain", "Desa": "PASIR"}, {"Input Pokja": 2}])
    result = read(country, register, *names)
    frame = result.tables["kampung"]
    found = check_rows("kampung", frame.assign(kampung_id=assign_ids(frame)), result.origin["kampung"], {})
    conflict = next(f for f in found if f.rule == "key.conflict")
    assert (conflict.file, conflict.row) == ("b.csv", 3)
    assert "a.csv" in conflict.message


def test_every_fault_of_a_file_is_told_with_its_place(country, register, export):
    rows = [
        {"Klasifikasi": "Hebat"},
        {"Kampung KB": ""},
        {"snapshot": "", "Kampung KB": "B"},
        {"snapshot": "31/02/2023", "Input Pokja": "banyak", "Kampung KB": "C"},
    ]
    rows = [{"snapshot": "2023-08-28", **row} for row in rows]
    result = read(country, register, export("a.csv", rows, lead=("snapshot", "Catatan")), date_column="snapshot")
    assert rules(result.findings) == [
        ("column.unused", None, "Catatan", "warning"),
        ("date.form", 5, "snapshot", "error"),
        ("kampung.class", 2, "Klasifikasi", "error"),
        ("kampung.name", 3, "Kampung KB", "error"),
        ("number.form", 5, "Input Pokja", "error"),
    ]


def test_a_blank_export_date_is_a_finding(country, register, export):
    rows = [{"snapshot": "2023-08-28"}, {"snapshot": "", "Kampung KB": "B", "Desa": "PASIR"}]
    result = read(country, register, export("a.csv", rows, lead=("snapshot",)), date_column="snapshot")
    assert rules(result.findings) == [("kampung.date", 3, "snapshot", "error")]


def test_a_missing_column_and_a_missing_file_are_told_together(country, register, export):
    text = (country / export("a.csv", [{}])).read_text().replace("Output CPR", "CPR baru")
    (country / "a.csv").write_text(text)
    result = read(country, register, "a.csv", "tidak_ada.csv")
    assert [(f.rule, f.file, f.column) for f in result.findings] == [
        ("column.missing", "a.csv", "Output CPR"),
        ("column.unused", "a.csv", "CPR baru"),
        ("file.missing", "tidak_ada.csv", ""),
    ]


# --- detail ---------------------------------------------------------------------------------------------------

REPORTED = {"Pus": 200, "IUD": 10, "MOW": 5, "Implan": 15, "Suntik": 70, "Anak Kemudian": 8, "Tidak Ingin Anak": 4}


def detail(country, register, export, rows, **named):
    name = export("d.csv", rows, detailed=True, lead=("snapshot",))
    result = read(country, register, name, adapter="kampung_rinci", date_column="snapshot", **named)
    assert result.findings == []
    frame, places, findings = village_observations(table(result), result.origin["kampung"], load_catalogue())
    typed = typed_frame("observations", frame)
    assert [f.rule for f in check_table("observations", typed) if f.severity == "error"] == []
    return typed.set_index(["area_code", "period", "indicator"]), places, findings


def test_flags_are_true_or_blank_and_counts_stay_blank(country, register, export):
    rows = [{"Pokja SK": "True"}, {"Pokja SK": "1.0", "Desa": "PASIR"}, {"Desa": "SUNGAI KUNING", "Pus": "210.0"}]
    frame = table(read(country, register, export("d.csv", rows, detailed=True), adapter="kampung_rinci", decimal="dot"))
    assert frame["pokja_decree"].tolist()[:2] == [True, True]
    assert pd.isna(frame["pokja_decree"].iloc[2])
    assert frame["couples"].isna().tolist() == [True, True, False]
    assert frame["couples"].iloc[2] == 210


def test_indicators_follow_the_portals_formulas(country, register, export):
    found, places, findings = detail(
        country, register, export, [{"snapshot": "2023-06-12", "Memiliki Balita": 40, "BKB": 10, **REPORTED}]
    )
    value = found["value"].droplevel([0, 1]).to_dict()
    assert value["S3-02"] == pytest.approx(100 * 100 / 200)  # blank methods are none: the office filled four of seven
    assert value["S3-03"] == pytest.approx(100 * 30 / 100)
    assert value["S3-04"] == pytest.approx(100 * 12 / 200)
    assert value["S2-01"] == pytest.approx(25)
    row = found.loc[("99.01.01.2002", "2023", "S3-03")]
    assert (row["numerator"], row["denominator"], row["as_of"], row["source"]) == (30, 100, "2023-06-12", "kkb")
    assert found["status"].droplevel([0, 1])["S2-05"] == "not_reported"
    assert set(places) == {("kkb", "d.csv", 2)}
    assert findings == []


def test_no_method_at_all_is_not_reported_and_never_zero(country, register, export):
    found, _, _ = detail(country, register, export, [{"snapshot": "2023-06-12", "Pus": 200, "Anak Kemudian": 8}])
    states = found["status"].droplevel([0, 1]).to_dict()
    assert (states["S3-02"], states["S3-03"], states["S3-04"]) == ("not_reported", "not_reported", "reported")
    assert found["value"].droplevel([0, 1])["S3-04"] == pytest.approx(4)
    assert found.loc[found["status"] == "not_reported", ["value", "numerator", "denominator"]].isna().all(axis=None)


def test_users_above_couples_are_told_and_give_no_value(country, register, export):
    found, _, findings = detail(country, register, export, [{"snapshot": "2023-06-12", "Pus": 90, **{"Suntik": 120}}])
    assert found["status"].droplevel([0, 1])["S3-02"] == "not_reported"
    assert found["value"].droplevel([0, 1])["S3-03"] == 0  # users are reported, none of a long-acting method
    assert rules(findings) == [("observation.above_whole", 2, "S3-02", "warning")]


def test_a_denominator_of_zero_keeps_its_counts_and_has_no_value(country, register, export):
    found, _, _ = detail(country, register, export, [{"snapshot": "2023-06-12", "Memiliki Lansia": 0, "BKL": 0}])
    row = found.loc[("99.01.01.2002", "2023", "S2-03")]
    assert (row["numerator"], row["denominator"], row["status"]) == (0, 0, "reported")
    assert math.isnan(row["value"])


def test_the_last_export_of_each_year_counts(country, register, export):
    rows = [
        {"snapshot": "2022-06-07", **REPORTED},
        {"snapshot": "2022-12-15", **REPORTED, "Pus": 400},
        {"snapshot": "2023-01-30", **REPORTED, "Pus": 100},
    ]
    found, places, _ = detail(country, register, export, rows)
    cpr = found.xs("S3-02", level="indicator").droplevel(0)
    assert cpr["value"].to_dict() == {"2022": pytest.approx(25), "2023": pytest.approx(100)}
    assert cpr["as_of"].to_dict() == {"2022": "2022-12-15", "2023": "2023-01-30"}
    assert {row for _, _, row in places} == {3, 4}


def test_a_village_with_several_kampung_gets_no_village_figure(country, register, export):
    rows = [{"snapshot": "2023-06-12", "Kampung KB": name, **REPORTED} for name in ("RW 01", "RW 02")]
    rows.append({"snapshot": "2023-06-12", "Desa": "PASIR", **REPORTED})
    found, _, findings = detail(country, register, export, rows)
    assert set(found.index.get_level_values("area_code")) == {"99.01.01.1001"}
    assert [f.rule for f in findings] == ["observation.several_kampung"]


# --- real exports ---------------------------------------------------------------------------------------------


@pytest.mark.real
def test_the_13_original_workbooks_read_as_the_panel_does(real_data, real_register_files):
    register = load_register(real_register_files, scope=["14"])
    folder = real_data / "kampung_kb" / "original_xlsx"
    names = sorted(path.name for path in folder.glob("*.xlsx"))
    result = read(folder, register, *names, export_date="from_file_name")
    assert len(names) == 13
    assert result.findings == []
    # rows of each workbook as its sheet shows them, less the header
    assert result.log.read == result.log.kept == 27 + 20 + 31 + 38 + 38 + 14 + 30 + 30 + 26 + 311 + 61 + 24 + 24
    frame = table(result)
    assert sorted(frame["export_date"].unique())[0] == "2022-02-04"
    assert not frame.duplicated(["kampung_id", "export_date"]).any()
    errors = [f for f in check_table("kampung", frame) if f.severity == "error"]
    assert errors == []
    province = frame[(frame["export_date"] == "2022-11-15")].set_index("kampung_id")["class_stated"]
    panel = read(
        real_data / "kampung_kb",
        register,
        "klasifikasi_riau_panel_2022-2023.csv",
        date_column="snapshot",
        decimal="dot",
    )
    near = table(panel)
    near = near[near["export_date"] == "2022-11-22"].set_index("kampung_id")["class_stated"]
    assert set(province.index) == set(near.index)  # a week apart, the same 311 kampung


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "adapter"),
    [
        ("klasifikasi_nasional_2022-10-27.csv.gz", "kampung_klasifikasi"),
        ("detail_nasional_2022-10-27.csv.gz", "kampung_rinci"),
    ],
)
def test_a_national_export_reads_whole(name, adapter, real_data, indonesia):
    result = read(real_data / "kampung_kb", indonesia, name, adapter=adapter, decimal="dot")
    assert [f.rule for f in result.findings if f.severity == "error"] == []
    assert (result.log.read, result.log.kept) == (16328, 16328)
    frame = table(result)
    assert not frame.duplicated(["kampung_id", "export_date", "source"]).any()
    rokan_hulu = frame[frame["regency_code"] == "14.06"]
    assert len(rokan_hulu) == 35
    assert rokan_hulu["village_code"].notna().all()
    assert frame["village_code"].notna().sum() > 15500
