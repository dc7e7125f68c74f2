"""The outbox: what is on its way to whom, what failed and why, and every attempt that was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.errors import BadInput, UnknownName
from engine.model import Lane, Notice, Outgoing
from engine.model.plain import moment
from engine.service.delivery.lanes import is_paused
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.desk import Desk
from engine.service.kernel.journal import Entry, entry_of
from engine.service.kernel.plain import Row, local, short
from engine.service.kernel.sight import require, require_here, without_addresses
from engine.store.queries import journal
from engine.store.queries import outbox as messages

LIST: Final = Listing(
    name="outbox",
    key=("id",),
    columns=(
        Column(key="id", kind="number", width=8),
        Column(key="notice", kind="number", width=8, leads="notice"),
        Column(key="state", kind="code", family="state", width=10),
        Column(key="to", width=30, seen_as="address"),
        Column(key="channel", width=10),
        Column(key="attempts", kind="number", width=8),
        Column(key="next_at", head="next", kind="instant", width=16),
        Column(key="settled_at", head="settled", kind="instant", width=16),
        Column(key="error", width=30),
        Column(key="subject", width=40),
    ),
)
WAYS: Final = Listing(
    name="channels",
    key=("channel", "recipient"),
    columns=(
        Column(key="channel"),
        Column(key="recipient", width=30),
        Column(key="queued", kind="number", width=8),
        Column(key="failures", kind="number", width=8),
        Column(key="until", kind="instant", width=16),
        Column(key="reason", width=40),
    ),
)


def listed(case: CampaignSession, *, state: str = "", channel: str = "") -> list[Row]:
    """Return messages in the order in which they were queued."""
    require(case, "outbox")
    found = _found(case, state=state, channel=channel)
    ids = {outgoing.notice for outgoing in found}
    subjects = {notice.id: notice.subject for notice in case.work.among(Notice, "id", ids)}
    return [_row(case, outgoing, subjects.get(outgoing.notice, "")) for outgoing in found]


def _found(case: CampaignSession, **equals: str) -> list[Outgoing]:
    asked = {name: value for name, value in equals.items() if value}
    return case.work.find(Outgoing, campaign=case.id, order="id", **asked)


def _row(case: CampaignSession, outgoing: Outgoing, subject: str) -> Row:
    zone = case.plan.zone
    told = {
        "id": short(outgoing.id),
        "notice": short(outgoing.notice),
        "to": outgoing.recipient,
        "channel": outgoing.channel,
        "state": outgoing.state,
        "attempts": outgoing.attempts,
        "next_at": local(outgoing.next_at, zone) if outgoing.state == "queued" else None,
        "settled_at": local(outgoing.settled_at, zone),
        "lease_until": local(outgoing.lease_until, zone),
        "error": outgoing.error,
        "subject": subject,
    }
    return dict(without_addresses(case.reader, told))


# --- one message, with every attempt ---


def shown(case: CampaignSession, word: str) -> Row:
    """Return one message with what became of each attempt, as the history tells it (SEMANTICS Y3)."""
    require(case, "outbox")
    outgoing = _named({short(each.id): each for each in _found(case)}, "message", word)
    notice = case.work.must(Notice, outgoing.notice)
    return {**_row(case, outgoing, notice.subject), "history": list(_attempts(case, short(outgoing.id)))}


def _attempts(case: CampaignSession, message: int) -> Iterator[Row]:
    """Yield what the records tell of a message, which they name by its number within the campaign."""
    records = journal.acts(case.work, case.id, ("deliver", "retry"))
    for entry in map(entry_of, records):
        if entry.action == "retry" and message in entry.facts.get("messages", ()):
            yield _line(case, entry, {"state": "retry", "by": entry.actor})
        for told in entry.facts.get("results", ()):
            if told["message"] == message:
                yield _line(case, entry, told)


def _line(case: CampaignSession, entry: Entry, told: dict[str, Any]) -> Row:
    later = told.get("next_at")
    return {
        "at": local(entry.at, case.plan.zone),
        "attempt": told.get("attempt"),
        "became": told["state"],
        "said": told.get("error") or told.get("said") or told.get("by", ""),
        "next_at": local(moment(later), case.plan.zone) if later else None,
    }


# --- what is to be tried again ---


def to_retry(case: CampaignSession, words: Iterable[str], *, channel: str = "") -> list[Outgoing]:
    """Return the messages that are named, failed or waiting; where none is, all that failed, on a channel or any."""
    named = list(words)
    if not named:
        return _found(case, state="failed", channel=channel)
    open_ones = {short(one.id): one for one in _found(case) if one.state != "sent"}
    return [_named(open_ones, "failed_message", word) for word in named]


def _named(known: dict[int, Outgoing], what: str, word: str) -> Outgoing:
    if not word.isdecimal():
        raise BadInput("no_message_number", found=word)
    number = short(int(word))
    if number not in known:
        raise UnknownName(what, word, [str(each) for each in known])
    return known[number]


# --- the ways out ---


def ways(desk: Desk, zone: ZoneInfo, who: str = "") -> list[Row]:
    """Return each channel with what waits for it, and whatever channel or recipient is left alone (SEMANTICS Y3)."""
    now, reader = desk.now(), require_here(desk, who, "installation")
    with desk.database.read() as work:
        queued = messages.queued_by_channel(work)
        lanes = work.find(Lane, order="channel, recipient")
    known = {lane.channel for lane in lanes if not lane.recipient}
    found = [*lanes, *(Lane(channel=name) for name in sorted(set(queued) - known))]
    return [
        {
            "channel": lane.channel,
            "recipient": without_addresses(reader, lane.recipient),
            "queued": queued.get(lane.channel, 0) if not lane.recipient else None,
            "failures": lane.failures,
            "until": local(lane.until, zone) if is_paused(lane, now) else None,
            "reason": lane.reason,
        }
        for lane in sorted(found, key=lambda each: (each.channel, each.recipient))
        if not lane.recipient or is_paused(lane, now)
    ]
