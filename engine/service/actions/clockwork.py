"""What the clock does: rungs, openings, notices bound, deliveries (SEMANTICS F)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from engine import deadlines as rules
from engine.deadlines import Mark
from engine.history import instant, moment
from engine.model import (
    Armed,
    Assignment,
    Deadline,
    DocumentNumber,
    Item,
    Notice,
    Occurrence,
    Offset,
    Outgoing,
    Rung,
    changed,
    maker,
)
from engine.service.actions.action import Action, Answer, Decision, Given
from engine.service.actor import Actor
from engine.service.case import Case, Moment
from engine.service.effects import deadlines, phases
from engine.service.effects.items import enqueue
from engine.service.journal import Entry
from notifications.recipients import channel_for

SYSTEM = frozenset({"system"})
CHASING = ("reminder", "overdue", "receipt_reminder", "pace")
"""Kinds that speak to another unit; our own office is nudged instead."""
ONE_DAY = Offset(count=1)
_occurrence, _notice, _outgoing = maker(Occurrence), maker(Notice), maker(Outgoing)


def as_given(case: Case, actor: Actor, given: Given) -> Decision:
    """Take what the clock found as the facts of the record; there is nothing to refuse."""
    facts = dict(given)
    return Decision(subject=str(facts.pop("subject", "")), facts=facts)


# --- rungs (F2, F4, F6) ---


def firing_facts(deadline: Deadline, marks: tuple[Mark, ...]) -> dict[str, Any]:
    """Return the facts of a deadline's rungs that came due."""
    return {
        "deadline": deadline.id,
        "epoch": deadline.epoch,
        "marks": [_told_of(mark) for mark in marks],
    }


def _told_of(mark: Mark) -> dict[str, Any]:
    return {
        "rung": mark.rung,
        "n_from": mark.n_from,
        "n_to": mark.n_to,
        "level": mark.level,
        "scheduled_at": instant(mark.scheduled_at),
        "outcome": mark.outcome,
        "reason": mark.reason,
    }


def _apply_occur(case: Case, entry: Entry) -> Answer:
    deadline = case.work.must(Deadline, entry.facts["deadline"])
    for mark in entry.facts["marks"]:
        occurrence = _record_mark(case, deadline, mark)
        if occurrence.outcome == "raised":
            _tell(case, deadline, occurrence)
    deadlines.change(case, deadline)
    return {}


def _record_mark(case: Case, deadline: Deadline, mark: dict[str, Any]) -> Occurrence:
    occurrence = _occurrence(
        id=case.next_id(),
        campaign=case.id,
        deadline=deadline.id,
        epoch=deadline.epoch,
        rung=mark["rung"],
        n_from=mark["n_from"],
        n_to=mark["n_to"],
        level=mark["level"],
        scheduled_at=moment(mark["scheduled_at"]),
        recorded_at=case.at,
        outcome=mark["outcome"],
        reason=mark["reason"],
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
    for armed in entry.facts["armed"]:
        case.work.drop(Armed, moment(armed["at"]), armed["kind"], armed["ref"])
    if entry.facts.get("phase"):
        phases.open_phase(case, entry.facts["phase"])
    if entry.facts.get("task"):
        phases.open_task(case, case.plan.tasks[entry.facts["task"]])
    return {}


def armed_facts(armed: Armed) -> dict[str, Any]:
    """Return an armed moment as a record names it."""
    return {"at": instant(armed.at), "kind": armed.kind, "ref": armed.ref}


# --- notices (F5, N1, N2) ---


def _apply_bind(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    for armed in facts["armed"]:
        case.work.drop(Armed, moment(armed["at"]), armed["kind"], armed["ref"])
    for found, reason in facts["moot"]:
        make_moot(case, found, reason)
    for found, reason in facts["aside"]:
        item = case.work.must(Item, found)
        case.work.put(replace(item, state="aside", facts=_with(item.facts, aside=reason)))
    for found, ready in facts["later"]:
        item = replace(case.work.must(Item, found), ready_at=moment(ready))
        case.work.put(item)
        case.arm(item.ready_at, Moment.ITEMS, case.id)
    for told in facts["notices"]:
        _make_notice(case, told)
    return {"notices": len(facts["notices"])}


def _with(facts: str, **more: Any) -> str:
    return json.dumps(json.loads(facts) | more, ensure_ascii=False, sort_keys=True)


def make_moot(case: Case, item_id: int, reason: str) -> None:
    """Leave out what is not true any more; what is recorded of its rung says why (F5, F6)."""
    item = case.work.must(Item, item_id)
    case.work.put(replace(item, state="moot", notice=0, facts=_with(item.facts, moot=reason)))
    occurrence = case.work.get(Occurrence, item.occurrence) if item.occurrence else None
    if occurrence is not None:
        case.known.keep_occurrence(replace(occurrence, outcome="moot", reason=reason))


def _make_notice(case: Case, told: dict[str, Any]) -> None:
    notice = _notice(
        id=case.next_id(),
        campaign=case.id,
        kind=told["kind"],
        unit=told["unit"],
        level=told["level"],
        channel=told["channel"],
        state=told["state"],
        day=date.fromisoformat(told["day"]),
        subject=told["subject"],
        content=told["content"],
        number=told["number"],
        to=json.dumps(told["to"], ensure_ascii=False),
        created_at=case.at,
        digest=told["digest"],
        corrects=told.get("corrects", 0),
        reason=told.get("reason", ""),
    )
    case.work.add(notice)
    for item in told["items"]:
        case.work.put(changed(case.work.must(Item, item), state="bound", notice=notice.id))
    for unit in told["shown"]:
        enqueue(case, "facts_shown", unit, facts={"bulletin": notice.id, "by": _answer_by(case).isoformat()})
    if notice.state == "queued":
        post(case, notice)


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
            _outgoing(
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
    touched: dict[int, set[str]] = {}
    case.work.among(Outgoing, "id", [told["id"] for told in entry.facts["results"]])
    for told in entry.facts["results"]:
        outgoing = case.work.must(Outgoing, told["id"])
        touched[outgoing.notice] = set()
        case.work.put(
            replace(
                outgoing,
                state=told["state"],
                attempts=told["attempt"],
                error=told["error"],
                next_at=moment(told["next_at"]) if told["next_at"] else outgoing.next_at,
                settled_at=None if told["state"] == "queued" else case.at,
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
    again = [o.id for o in found if o.campaign == case.id and o.state != "sent"]
    return Decision(subject=f"{len(again)} messages", facts={"outgoing": again})


def _apply_retry(case: Case, entry: Entry) -> Answer:
    soonest = rules.sending_time(case.at, case.plan.times)
    for found in entry.facts["outgoing"]:
        outgoing = case.work.get(Outgoing, found)
        if outgoing is not None:
            again = replace(outgoing, state="queued", next_at=soonest, attempts=0, error="", settled_at=None)
            case.work.put(again)
            notice = case.work.get(Notice, outgoing.notice)
            if notice is not None and notice.state == "failed":
                case.work.put(replace(notice, state="queued"))
    return {"retried": len(entry.facts["outgoing"])}


# --- calendars (D6) ---


def _apply_calendar(case: Case, entry: Entry) -> Answer:
    """Pin a newly loaded calendar and move what moves, never before a date already notified."""
    case.use_calendar(entry.facts["calendar"])
    for moved in entry.facts["moved"]:
        deadline = case.work.must(Deadline, moved["deadline"])
        later = date.fromisoformat(moved["to"])
        kept = {"due_on": later, "first_due_on": deadline.first_due_on + (later - deadline.due_on)}
        deadlines.change(
            case,
            deadline,
            **kept,
            epoch=deadline.epoch + 1,
            began_at=case.at,
            provisional=moved["provisional"],
        )
        assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
        if assignment is not None and moved["notified"]:
            facts = {
                "from": moved["from"],
                "to": moved["to"],
                "reason": "",
                "document": entry.facts["notice"],
            }
            enqueue(case, "extended", deadline.unit, assignment=assignment, deadline=deadline, facts=facts)
    for found in entry.facts["settled"]:
        certain = case.work.get(Deadline, found)
        if certain is not None:
            case.work.put(replace(certain, provisional=False))
    return {"moved": len(entry.facts["moved"])}


ACTIONS = (
    Action("occur", SYSTEM, as_given, _apply_occur),
    Action("open", SYSTEM, as_given, _apply_open, after_end=True),
    Action("bind", SYSTEM, as_given, _apply_bind, after_end=True),
    Action("deliver", SYSTEM, as_given, _apply_deliver, after_end=True),
    Action("retry", frozenset({"office"}), _decide_retry, _apply_retry, after_end=True),
    Action("calendar", frozenset({"office", "system"}), as_given, _apply_calendar),
)
