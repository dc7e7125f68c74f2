"""Links by which units sign for their tasks: handed on by the office, or used too late (docs/semantics.md Z2, Z3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.errors import WrongState
from engine.service import linking
from engine.service.actions.action import Action, Answer, Decision, Given, refuse
from engine.service.actions.paper import notice_of
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.journal import Entry

WENT_OUT = ("queued", "sent", "failed")
MARK = 0xFFFFFFFF


def _decide_give(case: Case, actor: Actor, given: Given) -> Decision:
    notice = notice_of(case, given)
    if notice.state not in WENT_OUT:
        cure = "a link is given of what has gone out"
        raise WrongState(action="give a link of", subject=f"notice {given['notice']}", state=notice.state, cure=cure)
    if not linking.asking(case.work, [notice.id]):
        raise refuse(f"notice {given['notice']} asks no unit for a receipt", "see `links list`")
    if not linking.unsigned(case, notice):
        raise refuse(f"{notice.unit} owes no receipt of what it names any more", "see `task list`")
    until = case.today + timedelta(days=int(given["days"]))
    facts = {"notice": notice.id, "unit": notice.unit, "until": until.isoformat()}
    return Decision(subject=_subject(notice.id, notice.unit), facts=facts)


def _apply_give(case: Case, entry: Entry) -> Answer:
    return {"notice": entry.facts["notice"] & MARK, "unit": entry.facts["unit"], "until": entry.facts["until"]}


def _decide_late(case: Case, actor: Actor, given: Given) -> Decision:
    facts: dict[str, Any] = {"notice": given["notice"], "message": given["message"]}
    return Decision(subject=_subject(given["notice"], actor.name), facts=facts, reason=str(given["why"]))


def _apply_late(case: Case, entry: Entry) -> Answer:
    return {"notice": entry.facts["notice"] & MARK}


def _subject(notice: int, unit: str) -> str:
    return f"notice {notice & MARK} {unit}"


ACTIONS = (
    Action("give_link", frozenset({"office"}), _decide_give, _apply_give),
    Action("late_link", frozenset({"unit"}), _decide_late, _apply_late),
)
