"""The panel without a browser: every move shows what the package computes, and text from outside stays text."""

import html
import re
from dataclasses import replace

import pytest

from kbk_analysis.charts.whatif import plot_whatif
from kbk_analysis.explore.panel import PriorityPanel, explore_priorities
from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import release
from kbk_analysis.priority.chapter import fixed_method
from kbk_analysis.priority.whatif import whatif
from tests.priority_fixture.build import make_inputs

JUDGE = "dinkes: penilai 2"


@pytest.fixture(scope="module")
def inputs():
    return make_inputs(problems=6, judges=7)


@pytest.fixture
def panel(inputs) -> PriorityPanel:
    return explore_priorities(inputs, fixed_method())


def written(panel: PriorityPanel) -> list[str]:
    """Cells of the table that is shown, row by row."""
    return [html.unescape(cell) for cell in re.findall(r'data-key="\w+">([^<]*)<', panel.shown.value)]


def wanted(inputs, **changes) -> list[str]:
    fixed = fixed_method()
    meeting, trial = (release(found, "internal") for found in (whatif(inputs, fixed), whatif(inputs, fixed, **changes)))
    (exhibit,) = plot_whatif(trial, meeting)
    return [cell for row in exhibit.display_rows() for cell in row]


def test_every_move_shows_what_the_package_computes(panel, inputs) -> None:
    assert written(panel) == wanted(inputs)
    panel.weights["S"].value = 3.0
    assert written(panel) == wanted(inputs, weights={"S": 3})
    panel.judges[JUDGE].value = False
    assert written(panel) == wanted(inputs, weights={"S": 3}, without=[JUDGE])
    panel.top.value = 2
    assert written(panel) == wanted(inputs, weights={"S": 3}, without=[JUDGE], top=2)
    panel.reset.click()
    assert written(panel) == wanted(inputs)
    assert all(slider.value == 1.0 for slider in panel.weights.values())


def test_there_is_a_switch_for_each_judge_and_a_slider_for_each_criterion(panel, inputs) -> None:
    assert set(panel.judges) == set(inputs.scores["judge"])
    assert list(panel.weights) == ["U", "S", "G"]


def test_a_method_without_weights_says_so_and_its_sliders_rest(panel) -> None:
    panel.weights["U"].value = 2.0
    for method, said in (("usg_product", "U × S × G mengalikan"), ("usg_pairs", "menghitung kemenangan")):
        panel.method.value = method
        assert panel.trial.method.id == method
        assert all(slider.disabled for slider in panel.weights.values())
        assert said in panel._no_weights.value
    panel.method.value = "usg_sum"
    assert not any(slider.disabled for slider in panel.weights.values())
    assert panel._no_weights.value == ""
    assert str(panel.trial.method.formula) == "2 × U + S + G"  # as it stood


def test_all_weights_at_nothing_are_told_and_not_drawn(panel) -> None:
    for slider in panel.weights.values():
        slider.value = 0.0
    assert "semuanya nol" in panel.shown.value
    assert "<img" not in panel.shown.value
    panel.weights["U"].value = 1.0
    assert "<img" in panel.shown.value


def test_nobody_left_is_told(panel) -> None:
    for switch in panel.judges.values():
        switch.value = False
    assert "tidak ada data" in panel.shown.value
    assert "<img" not in panel.shown.value


def test_a_meeting_before_its_scores_and_a_weighted_method_have_a_panel() -> None:
    assert "tidak ada data" in explore_priorities(make_inputs(judges=0), fixed_method()).shown.value
    own = {"method": "mcua", "weights": "size=5,cost=2"}
    panel = explore_priorities(make_inputs(problems=3, judges=5, **own), fixed_method(**own))
    panel.weights["cost"].value = 2.5
    assert "5 × size + 5 × cost" in panel.shown.value


def test_a_panel_keeps_its_language(inputs) -> None:
    with using("en"):
        panel = explore_priorities(inputs, fixed_method())
        english = panel.shown.value
    panel.weights["U"].value = 2.0
    panel.weights["U"].value = 1.0
    assert panel.shown.value == english


def test_text_from_outside_stays_text(inputs) -> None:
    names = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')
    evil = make_inputs(problems=4, judges=6, names=names)
    evil = replace(evil, scores=evil.scores.assign(judge=evil.scores["judge"].str.replace("dinkes", "<b>x</b>")))
    panel = explore_priorities(evil, fixed_method())
    assert "<script" not in panel.shown.value
    assert panel.shown.value.count("<img") == 1
    assert not any(switch.description_allow_html for switch in panel.judges.values())
