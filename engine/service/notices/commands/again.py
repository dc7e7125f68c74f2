"""What was put aside is tried again, once its contact or its template has been mended (SEMANTICS F5)."""

from __future__ import annotations

from engine.model import Item
from engine.model.plain import Ref
from engine.records import record
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import take_up
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Nothing


@record
class TriedAgain:
    """What was put aside waits to be told once more."""

    items: tuple[Ref, ...]


def _decide_again(case: CampaignSession, actor: Actor, asked: Nothing) -> Decision:
    found = case.work.find(Item, campaign=case.id, state="aside", order="id")
    if not found:
        raise refuse("nothing_aside")
    return Decision(subject=str(len(found)), facts=TriedAgain(items=tuple(item.id for item in found)))


def _apply_again(case: CampaignSession, entry: Entry) -> Answer:
    facts: TriedAgain = entry.facts
    for item in case.work.among(Item, "id", facts.items, order="id"):
        take_up(case, item)
    return {"again": len(facts.items)}


ACTIONS = (
    Action(
        "again",
        frozenset({"office"}),
        _decide_again,
        _apply_again,
        TriedAgain,
        Nothing,
        "outbox again",
        (shows("shizhu-2022"),),
        after_end=True,
    ),
)
