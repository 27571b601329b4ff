"""The funnel: every village at its size and value, between limits, and names where a village is outside."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from kbk_analysis.charts.funnel import NAMED, plot_funnel
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import using
from kbk_analysis.indicators.funnel import share_funnel
from kbk_analysis.indicators.release import release
from kbk_analysis.schema import Edition

LIMITS = ("lower95", "upper95", "lower998", "upper998")


@pytest.fixture
def nine(situation):
    return situation(units=9)


@pytest.fixture
def both(drawn, nine):
    """The two funnels of nine villages: the first widened, the second not."""
    return drawn(plot_funnel, nine)


def part(situation, place):
    frame = situation.funnel
    return frame[frame["indicator"] == frame["indicator"].unique()[place]]


def changed(situation, cells, *, indicator="S3-02", sensitive=False):
    """The situation with one funnel of its own: (own, numerator, n, name) a village."""
    frame = pd.DataFrame(cells, columns=["own", "numerator", "denominator", "name"])
    codes = [f"{'99.01.01' if own else '99.01.02'}.{2001 + i}" for i, own in enumerate(frame["own"])]
    frame = frame.assign(indicator=indicator, period="2024", area_code=codes, sensitive=sensitive)
    frame["total_of"] = frame["area_code"].str[:8]
    found = share_funnel(frame["numerator"], frame["denominator"])
    return replace(situation, funnel=pd.concat([frame, found], axis=1))


def test_own_villages_too_small_to_take_part_are_told(nine) -> None:
    id = str(part(nine, 0)["indicator"].iloc[0])
    spread = nine.spreads[nine.spreads["indicator"] == nine.spreads["indicator"].iloc[0]]
    (one, _) = plot_funnel(replace(nine, spreads=spread.assign(indicator=id, small=2)))
    assert "desa dengan n ≥ 20 di luar batas 99,8 %" in one.title
    assert one.notes[0].endswith("kurang dari 20 tidak digambar. Di antaranya 2 desa sendiri.")
    (one, _) = plot_funnel(replace(nine, spreads=spread.assign(indicator=id, small=0)))
    assert "n ≥ 20" not in one.title
    assert "Di antaranya" not in one.notes[0]


# ------------------------------------------------------------------ what is drawn


@pytest.mark.parametrize("place", [0, 1])
def test_every_village_stands_at_the_root_of_its_size_and_at_its_value(both, nine, place) -> None:
    rows = part(nine, place)
    for label, own in (("own", True), ("other", False)):
        some = rows[rows["own"] == own]
        x = [(math.sqrt(n), 100 * k / n) for k, n in zip(some["numerator"], some["denominator"], strict=True)]
        assert np.array(sorted(both[place].points(label))) == pytest.approx(np.array(sorted(x)))


def test_own_villages_differ_by_size_and_colour(both) -> None:
    (own,), (other,) = (both[0].artists(Line2D, label) for label in ("own", "other"))
    assert own.get_markersize() > other.get_markersize() + 2
    assert to_hex(own.get_markerfacecolor()) != to_hex(other.get_markerfacecolor())


@pytest.mark.parametrize(("place", "prefix"), [(0, "wide_"), (1, "")], ids=["widened", "plain"])
def test_the_limits_are_those_of_the_frame(both, nine, place, prefix) -> None:
    rows = part(nine, place).sort_values("denominator")
    assert (rows["tau2"] > 0).all() == bool(prefix)
    for name in LIMITS:
        expected = np.column_stack([np.sqrt(rows["n"]), rows[prefix + name]])
        assert np.array(both[place].points(name)) == pytest.approx(expected)
    (centre,) = both[place].artists(Line2D, "centre")
    share = 100 * rows["numerator"].sum() / rows["denominator"].sum()
    assert list(centre.get_ydata()) == pytest.approx([share, share])
    if prefix:
        assert np.abs(rows["wide_upper998"] - rows["upper998"]).min() > 1  # which of them is drawn can be told


def test_all_dots_are_inside_the_plot(both) -> None:
    for one in both:
        ax = one.axes[1]
        for x, y in one.points("own") + one.points("other"):
            assert ax.get_xlim()[0] < x < ax.get_xlim()[1]
            assert ax.get_ylim()[0] < y < ax.get_ylim()[1]


def test_the_area_above_is_named_with_its_share(both, nine) -> None:
    centre = part(nine, 1)["centre"].iloc[0]
    assert both[1].words("parent") == ["Kabupaten Contoh", f"{centre:.1f} %".replace(".", ",")]


def test_the_legend_says_widened_only_where_the_limits_are(both) -> None:
    assert both[0].words("legend") == [
        "desa sendiri", "desa lain", "batas 95 %, dilebarkan", "batas 99,8 %, dilebarkan",
    ]  # fmt: skip
    assert both[1].words("legend") == ["desa sendiri", "desa lain", "batas 95 %", "batas 99,8 %"]
    assert [len(one.exhibit.notes) for one in both] == [2, 1]
    assert "dilebarkan" in both[0].exhibit.notes[1]


def test_where_all_villages_are_own_the_legend_tells_of_no_other(drawn, nine) -> None:
    (one,) = drawn(plot_funnel, changed(nine, [(True, 95, 100, "Jauh"), *[(True, 50, 100, "x")] * 15]))
    assert one.words("legend") == ["desa sendiri", "batas 95 %", "batas 99,8 %"]
    assert one.faults() == []


@pytest.mark.parametrize(
    "sizes",
    [[100] * 20, [137] * 20, [3] * 20, [5, *[20_000] * 19], [*range(4, 24)], [2**i for i in range(2, 22)]],
    ids=["alike", "alike and not round", "tiny", "far apart", "small", "doubling"],
)
def test_axes_have_ticks_that_stand_apart_at_every_size(drawn, nine, sizes) -> None:
    cells = [(True, n if i < 2 else n // 2, n, f"D{i}") for i, n in enumerate(sizes)]
    (one,) = drawn(plot_funnel, changed(nine, cells))
    ax = one.axes[1]
    across, up = ([t.get_text() for t in axis.get_ticklabels()] for axis in (ax.xaxis, ax.yaxis))
    assert len(across) >= (1 if len(set(sizes)) == 1 else 2)
    assert len(up) >= 3
    assert [math.sqrt(int(t.replace(".", ""))) for t in across] == pytest.approx(ax.get_xticks())
    assert one.faults() == []


# ------------------------------------------------------------------ names


@pytest.mark.parametrize("place", [0, 1])
def test_only_own_villages_outside_are_named(both, place) -> None:
    assert sorted(both[place].words("name")) == ["Bangun Purba Timur Jaya", "Suka Maju"]


def test_a_village_of_others_or_between_the_limits_has_no_name(drawn, nine) -> None:
    # 62 of 100 lies beyond 95 %, 90 is another's
    cells = [(True, 80, 100, "Jauh"), (True, 62, 100, "Dekat"), (False, 90, 100, "Lain"), *[(False, 50, 100, "x")] * 17]
    (one,) = drawn(plot_funnel, changed(nine, cells))
    assert one.words("name") == ["Jauh"]
    assert one.exhibit.title.endswith("1 dari 2 desa di luar batas 99,8 %")


def crowd(nine, names):
    """Ten own villages outside among sixty, above and below, each a little nearer than the one before."""
    far = [(True, 500 + (-1) ** i * (300 - 10 * i), 1000, names[i % len(names)]) for i in range(10)]
    return changed(nine, [*far, *[(False, 500 + 4 * (-1) ** i, 1000, "x") for i in range(120)]])


def test_of_many_outside_the_eight_furthest_are_named_in_figure_and_words(drawn, nine) -> None:
    (one,) = drawn(plot_funnel, crowd(nine, [f"Desa{i}" for i in range(10)]))
    assert one.exhibit.title.endswith("10 dari 10 desa di luar batas 99,8 %")
    assert sorted(one.words("name")) == [f"Desa{i}" for i in range(NAMED)]
    assert NAMED == 8
    told = one.exhibit.alt.partition("Paling jauh di luar batas: ")[2]
    assert told == "Desa0, Desa1, Desa2, Desa3, Desa4, Desa5, Desa6, dan Desa7."


@pytest.mark.parametrize("names", [["Suka Maju"], ["Rambah Tengah Hulu Seberang Utara"], ["M" * 60]], ids=len)
@pytest.mark.parametrize("language", ["id", "en"])
def test_crowded_names_neither_touch_nor_leave_the_sheet(drawn, nine, names, language) -> None:
    with using(language):
        (one,) = drawn(plot_funnel, crowd(nine, names))
    assert len(one.words("name")) == 8
    assert one.faults() == []


def test_names_do_not_cover_the_dots_of_own_villages(both, nine) -> None:
    for one in both:
        ax, height = one.axes[1], one.figure.get_figheight() * 72
        dots = [ax.transData.transform(point) for point in one.points("own")]
        for text in (t for t in one.written() if t.artist.get_label() == "name"):
            (left, top), (right, bottom) = text.corners.min(axis=0), text.corners.max(axis=0)
            assert not [1 for x, y in dots if left < x < right and top < height - y < bottom]


# ------------------------------------------------------------------ words and table


@pytest.mark.parametrize("options", [{"units": 14, "names": "LONG"}, {"units": 60}, {"units": 40, "regency": True}])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_title_counts_the_villages_outside_and_fits(drawn, situation, options, language) -> None:
    long = replace(situation(**options), parent_name="Kabupaten Kepulauan Siau Tagulandang Biaro")
    with using(language):
        for one in drawn(plot_funnel, long):
            rows = long.funnel[long.funnel["own"] & (long.funnel["indicator"] == "S3-02")]
            count = f"2 {'dari' if language == 'id' else 'of'} {len(rows)} "
            assert count in one.exhibit.title
            assert len(one.exhibit.title) <= 90
            assert long.parent_name in one.exhibit.alt
            assert one.exhibit.title in one.exhibit.alt
            assert one.faults() == []


def test_the_table_holds_the_own_villages_with_what_is_drawn(both, nine) -> None:
    rows = part(nine, 1)
    own = rows[rows["own"]].set_index("name")
    table = {row[0]: row[1:] for row in both[1].exhibit.rows}
    assert set(table) == set(own.index)
    for name, (value, n, place) in table.items():
        assert value == pytest.approx(100 * own.loc[name, "numerator"] / own.loc[name, "denominator"])
        assert n == own.loc[name, "denominator"]
        low, high = own.loc[name, ["wide_lower998", "wide_upper998"]]
        assert place == ("di atas" if value > high else "di bawah" if value < low else "di dalam")
    assert [table[name][2] for name in ("Suka Maju", "Bangun Purba Timur Jaya")] == ["di atas", "di bawah"]
    points = sorted((math.sqrt(n), value) for value, n, _ in table.values())
    assert np.array(points) == pytest.approx(np.array(sorted(both[1].points("own"))))
    values = [row[1] for row in both[1].exhibit.rows]
    assert values == sorted(values)


def test_a_village_without_a_value_is_in_the_table_with_its_reason_and_not_drawn(drawn, nine) -> None:
    cells = [(True, 80, 100, "Jauh"), (True, 0, 0, "Kosong"), *[(False, 50, 100, "x")] * 18]
    (one,) = drawn(plot_funnel, changed(nine, cells))
    (row,) = [row for row in one.exhibit.rows if row[0] == "Kosong"]
    assert [type(value) for value in row[1:]] == [Refusal] * 3
    assert {value.code for value in row[1:]} == {"zero_denominator"}
    assert len(one.points("own")) == 1
    assert one.exhibit.n == "19 desa"
    assert one.exhibit.title.endswith("1 dari 1 desa di luar batas 99,8 %")


def test_ids_tell_the_indicator(both) -> None:
    assert [one.exhibit.id for one in both] == ["corong-s1-01", "corong-s3-02"]


def test_no_village_outside_is_a_statement(drawn, nine) -> None:
    (one,) = drawn(plot_funnel, replace(nine, funnel=nine.funnel[:0]))
    assert one.figure is None
    assert one.exhibit.title == "Corong desa: tidak ada desa yang terbukti di luar batas 99,8 %."
    assert (one.exhibit.fields, one.exhibit.alt) == ((), "")
    with using("en"):
        (english,) = drawn(plot_funnel, replace(nine, funnel=nine.funnel[:0]))
    assert english.exhibit.title == "Funnel of villages: no village is shown to be outside the 99.8% limits."


# ------------------------------------------------------------------ the public edition


@dataclass(frozen=True)
class Held:
    funnel: pd.DataFrame
    edition: Edition | None = None


def test_what_is_hidden_is_neither_drawn_nor_named_nor_told(drawn, nine) -> None:
    cells = [
        *[(True, 3, 100, "Tersembunyi"), (True, 98, 100, "Tertutup"), (True, 90, 100, "Terlihat")],
        *[(True, 50, 100, "Tengah")] * 5,
        *[(False, 50, 100, "x")] * 12,
    ]
    full = Held(changed(nine, cells, indicator="S3-04", sensitive=True).funnel)
    for edition, own, named in (
        ("internal", 8, {"Tersembunyi", "Tertutup", "Terlihat"}),
        ("public", 6, {"Terlihat"}),
    ):
        (one,) = drawn(plot_funnel, replace(nine, funnel=release(full, edition).funnel))
        assert set(one.words("name")) == named
        assert len(one.points("own")) == own
        assert len(one.points("lower998")) == 12 + own
        assert one.exhibit.title.endswith(f"{len(named)} dari {own} desa di luar batas 99,8 %")
        assert {name for name in ("Tersembunyi", "Tertutup", "Terlihat") if name in one.exhibit.alt} == named
    for row in one.exhibit.rows:
        hidden = row[0] in ("Tersembunyi", "Tertutup")
        assert {isinstance(value, Refusal) and value.code == "suppressed" for value in row[1:]} == {hidden}
