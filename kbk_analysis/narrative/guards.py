"""What no sentence may claim: causes, families from villages, a recovery from a bad year, a survey beside a register.

Input: messages, indicators, names. Output: a refusal, or the words that must stand beside a comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from kbk_analysis.catalogue import Indicator, load_catalogue
from kbk_analysis.i18n import tr

# Words that say why; a figure of the programme never knows why.
CAUSAL: Final = {
    "id": (
        *("menyebabkan", "disebabkan", "mengakibatkan", "diakibatkan", "akibat", "akibatnya", "karena", "gara-gara"),
        *("berkat", "dampak", "berdampak", "pengaruh", "berpengaruh", "memengaruhi", "dipengaruhi", "sebab", "efek"),
        *("hasil dari", "memicu", "dipicu", "mendorong", "didorong"),
    ),
    "en": (
        *("cause", "causes", "caused", "causing", "because", "due to", "owing to", "thanks to", "as a result of"),
        *("result in", "results in", "resulted in", "effect", "effects", "effect of", "impact", "impacts", "leads to"),
        *("led to", "driven by", "attributable to", "influence", "influenced", "consequence", "consequences"),
    ),
}


class MixedBasis(ValueError):
    """A survey figure and a counted figure were to stand in one line."""


def causal_words(text: str, language: str) -> tuple[str, ...]:
    """Causal words of a text, in the order of `CAUSAL`.

    Examples
    --------
    >>> causal_words("Stunting turun berkat program.", "id")
    ('berkat',)
    """
    return tuple(word for word in CAUSAL[language] if re.search(rf"(?<![\w-]){word}(?![\w-])", text, re.IGNORECASE))


def one_basis(indicators: Iterable[Indicator]) -> None:
    """Refuse to draw or tell survey and counted figures as one line.

    Raises
    ------
    MixedBasis
        When some of the indicators are measured by survey and others counted.

    Examples
    --------
    >>> from kbk_analysis.catalogue import load_catalogue
    >>> one_basis([load_catalogue()["S3-02"], load_catalogue()["S3-04"]])
    """
    known = list(indicators)
    survey = [one.id for one in known if one.measure == "survey"]
    if survey and len(survey) < len(known):
        counted = [one.id for one in known if one.measure != "survey"]
        raise MixedBasis(f"survey ({', '.join(survey)}) and counted ({', '.join(counted)}) figures are no one line")


def same_basis(sources: Sequence[str]) -> list[bool]:
    """Which points of a line may stay in it: those with the basis of the last, survey or counted.

    A source is a survey where only indicators measured by survey cite it.

    Examples
    --------
    >>> same_basis(["susenas", "pk", "siga"])
    [False, True, True]
    """
    surveys = [source in _survey_sources() for source in sources]
    return [survey == surveys[-1] for survey in surveys]


@cache
def _survey_sources() -> frozenset[str]:
    cited: dict[bool, set[str]] = {True: set(), False: set()}
    for indicator in load_catalogue():
        cited[indicator.measure == "survey"].update(indicator.sources)
    return frozenset(cited[True] - cited[False])


def ecological_note(first: str, second: str) -> str:
    """What two values that go together over villages do not say of families."""
    return tr(
        "Hubungan antardesa saja: desa dengan {first} lebih tinggi dapat mempunyai {second} lebih tinggi atau lebih "
        "rendah; itu tidak menunjukkan hal yang sama pada keluarga.",
        first=first,
        second=second,
    )


def regression_note() -> str:
    """What must stand wherever the worst of a year are followed."""
    return tr(
        "Wilayah yang dipilih sebagai yang terburuk pada suatu tahun cenderung mendekati rata-rata pada tahun "
        "berikutnya tanpa tindakan apa pun; bandingkan kelak dengan semua wilayah."
    )
