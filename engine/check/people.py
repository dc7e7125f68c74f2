"""Findings on people: who is meant, who can be told, and whom nobody may chase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from engine.check.finding import error, few, note, warning
from engine.check.sight import GateSight, SeenDuty, is_above
from engine.errors import Problem
from engine.model import Ladder, Unit, Workflow
from engine.units import last_day, levels_with_contact
from notifications.kinds import kind_of, nudging_kind


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of units and contacts (SEMANTICS L1, L3, L7)."""
    for duty in sight.owing:
        yield from _nobody(duty)
    for duty in sight.duties.values():
        yield from _chased_above(duty, sight.workflow)
    yield from _without_liaison(sight)
    yield from _ending(sight)
    for ladder in sight.workflow.ladders.values():
        yield from _without_level(ladder, sight)
        yield from _beyond_relation(ladder, sight)


def cap(unit: Unit, workflow: Workflow) -> int:
    """Return the highest level at which `unit` is told anything; our own office may be told all."""
    return 4 if unit.name == workflow.office else workflow.caps[unit.relation]


def _nobody(duty: SeenDuty) -> Iterator[Problem]:
    task = duty.task
    if not duty.owing:
        cure = "check the days on which its units exist"
        what = "the task falls to no unit in its phase"
        if duty.units:
            what = f"the task falls to no unit on {duty.first_day}, when it is issued"
        yield error("PW505", task.place, what, task.id, cure)


def _chased_above(duty: SeenDuty, workflow: Workflow) -> Iterator[Problem]:
    ladder = workflow.ladders.get(duty.task.ladder)
    above = [unit.name for unit in duty.units if is_above(unit, workflow)]
    if above and ladder and not all(kind_of(rung.notice).nudges for rung in ladder.rungs):
        cure = f"name a ladder whose notices are all {nudging_kind()}, or `ladder: none` (L7)"
        yield error("PW506", duty.task.place, f"{duty.task.title} would chase a superior", few(above), cure)


def _without_liaison(sight: GateSight) -> Iterator[Problem]:
    workflow = sight.workflow
    cure = "add `contacts: {liaison: …}`, or `code:` for the pattern of addresses"
    for unit, (first, last) in _spans(sight.owing).items():
        what = "the unit owes a task and has no liaison contact"
        gap = None if is_above(unit, workflow) else _silent_day(unit, first, last, workflow)
        if gap is not None:
            what += "" if gap == first else f" from {gap}"
            yield warning("PW504", unit.place, what, unit.name, cure)
    office = workflow.directory.units[workflow.office]
    if office not in _spans(sight.owing) and _silent_day(office, sight.adopted, sight.adopted, workflow):
        yield warning("PW504", office.place, "our own office has no liaison contact", office.name, cure)


def _ending(sight: GateSight) -> Iterator[Problem]:
    """Yield the units that end before what they owe: nobody is asked for it from then on (SEMANTICS L10)."""
    found: dict[Unit, dict[str, None]] = {}
    for duty in sight.duties.values():
        until = duty.due_on or duty.phase.window.last_day
        for unit in (unit for unit in duty.units if unit.name in duty.owing):
            if duty.first_day <= last_day(sight.workflow.directory, unit.name) < until:
                found.setdefault(unit, {})[duty.task.title] = None
    for unit, titles in found.items():
        what = f"the unit ends on {unit.valid_to}, before what it owes is due"
        cure = "give the tasks to whoever takes them over, now or by `units merge` when the unit ends"
        yield warning("PW548", unit.place, what, few(titles), cure)


def _silent_day(unit: Unit, first: date, last: date, workflow: Workflow) -> date | None:
    """Return the first day of a span on which nobody of a unit can be told; contacts change on a few."""
    ends = (c.valid_to + timedelta(days=1) for c in unit.contacts if c.level == 0 and c.valid_to < last)
    days = sorted({first, *(day for day in ends if day > first)})
    return next((day for day in days if 0 not in levels_with_contact(workflow, unit.name, day)), None)


def _spans(duties: Iterable[SeenDuty]) -> Mapping[Unit, tuple[date, date]]:
    """Return for each unit the first and the last day on which it owes something and exists."""
    alike: dict[int, tuple[tuple[Unit, ...], date, date]] = {}
    for duty in duties:
        last = max(duty.first_day, duty.due_on or duty.phase.window.last_day)
        _, begun, ended = alike.get(id(duty.units), ((), date.max, date.min))
        alike[id(duty.units)] = duty.units, min(begun, duty.first_day), max(ended, last)
    days: dict[str, tuple[date, date]] = {}
    units = {unit.name: unit for found, _, _ in alike.values() for unit in found}
    for found, first, last in alike.values():
        for unit in found:
            begun, ended = days.get(unit.name, (date.max, date.min))
            days[unit.name] = min(begun, first), max(ended, last)
    return {
        units[name]: (max(first, units[name].valid_from), min(last, units[name].valid_to))
        for name, (first, last) in days.items()
    }


def _told(ladder: Ladder, sight: GateSight) -> Mapping[Unit, date]:
    """Return the units that a ladder tells of their tasks or of a gate, and from which day."""
    workflow = sight.workflow
    days = _asked_from(ladder, sight)
    reviewed = [duty for duty in sight.duties.values() if duty.task.review_ladder == ladder.id]
    gates = (phase.ladder for phase in workflow.phases)
    if ladder.id in gates or any(_is_reviewed(duty, sight) for duty in reviewed):
        days.setdefault(workflow.directory.units[workflow.office], sight.adopted)
    for duty in reviewed:
        for unit in _reviewing_leads(duty, sight):
            days[unit] = min(days.get(unit, duty.first_day), duty.first_day)
    return days


def _asked_from(ladder: Ladder, sight: GateSight) -> dict[Unit, date]:
    spans = _spans([duty for duty in sight.owing if duty.task.ladder == ladder.id])
    return {unit: first for unit, (first, _) in spans.items() if not is_above(unit, sight.workflow)}


def _reviewing_leads(duty: SeenDuty, sight: GateSight) -> list[Unit]:
    """Return the leads that review what is handed in to them."""
    if not duty.task.consolidate or duty.task.review is None:
        return []
    leads = [sight.workflow.directory.units[name] for name in duty.task.lead if name in duty.owing]
    return [unit for unit in leads if not is_above(unit, sight.workflow)]


def _is_reviewed(duty: SeenDuty, sight: GateSight) -> bool:
    return duty.task.review is not None and any(u.name != sight.workflow.office for u in duty.units)


def _without_level(ladder: Ladder, sight: GateSight) -> Iterator[Problem]:
    workflow, days = sight.workflow, _told(ladder, sight)
    reached = {unit.name: levels_with_contact(workflow, unit.name, day) for unit, day in days.items()}
    for level in sorted({rung.level for rung in ladder.rungs} - {0}):
        silent = [unit.name for unit in days if level <= cap(unit, workflow) and level not in reached[unit.name]]
        if silent:
            what = f"level {level} of {ladder.id} has no contact"
            yield warning("PW513", ladder.place, what, few(silent), "add the contact, the level is passed over (L3)")


def _beyond_relation(ladder: Ladder, sight: GateSight) -> Iterator[Problem]:
    """Yield the rungs that reach nobody, then who is never told which of the others."""
    workflow, units = sight.workflow, list(_told(ladder, sight))
    nobody = _of_nobody(ladder, units, workflow)
    if nobody and not any(is_above(u, workflow) for d in sight.owing for u in d.units):
        what = f"{few(nobody)} of {ladder.id} can reach nobody: the relation of its units forbids it"
        cure = "leave the rungs out, or give these units a ladder of their own"
        yield warning("PW535", ladder.place, what, few(unit.name for unit in units), cure)
        return
    for over, found in _by_rungs_out_of_reach(ladder, units, workflow).items():
        if over:
            relations = "、".join(dict.fromkeys(unit.relation for unit in found))
            what = f"{relations} units are never told {few(over)} of {ladder.id}"
            yield note("PW516", ladder.place, what, few(u.name for u in found), "they are asked, not ordered (L7)")


def _by_rungs_out_of_reach(
    ladder: Ladder, units: Iterable[Unit], workflow: Workflow
) -> Mapping[tuple[str, ...], list[Unit]]:
    """Return the units of a ladder by the rungs that never reach them."""
    found: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units:
        over = tuple(rung.id for rung in ladder.rungs if rung.level > cap(unit, workflow))
        found.setdefault(over, []).append(unit)
    return found


def _of_nobody(ladder: Ladder, units: Sequence[Unit], workflow: Workflow) -> list[str]:
    """Return the rungs that reach none of the units, where there are any."""
    if not units:
        return []
    highest = max(cap(unit, workflow) for unit in units)
    return [rung.id for rung in ladder.rungs if rung.level > highest]
