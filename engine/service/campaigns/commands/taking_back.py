"""What became of a unit's part is taken back (撤销): an acceptance, or a waiver (SEMANTICS G11).

The first act stays in the history, taking back is one of its own. It needs a document; without one only a slip is
mended: what the same account did the same day, and nothing told of. What a move has counted is not taken back.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from engine.errors import WrongState
from engine.model import Assignment, Deadline, Notice, changed
from engine.model.plain import Ref
from engine.records import record
from engine.service.campaigns import counted, slips
from engine.service.campaigns.counted import Made, Sought
from engine.service.duties.apply import deadlines, duties, gathering
from engine.service.duties.commands.duties import OfOne, OfPeriod, answer_of, subject_of, target
from engine.service.duties.commands.handing_in import start_review
from engine.service.duties.commands.review import REVIEWERS, reviewed, rework_day
from engine.service.kernel.action import Action, Answer, Decision, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Line, Text

Owing = Literal["issued", "received", "returned", "submitted"]

# --- what the records tell ---


@record
class Unaccepted:
    """An acceptance was taken back; `unsaid` waited to be told of it, `told` is the notice that had told of it."""

    assignment: Ref
    document: str = ""
    unsaid: tuple[Ref, ...] = ()
    told: Ref = 0


@record
class Unwaived:
    """A waiver was taken back: how the unit's part stood before it, and by when it is owed where that is another day.

    Timeliness is judged by that day unless the day `missed` before the waiver stays a breach; a `slip` is told to
    nobody.
    """

    assignment: Ref
    state: Owing
    document: str = ""
    due_on: date | None = None
    missed: bool = False
    slip: bool = False
    unsaid: tuple[Ref, ...] = ()


# --- what they are given ---


@record
class Unaccept(OfOne):
    """Take an acceptance back (撤销审核通过): the hand-in waits for its review again."""

    reason: Text
    document: Line = ""


@record
class Unwaive(OfPeriod):
    """Take a waiver back (撤销免报): the unit owes again."""

    reason: Text
    document: Line = ""


EITHER = frozenset({"office", "leader"})


# --- which act is meant ---


def _of(case: CampaignSession, action: str, assignment: Assignment) -> Made:
    """Return the last act of a name on a unit's part."""
    found = [made for made in counted.acts(case, case.head, [action]) if made.facts.assignment == assignment.id]
    if not found:
        raise _nothing(action, assignment)
    return found[-1]


def _require_state(assignment: Assignment, action: str) -> None:
    if assignment.state != ("accepted" if action == "accept" else "waived"):
        raise _nothing(action, assignment)


def _nothing(action: str, assignment: Assignment) -> WrongState:
    """Return the refusal where there is nothing to take back."""
    waived = action == "waive"
    told = {"subject": subject_of(assignment), "state": assignment.state}
    return WrongState("no_waive" if waived else "no_accept", **told)


def _require_part_uncounted(case: CampaignSession, assignment: Assignment, made: Made) -> None:
    sought = Sought(counts=counted.of_assignment(case, assignment), seq=made.seq, at=made.entry.at)
    slips.require_uncounted(case, sought, "counted_part", subject=subject_of(assignment), unit=assignment.unit)


# --- an acceptance ---


def _decide_unaccept(case: CampaignSession, actor: Actor, asked: Unaccept) -> Decision:
    _, assignment = reviewed(case, actor, asked, "unaccept")
    _require_state(assignment, "accept")
    made = _of(case, "accept", assignment)
    _require_part_uncounted(case, assignment, made)
    slips.require_document(case, actor, asked.document, [made])
    own = [item for item in slips.items_of(case, made) if item.assignment == assignment.id]
    facts = Unaccepted(
        assignment=assignment.id,
        document=asked.document,
        unsaid=slips.untold(own),
        told=max((item.notice for item in own if item.state == "bound"), default=0),
    )
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason)


def _apply_unaccept(case: CampaignSession, entry: Entry) -> Answer:
    """Have a hand-in wait for its review again: its timeliness stays, the clock of the review begins anew."""
    facts: Unaccepted = entry.facts
    assignment = changed(case.work.must(Assignment, facts.assignment), state="submitted", settled_on=None)
    case.work.put(assignment)
    due = case.deadline(assignment, "due")
    if due is not None:
        deadlines.change(case, due, state="suspended", remaining=None)
    start_review(case, assignment)
    if assignment.role == "lead":
        gathering.hand_on_reviews(case, assignment.task)
    slips.unsay(case, facts.unsaid)
    if facts.told:
        _correct(case, entry, assignment, facts)
    case.arm_gate()
    return answer_of(assignment)


def _correct(case: CampaignSession, entry: Entry, assignment: Assignment, facts: Unaccepted) -> None:
    """Have those told of the acceptance told that it was taken back, by the notice that told them (N8)."""
    notice = case.work.must(Notice, facts.told)
    told = {
        "corrects": notice.id,
        "corrected": [notice.subject, notice.number, notice.day.isoformat()],
        "reason": entry.reason,
        "document": facts.document,
    }
    enqueue(case, "taken_back", assignment.unit, level=notice.level, assignment=assignment, facts=told)


# --- a waiver ---


def _decide_unwaive(case: CampaignSession, actor: Actor, asked: Unwaive) -> Decision:
    task, assignment = target(case, actor, asked)
    _require_state(assignment, "waive")
    made = _of(case, "waive", assignment)
    _require_part_uncounted(case, assignment, made)
    slip = slips.require_document(case, actor, asked.document, [made])
    state, due = _before(case, assignment, made), case.deadline(assignment, "due")
    owes = due is not None and state != "submitted" and task.counted is None
    due_on = rework_day(case, task, assignment) if owes and not slip else None
    facts = Unwaived(
        assignment=assignment.id,
        state=state,
        document=asked.document,
        due_on=due_on if due and due_on != due.due_on else None,
        missed=due is not None and due.first_due_on < case.plan.day(made.entry.at),
        slip=slip,
        unsaid=slips.untold(slips.items_of(case, made)),
    )
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason)


def _before(case: CampaignSession, assignment: Assignment, made: Made) -> Owing:
    """Return how a unit's part stood before it was waived; a record of before G11 does not say it, its dates do."""
    if made.facts.before:
        before: Owing = made.facts.before
        return before
    review = case.deadline(assignment, "review")
    if assignment.submitted_on is not None:
        return "submitted" if review is None or review.state == "cancelled" else "returned"
    return "received" if assignment.received_on is not None else "issued"


def _apply_unwaive(case: CampaignSession, entry: Entry) -> Answer:
    facts: Unwaived = entry.facts
    waived = case.work.must(Assignment, facts.assignment)
    assignment = changed(waived, state=facts.state, settled_on=None)
    case.work.put(assignment)
    if case.plan.tasks[assignment.task].counted is not None:
        assignment = duties.owe_again(case, assignment)
    else:
        _take_up(case, assignment, facts)
    if assignment.role == "lead":
        gathering.hand_on_reviews(case, assignment.task)
    slips.unsay(case, facts.unsaid)
    if not facts.slip and facts.state == assignment.state:
        _tell_owed_again(case, entry, assignment)
    case.arm_gate()
    due = case.deadline(assignment, "due")
    return answer_of(assignment) | {"due_on": due.due_on.isoformat() if due else ""}


def _take_up(case: CampaignSession, assignment: Assignment, facts: Unwaived) -> None:
    """Let the clocks of what is owed again run, or that of its review where it had been handed in."""
    due = case.deadline(assignment, "due")
    if facts.state == "submitted":
        if due is not None:
            deadlines.change(case, due, state="suspended", remaining=None)
        start_review(case, assignment)
        return
    if due is not None:
        on = facts.due_on or due.due_on
        deadlines.reopen(case, due, on, judged_on=None if facts.missed else on)
    receipt = case.deadline(assignment, "receipt") if facts.state == "issued" else None
    if receipt is not None:
        deadlines.reopen(case, receipt, _receipt_day(case, assignment, receipt, facts))


def _receipt_day(case: CampaignSession, assignment: Assignment, receipt: Deadline, facts: Unwaived) -> date:
    span = case.plan.tasks[assignment.task].receipt
    if facts.slip or span is None:
        return receipt.due_on
    return max(receipt.due_on, deadlines.after(case, span).on)


def _tell_owed_again(case: CampaignSession, entry: Entry, assignment: Assignment) -> None:
    if case.relation(assignment.unit) == "superior" or assignment.unit == case.plan.workflow.office:
        return
    facts: Unwaived = entry.facts
    told = {"reason": entry.reason, "document": facts.document}
    due = case.deadline(assignment, "due") if assignment.state != "submitted" else None
    enqueue(case, "taken_back", assignment.unit, assignment=assignment, deadline=due, facts=told)


ACTIONS = (
    Action(
        "unaccept",
        REVIEWERS,
        _decide_unaccept,
        _apply_unaccept,
        Unaccepted,
        Unaccept,
        "task unaccept",
        (
            shows("shizhu-2022", task="selfcheck", unit="中益乡", reason="误点通过"),
            shows(
                "shizhu-2022",
                task="selfcheck",
                unit="中益乡",
                reason="复核发现缺少附件",
                document="审核意见〔2022〕6号",
            ),
        ),
    ),
    Action(
        "unwaive",
        EITHER,
        _decide_unwaive,
        _apply_unwaive,
        Unwaived,
        Unwaive,
        "task unwaive",
        (shows("shizhu-2022", task="t9", unit="县法院", reason="上级不再统一报送", document="纪要〔2022〕7号"),),
    ),
)
