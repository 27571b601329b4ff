"""Dates: the column decides whether the day comes first, or nobody does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis import i18n
from kbk_analysis.data.dates import parse_dates

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def dates(values, **options):
    return parse_dates(values, column="Tanggal", file="a.csv", row_numbers=range(2, 2 + len(values)), **options)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["03/04/2024", "16/12/2024"], ["2024-04-03", "2024-12-16"]),
        (["03/04/2024", "12/16/2024"], ["2024-03-04", "2024-12-16"]),
        (["31-12-2025", "1.2.2025"], ["2025-12-31", "2025-02-01"]),
        (["2024-12-16", "2024-12-16 10:11:12", "2024/1/2"], ["2024-12-16", "2024-12-16", "2024-01-02"]),
        (["16 Desember 2024", "Senin, 16 Desember 2024", "1 Pebruari 2024"], ["2024-12-16"] * 2 + ["2024-02-01"]),
        (["17-Agu-2024", "17 Agt 2024", "5 Nop 2023", "2 May 2023"], ["2024-08-17"] * 2 + ["2023-11-05", "2023-05-02"]),
        ([dt.date(2024, 4, 3), None, "-", ""], ["2024-04-03", None, None, None]),
        (["05/05/2024"], ["2024-05-05"]),
    ],
)
def test_read(written, read) -> None:
    assert dates(written) == (read, [])


def test_ambiguous_column_is_refused_until_named() -> None:
    found, findings = dates(["03/04/2024", "2024-01-31"])
    assert found == [None, "2024-01-31"]
    assert [(f.rule, f.row, f.value) for f in findings] == [("date.ambiguous", 2, "03/04/2024")]
    assert dates(["03/04/2024"], order="dmy")[0] == ["2024-04-03"]
    assert dates(["03/04/2024"], order="mdy")[0] == ["2024-03-04"]


def test_mixed_orders_are_refused() -> None:
    found, findings = dates(["31/12/2024", "12/31/2024"])
    assert found == [None, None]
    assert [f.rule for f in findings] == ["date.mixed"]


@pytest.mark.parametrize(
    "value",
    ["31/02/2024", "16/12/24", "45642", 45642, "2024", "16 Foo 2024", "2024-13-01", "16/12/0024", "kemarin", True],
)
def test_refused(value) -> None:
    found, findings = dates([value, "31/12/2024"])
    assert found == [None, "2024-12-31"]
    assert [f.rule for f in findings] == ["date.form"]


@given(st.lists(DAYS, min_size=1))
def test_reads_what_the_report_prints(days) -> None:
    iso = [day.isoformat() for day in days]
    for language in i18n.LANGUAGES:
        with i18n.using(language):
            assert dates([i18n.date(day, "long") for day in days] if language == "id" else iso) == (iso, [])
    assert dates([day.strftime("%d/%m/%Y") if day.year >= 1000 else "" for day in days], order="dmy") == (iso, [])


@given(st.lists(st.text(max_size=14)))
def test_anything_gives_as_many_values_as_cells(values) -> None:
    found, _ = dates(values)
    assert len(found) == len(values)
    assert all(day is None or dt.date.fromisoformat(day) for day in found)
