"""The whole prioritisation of one meeting: scores to ranking, and all that the chapter sets beside it.

Input: `MeetingInputs` and the method that was fixed before the scores were read. Output: `Priorities`, on full counts
and not yet released. A problem that a gate stops is listed apart with its total and the letters that failed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import mark, tr
from kbk_analysis.period import period_end
from kbk_analysis.priority.analysis import Priorities, prioritise
from kbk_analysis.priority.evidence import evidence_table, place_table
from kbk_analysis.priority.formula import Floats, Method, ranks
from kbk_analysis.priority.inputs import MeetingInputs
from kbk_analysis.priority.methods import METHODS, weighted
from kbk_analysis.priority.opinions import PairWeights, pair_weights, promethee, topsis, vikor
from kbk_analysis.priority.robustness import Acceptability

# criterion in the table `scores` -> letter; answered yes (1) or no (0)
GATE: Final[Mapping[str, str]] = {
    "propriety": "P", "economics": "E", "acceptability": "A", "resources": "R", "legality": "L",
}  # fmt: skip
GATE_WORDS: Final[Mapping[str, str]] = {
    "P": mark("sesuai tugas program"),
    "E": mark("masuk akal secara ekonomi"),
    "A": mark("dapat diterima"),
    "R": mark("sumber daya tersedia"),
    "L": mark("diizinkan aturan"),
}
FEW: Final = 8  # problems below which a meeting has hardly a choice
PARETO: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What is fixed before the scores are read.

    Parameters
    ----------
    method
        Criteria, scale, formula, weights.
    comparisons
        Paired comparisons of criteria for AHP, a second opinion: ``{"U/S": 2}`` says that U counts twice as much as S.
    top
        How many problems the meeting takes up.
    """

    method: Method
    comparisons: Mapping[str, float]
    top: int


def fixed_method(
    *,
    method: str = "usg_sum",
    weights: str = "",
    scale: str = "1-10",
    comparisons: str = "",
    top: int = 3,
) -> Fixed:
    """What the parameters fix; weights and scale are of ``mcua`` alone.

    Examples
    --------
    >>> str(fixed_method(method="hanlon_double").method.formula)
    '(A + 2 × B) × C'
    """
    return Fixed(method=chosen_method(method, _numbers(weights), scale), comparisons=_numbers(comparisons), top=top)


def _numbers(text: str) -> dict[str, float]:
    """Names with a number each, as the parameters write them: ``size=5,seriousness=4``."""
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    return {name.strip(): float(number) for name, _, number in parts}


def chosen_method(id: str, weights: Mapping[str, float], scale: str = "1-10") -> Method:
    """The method that the parameters name; ``mcua`` is a weighted sum with the weights that were agreed.

    Examples
    --------
    >>> str(chosen_method("mcua", {"size": 5, "seriousness": 4}).formula)
    '5 × size + 4 × seriousness'
    """
    if id != "mcua":
        return METHODS[id]
    low, high = (float(end) for end in scale.split("-"))
    try:
        return weighted("mcua", "MCUA", weights, low, high)
    except ValueError:
        message, remedy = tr("Bobot atau skala tidak sah."), tr("Tulis bobot tiap kriteria: size=5,seriousness=4.")
        raise InputFault([Finding(rule="priority.option", message=message, remedy=remedy, key="weights")]) from None


def analyse_priorities(inputs: MeetingInputs, fixed: Fixed, *, catalogue: Catalogue | None = None) -> Priorities:
    """Rank the problems of a meeting and set beside the ranking what says how far to trust it.

    Parameters
    ----------
    inputs
        From `read_meeting`.
    fixed
        From `fixed_method`.
    catalogue
        Indicators; the package's own by default.

    Returns
    -------
    Priorities
        Unreleased: pass it to `release` before showing it.

    Raises
    ------
    InputFault
        A score lies outside the scale of the method, or the method uses a criterion that nobody scored.
    """
    catalogue = catalogue or load_catalogue()
    found, area = rank_problems(inputs, fixed), inputs.area
    today = dt.date.fromisoformat(inputs.held_on or period_end(area.period))
    evidence = evidence_table(area, inputs.problems, today, catalogue)
    return replace(
        found,
        data=evidence.table,
        places=place_table(evidence, found.problems, area.areas["name"], fixed.top, catalogue),
        counts=evidence.counts,
    )


def rank_problems(inputs: MeetingInputs, fixed: Fixed) -> Priorities:
    """The ranking and its doubt, from the scores alone: gate, order, second opinions. Errors as above."""
    chosen, top = fixed.method, fixed.top
    pairs = _pairs(fixed.comparisons, chosen)
    check_scores(inputs, chosen)
    answers = gate_answers(inputs.scores, inputs.problems, chosen)
    passed = inputs.problems
    if len(answers):
        whole = prioritise(inputs.problems, inputs.scores, chosen)
        answers = answers.assign(total=whole.problems["total"].reindex(answers.index))
        passed = passed[~passed["problem"].isin(answers.index[answers["failed"] != ""])]
    scores = inputs.scores[inputs.scores["problem"].isin(passed["problem"])]
    found = prioritise(passed, scores, chosen, decisions=inputs.decisions)
    cells, names = _comparable(found)
    opinions, compromise = _opinions(cells, names, chosen, pairs)
    area = inputs.area
    problems = _with_shares(_among_first(found, top)).assign(group=overlap_groups(found.problems["indicators"]))
    return replace(
        found,
        meeting=inputs.meeting,
        problems=problems,
        title=inputs.title,
        held_on=inputs.held_on,
        place=inputs.place,
        area_code=area.area_code,
        name=area.name,
        period=area.period,
        synthetic=area.synthetic,
        dataset=area.title,
        sources=area.sources,
        agencies=inputs.agencies,
        top=top,
        gate=answers,
        opinions=opinions,
        compromise=compromise,
        pair_weights=pairs,
    )


def check_scores(inputs: MeetingInputs, method: Method) -> None:
    """Refuse scores that lie outside the scale of a method, and a method of which a criterion was not scored."""
    names = {name: c for c in method.criteria for name in (c.id, c.key)}
    given = inputs.scores[inputs.scores["score"].notna()]
    used = given[given["criterion"].isin(list(names))]
    faults = [
        Finding(
            rule="priority.scale",
            message=tr("Skor di luar skala {low}–{high}.", low=f"{criterion.low:g}", high=f"{criterion.high:g}"),
            remedy=tr("Perbaiki skor ini, atau pilih metode dengan skala yang dipakai formulir."),
            file="scores",
            key=f"{row['judge']} / {row['problem']} / {row['criterion']}",
            value=f"{row['score']:g}",
        )
        for _, row in used.iterrows()
        if not (criterion := names[str(row["criterion"])]).low <= row["score"] <= criterion.high
    ]
    absent = set(method.letters) - {names[name].id for name in used["criterion"].unique()}
    if absent and len(given):
        faults.append(
            Finding(
                rule="priority.criteria",
                message=tr("Tidak ada yang menilai {names}, padahal metode {method} memakainya.",
                           names=", ".join(sorted(absent)), method=method.name),
                remedy=tr("Pilih metode yang sesuai dengan formulir, atau kumpulkan skor yang kurang."),
                file="scores",
                key="method",
                value=method.id,
            )
        )  # fmt: skip
    if faults:
        raise InputFault(faults)


def gate_answers(scores: pd.DataFrame, problems: pd.DataFrame, method: Method) -> pd.DataFrame:
    """What the judges answered to the yes-or-no questions of a gate, for instance PEARL.

    A letter stops a problem when more judges say no than yes; a letter that nobody answered, or a draw, stops nothing.

    Returns
    -------
    DataFrame
        By problem: ``statement``, for each letter the share of yes (NaN without an answer), ``failed`` (letters),
        ``open`` (letters without an answer). Empty where the method has no gate or nobody answered.
    """
    asked = {key: letter for key, letter in GATE.items() if letter in method.gate}
    given = scores[scores["criterion"].isin(list(asked)) & scores["score"].notna()]
    if given.empty:
        return pd.DataFrame()
    yes = given.assign(letter=given["criterion"].map(asked), yes=(given["score"] > 0).astype(float))
    shares = yes.pivot_table(index="problem", columns="letter", values="yes", aggfunc="mean")
    shares = shares.reindex(index=problems["problem"], columns=list(method.gate))
    return shares.assign(
        statement=problems.set_index("problem")["statement"],
        failed=["".join(shares.columns[row < 0.5]) for row in shares.to_numpy()],
        open=["".join(shares.columns[np.isnan(row)]) for row in shares.to_numpy()],
    )


def overlap_groups(indicators: pd.Series) -> pd.Series:
    """Number of the group of each problem; problems that share an indicator, also by way of a third, are one group.

    Examples
    --------
    >>> overlap_groups(pd.Series(["a b", "c", "b d", "d"], index=list("wxyz"))).tolist()
    [1, 2, 1, 1]
    """
    sets = [set(str(ids).split()) for ids in indicators]
    group = list(range(len(sets)))
    for i, one in enumerate(sets):
        for j in range(i):
            if one & sets[j] and group[i] != group[j]:
                low, high = sorted((group[i], group[j]))
                group = [low if g == high else g for g in group]
    order = {g: place for place, g in enumerate(dict.fromkeys(group), start=1)}
    return pd.Series([order[g] for g in group], index=indicators.index, dtype=int)


def _among_first(found: Priorities, top: int) -> pd.DataFrame:
    """Problems with the share of draws among as many as the meeting takes up."""
    problems = found.problems.copy()
    kept = problems.index[problems["rank"] > 0]
    for column, shares in (("top", found.by_judges), ("weight_top", found.by_weights)):
        if isinstance(shares, Acceptability):
            problems.loc[kept, column] = shares.among_first(top)
    return problems


def _with_shares(problems: pd.DataFrame) -> pd.DataFrame:
    """Share of each total in the sum of all, and the running sum (Pareto)."""
    whole = problems["total"].sum()
    share = problems["total"] / whole if whole > 0 else problems["total"] * np.nan
    return problems.assign(share=share, cumulated=share.cumsum())


def pareto_cut(problems: pd.DataFrame) -> int | None:
    """How many of the first problems hold 80 % of the sum of totals; None without totals."""
    reached = np.flatnonzero(problems["cumulated"].to_numpy(dtype=float) >= PARETO - 1e-9)
    return int(reached[0]) + 1 if len(reached) else None


def _comparable(found: Priorities) -> tuple[Floats, pd.Index]:
    """Mean scores of the ranked problems, turned so that high is urgent in each column, a divisor too."""
    kept = found.problems.index[found.problems["rank"] > 0]
    cells = found.cells.loc[kept].to_numpy(dtype=float)
    divisors = found.method.formula.divisors if found.method.formula else ()
    columns = [
        c.low + c.high - cells[:, i] if c.id in divisors else c.turned(cells[:, i])
        for i, c in enumerate(found.method.criteria)
    ]
    return np.stack(columns, axis=1), kept


def _opinions(
    cells: Floats, names: pd.Index, method: Method, pairs: PairWeights | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Ranks by TOPSIS, VIKOR, PROMETHEE II and, with comparisons, by AHP weights."""
    if len(names) < 2:
        return pd.DataFrame(index=names), ()
    weights = np.ones(len(method.criteria))
    if method.formula is not None and method.formula.additive:
        weights = np.array([method.formula.blocks[0][letter] for letter in method.letters])
    compromise = vikor(cells, weights)
    found = {
        "topsis": ranks(topsis(cells, weights)),
        "vikor": ranks(-compromise.q),
        "promethee": ranks(promethee(cells, weights)),
    }
    if pairs is not None:
        found["ahp"] = ranks(cells @ pairs.weights)
    return pd.DataFrame(found, index=names), tuple(str(names[i]) for i in compromise.chosen)


def _pairs(comparisons: Mapping[str, float], method: Method) -> PairWeights | None:
    """AHP weights from comparisons such as ``{"U/S": 2}``; every pair must be there."""
    if not comparisons:
        return None
    at = {name: i for i, c in enumerate(method.criteria) for name in (c.id, c.key)}
    matrix = np.full((len(method.criteria),) * 2, np.nan)
    np.fill_diagonal(matrix, 1.0)
    for pair, times in comparisons.items():
        first, _, second = pair.partition("/")
        if first not in at or second not in at or not times > 0:
            raise _bad_pairs(pair)
        matrix[at[first], at[second]], matrix[at[second], at[first]] = times, 1 / times
    if np.isnan(matrix).any():
        raise _bad_pairs(", ".join(comparisons))
    return pair_weights(matrix)


def _bad_pairs(value: str) -> InputFault:
    message = tr("Perbandingan kriteria tidak lengkap atau tidak sah.")
    remedy = tr("Isi setiap pasang kriteria sekali, misalnya U/S: 2 berarti U dua kali lebih penting daripada S.")
    return InputFault(
        [Finding(rule="priority.pairs", message=message, remedy=remedy, key="comparisons", value=value[:60])]
    )
