"""Campaigns: the list, one of them as the head of the office wants to see it, and its gate."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from engine import gates, units
from engine.errors import BadInput
from engine.model import Assignment, Campaign, Deadline, Item, Pause, PhaseState
from engine.records import asdict
from engine.service.campaigns.commands.lifecycle import shown as shown_verdict
from engine.service.campaigns.commands.lifecycle import verdict
from engine.service.campaigns.views import burden, nested, quota
from engine.service.campaigns.views.nested import tree
from engine.service.duties.views import objections, task, unit
from engine.service.duties.views.roster import RosterEntry, lights, reckoned_of, roster, states
from engine.service.duties.views.visible import seen
from engine.service.indicators import apply as indicators
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import SETTLED, CampaignSession, TimerKind
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.desk import Desk
from engine.service.kernel.plain import Row, day, local, short, weekday
from engine.service.kernel.sight import readers_of, require, sees
from engine.store.codec import instant, milliseconds
from engine.store.queries import armed as moments
from engine.store.queries import assignments, items
from engine.store.queries import notices as written
from engine.store.work import UnitOfWork

NEXT = 6
"""How many of the next moments are shown."""
WORDS = {
    TimerKind.RUNG: "ladders",
    TimerKind.PHASE: "a phase opens",
    TimerKind.TASK: "a task opens",
    TimerKind.GATE: "the gate is looked at",
    TimerKind.ITEMS: "notices are written",
}


PERIOD_TURNS = "a period turns"


def _state(row: Row) -> Row | str:
    return {"code": "trial_run", "state": row["state"]} if row["trial"] else str(row["state"])


LIST: Final = Listing(
    name="campaigns",
    key=("key",),
    columns=(
        Column(key="key", kind="reference", width=22, indent="depth", leads="campaign"),
        Column(key="title", width=36),
        Column(key="state", kind="code", of=_state, family="state"),
        Column(key="phase_title", head="phase", width=20),
        Column(key="adopted_on", head="adopted", kind="day"),
        Column(key="settled", head="settled duties", kind="number", width=9),
        Column(key="assignments", head="all duties", kind="number", width=9),
    ),
)


def listed(desk: Desk, who: str = "") -> list[Row]:
    """Return the campaigns that know who reads, oldest first, those below one after it; to a unit what it owes."""
    with desk.database.read() as work:
        heads = work.find(Campaign, order="id")
        readers = readers_of(desk, work, who, heads)
        counts = _counts(work, readers)
        found = [*tree(head for head in heads if head.id in readers)]
        keys = {head.id: head.key for head, _ in found}
        return [
            _line(desk, work, head, counts.get(head.id, {})) | {"parent": keys.get(head.parent, ""), "depth": depth}
            for head, depth in found
        ]


def _counts(work: UnitOfWork, readers: Mapping[int, Actor]) -> Mapping[int, Mapping[str, int]]:
    """Return how many assignments stand how in each campaign; where a unit reads, of its own."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for campaign, state, number in assignments.by_state(work):
        found[campaign][state] = number
    for number in (number for number, reader in readers.items() if reader.role == "unit"):
        found[number] = dict(assignments.states_of(work, number, readers[number].name))
    return found


def _line(desk: Desk, work: UnitOfWork, head: Campaign, counts: Mapping[str, int]) -> Row:
    plan = desk.library.plan(work, head.workflow, head.calendar, head.extra)
    return {
        "key": head.key,
        "title": head.title,
        "state": head.state,
        "phase": head.phase,
        "phase_title": plan.phases[head.phase].title,
        "adopted_on": day(head.adopted_on),
        "trial": head.trial,
        "assignments": sum(counts.values()),
        "settled": sum(counts.get(state, 0) for state in ("accepted", "waived")),
        "states": dict(counts),
    }


# --- one campaign ---


def shown(case: CampaignSession) -> Row:
    """Return where a campaign stands, what is late, what is next and what is to be looked at; to a unit its part."""
    entries, of_all = roster(case), sees(case, "progress")
    return {
        **_head(case),
        "lights": lights(entries),
        "states": states(entries),
        "reckoned": asdict(reckoned_of(entries, case.today)),
        "phases": _phases(case, entries),
        "gate": _gate(case) if of_all else None,
        "quotas": quota.summed(case) if of_all else [],
        "pauses": [_pause(case, pause) for pause in case.pauses() if pause.to_at is None and _concerns(case, pause)],
        "objections": objections.undecided(case),
        "provisional": _provisional(entries),
        "undated": _undated(entries),
        "unissued": task.unissued(case),
        "next": _next(case) if of_all else [],
        "left": _left(case, entries),
        "vacancies": _vacancies(case) if of_all else [],
        "attention": _attention(case) if of_all else None,
        "aside": _aside(case) if of_all else [],
        "over_limit": burden.over_now(case),
        "nested": nested.shown(case) if of_all else [],
    }


def _head(case: CampaignSession) -> Row:
    head, workflow = case.head, case.plan.workflow
    return {
        "key": head.key,
        "title": head.title,
        "state": head.state,
        "phase": head.phase,
        "phase_title": case.plan.phases[head.phase].title,
        "today": day(case.today),
        "adopted_on": day(head.adopted_on),
        "trial": head.trial,
        "parent": nested.parent(case),
        "workflow": {"id": workflow.id, "version": workflow.version, "sha": head.workflow},
        "office": workflow.office,
        "leading_group": workflow.leading_group,
        "records": head.seq,
    }


def _phases(case: CampaignSession, entries: Sequence[RosterEntry]) -> list[Row]:
    inside: dict[str, list[RosterEntry]] = defaultdict(list)
    for entry in entries:
        inside[entry.assignment.phase].append(entry)
    return [_phase(case, state, inside[state.phase]) for state in case.phase_states()]


def _phase(case: CampaignSession, state: PhaseState, entries: Sequence[RosterEntry]) -> Row:
    current = state.phase == case.head.phase and case.head.state == "running"
    return {
        "id": state.phase,
        "title": case.plan.phases[state.phase].title,
        "state": state.state,
        "current": current,
        "first_day": day(state.first_day),
        "last_day": day(state.last_day),
        "past_last_day": current and case.today > state.last_day,
        "opened_at": local(state.opened_at, case.plan.zone),
        "entered_at": local(state.entered_at, case.plan.zone),
        "left_at": local(state.left_at, case.plan.zone),
        "left_by": state.left_by,
        "assignments": len(entries),
        "lights": lights(entries),
    }


def _gate(case: CampaignSession) -> Row | None:
    if case.head.state != "running":
        return None
    judged = verdict(case)
    unmet = [condition.text for condition in shown_verdict(case, judged) if not condition.holds]
    return {"open": judged.open, "conditions": len(judged.conditions), "unmet": unmet}


def _concerns(case: CampaignSession, pause: Pause) -> bool:
    """Tell whether who reads may see a pause: that of one unit is a matter of how far it is."""
    assignment = case.work.get(Assignment, int(pause.ref)) if pause.scope == "assignment" else None
    return assignment is None or bool(seen(case, [assignment]))


def _pause(case: CampaignSession, pause: Pause) -> Row:
    subject = pause.ref
    if pause.scope == "assignment":
        assignment = case.work.get(Assignment, int(pause.ref))
        subject = f"{assignment.task}/{assignment.unit}" if assignment else pause.ref
    return {
        "scope": pause.scope,
        "subject": subject or case.head.key,
        "since": local(pause.from_at, case.plan.zone),
        "shift": pause.shift,
        "reason": pause.reason,
        "document": pause.document,
    }


def _provisional(entries: Iterable[RosterEntry]) -> list[Row]:
    """Return the open dates that rest on a year without a notice, a line for each task and day (D6)."""
    found: dict[tuple[str, str, date], int] = defaultdict(int)
    for entry in entries:
        if entry.due is not None and entry.due.provisional and entry.due.state not in ("met", "cancelled"):
            found[entry.task.id, entry.task.title, entry.due.due_on] += 1
    return [
        {"task": name, "title": title, "due_on": day(on), "weekday": weekday(on), "units": units}
        for (name, title, on), units in found.items()
    ]


def _undated(entries: Iterable[RosterEntry]) -> list[Row]:
    """Return the issued tasks that have no date yet: listed as such, never dropped."""
    found: dict[str, Row] = {}
    for entry in entries:
        if entry.due is None and entry.assignment.state not in SETTLED:
            line = found.setdefault(entry.task.id, {"task": entry.task.id, "title": entry.task.title, "units": 0})
            line["units"] += 1
    return list(found.values())


def _left(case: CampaignSession, entries: Iterable[RosterEntry]) -> list[Row]:
    """Return what units left open that have ended: it is the office's until somebody takes it over (L10)."""
    directory = case.plan.workflow.directory
    return [
        {
            "task": entry.task.id,
            "title": entry.task.title,
            "unit": entry.assignment.unit,
            "last_day": day(units.last_day(directory, entry.assignment.unit)),
        }
        for entry in entries
        if case.is_left(entry.assignment)
    ]


def _vacancies(case: CampaignSession) -> list[Row]:
    if case.head.state != "running":
        return []
    found = unit.vacancies(case)
    return [{"unit": name, "levels": [unit.LEVELS[level] for level in levels]} for name, levels in found.items()]


def _aside(case: CampaignSession) -> list[Row]:
    """Return what could not be told and waits for the office (F5)."""
    items = case.work.find(Item, campaign=case.id, state="aside", order="id")
    case.work.among(Assignment, "id", [item.assignment for item in items if item.assignment])
    return [_aside_item(case, item) for item in items]


def _aside_item(case: CampaignSession, item: Item) -> Row:
    assignment = case.work.get(Assignment, item.assignment) if item.assignment else None
    return {
        "item": short(item.id),
        "kind": item.kind,
        "unit": item.unit,
        "level": item.level,
        "task": assignment.task if assignment else "",
        "reason": json.loads(item.facts).get("aside", ""),
    }


def _attention(case: CampaignSession) -> Row:
    """Count what waits for somebody: to be signed, released or judged, or that failed."""
    notices = written.by_state(case.work, case.id)
    return {
        "drafts": notices.get("draft", 0),
        "listed": notices.get("listed", 0),
        "failed": notices.get("failed", 0),
        "waiting_items": items.number_waiting(case.work, case.id),
        "same_file": indicators.unjudged(case),
    }


# --- what comes next ---


def _next(case: CampaignSession) -> list[Row]:
    groups = moments.next_groups(case.work, case.id, NEXT)
    if not groups:
        return []
    about = _ladders(case, groups[0][0], groups[-1][0])
    return [_moment(case, at, TimerKind(kind), number, about) for at, kind, number in groups]


def _moment(case: CampaignSession, at: int, kind: TimerKind, number: int, about: Mapping[int, list[str]]) -> Row:
    subjects = about.get(at, []) if kind == TimerKind.RUNG else _opening(case, at, kind)
    turning = kind == TimerKind.TASK and all(case.plan.tasks[name].counted for name in subjects)
    what = PERIOD_TURNS if turning else WORDS[kind]
    return {"at": local(instant(at), case.plan.zone), "what": what, "count": number, "about": subjects}


def _ladders(case: CampaignSession, first: int, last: int) -> Mapping[int, list[str]]:
    """Return for each instant what its ladders are about: the task and the kind of deadline."""
    armed = moments.of_kind_between(case.work, case.id, TimerKind.RUNG, first, last)
    dues = {d.id: d for d in case.work.among(Deadline, "id", [each.ref for each in armed])}
    owed = {a.id: a for a in case.work.among(Assignment, "id", {d.assignment for d in dues.values() if d.assignment})}
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for each in armed:
        deadline = dues[each.ref]
        name = owed[deadline.assignment].task if deadline.assignment else deadline.phase
        found[milliseconds(each.at)][f"{name} {deadline.kind}"] = None
    return {at: list(names) for at, names in found.items()}


def _opening(case: CampaignSession, at: int, kind: TimerKind) -> list[str]:
    if kind not in (TimerKind.PHASE, TimerKind.TASK):
        return []
    armed = moments.of_kind_at(case.work, case.id, kind, at)
    workflow = case.plan.workflow
    named = workflow.phases if kind == TimerKind.PHASE else workflow.tasks
    return [named[short(each.ref)].id for each in armed]


# --- the gate (SEMANTICS G1) ---


def gate(case: CampaignSession, phase: str = "") -> Row:
    """Return the verdict on a phase's gate, the present one by default; one before adoption has none (G9)."""
    require(case, "progress")
    state = case.phase_state(phase or case.head.phase)
    if state.state == "before_adoption":
        raise BadInput("before_adoption", adopted_on=case.head.adopted_on, found=state.phase)
    judged_by = case.plan.phases[state.phase]
    judged = gates.plain(verdict(case, state.phase), judged_by, case.plan.workflow)
    return {"campaign": case.head.key, "title": judged_by.title, **judged}
