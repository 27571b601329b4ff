"""Columns of numbers as offices write them, and texts that only look like numbers."""

from __future__ import annotations

import math
import random
import re
from decimal import Decimal

from kbk_analysis.data.column import MISSING
from kbk_analysis.data.numbers import parse_numbers
from tests.long.mutation import spoil_text

SIGNS = {"comma": (",", "."), "dot": (".", ",")}
PIECES = [
    *"0123456789", ".", ",", "-", "−", "–", "+", "(", ")", "%", "Rp", " ", "\u00a0", "\t", "e", "E5", "_", "'", "x",
    "²", "٣", "５", "inf", "nan", "000", ",-", "1.234", "1,234", "0", "½",
]  # fmt: skip


def check(chance: random.Random) -> str:
    return chance.choice((same_convention, same_convention, two_conventions, any_text))(chance)


def same_convention(chance: random.Random) -> str:
    """parse(write(x)) == x in either convention; refused exactly when nothing in the column tells which it is."""
    convention = chance.choice(("comma", "dot"))
    percent = chance.random() < 0.2
    values = [value(chance) for _ in range(chance.randint(1, 6))]
    bodies = [body(chance, x, convention) for x in values]
    cells = [dressed(chance, x, text, convention, percent) for x, text in zip(values, bodies, strict=True)]
    named = convention if chance.random() < 0.5 else None
    found, rules = parse(cells, named, percent)
    decided = named or any(shows_convention(text) for text in bodies)
    for x, text, cell, number in zip(values, bodies, cells, found, strict=True):
        if number is not None:
            assert number == float(x), (cells, named, found)
            assert abs(x) < 10**15, (cells, found)
        elif abs(x) < 10**15:
            assert not decided, (cells, named, found, rules, cell)
            assert "." in text or "," in text, (cells, found)
            assert "number.ambiguous" in rules, (cells, rules)
        else:
            assert {"number.code", "number.ambiguous"} & set(rules), (cells, rules)  # an account, not a number
    return rules[0] if rules else "read"


def two_conventions(chance: random.Random) -> str:
    """A column that shows both conventions is refused, and none of its separated numbers is read."""
    texts: dict[str, str] = {}
    while len(texts) < 2:
        convention = chance.choice(("comma", "dot"))
        text = body(chance, value(chance, longest=9), convention)
        if shows_convention(text):
            texts[convention] = text
    cells = chance.sample([*texts.values(), str(chance.randrange(1000))], 3)
    found, rules = parse(cells, None, percent=False)
    assert rules == ["number.mixed"], (cells, rules)
    assert all(number is None for cell, number in zip(cells, found, strict=True) if "." in cell or "," in cell), cells
    return rules[0]


def any_text(chance: random.Random) -> str:
    """Whatever is read agrees with a second reader; whatever is not read has a finding."""
    named = chance.choice((None, "comma", "dot"))
    percent = chance.random() < 0.3
    cells = []
    for _ in range(chance.randint(1, 4)):
        convention = chance.choice(("comma", "dot"))
        x = value(chance)
        start = dressed(chance, x, body(chance, x, convention), convention, percent) if chance.random() < 0.7 else ""
        cells.append(spoil_text(chance, start, PIECES))
    found, rules = parse(cells, named, percent)
    for cell, number in zip(cells, found, strict=True):
        if number is not None:
            readings = {second_reading(cell, convention) for convention in ([named] if named else SIGNS)}
            assert number in readings, (cells, named, found)
        elif cell.strip().casefold() not in MISSING:
            assert rules, (cells, named, found)
    return rules[0] if rules else "read"


def parse(cells: list[str], decimal: str | None, percent: bool) -> tuple[list[float | None], list[str]]:
    rows = range(2, len(cells) + 2)
    found, findings = parse_numbers(
        cells, column="PUS", file="a.csv", row_numbers=rows, decimal=decimal, percent=percent
    )
    assert len(found) == len(cells)
    assert all(number is None or (type(number) is float and math.isfinite(number)) for number in found)
    return found, [finding.rule for finding in findings]


def value(chance: random.Random, longest: int = 0) -> Decimal:
    digits = 18 if chance.random() < 0.02 else chance.choice((1, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 15))
    whole = chance.randrange(10 ** min(digits, longest or digits))
    places = chance.choice((0, 0, 0, 1, 1, 2, 3, 3, 4))
    number = Decimal(f"{whole}.{chance.randrange(10**places):0{places}d}" if places else whole)
    return -number if chance.random() < 0.2 else number


def body(chance: random.Random, x: Decimal, convention: str) -> str:
    """Digits with separators: ``1.234,50``, ``1234,50`` or ``1 234,50``."""
    point, group = SIGNS[convention]
    whole, _, fraction = str(abs(x)).partition(".")
    mark = chance.choice(("", group, group, " "))
    return f"{int(whole):,}".replace(",", mark) + (point + fraction if fraction else "")


def dressed(chance: random.Random, x: Decimal, text: str, convention: str, percent: bool) -> str:
    """The number with currency, per cent sign, sign or brackets, and blanks."""
    if percent and chance.random() < 0.5:
        text += chance.choice(("%", " %"))
    elif chance.random() < 0.1 and convention == "comma" and x == int(x) and "," not in text:
        text = "Rp" + text + ",-"
    elif chance.random() < 0.1:
        text = chance.choice(("Rp", "Rp ", "Rp. ", "rp")) + text
    if x.is_signed():
        text = chance.choice(("-{}", "−{}", "- {}", "({})", "( {} )")).format(text)
    else:
        text = chance.choice(("", "", "+")) + text
    return chance.choice(("", " ")) + text + chance.choice(("", " "))


def shows_convention(text: str) -> bool:
    """Whether digits with separators can be meant in one way only."""
    text = text.replace(" ", "")
    separators = re.sub(r"\d", "", text)
    return bool(separators) and not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text)


def second_reading(text: str, convention: str) -> float | None:
    """Another reader, written as one expression: generous with dress, strict with digits."""
    point, group = map(re.escape, SIGNS[convention])
    whole = rf"(?P<whole>[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]{{1,3}}(?: [0-9]{{3}})+)"
    digits = rf"{whole}(?:{point}(?P<rest>[0-9]+))?"
    match = re.fullmatch(
        rf"\s*(?P<open>\(?)\s*(?P<sign>[-−+]?)\s*(?:rp\s*\.?\s*)?{digits}(?:,--?)?\s*%?\s*(?P<close>\)?)\s*", text, re.I
    )
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    number = float(re.sub(r"\D", "", match["whole"]) + "." + (match["rest"] or "0"))
    return -number if match["open"] or match["sign"] in ("-", "−") else number
