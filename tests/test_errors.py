"""Findings name the place and the remedy; refusals are named and complete in words."""

import pytest

from kbk_analysis.errors import REASONS, Finding, InputFault, Refusal
from kbk_analysis.i18n import using


def test_finding_names_place_value_and_remedy() -> None:
    finding = Finding(
        rule="number.ambiguous",
        message="Angka dapat dibaca dua cara.",
        remedy="Tulis decimal: comma.",
        file="a.xlsx",
        sheet="Data",
        row=7,
        column="PUS",
        value="1.234",
    )
    assert str(finding) == (
        "a.xlsx, lembar Data, baris 7, kolom PUS: Angka dapat dibaca dua cara. [1.234] → Tulis decimal: comma."
    )
    with using("en"):
        assert finding.place == "a.xlsx, sheet Data, row 7, column PUS"


def test_input_fault_tells_everything_at_once() -> None:
    fault = InputFault(Finding(rule=f"r{i}", message=f"salah {i}", remedy="perbaiki") for i in range(3))
    assert [line.split(".")[0] for line in str(fault).splitlines()] == [f"salah {i} → perbaiki" for i in range(3)]
    assert len(fault.findings) == 3


def test_unknown_refusal_is_a_fault_of_the_code() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Refusal("nonsense")


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_refusal_has_short_and_full_words(code: str) -> None:
    names = ("detail", "reported", "expected", "n", "minimum", "subject", "days", "year", "period", "method")
    details = dict.fromkeys(names, 1)
    refusal = Refusal(code, details)
    assert 0 < len(refusal.short) <= 40
    assert refusal.text.endswith(".")
    assert "{" not in refusal.text
