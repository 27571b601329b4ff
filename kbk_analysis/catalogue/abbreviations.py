"""Abbreviations of the programme's language, spelled out.

Question answered: what does PIK-R mean?
Input: ``catalogues/abbreviations.yml`` and the texts in which they are used. Output: those used, in alphabetical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

import yaml

from kbk_analysis.catalogue.entries import Label
from kbk_analysis.catalogue.reading import CATALOGUE_DIR

_SHORT: Final = re.compile(r"[A-Za-z0-9-]*[A-Z]{2,}[A-Za-z0-9-]*")


def shorts_in(text: str) -> set[str]:
    """Words with two capitals in a row: how an abbreviation looks.

    Examples
    --------
    >>> sorted(shorts_in("Partisipasi PIK-R dan KTP-el, Keluarga ber-KB"))
    ['KTP-el', 'PIK-R', 'ber-KB']
    """
    return set(_SHORT.findall(text))


def abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """Abbreviations that are used in `texts` or everywhere, with their words in the language in use.

    Examples
    --------
    >>> abbreviations(["Partisipasi BKB"])["PUS"]
    'pasangan usia subur: istri berumur 15-49 tahun'
    """
    whole = " ".join(texts)
    return {short: str(label) for short, (label, always) in _all().items() if always or _word(short).search(whole)}


def _word(short: str) -> re.Pattern[str]:
    """The abbreviation as a word of its own, perhaps behind a prefix (ber-KB); KTP-el is not KTP."""
    return re.compile(rf"(?<!\w){re.escape(short)}(?![\w-])")


@cache
def _all() -> dict[str, tuple[Label, bool]]:
    content = yaml.safe_load((CATALOGUE_DIR / "abbreviations.yml").read_text("utf-8"))
    entries = sorted(content["abbreviations"], key=lambda entry: entry["short"].casefold())
    return {entry["short"]: (Label(entry["id"], entry["en"]), bool(entry.get("always"))) for entry in entries}
