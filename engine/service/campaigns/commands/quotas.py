"""What counts toward a quota: designated for a unit that may host it (SEMANTICS G2, Q1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from engine.errors import BadInput
from engine.gates import quotas
from engine.model import Quota, Tally
from engine.records import record
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Is, Number, Text, Unit


@record
class Designated:
    """So many of a kind were designated in a unit toward a quota; a negative `number` took back, before G11."""

    quota: str
    kind: str
    unit: str
    number: int
    on: date
    note: str = ""


@record
class Designate:
    """Record what counts toward a quota."""

    quota: Annotated[str, Is(kind="quota", about=True)]
    kind: Annotated[str, Is(kind="kind", about=True)]
    unit: Unit
    number: Number = 1
    on: Day | None = None
    note: Text = ""


def _decide_designate(case: CampaignSession, actor: Actor, asked: Designate) -> Decision:
    quota = quotas.named(case.plan.workflow.quotas, asked.quota)
    kind = quotas.named(quota.kinds, asked.kind).id
    unit = case.unit(asked.unit).name
    number = _number(asked.number)
    _require_host(quota, unit)
    _require_room(case, quota, kind, number)
    on = asked.on or case.today
    if on > case.today:
        raise refuse("day_not_come", on=on)
    facts = Designated(quota=quota.id, kind=kind, unit=unit, number=number, on=on, note=asked.note)
    return Decision(subject=f"{quota.id}/{kind}", facts=facts)


def _number(number: int) -> int:
    if number < 1:
        raise BadInput("none_designated", found=number)
    return number


def _require_host(quota: Quota, unit: str) -> None:
    """Refuse a unit to which no share of the quota falls; one without a number may host (Q1)."""
    known = quotas.hosts(quota)
    if known and unit not in known:
        raise refuse("no_share", quota=quota.id, title=quota.title, unit=unit)


def _require_room(case: CampaignSession, quota: Quota, kind: str, number: int) -> None:
    entries = case.work.find(Tally, campaign=case.id, quota=quota.id, kind=kind)
    total = sum(t.number for t in entries) + number
    most = next(k.most for k in quota.kinds if k.id == kind)
    if most is not None and total > most:
        raise refuse("more_than_most", kind=kind, total=total, most=most)


def _apply_designate(case: CampaignSession, entry: Entry) -> Answer:
    facts: Designated = entry.facts
    case.work.add(
        Tally(
            id=case.next_id(),
            campaign=case.id,
            quota=facts.quota,
            kind=facts.kind,
            unit=facts.unit,
            number=facts.number,
            happened_on=facts.on,
            note=facts.note,
        )
    )
    case.arm_gate()
    return {"quota": facts.quota, "kind": facts.kind, "number": facts.number}


ACTIONS = (
    Action(
        "designate",
        frozenset({"office"}),
        _decide_designate,
        _apply_designate,
        Designated,
        Designate,
        "campaign designate",
        (shows("shizhu-2022", quota="创建点", kind="示范学校", unit="县教委", number=2),),
    ),
)
