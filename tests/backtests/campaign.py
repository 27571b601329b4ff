"""The long run: null datasets and planted ones, one after the other, and what their reports came to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from kbk_analysis.data.demo.plantings import Plantings, load_plantings
from kbk_analysis.yamltext import load_yaml
from tests.backtests.memory import Demo
from tests.backtests.naming import outcome
from tests.backtests.plants import draw_plantings
from tests.backtests.truth import Truth, flagged, judged

NULL_FROM, PLANTED_FROM = 500_000, 600_000  # seeds that nothing else uses
NATURAL_PART: Final = 10  # one null seed in ten is also made with villages that differ
EVERY: Final = 20
HAND: Final = ("a", "b", "c", "d", "e", "f")
FLAGGED, NAMED, NAMED_BY_HAND = 0.5, 95.0, 90.0  # per cent


@dataclass
class Score:
    """What a number of datasets came to: counts, and all that was missed or claimed falsely, told in a line each."""

    datasets: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.datasets += other.datasets
        self.counts += other.counts
        self.wrong += other.wrong

    def share(self, part: str, whole: str) -> float:
        """Per cent of `whole` that are `part`."""
        return 100 * self.counts[part] / self.counts[whole] if self.counts[whole] else float("nan")

    def as_dict(self) -> dict[str, Any]:
        return {"datasets": self.datasets, **dict(sorted(self.counts.items()))}


def null_score(seed: int, *, alike: bool) -> Score:
    """A dataset in which nothing is planted: cells flagged, those on the wrong side of the truth, false statements."""
    demo = Demo(seed, alike=alike)
    return _claims(demo, Truth(demo))


def planted_score(seed: int) -> Score:
    """A dataset with plantings drawn at random: plants named, by kind, and false statements."""
    return plants_score(seed, draw_plantings(seed))


def plants_score(seed: int, plantings: Plantings) -> Score:
    """What became of the plants of one dataset."""
    demo = Demo(seed, plantings)
    score = _claims(demo, Truth(demo))
    for plant in plantings.findings:
        found = outcome(demo, plant)
        for name in ("plants", found.kind):
            score.counts[name] += 1
            score.counts[f"named: {name}"] += found.named
            score.counts[f"first page: {name}"] += found.words
        score.counts["moves: trend, district"] += found.moves
        if not found.named:
            score.wrong.append(f"seed {seed}: not named: {plant}")
    return score


def _claims(demo: Demo, truth: Truth) -> Score:
    score = Score(1)
    for found in demo.reports():
        false = list(truth.false_statements(found))
        wrong = truth.false_cells(found)
        score.counts.update(
            {
                "reports": 1,
                "reports with a false statement": bool(false),
                "statements": len(found.findings),
                "cells": judged(found),
                "cells flagged": len(flagged(found)),
                "cells on the wrong side": len(wrong),
            }
        )
        score.counts.update(f"false: {remark.code}" for remark in false)
        score.wrong += [f"seed {demo.seed}: {found.area_code} says {r.code} {r.indicator} {r.unit}" for r in false]
    return score


def hand_planted(folder: Path = Path(__file__).parent) -> Iterator[tuple[str, int, Plantings]]:
    """The three datasets planted apart from the analysis: name, seed, plantings."""
    for name in HAND:
        path = folder / f"plantings_{name}.yml"
        yield name, int(load_yaml(path)["seed"]), load_plantings(path)


def run(seeds: int, jobs: int, tell: Callable[[str], None]) -> dict[str, Score]:
    """All parts of the long run, with one line of figures every twenty datasets."""
    parts: dict[str, tuple[Callable[[int], Score], range]] = {
        "alike": (partial(null_score, alike=True), range(NULL_FROM, NULL_FROM + seeds)),
        "natural": (partial(null_score, alike=False), range(NULL_FROM, NULL_FROM + seeds, NATURAL_PART)),
        "planted": (planted_score, range(PLANTED_FROM, PLANTED_FROM + seeds)),
    }
    found = {}
    with ProcessPoolExecutor(jobs) as pool:
        for name, (work, numbers) in parts.items():
            total = Score()
            for score in pool.map(work, numbers):
                total.add(score)
                if total.datasets % EVERY == 0 or total.datasets == len(numbers):
                    tell(line(name, total))
            found[name] = total
    hand = Score()
    for name, seed, plantings in hand_planted():
        score = plants_score(seed, plantings)
        tell(line(f"by hand, {name}", score))
        hand.add(score)
    return {**found, "hand": hand}


def line(name: str, score: Score) -> str:
    """One line of figures."""
    counts = score.counts
    told = f"{name}: {score.datasets} datasets, {score.share('cells flagged', 'cells'):.2f} % of cells flagged"
    told += f", {counts['cells on the wrong side']} on the wrong side of {counts['cells flagged']}"
    told += f", false statements in {counts['reports with a false statement']} of {counts['reports']} reports"
    if counts["plants"]:
        told += f", {counts['named: plants']} of {counts['plants']} plants named"
        told += f" ({score.share('named: plants', 'plants'):.1f} %)"
    return told


def missed(found: dict[str, Score]) -> list[str]:
    """Which of the promises do not hold."""
    promises = {
        f"below {FLAGGED} % of cells flagged where nothing differs": (
            found["alike"].share("cells flagged", "cells") < FLAGGED
        ),
        f"{NAMED} % of plants named": found["planted"].share("named: plants", "plants") >= NAMED,
        f"{NAMED_BY_HAND} % of plants by hand named": found["hand"].share("named: plants", "plants") >= NAMED_BY_HAND,
    }
    return [promise for promise, kept in promises.items() if not kept]


def report(found: dict[str, Score]) -> str:
    """All counts, and every miss and false statement by name."""
    lines = [json.dumps({name: score.as_dict() for name, score in found.items()}, indent=2)]
    lines += [f"NOT KEPT: {promise}" for promise in missed(found)]
    return "\n".join([*lines, *(f"{name}: {told}" for name, score in found.items() for told in score.wrong)])
