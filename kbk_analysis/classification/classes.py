"""The class of each kampung: stated, computed again, and the lowest and highest its missing inputs allow.

Question answered: is this kampung Dasar because of what it does, or because it has not reported?
Input: joined exports and a rule. Output: `Classification`. The class computed here is a recomputation by the portal's
rule, never a determination: the portal's class is the official one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbk_analysis.classification.join import PLACE, Joined
from kbk_analysis.classification.rule import Rule
from kbk_analysis.classification.scores import numbers, score_variables
from kbk_analysis.schema import CLASSES, INDICES, KampungClass

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
RANGES: Final = ("class_low", "class_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Classes of a set of kampung, with everything they rest on.

    Parameters
    ----------
    kampung
        One row a kampung: its names and codes, ``stated_on``, ``detail_on``, ``class_stated``,
        ``index_*_stated``; recomputed ``index_*`` (mean of scores, 1-4), ``pass_input``, ``pass_process``,
        ``pass_output``, ``class_recomputed``; ``class_low`` and ``class_high``; ``dasar_reason`` (``unreported``
        when its missing inputs allow more than Dasar, else ``achievement``; blank for other classes);
        ``mismatch`` (stated and recomputed class differ); ``score_mismatches`` (number of scores that differ);
        ``portal_consistent`` (stated indices and class follow from the stated scores); ``unmeasured``
        (variables without any usable input, separated by blanks).
    variables
        One row a kampung and variable: ``value`` (share in per cent or count as the portal measures it, before its
        last rounding), ``to_next`` (distance of `value` to the next band, same unit), ``score_stated``,
        ``score_recomputed``, ``score`` (the one used), ``score_low``, ``score_high``, ``basis`` (``recomputed``,
        ``stated``, ``missing``), ``missing`` (blank raw columns, separated by blanks), ``rewarded_missing``,
        ``capped``, ``mismatch``, ``code`` (why, one of `scores.CODES`; its details are the row).
    """

    kampung: pd.DataFrame
    variables: pd.DataFrame
    rule: Rule
    joined: Joined
    as_stated: tuple[str, ...]


def classify(joined: Joined, rule: Rule, *, as_stated: Sequence[str] = ("input", "process")) -> Classification:
    """Class every kampung by `rule`, as stated, recomputed, and at the ends of what missing inputs allow.

    Parameters
    ----------
    joined
        From `join_exports`.
    rule
        From `load_rule`.
    as_stated
        Indices whose stated scores are used and not widened. By default input and process: exports write
        'no' and 'not reported' alike as a blank there, and four of their variables have no raw input at all.
        With ``()`` every score is computed again where it can be and widened where an input is blank.

    Notes
    -----
    index = round(mean of its scores, 2); it passes at 3.00 or more; the three passes give the class. No class falls
    when a score rises, so all lowest scores give the lowest class and all highest the highest.
    Source: the rule file.

    Examples
    --------
    >>> from kbk_analysis.classification import join_exports, load_rule
    >>> scores = {f"score_{v.name}": 3 for v in load_rule().variables} | {"score_cpr": 1, "score_unmet": 1}
    >>> row = {"kampung_id": "a", "export_date": "2023-08-28", "source": "klasifikasi", **scores}
    >>> found = classify(join_exports(pd.DataFrame([row]), "2023-12-31"), load_rule())
    >>> found.kampung[["class_recomputed", "class_low", "class_high"]].values.tolist()
    [['Berkembang', 'Berkembang', 'Berkelanjutan']]
    """
    unknown = sorted(set(as_stated) - set(INDICES))
    if unknown:
        raise ValueError(f"unknown index {unknown}")
    frame = joined.frame
    variables = score_variables(frame, rule, as_stated)
    now, low, high = (_matrix(variables[name], rule) for name in ("score", "score_low", "score_high"))
    kampung = frame[[*PLACE, "stated_on", "detail_on", "class_stated"]].copy()
    means = index_means(now, rule)
    for index in INDICES:
        kampung[f"index_{index}_stated"] = numbers(frame, f"index_{index}")
        kampung[f"index_{index}"] = means[index]
        kampung[f"pass_{index}"] = means[index] >= rule.threshold
    for name, scores in (("class_recomputed", now), ("class_low", low), ("class_high", high)):
        kampung[name] = class_names(index_means(scores, rule), rule)
    dasar = kampung["class_recomputed"] == KampungClass.DASAR
    open_ended = kampung["class_high"] != KampungClass.DASAR
    kampung["dasar_reason"] = np.select([dasar & open_ended, dasar], ["unreported", "achievement"], "")
    stated = frame["class_stated"].notna()
    kampung["mismatch"] = stated & (frame["class_stated"] != kampung["class_recomputed"])
    kampung["score_mismatches"] = _matrix(variables["mismatch"], rule).sum(axis=1)
    kampung["portal_consistent"] = _portal_consistent(frame, rule)
    missing = variables["variable"].where(variables["basis"] == "missing", "")
    kampung["unmeasured"] = [" ".join(filter(None, row)) for row in _matrix(missing, rule)]
    return Classification(kampung=kampung, variables=variables, rule=rule, joined=joined, as_stated=tuple(as_stated))


def index_means(scores: npt.NDArray[np.generic], rule: Rule) -> dict[str, Floats]:
    """The three indices of a (kampung x 12) matrix of scores: means rounded to the rule's decimals."""
    return {
        index: np.round(scores[:, rule.of_index(index)].astype(np.float64).mean(axis=1), rule.decimals)
        for index in INDICES
    }


def class_names(means: Mapping[str, Floats], rule: Rule) -> npt.NDArray[np.object_]:
    """Class of each row of indices; every combination of passes has one."""
    passes = zip(*(means[index] >= rule.threshold for index in INDICES), strict=True)
    return np.array([rule.classes[tuple(bool(p) for p in row)].value for row in passes], dtype=object)


def class_counts(kampung: pd.DataFrame) -> pd.DataFrame:
    """Number of kampung per class: stated, recomputed, at the lowest and at the highest; all four classes in order.

    Parameters
    ----------
    kampung
        Rows of `Classification.kampung`.
    """
    names = {"stated": "class_stated", "recomputed": "class_recomputed", "low": "class_low", "high": "class_high"}
    counts = {
        label: [int((kampung[column] == name.value).sum()) for name in CLASSES] for label, column in names.items()
    }
    return pd.DataFrame({"class": [name.value for name in CLASSES], **counts})


def range_counts(kampung: pd.DataFrame) -> pd.DataFrame:
    """Number of kampung per range of classes that occurs (``class_low``, ``class_high``, ``n``), from the bottom up.

    Examples
    --------
    >>> rows = pd.DataFrame({"class_low": ["Dasar"] * 3, "class_high": ["Mandiri", "Dasar", "Dasar"]})
    >>> range_counts(rows).values.tolist()
    [['Dasar', 'Dasar', 2], ['Dasar', 'Mandiri', 1]]
    """
    order = [(low.value, high.value) for low in CLASSES for high in CLASSES]
    found = kampung.groupby(list(RANGES)).size().to_dict()
    return pd.DataFrame([(*pair, int(found[pair])) for pair in order if pair in found], columns=[*RANGES, "n"])


def _portal_consistent(frame: pd.DataFrame, rule: Rule) -> pd.Series:
    """Whether the stated indices and class follow from the stated scores; blank where one of them is missing."""
    scores = np.stack([numbers(frame, f"score_{variable.name}") for variable in rule.variables], axis=1)
    means = index_means(scores, rule)
    told = frame["class_stated"].notna().to_numpy() & ~np.isnan(scores).any(axis=1)
    same = class_names(means, rule) == frame["class_stated"].astype("object").to_numpy()
    for index in INDICES:
        stated = numbers(frame, f"index_{index}")
        told &= ~np.isnan(stated)
        same &= np.abs(means[index] - stated) < 0.5 * 10**-rule.decimals
    return pd.Series(same, index=frame.index).astype("boolean").where(told)


def _matrix(column: pd.Series, rule: Rule) -> npt.NDArray[np.generic]:
    return column.to_numpy().reshape(-1, len(rule.variables))
