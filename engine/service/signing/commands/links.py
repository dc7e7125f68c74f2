"""Links by which units sign for their tasks: handed on by the office, or used too late (docs/semantics.md Z2, Z3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from engine.errors import WrongState
from engine.model import Notice
from engine.model.plain import Ref, full, short
from engine.records import record
from engine.service.kernel.action import Action, Answer, Decision, refuse
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Day, Is
from engine.service.kernel.params import Notice as NoticeNamed
from engine.service.notices.commands.paper import notice_of
from engine.service.signing import linking
from engine.service.signing.linking import Late

WENT_OUT = ("queued", "sent", "failed")


@record
class LinkGiven:
    """The office was given the link of a notice to hand on, which holds until a day."""

    notice: Ref
    until: date


@record
class LinkLate:
    """Somebody tried to sign by a link that holds no longer; `message` brought it, unless the office handed it on."""

    notice: Ref
    why: Late
    until: date
    message: Ref = 0


@record
class GiveLink:
    """Hand the link of a notice to the office; it holds so many days."""

    notice: Annotated[NoticeNamed, ABOUT]
    days: Annotated[int, Is(kind="number", inner=True)]


@record
class LateLink:
    """What was found of a link that holds no longer; its numbers count within the campaign."""

    notice: Annotated[int, Is(kind="number", inner=True)]
    message: Annotated[int, Is(kind="number", inner=True)]
    why: Annotated[Late, Is(kind="choice", inner=True)]
    until: Annotated[Day, Is(inner=True)]


def _decide_give(case: CampaignSession, actor: Actor, asked: GiveLink) -> Decision:
    notice = notice_of(case, asked.notice)
    if notice.state not in WENT_OUT:
        raise WrongState("give_link", notice=short(notice.id), state=notice.state)
    if not linking.asking(case.work, [notice.id]):
        raise refuse("asks_no_receipt", notice=short(notice.id))
    if not linking.unsigned(case, notice):
        raise refuse("owes_no_receipt", unit=notice.unit)
    until = case.today + timedelta(days=asked.days)
    return Decision(subject=_subject(notice.id, notice.unit), facts=LinkGiven(notice=notice.id, until=until))


def _apply_give(case: CampaignSession, entry: Entry) -> Answer:
    facts: LinkGiven = entry.facts
    notice = case.work.must(Notice, facts.notice)
    return {"notice": short(notice.id), "unit": notice.unit, "until": facts.until.isoformat()}


def _decide_late(case: CampaignSession, actor: Actor, asked: LateLink) -> Decision:
    """Take down what `receipts` found of a link; its numbers count within the campaign."""
    notice, message = (full(number, case.id) for number in (asked.notice, asked.message))
    facts = LinkLate(notice=notice, message=message, why=asked.why, until=asked.until)
    return Decision(subject=_subject(notice, actor.name), facts=facts)


def _apply_late(case: CampaignSession, entry: Entry) -> Answer:
    facts: LinkLate = entry.facts
    return {"notice": short(facts.notice)}


def _subject(notice: int, unit: str) -> str:
    return f"{short(notice)}/{unit}"


ACTIONS = (
    Action("give_link", frozenset({"office"}), _decide_give, _apply_give, LinkGiven, GiveLink),
    Action("late_link", frozenset({"unit"}), _decide_late, _apply_late, LinkLate, LateLink),
)
