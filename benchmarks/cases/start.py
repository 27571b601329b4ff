"""How long the command line takes before it says anything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from benchmarks.harness import Figure, benchmark, compare
from benchmarks.surroundings import DISTRICT, IMPORT_PANDAS, kbk


@benchmark("start")
def measure(runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as out:
        yield compare("start.help", "kbk --help", kbk("--help"), IMPORT_PANDAS, runs, most_seconds=0.5)
        yield compare("start.list", "kbk list, 16 reports", kbk("list", DISTRICT, "--out", out), IMPORT_PANDAS, runs)
        yield compare("start.check", "kbk check, 16 reports", kbk("check", DISTRICT), IMPORT_PANDAS, runs)
