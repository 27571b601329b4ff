"""The kampung table of the whole country, or one of that size made from the demo."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from benchmarks.harness import NotMeasured
from benchmarks.surroundings import real_data
from kbk_analysis.data.adapters.kampung import CLASSIFICATION, DETAIL, NAMES
from kbk_analysis.data.contracts import empty_frame, typed_frame
from kbk_analysis.data.store import open_dataset, write_dataset
from kbk_analysis.schema import KAMPUNG

ROWS = 16_328
DAY = "2022-10-27"


@cache
def table() -> tuple[pd.DataFrame, str]:
    """Rows of the ``kampung`` table, both export families, and a note on where they come from."""
    try:
        folder = real_data() / "kampung_kb"
    except NotMeasured:
        return _from_demo(), f"synthetic: the demo repeated to {ROWS:,} kampung"
    parts = []
    for family, source, columns in (("klasifikasi", "klasifikasi", CLASSIFICATION), ("detail", "rinci", DETAIL)):
        rows = pd.read_csv(folder / f"{family}_nasional_{DAY}.csv.gz", low_memory=False)
        parts.append(rows.rename(columns={**NAMES, **columns}).assign(source=source))
    both = pd.concat(parts, ignore_index=True).assign(export_date=DAY)
    flags = [column.name for column in KAMPUNG.columns if column.kind == "flag" and column.name in both]
    both[flags] = both[flags].astype("boolean")  # 1.0 beside blanks
    key = both[list(NAMES.values())].fillna("").agg("|".join, axis=1)
    return both.assign(kampung_id=key), f"real export of {DAY}, {key.nunique():,} kampung"


def _from_demo() -> pd.DataFrame:
    with open_dataset("demo") as dataset:
        rows = dataset.table("kampung")
    last = rows.groupby("source")["export_date"].transform("max") == rows["export_date"]
    rows = rows[last].assign(export_date=DAY)
    names = sorted(set(rows["kampung_id"]))
    times = -(-ROWS // len(names))
    copies = pd.concat([rows.assign(kampung_id=rows["kampung_id"] + f"-{i}") for i in range(times)], ignore_index=True)
    kept = {f"{name}-{i}" for i in range(times) for name in names[: ROWS - i * len(names)]}
    return copies[copies["kampung_id"].isin(kept)]


def write(folder: Path) -> tuple[Path, Path]:
    """The table as a dataset folder and as one plain csv."""
    rows, _ = table()
    with open_dataset("demo") as dataset:
        kampung = typed_frame("kampung", rows.reset_index(drop=True))
        tables = {"areas": dataset.table("areas"), "observations": empty_frame("observations"), "kampung": kampung}
        meta = {**dataset.meta, "title": "national size", "periods": [DAY[:4]]}
    write_dataset(folder / "dataset", meta, tables)
    rows.to_csv(folder / "rows.csv", index=False)
    return folder / "dataset", folder / "rows.csv"
