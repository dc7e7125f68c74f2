"""Dates and ladders of one unit moved by people: extension, late grant, hold, manual raise (SEMANTICS P2, P3, L8)."""

from __future__ import annotations

from datetime import date

from engine.errors import BadInput, WrongState
from engine.model import Assignment, Deadline, Hold, Occurrence
from engine.model.plain import Ref, short
from engine.records import record, replace
from engine.service.duties.apply import deadlines
from engine.service.duties.commands.duties import subject_of, target
from engine.service.kernel.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import SETTLED, Case
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
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
class Held:
    """The ladder of a deadline is held from a level upward, or (`off`) goes on."""

    deadline: Ref
    level: int = 0
    off: bool = False


@record
class Raised:
    """A level of a deadline's ladder was raised by hand."""

    deadline: Ref
    level: int = 0


OFFICE = frozenset({"office"})
LEADER = frozenset({"leader"})
EITHER = frozenset({"office", "leader"})


def _open_due(case: Case, assignment: Assignment, act: str) -> Deadline:
    subject = subject_of(assignment)
    deadline = case.deadline(assignment, "due")
    if deadline is None:
        raise refuse("no_date_yet", subject=subject)
    if assignment.period:
        raise refuse("period_ends_when_it_ends", subject=subject, period=assignment.period)
    if assignment.state in SETTLED or assignment.state == "submitted":
        raise WrongState("date_not_owed", act=act, subject=subject, state=assignment.state)
    return deadline


def beyond(case: Case, given: Given, phase: str, to: date) -> bool:
    """Tell whether a day lies past its phase or campaign, which only an explicit override allows (SEMANTICS P3)."""
    last = case.phase_state(phase).last_day
    end = max(state.last_day for state in case.phase_states())
    if to <= last:
        return False
    if not given.get("beyond"):
        if to > end:
            raise refuse("past_campaign", to=to, last_day=end)
        raise refuse("past_phase", to=to, phase=phase, last_day=last)
    return True


# --- extension (P2) ---


def _decide_extend(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    reason = text_given(given, "reason")
    document = text_given(given, "document")
    deadline = _open_due(case, assignment, "extend")
    to = day_given(given, "to")
    if case.today > deadline.due_on:
        raise refuse("due_day_passed", due_on=deadline.due_on)
    if to <= deadline.due_on:
        raise refuse("not_later", to=to, due_on=deadline.due_on)
    if assignment.extensions >= case.plan.workflow.max_extensions:
        raise refuse("extended_before", times=assignment.extensions, due_on=deadline.due_on)
    facts = _moving(case, given, deadline, to, document)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _moving(case: Case, given: Given, deadline: Deadline, to: date, document: str) -> DueMoved:
    return DueMoved(
        assignment=deadline.assignment,
        before=deadline.due_on,
        to=to,
        document=document,
        applied_on=day_given(given, "applied", case.today),
        beyond=beyond(case, given, deadline.phase, to),
    )


def _apply_extend(case: Case, entry: Entry) -> Answer:
    facts: DueMoved = entry.facts
    assignment = case.work.must(Assignment, facts.assignment)
    case.work.put(replace(assignment, extensions=assignment.extensions + 1))
    deadline = deadlines.move(case, _due(case, assignment), facts.to, judged_on=facts.to)
    return _told(case, entry, assignment, deadline)


def _decide_grant(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    reason = text_given(given, "reason")
    document = text_given(given, "document")
    deadline = _open_due(case, assignment, "grant")
    to = day_given(given, "to")
    if case.today <= deadline.due_on:
        raise refuse("due_day_not_passed", due_on=deadline.due_on)
    if to <= case.today:
        raise refuse("not_after_today", day=to, name="to")
    facts = _moving(case, given, deadline, to, document)
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_grant(case: Case, entry: Entry) -> Answer:
    """Grant a later day after the due day; the breach at the first date stays (SEMANTICS P2)."""
    facts: DueMoved = entry.facts
    assignment = case.work.must(Assignment, facts.assignment)
    deadline = deadlines.move(case, _due(case, assignment), facts.to)
    return _told(case, entry, assignment, deadline)


def _told(case: Case, entry: Entry, assignment: Assignment, deadline: Deadline) -> Answer:
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


def _decide_hold(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    deadline = _deadline_of(case, assignment, given)
    reason = text_given(given, "reason")
    facts = Held(deadline=deadline.id, level=int(given.get("level") or 0), off=bool(given.get("off")))
    standing = [h for h in case.work.find(Hold, deadline=deadline.id) if h.to_at is None]
    if facts.off and not standing:
        raise refuse("not_held", subject=subject_of(assignment))
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_hold(case: Case, entry: Entry) -> Answer:
    facts: Held = entry.facts
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


def _decide_raise(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    deadline = _deadline_of(case, assignment, given)
    reason = text_given(given, "reason")
    level = int(given.get("level") or 0)
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
    return Decision(subject=subject_of(assignment), facts=Raised(deadline=deadline.id, level=level), reason=reason)


def _untold_below(case: Case, deadline: Deadline, level: int) -> int | None:
    """Return the nearest lower level of the ladder that nothing is recorded of in this epoch, or None."""
    lower = {rung.level for rung in case.plan.ladder(deadline.ladder).rungs if rung.level < level}
    told = {o.level for o in case.known.occurrences(deadline.id) if o.epoch == deadline.epoch}
    return max(lower) if lower and max(lower) not in told else None


def _apply_raise(case: Case, entry: Entry) -> Answer:
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


def _kind_by_hand(case: Case, deadline: Deadline, level: int) -> str:
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


def _due(case: Case, assignment: Assignment) -> Deadline:
    found = case.deadline(assignment, "due")
    if found is None:
        raise KeyError(assignment.id)
    return found


def _deadline_of(case: Case, assignment: Assignment, given: Given) -> Deadline:
    kind = str(given.get("kind") or "due")
    found = case.deadline(assignment, kind)
    if found is None:
        raise BadInput("no_such_deadline", subject=subject_of(assignment), found=kind)
    return found


ACTIONS = (
    Action("extend", OFFICE, _decide_extend, _apply_extend, DueMoved),
    Action("grant", LEADER, _decide_grant, _apply_grant, DueMoved),
    Action("hold", EITHER, _decide_hold, _apply_hold, Held),
    Action("raise", EITHER, _decide_raise, _apply_raise, Raised),
)
