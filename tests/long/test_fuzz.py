"""Samples of the long runs, and proof that they notice what they look for. The full runs: docs/reliability.md."""

import os
import sys
from contextlib import nullcontext

import pytest

from kbk_analysis.errors import InputFault
from tests.long import campaign, fuzz_codes, fuzz_dates, fuzz_numbers, fuzz_workbooks, fuzz_yaml, targets
from tests.long.__main__ import SEED
from tests.long.campaign import Tally, as_json, report, run_all, run_part
from tests.long.targets import FILES, TEXTS, opened


def told(target: str, tally: Tally) -> str:
    return report(target, tally, SEED)


@pytest.mark.parametrize("target", TEXTS)
def test_five_thousand_texts(target) -> None:
    with opened(target) as check:
        tally = run_part(target, check, range(5_000), SEED)
    assert not tally.failures, told(target, tally)
    assert tally.runs == 5_000
    assert 0.1 < tally.refused / tally.runs < 0.9, told(target, tally)  # both ways are tried


@pytest.mark.parametrize("target", FILES)
def test_six_hundred_office_files(target) -> None:
    with opened(target) as check:
        tally = run_part(target, check, range(600), SEED)
    assert not tally.failures, told(target, tally)
    assert 0.3 < tally.refused / tally.runs < 0.9, told(target, tally)


def as_thousands(text: str) -> float:
    return float("".join(filter(str.isdigit, text)) or 0)


WRONG = {
    "numbers": (fuzz_numbers, "parse_numbers", lambda cells, **_: ([as_thousands(cell) for cell in cells], [])),
    "dates": (fuzz_dates, "parse_dates", lambda cells, **_: (["2024-03-04" for _ in cells], [])),
    "codes": (fuzz_codes, "canonical", lambda text, **_: text.strip()),
    "yaml": (fuzz_yaml, "parse_yaml", lambda text, **_: fuzz_yaml.yaml.safe_load(text)),
    "workbooks": (fuzz_workbooks, "read", lambda path: path.read_bytes().decode("ascii")),
}


@pytest.mark.parametrize("target", WRONG)
def test_a_wrong_reader_is_noticed(target, monkeypatch) -> None:
    with opened(target) as check:
        monkeypatch.setattr(*WRONG[target])
        tally = run_part(target, check, range(100), SEED)
    assert len(tally.failures) > 10
    assert tally.outcomes["failed"] == len(tally.failures)


@pytest.mark.skipif(sys.platform != "linux", reason="platform: workers are forked on Linux alone")
def test_a_run_that_takes_too_long_or_too_much_is_a_failure(monkeypatch) -> None:
    monkeypatch.setattr(campaign, "SECONDS", 0.2)
    monkeypatch.setattr(campaign, "MEGABYTES", 50)
    kept = []

    def check(chance) -> str:
        match chance.randrange(3):
            case 0:
                while True:
                    pass
            case 1:
                kept.append(b"x" * 300_000_000)
                kept.clear()
        return "read"

    # in workers of their own: the peak of this process may be high from tests before
    monkeypatch.setattr(targets, "opened", lambda target: nullcontext(check))
    tally = run_all("any", 6, SEED, jobs=1, tell=lambda _: None)
    assert "more than 0.2 s of processor time" in [reason for _, reason in tally.failures]
    assert any("memory grew" in reason for _, reason in tally.failures)
    assert tally.outcomes["read"] >= 1


def test_a_run_can_be_done_again_alone() -> None:
    seen = []
    run_part("any", lambda chance: seen.append(chance.random()) or "read", [0, 1, 2, 1], SEED)
    assert seen[1] == seen[3] != seen[2]


@pytest.mark.skipif(sys.platform != "linux", reason="platform: workers are forked on Linux alone")
def test_a_worker_that_dies_costs_one_run(monkeypatch) -> None:
    def check(chance) -> str:
        if chance.random() == fatal:
            os._exit(7)
        if chance.random() < 0.2:
            raise InputFault([])
        return "read"

    fatal = campaign.chance("any", SEED, 5).random()
    monkeypatch.setattr(targets, "opened", lambda target: nullcontext(check))
    monkeypatch.setattr(campaign, "CHUNK", 4)
    tally = run_all("any", 12, SEED, jobs=2, tell=lambda _: None)
    assert tally.runs == 12
    assert (5, "the process died (code 7)") in tally.failures
    assert as_json("any", tally, SEED)["failures"] == tally.outcomes["failed"] >= 1
