"""After a clock that ran ahead was set right: what waits for instants that only it named is looked at again (C4)."""

from __future__ import annotations

from datetime import datetime

from engine import deadlines as rules
from engine.model import Deadline, Item, Outgoing
from engine.records import record, replace
from engine.service.duties.apply import deadlines
from engine.service.kernel.action import Action, Answer, Decision
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession, TimerKind
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Found


@record
class ClockSetRight:
    """The clock was set right; the journal of the installation tells by whom and why."""


def _decide_clock(case: CampaignSession, actor: Actor, asked: Found) -> Decision:
    return Decision(subject="", facts=ClockSetRight())


def _apply_clock(case: CampaignSession, entry: Entry) -> Answer:
    soonest = rules.sending_time(case.at, case.plan.times)
    _tell_then(case, soonest)
    _send_then(case, soonest)
    running = case.work.find(Deadline, campaign=case.id, state="armed", order="id")
    case.known.read_deadlines(running)
    for deadline in running:
        deadlines.change(case, deadline)
    case.arm_gate()
    return {}


def _tell_then(case: CampaignSession, soonest: datetime) -> None:
    late = [i for i in case.work.find(Item, campaign=case.id, state="waiting", order="id") if i.ready_at > soonest]
    for item in late:
        case.work.put(replace(item, ready_at=soonest))
    if late:
        case.arm_campaign(soonest, TimerKind.ITEMS)


def _send_then(case: CampaignSession, soonest: datetime) -> None:
    for outgoing in case.work.find(Outgoing, campaign=case.id, state="queued", order="id"):
        if outgoing.next_at > soonest:
            case.work.put(replace(outgoing, next_at=soonest))


ACTIONS = (Action("clock", frozenset({"office"}), _decide_clock, _apply_clock, ClockSetRight, Found, after_end=True),)
