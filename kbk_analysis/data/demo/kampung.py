"""Table `kampung` of the demo dataset: 112 Kampung KB, formed over five years, as two families of exports show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from kbk_analysis.areacode import parent_of
from kbk_analysis.data.adapters.kampung_rows import assign_ids
from kbk_analysis.data.demo.kampung_cases import plant
from kbk_analysis.data.demo.observations import stream
from kbk_analysis.data.demo.places import places
from kbk_analysis.data.demo.plantings import Plantings
from kbk_analysis.data.demo.portal import TARGETS, statement
from kbk_analysis.data.demo.world import PERIODS, World
from kbk_analysis.schema import GROUPS, KAMPUNG, METHODS, RAW_COLUMNS

# The detail export is older than the classification, but for the last year: only then can all be compared.
EXPORTS: Final = {
    "klasifikasi": ("2020-12-28", "2021-12-27", "2022-12-27", "2023-12-27", "2024-11-29"),
    "rinci": ("2020-12-21", "2021-12-20", "2022-12-20", "2023-12-18", "2024-11-29"),
}
SECOND_KAMPUNG: Final = 2  # villages with a second, older one in a hamlet
RENAMED_IN: Final = 3  # year in which one kampung changes its name
USUAL_MIX: Final = (0.06, 0.05, 0.01, 0.04, 0.10, 0.52, 0.22)  # shares of the methods, in order of METHODS
NON_USERS: Final = ("pregnant", "want_soon", "want_later", "want_no_more")
FACTS: Final = {  # how many things there are to have, and how easily they come (logit)
    "pokja_present": (1, 3.0),
    "pokja_decree": (1, 2.0),
    "pokja_training": (1, 0.2),
    "companion": (1, 1.4),
    "regulation": (1, 0.3),
    "work_plan": (1, -0.3),
    "funds": (6, -1.0),
    "facilities": (2, 0.2),
    "data_types": (5, -0.2),
    "operations": (5, 0.9),
    "institutions": (9, -0.4),
    **{f"group_{group}": (1, ease) for group, ease in zip(GROUPS, (1.5, 1.0, 1.0, 0.2, 0.0), strict=True)},
}


@dataclass(frozen=True)
class Kampung:
    """One kampung.

    Parameters
    ----------
    village
        Position of its village in the world.
    since, until
        Positions of the first year under this name and of the year after the last.
    coverage
        Part of the village that it covers.
    ability, reach
        How able its managers are and how well it reaches families, on the logit scale.
    complete
        Whether it reports everything.
    chances
        What luck it had with each fact, once for all years: what is there stays there.
    """

    name: str
    village: int
    since: int
    until: int
    coverage: float
    ability: float
    reach: float
    complete: bool
    chances: dict[str, np.ndarray[Any, np.dtype[np.float64]]]


def kampung_table(seed: int, world: World, plantings: Plantings) -> pd.DataFrame:
    """Table `kampung`: one row per kampung and export; a zero in the portal is a blank in its exports, as in life."""
    rows = []
    for kampung in _all_kampung(seed, world, plantings):
        code = world.villages[kampung.village]
        for year in range(kampung.since, kampung.until):
            rng = stream(seed, f"entry {code} {kampung.coverage} {year}")
            entry = _entry(rng, world, kampung, year)
            if year == len(PERIODS) - 1 and kampung.coverage == 1:
                plant(entry, code, plantings)
            place = _place(code, kampung.name)
            place["export_date"], place["source"] = EXPORTS["klasifikasi"][year], "klasifikasi"
            rows.append(place | statement(entry))
            raw = {column: entry[column] or None for column in RAW_COLUMNS if column in entry}
            raw |= {"fund_sources": max(1, entry["funds"]), "regulation_count": 1 + bool(entry["regulation"])}
            rows.append(place | {"export_date": EXPORTS["rinci"][year], "source": "rinci"} | raw)
    table = pd.DataFrame(rows)
    table["kampung_id"] = assign_ids(table)
    table = table.reindex(columns=list(KAMPUNG.names))
    return table.sort_values(["source", "export_date", "kampung_id"], ignore_index=True)


def _all_kampung(seed: int, world: World, plantings: Plantings) -> Iterator[Kampung]:
    names = dict(places().villages)
    free = [i for i in np.flatnonzero(world.kampung_since >= 0) if world.villages[i] not in plantings.kampung_villages]
    for i in np.flatnonzero(world.kampung_since >= 0).tolist():
        code, since = world.villages[i], int(world.kampung_since[i])
        rng = stream(seed, f"kampung {code}")
        able = float(0.7 * world.development[i] + rng.normal(0, 0.9))
        chances = {fact: rng.random(number) for fact, (number, _) in FACTS.items()}
        chances |= {"families": rng.random(1), "couples": rng.random(1)}
        complete = code in plantings.kampung_villages  # so that what is planted can be seen
        reach = 0.4 * able + float(rng.normal(0, 1))
        usual = Kampung(f"Kampung KB {names[code]}", i, since, len(PERIODS), 1.0, able, reach, complete, chances)
        if i == next((j for j in free if world.kampung_since[j] < RENAMED_IN), None):
            yield replace(usual, until=RENAMED_IN)
            yield replace(usual, name=f"Kampung Keluarga Berkualitas {names[code]}", since=RENAMED_IN)
        else:
            yield usual
        if i in free[-SECOND_KAMPUNG:]:
            yield replace(usual, name=f"Kampung KB Dusun Lama {names[code]}", since=0, coverage=0.3, ability=able - 1)


def _place(code: str, name: str) -> dict[str, str]:
    where = places()
    district = parent_of(code) or ""
    return {
        "kampung_name": name,
        "province_name": where.province[1],
        "regency_name": where.regency[1],
        "district_name": dict(where.districts)[district],
        "village_name": dict(where.villages)[code],
        "regency_code": where.regency[0],
        "district_code": district,
        "village_code": code,
    }


def _entry(rng: np.random.Generator, world: World, kampung: Kampung, year: int) -> dict[str, Any]:
    """What the kampung has entered in the portal in a year; None where it entered nothing."""
    skill = kampung.ability + 0.35 * (year - int(world.kampung_since[kampung.village])) - 0.3
    facts = {
        fact: int((kampung.chances[fact] < 1 / (1 + np.exp(-skill - ease))).sum()) for fact, (_, ease) in FACTS.items()
    }
    entry: dict[str, Any] = {fact: count for fact, count in facts.items() if not fact.startswith("group_")}
    for flag in ("pokja_present", "pokja_decree", "pokja_training", "companion", "regulation", "work_plan"):
        entry[flag] = bool(entry[flag] and (entry["pokja_present"] or not flag.startswith("pokja")))
    entry["data_used"] = entry["data_types"] > 0
    entry["pokja_members"] = int(rng.integers(5, 31)) if entry["pokja_present"] else 0
    entry["pokja_trained"] = int(rng.integers(1, entry["pokja_members"] + 1)) if entry["pokja_training"] else 0
    reach = kampung.reach + 0.2 * year
    if kampung.complete or kampung.chances["families"] < 1 / (1 + np.exp(-reach)):
        entry |= _people(world, kampung, year)
        entry |= _members(rng, entry, facts, reach)
        if kampung.complete or kampung.chances["couples"] < 0.9:
            entry |= _couples(rng, entry["couples"], reach)
    return entry


def _people(world: World, kampung: Kampung, year: int) -> dict[str, int]:
    columns = ("couples", "population", *sorted(set(TARGETS.values())))
    whole = {column: int(world.counts[column][kampung.village, year]) for column in columns}
    return {column: max(1, round(kampung.coverage * count)) for column, count in whole.items()}


def _members(rng: np.random.Generator, entry: dict[str, Any], facts: dict[str, int], reach: float) -> dict[str, int]:
    usual = 1 / (1 + np.exp(0.9 - 0.3 * reach))
    members = {}
    for group, target in TARGETS.items():
        share = rng.beta(10 * usual, 10 * (1 - usual)) if facts[f"group_{group}"] else 0.0
        members[f"members_{group}"] = int(rng.binomial(entry[target], share))
    return members


def _couples(rng: np.random.Generator, couples: int, reach: float) -> dict[str, int]:
    """Users by method and couples who use none; together they are all couples."""
    prevalence = 1 / (1 + np.exp(-0.25 - 0.15 * reach - rng.normal(0, 0.25)))
    mix = rng.dirichlet(40 * np.array(USUAL_MIX))
    unmet = float(np.clip(rng.normal(0.24 - 0.04 * reach, 0.07), 0.03, 0.6))
    rest = 1 - unmet
    others = np.array([0.22 * rest, 0.78 * rest, 0.45 * unmet, 0.55 * unmet])
    drawn = rng.multinomial(couples, [*(prevalence * mix), *((1 - prevalence) * others)])
    return dict(zip((*(f"users_{method}" for method in METHODS), *NON_USERS), drawn.tolist(), strict=True))
