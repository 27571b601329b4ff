"""The chapter on priorities: its kept facts are the package's, and parameters reach the analysis."""

import json
from pathlib import Path

import kbk_analysis as kbk
from kbk_analysis.exhibit import EXHIBIT_MIME, FACTS_MIME
from kbk_analysis.params import PriorityParams

CHAPTER = "problem_prioritization"
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / f"{CHAPTER}.ipynb"


def _facts(**values: object) -> dict:
    given = PriorityParams(**values)
    fixed = kbk.fixed_method(method=given.method, comparisons=given.comparisons, top=given.top)
    with kbk.open_dataset(given.data_dir) as data:
        inputs = kbk.read_meeting(data, meeting=given.meeting, area_code=given.area_code, period=given.period)
        found = kbk.release(kbk.analyse_priorities(inputs, fixed), given.edition)
    return dict(kbk.priority_facts(found).values)


def test_facts_kept_in_the_notebook_are_those_of_the_package() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    (kept,) = [
        out["data"][FACTS_MIME] for cell in cells for out in cell.get("outputs", []) if FACTS_MIME in out["data"]
    ]
    assert kept == _facts()


def test_other_parameters_reach_the_analysis(executed, bundles) -> None:
    asked = {"meeting": "rakor-2024-1", "method": "usg_product", "top": 2, "comparisons": "U/S=2,U/G=3,S/G=2"}
    shown = bundles(executed(CHAPTER, language="en", edition="public", **asked))
    (facts,) = [bundle[FACTS_MIME] for bundle in shown if FACTS_MIME in bundle]
    assert facts == _facts(edition="public", **asked)
    exhibits = {bundle[EXHIBIT_MIME]["id"]: bundle[EXHIBIT_MIME] for bundle in shown if EXHIBIT_MIME in bundle}
    assert len(exhibits["peringkat"]["rows"]) == facts["problems"] == 8
    assert "bobot" in exhibits  # a product has no weights: the refusal is shown in its place
    assert not exhibits["bobot"]["figure"]
    assert [field["key"] for field in exhibits["cara-hitung"]["fields"]][-1] == "ahp"
