"""Gates: named conditions over recorded facts, and their verdict with reasons (SEMANTICS G1, G2)."""

from engine.gates.facts import Below, Count, Facts, NestedRead, Reads
from engine.gates.kinds import KINDS, ConditionKind
from engine.gates.params import Param
from engine.gates.shown import ShownCondition, asked_of_units, plain, sentences, shown, text_of, texts, why_shut
from engine.gates.verdict import TREES, judge, leaves, reads, unmet

__all__ = [
    "KINDS",
    "TREES",
    "Below",
    "ConditionKind",
    "Count",
    "Facts",
    "NestedRead",
    "Param",
    "Reads",
    "ShownCondition",
    "asked_of_units",
    "judge",
    "leaves",
    "plain",
    "reads",
    "sentences",
    "shown",
    "text_of",
    "texts",
    "unmet",
    "why_shut",
]
