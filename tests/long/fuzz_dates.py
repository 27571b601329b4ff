"""Columns of dates as offices write them, and texts that only look like dates."""

from __future__ import annotations

import datetime as dt
import random
import re

from kbk_analysis.data.column import MISSING
from kbk_analysis.data.dates import parse_dates
from tests.long.mutation import spoil_text

MONTHS = {
    1: ("Januari", "january", "Jan"), 2: ("Februari", "Pebruari", "FEB", "peb"), 3: ("Maret", "March", "mar"),
    4: ("April", "apr"), 5: ("Mei", "May", "MEI"), 6: ("Juni", "June", "jun"), 7: ("Juli", "July", "jul"),
    8: ("Agustus", "August", "Agu", "ags", "agt"), 9: ("September", "Sept", "sep"), 10: ("Oktober", "okt", "Oct"),
    11: ("November", "Nopember", "nov", "nop"), 12: ("Desember", "December", "DES", "dec"),
}  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jum'at", "Sabtu", "Minggu", "Monday")
PIECES = [
    *"0123456789", "/", "-", ".", " ", ",", "T", "Z", ":", "2024", "1899", "2101", "31", "13", "00", "mei", "Des", "x",
    "٣", "\u00a0", "\t", "+07:00", "12:30", "Senin, ", "ſep", "İ",
]  # fmt: skip


def check(chance: random.Random) -> str:
    return chance.choice((one_order, one_order, two_orders, any_text))(chance)


def one_order(chance: random.Random) -> str:
    """parse(write(day)) == day in either order; refused exactly when no day above the 12th tells which it is."""
    order = chance.choice(("dmy", "mdy"))
    days = [day(chance) for _ in range(chance.randint(1, 6))]
    cells: list[str | dt.date] = []
    tells = open_cells = 0
    for date in days:
        if chance.random() < 0.5:
            cells.append(chance.choice((worded, iso, lambda _, date: date))(chance, date))
        else:
            cells.append(numeric(chance, date, order))
            tells += date.day > 12
            open_cells += date.day != date.month
    named = order if chance.random() < 0.5 else None
    found, rules = parse(cells, named)
    for date, cell, read in zip(days, cells, found, strict=True):
        if read is not None:
            assert read == date.isoformat(), (cells, named, found)
        else:
            assert (named, tells, bool(open_cells)) == (None, 0, True), (cells, found, rules)
            assert (rules, type(cell)) == (["date.ambiguous"], str), (cells, found, rules)
    return rules[0] if rules else "read"


def two_orders(chance: random.Random) -> str:
    """A column that shows both orders is refused, and none of its numeric dates is read."""
    cells = [numeric(chance, day(chance, first=13), order) for order in ("dmy", "mdy")]
    found, rules = parse(chance.sample(cells, 2), None)
    assert (found, rules) == ([None, None], ["date.mixed"]), (cells, found, rules)
    return rules[0]


def any_text(chance: random.Random) -> str:
    """Whatever is read stands in the text with its day, month and year; whatever is not read has a finding."""
    named = chance.choice((None, "dmy", "mdy"))
    cells: list[str] = []
    for _ in range(chance.randint(1, 4)):
        writer = chance.choice((worded, iso, lambda c, d: numeric(c, d, c.choice(("dmy", "mdy"))), lambda *_: ""))
        cells.append(spoil_text(chance, writer(chance, day(chance)), PIECES))
    found, rules = parse(cells, named)
    for cell, read in zip(cells, found, strict=True):
        if read is not None:
            assert read in readings(cell, named), (cells, named, found)
        elif cell.strip().casefold() not in MISSING:
            assert rules, (cells, named, found)
    return rules[0] if rules else "read"


def parse(cells: list[str | dt.date], order: str | None) -> tuple[list[str | None], list[str]]:
    rows = range(2, len(cells) + 2)
    found, findings = parse_dates(cells, column="Tanggal", file="a.csv", row_numbers=rows, order=order)
    assert len(found) == len(cells)
    return found, [finding.rule for finding in findings]


def day(chance: random.Random, first: int = 1) -> dt.date:
    year, month = chance.choice((chance.randint(1900, 2100), chance.randint(2015, 2030))), chance.randint(1, 12)
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, chance.randint(first, last))


def time_of_day(chance: random.Random) -> str:
    return chance.choice(("", "", f" {chance.randrange(24):02d}:{chance.randrange(60):02d}", "T07:00:59"))


def numeric(chance: random.Random, date: dt.date, order: str) -> str:
    width = chance.choice((1, 2))
    pair = (date.day, date.month) if order == "dmy" else (date.month, date.day)
    mark = chance.choice("/-./")
    return mark.join((*(f"{number:0{width}d}" for number in pair), str(date.year))) + time_of_day(chance)


def worded(chance: random.Random, date: dt.date) -> str:
    lead = chance.choice(DAYS) + ", " if chance.random() < 0.3 else ""
    mark = chance.choice((" ", " ", "-", "/", "  "))
    return f"{lead}{date.day}{mark}{chance.choice(MONTHS[date.month])}{mark}{date.year}"


def iso(chance: random.Random, date: dt.date) -> str:
    return date.strftime(chance.choice(("%Y-%m-%d", "%Y/%m/%d"))) + time_of_day(chance)


def readings(text: str, order: str | None) -> set[str]:
    """Every day that the first numbers and words of a text can mean."""
    parts = re.findall(r"[0-9]+|[A-Za-z]+", re.sub(r"^\s*[A-Za-z']+,", "", text))
    months = {word.casefold(): number for number, words in MONTHS.items() for word in words}
    months |= {"august": 8, "aug": 8, "agu": 8, "sep": 9}
    a, b, c = [int(part) if part.isdigit() else months.get(part.casefold(), 0) for part in [*parts, "0", "0", "0"][:3]]
    orders = {"dmy": (c, b, a), "mdy": (c, a, b)}
    candidates = [(a, b, c), *(found for name, found in orders.items() if order in (None, name))]
    if parts[1:2] and not parts[1].isdigit():
        candidates.append((c, b, a))
    days = set()
    for year, month, date in candidates:
        if 1 <= month <= 12 and 1 <= date <= 31 and 1900 <= year <= 2100:
            days.add(f"{year}-{month:02d}-{date:02d}")
    return days
