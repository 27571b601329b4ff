"""The whole demo dataset: tables, boundaries, title page; from a seed and what is planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from kbk_analysis.data.contracts import typed_frame
from kbk_analysis.data.demo.activities import activities_table, agencies_table
from kbk_analysis.data.demo.blocks import block_rows
from kbk_analysis.data.demo.boundaries import boundaries
from kbk_analysis.data.demo.effects import Effects
from kbk_analysis.data.demo.kampung import kampung_table
from kbk_analysis.data.demo.meetings import meeting_tables
from kbk_analysis.data.demo.observations import observations_table, stream
from kbk_analysis.data.demo.places import areas_table, places
from kbk_analysis.data.demo.plantings import Plantings, load_plantings
from kbk_analysis.data.demo.world import PERIODS, build_world
from kbk_analysis.data.store import write_dataset
from kbk_analysis.schema import OBSERVATIONS

DEMO_SEED: Final = 2022
DEMO_FOLDER: Final = Path(__file__).parents[2] / "demo"
TITLE: Final = "DATA CONTOH: Kabupaten Contoh"


def build_demo(*, seed: int = DEMO_SEED, plantings: Plantings | None = None) -> dict[str, pd.DataFrame]:
    """Tables of a demo dataset, typed as `kbk_analysis.schema.TABLES` says.

    Parameters
    ----------
    seed
        Any whole number from 0; the same seed and plantings give the same tables.
    plantings
        What is planted; by default the content of ``plantings.yml``. `kbk_analysis.data.demo.NOTHING` plants nothing.

    Examples
    --------
    >>> tables = build_demo(seed=7)
    >>> len(tables["areas"]), tables["areas"]["code"].str.startswith("99").all()
    (163, np.True_)
    """
    plantings = load_plantings() if plantings is None else plantings
    world = build_world(stream(seed, "world"), plantings.kampung_villages)
    observations = observations_table(seed, world, Effects(world, plantings))
    tables = {
        "areas": areas_table(),
        "observations": _with_blocks(observations, block_rows(seed, world, observations)),
        "kampung": kampung_table(seed, world, plantings),
        "agencies": agencies_table(),
        "activities": activities_table(seed, world, observations, plantings),
        **meeting_tables(seed),
    }
    return {name: typed_frame(name, table) for name, table in tables.items()}


def _with_blocks(observations: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([observations, blocks], ignore_index=True)
    return table.sort_values(list(OBSERVATIONS.key), ignore_index=True)


def demo_meta(tables: dict[str, pd.DataFrame], seed: int = DEMO_SEED) -> dict[str, Any]:
    """Title page of the dataset (``dataset.yml``)."""
    used = sorted({*tables["observations"]["source"], *tables["kampung"]["source"]})
    return {
        "title": TITLE,
        "code_scheme": "kemendagri",
        "synthetic": True,
        "licence": "CC0-1.0",
        "scope": [places().regency[0]],
        "periods": list(PERIODS),
        "cutoff": max([*tables["observations"]["as_of"].dropna(), *tables["kampung"]["export_date"]]),
        "register": f"dikarang, benih acak {seed}: tidak ada kabupaten dengan nama dan kode ini",
        "sources": [{"id": id, "title": f"DATA CONTOH: {id} (dikarang)", "licence": "CC0-1.0"} for id in used],
    }


def write_demo(folder: Path | str = DEMO_FOLDER) -> Path:
    """Write the demo dataset that ships with the package; the same bytes on every run."""
    tables = build_demo()
    return write_dataset(folder, demo_meta(tables), tables, boundaries=boundaries())
