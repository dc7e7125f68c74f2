"""Whom to call (电话提醒): units whose next letter is near, of which item and why, with the contact there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from engine import deadlines as rules
from engine.model import Assignment, Deadline, Item, Offset
from engine.service.duties.apply import deadlines
from engine.service.duties.commands import calling
from engine.service.duties.commands.firing import kind_sent, rung_of
from engine.service.kernel.case import CampaignSession, TimerKind
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day, local
from engine.service.kernel.sight import addresses, require
from engine.service.notices.composing.lines import title_of
from engine.store.queries import armed as queries

KINDS: Final = ("due", "receipt")
NEXT_DAY: Final = 1
LIST: Final = Listing(
    name="calls",
    key=("unit", "task", "period", "deadline"),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="to", head="contact", kind="names", width=30, most=1, seen_as="address"),
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="deadline", kind="code", family="deadline"),
        Column(key="due_on", head="due", kind="day"),
        Column(key="overdue", head="days late", kind="number", width=8),
        Column(key="goes_at", head="goes", kind="instant", width=16),
        Column(key="kind", kind="code", family="kind"),
        Column(key="level", kind="code", width=7),
    ),
)
"""An item of a unit in each row, units in the order of the directory."""


def listed(case: CampaignSession, days: int = NEXT_DAY) -> list[Row]:
    """Return whom to call within so many working days, and of what: what waits to go, and what comes due next."""
    require(case, "upcoming")
    until = rules.last_moment_of(case.plan.calendar.add(case.today, Offset(count=days)), case.plan.zone)
    place = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    found = [*_waiting(case, until), *_coming(case, until)]
    return sorted(found, key=lambda row: (place[row["unit"]], row["due_on"], row["task"], row["period"]))


def _waiting(case: CampaignSession, until: datetime) -> Iterator[Row]:
    """Yield what was raised and goes with the next letter."""
    for item in case.work.find(Item, campaign=case.id, state="waiting", order="id"):
        deadline = case.work.get(Deadline, item.deadline) if item.occurrence else None
        if deadline is None or item.ready_at > until or not _is_told(case, deadline):
            continue
        if item.level <= calling.HIGHEST:
            yield _row(case, deadline, item.kind, item.level, item.ready_at)


def _coming(case: CampaignSession, until: datetime) -> Iterator[Row]:
    """Yield what the ladders tell next of what nothing waits of."""
    armed = queries.of_kind_until(case.work, case.id, TimerKind.RUNG, until)
    found = case.work.among(Deadline, "id", [each.ref for each in armed], order="id")
    case.known.read_deadlines(found)
    case.work.among(Assignment, "id", [deadline.assignment for deadline in found if deadline.assignment])
    for deadline in found:
        if _is_told(case, deadline) and not calling.waiting(case, deadline):
            yield from _next(case, deadline, until)


def _next(case: CampaignSession, deadline: Deadline, until: datetime) -> Iterator[Row]:
    at, marks = calling.next_marks(case, deadline)
    if at is None or at > until:
        return
    for mark in (mark for mark in marks if mark.outcome == "raised"):
        unit = deadlines.hears(case, deadline, mark.level)
        yield _row(case, deadline, kind_sent(case, unit, rung_of(case, deadline, mark.rung).notice), mark.level, at)
        return


def _is_told(case: CampaignSession, deadline: Deadline) -> bool:
    """Tell whether a letter about a deadline goes to the unit that owes it, and the unit is still there."""
    is_ours = deadline.unit in case.plan.workflow.ours
    return deadline.kind in KINDS and not is_ours and not case.has_ended(deadline.unit)


def _row(case: CampaignSession, deadline: Deadline, kind: str, level: int, at: datetime) -> Row:
    assignment = case.work.must(Assignment, deadline.assignment)
    found = case.contacts(deadline.unit)
    liaison = [each.address for each in found if each.level == 0] or [each.address for each in found[:1]]
    return {
        "unit": deadline.unit,
        "to": addresses(case, liaison),
        "task": assignment.task,
        "period": assignment.period,
        "title": title_of(case, assignment),
        "deadline": deadline.kind,
        "due_on": day(deadline.due_on),
        "overdue": max(0, case.plan.calendar.working_days_between(deadline.due_on, case.today)),
        "goes_at": local(max(at, case.at), case.plan.zone),
        "kind": kind,
        "level": level,
    }
