"""The gap: who is short, most first, how it adds up, against what, and who is not drawn."""

from dataclasses import replace
from itertools import pairwise
from math import ceil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.style import PAGE_ROWS
from kbk_analysis.charts.waterfall import Short, plot_gap, short_of
from kbk_analysis.errors import Refusal

CATALOGUE = load_catalogue()
HIGHER, LOWER = CATALOGUE["S3-02"], CATALOGUE["S3-04"]


def cells(situation, rows, *, indicator="S3-02", **level):
    """The situation with one indicator in its units: (numerator, denominator) or a reason; and its level changed."""
    codes = list(situation.units.index)
    frame = [
        (code, *((row[0], row[1], "") if isinstance(row, tuple) else (float("nan"), float("nan"), row)))
        for code, row in zip(codes, rows, strict=True)
    ]
    values = pd.DataFrame(frame, columns=["area_code", "numerator", "denominator", "reason"])
    levels = situation.levels.copy()
    for name, value in level.items():
        levels.loc[indicator, name] = value
    return replace(situation, unit_values=values.assign(indicator=indicator, period="2024"), levels=levels)


# ------------------------------------------------------------------ who is short


def test_steps_follow_each_other_most_first(drawn, situation) -> None:
    found = cells(situation(units=4), [(10, 100), (50, 100), (90, 100), (60, 100)], target=80.0)
    (one,) = drawn(plot_gap, found, "S3-02")
    names = list(found.units["name"])
    table = [(row[0], row[1], round(row[2]), round(row[3])) for row in one.exhibit.rows[:3]]
    assert table == [(names[0], 70, 58, 58), (names[1], 30, 25, 83), (names[3], 20, 17, 100)]
    boxes = one.boxes("step")
    assert [round(b[2] / boxes[0][2] * 70) for b in boxes] == [70, 30, 20]
    for left, right in pairwise(boxes):
        assert left[0] + left[2] == pytest.approx(right[0])
    line = one.points("line")
    assert [x for x, _ in line] == pytest.approx([b[0] + b[2] for b in boxes])
    assert one.words("count") == ["70", "30", "20"]
    assert "kurang 120 dari target; separuhnya di 1 dari 4 desa" in one.exhibit.title


def test_who_reaches_it_and_who_has_no_value_is_counted_not_drawn(drawn, situation) -> None:
    found = cells(situation(units=4), [(10, 100), (90, 100), "not_reported", "suppressed"], target=80.0)
    (one,) = drawn(plot_gap, found, "S3-02")
    assert len(one.boxes("step")) == 1
    assert any(note.startswith("1 desa sudah mencapainya") for note in one.exhibit.notes)
    names = list(found.units["name"])
    told = f"2 desa tanpa nilai yang dapat ditampilkan, jadi tidak masuk jumlah: {names[2]} dan {names[3]}."
    assert told in one.exhibit.notes
    assert one.exhibit.n == "2 dari 4 desa"
    assert one.exhibit.title.endswith("kurang 70 dari target di 2 dari 4 desa; separuhnya di 1")
    assert {row[1].code for row in one.exhibit.rows if isinstance(row[1], Refusal)} == {"not_reported", "suppressed"}
    assert [row[1] for row in one.exhibit.rows if row[1] == 0] == [0]


def test_where_lower_is_better_those_above_are_counted(situation) -> None:
    found = cells(situation(units=3), [(30, 100), (5, 100), (20, 100)], indicator="S3-04", target=10.0)
    (one,) = plot_gap(found, "S3-04")
    assert [row[1] for row in one.rows] == [20, 10, 0]
    assert "lebih 30 dari target" in one.title


def test_without_a_target_the_value_of_the_area_above_is_named(situation) -> None:
    found = cells(situation(units=3), [(30, 100), (5, 100), (90, 100)], target_reason="no_target", benchmark=50.0)
    (one,) = plot_gap(found, "S3-02")
    assert [row[1] for row in one.rows] == [45, 20, 0]
    assert "nilai Kabupaten Contoh" in one.title
    assert "target" not in one.title


def test_all_who_reach_it_make_a_statement(situation) -> None:
    found = cells(situation(units=3), [(90, 100)] * 3, target=80.0)
    (one,) = plot_gap(found, "S3-02")
    assert not one.svg
    assert "semua 3 desa mencapai target" in one.title


def test_the_worst_are_followed_with_a_warning(situation) -> None:
    (one,) = plot_gap(cells(situation(units=3), [(10, 100)] * 3, target=80.0), "S3-02")
    assert any("mendekati rata-rata" in note for note in one.notes)


def test_beyond_a_page_the_last_row_holds_the_rest(drawn, situation) -> None:
    rows = [(10 + i, 200) for i in range(60)]
    (one,) = drawn(plot_gap, cells(situation(units=60), rows, target=80.0), "S3-02")
    assert len(one.boxes("step")) == PAGE_ROWS
    assert f"{60 - PAGE_ROWS + 1} wilayah lain" in one.words()
    assert len(one.exhibit.rows) == 60
    assert one.words("cumulated")[-1].split() == ["100", "%"]
    assert one.faults() == []


def test_a_unit_in_which_nothing_is_asked_is_neither_drawn_nor_missing(situation) -> None:
    found = cells(situation(units=3), [(10, 100), (90, 100), "not_applicable"], target=80.0)
    (one,) = plot_gap(found, "S3-02")
    assert one.n == "2 desa"
    assert not any("tanpa nilai" in note for note in one.notes)


def test_names_beyond_those_told_are_counted(situation) -> None:
    (one,) = plot_gap(cells(situation(units=14), [(10 + i, 100) for i in range(14)], target=80.0), "S3-02")
    assert "dan 6 lainnya." in one.alt


# ------------------------------------------------------------------ which indicators


def test_only_what_is_missed_for_certain_is_shown_and_findings_come_first(situation) -> None:
    found = situation(units=14)
    ids = [exhibit.id.removeprefix("kekurangan-").upper() for exhibit in plot_gap(found)]
    assert 0 < len(ids) <= 2
    levels = found.levels.loc[ids]
    assert (levels["target_status"] == "not_reached").all()
    assert levels["certain"].all()
    none = replace(found, levels=found.levels.assign(certain=False))
    (statement,) = plot_gap(none)
    assert statement.title == "Kekurangan menurut wilayah: tidak ada indikator yang pasti belum mencapai target."
    assert statement.notes == ()
    unset = replace(found, levels=found.levels.assign(target_reason="no_target", target_status="", verdict=""))
    assert plot_gap(unset)[0].notes == ("Target daerah belum ditetapkan.",)


@pytest.mark.parametrize("id", ["S4-03", "S4-10", "S9-99"])
def test_what_is_no_percentage_of_people_is_refused(situation, id) -> None:
    with pytest.raises(ValueError, match=id):
        plot_gap(situation(), id)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.just(500)), min_size=1, max_size=30),
    st.sampled_from([20.0, 63.0, 100.0]),
)
def test_steps_add_up_and_fall(pairs: list[tuple[int, int]], level: float) -> None:
    units = pd.DataFrame(pairs, columns=["numerator", "denominator"]).assign(
        area_code=[str(i) for i in range(len(pairs))]
    )
    for indicator, sign in ((HIGHER, 1), (LOWER, -1)):
        steps = short_of(units, {}, level, indicator)
        expected = ceil(sum(max(0.0, sign * (level * n / 100 - x)) for x, n in pairs) - 1e-6)  # rounded up once
        assert sum(one.people for one in steps) == expected
        assert [one.people for one in steps] == sorted((one.people for one in steps), reverse=True)
        assert [one.before for one in steps] == [sum(s.people for s in steps[:i]) for i in range(len(steps))]
        assert all(isinstance(one, Short) and one.people >= 0 for one in steps)
