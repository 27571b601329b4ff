"""Measure a subject and its reference in turns, and keep the medians."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Action = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured thing beside its reference. `kept` says whether the promise holds; ``None`` without a promise."""

    name: str
    what: str
    seconds: float
    reference: str
    reference_seconds: float
    ratio: float
    runs: int
    promise: str = ""
    kept: bool | None = None
    note: str = ""


class NotMeasured(Exception):
    """A benchmark that cannot be run here; ``str()`` says what is missing."""


@dataclass(frozen=True)
class Benchmark:
    name: str
    runs: int
    measure: Callable[[int], Iterable[Figure]]


REGISTRY: dict[str, Benchmark] = {}


def benchmark(
    name: str, runs: int = 5
) -> Callable[[Callable[[int], Iterable[Figure]]], Callable[[int], Iterable[Figure]]]:
    """Register a function that takes the number of runs and gives figures."""

    def register(measure: Callable[[int], Iterable[Figure]]) -> Callable[[int], Iterable[Figure]]:
        REGISTRY[name] = Benchmark(name, runs, measure)
        return measure

    return register


def seconds_of(action: Action) -> float:
    gc.collect()
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turns(runs: int, *actions: Action) -> list[float]:
    """Median seconds of each action; the actions take turns, so that a slow moment of the machine hits all."""
    taken = [[seconds_of(action) for action in actions] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def compare(
    name: str,
    what: str,
    subject: Action,
    reference: tuple[str, Action],
    runs: int,
    *,
    most_seconds: float | None = None,
    most_ratio: float | None = None,
    note: str = "",
) -> Figure:
    seconds, beside = in_turns(runs, subject, reference[1])
    return figure(
        name, what, seconds, (reference[0], beside), runs, most_seconds=most_seconds, most_ratio=most_ratio, note=note
    )


def figure(
    name: str,
    what: str,
    seconds: float,
    reference: tuple[str, float],
    runs: int,
    *,
    most_seconds: float | None = None,
    most_ratio: float | None = None,
    note: str = "",
) -> Figure:
    ratio = seconds / reference[1]
    promise, kept = "", None
    if most_seconds is not None:
        promise, kept = f"{most_seconds:g} s", seconds <= most_seconds
    if most_ratio is not None:
        promise, kept = f"{most_ratio:g} x {reference[0]}", ratio <= most_ratio
    return Figure(
        name=name,
        what=what,
        seconds=seconds,
        reference=reference[0],
        reference_seconds=reference[1],
        ratio=ratio,
        runs=runs,
        promise=promise,
        kept=kept,
        note=note,
    )
