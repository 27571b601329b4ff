"""Hashes of what a report is made with: package, notebooks, environment.

Question answered: would the same data and parameters give the same bytes?
Input: files of this installation. Output: SHA-256 in hex, the same in every folder and on every day.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

from kbk_analysis.rendering.manifest import digest

PACKAGE: Final = Path(__file__).resolve().parents[1]
ROOT: Final = PACKAGE.parent
LOCK: Final = ROOT / "requirements.lock"


@cache
def package_digest() -> str:
    """Hash of every file of the package: code, templates, rules, fonts, translations."""
    lines = [
        f"{path.relative_to(PACKAGE).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    ]
    return digest("\n".join(lines).encode())


def notebook_digest(path: Path) -> str:
    """Hash of what a notebook does: its code cells and their tags, not its outputs or notes."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [
        ["".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    return digest(code)


@cache
def environment_digest() -> str:
    """Hash of the versions that can change bytes: the lock file, the platform, the installed packages."""
    lock = digest(LOCK.read_bytes()) if LOCK.is_file() else ""
    names = sorted({re.split(r"[^A-Za-z0-9._-]", line)[0] for line in _requirements()})
    return digest([lock, platform.python_version(), platform.system(), platform.machine(), *map(_version, names)])


def _requirements() -> list[str]:
    try:
        return requires("kbk-analysis") or []
    except PackageNotFoundError:
        return []


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} -"
