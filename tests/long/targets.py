"""What a long run can be of, by name."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator

from tests.long.campaign import Check

TEXTS = ("numbers", "dates", "codes", "yaml")
FILES = ("workbooks",)


@contextlib.contextmanager
def opened(target: str) -> Iterator[Check]:
    """The check of a target, with what it needs for as long as it runs."""
    module = importlib.import_module(f"tests.long.fuzz_{target}")
    with module.opened() if hasattr(module, "opened") else contextlib.nullcontext(module.check) as check:
        yield check
