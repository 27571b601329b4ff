"""Notebooks that explore: clean as kept, and their facts are the package's."""

import json
from pathlib import Path

import nbformat
import pytest

import kbk_analysis as kbk
from kbk_analysis.exhibit import FACTS_MIME

FOLDER = Path(__file__).parents[2] / "notebooks" / "explore"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
CHECKED = "NBVAL_CHECK_OUTPUT"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_clean_and_starts_with_its_parameters(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}  # no state of widgets
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].metadata.tags == ["parameters"]
    assert all(cell.outputs == [] for cell in code if CHECKED not in cell.source)
    assert sum(CHECKED in cell.source for cell in code) == 1
    assert all(len(cell.source.splitlines()) <= 10 for cell in code)


def test_facts_kept_in_the_notebook_are_those_of_the_package() -> None:
    cells = json.loads((FOLDER / "whatif_priority.ipynb").read_text("utf-8"))["cells"]
    (kept,) = [out["data"][FACTS_MIME] for cell in cells for out in cell.get("outputs", [])]
    fixed = kbk.fixed_method()
    with kbk.open_dataset("demo") as data:
        inputs = kbk.read_meeting(data, meeting="rakor-2024-2", area_code="99.01", period="2024")
    trial = kbk.whatif(inputs, fixed, weights={"S": 0, "G": 0}, without=["dinkes: kepala bidang"])
    facts = kbk.whatif_facts(*(kbk.release(found, "internal") for found in (trial, kbk.whatif(inputs, fixed))))
    assert kept == dict(facts.values)
    assert kept["entered"]  # the example shows that something can change
