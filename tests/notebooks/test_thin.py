"""A notebook is a table of contents: thin, stable, readable, and nothing in it is typed that data should say.

The rule does not hold for ``notebooks/explore/``.
"""

import ast
import copy
import json
import re
from pathlib import Path

import nbformat
import pytest

import kbk_analysis as kbk

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_CELLS, MAX_LINES = 15, 6
IMPORT = "import kbk_analysis as kbk"
MARKER = "NBVAL_CHECK_OUTPUT"
# Everything a chapter may be written with: names, values, and calls of the package. What is not here is refused.
GRAMMAR = (
    *(ast.Module, ast.Import, ast.alias, ast.Expr, ast.Assign, ast.Call, ast.keyword),
    *(ast.Name, ast.Attribute, ast.Constant, ast.Tuple, ast.List, ast.Load, ast.Store),
)
READABLE = re.compile(r"[a-z]{2,}([-_][a-z]+)*")


def faults(notebook: dict) -> list[str]:
    """Every way in which a notebook is not thin, in a few words each."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        *_of_the_file(notebook, code),
        *(f"{cell.get('id')}: {fault}" for cell in code for fault in (*_of_the_code(cell), *_of_the_traces(cell))),
        *(
            f"{cell.get('id')}: number in a note"
            for cell in notebook["cells"]
            if cell["cell_type"] == "markdown" and re.search(r"\d", "".join(cell["source"]))
        ),
    ]


def _of_the_file(notebook, code):
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "kernelspec is not python3"
    yield from (f"metadata {key}" for key in sorted(notebook["metadata"].keys() - {"kernelspec", "language_info"}))
    if len(code) > MAX_CELLS:
        yield f"{len(code)} code cells"
    imports = [line for cell in code for line in "".join(cell["source"]).splitlines() if "import " in line]
    if imports != [IMPORT]:
        yield f"imports {imports}"
    ids = [cell.get("id", "") for cell in notebook["cells"]]
    yield from (f"id {name!r} is not readable" for name in ids if not READABLE.fullmatch(name))
    yield from (f"id {name!r} twice" for name in sorted({name for name in ids if ids.count(name) > 1}))
    if not any(MARKER in "".join(cell["source"]) and cell["outputs"] for cell in code):
        yield "no cell with checked output"
    if not code or code[0]["metadata"].get("tags") != ["parameters"]:
        yield "first code cell is not parameters"
    if sum("parameters" in cell["metadata"].get("tags", ()) for cell in code) > 1:
        yield "parameters twice"


def _of_the_code(cell):
    source = "".join(cell["source"])
    parameters = "parameters" in cell["metadata"].get("tags", ())
    if len(source.splitlines()) > MAX_LINES and not parameters:  # a list of parameters is as long as the model's
        yield f"{len(source.splitlines())} lines"
    try:
        tree = ast.parse(source)
    except SyntaxError:
        yield "not plain Python"
        return
    if parameters and not all(isinstance(line, ast.Assign) for line in tree.body):
        yield "more than parameters"
    for node in ast.walk(tree):
        if not isinstance(node, GRAMMAR):
            yield type(node).__name__
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called not in {f"kbk.{name}" for name in kbk.__all__}:
                yield f"call of {called}"


def _of_the_traces(cell):
    checked = MARKER in "".join(cell["source"])
    if cell["outputs"] and not checked:
        yield "output that is not checked"
    if cell["execution_count"] is not None and not checked:
        yield "execution count"
    if any(output["output_type"] not in ("execute_result", "display_data") for output in cell["outputs"]):
        yield "output that is no result"
    yield from (f"cell metadata {key}" for key in sorted(cell["metadata"].keys() - {"tags"}))


def _read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin(path: Path) -> None:
    assert faults(_read(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_a_valid_file_of_format_4_5(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


def _cell(cell_type: str, name: str, source: str, **changes: object) -> dict:
    code = {"execution_count": None, "outputs": []} if cell_type == "code" else {}
    return {"cell_type": cell_type, "id": name, "metadata": {}, "source": source, **code, **changes}


OUTPUT = {"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {"text/plain": ["x"]}}
GOOD = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        _cell("markdown", "about", "# Bab"),
        _cell("code", "parameters", 'area_code = "99.01.01"', metadata={"tags": ["parameters"]}),
        _cell("code", "situation", f"{IMPORT}\n\ndata = kbk.open_dataset(area_code)"),
        _cell("code", "facts", f"# {MARKER}\nkbk.situation_facts(data)", execution_count=3, outputs=[OUTPUT]),
    ],
}
SITUATION = 2
BAD_CODE = {
    "def f(): pass": "FunctionDef",
    "class A: pass": "ClassDef",
    "for x in data: kbk.show(x)": "For",
    "while data: kbk.show(data)": "While",
    "if data: kbk.show(data)": "If",
    "try: kbk.show(data)\nexcept ValueError: pass": "Try",
    "with kbk.open_dataset('demo'): pass": "With",
    "f = lambda: 1": "Lambda",
    "x = [y for y in data]": "ListComp",
    "x = {y: 1 for y in data}": "DictComp",
    "x = data if data else 1": "IfExp",
    "x = data['villages']": "Subscript",
    "x = data + 1": "BinOp",
    "x = f'{data}'": "JoinedStr",
    "x = data.groupby('village').sum()": "call of data.groupby",
    "kbk.show(data.frame.query('a'))": "call of data.frame.query",
    "kbk.no_such_name(data)": "call of kbk.no_such_name",
    "print(data)": "call of print",
    "from kbk_analysis import show": "ImportFrom",
    "%matplotlib inline": "not plain Python",
    "\n".join(["kbk.show(data)"] * 7): "7 lines",
}


@pytest.mark.parametrize(("source", "fault"), BAD_CODE.items())
def test_code_that_belongs_in_the_package_is_named(source: str, fault: str) -> None:
    bad = copy.deepcopy(GOOD)
    bad["cells"][SITUATION]["source"] = f"{IMPORT}\n{source}" if "lines" not in fault else source
    assert any(fault in found for found in faults(bad)), faults(bad)


def _changed(change) -> dict:
    bad = copy.deepcopy(GOOD)
    change(bad, bad["cells"])
    return bad


BAD_FILE = {
    "imports": lambda book, cells: cells[SITUATION].update(source=f"import pandas\n{IMPORT}"),
    "imports []": lambda book, cells: cells[SITUATION].update(source="data = 1"),
    "16 code cells": lambda book, cells: cells.extend(_cell("code", "a" * i, "kbk") for i in range(2, 15)),
    "kernelspec": lambda book, cells: book["metadata"]["kernelspec"].update(name="conda-env-x-py"),
    "metadata papermill": lambda book, cells: book["metadata"].update(papermill={"duration": 3.1}),
    "cell metadata execution": lambda book, cells: cells[3]["metadata"].update(execution={"iopub.status.busy": "t"}),
    "cell metadata papermill": lambda book, cells: cells[3]["metadata"].update(papermill={"duration": 1}),
    "output that is not checked": lambda book, cells: cells[SITUATION].update(outputs=[OUTPUT]),
    "output that is no result": lambda book, cells: cells[3]["outputs"].append({"output_type": "stream"}),
    "execution count": lambda book, cells: cells[SITUATION].update(execution_count=2),
    "no cell with checked output": lambda book, cells: cells[3].update(outputs=[]),
    "first code cell is not parameters": lambda book, cells: cells[1].update(metadata={}),
    "more than parameters": lambda book, cells: cells[1].update(source="area_code = '99.01.01'\nkbk.show(area_code)"),
    "parameters twice": lambda book, cells: cells[3].update(metadata={"tags": ["parameters"]}),
    "id '7f3a09bc' is not readable": lambda book, cells: cells[0].update(id="7f3a09bc"),
    "id '' is not readable": lambda book, cells: cells[0].pop("id"),
    "id 'facts' twice": lambda book, cells: cells[0].update(id="facts"),
    "number in a note": lambda book, cells: cells[0].update(source="# Ada 16 kecamatan"),
}


@pytest.mark.parametrize(("fault", "change"), BAD_FILE.items())
def test_traces_of_a_run_and_typed_numbers_are_named(tmp_path: Path, fault: str, change) -> None:
    path = tmp_path / "bad.ipynb"
    path.write_text(json.dumps(_changed(change)), "utf-8")
    assert any(fault in found for found in faults(_read(path))), faults(_read(path))


def test_a_good_notebook_has_no_fault() -> None:
    assert faults(GOOD) == []
