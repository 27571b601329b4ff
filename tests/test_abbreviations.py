"""Every abbreviation a reader meets in the names of indicators is spelled out, in both languages."""

import pytest
import yaml

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.catalogue.abbreviations import abbreviations, shorts_in
from kbk_analysis.catalogue.reading import CATALOGUE_DIR
from kbk_analysis.i18n import using

CONTENT = yaml.safe_load((CATALOGUE_DIR / "abbreviations.yml").read_text("utf-8"))["abbreviations"]


def texts() -> list[str]:
    """Names and counts of the indicators, names of their sources over the years, names of agencies."""
    catalogue = load_catalogue()
    names = [text for i in catalogue for text in (i.name, i.numerator, i.denominator or "")]
    names += [source.name(year) for source in catalogue.sources.values() for year in ("2020", "2024")]
    return names + [agency.name for agency in catalogue.agencies.values()]


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_name_or_count_of_an_indicator_uses_an_unexplained_abbreviation(language) -> None:
    with using(language):
        used = {short.removeprefix("ber-") for text in texts() for short in shorts_in(text)}
        explained = abbreviations(texts())
        assert used - set(explained) - {"SP2020"} == set()  # the census, with its year
        assert all(words.strip() for words in explained.values())


def test_each_stands_once_and_is_used_somewhere() -> None:
    shorts = [entry["short"] for entry in CONTENT]
    assert len(shorts) == len(set(shorts))
    assert set(abbreviations(texts())) == set(shorts)


def test_those_of_other_indicators_are_left_out() -> None:
    explained = abbreviations(["Partisipasi BKB"])
    assert "BKB" in explained
    assert "PUS" in explained  # the first page speaks of it in every report
    assert "RTLH" not in explained
