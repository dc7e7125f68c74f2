"""Gates: named conditions over recorded facts, and their verdict with reasons (SEMANTICS G1, G2)."""

from engine.gates.facts import Below, Count, Facts, NestedRead, Reads
from engine.gates.kinds import KINDS, Kind
from engine.gates.params import Param
from engine.gates.shown import Shown, plain, sentences, shown, text_of, texts, why_shut
from engine.gates.verdict import TREES, judge, reads, unmet

__all__ = [
    "KINDS",
    "TREES",
    "Below",
    "Count",
    "Facts",
    "Kind",
    "NestedRead",
    "Param",
    "Reads",
    "Shown",
    "judge",
    "plain",
    "reads",
    "sentences",
    "shown",
    "text_of",
    "texts",
    "unmet",
    "why_shut",
]
