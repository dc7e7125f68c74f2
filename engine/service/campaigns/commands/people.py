"""Contacts of units: who is told, from when on; a change hands the open items over (SEMANTICS L3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from engine.errors import BadInput
from engine.model import Assignment, Item, UnitContact
from engine.records import record, replace
from engine.service.kernel.action import Action, Answer, Decision, Example
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.items import enqueue, take_up
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Day, Is, Line, Text, Unit
from notifications.recipients import ADDRESS, EXAMPLES


@record
class ContactChanged:
    """Who is told at a level of a unit from a day on; without an address nobody is."""

    unit: str
    level: int
    since: date
    address: str = ""
    channel: str = ""


LEVELS = {"liaison": 0, "deputy": 1, "head": 2, "group": 3}


@record
class Contact:
    """Change who is told of a unit's dates; without an address nobody is."""

    unit: Annotated[Unit, ABOUT]
    level: Literal["liaison", "deputy", "head", "group", "0", "1", "2", "3"] = "liaison"
    address: Line = ""
    since: Annotated[Day | None, Is(named="from")] = None
    channel: Annotated[str, Is(kind="channel")] = ""
    reason: Text = ""


def _decide_contact(case: CampaignSession, actor: Actor, asked: Contact) -> Decision:
    unit = case.unit(asked.unit)
    level = LEVELS[asked.level] if asked.level in LEVELS else int(asked.level)
    address = asked.address
    if address and not ADDRESS.fullmatch(address):
        raise BadInput("no_address", found=address, examples=EXAMPLES)
    since = asked.since or case.today
    if since < case.today:
        raise BadInput("contact_in_the_past", found=since)
    facts = ContactChanged(unit=unit.name, level=level, since=since, address=address, channel=asked.channel)
    return Decision(subject=f"{unit.name}/{level}", facts=facts, reason=asked.reason)


def _apply_contact(case: CampaignSession, entry: Entry) -> Answer:
    """End the present contact and begin the new one; an empty address leaves a vacancy."""
    facts: ContactChanged = entry.facts
    for held in case.work.find(UnitContact, campaign=case.id, unit=facts.unit, level=facts.level):
        if held.valid_to >= facts.since:
            case.work.put(replace(held, valid_to=facts.since - timedelta(days=1)))
    if facts.address:
        case.work.add(
            UnitContact(
                id=case.next_id(),
                campaign=case.id,
                unit=facts.unit,
                level=facts.level,
                address=facts.address,
                channel=facts.channel,
                valid_from=facts.since,
                valid_to=date.max,
            )
        )
    case.forget_contacts()
    return _hand_over(case, facts)


def _hand_over(case: CampaignSession, facts: ContactChanged) -> Answer:
    unit, since = facts.unit, facts.since.isoformat()
    owed = [a for a in case.work.find(Assignment, campaign=case.id, unit=unit) if a.state not in SETTLED]
    for item in case.work.find(Item, campaign=case.id, unit=unit, state="aside"):
        take_up(case, item)
    if facts.address and owed and facts.level == 0 and case.relation(unit) != "superior":
        enqueue(case, "handover", unit, facts={"from": since, "address": facts.address})
    return {"unit": unit, "from": since, "open": len(owed)}


ACTIONS = (
    Action(
        "contact",
        frozenset({"office"}),
        _decide_contact,
        _apply_contact,
        ContactChanged,
        Contact,
        "units contact",
        (Example("shizhu-2022", {"unit": "中益乡", "address": "zy2@shizhu.example.org", "from": "2022-09-01"}),),
        after_end=True,
    ),
)
