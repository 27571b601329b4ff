"""Area codes: one form, no ambiguity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.areacode import CodeFault, canonical, is_canonical, level_of, parent_of, village_kind
from kbk_analysis.schema import AreaLevel


def test_a_bare_four_digit_code_is_refused_until_its_scheme_is_named() -> None:
    with pytest.raises(CodeFault) as fault:
        canonical("1406")
    assert fault.value.rule == "code.ambiguous"
    assert canonical("1406", scheme="kemendagri") == "14.06"
    with pytest.raises(CodeFault) as fault:
        canonical("1406", scheme="bps")
    assert fault.value.rule == "code.scheme"


@pytest.mark.parametrize("code", ["14.6", "14,06", "14.06.1", "146", "", "14.06.03.200", "١٤", "14.06.03.20022", "1e5"])
def test_other_forms_are_refused(code: str) -> None:
    with pytest.raises(CodeFault):
        canonical(code, scheme="kemendagri")


@given(st.integers(11, 99), st.integers(1, 99), st.integers(1, 99), st.integers(1000, 2999))
def test_bare_and_dotted_forms_agree(province: int, regency: int, district: int, village: int) -> None:
    dotted = f"{province}.{regency:02}.{district:02}.{village}"
    assert canonical(dotted.replace(".", ""), scheme="kemendagri") == dotted == canonical(f" {dotted} ")
    assert is_canonical(dotted)
    assert level_of(dotted) == AreaLevel.VILLAGE
    assert parent_of(dotted) == f"{province}.{regency:02}.{district:02}"


def test_province_has_no_parent_and_kind_follows_the_last_part() -> None:
    assert parent_of("14") is None
    assert village_kind("14.06.01.1001") == "kelurahan"
    assert village_kind("14.06.01.2002") == "desa"
