"""Indicators of villages from the detail export of Kampung KB.

Input: rows of the ``kampung`` table of the family ``rinci``. Output: ``observations`` of the last export in each
year, one row a village and indicator. Formulas are those of the portal:

- S3-02 users of the seven methods / couples; S3-03 users of IUD, MOW, MOP and implant / users;
- S3-04 (want later + want no more) / couples;
- S2-01 to S2-05 participants / families with under-fives, with adolescents, with elderly; families; adolescents.

A sum whose parts are all blank is not reported. Where some parts are filled the blank ones count as none: the
office filled the form and left out the methods nobody uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.data.adapters.observe import observation
from kbk_analysis.data.adapters.result import Place, finding
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.schema import METHODS

USERS: Final = tuple(f"users_{method}" for method in METHODS)
LONG_ACTING: Final = ("users_iud", "users_mow", "users_mop", "users_implant")
# indicator -> columns added up above and below; `USERS` all blank means that nothing is known of its parts
RATIOS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "S2-01": (("members_bkb",), ("families_under5",)),
    "S2-02": (("members_bkr",), ("families_adolescent",)),
    "S2-03": (("members_bkl",), ("families_elderly",)),
    "S2-04": (("members_uppka",), ("families",)),
    "S2-05": (("members_pikr",), ("adolescents",)),
    "S3-02": (USERS, ("couples",)),
    "S3-03": (LONG_ACTING, USERS),
    "S3-04": (("want_later", "want_no_more"), ("couples",)),
}


def village_observations(
    kampung: pd.DataFrame, origin: Sequence[Place], catalogue: Catalogue
) -> tuple[pd.DataFrame, list[Place], list[Finding]]:
    """Observations of villages that have exactly one kampung in the last detail export of a year.

    Parameters
    ----------
    kampung
        ``kampung`` table; rows of other families and unmatched rows are passed over.
    origin
        Source id, file and row of each row.
    catalogue
        For units and kinds.

    Returns
    -------
    tuple
        ``observations`` rows, the place each came from, and findings. A village with several kampung in one
        export gets none and is named: their counts may overlap.
    """
    findings: list[Finding] = []
    rows: list[dict[str, Any]] = []
    places: list[Place] = []
    for row, at, alone in _last_of_year(kampung, origin):
        if not alone:
            findings.append(_several(row, at))
            continue
        for id, (above, below) in RATIOS.items():
            numerator, denominator = _ratio(row, above, below)
            record = observation(
                catalogue[id],
                area=row["village_code"],
                period=row["export_date"][:4],
                source=at[0],
                at=(at[1], "", at[2]),
                findings=findings,
                numerator=numerator,
                denominator=denominator,
                as_of=row["export_date"],
            )
            rows.append(record)
            places.append(at)
    return pd.DataFrame.from_records(rows), places, findings


def _ratio(row: Mapping[str, Any], above: tuple[str, ...], below: tuple[str, ...]) -> tuple[float | None, float | None]:
    """Both counts, or neither: half a ratio tells nothing."""
    numerator, denominator = _sum(row, above), _sum(row, below)
    if below == USERS and denominator is not None:
        numerator = numerator or 0.0
    return (numerator, denominator) if numerator is not None and denominator is not None else (None, None)


def _sum(row: Mapping[str, Any], columns: tuple[str, ...]) -> float | None:
    filled = [float(row[column]) for column in columns if not pd.isna(row[column])]
    return sum(filled) if filled else None


def _last_of_year(kampung: pd.DataFrame, origin: Sequence[Place]) -> list[tuple[dict[str, Any], Place, bool]]:
    """Rows of each village's last detail export in a year, and whether it is the only kampung there."""
    groups: dict[tuple[str, str], dict[str, list[tuple[dict[str, Any], Place]]]] = {}
    records: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in kampung.to_dict("records")]
    for row, at in zip(records, origin, strict=True):
        if row["source"] == "rinci" and isinstance(row["village_code"], str):
            row["export_date"] = str(row["export_date"])[:10]
            dates = groups.setdefault((row["village_code"], row["export_date"][:4]), {})
            dates.setdefault(row["export_date"], []).append((row, at))
    last = [(dates[max(dates)]) for _, dates in sorted(groups.items())]
    return [(*rows[0], len({row["kampung_id"] for row, _ in rows}) == 1) for rows in last]


def _several(row: Mapping[str, Any], at: Place) -> Finding:
    return finding(
        "observation.several_kampung",
        tr(
            "Desa {village} mempunyai beberapa kampung pada satu ekspor; indikator desa tidak dihitung.",
            village=row["village_name"],
        ),
        tr("Periksa apakah cakupan kampung itu tumpang tindih."),
        at=(at[1], "", at[2]),
        warning=True,
    )
