"""Figures of a meeting: what is drawn is what was counted, a blank is seen as one, no doubt is mixed with another."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.lines import Line2D

from kbk_analysis.charts.acceptability import plot_rank_shares
from kbk_analysis.charts.judges import mean_scores, plot_judges
from kbk_analysis.charts.problems import SHADES, layout, rows_of, shade
from kbk_analysis.charts.quadrants import plot_places
from kbk_analysis.charts.style import luminance
from kbk_analysis.charts.ways import plot_methods
from kbk_analysis.charts.weights import plot_weights
from kbk_analysis.exhibit import Place
from kbk_analysis.i18n import integer
from tests.priority_fixture.build import LONG, make_priorities


@pytest.fixture(scope="module")
def ten():
    return make_priorities(problems=10, judges=15)


def test_shades_grow_darker_in_grey_too() -> None:
    assert [luminance(colour) for colour in SHADES] == sorted((luminance(c) for c in SHADES), reverse=True)
    assert [shade(part) for part in (0.0, 0.01, 0.2, 0.5, 1.0)] == list(SHADES)


def test_every_share_that_rounds_to_a_number_is_printed_and_no_other(ten, drawn) -> None:
    (one,) = drawn(plot_rank_shares, ten)
    shares = ten.by_judges.by_rank.ravel()
    assert sorted(one.words("share")) == sorted(integer(100 * share) for share in shares if round(100 * share))


def test_the_frame_spans_the_interval_of_each_problem(ten, drawn) -> None:
    (one,) = drawn(plot_rank_shares, ten)
    boxes = sorted(one.boxes("interval"), key=lambda box: box[1])
    step = min(
        box[2] / (high - low + 1) for box, low, high in zip(boxes, ten.by_judges.low, ten.by_judges.high, strict=True)
    )
    for box, low, high in zip(boxes, ten.by_judges.low, ten.by_judges.high, strict=True):
        assert box[2] == pytest.approx((high - low + 1) * step)
    assert len(boxes) == 10


def test_a_line_stands_between_tiers_only(ten, drawn) -> None:
    (one,) = drawn(plot_rank_shares, ten)
    assert len(one.artists(Line2D, "tier")) == ten.by_judges.tiers.max() - 1


def test_judges_and_weights_are_two_figures_with_their_own_draws(ten) -> None:
    (judges,), (weights,) = plot_rank_shares(ten, "judges"), plot_rank_shares(ten, "weights", "annex")
    assert judges.id != weights.id
    assert "2.000" in judges.notes[0]
    assert "10.000" in weights.notes[0]
    assert weights.place is Place.ANNEX
    assert judges.rows != weights.rows


def test_few_judges_have_no_resampled_ranks_and_say_why() -> None:
    (one,) = plot_rank_shares(make_priorities(problems=8, judges=3))
    assert not one.svg
    assert "3 penilai, sedikitnya 5" in one.notes[0]


def test_a_blank_cell_is_hatched_and_a_number_stands_in_every_other(ten, drawn) -> None:
    (one,) = drawn(plot_judges, ten)
    means = mean_scores(ten)
    assert len(one.boxes("silent")) == np.isnan(means).sum()
    assert len(one.words("score")) + len(one.words("part")) == (~np.isnan(means)).sum()


def test_a_sheet_with_one_criterion_blank_stands_in_brackets(drawn) -> None:
    found = make_priorities(problems=4, judges=5, blank=0)
    scores = found.scores.copy()
    scores[0, 0, 2] = np.nan
    (one,) = drawn(plot_judges, replace(found, scores=scores))
    (part,) = one.words("part")
    assert part.startswith("(")


def test_own_problems_are_framed(ten, drawn) -> None:
    (one,) = drawn(plot_judges, ten)
    own = [agency == lead for agency in ten.judges["agency"] for lead in ten.problems["lead_agency"]]
    assert len(one.boxes("own")) == sum(own) > 0


def test_many_judges_go_on_over_sheets_and_each_is_shown_once(drawn) -> None:
    found = make_priorities(problems=5, judges=40)
    heads = [word for one in drawn(plot_judges, found) for word in one.words("judge")]
    assert len(heads) == len(set(heads)) == 40


def test_one_judge_has_no_line_of_agreement(drawn) -> None:
    (one,) = drawn(plot_judges, make_priorities(problems=6, judges=1, blank=0))
    assert one.words("with_rest") == []


def test_dots_lie_at_the_shares_of_all_weights(ten, drawn) -> None:
    (one,) = drawn(plot_weights, ten)
    assert [x for x, _ in one.points("among")] == pytest.approx(100 * ten.by_weights.among_first(3))
    assert [x for x, _ in one.points("first")] == pytest.approx(100 * ten.by_weights.by_rank[:, 0])


def test_a_product_has_no_weights_to_draw() -> None:
    (one,) = plot_weights(make_priorities(problems=9, judges=7, method="hanlon_sum"))
    assert not one.svg
    assert "Hanlon" in one.notes[0]


def test_every_node_carries_its_rank_and_ties_their_common_one(ten, drawn) -> None:
    (one,) = drawn(plot_methods, ten)
    numbers = [int(word) for word in one.words("rank") if word.isdigit()]
    table = [value for row in one.exhibit.rows for value in row[1:]]
    # ranks before the statements carry the mark of a tie, so that they are digits only without one
    marks = [int(row.mark) for row in rows_of(ten) if row.mark.isdigit()]
    assert sorted(numbers) == sorted([*table, *marks])


def test_villages_of_the_table_are_those_high_in_both(ten) -> None:
    for one, (_, part) in zip(plot_places(ten), ten.places.groupby("problem", sort=False), strict=True):
        both = part[part["verdict"] == "both"].sort_values(["affected", "area_code"], ascending=[False, True])
        assert [row[0] for row in one.rows] == both["name"].head(20).tolist()
        assert f"{len(both)} dari {len(part)} desa" in one.title


def test_hidden_villages_are_no_dots(ten, drawn) -> None:
    hidden = ten.places.assign(verdict=ten.places["verdict"].where(ten.places["area_code"] != "99.01.01.2001", ""))
    shown = sum(len(one.points(kind)) for one in drawn(plot_places, replace(ten, places=hidden))
                for kind in ("both", "share", "number", "neither"))  # fmt: skip
    assert shown == (hidden["verdict"] != "").sum() < len(hidden)


def test_long_statements_take_three_lines_while_there_is_room_and_two_on_more_sheets() -> None:
    few = layout(rows_of(make_priorities(problems=12, judges=6, names=LONG)), 168)
    many = layout(rows_of(make_priorities(problems=40, judges=6, names=LONG)), 168)
    assert (few.lines, len(few.sheets)) == (3, 1)
    assert (many.lines, len(many.sheets)) == (2, 2)
    assert [row.id for sheet in many.sheets for row in sheet] == [
        row.id for row in rows_of(make_priorities(problems=40, judges=6, names=LONG))
    ]
