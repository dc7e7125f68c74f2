"""Which recorded facts bear what a notice claims: a claim stands only where its fact holds for each item (N6).

The head of a template names the fact of each claim (`notifications/claims.py`), the file of its kind what bears it:
`bears=` of `NoticeKind`. What several kinds claim is here. A fact is looked for only where a letter asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine import reckoning
from engine.model import Assignment, Deadline, Item, Pause
from engine.reckoning import OWING
from engine.records import record
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices import steps
from notifications.notice import Line


@record
class Said:
    """A notice that is being written: its items, and what it was given to say."""

    case: CampaignSession
    items: Sequence[Item]
    values: Mapping[str, Any]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return its lines."""
        return tuple(self.values["items"])

    @property
    def owed(self) -> list[Assignment]:
        """Return what its lines speak of."""
        found = (self.case.work.get(Assignment, line.ref) for line in self.lines)
        return [each for each in found if each is not None]

    @property
    def told(self) -> list[dict[str, Any]]:
        """Return what the acts recorded that put its items on the list."""
        return [json.loads(item.facts) for item in self.items]

    @property
    def pause(self) -> Pause:
        """Return the pause that it tells of."""
        return self.case.work.must(Pause, self.told[0]["pause"])


Fact = Callable[[Said], bool]
"""Tells whether something is recorded of each item that a notice speaks of."""
OfOne = Callable[[CampaignSession, Assignment], bool]


def each(holds: OfOne) -> Fact:
    """Return the fact that something holds of whatever is owed in each line; of no line nothing is a fact."""

    def borne(said: Said) -> bool:
        owed = said.owed
        return bool(owed) and len(owed) == len(said.lines) and all(holds(said.case, each) for each in owed)

    return borne


def some(holds: OfOne) -> Fact:
    """Return the fact that something holds of what is owed in a line: of each that says so, others say otherwise."""
    return lambda said: any(holds(said.case, each) for each in said.owed)


def every(holds: Callable[[Line], bool]) -> Fact:
    """Return the fact that something holds of each line, and there is one."""
    return lambda said: bool(said.lines) and all(map(holds, said.lines))


def given(*names: str) -> Fact:
    """Return the fact that what was recorded gives all of these."""
    return lambda said: all(said.values.get(name) for name in names)


def not_given(*names: str) -> Fact:
    """Return the fact that what was recorded gives none of these."""
    return lambda said: not any(said.values.get(name) for name in names)


# --- of what is owed ---


def is_late(case: CampaignSession, owed: Assignment) -> bool:
    """Tell whether a unit has still to hand in though its day is over, and its clock runs (L9, P1)."""
    due = case.deadline(owed, "due")
    if due is None or due.state != "armed":
        return False
    return reckoning.is_late(reckoning.owed(case.plan.workflow, owed, due, case.today), case.today)


late = each(is_late)
"""The day of each is over, and its unit has still to hand in."""
not_done = each(lambda case, owed: owed.state not in ("accepted", "waived", "cancelled"))
"""None of it is done."""
late_or_short = each(lambda case, owed: owed.state == "short" or is_late(case, owed))
"""The day of each is over, and its unit has still to hand in, or fell short of a count."""
unreceived = each(lambda case, owed: owed.state in OWING)
"""Nothing lies before the office that the unit of each handed in."""
still_owed = each(lambda case, owed: owed.state not in SETTLED)
"""Each is open."""
handed_in = each(lambda case, owed: owed.submissions > 0)
"""Each was handed in."""
issued = each(lambda case, owed: owed.state != "cancelled" and owed.issued_on <= case.today)
"""Each was issued."""


def nothing_owed(said: Said) -> bool:
    """Tell whether the unit owes nothing."""
    owed = said.case.work.find(Assignment, campaign=said.case.id, unit=said.items[0].unit)
    return not said.lines and all(each.state in SETTLED for each in owed)


def day_over(said: Said) -> bool:
    """Tell whether the day of each line is over."""
    return every(lambda line: line.due_on is not None and line.due_on < said.case.today)(said)


def ahead(said: Said) -> bool:
    """Tell whether the day of each line is still to come."""
    return every(lambda line: line.due_on is not None and line.due_on >= said.case.today)(said)


def awaited(said: Said) -> bool:
    """Tell whether each unit that a lead waits for owes the same task and has still to hand in."""
    return all(_waits(said.case, line) for line in said.lines if line.awaiting)


def _waits(case: CampaignSession, line: Line) -> bool:
    lead = case.work.must(Assignment, line.ref)
    parts = case.work.find(Assignment, campaign=case.id, task=lead.task, period=lead.period)
    return {*line.awaiting} <= {part.unit for part in parts if part.state in OWING}


def moved(said: Said) -> bool:
    """Tell whether the day that a line gives is the one recorded, and the one before was another."""
    return all(has_day(said.case, line) for line in said.lines if line.due_on or line.was_on)


def has_day(case: CampaignSession, line: Line) -> bool:
    """Tell whether the day of a line, or that it has none, is what is recorded."""
    owed = case.work.get(Assignment, line.ref)
    due = case.deadline(owed, "due") if owed else None
    return (due.due_on if due else None) == line.due_on


def running(said: Said) -> bool:
    """Tell whether the clocks of all that it speaks of run."""
    found = [said.case.work.get(Deadline, item.deadline) for item in said.items]
    return all(due is not None and due.state == "armed" for due in found)


# --- of steps that went out ---


def went_out(step: str) -> Fact:
    """Return the fact that a step about the present day of each went out."""
    return each(lambda case, owed: step in steps.taken(case, owed))


def signed(said: Said) -> bool:
    """Tell whether it goes only once somebody of the leading group has signed it (L6)."""
    return all(item.delivery == "draft" for item in said.items)


# --- what of these a notice may claim ---


class Borne:
    """The facts that hold for a notice, each looked for when it is first asked for."""

    def __init__(self, said: Said, bears: Mapping[str, Fact]) -> None:
        self._said = said
        self._bears = bears
        self._known: dict[str, bool] = {}

    def __contains__(self, fact: object) -> bool:
        """Tell whether a fact holds; KeyError for one that the kind does not bear."""
        name = str(fact)
        if name not in self._known:
            self._known[name] = self._bears[name](self._said)
        return self._known[name]
