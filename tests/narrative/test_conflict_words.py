"""Sentences on conflicts: both sides named, nobody called right, hidden cells unsaid."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import Unreleased
from kbk_analysis.narrative.conflicts import TOLD, cited, conflict_cells, conflict_sentence, conflict_words
from kbk_analysis.situation.conflicts import SAME
from kbk_analysis.situation.result import Situation
from kbk_analysis.tables.conflicts import table_conflicts

SURVEY = "Prevalensi stunting balita (survei)"
SAID = {
    "values": f"{SURVEY}, Kabupaten Contoh: 21,5 % (2023) menurut Survei contoh, tetapi 20,0 % (2023) menurut "
    "Berita contoh.",
    "sum": "Keluarga berisiko stunting (KRS), Kabupaten Contoh: total 90 (2023) menurut Survei contoh, tetapi 2 "
    "wilayah di dalamnya berjumlah 88 (2023).",
    "base": "Persentase penduduk miskin, Kabupaten Contoh: 10,0 % dan jumlah 500 berarti penyebut 5.000 (2023) "
    "menurut Survei contoh, tetapi Penduduk menurut Dukcapil 4.000 (2024).",
    "method": f"{SURVEY} dan Stunting hasil penimbangan (e-PPGBM), Kabupaten Contoh: 21,5 % (2023) dan 12,5 % "
    "(2023, n = 200) tidak sebanding; cara ukurnya berbeda.",
    "break": f"{SURVEY}, Kabupaten Contoh: 21,5 % (2023) dan 19,0 % (2024) tidak sebanding; deret baru mulai 2024.",
    "dates": "Ekspor klasifikasi (29 November 2024) dan ekspor rinci (19 November 2024) berselang 10 hari.",
}


@pytest.fixture(scope="module")
def situation(invented) -> Callable[..., Situation]:
    return invented.make_situation


@pytest.mark.parametrize("kind", SAID)
def test_each_kind_has_its_sentence(situation, kind: str) -> None:
    made = situation()
    row = made.conflicts[made.conflicts["kind"] == kind].iloc[0]
    assert conflict_sentence(row, made).replace("\xa0", " ") == SAID[kind]


def test_one_figure_of_two_methods_is_shown_once_and_questioned(situation) -> None:
    made = situation()
    conflicts = made.conflicts.copy()
    conflicts.loc[conflicts["kind"] == "method", "use"] = SAME
    found = replace(made, conflicts=conflicts)
    row = conflicts[conflicts["kind"] == "method"].iloc[0]
    told = conflict_sentence(row, found).replace("\xa0", " ")
    assert told.endswith(
        "21,5 % (2023), angka yang sama padahal cara ukurnya berbeda; mungkin yang satu mengutip yang lain."
    )
    assert conflict_cells(row, found).other == "angka yang sama"


@given(st.text(alphabet="ab (),2", min_size=1, max_size=120), st.integers(20, 60))
def test_a_source_is_cut_between_words_and_never_inside_brackets(source: str, most: int) -> None:
    told = cited(source, most)
    assert len(told) <= most
    if source.count("(") == source.count(")") and told != source:
        assert told.count("(") <= told.count(")") or " (" not in source


def test_a_long_source_loses_the_remark_in_brackets_first() -> None:
    source = "pekanbaru.example, kemiskinan 9,72 persen menurut badan (11-07-2024)"
    assert cited(source) == "pekanbaru.example, kemiskinan 9,72 persen menurut badan"
    assert cited("Laporan (bagian dua dan tiga) tahun 2023 dinas", 24) == "Laporan …"


def test_a_hidden_sum_says_neither_number_nor_parts(situation) -> None:
    made = situation()
    conflicts = made.conflicts.copy()
    conflicts.loc[conflicts["kind"] == "sum", ["value", "numerator", "other_value", "other_numerator", "n"]] = float(
        "nan"
    )
    conflicts.loc[conflicts["kind"] == "sum", "reason"] = "suppressed"
    row = table_conflicts(replace(made, conflicts=conflicts)).display_rows()[2]
    assert row[2] == row[4] == row[6] == "disembunyikan"
    assert row[5] == "Survei contoh"


def test_conflicts_are_counted_without_what_is_hidden_or_not_comparable(situation) -> None:
    heading, opening, rest = conflict_words(situation())
    assert heading.items == ["Di mana sumber data berbeda?"]
    # three published and three of a kampung; the hidden one is neither counted nor said
    assert opening.items[0].startswith("6 pertentangan antarsumber di antara angka laporan ini")
    assert "Terbesar: Persentase penduduk miskin" in opening.items[0]  # 25 % of the base, before 7 % and 2 %
    assert "Pada 1 Kampung KB," in " ".join(rest.items)
    assert len(rest.items) == 6


def test_without_conflicts_it_says_so_and_still_tells_what_is_not_comparable(situation) -> None:
    made = situation()
    unlike = replace(made, conflicts=made.conflicts[~made.conflicts["conflict"]])
    _, opening, rest = conflict_words(unlike)
    assert opening.items == ["Tidak ditemukan pertentangan antarsumber di antara angka laporan ini."]
    assert len(rest.items) == 3
    assert len(conflict_words(situation(blank=True))) == 2


def test_of_one_pair_the_latest_of_the_area_itself_is_told(situation) -> None:
    made = situation(regency=True)
    row = made.conflicts[made.conflicts["kind"] == "method"]
    rows = [
        row.assign(area_code=area, period=year) for area, year in (("99", "2024"), ("99.01", "2022"), ("99.01", "2023"))
    ]
    told = replace(made, conflicts=pd.concat(rows, ignore_index=True))
    _, _, rest = conflict_words(told)
    assert len(rest.items) == 1
    assert "(2023)" in rest.items[0]


def test_a_long_list_ends_with_how_many_more_there_are(situation) -> None:
    made = situation()
    row = made.conflicts[made.conflicts["kind"] == "values"].iloc[:1]
    many = replace(made, conflicts=row.loc[row.index.repeat(TOLD + 4)].reset_index(drop=True))
    _, _, rest = conflict_words(many)
    assert len(rest.items) == TOLD + 1
    assert rest.items[-1].startswith("3 ")


def test_an_unreleased_result_is_refused(situation) -> None:
    with pytest.raises(Unreleased):
        conflict_words(situation(edition=None))


def test_the_table_shows_both_sides_of_a_row_and_what_is_done(situation) -> None:
    exhibit = table_conflicts(situation())
    rows = exhibit.display_rows()
    assert len(rows) == 10
    assert exhibit.title.startswith("7 pertentangan antarsumber; 3 hal")
    assert [cell.replace("\xa0", " ") for cell in rows[0][1:7]] == [
        "Kabupaten Contoh", "21,5 % (2023)", "Survei contoh", "20,0 % (2023)", "Berita contoh", "1,5 poin persen",
    ]  # fmt: skip
    assert rows[1][2] == rows[1][4] == rows[1][6] == "disembunyikan"
    assert rows[2][4:7] == ["88 (2023)", "jumlah 2 wilayah di dalamnya, sumber yang sama", "2"]
    assert rows[3][6] == "25,0\xa0%"
    assert [row[2] for row in rows[4:7]] == ["skor 4", "skor 2", "skor 4"]
    assert [row[4] for row in rows[4:7]] == ["hitung ulang skor 2", "peserta pada 5 poktan", "isian kosong"]
    assert [row[6] for row in rows[7:]] == ["–", "–", "10 hari"]
    assert all(row[7] for row in rows)


def test_words_of_a_row_follow_the_language(situation) -> None:
    made = situation()
    with using("en"):
        said = conflict_sentence(made.conflicts.iloc[3], made)
    assert "Poor people" in said
