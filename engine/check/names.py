"""Findings on what is written and meets nothing, is used by nothing, or is named like another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from engine.check.course import units_of
from engine.check.finding import error, few, note, warning
from engine.check.sight import GateSight, SeenDuty, is_chased, leaves
from engine.errors import Problem
from engine.gates import reads
from engine.model import Phase, Place, Task, Workflow
from engine.reader.bundles import TEMPLATES, label
from engine.units import is_valid, resolve
from notifications.kinds import drafted_kinds, kind_of


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield rules that match nothing, parts that nothing uses, and titles given twice."""
    workflow = sight.workflow
    yield from _groups(workflow)
    yield from _ladders(sight)
    yield from _quotas(workflow)
    yield from _templates(workflow)
    for duty in sight.duties.values():
        yield from _units_of_another_time(duty, workflow)
        yield from _never_drafted(duty, sight)
        yield from _unreminded(duty)
    yield from _twice("phases", workflow.phases)
    yield from _twice("tasks", workflow.tasks)


def _groups(workflow: Workflow) -> Iterator[Problem]:
    resolved = resolve(workflow.directory)
    used = _named(workflow)
    for group in workflow.directory.groups.values():
        if not resolved[group.name]:
            cure = "take less out of it, or put units in"
            yield error("PW505", group.place, "the group matches no unit", group.name, cure)
        if group.name not in used:
            yield note("PW519", group.place, "nothing uses the group", group.name, "leave it out")
        inside = set(chain.from_iterable(resolved.get(name, {name}) for name in group.include))
        idle = [name for name in group.exclude if not inside & set(resolved.get(name, {name}))]
        if idle:
            what = f"{group.name} leaves out what is not in it"
            yield warning("PW541", group.place, what, few(idle), "leave the exclusion out, or name another")


def _named(workflow: Workflow) -> set[str]:
    """Return the units and groups that something names; a gate names units, so its groups are told by them."""
    tasks = {n for t in workflow.tasks for n in (*t.lead, *t.responsible, *t.supporting, *t.inherited)}
    groups = {n for group in workflow.directory.groups.values() for n in (*group.include, *group.exclude)}
    indicators = workflow.indicators.indicators if workflow.indicators else ()
    shares = {name for quota in workflow.quotas for share in quota.per_unit for name in share.printed}
    return tasks | groups | shares | _in_gates(workflow) | {name for one in indicators for name in one.units}


def _in_gates(workflow: Workflow) -> set[str]:
    named = [frozenset(units_of(leaf)) for phase in workflow.phases for leaf in leaves(phase.gate)]
    resolved = resolve(workflow.directory)
    return {name for name, units in resolved.items() if units and any(units <= each for each in named)}


def _ladders(sight: GateSight) -> Iterator[Problem]:
    workflow = sight.workflow
    tasks = {name for t in workflow.tasks for name in (t.ladder, t.receipt_ladder, t.review_ladder)}
    named = tasks | {phase.ladder for phase in workflow.phases}
    serving = _serving(sight)
    for ladder in workflow.ladders.values():
        if ladder.id not in named:
            yield note("PW519", ladder.place, "nothing uses the ladder", ladder.id, "leave it out")
        elif ladder.id not in serving:
            what = "nobody ever owes the receipt, review or date that the ladder is for"
            yield note("PW537", ladder.place, what, ladder.id, "leave it out, or give its tasks the term")


def _serving(sight: GateSight) -> set[str]:
    """Return the ladders of which some deadline starts."""
    workflow = sight.workflow
    found = {phase.ladder for phase in workflow.phases} | {t.ladder for t in workflow.tasks if t.counted}
    for duty in sight.duties.values():
        task = duty.task
        found.add(task.ladder)
        if task.receipt and any(is_chased(unit, workflow) for unit in duty.units):
            found.add(task.receipt_ladder)
        if task.review and any(unit.name != workflow.office for unit in duty.units):
            found.add(task.review_ladder)
    return found


def _quotas(workflow: Workflow) -> Iterator[Problem]:
    read = {name for phase in workflow.phases for name in reads(phase.gate).quotas}
    for quota in workflow.quotas:
        if quota.id not in read:
            cure = "add a condition of the kind quota, or leave it out"
            yield note("PW519", quota.place, "no gate reads the quota", quota.id, cure)
        if never := [kind.title for kind in quota.kinds if kind.most == 0]:
            what = f"kinds of {quota.title} can hold nothing"
            yield warning("PW541", quota.place, what, few(never), "give them a range, or leave them out")
        hosts = len(workflow.directory.units)
        if quota.total is not None and quota.total > hosts:
            what = f"{quota.title} asks for more than there are units; some must have several"
            yield note("PW546", quota.place, what, f"{quota.total}, {hosts} units", "check the total")


def _templates(workflow: Workflow) -> Iterator[Problem]:
    relations = {unit.relation for unit in workflow.directory.units.values()}
    folder = workflow.phases[0].place.file.rpartition("/")[0] or workflow.id
    for name in workflow.templates:
        _, _, relation = name.partition(".")
        if relation and relation not in relations:
            place = Place(file=label(folder, f"{TEMPLATES}/{name}.j2"), line=1, column=1)
            what = f"template {name}: no unit has this relation"
            yield warning("PW541", place, what, relation, "leave it out, or give units the relation")


def _units_of_another_time(duty: SeenDuty, workflow: Workflow) -> Iterator[Problem]:
    """Yield units that a task names one by one and that do not exist in its phase."""
    task, units = duty.task, workflow.directory.units
    named = [units[n] for n in (*task.lead, *task.responsible, *task.supporting) if n in units]
    last = max(duty.first_day, duty.phase.window.last_day)
    gone = [u.name for u in named if not is_valid(u, duty.first_day) and not is_valid(u, last)]
    if gone and duty.owing:
        what = f"{task.title} names units that do not exist in its phase"
        yield warning("PW541", task.place, what, few(gone), "check `from:` and `to:` of the unit")


def _never_drafted(duty: SeenDuty, sight: GateSight) -> Iterator[Problem]:
    task = duty.task
    if task.draft and duty.units and all(unit.relation == "superior" for unit in duty.units):
        what = f"nothing is drafted for {task.title}: only a superior takes it"
        yield warning("PW541", task.place, what, task.draft, "draft it with a task of our own")
    if task.addressee and not kind_of(task.draft).upward:
        cure = f"add `draft: {_upward()[-1]}`, or leave the addressee out"
        what = f"nothing goes upward from {task.title}"
        yield warning("PW541", task.place, what, task.addressee, cure)
    elif task.addressee and sight.workflow.directory.units[task.addressee].relation != "superior":
        cure = "name a superior; others are told by a notice"
        yield warning(
            "PW541", task.place, f"{task.title} would report to a unit that is no superior", task.addressee, cure
        )


def _upward() -> list[str]:
    """Return the documents that go to a superior."""
    return [name for name in drafted_kinds() if kind_of(name).upward]


def _unreminded(duty: SeenDuty) -> Iterator[Problem]:
    task = duty.task
    if task.due.kind != "none" and not task.ladder:
        cure = "name a `ladder:`; until then the date is only shown"
        yield note("PW538", task.place, f"nobody is reminded of {task.title}", task.id, cure)


def _twice(what: str, things: Iterable[Task | Phase]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for thing in things:
        if thing.title in seen:
            found = f"{thing.title} ({seen[thing.title]}, {thing.id})"
            cure = "a notice names them by title: tell them apart"
            yield warning("PW539", thing.place, f"two {what} have the same title", found, cure)
        seen.setdefault(thing.title, thing.id)
