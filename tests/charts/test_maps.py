"""The map: every unit with its number, class and place in the list; broken boundaries never stop it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from kbk_analysis.charts.maps import STEPS, Place, draw_map, plot_map
from kbk_analysis.charts.shapes import rings_by_code
from kbk_analysis.charts.style import CLASS_COLOURS, HATCH
from kbk_analysis.errors import Refusal
from kbk_analysis.schema import KampungClass

SQUARE = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.1], [0.0, 0.0]]
HOLE = [[0.03, 0.03], [0.06, 0.03], [0.06, 0.06], [0.03, 0.06], [0.03, 0.03]]


def feature(code: str, coordinates, kind: str = "Polygon"):
    return {"properties": {"code": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def shifted(ring, by: float):
    return [[x + by, y] for x, y in ring]


def areas(one) -> dict[str, list[PathPatch]]:
    found: dict[str, list[PathPatch]] = {}
    for patch in one.artists(PathPatch):
        if str(patch.get_label()).startswith("area:"):
            found.setdefault(patch.get_label().removeprefix("area:"), []).append(patch)
    return found


# ------------------------------------------------------------------ a district


def test_every_village_is_drawn_in_the_colour_of_its_class(drawn, situation) -> None:
    (one,) = drawn(plot_map, situation())
    faces = {code[-1]: patches[0] for code, patches in areas(one).items()}
    stated = {"1": "Dasar", "2": "Berkelanjutan", "3": "Dasar", "4": "Mandiri", "5": "Berkembang", "7": "Mandiri"}
    for place, klass in stated.items():
        assert to_hex(faces[place].get_facecolor()).upper() == CLASS_COLOURS[KampungClass(klass)]
    for place in "89":  # no kampung
        assert faces[place].get_hatch() == HATCH
    assert len(faces) == 9


def test_numbers_on_the_map_are_those_of_the_list_and_the_table(drawn, situation) -> None:
    made = situation()
    (one,) = drawn(plot_map, made)
    numbers = one.labels(Text, "number:")
    assert sorted(numbers, key=int) == [str(n) for n in range(1, 10)]
    for number, (code, name) in enumerate(made.units["name"].items(), start=1):
        assert one.exhibit.rows[number - 1][:2] == (number, name)
        (listed,) = [t for t in one.written() if t.artist.get_label() == f"name:{code}"]
        beside = [t.words for t in one.written() if abs(t.corners[:, 1].mean() - listed.corners[:, 1].mean()) < 4]
        assert str(number) in beside


def test_the_number_stands_in_its_own_area(drawn, situation) -> None:
    (one,) = drawn(plot_map, situation())
    for text in one.written():
        label = str(text.artist.get_label())
        if label.startswith("number:"):
            code = f"99.01.01.{2000 + int(label.removeprefix('number:'))}"
            assert areas(one)[code][0].get_path().contains_point(text.corners.mean(axis=0))


def test_the_list_says_the_class_by_a_letter_that_the_legend_explains(drawn, situation) -> None:
    (one,) = drawn(plot_map, situation())
    assert [one.words().count(letter) for letter in "LMBD–"] == [1, 2, 1, 3, 2]
    assert {"L = Berkelanjutan", "M = Mandiri", "B = Berkembang", "D = Dasar", "belum ada"} <= set(one.words())
    assert [row[3] for row in one.exhibit.rows][:2] == ["Dasar", "Berkelanjutan"]
    assert one.exhibit.rows[8][2:] == (0, Refusal("not_applicable"))


def test_title_counts_villages_with_a_mature_kampung(drawn, situation) -> None:
    (one,) = drawn(plot_map, situation())
    assert one.exhibit.title == (
        "Mandiri atau Berkelanjutan di 3 dari 9 desa; 2 desa belum mempunyai Kampung KB"
    )  # fmt: skip


def test_a_village_with_several_kampung_has_the_colour_of_the_highest_and_all_are_told(drawn, situation) -> None:
    made = situation(units=2)
    kampung = made.classification.kampung.assign(village_code="99.01.01.2001")
    (one,) = drawn(plot_map, replace(made, classification=SimpleNamespace(kampung=kampung)))
    face = areas(one)["99.01.01.2001"][0].get_facecolor()
    assert to_hex(face).upper() == CLASS_COLOURS[KampungClass.BERKELANJUTAN]
    assert one.exhibit.rows[0][2:] == (2, "Dasar dan Berkelanjutan")


# ------------------------------------------------------------------ a regency


@pytest.mark.parametrize(
    ("mature", "of", "step", "said"),
    [(0, 5, 0, "0"), (1, 5, 1, "20"), (1, 4, 1, "25"), (31, 122, 1, "25"), (2, 5, 2, "40"), (1, 2, 2, "50"),
     (51, 100, 3, "51"), (5, 5, 3, "100")],
)  # fmt: skip
def test_the_colour_of_a_share_is_that_of_the_number_beside_it(drawn, situation, mature, of, step, said) -> None:
    made = situation(units=1, regency=True)
    base = made.classification.kampung.iloc[:1]
    kampung = base.loc[base.index.repeat(of)].reset_index(drop=True)
    kampung["class_stated"] = ["Mandiri"] * mature + ["Dasar"] * (of - mature)
    (one,) = drawn(plot_map, replace(made, classification=SimpleNamespace(kampung=kampung)))
    (patches,) = areas(one).values()
    assert to_hex(patches[0].get_facecolor()).upper() == STEPS[step][1]
    assert f"{said} %" in one.words()
    assert one.exhibit.rows[0][-1] == pytest.approx(100 * mature / of)


def test_a_district_without_kampung_is_hatched_not_nought(drawn, situation) -> None:
    (one,) = drawn(plot_map, situation(units=3, regency=True))
    assert areas(one)["99.01.03"][0].get_hatch() == HATCH
    assert one.exhibit.rows[2][2:] == (0, 0, 0, 0, Refusal("zero_denominator"))
    assert one.exhibit.title == "2 dari 3 kecamatan mempunyai kampung Mandiri atau Berkelanjutan"


# ------------------------------------------------------------------ boundaries


def test_without_boundaries_it_is_the_list_with_the_reason(drawn, situation) -> None:
    for nothing in (None, collection(), collection(feature("99.99", [SQUARE])), collection(feature("", []))):
        (one,) = drawn(plot_map, situation(boundaries=nothing))
        assert one.figure is None
        assert one.exhibit.title == "Peta wilayah: tanpa peta"
        assert one.exhibit.notes == ("Batas wilayah tidak ada dalam kumpulan data ini.",)
        assert len(one.exhibit.rows) == 9
        assert one.exhibit.rows[0][:2] == (1, "Suka Maju")


def test_units_without_a_readable_boundary_are_in_the_list_and_counted(drawn, situation) -> None:
    shapes = collection(feature("99.01.01.2001", [SQUARE]), feature("99.01.01.2002", [[[0, 0], ["x", 1], None]]))
    (one,) = drawn(plot_map, situation(units=3, boundaries=shapes))
    assert areas(one).keys() == {"99.01.01.2001"}
    assert len(one.exhibit.rows) == 3
    assert one.exhibit.notes == ("2 wilayah tanpa batas yang terbaca.",)
    assert one.labels(Text, "number:") == ["1"]


@pytest.mark.parametrize(
    "ring",
    [
        None,
        [],
        "ring",
        [[0, 0]],
        [[0, 0], [1, 1], [0, 0]],  # no area: two points
        [[0, 0], [float("nan"), 1], [float("inf"), 2]],
        [["a", "b"], {}, 7, [1]],
    ],
)
def test_a_broken_ring_is_left_out_and_the_rest_stays(ring) -> None:
    found = rings_by_code(collection(feature("a", [ring]), feature("b", [SQUARE])))
    assert found["a"] == []
    assert len(found["b"]) == 1


def test_a_broken_point_is_left_out_of_its_ring() -> None:
    (polygon,) = rings_by_code(collection(feature("a", [[[0, 0], [1, 0], ["?", 5], [1, 1], [0, 0]]])))["a"]
    assert polygon == [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]


def test_parts_collections_heights_and_features_without_shape_are_read() -> None:
    multi = feature("a", [[SQUARE], [shifted(SQUARE, 0.2)]], "MultiPolygon")
    high = feature("b", [[[x, y, 12.0] for x, y in SQUARE]])
    nested = {"properties": {"code": "c"}, "geometry": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "coordinates": [SQUARE]}, {"type": "Point", "coordinates": [0, 0]}]}}  # fmt: skip
    empty = {"properties": None, "geometry": None}
    found = rings_by_code(collection(multi, high, nested, empty))
    assert {code: len(polygons) for code, polygons in found.items() if code} == {"a": 2, "b": 1, "c": 1}


def test_a_hole_is_white_and_what_lies_in_it_is_drawn_on_top(look) -> None:
    shapes = rings_by_code(collection(feature("inner", [HOLE]), feature("outer", [SQUARE, HOLE])))
    places = [Place("inner", "Dalam", "#FDE725", "D"), Place("outer", "Luar", "#3B528B", "L")]
    one = look(draw_map(places, shapes, by_class=True))
    outer, inner = areas(one)["outer"], areas(one)["inner"]
    assert [to_hex(patch.get_facecolor()) for patch in outer] == ["#3b528b", "#ffffff"]
    order = [str(patch.get_label()) for patch in one.artists(PathPatch)]
    assert order.index("area:inner") > order.index("area:outer")
    assert to_hex(inner[0].get_facecolor()) == "#fde725"


def test_a_map_keeps_its_shape_whatever_its_extent(look) -> None:
    wide = [[0, 0], [4, 0], [4, 1], [0, 1], [0, 0]]
    tall = [[0, 0], [1, 0], [1, 6], [0, 6], [0, 0]]
    for ring, ratio in ((wide, 4.0), (tall, 1 / 6)):
        one = look(draw_map([Place("a", "A", "#FDE725", "D")], {"a": [[[(x, y) for x, y in ring]]]}, by_class=True))
        points = areas(one)["a"][0].get_path().vertices
        width, height = points.max(axis=0) - points.min(axis=0)
        assert width / height == pytest.approx(ratio, rel=0.01)  # near the equator a degree is a degree
        assert one.faults() == []


def test_numbers_of_a_crowd_do_not_hide_each_other(look) -> None:
    corner = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01)]
    shapes = {f"c{i}": [[[(x + 0.01 * (i % 3), y + 0.01 * (i // 3)) for x, y in corner]]] for i in range(9)}
    shapes["far"] = [[[(x + 5.0, y + 5.0) for x, y in corner]]]  # makes the nine tiny
    places = [Place(code, f"Desa {code}", "#5EC962", "B") for code in shapes]
    one = look(draw_map(places, shapes, by_class=True))
    assert one.faults() == []
    assert sorted(one.labels(Text, "number:"), key=int) == [str(n) for n in range(1, 11)]


def test_a_long_list_has_two_columns_and_names_that_can_be_read(drawn, situation) -> None:
    (one,) = drawn(plot_map, situation(units=70))
    lefts = {round(t.corners[0][0]) for t in one.written() if str(t.artist.get_label()).startswith("name:")}
    assert len(lefts) == 2
    assert one.faults() == []
    assert "Suka Maju" in one.words()
