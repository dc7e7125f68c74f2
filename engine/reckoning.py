"""How what is owed stands toward its day, and how it is counted: decided here and nowhere else (SEMANTICS L9).

应办结 = 已办结 + 已报送待审 + 退回补正 + 尚未报送: what is due by a day, and what was handed in earlier.
What waits for a review is late nowhere, whoever owes the review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from engine import units
from engine.model import Assignment, Deadline, Workflow
from engine.records import asdict, record

Standing = Literal[
    "done", "handed_in", "returned", "owed", "waived", "paused", "ahead", "undated", "left", "above", "cancelled"
]
COUNTED: Final[tuple[Standing, ...]] = ("done", "handed_in", "returned", "owed")
"""已办结, 已报送待审, 退回补正, 尚未报送: together what is counted as due (应办结)."""
BESIDE: Final[tuple[Standing, ...]] = ("waived", "paused", "ahead", "undated", "left", "above")
"""经批准免报, 暂缓, 未到时限, 尚未定期, 待承接 and 上级事项: they stand beside what is counted."""
OWING: Final = frozenset({"issued", "received", "returned"})
"""States in which the next step is the unit's own."""


@record
class Owed:
    """An assignment with all that decides how it stands.

    `due` is its due date, if it has one. What is `above` is a superior's step (L7), a unit that has `ended` owes
    nothing any more (L10), and what was handed in waits `at_lead` where a lead reviews it (R2). `stopped_on` is the
    day on which its clock was stopped, while it is (P1).
    """

    assignment: Assignment
    due: Deadline | None = None
    above: bool = False
    ended: bool = False
    at_lead: bool = False
    stopped_on: date | None = None


def owed(
    workflow: Workflow,
    assignment: Assignment,
    due: Deadline | None,
    today: date,
    *,
    at_lead: bool = False,
    stopped_on: date | None = None,
) -> Owed:
    """Return an assignment with what its workflow says of its unit on a day."""
    return Owed(
        assignment=assignment,
        due=due,
        above=is_above(workflow, assignment.unit),
        ended=today > units.last_day(workflow.directory, assignment.unit),
        at_lead=at_lead,
        stopped_on=stopped_on,
    )


def is_above(workflow: Workflow, unit: str) -> bool:
    """Tell whether a unit stands above the office: the leading group, or a superior."""
    return unit == workflow.leading_group or workflow.directory.units[unit].relation == "superior"


def standing(each: Owed, day: date) -> Standing:
    """Return how something stands on a day."""
    state = each.assignment.state
    if state == "cancelled" or each.above:
        return "above" if each.above and state != "cancelled" else "cancelled"
    if state == "accepted":
        return "done"
    if state == "submitted":
        return "handed_in"
    return "waived" if state == "waived" else _not_handed_in(each, day)


def _not_handed_in(each: Owed, day: date) -> Standing:
    if each.ended:
        return "left"
    if each.assignment.state == "short":
        return "owed"
    if each.due is not None and each.due.state == "paused":
        return "paused"
    if each.assignment.state == "returned":
        return "returned"
    if each.due is None:
        return "undated"
    return "owed" if each.due.due_on <= day else "ahead"


def is_late(each: Owed, day: date) -> bool:
    """Tell whether something fell short of its count, or is with its unit though its day has passed (D5)."""
    if standing(each, day) not in ("returned", "owed"):
        return False
    return each.assignment.state == "short" or (each.due is not None and each.due.due_on < day)


def days_over(each: Owed, day: date) -> int:
    """Return by how many days something is late that can still be handed in."""
    if each.due is None or each.assignment.state == "short" or not is_late(each, day):
        return 0
    return (day - each.due.due_on).days


def came_late(each: Owed, day: date) -> bool:
    """Tell whether the first hand-in missed, or without one has missed, the day that it is judged by (L4, P2)."""
    return days_late(each, day) > 0


def days_late(each: Owed, day: date) -> int:
    """Return by how many calendar days the first hand-in, or without one the clock, passed the first date."""
    if each.due is None or standing(each, day) in ("waived", "cancelled", "left", "above"):
        return 0
    came = each.assignment.first_submitted_on or each.assignment.settled_on or min(day, each.stopped_on or day)
    return max(0, (came - each.due.first_due_on).days)


def is_on_time(each: Owed) -> bool:
    """Tell whether something came by the day that it is judged by."""
    came = each.assignment.first_submitted_on
    return came is not None and each.due is not None and came <= each.due.first_due_on


# --- counted ---


@record
class Reckoning:
    """How many stand how on a day; `due` is counted by itself, and is the sum of the four (`adds_up`).

    Of what is done so many came `on_time`, of what was handed in so many wait `at_lead`; of what was returned or is
    owed so many are `late`, among them those `short` of a count.
    """

    due: int = 0
    done: int = 0
    handed_in: int = 0
    returned: int = 0
    owed: int = 0
    waived: int = 0
    paused: int = 0
    ahead: int = 0
    undated: int = 0
    left: int = 0
    above: int = 0
    on_time: int = 0
    at_lead: int = 0
    late: int = 0
    short: int = 0

    @property
    def adds_up(self) -> bool:
        """Tell whether what is due is the sum of its four parts, and no part of a part exceeds it."""
        parts = self.done + self.handed_in + self.returned + self.owed
        within = self.on_time <= self.done and self.at_lead <= self.handed_in
        return self.due == parts and within and self.short <= self.late <= self.returned + self.owed

    @property
    def all(self) -> int:
        """Return how many there are that were not cancelled."""
        return self.due + self.waived + self.paused + self.ahead + self.undated + self.left + self.above

    def __add__(self, other: Reckoning) -> Reckoning:
        """Return both counted together."""
        mine, more = asdict(self), asdict(other)
        return Reckoning(**{name: number + more[name] for name, number in mine.items()})


def reckon(found: Iterable[Owed], day: date) -> Reckoning:
    """Count how things stand on a day; what was cancelled is left out."""
    counts: dict[str, int] = {}
    for each in found:
        for name in _counts_as(each, day):
            counts[name] = counts.get(name, 0) + 1
    return Reckoning(**counts)


def _counts_as(each: Owed, day: date) -> list[str]:
    """Return the names of the counts to which something adds one."""
    stands = standing(each, day)
    if stands == "cancelled":
        return []
    more: Mapping[str, bool] = {
        "due": is_counted(each, day),
        "on_time": stands == "done" and is_on_time(each),
        "at_lead": stands == "handed_in" and each.at_lead,
        "late": is_late(each, day),
        "short": stands == "owed" and each.assignment.state == "short",
    }
    return [stands, *(name for name, holds in more.items() if holds)]


def is_counted(each: Owed, day: date) -> bool:
    """Tell whether something is due by a day, or was handed in earlier, and nobody let it off, stopped or left it."""
    state = each.assignment.state
    if each.above or state in ("cancelled", "waived"):
        return False
    if state in ("accepted", "submitted"):
        return True
    stopped = state != "short" and each.due is not None and each.due.state == "paused"
    if each.ended or stopped:
        return False
    return state in ("returned", "short") or (each.due is not None and each.due.due_on <= day)
