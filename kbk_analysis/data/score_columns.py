"""Columns of a score sheet: which heading is a criterion, which the judges, problems, notes and typed totals.

Input: the headings as found, and the criteria with the names they may stand under. Output: places and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from kbk_analysis.data import layout, score_names
from kbk_analysis.data.score_cells import Scale, letter
from kbk_analysis.i18n import tr

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "judge": ("penilai", "judge", "juri", "nama penilai"),
    "agency": ("opd", "agency", "instansi", "dinas"),
    "problem": ("masalah", "problem", "prioritas masalah", "uraian masalah"),
    "criterion": ("kriteria", "criterion"),
    "score": ("skor", "score", "nilai"),
    "note": ("catatan", "note", "keterangan"),
    "total": ("total", "jumlah", "jumlah skor", "total skor", "skor total", "jumlah nilai", "nilai total"),
    "order": ("no", "nomor", "rank", "ranking", "peringkat", "prioritas"),
}
_ABOVE: Final = ("kriteria", "kriteria penilaian", "aspek", "skor", "nilai", "penilaian")  # merged over the criteria
_BRACKETS: Final = re.compile(r"\((.*)\)\s*$")


def headings(criteria: Sequence[Scale]) -> list[str]:
    """Headings by which the row of headings is found."""
    names = [name for scale in criteria for name in (scale.id, *scale.names)]
    below = [f"{above} {name}" for above in _ABOVE for name in names]
    return [*(name for known in NAMES.values() for name in known), *names, *below]


class Columns:
    """Headings of one sheet, and what they mean for the criteria of a method."""

    def __init__(self, header: Sequence[str], criteria: Sequence[Scale]) -> None:
        self.header = header
        self.names = [name for scale in criteria for name in (scale.id, *scale.names)]
        self.known = {layout.normal(name): scale for scale in criteria for name in (scale.id, *scale.names)}

    def place(self, key: str) -> int | None:
        """First column of that meaning, a key of `NAMES`."""
        return next(iter(self.places(key)), None)

    def places(self, key: str) -> list[int]:
        """All columns of that meaning; a heading that is a criterion of the method is that."""
        keys = {layout.normal(name) for name in NAMES[key]}
        named = [layout.normal(_BRACKETS.sub("", name)) for name in self.header]
        return [place for place, name in enumerate(named) if name in keys and not self.scale(self.header[place])]

    def scale(self, name: str) -> Scale | None:
        """The criterion of a heading.

        Examples
        --------
        >>> columns = Columns((), [Scale("U", 1, 5, ("urgensi",))])
        >>> [columns.scale(name).id for name in ("u", "Urgensi (1-5)", "Mendesak (U)", "Kriteria U")]
        ['U', 'U', 'U', 'U']
        """
        inside = _BRACKETS.search(name)
        bare = [_BRACKETS.sub("", name), inside[1]] if inside else []
        above = [part for part in _ABOVE if name.casefold().startswith(f"{part} ")]
        tries = [name, *bare, *(name[len(part) :] for part in above)]
        return next((self.known[key] for key in map(layout.normal, tries) if key in self.known), None)

    def nearest(self, name: str) -> str:
        """What to do about a heading or criterion that is none of the method."""
        if sign := score_names.foreign_letter(name):
            return tr("Ketik ulang: “{sign}” bukan huruf Latin.", sign=sign)
        near = score_names.nearest(name, self.names)
        if near:
            return tr('Maksud Anda "{name}"?', name=near)
        return tr("Kriterianya: {names}.", names=", ".join(self.names))

    def address(self, place: int) -> str:
        """Letter and heading of a column."""
        return f"{letter(place)} ({self.header[place]})"
