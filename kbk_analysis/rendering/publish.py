"""Put finished reports in place, whole or not at all.

Question answered: how does a folder of files reach its readers without ever being seen half-written?
Input: a private folder with a finished report. Output: the same folder under its public name.

    <set>/<id>/               what readers see
    <set>/.work/<id>/new/     the next one, finished and flushed before it is swapped in
    <set>/.work/<id>/old/     the last one, during the swap; put back at the next start if a crash fell between

Both lie on one volume, so a swap is two renames. No symbolic link inside the root is ever followed.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr

WORK: Final = ".work"
_LOCK: Final = "lock"
_OWNER: Final = "owner.json"


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, and flush it to the disk. Links are not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o644), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file in one step; readers see the old bytes or the new ones. Unchanged content is not written."""
    with suppress(OSError):
        if not path.is_symlink() and path.read_bytes() == content:
            return
    draft = path.parent / WORK / f"{path.name}.new"
    draft.unlink(missing_ok=True)
    try:
        write_new(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap(new: Path, place: Path, old: Path) -> None:
    """Make the flushed folder `new` the public `place`; on any error the last good one stays or comes back."""
    flush_folder(new)
    remove(old)
    had_one = os.path.lexists(place)
    if had_one:
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        if had_one:
            old.rename(place)
        raise
    flush_folder(place.parent)
    remove(old)


def recover(root: Path) -> list[str]:
    """Put back each last good report whose swap was cut off; return their names."""
    restored = []
    for old in sorted((root / WORK).glob("*/old")):
        place = root / old.parent.name
        if os.path.lexists(place):
            remove(old)
        else:
            old.rename(place)
            restored.append(place.name)
    return restored


def remove(path: Path) -> None:
    """Remove a file, folder or link (the link itself, never what it points to)."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def guard(root: Path, names: list[str]) -> list[Finding]:
    """Links at places where we would write: each is refused, because its target lies who knows where."""
    inside = [root, root / WORK, *(root / name for name in names), *(root / WORK / name for name in names)]
    files = [root / "index.html", root / "summary.csv", root / "hidden.csv", root / WORK / _LOCK, root / WORK / _OWNER]
    return [
        Finding(
            rule="output.link",
            message=tr("Tempat hasil ini berupa tautan simbolik."),
            remedy=tr("Hapus tautan itu, atau pilih folder lain dengan --out."),
            file=path.relative_to(root.parent).as_posix(),
        )
        for path in [*inside, *files]
        if path.is_symlink()
    ]


def prepare(root: Path, needed_bytes: int) -> None:
    """Make the output folder and find out before any kernel whether it can be written and has room.

    Raises
    ------
    InputFault
        ``output.write`` or ``output.space``, naming the folder.
    """
    try:
        (root / WORK).mkdir(parents=True, exist_ok=True)
        probe = root / WORK / f"probe-{os.getpid()}"
        probe.unlink(missing_ok=True)
        write_new(probe, b"kbk")
        probe.unlink()
        free = shutil.disk_usage(root).free
    except OSError as error:
        raise InputFault([write_fault(root, error)]) from None
    if free < needed_bytes:
        message = tr("Ruang disk kurang: ada {free} MB, perlu {need} MB.", free=free >> 20, need=needed_bytes >> 20)
        remedy = tr("Kosongkan ruang disk, atau pilih folder lain dengan --out.")
        raise InputFault([Finding(rule="output.space", message=message, remedy=remedy, file=str(root))])


def write_fault(folder: Path, error: OSError) -> Finding:
    """A failed write as a finding that names the folder and what to do."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        message, remedy = tr("Disk penuh."), tr("Kosongkan ruang disk, lalu jalankan lagi.")
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY):
        message = tr("Folder tidak dapat ditulis.")
        remedy = tr("Periksa hak tulis, tutup berkas yang sedang dibuka, atau pilih folder lain dengan --out.")
    elif error.errno == errno.EISDIR:
        message, remedy = tr("Ini folder, bukan berkas."), tr("Sebutkan nama berkas di dalamnya.")
    elif error.errno == errno.ENAMETOOLONG:
        message, remedy = tr("Nama folder terlalu panjang."), tr("Pilih folder yang lebih dekat ke akar dengan --out.")
    else:
        message = tr("Gagal menulis ({reason}).", reason=error.strerror or type(error).__name__)
        remedy = tr("Periksa folder itu, lalu jalankan lagi.")
    return Finding(rule="output.write", message=message, remedy=remedy, file=str(folder))


@contextmanager
def locked(root: Path, started: str) -> Iterator[None]:
    """Hold the output folder for this process.

    The system frees the lock when its owner dies, however it dies, so a stale lock is taken over.

    Parameters
    ----------
    root
        Output folder of a report set, prepared.
    started
        When this run started, to be told to whoever comes second.

    Raises
    ------
    InputFault
        ``output.locked``, with the process that holds it and since when.
    """
    lock = FileLock(root / WORK / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputFault([_locked_fault(root)]) from None
    try:
        replace_owner(root / WORK / _OWNER, {"pid": os.getpid(), "started": started})
        yield
    finally:
        with suppress(OSError):
            (root / WORK / _OWNER).unlink(missing_ok=True)
        lock.release()


def replace_owner(path: Path, owner: dict[str, Any]) -> None:
    """Note who holds the lock."""
    path.unlink(missing_ok=True)
    write_new(path, json.dumps(owner).encode())


def _locked_fault(root: Path) -> Finding:
    try:
        owner = json.loads((root / WORK / _OWNER).read_bytes())
        who = tr("proses {pid} sejak {started}", pid=owner["pid"], started=owner["started"])
    except (OSError, ValueError, KeyError, TypeError):
        who = tr("proses lain")
    return Finding(
        rule="output.locked",
        message=tr("Folder ini sedang dipakai oleh {who}.", who=who),
        remedy=tr("Tunggu sampai selesai, atau pilih folder lain dengan --out."),
        file=str(root),
    )
