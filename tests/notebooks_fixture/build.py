"""Tiny chapters for the tests of rendering: one that shows every published type, and ways to break."""

import hashlib
import json
import sys
from pathlib import Path

import yaml

from kbk_analysis.schema import AreaLevel, Known

PARAMETERS = """data_dir = "demo"
area_code = "99.01.01"
period = "2024"
language = "id"
edition = "internal"
hidden_before = ""
formation_year = 2026
reply_by = ''"""

SHOW = """from kbk_analysis.exhibit import Exhibit, Facts, Field, Place, Words, show
show(
    Words(kind="heading", items=["Situasi " + area_code], level=1),
    Words(kind="findings", items=["Temuan dari data."], place=Place.SUMMARY),
    Exhibit(
        id="satu", title="Satu tabel", source="uji", n="2 dari 2",
        fields=(Field("a", "Nama", strong=True), Field("b", "Nilai", "integer")),
        rows=(("Suka Maju", 1234), ("Suka Damai", None)),
    ),
    Facts({"area_code": area_code, "period": period, "villages": 2, "kampung": 1, "class_dasar": 1}),
)"""


def notebook(*cells: str) -> dict[str, object]:
    """A notebook of a parameters cell and `cells`, with fixed ids and a kernel that exists nowhere."""
    blank = {"cell_type": "code", "execution_count": None, "outputs": []}
    parts = [
        {**blank, "id": f"cell-{i}", "metadata": {"tags": [] if i else ["parameters"]}, "source": source}
        for i, source in enumerate((PARAMETERS, *cells))
    ]
    kernel = {"name": "no-such-kernel", "display_name": "Elsewhere", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": parts}


def write(folder: Path, *cells: str, name: str = "situation_analysis") -> Path:
    """Write a notebook and return its path."""
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook(*(cells or (SHOW,)))), "utf-8")
    return path


AREAS = {
    "99": ("Provinsi Contoh", AreaLevel.PROVINCE, None),
    "99.01": ("Kabupaten Contoh", AreaLevel.REGENCY, "99"),
    "99.01.01": ("Arung", AreaLevel.DISTRICT, "99.01"),
    "99.01.02": ("Bahtera", AreaLevel.DISTRICT, "99.01"),
    "99.01.03": ("Cakra <b>&", AreaLevel.DISTRICT, "99.01"),
    "99.01.01.2001": ("Suka Maju", AreaLevel.VILLAGE, "99.01.01"),
}


class TinyDataset:
    """What planning asks of a dataset, without one."""

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.meta = {"title": "Data uji", "synthetic": True}

    def known(self) -> Known:
        return Known(areas=dict(AREAS), periods=("2023", "2024"), indicators=(), synthetic=True, title="Data uji")

    def digest(self) -> str:
        return hashlib.sha256(self.version.encode()).hexdigest()

    def sources(self) -> list[dict[str, str]]:
        return [{"id": "uji", "file": "uji.csv"}]

    def close(self) -> None:
        pass

    def __enter__(self) -> "TinyDataset":
        return self

    def __exit__(self, *error: object) -> None:
        pass


SET = {
    "kind": "district",
    "data": "demo",
    "level": "kecamatan",
    "parent": "99.01",
    "period": "2024",
    "letterhead": {"lines": ["PEMERINTAH KABUPATEN CONTOH"], "phone": "0761-123456"},
}


def project(folder: Path, *cells: str, **changes: object) -> Path:
    """A project folder with one report set (`SET` and `changes`; None removes a key) and one notebook."""
    (folder / "params").mkdir(parents=True, exist_ok=True)
    (folder / "notebooks").mkdir(exist_ok=True)
    write(folder / "notebooks", *cells)
    content = {key: value for key, value in {**SET, **changes}.items() if value is not None}
    path = folder / "params" / "district.yml"
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    return path


def main() -> int:
    """``kbk`` on the tiny dataset, for tests that need a process of their own."""
    from kbk_analysis import cli
    from kbk_analysis.rendering import plan, sources

    plan.open_dataset = lambda path: TinyDataset()
    sources.package_digest = lambda: "fixed"
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
