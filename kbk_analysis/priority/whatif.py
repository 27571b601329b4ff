"""What if? The same scores with other weights, without some judges, or by another method: a trial, not a decision.

Question answered: would the meeting take up other problems if it had counted otherwise? Input: what the meeting read
and fixed, and what is changed. Output: a `Priorities` as of the chapter, and what moved between two of them. The method
was fixed before the scores were read; a trial shows how far the order hangs on that choice and never replaces it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.chapter import Fixed, check_scores, rank_problems
from kbk_analysis.priority.formula import Method
from kbk_analysis.priority.inputs import MeetingInputs
from kbk_analysis.priority.methods import METHODS


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a trial changes.

    Parameters
    ----------
    places
        Frame by problem, in the order of the trial: ``before``, its rank by what the meeting fixed, and ``agreed``, the
        place that the meeting gave it; NaN where it has none.
    entered, left
        Problems among the first of the trial and not of the meeting's ranking, and the other way round.
    agreed_entered, agreed_left
        The same against what the meeting decided; None where it decided nothing.
    """

    places: pd.DataFrame
    entered: tuple[str, ...]
    left: tuple[str, ...]
    agreed_entered: tuple[str, ...] | None
    agreed_left: tuple[str, ...] | None


def has_weights(method: Method) -> bool:
    """Whether a method is a weighted sum, so that its criteria can be weighed otherwise."""
    return method.formula is not None and method.formula.additive


def weighed(method: Method, times: Mapping[str, float]) -> Method:
    """The method with the weight of each criterion so many times as large.

    Parameters
    ----------
    method
        A weighted sum.
    times
        Factor by letter of the criterion; 1 where a letter is missing.

    Raises
    ------
    InputFault
        The method has no weights, a letter is none of its criteria, or no weight is left.

    Examples
    --------
    >>> str(weighed(METHODS["usg_sum"], {"U": 2}).formula)
    '2 × U + S + G'
    """
    formula = method.formula
    if formula is None or not formula.additive:
        message = tr("Metode {name} tidak memakai bobot.", name=method.name)
        raise _refused(message, tr("Pilih metode berbentuk jumlah berbobot, atau hapus bobotnya."), method.id)
    unknown = sorted(set(times) - set(method.letters))
    if unknown:
        message = tr("Kriteria ini tidak ada dalam metode {name}.", name=method.name)
        raise _refused(message, tr("Pilih salah satu: {names}.", names=", ".join(method.letters)), unknown[0])
    block = {letter: weight * times.get(letter, 1.0) for letter, weight in formula.blocks[0].items()}
    if min(block.values()) < 0 or not sum(block.values()):
        message = tr("Bobot negatif, atau semuanya nol.")
        raise _refused(message, tr("Beri sedikitnya satu kriteria bobot di atas nol."), str(dict(times)))
    return replace(method, formula=replace(formula, blocks=(block,)))


def whatif(
    inputs: MeetingInputs,
    fixed: Fixed,
    *,
    weights: Mapping[str, float] | None = None,
    without: Collection[str] = (),
    method: Method | None = None,
    top: int | None = None,
) -> Priorities:
    """Rank the problems of a meeting as it might have been.

    Parameters
    ----------
    inputs, fixed
        What the meeting read and fixed.
    weights
        How many times its weight each criterion gets, by letter; 1 leaves it.
    without
        Judges whose scores are left out, as table `scores` writes them.
    method, top
        Another method, another number of problems to take up.

    Returns
    -------
    Priorities
        Unreleased, and without what the data say, which no trial changes.

    Raises
    ------
    InputFault
        A judge is unknown, the method has no weights to change, or the scores do not fit it.

    Examples
    --------
    >>> from kbk_analysis.data.store import open_dataset
    >>> from kbk_analysis.priority.chapter import fixed_method
    >>> from kbk_analysis.priority.inputs import read_meeting
    >>> with open_dataset("demo") as data:
    ...     meeting = read_meeting(data, meeting="rakor-2024-2", area_code="99.01", period="2024")
    >>> found = whatif(meeting, fixed_method(), weights={"S": 0, "G": 0}, without=["dinkes: kepala bidang"])
    >>> len(found.judges), str(found.method.formula)
    (14, 'U + 0 × S + 0 × G')
    """
    judges = set(inputs.scores["judge"])
    unknown = sorted(set(without) - judges)
    if unknown:
        raise _refused(tr("Penilai ini tidak ada."), tr("Pilih salah satu: {names}.", names="; ".join(sorted(judges))),
                       unknown[0])  # fmt: skip
    chosen = method or fixed.method
    trial = replace(
        fixed,
        method=weighed(chosen, weights) if weights else chosen,
        # a second opinion compares the criteria of the method that was fixed
        comparisons=fixed.comparisons if chosen.letters == fixed.method.letters else {},
        top=top or fixed.top,
    )
    heard = inputs.scores[~inputs.scores["judge"].isin(list(without))]
    return rank_problems(replace(inputs, scores=heard), trial)


def usable_methods(inputs: MeetingInputs, fixed: Fixed) -> tuple[Method, ...]:
    """The method that was fixed, and every other that the same scores allow."""
    others = [m for m in METHODS.values() if m.id != fixed.method.id]
    return (fixed.method, *(m for m in others if inputs.scores["score"].notna().any() and _fits(inputs, m)))


def _fits(inputs: MeetingInputs, method: Method) -> bool:
    try:
        check_scores(inputs, method)
    except InputFault:
        return False
    return True


def moved(trial: Priorities, meeting: Priorities) -> Moved:
    """What moved between the meeting's ranking and a trial, both cut at as many as the trial takes up."""
    before = meeting.problems["rank"].where(meeting.problems["rank"] > 0)
    decided = "agreed_rank" in meeting.problems and bool(meeting.problems["agreed_rank"].notna().any())
    agreed = meeting.problems["agreed_rank"].astype(float) if decided else before * float("nan")
    places = pd.DataFrame({"before": before, "agreed": agreed}).reindex(trial.problems.index)
    now = _first(trial.problems["rank"], trial.top)
    entered, left = _changes(now, _first(before, trial.top))
    agreed_entered, agreed_left = _changes(now, _first(agreed, trial.top)) if decided else (None, None)
    return Moved(
        places=places, entered=entered, left=left, agreed_entered=agreed_entered, agreed_left=agreed_left
    )  # fmt: skip


def _first(ranks: pd.Series, top: int) -> list[str]:
    return [str(id) for id in ranks.sort_values(kind="stable").index if 0 < ranks[id] <= top]


def _changes(now: list[str], then: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(id for id in now if id not in then), tuple(id for id in then if id not in now)


def _refused(message: str, remedy: str, value: str) -> InputFault:
    return InputFault([Finding(rule="priority.option", message=message, remedy=remedy, key="whatif", value=value[:60])])
