"""Commands on data: check, classify, import, on the demo and on exports."""

import csv
from pathlib import Path

import openpyxl
import pytest

from kbk_analysis import cli
from kbk_analysis.data.store import open_dataset
from kbk_analysis.data.writing import write_dataset


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """The demo's areas and kampung as a folder of its own, with one impossible value."""
    with open_dataset("demo") as demo:
        tables = {name: demo.table(name) for name in ("areas", "observations", "kampung")}
        meta = {**demo.meta, "synthetic": True}
    row = tables["kampung"].index[tables["kampung"]["couples"].notna()][0]
    tables["kampung"].loc[row, "pokja_members"] = 3.0
    tables["kampung"].loc[row, "pokja_trained"] = 99.0
    # the first page of findings holds them all
    tables["observations"] = tables["observations"].query("period == '2024' and area_code.str.startswith('99.01.01')")
    return write_dataset(tmp_path / "data", meta, tables)


def test_check_of_a_dataset_tells_every_finding_also_as_a_workbook(dataset: Path, tmp_path: Path, capsys) -> None:
    assert cli.main(["check", str(dataset), "--xlsx", str(tmp_path / "temuan.xlsx")]) == 0  # warnings only
    told = capsys.readouterr()
    assert told.out.startswith("Data baik")
    assert "Anggota Pokja terlatih melebihi jumlah anggota" in told.err
    rows = list(openpyxl.load_workbook(tmp_path / "temuan.xlsx").active.iter_rows(values_only=True))
    assert rows[0][:5] == ("Berat", "Berkas", "Lembar", "Baris", "Kolom")
    assert len(rows) - 1 == len(told.err.splitlines())
    assert [row for row in rows if row[7] == "Anggota Pokja terlatih melebihi jumlah anggota." and row[3] > 1]


def test_errors_of_a_dataset_are_exit_2(dataset: Path, capsys) -> None:
    table = dataset / "areas.csv"
    table.write_text(table.read_text("utf-8").replace(",regency,", ",kerajaan,"), "utf-8")
    assert cli.main(["check", str(dataset)]) == 2
    assert "kolom level" in capsys.readouterr().err


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_classify_a_dataset_names_class_reason_and_ways(dataset: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "kelas.csv"
    assert cli.main(["classify", str(dataset), "--out", str(out), "--cutoff", "2024-12-31", "--steps"]) == 0
    rows = read(out)
    assert f"; {len(rows)} kampung ditulis ke {out}, " in capsys.readouterr().out
    assert {row["class_recomputed"] for row in rows} == {"Dasar", "Berkembang", "Mandiri", "Berkelanjutan"}
    for row in rows:
        assert row["reason"]
        assert row["ways"]
        assert all(row[f"score_{name}"] in "1234" for name in ("pokja", "cpr", "unmet"))
        top = row["class_recomputed"] == "Berkelanjutan"
        assert (row["ways"] == "kelas tertinggi; pertahankan") == top
    assert cli.main(["classify", str(dataset), "--out", str(out)]) == 0
    assert "ways" not in read(out)[0]


def test_what_a_command_writes_is_whole_and_its_folder_is_made(dataset: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "new" / "deep" / "kelas.csv"
    assert cli.main(["classify", str(dataset), "--out", str(out)]) == 0
    assert [path.name for path in out.parent.iterdir()] == ["kelas.csv"]
    capsys.readouterr()
    assert cli.main(["classify", str(dataset), "--out", str(out.parent)]) == 2
    told = capsys.readouterr().err
    assert "Ini folder, bukan berkas" in told
    assert "Traceback" not in told
    (tmp_path / "file").write_text("")
    assert cli.main(["check", str(dataset), "--xlsx", str(tmp_path / "file" / "x.xlsx")]) == 2
    assert "→" in capsys.readouterr().err


def test_an_import_from_a_folder_that_is_not_there_says_that_alone(tmp_path: Path, capsys) -> None:
    recipe = "params/rokan_hulu/recipe.yml"
    assert cli.main(["import", recipe, "--data", str(tmp_path / "x"), "--into", str(tmp_path / "rh")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "Folder berkas asal tidak ada" in told[0]
    assert not (tmp_path / "rh").exists()


def test_classify_refuses_what_is_no_date_and_no_export(tmp_path: Path, capsys) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    assert cli.main(["classify", str(tmp_path / "x.csv"), "--out", str(tmp_path / "o.csv"), "--date", "kemarin"]) == 2
    assert "--date" in capsys.readouterr().err
    assert cli.main(["classify", str(tmp_path / "x.csv"), "--out", str(tmp_path / "o.csv")]) == 2
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.real
def test_classify_original_workbooks(real_data: Path, tmp_path: Path) -> None:
    files = sorted((real_data / "kampung_kb" / "original_xlsx").glob("*riau_2022-11-15.xlsx"))
    assert cli.main(["classify", *map(str, files), "--out", str(tmp_path / "riau.csv")]) == 0
    rows = read(tmp_path / "riau.csv")
    assert len(rows) == 311
    assert all(row["portal_consistent"] == "True" for row in rows)
