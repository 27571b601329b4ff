"""One observation from what a source says: value, counts, state; the rules are the same for every source.

- nothing said -> ``not_reported``, never zero;
- a count is its own numerator;
- both counts -> the value is recomputed from them; a written value that differs is told;
- denominator zero -> counts are kept, the value stays blank;
- numerator above denominator of a proportion -> told, and ``not_reported``: the row stays in its own table.
"""

from __future__ import annotations

from typing import Any, Final

from kbk_analysis.catalogue import Indicator
from kbk_analysis.data.adapters.result import finding
from kbk_analysis.errors import Finding
from kbk_analysis.i18n import decimal, integer, tr
from kbk_analysis.schema import Status

WRITTEN: Final = 0.05  # a value written with one decimal may differ by this much from its counts


def observation(
    indicator: Indicator,
    *,
    area: str,
    period: str,
    source: str,
    at: tuple[str, str, int | None],
    findings: list[Finding],
    value: float | None = None,
    numerator: float | None = None,
    denominator: float | None = None,
    as_of: str | None = None,
) -> dict[str, Any]:
    """Row of the ``observations`` table.

    Parameters
    ----------
    indicator
        Catalogue entry; its `scale` turns a ratio into its unit.
    area, period, source, as_of
        As in the table.
    at
        File, sheet and row, for findings.
    findings
        Findings are added here.
    value, numerator, denominator
        What the source says; `value` in the indicator's unit.
    """
    state = Status.REPORTED
    if indicator.kind == "count":
        value = numerator = value if numerator is None else numerator
    if value is None and numerator is None and denominator is None:
        state = Status.NOT_REPORTED
    elif numerator is not None and denominator is not None:
        if indicator.kind == "proportion" and numerator > denominator:
            findings.append(_impossible(indicator, numerator, denominator, at))
            value, numerator, denominator, state = None, None, None, Status.NOT_REPORTED
        elif denominator == 0:
            value = None
        else:
            computed = indicator.scale * numerator / denominator
            if value is not None and abs(value - computed) > WRITTEN + 1e-9:
                findings.append(_differs(indicator, value, computed, at))
            value = computed
    return {
        "area_code": area,
        "period": period,
        "indicator": indicator.id,
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "as_of": as_of,
        "source": source,
        "status": state.value,
    }


def state_only(indicator: str, *, area: str, period: str, source: str, state: Status) -> dict[str, Any]:
    """Row without a number: ``not_reported`` or ``not_applicable``."""
    blank = dict.fromkeys(("value", "numerator", "denominator", "as_of"))
    return {
        "area_code": area,
        "period": period,
        "indicator": indicator,
        "source": source,
        "status": state.value,
    } | blank


def _impossible(indicator: Indicator, numerator: float, denominator: float, at: tuple[str, str, int | None]) -> Finding:
    return finding(
        "observation.above_whole",
        tr(
            "Pembilang melebihi penyebut: {numerator} dari {denominator}.",
            numerator=integer(numerator),
            denominator=integer(denominator),
        ),
        tr("Periksa kedua angka pada sumbernya; sementara ini dianggap belum dilaporkan."),
        at=at,
        column=indicator.id,
        warning=True,
    )


def _differs(indicator: Indicator, value: float, computed: float, at: tuple[str, str, int | None]) -> Finding:
    return finding(
        "observation.differs",
        tr("Nilai tertulis berbeda dari pembilang dibagi penyebut ({computed}).", computed=decimal(computed, 2)),
        tr("Nilai dihitung ulang dari jumlahnya; periksa sumber."),
        at=at,
        column=indicator.id,
        value=value,
        warning=True,
    )
