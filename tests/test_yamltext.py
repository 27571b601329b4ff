"""YAML is read as written, or refused with row and column."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbk_analysis.errors import InputFault
from kbk_analysis.yamltext import MAX_BYTES, MAX_DEPTH, load_yaml, parse_yaml

TEXTS = "no yes on off Y True 1:30 01 007 0x1F 0o17 1e5 1_000 .5 +5 .inf 2024-12-16 14.06.03.2002 1.2.3 = << 5% 1,5"


@pytest.mark.parametrize("written", [*TEXTS.split(), "2024-12-16 10:00:00", "-x"])
def test_stays_text(written: str) -> None:
    assert parse_yaml(f"a: {written}") == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("0", 0),
        ("0.50", 0.5),
        ("-0.5", -0.5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("1406032002", 1406032002),
    ],
)
def test_typed(written: str, value: object) -> None:
    found = parse_yaml(f"a: {written}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_keys_are_always_text() -> None:
    assert parse_yaml("2024: 1\ntrue: 2\nno: 3") == {"2024": 1, "true": 2, "no": 3}


@pytest.mark.parametrize(
    ("text", "rule", "row"),
    [
        ("a: &x 1\nb: 2", "yaml.alias", 1),
        ("a: 1\nb: *x", "yaml.alias", 2),
        ("a: !!python/object/apply:os.system [echo]", "yaml.tag", 1),
        ("a: 1\nb: !mine 2", "yaml.tag", 2),
        ("a: 1\nb: 2\na: 3", "yaml.duplicate_key", 3),
        ("1: a\n'1': b", "yaml.duplicate_key", 2),
        ("? [a]\n: 1", "yaml.key", 1),
        ("? \n: 1", "yaml.key", 1),
        ("a: 1\n---\nb: 2", "yaml.documents", 2),
        ("a: [1\nb: 2", "yaml.syntax", 2),
        ("a: 1\n\tb: 2", "yaml.syntax", 2),
        ("a: 1\n b: 2", "yaml.syntax", 2),
    ],
)
def test_refused_with_its_row(text: str, rule: str, row: int) -> None:
    with pytest.raises(InputFault) as caught:
        parse_yaml(text, file="p.yml")
    first = caught.value.findings[0]
    assert (first.rule, first.row, first.file) == (rule, row, "p.yml")
    assert first.message
    assert first.remedy


def test_all_findings_at_once() -> None:
    with pytest.raises(InputFault) as caught:
        parse_yaml("a: &x 1\nb: !t 2\na: 3")
    assert [f.rule for f in caught.value.findings] == ["yaml.alias", "yaml.tag", "yaml.duplicate_key"]


def test_bombs_are_refused() -> None:
    deep = "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)
    for text in (deep, "a: 1\n" + "#" * MAX_BYTES, "[" + "1," * 100_001 + "]"):
        with pytest.raises(InputFault) as caught:
            parse_yaml(text)
        assert [f.rule for f in caught.value.findings] == ["yaml.size"]
    with pytest.raises(InputFault):
        parse_yaml("[" * 100_000)
    assert parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_files(tmp_path) -> None:
    path = tmp_path / "p.yml"
    path.write_bytes("\ufeffnama: Rokan Hulu é".encode())
    assert load_yaml(path) == {"nama": "Rokan Hulu é"}
    path.write_bytes(b"")
    assert load_yaml(path) is None
    for content, rule in ((b"a: \xff", "file.encoding"), (b"a" * (MAX_BYTES + 1), "yaml.size")):
        path.write_bytes(content)
        with pytest.raises(InputFault) as caught:
            load_yaml(path)
        assert [f.rule for f in caught.value.findings] == [rule]
    with pytest.raises(InputFault) as caught:
        load_yaml(tmp_path / "none.yml")
    assert "none.yml" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


# JSON escapes these by one \\u each; YAML has no surrogate pairs.
LETTERS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(LETTERS, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(LETTERS, max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_json_is_read_as_json(content: object) -> None:
    assert parse_yaml(json.dumps(content)) == content


@given(st.text(max_size=60))
def test_any_text_gives_content_or_findings(text: str) -> None:
    try:
        content = parse_yaml(text)
    except InputFault as fault:
        told = str(fault)
    else:
        told = json.dumps(content)
    assert told
