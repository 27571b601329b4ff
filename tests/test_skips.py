"""Skips are told by name, and where they are strict an unknown reason fails the session."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parent / "conftest.py"
TESTS = """
import pytest

def test_passes():
    pass

@pytest.mark.xfail(reason="an expected failure is no skip")
def test_is_expected_to_fail():
    assert 0

@pytest.mark.skipif(True, reason="platform: no such signals")
def test_of_another_platform():
    pass

@pytest.fixture
def real_data():
    pytest.skip("real exports are absent (KBK_REAL_DATA)")

def test_of_real_data(real_data):
    pass
"""
REFUSED = """
import pytest

def test_put_off():
    pytest.skip("later")
"""
MODULE = """
import pytest

pytest.importorskip("no_such_module", reason="a library nobody named")
"""


@pytest.fixture
def run(tmp_path: Path):
    """Run pytest with the hooks of this suite on given test files, in a process of its own."""
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")

    def go(*sources: str, strict: bool = True, workers: int = 0) -> tuple[int, str]:
        for number, source in enumerate(sources):
            (tmp_path / f"test_{number}.py").write_text(source)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "KBK_"))}
        environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | ({"KBK_STRICT_SKIPS": "1"} if strict else {})
        command = [sys.executable, "-m", "pytest", *(["-p", "xdist", "-n", str(workers)] if workers else [])]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout

    return go


@pytest.mark.parametrize("workers", [0, 2])
def test_named_skips_pass_and_are_printed(run, workers: int) -> None:
    code, said = run(TESTS, workers=workers)
    assert code == 0, said
    assert ("2 workers" in said) == (workers == 2)
    assert "2 skipped" in said
    assert "test_0.py::test_of_another_platform: platform: no such signals" in said
    assert "test_0.py::test_of_real_data: real exports are absent (KBK_REAL_DATA)" in said
    assert "test_is_expected_to_fail:" not in said
    assert "REFUSED" not in said


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize(
    ("source", "reason"), [(REFUSED, "later"), (MODULE, "a library nobody named")], ids=["test", "module"]
)
def test_any_other_skip_fails_the_session_and_is_named(run, source: str, reason: str, workers: int) -> None:
    code, said = run(TESTS, source, workers=workers)
    assert code == 1, said
    (line,) = [line for line in said.splitlines() if line.startswith("REFUSED")]
    assert "test_1.py" in line
    assert reason in line


def test_any_skip_passes_where_skips_are_not_strict(run) -> None:
    code, said = run(TESTS, REFUSED, strict=False)
    assert code == 0, said
    assert "test_1.py::test_put_off: later" in said
    assert "REFUSED" not in said


def test_a_failed_session_stays_failed(run) -> None:
    code, _ = run("def test_wrong():\n    assert 0\n", REFUSED)
    assert code == 1
