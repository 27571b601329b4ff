"""Office files: read as they are, or refused by name. Workbooks are made here by XlsxWriter and read back."""

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kbk_analysis.data import delimited, workbook
from kbk_analysis.data.dates import parse_dates
from kbk_analysis.data.numbers import parse_numbers
from kbk_analysis.data.reading import read_sheets
from kbk_analysis.errors import InputFault

HEADER = ["Desa", "PUS", "Peserta"]
ROWS = [["Suka Maju", 120, 80], ["Suka Damai", 75, None]]


def book(path: Path, rows, *, name="Data", merge=(), hidden=None) -> Path:
    with xlsxwriter.Workbook(path) as out:
        sheet = out.add_worksheet(name)
        day = out.add_format({"num_format": "dd/mm/yyyy"})
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(i, j, dt.datetime(cell.year, cell.month, cell.day, 9, 30), day)
                elif cell is not None:
                    sheet.write(i, j, cell)
        for top, left, bottom, right, text in merge:
            sheet.merge_range(top, left, bottom, right, text)
        if hidden:
            other = out.add_worksheet("Pilihan")
            other.hide()
            for i, row in enumerate(hidden):
                other.write_row(i, 0, row)
    return path


def rules(path: Path, **options) -> list[str]:
    with pytest.raises(InputFault) as caught:
        read_sheets(path, **options)
    text = str(caught.value)
    assert path.name in text
    assert str(path.parent) not in text
    assert all(f.message and f.remedy for f in caught.value.findings)
    return [f.rule for f in caught.value.findings]


def text_file(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- workbooks -----------------------------------------------------------------------------------------------


def test_workbook_cells_keep_their_type_and_row(tmp_path) -> None:
    day = dt.date(2024, 12, 16)
    rows = [
        [*HEADER, "Tanggal", "Aktif", "Rasio"],
        ["  Suka\u200b  Maju ", 120, 80, day, True, 0.5],
        ["NA", 1, "01", None, False],
    ]
    [sheet] = read_sheets(book(tmp_path / "a.xlsx", rows))
    assert (sheet.file, sheet.name, sheet.header) == ("a.xlsx", "Data", (*HEADER, "Tanggal", "Aktif", "Rasio"))
    assert sheet.rows == [("Suka Maju", 120, 80, day, True, 0.5), ("NA", 1, "01", None, False, None)]
    assert [type(cell) for cell in sheet.rows[0]] == [str, int, int, dt.date, bool, float]
    assert sheet.row_numbers == [2, 3]
    assert sheet.findings == []
    assert sheet.column("pus") == sheet.column("PUS") == [120, 1]


def test_titles_totals_notes_and_blanks_are_left_out_with_a_reason(tmp_path) -> None:
    rows = [
        ["Laporan Pelayanan KB"],
        ["Kabupaten Contoh, 2024"],
        [],
        HEADER,
        ["(1)", "(2)", "(3)"],
        ROWS[0],
        [],
        ROWS[1],
        ["Jumlah", 195, 80],
        ["Sumber: DPPKB"],
    ]
    rows[4] = [1, 2, 3]
    rows[3], rows[4] = ["No", *HEADER], [1, 2, 3, 4]
    rows[5], rows[7], rows[8] = [1, *ROWS[0]], [2, *ROWS[1]], [None, "JUMLAH TOTAL", 195, 80]
    [sheet] = read_sheets(book(tmp_path / "a.xlsx", rows), wanted=HEADER)
    assert sheet.column("Desa") == ["Suka Maju", "Suka Damai"]
    assert sheet.row_numbers == [6, 8]
    assert sheet.dropped == [
        (1, "di atas judul kolom"),
        (2, "di atas judul kolom"),
        (3, "baris kosong"),
        (5, "baris nomor kolom"),
        (7, "baris kosong"),
        (9, "baris jumlah"),
        (10, "catatan di bawah tabel"),
    ]
    assert read_sheets(tmp_path / "a.xlsx")[0].rows == sheet.rows  # the header is found without its names too
    assert read_sheets(tmp_path / "a.xlsx", header_row=4)[0].rows == sheet.rows


@pytest.mark.parametrize("label", ["Jumlah Penduduk", "Total Fertility Rate", "Jumlah desa", "Totalindo"])
def test_a_label_that_only_begins_like_a_total_is_data(tmp_path, label) -> None:
    [sheet] = read_sheets(book(tmp_path / "a.xlsx", [["Indikator", "Nilai"], [label, 5], ["TOTAL:", 5]]))
    assert sheet.column("Indikator") == [label]


def test_merged_pair_of_header_rows_is_joined(tmp_path) -> None:
    rows = [[], [None, "Hamil", "Tidak", "IUD", "Pil"], ["Suka Maju", 1, 2, 3, 4]]
    merge = [(0, 1, 0, 2, "PUS"), (0, 3, 0, 4, "Peserta KB"), (0, 0, 1, 0, "Desa")]
    path = book(tmp_path / "a.xlsx", rows, merge=merge)
    for options in ({}, {"wanted": ["Desa", "PUS Hamil", "Peserta KB IUD"]}, {"header_row": 1}):
        [sheet] = read_sheets(path, **options)
        assert sheet.header == ("Desa", "PUS Hamil", "PUS Tidak", "Peserta KB IUD", "Peserta KB Pil")
        assert sheet.rows == [("Suka Maju", 1, 2, 3, 4)]
        assert sheet.row_numbers == [3]
    csv = text_file(tmp_path / "a.csv", "Desa,PUS,,Peserta KB,\n,Hamil,Tidak,IUD,Pil\nSuka Maju,1,2,3,4\n")
    assert read_sheets(csv)[0].header == sheet.header


def test_first_data_row_of_words_is_not_taken_for_a_second_header(tmp_path) -> None:
    path = text_file(tmp_path / "a.csv", "Kode,Nama,Ket\nx,Suka Maju,baik\ny,Suka Damai,\n")
    assert [row[1] for row in read_sheets(path)[0].rows] == ["Suka Maju", "Suka Damai"]


def test_duplicate_header_is_visible_and_refused_on_use(tmp_path) -> None:
    [sheet] = read_sheets(book(tmp_path / "a.xlsx", [["Desa", "PUS", "pus "], ["a", 1, 2]]))
    assert sheet.header == ("Desa", "PUS", "pus")
    assert "column.duplicate" in [f.rule for f in sheet.findings]
    assert sheet.column("PUS") == [1]  # written exactly so
    with pytest.raises(InputFault, match="Dua kolom"):
        sheet.column("P U S")
    with pytest.raises(InputFault, match="Desa, PUS, pus"):
        sheet.column("Kecamatan")


def test_hidden_sheet_is_named_and_read_only_when_asked_for(tmp_path) -> None:
    path = book(tmp_path / "a.xlsx", [HEADER, *ROWS], hidden=[["Kode", "Arti"], ["1", "ya"]])
    [sheet] = read_sheets(path)
    assert [(f.rule, f.sheet) for f in sheet.findings] == [("sheet.skipped", "Pilihan")]
    assert read_sheets(path, sheet="pilihan")[0].rows == [("1", "ya")]
    assert rules(path, sheet="Lain") == ["sheet.missing"]


def test_header_not_found(tmp_path) -> None:
    path = book(tmp_path / "a.xlsx", [HEADER, *ROWS])
    assert rules(path, wanted=["Kode", "Indikator", "Nilai"]) == ["header.missing"]
    assert rules(book(tmp_path / "b.xlsx", [[1, 2, 3], [4, 5, 6]])) == ["header.missing"]
    assert rules(path, header_row=99) == ["header.missing"]


def test_formula_that_was_never_calculated_is_refused_with_its_cell(tmp_path) -> None:
    sheet = openpyxl.Workbook()
    sheet.active.append(HEADER)
    sheet.active.append(["Suka Maju", 120, "=B2*2"])
    sheet.save(tmp_path / "a.xlsx")
    with pytest.raises(InputFault) as caught:
        read_sheets(tmp_path / "a.xlsx")
    assert [(f.rule, f.row, f.column) for f in caught.value.findings] == [("cell.formula", 2, "C")]


def test_formula_error_reads_blank_with_a_warning(tmp_path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as out:
        sheet = out.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1, 0, "Suka Maju")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 2, '=""', None, "kosong")
        sheet.write_formula(2, 1, "=1+1", None, 2)
        sheet.write(2, 2, 5)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>kosong</v>", b"<v></v>"))  # as Excel stores empty text
    [table] = read_sheets(tmp_path / "b.xlsx")
    assert table.rows == [("Suka Maju", None, None), (None, 2, 5)]
    assert [(f.rule, f.row, f.column, f.value, f.severity.value) for f in table.findings] == [
        ("cell.error", 2, "B", "#DIV/0!", "warning")
    ]


def test_damaged_and_disguised_files_are_refused_by_name(tmp_path) -> None:
    good = book(tmp_path / "a.xlsx", [HEADER, *[["x", i, i] for i in range(500)]]).read_bytes()
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with zipfile.ZipFile(tmp_path / "word.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 0xFF
    cases = {
        "empty.xlsx": (b"", "file.empty"),
        "blank.csv": (b"  \n\n", "file.empty"),
        "cut.xlsx": (good[: len(good) // 2], "file.damaged"),
        "flipped.xlsx": (bytes(flipped), "file.damaged"),
        "noise.xlsx": (b"abcdefgh" * 100, "file.damaged"),
        "locked.xlsx": (ole + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "file.password"),
        "letter.xls": (ole + "WordDocument".encode("utf-16-le"), "file.kind"),
        "broken.xls": (ole, "file.damaged"),
        "page.xls": (b"\xef\xbb\xbf \n<HTML><table><tr><td>Desa</td></tr></table></HTML>", "file.kind"),
        "xml.xls": (b'<?xml version="1.0"?><Workbook/>', "file.kind"),
        "scan.csv": (b"%PDF-1.7 ...", "file.kind"),
        "notes.bin": (b"a,b\n1,2\n", "file.kind"),
        "cut.csv.gz": (gzip.compress(b"a,b\n" * 900)[:-20], "file.damaged"),
    }
    for name, (content, rule) in cases.items():
        assert rules(text_file(tmp_path / name, content)) == [rule], name
    assert rules(tmp_path / "absent.xlsx") == ["file.missing"]
    assert rules(tmp_path / "word.xlsx") == ["file.kind"]
    assert rules(tmp_path / "other.xlsx") == ["file.kind"]


def test_every_cut_of_a_workbook_is_refused_cleanly(tmp_path) -> None:
    good = book(tmp_path / "a.xlsx", [HEADER, *ROWS]).read_bytes()
    for length in range(4, len(good), 97):
        assert rules(text_file(tmp_path / "cut.xlsx", good[:length])) == ["file.damaged"]


def test_bombs_are_refused_before_they_are_read(tmp_path, monkeypatch) -> None:
    good = book(tmp_path / "a.xlsx", [HEADER, *ROWS])
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("xl/media/x.bin", b"\0" * 5_000_000)
    assert rules(tmp_path / "bomb.xlsx") == ["file.too_large"]
    far = book(tmp_path / "far.xlsx", [HEADER, *ROWS])
    with zipfile.ZipFile(tmp_path / "wide.xlsx", "w") as archive:
        for name, content in parts.items():
            cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            archive.writestr(name, content.replace(b"</sheetData>", cell))
    assert rules(tmp_path / "wide.xlsx") == ["file.too_large"]
    monkeypatch.setattr(workbook, "MAX_UNCOMPRESSED", 1_000)
    assert rules(far) == ["file.too_large"]
    monkeypatch.setattr(delimited, "MAX_BYTES", 10)
    assert rules(text_file(tmp_path / "a.csv", "a,b\n1,2\n3,4\n")) == ["file.too_large"]
    assert rules(text_file(tmp_path / "a.csv.gz", gzip.compress(b"a,b\n1,2\n3,4\n"))) == ["file.too_large"]


def test_ods_is_read_and_its_repeated_rows_are_refused(tmp_path) -> None:
    def ods(path: Path, repeat: int) -> Path:
        cell = '<table:table-cell office:value-type="{}"{}><text:p>{}</text:p></table:table-cell>'
        head = "".join(cell.format("string", "", name) for name in HEADER)
        data = cell.format("string", "", "Suka Maju") + cell.format("float", ' office:value="120"', 120) * 2
        spaces = " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
        )
        rows = f"<table:table-row>{head}</table:table-row>"
        rows += f'<table:table-row table:number-rows-repeated="{repeat}">{data}</table:table-row>'
        table = f'<table:table table:name="S">{rows}</table:table>'
        body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", kind)
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
            archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
        return path

    [sheet] = read_sheets(ods(tmp_path / "a.ods", 2))
    assert (sheet.header, sheet.rows) == (tuple(HEADER), [("Suka Maju", 120, 120)] * 2)
    assert rules(ods(tmp_path / "b.ods", 1_000_000)) == ["file.too_large"]


# --- text files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separator_and_encoding_are_found(tmp_path, mark, encoding) -> None:
    lines = [["Desa", "PUS"], ["Súka; Maju", "1"], ['"baris\nkedua"', "2"]]
    if mark == ";":
        lines[1][0] = '"Súka; Maju"'
    content = "\r\n".join(mark.join(line) for line in lines)
    [sheet] = read_sheets(text_file(tmp_path / "a.csv", content.encode(encoding)))
    assert sheet.header == ("Desa", "PUS")
    assert sheet.rows == [("Súka; Maju", "1"), ("baris kedua", "2")]
    assert sheet.row_numbers == [2, 3]


def test_words_and_codes_stay_text_in_csv(tmp_path) -> None:
    words = ["NA", "None", "Null", "True", "1E5", "007", "14.10", "nan", "-", "1.234,5"]
    path = text_file(tmp_path / "a.csv", "kode;nilai\n" + "".join(f"{word};\n" for word in words))
    assert read_sheets(path)[0].rows == [(word, None) for word in words]


def test_decimal_commas_beside_semicolons_do_not_confuse(tmp_path) -> None:
    path = text_file(tmp_path / "a.csv", "kode;nilai;lain\na;1,5;2,5\nb;3,5;4,5\n")
    assert read_sheets(path)[0].rows == [("a", "1,5", "2,5"), ("b", "3,5", "4,5")]


def test_undecided_separator_is_refused_until_named(tmp_path) -> None:
    path = text_file(tmp_path / "a.csv", "a;b,c\n1;2,3\n4;5,6\n")
    assert rules(path) == ["csv.delimiter"]
    assert read_sheets(path, delimiter=";")[0].header == ("a", "b,c")
    assert rules(text_file(tmp_path / "b.csv", "a,b\n1;2\n3|4,5,6\n7\t8\n")) == ["csv.delimiter"]


def test_one_column_needs_no_separator(tmp_path) -> None:
    assert read_sheets(text_file(tmp_path / "a.csv", "Desa\nSuka Maju\nSuka Damai\n"))[0].rows == [
        ("Suka Maju",),
        ("Suka Damai",),
    ]


def test_encodings_that_are_not_certain_are_refused(tmp_path) -> None:
    legacy = "Desa;Catatan\nSuka Maju;“baik” – sekali\nSuka Damai;Jum’at\n".encode("cp1252")
    [sheet] = read_sheets(text_file(tmp_path / "a.csv", legacy))
    assert sheet.rows[0] == ("Suka Maju", "“baik” – sekali")
    assert [(f.rule, f.severity.value) for f in sheet.findings] == [("csv.encoding", "warning")]
    mixed = "Desa;Camat\nSuka;José Peña\n".encode() + "Damai;Désirée\n".encode("cp1252")
    for name, content in {
        "mixed.csv": mixed,
        "cyrillic.csv": "Имя;Возраст\nСело Весёлое;Иванов Пётр\n".encode("cp1251"),
        "nobom.csv": "a,b\n1,2\n".encode("utf-16-le"),
    }.items():
        assert rules(text_file(tmp_path / name, content)) == ["csv.encoding"], name
    path = text_file(tmp_path / "named.csv", "a,b\n1,2\n".encode("utf-16-le"))
    assert read_sheets(path, encoding="utf-16-le")[0].rows == [("1", "2")]
    assert rules(path, encoding="x-none") == ["csv.encoding"]


def test_broken_quotes_and_torn_rows_name_their_row(tmp_path) -> None:
    assert rules(text_file(tmp_path / "q.csv", 'a,b\n"x,1\ny,2\n'), delimiter=",") == ["csv.quote"]
    with pytest.raises(InputFault) as caught:
        read_sheets(text_file(tmp_path / "a.csv", "a,b,c\n1,2,3\nSuka, Maju,2,3\n4,5,6\n7,8,9\n" + "1,1,1\n" * 20))
    assert [(f.rule, f.row) for f in caught.value.findings] == [("csv.ragged", 3)]
    [sheet] = read_sheets(text_file(tmp_path / "b.csv", "a,b,c\n1,2,3\n4,5\n" + "1,1,1\n" * 20))
    assert [(f.rule, f.row, f.severity.value) for f in sheet.findings] == [("csv.ragged", 3, "warning")]
    assert sheet.rows[1] == ("4", "5", None)


# --- the real exports ----------------------------------------------------------------------------------------


@pytest.mark.real
def test_original_exports_read_as_openpyxl_reads_them(real_data) -> None:
    paths = sorted((real_data / "kampung_kb" / "original_xlsx").glob("*.xlsx"))
    assert len(paths) == 13
    for path in paths:
        [sheet] = read_sheets(path, wanted=["Kampung KB", "Klasifikasi", "Index Input"])
        reference = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
        assert sheet.header == reference[0]
        blank = [tuple(None if cell == "" else cell for cell in row) for row in reference[1:]]
        folded = [tuple(" ".join(cell.split()) if isinstance(cell, str) else cell for cell in row) for row in blank]
        assert sheet.rows == folded
        assert (sheet.dropped, sheet.findings) == ([], [])
        assert sheet.row_numbers == list(range(2, len(reference) + 1))


@pytest.mark.real
def test_messy_indicator_table(real_data) -> None:
    [sheet] = read_sheets(real_data / "messy" / "lppd_kota_semarang_2018_2019.xlsx")
    assert len(sheet.rows) == 83
    place = {"file": sheet.file, "sheet": sheet.name, "row_numbers": sheet.row_numbers}
    values, findings = parse_numbers(sheet.column("capaian_tahun_2018"), column="capaian_tahun_2018", **place)
    assert values[:3] == [75.57, 35.15, 32.99]
    assert sum(value == 0 for value in values) == 10  # 0,00 is a reported zero here
    assert [(f.rule, f.row, f.value) for f in findings] == [("number.form", 34, "WTP")]
    labels = sheet.column("indikator_kinerja")
    assert len(set(labels)) < len(labels)  # repeated names are kept as rows


@pytest.mark.real
def test_messy_correction_sheets(real_data) -> None:
    [sheet] = read_sheets(real_data / "messy" / "kampung_kb_wilayah_kosong_edit_tanpa_username.csv")
    assert len(sheet.rows) == 112
    place = {"file": sheet.file, "row_numbers": sheet.row_numbers}
    days, findings = parse_dates(sheet.column("tanggal_pencanangan"), column="tanggal_pencanangan", **place)
    assert findings == []
    written = sheet.column("tanggal_pencanangan")
    assert days == [f"{text[6:]}-{text[3:5]}-{text[:2]}" for text in written]
    [sheet] = read_sheets(real_data / "messy" / "wilayah_tidak_cocok_siga_kemendagri.csv")
    assert len(sheet.rows) == 29
    assert sheet.column("kabupaten_id")[0] == "09"  # the leading zero stays
    _, findings = parse_numbers(
        sheet.column("kabupaten_id"), column="kabupaten_id", file=sheet.file, row_numbers=sheet.row_numbers
    )
    assert {f.rule for f in findings} == {"number.code"}
