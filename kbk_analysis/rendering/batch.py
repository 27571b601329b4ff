"""Many reports on one machine: a worker process for each, and nothing half-done whatever happens.

Question answered: which reports of this plan are made, kept, or failed, and why?
Input: a `Plan`. Output: published folders, the index, and a `Result`.

A crash, a time-out or too much memory costs one report. The parent only schedules and publishes; its workers
and their kernels end with it, however it ends, so a second run never meets the first one's leftovers.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Any, Final, Literal

import psutil

from kbk_analysis.errors import InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.rendering import index, manifest, publish
from kbk_analysis.rendering.execute import Limits
from kbk_analysis.rendering.jobs import Job, Outcome, Plan, state

REPORT_SECONDS: Final = 1800
BYTES_PER_REPORT: Final = 20_000_000

Event = Literal["kept", "done", "failed"]
Listener = Callable[[Event, Job, str], None]


@dataclass(frozen=True, slots=True)
class Result:
    """Ids by how they ended, in order of the plan; `failed` holds (id, reason)."""

    done: tuple[str, ...]
    kept: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def run(
    plan: Plan,
    *,
    jobs: int | None = None,
    force: bool = False,
    limits: Limits | None = None,
    report_seconds: int = REPORT_SECONDS,
    listen: Listener | None = None,
    context: str | None = None,
) -> Result:
    """Render what is not up to date, publish it, rebuild the index.

    Parameters
    ----------
    plan
        From `kbk_analysis.rendering.plan.make_plan`.
    jobs
        Worker processes; default as many as cores and memory allow.
    force
        Render also what is up to date.
    limits, report_seconds
        Limits of a chapter, and seconds for a whole report.
    listen
        Told of each report as it ends: event, job, reason.
    context
        Start method of the workers, ``forkserver`` where there is one, else ``spawn``.

    Raises
    ------
    InputFault
        The output folder is in use, cannot be written, has no room, or is a link.
    KeyboardInterrupt
        After Ctrl-C, when the workers have ended and all that was published is whole.
    """
    tell = listen or (lambda *_: None)
    links = publish.guard(plan.root, [job.id for job in plan.jobs])
    if links:
        raise InputFault(links)
    publish.prepare(plan.root, BYTES_PER_REPORT * min(len(plan.selected), 5))
    with publish.locked(plan.root, _now()):
        publish.recover(plan.root)
        states = {job.id: state(job) for job in plan.selected}
        wanted = [job for job in plan.selected if force or states[job.id].name != "up_to_date"]
        kept = [job for job in plan.selected if job not in wanted]
        for job in kept:
            _clear(job)  # the note on a try that no longer counts
            tell("kept", job, "")
        reasons: dict[str, str] = {}
        try:
            workers = _workers(jobs, len(wanted))
            with closing(_outcomes(wanted, workers, limits, report_seconds, context)) as outcomes:
                for job, outcome in outcomes:
                    reason = outcome.reason or _publish(job)
                    if reason:
                        _note_failure(job, reason)
                        reasons[job.id] = reason
                    tell("failed" if reason else "done", job, reason)
        finally:
            index.write(plan)
    done = tuple(job.id for job in wanted if job.id not in reasons)
    failed = tuple((job.id, reasons[job.id]) for job in wanted if job.id in reasons)
    return Result(done, tuple(job.id for job in kept), failed)


def _outcomes(
    jobs: Sequence[Job], workers: int, limits: Limits | None, seconds: int, context: str | None
) -> Generator[tuple[Job, Outcome], None, None]:
    """Jobs with their outcomes as they end; a dead or late worker is an outcome too."""
    if not jobs:
        return
    from pebble import ProcessExpired, ProcessPool

    from kbk_analysis.rendering.report import make  # seconds of imports that an up-to-date set does not pay

    pool: Any = ProcessPool(max_workers=workers, max_tasks=1, initializer=_start_worker, context=_context(context))
    try:
        with _ctrl_c_held():
            futures: dict[Future[Any], Job] = {
                pool.schedule(make, args=(job, limits), timeout=seconds): job for job in jobs
            }
        for future in as_completed(futures):
            job = futures[future]
            try:
                outcome = future.result()
            except TimeoutError:
                outcome = Outcome(job.id, tr("waktu habis: laporan ini lebih dari {seconds} detik", seconds=seconds))
            except ProcessExpired as error:
                outcome = Outcome(job.id, tr("proses laporan ini mati (kode {code})", code=error.exitcode))
            except Exception as error:
                outcome = Outcome(job.id, tr("kesalahan program ({name})", name=type(error).__name__))
            yield job, outcome
    finally:
        pool.stop()
        pool.join()


def _context(name: str | None) -> Any:
    names = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context(name or ("forkserver" if "forkserver" in names else "spawn"))
    if context.get_start_method() == "forkserver":
        # Imported once, without threads; each worker is forked from there in milliseconds.
        context.set_forkserver_preload(["kbk_analysis.rendering.preload"])
    return context


@contextmanager
def _ctrl_c_held() -> Generator[None, None, None]:
    """Processes and threads started inside never see Ctrl-C; this process gets it on the way out.

    A terminal sends Ctrl-C to every process of the group. One that is still importing would die with a traceback.
    """
    if os.name == "nt":
        yield
        return
    resource_tracker.ensure_running()  # before the hold: its own start would end it
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _start_worker() -> None:
    """Ctrl-C is the parent's; when the parent is gone, so are this worker and its kernels."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "nt":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # kernels inherit it, and are interrupted by it
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()
    os._exit(1)


def _workers(asked: int | None, jobs: int) -> int:
    memory = int(psutil.virtual_memory().available >> 30)
    return max(1, min(asked or min(os.cpu_count() or 1, max(memory, 1)), jobs))


def _publish(job: Job) -> str:
    """Swap a finished report into place; the reason when that is impossible."""
    try:
        publish.swap(job.work / "new", job.folder, job.work / "old")
    except OSError as error:
        return str(publish.write_fault(job.folder, error))
    _clear(job)
    return ""


def _clear(job: Job) -> None:
    with suppress(OSError):
        publish.remove(job.work)


def _note_failure(job: Job, reason: str) -> None:
    """Keep why a report failed, for the index and ``kbk list``. On a full disk there may be no room even for that."""
    with suppress(OSError):
        job.work.mkdir(parents=True, exist_ok=True)
        path = job.work / "failure.json"
        path.unlink(missing_ok=True)
        note = {"id": job.id, "area_name": job.area_name, "key": job.key, "reason": reason}
        publish.write_new(path, manifest.canonical(note))


def _now() -> str:
    """Told only to whoever finds the folder in use; never published."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")
