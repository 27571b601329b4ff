"""``kbk prioritize``: a sheet as offices send it, in; a ranking with its doubt, out."""

import csv
import hashlib
import json
import time
from pathlib import Path

import openpyxl
import pytest
import python_calamine as calamine
import xlsxwriter

from kbk_analysis import cli
from kbk_analysis.i18n import using

SHEETS = {
    "dinkes": {"Unmet need": (4, 4, 3), "Stunting": (5, 5, 5), "Sanitasi": (3, 2, 3)},
    "pupr": {"Unmet need": (3, 3, 3), "Stunting": (4, 4, 4), "Sanitasi": (5, 5, 5)},
    "dppkb": {"Unmet need": (5, 5, 4), "Stunting": (5, 4, 4), "Sanitasi": (3, 3, None)},
    "bappeda": {"Unmet need": (4, 3, 3), "Stunting": (4, 5, 4), "Sanitasi": (2, 3, 2)},
    "pkk": {"Unmet need": (3, 4, 3), "Stunting": (5, 5, 4), "Sanitasi": (3, 3, 3)},
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "skor.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Skor")
        sheet.write_row(0, 0, ["Penilai", "Masalah", "Urgensi", "Keseriusan", "Growth", "Jumlah"])
        row = 0
        for judge, problems in SHEETS.items():
            for problem, scores in problems.items():
                row += 1
                total = sum(score or 0 for score in scores)
                sheet.write_row(
                    row, 0, [judge, problem, *scores, 99 if (judge, problem) == ("pkk", "Stunting") else total]
                )
    return path


def kbk(capsys, *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_ranking_with_doubt_agreement_and_differing_totals(capsys, book, tmp_path) -> None:
    out = tmp_path / "hasil.json"
    code, said, err = kbk(capsys, "prioritize", book, "--method", "usg_sum", "--out", out)
    assert (code, err) == (0, "")
    lines = said.splitlines()
    assert lines[1].split() == ["1", "Stunting", "13,4", "antara", "1", "dan", "1", "5/5"] or lines[1].startswith("1")
    assert "Metode USG: U + S + G" in said
    assert "W Kendall" in said
    assert "Baris 15: jumlah tertulis 99,00, menurut rumus 14,00." in said
    content = json.loads(out.read_text("utf-8"))
    assert [row["problem"] for row in content["ranking"]] == ["Stunting", "Unmet need", "Sanitasi"]
    assert content["ranking"][2]["judges"] == 4
    assert content["agreement"]["judges"] == 4  # dppkb did not score all
    assert content["typed_totals_that_differ"] == ["Baris 15: jumlah tertulis 99,00, menurut rumus 14,00."]
    assert sum(content["judges_drawn_again"]["by_rank"][0]) == pytest.approx(1)


def test_a_csv_is_safe_and_raw(capsys, tmp_path) -> None:
    sheet = tmp_path / "skor.csv"
    sheet.write_text("masalah;U;S;G\n=1+1;5;4,5;4\nStunting;1;1;1\n", "utf-8")
    out = tmp_path / "hasil.csv"
    assert kbk(capsys, "prioritize", sheet, "--method", "usg_product", "--out", out)[0] == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [(row["rank"], row["problem"], row["total"]) for row in rows] == [
        ("1", "'=1+1", "90.0"),
        ("2", "Stunting", "1.0"),
    ]


def test_one_set_of_scores_says_so(capsys, tmp_path) -> None:
    sheet = tmp_path / "skor.csv"
    sheet.write_text("masalah;U;S;G\nA;5;5;5\nB;1;1;1\nC;1;1;1\n", "utf-8")
    said = kbk(capsys, "prioritize", sheet, "--method", "usg_sum")[1]
    assert "Hanya ada satu set skor" in said
    assert "2 =" in said


def test_agreed_weights(capsys, tmp_path) -> None:
    sheet = tmp_path / "skor.csv"
    sheet.write_text("masalah;besar;gawat\nA;10;9\nB;4;3\n", "utf-8")
    code, said, _ = kbk(capsys, "prioritize", sheet, "--method", "mcua", "--weights", "besar=5,gawat=4")
    assert code == 0
    assert "86,0" in said
    assert "5 × besar + 4 × gawat" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--method", "usgsum"], 'Maksud Anda "usg_sum"?'),
        (["--method", "zzz"], "Pilih salah satu: usg_sum"),
        (["--method", "mcua", "--weights", "besar:5"], "Tulis bobot"),
        (["--method", "mcua", "--weights", "besar=-5"], "Tulis bobot"),
        (["--method", "usg_sum", "--weights", "U=5"], "Hanya berlaku untuk metode mcua"),
        (["--method", "usg_sum", "--out", "hasil.docx"], "Pakai .xlsx, .csv, atau .json"),
        (["--method", "carl"], "Kolom ini bukan kriteria metode"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_remedy(capsys, book, options, told) -> None:
    code, said, err = kbk(capsys, "prioritize", book, *options)
    assert (code, said) == (2, "")
    assert told in err


# --- the workbook --------------------------------------------------------------------------------------------


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}


@pytest.fixture
def made(capsys, book, tmp_path) -> Path:
    out = tmp_path / "hasil" / "ranking.xlsx"
    assert kbk(capsys, "prioritize", book, "--method", "usg_sum", "--out", out)[0] == 0
    return out


def test_a_workbook_holds_ranking_judges_diagnostics_methods_and_totals(made, book) -> None:
    found = sheets(made)
    assert list(found) == ["Peringkat", "Penilai", "Diagnostik", "Metode", "Jumlah tertulis"]
    first = [dict(zip(found["Peringkat"][0], row, strict=True)) for row in found["Peringkat"][1:]]
    assert [(row["Peringkat"], row["Masalah"], row["Skor total"]) for row in first] == [
        (1, "Stunting", pytest.approx(13.4)),
        (2, "Unmet need", pytest.approx(10.8)),
        (3, "Sanitasi", pytest.approx(9.65)),
    ]
    assert (first[2]["Penilai yang menilai"], first[2]["Penilai seluruhnya"]) == (4, 5)
    assert first[0]["Rerata U: mendesak"] == pytest.approx(4.6)
    assert [row[0] for row in found["Penilai"]] == ["Penilai", "bappeda", "dinkes", "dppkb", "pkk", "pupr"]
    told = {row[0]: row[1:] for row in found["Diagnostik"]}
    assert told["Undian penilai"] == (2_000, "benih 2024")
    assert told["Sumber"][1] == f"skor.xlsx, SHA-256 {hashlib.sha256(book.read_bytes()).hexdigest()}"
    assert 0 < told["W Kendall"][0] < 1
    assert found["Metode"][0][:2] == ("Masalah", "usg_sum: U + S + G")
    assert found["Jumlah tertulis"][1] == (15, "pkk", "Stunting", 99, 14, 85, True)
    assert [row[-1] for row in found["Jumlah tertulis"][2:]] == [False] * 14
    blank = next(row for row in found["Jumlah tertulis"] if row[1:3] == ("dppkb", "Sanitasi"))
    assert blank[3:6] == (6, None, None)  # a judge who left a blank has no total, and zero is none


def test_two_readers_find_the_same_cells_and_numbers_are_numbers(made) -> None:
    with calamine.CalamineWorkbook.from_path(made) as other:
        for name, rows in sheets(made).items():
            cells = [["" if cell is None else cell for cell in row] for row in rows]
            assert other.get_sheet_by_name(name).to_python() == cells
            kinds = {type(cell) for row in rows[1:] for cell in row}
            assert kinds <= {int, float, str, bool, type(None)}
    assert all(isinstance(row[0], int) and isinstance(row[3], int | float) for row in sheets(made)["Peringkat"][1:])


def test_the_same_sheet_gives_the_same_bytes_and_nothing_else_is_left(capsys, book, made) -> None:
    before = made.read_bytes()
    time.sleep(1.1)  # a clock in the file would move on
    assert kbk(capsys, "prioritize", book, "--method", "usg_sum", "--out", made)[0] == 0
    assert made.read_bytes() == before
    assert [path.name for path in made.parent.iterdir()] == ["ranking.xlsx"]


def test_a_workbook_that_cannot_be_written_leaves_the_last_one(capsys, book, made, monkeypatch) -> None:
    before = made.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert kbk(capsys, "prioritize", book, "--method", "usg_product", "--out", made)[0] != 0
    assert made.read_bytes() == before
    assert [path.name for path in made.parent.iterdir()] == ["ranking.xlsx"]


def test_names_that_would_run_stay_text_in_the_workbook(capsys, tmp_path) -> None:
    names = ["=1+1", "+SUM(A1)", "@x", "-2+3", '=HYPERLINK("http://contoh.test")', "http://contoh.test"]
    sheet, out = tmp_path / "skor.xlsx", tmp_path / "ranking.xlsx"
    with xlsxwriter.Workbook(sheet, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        rows = [["Penilai", "Masalah", "U", "S", "G"], *(["=judge()", n, 5, 4, 3] for n in names)]
        page = book.add_worksheet("=x")
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    assert kbk(capsys, "prioritize", sheet, "--method", "usg_sum", "--out", out)[0] == 0
    book = openpyxl.load_workbook(out)
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {str(cell.value) for cell in cells} >= {*names, "=judge()"}
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)


def test_too_few_judges_leave_a_blank_rank_with_the_reason(capsys, tmp_path) -> None:
    sheet, out = tmp_path / "skor.csv", tmp_path / "ranking.xlsx"
    rows = "".join(f"{judge};A;3;3;3\n{judge};B;{4 if judge == 'x' else ''};4;4\n" for judge in "xyz")
    sheet.write_text("penilai;masalah;U;S;G\n" + rows, "utf-8")
    assert kbk(capsys, "prioritize", sheet, "--method", "usg_sum", "--out", out)[0] == 0
    found = sheets(out)
    last = dict(zip(found["Peringkat"][0], found["Peringkat"][2], strict=True))
    assert (last["Masalah"], last["Peringkat"], last["Skor total"]) == ("B", None, None)
    assert last["Keterangan"] == "belum cukup penilai"
    assert last["Peringkat menurut Borda"] is None
    assert found["Jumlah tertulis"][1:] == []


def test_headings_follow_the_language(capsys, book, tmp_path) -> None:
    out = tmp_path / "ranking.xlsx"
    with using("id"):  # the command leaves its language behind
        assert kbk(capsys, "prioritize", book, "--method", "usg_sum", "--out", out, "--lang", "en")[0] == 0
    assert list(sheets(out)) == ["Rank", "Judges", "Diagnostics", "Method", "Typed totals"]


def test_what_was_left_aside_is_told_beside_the_ranking(capsys, tmp_path) -> None:
    sheet = tmp_path / "skor.csv"
    sheet.write_text("masalah;U;S;G\nA;5;5;5\nB;1;1;1\nRata-rata;3;3;3\n", "utf-8")
    code, said, err = kbk(capsys, "prioritize", sheet, "--method", "usg_sum")
    assert (code, "Rata-rata" in said) == (0, False)
    assert err.startswith("! skor.csv, baris 4: Baris ringkasan tidak dibaca.")
