"""The page and the table that lead to the reports of one set.

Question answered: which reports are there, what do they say in one line, which failed and why?
Input: the manifests in a set's folder, and the notes on failures. Output: ``index.html`` and ``summary.csv``.

Both are rebuilt from what is published, never from memory of a run, so they cannot promise what is not there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from kbk_analysis import i18n
from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.editions import COLUMNS, hidden_bytes
from kbk_analysis.exhibit import Format, format_value
from kbk_analysis.i18n import mark, tr
from kbk_analysis.rendering import manifest
from kbk_analysis.rendering.export.page import style, template
from kbk_analysis.rendering.jobs import Plan, read_failure
from kbk_analysis.rendering.publish import WORK, replace_file
from kbk_analysis.text import clean, csv_safe

# Headline facts worth a column when some chapter states them.
FACTS: Final = (
    ("villages", mark("Desa")),
    ("villages_with_kampung", mark("Desa ber-Kampung KB")),
    ("kampung", mark("Kampung KB")),
    ("couples_reported", mark("Melapor PUS")),
    ("class_dasar", mark("Dasar")),
    ("class_berkembang", mark("Berkembang")),
    ("class_mandiri", mark("Mandiri")),
    ("class_berkelanjutan", mark("Berkelanjutan")),
    ("quality_grade", mark("Mutu data")),
    ("targets_reached", mark("Target tercapai")),
    ("targets_judged", ""),  # told beside the reached ones
    ("worse", mark("Lebih buruk")),
    ("better", mark("Lebih baik")),
    ("first_indicator", mark("Temuan indikator teratas")),
    ("agencies_present", mark("OPD hadir")),
    ("agencies_invited", ""),  # told beside those present
    ("commitments_late", mark("Komitmen lama terlambat")),
    ("commitments_followed", ""),  # told beside the late ones
    ("first_problem", mark("Masalah prioritas pertama")),
)
TEXTS: Final = ("quality_grade", "first_indicator", "first_problem")
BESIDE: Final = (
    ("targets_reached", "targets_judged"),
    ("agencies_present", "agencies_invited"),
    ("commitments_late", "commitments_followed"),
)
HIDDEN: Final = "hidden.csv"  # cells that a public edition hides, for the next one
Key = tuple[str, str, str]
_OWN_CSS: Final = (
    "main.index, .index-head { max-width: 92rem; margin: 0 auto; padding: 0 1.25rem 3rem; }\n"
    ".index-head { padding: 2rem 1.25rem 0; }\n.files p { white-space: nowrap; }\n"
    ".files .failed { white-space: normal; min-width: 16rem; }\n"
    ".index td, .index th { padding: .45rem .4rem; font-size: .875rem; }\n"
    ".code { display: block; font-size: .8125rem; color: var(--muted); }\n"
)


def write(plan: Plan) -> None:
    """Rebuild ``index.html`` and ``summary.csv`` of a set; unchanged files are left alone."""
    rows = collect(plan.root)
    with i18n.using(plan.language):
        replace_file(plan.root / "index.html", render(rows, plan).encode())
    replace_file(plan.root / "summary.csv", summary(rows).encode("utf-8-sig"))
    lists = [(plan.root / row["folder"] / HIDDEN) for row in rows if row["files"]]
    found = [path.read_text("utf-8").partition("\n")[2] for path in lists if path.is_file()]
    if found:
        replace_file(
            plan.root / HIDDEN, hidden_list({*plan.earlier, *(key for text in found for key in keys_of(text))})
        )


def keys_of(text: str) -> Iterator[Key]:
    """Cells from lines of indicator, area and period."""
    for line in text.splitlines():
        indicator, area, period = line.split(",")
        yield indicator, area, period


def hidden_list(cells: set[Key]) -> bytes:
    """The cells that a public edition hides, as the next edition reads them (`kbk_analysis.data.editions`)."""
    return hidden_bytes(pd.DataFrame(sorted(cells), columns=list(COLUMNS)))


def collect(root: Path) -> list[dict[str, Any]]:
    """One row a report, in order of area code: published ones, and failed ones with their reason."""
    rows = {}
    for folder in sorted(root.iterdir()):
        last = manifest.read(folder) if folder.is_dir() and not folder.is_symlink() else None
        if folder.name != WORK and last is not None:
            rows[folder.name] = _published(folder.name, last)
    for work in sorted((root / WORK).iterdir()):
        failure = read_failure(work)
        if failure is not None:
            empty = {"code": failure["id"], "name": failure["area_name"], "files": [], "facts": {}}
            row = rows.setdefault(work.name, {**empty, "period": "", "folder": work.name})
            row.update(status="failed", reason=failure["reason"])
    return [rows[name] for name in sorted(rows)]


def _published(folder: str, content: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for stated in content["facts"].values():
        facts = {**stated, **facts}
    return {
        "folder": folder,
        "code": content["report"].get("meeting", content["area"]["code"]),
        "name": content["report"]["title"] if "meeting" in content["report"] else content["area"]["name"],
        "period": content["report"]["period"],
        "status": "complete",
        "reason": "",
        "facts": {key: facts[key] for key, _ in FACTS if key in facts},
        "files": [
            {
                "href": f"{folder}/{entry['path']}",
                "form": entry["path"].rpartition(".")[2].upper(),
                "bytes": entry["bytes"],
                "pages": entry.get("pages"),
            }
            for entry in content["outputs"]
            if not entry["path"].endswith((".ipynb", HIDDEN))
        ],
    }


def render(rows: list[dict[str, Any]], plan: Plan) -> str:
    """The page, in the language in use; it loads nothing and runs nothing."""
    columns = [(key, tr(label)) for key, label in FACTS if label and any(key in row["facts"] for row in rows)]
    names = {indicator.id: indicator.name for indicator in load_catalogue()}
    cells: list[dict[str, Any]] = []
    for row in rows:
        facts = row["facts"]
        told = facts | {"first_indicator": names.get(facts.get("first_indicator", ""), "–")}
        told |= {part: f"{facts[part]}/{facts[whole]}" for part, whole in BESIDE if {part, whole} <= facts.keys()}
        cells.append({**row, "cells": [(_side(key), _cell(told.get(key))) for key, _ in columns]})
    css, policy = style(_OWN_CSS, images=False)
    judged = any({"worse", "better"} & row["facts"].keys() for row in rows)
    labels = {**_labels(rows, plan.kind), "judged": _judged() if judged else ""}
    if len({row["period"] for row in rows if row["files"]}) < 2:  # the head of the page says it
        labels["period"] = ""
    page: str = template("index.html.j2", {"size": _size}).render(
        rows=cells,
        columns=[(_side(key), label) for key, label in columns],
        plan=plan,
        labels=labels,
        css=css,
        policy=policy,
    )
    return page


def _labels(rows: list[dict[str, Any]], kind: str) -> dict[str, str]:
    failed = sum(row["status"] == "failed" for row in rows)
    return {
        "mark": tr("DATA CONTOH"),
        "told": tr("Semua nama wilayah dan angka di sini rekaan, bukan keadaan sebenarnya."),
        "area": tr("Wilayah") if kind != "meeting" else tr("Rapat"),
        "period": tr("Periode"),
        "files": tr("Berkas"),
        "failed": tr("✗ gagal"),
        "kept": tr("laporan terakhir yang baik tetap di tempat"),
        "count": tr("{n} laporan, {failed} gagal", n=len(rows), failed=failed),
        "table": tr("Ringkasan sebagai tabel (csv)"),
        "caption": tr("Laporan dalam kumpulan ini"),
    }


def _judged() -> str:
    return tr(
        "Lebih buruk, lebih baik: banyaknya indikator yang berbeda dari bagian lain wilayah di atasnya melebihi "
        "kebetulan (taraf 99,8 %). Bukan peringkat: wilayah dengan sasaran sedikit jarang dapat dibedakan."
    )


def _size(file: Mapping[str, Any]) -> str:
    """Size and pages of a file, for a reader who pays for each megabyte."""
    size = tr("{kb} kB", kb=i18n.integer(max(1, round(file["bytes"] / 1000))))
    return f"{size}, {tr('{n} hlm', n=file['pages'])}" if file["pages"] else size


def _side(key: str) -> str:
    return "left" if key in TEXTS else "right"


def _cell(value: Any) -> str:
    """Text of one fact."""
    form: Format = "integer" if isinstance(value, int) else "decimal1" if isinstance(value, float) else "text"
    return "–" if value is None else clean(format_value(value, form))


def summary(rows: list[dict[str, Any]]) -> str:
    """The same rows as csv for a spreadsheet: raw numbers, text that cannot act as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    keys = [key for key, _ in FACTS]
    writer.writerow(["area_code", "area_name", "period", "status", "reason", *keys, "files"])
    for row in rows:
        files = " ".join(file["href"] for file in row["files"])
        values = [row["code"], row["name"], row["period"], row["status"], row["reason"]]
        facts = [row["facts"].get(key, "") for key in keys]
        writer.writerow([csv_safe(clean(v) if isinstance(v, str) else v) for v in [*values, *facts, files]])
    return stream.getvalue()
