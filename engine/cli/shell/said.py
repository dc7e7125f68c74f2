"""How the values of views stand in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import words
from engine.errors import line_of
from engine.service.kernel.plain import minute as moment
from engine.service.kernel.plain import some

__all__ = ["TOLD", "counts", "detail", "due", "late", "moment", "reckoned", "rests_on", "some", "stands"]


def stands(row: Mapping[str, Any]) -> str:
    """Return the state of an assignment, and what it waits for beside its unit."""
    from engine.service.duties.views import roster

    return roster.stands(dict(row))


def due(row: Mapping[str, Any]) -> str:
    """Return a due day with its weekday and what is particular about it; or why there is none."""
    from engine.service.duties.views import roster

    return words.reason(roster.due_cell(dict(row)))


def rests_on(source: Mapping[str, Any]) -> str:
    """Return the clause a date or task rests on, its words and how they were read."""
    words = f"“{source['words']}”" if source["words"] else ""
    clause = " ".join(filter(None, (source["clause"], words)))
    return " — ".join(filter(None, (clause, source["reading"])))


def late(row: Mapping[str, Any]) -> str:
    """Return how an assignment stands toward its day: days overdue now, or late at its first date."""
    from engine.service.duties.views import roster

    return words.reason(roster.late_cell(dict(row)))


def counts(found: Mapping[str, int]) -> str:
    """Return counts in words, without the empty ones."""
    return ", ".join(f"{number} {name}" for name, number in found.items() if number) or "none"


def reckoned(found: Mapping[str, int]) -> str:
    """Return what was due by now as the sum that it is, and what stands beside it (SEMANTICS L9)."""
    parts = " + ".join(f"{found[name]} {said}" for name, said in PARTS.items())
    late = f"; {found['late']} late" if found["late"] else ""
    beside = counts({said: found[name] for name, said in ASIDE.items()})
    return f"due: {found['due']} = {parts}{late}" + (f"; beside: {beside}" if beside != "none" else "")


PARTS = {"done": "done", "handed_in": "to be reviewed", "returned": "returned", "owed": "not handed in"}
ASIDE = {
    "waived": "waived",
    "paused": "paused",
    "ahead": "ahead",
    "undated": "undated",
    "left": "left by ended units",
    "above": "superiors' steps",
}
TOLD = ("points", "on", "due_on", "document", "applied_on")
"""What of the facts of a record is told beyond its action."""


def detail(record: Mapping[str, Any], lang: str = words.ENGLISH) -> str:
    """Return what a record says beyond its action: why it was refused, or rungs, days, documents, the reason."""
    facts = record["facts"]
    if record["outcome"] == "refused" and "code" in facts:
        return line_of(facts, lang)
    parts = [_mark(mark, lang) for mark in facts.get("marks", [])]
    if facts.get("before") and facts.get("to"):
        parts.append(f"{facts['before']} → {facts['to']}")
    parts += [f"{words.label(f'told.{name}', lang)} {facts[name]}" for name in TOLD if facts.get(name)]
    parts += [_by_link(record["door"], facts, lang)] if record["action"] == "receive" else []
    refused = record["outcome"] == "refused"
    reason = line_of(facts, lang) if refused else str(record["reason"]) or _late(record, lang)
    return ", ".join(filter(None, parts)) + (" — " if parts and reason else "") + reason


def _mark(mark: Mapping[str, Any], lang: str) -> str:
    return f"{mark['rung']} {words.labels('outcome', mark['outcome'], lang)}"


def _by_link(door: Mapping[str, Any], facts: Mapping[str, Any], lang: str) -> str:
    if door.get("kind") != "link":
        return ""
    code = "by_link" if facts.get("message") else "by_link_handed_on"
    return words.reason({"code": code, "notice": door["notice"]}, lang)


def _late(record: Mapping[str, Any], lang: str) -> str:
    """Return why a link signed nothing, in words."""
    facts = record["facts"]
    is_late = record["action"] == "late_link" and record["outcome"] == "done"
    return words.said(f"reason.link_{facts['why']}", facts, lang) if is_late else ""
