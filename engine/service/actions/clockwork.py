"""What the clock does: rungs, openings, notices bound, deliveries (SEMANTICS F)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from engine import deadlines as rules
from engine.deadlines import Mark
from engine.model import (
    Armed,
    Assignment,
    Deadline,
    DocumentNumber,
    Item,
    Notice,
    NoticeState,
    Occurrence,
    Offset,
    Outgoing,
    Rung,
    changed,
)
from engine.model.plain import WITHIN, Coded, Ref
from engine.records import record, replace
from engine.service.actions.action import Action, Answer, Decision, Given, as_given
from engine.service.actor import Actor
from engine.service.case import Case, Moment
from engine.service.effects import deadlines, phases
from engine.service.effects.items import enqueue
from engine.service.journal import Entry
from engine.service.plan import blob
from notifications.recipients import channel_for

SYSTEM = frozenset({"system"})
CHASING = ("reminder", "overdue", "receipt_reminder", "pace")
"""Kinds that speak to another unit; our own office is nudged instead."""
ONE_DAY = Offset(count=1)


# --- what the records tell ---


@record
class Taken:
    """An armed moment that is taken away; `ref` counts within the campaign."""

    at: datetime
    kind: int
    ref: Ref = 0


@record
class Occurred:
    """Rungs of a deadline came due in an epoch, and what became of each."""

    deadline: Ref
    epoch: int
    marks: tuple[Mark, ...]


@record
class Opened:
    """A phase or a task opened, or a gate was looked at."""

    armed: tuple[Taken, ...]
    phase: str = ""
    task: str = ""


@record
class Written:
    """A notice was written: of what, to whom, the hash of its texts; `digest` says what else would be the same."""

    kind: str
    unit: str
    level: int
    channel: str
    state: NoticeState
    day: date
    content: str
    to: tuple[str, ...]
    digest: str
    items: tuple[Ref, ...]
    number: str = ""
    corrects: Ref = 0
    shown: tuple[str, ...] = ()


@record
class Bound:
    """Waiting items were looked at: which are not true any more, cannot be told, wait longer, or were told how."""

    armed: tuple[Taken, ...] = ()
    moot: tuple[tuple[Ref, Coded], ...] = ()
    aside: tuple[tuple[Ref, Coded], ...] = ()
    later: tuple[tuple[Ref, datetime], ...] = ()
    notices: tuple[Written, ...] = ()


@record
class Result:
    """What became of a message: `error` is the word of its server or the code of ours."""

    message: Ref
    state: Literal["sent", "queued", "failed"]
    attempt: int
    error: Coded = ""
    said: str = ""
    next_at: datetime | None = None


@record
class Delivered:
    """Messages were carried out, or tried to be."""

    results: tuple[Result, ...]


@record
class Retried:
    """Messages are tried again at once."""

    messages: tuple[Ref, ...]


@record
class Redated:
    """A deadline whose day a calendar moved, and whether its unit had been told the earlier one."""

    deadline: Ref
    unit: str
    before: date
    to: date
    provisional: bool
    notified: bool


@record
class CalendarPinned:
    """A campaign goes by a calendar with one more official year; `settled` deadlines are provisional no longer."""

    calendar: str
    notice: str
    moved: tuple[Redated, ...] = ()
    settled: tuple[Ref, ...] = ()


def disarm(case: Case, moments: Iterable[Taken]) -> None:
    """Take away the armed moments that a record names."""
    for armed in moments:
        case.work.drop(Armed, armed.at, armed.kind, case.id << 32 | armed.ref & WITHIN)


def taken(armed: Armed) -> Taken:
    """Return an armed moment as a record names it."""
    return Taken(at=armed.at, kind=armed.kind, ref=armed.ref)


# --- rungs (F2, F4, F6) ---


def _apply_occur(case: Case, entry: Entry) -> Answer:
    facts: Occurred = entry.facts
    deadline = case.work.must(Deadline, facts.deadline)
    for mark in facts.marks:
        occurrence = _record_mark(case, deadline, mark)
        if occurrence.outcome == "raised":
            _tell(case, deadline, occurrence)
    deadlines.change(case, deadline)
    return {}


def _record_mark(case: Case, deadline: Deadline, mark: Mark) -> Occurrence:
    occurrence = Occurrence(
        id=case.next_id(),
        campaign=case.id,
        deadline=deadline.id,
        epoch=deadline.epoch,
        rung=mark.rung,
        n_from=mark.n_from,
        n_to=mark.n_to,
        level=mark.level,
        scheduled_at=mark.scheduled_at,
        recorded_at=case.at,
        outcome=mark.outcome,
        reason=mark.reason,
    )
    case.known.keep_occurrence(occurrence, new=True)
    return occurrence


def _tell(case: Case, deadline: Deadline, occurrence: Occurrence) -> None:
    rung = rung_of(case, deadline, occurrence.rung)
    unit = deadline.unit
    if deadline.kind == "gate" and occurrence.level >= 3:
        unit = case.plan.workflow.leading_group
    enqueue(
        case,
        "office_nudge" if unit == case.plan.workflow.office and rung.notice in CHASING else rung.notice,
        unit,
        level=occurrence.level,
        delivery=rung.delivery,
        assignment=case.work.get(Assignment, deadline.assignment) if deadline.assignment else None,
        deadline=deadline,
        occurrence=occurrence.id,
        channel=rung.channel or "",
    )


def rung_of(case: Case, deadline: Deadline, rung: str) -> Rung:
    """Return a rung of a deadline's ladder; KeyError if the ladder has none of that id."""
    for found in case.plan.ladder(deadline.ladder).rungs:
        if found.id == rung:
            return found
    raise KeyError(rung)


# --- openings (G7) ---


def _apply_open(case: Case, entry: Entry) -> Answer:
    facts: Opened = entry.facts
    disarm(case, facts.armed)
    if facts.phase:
        phases.open_phase(case, facts.phase)
    if facts.task:
        phases.open_task(case, case.plan.tasks[facts.task])
    return {}


# --- notices (F5, N1, N2) ---


def _apply_bind(case: Case, entry: Entry) -> Answer:
    facts: Bound = entry.facts
    disarm(case, facts.armed)
    for found, reason in facts.moot:
        make_moot(case, found, reason)
    for found, reason in facts.aside:
        item = case.work.must(Item, found)
        case.work.put(replace(item, state="aside", facts=_with(item.facts, aside=reason)))
    for found, ready in facts.later:
        item = replace(case.work.must(Item, found), ready_at=ready)
        case.work.put(item)
        case.arm_campaign(item.ready_at, Moment.ITEMS)
    for told in facts.notices:
        _make_notice(case, told)
    return {"notices": len(facts.notices)}


def _with(facts: str, **more: Any) -> str:
    return json.dumps(json.loads(facts) | more, ensure_ascii=False, sort_keys=True)


def make_moot(case: Case, item_id: int, reason: str) -> None:
    """Leave out what is not true any more; what is recorded of its rung says why (F5, F6)."""
    item = case.work.must(Item, item_id)
    case.work.put(replace(item, state="moot", notice=0, facts=_with(item.facts, moot=reason)))
    occurrence = case.work.get(Occurrence, item.occurrence) if item.occurrence else None
    if occurrence is not None:
        case.known.keep_occurrence(replace(occurrence, outcome="moot", reason=reason))


def _make_notice(case: Case, told: Written) -> None:
    notice = Notice(
        id=case.next_id(),
        campaign=case.id,
        kind=told.kind,
        unit=told.unit,
        level=told.level,
        channel=told.channel,
        state=told.state,
        day=told.day,
        subject=subject_of(case, told.content),
        content=told.content,
        number=told.number,
        to=json.dumps([*told.to], ensure_ascii=False),
        created_at=case.at,
        digest=own_digest(case, told.digest),
        corrects=told.corrects,
        reason="",
    )
    case.work.add(notice)
    for item in told.items:
        case.work.put(changed(case.work.must(Item, item), state="bound", notice=notice.id))
    for unit in told.shown:
        enqueue(case, "facts_shown", unit, facts={"bulletin": notice.id, "by": _answer_by(case).isoformat()})
    if notice.state == "queued":
        post(case, notice)


def subject_of(case: Case, content: str) -> str:
    """Return the subject of the texts kept under a hash: it stands there and not in the record (SEMANTICS H1)."""
    subject: str = json.loads(blob(case.work, content))["subject"]
    return subject


def own_digest(case: Case, digest: str) -> str:
    """Return the digest of a notice as this database keeps it, in which another campaign may have the same."""
    return f"{case.id}|{digest}"


def _answer_by(case: Case) -> date:
    """Return the day by whose noon units may answer to what a bulletin will say of them (SEMANTICS N5)."""
    return case.plan.calendar.add(case.today, ONE_DAY)


def take_number(case: Case, number: str, year: int) -> None:
    """Remember the document number that was given out; numbers of an issuer have no gaps."""
    issuer = case.plan.workflow.mark
    last = int(number.rsplit("〕", 1)[-1].removesuffix("号"))
    known = case.work.get(DocumentNumber, issuer, year)
    if known is None:
        case.work.add(DocumentNumber(issuer=issuer, year=year, last=last))
    else:
        case.work.put(replace(known, last=max(known.last, last)))


def post(case: Case, notice: Notice) -> None:
    """Put a notice into the outbox, once for each recipient."""
    for recipient in dict.fromkeys(json.loads(notice.to)):
        case.work.add(
            Outgoing(
                id=case.next_id(),
                campaign=case.id,
                notice=notice.id,
                recipient=recipient,
                channel=channel_for(recipient, notice.channel),
                state="queued",
                attempts=0,
                next_at=rules.sending_time(case.at, case.plan.times),
            )
        )


# --- delivery (N3) ---


def _apply_deliver(case: Case, entry: Entry) -> Answer:
    facts: Delivered = entry.facts
    touched: dict[int, set[str]] = {}
    case.work.among(Outgoing, "id", [told.message for told in facts.results])
    for told in facts.results:
        outgoing = case.work.must(Outgoing, told.message)
        touched[outgoing.notice] = set()
        case.work.put(
            replace(
                outgoing,
                state=told.state,
                attempts=told.attempt,
                error=told.error,
                next_at=told.next_at or outgoing.next_at,
                settled_at=None if told.state == "queued" else case.at,
                lease_until=None,
                lease="",
            )
        )
    case.work.among(Notice, "id", touched)
    for outgoing in case.work.among(Outgoing, "notice", touched):
        touched[outgoing.notice].add(outgoing.state)
    for notice, states in touched.items():
        _settle_notice(case, notice, states)
    return {}


def _settle_notice(case: Case, notice_id: int, states: set[str]) -> None:
    notice = case.work.get(Notice, notice_id)
    if notice is None or "queued" in states:
        return
    if "sent" in states:
        case.work.put(replace(notice, state="sent", sent_at=notice.sent_at or case.at))
    else:
        case.work.put(replace(notice, state="failed"))


def _decide_retry(case: Case, actor: Actor, given: Given) -> Decision:
    """What failed is tried again, and at once what still waits for its next attempt; what was sent stays sent."""
    found = case.work.among(Outgoing, "id", given["outgoing"], order="id")
    again = tuple(o.id for o in found if o.campaign == case.id and o.state != "sent")
    return Decision(subject=str(len(again)), facts=Retried(messages=again))


def _apply_retry(case: Case, entry: Entry) -> Answer:
    facts: Retried = entry.facts
    soonest = rules.sending_time(case.at, case.plan.times)
    for found in facts.messages:
        outgoing = case.work.get(Outgoing, found)
        if outgoing is not None:
            again = replace(outgoing, state="queued", next_at=soonest, attempts=0, error="", settled_at=None)
            case.work.put(again)
            notice = case.work.get(Notice, outgoing.notice)
            if notice is not None and notice.state == "failed":
                case.work.put(replace(notice, state="queued"))
    return {"retried": len(facts.messages)}


# --- calendars (D6) ---


def _apply_calendar(case: Case, entry: Entry) -> Answer:
    """Pin a newly loaded calendar and move what moves, never before a date already notified."""
    facts: CalendarPinned = entry.facts
    case.use_calendar(facts.calendar)
    for moved in facts.moved:
        deadline = case.work.must(Deadline, moved.deadline)
        later = moved.to
        kept = {"due_on": later, "first_due_on": deadline.first_due_on + (later - deadline.due_on)}
        deadlines.change(
            case,
            deadline,
            **kept,
            epoch=deadline.epoch + 1,
            began_at=case.at,
            provisional=moved.provisional,
        )
        assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
        if assignment is not None and moved.notified:
            days = {"from": moved.before.isoformat(), "to": later.isoformat()}
            told = {**days, "reason": "", "document": facts.notice}
            enqueue(case, "extended", deadline.unit, assignment=assignment, deadline=deadline, facts=told)
    for found in facts.settled:
        certain = case.work.get(Deadline, found)
        if certain is not None:
            case.work.put(replace(certain, provisional=False))
    return {"moved": len(facts.moved)}


def due_order(armed: Armed) -> tuple[datetime, int, int]:
    """Return the order in which a campaign's due moments are taken (SEMANTICS F3)."""
    return armed.at, armed.kind, armed.ref


ACTIONS = (
    Action("occur", SYSTEM, as_given, _apply_occur, Occurred),
    Action("open", SYSTEM, as_given, _apply_open, Opened, after_end=True),
    Action("bind", SYSTEM, as_given, _apply_bind, Bound, after_end=True),
    Action("deliver", SYSTEM, as_given, _apply_deliver, Delivered, after_end=True),
    Action("retry", frozenset({"office"}), _decide_retry, _apply_retry, Retried, after_end=True),
    Action("calendar", frozenset({"office", "system"}), as_given, _apply_calendar, CalendarPinned),
)
