"""The methods of the field as data: criteria, scale, formula, source. Printed in every report that uses one.

Textbooks and offices disagree on scales and formulas, so a variant is a method of its own and never a default in
silence. Sources: Hanlon, Int J Health Serv 3 (1973) 183; UIC PH440, Basic Priority Rating; NACCHO, Guide to
Prioritization Techniques; Symond, J Kesehatan Masyarakat 7(2) (2013) (USG, CARL, MCUA, Reinke, Bryant in Indonesian
practice).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kbk_analysis.priority.formula import Criterion, Formula, Method

PEARL: Final = ("P", "E", "A", "R", "L")


def _criteria(letters: Sequence[str], low: float, high: float, turned: Sequence[str] = ()) -> tuple[Criterion, ...]:
    return tuple(Criterion(id=letter, low=low, high=high, reversed=letter in turned) for letter in letters)


def _sum(letters: Sequence[str], weights: Sequence[float] = ()) -> Formula:
    return Formula(blocks=(dict(zip(letters, weights or [1.0] * len(letters), strict=True)),))


def _product(letters: Sequence[str], divisors: Sequence[str] = ()) -> Formula:
    return Formula(blocks=tuple({letter: 1.0} for letter in letters), divisors=tuple(divisors))


_AB_C: Final = ({"A": 1.0, "B": 1.0}, {"C": 1.0})
_MATRIX: Final = ("P", "S", "RI", "DU", "SB", "PB", "PC", "T", "R")
_USG: Final = _criteria("USG", 1, 5)

METHODS: Final[Mapping[str, Method]] = {
    method.id: method
    for method in (
        Method(id="usg_sum", name="USG", criteria=_USG, formula=_sum("USG")),
        Method(id="usg_product", name="USG", criteria=_USG, formula=_product("USG")),
        Method(id="usg_pairs", name="USG", criteria=_USG, formula=None),
        Method(
            id="hanlon_sum", name="Hanlon", criteria=_criteria("ABC", 0, 10), formula=Formula(blocks=_AB_C), gate=PEARL
        ),
        Method(
            id="hanlon_third",
            name="Hanlon",
            criteria=(*_criteria("A", 0, 10), *_criteria("B", 0, 20), *_criteria("C", 0, 10)),
            formula=Formula(blocks=_AB_C, scale=1 / 3),
            gate=PEARL,
        ),
        Method(
            id="hanlon_double",
            name="Hanlon",
            criteria=_criteria("ABC", 0, 10),
            formula=Formula(blocks=({"A": 1.0, "B": 2.0}, {"C": 1.0})),
            gate=PEARL,
        ),
        Method(id="carl", name="CARL", criteria=_criteria("CARL", 1, 5), formula=_product("CARL")),
        Method(id="bryant", name="Bryant", criteria=_criteria("PSCM", 1, 5), formula=_product("PSCM")),
        Method(id="reinke", name="Reinke", criteria=_criteria("MIVC", 1, 5), formula=_product("MIV", "C")),
        Method(id="paho_cost", name="PAHO-CENDES", criteria=_criteria("MIVC", 1, 10), formula=_product("MIV", "C")),
        Method(id="paho_concern", name="PAHO", criteria=_criteria("MSVC", 1, 10), formula=_product("MSVC")),
        Method(
            id="matrix", name="Kriteria matriks", criteria=_criteria(_MATRIX, 1, 5), formula=_product(_MATRIX)
        ),
    )
}  # fmt: skip


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
        id=id, name=name, criteria=_criteria(letters, low, high, turned), formula=_sum(letters, tuple(weights.values()))
    )
