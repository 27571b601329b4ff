"""Village index (Indeks Desa Membangun) as published by Kemendes, as ``observations``.

Scores between 0 and 1: S4-10 is the index, S4-10-IKS, -IKE and -IKL its social, economic and environmental
parts; the index is their mean. Kelurahan have no IDM and are ``not_applicable``; a desa that the file lacks is
``not_reported``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from kbk_analysis.areacode import village_kind
from kbk_analysis.catalogue import Catalogue
from kbk_analysis.data.adapters.observe import state_only
from kbk_analysis.data.adapters.result import AdapterResult, Place, finding
from kbk_analysis.data.adapters.wide_table import read_wide
from kbk_analysis.data.areas import AreaRegister
from kbk_analysis.data.recipe import AreaColumns, IdmSource, WideIndicator, WideSource
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import decimal, tr
from kbk_analysis.schema import OBSERVATIONS, Status

INDEX: Final = "S4-10"
COLUMNS: Final = {INDEX: "IDM", "S4-10-IKS": "IKS", "S4-10-IKE": "IKE", "S4-10-IKL": "IKL"}
ROUNDED: Final = 0.0002  # the index and its parts are written with four decimals


def read_idm(source: IdmSource, folder: Path, register: AreaRegister, catalogue: Catalogue) -> AdapterResult:
    """Index and its three parts for every village in scope.

    Parameters
    ----------
    source
        Files with the columns tahun, kode_desa, nama_desa, IDM, IKS, IKE, IKL.
    folder, register, catalogue
        As for the other adapters; the register decides which villages there are and which are kelurahan.
    """
    result = read_wide(_as_wide(source), folder, register, catalogue)
    result.log.adapter = source.adapter
    frame, places = result.tables["observations"], result.origin["observations"]
    records = _plain(frame)
    findings = [*result.findings, *_not_the_mean(records, places)]
    added = _absent(records, source, register)
    table = pd.DataFrame.from_records([*records, *added], columns=list(OBSERVATIONS.names))
    origin = [*places, *[(source.id, source.files[0], 1)] * len(added)]
    return AdapterResult(
        tables={"observations": table}, origin={"observations": origin}, findings=findings, log=result.log
    )


def _as_wide(source: IdmSource) -> WideSource:
    shared = source.model_dump(exclude={"adapter"})
    return WideSource(
        **shared,
        adapter="wide",
        area=AreaColumns(code="kode_desa", name="nama_desa", scheme="kemendagri"),
        period_column="tahun",
        indicators=[WideIndicator(id=id, value=column) for id, column in COLUMNS.items()],
    )


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.to_dict("records")
    return [{str(name): None if pd.isna(cell) else cell for name, cell in row.items()} for row in rows]


def _absent(records: list[dict[str, Any]], source: IdmSource, register: AreaRegister) -> list[dict[str, Any]]:
    """Rows for villages without a score: kelurahan, and desa that the file lacks."""
    periods = sorted({record["period"] for record in records})
    there = {(record["area_code"], record["period"]) for record in records}
    return [
        state_only(
            id,
            area=code,
            period=period,
            source=source.id,
            state=Status.NOT_APPLICABLE if village_kind(code) == "kelurahan" else Status.NOT_REPORTED,
        )
        for period in periods
        for code in register.codes
        if code.count(".") == 3 and (code, period) not in there
        for id in COLUMNS
    ]


def _not_the_mean(records: list[dict[str, Any]], places: list[Place]) -> list[Finding]:
    """Warnings where the index is not the mean of its parts."""
    scores: dict[Place, dict[str, float]] = {}
    for record, at in zip(records, places, strict=True):
        if record["value"] is not None:
            scores.setdefault(at, {})[record["indicator"]] = record["value"]
    findings = []
    for at, found in scores.items():
        if len(found) == len(COLUMNS):
            mean = sum(value for id, value in found.items() if id != INDEX) / (len(COLUMNS) - 1)
            if abs(mean - found[INDEX]) > ROUNDED:
                findings.append(
                    finding(
                        "idm.mean",
                        tr("IDM bukan rerata IKS, IKE dan IKL ({mean}).", mean=decimal(mean, 4)),
                        tr("Periksa keempat angka pada sumbernya."),
                        at=(at[1], "", at[2]),
                        column="IDM",
                        value=found[INDEX],
                        warning=True,
                    )
                )
    return findings
