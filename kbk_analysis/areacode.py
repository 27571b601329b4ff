"""Area codes of Kemendagri as dotted text, and the refusal of codes whose scheme is not named.

The canonical form is ``14``, ``14.06``, ``14.06.03``, ``14.06.03.2002``. A bare four-digit code is
ambiguous: 1406 is Kampar for BPS and 14.06 is Rokan Hulu for Kemendagri, so the scheme must be said.
"""

from __future__ import annotations

import itertools
import re
from typing import Final, Literal

from kbk_analysis.schema import AreaLevel

Scheme = Literal["kemendagri", "bps"]

_CANONICAL: Final = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_LEVEL: Final = {
    2: AreaLevel.PROVINCE,
    5: AreaLevel.REGENCY,
    8: AreaLevel.DISTRICT,
    13: AreaLevel.VILLAGE,
}
# digits of a code without dots, and where its parts end
_PARTS: Final = {2: (2,), 4: (2, 4), 6: (2, 4, 6), 10: (2, 4, 6, 10)}


class CodeFault(ValueError):
    """A code that cannot be read; `rule` names why."""

    def __init__(self, rule: str, code: str) -> None:
        self.rule = rule
        self.code = code
        super().__init__(f"{rule}: {code}")


def is_canonical(code: str) -> bool:
    """Whether `code` is dotted Kemendagri text."""
    return _CANONICAL.fullmatch(code) is not None


def canonical(code: str, *, scheme: Scheme | None = None) -> str:
    """Dotted Kemendagri code from a code with or without dots.

    Parameters
    ----------
    code
        Digits with or without dots; surrounding blanks are allowed. Never a number: a lost leading zero
        cannot be put back safely.
    scheme
        ``"kemendagri"`` or ``"bps"``. Without it a code of bare digits below village level is refused.

    Raises
    ------
    CodeFault
        ``code.ambiguous`` (bare digits, scheme not named), ``code.scheme`` (a BPS code needs the bridge),
        ``code.form`` (anything else).

    Examples
    --------
    >>> canonical("14.06.03")
    '14.06.03'
    >>> canonical("1406032002", scheme="kemendagri")
    '14.06.03.2002'
    """
    text = code.strip()
    if scheme == "bps":
        raise CodeFault("code.scheme", text)
    if is_canonical(text):
        return text
    if not (text.isascii() and text.isdigit()) or len(text) not in _PARTS:
        raise CodeFault("code.form", text)
    if scheme is None and len(text) > 2:
        raise CodeFault("code.ambiguous", text)
    starts = (0, *_PARTS[len(text)])
    return ".".join(text[a:b] for a, b in itertools.pairwise(starts))


def level_of(code: str) -> AreaLevel:
    """Level of a canonical code.

    Examples
    --------
    >>> level_of("14.06").value
    'regency'
    """
    if not is_canonical(code):
        raise CodeFault("code.form", code)
    return _LEVEL[len(code)]


def parent_of(code: str) -> str | None:
    """Code one level up; ``None`` for a province.

    Examples
    --------
    >>> parent_of("14.06.03.2002")
    '14.06.03'
    """
    return code.rpartition(".")[0] or None


def regency_of(code: str) -> str:
    """Regency part of a canonical code at or below regency level."""
    return code[:5]


def village_kind(code: str) -> str:
    """``kelurahan`` or ``desa`` from the first digit of the last part (1 = kelurahan, 2 = desa)."""
    return "kelurahan" if code[9:10] == "1" else "desa"
