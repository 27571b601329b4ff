"""Vocabulary shared by every floor: levels, directions, states, and the columns of the tidy tables.

Nothing here reads a file or computes. `TABLES` is the data contract: the store, the validation and
``docs/data-dictionary.md`` are all derived from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal


class AreaLevel(StrEnum):
    """Levels of government, from the top down."""

    PROVINCE = "province"
    REGENCY = "regency"
    DISTRICT = "district"
    VILLAGE = "village"


class Direction(StrEnum):
    """Which way is better. `CONTEXT` is never judged."""

    HIGHER = "higher"
    LOWER = "lower"
    CONTEXT = "context"


class Status(StrEnum):
    """State of one observation. Missing is never zero."""

    REPORTED = "reported"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"


class Edition(StrEnum):
    """Who may read a report: `INTERNAL` shows all counts, `PUBLIC` hides small sensitive ones."""

    INTERNAL = "internal"
    PUBLIC = "public"


class KampungClass(StrEnum):
    """The four classes of Peraturan BKKBN 20/2023, in order."""

    DASAR = "Dasar"
    BERKEMBANG = "Berkembang"
    MANDIRI = "Mandiri"
    BERKELANJUTAN = "Berkelanjutan"


CLASSES: Final = tuple(KampungClass)

Kind = Literal["text", "code", "integer", "number", "date", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a tidy table: name, kind, may it be blank, meaning (Indonesian, English), values allowed."""

    name: str
    kind: Kind
    nullable: bool
    id: str
    en: str
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table: its columns and the columns that together name a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False

    def column(self, name: str) -> Column:
        """Column by name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)


def _score(name: str, id: str, en: str) -> Column:
    return Column(f"score_{name}", "integer", True, f"skor {id} (1-4)", f"score of {en} (1-4)", minimum=1, maximum=4)


def _count(name: str, id: str, en: str) -> Column:
    return Column(name, "number", True, id, en, minimum=0)


# The 12 classification variables, in the order of the portal's export: (name, index, Indonesian, English).
VARIABLES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("pokja", "input", "Pokja", "working group (pokja)"),
    ("funds", "input", "sumber dana", "fund sources"),
    ("groups", "input", "poktan", "activity groups (poktan)"),
    ("facilities", "input", "sarana", "facilities"),
    ("staff_regulation", "input", "PKB/PLKB dan regulasi", "companion and regulation"),
    ("data_use", "process", "penggunaan data", "data use"),
    ("operations", "process", "mekanisme operasional", "operations"),
    ("cross_sector", "process", "lintas sektor", "cross-sector involvement"),
    ("participation", "output", "partisipasi poktan", "participation in groups"),
    ("cpr", "output", "CPR (pemakaian kontrasepsi modern)", "modern contraceptive prevalence (CPR)"),
    ("mkjp", "output", "MKJP (metode jangka panjang)", "long-acting methods (MKJP)"),
    ("unmet", "output", "unmet need", "unmet need"),
)
INDICES: Final = ("input", "process", "output")
SCORE_COLUMNS: Final = tuple(f"score_{name}" for name, *_ in VARIABLES)
METHODS: Final = ("iud", "mow", "mop", "condom", "implant", "injection", "pill")
GROUPS: Final = ("bkb", "bkr", "bkl", "uppka", "pikr")

AREAS = Table(
    "areas",
    ("code",),
    (
        Column("code", "code", False, "kode Kemendagri bertitik", "Kemendagri code with dots"),
        Column("name", "text", False, "nama resmi", "official name"),
        Column("level", "text", False, "tingkat", "level", allowed=tuple(AreaLevel)),
        Column("parent_code", "code", True, "kode wilayah induk", "code of the parent area"),
        Column("kind", "text", True, "desa, kelurahan, kabupaten, kota", "kind of area"),
        Column("valid_from", "date", True, "berlaku sejak", "valid from"),
        Column("valid_to", "date", True, "berlaku sampai", "valid to"),
    ),
    required=True,
)

OBSERVATIONS = Table(
    "observations",
    ("area_code", "period", "indicator", "source"),
    (
        Column("area_code", "code", False, "kode wilayah", "area code"),
        Column("period", "text", False, "periode (2024, 2024-S1, 2024-09)", "period"),
        Column("indicator", "text", False, "id indikator", "indicator id"),
        Column("value", "number", True, "nilai dalam satuan indikator", "value in the indicator's unit"),
        Column("numerator", "number", True, "pembilang (jumlah)", "numerator (count)", minimum=0),
        Column("denominator", "number", True, "penyebut (jumlah)", "denominator (count)", minimum=0),
        Column("as_of", "date", True, "tanggal data", "date of the data"),
        Column("source", "text", False, "id sumber", "source id"),
        Column("status", "text", False, "keadaan", "state", allowed=tuple(Status)),
    ),
    required=True,
)

KAMPUNG = Table(
    "kampung",
    ("kampung_id", "export_date", "source"),
    (
        Column("kampung_id", "text", False, "kunci: kode desa dan nama kampung", "key: village code and kampung name"),
        Column("kampung_name", "text", False, "nama kampung", "name of the kampung"),
        Column("province_name", "text", True, "provinsi menurut ekspor", "province as exported"),
        Column("regency_name", "text", True, "kabupaten menurut ekspor", "regency as exported"),
        Column("district_name", "text", True, "kecamatan menurut ekspor", "district as exported"),
        Column("village_name", "text", True, "desa menurut ekspor", "village as exported"),
        Column("regency_code", "code", True, "kode kabupaten", "regency code"),
        Column("district_code", "code", True, "kode kecamatan", "district code"),
        Column("village_code", "code", True, "kode desa; kosong bila belum cocok", "village code; blank if unmatched"),
        Column("export_date", "date", False, "tanggal ekspor", "export date"),
        Column("source", "text", False, "keluarga ekspor", "export family", allowed=("klasifikasi", "rinci")),
        *(_score(name, id, en) for name, _, id, en in VARIABLES),
        *(
            Column(
                f"index_{i}",
                "number",
                True,
                f"indeks {i} (rerata skor)",
                f"{i} index (mean of scores)",
                minimum=1,
                maximum=4,
            )
            for i in INDICES
        ),
        Column(
            "class_stated", "text", True, "klasifikasi menurut portal", "class stated by the portal", allowed=CLASSES
        ),
        _count(
            "fund_sources", "jumlah sumber dana; 1 = tidak ada atau satu", "number of fund sources; 1 = none or one"
        ),
        Column("pokja_present", "flag", True, "kepengurusan Pokja ada", "working group exists"),
        Column("pokja_decree", "flag", True, "SK Pokja ada", "decree of the working group"),
        Column("pokja_training", "flag", True, "Pokja pernah dilatih", "working group trained"),
        _count("pokja_members", "anggota Pokja", "members of the working group"),
        _count("pokja_trained", "anggota Pokja terlatih", "trained members"),
        Column("companion", "flag", True, "PKB/PLKB pendamping ada", "companion field worker"),
        Column("regulation", "flag", True, "regulasi ada", "regulation exists"),
        _count("regulation_count", "jumlah regulasi", "number of regulations"),
        Column("work_plan", "flag", True, "RKM ada", "community work plan"),
        Column("data_used", "flag", True, "data dipakai (penanda)", "data are used (a flag)"),
        _count("operations", "jumlah mekanisme operasional dari 5", "number of 5 operational mechanisms"),
        _count("couples", "PUS (pasangan usia subur)", "couples of reproductive age"),
        _count("population", "penduduk", "population"),
        _count("families", "keluarga", "families"),
        _count("adolescents", "remaja", "adolescents"),
        _count("families_under5", "keluarga yang memiliki balita", "families with under-fives"),
        _count("families_adolescent", "keluarga yang memiliki remaja", "families with adolescents"),
        _count("families_elderly", "keluarga yang memiliki lansia", "families with elderly"),
        *(_count(f"members_{g}", f"peserta {g.upper()}", f"participants of {g.upper()}") for g in GROUPS),
        *(_count(f"users_{m}", f"peserta KB {m}", f"users of {m}") for m in METHODS),
        _count("pregnant", "PUS hamil", "couples pregnant"),
        _count("want_soon", "PUS ingin anak segera", "couples wanting a child soon"),
        _count("want_later", "PUS ingin anak kemudian (IAT)", "couples wanting a child later"),
        _count("want_no_more", "PUS tidak ingin anak lagi (TIAL)", "couples wanting no more children"),
    ),
)
RAW_COLUMNS: Final = KAMPUNG.names[KAMPUNG.names.index("fund_sources") :]

AGENCIES = Table(
    "agencies",
    ("agency",),
    (
        Column("agency", "text", False, "id OPD", "agency id"),
        Column("name", "text", False, "nama OPD", "name of the agency"),
        Column("name_en", "text", True, "nama dalam bahasa Inggris", "name in English"),
    ),
)

ACTIVITIES = Table(
    "activities",
    ("agency", "activity", "village_code", "period"),
    (
        Column("agency", "text", False, "id OPD", "agency id"),
        Column(
            "activity",
            "integer",
            False,
            "nomor kegiatan Inpres 3/2022 (1-58)",
            "number of the Inpres activity",
            minimum=1,
            maximum=58,
        ),
        Column("village_code", "code", False, "kode desa", "village code"),
        Column("period", "text", False, "periode", "period"),
        Column("indicator", "text", True, "id indikator yang dituju", "indicator aimed at"),
        Column("planned", "flag", True, "direncanakan", "planned"),
        Column("done", "flag", True, "dilaksanakan", "done"),
        _count("eligible", "sasaran (keluarga)", "eligible (families)"),
        _count("reached", "terjangkau (keluarga)", "reached (families)"),
        _count("budget", "anggaran (rupiah)", "budget (rupiah)"),
        _count("spent", "realisasi (rupiah)", "spent (rupiah)"),
        Column("fund_source", "text", True, "sumber dana", "fund source"),
    ),
)

MEETINGS = Table(
    "meetings",
    ("meeting",),
    (
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column("held_on", "date", False, "tanggal rapat", "date of the meeting"),
        Column("place", "text", True, "tempat", "place"),
        Column("title", "text", False, "acara", "title"),
        Column("area_code", "code", False, "kode wilayah yang dibahas", "code of the area discussed"),
    ),
)

AGENDA = Table(
    "agenda",
    ("meeting", "item"),
    (
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column("item", "integer", False, "nomor acara", "number of the item", minimum=1),
        Column("starts", "text", True, "jam mulai (09.00)", "starts at"),
        Column("text", "text", False, "acara", "item of the agenda"),
        Column("agency", "text", True, "OPD pemandu", "agency in the lead"),
    ),
)

ATTENDANCE = Table(
    "attendance",
    ("meeting", "agency", "role"),
    (
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column("agency", "text", False, "id OPD", "agency id"),
        Column("role", "text", False, "jabatan, bukan nama orang", "role, never a person"),
        Column("present", "flag", True, "hadir; kosong = tidak tercatat", "present; blank = not recorded"),
    ),
)

DECISIONS = Table(
    "decisions",
    ("meeting", "problem"),
    (
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column("problem", "text", False, "id masalah", "problem id"),
        Column("computed_rank", "integer", True, "peringkat hitungan", "computed rank", minimum=1),
        Column(
            "agreed_rank",
            "integer",
            True,
            "peringkat kesepakatan; kosong = tidak diprioritaskan",
            "rank agreed; blank = not made a priority",
            minimum=1,
        ),
        Column("reason", "text", True, "alasan bila lain dari hitungan", "reason where it departs from the computed"),
        Column(
            "decided_by",
            "text",
            True,
            "cara atau pihak yang memutuskan: OPD dan peran, bukan nama orang",
            "who decided, and how: agency and role, never a person",
        ),
    ),
)

PROBLEMS = Table(
    "problems",
    ("meeting", "problem"),
    (
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column("problem", "text", False, "id masalah", "problem id"),
        Column("statement", "text", False, "rumusan masalah", "statement of the problem"),
        Column("indicators", "text", False, "id indikator, dipisah spasi", "indicator ids, separated by spaces"),
        Column("lead_agency", "text", True, "OPD penanggung jawab", "lead agency"),
        Column("cause", "text", True, "penyebab", "cause", allowed=("supply", "demand", "quality", "coordination")),
        Column("evidence", "text", True, "bukti penyebab", "evidence of the cause"),
    ),
)

SCORES = Table(
    "scores",
    ("meeting", "judge", "problem", "criterion"),
    (
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column(
            "judge", "text", False, "penilai: OPD dan peran, bukan nama orang", "judge: agency and role, never a person"
        ),
        Column("problem", "text", False, "id masalah", "problem id"),
        Column("criterion", "text", False, "kriteria", "criterion"),
        Column("score", "number", True, "skor; kosong = tidak menilai", "score; blank = did not score"),
        Column("note", "text", True, "catatan", "note"),
    ),
)

ACTIONS = Table(
    "actions",
    ("action",),
    (
        Column("action", "text", False, "id komitmen", "commitment id"),
        Column("meeting", "text", False, "id rapat", "meeting id"),
        Column("problem", "text", True, "id masalah", "problem id"),
        Column("activity", "integer", True, "nomor kegiatan Inpres", "Inpres activity", minimum=1, maximum=58),
        Column("agency", "text", False, "id OPD", "agency id"),
        Column("areas", "text", True, "kode wilayah, dipisah spasi", "area codes, separated by spaces"),
        Column("due", "date", True, "tenggat", "due date"),
        Column("budget", "number", True, "anggaran (rupiah)", "budget (rupiah)", minimum=0),
        Column("status", "text", False, "keadaan", "state", allowed=("open", "done", "late", "dropped")),
        Column("evidence", "text", True, "bukti", "evidence"),
    ),
)

TABLES: Final = {
    table.name: table
    for table in (
        AREAS,
        OBSERVATIONS,
        KAMPUNG,
        AGENCIES,
        ACTIVITIES,
        MEETINGS,
        AGENDA,
        ATTENDANCE,
        PROBLEMS,
        SCORES,
        DECISIONS,
        ACTIONS,
    )
}


@dataclass(frozen=True, slots=True)
class Known:
    """What a dataset holds, for checking parameters against it before any kernel starts.

    `areas` maps code to (name, level, parent code); `dates` are the days (ISO) that its data are of, in order;
    `meetings` maps id to (title, day, place, area code).
    """

    areas: dict[str, tuple[str, AreaLevel, str | None]]
    periods: tuple[str, ...]
    indicators: tuple[str, ...]
    synthetic: bool = False
    title: str = ""
    dates: tuple[str, ...] = ()
    meetings: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
