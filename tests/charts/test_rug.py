"""The rug: number and sign in every judged cell, the reason in every other, only what differs in the body."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.rug import plot_differences, plot_rug
from kbk_analysis.charts.style import HATCH, VERDICTS
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Marked, Place

A, B, C = "99.01.01.2001", "99.01.01.2002", "99.01.01.2003"
NAMES = {A: "Suka Maju", B: "Bangun Purba Timur Jaya", C: "Air $Panas$ <b>"}
# unit, indicator, value, verdict, reason
CELLS = [
    (A, "S3-02", 41.0, "worse", ""),
    (B, "S3-02", 66.6, "similar", ""),
    (C, "S3-02", 100.0, "better", ""),
    (A, "S3-04", math.nan, "", "not_reported"),
    (B, "S3-04", math.nan, "", "suppressed"),
    (C, "S3-04", 4.25, "", ""),  # too few to be judged
    (A, "S1-08", 1.0, "", ""),
    (B, "S1-08", 0.0, "", ""),
    (A, "S3-10", 80.0, "similar", ""),
    (B, "S3-10", 81.0, "similar", ""),
    (C, "S3-10", 82.0, "similar", ""),
]


@pytest.fixture
def three(situation):
    """Three villages with the cells above."""

    def make(cells=CELLS):
        frame = pd.DataFrame(cells, columns=["area_code", "indicator", "value", "verdict", "reason"])
        return situation(units=3, unit_values=frame)

    return make


def cell(one, unit: str, indicator: str) -> list[str]:
    """What is written in a cell, found by its place beside the name and under the head."""
    texts = one.written()
    (row,) = [t for t in texts if t.words.replace("\n", " ") == NAMES[unit]]
    (head,) = [t for t in texts if t.artist.get_label() == f"head:{indicator}"]
    x, y = head.corners[:, 0].mean(), row.corners[:, 1].mean()
    inside = [t for t in texts if str(t.artist.get_label()).startswith("cell:")]
    return [
        t.words for t in inside
        if abs(t.corners[:, 1].mean() - y) < 6 and abs(t.corners[:, 0].mean() - x) < 17
    ]  # fmt: skip


# ------------------------------------------------------------------ cells


def test_every_judged_cell_has_its_sign_and_its_number(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    assert [cell(one, unit, "S3-02") for unit in (A, B, C)] == [["41"], ["67"], ["100"]]
    signs = {kind: one.points(f"symbol:{kind}") for kind in ("worse", "similar", "better")}
    # one in the legend each
    assert {kind: len(points) - 1 for kind, points in signs.items()} == {"worse": 1, "similar": 4, "better": 1}
    for kind, points in signs.items():
        boxes = one.boxes(kind)
        inside = [any(x < px < x + w and y < py < y + h for x, y, w, h in boxes) for px, py in points]
        assert all(inside)
        assert len(points) == len(boxes)


def test_up_is_better_down_is_worse_round_is_similar_and_colour_repeats_it(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    shapes = {"better": "^", "similar": "o", "worse": "v"}
    for kind, marker in shapes.items():
        assert {line.get_marker() for line in one.artists(Line2D, f"symbol:{kind}")} == {marker}
        faces = {to_hex(patch.get_facecolor()).upper() for patch in one.artists(PathPatch, kind)}
        assert faces == {VERDICTS[kind].upper()}


def test_missing_is_td_on_a_hatch_and_hidden_is_a_star(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    assert cell(one, A, "S3-04") == ["td"]
    assert cell(one, B, "S3-04") == ["*"]
    assert len(one.boxes("missing")) == 2  # the cell and the legend
    hatched = {str(patch.get_label()) for patch in one.artists(PathPatch) if patch.get_hatch() == HATCH}
    assert hatched == {"missing"}


def test_what_is_not_judged_has_a_number_and_no_sign(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    assert cell(one, C, "S3-04") == ["4,2"]
    x, y, w, h = one.boxes("plain")[0]
    signs = [point for kind in ("worse", "similar", "better") for point in one.points(f"symbol:{kind}")]
    assert not any(x < px < x + w and y < py < y + h for px, py in signs)


def test_a_class_is_yes_or_no_in_a_village_and_a_share_in_a_district(drawn, three, situation) -> None:
    (one,) = drawn(plot_rug, three())
    assert [cell(one, unit, "S1-08") for unit in (A, B, C)] == [["ya"], ["tdk"], []]
    made = situation(units=2, regency=True)
    codes = list(made.units.index)
    frame = pd.DataFrame(
        [(codes[0], "S1-08", 40.0, "", ""), (codes[1], "S1-08", 0.0, "", "")],
        columns=["area_code", "indicator", "value", "verdict", "reason"],
    )
    (other,) = drawn(plot_rug, replace(made, unit_values=frame))
    assert {"40", "0"} <= set(other.words())
    assert not {"ya", "tdk"} & set(other.words())


def test_what_does_not_apply_is_left_blank(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    cells = len(one.boxes("better") + one.boxes("similar") + one.boxes("worse") + one.boxes("plain"))
    cells += len(one.boxes("missing") + one.boxes("suppressed"))
    assert cells - 4 == len(CELLS)  # three verdicts and the hatch are in the legend
    row = next(row for row in one.exhibit.rows if row[0] == NAMES[C])
    assert row[1] == Refusal("not_applicable")


def test_the_table_holds_what_the_cells_show(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    assert [field.key for field in one.exhibit.fields] == ["unit", "S1-08", "S3-02", "S3-04", "S3-10"]
    assert one.exhibit.rows[0] == (
        NAMES[A], True, Marked(41.0, "▼"), Refusal("not_reported"), Marked(80.0, "●"),
    )  # fmt: skip
    rows = {row[0]: row for row in one.exhibit.rows}
    assert rows[NAMES[B]][1:4] == (False, Marked(66.6, "●"), Refusal("suppressed"))
    assert rows[NAMES[C]][2:4] == (Marked(100.0, "▲"), 4.25)


def test_the_worst_come_first(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    assert [row[0] for row in one.exhibit.rows] == [NAMES[A], NAMES[B], NAMES[C]]  # worse, similar, better


def test_the_legend_holds_only_what_the_sheet_holds(drawn, three) -> None:
    def told(one):
        return {str(t.get_label()) for t in one.artists(Text) if "legend:" in t.get_label()}

    verdicts = {"legend:better", "legend:similar", "legend:worse"}
    (full,) = drawn(plot_rug, three())
    assert told(full) == verdicts | {"legend:missing", "legend:suppressed", "legend:plain", "legend:none"}
    (bare,) = drawn(plot_rug, three(CELLS[:3]))
    assert told(bare) == verdicts


# ------------------------------------------------------------------ sheets


def test_sheets_hold_at_most_15_indicators_and_40_units_and_all_of_them(drawn, situation) -> None:
    made = situation(units=41)
    ids = [indicator.id for indicator in load_catalogue()]
    cells = [(code, id, 50.0, "similar", "") for code in made.units.index for id in ids]
    frame = pd.DataFrame(cells, columns=["area_code", "indicator", "value", "verdict", "reason"])
    sheets = drawn(plot_rug, replace(made, unit_values=frame))
    assert max(len(one.exhibit.fields) - 1 for one in sheets) <= 15
    assert max(len(one.exhibit.rows) for one in sheets) <= 40
    shown = {(row[0], field.key) for one in sheets for row in one.exhibit.rows for field in one.exhibit.fields[1:]}
    assert len(shown) == 41 * len(ids)
    assert [one.faults() for one in sheets] == [[] for _ in sheets]
    assert all(one.exhibit.place is Place.ANNEX for one in sheets)
    assert all(len(one.exhibit.title) <= 90 for one in sheets)


def test_one_sasaran_can_be_asked_for_and_an_unknown_one_is_refused(drawn, situation) -> None:
    (one,) = drawn(plot_rug, situation(), "S3")
    assert [field.key for field in one.exhibit.fields[1:]] == ["S3-02", "S3-03", "S3-04", "S3-10"]
    with pytest.raises(ValueError, match="S9"):
        plot_rug(situation(), "S9")


def test_no_value_at_all_is_a_statement(drawn, three) -> None:
    (one,) = drawn(plot_rug, three([]))
    assert one.figure is None
    assert one.exhibit.title == "Nilai setiap wilayah: tidak ada data"


def test_title_and_n_count_the_cells_of_the_sheet(drawn, three) -> None:
    (one,) = drawn(plot_rug, three())
    assert one.exhibit.title.endswith("1 dari 6 nilai lebih buruk daripada Kabupaten Contoh, 1 lebih baik")
    assert one.exhibit.n == "10 dari 11 nilai ada"  # a hidden value is there
    assert "4 serupa, 1 belum lapor" in one.exhibit.alt


# ------------------------------------------------------------------ what differs


def test_only_indicators_that_differ_are_in_the_body(drawn, three) -> None:
    (one,) = drawn(plot_differences, three())
    assert [field.key for field in one.exhibit.fields[1:]] == ["S3-02"]
    assert len(one.exhibit.rows) == 3
    assert one.exhibit.place is Place.BODY
    # the counts are those of the whole rug
    assert one.exhibit.title == "1 dari 6 nilai lebih buruk daripada Kabupaten Contoh, 1 lebih baik"
    assert one.exhibit.notes[0] == "1 dari 1 indikator yang berbeda; semua nilai ada di lampiran."


def test_the_15_that_differ_most_are_chosen_and_stand_in_catalogue_order(drawn, situation) -> None:
    made = situation(units=3)
    ids = [indicator.id for indicator in load_catalogue()][:20]
    # the first five differ in one village, the others in three
    cells = [
        (code, id, 50.0, "worse" if i >= 5 or j == 0 else "similar", "")
        for i, id in enumerate(ids)
        for j, code in enumerate(made.units.index)
    ]
    frame = pd.DataFrame(cells, columns=["area_code", "indicator", "value", "verdict", "reason"])
    (one,) = drawn(plot_differences, replace(made, unit_values=frame))
    assert [field.key for field in one.exhibit.fields[1:]] == ids[5:]
    assert one.exhibit.notes[0].startswith("15 dari 20 indikator yang berbeda")


def test_nothing_judged_is_a_statement_with_the_reason(drawn, three) -> None:
    (one,) = drawn(plot_differences, three(CELLS[3:8]))
    assert one.figure is None
    assert one.exhibit.fields == ()
    assert one.exhibit.title == "Tidak ada nilai yang dapat dibandingkan dengan Kabupaten Contoh."
    assert one.exhibit.notes


def test_nothing_that_differs_is_a_statement(drawn, three) -> None:
    (one,) = drawn(plot_differences, three(CELLS[8:]))
    assert one.figure is None
    assert one.exhibit.title == "Tidak satu pun dari 3 nilai berbeda dari Kabupaten Contoh melebihi kebetulan."
