"""docs/methods.md names what exists, quotes the values of the code, and leaves no number of the report out."""

import ast
import importlib
import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

import kbk_analysis as kbk
from kbk_analysis.narrative.sentences import SENTENCES
from kbk_analysis.situation.result import Formation, Quality, Situation

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = ROOT / "kbk_analysis", ROOT / "tests"
TEXT = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
QUOTED = set(re.findall(r"`([^`\n]+)`", TEXT))
ROOMS = {path.name.removesuffix(".py") for path in PACKAGE.iterdir()}

TESTED = sorted(name for name in QUOTED if "::" in name)
CONSTANTS = sorted(name for name in QUOTED if re.fullmatch(r"[\w.]+\.[A-Z_]+ = .+", name))
NAMED = sorted(name for name in QUOTED if re.fullmatch(r"\w+(\.\w+)+", name) and name.split(".")[0] in ROOMS)
FILES = sorted(name for name in QUOTED - {"hidden.csv"} if re.fullmatch(r"\w+\.(csv|json)", name))


def resolved(name: str) -> object:
    """What a dotted name stands for: the longest module, then its attributes."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        path = PACKAGE.joinpath(*parts[:cut])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            found: object = importlib.import_module(".".join(["kbk_analysis", *parts[:cut]]))
            for part in parts[cut:]:
                found = getattr(found, part)
            return found
    raise ModuleNotFoundError(name)


@cache
def names_in(file: str) -> set[str]:
    path = TESTS / file
    assert path.is_file(), f"no such file: tests/{file}"
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if hasattr(node, "name")}


def public(room: str) -> set[str]:
    """Public functions and classes of the modules of a room."""
    found = set()
    for path in (PACKAGE / room).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                found.add(f"{room}.{path.stem}.{node.name}")
    return found


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_exists(name: str) -> None:
    resolved(name)


@pytest.mark.parametrize("name", TESTED)
def test_each_test_named_exists(name: str) -> None:
    file, test = name.split("::")
    assert test.startswith("test_")
    assert test in names_in(file)


@pytest.mark.parametrize("quoted", CONSTANTS)
def test_a_constant_is_quoted_with_the_value_of_the_code(quoted: str) -> None:
    name, value = quoted.split(" = ")
    assert resolved(name) == ast.literal_eval(value)


def test_each_file_of_published_figures_is_named_and_exists() -> None:
    kept = {path.name for path in (TESTS / "indicators" / "oracles").iterdir()}
    assert set(FILES) == kept


def test_every_public_function_of_the_statistics_is_named() -> None:
    assert sorted(public("indicators") - QUOTED) == []


def test_every_function_of_the_situation_is_named() -> None:
    results = {"Inputs", "Remark", "Quality", "Formation", "Situation"}  # named by their fields
    assert sorted(name for name in public("situation") - QUOTED if name.split(".")[-1] not in results) == []


@pytest.mark.parametrize("part", [Situation, Quality, Formation], ids=lambda part: part.__name__)
def test_every_field_of_the_result_is_named(part: type) -> None:
    assert [name for item in fields(part) if (name := f"{part.__name__}.{item.name}") not in QUOTED] == []


def test_every_finding_reason_and_request_is_named() -> None:
    assert sorted(set(SENTENCES) - QUOTED) == []


def test_everything_that_the_chapter_shows_is_named() -> None:
    shown = {name for name in kbk.__all__ if name.startswith(("plot_", "table_")) or name.endswith("_words")}
    last = {name.split(".")[-1] for name in NAMED}
    assert sorted((shown | {"situation_facts"}) - last) == []


def test_no_row_of_a_table_lacks_a_cell_and_each_has_a_test() -> None:
    """A row whose number has no test is no row; a bar inside a cell would shift the columns."""
    header: list[str] = []
    for line in TEXT.splitlines():
        if not line.startswith("|"):
            header = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not header:
            header = cells
            assert "test" in header
        elif set("".join(cells)) != {"-"}:
            assert len(cells) == len(header), line
            assert "::" in cells[header.index("test")], line


def test_links_within_the_page_lead_somewhere() -> None:
    heads = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    assert sorted(set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - anchors) == []


def test_the_page_is_seen() -> None:
    assert min(len(TESTED), len(NAMED)) > 100
    assert len(CONSTANTS) > 30
