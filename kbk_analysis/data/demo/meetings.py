"""Tables of the two demo meetings, from agenda to commitments. Only the scores are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from kbk_analysis.data.demo.observations import stream
from kbk_analysis.schema import ACTIONS, AGENDA, ATTENDANCE, DECISIONS, MEETINGS, PROBLEMS, SCORES
from kbk_analysis.yamltext import load_yaml

CRITERIA: Final = ("urgency", "seriousness", "growth")
DISAGREEMENT: Final = 0.8  # standard deviation of a judge's opinion on the scale of 1 to 5
FLAT_SCORE: Final = 4


def meeting_tables(seed: int) -> dict[str, pd.DataFrame]:
    """Tables `meetings`, `agenda`, `attendance`, `problems`, `scores`, `decisions` and `actions`."""
    content = _content()
    first, second = (meeting["meeting"] for meeting in content["meetings"])
    problems = [
        {"meeting": meeting, **{name: problem.get(name) for name in PROBLEMS.names if name != "meeting"}}
        for meeting, turn in ((first, "first"), (second, "second"))
        for problem in content["problems"]
        if problem[turn] is not None
    ]
    scores = [*_scores(seed, first, "first"), *_scores(seed, second, "second")]
    return {
        "meetings": pd.DataFrame(content["meetings"], columns=list(MEETINGS.names)),
        "agenda": pd.DataFrame(content["agenda"], columns=list(AGENDA.names)),
        "attendance": pd.DataFrame(_attendance(content), columns=list(ATTENDANCE.names)),
        "problems": pd.DataFrame(problems, columns=list(PROBLEMS.names)),
        "scores": pd.DataFrame(scores, columns=list(SCORES.names)),
        "decisions": pd.DataFrame(content["decisions"], columns=list(DECISIONS.names)).sort_values(
            list(DECISIONS.key), ignore_index=True
        ),
        "actions": pd.DataFrame(content["actions"], columns=list(ACTIONS.names)),
    }


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    content: dict[str, Any] = load_yaml(Path(__file__).with_name("meetings.yml"))
    return content


def _attendance(content: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per meeting and invited role, in the order of the key."""
    invited = sorted((guest["agency"], guest["role"]) for guest in (*content["hosts"], *content["judges"]))
    return [
        {"meeting": meeting, "agency": agency, "role": role, "present": agency not in absent}
        for meeting, absent in sorted(content["absent"].items())
        for agency, role in invited
    ]


def _scores(seed: int, meeting: str, turn: str) -> Iterator[dict[str, Any]]:
    """One row per judge, problem and criterion; a judge who did not score leaves a blank, never a zero."""
    for judge in _content()["judges"]:
        rng = stream(seed, f"{meeting} {judge['agency']}")
        habit, absent = judge.get("habit"), bool(judge.get("absent")) and turn == "second"
        for problem in _content()["problems"]:
            if problem[turn] is None:
                continue
            blank = rng.random() < judge["missing"] / 100
            opinion = np.array(problem[turn]) + judge["lenient"] + rng.normal(0, DISAGREEMENT, len(CRITERIA))
            for criterion, value in zip(CRITERIA, np.clip(np.rint(opinion), 1, 5).tolist(), strict=True):
                score = float(FLAT_SCORE) if habit == "flat" else value
                if blank or absent or (habit == "no_growth" and criterion == "growth"):
                    score = None
                yield {
                    "meeting": meeting,
                    "judge": f"{judge['agency']}: {judge['role']}",
                    "problem": problem["problem"],
                    "criterion": criterion,
                    "score": score,
                    "note": "di luar bidang kami" if blank else None,
                }
