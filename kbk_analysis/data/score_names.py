"""Names in a score sheet: which are the same, which look like a slip of the pen, which hold what must not be repeated.

Input: names as offices write them. Output: keys, doubts, and texts that may stand in a message.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Final

PERSONAL: Final = re.compile(r"\d(?:[ .\-]?\d){15,}")  # NIK has 16 digits, the number of a civil servant 18
ALIKE: Final = 0.85
_LETTERS: Final = ("Lu", "Ll", "Lt", "Lo")
MOST: Final = 1_500  # names; beyond, their pairs are too many to compare


def same(name: str) -> str:
    """Key of a name: case, blanks, wide letters and a full stop at the end make no other name.

    Examples
    --------
    >>> same("Unmet  Need tinggi.") == same("unmet need TINGGI")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).rstrip(".,;: ")


def masked(text: str) -> str:
    """Text without numbers that are a person's.

    Examples
    --------
    >>> masked("Siti 1401 0150 0190 0001")
    'Siti …'
    """
    return PERSONAL.sub("…", text)


def foreign_letter(name: str) -> str:
    """The first letter that is not Latin, for example a Cyrillic one that looks alike; blank where there is none.

    Examples
    --------
    >>> foreign_letter("Stunt\u0456ng") == "\u0456", foreign_letter("Gizi é")
    (True, '')
    """
    letters = (sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) in _LETTERS)
    return next((sign for sign in letters if not unicodedata.name(sign, "").startswith("LATIN")), "")


def nearest(name: str, names: Collection[str]) -> str:
    """The name most like this one; blank where none is."""
    folded = {one.casefold(): one for one in names}
    found = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def slips(groups: Mapping[str, set[str]], *, rare: bool) -> dict[str, str]:
    """Names that look like a slip of another's, with that other.

    Parameters
    ----------
    groups
        What each name stands with: the judges of a problem, or the problems of a judge. Two names that stand with the
        same are two things; two that stand apart and look alike are perhaps one.
    rare
        Whether the slip must stand with less than half as many.

    Examples
    --------
    >>> slips({"Sanitasi layak": {"A", "B", "C"}, "Sanitasi lyak": {"D"}, "Sanitasi 2": {"D"}}, rare=True)
    {'Sanitasi lyak': 'Sanitasi layak'}
    """
    names: Sequence[str] = sorted(groups, key=lambda name: (len(groups[name]), name))
    found: dict[str, str] = {}
    if len(names) > MOST:
        return found
    for place, name in enumerate(names):
        matcher = difflib.SequenceMatcher(b=name.casefold())
        digits = re.findall(r"\d+", name)
        for other in names[place + 1 :]:
            if (rare and 2 * len(groups[name]) >= len(groups[other])) or not groups[name].isdisjoint(groups[other]):
                continue
            matcher.set_seq1(other.casefold())
            if (
                matcher.real_quick_ratio() >= ALIKE
                and matcher.quick_ratio() >= ALIKE
                and matcher.ratio() >= ALIKE
                and digits == re.findall(r"\d+", other)
            ):
                found[name] = other
    return found
