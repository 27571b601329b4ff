"""Whole or not at all: writes, swaps, recovery, links, locks, full disks."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kbk_analysis.errors import InputFault
from kbk_analysis.rendering import publish

STEPS = ("open", "write", "fsync", "rename", "replace", "unlink", "rmdir")


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def swap(tmp_path: Path):
    """A published report and a finished next one."""
    place, work = tmp_path / "99.01.01", tmp_path / ".work" / "99.01.01"
    for folder, content in ((place, b"old"), (work / "new", b"new")):
        folder.mkdir(parents=True)
        publish.write_new(folder / "a.html", content)
        publish.write_new(folder / "manifest.json", content)
    return lambda: publish.swap(work / "new", place, work / "old")


def test_a_swap_replaces_the_whole_folder(swap, tmp_path: Path) -> None:
    swap()
    assert tree(tmp_path / "99.01.01") == {"a.html": b"new", "manifest.json": b"new"}
    assert tree(tmp_path / ".work") == {}


def test_a_first_report_needs_no_old_one(swap, tmp_path: Path) -> None:
    publish.remove(tmp_path / "99.01.01")
    swap()
    assert tree(tmp_path / "99.01.01")["a.html"] == b"new"


def test_a_cut_between_the_renames_is_put_back(tmp_path: Path) -> None:
    old = tmp_path / ".work" / "99.01.01" / "old"
    old.mkdir(parents=True)
    (old / "a.html").write_bytes(b"old")
    assert publish.recover(tmp_path) == ["99.01.01"]
    assert tree(tmp_path / "99.01.01") == {"a.html": b"old"}
    assert publish.recover(tmp_path) == []


def test_a_leftover_after_the_swap_is_cleared(swap, tmp_path: Path) -> None:
    swap()
    old = tmp_path / ".work" / "99.01.01" / "old"
    old.mkdir(parents=True)
    assert publish.recover(tmp_path) == []
    assert not old.exists()
    assert tree(tmp_path / "99.01.01")["a.html"] == b"new"


class Fail:
    """Lets the nth call of the watched functions of ``os`` fail, counting all of them."""

    def __init__(self, monkeypatch, nth: int, code: int) -> None:
        self.calls = 0
        for name in STEPS:
            monkeypatch.setattr(os, name, self.wrap(getattr(os, name), nth, code))

    def wrap(self, real, nth: int, code: int):
        def call(*args, **kwargs):
            self.calls += 1
            if self.calls == nth:
                raise OSError(code, os.strerror(code))
            return real(*args, **kwargs)

        return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_whichever_step_fails_a_whole_report_is_in_place_after_recovery(swap, tmp_path, monkeypatch, code) -> None:
    whole = ({"a.html": b"old", "manifest.json": b"old"}, {"a.html": b"new", "manifest.json": b"new"})
    source = tmp_path / ".work" / "99.01.01" / "new"
    for nth in range(1, 40):
        if not source.exists():
            source.mkdir(parents=True)
            for name in ("a.html", "manifest.json"):
                (source / name).write_bytes(b"new")
        publish.remove(tmp_path / "99.01.01")
        (tmp_path / "99.01.01").mkdir()
        for name in ("a.html", "manifest.json"):
            (tmp_path / "99.01.01" / name).write_bytes(b"old")
        with monkeypatch.context() as patch:
            fail = Fail(patch, nth, code)
            try:
                swap()
                failed = False
            except OSError:
                failed = True
        publish.recover(tmp_path)
        assert tree(tmp_path / "99.01.01") in whole
        if not failed and fail.calls < nth:
            break
    else:
        pytest.fail("the sweep did not reach an undisturbed swap")
    assert nth > 4


def test_a_replaced_file_is_old_or_new_at_every_failing_step(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / ".work").mkdir()
    page = tmp_path / "index.html"
    for nth in range(1, 20):
        page.write_bytes(b"old")
        with monkeypatch.context() as patch:
            fail = Fail(patch, nth, errno.ENOSPC)
            try:
                publish.replace_file(page, b"new")
            except OSError:
                assert page.read_bytes() in (b"old", b"new")
                continue
        assert page.read_bytes() == b"new"
        if fail.calls < nth:
            break
    assert nth > 3
    assert list((tmp_path / ".work").iterdir()) == []


def test_unchanged_content_is_not_written(tmp_path: Path) -> None:
    (tmp_path / ".work").mkdir()
    publish.replace_file(tmp_path / "index.html", b"x")
    before = (tmp_path / "index.html").stat().st_ino
    publish.replace_file(tmp_path / "index.html", b"x")
    assert (tmp_path / "index.html").stat().st_ino == before


def test_links_are_replaced_or_refused_never_followed(tmp_path: Path, swap) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.html").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to(outside / "a.html")
    with pytest.raises(FileExistsError):
        publish.write_new(tmp_path / "link", b"ours")
    publish.replace_file(tmp_path / "link", b"ours")
    assert not (tmp_path / "link").is_symlink()
    publish.remove(tmp_path / "99.01.01")
    (tmp_path / "99.01.01").symlink_to(outside)
    swap()
    assert tree(outside) == {"a.html": b"theirs"}
    assert (tmp_path / "99.01.01").is_dir()
    assert not (tmp_path / "99.01.01").is_symlink()


def test_a_folder_that_cannot_be_written_is_found_before_any_kernel(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputFault) as caught:
        publish.prepare(tmp_path / "file" / "set", 1)
    assert str(tmp_path / "file" / "set") in str(caught.value)
    monkeypatch.setattr(publish, "write_new", lambda *_: (_ for _ in ()).throw(OSError(errno.EROFS, "x")))
    with pytest.raises(InputFault) as caught:
        publish.prepare(tmp_path / "set", 1)
    assert [f.rule for f in caught.value.findings] == ["output.write"]


def test_too_little_room_is_told_in_megabytes(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="perlu 1048576 MB"):
        publish.prepare(tmp_path / "set", 1 << 40)


@pytest.mark.parametrize(
    ("code", "word"),
    [(errno.ENOSPC, "Disk penuh"), (errno.EACCES, "ditulis"), (errno.ENAMETOOLONG, "panjang"), (errno.EIO, "Gagal")],
)
def test_each_failed_write_names_the_folder_and_a_remedy(tmp_path: Path, code: int, word: str) -> None:
    finding = publish.write_fault(tmp_path, OSError(code, "x"))
    assert word in finding.message
    assert finding.file == str(tmp_path)
    assert finding.remedy


HOLD = """
import sys, time
from pathlib import Path
from kbk_analysis.rendering import publish
with publish.locked(Path(sys.argv[1]), "2024-12-16T08:00:00+07:00"):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(root: Path) -> subprocess.Popen[str]:
    repository = str(Path(publish.__file__).parents[2])
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": repository},
    )
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_run_is_told_who_and_since_when_and_a_dead_one_is_taken_over(tmp_path: Path) -> None:
    publish.prepare(tmp_path, 1)
    holder = hold(tmp_path)
    try:
        with pytest.raises(InputFault) as caught, publish.locked(tmp_path, "now"):
            pytest.fail("two runs in one folder")
        assert f"proses {holder.pid} sejak 2024-12-16T08:00:00+07:00" in str(caught.value)
    finally:
        holder.kill()
        holder.communicate()
    with publish.locked(tmp_path, "now"):
        assert json.loads((tmp_path / ".work" / "owner.json").read_bytes())["pid"] == os.getpid()
    assert not (tmp_path / ".work" / "owner.json").exists()
