"""Where does an indicator move? The recent-trend marker of the area, or why there is none.

The last five years of one definition are asked; fewer points, a break, or half years have no trend word at all.
"""

from __future__ import annotations

import pandas as pd

from kbk_analysis.catalogue import Catalogue
from kbk_analysis.indicators.kendall import recent_scores
from kbk_analysis.indicators.trend import recent_proportions

COLUMNS = ("trend", "verdict", "first", "last", "n", "method", "reason")


def trend_table(series: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Marker of each indicator of one area.

    Parameters
    ----------
    series
        Rows of `aggregate` for the area: indicator, period, numerator, denominator, value, reason.
    catalogue
        Directions, and the years in which a source takes a new name.

    Returns
    -------
    DataFrame
        By indicator: ``trend`` (increasing, decreasing, no_change; blank when refused), ``verdict`` (better, worse or
        blank), ``first``, ``last`` (years) with ``first_value, first_n, last_value, last_n``, ``n`` (points),
        ``method``, ``reason`` (too_few_points, series_break, ...).
    """
    years = series[(series["period"].str.len() == 4) & (series["reason"] == "")]
    years = years.assign(year=years["period"].astype(int))
    kind = years["indicator"].map({indicator.id: indicator.kind for indicator in catalogue})
    found = [
        recent_proportions(
            _wide(years[kind == "proportion"], "numerator"),
            _wide(years[kind == "proportion"], "denominator"),
            _directions(years[kind == "proportion"], catalogue),
            breaks=_breaks(years[kind == "proportion"], catalogue),
        ),
        recent_scores(
            _wide(years[kind == "score"], "value"),
            _directions(years[kind == "score"], catalogue),
            breaks=_breaks(years[kind == "score"], catalogue),
        ),
    ]
    table = pd.concat([part[list(COLUMNS)] for part in found if len(part)]) if any(map(len, found)) else _empty()
    order = [indicator.id for indicator in catalogue if indicator.id in table.index]
    return _with_ends(table.loc[order].rename_axis("indicator"), years)


def _with_ends(table: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """The marker with the values of its first and last year, and on how many they rest."""
    at = years.set_index(["indicator", "year"])[["value", "denominator"]]
    for end in ("first", "last"):
        found = at.reindex(pd.MultiIndex.from_arrays([table.index, table[end]]))
        table[[f"{end}_value", f"{end}_n"]] = found.to_numpy()
    return table


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="object") for name in COLUMNS})


def _wide(years: pd.DataFrame, column: str) -> pd.DataFrame:
    return years.pivot(index="indicator", columns="year", values=column)


def _directions(years: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    ids = sorted(years["indicator"].unique())
    return pd.Series(
        [str(catalogue[id].direction) for id in ids], index=pd.Index(ids, name="indicator"), dtype="object"
    )


def _breaks(years: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Flags by indicator and year: whether a new series begins in it."""
    ids = sorted(years["indicator"].unique())
    flags = pd.DataFrame(False, index=pd.Index(ids, name="indicator"), columns=sorted(years["year"].unique()))
    for id in ids:
        for year in catalogue.breaks(id):
            flags.loc[id, year] = True
    return flags.fillna(False).astype(bool)
