"""The look of every figure: the same bytes anywhere, texts that fit, colours that survive grey print, even pages."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.ft2font import FT2Font

from kbk_analysis.charts import style
from kbk_analysis.charts.indicators import Dot, draw_targets
from kbk_analysis.charts.maps import STEPS
from kbk_analysis.charts.style import (
    CLASS_COLOURS,
    CLASS_LETTERS,
    FONTS,
    HATCH,
    SYMBOLS,
    VERDICTS,
    filled,
    luminance,
    pages,
    printable,
    row_pitch,
    text_on,
    text_width,
    to_svg,
    wrap,
)

DOTS = [
    Dot(id="a", name="Akta kelahiran", value=61.2, lower=58.0, upper=64.0, target=100.0, benchmark=55.0, n="512"),
    Dot(id="b", name="Air $minum$ <b>", value=None, reason="belum lapor"),
]
DRAW = """
import sys
from kbk_analysis.charts.indicators import Dot, draw_targets
from kbk_analysis.charts.style import to_svg
dots = [
    Dot(id="a", name="Akta kelahiran", value=61.2, lower=58.0, upper=64.0, target=100.0, benchmark=55.0, n="512"),
    Dot(id="b", name="Air $minum$ <b>", value=None, reason="belum lapor"),
]
sys.stdout.write(to_svg(draw_targets(dots, "Kabupaten Contoh")))
"""
HOSTILE = """
font.size: 31
font.family: serif
axes.facecolor: red
figure.facecolor: black
lines.linewidth: 9
lines.marker: x
svg.fonttype: none
svg.hashsalt: other
path.sketch: 5, 100, 2
hatch.color: blue
text.parse_math: True
axes.formatter.limits: -1, 1
"""


def in_new_process(folder: Path, **environment: str) -> str:
    known = {**os.environ, "MPLCONFIGDIR": str(folder), **environment}
    return subprocess.run([sys.executable, "-c", DRAW], env=known, check=True, capture_output=True, text=True).stdout


# ------------------------------------------------------------------ bytes


def test_two_processes_draw_the_same_bytes_whatever_the_users_own_settings(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(HOSTILE, encoding="utf-8")
    plain = in_new_process(tmp_path / "plain", PYTHONHASHSEED="1", TZ="UTC")
    other = in_new_process(tmp_path, PYTHONHASHSEED="2", TZ="Asia/Jayapura", MATPLOTLIBRC=str(tmp_path))
    assert plain.startswith("<svg")
    assert plain == other == to_svg(draw_targets(DOTS, "Kabupaten Contoh"))


def test_a_setting_of_the_session_changes_nothing() -> None:
    plain = to_svg(draw_targets(DOTS, "x"))
    with mpl.rc_context({"font.size": 31, "lines.linewidth": 9, "axes.facecolor": "red", "svg.hashsalt": "other"}):
        assert to_svg(draw_targets(DOTS, "x")) == plain


def test_drawing_leaves_the_settings_of_the_session_alone() -> None:
    with mpl.rc_context({"font.size": 17, "svg.fonttype": "none"}):
        before = dict(mpl.rcParams)
        to_svg(draw_targets(DOTS, "x"))
        assert dict(mpl.rcParams) == before


def test_places_are_drawn_to_a_hundredth_of_a_point() -> None:
    svg = to_svg(draw_targets(DOTS, "Kabupaten Contoh"))
    assert re.search(r"\d\.\d{2}\D", svg)
    assert not re.search(r"\d\.\d{3}", re.sub(r"scale\([^)]*\)", "", svg))
    assert "scale(0.015625)" in svg  # of the letters: rounded they would run into each other


def test_svg_holds_no_date_no_program_no_letters_and_nothing_from_outside() -> None:
    svg = to_svg(draw_targets(DOTS, "Kabupaten Contoh"))
    assert "<text" not in svg  # letters are paths
    assert "Matplotlib" not in svg
    assert "<dc:date" not in svg
    links = {part.split('"')[1] for part in svg.split("href=")[1:]}
    assert all(link.startswith("#") for link in links)


def test_sizes_are_points_of_paper() -> None:
    sheet = style.new_sheet(100)
    assert sheet.width == pytest.approx(16 / 2.54 * 72)
    svg = to_svg(sheet.figure)
    assert 'height="100pt"' in svg
    assert style.SMALL >= 8


# ------------------------------------------------------------------ texts


names = st.text(alphabet="abcdefghijWM ÀéŠ村$_<&\u200b\n…", max_size=90)


@given(names, st.floats(12, 300), st.integers(1, 4), st.sampled_from([8.0, 8.5, 12.0]), st.booleans())
def test_wrapped_text_keeps_to_its_width_and_lines(
    text: str, width: float, lines: int, size: float, bold: bool
) -> None:
    broken = wrap(text, width, lines=lines, size=size, bold=bold).split("\n")
    assert len(broken) <= lines
    assert all(text_width(line, size, bold) <= width for line in broken), broken


@given(st.text(alphabet="abcdefghij ", max_size=60), st.floats(40, 200), st.integers(2, 4))
def test_what_is_not_cut_is_whole(text: str, width: float, lines: int) -> None:
    broken = wrap(text, width, lines=lines)
    if "…" not in broken:
        assert broken.replace("-\n", "").replace("\n", " ") == " ".join(text.split())


def test_a_long_word_goes_on_after_a_hyphen_and_is_cut_on_a_single_line() -> None:
    first, second = wrap("Rantaupanjangseberanghulu", 78).split("\n")
    assert first.endswith("-")
    assert first[:-1] + second == "Rantaupanjangseberanghulu"
    assert wrap("Rantaupanjangseberanghulu", 78, lines=1).endswith("…")


def test_a_sign_the_letters_lack_becomes_a_box_and_lines_stay() -> None:
    assert printable("Desa 村\nB\u200bC") == "Desa □\nBC"
    known = FT2Font(str(FONTS / "LiberationSans-Regular.ttf")).get_charmap()
    assert all(ord(sign) in known for sign in "".join(SYMBOLS.values()) + "□…–↓≥·→")


@given(st.text(max_size=40))
def test_only_signs_of_the_letters_are_written(text: str) -> None:
    known = FT2Font(str(FONTS / "LiberationSans-Regular.ttf")).get_charmap()
    assert all(ord(sign) in known for sign in printable(text) if sign != "\n")


def test_rows_grow_for_long_names_and_never_past_the_page() -> None:
    assert row_pitch(["Suka"], 100, 500, 16) == 16
    assert row_pitch(["Suka Maju Sekali Panjang Sekali Ya"], 60, 500, 16) == style.TWO_LINES
    assert row_pitch(["Suka"] * 40, 100, 500, 16) == pytest.approx(12.5)


# ------------------------------------------------------------------ colours


def grey(colour: str) -> float:
    """Brightness in grey print (Rec. 601), 0 to 1."""
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(
    "ramp", [list(CLASS_COLOURS.values()), [VERDICTS[v] for v in ("similar", "better", "worse")], [c for _, c in STEPS]]
)
def test_neighbouring_colours_are_a_fifth_apart_in_grey_print(ramp: list[str]) -> None:
    shades = [grey(colour) for colour in ramp]
    for one, other in pairwise(shades):
        assert min(one, other) <= 0.8 * max(one, other), shades


def test_what_colour_says_a_sign_says_too() -> None:
    assert len(set(CLASS_LETTERS.values())) == 4
    assert len(set(SYMBOLS.values())) == 3
    assert SYMBOLS.keys() == VERDICTS.keys()
    assert HATCH


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_text_stands_out_on_any_fill(rgb: tuple[int, int, int]) -> None:
    fill = to_hex([part / 255 for part in rgb])
    light, dark = sorted([luminance(fill), luminance(text_on(fill))], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# ------------------------------------------------------------------ pages


@given(st.integers(0, 200), st.integers(1, 50))
def test_pages_are_few_even_and_in_order(count: int, most: int) -> None:
    parts = pages(range(count), most)
    assert [item for part in parts for item in part] == list(range(count))
    assert len(parts) == max(1, -(-count // most))
    assert max(map(len, parts)) <= most
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(st.integers(0, 200), st.integers(5, 50))
def test_full_pages_come_first_and_the_last_is_never_a_scrap(count: int, most: int) -> None:
    parts = filled(range(count), most)
    assert [item for part in parts for item in part] == list(range(count))
    assert len(parts) == max(1, -(-count // most))
    assert max(map(len, parts)) <= most
    if len(parts) > 1:
        assert len(parts[-1]) >= min(4, most // 2)
    if count % most >= 4:
        assert {len(part) for part in parts[:-1]} <= {most}
