"""Same inputs, same bytes: a whole report made twice, on machines that differ in all that must not matter.

Other folders, workers and start methods are tried in ``rendering/test_batch.py``, the exporters alone in
``rendering/test_pdf.py``; here the whole way from notebook to manifest, in processes of their own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MATPLOTLIBRC = "font.size: 31\naxes.facecolor: red\nsvg.fonttype: none\nsavefig.bbox: tight\n"
MACHINES = {
    "Jakarta": {"TZ": "Asia/Jakarta", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "Ankara": {
        **{"TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"},
        **{"PYTHONHASHSEED": "4711", "PYTHONIOENCODING": "cp1252", "COLUMNS": "40", "SOURCE_DATE_EPOCH": "1"},
    },
}


def made(folder: Path, umask: int, **settings: str) -> dict[str, bytes]:
    """Everything published for one demo district by ``kbk render`` in `folder`, under these settings."""
    home = folder / "home"
    (home / ".config" / "matplotlib").mkdir(parents=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text(MATPLOTLIBRC if umask else "")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "MPL", "XDG_", "PYTHON"))}
    arguments = ["render", str(ROOT / "params" / "demo" / "district.yml"), "--only", "99.01.01"]
    done = subprocess.run(
        [sys.executable, "-m", "kbk_analysis.cli", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home), **settings},
        umask=umask,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    root = folder / "reports"
    paths = sorted(path for path in root.rglob("*") if path.is_file() and ".work" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_a_report_has_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    first = made(tmp_path / "a", 0o022, **MACHINES["Jakarta"])
    second = made(tmp_path / "folder lain" / "ü", 0o077, **MACHINES["Ankara"])
    assert {name.rpartition(".")[2] for name in first} == {"html", "pdf", "ipynb", "json", "csv"}
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []
