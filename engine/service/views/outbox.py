"""The outbox: what is on its way to whom, what failed and why."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import BadInput, UnknownName
from engine.model import Notice, Outgoing
from engine.service.case import Case
from engine.service.views.plain import Row, local, short


def listed(case: Case, *, state: str = "") -> list[Row]:
    """Return messages in the order in which they were queued."""
    equals = {"state": state} if state else {}
    found = case.work.find(Outgoing, campaign=case.id, order="id", **equals)
    ids = {outgoing.notice for outgoing in found}
    subjects = {notice.id: notice.subject for notice in case.work.among(Notice, "id", ids)}
    return [_row(case, outgoing, subjects.get(outgoing.notice, "")) for outgoing in found]


def _row(case: Case, outgoing: Outgoing, subject: str) -> Row:
    zone = case.plan.zone
    return {
        "id": short(outgoing.id),
        "notice": short(outgoing.notice),
        "to": outgoing.recipient,
        "channel": outgoing.channel,
        "state": outgoing.state,
        "attempts": outgoing.attempts,
        "next_at": local(outgoing.next_at, zone) if outgoing.state == "queued" else None,
        "lease_until": local(outgoing.lease_until, zone),
        "error": outgoing.error,
        "subject": subject,
    }


def to_retry(case: Case, words: Iterable[str]) -> list[int]:
    """Return the failed messages that are named, or all where none is."""
    failed = {short(o.id): o.id for o in case.work.find(Outgoing, campaign=case.id, state="failed", order="id")}
    return [_failed(failed, word) for word in words] or list(failed.values())


def _failed(failed: dict[int, int], word: str) -> int:
    if not word.isdigit():
        raise BadInput(what="that is no number of a message", found=word, cure="see `outbox list`")
    number = short(int(word))
    if number not in failed:
        raise UnknownName("failed message", word, [str(each) for each in failed])
    return failed[number]
