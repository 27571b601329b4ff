"""Shared by all tests: where the real exports are, demo reports, and which skips are allowed."""

import importlib.util
import os
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # tests.long and benchmarks, under a bare `pytest` too

# A slow machine is no fault of the code: no example has a time limit.
hypothesis.settings.register_profile("kbk", deadline=None)
hypothesis.settings.load_profile("kbk")

DEMO_AREA = "99.01.01"
STRICT = "KBK_STRICT_SKIPS"
# Why a test may be skipped. With KBK_STRICT_SKIPS set, as in .ci/run, any other reason fails the session.
ALLOWED_SKIPS = (
    r"real exports are absent \(KBK_REAL_DATA\)",
    r"Chromium is absent",
    r"poppler is absent",
    r"Chromium or poppler is absent",
    r"platform: .+",
)
_skips: set[tuple[str, str]] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note each skip; with xdist the controller hears of those of its workers here too."""
    _note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note each module skipped as a whole."""
    _note_skip(report)


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        place = report.longrepr
        reason = str(place[2] if isinstance(place, tuple) else place)
        _skips.add((report.nodeid, reason.removeprefix("Skipped: ")))


def _refused_skips() -> list[tuple[str, str]]:
    if not os.environ.get(STRICT):
        return []
    return sorted(skip for skip in _skips if not any(re.fullmatch(allowed, skip[1]) for allowed in ALLOWED_SKIPS))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip for a reason that is not on the list is a failure, where skips are strict."""
    if not hasattr(session.config, "workerinput") and _refused_skips():
        session.exitstatus = max(session.exitstatus, pytest.ExitCode.TESTS_FAILED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Every skip with its reason, and those that are refused."""
    if _skips:
        terminalreporter.section(f"{len(_skips)} skipped")
    for test, reason in sorted(_skips):
        terminalreporter.line(f"{test}: {reason}")
    for test, reason in _refused_skips():
        terminalreporter.line(f"REFUSED {test}: {reason!r} is not in ALLOWED_SKIPS (tests/conftest.py)", red=True)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real exports: ``KBK_REAL_DATA``, else ``../shared/data/real`` beside the checkout."""
    given = os.environ.get("KBK_REAL_DATA")
    folder = Path(given) if given else Path(__file__).parents[2] / "shared" / "data" / "real"
    if not folder.is_dir():
        pytest.skip("real exports are absent (KBK_REAL_DATA)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser that the tests drive."""
    return _program("chromium", "Chromium")


@pytest.fixture(scope="session")
def pdftotext() -> str:
    """Path of the reader of PDF text."""
    return _program("pdftotext", "poppler")


def _program(command: str, name: str) -> str:
    found = shutil.which(command)
    if found is None:
        pytest.skip(f"{name} is absent")
    return found


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
def demo_set(tmp_path_factory):
    """Folder of a rendered set of one demo district, by the command: ``demo_set("en")``."""
    from kbk_analysis import cli, i18n

    @cache
    def rendered(language: str = "id") -> Path:
        out = tmp_path_factory.mktemp("rendered")
        path = Path(__file__).parents[1] / "params" / "demo" / "district.yml"
        command = ["render", str(path), "--only", DEMO_AREA, "--out", str(out), "--lang", language, "--jobs", "1"]
        before = i18n.language()
        try:
            assert cli.main(command) == 0
        finally:
            i18n.use(before)
        (made,) = out.iterdir()
        return made

    return rendered


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
