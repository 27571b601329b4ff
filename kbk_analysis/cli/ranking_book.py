"""A ranking as a workbook for the office: what stands where, who scored how, how sure it is, and typed totals checked.

Input: a `Priorities` and the totals that were typed. Output: xlsx bytes. Numbers stay numbers, unrounded; shares are
parts of one; a blank is what could not be computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import integer, tr
from kbk_analysis.narrative import priorities as words
from kbk_analysis.priority.agreement import Concordance
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Method
from kbk_analysis.priority.robustness import Acceptability
from kbk_analysis.workbook import Cell, Rows, workbook_bytes

if TYPE_CHECKING:
    import pandas as pd

Sheet = tuple[Sequence[str], Rows]


def ranking_book(found: Priorities, typed: pd.DataFrame, source: str) -> bytes:
    """The ranking with its doubt, judges, methods and typed totals, one sheet each.

    Parameters
    ----------
    typed
        ``judge, problem, total, row``, as read from the score sheet.
    source
        What the ranking was computed from, and its hash.
    """
    return workbook_bytes(
        {
            tr("Peringkat"): _ranking(found),
            tr("Penilai"): _judges(found),
            tr("Diagnostik"): _diagnostics(found, source),
            tr("Metode"): _methods(found),
            tr("Jumlah tertulis"): _totals(found, typed),
        }
    )


def _ranking(found: Priorities) -> Sheet:
    table = words.ranking_frame(found)
    named = {
        "rank": tr("Peringkat"),
        "tied": tr("Sama dengan yang lain"),
        "problem": tr("Masalah"),
        "statement": tr("Rumusan"),
        "total": tr("Skor total"),
        "judges": tr("Penilai yang menilai"),
        **{f"mean_{c.id}": _mean(c.id, c.label) for c in found.method.criteria},
        "median_rank": tr("Peringkat menurut median"),
        "borda_rank": tr("Peringkat menurut Borda"),
        "copeland_rank": tr("Peringkat menurut Copeland"),
        "low": tr("Peringkat terbaik (90 % undian penilai)"),
        "high": tr("Peringkat terburuk (90 % undian penilai)"),
        "top": tr("Bagian undian penilai di tiga teratas"),
        "tier": tr("Kelompok"),
        "weight_top": tr("Bagian undian bobot di tiga teratas"),
        "loo_low": tr("Peringkat terbaik bila satu penilai tidak ikut"),
        "loo_high": tr("Peringkat terburuk bila satu penilai tidak ikut"),
    }
    enough = table["rank"] > 0
    ranks = table.filter(regex="^rank$|_rank$").columns
    table[ranks] = table[ranks].astype(float).where(table[ranks] > 0)
    header = [named[str(name)] for name in table] + [tr("Penilai seluruhnya"), tr("Keterangan")]
    told = ["" if some else tr("belum cukup penilai") for some in enough]
    rows = [[*row, len(found.judges), note] for row, note in zip(_rows(table), told, strict=True)]
    return header, rows


def _mean(letter: str, label: str) -> str:
    words = tr(label) if label else letter
    return (
        tr("Rerata {letter}", letter=letter) if words == letter else f"{tr('Rerata {letter}', letter=letter)}: {words}"
    )


def _judges(found: Priorities) -> Sheet:
    named = {
        "judge": tr("Penilai"),
        "agency": tr("Dinas"),
        "scored": tr("Masalah yang dinilai"),
        "severity": tr("Lebih tinggi daripada penilai lain (poin)"),
        "with_rest": tr("Korelasi Spearman dengan penilai lain"),
        "own_lift": tr("Masalah dinas sendiri lebih tinggi (poin)"),
        "silent": tr("Tidak menilai semua masalah"),
        "undecided": tr("Memberi semua masalah skor sama"),
    }
    table = found.judges.reset_index()[list(named)]
    header = [*named.values(), tr("Masalah seluruhnya")]
    return header, [[*row, len(found.problems)] for row in _rows(table)]


def _diagnostics(found: Priorities, source: str) -> Sheet:
    said = [words.method_text(found), words.order_text(found), words.agreement_text(found), words.methods_text(found)]
    rows: list[list[Cell]] = [
        [tr("Sumber"), None, source],
        [tr("Metode"), None, f"{found.method.id}: {_formula(found.method)}"],
        [tr("Masalah"), len(found.problems), ""],
        [tr("Penilai"), len(found.judges), ""],
        *_agreement(found.concordance),
        *_draws(tr("Undian penilai"), found.by_judges),
        *_draws(tr("Undian bobot"), found.by_weights),
    ]
    rows += [[tr("Bacaan"), None, text] for text in [*said, *words.judge_remarks(found)] if text]
    return (tr("Hal"), tr("Nilai"), tr("Keterangan")), rows


def _agreement(found: Concordance | Refusal) -> list[list[Cell]]:
    if isinstance(found, Refusal):
        return [[tr("W Kendall"), None, found.text]]
    n = tr("{judges} penilai, {problems} masalah", judges=integer(found.judges), problems=integer(found.problems))
    how = tr("khi kuadrat") if found.method == "chi_square" else tr("permutasi, {n} kali", n=integer(found.draws))
    return [
        [tr("W Kendall"), found.w, n],
        [tr("W bila tanpa kesepakatan"), found.chance, ""],
        [tr("p"), found.p, how],
        [tr("Rerata korelasi Spearman"), found.mean_spearman, n],
    ]


def _draws(name: str, found: Acceptability | Refusal) -> list[list[Cell]]:
    if isinstance(found, Refusal):
        return [[name, None, found.text]]
    return [[name, found.draws, tr("benih {seed}", seed=found.seed)]]


def _methods(found: Priorities) -> Sheet:
    from kbk_analysis.priority.methods import METHODS

    known = {**METHODS, found.method.id: found.method}
    table = found.methods.astype(float).where(found.methods > 0)
    header = [tr("Masalah"), *(f"{name}: {_formula(known[str(name)])}" for name in table)]
    return header, _rows(table.reset_index())


def _formula(method: Method) -> str:
    return str(method.formula) if method.formula else tr("jumlah kemenangan dalam semua pasangan")


def _totals(found: Priorities, typed: pd.DataFrame) -> Sheet:
    table = words.typed_totals(found, typed).sort_values(["differs", "row"], ascending=[False, True])
    header = [
        tr("Baris"), tr("Penilai"), tr("Masalah"), tr("Jumlah tertulis"), tr("Menurut rumus"), tr("Selisih"),
        tr("Berbeda"),
    ]  # fmt: skip
    return header, _rows(table)


def _rows(table: pd.DataFrame) -> list[list[Cell]]:
    return [[_plain(value) for value in row] for row in table.itertuples(index=False, name=None)]


def _plain(value: Any) -> Cell:
    plain: Cell = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
