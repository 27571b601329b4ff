"""Tables keep their contract, or every fault is told with its row, column and remedy."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.data.contracts import DTYPES, check_table, empty_frame, typed_frame
from kbk_analysis.errors import InputFault, Severity
from kbk_analysis.schema import TABLES

AREA = {"code": "99.01", "name": "Contoh", "level": "regency", "parent_code": "99"}
SEEN = {
    "area_code": "99.01.01.2001",
    "period": "2024",
    "indicator": "cpr",
    "value": 50.0,
    "numerator": 5,
    "denominator": 10,
    "source": "siga",
    "status": "reported",
}
KAMPUNG = {"kampung_id": "x", "kampung_name": "KB X", "export_date": "2023-08-28", "source": "klasifikasi"}


def told(table, *rows, **options):
    return [(f.rule, f.row, f.column) for f in check_table(table, pd.DataFrame(list(rows)), **options)]


def test_empty_frames_are_typed_and_faultless() -> None:
    for name, table in TABLES.items():
        frame = empty_frame(name)
        assert [(c, str(t)) for c, t in frame.dtypes.items()] == [(c.name, DTYPES[c.kind]) for c in table.columns]
        assert check_table(name, frame) == []


def test_typed_frame_takes_what_adapters_give() -> None:
    frame = pd.DataFrame({"code": ["99"], "name": ["NA"], "level": ["province"], "valid_from": [dt.date(2020, 1, 2)]})
    typed = typed_frame("areas", frame)
    assert typed.columns.tolist() == list(TABLES["areas"].names)
    assert typed.iloc[0].fillna("?").tolist() == ["99", "NA", "province", "?", "?", "2020-01-02", "?"]
    assert set(map(str, typed.dtypes)) == {"str"}
    kampung = typed_frame(
        "kampung", pd.DataFrame([KAMPUNG | {"score_pokja": 3.0, "couples": np.int64(7), "companion": True}])
    )
    assert kampung.loc[0, ["score_pokja", "couples", "companion"]].tolist() == [3, 7.0, True]
    assert pd.isna(kampung.loc[0, "regulation"])
    assert (str(kampung["score_pokja"].dtype), str(kampung["regulation"].dtype)) == ("Int64", "boolean")
    assert typed_frame("observations", pd.DataFrame([SEEN | {"period": 2024}]))["period"].tolist() == ["2024"]


@pytest.mark.parametrize(
    ("table", "row", "rule", "column"),
    [
        ("areas", AREA | {"code": 9901}, "type.code", "code"),
        ("areas", AREA | {"code": 99.01}, "type.code", "code"),
        ("areas", AREA | {"code": "9901"}, "value.code", "code"),
        ("areas", AREA | {"name": None}, "value.blank", "name"),
        ("areas", AREA | {"name": ""}, "value.blank", "name"),
        ("areas", AREA | {"name": 1.5}, "type.text", "name"),
        ("areas", AREA | {"level": "dusun"}, "value.allowed", "level"),
        ("areas", AREA | {"valid_from": "16/12/2024"}, "value.date", "valid_from"),
        ("areas", AREA | {"valid_from": "2024-02-30"}, "value.date", "valid_from"),
        ("areas", AREA | {"valid_from": 45642}, "type.date", "valid_from"),
        ("observations", SEEN | {"value": "50,0"}, "type.number", "value"),
        ("observations", SEEN | {"value": True}, "type.number", "value"),
        ("observations", SEEN | {"value": float("inf")}, "type.number", "value"),
        ("observations", SEEN | {"denominator": -1, "numerator": None}, "value.bounds", "denominator"),
        ("kampung", KAMPUNG | {"score_pokja": 5}, "value.bounds", "score_pokja"),
        ("kampung", KAMPUNG | {"score_pokja": 0}, "value.bounds", "score_pokja"),
        ("kampung", KAMPUNG | {"score_pokja": 2.5}, "type.integer", "score_pokja"),
        ("kampung", KAMPUNG | {"companion": "ya"}, "type.flag", "companion"),
        ("kampung", KAMPUNG | {"class_stated": "dasar"}, "value.allowed", "class_stated"),
    ],
)
def test_each_fault_is_told_once(table, row, rule, column) -> None:
    assert told(table, row) == [(rule, 2, column)]


def test_columns_are_checked_first() -> None:
    assert told("areas", {"code": "99", "name": "x", "nama": "x"}) == [
        ("column.unknown", None, "nama"),
        ("column.missing", None, "level"),
    ]
    with pytest.raises(InputFault, match="level"):
        typed_frame("areas", pd.DataFrame([{"code": "99", "name": "x"}]))


def test_all_faults_at_once_with_rows_of_the_file() -> None:
    rows = [AREA, AREA | {"name": None}, AREA | {"code": 9901, "valid_to": "x"}]
    findings = check_table("areas", pd.DataFrame(rows), file="areas.xlsx", rows=[5, 9, 12])
    assert [(f.rule, f.row) for f in findings] == [
        ("type.code", 12),
        ("key.duplicate", 5),
        ("value.blank", 9),
        ("key.duplicate", 9),
        ("value.date", 12),
    ]
    assert {f.file for f in findings} == {"areas.xlsx"}
    assert findings[1].value == "99.01"
    assert all(f.message and f.remedy and f.severity is Severity.ERROR for f in findings)


def test_the_index_of_the_frame_does_not_matter() -> None:
    frame = pd.DataFrame([AREA, AREA | {"code": "99.02", "level": "x"}], index=[7, 7])
    assert [(f.rule, f.row) for f in check_table("areas", frame)] == [("value.allowed", 3)]
