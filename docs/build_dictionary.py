"""Write ``docs/data-dictionary.md`` from the table contract and the catalogue.

Run ``python docs/build_dictionary.py`` after changing either; a test compares the file with its output.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kbk_analysis.catalogue import Catalogue, Indicator, Source, Target, load_catalogue
from kbk_analysis.i18n import decimal, using
from kbk_analysis.schema import TABLES, Column, Table

TARGET_FILE = Path(__file__).with_name("data-dictionary.md")

KINDS = {
    "text": "teks",
    "code": "kode",
    "integer": "bilangan bulat",
    "number": "bilangan",
    "date": "tanggal",
    "flag": "ya/tidak",
    "proportion": "bagian",
    "rate": "angka",
    "score": "skor",
    "class": "kelas",
    "count": "jumlah",
    "mean": "rerata/median",
}
MEASURES = {"full_count": "cacah penuh", "survey": "survei", "score": "skor"}
LEVELS = {
    "family": "keluarga",
    "village": "desa",
    "regency": "kabupaten",
    "province": "provinsi",
    "national": "nasional",
}
DIRECTIONS = {"higher": "makin tinggi makin baik", "lower": "makin rendah makin baik", "context": "tidak dinilai"}
BASES = {"survey": "survei", "routine": "rutin", "register": "register"}

HEAD = """# Kamus data

Dibuat dari kontrak tabel dan katalog oleh `docs/build_dictionary.py`; jangan disunting langsung.

Kosong berarti belum dilaporkan, tidak pernah nol. Kode wilayah adalah teks bertitik menurut Kemendagri. Semua nilai
dihitung dari cacah (pembilang dan penyebut) bila ada.
"""
INDICATORS = """Nilai selalu dalam satuan indikator: *bagian* dan *angka* = pengali × pembilang / penyebut;
*jumlah* = pembilang; *skor*, *kelas*, dan *rerata/median* hanya bernilai. Tanda **S** = sensitif (cacah kecil
disembunyikan dalam edisi publik); **B** = di satu desa hanya 0 atau 1; **+** = cacah dapat dijumlahkan antarwilayah.
"""
TARGETS = """*Bersumber* berarti dokumennya dibaca; *bawaan* adalah patokan perencanaan, bukan ketetapan, dan tidak
pernah memberi status pada daerah nyata. Target daerah ditambahkan oleh kabupaten.
"""
CONTEXT = """Angka pihak lain untuk kabupaten atau provinsi, ditampilkan dengan sumbernya: tidak dinilai, tidak
dijumlahkan dari desa, tanpa target.
"""
RELATIONS = """*Tidak sebanding*: hal yang sama diukur dengan cara lain; tidak pernah dalam satu garis dan tidak dicari
selisihnya.
"""
BLOCKS = """Di samping ke-72 indikator, tidak pernah di antaranya. **T** = satu keluarga dapat masuk beberapa butir
kelompoknya, jadi butir itu tidak dijumlahkan; *bagian dari* menyebut butir yang memuat keluarganya. Kelas iBangga bila
dijumlahkan sama dengan keluarga yang dinilai.
"""
SOURCES = "Nama baru berarti deret baru: garis tren tidak melewatinya.\n"
TREE = """Nomor menurut lampiran; kegiatan dan indikator dirumuskan sendiri. *Umum* = ditawarkan kepada semua desa atau
semua orang pada tahap hidup itu.
"""


def grid(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Markdown table; `head` lists the columns separated by ``|``."""
    columns = head.split("|")
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def number(value: float) -> str:
    """Number as short as it is exact."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return decimal(value, len(text.partition(".")[2]))


def bounds(column: Column) -> str:
    """Allowed values or range of a column."""
    if column.allowed:
        return ", ".join(f"`{value}`" for value in column.allowed)
    low, high = column.minimum, column.maximum
    if low is None or high is None:
        return "" if low is None else f"≥ {number(low)}"
    return f"{number(low)}–{number(high)}"


def table_section(table: Table) -> str:
    """One tidy table: its key and its columns."""
    key = ", ".join(f"`{name}`" for name in table.key)
    rows = (
        (f"`{c.name}`", KINDS[c.kind], "ya" if c.nullable else "tidak", c.id, c.en, bounds(c)) for c in table.columns
    )
    need = "wajib ada" if table.required else "boleh tidak ada"
    return f"### `{table.name}`\n\nKunci: {key}; {need}.\n\n" + grid(
        "kolom|jenis|boleh kosong|arti|English|nilai", rows
    )


def indicator_row(catalogue: Catalogue, i: Indicator) -> tuple[str, ...]:
    """One indicator as a line of the catalogue."""
    formula = f"{i.numerator_id} / {i.denominator_id}" if i.denominator_id else i.numerator_id
    marks = " ".join(m for m, held in (("S", i.sensitive), ("B", i.binary), ("+", i.additive)) if held)
    offices = ", ".join(catalogue.agencies[a].short for a in (i.agency, *i.supporting))
    return (
        i.id,
        f"{i.name_id}<br>*{i.name_en}*",
        formula + (f"<br>Catatan: {i.note_id}" if i.note_id else ""),
        f"{catalogue.units[i.unit].label.id}; {KINDS[i.kind]}; {MEASURES[i.measure]}",
        DIRECTIONS[i.direction],
        ", ".join(LEVELS[level] for level in i.level),
        i.programme,
        "; ".join(catalogue.life_stages[stage].id for stage in i.life_stage),
        offices,
        ", ".join(i.sources),
        marks,
        str(i.definition_version),
    )


def relations(i: Indicator) -> str:
    """What one figure has to do with others."""
    told = [f"tidak sebanding dengan {', '.join(i.not_comparable_with)}"] if i.not_comparable_with else []
    told += [f"pembilang: {i.counted_by}"] if i.counted_by else []
    return "; ".join([*told, *([f"penyebut: {i.base}"] if i.base else [])])


def figure_row(catalogue: Catalogue, i: Indicator) -> tuple[str, ...]:
    """One figure of context."""
    name, formula, unit = indicator_row(catalogue, i)[1:4]
    return i.id, name, formula, unit, catalogue.agencies[i.agency].short, ", ".join(i.sources), relations(i)


def steps(i: Indicator) -> tuple[str, ...]:
    """Classes or bands of an indicator."""
    named = [f"{number(s.value)} = {s.label.id}" for s in i.classes if s.value is not None]
    named += [f"{s.label.id}" if s.value is None else f"di atas {number(s.value)} = {s.label.id}" for s in i.bands]
    return i.id, "; ".join(named)


def target_row(i: Indicator, target: Target) -> tuple[str, ...]:
    """One target with where it comes from."""
    return (
        i.id,
        str(target.year or "tidak disebut"),
        number(target.value),
        "bersumber" if target.sourced else "bawaan",
        LEVELS[target.level] if target.sourced else "–",
        BASES[target.basis],
        "; ".join(part for part in (target.authority, target.document) if part),
    )


def source_names(source: Source) -> str:
    """Names of a source in order of time."""
    return "; ".join(label.id if since is None else f"sejak {since}: {label.id}" for since, label in source.names)


def indicator_sections(c: Catalogue) -> list[str]:
    """Indicators by sasaran, classes, targets, national figures, sources."""
    head = "id|nama|pembilang / penyebut|satuan; jenis; ukuran|arah|tingkat|program|tahap hidup|OPD|sumber|tanda|versi"
    parts = ["## Katalog indikator\n", INDICATORS]
    for id, label in c.sasaran.items():
        rows = (indicator_row(c, i) for i in c if i.sasaran == id)
        parts += [f"### {id} {label.id} (*{label.en}*)\n", grid(head, rows)]
    parts += ["### Kelas dan pita\n", grid("id|nilai", (steps(i) for i in c if i.classes or i.bands))]
    parts += ["### Target\n", TARGETS]
    parts += [grid("id|tahun|nilai|asal|tingkat|dasar|dokumen", (target_row(i, t) for i in c for t in i.targets))]
    national = ((i.id, str(f.year), number(f.value), f.document) for i in c for f in i.national)
    parts += ["### Angka nasional sebagai konteks\n", grid("id|tahun|nilai|dokumen", national)]
    head = "id|nama|pembilang / penyebut|satuan; jenis; ukuran|OPD|sumber|hubungan"
    parts += ["### Angka di samping indikator\n", CONTEXT, grid(head, (figure_row(c, i) for i in c.context.values()))]
    related = ((i.id, relations(i)) for i in c if relations(i))
    parts += ["### Hubungan antarindikator\n", RELATIONS, grid("id|hubungan", related)]
    parts += ["### Sumber\n", SOURCES, grid("sumber|nama", ((s.id, source_names(s)) for s in c.sources.values()))]
    return parts


def block_sections(c: Catalogue) -> list[str]:
    """Entries behind iBangga and KRS."""
    head = "id|kelompok|nama|pembilang / penyebut|satuan; jenis|arah|bagian dari|sumber|tanda|versi"
    parts = ["## Blok iBangga dan KRS\n", BLOCKS]
    for id, label in c.blocks.items():
        rows = []
        for i in c.of_block(id):
            _, name, formula, unit, direction, *_, marks, version = indicator_row(c, i)
            marks = " ".join(filter(None, (marks, "T" if i.overlapping else "")))
            group, kind = c.groups[i.group].id, unit.rpartition(";")[0]
            row = (i.id, group, name, formula, kind, direction, i.within or "–", ", ".join(i.sources), marks, version)
            rows.append(row)
        parts += [f"### {label.id} (*{label.en}*)\n", grid(head, rows)]
    entries = c.block_entries.values()
    national = [(i.id, str(f.year), number(f.value), f.document) for i in entries for f in i.national]
    return [*parts, "### Angka nasional blok sebagai konteks\n", grid("id|tahun|nilai|dokumen", national)]


def tree_sections(c: Catalogue) -> list[str]:
    """Agencies and the tree of Inpres 3/2022."""
    offices = ((a.id, a.short, a.name_id, a.name_en, "ketua" if a.lead else "anggota") for a in c.agencies.values())
    parts = ["## OPD\n", f"{c.agencies_note.id.capitalize()}.\n", grid("id|singkatan|nama|English|peran", offices)]
    parts += ["## Kegiatan Inpres 3/2022\n", TREE]
    for id, activities in c.by_programme().items():
        rows = (
            (
                str(a.number),
                a.name_id,
                a.name_en,
                a.ministry or "–",
                c.agencies[a.agency].short,
                "umum" if a.universal else "tertuju",
                ", ".join(a.indicators),
            )
            for a in activities
        )
        label = c.programmes[id]
        parts += [f"### {activities[0].sasaran} · {id} {label.id} (*{label.en}*)\n"]
        parts += [grid("no|kegiatan|English|kementerian|OPD bawaan|cakupan|indikator", rows)]
    return parts


def build() -> str:
    """The whole dictionary as Markdown."""
    catalogue = load_catalogue()
    with using("id"):
        tables = [table_section(table) for table in TABLES.values()]
        return "\n".join(
            [
                HEAD,
                "## Tabel\n",
                *tables,
                *indicator_sections(catalogue),
                *block_sections(catalogue),
                *tree_sections(catalogue),
            ]
        )


if __name__ == "__main__":
    TARGET_FILE.write_text(build(), encoding="utf-8", newline="\n")
