"""Everything that can be done to a campaign, by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.service.actions import clockwork, dates, duties, lifecycle, paper, people
from engine.service.actions.action import Action, Answer, Decision, Given

ACTIONS: Mapping[str, Action] = {
    action.name: action for room in (lifecycle, duties, dates, paper, people, clockwork) for action in room.ACTIONS
}

__all__ = ["ACTIONS", "Action", "Answer", "Decision", "Given"]
