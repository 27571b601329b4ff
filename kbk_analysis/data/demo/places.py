"""The invented places of the demo dataset: who they are and how they are coded. The same for every seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from kbk_analysis.areacode import parent_of, village_kind
from kbk_analysis.schema import AreaLevel
from kbk_analysis.yamltext import load_yaml

FIRST_KELURAHAN = 1001
FIRST_DESA = 2001


@dataclass(frozen=True, slots=True)
class Places:
    """Codes and names, village codes grouped by district in order of code."""

    province: tuple[str, str]
    regency: tuple[str, str]
    districts: tuple[tuple[str, str], ...]
    villages: tuple[tuple[str, str], ...]

    @property
    def village_codes(self) -> tuple[str, ...]:
        """Codes of all villages, in order."""
        return tuple(code for code, _ in self.villages)

    def villages_of(self, district: str) -> tuple[str, ...]:
        """Codes of the villages of one district."""
        return tuple(code for code in self.village_codes if parent_of(code) == district)


@lru_cache(maxsize=1)
def places() -> Places:
    """The places, read from ``places.yml``.

    Examples
    --------
    >>> len(places().districts), len(places().villages)
    (16, 145)
    """
    content = load_yaml(Path(__file__).with_name("places.yml"))
    regency = content["regency"]["code"]
    districts, villages = [], []
    for number, district in enumerate(content["districts"], start=1):
        code = f"{regency}.{number:02d}"
        districts.append((code, district["name"]))
        for first, kind in ((FIRST_KELURAHAN, "kelurahan"), (FIRST_DESA, "desa")):
            villages += [(f"{code}.{first + i}", name) for i, name in enumerate(district.get(kind, []))]
    return Places(
        (content["province"]["code"], content["province"]["name"]),
        (regency, content["regency"]["name"]),
        tuple(districts),
        tuple(villages),
    )


def areas_table() -> pd.DataFrame:
    """Table `areas`: one province, one regency, 16 districts, 145 villages.

    Examples
    --------
    >>> areas_table()["kind"].value_counts()["kelurahan"]
    np.int64(6)
    """
    where = places()
    rows: list[tuple[str, str, AreaLevel, str | None]] = [
        (*where.province, AreaLevel.PROVINCE, "provinsi"),
        (*where.regency, AreaLevel.REGENCY, "kabupaten"),
        *((code, name, AreaLevel.DISTRICT, "kecamatan") for code, name in where.districts),
        *((code, name, AreaLevel.VILLAGE, village_kind(code)) for code, name in where.villages),
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "level", "kind"])
    frame["level"] = frame["level"].map(str)
    frame["parent_code"] = frame["code"].map(parent_of)
    frame["valid_from"] = pd.NaT
    frame["valid_to"] = pd.NaT
    return frame
