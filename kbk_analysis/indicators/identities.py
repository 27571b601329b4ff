"""Which rows break a rule that holds whatever the year? Parts and wholes, sums, two sources, keys, codes.

No chance is involved: a part above its whole is a question at any size. Only two sources of one population are compared
with a margin (WHO Data Quality Review: 10 %), and from 20 people on.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.areacode import is_canonical
from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.rows import frame

APART: Final = 10.0  # per cent by which denominators of two sources may differ
VILLAGE: Final = 13  # characters of a village code with its dots


def exceeds(part: pd.Series, whole: pd.Series) -> pd.DataFrame:
    """Parts larger than their whole: ``value, upper, flag`` (``extreme``), ``n``, ``method, reason``.

    Examples
    --------
    >>> exceeds(pd.Series([9.0, 11, None]), pd.Series([10.0, 10, 10]))["flag"].tolist()
    ['', 'extreme', '']
    """
    x, n = part.astype(float), whole.astype(float)
    blank = x.isna() | n.isna()
    return frame(
        x.index, value=x, upper=n, flag=np.where(x > n, "extreme", ""), n=n,
        method="part at most its whole", reason=np.where(blank, "not_reported", ""),
    )  # fmt: skip


def unequal(total: pd.Series, expected: pd.Series, *, tolerance: float = 0.0) -> pd.DataFrame:
    """Totals that are not what their parts give: ``value, usual, flag`` (``look``), ``n``, ``method, reason``.

    Examples
    --------
    >>> unequal(pd.Series([10.0, 12]), pd.Series([10.0, 10]))["flag"].tolist()
    ['', 'look']
    """
    whole, parts = total.astype(float), expected.astype(float)
    blank = whole.isna() | parts.isna()
    return frame(
        whole.index, value=whole, usual=parts, flag=np.where((whole - parts).abs() > tolerance, "look", ""), n=whole,
        method="total equals its parts", reason=np.where(blank, "not_reported", ""),
    )  # fmt: skip


def agreement(first: pd.Series, second: pd.Series, *, within: float = APART) -> pd.DataFrame:
    """The same population from two sources: ``value, usual`` (of the other), ``ratio, flag, n, method, reason``.

    Examples
    --------
    >>> agreement(pd.Series([100.0, 100]), pd.Series([105.0, 130]))["flag"].tolist()
    ['', 'look']
    """
    a, b = first.astype(float), second.astype(float)
    low = np.minimum(a, b)
    blank = a.isna() | b.isna()
    reason = np.select([blank, np.isinf(a) | np.isinf(b), low < FEWEST], ["not_reported", "impossible", "unstable"], "")
    ratio = (a / b.where(b > 0)).where(reason == "")
    apart = (ratio > 1 + within / 100) | (ratio < 1 / (1 + within / 100))
    return frame(
        a.index, value=a, usual=b, ratio=ratio, flag=np.where(apart, "look", ""), n=low,
        method=f"two sources within {within:g} %", reason=reason,
    )  # fmt: skip


def duplicates(table: pd.DataFrame, key: list[str]) -> pd.Series:
    """Rows that share their key with an earlier row.

    Examples
    --------
    >>> duplicates(pd.DataFrame({"area": ["a", "b", "a"], "year": [1, 1, 1]}), ["area", "year"]).tolist()
    [False, False, True]
    """
    return table.duplicated(key, keep="first")


def invalid_codes(codes: pd.Series, current: Collection[str]) -> pd.DataFrame:
    """Village codes that are blank, not of ten digits, or not in the current list.

    Returns
    -------
    DataFrame
        ``flag`` (``extreme``), ``fault`` (``blank``, ``form``, ``unlisted`` or blank), ``n`` (1), ``method, reason``.

    Examples
    --------
    >>> invalid_codes(pd.Series(["14.06.01.2001", "14.06.01", None]), {"14.06.01.2001"})["fault"].tolist()
    ['', 'form', 'blank']
    """
    text = codes.astype("object").where(codes.notna(), "")
    formed = text.map(lambda code: len(code) == VILLAGE and is_canonical(code)).astype(bool)
    fault = np.select([text == "", ~formed, ~text.isin(set(current))], ["blank", "form", "unlisted"], "")
    return frame(
        codes.index, flag=np.where(fault == "", "", "extreme"), fault=fault, n=1, method="ten digits, current list",
        reason="",
    )  # fmt: skip
