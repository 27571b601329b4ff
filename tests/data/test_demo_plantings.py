"""What is planted is in the numbers: each planting is measured again from the tables, against the other areas.

Nothing of the package computes here. The limits are those of a funnel at 99.8 % that allows for the real spread
between areas: ``z * sqrt(binomial variance + variance of the other areas)``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbk_analysis.data.demo import NOTHING, PlantedFinding, build_demo, load_plantings
from kbk_analysis.data.demo.effects import Effects
from kbk_analysis.data.demo.observations import observations_table, stream
from kbk_analysis.data.demo.places import places
from kbk_analysis.data.demo.plantings import Plantings
from kbk_analysis.data.demo.world import build_world
from kbk_analysis.schema import METHODS

Z_998 = 3.090232
SEEDS = (2022, 0, 1, 2, 3)
PLANTINGS = load_plantings()
FINDINGS = {finding.id: finding for finding in PLANTINGS.findings}
LAST = "2024"


def observe(seed: int, plantings: Plantings) -> pd.DataFrame:
    world = build_world(stream(seed, "world"), plantings.kampung_villages)
    return observations_table(seed, world, Effects(world, plantings))


@pytest.fixture(scope="module")
def planted() -> dict[int, pd.DataFrame]:
    return {seed: observe(seed, PLANTINGS) for seed in SEEDS}


@pytest.fixture(scope="module")
def bare() -> dict[int, pd.DataFrame]:
    return {seed: observe(seed, NOTHING) for seed in SEEDS}


def counts(table: pd.DataFrame, indicator: str, width: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numerators and denominators by area (rows) and year (columns); codes are cut to `width` to add up villages."""
    rows = table[(table["indicator"] == indicator) & table["numerator"].notna()]
    groups = [rows["area_code"].str[:width], rows["period"]]
    return rows["numerator"].groupby(groups).sum().unstack(), rows["denominator"].groupby(groups).sum().unstack()


def distance(part: pd.Series, whole: pd.Series, area: str) -> tuple[float, float]:
    """Points between an area and the others together, and the same in units of the funnel's standard deviation."""
    rate = part / whole
    others = rate.index != area
    centre = part[others].sum() / whole[others].sum()
    expected = centre * (1 - centre) / whole[others]
    excess = max(0.0, float(np.var(rate[others], ddof=1) - expected.mean()))
    spread = np.sqrt(centre * (1 - centre) / whole[area] + excess)
    return 100 * float(rate[area] - centre), float((rate[area] - centre) / spread)


def change(table: pd.DataFrame, finding: PlantedFinding) -> tuple[float, float]:
    """As `distance`, of the change between the year before `since` and the last year."""
    part, whole = counts(table, finding.indicator, len(finding.area))
    rate = part / whole
    before = str(int(finding.since) - 1)
    moved = rate[LAST] - rate[before]
    noise = sum(rate[year] * (1 - rate[year]) / whole[year] for year in (before, LAST))
    others = moved.index != finding.area
    excess = max(0.0, float(np.var(moved[others], ddof=1) - noise[others].mean()))
    apart = float(moved[finding.area] - moved[others].mean())
    return 100 * apart, apart / float(np.sqrt(noise[finding.area] + excess))


def of_kind(*kinds: str) -> list[str]:
    return [finding.id for finding in PLANTINGS.findings if finding.kind in kinds]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", of_kind("level"))
def test_a_planted_level_lies_outside_the_limits(
    name: str, seed: int, planted: dict[int, pd.DataFrame], bare: dict[int, pd.DataFrame]
) -> None:
    finding = FINDINGS[name]
    part, whole = counts(planted[seed], finding.indicator, len(finding.area))
    points, z = distance(part[LAST], whole[LAST], finding.area)
    assert np.sign(points) == np.sign(finding.size)
    assert abs(z) > Z_998
    # against the same world without plantings, over all years of the effect, the shift is the documented size
    part_bare, whole_bare = counts(bare[seed], finding.indicator, len(finding.area))
    years = whole.loc[finding.area, finding.since :].notna() & whole_bare.loc[finding.area, finding.since :].notna()
    used = years.index[years]
    assert len(used)  # without plantings the village may be silent in one year, not in all
    sums = [frame.loc[finding.area, used].sum() for frame in (part, whole, part_bare, whole_bare)]
    now, then = sums[0] / sums[1], sums[2] / sums[3]
    chance = np.sqrt((now * (1 - now) + then * (1 - then)) / sums[1])
    assert 100 * (now - then) == pytest.approx(finding.size, abs=100 * Z_998 * chance)


@pytest.mark.parametrize("name", of_kind("level"))
def test_a_planted_level_begins_in_its_year(name: str, planted: dict[int, pd.DataFrame]) -> None:
    finding = FINDINGS[name]
    part, whole = counts(planted[2022], finding.indicator, len(finding.area))
    outside = {y: abs(distance(part[y].dropna(), whole[y].dropna(), finding.area)[1]) > Z_998 for y in part.columns}
    assert outside == {year: year >= finding.since for year in part.columns}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", of_kind("trend"))
def test_a_planted_trend_moves_away_from_the_others(
    name: str, seed: int, planted: dict[int, pd.DataFrame], bare: dict[int, pd.DataFrame]
) -> None:
    finding = FINDINGS[name]
    points, z = change(planted[seed], finding)
    assert points == pytest.approx(finding.size, abs=6)
    assert abs(z) > Z_998
    assert abs(change(bare[seed], finding)[0]) < abs(finding.size) / 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", of_kind("spread"))
def test_a_planted_spread_is_more_than_chance_and_more_than_usual(
    name: str, seed: int, planted: dict[int, pd.DataFrame], bare: dict[int, pd.DataFrame]
) -> None:
    finding = FINDINGS[name]

    def excess(table: pd.DataFrame) -> float:
        part, whole = counts(table, finding.indicator, len("99.01.01.2001"))
        rate = (part / whole)[LAST].dropna()
        chance = (rate * (1 - rate) / whole[LAST]).mean()
        return 100 * float(np.sqrt(max(0, np.var(rate, ddof=1) - chance)))

    assert excess(planted[seed]) > 2 * excess(bare[seed])
    assert excess(planted[seed]) == pytest.approx(finding.size, abs=5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", of_kind("silence"))
def test_a_planted_silence_is_a_gap_in_reporting(
    name: str, seed: int, planted: dict[int, pd.DataFrame], bare: dict[int, pd.DataFrame]
) -> None:
    finding = FINDINGS[name]

    def silent(table: pd.DataFrame, since: bool) -> float:
        rows = table[
            (table["source"] == finding.source)
            & table["area_code"].str.startswith(f"{finding.area}.")
            & ((table["period"] >= finding.since) == since)
            & (table["indicator"] == "S3-02")
        ]
        return 100 * float((rows["status"] == "not_reported").mean())

    assert silent(planted[seed], True) > finding.size
    assert silent(planted[seed], False) == pytest.approx(silent(bare[seed], False))
    assert silent(bare[seed], True) < finding.size / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_copied_counts_and_slips(seed: int, planted: dict[int, pd.DataFrame], bare: dict[int, pd.DataFrame]) -> None:
    for name in of_kind("copied", "slip"):
        finding = FINDINGS[name]
        for table, is_planted in ((planted[seed], True), (bare[seed], False)):
            rows = table[(table["indicator"] == finding.indicator) & (table["area_code"] == finding.area)]
            rows = rows.set_index("period").sort_index()
            before = str(int(finding.since) - 1)
            if not is_planted and rows.loc[[before, finding.since], "numerator"].isna().any():
                continue
            if finding.kind == "copied":
                tail = rows.loc[before:, ["numerator", "denominator"]]
                assert (len(tail.drop_duplicates()) == 1) == is_planted
            else:
                ratio = rows.loc[finding.since, "denominator"] / rows.loc[before, "denominator"]
                assert (ratio == pytest.approx(10, rel=0.1)) == is_planted


@pytest.mark.parametrize("seed", [2022, 0])
def test_planted_gaps_in_the_response(seed: int) -> None:
    activities, without = (build_demo(seed=seed, plantings=p)["activities"] for p in (PLANTINGS, NOTHING))
    for response in PLANTINGS.responses:

        def rows(table: pd.DataFrame, gap: object = response) -> pd.DataFrame:
            inside = table["village_code"].str.startswith(gap.area) & (table["indicator"] == gap.indicator)  # type: ignore[attr-defined]
            own = table["agency"].isin([gap.agency] if gap.agency else table["agency"])  # type: ignore[attr-defined]
            return table[inside & own & (table["period"] >= gap.since)]  # type: ignore[attr-defined]

        if response.kind == "absent":
            assert len(rows(activities)) == 0
        else:
            assert rows(activities)["done"].isna().all()
            assert len(rows(activities)) > 10
            assert rows(without)["done"].notna().mean() > 0.8


def last(kampung: pd.DataFrame, family: str) -> pd.DataFrame:
    rows = kampung[kampung["source"] == family]
    return rows[rows["export_date"] == rows["export_date"].max()].set_index("village_code")


@pytest.mark.parametrize("seed", [2022, 0])
def test_the_eight_ways_to_pass_and_fail(seed: int) -> None:
    kampung = build_demo(seed=seed)["kampung"]
    stated, detail = last(kampung, "klasifikasi"), last(kampung, "rinci")
    classes = {"110": "Berkembang", "101": "Mandiri", "011": "Mandiri", "111": "Berkelanjutan"}
    assert len(set(PLANTINGS.kampung_cases.values())) == 8
    for village, case in PLANTINGS.kampung_cases.items():
        row = stated.loc[village]
        passes = "".join(str(int(row[f"index_{index}"] >= 3)) for index in ("input", "process", "output"))
        assert passes == case
        assert row["class_stated"] == classes.get(case, "Dasar")
        assert detail.loc[village, ["couples", "families", "members_bkb", "users_pill", "want_later"]].notna().all()


@pytest.mark.parametrize("seed", [2022, 0])
def test_planted_faults_of_kampung(seed: int) -> None:
    kampung = build_demo(seed=seed)["kampung"]
    stated, detail = last(kampung, "klasifikasi"), last(kampung, "rinci")
    users = detail[[f"users_{m}" for m in METHODS]].sum(axis=1)
    assert sorted(detail.index[users > detail["couples"]]) == sorted(PLANTINGS.kampung_faults["users_exceed_couples"])
    above = detail.index[detail["members_bkb"] > detail["families_under5"]]
    assert sorted(above) == sorted(PLANTINGS.kampung_faults["participants_exceed_families"])
    for village in PLANTINGS.kampung_faults["unmet_blank_scored_best"]:
        assert detail.loc[village, ["want_later", "want_no_more"]].isna().all()
        assert stated.loc[village, "score_unmet"] == 4


def test_the_words_of_a_planting_name_its_area() -> None:
    names = dict((places().regency, *places().districts, *places().villages))
    for planting in (*PLANTINGS.findings, *PLANTINGS.responses):
        assert planting.area == places().regency[0] or names[planting.area] in planting.text


def test_a_file_of_other_plantings_is_read(tmp_path: Path) -> None:
    path = tmp_path / "other.yml"
    text = 'findings:\n- {id: x, kind: level, area: "99.01.02", indicator: S4-09, since: "2024", size: -25}\n'
    path.write_text(text, encoding="utf-8")
    table = observe(9, load_plantings(path))
    part, whole = counts(table, "S4-09", len("99.01.02"))
    points, z = distance(part[LAST], whole[LAST], "99.01.02")
    assert points == pytest.approx(-25, abs=6)
    assert z < -Z_998


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('findings:\n- {id: x, kind: hill, area: "99.01", indicator: S4-09, since: "2024"}', "kind"),
        ('findings:\n- {id: x, kind: silence, area: "99.01", indicator: S4-09, since: "2024"}', "needs"),
        ('findings:\n- {id: x, kind: level, area: "99.01", source: siga, since: "2024"}', "needs"),
        ("kampung_faults: {rain: []}", "rain"),
    ],
)
def test_a_planting_that_says_nothing_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_plantings(path)


def test_a_planting_outside_the_demo_is_refused() -> None:
    away = Plantings((PlantedFinding(id="x", kind="level", area="14.06.01", indicator="S4-09", since="2024", size=5),))
    with pytest.raises(ValueError, match=r"14\.06\.01"):
        observe(1, away)
