"""Dates and ladders of one unit moved by people: extension, late grant, hold, manual raise (SEMANTICS P2, P3, L8)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from engine.errors import BadInput, WrongState
from engine.model import Assignment, Deadline, Hold, Occurrence
from engine.model.plain import Ref, short
from engine.records import record, replace
from engine.service.duties.apply import deadlines
from engine.service.duties.commands.duties import OfOne, OfPeriod, subject_of, target
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Flag, Is, Line, Number, Text
from notifications.kinds import nudging_kind

# --- what the records tell ---


@record
class DueMoved:
    """A unit was given a later due day by a document: asked for on a day, past its phase where `beyond` says so."""

    assignment: Ref
    before: date
    to: date
    document: str
    applied_on: date
    beyond: bool = False


@record
class LadderHeld:
    """The ladder of a deadline is held from a level upward, or (`off`) goes on."""

    deadline: Ref
    level: int = 0
    off: bool = False


@record
class Raised:
    """A level of a deadline's ladder was raised by hand."""

    deadline: Ref
    level: int = 0


# --- what they are given ---


@record
class Move(OfOne):
    """What a moved date needs (SEMANTICS P2, P3)."""

    to: Day
    reason: Text
    document: Line
    applied: Day | None = None
    beyond: Flag = False


@record
class Extend(Move):
    """Move a unit's day before it has passed (延期)."""


@record
class Grant(Move):
    """Grant a later day after the day has passed (逾期补批)."""


@record
class OfLadder(OfPeriod):
    """The ladder and the level that an act is about."""

    kind: Annotated[Literal["due", "receipt", "review", "objection"], Is(called="deadline")] = "due"
    level: Annotated[Number, Is(least=0, most=4)] = 0
    reason: Text


@record
class HoldIt(OfLadder):
    """Stop a ladder from a level upward, or let it go on."""

    off: Flag = False


@record
class Raise(OfLadder):
    """Tell a level now, before its rung is due."""


OFFICE = frozenset({"office"})
LEADER = frozenset({"leader"})
EITHER = frozenset({"office", "leader"})


def _open_due(case: CampaignSession, assignment: Assignment, act: str) -> Deadline:
    subject = subject_of(assignment)
    deadline = case.deadline(assignment, "due")
    if deadline is None:
        raise refuse("no_date_yet", subject=subject)
    if assignment.period:
        raise refuse("period_ends_when_it_ends", subject=subject, period=assignment.period)
    if assignment.state in SETTLED or assignment.state == "submitted":
        raise WrongState("date_not_owed", act=act, subject=subject, state=assignment.state)
    return deadline


def beyond(case: CampaignSession, allowed: bool, phase: str, to: date) -> bool:
    """Tell whether a day lies past its phase or campaign, which only an explicit override allows (SEMANTICS P3)."""
    last = case.phase_state(phase).last_day
    end = max(state.last_day for state in case.phase_states())
    if to <= last:
        return False
    if not allowed:
        if to > end:
            raise refuse("past_campaign", to=to, last_day=end)
        raise refuse("past_phase", to=to, phase=phase, last_day=last)
    return True


# --- extension (P2) ---


def _decide_extend(case: CampaignSession, actor: Actor, asked: Extend) -> Decision:
    _, assignment = target(case, actor, asked)
    deadline = _open_due(case, assignment, "extend")
    to = asked.to
    if case.today > deadline.due_on:
        raise refuse("due_day_passed", due_on=deadline.due_on)
    if to <= deadline.due_on:
        raise refuse("not_later", to=to, due_on=deadline.due_on)
    if assignment.extensions >= case.plan.workflow.max_extensions:
        raise refuse("extended_before", times=assignment.extensions, due_on=deadline.due_on)
    facts = _moving(case, asked, deadline)
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason)


def _moving(case: CampaignSession, asked: Move, deadline: Deadline) -> DueMoved:
    return DueMoved(
        assignment=deadline.assignment,
        before=deadline.due_on,
        to=asked.to,
        document=asked.document,
        applied_on=asked.applied or case.today,
        beyond=beyond(case, asked.beyond, deadline.phase, asked.to),
    )


def _apply_extend(case: CampaignSession, entry: Entry) -> Answer:
    facts: DueMoved = entry.facts
    assignment = case.work.must(Assignment, facts.assignment)
    case.work.put(replace(assignment, extensions=assignment.extensions + 1))
    deadline = deadlines.move(case, _due(case, assignment), facts.to, judged_on=facts.to)
    return _told(case, entry, assignment, deadline)


def _decide_grant(case: CampaignSession, actor: Actor, asked: Grant) -> Decision:
    _, assignment = target(case, actor, asked)
    deadline = _open_due(case, assignment, "grant")
    to = asked.to
    if case.today <= deadline.due_on:
        raise refuse("due_day_not_passed", due_on=deadline.due_on)
    if to <= case.today:
        raise refuse("not_after_today", day=to, name="to")
    facts = _moving(case, asked, deadline)
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason)


def _apply_grant(case: CampaignSession, entry: Entry) -> Answer:
    """Grant a later day after the due day; the breach at the first date stays (SEMANTICS P2)."""
    facts: DueMoved = entry.facts
    assignment = case.work.must(Assignment, facts.assignment)
    deadline = deadlines.move(case, _due(case, assignment), facts.to)
    return _told(case, entry, assignment, deadline)


def _told(case: CampaignSession, entry: Entry, assignment: Assignment, deadline: Deadline) -> Answer:
    moved: DueMoved = entry.facts
    facts = {
        "from": moved.before.isoformat(),
        "to": moved.to.isoformat(),
        "document": moved.document,
        "reason": entry.reason,
        "late": entry.action == "grant",
    }
    if case.relation(assignment.unit) != "superior":
        enqueue(case, "extended", assignment.unit, assignment=assignment, deadline=deadline, facts=facts)
    return {"task": assignment.task, "unit": assignment.unit, "due_on": deadline.due_on.isoformat()}


# --- hold and raise (L8) ---


def _decide_hold(case: CampaignSession, actor: Actor, asked: HoldIt) -> Decision:
    _, assignment = target(case, actor, asked)
    deadline = _deadline_of(case, assignment, asked.kind)
    facts = LadderHeld(deadline=deadline.id, level=asked.level, off=asked.off)
    standing = [h for h in case.work.find(Hold, deadline=deadline.id) if h.to_at is None]
    if facts.off and not standing:
        raise refuse("not_held", subject=subject_of(assignment))
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason)


def _apply_hold(case: CampaignSession, entry: Entry) -> Answer:
    facts: LadderHeld = entry.facts
    deadline = case.work.must(Deadline, facts.deadline)
    if facts.off:
        for hold in case.work.find(Hold, deadline=deadline.id):
            if hold.to_at is None:
                case.known.keep_hold(replace(hold, to_at=case.at))
    else:
        case.known.keep_hold(
            Hold(
                id=case.next_id(),
                campaign=case.id,
                deadline=deadline.id,
                level=facts.level,
                reason=f"{entry.actor}: {entry.reason}",
                from_at=case.at,
            ),
            new=True,
        )
    deadlines.change(case, deadline)
    return {"deadline": short(deadline.id), "held": not facts.off}


def _decide_raise(case: CampaignSession, actor: Actor, asked: Raise) -> Decision:
    _, assignment = target(case, actor, asked)
    deadline = _deadline_of(case, assignment, asked.kind)
    level = asked.level
    if deadline.state != "armed":
        raise refuse("deadline_not_running", state=deadline.state)
    if deadline.kind == "receipt" and level > 0:
        raise refuse("receipt_at_level_0")
    if level > deadlines.cap(case, deadline.unit):
        raise refuse("level_not_allowed", unit=deadline.unit, level=level)
    untold = _untold_below(case, deadline, level)
    if untold is not None:
        raise refuse("level_untold", level=untold)
    if level not in deadlines.reachable(case, deadline.unit):
        raise refuse("no_contact_at_level", unit=deadline.unit, level=level)
    return Decision(
        subject=subject_of(assignment), facts=Raised(deadline=deadline.id, level=level), reason=asked.reason
    )


def _untold_below(case: CampaignSession, deadline: Deadline, level: int) -> int | None:
    """Return the nearest lower level of the ladder that nothing is recorded of in this epoch, or None."""
    lower = {rung.level for rung in case.plan.ladder(deadline.ladder).rungs if rung.level < level}
    told = {o.level for o in case.known.occurrences(deadline.id) if o.epoch == deadline.epoch}
    return max(lower) if lower and max(lower) not in told else None


def _apply_raise(case: CampaignSession, entry: Entry) -> Answer:
    facts: Raised = entry.facts
    deadline, level = case.work.must(Deadline, facts.deadline), facts.level
    rung = f"manual-{level}"
    before = case.work.find(Occurrence, deadline=deadline.id, epoch=deadline.epoch, rung=rung)
    n = len(before) + 1
    occurrence = Occurrence(
        id=case.next_id(),
        campaign=case.id,
        deadline=deadline.id,
        epoch=deadline.epoch,
        rung=rung,
        n_from=n,
        n_to=n,
        level=level,
        scheduled_at=case.at,
        recorded_at=case.at,
        outcome="raised",
        reason=f"{entry.actor}: {entry.reason}",
    )
    case.known.keep_occurrence(occurrence, new=True)
    enqueue(
        case,
        _kind_by_hand(case, deadline, level),
        deadline.unit,
        level=level,
        delivery="draft" if level >= 3 else "send",
        assignment=case.work.get(Assignment, deadline.assignment),
        deadline=deadline,
        occurrence=occurrence.id,
    )
    deadlines.change(case, deadline)
    return {"deadline": short(deadline.id), "level": level}


def _kind_by_hand(case: CampaignSession, deadline: Deadline, level: int) -> str:
    """Return what is written: an office is nudged (L7), a receipt asked for (L4), a formal act the ladder names."""
    if deadline.unit == case.plan.workflow.office:
        return nudging_kind()
    if deadline.kind == "receipt":
        return "receipt_reminder"
    if case.today <= deadline.due_on:
        return "reminder"
    if level < 3:
        return "overdue"
    return next((rung.notice for rung in case.plan.ladder(deadline.ladder).rungs if rung.level == level), "supervise")


# --- shared ---


def _due(case: CampaignSession, assignment: Assignment) -> Deadline:
    found = case.deadline(assignment, "due")
    if found is None:
        raise KeyError(assignment.id)
    return found


def _deadline_of(case: CampaignSession, assignment: Assignment, kind: str) -> Deadline:
    found = case.deadline(assignment, kind)
    if found is None:
        raise BadInput("no_such_deadline", subject=subject_of(assignment), found=kind)
    return found


ACTIONS = (
    Action(
        "extend",
        OFFICE,
        _decide_extend,
        _apply_extend,
        DueMoved,
        Extend,
        "task extend",
        (shows("shizhu-2022", task="selfcheck", unit="中益乡", to="2022-12-07", reason="防汛", document="函6号"),),
    ),
    Action(
        "grant",
        LEADER,
        _decide_grant,
        _apply_grant,
        DueMoved,
        Grant,
        "task grant",
        (
            shows(
                "shizhu-2022",
                "leader",
                task="selfcheck",
                unit="中益乡",
                to="2022-12-15",
                reason="防汛",
                document="批复〔2022〕7号",
            ),
        ),
    ),
    Action(
        "hold",
        EITHER,
        _decide_hold,
        _apply_hold,
        LadderHeld,
        HoldIt,
        "task hold",
        (
            shows("shizhu-2022", task="selfcheck", unit="中益乡", level=1, reason="已电话沟通,12月5日前报送"),
            shows("shizhu-2022", task="selfcheck", unit="中益乡", off=True, reason="逾期未报"),
        ),
    ),
    Action(
        "raise",
        EITHER,
        _decide_raise,
        _apply_raise,
        Raised,
        Raise,
        "task raise",
        (shows("shizhu-2022", task="selfcheck", unit="中益乡", level=1, reason="领导小组要求提前催办"),),
    ),
)
