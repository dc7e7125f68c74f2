"""What becomes of what units owe: it is accepted, returned, or waived (SEMANTICS L4)."""

from __future__ import annotations

from datetime import date

from engine.errors import NotAllowed
from engine.machine import assignment_after
from engine.model import Assignment, Task, changed
from engine.model.plain import Ref
from engine.records import record
from engine.service.duties.apply import deadlines, gathering, objections, phases
from engine.service.duties.commands.duties import OfOne, OfPeriod, answer_of, subject_of, target
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue, ride
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Flag, Line, Text

# --- what the records tell ---


@record
class Accepted:
    """What was handed in was accepted; `told` hear of it by the next notice that goes to them anyway."""

    assignment: Ref
    on: date
    told: tuple[str, ...] = ()


@record
class Returned:
    """What was handed in was returned, to be handed in again by a day that was counted, or `given` by hand."""

    assignment: Ref
    due_on: date
    given: bool = False
    empty: bool = False


@record
class Waived:
    """What a unit owed was waived by a document; `before` is how it stood then."""

    assignment: Ref
    on: date
    document: str
    before: str = ""


# --- what they are given ---


@record
class Accept(OfOne):
    """Accept what was handed in (审核通过)."""

    on: Day | None = None
    reason: Text = ""


@record
class Return(OfOne):
    """Send a hand-in back with a reason and a new day (退回)."""

    reason: Text
    due: Day | None = None
    empty: Flag = False


@record
class Waive(OfPeriod):
    """Let a unit off (经批准免报)."""

    reason: Text
    document: Line


REVIEWERS = frozenset({"office", "unit"})


# --- review ---


def reviewed(case: CampaignSession, actor: Actor, asked: OfOne, what: str) -> tuple[Task, Assignment]:
    """Return the task and hand-in that are reviewed; a lead reviews what is handed in to it (R2)."""
    if actor.role != "unit":
        return target(case, actor, asked)
    task = case.task(asked.task)
    assignment = case.assignment(task, asked.unit or actor.name)
    if not gathering.may_review(case, actor.name, assignment):
        raise NotAllowed("review", action=what, subject=subject_of(assignment), actor=actor.name, roles=["office"])
    return task, assignment


def _decide_accept(case: CampaignSession, actor: Actor, asked: Accept) -> Decision:
    _, assignment = reviewed(case, actor, asked, "accept")
    on = asked.on or case.today
    if on > case.today or (assignment.submitted_on and on < assignment.submitted_on):
        raise refuse("not_since_submission", on=on, submitted_on=assignment.submitted_on)
    assignment_after(assignment.state, "accept", subject_of(assignment))
    return Decision(
        subject=subject_of(assignment),
        facts=Accepted(assignment=assignment.id, on=on, told=_hear_of(case, actor, assignment)),
        reason=asked.reason,
    )


def _apply_accept(case: CampaignSession, entry: Entry) -> Answer:
    answer = _settle(case, entry, "accepted", "met")
    facts: Accepted = entry.facts
    for unit in facts.told:
        ride(case, unit, case.work.must(Assignment, facts.assignment))
    return answer


def _hear_of(case: CampaignSession, actor: Actor, assignment: Assignment) -> tuple[str, ...]:
    """Return who is told of an acceptance: the unit, and the open lead of a part; not who accepts, no superior."""
    lead = gathering.gathering(case, [assignment.task]).reviewer(assignment.id)
    known = {case.plan.workflow.office, actor.name if actor.role == "unit" else "", ""}
    told = (unit for unit in dict.fromkeys((assignment.unit, lead)) if unit not in known)
    return tuple(unit for unit in told if case.relation(unit) != "superior")


def _decide_return(case: CampaignSession, actor: Actor, asked: Return) -> Decision:
    task, assignment = reviewed(case, actor, asked, "return")
    reason = asked.reason
    assignment_after(assignment.state, "return", subject_of(assignment))
    due = rework_day(case, task, assignment, asked.due)
    facts = Returned(assignment=assignment.id, due_on=due, given=asked.due is not None, empty=asked.empty)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def rework_day(case: CampaignSession, task: Task, assignment: Assignment, due: date | None = None) -> date:
    """A return never leaves a unit less time than its plan did."""
    if due is not None:
        if due <= case.today:
            raise refuse("not_after_today", day=due, name="due")
        return due
    counted = deadlines.after(case, task.rework).on
    present = case.deadline(assignment, "due")
    return max(counted, present.due_on) if present else counted


def _apply_return(case: CampaignSession, entry: Entry) -> Answer:
    facts: Returned = entry.facts
    before, due_on = case.work.must(Assignment, facts.assignment), facts.due_on
    first = None if facts.empty else before.first_submitted_on
    assignment = changed(before, state="returned", first_submitted_on=first)
    case.work.put(assignment)
    deadlines.end(case, case.deadline(assignment, "review"))
    deadline = case.deadline(assignment, "due")
    if deadline is not None:
        task = case.plan.tasks[assignment.task]
        counted = deadlines.after(case, task.rework)
        by_count = counted.on == due_on and not facts.given
        deadline = deadlines.move(case, deadline, due_on, dated=counted if by_count else None)
    if case.relation(assignment.unit) != "superior":
        said = f"牵头单位{entry.actor}审核意见,{entry.reason}" if entry.role == "unit" else entry.reason
        told = {"reason": said, "due_on": due_on.isoformat()}
        enqueue(case, "returned", assignment.unit, assignment=assignment, deadline=deadline, facts=told)
    case.arm_gate()
    return answer_of(assignment) | {"due_on": due_on.isoformat()}


# --- waiver ---


def _decide_waive(case: CampaignSession, actor: Actor, asked: Waive) -> Decision:
    _, assignment = target(case, actor, asked)
    reason = asked.reason
    document = asked.document
    assignment_after(assignment.state, "waive", subject_of(assignment))
    facts = Waived(assignment=assignment.id, on=case.today, document=document, before=assignment.state)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_waive(case: CampaignSession, entry: Entry) -> Answer:
    return _settle(case, entry, "waived", "cancelled")


# --- settled ---


def _settle(case: CampaignSession, entry: Entry, state: str, deadline_state: str) -> Answer:
    facts: Accepted | Waived = entry.facts
    assignment = changed(case.work.must(Assignment, facts.assignment), state=state, settled_on=facts.on)
    case.work.put(assignment)
    for deadline in case.deadlines(assignment):
        deadlines.end(case, deadline, deadline_state)
    objections.lapse(case, assignment)
    if assignment.role == "lead":
        gathering.hand_on_reviews(case, assignment.task)
    phases.settled(case, assignment.task)
    case.arm_gate()
    return answer_of(assignment)


ACTIONS = (
    Action(
        "accept",
        REVIEWERS,
        _decide_accept,
        _apply_accept,
        Accepted,
        Accept,
        "task accept",
        (shows("shizhu-2022", task="selfcheck", unit="中益乡"),),
    ),
    Action(
        "return",
        REVIEWERS,
        _decide_return,
        _apply_return,
        Returned,
        Return,
        "task return",
        (shows("shizhu-2022", task="measures", unit="中益乡", reason="缺少工作制度"),),
    ),
    Action(
        "waive",
        frozenset({"office", "leader"}),
        _decide_waive,
        _apply_waive,
        Waived,
        Waive,
        "task waive",
        (shows("shizhu-2022", task="t9", unit="县法院", reason="上级统一报送", document="纪要〔2022〕5号"),),
    ),
)
