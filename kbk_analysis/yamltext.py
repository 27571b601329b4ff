"""YAML as a plain, strict notation: what is written is what is read.

Question answered: what does this parameter, recipe or correction file say?
Input: a YAML file in UTF-8. Output: ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool``, ``None``; nothing else.

Stricter than YAML 1.1 on purpose: no tags (code), no anchors and aliases (a few lines that unfold to
gigabytes), no duplicate keys, one document, limits of size and depth. Only ``5``, ``0.5``, ``true``,
``false``, ``null`` and blank are not text: ``no``, ``1:30``, ``01``, ``1e5`` and ``2024-12-16`` stay as typed.
Keys are always text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.text import shorten

MAX_BYTES: Final = 2_000_000
MAX_NODES: Final = 100_000
MAX_DEPTH: Final = 20

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_WORDS: Final[dict[str, bool | None]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(path: Path | str) -> Any:
    """Content of a YAML file.

    Parameters
    ----------
    path
        A file in UTF-8 of at most 2 MB.

    Raises
    ------
    InputFault
        ``yaml.*`` findings, each with its row and column, or ``file.*`` when the file cannot be read at all.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError:
        raise _fault(
            "file.missing", tr("Berkas tidak dapat dibuka."), tr("Periksa nama dan letak berkas."), path.name
        ) from None
    try:
        text = raw[:MAX_BYTES].decode("utf-8-sig") if len(raw) <= MAX_BYTES else ""
    except UnicodeDecodeError:
        raise _fault(
            "file.encoding", tr("Berkas bukan teks UTF-8."), tr("Simpan ulang berkas sebagai UTF-8."), path.name
        ) from None
    if len(raw) > MAX_BYTES:
        raise _too_large(path.name)
    return parse_yaml(text, file=path.name)


def parse_yaml(text: str, *, file: str = "") -> Any:
    r"""Content of YAML text; see `load_yaml`.

    Examples
    --------
    >>> parse_yaml("negara: no\nkode: 01\ntanggal: 2024-12-16\nbobot: 0.5")
    {'negara': 'no', 'kode': '01', 'tanggal': '2024-12-16', 'bobot': 0.5}
    """
    if len(text) > MAX_BYTES:
        raise _too_large(file)
    builder = _Builder(file)
    try:
        content = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        builder.add(
            "yaml.syntax",
            tr("Susunan YAML salah di sini."),
            tr("Periksa titik dua, tanda kutip dan lekukan (spasi, bukan tab) pada baris ini dan sebelumnya."),
            mark,
        )
        content = None
    if builder.findings:
        raise InputFault(builder.findings)
    return content


def _fault(rule: str, message: str, remedy: str, file: str) -> InputFault:
    return InputFault([Finding(rule=rule, message=message, remedy=remedy, file=file)])


def _too_large(file: str) -> InputFault:
    return _fault("yaml.size", tr("Berkas YAML terlalu besar."), tr("Pecah menjadi beberapa berkas."), file)


class _Builder:
    """Turns the parser's events into plain values and collects what is refused on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.nodes = 0

    def add(self, rule: str, message: str, remedy: str, mark: Any, value: str = "") -> None:
        row, column = (mark.line + 1, str(mark.column + 1)) if mark is not None else (None, "")
        self.findings.append(
            Finding(
                rule=rule,
                message=message,
                remedy=remedy,
                file=self.file,
                row=row,
                column=column,
                value=shorten(value),
            )
        )

    def document(self, events: Iterator[Any]) -> Any:
        content, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.add(
                        "yaml.documents",
                        tr("Berkas berisi lebih dari satu dokumen YAML."),
                        tr("Hapus baris --- dan simpan tiap dokumen dalam berkas sendiri."),
                        event.start_mark,
                    )
                    break
            elif isinstance(event, yaml.NodeEvent):
                content = self.value(event, events, depth=1)
        return content

    def value(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            self.add(
                "yaml.size",
                tr("Susunan YAML terlalu dalam atau terlalu panjang."),
                tr("Sederhanakan, atau pecah menjadi beberapa berkas."),
                event.start_mark,
            )
            raise InputFault(self.findings)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.add(
                "yaml.alias",
                tr("Penanda & dan rujukan * tidak dipakai di sini."),
                tr("Tulis isinya langsung, atau beri tanda kutip bila memang teks."),
                event.start_mark,
                event.anchor,
            )
        if isinstance(event, yaml.AliasEvent):
            return None
        if event.tag is not None:
            self.add(
                "yaml.tag",
                tr("Penanda jenis (!) tidak dipakai di sini."),
                tr("Hapus penanda itu, atau beri tanda kutip bila memang teks."),
                event.start_mark,
                event.tag,
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(events, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, depth)
        return _scalar(event.value) if event.implicit[0] else event.value

    def sequence(self, events: Iterator[Any], depth: int) -> list[Any]:
        items = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, events, depth + 1))
        return items

    def mapping(self, events: Iterator[Any], depth: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.value(event, events, depth + 1)
            if not isinstance(event, yaml.ScalarEvent) or key is None:
                self.add(
                    "yaml.key", tr("Kunci kosong atau bukan teks."), tr("Beri nama pada kunci ini."), event.start_mark
                )
            name = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if name in content:
                self.add(
                    "yaml.duplicate_key",
                    tr("Kunci ini tertulis dua kali."),
                    tr("Hapus salah satunya."),
                    event.start_mark,
                    name,
                )
            content[name] = self.value(next(events), events, depth + 1)
        return content


def _scalar(text: str) -> str | int | float | bool | None:
    """Plain (unquoted) scalar: JSON's numbers, ``true``, ``false``, ``null``, blank; everything else is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
