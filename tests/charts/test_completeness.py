"""What is reported: filled or hatched, counted at both margins, named in full where there is room."""

import pandas as pd
import pytest
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.charts.completeness import Grid, draw_completeness, plot_completeness
from kbk_analysis.charts.style import HATCH

ROWS = {"a": "Suka Maju", "b": "Pasir Agung", "c": "Mekar Sari"}
ITEMS = {"x": "jumlah PUS", "y": "peserta poktan"}
# c does not have y at all
CELLS = {("a", "x"): (1, 1), ("a", "y"): (0, 1), ("b", "x"): (0, 1), ("b", "y"): (0, 1), ("c", "x"): (1, 1)}


@pytest.fixture
def small(look):
    return look(draw_completeness(Grid(ROWS, ITEMS, CELLS)))


def test_cells_are_filled_hatched_or_absent(small) -> None:
    reported, missing = small.boxes("reported"), small.boxes("missing")
    assert (len(reported), len(missing)) == (2, 3)
    columns = sorted({round(x, 3) for x, *_ in reported + missing})
    rows = sorted({round(y, 3) for _, y, *_ in reported + missing})
    place = {(columns.index(round(x, 3)), rows.index(round(y, 3))) for x, y, *_ in reported}
    assert place == {(0, 0), (0, 2)}  # a and c report x
    assert {(columns.index(round(x, 3)), rows.index(round(y, 3))) for x, y, *_ in missing} == {(1, 0), (0, 1), (1, 1)}


def test_only_what_is_missing_is_hatched(small) -> None:
    hatched = {patch.get_label() for patch in small.artists(PathPatch) if patch.get_hatch() == HATCH}
    assert "missing" in hatched
    assert "reported" not in hatched


def test_margins_count_reported_of_expected(small) -> None:
    assert [small.words(f"row:{row}") for row in ROWS] == [["1/2"], ["0/2"], ["1/1"]]
    assert [small.words(f"item:{item}") for item in ITEMS] == [["2"], ["0"]]
    assert "dilaporkan, dari 3" in small.words()


def test_the_emptiest_kampung_come_first_and_the_table_says_what_they_lack(drawn, situation) -> None:
    (one,) = drawn(plot_completeness, situation())
    counts = [row[1] for row in one.exhibit.rows]
    assert counts == sorted(counts)
    for name, reported, expected, lacking in one.exhibit.rows:
        absent = 0 if lacking == "–" else len(str(lacking).split("; "))
        assert reported + absent == expected == 8, name
    assert sum(counts) == len(one.boxes("reported"))
    assert sum(8 - count for count in counts) == len(one.boxes("missing"))


def test_the_title_counts_what_most_lack(drawn, situation) -> None:
    made = situation()
    made.quality.items.loc[:, :] = True
    made.quality.items.iloc[:2, 3] = False  # families
    (one,) = drawn(plot_completeness, made)
    assert one.exhibit.title == "2 dari 7 kampung belum melapor “jumlah keluarga”"
    assert one.exhibit.n == "54 dari 56 isian dilaporkan"
    assert "2 dari 56 isian belum dilaporkan" in one.exhibit.alt


def test_all_and_nothing_reported_have_titles_of_their_own(drawn, situation) -> None:
    made = situation(units=3)
    made.quality.items.loc[:, :] = True
    (full,) = drawn(plot_completeness, made)
    assert full.exhibit.title == "Semua 3 kampung melaporkan 8 isian"
    assert not full.boxes("missing")
    (none,) = drawn(plot_completeness, situation(units=3, blank=True))
    assert none.exhibit.title == "Tidak satu pun dari 3 kampung melapor"
    assert not none.boxes("reported")
    assert none.exhibit.n == "0 dari 24 isian dilaporkan"


def test_no_kampung_at_all_is_a_statement(drawn, situation) -> None:
    made = situation()
    made.classification.kampung = made.classification.kampung.iloc[:0]
    (one,) = drawn(plot_completeness, made)
    assert one.figure is None
    assert one.exhibit.title == "Kelengkapan data: tidak ada data"


def test_kampung_of_one_name_are_told_apart(drawn, situation) -> None:
    made = situation(units=4, names=("Maju",))
    (one,) = drawn(plot_completeness, made)
    assert len(one.exhibit.rows) == len({row[0] for row in one.exhibit.rows}) == len(made.quality.items)


def test_a_regency_has_one_row_a_district_that_counts_its_kampung(drawn, situation) -> None:
    made = situation(units=3, regency=True)
    made.quality.items.loc[:, :] = True
    first = made.quality.items.index[0]
    made.quality.items.loc[first, "families"] = False
    home = made.classification.kampung.set_index("kampung_id").loc[first, "district_code"]
    kampung = made.classification.kampung["district_code"].value_counts()
    (one,) = drawn(plot_completeness, made)
    assert {row[0] for row in one.exhibit.rows} == set(made.units.loc[made.units.index.isin(kampung.index), "name"])
    assert one.exhibit.fields[0].label == "Kecamatan"
    lacking = {row[0]: row[1:] for row in one.exhibit.rows}
    due = 8 * int(kampung[home])
    assert lacking[made.units.loc[home, "name"]] == (due - 1, due, "jumlah keluarga (1)")
    assert one.exhibit.title == f"1 dari {kampung.sum()} kampung belum melapor “jumlah keluarga”"
    filled = sum(width for _, _, width, _ in one.boxes("reported"))
    hatched = sum(width for _, _, width, _ in one.boxes("missing"))
    assert hatched / (filled + hatched) == pytest.approx(1 / int(kampung[home]) / (len(kampung) * 8))


def test_kampung_of_an_unknown_district_have_a_row_of_their_own(drawn, situation) -> None:
    made = situation(units=3, regency=True)
    made.classification.kampung.loc[made.classification.kampung.index[0], "district_code"] = ""
    (one,) = drawn(plot_completeness, made)
    assert "(kecamatan tidak dikenal)" in {row[0] for row in one.exhibit.rows}
    assert sum(row[2] for row in one.exhibit.rows) == 8 * len(made.quality.items)


# ------------------------------------------------------------------ units by indicators


def values(*cells: tuple[str, str, str]) -> pd.DataFrame:
    """Values of units: (unit, indicator, reason)."""
    frame = pd.DataFrame(cells, columns=["area_code", "indicator", "reason"])
    return frame.assign(value=1.0, verdict="")


def test_hidden_and_uncomputable_values_were_reported(drawn, situation) -> None:
    a, b = "99.01.01.2001", "99.01.01.2002"
    made = situation(
        units=2,
        unit_values=values(
            (a, "S3-02", "suppressed"),
            (b, "S3-02", "zero_denominator"),
            (a, "S3-04", "not_reported"),
            (b, "S3-04", "incomplete"),
            (a, "S3-10", "not_applicable"),
            (b, "S3-10", ""),
        ),
    )
    (one,) = drawn(plot_completeness, made, "indicators")
    rows = {row[0]: row[1:3] for row in one.exhibit.rows}
    assert rows == {"Suka Maju": (1, 2), "Bangun Purba Timur Jaya": (2, 3)}
    assert (len(one.boxes("reported")), len(one.boxes("missing"))) == (3, 2)


def test_few_indicators_are_named_in_full(drawn, situation) -> None:
    (one,) = drawn(plot_completeness, situation(), "indicators")
    catalogue = load_catalogue()
    for id in ("S1-01", "S3-02", "S4-01"):
        assert one.words(f"head:{id}") == [catalogue[id].name]
    assert not any("…" in words for words in one.words())
    assert one.exhibit.notes == ()


def test_many_indicators_stand_with_their_codes_on_even_sheets(drawn, situation) -> None:
    ids = [indicator.id for indicator in load_catalogue()][:50]
    codes = [f"99.01.01.{2001 + i}" for i in range(3)]
    made = situation(units=3, unit_values=values(*((code, id, "") for code in codes for id in ids)))
    sheets = drawn(plot_completeness, made, "indicators")
    assert [len(one.labels(Text, "head:")) for one in sheets] == [25, 25]
    assert [one.faults() for one in sheets] == [[], []]
    assert sheets[0].words("head:S1-01") == ["S1-01"]
    assert sheets[0].exhibit.notes == ("Arti setiap kode ada pada tabel arti indikator.",)
    assert all(row[2] == 25 for one in sheets for row in one.exhibit.rows)


def test_more_than_forty_units_go_on_even_sheets(drawn, situation) -> None:
    sheets = drawn(plot_completeness, situation(units=60), "indicators")
    assert [len(one.exhibit.rows) for one in sheets] == [30, 30]
