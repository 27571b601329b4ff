"""A dataset is read back as it was written, is whole or absent, and tells what is wrong with it."""

import json
import os
import string

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbk_analysis.data import writing
from kbk_analysis.data.contracts import typed_frame
from kbk_analysis.data.corrections import LOG_COLUMNS
from kbk_analysis.data.store import open_dataset, write_dataset
from kbk_analysis.errors import InputFault
from kbk_analysis.schema import AreaLevel

META = {
    "title": "Uji",
    "code_scheme": "kemendagri",
    "synthetic": True,
    "licence": "CC0-1.0",
    "periods": ["2023", "2024"],
    "sources": [{"id": "siga", "title": "SIGA", "files": ["a.xlsx"]}],
}


def tables(names=("Contoh", "NA", 'Suka "Maju",\nDua')):
    areas = [
        {"code": "99", "name": names[0], "level": "province"},
        {"code": "99.10", "name": names[1], "level": "regency", "parent_code": "99"},
        {"code": "99.10.01", "name": names[2], "level": "district", "parent_code": "99.10"},
    ]
    seen = {"period": "2024", "indicator": "cpr", "source": "siga", "status": "reported"}
    observations = [
        {"area_code": "99.10.01", "value": 0.1 + 0.2, "numerator": 3, "denominator": 10, **seen},
        {"area_code": "99.10", "value": None, **seen, "status": "not_reported"},
    ]
    kampung = {"kampung_id": "k", "kampung_name": "KB", "export_date": "2023-08-28", "source": "rinci"}
    return {
        "areas": pd.DataFrame(areas),
        "observations": pd.DataFrame(observations),
        "kampung": pd.DataFrame([kampung | {"companion": False, "score_pokja": 4, "couples": 7.5}]),
    }


MAP = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Point", "coordinates": [0.5, 1]}}
        for code in ("99.20", "99.10")
    ],
}


@pytest.fixture
def folder(tmp_path):
    return write_dataset(tmp_path / "data", META, tables(), boundaries={"regency": MAP}, log={"rows": 3})


def rules(folder) -> list[str]:
    with pytest.raises(InputFault) as caught:
        open_dataset(folder)
    assert str(folder) not in str(caught.value)
    return [f.rule for f in caught.value.findings]


def content(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("storage", ["csv", "csv.gz", "parquet"])
def test_round_trip_in_every_form(tmp_path, storage) -> None:
    written = tables()
    with open_dataset(write_dataset(tmp_path / "d", META, written, storage=storage)) as data:
        for name, frame in written.items():
            key = ["code"] if name == "areas" else [frame.columns[0]]
            expected = typed_frame(name, frame.sort_values(key)).reset_index(drop=True)
            pd.testing.assert_frame_equal(data.table(name), expected)
        assert data.table("scores").empty
        assert data.meta == META


def test_the_csv_is_plain(folder) -> None:
    assert (folder / "areas.csv").read_bytes().decode() == (
        "code,name,level,parent_code,kind,valid_from,valid_to\n"
        "99,Contoh,province,,,,\n"
        "99.10,NA,regency,99,,,\n"
        '99.10.01,"Suka ""Maju"",\nDua",district,99.10,,,\n'
    )
    first = (folder / "observations.csv").read_text().splitlines()[2]
    assert first == "99.10.01,2024,cpr,0.30000000000000004,3,10,,siga,reported"


def test_filters(folder) -> None:
    with open_dataset(folder) as data:
        assert data.table("areas", code="99.10")["name"].tolist() == ["NA"]
        assert data.table("areas", code=["99.10.01", "99", "x"])["code"].tolist() == ["99", "99.10.01"]
        assert data.table("areas", parent_code=None)["code"].tolist() == ["99"]
        assert data.table("areas", level=AreaLevel.REGENCY)["code"].tolist() == ["99.10"]
        assert data.table("areas", code=[]).empty
        assert data.table("areas", code=[]).dtypes.equals(data.table("areas").dtypes)
        assert len(data.table("observations", period=2024, status="reported")) == 1
        assert len(data.table("kampung", score_pokja=4, companion=False)) == 1
        assert data.table("areas", code="' OR true --").empty
        with pytest.raises(ValueError, match="nama"):
            data.table("areas", nama="x")
        with pytest.raises(KeyError):
            data.table("nothing")


def test_known_sources_boundaries_log(folder) -> None:
    with open_dataset(folder) as data:
        known = data.known()
        assert known.areas["99.10"] == ("NA", AreaLevel.REGENCY, "99")
        assert known.areas["99"] == ("Contoh", AreaLevel.PROVINCE, None)
        assert (known.periods, known.indicators, known.synthetic) == (("2023", "2024"), ("cpr",), True)
        assert data.sources() == META["sources"]
        found = data.boundaries("regency")
        assert [f["properties"]["code"] for f in found["features"]] == ["99.10", "99.20"]
        assert data.boundaries("village") is None
        assert data.log() == {"rows": 3}
        assert data.corrections().empty
        assert data.corrections().columns.tolist() == list(LOG_COLUMNS)


def test_corrections_come_back_as_text(tmp_path) -> None:
    log = pd.DataFrame([["kampung", "k", "couples", "1200", None, "salah", "PKB", "2023-07-01"]], columns=LOG_COLUMNS)
    with open_dataset(write_dataset(tmp_path / "d", META, tables(), corrections=log.astype("str"))) as data:
        found = data.corrections()
    assert found.fillna("").to_numpy().tolist() == log.fillna("").to_numpy().tolist()


def test_same_content_same_bytes_whatever_the_order(tmp_path) -> None:
    for storage in ("csv", "csv.gz", "parquet"):
        one = write_dataset(tmp_path / f"1{storage}", META, tables(), boundaries={"regency": MAP}, storage=storage)
        turned = {name: frame.iloc[::-1] for name, frame in reversed(tables().items())}
        back = {**MAP, "features": MAP["features"][::-1]}
        two = write_dataset(tmp_path / f"2{storage}", META, turned, boundaries={"regency": back}, storage=storage)
        assert content(one) == content(two)
        assert open_dataset(one).digest() == open_dataset(two).digest()


def test_digest_sees_every_file_that_is_read(folder) -> None:
    seen = {open_dataset(folder).digest()}
    for name in sorted(content(folder)):
        path = folder / name
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        seen.add(open_dataset(folder).digest())
        path.write_bytes(before)
    assert len(seen) == 1 + len(content(folder))
    (folder / "review.csv").write_text("x")
    (folder / ".hidden").write_text("x")
    assert open_dataset(folder).digest() in seen


def test_large_tables_are_compressed_without_a_clock(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(writing, "PLAIN_ROWS", 2)
    found = content(write_dataset(tmp_path / "d", META, tables()))
    assert {"areas.csv.gz", "observations.csv", "kampung.csv"} <= set(found)
    assert found["areas.csv.gz"][3:8] == b"\0\0\0\0\0"  # no name, no time


def test_faults_of_the_title_page_come_together(folder) -> None:
    text = "title: 5\ncode_scheme: bps\nsynthetic: yes\nlicence: x\nperiods: [2024]\nsources: [{title: x}]\ntypo: 1\n"
    (folder / "dataset.yml").write_text(text)
    assert rules(folder) == [
        "dataset.key_type",
        "dataset.key_type",
        "dataset.key_unknown",
        "dataset.scheme",
        "dataset.source",
    ]
    (folder / "dataset.yml").write_text("- a")
    assert rules(folder) == ["dataset.meta"]
    (folder / "dataset.yml").unlink()
    (folder / "areas.csv").unlink()
    assert rules(folder) == ["file.missing", "dataset.table_missing"]
    assert rules(folder / "none") == ["dataset.missing"]


def test_faults_of_tables_are_told_at_opening(folder) -> None:
    areas, observations = folder / "areas.csv", folder / "observations.csv"
    areas.write_text(areas.read_text().replace("level", "tingkat", 1))
    (folder / "observations.csv.gz").write_bytes(b"x")
    (folder / "kampung.csv").write_bytes(b"")
    assert rules(folder) == ["column.unknown", "column.missing", "dataset.table_twice", "dataset.table_damaged"]
    assert observations.exists()


def test_periods_written_as_numbers_are_text(folder) -> None:
    text = (folder / "dataset.yml").read_text().replace("'2023'", "2023")
    (folder / "dataset.yml").write_text(text)
    assert open_dataset(folder).meta["periods"] == ["2023", "2024"]


def test_columns_in_another_order_are_read_by_name(folder) -> None:
    (folder / "areas.csv").write_text("name,level,code\nContoh,province,99\n")
    with open_dataset(folder) as data:
        found = data.table("areas")
    assert found.iloc[0].fillna("").tolist() == ["99", "Contoh", "province", "", "", "", ""]


def test_cells_that_cannot_be_read_are_named(folder) -> None:
    path = folder / "observations.csv"
    path.write_text(path.read_text().replace(",3,10,", ',"3,5",x,'))
    with open_dataset(folder) as data, pytest.raises(InputFault) as caught:
        data.table("observations")
    assert [(f.rule, f.row, f.column, f.value) for f in caught.value.findings] == [
        ("type.number", 3, "numerator", "3,5"),
        ("type.number", 3, "denominator", "x"),
    ]
    path.write_bytes(path.read_bytes()[:-20] + b"\xff\n")
    with open_dataset(folder) as data, pytest.raises(InputFault, match=r"observations\.csv"):
        data.table("observations")


def test_boundaries_without_codes_are_refused(folder) -> None:
    path = folder / "boundaries" / "regency.geojson"
    for text in ("{", '{"features": [{"properties": {}}]}', '{"features": [{"properties": {"code": "9910"}}]}'):
        path.write_text(text)
        with pytest.raises(InputFault, match=r"boundaries/regency\.geojson"):
            open_dataset(folder).boundaries("regency")


def test_check_gathers_the_findings_of_all_tables(folder) -> None:
    with open_dataset(folder) as data:
        assert data.check() == []
    for name, old, new in (
        ("areas", "regency", "desa"),
        ("observations", ",3,10,", ",30,10,"),
        ("kampung", "7.5", "x"),
    ):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().replace(old, new))
    with open_dataset(folder) as data:
        found = [(f.rule, f.file, f.row) for f in data.check({"cpr": "proportion"})]
        assert found == [
            ("value.allowed", "areas.csv", 3),
            ("observation.above_denominator", "observations.csv", 3),
            ("observation.mismatch", "observations.csv", 3),
            ("type.number", "kampung.csv", 2),
        ]


@pytest.mark.skipif(os.name == "nt", reason="platform: symbolic links need a privilege on Windows")
def test_links_out_of_the_folder_are_refused(folder, tmp_path) -> None:
    outside = tmp_path / "secret.csv"
    (folder / "kampung.csv").rename(outside)
    (folder / "kampung.csv").symlink_to(outside)
    assert rules(folder) == ["dataset.link"]
    (folder / "kampung.csv").unlink()
    (folder / "boundaries").rename(tmp_path / "maps")
    (folder / "boundaries").symlink_to(tmp_path / "maps")
    assert rules(folder) == ["dataset.link"]


def test_writing_refuses_before_it_touches_anything(folder) -> None:
    before = content(folder)
    wrong = tables() | {"kampung": pd.DataFrame([{"kampung_id": "k"}])}
    del wrong["observations"]
    with pytest.raises(InputFault) as caught:
        write_dataset(folder, {**META, "title": None}, wrong)
    assert {f.rule for f in caught.value.findings} == {"dataset.key_missing", "dataset.table_missing", "column.missing"}
    (folder / "catatan.docx").write_text("x")
    with pytest.raises(InputFault, match=r"catatan\.docx"):
        write_dataset(folder, META, tables())
    (folder / "catatan.docx").unlink()
    assert content(folder) == before


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_failed_write_leaves_the_old_dataset(folder, monkeypatch, step) -> None:
    before = content(folder)
    calls = {"left": 2}
    real = os.fsync if step == "fsync" else type(folder).rename

    def fail(*args):
        calls["left"] -= 1
        if calls["left"] == 0:
            raise OSError(28, "No space left on device")
        return real(*args)

    monkeypatch.setattr(os if step == "fsync" else type(folder), step, fail)
    with pytest.raises(OSError, match="No space"):
        write_dataset(folder, {**META, "title": "Baru"}, tables())
    assert content(folder) == before
    assert [p.name for p in folder.parent.iterdir()] == ["data"]


def test_a_second_write_replaces_the_whole_folder(folder) -> None:
    write_dataset(folder, {**META, "title": "Baru"}, {k: v for k, v in tables().items() if k != "kampung"})
    assert sorted(content(folder)) == ["areas.csv", "dataset.yml", "observations.csv"]
    assert open_dataset(folder).meta["title"] == "Baru"


WORDS = st.text(st.sampled_from(string.printable.replace("\r", "") + "éñ–“👍\u2028"), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.tuples(WORDS, WORDS, WORDS),
    value=st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300),
)
def test_any_text_and_number_survives(tmp_path, names, value) -> None:
    written = tables(names)
    written["observations"].loc[0, "value"] = value
    with open_dataset(write_dataset(tmp_path / "d", {**META, "title": names[0]}, written)) as data:
        assert data.table("areas")["name"].tolist() == list(names)
        assert data.table("observations", area_code="99.10.01")["value"].tolist() == [value]


def test_log_is_readable_json(folder) -> None:
    assert json.loads((folder / "import_log.json").read_text("utf-8")) == {"rows": 3}
