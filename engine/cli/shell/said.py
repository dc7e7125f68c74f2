"""How the values of views stand in tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import words
from engine.errors import line_of

ROLES = {"lead": "牵头", "responsible": "责任", "supporting": "配合", "inherited": "沿用"}


def moment(text: str | None) -> str:
    """Return a local instant to the minute."""
    return text[:16].replace("T", " ") if text else ""


def stands(row: Mapping[str, Any]) -> str:
    """Return the state of an assignment, and what it waits for beside its unit."""
    if row["state"] is None:
        return ""
    awaits = f", 待配合单位 {some(row['awaits'])}" if row["awaits"] else ""
    return str(row["state"]) + (", objects" if row["objecting"] else "") + awaits


def due(row: Mapping[str, Any]) -> str:
    """Return a due day with its weekday and what is particular about it; or why there is none."""
    if "state" in row and row["state"] is None:
        return ""
    if row["due_on"] is None:
        return f"no date yet: {row['undated']}" if row.get("undated") else "no date yet"
    marks = [word for word in ("derived", "provisional", "paused") if row.get(word)]
    return f"{row['due_on']} {row['weekday']}" + (f" ({', '.join(marks)})" if marks else "")


def rests_on(source: Mapping[str, Any]) -> str:
    """Return the clause a date or task rests on, its words and how they were read."""
    words = f"“{source['words']}”" if source["words"] else ""
    clause = " ".join(filter(None, (source["clause"], words)))
    return " — ".join(filter(None, (clause, source["reading"])))


def late(row: Mapping[str, Any]) -> str:
    """Return how an assignment stands toward its day: days overdue now, or late at its first date."""
    if row["overdue"]:
        return f"overdue {row['days_over']}d"
    return "late" if row["late"] else ""


def counts(found: Mapping[str, int]) -> str:
    """Return counts in words, without the empty ones."""
    return ", ".join(f"{number} {name}" for name, number in found.items() if number) or "none"


def some(names: Iterable[str], most: int = 5) -> str:
    """Return the first of several names and how many there are beside."""
    known = list(names)
    return "、".join(known[:most]) + (f" 等{len(known)}个" if len(known) > most else "")


TOLD = (
    ("points", "points"),
    ("on", "on"),
    ("due_on", "due on"),
    ("document", "by"),
    ("applied_on", "applied on"),
)
"""What of the facts of a record is told beyond its action, and how."""


def detail(record: Mapping[str, Any], lang: str = words.ENGLISH) -> str:
    """Return what a record says beyond its action: why it was refused, or rungs, days, documents, the reason."""
    facts = record["facts"]
    if record["outcome"] == "refused" and "code" in facts:
        return line_of(facts, lang)
    parts = [f"{mark['rung']} {mark['outcome']}" for mark in facts.get("marks", [])]
    if facts.get("before") and facts.get("to"):
        parts.append(f"{facts['before']} → {facts['to']}")
    parts += [f"{word} {facts[name]}" for name, word in TOLD if facts.get(name)]
    parts += [_by_link(record["door"], facts)] if record["action"] == "receive" else []
    refused = record["outcome"] == "refused"
    reason = line_of(facts, lang) if refused else str(record["reason"]) or _late(record, lang)
    return ", ".join(filter(None, parts)) + (" — " if parts and reason else "") + reason


def _by_link(door: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    if door.get("kind") != "link":
        return ""
    handed = "" if facts.get("message") else " that the office handed on"
    return f"by the link of notice {door['notice']}{handed}"


def _late(record: Mapping[str, Any], lang: str) -> str:
    """Return why a link signed nothing, in words."""
    facts = record["facts"]
    is_late = record["action"] == "late_link" and record["outcome"] == "done"
    return words.said(f"reason.link_{facts['why']}", facts, lang) if is_late else ""
