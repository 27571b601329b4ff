"""Small kampung tables, and the rule written out a second time as plain conditions."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.classification import Classification, Rule, classify, join_exports, load_rule

DAY = "2023-08-28"
# A village whose every input is known. Users 150 + non-users 50 = 200 couples; shares: CPR 75, MKJP 20, unmet 15.
FULL = {
    "fund_sources": 3, "pokja_present": True, "pokja_members": 8, "pokja_training": True,
    "companion": True, "regulation": True, "operations": 5, "couples": 200, "families": 250,
    "families_under5": 100, "families_adolescent": 100, "families_elderly": 50, "adolescents": 100,
    "members_bkb": 30, "members_bkr": 20, "members_bkl": 10, "members_uppka": 25, "members_pikr": 10,
    "users_iud": 10, "users_mow": 5, "users_mop": 1, "users_condom": 20, "users_implant": 14,
    "users_injection": 70, "users_pill": 30, "pregnant": 5, "want_soon": 15, "want_later": 20, "want_no_more": 10,
}  # fmt: skip

Make = Callable[..., Classification]


@pytest.fixture(scope="session")
def rule() -> Rule:
    return load_rule()


@pytest.fixture(scope="session")
def full() -> dict[str, Any]:
    return dict(FULL)


@pytest.fixture(scope="session")
def make(rule: Rule) -> Make:
    """Classification of kampung given as (scores by variable, raw inputs); raw ``None`` = not in the detail export."""

    def build(*kampung: tuple[dict[str, Any], dict[str, Any] | None], as_stated: Sequence[str] = ()) -> Classification:
        rows = []
        for number, (scores, raw) in enumerate(kampung):
            named = {"kampung_id": f"k{number:02d}", "kampung_name": f"K{number}", "regency_name": "Contoh"}
            told = {f"score_{name}": score for name, score in scores.items()}
            rows.append(named | told | {"export_date": DAY, "source": "klasifikasi"})
            if raw is not None:
                rows.append(named | raw | {"export_date": DAY, "source": "rinci"})
        return classify(join_exports(pd.DataFrame(rows), DAY), rule, as_stated=as_stated)

    return build
