"""What is planted in the demo dataset, read from ``plantings.yml`` or another file of the same form.

The generator reads it; nothing that analyses may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from kbk_analysis.yamltext import load_yaml

FindingKind = Literal["level", "trend", "spread", "silence", "copied", "slip"]
FaultKind = Literal["users_exceed_couples", "participants_exceed_families", "unmet_blank_scored_best"]

DEFAULT: Final = Path(__file__).with_name("plantings.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedFinding:
    """One planted finding; ``plantings.yml`` explains the kinds.

    Parameters
    ----------
    area
        Code of a village, a district or the regency.
    indicator
        Indicator id; empty for ``silence``.
    source
        Source id; only for ``silence``.
    since
        First year of the effect.
    size
        Percentage points with sign; share of silent villages in per cent for ``silence``.
    text
        What a reader should learn, in Indonesian.
    """

    id: str
    kind: FindingKind
    area: str
    since: str
    text: str = ""
    indicator: str = ""
    source: str = ""
    size: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in get_args(FindingKind):
            raise ValueError(f"unknown kind of planting {self.kind!r}")
        if bool(self.source) != (self.kind == "silence") or bool(self.indicator) == bool(self.source):
            raise ValueError(f"planting {self.id!r} needs an indicator, or a source when it is a silence")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedResponse:
    """A planted gap in what agencies do about an indicator in an area, from a year on; of one agency if named."""

    id: str
    kind: Literal["absent", "no_report"]
    area: str
    indicator: str
    since: str
    agency: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plantings:
    """All that is planted: findings, responses, kampung cases (village -> ``"IPO"`` as 0 and 1), kampung faults."""

    findings: tuple[PlantedFinding, ...] = ()
    responses: tuple[PlantedResponse, ...] = ()
    kampung_cases: Mapping[str, str] = field(default_factory=dict)
    kampung_faults: Mapping[FaultKind, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kampung_villages(self) -> tuple[str, ...]:
        """Villages that must have an old Kampung KB because something is planted in it."""
        return tuple(sorted({*self.kampung_cases, *(code for codes in self.kampung_faults.values() for code in codes)}))


NOTHING: Final = Plantings()


def load_plantings(path: Path | str = DEFAULT) -> Plantings:
    """Plantings from a YAML file.

    Examples
    --------
    >>> sorted(set(load_plantings().kampung_cases.values()))
    ['000', '001', '010', '011', '100', '101', '110', '111']
    """
    content: Mapping[str, Any] = load_yaml(path)
    faults: Mapping[str, list[str]] = content.get("kampung_faults", {})
    unknown = sorted(set(faults) - set(get_args(FaultKind)))
    if unknown:
        raise ValueError(f"unknown kampung faults {unknown}")
    return Plantings(
        tuple(PlantedFinding(**finding) for finding in content.get("findings", [])),
        tuple(PlantedResponse(**response) for response in content.get("responses", [])),
        dict(content.get("kampung_cases", {})),
        {kind: tuple(faults[kind]) for kind in get_args(FaultKind) if kind in faults},
    )
