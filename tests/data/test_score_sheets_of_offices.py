"""Score sheets that go wrong in an office: every fault is told with its cell and the remedy, and nothing is guessed."""

import datetime as dt
import math
import time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kbk_analysis.data.score_cells import ABSTAINED, Scale, letter
from kbk_analysis.data.score_names import slips
from kbk_analysis.data.score_sheets import Scores, read_scores
from kbk_analysis.errors import Finding, InputFault

USG = (
    Scale("U", 1, 5, ("urgency", "urgensi")),
    Scale("S", 1, 5, ("seriousness", "keseriusan")),
    Scale("G", 1, 5, ("growth", "pertumbuhan")),
)
HEADER = ["Penilai", "Masalah", "U", "S", "G"]
NIK = "1401015001900001"


def book(folder: Path, *rows: list[object], header: list[object] = HEADER) -> Path:
    """A workbook as openpyxl writes it: formulas without results."""
    path = folder / "skor.xlsx"
    made = openpyxl.Workbook()
    made.active.title = "USG"
    for row in (header, *rows):
        made.active.append(row)
    made.save(path)
    return path


def text_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "skor.csv"
    path.write_bytes(text.encode(encoding))
    return path


def told(path: Path, **options: object) -> list[Finding]:
    with pytest.raises(InputFault) as caught:
        read_scores(path, USG, **options)
    return list(caught.value.findings)


def places(findings: list[Finding]) -> list[tuple[str, int | None, str]]:
    return [(one.rule.removeprefix("score."), one.row, one.column) for one in findings]


def read(path: Path, **options: object) -> Scores:
    return read_scores(path, USG, **options)


# --- cells ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [(4, 4), (4.5, 4.5), ("4,5", 4.5), ("4.5", 4.5), (" 4 ", 4), ("\u00a04,0 ", 4), ("5\u200b", 5), ("٥", 5)],
)
def test_a_score_is_read_however_it_is_typed(tmp_path, cell, value) -> None:
    assert read(book(tmp_path, ["A", "Stunting", cell, 1, 1])).scores["score"][0] == value


@pytest.mark.parametrize("cell", [*sorted(ABSTAINED - {""}), "Tidak  Menilai", "N/A", " - ", None])
def test_a_blank_by_any_name_is_no_score(tmp_path, cell) -> None:
    assert math.isnan(read(book(tmp_path, ["A", "Stunting", cell, 1, 1])).scores["score"][0])


@pytest.mark.parametrize(
    ("cell", "rule", "remedy"),
    [
        (0, "range", "Skalanya 1 sampai 5."),
        (5.01, "range", "Skalanya 1 sampai 5."),
        ("-1", "range", "Skalanya 1 sampai 5."),
        (45, "range", "Skalanya 1 sampai 5."),
        ("80%", "number", "Tulis angka 1 sampai 5 tanpa tanda persen."),
        (dt.date(2026, 5, 4), "number", "Ketik ulang sebagai angka, format sel 'General'."),
        (dt.datetime(2026, 5, 4, 0, 0), "number", "Ketik ulang sebagai angka, format sel 'General'."),
        ("04-Mei", "number", "Ketik ulang sebagai angka, format sel 'General'."),
        ("4/5", "number", "Ketik ulang sebagai angka, format sel 'General'."),
        ("4 5", "number", "Tulis angka 1 sampai 5; kosong berarti tidak menilai."),
        ("l", "number", "Tulis angka 1 sampai 5; kosong berarti tidak menilai."),
        ("IV", "number", "Tulis angka 1 sampai 5; kosong berarti tidak menilai."),
        ("5 (gawat)", "number", "Tulis angka 1 sampai 5; kosong berarti tidak menilai."),
        ("1e0", "number", "Tulis angka 1 sampai 5; kosong berarti tidak menilai."),
        (True, "number", "Tulis angka 1 sampai 5; kosong berarti tidak menilai."),
    ],
)
def test_a_cell_that_is_no_score_is_told_with_its_address_and_remedy(tmp_path, cell, rule, remedy) -> None:
    [fault] = told(book(tmp_path, ["A", "Stunting", 3, 3, 3], ["A", "Sanitasi", 3, cell, 3]))
    assert (fault.rule, fault.sheet, fault.row, fault.column) == (f"score.{rule}", "USG", 3, "D (S)")
    assert fault.remedy == remedy


def test_scores_shown_as_per_cent_are_told(tmp_path) -> None:
    scale = (Scale("A", 0, 10),)
    rows = [[name, share, 5] for name, share in (("Stunting", 0.8), ("Gizi", 1), ("Sanitasi", 0.25))]
    path = book(tmp_path, *rows, header=["Masalah", "A", "Total"])
    made = openpyxl.load_workbook(path)
    for row in (2, 3, 4):
        made.active.cell(row, 2).number_format = "0%"
    made.save(path)
    assert [(one.rule, one.column, one.is_error) for one in read_scores(path, scale).findings] == [
        ("score.percent", "B (A)", False)
    ]
    path = book(tmp_path, *rows, ["Unmet need", 8, 5], header=["Masalah", "A", "Total"])
    assert read_scores(path, scale).findings == ()


def test_a_formula_without_a_result_is_no_blank(tmp_path) -> None:
    [fault] = told(book(tmp_path, ["A", "Stunting", "=1+2", 3, 3]))
    assert (fault.rule, fault.row, fault.column) == ("cell.formula", 2, "C")
    assert "Buka di Excel" in fault.remedy


def test_a_formula_that_failed_is_no_blank_where_a_score_or_name_stands(tmp_path) -> None:
    path = tmp_path / "skor.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("USG")
        sheet.write_row(0, 0, [*HEADER, "Catatan"])
        sheet.write_row(1, 0, ["A", "Stunting", 3, 3, 3])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!")
    [fault] = told(path)
    assert (fault.rule, fault.row, fault.column, fault.value) == ("score.formula", 2, "D (S)", "#DIV/0!")


# --- rows ----------------------------------------------------------------------------------------------------


def test_hidden_rows_are_read_and_told(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", 3, 3, 3], ["A", "Sanitasi", 4, 4, 4])
    made = openpyxl.load_workbook(path)
    made.active.row_dimensions[3].hidden = True
    made.save(path)
    found = read(path)
    assert set(found.scores["problem"]) == {"Stunting", "Sanitasi"}
    assert [one.message for one in found.findings] == ["Baris tersembunyi ikut dibaca: 3."]


@pytest.mark.parametrize("label", ["Jumlah", "TOTAL", "Rata-rata", "rata rata", "Rerata skor", "Average"])
@pytest.mark.parametrize("place", [0, 1])
def test_rows_of_totals_and_means_are_no_problems(tmp_path, label, place) -> None:
    row = ["", "", 3.5, 3.5, 3.5]
    row[place] = label
    found = read(book(tmp_path, ["A", "Stunting", 3, 3, 3], ["A", "Sanitasi", 4, 4, 4], row))
    assert list(found.scores["problem"].unique()) == ["Stunting", "Sanitasi"]
    assert [(one.row, one.is_error) for one in found.findings] == [(4, False)]


def test_merged_names_of_judges_leave_rows_without_one(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", 3, 3, 3], [None, "Sanitasi", 4, 4, 4])
    made = openpyxl.load_workbook(path)
    made.active.merge_cells("A2:A3")
    made.save(path)
    [fault] = told(path)
    assert (fault.rule, fault.row, fault.column) == ("score.name", 3, "A (Penilai)")


def test_a_merged_score_is_no_blank(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", 3, 3, None], ["A", "Sanitasi", None, 4, 4])
    made = openpyxl.load_workbook(path)
    made.active.merge_cells("C2:C3")
    made.active.merge_cells("D2:E2")
    made.save(path)
    assert places(told(path)) == [("merged", 2, "E (G)"), ("merged", 3, "C (U)")]


def test_a_sheet_without_rows_is_refused(tmp_path) -> None:
    assert [rule for rule, *_ in places(told(book(tmp_path)))] == ["empty"]


def test_ten_thousand_rows_take_seconds(tmp_path) -> None:
    rows = "".join(f"penilai {j};masalah {p};3;4,5;-\n" for j in range(100) for p in range(100))
    path = text_file(tmp_path, "penilai;masalah;U;S;G\n" + rows)
    start = time.process_time()
    found = read(path)
    assert time.process_time() - start < 10
    assert len(found.scores) == 30_000
    assert found.scores["score"].notna().sum() == 20_000


# --- columns -------------------------------------------------------------------------------------------------


def test_headings_merged_over_the_criteria_are_read(tmp_path) -> None:
    path = book(
        tmp_path, [None, None, "U", "S", "G"], ["A", "Stunting", 3, 4, 5], header=["Penilai", "Masalah", "Kriteria"]
    )
    made = openpyxl.load_workbook(path)
    for cells in ("A1:A2", "B1:B2", "C1:E1"):
        made.active.merge_cells(cells)
    made.save(path)
    assert read(path).scores["score"].tolist() == [3, 4, 5]


def test_headings_with_the_letter_or_the_scale_in_brackets_are_read(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", 3, 4, 5], header=["Penilai", "Masalah", "Urgensi (U)", "S (1-5)", "Skor G"])
    assert read(path).scores["score"].tolist() == [3, 4, 5]


def test_a_criterion_twice_is_refused_and_neither_taken(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", 3, 4, 5, 1], header=[*HEADER, "Urgensi"])
    [fault] = told(path)
    assert (fault.rule, fault.column) == ("score.criterion", "F (Urgensi)")
    assert fault.message == "Kolom ini sama artinya dengan kolom C (U)."


def test_two_columns_of_problems_or_judges_are_refused(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", 3, 4, 5, "B", "Gizi"], header=[*HEADER, "Nama Penilai", "Uraian masalah"])
    assert places(told(path)) == [("column", None, "F (Nama Penilai)"), ("column", None, "G (Uraian masalah)")]


def test_long_and_wide_form_in_one_sheet_are_refused(tmp_path) -> None:
    path = text_file(
        tmp_path, "penilai;masalah;kriteria;skor;U\nA;Stunting;U;3;4\nA;Stunting;S;3;4\nA;Stunting;G;3;4\n"
    )
    assert places(told(path)) == [("column", None, "E (U)")]


def test_empty_columns_at_the_end_are_nothing(tmp_path) -> None:
    found = read(book(tmp_path, ["A", "Stunting", 3, 4, 5, None, "  ", None], header=[*HEADER, None, " ", ""]))
    assert found.scores["score"].tolist() == [3, 4, 5]
    assert found.findings == ()


def test_a_column_without_a_heading_is_told(tmp_path) -> None:
    found = read(book(tmp_path, ["A", "Stunting", 3, 4, 5, None, 2], header=[*HEADER, None, None]))
    assert [one.rule for one in found.findings] == ["header.blank"]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(place, name) -> None:
    assert letter(place) == name == openpyxl.utils.get_column_letter(place + 1)


# --- sheets and files ----------------------------------------------------------------------------------------


def two_sheets(folder: Path, *, hidden: bool) -> Path:
    path = book(folder, ["A", "Stunting", 3, 3, 3])
    made = openpyxl.load_workbook(path)
    other = made.create_sheet("Lama")
    for row in (HEADER, ["A", "Stunting", 1, 1, 1]):
        other.append(row)
    other.sheet_state = "hidden" if hidden else "visible"
    made.save(path)
    return path


def test_a_hidden_sheet_is_left_aside_and_told(tmp_path) -> None:
    found = read(two_sheets(tmp_path, hidden=True))
    assert found.scores["score"].tolist() == [3, 3, 3]
    assert [(one.rule, one.sheet) for one in found.findings] == [("sheet.skipped", "Lama")]
    assert read(two_sheets(tmp_path, hidden=True), sheet="Lama").scores["score"].tolist() == [1, 1, 1]


def test_of_two_sheets_of_one_judge_none_is_preferred(tmp_path) -> None:
    [fault] = told(two_sheets(tmp_path, hidden=False))
    assert fault.remedy == "Pilih satu dengan --sheet: USG, Lama."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_text_files_of_any_office_program_are_read(tmp_path, encoding, separator) -> None:
    text = "penilai;masalah;U;S;G\nDinkes – gizi;Stunting;3;4,5;tidak menilai\nPUPR;Stunting;3,5;4;2\n"
    found = read(text_file(tmp_path, text.replace(";", separator), encoding))
    assert found.scores["judge"][0] == "Dinkes – gizi"
    assert found.scores["score"].tolist()[:2] == [3, 4.5]
    assert [one.rule for one in found.findings] == (["csv.encoding"] if encoding == "cp1252" else [])


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [NIK, int(NIK), "1401 0150 0190 0001", "14.01.01.500190.0001", "197001012000031001"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_person_s_number_is_refused_and_never_repeated(tmp_path, number, place) -> None:
    row: list[object] = ["Siti", "Stunting", 9, 3, 3]
    row[place] = number if isinstance(number, int) else f"Siti {number}"
    faults = told(book(tmp_path, row, ["Budi", "Sanitasi", 3, 3, 3]))
    assert places(faults) == [("personal", 2, ["A (Penilai)", "B (Masalah)"][place]), ("range", 2, "C (U)")]
    assert str(number)[-6:] not in str(InputFault(faults))


def test_a_person_s_number_elsewhere_is_not_repeated_either(tmp_path) -> None:
    path = book(tmp_path, ["A", "Stunting", NIK, 3, 3, 1], header=[*HEADER, f"Siti {NIK}"])
    faults = told(path)
    assert places(faults) == [("criterion", None, "F (Siti …)"), ("range", 2, "C (U)")]
    assert NIK[-6:] not in str(InputFault(faults))


@pytest.mark.parametrize("options", [{}, {"sheet": "Lain"}])
def test_a_person_s_number_in_the_name_of_a_file_or_sheet_is_not_repeated(tmp_path, options) -> None:
    path = tmp_path / f"skor {NIK}.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name in (f"Siti {NIK}", "PUPR"):
            sheet = made.add_worksheet(name)
            for place, row in enumerate([HEADER, ["A", "Stunting", 9, 3, 3]]):
                sheet.write_row(place, 0, row)
    said = str(InputFault(told(path, **options)))
    assert "Siti …" in said
    assert NIK[-6:] not in said
    assert "baris 2, kolom C (U)" in str(InputFault(told(path, sheet=f"Siti {NIK}")))


def test_a_letter_that_looks_alike_is_named(tmp_path) -> None:
    [fault] = told(book(tmp_path, ["A", "Stunting", 3, 3, 3], ["B", "Stunt\u0456ng", 3, 3, 3]))
    assert (fault.rule, fault.row, fault.column) == ("score.letter", 3, "B (Masalah)")
    assert "“\u0456”" in fault.message
    heading, missing = told(
        book(tmp_path, ["A", "Stunting", 3, 3, 3], header=["Penilai", "Masalah", "U", "\u0405", "G"])
    )
    assert heading.remedy == "Ketik ulang: “\u0405” bukan huruf Latin."
    assert missing.message == "Kriteria ini tidak mempunyai kolom: S."


def test_accents_and_apostrophes_are_no_foreign_letters(tmp_path) -> None:
    assert len(read(book(tmp_path, ["Ma\u02bcruf", "Gizi é 1ª", 3, 3, 3])).scores) == 3


def test_case_blanks_and_wide_letters_make_no_other_judge_or_problem(tmp_path) -> None:
    path = book(
        tmp_path, ["Dinkes", "Unmet need", 3, 3, 3], ["DINKES ", "Stunting.", 3, 3, 3], ["PUPR", "ｓtunting", 3, 3, 3]
    )
    found = read(path).scores
    assert set(found["judge"]) == {"Dinkes", "PUPR"}
    assert set(found["problem"]) == {"Unmet need", "Stunting."}
    assert set(read(path, problems=["Unmet Need", "STUNTING"]).scores["problem"]) == {"Unmet Need", "STUNTING"}


def test_signs_make_another_problem(tmp_path) -> None:
    path = book(tmp_path, ["A", "Usia nikah < 21", 3, 3, 3], ["A", "Usia nikah > 21", 4, 4, 4])
    assert read(path).scores["problem"].nunique() == 2


def test_a_judge_misspelt_in_one_row_is_found(tmp_path) -> None:
    rows = [["Dinas Kesehatan", name, 3, 3, 3] for name in ("Stunting", "Sanitasi", "Gizi")]
    [fault] = told(book(tmp_path, *rows, ["Dinas Kesehatn", "Unmet need", 3, 3, 3]))
    assert (fault.rule, fault.row, fault.column) == ("score.judge", 5, "A (Penilai)")
    assert fault.remedy == 'Maksud Anda "Dinas Kesehatan"?'


def test_judges_alike_who_score_the_same_problems_are_two(tmp_path) -> None:
    rows = [[name, problem, 3, 3, 3] for name in ("Camat Rambah", "Camat Rambau") for problem in ("Stunting", "Gizi")]
    assert read(book(tmp_path, *rows)).scores["judge"].nunique() == 2


def test_a_problem_twice_with_other_scores_is_told_cell_by_cell(tmp_path) -> None:
    faults = told(book(tmp_path, ["A", "Stunting", 3, 3, None], ["a", "stunting", 3, 4, 2]))
    assert [(one.row, one.column, one.message) for one in faults] == [
        (3, "C (U)", "Skor ini sudah tertulis pada baris 2."),
        (3, "D (S)", "Skor ini bertentangan dengan baris 2."),
        (3, "E (G)", "Skor ini bertentangan dengan baris 2."),
    ]


def test_beyond_very_many_names_no_pair_is_compared() -> None:
    assert slips({f"nama {'x' * 20}{chr(0x4E00 + i)}": {str(i)} for i in range(1_600)}, rare=False) == {}


# --- totals and everything at once ---------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["Skor", "Total (U+S+G)", "Jumlah skor"])
def test_totals_under_other_headings_and_with_thousands_are_handed_on(tmp_path, heading) -> None:
    rows = [["A", "Stunting", 5, 5, 5, "1.250,0"], ["A", "Gizi", 1, 1, 1, "3"], ["A", "Sanitasi", 1, 1, 1, "?"]]
    found = read(book(tmp_path, *rows, header=[*HEADER, heading]))
    assert found.totals["total"].tolist() == [1250, 3]
    assert [(one.row, one.column, one.is_error) for one in found.findings] == [(4, f"F ({heading})", False)]


def test_all_faults_are_told_at_once_from_the_top(tmp_path) -> None:
    rows = [["A", "Stunting", 9, "x", 3, 1], ["", "Gizi", "80%", 3, 3, 1], [NIK, "Gizi", 3, 3, dt.date(2026, 5, 4), 1]]
    assert places(told(book(tmp_path, *rows, header=[*HEADER, "Biaya"]))) == [
        ("criterion", None, "F (Biaya)"),
        ("range", 2, "C (U)"),
        ("number", 2, "D (S)"),
        ("name", 3, "A (Penilai)"),
        ("number", 3, "C (U)"),
        ("personal", 4, "A (Penilai)"),
        ("number", 4, "E (G)"),
    ]
