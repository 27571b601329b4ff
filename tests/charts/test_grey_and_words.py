"""A photocopy still tells classes apart, and who hears a figure hears the finding that its title states."""

import re
from collections import defaultdict
from itertools import combinations
from typing import Any

import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch

from kbk_analysis.charts import funnel
from kbk_analysis.charts.style import HATCH, PALE, fill, luminance, new_sheet
from kbk_analysis.i18n import using
from kbk_analysis.narrative.figures import Caption
from tests.charts.conftest import CASES, Drawn
from tests.charts.test_every_figure import PLOTS, plot

STEP = 12.0  # least difference of lightness (CIE L*, 0 to 100) between two classes on paper
GROUND = {"#ffffff", PALE.lower()}  # paper and the bands of rows are no class


def lightness(colour: str) -> float:
    """CIE L*, the lightness the eye sees in a grey copy."""
    light = luminance(colour)
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light


def classes(one: Drawn) -> dict[str, set[str]]:
    """Colours that tell one filled shape from another of the same form, by form; hatched ones are told by it."""
    found: dict[str, set[str]] = defaultdict(set)
    for patch in one.artists(PathPatch):
        if patch.get_hatch() != HATCH and to_rgba(patch.get_facecolor())[3]:
            found["box"].add(to_hex(patch.get_facecolor()))
    for line in one.artists(Line2D):
        marker = line.get_marker()
        if marker not in ("None", "", None) and len(line.get_xdata()):
            size = round(line.get_markersize())  # a smaller dot is another sign
            found[f"{marker} {size}"].add(to_hex(line.get_markerfacecolor()))
    return {form: colours - GROUND for form, colours in found.items()}


def merging(one: Drawn) -> list[tuple[str, str, str]]:
    """Pairs of classes of one form that a grey copy would merge."""
    return [
        (form, a, b)
        for form, colours in classes(one).items()
        for a, b in combinations(sorted(colours), 2)
        if abs(lightness(a) - lightness(b)) < STEP
    ]


def words(text: str) -> list[str]:
    return re.findall(r"\w+|[%“”]", text.lower())


def finding(title: str) -> str:
    """What a title says beyond its subject and the number of its sheet."""
    return re.sub(r" \(\d+/\d+\)$", "", title).split(": ", 1)[-1]


def told(title: str, alt: str) -> bool:
    """Whether the alternative text has every word and number of the finding, in that order."""
    rest = iter(words(alt))
    return all(word in rest for word in words(finding(title)))


# ------------------------------------------------------------------ the checks can fail


def test_lightness_is_that_of_the_eye() -> None:
    assert [round(lightness(colour)) for colour in ("#000000", "#777777", "#FFFFFF")] == [0, 50, 100]
    # the palette that was turned down: green and red that fall together in print
    assert abs(lightness("#1A9641") - lightness("#D7191C")) < STEP


def test_a_finding_with_another_number_is_not_told() -> None:
    title, alt = "mCPR (a): 3 dari 14 desa di luar batas (2/3)", "Corong. mCPR: {n} dari 14 desa di luar batas 99,8 %."
    assert told(title, alt.format(n=3))
    assert not told(title, alt.format(n=2))
    assert not told(title, "Corong 14 desa.")


def test_a_chart_whose_classes_merge_is_found(look) -> None:
    sheet = new_sheet(40)
    fill(sheet.ax, [(0, 0, 9, 9)], "#1A9641")
    fill(sheet.ax, [(20, 0, 9, 9)], "#D7191C")
    assert merging(look(sheet.figure)) == [("box", "#1a9641", "#d7191c")]


# ------------------------------------------------------------------ every chart


@plot
def test_classes_stay_apart_in_grey(situation, drawn, function, arguments) -> None:
    for options in ({"units": 14}, {"units": 16, "regency": True}):
        for one in drawn(function, situation(**options), *arguments):
            if one.figure is not None:
                assert merging(one) == []


def test_the_charts_that_class_are_looked_at(situation, drawn) -> None:
    """Else the check above might see nothing."""
    least = {"classes": 4, "map": 4, "rug": 3, "differences": 3}
    for name, count in least.items():
        function, arguments = PLOTS[name]
        shown: Any = drawn(function, situation(units=14), *arguments)
        assert max(len(classes(one)["box"]) for one in shown) >= count, name


@plot
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("case", CASES)
def test_the_alternative_text_names_the_finding_of_the_title(situation, language, case, function, arguments) -> None:
    if case == "40 districts":
        return
    with using(language):
        found = function(situation(**CASES[case]), *arguments)
        for exhibit in found if isinstance(found, tuple) else (found,):
            if exhibit.svg:
                assert told(exhibit.title, exhibit.alt), (exhibit.title, exhibit.alt)


def test_a_caption_without_its_finding_would_be_seen(situation, monkeypatch) -> None:
    """The check follows what the charts publish, not what the words intend."""
    bare = Caption("Corong: 2 dari 9 desa di luar batas", "Diagram corong.", "9 desa")
    monkeypatch.setattr(funnel, "funnel", lambda **_: bare)
    (exhibit, *_) = funnel.plot_funnel(situation())
    assert not told(exhibit.title, exhibit.alt)
