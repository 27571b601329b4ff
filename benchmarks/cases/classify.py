"""Classification of the whole country in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks import national
from benchmarks.harness import Figure, benchmark, compare


@benchmark("classify")
def measure(runs: int) -> Iterator[Figure]:
    from kbk_analysis.classification import classify, join_exports, load_rule

    rows, note = national.table()

    def subject() -> None:
        found = classify(join_exports(rows, national.DAY), load_rule()).kampung
        assert len(found) == national.ROWS

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "rows.csv"
        rows.to_csv(path, index=False)
        reference = ("pandas reads the same csv", lambda: pd.read_csv(path, low_memory=False))
        yield compare("classify", "join and classify the country", subject, reference, runs, most_seconds=5, note=note)
