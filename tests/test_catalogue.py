"""The catalogue: whole, faultless, and unable to judge a real place by a default target."""

import copy
import importlib.util
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kbk_analysis.catalogue import Catalogue, Target, load_catalogue
from kbk_analysis.catalogue.check import check
from kbk_analysis.catalogue.reading import build, read_documents
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import using
from kbk_analysis.schema import AreaLevel, Direction

ROOT = Path(__file__).parents[1]


@pytest.fixture
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def documents() -> dict[str, Any]:
    return copy.deepcopy(read_documents())


def entry(documents: dict[str, Any], id: str, /) -> dict[str, Any]:
    return next(e for e in documents["indicators"]["indicators"] if e["id"] == id)


def test_holds_the_72_indicators_and_three_parts(catalogue: Catalogue) -> None:
    numbers = {"S1": 11, "S2": 15, "S3": 36, "S4": 10}
    expected = [f"{s}-{i:02}" for s, n in numbers.items() for i in range(1, n + 1)]
    assert [i.id for i in catalogue.main] == expected
    assert {s: len(found) for s, found in catalogue.by_sasaran().items()} == numbers
    parts = [i for i in catalogue if i.part_of]
    assert [i.id for i in parts] == ["S4-10-IKS", "S4-10-IKE", "S4-10-IKL"]
    assert {i.part_of for i in parts} == {"S4-10"}


def test_blocks_stand_beside_the_72_and_are_observable(catalogue: Catalogue) -> None:
    own = catalogue.block_entries
    assert not set(own) & set(catalogue.indicators)
    assert all(id not in catalogue for id in own)
    assert set(catalogue.observable) == {*own, *catalogue.indicators, *catalogue.context}
    assert {entry.block for entry in own.values()} == set(catalogue.blocks) == {"ibangga", "krs"}
    assert {entry.group for entry in own.values()} == set(catalogue.groups)
    assert catalogue.kinds["KRS-AIR"] == "proportion"
    assert catalogue.kinds["IBG"] == "mean"


def test_what_may_be_counted_twice_is_marked_and_what_adds_up_is_not(catalogue: Catalogue) -> None:
    marked = {group: set() for group in catalogue.groups}
    for entry in catalogue.block_entries.values():
        marked[entry.group].add(entry.overlapping)
    assert {group for group, found in marked.items() if found == {True}} == {"factor", "four", "layer", "target"}
    assert {group for group, found in marked.items() if found == {False}} == {"index", "dimension", "class", "rank"}


def test_package_files_are_faultless(documents: dict[str, Any]) -> None:
    assert check(documents) == []


def test_context_figures_stand_beside_the_indicators(catalogue: Catalogue) -> None:
    ids = [f"K-{number:02}" for number in range(1, 13)]
    assert list(catalogue.context) == ids
    assert [figure.id for figure in catalogue.every] == [*catalogue.indicators, *ids]
    assert not {figure.id for figure in catalogue} & set(ids)  # iteration, and so every judgement, leaves them out
    assert "K-03" in catalogue
    assert (catalogue["K-03"].counted_by, catalogue["K-03"].base) == ("K-02", "K-01")
    for figure in catalogue.context.values():
        assert (figure.direction, figure.targets, figure.sasaran) == (Direction.CONTEXT, (), "")
    assert catalogue.breaks("K-04") == (2022,)


def test_unlike_pairs_are_named_once(catalogue: Catalogue) -> None:
    assert ("S3-08", "S3-09") in catalogue.unlike
    assert len({frozenset(pair) for pair in catalogue.unlike}) == len(catalogue.unlike)
    assert all(catalogue[one].unit == catalogue[other].unit for one, other in catalogue.unlike)


def set_entry(id: str, /, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda documents: entry(documents, id).update(changes)


def remove(id: str, name: str) -> Callable[[dict[str, Any]], None]:
    return lambda documents: entry(documents, id).pop(name)


def spoil(file: str, part: str, index: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda documents: documents[file][part][index].update(changes)


SOURCED = {"value": 90, "year": 2025, "sourced": True}
FAULTS = [
    (remove("S1-01", "name_en"), "catalogue.missing", "name_en"),
    (set_entry("S1-01", life_stage=[]), "catalogue.missing", "life_stage"),
    (set_entry("S1-07", note_en=""), "catalogue.missing", "note_id / note_en"),
    (set_entry("S1-01", agency="dukcapill"), "catalogue.unknown", "agency"),
    (set_entry("S1-01", direction="up"), "catalogue.unknown", "direction"),
    (set_entry("S1-01", sources=["siakk"]), "catalogue.unknown", "sources"),
    (set_entry("S1-01", programme="P9"), "catalogue.unknown", "programme"),
    (set_entry("S4-10-IKS", part_of="S4-11"), "catalogue.unknown", "part_of"),
    (set_entry("S1-01", sasaran="S1"), "catalogue.field", "sasaran"),
    (set_entry("S1-01", decimal=1), "catalogue.field", "decimal"),
    (set_entry("S1-01", name_id="x" * 46), "catalogue.long", "name_id"),
    (set_entry("S1-01", id="S1-02"), "catalogue.duplicate", "id"),
    (set_entry("S1-01", id="S5-01"), "catalogue.kind", "id"),
    (remove("S1-01", "denominator_id"), "catalogue.kind", "denominator_id"),
    (set_entry("S4-05", denominator_en="land"), "catalogue.kind", "denominator_en"),
    (remove("S1-08", "classes"), "catalogue.kind", "classes"),
    (set_entry("S4-10", measure="survey"), "catalogue.kind", "measure"),
    (set_entry("S1-01", targets=[{"value": 101}]), "catalogue.target", "targets"),
    (set_entry("S1-01", targets=[{"value": -1}]), "catalogue.target", "targets"),
    (set_entry("S1-01", targets=[{"value": 90, "year": "soon"}]), "catalogue.target", "targets"),
    (set_entry("S1-01", targets=[{"value": 90, "level": "village"}]), "catalogue.target", "targets"),
    (set_entry("S1-01", targets=[SOURCED]), "catalogue.target", "targets"),
    (set_entry("S3-08", not_comparable_with=["S3-99"]), "catalogue.unknown", "not_comparable_with"),
    (set_entry("S3-08", not_comparable_with=["S3-08"]), "catalogue.relation", "not_comparable_with"),
    (set_entry("S3-29", base="K-99"), "catalogue.unknown", "base"),
    (set_entry("S3-29", base="K-03"), "catalogue.relation", "base"),
    (set_entry("S1-11", counted_by="K-01"), "catalogue.relation", "counted_by"),
    (spoil("context", "context", 0, name_en=""), "catalogue.missing", "name_en"),
    (spoil("context", "context", 0, targets=[{"value": 1}]), "catalogue.field", "targets"),
    (spoil("context", "context", 0, programme="P1"), "catalogue.field", "programme"),
    (spoil("context", "context", 0, id="S1-12"), "catalogue.kind", "id"),
    (spoil("context", "context", 0, id="K-02"), "catalogue.duplicate", "id"),
    (spoil("context", "context", 0, sources=["siakk"]), "catalogue.unknown", "sources"),
    (spoil("agencies", "agencies", 1, short=""), "catalogue.missing", "short"),
    (spoil("agencies", "agencies", 1, role="lead"), "catalogue.lead", "role"),
    (spoil("inpres", "activities", 3, agency="x"), "catalogue.unknown", "agency"),
    (spoil("inpres", "activities", 3, indicators=["S9-01"]), "catalogue.unknown", "indicators"),
    (spoil("inpres", "activities", 3, number=3), "catalogue.tree", "number"),
    (spoil("inpres", "activities", 3, programme="P1"), "catalogue.tree", "programme"),
    (spoil("inpres", "activities", 3, universal=None), "catalogue.missing", "universal"),
    (spoil("blocks", "entries", 8, block="krss"), "catalogue.unknown", "block"),
    (spoil("blocks", "entries", 8, group=""), "catalogue.missing", "group"),
    (spoil("blocks", "entries", 8, within="S9-11"), "catalogue.unknown", "within"),
    (spoil("blocks", "entries", 8, unit="index_10"), "catalogue.unknown", "unit"),
    (spoil("blocks", "entries", 8, id="S3-11"), "catalogue.duplicate", "id"),
    (spoil("blocks", "entries", 8, denominator_id=""), "catalogue.kind", "denominator_id"),
    (spoil("blocks", "entries", 8, overlaps=True), "catalogue.field", "overlaps"),
]


@pytest.mark.parametrize(("damage", "rule", "field"), FAULTS)
def test_each_fault_is_named(
    damage: Callable[[dict[str, Any]], None], rule: str, field: str, documents: dict[str, Any]
) -> None:
    damage(documents)
    found = [(finding.rule, finding.column) for finding in check(documents)]
    assert (rule, field) in found


def test_all_faults_come_at_once(documents: dict[str, Any]) -> None:
    entry(documents, "S1-01").update(agency="x", direction="up")
    entry(documents, "S3-04").pop("name_id")
    findings = check(documents)
    assert Counter(f.rule for f in findings) == {"catalogue.unknown": 2, "catalogue.missing": 1}
    assert all(f.remedy and f.file == "indicators.yml" for f in findings)
    assert any("S3-04" in f.message for f in findings)


def test_the_inpres_tree(catalogue: Catalogue) -> None:
    per_programme = {p: len(found) for p, found in catalogue.by_programme().items()}
    assert per_programme == {"P1": 2, "P2": 12, "P3": 6, "P4": 15, "P5": 7, "P6": 3, "P7": 10, "P8": 3}
    assert list(catalogue.activities) == list(range(1, 59))
    firsts = {p: found[0].number for p, found in catalogue.by_programme().items()}
    assert firsts == {"P1": 1, "P2": 3, "P3": 15, "P4": 21, "P5": 36, "P6": 43, "P7": 46, "P8": 56}
    per_sasaran = Counter(a.sasaran for a in catalogue.activities.values())
    assert per_sasaran == {"S1": 2, "S2": 12, "S3": 41, "S4": 3}
    assert catalogue.activities[23].ministry is None


@pytest.mark.real
def test_the_tree_agrees_with_the_annex(catalogue: Catalogue, real_data: Path) -> None:
    import csv

    with (real_data / "program" / "inpres_3_2022_matriks_kegiatan.csv").open(encoding="utf-8-sig") as stream:
        annex = list(csv.DictReader(stream))
    assert [int(row["no"]) for row in annex] == list(catalogue.activities)
    names = list(dict.fromkeys(row["program"] for row in annex))
    assert [f"P{names.index(row['program']) + 1}" for row in annex] == [
        a.programme for a in catalogue.activities.values()
    ]
    # One ministry name of ours for each of the annex, blank where blank.
    pairs = {
        (row["penanggung_jawab"], a.ministry or "") for row, a in zip(annex, catalogue.activities.values(), strict=True)
    }
    assert len(pairs) == len({p[0] for p in pairs}) == len({p[1] for p in pairs})
    assert not {row["kegiatan"] for row in annex if len(row["kegiatan"]) > 60} & {
        a.name_id for a in catalogue.activities.values()
    }


def test_fifteen_agencies_and_the_lead(catalogue: Catalogue) -> None:
    assert catalogue.lead.id == "dppkb"
    assert sum(not a.lead for a in catalogue.agencies.values()) == 15
    assert str(catalogue.agencies_note) == "daftar bawaan, dapat disunting"


def test_a_real_place_is_never_judged_by_the_packaged_targets(catalogue: Catalogue) -> None:
    levels = [AreaLevel.VILLAGE, AreaLevel.DISTRICT, AreaLevel.REGENCY, AreaLevel.PROVINCE]
    found = [catalogue.target(i.id, 2024, level) for i in catalogue for level in levels]
    assert found
    assert all(isinstance(t, Refusal) and t.code == "no_target" for t in found)


def local(**changes: Any) -> Target:
    return Target(
        **{
            "value": 60.0,
            "year": 2026,
            "authority": "Bupati",
            "document": "RPJMD",
            "level": "regency",
            "basis": "routine",
            "sourced": True,
            **changes,
        }
    )


def test_a_regency_target_judges_its_own_places_until_it_expires(catalogue: Catalogue) -> None:
    later = local(year=2029, value=65.0)
    extended = catalogue.with_targets({"S3-02": (later, local())})
    for level in (AreaLevel.REGENCY, AreaLevel.DISTRICT, AreaLevel.VILLAGE):
        assert extended.target("S3-02", 2025, level) == local()
        assert extended.target("S3-02", 2026, level) == local()
        assert extended.target("S3-02", 2027, level) == later
        assert isinstance(extended.target("S3-02", 2030, level), Refusal)
    assert isinstance(extended.target("S3-02", 2025, AreaLevel.PROVINCE), Refusal)
    assert isinstance(catalogue.target("S3-02", 2025, AreaLevel.REGENCY), Refusal)


@pytest.mark.parametrize("changes", [{"sourced": False}, {"basis": "survey"}, {"year": None}, {"level": "province"}])
def test_default_other_basis_undated_other_level_are_refused(changes: dict[str, Any], catalogue: Catalogue) -> None:
    extended = catalogue.with_targets({"S3-02": (local(**changes),)})
    assert isinstance(extended.target("S3-02", 2025, AreaLevel.VILLAGE), Refusal)


def test_national_targets_of_stunting_by_year(catalogue: Catalogue) -> None:
    values = {}
    for year in (2023, 2024, 2025, 2026, 2029, 2030):
        target = catalogue.target("S3-08", year, "national")
        values[year] = target.value if isinstance(target, Target) else target.code
    assert values == {2023: 14, 2024: 14, 2025: 18.8, 2026: 14.2, 2029: 14.2, 2030: "no_target"}


def test_invented_places_take_the_defaults(catalogue: Catalogue) -> None:
    target = catalogue.target("S1-02", 2024, AreaLevel.VILLAGE, synthetic=True)
    assert isinstance(target, Target)
    assert (target.value, target.sourced) == (50, False)
    expired = catalogue.target("S3-26", 2025, AreaLevel.VILLAGE, synthetic=True)
    assert isinstance(expired, Target)
    assert expired.value == 72.8
    assert isinstance(catalogue.target("S3-09", 2024, AreaLevel.VILLAGE, synthetic=True), Refusal)


def test_context_is_the_nearest_sourced_national_target(catalogue: Catalogue) -> None:
    contexts = {id: catalogue.context_target(id, 2025) for id in ("S3-02", "S3-04", "S3-08", "S1-01")}
    assert {id: t and (t.year, t.value) for id, t in contexts.items()} == {
        "S3-02": (2024, 63.41),
        "S3-04": (2024, 7.40),
        "S3-08": (2025, 18.8),
        "S1-01": None,
    }


def test_sourced_targets_are_exactly_those_with_a_document(catalogue: Catalogue) -> None:
    sourced = {(i.id, t.year, t.value) for i in catalogue for t in i.targets if t.sourced}
    assert sourced == {
        ("S3-01", 2024, 2.10),
        ("S3-02", 2024, 63.41),
        ("S3-04", 2024, 7.40),
        ("S3-05", None, 70),
        ("S3-06", None, 15.5),
        ("S3-08", 2024, 14),
        ("S3-08", 2025, 18.8),
        ("S3-08", 2029, 14.2),
        ("S3-23", None, 90),
        ("S3-28", None, 0),
    }


def test_names_follow_the_language(catalogue: Catalogue) -> None:
    assert catalogue.names["S3-03"] == "Metode kontrasepsi jangka panjang (MKJP)"
    with using("en"):
        assert catalogue["S3-03"].name == "Long-acting contraceptive methods (MKJP)"
        assert catalogue.activities[56].name == "Community-led total sanitation (STBM)"
        assert str(catalogue.sasaran["S4"]) == "Family and community environment"


def test_names_of_sources_follow_the_period(catalogue: Catalogue) -> None:
    idm = catalogue.sources["idm"]
    assert idm.name("2024-S2") == "Indeks Desa Membangun (IDM)"
    assert idm.name("2025") == "Indeks Desa"
    assert catalogue.sources["pk"].name(2025) == "Pendataan Keluarga Kemendukbangga/BKKBN"
    assert catalogue.sources["dtks"].name(2025) == catalogue.sources["p3ke"].name("2025-06") == "DTSEN"
    assert catalogue.breaks("S4-10") == (2025,)
    assert catalogue.breaks("S3-08") == (2023, 2024)
    assert catalogue.breaks("S1-03") == ()


def test_what_tells_of_persons_is_sensitive_and_groups_papers_and_facilities_are_not(catalogue: Catalogue) -> None:
    """The rule and its reasons: docs/decisions/0009-sensitive-indicators.md. A new indicator is decided on here."""
    sensitive = {
        "S1": "05",
        "S2": "06 08 09 10 12 13",
        "S3": "02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 27 28 30 31 32 33 35 36",
        "S4": "04 07",
        "K": "02 03 05 06",
    }
    marked = {f"{group}-{number}" for group, numbers in sensitive.items() for number in numbers.split()}
    assert {figure.id for figure in catalogue.every if figure.sensitive} == marked
    assert all(catalogue[id].kind in ("proportion", "rate", "count") for id in marked)  # what has a count to hide
    shown = {
        entry.id for entry in catalogue.block_entries.values() if entry.kind == "proportion" and not entry.sensitive
    }
    assert shown == {"KRS-PUS", "KRS-BADUTA", "KRS-BALITA"}


def test_units_and_directions(catalogue: Catalogue) -> None:
    assert (catalogue["S2-12"].scale, catalogue["S2-13"].scale, catalogue["S3-02"].scale) == (1000, 10000, 100)
    assert {i.id for i in catalogue if i.direction is Direction.CONTEXT} == {"S2-13", "S3-01"}
    assert catalogue["S3-02"].additive
    assert not any(catalogue[id].additive for id in ("S3-08", "S4-10", "S1-08", "S2-11"))


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0.4907, "Sangat Tertinggal"),
        (0.4908, "Tertinggal"),
        (0.5990, "Berkembang"),
        (0.7073, "Maju"),
        (0.8155, "Maju"),
        (0.8156, "Mandiri"),
    ],
)
def test_idm_bands(value: float, label: str, catalogue: Catalogue) -> None:
    assert catalogue["S4-10"].label_of(value) == label


def test_classes_and_no_classes(catalogue: Catalogue) -> None:
    assert catalogue["S1-08"].label_of(3) == "paripurna"
    assert catalogue["S1-08"].label_of(9) is None
    assert catalogue["S3-02"].label_of(50) is None


def test_every_target_is_in_the_unit_of_its_indicator(catalogue: Catalogue) -> None:
    for i in catalogue:
        codes = [step.value for step in i.classes]
        assert all(t.value in codes for t in i.targets if codes), i.id
        assert all(t.value <= 1 for t in i.targets if i.unit == "index"), i.id


def test_no_key_is_written_twice() -> None:
    # YAML keeps the last of two equal keys silently.
    text = (ROOT / "kbk_analysis/catalogues/indicators.yml").read_text(encoding="utf-8")
    blocks = re.split(r"^- (?=id: )", text.partition("\nindicators:\n")[2], flags=re.MULTILINE)[1:]
    assert len(blocks) == 75
    for block in blocks:
        keys = re.findall(r"^(?:  )?(\w+):", block, flags=re.MULTILINE)
        assert len(keys) == len(set(keys)), keys[0:2]


def test_loading_is_light() -> None:
    code = "import sys, kbk_analysis.catalogue as c; c.load_catalogue(); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_building_twice_gives_the_same(documents: dict[str, Any]) -> None:
    assert build(documents) == load_catalogue()


def test_the_data_dictionary_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("build_dictionary", ROOT / "docs" / "build_dictionary.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with using("en"):  # the language in use must not matter
        text = module.build()
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == text
    assert all(f"| {i.id} |" in text for i in load_catalogue())
