"""Boundaries of areas: GeoJSON as found, with the canonical code in ``properties.code``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kbk_analysis.areacode import CodeFault, canonical
from kbk_analysis.data.adapters.result import finding
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.matching import LEVELS
from kbk_analysis.data.recipe import BoundaryFile
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr

MAX_BYTES: Final = 200_000_000
SHAPES: Final = ("Polygon", "MultiPolygon")


def read_boundaries(
    declared: Sequence[BoundaryFile], folder: Path, register: AreaRegister, findings: list[Finding]
) -> dict[str, dict[str, Any]]:
    """Boundaries by level, areas out of scope left out; an area without one is told as a warning.

    Parameters
    ----------
    declared
        Level, file and the property that holds the Kemendagri code, with or without dots.
    folder
        Data folder.
    register
        Areas and scope.
    findings
        Findings are added here.

    Returns
    -------
    dict
        Level -> FeatureCollection, in the order of codes; properties are ``code`` and ``name`` of the register.
    """
    collections: dict[str, dict[str, Any]] = {}
    for entry in declared:
        shapes = _shapes(entry, folder / entry.file, register, findings)
        wanted = [c for c in register.codes if LEVELS[c.count(".")].value == entry.level and register.in_scope(c)]
        missing = [code for code in wanted if code not in shapes]
        if missing and shapes:
            findings.append(_without(entry, missing))
        collections[entry.level] = {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"code": c, "name": register.names[c]}, "geometry": shapes[c]}
                for c in sorted(shapes)
            ],
        }
    return collections


def _shapes(entry: BoundaryFile, path: Path, register: AreaRegister, findings: list[Finding]) -> dict[str, Any]:
    shapes: dict[str, Any] = {}
    for number, feature in enumerate(_features(path, findings), start=1):
        properties, geometry = _parts(feature)
        written = str(properties.get(entry.code, ""))
        try:
            code = canonical(written, scheme="kemendagri")
        except CodeFault:
            code = ""
        good = bool(code) and LEVELS[code.count(".")].value == entry.level and geometry.get("type") in SHAPES
        if not good or code in shapes:
            findings.append(_bad(path, number, written, repeated=good))
        elif code in register.covered:
            shapes[code] = geometry
    return shapes


def _parts(feature: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    found = feature if isinstance(feature, dict) else {}
    parts = (found.get("properties"), found.get("geometry"))
    properties, geometry = (part if isinstance(part, dict) else {} for part in parts)
    return properties, geometry


def _features(path: Path, findings: list[Finding]) -> list[Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        content = None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        message, remedy = tr("Berkas batas wilayah tidak terbaca."), tr("Sediakan GeoJSON (FeatureCollection, UTF-8).")
        findings.append(finding("boundary.file", message, remedy, at=(path.name, "", None)))
        return []
    return features


def _bad(path: Path, number: int, written: str, *, repeated: bool) -> Finding:
    return finding(
        "boundary.repeated" if repeated else "boundary.feature",
        tr("Wilayah ini sudah ada dalam berkas.")
        if repeated
        else tr("Batas tanpa kode wilayah tingkat itu, atau bukan poligon."),
        tr("Periksa kode pada fitur nomor {number}.", number=number),
        at=(path.name, "", None),
        value=written,
    )


def _without(entry: BoundaryFile, missing: Sequence[str]) -> Finding:
    return finding(
        "boundary.missing",
        tr("{n} wilayah tidak mempunyai batas.", n=len(missing)),
        tr("Lengkapi berkas batas; wilayah itu tidak tampak pada peta."),
        at=(Path(entry.file).name, "", None),
        value=", ".join(missing),
        warning=True,
    )
