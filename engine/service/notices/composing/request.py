"""From items to the request that a notice is rendered from, and where it goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine import authority
from engine.history import short_head
from engine.model import Item, Notice, UnitContact
from engine.names import apart
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import RIDES
from engine.service.notices.composing.lines import ANSWER_IN, accepted_line, in_order, line, relation, worst_first
from engine.service.notices.facts import Borne, Said
from engine.service.notices.kinds import kind_of
from notifications import kinds as texts
from notifications.notice import NoticeRequest


def request(
    case: CampaignSession, kind: str, unit: str, level: int, items: Sequence[Item], *, number: str = ""
) -> NoticeRequest:
    """Return what a notice of `kind` to `unit` says about `items`, and beside them of what was accepted since."""
    ridden, items = _parted(items)
    workflow, written = case.plan.workflow, texts.kind_of(kind)
    values: dict[str, Any] = {
        "kind": kind,
        "relation": relation(case, unit),
        "level": level,
        "unit": unit,
        "sender": workflow.office,
        "sender_full": authority.demanding(workflow) if written.demands else workflow.office,
        "authority": authority.cited(workflow),
        "demands": _demands(case, unit),
        "leading_group": workflow.leading_group,
        "place": workflow.place_name,
        "campaign": workflow.title,
        "plan_title": workflow.document.title,
        "plan_number": workflow.document.number,
        "number": number,
        "close": workflow.hours.close,
        "day": case.today,
        "as_of": case.at.astimezone(case.plan.zone),
        "reply_by": case.plan.calendar.add(case.today, ANSWER_IN),
        "items": worst_first([line(case, item) for item in items if item.assignment]),
        "accepted": tuple(accepted_line(case, item) for item in ridden),
        "contact": office_contact(case) if unit != workflow.office else "",
        "head": short_head(case.head.head),
    }
    values |= kind_of(kind).fields(case, items)
    if len({item.unit for item in items}) > 1:
        values |= {"unit": "", "units": in_order(case, {item.unit for item in items})}
    address_as = _address_line(case, values.get("units") or (values["unit"],))
    borne = Borne(Said(case=case, items=items, values=values), kind_of(kind).bears)
    return NoticeRequest(**values, address_as=address_as, borne=borne)


def _parted(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Return the items that only ride along, and those that the notice is about."""
    return [item for item in items if item.kind == RIDES], [item for item in items if item.kind != RIDES]


def office_contact(case: CampaignSession) -> str:
    """Return how our office is reached: as the workflow says it, else by its own work address."""
    workflow = case.plan.workflow
    if workflow.office_contact:
        return workflow.office_contact
    address = next((contact.address for contact in case.contacts(workflow.office)), "")
    return f"联系单位:{workflow.office},{address}" if address else f"联系单位:{workflow.office}"


def _address_line(case: CampaignSession, units: Sequence[str]) -> str:
    """Return the words of the address line where a unit is addressed otherwise than by its name; else nothing."""
    known = case.plan.workflow.directory.units
    told = [known[name].address_as if name in known else "" for name in units]
    return "、".join(word or name for word, name in zip(told, units, strict=True)) if any(told) else ""


def _demands(case: CampaignSession, unit: str) -> bool:
    """Tell whether a notice may demand something of a unit, or speaks to our own office or the group above."""
    workflow = case.plan.workflow
    return unit in ("", *workflow.ours) or authority.may_demand(workflow, workflow.directory.units[unit])


def addresses(case: CampaignSession, kind: str, units: Sequence[str], level: int) -> list[str]:
    """Return where a notice goes: the contacts that hold today, each once; a unit that has ended has none (L10)."""
    told: dict[str, None] = {}
    for unit in (unit for unit in units if not case.has_ended(unit)):
        for contact in _reached(case, kind, unit, level):
            told[contact.address] = None
    return list(told)


def had_it(case: CampaignSession, notice: Notice) -> list[str]:
    """Return where all are reached who had a notice: as it went, and at those who go on as units it went to (N8)."""
    names = apart(notice.unit)
    now = case.now_called(names)
    gone = [name for name in names if name not in now]
    theirs = {c.address for name in gone for c in case.work.find(UnitContact, campaign=case.id, unit=name)}
    kept = [address for address in json.loads(notice.to) if address not in theirs]
    return [*dict.fromkeys([*kept, *addresses(case, notice.kind, now, notice.level)])]


def _reached(case: CampaignSession, kind: str, unit: str, level: int) -> list[UnitContact]:
    """A demand goes to the head of the unit, other documents to its desk, the rest to its own level (L1)."""
    contacts = case.contacts(unit)
    exact = [c for c in contacts if c.level == _level_of(case, kind, unit, level)]
    return exact or (contacts[:1] if _takes_any(case, kind, unit, level) else [])


def _level_of(case: CampaignSession, kind: str, unit: str, level: int) -> int:
    """Return the level of the contact that is wanted; the leading group has its own."""
    if unit == case.plan.workflow.leading_group:
        return 3
    always = kind_of(kind).contact
    return always if always is not None else level if level < 3 else 0


def _takes_any(case: CampaignSession, kind: str, unit: str, level: int) -> bool:
    """Tell whether the first contact there is does where the one that is wanted is missing."""
    return unit == case.plan.workflow.leading_group or level >= 3 or kind_of(kind).reaches_any
