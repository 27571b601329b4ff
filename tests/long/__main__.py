"""``python -m tests.long fuzz|workbooks|kills|backtests|mutants|all``: long reliability runs, repeatable from a seed.

python -m tests.long fuzz --runs 1000000         number, date, code and YAML parsers, a quarter each
python -m tests.long workbooks --runs 20000      spoilt xlsx, ods, csv and csv.gz files
python -m tests.long kills --runs 50             batches killed at random moments, resumed, compared
python -m tests.long backtests --runs 200        demo datasets with and without plantings, unseen seeds
python -m tests.long mutants --rooms formula,ways  changed scoring rooms (needs cosmic-ray: mutants.py)
python -m tests.long fuzz --only yaml --run 123  one run again, with its failure in full
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.long.campaign import Tally, chance, report, run_all
from tests.long.targets import FILES, TEXTS, opened

SEED = 20241216
RUNS = {"fuzz": 1_000_000, "workbooks": 20_000, "kills": 50, "backtests": 200}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.long", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=[*RUNS, "mutants", "all"])
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=TEXTS, help="one parser; it gets all runs")
    parser.add_argument("--rooms", help="of the mutants; default all")
    parser.add_argument("--log", type=Path, help="of the mutants: one json line each")
    parser.add_argument("--run", type=int, help="number of the one run to repeat")
    given = parser.parse_args()
    if given.what == "mutants":
        from tests.long import mutants

        return mutants.run(given.rooms.split(",") if given.rooms else mutants.ROOMS, given.log)
    if given.what == "all":
        return max(run(one, RUNS[one], given) for one in RUNS)
    return run(given.what, given.runs or RUNS[given.what], given)


def run(what: str, runs: int, given: argparse.Namespace) -> int:
    if what == "kills":
        from tests.long.kills import kill_and_compare

        found = kill_and_compare(runs, given.seed, resume_each=True, tell=lambda line: print(line, file=sys.stderr))
        print(json.dumps({"target": "kills", "seed": given.seed, **found}, indent=2))
        return 0
    if what == "backtests":
        from tests.backtests import campaign

        scores = campaign.run(runs, given.jobs, tell=lambda line: print(line, file=sys.stderr, flush=True))
        print(campaign.report(scores))
        return 1 if campaign.missed(scores) else 0
    targets = FILES if what == "workbooks" else (given.only,) if given.only else TEXTS
    if given.run is not None:
        for target in targets:
            with opened(target) as check:
                print(target, check(chance(target, given.seed, given.run)))
        return 0
    tallies = [long_run(target, runs // len(targets), given.seed, given.jobs) for target in targets]
    return 1 if any(tally.failures for tally in tallies) else 0


def long_run(target: str, runs: int, seed: int, jobs: int) -> Tally:
    start = time.monotonic()

    def tell(tally: Tally) -> None:
        print(f"\r{target}: {tally.runs:,} of {runs:,}, {len(tally.failures)} failed", end="", file=sys.stderr)

    tally = run_all(target, runs, seed, jobs, tell)
    print(f"\r{target}: {tally.runs:,} in {time.monotonic() - start:.0f} s{' ' * 20}", file=sys.stderr)
    print(report(target, tally, seed), flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
