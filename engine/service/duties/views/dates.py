"""Why a date is that date: anchor, offset, each day on the way, and what it rests on (SEMANTICS D7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from engine import deadlines as rules
from engine.calendar import Calendar, parse_offset
from engine.deadlines import Dated
from engine.model import Deadline, Pause, Task
from engine.service.duties.apply import deadlines
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.history import FOR_ALL
from engine.service.kernel.journal import Entry
from engine.service.kernel.plain import Row, day, local, short, weekday

MOVERS = ("extend", "grant", "return", "calendar", *FOR_ALL)
"""Actions whose record says which day a due date was moved to."""


def explained(case: CampaignSession, task: Task, found: Sequence[Deadline], records: Iterable[Entry]) -> list[Row]:
    """Return each deadline of an assignment with the way to its date."""
    moves = [entry for entry in records if entry.outcome == "done" and entry.action in MOVERS]
    return [_explained(case, task, deadline, moves) for deadline in found]


def _explained(case: CampaignSession, task: Task, deadline: Deadline, moves: Iterable[Entry]) -> Row:
    asked = case.plan.calendar.previous_working_day(deadline.due_on)
    return {
        "id": short(deadline.id),
        "kind": deadline.kind,
        "owed_by": deadline.unit,
        "state": deadline.state,
        "due_on": day(deadline.due_on),
        "weekday": weekday(deadline.due_on),
        "asked_on": day(asked),
        "basis": deadline.basis,
        "anchor_on": day(deadline.anchor_on),
        "offset": deadline.offset,
        "provisional": deadline.provisional,
        "epoch": deadline.epoch,
        "first_due_on": day(deadline.first_due_on),
        "remaining": deadline.remaining,
        "ladder": deadline.ladder,
        "next_at": local(deadline.next_at, case.plan.zone),
        "way": _way(case, deadline, moves) if deadline.kind != "due" or task.counted is None else _end(deadline),
        "rests_on": _rests_on(task, deadline),
    }


def _way(case: CampaignSession, deadline: Deadline, moves: Iterable[Entry]) -> list[str]:
    """Return the way to a date as sentences; a date that was moved by hand says by which act."""
    moved = _moved(deadline, moves) if deadline.kind == "due" and deadline.epoch > 1 else None
    if moved is not None and not deadline.offset:
        return [moved]
    counted = _counted(deadline, case.plan.calendar)
    lines = [*([moved] if moved else []), *rules.sentences(counted)]
    return lines if counted.on == deadline.due_on else [*lines, *_shifted(case, deadline, counted)]


def _end(deadline: Deadline) -> list[str]:
    """Return why a counted duty has its date: the period ends when it ends (K1)."""
    on = f"{deadline.due_on.isoformat()} {weekday(deadline.due_on)}"
    return [f"{on}: the last day of the period; it never rolls (D4)"]


def _counted(deadline: Deadline, calendar: Calendar) -> Dated:
    if deadline.offset:
        of_the_plan: Literal["derived", "duration"] = "derived" if deadline.basis == "derived" else "duration"
        return rules.after(deadline.anchor_on, parse_offset(deadline.offset), calendar, of_the_plan)
    if deadline.basis == "derived":
        return rules.phase_end(deadline.anchor_on)
    return rules.printed(deadline.anchor_on)


def _moved(deadline: Deadline, moves: Iterable[Entry]) -> str | None:
    """Return the last act that gave a deadline its present day, in words."""
    for entry in reversed(list(moves)):
        to = entry.facts.get("to") or entry.facts.get("due_on")
        if to == deadline.due_on.isoformat():
            return f"{to} {weekday(deadline.due_on)}: {_words(entry)}"
    return None


def _words(entry: Entry) -> str:
    facts, reason = entry.facts, f" — {entry.reason}" if entry.reason else ""
    if entry.action == "return":
        return f"returned by {entry.actor}, to be handed in again by this day{reason}"
    act = {"extend": "extended", "grant": "granted late"}.get(entry.action, "moved for everybody")
    if entry.action == "date":
        document = f" ({facts['document']})"
        return f"set by {entry.actor}{document}{reason}"
    document = f" ({facts['document']})" if facts.get("document") else ""
    return f"{act} from {facts.get('before')} by {entry.actor}{document}{reason}"


def _shifted(case: CampaignSession, deadline: Deadline, counted: Dated) -> list[str]:
    spans = [pause for pause in deadlines.pauses_of(case, deadline) if pause.to_at is not None]
    said = [f"then {_span(case, pause)}" for pause in spans] or ["then moved by a later act, see the history"]
    on = f"{deadline.due_on.isoformat()} {weekday(deadline.due_on)}"
    return [*said, f"so {on} in place of {counted.on.isoformat()} (P1)"]


def _span(case: CampaignSession, pause: Pause) -> str:
    since = case.plan.day(pause.from_at)
    until = case.plan.day(pause.to_at) if pause.to_at else None
    document = f", by {pause.document}" if pause.document else ""
    return f"paused ({pause.scope}) from {since} to {until} — {pause.reason}{document}"


def _rests_on(task: Task, deadline: Deadline) -> Row:
    if deadline.kind == "due":
        source = task.source
        return {"clause": source.clause, "words": source.words, "reading": source.reading}
    spans = {"receipt": task.receipt, "objection": task.objection}
    offset = spans.get(deadline.kind, task.review)
    return {"clause": "", "words": "", "reading": f"{deadline.kind}: {offset} (workflow)"}
