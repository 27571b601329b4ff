"""Plantings drawn at random: ten in each dataset, of the documented sizes, in districts and indicators of their own.

What is documented is what `plantings.yml` holds: sizes from its smallest upwards, on counts of people like its own. A
village must count 100 people and a district 400, so that chance moves their shares by no more than 5 and 2.5 points (a
standard error) and every size below is seven of them or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from kbk_analysis.data.demo.observations import profiles, stream
from kbk_analysis.data.demo.places import places
from kbk_analysis.data.demo.plantings import FindingKind, PlantedFinding, Plantings
from kbk_analysis.data.demo.world import Counts, World, build_world
from kbk_analysis.schema import Direction
from tests.backtests.memory import CATALOGUE, DISTRICTS, REGENCY

SOURCES: Final = ("dukcapil", "pk", "siga", "eppgbm", "kia", "dinkes")  # with several indicators each
LOWEST, HIGHEST = 4.0, 96.0  # per cent: room that a planted share must keep on both sides


@dataclass(frozen=True, slots=True)
class Kind:
    """How many plants of a kind a dataset gets, how large they are (points; per cent of villages), and from when on."""

    kind: FindingKind
    where: str
    number: int
    size: tuple[float, float]
    since: tuple[str, ...]
    people: int = 0


KINDS: Final = (
    Kind("level", "village", 2, (35, 45), ("2020", "2021", "2022", "2023", "2024"), 100),
    Kind("level", "district", 2, (14, 20), ("2020", "2021", "2022", "2023", "2024"), 400),
    Kind("trend", "district", 2, (18, 30), ("2021", "2022"), 400),
    Kind("spread", "regency", 1, (14, 18), ("2020", "2021", "2022"), 100),
    Kind("silence", "district", 1, (50, 80), ("2022", "2023", "2024")),
    Kind("copied", "village", 1, (0, 0), ("2022", "2023"), 100),
    Kind("slip", "village", 1, (0, 0), ("2022", "2023", "2024"), 100),
)


def draw_plantings(seed: int) -> Plantings:
    """The plantings of one seed; the same seed gives the same.

    Examples
    --------
    >>> [finding.kind for finding in draw_plantings(1).findings].count("level")
    4
    """
    return Plantings(tuple(_drawn(np.random.default_rng([seed, 1]), build_world(stream(seed, "world")))))


def _drawn(rng: np.random.Generator, world: World) -> Iterator[PlantedFinding]:
    districts = rng.permutation(DISTRICTS).tolist()
    free = [id for id in profiles()["share"] if CATALOGUE[id].direction != Direction.CONTEXT]
    for kind in KINDS:
        for number in range(kind.number):
            district = REGENCY if kind.where == "regency" else districts.pop()
            name, since = f"{kind.kind}-{kind.where}-{number}", str(rng.choice(kind.since))
            size = float(np.round(rng.uniform(*kind.size)))
            if kind.kind == "silence":
                source = str(rng.choice(SOURCES))
                yield PlantedFinding(id=name, kind="silence", area=district, source=source, since=since, size=size)
                continue
            area, indicator, signed = _place(rng, world, kind, district, size, free)
            free.remove(indicator)
            yield PlantedFinding(id=name, kind=kind.kind, area=area, indicator=indicator, since=since, size=signed)


def _place(
    rng: np.random.Generator, world: World, kind: Kind, district: str, size: float, free: list[str]
) -> tuple[str, str, float]:
    """Area, indicator and signed size of a plant: one of those with enough people and room."""
    codes = places().villages_of(district) if kind.where == "village" else (district,)
    both = [(area, id) for area in codes for id in free if _people(world, area, id, kind) >= kind.people]
    room = [(area, id, signs) for area, id in both if (signs := _signs(id, kind, size))]
    area, indicator, signs = room[rng.integers(len(room))]
    return str(area), indicator, float(rng.choice(signs)) * size


def _people(world: World, area: str, indicator: str, kind: Kind) -> float:
    """Fewest people whom the indicator counts in a year in the area; in the village in the middle for a spread."""
    inside = np.array([code == area or code.startswith(f"{area}.") for code in world.villages])
    counts = counted(world, indicator)[inside]
    return float(np.median(counts) if kind.kind == "spread" else counts.sum(axis=0).min())


def counted(world: World, indicator: str) -> Counts:
    of = profiles()["share"][indicator]["of"]
    if of in world.counts:
        return world.counts[of]
    part = profiles()["share"][of]["first"] / 100
    return np.asarray(np.rint(part * counted(world, of)), dtype=np.int64)


def _signs(indicator: str, kind: Kind, size: float) -> list[int]:
    profile = profiles()["share"][indicator]
    low, high = sorted((profile["first"], profile["last"]))
    room = {1: high + size <= HIGHEST, -1: low - size >= LOWEST}
    if kind.kind == "spread":
        return [1] if all(room.values()) else []
    return [sign for sign in (1, -1) if room[sign]]
