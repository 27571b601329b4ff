"""Kampung planted in the demo dataset: one for each way the three indices pass or fail, and a few with faults."""

from __future__ import annotations

from typing import Any, Final

from kbk_analysis.data.demo.plantings import FaultKind, Plantings
from kbk_analysis.data.demo.portal import TARGETS
from kbk_analysis.schema import METHODS

COMMON: Final[dict[str, Any]] = {
    "pokja_present": True,
    "pokja_decree": True,
    "pokja_members": 12,
    "companion": True,
    "work_plan": True,
    "data_used": True,
}
# Facts that make an index of management pass or fail.
INPUT: Final[dict[bool, dict[str, Any]]] = {
    True: {"pokja_training": True, "pokja_trained": 6, "funds": 3, "facilities": 2, "regulation": True},
    False: {"pokja_training": False, "pokja_trained": 0, "funds": 1, "facilities": 1, "regulation": False},
}
PROCESS: Final[dict[bool, dict[str, Any]]] = {
    True: {"data_types": 4, "operations": 5, "institutions": 5},
    False: {"data_types": 1, "operations": 2, "institutions": 1},
}
GROUPS_PRESENT: Final = {True: 5, False: 3}  # by input
# Shares that make the output index pass or fail: of each group's families, of couples, of users, of couples.
OUTPUT: Final = {
    True: {"participation": 0.45, "users": 0.64, "long_acting": 0.28, "unmet": 0.05},
    False: {"participation": 0.08, "users": 0.36, "long_acting": 0.12, "unmet": 0.15},
}
USERS_TOO_MANY: Final = 12
PARTICIPANTS_TOO_MANY: Final = 1.4


def plant(entry: dict[str, Any], village: str, plantings: Plantings) -> None:
    """Bend the entry of a kampung in which something is planted; leave every other as it is."""
    case = plantings.kampung_cases.get(village)
    if case is not None:
        by_input, by_process, by_output = (mark == "1" for mark in case)
        entry |= COMMON
        entry |= INPUT[by_input] | PROCESS[by_process] | _families(entry, GROUPS_PRESENT[by_input], OUTPUT[by_output])
    for fault, villages in plantings.kampung_faults.items():
        if village in villages:
            entry |= _fault(entry, fault)


def _families(entry: dict[str, Any], groups: int, shares: dict[str, float]) -> dict[str, Any]:
    couples = entry["couples"]
    users = round(shares["users"] * couples)
    long_acting, unmet = round(shares["long_acting"] * users), round(shares["unmet"] * couples)
    mow, implant = long_acting // 4, long_acting // 2
    pill, condom = users // 5, users // 25
    others = couples - users - unmet
    used = {
        "mow": mow,
        "implant": implant,
        "iud": long_acting - mow - implant,
        "mop": 0,
        "pill": pill,
        "condom": condom,
        "injection": users - long_acting - pill - condom,
    }
    return {
        **{
            f"members_{group}": round(shares["participation"] * entry[target]) if position < groups else 0
            for position, (group, target) in enumerate(TARGETS.items())
        },
        **{f"users_{method}": used[method] for method in METHODS},
        "pregnant": others // 4,
        "want_soon": others - others // 4,
        "want_later": unmet // 2,
        "want_no_more": unmet - unmet // 2,
    }


def _fault(entry: dict[str, Any], fault: FaultKind) -> dict[str, Any]:
    if fault == "users_exceed_couples":
        users = sum(entry[f"users_{method}"] for method in METHODS)
        return {"users_injection": entry["users_injection"] + entry["couples"] - users + USERS_TOO_MANY}
    if fault == "participants_exceed_families":
        return {"members_bkb": round(PARTICIPANTS_TOO_MANY * entry["families_under5"])}
    return {"want_later": 0, "want_no_more": 0}  # a zero leaves the portal as a blank
