"""From items to the request that a notice is rendered from, and where it goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.history import short_head
from engine.model import Item, Notice, UnitContact
from engine.service.kernel.case import CampaignSession
from engine.service.notices.composing.lines import ANSWER_IN, in_order, line, relation, worst_first
from engine.service.notices.facts import Borne, Said
from engine.service.notices.kinds import kind_of
from notifications.notice import NoticeRequest


def request(
    case: CampaignSession, kind: str, unit: str, level: int, items: Sequence[Item], *, number: str = ""
) -> NoticeRequest:
    """Return what a notice of `kind` to `unit` is to say about `items`."""
    workflow = case.plan.workflow
    values: dict[str, Any] = {
        "kind": kind,
        "relation": relation(case, unit),
        "level": level,
        "unit": unit,
        "sender": workflow.office,
        "sender_full": workflow.office,
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
        "head": short_head(case.head.head),
    }
    values |= kind_of(kind).fields(case, items)
    if len({item.unit for item in items}) > 1:
        values |= {"unit": "", "units": in_order(case, {item.unit for item in items})}
    borne = Borne(Said(case=case, items=items, values=values), kind_of(kind).bears)
    return NoticeRequest(**values, borne=borne)


def addresses(case: CampaignSession, kind: str, units: Sequence[str], level: int) -> list[str]:
    """Return where a notice goes: the contacts that hold today, each once; a unit that has ended has none (L10)."""
    told: dict[str, None] = {}
    for unit in (unit for unit in units if not case.has_ended(unit)):
        for contact in _reached(case, kind, unit, level):
            told[contact.address] = None
    return list(told)


def had_it(case: CampaignSession, notice: Notice) -> list[str]:
    """Return where all are reached who had a notice: as it went, and at those who go on as units it went to (N8)."""
    names = notice.unit.split("、")
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
