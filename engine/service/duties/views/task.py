"""Tasks and assignments: lists, and one of them with everything that is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from engine import units
from engine.model import Assignment, Deadline, Due, Evidence, Hold, Opens, Role, Task
from engine.pictures import words
from engine.records import asdict
from engine.service.duties.apply import deadlines
from engine.service.duties.commands.duties import period_named, subject_of
from engine.service.duties.views import objections, pace
from engine.service.duties.views.dates import explained
from engine.service.duties.views.roster import RosterEntry, lights, reckoned_of, roster, row, states
from engine.service.duties.views.rungs import of_assignment
from engine.service.duties.views.visible import require_seen, seen
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.history import entries_about, entries_for_all, told
from engine.service.kernel.plain import Row, day, local, short
from engine.service.kernel.sight import own, require

ROLES: tuple[Role, ...] = ("lead", "responsible", "supporting", "inherited")
NAMED = frozenset({"task", "title", "phase", "unit", "period", "role"})
"""What of an assignment everybody may see: that a unit is named, and who leads, not how far it is (SEMANTICS I6)."""
UNISSUED: Final = Listing(
    name="unissued",
    key=("task",),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="phase", kind="reference", leads="phase"),
        Column(key="opens", of=lambda row: row["opens"] or {"code": "nobody_asked"}, width=24),
        Column(key="due", width=30),
    ),
)


def listed(
    case: CampaignSession,
    *,
    task: str = "",
    unit: str = "",
    state: str = "",
    overdue: bool = False,
    undated: bool = False,
) -> list[Row]:
    """Return assignments, of one task, one unit, one state, or only those overdue or those owed without a date."""
    entries = roster(case, task=task, unit=unit)
    if unit and not entries:
        require(case, "duty", unit)
    return [
        row(case, entry)
        for entry in entries
        if (not state or entry.assignment.state == state)
        and (entry.overdue or not overdue)
        and (_is_undated(entry) or not undated)
    ]


def _is_undated(entry: RosterEntry) -> bool:
    return entry.due is None and entry.assignment.state not in SETTLED


def unissued(case: CampaignSession, *, unit: str = "", undated: bool = False) -> list[Row]:
    """Return the tasks that nobody was given yet, or of them those without a date; none is silently dropped."""
    given = case.work.distinct(Assignment, "task", campaign=case.id)
    left = [task for task in case.plan.workflow.tasks if task.id not in given]
    if undated:
        left = [task for task in left if _is_without_date(case, task)]
    unit = own(case) or unit
    if unit:
        directory, today = case.plan.workflow.directory, case.today
        left = [task for task in left if unit in dict(units.members(task, directory, today))]
    return [_unissued(case, task) for task in left]


def _is_without_date(case: CampaignSession, task: Task) -> bool:
    return task.due.kind in ("none", "offset") and not _is_past(case, task)


def _is_past(case: CampaignSession, task: Task) -> bool:
    return case.phase_state(task.phase).state == "before_adoption"


def _unissued(case: CampaignSession, task: Task) -> Row:
    phase, before = case.phase_state(task.phase), _is_past(case, task)
    return {
        "task": task.id,
        "title": task.title,
        "phase": task.phase,
        "state": "before_adoption" if before else "not_issued",
        "opens": "" if before else _opens(case, task.opens, phase.state, phase.first_day),
        "due": said_due(case, task),
    }


def _opens(case: CampaignSession, opens: Opens, phase_state: str, first_day: date) -> Row:
    if opens.kind == "after":
        return {"code": "opens_after", "tasks": list(opens.after)}
    if opens.kind == "date" and opens.on is not None:
        return {"code": "opens_on", "on": day(opens.on)}
    return {"code": "opens_with_phase"} if phase_state == "waiting" else {"code": "opens_on", "on": day(first_day)}


def said_due(case: CampaignSession, task: Task) -> Row | str:
    """Return when a task is due as its workflow says it, the phase's own last day where that serves."""
    due: Due = task.due
    if task.counted is not None:
        return words.counted(task)
    if due.kind == "date" and due.on is not None:
        return due.on.isoformat()
    if due.kind == "phase_end":
        return {"code": "due_with_phase", "on": day(case.phase_state(task.phase).last_day)}
    return words.undated(task, case.plan.workflow)


def shown(case: CampaignSession, task: Task) -> Row:
    """Return a task with its clause, its units and how each of them stands."""
    every = roster(case, task=task.id, everyone=True)
    visible = {each.id for each in seen(case, [entry.assignment for entry in every])}
    entries = [entry for entry in every if entry.assignment.id in visible]
    return {
        **_facts(case, task),
        "issued": bool(every),
        "lights": lights(entries),
        "states": states(entries),
        "reckoned": asdict(reckoned_of(entries, case.today)),
        "assignments": [_shown(row(case, entry), entry.assignment.id in visible) for entry in every],
    }


def _shown(found: Row, is_visible: bool) -> Row:
    """Return how a unit stands; of one that is not to be seen only that it is named."""
    return found if is_visible else {name: value if name in NAMED else None for name, value in found.items()}


def _facts(case: CampaignSession, task: Task) -> Row:
    source = task.source
    return {
        "campaign": case.head.key,
        "task": task.id,
        "title": task.title,
        "phase": task.phase,
        "phase_title": case.plan.phases[task.phase].title,
        "demand": task.demand,
        "source": {"clause": source.clause, "words": source.words, "reading": source.reading},
        "due": said_due(case, task),
        "units": {role: list(units.printed(task, role)) for role in ROLES},
        "needs": list(task.needs),
        "numbers": dict(task.numbers),
        "ladder": task.ladder,
    }


def shown_for(case: CampaignSession, task: Task, unit: str, period: str = "") -> Row:
    """Return what one unit owes for a task: dates explained, rungs, evidence, holds, pauses, history."""
    assignment = case.assignment(task, unit, period_named(case, task, unit, period))
    require_seen(case, assignment)
    entry = next(e for e in roster(case, task=task.id, unit=unit) if e.assignment.id == assignment.id)
    found = case.deadlines(assignment)
    about = entries_about(case, subject_of(assignment))
    for_all = entries_for_all(case, task.id, [deadline.id for deadline in found])
    records = sorted([*about, *for_all], key=lambda numbered: numbered[0])
    return {
        **_facts(case, task),
        **row(case, entry),
        "assignment": short(assignment.id),
        **_counted(case, task, assignment),
        "dates": explained(case, task, found, (record for _, record in records)),
        "rungs": of_assignment(case, assignment, found),
        "evidence": evidence(case, assignment),
        "holds": _holds(case, found),
        "pauses": _pauses(case, assignment, found),
        "objections": objections.to_one(case, assignment),
        "history": [told(case, seq, record) for seq, record in records],
    }


def _counted(case: CampaignSession, task: Task, assignment: Assignment) -> Row:
    """Return how far a unit came in a period of a counted duty, and what happened (K2)."""
    if task.counted is None:
        return {}
    counted = pace.row(case, task, assignment, counting.done(case, assignment))
    return {name: counted[name] for name in ("done", "least", "measure", "pace", "said", "events")}


def evidence(case: CampaignSession, assignment: Assignment) -> list[Row]:
    """Return what was handed in for an assignment, oldest first."""
    found = case.work.find(Evidence, assignment=assignment.id, order="id")
    return [_piece(piece) for piece in found]


def _piece(piece: Evidence) -> Row:
    return {
        "id": short(piece.id),
        "submission": piece.submission,
        "kind": piece.kind,
        "name": piece.name,
        "text": piece.text,
        "sha256": piece.sha256,
        "size": piece.size,
    }


def _holds(case: CampaignSession, found: Sequence[Deadline]) -> list[Row]:
    kinds = {deadline.id: deadline.kind for deadline in found}
    holds = case.work.among(Hold, "deadline", kinds, order="id")
    zone = case.plan.zone
    return [
        {
            "deadline": kinds[hold.deadline],
            "level": hold.level,
            "reason": hold.reason,
            "from_at": local(hold.from_at, zone),
            "to_at": local(hold.to_at, zone),
        }
        for hold in holds
    ]


def _pauses(case: CampaignSession, assignment: Assignment, found: Iterable[Deadline]) -> list[Row]:
    known = {pause.id: pause for deadline in found for pause in deadlines.pauses_of(case, deadline)}
    zone = case.plan.zone
    return [
        {
            "scope": pause.scope,
            "shift": pause.shift,
            "reason": pause.reason,
            "document": pause.document,
            "from_at": local(pause.from_at, zone),
            "to_at": local(pause.to_at, zone),
        }
        for pause in sorted(known.values(), key=lambda pause: pause.id)
    ]
