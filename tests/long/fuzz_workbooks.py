"""Spoilt office files: read as tables of plain cells, or refused by name; never anything else.

Ways to spoil: bytes of the file as it lies; the parts of its archive (names, order, flags, content); the XML inside
the parts, packed again with right checksums, so that the damage reaches the reader; the characters of a text file.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import random
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from kbk_analysis.data.reading import Sheet, read_sheets
from kbk_analysis.errors import InputFault
from tests.long.mutation import spoil_bytes, spoil_text
from tests.long.office_files import Sample, samples

RULES = ("file.", "csv.", "cell.", "sheet.", "header.", "column.")
VALUES = [
    b"", b"0", b"-1", b"1", b"16384", b"1048576", b"1048577", b"99999999", b"4294967296", b"18446744073709551616",
    b"1e308", b"1e999", b"NaN", b"abc", b"A0", b"A1", b"XFD1048576", b"ZZZ99999", b"A1:XFD1048576", b"B2:A1", b"s",
    b"e", b"b", b"d", b"str", b"n", b"inlineStr", b"float", b"date", b"2024-13-45", b"&#0;", b"&amp;", b"&lol;",
    b"\xff\xfe", b"rId1", b"rId99",
]  # fmt: skip
PIECES = [
    b"<", b">", b"</c>", b"<c>", b"<v>", b"</v>", b"<row>", b"</row>", b"<is><t>x</t></is>", b"<f>1+1</f>", b"<!--",
    b"-->", b"<![CDATA[", b"]]>", b"<?xml?>", b'<!DOCTYPE a [<!ENTITY lol "lol">]>', b"\0", b"&lol;", b"<sheetData>",
    b"</sheetData>", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', b'<c r="C3" t="s"><v>7</v></c>',
    b'<row r="1048576"><c><v>1</v></c></row>', b'<row r="1048576">' + b"<c><v>1</v></c>" * 40 + b"</row>",
    b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>', b"</table:table>",
    b'<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>',
]  # fmt: skip
MARKS = [
    *",;|\t\"'=@-",
    "\r",
    "\n",
    "\r\n",
    '""',
    ',"',
    '",',
    "\0",
    "\u200b",
    "Ã©",
    ";" * 50,
    "\n" * 50,
    '"' * 51,
    "x" * 140_000,
]
MOST_CELLS = 20_000_000


@contextlib.contextmanager
def opened() -> Iterator[Callable[[random.Random], str]]:
    """The check, with a folder for its files and the tables of the unspoilt ones."""
    warnings.simplefilter("ignore", UserWarning)  # zipfile: duplicate name
    with tempfile.TemporaryDirectory() as name:
        folder, good = Path(name), samples()
        tables = {sample.name: read(_written(folder, sample.name, sample.content)) for sample in good}
        assert all(tables.values())
        yield lambda chance: check(chance, folder, good, tables)


def check(chance: random.Random, folder: Path, good: list[Sample], tables: dict[str, list[Sheet]]) -> str:
    sample = chance.choice(good)
    archive = sample.name.endswith(("xlsx", "ods"))
    spoil = chance.choice((as_bytes, as_parts, as_xml, as_xml, as_xml) if archive else (as_bytes, as_text))
    path = _written(folder, sample.name, spoil(chance, sample.content))
    try:
        found = read(path)
    except InputFault as fault:
        found, rules, told = None, [finding.rule for finding in fault.findings], str(fault)
    if found is None:
        assert rules
        assert all(rule.startswith(RULES) for rule in rules), rules
        assert str(folder) not in told
        return rules[0]
    if spoil is as_bytes and sample.sealed:
        same = [(a.header, a.rows) for a in found] == [(b.header, b.rows) for b in tables[sample.name]]
        assert same, "a changed byte changed a cell without a word"
        return "read (the same)"
    return "read"


def read(path: Path) -> list[Sheet]:
    found = read_sheets(path)
    for sheet in found:
        width = len(sheet.header)
        assert len(sheet.rows) == len(sheet.row_numbers)
        assert sheet.row_numbers == sorted(set(sheet.row_numbers))
        assert width * len(sheet.rows) <= MOST_CELLS
        for row in sheet.rows:
            assert len(row) == width
            assert all(cell is None or isinstance(cell, str | int | float | bool | dt.date) for cell in row)
    return found


def as_bytes(chance: random.Random, content: bytes) -> bytes:
    return spoil_bytes(chance, content)


def as_text(chance: random.Random, content: bytes) -> bytes:
    packed = content.startswith(b"\x1f\x8b")
    raw = gzip.decompress(content) if packed else content
    encoding = "utf-16" if raw.startswith(b"\xff\xfe") else "utf-8" if chance.random() < 0.8 else "cp1252"
    spoilt = spoil_text(chance, raw.decode(encoding, "replace"), MARKS).encode(encoding, "replace")
    return gzip.compress(spoilt, mtime=0) if packed else spoilt


def as_parts(chance: random.Random, content: bytes) -> bytes:
    parts = _parts(content)
    names = [*parts]
    one, other = chance.choice(names), chance.choice(names)
    match chance.randrange(7):
        case 0:
            del parts[one]
        case 1:
            parts[one] = parts[other]
        case 2:
            parts[one] = b""
        case 3:
            parts[chance.choice(("xl/x/../" + one, "/" + one, one.upper(), one + "/", "../" + one, "mimetype"))] = (
                parts.pop(one)
            )
        case 4:
            parts[one] = chance.randbytes(chance.choice((1, 100, 5000)))
        case 5:
            parts[one] = spoil_bytes(chance, parts[one])
        case _:
            return _broken_directory(chance, _packed(parts, zipfile.ZIP_DEFLATED))
    doubled = (one, parts.get(one, b"x")) if chance.random() < 0.1 else None
    return _packed(
        parts, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)), doubled
    )


def as_xml(chance: random.Random, content: bytes) -> bytes:
    parts = _parts(content)
    likely = [name for name in parts if re.search(r"sheet\d|workbook|sharedStrings|content\.xml|styles", name)]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = chance.choice(likely)
        parts[name] = spoil_xml(chance, parts[name])
    return _packed(parts, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


def spoil_xml(chance: random.Random, xml: bytes) -> bytes:
    tags = [*re.finditer(rb"<[^<>]*>", xml)]
    tag = chance.choice(tags) if tags else re.match(b"", xml)
    end = chance.choice(tags).end() if tags else 0
    piece = xml[tag.start() : end] or tag[0]
    match chance.randrange(9):
        case 0 | 1 | 2 if values := [*re.finditer(rb'(?<==")[^"]*(?=")|(?<=<v>)[^<]*(?=</v>)', xml)]:
            value = chance.choice(values)
            return xml[: value.start()] + chance.choice(VALUES) + xml[value.end() :]
        case 3:
            return xml[: tag.start()] + xml[tag.end() :]
        case 4:
            return xml[: tag.start()] + chance.choice(PIECES) + xml[tag.start() :]
        case 5:
            return xml[: tag.start()] + piece + xml[tag.start() :]
        case 6:  # much of the same: what is slow or takes much memory shows
            times = max(1, chance.choice((10, 100, 1000, 20_000)) * 100 // (100 + len(piece)))
            return xml[: tag.end()] + (piece if chance.random() < 0.5 else tag[0]) * times + xml[tag.end() :]
        case 7:
            names = [*re.finditer(rb'\s[\w:]+="[^"]*"', xml)]
            chosen = chance.choice(names) if names else tag
            return xml[: chosen.start()] + xml[chosen.end() :]
        case _:
            return spoil_bytes(chance, xml)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes], method: int, doubled: tuple[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in [*parts.items(), *([doubled] if doubled else [])]:
            archive.writestr(name, content)
    return out.getvalue()


def _broken_directory(chance: random.Random, content: bytes) -> bytes:
    """Bytes changed in the headers alone: sizes, flags, methods, names, offsets."""
    data = bytearray(content)
    start = chance.choice([found.start() for found in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", content)])
    for _ in range(chance.choice((1, 1, 2, 4))):
        data[min(len(data) - 1, start + 4 + chance.randrange(44))] = chance.choice(
            (0, 1, 8, 9, 99, 255, chance.randrange(256))
        )
    return bytes(data)


def _written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
