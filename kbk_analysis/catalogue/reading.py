"""The catalogue as a whole: read once from its files, asked by id, sasaran, programme and target.

Question answered: which target may judge S3-02 here, and which indicators belong to S3?
Input: the YAML files in ``catalogues/``. Output: one frozen `Catalogue`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from kbk_analysis.catalogue.entries import (
    Activity,
    Agency,
    Figure,
    Indicator,
    Label,
    Source,
    Step,
    Target,
    TargetLevel,
    Unit,
)
from kbk_analysis.errors import Refusal
from kbk_analysis.schema import AreaLevel, Direction

CATALOGUE_DIR: Final = Path(__file__).parents[1] / "catalogues"

# Whose target judges an area: inside a regency it is the regency's own.
_JUDGED_BY: Final[Mapping[str, TargetLevel]] = {
    "national": "national",
    AreaLevel.PROVINCE: "province",
    AreaLevel.REGENCY: "regency",
    AreaLevel.DISTRICT: "regency",
    AreaLevel.VILLAGE: "regency",
}

_LISTS: Final = ("level", "life_stage", "supporting", "sources", "not_comparable_with")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the catalogue files hold, by id, in the order of the files.

    `indicators` are the programme's; `context` are figures that stand beside them, never judged and never summed.
    Lookup by id knows both, iteration gives the indicators, `every` gives both.
    """

    indicators: Mapping[str, Indicator]
    context: Mapping[str, Indicator]
    agencies: Mapping[str, Agency]
    activities: Mapping[int, Activity]
    sasaran: Mapping[str, Label]
    programmes: Mapping[str, Label]
    life_stages: Mapping[str, Label]
    units: Mapping[str, Unit]
    sources: Mapping[str, Source]
    agencies_note: Label
    blocks: Mapping[str, Label]
    groups: Mapping[str, Label]
    block_entries: Mapping[str, Indicator]

    def __getitem__(self, id: str) -> Indicator:
        return self.indicators[id] if id in self.indicators else self.context[id]

    def __contains__(self, id: object) -> bool:
        return id in self.indicators or id in self.context

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())

    def __len__(self) -> int:
        return len(self.indicators)

    @property
    def every(self) -> tuple[Indicator, ...]:
        """Indicators, then the figures beside them."""
        return (*self.indicators.values(), *self.context.values())

    @property
    def unlike(self) -> tuple[tuple[str, str], ...]:
        """Pairs that measure the same thing in different ways, each once."""
        return tuple((one.id, other) for one in self.every for other in one.not_comparable_with)

    @property
    def names(self) -> dict[str, str]:
        """Indicator names by id in the language in use."""
        return {indicator.id: indicator.name for indicator in self}

    @property
    def observable(self) -> dict[str, Indicator]:
        """Everything an observation may be about: the indicators, figures beside them, entries of the blocks."""
        return {**self.indicators, **self.context, **self.block_entries}

    @property
    def kinds(self) -> dict[str, str]:
        """Kind of everything observable, as contracts ask for it."""
        return {id: str(indicator.kind) for id, indicator in self.observable.items()}

    def of_block(self, block: str, *others: str) -> Catalogue:
        """Catalogue whose indicators are the entries of one block, after `others` of its own.

        Examples
        --------
        >>> [indicator.id for indicator in load_catalogue().of_block("krs", "S3-11")][:3]
        ['S3-11', 'KRS-AIR', 'KRS-JAMBAN']
        """
        own = {id: entry for id, entry in self.block_entries.items() if entry.block == block}
        return replace(self, indicators={**{id: self[id] for id in others}, **own})

    @property
    def main(self) -> tuple[Indicator, ...]:
        """The 72 indicators, without parts of an index."""
        return tuple(indicator for indicator in self if indicator.part_of is None)

    @property
    def lead(self) -> Agency:
        """The secretariat of the meeting."""
        return next(agency for agency in self.agencies.values() if agency.lead)

    def by_sasaran(self) -> dict[str, tuple[Indicator, ...]]:
        """The 72 by sasaran, in order."""
        return {s: tuple(i for i in self.main if i.sasaran == s) for s in self.sasaran}

    def by_programme(self) -> dict[str, tuple[Activity, ...]]:
        """The 58 activities by programme, in order."""
        return {p: tuple(a for a in self.activities.values() if a.programme == p) for p in self.programmes}

    def breaks(self, id: str) -> tuple[int, ...]:
        """Years in which a source of the indicator takes a new name: no line crosses them."""
        return tuple(sorted({year for source in self[id].sources for year in self.sources[source].breaks}))

    def target(
        self, id: str, year: int, level: AreaLevel | Literal["national"], *, synthetic: bool = False
    ) -> Target | Refusal:
        """Target that may judge an area of `level` in `year`.

        It is sourced, set for that level (the regency's own for its districts and villages), dated, not expired,
        and of the same basis (a survey target judges survey figures only); of several the next one due. Anything
        else is refused as ``no_target``: the national figure is then context. `synthetic` accepts every target,
        for invented places only.

        Examples
        --------
        >>> load_catalogue().target("S3-08", 2026, "national").value
        14.2
        >>> load_catalogue().target("S3-02", 2024, AreaLevel.VILLAGE).code
        'no_target'
        """
        indicator = self[id]
        survey = indicator.measure == "survey"
        usable = [
            target
            for target in indicator.targets
            if synthetic
            or (target.sourced and target.level == _JUDGED_BY[level] and (target.basis == "survey") == survey)
        ]
        due = [target for target in usable if target.year is not None and target.year >= year]
        if due:
            return min(due, key=_year)
        if synthetic and usable:
            return next((target for target in usable if target.year is None), max(usable, key=_year))
        return Refusal("no_target")

    def context_target(self, id: str, year: int) -> Target | None:
        """Sourced national target nearest in time, of any basis: printed as context, never a status."""
        national = [t for t in self[id].targets if t.sourced and t.level == "national"]
        return min(national, key=lambda t: (abs((t.year or year) - year), -_year(t)), default=None)

    def with_targets(self, targets: Mapping[str, tuple[Target, ...]]) -> Catalogue:
        """Catalogue with targets added, for example a regency's own; unknown ids raise ``KeyError``."""
        changed = {id: replace(self[id], targets=self[id].targets + added) for id, added in targets.items()}
        return replace(self, indicators={**self.indicators, **changed})


def _year(target: Target) -> int:
    return target.year or 0


@cache
def load_catalogue() -> Catalogue:
    """The catalogue of the package, read once a process."""
    return build(read_documents())


def read_documents() -> dict[str, Any]:
    """The catalogue files as plain data, by file name without ending."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times faster and equally safe
    read = (CATALOGUE_DIR / f"{name}.yml" for name in ("indicators", "context", "blocks", "agencies", "inpres"))
    return {path.stem: yaml.load(path.read_text("utf-8"), loader) for path in read}  # noqa: S506


def build(documents: Mapping[str, Any]) -> Catalogue:
    """Catalogue from the plain data of its files (`kbk_analysis.catalogue.check.check` finds their faults)."""
    raw, offices, tree = documents["indicators"], documents["agencies"], documents["inpres"]
    beside, parts = documents["context"], documents["blocks"]
    units = {id: _unit(id, entry) for id, entry in {**raw["units"], **parts["units"]}.items()}
    defaults = {**parts, "target_defaults": raw["target_defaults"]}
    entries = (_indicator(entry, defaults, units, tree["programmes"]) for entry in parts["entries"])
    indicators = (_indicator(entry, raw, units, tree["programmes"]) for entry in raw["indicators"])
    context = [_figure({**beside["defaults"], **entry}, units) for entry in beside["context"]]
    agencies = (_agency(entry, offices["default"]) for entry in offices["agencies"])
    activities = (_activity(entry, tree["programmes"]) for entry in tree["activities"])
    return Catalogue(
        indicators={indicator.id: indicator for indicator in indicators},
        context={figure.id: figure for figure in context},
        agencies={agency.id: agency for agency in agencies},
        activities={activity.number: activity for activity in activities},
        sasaran={id: _label(entry) for id, entry in tree["sasaran"].items()},
        programmes={id: _label(entry) for id, entry in tree["programmes"].items()},
        life_stages={id: _label(entry) for id, entry in raw["life_stages"].items()},
        units=units,
        sources={
            id: Source(id, tuple((name.get("from"), _label(name)) for name in names))
            for id, names in raw["sources"].items()
        },
        agencies_note=Label(offices["note_id"], offices["note_en"]),
        blocks={id: _label(entry) for id, entry in parts["blocks"].items()},
        groups={id: _label(entry) for id, entry in parts["groups"].items()},
        block_entries={entry.id: entry for entry in entries},
    )


def _label(entry: Mapping[str, Any]) -> Label:
    return Label(entry["id"], entry["en"])


def _unit(id: str, entry: Mapping[str, Any]) -> Unit:
    return Unit(id, entry["scale"], entry["decimals"], Label(entry["label_id"], entry["label_en"]))


def _indicator(
    entry: Mapping[str, Any], raw: Mapping[str, Any], units: Mapping[str, Unit], programmes: Mapping[str, Any]
) -> Indicator:
    values: dict[str, Any] = {**raw["defaults"], **entry}
    basis = "survey" if values["measure"] == "survey" else "routine"
    values["targets"] = tuple(Target(**{"basis": basis, **raw["target_defaults"], **t}) for t in values["targets"])
    values["national"] = tuple(Figure(**figure) for figure in values.get("national", ()))
    for name in ("classes", "bands"):
        values[name] = tuple(Step(step["value"], _label(step)) for step in values.get(name, ()))
    derived, read = _shared(values, units)
    return Indicator(**{**derived, **values, **read, "sasaran": programmes[values["programme"]]["sasaran"]})


def _figure(entry: Mapping[str, Any], units: Mapping[str, Unit]) -> Indicator:
    """A figure of context: an indicator outside the four sasaran, without targets."""
    derived, read = _shared(entry, units)
    return Indicator(**{**entry, **read, **derived, "sasaran": "", "programme": "", "targets": ()})


def _shared(values: Mapping[str, Any], units: Mapping[str, Unit]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What follows from unit, kind and measure; and the direction and lists as an entry holds them."""
    unit = units[values["unit"]]
    counts = values["kind"] in ("proportion", "rate", "count") and values["measure"] == "full_count"
    derived = {"scale": unit.scale, "decimals": unit.decimals, "additive": counts}
    lists = {name: tuple(values.get(name, ())) for name in _LISTS}
    return derived, {"direction": Direction(values["direction"]), **lists}


def _agency(entry: Mapping[str, Any], default: bool) -> Agency:
    lead = entry["role"] == "lead"
    return Agency(entry["id"], entry["short"], entry["name_id"], entry["name_en"], lead, default)


def _activity(entry: Mapping[str, Any], programmes: Mapping[str, Any]) -> Activity:
    programme = entry["programme"]
    return Activity(
        number=entry["number"],
        sasaran=programmes[programme]["sasaran"],
        programme=programme,
        name_id=entry["id"],
        name_en=entry["en"],
        ministry=entry["ministry"],
        agency=entry["agency"],
        universal=entry["universal"],
        indicators=tuple(entry["indicators"]),
    )
