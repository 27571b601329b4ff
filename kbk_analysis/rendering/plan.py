"""From a report set to jobs, or to one refusal that names every fault.

Question answered: which reports would be rendered, with which parameters, and which of them are still good?
Input: a report set (``params/*.yml``) and the dataset it names. Output: `Plan`, or `InputFault` with the faults
of shape (`params`) and of existence (areas, level, period, files) together, before any kernel starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbk_analysis import i18n
from kbk_analysis.data.editions import read_hidden
from kbk_analysis.data.store import Dataset, open_dataset
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import tr
from kbk_analysis.params import (
    CHAPTERS,
    KIND_TITLES,
    KINDS,
    MEETING,
    chapter_parameters,
    did_you_mean,
    read_report_set,
)
from kbk_analysis.period import period_end
from kbk_analysis.rendering import manifest, sources
from kbk_analysis.rendering.jobs import Chapter, Job, Plan
from kbk_analysis.rendering.publish import WORK, guard
from kbk_analysis.rendering.subjects import Subject, chosen_subjects
from kbk_analysis.schema import AreaLevel, Known
from kbk_analysis.text import shorten, slug


@dataclass(slots=True)
class _Draft:
    """What is known so far while faults are collected."""

    path: Path
    values: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def fault(self, rule: str, key: str, message: str, remedy: str, value: str = "") -> None:
        rule, value, file = f"params.{rule}", shorten(value), self.path.name
        self.findings.append(Finding(rule=rule, message=message, remedy=remedy, file=file, key=key, value=value))


def make_plan(
    path: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    data: Path | None = None,
    out: Path = Path("reports"),
    only: Sequence[str] = (),
) -> Plan:
    """Plan a report set.

    Parameters
    ----------
    path
        The report set.
    overrides
        Values from the command line instead of the file's: ``language``, ``formats``.
    data
        Folder of the dataset instead of the file's ``data``.
    out
        Folder of all report sets; this one goes to ``out/<name of the file>``, with the language where it is
        not the file's own.
    only
        Codes or names of areas; empty for all.

    Raises
    ------
    InputFault
        Every fault of shape and existence at once. Nothing has been written.
    """
    shape = read_report_set(path, {**(overrides or {}), **({"data": str(data.resolve())} if data else {})})
    draft = _Draft(path, shape.values, list(shape.findings))
    notebooks = _find_notebooks(draft)
    dataset = _open(draft)
    known = dataset.known() if dataset else None
    subjects = chosen_subjects(draft.values, known, path, draft.findings)
    if known and "period" in draft.values:
        _check_period(draft, known)
    earlier = _hidden_before(draft)
    root = out.resolve() / set_id(path, (overrides or {}).get("language"))
    draft.findings += guard(root, [subject.id for subject in subjects])
    selected = _select(draft, subjects, only)
    if draft.findings or dataset is None or known is None:
        raise InputFault(draft.findings)
    with dataset, i18n.using(draft.values["language"]):
        entry = _dataset_entry(dataset)
        if earlier:
            entry["hidden_before"] = manifest.digest(earlier)
        shared = _Shared(root, known, draft.values, notebooks, entry, _data_dir(draft), _hidden_path(draft))
        jobs = tuple(_job(subject, shared) for subject in subjects)
    chosen = tuple(job for job in jobs if job.id in selected)
    with i18n.using(draft.values["language"]):
        title = tr(KIND_TITLES[draft.values["kind"]])
        subtitle = " · ".join([known.title, tr("Periode {period}", period=draft.values["period"])])
    return Plan(
        id=root.name,
        kind=draft.values["kind"],
        title=title,
        subtitle=subtitle,
        language=draft.values["language"],
        synthetic=known.synthetic,
        root=root,
        jobs=jobs,
        selected=chosen,
        earlier=earlier,
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all jobs of a set have in common."""

    root: Path
    known: Known
    values: Mapping[str, Any]
    notebooks: Mapping[str, Path]
    dataset: Mapping[str, Any]
    data_dir: str
    hidden_before: str


def _job(subject: Subject, shared: _Shared) -> Job:
    code, values = subject.area_code, shared.values
    name, level, _ = shared.known.areas[code]
    common = {name: values[name] for name in ("period", "language", "edition")}
    common |= {
        "data_dir": shared.data_dir,
        "area_code": code,
        "hidden_before": shared.hidden_before,
        MEETING: subject.meeting,
    }
    chapters = tuple(
        Chapter(c, tr(CHAPTERS[c][1]), path, chapter_parameters(c, common, values["chapters"].get(c, {})))
        for c, path in shared.notebooks.items()
    )
    meta = _meta(subject, shared, chapters)
    logged = [manifest.logged(chapter.parameters) for chapter in chapters]
    parts = {
        "data": _data_digest(shared.dataset),
        "parameters": manifest.digest([meta, logged, values["formats"]]),
        "code": sources.package_digest(),
        "notebooks": manifest.digest([sources.notebook_digest(chapter.notebook) for chapter in chapters]),
        "environment": sources.environment_digest(),
    }
    return Job(
        id=subject.id,
        area_code=code,
        area_name=name,
        level=level.value,
        slug=subject.slug,
        chapters=chapters,
        formats=tuple(dict.fromkeys(values["formats"])),
        folder=shared.root / subject.id,
        work=shared.root / WORK / subject.id,
        meta=meta,
        dataset=shared.dataset,
        parts=parts,
        key=manifest.digest(parts),
    )


def _meta(subject: Subject, shared: _Shared, chapters: tuple[Chapter, ...]) -> dict[str, Any]:
    """Content of ``metadata.kbk`` of the bound report, in the report's language."""
    values, known, code = shared.values, shared.known, subject.area_code
    above = known.areas.get(known.areas[code][2] or "", ("",))
    period = tr("Periode {period}", period=values["period"])
    title, under = tr(KIND_TITLES[values["kind"]]), [above[0], period]
    if subject.meeting:
        title, under = subject.title, [i18n.date(subject.held_on, "full"), subject.place]
    report_date = values["report_date"] or subject.held_on or period_end(values["period"])
    letterhead = values["letterhead"] or {}
    contact = [tr("Telepon {number}", number=letterhead["phone"])] if letterhead.get("phone") else []
    contact += [tr("Surel {address}", address=letterhead["email"])] if letterhead.get("email") else []
    return {
        "schema": 1,
        "kind": values["kind"],
        "id": subject.id,
        "title": tr("{title}: {area}", title=title, area=_area_label(code, known)),
        "subtitle": " · ".join(part for part in under if part),
        **{name: values[name] for name in ("language", "edition", "paper", "period")},
        "synthetic": known.synthetic,
        "area_code": code,
        "area_name": subject.name,
        **({MEETING: subject.meeting} if subject.meeting else {}),
        "cutoff": _data_until(known, period_end(values["period"])),
        "report_date": report_date,
        "letterhead": [*letterhead.get("lines", []), *([" · ".join(contact)] if contact else [])],
        "signatories": values["signatories"] or [one for one in (letterhead.get("signatory"),) if one],
        "signed_at": tr("{place}, {date}", place=subject.name, date=i18n.date(subject.held_on or report_date)),
        "footer": known.title,
        "chapters": [{"id": chapter.id, "title": chapter.title} for chapter in chapters],
    }


def _data_until(known: Known, end: str) -> str:
    """Latest day that the data used are of: what a reader must know before the end of the period."""
    return max((day for day in known.dates if day <= end), default=end)


def _area_label(code: str, known: Known) -> str:
    name, level, _ = known.areas[code]
    district = level is AreaLevel.DISTRICT and not name.startswith("Kecamatan ")
    return tr("Kecamatan {name}", name=name) if district else name


def _project(path: Path) -> Path:
    """Folder that holds ``params/``; the file's own folder when it does not lie in one."""
    parents = path.resolve().parents
    return next((parent.parent for parent in parents if parent.name == "params"), parents[0])


def set_id(path: Path, language: str | None = None) -> str:
    """Name of a set's folder: ``params/demo/district.yml`` is ``demo-district``.

    With a `language` that is not the file's own it is named too: such reports never replace the file's own.
    """
    full = path.resolve()
    within = full.relative_to(_project(path)).with_suffix("").parts
    name = slug("-".join(part for part in within if part != "params"))
    own = read_report_set(path).values.get("language") if language else None
    return name if language in (None, own) else f"{name}-{slug(str(language))}"


def _find_notebooks(draft: _Draft) -> dict[str, Path]:
    """Notebook of each chapter: beside the folder ``params``, else where the package was checked out."""
    found = {}
    for chapter in KINDS.get(draft.values.get("kind", ""), ()):
        paths = [folder / "notebooks" / f"{chapter}.ipynb" for folder in (_project(draft.path), sources.ROOT)]
        path = next((path for path in paths if path.is_file()), None)
        if path is None:
            message = tr("Notebook bab ini tidak ditemukan.")
            remedy = tr("Letakkan {name}.ipynb dalam folder notebooks di samping folder params.", name=chapter)
            draft.fault("notebook", "kind", message, remedy, f"{chapter}.ipynb")
        else:
            found[chapter] = path
    return found


def _data_dir(draft: _Draft) -> str:
    data = str(draft.values["data"])
    return data if data == "demo" else str((draft.path.resolve().parent / data).resolve())


def _data_digest(entry: Mapping[str, Any]) -> str:
    """Hash of what is read: the dataset, and the cells hidden before where there are any."""
    own, earlier = str(entry["digest"]), entry.get("hidden_before")
    return manifest.digest([own, earlier]) if earlier else own


def _hidden_path(draft: _Draft) -> str:
    name = draft.values.get("hidden_before")
    return str((draft.path.resolve().parent / name).resolve()) if name else ""


def _hidden_before(draft: _Draft) -> tuple[tuple[str, str, str], ...]:
    """Cells that an earlier public edition hid; a fault where the list cannot be read."""
    path = _hidden_path(draft)
    if path and not Path(path).is_file():
        message = tr("Daftar sel yang disembunyikan edisi sebelumnya tidak ditemukan.")
        remedy = tr("Tunjuk berkas hidden.csv di samping indeks edisi publik sebelumnya, atau hapus hidden_before.")
        draft.fault("hidden_before", "hidden_before", message, remedy, str(draft.values["hidden_before"]))
        return ()
    try:
        return tuple(read_hidden(path).itertuples(index=False, name=None))
    except InputFault as fault:
        draft.findings += fault.findings
        return ()


def _open(draft: _Draft) -> Dataset | None:
    if "data" not in draft.values:
        return None
    folder = _data_dir(draft)
    if folder != "demo" and not Path(folder).is_dir():
        message = tr("Folder data tidak ditemukan.")
        remedy = tr("Perbaiki kunci data, pakai --data FOLDER, atau tulis demo untuk data contoh.")
        draft.fault("data", "data", message, remedy, str(draft.values["data"]))
        return None
    try:
        return open_dataset(folder)
    except InputFault as fault:
        draft.findings += fault.findings
        return None


def _check_period(draft: _Draft, known: Known) -> None:
    period = draft.values["period"]
    if period not in known.periods:
        names = ", ".join(known.periods)
        remedy = did_you_mean(period, known.periods, "").strip() + " " + tr("Periode yang ada: {names}.", names=names)
        draft.fault("period", "period", tr("Periode ini tidak ada dalam data."), remedy.strip(), period)


def _select(draft: _Draft, subjects: Sequence[Subject], only: Sequence[str]) -> set[str]:
    if not only:
        return {subject.id for subject in subjects}
    names = {subject.id: [name.casefold() for name in subject.names] for subject in subjects}
    chosen = set()
    for wanted in only:
        matches = [id for id, own in names.items() if wanted.strip().casefold() in own]
        if len(matches) == 1:
            chosen.add(matches[0])
        elif subjects:
            message = tr("Laporan ini tidak ada dalam {file}.", file=draft.path.name)
            otherwise = tr("Lihat daftarnya: kbk list {file}.", file=draft.path.name)
            choices = [*(subject.id for subject in subjects), *(subject.name for subject in subjects)]
            remedy = did_you_mean(wanted, choices, otherwise)
            draft.findings.append(
                Finding(rule="params.only", message=message, remedy=remedy, file="--only", value=wanted)
            )
    return chosen


def _dataset_entry(dataset: Dataset) -> dict[str, Any]:
    """What the manifest says of the data."""
    title, sources_ = str(dataset.meta.get("title", "")), dataset.sources()
    return {"title": title, "digest": dataset.digest(), "sources": sources_}
