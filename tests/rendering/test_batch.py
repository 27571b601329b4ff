"""Many reports: isolation, resume, kill, Ctrl-C, full disk. Kills at random moments are in tests/long."""

import errno
import json
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from kbk_analysis.errors import InputFault
from kbk_analysis.rendering import batch, index, manifest, publish, report
from kbk_analysis.rendering.execute import Limits
from kbk_analysis.rendering.jobs import state
from kbk_analysis.rendering.plan import make_plan
from tests.long.kills import end, files
from tests.long.kills import start as kbk


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@pytest.fixture
def published(project, tmp_path: Path):
    """A plan with all reports made, and what was made."""
    plan = make_plan(project(), out=tmp_path / "reports")
    assert batch.run(plan, jobs=2).failed == ()
    return plan, files(plan.root)


def test_reports_are_complete_and_a_second_run_makes_nothing(published) -> None:
    plan, before = published
    assert sorted(name.rpartition("/")[2] for name in before if name.startswith("99.01.01/")) == [
        "99-01-01-arung.html",
        "99-01-01-arung.pdf",
        "manifest.json",
        "report.ipynb",
    ]
    assert manifest.verify(plan.root) == []
    assert [path.name for path in (plan.root / ".work").iterdir()] == ["lock"]
    told = []
    result = batch.run(plan, listen=lambda event, job, reason: told.append((event, job.id)))
    assert (result.done, result.kept) == ((), ("99.01.01", "99.01.02", "99.01.03"))
    assert told == [("kept", job.id) for job in plan.jobs]
    assert files(plan.root) == before


def test_the_same_bytes_with_any_start_method_number_of_workers_and_place(published, tiny, tmp_path: Path) -> None:
    _, before = published
    plan = make_plan(tiny.project(tmp_path / "else where"), out=tmp_path / "other")
    assert batch.run(plan, jobs=1, context="spawn").failed == ()
    assert files(plan.root) == before


def test_force_gives_the_bytes_of_the_first_run(published) -> None:
    plan, before = published
    assert len(batch.run(plan, force=True).done) == 3
    assert files(plan.root) == before


def test_only_what_changed_is_made_again(published, project, tmp_path: Path) -> None:
    plan, before = published
    page = plan.root / "99.01.02" / "99-01-02-bahtera.html"
    page.write_bytes(b"damaged")
    again = batch.run(make_plan(project(), out=tmp_path / "reports"))
    assert again.done == ("99.01.02",)
    assert files(plan.root) == before


BREAKS = {
    "an error": ('if area_code == "99.01.02": raise ValueError("rusak")', "sel 2: if area_code", "ValueError: rusak"),
    "another area": ('area_code = "99.01.01"', "", "wilayah"),
    "a dead worker": ('import os\nif area_code == "99.01.02": os.kill(os.getppid(), 9)', "", "mati"),
}


@pytest.mark.parametrize("how", ["an error", "a dead worker"])
def test_a_broken_report_leaves_the_others_and_the_last_good_one(published, project, tiny, tmp_path: Path, how) -> None:
    plan, before = published
    cell, place, reason = BREAKS[how]
    plan = make_plan(project(cell, tiny.SHOW), out=tmp_path / "reports")
    result = batch.run(plan, jobs=2)
    assert result.done == ("99.01.01", "99.01.03")
    ((failed, told),) = result.failed
    assert failed == "99.01.02"
    assert place in told
    assert reason in told
    after = files(plan.root)
    assert {k: v for k, v in after.items() if k.startswith("99.01.02/")} == {
        k: v for k, v in before.items() if k.startswith("99.01.02/")
    }
    job = plan.jobs[1]
    assert state(job).name == "failed"
    assert (job.work / "chapters" / "situation_analysis" / "situation_analysis.ipynb").is_file()
    assert told.split(": ")[0] in (plan.root / "index.html").read_text("utf-8")
    repaired = make_plan(project(), out=tmp_path / "reports")
    assert batch.run(repaired).failed == ()
    assert files(plan.root) == before
    assert not job.work.exists()


@pytest.mark.slow
def test_a_late_report_is_ended_alone(project, tiny, tmp_path: Path) -> None:
    slow = 'import time\nif area_code == "99.01.01": time.sleep(120)'
    plan = make_plan(project(slow, tiny.SHOW), out=tmp_path / "reports", only=["99.01.01", "99.01.02"])
    result = batch.run(plan, jobs=2, report_seconds=12)
    assert result.done == ("99.01.02",)
    assert "waktu habis" in result.failed[0][1]


def test_a_report_about_another_area_is_never_published(project, tiny, tmp_path: Path) -> None:
    plan = make_plan(project('area_code = "99.01.01"', tiny.SHOW), out=tmp_path / "reports", only=["99.01.02"])
    result = batch.run(plan)
    assert result.failed[0][0] == "99.01.02"
    assert "wilayah" in result.failed[0][1] or "area_code" in result.failed[0][1]
    assert not (plan.root / "99.01.02").exists()


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_disk_full_at_any_file_leaves_the_old_report(published, project, tmp_path, monkeypatch, nth: int) -> None:
    _, before = published
    job = make_plan(project(paper="f4"), out=tmp_path / "reports").jobs[0]
    real, calls = publish.write_new, []

    def full(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) == nth:
            real(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(publish, "write_new", full)
    outcome = report.make(job)
    assert "Disk penuh" in outcome.reason
    assert str(job.folder.parent) in outcome.reason
    assert files(tmp_path / "reports" / "district") == before
    monkeypatch.undo()
    assert manifest.verify(tmp_path / "reports") == []


def test_a_swap_that_fails_is_a_failed_report(published, project, tmp_path, monkeypatch) -> None:
    plan, before = published

    def no_swap(new: Path, place: Path, old: Path) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(publish, "swap", no_swap)
    result = batch.run(plan, force=True)
    assert [reason.partition(" →")[0].rpartition(": ")[2] for _, reason in result.failed] == [
        "Folder tidak dapat ditulis."
    ] * 3
    assert {k: v for k, v in files(plan.root).items() if "/" in k} == {k: v for k, v in before.items() if "/" in k}


def test_a_full_disk_at_the_index_leaves_the_old_index(published, monkeypatch) -> None:
    plan, before = published
    monkeypatch.setattr(index, "render", lambda rows, plan: "new")
    monkeypatch.setattr(publish, "write_new", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(InputFault, match="Disk penuh"):
        batch.run(plan)
    assert files(plan.root) == before


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.html", b"", "batasnya"),
        ("x.html", b"x" * (report.MAX_BYTES + 1), "batasnya"),
        ("x.pdf", b"%PDF-1.7 cut", "PDF tidak dapat dibuka"),
        ("x.html", b"<title>Arung</title><img src='https://cdn.example/x.png'>", "cdn.example"),
        ("x.html", b"<title>Arung</title><link href='//cdn.example/x.css'>", "cdn.example"),
        ("x.html", b"<title>Arung</title><style>a{background:url(http://cdn.example)}</style>", "style"),
        ("x.html", b"<title>Bahtera</title><p>Arung</p>", "judulnya bukan Arung"),
    ],
)
def test_a_file_unfit_to_read_is_refused(project, tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    job = make_plan(project(), out=tmp_path).jobs[0]
    with pytest.raises(report.CheckFailed, match=reason):
        report._check(name, content, job)


def test_links_to_follow_are_allowed(project, tmp_path: Path) -> None:
    job = make_plan(project(), out=tmp_path).jobs[0]
    report._check("x.html", b"<h1>Kecamatan Arung</h1><a href='https://kampungkb.bkkbn.go.id'>portal</a>", job)


def test_a_link_in_the_output_is_refused_before_anything_is_written(published, project, tmp_path: Path) -> None:
    plan, _ = published
    outside = tmp_path / "outside"
    outside.mkdir()
    publish.remove(plan.root / "99.01.02")
    (plan.root / "99.01.02").symlink_to(outside)
    with pytest.raises(InputFault):
        batch.run(plan, force=True)
    assert list(outside.iterdir()) == []


def test_two_runs_at_once_the_second_is_told_who(project, tiny, tmp_path: Path) -> None:
    project("import time\ntime.sleep(60)", tiny.SHOW)
    first = kbk(tmp_path, "render", "params/district.yml", "--jobs", "1")
    try:
        wait_for((tmp_path / "reports/district/.work/owner.json").exists)
        second = kbk(tmp_path, "render", "params/district.yml")
        out, err = second.communicate(timeout=60)
        assert second.returncode == 2
        assert f"proses {first.pid} sejak " in err
        assert "Traceback" not in out + err
    finally:
        end(first)


@pytest.fixture
def ctrl_c_heard():
    """Started from a shell's background job, this process ignores Ctrl-C, and what it starts would too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="platform: Windows has no such signals")
@pytest.mark.usefixtures("ctrl_c_heard")
@pytest.mark.parametrize("moment", ["workers import", "chapters run"])
def test_ctrl_c_stops_cleanly(project, tiny, tmp_path: Path, moment) -> None:
    project("import time\ntime.sleep(60)", tiny.SHOW)
    run = kbk(tmp_path, "render", "params/district.yml", "--jobs", "2")
    notebooks = tmp_path / "reports/district/.work"
    started = {
        "workers import": lambda: "forkserver" in str([child.cmdline() for child in children(run.pid)]),
        "chapters run": lambda: list(notebooks.glob("*/chapters/*/*.ipynb")),
    }
    wait_for(started[moment])
    family = children(run.pid)
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in out + err
    assert "Dihentikan" in err
    assert psutil.wait_procs(family, timeout=8)[1] == []


def children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_the_memory_of_the_parent_bounds_the_workers(monkeypatch) -> None:
    class Memory:
        available = 1 << 30

    monkeypatch.setattr(batch.psutil, "virtual_memory", lambda: Memory)
    assert batch._workers(None, 8) == 1
    assert batch._workers(4, 8) == 4
    assert batch._workers(4, 2) == 2


def test_limits_reach_the_chapter(project, tiny, tmp_path: Path) -> None:
    plan = make_plan(project("import time\ntime.sleep(30)", tiny.SHOW), out=tmp_path / "r", only=["99.01.01"])
    result = batch.run(plan, limits=Limits(cell_seconds=2))
    assert "lebih dari 2 detik" in result.failed[0][1]
    note = json.loads((plan.jobs[0].work / "failure.json").read_bytes())
    assert note["key"] == plan.jobs[0].key
