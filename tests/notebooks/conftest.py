"""Chapters executed once on the demo, and what a run shows."""

import json
from functools import cache
from pathlib import Path

import pytest

from kbk_analysis.params import CHAPTERS

ROOT = Path(__file__).parents[2]


def outputs_of(path: Path) -> list[dict]:
    """Output bundles of an executed notebook in order; ids, counts and times are left out."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [output.get("data", output) for cell in cells for output in cell.get("outputs", [])]


@pytest.fixture(scope="session")
def bundles():
    """Called with the path of an executed notebook: its output bundles."""
    return outputs_of


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """Executed notebook of a chapter: ``executed("situation_analysis", area_code="99.01.02")``.

    Only values that differ from the defaults are handed over, so that a run is made once.
    """
    from kbk_analysis.rendering.execute import execute

    @cache
    def run(chapter: str, parameters: frozenset[tuple[str, object]]) -> Path:
        folder = tmp_path_factory.mktemp("executed")
        return execute(ROOT / "notebooks" / f"{chapter}.ipynb", dict(parameters), folder)

    def executed_chapter(chapter: str, **parameters: object) -> Path:
        defaults = CHAPTERS[chapter][0]().model_dump(mode="json")
        return run(chapter, frozenset(parameters.items() - defaults.items()))

    return executed_chapter


@pytest.fixture(params=sorted(CHAPTERS))
def chapter(request) -> str:
    """Each chapter in turn."""
    return request.param
