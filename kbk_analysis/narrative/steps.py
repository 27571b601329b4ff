"""Ways to the next class in words: what to report, what to organise, how many more families to serve."""

from __future__ import annotations

from typing import Final

import pandas as pd

from kbk_analysis.classification import Classification, Lever, NextSteps, Step, Way, next_steps
from kbk_analysis.i18n import integer, join, language, mark, ntr, tr
from kbk_analysis.indicators.release import THRESHOLD
from kbk_analysis.schema import VARIABLES, Edition, KampungClass

VARIABLE_NAMES: Final = {name: {"id": id, "en": en} for name, _, id, en in VARIABLES}

ORGANISE: Final = {
    "pokja": mark("lengkapi SK, anggota, dan pelatihan Pokja"),
    "funds": mark("tambah ragam sumber dana"),
    "groups": mark("bentuk poktan yang belum ada"),
    "facilities": mark("lengkapi sekretariat dan Rumah DataKu"),
    "staff_regulation": mark("lengkapi pendamping PKB/PLKB dan regulasi"),
    "data_use": mark("perluas penggunaan data"),
    "operations": mark("lengkapi mekanisme operasional"),
    "cross_sector": mark("libatkan lebih banyak instansi"),
    "participation": mark("ajak lebih banyak peserta poktan"),
}


def variable_name(variable: str) -> str:
    """Name of one of the 12 variables in the language in use."""
    return VARIABLE_NAMES[variable][language()]


def _families(step: Step, edition: Edition) -> str:
    if step.families is None:
        return ""
    if edition is Edition.PUBLIC and 0 < step.families < THRESHOLD:
        return tr("kurang dari {n}", n=integer(THRESHOLD))
    return integer(step.families)


def step_text(step: Step, edition: Edition) -> str:
    """One step: what to do, from which score to which."""
    scores = f"{step.score}\u00a0→\u00a0{step.to_score}"
    name = variable_name(step.variable)
    if step.lever is Lever.REPORT:
        return tr("laporkan {name} (cukup bila skornya {score})", name=name, score=step.to_score)
    if step.lever is Lever.SERVE and step.variable in ("cpr", "unmet"):
        count = _families(step, edition)
        if not count:
            return tr("layani lebih banyak PUS: {name} ({scores})", name=name, scores=scores)
        return tr("layani {n} PUS lagi: {name} ({scores})", n=count, name=name, scores=scores)
    return tr("{what} ({scores})", what=tr(ORGANISE[step.variable]), scores=scores)


def way_text(way: Way, edition: Edition) -> str:
    """One way: the class it reaches and its steps."""
    steps = join([step_text(step, edition) for step in way.steps])
    return tr("{reaches}: {steps}", reaches=way.reaches.value, steps=steps)


def ways_text(steps: NextSteps, edition: Edition) -> str:
    """The shortest way of each kind, from the easiest; a full stop between them."""
    if steps.class_now is KampungClass.BERKELANJUTAN:
        return tr("kelas tertinggi; pertahankan")
    if not steps.ways:
        return tr("tidak ada jalan yang ditemukan")
    seen: dict[Lever, str] = {}
    for way in steps.ways:
        seen.setdefault(way.lever, way_text(way, edition))
    return ". ".join(seen.values())


def blanks_text(unmeasured: str) -> str:
    """Variables without any usable input, as a phrase."""
    names = [variable_name(name) for name in unmeasured.split()]
    return join(names) if names else "–"


def reason_text(row: pd.Series) -> str:
    """Why the kampung has its class: which indices pass, and whether blanks decide."""
    passes = [tr(name) for key, name in INDEX_NAMES.items() if row[f"pass_{key}"]]
    lead = tr("indeks {names} mencapai 3", names=join(passes)) if passes else tr("belum ada indeks yang mencapai 3")
    if row["dasar_reason"] == "unreported":
        n = len(str(row["unmeasured"]).split())
        if not n:  # every variable has a value, but parts of some are blank
            return lead + "; " + tr("isian yang kosong dapat menaikkan kelas")
        return lead + "; " + ntr("{n} peubah belum dilaporkan", "{n} peubah belum dilaporkan", n)
    if row["dasar_reason"] == "achievement":
        return lead + "; " + tr("isian keluaran yang kosong tidak mengubah kelas")
    return lead


INDEX_NAMES: Final = {"input": mark("masukan"), "process": mark("proses"), "output": mark("keluaran")}


def class_frame(found: Classification, *, steps: bool = False) -> pd.DataFrame:
    """Classification as one flat table: a row a kampung, its 12 scores with their basis, and its class in words.

    Parameters
    ----------
    found
        From `classify`.
    steps
        Add ``ways``, the shortest way of each kind to the next class (seconds for a province).

    Returns
    -------
    DataFrame
        Columns of `Classification.kampung`, then ``score_NAME`` and ``basis_NAME`` for each variable,
        ``rewarded_missing`` (variables that the portal scores high because nothing was reported), ``reason``, ``ways``.
    """
    frame, variables = found.kampung.copy(), found.variables
    for column in ("score", "basis"):
        wide = variables.pivot(index="kampung_id", columns="variable", values=column).reindex(frame["kampung_id"])
        for name in VARIABLE_NAMES:
            frame[f"{column}_{name}"] = wide[name].to_numpy()
    rewarded = variables[variables["rewarded_missing"]].groupby("kampung_id")["variable"].agg(" ".join).to_dict()
    frame["rewarded_missing"] = [rewarded.get(id, "") for id in frame["kampung_id"]]
    frame["reason"] = [reason_text(row) for _, row in frame.iterrows()]
    if steps:
        ways = (next_steps(found, id, limit=1) for id in frame["kampung_id"])
        frame["ways"] = [ways_text(way, Edition.INTERNAL) for way in ways]
    return frame
