"""Tables without a chart: rows by hand from the invented situation, words in both languages, nothing unreleased."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.classification import Lever, NextSteps, Step, Way
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Place
from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import Unreleased
from kbk_analysis.schema import Edition, KampungClass
from kbk_analysis.situation.result import Situation
from kbk_analysis.tables.conflicts import table_conflicts
from kbk_analysis.tables.data import (
    table_abbreviations,
    table_context,
    table_corrections,
    table_definitions,
    table_sources,
)
from kbk_analysis.tables.kampung import table_kampung, table_ranges
from kbk_analysis.tables.quality import table_checks, table_flags

TABLES: dict[str, Callable[[Situation], Exhibit]] = {
    "kampung": table_kampung,
    "ranges": table_ranges,
    "sources": table_sources,
    "context": table_context,
    "conflicts": table_conflicts,
    "corrections": table_corrections,
    "definitions": table_definitions,
    "abbreviations": table_abbreviations,
    "checks": table_checks,
    "flags": table_flags,
}
table = pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)


@pytest.fixture(scope="module")
def situation(invented) -> Callable[..., Situation]:
    return invented.make_situation


def with_kampung(made: Situation, kampung: pd.DataFrame) -> Situation:
    return replace(made, classification=SimpleNamespace(kampung=kampung))


def column(exhibit: Exhibit, key: str) -> dict:
    """Values of one column by the first."""
    place = [field.key for field in exhibit.fields].index(key)
    return {row[0]: row[place] for row in exhibit.rows}


# ------------------------------------------------------------------ what holds for all


@table
def test_an_unreleased_result_is_refused(situation, make) -> None:
    with pytest.raises(Unreleased):
        make(situation(edition=None))


@table
def test_there_is_a_title_but_no_figure_and_one_column_heads_the_rows(situation, make) -> None:
    for options in ({}, {"units": 1}, {"units": 14, "regency": True}, {"blank": True}):
        exhibit = make(situation(**options))
        assert 0 < len(exhibit.title) <= 90
        assert exhibit.svg == exhibit.alt == ""
        assert bool(exhibit.rows) == bool(exhibit.fields)
        if exhibit.rows:
            # a table whose rows name their sources has none for the whole
            assert bool(exhibit.source) != any(field.key == "source" for field in exhibit.fields)
            assert exhibit.n
            assert [field.strong for field in exhibit.fields].count(True) == 1


@table
def test_every_word_of_it_follows_the_language(situation, make) -> None:
    indonesian = make(situation())
    with using("en"):
        english = make(situation())
    assert indonesian.title != english.title
    assert [f.key for f in indonesian.fields] == [f.key for f in english.fields]
    assert [f.label for f in indonesian.fields if f.label not in ("OPD", "Kampung KB")] != [
        f.label for f in english.fields if f.label not in ("OPD", "Kampung KB")
    ] or not indonesian.fields
    assert len(indonesian.rows) == len(english.rows)


# ------------------------------------------------------------------ kampung


def test_each_kampung_has_its_class_with_the_range_that_blanks_leave_open(situation) -> None:
    assert column(table_kampung(situation()), "class") == {
        "Suka Maju": "Dasar; hitung ulang Dasar sampai Mandiri",
        "Bangun Purba Timur Jaya": "Berkelanjutan",
        "Air $Panas$ <b>": "Dasar",
        "Sungai Kuning": "Mandiri; hitung ulang Dasar sampai Berkelanjutan",
        "Pasir Agung": "Berkembang",
        "Tanjung Belit": "Dasar; hitung ulang Dasar sampai Mandiri",
        "Mekar Sari": "Mandiri",
    }


@pytest.mark.parametrize(
    ("stated", "low", "high", "said"),
    [
        ("Dasar", "Dasar", "Dasar", "Dasar"),
        (None, "Mandiri", "Mandiri", None),
        (None, "Dasar", "Mandiri", "belum lapor; hitung ulang Dasar sampai Mandiri"),
        ("Mandiri", "Dasar", "Dasar", "Mandiri; hitung ulang Dasar"),
        ("Mandiri", "Berkembang", "Mandiri", "Mandiri; hitung ulang Berkembang sampai Mandiri"),
    ],
)
def test_class_words(situation, stated, low, high, said) -> None:
    made = situation(units=1)
    kampung = made.classification.kampung.assign(class_stated=stated, class_low=low, class_high=high)
    assert table_kampung(with_kampung(made, kampung)).rows[0][1] == said


def test_why_what_is_blank_and_the_way_are_told(situation) -> None:
    exhibit = table_kampung(situation())
    assert column(exhibit, "blank")["Suka Maju"] == "CPR (pemakaian kontrasepsi modern) dan unmet need"
    assert column(exhibit, "blank")["Mekar Sari"] == "–"
    assert column(exhibit, "reason")["Suka Maju"].startswith("belum ada indeks yang mencapai 3")
    assert column(exhibit, "reason")["Air $Panas$ <b>"].endswith("isian keluaran yang kosong tidak mengubah kelas")
    assert column(exhibit, "reason")["Bangun Purba Timur Jaya"] == "indeks masukan, proses, dan keluaran mencapai 3"
    ways = column(exhibit, "ways")
    assert ways["Suka Maju"] == "Mandiri: laporkan CPR (pemakaian kontrasepsi modern) (cukup bila skornya 4)"
    assert ways["Bangun Purba Timur Jaya"] == "kelas tertinggi; pertahankan"
    assert ways["Air $Panas$ <b>"] == "tidak ada jalan yang ditemukan"


def test_the_title_counts_kampung_that_rise_by_reporting_alone(situation) -> None:
    assert table_kampung(situation()).title == (
        "2 dari 7 kampung bisa naik kelas bila isian kosongnya dilaporkan dan nilainya cukup"
    )
    settled = situation(units=2)
    none = {id: replace(steps, ways=()) for id, steps in settled.ways.items()}
    title = table_kampung(replace(settled, ways=none)).title
    assert title == "Isian kosong tidak menentukan kelas satu kampung pun"


def test_no_quota_of_methods_and_no_determination(situation) -> None:
    notes = " ".join(table_kampung(situation()).notes)
    assert "bukan penetapan" in notes
    assert "MKJP tidak pernah diusulkan" in notes


@pytest.mark.parametrize(
    ("edition", "families", "said"),
    [("internal", 3, "layani 3 PUS lagi"), ("public", 3, "layani kurang dari 5 PUS lagi"),
     ("public", 5, "layani 5 PUS lagi")],
)  # fmt: skip
def test_small_numbers_of_couples_are_hidden_from_the_public(situation, edition, families, said) -> None:
    made = situation(units=1, edition=Edition(edition))
    (id,) = made.ways
    step = Step(
        variable="cpr", lever=Lever.SERVE, score=3, to_score=4, low=60, high=None, value=57.0, families=families
    )  # fmt: skip
    steps = NextSteps(
        kampung_id=id, class_now=KampungClass.DASAR, counted={}, distances={},
        ways=(Way((step,), KampungClass.MANDIRI, Lever.SERVE, None),),
    )  # fmt: skip
    assert said in str(table_kampung(replace(made, ways={id: steps})).rows[0][4])


def test_the_hundreds_of_a_regency_go_to_the_annex(situation) -> None:
    assert table_kampung(situation()).place is Place.BODY
    assert table_kampung(situation(units=3, regency=True)).place is Place.ANNEX


def test_source_names_the_last_date_of_each_export(situation) -> None:
    made = situation()
    said = "Ekspor portal Kampung KB: klasifikasi 28 Agustus 2023; rincian 12 Juni 2023"
    assert table_kampung(made).source == said
    none = made.classification.kampung.assign(detail_on=pd.NaT)
    assert table_kampung(with_kampung(made, none)).source == "Ekspor portal Kampung KB: klasifikasi 28 Agustus 2023"
    neither = none.assign(stated_on=pd.NaT)
    assert table_kampung(with_kampung(made, neither)).source == "Tidak ada ekspor portal"


# ------------------------------------------------------------------ ranges


def test_ranges_count_the_kampung_from_the_lowest_up(situation) -> None:
    exhibit = table_ranges(situation())
    assert exhibit.rows == (
        ("Dasar", 1),
        ("Dasar sampai Mandiri", 2),
        ("Dasar sampai Berkelanjutan", 1),
        ("Berkembang", 1),
        ("Mandiri", 1),
        ("Berkelanjutan", 1),
    )
    assert exhibit.title == "Kelas 4 dari 7 kampung tidak bergantung pada isian keluaran yang kosong"


def test_no_kampung_is_a_statement(situation) -> None:
    made = situation()
    exhibit = table_ranges(with_kampung(made, made.classification.kampung.iloc[:0]))
    assert (exhibit.title, exhibit.rows, exhibit.fields) == ("Tidak ada Kampung KB.", (), ())


# ------------------------------------------------------------------ sources


def test_cells_are_summed_by_source_and_period(situation) -> None:
    made = situation()
    frame = pd.DataFrame(
        [
            ("S3-02", "2024", "siga", "2024-12-31", 9, 9),
            ("S3-04", "2024", "siga", "2024-11-30", 7, 9),
            ("S1-01", "2023", "own", "2023-06-30", 9, 9),
            ("S4-01", "2024", "own", None, 0, 0),
        ],
        columns=["indicator", "period", "source", "as_of", "reported", "expected"],
    )
    made = replace(made, quality=replace(made.quality, indicators=frame), sources={"own": "Catatan kecamatan"})
    exhibit = table_sources(made)
    assert exhibit.rows == (
        ("Catatan kecamatan", "2023", "2023-06-30", 1, 9, 9, 100.0),
        ("Catatan kecamatan", "2024", Refusal("not_applicable"), 1, 0, 0, Refusal("not_applicable")),
        ("SIGA BKKBN", "2024", "2024-12-31", 2, 16, 18, pytest.approx(100 * 16 / 18)),
    )
    assert exhibit.title == "1 dari 3 sumber melapor lengkap"
    assert exhibit.n == "4 indikator"


# ------------------------------------------------------------------ context


def test_figures_given_for_an_area_stand_with_their_source_and_are_not_mixed(situation) -> None:
    exhibit = table_context(situation())
    survey, hidden, score = exhibit.rows
    assert survey == (
        "Prevalensi stunting balita (survei)", "Kabupaten Contoh", "2023", "21,5\xa0%", 43.0, 200.0, "Survei contoh",
    )  # fmt: skip
    assert hidden[3:6] == (Refusal("suppressed"),) * 3
    assert score[1] == "Rambah Contoh"
    assert score[3:6] == ("0,7128", Refusal("not_applicable"), Refusal("not_applicable"))
    assert exhibit.place is Place.ANNEX
    assert exhibit.notes[0].startswith("Angka survei dan angka pencatatan rutin tidak dibandingkan")


def test_a_figure_that_two_sources_repeat_is_one_row_with_both(situation) -> None:
    made = situation()
    again = made.context.iloc[[0]].assign(source="SIGA BKKBN lain")
    exhibit = table_context(replace(made, context=pd.concat([made.context, again], ignore_index=True)))
    assert [len(exhibit.rows), exhibit.rows[0][-1]] == [3, "Survei contoh; SIGA BKKBN lain"]
    assert exhibit.notes[1].startswith("1 angka ditulis sama oleh beberapa sumber")
    other = again.assign(value=22.0)
    assert len(table_context(replace(made, context=pd.concat([made.context, other], ignore_index=True))).rows) == 4
    hidden = made.context.iloc[[1]].assign(source="b")
    assert len(table_context(replace(made, context=pd.concat([made.context, hidden], ignore_index=True))).rows) == 4


def test_no_figure_given_is_said(situation) -> None:
    made = situation()
    exhibit = table_context(replace(made, context=made.context.iloc[:0]))
    assert (exhibit.fields, exhibit.rows) == ((), ())
    assert exhibit.notes[-1] == "Tidak ada data untuk angka tingkat Kabupaten Contoh."


# ------------------------------------------------------------------ corrections


def test_no_corrections_are_a_statement(situation) -> None:
    exhibit = table_corrections(situation())
    assert exhibit.title == "Tidak ada koreksi data."
    assert (exhibit.fields, exhibit.rows) == ((), ())
    bare = table_corrections(situation(corrections=pd.DataFrame()))
    assert bare.title == exhibit.title


def test_corrections_are_told_with_before_after_why_and_who(situation) -> None:
    frame = pd.DataFrame(
        [
            {"table": "kampung", "key": "a", "column": "couples", "before": 999, "after": None, "why": "salah ketik",
             "who": "DPPKB", "on": "2024-03-01", "hash": "x"},
        ]
    )  # fmt: skip
    exhibit = table_corrections(situation(corrections=frame))
    assert exhibit.title == "1 koreksi data"
    assert [field.label for field in exhibit.fields] == [
        "Tabel", "Baris", "Kolom", "Semula", "Menjadi", "Alasan", "Oleh", "Tanggal",
    ]  # fmt: skip
    assert exhibit.rows == (("kampung", "a", "couples", "999", "", "salah ketik", "DPPKB", "2024-03-01"),)
    with using("en"):
        two = table_corrections(situation(corrections=pd.concat([frame, frame])))
    assert two.title == "2 data corrections"


# ------------------------------------------------------------------ definitions


def test_each_indicator_that_is_shown_is_defined_in_catalogue_order(situation) -> None:
    made = situation()
    exhibit = table_definitions(made)
    order = [indicator.id for indicator in load_catalogue()]
    ids = [row[0] for row in exhibit.rows]
    assert ids == sorted(made.levels.index, key=order.index)
    assert exhibit.title == "Arti 11 indikator yang dipakai"
    rows = {row[0]: row for row in exhibit.rows}
    assert rows["S3-02"][1:5] == (
        "Pemakaian kontrasepsi modern (mCPR)", "PUS pemakai alat kontrasepsi modern", "pasangan usia subur (PUS)",
        "DPPKB",
    )  # fmt: skip
    assert rows["S1-11"][3] == "–"  # a score has no denominator


# ------------------------------------------------------------------ checks of the data


def test_a_check_says_how_many_it_saw_and_what_came_of_it_or_why_it_saw_none(situation) -> None:
    exhibit = table_checks(situation())
    assert exhibit.title == "4 dari 6 pemeriksaan tidak lolos"
    verdicts = column(exhibit, "verdict")
    assert verdicts["Penyebut melonjak dari tahun-tahun sebelumnya"] == "▼ tidak lolos"
    assert verdicts["Pembilang dan penyebut sama persis dengan tahun sebelumnya"] == "● lolos"
    assert verdicts["Nilai bergeser dari rerata dua atau tiga tahun sebelumnya"] == "● tidak ada"
    assert verdicts["Nilai jauh dari tahun-tahun sebelumnya"] == Refusal("too_few_points")
    assert verdicts["Laporan lewat tenggat"] == Refusal("no_deadline")
    assert any("tidak mengikuti rerata" in note and "isian portal" in note for note in exhibit.notes)
    assert any("bukan penghapusan" in note for note in exhibit.notes)


def test_a_flagged_figure_is_a_question_with_its_effect_on_the_sum(situation) -> None:
    made = situation()
    exhibit = table_flags(made)
    assert exhibit.place is Place.ANNEX
    rows = [dict(zip([f.key for f in exhibit.fields], row, strict=True)) for row in exhibit.rows]
    slip, copied, kampung = rows
    assert slip["reported"] == "100 dari 1.150"
    assert slip["question"] == "Penyebut yang biasa sekitar 113. Apakah salah ketik?"
    assert (slip["whole"], slip["without"], slip["severity"]) == ("63,5\xa0%", "91,6\xa0%", "▼ tegas")
    assert copied["question"].startswith("Pembilang dan penyebut sama persis pada 2 periode berturut-turut.")
    assert copied["severity"] == "● lihat"
    assert kampung["question"].startswith("Peserta KB 115, PUS 103.")
    assert kampung["whole"] == Refusal("not_applicable")
    assert slip["area"] == made.units["name"].iloc[0]


def test_the_public_edition_asks_nothing_about_sensitive_indicators_and_says_so(situation) -> None:
    exhibit = table_flags(situation(edition=Edition.PUBLIC))
    assert len(exhibit.rows) == 2
    assert load_catalogue()["S3-04"].name not in [row[1] for row in exhibit.rows]
    assert exhibit.notes[0] == "1 pertanyaan tentang indikator peka hanya ada dalam edisi internal."


def test_one_figure_with_two_flags_is_asked_once(situation) -> None:
    made = situation()
    twice = pd.concat([made.checks, made.checks.head(1).assign(rule="outlier")], ignore_index=True)
    assert len(table_flags(replace(made, checks=twice)).rows) == len(made.checks)


def test_nothing_flagged_is_said(situation) -> None:
    exhibit = table_flags(situation(blank=True))
    assert (exhibit.title, exhibit.rows) == ("Tidak ada angka yang perlu ditanyakan kepada desa.", ())
    assert table_checks(replace(situation(), check_summary=pd.DataFrame())).rows == ()
