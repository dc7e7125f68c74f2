"""What stands at the top of a workflow: the plan, time zone, calendar, hours, caps and channel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, time
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

from engine.model import Hours, PlanDocument, Relation
from engine.reader.ladders import whole
from engine.reader.names import Names
from engine.reader.problems import Problems
from engine.reader.shape import Filled

CAPS: Mapping[Relation, int] = {"subordinate": 4, "peer": 1, "vertical": 1, "superior": -1}
HIGHEST: Mapping[Relation, int] = {"subordinate": 4, "peer": 2, "vertical": 2, "superior": -1}
LADDERS = ("ladder", "receipt_ladder", "review_ladder", "gate_ladder", "duty_ladder")


def document(part: Filled) -> PlanDocument:
    """Return the document that issued the plan."""
    issued = part.leaf("issued_on")
    return PlanDocument(
        title=part.text("title"),
        issuer=part.text("issuer"),
        number=part.text("number"),
        issued_on=issued.value if issued and isinstance(issued.value, date) else None,
    )


def timezone(top: Filled, problems: Problems) -> str:
    """Return the name of the business time zone (SEMANTICS D1)."""
    leaf = top.leaf("timezone")
    if leaf is None:
        return "Asia/Shanghai"
    try:
        ZoneInfo(leaf.text)
    except (KeyError, ValueError, OSError):
        cure = problems.near(leaf.text, sorted(available_timezones()), "write Asia/Shanghai")
        problems.add("PW309", leaf.place, "there is no such time zone", leaf.text, cure)
    return leaf.text


def calendar(top: Filled, known: Collection[str], problems: Problems) -> str:
    """Return the name of the working calendar; an unknown one is an error (SEMANTICS D6)."""
    name = top.text("calendar", "CN")
    if name not in known:
        cure = problems.near(name, sorted(known), "load its years first")
        leaf = top.leaf("calendar")
        place = leaf.place if leaf else top.place
        problems.add("PW308", place, "there is no such calendar", name, cure)
    return name


def hours(part: Filled, problems: Problems) -> Hours:
    """Return the times of day; nothing may be set to go out after the last (SEMANTICS D5)."""
    plain = Hours()
    found = {key: _time(part, key, getattr(plain, key)) for key in ("remind", "overdue", "last", "close")}
    for key in ("remind", "overdue"):
        if found[key] > found["last"]:
            cure = f"write a time not after {found['last']:%H:%M}"
            what = f"{key} is later than the last hour"
            problems.add("PW211", part.where(key), what, f"{found[key]:%H:%M}", cure)
    return Hours(**found)


def caps(part: Filled, problems: Problems) -> Mapping[Relation, int]:
    """Return the highest level by relation, never above what SEMANTICS L7 permits."""
    found = dict(CAPS)
    for relation, highest in HIGHEST.items():
        level = whole(part, relation)
        if level is None:
            continue
        if level > highest:
            what = f"{relation} units are never told at this level"
            place = part.where(relation)
            problems.add("PW407", place, what, str(level), f"write at most {highest} (L7)")
        found[relation] = level
    return found


def default_ladders(defaults: Filled, names: Names) -> Mapping[str, str]:
    """Return the ladders that serve where nothing else is named."""
    return {key: names.ladder(defaults.leaf(key)) for key in LADDERS}


def number(filled: Filled, key: str, default: int) -> int:
    """Return the whole number under `key`."""
    found = whole(filled, key)
    return default if found is None else found


def _time(part: Filled, key: str, default: time) -> time:
    leaf = part.leaf(key)
    return cast(time, leaf.value) if leaf else default
