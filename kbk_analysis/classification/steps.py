"""Ways to the next class: which scores would have to rise, by reporting, by organising, by serving more families.

Question answered: what is the shortest way of this kampung to a higher class?
Input: a `Classification`. Output: `NextSteps`: every set of score steps that no step can be left out of, counted;
the shortest of each group in full.

What is never proposed: a share of methods (it is a quota, and it rises when other users are lost) and fewer users or
couples. Steps in CPR and unmet need are families to serve; where the inputs are not reported, reporting comes first.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import pandas as pd

from kbk_analysis.classification.classes import Classification
from kbk_analysis.classification.rule import Rule, Variable
from kbk_analysis.schema import CLASSES, INDICES, KampungClass

Gains = tuple[int, ...]  # score points to gain, one number a variable of the rule


class Lever(StrEnum):
    """What a step asks for, from the easiest."""

    REPORT = "report"
    ORGANISE = "organise"
    SERVE = "serve"


LEVERS: Final = tuple(Lever)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One variable that would have to reach a higher score.

    Parameters
    ----------
    lever
        `REPORT` when inputs are missing and could show that score; else `ORGANISE` or `SERVE`.
    low, high
        Whole values (per cent or count) that give the score, both included; `high` ``None`` without a limit.
    value
        What is measured now; ``None`` when nothing is.
    families
        How many more couples (CPR: users; unmet need: couples whose need is met) or participants (if all groups
        rise by the same whole points) the score takes; ``None`` unless `lever` is `SERVE` and the counts are known.
    """

    variable: str
    lever: Lever
    score: int
    to_score: int
    low: int
    high: int | None
    value: float | None
    families: int | None


@dataclass(frozen=True, slots=True)
class Way:
    """Steps that together, and none of them left out, lead to class `reaches`; `lever` is the hardest of them."""

    steps: tuple[Step, ...]
    reaches: KampungClass
    lever: Lever
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """Ways of one kampung to a higher class.

    Parameters
    ----------
    ways
        Ordered by lever (report, organise, serve), then by cost if costs were given, then by number of variables
        to change, then of score points; at most `limit` of each lever.
    counted
        How many ways there are in all, by lever.
    distances
        Distance of the unrounded value to the next band, in its own unit, of each measured variable below the top.
    """

    kampung_id: str
    class_now: KampungClass
    ways: tuple[Way, ...]
    counted: Mapping[Lever, int]
    distances: Mapping[str, float]


def next_steps(
    classification: Classification,
    kampung_id: str,
    costs: Mapping[str, float] | None = None,
    *,
    limit: int = 5,
) -> NextSteps:
    """Shortest ways to a class above the recomputed one; none for Berkelanjutan.

    Parameters
    ----------
    classification
        From `classify`.
    kampung_id
        One of its kampung.
    costs
        Cost of one score point by variable, for every variable that can be a step.
    limit
        At most so many ways of each lever.

    Raises
    ------
    KeyError
        No such kampung.
    ValueError
        A cost is missing or negative.

    Notes
    -----
    An index passes when its scores add up to threshold times their number. A way takes exactly the points that an
    index lacks, so that no step can be left out; all such ways are enumerated.
    """
    rule = classification.rule
    position = pd.Index(classification.kampung["kampung_id"]).get_loc(kampung_id)
    size = len(rule.variables)
    rows = classification.variables.iloc[position * size : (position + 1) * size]
    scores, tops = tuple(rows["score"].tolist()), tuple(rows["score_high"].tolist())
    chosen, counted = _ranked(rule, scores, tops, _costs(rule, costs), limit)
    inputs = classification.joined.frame.iloc[position]
    # a value that does not give the score in use (an older export) would mislead
    measured = rows[(rows["score_recomputed"] == rows["score"]).fillna(False)]
    known = dict(zip(measured["variable"], measured["value"].tolist(), strict=True))
    gaps = zip(measured["variable"], measured["to_next"].tolist(), strict=True)
    ways = []
    for gains, reaches, lever, cost in chosen:
        moves = [move for move in zip(rule.variables, scores, gains, tops, strict=True) if move[2]]
        steps = (_step(v, score, score + gain, top, known.get(v.name), inputs, rule) for v, score, gain, top in moves)
        ways.append(Way(tuple(steps), reaches, lever, cost))
    return NextSteps(
        kampung_id=kampung_id,
        class_now=_class(scores, rule),
        ways=tuple(ways),
        counted=dict(counted),
        distances={name: gap for name, gap in gaps if not math.isnan(gap)},
    )


def _costs(rule: Rule, costs: Mapping[str, float] | None) -> tuple[float, ...] | None:
    if costs is None:
        return None
    wrong = [v.name for v in rule.variables if v.lever and not costs.get(v.name, -1.0) >= 0]
    if wrong:
        raise ValueError(f"a cost of zero or more is needed for {wrong}")
    return tuple(float(costs.get(variable.name, 0.0)) for variable in rule.variables)


@lru_cache(maxsize=4096)
def _ranked(
    rule: Rule, scores: Gains, tops: Gains, costs: tuple[float, ...] | None, limit: int
) -> tuple[tuple[tuple[Gains, KampungClass, Lever, float | None], ...], dict[Lever, int]]:
    """The first `limit` ways of each lever, and the number of all; kampung with the same scores share the answer."""
    found: dict[Lever, list[tuple[tuple[float, ...], Gains]]] = {lever: [] for lever in LEVERS}
    for indices in _targets(rule, scores):
        for parts in itertools.product(*(_fillings(rule, scores, index) for index in indices)):
            gains = tuple(map(sum, zip(*parts, strict=True)))
            levers = {_lever(v, s + g, t) for v, s, g, t in zip(rule.variables, scores, gains, tops, strict=True) if g}
            cost = sum(c * g for c, g in zip(costs, gains, strict=True)) if costs else 0.0
            changed = sum(gain > 0 for gain in gains)
            key = (cost, changed, sum(gains), *(-gain for gain in gains))
            found[max(levers, key=LEVERS.index)].append((key, gains))
    chosen = []
    for lever, ways in found.items():
        for key, gains in sorted(ways)[:limit]:
            reached = _class(tuple(s + g for s, g in zip(scores, gains, strict=True)), rule)
            chosen.append((gains, reached, lever, key[0] if costs else None))
    return tuple(chosen), {lever: len(ways) for lever, ways in found.items()}


def _lever(variable: Variable, to_score: int, top: int) -> Lever:
    """Reporting, where missing inputs could show the score; otherwise the variable's own work."""
    if to_score <= top:
        return Lever.REPORT
    return Lever.SERVE if variable.index == "output" else Lever.ORGANISE


def _passes(scores: Gains, rule: Rule) -> frozenset[str]:
    means = {i: round(sum(scores[p] for p in rule.of_index(i)) / len(rule.of_index(i)), rule.decimals) for i in INDICES}
    return frozenset(index for index in INDICES if means[index] >= rule.threshold)


def _class_of(passes: frozenset[str], rule: Rule) -> KampungClass:
    return rule.classes[tuple(index in passes for index in INDICES)]


def _class(scores: Gains, rule: Rule) -> KampungClass:
    return _class_of(_passes(scores, rule), rule)


def _targets(rule: Rule, scores: Gains) -> list[tuple[str, ...]]:
    """The smallest sets of indices that, once they pass too, give a higher class."""
    now = _passes(scores, rule)
    rank = CLASSES.index(_class_of(now, rule))
    failing = [index for index in INDICES if index not in now]
    found: list[tuple[str, ...]] = []
    for size in range(1, len(failing) + 1):
        for more in itertools.combinations(failing, size):
            higher = CLASSES.index(_class_of(now | set(more), rule)) > rank
            if higher and not any(set(smaller) <= set(more) for smaller in found):
                found.append(more)
    return found


def _fillings(rule: Rule, scores: Gains, index: str) -> list[Gains]:
    """All ways to gain exactly the points that `index` lacks, within the maximum of each variable that is a lever."""
    places = rule.of_index(index)
    size = len(places)
    enough = next(n for n in itertools.count() if round(n / size, rule.decimals) >= rule.threshold)
    lacking = enough - sum(scores[place] for place in places)
    rooms = [
        range(max(0, variable.maximum - scores[i]) + 1) if i in places and variable.lever else range(1)
        for i, variable in enumerate(rule.variables)
    ]
    return _exact(tuple(len(room) - 1 for room in rooms), lacking)


def _exact(rooms: Gains, total: int) -> list[Gains]:
    """Numbers between 0 and each room that add up to `total`; branches that cannot reach it are not entered."""
    if not rooms:
        return [()] if total == 0 else []
    rest = sum(rooms[1:])
    first = range(max(0, total - rest), min(rooms[0], total) + 1)
    return [(gain, *others) for gain in first for others in _exact(rooms[1:], total - gain)]


def _step(
    variable: Variable, score: int, to_score: int, top: int, value: float | None, inputs: pd.Series, rule: Rule
) -> Step:
    lever = _lever(variable, to_score, top)
    band = variable.band(to_score)
    return Step(
        variable=variable.name,
        lever=lever,
        score=score,
        to_score=to_score,
        low=band.low,
        high=band.high,
        value=value,
        families=_families(variable, to_score, inputs, rule.cap)
        if lever is Lever.SERVE and value is not None
        else None,
    )


def _families(variable: Variable, to_score: int, inputs: pd.Series, cap: int) -> int:
    """How many more families: the smallest number whose rounded share lies in the band, in whole numbers."""
    raw = {column: 0 if pd.isna(inputs[column]) else int(inputs[column]) for column in variable.raw}
    band = variable.band(to_score)
    if variable.measure == "mean_share":
        return _participants(variable, band.low, raw, cap)
    base = raw[variable.denominator[0]]
    now = sum(raw[column] for column in variable.numerator)
    if variable.lower_is_better and band.high is not None:
        most = (2 * band.high + 1) * base // 200
        return now - (most if round(100 * most / base) <= band.high else most - 1)
    least = -(-(2 * band.low - 1) * base // 200)
    return (least if round(100 * least / base) >= band.low else least + 1) - now


def _participants(variable: Variable, low: int, raw: Mapping[str, int], cap: int) -> int:
    """Participants to win when all groups with a known base rise by the same whole points, each to its whole at most.

    It always ends: a step is one of serving only if at most one group is unknown, and four whole groups make 80 %.
    """
    pairs = zip(variable.numerator, variable.denominator, strict=True)
    groups = [(raw[top], raw[base]) for top, base in pairs if raw[base]]

    def won(points: int) -> list[int]:
        return [max(now, min(base, math.ceil(now + points * base / 100))) for now, base in groups]

    def mean(members: list[int]) -> float:
        shares = [min(cap, round(100 * more / base)) for more, (_, base) in zip(members, groups, strict=True)]
        return sum(shares) / len(variable.numerator)

    members = next(found for points in itertools.count() if round(mean(found := won(points))) >= low)
    return sum(members) - sum(now for now, _ in groups)
