"""Scores from raw inputs, and the range that missing inputs leave."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.classification import Classification, Rule
from kbk_analysis.classification.scores import CODES

Make = Callable[..., Classification]


def one(make: Make, raw: dict[str, Any] | None, name: str, stated: int | None = None) -> pd.Series:
    scores = {} if stated is None else {name: stated}
    rows = make((scores, raw)).variables
    return rows[rows["variable"] == name].iloc[0]


def seen(row: pd.Series) -> tuple[Any, ...]:
    return row["score_recomputed"], row["score_low"], row["score_high"], row["basis"]


def test_a_full_village_by_hand(make: Make, full: dict[str, Any]) -> None:
    rows = make(({}, full)).variables.set_index("variable")
    # participation: 30, 20, 20, 10, 10 -> 18; CPR 150/200; MKJP 30/150; unmet 30/200
    expected = {
        "pokja": 4,
        "funds": 3,
        "staff_regulation": 3,
        "operations": 4,
        "participation": 2,
        "cpr": 4,
        "mkjp": 2,
        "unmet": 1,
    }
    told = rows.loc[list(expected)]
    assert told["score_recomputed"].to_dict() == expected
    assert told["score_low"].to_dict() == told["score_high"].to_dict() == expected
    assert rows["value"].dropna().to_dict() == {
        "pokja": 3, "funds": 3, "staff_regulation": 2, "operations": 5,
        "participation": 18, "cpr": 75, "mkjp": 20, "unmet": 15,
    }  # fmt: skip
    assert set(told["code"]) == {"recomputed"}
    assert set(told["missing"]) == {""}
    assert rows.loc["groups", ["basis", "score", "score_low", "score_high"]].tolist() == ["missing", 1, 1, 4]


@pytest.mark.parametrize(
    ("present", "members", "training", "score"),
    [(None, 9, True, 1), (False, 9, True, 1), (True, None, None, 2),
     (True, 0, False, 2), (True, 3, None, 3), (True, None, True, 3), (True, 1, True, 4)],
)  # fmt: skip
def test_pokja(make: Make, present: Any, members: Any, training: Any, score: int) -> None:
    raw = {"pokja_present": present, "pokja_members": members, "pokja_training": training, "operations": 0}
    assert one(make, raw, "pokja")["score_recomputed"] == score


@pytest.mark.parametrize(("users", "score"), [(0, 1), (58, 1), (59, 2), (81, 2), (82, 3), (101, 3), (102, 4), (200, 4)])
def test_cpr_bands_round_half_to_even(make: Make, users: int, score: int) -> None:
    # of 200 couples: 59 = 29.5 -> 30, 81 = 40.5 -> 40, 101 = 50.5 -> 50
    raw = dict.fromkeys(METHODS, 0) | {"users_pill": users, "couples": 200}
    assert seen(one(make, raw, "cpr")) == (score, score, score, "recomputed")


@pytest.mark.parametrize(("long", "score"), [(38, 1), (39, 2), (45, 2), (46, 3), (49, 3), (50, 3)])
def test_mkjp_bands(make: Make, long: int, score: int) -> None:
    # of 200 users: 39 = 19.5 -> 20, 45 = 22.5 -> 22, 49 = 24.5 -> 24, 50 = 25 -> 4
    raw = dict.fromkeys(METHODS, 0) | {"users_implant": long, "users_pill": 200 - long, "couples": 500}
    assert one(make, raw, "mkjp")["score_recomputed"] == (4 if long == 50 else score)


@pytest.mark.parametrize(("want", "score"), [(0, 4), (13, 4), (14, 3), (15, 3), (19, 3), (20, 2), (25, 2), (26, 1)])
def test_unmet_bands(make: Make, want: int, score: int) -> None:
    # of 200 couples: 13 = 6.5 -> 6, 19 = 9.5 -> 10 would be 2, so 18 is the last 3; 25 = 12.5 -> 12
    expected = 2 if want == 19 else score
    raw = {"want_later": want, "want_no_more": 0, "couples": 200}
    assert one(make, raw, "unmet")["score_recomputed"] == expected


METHODS = ("users_iud", "users_mow", "users_mop", "users_condom", "users_implant", "users_injection", "users_pill")


def test_shares_of_groups_are_rounded_before_their_mean(make: Make, full: dict[str, Any]) -> None:
    # 51.28, 33.33, 19.35, 10.24, 38.46: their mean is 30.5 -> 31, but 51 + 33 + 19 + 10 + 38 = 151 -> 30.2 -> 30
    raw = full | {
        "members_bkb": 20, "members_bkr": 12, "members_bkl": 12, "members_uppka": 13, "members_pikr": 40,
        "families_under5": 39, "families_adolescent": 36, "families_elderly": 62, "families": 127, "adolescents": 104,
    }  # fmt: skip
    row = one(make, raw, "participation")
    assert row["score_recomputed"] == 3
    assert row["value"] == pytest.approx(30.2)


def test_a_share_above_hundred_is_capped_and_flagged(make: Make, full: dict[str, Any]) -> None:
    row = one(make, full | {"members_bkb": 999}, "participation")
    assert row["value"] == (100 + 20 + 20 + 10 + 10) / 5
    assert row["capped"]
    assert row["code"] == "capped"
    row = one(make, full | {"users_pill": 500}, "cpr")
    assert (row["value"], bool(row["capped"])) == (100, True)


def test_a_blank_group_counts_nothing_but_might_have_been_whole(make: Make, full: dict[str, Any]) -> None:
    row = one(make, full | {"members_bkb": None}, "participation")  # (20 + 20 + 10 + 10) / 5 = 12, up to 32
    assert seen(row) == (2, 2, 4, "recomputed")
    assert (row["missing"], row["code"]) == ("members_bkb", "partial")


def test_a_blank_method_is_a_proven_zero_where_the_parts_make_the_whole(make: Make, full: dict[str, Any]) -> None:
    row = one(make, full | {"users_mop": None, "users_pill": 31}, "cpr")
    assert seen(row) == (4, 4, 4, "recomputed")
    assert row["missing"] == ""


def test_a_blank_method_holds_at_most_the_couples_unaccounted_for(make: Make, full: dict[str, Any]) -> None:
    # 150 - 70 = 80 users of 200 couples = 40 %; with the 70 unaccounted for 75 %
    assert seen(one(make, full | {"users_injection": None}, "cpr")) == (2, 2, 4, "recomputed")
    # MKJP 30 of 80 = 37.5 %, down to 30 of 150 = 20 %
    assert seen(one(make, full | {"users_injection": None}, "mkjp")) == (4, 2, 4, "recomputed")
    # a blank long-acting method: 16 of 136 = 11.8 %, up to 30 of 150 = 20 %
    assert seen(one(make, full | {"users_implant": None}, "mkjp")) == (1, 1, 2, "recomputed")
    # unmet 10 of 200 = 5 %, up to 30 of 200 = 15 %
    assert seen(one(make, full | {"want_later": None}, "unmet")) == (4, 1, 4, "recomputed")


def test_a_halved_remainder_proves_nothing(make: Make, full: dict[str, Any]) -> None:
    # 10 + 10 looks like the portal's own halving: with MOP blank 20 couples are open, 30 - 1 + 20 of 169 users
    raw = full | {"pregnant": 10, "want_soon": 10, "users_mop": None, "users_pill": 31}
    assert seen(one(make, raw, "mkjp")) == (1, 1, 4, "recomputed")
    assert one(make, raw, "mkjp")["missing"] == "users_mop"


def test_parts_above_the_whole_bound_nothing(make: Make, full: dict[str, Any]) -> None:
    assert seen(one(make, full | {"couples": 160, "want_later": None}, "unmet")) == (4, 1, 4, "recomputed")
    assert seen(one(make, full | {"couples": None, "users_pill": None}, "mkjp")) == (4, 1, 4, "recomputed")


def test_without_couples_there_is_no_share(make: Make, full: dict[str, Any]) -> None:
    for name in ("cpr", "unmet"):
        row = one(make, full | {"couples": None}, name)
        assert pd.isna(row["score_recomputed"])
        assert (row["score"], row["score_low"], row["score_high"], row["code"]) == (1, 1, 4, "missing")
        row = one(make, full | {"couples": 0}, name)
        assert (row["basis"], row["code"], row["score_low"], row["score_high"]) == ("missing", "zero_denominator", 1, 4)


def test_a_group_without_base_is_not_a_share(make: Make, full: dict[str, Any]) -> None:
    bases = dict.fromkeys(("families_under5", "families_adolescent", "families_elderly", "families", "adolescents"), 0)
    assert one(make, full | bases, "participation")["code"] == "zero_denominator"


def test_blank_unmet_need_rewarded_by_the_portal_is_named(make: Make, full: dict[str, Any]) -> None:
    row = one(make, full | {"want_later": None, "want_no_more": None}, "unmet", stated=4)
    assert (row["rewarded_missing"], row["code"]) == (True, "rewarded_missing")
    assert (row["score"], row["score_low"], row["score_high"], row["basis"]) == (4, 1, 4, "missing")
    assert row["missing"] == "want_later want_no_more"
    assert not one(make, full | {"want_later": None, "want_no_more": None}, "unmet", stated=1)["rewarded_missing"]
    assert not one(make, full | {"want_later": None}, "unmet", stated=4)["rewarded_missing"]


def test_a_stated_score_above_blank_inputs_is_named(make: Make) -> None:
    row = one(make, {"operations": 1}, "cpr", stated=3)
    assert (row["code"], row["score"], row["score_low"], row["score_high"]) == ("stated_above_blank", 3, 1, 4)


def test_a_kampung_outside_the_detail_export_has_no_inputs_at_all(make: Make) -> None:
    rows = make(({"cpr": 3, "operations": 2, "groups": 3}, None)).variables.set_index("variable")
    assert rows.loc["cpr", ["code", "score", "score_low", "score_high"]].tolist() == ["missing", 3, 1, 4]
    assert rows.loc["operations", ["code", "score_low", "score_high"]].tolist() == ["missing", 1, 4]
    assert rows.loc["staff_regulation", "score_high"] == 3
    assert rows.loc["operations", "missing"] == "operations"
    assert rows.loc["groups", ["basis", "score_low", "score_high"]].tolist() == ["stated", 3, 3]


@pytest.mark.parametrize(
    ("exported", "stated", "expected"),
    [
        (1, 2, (pd.NA, 2, 2, "stated")),  # one or none: only the portal knows
        (1, 1, (pd.NA, 1, 1, "stated")),
        (2, 3, (3, 3, 3, "recomputed")),
        (5, 4, (4, 4, 4, "recomputed")),
        (None, 1, (pd.NA, 1, 4, "missing")),
    ],
)
def test_fund_sources(make: Make, exported: Any, stated: int, expected: tuple[Any, ...]) -> None:
    found = seen(one(make, {"fund_sources": exported, "operations": 1}, "funds", stated))
    assert [str(value) for value in found] == [str(value) for value in expected]


def test_blank_flags_may_have_been_yes(make: Make) -> None:
    assert seen(one(make, {"companion": True}, "staff_regulation")) == (2, 2, 3, "recomputed")
    assert seen(one(make, {"companion": True, "regulation": False}, "staff_regulation")) == (2, 2, 2, "recomputed")
    assert seen(one(make, {"pokja_present": True, "companion": True}, "pokja")) == (2, 2, 4, "recomputed")
    assert seen(one(make, {"pokja_present": False, "companion": True}, "pokja")) == (1, 1, 1, "recomputed")
    assert seen(one(make, {"companion": True}, "operations")) == (1, 1, 4, "recomputed")


def test_indices_as_stated_are_neither_recomputed_nor_widened(make: Make) -> None:
    row = make(({"operations": 4}, {"companion": True}), as_stated=("process",)).variables.set_index("variable")
    told = row.loc["operations"]
    assert told[["score", "score_low", "score_high", "basis", "code"]].tolist() == [4, 4, 4, "stated", "stated"]
    assert (told["score_recomputed"], bool(told["mismatch"])) == (1, True)
    assert row.loc["data_use", "basis"] == "missing"  # nothing stated, nothing to take over


def test_distance_to_the_next_band_is_of_the_unrounded_value(make: Make, full: dict[str, Any]) -> None:
    rows = make(({}, full | {"users_injection": 1, "want_soon": 84})).variables.set_index("variable")
    assert rows.loc["cpr", "to_next"] == pytest.approx(40.5 - 40.5)  # 81 of 200 rounds to 40: on the edge
    assert rows.loc["unmet", "to_next"] == pytest.approx(15 - 12.5)
    assert rows.loc["participation", "to_next"] == pytest.approx(20.5 - 18)
    assert rows.loc["funds", "to_next"] == 5 - 3
    assert pd.isna(rows.loc["pokja", "to_next"])  # at the top
    assert pd.isna(rows.loc["groups", "to_next"])  # not measured


def test_codes_are_the_documented_ones(make: Make, full: dict[str, Any], rule: Rule) -> None:
    rows = make(({"groups": 2}, full), ({}, None), ({}, full | {"members_bkb": None})).variables
    assert set(rows["code"]) == {"recomputed", "stated", "missing", "partial"} <= set(CODES)
    assert rows["variable"].tolist() == [variable.name for variable in rule.variables] * 3
