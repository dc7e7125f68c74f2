"""Notices: lists, and one of them as it was written, to whom it went, and what it was about."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from engine.errors import UnknownName
from engine.model import Assignment, Deadline, Item, Notice, Occurrence, Outgoing
from engine.names import apart
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day, local, short
from engine.service.kernel.plan import blob
from engine.service.kernel.sight import addresses, of_notice, own, require, sees, sees_notice, without_addresses
from engine.service.notices.commands.paper import notice_of
from engine.service.notices.kinds import correction
from engine.service.notices.texts import content_from
from notifications.kinds import KINDS


def units_of(row: Row) -> list[str]:
    """Return the units that a notice is to."""
    return [each for each in apart(str(row["unit"])) if each]


LIST: Final = Listing(
    name="notices",
    key=("id",),
    columns=(
        Column(key="id", kind="number", width=8, leads="notice"),
        Column(key="state", kind="code", family="state", width=10),
        Column(key="kind", kind="code", family="kind"),
        Column(key="level", kind="code", width=7),
        Column(key="unit", kind="names", of=units_of, width=24, most=2, leads="unit"),
        Column(key="to", kind="names", width=30, most=1, seen_as="address"),
        Column(key="created_at", head="written", kind="instant", width=16),
        Column(key="sent_at", head="sent", kind="instant", width=16),
        Column(key="subject", width=40),
    ),
)


ABOUT: Final = Listing(
    name="about",
    key=("unit", "task", "deadline", "rung"),
    columns=(
        Column(key="unit", kind="reference", of=lambda row: row["of"] or row["unit"], width=18, leads="unit"),
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="deadline", kind="code", family="deadline"),
        Column(key="due_on", head="due", kind="day"),
        Column(key="rung", width=18),
        Column(key="level", kind="code", width=7),
        Column(key="outcome", kind="code", family="outcome"),
    ),
)
DELIVERIES: Final = Listing(
    name="deliveries",
    key=("id",),
    columns=(
        Column(key="id", kind="number", width=8),
        Column(key="to", width=30),
        Column(key="channel", width=10),
        Column(key="state", kind="code", family="state", width=10),
        Column(key="attempts", kind="number", width=8),
        Column(key="next_at", head="next", kind="instant", width=16),
        Column(key="error", width=30),
    ),
)
PARTS: Final[Mapping[str, Listing]] = {"items": ABOUT, "deliveries": DELIVERIES}
"""The lists below a notice, by what holds their rows."""


def listed(case: CampaignSession, *, state: str = "", unit: str = "", kind: str = "") -> list[Row]:
    """Return the notices that who reads may see, in the order in which they were written."""
    equals = {"state": state, "kind": kind}
    found = case.work.find(
        Notice, campaign=case.id, order="id", **{name: value for name, value in equals.items() if value}
    )
    found = [notice for notice in found if not unit or unit in apart(notice.unit)]
    if unit:
        require(case, "notice", unit)
    found = [notice for notice in found if sees_notice(case, notice)]
    items = _items(case, found)
    return [row(case, notice, items.get(notice.id, [])) for notice in found]


def kind_named(case: CampaignSession, word: str) -> str:
    """Return a kind of notice that this campaign may write; UnknownName with what is near."""
    rungs = (rung.notice for ladder in case.plan.workflow.ladders.values() for rung in ladder.rungs)
    known = dict.fromkeys([*KINDS, *rungs, *(task.draft for task in case.plan.workflow.tasks if task.draft)])
    if word not in known:
        raise UnknownName("notice_kind", word, list(known))
    return word


def row(case: CampaignSession, notice: Notice, items: Sequence[Row]) -> Row:
    """Return a notice as one line of a list."""
    zone = case.plan.zone
    return {
        "id": short(notice.id),
        "kind": notice.kind,
        "level": notice.level,
        "campaign": case.head.key,
        "unit": notice.unit,
        "to": addresses(case, json.loads(notice.to)),
        "channel": notice.channel,
        "state": notice.state,
        "created_at": local(notice.created_at, zone),
        "sent_at": local(notice.sent_at, zone),
        "items": [item for item in items if _is_told(case, notice, item)],
        "subject": notice.subject,
        "number": notice.number,
        "day": day(notice.day),
        "corrects": short(notice.corrects) if notice.corrects else None,
        "reason": notice.reason,
    }


def shown(case: CampaignSession, word: str) -> Row:
    """Return one notice with its text as sent, its deliveries, and the corrections that name it."""
    notice = notice_of(case, word)
    require(case, of_notice(notice), *apart(notice.unit))
    content = content_from(blob(case.work, notice.content))
    return {
        **row(case, notice, _items(case, [notice]).get(notice.id, [])),
        "body": content.body,
        "short": content.short,
        "content": notice.content,
        "deliveries": [*_deliveries(case, notice)],
        "corrected_by": _corrected_by(case, notice),
    }


def _is_told(case: CampaignSession, notice: Notice, item: Row) -> bool:
    """Tell whether who reads may see what a notice is about: of one to several units each its own part."""
    return not own(case) or len(apart(notice.unit)) == 1 or sees(case, "notice", item["unit"])


def _deliveries(case: CampaignSession, notice: Notice) -> Iterator[Row]:
    if sees(case, "outbox"):
        found = case.work.find(Outgoing, notice=notice.id, order="id")
        yield from (without_addresses(case.reader, _delivery(case, each)) for each in found)


def _delivery(case: CampaignSession, outgoing: Outgoing) -> Row:
    return {
        "id": short(outgoing.id),
        "to": outgoing.recipient,
        "channel": outgoing.channel,
        "state": outgoing.state,
        "attempts": outgoing.attempts,
        "next_at": local(outgoing.next_at, case.plan.zone) if outgoing.state == "queued" else None,
        "error": outgoing.error,
    }


def _corrected_by(case: CampaignSession, notice: Notice) -> list[int]:
    """Return the notices that correct this one: by their own link, or by what their items name."""
    linked = {found.id for found in case.work.find(Notice, campaign=case.id, corrects=notice.id)}
    items = case.work.find(Item, campaign=case.id, kind=correction.KIND.name)
    named = {item.notice for item in items if item.notice and correction.KIND.corrects(item) == notice.id}
    return sorted(short(found) for found in linked | named)


# --- items: from a notice to what it is about, and back (SEMANTICS N1) ---


def _items(case: CampaignSession, notices: Iterable[Notice]) -> Mapping[int, list[Row]]:
    items = case.work.among(Item, "notice", [notice.id for notice in notices], order="id")
    for kind, ids in (
        (Assignment, {item.assignment for item in items}),
        (Deadline, {item.deadline for item in items}),
        (Occurrence, {item.occurrence for item in items}),
    ):
        case.work.among(kind, "id", sorted(ids - {0}))
    found: dict[int, list[Row]] = defaultdict(list)
    for item in items:
        found[item.notice].append(_item(case, item))
    return found


def _item(case: CampaignSession, item: Item) -> Row:
    assignment = case.work.get(Assignment, item.assignment) if item.assignment else None
    deadline = case.work.get(Deadline, item.deadline) if item.deadline else None
    occurrence = case.work.get(Occurrence, item.occurrence) if item.occurrence else None
    task = case.plan.tasks[assignment.task] if assignment else None
    return {
        "id": short(item.id),
        "unit": item.unit,
        "task": task.id if task else "",
        "title": task.title if task else "",
        "assignment": short(item.assignment) if item.assignment else None,
        "of": assignment.unit if assignment else "",
        "deadline": deadline.kind if deadline else "",
        "due_on": day(deadline.due_on) if deadline else None,
        **_occurrence(case, occurrence),
    }


def _occurrence(case: CampaignSession, occurrence: Occurrence | None) -> Row:
    if occurrence is None:
        return {"occurrence": None, "rung": "", "level": None, "scheduled_at": None, "outcome": ""}
    return {
        "occurrence": short(occurrence.id),
        "rung": occurrence.rung,
        "level": occurrence.level,
        "scheduled_at": local(occurrence.scheduled_at, case.plan.zone),
        "outcome": occurrence.outcome,
    }
