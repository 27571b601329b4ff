"""Names lead to one code, to none, or to candidates for a person; near names never match."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.data.matching import Alias, keys, normalise
from kbk_analysis.schema import AreaLevel

NAMES = st.text(alphabet=string.ascii_letters + string.digits + " -.()'éâ", max_size=40)


@given(NAMES)
def test_a_key_is_its_own_key(name):
    assert normalise(normalise(name)) == normalise(name)


@given(
    NAMES, st.lists(st.sampled_from([" ", "-", ".", "(", ")", "\u200b"]), max_size=5), st.randoms(use_true_random=False)
)
def test_case_blanks_and_signs_do_not_count(name, signs, random):
    letters = list(name)
    for sign in signs:
        letters.insert(random.randint(0, len(letters)), sign)
    assert normalise("".join(letters).swapcase()) == normalise(name)


@given(NAMES, NAMES)
def test_sungai_is_sei(before, after):
    assert normalise(f"{before} Sungai {after}") == normalise(f"{before}SEI{after}")


@pytest.mark.parametrize(
    ("level", "name", "expected"),
    [
        (AreaLevel.REGENCY, "KAB. ROKAN HULU", ("ROKANHULU",)),
        (AreaLevel.REGENCY, "Kabupaten Administrasi Kepulauan Seribu", ("KEPULAUANSERIBU",)),
        (AreaLevel.REGENCY, "KOTA PEKANBARU", ("KOTAPEKANBARU",)),
        (AreaLevel.REGENCY, "Kotabaru", ("KOTABARU", "KOTAKOTABARU")),
        (AreaLevel.DISTRICT, "Kec. Rambah", ("KECRAMBAH", "RAMBAH")),
        (AreaLevel.VILLAGE, "KEP. BAKTI", ("KEPBAKTI", "BAKTI")),
        (AreaLevel.VILLAGE, "Desa Baru", ("DESABARU", "BARU")),
        (AreaLevel.VILLAGE, "Kepayang", ("KEPAYANG",)),
    ],
)
def test_keys_of_a_level(level, name, expected):
    assert keys(name, level) == expected


def village(register, *names, **more):
    return register.matcher.match(*names, **more).village


def test_names_match_within_their_parents_only(register):
    assert village(register, "ROKAN CONTOH", "RAMBAH", "SUKAMAJU") == "99.01.01.2002"
    assert village(register, "Kab. Rokan Contoh", "SEI RAMBAH", "suka  maju") == "99.01.10.2001"
    assert village(register, "ROKANCONTOH", "Rambah", "SEI-KUNING") == "99.01.01.2003"
    assert village(register, "ROKAN CONTOH", "SUNGAIRAMBAH", "API API BARU") == "99.01.10.2002"
    assert village(register, "ROKAN CONTOH", "RAMBAH", "API API BARU") is None


def test_a_near_name_is_a_candidate_and_never_a_match(register):
    match = register.matcher.match("ROKAN CONTOH", "RAMBAH", "SUKA MAJUU")
    assert (match.village, match.failed, match.ambiguous) == (None, AreaLevel.VILLAGE, False)
    assert match.candidates[0] == "99.01.01.2002"


def test_an_unknown_district_offers_the_village_elsewhere_in_the_regency(register):
    match = register.matcher.match("ROKAN CONTOH", "LAMA", "Sungai Kuning")
    assert match.failed is AreaLevel.DISTRICT
    assert match.regency == "99.01"
    assert "99.01.01.2003" in match.candidates


def test_two_villages_of_one_name_are_refused(register):
    match = register.matcher.match("ROKAN CONTOH", "SUNGAI RAMBAH", "PANIPAH")
    assert (match.village, match.ambiguous) == (None, True)
    assert match.candidates == ("99.01.10.1004", "99.01.10.2003")


def test_a_city_and_a_regency_of_one_name_stay_apart(register):
    find = register.matcher.match
    assert find("HILIR").regency == "99.02"
    assert find("KAB. HILIR").regency == "99.02"
    assert find("KOTA HILIR").regency == "99.71"
    assert find("BARU CONTOH").regency == "99.72"  # no regency has the name, so it is the city
    assert find("KAB. BARU CONTOH").regency is None


def test_the_end_of_the_names_given_ends_the_search(register):
    match = register.matcher.match("ROKAN CONTOH", "RAMBAH")
    assert (match.district, match.village, match.failed) == ("99.01.01", None, None)


ALIAS = Alias(
    AreaLevel.VILLAGE, "99.01.01", "Kuning Lama", "99.01.10.2002", "pindah", "perda", "2020-01-01", "2022-12-31"
)


def test_an_alias_holds_in_its_time_and_place(register):
    known = replace(register, aliases=(ALIAS,))
    match = known.matcher.match("ROKAN CONTOH", "RAMBAH", "KUNINGLAMA", on="2022-06-13")
    assert (match.village, match.district, match.by_alias) == ("99.01.10.2002", "99.01.10", True)
    assert village(known, "ROKAN CONTOH", "RAMBAH", "KUNINGLAMA", on="2023-01-01") is None
    assert village(known, "ROKAN CONTOH", "SUNGAI RAMBAH", "KUNINGLAMA", on="2022-06-13") is None


def test_an_official_name_is_stronger_than_an_alias(register):
    known = replace(register, aliases=(replace(ALIAS, name="Suka Maju"),))
    assert village(known, "ROKAN CONTOH", "RAMBAH", "SUKA MAJU", on="2022-06-13") == "99.01.01.2002"


def test_an_alias_decides_between_two_of_one_name(register):
    known = replace(register, aliases=(replace(ALIAS, within="99.01.10", name="Panipah", to="99.01.10.2003"),))
    assert village(known, "ROKAN CONTOH", "SUNGAI RAMBAH", "PANIPAH") == "99.01.10.2003"
