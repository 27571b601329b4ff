"""Level against target: dots where the values are, targets and diamonds only where there are some."""

from dataclasses import replace

import pytest
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.indicators import Dot, draw_targets, plot_targets
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import format_value
from kbk_analysis.narrative.amounts import amount


def dot(id: str = "a", **fields) -> Dot:
    return Dot(id=id, name=fields.pop("name", f"Indikator {id}"), **{"value": None, **fields})


def targets_of(one) -> list[tuple[float, float]]:
    """Value and row of each target tick on the scale."""
    segments = [part for lines in one.artists(LineCollection, "target") for part in lines.get_segments()]
    return [(float(part[0][0]), float(part[:, 1].mean())) for part in segments]


def changed(situation, **columns):
    """The invented district with other columns of `levels`, each given by indicator."""
    made = situation()
    levels = made.levels.copy()
    for column, cells in columns.items():
        for id, value in cells.items():
            levels.loc[id, column] = value
    return replace(made, levels=levels)


# ------------------------------------------------------------------ the drawing


def test_dots_stand_at_their_values_and_intervals_span_their_limits(look) -> None:
    dots = [dot("a", value=61.2, lower=58.0, upper=64.5), dot("b", value=7.0), dot("c", reason="belum lapor")]
    one = look(draw_targets(dots, "Kabupaten"))
    on_scale = [point for point in one.points("value") if point[1] < 3]
    assert on_scale == [(61.2, 0.5), (7.0, 1.5)]
    assert one.points("ci:a") == [(58.0, 0.5), (64.5, 0.5)]
    assert one.labels(Line2D, "ci:") == ["a"]


def test_a_target_tick_stands_only_where_there_is_a_target(look) -> None:
    one = look(draw_targets([dot("a", value=50.0, target=63.0), dot("b", value=50.0), dot("c", target=90.0)], "x"))
    assert targets_of(one) == [(63.0, 0.5), (90.0, 2.5)]


def test_a_target_of_a_hundred_is_drawn_whole(look) -> None:
    one = look(draw_targets([dot(value=50.0, target=100.0)], "x"))
    assert all(not lines.get_clip_on() for lines in one.artists(LineCollection, "target"))


def test_diamonds_stand_only_where_there_is_a_value_to_compare(look) -> None:
    one = look(draw_targets([dot("a", value=50.0, benchmark=40.0), dot("b", value=50.0)], "Kabupaten Contoh"))
    assert one.points("benchmark") == [(40.0, 0.5)]
    assert "Kabupaten Contoh" in one.words()


def test_the_legend_explains_what_is_drawn_and_nothing_else(look) -> None:
    bare = look(draw_targets([dot(value=50.0)], "Kabupaten Contoh"))
    assert not {"target", "Kabupaten Contoh", "↓ makin rendah makin baik"} & set(bare.words())
    full = look(draw_targets([dot(value=5.0, target=4.0, benchmark=6.0, name="Unmet need ↓")], "Kabupaten Contoh"))
    assert {"target", "Kabupaten Contoh", "↓ makin rendah makin baik"} <= set(full.words())


def test_the_scale_runs_from_nought_to_a_hundred(look) -> None:
    one = look(draw_targets([dot(value=99.0)], "x"))
    assert one.axes[1].get_xlim() == (0, 100)
    assert [label.get_text() for label in one.axes[1].get_xticklabels()] == ["0", "25", "50", "75", "100\xa0%"]


def test_no_value_is_a_row_with_its_reason(look) -> None:
    one = look(draw_targets([dot("a", reason="belum lapor", n="120"), dot("b", value=7.04, n="1.204")], "x"))
    assert one.words("reason:a") == ["belum lapor"]
    assert one.words("value:b") == ["7,0 %"]
    assert one.words("value:a") == []
    assert "120" not in one.words()  # no n without a value
    assert "1.204" in one.words()


# ------------------------------------------------------------------ from a situation


def test_the_table_holds_the_numbers_that_are_drawn(drawn, situation) -> None:
    made = situation()
    (one,) = drawn(plot_targets, made, "S3")
    names = {load_catalogue()[id].name: id for id in ("S3-02", "S3-03", "S3-04", "S3-10")}
    rows = {names[row[0]]: dict(zip((field.key for field in one.exhibit.fields), row, strict=True)) for row in
            one.exhibit.rows}  # fmt: skip
    assert list(rows) == ["S3-02", "S3-03", "S3-04", "S3-10"]  # catalogue order
    place = {id: i + 0.5 for i, id in enumerate(rows)}
    valued = [id for id in rows if id != "S3-03"]
    assert [point for point in one.points("value") if point[1] in place.values()] == [
        (rows[id]["value"], place[id]) for id in valued
    ]
    assert one.points("benchmark") == [(rows[id]["benchmark"], place[id]) for id in rows]
    assert targets_of(one) == [(rows[id]["target"], place[id]) for id in valued]
    for id in valued:
        assert one.points(f"ci:{id}") == [(rows[id]["lower"], place[id]), (rows[id]["upper"], place[id])]
        assert one.words(f"value:{id}") == [format_value(rows[id]["value"], "percent1").replace("\xa0", " ")]
    # unmet need by hand: 12 % of 659 with a target of at most 7.4 %
    assert rows["S3-04"]["status"] == "belum tercapai"
    assert rows["S3-03"]["value"].code == "incomplete"
    assert rows["S3-03"]["target"] == Refusal("no_target")
    assert one.words("reason:S3-03") == ["data tidak cukup"]


def test_better_when_lower_is_marked(drawn, situation) -> None:
    (one,) = drawn(plot_targets, situation(), "S3")
    assert [words for words in one.words() if words.endswith("↓")] == ["Kebutuhan KB tidak terpenuhi (unmet need) ↓"]


def test_title_counts_reached_of_judged_and_what_has_no_value(drawn, situation) -> None:
    made = changed(situation, target_status={"S3-02": "reached"})
    (one,) = drawn(plot_targets, made, "S3")
    assert one.exhibit.title == (
        "Layanan dan rujukan keluarga: 1 dari 3 indikator persen mencapai target"
    )  # fmt: skip
    assert one.exhibit.n == "3 dari 4 indikator bernilai"
    assert "Kabupaten Contoh" in one.exhibit.alt
    assert "target, pada 3 indikator" in one.exhibit.alt


def test_an_area_without_siblings_is_compared_with_nothing(drawn, situation) -> None:
    (one,) = drawn(plot_targets, situation(parent_code="99.01.01", parent_name="Rambah Contoh"), "S3")
    assert one.points("benchmark") == []
    assert "benchmark" not in {field.key for field in one.exhibit.fields}
    assert "Rambah Contoh" not in one.words()
    assert "Rambah Contoh" not in one.exhibit.alt


def test_without_any_target_nothing_speaks_of_targets(drawn, situation) -> None:
    ids = ("S3-02", "S3-03", "S3-04", "S3-10")
    made = changed(situation, target_reason=dict.fromkeys(ids, "no_target"), target_status=dict.fromkeys(ids, ""))
    (one,) = drawn(plot_targets, made, "S3")
    assert targets_of(one) == []
    assert {"target", "status"}.isdisjoint(field.key for field in one.exhibit.fields)
    assert one.exhibit.title.startswith("Layanan dan rujukan keluarga: 4 indikator tanpa penilaian target")
    assert "Garis tegak" not in one.exhibit.alt
    assert one.exhibit.notes[0].startswith("3 indikator bernilai tetapi tidak dinilai")


def test_a_status_that_the_interval_does_not_settle_is_called_unsure(drawn, situation) -> None:
    made = changed(situation, target_status={"S3-02": "reached"}, certain={"S3-02": False, "S3-10": True})
    (one,) = drawn(plot_targets, made, "S3")
    status = {row[0]: row[-1] for row in one.exhibit.rows}
    assert status["Pemakaian kontrasepsi modern (mCPR)"] == "tercapai, belum pasti"
    assert status["Balita ditimbang (D/S)"] == "belum tercapai"


def test_other_scales_are_in_the_table_with_their_unit_and_not_on_the_scale(drawn, situation) -> None:
    (one,) = drawn(plot_targets, situation(), "S1")
    assert len([point for point in one.points("value") if point[1] in (0.5, 1.5, 2.5)]) == 3
    row = one.exhibit.rows[-1]
    assert row[0] == "Penggunaan data (0–5)"
    assert row[1] == amount(load_catalogue()["S1-11"], 3.0)
    assert row[2:4] == (Refusal("no_score"), Refusal("no_score"))


def test_only_other_scales_make_a_table_without_dots(drawn, situation) -> None:
    made = situation()
    (one,) = drawn(plot_targets, replace(made, levels=made.levels.loc[["S1-11"]]), "S1")
    assert one.figure is None
    assert one.exhibit.title == "Data dan administrasi kependudukan: 1 indikator yang bukan persen"
    assert len(one.exhibit.rows) == 1


def test_nothing_with_a_value_is_a_statement_that_names_each_reason(drawn, situation) -> None:
    (one,) = drawn(plot_targets, situation(blank=True), "S2")
    assert one.figure is None
    assert one.exhibit.title == "Perubahan perilaku: tidak satu pun dari 2 indikator bernilai."
    assert one.exhibit.notes == ("Partisipasi BKB (data tidak cukup); ASI eksklusif (data tidak cukup).",)


def test_more_than_22_indicators_go_on_a_second_sheet(drawn, situation) -> None:
    made = situation()
    ids = [i.id for i in load_catalogue() if i.sasaran == "S3" and i.unit == "percent"][:30]
    levels = made.levels.loc[["S3-02"] * 30].assign(indicator=ids).set_index("indicator", drop=False)
    sheets = drawn(plot_targets, replace(made, levels=levels), "S3")
    assert [len(one.exhibit.rows) for one in sheets] == [22, 8]
    assert [one.exhibit.id for one in sheets] == ["target-s3-1", "target-s3-2"]
    assert [one.faults() for one in sheets] == [[], []]


def test_an_unknown_sasaran_is_refused_and_an_empty_one_is_a_statement(drawn, situation) -> None:
    with pytest.raises(ValueError, match="S9"):
        plot_targets(situation(), "S9")
    made = situation()
    (one,) = drawn(plot_targets, replace(made, levels=made.levels.loc[["S3-02"]]), "S4")
    assert one.figure is None
    assert one.exhibit.title == "Lingkungan keluarga dan masyarakat: tidak ada data"
