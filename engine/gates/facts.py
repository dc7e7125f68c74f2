"""What a gate is judged by, and which part of it a condition reads (SEMANTICS G2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from engine.gates.found import CountedFinding
from engine.gates.measured import Measured
from engine.model import Approval, Assignment, PhaseState, Tally, Workflow
from engine.records import field, fields, record


@record
class Count:
    """How far a unit came with a counted duty in a period, and whether the period is over."""

    unit: str
    period: str
    done: int
    met: bool
    over: bool


@record
class Below:
    """Where a nested campaign stands: its state and phase, the phases it has come to, its quotas' entries."""

    workflow: Workflow
    state: str
    phase: str
    phases: Mapping[str, PhaseState] = field(default_factory=dict)
    tallies: Mapping[str, Sequence[Tally]] = field(default_factory=dict)


@record
class Facts:
    """The recorded facts of a campaign on a day; of each only what some condition reads.

    assignments by task id, approvals by name, tallies by quota id, numbers by number id and unit
    (of the latest submission), phases by phase id; to_be_asked: the units that a task which is not
    opened yet will fall to; measured: scores, evidence and vetoes of the indicators; counts by duty:
    how far each unit came in each of its periods; nested: where the campaigns below stand, by the
    unit that runs each; findings: what was found and is not dropped.
    """

    workflow: Workflow
    on: date
    assignments: Mapping[str, Sequence[Assignment]] = field(default_factory=dict)
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    tallies: Mapping[str, Sequence[Tally]] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    phases: Mapping[str, PhaseState] = field(default_factory=dict)
    to_be_asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    measured: Measured = field(default_factory=Measured)
    counts: Mapping[str, Sequence[Count]] = field(default_factory=dict)
    nested: Mapping[str, Below] = field(default_factory=dict)
    findings: Sequence[CountedFinding] = ()


NestedRead = tuple[str, str, str]
"""What is read of a nested campaign: of which unit (empty for each), `phase`, `state` or `quota`, and its name."""


@record
class Reads:
    """What a condition reads, so that only this is loaded and only its change judged again."""

    tasks: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    quotas: frozenset[str] = frozenset()
    approvals: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    dates: frozenset[date] = frozenset()
    indicators: bool = False
    nested: frozenset[NestedRead] = frozenset()
    findings: bool = False

    def __or__(self, other: Reads) -> Reads:
        both = {f.name: getattr(self, f.name) | getattr(other, f.name) for f in fields(self)}
        return Reads(**both)
