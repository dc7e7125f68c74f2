"""Gates: named conditions over recorded facts, and their verdict with reasons (SEMANTICS G1, G2)."""

from engine.gates.facts import Below, Count, Facts, NestedRead, Reads
from engine.gates.kinds import KINDS, Kind
from engine.gates.params import Param
from engine.gates.verdict import TREES, from_plain, judge, plain, reads, sentence, sentences

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
    "from_plain",
    "judge",
    "plain",
    "reads",
    "sentence",
    "sentences",
]
