"""Captions of the figures that compare, one by one; what holds for all captions is tested with the others."""

from typing import Any

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.narrative import comparisons
from kbk_analysis.narrative.comparisons import RugCounts
from kbk_analysis.narrative.figures import Caption

LONGEST = "Kabupaten Kepulauan Siau Tagulandang Biaro"
SASARAN = [str(name) for name in load_catalogue().sasaran.values()]


def counts(**changes: Any) -> RugCounts:
    usual = {"parent": "Kabupaten Contoh", "better": 3, "similar": 40, "worse": 7, "missing": 5, "cells": 60}
    return RugCounts(**{**usual, **changes})


def funnel(**changes: Any) -> Caption:
    usual = {"indicator": "Partisipasi BKB", "parent": "Kabupaten Contoh", "outside": ["Rambah", "Tandun"]}
    return comparisons.funnel(**{**usual, "own": 37, "villages": 145, "wide": True, **changes})


def test_the_parent_gives_way_before_the_title_grows_too_long() -> None:
    long = counts(parent=LONGEST)
    one = comparisons.rug(["Data dan administrasi kependudukan"], long)
    assert one.title == "Data dan administrasi kependudukan: 7 dari 50 nilai lebih buruk, 3 lebih baik"
    assert LONGEST[:20] in one.alt
    assert comparisons.rug(SASARAN, long).title.startswith("4 sasaran: 7 dari 50 nilai lebih buruk")


def test_nothing_judged_and_nothing_different_are_statements() -> None:
    none = comparisons.differences(counts(better=0, similar=0, worse=0), judged=0, shown=0, differing=0)
    assert none.title == "Tidak ada nilai yang dapat dibandingkan dengan Kabupaten Contoh."
    assert none.notes
    same = comparisons.differences(counts(better=0, worse=0), judged=40, shown=0, differing=0)
    assert same.title == "Tidak satu pun dari 40 nilai berbeda dari Kabupaten Contoh melebihi kebetulan."
    assert (none.alt, same.alt) == ("", "")  # nothing is drawn


def test_a_funnel_names_the_furthest_eight_and_says_so_where_there_are_more() -> None:
    names = [f"D{i}" for i in range(1, 10)]
    eight, nine = (funnel(outside=names[:count]) for count in (8, 9))
    assert eight.alt.endswith("Di luar batas: D1, D2, D3, D4, D5, D6, D7, dan D8.")
    assert nine.alt.endswith("Paling jauh di luar batas: D1, D2, D3, D4, D5, D6, D7, dan D8.")
    assert nine.title == "Partisipasi BKB: 9 dari 37 desa di luar batas 99,8 %"


def test_a_funnel_with_none_outside_says_so_and_names_none() -> None:
    none = funnel(outside=[])
    assert none.title == "Partisipasi BKB: tidak satu pun dari 37 desa di luar batas 99,8 %"
    assert none.alt.endswith(f"{none.title}.")


def test_a_funnel_tells_of_widened_limits_only_where_they_are() -> None:
    wide, plain = funnel(), funnel(wide=False)
    assert len(wide.notes) == 2
    assert "dilebarkan" in wide.notes[1]
    assert plain.notes == wide.notes[:1]
    assert "kebetulan" in plain.notes[0]
    assert (plain.title, plain.alt, plain.n) == (wide.title, wide.alt, wide.n)
    assert plain.n == "145 desa"


@pytest.mark.parametrize(("above", "told"), [(0, ""), (1, " (1 di atas, 2 di bawah)"), (3, "")])
def test_a_funnel_tells_the_sides_where_villages_lie_on_both(above: int, told: str) -> None:
    caption = comparisons.funnel(
        indicator="Partisipasi BKB", parent="K", outside=["A", "B", "C"], own=9, villages=145, wide=True, above=above
    )
    assert caption.title == f"Partisipasi BKB: 3 dari 9 desa di luar batas 99,8 %{told}"
