"""A long run: one check on many seeded inputs, every outcome counted, every failure kept with its number.

A check takes a source of chance and returns how its input ended: ``read`` or the rule of the refusal. Whatever it
raises is a failure; so is a run that takes too much processor time or memory. Run n of a seed is always the same
input, so that one failure can be run again alone.
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
import signal
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Check = Callable[[random.Random], str]

SECONDS = 10.0  # processor time of one input
MEGABYTES = 400  # growth of the process
CHUNK = 2_000
KEPT = 20  # failures told in full


@dataclass
class Tally:
    """What a number of runs came to."""

    runs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    slowest: float = 0.0
    peak_mb: int = 0

    def add(self, other: Tally) -> None:
        self.runs += other.runs
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.slowest = max(self.slowest, other.slowest)
        self.peak_mb = max(self.peak_mb, other.peak_mb)

    @property
    def refused(self) -> int:
        return sum(count for name, count in self.outcomes.items() if not name.startswith("read"))


class TooLong(BaseException):
    """Not an Exception, so that no handler of the code under test swallows it."""


def chance(target: str, seed: int, number: int) -> random.Random:
    return random.Random(f"{target}/{seed}/{number}")


def run_part(target: str, check: Check, numbers: Iterable[int], seed: int, note: Path | None = None) -> Tally:
    """Runs in this process; before each its number is written to `note`, so that a dead process tells which."""
    tally = Tally()
    base = _peak_mb()
    for number in numbers:
        if note:
            note.write_text(str(number))
        start = time.process_time()
        try:
            with _limited(SECONDS):
                outcome = check(chance(target, seed, number))
        except TooLong:
            outcome = _fail(tally, number, f"more than {SECONDS} s of processor time")
        except Exception:
            outcome = _fail(tally, number, traceback.format_exc(limit=-4))
        taken = time.process_time() - start
        if taken > SECONDS and outcome != "failed":
            outcome = _fail(tally, number, f"{taken:.1f} s of processor time")
        tally.peak_mb = max(tally.peak_mb, _peak_mb())
        if tally.peak_mb > base + MEGABYTES:
            outcome = _fail(tally, number, f"memory grew from {base} to {tally.peak_mb} MB")
            base = tally.peak_mb
        tally.runs += 1
        tally.outcomes[outcome] += 1
        tally.slowest = max(tally.slowest, taken)
    return tally


def run_all(target: str, runs: int, seed: int, jobs: int, tell: Callable[[Tally], None]) -> Tally:
    """Runs in worker processes. A worker that dies costs the run it died in, and is a failure."""
    from pebble import ProcessExpired, ProcessPool

    total = Tally()
    with tempfile.TemporaryDirectory() as folder, ProcessPool(max_workers=jobs) as pool:
        waiting = [(start, min(start + CHUNK, runs)) for start in range(0, runs, CHUNK)]
        while waiting:
            tasks = [(part, Path(folder) / str(part[0])) for part in waiting]
            futures = [(part, note, pool.schedule(work, args=(target, *part, seed, note))) for part, note in tasks]
            waiting = []
            for (start, stop), note, future in futures:
                try:
                    total.add(future.result())
                except ProcessExpired as error:
                    died = int(note.read_text()) if note.exists() else start
                    total.add(Tally(1, Counter(failed=1), [(died, f"the process died (code {error.exitcode})")]))
                    # what the worker had counted is lost with it: only the runs before are done again
                    waiting += [part for part in ((start, died), (died + 1, stop)) if part[0] < part[1]]
                tell(total)
    return total


def work(target: str, start: int, stop: int, seed: int, note: Path) -> Tally:
    """One chunk in a worker process."""
    from tests.long.targets import opened

    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))  # the machine must survive whatever is found
    with opened(target) as check:
        return run_part(target, check, range(start, stop), seed, note)


def as_json(target: str, tally: Tally, seed: int) -> dict[str, Any]:
    return {
        "target": target,
        "seed": seed,
        "runs": tally.runs,
        "refused": tally.refused,
        "outcomes": dict(tally.outcomes.most_common()),
        "failures": len(tally.failures),
        "slowest_seconds": round(tally.slowest, 3),
        "peak_mb": tally.peak_mb,
    }


def report(target: str, tally: Tally, seed: int) -> str:
    lines = [json.dumps(as_json(target, tally, seed), indent=2)]
    lines += [f"--- {target} seed {seed} run {number}\n{reason}" for number, reason in tally.failures[:KEPT]]
    return "\n".join(lines)


def _fail(tally: Tally, number: int, reason: str) -> str:
    tally.failures.append((number, reason))
    return "failed"


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
