"""What units owe: receipt, submission, review and waiver (SEMANTICS L4, D8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from engine.errors import BadInput, NotAllowed
from engine.machine import assignment_after
from engine.model import Assignment, Evidence, Task, changed
from engine.model.plain import Ref, full, instant, made
from engine.records import record
from engine.service.duties.apply import deadlines, gathering, objections, phases
from engine.service.kernel.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import Case
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry

# --- what the records tell ---


@record
class Piece:
    """One piece of what was handed in: a note, a number that a task asks for, a file by its hash, a voucher."""

    kind: Literal["note", "number", "file", "voucher"]
    name: str = ""
    text: str = ""
    sha256: str = ""
    size: int = 0


@record
class Received:
    """A unit received what it owes; `message` is the one that brought the link by which it did, where one did."""

    assignment: Ref
    on: date
    evidence: tuple[Piece, ...] = ()
    message: Ref = 0


@record
class Submitted:
    """A unit handed in; a lead may say why (`without`) it does not wait for some of its parts (R2)."""

    assignment: Ref
    on: date
    evidence: tuple[Piece, ...]
    without: str = ""
    missing: tuple[str, ...] = ()


@record
class Accepted:
    """What was handed in was accepted."""

    assignment: Ref
    on: date


@record
class Returned:
    """What was handed in was returned, to be handed in again by a day that was counted, or `given` by hand."""

    assignment: Ref
    due_on: date
    given: bool = False
    empty: bool = False


@record
class Waived:
    """What a unit owed was waived by a document."""

    assignment: Ref
    on: date
    document: str


BOTH = frozenset({"office", "unit", "leader"})
REVIEWERS = frozenset({"office", "unit"})


def target(case: Case, actor: Actor, given: Given) -> tuple[Task, Assignment]:
    """Return the task and assignment that a command names; a unit acts on its own only (G10)."""
    task = case.task(str(given.get("task", "")))
    unit = unit_of(actor, given)
    period = period_named(case, task, unit, given)
    if not unit:
        found = case.work.find(Assignment, campaign=case.id, task=task.id, period=period)
        if len(found) != 1:
            raise BadInput("many_assignments", task=task.id, number=len(found), found="")
        return task, found[0]
    return task, case.assignment(task, unit, period)


def unit_of(actor: Actor, given: Given) -> str:
    """Return the unit that a command is about, empty where it says none; a unit acts on its own only (G10)."""
    unit = str(given.get("unit") or "")
    if actor.role == "unit":
        if unit and unit != actor.name:
            raise NotAllowed("act_for", unit=unit, actor=actor.name, roles=["office"])
        return actor.name
    return unit


def period_named(case: Case, task: Task, unit: str, given: Given) -> str:
    """Return the period of a counted duty that a command names, the latest issued by default; else nothing."""
    if task.counted is None or given.get("period"):
        return str(given.get("period") or "")
    which = {"campaign": case.id, "task": task.id} | ({"unit": unit} if unit else {})
    found = case.work.find(Assignment, order="id", **which)
    return found[-1].period if found else ""


def reviewed(case: Case, actor: Actor, given: Given, what: str) -> tuple[Task, Assignment]:
    """Return the task and hand-in that are reviewed; a lead reviews what is handed in to it (R2)."""
    if actor.role != "unit":
        return target(case, actor, given)
    task = case.task(str(given.get("task", "")))
    unit = str(given.get("unit") or "")
    assignment = case.assignment(task, unit or actor.name)
    if not gathering.may_review(case, actor.name, assignment):
        raise NotAllowed("review", action=what, subject=subject_of(assignment), actor=actor.name, roles=["office"])
    return task, assignment


def subject_of(assignment: Assignment) -> str:
    """Return how records name an assignment."""
    return "/".join(filter(None, (assignment.task, assignment.unit, assignment.period)))


def happened(case: Case, actor: Actor, given: Given, assignment: Assignment) -> tuple[date, str]:
    """Return the day an act happened and for whom it was recorded (SEMANTICS D8).

    Recording for somebody else, or for another day than today, needs a voucher.
    """
    on = day_given(given, "on", case.today)
    on_behalf = "" if actor.name == assignment.unit else assignment.unit
    if on > case.today:
        raise refuse("day_not_come", on=on)
    if on < assignment.issued_on:
        raise refuse("before_issued", on=on, issued_on=assignment.issued_on)
    require_voucher(case, given, on, on_behalf)
    return on, on_behalf


def require_voucher(case: Case, given: Given, on: date, on_behalf: str) -> None:
    """Refuse what is recorded for somebody else, or for another day than today, without a voucher (SEMANTICS D8)."""
    if given.get("voucher"):
        return
    if on_behalf:
        raise refuse("voucher_for_unit", unit=on_behalf)
    if on != case.today:
        raise refuse("voucher_for_day", on=on)


def refuse_counted(task: Task) -> None:
    """Refuse to receive or hand in a counted duty: what happened is counted."""
    if task.counted is not None:
        raise refuse("is_counted", task=task.id, title=task.title)


# --- receipt ---


def _decide_receive(case: Case, actor: Actor, given: Given) -> Decision:
    task, assignment = target(case, actor, given)
    refuse_counted(task)
    on, on_behalf = happened(case, actor, given, assignment)
    assignment_after(assignment.state, "receive", subject_of(assignment))
    message = full(int(given.get("message") or 0), case.id)
    facts = Received(assignment=assignment.id, on=on, evidence=vouchers(given), message=message)
    return Decision(subject=subject_of(assignment), facts=facts, on_behalf=on_behalf)


def _apply_receive(case: Case, entry: Entry) -> Answer:
    facts: Received = entry.facts
    assignment = case.work.must(Assignment, facts.assignment)
    assignment = changed(assignment, state="received", received_on=facts.on)
    case.work.put(assignment)
    deadlines.end(case, case.deadline(assignment, "receipt"))
    keep_evidence(case, assignment, facts.evidence)
    case.arm_gate()
    return _answer(assignment) | ({"at": instant(entry.at)} if entry.door.kind == "link" else {})


# --- submission ---


def _decide_submit(case: Case, actor: Actor, given: Given) -> Decision:
    task, assignment = target(case, actor, given)
    refuse_counted(task)
    on, on_behalf = happened(case, actor, given, assignment)
    assignment_after(assignment.state, "submit", subject_of(assignment))
    evidence = handed_in(task, given)
    lacking = [kind for kind in task.needs if kind not in {piece.kind for piece in evidence}]
    if lacking:
        raise refuse("needs_kinds", task=task.id, title=task.title, kinds=lacking)
    handed = evidence + vouchers(given)
    if not handed:
        raise refuse("nothing_handed_in")
    without, missing = _without(case, assignment, given)
    facts = Submitted(assignment=assignment.id, on=on, evidence=handed, without=without, missing=missing)
    return Decision(subject=subject_of(assignment), facts=facts, on_behalf=on_behalf)


def _without(case: Case, lead: Assignment, given: Given) -> tuple[str, tuple[str, ...]]:
    """Return why a lead does not wait, and for whom; without a reason it waits for all its parts (R2)."""
    unsettled = gathering.gathering(case, [lead.task]).unsettled(lead.id)
    if not unsettled:
        return "", ()
    owing = [part.unit for part in unsettled if part.state in gathering.OWING]
    handed = [part.unit for part in unsettled if part.state not in gathering.OWING]
    reason = str(given.get("without") or "").strip()
    if not reason:
        raise refuse(_parts_wait(owing, handed), owing=owing, handed=handed)
    return reason, tuple(part.unit for part in unsettled)


def _parts_wait(owing: Sequence[str], handed: Sequence[str]) -> str:
    """Return the code of the refusal where a lead's parts are missing, wait for its review, or both."""
    if owing and handed:
        return "parts_missing_and_waiting"
    return "parts_missing" if owing else "parts_waiting"


def _apply_submit(case: Case, entry: Entry) -> Answer:
    facts: Submitted = entry.facts
    before, on = case.work.must(Assignment, facts.assignment), facts.on
    objections.lapse(case, before)
    assignment = changed(
        before,
        state="submitted",
        received_on=before.received_on or on,
        submitted_on=on,
        first_submitted_on=before.first_submitted_on or on,
        submissions=before.submissions + 1,
    )
    case.work.put(assignment)
    deadlines.end(case, case.deadline(assignment, "receipt"))
    deadlines.suspend(case, case.deadline(assignment, "due"))
    keep_evidence(case, assignment, facts.evidence)
    if before.state != "submitted":
        _start_review(case, assignment)
    _acknowledge(case, assignment, on, facts.evidence)
    case.arm_gate()
    return _answer(assignment)


def _start_review(case: Case, assignment: Assignment) -> None:
    """Start the time to review, which the office owes, or the lead that the part is handed in to (R2)."""
    task = case.plan.tasks[assignment.task]
    reviewer = gathering.gathering(case, [assignment.task]).reviewer(assignment.id) or case.plan.workflow.office
    if task.review is not None and assignment.unit != reviewer:
        dated = deadlines.after(case, task.review)
        deadlines.start(
            case,
            "review",
            dated,
            ladder=task.review_ladder,
            unit=reviewer,
            phase=task.phase,
            assignment=assignment.id,
        )


def _acknowledge(case: Case, assignment: Assignment, on: date, evidence: Iterable[Piece]) -> None:
    if case.relation(assignment.unit) != "superior" and assignment.unit != case.plan.workflow.office:
        pieces = max(1, sum(piece.kind in ("file", "note") for piece in evidence))
        number = f"{assignment.id & 0xFFFFFFFF:06d}-{assignment.submissions}"
        facts = {"on": on.isoformat(), "pieces": pieces, "number": number}
        enqueue(case, "receipt", assignment.unit, assignment=assignment, facts=facts)


# --- review ---


def _decide_accept(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = reviewed(case, actor, given, "accept")
    on = day_given(given, "on", case.today)
    if on > case.today or (assignment.submitted_on and on < assignment.submitted_on):
        raise refuse("not_since_submission", on=on, submitted_on=assignment.submitted_on)
    assignment_after(assignment.state, "accept", subject_of(assignment))
    return Decision(
        subject=subject_of(assignment),
        facts=Accepted(assignment=assignment.id, on=on),
        reason=str(given.get("reason") or ""),
    )


def _apply_accept(case: Case, entry: Entry) -> Answer:
    return _settle(case, entry, "accepted", "met")


def _decide_return(case: Case, actor: Actor, given: Given) -> Decision:
    task, assignment = reviewed(case, actor, given, "return")
    reason = text_given(given, "reason")
    assignment_after(assignment.state, "return", subject_of(assignment))
    due = _rework_day(case, task, assignment, given)
    facts = Returned(
        assignment=assignment.id, due_on=due, given=bool(given.get("due")), empty=bool(given.get("empty"))
    )
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _rework_day(case: Case, task: Task, assignment: Assignment, given: Given) -> date:
    """A return never leaves a unit less time than its plan did."""
    if given.get("due"):
        due = day_given(given, "due")
        if due <= case.today:
            raise refuse("not_after_today", day=due, name="due")
        return due
    counted = deadlines.after(case, task.rework).on
    present = case.deadline(assignment, "due")
    return max(counted, present.due_on) if present else counted


def _apply_return(case: Case, entry: Entry) -> Answer:
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
    return _answer(assignment) | {"due_on": due_on.isoformat()}


# --- waiver ---


def _decide_waive(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    reason = text_given(given, "reason")
    document = text_given(given, "document")
    assignment_after(assignment.state, "waive", subject_of(assignment))
    facts = Waived(assignment=assignment.id, on=case.today, document=document)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_waive(case: Case, entry: Entry) -> Answer:
    return _settle(case, entry, "waived", "cancelled")


# --- shared ---


def _settle(case: Case, entry: Entry, state: str, deadline_state: str) -> Answer:
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
    return _answer(assignment)


def _answer(assignment: Assignment) -> Answer:
    return {"task": assignment.task, "unit": assignment.unit, "state": assignment.state}


def vouchers(given: Given) -> tuple[Piece, ...]:
    """Return the voucher of an act that is recorded for somebody, as evidence."""
    voucher = given.get("voucher")
    return (made(Piece, {**voucher, "kind": "voucher"}),) if voucher else ()


def handed_in(task: Task, given: Given) -> tuple[Piece, ...]:
    """Return the evidence handed in: notes, numbers the task knows, files by hash."""
    note = str(given.get("note") or "").strip()
    numbers = dict(given.get("numbers") or {}).items()
    return (
        *((Piece(kind="note", text=note),) if note else ()),
        *(Piece(kind="number", name=_number(task, name), text=_value(name, value)) for name, value in numbers),
        *(made(Piece, {**file, "kind": "file"}) for file in given.get("files") or []),
    )


def _number(task: Task, name: str) -> str:
    if name not in task.numbers:
        raise BadInput("unknown_number", task=task.id, known=[*task.numbers], found=name)
    return name


def _value(name: str, value: object) -> str:
    try:
        number = float(str(value))
    except ValueError as error:
        raise BadInput("no_number", name=name, found=value) from error
    if number != number or number in (float("inf"), float("-inf")):
        raise BadInput("no_number", name=name, found=value)
    return str(value)


def keep_evidence(case: Case, assignment: Assignment, evidence: Iterable[Piece]) -> None:
    """Keep what was handed in under the number of the latest submission."""
    for piece in evidence:
        case.work.add(
            Evidence(
                id=case.next_id(),
                campaign=case.id,
                assignment=assignment.id,
                submission=assignment.submissions,
                kind=piece.kind,
                name=piece.name,
                text=piece.text,
                sha256=piece.sha256,
                size=piece.size,
            )
        )


ACTIONS = (
    Action("receive", BOTH, _decide_receive, _apply_receive, Received),
    Action("submit", BOTH, _decide_submit, _apply_submit, Submitted),
    Action("accept", REVIEWERS, _decide_accept, _apply_accept, Accepted),
    Action("return", REVIEWERS, _decide_return, _apply_return, Returned),
    Action("waive", frozenset({"office", "leader"}), _decide_waive, _apply_waive, Waived),
)
