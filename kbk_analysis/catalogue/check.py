"""Faults of the catalogue files, all at once.

Question answered: can these files be trusted, also after someone edited the agencies or added an indicator?
Input: the plain data of `kbk_analysis.catalogue.reading.read_documents`. Output: a `Finding` for every fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Final, get_args

from kbk_analysis.catalogue.entries import Basis, Indicator, Kind, Measure, TargetLevel
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import mark, tr
from kbk_analysis.schema import Direction

# Activities of each programme in the annex of Inpres 3/2022.
ACTIVITIES_PER_PROGRAMME: Final = {"P1": 2, "P2": 12, "P3": 6, "P4": 15, "P5": 7, "P6": 3, "P7": 10, "P8": 3}
NAME_LIMIT: Final = 45

_ID: Final = re.compile(r"S[1-4]-\d\d(-[A-Z]+)?")
_CONTEXT_ID: Final = re.compile(r"K-\d\d")
_COMPUTED: Final = ("scale", "decimals", "sasaran", "additive")
_JUDGED: Final = ("programme", "targets", "national", "part_of", "binary", "classes", "bands")  # not of context
_ALLOWED: Final = frozenset(field.name for field in fields(Indicator))
_REQUIRED: Final = (
    *("id", "name_id", "name_en", "numerator_id", "numerator_en", "programme", "life_stage", "agency", "sources"),
    *("unit", "direction", "kind", "measure", "level", "definition_version"),
)
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "catalogue.missing": (mark("{entry}: {field} belum diisi"), mark("Isi {field}.")),
    "catalogue.unknown": (mark("{entry}: {field} tidak dikenal"), mark("Pilih salah satu dari: {choices}.")),
    "catalogue.field": (mark("{entry}: isian tidak dikenal"), mark("Hapus atau perbaiki nama isiannya.")),
    "catalogue.duplicate": (mark("{entry}: dipakai lebih dari sekali"), mark("Beri id yang berbeda.")),
    "catalogue.long": (mark("{entry}: {field} terlalu panjang"), mark("Paling panjang {limit} huruf.")),
    "catalogue.kind": (
        mark("{entry}: {field} tidak cocok dengan jenis indikator"),
        mark("Lihat penjelasan jenis di awal berkas."),
    ),
    "catalogue.relation": (
        mark("{entry}: hubungan dengan {field} tidak cocok"),
        mark(
            "not_comparable_with menyebut indikator lain; counted_by menyebut suatu jumlah, base suatu jumlah, "
            "keduanya bagi suatu proporsi."
        ),
    ),
    "catalogue.target": (mark("{entry}: target tidak masuk akal"), mark("Periksa nilai, tahun, dan dokumennya.")),
    "catalogue.tree": (
        mark("{entry}: jumlah atau nomor kegiatan tidak sesuai lampiran Inpres 3/2022"),
        mark("Kegiatan bernomor 1 sampai 58; tiap program mempunyai jumlah tetap."),
    ),
    "catalogue.lead": (mark("{entry}: OPD ketua harus tepat satu"), mark("Beri peran lead pada satu OPD saja.")),
}


def check(documents: Mapping[str, Any]) -> list[Finding]:
    """Every fault of the catalogue files: blank or unknown fields, unknown references, impossible targets.

    Examples
    --------
    >>> from kbk_analysis.catalogue.reading import read_documents
    >>> check(read_documents())
    []
    """
    raw, tree = documents["indicators"], documents["inpres"]
    agencies = [entry.get("id") for entry in documents["agencies"]["agencies"]]
    entries = [{**raw["defaults"], **entry} for entry in raw["indicators"]]
    ids = [entry.get("id") for entry in entries]
    beside = [{**documents["context"]["defaults"], **entry} for entry in documents["context"]["context"]]
    all_ids = [*ids, *(entry.get("id") for entry in beside)]
    known: dict[str, Collection[Any]] = {
        "direction": list(Direction),
        "kind": get_args(Kind),
        "measure": get_args(Measure),
        "unit": raw["units"],
        "programme": tree["programmes"],
        "agency": agencies,
        "part_of": ids,
        "level": ("family", "village", "regency"),
        "life_stage": raw["life_stages"],
        "supporting": agencies,
        "sources": raw["sources"],
        "not_comparable_with": all_ids,
        "counted_by": all_ids,
        "base": all_ids,
    }
    findings = [*_repeated("indicators", all_ids), *_agencies(documents["agencies"]), *_tree(tree, agencies, ids)]
    for entry in entries:
        findings += [*_fields(entry), *_references("indicators", entry, known), *_kind(entry)]
        findings += _targets(entry, raw["target_defaults"])
    for entry in beside:
        findings += [*_fields(entry, "context"), *_references("context", entry, known), *_kind(entry, "context")]
    findings += _relations([*entries, *beside])
    return [*findings, *_blocks(documents["blocks"], ids, known)]


def _finding(rule: str, file: str, entry: object, field: str = "", value: object = "", **more: object) -> Finding:
    message, remedy = _RULES[rule]
    return Finding(
        rule=rule,
        message=tr(message, entry=entry, field=field),
        remedy=tr(remedy, field=field, **more),
        file=f"{file}.yml",
        column=field,
        value=str(value),
    )


def _repeated(file: str, ids: list[Any]) -> Iterator[Finding]:
    return (_finding("catalogue.duplicate", file, id, "id") for id, n in Counter(ids).items() if n > 1)


def _fields(entry: Mapping[str, Any], file: str = "indicators") -> Iterator[Finding]:
    id = entry.get("id")
    barred = _COMPUTED if file == "indicators" else (*_COMPUTED, *_JUDGED)
    for name in _REQUIRED:
        if entry.get(name) in (None, "", []) and name not in barred:
            yield _finding("catalogue.missing", file, id, name)
    for name in entry:
        if name not in _ALLOWED or name in barred:
            yield _finding("catalogue.field", file, id, name, name)
    for name in ("name_id", "name_en"):
        if len(str(entry.get(name, ""))) > NAME_LIMIT:
            yield _finding("catalogue.long", file, id, name, entry[name], limit=NAME_LIMIT)


def _references(file: str, entry: Mapping[str, Any], known: Mapping[str, Collection[Any]]) -> Iterator[Finding]:
    for name, allowed in known.items():
        found = entry.get(name)
        for value in found if isinstance(found, list) else [found]:
            if value is not None and value not in allowed:
                choices = ", ".join(map(str, allowed))
                yield _finding("catalogue.unknown", file, entry.get("id"), name, value, choices=choices)


def _kind(entry: Mapping[str, Any], file: str = "indicators") -> Iterator[Finding]:
    id, kind = str(entry.get("id")), entry.get("kind")
    named = (
        _CONTEXT_ID.fullmatch(id)
        if file == "context"
        else _ID.fullmatch(id) and (entry.get("part_of") is None) == (len(id) == 5)
    )
    if not named:
        yield _finding("catalogue.kind", file, id, "id", id)
    for name in ("denominator_id", "denominator_en"):
        if (kind in ("proportion", "rate")) != bool(entry.get(name)):
            yield _finding("catalogue.kind", file, id, name)
    if (kind == "class") != bool(entry.get("classes")) or (kind == "class") != (entry.get("unit") == "class"):
        yield _finding("catalogue.kind", file, id, "classes")
    if (kind == "score") != (entry.get("measure") == "score"):
        yield _finding("catalogue.kind", file, id, "measure", entry.get("measure"))
    if bool(entry.get("note_id")) != bool(entry.get("note_en")):
        yield _finding("catalogue.missing", file, id, "note_id / note_en")


def _relations(entries: list[dict[str, Any]]) -> Iterator[Finding]:
    """What is said of two figures must be possible of them: a share has a numerator and a base that are counts."""
    kinds = {entry.get("id"): entry.get("kind") for entry in entries}
    for entry in entries:
        id = entry.get("id")
        file = "context" if _CONTEXT_ID.fullmatch(str(id)) else "indicators"
        if id in entry.get("not_comparable_with", []):
            yield _finding("catalogue.relation", file, id, "not_comparable_with", id)
        for name in ("counted_by", "base"):
            other = entry.get(name)
            if other in kinds and (kinds[other] != "count" or entry.get("kind") != "proportion"):
                yield _finding("catalogue.relation", file, id, name, other)


def _targets(entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[Finding]:
    for given in entry.get("targets", []):
        target = {"basis": "routine", **defaults, **given}
        value, year = target.get("value"), target["year"]
        top = 100 if entry.get("unit") == "percent" else float("inf")
        right = isinstance(value, int | float) and 0 <= value <= top and (year is None or year in range(2000, 2101))
        right = right and target["level"] in get_args(TargetLevel) and target["basis"] in get_args(Basis)
        # A sourced target says by whom, where and on which basis; nothing of it is a default.
        said = not target["sourced"] or {"authority", "document", "basis"} <= given.keys()
        if not right or not said:
            yield _finding("catalogue.target", "indicators", entry.get("id"), "targets", value)


def _agencies(document: Mapping[str, Any]) -> Iterator[Finding]:
    entries = document["agencies"]
    yield from _repeated("agencies", [entry.get("id") for entry in entries])
    for entry in entries:
        for name in ("id", "short", "name_id", "name_en", "role"):
            if not entry.get(name):
                yield _finding("catalogue.missing", "agencies", entry.get("id"), name)
    if sum(entry.get("role") == "lead" for entry in entries) != 1:
        yield _finding("catalogue.lead", "agencies", "agencies", "role")


def _blocks(
    document: Mapping[str, Any], indicators: list[Any], known: Mapping[str, Collection[Any]]
) -> Iterator[Finding]:
    entries = [{**document["defaults"], **entry} for entry in document["entries"]]
    ids = [entry.get("id") for entry in entries]
    yield from _repeated("blocks", [*indicators, *ids])
    known = {**known, "unit": [*known["unit"], *document["units"]], "within": [*indicators, *ids]}
    known |= {"block": document["blocks"], "group": document["groups"]}
    for entry in entries:
        yield from (replace(fault, file="blocks.yml") for fault in _fields(entry))
        yield from _references("blocks", entry, known)
        for name in ("block", "group"):
            if not entry.get(name):
                yield _finding("catalogue.missing", "blocks", entry.get("id"), name)
        for name in ("denominator_id", "denominator_en"):
            if (entry.get("kind") == "proportion") != bool(entry.get(name)):
                yield _finding("catalogue.kind", "blocks", entry.get("id"), name)


def _tree(tree: Mapping[str, Any], agencies: list[Any], ids: list[Any]) -> Iterator[Finding]:
    entries = tree["activities"]
    for id, programme in tree["programmes"].items():
        yield from _references("inpres", {"id": id, **programme}, {"sasaran": tree["sasaran"]})
    known = {"programme": tree["programmes"], "agency": agencies, "indicators": ids}
    for entry in entries:
        named = {**entry, "id": entry.get("number")}
        yield from _references("inpres", named, known)
        for name in ("id", "en", "programme", "agency", "universal"):
            if entry.get(name) in (None, ""):
                yield _finding("catalogue.missing", "inpres", entry.get("number"), name)
    if [entry.get("number") for entry in entries] != list(range(1, 59)):
        yield _finding("catalogue.tree", "inpres", "activities", "number")
    counts = Counter(entry.get("programme") for entry in entries)
    for programme, n in ACTIVITIES_PER_PROGRAMME.items():
        if counts[programme] != n:
            yield _finding("catalogue.tree", "inpres", programme, "programme", counts[programme])
