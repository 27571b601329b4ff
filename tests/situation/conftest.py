"""Observations and kampung made by hand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.areacode import level_of, parent_of
from kbk_analysis.data.store import open_dataset, write_dataset
from kbk_analysis.schema import AREAS, KAMPUNG, OBSERVATIONS, SCORE_COLUMNS
from kbk_analysis.situation.inputs import Inputs, read_inputs


@pytest.fixture(scope="session")
def observe() -> Callable[..., pd.DataFrame]:
    """Observations of one indicator: ``observe("S3-02", [(5, 10), None, "-"])``.

    A cell is (numerator, denominator), a value, ``None`` for not reported or ``"-"`` for not applicable; village
    codes count up from 99.01.01.2001.
    """

    def make(
        indicator: str, cells: Sequence[Any], *, period: str = "2024", source: str = "pk", district: str = "99.01.01"
    ) -> pd.DataFrame:
        rows = []
        for number, cell in enumerate(cells, start=2001):
            status = {None: "not_reported", "-": "not_applicable"}.get(cell, "reported")
            pair = isinstance(cell, tuple)
            rows.append(
                {
                    "area_code": f"{district}.{number}",
                    "period": period,
                    "indicator": indicator,
                    "value": float(cell) if status == "reported" and not pair else float("nan"),
                    "numerator": float(cell[0]) if pair else float("nan"),
                    "denominator": float(cell[1]) if pair else float("nan"),
                    "as_of": f"{period[:4]}-12-31",
                    "source": source,
                    "status": status,
                }
            )
        return pd.DataFrame(rows, columns=OBSERVATIONS.names)

    return make


@pytest.fixture(scope="session")
def kampung_rows() -> Callable[..., pd.DataFrame]:
    """Rows of the `kampung` table; each given as (village number or None, export date, columns)."""

    def make(*rows: tuple[int | None, str, dict[str, Any]], district: str = "99.01.01") -> pd.DataFrame:
        made = []
        for number, date, columns in rows:
            village = None if number is None else f"{district}.{number}"
            made.append(
                {
                    "kampung_id": f"{village}/k",
                    "kampung_name": f"Kampung {number}",
                    "regency_name": "Contoh",
                    "regency_code": district[:5],
                    "district_code": district,
                    "village_code": village,
                    "export_date": date,
                    "source": "klasifikasi",
                    "class_stated": "Dasar",
                    **dict.fromkeys(SCORE_COLUMNS, 1),
                    **columns,
                }
            )
        return pd.DataFrame(made, columns=KAMPUNG.names)

    return make


@pytest.fixture(scope="session")
def slice_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Inputs]:
    """What is read of a small dataset: ``slice_of(kampung, villages={"99.01.01": 4}, area="99.01.01")``.

    `villages` says how many villages each district has; their codes count up from 2001.
    """

    def make(
        kampung: pd.DataFrame | None = None,
        observations: pd.DataFrame | None = None,
        *,
        villages: Mapping[str, int],
        area: str = "99.01.01",
        period: str = "2024",
        names: Mapping[str, str] = {},
    ) -> Inputs:
        below = [f"{district}.{2001 + i}" for district, number in villages.items() for i in range(number)]
        codes = sorted({"99", *(code[:5] for code in below), *villages, *below})
        areas = [(code, names.get(code, f"N{code}"), level_of(code).value, parent_of(code)) for code in codes]
        tables = {
            "areas": pd.DataFrame(areas, columns=AREAS.names[:4]),
            "kampung": pd.DataFrame(columns=KAMPUNG.names) if kampung is None else kampung,
            "observations": pd.DataFrame(columns=OBSERVATIONS.names) if observations is None else observations,
        }
        meta = {
            "title": "Data uji", "code_scheme": "kemendagri", "synthetic": True, "licence": "CC0-1.0",
            "periods": ["2022", "2023", "2024"], "sources": [{"id": "uji", "title": "uji"}],
        }  # fmt: skip
        folder = write_dataset(tmp_path_factory.mktemp("slice") / "data", meta, tables)
        with open_dataset(folder) as dataset:
            return read_inputs(dataset, area_code=area, period=period)

    return make
