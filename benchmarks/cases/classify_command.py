"""Classification of the whole country as a command, from files to a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import national
from benchmarks.harness import Figure, benchmark, compare
from benchmarks.surroundings import kbk, process


@benchmark("classify-command", runs=3)
def measure(runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        dataset, rows = national.write(Path(name))
        command = kbk("classify", dataset, "--out", Path(name) / "classes.csv", "--cutoff", national.DAY)
        read = process("-c", f"import pandas; pandas.read_csv({str(rows)!r}, low_memory=False)")
        reference = ("a process: pandas reads the same rows", read)
        note = national.table()[1]
        yield compare("classify-command", "kbk classify, the country", command, reference, runs, note=note)
