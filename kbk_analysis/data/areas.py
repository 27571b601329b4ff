"""The areas there are, and the code that a written code means.

Input: the register of Kemendagri (provinces, regencies, districts, villages as csv) and, where codes of BPS
occur, the bridge files. Output: `AreaRegister`, with the ``areas`` table of a scope, codes made canonical, and
a `Matcher` for names. Codes are text throughout.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from kbk_analysis.areacode import CodeFault, Scheme, canonical, is_canonical, parent_of, village_kind
from kbk_analysis.data.matching import LEVELS, Alias, Matcher, keys, normalise
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import AREAS, AreaLevel
from kbk_analysis.text import clean

REGISTER_LEVELS: Final = ("province", "regency", "district", "village")
MAX_BYTES: Final = 50_000_000


@dataclass(frozen=True)
class AreaRegister:
    """Official areas, and the scope of one dataset within them.

    Parameters
    ----------
    names
        Official name of each code. Provinces, regencies and districts of the whole country, villages of the scope.
    scope
        Codes of the areas covered, with everything below them; all areas when empty.
    bps
        BPS code -> Kemendagri code, from the bridge files.
    bps_names
        BPS code -> name, for messages.
    aliases
        Declared other names.
    """

    names: Mapping[str, str]
    scope: tuple[str, ...] = ()
    bps: Mapping[str, str] = field(default_factory=dict)
    bps_names: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()

    @cached_property
    def matcher(self) -> Matcher:
        """Names to codes."""
        return Matcher(self.names, self.aliases, self.in_scope)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes in scope and of the areas above it, sorted."""
        inside = [code for code in self.names if self.in_scope(code)]
        above = {part for code in self.scope for part in _ancestors(code) if part in self.names}
        return tuple(sorted({*inside, *above}))

    @cached_property
    def covered(self) -> frozenset[str]:
        """`codes`, for membership."""
        return frozenset(self.codes)

    def in_scope(self, code: str) -> bool:
        """Whether a code lies in the scope (the areas above it do not)."""
        return not self.scope or any(code == part or code.startswith(part + ".") for part in self.scope)

    def frame(self) -> pd.DataFrame:
        """The ``areas`` table: code, name, level, parent_code, kind; validity is left blank, the register has none."""
        return pd.DataFrame([self._row(code) for code in self.codes], columns=list(AREAS.names))

    def _row(self, code: str) -> dict[str, str | None]:
        level = LEVELS[code.count(".")]
        parent = parent_of(code)
        return {
            "code": code,
            "name": self.names[code],
            "level": level.value,
            "parent_code": parent if parent in self.names else None,
            "kind": _kind(code, self.names[code], level),
        }

    def from_bps(self, code: str) -> str:
        """Kemendagri code of a BPS code.

        Raises
        ------
        CodeFault
            ``code.bridge`` when the bridge files do not hold it, ``code.retired`` when the register no longer has
            the Kemendagri code it led to.
        """
        found = self.bps.get(code.strip())
        if found is None:
            raise CodeFault("code.bridge", code)
        if self._gone(found):
            raise CodeFault("code.retired", code)
        return found

    def code(self, written: str, scheme: Scheme | None = None) -> str:
        """Canonical code of a written one.

        Parameters
        ----------
        written
            Code with or without dots.
        scheme
            What the source says its codes are. A bare code without a scheme is refused.

        Raises
        ------
        CodeFault
            ``code.ambiguous``, ``code.form``, ``code.bridge``, ``code.retired``, ``code.unknown``.
        """
        found = self.from_bps(written) if scheme == "bps" else canonical(written, scheme=scheme)
        if self._gone(found):
            raise CodeFault("code.unknown", written)
        return found

    def _gone(self, code: str) -> bool:
        """Whether the register lacks a code it would hold: villages out of scope are not loaded."""
        return code not in self.names and (code.count(".") < 3 or self.in_scope(code))

    def fault(
        self, fault: CodeFault, *, file: str = "", sheet: str = "", row: int | None = None, column: str = ""
    ) -> Finding:
        """Finding of a refused code; an ambiguous one names both readings."""
        message, remedy = self._words(fault)
        return Finding(
            rule=fault.rule,
            message=message,
            remedy=remedy,
            file=file,
            sheet=sheet,
            row=row,
            column=column,
            value=fault.code.strip(),
        )

    def _words(self, fault: CodeFault) -> tuple[str, str]:
        if fault.rule == "code.ambiguous":
            return (
                tr("Kode dapat berarti dua wilayah: {readings}.", readings=self._readings(fault.code)),
                tr("Tulis skema kode pada resep: scheme: kemendagri atau scheme: bps."),
            )
        if fault.rule == "code.bridge":
            return tr("Kode BPS ini tidak ada dalam tabel jembatan."), tr("Periksa kode, atau lengkapi tabel jembatan.")
        if fault.rule in {"code.retired", "code.unknown"}:
            return (
                tr("Kode ini tidak ada dalam daftar resmi wilayah."),
                tr("Periksa kode pada daftar Kemendagri yang dipakai; wilayah mungkin dimekarkan atau berganti kode."),
            )
        return tr("Bukan kode wilayah."), tr("Tulis kode Kemendagri bertitik sebagai teks, misalnya 14.06.03.2002.")

    def _readings(self, written: str) -> str:
        """Both readings of a bare code: ``Kampar (BPS) atau Rokan Hulu (Kemendagri)``."""
        text = written.strip()
        by_bps = self.names.get(self.bps.get(text, ""), self.bps_names.get(text, tr("tidak dikenal")))
        by_kemendagri = self.names.get(canonical(text, scheme="kemendagri"), tr("tidak dikenal"))
        return tr("{bps} (BPS) atau {kemendagri} (Kemendagri)", bps=_short(by_bps), kemendagri=_short(by_kemendagri))

    def same_name(self, code: str, written: str) -> bool:
        """Whether a name written beside a code is that area's official name or a declared other one."""
        official, level = self.names.get(code, ""), LEVELS[code.count(".")]
        declared = {normalise(alias.name) for alias in self.aliases if alias.to == code}
        return bool({normalise(_short(official)), *declared} & {normalise(_short(written)), *keys(written, level)})


def load_register(
    files: Mapping[str, Path],
    *,
    scope: Iterable[str] = (),
    bridges: Sequence[Path] = (),
    aliases: Iterable[Alias] = (),
) -> AreaRegister:
    """Read the register of a scope.

    Parameters
    ----------
    files
        Level (``province``, ``regency``, ``district``, ``village``) -> csv or csv.gz with columns code and name.
    scope
        Canonical codes of the areas wanted, for example ``["14.06"]``; all villages of the country when empty.
    bridges
        Files with a BPS code in the first column and a Kemendagri code in another (kode_dagri or kode_kemendagri).
    aliases
        Declared other names; each must lead to an area of the register.

    Raises
    ------
    InputFault
        All findings: unreadable files, malformed or repeated codes, a scope or alias that names no area.
    """
    findings: list[Finding] = []
    wanted = tuple(sorted(set(scope)))
    names: dict[str, str] = {}
    for level in REGISTER_LEVELS:
        if level in files:
            names |= _read_level(files[level], AreaLevel(level), wanted, findings)
    bps, bps_names = _read_bridges(bridges, findings)
    aliases = tuple(aliases)
    findings += [_unknown_scope(code) for code in wanted if code not in names]
    findings += [_unknown_alias(alias) for alias in aliases if _lost(alias, names, wanted)]
    if findings:
        raise InputFault(findings)
    return AreaRegister(names, wanted, bps, bps_names, aliases)


def _read_level(path: Path, level: AreaLevel, scope: tuple[str, ...], findings: list[Finding]) -> dict[str, str]:
    names: dict[str, str] = {}
    cut = tuple(f"{code}." if code.count(".") < 3 else code for code in scope) if level is AreaLevel.VILLAGE else ("",)
    for row, record in _records(path, ("code", "name"), findings):
        code = record["code"].strip()
        if not code.startswith(cut or ("",)):
            continue
        if not is_canonical(code) or LEVELS[code.count(".")] is not level:
            findings.append(_bad_code(path, row, code))
        elif code in names:
            findings.append(_repeated(path, row, code))
        names[code] = clean(record["name"])
    return names


def _read_bridges(paths: Sequence[Path], findings: list[Finding]) -> tuple[dict[str, str], dict[str, str]]:
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in paths:
        for row, record in _records(path, ("kode_bps",), findings):
            target = record.get("kode_dagri") or record.get("kode_kemendagri") or ""
            bps = record["kode_bps"].strip()
            try:
                codes[bps] = canonical(target, scheme="kemendagri")
            except CodeFault:
                findings.append(_bad_code(path, row, target))
            names[bps] = clean(record.get("nama_bps") or record.get("nama") or "").title()
    return codes, names


def _records(path: Path, needed: Sequence[str], findings: list[Finding]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a clean csv or csv.gz in UTF-8, numbered as a spreadsheet shows them."""
    try:
        with path.open("rb") as stream, gzip.open(stream) if path.suffix == ".gz" else stream as plain:
            raw = plain.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig") if len(raw) <= MAX_BYTES else ""
    except (OSError, EOFError, UnicodeDecodeError):
        text = ""
    reader = csv.DictReader(io.StringIO(text))
    if not set(needed) <= set(reader.fieldnames or ()):
        findings.append(
            Finding(
                rule="register.file",
                message=tr("Daftar wilayah tidak terbaca atau kolomnya kurang."),
                remedy=tr("Sediakan berkas csv UTF-8 dengan kolom {columns}.", columns=", ".join(needed)),
                file=path.name,
            )
        )
        return
    for row, record in enumerate(reader, start=2):
        yield row, {key: value or "" for key, value in record.items() if key}


def _ancestors(code: str) -> Iterator[str]:
    parent = parent_of(code)
    while parent:
        yield parent
        parent = parent_of(parent)


def _kind(code: str, name: str, level: AreaLevel) -> str:
    if level is AreaLevel.VILLAGE:
        return village_kind(code)
    if level is AreaLevel.REGENCY:
        return "kota" if name.startswith("Kota ") else "kabupaten"
    return "kecamatan" if level is AreaLevel.DISTRICT else "provinsi"


def _short(name: str) -> str:
    """Name without the word for its kind."""
    first, _, rest = clean(name).partition(" ")
    return rest if rest and first.upper().rstrip(".") in {"KABUPATEN", "KAB", "KOTA", "PROVINSI"} else clean(name)


def _lost(alias: Alias, names: Mapping[str, str], scope: tuple[str, ...]) -> bool:
    """Whether an alias leads to, or lies within, an area the register lacks."""
    inside = not scope or alias.to.startswith(scope)
    return inside and (alias.to not in names or alias.within not in names)


def _bad_code(path: Path, row: int, code: str) -> Finding:
    return Finding(
        rule="code.form",
        message=tr("Bukan kode wilayah."),
        remedy=tr("Perbaiki daftar wilayah."),
        file=path.name,
        row=row,
        value=code[:20],
    )


def _repeated(path: Path, row: int, code: str) -> Finding:
    return Finding(
        rule="code.repeated",
        message=tr("Kode muncul dua kali."),
        remedy=tr("Hapus salah satunya dari daftar wilayah."),
        file=path.name,
        row=row,
        value=code,
    )


def _unknown_scope(code: str) -> Finding:
    return Finding(
        rule="scope.unknown",
        message=tr("Cakupan ini tidak ada dalam daftar wilayah."),
        remedy=tr('Tulis kode Kemendagri bertitik dalam tanda kutip, misalnya "14.06".'),
        value=code,
    )


def _unknown_alias(alias: Alias) -> Finding:
    return Finding(
        rule="alias.unknown",
        message=tr('Nama lain "{name}" menunjuk wilayah yang tidak ada dalam daftar.', name=alias.name),
        remedy=tr("Periksa kode within dan to pada daftar Kemendagri."),
        value=alias.to,
    )
