"""Text from outside is inert."""

import re

from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.text import clean, csv_safe, shorten, slug


@given(st.text(max_size=80))
def test_slug_is_a_safe_file_name_everywhere(text: str) -> None:
    name = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) <= 62
    assert name not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.text(max_size=80))
def test_clean_is_stable_and_leaves_no_invisible_character(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not re.search("[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", once)


def test_look_alikes_by_direction_marks_become_equal() -> None:
    assert clean("Ram\u202ebah\u200b ") == "Rambah"


def test_live_cells_are_disarmed_and_numbers_are_not_touched() -> None:
    for start in ("=", "+", "-", "@", "\t", "＝"):
        assert str(csv_safe(f"{start}cmd")).startswith("'")
    assert csv_safe(-5.5) == -5.5
    assert csv_safe("Desa A") == "Desa A"


def test_shorten_marks_the_cut() -> None:
    assert shorten("a" * 100, 10) == "aaaaaaaaa…"
    assert shorten("abc", 10) == "abc"
