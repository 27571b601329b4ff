"""An invented country of villages, one file an indicator, and its core measures: memory goes by column, not by village.

A file holds numerators and denominators of all villages over five years, so one indicator is in memory at a time and
any number of processes may take one each.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

VILLAGES, INDICATORS = 84_000, 50
YEARS = tuple(range(2020, 2025))
SILENT = 0.03  # cells without a report, the country over


class Told(NamedTuple):
    """What is kept of one indicator: the numerator at each level, how many areas, and the words given to villages."""

    sums: tuple[float, ...]
    areas: tuple[int, ...]
    verdicts: Counter[str]
    statuses: Counter[str]
    trends: Counter[str]


@cache
def codes(villages: int = VILLAGES) -> pd.Series:
    """Codes of villages: 12 a district, 14 districts a regency, up to 38 provinces."""
    number = np.arange(villages)
    district, regency = number // 12, number // (12 * 14)
    province = 11 + regency % 38
    parts = zip(province, 1 + regency // 38, 1 + district % 14, 2001 + number % 12, strict=True)
    return pd.Series(sorted(f"{p:02d}.{r:02d}.{d:02d}.{v}" for p, r, d, v in parts), dtype="str")


def write(folder: Path, villages: int = VILLAGES, indicators: int = INDICATORS) -> list[Path]:
    """One file of counts an indicator; a negative count is not reported."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number in range(indicators):
        draw = np.random.default_rng(number)
        n = np.exp(draw.uniform(np.log(20), np.log(1500), size=(villages, 1))).astype(np.int32)
        n = np.repeat(n, len(YEARS), axis=1)
        truth = draw.uniform(0.1, 0.9) + draw.normal(0, 0.02, size=(villages, 1))
        x = draw.binomial(n, np.clip(truth, 0.01, 0.99)).astype(np.int32)
        x[draw.random(x.shape) < SILENT] = -1
        paths.append(folder / f"{number:02d}.npy")
        np.save(paths[-1], np.stack([x, n]))
    return paths


def counts(path: Path) -> tuple[np.ndarray, np.ndarray]:
    x, n = np.load(path).astype(float)
    silent = x < 0
    return np.where(silent, np.nan, x), np.where(silent, np.nan, n)


def measure(path: Path) -> Told:
    """Core measures of one indicator by the package: levels of four kinds of areas, verdicts, statuses, trends."""
    from kbk_analysis.catalogue import load_catalogue
    from kbk_analysis.indicators.benchmarks import benchmark_status
    from kbk_analysis.indicators.proportions import SCREEN
    from kbk_analysis.indicators.targets import target_status
    from kbk_analysis.indicators.trend import recent_proportions
    from kbk_analysis.situation.levels import aggregate, village_cells

    catalogue = load_catalogue()
    known = [entry.id for entry in catalogue if entry.kind == "proportion" and entry.direction == "higher"]
    name = known[int(path.stem) % len(known)]
    x, n = counts(path)
    area = codes(len(x))
    cells = village_cells(_observations(name, area, x[:, -1], n[:, -1]), catalogue)
    levels = [aggregate(cells, cells["area_code"].str[:length], catalogue, SCREEN) for length in (13, 8, 5, 2)]
    units, regencies = levels[0], levels[2].set_index("area_code")["value"]
    above = units["area_code"].str[:5].map(regencies)
    verdict = benchmark_status(
        units["lower"], units["upper"], units["denominator"], above, "higher", reason=units["reason"]
    )
    status = target_status(
        *(units[column] for column in ("value", "lower", "upper", "denominator")),
        75.0,
        "higher",
        reason=units["reason"],
    )
    trend = recent_proportions(*(pd.DataFrame(part, index=area, columns=YEARS) for part in (x, n)), "higher")
    return Told(
        sums=tuple(float(level["numerator"].sum()) for level in levels),
        areas=tuple(len(level) for level in levels),
        verdicts=Counter(verdict["verdict"].value_counts().to_dict()),
        statuses=Counter(status["status"].value_counts().to_dict()),
        trends=Counter(trend["trend"].value_counts().to_dict()),
    )


def _observations(indicator: str, area: pd.Series, x: np.ndarray, n: np.ndarray) -> pd.DataFrame:
    columns = {"area_code": area, "period": str(YEARS[-1]), "indicator": indicator, "value": np.nan}
    columns |= {"numerator": x, "denominator": n, "as_of": f"{YEARS[-1]}-12-31", "source": "pk"}
    status = pd.Series(np.where(np.isnan(x), "not_reported", "reported"), dtype="str")
    return pd.DataFrame({**columns, "status": status})


def bare(path: Path) -> float:
    """The same sums and limits in plain numpy, without names, reasons or tables."""
    x, n = counts(path)
    z, z2 = 3.090232306167813, 9.549535706083241
    now, size = x[:, -1], n[:, -1]
    p = now / size
    root = z * np.sqrt(z2 + 4 * now * (1 - p))
    lower, upper = (2 * now + z2 - root) / (2 * (size + z2)), (2 * now + z2 + root) / (2 * (size + z2))
    group = np.arange(len(x)) // 168
    sums = [np.bincount(group, np.nan_to_num(part)) for part in (now, size)]
    benchmark = (sums[0] / sums[1])[group]
    flagged = (lower > benchmark) | (upper < benchmark)
    mean = x.sum(axis=1) / n.sum(axis=1)
    t = np.arange(len(YEARS)) - (n * np.arange(len(YEARS))).sum(axis=1, keepdims=True) / n.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):  # all or none in every year
        chi2 = ((x - n * mean[:, None]) * t).sum(axis=1) ** 2 / (mean * (1 - mean) * (n * t * t).sum(axis=1))
    return float(flagged.sum() + (chi2 > z2).sum())
