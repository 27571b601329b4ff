"""Core measures of every village of the country, 50 indicators, on two processes."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import country
from benchmarks.harness import Figure, benchmark, in_turns
from benchmarks.harness import figure as told
from benchmarks.surroundings import peak

WORKERS = 2


@benchmark("villages", runs=1)
def measure(runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, multiprocessing.Pool(WORKERS) as pool:
        paths = country.write(Path(name))

        def over(function: Callable[[Path], object]) -> Callable[[], object]:
            return lambda: pool.map(function, paths, chunksize=1)

        pool.map(country.measure, paths[:WORKERS], chunksize=1)  # imports and the catalogue are warm
        seconds, beside = in_turns(runs, over(country.measure), over(country.bare))
        busy = sum(pool.map(processor_seconds, paths, chunksize=1))
        most = max(pool.map(held, paths))
    size = f"{country.VILLAGES:,} villages x {country.INDICATORS}"
    note = f"{size}; {busy:.0f} s of processor time, a process at most {most} MB"
    what = "core measures of every village, 2 processes"
    yield told("villages", what, seconds, ("numpy alone, 2 processes", beside), runs, most_seconds=60, note=note)


def processor_seconds(path: Path) -> float:
    """Processor time of one indicator: what the machine's other work does not lengthen."""
    start = time.process_time()
    country.measure(path)
    return time.process_time() - start


def held(_: Path) -> int:
    return peak()
