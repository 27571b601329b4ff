"""Where things are, and processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import Action, NotMeasured

ROOT = Path(__file__).parents[1]
DISTRICT = ROOT / "params" / "demo" / "district.yml"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


def real_data() -> Path:
    """Folder of the real exports: ``KBK_REAL_DATA``, else ``../shared/data/real`` beside the checkout."""
    given = os.environ.get("KBK_REAL_DATA")
    folder = Path(given) if given else ROOT.parent / "shared" / "data" / "real"
    if not folder.is_dir():
        raise NotMeasured("the real exports are absent (KBK_REAL_DATA)")
    return folder


def process(*arguments: str | Path, code: int = 0) -> Action:
    """A whole Python process that must end with `code`."""

    def run() -> None:
        command = [sys.executable, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        if done.returncode != code:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")

    return run


def kbk(*arguments: str | Path, code: int = 0) -> Action:
    return process("-m", "kbk_analysis.cli", *arguments, code=code)


IMPORT_PANDAS = ("import pandas", process("-c", "import pandas"))


def peak() -> int:
    """Most memory this process has held, in MB; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():  # of this program alone; the number below may be that of the process which started it
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    if sys.platform == "win32":
        return 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 2**20
