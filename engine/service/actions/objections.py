"""Objections: a unit says that a task is not its duty, the office decides (docs/semantics.md R1)."""

from __future__ import annotations

from datetime import date

from engine import units
from engine.errors import BadInput
from engine.machine import assignment_after
from engine.model import Assignment, Objection
from engine.model.plain import made, plain
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, refuse, text_given
from engine.service.actions.duties import Piece, happened, keep_evidence, subject_of, target, vouchers
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import deadlines, gathering, objections, phases
from engine.service.effects.items import enqueue
from engine.service.journal import Entry


def _decide_object(case: Case, actor: Actor, given: Given) -> Decision:
    task, assignment = target(case, actor, given)
    reason = text_given(given, "reason", "say why it is not the duty of the unit")
    on, on_behalf = happened(case, actor, given, assignment)
    _require_ordinary(case, assignment)
    assignment_after(assignment.state, "object", subject_of(assignment))
    if known := case.objections(assignment):
        raise refuse(f"it objected on {known[-1].raised_on}: {known[-1].state}", "an objection is raised once")
    if task.counted is not None:
        raise refuse(f"{task.title} is counted by periods", "object to the clause that it stands under")
    if task.objection is None:
        raise refuse(f"{task.title} takes no objections", "the workflow says so; write to the office")
    last = case.plan.calendar.add(assignment.issued_on, task.objection)
    if on > last:
        cure = "ask the office for a waiver, or hand in"
        raise refuse(f"{last} was the last day to object ({task.objection} after it was issued)", cure)
    facts = {
        "assignment": assignment.id,
        "on": on.isoformat(),
        "evidence": [plain(piece) for piece in vouchers(given)],
    }
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason, on_behalf=on_behalf)


def _require_ordinary(case: Case, assignment: Assignment) -> None:
    if assignment.unit == case.plan.workflow.office or case.relation(assignment.unit) == "superior":
        raise refuse(f"{assignment.unit} is not asked to take tasks over from us", "waive the task instead")


def _apply_object(case: Case, entry: Entry) -> Answer:
    """Record the objection; it is a reply, hence a receipt (SEMANTICS L4)."""
    before = case.work.must(Assignment, entry.facts["assignment"])
    on = date.fromisoformat(entry.facts["on"])
    assignment = replace(before, state="received", received_on=before.received_on or on)
    case.work.put(assignment)
    deadlines.end(case, case.deadline(assignment, "receipt"))
    keep_evidence(case, assignment, [made(Piece, told) for told in entry.facts["evidence"]])
    span = case.plan.tasks[assignment.task].objection
    assert span is not None
    objections.raise_one(case, assignment, span, on=on, reason=entry.reason)
    case.arm_gate()
    deadline = case.deadline(assignment, "objection")
    decide_by = deadline.due_on.isoformat() if deadline else ""
    return {"task": assignment.task, "unit": assignment.unit, "decide_by": decide_by}


def _decide_decide(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    objection = objections.open_one(case, assignment)
    if objection is None:
        raise refuse(f"{subject_of(assignment)} has no objection to decide", "see `task list`")
    reason = text_given(given, "reason", "the unit is told why")
    uphold, reject = bool(given.get("uphold")), bool(given.get("reject"))
    if uphold == reject:
        raise BadInput(what="it is upheld or rejected", found="both or neither", cure="give --uphold or --reject")
    to = _successor(case, assignment, str(given.get("to") or ""), uphold=uphold)
    facts = {"objection": objection.id, "assignment": assignment.id, "upheld": uphold, "successor": to}
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _successor(case: Case, assignment: Assignment, name: str, *, uphold: bool) -> str:
    """Return the unit that a task is handed to, if any: it exists, may be asked, and does not owe it already."""
    if not name:
        return ""
    if not uphold:
        raise BadInput(what="a rejected objection hands nothing over", found=name, cure="leave --to out")
    unit = case.unit(name)
    if not units.is_valid(unit, case.today):
        raise refuse(f"{name} does not exist on {case.today}", "name another unit with --to")
    if case.relation(name) == "superior":
        raise refuse(f"{name} stands above us", "name another unit with --to")
    if case.work.find(Assignment, campaign=case.id, task=assignment.task, unit=name, period=assignment.period):
        raise refuse(f"{name} has this task already", "name another unit with --to, or leave it out")
    return name


def _apply_decide(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    objection = case.work.must(Objection, facts["objection"])
    state = "upheld" if facts["upheld"] else "rejected"
    decided = {"decided_on": case.today, "decision": entry.reason, "successor": facts["successor"]}
    objections.close(case, objection, state=state, **decided)
    assignment = case.work.must(Assignment, facts["assignment"])
    if facts["upheld"]:
        assignment = _take_back(case, assignment, facts["successor"])
    _tell(case, entry, assignment, state)
    case.arm_gate()
    return {"task": assignment.task, "unit": assignment.unit, "state": assignment.state, "objection": state}


def _take_back(case: Case, before: Assignment, successor: str) -> Assignment:
    """Cancel the assignment; what another unit takes over keeps its date (SEMANTICS L3)."""
    assignment_after(before.state, "cancel", subject_of(before))
    assignment = deadlines.cancel(case, before)
    if successor:
        phases.hand_over(case, assignment, successor)
    gathering.hand_on_reviews(case, assignment.task)
    phases.settled(case, assignment.task)
    return assignment


def _tell(case: Case, entry: Entry, assignment: Assignment, ruling: str) -> None:
    facts = {"ruling": ruling, "reason": entry.reason, "successor": entry.facts["successor"]}
    due = case.deadline(assignment, "due") if ruling == "rejected" else None
    enqueue(case, "objection_decided", assignment.unit, assignment=assignment, deadline=due, facts=facts)


ACTIONS = (
    Action("object", frozenset({"office", "unit"}), _decide_object, _apply_object),
    Action("decide", frozenset({"office", "leader"}), _decide_decide, _apply_decide),
)
