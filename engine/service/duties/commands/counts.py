"""What happens toward a counted duty: it is counted, or taken back; and its periods turn (K2, K3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from engine.errors import BadInput, UnknownName, WrongState
from engine.model import Assignment, Event, Task
from engine.model.plain import Ref, short
from engine.records import field, record, replace
from engine.service.duties.apply import duties
from engine.service.duties.commands.duties import BOTH, OfOne, require_voucher, subject_of, unit_of
from engine.service.duties.commands.evidence import Piece, handed_in, keep_evidence, vouchers
from engine.service.kernel import counting
from engine.service.kernel.action import (
    SYSTEM,
    Action,
    Answer,
    Decision,
    as_given,
    refuse,
    shows,
)
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, File, Found, Given, Is, Number, Numbers, Text, Voucher
from engine.service.kernel.timers import Taken, disarm

OPEN = ("issued", "accepted", "short")


# --- what the records tell ---


@record
class Happened:
    """Something happened toward a counted duty, so many times."""

    assignment: Ref
    on: date
    number: int
    evidence: tuple[Piece, ...]


@record
class TakenBack:
    """What was counted is counted no more."""

    assignment: Ref
    event: Ref


@record
class PeriodTurned:
    """The moment of a duty came: what fell `short` is closed, periods begin (`issue`)."""

    armed: tuple[Taken, ...]
    task: str
    short: tuple[Ref, ...] = ()
    issue: tuple[str, ...] = ()


# --- what they are given ---


@record
class CountIt(OfOne):
    """Count what happened toward a duty, in the period of its day (计次)."""

    number: Annotated[Number, Is(least=1, most=9999)] = 1
    note: Text = ""
    numbers: Annotated[Numbers, Is(inner=True)] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


@record
class Uncount(OfOne):
    """Take a wrong event back; it stays on record and counts no more."""

    event: Annotated[str, Is(kind="event")]
    reason: Text


# --- counting ---


def _decide_count(case: CampaignSession, actor: Actor, asked: CountIt) -> Decision:
    task, owed = _owed_by(case, actor, asked)
    on = asked.on or case.today
    if on > case.today:
        raise refuse("day_not_come", on=on)
    assignment = _on_day(case, task, owed, on)
    on_behalf = "" if actor.name == assignment.unit else assignment.unit
    _check(case, assignment, on, on_behalf, asked.voucher)
    evidence = handed_in(task, asked.note, asked.files, asked.numbers) + vouchers(asked.voucher)
    if not evidence:
        raise refuse("nothing_shows_it")
    facts = Happened(assignment=assignment.id, on=on, number=asked.number, evidence=evidence)
    return Decision(subject=subject_of(assignment), facts=facts, on_behalf=on_behalf)


def _owed_by(case: CampaignSession, actor: Actor, asked: OfOne) -> tuple[Task, Sequence[Assignment]]:
    """Return the duty and all that a unit owes of it, period after period."""
    task = case.task(asked.task)
    if task.counted is None:
        raise refuse("is_not_counted", task=task.id, title=task.title)
    unit = unit_of(actor, asked.unit)
    if not unit:
        raise BadInput("unit_needed", task=task.id, found="")
    found = case.work.find(Assignment, campaign=case.id, task=task.id, unit=unit, order="id")
    if not found:
        others = case.work.find(Assignment, campaign=case.id, task=task.id)
        raise case.owes_not(task, unit, [a.unit for a in others])
    return task, found


def _on_day(case: CampaignSession, task: Task, owed: Sequence[Assignment], on: date) -> Assignment:
    """Return what is owed in the period that holds a day; of phases that overlap, the first not yet done."""
    holding = [a for a in owed if counting.period_of(case, a).holds(on)]
    if not holding:
        raise refuse("no_period_holds", on=on, task=task.id, title=task.title, periods=[a.period for a in owed])
    return next((a for a in holding if a.state == "issued"), holding[0])


def _check(case: CampaignSession, assignment: Assignment, on: date, on_behalf: str, voucher: Given) -> None:
    if assignment.state not in OPEN:
        raise WrongState("count", action="count", subject=subject_of(assignment), state=assignment.state)
    if assignment.state == "short" and not on_behalf:
        raise refuse("period_closed", period=assignment.period)
    require_voucher(case, voucher, on, on_behalf)


def _apply_count(case: CampaignSession, entry: Entry) -> Answer:
    facts: Happened = entry.facts
    before = case.work.must(Assignment, facts.assignment)
    counted = replace(before, submissions=before.submissions + 1)
    case.work.put(counted)
    event = Event(
        id=case.next_id(),
        campaign=case.id,
        assignment=counted.id,
        submission=counted.submissions,
        number=facts.number,
        happened_on=facts.on,
        recorded_on=case.today,
    )
    case.work.add(event)
    keep_evidence(case, counted, facts.evidence)
    return _answer(case, duties.resettle(case, counted), event)


# --- taking back ---


def _decide_uncount(case: CampaignSession, actor: Actor, asked: Uncount) -> Decision:
    _, owed = _owed_by(case, actor, asked)
    event = _event(case, owed, asked.event)
    assignment = next(a for a in owed if a.id == event.assignment)
    if assignment.state not in OPEN:
        raise WrongState("uncount", action="uncount", subject=subject_of(assignment), state=assignment.state)
    if actor.role == "unit" and case.today > counting.period_of(case, assignment).last_day:
        raise refuse("period_over", period=assignment.period)
    facts = TakenBack(assignment=assignment.id, event=event.id)
    on_behalf = "" if actor.name == assignment.unit else assignment.unit
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.reason, on_behalf=on_behalf)


def _event(case: CampaignSession, owed: Sequence[Assignment], wanted: str) -> Event:
    known = [event for assignment in owed for event in counting.events(case, assignment)]
    found = [event for event in known if str(short(event.id)) == wanted]
    if not found:
        raise UnknownName("event", wanted, [str(short(event.id)) for event in known])
    return found[0]


def _apply_uncount(case: CampaignSession, entry: Entry) -> Answer:
    facts: TakenBack = entry.facts
    event = case.work.must(Event, facts.event)
    case.work.put(replace(event, taken_back_on=case.today, reason=entry.reason))
    return _answer(case, duties.resettle(case, case.work.must(Assignment, facts.assignment)), event)


# --- periods turn ---


def _apply_period(case: CampaignSession, entry: Entry) -> Answer:
    facts: PeriodTurned = entry.facts
    disarm(case, facts.armed)
    task = case.plan.tasks[facts.task]
    for number in facts.short:
        assignment = case.work.get(Assignment, number)
        if assignment is not None:
            duties.fall_short(case, assignment)
    for period in counting.owed(case, task):
        if period.id in facts.issue:
            duties.issue(case, task, period)
    duties.arm_next(case, task)
    case.arm_gate()
    return {"short": len(facts.short)}


# --- shared ---


def _answer(case: CampaignSession, assignment: Assignment, event: Event) -> dict[str, Any]:
    case.arm_gate()
    return {
        "task": assignment.task,
        "unit": assignment.unit,
        "period": assignment.period,
        "state": assignment.state,
        "event": short(event.id),
        "done": counting.done(case, assignment),
        "least": counting.counted_of(case.plan.tasks[assignment.task]).least,
    }


ACTIONS = (
    Action(
        "count",
        BOTH,
        _decide_count,
        _apply_count,
        Happened,
        CountIt,
        "task count",
        (
            shows("pingliang-2023", "崆峒区", task="t8.standing", note="专题会议纪要"),
            shows(
                "pingliang-2023",
                task="t8.standing",
                unit="崆峒区",
                on="2023-08-03",
                voucher={"name": "签到表.jpg"},
            ),
        ),
    ),
    Action(
        "uncount",
        BOTH,
        _decide_uncount,
        _apply_uncount,
        TakenBack,
        Uncount,
        "task uncount",
        (shows("pingliang-2023", task="t8.standing", unit="崆峒区", event="214", reason="重复登记"),),
    ),
    Action("period", SYSTEM, as_given, _apply_period, PeriodTurned, Found, after_end=True),
)
