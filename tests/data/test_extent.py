"""Workbooks that would take all memory, or never end, are refused before the reader sees them."""

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from kbk_analysis.data import workbook
from kbk_analysis.data.extent import sheet_extent, tables_extent
from kbk_analysis.data.reading import read_sheets
from kbk_analysis.errors import InputFault

CELL = b'<table:table-cell office:value-type="float" office:value="5"/>'
SPACES = b" ".join(
    b'xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (name, name) for name in (b"office", b"table", b"text")
)


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    """Parts of a workbook with one sheet of three columns."""
    with xlsxwriter.Workbook(tmp_path / "good.xlsx") as book:
        sheet = book.add_worksheet("Data")
        for i, row in enumerate([["Desa", "PUS", "Peserta"], ["Suka Maju", 120, 80]]):
            sheet.write_row(i, 0, row)
    with zipfile.ZipFile(tmp_path / "good.xlsx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def ods(path: Path, rows: bytes) -> Path:
    head = b"<table:table-row>" + b"".join(
        b'<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>' % name
        for name in (b"Desa", b"PUS")
    )
    table = b'<table:table table:name="S">' + head + b"</table:table-row>" + rows
    body = b"<office:body><office:spreadsheet>" + table + b"</office:spreadsheet></office:body>"
    return packed(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<manifest/>",
            "content.xml": b"<office:document-content " + SPACES + b">" + body + b"</office:document-content>",
        },
    )


def rule(path: Path) -> str:
    with pytest.raises(InputFault) as caught:
        read_sheets(path)
    return caught.value.findings[0].rule


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>', "file.too_large"),
        (b'<row r="9"><c r="xfd1048576"><v>1</v></c></row>', "file.too_large"),
        (b'<row r="9"><c r = "XFD1048576"><v>1</v></c></row>', "file.too_large"),
        (b'<row r="9"><c x=">" r="XFD1048576"><v>1</v></c></row>', "file.too_large"),
        (b'<row r="1048576">' + b"<c><v>1</v></c>" * 3_000 + b"</row>", "file.too_large"),
        (b'<row r="4000000000"><c><v>1</v></c></row>', "file.too_large"),
        (b'<row r="9"><c r="ZZZ9"><v>1</v></c></row>', "file.too_large"),
        (b'<row r="9"><c r="AAAA1"><v>1</v></c></row>', "file.damaged"),
        (b'<row r="-1"><c><v>1</v></c></row>', "file.damaged"),
        (b'<row r="9"><c r="A9"><v>1</c></row>', "file.damaged"),
    ],
)
def test_a_far_cell_is_seen_however_it_is_written(tmp_path, parts, row, expected) -> None:
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", row + b"</sheetData>")
    assert rule(packed(tmp_path / "a.xlsx", parts)) == expected


def test_a_far_cell_without_content_does_no_harm(tmp_path, parts) -> None:
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b'<row r="9"><c r="XFD1048576" s="1"/></row></sheetData>')
    assert read_sheets(packed(tmp_path / "a.xlsx", parts))[0].rows == [("Suka Maju", 120, 80)]


def test_a_part_with_another_name_is_looked_at_too(tmp_path, parts) -> None:
    far = parts.pop("xl/worksheets/sheet1.xml").replace(
        b"</sheetData>", b'<row r="9"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert rule(packed(tmp_path / "a.xlsx", parts | {"xl/worksheets/SHEET1.xml": far})) == "file.too_large"


def test_shared_strings_that_are_claimed_and_absent(tmp_path, parts) -> None:
    name = "xl/sharedStrings.xml"
    parts[name] = re.sub(rb'uniqueCount="\d+"', b'uniqueCount="4000000000"', parts[name])
    assert rule(packed(tmp_path / "a.xlsx", parts)) == "file.damaged"


def test_one_part_as_a_thousand_sheets(tmp_path, parts) -> None:
    tag = re.search(rb"<sheet [^>]*/>", parts["xl/workbook.xml"])[0]
    more = b"".join(tag.replace(b'"Data"', b'"Data%d"' % i) for i in range(1_000))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(tag, tag + more)
    assert rule(packed(tmp_path / "a.xlsx", parts)) == "file.damaged"


def test_all_sheets_together_have_one_limit(tmp_path, monkeypatch) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("Satu", "Dua"):
            book.add_worksheet(name).write_column(0, 0, ["Desa", *"abcdefghi"])
    assert len(read_sheets(tmp_path / "a.xlsx")) == 2
    monkeypatch.setattr(workbook, "MAX_GRID", 15)
    with pytest.raises(InputFault, match="Lembar Dua"):
        read_sheets(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (b'<table:table-row table:number-rows-repeated="99000"><table:table-cell '
         b'table:number-columns-repeated="16000"/>' + CELL + b"</table:table-row></table:table>", "file.too_large"),
        (b'<table:table-row table:number-rows-repeated="&#57;9900000">' + CELL + b"</table:table-row></table:table>",
         "file.too_large"),
        (b'<table:table-row table:number-rows-repeated="99999999"><table:table-cell/></table:table-row>'
         b"<table:table-row>" + CELL + b"</table:table-row></table:table>", "file.too_large"),
        (b'<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p>'
         b"</table:table-cell></table:table-row></table:table>", "file.too_large"),
        (b"", "file.damaged"),  # never closed: the reader would not end
    ],
)  # fmt: skip
def test_ods_that_sprawls_or_never_ends(tmp_path, rows, expected) -> None:
    assert rule(ods(tmp_path / "a.ods", rows)) == expected


def test_what_office_programs_write_is_measured_as_read() -> None:
    blank = (
        b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="9"/>'
    )
    xml = b"<a " + SPACES + b"><table:table><table:table-row>" + CELL + CELL + b"</table:table-row>" + blank
    found = tables_extent(xml + b"</table:table-row></table:table></a>")
    assert (found.rows, found.columns, found.repeats) == (1, 2, False)
    assert sheet_extent(b'<?xml version="1.0" encoding="no-such"?><x><sheetData/></x>').cells == 0
    with pytest.raises(ValueError, match="document type"):
        sheet_extent(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def test_the_kind_is_told_from_the_content(tmp_path, parts) -> None:
    for name in ("a.xls", "a.ods", "a.dat"):
        assert read_sheets(packed(tmp_path / name, parts))[0].rows == [("Suka Maju", 120, 80)]
    assert rule(packed(tmp_path / "a.xlsb", parts | {"xl/workbook.bin": b"x"})) == "file.kind"


def test_a_damaged_mimetype_is_a_finding(tmp_path, parts) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet" * 9)
    raw = bytearray((tmp_path / "a.ods").read_bytes())
    start = raw.index(b"mimetype") + len("mimetype")
    raw[start : start + 8] = b"\xff" * 8
    (tmp_path / "a.ods").write_bytes(raw)
    assert rule(tmp_path / "a.ods") == "file.damaged"
