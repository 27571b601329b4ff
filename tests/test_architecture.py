"""Floors: imports go down only, and rooms on one floor do not import each other."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "kbk_analysis"

# From the ground up. A room is a module or a folder; rooms within one tuple do not import each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("i18n",),
    ("errors", "schema", "text"),
    ("areacode", "catalogue", "exhibit", "period", "workbook", "yamltext"),
    ("params", "data"),
    ("indicators",),
    ("classification",),
    ("situation",),  # counts classes, so it stands on classification
    ("priority", "convergence", "plan", "evaluation", "meeting"),  # ask what to do about where an area stands
    ("narrative",),
    ("charts", "tables"),
    ("rendering", "explore"),  # what is published, and what only moves in JupyterLab
    ("cli",),
)
HEIGHT = {room: height for height, floor in enumerate(FLOORS) for room in floor}
# rendering/ runs notebooks by path: it never imports the analysis it publishes.
UNSEEN_BY_RENDERING = {room for floor in FLOORS[4:10] for room in floor}
LIGHT = (
    "i18n",
    "errors",
    "schema",
    "text",
    "areacode",
    "exhibit",
    "period",
    "workbook",
    "yamltext",
    "params",
    "cli",
    "catalogue",
)
HEAVY = {
    *("pandas", "numpy", "matplotlib", "seaborn", "duckdb", "pandera", "ipywidgets"),
    *("papermill", "nbconvert", "typst", "pebble"),
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py" or path.parent != PACKAGE]


def imports(path: Path, *, top_only: bool = False) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_only else list(ast.walk(tree))
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            found.append((node.lineno, node.module or ""))
            if node.module == "kbk_analysis":
                found += [(node.lineno, f"kbk_analysis.{alias.name}") for alias in node.names]
    return found


def test_every_module_has_a_floor() -> None:
    rooms = {room_of(path) for path in sources()} - {"locale"}
    assert rooms <= set(HEIGHT), f"rooms without a floor: {sorted(rooms - set(HEIGHT))}"


def test_imports_go_down_only() -> None:
    faults = []
    for path in sources():
        here = room_of(path)
        for line, name in imports(path):
            parts = name.split(".")
            if parts[0] != "kbk_analysis" or len(parts) == 1 or parts[1] == here:
                continue
            if HEIGHT[parts[1]] >= HEIGHT[here]:
                faults.append(f"{path}:{line}: {here} imports {parts[1]}")
    assert not faults, "\n".join(faults)


def test_rendering_never_imports_the_analysis() -> None:
    faults = [
        f"{path}:{line}: {name}"
        for path in sources()
        if room_of(path) == "rendering"
        for line, name in imports(path)
        if name.startswith("kbk_analysis.") and name.split(".")[1] in UNSEEN_BY_RENDERING
    ]
    assert not faults, "\n".join(faults)


def test_light_modules_import_nothing_heavy_at_the_top() -> None:
    faults = [
        f"{path}:{line}: {name}"
        for path in [*sources(), PACKAGE / "__init__.py"]
        if path == PACKAGE / "__init__.py" or room_of(path) in LIGHT
        for line, name in imports(path, top_only=True)
        if name.split(".")[0] in HEAVY
    ]
    assert not faults, "\n".join(faults)


def test_nothing_inside_imports_the_facade() -> None:
    faults = [
        f"{path}:{line}"
        for path in sources()
        for line, name in imports(path)
        if name == "kbk_analysis" and "import kbk_analysis" in path.read_text(encoding="utf-8").splitlines()[line - 1]
    ]
    assert not faults, "\n".join(faults)


def test_modules_stay_small() -> None:
    long = {str(path): n for path in sources() if (n := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long
