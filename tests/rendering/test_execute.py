"""One notebook in a kernel of its own: what runs, and how each failure is told."""

import json
import sys
import time
from pathlib import Path

import psutil
import pytest

from kbk_analysis.rendering import execute as module
from kbk_analysis.rendering.execute import ChapterFailed, Limits, execute


@pytest.fixture
def run(tiny, tmp_path: Path):
    def go(*cells: str, limits: Limits | None = None, folder: str = "work", **parameters: object) -> Path:
        notebook = tiny.write(tmp_path, *cells)
        return execute(notebook, parameters, tmp_path / folder, limits=limits)

    return go


def failure(run, *cells: str, **options: object) -> ChapterFailed:
    with pytest.raises(ChapterFailed) as caught:
        run(*cells, **options)
    return caught.value


def printed(path: Path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "".join("".join(out.get("text", "")) for cell in cells for out in cell.get("outputs", []))


def test_parameters_arrive_and_the_current_interpreter_runs_them(run, tmp_path: Path) -> None:
    path = run("import sys, os\nprint(area_code, sys.executable, os.getcwd())", area_code="99.01.02")
    assert printed(path).split() == ["99.01.02", sys.executable, str(tmp_path / "work")]


def test_braces_and_blanks_in_a_folder_name_are_only_a_name(run) -> None:
    assert run("1", folder="a{b} c").parent.name == "a{b} c"


@pytest.mark.parametrize(
    "value", ["'a'; print('X'); z", "q\"'\n\u2028'''\"\"\"", "{x}", "\\n", "\x00", "x" * 100_000, "=1+1", "\U0001f600"]
)
def test_a_value_is_only_data(run, value: str) -> None:
    path = run("import json\nprint(json.dumps(data_dir))", data_dir=value)
    assert json.loads(printed(path)) == value


def test_an_error_names_its_cell_without_the_traceback(run) -> None:
    error = failure(run, "x = 1", "\ny = 2\n1 / 0")
    assert str(error) == "situation_analysis · sel 3: y = 2 · ZeroDivisionError: division by zero"


def test_long_numbers_in_an_error_are_not_repeated(run) -> None:
    error = failure(run, "raise ValueError('NIK 1406010101010001 salah')")
    assert error.reason == "ValueError: NIK … salah"


def test_a_dead_kernel_is_told_with_its_cell_and_soon(run) -> None:
    began = time.monotonic()
    error = failure(run, "x = 1", "import os, signal\nos.kill(os.getpid(), 9)", "y = 1")
    assert (error.cell, error.reason) == ("sel 3: import os, signal", "kernel mati")
    assert time.monotonic() - began < 10


def test_an_endless_cell_is_stopped_and_named(run) -> None:
    error = failure(run, "while True: pass", limits=Limits(cell_seconds=2))
    assert (error.cell, error.reason) == ("sel 2: while True: pass", "waktu habis: lebih dari 2 detik")


def test_too_much_memory_is_told_as_such(run) -> None:
    error = failure(run, "x = bytearray(10**9)\nimport time\ntime.sleep(20)", limits=Limits(memory_mb=400))
    assert (error.cell, error.reason) == ("sel 2: x = bytearray(10**9)", "memori melebihi batas 400 MB")


@pytest.mark.parametrize("cell", ["input('x')", "raise SystemExit(3)", "import sys\nsys.exit()"])
def test_a_cell_that_waits_or_leaves_fails(run, cell: str) -> None:
    assert failure(run, cell).cell.startswith("sel 2: ")


def test_no_kernel_is_left_behind(run) -> None:
    run("1")
    failure(run, "1 / 0")
    left = [p for p in psutil.Process().children(recursive=True) if "ipykernel_launcher" in " ".join(p.cmdline())]
    assert left == []


def test_personal_start_up_files_are_not_read(run, tmp_path: Path, monkeypatch) -> None:
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("planted = 1")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    assert printed(run("print('planted' in globals())")) == "False\n"


def test_a_notebook_whose_cells_did_not_all_run_does_not_count(tmp_path: Path, tiny) -> None:
    path = tiny.write(tmp_path, "1")
    with pytest.raises(ChapterFailed, match="tidak selesai"):
        module._require_complete(path)


def test_only_the_start_is_tried_again() -> None:
    tries = []

    def starts_late() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("Kernel didn't respond in 60 seconds")

    module._retry_start(starts_late, "c")
    assert len(tries) == 3
    with pytest.raises(ChapterFailed, match="kernel tidak dapat dimulai"):
        module._retry_start(lambda: (_ for _ in ()).throw(RuntimeError("Kernel died before replying")), "c")


def test_another_engine_fits_the_seam(tiny, tmp_path: Path, monkeypatch) -> None:
    def copy(notebook: Path, parameters: dict, output: Path, limits: Limits) -> None:
        content = json.loads(notebook.read_text("utf-8"))
        for count, cell in enumerate(content["cells"], start=1):
            cell["execution_count"] = count
        output.write_text(json.dumps(content), "utf-8")

    monkeypatch.setitem(module.ENGINES, "copy", copy)
    assert execute(tiny.write(tmp_path), {}, tmp_path / "w", engine="copy").is_file()
