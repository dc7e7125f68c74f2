"""Counted duties: how far each unit has come in each period, and what is not demanded (K1, K2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine import units
from engine.model import Assignment, Event, Task
from engine.periods import Pace, Period
from engine.service.duties.views.visible import seen
from engine.service.kernel import counting
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day, short
from engine.service.kernel.sight import require


def said_cell(row: Row) -> Row:
    """Return the pace as `said` tells it, in codes."""
    told = {name: row[name] for name in ("done", "least", "pace")}
    if row["state"] != "issued":
        return {"code": "pace_stands", **told}
    left = row["working_days_left"]
    return {"code": "pace_left_one" if left == 1 else "pace_left", **told, "left": left}


LIST: Final = Listing(
    name="pace",
    key=("task", "unit", "period"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="period"),
        Column(key="last_day", head="until", kind="day"),
        Column(key="said", head="pace", of=said_cell, width=40),
    ),
)
NOT_DEMANDED: Final = Listing(
    name="not_demanded",
    key=("task", "period"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="period"),
        Column(key="last_day", head="until", kind="day"),
    ),
)
WORDS = {"done": "done", "on_pace": "on pace", "behind": "behind", "short": "short"}


def listed(case: CampaignSession, *, task: str = "", unit: str = "", every: bool = False) -> list[Row]:
    """Return how each unit stands with each duty: the periods that run, or every one that was issued."""
    which = {"campaign": case.id} | ({"unit": unit} if unit else {})
    duties = [each for each in case.plan.workflow.tasks if each.counted is not None and task in ("", each.id)]
    rows = [line for duty in duties for line in _of_duty(case, duty, which, every)]
    if unit and not rows:
        require(case, "duty", unit)
    return rows


def _of_duty(case: CampaignSession, duty: Task, which: Mapping[str, Any], every: bool) -> list[Row]:
    place = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    found = seen(case, case.work.find(Assignment, task=duty.id, order="id", **which))
    done = counting.done_by(case, found)
    shown = found if every else [a for a in found if _is_current(case, a)]
    shown = sorted(shown, key=lambda a: (place.get(a.unit, len(place)), a.id))
    return [row(case, duty, a, done[a.id]) for a in shown]


def _is_current(case: CampaignSession, assignment: Assignment) -> bool:
    """Tell whether a period runs, or is over and not settled yet."""
    return assignment.state == "issued" or counting.period_of(case, assignment).last_day >= case.today


def row(case: CampaignSession, duty: Task, assignment: Assignment, done: int) -> Row:
    """Return how a unit stands with a duty in one period."""
    period = counting.period_of(case, assignment)
    pace = counting.pace_of(case, assignment, done)
    counted = counting.counted_of(duty)
    return {
        "task": duty.id,
        "title": duty.title,
        "unit": assignment.unit,
        "period": period.id,
        "period_title": period.title,
        "first_day": day(period.first_day),
        "last_day": day(period.last_day),
        "state": assignment.state,
        "done": done,
        "least": counted.least,
        "measure": counted.measure,
        "working_days_left": pace.left,
        "pace": state_of(assignment, pace),
        "said": said(assignment, pace),
        "events": [_event(event) for event in case.work.find(Event, assignment=assignment.id, order="id")],
    }


def state_of(assignment: Assignment, pace: Pace) -> str:
    """Return the pace in a word: done, on_pace, behind, short, or what else became of it."""
    return assignment.state if assignment.state in ("waived", "cancelled", "short") else pace.state


def said(assignment: Assignment, pace: Pace) -> str:
    """Return the pace as one line: 1 of 2 done, 61 working days left, behind."""
    counted = f"{pace.done} of {pace.least} done"
    state = state_of(assignment, pace)
    left = f", {pace.left} working day{'s' * (pace.left != 1)} left" if assignment.state == "issued" else ""
    return f"{counted}{left}, {WORDS.get(state, state)}"


def _event(event: Event) -> Row:
    return {
        "event": short(event.id),
        "submission": event.submission,
        "on": day(event.happened_on),
        "recorded_on": day(event.recorded_on),
        "number": event.number,
        "taken_back_on": day(event.taken_back_on),
        "reason": event.reason,
    }


def not_demanded(case: CampaignSession, *, task: str = "", unit: str = "") -> list[Row]:
    """Return the periods that the campaign does not see to their end, and that are therefore not demanded."""
    return [
        {"task": duty.id, "title": duty.title, "period": period.id, "last_day": day(period.last_day)}
        for duty, period in _unfinished(case)
        if task in ("", duty.id) and (not unit or _owes(case, duty, unit))
    ]


def _unfinished(case: CampaignSession) -> Iterator[tuple[Task, Period]]:
    for duty in case.plan.workflow.tasks:
        if duty.counted is not None and case.phase_state(duty.phase).state != "before_adoption":
            for period in counting.not_demanded(case, duty):
                yield duty, period


def _owes(case: CampaignSession, duty: Task, unit: str) -> bool:
    return unit in dict(units.members(duty, case.plan.workflow.directory, case.today))
