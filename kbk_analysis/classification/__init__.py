"""Classification of Kampung KB: the rule, the join of exports, scores, classes, and the ways to the next class."""

from kbk_analysis.classification.classes import Classification, class_counts, classify, range_counts
from kbk_analysis.classification.join import Joined, join_exports
from kbk_analysis.classification.rule import Rule, load_rule
from kbk_analysis.classification.steps import Lever, NextSteps, Step, Way, next_steps

__all__ = [
    "Classification",
    "Joined",
    "Lever",
    "NextSteps",
    "Rule",
    "Step",
    "Way",
    "class_counts",
    "classify",
    "join_exports",
    "load_rule",
    "next_steps",
    "range_counts",
]
