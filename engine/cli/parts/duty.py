"""How tasks and assignments are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import words
from engine.cli.shell.listing import as_table, below
from engine.cli.shell.output import Table
from engine.cli.shell.said import counts, due, late, moment, reckoned, rests_on, stands

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing

Found = Mapping[str, Any]
Part = str | Table


def task_list(found: Listing, left: Listing, lang: str) -> Iterator[Part]:
    """Yield the assignments, and below them the tasks that nobody was given yet."""
    yield as_table(found, lang)
    yield from below([left], lang)


def task_sheet(found: Found, units: Listing, lang: str) -> Iterator[Part]:
    """Yield a task with its clause and how each unit stands."""
    yield from _task(found, lang)
    if not found["issued"]:
        yield "not issued yet"
        return
    yield f"lights: {counts(found['lights'])}"
    yield f"assignments: {counts(found['states'])}"
    yield reckoned(found["reckoned"])
    yield ""
    yield as_table(units, lang)


def _task(found: Found, lang: str) -> Iterator[str]:
    yield f"{found['title']} ({found['task']}), {found['phase_title']}"
    if found["demand"]:
        yield f"asks for: {found['demand']}"
    if rests_on(found["source"]):
        yield f"rests on: {rests_on(found['source'])}"
    yield f"due: {words.reason(found['due'], lang)}" if "due_on" not in found else f"due: {due(found)}"
    for role, names in found["units"].items():
        if names:
            yield f"{words.labels('role', role, lang)}: {'、'.join(names)}"


def duty_sheet(found: Found, parts: Sequence[Listing], lang: str) -> Iterator[Part]:
    """Yield all that is known of one unit's part in a task."""
    from engine.service.duties.views.roster import whose_cell

    yield f"{whose_cell(dict(found))} — {stands(found)}, {found['light'] or 'no light'}" + _lateness(found)
    yield from _task(found, lang)
    yield _days(found)
    if "said" in found:
        yield f"counted: {found['said']}"
    for date in found["dates"]:
        yield ""
        yield from _date(date)
    yield from below(parts, lang)


def _lateness(found: Found) -> str:
    said = late(found)
    return f", {said}" if said else ""


def _days(found: Found) -> str:
    days = {
        "issued": found["issued_on"],
        "received": found["received_on"],
        "first handed in": found["first_submitted_on"],
        "last handed in": found["submitted_on"],
        "settled": found["settled_on"],
    }
    return ", ".join(f"{name} {on}" for name, on in days.items() if on)


def _date(date: Found) -> Iterator[str]:
    """Yield one deadline with the way to its date (SEMANTICS D7)."""
    epoch = f", epoch {date['epoch']}" if date["epoch"] > 1 else ""
    left = f", {date['remaining']} of {date['offset']} left" if date["remaining"] is not None else ""
    yield f"{date['kind']} deadline: {date['due_on']} {date['weekday']}, {date['state']}{epoch}{left}"
    if rests_on(date["rests_on"]):
        yield f"  rests on {rests_on(date['rests_on'])}"
    yield from (f"  {line}" for line in date["way"])
    if date["asked_on"] != date["due_on"]:
        yield f"  it is a day off: the notice asks for {date['asked_on']} (D4)"
    if date["first_due_on"] != date["due_on"]:
        yield f"  judged by the first date, {date['first_due_on']} (P2)"
    yield f"  ladder {date['ladder'] or 'none'}" + (f", next {moment(date['next_at'])}" if date["next_at"] else "")
