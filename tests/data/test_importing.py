"""A recipe makes a dataset whole or not at all, accounts for every row, and tells every fault at once."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from kbk_analysis.data.importing import REVIEW_COLUMNS, import_recipe, review_csv
from kbk_analysis.data.recipe import load_aliases, load_recipe
from kbk_analysis.data.store import open_dataset
from kbk_analysis.errors import InputFault

PARAMS = Path(__file__).parents[2] / "params"
REGISTER = {level: f"{name}.csv" for level, name in {"province": "provinces", "regency": "regencies"}.items()}
REGISTER |= {"district": "districts.csv", "village": "villages.csv", "bridges": ["bridge.csv"], "source": "buatan"}
KLASIFIKASI = {
    "id": "klasifikasi",
    "title": "Ekspor klasifikasi",
    "adapter": "kampung_klasifikasi",
    "files": ["k.csv"],
    "date_column": "snapshot",
}
RINCI = {**KLASIFIKASI, "id": "rinci", "title": "Ekspor rinci", "adapter": "kampung_rinci", "files": ["r.csv"]}
SQUARE = {"type": "Polygon", "coordinates": [[[100.0, 0.0], [100.1, 0.0], [100.1, 0.1], [100.0, 0.0]]]}


@pytest.fixture
def recipe(country, tmp_path, export):
    """Write a recipe over two small exports, and change it: ``recipe(sources=[...])`` gives its path."""
    export("k.csv", [{"snapshot": "2023-08-28"}, {"snapshot": "2023-08-28", "Kabupaten": "HILIR"}], lead=("snapshot",))
    rows = [{"snapshot": "2023-06-12", "Pus": 200, "Suntik": 50}, {"snapshot": "2023-06-12", "Desa": "LUPA", "Pus": 10}]
    export("r.csv", rows, detailed=True, lead=("snapshot",))

    def write(*, aliases=None, corrections=None, **changes):
        folder = tmp_path / "recipe"
        folder.mkdir(exist_ok=True)
        content = {
            "title": "Rokan Contoh",
            "licence": "CC0-1.0",
            "synthetic": True,
            "scope": ["99.01"],
            "register": REGISTER,
            "sources": [KLASIFIKASI, RINCI],
        }
        for name, entries in (("aliases", aliases), ("corrections", corrections)):
            if entries is not None:
                (folder / f"{name}.yml").write_text(yaml.safe_dump({name: entries}), encoding="utf-8")
                content[name] = f"{name}.yml"
        path = folder / "recipe.yml"
        path.write_text(yaml.dump({**content, **changes}, Dumper=_Plain, sort_keys=False), encoding="utf-8")
        return path

    return write


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def refused(path, data, into):
    with pytest.raises(InputFault) as caught:
        import_recipe(path, data, into)
    return [(f.rule, f.file, f.row, f.key or f.column) for f in caught.value.findings]


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_import_writes_a_dataset_that_opens(recipe, country, tmp_path):
    log = import_recipe(recipe(), country, tmp_path / "out")
    with open_dataset(tmp_path / "out") as dataset:
        assert dataset.meta["title"] == "Rokan Contoh"
        assert dataset.meta["periods"] == ["2023"]
        assert dataset.meta["cutoff"] == "2023-08-28"
        assert [source["id"] for source in dataset.sources()] == ["klasifikasi", "rinci"]
        assert len(dataset.table("areas")) == 11
        kampung = dataset.table("kampung").set_index(["kampung_id", "source"])
        assert kampung["couples"].to_dict() == {
            ("99.01.01.2002", "klasifikasi"): pytest.approx(float("nan"), nan_ok=True),
            ("99.01.01.2002", "rinci"): 200,
            ("?ROKANCONTOH/RAMBAH/LUPA/MAJU", "rinci"): 10,
        }
        cpr = dataset.table("observations", indicator="S3-02")
        assert cpr[["area_code", "period", "value", "source"]].to_numpy().tolist() == [
            ["99.01.01.2002", "2023", 25, "rinci"]
        ]
        assert dataset.log()["tables"] == log.tables == {"areas": 11, "observations": 8, "kampung": 3}


def test_every_row_is_accounted_for(recipe, country, tmp_path):
    log = import_recipe(recipe(), country, tmp_path / "out")
    for source in log.sources:
        assert source.read == source.kept + sum(source.dropped.values())
    first, second = log.sources
    assert (first.read, first.kept, dict(first.dropped)) == (2, 1, {"out_of_scope": 1})
    assert (second.read, second.kept, len(second.unmatched)) == (2, 2, 1)
    with (tmp_path / "out" / "review.csv").open(encoding="utf-8") as stream:
        (line,) = csv.DictReader(stream)
    assert (line["source"], line["first_row"], line["village"], line["failed"]) == ("rinci", "3", "LUPA", "village")
    said = "\n".join(log.lines())
    assert "klasifikasi: 2 baris dibaca dari 1 berkas, 1 dipakai" in said
    assert "di luar cakupan: 1" in said
    assert "1 nama wilayah belum cocok" in said
    kept = json.loads((tmp_path / "out" / "import_log.json").read_text("utf-8"))
    assert kept["sources"][0]["dropped"] == {"out_of_scope": 1}
    assert kept["review"][0]["village"] == "LUPA"


def test_the_same_files_give_the_same_bytes(recipe, country, tmp_path):
    import_recipe(recipe(), country, tmp_path / "one")
    import_recipe(recipe(), country, tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_faults_of_all_files_are_told_together_and_the_old_dataset_stays(recipe, country, tmp_path, export):
    import_recipe(recipe(), country, tmp_path / "out")
    before = files_of(tmp_path / "out")
    export("k.csv", [{"snapshot": "2023-08-28", "Klasifikasi": "Hebat"}], lead=("snapshot",))
    export("r.csv", [{"snapshot": "besok", "Pus": "banyak"}], detailed=True, lead=("snapshot",))
    (country / "b.geojson").write_text("{")
    path = recipe(boundaries=[{"level": "village", "file": "b.geojson"}])
    assert sorted(refused(path, country, tmp_path / "out"), key=str) == [
        ("boundary.file", "b.geojson", None, ""),
        ("date.form", "r.csv", 2, "snapshot"),
        ("kampung.class", "k.csv", 2, "Klasifikasi"),
        ("number.form", "r.csv", 2, "Pus"),
    ]
    assert files_of(tmp_path / "out") == before
    assert not refused_leftovers(tmp_path)


def refused_leftovers(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_score_out_of_range_is_refused_with_its_row(recipe, country, tmp_path, export):
    export("k.csv", [{"snapshot": "2023-08-28"}, {"snapshot": "2022-08-28", "Input Pokja": 5}], lead=("snapshot",))
    assert refused(recipe(), country, tmp_path / "out") == [("value.bounds", "k.csv", 3, "Input Pokja")]
    assert not (tmp_path / "out").exists()


def test_a_correction_reaches_the_indicator(recipe, country, tmp_path):
    change = {
        "table": "kampung",
        "key": {"kampung_id": "99.01.01.2002", "export_date": "2023-06-12", "source": "rinci"},
        "column": "couples",
        "expect": 200,
        "value": 100,
        "why": "salah ketik",
        "who": "DPPKB",
        "on": "2023-07-01",
    }
    log = import_recipe(recipe(corrections=[change]), country, tmp_path / "out")
    with open_dataset(tmp_path / "out") as dataset:
        assert dataset.table("observations", indicator="S3-02")["value"].tolist() == [50]
        assert len(dataset.corrections()) == len(log.corrections) == 1
    stale = recipe(corrections=[{**change, "expect": 300}])
    (fault,) = refused(stale, country, tmp_path / "out")
    assert fault[0].startswith("correction.")


def test_an_alias_from_its_file_matches_and_is_counted(recipe, country, tmp_path):
    entry = {"level": "village", "within": "99.01.01", "from": "Lupa", "to": "99.01.01.2003", "why": "w", "source": "s"}
    log = import_recipe(recipe(aliases=[entry]), country, tmp_path / "out")
    assert log.review == ()
    assert log.sources[1].matched_by_alias == 1


def test_boundaries_get_the_canonical_code_and_gaps_are_told(recipe, country, tmp_path):
    features = [
        {"type": "Feature", "properties": {"k": code}, "geometry": SQUARE}
        for code in ("9901012003", "9901012002", "9902012001")
    ]
    (country / "b.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    path = recipe(boundaries=[{"level": "village", "file": "b.geojson", "code": "k"}])
    log = import_recipe(path, country, tmp_path / "out")
    with open_dataset(tmp_path / "out") as dataset:
        found = dataset.boundaries("village")
    assert [f["properties"] for f in found["features"]] == [
        {"code": "99.01.01.2002", "name": "Suka Maju"},
        {"code": "99.01.01.2003", "name": "Sungai Kuning"},
    ]
    assert [(f.rule, f.message) for f in log.findings if f.rule == "boundary.missing"] == [
        ("boundary.missing", "5 wilayah tidak mempunyai batas.")
    ]


def test_a_boundary_without_a_code_or_twice_is_refused(recipe, country, tmp_path):
    shapes = [("9901012003", SQUARE), ("9901012003", SQUARE), ("99.01", SQUARE), ("9901012002", {"type": "Point"})]
    features = [{"type": "Feature", "properties": {"k": code}, "geometry": shape} for code, shape in shapes]
    (country / "b.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [*features, None]}))
    path = recipe(boundaries=[{"level": "village", "file": "b.geojson", "code": "k"}])
    rules = [rule for rule, *_ in refused(path, country, tmp_path / "out")]
    assert rules == ["boundary.repeated", *["boundary.feature"] * 3]


def test_the_review_list_is_safe_in_a_spreadsheet():
    line = dict.fromkeys(REVIEW_COLUMNS, "") | {"village": "=1+1", "subject": "@x"}
    assert "'=1+1,'@x" in review_csv([line])


# --- the recipe itself ----------------------------------------------------------------------------------------


def recipe_faults(path):
    with pytest.raises(InputFault) as caught:
        load_recipe(path)
    return {(f.rule, f.key): f for f in caught.value.findings}


def test_every_fault_of_a_recipe_is_told_at_once_with_the_nearest_key(recipe):
    sources = [{**KLASIFIKASI, "fles": ["k.csv"]}, {**RINCI, "adapter": "kampung_rinc"}, {**RINCI, "date_column": None}]
    faults = recipe_faults(recipe(titel="x", scope=[14.06], sources=sources, licence=None))
    assert set(faults) == {
        ("recipe.extra_forbidden", "titel"),
        ("recipe.string_type", "licence"),
        ("recipe.string_type", "scope.0"),
        ("recipe.extra_forbidden", "sources.0.fles"),
        ("recipe.union_tag_invalid", "sources.1"),
        ("recipe.one_date", "sources.2"),
    }
    assert 'Maksud Anda "title"?' in faults["recipe.extra_forbidden", "titel"].remedy
    assert 'Maksud Anda "files"?' in faults["recipe.extra_forbidden", "sources.0.fles"].remedy
    assert 'Maksud Anda "kampung_rinci"?' in faults["recipe.union_tag_invalid", "sources.1"].remedy
    assert "tanda kutip" in faults["recipe.string_type", "scope.0"].remedy  # 14.06 unquoted is a number


@pytest.mark.parametrize("name", ["../rahasia.csv", "/etc/passwd", "a/../../b.csv"])
def test_a_recipe_reads_nothing_outside_the_data_folder(recipe, name):
    faults = recipe_faults(recipe(sources=[{**KLASIFIKASI, "files": [name]}]))
    assert set(faults) == {("recipe.inside", "sources.0.files.0")}


def test_a_date_from_the_file_name_must_be_there_once(recipe):
    named = {**KLASIFIKASI, "date_column": None, "export_date": "from_file_name"}
    faults = recipe_faults(recipe(sources=[{**named, "files": ["k_2022-01-01_2022-02-02.csv"]}]))
    assert set(faults) == {("recipe.name_date", "sources.0")}
    dated = load_recipe(recipe(sources=[{**named, "files": ["k_2022-01-01.csv"]}]))
    assert dated.sources[0].export_date == "from_file_name"


def test_two_sources_may_not_share_an_id(recipe):
    assert set(recipe_faults(recipe(sources=[KLASIFIKASI, KLASIFIKASI]))) == {("recipe.same_id", "")}


def test_an_alias_without_a_reason_is_refused(recipe, tmp_path):
    recipe(aliases=[{"level": "village", "within": "99.01.01", "from": "L", "to": "9901", "source": "s"}])
    with pytest.raises(InputFault) as caught:
        load_aliases(tmp_path / "recipe" / "aliases.yml")
    assert sorted(f.rule for f in caught.value.findings) == ["recipe.area_code", "recipe.missing"]


# --- the real recipes -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def rokan_hulu(real_data, tmp_path_factory):
    into = tmp_path_factory.mktemp("import") / "rokan_hulu"
    return import_recipe(PARAMS / "rokan_hulu" / "recipe.yml", real_data, into)


@pytest.mark.real
def test_rokan_hulu_imports_whole(rokan_hulu):
    assert rokan_hulu.review == ()
    assert {s.source: (s.read, s.kept) for s in rokan_hulu.sources} == {
        "kkb_klasifikasi": (7552, 35 * 12),
        "kkb_rinci": (5015, 35 * 13),
        "idm_2024": (1591, 139),
        "publikasi": (131, 48),
    }
    for source in rokan_hulu.sources:
        assert source.read == source.kept + sum(source.dropped.values())
    with open_dataset(rokan_hulu.folder) as dataset:
        kampung = dataset.table("kampung")
        assert kampung["village_code"].nunique() == 35
        assert kampung["kampung_id"].nunique() == 35
        last = kampung[kampung["export_date"] == "2023-08-28"]
        assert last["score_cross_sector"].value_counts().sort_index().tolist() == [3, 14, 10, 8]
        assert len(dataset.boundaries("village")["features"]) == 145
        assert len(dataset.boundaries("district")["features"]) == 16


@pytest.mark.real
def test_rokan_hulu_says_who_reported(rokan_hulu, real_data):
    raw = pd.read_csv(real_data / "kampung_kb" / "detail_riau_panel_2022-2023.csv")
    raw = raw[(raw["Kabupaten"] == "ROKAN HULU") & (raw["snapshot"] == "2023-06-12")]
    methods = raw[["IUD", "MOW", "MOP", "Kondom", "Implan", "Suntik", "Pil"]]
    both = raw["Pus"].notna() & methods.notna().any(axis=1)
    share = (100 * methods.sum(axis=1) / raw["Pus"])[both]
    with open_dataset(rokan_hulu.folder) as dataset:
        cpr = dataset.table("observations", indicator="S3-02", period="2023")
    assert len(cpr) == 35
    assert sorted(cpr["value"].dropna()) == pytest.approx(sorted(share))
    assert (cpr["status"] == "reported").sum() == both.sum()


@pytest.mark.real
def test_survey_and_weighing_stay_apart_and_conflicts_keep_their_source(rokan_hulu):
    with open_dataset(rokan_hulu.folder) as dataset:
        survey = dataset.table("observations", indicator="S3-08", area_code="14.06")
        weighing = dataset.table("observations", indicator="S3-09")
        province = dataset.table("observations", indicator="S3-08", area_code="14", period="2021")
        idm = dataset.table("observations", indicator="S4-10")
    assert survey[survey["period"] == "2021"]["value"].unique().tolist() == [25.8]
    assert survey["source"].str.startswith("publikasi:").all()
    assert weighing["numerator"].tolist() == [999, 896, 678, 540]
    assert weighing["value"].tolist() == pytest.approx([27.25, 24.38, 18.42, 17.91], abs=0.005)
    assert sorted(province["value"]) == [22.3, 23.3]
    assert idm["status"].value_counts().to_dict() == {"reported": 139, "not_applicable": 6}


@pytest.mark.real
@pytest.mark.slow
def test_riau_imports_with_its_review_list(real_data, tmp_path):
    log = import_recipe(PARAMS / "riau" / "recipe.yml", real_data, tmp_path / "riau")
    assert {s.source: (s.read, s.kept) for s in log.sources} == {
        "kkb_klasifikasi": (7552, 7552),
        "kkb_rinci": (5015, 5015),
        "idm_2024": (1591, 1591),
        "publikasi": (131, 126),
    }
    assert len({(line["district"], line["village"], line["subject"]) for line in log.review}) == 14
    assert {line["regency"] for line in log.review} == {"ROKAN HILIR"}
    with open_dataset(tmp_path / "riau") as dataset:
        areas = dataset.table("areas")
        assert areas["level"].value_counts().to_dict() == {
            "village": 1862,
            "district": 172,
            "regency": 12,
            "province": 1,
        }
        last = dataset.table("kampung", export_date="2023-08-28")
        assert len(last) == 1352
        assert len(dataset.boundaries("regency")["features"]) == 12
        assert len(dataset.boundaries("district")["features"]) == 172
