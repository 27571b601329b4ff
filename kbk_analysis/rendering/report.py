"""One report from its notebooks to a finished folder, in the process of one worker.

Question answered: what are the files of this report, and are they fit to be read?
Input: a `Job`. Output: ``.work/<id>/new``, complete, checked, flushed, its manifest written last; or a reason.

Nothing outside the job's private folder is touched; `rendering.batch` swaps the folder into place.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import nbformat

from kbk_analysis import i18n
from kbk_analysis.errors import InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.rendering import index, manifest, publish
from kbk_analysis.rendering.bind import bind
from kbk_analysis.rendering.execute import ChapterFailed, Limits, execute
from kbk_analysis.rendering.jobs import Job, Outcome
from kbk_analysis.text import shorten

MAX_BYTES: Final = 5_000_000  # of a file that is sent
MAX_NOTEBOOK: Final = 20_000_000  # it stays with the office, to be exported again
_LOADING: Final = frozenset({"src", "srcset", "data", "poster", "background", "action", "formaction", "manifest"})


class CheckFailed(Exception):
    """A finished file that must not be published; ``str()`` is the reason in one line."""


def make(job: Job, limits: Limits | None = None) -> Outcome:
    """Make the files of one report; whatever happens ends in an `Outcome`, and a trace in ``.work/<id>/error.log``."""
    with i18n.using(job.meta["language"]):
        try:
            _make(job, limits or Limits())
        except (ChapterFailed, CheckFailed) as failure:
            return Outcome(job.id, str(failure))
        except InputFault as fault:
            return Outcome(job.id, "; ".join(map(str, fault.findings[:5])))
        except OSError as error:
            return Outcome(job.id, str(publish.write_fault(job.work.parent.parent, error)))
        except Exception as error:
            _log_error(job)
            name, file = type(error).__name__, f"{publish.WORK}/{job.id}/error.log"
            return Outcome(job.id, tr("kesalahan program ({name}); rinciannya di {file}", name=name, file=file))
    return Outcome(job.id)


def _make(job: Job, limits: Limits) -> None:
    new = job.work / "new"
    publish.remove(job.work / "chapters")
    publish.remove(new)
    new.mkdir(parents=True)
    executed = []
    for chapter in job.chapters:
        path = execute(chapter.notebook, chapter.parameters, job.work / "chapters" / chapter.id, limits=limits)
        executed.append((chapter.id, nbformat.read(path, as_version=4)))  # type: ignore[no-untyped-call]
    bound = bind(executed, job.meta)
    hidden = _taken_out(bound.metadata["kbk"]["facts"])
    files: dict[str, bytes] = {"report.ipynb": nbformat.writes(bound).encode()}  # type: ignore[no-untyped-call]
    for form in job.formats:
        files[f"{job.slug}.{form}"] = EXPORTERS[form](bound)
    if hidden is not None:
        files[index.HIDDEN] = index.hidden_list(hidden)
    for name, content in files.items():
        _check(name, content, job)
        publish.write_new(new / name, content)
    entries = [manifest.describe(new / name) for name in files]
    content = manifest.canonical(manifest.build(job, entries, bound.metadata["kbk"]["facts"]))
    publish.flush_folder(new)
    publish.write_new(new / manifest.NAME, content)
    publish.flush_folder(new)


def _taken_out(facts: dict[str, Any]) -> set[index.Key] | None:
    """Cells that the chapters hid, taken out of their facts; ``None`` where no chapter says so."""
    told = [chapter.pop("hidden") for chapter in facts.values() if "hidden" in chapter]
    return {key for text in told for key in index.keys_of(text)} if told else None


def _html(notebook: Any) -> bytes:
    from kbk_analysis.rendering.export.html import to_html

    return to_html(notebook).encode()


def _pdf(notebook: Any) -> bytes:
    from kbk_analysis.rendering.export.pdf import to_pdf

    return to_pdf(notebook)


EXPORTERS: Final[Mapping[str, Callable[[Any], bytes]]] = {"html": _html, "pdf": _pdf}


def _check(name: str, content: bytes, job: Job) -> None:
    """Refuse a file that is too large to send, cannot be opened, loads from elsewhere, or is about another area."""
    most = MAX_NOTEBOOK if name.endswith(".ipynb") else MAX_BYTES
    if not 0 < len(content) <= most:
        size, limit = len(content) >> 10, most >> 10
        raise CheckFailed(tr("{file}: {size} kB, batasnya {limit} kB", file=name, size=size, limit=limit))
    if name.endswith(".pdf") and not manifest.pdf_pages(content):
        raise CheckFailed(tr("{file}: PDF tidak dapat dibuka", file=name))
    if name.endswith(".html"):
        page = _Page()
        page.feed(content.decode())
        if page.external:
            raise CheckFailed(tr("{file}: memuat alamat luar {url}", file=name, url=shorten(page.external[0])))
        if job.area_name not in page.headline:
            raise CheckFailed(tr("{file}: judulnya bukan {area}", file=name, area=job.area_name))


class _Page(HTMLParser):
    """What a page would load from elsewhere, and its title and first heading. A link to follow loads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.external: list[str] = []
        self.headline = ""
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        for key, value in attrs:
            loads = key in _LOADING or (key in ("href", "xlink:href") and tag != "a")
            if loads and value and not value.startswith(("data:", "#")):
                self.external.append(value)
            if key == "style" and value and "url(" in value:
                self.external.append(value)

    def handle_data(self, data: str) -> None:
        if self._open in ("title", "h1"):
            self.headline += data
        if self._open == "style" and any(mark in data for mark in ("@import", "url(http", "url(//")):
            self.external.append("style")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""


def _log_error(job: Job) -> None:
    path: Path = job.work / "error.log"
    try:
        path.unlink(missing_ok=True)
        path.write_text(traceback.format_exc(), "utf-8")
    except OSError:
        os.write(2, traceback.format_exc().encode())
