"""The state machines of an assignment and of a campaign; the only importer of transitions.

A machine is built once and its table read; deciding is a look-up. No text of a workflow reaches
transitions, which resolves strings into callables: phases enter it as p0, p1, ….
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from engine import gates
from engine.errors import WrongState
from engine.model import Phase, Workflow

COMPLETED = "completed"
ABORTED = "aborted"
ENDS = (COMPLETED, ABORTED)
"""Where a campaign ends; no phase may bear these names."""

OPEN_STATES = ("issued", "received", "submitted", "returned")
SETTLED_STATES = ("accepted", "waived", "cancelled", "short")

_ASSIGNMENT_MOVES = (
    ("receive", ("issued",), "received"),
    ("submit", OPEN_STATES, "submitted"),
    ("accept", ("submitted",), "accepted"),
    ("return", ("submitted",), "returned"),
    ("waive", OPEN_STATES, "waived"),
    ("object", ("issued", "received"), "received"),
    ("cancel", OPEN_STATES, "cancelled"),
)

Table = Mapping[tuple[str, str], tuple[str, ...]]


def _table(states: Iterable[str], moves: Iterable[tuple[str, str, str]]) -> Table:
    """Return what a machine of `states` and (trigger, source, target) `moves` can do."""
    from transitions import Machine  # what only reads needs none

    machine = Machine(model=None, states=list(states), initial=None, auto_transitions=False)
    for trigger, source, target in moves:
        machine.add_transition(trigger, machine.get_state(source).name, machine.get_state(target).name)
    return {
        (source, event.name): tuple(str(move.dest) for move in found)
        for event in machine.events.values()
        for source, found in event.transitions.items()
    }


@cache
def assignment_table() -> Mapping[tuple[str, str], str]:
    """Return which state of an assignment follows on (state, trigger)."""
    moves = ((t, source, target) for t, sources, target in _ASSIGNMENT_MOVES for source in sources)
    table = _table(OPEN_STATES + SETTLED_STATES, moves)
    return MappingProxyType({key: targets[0] for key, targets in table.items()})


def assignment_after(state: str, trigger: str, subject: str = "the assignment") -> str:
    """Return the state of an assignment after `trigger`; WrongState where it cannot follow."""
    after = assignment_table().get((state, trigger))
    if after is None:
        possible = [each for each in assignment_triggers(state) if each != "cancel"]
        why = "not_from_here" if possible else "settled"
        raise WrongState(why, action=trigger, subject=subject, state=state, possible=possible)
    return after


def assignment_triggers(state: str) -> tuple[str, ...]:
    """Return what can be done with an assignment in `state`."""
    return tuple(trigger for source, trigger in assignment_table() if source == state)


def campaign_moves(workflow: Workflow) -> Mapping[str, tuple[str, ...]]:
    """Return for each phase of `workflow` where `advance` may lead; `completed` from the last.

    KeyError where a phase leads to one that does not exist: the reader has refused such a workflow.
    """
    return _moves(tuple((phase.id, phase.next) for phase in workflow.phases))


def campaign_after(workflow: Workflow, phase: str, trigger: str, to: str | None = None) -> str:
    """Return where a campaign in `phase` stands after `advance` (to `to`, if it has a choice) or `abort`."""
    if phase in ENDS:
        raise WrongState("ended", action=trigger, state=phase)
    if trigger == "abort":
        return ABORTED
    targets = campaign_moves(workflow)[phase]
    if to is None and len(targets) == 1:
        return targets[0]
    if to is not None and to in targets:
        return to
    raise WrongState("where_to", action=trigger, phase=phase, targets=[*targets])


@lru_cache(maxsize=64)
def _moves(phases: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, tuple[str, ...]]:
    names = {phase: f"p{n}" for n, (phase, _) in enumerate(phases)} | {end: end for end in ENDS}
    phase_of = {name: phase for phase, name in names.items()}
    advances = [
        ("advance", names[phase], names[target]) for phase, targets in phases for target in targets or (COMPLETED,)
    ]
    aborts = [("abort", names[phase], ABORTED) for phase, _ in phases]
    table = _table(names.values(), advances + aborts)
    return MappingProxyType(
        {phase: tuple(phase_of[t] for t in table[names[phase], "advance"]) for phase, _ in phases}
    )


def mermaid(workflow: Workflow) -> str:
    """Return the phases of `workflow` with their gates as a Mermaid state diagram."""
    ids = {phase.id: f"p{n}" for n, phase in enumerate(workflow.phases)} | {COMPLETED: "[*]"}
    moves = campaign_moves(workflow)
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{_mermaid_text(_heading(phase))}" as {ids[phase.id]}' for phase in workflow.phases]
    if workflow.phases:
        lines.append(f"    [*] --> {ids[workflow.phases[0].id]}")
    for phase in workflow.phases:
        gate = "<br/>".join(_mermaid_text(text) for text in gates.sentences(phase.gate, workflow))
        label = f" : {gate}" if gate else ""
        lines += [f"    {ids[phase.id]} --> {ids[target]}{label}" for target in moves[phase.id]]
    return "\n".join(lines) + "\n"


def _heading(phase: Phase) -> str:
    return f"{phase.title} {phase.window.first_day}至{phase.window.last_day}"


_MERMAID_SPECIAL = str.maketrans('"#;:<>{}[]%`\\\n', "＂＃；：＜＞｛｝［］％｀＼ ")


def _mermaid_text(text: str) -> str:
    return text.translate(_MERMAID_SPECIAL)
