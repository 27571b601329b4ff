"""Which villages stand outside the funnel: few indicators, the right ones, the right villages, and what is hidden."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.indicators.funnel import share_funnel
from kbk_analysis.indicators.release import release
from kbk_analysis.schema import Direction, Edition
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.funnels import KEPT, funnel_table, with_spread
from kbk_analysis.situation.levels import village_cells
from kbk_analysis.situation.result import Remark

CATALOGUE = load_catalogue()
Observe = Callable[..., pd.DataFrame]
Cells = Sequence[Any]
OWN, OTHER = "99.01.01", "99.01.02"
MIDDLE = (50, 100)
# At a centre of 50 % and 100 people the limits of 99.8 % are 50 +- 3.0902 * 5: 34.5 and 65.5.
HIGH, LOW, INSIDE = (70, 100), (30, 100), (60, 100)
OUTSIDE_2: Cells = [HIGH, LOW, INSIDE, MIDDLE, (40, 100), MIDDLE, MIDDLE, MIDDLE]
REST: Cells = [MIDDLE] * 12


def rows_of(observe: Observe, indicator: str, own: Cells, rest: Cells = REST, **columns: Any) -> pd.DataFrame:
    both = [observe(indicator, own, district=OWN, **columns), observe(indicator, rest, district=OTHER, **columns)]
    return pd.concat(both, ignore_index=True)


def table(
    *rows: pd.DataFrame,
    area: str = OWN,
    findings: Sequence[str] = (),
    periods: dict[str, str] | None = None,
    catalogue: Catalogue = CATALOGUE,
) -> pd.DataFrame:
    cells = village_cells(pd.concat(rows, ignore_index=True), catalogue)
    shown = periods or {str(id): "2024" for id in cells["indicator"].unique()}
    levels = pd.DataFrame({"period": pd.Series(shown)})
    names = pd.Series({code: f"N{code}" for code in cells["area_code"]})
    remarks = tuple(Remark("target_missed", {}, indicator=id) for id in findings)
    return funnel_table(cells, levels, names, area, remarks, catalogue)


def chosen(found: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(found["indicator"]))


def outside(found: pd.DataFrame) -> dict[str, str]:
    """Own villages outside, by the last digits of their codes."""
    rows = found[found["own"] & found["wide_position"].str.endswith("_998")]
    return dict(zip(rows["area_code"].str[-4:], rows["wide_position"], strict=True))


# ------------------------------------------------------------------ which villages


def test_units_carry_the_spread_of_the_funnel(observe: Observe) -> None:
    """Villages get that of all villages, districts that of the districts: here two, too few for any."""
    apart: Cells = [(30 + 40 * (i % 2), 100) for i in range(12)]
    cells = village_cells(rows_of(observe, "S3-02", OUTSIDE_2, apart), CATALOGUE)
    levels = pd.DataFrame({"period": pd.Series({"S3-02": "2024"})})
    units = pd.DataFrame({"area_code": [f"{OWN}.2001", f"{OWN}.2002"], "indicator": ["S3-02", "S4-10"]})
    expected = share_funnel(cells["numerator"], cells["denominator"])["tau2"].iloc[0]
    assert expected > 0
    assert with_spread(units, cells, levels, CATALOGUE)["tau2"].tolist() == pytest.approx([expected, 0.0])
    districts = pd.DataFrame({"area_code": [OWN, OTHER], "indicator": "S3-02"})
    assert with_spread(districts, cells, levels, CATALOGUE)["tau2"].tolist() == [0.0, 0.0]
    alike = village_cells(rows_of(observe, "S3-02", [MIDDLE] * 8), CATALOGUE)
    assert with_spread(units, alike, levels, CATALOGUE)["tau2"].tolist() == [0.0, 0.0]


def test_villages_beyond_the_limits_of_998_are_outside_on_both_sides(observe: Observe) -> None:
    found = table(rows_of(observe, "S3-02", OUTSIDE_2))
    assert outside(found) == {"2001": "above_998", "2002": "below_998"}
    assert found["centre"].tolist() == [50] * 20
    assert found["wide_lower998"].tolist() == pytest.approx([50 - 3.0902323 * 5] * 20)
    assert found["tau2"].tolist() == [0] * 20


def test_all_villages_of_the_parent_take_part_and_its_own_are_marked(observe: Observe) -> None:
    found = table(rows_of(observe, "S3-02", OUTSIDE_2)).set_index("area_code")
    assert len(found) == 20
    assert set(found.index[found["own"]]) == {f"{OWN}.{n}" for n in range(2001, 2009)}
    assert found.loc[f"{OWN}.2003", ["name", "total_of"]].tolist() == [f"N{OWN}.2003", OWN]
    assert found.loc[f"{OTHER}.2003", ["name", "total_of"]].tolist() == ["", OTHER]  # others are never named
    assert found.loc[f"{OWN}.2001", ["numerator", "denominator", "value"]].tolist() == [70, 100, 70]


def test_a_district_whose_code_begins_alike_is_not_its_own(observe: Observe) -> None:
    alike = observe("S3-02", [MIDDLE] * 3, district="99.01.010")
    alike["area_code"] = [f"99.01.010.{n}" for n in (201, 202, 203)]  # as long as any code of a village
    found = table(rows_of(observe, "S3-02", OUTSIDE_2), alike)
    assert len(found) == 23
    assert found["own"].sum() == 8


def test_outside_villages_of_others_alone_make_no_funnel(observe: Observe) -> None:
    assert table(rows_of(observe, "S3-02", [MIDDLE] * 8, [HIGH, LOW, *[MIDDLE] * 10])).empty


def test_a_village_that_differs_at_95_alone_is_not_outside(observe: Observe) -> None:
    # of 200 the standard error is 3.54: 60.5 lies 2.97 of them off, 61 lies 3.11
    near, far = ([(50 + d, 100), (50 - d, 100)] for d in (10.5, 11))
    for cells, found in ((near, []), (far, ["2001", "2002"])):
        doubled = [(2 * x, 2 * n) for x, n in cells]
        assert list(outside(table(rows_of(observe, "S3-02", doubled, [(100, 200)] * 18)))) == found


def test_where_villages_differ_more_than_chance_the_widened_limits_decide(observe: Observe) -> None:
    # 60 and 40 of 100 lie 2 standard errors off, so the limits are about twice as wide: 71 is no longer outside
    spread = [(60, 100), (40, 100)] * 9
    own = [(71, 100), *spread[:6]]
    assert table(rows_of(observe, "S3-02", [*own, MIDDLE], spread[6:])).empty
    found = table(rows_of(observe, "S3-02", [*own, (95, 100)], spread[6:])).set_index("area_code")
    assert (found["tau2"] > 0).all()
    both = found.loc[[f"{OWN}.2001", f"{OWN}.2008"]]
    assert both["position"].tolist() == ["above_998", "above_998"]
    assert both["wide_position"].tolist() == ["inside", "above_998"]


@pytest.mark.parametrize("missing", [None, "-", (101, 100)], ids=["silent", "not applicable", "part above whole"])
def test_a_village_without_a_sound_report_takes_no_part(observe: Observe, missing: Any) -> None:
    found = table(rows_of(observe, "S3-02", [*OUTSIDE_2[:7], missing]))
    assert len(found) == 19
    assert f"{OWN}.2008" not in set(found["area_code"])
    assert set(found["areas"]) == {19}


@pytest.mark.parametrize(("cell", "takes_part"), [((0, 0), False), ((0, 19), False), ((10, 20), True)])
def test_a_village_with_fewer_than_twenty_to_reach_takes_no_part(
    observe: Observe, cell: tuple[int, int], takes_part: bool
) -> None:
    found = table(rows_of(observe, "S3-02", [*OUTSIDE_2[:7], cell]))
    assert (f"{OWN}.2008" in set(found["area_code"])) == takes_part
    assert set(found["areas"]) == {19 + takes_part}
    # the centre is the share of all villages, as in the findings
    x, n = (sum(pair[place] for pair in [*OUTSIDE_2[:7], *REST, cell]) for place in (0, 1))
    assert found["centre"].tolist() == pytest.approx([100 * x / n] * len(found))


def test_below_ten_villages_in_the_parent_there_is_no_funnel(observe: Observe) -> None:
    # with nine the far village is as far as with ten
    nine, ten = ([*[HIGH, LOW, MIDDLE], *[MIDDLE] * rest] for rest in (6, 7))
    assert table(rows_of(observe, "S3-02", nine[:3], nine[3:])).empty
    assert len(table(rows_of(observe, "S3-02", ten[:3], ten[3:]))) == 10


def test_the_order_of_rows_changes_nothing(observe: Observe) -> None:
    rows = pd.concat([rows_of(observe, id, OUTSIDE_2) for id in ("S3-02", "S3-04", "S2-01")])
    mixed = rows.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(table(rows), table(mixed))


# ------------------------------------------------------------------ which indicators


def many(observe: Observe, **own: Cells) -> list[pd.DataFrame]:
    return [rows_of(observe, id.replace("_", "-"), cells) for id, cells in own.items()]


ONE: Cells = [HIGH, *[MIDDLE] * 7]
TWO: Cells = [HIGH, LOW, *[MIDDLE] * 6]
THREE: Cells = [HIGH, LOW, HIGH, *[MIDDLE] * 5]
NONE: Cells = [MIDDLE] * 8


def test_at_most_two_and_those_with_most_villages_outside(observe: Observe) -> None:
    assert chosen(table(*many(observe, S1_01=ONE, S2_01=TWO, S3_02=NONE, S3_05=THREE))) == ["S3-05", "S2-01"]


def test_ties_come_in_the_order_of_their_codes(observe: Observe) -> None:
    assert chosen(table(*many(observe, S3_05=TWO, S2_01=TWO, S1_01=TWO))) == ["S1-01", "S2-01"]


def test_indicators_of_findings_come_first(observe: Observe) -> None:
    rows = many(observe, S1_01=ONE, S2_01=TWO, S3_02=NONE, S3_05=THREE)
    assert chosen(table(*rows, findings=["S1-01"])) == ["S1-01", "S3-05"]
    assert chosen(table(*rows, findings=["S1-01", "S2-01"])) == ["S2-01", "S1-01"]  # most outside among findings
    assert chosen(table(*rows, findings=["S3-02"])) == ["S3-05", "S2-01"]  # none outside: nothing to show
    assert chosen(table(*rows, findings=["", "S9-99"])) == ["S3-05", "S2-01"]


@pytest.mark.parametrize("id", ["S2-12", "S2-13", "S3-01", "S1-08", "S1-11", "S4-05"])
def test_what_is_no_proportion_has_no_funnel(observe: Observe, id: str) -> None:
    assert CATALOGUE[id].kind != "proportion"
    assert table(rows_of(observe, id, OUTSIDE_2)).empty
    assert chosen(table(rows_of(observe, id, OUTSIDE_2), rows_of(observe, "S3-02", ONE))) == ["S3-02"]


def test_a_proportion_without_a_direction_has_no_funnel(observe: Observe) -> None:
    context = dataclasses.replace(CATALOGUE["S3-02"], direction=Direction.CONTEXT)
    changed = dataclasses.replace(CATALOGUE, indicators={**CATALOGUE.indicators, "S3-02": context})
    rows = rows_of(observe, "S3-02", TWO)
    assert not table(rows).empty
    assert table(rows, catalogue=changed).empty


def test_the_period_is_the_one_that_the_levels_show(observe: Observe) -> None:
    rows = [rows_of(observe, "S3-02", TWO, period="2023"), rows_of(observe, "S3-02", ONE, period="2024")]
    for period, count in (("2023", 2), ("2024", 1)):
        found = table(*rows, periods={"S3-02": period})
        assert set(found["period"]) == {period}
        assert len(found) == 20
        assert len(outside(found)) == count
    assert table(*rows, periods={"S3-05": "2024"}).empty  # a level that shows none


def test_the_sensitive_flag_is_that_of_the_catalogue(observe: Observe) -> None:
    found = table(*many(observe, S4_01=TWO, S3_04=TWO))
    flags = found.groupby("indicator")["sensitive"].unique().str[0].to_dict()
    assert flags == {"S4-01": False, "S3-04": True}
    assert {id: CATALOGUE[id].sensitive for id in flags} == flags


def test_none_outside_gives_an_empty_frame_with_the_same_columns(observe: Observe) -> None:
    empty, full = (table(rows_of(observe, "S3-02", cells)) for cells in (NONE, TWO))
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
    assert list(empty.columns[: len(KEPT)]) == KEPT


# ------------------------------------------------------------------ what the public edition hides


@dataclasses.dataclass(frozen=True)
class Result:
    funnel: pd.DataFrame
    edition: Edition | None = None


# Of 100 people 3, 40 and 97 have it; 97 leaves 3. The other district is all in the middle.
SMALL: Cells = [(3, 100), (40, 100), MIDDLE, MIDDLE, (60, 100), MIDDLE, MIDDLE, MIDDLE]
NUMBERS = [
    *("numerator", "denominator", "value", "n"),
    *(f"{wide}{side}{level}" for wide in ("", "wide_") for side in ("lower", "upper") for level in ("95", "998")),
]


def public(found: pd.DataFrame) -> pd.DataFrame:
    return release(Result(found), "public").funnel.set_index("area_code")


def test_small_counts_go_with_all_that_tells_them(observe: Observe) -> None:
    full = table(rows_of(observe, "S3-04", [(3, 100), (97, 100), *SMALL[2:]]))
    assert outside(full) == {"2001": "below_998", "2002": "above_998"}
    shown = public(full)
    gone = shown.loc[[f"{OWN}.2001", f"{OWN}.2002"]]
    assert gone[NUMBERS].isna().all(axis=None)
    assert gone["reason"].tolist() == ["suppressed"] * 2
    assert gone[["position", "wide_position"]].values.tolist() == [["", ""]] * 2
    rest = shown.drop(gone.index)
    pd.testing.assert_frame_equal(rest, full.set_index("area_code").drop(gone.index))


def test_a_lone_small_village_takes_the_next_of_its_district_along(observe: Observe) -> None:
    """Without it the small count would be what is left of the total of the district."""
    shown = public(table(rows_of(observe, "S3-04", SMALL)))
    hidden = shown.index[shown["reason"] == "suppressed"]
    assert hidden.tolist() == [f"{OWN}.2001", f"{OWN}.2002"]  # 40 is the next smallest count


def test_counts_of_other_indicators_are_all_shown(observe: Observe) -> None:
    full = table(rows_of(observe, "S4-01", SMALL))
    pd.testing.assert_frame_equal(public(full), full.set_index("area_code"))


def test_an_empty_funnel_can_be_released(observe: Observe) -> None:
    assert public(table(rows_of(observe, "S3-04", NONE))).empty


def test_a_village_hidden_among_the_values_is_hidden_in_the_funnel(observe: Observe, slice_of: Any) -> None:
    """What one frame of a result hides the other must not tell."""
    inputs = slice_of(observations=rows_of(observe, "S3-04", SMALL), villages={OWN: 8, OTHER: 12})
    shown = release(analyse_situation(inputs, formation_year=2026), "public")
    for frame in (shown.unit_values, shown.funnel):
        hidden = frame.loc[frame["reason"] == "suppressed", "area_code"]
        assert hidden.tolist() == [f"{OWN}.2001", f"{OWN}.2002"]


def test_so_it_is_in_every_demo_district(analysed: Any) -> None:
    compared = 0
    for number in range(1, 17):
        shown = analysed(f"99.01.{number:02d}", "public")
        keys = ["indicator", "area_code"]
        values, funnel = (
            frame.loc[frame["reason"] == "suppressed", keys] for frame in (shown.unit_values, shown.funnel)
        )
        told = set(map(tuple, shown.funnel[keys].values)) - set(map(tuple, funnel.values))
        assert not told & set(map(tuple, values.values))
        compared += len(set(shown.funnel["indicator"]) & set(values["indicator"]))
    assert compared
