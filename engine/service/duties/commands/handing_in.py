"""What units do with what they owe: they confirm it, and hand in (SEMANTICS L4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from engine.machine import assignment_after
from engine.model import Assignment, changed
from engine.model.plain import Ref, full, instant, short
from engine.reckoning import OWING
from engine.records import field, record
from engine.service.duties.apply import deadlines, gathering, objections
from engine.service.duties.commands.duties import (
    BOTH,
    Happens,
    answer_of,
    happened,
    refuse_counted,
    subject_of,
    target,
)
from engine.service.duties.commands.evidence import Piece, handed_in, keep_evidence, vouchers
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import File, Inner, Line, Numbers, Text

# --- what the records tell ---


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


# --- what they are given ---


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
    return answer_of(assignment) | ({"at": instant(entry.at)} if entry.door.kind == "link" else {})


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
    owing = [part.unit for part in unsettled if part.state in OWING]
    handed = [part.unit for part in unsettled if part.state not in OWING]
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
        start_review(case, assignment)
    _acknowledge(case, assignment, on, facts.evidence)
    case.arm_gate()
    return answer_of(assignment)


def start_review(case: CampaignSession, assignment: Assignment) -> None:
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
        number = f"{short(assignment.id):06d}-{assignment.submissions}"
        facts = {"on": on.isoformat(), "pieces": pieces, "number": number}
        enqueue(case, "receipt", assignment.unit, assignment=assignment, facts=facts)


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
            shows("shizhu-2022", "中益乡", task="x-1"),
            shows("shizhu-2022", task="x-1", unit="西沱镇", on="2022-07-06", voucher={"text": "7月6日电话确认"}),
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
)
