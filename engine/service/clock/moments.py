"""What is done at a moment that came: a rung fires, a phase or a task opens, a gate is looked at (SEMANTICS F3)."""

from __future__ import annotations

from engine import deadlines as rules
from engine.model import Armed, Assignment, Deadline, PhaseState
from engine.model.plain import short
from engine.service.campaigns.commands.lifecycle import GateSeen, digest_of, verdict
from engine.service.duties.apply import deadlines
from engine.service.duties.apply.duties import turning
from engine.service.duties.commands.counts import PeriodTurned
from engine.service.duties.commands.duties import subject_of
from engine.service.duties.commands.firing import Occurred, Opened
from engine.service.kernel.case import CampaignSession, TimerKind
from engine.service.kernel.desk import system_act
from engine.service.kernel.timers import taken
from engine.store.codec import Unreadable


def take(case: CampaignSession, armed: Armed) -> None:
    """Do what a moment was armed for, unless it was taken away meanwhile."""
    if case.work.get(Armed, armed.at, armed.kind, armed.ref) is None:
        return
    if armed.kind == TimerKind.RUNG:
        _fire(case, armed)
    elif armed.kind == TimerKind.GATE:
        _try_gate(case, armed)
    elif armed.kind == TimerKind.PHASE:
        _open_phase(case, armed)
    else:
        _open_task(case, armed)


def _open_task(case: CampaignSession, armed: Armed) -> None:
    task = case.plan.workflow.tasks[short(armed.ref)]
    if task.counted is not None:
        lacking, issue = turning(case, task)
        facts = PeriodTurned(armed=(taken(armed),), task=task.id, short=lacking, issue=issue)
        system_act(case, "period", facts, task.id)
    else:
        system_act(case, "open", Opened(armed=(taken(armed),), task=task.id), task.id)


def _fire(case: CampaignSession, armed: Armed) -> None:
    deadline = case.work.must(Deadline, armed.ref)
    if deadline.next_at != armed.at:
        # Nothing would ever take it away: it would be due again and again.
        raise Unreadable(f"armed[{armed.at.isoformat()}, {armed.ref}] is not the next moment of its deadline")
    firing = rules.fire(deadlines.standing(case, deadline), case.at, case.plan.times)
    facts = Occurred(deadline=deadline.id, epoch=deadline.epoch, marks=firing.marks)
    system_act(case, "occur", facts, subject(case, deadline))


def subject(case: CampaignSession, deadline: Deadline) -> str:
    """Return how records name a deadline."""
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    whose = subject_of(assignment) if assignment else deadline.phase
    return f"{whose} {deadline.kind}"


def _try_gate(case: CampaignSession, armed: Armed) -> None:
    """Move a phase that advances by itself, or record why not, once per verdict (SEMANTICS G5)."""
    system_act(case, "open", Opened(armed=(taken(armed),)), case.head.phase)
    if case.head.state != "running" or case.plan.phases[case.head.phase].advance != "automatic":
        return
    judged = verdict(case)
    seen = digest_of(judged)
    if seen == case.head.gate_verdict:
        # Nothing changed since it was found shut, or since the leading group brought the campaign back to it (G11).
        return
    if judged.open:
        system_act(case, "advance")
    else:
        system_act(case, "gate_seen", GateSeen(digest=seen, verdict=judged), case.head.phase)


def _open_phase(case: CampaignSession, armed: Armed) -> None:
    position = short(armed.ref)
    state = case.work.find(PhaseState, campaign=case.id, position=position)[0]
    facts = Opened(armed=(taken(armed),), phase=state.phase)
    system_act(case, "open", facts, state.phase)
