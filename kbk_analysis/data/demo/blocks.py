"""Observations of the demo dataset behind two figures of the family data collection: iBangga and KRS by factor.

They are drawn after everything else and rest on the numbers drawn there: families recorded (S1-07) and families at risk
(S3-11) as the villages report them. Where those are not reported, neither is what lies behind them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtr

from kbk_analysis.data.demo.observations import stream
from kbk_analysis.data.demo.world import PERIODS, Counts, Floats, World
from kbk_analysis.schema import OBSERVATIONS, Status

# Mean score of each dimension in 2020 and 2024, and how much families of one village differ in the index.
DIMENSIONS: Final = {"IBG-TENTERAM": (56.0, 61.0), "IBG-MANDIRI": (49.0, 54.5), "IBG-BAHAGIA": (57.0, 62.0)}
VILLAGES, FAMILIES, VULNERABLE, RESILIENT = 3.0, 16.0, 40, 70
# Chance of each factor on its own; together they make at least one.
FACTORS: Final = {"KRS-AIR": 0.22, "KRS-JAMBAN": 0.40, "KRS-4T": 0.48}
FOUR: Final = {"KRS-MUDA": 0.04, "KRS-TUA": 0.38, "KRS-DEKAT": 0.14, "KRS-BANYAK": 0.42}
TARGETS: Final = {"KRS-PUS": 0.93, "KRS-BADUTA": 0.17, "KRS-BALITA": 0.27}
PREGNANT, NOT_USING = 0.045, 0.39  # of couples
RANKS: Final = {"KRS-D1": 0.17, "KRS-D2": 0.15, "KRS-D3": 0.13, "KRS-D4": 0.11}


def block_rows(seed: int, world: World, observations: pd.DataFrame) -> pd.DataFrame:
    """Rows of `observations` for every entry of ``catalogues/blocks.yml``, one per village, year and entry."""
    recorded, at_risk = _cells(observations, world, "S1-07"), _cells(observations, world, "S3-11")
    frames = [
        *_ibangga(stream(seed, "ibangga"), world, recorded),
        *_krs(stream(seed, "krs"), world, at_risk),
    ]
    table = pd.concat(frames, ignore_index=True)
    return table.sort_values(list(OBSERVATIONS.key), ignore_index=True)[list(OBSERVATIONS.names)]


def _cells(observations: pd.DataFrame, world: World, indicator: str) -> pd.DataFrame:
    """Rows of one indicator in the order of villages and years."""
    rows = observations[observations["indicator"] == indicator].set_index(["area_code", "period"])
    return rows.loc[list(itertools.product(world.villages, PERIODS))].reset_index()


def _ibangga(rng: np.random.Generator, world: World, recorded: pd.DataFrame) -> Iterator[pd.DataFrame]:
    families = _counts(recorded["numerator"], world)
    dimensions: list[Floats] = []
    for id, (first, last) in DIMENSIONS.items():
        own = 0.7 * world.development + rng.normal(0, 0.7, len(world.villages))
        level = np.linspace(first, last, len(PERIODS)) + VILLAGES * own[:, None]
        dimensions.append(np.clip(level + rng.normal(0, 0.6, level.shape), 0, 100).round(2))
        yield _rows(recorded, id, value=dimensions[-1])
    index = np.mean(dimensions, axis=0).round(2)
    yield _rows(recorded, "IBG", value=index)
    low, high = ndtr((VULNERABLE - index) / FAMILIES), ndtr((index - RESILIENT) / FAMILIES)
    counts = rng.multinomial(families, np.stack([low, 1 - low - high, high], axis=-1))
    for i, id in enumerate(("IBG-RENTAN", "IBG-BERKEMBANG", "IBG-TANGGUH")):
        yield _rows(recorded, id, numerator=counts[..., i], denominator=families)


def _krs(rng: np.random.Generator, world: World, at_risk: pd.DataFrame) -> Iterator[pd.DataFrame]:
    risk, target = (_counts(at_risk[name], world) for name in ("numerator", "denominator"))
    found = _overlapping(rng, risk, world, FACTORS)
    found |= _overlapping(rng, found["KRS-4T"], world, FOUR)
    found |= _overlapping(rng, target, world, TARGETS)
    couples = found["KRS-PUS"]
    found |= {"KRS-HAMIL": rng.binomial(couples, PREGNANT), "KRS-KB": rng.binomial(couples, NOT_USING)}
    ranked = rng.multinomial(risk, [*RANKS.values(), 1 - sum(RANKS.values())])
    found |= {id: ranked[..., i] for i, id in enumerate(RANKS)}
    for id, numerator in found.items():
        yield _rows(at_risk, id, numerator=numerator, denominator=target)


def _overlapping(
    rng: np.random.Generator, whole: Counts, world: World, chances: Mapping[str, float]
) -> dict[str, Counts]:
    """Families of each kind when every family of `whole` is of one kind at least, and may be of several."""
    spread = rng.normal(0, 0.25, (len(chances), len(world.villages), 1))
    odds = np.array([p / (1 - p) for p in chances.values()])[:, None, None] * np.exp(spread)
    subsets = [s for s in itertools.product((False, True), repeat=len(chances)) if any(s)]
    weights = np.stack([np.prod(odds[list(s)], axis=0) for s in subsets], axis=-1)
    drawn = rng.multinomial(whole, weights / weights.sum(axis=-1, keepdims=True))
    return {id: drawn[..., [s[i] for s in subsets]].sum(axis=-1) for i, id in enumerate(chances)}


def _counts(column: pd.Series, world: World) -> Counts:
    """Counts by village and year; 0 where not reported, which `_rows` blanks again."""
    return column.fillna(0).to_numpy(dtype=np.int64).reshape(len(world.villages), len(PERIODS))


def _rows(
    base: pd.DataFrame,
    id: str,
    *,
    value: Floats | None = None,
    numerator: Counts | None = None,
    denominator: Counts | None = None,
) -> pd.DataFrame:
    """Rows as complete as those they rest on."""
    if numerator is not None and denominator is not None:
        value = np.where(denominator > 0, np.round(100 * numerator / np.maximum(denominator, 1), 4), np.nan)
    reported = (base["status"] == Status.REPORTED).to_numpy()
    cells = {"value": value, "numerator": numerator, "denominator": denominator}
    blank = np.full(len(base), np.nan)
    return base.assign(
        indicator=id,
        **{name: blank if c is None else np.where(reported, c.ravel(), np.nan) for name, c in cells.items()},
    )
