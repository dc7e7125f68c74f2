"""The rows of the task breakdown table: what every unit owes, issued or not, unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine import units
from engine.model import Assignment, Deadline, Evidence, Role, Task
from engine.pictures import words
from engine.service.kernel.case import CampaignSession
from engine.sheets import BreakdownLine


def lines(case: CampaignSession, unit: str = "") -> list[BreakdownLine]:
    """Return a row per task and unit, in the order of units, each unit's in that of the plan."""
    workflow = case.plan.workflow
    wanted = {"campaign": case.id} | ({"unit": unit} if unit else {})
    owed = case.work.find(Assignment, order="id", **wanted)
    dues = {d.assignment: d for d in case.work.find(Deadline, order="id", kind="due", **wanted)}
    evidence = _latest(case, owed)
    given = case.work.distinct(Assignment, "task", campaign=case.id)
    found = [_issued(case, case.plan.tasks[a.task], a, dues.get(a.id), evidence.get(a.id, ())) for a in owed]
    for task in workflow.tasks:
        if task.id not in given:
            meant = units.members(task, workflow.directory, case.today)
            found += [_unissued(case, task, name, role) for name, role in meant if unit in ("", name)]
    place = {name: n for n, name in enumerate(workflow.directory.units)}
    order = {task.id: n for n, task in enumerate(workflow.tasks)}
    return sorted(
        found, key=lambda line: (place.get(line.unit, len(place)), line.unit, order[line.task_id], line.period)
    )


def row_id(task: str, unit: str, period: str = "") -> str:
    """Return the 编号 of a row, the same before and after the task is issued."""
    return "/".join(filter(None, (task, unit, period)))


def _latest(case: CampaignSession, owed: Iterable[Assignment]) -> Mapping[int, list[Evidence]]:
    """Return what came with the latest hand-in of each assignment."""
    latest = {a.id: a.submissions for a in owed if a.submissions}
    found: dict[int, list[Evidence]] = {}
    for piece in case.work.among(Evidence, "assignment", latest, order="id"):
        if piece.submission == latest[piece.assignment]:
            found.setdefault(piece.assignment, []).append(piece)
    return found


def _issued(
    case: CampaignSession, task: Task, owed: Assignment, due: Deadline | None, evidence: Iterable[Evidence]
) -> BreakdownLine:
    numbers = [f"{piece.name}={piece.text}" for piece in evidence if piece.kind == "number"]
    notes = [piece.text for piece in evidence if piece.kind == "note"]
    return BreakdownLine(
        id=row_id(task.id, owed.unit, owed.period),
        task_id=task.id,
        unit=owed.unit,
        issued=True,
        phase=case.plan.phases[owed.phase].title,
        task=f"{task.title}({owed.period})" if owed.period else task.title,
        demand=task.demand,
        clause=task.source.clause,
        role=words.ROLES[owed.role],
        due=words.day(due.due_on) if due else words.undated(task, case.plan.workflow),
        state=words.STATES[owed.state],
        received=words.day(owed.received_on),
        submitted=words.day(owed.submitted_on),
        numbers=";".join(numbers),
        note="\n".join(notes),
        settled=words.day(owed.settled_on),
        extensions=owed.extensions,
        period=owed.period,
    )


def _unissued(case: CampaignSession, task: Task, unit: str, role: Role) -> BreakdownLine:
    phase = case.phase_state(task.phase)
    return BreakdownLine(
        id=row_id(task.id, unit),
        task_id=task.id,
        unit=unit,
        issued=False,
        phase=case.plan.phases[task.phase].title,
        task=task.title,
        demand=task.demand,
        clause=task.source.clause,
        role=words.ROLES[role],
        due=_planned(case, task),
        state="启动前" if phase.state == "before_adoption" else "未下达",
    )


def _planned(case: CampaignSession, task: Task) -> str:
    if task.due.kind == "date":
        return words.day(task.due.on)
    if task.due.kind == "phase_end":
        return words.day(case.phase_state(task.phase).last_day)
    return words.undated(task, case.plan.workflow)
