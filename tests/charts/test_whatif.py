"""The figure of a trial: every case fits and is told in words, lines lead from rank to rank, changes are marked."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from matplotlib.lines import Line2D

from kbk_analysis.charts.whatif import plot_whatif
from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import Unreleased, release
from kbk_analysis.priority.chapter import fixed_method
from kbk_analysis.priority.inputs import read_meeting
from kbk_analysis.priority.whatif import has_weights, whatif
from tests.charts.test_every_figure import check
from tests.priority_fixture.build import CASES, make_inputs


def pair(case: str) -> list:
    """A trial in which the first criterion weighs four times as much (or a judge is off), and the meeting."""
    options = CASES[case]
    inputs = make_inputs(**options)
    fixed = fixed_method(**{key: options[key] for key in ("method", "weights") if key in options})
    changes = {"weights": {fixed.method.letters[0]: 4.0}} if has_weights(fixed.method) else {}
    off = sorted(set(inputs.scores["judge"]))[:1] if not changes else []
    return [release(found, "internal") for found in (whatif(inputs, fixed, without=off, **changes),
                                                     whatif(inputs, fixed))]  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("case", CASES)
def test_it_fits_and_is_told_in_words(drawn, case: str, language: str) -> None:
    with using(language):
        (one,) = drawn(plot_whatif, *pair(case))
        check(one)


@pytest.fixture(scope="module")
def decided(demo):
    inputs = read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")
    changes = ({"weights": {"S": 0, "G": 0}}, {})
    return [release(whatif(inputs, fixed_method(), **change), "internal") for change in changes]


def test_every_rank_is_written_in_its_column_and_each_change_is_marked(drawn, decided) -> None:
    (one,) = drawn(plot_whatif, *decided)
    trial, meeting = (found.problems for found in decided)
    agreed = meeting["agreed_rank"].dropna()
    assert len(one.words("rank")) == len(trial) + len(meeting) + len(agreed)
    rows = {row[1]: row for row in one.exhibit.rows}
    told = [row[-1].split(", ")[-1] for row in rows.values()]
    assert (told.count("masuk"), told.count("keluar")) == (2, 1)
    assert len(one.artists(Line2D, "change")) == 3
    assert [int(row[4]) for row in rows.values()] == meeting["rank"].reindex(trial.index).tolist()
    assert one.exhibit.title == "2 masalah masuk 3 teratas"


def test_few_judges_have_no_bars_and_the_table_says_why() -> None:
    trial, meeting = pair("3 judges")
    (one,) = plot_whatif(trial, meeting)
    assert all(row[3] == trial.by_judges for row in one.rows)
    assert "penilai" in trial.by_judges.text


def test_an_unreleased_trial_is_refused(decided) -> None:
    for wrong in ([replace(decided[0], edition=None), decided[1]], [decided[0], replace(decided[1], edition=None)]):
        with pytest.raises(Unreleased):
            plot_whatif(*wrong)


def test_the_same_trial_gives_the_same_bytes_and_names_stay_text(decided) -> None:
    (one,), (other,) = plot_whatif(*decided), plot_whatif(*decided)
    assert one.svg == other.svg
    ET.fromstring(plot_whatif(*pair("10 problems"))[0].svg)
