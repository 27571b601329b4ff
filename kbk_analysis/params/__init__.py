"""Shape of parameters: what a report set may say, and what a chapter takes.

Question answered: are these parameters well formed?
Input: a report set (``params/*.yml``). Output: its valid values and *every* fault of shape. Whether an area
or a period exists is another question (`rendering.plan`), asked of the data and told in the same refusal.

A chapter's model holds the same names, in the same order, as the ``parameters`` cell of its notebook.
Values are plain JSON; dates are ISO text. A report kind is data: an ordered list of chapters.
"""

from __future__ import annotations

from kbk_analysis.params.chapters import (
    CHAPTERS,
    COMMON,
    KIND_TITLES,
    KINDS,
    LEVELS,
    MEETING,
    MethodId,
    PriorityParams,
    RecordParams,
    SituationParams,
    chapter_parameters,
    parameter_names,
)
from kbk_analysis.params.faults import check, did_you_mean, nearest
from kbk_analysis.params.reportset import ReportSet, Shape, read_report_set
from kbk_analysis.params.values import Letterhead, Signatory

__all__ = [
    "CHAPTERS",
    "COMMON",
    "KINDS",
    "KIND_TITLES",
    "LEVELS",
    "MEETING",
    "Letterhead",
    "MethodId",
    "PriorityParams",
    "RecordParams",
    "ReportSet",
    "Shape",
    "Signatory",
    "SituationParams",
    "chapter_parameters",
    "check",
    "did_you_mean",
    "nearest",
    "parameter_names",
    "read_report_set",
]
