"""Who owes what, and how it stands: assignments with their due dates and lights, read set-wise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from engine import deadlines as rules
from engine import reckoning
from engine.deadlines import Light
from engine.model import Assignment, Deadline, Objection, Task
from engine.pictures import words
from engine.reckoning import OWING, Owed, Reckoning
from engine.records import record
from engine.service.duties import reckoned
from engine.service.duties.apply.gathering import Gathering, gathering
from engine.service.duties.views.visible import seen
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day, some, weekday
from engine.store.queries import deadlines as queries

LIGHTS: tuple[Light, ...] = ("green", "yellow", "red", "grey")
MARKS = ("derived", "provisional", "paused")


@record
class RosterEntry:
    """An assignment, its task, its due date if it has one, and what follows from them today."""

    assignment: Assignment
    task: Task
    due: Deadline | None
    owed: Owed
    light: Light
    overdue: bool
    late: bool
    days_over: int
    objecting: bool
    awaits: tuple[str, ...]
    reviewer: str


@record(kw_only=False)
class _Known:
    """What lights are derived from, read once for all assignments."""

    owed: Mapping[int, Owed]
    reminded: set[tuple[int, int]]
    objecting: set[int]
    done: Mapping[int, int]
    gathering: Gathering


def roster(case: CampaignSession, *, task: str = "", unit: str = "", everyone: bool = False) -> list[RosterEntry]:
    """Return the assignments of a campaign that who reads may see, or all, in the order of plan and directory."""
    wanted = {"campaign": case.id} | ({"task": task} if task else {}) | ({"unit": unit} if unit else {})
    found = case.work.find(Assignment, order="id", **wanted)
    found = found if everyone else seen(case, found)
    known = _known(case, found, whole=not (task or unit))
    return [_entry(case, assignment, known) for assignment in _in_order(case, found)]


def lights(entries: Iterable[RosterEntry]) -> dict[str, int]:
    """Count lights; what was cancelled has none."""
    counts: dict[str, int] = dict.fromkeys(LIGHTS, 0)
    for entry in entries:
        if entry.assignment.state != "cancelled":
            counts[entry.light] += 1
    return counts


def reckoned_of(entries: Iterable[RosterEntry], today: date) -> Reckoning:
    """Count how assignments stand toward their days (SEMANTICS L9)."""
    return reckoning.reckon((entry.owed for entry in entries), today)


def states(entries: Iterable[RosterEntry]) -> dict[str, int]:
    """Count states, in the order in which they first occur."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.assignment.state] = counts.get(entry.assignment.state, 0) + 1
    return counts


def row(case: CampaignSession, entry: RosterEntry) -> Row:
    """Return an assignment as one line of a list."""
    assignment, due = entry.assignment, entry.due
    return {
        "task": entry.task.id,
        "title": entry.task.title,
        "phase": assignment.phase,
        "unit": assignment.unit,
        "period": assignment.period,
        "role": assignment.role,
        "state": assignment.state,
        "light": entry.light if assignment.state != "cancelled" else None,
        **_due(case, entry),
        "late": entry.late,
        "overdue": entry.overdue,
        "days_over": entry.days_over,
        "objecting": entry.objecting,
        "awaits": list(entry.awaits),
        "reviewer": entry.reviewer,
        "paused": due is not None and due.state == "paused",
        "submissions": assignment.submissions,
        "extensions": assignment.extensions,
        "issued_on": day(assignment.issued_on),
        "received_on": day(assignment.received_on),
        "submitted_on": day(assignment.submitted_on),
        "first_submitted_on": day(assignment.first_submitted_on),
        "settled_on": day(assignment.settled_on),
    }


# --- its cells, in codes ---


def stands(row: Row) -> str:
    """Return the codes of how an assignment stands, and what it waits for beside its unit."""
    if row["state"] is None:
        return ""
    awaits = f", 待配合单位 {some(row['awaits'])}" if row["awaits"] else ""
    return str(row["state"]) + (", objects" if row["objecting"] else "") + awaits


def due_cell(row: Row) -> Row | str:
    """Return the due day with its weekday and what is particular about it, or why there is none."""
    if row.get("state", "") is None:
        return ""
    if row["due_on"] is None:
        return {"code": "undated", "said": row["undated"]} if row.get("undated") else {"code": "no_date_yet"}
    day = {"on": row["due_on"], "weekday": row["weekday"]}
    marks = [word for word in MARKS if row.get(word)]
    return {"code": "day_marked", **day, "marks": marks} if marks else {"code": "day", **day}


def late_cell(row: Row) -> Row | str:
    """Return how an assignment stands toward its day: days overdue now, or late at its first date."""
    if row["overdue"]:
        return {"code": "overdue_by", "days": row["days_over"]}
    return {"code": "was_late"} if row["late"] else ""


def named_cell(row: Row) -> str:
    """Return a task with its period, where it has one."""
    return " ".join(filter(None, (row["task"], row["period"])))


def whose_cell(row: Row) -> str:
    """Return a unit with the period of its duty, where that has one."""
    return " ".join(filter(None, (row["unit"], row["period"])))


LIST: Final = Listing(
    name="tasks",
    key=("task", "unit", "period"),
    columns=(
        Column(key="light", kind="code", family="light", width=8),
        Column(key="task", kind="reference", of=named_cell, leads="task"),
        Column(key="title", width=30),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="state", kind="code", of=stands, family="state", width=16),
        Column(key="due", of=due_cell, width=22),
        Column(key="late", of=late_cell, width=12),
    ),
)
UNITS: Final = Listing(
    name="task_units",
    key=("unit", "period"),
    columns=(
        Column(key="light", kind="code", family="light", width=8),
        Column(key="unit", kind="reference", of=whose_cell, width=18, leads="unit"),
        Column(key="role", kind="code", family="role", width=8),
        Column(key="state", kind="code", of=stands, family="state", width=16),
        Column(key="due", of=due_cell, width=22),
        Column(key="first_submitted_on", head="handed in", kind="day"),
        Column(key="late", of=late_cell, width=12),
    ),
)


def _due(case: CampaignSession, entry: RosterEntry) -> Row:
    due = entry.due
    if due is None:
        undated = words.undated(entry.task, case.plan.workflow)
        return {"due_on": None, "weekday": "", "asked_on": None, "undated": undated} | _BASELESS
    return {
        "due_on": day(due.due_on),
        "weekday": weekday(due.due_on),
        "asked_on": day(case.plan.calendar.previous_working_day(due.due_on)),
        "undated": "",
        "basis": due.basis,
        "derived": due.basis != "printed",
        "provisional": due.provisional,
        "first_due_on": day(due.first_due_on),
    }


_BASELESS: Row = {"basis": "", "derived": False, "provisional": False, "first_due_on": None}


def _known(case: CampaignSession, found: list[Assignment], *, whole: bool) -> _Known:
    gathered = gathering(case, (a.task for a in found))
    owed = reckoned.owed_of(case, found, reckoned.dues_of(case, found, whole=whole), gathered)
    return _Known(
        owed={each.assignment.id: each for each in owed},
        reminded=queries.with_outcome(case.work, case.id, rules.records.RAISED),
        objecting={each.assignment for each in case.work.find(Objection, campaign=case.id, state="open")},
        done=counting.done_by(case, found),
        gathering=gathered,
    )


def _in_order(case: CampaignSession, found: Iterable[Assignment]) -> list[Assignment]:
    tasks = {name: n for n, name in enumerate(case.plan.tasks)}
    units = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    return sorted(found, key=lambda a: (tasks[a.task], units.get(a.unit, len(units)), a.id))


def _entry(case: CampaignSession, assignment: Assignment, known: _Known) -> RosterEntry:
    owed = known.owed[assignment.id]
    due, over = owed.due, reckoning.days_over(owed, case.today)
    return RosterEntry(
        assignment=assignment,
        task=case.plan.tasks[assignment.task],
        due=due,
        owed=owed,
        light="grey" if case.is_left(assignment) else _light(case, assignment, due, known),
        overdue=over > 0,
        late=reckoning.came_late(owed, case.today),
        days_over=over,
        objecting=assignment.id in known.objecting,
        awaits=known.gathering.awaited(assignment),
        reviewer=known.gathering.reviewer(assignment.id) or case.plan.workflow.office,
    )


def _light(case: CampaignSession, assignment: Assignment, due: Deadline | None, known: _Known) -> Light:
    settled = assignment.state in SETTLED
    if assignment.state == "short":
        return "red"
    if assignment.period and not settled and due is not None and due.state == "armed":
        return _pace_light(case, assignment, known)
    return rules.light(
        due.due_on if due else None,
        case.today,
        case.plan.calendar,
        owed=assignment.state in OWING,
        paused=due is not None and due.state == "paused" and not settled,
        superior=case.relation(assignment.unit) == "superior" and not settled,
        reminded=due is not None and (due.id, due.epoch) in known.reminded,
    )


def _pace_light(case: CampaignSession, assignment: Assignment, known: _Known) -> Light:
    """Return green on pace, yellow behind, red where the period is over; grey for a superior (K2)."""
    if case.relation(assignment.unit) == "superior":
        return "grey"
    state = counting.pace_of(case, assignment, known.done[assignment.id]).state
    return {"done": "green", "on_pace": "green", "behind": "yellow", "short": "red"}[state]  # type: ignore[return-value]
