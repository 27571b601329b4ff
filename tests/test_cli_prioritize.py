"""``kbk prioritize``: a sheet as offices send it, in; a ranking with its doubt, out."""

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter

from kbk_analysis import cli

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
        (["--method", "usg_sum", "--out", "hasil.docx"], "Pakai .csv atau .json"),
        (["--method", "carl"], "Kolom ini bukan kriteria metode"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_remedy(capsys, book, options, told) -> None:
    code, said, err = kbk(capsys, "prioritize", book, *options)
    assert (code, said) == (2, "")
    assert told in err
