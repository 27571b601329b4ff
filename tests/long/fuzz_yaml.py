"""YAML texts grown from a grammar with traps in it, and spoilt copies of valid files, against a second reader.

The second reader is PyYAML's own composer in Python (the loader under test stands on libyaml): its tree says what
each scalar is as text and whether it was quoted, and whether the text holds an anchor, a tag, a doubled key.
"""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kbk_analysis.errors import InputFault
from kbk_analysis.yamltext import MAX_DEPTH, parse_yaml
from tests.long.mutation import spoil_text

ROOT = Path(__file__).parents[2]
WORDS = [
    "no", "yes", "on", "off", "true", "True", "false", "null", "Null", "~", "", "nan", ".nan", ".inf", "1:30", "01",
    "0o7", "0x1F", "1e5", "1_000", "+5", "-0", "5", "-12", "0.5", "1.50", ".5", "5.", "2024-12-16", "14.10",
    "14.06.01.2001", "123456789012345678901234567890", "Suka Maju", "Jum'at", "a: b", "a #b", "- x", "ya", "é", "=",
    "<<", "!", "&a", "*a",
]  # fmt: skip
PIECES = [
    ":", ": ", "\n", "\n  ", "- ", "? ", "| ", "|\n", ">-\n", "[", "]", "{", "}", ",", "'", '"', "#", " #", "&a ",
    "*a", "!!str ", "!!python/object/apply:os.system ['x']", "!t ", "---\n", "...\n", "%YAML 1.1\n", "<<: *a\n", "\t",
    "\r", "\\", "\\x41", "\0", "\x07", "\u2028", "\ufeff", "\x85", "\U0001f600", "a: 1\na: 2\n", "[" * 30,
    "{a: " * 12, "- " * 25, *WORDS,
]  # fmt: skip


def check(chance: random.Random) -> str:
    return chance.choice((round_trip, grown, grown, spoilt, spoilt))(chance)


def round_trip(chance: random.Random) -> str:
    """What a writer of YAML or JSON puts down is what is read."""
    content = value(chance, 3)
    if chance.random() < 0.5:
        text = json.dumps(content, ensure_ascii=False)  # \\ud83d\\ude00 is JSON, not YAML
    else:
        flow = chance.choice((None, True, False))
        text = yaml.dump(content, Dumper=Quoted, allow_unicode=chance.random() < 0.5, default_flow_style=flow, width=30)
    assert parse_yaml(text) == content, text
    return "read"


def grown(chance: random.Random) -> str:
    return against_reference(node(chance, chance.randint(0, 4), 0) + chance.choice(("", "\n", "\n# akhir\n")))


def spoilt(chance: random.Random) -> str:
    lines = chance.choice(examples())
    start = chance.randrange(len(lines))
    text = "".join(lines[start : start + chance.choice((3, 8, 15))])
    return against_reference(spoil_text(chance, text, PIECES))


def against_reference(text: str) -> str:
    try:
        ours = parse_yaml(text)
    except InputFault as fault:
        rules = [finding.rule for finding in fault.findings]
        assert rules
        assert all(rule.startswith("yaml.") for rule in rules), rules
        if set(rules) <= {"yaml.syntax", "yaml.size"}:
            return rules[0]
        try:
            assert faults(text), (rules, text)  # nothing clean is refused
        except yaml.YAMLError:
            return f"{rules[0]} (syntax for the second reader)"
        return rules[0]
    if "\ufeff" in text[1:]:
        return "read (byte order mark inside)"  # libyaml passes over it at the start of a line
    try:
        found = faults(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return "read (refused by the second reader)"
    assert not found, (found, text)
    agree(ours, tree, text)
    return "read"


def faults(text: str) -> set[str]:
    """What a strict reader must refuse in a text."""
    found, documents = set(), 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            found.add("alias")
        if getattr(event, "tag", None) is not None:
            found.add("tag")
    if documents > 1:
        return found | {"documents"}
    return found if found else {*_key_faults(yaml.compose(text, Loader=yaml.SafeLoader), 1)}


def _key_faults(node: yaml.Node | None, depth: int) -> set[str]:
    if depth > MAX_DEPTH:
        return {"size"}
    if isinstance(node, yaml.SequenceNode):
        return set().union(*(_key_faults(item, depth + 1) for item in node.value))
    if not isinstance(node, yaml.MappingNode):
        return set()
    keys = [key.value if isinstance(key, yaml.ScalarNode) else None for key, _ in node.value]
    blank = any(
        k is None or (key.style is None and k in ("", "~", "null"))
        for k, (key, _) in zip(keys, node.value, strict=True)
    )
    below = [_key_faults(part, depth + 1) for pair in node.value for part in pair]
    return set().union(*below, {"key"} if blank else set(), {"duplicate"} if len(set(keys)) < len(keys) else set())


def agree(ours: Any, tree: yaml.Node | None, text: str) -> None:
    """Same shape, same keys, and every scalar its own text unless it is a plain number, truth value or blank."""
    if isinstance(tree, yaml.MappingNode):
        assert isinstance(ours, dict), text
        assert list(ours) == [key.value for key, _ in tree.value], (ours, text)
        for (_, below), mine in zip(tree.value, ours.values(), strict=True):
            agree(mine, below, text)
    elif isinstance(tree, yaml.SequenceNode):
        assert isinstance(ours, list), text
        for below, mine in zip(tree.value, ours, strict=True):
            agree(mine, below, text)
    else:
        written = "" if tree is None else tree.value
        plain = tree is None or tree.style is None
        expected = as_json_scalar(written) if plain else written
        assert (type(ours), ours) == (type(expected), expected), (ours, expected, text)


def as_json_scalar(text: str) -> Any:
    """A plain scalar by JSON's own reader, blanks apart; what JSON would not read is text."""
    if text in ("", "~"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if isinstance(found, bool) or found is None:
        return found
    whole, _, fraction = text.lstrip("-").partition(".")
    return (
        found if text[-1].isdigit() and "e" not in text.lower() and len(whole) <= 18 and len(fraction) <= 17 else text
    )


class Quoted(yaml.SafeDumper):
    """Writes every text in quotes."""


Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
Quoted.ignore_aliases = lambda *_: True


def value(chance: random.Random, depth: int) -> Any:
    match chance.randrange(7 if depth else 5):
        case 0:
            return chance.randint(-(10**9), 10**9)
        case 1:
            return round(chance.uniform(-1000, 1000), chance.randint(1, 6))
        case 2:
            return chance.choice((True, False, None))
        case 3 | 4:
            return word(chance)
        case 5:
            return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
        case _:
            return {word(chance) + str(i): value(chance, depth - 1) for i in range(chance.randrange(4))}


def word(chance: random.Random) -> str:
    letters = "".join(
        chance.choice("aZ09 .,:;-_'\"#&*!%@`{}[]|>\\é\u4e2d\U0001f600\n\t") for _ in range(chance.randrange(8))
    )
    return chance.choice((chance.choice(WORDS), letters))


def scalar(chance: random.Random) -> str:
    text = chance.choice(WORDS)
    match chance.randrange(8):
        case 0:
            return "'" + text.replace("'", "''") + "'"
        case 1:
            return json.dumps(text)
        case 2 if chance.random() < 0.3:
            return chance.choice(("&a ", "*a", "!!str ", "!t ", "? ", "@", "`", "%")) + text
        case _:
            return text


def node(chance: random.Random, depth: int, indent: int) -> str:
    """A value as text: block or flow mapping, sequence, block scalar, scalar."""
    pad = " " * indent
    kind = chance.randrange(6) if depth else 5
    count = chance.randint(1, 3)
    if kind in (0, 1):
        keys = [chance.choice(("a", "b", "c", "judul", "nilai", scalar(chance))) for _ in range(count)]
        lines = [f"{pad}{key}:{below(chance, depth, indent)}" for key in keys]
        return "\n".join(lines)
    if kind == 2:
        return "\n".join(f"{pad}-{below(chance, depth, indent)}" for _ in range(count))
    if kind == 3:
        return pad + "[" + ", ".join(flow(chance, depth - 1) for _ in range(count)) + chance.choice(("]", ",]", "]"))
    if kind == 4:
        return pad + flow(chance, depth)
    return pad + scalar(chance)


def below(chance: random.Random, depth: int, indent: int) -> str:
    match chance.randrange(5):
        case 0:
            return " " + scalar(chance)
        case 1:
            style = chance.choice(("|", ">", "|-", ">+", "|2"))
            return f" {style}\n" + "\n".join(" " * (indent + 2) + chance.choice(WORDS) for _ in range(2))
        case 2:
            return " " + flow(chance, depth - 1)
        case 3:
            return chance.choice(("", " # catatan"))
        case _:
            return "\n" + node(chance, depth - 1, indent + chance.choice((1, 2, 2, 4)))


def flow(chance: random.Random, depth: int) -> str:
    if depth <= 0 or chance.random() < 0.4:
        return scalar(chance)
    items = [flow(chance, depth - 1) for _ in range(chance.randrange(4))]
    if chance.random() < 0.5:
        return "[" + ", ".join(items) + "]"
    return "{" + ", ".join(f"{chance.choice('abcd')}: {item}" for item in items) + "}"


@cache
def examples() -> list[list[str]]:
    return [path.read_text("utf-8").splitlines(keepends=True) for path in sorted((ROOT / "params").rglob("*.yml"))]
