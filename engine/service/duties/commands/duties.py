"""What units owe: receipt, submission, review and waiver (SEMANTICS L4, D8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

from engine.errors import BadInput, NotAllowed
from engine.machine import assignment_after
from engine.model import Assignment, Evidence, Task, changed
from engine.model.plain import Ref, full, instant, made
from engine.records import field, record
from engine.service.duties.apply import deadlines, gathering, objections, phases
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import (
    ABOUT,
    Day,
    File,
    Flag,
    Given,
    Inner,
    Is,
    Line,
    Numbers,
    Period,
    Text,
    Unit,
    Voucher,
)
from engine.service.kernel.params import Task as TaskNamed

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


# --- what they are given ---


@record
class OfOne:
    """What is done to one unit's part in a task; the `period` of a counted one is named by who knows it."""

    task: Annotated[TaskNamed, ABOUT]
    unit: Unit = ""
    period: Annotated[str, Is(kind="period", inner=True)] = ""


@record
class OfPeriod(OfOne):
    """What is done to one unit's part in a task or, of a counted duty, in one of its periods."""

    period: Period = ""


@record
class Happens(OfOne):
    """What happened on a day, with the voucher of what is recorded for somebody else (SEMANTICS D8)."""

    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


@record
class Receive(Happens):
    """Confirm that a unit has its task (签收)."""

    message: Inner = 0


@record
class Submit(Happens):
    """Hand in a unit's evidence (报送): a note, numbers, files."""

    note: Text = ""
    numbers: Numbers = field(default_factory=dict)
    files: tuple[File, ...] = ()
    without: Line = ""


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


BOTH = frozenset({"office", "unit", "leader"})
REVIEWERS = frozenset({"office", "unit"})


def target(case: CampaignSession, actor: Actor, asked: OfOne) -> tuple[Task, Assignment]:
    """Return the task and assignment that a command names; a unit acts on its own only (G10)."""
    task = case.task(asked.task)
    unit = unit_of(actor, asked.unit)
    period = period_named(case, task, unit, asked.period)
    if not unit:
        found = case.work.find(Assignment, campaign=case.id, task=task.id, period=period)
        if len(found) != 1:
            raise BadInput("many_assignments", task=task.id, number=len(found), found="")
        return task, found[0]
    return task, case.assignment(task, unit, period)


def unit_of(actor: Actor, unit: str) -> str:
    """Return the unit that a command is about, empty where it says none; a unit acts on its own only (G10)."""
    if actor.role == "unit":
        if unit and unit != actor.name:
            raise NotAllowed("act_for", unit=unit, actor=actor.name, roles=["office"])
        return actor.name
    return unit


def period_named(case: CampaignSession, task: Task, unit: str, period: str) -> str:
    """Return the period of a counted duty that a command names, the latest issued by default; else nothing."""
    if task.counted is None or period:
        return period
    which = {"campaign": case.id, "task": task.id} | ({"unit": unit} if unit else {})
    found = case.work.find(Assignment, order="id", **which)
    return found[-1].period if found else ""


def reviewed(case: CampaignSession, actor: Actor, asked: OfOne, what: str) -> tuple[Task, Assignment]:
    """Return the task and hand-in that are reviewed; a lead reviews what is handed in to it (R2)."""
    if actor.role != "unit":
        return target(case, actor, asked)
    task = case.task(asked.task)
    assignment = case.assignment(task, asked.unit or actor.name)
    if not gathering.may_review(case, actor.name, assignment):
        raise NotAllowed("review", action=what, subject=subject_of(assignment), actor=actor.name, roles=["office"])
    return task, assignment


def subject_of(assignment: Assignment) -> str:
    """Return how records name an assignment."""
    return "/".join(filter(None, (assignment.task, assignment.unit, assignment.period)))


def happened(
    case: CampaignSession, actor: Actor, happened_on: date | None, voucher: Given, assignment: Assignment
) -> tuple[date, str]:
    """Return the day an act happened and for whom it was recorded (SEMANTICS D8).

    Recording for somebody else, or for another day than today, needs a voucher.
    """
    on = happened_on or case.today
    on_behalf = "" if actor.name == assignment.unit else assignment.unit
    if on > case.today:
        raise refuse("day_not_come", on=on)
    if on < assignment.issued_on:
        raise refuse("before_issued", on=on, issued_on=assignment.issued_on)
    require_voucher(case, voucher, on, on_behalf)
    return on, on_behalf


def require_voucher(case: CampaignSession, voucher: Given, on: date, on_behalf: str) -> None:
    """Refuse what is recorded for somebody else, or for another day than today, without a voucher (SEMANTICS D8)."""
    if voucher:
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


def _decide_receive(case: CampaignSession, actor: Actor, asked: Receive) -> Decision:
    task, assignment = target(case, actor, asked)
    refuse_counted(task)
    on, on_behalf = happened(case, actor, asked.on, asked.voucher, assignment)
    assignment_after(assignment.state, "receive", subject_of(assignment))
    message = full(int(asked.message), case.id)
    facts = Received(assignment=assignment.id, on=on, evidence=vouchers(asked.voucher), message=message)
    return Decision(subject=subject_of(assignment), facts=facts, on_behalf=on_behalf)


def _apply_receive(case: CampaignSession, entry: Entry) -> Answer:
    facts: Received = entry.facts
    assignment = case.work.must(Assignment, facts.assignment)
    assignment = changed(assignment, state="received", received_on=facts.on)
    case.work.put(assignment)
    deadlines.end(case, case.deadline(assignment, "receipt"))
    keep_evidence(case, assignment, facts.evidence)
    case.arm_gate()
    return _answer(assignment) | ({"at": instant(entry.at)} if entry.door.kind == "link" else {})


# --- submission ---


def _decide_submit(case: CampaignSession, actor: Actor, asked: Submit) -> Decision:
    task, assignment = target(case, actor, asked)
    refuse_counted(task)
    on, on_behalf = happened(case, actor, asked.on, asked.voucher, assignment)
    assignment_after(assignment.state, "submit", subject_of(assignment))
    evidence = handed_in(task, asked.note, asked.files, asked.numbers)
    lacking = [kind for kind in task.needs if kind not in {piece.kind for piece in evidence}]
    if lacking:
        raise refuse("needs_kinds", task=task.id, title=task.title, kinds=lacking)
    handed = evidence + vouchers(asked.voucher)
    if not handed:
        raise refuse("nothing_handed_in")
    without, missing = _without(case, assignment, asked.without)
    facts = Submitted(assignment=assignment.id, on=on, evidence=handed, without=without, missing=missing)
    return Decision(subject=subject_of(assignment), facts=facts, on_behalf=on_behalf)


def _without(case: CampaignSession, lead: Assignment, reason: str) -> tuple[str, tuple[str, ...]]:
    """Return why a lead does not wait, and for whom; without a reason it waits for all its parts (R2)."""
    unsettled = gathering.gathering(case, [lead.task]).unsettled(lead.id)
    if not unsettled:
        return "", ()
    owing = [part.unit for part in unsettled if part.state in gathering.OWING]
    handed = [part.unit for part in unsettled if part.state not in gathering.OWING]
    if not reason:
        raise refuse(_parts_wait(owing, handed), owing=owing, handed=handed)
    return reason, tuple(part.unit for part in unsettled)


def _parts_wait(owing: Sequence[str], handed: Sequence[str]) -> str:
    """Return the code of the refusal where a lead's parts are missing, wait for its review, or both."""
    if owing and handed:
        return "parts_missing_and_waiting"
    return "parts_missing" if owing else "parts_waiting"


def _apply_submit(case: CampaignSession, entry: Entry) -> Answer:
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


def _start_review(case: CampaignSession, assignment: Assignment) -> None:
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


def _acknowledge(case: CampaignSession, assignment: Assignment, on: date, evidence: Iterable[Piece]) -> None:
    if case.relation(assignment.unit) != "superior" and assignment.unit != case.plan.workflow.office:
        pieces = max(1, sum(piece.kind in ("file", "note") for piece in evidence))
        number = f"{assignment.id & 0xFFFFFFFF:06d}-{assignment.submissions}"
        facts = {"on": on.isoformat(), "pieces": pieces, "number": number}
        enqueue(case, "receipt", assignment.unit, assignment=assignment, facts=facts)


# --- review ---


def _decide_accept(case: CampaignSession, actor: Actor, asked: Accept) -> Decision:
    _, assignment = reviewed(case, actor, asked, "accept")
    on = asked.on or case.today
    if on > case.today or (assignment.submitted_on and on < assignment.submitted_on):
        raise refuse("not_since_submission", on=on, submitted_on=assignment.submitted_on)
    assignment_after(assignment.state, "accept", subject_of(assignment))
    return Decision(
        subject=subject_of(assignment),
        facts=Accepted(assignment=assignment.id, on=on),
        reason=asked.reason,
    )


def _apply_accept(case: CampaignSession, entry: Entry) -> Answer:
    return _settle(case, entry, "accepted", "met")


def _decide_return(case: CampaignSession, actor: Actor, asked: Return) -> Decision:
    task, assignment = reviewed(case, actor, asked, "return")
    reason = asked.reason
    assignment_after(assignment.state, "return", subject_of(assignment))
    due = _rework_day(case, task, assignment, asked.due)
    facts = Returned(assignment=assignment.id, due_on=due, given=asked.due is not None, empty=asked.empty)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _rework_day(case: CampaignSession, task: Task, assignment: Assignment, due: date | None) -> date:
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
    return _answer(assignment) | {"due_on": due_on.isoformat()}


# --- waiver ---


def _decide_waive(case: CampaignSession, actor: Actor, asked: Waive) -> Decision:
    _, assignment = target(case, actor, asked)
    reason = asked.reason
    document = asked.document
    assignment_after(assignment.state, "waive", subject_of(assignment))
    facts = Waived(assignment=assignment.id, on=case.today, document=document)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_waive(case: CampaignSession, entry: Entry) -> Answer:
    return _settle(case, entry, "waived", "cancelled")


# --- shared ---


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
    return _answer(assignment)


def _answer(assignment: Assignment) -> Answer:
    return {"task": assignment.task, "unit": assignment.unit, "state": assignment.state}


def vouchers(voucher: Given) -> tuple[Piece, ...]:
    """Return the voucher of an act that is recorded for somebody, as evidence."""
    return (made(Piece, {**voucher, "kind": "voucher"}),) if voucher else ()


def handed_in(task: Task, note: str, files: Iterable[Given], numbers: Given | None = None) -> tuple[Piece, ...]:
    """Return the evidence handed in: notes, numbers the task knows, files by hash."""
    return (
        *((Piece(kind="note", text=note),) if note else ()),
        *(
            Piece(kind="number", name=_number(task, name), text=_value(name, value))
            for name, value in (numbers or {}).items()
        ),
        *(made(Piece, {**file, "kind": "file"}) for file in files),
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


def keep_evidence(case: CampaignSession, assignment: Assignment, evidence: Iterable[Piece]) -> None:
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
    Action(
        "receive",
        BOTH,
        _decide_receive,
        _apply_receive,
        Received,
        Receive,
        "task receive",
        (
            shows("shizhu-2022", "中益乡", task="measures"),
            shows("shizhu-2022", task="measures", unit="西沱镇", on="2022-07-06", voucher={"text": "7月6日电话确认"}),
        ),
    ),
    Action(
        "submit",
        BOTH,
        _decide_submit,
        _apply_submit,
        Submitted,
        Submit,
        "task submit",
        (
            shows("shizhu-2022", "中益乡", task="selfcheck", numbers={"自评分": "92"}),
            shows(
                "shizhu-2022",
                task="measures",
                unit="中益乡",
                files=[{"name": "措施.pdf"}],
                voucher={"name": "签收单.jpg"},
            ),
        ),
    ),
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
