"""Dates given and moved for everybody: of a dateless task, of a task, of a phase (SEMANTICS P2, P3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Annotated

from engine import deadlines as rules
from engine.deadlines import Dated
from engine.model import Assignment, Deadline, PhaseState, Task
from engine.records import field, record, replace
from engine.service.duties.apply import adjusting, duties, phases, redating
from engine.service.duties.apply.redating import Moved, Redating
from engine.service.duties.commands.adhoc import require_ahead
from engine.service.duties.commands.dates import beyond
from engine.service.duties.commands.duties import subject_of
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Day, Flag, Line, Phase, Text
from engine.service.kernel.params import Task as TaskNamed

# --- what the records tell ---


@record
class TaskDated:
    """A task without a date was given one; the day stands in the amendments for what is not issued yet."""

    task: str
    to: date
    document: str
    extra: str
    beyond: bool = False


@record
class TaskRedated(TaskDated):
    """A task's date was moved for everybody: which open dates move, and whose day was missed before and stays so."""

    moved: tuple[Moved, ...] = ()
    missed: tuple[str, ...] = ()


@record
class PhaseRedated:
    """The last day of a phase was moved for everybody, and what rests on it; `dates` are printed days moved along.

    `beyond` are the printed days of tasks that lie past the phase now.
    """

    phase: str
    before: date
    to: date
    document: str
    beyond: Mapping[str, date] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    extra: str = ""
    gate: tuple[Moved, ...] = ()
    moved: tuple[Moved, ...] = ()
    missed: tuple[str, ...] = ()


# --- what they are given ---


@record
class MoveAll:
    """What a day needs that is given or moved for everybody."""

    task: Annotated[TaskNamed, ABOUT]
    to: Annotated[Day, ABOUT]
    reason: Text = ""
    document: Line
    beyond: Flag = False


@record
class DateIt(MoveAll):
    """Give a task without a date its day (适时 until then)."""


@record
class Reschedule(MoveAll):
    """Move a task's day for everybody (时限调整)."""


@record
class Adjust:
    """Move the last day of a phase for everybody (时限调整)."""

    phase: Annotated[Phase, ABOUT]
    last_day: Day
    with_printed: Flag = False
    beyond: Flag = False
    reason: Text = ""
    document: Line


OFFICE = frozenset({"office"})
EITHER = frozenset({"office", "leader"})


# --- a task without a date gets one ---


def _decide_date(case: CampaignSession, actor: Actor, asked: DateIt) -> Decision:
    task = case.task(asked.task)
    to = asked.to
    _require_owed(case, task)
    if task.due.kind != "none":
        raise refuse("has_date", task=task.id)
    require_ahead(case, to)
    facts = TaskDated(
        task=task.id,
        to=to,
        document=asked.document,
        beyond=beyond(case, asked.beyond, task.phase, to),
        extra=pinned_days(case, {task.id: to}),
    )
    return Decision(subject=task.id, facts=facts, reason=asked.reason)


def _require_owed(case: CampaignSession, task: Task) -> None:
    """A task that everybody has settled, that lay before adoption, or that is counted by periods needs no date."""
    if task.counted is not None:
        raise refuse("counted_by_periods", task=task.id)
    if case.phase_state(task.phase).state == "before_adoption":
        raise refuse("phase_before_adoption", task=task.id, phase=task.phase)
    found = case.work.find(Assignment, campaign=case.id, task=task.id)
    if found and all(each.state in SETTLED for each in found):
        raise refuse("nobody_owes", task=task.id)


def pinned_days(case: CampaignSession, dates: Mapping[str, date]) -> str:
    """Keep days of tasks among the amendments and return their hash; nothing where there are none."""
    told = {name: on.isoformat() for name, on in dates.items()}
    return case.pinned(case.amendments.plus(dates=told)) if told else ""


def _apply_date(case: CampaignSession, entry: Entry) -> Answer:
    facts: TaskDated = entry.facts
    case.use_extra(facts.extra)
    task = case.plan.tasks[facts.task]
    dated = phases.date_task(case, task)
    for assignment in dated:
        adjusting.tell(case, assignment, case.deadline(assignment, "due"), None, _why(entry))
    return {"task": task.id, "due_on": facts.to.isoformat(), "units": [each.unit for each in dated]}


# --- a task's date is moved for everybody ---


def _decide_reschedule(case: CampaignSession, actor: Actor, asked: Reschedule) -> Decision:
    task = case.task(asked.task)
    to = asked.to
    _require_owed(case, task)
    if task.due.kind == "none":
        raise refuse("task_without_date", task=task.id)
    require_ahead(case, to)
    past = beyond(case, asked.beyond, task.phase, to)
    found = redating.planned(case, task, partial(_as_it_stands, case, task), lambda _: rules.printed(to))
    extra = pinned_days(case, {task.id: to})
    if not found.moved and extra == case.head.extra:
        raise refuse("due_already", task=task.id, to=to)
    facts = TaskRedated(
        task=task.id,
        to=to,
        document=asked.document,
        beyond=past,
        extra=extra,
        moved=tuple(found.moved),
        missed=_missed(found),
    )
    return Decision(subject=task.id, facts=facts, reason=asked.reason)


def _as_it_stands(case: CampaignSession, task: Task, assignment: Assignment) -> Dated | None:
    return phases.due_date(case, task, issued_on=assignment.issued_on)


def _is_issued(case: CampaignSession, task: Task) -> bool:
    return bool(case.work.find(Assignment, campaign=case.id, task=task.id))


def _missed(*found: Redating) -> tuple[str, ...]:
    """Return whose day was missed before and stays so."""
    return tuple(subject_of(assignment) for each in found for assignment in each.missed)


def _apply_reschedule(case: CampaignSession, entry: Entry) -> Answer:
    facts: TaskRedated = entry.facts
    case.use_extra(facts.extra)
    task = case.plan.tasks[facts.task]
    why = _why(entry)
    for assignment in phases.date_task(case, task):
        adjusting.tell(case, assignment, case.deadline(assignment, "due"), None, why)
    moved = redating.carry_out(case, facts.moved, why)
    return {
        "task": task.id,
        "due_on": facts.to.isoformat(),
        "units": [assignment.unit for assignment in moved],
        "missed": [*facts.missed],
        "issued": _is_issued(case, task),
    }


def _why(entry: Entry) -> dict[str, str]:
    facts: TaskDated | PhaseRedated = entry.facts
    return {"reason": entry.reason, "document": facts.document}


# --- a phase's last day is moved for everybody ---


def _decide_adjust(case: CampaignSession, actor: Actor, asked: Adjust) -> Decision:
    state = case.phase_state(asked.phase)
    to = asked.last_day
    _require_movable(case, state, to)
    dates = _printed(case, state, to) if asked.with_printed else {}
    past = _past(case, state, to, dates, asked.beyond)
    found = [*_following(case, replace(state, last_day=to), dates)]
    facts = PhaseRedated(
        phase=state.phase,
        before=state.last_day,
        to=to,
        document=asked.document,
        beyond=past,
        dates=dates,
        extra=pinned_days(case, dates),
        gate=tuple(told for told in (_gate(each, to) for each in _gates(case, state)) if told),
        moved=tuple(told for each in found for told in each.moved),
        missed=_missed(*found),
    )
    return Decision(subject=state.phase, facts=facts, reason=asked.reason)


def _require_movable(case: CampaignSession, state: PhaseState, to: date) -> None:
    if state.state not in ("waiting", "open"):
        raise refuse("phase_over", phase=state.phase)
    require_ahead(case, to)
    if to < state.first_day:
        raise refuse("before_first_day", to=to, first_day=state.first_day)
    if to == state.last_day:
        raise refuse("phase_ends_already", phase=state.phase, to=to)


def _tasks_of(case: CampaignSession, phase: str) -> list[Task]:
    """Return the tasks of a phase that have a day, not periods (K1)."""
    return [task for task in case.plan.workflow.tasks if task.phase == phase and task.counted is None]


def _printed(case: CampaignSession, state: PhaseState, to: date) -> dict[str, date]:
    """Return the printed days of a phase that are still ahead, moved by as many days as its last."""
    by = to - state.last_day
    tasks = [task for task in _tasks_of(case, state.phase) if task.due.kind == "date"]
    dates = {task.id: task.due.on + by for task in tasks if task.due.on and task.due.on >= case.today}
    early = [f"{name} {on}" for name, on in dates.items() if on < case.today]
    if early:
        raise refuse("would_lie_in_the_past", days=early)
    return dates


def _past(
    case: CampaignSession, state: PhaseState, to: date, dates: Mapping[str, date], allowed: bool
) -> dict[str, date]:
    """Return the tasks whose printed day would lie past the phase, which only an explicit override allows (P3)."""
    tasks = [task for task in _tasks_of(case, state.phase) if task.due.kind == "date"]
    days = {task.id: dates.get(task.id, task.due.on) for task in tasks}
    past = {name: on for name, on in days.items() if on and to < on <= state.last_day}
    if past and not allowed:
        raise refuse("printed_past_phase", days=[f"{name} {on}" for name, on in past.items()])
    return past


def _following(case: CampaignSession, after: PhaseState, dates: Mapping[str, date]) -> Iterator[Redating]:
    """Yield for each task of a phase which of its dates rest on the phase's last day, or move with it."""
    for task in _tasks_of(case, after.phase):
        printed = dates.get(task.id)
        if printed is not None:
            yield redating.planned(case, task, partial(_as_it_stands, case, task), _always(rules.printed(printed)))
        elif task.due.kind == "phase_end" or task.due.anchor == "phase.end":
            now = phases.due_date(case, task, window=after)
            yield redating.planned(case, task, partial(_as_it_stands, case, task), _always(now))
    for task in case.plan.workflow.tasks:
        if task.counted is not None and task.counted.per == "phase":
            was = rules.phase_end(case.phase_state(after.phase).last_day)
            yield redating.planned(case, task, _always(was), partial(_counted_in, after))


def _counted_in(phase: PhaseState, assignment: Assignment) -> Dated | None:
    """Return the end of a phase for what is counted over the whole of it (K3)."""
    return rules.phase_end(phase.last_day) if assignment.period == phase.phase else None


def _always(dated: Dated | None) -> redating.Dating:
    return lambda _: dated


def _gates(case: CampaignSession, state: PhaseState) -> list[Deadline]:
    found = case.work.find(Deadline, campaign=case.id, kind="gate", phase=state.phase, order="id")
    return [deadline for deadline in found if deadline.state in redating.OPEN]


def _gate(deadline: Deadline, to: date) -> Moved | None:
    return redating.moving(deadline, to, rules.printed(to))


def _apply_adjust(case: CampaignSession, entry: Entry) -> Answer:
    facts: PhaseRedated = entry.facts
    if facts.extra:
        case.use_extra(facts.extra)
    case.work.put(replace(case.phase_state(facts.phase), last_day=facts.to))
    redating.carry_out(case, facts.gate, _why(entry))
    moved = redating.carry_out(case, facts.moved, _why(entry))
    duties.resumed(case)
    case.arm_gate()
    return {
        "phase": facts.phase,
        "last_day": facts.to.isoformat(),
        "moved": [subject_of(assignment) for assignment in moved],
        "missed": [*facts.missed],
    }


ACTIONS = (
    Action(
        "date",
        OFFICE,
        _decide_date,
        _apply_date,
        TaskDated,
        DateIt,
        "task date",
        (shows("guazhou-2019", task="conference", to="2019-03-15", document="会议纪要〔2019〕5号"),),
    ),
    Action(
        "reschedule",
        OFFICE,
        _decide_reschedule,
        _apply_reschedule,
        TaskRedated,
        Reschedule,
        "task reschedule",
        (
            shows("mile-2023", task="t1", to="2023-11-20", document="办〔2023〕9号", dry_run=True),
            shows("mile-2023", task="t1", to="2023-11-20", document="办〔2023〕9号"),
        ),
    ),
    Action(
        "adjust",
        EITHER,
        _decide_adjust,
        _apply_adjust,
        PhaseRedated,
        Adjust,
        "campaign adjust",
        (
            shows("mile-2023", phase="implementation", last_day="2023-12-15", document="办〔2023〕9号", dry_run=True),
            shows("mile-2023", phase="yearend", last_day="2024-01-31", with_printed=True, document="办〔2023〕9号"),
        ),
    ),
)
