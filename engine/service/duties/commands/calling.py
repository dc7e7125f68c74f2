"""A unit is called about what it owes: its next letter about that is not sent (电话提醒, SEMANTICS L4, L8)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from engine import deadlines as rules
from engine.deadlines import RungMark
from engine.deadlines.records import ABSORBED, RAISED
from engine.errors import BadInput
from engine.model import Assignment, Deadline, Item, Occurrence, Offset, changed
from engine.model.plain import Coded, Ref, coded
from engine.records import record, replace
from engine.service.duties.apply import deadlines
from engine.service.duties.commands.duties import OfPeriod, subject_of, target
from engine.service.duties.commands.evidence import keep_evidence, vouchers
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import PLAIN
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Is, Text

ANSWERED = "answered"
SOON = Offset(count=3)
"""Within how many working days a letter must go for a call to stand in its place: those of the release list."""
HIGHEST = 2
"""Up to which level a call does in place of a letter; above that is a formal act."""


@record
class Called:
    """A unit was called on a day: the points of its ladder that need no letter any more, and what waited of them."""

    deadline: Ref
    on: date
    marks: tuple[RungMark, ...] = ()
    items: tuple[Ref, ...] = ()
    why: Coded = ""


@record
class CallIt(OfPeriod):
    """Record that a unit was called about what it owes: its next letter about that is not sent."""

    kind: Annotated[Literal["due", "receipt"], Is(called="deadline")] = "due"
    on: Day | None = None
    reason: Text


# --- what a call stands in for ---


def waiting(case: CampaignSession, deadline: Deadline) -> list[Item]:
    """Return what was raised of a deadline and waits for the next sending day, but for formal acts."""
    found = case.work.find(Item, campaign=case.id, state="waiting", deadline=deadline.id, order="id")
    return [item for item in found if item.occurrence and item.level <= HIGHEST]


def next_marks(case: CampaignSession, deadline: Deadline) -> tuple[datetime | None, tuple[RungMark, ...]]:
    """Return when the next rungs of a deadline come due, and those of them that are letters to the unit."""
    standing = deadlines.standing(case, deadline)
    at = rules.next_moment(standing, case.at, case.plan.times)
    if at is None:
        return None, ()
    found = rules.fire(standing, max(at, case.at), case.plan.times).marks
    letters = tuple(each for each in found if each.level <= HIGHEST and each.outcome in (RAISED, ABSORBED))
    return at, letters if any(each.outcome == RAISED for each in letters) else ()


def soon(case: CampaignSession) -> datetime:
    """Return the instant until which a letter is near enough to be called about."""
    return rules.last_moment_of(case.plan.calendar.add(case.today, SOON), case.plan.zone)


# --- decided and applied ---


def _decide(case: CampaignSession, actor: Actor, asked: CallIt) -> Decision:
    _, assignment = target(case, actor, asked)
    deadline = _running(case, assignment, asked.kind)
    on = _called_on(case, assignment, asked.on)
    items = waiting(case, deadline)
    marks = () if items else _stood_in_for(case, assignment, deadline)
    facts = Called(
        deadline=deadline.id,
        on=on,
        marks=marks,
        items=tuple(item.id for item in items),
        why=coded("called", on=on.isoformat(), said=asked.reason),
    )
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason, on_behalf=assignment.unit)


def _running(case: CampaignSession, assignment: Assignment, kind: str) -> Deadline:
    """Return the deadline that a call is about; a superior and our own office are not called."""
    found = case.deadline(assignment, kind)
    if found is None:
        raise BadInput("no_such_deadline", subject=subject_of(assignment), found=kind)
    if found.state != "armed":
        raise refuse("deadline_not_running", state=found.state)
    if found.unit in case.plan.workflow.ours:
        raise refuse("nobody_to_call", subject=subject_of(assignment))
    return found


def _called_on(case: CampaignSession, assignment: Assignment, asked: date | None) -> date:
    on = asked or case.today
    if on > case.today:
        raise refuse("day_not_come", on=on)
    if on < assignment.issued_on:
        raise refuse("before_issued", on=on, issued_on=assignment.issued_on)
    return on


def _stood_in_for(case: CampaignSession, assignment: Assignment, deadline: Deadline) -> tuple[RungMark, ...]:
    """Return the points that a call answers; a refusal where no letter is near."""
    at, letters = next_marks(case, deadline)
    if at is None or not letters or at > soon(case):
        raise refuse("no_letter_near", subject=subject_of(assignment), days=SOON.count)
    return tuple(replace(each, outcome=ANSWERED) if each.outcome == RAISED else each for each in letters)


def _apply(case: CampaignSession, entry: Entry) -> Answer:
    facts: Called = entry.facts
    deadline = case.work.must(Deadline, facts.deadline)
    for mark in facts.marks:
        told = replace(mark, reason=facts.why) if mark.outcome == ANSWERED else mark
        case.known.keep_occurrence(rules.occurrence_of(told, deadline, case.next_id(), case.at), new=True)
    _answer(case, facts.items, facts.why)
    assignment = _received(case, case.work.must(Assignment, deadline.assignment), facts.on, entry.reason)
    deadline = case.work.must(Deadline, facts.deadline)
    if deadline.state == "armed":
        deadlines.change(case, deadline)
    return {"task": assignment.task, "unit": assignment.unit, "on": facts.on.isoformat()}


def _answer(case: CampaignSession, items: Iterable[int], why: str) -> None:
    """Leave out what waited: the call told it."""
    for number in items:
        item = case.work.must(Item, number)
        case.work.put(replace(item, state="moot", facts=PLAIN.encode(json.loads(item.facts) | {"moot": why})))
        occurrence = case.work.must(Occurrence, item.occurrence)
        case.known.keep_occurrence(replace(occurrence, outcome=ANSWERED, reason=why))


def _received(case: CampaignSession, assignment: Assignment, on: date, said: str) -> Assignment:
    """Return the assignment, received where it was not: a recorded call is a receipt (L4)."""
    if assignment.state != "issued":
        return assignment
    received = changed(assignment, state="received", received_on=on)
    case.work.put(received)
    deadlines.end(case, case.deadline(received, "receipt"))
    keep_evidence(case, received, vouchers({"text": said}))
    case.arm_gate()
    return received


ACTIONS = (
    Action(
        "call",
        frozenset({"office"}),
        _decide,
        _apply,
        Called,
        CallIt,
        "task call",
        (
            shows("shizhu-2022", task="selfcheck", unit="沙子镇", reason="联络员答复本周内报送"),
            shows("shizhu-2022", task="selfcheck", unit="王场镇", on="2022-11-28", reason="值班室接听", dry_run=True),
        ),
    ),
)
