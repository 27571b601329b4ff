"""What each chapter takes, and which chapters a report kind holds.

A chapter's model holds the same names, in the same order, as the ``parameters`` cell of its notebook. Values are plain
JSON; dates are ISO text. A report kind is data: an ordered list of chapters.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from kbk_analysis.i18n import mark
from kbk_analysis.params.values import Code, OptionalDate, OptionalPath, PathText, Period, Strict, Text
from kbk_analysis.schema import AreaLevel


class RecordParams(Strict):
    """Parameters of ``meeting_record``: the common six and the meeting."""

    data_dir: PathText = "demo"
    area_code: Code = "99.01"
    period: Period = "2024"
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    hidden_before: OptionalPath = ""
    meeting: Text = "rakor-2024-2"


class SituationParams(Strict):
    """Parameters of ``situation_analysis``: the common six, a year and a day.

    By `formation_year` every village should have a Kampung KB; by `reply_by` the requests are to be answered (blank:
    the meeting sets it); `hidden_before` is the list of cells that an earlier public edition hid (blank: none).
    """

    data_dir: PathText = "demo"
    area_code: Code = "99.01.01"
    period: Period = "2024"
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    hidden_before: OptionalPath = ""
    formation_year: int = Field(2026, ge=2000, le=2100)
    reply_by: OptionalDate = ""


NUMBERS: Final = r"^([^=,]+=[0-9]+([.][0-9]+)?(,[^=,]+=[0-9]+([.][0-9]+)?)*)?$"  # names with a number each
MethodId = Literal[
    "usg_sum", "usg_product", "usg_pairs", "hanlon_sum", "hanlon_third", "hanlon_double", "carl", "bryant", "reinke",
    "paho_cost", "paho_concern", "matrix", "mcua",
]  # fmt: skip


class PriorityParams(Strict):
    """Parameters of ``problem_prioritization``: the common six, the meeting, and how its scores become a ranking.

    The method, its weights (``besar=5,gawat=4``) and scale, both of ``mcua`` alone, and `comparisons` of criteria
    (``U/S=2,U/G=3,S/G=2``, for AHP) are fixed here before the scores are read. The meeting takes up the first `top`
    problems.
    """

    data_dir: PathText = "demo"
    area_code: Code = "99.01"
    period: Period = "2024"
    language: Literal["id", "en"] = "id"
    edition: Literal["internal", "public"] = "internal"
    hidden_before: OptionalPath = ""
    meeting: Text = "rakor-2024-2"
    method: MethodId = "usg_sum"
    weights: Annotated[str, Field(pattern=NUMBERS, validate_default=True)] = ""
    scale: Annotated[str, Field(pattern=r"^[0-9]{1,3}-[0-9]{1,3}$")] = "1-10"
    comparisons: Annotated[str, Field(pattern=NUMBERS)] = ""
    top: int = Field(3, ge=1, le=12)

    @field_validator("weights")
    @classmethod
    def _weights_are_of_mcua(cls, value: str, info: ValidationInfo) -> str:
        method = info.data.get("method")  # absent when it is at fault itself
        if method and (method == "mcua") != bool(value):
            raise PydanticCustomError("weights", "weights are of mcua alone")
        return value


# What the report set says once for all chapters; a chapter may not say it again.
COMMON: Final = ("data_dir", "area_code", "period", "language", "edition", "hidden_before")
MEETING: Final = "meeting"  # also said once, for the chapters that take it
CHAPTERS: Final[Mapping[str, tuple[type[Strict], str]]] = {
    "meeting_record": (RecordParams, mark("Catatan rapat")),
    "situation_analysis": (SituationParams, mark("Analisis situasi")),
    "problem_prioritization": (PriorityParams, mark("Prioritas masalah")),
}
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "district": ("situation_analysis",),
    "meeting": ("situation_analysis", "problem_prioritization", "meeting_record"),
}
KIND_TITLES: Final[Mapping[str, str]] = {
    "district": mark("Situasi Kampung Keluarga Berkualitas"),
    "meeting": mark("Rapat koordinasi Kampung Keluarga Berkualitas"),
}
LEVELS: Final[Mapping[str, AreaLevel]] = {"kecamatan": AreaLevel.DISTRICT, "kabupaten": AreaLevel.REGENCY}


def chapter_parameters(chapter: str, common: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of a chapter, defaults included, in the order of its ``parameters`` cell.

    A common value that the chapter does not take, such as the meeting, is left out.
    """
    model = CHAPTERS[chapter][0]
    taken = {name: value for name, value in common.items() if name in model.model_fields}
    return model(**taken, **own).model_dump(mode="json")


def parameter_names(notebook: Path) -> tuple[str, ...]:
    """Names assigned in the cell tagged ``parameters`` of a notebook, in order; empty when it has none."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    for cell in cells:
        if "parameters" in cell["metadata"].get("tags", ()):
            body = ast.parse("".join(cell["source"])).body
            targets = [t for s in body for t in (s.targets if isinstance(s, ast.Assign) else [getattr(s, "target", s)])]
            return tuple(target.id for target in targets if isinstance(target, ast.Name))
    return ()
