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
    shares, scores = years[kind == "proportion"], years[kind == "score"]
    found = [
        recent_proportions(
            _wide(shares, "numerator"),
            _wide(shares, "denominator"),
            _directions(shares, catalogue),
            breaks=_breaks(shares, catalogue),
        ),
        recent_scores(_wide(scores, "value"), _directions(scores, catalogue), breaks=_breaks(scores, catalogue)),
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
    breaks = {id: catalogue.breaks(id) for id in ids}
    every = sorted({*years["year"], *(year for some in breaks.values() for year in some)})
    flags = [[year in breaks[id] for year in every] for id in ids]
    return pd.DataFrame(flags, index=pd.Index(ids, name="indicator"), columns=every, dtype=bool)
