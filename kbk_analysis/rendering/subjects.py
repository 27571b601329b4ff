"""What each report of a set is about: an area, or a meeting and its area.

Question answered: which reports does this set ask for, under which names?
Input: the set's values and what the data know. Output: subjects in order; faults with the nearest name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbk_analysis.errors import Finding
from kbk_analysis.i18n import tr
from kbk_analysis.params import LEVELS, did_you_mean
from kbk_analysis.rendering.areas import chosen_areas
from kbk_analysis.schema import Known
from kbk_analysis.text import shorten, slug


@dataclass(frozen=True, slots=True)
class Subject:
    """One report: `id` names its folder and `slug` its files; `meeting`, `held_on` and `place` are blank for an area.

    `name` is the area's, `title` the meeting's.
    """

    id: str
    area_code: str
    name: str
    slug: str
    meeting: str = ""
    title: str = ""
    held_on: str = ""
    place: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What ``--only`` may call it."""
        return tuple(name for name in (self.id, self.meeting, self.name, self.slug) if name)


def chosen_subjects(
    values: Mapping[str, Any], known: Known | None, path: Path, findings: list[Finding]
) -> list[Subject]:
    """Subjects of a report set in order; faults are added to `findings`."""
    if values.get("kind") != "meeting":
        codes = chosen_areas(values, known, path, findings)
        names = {code: known.areas[code][0] if known else "" for code in codes}
        return [Subject(code, code, names[code], slug(f"{code} {names[code]}")) for code in codes]
    id = values.get("meeting")
    if known is None or id is None:
        return []
    if id not in known.meetings:
        message = tr("Rapat ini tidak ada dalam kumpulan data.")
        otherwise = tr("Rapat yang ada: {names}.", names=", ".join(known.meetings))
        if not known.meetings:
            otherwise = tr("Isi tabel meetings kumpulan data ini: satu baris tiap rapat.")
        findings.append(_fault(message, did_you_mean(id, tuple(known.meetings), otherwise), path, id))
        return []
    title, held_on, place, code = known.meetings[id]
    if code not in known.areas or known.areas[code][1] not in LEVELS.values():
        message = tr("Wilayah rapat ini bukan kecamatan maupun kabupaten dalam data.")
        findings.append(_fault(message, tr("Perbaiki area_code rapat ini dalam tabel meetings."), path, code))
        return []
    name = known.areas[code][0]
    return [Subject(slug(id), code, name, slug(f"{id} {name}"), id, title, held_on, place)]


def _fault(message: str, remedy: str, path: Path, value: str) -> Finding:
    return Finding(
        rule="params.meeting", message=message, remedy=remedy, file=path.name, key="meeting", value=shorten(value)
    )
