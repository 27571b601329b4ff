"""The command ``kbk``: parse, call, print, exit code.

Exit codes: 0 all good, 1 a report failed, 2 bad input, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from kbk_analysis import i18n


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``kbk`` and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a sign that this terminal lacks must not end a run
    if _asks_english(given):
        i18n.use("en")  # before the commands are defined: their help is in this language too
    from kbk_analysis.cli.commands import run

    return run(given)


def _asks_english(arguments: Sequence[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(argument == "--lang=en" or (argument, value) == ("--lang", "en") for argument, value in pairs)
