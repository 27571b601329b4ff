"""Shared by all tests: where the real exports are, if anywhere."""

import importlib.util
import os
import sys
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
    path = Path(__file__).parent / "notebooks_fixture" / "build.py"
    spec = importlib.util.spec_from_file_location("tiny_project", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_project"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tiny, tmp_path, monkeypatch):
    """Makes a project in ``tmp_path``, with a tiny dataset and a package that counts as unchanged."""
    from kbk_analysis.rendering import plan, sources

    monkeypatch.setattr(plan, "open_dataset", lambda path: tiny.TinyDataset())
    monkeypatch.setattr(sources, "package_digest", lambda: "fixed")
    return lambda *cells, **changes: tiny.project(tmp_path, *cells, **changes)
