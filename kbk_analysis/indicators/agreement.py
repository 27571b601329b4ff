"""Do several sources say the same? Values, sums, bases, series and methods held against each other.

Two printed figures differ only where no single number could have been printed as both: rounding is never a conflict.
What cannot be compared at all (two methods, two definitions) is told as such and has no difference.

Denominators of two sources should be within 10 % of each other, as in the WHO Data Quality Review desk review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

WHERE: Final = ("area_code", "indicator", "period")
SIDE: Final = ("source", "value", "numerator", "denominator", "places")
FINDING: Final = (
    *WHERE,
    *SIDE,
    *(f"other_{name}" for name in ("indicator", "period", *SIDE)),
    *("difference", "since", "n", "method"),
)
BASE_LIMIT: Final = 10.0  # per cent
BASE_YEARS: Final = 2  # a population does not change by the limit in as many years
MOST_PLACES: Final = 4
COARSEST: Final = -6
COARSE_FROM: Final = 1000  # a smaller count that ends in zero was hardly rounded
CODE_LENGTHS: Final = (5, 8, 13)  # regency, district, village


def printed_places(values: pd.Series, series: pd.Series) -> pd.Series:
    """Decimals with which each value was printed; negative where a count was rounded to tens or thousands.

    Files lose trailing zeros, so a value has as many decimals as the longest of its series.

    Parameters
    ----------
    values
        Numbers; blank stays blank.
    series
        What names the series of each value, for example source and indicator.

    Examples
    --------
    >>> printed_places(pd.Series([23.0, 22.4, 74380.0]), pd.Series(["a", "a", "b"])).tolist()
    [1.0, 1.0, -1.0]
    """
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    places = np.where(np.isnan(numbers), np.nan, float(MOST_PLACES))
    for candidate in range(MOST_PLACES - 1, COARSEST - 1, -1):
        scaled = numbers * 10.0**candidate
        fits = np.abs(scaled - np.round(scaled)) <= 1e-9 * np.maximum(1, np.abs(scaled))
        large = (candidate >= 0) | (np.abs(numbers) >= COARSE_FROM)
        places = np.where(fits & large & (numbers != 0) & (places == candidate + 1), candidate, places)
    places = np.where(numbers == 0, 0, places)
    return pd.Series(places, index=values.index).groupby(series.to_numpy()).transform("max")


def rounding(places: pd.Series, counts: pd.Series | bool) -> pd.Series:
    """By how much a printed value may differ from what it stands for; a count printed to the unit is exact."""
    half = 0.5 * 10.0 ** -places.astype(float)
    return half.where(~((places >= 0) & counts), 0.0)


def different_values(rows: pd.DataFrame) -> pd.DataFrame:
    """One area, indicator and period with different values from several sources.

    Parameters
    ----------
    rows
        ``area_code, indicator, period, source, value, numerator, denominator``; a row without a value is compared by
        its numerator, with others of that kind.

    Returns
    -------
    DataFrame
        `FINDING`: one row for each value that differs from the one of most sources (ties: first source by name).
        ``source`` and ``other_source`` hold all sources of a value, separated by blanks; ``difference`` is other
        minus value; ``n`` is the number of sources.

    Examples
    --------
    >>> told = {"area_code": "14", "indicator": "S3-08", "period": "2021", "value": [23.3, 22.3], "source": ["a", "b"]}
    >>> found = different_values(pd.DataFrame(told).assign(numerator=np.nan, denominator=np.nan))
    >>> found[["source", "value", "other_source", "other_value", "difference"]].values.tolist()
    [['a', 23.3, 'b', 22.3, -1.0]]
    """
    twice = rows.loc[rows.duplicated(list(WHERE), keep=False), "indicator"]
    told = _shown(rows[rows["indicator"].isin(twice)])  # all of a series: its decimals are read from it
    keys = [*WHERE, "counted"]
    told = told[told.groupby(keys)["source"].transform("nunique") > 1].sort_values([*keys, "source"])
    distinct = told.groupby([*keys, "shown"], as_index=False).agg(
        source=("source", " ".join),
        sources=("source", "nunique"),
        places=("places", "max"),
        half=("half", "min"),
        **{name: (name, "first") for name in ("value", "numerator", "denominator")},
    )
    distinct = distinct.sort_values([*keys, "sources", "source"], ascending=[True] * 4 + [False, True])
    lead = distinct.drop_duplicates(keys)
    pairs = lead.merge(distinct, on=keys, suffixes=("", "_2"))
    apart = (pairs["shown"] - pairs["shown_2"]).abs()
    pairs = pairs[apart > pairs["half"] + pairs["half_2"] + 1e-9]
    found = _paired(pairs).assign(
        **{f"other_{name}": pairs[name] for name in ("indicator", "period")},
        difference=(pairs["shown_2"] - pairs["shown"]).round(MOST_PLACES),
        n=pairs.groupby(keys)["sources_2"].transform("sum") + pairs["sources"],
        method="beyond rounding",
    )
    return _tidy(found)


def different_sums(rows: pd.DataFrame, areas: Sequence[str]) -> pd.DataFrame:
    """Stated counts that the parts do not add up to, where every part is given by one source.

    Parameters
    ----------
    rows
        As in `different_values`, of totals and of their parts; only rows of indicators whose counts add up.
    areas
        Codes of all areas, by which it is known when no part is missing.

    Returns
    -------
    DataFrame
        `FINDING`: ``value`` and ``numerator`` the stated count, ``other_value`` and ``other_numerator`` the sum of the
        nearest level below that is complete, ``difference`` sum minus total, ``n`` parts.

    Examples
    --------
    >>> told = pd.DataFrame({"area_code": ["14", "14.01", "14.02"], "numerator": [30.0, 10.0, 19.0]}).assign(
    ...     indicator="S3-11", period="2022", source="a", value=np.nan, denominator=np.nan)
    >>> found = different_sums(told, ["14", "14.01", "14.02"])
    >>> found[["value", "other_value", "difference"]].values.tolist()
    [[30.0, 29.0, -1.0]]
    """
    levels = rows["area_code"].str.len().groupby(rows["indicator"]).nunique()
    stated = rows[rows["numerator"].notna() & rows["indicator"].map(levels > 1)]
    told = _shown(stated.assign(value=np.nan))
    codes = pd.Series(list(areas), dtype="object")
    found = []
    for above in sorted(set(told["area_code"].str.len())):
        totals = told[told["area_code"].str.len() == above]
        for below in (length for length in CODE_LENGTHS if length > above):
            parts = told[told["area_code"].str.len() == below]
            expected = codes[codes.str.len() == below].str[:above].value_counts()
            sums = parts.groupby([parts["area_code"].str[:above], "indicator", "period", "source"], as_index=False).agg(
                area_code=("area_code", "min"), shown=("shown", "sum"), half=("half", "sum"), n=("shown", "size")
            )
            sums["area_code"] = sums["area_code"].str[:above]
            sums = sums[sums["n"] == sums["area_code"].map(expected)]
            pairs = totals.merge(sums, on=list(WHERE), suffixes=("", "_2"))
            found.append(pairs.assign(level=below))
    if not found:
        return _tidy(pd.DataFrame(columns=list(FINDING)))
    pairs = pd.concat(found, ignore_index=True).sort_values(["area_code", "indicator", "period", "level", "source_2"])
    pairs = pairs[pairs.groupby([*WHERE, "source"])["level"].transform("min") == pairs["level"]]
    pairs = pairs[(pairs["shown"] - pairs["shown_2"]).abs() > pairs["half"] + pairs["half_2"] + 1e-9]
    return _tidy(
        pairs.assign(
            value=pairs["shown"],
            **{f"other_{name}": pairs[name] for name in ("indicator", "period", "places")},
            other_source=pairs["source_2"],
            other_value=pairs["shown_2"],
            other_numerator=pairs["shown_2"],
            other_denominator=np.nan,
            difference=pairs["shown_2"] - pairs["shown"],
            method="sum of all parts",
        )
    )


def different_bases(
    shares: pd.DataFrame, counts: pd.DataFrame, bases: pd.DataFrame, *, scale: float = 100.0, limit: float = BASE_LIMIT
) -> pd.DataFrame:
    """Shares whose count implies a denominator far from what another source gives as the base.

    Parameters
    ----------
    shares
        Rows of one share; its count is its own numerator, else that of `counts` in the same area and period.
    counts, bases
        Rows of the figures that give the numerator and the denominator.
    scale
        Turns the ratio into the unit of the share.
    limit
        Per cent of the base beyond which they differ, after rounding is allowed for.

    Returns
    -------
    DataFrame
        `FINDING`: ``value`` the share with its numerator, ``denominator`` the implied (or stated) one;
        ``other_value`` the base nearest in time, at most two years away; ``difference`` in per cent of the base.

    Notes
    -----
    implied = scale x count / share; its bounds follow from the last printed digit of both.

    Examples
    --------
    >>> row = {"area_code": "14.06", "period": "2023", "source": "a", "denominator": np.nan}
    >>> poor = pd.DataFrame([{**row, "indicator": "K-03", "value": 9.72, "numerator": 74380.0}])
    >>> people = pd.DataFrame([{**row, "indicator": "K-01", "value": 586994.0, "numerator": 586994.0}])
    >>> found = different_bases(poor, poor[:0], people)
    >>> found[["denominator", "other_value", "difference"]].round(1).values.tolist()
    [[765226.3, 586994.0, 30.4]]
    """
    told = _shown(shares[shares["value"].notna() | shares["denominator"].notna()])
    told["own"] = told["numerator"].notna()
    given = _shown(counts).drop_duplicates(["area_code", "period"]).set_index(["area_code", "period"])
    at = pd.MultiIndex.from_frame(told[["area_code", "period"]])
    for name in ("numerator", "count_half"):
        other = given["shown" if name == "numerator" else "half"].reindex(at).to_numpy(dtype=float)
        own = told[name] if name in told else rounding(printed_places(told["numerator"], told["source"]), True)
        told[name] = own.where(told["own"], pd.Series(other, index=told.index))
    share_half = told["half"].where(told["counted"] == "value", 0.0)
    share = told["value"].where(told["value"] > 0)
    stated = told["denominator"].notna()
    told["implied"] = told["denominator"].where(stated, scale * told["numerator"] / share)
    low = scale * (told["numerator"] - told["count_half"]) / (share + share_half)
    high = scale * (told["numerator"] + told["count_half"]) / (share - share_half).where(share > share_half)
    told["low"], told["high"] = low.where(~stated, told["implied"]), high.where(~stated, told["implied"])
    base = _shown(bases)
    base = base[base["shown"] > 0]
    pairs = told[told["implied"].notna()].merge(base, on="area_code", suffixes=("", "_2"))
    pairs["years"] = (pairs["period"].str[:4].astype(int) - pairs["period_2"].str[:4].astype(int)).abs()
    order = [*WHERE, "source", "years", "period_2", "source_2"]
    pairs = pairs[pairs["years"] <= BASE_YEARS].sort_values(order).drop_duplicates([*WHERE, "source"])
    factor = limit / 100
    apart = (pairs["low"] > pairs["shown_2"] * (1 + factor)) | (pairs["high"] < pairs["shown_2"] * (1 - factor))
    # the same share from a second source says it once more, not anew
    pairs = pairs[apart].sort_values([*WHERE, "own", "source"], ascending=[True] * 3 + [False, True])
    pairs = pairs.assign(rounded=pairs["implied"].round()).drop_duplicates([*WHERE, "rounded"])
    return _tidy(
        pairs.assign(
            denominator=pairs["implied"],
            **{f"other_{name}": pairs[f"{name}_2"] for name in ("indicator", "period", *SIDE)},
            difference=100 * (pairs["implied"] / pairs["shown_2"] - 1),
            n=1,
            method=np.where(pairs["denominator"].notna(), "stated denominator", "count / share"),
        )
    )


def series_breaks(rows: pd.DataFrame, breaks: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Neighbouring years of one area and indicator between which the definition or method changed.

    Parameters
    ----------
    rows
        As in `different_values`; only whole years are asked.
    breaks
        Years in which a new series begins, by indicator.

    Returns
    -------
    DataFrame
        `FINDING`: the last value before the break and the first after it, ``since`` the year of the break; no
        ``difference``.

    Examples
    --------
    >>> told = pd.DataFrame({"period": ["2021", "2022"], "value": [72.94, 74.45]}).assign(
    ...     area_code="14", indicator="K-04", source="a", numerator=np.nan, denominator=np.nan)
    >>> series_breaks(told, {"K-04": (2022,)})[["period", "value", "other_period", "other_value"]].values.tolist()
    [['2021', 72.94, '2022', 74.45]]
    """
    told = _shown(rows[rows["period"].str.len() == 4])
    told = told.sort_values([*WHERE, "source"]).drop_duplicates(list(WHERE)).reset_index(drop=True)
    found = [np.nan] * len(told)
    following = told.groupby(["area_code", "indicator"])["period"].shift(-1)
    for at, (indicator, now, then) in enumerate(zip(told["indicator"], told["period"], following, strict=True)):
        if isinstance(then, str):
            found[at] = max(
                (year for year in breaks.get(indicator, ()) if int(now) < year <= int(then)), default=np.nan
            )
    after = told.groupby(["area_code", "indicator"])[["period", *SIDE]].shift(-1).add_prefix("other_")
    pairs = told.join(after).assign(other_indicator=told["indicator"], since=found)
    pairs = pairs[pairs["since"].notna()]
    return _tidy(pairs.assign(difference=np.nan, n=2, method="declared break"))


def unlike_values(rows: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Values of one area and period by methods that must not be compared, set side by side once.

    Parameters
    ----------
    rows
        As in `different_values`.
    pairs
        Indicators that measure the same thing in different ways.

    Returns
    -------
    DataFrame
        `FINDING`, no ``difference``; ``source`` and ``other_source`` as in `different_values`.

    Examples
    --------
    >>> told = pd.DataFrame({"indicator": ["S3-08", "S3-09"], "value": [25.8, 17.9], "source": ["a", "b"]}).assign(
    ...     area_code="14.06", period="2021", numerator=np.nan, denominator=np.nan)
    >>> unlike_values(told, [("S3-08", "S3-09")])[["value", "other_value", "difference"]].values.tolist()
    [[25.8, 17.9, nan]]
    """
    told = _shown(rows).sort_values([*WHERE, "source"])
    told = told.groupby([*WHERE, "counted", "shown"], as_index=False).agg(
        source=("source", " ".join),
        places=("places", "max"),
        **{name: (name, "first") for name in ("value", "numerator", "denominator")},
    )
    declared = pd.DataFrame(list(pairs), columns=["indicator", "indicator_2"])
    both = told.merge(declared, on="indicator").merge(
        told.rename(columns={"indicator": "indicator_2"}),
        on=["area_code", "period", "indicator_2", "counted"],
        suffixes=("", "_2"),
    )
    found = _paired(both).assign(other_indicator=both["indicator_2"], other_period=both["period"])
    return _tidy(found.assign(difference=np.nan, n=2, method="two methods"))


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the number they are compared by (`shown`), what it is, its printed decimals and its rounding."""
    told = rows.reset_index(drop=True)
    for name in ("value", "numerator", "denominator"):
        told[name] = told[name].astype(float)
    told["shown"] = told["value"].fillna(told["numerator"])
    bare = told["denominator"].isna()
    counted = told["value"].isna() | ((told["value"] == told["numerator"]) & bare)
    told["counted"] = np.where(counted, "count", "value")
    told = told[told["shown"].notna()]
    series = told["source"].astype(str) + "/" + told["indicator"].astype(str) + "/" + told["counted"]
    told["places"] = printed_places(told["shown"], series)
    computed = told["numerator"].notna() & told["denominator"].notna()
    told["places"] = told["places"].where(~computed, MOST_PLACES)
    told["half"] = rounding(told["places"], told["counted"] == "count")
    return told


def _paired(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.assign(**{f"other_{name}": pairs[f"{name}_2"] for name in SIDE})


def _tidy(found: pd.DataFrame) -> pd.DataFrame:
    """`FINDING` in order, numbers as floats."""
    numbers = [name for name in FINDING if name.removeprefix("other_") in (*SIDE[1:], "difference", "since", "n")]
    order = ["area_code", "indicator", "period", "other_value"]
    tidy = found.reindex(columns=list(FINDING)).astype(dict.fromkeys(numbers, float))
    return tidy.sort_values(order, ignore_index=True)
