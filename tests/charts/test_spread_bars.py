"""Range bars: low, mean and high of each year, the ends named, and statements where there is nothing to draw."""

from dataclasses import replace

import pytest

from kbk_analysis.charts.series import position
from kbk_analysis.charts.spread_bars import PANELS, plot_spreads
from kbk_analysis.errors import Refusal


def of(situation, id):
    rows = situation.spread_years
    return rows[(rows["indicator"] == id) & (rows["reason"] == "")]


@pytest.mark.parametrize("units", [3, 14, 40])
def test_each_bar_runs_from_low_to_high_with_the_mean_in_it(drawn, situation, units) -> None:
    found = situation(units=units)
    (one,) = drawn(plot_spreads, found)
    ids = [id for id in found.levels.index if id in set(found.spread_years["indicator"])]
    shown = [id for id in ids if id not in ("S1-03", "S2-01")][:PANELS]  # one is mostly chance, one is hidden
    rows = [row for id in shown for row in of(found, id)[["period", "lower", "upper", "value"]].values]
    known = [(position(period), *rest) for period, *rest in rows]
    ranges = {(at, low, high) for at, low, high, _ in known}
    ends = one.points("range")
    assert {(a[0], a[1], b[1]) for a, b in zip(ends[::2], ends[1::2], strict=True)} == ranges
    assert set(one.points("mean")) == {(at, mean) for at, _, _, mean in known}


def test_the_ends_of_the_latest_year_are_written(drawn, situation) -> None:
    found = situation(units=14)
    (one,) = drawn(plot_spreads, found)
    last = of(found, "S1-01").iloc[-1]
    assert one.words("low")[0] == str(round(last["lower"]))
    assert one.words("high")[0] == str(round(last["upper"]))


@pytest.mark.parametrize(
    ("units", "said", "other"), [(14, "terendah–tertinggi", "P10–P90"), (40, "P10–P90", "terendah")]
)
def test_title_legend_and_table_name_the_ends(drawn, situation, units, said, other) -> None:
    (one,) = drawn(plot_spreads, situation(units=units))
    told = [one.exhibit.title, one.words("legend")[0], one.exhibit.alt, str(one.exhibit.rows[0])]
    assert all(said in text for text in told)
    assert not any(other in text for text in told)
    assert any("kebetulan" in note for note in one.exhibit.notes) == (units < 20)


def test_the_title_tells_the_distance_of_the_first_in_its_latest_year(situation) -> None:
    found = situation(units=40)
    last = of(found, "S1-01").iloc[-1]
    distance = f"{last['upper'] - last['lower']:.1f}".replace(".", ",")
    assert f"berjarak {distance} poin persen" in plot_spreads(found).title


def test_a_year_without_a_range_is_marked_and_its_row_says_why(drawn, situation) -> None:
    found = situation(units=14)
    (one,) = drawn(plot_spreads, found)
    gaps = [row for row in one.exhibit.rows if isinstance(row[2], Refusal)]
    assert len(one.words("gap")) == len(gaps) > 0
    assert {row[2].code for row in gaps} == {"incomplete"}


def test_what_is_hidden_is_not_drawn(situation) -> None:
    names = {row[0] for row in plot_spreads(situation(units=14)).rows}
    hidden = situation(units=14).spreads
    assert (hidden.loc[hidden["indicator"] == "S2-01", "reason"] == "suppressed").any()
    assert "Partisipasi BKB" not in names


@pytest.mark.parametrize("options", [{"units": 1}, {"units": 2}, {"units": 14, "blank": True}])
def test_where_nothing_is_given_a_statement_says_what_is_needed(situation, options) -> None:
    exhibit = plot_spreads(situation(**options))
    assert not exhibit.svg
    assert exhibit.title == "Rentang antardesa tidak digambar: terlalu sedikit desa yang melapor."
    assert "3 desa" in exhibit.notes[0]


def test_an_empty_result_is_a_statement_too(situation) -> None:
    found = situation(units=9)
    empty = replace(found, spreads=found.spreads[:0], spread_years=found.spread_years[:0])
    assert not plot_spreads(empty).svg
