"""How tasks and assignments are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.cli.shell.listing import as_table
from engine.cli.shell.output import Table
from engine.cli.shell.picture import unissued
from engine.cli.shell.said import ROLES, counts, detail, due, late, moment, rests_on, stands

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing

Found = Mapping[str, Any]
Part = str | Table


def task_list(found: Listing, left: Sequence[Found], lang: str) -> Iterator[Part]:
    """Yield the assignments, and below them the tasks that nobody was given yet."""
    yield as_table(found, lang)
    if left:
        title, columns, more = unissued(left)
        yield ""
        yield Table(columns, more, title=title)


def _whose(row: Found) -> str:
    return " ".join(filter(None, (row["unit"], row["period"])))


def task_sheet(found: Found) -> Iterator[Part]:
    """Yield a task with its clause and how each unit stands."""
    yield from _task(found)
    if not found["issued"]:
        yield "not issued yet"
        return
    yield f"lights: {counts(found['lights'])}"
    yield f"assignments: {counts(found['states'])}"
    yield ""
    heads = ("light", "unit", "role", "state", "due", "handed in", "late")
    rows = [
        (
            r["light"],
            _whose(r),
            ROLES[r["role"]],
            stands(r),
            due(r),
            r["first_submitted_on"],
            late(r),
        )
        for r in found["assignments"]
    ]
    yield Table(heads, rows)


def _task(found: Found) -> Iterator[str]:
    yield f"{found['title']} ({found['task']}), {found['phase_title']}"
    if found["demand"]:
        yield f"asks for: {found['demand']}"
    if rests_on(found["source"]):
        yield f"rests on: {rests_on(found['source'])}"
    yield f"due: {found['due']}" if "due_on" not in found else f"due: {due(found)}"
    for role, names in found["units"].items():
        if names:
            yield f"{ROLES[role]}: {'、'.join(names)}"


def duty_sheet(found: Found) -> Iterator[Part]:
    """Yield all that is known of one unit's part in a task."""
    yield f"{_whose(found)} — {stands(found)}, {found['light'] or 'no light'}" + _lateness(found)
    yield from _task(found)
    yield _days(found)
    if "said" in found:
        yield f"counted: {found['said']}"
    for date in found["dates"]:
        yield ""
        yield from _date(date)
    for title, heads, rows in _lists(found):
        if rows:
            yield ""
            yield Table(heads, rows, title=title)


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


def _lists(found: Found) -> Iterator[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    yield "rungs", RUNG_HEADS, rung_rows([rung for rung in found["rungs"] if rung["outcome"] != "stopped"])
    yield (
        "handed in",
        ("no", "kind", "name", "text", "sha256", "bytes"),
        [
            (p["submission"], p["kind"], p["name"], p["text"], p["sha256"][:16], p["size"] or "")
            for p in found["evidence"]
        ],
    )
    yield (
        "holds",
        ("deadline", "from level", "since", "until", "reason"),
        [(h["deadline"], h["level"], moment(h["from_at"]), moment(h["to_at"]), h["reason"]) for h in found["holds"]],
    )
    yield (
        "pauses",
        ("scope", "since", "until", "dates shift", "reason", "document"),
        [
            (p["scope"], moment(p["from_at"]), moment(p["to_at"]), p["shift"], p["reason"], p["document"])
            for p in found["pauses"]
        ],
    )
    yield (
        "objections",
        ("raised", "reason", "state", "decided", "why", "handed to"),
        [
            (o["raised_on"], o["reason"], o["state"], o["decided_on"], o["decision"], o["successor"])
            for o in found["objections"]
        ],
    )
    yield (
        "history",
        ("seq", "at", "actor", "action", "outcome", "what and why"),
        [(h["seq"], moment(h["at"]), _actor(h), h["action"], h["outcome"], detail(h)) for h in found["history"]],
    )


def _actor(record: Found) -> str:
    return f"{record['actor']} for {record['on_behalf']}" if record["on_behalf"] else str(record["actor"])


RUNG_HEADS = ("deadline", "epoch", "rung", "level", "scheduled", "outcome", "why", "notice")


def rung_rows(rungs: Sequence[Found]) -> list[tuple[object, ...]]:
    """Return rungs as rows: what became of each, why, and the notice that carried it."""
    return [
        (
            r["deadline"],
            r["epoch"],
            r["rung"] if r["n_from"] == r["n_to"] == 1 else f"{r['rung']} {_points(r)}",
            r["level"],
            moment(r["scheduled_at"]),
            r["outcome"] + (f" until {moment(r['until'])}" if r["outcome"] == "waits" and r["until"] else ""),
            r["reason"],
            ", ".join(_carried(each) for each in r["carried"]),
        )
        for r in rungs
    ]


def _points(rung: Found) -> str:
    return f"#{rung['n_from']}" if rung["n_from"] == rung["n_to"] else f"#{rung['n_from']}–{rung['n_to']}"


def _carried(each: Found) -> str:
    notice = f"no {each['notice']}" if each["notice"] else "item"
    return f"{notice} {each['state']} {moment(each['at'])}"
