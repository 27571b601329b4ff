"""Every fault of shape as a finding with the nearest name or value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kbk_analysis.errors import Finding
from kbk_analysis.i18n import mark, tr
from kbk_analysis.params.values import Letterhead, Signatory
from kbk_analysis.text import shorten


def check(model: type[BaseModel], given: Mapping[str, Any], *, file: str, prefix: str = "") -> list[Finding]:
    """Every fault of `given` against `model`, as findings with the nearest name or value.

    Examples
    --------
    >>> from kbk_analysis.params import SituationParams
    >>> for finding in check(SituationParams, {"perod": "2024"}, file="x.yml"):
    ...     print(finding)
    x.yml, kunci perod: Kunci ini tidak dikenal. → Maksud Anda "period"?
    """
    try:
        model.model_validate(dict(given))
    except ValidationError as error:
        return [_finding(fault, model, file, prefix) for fault in error.errors(include_url=False)]
    return []


def nearest(value: object, choices: Sequence[str]) -> str | None:
    """The choice most like `value`, if any is like it."""
    folded = {choice.casefold(): choice for choice in reversed(choices)}
    matches = difflib.get_close_matches(str(value)[:200].casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(value: object, choices: Sequence[str], otherwise: str) -> str:
    """A remedy that names the nearest choice, or `otherwise`."""
    match = nearest(value, choices)
    return tr('Maksud Anda "{name}"?', name=match) if match else otherwise


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
    if kind in ("string_pattern_mismatch", "iso_date", "weights"):
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
        "weights": tr("Bobot adalah milik metode mcua, dan wajib di sana: besar=5,gawat=4."),
        "comparisons": tr("Tulis setiap pasang kriteria sekali: U/S=2,U/G=3,S/G=2."),
        "scale": tr("Tulis ujung skala sebagai 1-10."),
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
