"""Slopes: one line a unit between two years, names that can be read at both ends, and words for what moved."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from kbk_analysis.charts.slope import CHANGES, LINE, MOST, plot_slope, spread
from kbk_analysis.charts.style import luminance
from kbk_analysis.errors import Refusal
from kbk_analysis.indicators.proportions import share
from kbk_analysis.indicators.release import conceal, release
from kbk_analysis.indicators.suppression import hidden_cells


def changed(situation, cells, *, indicator="S3-02", sensitive=False):
    """The situation with changes of its own: (numerator and denominator of both years, change) a unit."""
    rows = []
    for code, (x1, n1, x2, n2, change) in zip(situation.units.index, cells, strict=True):
        reason = "" if change is not None else "not_reported"
        rows.append((code, "first", "2020", x1, n1, change or "", reason))
        rows.append((code, "last", "2024", x2, n2, change or "", reason))
    columns = ["area_code", "end", "period", "numerator", "denominator", "change", "reason"]
    frame = pd.DataFrame(rows, columns=columns).assign(indicator=indicator, total_of="99.01.01", sensitive=sensitive)
    values = share(frame["numerator"], frame["denominator"])["value"].where(frame["reason"] == "")
    return replace(situation, edition=None, changes=frame.assign(value=values), findings=())


FIVE = [
    (30, 100, 70, 100, "higher"),
    (80, 100, 40, 100, "lower"),
    (50, 100, 55, 100, "similar"),
    (5, 10, 9, 10, ""),
    (None, None, 10, 100, None),
]


@pytest.fixture
def five(drawn, situation):
    """Two that moved, one that did not, one too small to judge, one silent in the first year."""
    (one,) = drawn(plot_slope, release(changed(situation(units=5), FIVE), "internal"))
    return one


# ------------------------------------------------------------------ what is drawn


def test_only_units_with_a_value_in_both_years_have_a_line(five) -> None:
    assert sorted(label[-4:] for label in five.labels(Line2D, "line:")) == ["2001", "2002", "2003", "2004"]
    assert five.exhibit.n == "4 dari 5 desa"
    silent = next(row for row in five.exhibit.rows if row[0] == "Pasir Agung")
    assert silent[1:3] == (Refusal("not_reported"),) * 2
    assert silent[5:] == (Refusal("not_reported"),) * 2


def test_lines_rise_and_fall_with_the_values(five) -> None:
    ends = {label[-4:]: five.points(f"line:{label}") for label in five.labels(Line2D, "line:")}
    heights = {code: (points[0][1], points[-1][1]) for code, points in ends.items()}
    assert heights["2001"][0] > heights["2001"][1]  # counted downward
    assert heights["2002"][0] < heights["2002"][1]
    scale = (heights["2001"][0] - heights["2001"][1]) / 40
    assert (heights["2003"][0] - heights["2003"][1]) / scale == pytest.approx(5)


def test_each_change_has_its_symbol_its_line_and_its_word(five) -> None:
    for change, count in (("higher", 1), ("lower", 1), ("similar", 1), ("", 1)):
        assert len(five.points(f"end:{change}")) == count
    assert len({symbol for symbol, *_ in CHANGES.values()}) == len(CHANGES)
    dashes = {label[-4:]: five.artists(Line2D, f"line:{label}")[0] for label in five.labels(Line2D, "line:")}
    assert dashes["2002"].get_linestyle() != dashes["2001"].get_linestyle()
    assert five.words("legend") == ["lebih tinggi", "lebih rendah", "tidak berbeda", "tidak dinilai"]


def test_fills_stay_apart_in_grey_print() -> None:
    fills = [luminance(CHANGES[change][1]) for change in ("higher", "similar", "lower")]
    assert min(abs(a - b) for i, a in enumerate(fills) for b in fills[:i]) > 0.15


def test_both_ends_carry_name_and_value(five) -> None:
    assert sorted(five.words("value:first")) == ["30,0 %", "50,0 %", "50,0 %", "80,0 %"]
    assert sorted(five.words("value:last")) == ["40,0 %", "55,0 %", "70,0 %", "90,0 %"]
    assert sorted(five.words("name:first")) == sorted(five.words("name:last"))
    assert five.words("period") == ["2020", "2024"]


def test_the_table_has_values_with_n_the_difference_and_what_may_be_said(five) -> None:
    rows = {row[0]: row[1:] for row in five.exhibit.rows}
    assert rows["Suka Maju"] == (30, 100, 70, 100, 40, "lebih tinggi")
    assert rows["Sungai Kuning"] == (50, 10, 90, 10, 40, Refusal("unstable"))


def test_title_and_alternative_text_count_what_moved_among_what_is_judged(five) -> None:
    assert five.exhibit.title.endswith(": 1 dari 3 desa lebih tinggi daripada 2020, 1 lebih rendah")
    assert five.exhibit.title in five.exhibit.alt
    assert "Lebih tinggi: Suka Maju. Lebih rendah: Bangun Purba Timur Jaya." in five.exhibit.alt


def test_where_all_move_one_way_the_title_says_how_far_apart(situation) -> None:
    cells = [(30, 100, 70, 100, "higher"), (40, 100, 65, 100, "higher"), (None, None, 10, 100, None)]
    one = plot_slope(release(changed(situation(units=3), cells), "internal"))
    assert one.title.endswith(": 2 desa sebanding lebih tinggi daripada 2020, 25,0–40,0 poin")
    whole = plot_slope(release(changed(situation(units=2), cells[:2]), "internal"))
    assert whole.title.endswith(": semua 2 desa lebih tinggi daripada 2020, 25,0–40,0 poin")
    some = plot_slope(release(changed(situation(units=2), [cells[0], (50, 100, 52, 100, "similar")]), "internal"))
    assert some.title.endswith(": 1 dari 2 desa lebih tinggi daripada 2020, 40,0 poin")
    assert "0 lebih rendah" not in one.alt + whole.alt + some.alt


def test_where_nothing_moved_it_says_so(drawn, situation) -> None:
    made = release(changed(situation(units=2), [(50, 100, 52, 100, "similar")] * 2), "internal")
    (one,) = drawn(plot_slope, made, "S3-02")
    assert one.exhibit.title.endswith("tidak satu pun dari 2 desa berbeda dari 2020")


def test_units_that_did_not_move_at_all_can_be_drawn(drawn, situation) -> None:
    made = release(changed(situation(units=3), [(50, 100, 50, 100, "similar")] * 3), "internal")
    (one,) = drawn(plot_slope, made, "S3-02")
    assert one.faults() == []


# ------------------------------------------------------------------ many units


def test_twenty_lines_are_dark_and_named_those_that_moved_first(drawn, situation) -> None:
    cells = [(50, 100, 50 + i, 100, "similar") for i in range(30)]
    cells[0], cells[1] = (200, 400, 240, 400, "higher"), (200, 400, 160, 400, "lower")
    (one,) = drawn(plot_slope, release(changed(situation(units=30), cells), "internal"))
    dark = {int(label[-2:]) for label in one.labels(Line2D, "line:")}
    assert len(dark) == MOST
    assert {1, 2} <= dark
    assert dark - {1, 2} == set(range(13, 31))
    others = one.artists(Line2D, "other")
    assert len(others) == 10
    assert luminance(to_hex(others[0].get_color())) > luminance("#1F1F1F") + 0.2
    assert "20 dari 30 desa diberi nama, yang paling berbeda lebih dahulu; semua nilai ada di tabel." in (
        one.exhibit.notes
    )
    assert len(one.exhibit.rows) == 30
    assert "yang lain" in one.words("legend")


def test_names_in_a_crowd_keep_apart_in_the_order_of_their_values(drawn, situation) -> None:
    cells = [(500, 1000, 500 + i, 1000, "similar") for i in range(20)]
    (one,) = drawn(plot_slope, release(changed(situation(units=20), cells), "internal"), "S3-02")
    assert one.faults() == []
    heights = sorted(float(t.corners[:, 1].mean()) for t in one.written() if t.artist.get_label() == "value:last")
    assert min(b - a for a, b in pairwise(heights)) >= LINE - 0.5
    texts = sorted(
        (float(t.corners[:, 1].mean()), t.words) for t in one.written() if t.artist.get_label() == "value:last"
    )
    assert [words for _, words in texts] == [f"{50 + i / 10:.1f} %".replace(".", ",") for i in reversed(range(20))]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_places_keep_order_and_distance_and_stay_within_the_limits(wanted: list[float]) -> None:
    found = spread(wanted, 5, 0, 100)
    ordered = [found[i] for i in sorted(range(len(wanted)), key=lambda i: wanted[i])]
    assert all(b - a >= 5 - 1e-6 for a, b in pairwise(ordered))
    assert min(found) >= -1e-6
    assert max(found) <= 100 + 1e-6


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8, unique=True))
def test_places_that_are_apart_stay_where_they_are(wanted: list[int]) -> None:
    assert spread([10 * place for place in wanted], 10, 0, 100) == [10 * place for place in wanted]


# ------------------------------------------------------------------ what may not be shown


def test_a_hidden_end_takes_its_line_along(drawn, situation) -> None:
    cells = [(3, 100, 70, 100, "higher"), *[(40, 100, 45, 100, "similar")] * 2, (60, 100, 95, 100, "higher")]
    full = changed(situation(units=4), cells, indicator="S3-04", sensitive=True)
    made = replace(
        full, edition="public", changes=conceal(full.changes, hidden_cells(full.changes.assign(revealing="")))
    )
    (one,) = drawn(plot_slope, made)
    assert sorted(label[-1] for label in one.labels(Line2D, "line:")) == ["2", "3", "4"]
    assert one.exhibit.title.endswith("1 dari 3 desa lebih tinggi daripada 2020, 35,0 poin")
    hidden = {row[0]: row for row in one.exhibit.rows}["Suka Maju"]
    assert hidden[1:3] == (Refusal("suppressed"),) * 2
    assert hidden[5:] == (Refusal("suppressed"),) * 2


def test_an_indicator_that_cannot_be_compared_is_a_statement(drawn, situation) -> None:
    (one,) = drawn(plot_slope, situation(), "S2-01")
    assert one.figure is None
    assert one.exhibit.title.endswith("tidak ada dua periode yang sebanding.")
    (none,) = drawn(plot_slope, situation(units=3, blank=True))
    assert none.exhibit.title == "Perbandingan dua periode: tidak ada wilayah yang sebanding dan berbeda."


def test_an_unknown_indicator_is_refused(situation) -> None:
    with pytest.raises(ValueError, match="S9-99"):
        plot_slope(situation(), "S9-99")


def test_earlier_years_that_are_not_comparable_are_told(drawn, situation) -> None:
    made = release(changed(situation(units=5), FIVE), "internal")
    frame = made.changes.assign(period=made.changes["period"].replace("2020", "2022"))
    (one,) = drawn(plot_slope, replace(made, changes=frame))
    assert "Sebelum 2022 sumber atau artinya lain, jadi tidak dibandingkan." in one.exhibit.notes
    (whole,) = drawn(plot_slope, made)
    assert not any("Sebelum" in note for note in whole.exhibit.notes)
