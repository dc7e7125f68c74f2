"""Items: what waits to be told, to whom, and from when on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from engine import deadlines as rules
from engine.model import Assignment, Deadline, Delivery, Item
from engine.records import replace
from engine.service.kernel.case import CampaignSession, TimerKind

PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
"""How an item's facts are written."""


def enqueue(
    case: CampaignSession,
    kind: str,
    unit: str,
    *,
    level: int = 0,
    delivery: Delivery = "send",
    assignment: Assignment | None = None,
    deadline: Deadline | None = None,
    occurrence: int = 0,
    channel: str = "",
    facts: dict[str, Any] | None = None,
) -> Item:
    """Put one thing to tell on the list; it is bound into a notice once the campaign is quiet (F5)."""
    ready_at = _sending_time(case)
    item = Item(
        id=case.next_id(),
        campaign=case.id,
        kind=kind,
        unit=unit,
        level=level,
        channel=channel,
        delivery=delivery_in(case, delivery),
        ready_at=ready_at,
        state="waiting",
        occurrence=occurrence,
        assignment=assignment.id if assignment else 0,
        deadline=deadline.id if deadline else 0,
        facts=PLAIN.encode(facts) if facts else "{}",
    )
    case.work.add(item)
    case.arm_campaign(ready_at, TimerKind.ITEMS)
    return item


RIDES = "accepted"
"""What is told only beside something else: no letter of its own goes for it."""


def ride(case: CampaignSession, unit: str, assignment: Assignment) -> None:
    """Have a unit told of an acceptance by the next notice that goes to it anyway."""
    item = Item(
        id=case.next_id(),
        campaign=case.id,
        kind=RIDES,
        unit=unit,
        level=0,
        channel="",
        delivery="send",
        ready_at=case.at,
        state="riding",
        assignment=assignment.id,
    )
    case.work.add(item)


def take_up(case: CampaignSession, item: Item) -> None:
    """Have what was put aside tried again: its contact or its template may be there now (SEMANTICS F5)."""
    told = {key: value for key, value in json.loads(item.facts).items() if key != "aside"}
    facts = PLAIN.encode(told)
    ready_at = _sending_time(case)
    case.work.put(replace(item, state="waiting", facts=facts, ready_at=ready_at))
    case.arm_campaign(ready_at, TimerKind.ITEMS)


UNTOLD = ("waiting", "aside")
"""States of what is in line and was told to nobody yet."""


def leave_out(case: CampaignSession, number: int, reason: str) -> None:
    """Leave out what waits to be told and is not true any more, for a reason in a code (SEMANTICS F5)."""
    item = case.work.get(Item, number)
    if item is not None and item.state in UNTOLD:
        facts = PLAIN.encode(json.loads(item.facts) | {"moot": reason})
        case.work.put(replace(item, state="moot", facts=facts))


def _sending_time(case: CampaignSession) -> datetime:
    return case.worked_out(("sending time", case.at), lambda: rules.sending_time(case.at, case.plan.times))


def delivery_in(case: CampaignSession, wished: Delivery) -> Delivery:
    """A trial run sends nothing without release (SEMANTICS L6)."""
    return "manual" if case.head.trial and wished in ("send", "release") else wished
