"""Rokan Hulu imported from the real exports: read, matched, checked, written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks.harness import Figure, benchmark, compare
from benchmarks.surroundings import ROOT, real_data

RECIPE = ROOT / "params" / "rokan_hulu" / "recipe.yml"


@benchmark("import", runs=3)
def measure(runs: int) -> Iterator[Figure]:
    from kbk_analysis.data.importing import import_recipe
    from kbk_analysis.data.recipe import load_recipe

    folder, recipe = real_data(), load_recipe(RECIPE)
    register = recipe.register_files
    levels = (register.province, register.regency, register.district, register.village)
    names = [*levels, *register.bridges, *(name for source in recipe.sources for name in source.files)]
    reference = ("pandas reads the same files", lambda: [pd.read_csv(folder / name, dtype=str) for name in names])
    with tempfile.TemporaryDirectory() as name:
        into = Path(name) / "dataset"
        what = "kbk import, Rokan Hulu"
        yield compare("import", what, lambda: import_recipe(RECIPE, folder, into), reference, runs)
