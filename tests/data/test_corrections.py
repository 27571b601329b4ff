"""Corrections apply exactly where they say, or not at all."""

import pandas as pd
import pytest

from kbk_analysis.data.contracts import typed_frame
from kbk_analysis.data.corrections import LOG_COLUMNS, apply_corrections, load_corrections
from kbk_analysis.errors import InputFault

ENTRY = """
- table: kampung
  key: {kampung_id: x, export_date: 2023-06-12, source: rinci}
  column: couples
  expect: 1200
  value: 120
  why: salah ketik
  who: PKB Contoh
  on: 2023-07-01
"""


@pytest.fixture
def frame():
    rows = [
        {"kampung_id": name, "kampung_name": "KB", "export_date": "2023-06-12", "source": "rinci", "couples": couples}
        for name, couples in (("w", 90), ("x", 1200), ("y", None))
    ]
    return typed_frame("kampung", pd.DataFrame(rows))


def declared(tmp_path, text):
    path = tmp_path / "corrections.yml"
    path.write_text(text, "utf-8")
    return load_corrections(path)


def test_applied_and_logged(tmp_path, frame) -> None:
    before = frame.copy()
    corrected, log, findings = apply_corrections("kampung", frame, declared(tmp_path, ENTRY))
    assert findings == []
    assert corrected["couples"].fillna(-1).tolist() == [90, 120, -1]
    assert corrected.dtypes.equals(frame.dtypes)
    assert log.columns.tolist() == list(LOG_COLUMNS)
    assert log.iloc[0].tolist() == [
        "kampung", "x · 2023-06-12 · rinci", "couples", "1200", "120", "salah ketik", "PKB Contoh", "2023-07-01",
    ]  # fmt: skip
    pd.testing.assert_frame_equal(frame, before)


def test_blanking_and_filling_a_blank(tmp_path, frame) -> None:
    blank = ENTRY.replace("value: 120", "value: null")
    fill = ENTRY.replace("{kampung_id: x", "{kampung_id: y").replace("expect: 1200", "expect: null")
    corrected, log, findings = apply_corrections("kampung", frame, declared(tmp_path, blank + fill))
    assert findings == []
    assert corrected["couples"].fillna(-1).tolist() == [90, -1, 120]
    assert log[["before", "after"]].fillna("").to_numpy().tolist() == [["1200", ""], ["", "120"]]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("expect: 1200", "expect: 1300"), "correction.expect"),
        (("expect: 1200", "expect: null"), "correction.expect"),
        (("{kampung_id: x", "{kampung_id: z"), "correction.row"),
    ],
)
def test_a_failed_guard_applies_nothing(tmp_path, frame, change, rule) -> None:
    good = ENTRY.replace("{kampung_id: x", "{kampung_id: w").replace("expect: 1200", "expect: 90")
    corrections = declared(tmp_path, good + ENTRY.replace(*change))
    corrected, log, findings = apply_corrections("kampung", frame, corrections)
    assert [f.rule for f in findings] == [rule]
    assert corrected["couples"].fillna(-1).tolist() == [90, 1200, -1]
    assert log.empty
    if rule == "correction.expect":
        assert "1200" in findings[0].message


def test_guards_are_checked_against_the_frame_as_it_came(tmp_path, frame) -> None:
    second = ENTRY.replace("expect: 1200", "expect: 120").replace("value: 120", "value: 130")
    findings = apply_corrections("kampung", frame, declared(tmp_path, ENTRY + second))[2]
    assert [f.rule for f in findings] == ["correction.expect"]
    findings = apply_corrections("kampung", frame, declared(tmp_path, ENTRY + ENTRY))[2]
    assert [f.rule for f in findings] == ["correction.twice"]


def test_other_tables_are_left_aside(tmp_path) -> None:
    areas = typed_frame("areas", pd.DataFrame([{"code": "99", "name": "x", "level": "province"}]))
    corrected, log, findings = apply_corrections("areas", areas, declared(tmp_path, ENTRY))
    assert (len(log), findings) == (0, [])
    pd.testing.assert_frame_equal(corrected, areas)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("  why: salah ketik\n", ""), "correction.form"),
        (("why: salah ketik", "why:"), "correction.form"),
        (("on: 2023", "reason: x\n  on: 2023"), "correction.form"),
        (("table: kampung", "table: desa"), "correction.table"),
        (("column: couples", "column: pus"), "correction.column"),
        (("column: couples", "column: kampung_id"), "correction.column"),
        ((", source: rinci", ""), "correction.key"),
        (("value: 120", "value: seratus"), "correction.type"),
        (("kampung_id: x", "kampung_id: 1.5"), "correction.type"),
    ],
)
def test_wrong_declarations_are_refused(tmp_path, change, rule) -> None:
    with pytest.raises(InputFault) as caught:
        declared(tmp_path, ENTRY.replace(*change))
    assert [f.rule for f in caught.value.findings] == [rule]
    assert "corrections[1]" in str(caught.value)


def test_forms_of_the_file(tmp_path) -> None:
    assert declared(tmp_path, "") == []
    assert declared(tmp_path, "corrections: []") == []
    indented = "corrections:\n" + ENTRY
    assert declared(tmp_path, indented) == declared(tmp_path, ENTRY)
    for text in ("a: 1", "teks", "- 5"):
        with pytest.raises(InputFault) as caught:
            declared(tmp_path, text)
        assert [f.rule for f in caught.value.findings] == ["correction.form"]


def test_an_unquoted_code_is_told_to_be_quoted(tmp_path) -> None:
    text = ENTRY.replace("column: couples", "column: village_code").replace("expect: 1200", "expect: null")
    with pytest.raises(InputFault, match="tanda kutip"):
        declared(tmp_path, text.replace("value: 120", "value: 14.06"))
    assert declared(tmp_path, text.replace("value: 120", "value: '14.06'"))[0].value == "14.06"
