"""What becomes of a running campaign under another version of its workflow; nothing is written (SEMANTICS P4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from engine import deadlines as rules
from engine.deadlines import Dated
from engine.deadlines.turns import fate, open_sheet
from engine.model import Assignment, Deadline, Ladder, Offset, PhaseState, Role, Task, Workflow
from engine.model.plain import short
from engine.records import field, record, replace
from engine.service.campaigns.apply.versions import Added, Recast, Reladdered
from engine.service.duties.apply import deadlines, duties, phases, redating
from engine.service.duties.commands.duties import subject_of
from engine.service.kernel import counting
from engine.service.kernel.amendments import Amendments, Gone, amended
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.plan import Plan

OPEN = redating.OPEN


@record(frozen=False, kw_only=False, slots=False)
class Then(CampaignSession):
    """A campaign as it would stand under the new version: its plan, and its phases with their new windows."""

    states: dict[str, PhaseState] = field(default_factory=dict)

    def phase_state(self, phase: str) -> PhaseState:
        """Return a phase as it would stand."""
        return self.states.get(phase) or super().phase_state(phase)


def then_of(case: CampaignSession, new: Workflow, after: Amendments) -> Then:
    """Return the campaign under another version with the amendments carried over."""
    versions = {sha: case.library.plan(case.work, sha, case.head.calendar).workflow for sha in after.versions}
    plan = Plan(workflow=amended(new, after, versions), calendar=case.plan.calendar)
    states = {state.phase: state for state in windows(case, new)}
    return Then(
        work=case.work,
        library=case.library,
        actions=case.actions,
        plan=plan,
        head=case.head,
        at=case.at,
        known=case.known,
        states=states,
    )


# --- phases ---


def windows(case: CampaignSession, new: Workflow) -> list[PhaseState]:
    """Return the phases under the new version; a day that was adjusted or shifted here stays."""
    return [_window(case, phase.id, place, new) for place, phase in enumerate(new.phases)]


def _window(case: CampaignSession, name: str, place: int, new: Workflow) -> PhaseState:
    window = new.phase(name).window
    state = next((each for each in case.phase_states() if each.phase == name), None)
    if state is None:
        return PhaseState(
            campaign=case.id,
            phase=name,
            position=place,
            state="waiting",
            first_day=window.first_day,
            last_day=window.last_day,
        )
    if state.state not in ("waiting", "open"):
        return replace(state, position=place)
    old = case.plan.phases[name].window
    first = window.first_day if state.first_day == old.first_day else state.first_day
    last = window.last_day if state.last_day == old.last_day else state.last_day
    return replace(state, position=place, first_day=first, last_day=last)


# --- amendments ---


def carried_over(case: CampaignSession, new: Workflow) -> tuple[Amendments, dict[str, date]]:
    """Return the amendments under the new version, and the days given to tasks that are gone."""
    before = case.amendments
    tasks, units = {task.id for task in new.tasks}, new.directory.units
    joined = {task.id for task in before.tasks}
    dates = {name: on for name, on in before.dates.items() if name in tasks | joined}
    kept = [each for each in before.gone if each.id not in (tasks if each.kind == "task" else units)]
    fresh = [*_gone_tasks(case, tasks | joined, kept), *_gone_units(case, new, kept)]
    told = {name: date.fromisoformat(on) for name, on in before.dates.items() if name not in dates}
    return replace(before, dates=dates, gone=(*kept, *fresh)), told


def _gone_tasks(case: CampaignSession, there: set[str], known: Iterable[Gone]) -> Iterator[Gone]:
    """Yield the tasks of the present version that the new one has not, where somebody was given them."""
    given = case.work.distinct(Assignment, "task", campaign=case.id)
    before = {each.id for each in known if each.kind == "task"}
    for task in case.plan.workflow.tasks:
        if task.id in given - there - before:
            yield Gone(kind="task", id=task.id, workflow=case.head.workflow)


def _gone_units(case: CampaignSession, new: Workflow, known: Iterable[Gone]) -> Iterator[Gone]:
    """Yield the units of the present version that the new one has not; those that joined here stay (R3)."""
    version = case.library.plan(case.work, case.head.workflow, case.head.calendar).workflow
    before = {each.id for each in known if each.kind == "unit"}
    until = case.today - timedelta(days=1)
    for name in version.directory.units:
        if name not in new.directory.units and name not in before:
            yield Gone(kind="unit", id=name, workflow=case.head.workflow, until=until)


# --- who owes what ---


@record(kw_only=False)
class Owing:
    """What is owed no more, what is owed again, which units owe newly, and who owes in another role or phase."""

    cancelled: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    changed: list[Recast] = field(default_factory=list)


def owing(case: CampaignSession, then: Then, after: Amendments) -> Owing:
    """Return how what units owe changes; a task that joined by a document stays with those it was given to."""
    found = Owing()
    joined = {task.id for task in case.amendments.tasks}
    owed: dict[str, list[Assignment]] = {}
    for assignment in case.work.find(Assignment, campaign=case.id, order="id"):
        owed.setdefault(assignment.task, []).append(assignment)
    for name, assignments in owed.items():
        if name not in joined:
            _owing_of(case, then, name, assignments, {} if _is_gone(after, name) else _members(then, name), found)
    return found


def _is_gone(after: Amendments, task: str) -> bool:
    return any(each.id == task for each in after.gone_of("task"))


def _members(case: CampaignSession, task: str) -> dict[str, Role]:
    return dict(case.plan.members(case.plan.tasks[task], case.today))


def _owing_of(
    case: CampaignSession, then: Then, task: str, owed: list[Assignment], now: dict[str, Role], found: Owing
) -> None:
    gone = set(case.amendments.cancelled)
    was = _members(case, task)
    for assignment in owed:
        if assignment.state in SETTLED:
            if short(assignment.id) in gone and _may_come_back(case, assignment, now):
                found.again.append(assignment.id)
        elif _is_taken_back(assignment, was, now):
            found.cancelled.append(assignment.id)
        else:
            role, phase = _role(assignment, was, now), then.plan.tasks[task].phase
            if (role, phase) != (assignment.role, assignment.phase):
                found.changed.append(Recast(assignment=assignment.id, role=role, phase=phase))
    known = {assignment.unit for assignment in owed} | was.keys()
    found.added.extend(Added(task=task, unit=unit) for unit in now if unit not in known)


def _is_taken_back(assignment: Assignment, was: Mapping[str, Role], now: Mapping[str, Role]) -> bool:
    """Tell whether the plan names a unit no more; one that it never named keeps what it has while the task stays."""
    return assignment.unit not in now and (assignment.unit in was or not now)


def _role(assignment: Assignment, was: Mapping[str, Role], now: Mapping[str, Role]) -> Role:
    """Return the role of a unit from now on; where the plan says the same as before, what it was given stands."""
    role = now.get(assignment.unit)
    return assignment.role if role is None or role == was.get(assignment.unit) else role


def _may_come_back(case: CampaignSession, assignment: Assignment, now: Mapping[str, Role]) -> bool:
    """Tell whether the plan names a unit again, and what it owed is not counted in a period that is over."""
    is_over = bool(assignment.period) and counting.period_of(case, assignment).last_day < case.today
    return assignment.unit in now and not is_over


# --- dates ---


def redated(case: CampaignSession, then: Then, without: set[int]) -> redating.Redating:
    """Return the open dates that move; what is cancelled moves no more."""
    found = redating.Redating()
    for task in then.plan.workflow.tasks:
        old = case.plan.tasks.get(task.id)
        if old is None:
            continue
        each = redating.planned(case, task, partial(_dated, case, old), partial(_dated, then, task))
        found.missed.extend(a for a in each.missed if a.id not in without)
        found.moved.extend(told for told in each.moved if _assignment_of(case, told.deadline) not in without)
    found.moved.extend(_other_days(case, then, without))
    return found


def _dated(case: CampaignSession, task: Task, assignment: Assignment) -> Dated | None:
    if task.counted is not None:
        return duties.last_day(counting.period_of(case, assignment), case)
    return phases.due_date(case, task, issued_on=assignment.issued_on)


def _assignment_of(case: CampaignSession, deadline: int) -> int:
    found = case.work.get(Deadline, deadline)
    return found.assignment if found else 0


def open_deadlines(case: CampaignSession, without: set[int]) -> list[Deadline]:
    """Return the deadlines that run, but for those of what is cancelled."""
    found = case.work.find(Deadline, campaign=case.id, order="id")
    return [each for each in found if each.state in OPEN and not (each.assignment and each.assignment in without)]


def _other_days(case: CampaignSession, then: Then, without: set[int]) -> Iterator[redating.Moved]:
    """Yield the days of receipts, reviews and gates that move."""
    for deadline in open_deadlines(case, without):
        if deadline.kind == "gate":
            dated: Dated | None = rules.printed(then.phase_state(deadline.phase).last_day)
        else:
            dated = _respanned(case, then, deadline)
        told = redating.moving(deadline, dated.on, dated) if dated else None
        if told and (deadline.kind == "gate" or not redating.is_missed(case, deadline)):
            yield told


def _respanned(case: CampaignSession, then: Then, deadline: Deadline) -> Dated | None:
    old, new = (span_of(each, deadline) for each in (case, then))
    if old is None or new is None or old == new:
        return None
    if rules.after(deadline.anchor_on, old, case.plan.calendar).on != deadline.due_on:
        return None
    return rules.after(deadline.anchor_on, new, case.plan.calendar)


def span_of(case: CampaignSession, deadline: Deadline) -> Offset | None:
    """Return the span by which a receipt or a review is due; None for other deadlines."""
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    if assignment is None or deadline.kind not in ("receipt", "review"):
        return None
    task = case.plan.tasks[assignment.task]
    return task.receipt if deadline.kind == "receipt" else task.review


def ended(case: CampaignSession, then: Then, without: set[int]) -> list[int]:
    """Return the receipts and reviews that the new version does not ask for."""
    return [
        deadline.id
        for deadline in open_deadlines(case, without)
        if span_of(case, deadline) is not None and span_of(then, deadline) is None
    ]


# --- ladders ---


def reladdered(case: CampaignSession, then: Then, without: set[int]) -> list[Reladdered]:
    """Return the deadlines whose ladder bears another name, or says something else (`anew`)."""
    found = []
    for deadline in open_deadlines(case, without):
        name = _ladder_name(case, then, deadline)
        anew = _says_else(case, then, deadline, name)
        if anew or name != deadline.ladder:
            found.append(Reladdered(deadline=deadline.id, ladder=name, anew=anew))
    return found


def _ladder_name(case: CampaignSession, then: Then, deadline: Deadline) -> str:
    old, new = (_given_ladder(each, deadline) for each in (case, then))
    return new if deadline.ladder == old else deadline.ladder


def _given_ladder(case: CampaignSession, deadline: Deadline) -> str:
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    if assignment is None:
        return case.plan.phases[deadline.phase].ladder
    task = case.plan.tasks[assignment.task]
    return {"due": task.ladder, "receipt": task.receipt_ladder}.get(deadline.kind, task.review_ladder)


def _says_else(case: CampaignSession, then: Then, deadline: Deadline, name: str) -> bool:
    caps = [deadlines.cap(each, deadline.unit) for each in (case, then)]
    hours = [each.plan.workflow.hours for each in (case, then)]
    ladders = [_rungs(case.plan.ladder(deadline.ladder)), _rungs(then.plan.ladder(name))]
    return ladders[0] != ladders[1] or (bool(ladders[0][0]) and (caps[0] != caps[1] or hours[0] != hours[1]))


def _rungs(ladder: Ladder) -> tuple[Any, ...]:
    return ladder.rungs, ladder.min_gap if ladder.rungs else None


def silenced(case: CampaignSession, then: Then, changes: dict[int, dict[str, Any]]) -> list[str]:
    """Return what had rungs ahead and would have none (P4); `changes` are values of deadlines by number."""
    found = []
    for number, values in changes.items():
        deadline = case.work.get(Deadline, number)
        if deadline is None or deadline.state == "suspended":
            continue
        if _rungs_ahead(case, deadline) and not _rungs_ahead(then, replace(deadline, **values)):
            found.append(_subject(case, deadline))
    return list(dict.fromkeys(found))


def moved_values(case: CampaignSession, deadline: Deadline, told: redating.Moved) -> dict[str, Any]:
    """Return what a deadline will be once it has moved as a record says."""
    return {"due_on": told.to, "epoch": deadline.epoch + 1, "began_at": case.at}


def _subject(case: CampaignSession, deadline: Deadline) -> str:
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    return f"{subject_of(assignment) if assignment else deadline.phase} {deadline.kind}"


def _rungs_ahead(case: CampaignSession, deadline: Deadline) -> bool:
    sheet = open_sheet(deadlines.standing(case, deadline), case.plan.times)
    return any(point.scheduled_at > case.at and fate(sheet, point) is None for point in sheet.unrecorded())
