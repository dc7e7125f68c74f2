"""What units were shown of a draft, and whether it still holds when it is signed (SEMANTICS N5, N7, L9)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from engine.model import Assignment, Item, Notice
from engine.model.plain import short
from engine.records import replace
from engine.service.kernel.action import refuse
from engine.service.kernel.case import NOON, CampaignSession
from engine.service.kernel.items import PLAIN, enqueue
from engine.service.kernel.plan import blob, keep
from engine.service.notices.composing.lines import ANSWER_IN, title_of
from engine.service.notices.kinds import facts_shown, kind_of
from engine.service.notices.texts import content_bytes, content_from


def remember_named(case: CampaignSession, notice: Notice, named: Sequence[int]) -> None:
    """Keep with the first item of a draft which assignments it names."""
    first = next(iter(case.work.find(Item, notice=notice.id, order="id")), None)
    if first is not None and (named or named_in(case, notice)):
        case.work.put(replace(first, facts=PLAIN.encode(json.loads(first.facts) | {"named": [*named]})))


def named_in(case: CampaignSession, notice: Notice) -> list[int]:
    """Return the assignments that a draft names."""
    items = case.work.find(Item, notice=notice.id, order="id")
    return next((told["named"] for told in (json.loads(item.facts) for item in items) if "named" in told), [])


def show_facts(case: CampaignSession, notice: Notice, units: Iterable[str], named: Sequence[int], by: date) -> None:
    """Have the units that a draft names shown what it says of each, to answer to by noon (SEMANTICS N5)."""
    for unit in units:
        told: dict[str, Any] = {"bulletin": notice.id, "by": by.isoformat()}
        owed = [number for number in named if case.work.must(Assignment, number).unit == unit]
        enqueue(case, facts_shown.KIND.name, unit, facts=told | ({"of": owed} if owed else {}))


def not_shown_yet(case: CampaignSession, notice: Notice, named: Iterable[int]) -> tuple[str, ...]:
    """Return the units of which a draft is to say more than they were shown."""
    known = {number for told in _shown(case, notice) for number in told.get("of", ())}
    more = (case.work.must(Assignment, number).unit for number in named if number not in known)
    return tuple(dict.fromkeys(more))


def _shown(case: CampaignSession, notice: Notice) -> list[dict[str, Any]]:
    """Return what units were shown of a draft, each with the day by which it may answer."""
    shown = case.work.find(Item, campaign=case.id, kind=facts_shown.KIND.name, order="id")
    return [told for told in (json.loads(item.facts) for item in shown) if told["bulletin"] == notice.id]


# --- signed ---


def require_answered(case: CampaignSession, notice: Notice) -> None:
    """A bulletin is not signed before the units could answer to what it says of them (SEMANTICS N5)."""
    days = {told["by"] for told in _shown(case, notice)} if kind_of(notice.kind).shows_facts else set()
    if not days:
        return
    until = datetime.combine(date.fromisoformat(max(days)), NOON, case.plan.zone)
    if case.at < until:
        raise refuse("facts_still_shown", until=f"{until:%Y-%m-%d %H:%M}")


def require_still_so(case: CampaignSession, notice: Notice) -> None:
    """What a bulletin was read to say of units still holds, or the signer is told and reads it again (L9, N7)."""
    if not kind_of(notice.kind).shows_facts:
        return
    named, now = named_in(case, notice), {*kind_of(notice.kind).named(case)}
    gone = [case.work.must(Assignment, number) for number in named if number not in now]
    if gone:
        said = [f"{each.unit}:{title_of(case, each)}" for each in gone]
        raise refuse("facts_changed", notice=short(notice.id), gone=said)
    if named and case.today >= case.plan.calendar.add(notice.day, ANSWER_IN):
        raise refuse("day_in_draft_passed", notice=short(notice.id), on=notice.day)


def as_read(case: CampaignSession, notice: Notice, number: str) -> str:
    """Return the hash of a draft's texts as they were read, but for its number and the day of signing (N7)."""
    from notifications.layout import laid_on
    from notifications.wording import REHEARSAL

    read, sender = content_from(blob(case.work, notice.content)), case.plan.workflow.office
    title = read.subject.removeprefix(REHEARSAL)
    body = laid_on(read.body, subject=title, number=number, sender=sender, was_on=notice.day, on=case.today)
    return keep(case.work, content_bytes(replace(read, body=body)))
