"""Invented meetings of any size on the demo's area: how many problems and judges, how long their names, who was silent.

Scores are drawn from a fixed seed; the analysis is the package's own.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from kbk_analysis.data.store import open_dataset
from kbk_analysis.indicators.release import release
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.chapter import GATE, analyse_priorities, fixed_method
from kbk_analysis.priority.inputs import MeetingInputs, read_meeting

NAMES = (
    "Unmet need KB tinggi",
    "Keluarga berisiko stunting belum semuanya didampingi oleh tim pendamping keluarga",
    "Sanitasi layak tertinggal di desa-desa tertentu",
    "Imunisasi $dasar$ <b>lengkap merosot",
    "Dokumen anak belum lengkap",
)
LONG = (
    "Keluarga sangat miskin dengan anak balita di desa-desa hulu sungai belum semuanya menerima bantuan tahun ini",
    "Pelayananterpadukeluargaberencanapascapersalinandirumahsakitkabupatentidaktersediapadahariliburdanmalamhari",
)
INDICATORS = (
    "S3-04",
    "S4-02",
    "S3-20",
    "S4-01",
    "S1-01 S1-02",
    "S3-28",
    "S2-01 S2-02",
    "S3-31",
    "S1-11",
    "S3-20 S3-02",
)
AGENCIES = ("bappeda", "dinkes", "disdikpora", "disdukcapil", "dinsosp3a", "dpmpd", "pupr", "perkim", "ketapang", "pkk")

# Sizes and troubles that every figure must bear; the value goes to `make_priorities`.
CASES: dict[str, dict[str, Any]] = {
    "3 problems": {"problems": 3, "judges": 6},
    "10 problems": {"problems": 10, "judges": 15},
    "40 problems": {"problems": 40, "judges": 20},
    "12 problems of 120 letters": {"problems": 12, "judges": 15, "names": LONG},
    "40 problems of 120 letters": {"problems": 40, "judges": 7, "names": LONG},
    "one problem": {"problems": 1, "judges": 5},
    "one judge": {"problems": 10, "judges": 1},
    "3 judges": {"problems": 8, "judges": 3},
    "nobody scored": {"problems": 10, "judges": 0},
    "all blank": {"problems": 10, "judges": 6, "blank": 1.0},
    "all the same": {"problems": 6, "judges": 6, "flat": True},
    "Hanlon with PEARL": {"problems": 9, "judges": 7, "method": "hanlon_sum", "gate": True},
    "MCUA": {"problems": 10, "judges": 7, "method": "mcua", "weights": "size=5,seriousness=4,ease=3"},
}


@cache
def _area() -> MeetingInputs:
    with open_dataset("demo") as data:
        return read_meeting(data, meeting="rakor-2024-2", area_code="99.01", period="2024")


def make_inputs(
    problems: int = 10,
    judges: int = 15,
    *,
    names: tuple[str, ...] = NAMES,
    method: str = "usg_sum",
    weights: str = "",
    blank: float = 0.1,
    flat: bool = False,
    gate: bool = False,
    seed: int = 1,
) -> MeetingInputs:
    """A meeting; each judge leaves a part of the problems blank, and one may speak for an agency twice."""
    chance = np.random.default_rng(seed)
    ids = [f"P{i:02}" for i in range(1, problems + 1)]
    table = pd.DataFrame(
        {
            "meeting": "uji",
            "problem": ids,
            "statement": [f"{names[i % len(names)]} {i + 1}" for i in range(problems)],
            "indicators": [INDICATORS[i % len(INDICATORS)] for i in range(problems)],
            "lead_agency": [AGENCIES[i % len(AGENCIES)] for i in range(problems)],
            "cause": [None if i % 4 == 3 else "supply" for i in range(problems)],
            "evidence": None,
        }
    )
    criteria = fixed_method(method=method, weights=weights).method.criteria
    rows = []
    truth = chance.random((problems, len(criteria)))
    for judge in range(judges):
        name = f"{AGENCIES[judge % len(AGENCIES)]}: penilai {judge + 1}"
        for i, problem in enumerate(ids):
            silent = chance.random() < blank
            for place, criterion in enumerate(criteria):
                span = criterion.high - criterion.low
                drawn = np.clip(truth[i, place] + chance.normal(0, 0.2), 0, 1)
                score = criterion.high if flat else round(criterion.low + span * drawn)
                rows.append(("uji", name, problem, criterion.key, None if silent else float(score), None))
            if gate:
                yes = [(key, 0.0 if (i == 1 and key == "legality") else 1.0) for key in GATE]
                rows += [("uji", name, problem, key, answer, None) for key, answer in yes]
    scores = pd.DataFrame(rows, columns=["meeting", "judge", "problem", "criterion", "score", "note"])
    scores["score"] = scores["score"].astype(float)
    area = _area()
    return MeetingInputs(
        meeting="uji",
        title="Rapat uji",
        held_on="2024-12-10",
        place="",
        area=area.area,
        problems=table,
        scores=scores,
        decisions=pd.DataFrame(),
        agencies=area.agencies,
    )


def make_priorities(*, edition: str = "internal", inputs: MeetingInputs | None = None, **options: Any) -> Priorities:
    """Released result of an invented meeting; see `make_inputs`."""
    own = {name: options[name] for name in ("method", "weights") if name in options}
    meeting = make_inputs(**options) if inputs is None else inputs
    return release(analyse_priorities(meeting, fixed_method(**own)), edition)
