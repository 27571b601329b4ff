"""The official area that a written name means.

Input: names as offices write them. Output: a code, or no code and the candidates a person should look at.
Names are compared by a normalised key within their parent area only, then through the declared aliases.
A near name is never taken for a match: it only becomes a candidate.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from kbk_analysis.areacode import parent_of, regency_of
from kbk_analysis.schema import AreaLevel
from kbk_analysis.text import clean

LEVELS: Final = (AreaLevel.PROVINCE, AreaLevel.REGENCY, AreaLevel.DISTRICT, AreaLevel.VILLAGE)
CANDIDATES: Final = 4
NEAR: Final = 0.6

_NOT_KEY: Final = re.compile(r"[^A-Z0-9]+")
_KOTA: Final = re.compile(r"^KOTA(MADYA)?[. ]\s*((ADMINISTRASI|ADM)[. ]\s*)?(?=\S)")
_PREFIX: Final = {
    AreaLevel.PROVINCE: re.compile(r"^(PROVINSI|PROV)[. ]\s*(?=\S)"),
    AreaLevel.REGENCY: re.compile(r"^(KABUPATEN|KAB)[. ]\s*((ADMINISTRASI|ADM)[. ]\s*)?(?=\S)"),
    AreaLevel.DISTRICT: re.compile(r"^(KECAMATAN|KEC)[. ]\s*(?=\S)"),
    AreaLevel.VILLAGE: re.compile(r"^(KELURAHAN|KEL|DESA|DS|KEPENGHULUAN|KEP)[. ]\s*(?=\S)"),
}


def normalise(name: str) -> str:
    """Key of a name: capitals and digits only, accents removed, SUNGAI written SEI.

    Case, blanks, hyphens, dots and brackets do not count, because the portal drops blanks ("SUNGAIBELA").

    Examples
    --------
    >>> normalise("Sungai  Bela"), normalise("SEIBELA"), normalise("Api-Api (Baru)")
    ('SEIBELA', 'SEIBELA', 'APIAPIBARU')
    """
    plain = unicodedata.normalize("NFKD", clean(name)).encode("ascii", "ignore").decode().upper()
    return _NOT_KEY.sub("", plain).replace("SUNGAI", "SEI")


def keys(name: str, level: AreaLevel) -> tuple[str, ...]:
    """Keys to try for a name of a level, the most literal first.

    A regency and a city of one name stay apart: ``KOTA`` is part of the city's key. A name without a prefix is
    the regency, and the city only where no regency has that name, as in the portal.

    Examples
    --------
    >>> keys("KAB. ROKAN HULU", AreaLevel.REGENCY), keys("Pekanbaru", AreaLevel.REGENCY)
    (('ROKANHULU',), ('PEKANBARU', 'KOTAPEKANBARU'))
    >>> keys("Kel. Rokan", AreaLevel.VILLAGE)
    ('KELROKAN', 'ROKAN')
    """
    text = clean(name).upper()
    bare = _PREFIX[level].sub("", text)
    if level is AreaLevel.REGENCY:
        if _KOTA.match(text):
            return ("KOTA" + normalise(_KOTA.sub("", text)),)
        return (normalise(bare),) if bare != text else (normalise(text), "KOTA" + normalise(text))
    found = (normalise(text), normalise(bare))
    return found if found[0] != found[1] else found[:1]


@dataclass(frozen=True, slots=True)
class Alias:
    """A declared other name of an area: `name` within `within` means `to`, for data dated within the bounds (ISO)."""

    level: AreaLevel
    within: str
    name: str
    to: str
    why: str
    source: str
    valid_from: str = ""
    valid_to: str = ""

    def holds(self, on: str) -> bool:
        """Whether the alias holds for data of the ISO date `on`; undated data take every alias."""
        return not on or (self.valid_from or on) <= on <= (self.valid_to or on)


@dataclass(frozen=True, slots=True)
class Match:
    """What a set of names means.

    Parameters
    ----------
    regency, district, village
        Codes, as deep as the names could be followed.
    failed
        Level that could not be followed; ``None`` when all were.
    ambiguous
        Whether several areas carry the name (otherwise none does).
    by_alias
        Whether a declared alias was needed.
    candidates
        Codes a person should look at; never taken on their own.
    """

    regency: str | None = None
    district: str | None = None
    village: str | None = None
    failed: AreaLevel | None = None
    ambiguous: bool = False
    by_alias: bool = False
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matcher:
    """Names to codes within a hierarchy of areas.

    Parameters
    ----------
    names
        Official name of each code.
    aliases
        Declared other names.
    in_scope
        Which codes may be offered as candidates.
    """

    names: Mapping[str, str]
    aliases: tuple[Alias, ...] = ()
    in_scope: Callable[[str], bool] = bool
    _children: dict[str, dict[str, list[str]]] = field(init=False, repr=False, default_factory=dict)
    _seen: dict[tuple[str, ...], Match] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for code in sorted(self.names):
            level = LEVELS[code.count(".")]
            parents = [parent_of(code) or ""]
            if level is AreaLevel.REGENCY:
                parents.append("")  # a regency's name is looked up without its province too
            for parent in parents:
                self._children.setdefault(parent, {}).setdefault(keys(self.names[code], level)[0], []).append(code)

    def match(self, regency: str, district: str = "", village: str = "", *, province: str = "", on: str = "") -> Match:
        """Follow names from the regency down, as deep as they are given.

        Parameters
        ----------
        regency, district, village
            Names as written; an empty one ends the search at the level above.
        province
            Name of the province; read only where two provinces have a regency of the same name, because provinces
            were divided since the exports were made.
        on
            ISO date of the data, for aliases with bounds.
        """
        dated = any(alias.valid_from or alias.valid_to for alias in self.aliases)
        asked = (province, regency, district, village, on if dated else "")
        if asked not in self._seen:
            self._seen[asked] = self._follow(*asked)
        return self._seen[asked]

    def _follow(self, province: str, regency: str, district: str, village: str, on: str) -> Match:
        codes: list[str | None] = [None, None, None]
        parent, by_alias = "", False
        for depth, (name, level) in enumerate(zip((regency, district, village), LEVELS[1:], strict=True)):
            if not clean(name):
                break
            found, aliased = self._find(name, level, parent, on)
            if len(found) > 1 and level is AreaLevel.REGENCY and province:
                above = self._find(province, AreaLevel.PROVINCE, "", on)[0]
                found = [code for code in found if parent_of(code) in above] or found
            if len(found) != 1:
                near = found or self._near(name, level, parent, village)
                return Match(codes[0], codes[1], None, level, len(found) > 1, by_alias, tuple(near))
            codes[depth] = parent = found[0]
            by_alias = by_alias or aliased
        if codes[2]:  # an alias may lead to a village that now belongs to another district
            codes[1] = parent_of(codes[2])
        return Match(codes[0], codes[1], codes[2], None, by_alias=by_alias)

    def _find(self, name: str, level: AreaLevel, parent: str, on: str) -> tuple[list[str], bool]:
        """Codes of that name under `parent`, and whether an alias gave them."""
        known = self._children.get(parent, {})
        tried = keys(name, level)
        found = next((known[key] for key in tried if known.get(key)), [])
        if level is AreaLevel.REGENCY or level is AreaLevel.PROVINCE:
            found = [code for code in found if LEVELS[code.count(".")] is level]
        if len(found) > 1:  # two official names with one key: the literal spelling decides, if it can
            written = clean(name).upper()
            found = [code for code in found if self.names[code].upper() == written] or found
        if len(found) == 1:
            return found, False
        declared = {
            alias.to
            for alias in self.aliases
            if alias.level is level
            and (alias.within == parent or not parent)
            and normalise(alias.name) == normalise(name)
            and alias.holds(on)
        }
        return (sorted(declared), True) if declared else (found, False)

    def _near(self, name: str, level: AreaLevel, parent: str, village: str) -> list[str]:
        """Candidates: near names under the parent, then the village's exact name elsewhere in the regency."""
        known = {key: codes for key, codes in self._children.get(parent, {}).items() if self._offered(codes, level)}
        close = difflib.get_close_matches(keys(name, level)[-1], known, n=CANDIDATES, cutoff=NEAR)
        found = [code for key in close for code in known[key] if self.in_scope(code)]
        if parent.count(".") >= 1 and clean(village):
            found += self.same_named(regency_of(parent), village)
        return list(dict.fromkeys(found))[: 2 * CANDIDATES]

    def _offered(self, codes: Iterable[str], level: AreaLevel) -> bool:
        return any(LEVELS[code.count(".")] is level and self.in_scope(code) for code in codes)

    def same_named(self, regency: str, village: str) -> Iterator[str]:
        """Villages of exactly that key anywhere in a regency."""
        for district in sorted(code for codes in self._children.get(regency, {}).values() for code in codes):
            for key in keys(village, AreaLevel.VILLAGE):
                yield from self._children.get(district, {}).get(key, ())
