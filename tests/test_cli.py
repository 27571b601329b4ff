"""The command line: exit codes, one line a finding, nothing written on bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kbk_analysis import cli, i18n

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _language_restored():
    yield
    i18n.use("id")


@pytest.fixture
def here(project, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return project


def test_every_fault_in_one_refusal_exit_2_nothing_written(here, tmp_path: Path, capsys) -> None:
    path = here(
        parent=None,
        areas=["99.01.01", "99.01.20"],
        period="2031",
        perod="2024",
        paper=4,
        chapters={"situation_analysis": {"formation_year": "2026"}},
    )
    here_file = path.read_text("utf-8")
    path.write_text(here_file + "areas_file: daftar.csv\n", "utf-8")
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    assert cli.main(["render", "params/district.yml"]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    for place, value in [
        ("kunci perod", 'Maksud Anda "period"?'),
        ("kunci paper", "[4]"),
        ("kunci chapters.situation_analysis.formation_year", "[2026]"),
        ("kunci areas", "[99.01.20]"),
        ("kunci period", "[2031]"),
        ("daftar.csv", "tidak ditemukan"),
    ]:
        assert [line for line in lines if place in line and value in line], place
    assert all(" → " in line for line in lines)
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


def test_render_list_verify_and_back(here, capsys, tmp_path: Path, tiny) -> None:
    here()
    assert cli.main(["list", "params/district.yml"]) == 0
    assert capsys.readouterr().out.count("belum ada") == 3
    assert cli.main(["render", "params/district.yml", "--only", "arung", "--formats", "html", "--jobs", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "[1/1] 99.01.01 Arung: selesai"
    assert sorted(path.name for path in Path("reports/district/99.01.01").iterdir()) == [
        "99-01-01-arung.html",
        "manifest.json",
        "report.ipynb",
    ]
    assert cli.main(["verify"]) == 0
    assert cli.main(["list", "params/district.yml"]) == 0
    assert "usang (parameter)" in capsys.readouterr().out
    Path("reports/district/99.01.01/99-01-01-arung.html").write_text("x")
    assert cli.main(["verify", "reports/district"]) == 1
    assert "Isi berkas berubah" in capsys.readouterr().err
    here("1 / 0", tiny.SHOW)
    assert cli.main(["render", "params/district.yml", "--only", "99.01.01"]) == 1
    assert "GAGAL · situation_analysis · sel 2: 1 / 0 · ZeroDivisionError" in capsys.readouterr().out
    cli.main(["list", "params/district.yml"])
    assert "gagal: situation_analysis" in capsys.readouterr().out


def test_another_language_goes_to_another_folder(here, capsys) -> None:
    here()
    assert cli.main(["render", "params/district.yml", "--lang", "en", "--only", "99.01.02", "--formats", "html"]) == 0
    page = Path("reports/district-en/99.01.02/99-01-02-bahtera.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert not Path("reports/district").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["render"],
        ["render", "missing.yml"],
        ["render", "params/district.yml", "--nope"],
        ["render", "params/district.yml", "--lang", "fr"],
        ["render", "params/district.yml", "--jobs", "0"],
        ["render", "params/district.yml", "--formats", "html,doc"],
        ["render", "params/district.yml", "--data", "nowhere"],
        ["render", "params/district.yml", "--only", "99.09.09"],
        ["check", "missing.yml"],
        ["verify", "nowhere"],
        ["params", "99.09.09", "--params", "params/district.yml"],
        ["params", "99.01.01", "--params", "params/district.yml", "--chapter", "x"],
        ["nope"],
    ],
)
def test_bad_input_is_exit_2_without_a_traceback(here, capsys, arguments: list[str]) -> None:
    here()
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert err
    assert "Traceback" not in out + err
    assert not Path("reports").exists()


def test_check_tells_how_many_reports(here, capsys) -> None:
    here()
    assert cli.main(["check", "params/district.yml"]) == 0
    assert capsys.readouterr().out == "Baik: 3 laporan dapat dibuat.\n"


def test_check_of_a_folder_that_is_no_dataset(here, tmp_path: Path, capsys, monkeypatch) -> None:
    from kbk_analysis.data import store
    from kbk_analysis.errors import Finding, InputFault

    def refuse(folder: Path) -> None:
        raise InputFault([Finding(rule="x", message="bukan kumpulan data", remedy="impor dulu", file=folder.name)])

    monkeypatch.setattr(store, "open_dataset", refuse)
    assert cli.main(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"✗ {tmp_path.name}: bukan kumpulan data → impor dulu\n"


def test_parameters_of_one_report_go_to_stock_papermill(here, capsys, tmp_path: Path) -> None:
    here(chapters={"situation_analysis": {"formation_year": 2030}})
    assert cli.main(["params", "99.01.02", "--params", "params/district.yml"]) == 0
    Path("one.yml").write_text(capsys.readouterr().out, "utf-8")
    arguments = ["notebooks/situation_analysis.ipynb", "out.ipynb", "-f", "one.yml", "--prepare-only", "-k", "python3"]
    done = subprocess.run([sys.executable, "-m", "papermill", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "unknown parameter" not in done.stderr
    cells = json.loads(Path("out.ipynb").read_text())["cells"]
    injected = next(c for c in cells if "injected-parameters" in c["metadata"]["tags"])
    values: dict[str, object] = {}
    exec("".join(injected["source"]), values)
    assert (values["area_code"], values["period"], values["formation_year"]) == ("99.01.02", "2024", 2030)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_no_sign_ends_a_run_whatever_the_terminal_can_show(here, tmp_path: Path, encoding: str) -> None:
    path = here(areas=["99.01.01", "99.01.20"], parent=None)
    odd = tmp_path / "data ü 漢"
    odd.mkdir()
    build = Path(__file__).parent / "notebooks_fixture" / "build.py"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": encoding}

    def kbk(*arguments: str) -> tuple[int, bytes, bytes]:
        command = [sys.executable, str(build), *arguments]
        done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    code, _, said = kbk("list", path.as_posix())
    assert code == 2
    assert b"99.01.20" in said
    assert b"Traceback" not in said
    here()
    code, out, said = kbk("params", "99.01.01", "--params", path.as_posix(), "--data", odd.as_posix())
    assert code == 0, said
    assert yaml.safe_load(out.decode(encoding))["data_dir"] == str(odd)


def test_doctor_says_what_works(here, capsys) -> None:
    assert cli.main(["doctor"]) == 0
    out = capsys.readouterr().out
    for word in ("Python", "PDF", "kernel", "hak tulis", "ruang disk", "huruf"):
        assert word in out
    assert "✗" not in out
    assert not Path("reports").exists()


def test_doctor_tells_what_is_missing(here, capsys, monkeypatch) -> None:
    from kbk_analysis.cli import doctor

    monkeypatch.setattr(doctor, "_pdf", lambda: (_ for _ in ()).throw(ImportError("no typst")))
    monkeypatch.setattr(doctor, "_kernel", lambda: "baik")
    assert cli.main(["doctor"]) == 1
    assert "ImportError: no typst" in capsys.readouterr().out


def test_explore_opens_jupyterlab_on_the_notebooks(here, tmp_path: Path, monkeypatch) -> None:
    here()
    calls = []
    monkeypatch.setattr(subprocess, "call", lambda command: calls.append(command) or 0)
    assert cli.main(["explore"]) == 0
    (command,) = calls
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert command[-1] == f"--ServerApp.root_dir={tmp_path / 'notebooks'}"


def test_explore_opens_one_notebook_by_name(here, tmp_path: Path, monkeypatch, capsys) -> None:
    here()
    path = tmp_path / "notebooks" / "explore" / "whatif_priority.ipynb"
    path.parent.mkdir()
    path.write_text("{}")
    calls = []
    monkeypatch.setattr(subprocess, "call", lambda command: calls.append(command) or 0)
    assert cli.main(["explore", "whatif_priority"]) == 0
    assert calls[0][-2:] == [f"--ServerApp.root_dir={tmp_path / 'notebooks'}", str(path)]
    assert cli.main(["explore", "whatif_priorities"]) == 2
    assert "whatif_priority" in capsys.readouterr().err
    assert len(calls) == 1


def test_explore_asks_the_network_for_nothing(here, monkeypatch) -> None:
    """JupyterLab's own settings, as it reads them from the command."""
    from jupyterlab.labapp import LabApp

    here()
    calls = []
    monkeypatch.setattr(subprocess, "call", lambda command: calls.append(command) or 0)
    cli.main(["explore"])
    lab = LabApp()
    lab.parse_command_line(calls[0][3:])
    assert lab.news_url is None
    assert lab.check_for_updates_class.__name__ == "NeverCheckForUpdate"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom kbk_analysis.cli import main\nassert main(['--help']) == 0\n"
        "heavy = {'pandas', 'numpy', 'papermill', 'nbconvert', 'typst', 'pebble', 'pydantic', 'matplotlib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "render" in done.stdout


def test_messages_follow_the_language(here, capsys) -> None:
    here()
    cli.main(["check", "params/district.yml", "--lang", "en"])
    assert i18n.language() == "en"


def test_many_findings_are_counted_and_errors_come_first(capsys) -> None:
    from kbk_analysis.cli import show
    from kbk_analysis.errors import Finding, Severity

    warnings = [Finding(rule="w", message=f"w{n}", remedy="-", severity=Severity.WARNING) for n in range(show.MOST)]
    show.findings([*warnings, Finding(rule="e", message="salah", remedy="-")])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == show.MOST + 1
    assert lines[0].startswith("✗ salah")
    assert "1 temuan lain" in lines[-1]
