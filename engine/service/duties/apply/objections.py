"""Objections that a task is not a unit's duty: its clock stops until the office decides (docs/semantics.md R1)."""

from __future__ import annotations

from datetime import date

from engine.model import Assignment, Objection, Offset, Pause
from engine.records import replace
from engine.service.duties.apply import deadlines, pauses
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.items import enqueue


def raise_one(case: CampaignSession, assignment: Assignment, span: Offset, *, on: date, reason: str) -> Objection:
    """Stop the clock of an assignment, tell the office, and give it as long to decide as the unit had."""
    task, office = case.plan.tasks[assignment.task], case.plan.workflow.office
    pause = pauses.begin(case, "assignment", str(assignment.id), reason=reason)
    objection = Objection(
        id=case.next_id(),
        campaign=case.id,
        assignment=assignment.id,
        pause=pause.id,
        state="open",
        reason=reason,
        raised_on=on,
    )
    case.keep_objection(objection)
    dated = deadlines.after(case, span)
    deadline = deadlines.start(
        case,
        "objection",
        dated,
        ladder=task.review_ladder,
        unit=office,
        phase=assignment.phase,
        assignment=assignment.id,
    )
    facts = {"objection": objection.id, "reason": reason, "on": on.isoformat()}
    enqueue(case, "objection", office, assignment=assignment, deadline=deadline, facts=facts)
    return objection


def close(case: CampaignSession, objection: Objection, **decided: object) -> None:
    """End an objection: its deadline is met and the clock of its assignment goes on."""
    case.work.put(replace(objection, **decided))  # type: ignore[arg-type]
    assignment = case.work.get(Assignment, objection.assignment)
    pause = case.work.get(Pause, objection.pause)
    if assignment is None or pause is None:
        raise KeyError(objection.id)
    deadlines.end(case, case.deadline(assignment, "objection"))
    pauses.wake(case, pauses.lift(case, pause))


def lapse(case: CampaignSession, assignment: Assignment) -> None:
    """Let an objection lapse whose unit hands in all the same, or whose assignment is settled."""
    objection = open_one(case, assignment)
    if objection is not None:
        close(case, objection, state="lapsed", decided_on=case.today)


def lapse_settled(case: CampaignSession) -> None:
    """Let every objection lapse whose assignment was settled with many others."""
    for objection in case.work.find(Objection, campaign=case.id, state="open", order="id"):
        assignment = case.work.get(Assignment, objection.assignment)
        if assignment is not None and assignment.state in SETTLED:
            lapse(case, assignment)


def open_one(case: CampaignSession, assignment: Assignment) -> Objection | None:
    """Return the undecided objection to an assignment, or None."""
    return next((each for each in case.objections(assignment) if each.state == "open"), None)


def of_pause(case: CampaignSession, pause: Pause) -> bool:
    """Tell whether a pause is that of an undecided objection."""
    return bool(case.work.find(Objection, campaign=case.id, state="open", pause=pause.id))
