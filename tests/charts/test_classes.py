"""Classes at a glance: a tile a village, a bar a district, all with their counts."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch

from kbk_analysis.charts.classes import plot_classes
from kbk_analysis.charts.style import CLASS_COLOURS, HATCH
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Place

# The nine villages of the invented district; the last two have no kampung.
STATED = {
    "Suka Maju": "Dasar",
    "Bangun Purba Timur Jaya": "Berkelanjutan",
    "Air $Panas$ <b>": "Dasar",
    "Sungai Kuning": "Mandiri",
    "Pasir Agung": "Berkembang",
    "Tanjung Belit": "Dasar",
    "Mekar Sari": "Mandiri",
}
WITHOUT = {"Karya Mulya", "Rambah Tengah Hulu Seberang Utara"}
OPEN = {"Suka Maju": "bisa D–M", "Sungai Kuning": "bisa D–L", "Tanjung Belit": "bisa D–M"}


@pytest.fixture
def district(drawn, situation):
    (one,) = drawn(plot_classes, situation())
    return one


@pytest.fixture
def regency(drawn, situation):
    (one,) = drawn(plot_classes, situation(units=6, regency=True))
    return one


def at(one, words: str) -> tuple[float, float]:
    """Left and upper end of a text."""
    (found,) = [text for text in one.written() if text.words.replace("\n", " ") == words]
    left, top = found.corners.min(axis=0)
    return float(left), float(top)


def test_every_village_has_one_tile(district) -> None:
    assert sorted(set(district.labels(PathPatch, "")) & (STATED.keys() | WITHOUT)) == sorted(STATED.keys() | WITHOUT)
    assert all(len(district.boxes(name)) == 1 for name in (*STATED, *WITHOUT))


def test_groups_stand_from_the_highest_class_down_with_their_counts(district) -> None:
    tops = {name: at(district, name)[1] for name in ("Berkelanjutan", "Mandiri", "Berkembang", "Dasar")}
    assert list(tops.values()) == sorted(tops.values())
    assert at(district, "Belum ada Kampung KB")[1] > tops["Dasar"]
    counts = [words for words in district.words() if words.endswith(("kampung", "desa"))]
    assert counts == ["1 kampung", "2 kampung", "1 kampung", "3 kampung", "2 desa"]


def test_the_letter_of_its_class_is_on_the_tile_of_each_village(district) -> None:
    letters = {"Dasar": "D", "Berkembang": "B", "Mandiri": "M", "Berkelanjutan": "L"}
    for name, klass in STATED.items():
        ((left, top, _, height),) = district.boxes(name)
        inside = [
            text.words
            for text in district.written()
            if left <= text.corners[0][0] < left + 24 and top < text.corners[:, 1].mean() < top + height
        ]
        assert letters[klass] in inside, name
    assert [district.words().count(letter) for letter in "DBML"] == [3, 1, 2, 1]


def test_what_blanks_leave_open_is_hatched_and_told(district) -> None:
    assert sorted(words for words in district.words() if words.startswith("bisa")) == sorted(OPEN.values())
    hatched = [patch for patch in district.artists(PathPatch) if patch.get_hatch() == HATCH]
    assert len(hatched) == len(OPEN) + 1  # and the legend
    assert "kelasnya bergantung pada isian yang belum dilaporkan" in district.words()


def test_no_legend_speaks_of_blanks_where_there_are_none(drawn, situation) -> None:
    settled = situation()
    kampung = settled.classification.kampung
    kampung["class_low"] = kampung["class_high"] = kampung["class_stated"]
    (one,) = drawn(plot_classes, settled)
    assert not any("bergantung" in words for words in one.words())
    assert not any(patch.get_hatch() for patch in one.artists(PathPatch))
    assert "bergantung" not in one.exhibit.alt


def test_the_table_holds_the_villages_as_drawn(district) -> None:
    rows = {row[0]: row for row in district.exhibit.rows}
    assert {name: row[2] for name, row in rows.items() if name in STATED} == STATED
    assert rows["Sungai Kuning"][2:] == ("Mandiri", "Mandiri", "Dasar", "Berkelanjutan")
    assert all(rows[name][1] == "belum ada" for name in WITHOUT)
    assert all(rows[name][2] == Refusal("not_applicable") for name in WITHOUT)
    assert len(district.exhibit.rows) == 9


def test_title_counts_villages_without_and_dasar(district) -> None:
    assert district.exhibit.title == "2 dari 9 desa belum mempunyai Kampung KB; 3 dari 7 kampung berkelas Dasar"
    assert "Dasar 3, Berkembang 1, Mandiri 2, dan Berkelanjutan 1" in district.exhibit.alt
    assert district.exhibit.place is Place.SUMMARY


def test_a_village_with_two_kampung_has_two_tiles_that_can_be_told_apart(drawn, situation) -> None:
    double = situation(units=2)
    kampung = double.classification.kampung
    kampung["village_code"] = kampung["village_code"].iloc[0]
    (one,) = drawn(plot_classes, double)
    assert one.boxes("Suka Maju")
    assert one.boxes("Suka Maju – Bangun Purba Timur Jaya")


def test_no_kampung_at_all_leaves_the_villages(drawn, situation) -> None:
    full = situation(units=3)
    none = SimpleNamespace(kampung=full.classification.kampung.iloc[:0])
    formed = replace(full.formation, missing=tuple(full.units.index))
    (one,) = drawn(plot_classes, replace(full, classification=none, formation=formed))
    assert one.exhibit.title == "3 dari 3 desa belum mempunyai Kampung KB"
    assert [words for words in one.words() if words.endswith(("kampung", "desa"))] == ["3 desa"]


# ------------------------------------------------------------------ regency


def test_bars_are_as_long_as_their_counts_on_one_scale(regency) -> None:
    units = set()
    for name, dasar, berkembang, mandiri, berkelanjutan, _, without, _ in regency.exhibit.rows:
        counts = {
            "Dasar": dasar,
            "Berkembang": berkembang,
            "Mandiri": mandiri,
            "Berkelanjutan": berkelanjutan,
            "without": without,
        }
        for word, count in counts.items():
            boxes = regency.boxes(f"{name}|{word}")
            assert bool(boxes) == bool(count)
            units |= {round(width / count, 6) for _, _, width, _ in boxes}
    assert len(units) == 1


def test_segments_stand_in_the_order_of_classes_without_gaps(regency) -> None:
    name = regency.exhibit.rows[0][0]
    words = ("Berkelanjutan", "Mandiri", "Berkembang", "Dasar", "without")
    boxes = [box for word in words for box in regency.boxes(f"{name}|{word}")]
    for (left, _, width, _), (following, *_) in pairwise(boxes):
        assert following == pytest.approx(left + width)


def test_segments_have_the_colour_of_their_class(regency) -> None:
    for patch in regency.artists(PathPatch):
        word = str(patch.get_label()).rpartition("|")[2]
        for klass, colour in CLASS_COLOURS.items():
            if word == klass.value and "|" in patch.get_label():
                assert to_hex(patch.get_facecolor()).upper() == colour


def test_districts_are_told_with_their_share_and_the_highest_comes_first(regency) -> None:
    shares = [row[7] for row in regency.exhibit.rows if not isinstance(row[7], Refusal)]
    assert shares == sorted(shares, reverse=True)
    # the first district: four villages, their kampung Dasar, Berkelanjutan, Dasar, Mandiri
    row = next(row for row in regency.exhibit.rows if row[0] == "Suka Maju")
    assert row == ("Suka Maju", 2, 0, 1, 1, 4, 0, 50.0)
    assert "2 dari 4" in regency.words()
    assert "50 %" in regency.words()


def test_a_district_without_kampung_has_no_share(regency) -> None:
    last = regency.exhibit.rows[-1]
    assert last[0] == "Tanjung Belit"
    assert last[1:6] == (0, 0, 0, 0, 0)
    assert last[7] == Refusal("zero_denominator")
    assert "–" in regency.words()
    assert [width > 0 for _, _, width, _ in regency.boxes("Tanjung Belit|without")] == [True]


def test_every_count_that_has_room_is_written(regency) -> None:
    counts = [int(n) for row in regency.exhibit.rows for n in (*row[1:5], row[6]) if n]
    written = Counter(words for words in regency.words() if words.isdigit())
    assert written == Counter(map(str, counts))
