"""Objections: a unit says that a task is not its duty, the office decides (docs/semantics.md R1)."""

from __future__ import annotations

from datetime import date

from engine import units
from engine.errors import BadInput
from engine.machine import assignment_after
from engine.model import Assignment, Objection
from engine.model.plain import Ref
from engine.records import field, record, replace
from engine.service.duties.apply import deadlines, gathering, objections, phases
from engine.service.duties.commands.duties import OfOne, happened, subject_of, target
from engine.service.duties.commands.evidence import Piece, keep_evidence, vouchers
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Flag, Text, Unit, Voucher

# --- what the records tell ---


@record
class Objected:
    """A unit said that a task is not its duty."""

    assignment: Ref
    on: date
    evidence: tuple[Piece, ...] = ()


@record
class Ruled:
    """An objection was upheld or rejected; a `successor` takes the task over."""

    objection: Ref
    upheld: bool
    successor: str = ""


# --- what they are given ---


@record
class Object(OfOne):
    """Object that a task is not the unit's duty (职责异议): its clock stops until the office decides."""

    reason: Text
    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


@record
class Decide(OfOne):
    """Decide an objection (异议裁定); the unit is told, and so is who takes the task over."""

    uphold: Flag = False
    reject: Flag = False
    to: Unit = ""
    reason: Text


# --- raised ---


def _decide_object(case: CampaignSession, actor: Actor, asked: Object) -> Decision:
    task, assignment = target(case, actor, asked)
    on, on_behalf = happened(case, actor, asked.on, asked.voucher, assignment)
    _require_ordinary(case, assignment)
    assignment_after(assignment.state, "object", subject_of(assignment))
    if known := case.objections(assignment):
        raise refuse("objected_before", raised_on=known[-1].raised_on, state=known[-1].state)
    if task.counted is not None:
        raise refuse("no_objection_to_counted", task=task.id, title=task.title)
    if task.objection is None:
        raise refuse("takes_no_objections", task=task.id, title=task.title)
    last = case.plan.calendar.add(assignment.issued_on, task.objection)
    if on > last:
        raise refuse("objection_too_late", last=last, span=task.objection)
    facts = Objected(assignment=assignment.id, on=on, evidence=vouchers(asked.voucher))
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason, on_behalf=on_behalf)


def _require_ordinary(case: CampaignSession, assignment: Assignment) -> None:
    if assignment.unit == case.plan.workflow.office or case.relation(assignment.unit) == "superior":
        raise refuse("no_objections_of", unit=assignment.unit)


def _apply_object(case: CampaignSession, entry: Entry) -> Answer:
    """Record the objection; it is a reply, hence a receipt (SEMANTICS L4)."""
    facts: Objected = entry.facts
    before, on = case.work.must(Assignment, facts.assignment), facts.on
    assignment = replace(before, state="received", received_on=before.received_on or on)
    case.work.put(assignment)
    deadlines.end(case, case.deadline(assignment, "receipt"))
    keep_evidence(case, assignment, facts.evidence)
    span = case.plan.tasks[assignment.task].objection
    assert span is not None
    objections.raise_one(case, assignment, span, on=on, reason=entry.reason)
    case.arm_gate()
    deadline = case.deadline(assignment, "objection")
    decide_by = deadline.due_on.isoformat() if deadline else ""
    return {"task": assignment.task, "unit": assignment.unit, "decide_by": decide_by}


# --- decided ---


def _decide_decide(case: CampaignSession, actor: Actor, asked: Decide) -> Decision:
    _, assignment = target(case, actor, asked)
    objection = objections.open_one(case, assignment)
    if objection is None:
        raise refuse("no_objection", subject=subject_of(assignment))
    if asked.uphold == asked.reject:
        raise BadInput("uphold_or_reject", found=int(asked.uphold) + int(asked.reject))
    to = _successor(case, assignment, asked.to, uphold=asked.uphold)
    facts = Ruled(objection=objection.id, upheld=asked.uphold, successor=to)
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason)


def _successor(case: CampaignSession, assignment: Assignment, name: str, *, uphold: bool) -> str:
    """Return the unit that a task is handed to, if any: it exists, may be asked, and does not owe it already."""
    if not name:
        return ""
    if not uphold:
        raise BadInput("rejected_hands_nothing_over", found=name)
    unit = case.unit(name)
    if not units.is_valid(unit, case.today):
        raise refuse("unit_not_there", unit=name, on=case.today)
    if case.relation(name) == "superior":
        raise refuse("unit_above_us", unit=name)
    if case.work.find(Assignment, campaign=case.id, task=assignment.task, unit=name, period=assignment.period):
        raise refuse("has_task_already", unit=name)
    return name


def _apply_decide(case: CampaignSession, entry: Entry) -> Answer:
    facts: Ruled = entry.facts
    objection = case.work.must(Objection, facts.objection)
    state = "upheld" if facts.upheld else "rejected"
    decided = {"decided_on": case.today, "decision": entry.reason, "successor": facts.successor}
    objections.close(case, objection, state=state, **decided)
    assignment = case.work.must(Assignment, objection.assignment)
    if facts.upheld:
        assignment = _take_back(case, assignment, facts.successor)
    _tell(case, entry, assignment, state)
    case.arm_gate()
    return {"task": assignment.task, "unit": assignment.unit, "state": assignment.state, "objection": state}


def _take_back(case: CampaignSession, before: Assignment, successor: str) -> Assignment:
    """Cancel the assignment; what another unit takes over keeps its date (SEMANTICS L3)."""
    assignment_after(before.state, "cancel", subject_of(before))
    assignment = deadlines.cancel(case, before)
    if successor:
        phases.hand_over(case, assignment, successor)
    gathering.hand_on_reviews(case, assignment.task)
    phases.settled(case, assignment.task)
    return assignment


def _tell(case: CampaignSession, entry: Entry, assignment: Assignment, ruling: str) -> None:
    ruled: Ruled = entry.facts
    facts = {"ruling": ruling, "reason": entry.reason, "successor": ruled.successor}
    due = case.deadline(assignment, "due") if ruling == "rejected" else None
    enqueue(case, "objection_decided", assignment.unit, assignment=assignment, deadline=due, facts=facts)


ACTIONS = (
    Action(
        "object",
        frozenset({"office", "unit"}),
        _decide_object,
        _apply_object,
        Objected,
        Object,
        "task object",
        (
            shows("shizhu-2022", "县教委", task="t3", reason="该项职责已划转"),
            shows(
                "shizhu-2022",
                task="t3",
                unit="县妇联",
                reason="来函说明",
                on="2022-07-07",
                voucher={"name": "来函.pdf"},
            ),
        ),
    ),
    Action(
        "decide",
        frozenset({"office", "leader"}),
        _decide_decide,
        _apply_decide,
        Ruled,
        Decide,
        "task decide",
        (
            shows("shizhu-2022", task="t3", unit="县教委", uphold=True, to="县财政局", reason="职责已划转"),
            shows("shizhu-2022", task="t3", unit="县妇联", reject=True, reason="分工方案已明确"),
        ),
    ),
)
