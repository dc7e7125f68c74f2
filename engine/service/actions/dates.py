"""Dates and ladders of one unit moved by people: extension, late grant, hold, manual raise (SEMANTICS P2, P3, L8)."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.errors import BadInput, WrongState
from engine.model import Assignment, Deadline, Hold, Occurrence
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actions.duties import subject_of, target
from engine.service.actor import Actor
from engine.service.case import SETTLED, Case
from engine.service.effects import deadlines
from engine.service.effects.items import enqueue
from engine.service.journal import Entry

OFFICE = frozenset({"office"})
LEADER = frozenset({"leader"})
EITHER = frozenset({"office", "leader"})


def _open_due(case: Case, assignment: Assignment, what: str) -> Deadline:
    deadline = case.deadline(assignment, "due")
    if deadline is None:
        raise refuse(f"{subject_of(assignment)} has no date yet", "nothing to move")
    if assignment.period:
        cure = "record what happened with `task count`, or waive it"
        raise refuse(f"{assignment.period} ends when it ends: a counted duty has no other date", cure)
    if assignment.state in SETTLED or assignment.state == "submitted":
        cure = "only a date still owed can be moved"
        raise WrongState(action=what, subject=subject_of(assignment), state=assignment.state, cure=cure)
    return deadline


def beyond(case: Case, given: Given, phase: str, to: date) -> bool:
    """Tell whether a day lies past its phase or campaign, which only an explicit override allows (SEMANTICS P3)."""
    last = case.phase_state(phase).last_day
    end = max(state.last_day for state in case.phase_states())
    if to <= last:
        return False
    if not given.get("beyond"):
        where = f"the campaign ends on {end}" if to > end else f"the phase ends on {last}"
        raise refuse(
            f"{to} lies too late: {where}; the gate would wait for it", "give --beyond to do it all the same"
        )
    return True


# --- extension (P2) ---


def _decide_extend(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    reason = text_given(given, "reason", "an extension is on record")
    document = text_given(given, "document", "an extension rests on a document")
    deadline = _open_due(case, assignment, "extend")
    to = day_given(given, "to")
    if case.today > deadline.due_on:
        raise refuse(f"the due day {deadline.due_on} has passed", "ask the leader for `task grant`")
    if to <= deadline.due_on:
        raise refuse(f"{to} is not after {deadline.due_on}", "give a later day with --to")
    if assignment.extensions >= case.plan.workflow.max_extensions:
        raise refuse(f"it was extended {assignment.extensions} time(s) before", "no further extension is allowed")
    facts = _moving(case, given, deadline, to) | {"document": document}
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _moving(case: Case, given: Given, deadline: Deadline, to: date) -> dict[str, Any]:
    """Return the facts of a due day that is moved: from, to, when it was asked for, whether past its phase."""
    return {
        "assignment": deadline.assignment,
        "from": deadline.due_on.isoformat(),
        "to": to.isoformat(),
        "applied_on": day_given(given, "applied", case.today).isoformat(),
        "beyond": beyond(case, given, deadline.phase, to),
    }


def _apply_extend(case: Case, entry: Entry) -> Answer:
    assignment = case.work.must(Assignment, entry.facts["assignment"])
    to = date.fromisoformat(entry.facts["to"])
    case.work.put(replace(assignment, extensions=assignment.extensions + 1))
    deadline = deadlines.move(case, _due(case, assignment), to, judged_on=to)
    return _told(case, entry, assignment, deadline, "extended")


def _decide_grant(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    reason = text_given(given, "reason", "a late grant is on record")
    document = text_given(given, "document", "a late grant rests on a document")
    deadline = _open_due(case, assignment, "grant")
    to = day_given(given, "to")
    if case.today <= deadline.due_on:
        raise refuse(f"the due day {deadline.due_on} has not passed", "use `task extend`")
    if to <= case.today:
        raise refuse(f"{to} is not after today", "give a later day with --to")
    facts = _moving(case, given, deadline, to) | {"document": document}
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_grant(case: Case, entry: Entry) -> Answer:
    """Grant a later day after the due day; the breach at the first date stays (SEMANTICS P2)."""
    assignment = case.work.must(Assignment, entry.facts["assignment"])
    deadline = deadlines.move(case, _due(case, assignment), date.fromisoformat(entry.facts["to"]))
    return _told(case, entry, assignment, deadline, "extended")


def _told(case: Case, entry: Entry, assignment: Assignment, deadline: Deadline, kind: str) -> Answer:
    facts = {key: entry.facts[key] for key in ("from", "to", "document")} | {
        "reason": entry.reason,
        "late": entry.action == "grant",
    }
    if case.relation(assignment.unit) != "superior":
        enqueue(case, kind, assignment.unit, assignment=assignment, deadline=deadline, facts=facts)
    return {"task": assignment.task, "unit": assignment.unit, "due_on": deadline.due_on.isoformat()}


# --- hold and raise (L8) ---


def _decide_hold(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    deadline = _deadline_of(case, assignment, given)
    reason = text_given(given, "reason", "a hold is on record")
    facts = {"deadline": deadline.id, "level": int(given.get("level") or 0), "off": bool(given.get("off"))}
    standing = [h for h in case.work.find(Hold, deadline=deadline.id) if h.to_at is None]
    if facts["off"] and not standing:
        raise refuse(f"{subject_of(assignment)} is not held", "nothing to take off")
    return Decision(subject=subject_of(assignment), facts=facts, reason=reason)


def _apply_hold(case: Case, entry: Entry) -> Answer:
    deadline = _deadline(case, entry)
    if entry.facts["off"]:
        for hold in case.work.find(Hold, deadline=deadline.id):
            if hold.to_at is None:
                case.known.keep_hold(replace(hold, to_at=case.at))
    else:
        case.known.keep_hold(
            Hold(
                id=case.next_id(),
                campaign=case.id,
                deadline=deadline.id,
                level=entry.facts["level"],
                reason=f"{entry.actor}: {entry.reason}",
                from_at=case.at,
            ),
            new=True,
        )
    deadlines.change(case, deadline)
    return {"deadline": deadline.id & 0xFFFFFFFF, "held": not entry.facts["off"]}


def _decide_raise(case: Case, actor: Actor, given: Given) -> Decision:
    _, assignment = target(case, actor, given)
    deadline = _deadline_of(case, assignment, given)
    reason = text_given(given, "reason", "a manual notice is on record")
    level = int(given.get("level") or 0)
    if deadline.state != "armed":
        raise refuse(f"the deadline is {deadline.state}", "only a running deadline can be raised")
    if deadline.kind == "receipt" and level > 0:
        raise refuse("a receipt is asked for at level 0 only", "raise the date it is due (L4)")
    if level > deadlines.cap(case, deadline.unit):
        raise refuse(f"the relation of {deadline.unit} does not allow level {level}", "choose a lower level")
    untold = _untold_below(case, deadline, level)
    if untold is not None:
        raise refuse(f"level {untold} has not been told yet", "a higher level is never told before it (L2)")
    if level not in deadlines.reachable(case, deadline.unit):
        raise refuse(f"{deadline.unit} has no contact at level {level}", "set one with `units contact`")
    return Decision(subject=subject_of(assignment), facts={"deadline": deadline.id, "level": level}, reason=reason)


def _untold_below(case: Case, deadline: Deadline, level: int) -> int | None:
    """Return the nearest lower level of the ladder that nothing is recorded of in this epoch, or None."""
    lower = {rung.level for rung in case.plan.ladder(deadline.ladder).rungs if rung.level < level}
    told = {o.level for o in case.known.occurrences(deadline.id) if o.epoch == deadline.epoch}
    return max(lower) if lower and max(lower) not in told else None


def _apply_raise(case: Case, entry: Entry) -> Answer:
    deadline = _deadline(case, entry)
    level = entry.facts["level"]
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
    return {"deadline": deadline.id & 0xFFFFFFFF, "level": level}


def _kind_by_hand(case: Case, deadline: Deadline, level: int) -> str:
    """Return what is written: an office is nudged (L7), a receipt asked for (L4), a formal act the ladder names."""
    if deadline.unit == case.plan.workflow.office:
        return "office_nudge"
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


def _deadline(case: Case, entry: Entry) -> Deadline:
    return case.work.must(Deadline, entry.facts["deadline"])


def _deadline_of(case: Case, assignment: Assignment, given: Given) -> Deadline:
    kind = str(given.get("kind") or "due")
    found = case.deadline(assignment, kind)
    if found is None:
        raise BadInput(what=f"{subject_of(assignment)} has no {kind} deadline", found=kind, cure="see `task show`")
    return found


ACTIONS = (
    Action("extend", OFFICE, _decide_extend, _apply_extend),
    Action("grant", LEADER, _decide_grant, _apply_grant),
    Action("hold", EITHER, _decide_hold, _apply_hold),
    Action("raise", EITHER, _decide_raise, _apply_raise),
)
