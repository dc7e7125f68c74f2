"""Stopping clocks and letting them run again, and telling units so (SEMANTICS P1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.model import Assignment, Deadline, Pause
from engine.records import replace
from engine.service.duties.apply import deadlines
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.items import enqueue

WORK = "工作"


def begin(
    case: CampaignSession, scope: str, ref: str, *, reason: str, document: str = "", shift: bool = False
) -> Pause:
    """Stop the clocks of a scope, and return the pause that does."""
    for deadline in touched(case, scope, ref):
        if deadline.state == "armed":
            deadlines.silence(case, deadline)
    pause = Pause(
        id=case.next_id(),
        campaign=case.id,
        scope=scope,  # type: ignore[arg-type]
        ref=ref,
        shift=shift,
        reason=reason,
        document=document,
        from_at=case.at,
    )
    case.known.keep_pause(pause, new=True)
    return pause


def lift(case: CampaignSession, pause: Pause) -> Pause:
    """End a pause; what it silenced still has to be woken."""
    lifted = replace(pause, to_at=case.at)
    case.known.keep_pause(lifted)
    return lifted


def wake(case: CampaignSession, pause: Pause) -> list[Deadline]:
    """Let run on what a lifted pause silenced, and return it as it was before."""
    paused = [deadline for deadline in touched(case, pause.scope, pause.ref) if deadline.state == "paused"]
    for deadline in paused:
        deadlines.wake(case, deadline, pause)
    return paused


def touched(case: CampaignSession, scope: str, ref: str) -> list[Deadline]:
    """Return the deadlines within a scope; the office's time to decide an objection is not the unit's."""
    if scope == "assignment":
        found = case.work.find(Deadline, assignment=int(ref), order="id")
        return [deadline for deadline in found if deadline.kind != "objection"]
    if scope == "phase":
        return case.work.find(Deadline, campaign=case.id, phase=ref, order="id")
    return case.work.find(Deadline, campaign=case.id, order="id")


def tell_paused(case: CampaignSession, pause: Pause) -> None:
    """Tell each unit which of its tasks are paused."""
    _tell(case, "paused", pause, pause.reason, dict.fromkeys(_concerned(case, pause)))


def tell_resumed(case: CampaignSession, pause: Pause, reason: str, was_on: Mapping[int, date]) -> None:
    """Tell each unit which of its tasks run again, and when each was due before (by assignment)."""
    running = [a for a in _concerned(case, pause) if not _is_still_paused(case, a)]
    _tell(case, "resumed", pause, reason, {a: was_on.get(a.id) for a in running})


def _concerned(case: CampaignSession, pause: Pause) -> list[Assignment]:
    """Return what units still owe within a pause; we tell neither a superior nor ourselves."""
    column = {"assignment": "id", "phase": "phase"}.get(pause.scope, "campaign")
    ref = pause.ref if pause.scope == "phase" else int(pause.ref or case.id)
    found = case.work.find(Assignment, order="id", **{"campaign": case.id, column: ref})
    office = case.plan.workflow.office
    return [a for a in found if a.state not in SETTLED and a.unit != office and case.relation(a.unit) != "superior"]


def _is_still_paused(case: CampaignSession, assignment: Assignment) -> bool:
    due = case.deadline(assignment, "due")
    return due is not None and due.state == "paused"


def _tell(
    case: CampaignSession, kind: str, pause: Pause, reason: str, owed: Mapping[Assignment, date | None]
) -> None:
    facts = {
        "pause": pause.id,
        "scope": _scope(case, pause),
        "from": case.today.isoformat(),
        "reason": reason,
        "document": pause.document if kind == "paused" else "",
        "shift": pause.shift,
    }
    for unit in dict.fromkeys(a.unit for a in owed):
        tasks = [[a.id, on.isoformat() if on else ""] for a, on in owed.items() if a.unit == unit]
        enqueue(case, kind, unit, facts=facts | {"tasks": tasks})


def _scope(case: CampaignSession, pause: Pause) -> str:
    """Return what is paused as a notice names it: some work."""
    if pause.scope == "campaign":
        title = case.plan.workflow.title
    elif pause.scope == "phase":
        title = case.plan.phases[pause.ref].title
    else:
        assignment = case.work.get(Assignment, int(pause.ref))
        title = case.plan.tasks[assignment.task].title if assignment else ""
    return title.removesuffix(WORK) + WORK
