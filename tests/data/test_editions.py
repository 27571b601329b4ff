"""The list of hidden cells goes out as keys and comes back the same."""

from pathlib import Path

import pandas as pd
import pytest

from kbk_analysis.data.editions import COLUMNS, hidden_bytes, read_hidden
from kbk_analysis.errors import InputFault

HIDDEN = pd.DataFrame(
    {
        "indicator": ["S3-14", "S3-09"],
        "area_code": ["14.10.01.2001", "14.06"],
        "period": ["2024", "2023-2"],
        "why": ["small", "cover"],
        "numerator": [3, 40],
    }
)


def test_the_list_holds_keys_only_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "hidden.csv"
    path.write_bytes(hidden_bytes(HIDDEN))
    assert path.read_text().splitlines()[0] == "indicator,area_code,period"
    expected = HIDDEN[list(COLUMNS)].iloc[[1, 0]].reset_index(drop=True).astype("str")
    pd.testing.assert_frame_equal(read_hidden(path), expected)


def test_an_edition_that_hid_nothing_reads_back_empty(tmp_path: Path) -> None:
    path = tmp_path / "hidden.csv"
    path.write_bytes(hidden_bytes(HIDDEN.head(0)))
    assert read_hidden(path).empty
    assert tuple(read_hidden(path).columns) == COLUMNS


def test_without_an_earlier_edition_nothing_was_hidden() -> None:
    assert read_hidden("").empty
    assert tuple(read_hidden("").columns) == COLUMNS


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("indicator,area_code\nS3-09,14.06\n", "hidden.columns"),
        ("indicator,area_code,period\nS3-09,1406,2024\n", "hidden.key"),
        ("indicator,area_code,period\nS3-09,14.06,\n", "hidden.key"),
    ],
)
def test_a_list_that_names_no_cells_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    path = tmp_path / "hidden.csv"
    path.write_text(text)
    with pytest.raises(InputFault) as fault:
        read_hidden(path)
    assert [finding.rule for finding in fault.value.findings] == [rule]
