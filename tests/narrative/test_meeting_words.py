"""What is said of a meeting: who decided what, what is owed, and minutes as an office writes them."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from kbk_analysis import i18n
from kbk_analysis.indicators.release import Unreleased, release
from kbk_analysis.meeting.inputs import read_record
from kbk_analysis.meeting.record import record_meeting
from kbk_analysis.narrative import meeting as words
from kbk_analysis.tables import meeting as tables

WORDS = (
    words.record_summary_words, words.decision_words, words.followup_words, words.commitment_words, words.minutes_words,
)  # fmt: skip
TABLES = (
    tables.table_agenda, tables.table_attendance, tables.table_decisions, tables.table_followup,
    tables.table_followup_agencies, tables.table_commitments,
)  # fmt: skip


@pytest.fixture(scope="module")
def inputs(demo):
    return read_record(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")


@pytest.fixture(scope="module")
def record(inputs):
    return release(record_meeting(inputs), "internal")


def told(parts) -> str:
    """All words of some parts in one text."""
    return "\n".join(" · ".join(item) if isinstance(item, tuple) else item for part in parts for item in part.items)


@pytest.mark.parametrize("make", [*WORDS, *TABLES, words.record_facts])
def test_nothing_is_said_before_release(inputs, make) -> None:
    with pytest.raises(Unreleased):
        make(record_meeting(inputs))


def test_the_summary_tells_what_was_decided_owed_and_promised_and_who_was_not_there(record) -> None:
    text = told(words.record_summary_words(record))
    assert "(1) Unmet need KB tinggi" in text
    assert "14 dari 16 OPD hadir. Tidak hadir: DLH dan Diskominfo." in text
    assert "6 komitmen lama terlambat, paling lama 163 hari" in text
    assert "8 komitmen baru dari 6 OPD; anggaran Rp1.130.000.000 pada 7 komitmen." in text
    assert "1 komitmen belum menyebut anggaran." in text  # a blank budget is not zero


def test_who_decided_is_told_by_agency_and_role(record) -> None:
    text = told(words.decision_words(record))
    assert "musyawarah peserta rapat (8 masalah) dan Bappeda: pimpinan rapat (2 masalah)" in text
    assert "14 penilai" in text


def test_a_departure_without_a_reason_is_told_as_such(inputs) -> None:
    bare = inputs.decisions.assign(reason=None)
    found = release(record_meeting(replace(inputs, decisions=bare)), "internal")
    assert "4 masalah ditempatkan lain dari hitungan, 4 di antaranya tanpa alasan" in told(
        words.record_summary_words(found)
    )
    assert told(words.minutes_words(found)).count("Alasan: tidak ditulis.") == 4


def test_minutes_name_day_place_and_agreed_order_in_the_words_of_an_office(record) -> None:
    text = told(words.minutes_words(record))
    assert text.startswith(
        "Pada hari ini, Selasa, tanggal sepuluh bulan Desember tahun dua ribu dua puluh empat, bertempat di Aula DPPKB"
    )
    assert re.findall(r"^(\d)\. ", text, re.MULTILINE) == list("12345678")
    assert "hitungan 4, disepakati 3. Alasan: Selang peringkatnya" in text
    assert "Demikian berita acara ini dibuat dengan sebenarnya" in text


def test_minutes_in_english_write_the_day_in_figures(record) -> None:
    with i18n.using("en"):
        assert words.day_in_words(record.held_on) == "Tuesday, December 10, 2024"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "satu"), (11, "sebelas"), (12, "dua belas"), (19, "sembilan belas"), (20, "dua puluh"),
        (31, "tiga puluh satu"), (100, "seratus"), (115, "seratus lima belas"), (1000, "seribu"), (2000, "dua ribu"),
        (2011, "dua ribu sebelas"), (1999, "seribu sembilan ratus sembilan puluh sembilan"),
    ],
)  # fmt: skip
def test_numerals_are_spelled(number: int, text: str) -> None:
    assert words.spelled(number) == text


def test_before_the_meeting_the_record_is_a_form_to_fill(inputs) -> None:
    empty = {name: getattr(inputs, name).head(0) for name in ("decisions", "agenda", "attendance", "scores", "actions")}
    found = release(record_meeting(replace(inputs, **empty, place="")), "internal")
    text = told(part for make in WORDS for part in make(found))
    assert "Rapat belum mencatat keputusan" in text
    assert "(diisi dalam rapat)" in text
    assert "(tempat belum dicatat)" in text
    assert "Daftar hadir rapat ini tidak ada dalam data." in text
    decisions = tables.table_decisions(found)
    assert decisions.title == "Keputusan tentang 10 masalah belum dicatat"
    assert {row[0] for row in decisions.display_rows()} == {"belum diputuskan"}
    for make in TABLES:
        exhibit = make(found)
        assert exhibit.title
        assert bool(exhibit.rows) == bool(exhibit.fields)


def test_a_late_commitment_without_a_due_date_has_no_days(inputs) -> None:
    old = inputs.actions["meeting"] == "rakor-2024-1"
    rows = inputs.actions[old].head(1).assign(status="late", due=None, evidence=None)
    found = release(record_meeting(replace(inputs, actions=rows)), "internal")
    (row,) = tables.table_followup(found).display_rows()
    assert row[:2] == ["▲\u00a0terlambat", "tanpa tenggat"]
    assert "1 komitmen lama terlambat: " in told(words.followup_words(found))


def test_days_late_and_states_of_the_tables_are_those_of_the_record(record) -> None:
    late = [row for row in tables.table_followup(record).display_rows() if row[0].startswith("▲")]
    assert [int(row[1]) for row in late] == record.followup["days_late"].dropna().astype(int).tolist()
    by_agency = tables.table_followup_agencies(record)
    assert sum(int(row[1]) for row in by_agency.display_rows()) == len(record.followup)
    assert by_agency.title == "4 dari 8 OPD mempunyai komitmen yang terlambat"


def test_no_judge_is_named_but_by_agency_and_nothing_is_unknown_to_the_tables(record, inputs) -> None:
    shown = told(part for make in WORDS for part in make(record))
    assert not any(f" {id}:" in shown for id in inputs.agencies.index)
    for make in TABLES:
        exhibit = make(record)
        assert len(exhibit.rows) > 3
        assert not any(cell is None for row in exhibit.rows for cell in row), exhibit.id


def test_facts_are_those_of_the_record(record) -> None:
    facts = words.record_facts(record).values
    assert facts["meeting"] == "rakor-2024-2"
    assert (facts["agencies_present"], facts["agencies_invited"]) == (14, 16)
    assert facts["commitments_late"] == int((record.followup["state"] == "late").sum())
    assert facts["days_late_longest"] == 163
    assert pd.notna(facts["first_problem"])
