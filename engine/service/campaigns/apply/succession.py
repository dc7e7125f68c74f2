"""What a unit owes goes on with its successor: assignments, deadlines, contacts, counts (docs/semantics.md R3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from engine.model import (
    Assignment,
    Deadline,
    IndicatorProof,
    IndicatorScore,
    Item,
    Judgement,
    Notice,
    Tally,
    UnitContact,
    Veto,
)
from engine.names import apart
from engine.records import replace
from engine.service.duties.apply import deadlines, gathering, objections, phases
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.successions import Succession

PROGRESS = ("issued", "received", "returned", "submitted")
OVER = ("met", "cancelled")
UNSENT = ("listed", "withheld", "draft")
ONE_DAY = timedelta(days=1)
RECORDED: Mapping[type[Any], tuple[str, ...] | None] = {
    Tally: None,
    Veto: None,
    IndicatorProof: None,
    IndicatorScore: ("indicator", "period", "kind"),
    Judgement: ("sha256",),
}
"""Facts that are counted for a unit, and what of them a unit may have once only."""


def go_on(case: CampaignSession, old: Iterable[str], new: str) -> list[Assignment]:
    """Let what the old units owe go on with the new one, and return it; its days and records stay.

    What the new one has already, or several of the old ones owe, is owed once: by whom has it, else
    as it stood with the one that was furthest on. The rest is cancelled under its old name.
    """
    names = [name for name in old if name != new]
    owed = [a for name in names for a in case.work.find(Assignment, campaign=case.id, unit=name, order="id")]
    kept = _taken_over(case, [a for a in owed if a.state not in SETTLED], new)
    for name in names:
        _rename(case, name, new)
    case.forget_units()
    for task in dict.fromkeys(assignment.task for assignment in owed):
        gathering.hand_on_reviews(case, task)
    return sorted(kept, key=lambda each: each.id)


def _taken_over(case: CampaignSession, owed: Iterable[Assignment], new: str) -> Iterable[Assignment]:
    """Give the new unit what it has not yet, drop the rest, and return what goes on with it."""
    kept: dict[tuple[str, str], Assignment] = {}
    for assignment in sorted(owed, key=partial(_rank, case)):
        what = (assignment.task, assignment.period)
        there = None if what in kept else _of(case, new, assignment)
        if what not in kept and there is None:
            kept[what] = replace(assignment, unit=new)
            case.work.put(kept[what])
            continue
        if there is not None and _goes_before(assignment, there):
            _end_deadlines(case, there)
            kept[what] = phases.hand_over(case, assignment, new)
        _drop(case, assignment)
    return kept.values()


def _rank(case: CampaignSession, assignment: Assignment) -> tuple[bool, int, int, int]:
    """Return what leads first, then what is furthest on: handed in, returned, confirmed, issued; most counted."""
    done = counting.done(case, assignment) if assignment.period else 0
    return assignment.role != "lead", -PROGRESS.index(assignment.state), -done, assignment.id


def _of(case: CampaignSession, unit: str, like: Assignment) -> Assignment | None:
    found = case.work.find(Assignment, campaign=case.id, task=like.task, unit=unit, period=like.period)
    return found[0] if found else None


def _goes_before(assignment: Assignment, there: Assignment) -> bool:
    """Tell whether what comes weighs more than what is there: that was taken back, or only a part of it."""
    return there.state == "cancelled" or (assignment.role == "lead" and there.role != "lead")


def _drop(case: CampaignSession, assignment: Assignment) -> None:
    dropped = deadlines.cancel(case, assignment)
    objections.lapse(case, dropped)
    phases.settled(case, dropped.task)


def _end_deadlines(case: CampaignSession, assignment: Assignment) -> None:
    for deadline in case.deadlines(assignment):
        deadlines.end(case, deadline, "cancelled")
    objections.lapse(case, assignment)


def _rename(case: CampaignSession, old: str, new: str) -> None:
    """Write the new name wherever something is still to come; what was told and settled keeps the old one."""
    for deadline in case.work.find(Deadline, campaign=case.id, unit=old, order="id"):
        if deadline.state not in OVER:
            deadlines.change(case, deadline, unit=new)
    unsent = _readdressed(case, old, new)
    for item in case.work.find(Item, campaign=case.id, unit=old, order="id"):
        if item.state in ("waiting", "riding", "aside") or (item.state == "bound" and item.notice in unsent):
            case.work.put(replace(item, unit=new))
    for kind, once in RECORDED.items():
        _hand_facts(case, kind, once, old, new)


def _hand_facts(case: CampaignSession, kind: type[Any], once: tuple[str, ...] | None, old: str, new: str) -> None:
    """Count for the new unit what counted for the old, but for what a unit may have once only and it has."""
    taken = {_key(found, once) for found in case.work.find(kind, campaign=case.id, unit=new)} if once else set()
    for found in case.work.find(kind, campaign=case.id, unit=old, order="id"):
        if not once or _key(found, once) not in taken:
            case.work.put(replace(found, unit=new))


def _readdressed(case: CampaignSession, old: str, new: str) -> set[int]:
    """Address what nobody released or signed yet to the new name, and return these notices."""
    found: set[int] = set()
    for notice in case.work.find(Notice, campaign=case.id, order="id"):
        names = apart(notice.unit)
        if notice.state in UNSENT and old in names:
            units = dict.fromkeys(new if name == old else name for name in names)
            case.work.put(replace(notice, unit="、".join(units)))
            found.add(notice.id)
    return found


def _key(found: Any, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(found, name) for name in names)


def hand_contacts(case: CampaignSession, told: Succession, given: Mapping[int, str]) -> None:
    """End the contacts of the old units, and let them hold for the new one at the levels where no other is given."""
    new, since = told.new, told.since
    old = [name for name in told.old if name != new]
    held = [c for name in old for c in case.work.find(UnitContact, campaign=case.id, unit=name, order="id")]
    there = {c.level for c in case.work.find(UnitContact, campaign=case.id, unit=new) if c.valid_to >= since}
    for contact in held:
        if contact.valid_to < since:
            continue
        case.work.put(replace(contact, valid_to=max(contact.valid_from, since) - ONE_DAY))
        if contact.level not in {*given, *there}:
            _add(
                case,
                new,
                contact.level,
                contact.address,
                contact.channel,
                max(contact.valid_from, since),
                contact.valid_to,
            )
    for level, address in given.items():
        _add(case, new, level, address, "", since, date.max)
    case.forget_contacts()


def _add(case: CampaignSession, unit: str, level: int, address: str, channel: str, first: date, last: date) -> None:
    contact = UnitContact(
        id=case.next_id(),
        campaign=case.id,
        unit=unit,
        level=level,
        address=address,
        channel=channel,
        valid_from=first,
        valid_to=last,
    )
    case.work.add(contact)


def join_open(case: CampaignSession, unit: str) -> list[Assignment]:
    """Issue the open tasks that a unit which has just started falls under, at least with the time to confirm."""
    found = []
    for task in case.plan.workflow.tasks:
        owed = case.work.find(Assignment, campaign=case.id, task=task.id)
        role = dict(case.plan.members(task, case.today)).get(unit)
        is_open = any(a.state not in SETTLED for a in owed) and all(a.unit != unit for a in owed)
        if task.counted is None and role is not None and is_open:
            found.append(phases.join(case, task, unit, role))
    return found


def tell(case: CampaignSession, told: Succession, owed: Iterable[Assignment]) -> None:
    """Tell the successor what it owes from now on, and whose it was."""
    names = [name for name in told.old if name != told.new]
    numbers = [assignment.id for assignment in owed]
    if case.relation(told.new) != "superior":
        facts = {"from": told.since.isoformat(), "old": names, "document": told.document, "tasks": numbers}
        enqueue(case, "succession", told.new, facts=facts)
