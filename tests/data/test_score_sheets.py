"""Score sheets as offices fill them: long, wide, with blanks, commas, slips of the pen."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from kbk_analysis.data.score_sheets import Scale, read_scores
from kbk_analysis.errors import InputFault

USG = (
    Scale("U", 1, 5, ("urgency", "urgensi")),
    Scale("S", 1, 5, ("seriousness", "keseriusan")),
    Scale("G", 1, 5, ("growth", "pertumbuhan")),
)


def workbook(folder: Path, rows: list[list[object]], name: str = "skor.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("USG")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return path


def csv(folder: Path, text: str) -> Path:
    path = folder / "skor.csv"
    path.write_text(text, "utf-8")
    return path


def faults(path: Path, **options: object) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(InputFault) as caught:
        read_scores(path, USG, **options)
    return [(f.rule.removeprefix("score."), f.row, f.column, f.value) for f in caught.value.findings]


WIDE = [
    ["Skor prioritas masalah"],
    [],
    ["No", "Masalah", "U", "S", "G", "Jumlah"],
    [1, "Unmet need tinggi", 5, "4,5", 4, 13.5],
    [2, "Sanitasi layak rendah", 3, "tidak menilai", 3, 9],
]


def test_a_wide_sheet_is_one_judge_and_its_totals_are_handed_on(tmp_path) -> None:
    found = read_scores(workbook(tmp_path, WIDE), USG)
    table = found.scores.pivot(index="problem", columns="criterion", values="score")
    assert table.loc["Unmet need tinggi", ["U", "S", "G"]].tolist() == [5, 4.5, 4]
    assert np.isnan(table.loc["Sanitasi layak rendah", "S"])
    assert set(found.scores["judge"]) == {"konsensus"}
    assert found.totals[["problem", "total", "row"]].to_numpy().tolist() == [
        ["Unmet need tinggi", 13.5, 4],
        ["Sanitasi layak rendah", 9.0, 5],
    ]


LONG = "penilai;opd;masalah;kriteria;skor;catatan\n"


def test_a_long_sheet_keeps_judges_agencies_notes_and_blanks(tmp_path) -> None:
    text = LONG + "A;dinkes;Stunting;Urgensi;5;\nA;dinkes;Stunting;S;4,5;dua desa\nA;dinkes;Stunting;growth;;\n"
    found = read_scores(csv(tmp_path, text), USG).scores
    assert found["criterion"].tolist() == ["U", "S", "G"]
    assert found["score"].tolist()[:2] == [5, 4.5]
    assert np.isnan(found["score"][2])
    assert found["note"].tolist() == ["", "dua desa", ""]
    assert set(found["agency"]) == {"dinkes"}


def test_every_fault_is_told_with_its_cell(tmp_path) -> None:
    rows = [
        ["Penilai", "Masalah", "U", "S", "G"],
        ["A", "Stunting", 6, "lima", 3],
        ["A", "Sanitasi", 0, 2, 3],
        ["A", "Stunting", 6, 4, 3],
        ["", "Imunisasi", 2, 2, 2],
    ]
    assert faults(workbook(tmp_path, rows)) == [
        ("range", 2, "C (U)", "6"),
        ("number", 2, "D (S)", "lima"),
        ("range", 3, "C (U)", "0"),
        ("range", 4, "C (U)", "6"),
        ("twice", 4, "C (U)", ""),
        ("twice", 4, "D (S)", ""),
        ("twice", 4, "E (G)", ""),
        ("name", 5, "A (Penilai)", ""),
    ]


def test_a_repeated_and_a_contradicting_score_are_told_apart(tmp_path) -> None:
    text = LONG + "A;;Stunting;U;5;\nA;;Stunting;U;5;\nA;;Stunting;U;3;\nA;;Stunting;S;3;\nA;;Stunting;G;3;\n"
    with pytest.raises(InputFault) as caught:
        read_scores(csv(tmp_path, text), USG)
    said = [f.message for f in caught.value.findings]
    assert said == ["Skor ini sudah tertulis pada baris 2.", "Skor ini bertentangan dengan baris 2."]


def test_misspelt_criteria_are_refused_with_the_nearest(tmp_path) -> None:
    with pytest.raises(InputFault) as caught:
        read_scores(csv(tmp_path, LONG + "A;;Stunting;Urgensy;5;\nA;;Stunting;Biaya;5;\n"), USG)
    nobody, first, second = caught.value.findings
    assert nobody.message == "Kriteria ini tidak dinilai siapa pun: U, S, G."
    assert (first.row, first.column, first.value) == (2, "D (kriteria)", "Urgensy")
    assert 'Maksud Anda "urgensi"?' in first.remedy
    assert "U, urgency, urgensi" in second.remedy
    wide = [["Masalah", "U", "S", "Grwth"], ["Stunting", 1, 2, 3]]
    assert faults(workbook(tmp_path, wide)) == [("criterion", None, "D (Grwth)", ""), ("column", None, "", "")]


def sheet_of(names: list[tuple[str, str]]) -> str:
    return LONG + "".join(f"{judge};;{problem};{c};3;\n" for judge, problem in names for c in "USG")


def test_a_slip_in_a_name_is_found_because_most_judges_write_it_otherwise(tmp_path) -> None:
    judges = [(judge, name) for judge in "ABC" for name in ("Sanitasi layak rendah", "Stunting")]
    path = csv(tmp_path, sheet_of([*judges, ("D", "Sanitasi layak rendh"), ("D", "Stunting")]))
    with pytest.raises(InputFault) as caught:
        read_scores(path, USG)
    assert {f.value for f in caught.value.findings} == {"Sanitasi layak rendh"}
    assert all('"Sanitasi layak rendah"' in f.remedy for f in caught.value.findings)


def test_numbered_problems_and_pairs_that_one_judge_scores_are_no_slips(tmp_path) -> None:
    judges = [(judge, name) for judge in "ABC" for name in ("Masalah 1", "Masalah 2", "Sanitasi desa A")]
    text = sheet_of([*judges, ("D", "Masalah 3"), ("A", "Sanitasi desa B")])
    assert len(set(read_scores(csv(tmp_path, text), USG).scores["problem"])) == 5


def test_an_agenda_refuses_other_problems(tmp_path) -> None:
    path = csv(tmp_path, sheet_of([("A", "Stunting"), ("A", "Stuntng")]))
    found = faults(path, problems=["Stunting", "Sanitasi"])
    assert {fault[3] for fault in found} == {"Stuntng"}


def test_a_sheet_without_problems_or_scores_is_refused(tmp_path) -> None:
    assert faults(csv(tmp_path, "penilai;kriteria;skor\nA;U;3\nB;U;2\n"))[0][0] == "column"
    assert faults(csv(tmp_path, "penilai;masalah;kriteria\nA;Stunting;U\nB;Stunting;U\n"))[0][0] == "column"


def test_text_that_would_act_as_a_formula_stays_text(tmp_path) -> None:
    path = csv(tmp_path, "masalah;U;S;G\n=HYPERLINK(1);1;2;3\nStunting;1;2;3\n")
    assert read_scores(path, USG).scores["problem"].tolist()[0] == "=HYPERLINK(1)"


def test_several_sheets_are_not_guessed_among(tmp_path) -> None:
    path = tmp_path / "dua.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Dinkes", "PUPR"):
            sheet = book.add_worksheet(name)
            for place, row in enumerate(WIDE[2:]):
                sheet.write_row(place, 0, row)
    assert faults(path) == [("sheets", None, "", "")]
    assert isinstance(read_scores(path, USG, sheet="PUPR").scores, pd.DataFrame)
