"""What one catalogue entry is: indicator, target, unit, source, agency, activity.

Question answered: which facts does an entry hold, and how is it called in the language in use?
Frozen records only; `kbk_analysis.catalogue.reading` reads the files that fill them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kbk_analysis.i18n import language
from kbk_analysis.schema import Direction

Kind = Literal["proportion", "rate", "score", "class", "count", "mean"]
Measure = Literal["full_count", "survey", "score"]
Basis = Literal["survey", "routine", "register"]
TargetLevel = Literal["national", "province", "regency"]


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages; ``str()`` gives the language in use."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.id


@dataclass(frozen=True, slots=True)
class Step:
    """One class of a class indicator (`value` is its code) or one band of an index (it holds above `value`)."""

    value: float | None
    label: Label


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit of a value: multiplier from the ratio, decimals as printed, label written after the number."""

    id: str
    scale: float
    decimals: int
    label: Label


@dataclass(frozen=True, slots=True)
class Target:
    """A target in the indicator's unit.

    `sourced` says that a document was read; any other target is a planning default. `year` is ``None`` when
    the document names none.
    """

    value: float
    year: int | None
    authority: str | None
    document: str
    level: TargetLevel
    basis: Basis
    sourced: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A national figure that was reached, for context only."""

    year: int
    value: float
    document: str


@dataclass(frozen=True, slots=True)
class Source:
    """A source of observations under the names it had: ``(first year or None, name)`` in order of time."""

    id: str
    names: tuple[tuple[int | None, Label], ...]

    def name(self, period: str | int) -> str:
        """Name in use in a period (``2024``, ``2024-S1``, ``2024-09``)."""
        year = int(str(period)[:4])
        return str([label for since, label in self.names if since is None or since <= year][-1])

    @property
    def breaks(self) -> tuple[int, ...]:
        """Years in which a new name, and so a new series, begins."""
        return tuple(since for since, _ in self.names if since is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator; the head of ``catalogues/indicators.yml`` says how a value follows from its `kind`.

    `scale` and `decimals` come from the unit. `level` holds the lowest levels at which it exists (`family`,
    `village`, `regency`). `additive` says whether counts of areas may be added up. `binary` says that in one
    village the count is 0 or 1 of 1. `part_of` marks a part that is not one of the 72. `not_comparable_with` names
    what measures the same thing in another way; `counted_by` and `base` name the figures that give the numerator and
    the denominator of a share.

    Entries of ``catalogues/blocks.yml`` have a `block` and a `group`; `overlapping` ones may count a family several
    times within their group and are never added up; `within` is the entry whose families theirs are a part of.
    """

    id: str
    name_id: str
    name_en: str
    numerator_id: str
    numerator_en: str
    unit: str
    scale: float
    decimals: int
    direction: Direction
    kind: Kind
    measure: Measure
    level: tuple[str, ...]
    sasaran: str
    programme: str
    life_stage: tuple[str, ...]
    agency: str
    supporting: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[Target, ...]
    definition_version: int
    sensitive: bool
    additive: bool
    denominator_id: str = ""
    denominator_en: str = ""
    binary: bool = False
    part_of: str | None = None
    block: str = ""
    group: str = ""
    overlapping: bool = False
    within: str | None = None
    note_id: str = ""
    note_en: str = ""
    national: tuple[Figure, ...] = ()
    classes: tuple[Step, ...] = ()
    bands: tuple[Step, ...] = ()
    not_comparable_with: tuple[str, ...] = ()
    counted_by: str | None = None
    base: str | None = None

    @property
    def name(self) -> str:
        """Name in the language in use."""
        return str(Label(self.name_id, self.name_en))

    @property
    def numerator(self) -> str:
        """What is counted or measured, in the language in use."""
        return str(Label(self.numerator_id, self.numerator_en))

    @property
    def denominator(self) -> str:
        """Among whom, in the language in use; empty for a kind without one."""
        return str(Label(self.denominator_id, self.denominator_en))

    @property
    def note(self) -> str:
        """What a reader must know, in the language in use; may be empty."""
        return str(Label(self.note_id, self.note_en))

    def label_of(self, value: float) -> str | None:
        """Name of the class or band that holds `value`; ``None`` where the indicator has none."""
        if self.classes:
            return next((str(step.label) for step in self.classes if step.value == value), None)
        held = [step for step in self.bands if step.value is None or value > step.value]
        return str(held[-1].label) if held else None


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency (OPD) of the default list; `lead` is the secretariat of the meeting."""

    id: str
    short: str
    name_id: str
    name_en: str
    lead: bool
    default: bool

    @property
    def name(self) -> str:
        """Name in the language in use."""
        return str(Label(self.name_id, self.name_en))


@dataclass(frozen=True, slots=True)
class Activity:
    """One of the 58 activities of Inpres 3/2022; `ministry` is ``None`` where the annex table codes none."""

    number: int
    sasaran: str
    programme: str
    name_id: str
    name_en: str
    ministry: str | None
    agency: str
    universal: bool
    indicators: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name in the language in use."""
        return str(Label(self.name_id, self.name_en))
