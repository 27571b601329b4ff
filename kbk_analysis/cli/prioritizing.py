"""What ``kbk prioritize`` does: a score sheet in, a ranking with its doubt out."""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbk_analysis.cli.files import write_file
from kbk_analysis.data.score_cells import Scale
from kbk_analysis.data.score_names import masked
from kbk_analysis.data.score_sheets import Scores, read_scores
from kbk_analysis.errors import Finding, InputFault, Refusal
from kbk_analysis.i18n import tr
from kbk_analysis.narrative import priorities as words
from kbk_analysis.priority.analysis import Priorities, prioritise
from kbk_analysis.priority.formula import Method
from kbk_analysis.priority.methods import METHODS, weighted
from kbk_analysis.text import csv_safe

if TYPE_CHECKING:
    import pandas as pd

FORMS = (".csv", ".json", ".xlsx")


def prioritized(
    path: Path, *, method: str, weights: str | None, scale: str | None, sheet: str | None
) -> tuple[Priorities, Scores]:
    """Ranking of a score sheet, and what was read in it.

    Raises
    ------
    InputFault
        The method or its weights are none, or a cell of the sheet is at fault.
    """
    chosen = _method(method, weights, scale)
    scales = [Scale(c.id, c.low, c.high, (c.key, tr(c.label), *c.headings)) for c in chosen.criteria]
    read = read_scores(path, scales, sheet=sheet)
    problems = read.scores[["problem"]].drop_duplicates().assign(meeting="", lead_agency="")
    return prioritise(problems, read.scores, chosen), read


def _method(id: str, weights: str | None, scale: str | None) -> Method:
    if id != "mcua":
        for key, given in (("--weights", weights), ("--scale", scale)):
            if given is not None:
                raise _refused(
                    key, tr("Hanya berlaku untuk metode mcua."), tr("Hapus, atau pilih --method mcua."), given
                )
        if id not in METHODS:
            near = difflib.get_close_matches(id, [*METHODS, "mcua"], n=1)
            names = ", ".join([*METHODS, "mcua"])
            remedy = (
                tr('Maksud Anda "{name}"?', name=near[0]) if near else tr("Pilih salah satu: {names}.", names=names)
            )
            raise _refused("--method", tr("Metode ini tidak dikenal."), remedy, id)
        return METHODS[id]
    parts = [part.partition("=") for part in (weights or "").split(",")]
    form = tr("Tulis bobot tiap kriteria: --weights besar=5,gawat=4")
    try:
        given_weights = {name.strip(): float(value) for name, _, value in parts if name.strip() or value}
        low, high = (float(end) for end in (scale or "1-10").split("-"))
        return weighted("mcua", "MCUA", given_weights, low, high)
    except ValueError:
        raise _refused("--weights", tr("Bobot atau skala tidak sah."), form, f"{weights or ''} {scale or ''}") from None


def _refused(key: str, message: str, remedy: str, value: str) -> InputFault:
    return InputFault([Finding(rule="priority.option", message=message, remedy=remedy, key=key, value=value[:60])])


def check_out(out: Path | None) -> None:
    """Refuse a form that cannot be written before anything is read."""
    if out is not None and out.suffix not in FORMS:
        raise _refused(
            "--out", tr("Bentuk berkas ini tidak dapat ditulis."), tr("Pakai .xlsx, .csv, atau .json."), out.name
        )


def write_ranking(found: Priorities, typed: pd.DataFrame, source: Path, out: Path) -> None:
    """The ranking as csv, as a workbook, or with all draws as json."""
    table = words.ranking_frame(found)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if out.suffix == ".csv":
        write_file(out, table.map(csv_safe).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))
        return
    if out.suffix == ".xlsx":
        from kbk_analysis.cli.ranking_book import ranking_book

        write_file(out, ranking_book(found, typed, f"{masked(source.name)}, SHA-256 {digest}"))
        return
    content = {
        "source": {"file": masked(source.name), "sha256": digest},
        "method": {"id": found.method.id, "name": found.method.name, "formula": str(found.method.formula or "pairs")},
        "ranking": _records(table),
        "judges": _records(found.judges.reset_index()),
        "agreement": _plain(found.concordance),
        "methods": _records(found.methods.reset_index(names="problem")),
        "judges_drawn_again": _shares(found.by_judges),
        "weights_drawn": _shares(found.by_weights),
        "typed_totals_that_differ": words.total_differences(found, typed),
    }
    write_file(out, (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode())


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _json(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _json(value: Any) -> Any:
    """A plain value; a blank of any kind is null."""
    plain = value.item() if hasattr(value, "item") else value
    return None if plain != plain else plain


def _plain(found: Any) -> dict[str, Any]:
    return {"not_computed": found.code} if isinstance(found, Refusal) else asdict(found)


def _shares(found: Any) -> dict[str, Any]:
    if isinstance(found, Refusal):
        return {"not_computed": found.code}
    return {
        "by_rank": found.by_rank.tolist(),
        "before": found.before.tolist(),
        "draws": found.draws,
        "seed": found.seed,
    }
