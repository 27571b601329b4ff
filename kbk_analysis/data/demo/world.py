"""What lies behind the invented numbers: how many people live where, and how each village fares."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kbk_analysis.areacode import parent_of
from kbk_analysis.data.demo.boundaries import area_and_centroid, boundaries
from kbk_analysis.data.demo.places import places

PERIODS: Final = ("2020", "2021", "2022", "2023", "2024")
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Share of a parent count: name -> (parent, mean share, spread of the share between villages, relative).
# The parent comes earlier in the list; `couples` (PUS) is where everything starts.
SHARES: Final[dict[str, tuple[str, float, float]]] = {
    "families": ("couples", 1.42, 0.05),
    "households": ("families", 0.96, 0.01),
    "houses": ("families", 0.92, 0.02),
    "homes_inspected": ("houses", 0.45, 0.15),
    "families_surveyed": ("families", 0.40, 0.15),
    "families_married": ("families", 0.84, 0.02),
    "families_under5": ("families", 0.30, 0.10),
    "families_adolescent": ("families", 0.42, 0.08),
    "families_elderly": ("families", 0.21, 0.15),
    "families_poor": ("families", 0.22, 0.30),
    "families_target": ("families", 0.62, 0.04),
    "population": ("families", 3.7, 0.03),
    "persons_poor": ("population", 0.30, 0.25),
    "persons_17_over": ("population", 0.68, 0.02),
    "children_0_17": ("population", 0.32, 0.03),
    "children_0_16": ("children_0_17", 0.945, 0.005),
    "children_7_18": ("population", 0.21, 0.04),
    "children_3_6": ("population", 0.074, 0.06),
    "under5": ("population", 0.088, 0.06),
    "children_6_23_months": ("under5", 0.31, 0.04),
    "infants": ("under5", 0.20, 0.05),
    "infants_under6_months": ("infants", 0.48, 0.05),
    "births": ("infants", 1.01, 0.02),
    "pregnant": ("births", 1.08, 0.04),
    "adolescents": ("population", 0.17, 0.05),
    "girls_adolescent": ("adolescents", 0.36, 0.04),
    "elderly": ("population", 0.092, 0.14),
    "brides": ("population", 0.0068, 0.15),
    "pregnant_undernourished": ("pregnant", 0.12, 0.25),
    "wasted": ("under5", 0.055, 0.30),
    "severely_wasted": ("under5", 0.006, 0.60),
}
POPULATION_PER_POSYANDU: Final = 350
# kampung in existence at the end of each year: a slow start, then the wave that follows the Inpres of 2022
FORMED: Final = (22, 31, 44, 92, 110)


@dataclass(frozen=True)
class World:
    """Villages (first axis of every array, in order of code) over the five years.

    Parameters
    ----------
    villages
        Village codes.
    district
        Position of the district of each village, 0-15.
    remote
        Distance from the centre of the regency, standardised.
    development
        Latent development of each village, standard deviation 1, partly shared within a district.
    counts
        Number of people, families, houses by name (`SHARES` and ``couples``), shape (villages, years).
    kampung_since
        Position of the year in which the village's Kampung KB was formed; -1 where there is none.
    """

    villages: tuple[str, ...]
    district: Counts
    remote: Floats
    development: Floats
    counts: dict[str, Counts]
    kampung_since: Counts

    @property
    def kelurahan(self) -> npt.NDArray[np.bool_]:
        """Which villages are kelurahan."""
        return np.array([code[9] == "1" for code in self.villages])


def build_world(rng: np.random.Generator, with_kampung: tuple[str, ...] = ()) -> World:
    """Draw a world; the villages in `with_kampung` have a Kampung KB from the first year on.

    Examples
    --------
    >>> world = build_world(np.random.Generator(np.random.PCG64(1)))
    >>> world.counts["couples"].shape, int((world.kampung_since >= 0).sum())
    ((145, 5), 110)
    """
    codes = places().village_codes
    districts = [code for code, _ in places().districts]
    district = np.array([districts.index(parent_of(code) or "") for code in codes], dtype=np.int64)
    remote = _remoteness()
    shared = rng.normal(0, 0.5, len(districts))[district]
    development = _standard(shared - 0.35 * remote + rng.normal(0, 0.8, len(codes)))
    return World(
        codes,
        district,
        remote,
        development,
        _counts(rng, remote, np.array([code[9] == "1" for code in codes])),
        _formation(rng, development - remote, np.isin(codes, with_kampung)),
    )


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std(), dtype=np.float64)


def _remoteness() -> Floats:
    centres = [
        area_and_centroid([(x, y) for x, y in feature["geometry"]["coordinates"][0][:-1]])[1]
        for feature in boundaries()["village"]["features"]
    ]
    return _standard(np.hypot(*np.array(centres).T))


def _counts(rng: np.random.Generator, remote: Floats, kelurahan: npt.NDArray[np.bool_]) -> dict[str, Counts]:
    size = np.log(290) - 0.22 * remote + 0.7 * kelurahan + rng.normal(0, 0.5, len(remote))
    couples = np.clip(np.exp(size), 60, 900)
    growth = 1 + rng.normal(0.012, 0.006, len(remote))
    years = np.arange(len(PERIODS))
    counts = {"couples": np.rint(couples[:, None] * growth[:, None] ** years).astype(np.int64)}
    for name, (parent, share, spread) in SHARES.items():
        own = share * np.exp(rng.normal(-(spread**2) / 2, spread, len(remote)))
        expected = counts[parent] * own[:, None]
        # small groups differ from year to year by chance, large ones hardly
        if expected.mean() > 60:
            counts[name] = np.rint(expected).astype(np.int64)
        elif share < 1:
            counts[name] = rng.binomial(counts[parent], np.minimum(np.broadcast_to(own[:, None], expected.shape), 1))
        else:
            counts[name] = rng.poisson(expected)
    counts["posyandu"] = np.maximum(1, counts["population"] // POPULATION_PER_POSYANDU)
    return counts


def _formation(rng: np.random.Generator, ease: Floats, first: npt.NDArray[np.bool_]) -> Counts:
    """Year of formation: the better and nearer villages first, with much chance; the last 35 have none yet."""
    order = np.argsort(-(0.3 * ease + rng.normal(0, 1, len(ease)) + 100 * first), kind="stable")
    since = np.full(len(ease), -1, dtype=np.int64)
    for year, (start, stop) in enumerate(itertools.pairwise((0, *FORMED))):
        since[order[start:stop]] = year
    return since


def within(villages: tuple[str, ...], area: str) -> npt.NDArray[np.bool_]:
    """Which villages lie in an area or are it.

    Raises
    ------
    ValueError
        None does.
    """
    inside = np.array([code == area or code.startswith(f"{area}.") for code in villages])
    if not inside.any():
        raise ValueError(f"{area} is no area of the demo dataset")
    return inside
