"""The benchmarks run and write what they promise; how fast anything is, is not tested here."""

import json

import numpy as np
import pytest

from benchmarks import assembly, country
from benchmarks.__main__ import main
from benchmarks.harness import REGISTRY, NotMeasured, compare, figure
from benchmarks.surroundings import peak
from kbk_analysis.priority.combining import combine
from kbk_analysis.priority.robustness import judge_acceptability, weight_acceptability


def test_the_cheapest_benchmark_writes_its_figure(tmp_path, capsys) -> None:
    main(["refusal", "--runs", "1", "--json", str(tmp_path / "bench.json")])
    content = json.loads((tmp_path / "bench.json").read_text())
    assert set(content) == {"schema", "machine", "figures", "skipped"}
    assert set(content["machine"]) == {"python", "system", "cores"}
    [one] = content["figures"]
    assert set(one) == {
        "name", "what", "seconds", "reference", "reference_seconds", "ratio", "runs", "promise", "kept", "note",
    }  # fmt: skip
    assert (one["name"], one["reference"], one["promise"], one["runs"]) == ("refusal", "import pandas", "1 s", 1)
    assert one["ratio"] == pytest.approx(one["seconds"] / one["reference_seconds"])
    assert "promise 1 s: " in capsys.readouterr().out


def test_a_broken_promise_is_said(monkeypatch, capsys) -> None:
    late = figure("late", "x", 6.0, ("y", 2.0), 1, most_seconds=5)
    dear = figure("dear", "x", 6.0, ("y", 1.5), 1, most_ratio=3)
    fine = figure("fine", "x", 6.0, ("y", 2.0), 1, most_ratio=3)
    assert [one.kept for one in (late, dear, fine)] == [False, False, True]
    monkeypatch.setitem(REGISTRY, "start", REGISTRY["start"].__class__("start", 1, lambda runs: [late, fine]))
    assert main(["start"]) == 0
    told = capsys.readouterr().out
    assert "promise 5 s: NO" in told
    assert "promise 3 x y: yes" in told


def test_what_cannot_be_measured_is_said(monkeypatch, capsys) -> None:
    def absent(runs: int):
        raise NotMeasured("no data")

    monkeypatch.setitem(REGISTRY, "start", REGISTRY["start"].__class__("start", 1, absent))
    assert main(["start"]) == 0
    assert "not measured: no data" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["nothing"])


def test_subject_and_reference_take_turns() -> None:
    order = []
    one = compare("x", "x", lambda: order.append("a"), ("y", lambda: order.append("b")), 3)
    assert order == ["a", "b"] * 3
    assert one.runs == 3
    assert one.kept is None


def test_the_invented_country_is_measured_whole_and_nothing_is_lost_between_levels(tmp_path) -> None:
    paths = country.write(tmp_path, villages=700, indicators=2)
    for path in paths:
        x, _ = country.counts(path)
        told = country.measure(path)
        assert told.areas == (700, 59, 5, 5)
        assert set(told.sums) == {np.nansum(x[:, -1])}
        assert told.verdicts.total() == told.statuses.total() == told.trends.total() == 700
        silent = int(np.isnan(x[:, -1]).sum())
        assert silent > 0
        assert told.verdicts[""] == told.statuses[""] == silent
        assert told.trends[""] == np.isnan(x).any(axis=1).sum()
        # villages differ by 2 points more than chance: some are named in both ways of counting
        assert country.bare(path) > 0
    assert paths[0].read_bytes() != paths[1].read_bytes()
    assert country.codes(700).is_unique


def test_plain_python_and_the_package_give_an_assembly_the_same_shares_within_chance() -> None:
    cube, way = assembly.scores(*assembly.SLICE), assembly.method()
    small = assembly.plain_table(cube)
    by_weights = weight_acceptability(combine(cube, way).cells, way)
    by_judges = judge_acceptability(cube, way)
    assert assembly.plain_weights(small, 2_000) == pytest.approx(by_weights.by_rank[:, 0].tolist(), abs=0.05)
    assert assembly.plain_judges(small, 1_000) == pytest.approx(by_judges.by_rank[:, 0].tolist(), abs=0.06)
    assert max(by_judges.by_rank[:, 0]) < 1  # else the two agree whatever they do


def test_the_tables_of_an_assembly_hold_its_scores() -> None:
    cube = assembly.scores(6, 4)
    found = assembly.whole(*assembly.tables(cube))
    assert found.scores.shape == (6, 4, assembly.CRITERIA)
    expected = np.nanmean(cube, axis=0).sum(axis=1)
    assert sorted(found.problems["total"], reverse=True) == pytest.approx(sorted(expected, reverse=True))


def test_the_most_memory_held_is_this_process_s() -> None:
    assert 20 < peak() < 20_000
