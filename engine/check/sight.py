"""A workflow with what every rule asks of it: when it begins, and who owes what from which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from engine import deadlines, gates
from engine.calendar import Calendar
from engine.deadlines import Times
from engine.model import Condition, Directory, Phase, Task, Unit, Workflow
from engine.records import record
from engine.units import members, resolve


@record
class SeenDuty:
    """A task with the units that it falls to and its days, as far as they are known beforehand.

    `first_day` is the first day on which it can be issued, `is_fixed` tells that it will be that day;
    `owing` are the units of that day if it is fixed. `asked` is false where its phase had ended by adoption.
    """

    task: Task
    phase: Phase
    units: tuple[Unit, ...]
    owing: tuple[str, ...]
    first_day: date
    is_fixed: bool
    due_on: date | None
    asked: bool


@record
class GateSight:
    """What the rules look at; `calendar` is None where real days are not to be looked at."""

    workflow: Workflow
    calendar: Calendar | None
    adopted: date
    phases: Mapping[str, Phase]
    duties: Mapping[str, SeenDuty]
    counted: Mapping[str, SeenDuty]
    """Counted duties: they have periods, and no due day of their own."""

    @property
    def owing(self) -> tuple[SeenDuty, ...]:
        """Everything that units owe, counted or not."""
        return (*self.duties.values(), *self.counted.values())

    @property
    def times(self) -> Times | None:
        """Calendar, hours and zone, as the deadlines want them."""
        workflow = self.workflow
        if self.calendar is None:
            return None
        return Times(calendar=self.calendar, hours=workflow.hours, zone=ZoneInfo(workflow.timezone))


def sight_of(workflow: Workflow, calendar: Calendar | None) -> GateSight:
    """Return `workflow` as it would run if it were adopted on the day of its plan."""
    adopted = workflow.document.issued_on or min(phase.window.first_day for phase in workflow.phases)
    phases = {phase.id: phase for phase in workflow.phases}
    who = _Who(workflow.directory)
    duties = {task.id: _duty(task, phases[task.phase], who, adopted, calendar) for task in workflow.clauses}
    counted = {
        task.id: _duty(task, phases[task.phase], who, adopted, calendar)
        for task in workflow.tasks
        if task.counted is not None
    }
    return GateSight(
        workflow=workflow, calendar=calendar, adopted=adopted, phases=phases, duties=duties, counted=counted
    )


def is_before(phase: Phase, adopted: date) -> bool:
    """Tell whether a phase had ended by adoption: nobody is asked for anything in it (SEMANTICS G9)."""
    return phase.window.last_day < adopted


def is_above(unit: Unit, workflow: Workflow) -> bool:
    """Tell whether `unit` stands above the office and is never chased."""
    return unit.relation == "superior" or unit.name == workflow.leading_group


def is_chased(unit: Unit, workflow: Workflow) -> bool:
    """Tell whether `unit` hands in to the office, rather than being it or standing above it."""
    return unit.name != workflow.office and not is_above(unit, workflow)


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the leaves of a gate."""
    if condition.kind not in gates.TREES:
        yield condition
    for child in condition.children:
        yield from leaves(child)


def needed(tasks: Iterable[str], workflow: Workflow) -> set[str]:
    """Return `tasks` with all that they wait for."""
    return reach(tasks, {task.id: task.opens.after for task in workflow.clauses})


def reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Return what can be reached from `start`, itself included."""
    seen: set[str] = set()
    ahead = list(start)
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead.extend(edges.get(here, ()))
    return seen


class _Who:
    """Who is meant by the names of tasks; those that name the same units share the answer."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.groups = resolve(directory)
        self.known: dict[tuple[object, ...], tuple[str, ...]] = {}
        self.records: dict[tuple[str, ...], tuple[Unit, ...]] = {}

    def on(self, task: Task, day: date) -> tuple[str, ...]:
        """Return the names of the units that a task falls to on a day."""
        key = (task.lead, task.responsible, task.supporting, task.inherited, day)
        if key not in self.known:
            self.known[key] = tuple(name for name, _ in members(task, self.directory, day, self.groups))
        return self.known[key]

    def units(self, names: tuple[str, ...]) -> tuple[Unit, ...]:
        """Return the units of these names."""
        if names not in self.records:
            self.records[names] = tuple(self.directory.units[name] for name in names)
        return self.records[names]


def _duty(task: Task, phase: Phase, who: _Who, adopted: date, calendar: Calendar | None) -> SeenDuty:
    first = max(phase.window.first_day, adopted, task.opens.on or date.min)
    is_fixed = task.opens.kind != "after" and phase.opens == "window"
    begins, ends = who.on(task, first), who.on(task, max(first, phase.window.last_day))
    meant = begins if begins == ends else tuple(dict.fromkeys((*begins, *ends)))
    return SeenDuty(
        task=task,
        phase=phase,
        units=who.units(meant),
        owing=begins if is_fixed else meant,
        first_day=first,
        is_fixed=is_fixed,
        due_on=_due_on(task, phase, first if is_fixed else None, adopted, calendar),
        asked=not is_before(phase, adopted),
    )


def _due_on(task: Task, phase: Phase, issued: date | None, adopted: date, calendar: Calendar | None) -> date | None:
    if calendar is None:
        return phase.window.last_day if task.due.kind == "phase_end" else task.due.on
    dated = deadlines.date_of(
        task.due,
        phase_first=max(phase.window.first_day, adopted),
        phase_last=phase.window.last_day,
        anchor_on={"adopted": adopted, "issued": issued}.get(task.due.anchor),
        calendar=calendar,
    )
    return dated.on if dated else None
