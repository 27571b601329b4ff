"""What works on this machine, found out by trying.

Question answered: can reports be made here, and if not, what is missing?
Input: the folder for reports. Output: one `Check` a line; ``good`` is None for a warning.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from kbk_analysis.i18n import tr

PACKAGES: Final = (
    "pandas",
    "duckdb",
    "matplotlib",
    "papermill",
    "nbconvert",
    "typst",
    "pydantic",
    "babel",
    "jupyterlab",
    "ipywidgets",
)
_TINY: Final = b'#set document(title: "kbk")\n#set text(font: "Liberation Sans", lang: "id")\nkbk'

_CELL: Final[dict[str, Any]] = {
    "cell_type": "code",
    "id": "try",
    "metadata": {},
    "execution_count": None,
    "outputs": [],
}
_TRIAL: Final = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [{**_CELL, "source": "import kbk_analysis"}],
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined: `good` is True, False, or None for something that only limits."""

    name: str
    good: bool | None
    detail: str


def examine(out: Path) -> list[Check]:
    """Examine Python, packages, fonts, the PDF engine, a kernel, the output folder, and the language settings."""
    return [
        _python(),
        _packages(),
        _fonts(),
        _tried(tr("PDF (Typst)"), _pdf),
        _tried(tr("kernel"), _kernel),
        *_folder(out),
        _locale(),
    ]


def _python() -> Check:
    good = sys.version_info >= (3, 11)
    return Check("Python", good, ".".join(map(str, sys.version_info[:3])) + ("" if good else tr(" (perlu 3.11)")))


def _packages() -> Check:
    missing, found = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check(tr("paket"), False, tr("belum terpasang: {names}", names=", ".join(missing)))
    return Check(tr("paket"), True, ", ".join(found))


def _fonts() -> Check:
    from kbk_analysis.rendering.sources import PACKAGE

    count = len(list((PACKAGE / "fonts").glob("*.ttf")))
    return Check(tr("huruf"), count >= 4, tr("{n} berkas huruf disertakan", n=count))


def _tried(name: str, attempt: Callable[[], str]) -> Check:
    try:
        return Check(name, True, attempt())
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}".splitlines()[0][:200])


def _pdf() -> str:
    import typst

    from kbk_analysis.rendering.manifest import pdf_pages
    from kbk_analysis.rendering.sources import PACKAGE

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(PACKAGE / "fonts")])
    made = typst.Compiler(input=_TINY, font_paths=fonts).compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(made, bytes) or pdf_pages(made) != 1:
        raise RuntimeError(tr("PDF percobaan tidak terbaca"))
    return tr("PDF/UA-1 dapat dibuat")


def _kernel() -> str:
    from kbk_analysis.rendering.execute import execute

    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder) / "try.ipynb"
        notebook.write_text(json.dumps(_TRIAL), "utf-8")
        execute(notebook, {}, Path(folder) / "work")
    return tr("notebook dapat dijalankan dengan {python}", python=Path(sys.executable).name)


def _folder(out: Path) -> list[Check]:
    folder = next(path for path in (out.resolve(), *out.resolve().parents) if path.exists())
    free = shutil.disk_usage(folder).free >> 20
    return [
        Check(tr("hak tulis"), os.access(folder, os.W_OK), str(folder)),
        Check(tr("ruang disk"), free > 200 or None, tr("{free} MB kosong", free=free)),
    ]


def _locale() -> Check:
    encoding = (sys.stdout.encoding or "").lower()
    detail = tr(
        "laporan tidak bergantung pada setelan bahasa komputer; layar memakai {encoding}", encoding=encoding or "?"
    )
    return Check(tr("bahasa"), "utf" in encoding or None, detail)
