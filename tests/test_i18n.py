"""Both languages are complete, and numbers and dates follow the language."""

import ast
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis import i18n
from kbk_analysis.locale import __main__ as messages


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def plural_forms(value: object) -> list[str]:
    return list(value) if isinstance(value, tuple | list) else [str(value)]


def test_every_message_is_in_the_english_catalogue_and_no_other() -> None:
    collected = {str(message.id) for message in messages.collect() if message.id}
    kept = {str(message.id) for message in messages.load() if message.id}
    assert collected == kept, "run: make messages"


def unmarked(source: str) -> list[str]:
    """Texts given to `tr` through a variable without `mark`: the collection of messages cannot see them."""
    found = []
    for function in (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)):
        nodes = list(ast.walk(function))
        calls = [n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "tr"]
        passed = {call.args[0].id for call in calls if call.args and isinstance(call.args[0], ast.Name)}
        for node in nodes:
            names = {t.id for t in getattr(node, "targets", ()) if isinstance(t, ast.Name)}
            if isinstance(node, ast.Assign) and names & passed:
                parts = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
                found += [part.value for part in parts if isinstance(part, ast.Constant)]
    return found


def test_every_text_to_be_translated_is_collected() -> None:
    known = {str(message.id) for message in messages.load() if message.id}
    texts = {path.name: unmarked(path.read_text("utf-8")) for path in messages.PACKAGE.rglob("*.py")}
    assert len(texts) > 50
    assert {(name, text) for name, found in texts.items() for text in found if text not in known} == set()


def test_a_text_that_is_not_collected_is_found() -> None:
    assert unmarked("def f():\n    text = 'Ada {n}.'\n    return tr(text, n=1)") == ["Ada {n}."]
    assert unmarked("def f():\n    text = mark('Ada {n}.')\n    return tr(text, n=1)") == []


def test_every_message_is_translated() -> None:
    empty = [message.id for message in messages.load() if message.id and not all(plural_forms(message.string))]
    assert not empty


def test_translations_keep_the_fields() -> None:
    wrong = [
        (message.id, form)
        for message in messages.load()
        if message.id
        for form in plural_forms(message.string)
        if fields(form) != fields(plural_forms(message.id)[-1])
    ]
    assert not wrong


def test_compiled_catalogue_is_the_text_catalogue() -> None:
    assert messages.MO.read_bytes() == messages.mo_bytes(messages.load())


def test_numbers_and_dates_in_indonesian() -> None:
    assert i18n.integer(1234567) == "1.234.567"
    assert i18n.decimal(1234.5) == "1.234,5"
    assert i18n.percent(12.345) == "12,3\xa0%"
    assert i18n.date("2024-12-16", "full") == "Senin, 16 Desember 2024"
    assert i18n.money(1500000) == "Rp1.500.000"


def test_numbers_and_dates_in_english() -> None:
    with i18n.using("en"):
        assert i18n.decimal(1234.5) == "1,234.5"
        assert i18n.percent(12.345) == "12.3%"
        assert i18n.date("2024-12-16") == "December 16, 2024"
    assert i18n.language() == "id"


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        i18n.use("xx")  # type: ignore[arg-type]


@given(st.integers(-(10**12), 10**12))
def test_integer_can_be_read_back(value: int) -> None:
    assert int(re.sub(r"\.", "", i18n.integer(value))) == value


@given(st.text(max_size=30))
def test_values_are_never_read_as_templates(value: str) -> None:
    assert i18n.tr("Kecamatan {name}", name=value) == f"Kecamatan {value}"


def test_lists_read_as_sentences() -> None:
    assert [i18n.join(list(names)) for names in ("", "a", "ab", "abc")] == ["", "a", "a dan b", "a, b, dan c"]
