"""What waits for somebody's review: commands for each hand-in, made from one for all of them."""

from __future__ import annotations

from engine.records import replace
from engine.service.duties.views.task import listed
from engine.service.kernel.desk import Command, Desk, reading
from engine.service.kernel.sight import own


def all_waiting(desk: Desk, command: Command) -> list[Command]:
    """Return a command for each hand-in of a task that waits for the review of who asks; each has its own key."""
    with reading(desk, command.campaign, command.actor) as case:
        task = case.task(str(command.given.get("task") or "")).id
        reviewer = own(case) or case.plan.workflow.office
        handed = listed(case, task=task, state="submitted")
        waiting = [row["unit"] for row in handed if row["reviewer"] == reviewer]
    return [_for(command, task, unit) for unit in waiting]


def _for(command: Command, task: str, unit: str) -> Command:
    key = f"{command.key}/{unit}" if command.key else ""
    return replace(command, given={**command.given, "task": task, "unit": unit}, key=key)
