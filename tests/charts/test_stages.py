"""Stages of life and sasaran as drawn: every stage once, every indicator with its sign, bars as long as counts."""

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.sasaran import plot_sasaran
from kbk_analysis.charts.stages import Line, Stage, _flow, _tall, plot_stages
from kbk_analysis.situation.stages import STATES, VERDICTS, sasaran_table

CATALOGUE = load_catalogue()
NAMES = [str(label) for id, label in CATALOGUE.life_stages.items() if id != "all"]


def test_all_eight_stages_stand_in_the_order_of_life(situation, drawn) -> None:
    (one,) = drawn(plot_stages, situation())
    assert one.words("stage") == NAMES
    assert list(dict.fromkeys(row[0] for row in one.exhibit.rows)) == NAMES


def test_a_stage_without_data_says_so(situation, drawn) -> None:
    (one,) = drawn(plot_stages, situation())
    assert one.words("reason").count("tidak ada data") == 3  # pregnancy, adolescents, the elderly
    assert "3 dari 8 tahap hidup tanpa data" in one.exhibit.title
    blank = [row for row in one.exhibit.display_rows() if row[0] == "lansia"]
    assert blank[0][1] == "tidak ada data"


def test_signs_and_boxes_are_those_of_the_levels(situation, drawn) -> None:
    made = situation()
    (one,) = drawn(plot_stages, made)
    shown = {row[1]: row for row in one.exhibit.rows}
    for id in ("S1-01", "S3-02", "S3-10"):
        level = made.levels.loc[id]
        said = shown[CATALOGUE[id].name]
        assert said[3] == level["denominator"]
        assert said[5] == {"better": "▲", "similar": "●", "worse": "▼"}[level["verdict"]]
    reached = [row for row in one.exhibit.rows if str(row[4]).startswith("tercapai")]
    assert len(one.boxes("box:reached")) == len(reached)


def test_a_value_without_n_leaves_no_blank_n(situation) -> None:
    for exhibit in plot_stages(situation()):
        assert all("belum lapor" not in row for row in exhibit.display_rows() if row[2].endswith("%"))


def test_nothing_reported_is_one_statement(situation) -> None:
    (exhibit,) = plot_stages(situation(blank=True))
    assert exhibit.title == "Tidak satu pun tahap hidup mempunyai data."
    assert exhibit.svg == ""


@pytest.mark.parametrize("height", [60, 120, 300, 900])
def test_flowing_over_columns_loses_no_line_and_no_order(height: float) -> None:
    stages = [Stage(f"T{i}", tuple(Line(name=f"{i}-{j}", value="1") for j in range(i * 3))) for i in range(8)]
    columns = _flow(stages, height)
    flat = [line.name for column in columns for stage in column for line in stage.lines]
    assert flat == [line.name for stage in stages for line in stage.lines]
    for column in columns:
        assert sum(map(_tall, column)) <= height or len(column) == 1
    begun = [stage for column in columns for stage in column if stage.begun]
    assert all(len(stage.lines) >= 2 for stage in begun)


def test_bars_of_sasaran_are_as_long_as_their_counts(situation, drawn) -> None:
    made = situation()
    (one,) = drawn(plot_sasaran, made)
    table = sasaran_table(made.levels, CATALOGUE)
    unit = one.boxes("no_value:27")[0][2] / 27
    for name in (*STATES, *VERDICTS):
        found = sum(box[2] for n in range(1, 40) for box in one.boxes(f"{name}:{n}"))
        assert found == pytest.approx(unit * table[name].sum(), rel=0.01), name
    assert sum(int(text) for text in one.words("count")) == 72 + 10  # and the ten values compared


def test_the_table_of_sasaran_adds_up(situation) -> None:
    exhibit = plot_sasaran(situation())
    keys = [field.key for field in exhibit.fields]
    assert keys[:2] == ["sasaran", "indicators"]
    for row in exhibit.rows:
        counts = dict(zip(keys[1:], row[1:], strict=True))
        assert sum(counts[name] for name in STATES) == counts["indicators"]


def test_nothing_reported_still_shows_the_72(situation, drawn) -> None:
    (one,) = drawn(plot_sasaran, situation(blank=True))
    assert one.exhibit.title == "Tidak satu pun dari 72 indikator bernilai"
    assert sum(int(text) for text in one.words("count")) == 72
