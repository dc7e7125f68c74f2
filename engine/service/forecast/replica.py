"""The room a forecast runs in: one campaign's rows in a database of its own that lives in memory."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model import Answer, Blob, Campaign, DocumentNumber, Item, Notice, Record, System
from engine.service.kernel.amendments import amendments_from
from engine.service.kernel.desk import Desk, find_campaign
from engine.service.kernel.plan import blob
from engine.service.notices.kinds import correction
from engine.store.codec import KEPT, OPERATIONS
from engine.store.database import Database
from engine.store.migrations import in_memory
from engine.store.queries import campaigns
from engine.store.work import UnitOfWork

NOT_OF_ONE = {Campaign, DocumentNumber, System, Blob}
"""Records that bear no campaign's number."""
NOT_NEEDED = {Record, Answer, *OPERATIONS}
"""What only grows, or only says how work goes on here: nothing of the clock or of an assumed act reads it."""


def replica_of(desk: Desk, key: str) -> Database:
    """Return a database in memory with one campaign as it stands, and those below it; close it when done."""
    replica = in_memory()
    try:
        with desk.database.snapshot() as source, replica.write() as target:
            for record in _of_the_installation(source):
                target.add(record)
            _copy(source, target, find_campaign(source, key))
    except BaseException:
        replica.close()
        raise
    return replica


def _of_the_installation(work: UnitOfWork) -> Iterator[object]:
    yield from work.stream(System)
    yield from work.stream(DocumentNumber)


def _copy(source: UnitOfWork, target: UnitOfWork, head: Campaign) -> None:
    for record in _records(source, head):
        target.add(record)
    for below in source.find(Campaign, parent=head.id, order="id"):
        _copy(source, target, below)


def _records(work: UnitOfWork, head: Campaign) -> Iterator[object]:
    yield head
    for kind in KEPT:
        if kind not in NOT_OF_ONE | NOT_NEEDED:
            yield from campaigns.records_of(work, kind, head.id)
    yield from work.among(Blob, "sha", [*_texts_of(work, head), *_letters_of(work, head)])


def _letters_of(work: UnitOfWork, head: Campaign) -> Iterator[str]:
    """Yield the hashes of the letters that the clock reads: those that wait to go, and those that are put right."""
    waiting = work.find(Item, campaign=head.id, kind=correction.KIND.name, state="waiting")
    corrected = work.among(Notice, "id", {correction.KIND.corrects(item) for item in waiting})
    queued = work.find(Notice, campaign=head.id, state="queued")
    yield from (notice.content for notice in (*queued, *corrected))


def _texts_of(work: UnitOfWork, head: Campaign) -> Iterator[str]:
    """Yield the hashes of what a plan is read from, the earlier versions that it still speaks of among them."""
    yield from (head.workflow, head.calendar)
    if head.extra:
        yield head.extra
        yield from sorted(amendments_from(blob(work, head.extra)).versions)
