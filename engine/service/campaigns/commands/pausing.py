"""Clocks stopped and let run on: of a campaign, a phase, an assignment (SEMANTICS P1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from engine.model import Assignment, Deadline, Pause, PhaseState, Task
from engine.model.plain import Ref, short
from engine.records import field, record, replace
from engine.service.campaigns.commands.adjusting import pinned_days
from engine.service.duties.apply import duties, objections, pauses, phases
from engine.service.duties.commands.duties import OfOne, subject_of, target
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Flag, Is, Line, Phase, Text, Unit
from engine.service.kernel.params import Task as TaskNamed

Scope = Literal["campaign", "phase", "assignment"]

# --- what the records tell ---


@record
class Paused:
    """Clocks were stopped by a document: of an assignment, of a phase or, where neither is named, of the campaign."""

    document: str
    phase: str = ""
    assignment: Ref = 0
    shift: bool = False


@record
class Resumed:
    """Clocks run on; `dates` are printed days of tasks not issued yet that the pause shifted."""

    phase: str = ""
    assignment: Ref = 0
    dates: Mapping[str, date] = field(default_factory=dict)
    extra: str = ""


# --- what they are given ---


@record
class Within:
    """What is meant: a phase, a task of one unit, or the campaign where neither is named."""

    phase: Phase = ""
    task: TaskNamed = ""
    unit: Unit = ""
    period: Annotated[str, Is(kind="period", inner=True)] = ""


@record
class PauseIt(Within):
    """Stop the clocks of a campaign, a phase or an assignment."""

    reason: Text
    document: Line
    shift: Flag = False


@record
class ResumeIt(Within):
    """Let paused clocks run on."""

    reason: Text = ""


EITHER = frozenset({"office", "leader"})


# --- stopped ---


def _decide_pause(case: CampaignSession, actor: Actor, asked: PauseIt) -> Decision:
    phase, assignment, subject = _scope(case, actor, asked)
    if _open_pauses(case, phase, assignment):
        raise refuse("paused_already", subject=subject)
    facts = Paused(document=asked.document, phase=phase, assignment=assignment, shift=asked.shift)
    return Decision(subject=subject, facts=facts, reason=asked.reason)


def _apply_pause(case: CampaignSession, entry: Entry) -> Answer:
    facts: Paused = entry.facts
    scope, ref = _rows(facts.phase, facts.assignment)
    pause = pauses.begin(case, scope, ref, reason=entry.reason, document=facts.document, shift=facts.shift)
    pauses.tell_paused(case, pause)
    if scope == "campaign":
        phases.hold_openings(case)
    return _answer(facts) | {"paused": True}


# --- running on ---


def _decide_resume(case: CampaignSession, actor: Actor, asked: ResumeIt) -> Decision:
    phase, assignment, subject = _scope(case, actor, asked)
    standing = _open_pauses(case, phase, assignment)
    if not standing:
        raise refuse("not_paused", subject=subject)
    if objections.of_pause(case, standing[-1]):
        raise refuse("paused_by_objection", subject=subject)
    dates = _printed_after(case, standing[-1])
    facts = Resumed(phase=phase, assignment=assignment, dates=dates, extra=pinned_days(case, dates))
    return Decision(subject=subject, facts=facts, reason=asked.reason)


def _printed_after(case: CampaignSession, pause: Pause) -> dict[str, date]:
    """Return the printed days of tasks not issued yet, shifted by the days that the pause took from them (P1)."""
    if not pause.shift or pause.scope == "assignment":
        return {}
    issued = case.work.distinct(Assignment, "task", campaign=case.id)
    found: dict[str, date] = {}
    for task in case.plan.workflow.tasks:
        since = _paused_since(case, pause, task)
        if since and task.id not in issued and task.due.kind == "date" and task.due.on and task.due.on >= since:
            found[task.id] = task.due.on + (case.today - since)
    return {name: on for name, on in found.items() if on != case.plan.tasks[name].due.on}


def _paused_since(case: CampaignSession, pause: Pause, task: Task) -> date | None:
    """Return the day from which a pause takes days from a task; a phase that was not open loses none by its own."""
    since, state = case.plan.day(pause.from_at), case.phase_state(task.phase)
    if pause.scope == "campaign":
        return since if state.state in ("waiting", "open") else None
    if task.phase != pause.ref or state.state != "open" or state.opened_at is None:
        return None
    return max(since, case.plan.day(state.opened_at))


def _apply_resume(case: CampaignSession, entry: Entry) -> Answer:
    facts: Resumed = entry.facts
    pause = pauses.lift(case, _open_pauses(case, facts.phase, facts.assignment)[-1])
    days = (case.today - case.plan.day(pause.from_at)).days if pause.shift else 0
    if facts.extra:
        case.use_extra(facts.extra)
    windows = _shift_windows(case, pause, days) if days and pause.scope == "campaign" else 0
    if pause.scope == "campaign":
        phases.release_openings(case)
    woken = pauses.wake(case, pause)
    moved = windows or facts.dates or any(_has_moved(case, deadline) for deadline in woken)
    was_on = {deadline.assignment: deadline.due_on for deadline in woken if deadline.kind == "due"}
    pauses.tell_resumed(case, pause, entry.reason, was_on)
    duties.resumed(case)
    return _answer(facts) | {"paused": False, "shifted_days": days if moved else 0}


def _has_moved(case: CampaignSession, before: Deadline) -> bool:
    now = case.work.get(Deadline, before.id)
    return now is not None and now.due_on != before.due_on


def _shift_windows(case: CampaignSession, pause: Pause, days: int) -> int:
    """Shift the windows that had not ended when the campaign was paused; return how many."""
    since = case.plan.day(pause.from_at)
    ahead = [s for s in case.phase_states() if s.state in ("waiting", "open") and s.last_day >= since]
    for state in ahead:
        case.work.put(_shifted(state, days))
    return len(ahead)


def _shifted(state: PhaseState, days: int) -> PhaseState:
    first = state.first_day if state.state == "open" else state.first_day + timedelta(days=days)
    return replace(state, first_day=first, last_day=state.last_day + timedelta(days=days))


# --- what is paused ---


def _scope(case: CampaignSession, actor: Actor, asked: Within) -> tuple[str, int, str]:
    """Return the phase or the assignment that is meant, the campaign where neither is named; and its name."""
    if asked.task:
        _, assignment = target(case, actor, OfOne(task=asked.task, unit=asked.unit, period=asked.period))
        return "", assignment.id, subject_of(assignment)
    if asked.phase:
        phase = case.phase_state(asked.phase).phase
        return phase, 0, phase
    return "", 0, case.head.key


def _rows(phase: str, assignment: int) -> tuple[Scope, str]:
    """Return how rows name what is paused."""
    if assignment:
        return "assignment", str(assignment)
    return ("phase", phase) if phase else ("campaign", "")


def _answer(facts: Paused | Resumed) -> Answer:
    scope, ref = _rows(facts.phase, facts.assignment)
    return {"scope": scope, "ref": str(short(facts.assignment)) if facts.assignment else ref}


def _open_pauses(case: CampaignSession, phase: str, assignment: int) -> list[Pause]:
    scope, ref = _rows(phase, assignment)
    found = case.work.find(Pause, campaign=case.id, scope=scope, ref=ref, order="id")
    return [pause for pause in found if pause.to_at is None]


ACTIONS = (
    Action(
        "pause",
        EITHER,
        _decide_pause,
        _apply_pause,
        Paused,
        PauseIt,
        "campaign pause",
        (
            shows("shizhu-2022", reason="防汛抢险", document="县创建办〔2022〕8号", shift=True),
            shows("shizhu-2022", task="t1", unit="中益乡", reason="防汛抢险", document="函〔2022〕9号"),
        ),
    ),
    Action(
        "resume",
        EITHER,
        _decide_resume,
        _apply_resume,
        Resumed,
        ResumeIt,
        "campaign resume",
        (shows("shizhu-2022"), shows("shizhu-2022", phase="creation")),
    ),
)
