"""A chapter outside the toolkit: stock papermill takes our parameters and shows what our own run shows.

And inside it: a chapter is about the area it was asked for, in every chart, table and sentence.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import papermill
import pytest
import yaml

import kbk_analysis as kbk
from kbk_analysis.exhibit import EXHIBIT_MIME, FACTS_MIME, TEXT_MIME
from kbk_analysis.params import SituationParams
from kbk_analysis.schema import AreaLevel

ROOT = Path(__file__).parents[2]
CHAPTER = "situation_analysis"
NOTEBOOK = ROOT / "notebooks" / f"{CHAPTER}.ipynb"
SET = ROOT / "params" / "demo" / "district.yml"
AREA, OTHER, REGENCY = "99.01.02", "99.01.01", "99.01"
# The catalogue, figures of the regency, corrections of the whole dataset: the same for every district.
SHARED = {"abbreviations", "definitions", "context", "corrections"}


@pytest.fixture(scope="module")
def one(tmp_path_factory) -> Path:
    """``kbk params 99.01.02 > one.yml``, by the command itself."""
    path = tmp_path_factory.mktemp("one") / "one.yml"
    command = [sys.executable, "-m", "kbk_analysis.cli", "params", AREA, "--params", str(SET)]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=True)
    path.write_text(done.stdout, "utf-8")
    return path


@pytest.fixture(scope="module")
def own(one: Path, executed) -> Path:
    """Our own run of the same parameters."""
    return executed(CHAPTER, **yaml.safe_load(one.read_text("utf-8")))


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def test_parameters_of_a_report_are_those_of_its_chapter(one: Path) -> None:
    values = yaml.safe_load(one.read_text("utf-8"))
    assert list(values) == list(SituationParams.model_fields)
    assert values["area_code"] == AREA


def test_the_stock_command_in_another_folder_shows_the_same(one: Path, own: Path, bundles, tmp_path: Path) -> None:
    elsewhere = tmp_path / "folder lain"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "papermill", str(NOTEBOOK), "out.ipynb", "-f", str(one), "--no-progress-bar"],
        cwd=elsewhere,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "unknown parameter" not in done.stderr
    assert [path.name for path in elsewhere.iterdir()] == ["out.ipynb"]
    shown = bundles(elsewhere / "out.ipynb")
    assert len(shown) > 20
    assert shown == bundles(own)


def test_the_stock_function_shows_the_same(one: Path, own: Path, bundles, tmp_path: Path) -> None:
    values = yaml.safe_load(one.read_text("utf-8"))
    output = tmp_path / "out.ipynb"
    papermill.execute_notebook(str(NOTEBOOK), str(output), values, kernel_name="python3", progress_bar=False)
    assert bundles(output) == bundles(own)


def test_papermill_finds_the_same_parameters_in_the_notebook(one: Path) -> None:
    assert list(papermill.inspect_notebook(str(NOTEBOOK))) == list(yaml.safe_load(one.read_text("utf-8")))


def _facts(**values: object) -> dict:
    given = SituationParams(**values)
    with kbk.open_dataset(given.data_dir) as data:
        inputs = kbk.read_inputs(data, area_code=given.area_code, period=given.period)
        full = kbk.analyse_situation(inputs, formation_year=given.formation_year)
    return dict(kbk.situation_facts(kbk.release(full, given.edition)).values)


def test_facts_kept_in_the_notebook_are_those_of_the_package(bundles) -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    (kept,) = [
        out["data"][FACTS_MIME] for cell in cells for out in cell.get("outputs", []) if FACTS_MIME in out["data"]
    ]
    assert kept == _facts()


@pytest.mark.parametrize("area", [OTHER, AREA, REGENCY])
def test_facts_of_a_run_are_those_of_the_package(executed, bundles, area: str) -> None:
    shown = bundles(executed(CHAPTER, area_code=area))
    (facts,) = [bundle[FACTS_MIME] for bundle in shown if FACTS_MIME in bundle]
    assert facts == _facts(area_code=area)
    assert facts["area_code"] == area


def test_other_parameters_reach_the_analysis(executed, bundles) -> None:
    shown = bundles(executed(CHAPTER, area_code=OTHER, period="2022", language="en", formation_year=2031))
    words = "\n".join(str(bundle[TEXT_MIME]["items"]) for bundle in shown if TEXT_MIME in bundle)
    assert "2031" in words
    assert "2026" not in words
    (facts,) = [bundle[FACTS_MIME] for bundle in shown if FACTS_MIME in bundle]
    assert facts == _facts(area_code=OTHER, period="2022", formation_year=2031)
    assert facts != _facts(area_code=OTHER)


def _exhibits(shown: list[dict]) -> dict[str, dict]:
    return {
        b[EXHIBIT_MIME]["id"]: b[EXHIBIT_MIME] | {"svg": b.get("image/svg+xml")} for b in shown if EXHIBIT_MIME in b
    }


def _places(demo, area: str, *, inside: bool) -> set[str]:
    """Names of villages and kampung in (or outside) a district; a name that is also inside is not outside."""
    known = demo.known().areas
    villages = {code: name for code, (name, level, _) in known.items() if level is AreaLevel.VILLAGE}
    kampung = demo.table("kampung")[["village_code", "kampung_name"]].dropna().itertuples(index=False)
    named = [*villages.items(), *kampung]
    own = {name for code, name in named if code.startswith(f"{area}.")}
    return own if inside else {name for code, name in named if not code.startswith(f"{area}.")} - own


@pytest.mark.parametrize("area", [OTHER, AREA])
def test_every_exhibit_names_places_of_the_area_asked_for_and_no_other(executed, bundles, demo, area: str) -> None:
    shown = bundles(executed(CHAPTER, area_code=area))
    foreign, own = _places(demo, area, inside=False), _places(demo, area, inside=True)
    naming = 0
    for name, exhibit in _exhibits(shown).items():
        cells = {value for row in exhibit["rows"] for value in row if isinstance(value, str)}
        assert not cells & foreign, name
        naming += bool(cells & own)
    assert naming >= 5
    districts = [n for c, (n, level, _) in demo.known().areas.items() if level is AreaLevel.DISTRICT and c != area]
    text = json.dumps([bundle.get(EXHIBIT_MIME, bundle.get(TEXT_MIME)) for bundle in shown], ensure_ascii=False)
    assert [district for district in districts if district in text] == []


def test_another_area_changes_the_data_of_every_exhibit(executed, bundles) -> None:
    first, second = (_exhibits(bundles(executed(CHAPTER, area_code=area))) for area in (OTHER, AREA))
    common = first.keys() & second.keys()
    assert len(common) >= 12
    same = {name for name in common if first[name]["rows"] == second[name]["rows"]}
    assert same <= SHARED
    figures = {name for name in common if first[name]["svg"] and second[name]["svg"]}
    assert len(figures) >= 5
    assert {name for name in figures if first[name]["svg"] == second[name]["svg"]} == set()
