"""The steps that really went out about what a unit owes: reminders, urgings, formal documents (SEMANTICS N6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from engine.model import Assignment, Deadline, Item, Notice, Occurrence
from engine.service.kernel.case import CampaignSession
from notifications.kinds import KINDS


def taken(case: CampaignSession, owed: Assignment) -> dict[str, int]:
    """Return by what a step is called how many notices about the present day were sent, in the order of lists.

    What went out about a day that was moved since, or before something was handed in and returned, is not counted.
    """
    due = case.deadline(owed, "due")
    if due is None:
        return {}
    words = {name: kind.step for name, kind in KINDS.items() if kind.step}
    told = [item for item in _told_of(case, due) if item.kind in words and _went_out(case, item)]
    counted = Counter(step for step, _ in {(words[item.kind], item.notice) for item in told})
    return {step: counted[step] for step in words.values() if counted[step]}


def _told_of(case: CampaignSession, due: Deadline) -> list[Item]:
    """Return the items about the day that a deadline has now."""
    found = case.work.find(Item, campaign=case.id, assignment=due.assignment, order="id")
    return [item for item in found if item.deadline == due.id and _is_of(case, item, due.epoch)]


def _is_of(case: CampaignSession, item: Item, epoch: int) -> bool:
    occurrence = case.work.get(Occurrence, item.occurrence)
    return occurrence is not None and occurrence.epoch == epoch


def _went_out(case: CampaignSession, item: Item) -> bool:
    notice = case.work.get(Notice, item.notice) if item.notice else None
    return notice is not None and item.state == "bound" and notice.state == "sent"


def in_words(steps: Mapping[str, int]) -> str:
    """Return steps as 提醒2次、催办3次、督办1次."""
    return "、".join(f"{step}{count}次" for step, count in steps.items())
