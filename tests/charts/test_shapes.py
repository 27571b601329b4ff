"""Shapes as they are found: rings that are holes in truth, rings that cross themselves, and a number for each unit.

The real boundaries write every ring as a polygon of its own; three of their 145 villages are no valid geometry.
"""

import json
import math
from pathlib import Path as File

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

from kbk_analysis.charts.maps import Place, draw_map
from kbk_analysis.charts.shapes import area, inner_point, largest, rings_by_code

KABUN, GITI = "1406122001", "1406122006"
PENDALIAN, SULIGI, KUMANGO = "1406162001", "1406162003", "1406042007"


def square(left: float, top: float, size: float) -> list[list[float]]:
    right, bottom = left + size, top + size
    return [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]


def shapes_of(*rings: list[list[float]]) -> list:
    """Polygons of one unit whose rings are all written as polygons of their own."""
    geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    return rings_by_code({"features": [{"properties": {"code": "a"}, "geometry": geometry}]})["a"]


def lies_in(point, rings) -> bool:
    """Inside an odd number of rings, by matplotlib's own test."""
    return sum(Path([*ring, ring[0]]).contains_point(point) for ring in rings) % 2 == 1


# ------------------------------------------------------------------ holes written as polygons


def test_a_ring_in_a_ring_is_its_hole_whatever_the_order() -> None:
    for rings in ((square(0, 0, 9), square(3, 3, 3)), (square(3, 3, 3), square(0, 0, 9))):
        (polygon,) = shapes_of(*rings)
        assert [area(ring) for ring in polygon] == [81, 9]


def test_a_ring_in_a_hole_is_land_again() -> None:
    polygons = shapes_of(square(0, 0, 9), square(2, 2, 5), square(4, 4, 1))
    assert [[area(ring) for ring in polygon] for polygon in polygons] == [[81, 25], [1]]


def test_parts_beside_each_other_stay_parts() -> None:
    touching = shapes_of(square(0, 0, 9), square(9, 0, 3), square(20, 0, 1))
    assert [len(polygon) for polygon in touching] == [1, 1, 1]


def test_a_part_around_another_is_no_hole_of_it() -> None:
    """A ring like a C: its middle lies in the other part, its corners do not."""
    c = [[-3, -3], [12, -3], [12, 12], [-3, 12], [-3, 10], [10, 10], [10, -1], [-3, -1], [-3, -3]]
    assert [len(polygon) for polygon in shapes_of(square(0, 0, 9), c)] == [1, 1]


# ------------------------------------------------------------------ where a number stands


def test_the_largest_part_is_the_largest_without_its_holes() -> None:
    hollow = [[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)], [(1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0)]]
    full = [[(20.0, 0.0), (27.0, 0.0), (27.0, 7.0), (20.0, 7.0)]]
    assert largest([hollow, full]) is full
    assert largest([full, hollow]) is full


BOW = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)]  # crosses itself; its two parts cancel out
HOOK = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (8.0, 9.0), (8.0, 1.0), (0.0, 1.0)]  # its centre of mass lies outside


@pytest.mark.parametrize("ring", [BOW, HOOK], ids=["crossing", "hook"])
def test_the_point_lies_inside_where_the_centre_of_mass_does_not(ring) -> None:
    assert lies_in(inner_point([ring]), [ring])


def test_a_flat_ring_has_a_point_of_its_own() -> None:
    flat = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]
    assert inner_point([flat]) in flat


@given(st.lists(st.floats(0.2, 5), min_size=5, max_size=12))
def test_the_point_lies_inside_any_star(radii: list[float]) -> None:
    turns = [2 * math.pi * i / len(radii) for i in range(len(radii))]
    ring = [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, turns, strict=True)]
    hole = [(0.1 * math.cos(a), 0.1 * math.sin(a)) for a in turns]
    assert lies_in(inner_point([ring]), [ring])
    assert lies_in(inner_point([ring, hole]), [ring, hole])


def test_detached_parts_have_one_number_at_the_largest(look) -> None:
    shapes = {"a": shapes_of(square(0, 0, 1), square(5, 5, 4), square(0, 7, 2)), "b": shapes_of(square(2, 2, 2))}
    one = look(draw_map([Place(code, code, "#FDE725", "D") for code in shapes], shapes, by_class=True))
    assert sorted(one.labels(Text, "number:")) == ["1", "2"]
    (at,) = [t.corners.mean(axis=0) for t in one.written() if t.artist.get_label() == "number:1"]
    patches = [patch for patch in one.artists(PathPatch) if patch.get_label() == "area:a"]
    sizes = [np.ptp(patch.get_path().vertices, axis=0).prod() for patch in patches]
    assert patches[int(np.argmax(sizes))].get_path().contains_point(at)


# ------------------------------------------------------------------ the real boundaries


@pytest.fixture(scope="module")
def villages(real_data: File):
    """Polygons of the 145 villages, by the code in the file."""
    collection = json.loads((real_data / "boundaries" / "rokan_hulu_desa.geojson").read_text("utf-8"))
    for feature in collection["features"]:
        feature["properties"]["code"] = feature["properties"]["k"]
    return rings_by_code(collection)


def km2(polygons) -> float:
    side = 111.32  # km a degree, near the equator in both directions
    return side**2 * sum(area(rings[0]) - sum(map(area, rings[1:])) for rings in polygons)


def test_every_village_survives(villages) -> None:
    assert len(villages) == 145
    assert all(villages.values())


def test_the_areas_add_up_to_the_official_one_once_holes_are_holes(villages) -> None:
    assert sum(map(km2, villages.values())) == pytest.approx(7658, rel=0.003)
    holes = {code: [area(ring) for rings in shapes for ring in rings[1:]] for code, shapes in villages.items()}
    assert {code for code, found in holes.items() if found} == {KABUN, PENDALIAN}


def test_the_hole_of_one_village_is_the_land_of_another(villages) -> None:
    (hole,) = villages[PENDALIAN][0][1:]
    assert area(hole) == pytest.approx(area(villages[SULIGI][0][0]))
    (small,) = villages[KABUN][0][1:]
    assert area(small) == pytest.approx(area(villages[GITI][1][0]))


def test_a_ring_that_crosses_itself_is_kept(villages) -> None:
    assert [len(set(rings[0])) < len(rings[0]) - 1 for rings in villages[KUMANGO]].count(True) == 1
    assert len(villages[KUMANGO]) == 2


def test_every_number_has_a_place_in_its_own_village(villages) -> None:
    for code, polygons in villages.items():
        assert lies_in(inner_point(largest(polygons)), largest(polygons)), code


def test_every_district_can_be_drawn_with_all_its_numbers(villages, look) -> None:
    for district in sorted({code[:6] for code in villages}):
        shapes = {code: villages[code] for code in sorted(villages) if code.startswith(district)}
        one = look(draw_map([Place(code, f"Desa {code}", "#5EC962", "B") for code in shapes], shapes, by_class=True))
        assert sorted(one.labels(Text, "number:"), key=int) == [str(n) for n in range(1, len(shapes) + 1)]
        assert one.faults() == [], district


def test_a_hole_is_cleared_before_the_village_in_it_is_drawn(villages, look) -> None:
    shapes = {code: villages[code] for code in (SULIGI, PENDALIAN)}
    places = [Place(SULIGI, "Suligi", "#5EC962", "B"), Place(PENDALIAN, "Pendalian", "#3B528B", "L")]
    one = look(draw_map(places, shapes, by_class=True))
    drawn = [str(p.get_label())[5:] + to_hex(p.get_facecolor()) for p in one.artists(PathPatch)]
    drawn = [face for face in drawn if face[:10] in shapes]
    assert drawn == [f"{PENDALIAN}#3b528b", f"{PENDALIAN}#ffffff", f"{SULIGI}#5ec962"]
