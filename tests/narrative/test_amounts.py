"""Values as a reader meets them: unit, decimals, language; the same in a sentence and in a table."""

import re

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import format_value
from kbk_analysis.i18n import using
from kbk_analysis.narrative.amounts import amount, area_title, format_of, is_share, per_year, share_of
from kbk_analysis.schema import AreaLevel

CATALOGUE = load_catalogue()
IDS = list(CATALOGUE.indicators)


@pytest.mark.parametrize(
    ("indicator", "value", "indonesian", "english"),
    [
        ("S3-02", 12.34, "12,3\xa0%", "12.3%"),
        ("S3-02", 100.0, "100,0\xa0%", "100.0%"),
        ("S1-08", 40.0, "40,0\xa0%", "40.0%"),  # a class of villages is a share of them
        ("S2-12", 1234.56, "1.234,6 per 1.000", "1,234.6 per 1,000"),
        ("S2-11", 20.94, "20,9 tahun", "20.9 years"),
        ("S3-01", 2.345678, "2,35 kelahiran per perempuan", "2.35 births per woman"),
        ("S4-05", 1234.5, "1.234,5 hektare", "1,234.5 hectares"),
        ("S4-10", 0.79884, "0,7988", "0.7988"),
        ("S1-11", 3.6, "3,6", "3.6"),  # mean of whole numbers
    ],
)
def test_each_unit_is_written_as_its_readers_write_it(
    indicator: str, value: float, indonesian: str, english: str
) -> None:
    assert amount(CATALOGUE[indicator], value) == indonesian
    with using("en"):
        assert amount(CATALOGUE[indicator], value) == english


def test_no_mean_is_rounded_onto_a_target_that_it_misses() -> None:
    """Data use is counted from 0 to 5, the planning target is 4: a district with a mean of 3.6 has not reached it."""
    (target,) = {t.value for t in CATALOGUE["S1-11"].targets}
    assert amount(CATALOGUE["S1-11"], target - 0.4) != amount(CATALOGUE["S1-11"], target)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("id", IDS)
def test_a_table_prints_the_number_of_the_sentence(id: str, language: str) -> None:
    with using(language):  # type: ignore[arg-type]
        told = amount(CATALOGUE[id], 1234.5678)
        printed = format_value(1234.5678, format_of(CATALOGUE[id]))
        label = str(CATALOGUE.units[CATALOGUE[id].unit].label)
    assert told.startswith(printed)
    assert told.removeprefix(printed) in ("", f" {label}")
    assert re.match(r"1\.234,\d+" if language == "id" else r"1,234\.\d+", printed)


def test_shares_are_proportions_in_per_cent_and_classes() -> None:
    assert {CATALOGUE[id].kind for id in IDS if is_share(CATALOGUE[id])} == {"proportion", "class"}
    assert not {"rate", "mean", "score", "count"} & {CATALOGUE[id].kind for id in IDS if is_share(CATALOGUE[id])}


def test_a_pace_or_the_reason_why_there_is_none() -> None:
    assert per_year(3.5) == "3,5 desa per tahun"
    assert per_year(0.0) == "0,0 desa per tahun"
    refusal = Refusal("past", {"year": 2020, "period": "2024"})
    assert per_year(refusal) == refusal.short
    with using("en"):
        assert per_year(3.5).startswith("3.5 ")
        assert per_year(refusal) == refusal.short != ""


def test_the_level_of_an_area_is_said_once() -> None:
    assert area_title("Rambah", AreaLevel.DISTRICT) == "Kecamatan Rambah"
    assert area_title("Kabupaten Rokan Hulu", AreaLevel.REGENCY) == "Kabupaten Rokan Hulu"
    assert area_title("Riau", AreaLevel.PROVINCE) == area_title("Provinsi Riau", AreaLevel.PROVINCE) == "Provinsi Riau"
    with using("en"):
        assert area_title("Rambah", AreaLevel.DISTRICT).count("Rambah") == 1


def test_a_part_of_a_whole_keeps_its_order() -> None:
    assert share_of(3, 1200) == "3 dari 1.200"
    with using("en"):
        assert share_of(3, 1200) == "3 of 1,200"
