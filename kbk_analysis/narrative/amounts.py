"""One place that writes an indicator's value for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Format
from kbk_analysis.i18n import decimal, integer, money, percent, tr
from kbk_analysis.schema import AreaLevel

_BARE: Final = ("index", "index_100", "count")  # units told by the indicator's name


def is_share(indicator: Indicator) -> bool:
    """Whether an area's value is a percentage: proportions, and classes as a share of villages."""
    return indicator.kind == "class" or indicator.unit == "percent"


def amount(indicator: Indicator, value: float) -> str:
    r"""Value with its unit, as a sentence needs it.

    Examples
    --------
    >>> amount(load_catalogue()["S3-02"], 61.23)
    '61,2\xa0%'
    """
    if is_share(indicator):
        return percent(value, 1)
    if indicator.unit == "rupiah":
        return money(value)
    number = decimal(value, _places(indicator))
    if indicator.unit in _BARE:
        return number
    return f"{number} {load_catalogue().units[indicator.unit].label}"


def printed(indicator: Indicator, value: float, places: float) -> str:
    r"""Value as its source printed it: with the decimals given there.

    Examples
    --------
    >>> printed(load_catalogue()["K-03"], 9.72, 2), printed(load_catalogue()["K-02"], 74380, -1)
    ('9,72\xa0%', '74.380')
    """
    decimals = max(0, int(places)) if places == places else _places(indicator)
    if is_share(indicator):
        return percent(value, decimals)
    if indicator.unit == "rupiah":
        return money(value)
    number = decimal(value, decimals)
    return number if indicator.unit in _BARE else f"{number} {load_catalogue().units[indicator.unit].label}"


def format_of(indicator: Indicator) -> Format:
    """Format name of an indicator's values in a table."""
    if is_share(indicator):
        return "percent1"
    if indicator.unit == "rupiah":
        return "money"
    forms: dict[int, Format] = {0: "integer", 1: "decimal1", 2: "decimal2", 4: "decimal4"}
    return forms[_places(indicator)]


def _places(indicator: Indicator) -> int:
    """Decimals of an area's value: the mean of whole numbers needs one, or 3.6 would miss a target of 4 as 4."""
    return max(1, indicator.decimals) if indicator.kind in ("score", "mean") else indicator.decimals


def source_name(id: str, period: str, titles: Mapping[str, str]) -> str:
    """Name of a source in a period: the catalogue's (names change with the years), else the dataset's own words."""
    known = load_catalogue().sources.get(id)
    return known.name(period) if known else titles.get(id, id)


def per_year(value: float | Refusal) -> str:
    """A pace in villages a year, or why there is none."""
    if isinstance(value, Refusal):
        return value.short
    return tr("{n} desa per tahun", n=decimal(value, 1))


def trend_words(trend: str, verdict: str, reason: str) -> str:
    """A recent-trend marker in two or three words; without one it says why.

    Examples
    --------
    >>> trend_words("decreasing", "worse", ""), trend_words("", "", "too_few_points")
    ('▼ memburuk', 'deret terlalu pendek')
    """
    if reason:
        return Refusal(reason).short
    words = {"better": tr("▲ membaik"), "worse": tr("▼ memburuk")}
    moving = {"increasing": tr("bertambah"), "decreasing": tr("berkurang"), "no_change": tr("● tidak searah")}
    return words.get(verdict) or moving[trend]


def area_title(name: str, level: AreaLevel) -> str:
    """Name of an area with its level in front, once.

    Examples
    --------
    >>> area_title("Rambah", AreaLevel.DISTRICT), area_title("Kabupaten Rokan Hulu", AreaLevel.REGENCY)
    ('Kecamatan Rambah', 'Kabupaten Rokan Hulu')
    """
    if level == AreaLevel.DISTRICT:
        return tr("Kecamatan {name}", name=name)
    if level == AreaLevel.PROVINCE and not name.startswith("Provinsi"):
        return tr("Provinsi {name}", name=name)
    return name


def share_of(n: int, whole: int) -> str:
    """'3 dari 9'."""
    return tr("{n} dari {all}", n=integer(n), all=integer(whole))
