"""Disclosure rule: small sensitive counts go, with one more where a total would give them away."""

from dataclasses import dataclass

import pandas as pd
import pytest

from kbk_analysis.indicators.release import Unreleased, release, require_released, suppress
from kbk_analysis.schema import Edition


def cells(numerators: list[float], denominators: list[float], *, sensitive: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_code": [f"99.01.01.200{i}" for i in range(len(numerators))],
            "total_of": "99.01.01",
            "indicator": "S3-04",
            "period": "2024",
            "numerator": numerators,
            "denominator": denominators,
            "value": [100 * x / n for x, n in zip(numerators, denominators, strict=True)],
            "lower": 0.0,
            "upper": 100.0,
            "reason": "",
            "sensitive": sensitive,
            "verdict": "worse",
        }
    )


@dataclass(frozen=True)
class Remark:
    indicator: str
    unit: str


@dataclass(frozen=True)
class Result:
    cells: pd.DataFrame
    remarks: tuple[Remark, ...] = ()
    edition: Edition | None = None


def test_one_small_cell_takes_the_next_smallest_along() -> None:
    shown = suppress(cells([3, 12, 30], [40, 60, 80]), ["indicator", "period"])
    assert shown["reason"].tolist() == ["suppressed", "suppressed", ""]
    assert shown["value"].isna().tolist() == [True, True, False]
    assert shown["verdict"].tolist() == ["", "", "worse"]


def test_two_small_cells_need_no_third() -> None:
    shown = suppress(cells([3, 2, 30], [40, 60, 80]), ["indicator", "period"])
    assert shown["reason"].tolist() == ["suppressed", "suppressed", ""]


def test_zero_and_five_are_shown_and_a_small_remainder_is_not() -> None:
    shown = suppress(cells([0, 5, 38], [40, 60, 40]))
    assert shown["reason"].tolist() == ["", "", "suppressed"]


def test_other_indicators_are_never_hidden() -> None:
    assert suppress(cells([3], [40], sensitive=False))["reason"].tolist() == [""]


def test_internal_edition_hides_nothing_and_marks_the_edition() -> None:
    released = release(Result(cells([3], [40])), "internal")
    assert released.edition is Edition.INTERNAL
    assert released.cells["value"].tolist() == [7.5]


def test_public_edition_drops_remarks_about_hidden_cells() -> None:
    remarks = (Remark("S3-04", "99.01.01.2000"), Remark("S3-04", "99.01.01.2002"), Remark("", ""))
    released = release(Result(cells([3, 12, 30], [40, 60, 80]), remarks), "public")
    assert released.remarks == remarks[1:]
    assert released.edition is Edition.PUBLIC


def test_unreleased_results_are_refused() -> None:
    result = Result(cells([3], [40]))
    with pytest.raises(Unreleased):
        require_released(result)
    require_released(release(result, "public"))
