"""``python -m benchmarks [NAME ...] [--runs N] [--json FILE]``: a table on the screen, and the same as json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import cases  # noqa: F401 - registers them
from benchmarks.harness import REGISTRY, Figure, NotMeasured

WIDTHS = (18, 52, 9, 8)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(REGISTRY)}; default all")
    parser.add_argument("--runs", type=int, help="instead of each benchmark's own number")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(REGISTRY):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(REGISTRY)}")
    figures: list[Figure] = []
    skipped: dict[str, str] = {}
    print(line("name", "what", "seconds", "ratio", "to (seconds; runs)"))
    for name in given.names or REGISTRY:
        try:
            for one in REGISTRY[name].measure(given.runs or REGISTRY[name].runs):
                figures.append(one)
                print(told(one), flush=True)
        except NotMeasured as reason:
            skipped[name] = str(reason)
            print(line(name, f"not measured: {reason}", "", "", ""), flush=True)
    if given.json:
        content = {"schema": 1, "machine": machine(), "figures": [asdict(one) for one in figures], "skipped": skipped}
        given.json.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    return 0  # a promise may break on a busy machine: read it beside the seconds of its reference


def machine() -> dict[str, object]:
    return {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}


def told(one: Figure) -> str:
    beside = f"{one.reference} ({one.reference_seconds:.3f}; {one.runs})"
    if one.promise:
        beside += f"; promise {one.promise}: {'yes' if one.kept else 'NO'}"
    return line(
        one.name, one.what, f"{one.seconds:.3f}", f"{one.ratio:.2f}", beside + (f"; {one.note}" if one.note else "")
    )


def line(name: str, what: str, seconds: str, ratio: str, beside: str) -> str:
    a, b, c, d = WIDTHS
    return f"{name:<{a}} {what:<{b}} {seconds:>{c}} {ratio:>{d}}  {beside}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
