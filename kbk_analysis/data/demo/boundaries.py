"""Invented boundaries: a Voronoi division of a ten-sided regency in the open sea, at zero longitude and latitude.

Every polygon is cut from a convex one by half-planes, so districts tile the regency, villages tile their
district, and neighbours inside a district share their corners exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kbk_analysis.data.demo.places import places

Point = tuple[float, float]
Polygon = list[Point]

SHAPE_SEED = 9901  # of the shapes only: boundaries are the same for every seed of the numbers
SIDES = 10
RADIUS = (0.55, 0.42)  # degrees east and north
RELAXATIONS = 3
DECIMALS = 5  # about one metre


def boundaries() -> dict[str, dict[str, Any]]:
    """GeoJSON by level (regency, district, village), WGS84, properties `code` and `name`.

    Examples
    --------
    >>> {level: len(shapes["features"]) for level, shapes in boundaries().items()}
    {'regency': 1, 'district': 16, 'village': 145}
    """
    where = places()
    rng = np.random.Generator(np.random.PCG64(SHAPE_SEED))
    outline = _outline(rng)
    districts = dict(
        zip((code for code, _ in where.districts), divide(outline, len(where.districts), rng), strict=True)
    )
    villages: dict[str, Polygon] = {}
    for code, shape in districts.items():
        members = where.villages_of(code)
        villages |= zip(members, divide(shape, len(members), rng), strict=True)
    names = dict((where.regency, *where.districts, *where.villages))
    levels = {"regency": {where.regency[0]: outline}, "district": districts, "village": villages}
    return {level: _geojson(shapes, names) for level, shapes in levels.items()}


def divide(shape: Polygon, parts: int, rng: np.random.Generator) -> list[Polygon]:
    """Voronoi division of a convex polygon around random points, evened out by moving each to its centroid."""
    points = [_random_point(shape, rng) for _ in range(parts)]
    for _ in range(RELAXATIONS):
        points = [area_and_centroid(cell)[1] for cell in _voronoi(shape, points)]
    return _voronoi(shape, points)


def area_and_centroid(polygon: Sequence[Point]) -> tuple[float, Point]:
    """Signed area (positive when anticlockwise) and centroid, by the shoelace formula."""
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        area += cross / 2
        x += (x0 + x1) * cross / 6
        y += (y0 + y1) * cross / 6
    return area, (x / area, y / area)


def _outline(rng: np.random.Generator) -> Polygon:
    # points on an ellipse are convex whatever their angles
    angles = (np.arange(SIDES) + rng.uniform(-0.3, 0.3, SIDES)) * 2 * math.pi / SIDES
    return [(RADIUS[0] * math.cos(a), RADIUS[1] * math.sin(a)) for a in angles.tolist()]


def _random_point(shape: Polygon, rng: np.random.Generator) -> Point:
    # a random mixture of the corners lies inside a convex polygon
    weights = rng.dirichlet([0.5] * len(shape))
    x, y = weights @ np.array(shape)
    return float(x), float(y)


def _voronoi(shape: Polygon, points: Sequence[Point]) -> list[Polygon]:
    cells = []
    for i, mine in enumerate(points):
        cell = shape
        for other in (*points[:i], *points[i + 1 :]):
            cell = _nearer(cell, mine, other)
        cells.append(cell)
    return cells


def _nearer(polygon: Polygon, mine: Point, other: Point) -> Polygon:
    """The part of a convex polygon that is nearer to `mine` than to `other` (Sutherland-Hodgman)."""
    nx, ny = other[0] - mine[0], other[1] - mine[1]
    offset = (nx * (mine[0] + other[0]) + ny * (mine[1] + other[1])) / 2
    sides = [nx * x + ny * y - offset for x, y in polygon]
    kept: Polygon = []
    for i, (point, side) in enumerate(zip(polygon, sides, strict=True)):
        before, side_before = polygon[i - 1], sides[i - 1]
        if (side > 0) != (side_before > 0):
            t = side_before / (side_before - side)
            kept.append((before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])))
        if side <= 0:
            kept.append(point)
    return kept


def _geojson(shapes: Mapping[str, Polygon], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": names[code]},
                "geometry": {"type": "Polygon", "coordinates": [_ring(shape)]},
            }
            for code, shape in sorted(shapes.items())
        ],
    }


def _ring(shape: Polygon) -> list[list[float]]:
    ring = [[round(x, DECIMALS) + 0.0, round(y, DECIMALS) + 0.0] for x, y in shape]
    distinct = [point for i, point in enumerate(ring) if point != ring[i - 1]]
    return [*distinct, distinct[0]]
