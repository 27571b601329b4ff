"""Workbooks: text that looks like a formula stays text, numbers stay numbers, the same rows give the same bytes."""

import io
import time
import zipfile

import openpyxl
import pytest

from kbk_analysis.workbook import workbook_bytes

HOSTILE = ["=1+1", "+SUM(A1)", "-2+3", "@x", "\tx", "http://contoh.test", '=HYPERLINK("x")', "1.234,5", "007"]


@pytest.fixture(scope="module")
def book() -> bytes:
    return workbook_bytes({"Temuan": (["isi", "n"], [[text, number] for number, text in enumerate(HOSTILE)])})


def test_nothing_is_a_formula_or_a_link(book: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Temuan"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == HOSTILE
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    content = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in content


def test_numbers_flags_and_blanks_keep_their_kind() -> None:
    made = workbook_bytes({"A": (["a", "b", "c", "d"], [[1.5, -3, True, None], [float("nan"), 0, False, "x"]])})
    rows = list(openpyxl.load_workbook(io.BytesIO(made))["A"].iter_rows(min_row=2, values_only=True))
    assert rows == [(1.5, -3, True, None), (None, 0, False, "x")]


def test_the_same_rows_give_the_same_bytes(book: bytes) -> None:
    time.sleep(1.1)  # a clock in the file would move on
    again = workbook_bytes({"Temuan": (["isi", "n"], [[text, number] for number, text in enumerate(HOSTILE)])})
    assert again == book


def test_sheets_keep_their_order_and_an_empty_one_its_header() -> None:
    made = openpyxl.load_workbook(io.BytesIO(workbook_bytes({"B": (["x"], []), "A": (["y"], [["z"]])})))
    assert made.sheetnames == ["B", "A"]
    assert [cell.value for cell in made["B"][1]] == ["x"]
