"""Values over time: points as they are, gaps as gaps, nothing fitted and no word of a trend."""

import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.lines import Line2D

from kbk_analysis.charts.series import Panel, draw_series, plot_series, position
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import using
from kbk_analysis.schema import Direction
from kbk_analysis.situation.result import Remark

YEARS = ("2021", "2022", "2023")


def panel(**fields) -> Panel:
    values = fields.pop("values", (40.0, None, 55.5))
    limits = {
        "lower": tuple(v if v is None else v - 3 for v in values),
        "upper": tuple(v if v is None else v + 4 for v in values),
    }
    return Panel(**{"id": "a", "name": "Indikator", "periods": YEARS, "values": values, **limits, **fields})


# ------------------------------------------------------------------ the drawing


def test_points_and_intervals_stand_at_their_values(look) -> None:
    one = look(draw_series([panel()]))
    assert [p for p in one.points("value") if p[0] > 1000] == [(2021.5, 40.0), (2023.5, 55.5)]
    assert one.points("ci") == [(2021.5, 37.0), (2021.5, 44.0), (2023.5, 52.5), (2023.5, 59.5)]


def test_the_only_line_joins_the_points_and_breaks_at_a_gap(look) -> None:
    one = look(draw_series([panel()]))
    points = one.points("line")
    assert [x for x, _ in points] == [2021.5, 2022.5, 2023.5]
    assert points[0][1] == 40.0
    assert math.isnan(points[1][1])
    assert points[2][1] == 55.5
    others = set(one.labels(Line2D, "")) - {"line", "value", "ci", "target"}
    assert all(label.startswith("_") or not label for label in others)


def test_a_gap_is_told_where_it_is(look) -> None:
    one = look(draw_series([panel()]))
    (gap,) = [text for text in one.written() if text.artist.get_label() == "gap"]
    assert gap.words == "td"
    assert gap.artist.get_position()[0] == 2022.5
    assert "td = tidak ada data" in one.words()
    full = look(draw_series([panel(values=(1.0, 2.0, 3.0))]))
    assert "td = tidak ada data" not in full.words()


def test_a_target_is_drawn_only_where_there_is_one(look) -> None:
    with_target = look(draw_series([panel(target=63.0)]))
    assert {y for _, y in with_target.points("target")} == {63.0}
    assert "target" in with_target.words()
    without = look(draw_series([panel()]))
    assert without.points("target") == []
    assert "target" not in without.words()


def test_all_panels_have_one_scale(look) -> None:
    late = panel(id="b", periods=("2023",), values=(5.0,))
    one = look(draw_series([panel(), late, panel(id="c", values=(90.0, 95.0, 99.0))]))
    limits = {(ax.get_xlim(), ax.get_ylim()) for ax in one.axes[1:]}
    assert len(limits) == 1
    assert limits.pop()[1] == (0, 100)


def test_the_last_value_is_written_in_whole_numbers_clear_of_its_marks(look) -> None:
    for values, target in (((40.0, 50.0, 99.0), 100.0), ((40.0, 2.0, 1.0), None), ((40.0, 50.0, 60.0), 71.0)):
        one = look(draw_series([panel(values=values, target=target)]))
        (last,) = [text for text in one.written() if text.artist.get_label() == "last"]
        assert last.words == str(round(values[-1]))
        assert one.faults() == []
        y = last.artist.get_position()[1]
        assert abs(y - values[-1]) >= 4
        assert target is None or abs(y - target) >= 2


def test_reached_follows_the_direction_and_is_unknown_where_it_cannot_be_said() -> None:
    assert panel(target=55.5).reached is True
    assert panel(target=55.6).reached is False
    assert panel(target=55.6, direction=Direction.LOWER).reached is True
    assert panel(target=50.0, direction=Direction.CONTEXT).reached is None
    assert panel().reached is None
    assert panel(target=50.0, values=(60.0, 60.0, None)).reached is None


def test_half_years_and_months_stand_in_the_middle_of_their_time() -> None:
    assert [position(p) for p in ("2024", "2024-S1", "2024-S2", "2024-01", "2024-12")] == [
        2024.5, 2024.25, 2024.75, pytest.approx(2024 + 0.5 / 12), pytest.approx(2024 + 11.5 / 12),
    ]  # fmt: skip


def test_a_single_period_and_many_periods_are_drawn(look) -> None:
    one = look(draw_series([panel(periods=("2024",), values=(40.0,))]))
    assert one.faults() == []
    many = tuple(f"{year}-S{half}" for year in range(2018, 2025) for half in (1, 2))
    dense = look(draw_series([panel(periods=many, values=tuple(float(i) for i in range(14)))]))
    assert dense.faults() == []
    assert {"2018-S1", "2024-S2"} <= set(dense.words())


# ------------------------------------------------------------------ from a situation


TREND = re.compile(
    r"\b(naik|turun|meningkat|menurun|peningkatan|penurunan|membaik|memburuk|tren|stabil|kenaikan"
    r"|rise|rising|fall|falling|increas\w*|decreas\w*|improv\w*|worsen\w*|declin\w*|trend\w*|stable)\b",
    re.IGNORECASE,
)


def test_a_word_of_a_trend_is_used_only_where_the_marker_has_one(drawn, situation) -> None:
    for language, marker, few in (
        ("id", "▼ memburuk", "deret terlalu pendek"),
        ("en", "▼ worsening", "series too short"),
    ):
        with using(language):
            (one,) = drawn(plot_series, situation(), ("S1-01", "S2-01", "S3-02", "S3-04"))
            told = [one.exhibit.title, one.exhibit.alt, one.exhibit.n, *one.words()]
            assert [text for text in told if TREND.search(text)] == [marker]
            assert [text for text in one.words() if text.startswith(few)]


def test_the_table_holds_every_point_and_gap(drawn, situation) -> None:
    made = situation()
    (one,) = drawn(plot_series, made, ("S3-02",))
    # the fifth of the ten indicators (5 + 4) % 7 == 2: nothing in the last year
    periods = [row[1] for row in one.exhibit.rows]
    values = [row[2] for row in one.exhibit.rows]
    assert periods == ["2020", "2021", "2022", "2023", "2024"]
    assert values[-1] == Refusal("incomplete", values[-1].details)
    assert [y for x, y in one.points("value") if x > 1000] == values[:-1]
    assert all(row[3] < row[2] < row[4] for row in one.exhibit.rows[:-1])
    assert [row[5] for row in one.exhibit.rows[:-1]] == [300, 310, 320, 330]
    assert one.exhibit.title.endswith("1 nilai kosong")


def test_title_counts_reached_of_judged_in_the_last_period(drawn, situation) -> None:
    # by hand, last year: S1-02 reaches 55 (194 of 340), S1-01 misses 100, S3-02 has no value
    (one,) = drawn(plot_series, situation(), ("S1-01", "S1-02", "S3-02"))
    assert one.exhibit.title.startswith("1 dari 2 indikator mencapai target pada 2024")


def test_an_indicator_that_ends_earlier_is_not_judged_with_the_others(drawn, situation) -> None:
    made = situation()
    old = made.series["indicator"].eq("S1-02") & made.series["period"].eq("2024")
    (one,) = drawn(plot_series, replace(made, series=made.series[~old]), ("S1-01", "S1-02"))
    assert one.exhibit.title.startswith("0 dari 1 indikator")


def test_by_default_what_the_findings_name_is_shown(drawn, situation) -> None:
    found = tuple(Remark("worse", {}, indicator=id) for id in ("S2-01", "S3-02", "S2-01", "S1-11"))
    (one,) = drawn(plot_series, situation(findings=found))
    assert list(dict.fromkeys(row[0] for row in one.exhibit.rows)) == [
        "Partisipasi BKB",
        "Pemakaian kontrasepsi modern (mCPR)",
    ]
    (other,) = drawn(plot_series, situation(findings=()))
    assert len({row[0] for row in other.exhibit.rows}) == 9


def test_at_most_twelve_known_indicators_in_per_cent_can_be_asked_for(situation) -> None:
    for wrong in (["S1-11"], ["X9-99"], ["S3-02"] * 13):
        with pytest.raises(ValueError, match="12"):
            plot_series(situation(), wrong)


def test_without_a_series_it_is_a_statement(drawn, situation) -> None:
    made = situation()
    (one,) = drawn(plot_series, replace(made, series=pd.DataFrame(columns=made.series.columns)), ("S3-02",))
    assert one.figure is None
    assert one.exhibit.title == "Nilai antarwaktu: tidak ada data"
