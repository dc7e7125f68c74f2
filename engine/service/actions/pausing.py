"""Clocks stopped and let run on: of a campaign, a phase, an assignment (SEMANTICS P1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from engine.model import Assignment, Deadline, Pause, PhaseState, Task
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, refuse, text_given
from engine.service.actions.duties import subject_of, target
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import duties, objections, pauses, phases
from engine.service.journal import Entry

EITHER = frozenset({"office", "leader"})


def _decide_pause(case: Case, actor: Actor, given: Given) -> Decision:
    scope, ref, subject = _scope(case, actor, given)
    reason = text_given(given, "reason", "a pause is on record")
    document = text_given(given, "document", "a pause rests on a document")
    if _open_pauses(case, scope, ref):
        raise refuse(f"{subject} is paused already", "resume it first")
    shift = bool(given.get("shift"))
    return Decision(
        subject=subject,
        facts={"scope": scope, "ref": ref, "shift": shift, "document": document},
        reason=reason,
    )


def _apply_pause(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    given = {name: facts[name] for name in ("scope", "ref", "shift", "document")}
    pauses.tell_paused(case, pauses.begin(case, reason=entry.reason, **given))
    if facts["scope"] == "campaign":
        phases.hold_openings(case)
    return {"scope": facts["scope"], "ref": facts["ref"], "paused": True}


def _decide_resume(case: Case, actor: Actor, given: Given) -> Decision:
    scope, ref, subject = _scope(case, actor, given)
    standing = _open_pauses(case, scope, ref)
    if not standing:
        raise refuse(f"{subject} is not paused", "see `campaign show`")
    if objections.of_pause(case, standing[-1]):
        raise refuse(f"{subject} is paused by an objection", "decide it with `task decide`")
    dates = _printed_after(case, standing[-1])
    facts: dict[str, Any] = {"scope": scope, "ref": ref, "dates": dates, "extra": case.head.extra}
    if dates:
        facts["extra"] = case.pinned(case.amendments.plus(dates=dates))
    return Decision(subject=subject, facts=facts, reason=str(given.get("reason") or ""))


def _printed_after(case: Case, pause: Pause) -> dict[str, str]:
    """Return the printed days of tasks not issued yet, shifted by the days that the pause took from them (P1)."""
    if not pause.shift or pause.scope == "assignment":
        return {}
    issued = case.work.distinct(Assignment, "task", campaign=case.id)
    found: dict[str, str] = {}
    for task in case.plan.workflow.tasks:
        since = _paused_since(case, pause, task)
        if since and task.id not in issued and task.due.kind == "date" and task.due.on and task.due.on >= since:
            found[task.id] = (task.due.on + (case.today - since)).isoformat()
    return {name: on for name, on in found.items() if on != _printed_on(case, name)}


def _printed_on(case: Case, task: str) -> str:
    on = case.plan.tasks[task].due.on
    return on.isoformat() if on else ""


def _paused_since(case: Case, pause: Pause, task: Task) -> date | None:
    """Return the day from which a pause takes days from a task; a phase that was not open loses none by its own."""
    since, state = case.plan.day(pause.from_at), case.phase_state(task.phase)
    if pause.scope == "campaign":
        return since if state.state in ("waiting", "open") else None
    if task.phase != pause.ref or state.state != "open" or state.opened_at is None:
        return None
    return max(since, case.plan.day(state.opened_at))


def _apply_resume(case: Case, entry: Entry) -> Answer:
    scope, ref = entry.facts["scope"], entry.facts["ref"]
    pause = pauses.lift(case, _open_pauses(case, scope, ref)[-1])
    days = (case.today - case.plan.day(pause.from_at)).days if pause.shift else 0
    if entry.facts["dates"]:
        case.use_extra(entry.facts["extra"])
    windows = _shift_windows(case, pause, days) if days and scope == "campaign" else 0
    if scope == "campaign":
        phases.release_openings(case)
    woken = pauses.wake(case, pause)
    moved = windows or entry.facts["dates"] or any(_has_moved(case, deadline) for deadline in woken)
    was_on = {deadline.assignment: deadline.due_on for deadline in woken if deadline.kind == "due"}
    pauses.tell_resumed(case, pause, entry.reason, was_on)
    duties.resumed(case)
    return {"scope": scope, "ref": ref, "paused": False, "shifted_days": days if moved else 0}


def _has_moved(case: Case, before: Deadline) -> bool:
    now = case.work.get(Deadline, before.id)
    return now is not None and now.due_on != before.due_on


def _shift_windows(case: Case, pause: Pause, days: int) -> int:
    """Shift the windows that had not ended when the campaign was paused; return how many."""
    since = case.plan.day(pause.from_at)
    ahead = [s for s in case.phase_states() if s.state in ("waiting", "open") and s.last_day >= since]
    for state in ahead:
        case.work.put(_shifted(state, days))
    return len(ahead)


def _shifted(state: PhaseState, days: int) -> PhaseState:
    first = state.first_day if state.state == "open" else state.first_day + timedelta(days=days)
    return replace(state, first_day=first, last_day=state.last_day + timedelta(days=days))


def _scope(case: Case, actor: Actor, given: Given) -> tuple[Any, str, str]:
    if given.get("task"):
        _, assignment = target(case, actor, given)
        return "assignment", str(assignment.id), subject_of(assignment)
    if given.get("phase"):
        phase = case.phase_state(str(given["phase"])).phase
        return "phase", phase, phase
    return "campaign", "", case.head.key


def _open_pauses(case: Case, scope: str, ref: str) -> list[Pause]:
    found = case.work.find(Pause, campaign=case.id, scope=scope, ref=ref, order="id")
    return [pause for pause in found if pause.to_at is None]


ACTIONS = (
    Action("pause", EITHER, _decide_pause, _apply_pause),
    Action("resume", EITHER, _decide_resume, _apply_resume),
)
