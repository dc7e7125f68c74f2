"""Dates given and moved for everybody: of a dateless task, of a task, of a phase (SEMANTICS P2, P3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from engine import deadlines as rules
from engine.deadlines import Dated
from engine.model import Assignment, Deadline, PhaseState, Task
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actions.dates import beyond
from engine.service.actions.duties import subject_of
from engine.service.actor import Actor
from engine.service.case import SETTLED, Case
from engine.service.effects import adjusting, duties, phases, redating
from engine.service.effects.redating import Redating
from engine.service.journal import Entry

OFFICE = frozenset({"office"})
EITHER = frozenset({"office", "leader"})


# --- a task without a date gets one ---


def _decide_date(case: Case, actor: Actor, given: Given) -> Decision:
    task = case.task(str(given.get("task") or ""))
    document = text_given(given, "document", "a date rests on a document")
    to = day_given(given, "to")
    _require_owed(case, task)
    if task.due.kind != "none":
        raise refuse(f"{task.id} has a date or a rule for it", "move it with `task reschedule`")
    _require_ahead(case, to)
    facts = _dated(case, task, to) | {"document": document, "beyond": beyond(case, given, task.phase, to)}
    return Decision(subject=task.id, facts=facts, reason=str(given.get("reason") or ""))


def _require_ahead(case: Case, to: date) -> None:
    if to < case.today:
        raise refuse(f"{to} has passed", "give today or a later day")


def _require_owed(case: Case, task: Task) -> None:
    """A task that everybody has settled, that lay before adoption, or that is counted by periods needs no date."""
    if task.counted is not None:
        raise refuse(f"{task.id} is counted by periods: each ends when it ends", "change the workflow")
    if case.phase_state(task.phase).state == "before_adoption":
        raise refuse(f"the phase of {task.id} ended before adoption", "nobody is asked for it")
    found = case.work.find(Assignment, campaign=case.id, task=task.id)
    if found and all(each.state in SETTLED for each in found):
        raise refuse(f"nobody owes {task.id} any more", "see `task show`")


def _dated(case: Case, task: Task, to: date) -> dict[str, Any]:
    """Return the facts of a task's day: it stands in the amendments for what is not issued yet."""
    amended = case.amendments.plus(dates={task.id: to.isoformat()})
    return {"task": task.id, "to": to.isoformat(), "extra": case.pinned(amended)}


def _apply_date(case: Case, entry: Entry) -> Answer:
    case.use_extra(entry.facts["extra"])
    task = case.plan.tasks[entry.facts["task"]]
    dated = phases.date_task(case, task)
    for assignment in dated:
        adjusting.tell(case, assignment, case.deadline(assignment, "due"), None, _why(entry))
    return {"task": task.id, "due_on": entry.facts["to"], "units": [each.unit for each in dated]}


# --- a task's date is moved for everybody ---


def _decide_reschedule(case: Case, actor: Actor, given: Given) -> Decision:
    task = case.task(str(given.get("task") or ""))
    document = text_given(given, "document", "a date rests on a document")
    to = day_given(given, "to")
    _require_owed(case, task)
    if task.due.kind == "none":
        raise refuse(f"{task.id} has no date yet", "give it one with `task date`")
    _require_ahead(case, to)
    past = {"beyond": beyond(case, given, task.phase, to)}
    found = redating.planned(case, task, partial(_as_it_stands, case, task), lambda _: rules.printed(to))
    dated = _dated(case, task, to)
    if not found.moved and dated["extra"] == case.head.extra:
        raise refuse(f"{task.id} is due on {to} already", "see `task show`")
    facts = {**dated, **past, "document": document, **_found(found), "issued": _is_issued(case, task)}
    return Decision(subject=task.id, facts=facts, reason=str(given.get("reason") or ""))


def _as_it_stands(case: Case, task: Task, assignment: Assignment) -> Dated | None:
    return phases.due_date(case, task, issued_on=assignment.issued_on)


def _is_issued(case: Case, task: Task) -> bool:
    return bool(case.work.find(Assignment, campaign=case.id, task=task.id))


def _found(*found: Redating) -> dict[str, Any]:
    """Return what moves, and whose day was missed before and stays so."""
    missed = [subject_of(assignment) for each in found for assignment in each.missed]
    return {"moved": [told for each in found for told in each.moved], "missed": missed}


def _apply_reschedule(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    case.use_extra(facts["extra"])
    task = case.plan.tasks[facts["task"]]
    why = _why(entry)
    for assignment in phases.date_task(case, task):
        adjusting.tell(case, assignment, case.deadline(assignment, "due"), None, why)
    moved = redating.carry_out(case, facts["moved"], why)
    units = [assignment.unit for assignment in moved]
    return {
        "task": task.id,
        "due_on": facts["to"],
        "units": units,
        "missed": facts["missed"],
        "issued": facts["issued"],
    }


def _why(entry: Entry) -> dict[str, str]:
    return {"reason": entry.reason, "document": entry.facts["document"]}


# --- a phase's last day is moved for everybody ---


def _decide_adjust(case: Case, actor: Actor, given: Given) -> Decision:
    state = case.phase_state(str(given.get("phase") or ""))
    document = text_given(given, "document", "an adjustment rests on a document")
    to = day_given(given, "last_day")
    if state.state not in ("waiting", "open"):
        raise refuse(f"{state.phase} is over", "only the days of a phase that is to come or open move")
    _require_ahead(case, to)
    if to < state.first_day:
        raise refuse(f"{to} lies before the first day, {state.first_day}", "give a later day")
    if to == state.last_day:
        raise refuse(f"{state.phase} ends on {to} already", "see `campaign show`")
    dates = _printed(case, state, to) if given.get("with_printed") else {}
    past = _past(case, state, to, dates, given)
    found = [*_following(case, replace(state, last_day=to), dates)]
    days = {name: on.isoformat() for name, on in dates.items()}
    facts = {
        "phase": state.phase,
        "from": state.last_day.isoformat(),
        "to": to.isoformat(),
        "document": document,
        "beyond": past,
        "dates": days,
        "extra": case.pinned(case.amendments.plus(dates=days)) if days else case.head.extra,
        "gate": [told for told in (_gate(each, to) for each in _gates(case, state)) if told],
        **_found(*found),
    }
    return Decision(subject=state.phase, facts=facts, reason=str(given.get("reason") or ""))


def _tasks_of(case: Case, phase: str) -> list[Task]:
    """Return the tasks of a phase that have a day, not periods (K1)."""
    return [task for task in case.plan.workflow.tasks if task.phase == phase and task.counted is None]


def _printed(case: Case, state: PhaseState, to: date) -> dict[str, date]:
    """Return the printed days of a phase that are still ahead, moved by as many days as its last."""
    by = to - state.last_day
    tasks = [task for task in _tasks_of(case, state.phase) if task.due.kind == "date"]
    dates = {task.id: task.due.on + by for task in tasks if task.due.on and task.due.on >= case.today}
    early = [f"{name} {on}" for name, on in dates.items() if on < case.today]
    if early:
        raise refuse(f"{', '.join(early)} would lie in the past", "move these by `task reschedule` first")
    return dates


def _past(case: Case, state: PhaseState, to: date, dates: Mapping[str, date], given: Given) -> list[str]:
    """Return the tasks whose printed day would lie past the phase, which only an explicit override allows (P3)."""
    tasks = [task for task in _tasks_of(case, state.phase) if task.due.kind == "date"]
    days = {task.id: dates.get(task.id, task.due.on) for task in tasks}
    past = [f"{name} {on}" for name, on in days.items() if on and to < on <= state.last_day]
    if past and not given.get("beyond"):
        cure = "give --with-printed to move them along, or --beyond to leave them"
        raise refuse(f"these would lie past the phase's last day: {', '.join(past)}", cure)
    return past


def _following(case: Case, after: PhaseState, dates: Mapping[str, date]) -> Iterator[Redating]:
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


def _gates(case: Case, state: PhaseState) -> list[Deadline]:
    found = case.work.find(Deadline, campaign=case.id, kind="gate", phase=state.phase, order="id")
    return [deadline for deadline in found if deadline.state in redating.OPEN]


def _gate(deadline: Deadline, to: date) -> dict[str, Any] | None:
    return redating.moving(deadline, to, rules.printed(to))


def _apply_adjust(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    if facts["extra"] != case.head.extra:
        case.use_extra(facts["extra"])
    case.work.put(replace(case.phase_state(facts["phase"]), last_day=date.fromisoformat(facts["to"])))
    redating.carry_out(case, facts["gate"], _why(entry))
    moved = redating.carry_out(case, facts["moved"], _why(entry))
    duties.resumed(case)
    case.arm_gate()
    return {
        "phase": facts["phase"],
        "last_day": facts["to"],
        "moved": [subject_of(assignment) for assignment in moved],
        "missed": facts["missed"],
    }


ACTIONS = (
    Action("date", OFFICE, _decide_date, _apply_date),
    Action("reschedule", OFFICE, _decide_reschedule, _apply_reschedule),
    Action("adjust", EITHER, _decide_adjust, _apply_adjust),
)
