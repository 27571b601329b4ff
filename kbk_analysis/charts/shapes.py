"""Shapes of units: polygons with holes from GeoJSON as it is found, and where a number can stand in them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from matplotlib.path import Path

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]  # outer ring, then holes

LEVELS = (0.5, 0.35, 0.65, 0.2, 0.8)  # heights at which room for a number is sought


def rings_by_code(collection: dict[str, Any] | None) -> dict[str, list[list[Ring]]]:
    """Polygons (outer ring, then holes) by unit code; what is broken is left out, the rest stays.

    Files that do not tell holes write every ring as a polygon of its own. A ring that lies in another of the same unit
    is a hole of it, and a ring in that hole land again: a unit never lies upon itself.

    Examples
    --------
    >>> square = [[0, 0], [1, 0], [1, 1], [0, 0]]
    >>> broken = {"type": "Polygon", "coordinates": [[[0, 0], ["x", 1]]]}
    >>> features = [{"properties": {"code": "a"}, "geometry": {"type": "Polygon", "coordinates": [square]}},
    ...             {"properties": {"code": "b"}, "geometry": broken}]
    >>> {code: len(polygons) for code, polygons in rings_by_code({"features": features}).items()}
    {'a': 1, 'b': 0}
    """
    found: dict[str, list[list[Ring]]] = {}
    for feature in (collection or {}).get("features", []):
        code = str((feature.get("properties") or {}).get("code", ""))
        polygons = [[ring for ring in map(_ring, rings) if ring] for rings in _polygons(feature.get("geometry") or {})]
        found.setdefault(code, []).extend(rings for rings in polygons if rings)
    return {code: _nested(polygons) for code, polygons in found.items()}


def _nested(polygons: list[Polygon]) -> list[Polygon]:
    """Polygons with each lone ring that lies in another made its hole."""
    whole = sorted(polygons, key=lambda rings: -area(rings[0]))
    found: list[Polygon] = []
    for i, rings in enumerate(whole):
        around = [other for other in whole[:i] if _within(rings[0], other[0])]
        if len(around) % 2 and len(rings) == 1:
            around[-1].append(rings[0])
        else:
            found.append(rings)
    return found


def _within(ring: Ring, other: Ring) -> bool:
    """Whether most corners of a ring lie inside another; those on its border count as outside."""
    inside = Path([*other, other[0]]).contains_points(ring)
    return bool(inside.mean() > 0.5)


def _polygons(geometry: dict[str, Any]) -> Iterator[list[Any]]:
    coordinates = geometry.get("coordinates") or []
    if geometry.get("type") == "Polygon":
        yield coordinates
    elif geometry.get("type") == "MultiPolygon":
        yield from coordinates
    elif geometry.get("type") == "GeometryCollection":
        for part in geometry.get("geometries") or []:
            yield from _polygons(part)


def _ring(raw: Any) -> Ring:
    """Points of a ring that are two finite numbers; fewer than three make no ring."""
    points = []
    for pair in raw if isinstance(raw, list) else []:
        match pair:
            case [int() | float() as x, int() | float() as y, *_] if math.isfinite(x) and math.isfinite(y):
                points.append((float(x), float(y)))
    return points if len(set(points)) >= 3 else []


def area(ring: Ring) -> float:
    """Area within a ring, in the square of its unit; of one that crosses itself the difference of its parts.

    Examples
    --------
    >>> area([(0.0, 0.0), (0.0, 2.0), (3.0, 2.0), (3.0, 0.0)])
    6.0
    """
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]))) / 2


def largest(polygons: list[Polygon]) -> Polygon:
    """The part of a unit that is largest without its holes."""
    return max(polygons, key=lambda rings: area(rings[0]) - sum(map(area, rings[1:])))


def inner_point(rings: Polygon) -> Point:
    """A point inside a polygon: its centre of mass where that lies in it, else the middle of its widest room.

    Examples
    --------
    >>> square = [(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0)]
    >>> inner_point([square]), inner_point([square, [(1.0, 1.0), (5.0, 1.0), (5.0, 5.0), (1.0, 5.0)]])
    ((3.0, 3.0), (0.5, 3.0))
    """
    centre = _centre(rings[0])
    if centre is not None and _inside(centre, rings):
        return centre
    low, high = (end(y for _, y in rings[0]) for end in (min, max))
    rooms = [room for level in LEVELS for room in _rooms(rings, low + level * (high - low))]
    if not rooms:
        return rings[0][0]
    left, right, y = max(rooms, key=lambda room: room[1] - room[0])
    return (left + right) / 2, y


def _centre(ring: Ring) -> Point | None:
    """Centre of mass; None where a ring holds next to nothing, as one that crosses itself may."""
    twice = x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]):
        cross = x0 * y1 - x1 * y0
        twice, x, y = twice + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return (x / (3 * twice), y / (3 * twice)) if abs(twice) > 1e-9 else None


def _inside(point: Point, rings: Polygon) -> bool:
    return any(left < point[0] < right for left, right, _ in _rooms(rings, point[1]))


def _rooms(rings: Polygon, y: float) -> list[tuple[float, float, float]]:
    """Stretches of a level that lie inside: between the first and second border crossed, the third and fourth, ..."""
    crossed = sorted(
        x0 + (y - y0) / (y1 - y0) * (x1 - x0)
        for ring in rings
        for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]])
        if (y0 <= y) != (y1 <= y)
    )
    return [(left, right, y) for left, right in zip(crossed[::2], crossed[1::2], strict=True)]
