"""How soon wrong parameters are refused."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Figure, benchmark, compare
from benchmarks.surroundings import DISTRICT, IMPORT_PANDAS, kbk

WRONG = {'parent: "99.01"': 'parent: "99.77"', "formation_year: 2026": "formation_yaer: 2026", "paper: a4": "paper: a7"}


@benchmark("refusal")
def measure(runs: int) -> Iterator[Figure]:
    text = DISTRICT.read_text("utf-8")
    for right, wrong in WRONG.items():
        text = text.replace(right, wrong)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "wrong.yml"
        path.write_text(text, "utf-8")
        refused = kbk("render", path, "--out", Path(name) / "reports", code=2)
        yield compare("refusal", "three wrong parameters refused", refused, IMPORT_PANDAS, runs, most_seconds=1)
