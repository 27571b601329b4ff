"""A batch of four demo districts: made from nothing, and again when nothing has changed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from benchmarks.harness import Figure, benchmark, compare, figure, seconds_of
from benchmarks.surroundings import DISTRICT, IMPORT_PANDAS, kbk

AREAS = ("99.01.01", "99.01.02", "99.01.03", "99.01.04")


@benchmark("rerun")
def measure(runs: int) -> Iterator[Figure]:
    only = [part for area in AREAS for part in ("--only", area)]
    with tempfile.TemporaryDirectory() as out:
        render = kbk("render", DISTRICT, *only, "--out", out)
        first = seconds_of(render)
        again = compare("rerun", "kbk render again, 4 districts unchanged", render, IMPORT_PANDAS, runs, most_ratio=3)
    beside = (again.reference, again.reference_seconds)
    yield figure("batch", "kbk render, 4 districts from nothing, per report", first / len(AREAS), beside, 1)
    yield again
