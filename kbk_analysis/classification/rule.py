"""The classification rule as data: which inputs count for what, in which bands, and which passes make which class.

Question answered: by which rule is a kampung classed?
Input: a versioned file in ``kbk_analysis/rules``. Output: a `Rule`, or an `InputFault` that names every gap of the
file: an incomplete rule is never used.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import CLASSES, INDICES, RAW_COLUMNS, VARIABLES, KampungClass
from kbk_analysis.yamltext import load_yaml

RULES: Final = Path(__file__).parent.parent / "rules"
CURRENT: Final = "kampung_2023-08"
MEASURES: Final = ("stated", "count", "checklist", "share", "mean_share")


@dataclass(frozen=True, slots=True)
class Band:
    """The whole values, both ends included, that give one score; `high` is ``None`` without a limit."""

    score: int
    low: int
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One of the 12 variables: its index, what is counted, the raw columns, its bands ordered by value."""

    name: str
    index: str
    counted: str
    measure: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    bands: tuple[Band, ...]
    gate: str | None
    usable_from: int
    lever: bool

    @property
    def raw(self) -> tuple[str, ...]:
        """Raw columns, each once, in the order of the rule."""
        return tuple(dict.fromkeys(self.numerator + self.denominator))

    @property
    def maximum(self) -> int:
        """Highest score that can be had (3 for facilities and for companion and regulation)."""
        return max(band.score for band in self.bands)

    @property
    def lower_is_better(self) -> bool:
        """Whether a small value earns a high score."""
        return self.bands[0].score > self.bands[-1].score

    def band(self, score: int) -> Band:
        """Band of a score."""
        return next(band for band in self.bands if band.score == score)


@dataclass(frozen=True, slots=True)
class Identity:
    """Parts that add up to a whole; `imputed` parts count as known only where they do not look like a halved rest."""

    whole: str
    parts: tuple[str, ...]
    imputed: tuple[str, str]


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """A whole classification rule. `classes` maps (input, process, output passes) to the class."""

    id: str
    valid_from: str
    source: str
    missing_score: int
    threshold: float
    decimals: int
    cap: int
    identity: Identity
    variables: tuple[Variable, ...]
    classes: Mapping[tuple[bool, ...], KampungClass]
    traps: tuple[str, ...]

    def of_index(self, index: str) -> tuple[int, ...]:
        """Positions of the variables of one index."""
        return tuple(i for i, variable in enumerate(self.variables) if variable.index == index)


@cache
def load_rule(rule: str | Path = CURRENT) -> Rule:
    """Read and check a rule.

    Parameters
    ----------
    rule
        Id of a rule of the package, or the path of a rule file.

    Raises
    ------
    InputFault
        ``rule.*`` findings, all at once: a key is missing, a band leaves a gap, a column or class is unknown,
        one of the eight combinations has no class.

    Examples
    --------
    >>> rule = load_rule()
    >>> rule.variables[9].name, rule.variables[9].band(3)
    ('cpr', Band(score=3, low=41, high=50))
    """
    path = rule if isinstance(rule, Path) else RULES / f"{rule}.yml"
    reader = _Reader(path.name, load_yaml(path))
    built = reader.rule()
    if reader.findings:
        raise InputFault(reader.findings)
    return built


class _Reader:
    """Collects every gap while building; what is built with gaps is never handed out."""

    def __init__(self, file: str, content: Any) -> None:
        self.file = file
        self.content = content
        self.findings: list[Finding] = []

    def fault(self, rule: str, where: str, message: str) -> None:
        remedy = tr("Lengkapi berkas aturan ini; aturan yang tidak utuh tidak dipakai.")
        self.findings.append(Finding(rule=rule, message=message, remedy=remedy, file=self.file, column=where))

    def get(self, source: Any, key: str, kind: type | tuple[type, ...], default: Any, where: str = "") -> Any:
        """Value of a key that must be there with the right type; `default` keeps the reading going."""
        value = source.get(key) if isinstance(source, Mapping) else None
        if isinstance(value, kind) and not isinstance(value, bool) and value not in ("", [], {}):
            return value
        place = f"{where}.{key}".strip(".")
        self.fault("rule.missing", place, tr("Kunci {key} tidak ada atau bukan isi yang benar.", key=place))
        return default

    def columns(self, names: Any, where: str) -> tuple[str, ...]:
        names = names if isinstance(names, list) else []
        for name in names:
            if name not in RAW_COLUMNS:
                self.fault("rule.column", where, tr("Kolom masukan {name} tidak dikenal.", name=name))
        return tuple(str(name) for name in names)

    def rule(self) -> Rule:
        content = self.content
        if self.get(content, "rounding", str, "half_even") != "half_even":
            self.fault("rule.rounding", "rounding", tr("Pembulatan yang dikenal hanya half_even."))
        return Rule(
            id=self.get(content, "id", str, ""),
            valid_from=self.get(content, "valid_from", str, ""),
            source=self.get(content, "source", str, ""),
            missing_score=self.get(content, "missing_score", int, 1),
            threshold=self.get(content, "threshold", (int, float), 3.0),
            decimals=self.get(content, "decimals", int, 2),
            cap=self.get(content, "cap", int, 100),
            identity=self.identity(self.get(content, "identity", dict, {})),
            variables=self.variables(self.get(content, "variables", dict, {})),
            classes=self.classes(self.get(content, "classes", list, [])),
            traps=tuple(self.get(content, "traps", list, [])),
        )

    def identity(self, content: Mapping[str, Any]) -> Identity:
        whole = self.columns([self.get(content, "whole", str, "couples", "identity")], "identity.whole")
        parts = self.columns(self.get(content, "parts", list, [], "identity"), "identity.parts")
        imputed = self.columns(self.get(content, "imputed", list, ["pregnant"] * 2, "identity"), "identity.imputed")
        if len(imputed) != 2:
            self.fault("rule.identity", "identity.imputed", tr("Bagian taksiran harus tepat dua kolom."))
            imputed = ("", "")
        return Identity(whole[0], parts, (imputed[0], imputed[1]))

    def variables(self, content: Mapping[str, Any]) -> tuple[Variable, ...]:
        for name in sorted(set(content) - {name for name, *_ in VARIABLES}):
            self.fault("rule.variable", f"variables.{name}", tr("Variabel {name} tidak dikenal.", name=name))
        return tuple(self.variable(name, index, content.get(name)) for name, index, *_ in VARIABLES)

    def variable(self, name: str, index: str, content: Any) -> Variable:
        where = f"variables.{name}"
        measure = self.get(content, "measure", str, "stated", where)
        if measure not in MEASURES:
            self.fault("rule.measure", where, tr("Cara ukur {measure} tidak dikenal.", measure=measure))
        if self.get(content, "index", str, index, where) != index:
            self.fault("rule.index", where, tr("Variabel {name} harus masuk indeks {index}.", name=name, index=index))
        counted = self.get(content, "counted", str, "", where)
        bands = self.bands(self.get(content, "bands", dict, {}, where), f"{where}.bands")
        content = content if isinstance(content, Mapping) else {}
        numerator = self.columns(content.get("numerator"), f"{where}.numerator")
        denominator = self.columns(content.get("denominator"), f"{where}.denominator")
        gate = content.get("gate")
        needed = {"stated": (False, False), "count": (True, False), "checklist": (True, False)}
        if (bool(numerator), bool(denominator)) != needed.get(measure, (True, True)) or (
            measure == "mean_share" and len(numerator) != len(denominator)
        ):
            self.fault("rule.inputs", where, tr("Kolom masukan tidak sesuai dengan cara ukurnya."))
        if gate is not None and gate not in numerator:
            self.fault("rule.inputs", where, tr("Syarat mutlak (gate) harus salah satu kolom masukan."))
        usable = self.get(content, "usable_from", int, 0, where) if measure == "count" else 0
        return Variable(
            name=name,
            index=index,
            counted=counted,
            measure=measure,
            numerator=numerator,
            denominator=denominator,
            bands=bands,
            gate=gate,
            usable_from=usable,
            lever=content.get("lever", True) is True,
        )

    def bands(self, content: Mapping[str, Any], where: str) -> tuple[Band, ...]:
        """Bands by value: from 0 upwards without gap or overlap, scores 1 to the maximum in one direction."""
        bands = []
        for score, limits in content.items():
            match limits:
                case [int(low), int() | None as high] if score.isdigit():
                    bands.append(Band(int(score), low, high))
                case _:
                    self.fault("rule.bands", where, tr("Pita skor {score} tidak terbaca.", score=score))
        bands.sort(key=lambda band: band.low)
        scores = [band.score for band in bands]
        whole = bool(bands) and bands[0].low == 0 and bands[-1].high is None
        joined = all(a.high is not None and b.low == a.high + 1 for a, b in itertools.pairwise(bands))
        if not (
            whole and joined and sorted(scores) in (scores, scores[::-1]) and set(scores) in ({1, 2, 3}, {*range(1, 5)})
        ):
            self.fault("rule.bands", where, tr("Pita harus menutup 0 sampai tak terbatas, tanpa celah, berurutan."))
        return tuple(bands)

    def classes(self, content: list[Any]) -> dict[tuple[bool, ...], KampungClass]:
        classes: dict[tuple[bool, ...], KampungClass] = {}
        for row in content:
            passes = tuple(row.get(index) is True for index in INDICES) if isinstance(row, Mapping) else ()
            if not passes or passes in classes or row.get("class") not in CLASSES:
                self.fault("rule.classes", "classes", tr("Baris kelas {row} rangkap atau tidak dikenal.", row=row))
                continue
            classes[passes] = KampungClass(row["class"])
        if set(classes) != set(itertools.product((False, True), repeat=len(INDICES))):
            self.fault("rule.classes", "classes", tr("Kedelapan gabungan lulus harus mempunyai kelas."))
        return classes
