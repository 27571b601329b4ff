"""The main job on the real exports: 16 district reports of Rokan Hulu, 12 regency briefings of Riau.

Expected numbers are counted here from the office files themselves, past the toolkit.
"""

import contextlib
import csv
import io
import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kbk_analysis import cli
from kbk_analysis.data.store import open_dataset
from kbk_analysis.exhibit import EXHIBIT_MIME, TEXT_MIME
from kbk_analysis.schema import AreaLevel
from kbk_analysis.text import slug

pytestmark = [pytest.mark.real, pytest.mark.slow]

PARAMS = Path(__file__).parents[1] / "params"
REGENCY = "ROKAN HULU"
CLASSES = ("Dasar", "Berkembang", "Mandiri", "Berkelanjutan")
# Shares of couples: without the count of couples (PUS) there is none.
OF_COUPLES = {
    "S3-02": "Pemakaian kontrasepsi modern (mCPR)",
    "S3-03": "Metode kontrasepsi jangka panjang (MKJP)",
    "S3-04": "Kebutuhan KB tidak terpenuhi (unmet need)",
}


def kbk(*arguments: str) -> str:
    """Run a command that must succeed; what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(list(arguments))
    assert code == 0, out.getvalue()[-2000:] + err.getvalue()[-2000:]
    return out.getvalue()


@dataclass
class Rendered:
    """A set as published, the data it was made from, and the command that made it."""

    data: Path
    root: Path
    command: list[str]

    @property
    def reports(self) -> dict[str, Path]:
        return {path.parent.name: path.parent for path in sorted(self.root.glob("*/manifest.json"))}

    @property
    def districts(self) -> list[str]:
        return [code for code in self.reports if len(code) == 8]

    def file(self, code: str, form: str) -> Path:
        (path,) = self.reports[code].glob(f"*.{form}")
        return path

    def facts(self, code: str) -> dict[str, Any]:
        return self._notebook(code)["metadata"]["kbk"]["facts"]["situation_analysis"]

    def shown(self, code: str, mime: str) -> list[dict[str, Any]]:
        bundles = [output["data"] for cell in self._notebook(code)["cells"] for output in cell["outputs"]]
        return [bundle[mime] for bundle in bundles if mime in bundle]

    def summary(self) -> list[dict[str, str]]:
        return list(csv.DictReader((self.root / "summary.csv").read_text("utf-8-sig").splitlines()))

    def _notebook(self, code: str) -> dict[str, Any]:
        return json.loads((self.reports[code] / "report.ipynb").read_text("utf-8"))


def _made(real_data: Path, folder: Path, name: str, sheet: str, *options: str) -> Rendered:
    """Import a recipe and render a set, by the commands in the head of the params file."""
    data = folder / "data"
    kbk("import", str(PARAMS / name / "recipe.yml"), "--data", str(real_data), "--into", str(data))
    command = ["render", str(PARAMS / name / sheet), "--data", str(data), "--out", str(folder / "reports")]
    command += ["--jobs", "2", *options]
    kbk(*command)
    (root,) = (folder / "reports").iterdir()
    return Rendered(data, root, command)


@pytest.fixture(scope="module")
def districts(real_data: Path, tmp_path_factory) -> Rendered:
    """The 16 districts of Rokan Hulu and the regency, html and pdf."""
    return _made(real_data, tmp_path_factory.mktemp("districts"), "rokan_hulu", "district.yml")


@pytest.fixture(scope="module")
def regencies(real_data: Path, tmp_path_factory) -> Rendered:
    """The 12 regencies and cities of Riau, html."""
    return _made(real_data, tmp_path_factory.mktemp("regencies"), "riau", "regency.yml", "--formats", "html")


def _last_export(real_data: Path, name: str) -> list[dict[str, str]]:
    with (real_data / "kampung_kb" / name).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    last = max(row["snapshot"] for row in rows)
    return [row for row in rows if row["snapshot"] == last]


@pytest.fixture(scope="module")
def classification(real_data: Path) -> list[dict[str, str]]:
    """The last classification export, a row a kampung."""
    return _last_export(real_data, "klasifikasi_riau_panel_2022-2023.csv")


@pytest.fixture(scope="module")
def details(real_data: Path) -> list[dict[str, str]]:
    """The last detail export, a row a kampung."""
    return _last_export(real_data, "detail_riau_panel_2022-2023.csv")


def _key(name: str) -> str:
    """Letters only: exports write `ROKAN IV KOTO` and `ROKANIVKOTO`."""
    return re.sub(r"[^a-z]", "", name.casefold().removeprefix("kabupaten ").removeprefix("kota "))


class _Heads(HTMLParser):
    """Title and first heading of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts = {"title": "", "h1": ""}
        self._open = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs) -> None:
        self._open = tag

    def handle_endtag(self, tag) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.texts:
            self.texts[self._open] += data


def _pages(pdftotext: str, path: Path, last: int) -> str:
    command = [pdftotext, "-raw", "-l", str(last), str(path), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return " ".join(shown.split())


def test_every_kampung_of_the_regency_is_matched_to_a_village(districts: Rendered, classification) -> None:
    with open_dataset(districts.data) as dataset:
        kampung, areas = dataset.table("kampung"), dataset.known().areas
    rows = [row for row in classification if row["Kabupaten"] == REGENCY]
    assert len(rows) == 35
    assert kampung["village_code"].notna().all()
    assert kampung["kampung_id"].nunique() == 35
    assert {areas[code][1] for code in kampung["village_code"].unique()} == {AreaLevel.VILLAGE}
    assert sum(districts.facts(code)["kampung"] for code in districts.districts) == 35
    log = json.loads((districts.data / "import_log.json").read_text("utf-8"))
    assert [source["unmatched"] for source in log["sources"]] == [0] * len(log["sources"])


def test_each_report_is_about_the_area_asked_for(districts: Rendered) -> None:
    with open_dataset(districts.data) as dataset:
        areas = dataset.known().areas
    names = {code: name for code, (name, level, _) in areas.items() if level is AreaLevel.DISTRICT}
    assert districts.districts == sorted(names) == [f"14.06.{i:02d}" for i in range(1, 17)]
    rows = {row["area_code"]: row for row in districts.summary()}
    assert list(rows) == ["14.06", *sorted(names)]
    index = (districts.root / "index.html").read_text("utf-8")
    for code, name in names.items():
        for form in ("html", "pdf"):
            assert districts.file(code, form).name == f"{slug(f'{code} {name}')}.{form}"
            assert f'href="{code}/{districts.file(code, form).name}"' in index
        heads = _Heads(districts.file(code, "html").read_text("utf-8")).texts
        assert heads["h1"].endswith(f": Kecamatan {name}")
        assert f"· {name} ·" in heads["title"]
        with pikepdf.open(districts.file(code, "pdf")) as pdf:
            assert str(pdf.docinfo.Title).endswith(f": Kecamatan {name}")
        facts = districts.facts(code)
        assert (facts["area_code"], facts["area_name"]) == (code, name)
        assert facts["villages"] == sum(c.startswith(f"{code}.") for c in areas)
        told = {key: rows[code][key] for key in facts.keys() & rows[code].keys()}
        assert told == {key: str(facts[key]) for key in told}
        assert (rows[code]["status"], rows[code]["area_name"]) == ("complete", name)


def test_no_exhibit_names_a_village_or_kampung_of_another_district(districts: Rendered) -> None:
    with open_dataset(districts.data) as dataset:
        areas = dataset.known().areas
        places = [(code, name) for code, (name, level, _) in areas.items() if level is AreaLevel.VILLAGE]
        larger = {name for name, level, _ in areas.values() if level is not AreaLevel.VILLAGE}  # some names are both
        kampung = dataset.table("kampung")[["village_code", "kampung_name"]].drop_duplicates()
    places += list(kampung.itertuples(index=False, name=None))
    for code in districts.districts:
        own = {name for place, name in places if place.startswith(f"{code}.")}
        foreign = {name for _, name in places} - own - larger
        cells = {
            cell
            for exhibit in districts.shown(code, EXHIBIT_MIME)
            for row in exhibit["rows"]
            for cell in row
            if isinstance(cell, str)
        }
        assert cells & own
        assert cells & foreign == set(), code


def test_classes_are_those_of_the_export(districts: Rendered, classification) -> None:
    stated = Counter(
        (_key(row["Kecamatan"]), row["Klasifikasi"]) for row in classification if row["Kabupaten"] == REGENCY
    )
    for code in districts.districts:
        facts = districts.facts(code)
        wanted = {f"class_{name.lower()}": stated[_key(facts["area_name"]), name] for name in CLASSES}
        assert {key: facts[key] for key in wanted} == wanted


def test_ranges_of_classes_are_those_of_the_blanks(districts: Rendered) -> None:
    ranges: Counter[tuple[str, str]] = Counter()
    for code in districts.districts:
        for exhibit in districts.shown(code, EXHIBIT_MIME):
            keys = [column["key"] for column in exhibit["fields"]]
            if exhibit["id"].startswith("rentang-kelas"):
                ranges.update((row[keys.index("lowest")], row[keys.index("highest")]) for row in exhibit["rows"])
    assert ranges == {
        ("Dasar", "Dasar"): 16,
        ("Dasar", "Mandiri"): 12,
        ("Berkembang", "Berkelanjutan"): 3,
        ("Berkelanjutan", "Berkelanjutan"): 4,
    }


def test_the_first_page_says_how_many_kampung_report_couples(districts: Rendered, details, pdftotext: str) -> None:
    rows = [row for row in details if row["Kabupaten"] == REGENCY]
    reported = Counter(_key(row["Kecamatan"]) for row in rows if row["Pus"])
    listed = Counter(_key(row["Kecamatan"]) for row in rows)
    assert (sum(reported.values()), sum(listed.values())) == (10, 35)
    for code in districts.districts:
        name = districts.facts(code)["area_name"]
        page = _pages(pdftotext, districts.file(code, "pdf"), 1)
        own = rf"melaporkan (jumlah )?PUS.{{0,20}}\b{reported[_key(name)]} dari {listed[_key(name)]}\b"
        assert re.search(own + r".{0,60}\b10 dari 35\b", page), (code, page)


def test_every_pdf_is_a_tagged_ua_document(districts: Rendered) -> None:
    for code in districts.districts:
        with pikepdf.open(districts.file(code, "pdf")) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in pdf.Root
            assert str(pdf.Root.Lang) == "id"
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
            assert len(pdf.pages) > 1


def _silent(details) -> dict[str, set[str]]:
    """District, as a key, to the names of villages whose kampung did not report couples."""
    silent: dict[str, set[str]] = {}
    for row in details:
        if row["Kabupaten"] == REGENCY and not row["Pus"]:
            silent.setdefault(_key(row["Kecamatan"]), set()).update({_key(row["Desa"]), _key(row["Kampung KB"])})
    return silent


def test_what_was_not_reported_is_never_a_number(districts: Rendered, details) -> None:
    silent, met = _silent(details), 0
    for code in districts.districts:
        facts = districts.facts(code)
        names = silent.get(_key(facts["area_name"]), set())
        all_silent = facts["couples_reported"] == 0
        for exhibit in districts.shown(code, EXHIBIT_MIME):
            for row, display in zip(exhibit["rows"], exhibit["display"], strict=True):
                of_couples = [
                    (value, text)
                    for value, text, column in zip(row, display, exhibit["fields"], strict=True)
                    if column["key"] in OF_COUPLES or column["label"] in OF_COUPLES.values()
                ]
                about_place = any(isinstance(cell, str) and _key(cell) in names for cell in row)
                if about_place and of_couples:
                    met += 1
                    assert [pair for pair in of_couples if isinstance(pair[0], int | float)] == [], (code, row)
                    assert [pair for pair in of_couples if re.search(r"\d", pair[1])] == [], (code, display)
                if all_silent and "value" in (keys := [column["key"] for column in exhibit["fields"]]):
                    value, period = row[keys.index("value")], "period" in keys
                    if row[0] in OF_COUPLES.values() and not period and exhibit["id"].startswith("target"):
                        met += 1
                        assert not isinstance(value, int | float), (code, row)
    assert met >= 25


def test_no_sentence_calls_a_blank_zero(districts: Rendered) -> None:
    zero = re.compile(r"(kontrasepsi|CPR|MKJP|unmet)[^.;]*?\b0(,0)?\s*%")
    for code in districts.districts:
        if districts.facts(code)["couples_reported"]:
            continue
        texts = json.dumps(
            [
                [words["items"] for words in districts.shown(code, TEXT_MIME)],
                [
                    [exhibit["title"], exhibit["alt"], exhibit["notes"]]
                    for exhibit in districts.shown(code, EXHIBIT_MIME)
                ],
            ],
            ensure_ascii=False,
        )
        assert not zero.search(texts), code
        assert "belum lapor" in texts


def test_a_second_run_keeps_all_and_verify_is_clean(districts: Rendered) -> None:
    before = {path: path.read_bytes() for path in districts.root.rglob("*") if path.is_file()}
    said = kbk(*districts.command)
    assert len(re.findall(r"^\[\d+/17\] .*: masih baru$", said, re.MULTILINE)) == 17
    assert "0 dibuat, 17 masih baru, 0 gagal" in said
    assert {path: path.read_bytes() for path in districts.root.rglob("*") if path.is_file()} == before
    assert kbk("verify", str(districts.root)).count("\n") == 1
    assert kbk("list", *districts.command[1:6]).count("masih baru") == 17


def test_twelve_regency_briefings_count_every_kampung_of_the_export(
    regencies: Rendered, classification, details
) -> None:
    counted = Counter(_key(row["Kabupaten"]) for row in classification)
    reported = Counter(_key(row["Kabupaten"]) for row in details if row["Pus"])
    stated = Counter((_key(row["Kabupaten"]), row["Klasifikasi"]) for row in classification)
    assert len(regencies.reports) == len(counted) == 12
    for code in regencies.reports:
        facts = regencies.facts(code)
        key = _key(facts["area_name"])
        assert facts["area_code"] == code
        assert (facts["kampung"], facts["couples_reported"]) == (counted[key], reported[key]), code
        assert [facts[f"class_{name.lower()}"] for name in CLASSES] == [stated[key, name] for name in CLASSES]
        heads = _Heads(regencies.file(code, "html").read_text("utf-8")).texts
        assert heads["h1"].endswith(f": {facts['area_name']}")
        assert not list(regencies.reports[code].glob("*.pdf"))
    assert sum(regencies.facts(code)["kampung"] for code in regencies.reports) == 1352


def test_the_regency_is_the_same_in_both_imports(regencies: Rendered, districts: Rendered) -> None:
    whole = regencies.facts("14.06")
    for key in (
        "kampung",
        "villages",
        "villages_with_kampung",
        "couples_reported",
        "class_dasar",
        "class_berkelanjutan",
    ):
        parts = sum(districts.facts(code)[key] for code in districts.districts)
        assert whole[key] == districts.facts("14.06")[key] == parts, key
