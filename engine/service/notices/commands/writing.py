"""What the record of a binding does: items are moot, put aside, put off or told; notices are posted (F5, N1, N2)."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from engine import deadlines as rules
from engine.model import DocumentNumber, Item, Notice, NoticeState, Occurrence, Offset, Outgoing, changed
from engine.model.plain import Coded, Ref
from engine.records import record, replace
from engine.service.kernel.action import SYSTEM, Action, Answer, as_given
from engine.service.kernel.case import CampaignSession, TimerKind
from engine.service.kernel.items import PLAIN
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Found
from engine.service.kernel.timers import Taken, disarm
from engine.service.notices.shown import remember_named, show_facts
from engine.service.notices.texts import subject_of
from notifications.recipients import channel_for

ONE_DAY = Offset(count=1)


@record
class Written:
    """A notice was written: of what, to whom, the hash of its texts; `digest` says what else would be the same.

    A bulletin is `shown` to units before it is signed, and has `named` assignments (N5).
    """

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
    named: tuple[Ref, ...] = ()


@record
class Bound:
    """Waiting items were looked at: which are not true any more, cannot be told, wait longer, or were told how."""

    armed: tuple[Taken, ...] = ()
    moot: tuple[tuple[Ref, Coded], ...] = ()
    aside: tuple[tuple[Ref, Coded], ...] = ()
    later: tuple[tuple[Ref, datetime], ...] = ()
    notices: tuple[Written, ...] = ()


def _apply_bind(case: CampaignSession, entry: Entry) -> Answer:
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
        case.arm_campaign(item.ready_at, TimerKind.ITEMS)
    for told in facts.notices:
        _make_notice(case, told)
    return {"notices": len(facts.notices)}


def _with(facts: str, **more: Any) -> str:
    return PLAIN.encode(json.loads(facts) | more)


def make_moot(case: CampaignSession, item_id: int, reason: str) -> None:
    """Leave out what is not true any more; what is recorded of its rung says why (F5, F6)."""
    item = case.work.must(Item, item_id)
    case.work.put(replace(item, state="moot", notice=0, facts=_with(item.facts, moot=reason)))
    occurrence = case.work.get(Occurrence, item.occurrence) if item.occurrence else None
    if occurrence is not None:
        case.known.keep_occurrence(replace(occurrence, outcome="moot", reason=reason))


def _make_notice(case: CampaignSession, told: Written) -> None:
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
    case.known.wrote(notice.digest)
    for item in told.items:
        case.work.put(changed(case.work.must(Item, item), state="bound", notice=notice.id))
    remember_named(case, notice, told.named)
    show_facts(case, notice, told.shown, told.named, answer_by(case))
    if notice.state == "queued":
        post(case, notice)


def own_digest(case: CampaignSession, digest: str) -> str:
    """Return the digest of a notice as this database keeps it, in which another campaign may have the same."""
    return f"{case.id}|{digest}"


def answer_by(case: CampaignSession) -> date:
    """Return the day by whose noon units may answer to what a bulletin will say of them (SEMANTICS N5)."""
    return case.plan.calendar.add(case.today, ONE_DAY)


def take_number(case: CampaignSession, number: str, year: int) -> None:
    """Remember the number that our register gave out; another register's (N7) is not ours to count."""
    issuer = case.plan.workflow.mark
    if not number.startswith(f"{issuer}〔{year}〕"):
        return
    last = int(number.rsplit("〕", 1)[-1].removesuffix("号"))
    known = case.work.get(DocumentNumber, issuer, year)
    if known is None:
        case.work.add(DocumentNumber(issuer=issuer, year=year, last=last))
    else:
        case.work.put(replace(known, last=max(known.last, last)))


def post(case: CampaignSession, notice: Notice) -> None:
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


ACTIONS = (Action("bind", SYSTEM, as_given, _apply_bind, Bound, Found, after_end=True),)
