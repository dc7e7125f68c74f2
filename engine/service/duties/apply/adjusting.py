"""Telling units that dates of theirs are others, or that they owe something no longer (SEMANTICS P2, P4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Literal

from engine.model import Assignment, Deadline, Item
from engine.model.plain import coded
from engine.records import replace
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import PLAIN, enqueue

KIND = "adjusted"


def tell(
    case: CampaignSession,
    assignment: Assignment,
    deadline: Deadline | None,
    was_on: date | None,
    why: Mapping[str, str],
) -> None:
    """Tell a unit of its other date, or that it owes nothing any more; `why` is a reason and a document.

    What was not told yet becomes one item with the present change; a superior is told nothing.
    """
    if case.relation(assignment.unit) == "superior":
        return
    waiting = case.work.find(Item, campaign=case.id, assignment=assignment.id, kind=KIND, state="waiting")
    first = json.loads(waiting[0].facts)["from"] if waiting else _day(was_on)
    facts = {"from": first, "to": _day(deadline.due_on if deadline else None), **why}
    if waiting:
        same = bool(first) and first == facts["to"]
        state: Literal["moot", "waiting"] = "moot" if same else "waiting"
        told = facts | ({"moot": coded("date_as_before")} if same else {})
        changed = replace(waiting[0], deadline=deadline.id if deadline else 0, state=state, facts=PLAIN.encode(told))
        case.work.put(changed)
    else:
        enqueue(case, KIND, assignment.unit, assignment=assignment, deadline=deadline, facts=facts)


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
