"""The opening of the section on inequality and the tables of its annex: counted from the result, never more."""

from typing import get_args

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Place
from kbk_analysis.i18n import Language, using
from kbk_analysis.indicators.release import Unreleased
from kbk_analysis.narrative.guards import causal_words
from kbk_analysis.narrative.spreads import spread_words
from kbk_analysis.situation.spreads import measure, wide_spreads
from kbk_analysis.tables.spreads import table_spreads

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def regency(analysed):
    return analysed("99.01", "public")


@pytest.fixture(scope="module")
def district(analysed):
    return analysed("99.01.04", "public")


def test_the_opening_names_what_is_unequal(regency) -> None:
    heading, words = spread_words(regency)
    assert heading.items == ["Seberapa timpang antardesa?"]
    assert CATALOGUE["S4-01"].name in words.items[0]
    assert f"Dari {len(wide_spreads(regency.spreads, '99.01'))} indikator" in words.items[0]


def test_the_opening_says_how_not_to_read_it(regency) -> None:
    text = " ".join(spread_words(regency)[1].items)
    assert "bukan rata-rata persentase desa" in text
    assert "belum tentu seperti desa yang tidak melapor" in text
    assert "mendekati rata-rata" in text


def test_indicators_that_are_mostly_chance_are_counted(district) -> None:
    wide = wide_spreads(district.spreads, "99.01.04")
    n = int((wide["excess_share"] < 20).sum())
    assert n
    assert f"Pada {n} indikator, selisih antardesa sebagian besar kebetulan." in spread_words(district)[1].items[0]


@pytest.mark.parametrize("options", [{"units": 1}, {"units": 14, "blank": True}])
def test_where_nothing_is_given_it_says_what_is_needed(invented, options) -> None:
    words = spread_words(invented.make_situation(**options))[1]
    assert words.items[0].startswith("Ketimpangan antardesa tidak dihitung: sedikitnya 3 desa")
    (table,) = table_spreads(invented.make_situation(**options))
    assert table.title == "Ketimpangan antardesa tidak dapat ditampilkan."
    assert {type(row[2]) for row in table.rows} == {Refusal}


@pytest.mark.parametrize("language", get_args(Language))
def test_no_cause_is_named(regency, district, language: Language) -> None:
    with using(language):
        told = [item for found in (regency, district) for words in spread_words(found) for item in words.items]
        told += [note for found in (regency, district) for table in table_spreads(found) for note in table.notes]
    assert all(causal_words(text, language) == () for text in told)


def test_an_unreleased_result_is_refused(invented) -> None:
    for function in (spread_words, table_spreads):
        with pytest.raises(Unreleased):
            function(invented.make_situation(edition=None))


# ------------------------------------------------------------------ tables


def column(table, key):
    place = [field.key for field in table.fields].index(key)
    return {row[0]: row[place] for row in table.rows}


@pytest.mark.parametrize("name", ["mean", "mdm_weighted", "mdm_unweighted", "bgsd", "excess_share"])
def test_distances_are_those_of_the_result(regency, name) -> None:
    values = column(table_spreads(regency)[0], name)
    for id in wide_spreads(regency.spreads, "99.01").index:
        assert values[CATALOGUE[str(id)].name] == measure(regency.spreads, "99.01", str(id), name)["value"]


def test_p90_and_p10_stand_where_there_are_twenty_villages(regency, district) -> None:
    name = CATALOGUE["S4-01"].name
    for found, kind, ends in ((regency, "p90_p10", "P90, P10"), (district, "difference", "tertinggi, terendah")):
        distances, _ = table_spreads(found)
        assert column(distances, "second")[name] == ends
        value = measure(found.spreads, found.area_code, "S4-01", kind)["value"]
        assert column(distances, "distance")[name] == value


def test_a_spread_that_may_not_be_shown_says_why_and_has_no_parts(district) -> None:
    distances, parts = table_spreads(district)
    hidden = [row for row in distances.rows if isinstance(row[2], Refusal)]
    assert {row[2].code for row in hidden} >= {"suppressed", "doubtful"}
    assert not {row[0] for row in hidden} & {row[0] for row in parts.rows}
    assert (
        len(distances.rows)
        == district.spreads.loc[district.spreads["area_code"] == "99.01.04.*", "indicator"].nunique()
    )


def test_absolute_and_relative_weighted_and_unweighted_stand_together(regency) -> None:
    labels = [field.label for field in table_spreads(regency)[0].fields]
    assert {"Selisih (poin)", "Nisbah", "Di atas kebetulan"} <= set(labels)
    assert sum("tertimbang" in label for label in labels) == 4
    assert {"Jarak rata-rata tertimbang (poin)", "Jarak rata-rata tak tertimbang (poin)"} <= set(labels)


def test_theil_is_split_by_district_in_the_regency_only(regency, district) -> None:
    keys = [{field.key for field in table_spreads(found)[1].fields} for found in (regency, district)]
    assert ["theil_between" in some for some in keys] == [True, False]
    assert all("theil" in some for some in keys)


def test_slopes_name_their_model_and_do_not_speak_of_families(regency) -> None:
    notes = " ".join(table_spreads(regency)[1].notes)
    assert "garis lurus tertimbang" in notes
    assert "tidak menunjukkan hal yang sama pada keluarga" in notes


def test_both_belong_to_the_annex(regency) -> None:
    assert [table.place for table in table_spreads(regency)] == [Place.ANNEX] * 2
