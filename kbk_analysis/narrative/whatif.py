"""What a trial of the prioritisation says: how it was counted, what entered and left, and why weights are switched off.

Input: a released trial, the meeting's released result, and what moved between them. Output: sentences and captions in
the language in use. A trial is never spoken of as the meeting's ranking.
"""

from __future__ import annotations

import pandas as pd

from kbk_analysis.exhibit import Facts
from kbk_analysis.i18n import decimal, integer, join, ntr, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import share_of
from kbk_analysis.narrative.figures import Caption, first_fitting
from kbk_analysis.narrative.priority_figures import NAME, SHOWN, n_scored, problem_name, rank_mark
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.formula import Method
from kbk_analysis.priority.whatif import Moved, has_weights, moved


def trial_note() -> str:
    """What a trial is, and what it is not."""
    return tr(
        "Ini uji coba, bukan putusan: metode dan bobot rapat ditetapkan sebelum skor dibaca dan tidak diubah olehnya."
    )


def weight_text(weight: float) -> str:
    """A weight with as many decimals as it has, two at most.

    Examples
    --------
    >>> weight_text(2.0), weight_text(0.1 + 0.2), weight_text(0.385)
    ('2', '0,3', '0,38')
    """
    places = next((n for n in (0, 1) if abs(weight - round(weight, n)) < 1e-9), 2)
    return decimal(weight, places)


def formula_text(method: Method) -> str:
    """How a total is made, its weights written in the reader's language."""
    if method.formula is None:
        return tr("jumlah kemenangan dalam semua pasangan")
    if not method.formula.additive:
        return str(method.formula)
    block = method.formula.blocks[0]
    return " + ".join(id if weight == 1 else f"{weight_text(weight)} × {id}" for id, weight in block.items())


def no_weights_text(method: Method) -> str:
    """Why the weights of a method cannot be changed; nothing where they can."""
    if has_weights(method):
        return ""
    if method.formula is None:
        return tr("Bobot dimatikan: metode ini menghitung kemenangan per kriteria dan rumusnya tidak memakai bobot.")
    return tr("Bobot dimatikan: rumus {formula} mengalikan skor, sehingga bobot tidak mengubah urutan.",
              formula=str(method.formula))  # fmt: skip


def trial_texts(trial: Priorities, meeting: Priorities, found: Moved) -> tuple[str, ...]:
    """How it was counted; what entered and left against the meeting's ranking, and against its decision."""
    heard = len(trial.judges)
    counted = tr(
        "Dihitung dengan {name}: {formula}; {judges} penilai.",
        name=trial.method.name, formula=formula_text(trial.method), judges=share_of(heard, len(meeting.judges)),
    )  # fmt: skip
    if not (trial.problems["rank"] > 0).any():
        return (counted, tr("Belum ada peringkat: tidak ada masalah yang cukup dinilai."))
    texts = [counted]
    if found.entered or found.left:  # the title has said it otherwise
        texts.append(_changed(trial, meeting, found.entered, found.left, tr("hitungan rapat")))
    if found.agreed_entered is not None and found.agreed_left is not None:
        texts.append(_changed(trial, meeting, found.agreed_entered, found.agreed_left, tr("putusan rapat")))
    return tuple(texts)


def _changed(
    trial: Priorities, meeting: Priorities, entered: tuple[str, ...], left: tuple[str, ...], against: str
) -> str:
    top = integer(trial.top)
    if not entered and not left:
        return tr("{top} teratas sama dengan {against}.", top=top, against=against)
    said = []
    if entered:
        said.append(tr("masuk {names}", names=_names(trial, meeting, entered)))
    if left:
        said.append(tr("keluar {names}", names=_names(trial, meeting, left)))
    return tr("{top} teratas berbeda dari {against}: {changes}.", top=top, against=against, changes="; ".join(said))


def _names(trial: Priorities, meeting: Priorities, problems: tuple[str, ...]) -> str:
    # a gate may keep a problem out of one of the two
    return join([
        f"“{problem_name(trial if id in trial.problems.index else meeting, id, 60)}”" for id in problems
    ])  # fmt: skip


def trial_caption(trial: Priorities, found: Moved) -> Caption:
    """Ranks of the meeting and of a trial, joined by lines."""
    top, count = integer(trial.top), len(found.entered)
    if found.entered:
        one = tr("“{name}” masuk {top} teratas", name=problem_name(trial, found.entered[0], NAME), top=top)
        many = ntr("{n} masalah masuk {top} teratas", "{n} masalah masuk {top} teratas", count, top=top)
        title = first_fitting(one, many) if count == 1 else many
    elif found.left:
        count = len(found.left)
        title = ntr("{n} masalah keluar dari {top} teratas", "{n} masalah keluar dari {top} teratas", count, top=top)
    else:
        title = tr("{top} teratas sama dengan hitungan rapat", top=top)
    ranked = trial.problems[trial.problems["rank"] > 0]
    before = found.places["before"].astype(float)
    told = [_told(trial, str(id), row, float(before[str(id)])) for id, row in ranked.head(SHOWN).iterrows()]
    alt = tr("Garis dari peringkat rapat ke peringkat uji coba.") + " " + "; ".join(told) + "."
    tied = bool(trial.problems["tied"].any())
    notes = (tr("Tanda = berarti skornya sama; urutan barisnya tidak bermakna."),) if tied else ()
    return Caption(title, alt, n_scored(trial), notes)


def _told(trial: Priorities, id: str, row: pd.Series, before: float) -> str:
    was = "–" if pd.isna(before) else integer(before)
    text = tr("{name}: peringkat {now}, semula {was}", name=problem_name(trial, id, 60), now=rank_mark(row), was=was)
    if pd.isna(row.get("top")):
        return text
    share = percent(100 * float(row["top"]), 0)
    return text + ", " + tr("di antara {top} teratas pada {share}", top=integer(trial.top), share=share)


def shift_text(row: pd.Series, before: float, *, top: int) -> str:
    """How far a problem moved, and whether it crossed the line: '▲ 2, masuk'."""
    if row["rank"] == 0 or pd.isna(before):
        return "–"
    steps = int(before - row["rank"])
    text = "●" if steps == 0 else f"{'▲' if steps > 0 else '▼'} {integer(abs(steps))}"
    if (before <= top) == (row["rank"] <= top):
        return text
    crossed = tr("masuk") if row["rank"] <= top else tr("keluar")
    return f"{text}, {crossed}"


def whatif_facts(trial: Priorities, meeting: Priorities) -> Facts:
    """Headline facts of a trial beside those of the meeting."""
    require_released(trial)
    require_released(meeting)
    found = moved(trial, meeting)
    return Facts(
        {
            "meeting": meeting.meeting,
            "method": trial.method.id,
            "formula": str(trial.method.formula or ""),
            "judges": f"{len(trial.judges)}/{len(meeting.judges)}",
            "first_problems_meeting": " ".join(_first(meeting, trial.top)),
            "first_problems": " ".join(_first(trial, trial.top)),
            "entered": " ".join(found.entered),
            "left": " ".join(found.left),
        }
    )


def _first(found: Priorities, top: int) -> list[str]:
    ranks = found.problems["rank"]
    return [str(id) for id in ranks.index[(ranks > 0) & (ranks <= top)]]
