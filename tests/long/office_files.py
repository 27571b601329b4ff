"""Valid office files to spoil, made in memory: workbooks of several writers, ods, text files."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from dataclasses import dataclass

import openpyxl
import xlsxwriter

HEADER = ["Kode", "Desa", "Tanggal", "PUS", "Aktif", "Rasio"]
ROWS = [
    [f"99.01.01.{2001 + i}", ("Suka Maju", "Jum’at & <b>", "Désa Baru", "=1+1", "NA")[i % 5],
     dt.datetime(2024, 1 + i % 12, 1 + i), 100 + i, bool(i % 2), i / 7]
    for i in range(12)
]  # fmt: skip
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


@dataclass(frozen=True)
class Sample:
    """A valid file: `sealed` when checksums cover its cells, so that a changed byte can never change a cell."""

    name: str
    content: bytes
    sealed: bool


def samples() -> list[Sample]:
    lines = [HEADER, *([str(cell) for cell in row] for row in ROWS)]
    semicolons = "\r\n".join(";".join(line) for line in lines)
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    return [
        Sample("plain.xlsx", _xlsxwriter({}), True),
        Sample("inline.xlsx", _xlsxwriter({"constant_memory": True}), True),
        Sample("rich.xlsx", _xlsxwriter({"date_1904": True}, rich=True), True),
        Sample("openpyxl.xlsx", _openpyxl(), True),
        Sample("table.ods", _ods(), True),
        Sample("semicolons.csv", semicolons.encode("utf-8"), False),
        Sample("windows.csv", semicolons.replace("é", "e").encode("cp1252"), False),
        Sample("wide.csv", semicolons.encode("utf-16"), False),
        Sample("quoted.csv", b"\xef\xbb\xbf" + quoted.encode("utf-8"), False),
        Sample("packed.csv.gz", gzip.compress(quoted.encode("utf-8"), mtime=0), True),
    ]


def _xlsxwriter(options: dict[str, bool], *, rich: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "in_memory": True, **options}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Data")
        top = 2 if rich else 0
        if rich:
            sheet.merge_range(0, 0, 0, 5, "Laporan Pelayanan KB")
        for i, row in enumerate([HEADER, *ROWS]):
            for j, cell in enumerate(row):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(top + i, j, cell, day)
                else:
                    sheet.write(top + i, j, cell)
        if rich:
            sheet.write_formula(20, 3, "=SUM(D4:D15)", None, 1266)
            sheet.write_formula(20, 5, "=1/0", None, "#DIV/0!")
            sheet.write(20, 1, "Jumlah")
            hidden = book.add_worksheet("Pilihan")
            hidden.write_column(0, 0, ["Kode", "1", "2"])
            hidden.hide()
    return out.getvalue()


def _openpyxl() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    for row in ROWS:
        book.active.append([None if cell == "=1+1" else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods() -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        text = str(value).replace("&", "&amp;").replace("<", "&lt;")
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    lines = [[*HEADER], *ROWS]
    rows = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
    blank = '<table:table-cell table:number-columns-repeated="3"/>'
    rows += f'<table:table-row table:number-rows-repeated="9">{blank}</table:table-row>'
    table = f'<table:table table:name="S">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {SPACES}>{body}</office:document-content>")
    return out.getvalue()
