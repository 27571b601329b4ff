"""Totals against strata: reversal, standardisation, strata that cannot be compared."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.indicators.simpson import simpson, strata_differences

KIDNEY = pd.DataFrame({"x1": [81, 192], "n1": [87, 263], "x2": [234, 55], "n2": [270, 80]}, index=["small", "large"])
PAIR = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
STRATA = st.lists(st.tuples(PAIR, PAIR), min_size=2, max_size=6)


def table(rows: list) -> pd.DataFrame:
    return pd.DataFrame([(*a, *b) for a, b in rows], columns=["x1", "n1", "x2", "n2"], dtype=float)


def test_standardised_by_hand() -> None:
    row = simpson(KIDNEY).iloc[0]
    small, large = 81 / 87 - 234 / 270, 192 / 263 - 55 / 80
    assert row["standardised"] == pytest.approx(100 * (357 * small + 343 * large) / 700)
    weights = KIDNEY.assign(people=[1.0, 3.0])
    assert simpson(weights, standard="people")["standardised"].tolist() == pytest.approx(
        [100 * (small + 3 * large) / 4]
    )
    assert (row["strata"], row["covered"], row["n"], row["reason"]) == (2, 1, 700, "")


@settings(deadline=None, max_examples=60)
@given(STRATA)
def test_flags_follow_their_definition(rows: list) -> None:
    counts = table(rows)
    row, total = simpson(counts).iloc[0], counts.sum()
    sign = np.sign(round(total["x1"] / total["n1"] - total["x2"] / total["n2"], 12))
    signs = np.sign((counts["x1"] / counts["n1"] - counts["x2"] / counts["n2"]).round(12))
    assert row["disagree"] == (signs != sign).all()
    assert row["reversal"] == (sign != 0 and (signs == -sign).all())
    assert row["mixed"] == (1 in signs.tolist() and -1 in signs.tolist())
    assert np.sign(row["difference"].round(9)) == sign


@settings(deadline=None, max_examples=40)
@given(STRATA, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_exchange_only_the_sign(rows: list, random) -> None:
    counts = table(rows)
    result = simpson(counts)
    mixed = list(counts.index)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(simpson(counts.loc[mixed]), result)
    other = simpson(counts.rename(columns={"x1": "x2", "n1": "n2", "x2": "x1", "n2": "n1"}))
    for name in ("difference", "standardised"):
        assert other[name].tolist() == pytest.approx((-result[name]).tolist())
    pd.testing.assert_frame_equal(other[["disagree", "reversal", "mixed"]], result[["disagree", "reversal", "mixed"]])


def test_equal_mixes_cannot_disagree() -> None:
    counts = pd.DataFrame({"x1": [10, 40], "n1": [50, 50], "x2": [8, 30], "n2": [50, 50]})
    row = simpson(counts).iloc[0]
    assert not row[["disagree", "reversal", "mixed"]].any()
    assert row["standardised"] == pytest.approx(row["difference"])


def test_many_comparisons_at_once() -> None:
    counts = pd.concat([KIDNEY.assign(indicator="b"), KIDNEY.assign(indicator="a", x2=[0, 0])])
    result = simpson(counts, "indicator")
    assert result.index.tolist() == ["b", "a"]
    assert result["disagree"].tolist() == [True, False]
    pd.testing.assert_series_equal(result.loc["b"], simpson(KIDNEY).iloc[0], check_names=False)


def test_strata_that_cannot_be_compared() -> None:
    odd = pd.DataFrame(
        {
            "x1": [5, np.nan, 30, 81, 192],
            "n1": [10, 20, 20, 87, 263],
            "x2": [0, 5, 5, 234, 55],
            "n2": [0, 10, 10, 270, 80],
        }
    )
    each = strata_differences(odd)
    assert each["reason"].tolist() == ["zero_denominator", "not_reported", "impossible", "", ""]
    assert each["difference"].isna().tolist() == [True, True, True, False, False]
    row = simpson(odd).iloc[0]
    assert (row["strata"], row["n"]) == (2, 710)  # a stratum with one group only is in the total
    assert row["covered"] == pytest.approx(700 / 710)
    assert row["standardised"] == pytest.approx(simpson(KIDNEY)["standardised"].iloc[0])


def test_one_stratum_or_an_absent_group_is_refused() -> None:
    one = simpson(KIDNEY.iloc[:1]).iloc[0]
    assert (one["reason"], bool(one["disagree"]), one["strata"]) == ("too_few_groups", False, 1)
    assert one["difference"] == pytest.approx(100 * (81 / 87 - 234 / 270))
    assert np.isnan(one["standardised"])
    absent = simpson(KIDNEY.assign(x2=0, n2=0)).iloc[0]
    assert absent["reason"] == "zero_denominator"
    assert absent[["difference", "standardised"]].isna().all()
