"""The ``parameters`` cell and the chapter's model say the same, and its defaults are a complete run on the demo."""

import ast
import json
from pathlib import Path

from kbk_analysis.exhibit import EXHIBIT_MIME, FACTS_MIME
from kbk_analysis.params import CHAPTERS, COMMON

LEAST = {"meeting_record": (6, 0)}  # exhibits with rows, and figures
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def typed(chapter: str) -> list[tuple[str, object]]:
    """Names and values as they stand in the cell, in order; anything but ``name = literal`` is an error."""
    cells = json.loads((NOTEBOOKS / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    (source,) = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    pairs = []
    for statement in ast.parse(source).body:
        (target,) = statement.targets
        pairs.append((target.id, ast.literal_eval(statement.value)))
    return pairs


def test_each_chapter_is_a_notebook_and_each_notebook_a_chapter() -> None:
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == sorted(CHAPTERS)


def test_names_values_and_order_are_those_of_the_model(chapter: str) -> None:
    model = CHAPTERS[chapter][0]
    assert typed(chapter) == list(model().model_dump(mode="json").items())
    assert tuple(name for name, _ in typed(chapter))[: len(COMMON)] == COMMON


def test_values_are_plain_json(chapter: str) -> None:
    values = dict(typed(chapter))
    assert json.loads(json.dumps(values, allow_nan=False)) == values


def test_defaults_name_an_area_and_a_period_of_the_demo(chapter: str, demo) -> None:
    values, known = dict(typed(chapter)), demo.known()
    assert values["data_dir"] == "demo"
    assert values["area_code"] in known.areas
    assert values["period"] in known.periods


def test_defaults_run_to_the_end_and_are_about_what_they_say(chapter: str, executed, bundles) -> None:
    shown, values = bundles(executed(chapter)), dict(typed(chapter))
    (facts,) = [bundle[FACTS_MIME] for bundle in shown if FACTS_MIME in bundle]
    assert (facts["area_code"], facts["period"]) == (values["area_code"], values["period"])
    exhibits = [bundle[EXHIBIT_MIME] for bundle in shown if EXHIBIT_MIME in bundle]
    tables, figures = LEAST.get(chapter, (10, 5))
    assert sum(bool(exhibit["rows"]) for exhibit in exhibits) >= tables
    assert sum(exhibit["figure"] for exhibit in exhibits) >= figures
