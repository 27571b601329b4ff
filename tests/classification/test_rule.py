"""The rule file: complete as shipped, refused with every gap named when it is not."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from kbk_analysis.classification import Rule, load_rule
from kbk_analysis.classification.rule import RULES
from kbk_analysis.errors import InputFault
from kbk_analysis.schema import VARIABLES


@pytest.fixture
def content() -> dict[str, Any]:
    text = (RULES / "kampung_2023-08.yml").read_text(encoding="utf-8")
    return copy.deepcopy(yaml.safe_load(text))


def faults(content: Any, folder: Path) -> set[tuple[str, str]]:
    path = folder / "rule.yml"
    path.write_text(yaml.safe_dump(content, default_flow_style=False), encoding="utf-8")
    with pytest.raises(InputFault) as refused:
        load_rule(path)
    assert all(f.file == "rule.yml" and f.message and f.remedy for f in refused.value.findings)
    return {(finding.rule, finding.column) for finding in refused.value.findings}


def test_shipped_rule_is_the_table_of_the_reference(rule: Rule) -> None:
    assert [(v.name, v.index) for v in rule.variables] == [(name, index) for name, index, *_ in VARIABLES]
    assert {v.name: v.maximum for v in rule.variables if v.maximum != 4} == {"facilities": 3, "staff_regulation": 3}
    lows = {v.name: [band.low for band in v.bands] for v in rule.variables}
    assert lows == {
        "pokja": [0, 1, 2, 3],
        "funds": [0, 1, 2, 5],
        "groups": [0, 1, 3, 5],
        "facilities": [0, 1, 2],
        "staff_regulation": [0, 1, 2],
        "data_use": [0, 1, 2, 4],
        "operations": [0, 1, 3, 5],
        "cross_sector": [0, 1, 4, 7],
        "participation": [0, 10, 21, 31],
        "cpr": [0, 30, 41, 51],
        "mkjp": [0, 20, 23, 25],
        "unmet": [0, 7, 10, 13],
    }
    assert [v.name for v in rule.variables if v.lower_is_better] == ["unmet"]
    assert [v.name for v in rule.variables if not v.lever] == ["mkjp"]
    assert (rule.threshold, rule.decimals, rule.missing_score) == (3.0, 2, 1)


@pytest.mark.parametrize(
    "key",
    ["id", "valid_from", "source", "missing_score", "threshold", "decimals", "rounding", "cap", "identity", "variables",
     "classes", "traps"],
)  # fmt: skip
def test_every_top_key_is_needed(content: dict[str, Any], key: str, tmp_path: Path) -> None:
    del content[key]
    assert ("rule.missing", key) in faults(content, tmp_path)


@pytest.mark.parametrize("key", ["index", "measure", "counted", "bands"])
@pytest.mark.parametrize("name", [name for name, *_ in VARIABLES])
def test_every_variable_needs_its_keys(content: dict[str, Any], name: str, key: str, tmp_path: Path) -> None:
    del content["variables"][name][key]
    assert ("rule.missing", f"variables.{name}.{key}") in faults(content, tmp_path)


def test_all_gaps_are_told_at_once(content: dict[str, Any], tmp_path: Path) -> None:
    variables = content["variables"]
    del variables["cpr"]
    del variables["funds"]["usable_from"]
    variables["sanitation"] = {}
    variables["pokja"]["gate"] = "companion"
    variables["unmet"]["denominator"] = ["pus"]
    variables["mkjp"]["denominator"] = []
    variables["participation"]["numerator"] = ["members_bkb"]
    variables["groups"]["measure"] = "guess"
    variables["data_use"]["index"] = "input"
    variables["cross_sector"]["bands"] = {1: [0, 0], 2: [2, 3], 3: [4, 6], 4: [7, None]}
    variables["facilities"]["bands"] = {1: [0, 0], 2: [1, 1], 3: "two"}
    content["rounding"] = "half_up"
    content["identity"]["imputed"] = ["pregnant"]
    content["classes"][0] = "Dasar"
    content["classes"][1]["class"] = "Paripurna"
    content["classes"][2] = dict(content["classes"][3])
    assert {
        ("rule.missing", "variables.cpr.measure"),
        ("rule.missing", "variables.funds.usable_from"),
        ("rule.variable", "variables.sanitation"),
        ("rule.inputs", "variables.pokja"),
        ("rule.column", "variables.unmet.denominator"),
        ("rule.inputs", "variables.mkjp"),
        ("rule.inputs", "variables.participation"),
        ("rule.measure", "variables.groups"),
        ("rule.index", "variables.data_use"),
        ("rule.bands", "variables.cross_sector.bands"),
        ("rule.bands", "variables.facilities.bands"),
        ("rule.rounding", "rounding"),
        ("rule.identity", "identity.imputed"),
        ("rule.classes", "classes"),
    } <= faults(content, tmp_path)


@pytest.mark.parametrize(
    "bands",
    [
        {1: [0, 29], 2: [30, 40], 3: [41, 50], 4: [51, 100]},  # ends
        {1: [1, 29], 2: [30, 40], 3: [41, 50], 4: [51, None]},  # does not begin at 0
        {1: [0, 29], 2: [29, 40], 3: [41, 50], 4: [51, None]},  # overlaps
        {1: [0, 29], 3: [30, 40], 2: [41, 50], 4: [51, None]},  # goes up and down
        {1: [0, 29], 2: [30, None]},  # too few scores
        {"one": [0, None]},
    ],
)
def test_bands_that_leave_a_doubt_are_refused(content: dict[str, Any], bands: Any, tmp_path: Path) -> None:
    content["variables"]["cpr"]["bands"] = bands
    assert ("rule.bands", "variables.cpr.bands") in faults(content, tmp_path)


def test_a_file_that_is_no_rule_is_refused(tmp_path: Path) -> None:
    assert ("rule.missing", "id") in faults(["a", "list"], tmp_path)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(InputFault, match="kampung_1999"):
        load_rule("kampung_1999")
