"""Joining two export families: latest of the regency, nothing carried forward, everyone accounted for."""

import datetime as dt

import pandas as pd
import pytest

from kbk_analysis.classification import classify, join_exports, load_rule
from kbk_analysis.data.contracts import typed_frame
from kbk_analysis.schema import KAMPUNG


def table(*rows: tuple[str, str, str, str, dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(
        {"kampung_id": k, "kampung_name": k, "regency_name": r, "export_date": d, "source": s, **more}
        for k, r, d, s, more in rows
    )


ROWS = (
    ("a", "X", "2023-01-10", "klasifikasi", {"score_cpr": 1}),
    ("b", "X", "2023-01-10", "klasifikasi", {"score_cpr": 2}),
    ("a", "x", "2023-05-10", "klasifikasi", {"score_cpr": 3}),  # capital letters differ between exports
    ("c", "X", "2023-05-10", "klasifikasi", {"score_cpr": 4}),
    ("a", "X", "2023-02-01", "rinci", {"couples": 10}),
    ("a", "X", "2023-03-01", "rinci", {"couples": 20}),
    ("b", "X", "2023-03-01", "rinci", {"couples": 30}),
    ("d", "Y", "2023-01-10", "klasifikasi", {"score_cpr": 2}),  # another regency, another latest day
    ("e", "Z", "2023-03-01", "rinci", {"couples": 40}),  # a regency without classification export
)


def test_latest_export_of_each_family_and_regency() -> None:
    joined = join_exports(table(*ROWS), "2023-12-31")
    frame = joined.frame.set_index("kampung_id")
    assert list(frame.index) == ["a", "c", "d", "e"]
    assert frame.loc["a", ["score_cpr", "couples"]].tolist() == [3, 20]
    assert frame["stated_on"].dt.date.tolist()[:3] == [dt.date(2023, 5, 10)] * 2 + [dt.date(2023, 1, 10)]
    assert frame.loc["a", "detail_on"] == pd.Timestamp("2023-03-01")
    assert pd.isna(frame.loc["c", "detail_on"])
    assert pd.isna(frame.loc["e", "stated_on"])
    assert frame.loc["e", "couples"] == 40
    assert joined.gone == ("b",)
    assert joined.without_detail == ("c", "d")
    assert joined.detail_only == ("b",)


def test_nothing_after_the_cutoff_is_used() -> None:
    joined = join_exports(table(*ROWS), dt.date(2023, 2, 15))
    frame = joined.frame.set_index("kampung_id")
    assert list(frame.index) == ["a", "b", "d"]
    assert frame.loc["a", ["score_cpr", "couples"]].tolist() == [1, 10]
    assert joined.gone == ()
    assert joined.cutoff == dt.date(2023, 2, 15)


def test_before_the_first_export_there_is_nothing() -> None:
    joined = join_exports(table(*ROWS), "2020-01-01")
    assert joined.frame.empty
    assert classify(joined, load_rule()).kampung.empty


def test_regency_code_stands_in_for_a_missing_name() -> None:
    rows = table(*ROWS[:4]).assign(regency_name=None, regency_code=["99.01"] * 4)
    assert join_exports(rows, "2023-12-31").gone == ("b",)


def test_order_of_rows_does_not_matter() -> None:
    rows = table(*ROWS)
    pd.testing.assert_frame_equal(
        join_exports(rows, "2023-12-31").frame, join_exports(rows.iloc[::-1], "2023-12-31").frame
    )


def test_a_typed_table_of_the_store_is_taken_as_it_is() -> None:
    rows = typed_frame("kampung", table(*ROWS).reindex(columns=KAMPUNG.names))
    frame = join_exports(rows, "2023-12-31").frame
    assert frame["couples"].tolist()[0] == 20
    assert classify(join_exports(rows, "2023-12-31"), load_rule()).variables["score_stated"].sum() == 3 + 4 + 2


def test_the_same_kampung_twice_in_one_export_is_an_error_of_the_caller() -> None:
    with pytest.raises(pd.errors.MergeError):
        join_exports(table(ROWS[0], ROWS[0]), "2023-12-31")
