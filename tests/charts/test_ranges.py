"""How sure each class is: a dot where the portal states it, a bar over what blanks leave open."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from matplotlib.lines import Line2D

from kbk_analysis.charts.ranges import NAMES, plot_class_ranges
from kbk_analysis.charts.style import WIDTHS
from kbk_analysis.exhibit import Place
from kbk_analysis.schema import CLASSES

STEP = (WIDTHS["full"] - NAMES) / 4
MIDDLE = {klass.value: NAMES + (i + 0.5) * STEP for i, klass in enumerate(CLASSES)}


def one_kampung(situation, **columns):
    """A district of one village whose kampung has other columns."""
    made = situation(units=1)
    return _with(made, made.classification.kampung.assign(**columns))


def _with(made, kampung):
    return replace(made, classification=SimpleNamespace(kampung=kampung))


def test_a_dot_stands_on_the_class_that_the_portal_states(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, situation())
    counts = {klass.value: len(one.points(klass.value)) for klass in CLASSES}
    assert counts == {"Dasar": 3, "Berkembang": 1, "Mandiri": 2, "Berkelanjutan": 1}
    for klass, x in MIDDLE.items():
        assert {round(point[0], 6) for point in one.points(klass)} == {round(x, 6)}


def test_a_bar_spans_what_blanks_leave_open_and_only_there(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, situation())
    bars = {name: [x for x, _ in one.points(name)] for name in one.labels(Line2D, "") if name.startswith("99.")}
    spans = {id.split("/")[1]: (min(xs), max(xs)) for id, xs in bars.items()}
    assert spans == {
        "Suka Maju": pytest.approx((MIDDLE["Dasar"], MIDDLE["Mandiri"])),
        "Tanjung Belit": pytest.approx((MIDDLE["Dasar"], MIDDLE["Mandiri"])),
        "Sungai Kuning": pytest.approx((MIDDLE["Dasar"], MIDDLE["Berkelanjutan"])),
    }


def test_highest_classes_come_first_and_the_table_has_the_same_order(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, situation())
    rows = [row[0] for row in one.exhibit.rows]
    assert rows == [
        "Bangun Purba Timur Jaya",
        "Sungai Kuning",  # could be Berkelanjutan
        "Mekar Sari",
        "Pasir Agung",
        "Suka Maju",
        "Tanjung Belit",
        "Air $Panas$ <b>",  # stays Dasar
    ]
    written = [text for text in one.written() if text.words.replace("\n", " ") in rows]
    ordered = sorted(written, key=lambda text: text.corners[:, 1].mean())
    assert [text.words.replace("\n", " ") for text in ordered] == rows


def test_the_table_holds_class_and_range(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, situation())
    assert one.exhibit.rows[1] == ("Sungai Kuning", "Sungai Kuning", "Mandiri", "Mandiri", "Dasar", "Berkelanjutan")
    assert one.exhibit.title == "Kelas 3 dari 7 kampung bergantung pada isian yang belum lapor"


def test_a_class_that_is_not_stated_has_no_dot(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, one_kampung(situation, class_stated=None))
    assert all(not one.points(klass) for klass in MIDDLE)
    assert one.exhibit.rows[0][2:4] == (None, "Dasar")


def test_a_settled_class_other_than_the_stated_one_is_a_tick_beside_the_dot(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, one_kampung(situation, class_stated="Mandiri", class_high="Dasar"))
    assert [round(x, 6) for x, _ in one.points("Mandiri")] == [round(MIDDLE["Mandiri"], 6)]
    assert {round(x, 6) for x, _ in one.points("99.01.01.2001/Suka Maju")} == {round(MIDDLE["Dasar"], 6)}


def test_when_nothing_is_open_it_says_so(drawn, situation) -> None:
    made = situation()
    kampung = made.classification.kampung
    (one,) = drawn(
        plot_class_ranges, _with(made, kampung.assign(class_low=kampung.class_stated, class_high=kampung.class_stated))
    )
    assert one.exhibit.title == "Isian yang kosong tidak mengubah kelas satu pun dari 7 kampung"
    assert not [label for label in one.labels(Line2D, "") if label.startswith("99.")]


def test_more_than_forty_kampung_go_on_even_sheets(drawn, situation) -> None:
    # of nine villages the last two have none: six nines of seven, and six of the next seven
    sheets = drawn(plot_class_ranges, situation(units=60))
    assert [len(one.exhibit.rows) for one in sheets] == [24, 24]
    assert [one.exhibit.title[-5:] for one in sheets] == ["(1/2)", "(2/2)"]
    rows = [row for one in sheets for row in one.exhibit.rows]
    assert len(set(rows)) == 48


def test_kampung_of_one_name_are_told_apart_by_their_village(drawn, situation) -> None:
    (one,) = drawn(plot_class_ranges, situation(units=2, regency=True, names=("Maju",)))
    assert sorted(words for words in one.words() if words.startswith("Maju")) == [
        "Maju (Desa 01.2001)",
        "Maju (Desa 01.2002)",
        "Maju (Desa 01.2003)",
        "Maju (Desa 01.2004)",
    ]
    assert {row[1] for row in one.exhibit.rows} == {f"Desa 01.200{n}" for n in range(1, 5)}


def test_the_hundreds_of_a_regency_go_to_the_annex(drawn, situation) -> None:
    assert drawn(plot_class_ranges, situation())[0].exhibit.place is Place.BODY
    assert drawn(plot_class_ranges, situation(units=2, regency=True))[0].exhibit.place is Place.ANNEX


def test_without_kampung_it_is_a_statement(drawn, situation) -> None:
    made = situation()
    (one,) = drawn(plot_class_ranges, _with(made, made.classification.kampung.iloc[:0]))
    assert one.figure is None
    assert one.exhibit.title == "Rentang kelas: tidak ada data"
