"""Scores of the 12 variables: measured again from raw inputs, and how far missing inputs let them reach.

Question answered: what is the share or count behind each score, what would the portal give for it, what is missing,
and which scores are possible?
Input: joined exports and a rule. Output: one row a kampung and variable.

How the portal counts blanks (reproduced on the exports of 27 October 2022, 16,328 kampung): an item of a checklist
that is blank does not hold; a blank method, group or kind of unmet need counts 0; percentages are rounded half to
even, those of the groups before and after their mean. Exports write a recorded zero as a blank, so one blank among
filled parts may be either; it is a proven zero only where the known parts already add up to all couples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.classification.rule import Rule, Variable

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Why a score is what it is, the first that holds; the wording belongs to the narrative.
CODES: Final = (
    "rewarded_missing",  # the best score, given because blanks were read as 0 %
    "stated",  # taken over: no raw input says it, or the index is taken as stated
    "zero_denominator",  # the denominator is 0: no share exists, whatever the portal gave
    "stated_above_blank",  # stated higher than blanks would give: the detail export is older, or differs
    "missing",  # no usable input: the portal's score for missing, anything is possible
    "capped",  # a share above the cap was counted as the cap
    "partial",  # from raw inputs, some blank: counted 0 by the portal, see score_low and score_high
    "recomputed",  # from raw inputs, all of them known
)


@dataclass(frozen=True, slots=True)
class _Measured:
    """Value counted as the portal does (`value`), its bounds, where it is usable, what is blank."""

    value: Floats
    low: Floats
    high: Floats
    usable: Flags
    blank: dict[str, Flags]
    silent: Flags  # the inputs cannot say the score, only the portal can
    capped: Flags
    zero: Flags


def score_variables(frame: pd.DataFrame, rule: Rule, as_stated: Sequence[str]) -> pd.DataFrame:
    """One row a kampung and variable, in the order of `frame` and of the rule; columns as in `Classification`."""
    unknown = _unknown_couples(frame, rule)
    blocks = [_variable(frame, variable, rule, as_stated, unknown) for variable in rule.variables]
    long = {name: np.stack([block[name] for block in blocks], axis=1).ravel() for name in blocks[0]}
    table = pd.DataFrame(
        {
            "kampung_id": frame["kampung_id"].repeat(len(blocks)).reset_index(drop=True),
            "variable": np.tile([variable.name for variable in rule.variables], len(frame)),
            "index": np.tile([variable.index for variable in rule.variables], len(frame)),
            **long,
        }
    )
    return table.astype({"score_stated": "Int64", "score_recomputed": "Int64"} | dict.fromkeys(_WORDS, "str"))


_WORDS: Final = ("basis", "missing", "code")


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Column as floats, ``nan`` where blank; a flag counts 1 or 0."""
    return frame[column].to_numpy(dtype=np.float64, na_value=np.nan)


def score_of(variable: Variable, value: Floats) -> Floats:
    """Score of each value: rounded half to even, then by band; ``nan`` stays ``nan``."""
    edges = np.array([band.low for band in variable.bands])
    scores = np.array([band.score for band in variable.bands], dtype=np.float64)
    whole = np.where(np.isnan(value), 0, np.round(value))
    return np.where(np.isnan(value), np.nan, scores[np.searchsorted(edges, whole, side="right") - 1])


def _variable(
    frame: pd.DataFrame, variable: Variable, rule: Rule, as_stated: Sequence[str], unknown: Floats
) -> dict[str, npt.NDArray[Any]]:
    stated = numbers(frame, f"score_{variable.name}")
    told = frame["detail_on"].notna().to_numpy()
    seen = _measure(frame, variable, rule.cap, unknown)
    usable = seen.usable & told
    value = np.where(usable, seen.value, np.nan)
    recomputed = score_of(variable, value)
    taken = ~np.isnan(stated) & ((variable.index in as_stated) | seen.silent)
    vacant = ~taken & ~usable
    score = np.where(taken | ~usable, stated, recomputed)
    ends = score_of(variable, seen.low), score_of(variable, seen.high)
    low = np.where(taken, stated, np.where(vacant, rule.missing_score, np.minimum(*ends)))
    high = np.where(taken, stated, np.where(vacant, variable.maximum, np.maximum(*ends)))
    blank = {column: is_blank | ~told for column, is_blank in seen.blank.items()}
    missing = _join(blank, len(frame))
    rewarded = _rewarded(frame, variable, blank) & (stated == variable.maximum)
    above = vacant & told & (stated > rule.missing_score)
    reasons = (rewarded, taken, seen.zero & told, above, vacant, seen.capped, missing != "")  # the first that holds
    return {
        "value": value,
        "to_next": _to_next(variable, value, recomputed),
        "score_stated": stated,
        "score_recomputed": recomputed,
        "score": np.where(np.isnan(score), rule.missing_score, score).astype(np.int64),
        "score_low": low.astype(np.int64),
        "score_high": high.astype(np.int64),
        "basis": np.select([taken, vacant], ["stated", "missing"], "recomputed"),
        "missing": missing,
        "rewarded_missing": rewarded,
        "capped": seen.capped & usable,
        "mismatch": usable & ~np.isnan(stated) & (recomputed != stated),
        "code": np.select(reasons, CODES[:-1], CODES[-1]),
    }


def _rewarded(frame: pd.DataFrame, variable: Variable, blank: dict[str, Flags]) -> Flags:
    """Where blanks read as 0 % can earn the best score, and both exports are of one day so that they are comparable."""
    if not variable.lower_is_better:
        return np.zeros(len(frame), bool)
    return (frame["stated_on"] == frame["detail_on"]).to_numpy(dtype=bool) & _all(blank, variable.numerator)


def _measure(frame: pd.DataFrame, variable: Variable, cap: int, unknown: Floats) -> _Measured:
    n = len(frame)
    raw = {column: numbers(frame, column) for column in variable.raw}
    blank = {column: np.isnan(values) for column, values in raw.items()}
    match variable.measure:
        case "stated":
            nothing, no = np.full(n, np.nan), np.zeros(n, bool)
            return _Measured(nothing, nothing, nothing, no, {}, ~no, no, no)
        case "count" | "checklist":
            return _count(variable, raw, blank)
        case "share":
            return _share(variable, raw, blank, cap, unknown)
    return _mean_share(variable, raw, blank, cap)


def _count(variable: Variable, raw: dict[str, Floats], blank: dict[str, Flags]) -> _Measured:
    """Number, or how many items hold. A blank is 'no' for the portal and 'perhaps' for the upper bound."""
    no = np.zeros_like(next(iter(blank.values())))
    if variable.measure == "count":
        (values,), (is_blank,) = raw.values(), blank.values()
        value = np.where(is_blank, 0, values)
        top = float(max(band.low for band in variable.bands))
        usable = value >= variable.usable_from
        return _Measured(value, value, np.where(is_blank, top, value), usable, blank, ~usable & ~is_blank, no, no)
    least, most = no.astype(np.float64), no.astype(np.float64)
    for column, values in raw.items():
        least += values > 0
        most += blank[column] | (values > 0)
    if variable.gate is not None:
        holds = raw[variable.gate] > 0
        least, most = least * holds, most * (holds | blank[variable.gate])
    return _Measured(least, least, most, ~no, blank, no, no, no)


def _share(variable: Variable, raw: dict[str, Floats], blank: dict[str, Flags], cap: int, unknown: Floats) -> _Measured:
    """Numerator over denominator. Blank parts together hold at most the couples that nothing else accounts for."""
    top = _sum(raw, variable.numerator)
    base = _sum(raw, variable.denominator)
    known = ~_all(blank, variable.numerator)
    within = set(variable.numerator) <= set(variable.denominator)  # a part of all users: the blank enlarges both
    if within:
        known = base > 0
    closed = unknown == 0
    proven = {column: is_blank & ~(closed & known) for column, is_blank in blank.items()}
    up = _any(proven, variable.numerator)
    down = _any(proven, tuple(c for c in variable.denominator if c not in variable.numerator))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 100 * top / base
        most = np.where(np.isinf(unknown), 100, 100 * (top + unknown) / (base + unknown * within))
        least = np.where(np.isinf(unknown), 0, 100 * top / (base + unknown * within))
    usable = known & (base > 0)
    return _Measured(
        value=np.where(usable, np.minimum(value, cap), np.nan),
        low=np.where(usable, np.minimum(np.where(down & within, least, value), cap), np.nan),
        high=np.where(usable, np.minimum(np.where(up, most, value), cap), np.nan),
        usable=usable,
        blank=proven,
        silent=np.zeros_like(usable),
        capped=usable & (value > cap),
        zero=(base == 0) & ~_any(blank, variable.denominator),
    )


def _mean_share(variable: Variable, raw: dict[str, Floats], blank: dict[str, Flags], cap: int) -> _Measured:
    """Mean of rounded shares; a group without both numbers counts 0 and might have had the whole."""
    groups = list(zip(variable.numerator, variable.denominator, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.stack([np.round(100 * raw[top] / raw[base]) for top, base in groups])
    shares = np.where(np.isfinite(shares), shares, np.nan)
    unknown = np.isnan(shares)
    capped = np.minimum(shares, cap)
    value = np.where(unknown, 0, capped).sum(axis=0) / len(groups)
    most = np.where(unknown, cap, capped).sum(axis=0) / len(groups)
    usable = ~np.logical_and.reduce(unknown)
    zero = ~usable & np.logical_or.reduce([raw[base] == 0 for _, base in groups])
    over = usable & np.logical_or.reduce(shares > cap)
    return _Measured(value, value, most, usable, blank, np.zeros_like(usable), over, zero)


def _unknown_couples(frame: pd.DataFrame, rule: Rule) -> Floats:
    """Couples that no known part accounts for; infinite where the couples are blank or the parts exceed them.

    Pregnant and wanting a child soon are known only where both are filled and differ by more than one: the portal
    has once written the halved remainder into them.
    """
    whole = numbers(frame, rule.identity.whole)
    first, second = (numbers(frame, column) for column in rule.identity.imputed)
    own = np.abs(first - second) > 1
    known = _sum({c: numbers(frame, c) for c in rule.identity.parts}, rule.identity.parts)
    rest = whole - known - np.where(own, first + second, 0)
    return np.where(np.isnan(rest) | (rest < 0), np.inf, rest)


def _sum(raw: dict[str, Floats], columns: tuple[str, ...]) -> Floats:
    total: Floats = np.nansum(np.stack([raw[column] for column in columns]), axis=0)
    return total


def _any(flags: dict[str, Flags], columns: tuple[str, ...]) -> Flags:
    found: Flags = np.logical_or.reduce([flags[column] for column in columns])
    return found


def _all(flags: dict[str, Flags], columns: tuple[str, ...]) -> Flags:
    found: Flags = np.logical_and.reduce([flags[column] for column in columns])
    return found


def _to_next(variable: Variable, value: Floats, score: Floats) -> Floats:
    """How far the unrounded value is from the next band, in its own unit; ``nan`` at the top."""
    half = 0.5 if variable.measure in ("share", "mean_share") else 0.0
    result = np.full(len(value), np.nan)
    for band in variable.bands:
        down = variable.lower_is_better and band.high is not None
        edge = value - ((band.high or 0) + half) if down else band.low - half - value
        result = np.where(score == band.score - 1, np.maximum(edge, 0), result)
    return result


def _join(blank: dict[str, Flags], n: int) -> npt.NDArray[np.object_]:
    """Names of the blank columns of each row, separated by blanks."""
    words = np.full(n, "", dtype=object)
    for column, is_blank in blank.items():
        words = words + np.where(is_blank, column + " ", "").astype(object)
    return np.array([word.rstrip() for word in words], dtype=object)
