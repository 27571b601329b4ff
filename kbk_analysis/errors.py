"""Faults that are told to people: findings in files, refused input, values that cannot be given.

Three things only:

- `Finding`: one fault in one place of one file, with the rule it breaks and the remedy;
- `InputFault`: the exception that carries *all* findings of an input at once;
- `Refusal`: a named reason that stands where a value would stand.

None of them holds a personal value: a finding names the cell, and repeats its value only when the rule
is about the value and the value is short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kbk_analysis.i18n import mark, tr


class Severity(StrEnum):
    """How much a finding weighs: an error stops the import or render, a warning is printed with the result."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault in one place.

    Parameters
    ----------
    rule
        Short stable name of the broken rule, for example ``code.ambiguous``.
    message
        What is wrong, in the reader's language.
    remedy
        What to do about it.
    file, sheet, row, column
        Where; `row` counts as the spreadsheet program shows it (the header is row 1).
    key
        Where in a file of settings: the key with its parents, ``chapters.situation_analysis.formation_year``.
    value
        The offending value as found, shortened; empty when the rule is not about a value.
    """

    rule: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""
    value: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it stops the work; a warning does not."""
        return self.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """Where the fault is, as one phrase."""
        parts = [self.file]
        if self.sheet:
            parts.append(tr("lembar {sheet}", sheet=self.sheet))
        if self.row is not None:
            parts.append(tr("baris {row}", row=self.row))
        if self.column:
            parts.append(tr("kolom {column}", column=self.column))
        if self.key:
            parts.append(tr("kunci {key}", key=self.key))
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        value = f" [{self.value}]" if self.value else ""
        return f"{place}{self.message}{value} → {self.remedy}"


class InputFault(Exception):
    """Input that is refused, with every finding. ``str()`` gives one line a finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def stop_on_errors(findings: Iterable[Finding]) -> None:
    """Refuse the input with every error among the findings; warnings alone stop nothing.

    Examples
    --------
    >>> stop_on_errors([Finding(rule="a", message="b", remedy="c", severity=Severity.WARNING)])
    """
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise InputFault(errors)


# code -> (short text for a table cell, full sentence). Fields are filled from `Refusal.details`.
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "not_reported": (mark("belum lapor"), mark("Belum dilaporkan.")),
    "not_applicable": (mark("–"), mark("Tidak berlaku untuk wilayah ini.")),
    "not_scored": (mark("tidak menilai"), mark("Penilai ini tidak memberi skor.")),
    "suppressed": (mark("disembunyikan"), mark("Disembunyikan karena jumlahnya kecil.")),
    "below_5": (mark("< 5 %"), mark("Kurang dari 5 %; jumlahnya disembunyikan.")),
    "above_95": (mark("> 95 %"), mark("Lebih dari 95 %; jumlahnya disembunyikan.")),
    "zero_denominator": (mark("n = 0"), mark("Tidak dapat dihitung: penyebutnya nol.")),
    "impossible": (mark("tidak masuk akal"), mark("Tidak dapat dihitung: {detail}.")),
    "incomplete": (
        mark("data tidak cukup"),
        mark("Tidak dihitung: hanya {reported} dari {expected} desa melaporkan."),
    ),
    "no_target": (mark("belum ditetapkan"), mark("Target daerah belum ditetapkan.")),
    "too_few_areas": (
        mark("wilayah terlalu sedikit"),
        mark("Tidak dihitung: {n} wilayah, sedikitnya {minimum} diperlukan."),
    ),
    "too_short": (
        mark("deret terlalu pendek"),
        mark("Tidak dihitung: {n} tanggal ekspor dalam {days} hari; sedikitnya dua tanggal berjarak setengah tahun."),
    ),
    "too_few_points": (
        mark("deret terlalu pendek"),
        mark("Tidak dihitung: {n} titik waktu, sedikitnya {minimum} diperlukan."),
    ),
    "series_break": (
        mark("definisi berubah"),
        mark("Tidak dihitung: definisi indikator berubah di tengah deret, sehingga tahun-tahunnya tidak sebanding."),
    ),
    "overlapping": (
        mark("periode tumpang tindih"),
        mark("Tidak dihitung: titik-titiknya memakai tahun yang sama, sehingga tidak saling bebas."),
    ),
    "no_standard_error": (
        mark("ketelitian tidak diketahui"),
        mark("Tidak dihitung: galat baku salah satu nilai kosong atau nol."),
    ),
    "no_direction": (
        mark("tidak dinilai"),
        mark("Tidak dihitung: indikator ini tidak mempunyai arah yang lebih baik."),
    ),
    "no_fit": (
        mark("model tidak cocok"),
        mark("Tidak dihitung: model tidak dapat dicocokkan pada data ini."),
    ),
    "too_few_groups": (
        mark("kelompok terlalu sedikit"),
        mark("Tidak dihitung: {n} kelompok dapat dibandingkan, sedikitnya {minimum} diperlukan."),
    ),
    "other_villages": (
        mark("desa pelapor berbeda"),
        mark("Tidak dibandingkan: desa yang melapor tidak sama di kedua periode."),
    ),
    "doubtful": (
        mark("angka dipertanyakan"),
        mark("Tidak dinilai: bertumpu pada angka yang tidak mungkin atau berulang, yang perlu ditanyakan dahulu."),
    ),
    "past": (mark("tahun sudah lewat"), mark("Tidak dihitung: tahun {year} tidak di depan periode {period}.")),
    "no_boundaries": (mark("tanpa peta"), mark("Batas wilayah tidak ada dalam kumpulan data ini.")),
    "no_distribution": (
        mark("tanpa sebaran"),
        mark("Tidak dihitung: rerata dilaporkan tanpa jumlah keluarga menurut kelasnya."),
    ),
    "no_data": (mark("tidak ada data"), mark("Tidak ada data untuk {subject}.")),
    "no_score": (mark("–"), mark("Skor dari daftar periksa tidak mempunyai selang kepercayaan.")),
    "too_few_events": (
        mark("kejadian terlalu sedikit"),
        mark("Tidak dihitung: {n} kejadian, sedikitnya {minimum} diperlukan."),
    ),
    "unstable": (mark("n terlalu kecil"), mark("Tidak dinilai: penyebutnya {n}, sedikitnya {minimum} diperlukan.")),
    "not_judged": (mark("–"), mark("Indikator konteks: tidak dinilai baik atau buruk.")),
    "lower_is_better": (
        mark("lihat selisih"),
        mark("Persentase capaian tidak dihitung bila nilai yang lebih rendah lebih baik; lihat selisih dengan target."),
    ),
    "no_baseline": (mark("tanpa nilai awal"), mark("Kemajuan tidak dihitung: nilai awal tidak ada.")),
    "target_is_baseline": (
        mark("target = nilai awal"),
        mark("Kemajuan tidak dihitung: target sama dengan nilai awal."),
    ),
    "no_benchmark": (mark("tanpa pembanding"), mark("Tidak dibandingkan: nilai pembanding tidak ada.")),
    "too_few_judges": (
        mark("penilai terlalu sedikit"),
        mark("Tidak dihitung: {n} penilai, sedikitnya {minimum} diperlukan."),
    ),
    "too_few_problems": (
        mark("masalah terlalu sedikit"),
        mark("Tidak dihitung: {n} masalah, sedikitnya {minimum} diperlukan."),
    ),
    "no_weights": (
        mark("tanpa bobot"),
        mark("Tidak dihitung: pada metode {method} skor dikalikan, sehingga bobot tidak berarti."),
    ),
    "no_deadline": (mark("tanpa tenggat"), mark("Tidak dihitung: tenggat laporan tidak diberikan.")),
    "no_due": (mark("tanpa tenggat"), mark("Tidak dihitung: komitmen ini tidak mempunyai tenggat.")),
    "no_budget": (mark("belum disebut"), mark("Anggaran komitmen ini belum disebut.")),
    "not_priority": (mark("bukan prioritas"), mark("Rapat tidak menjadikan masalah ini prioritas.")),
    "not_decided": (mark("belum diputuskan"), mark("Rapat belum memutuskan tentang masalah ini.")),
    "not_recorded": (mark("tidak tercatat"), mark("Kehadirannya tidak tercatat.")),
    "no_interval": (mark("tanpa selang"), mark("Tidak dibandingkan: nilai ini tidak mempunyai selang kepercayaan.")),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named reason why something cannot be computed or shown; it stands where the value would stand.

    Parameters
    ----------
    code
        A key of `REASONS`.
    details
        Values for the fields of the full sentence.

    Examples
    --------
    >>> Refusal("incomplete", {"reported": 10, "expected": 35}).text
    'Tidak dihitung: hanya 10 dari 35 desa melaporkan.'
    """

    code: str
    details: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in REASONS:
            raise ValueError(f"unknown refusal {self.code!r}")

    @property
    def short(self) -> str:
        """Two or three words for a table cell."""
        return tr(REASONS[self.code][0])

    @property
    def text(self) -> str:
        """A whole sentence."""
        return tr(REASONS[self.code][1], **self.details)
