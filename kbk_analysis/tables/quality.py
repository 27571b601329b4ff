"""Tables on the checks of the data: what was checked by rule, and each flagged figure as a question to the village."""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import Exhibit, Field, Place, Value, format_value
from kbk_analysis.i18n import date, integer, join, ntr, percent, tr
from kbk_analysis.indicators.release import require_released
from kbk_analysis.narrative.amounts import format_of
from kbk_analysis.narrative.checks import expectation, hidden_note, question, rule_name
from kbk_analysis.schema import Edition
from kbk_analysis.situation.checks import score_of
from kbk_analysis.situation.result import Situation

MOST: Final = 60  # questions in one table; extreme ones come first


def table_checks(situation: Situation) -> Exhibit:
    """What was checked by rule: how many figures, how many flagged, beyond what, and whether that is too many."""
    require_released(situation)
    summary = situation.check_summary
    if summary.empty:
        empty = Refusal("no_data", {"subject": tr("pemeriksaan mutu data")})
        return Exhibit(id="checks", title=empty.text, source="", n="")
    rows = tuple(
        (
            _capital(rule_name(str(row["rule"]))),
            int(row["checked"]),
            int(row["flagged"]) if row["checked"] else Refusal(str(row["reason"])),
            int(row["extreme"]) if row["checked"] else Refusal(str(row["reason"])),
            expectation(str(row["rule"])),
            _allowed(row["threshold"]),
            _verdict(row),
        )
        for _, row in summary.iterrows()
    )
    judged, failed = summary["passed"] != "", summary["passed"] == "no"
    if failed.any():
        title = tr("{n} dari {all} pemeriksaan tidak lolos", n=integer(failed.sum()), all=integer(judged.sum()))
    elif judged.any():
        title = tr("Semua {all} pemeriksaan yang dapat dinilai lolos", all=integer(judged.sum()))
    else:
        title = tr("Tidak satu pun pemeriksaan dapat dinilai")
    without = int((summary["checked"] == 0).sum())
    notes = [tr("Tanda adalah pertanyaan untuk desa, bukan penghapusan: angka tetap dipakai seperti dilaporkan.")]
    if without:
        notes.append(tr("{n} pemeriksaan tidak dapat dijalankan; alasannya ada pada barisnya.", n=integer(without)))
    notes += _score(summary)
    return Exhibit(
        id="checks",
        title=title,
        source=tr("Nilai desa dan isian portal sampai {period}", period=situation.period),
        n=ntr("{n} pemeriksaan", "{n} pemeriksaan", len(summary)),
        fields=(
            Field("rule", tr("Yang diperiksa"), weight=2.4, strong=True),
            Field("checked", tr("Diperiksa"), "integer", weight=0.8),
            Field("flagged", tr("Ditandai"), "integer", weight=0.9),
            Field("extreme", tr("Tegas"), "integer", weight=0.9),
            Field("beyond", tr("Ditandai bila"), weight=2),
            Field("allowed", tr("Batas"), weight=0.8),
            Field("verdict", tr("Hasil"), weight=0.9),
        ),
        rows=rows,
        notes=tuple(notes),
    )


def _score(summary: pd.DataFrame) -> list[str]:
    """The score with its parts, so that it does not hide which one fails."""
    found = score_of(summary).iloc[0]
    if found["reason"]:
        return []
    parts = {
        tr("nilai terlapor"): found["unreported"],
        tr("desa yang lengkap"): found["villages_unreported"],
        tr("isian portal"): found["items_unreported"],
        tr("bukan pencilan"): found["outlier"],
    }
    told = join([f"{name} {percent(value, 0)}" for name, value in parts.items() if value == value])
    return [
        tr(
            "Rerata {parts}: {score}. Nilai mutu tidak mengikuti rerata ini.",
            parts=told,
            score=percent(found["value"], 0),
        )
    ]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _allowed(threshold: float) -> Value:
    return Refusal("not_judged") if threshold != threshold else percent(threshold, 0)


def _verdict(row: pd.Series) -> Value:
    if not row["checked"]:
        return Refusal(str(row["reason"]))
    if not row["passed"]:
        return tr("ditanyakan") if row["flagged"] else tr("● tidak ada")
    return tr("● lolos") if row["passed"] == "yes" else tr("▼ tidak lolos")


def table_flags(situation: Situation) -> Exhibit:
    """The flagged figures as questions to the village, extreme ones first; one row a figure.

    The public edition leaves out all questions on sensitive indicators: what is usual tells counts of other years.
    """
    require_released(situation)
    checks = situation.checks
    told = checks.drop_duplicates([*KEY]) if len(checks) else checks
    public = situation.edition is Edition.PUBLIC
    shown = told[~(public & told["sensitive"]) & (told["reason"] != "suppressed")] if len(told) else told
    notes = hidden_note(situation, len(told) - len(shown))
    if shown.empty:
        title = tr("Tidak ada angka yang perlu ditanyakan kepada desa.")
        return Exhibit(id="flags", title=title, source="", n="", place=Place.ANNEX, notes=notes)
    rows = tuple(_row(row, situation) for _, row in shown.head(MOST).iterrows())
    villages = shown["area_code"].replace("", pd.NA).nunique()
    if len(shown) > MOST:
        notes = (
            *notes,
            tr("{n} dari {all} pertanyaan, yang tegas lebih dahulu.", n=integer(MOST), all=integer(len(shown))),
        )
    return Exhibit(
        id="flags",
        title=tr(
            "{n} angka untuk ditanyakan kepada {villages} wilayah", n=integer(len(shown)), villages=integer(villages)
        ),
        source=tr("Nilai desa dan isian portal sampai {period}", period=situation.period),
        n=ntr("{n} pertanyaan", "{n} pertanyaan", len(rows)),
        place=Place.ANNEX,
        fields=(
            Field("area", tr("Wilayah"), weight=1.3, strong=True),
            Field("indicator", tr("Isian"), weight=1.8),
            Field("period", tr("Periode"), weight=1.1),
            Field("reported", tr("Dilaporkan"), weight=1.1),
            Field("question", tr("Pertanyaan untuk desa"), weight=3),
            Field("whole", tr("Nilai {name}", name=situation.name), weight=0.9),
            Field("without", tr("Tanpa angka ini"), weight=0.9),
            Field("severity", tr("Tanda"), weight=0.7),
        ),
        rows=rows,
        notes=(*notes, tr("Pertanyaan untuk desa, bukan penghapusan: angka tetap dipakai seperti dilaporkan.")),
    )


KEY: Final = ("indicator", "area_code", "name", "period", "item")


def _row(row: pd.Series, situation: Situation) -> tuple[Value, ...]:
    indicator = load_catalogue()[row["indicator"]] if row["indicator"] else None
    effect: list[Value] = [Refusal("not_applicable")] * 2
    if indicator is not None and row["whole"] == row["whole"]:
        form = format_of(indicator)
        effect = [
            format_value(row[name], form) if row[name] == row[name] else Refusal("not_applicable") for name in EFFECT
        ]
    return (
        row["name"] or row["area_code"],
        indicator.name if indicator else _capital(rule_name(row["rule"])),
        date(row["period"]) if len(row["period"]) == DAY else row["period"],
        _reported(row),
        question(row, situation.sources),
        *effect,
        tr("▼ tegas") if row["severity"] == "extreme" else tr("● lihat"),
    )


EFFECT: Final = ("whole", "without")
DAY: Final = 10  # letters of an ISO day: an export's, where other rows have a period


def _reported(row: pd.Series) -> Value:
    """The figure as it was reported: counts where it has them."""
    if row["numerator"] == row["numerator"] and row["denominator"] == row["denominator"]:
        return tr("{n} dari {all}", n=integer(row["numerator"]), all=integer(row["denominator"]))
    if row["denominator"] == row["denominator"]:
        return integer(row["denominator"])
    if row["value"] != row["value"]:
        return Refusal("not_applicable")
    if not row["indicator"]:
        return integer(row["value"])
    return format_value(row["value"], format_of(load_catalogue()[row["indicator"]]))
