"""Figures as they are drawn: the artists behind an exhibit, where its texts stand, what leaves the sheet."""

import dataclasses
import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from kbk_analysis.charts.style import styled
from kbk_analysis.exhibit import Exhibit
from kbk_analysis.situation.result import Situation

FINE = 10  # texts are measured at ten dots a point

# Sizes of an area and kinds of trouble that every figure must bear; the value goes to `make_situation`.
CASES: dict[str, dict[str, Any]] = {
    "one unit": {"units": 1},
    "3 units": {"units": 3},
    "14 units": {"units": 14},
    "40 units": {"units": 40},
    "names of 60 letters": {"units": 14, "names": "LONG"},
    "nothing reported": {"units": 14, "blank": True},
    "one unit, nothing reported": {"units": 1, "blank": True},
    "one district": {"units": 1, "regency": True},
    "16 districts": {"units": 16, "regency": True},
    "40 districts": {"units": 40, "regency": True},
    "districts of 60 letters": {"units": 14, "names": "LONG", "regency": True},
}


@dataclasses.dataclass(frozen=True)
class Written:
    """One text of a figure: words, artist, corners in points from the top left corner of the sheet."""

    words: str
    artist: Text
    corners: np.ndarray


@dataclasses.dataclass(frozen=True)
class Drawn:
    """One exhibit with its figure, if it has one."""

    exhibit: Exhibit | None
    figure: Figure | None

    @property
    def axes(self) -> list[Axes]:
        assert self.figure is not None
        return self.figure.axes

    def artists(self, kind: type[Any], label: str = "") -> list[Any]:
        """All artists of one class, those with a label if one is given."""
        assert self.figure is not None
        found = self.figure.findobj(lambda artist: isinstance(artist, kind) and artist.get_visible())
        return [artist for artist in found if not label or artist.get_label() == label]

    def labels(self, kind: type[Any], prefix: str) -> list[str]:
        """What follows `prefix` in the labels of artists."""
        found = (str(artist.get_label()) for artist in self.artists(kind))
        return [label.removeprefix(prefix) for label in found if label.startswith(prefix)]

    def words(self, label: str = "") -> list[str]:
        """Texts of the figure, lines joined by a blank."""
        return [" ".join(t.get_text().split("\n")) for t in self.artists(Text, label) if t.get_text().strip()]

    def points(self, label: str) -> list[tuple[float, float]]:
        """Points of the lines and symbols with this label, in the units of their axes."""
        lines: list[Line2D] = self.artists(Line2D, label)
        return [(float(x), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)]

    def boxes(self, label: str) -> list[tuple[float, float, float, float]]:
        """Boxes drawn by `fill` under this label: left, top, width, height."""
        found = []
        for patch in self.artists(PathPatch, label):
            vertices = patch.get_path().vertices
            for i in range(0, len(vertices), 5):
                (x0, y0), (x1, y1) = vertices[i : i + 4].min(axis=0), vertices[i : i + 4].max(axis=0)
                found.append((float(x0), float(y0), float(x1 - x0), float(y1 - y0)))
        return found

    def written(self) -> list[Written]:
        """Texts with their places, turned texts with their turned corners."""
        assert self.figure is not None
        width, height = self.figure.get_size_inches() * 72
        before = self.figure.dpi
        self.figure.dpi = 72 * FINE
        found = []
        with styled():
            renderer = FigureCanvasAgg(self.figure).get_renderer()
            for ax in self.figure.axes:  # ticks outside the limits of an axis are not drawn
                ax.get_tightbbox(renderer)
            for artist in self._texts():
                angle = artist.get_rotation()
                artist.set_rotation(0)
                box = artist.get_window_extent(renderer)
                artist.set_rotation(angle)
                x, y = artist.get_transform().transform(artist.get_unitless_position())
                cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
                corners = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
                turned = [(x + (a - x) * cos - (b - y) * sin, y + (a - x) * sin + (b - y) * cos) for a, b in corners]
                places = np.array([(a / FINE, height - b / FINE) for a, b in turned])
                found.append(Written(artist.get_text(), artist, places))
        self.figure.dpi = before
        assert width > 0
        return found

    def _texts(self) -> Iterator[Text]:
        assert self.figure is not None
        for ax in self.figure.axes:
            yield from (text for text in ax.texts if text.get_visible() and text.get_text().strip())
            if ax.axison:
                for axis in (ax.xaxis, ax.yaxis):
                    ticks = axis.get_ticklabels()
                    yield from (text for text in ticks if text.get_visible() and text.get_text().strip())

    def faults(self) -> list[str]:
        """Texts that leave the sheet or touch another text, and boxes or lines that leave it."""
        assert self.figure is not None
        width, height = self.figure.get_size_inches() * 72
        texts, found = self.written(), []
        for text in texts:
            (left, top), (right, bottom) = text.corners.min(axis=0), text.corners.max(axis=0)
            if min(left, top) < -0.6 or right > width + 0.6 or bottom > height + 0.6:
                found.append(f"outside: {text.words!r} {left:.0f} {top:.0f} {right:.0f} {bottom:.0f}")
        edges = [(t.corners.min(axis=0), t.corners.max(axis=0)) for t in texts]
        low, high = (np.array([e[i] for e in edges]).reshape(-1, 2) for i in (0, 1))
        for i, text in enumerate(texts):
            near = np.flatnonzero(np.all((low[i] < high) & (high[i] > low), axis=1))
            touching = [j for j in near if j > i and _overlap(text.corners, texts[j].corners)]
            found += [f"touching: {text.words!r} and {texts[j].words!r}" for j in touching]
        return found + self._beyond(width, height)

    def _beyond(self, width: float, height: float) -> list[str]:
        found = []
        for kind in (PathPatch, Line2D):
            for artist in self.artists(kind):
                if artist.axes is None:
                    continue
                points = artist.get_transform().transform(artist.get_path().vertices)
                points = points[np.isfinite(points).all(axis=1)]
                if artist.get_clip_on() and artist.axes is not self.figure.axes[0]:  # cut at the edge of its plot
                    points = np.clip(points, artist.axes.bbox.min, artist.axes.bbox.max)
                if len(points) and (points.min() < -0.6 or (points.max(axis=0) > (width + 0.6, height + 0.6)).any()):
                    found.append(f"outside: {artist.get_label()!r} {points.min(axis=0)} {points.max(axis=0)}")
        return found


def _overlap(one: np.ndarray, other: np.ndarray, slack: float = 1.2) -> bool:
    """Whether two turned boxes share more than a strip of `slack` points (an axis that parts them is sought)."""
    for shape in (one, other):
        for i in (0, 1):
            edge = shape[i + 1] - shape[i]
            length = float(np.hypot(*edge))
            if length == 0:
                continue
            axis = edge / length
            a, b = one @ axis, other @ axis
            if min(a.max(), b.max()) - max(a.min(), b.min()) < slack:
                return False
    return True


@pytest.fixture(scope="session")
def situation(invented) -> Callable[..., Situation]:
    """Factory of invented situations; ``names="LONG"`` gives names of 60 letters."""

    def make(**options: Any) -> Situation:
        if options.get("names") == "LONG":
            options["names"] = invented.LONG
        return invented.make_situation(**options)

    return make


@pytest.fixture(scope="session", params=[case for case in CASES if case != "40 districts"])
def any_situation(request, situation) -> Situation:
    """Each of `CASES`; as many districts as villages take long and are laid out alike."""
    return situation(**CASES[request.param])


@pytest.fixture(scope="session")
def look() -> Callable[[Figure], Drawn]:
    """A figure drawn without an exhibit."""
    return lambda figure: Drawn(None, figure)


@pytest.fixture
def drawn(monkeypatch) -> Callable[..., list[Drawn]]:
    """Exhibits of a plot function with the figures behind them: ``drawn(plot_rug, situation, "S3")``."""

    def plot(function: Callable[..., Any], *arguments: Any) -> list[Drawn]:
        module, figures = sys.modules[function.__module__], []
        real = module.to_svg

        def watched(figure: Figure) -> str:
            figures.append(figure)
            return real(figure)

        with monkeypatch.context() as patch:
            patch.setattr(module, "to_svg", watched)
            found = function(*arguments)
        exhibits = [found] if isinstance(found, Exhibit) else list(found)
        rest = iter(figures)
        return [Drawn(exhibit, next(rest) if exhibit.svg else None) for exhibit in exhibits]

    return plot
