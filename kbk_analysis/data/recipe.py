"""What an import recipe says: which areas, which files, read how.

Input: ``recipe.yml`` with its ``aliases.yml``. Output: a valid `Recipe`; otherwise one refusal with every fault.
Data files are named relative to the data folder; the alias and correction files lie beside the recipe.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from kbk_analysis.areacode import is_canonical
from kbk_analysis.data.matching import Alias
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import mark, tr
from kbk_analysis.period import PATTERN
from kbk_analysis.schema import AreaLevel
from kbk_analysis.text import shorten
from kbk_analysis.yamltext import load_yaml

FROM_FILE_NAME: Final = "from_file_name"
DATE_IN_NAME: Final = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


def _code(value: str) -> str:
    if not is_canonical(value):
        raise PydanticCustomError("area_code", "code")
    return value


def _inside(value: str) -> str:
    if Path(value).is_absolute() or ".." in Path(value).parts:
        raise PydanticCustomError("inside", "path")
    return value


def _date(value: str) -> str:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise PydanticCustomError("iso_date", "date") from None


Text = Annotated[str, Field(min_length=1, max_length=400)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, AfterValidator(_code)]
File = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_inside)]
IsoDate = Annotated[str, AfterValidator(_date)]
Period = Annotated[str, Field(pattern=PATTERN)]
Level = Literal["province", "regency", "district", "village"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RegisterFiles(_Strict):
    """Files of the area register, by level, and the bridges from BPS codes."""

    province: File
    regency: File
    district: File
    village: File
    bridges: tuple[File, ...] = Field(default=(), strict=False)
    source: Text


class AreaColumns(_Strict):
    """How a table says which area a row is about: `code`, `parts`, names, or `fixed`; exactly one of them.

    `name` is a column with the area's name, checked against the code. `scheme` is needed where codes are bare.
    """

    code: Text | None = None
    parts: list[Text] | None = Field(default=None, min_length=1, max_length=4)
    province: Text | None = None
    regency: Text | None = None
    district: Text | None = None
    village: Text | None = None
    fixed: Code | None = None
    name: Text | None = None
    scheme: Literal["kemendagri", "bps"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> AreaColumns:
        if sum(way is not None for way in (self.code, self.parts, self.regency, self.fixed)) != 1:
            raise PydanticCustomError("one_way", "area")
        return self


class _Source(_Strict):
    """What every source says: its id, title and files, and how its cells are written."""

    id: Id
    title: Text
    licence: Text | None = None
    files: list[File] = Field(min_length=1, max_length=500)
    sheet: Text | None = None
    header_row: int | None = Field(default=None, ge=1)
    delimiter: Text | None = None
    encoding: Text | None = None
    decimal: Literal["comma", "dot"] | None = None


class KampungSource(_Source):
    """An export of the Kampung KB portal. The export date stands in a column, in the recipe, or in the file name."""

    adapter: Literal["kampung_klasifikasi", "kampung_rinci"]
    date_column: Text | None = None
    export_date: Literal["from_file_name"] | IsoDate | None = None

    @model_validator(mode="after")
    def _one_date(self) -> KampungSource:
        if (self.date_column is None) == (self.export_date is None):
            raise PydanticCustomError("one_date", "date")
        if self.export_date == FROM_FILE_NAME:
            for name in self.files:
                if len(DATE_IN_NAME.findall(Path(name).name)) != 1:
                    raise PydanticCustomError("name_date", "date")
        return self


class IdmSource(_Source):
    """Village index (IDM) as published by Kemendes: one row a village, codes without dots."""

    adapter: Literal["idm"]


class Measure(_Strict):
    """What a name in the indicator column means: a catalogue id, and what the number is (`as`)."""

    id: Text
    reading: Literal["value", "numerator"] = Field(default="value", alias="as")


class LongSource(_Source):
    """A table with one row per area, period and indicator. `left_out` names the rest of the file, with the reason."""

    adapter: Literal["long"]
    area: AreaColumns
    indicator: Text
    indicators: dict[str, Text | Measure]
    left_out: dict[str, Text] = Field(default_factory=dict)
    period: Text | None = None
    value: Text | None = None
    values: dict[Period, Text] = Field(default_factory=dict)
    numerator: Text | None = None
    denominator: Text | None = None
    source: Text | None = None
    percent: bool = False
    ignore: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_shape(self) -> LongSource:
        if (self.period is None or self.value is None) == (not self.values):
            raise PydanticCustomError("long_shape", "values")
        return self


class WideIndicator(_Strict):
    """Columns of one indicator in a wide table: a value, or a numerator and a denominator, or all three."""

    id: Text
    value: Text | None = None
    numerator: Text | None = None
    denominator: Text | None = None
    percent: bool = False

    @model_validator(mode="after")
    def _something(self) -> WideIndicator:
        if self.value is None and (self.numerator is None or self.denominator is None):
            raise PydanticCustomError("wide_columns", "value")
        return self


class WideSource(_Source):
    """A table with one row per area and a column, or two, per indicator."""

    adapter: Literal["wide"]
    area: AreaColumns
    period: Period | None = None
    period_column: Text | None = None
    as_of: IsoDate | None = None
    as_of_column: Text | None = None
    date_order: Literal["dmy", "mdy"] | None = None
    indicators: list[WideIndicator] = Field(min_length=1)
    ignore: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_period(self) -> WideSource:
        if (self.period is None) == (self.period_column is None):
            raise PydanticCustomError("one_period", "period")
        return self


Source = KampungSource | IdmSource | LongSource | WideSource
AnySource = Annotated[Source, Field(discriminator="adapter")]


class BoundaryFile(_Strict):
    """A GeoJSON file of one level, and the property that holds the Kemendagri code."""

    level: Level
    file: File
    code: Text = "code"
    source: Text | None = None


class Recipe(_Strict):
    """How one dataset is made from office files."""

    title: Text
    licence: Text
    synthetic: bool = False
    scope: list[Code] = Field(min_length=1, max_length=600)
    register_files: RegisterFiles = Field(alias="register")
    aliases: File | None = None
    corrections: File | None = None
    sources: list[AnySource] = Field(min_length=1, max_length=100)
    boundaries: list[BoundaryFile] = Field(default_factory=list)

    @model_validator(mode="after")
    def _apart(self) -> Recipe:
        ids = [source.id for source in self.sources]
        if len(set(ids)) < len(ids):
            raise PydanticCustomError("same_id", "id")
        return self


class _AliasEntry(_Strict):
    level: Level
    within: Code
    name: Text = Field(alias="from")
    to: Code
    why: Text
    source: Text
    valid_from: IsoDate | None = None
    valid_to: IsoDate | None = None


class _AliasFile(_Strict):
    aliases: list[_AliasEntry]


def load_recipe(path: Path) -> Recipe:
    """Read a recipe and check its shape; see `Recipe` for the keys.

    Raises
    ------
    InputFault
        Every fault at once, with the key and, for an unknown key, the nearest known one.
    """
    recipe = _load(Recipe, path)
    assert isinstance(recipe, Recipe)
    return recipe


def load_aliases(path: Path) -> list[Alias]:
    """Read declared other names of areas (level, within, from, to, why, source, valid_from, valid_to).

    Raises
    ------
    InputFault
        Every fault at once.
    """
    loaded = _load(_AliasFile, path)
    assert isinstance(loaded, _AliasFile)
    return [
        Alias(
            AreaLevel(entry.level),
            entry.within,
            entry.name,
            entry.to,
            entry.why,
            entry.source,
            entry.valid_from or "",
            entry.valid_to or "",
        )
        for entry in loaded.aliases
    ]


def _load(model: type[_Strict], path: Path) -> _Strict:
    raw = load_yaml(path)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise InputFault(_finding(fault, model, path.name) for fault in error.errors(include_url=False)) from None


_NESTED: Final[Mapping[str, type[_Strict]]] = {
    "register": RegisterFiles,
    "area": AreaColumns,
    "kampung_klasifikasi": KampungSource,
    "kampung_rinci": KampungSource,
    "idm": IdmSource,
    "long": LongSource,
    "wide": WideSource,
    "boundaries": BoundaryFile,
    "aliases": _AliasEntry,
}
# pydantic's name of a fault -> (what is wrong, what to do)
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": (mark("Kunci ini wajib ada."), mark("Tambahkan kunci ini.")),
    "string_type": (
        mark("Harus berupa teks."),
        mark("Tulis dalam tanda kutip; kode dan tanggal selalu teks."),
    ),
    "area_code": (
        mark("Bukan kode wilayah Kemendagri."),
        mark('Tulis kode bertitik dalam tanda kutip, misalnya "14.06".'),
    ),
    "inside": (
        mark("Berkas harus berada di dalam folder data."),
        mark('Tulis jalur relatif terhadap folder data, tanpa "..".'),
    ),
    "iso_date": (mark("Bukan tanggal."), mark("Tulis tanggal yang ada sebagai TAHUN-BULAN-HARI, misalnya 2022-10-27.")),
    "one_way": (
        mark("Wilayah harus dinyatakan dengan satu cara."),
        mark("Isi tepat satu: code, parts, regency (dengan district dan village), atau fixed."),
    ),
    "one_date": (
        mark("Tanggal ekspor harus dinyatakan dengan satu cara."),
        mark("Isi tepat satu: date_column, atau export_date (tanggal atau from_file_name)."),
    ),
    "name_date": (
        mark("Nama berkas tidak memuat tepat satu tanggal."),
        mark("Tulis export_date, atau beri nama berkas dengan TAHUN-BULAN-HARI."),
    ),
    "long_shape": (
        mark("Nilai dan periode harus dinyatakan dengan satu cara."),
        mark("Isi period dan value, atau values (periode: kolom)."),
    ),
    "wide_columns": (
        mark("Indikator ini tanpa kolom angka."),
        mark("Isi value, atau numerator dan denominator."),
    ),
    "one_period": (
        mark("Periode harus dinyatakan dengan satu cara."),
        mark("Isi tepat satu: period atau period_column."),
    ),
    "same_id": (mark("Dua sumber memakai id yang sama."), mark("Beri setiap sumber id sendiri.")),
}


def _finding(fault: ErrorDetails, model: type[_Strict], file: str) -> Finding:
    # pydantic puts the chosen kind of source and the members of a union in the path; a reader knows neither
    key = ".".join(
        shorten(str(part)) for part in fault["loc"] if str(part) not in _NESTED or part in ("register", "area")
    )
    message, remedy = _words(fault, model)
    given = fault["input"]
    value = shorten(str(given)) if isinstance(given, str | int | float) and fault["type"] != "extra_forbidden" else ""
    return Finding(rule=f"recipe.{fault['type']}", message=message, remedy=remedy, file=file, key=key, value=value)


def _words(fault: ErrorDetails, model: type[_Strict]) -> tuple[str, str]:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return tr("Kunci ini tidak dikenal."), _nearest(str(fault["loc"][-1]), _fields(model, fault["loc"][:-1]))
    if kind in {"literal_error", "union_tag_invalid"}:
        offered = re.findall(r"'([^']+)'", str(context.get("expected", context.get("expected_tags", ""))))
        return tr("Nilai ini tidak termasuk pilihan."), _nearest(str(context.get("tag", fault["input"])), offered)
    if kind == "union_tag_not_found":
        return tr("Kunci ini wajib ada."), tr("Tambahkan kunci {key}.", key="adapter")
    if kind in _WORDS:
        return tr(_WORDS[kind][0]), tr(_WORDS[kind][1])
    return tr("Nilai ini tidak sah."), tr("Bandingkan dengan params/rokan_hulu/recipe.yml.")


def _nearest(name: str, choices: Sequence[str]) -> str:
    near = difflib.get_close_matches(name.casefold(), choices, n=1, cutoff=0.6)
    if near:
        return tr('Maksud Anda "{name}"?', name=near[0])
    return tr("Yang dikenal: {names}.", names=", ".join(choices))


def _fields(model: type[_Strict], loc: tuple[Any, ...]) -> list[str]:
    """Names of the keys allowed at a place."""
    for part in loc:
        model = _NESTED.get(str(part), model)
    if model is WideSource and "indicators" in loc:
        model = WideIndicator
    return [field.alias or name for name, field in model.model_fields.items()]
