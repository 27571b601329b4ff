"""Workbooks that are safe to open: text stays text, and the same rows give the same bytes.

Question answered: how do rows leave as xlsx without a cell that runs?
Input: sheets of headers and plain values. Output: xlsx bytes. Nothing written is a formula or a link, whatever the text
begins with; numbers stay numbers.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Final

Cell = str | int | float | bool | None
Rows = Sequence[Sequence[Cell]]

_CREATED: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)  # a fixed day, so that bytes repeat
_WIDEST: Final = 60
_SHEET: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook_bytes(sheets: Mapping[str, tuple[Sequence[str], Rows]]) -> bytes:
    """An xlsx workbook.

    Parameters
    ----------
    sheets
        Header and rows by name of the sheet, in order.

    Examples
    --------
    >>> workbook_bytes({"Temuan": (["berkas", "baris"], [["=1+1", 3]])})[:2]
    b'PK'
    """
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": False, **_SHEET}) as book:
        book.set_properties({"created": _CREATED})
        bold, plain = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(header):
                sheet.write_string(0, column, title, bold)
                longest = max([len(title), *(len(str(row[column])) for row in rows if row[column] is not None)])
                sheet.set_column(column, column, min(longest + 2, _WIDEST))
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, plain)
            if rows:
                sheet.autofilter(0, 0, len(rows), len(header) - 1)
    return stream.getvalue()


def _write(sheet: object, row: int, column: int, value: Cell, form: object) -> None:
    if value is None or value != value:
        return
    kind = "string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"
    getattr(sheet, f"write_{kind}")(row, column, value, form)
