"""What holds for every figure at every size: it fits, it is told in words, it is released."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kbk_analysis.charts.acceptability import plot_rank_shares
from kbk_analysis.charts.classes import plot_classes
from kbk_analysis.charts.completeness import plot_completeness
from kbk_analysis.charts.formation import plot_formation
from kbk_analysis.charts.funnel import plot_funnel
from kbk_analysis.charts.ibangga import plot_ibangga
from kbk_analysis.charts.indicators import plot_targets
from kbk_analysis.charts.judges import plot_judges
from kbk_analysis.charts.maps import plot_map
from kbk_analysis.charts.quadrants import plot_places
from kbk_analysis.charts.ranges import plot_class_ranges
from kbk_analysis.charts.ranked import plot_ranked
from kbk_analysis.charts.risk import plot_risk
from kbk_analysis.charts.rug import plot_differences, plot_rug
from kbk_analysis.charts.sasaran import plot_sasaran
from kbk_analysis.charts.series import plot_series
from kbk_analysis.charts.slope import plot_slope
from kbk_analysis.charts.spread_bars import plot_spreads
from kbk_analysis.charts.stages import plot_stages
from kbk_analysis.charts.style import PAGE_HEIGHT
from kbk_analysis.charts.waterfall import plot_gap
from kbk_analysis.charts.ways import plot_methods
from kbk_analysis.charts.weights import plot_weights
from kbk_analysis.exhibit import Exhibit
from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import Unreleased
from tests.priority_fixture.build import CASES, make_inputs, make_priorities

PLOTS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "classes": (plot_classes, ()),
    "ranges": (plot_class_ranges, ()),
    "completeness of kampung": (plot_completeness, ("kampung",)),
    "completeness of indicators": (plot_completeness, ("indicators",)),
    "targets": (plot_targets, ("S3",)),
    "differences": (plot_differences, ()),
    "rug": (plot_rug, ()),
    "map": (plot_map, ()),
    "series": (plot_series, (("S1-01", "S1-02", "S2-01", "S3-02", "S3-04"),)),
    "formation": (plot_formation, ()),
    "funnel": (plot_funnel, ()),
    "ranked": (plot_ranked, ()),
    "slope": (plot_slope, ()),
    "spreads": (plot_spreads, ()),
    "gap": (plot_gap, ()),
    "ibangga": (plot_ibangga, ()),
    "risk": (plot_risk, ()),
    "sasaran": (plot_sasaran, ()),
    "stages": (plot_stages, ()),
}
plot = pytest.mark.parametrize(("function", "arguments"), PLOTS.values(), ids=PLOTS)
MEETING_PLOTS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "ranks with other judges": (plot_rank_shares, ("judges",)),
    "ranks with other weights": (plot_rank_shares, ("weights",)),
    "judges": (plot_judges, ()),
    "weights": (plot_weights, ()),
    "methods": (plot_methods, ()),
    "places": (plot_places, ()),
}
meeting_plot = pytest.mark.parametrize(("function", "arguments"), MEETING_PLOTS.values(), ids=MEETING_PLOTS)


@plot
def test_it_fits_the_sheet_and_is_told_in_words(any_situation, drawn, function, arguments) -> None:
    for one in drawn(function, any_situation, *arguments):
        check(one)


@plot
def test_it_fits_and_is_told_in_english_too(situation, drawn, function, arguments) -> None:
    with using("en"):
        for options in ({"units": 14}, {"units": 16, "regency": True}, {"units": 3, "blank": True}):
            for one in drawn(function, situation(**options), *arguments):
                check(one)


def check(one: Any) -> None:
    """No text touches another or leaves the sheet; title, source and, for a figure, alt text, n and table."""
    exhibit = one.exhibit
    assert 0 < len(exhibit.title) <= 90, exhibit.title
    assert exhibit.source
    assert bool(exhibit.alt) == bool(exhibit.svg)
    if one.figure is not None:
        assert one.faults() == []
        assert one.figure.get_figheight() * 72 <= PAGE_HEIGHT + 0.5
        assert exhibit.n
        assert exhibit.fields
        assert exhibit.rows
        assert exhibit.alt.endswith(".")
        ET.fromstring(exhibit.svg)


@plot
def test_ids_are_stable_and_differ(situation, drawn, function, arguments) -> None:
    exhibits = [one.exhibit for one in drawn(function, situation(units=60), *arguments)]
    ids = [exhibit.id for exhibit in exhibits]
    assert len(set(ids)) == len(ids)
    assert all(id.replace("-", "").isalnum() and id == id.lower() for id in ids)


@plot
def test_an_unreleased_result_is_refused(situation, function, arguments) -> None:
    with pytest.raises(Unreleased):
        function(situation(edition=None), *arguments)


@plot
def test_the_same_result_gives_the_same_bytes(situation, function, arguments) -> None:
    first, second = (function(situation(units=3), *arguments) for _ in range(2))
    for one, other in zip(*((x,) if isinstance(x, Exhibit) else x for x in (first, second)), strict=True):
        assert one.svg == other.svg
        assert one.payload() == other.payload()


@plot
def test_names_from_outside_are_text(situation, drawn, function, arguments) -> None:
    evil = ("<script>alert(1)</script>", "$\\frac{1}{0}$ & co", "\u202edrow\u0000", "村 Maju", "_x_ {y} %s {0}")
    for options in ({"units": 5}, {"units": 5, "regency": True}):
        for one in drawn(function, situation(names=evil, **options), *arguments):
            if one.figure is not None:
                assert one.faults() == []
                assert "<script" not in one.exhibit.svg
                ET.fromstring(one.exhibit.svg)


# ---------------------------------------------------------------- figures of a meeting


@pytest.fixture(scope="module", params=CASES)
def any_meeting(request) -> Any:
    """Each of the meetings of `CASES`."""
    return make_priorities(**CASES[request.param])


@meeting_plot
def test_a_figure_of_a_meeting_fits_and_is_told_in_words(any_meeting, drawn, function, arguments) -> None:
    exhibits = drawn(function, any_meeting, *arguments)
    for one in exhibits:
        check(one)
    ids = [one.exhibit.id for one in exhibits]
    assert len(set(ids)) == len(ids)
    assert all(id.replace("-", "").isalnum() and id == id.lower() for id in ids)


@meeting_plot
def test_a_figure_of_a_meeting_fits_in_english_too(drawn, function, arguments) -> None:
    with using("en"):
        for case in ("10 problems", "12 problems of 120 letters", "Hanlon with PEARL", "MCUA"):
            for one in drawn(function, make_priorities(**CASES[case]), *arguments):
                check(one)


@meeting_plot
def test_an_unreleased_meeting_is_refused(function, arguments) -> None:
    with pytest.raises(Unreleased):
        function(replace(make_priorities(problems=3, judges=5), edition=None), *arguments)


@meeting_plot
def test_the_same_meeting_gives_the_same_bytes(function, arguments) -> None:
    first, second = (function(make_priorities(problems=5, judges=6), *arguments) for _ in range(2))
    assert [one.svg for one in first] == [one.svg for one in second]
    assert [one.payload() for one in first] == [one.payload() for one in second]


@meeting_plot
def test_statements_and_judges_from_outside_are_text(drawn, function, arguments) -> None:
    evil = ("<script>alert(1)</script>", "$\\frac{1}{0}$ & co", "\u202edrow\u0000", "村 Maju", "_x_ {y} %s {0}")
    inputs = make_inputs(problems=5, judges=6, names=evil)
    scores = inputs.scores.assign(judge=inputs.scores["judge"].str.replace("dinkes", "<b>$x$ {0}"))
    meeting = make_priorities(inputs=replace(inputs, scores=scores))
    for one in drawn(function, meeting, *arguments):
        if one.figure is not None:
            assert one.faults() == []
            assert "<script" not in one.exhibit.svg
            ET.fromstring(one.exhibit.svg)
