"""Which answers of a kampung cannot, or can hardly, be true together? The identities of the portal's own form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from kbk_analysis.classification import Classification
from kbk_analysis.data.plausibility import AT_MOST
from kbk_analysis.indicators.identities import exceeds, unequal
from kbk_analysis.schema import METHODS
from kbk_analysis.situation.cell_checks import Checked

REST: Final = ("pregnant", "want_soon", "want_later", "want_no_more")


def kampung_checks(part: Classification) -> Iterator[Checked]:
    """Each rule with its flagged kampung and the number of kampung or pairs it could look at.

    ``users_above_couples``: users of all methods above the couples. ``members_above_families``: participants above the
    families they come from, and parts of the families above all of them. ``users_and_others``: users and non-users,
    all told, are not the couples. ``unmet_blank_best``: unmet need left blank and scored best by the portal.

    Parameters
    ----------
    part
        Classification of the area's kampung, with its joined exports.
    """
    frame = part.joined.frame
    methods = frame[[f"users_{method}" for method in METHODS]].astype(float)
    users, rest = methods.sum(axis=1, min_count=1), frame[list(REST)].astype(float)
    couples = frame["couples"].astype(float)
    above = exceeds(users, couples)
    yield _told("users_above_couples", frame, above, "couples", above["value"], couples)

    pairs = [(name, exceeds(frame[name].astype(float), frame[whole].astype(float))) for name, whole, _ in AT_MOST]
    rows = [
        _told("members_above_families", frame, found, name, found["value"], found["upper"]) for name, found in pairs
    ]
    yield Checked("members_above_families", pd.concat([one.rows for one in rows]), sum(one.checked for one in rows))

    complete = methods.notna().all(axis=1) & rest.notna().all(axis=1)
    total = (users + rest.sum(axis=1)).where(complete & ~(users > couples))
    odd = unequal(total, couples)
    yield _told("users_and_others", frame, odd.assign(upper=np.nan), "couples", total, couples, "look")

    unmet = part.variables[part.variables["variable"] == "unmet"].set_index("kampung_id")
    rewarded = frame["kampung_id"].map(unmet["rewarded_missing"]).eq(True)
    scored = frame["kampung_id"].isin(unmet.index[unmet["score_stated"].notna()])
    found = pd.DataFrame(
        {
            "flag": np.where(rewarded, "extreme", ""),
            "reason": np.where(scored, "", "not_reported"),
            "method": "blank scored",
        },
        index=frame.index,
    )
    yield _told("unmet_blank_best", frame, found, "want_later", pd.Series(np.nan, index=frame.index), None)


def _told(
    rule: str,
    frame: pd.DataFrame,
    found: pd.DataFrame,
    item: str,
    value: pd.Series,
    expected: pd.Series | None,
    severity: str = "extreme",
) -> Checked:
    flagged = (found["flag"] != "") & (found["reason"] == "")
    rows = pd.DataFrame(
        {
            "rule": rule,
            "severity": severity,
            "indicator": "",
            "item": item,
            "area_code": frame["village_code"],
            "name": frame["kampung_name"],
            "period": frame["detail_on"].dt.strftime("%Y-%m-%d"),
            "source": "portal",
            "value": value,
            "usual": expected if expected is not None else np.nan,
            "sensitive": False,
            "method": found["method"],
            "reason": "",
        }
    )
    return Checked(rule, rows[flagged], int((found["reason"] == "").sum()))
