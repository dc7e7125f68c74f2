"""Findings on the order of phases: out of reach, no way to the end, nothing left to run."""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.finding import error, note, warning
from engine.check.sight import GateSight, is_before, leaves, reach
from engine.errors import Problem
from engine.model import Phase


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of the phases and the moves between them (SEMANTICS G3, G7, G9)."""
    yield from _unreachable(sight)
    yield from _endless(sight)
    yield from _nothing_left(sight)
    for phase in sight.workflow.phases:
        yield from _against_time(phase, sight)
        yield from _by_itself(phase)
        if phase.owner == "superior" and phase.opens == "window":
            what = f"{phase.title} is a superior's, and opens on a day of ours"
            yield warning("PW543", phase.place, what, "opens: window", "write `opens: entry` (G7)")


def _unreachable(sight: GateSight) -> Iterator[Problem]:
    phases = sight.workflow.phases
    reached = reach([phases[0].id], {phase.id: phase.next for phase in phases})
    for phase in phases:
        if phase.id not in reached:
            cure = "name it under `next:` of a phase before it"
            yield error("PW507", phase.place, "the phase cannot be reached", phase.id, cure)


def _endless(sight: GateSight) -> Iterator[Problem]:
    backward: dict[str, list[str]] = {}
    for phase in sight.workflow.phases:
        for other in phase.next:
            backward.setdefault(other, []).append(phase.id)
    reached = reach([phase.id for phase in sight.workflow.phases if not phase.next], backward)
    for phase in sight.workflow.phases:
        if phase.id not in reached:
            cure = "let some phase after it have no `next:`"
            yield error("PW508", phase.place, "the phase has no way to the end", phase.id, cure)


def _nothing_left(sight: GateSight) -> Iterator[Problem]:
    phases = sight.workflow.phases
    if all(is_before(phase, sight.adopted) for phase in phases):
        found = f"{max(phase.window.last_day for phase in phases)} before {sight.adopted}"
        cure = "check `issued_on:` and the windows"
        yield error("PW528", phases[0].place, "every phase had ended when the plan was issued", found, cure)


def _against_time(phase: Phase, sight: GateSight) -> Iterator[Problem]:
    for name in phase.next:
        after = sight.phases[name]
        goes_back = phase.id in reach([name], {each.id: each.next for each in sight.workflow.phases})
        if after.window.last_day < phase.window.first_day and not goes_back:
            what = f"{phase.title} leads to {after.title}, which has ended before it begins"
            found = f"{after.window.last_day} before {phase.window.first_day}"
            yield warning("PW545", phase.place, what, found, "change `next:` or the windows")


def _by_itself(phase: Phase) -> Iterator[Problem]:
    if phase.advance != "automatic":
        return
    if len(phase.next) > 1:
        cure = "leave one way, or let a person move it"
        what = f"{phase.title} moves by itself and has more than one way to go"
        yield error("PW544", phase.place, what, "、".join(phase.next), cure)
    kinds = {leaf.kind for leaf in leaves(phase.gate)}
    if not kinds:
        what = f"{phase.title} moves by itself as soon as it is entered"
        yield warning("PW544", phase.place, what, "no gate", "add `gate:`, or let a person move it")
    elif kinds == {"date"}:
        yield note("PW544", phase.place, f"a date alone moves {phase.title} (G3)", "advance: automatic")
