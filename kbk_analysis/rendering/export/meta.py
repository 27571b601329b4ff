"""What a report says of itself: title, area, period, cut-off, edition, paper.

Question answered: which report is this, and how must its pages be marked?
Input: the mapping ``metadata.kbk`` of a report notebook. Output: `ReportMeta`, checked.
It does not look at the content of the report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from kbk_analysis import i18n
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.schema import Edition
from kbk_analysis.text import clean

SCHEMA: Final = 1
PAPERS: Final[Mapping[str, tuple[float, float]]] = {"a4": (210.0, 297.0), "f4": (215.0, 330.0)}

_TEXTS: Final = ("kind", "id", "title", "area_code", "area_name", "period")
_CHOICES: Final[Mapping[str, tuple[object, ...]]] = {
    "schema": (SCHEMA,),
    "language": i18n.LANGUAGES,
    "edition": tuple(edition.value for edition in Edition),
    "paper": tuple(PAPERS),
    "synthetic": (True, False),
}


@dataclass(frozen=True, slots=True)
class ReportMeta:
    """Facts about one report; `read` is the only way to make one.

    Parameters
    ----------
    kind, id, title, subtitle, footer, letterhead
        Texts as printed; `letterhead` is a list of lines.
    language, edition, paper
        ``id`` or ``en``; ``internal`` or ``public``; ``a4`` or ``f4``.
    synthetic
        Whether the data are invented: then every page is marked.
    area_code, area_name, period
        What the report is about.
    cutoff, report_date
        Dates; `report_date` is the time stamp of the files, so that two runs give the same bytes.
    chapters
        ``(id, title)`` in order.
    signatories, signed_at
        Who signs, as ``(role, name, nip)``, blank where unknown; and where and when.
    """

    kind: str
    id: str
    title: str
    subtitle: str
    language: i18n.Language
    edition: Edition
    paper: str
    synthetic: bool
    area_code: str
    area_name: str
    period: str
    cutoff: dt.date
    letterhead: tuple[str, ...]
    footer: str
    chapters: tuple[tuple[str, str], ...]
    report_date: dt.datetime
    signatories: tuple[tuple[str, str, str], ...] = ()
    signed_at: str = ""

    @classmethod
    def read(cls, meta: Mapping[str, Any]) -> ReportMeta:
        """Check the mapping and read it.

        Raises
        ------
        InputFault
            With every field that is missing or has a value that cannot be used.
        """
        bad = [key for key in _TEXTS if not isinstance(meta.get(key), str) or not clean(meta[key])]
        bad += [key for key, allowed in _CHOICES.items() if not _among(meta.get(key), allowed)]
        bad += [key for key in ("subtitle", "footer", "signed_at") if not isinstance(meta.get(key, ""), str)]
        bad += [key for key in ("cutoff", "report_date") if _moment(meta.get(key)) is None]
        bad += [key for key, good in (("letterhead", _lines(meta)), ("chapters", _chapters(meta)),
                                       ("signatories", _signatories(meta))) if good is None]  # fmt: skip
        if bad:
            raise InputFault(_finding(key, meta.get(key)) for key in bad)
        return cls(
            **{key: clean(meta[key]) for key in _TEXTS},
            subtitle=clean(meta.get("subtitle", "")),
            footer=clean(meta.get("footer", "")),
            language=meta["language"],
            edition=Edition(meta["edition"]),
            paper=meta["paper"],
            synthetic=meta["synthetic"],
            cutoff=cast(dt.datetime, _moment(meta["cutoff"])).date(),
            report_date=cast(dt.datetime, _moment(meta["report_date"])),
            letterhead=_lines(meta) or (),
            chapters=_chapters(meta) or (),
            signatories=_signatories(meta) or (),
            signed_at=clean(meta.get("signed_at", "")),
        )


def _among(value: object, allowed: tuple[object, ...]) -> bool:
    return any(type(value) is type(choice) and value == choice for choice in allowed)


def _moment(value: object) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment and moment.tzinfo is None else moment


def _lines(meta: Mapping[str, Any]) -> tuple[str, ...] | None:
    value = meta.get("letterhead", [])
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        return None
    return tuple(line for line in map(clean, value) if line)


def _chapters(meta: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    try:
        pairs = tuple((clean(chapter["id"]), clean(chapter["title"])) for chapter in meta["chapters"])
    except (KeyError, TypeError):
        return None
    unique = len({chapter for chapter, _ in pairs}) == len(pairs)
    return pairs if pairs and unique and all(map(all, pairs)) else None


def _signatories(meta: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...] | None:
    try:
        people = [[one.get(key) or "" for key in ("role", "name", "nip")] for one in meta.get("signatories", [])]
        return tuple((clean(role), clean(name), clean(nip)) for role, name, nip in people)
    except (AttributeError, TypeError):
        return None


def _finding(key: str, value: object) -> Finding:
    return Finding(
        rule=f"report.{key}",
        message=tr("keterangan laporan «{key}» tidak ada atau tidak dapat dipakai", key=key),
        remedy=tr("buat ulang report.ipynb dengan perintah kbk render"),
        file="report.ipynb",
        column=f"metadata.kbk.{key}",
        value=clean(str(value))[:60] if isinstance(value, str | int) and key != "signatories" else "",
    )
