"""The examples in the documentation of the indicators are true."""

import doctest
import importlib
import pkgutil

import pytest

import kbk_analysis.indicators


@pytest.mark.parametrize("name", sorted(item.name for item in pkgutil.iter_modules(kbk_analysis.indicators.__path__)))
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"kbk_analysis.indicators.{name}"))
    assert result.failed == 0
