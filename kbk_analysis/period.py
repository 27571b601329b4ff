"""Periods as text: a year, a half year or a month (2024, 2024-S1, 2024-09)."""

from __future__ import annotations

import calendar
import re
from typing import Final

PATTERN: Final = r"^[0-9]{4}(-S[12]|-(0[1-9]|1[0-2]))?$"
_FORM: Final = re.compile(PATTERN)


def is_period(text: str) -> bool:
    """Whether a text is a period.

    Examples
    --------
    >>> [is_period(text) for text in ("2024", "2024-S2", "2024-13", "2024/25")]
    [True, True, False, False]
    """
    return _FORM.match(text) is not None and not text.endswith("\n")


def period_end(period: str) -> str:
    """Last day of a period; data are read up to it, so it is the cut-off of a report.

    Examples
    --------
    >>> period_end("2024"), period_end("2024-S1"), period_end("2024-02")
    ('2024-12-31', '2024-06-30', '2024-02-29')
    """
    year, _, part = period.partition("-")
    month = {"": 12, "S1": 6, "S2": 12}.get(part) or int(part)
    return f"{year}-{month:02d}-{calendar.monthrange(int(year), month)[1]:02d}"
