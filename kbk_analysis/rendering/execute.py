"""Run one notebook with its parameters in a kernel of its own.

Question answered: what does this chapter show for this area?
Input: a notebook, plain JSON parameters, a private folder. Output: the executed notebook in that folder.

The kernel is always the interpreter that runs this code, whatever the notebook's kernelspec says, and sees
no personal start-up files. A cell has a time limit and the kernel a memory limit; a failure names the cell.
`ENGINES` is the seam: another engine takes the same arguments and gives the same notebook.
"""

from __future__ import annotations

import json
import logging
import os
import re
import site
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from kbk_analysis.i18n import tr
from kbk_analysis.text import shorten

START_ATTEMPTS: Final = 3
_LONG_NUMBER: Final = re.compile(r"\d{12,}")
_ANSI: Final = re.compile("\x1b\\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one chapter may use: seconds a cell, megabytes of memory, seconds for the kernel to start."""

    cell_seconds: int = 600
    memory_mb: int = 2048
    start_seconds: int = 120


class ChapterFailed(Exception):
    """A chapter that did not run to its end: `chapter`, `cell` ("sel 3: first line"), `reason`, in one line each."""

    def __init__(self, chapter: str, cell: str, reason: str) -> None:
        self.chapter, self.cell, self.reason = chapter, cell, reason
        super().__init__(chapter, cell, reason)

    def __str__(self) -> str:
        return " · ".join(part for part in (self.chapter, self.cell, self.reason) if part)


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    work_dir: Path,
    *,
    limits: Limits | None = None,
    engine: str = "papermill",
) -> Path:
    """Run `notebook` and return the path of the executed copy in `work_dir`.

    Raises
    ------
    ChapterFailed
        An error in a cell, a dead kernel, a time-out, too much memory, or a cell that did not run.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    output = work_dir / notebook.name
    ENGINES[engine](notebook, dict(parameters), output, limits or Limits())
    _require_complete(output)
    return output


def _papermill(notebook: Path, parameters: dict[str, Any], output: Path, limits: Limits) -> None:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    logger = logging.getLogger("papermill")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # what matters is in the exception

    def run() -> None:
        with _kernel(output.parent, limits) as manager:
            try:
                papermill.execute_notebook(
                    _literal(notebook),
                    _literal(output),
                    parameters=parameters,
                    kernel_name="python3",
                    language="python",
                    progress_bar=False,
                    log_output=False,
                    start_timeout=limits.start_seconds,
                    execution_timeout=limits.cell_seconds,
                    cwd=str(output.parent),
                    kernel_manager_class=manager,
                    shutdown_kernel="immediate",
                )
            except (DeadKernelError, CellTimeoutError, PapermillExecutionError) as error:
                if manager.over_limit:
                    reason = tr("memori melebihi batas {limit} MB", limit=limits.memory_mb)
                elif isinstance(error, CellTimeoutError):
                    reason = tr("waktu habis: lebih dari {seconds} detik", seconds=limits.cell_seconds)
                elif isinstance(error, DeadKernelError):
                    reason = tr("kernel mati")
                else:
                    reason = _clean(f"{error.ename}: {error.evalue}")
                raise ChapterFailed(notebook.stem, _last_started(output), reason) from None

    _retry_start(run, notebook.stem)


ENGINES: dict[str, Callable[[Path, dict[str, Any], Path, Limits], None]] = {"papermill": _papermill}


def _retry_start(run: Callable[[], None], chapter: str) -> None:
    """A kernel that never answers lost a race for a port: start again. A cell is never run twice."""
    for attempt in range(1, START_ATTEMPTS + 1):
        try:
            return run()
        except (RuntimeError, TimeoutError) as error:
            if "ernel" not in str(error) or attempt == START_ATTEMPTS:
                raise ChapterFailed(chapter, "", tr("kernel tidak dapat dimulai")) from error
    return None


@contextmanager
def _kernel(work_dir: Path, limits: Limits) -> Iterator[Any]:
    """Manager class for the current interpreter; while open, a thread ends its kernel when it takes too much memory."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class CurrentInterpreter(AsyncKernelManager):
        over_limit = False
        started: list[Any] = []  # noqa: RUF012 - one list for this class, and the class is made anew for each run

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(connection_file=str(work_dir / ".kernel.json"), **kwargs)
            self.started.append(self)

        async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
            command, options = await super()._async_pre_start_kernel(**kwargs)
            return command, {**options, "stdout": log, "stderr": log}

        @property
        def kernel_spec(self) -> KernelSpec:
            spec = get_kernel_dict(extra_arguments=["--HistoryManager.enabled=False", "--log-level=40"])
            return KernelSpec(**spec, env=_environment(work_dir))

    done = threading.Event()
    watch = threading.Thread(target=_watch_memory, args=(CurrentInterpreter, limits.memory_mb, done), daemon=True)
    with (work_dir / "kernel.log").open("ab") as log:
        watch.start()
        try:
            yield CurrentInterpreter
        finally:
            done.set()
            watch.join()
            with suppress(OSError):
                (work_dir / ".kernel.json").unlink()


def _environment(work_dir: Path) -> dict[str, str]:
    """Settings of the kernel: no personal start-up files, this very package, one thread for numbers.

    One thread gives the same sums on every machine, and workers do not fight for cores.
    """
    env = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    env |= {"IPYTHONDIR": str(work_dir / ".ipython"), "PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"}
    root = str(Path(__file__).resolve().parents[2])
    if root not in site.getsitepackages():  # a checkout that is not installed
        env["PYTHONPATH"] = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH")) if part)
    return env


def _watch_memory(manager: Any, limit_mb: int, done: threading.Event) -> None:
    while not done.wait(0.2):
        for kernel in manager.started:
            pid = getattr(kernel.provisioner, "pid", None)
            with suppress(psutil.Error):
                if pid and _tree_mb(psutil.Process(pid)) > limit_mb:
                    manager.over_limit = True
                    psutil.Process(pid).kill()


def _tree_mb(process: psutil.Process) -> float:
    members = [process, *process.children(recursive=True)]
    return float(sum(member.memory_info().rss for member in members)) / 2**20


def _literal(path: Path) -> str:
    """A path for papermill, which takes braces in a path for fields to fill."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


def _require_complete(output: Path) -> None:
    """An executed notebook counts only when every code cell ran, in order, and none shows an error."""
    for count, cell in enumerate(_code_cells(output), start=1):
        failed = any(out["output_type"] == "error" for out in cell["outputs"])
        if failed or cell["execution_count"] != count:
            raise ChapterFailed(output.stem, _line(output, cell), tr("sel ini tidak selesai dijalankan"))


def _code_cells(output: Path) -> list[dict[str, Any]]:
    cells = json.loads(output.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]


def _last_started(output: Path) -> str:
    """Number and first line of the last cell that was started; empty when none was."""
    try:
        cells = _code_cells(output)
    except (OSError, ValueError):
        return ""
    started = [cell for cell in cells if cell["metadata"].get("papermill", {}).get("start_time")]
    return _line(output, started[-1]) if started else ""


def _line(output: Path, cell: dict[str, Any]) -> str:
    own = [c for c in _code_cells(output) if "injected-parameters" not in c["metadata"].get("tags", ())]
    first = next(line for line in "".join(cell["source"]).splitlines() if line.strip())
    if cell not in own:
        return shorten(first)
    return tr("sel {number}: {line}", number=own.index(cell) + 1, line=shorten(first))


def _clean(text: str) -> str:
    """One short line without escape codes, and without long numbers, which may be personal."""
    return shorten(_LONG_NUMBER.sub("…", _ANSI.sub("", text)), 300)
