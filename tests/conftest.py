"""Shared by all tests: where the real exports are, if anywhere."""

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real exports: ``KBK_REAL_DATA``, else ``../shared/data/real`` beside the checkout."""
    given = os.environ.get("KBK_REAL_DATA")
    folder = Path(given) if given else Path(__file__).parents[2] / "shared" / "data" / "real"
    if not folder.is_dir():
        pytest.skip("real exports are absent (KBK_REAL_DATA)")
    return folder


@pytest.fixture(scope="session")
def tiny():
    """The module that builds tiny projects: report set, notebook, dataset (``tests/notebooks_fixture/build.py``)."""
    return _load("tiny_project", "notebooks_fixture")


@pytest.fixture(scope="session")
def invented():
    """The module that builds invented situations: ``invented.make_situation(units=3)``."""
    return _load("invented_situation", "situation_fixture")


def _load(name: str, folder: str):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / folder / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tiny, tmp_path, monkeypatch):
    """Makes a project in ``tmp_path``, with a tiny dataset and a package that counts as unchanged."""
    from kbk_analysis.rendering import plan, sources

    monkeypatch.setattr(plan, "open_dataset", lambda path: tiny.TinyDataset())
    monkeypatch.setattr(sources, "package_digest", lambda: "fixed")
    return lambda *cells, **changes: tiny.project(tmp_path, *cells, **changes)


@pytest.fixture(scope="session")
def demo():
    """The demo dataset, open."""
    from kbk_analysis.data.store import open_dataset

    with open_dataset("demo") as dataset:
        yield dataset


@pytest.fixture(scope="session")
def analysed(demo):
    """Situation of a demo area, as analysed (no edition) or released: ``analysed("99.01.01", "internal")``."""
    return _analyser(demo)


@pytest.fixture(scope="session")
def rokan_hulu(real_data: Path, tmp_path_factory):
    """Rokan Hulu imported from the real exports, open."""
    from kbk_analysis.data.importing import import_recipe
    from kbk_analysis.data.store import open_dataset

    folder = tmp_path_factory.mktemp("rokan_hulu") / "data"
    import_recipe(Path(__file__).parents[1] / "params" / "rokan_hulu" / "recipe.yml", real_data, folder)
    with open_dataset(folder) as dataset:
        yield dataset


@pytest.fixture(scope="session")
def analysed_real(rokan_hulu):
    """Situation of an area of Rokan Hulu; called as `analysed`."""
    return _analyser(rokan_hulu)


def _analyser(dataset):
    from kbk_analysis.indicators.release import release
    from kbk_analysis.situation.analysis import analyse_situation
    from kbk_analysis.situation.inputs import read_inputs

    @cache
    def full(area_code: str, period: str):
        return analyse_situation(read_inputs(dataset, area_code=area_code, period=period), formation_year=2026)

    @cache
    def situation(area_code: str, edition: str = "", period: str = "2024"):
        found = full(area_code, period)
        return release(found, edition) if edition else found

    return situation
