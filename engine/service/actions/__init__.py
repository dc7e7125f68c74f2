"""Everything that can be done to a campaign, by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.service.actions import (
    adhoc,
    adjusting,
    again,
    calendars,
    clock,
    counts,
    dates,
    delivering,
    duties,
    findings,
    firing,
    indicators,
    lifecycle,
    links,
    looking,
    monthly,
    moving,
    nested,
    objections,
    paper,
    pausing,
    people,
    quotas,
    succession,
    switching,
    vetoes,
    writing,
)
from engine.service.actions.action import Action, Answer, Decision, Given

ROOMS = (
    lifecycle,
    moving,
    adhoc,
    duties,
    counts,
    objections,
    dates,
    adjusting,
    again,
    pausing,
    paper,
    links,
    people,
    succession,
    switching,
    quotas,
    indicators,
    vetoes,
    looking,
    findings,
    monthly,
    nested,
    firing,
    writing,
    delivering,
    calendars,
    clock,
)
ACTIONS: Mapping[str, Action] = {action.name: action for room in ROOMS for action in room.ACTIONS}

__all__ = ["ACTIONS", "Action", "Answer", "Decision", "Given"]
