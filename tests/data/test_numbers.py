"""Numbers and flags: the column decides, or nobody does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis import i18n
from kbk_analysis.data.numbers import parse_flag, parse_flags, parse_numbers


def numbers(values, **options):
    return parse_numbers(values, column="PUS", file="a.xlsx", row_numbers=range(2, 2 + len(values)), **options)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1.234,5", "1.234"], [1234.5, 1234.0]),
        (["1,234.5", "1,234"], [1234.5, 1234.0]),
        (["12,5", "1.234"], [12.5, 1234.0]),
        (["12.5", "1,234"], [12.5, 1234.0]),
        (["1.234.567", "1.234"], [1234567.0, 1234.0]),
        (["0,125"], [0.125]),
        (["1234.567"], [1234.567]),
        (["(5)", "(1.234,5)"], [-5.0, -1234.5]),
        (["-5", "−5", "+5"], [-5.0, -5.0, 5.0]),
        (["Rp 1.500.000,-", "Rp2.000.000,00"], [1500000.0, 2000000.0]),
        (["12 345", "1 234 567,5"], [12345.0, 1234567.5]),
        (["12", "7"], [12.0, 7.0]),
        ([3, 4.5, "2,5"], [3.0, 4.5, 2.5]),
        ([None, "-", "n/a", "N/A", "belum isi", "–"], [None] * 6),
        ([0, "0", "0,00"], [0.0, 0.0, 0.0]),
    ],
)
def test_read(written, read) -> None:
    assert numbers(written) == (read, [])


@pytest.mark.parametrize("value", ["1.234", "1,234", "12.345", "999,000"])
def test_ambiguous_column_is_refused_until_named(value: str) -> None:
    found, findings = numbers(["7", value])
    assert found == [7.0, None]
    assert [(f.rule, f.row, f.value) for f in findings] == [("number.ambiguous", 3, value)]
    assert "decimal: comma" in findings[0].remedy
    digits = value.replace(".", "").replace(",", "")
    as_thousands, as_decimal = float(digits), float(digits) / 1000
    dot = "." in value
    assert numbers([value], decimal="dot") == ([as_decimal if dot else as_thousands], [])
    assert numbers([value], decimal="comma") == ([as_thousands if dot else as_decimal], [])


def test_mixed_column_names_both_witnesses() -> None:
    found, findings = numbers(["1,5", "2.5", "3"])
    assert found == [None, None, 3.0]
    assert [f.rule for f in findings] == ["number.mixed"]
    assert "1,5 (2)" in findings[0].message
    assert "2.5 (3)" in findings[0].message


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("0812", "number.code"),
        ("01", "number.code"),
        ("1406123456789012", "number.code"),  # would be kept rounded from 2**53 on
        ("428.272.530.248.563.905", "number.code"),
        ("9" * 400, "number.code"),  # would be infinite
        (1406123456789012, "number.code"),
        ("12,5%", "number.percent"),
        ("WTP", "number.form"),
        ("1E+05", "number.form"),
        ("5 orang", "number.form"),
        ("５", "number.form"),
        ("", None),
        ("1.23.4,5", "number.form"),
        ("12,", "number.form"),
        (dt.date(2024, 2, 1), "number.date"),
        (True, "number.date"),
    ],
)
def test_refused(value, rule) -> None:
    found, findings = numbers([value])
    assert found == [None]
    assert [f.rule for f in findings] == ([rule] if rule else [])


def test_named_decimal_sign_does_not_bend_other_numbers() -> None:
    assert [f.rule for f in numbers(["1.5"], decimal="comma")[1]] == ["number.form"]


def test_percent_column() -> None:
    assert numbers(["12,5%", "7,5 %", "30", 8], percent=True) == ([12.5, 7.5, 30.0, 8.0], [])
    found, findings = numbers([0.125, 0.5, 1], percent=True)
    assert found == [0.125, 0.5, 1.0]
    assert [(f.rule, f.severity.value) for f in findings] == [("number.percent_scale", "warning")]


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda n: n / 100), min_size=1))
@pytest.mark.parametrize(("language", "decimal"), [("id", "comma"), ("en", "dot")])
def test_reads_what_the_report_prints(language, decimal, values) -> None:
    with i18n.using(language):
        printed = [i18n.decimal(value, 2) for value in values]
    assert numbers(printed, decimal=decimal) == (values, [])
    assert numbers(printed) == (values, [])  # two decimals decide by themselves


@given(st.lists(st.text(max_size=12) | st.none() | st.floats(allow_nan=False) | st.integers()))
def test_anything_gives_as_many_values_as_cells(values) -> None:
    assert len(numbers(values)[0]) == len(values)


@pytest.mark.parametrize(
    ("word", "flag"),
    [
        ("1", True),
        (1, True),
        (1.0, True),
        (0, False),
        ("True", True),
        ("TRUE", True),
        (True, True),
        ("", None),
        ("ya", True),
        ("Ada", True),
        ("tidak", False),
        ("Tidak  Ada", False),
        ("belum isi", None),
        (None, None),
        ("-", None),
        ("FALSE", False),
    ],
)
def test_flag(word, flag) -> None:
    assert parse_flag(word) is flag


def test_unknown_flag_is_a_finding() -> None:
    flags, findings = parse_flags(["ya", "x", 2, None], column="RKM", file="a.csv", row_numbers=[2, 3, 5, 6])
    assert flags == [True, None, None, None]
    assert [(f.rule, f.row, f.value) for f in findings] == [("flag.form", 3, "x"), ("flag.form", 5, "2")]
