"""What became of messages, recorded; and trying again what failed (SEMANTICS N3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from engine import deadlines as rules
from engine.model import Notice, Outgoing
from engine.model.plain import Coded, Ref
from engine.records import record, replace
from engine.service.kernel.action import SYSTEM, Action, Answer, Decision, as_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Found, Inner


@record
class DeliveryResult:
    """What became of a message: `error` is the word of its server or the code of ours."""

    message: Ref
    state: Literal["sent", "queued", "failed"]
    attempt: int
    error: Coded = ""
    said: str = ""
    next_at: datetime | None = None


@record
class Carried:
    """Messages were carried out, or tried to be."""

    results: tuple[DeliveryResult, ...]


@record
class Retried:
    """Messages are tried again at once."""

    messages: tuple[Ref, ...]


def _apply_deliver(case: CampaignSession, entry: Entry) -> Answer:
    facts: Carried = entry.facts
    touched: dict[int, set[str]] = {}
    case.work.among(Outgoing, "id", [told.message for told in facts.results])
    for told in facts.results:
        outgoing = case.work.must(Outgoing, told.message)
        touched[outgoing.notice] = set()
        case.work.put(
            replace(
                outgoing,
                state=told.state,
                attempts=told.attempt,
                error=told.error,
                next_at=told.next_at or outgoing.next_at,
                settled_at=None if told.state == "queued" else case.at,
                lease_until=None,
                lease="",
            )
        )
    case.work.among(Notice, "id", touched)
    for outgoing in case.work.among(Outgoing, "notice", touched):
        touched[outgoing.notice].add(outgoing.state)
    for notice, states in touched.items():
        _settle_notice(case, notice, states)
    return {}


def _settle_notice(case: CampaignSession, notice_id: int, states: set[str]) -> None:
    notice = case.work.get(Notice, notice_id)
    if notice is None or "queued" in states:
        return
    if "sent" in states:
        case.work.put(replace(notice, state="sent", sent_at=notice.sent_at or case.at))
    else:
        case.work.put(replace(notice, state="failed"))


@record
class Retry:
    """The messages to be tried again, by their numbers."""

    outgoing: Inner = ()


def _decide_retry(case: CampaignSession, actor: Actor, asked: Retry) -> Decision:
    """What failed is tried again, and at once what still waits for its next attempt; what was sent stays sent."""
    found = case.work.among(Outgoing, "id", asked.outgoing, order="id")
    again = tuple(o.id for o in found if o.campaign == case.id and o.state != "sent")
    return Decision(subject=str(len(again)), facts=Retried(messages=again))


def _apply_retry(case: CampaignSession, entry: Entry) -> Answer:
    facts: Retried = entry.facts
    soonest = rules.sending_time(case.at, case.plan.times)
    for found in facts.messages:
        outgoing = case.work.get(Outgoing, found)
        if outgoing is not None:
            again = replace(outgoing, state="queued", next_at=soonest, attempts=0, error="", settled_at=None)
            case.work.put(again)
            notice = case.work.get(Notice, outgoing.notice)
            if notice is not None and notice.state == "failed":
                case.work.put(replace(notice, state="queued"))
    return {"retried": len(facts.messages)}


ACTIONS = (
    Action("deliver", SYSTEM, as_given, _apply_deliver, Carried, Found, after_end=True),
    Action("retry", frozenset({"office"}), _decide_retry, _apply_retry, Retried, Retry, after_end=True),
)
