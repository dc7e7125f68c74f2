"""A campaign went on into another phase, or to its end (转段通知)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine import gates
from engine.model import Assignment, Item
from engine.records import replace
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import dated_line, worst_first
from engine.service.notices.kind import NoticeKind
from notifications.notice import Condition, Line

CONSOLIDATION = "创建工作总结巩固"
"""What comes after the last phase."""


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    left = {"phase": case.plan.phases[told["from"]].title, "decision": told["decision"], "reply_by": None}
    if told["to"] not in case.plan.phases:
        return left | {"next_phase": CONSOLIDATION, "from_on": case.today}
    unmet = _put_right(case, told["from"], told.get("unmet", ()))
    asked = {"items": _asked(case, told["to"], items), "gate": _gate(case, told["to"])}
    return left | _entered(case, told["to"]) | asked | {"manner": told["manner"], "conditions": unmet}


def _asked(case: CampaignSession, phase: str, items: Sequence[Item]) -> tuple[Line, ...]:
    """Return what the phase asks of whom a notice goes to, that which is due first before the rest.

    One document to many names each task once, whoever of them owes it: roles stand in the task breakdown table.
    """
    owing = {item.unit for item in items}
    found = case.work.find(Assignment, campaign=case.id, phase=phase, order="id")
    lines = [line for each in found if each.unit in owing and (line := dated_line(case, each.id)) is not None]
    if len(owing) > 1:
        lines = [*{(line.title, line.due_on): replace(line, role="", lead="") for line in reversed(lines)}.values()]
    return worst_first(lines)


def _gate(case: CampaignSession, phase: str) -> tuple[Condition, ...]:
    """Return what must hold before the phase is left, but for decisions, which no unit is asked for."""
    return tuple(Condition(text=text) for text in gates.asked_of_units(case.plan.phases[phase], case.plan.workflow))


def _entered(case: CampaignSession, phase: str) -> dict[str, Any]:
    state = case.phase_state(phase)
    return {
        "next_phase": case.plan.phases[phase].title,
        "first_day": state.first_day,
        "last_day": state.last_day,
        "from_on": case.plan.day(state.entered_at) if state.entered_at else case.today,
    }


def _put_right(case: CampaignSession, phase: str, unmet: Sequence[str]) -> tuple[Condition, ...]:
    """Return the conditions of a gate that did not hold when it was passed."""
    texts = gates.texts(case.plan.phases[phase], case.plan.workflow)
    return tuple(Condition(text=texts.get(each, each)) for each in unmet)


KIND = NoticeKind(
    name="phase",
    gathers="all",
    fields=_fields,
    bears={
        "decided": lambda said: bool(said.values["decision"] or said.values["manner"]),
        "overridden": lambda said: said.values["manner"] == "override",
        "conditional": lambda said: said.values["manner"] == "conditional",
        "unmet": facts.given("conditions"),
        "nothing_asked": lambda said: not said.values.get("items") and bool(said.values.get("first_day")),
        "closed": lambda said: said.case.head.state == "completed",
    },
)
