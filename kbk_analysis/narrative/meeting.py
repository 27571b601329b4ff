"""What may be said of a meeting: what it decided and by whom, what was promised and how it stands, its minutes.

Input: a released `MeetingRecord`. Output: words in the language in use. Agencies and roles only; an unknown is told as
unknown. A departure from the computed order is always told with its reason, or with the words that none was given.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.exhibit import Facts, Place, Words
from kbk_analysis.i18n import date, integer, join, language, mark, money, ntr, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.meeting.record import FOLLOW, MeetingRecord
from kbk_analysis.narrative.situation import heading

STATE_WORDS: Final = {
    "late": mark("▲ terlambat"),
    "running": mark("○ berjalan"),
    "undated": mark("○ tanpa tenggat"),
    "done": mark("● selesai"),
    "dropped": mark("× dibatalkan"),
}
QUESTIONS: Final = {
    "unsaid": mark("dilaporkan berjalan, padahal tenggatnya sudah lewat"),
    "early": mark("dilaporkan terlambat, padahal tenggatnya belum lewat"),
    "unproven": mark("dilaporkan selesai tanpa bukti"),
}
_UNITS: Final = (
    "",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)


def agency_short(record: MeetingRecord, id: object) -> str:
    """Short name of an agency; its id where the table does not know it."""
    if pd.isna(id):  # type: ignore[call-overload]
        return ""
    return str(record.agencies["short"].get(str(id), id))


def agency_name(record: MeetingRecord, id: str) -> str:
    """Name of an agency in the language in use."""
    if id not in record.agencies.index:
        return id
    return str(record.agencies.loc[id, "name" if language() == "id" else "name_en"])


def decider(record: MeetingRecord, said: object) -> str:
    """Who decided, an agency by its short name: 'Bappeda: pimpinan rapat'; blank where nobody wrote it down."""
    if pd.isna(said):  # type: ignore[call-overload]
        return ""
    who, colon, role = str(said).partition(":")
    return f"{agency_short(record, who.strip())}{colon}{role}"


def state_words(state: object) -> str:
    """Symbol and words of a state; they stay on one line."""
    words = STATE_WORDS[str(state)]
    return tr(words).replace(" ", "\u00a0")


def activity_name(number: object) -> str:
    """Words of an activity of Inpres 3/2022; blank without a number."""
    found = None if pd.isna(number) else load_catalogue().activities.get(int(str(number)))  # type: ignore[call-overload]
    return found.name if found else ""


def area_names(record: MeetingRecord, codes: object) -> str:
    """Names of areas from their codes; a code that the data do not know stays a code."""
    words = [] if pd.isna(codes) else str(codes).split()  # type: ignore[call-overload]
    return join([str(record.areas.get(code, code)) for code in words])


def problem_name(record: MeetingRecord, meeting: object, problem: object) -> str:
    """Statement of a problem; its id where the meeting's list does not hold it; blank without a problem."""
    return "" if pd.isna(problem) else record.statements.get((str(meeting), str(problem)), str(problem))  # type: ignore[call-overload]


def spelled(number: int) -> str:
    """Indonesian numeral in words, for dates in minutes (1 to 9999).

    Examples
    --------
    >>> spelled(10), spelled(21), spelled(2024), spelled(1945)
    ('sepuluh', 'dua puluh satu', 'dua ribu dua puluh empat', 'seribu sembilan ratus empat puluh lima')
    """
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    for size, word, one in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "")):
        if number >= size:
            many = number // size
            return f"{one if many == 1 else f'{spelled(many)} {word}'} {spelled(number % size)}".strip()
    raise ValueError(number)


def day_in_words(day: str) -> str:
    """Day as minutes write it: 'Selasa, tanggal sepuluh bulan Desember tahun dua ribu dua puluh empat'.

    Examples
    --------
    >>> day_in_words("2024-12-10")
    'Selasa, tanggal sepuluh bulan Desember tahun dua ribu dua puluh empat'
    """
    if language() != "id":
        return date(day, "full")
    moment = dt.date.fromisoformat(day)
    weekday, month = date(day, "full").partition(",")[0], date(day).split()[1]
    return f"{weekday}, tanggal {spelled(moment.day)} bulan {month} tahun {spelled(moment.year)}"


def record_summary_words(record: MeetingRecord) -> tuple[Words, ...]:
    """Opens the summary: what was decided, what is still owed, what was promised now, who was not there."""
    require_released(record)
    found = [text for text in (_decided(record), _departed(record), _owed(record), _promised(record)) if text]
    return (
        Words(kind="tiles", items=_tiles(record), place=Place.LEAD),
        Words(kind="list", items=[*found, _came(record)], place=Place.LEAD),
    )


def _tiles(record: MeetingRecord) -> list[tuple[str, str, str]]:
    states = record.followup["state"].value_counts()
    old, late = len(record.followup), int(states.get("late", 0))
    invited, new = len(record.attendance), record.commitments
    silent = ntr("{n} tidak tercatat", "{n} tidak tercatat", len(record.unrecorded)) if record.unrecorded else ""
    rest = ntr("{n} tidak hadir", "{n} tidak hadir", len(record.absent)) if record.absent else ""
    undated = int(new["due"].isna().sum())
    agreed = tr("{n} dari {all}", n=integer(len(record.agreed)), all=integer(len(record.decisions)))
    return [
        (tr("OPD hadir"), tr("{n} dari {all}", n=integer(record.present), all=integer(invited)),
         ", ".join(part for part in (rest, silent) if part)),
        (tr("Masalah prioritas disepakati"), agreed,
         ntr("{n} tidak pada urutan hitungan", "{n} tidak pada urutan hitungan", len(record.departures))),
        *([(tr("Komitmen lama selesai"), tr("{n} dari {all}", n=integer(int(states.get("done", 0))), all=integer(old)),
            ntr("{n} terlambat", "{n} terlambat", late))] if old else []),
        (tr("Komitmen baru"), integer(len(new)),
         ntr("{n} tanpa tenggat", "{n} tanpa tenggat", undated) if undated else tr("semua bertenggat")),
    ]  # fmt: skip


def _decided(record: MeetingRecord) -> str:
    first = record.agreed.head(FOLLOW)
    if not len(first):
        return tr("Rapat belum mencatat keputusan tentang urutan masalah.")
    names = [f"({integer(rank)}) {words}" for rank, words in zip(first["agreed_rank"], first["statement"], strict=True)]
    return tr("Disepakati sebagai masalah prioritas teratas: {names}.", names=join(names))


def _departed(record: MeetingRecord) -> str:
    moved = record.departures
    if not len(moved):
        return tr("Urutan yang disepakati sama dengan urutan hitungan.") if len(record.agreed) else ""
    bare = int(moved["reason"].isna().sum())
    text = ntr(
        "{n} masalah ditempatkan lain dari hitungan; alasannya tercatat di samping keputusan.",
        "{n} masalah ditempatkan lain dari hitungan; alasannya tercatat di samping keputusan.",
        len(moved),
    )
    if bare:
        text = ntr("{n} masalah ditempatkan lain dari hitungan, {bare} di antaranya tanpa alasan tertulis.",
                   "{n} masalah ditempatkan lain dari hitungan, {bare} di antaranya tanpa alasan tertulis.",
                   len(moved), bare=integer(bare))  # fmt: skip
    return text


def _owed(record: MeetingRecord) -> str:
    late = record.followup[record.followup["state"] == "late"]
    if not len(record.followup):
        return ""
    if not len(late):
        return tr("Tidak ada komitmen rapat sebelumnya yang terlambat.")
    longest = late["days_late"].max()
    agencies = join(list(dict.fromkeys(agency_short(record, id) for id in late["agency"])))
    if pd.isna(longest):
        return ntr("{n} komitmen lama terlambat: {agencies}.", "{n} komitmen lama terlambat: {agencies}.",
                   len(late), agencies=agencies)  # fmt: skip
    return ntr(
        "{n} komitmen lama terlambat, paling lama {days} hari: {agencies}.",
        "{n} komitmen lama terlambat, paling lama {days} hari: {agencies}.",
        len(late), days=integer(longest), agencies=agencies,
    )  # fmt: skip


def _promised(record: MeetingRecord) -> str:
    new = record.commitments
    if not len(new):
        return tr("Rapat ini belum mencatat komitmen baru.")
    known = new["budget"].dropna()
    text = ntr("{n} komitmen baru dari {agencies} OPD; anggaran {money} pada {known} komitmen.",
               "{n} komitmen baru dari {agencies} OPD; anggaran {money} pada {known} komitmen.",
               len(new), agencies=integer(new["agency"].nunique()), money=money(known.sum()),
               known=integer(len(known)))  # fmt: skip
    if blank := len(new) - len(known):
        text += " " + ntr("{n} komitmen belum menyebut anggaran.", "{n} komitmen belum menyebut anggaran.", blank)
    if len(record.unpromised):
        names = join(list(record.unpromised["statement"]))
        text += " " + tr("Belum ada komitmen untuk masalah prioritas ini: {names}.", names=names)
    return text


def _came(record: MeetingRecord) -> str:
    if not len(record.attendance):
        return tr("Daftar hadir rapat ini tidak ada dalam data.")
    text = tr("{n} dari {all} OPD hadir.", n=integer(record.present), all=integer(len(record.attendance)))
    if record.absent:
        text += " " + tr("Tidak hadir: {names}.", names=join([agency_short(record, id) for id in record.absent]))
    if record.unrecorded:
        names = join([agency_short(record, id) for id in record.unrecorded])
        text += " " + tr("Kehadirannya tidak tercatat: {names}.", names=names)
    early = [id for id in record.absent if record.attendance.loc[id, "scored"]]
    if early:
        names = join([agency_short(record, id) for id in early])
        text += " " + tr("Menilai masalah tetapi tidak hadir: {names}.", names=names)
    return text


def decision_words(record: MeetingRecord) -> tuple[Words, ...]:
    """Section of the decisions: who decided, how far from the computed order, and what the numbers rest on."""
    require_released(record)
    said = [
        tr("Peringkat hitungan adalah bahan pertimbangan; urutan yang berlaku adalah kesepakatan rapat."),
        tr("Skor berasal dari {n} penilai; seberapa pasti urutan hitungannya, lihat bab prioritas masalah.",
           n=integer(record.judges))
        if record.judges
        else tr("Belum ada skor penilai untuk rapat ini."),
    ]  # fmt: skip
    deciders = record.decisions["decided_by"].dropna()
    if len(deciders):
        counts = deciders.value_counts()
        names = [tr("{who} ({n} masalah)", who=decider(record, who), n=integer(n)) for who, n in counts.items()]
        said.append(tr("Yang memutuskan: {names}.", names=join(names)))
    return (heading(tr("Keputusan tentang urutan masalah")), Words(kind="paragraph", items=[" ".join(said)]))


def followup_words(record: MeetingRecord) -> tuple[Words, ...]:
    """Section of the last meeting's commitments: how many are done, which are late, what must be asked."""
    require_released(record)
    head = heading(tr("Tindak lanjut komitmen rapat sebelumnya"))
    if not record.previous[0]:
        return head, Words(kind="paragraph", items=[tr("Ini rapat pertama dalam data: belum ada komitmen sebelumnya.")])
    _, title, day = record.previous
    said = [
        tr("Komitmen {title}, {day}, dilihat pada hari rapat ini, {today}.",
           title=title, day=date(day), today=date(record.held_on)),
        *filter(None, [_states(record), _owed(record)]),
    ]  # fmt: skip
    parts = [head, Words(kind="paragraph", items=[" ".join(said)])]
    asked = record.followup[record.followup["question"] != ""]
    if len(asked):
        lines = [
            tr("{action} ({agency}): {question}.", action=action, agency=agency_short(record, agency), question=asks)
            for action, agency, asks in zip(
                asked["action"], asked["agency"], map(tr, asked["question"].map(QUESTIONS)), strict=True
            )
        ]
        parts += [Words(kind="paragraph", items=[tr("Perlu dijelaskan OPD:")]), Words(kind="list", items=lines)]
    return tuple(parts)


def _states(record: MeetingRecord) -> str:
    counts = record.followup["state"].value_counts()
    told = [f"{integer(int(counts[state]))} {tr(words)[2:]}" for state, words in STATE_WORDS.items() if state in counts]
    if not told:
        return tr("Rapat itu tidak mencatat komitmen.")
    return tr("Dari {n} komitmen: {states}.", n=integer(len(record.followup)), states=join(told))


def commitment_words(record: MeetingRecord) -> tuple[Words, ...]:
    """Section of what was promised in this meeting."""
    require_released(record)
    return heading(tr("Komitmen rapat ini")), Words(kind="paragraph", items=[_promised(record)])


def minutes_words(record: MeetingRecord) -> tuple[Words, ...]:
    """The minutes (berita acara) that the heads sign: when and where, who came, what was agreed."""
    require_released(record)
    place = Place.MINUTES
    where = record.place or tr("(tempat belum dicatat)")
    opened = tr("Pada hari ini, {day}, bertempat di {place}, telah dilaksanakan {title} di {area}.",
                day=day_in_words(record.held_on), place=where, title=record.title, area=record.name)  # fmt: skip
    agreed = [
        tr("{rank}. {problem} (penanggung jawab {agency})", rank=integer(row["agreed_rank"]), problem=row["statement"],
           agency=agency_short(record, row["lead_agency"]) or "–")
        for _, row in record.agreed.iterrows()
    ]  # fmt: skip
    parts = [
        Words(kind="paragraph", items=[opened, _came(record)], place=place),
        Words(kind="paragraph", items=[tr("Rapat menyepakati urutan masalah prioritas sebagai berikut:")], place=place),
        Words(kind="lines", items=agreed or [tr("(diisi dalam rapat)")], place=place),
    ]
    moved = [
        tr("{problem}: hitungan {computed}, disepakati {agreed}. Alasan: {reason}.", problem=row["statement"],
           computed=integer(row["computed_rank"]) if pd.notna(row["computed_rank"]) else "–",
           agreed=integer(row["agreed_rank"]), reason=_reason(row))
        for _, row in record.departures.iterrows()
    ]  # fmt: skip
    if moved:
        lead = tr("Urutan yang berbeda dari peringkat hitungan:")
        parts += [
            Words(kind="paragraph", items=[lead], place=place),
            Words(kind="list", items=moved, place=place),
        ]
    if len(record.left_out):
        names = join(list(record.left_out["statement"]))
        parts.append(_minute(tr("Tidak dijadikan prioritas: {names}.", names=names)))
    parts.append(_minute(_promised(record)))
    parts.append(_minute(tr(
        "Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya. Perubahan tulisan "
        "tangan pada tabel keputusan berlaku bila diparaf."
    )))  # fmt: skip
    return tuple(parts)


def _minute(text: str) -> Words:
    return Words(kind="paragraph", items=[text], place=Place.MINUTES)


def _reason(row: pd.Series) -> str:
    return tr("tidak ditulis") if pd.isna(row["reason"]) else str(row["reason"]).rstrip(".")


def record_facts(record: MeetingRecord) -> Facts:
    """Headline numbers for the index page, the guard against a wrong meeting, and the tests."""
    require_released(record)
    states = record.followup["state"].value_counts()
    longest = record.followup["days_late"].max()
    agreed = record.agreed
    return Facts(
        {
            "area_code": record.area_code,
            "area_name": record.name,
            "period": record.period,
            "meeting": record.meeting,
            "agencies_present": record.present,
            "agencies_invited": len(record.attendance),
            "problems_agreed": len(agreed),
            "departures": len(record.departures),
            **({"first_problem": str(agreed.iloc[0]["statement"])} if len(agreed) else {}),
            "commitments_followed": len(record.followup),
            "commitments_done": int(states.get("done", 0)),
            "commitments_late": int(states.get("late", 0)),
            **({} if pd.isna(longest) else {"days_late_longest": int(longest)}),
            "commitments_new": len(record.commitments),
        }
    )
