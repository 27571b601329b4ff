"""Which problems first? One meeting's scores from table to ranking, with all that says how sure the order is.

Input: tables `problems` and `scores` of one meeting, and a method fixed before the scores were read. Output: one frozen
`Priorities`. The ranking is an aid to deliberation: the meeting decides, and its decision stands beside the computed
rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kbk_analysis.errors import Refusal
from kbk_analysis.priority.agreement import Concordance, concordance, own_lift, severity, with_the_rest
from kbk_analysis.priority.combining import combine
from kbk_analysis.priority.formula import Floats, Ints, Method, dominated_pairs, ranks, tied
from kbk_analysis.priority.methods import METHODS
from kbk_analysis.priority.opinions import PairWeights
from kbk_analysis.priority.robustness import (
    TOP,
    Acceptability,
    judge_acceptability,
    leave_one_out,
    weight_acceptability,
)
from kbk_analysis.schema import Edition

CONSENSUS = "konsensus"
MANY = 12  # problems above which a meeting should first vote on a shorter list


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities:
    """The ranking of one meeting.

    Parameters
    ----------
    problems
        Frame by problem, first rank first: ``statement, indicators, lead_agency, cause, evidence, total, rank, tied,
        judges`` (who scored it), ``enough, median_rank, borda_rank, copeland_rank`` and, where they can be computed,
        ``low, high`` (90 % of resampled judges), ``top`` (share among the first three), ``tier``,
        ``weight_top`` (over all weights), ``loo_low, loo_high`` (one judge left out), ``agreed_rank, agreed_reason``.
    cells
        Mean score by problem and criterion letter.
    judges
        Frame by judge: ``agency, scored`` (problems), ``severity, with_rest, own_lift, undecided, silent``.
    scores
        Shape (judges, problems, criteria), in the order of `judges` and `problems`.
    concordance, by_judges, by_weights
        Or the reason why not.
    methods
        Frame by problem: rank by each method that the same scores allow.
    dominated
        Pairs (problem, problem) of which the second is nowhere more urgent but ranks above: none, or the formula is at
        fault.
    title, held_on, place, area_code, name, period, synthetic, dataset, sources
        What the meeting and the data are; blank where only a score sheet was read.
    agencies
        Frame by agency: ``name, name_en, short``.
    top
        How many problems the meeting takes up.
    gate
        Frame by problem that a gate was asked for; see `chapter.gate_answers`.
    opinions, compromise, pair_weights
        Ranks by second opinions, the compromise set of VIKOR, and what AHP made of paired comparisons.
    data
        What the data say of each problem's indicators; see `evidence.evidence_table`.
    places
        Villages by share and number for the first problems; see `evidence.place_table`.
    counts, hidden
        What decides on disclosure, and what a public edition hides.
    """

    meeting: str
    method: Method
    problems: pd.DataFrame
    cells: pd.DataFrame
    judges: pd.DataFrame
    scores: Floats
    concordance: Concordance | Refusal
    by_judges: Acceptability | Refusal
    by_weights: Acceptability | Refusal
    methods: pd.DataFrame
    dominated: tuple[tuple[str, str], ...]
    edition: Edition | None = None
    title: str = ""
    held_on: str = ""
    place: str = ""
    area_code: str = ""
    name: str = ""
    period: str = ""
    synthetic: bool = False
    dataset: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    agencies: pd.DataFrame = field(default_factory=pd.DataFrame)
    top: int = TOP
    gate: pd.DataFrame = field(default_factory=pd.DataFrame)
    opinions: pd.DataFrame = field(default_factory=pd.DataFrame)
    compromise: tuple[str, ...] = ()
    pair_weights: PairWeights | None = None
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    places: pd.DataFrame = field(default_factory=pd.DataFrame)
    counts: pd.DataFrame = field(default_factory=pd.DataFrame)
    hidden: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def consensus(self) -> bool:
        """Whether there is one set of scores only, so that nothing can be said about agreement."""
        return len(self.judges) == 1

    @property
    def too_many(self) -> bool:
        """Whether the list is longer than a meeting can weigh."""
        return len(self.problems) > MANY


def prioritise(
    problems: pd.DataFrame, scores: pd.DataFrame, method: Method, *, decisions: pd.DataFrame | None = None
) -> Priorities:
    """Rank the problems of one meeting.

    Parameters
    ----------
    problems
        Rows of table `problems` of one meeting; ``problem`` is the key.
    scores
        Rows of table `scores` of the same meeting; ``criterion`` holds letters or keys of the method.
    method
        From `METHODS` or `weighted`.
    decisions
        What the meeting agreed: ``problem, agreed_rank, reason``.

    Raises
    ------
    ValueError
        A score names a problem that is not on the list, or the method uses a criterion that nobody scored.
    """
    listed = problems.set_index("problem")
    cube, judges = _cube(listed.index, scores, method)
    combined = combine(cube, method)
    totals = method.totals(cube)
    table = listed.assign(
        total=combined.totals,
        rank=combined.rank,
        tied=tied(combined.totals),
        judges=combined.judges,
        enough=combined.enough,
        median_rank=ranks(combined.median_totals),
        borda_rank=ranks(combined.borda),
        copeland_rank=ranks(combined.copeland),
    )
    kept = np.flatnonzero(combined.enough)
    by_judges = _few(kept) or judge_acceptability(cube[:, kept], method)
    by_weights = _few(kept) or weight_acceptability(combined.cells[kept], method)
    table = _with_doubt(table, kept, by_judges, by_weights, leave_one_out(cube, method) if len(cube) > 1 else None)
    if decisions is not None and len(decisions):
        agreed = decisions.set_index("problem")[["agreed_rank", "reason"]]
        table = table.join(agreed.rename(columns={"reason": "agreed_reason"}))
    order = np.lexsort((np.arange(len(table)), np.where(combined.rank == 0, len(table) + 1, combined.rank)))
    names = table.index[order]
    turned = np.stack([c.turned(combined.cells[:, i]) for i, c in enumerate(method.criteria)], axis=1)
    wrong = [(a, b) for a, b in dominated_pairs(turned) if combined.rank[a] > combined.rank[b] > 0]
    return Priorities(
        meeting=str(problems["meeting"].iloc[0]) if len(problems) else "",
        method=method,
        problems=table.loc[names],
        cells=pd.DataFrame(combined.cells, index=table.index, columns=list(method.letters)).loc[names],
        judges=_judges(judges, cube, totals, listed["lead_agency"]),
        scores=cube[:, order],
        concordance=concordance(totals) if len(cube) > 1 else Refusal("too_few_judges", {"n": len(cube), "minimum": 2}),
        by_judges=_reordered(by_judges, kept, order),
        by_weights=_reordered(by_weights, kept, order),
        methods=_other_methods(cube, method, table.index).loc[names],
        dominated=tuple((str(table.index[a]), str(table.index[b])) for a, b in wrong),
    )


def _few(kept: Ints) -> Refusal | None:
    return Refusal("too_few_problems", {"n": len(kept), "minimum": 2}) if len(kept) < 2 else None


def _cube(problems: pd.Index, scores: pd.DataFrame, method: Method) -> tuple[Floats, pd.Index]:
    """Scores as judges x problems x criteria, and the judges in alphabetical order."""
    letters = {**{c.key: c.id for c in method.criteria}, **{c.id: c.id for c in method.criteria}}
    used = scores[scores["criterion"].isin(list(letters))]
    unknown = sorted(set(used["problem"]) - set(problems))
    if unknown:
        raise ValueError(f"scores of problems that are not on the list: {unknown}")
    absent = set(method.letters) - {letters[name] for name in used["criterion"].unique()}
    if absent and len(scores):  # before the meeting nobody has scored anything
        raise ValueError(f"nobody scored {sorted(absent)}, which {method.id} uses")
    judges = pd.Index(sorted(used["judge"].unique()))
    cube = np.full((len(judges), len(problems), len(method.letters)), np.nan)
    places = (
        judges.get_indexer(pd.Index(used["judge"])),
        problems.get_indexer(pd.Index(used["problem"])),
        [method.letters.index(letters[name]) for name in used["criterion"]],
    )
    cube[places] = used["score"].astype(float)
    return cube, judges


def _with_doubt(
    table: pd.DataFrame,
    kept: Ints,
    by_judges: Acceptability | Refusal,
    by_weights: Acceptability | Refusal,
    without: Ints | None,
) -> pd.DataFrame:
    names = table.index[kept]
    if isinstance(by_judges, Acceptability):
        found = {"low": by_judges.low, "high": by_judges.high, "top": by_judges.top, "tier": by_judges.tiers}
        table = table.join(pd.DataFrame(found, index=names))
    if isinstance(by_weights, Acceptability):
        table = table.join(pd.DataFrame({"weight_top": by_weights.top}, index=names))
    if without is not None:
        ranked = np.where(without == 0, np.nan, without)
        seen = ~np.isnan(ranked).all(axis=0)
        low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
        low[seen], high[seen] = np.nanmin(ranked[:, seen], axis=0), np.nanmax(ranked[:, seen], axis=0)
        table = table.assign(loo_low=low, loo_high=high)
    return table


def _reordered(found: Acceptability | Refusal, kept: Ints, order: Ints) -> Acceptability | Refusal:
    """Shares in the order of the ranking; problems that too few scored are left out."""
    if isinstance(found, Refusal):
        return found
    place = {int(problem): i for i, problem in enumerate(kept)}
    at = [place[int(problem)] for problem in order if int(problem) in place]
    return Acceptability(
        by_rank=found.by_rank[at],
        before=found.before[np.ix_(at, at)],
        top=found.top[at],
        low=found.low[at],
        high=found.high[at],
        central=None if found.central is None else found.central[at],
        draws=found.draws,
        seed=found.seed,
    )


def _judges(names: pd.Index, cube: Floats, totals: Floats, lead: pd.Series) -> pd.DataFrame:
    """A judge is written "agency: role"; the agency says which problems are his own."""
    agencies = [name.partition(":")[0].strip() for name in names]
    own = np.array([[str(agency) == str(owner) for owner in lead] for agency in agencies])
    agreed = concordance(totals, draws=1) if len(cube) > 1 else None
    silent = agreed.silent if isinstance(agreed, Concordance) else ()
    undecided = agreed.undecided if isinstance(agreed, Concordance) else ()
    return pd.DataFrame(
        {
            "agency": agencies,
            "scored": (~np.isnan(totals)).sum(axis=1),
            "severity": severity(cube),
            "with_rest": with_the_rest(totals),
            "own_lift": own_lift(totals, own.astype(np.int64)),
            "silent": [place in silent for place in range(len(names))],
            "undecided": [place in undecided for place in range(len(names))],
        },
        index=names.rename("judge"),
    )


def _other_methods(cube: Floats, method: Method, names: pd.Index) -> pd.DataFrame:
    """Ranks by every method that uses the same criteria on the same scale, the method itself first."""
    alike = [m for m in METHODS.values() if m.criteria == method.criteria and m.id != method.id]
    found = {m.id: combine(cube, m).rank for m in (method, *alike)}
    return pd.DataFrame(found, index=names)
