"""Tables `agencies` and `activities` of the demo dataset: which agency does what in which village, for how much."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.data.demo.effects import Mask
from kbk_analysis.data.demo.observations import stream
from kbk_analysis.data.demo.plantings import Plantings
from kbk_analysis.data.demo.world import PERIODS, Floats, World, within
from kbk_analysis.schema import ACTIVITIES
from kbk_analysis.yamltext import load_yaml

ACTIVE_PERIODS: Final = ("2023", "2024")
GROWTH: Final = 0.8  # villages reached in the first of the two years, as part of the second
CARRIED_OUT: Final = 0.9
UNREPORTED: Final = 0.05
STEP: Final = 50_000  # rupiah; budgets are round sums


def agencies_table() -> pd.DataFrame:
    """Table `agencies`: the 16 of the catalogue's default list."""
    agencies = load_catalogue().agencies.values()
    rows = [(agency.id, agency.name_id, agency.name_en) for agency in agencies]
    return pd.DataFrame(rows, columns=["agency", "name", "name_en"])


def activities_table(seed: int, world: World, observations: pd.DataFrame, plantings: Plantings) -> pd.DataFrame:
    """Table `activities`: one row per agency, activity, village and period planned; blank where not reported back."""
    need = _need(world, observations)
    frames = []
    for plan in _plans():
        rng = stream(seed, f"activity {plan['agency']} {plan['activity']} {plan['indicator']}")
        wish = _wish(rng, plan, world, need)
        for period in ACTIVE_PERIODS:
            share = plan["share"] * (1 if period == ACTIVE_PERIODS[-1] or plan["share"] == 100 else GROWTH)
            chosen = wish >= np.quantile(wish, 1 - share / 100)
            frames.append(_rows(rng, plan, world, period, chosen, plantings))
    table = pd.concat(frames, ignore_index=True)
    return table.sort_values(list(ACTIVITIES.key), ignore_index=True)[list(ACTIVITIES.names)]


@lru_cache(maxsize=1)
def _plans() -> list[dict[str, Any]]:
    content: dict[str, list[dict[str, Any]]] = load_yaml(Path(__file__).with_name("activities.yml"))
    return content["activities"]


def _need(world: World, observations: pd.DataFrame) -> dict[str, Floats]:
    """How badly each village stands on each indicator the year before, standardised; the middle where it is unknown."""
    before = observations[observations["period"] == str(int(ACTIVE_PERIODS[0]) - 1)]
    values = before.pivot(index="area_code", columns="indicator", values="value").reindex(world.villages)
    scores = (values - values.mean()) / values.std()
    catalogue = load_catalogue()
    signs = {name: 1 if catalogue[name].direction == "lower" else -1 for name in scores.columns}
    return {name: signs[name] * scores[name].fillna(0).to_numpy() for name in scores.columns}


def _wish(rng: np.random.Generator, plan: dict[str, Any], world: World, need: dict[str, Floats]) -> Floats:
    """How much the agency wants to work in each village."""
    pull = {
        "need": 1.5 * need[plan["indicator"]],
        "near": -1.2 * world.remote + 0.6 * world.development,
        "kampung": 2.0 * (world.kampung_since >= 0),
        "chance": 0 * world.remote,
    }[plan["choice"]]
    return np.asarray(pull + rng.normal(0, 1, len(world.villages)))


def _rows(
    rng: np.random.Generator, plan: dict[str, Any], world: World, period: str, chosen: Mask, plantings: Plantings
) -> pd.DataFrame:
    size = len(world.villages)
    eligible = world.counts[plan["eligible"]][:, PERIODS.index(period)]
    done, known = rng.random(size) < CARRIED_OUT, rng.random(size) >= UNREPORTED
    reached = np.where(done, rng.binomial(eligible, rng.uniform(0.35, 0.9, size)), 0)
    budget = np.ceil(eligible * plan["cost"] / STEP) * STEP
    spent = np.where(done, np.floor(budget * rng.uniform(0.7, 1.0, size) / 1000) * 1000, 0)
    chosen, known = chosen & (eligible > 0), known.copy()
    for response in plantings.responses:
        if response.indicator != plan["indicator"] or response.agency not in ("", plan["agency"]):
            continue
        if period >= response.since:
            target = chosen if response.kind == "absent" else known
            target[within(world.villages, response.area)] = False
    frame = pd.DataFrame(
        {
            "agency": plan["agency"],
            "activity": plan["activity"],
            "village_code": world.villages,
            "period": period,
            "indicator": plan["indicator"],
            "planned": True,
            "done": pd.array(done, dtype="boolean"),
            "eligible": eligible.astype(float),
            "reached": reached.astype(float),
            "budget": budget,
            "spent": spent,
            "fund_source": plan["fund"],
        }
    )
    frame.loc[~known, ["reached", "spent"]] = np.nan
    frame.loc[~known, "done"] = pd.NA
    return frame[chosen]
