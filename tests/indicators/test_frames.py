"""What all frames of results have in common, for any numbers at all: method, n, and a known reason for each blank."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbk_analysis.errors import REASONS
from kbk_analysis.indicators import benchmarks, funnel, identities, quality, ranks, rates, targets
from kbk_analysis.indicators.rows import align, labels
from kbk_analysis.schema import Direction

Four = tuple[pd.Series, pd.Series, pd.Series, pd.Series]
UP = Direction.HIGHER

# name -> (frame of four columns of numbers, the column that is blank exactly where there is a reason)
FRAMES: dict[str, tuple[Callable[..., pd.DataFrame], str]] = {
    "rate": (lambda a, b, c, d: rates.rate(a, b), "value"),
    "standardised_ratio": (lambda a, b, c, d: rates.standardised_ratio(a, b), "value"),
    "standardised_rate": (lambda a, b, c, d: rates.standardised_rate(a, b, c, a.index // 3), "value"),
    "mean_score": (lambda a, b, c, d: rates.mean_score(a[~np.isinf(a)], full_count=False), "value"),
    "attainment": (lambda a, b, c, d: targets.attainment(a, b, c, UP), "value"),
    "gap": (lambda a, b, c, d: targets.gap(a, b, c), "value"),
    "progress": (lambda a, b, c, d: targets.progress(a, b, c, d), "value"),
    "target_status": (lambda a, b, c, d: targets.target_status(a, a, b, c, d, UP, margin=1), "status"),
    "benchmark_status": (lambda a, b, c, d: benchmarks.benchmark_status(a, b, c, d, UP), "verdict"),
    "compare_with_value": (lambda a, b, c, d: benchmarks.compare_with_value(a, b, c, UP), "verdict"),
    "compare_with_rest": (lambda a, b, c, d: benchmarks.compare_with_rest(a, b, c, d, UP), "verdict"),
    "benjamini_hochberg": (lambda a, b, c, d: benchmarks.benjamini_hochberg(a), "adjusted"),
    "share_funnel": (lambda a, b, c, d: funnel.share_funnel(a, b, minimum=2), "lower95"),
    "ratio_funnel": (lambda a, b, c, d: funnel.ratio_funnel(a, b, minimum=2), "lower95"),
    "rank_intervals": (lambda a, b, c, d: ranks.rank_intervals(a, b, UP, draws=20, minimum=2), "rank"),
    "agreement": (lambda a, b, c, d: identities.agreement(a, b), "ratio"),
    "missing_bounds": (lambda a, b, c, d: quality.missing_bounds(a, b, c), "lower"),
    "more_likely": (lambda a, b, c, d: ranks.more_likely(a, b, c, d), "value"),
}
NUMBER = st.sampled_from([np.nan, np.inf, -1.0, 0.0, 1.0, 0.5, 10.0, 30.0, 400.0]) | st.floats(1e-6, 500)
ROWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=0, max_size=12)


@pytest.mark.parametrize("name", sorted(FRAMES))
@settings(deadline=None, max_examples=60)
@given(rows=ROWS)
def test_a_blank_has_a_reason_and_a_figure_has_method_and_n(name: str, rows: list) -> None:
    function, column = FRAMES[name]
    table = pd.DataFrame(rows, columns=list("abcd"), dtype=float)
    found = function(*(table[letter] for letter in "abcd"))
    assert {"method", "n", "reason"} <= set(found.columns)
    assert (found["method"] != "").all()
    assert set(found["reason"]) - {""} <= set(REASONS)
    blank = found[column].isna() | (found[column].astype(str) == "")
    assert (blank == (found["reason"] != "")).all()
    assert found.loc[~blank, "n"].notna().all() or name in {"attainment", "gap", "progress", "target_status"}


def test_inputs_are_aligned_by_label_and_repeated_when_single() -> None:
    left = pd.Series([1.0, 2.0], index=["x", "y"])
    index, (a, b, c) = align(3, left, pd.Series([5.0, 4.0], index=["y", "x"]))
    assert index.tolist() == ["x", "y"]
    assert (a.tolist(), b.tolist(), c.tolist()) == ([3, 3], [1, 2], [4, 5])
    assert labels(pd.Series(["q", "p"], index=["y", "x"]), index).tolist() == ["p", "q"]
    assert labels("p", index).tolist() == ["p", "p"]
    with pytest.raises(ValueError, match="labels"):
        align(left, pd.Series([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="one column"):
        align(np.ones((2, 2)))
