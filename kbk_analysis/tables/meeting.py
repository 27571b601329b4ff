"""Tables of a meeting: agenda and attendance for its cover, decisions, commitments old and new."""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value
from kbk_analysis.i18n import date, integer, join, ntr, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.meeting.followup import STATES
from kbk_analysis.meeting.record import MeetingRecord
from kbk_analysis.narrative.meeting import (
    activity_name,
    agency_name,
    agency_short,
    area_names,
    decider,
    problem_name,
    state_words,
)

_ROOM: Final = "\u00a0" * 18  # to write in by hand


def table_agenda(record: MeetingRecord) -> Exhibit:
    """Agenda, for the cover; a statement where the data hold none."""
    require_released(record)
    rows = tuple(
        (int(row["item"]), _text(row["starts"]), str(row["text"]), agency_short(record, row["agency"]) or "–")
        for _, row in record.agenda.iterrows()
    )
    if not rows:
        return Exhibit(id="agenda", title=tr("Susunan acara belum dicatat."), source="", n="", place=Place.COVER)
    return Exhibit(
        id="agenda",
        title=tr("Susunan acara"),
        source="",
        n="",
        place=Place.COVER,
        fields=(
            Field("item", tr("No."), "integer", weight=0.4),
            Field("starts", tr("Mulai"), weight=0.5),
            Field("text", tr("Acara"), weight=4, strong=True),
            Field("agency", tr("Dipandu"), weight=1),
        ),
        rows=rows,
    )


def table_attendance(record: MeetingRecord) -> Exhibit:
    """Who came, by agency and role, with room for initials; for the cover."""
    require_released(record)
    frame = record.attendance
    if frame.empty:
        title = tr("Daftar hadir belum dicatat.")
        return Exhibit(id="attendance", title=title, source="", n="", place=Place.COVER)
    rows = tuple(
        (agency_name(record, str(agency)), join(list(row["roles"])), _present(row["present"]), _ROOM)
        for agency, row in frame.iterrows()
    )
    return Exhibit(
        id="attendance",
        title=tr("{n} dari {all} OPD hadir", n=integer(record.present), all=integer(len(frame))),
        source="",
        n="",
        place=Place.COVER,
        fields=(
            Field("agency", tr("OPD"), weight=3.4, strong=True),
            Field("roles", tr("Jabatan"), weight=1.6),
            Field("present", tr("Kehadiran"), weight=0.9),
            Field("initials", tr("Paraf"), weight=0.8),
        ),
        rows=rows,
    )


def _present(value: object) -> Value:
    if pd.isna(value):  # type: ignore[call-overload]
        return Refusal("not_recorded")
    return (tr("● hadir") if value else tr("○ tidak hadir")).replace(" ", "\u00a0")


def table_decisions(record: MeetingRecord) -> Exhibit:
    """Agreed order beside the computed one, with reason, who decided, and room for changes by hand."""
    require_released(record)
    rows: list[tuple[Value, ...]] = []
    for _, row in record.decisions.iterrows():
        left = Refusal("not_priority" if row["decided"] else "not_decided")
        rows.append(
            (
                left if pd.isna(row["agreed_rank"]) else int(row["agreed_rank"]),
                Refusal("not_applicable") if pd.isna(row["computed_rank"]) else int(row["computed_rank"]),
                _with(str(row["statement"]), agency_short(record, row["lead_agency"])),
                f"{integer(row['judges'])}/{integer(record.judges)}",
                _text(row["reason"]) or "–",
                decider(record, row["decided_by"]) or "–",
                _ROOM,
            )
        )
    moved = len(record.departures)
    title = tr(
        "{agreed} dari {all} masalah menjadi prioritas, {moved} di antaranya tidak pada urutan hitungan",
        agreed=integer(len(record.agreed)), all=integer(len(rows)), moved=integer(moved),
    )  # fmt: skip
    if not record.decisions["decided"].any():
        title = tr("Keputusan tentang {n} masalah belum dicatat", n=integer(len(rows)))
    return Exhibit(
        id="decisions",
        title=title,
        source=_source(record),
        n=ntr("{n} masalah", "{n} masalah", len(rows)),
        fields=(
            Field("agreed", tr("Sepakat"), "integer", weight=0.6),
            Field("computed", tr("Hitungan"), "integer", weight=0.6),
            Field("problem", tr("Masalah (penanggung jawab)"), weight=3, strong=True),
            Field("judges", tr("Penilai"), weight=0.7),
            Field("reason", tr("Alasan rapat"), weight=3),
            Field("decided_by", tr("Diputuskan oleh"), weight=1.2),
            Field("change", tr("Perubahan"), weight=1.2),
        ),
        rows=tuple(rows),
        notes=(
            tr("Penilai: berapa penilai memberi skor pada masalah itu, dari semua yang menilai."),
            tr("Perubahan: diisi dengan tangan dan diparaf bila rapat mengubah urutannya."),
        ),
    )


def table_followup(record: MeetingRecord) -> Exhibit:
    """Commitments of earlier meetings with their state on the day of this one, and days late."""
    require_released(record)
    frame = record.followup
    late = int((frame["state"] == "late").sum())
    rows = tuple(
        (
            state_words(row["state"]),
            _days(row),
            str(row["action"]),
            agency_short(record, row["agency"]),
            *_what(record, row),
            Refusal("no_due") if pd.isna(row["due"]) else str(row["due"]),
            _text(row["evidence"]) or "–",
        )
        for _, row in frame.iterrows()
    )
    if not rows:
        return Exhibit(id="followup", title=tr("Tidak ada komitmen rapat sebelumnya."), source="", n="")
    return Exhibit(
        id="followup",
        title=tr("{late} dari {all} komitmen lama terlambat", late=integer(late), all=integer(len(rows))),
        source=_source(record),
        n=ntr("{n} komitmen", "{n} komitmen", len(rows)),
        fields=(
            Field("state", tr("Keadaan"), weight=1),
            Field("days", tr("Hari terlambat"), "integer", weight=0.7),
            Field("action", tr("Kode"), "code", weight=0.7, strong=True),
            Field("agency", tr("OPD"), weight=0.8),
            Field("activity", tr("Kegiatan (masalah)"), weight=3),
            Field("areas", tr("Di mana"), weight=1.3),
            Field("due", tr("Tenggat"), "date", weight=0.8),
            Field("evidence", tr("Bukti"), weight=1.2),
        ),
        rows=rows,
        notes=(
            tr("Hari terlambat dihitung dari tenggat sampai hari rapat, {day}; tanggal selesai tidak dicatat.",
               day=date(record.held_on)),
        ),
    )  # fmt: skip


def table_followup_agencies(record: MeetingRecord) -> Exhibit:
    """The same by agency: how many promised, late, under way, done, dropped, and the longest delay."""
    require_released(record)
    frame = record.followup_agencies
    if frame.empty:
        return Exhibit(id="followup-agencies", title=tr("Tidak ada OPD dengan komitmen lama."), source="", n="")
    shown = [state for state in STATES if frame[state].any()]
    rows = tuple(
        (
            agency_name(record, str(agency)),
            int(row["promised"]),
            *(int(row[state]) for state in shown),
            Refusal("not_applicable") if pd.isna(row["longest"]) else int(row["longest"]),
        )
        for agency, row in frame.iterrows()
    )
    behind = int((frame["late"] > 0).sum())
    return Exhibit(
        id="followup-agencies",
        title=tr("{n} dari {all} OPD mempunyai komitmen yang terlambat", n=integer(behind), all=integer(len(rows))),
        source=_source(record),
        n=ntr("{n} komitmen", "{n} komitmen", len(record.followup)),
        fields=(
            Field("agency", tr("OPD"), weight=3, strong=True),
            Field("promised", tr("Dijanjikan"), "integer"),
            *(Field(state, state_words(state), "integer") for state in shown),
            Field("longest", tr("Terlambat paling lama (hari)"), "integer", weight=1.2),
        ),
        rows=rows,
    )


def table_commitments(record: MeetingRecord) -> Exhibit:
    """What was promised in this meeting: who does what, where, by when, with how much."""
    require_released(record)
    frame = record.commitments
    rows = tuple(
        (
            str(row["action"]),
            agency_short(record, row["agency"]),
            *_what(record, row),
            Refusal("no_due") if pd.isna(row["due"]) else str(row["due"]),
            Refusal("no_budget") if pd.isna(row["budget"]) else float(row["budget"]),
        )
        for _, row in frame.iterrows()
    )
    if not rows:
        return Exhibit(id="commitments", title=tr("Rapat ini belum mencatat komitmen baru."), source="", n="")
    return Exhibit(
        id="commitments",
        title=ntr("{n} komitmen dibuat dalam rapat ini", "{n} komitmen dibuat dalam rapat ini", len(rows)),
        source=_source(record),
        n=ntr("{n} komitmen", "{n} komitmen", len(rows)),
        fields=(
            Field("action", tr("Kode"), "code", weight=0.7, strong=True),
            Field("agency", tr("OPD"), weight=0.8),
            Field("activity", tr("Kegiatan (masalah)"), weight=3),
            Field("areas", tr("Di mana"), weight=1.3),
            Field("due", tr("Tenggat"), "date", weight=0.8),
            Field("budget", tr("Anggaran"), "money", weight=1),
        ),
        rows=rows,
    )


def _what(record: MeetingRecord, row: pd.Series) -> tuple[str, str]:
    """Activity with its problem, and areas, of a commitment."""
    problem = problem_name(record, row["meeting"], row["problem"])
    return _with(activity_name(row["activity"]) or "–", problem), area_names(record, row["areas"]) or "–"


def _with(text: str, more: str) -> str:
    return f"{text} ({more})" if more else text


def _days(row: pd.Series) -> Value:
    if pd.notna(row["days_late"]):
        return int(row["days_late"])
    return Refusal("no_due") if row["state"] == "late" and pd.isna(row["due"]) else Refusal("not_applicable")


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _source(record: MeetingRecord) -> str:
    return tr("Catatan {title}, {day}", title=record.title, day=date(record.held_on))
