"""The list of notices about to go (拟发清单), found by letting the ladders run ahead (SEMANTICS L6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from engine import deadlines as rules
from engine.deadlines import LadderStanding, RungMark
from engine.model import Assignment, Deadline, Delivery, Offset
from engine.records import replace
from engine.service.duties.apply import deadlines
from engine.service.duties.commands.firing import kind_sent
from engine.service.kernel import contacts
from engine.service.kernel.case import CampaignSession, TimerKind
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.items import delivery_in
from engine.service.kernel.plain import Row, day, local, short
from engine.service.kernel.sight import addresses, require
from engine.service.notices import composing as compose
from engine.service.notices.views import notice
from engine.store.queries import armed as queries

WORKING_DAYS = 3
NOBODY: Final = {"code": "nobody"}
TOLD = frozenset({"raised", "withheld"})
LIST: Final = Listing(
    name="upcoming",
    key=("id", "goes_at"),
    columns=(
        Column(key="id", width=8, leads="notice"),
        Column(key="state", kind="code", family="state", width=10),
        Column(key="goes_at", head="goes", kind="instant", width=16),
        Column(key="delivery", head="how"),
        Column(key="kind", kind="code", family="kind"),
        Column(key="level", kind="code", width=7),
        Column(key="unit", kind="names", of=notice.units_of, width=24, most=2, leads="unit"),
        Column(key="to", kind="names", of=lambda row: row["to"] or NOBODY, width=30, most=1, seen_as="address"),
        Column(key="subject", head="about", width=30),
        Column(key="rung", of=lambda row: row["items"][0]["rung"] if row["items"] else ""),
        Column(key="unless", of=lambda row: row["reason"] or row["unless"], width=30),
    ),
)
AWAITING: dict[str, str] = {"listed": "until it is released", "draft": "until it is signed"}


def listed(case: CampaignSession, days: int = WORKING_DAYS) -> list[Row]:
    """Return what goes within so many working days: what waits for a person, then rungs by their time."""
    require(case, "upcoming")
    waiting = [entry for state in AWAITING for entry in notice.listed(case, state=state)]
    ahead = [
        entry for deadline, standing in _standings(case, days) for entry in _entries(case, deadline, standing, days)
    ]
    stated = [entry | {"goes_at": None, "delivery": "", "unless": AWAITING[entry["state"]]} for entry in waiting]
    place = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    return [*stated, *sorted(ahead, key=lambda entry: (entry["goes_at"], entry["level"], place[entry["unit"]]))]


def _horizon(case: CampaignSession, days: int) -> datetime:
    last = case.plan.calendar.add(case.today, Offset(count=days))
    return rules.last_moment_of(last, case.plan.zone)


def _standings(case: CampaignSession, days: int) -> Iterator[tuple[Deadline, LadderStanding]]:
    armed = queries.of_kind_until(case.work, case.id, TimerKind.RUNG, _horizon(case, days))
    found = case.work.among(Deadline, "id", [each.ref for each in armed], order="id")
    case.known.read_deadlines(found)
    case.work.among(Assignment, "id", [deadline.assignment for deadline in found if deadline.assignment])
    return ((deadline, deadlines.standing(case, deadline)) for deadline in found)


def _entries(case: CampaignSession, deadline: Deadline, standing: LadderStanding, days: int) -> Iterator[Row]:
    for at, mark in _ahead(case, standing, _horizon(case, days)):
        if mark.outcome in TOLD:
            yield _entry(case, deadline, at, mark)


def _ahead(case: CampaignSession, standing: LadderStanding, until: datetime) -> Iterator[tuple[datetime, RungMark]]:
    """Yield what the ladder will record until an instant, if nothing else happens before."""
    now = case.at
    while True:
        at = rules.next_moment(standing, now, case.plan.times)
        if at is None or at > until:
            return
        now = max(at, now)
        marks = rules.fire(standing, now, case.plan.times).marks
        yield from ((now, mark) for mark in marks)
        if not marks:
            return
        done = (rules.occurrence_of(mark, standing.deadline, 0, now) for mark in marks)
        standing = replace(standing, done=(*standing.done, *done))


def _entry(case: CampaignSession, deadline: Deadline, at: datetime, mark: RungMark) -> Row:
    rung = next(rung for rung in case.plan.ladder(deadline.ladder).rungs if rung.id == mark.rung)
    unit = deadlines.hears(case, deadline, mark.level)
    kind = kind_sent(case, unit, rung.notice)
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    title = case.plan.tasks[assignment.task].title if assignment else case.plan.phases[deadline.phase].title
    delivery = delivery_in(case, rung.delivery)
    return {
        "id": f"u{short(deadline.id)}-{mark.level}",
        "kind": kind,
        "level": mark.level,
        "campaign": case.head.key,
        "unit": unit,
        "to": addresses(case, compose.addresses(case, kind, [unit], mark.level)),
        "channel": contacts.channel_of(case, unit, mark.level, rung.channel or ""),
        "state": "upcoming" if mark.outcome == "raised" else "withheld",
        "created_at": None,
        "sent_at": None,
        "items": [_item(case, deadline, assignment, title, mark)],
        "subject": title,
        "delivery": delivery,
        "goes_at": local(at, case.plan.zone),
        "unless": _unless(deadline, delivery),
        "reason": mark.reason,
    }


def _item(
    case: CampaignSession, deadline: Deadline, assignment: Assignment | None, title: str, mark: RungMark
) -> Row:
    return {
        "id": None,
        "unit": deadline.unit,
        "task": assignment.task if assignment else "",
        "title": title,
        "assignment": short(assignment.id) if assignment else None,
        "of": assignment.unit if assignment else "",
        "deadline": deadline.kind,
        "due_on": day(deadline.due_on),
        "occurrence": None,
        "rung": mark.rung,
        "level": mark.level,
        "scheduled_at": local(mark.scheduled_at, case.plan.zone),
        "outcome": "",
    }


def _unless(deadline: Deadline, delivery: Delivery) -> str:
    done = {
        "due": "unless it is handed in",
        "receipt": "unless receipt is confirmed",
        "objection": "unless the objection is decided",
    }
    before = done.get(
        deadline.kind, "unless it is reviewed" if deadline.kind == "review" else "unless the phase is left"
    )
    after = {"draft": ", then waits for a signature", "manual": ", then waits for release"}
    return before + after.get(delivery, "")
