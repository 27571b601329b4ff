"""The methods of the field as data: criteria, scale, formula, source. Printed in every report that uses one.

Textbooks and offices disagree on scales and formulas, so a variant is a method of its own and never a default in
silence. Sources: Hanlon, Int J Health Serv 3 (1973) 183; UIC PH440, Basic Priority Rating; NACCHO, Guide to
Prioritization Techniques; Symond, J Kesehatan Masyarakat 7(2) (2013) (USG, CARL, MCUA, Reinke, Bryant in Indonesian
practice).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kbk_analysis.i18n import mark
from kbk_analysis.priority.formula import Criterion, Formula, Method

PEARL: Final = ("P", "E", "A", "R", "L")


# key in the table `scores` -> words on a form; a high score always means more urgent, but for cost.
WORDS: Final[Mapping[str, str]] = {
    "urgency": mark("mendesak"),
    "seriousness": mark("gawat"),
    "growth": mark("memburuk bila dibiarkan"),
    "size": mark("besarnya masalah"),
    "ease": mark("mudah ditanggulangi"),
    "capability": mark("kemampuan sumber daya"),
    "accessibility": mark("kemudahan menjangkau"),
    "readiness": mark("kesiapan pelaksana dan sasaran"),
    "leverage": mark("daya ungkit"),
    "concern": mark("kepedulian masyarakat"),
    "importance": mark("pentingnya"),
    "vulnerability": mark("dapat diatasi dengan teknologi yang ada"),
    "cost": mark("biaya"),
    "increase": mark("laju kenaikan"),
    "unmet": mark("kebutuhan yang belum terpenuhi"),
    "benefit": mark("manfaat sosial"),
    "politics": mark("dukungan politik"),
    "feasibility": mark("kelayakan teknis"),
    "resources": mark("sumber daya tersedia"),
}


HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "urgency": ("urgensi", "kegawatdaruratan"),
    "seriousness": ("keseriusan", "kegawatan", "severity"),
    "growth": ("pertumbuhan", "perkembangan"),
    "size": ("besar masalah", "magnitude", "prevalence"),
    "cost": ("biaya",),
}


def _criteria(letters: Mapping[str, str], low: float, high: float) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(id=letter, low=low, high=high, key=key, label=WORDS[key], headings=HEADINGS.get(key, ()))
        for letter, key in letters.items()
    )


def _sum(letters: Iterable[str], weights: Sequence[float] = ()) -> Formula:
    names = list(letters)
    return Formula(blocks=(dict(zip(names, weights or [1.0] * len(names), strict=True)),))


def _product(letters: Iterable[str], divisors: Sequence[str] = ()) -> Formula:
    return Formula(blocks=tuple({letter: 1.0} for letter in letters), divisors=tuple(divisors))


_AB_C: Final = ({"A": 1.0, "B": 1.0}, {"C": 1.0})
_USG: Final = {"U": "urgency", "S": "seriousness", "G": "growth"}
_HANLON: Final = {"A": "size", "B": "seriousness", "C": "ease"}
_CARL: Final = {"C": "capability", "A": "accessibility", "R": "readiness", "L": "leverage"}
_BRYANT: Final = {"P": "size", "S": "seriousness", "C": "concern", "M": "ease"}
_REINKE: Final = {"M": "size", "I": "importance", "V": "vulnerability", "C": "cost"}
_PAHO: Final = {"M": "size", "S": "seriousness", "V": "vulnerability", "C": "concern"}
_MATRIX: Final = {
    "P": "size", "S": "seriousness", "RI": "increase", "DU": "unmet", "SB": "benefit", "PB": "concern",
    "PC": "politics", "T": "feasibility", "R": "resources",
}  # fmt: skip


def _method(
    id: str, name: str, letters: Mapping[str, str], scale: tuple[float, float], formula: Formula | None, **more: Any
) -> Method:
    return Method(id=id, name=name, criteria=_criteria(letters, *scale), formula=formula, **more)


def _hanlon(id: str, formula: Formula, b_high: float = 10) -> Method:
    a, b, c = _criteria(_HANLON, 0, 10)
    return Method(id=id, name="Hanlon", criteria=(a, replace(b, high=b_high), c), formula=formula, gate=PEARL)


METHODS: Final[Mapping[str, Method]] = {
    method.id: method
    for method in (
        _method("usg_sum", "USG", _USG, (1, 5), _sum(_USG)),
        _method("usg_product", "USG", _USG, (1, 5), _product(_USG)),
        _method("usg_pairs", "USG", _USG, (1, 5), None),
        _hanlon("hanlon_sum", Formula(blocks=_AB_C)),
        _hanlon("hanlon_third", Formula(blocks=_AB_C, scale=1 / 3), b_high=20),
        _hanlon("hanlon_double", Formula(blocks=({"A": 1.0, "B": 2.0}, {"C": 1.0}))),
        _method("carl", "CARL", _CARL, (1, 5), _product(_CARL)),
        _method("bryant", "Bryant", _BRYANT, (1, 5), _product(_BRYANT)),
        _method("reinke", "Reinke", _REINKE, (1, 5), _product("MIV", "C")),
        _method("paho_cost", "PAHO-CENDES", _REINKE, (1, 10), _product("MIV", "C")),
        _method("paho_concern", "PAHO", _PAHO, (1, 10), _product(_PAHO)),
        _method("matrix", "Kriteria matriks", _MATRIX, (1, 5), _product(_MATRIX)),
    )
}


def weighted(
    id: str, name: str, weights: Mapping[str, float], low: float, high: float, turned: Sequence[str] = ()
) -> Method:
    """A weighted sum that the group agreed on: MCUA (also called SAW), Delbecq.

    Parameters
    ----------
    weights
        Weight of each criterion, as agreed before scores were read.
    low, high
        Ends of the scale of all criteria.
    turned
        Criteria on which a high score means less urgent, for example cost in Delbecq.

    Raises
    ------
    ValueError
        A weight is negative, or all are zero.

    Examples
    --------
    >>> str(weighted("mcua", "MCUA", {"besar": 5, "gawat": 4}, 1, 10).formula)
    '5 × besar + 4 × gawat'
    """
    if not weights or min(weights.values()) < 0 or not sum(weights.values()):
        raise ValueError("weights must not be negative, and not all zero")
    letters = tuple(weights)
    return Method(
        id=id,
        name=name,
        criteria=tuple(
            Criterion(id=letter, low=low, high=high, reversed=letter in turned, key=letter, label=letter)
            for letter in letters
        ),
        formula=_sum(letters, tuple(weights.values())),
    )
