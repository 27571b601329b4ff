"""Figures of iBangga and of families at risk: what is drawn is what the frames hold, and nothing is summed."""

import dataclasses
from itertools import pairwise

import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text

from kbk_analysis.charts.ibangga import plot_ibangga
from kbk_analysis.charts.risk import plot_risk
from kbk_analysis.charts.style import ACCENT, VERDICTS, luminance
from kbk_analysis.errors import Refusal


def test_dots_stand_at_their_scores_with_n_and_without_limits(situation, drawn) -> None:
    (one,) = drawn(plot_ibangga, situation())
    width = one.figure.get_size_inches()[0] * 72
    left, right = 118.0, width - 92.0
    scores = sorted(100 * (x - left) / (right - left) for x, _ in one.points("value"))
    assert scores == pytest.approx([48.9, 57.3, 61.2, 61.8])
    assert one.words("value") == ["61,2", "48,9", "61,8", "57,3"]
    assert not [line for line in one.artists(Line2D) if str(line.get_label()).startswith("ci")]
    assert one.words().count("1.230") == 4


def test_the_strip_is_as_long_as_the_shares_and_all_families(situation, drawn) -> None:
    (one,) = drawn(plot_ibangga, situation())
    boxes = [one.boxes(f"value:{id}")[0] for id in ("IBG-RENTAN", "IBG-BERKEMBANG", "IBG-TANGGUH")]
    whole = sum(box[2] for box in boxes)
    assert [box[2] / whole for box in boxes] == pytest.approx([160 / 1230, 800 / 1230, 270 / 1230], abs=0.002)
    assert one.words("class") == ["Keluarga rentan: 160", "Keluarga berkembang: 800", "Keluarga tangguh: 270"]


def test_a_mean_never_stands_without_the_classes(situation, drawn) -> None:
    (one,) = drawn(plot_ibangga, situation())
    assert "13,0\xa0% keluarga rentan, 22,0\xa0% tangguh" in one.exhibit.title
    assert [row[0] for row in one.exhibit.rows[-3:]] == ["Keluarga rentan", "Keluarga berkembang", "Keluarga tangguh"]


def test_a_hidden_class_is_neither_drawn_nor_told_from_the_others(situation, drawn) -> None:
    made = situation()
    classes = made.ibangga_classes.copy()
    for id in ("IBG-RENTAN", "IBG-TANGGUH"):
        classes.loc[id, ["value", "numerator", "denominator"]] = float("nan")
        classes.loc[id, "reason"] = "suppressed"
    (one,) = drawn(plot_ibangga, dataclasses.replace(made, ibangga_classes=classes))
    assert one.boxes("value:IBG-BERKEMBANG") == []
    assert "22,0" not in one.exhibit.title + one.exhibit.alt
    assert "disembunyikan" in one.words("class")[0]


def test_one_hidden_class_of_the_parent_hides_its_three(situation) -> None:
    made = situation()
    classes = made.ibangga_classes.copy()
    classes.loc["IBG-RENTAN", "benchmark_reason"] = "suppressed"
    exhibit = plot_ibangga(dataclasses.replace(made, ibangga_classes=classes))
    assert [row[-1] for row in exhibit.rows[-3:]] == [Refusal("suppressed")] * 3


def test_what_the_data_do_not_hold_is_one_line_without_a_table(situation) -> None:
    made = situation()
    none = dataclasses.replace(made, ibangga=made.ibangga[:0], ibangga_classes=made.ibangga_classes[:0],
                               risk=made.risk[:0])  # fmt: skip
    for exhibit in (plot_ibangga(none), plot_risk(none)):
        assert "tidak ada dalam kumpulan data ini" in exhibit.title
        assert (exhibit.svg, exhibit.rows, exhibit.notes, exhibit.alt) == ("", (), (), "")


def test_a_refused_index_says_why(situation) -> None:
    made = situation()
    means = made.ibangga.assign(reason="incomplete", value=float("nan"), reported=4, expected=9)
    exhibit = plot_ibangga(dataclasses.replace(made, ibangga=means))
    assert exhibit.title == "Indeks Pembangunan Keluarga (iBangga): data tidak cukup"
    assert exhibit.notes == ("Tidak dihitung: hanya 4 dari 9 desa melaporkan.",)


def test_bars_are_proportional_within_their_scale_and_carry_counts(situation, drawn) -> None:
    (one,) = drawn(plot_risk, situation())
    widths = [box[2] for box in one.boxes("bar")]
    counts = one.words("count")
    assert counts[:3] == ["240 dari 890", "40 dari 890", "170 dari 890"]
    assert widths[1] / widths[0] == pytest.approx(40 / 240, abs=0.01)
    assert widths[2] / widths[0] == pytest.approx(170 / 240, abs=0.01)
    assert len(widths) == len(counts) == 16  # of 17, one hidden
    assert one.words("reason") == ["disembunyikan"]


def test_factors_are_said_to_overlap_and_their_sum_is_no_number_of_families(situation, drawn) -> None:
    (one,) = drawn(plot_risk, situation())
    assert "tidak dijumlahkan" in one.words("head")[0]
    assert "320 kali pada 240 keluarga berisiko" in one.exhibit.notes[0]  # 40 + 170 + 110
    assert "320" not in " ".join(text for row in one.exhibit.display_rows() for text in row)
    overlapping = {row[0]: row[-1] for row in one.exhibit.rows}
    assert overlapping["Air minum tidak layak"] is True
    assert overlapping["KRS peringkat kesejahteraan 1"] is False


def test_the_title_names_the_largest_factor_with_its_n(situation) -> None:
    title = "Faktor terbanyak: Jamban tidak layak, 19,1\xa0% dari 890 keluarga sasaran"
    assert plot_risk(situation()).title == title


def test_all_hidden_leaves_the_reasons_in_a_table(situation) -> None:
    made = situation()
    cells = ["numerator", "denominator", "value", "lower", "upper"]
    risk = made.risk.assign(reason="suppressed", **dict.fromkeys(cells, float("nan")))
    exhibit = plot_risk(dataclasses.replace(made, risk=risk))
    assert exhibit.svg == ""
    assert all(row[1] == Refusal("suppressed") for row in exhibit.rows)


def test_the_area_above_is_left_out_where_there_is_none(situation, drawn) -> None:
    made = dataclasses.replace(situation(), parent_code="99.01.01")
    for plot in (plot_ibangga, plot_risk):
        (one,) = drawn(plot, made)
        assert one.points("benchmark") == []
        assert not any(made.parent_name in text.get_text() for text in one.artists(Text))
        assert one.exhibit.display_rows()


def test_classes_stay_apart_in_grey() -> None:
    lightness = sorted(luminance(colour) for colour in VERDICTS.values())
    assert all(b - a > 0.1 for a, b in pairwise(lightness))
    assert luminance(ACCENT) < 0.1
