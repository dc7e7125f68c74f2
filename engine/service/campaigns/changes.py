"""What of a definition is not the same in another version of a workflow: phases, tasks, ladders, gates, texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from engine import gates
from engine.model import Indicator, Phase, Quota, QuotaShare, Rung, Task, Workflow
from engine.pictures import words
from engine.records import record

Described = Mapping[str, tuple[str, str]]
"""For each id a title, and what is compared in words."""


@record
class Change:
    """Something of the definition that is not the same: `old` is empty where it is new, `new` where it is gone."""

    what: str
    id: str
    title: str
    old: str
    new: str


def changes(old: Workflow, new: Workflow) -> Iterator[Change]:
    """Yield what differs between two definitions: phases, gates, tasks, ladders, people, texts."""
    yield from _compared("workflow", _whole(old), _whole(new))
    yield from _compared("phase", _phases(old), _phases(new))
    yield from _compared("gate", _gates(old), _gates(new))
    yield from _compared("task", _tasks(old), _tasks(new))
    for aspect in ("units", "due", "ladder"):
        before, after = ({t.id: (t.title, _aspect(t, aspect)) for t in w.tasks} for w in (old, new))
        both = before.keys() & after.keys()
        yield from _compared(f"task {aspect}", _only(before, both), _only(after, both))
    yield from _compared("indicator", _indicators(old), _indicators(new))
    yield from _compared("term", _terms(old), _terms(new))
    yield from _compared("rung", dict(_rungs(old)), dict(_rungs(new)))
    yield from _compared("group", _groups(old), _groups(new))
    yield from _compared("unit", _people(old), _people(new))
    yield from _compared("text", _texts(old), _texts(new))


def _compared(what: str, old: Described, new: Described) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, ("", "")), new.get(name, ("", ""))
        if before[1] != after[1]:
            yield Change(what=what, id=name, title=after[0] or before[0], old=before[1], new=after[1])


def _only(described: Described, names: set[str]) -> Described:
    return {name: told for name, told in described.items() if name in names}


def _phases(workflow: Workflow) -> Described:
    return {phase.id: (phase.title, _phase(phase)) for phase in workflow.phases}


def _phase(phase: Phase) -> str:
    window = f"{phase.window.first_day}…{phase.window.last_day}"
    return f"{window}, opens by {phase.opens}, {phase.advance}, ladder {phase.ladder or 'none'}"


def _tasks(workflow: Workflow) -> Described:
    return {task.id: (task.title, f"{task.title}, in {task.phase}") for task in workflow.tasks}


def _terms(workflow: Workflow) -> Described:
    return {term.id: (term.title, f"{term.first_day}…{term.last_day}") for term in workflow.terms}


def _aspect(task: Task, aspect: str) -> str:
    return {"units": _units, "due": _due, "ladder": _task_ladders}[aspect](task)


def _units(task: Task) -> str:
    roles = ("lead", "responsible", "supporting", "inherited")
    return "; ".join(f"{role} {'、'.join(getattr(task, role))}" for role in roles if getattr(task, role))


def _due(task: Task) -> str:
    due, opens = task.due, task.opens
    if task.counted is not None:
        return f"{words.counted(task)}, until the end of the {task.counted.until}"
    when = {"date": str(due.on), "phase_end": "phase end", "none": "no date"}.get(
        due.kind, f"{due.offset} after {due.anchor}"
    )
    issued = {"phase": "", "date": f", issued on {opens.on}"}.get(
        opens.kind, f", issued after {'、'.join(opens.after)}"
    )
    spans = {"receipt": task.receipt, "review": task.review, "rework": task.rework, "objection": task.objection}
    return when + issued + "".join(f", {name} {span}" for name, span in spans.items() if span)


def _task_ladders(task: Task) -> str:
    named = (("due", task.ladder), ("receipt", task.receipt_ladder), ("review", task.review_ladder))
    return ", ".join(f"{kind} {name}" for kind, name in named if name) or "none"


def _rungs(workflow: Workflow) -> Iterator[tuple[str, tuple[str, str]]]:
    for ladder in workflow.ladders.values():
        yield ladder.id, ("", f"at least {ladder.min_gap} between levels")
        for rung in ladder.rungs:
            yield f"{ladder.id}/{rung.id}", ("", _rung(rung))


def _rung(rung: Rung) -> str:
    end = f"{rung.count} times" if rung.count else f"until {rung.until}"
    again = f", every {rung.every} {end}" if rung.every else ""
    return f"{rung.at}, level {rung.level}, {rung.notice}, {rung.delivery}{again}"


def _whole(workflow: Workflow) -> Described:
    hours = workflow.hours
    told = {
        "title": workflow.title,
        "calendar": f"{workflow.calendar}, {workflow.timezone}",
        "hours": f"{hours.remind:%H:%M}, {hours.overdue:%H:%M}, {hours.last:%H:%M}, {hours.close:%H:%M}",
        "office": workflow.office,
        "leading group": workflow.leading_group,
        "quotas": "; ".join(f"{q.title} {q.total or 'not stated'}: {_kinds_of(q)}" for q in workflow.quotas),
    }
    return {name: ("", text) for name, text in told.items()}


def _kinds_of(quota: Quota) -> str:
    kinds = "、".join(f"{k.title} {k.least}…{'' if k.most is None else k.most}" for k in quota.kinds)
    return "; ".join((kinds, *(_share_of(share) for share in quota.per_unit)))


def _share_of(share: QuotaShare) -> str:
    number = "not stated" if share.least is None else f"{share.least}{' together' if share.together else ''}"
    return f"{share.title or '、'.join(share.printed)} {number}"


def _gates(workflow: Workflow) -> Described:
    return {p.id: (p.title, ";".join(gates.sentences(p.gate, workflow)) or "none") for p in workflow.phases}


def _indicators(workflow: Workflow) -> Described:
    found = workflow.indicators
    return {one.id: (one.title, _indicator(one)) for one in found.indicators} if found else {}


def _indicator(one: Indicator) -> str:
    worth = "veto" if one.veto else f"{one.points} points, per {one.period}"
    slots = "".join(f", {slot.title} {slot.least} per {slot.per}" for slot in one.evidence)
    return f"{one.title}, {worth}, {'、'.join(one.units)}{slots}"


def _groups(workflow: Workflow) -> Described:
    less = {
        name: f", less {'、'.join(g.exclude)}" if g.exclude else "" for name, g in workflow.directory.groups.items()
    }
    return {name: ("", "、".join(g.include) + less[name]) for name, g in workflow.directory.groups.items()}


def _people(workflow: Workflow) -> Described:
    return {
        unit.name: (
            "",
            f"{unit.relation} {unit.kind}".strip() + "".join(f", {c.level} {c.address}" for c in unit.contacts),
        )
        for unit in workflow.directory.units.values()
    }


def _texts(workflow: Workflow) -> Described:
    return {name: ("", sha256(text.encode()).hexdigest()[:12]) for name, text in workflow.templates.items()}
