"""What a change of a workflow alters: its definition, its dates, and the notices that go out by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from engine import gates
from engine.model import Indicator, Phase, Quota, QuotaShare, Rung, Task, Workflow
from engine.pictures import words
from engine.records import record
from engine.service.forecast.ahead import of_workflow
from engine.service.forecast.assumptions import Assumption
from engine.service.forecast.records import Forecast, Meeting

MORE_THAN = 3
"""More notices than this are many for one unit on one day."""


@record
class Change:
    """Something of the definition that is not the same: `old` is empty where it is new, `new` where it is gone."""

    what: str
    id: str
    title: str
    old: str
    new: str


@record
class MovedDue:
    """A task of both whose first due day is another for these units; None where it has no date."""

    task: str
    title: str
    old: date | None
    new: date | None
    units: tuple[str, ...]


@record
class KindCount:
    """How many notices of a kind and level go out by the old and by the new; gained and lost go by unit and day."""

    kind: str
    level: int
    old: int
    new: int
    gained: int
    lost: int


@record
class Crowded:
    """A day on which a unit gets more notices by the new than are well, and how many it got by the old."""

    unit: str
    day: date
    old: int
    new: int


@record
class Difference:
    """All that two workflows differ in, under an assumption."""

    old: str
    new: str
    assumption: str
    notices: int
    changes: tuple[Change, ...]
    moved: tuple[MovedDue, ...]
    kinds: tuple[KindCount, ...]
    meetings: tuple[Meeting, ...]
    crowded: tuple[Crowded, ...]

    @property
    def deadlines(self) -> int:
        """Return how many due days move, each unit counted."""
        return sum(len(moved.units) for moved in self.moved)

    @property
    def is_none(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.changes or self.moved or self.meetings or any(k.gained or k.lost for k in self.kinds))


def difference(
    old: Mapping[str, str],
    new: Mapping[str, str],
    adopted: date | None,
    assumption: Assumption,
    *,
    more_than: int = MORE_THAN,
) -> Difference:
    """Compare two workflows and their forecasts; without a day each is adopted on its own plan's."""
    before, after = (of_workflow(bundle, adopted, assumption) for bundle in (old, new))
    return Difference(
        old=f"{before.subject} {before.workflow.version}",
        new=f"{after.subject} {after.workflow.version}",
        assumption=assumption.words,
        notices=len(after.notices) - len(before.notices),
        changes=tuple(changes(before.workflow, after.workflow)),
        moved=tuple(_moved(before, after)),
        kinds=tuple(_kinds(before, after)),
        meetings=tuple(meeting for meeting in after.meetings if meeting not in before.meetings),
        crowded=tuple(_crowded(before, after, more_than)),
    )


# --- definitions ---


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


Described = Mapping[str, tuple[str, str]]
"""For each id a title, and what is compared in words."""


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


# --- forecasts ---


def _moved(old: Forecast, new: Forecast) -> Iterator[MovedDue]:
    before = {(one.task, one.unit, one.period): one.due_on for one in old.owed}
    moved: dict[tuple[str, date | None, date | None], list[str]] = defaultdict(list)
    for one in new.owed:
        key = (one.task, one.unit, one.period)
        if key in before and before[key] != one.due_on:
            moved[one.task, before[key], one.due_on].append(one.unit)
    for (task, was, is_), units in moved.items():
        yield MovedDue(task=task, title=new.workflow.task(task).title, old=was, new=is_, units=tuple(units))


def _kinds(old: Forecast, new: Forecast) -> Iterator[KindCount]:
    before, after = _told(old), _told(new)
    gained, lost = after - before, before - after
    for kind, level in sorted({(kind, level) for kind, level, _, _ in before | after}):
        counts = [_of(kind, level, counted) for counted in (before, after, gained, lost)]
        yield KindCount(kind=kind, level=level, old=counts[0], new=counts[1], gained=counts[2], lost=counts[3])


Told = Counter[tuple[str, int, str, date]]


def _told(found: Forecast) -> Told:
    return Counter((n.kind, n.level, n.unit, n.day) for n in found.notices)


def _of(kind: str, level: int, counted: Told) -> int:
    return sum(number for key, number in counted.items() if key[:2] == (kind, level))


def _crowded(old: Forecast, new: Forecast, more_than: int) -> Iterator[Crowded]:
    before = {(load.unit, load.day): load.notices for load in old.loads}
    for load in new.loads:
        was = before.get((load.unit, load.day), 0)
        if load.notices > more_than:
            yield Crowded(unit=load.unit, day=load.day, old=was, new=load.notices)
