"""Starting campaigns, and what concerns the installation as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import calendar as calendars
from engine import deadlines as rules
from engine import names, reader
from engine.calendar import OfficialYear, parse_offset
from engine.errors import BadInput, PhasegateError, Refused
from engine.model import Campaign, Deadline, Occurrence, Record, System
from engine.model.plain import instant, plain
from engine.records import replace
from engine.service.campaigns.commands.calendars import CalendarPinned, Redated
from engine.service.kernel.action import Answer
from engine.service.kernel.actor import Actor, actor_of
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, act, case_at, find_campaign, new_head, open_case, tell_parent
from engine.service.kernel.installing import ClockAccepted, Created, YearLoaded, locked_system, system_instant
from engine.service.kernel.journal import (
    SYSTEM_JOURNAL,
    TOLERANCE,
    Entry,
    actor_fields,
    append_system,
    entry_of,
    settled_instant,
)
from engine.service.kernel.plan import blob, keep, keep_edition
from engine.store.queries import campaigns
from engine.store.work import UnitOfWork


class KeyTaken(PhasegateError):
    """A campaign has this key already."""

    code = "PG203"


def create_campaign(
    desk: Desk,
    key: str,
    bundle: Mapping[str, str],
    given: Mapping[str, Any],
    actor: str = "",
    *,
    nested: Mapping[str, Mapping[str, str]] | None = None,
) -> Answer:
    """Start a campaign on a workflow: its version is kept, its phase entered, its tasks issued.

    `given` may name a parent by its key, and the unit of its directory that runs this campaign.
    `nested` holds the files of campaigns below this one by their units: they begin in the same transaction.
    """
    with desk.database.write() as work:
        told = _create(desk, work, key, bundle, given, actor)
        for unit, files in (nested or {}).items():
            _create(desk, work, f"{key}-{unit}", files, {**given, "parent": key, "unit": unit}, actor)
    return {**told, "nested": [f"{key}-{unit}" for unit in nested]} if nested else told


def _create(
    desk: Desk, work: UnitOfWork, key: str, bundle: Mapping[str, str], given: Mapping[str, Any], actor: str
) -> Answer:
    workflow = reader.read(bundle, key)
    who = actor_of(actor, workflow, desk.door)
    who.require("create", frozenset({"office"}))
    system = locked_system(desk, work, who)
    _require_free(work, key)
    parent, below = _parent(desk, work, given)
    at = settled_instant(work, desk.now(), max(system.last_at, parent.last_at) if parent else system.last_at)
    head = new_head(
        system.campaigns + 1,
        desk.uid(),
        key,
        keep_edition(work, bundle, workflow),
        keep(work, _pinned(work, workflow.calendar).to_json().encode()),
        at,
    )
    work.add(head)
    _found(work, head, at, who)
    case = case_at(desk, work, head, at)
    marked = {"rehearsal": system.rehearsal, **_place_below(parent, below)}
    started = {name: value for name, value in given.items() if name not in ("parent", "unit")}
    outcome = act(case, who, "start", {**started, **marked})
    if isinstance(outcome, Refused):
        raise outcome
    if parent is not None:
        tell_parent(case, parent, "joined")
    return outcome


def _found(work: UnitOfWork, head: Campaign, at: datetime, who: Actor) -> None:
    """Record in the journal of the installation that a campaign was founded."""
    entry = Entry(
        at=at,
        action="create",
        subject=head.key,
        facts=Created(campaign=head.uid, workflow=head.workflow, calendar=head.calendar),
        **actor_fields(who),
    )
    append_system(work, entry)
    work.put(replace(work.must(System, SYSTEM_JOURNAL), campaigns=head.id))


# --- below another campaign ---


class NoPlaceBelow(PhasegateError):
    """A campaign has no place below another."""

    code = "PG204"


def _parent(desk: Desk, work: UnitOfWork, given: Mapping[str, Any]) -> tuple[Campaign | None, str]:
    """Return the locked head of the campaign above, if one is named, and the unit there that runs this one.

    NoPlaceBelow where it has no place for this.
    """
    if not given.get("parent"):
        return None, ""
    known = find_campaign(work, str(given["parent"]))
    head = campaigns.locked(work, known.id) or known
    if head.state != "running":
        raise NoPlaceBelow("not_running", parent=head.key, state=head.state)
    plan = desk.library.plan(work, head.workflow, head.calendar, head.extra)
    unit, units = plan.meant("unit", str(given.get("unit") or "")), [each.unit for each in plan.workflow.nested]
    if unit not in units:
        why = "not_nested" if units else "nests_none"
        raise NoPlaceBelow(why, parent=head.key, unit=unit or "nobody", units=units)
    _require_none_below(work, head, unit)
    return head, unit


def _require_none_below(work: UnitOfWork, parent: Campaign, unit: str) -> None:
    taken = [below for below in work.find(Campaign, parent=parent.id, parent_unit=unit) if below.state != "aborted"]
    if taken:
        raise NoPlaceBelow("taken", parent=parent.key, unit=unit, key=taken[0].key)


def _place_below(parent: Campaign | None, unit: str) -> Mapping[str, Any]:
    return {"parent": parent.uid, "parent_unit": unit} if parent else {}


def _require_free(work: UnitOfWork, key: str) -> None:
    if not key or len(key) > 64 or not key.isprintable() or any(c.isspace() or c in "/\\" for c in key):
        raise BadInput("no_key", found=names.spelled(key))
    taken = work.find(Campaign, key=key)
    if taken:
        raise KeyTaken(key=key, title=taken[0].title)
    if other := names.alike(key, campaigns.keys(work)):
        raise BadInput("key_alike", found=names.spelled(key), other=names.spelled(other))


# --- calendars (D6) ---


def _pinned(work: UnitOfWork, name: str) -> calendars.Calendar:
    """Return a calendar with the years that were loaded into this installation."""
    calendar = calendars.load(name)
    for entry in loaded_years(work):
        if entry["name"] == name:
            year = calendars.year_from_json(blob(work, entry["year"]).decode())
            calendar = calendars.with_year(calendar, year)
    return calendar


def loaded_years(work: UnitOfWork) -> list[dict[str, Any]]:
    """Return the facts of every calendar year that was applied here, oldest first."""
    records = work.find(Record, journal=0, action="calendar", order="seq")
    return [dict(entry_of(record).facts) for record in records]


def apply_year(desk: Desk, name: str, year: OfficialYear, *, dry_run: bool, actor: str = "office") -> list[Answer]:
    """Load an official year: return the dates that move, and unless `dry_run` move and record them."""
    text = calendars.year_to_json(year)
    calendars.load(name)
    if dry_run:
        with desk.database.read() as work:
            cases = [_looked_at(desk, work, head) for head in _running(work)]
            return [_shown(case, moved) for case in cases for moved in _moves(case, name, year)]
    with desk.database.write() as work:
        system = locked_system(desk, work)
        facts = YearLoaded(name=name, year=keep(work, text.encode()), number=year.year, notice=year.notice)
        entry = Entry(
            at=system_instant(desk, work, system),
            actor=actor,
            role="office",
            door=desk.door,
            action="calendar",
            subject=f"{name} {year.year}",
            facts=facts,
        )
        append_system(work, entry)
        cases = [open_case(desk, work, head) for head in _running(work)]
        return [_shown(case, moved) for case in cases for moved in _apply_to(desk, case, name, year)]


def _shown(case: CampaignSession, moved: Redated) -> Answer:
    """Return a date that a calendar moves as it is answered."""
    told = plain(moved)
    return {"campaign": case.head.key, **told, "from": told.pop("before")}


def _running(work: UnitOfWork) -> list[Campaign]:
    """Return the running campaigns in the order in which they are locked (SEMANTICS G2)."""
    return work.find(Campaign, state="running", order="id")


def _looked_at(desk: Desk, work: UnitOfWork, head: Campaign) -> CampaignSession:
    return case_at(desk, work, head, max(desk.now(), head.last_at))


def _apply_to(desk: Desk, case: CampaignSession, name: str, year: OfficialYear) -> list[Redated]:
    """Pin the year in a campaign that runs on this calendar, and return the dates that moved."""
    if case.plan.workflow.calendar != name or case.head.state != "running":
        return []
    moved = _moves(case, name, year)
    moving = {each.deadline for each in moved}
    facts = CalendarPinned(
        calendar=keep(case.work, calendars.with_year(case.plan.calendar, year).to_json().encode()),
        notice=year.notice,
        moved=tuple(moved),
        settled=tuple(d.id for d in _settled(case, year) if d.id not in moving),
    )
    act(case, _office(desk, case), "calendar", {"facts": facts, "subject": f"{name} {year.year}"})
    return moved


def _office(desk: Desk, case: CampaignSession) -> Actor:
    """Return the office of a campaign, acting by the door at which the installation as a whole was acted on (I1)."""
    return Actor(name=case.plan.workflow.office, role="office", door=desk.door)


def _moves(case: CampaignSession, name: str, year: OfficialYear) -> list[Redated]:
    """Return the open dates that a year's calendar moves; never before a date already notified."""
    if case.plan.workflow.calendar != name:
        return []
    after = calendars.with_year(case.plan.calendar, year)
    found = []
    for deadline in _open(case):
        if not deadline.offset or deadline.basis == "printed":
            continue
        span = parse_offset(deadline.offset)
        if rules.after(deadline.anchor_on, span, case.plan.calendar).on != deadline.due_on:
            continue  # a pause moved it: its date rests on what was left
        dated = rules.after(deadline.anchor_on, span, after)
        notified = _notified(case, deadline)
        if dated.on != deadline.due_on and not (notified and dated.on < deadline.due_on):
            found.append(
                Redated(
                    deadline=deadline.id,
                    unit=deadline.unit,
                    before=deadline.due_on,
                    to=dated.on,
                    provisional=dated.provisional,
                    notified=notified,
                )
            )
    return found


def _open(case: CampaignSession) -> list[Deadline]:
    found = case.work.find(Deadline, campaign=case.id, order="id")
    return [d for d in found if d.state in ("armed", "paused", "suspended")]


def _settled(case: CampaignSession, year: OfficialYear) -> list[Deadline]:
    return [d for d in _open(case) if d.provisional and d.due_on.year == year.year]


def _notified(case: CampaignSession, deadline: Deadline) -> bool:
    told = case.work.find(Occurrence, deadline=deadline.id, epoch=deadline.epoch, outcome="raised")
    return bool(told) or deadline.kind in ("due", "receipt")


# --- the clock (C4) ---


def accept_clock(desk: Desk, reason: str, actor: str = "office") -> Answer:
    """Accept the clock as it stands, although records of a later instant exist (SEMANTICS C4)."""
    if not reason.strip():
        raise BadInput("no_reason", found="")
    now = desk.now()
    with desk.database.write() as work:
        system = locked_system(desk, work)
        latest = max([system.last_at, *(head.last_at for head in work.find(Campaign))])
        facts = ClockAccepted(since=now, until=latest)
        entry = Entry(
            at=now,
            actor=actor,
            role="office",
            door=desk.door,
            action="clock",
            subject="",
            reason=reason,
            facts=facts,
        )
        append_system(work, entry)
        work.put(replace(work.must(System, SYSTEM_JOURNAL), clock_from=now, clock_to=latest))
        ahead = [head for head in work.find(Campaign, order="id") if head.last_at > now + TOLERANCE]
        for case in [open_case(desk, work, head) for head in ahead]:
            act(case, _office(desk, case), "clock", {"facts": {}})
    return {"now": instant(now), "latest": instant(latest)}
