"""What the figures read from a released situation: kampung with their possible classes, units and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from kbk_analysis.i18n import mark
from kbk_analysis.schema import CLASSES, AreaLevel, KampungClass
from kbk_analysis.situation.result import Situation

ORDER: Final = {klass: place for place, klass in enumerate(CLASSES)}
MATURE: Final = (KampungClass.MANDIRI, KampungClass.BERKELANJUTAN)

# Items of `Quality.items`, as they are called at the head of a column.
ITEM_LABELS: Final = {
    "couples": mark("jumlah PUS"),
    "methods": mark("peserta KB menurut cara"),
    "unmet": mark("PUS belum ber-KB (IAT, TIAL)"),
    "families": mark("jumlah keluarga"),
    "target_families": mark("keluarga sasaran poktan"),
    "participants": mark("peserta poktan"),
    "pokja": mark("kepengurusan Pokja"),
    "operations": mark("mekanisme operasional"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kampung:
    """One kampung as it is drawn; a class may be unknown, a code blank where the village was not matched."""

    id: str
    name: str
    village_code: str
    village: str
    district_code: str
    stated: KampungClass | None
    recomputed: KampungClass | None
    lowest: KampungClass
    highest: KampungClass

    @property
    def open(self) -> bool:
        """Whether missing inputs allow more than one class."""
        return self.lowest != self.highest

    @property
    def shown(self) -> KampungClass:
        """The class it is drawn with: the portal's, else the recomputed one."""
        return self.stated or self.recomputed or self.lowest


def kampung_of(situation: Situation) -> list[Kampung]:
    """All kampung of the area, by class from Dasar up, then name."""
    frame = situation.classification.kampung
    found = [_kampung(row) for row in frame.to_dict("records")]
    return sorted(found, key=lambda k: (ORDER[k.shown], k.name, k.id))


def _kampung(row: Mapping[Hashable, Any]) -> Kampung:
    stated, recomputed = _class(row.get("class_stated")), _class(row.get("class_recomputed"))
    fallback = stated or recomputed or KampungClass.DASAR
    return Kampung(
        id=str(row["kampung_id"]),
        name=str(row["kampung_name"]),
        village_code=_text(row.get("village_code")),
        village=_text(row.get("village_name")),
        district_code=_text(row.get("district_code")),
        stated=stated,
        recomputed=recomputed,
        lowest=_class(row.get("class_low")) or fallback,
        highest=_class(row.get("class_high")) or fallback,
    )


def _class(value: object) -> KampungClass | None:
    return KampungClass(value) if isinstance(value, str) and value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def told_apart(kampung: list[Kampung]) -> dict[str, str]:
    """Names by id; where several have the same name, with the village or else its code."""
    times = Counter(k.name for k in kampung)

    def name(one: Kampung) -> str:
        place = one.village if one.village not in ("", one.name) else one.village_code
        return f"{one.name} ({place})" if times[one.name] > 1 and place else one.name

    return {one.id: name(one) for one in kampung}


def level_row(situation: Situation, indicator: str) -> pd.Series:
    """Row of `Situation.levels` of one indicator."""
    row = situation.levels.loc[indicator]
    assert isinstance(row, pd.Series)  # the index holds each indicator once
    return row


def unit_names(situation: Situation) -> dict[str, str]:
    """Names of the units by code, in the order of the result."""
    return {str(code): str(name) for code, name in situation.units["name"].items()}


def unit_of(kampung: Kampung, situation: Situation) -> str:
    """Code of the unit a kampung lies in; blank where it was not matched."""
    return kampung.village_code if situation.level == AreaLevel.DISTRICT else kampung.district_code


def class_counts(kampung: list[Kampung]) -> dict[KampungClass, int]:
    """Number of kampung by the class they are drawn with, all four classes in order."""
    return {klass: sum(1 for k in kampung if k.shown == klass) for klass in CLASSES}


def missing_by_unit(situation: Situation) -> dict[str, int]:
    """Villages without a Kampung KB by unit."""
    width = 13 if situation.level == AreaLevel.DISTRICT else 8
    counts = pd.Series([code[:width] for code in situation.formation.missing], dtype="str").value_counts()
    return {code: int(counts.get(code, 0)) for code in unit_names(situation)}
