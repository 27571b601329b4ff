"""What the portal would state about a demo kampung: scores, indices and class from what was entered.

Written apart from the classification of the package (which lies floors above), from the same rule file, so that
each can test the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from kbk_analysis.schema import GROUPS, INDICES, METHODS, VARIABLES, KampungClass
from kbk_analysis.yamltext import parse_yaml

Entry = Mapping[str, float | None]  # columns of the detail export and the five facts it leaves out

RULE_FILE: Final = "kampung_2023-08.yml"
TARGETS: Final = dict(
    zip(GROUPS, ("families_under5", "families_adolescent", "families_elderly", "families", "adolescents"), strict=True)
)
LONG_ACTING: Final = ("iud", "mow", "mop", "implant")


def statement(entry: Entry) -> dict[str, Any]:
    """Twelve scores, three indices and the class, named as in table `kampung`."""
    values = _values(entry)
    scores = {name: _score(name, values[name]) for name, *_ in VARIABLES}
    rule = _rule()
    indices = {}
    for index in INDICES:
        own = [scores[name] for name, of, *_ in VARIABLES if of == index]
        indices[index] = round(sum(own) / len(own), rule["decimals"])
    passes = {index: value >= rule["threshold"] for index, value in indices.items()}
    stated = next(row["class"] for row in rule["classes"] if all(row[index] == passes[index] for index in INDICES))
    return {
        **{f"score_{name}": score for name, score in scores.items()},
        **{f"index_{index}": value for index, value in indices.items()},
        "class_stated": str(KampungClass(stated)),
    }


@lru_cache(maxsize=1)
def _rule() -> dict[str, Any]:
    content: dict[str, Any] = parse_yaml(
        (files("kbk_analysis") / "rules" / RULE_FILE).read_text(encoding="utf-8"), file=RULE_FILE
    )
    return content


def _score(name: str, value: int | None) -> int:
    if value is None:
        return int(_rule()["missing_score"])
    for score, (low, high) in _rule()["variables"][name]["bands"].items():
        if low <= value and (high is None or value <= high):
            return int(score)
    raise ValueError(f"{name}: no band holds {value}")


def _values(entry: Entry) -> dict[str, int | None]:
    """The whole number that is looked up in the bands of each variable; None where nothing was entered."""

    def count(*columns: str) -> int:
        return sum(1 for column in columns if entry.get(column))

    def total(*columns: str) -> float:
        return sum(entry.get(column) or 0 for column in columns)

    users = total(*(f"users_{method}" for method in METHODS))
    couples = entry.get("couples")
    return {
        "pokja": count("pokja_present", "pokja_members", "pokja_training"),
        "funds": int(total("funds")),
        "groups": count(*(f"members_{group}" for group in GROUPS)),
        "facilities": int(total("facilities")),
        "staff_regulation": count("companion", "regulation"),
        "data_use": int(total("data_types")),
        "operations": int(total("operations")),
        "cross_sector": int(total("institutions")),
        "participation": _participation(entry),
        "cpr": _percent(users, couples) if users else None,
        "mkjp": _percent(total(*(f"users_{method}" for method in LONG_ACTING)), users),
        # nothing entered on unmet need counts as none: the trap that rewards a blank
        "unmet": _percent(total("want_later", "want_no_more"), couples) if users else None,
    }


def _participation(entry: Entry) -> int:
    shares = [_percent(entry.get(f"members_{group}") or 0, entry.get(target)) or 0 for group, target in TARGETS.items()]
    return round(sum(shares) / len(shares))


def _percent(part: float, whole: float | None) -> int | None:
    """Rounded per cent, at most 100; None without a whole."""
    return min(100, round(100 * part / whole)) if whole else None
