"""Ranked dots: best at the top, intervals, groups by symbol and word, and never a bare rank."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.ranked import GROUPS, plot_ranked
from kbk_analysis.charts.style import PAGE_ROWS, luminance
from kbk_analysis.errors import Refusal
from kbk_analysis.indicators.release import conceal, release
from kbk_analysis.indicators.suppression import hidden_cells
from kbk_analysis.situation.ranking import ranking_table
from kbk_analysis.situation.result import Remark

SPREAD = [(95, 100), (94, 100), *[(50, 100)] * 6, (6, 100), (7, 100)]


def changed(situation, cells, *, indicator="S3-02", verdicts=()):
    """The situation with one ranking of its own; a cell is (numerator, denominator) or a reason."""
    rows = []
    for i, cell in enumerate(cells):
        x, n, reason = (*cell, "") if isinstance(cell, tuple) else (None, None, cell)
        verdict = verdicts[i] if i < len(verdicts) else "similar"
        value = 100 * x / n if n else None
        rows.append((f"99.01.01.{2001 + i}", x, n, value, reason, "" if reason else verdict))
    frame = pd.DataFrame(rows, columns=["area_code", "numerator", "denominator", "value", "reason", "verdict"])
    frame = frame.astype({"numerator": float, "denominator": float, "value": float})
    catalogue = load_catalogue()
    frame = frame.assign(
        indicator=indicator, period="2024", total_of="99.01.01", sensitive=catalogue[indicator].sensitive
    )
    names = pd.Series({code: f"Desa {code[-2:]}" for code in frame["area_code"]})
    findings = (Remark("x", {}, indicator=indicator),)
    return replace(situation, edition=None, ranking=ranking_table(frame, names, findings, catalogue))


def public(made):
    """As the public edition shows it."""
    return replace(
        made, edition="public", ranking=conceal(made.ranking, hidden_cells(made.ranking.assign(revealing="")))
    )


@pytest.fixture
def ten(situation):
    return release(changed(situation(units=10), SPREAD), "internal")


# ------------------------------------------------------------------ what is drawn


def test_the_best_stands_at_the_top_whichever_way_is_better(drawn, situation) -> None:
    for indicator, first in (("S3-02", "Desa 01"), ("S3-04", "Desa 09")):
        made = release(changed(situation(units=10), SPREAD, indicator=indicator), "internal")
        (one,) = drawn(plot_ranked, made)
        assert one.exhibit.rows[0][0] == first
        values = [row[1] for row in one.exhibit.rows]
        assert values == sorted(values, reverse=indicator == "S3-02")


def test_dots_and_intervals_are_those_of_the_frame(drawn, ten) -> None:
    (one,) = drawn(plot_ranked, ten)
    rows = ten.ranking.sort_values(["value", "name"], ascending=[False, True])
    assert [x for x, _ in one.points("value")][: len(rows)] == pytest.approx(rows["value"].tolist())
    for label, names in (("ci95", ["lower95", "upper95"]), ("ci998", ["lower998", "upper998"])):
        ends = [x for x, _ in one.points(label)]
        assert ends == pytest.approx(rows[names].to_numpy().ravel().tolist())


def test_the_thick_line_is_the_shorter_one(drawn, ten) -> None:
    (one,) = drawn(plot_ranked, ten)
    thick, thin = one.artists(Line2D, "ci95")[0], one.artists(Line2D, "ci998")[0]
    assert thick.get_linewidth() > thin.get_linewidth() + 1


def test_the_area_above_is_a_line_with_its_name_and_value(drawn, ten) -> None:
    (one,) = drawn(plot_ranked, ten)
    assert one.artists(Line2D, "parent")[0].get_xdata()[0] == ten.levels.loc["S3-02", "benchmark"]
    assert one.words("parent") == ["Kabupaten Contoh 61,0 %"]


@pytest.mark.parametrize("hidden", [True, False])
def test_a_value_of_the_area_above_that_may_not_be_shown_is_no_line(drawn, ten, hidden) -> None:
    levels = ten.levels.copy()
    levels.loc["S3-02", "benchmark_reason"] = "suppressed" if hidden else "incomplete"
    (one,) = drawn(plot_ranked, replace(ten, levels=levels))
    assert not one.artists(Line2D, "parent")
    assert not one.words("parent")


def test_everything_drawn_lies_within_the_scale(drawn, situation) -> None:
    for made in (situation(units=14), situation(units=40), situation(units=16, regency=True)):
        for one in drawn(plot_ranked, made):
            low, high = one.axes[1].get_xlim()
            for label in ("ci998", "ci95", "value"):
                assert all(low - 1e-6 <= x <= high + 1e-6 for x, _ in one.points(label))


# ------------------------------------------------------------------ groups and ranks


def test_groups_are_told_by_a_symbol_and_a_word_each(drawn, ten) -> None:
    (one,) = drawn(plot_ranked, ten)
    assert one.words("group") == ["atas", "atas", *["tengah"] * 6, "bawah", "bawah"]
    marks = {label: one.artists(Line2D, f"group:{label}") for label in ("top", "middle", "bottom")}
    assert {label: len(found) for label, found in marks.items()} == {"top": 2, "middle": 6, "bottom": 2}
    assert len({found[0].get_marker() for found in marks.values()}) == 3
    assert [row[-1] for row in one.exhibit.rows] == one.words("group")


def test_what_is_not_clear_has_a_symbol_and_word_of_its_own(drawn, situation) -> None:
    made = release(changed(situation(units=12), [(50 + i, 100) for i in range(12)]), "internal")
    (one,) = drawn(plot_ranked, made)
    assert "belum jelas" in one.words("group")
    assert len({symbol for symbol, _, _ in GROUPS.values()}) == len(GROUPS)
    assert "tidak satu pun dari 12 desa jelas di kelompok atas atau bawah" in one.exhibit.title


def test_symbols_stay_apart_in_grey_print() -> None:
    """The classes that are told from each other, best to worst: the fill darkens or the outline is another."""
    top, middle, bottom = (luminance(GROUPS[name][1]) for name in ("top", "middle", "bottom"))
    assert min(abs(top - middle), abs(top - bottom), abs(middle - bottom)) > 0.15


def test_a_rank_is_always_an_interval_with_its_seed(drawn, ten) -> None:
    (one,) = drawn(plot_ranked, ten)
    ranks = [*one.words("ranks"), *(row[-2] for row in one.exhibit.rows)]
    assert len(ranks) == 20
    assert all(re.fullmatch(r"\d+–\d+", text) for text in ranks)
    assert "4.000 simulasi (benih acak 2023)" in one.exhibit.notes[0]
    assert "seperlima (2 desa)" in one.exhibit.notes[1]


def test_title_counts_the_groups_and_the_alternative_text_names_them(drawn, ten) -> None:
    (one,) = drawn(plot_ranked, ten)
    assert one.exhibit.title.endswith(": 2 dari 10 desa di kelompok atas, 2 di kelompok bawah")
    assert one.exhibit.title in one.exhibit.alt
    assert "Kelompok atas: Desa 01 dan Desa 02." in one.exhibit.alt
    assert "Kelompok bawah: Desa 09 dan Desa 10." in one.exhibit.alt  # the worst first


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["worse", "better", "worse"], "2 dari 9 desa lebih buruk daripada Kabupaten Contoh, 1 lebih baik"),
        ([], "tidak satu pun dari 9 desa berbeda melebihi kebetulan"),
    ],
)
def test_below_ten_units_it_is_a_sorted_list_with_the_reason(drawn, situation, verdicts, said) -> None:
    made = release(changed(situation(), SPREAD[:9], indicator="S2-01", verdicts=verdicts), "internal")
    (one,) = drawn(plot_ranked, made)
    assert one.exhibit.title.endswith(f": {said}")
    assert one.exhibit.notes[0] == "Tanpa selang peringkat. Tidak dihitung: 9 wilayah, sedikitnya 10 diperlukan."
    assert [field.key for field in one.exhibit.fields] == ["unit", "value", "lower", "upper", "n"]
    assert not one.words("ranks")
    assert not one.words("group")
    assert len(one.points("value")) >= 9


def test_units_with_few_people_are_drawn_without_a_rank(drawn, situation) -> None:
    made = release(changed(situation(units=11), [*SPREAD, (5, 10)]), "internal")
    (one,) = drawn(plot_ranked, made)
    row = next(row for row in one.exhibit.rows if row[0] == "Desa 11")
    assert row[1:2] + row[4:] == (50.0, 10.0, Refusal("unstable"), Refusal("unstable"))
    assert "1 desa dengan sasaran kurang dari 20 tidak diberi peringkat." in one.exhibit.notes
    assert len(one.words("ranks")) == 10


# ------------------------------------------------------------------ missing and hidden


def test_silent_units_come_last_with_their_reason(drawn, situation) -> None:
    made = release(changed(situation(units=12), ["not_reported", *SPREAD, "not_applicable"]), "internal")
    (one,) = drawn(plot_ranked, made)
    assert [row[0] for row in one.exhibit.rows][-2:] == ["Desa 01", "Desa 12"]
    assert one.exhibit.rows[-2][1:] == (Refusal("not_reported"),) * 6
    assert one.words("reason") == ["belum lapor", "–"]
    assert one.exhibit.n == "10 dari 11 desa"


def test_a_hidden_unit_is_not_told_by_its_place(drawn, situation) -> None:
    cells = [(50 + 3 * i, 100) for i in range(10)]
    cells[4] = (3, 100)
    cells[7] = (98, 100)
    made = public(changed(situation(units=10), cells, indicator="S3-04"))
    (one,) = drawn(plot_ranked, made)
    assert [row[0] for row in one.exhibit.rows][-2:] == ["Desa 05", "Desa 08"]  # by name, behind all that is shown
    assert one.exhibit.rows[-1][1:] == (Refusal("suppressed"),) * 4
    assert one.exhibit.notes[0] == "Tanpa selang peringkat. Disembunyikan karena jumlahnya kecil."
    assert not one.words("ranks")


def test_where_all_is_hidden_it_says_so(drawn, situation) -> None:
    made = public(changed(situation(units=3), [(3, 100)] * 3, indicator="S3-04"))
    (one,) = drawn(plot_ranked, made)
    assert one.figure is None
    assert one.exhibit.title.endswith("disembunyikan")
    assert len(one.exhibit.rows) == 3


def test_without_an_indicator_it_is_a_statement(drawn, situation) -> None:
    (one,) = drawn(plot_ranked, situation(units=1))
    assert one.figure is None
    assert one.exhibit.title == "Urutan wilayah: tidak ada indikator yang cukup dilaporkan untuk diurutkan."


# ------------------------------------------------------------------ many units


def test_more_than_forty_units_go_on_sheets_in_one_order(drawn, situation) -> None:
    made = release(changed(situation(units=95), [(5 + i, 100) for i in range(95)]), "internal")
    sheets = drawn(plot_ranked, made)
    assert [len(one.exhibit.rows) for one in sheets] == [32, 31, 32]
    assert max(len(one.exhibit.rows) for one in sheets) <= PAGE_ROWS
    values = [row[1] for one in sheets for row in one.exhibit.rows]
    assert values == sorted(values, reverse=True)
    assert [one.exhibit.title[-5:] for one in sheets] == ["(1/3)", "(2/3)", "(3/3)"]
    assert all(len(one.exhibit.title) <= 90 and one.faults() == [] for one in sheets)
    assert len({one.axes[1].get_xlim() for one in sheets}) == 1  # sheets can be laid side by side


def test_all_letters_are_eight_points_or_more(drawn, situation) -> None:
    for one in drawn(plot_ranked, situation(units=40, names="LONG")):
        assert min(text.get_fontsize() for text in one.artists(Text)) >= 8
