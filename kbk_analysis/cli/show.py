"""What the commands print: findings, progress, tables, results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kbk_analysis.errors import Finding
from kbk_analysis.i18n import mark, tr

MOST: Final = 200
MARKS: Final = {True: "✓", None: "!", False: "✗"}
_PARTS: Final = {
    "data": mark("data"),
    "parameters": mark("parameter"),
    "code": mark("program"),
    "notebooks": mark("notebook"),
    "environment": mark("paket terpasang"),
    "outputs": mark("berkas terbit berubah"),
}
_EVENTS: Final = {"done": mark("selesai"), "kept": mark("masih baru"), "failed": mark("GAGAL")}


def line(text: str) -> None:
    """One line of result."""
    sys.stdout.write(text + "\n")


def error(text: str) -> None:
    """One line to the error stream."""
    sys.stderr.write(text + "\n")


def findings(found: Sequence[Finding]) -> None:
    """One line a finding, with its remedy; beyond `MOST` they are counted, errors first."""
    ordered = sorted(found, key=lambda finding: not finding.is_error)
    for finding in ordered[:MOST]:
        error(f"{MARKS[False if finding.is_error else None]} {finding}")

    if len(found) > MOST:
        error(tr("… dan {n} temuan lain; tulis semuanya ke buku kerja dengan kbk check … --xlsx", n=len(found) - MOST))


def columns(rows: Sequence[Sequence[str]]) -> None:
    """Rows with aligned columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    for row in rows:
        line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def state_text(state: Any) -> str:
    """How a report stands, in words."""
    if state.name == "stale":
        return tr("usang ({parts})", parts=", ".join(tr(_PARTS[part]) for part in state.changed))
    if state.name == "failed":
        return tr("gagal: {reason}", reason=state.reason)
    return tr("masih baru") if state.name == "up_to_date" else tr("belum ada")


def result(done: int, kept: int, failed: int, page: Path) -> None:
    """Last line of a render."""
    line(
        tr(
            "{done} dibuat, {kept} masih baru, {failed} gagal. Indeks: {page}",
            done=done,
            kept=kept,
            failed=failed,
            page=page,
        )
    )


@contextmanager
def progress(total: int) -> Iterator[Callable[[str, Any, str], None]]:
    """Tell how reports end: a bar on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        count = 0

        def plain(event: str, job: Any, reason: str) -> None:
            nonlocal count
            count += 1
            line(
                f"[{count}/{total}] {job.id} {job.area_name}: {tr(_EVENTS[event])}" + (f" · {reason}" if reason else "")
            )
            sys.stdout.flush()

        yield plain
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    form = TextColumn("{task.description}", markup=False)
    with Progress(form, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bar:
        task = bar.add_task("", total=total)

        def live(event: str, job: Any, reason: str) -> None:
            bar.update(task, advance=1, description=f"{job.id} {job.area_name}")
            if event == "failed":
                bar.console.print(f"✗ {job.id} {job.area_name} · {reason}", markup=False, highlight=False)

        yield live
