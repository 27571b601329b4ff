"""Table `observations` of the demo dataset: each series of the catalogue, drawn from the world, bent by plantings."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from kbk_analysis.data.demo.effects import Effects, Mask
from kbk_analysis.data.demo.places import places
from kbk_analysis.data.demo.world import PERIODS, Counts, Floats, World
from kbk_analysis.schema import OBSERVATIONS, Status
from kbk_analysis.yamltext import load_yaml

Profile = Mapping[str, Any]
AS_OF: Final = {period: f"{period}-12-31" for period in PERIODS} | {"2024": "2024-11-30"}
# How much villages differ, as standard deviations on the logit scale.
DEVELOPMENT_SPREAD, DISTRICT_SPREAD, VILLAGE_SPREAD = 0.16, 0.09, 0.14
SCORE_SPREAD: Final = 0.055


@dataclass(frozen=True)
class Series:
    """One indicator: arrays over villages and years; a blank value is nan, a count may be absent altogether."""

    indicator: str
    source: str
    value: Floats
    numerator: Counts | None = None
    denominator: Counts | None = None
    applicable: Mask | None = None


@lru_cache(maxsize=1)
def profiles() -> dict[str, dict[str, Profile]]:
    """Profiles by form (share, yes_no, number, rate, area, score, regency), then by indicator."""
    content: dict[str, dict[str, Profile]] = load_yaml(Path(__file__).with_name("profiles.yml"))
    return content


def stream(seed: int, name: str) -> np.random.Generator:
    """Random stream of its own, so that one series never disturbs another."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def observations_table(seed: int, world: World, effects: Effects) -> pd.DataFrame:
    """Table `observations`, one row per area, year and indicator; not reported is a blank, never a zero."""
    reporting: dict[str, Mask] = {}
    frames = []
    for series in _village_series(seed, world, effects):
        if series.source not in reporting:
            reporting[series.source] = _reporting(
                stream(seed, f"source {series.source}"), world, effects, series.source
            )
        cells = stream(seed, f"cells {series.indicator}").random(series.value.shape) > 0.008
        reported = (reporting[series.source] & cells) | effects.visible(series.indicator)
        frames.append(_long(series, world.villages, reported))
    frames.append(_regency_rows())
    table = pd.concat(frames, ignore_index=True)
    return table.sort_values(list(OBSERVATIONS.key), ignore_index=True)[list(OBSERVATIONS.names)]


def _village_series(seed: int, world: World, effects: Effects) -> Iterator[Series]:
    counts = dict(world.counts)
    kampung = (world.kampung_since[:, None] >= 0) & (world.kampung_since[:, None] <= np.arange(len(PERIODS)))
    draw = {"yes_no": _yes_no, "number": _number, "rate": _rate, "area": _area}
    for indicator, profile in profiles()["share"].items():
        numerator = _share(stream(seed, indicator), world, profile, counts, effects.shift(indicator))
        counts[indicator] = numerator
        numerator, denominator = effects.rewrite(indicator, numerator, counts[profile["of"]])
        yield Series(indicator, profile["source"], _ratio(numerator, denominator, 100), numerator, denominator)
    for form, function in draw.items():
        for indicator, profile in profiles()[form].items():
            yield function(stream(seed, indicator), world, indicator, profile, kampung)
    yield from _scores(seed, world)


def _share(
    rng: np.random.Generator, world: World, profile: Profile, counts: Mapping[str, Counts], shift: Floats
) -> Counts:
    share = np.clip(_expected(rng, world, profile) + shift, 0.004, 0.996)
    available = counts[profile["of"]]
    if "beside" in profile:  # nobody who uses a method has an unmet need: draw from the others
        others = available - counts[profile["beside"]]
        share = np.clip(share * available / np.maximum(others, 1), 0, 1)
        available = others
    return rng.binomial(available, share)


def _expected(rng: np.random.Generator, world: World, profile: Profile) -> Floats:
    """True share of each village and year; development helps, whichever way the indicator improves."""
    first, last = (np.log(level / (100 - level)) for level in (profile["first"], profile["last"]))
    years = np.linspace(first, last, len(PERIODS))
    effect = DEVELOPMENT_SPREAD * world.development
    effect = effect + rng.normal(0, DISTRICT_SPREAD, world.district.max() + 1)[world.district]
    effect = effect + rng.normal(0, VILLAGE_SPREAD, len(world.villages))
    logit = years + (profile.get("spread", 1.0) * np.sign(last - first) * effect)[:, None]
    return np.asarray(1 / (1 + np.exp(-logit)))


def _yes_no(rng: np.random.Generator, world: World, indicator: str, profile: Profile, kampung: Mask) -> Series:
    # one threshold per village: what has been reached is not lost again
    threshold = rng.random((len(world.villages), 1))
    numerator = (threshold < _expected(rng, world, profile)).astype(np.int64)
    applicable = kampung if profile["kampung"] else np.ones_like(kampung)
    ones = np.ones_like(numerator)
    return Series(indicator, profile["source"], _ratio(numerator, ones, 100), numerator, ones, applicable)


def _number(rng: np.random.Generator, world: World, indicator: str, profile: Profile, kampung: Mask) -> Series:
    mean = np.linspace(profile["first"], profile["last"], len(PERIODS))
    own = 0.6 * world.development + rng.normal(0, 0.6, len(world.villages))
    value = np.clip(np.rint(mean + profile["top"] ** 0.5 / 2 * own[:, None]), 0.0, profile["top"])
    return Series(indicator, profile["source"], value, applicable=kampung)


def _rate(rng: np.random.Generator, world: World, indicator: str, profile: Profile, _: Mask) -> Series:
    denominator = world.counts[profile["of"]]
    rate = np.linspace(profile["first"], profile["last"], len(PERIODS)) / profile["per"]
    numerator = rng.poisson(denominator * rate)
    value = _ratio(numerator, denominator, profile["per"])
    return Series(indicator, profile["source"], value, numerator, denominator)


def _area(rng: np.random.Generator, world: World, indicator: str, profile: Profile, kampung: Mask) -> Series:
    start = rng.gamma(4, profile["first"] / 4, (len(world.villages), 1))
    value = np.round(start * np.linspace(1, profile["last"] / profile["first"], len(PERIODS)), 1)
    applicable = np.broadcast_to(world.kelurahan[:, None], kampung.shape)
    return Series(indicator, profile["source"], value, applicable=applicable)


def _scores(seed: int, world: World) -> Iterator[Series]:
    """Three resilience indices and their mean; a kelurahan is not rated."""
    rated = np.broadcast_to(~world.kelurahan[:, None], (len(world.villages), len(PERIODS)))
    parts: list[Floats] = []
    for indicator, profile in profiles()["score"].items():
        rng = stream(seed, indicator)
        own = 0.7 * world.development + rng.normal(0, 0.7, len(world.villages))
        level = np.linspace(profile["first"], profile["last"], len(PERIODS)) + SCORE_SPREAD * own[:, None]
        parts.append(np.clip(level + rng.normal(0, 0.008, level.shape), 0.2, 1.0).round(4))
        yield Series(indicator, profile["source"], parts[-1], applicable=rated)
    yield Series("S4-10", "idm", np.stack(parts).mean(axis=0).round(4), applicable=rated)


def _reporting(rng: np.random.Generator, world: World, effects: Effects, source: str) -> Mask:
    """Whether a village reports to a source in a year: small and remote ones less, later years more."""
    size = np.log(world.counts["couples"] / 290)
    odds = -3.7 + 0.6 * world.remote[:, None] - 0.5 * size - 0.2 * np.arange(len(PERIODS))
    return np.asarray((rng.random(odds.shape) > 1 / (1 + np.exp(-odds))) & ~effects.silent(source))


def _ratio(numerator: Counts, denominator: Counts, scale: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, np.round(scale * numerator / denominator, 4), np.nan)


def _long(series: Series, villages: tuple[str, ...], reported: Mask) -> pd.DataFrame:
    years = len(PERIODS)
    applicable = np.ones_like(reported) if series.applicable is None else series.applicable
    status = np.where(applicable, np.where(reported, Status.REPORTED, Status.NOT_REPORTED), Status.NOT_APPLICABLE)
    known = (applicable & reported).ravel()
    blank = np.full(known.shape, np.nan)
    columns = {"value": series.value, "numerator": series.numerator, "denominator": series.denominator}
    return pd.DataFrame(
        {
            "area_code": np.repeat(villages, years),
            "period": np.tile(PERIODS, len(villages)),
            "indicator": series.indicator,
            **{
                name: blank if cells is None else np.where(known, cells.ravel(), np.nan)
                for name, cells in columns.items()
            },
            "as_of": np.tile([AS_OF[period] for period in PERIODS], len(villages)),
            "source": series.source,
            "status": status.ravel().astype(str),
        }
    )


def _regency_rows() -> pd.DataFrame:
    """Indicators known for the regency only, from surveys and central registers."""
    rows = []
    for indicator, profile in profiles()["regency"].items():
        scale = profile.get("scale", 100)
        for period, level in zip(PERIODS, profile["values"], strict=True):
            row: dict[str, object] = {"indicator": indicator, "period": period, "value": level, "as_of": AS_OF[period]}
            if level is not None and "sample" in profile:
                numerator = round(level * profile["sample"] / scale)
                row |= {"numerator": numerator, "denominator": profile["sample"]}
                row["value"] = round(scale * numerator / profile["sample"], 4)
            status = Status.NOT_REPORTED if level is None else Status.REPORTED
            rows.append(row | {"source": profile["source"], "status": str(status)})
    return pd.DataFrame(rows).assign(area_code=places().regency[0])
