"""What is to be made, and how it stands: jobs, plans, states.

Question answered: is this report still good, and if not, what changed?
Input: a `Job` and what lies in its folder. Output: `State`.

The content key of a job is the hash of everything that can change its bytes: data, parameters, package,
notebooks, environment. A report whose manifest has the same key, and whose files verify, is up to date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kbk_analysis import i18n
from kbk_analysis.rendering import manifest

PARTS: Final = ("data", "parameters", "code", "notebooks", "environment")
FAILURE: Final = ("id", "area_name", "key", "reason")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One notebook with all its parameters."""

    id: str
    title: str
    notebook: Path
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One report to make: plain values only, so that it can be sent to another process.

    Parameters
    ----------
    id
        The area's code or the meeting; also the name of the report's folder.
    slug
        Name of its files: code or meeting, and name of the area.
    meta
        What `rendering.bind` puts on the report.
    parts, key
        Hashes of what the report is made from, and their hash.
    """

    id: str
    area_code: str
    area_name: str
    level: str
    slug: str
    chapters: tuple[Chapter, ...]
    formats: tuple[str, ...]
    folder: Path
    work: Path
    meta: Mapping[str, Any]
    dataset: Mapping[str, Any]
    parts: Mapping[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All jobs of a report set, in order of area code; `selected` are those that ``--only`` asks for.

    `earlier` are the cells that an earlier public edition hid.
    """

    id: str
    kind: str
    title: str
    subtitle: str
    language: i18n.Language
    synthetic: bool
    root: Path
    jobs: tuple[Job, ...]
    selected: tuple[Job, ...]
    earlier: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """How a report stands: `changed` names the parts that differ, `reason` why the last try failed."""

    name: Literal["up_to_date", "stale", "failed", "missing"]
    changed: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: `reason` is empty when its folder is ready to be published."""

    id: str
    reason: str = ""


def state(job: Job) -> State:
    """How the report of `job` stands now."""
    failure = read_failure(job.work)
    if failure and failure["key"] == job.key:
        return State("failed", reason=failure["reason"])
    last = manifest.read(job.folder)
    if last is None:
        return State("missing")
    before = last.get("parts", {})
    changed = tuple(part for part in PARTS if before.get(part) != job.parts[part])
    if changed:
        return State("stale", changed)
    return State("stale", ("outputs",)) if manifest.faults(job.folder) else State("up_to_date")


def read_failure(work: Path) -> dict[str, str] | None:
    """Why the last try of a report failed (`FAILURE` keys); ``None`` when it did not."""
    try:
        content = json.loads((work / "failure.json").read_bytes())
        return {name: str(content[name]) for name in FAILURE}
    except (OSError, ValueError, KeyError, TypeError):
        return None
