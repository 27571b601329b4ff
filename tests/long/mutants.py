"""Mutants of the scoring rooms: does a test notice when one operator, number or condition of the source is changed?

The changes are those of cosmic-ray, which is no dependency: ``pip install --no-deps --target DIR cosmic-ray stevedore``
and ``PYTHONPATH=DIR``. Each mutant lives in memory, in a process forked from this one, so that no source is touched
and a run costs the tests alone. Left out: changes that no plain arithmetic of the source can mean (shifts and bits of
floats), and those that only touch annotations, which are never evaluated.
"""

from __future__ import annotations

import ast
import difflib
import importlib.abc
import importlib.machinery
import json
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("formula", "methods", "combining", "opinions", "agreement", "robustness", "gaps", "places", "analysis", "ways")
TESTS = tuple(
    f"tests/priority/test_{name}.py"
    for name in ("published_tables", "survivors", "properties", "gaps", "analysis", "chapter")
)
SECONDS = 90  # wall time after which a mutant that does not end counts as noticed
OPERATORS = (
    r"ReplaceBinaryOperator_(Add|Sub|Mul|Div|Pow)_(Add|Sub|Mul|Div|Pow)",
    r"ReplaceBinaryOperator_(BitAnd_BitOr|BitOr_BitAnd)",
    r"ReplaceComparisonOperator_\w+",
    r"ReplaceUnaryOperator_\w+",
    r"ReplaceAndWithOr|ReplaceOrWithAnd|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue",
    r"ReplaceBreakWithContinue|ReplaceContinueWithBreak|NumberReplacer|RemoveDecorator|ZeroIterationForLoop",
)


@dataclass(frozen=True)
class Mutant:
    """One change: `source` is the whole module with it, `change` the lines before and after."""

    room: str
    operator: str
    occurrence: int
    source: str
    change: str

    @property
    def name(self) -> str:
        return f"{self.room} {self.operator} {self.occurrence}"


def mutants(room: str) -> Iterator[Mutant]:
    """Every change of a room that changes what it does when it is read as a program."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.operators.provider import OperatorProvider

    source = path(room).read_text("utf-8")
    seen = {meaning(source)}
    provider = OperatorProvider()
    for name in provider:
        if not any(re.fullmatch(pattern, name) for pattern in OPERATORS):
            continue
        occurrence = 0
        while (changed := mutate_code(source, provider[name](), occurrence)) is not None:
            try:
                known = meaning(changed) in seen
            except SyntaxError:
                known = True
            if not known:
                seen.add(meaning(changed))
                yield Mutant(room, name, occurrence, changed, told(source, changed))
            occurrence += 1


def path(room: str) -> Path:
    return ROOT / "kbk_analysis" / "priority" / f"{room}.py"


def meaning(source: str) -> str:
    """The program without its annotations."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def told(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Gives one module in its changed form."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, *_: object) -> Any:
        if name != f"kbk_analysis.priority.{self.mutant.room}":
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=str(path(self.mutant.room)))

    def get_filename(self, _: str) -> str:
        return str(path(self.mutant.room))

    def get_data(self, _: str) -> bytes:
        return self.mutant.source.encode()


def noticed(mutant: Mutant | None, tests: Sequence[str] = TESTS) -> str:
    """How the tests end on a mutant, or on the source as it is: ``survived``, ``killed`` or ``endless``."""
    child = os.fork()
    if child == 0:
        os._exit(_run_tests(mutant, tests))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "endless"


class _Quick:
    """A failing example need not be made small nor explained: that it fails is all that is asked."""

    def pytest_configure(self) -> None:
        import hypothesis

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutants", deadline=None, database=None, phases=phases)
        hypothesis.settings.load_profile("mutants")


def _run_tests(mutant: Mutant | None, tests: Sequence[str]) -> int:
    import pytest

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if mutant is not None:
        sys.meta_path.insert(0, _Changed(mutant))
    options = [
        "-x",
        "-q",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:nbval",
        "--hypothesis-seed=0",
    ]
    # hypothesis is loaded before the fork, so its own asserts are not rewritten
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    try:
        return int(pytest.main([*options, *(str(ROOT / test) for test in tests)], plugins=[_Quick()]))
    except BaseException:
        return 1


def run(rooms: Sequence[str] = ROOMS, log: Path | None = None) -> int:
    """All mutants of the rooms; prints a count for each room and every survivor with its change."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.chdir(ROOT)
    import hypothesis.extra.numpy
    import numpy as np
    import pandas as pd
    import pytest
    import scipy.stats  # noqa: F401 - loaded once, before the forks

    assert not any(name.startswith("kbk_analysis.priority") for name in sys.modules), [hypothesis, np, pd, pytest]
    if noticed(None) != "survived":
        print("the tests fail on the source as it is")
        return 1
    left = 0
    for room in rooms:
        counts = {"killed": 0, "endless": 0, "survived": 0}
        for mutant in mutants(room):
            ended = noticed(mutant)
            counts[ended] += 1
            if ended == "survived":
                print(f"--- {mutant.name}\n{mutant.change}", flush=True)
            if log:
                with log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"mutant": mutant.name, "ended": ended, "change": mutant.change}) + "\n")
        left += counts["survived"]
        print(json.dumps({"room": room, "mutants": sum(counts.values()), **counts}), flush=True)
    return 1 if left else 0
