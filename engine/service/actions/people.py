"""Contacts of units: who is told, from when on; a change hands the open items over (SEMANTICS L3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from engine.errors import BadInput
from engine.model import Assignment, Item, UnitContact
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, day_given
from engine.service.actor import Actor
from engine.service.case import SETTLED, Case
from engine.service.effects.items import enqueue, take_up
from engine.service.journal import Entry
from notifications.recipients import ADDRESS, EXAMPLES


def _decide_contact(case: Case, actor: Actor, given: Given) -> Decision:
    unit = case.unit(str(given.get("unit") or ""))
    level = int(given.get("level") or 0)
    address = str(given.get("address") or "").strip()
    if address and not ADDRESS.fullmatch(address):
        raise BadInput(what="that is no address", found=address, cure=f"write one like {EXAMPLES}")
    since = day_given(given, "from", case.today)
    if since < case.today:
        raise BadInput(what="a contact cannot change in the past", found=since, cure="give today or a later day")
    facts = {
        "unit": unit.name,
        "level": level,
        "address": address,
        "channel": str(given.get("channel") or ""),
        "from": since.isoformat(),
    }
    return Decision(subject=f"{unit.name} level {level}", facts=facts, reason=str(given.get("reason") or ""))


def _apply_contact(case: Case, entry: Entry) -> Answer:
    """End the present contact and begin the new one; an empty address leaves a vacancy."""
    facts = entry.facts
    since = date.fromisoformat(facts["from"])
    for held in case.work.find(UnitContact, campaign=case.id, unit=facts["unit"], level=facts["level"]):
        if held.valid_to >= since:
            case.work.put(replace(held, valid_to=since - timedelta(days=1)))
    if facts["address"]:
        case.work.add(
            UnitContact(
                id=case.next_id(),
                campaign=case.id,
                unit=facts["unit"],
                level=facts["level"],
                address=facts["address"],
                channel=facts["channel"],
                valid_from=since,
                valid_to=date.max,
            )
        )
    case.forget_contacts()
    return _hand_over(case, facts, since)


def _hand_over(case: Case, facts: Any, since: date) -> Answer:
    owed = [a for a in case.work.find(Assignment, campaign=case.id, unit=facts["unit"]) if a.state not in SETTLED]
    for item in case.work.find(Item, campaign=case.id, unit=facts["unit"], state="aside"):
        take_up(case, item)
    if facts["address"] and owed and facts["level"] == 0 and case.relation(facts["unit"]) != "superior":
        enqueue(case, "handover", facts["unit"], facts={"from": facts["from"], "address": facts["address"]})
    return {"unit": facts["unit"], "from": since.isoformat(), "open": len(owed)}


ACTIONS = (Action("contact", frozenset({"office"}), _decide_contact, _apply_contact, after_end=True),)
