"""One report from nothing: the whole command, and where its time goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from benchmarks.harness import Figure, benchmark, compare, figure, in_turns
from benchmarks.surroundings import DISTRICT, ROOT, kbk, process

AREA = "99.01.01"
NOTEBOOK = ROOT / "notebooks" / "situation_analysis.ipynb"


@benchmark("report", runs=3)
def measure(runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        render = kbk("render", DISTRICT, "--only", AREA, "--out", folder / "reports", "--force")
        executed = folder / "stock.ipynb"
        papermill = process("-m", "papermill", NOTEBOOK, executed, "--no-progress-bar")
        convert = process("-m", "nbconvert", "--to", "html", "--no-input", executed)
        stock = ("papermill and nbconvert, html only", lambda: (papermill(), convert()))
        yield compare("report", "kbk render, one district, html and pdf", render, stock, runs)
        yield from shares(folder, runs)


def shares(folder: Path, runs: int) -> Iterator[Figure]:
    """Steps of one report in this process, each as a part of their sum; imports are warm."""
    from kbk_analysis.rendering.bind import bind
    from kbk_analysis.rendering.execute import execute
    from kbk_analysis.rendering.plan import make_plan
    from kbk_analysis.rendering.report import EXPORTERS

    job = make_plan(DISTRICT, out=folder / "shares", only=[AREA]).selected[0]
    chapters = {chapter.id: folder / "work" / chapter.id for chapter in job.chapters}

    def run() -> None:
        for chapter in job.chapters:
            execute(chapter.notebook, chapter.parameters, chapters[chapter.id])

    def bound() -> nbformat.NotebookNode:
        read = [(c.id, nbformat.read(chapters[c.id] / c.notebook.name, as_version=4)) for c in job.chapters]
        return bind(read, job.meta)

    run()
    report = bound()
    exports = {form: lambda form=form: EXPORTERS[form](report) for form in job.formats}
    steps = {"execute": run, "bind": bound, **exports}
    taken = dict(zip(steps, in_turns(runs, *steps.values()), strict=True))
    whole = ("all steps", sum(taken.values()))
    for step, seconds in taken.items():
        yield figure(f"report.{step}", f"share of {step}", seconds, whole, runs)
