"""A date moved for everybody: which open dates go along, and moving them (SEMANTICS P2, P4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from engine.deadlines import Dated
from engine.deadlines.records import Basis
from engine.model import Assignment, Deadline, Task
from engine.model.plain import Ref
from engine.records import field, record, replace
from engine.service.duties.apply import adjusting, deadlines
from engine.service.kernel.case import SETTLED, CampaignSession

OPEN = ("armed", "paused", "suspended")
Dating = Callable[[Assignment], Dated | None]


@record
class Moved:
    """A deadline that moves for everybody: counted from an anchor, or to a day by which timeliness is judged, too.

    Where `anchor_on` or `judged_on` is missing it is the new day itself.
    """

    deadline: Ref
    before: date
    to: date
    basis: Basis = "printed"
    anchor_on: date | None = None
    offset: str = ""
    judged_on: date | None = None


@record(kw_only=False)
class Redating:
    """The open dates that move, as a record names them, and the assignments whose day was missed before."""

    moved: list[Moved] = field(default_factory=list)
    missed: list[Assignment] = field(default_factory=list)


def planned(case: CampaignSession, task: Task, was: Dating, now: Dating) -> Redating:
    """Return how the open dates of a task follow its own.

    `was` and `now` date an assignment as the task did and does. A day that was missed stays; a unit's
    own later day (extended, granted, shifted) is never made earlier.
    """
    found = Redating()
    for assignment in case.work.find(Assignment, campaign=case.id, task=task.id, order="id"):
        deadline = case.deadline(assignment, "due") if assignment.state not in SETTLED else None
        new = now(assignment)
        if deadline is None or deadline.state not in OPEN or new is None:
            continue
        told = moving(deadline, _day(assignment, deadline, was(assignment), new.on), new)
        if told and is_missed(case, deadline):
            found.missed.append(assignment)
        elif told:
            found.moved.append(told)
    return found


def _day(assignment: Assignment, deadline: Deadline, was: Dated | None, new: date) -> date:
    """Return the day a unit gets: the common one, or its own where that is later."""
    is_own = assignment.extensions > 0 or deadline.first_due_on != deadline.due_on
    if is_own or (was is not None and deadline.due_on != was.on):
        return max(deadline.due_on, new)
    return new


def moving(deadline: Deadline, to: date, dated: Dated) -> Moved | None:
    """Return how one deadline moves to a day; None where it stands there already."""
    if to == deadline.due_on:
        return None
    judged_on = _judged_on(deadline, to)
    moved = Moved(
        deadline=deadline.id,
        before=deadline.due_on,
        to=to,
        judged_on=judged_on if judged_on != to else None,
    )
    if dated.on != to:
        return moved
    anchor_on = dated.anchor_on if dated.anchor_on != to else None
    return replace(moved, basis=dated.basis, anchor_on=anchor_on, offset=dated.offset)


def _judged_on(deadline: Deadline, to: date) -> date:
    """A breach at the first date stays; an earlier day makes nothing late that was handed in before."""
    if deadline.first_due_on != deadline.due_on:
        return deadline.first_due_on
    return max(to, deadline.first_due_on) if deadline.state == "suspended" else to


def is_missed(case: CampaignSession, deadline: Deadline) -> bool:
    """Tell whether a due day had passed when the clock of its deadline last ran; paused is not overdue (P1)."""
    stopped = [case.plan.day(p.from_at) for p in deadlines.pauses_of(case, deadline) if p.to_at is None]
    return min([case.today, *stopped]) > deadline.due_on


def carry_out(case: CampaignSession, moved: Iterable[Moved], why: Mapping[str, str]) -> list[Assignment]:
    """Move dates as a record says and tell whose they are; return the assignments."""
    found = [_moved(case, told, why) for told in moved]
    return [each for each in found if each is not None]


def _moved(case: CampaignSession, told: Moved, why: Mapping[str, str]) -> Assignment | None:
    before = case.work.must(Deadline, told.deadline)
    dated = Dated(
        on=told.to,
        basis=told.basis,
        anchor_on=told.anchor_on or told.to,
        offset=told.offset,
        provisional=False,
        steps=(),
    )
    moved = deadlines.move(case, before, told.to, judged_on=told.judged_on or told.to, dated=dated)
    if before.state == "suspended":
        moved = deadlines.change(case, moved, state="suspended", remaining=None)
    assignment = case.work.get(Assignment, before.assignment) if before.assignment else None
    if assignment is not None and before.kind == "due":
        adjusting.tell(case, assignment, moved, before.due_on, why)
    return assignment
