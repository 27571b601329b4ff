"""Text that came from outside, made inert: cleaned characters, safe file names, safe csv cells.

HTML escaping is the template engine's task and PDF text is passed as data; this module removes what no
output should carry at all.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Control characters, zero-width and direction marks: invisible, and able to disguise one name as another.
_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SPACES: Final = re.compile(r"\s+")
_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))]
)
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def clean(text: str) -> str:
    r"""Remove invisible characters, unify composed letters (NFC), fold white space to single blanks.

    Examples
    --------
    >>> clean("  Suka\u200b\n Damai ")
    'Suka Damai'
    """
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def shorten(text: str, limit: int = 60) -> str:
    """Cleaned text of at most `limit` characters, with an ellipsis where cut."""
    text = clean(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def slug(text: str, limit: int = 60) -> str:
    """Name for a file, safe on Linux, macOS and Windows: ``[a-z0-9-]``, never empty, never a device name.

    Examples
    --------
    >>> slug("14.06.03 Rambah / Tengah")
    '14-06-03-rambah-tengah'
    >>> slug("CON")
    'con-x'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:limit].strip("-") or "x"
    return f"{name}-x" if name in _RESERVED else name


def csv_safe(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe; numbers and other text are unchanged.

    Examples
    --------
    >>> csv_safe("=1+1"), csv_safe(-5), csv_safe("Rambah")
    ("'=1+1", -5, 'Rambah')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_LIVE) else value
