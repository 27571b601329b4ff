"""Shape of parameters: what a report set may say, and what a chapter takes.

Question answered: are these parameters well formed?
Input: a report set (``params/*.yml``). Output: its valid values and *every* fault of shape. Whether an area
or a period exists is another question (`rendering.plan`), asked of the data and told in the same refusal.

A chapter's model holds the same names, in the same order, as the ``parameters`` cell of its notebook.
Values are plain JSON; dates are ISO text. A report kind is data: an ordered list of chapters.
"""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.functional_validators import AfterValidator
from pydantic_core import ErrorDetails, PydanticCustomError

from kbk_analysis.errors import Finding
from kbk_analysis.i18n import mark, tr
from kbk_analysis.period import PATTERN
from kbk_analysis.schema import AreaLevel
from kbk_analysis.text import shorten
from kbk_analysis.yamltext import load_yaml

Text = Annotated[str, Field(min_length=1, max_length=200)]
PathText = Annotated[str, Field(min_length=1, max_length=1000)]
Code = Annotated[str, Field(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$")]
Period = Annotated[str, Field(pattern=PATTERN)]


def _is_iso_date(value: str) -> str:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("iso_date", "not an ISO date") from None
    return value


def _is_blank_or_iso_date(value: str) -> str:
    return _is_iso_date(value) if value else value


IsoDate = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_iso_date)]
OptionalDate = Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"), AfterValidator(_is_blank_or_iso_date)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class RecordParams(_Strict):
    """Parameters of ``meeting_record``: the common five and the meeting."""

    data_dir: PathText = "demo"
    area_code: Code = "99.01"
    period: Period = "2024"
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    meeting: Text = "rakor-2024-2"


class SituationParams(_Strict):
    """Parameters of ``situation_analysis``: the common five, a year and a day.

    By `formation_year` every village should have a Kampung KB; by `reply_by` the requests are to be answered (blank:
    the meeting sets it).
    """

    data_dir: PathText = "demo"
    area_code: Code = "99.01.01"
    period: Period = "2024"
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    formation_year: int = Field(2026, ge=2000, le=2100)
    reply_by: OptionalDate = ""


# What the report set says once for all chapters; a chapter may not say it again.
COMMON: Final = ("data_dir", "area_code", "period", "language", "edition")
MEETING: Final = "meeting"  # also said once, for the chapters that take it
CHAPTERS: Final[Mapping[str, tuple[type[_Strict], str]]] = {
    "meeting_record": (RecordParams, mark("Catatan rapat")),
    "situation_analysis": (SituationParams, mark("Analisis situasi")),
}
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "district": ("situation_analysis",),
    "meeting": ("situation_analysis", "meeting_record"),
}
KIND_TITLES: Final[Mapping[str, str]] = {
    "district": mark("Situasi Kampung Keluarga Berkualitas"),
    "meeting": mark("Rapat koordinasi Kampung Keluarga Berkualitas"),
}
LEVELS: Final[Mapping[str, AreaLevel]] = {"kecamatan": AreaLevel.DISTRICT, "kabupaten": AreaLevel.REGENCY}


class Signatory(_Strict):
    """Who signs. A name and NIP may stand here and nowhere else; without a name the line is left to be filled."""

    role: Text
    name: Text | None = None
    nip: Annotated[str, Field(pattern=r"^[0-9 ]{18,25}$")] | None = None


class Letterhead(_Strict):
    """The office that publishes: its lines, and contact data that are printed but never logged."""

    lines: list[Text] = Field(min_length=1, max_length=6)
    phone: Text | None = None
    email: Text | None = None
    signatory: Signatory | None = None


class ReportSet(_Strict):
    """A report set: which reports, of which areas, from which data, in which form.

    ``areas``, ``areas_file`` (csv with a column ``area_code``) or ``parent`` (all areas of `level` in it): one of them.
    With `parent_report` the parent has a report of its own beside them. The kind ``meeting`` takes a `meeting` instead:
    its area is the one that the meeting is about. `signatories` sign at the end.
    """

    kind: Literal["district", "meeting"]
    data: PathText
    meeting: Text | None = None
    level: Literal["kecamatan", "kabupaten"] = "kecamatan"
    parent: Text | None = None
    parent_report: bool = False
    areas: list[Text] | None = Field(None, min_length=1, max_length=10_000)
    areas_file: PathText | None = None
    period: Period
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    paper: Literal["a4", "f4"] = "a4"
    formats: list[Literal["html", "pdf"]] = Field(["html", "pdf"], min_length=1)
    letterhead: Letterhead | None = None
    signatories: list[Signatory] = Field(default_factory=list, max_length=12)
    report_date: IsoDate | None = None
    chapters: dict[str, dict[str, Any]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """A report set as read: `values` holds every well-formed key (defaults included), `findings` every fault."""

    path: Path
    values: Mapping[str, Any]
    findings: tuple[Finding, ...]


def read_report_set(path: Path, overrides: Mapping[str, Any] | None = None) -> Shape:
    """Read a report set and check its shape.

    Parameters
    ----------
    path
        The file, for example ``params/district.yml``.
    overrides
        Values that replace the file's (from the command line), checked in the same way.

    Raises
    ------
    InputFault
        When the file is not strict YAML; faults of shape are returned, not raised.
    """
    raw = load_yaml(path)
    if not isinstance(raw, dict):
        message, remedy = tr("Berkas ini bukan daftar kunci dan nilai."), tr("Mulai dari contoh params/district.yml.")
        return Shape(path, {}, (Finding(rule="params.form", message=message, remedy=remedy, file=path.name),))
    given = {**raw, **(overrides or {})}
    findings = check(ReportSet, given, file=path.name)
    bad = {finding.key.partition(".")[0] for finding in findings}
    defaults = {name: field.get_default(call_default_factory=True) for name, field in ReportSet.model_fields.items()}
    values = {name: given.get(name, defaults[name]) for name in defaults if name not in bad}
    findings += _check_choice(given, path.name) + _check_chapters(values, path.name)
    return Shape(path, values, tuple(findings))


def check(model: type[BaseModel], given: Mapping[str, Any], *, file: str, prefix: str = "") -> list[Finding]:
    """Every fault of `given` against `model`, as findings with the nearest name or value.

    Examples
    --------
    >>> for finding in check(SituationParams, {"perod": "2024"}, file="x.yml"):
    ...     print(finding)
    x.yml, kunci perod: Kunci ini tidak dikenal. → Maksud Anda "period"?
    """
    try:
        model.model_validate(dict(given))
    except ValidationError as error:
        return [_finding(fault, model, file, prefix) for fault in error.errors(include_url=False)]
    return []


def chapter_parameters(chapter: str, common: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of a chapter, defaults included, in the order of its ``parameters`` cell.

    A common value that the chapter does not take, such as the meeting, is left out.
    """
    model = CHAPTERS[chapter][0]
    taken = {name: value for name, value in common.items() if name in model.model_fields}
    return model(**taken, **own).model_dump(mode="json")


def parameter_names(notebook: Path) -> tuple[str, ...]:
    """Names assigned in the cell tagged ``parameters`` of a notebook, in order; empty when it has none."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    for cell in cells:
        if "parameters" in cell["metadata"].get("tags", ()):
            body = ast.parse("".join(cell["source"])).body
            targets = [t for s in body for t in (s.targets if isinstance(s, ast.Assign) else [getattr(s, "target", s)])]
            return tuple(target.id for target in targets if isinstance(target, ast.Name))
    return ()


def nearest(value: object, choices: Sequence[str]) -> str | None:
    """The choice most like `value`, if any is like it."""
    folded = {choice.casefold(): choice for choice in reversed(choices)}
    matches = difflib.get_close_matches(str(value)[:200].casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(value: object, choices: Sequence[str], otherwise: str) -> str:
    """A remedy that names the nearest choice, or `otherwise`."""
    match = nearest(value, choices)
    return tr('Maksud Anda "{name}"?', name=match) if match else otherwise


def _check_choice(given: Mapping[str, Any], file: str) -> list[Finding]:
    said = [name for name in ("parent", "areas", "areas_file") if given.get(name) is not None]
    if given.get("kind") == MEETING:
        return _check_meeting(given, said, file)
    if given.get(MEETING) is not None and given.get("kind") in KINDS:
        message = tr("Kunci ini hanya untuk jenis laporan meeting.")
        remedy = tr("Tulis kind: meeting, atau hapus meeting.")
        return [Finding(rule="params.meeting", message=message, remedy=remedy, file=file, key=MEETING)]
    if len(said) != 1:
        return [
            Finding(
                rule="params.areas",
                message=tr("Wilayah harus dinyatakan dengan satu cara, bukan {n}.", n=len(said)),
                remedy=tr("Isi tepat satu: parent (wilayah induk), areas (daftar kode) atau areas_file (berkas csv)."),
                file=file,
                key=" + ".join(said) or "areas",
            )
        ]
    if given.get("parent_report") is True and said != ["parent"]:
        return [
            Finding(
                rule="params.parent_report",
                message=tr("Laporan wilayah induk diminta, tetapi wilayah induknya tidak disebut."),
                remedy=tr("Pakai parent (wilayah induk), atau hapus parent_report."),
                file=file,
                key="parent_report",
            )
        ]
    return []


def _check_meeting(given: Mapping[str, Any], said: Sequence[str], file: str) -> list[Finding]:
    """A report of a meeting names the meeting, and nothing that would name another area."""
    others = [*said, *(name for name in ("level", "parent_report") if name in given)]
    findings = [
        Finding(
            rule="params.meeting",
            message=tr("Kunci ini tidak dipakai untuk laporan rapat: wilayahnya adalah wilayah rapat."),
            remedy=tr("Hapus kunci ini."),
            file=file,
            key=name,
        )
        for name in others
    ]
    if given.get(MEETING) is None:
        message, remedy = tr("Rapatnya belum disebut."), tr("Tulis meeting: dan id rapat dari tabel meetings.")
        findings.append(Finding(rule="params.meeting", message=message, remedy=remedy, file=file, key=MEETING))
    return findings


def _check_chapters(values: Mapping[str, Any], file: str) -> list[Finding]:
    known = KINDS.get(values.get("kind", ""), tuple(CHAPTERS))
    findings: list[Finding] = []
    for chapter, own in values.get("chapters", {}).items():
        key = f"chapters.{shorten(chapter)}"
        if chapter not in known:
            remedy = did_you_mean(chapter, known, tr("Bab yang ada: {names}.", names=", ".join(known)))
            message = tr("Bab ini tidak ada dalam jenis laporan ini.")
            findings.append(Finding(rule="params.chapter", message=message, remedy=remedy, file=file, key=key))
            continue
        findings += [
            Finding(
                rule="params.common",
                message=tr("Nilai ini berlaku untuk seluruh laporan, bukan untuk satu bab."),
                remedy=tr("Hapus di sini; tetapkan sekali di tingkat atas berkas."),
                file=file,
                key=f"{key}.{name}",
            )
            for name in (*COMMON, MEETING)
            if name in own
        ]
        rest = {name: value for name, value in own.items() if name not in (*COMMON, MEETING)}
        findings += check(CHAPTERS[chapter][0], rest, file=file, prefix=f"{key}.")
    return findings


_TYPES: Final = {
    "string_type": mark("teks dalam tanda kutip"),
    "int_type": mark("bilangan bulat tanpa tanda kutip"),
    "bool_type": mark("true atau false tanpa tanda kutip"),
    "list_type": mark("daftar"),
    "dict_type": mark("kelompok kunci dan nilai"),
    "model_type": mark("kelompok kunci dan nilai"),
}


def _finding(fault: ErrorDetails, model: type[BaseModel], file: str, prefix: str) -> Finding:
    message, remedy = _words(fault, model)
    # A contact or a whole mapping is not repeated; a missing value cannot be.
    private = fault["loc"][0] in ("letterhead", "signatories") or fault["type"] in ("missing", "extra_forbidden")
    value = "" if private or isinstance(fault["input"], dict | list) else shorten(str(fault["input"]))
    key = prefix + ".".join(shorten(str(part)) for part in fault["loc"])
    return Finding(rule=f"params.{fault['type']}", message=message, remedy=remedy, file=file, key=key, value=value)


def _words(fault: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    kind, name, context = fault["type"], str(fault["loc"][-1]), fault.get("ctx", {})
    if kind == "extra_forbidden":
        names = list(_fields_at(model, fault["loc"][:-1]))
        otherwise = tr("Hapus kunci ini; yang dikenal: {names}.", names=", ".join(names))
        return tr("Kunci ini tidak dikenal."), did_you_mean(name, names, otherwise)
    if kind == "missing":
        return tr("Kunci ini wajib ada."), tr("Tambahkan {key}: … pada berkas.", key=name)
    if kind == "literal_error":
        choices = [part.strip(" '") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
        otherwise = tr("Pilih salah satu: {names}.", names=", ".join(choices))
        return tr("Nilai ini tidak termasuk pilihan."), did_you_mean(fault["input"], choices, otherwise)
    if kind in _TYPES:
        wanted = tr(_TYPES[kind])
        return tr("Jenis nilai salah."), tr("Tulis sebagai {wanted}{example}.", wanted=wanted, example=_example(fault))
    if "too_" in kind or kind in ("greater_than_equal", "less_than_equal"):
        limit = next(iter(context.get(k) for k in ("min_length", "max_length", "ge", "le") if k in context), "")
        return tr("Nilai di luar batas."), tr("Batasnya {limit}.", limit=limit)
    if kind in ("string_pattern_mismatch", "iso_date"):
        return tr("Bentuk nilai salah."), _form_help(name)
    return tr("Nilai tidak sah."), tr("Lihat contoh params/district.yml.")


def _example(fault: ErrorDetails) -> str:
    name, value = fault["loc"][-1], fault["input"]
    return f': {name}: "{value}"' if fault["type"] == "string_type" and isinstance(value, int | float) else ""


def _form_help(name: str) -> str:
    helps = {
        "period": tr("Tulis tahun, semester atau bulan: 2024, 2024-S1, 2024-09."),
        "report_date": tr("Tulis tanggal yang ada sebagai TAHUN-BULAN-HARI: 2024-12-16."),
        "reply_by": tr("Tulis tanggal yang ada sebagai TAHUN-BULAN-HARI, atau kosongkan."),
        "area_code": tr("Tulis kode Kemendagri bertitik: 14.06.03."),
        "nip": tr("Tulis NIP 18 angka dalam tanda kutip."),
    }
    return helps.get(name, tr("Lihat contoh params/district.yml."))


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> Sequence[str]:
    nested: dict[str, type[BaseModel]] = {
        "letterhead": Letterhead,
        "signatory": Signatory,
        "signatories": Signatory,
    }
    for part in loc:
        model = nested.get(str(part), model)
    return tuple(model.model_fields)
