"""Priorities of an assembly of judges far larger than a meeting: seconds, and memory in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator

from benchmarks import assembly
from benchmarks.harness import Figure, benchmark, figure, in_turns
from benchmarks.surroundings import peak

MOST_MB, MOST_SECONDS = 1_000, 10


@benchmark("priority", runs=3)
def measure(runs: int) -> Iterator[Figure]:
    from kbk_analysis.priority.combining import combine
    from kbk_analysis.priority.methods import METHODS
    from kbk_analysis.priority.robustness import DRAWS, RESAMPLES, judge_acceptability, weight_acceptability

    cube, way = assembly.scores(), assembly.method()
    cells, slice_ = combine(cube, way).cells, assembly.scores(*assembly.SLICE)
    small = assembly.plain_table(slice_)
    weights, judges, pairs, whole, plain_weights, plain_judges = in_turns(
        runs,
        lambda: weight_acceptability(cells, way),
        lambda: judge_acceptability(cube, way),
        lambda: judge_acceptability(cube[..., :3], METHODS["usg_pairs"]),
        lambda: assembly.whole(*assembly.tables(cube)),
        lambda: assembly.plain_weights(small),
        lambda: assembly.plain_judges(small),
    )
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        most = pool.apply(memory)
    size = f"{assembly.JUDGES:,} judges x {assembly.PROBLEMS} problems x {assembly.CRITERIA} criteria"
    held = f"{size}; at most {most} MB in a process of its own, promise {MOST_MB:,} MB: {_kept(most <= MOST_MB)}"
    fewer_draws = DRAWS // assembly.SLICE_DRAWS
    of_weights = f"plain Python, 1/{cells.size // slice_[0].size * fewer_draws:,} of it"
    of_judges = f"plain Python, 1/{cube.size // slice_.size * fewer_draws:,} of it"
    for name, what, seconds, reference, note in (
        ("weights", f"{DRAWS:,} weights drawn", weights, (of_weights, plain_weights), size),
        ("judges", f"{RESAMPLES:,} times judges drawn again", judges, (of_judges, plain_judges), size),
        (
            "pairs",
            "the same by wins in pairs, 3 criteria",
            pairs,
            ("plain Python, sums on the slice", plain_judges),
            size,
        ),
        (
            "whole",
            "all that is said of the meeting",
            whole,
            ("both of these slices", plain_weights + plain_judges),
            held,
        ),
    ):
        yield figure(f"priority.{name}", what, seconds, reference, runs, most_seconds=MOST_SECONDS, note=note)


def _kept(kept: bool) -> str:
    return "yes" if kept else "NO"


def memory() -> int:
    """Most memory that a process holds which does this and nothing else, in MB."""
    from kbk_analysis.priority.methods import METHODS
    from kbk_analysis.priority.robustness import judge_acceptability

    cube = assembly.scores()
    assembly.whole(*assembly.tables(cube))
    judge_acceptability(cube[..., :3], METHODS["usg_pairs"])
    return peak()
