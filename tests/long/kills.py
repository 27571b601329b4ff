"""A batch killed at random moments: nothing half-written, and a re-run equals an undisturbed one byte for byte.

The moments are spread over the time that an undisturbed run takes, so that kills meet every stage of it.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import psutil

from kbk_analysis.rendering import manifest

BUILD = Path(__file__).parents[1] / "notebooks_fixture" / "build.py"
RENDER = ("render", "params/district.yml", "--jobs", "2")


def kill_and_compare(
    kills: int, seed: int, *, resume_each: bool = False, tell: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Kill a running batch `kills` times; AssertionError when a published file is incomplete or the re-run differs.

    With `resume_each` every kill is followed by a re-run and a comparison, else only the last. A batch that ended
    before its moment came is no kill, and is counted apart.
    """
    counts = {"kills": 0, "ended_before": 0, "published_folders_checked": 0, "resumed_and_equal": 0}
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        undisturbed, seconds = run_undisturbed(Path(name) / "whole")
        folder = Path(name) / "killed"
        while counts["kills"] < kills:
            tiny_project().project(folder)
            run = start(folder, *RENDER, *(["--force"] if chance.random() < 0.5 else []))
            time.sleep(chance.uniform(0, seconds))
            counts["kills" if run.poll() is None else "ended_before"] += 1
            end(run)
            for report in sorted((folder / "reports" / "district").glob("99.*")):
                assert manifest.faults(report) == [], (counts, report.name)
                counts["published_folders_checked"] += 1
            if resume_each or counts["kills"] == kills:
                resume(folder, undisturbed)
                counts["resumed_and_equal"] += 1
            tell(f"{counts['kills']} of {kills}: {counts}")
            if chance.random() < 0.5:  # the next one begins from nothing
                folder = Path(name) / f"killed {counts['kills']} {counts['ended_before']}"
    return counts


def run_undisturbed(folder: Path) -> tuple[dict[str, bytes], float]:
    """Published files of a run that is left alone, and the seconds it took."""
    tiny_project().project(folder)
    begin = time.monotonic()
    run = start(folder, *RENDER)
    _, told = run.communicate(timeout=600)
    assert run.returncode == 0, told
    return files(folder / "reports" / "district"), time.monotonic() - begin


def resume(folder: Path, undisturbed: dict[str, bytes]) -> None:
    run = start(folder, *RENDER)
    out, told = run.communicate(timeout=600)
    assert run.returncode == 0, told
    assert out.count("masih baru\n") + out.count("selesai\n") == 3, out
    assert files(folder / "reports" / "district") == undisturbed


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """``kbk`` on the tiny dataset, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, str(BUILD), *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(BUILD.parents[2])},
    )


def end(process: subprocess.Popen[str]) -> None:
    """SIGKILL for the parent alone; its workers and kernels must end by themselves."""
    family: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):  # ended by itself
        family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=8)
    assert alive == [], "orphans after the parent died"


def files(root: Path) -> dict[str, bytes]:
    """Everything published under `root`."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".work" not in path.parts
    }


def tiny_project() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tiny_project", BUILD)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
