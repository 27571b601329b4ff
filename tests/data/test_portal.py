"""Exports read without a recipe: layout by columns, date by name, column or word, faults of all files at once."""

from pathlib import Path

import pytest

from kbk_analysis.data.portal import read_exports
from kbk_analysis.errors import InputFault, Severity
from kbk_analysis.schema import KAMPUNG


def test_both_layouts_are_told_by_their_columns_and_meet_under_one_key(export, country: Path) -> None:
    export("klasifikasi_2023-08-28.xlsx", [{"Kampung KB": "Maju"}, {"Kampung KB": "Jaya", "Desa": "PASIR"}])
    export("rinci_2023-06-12.csv", [{"Kampung KB": "maju ", "Pus": 120}], detailed=True)
    frame, warnings = read_exports([country / "klasifikasi_2023-08-28.xlsx", country / "rinci_2023-06-12.csv"])
    assert frame.columns.tolist() == list(KAMPUNG.names)
    found = {(row["source"], row["export_date"], row["kampung_name"]) for row in frame.to_dict("records")}
    assert found == {
        ("klasifikasi", "2023-08-28", "Maju"),
        ("klasifikasi", "2023-08-28", "Jaya"),
        ("rinci", "2023-06-12", "maju"),
    }
    keys = frame.groupby("source")["kampung_id"].agg(set)
    assert keys["rinci"] < keys["klasifikasi"]
    assert frame["village_code"].isna().all()  # without a register nothing is matched, and nothing is guessed
    assert not warnings


def test_the_date_comes_from_a_column_the_name_or_a_word(export, country: Path) -> None:
    export("panel.csv", [{"snapshot": "2022-06-13"}, {"snapshot": "2023-08-28"}], lead=("snapshot",))
    frame, _ = read_exports([country / "panel.csv"], date_column="snapshot")
    assert sorted(frame["export_date"]) == ["2022-06-13", "2023-08-28"]
    export("unduhan.csv", [{}])
    frame, _ = read_exports([country / "unduhan.csv"], export_date="2024-01-31")
    assert frame["export_date"].tolist() == ["2024-01-31"]
    with pytest.raises(InputFault) as refused:
        read_exports([country / "unduhan.csv"])
    assert [(f.rule, f.file) for f in refused.value.findings] == [("export.date", "unduhan.csv")]


def test_faults_of_all_files_are_told_at_once(export, country: Path) -> None:
    export("a_2023-01-01.csv", [{"Klasifikasi": "Maju Sekali"}])
    (country / "b_2023-01-01.csv").write_text("nama,umur\nx,1\n", encoding="utf-8")
    export("c.csv", [{}])
    with pytest.raises(InputFault) as refused:
        read_exports([country / name for name in ("a_2023-01-01.csv", "b_2023-01-01.csv", "c.csv", "d.csv")])
    assert {f.file for f in refused.value.findings} == {"a_2023-01-01.csv", "b_2023-01-01.csv", "c.csv", "d.csv"}


def test_a_negative_count_is_not_reported_and_its_row_stays(export, country: Path) -> None:
    export("r_2023-01-01.csv", [{"Pus": -40, "Penduduk": 400}, {"Kampung KB": "Jaya", "Pus": 90}], detailed=True)
    frame, warnings = read_exports([country / "r_2023-01-01.csv"])
    assert frame["couples"].isna().tolist() == [True, False]
    assert frame["population"].iloc[0] == 400
    told = [(w.rule, w.row, w.column, w.value, w.severity) for w in warnings]
    assert told == [("kampung.negative", 2, "Pus", "-40", Severity.WARNING)] or told == [
        ("kampung.negative", 2, "Pus", "-40.0", Severity.WARNING)
    ]


@pytest.mark.real
def test_the_thirteen_original_workbooks_are_read(real_data: Path) -> None:
    paths = sorted((real_data / "kampung_kb" / "original_xlsx").glob("*.xlsx"))
    assert len(paths) == 13
    frame, _ = read_exports(paths)
    per_date = frame.groupby("export_date").size()
    assert per_date["2022-11-15"] == 311  # the whole province
    assert frame["class_stated"].notna().all()


@pytest.mark.real
def test_the_whole_country_is_read_and_its_negative_counts_named(real_data: Path) -> None:
    names = ("klasifikasi_nasional_2022-10-27.csv.gz", "detail_nasional_2022-10-27.csv.gz")
    frame, warnings = read_exports([real_data / "kampung_kb" / name for name in names])
    assert frame.groupby("source").size().to_dict() == {"klasifikasi": 16_328, "rinci": 16_328}
    assert {"Pus", "IUD", "Keluarga"} <= {w.column for w in warnings if w.rule == "kampung.negative"}
