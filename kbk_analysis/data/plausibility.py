"""Numbers that cannot, or can hardly, be true together.

Question answered: which rows hold values that contradict each other or common sense?
Input: a typed table. Output: findings. Impossible observations are errors; doubtful kampung figures are warnings: the
values are kept as reported, the reader is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from kbk_analysis.areacode import is_canonical, level_of, parent_of
from kbk_analysis.errors import Finding, Severity
from kbk_analysis.i18n import mark, tr
from kbk_analysis.schema import INDICES, METHODS, VARIABLES, AreaLevel, Status

Series = pd.Series  # of one row's value each
MakeFinding = Callable[..., Finding]

# A stated percentage may differ from numerator / denominator by its rounding to one decimal, and a little more.
_TOLERANCE: Final = 0.06

_CLOCK: Final = r"([01]\d|2[0-3])\.[0-5]\d"

# column -> the column that bounds it from above, in the kampung table
AT_MOST: Final = (
    ("members_bkb", "families_under5", mark("Peserta BKB melebihi keluarga yang memiliki balita.")),
    ("members_bkr", "families_adolescent", mark("Peserta BKR melebihi keluarga yang memiliki remaja.")),
    ("members_bkl", "families_elderly", mark("Peserta BKL melebihi keluarga yang memiliki lansia.")),
    ("members_uppka", "families", mark("Peserta UPPKA melebihi jumlah keluarga.")),
    ("members_pikr", "adolescents", mark("Peserta PIK-R melebihi jumlah remaja.")),
    ("families_under5", "families", mark("Keluarga yang memiliki balita melebihi jumlah keluarga.")),
    ("families_adolescent", "families", mark("Keluarga yang memiliki remaja melebihi jumlah keluarga.")),
    ("families_elderly", "families", mark("Keluarga yang memiliki lansia melebihi jumlah keluarga.")),
    ("families", "population", mark("Jumlah keluarga melebihi jumlah penduduk.")),
    ("pokja_trained", "pokja_members", mark("Anggota Pokja terlatih melebihi jumlah anggota.")),
)
_CHECK_SOURCE: Final = mark("Periksa pada sumbernya; nilai dipakai apa adanya dan ditandai.")


def check_rules(table: str, frame: pd.DataFrame, finding: MakeFinding, kinds: Mapping[str, str]) -> Iterator[Finding]:
    """Findings of the rules of one table.

    Parameters
    ----------
    table
        Name of the table; tables without rules give nothing.
    frame
        Typed rows (`kbk_analysis.data.contracts.typed_frame`).
    finding
        Makes a finding from (rule, message, remedy, position, column, value, severity).
    kinds
        Kind of each indicator; one that is not named counts as a proportion.
    """
    if table == "observations":
        yield from _observations(frame, finding, kinds)
    elif table == "kampung":
        yield from _kampung(frame, finding)
    elif table == "areas":
        yield from _areas(frame, finding)
    elif table == "activities":
        for part, whole, message in (
            ("reached", "eligible", tr("Yang terjangkau melebihi sasaran.")),
            ("spent", "budget", tr("Realisasi melebihi anggaran.")),
        ):
            yield from _warn(frame, finding, "activity.above", frame[part] > frame[whole], part, message)
    elif table == "agenda":
        wrong = frame["starts"].notna() & ~frame["starts"].fillna("").str.fullmatch(_CLOCK)
        message, remedy = tr("Jam tidak ada atau bentuknya salah."), tr("Tulis seperti 09.00.")
        for i in _positions(wrong):
            yield finding("agenda.clock", message, remedy, i, "starts", frame["starts"].iloc[i])
    elif table == "decisions":
        yield from _decisions(frame, finding)


def _decisions(frame: pd.DataFrame, finding: MakeFinding) -> Iterator[Finding]:
    computed, agreed = frame["computed_rank"], frame["agreed_rank"]
    departs = (computed != agreed).fillna(True) & computed.notna() & frame["reason"].isna()
    message, remedy = tr("Kesepakatan berbeda dari hitungan tanpa alasan."), tr("Tulis alasan rapat.")
    for i in _positions(departs):
        yield finding("decision.reason", message, remedy, i, "reason", None, Severity.WARNING)
    twice = agreed.notna() & frame.duplicated(["meeting", "agreed_rank"], keep=False)
    message, remedy = tr("Dua masalah mendapat tempat yang sama dalam kesepakatan."), tr("Pastikan urutannya.")
    for i in _positions(twice):
        yield finding("decision.twice", message, remedy, i, "agreed_rank", agreed.iloc[i], Severity.WARNING)


def _positions(mask: Any) -> list[int]:
    return [i for i, hit in enumerate(mask.fillna(False)) if hit]


def _warn(
    frame: pd.DataFrame, finding: MakeFinding, rule: str, mask: Any, column: str, message: str, values: Any = None
) -> Iterator[Finding]:
    shown = frame[column] if values is None else values
    for i in _positions(mask):
        yield finding(rule, message, tr(_CHECK_SOURCE), i, column, shown.iloc[i], Severity.WARNING)


def _observations(frame: pd.DataFrame, finding: MakeFinding, kinds: Mapping[str, str]) -> Iterator[Finding]:
    value, above, below = frame["value"], frame["numerator"], frame["denominator"]
    proportion = frame["indicator"].map(lambda name: kinds.get(name, "proportion") == "proportion").astype(bool)
    reported = frame["status"] == Status.REPORTED
    has_value = value.notna() | above.notna()
    rules = (
        (
            "observation.above_denominator",
            proportion & (above > below),
            "numerator",
            tr("Pembilang melebihi penyebut."),
            tr("Periksa kedua jumlah; bila bukan proporsi, nyatakan jenis indikatornya dalam katalog."),
        ),
        (
            "observation.percentage",
            proportion & ((value > 100) | (value < 0)),
            "value",
            tr("Persentase di luar 0–100."),
            tr("Periksa nilainya atau satuannya."),
        ),
        (
            "observation.no_value",
            reported & ~has_value,
            "value",
            tr("Berstatus dilaporkan tetapi tanpa nilai."),
            tr("Isi nilainya, atau ubah status menjadi not_reported."),
        ),
        (
            "observation.status",
            ~reported & has_value,
            "status",
            tr("Ada nilai padahal statusnya tidak dilaporkan."),
            tr("Kosongkan nilainya, atau ubah status menjadi reported."),
        ),
    )
    for rule, mask, column, message, remedy in rules:
        for i in _positions(mask):
            yield finding(rule, message, remedy, i, column, frame[column].iloc[i])
    yield from _doubtful_observations(frame, finding, kinds)


def _doubtful_observations(frame: pd.DataFrame, finding: MakeFinding, kinds: Mapping[str, str]) -> Iterator[Finding]:
    value, above, below = frame["value"], frame["numerator"], frame["denominator"]
    message = tr("Penyebut nol.")
    yield from _warn(frame, finding, "observation.zero_denominator", below == 0, "denominator", message)
    known = frame["indicator"].map(lambda name: kinds.get(name) == "proportion").astype(bool)
    apart = (value - 100 * above / below.where(below > 0)).abs() > _TOLERANCE
    message = tr("Nilai tidak sama dengan pembilang dibagi penyebut.")
    yield from _warn(frame, finding, "observation.mismatch", known & apart, "value", message)


def _kampung(frame: pd.DataFrame, finding: MakeFinding) -> Iterator[Finding]:
    for part, whole, message in AT_MOST:
        yield from _warn(frame, finding, "kampung.above", frame[part] > frame[whole], part, tr(message))
    methods = frame[[f"users_{m}" for m in METHODS]]
    users = methods.sum(axis=1, min_count=1)
    couples, rest = frame["couples"], frame[["pregnant", "want_soon", "want_later", "want_no_more"]]
    message = tr("Peserta KB melebihi PUS (CPR di atas 100 persen).")
    yield from _warn(frame, finding, "kampung.cpr", users > couples, "couples", message)
    message = tr("PUS yang bukan peserta KB melebihi PUS.")
    yield from _warn(frame, finding, "kampung.non_users", rest.sum(axis=1, min_count=1) > couples, "couples", message)
    complete = methods.notna().all(axis=1) & rest.notna().all(axis=1)
    message = tr("Peserta KB ditambah bukan peserta tidak sama dengan PUS.")
    broken = complete & (users <= couples) & (users + rest.sum(axis=1) != couples)
    yield from _warn(frame, finding, "kampung.identity", broken, "couples", message)
    for index in INDICES:
        scores = frame[[f"score_{name}" for name, part, *_ in VARIABLES if part == index]].astype("float64")
        mean = scores.mean(axis=1, skipna=False)
        apart = (frame[f"index_{index}"] - mean).abs() > 0.0051  # stated with two decimals
        message = tr("Indeks tidak sama dengan rerata skornya.")
        yield from _warn(frame, finding, "kampung.index", apart, f"index_{index}", message)


def _areas(frame: pd.DataFrame, finding: MakeFinding) -> Iterator[Finding]:
    rows = zip(frame["code"], frame["level"], frame["parent_code"], strict=True)
    for i, (code, level, parent) in enumerate(rows):
        if not isinstance(code, str) or not is_canonical(code):
            continue  # told by the shape already
        if level in tuple(AreaLevel) and level_of(code) != level:
            message, remedy = tr("Tingkat wilayah tidak sesuai dengan kodenya."), tr("Perbaiki tingkat atau kode.")
            yield finding("area.level", message, remedy, i, "level", level)
        if isinstance(parent, str) and parent != parent_of(code):
            message, remedy = tr("Kode induk tidak sesuai dengan kode wilayah."), tr("Perbaiki kode induk.")
            yield finding("area.parent", message, remedy, i, "parent_code", parent)
