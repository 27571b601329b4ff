"""How many Kampung KB at each date: the counts themselves, named at the end of their lines."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
from matplotlib.lines import Line2D

from kbk_analysis.charts.formation import draw_formation, plot_formation

DAYS = [("2022-10-27", 4, 1), ("2023-05-16", 5, 2), ("2023-06-12", 5, 2), ("2023-08-28", 7, 3)]


def history(situation, points, villages=9, missing=2):
    """The invented district with other counts at other dates."""
    made = situation()
    frame = pd.DataFrame(
        [(day, k, k, m) for day, k, m in points], columns=["export_date", "kampung", "villages", "mature"]
    )
    formed = replace(made.formation, history=frame, villages=villages, missing=made.formation.missing[:missing])
    return replace(made, formation=formed)


def test_both_counts_stand_at_their_dates_and_the_table_has_them(drawn, situation) -> None:
    (one,) = drawn(plot_formation, history(situation, DAYS))
    assert [y for _, y in one.points("kampung")] == [4, 5, 5, 7]
    assert [y for _, y in one.points("mature")] == [1, 2, 2, 3]
    days = [x for x, _ in one.points("kampung")]
    assert [round(b - a) for a, b in pairwise(days)] == [201, 27, 77]
    assert one.exhibit.rows == tuple((day, k, k, m) for day, k, m in DAYS)


def test_the_number_of_villages_is_the_line_to_reach(drawn, situation) -> None:
    (one,) = drawn(plot_formation, history(situation, DAYS))
    assert {y for _, y in one.points("villages")} == {9}
    assert "9 desa" in one.words()


def test_lines_are_joined_counts_and_nothing_else(drawn, situation) -> None:
    (one,) = drawn(plot_formation, history(situation, DAYS))
    named = {label for label in one.labels(Line2D, "") if label and not label.startswith("_")}
    assert named == {"villages", "kampung", "mature"}


def test_first_last_and_new_counts_are_written(drawn, situation) -> None:
    (one,) = drawn(plot_formation, history(situation, DAYS))
    numbers = [words for words in one.words() if words.isdigit()]
    assert sorted(numbers) == ["1", "2", "3", "4", "5", "7"]


def test_title_gives_the_last_count_and_the_villages_without(drawn, situation) -> None:
    (one,) = drawn(plot_formation, history(situation, DAYS))
    assert one.exhibit.title == "7 Kampung KB pada 28 Agustus 2023; 2 dari 9 desa belum mempunyai Kampung KB"
    (full,) = drawn(plot_formation, history(situation, DAYS, missing=0))
    assert full.exhibit.title == "7 Kampung KB pada 28 Agustus 2023; tiap desa mempunyainya"
    assert "bukan penurunan" in one.exhibit.notes[0]


def test_dates_that_come_close_part_or_are_left_out(look) -> None:
    close = [(f"2023-06-{day:02d}", 5 + day, 1) for day in range(1, 13)] + [("2024-12-31", 40, 9)]
    one = look(draw_formation(close, 45))
    assert one.faults() == []
    shown = one.words("date")
    assert "31 Des 2024" in shown
    assert len(shown) < 13


def test_one_date_no_mature_kampung_and_more_kampung_than_villages_are_drawn(look) -> None:
    for points, villages in (
        ([("2024-01-01", 3, 0)], 12),
        ([("2022-01-01", 0, 0), ("2024-01-01", 0, 0)], 5),
        ([("2022-01-01", 5, 5), ("2024-01-01", 20, 20)], 9),
        ([("2022-01-01", 1200, 300), ("2024-01-01", 1352, 100)], 1700),
    ):
        one = look(draw_formation(points, villages))
        assert one.faults() == [], points
        assert {"Kampung KB", "Mandiri atau lebih"} <= set(one.words())


def test_without_any_export_it_is_a_statement(drawn, situation) -> None:
    (one,) = drawn(plot_formation, history(situation, []))
    assert one.figure is None
    assert one.exhibit.title == "Pembentukan Kampung KB: tidak ada data"
