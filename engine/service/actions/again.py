"""What was put aside is tried again, once its contact or its template has been mended (SEMANTICS F5)."""

from __future__ import annotations

from engine.model import Item
from engine.service.actions.action import Action, Answer, Decision, Given, refuse
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects.items import take_up
from engine.service.journal import Entry


def _decide_again(case: Case, actor: Actor, given: Given) -> Decision:
    found = case.work.find(Item, campaign=case.id, state="aside", order="id")
    if not found:
        raise refuse("nothing is put aside", "see `campaign show`")
    return Decision(subject=f"{len(found)} put aside", facts={"items": [item.id for item in found]})


def _apply_again(case: Case, entry: Entry) -> Answer:
    for item in case.work.among(Item, "id", entry.facts["items"], order="id"):
        take_up(case, item)
    return {"again": len(entry.facts["items"])}


ACTIONS = (Action("again", frozenset({"office"}), _decide_again, _apply_again, after_end=True),)
