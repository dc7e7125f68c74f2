"""The rows of the state made anew from the history, which itself is never touched (SEMANTICS H5)."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import HistoryBroken
from engine.model import System
from engine.records import record
from engine.service.audit.audit import AuditFinding, Proof
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.desk import Desk
from engine.service.kernel.installing import Rebuilt, locked_system, system_instant
from engine.service.kernel.journal import Entry, actor_fields, append_system
from engine.store.queries import campaigns
from engine.store.work import UnitOfWork


@record
class Rebuilding:
    """What a rebuild found: how much was read, and each cell or row that was not what the history says."""

    records: int
    rows: int
    differences: tuple[AuditFinding, ...]


def rebuild(
    desk: Desk, actor: Actor = SYSTEM, *, dry_run: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Rebuilding:
    """Make every row what the history says, and say what differed; with `dry_run` only say it.

    HistoryBroken where the history itself does not hold: what it leads to is then not known, and nothing is changed.
    """
    if dry_run:
        with desk.database.snapshot() as work:
            return _found(Proof(work, desk), progress)
    with desk.database.write() as work:
        system = locked_system(desk, work, actor)
        campaigns.hold_all(work)
        proof = Proof(work, desk)
        found = _found(proof, progress)
        if found.differences:
            for kind, gone, rows in proof.cells.mending():
                work.mend(kind, gone, rows)
            _record(desk, work, actor, system, found)
    return found


def _found(proof: Proof, progress: Callable[[int], None]) -> Rebuilding:
    proof.read(progress)
    broken = [*proof.broken, *proof.stopped]
    if broken:
        raise HistoryBroken(place=broken[0].place, what=broken[0].what, count=len(broken))
    differences = tuple(AuditFinding(*each) for each in proof.cells.differences())
    return Rebuilding(records=proof.records, rows=proof.cells.rows, differences=differences)


def _record(desk: Desk, work: UnitOfWork, actor: Actor, system: System, found: Rebuilding) -> None:
    places = {each.place.partition("]")[0] for each in found.differences}
    at = system_instant(desk, work, system)
    facts = Rebuilt(rows=len(places))
    append_system(work, Entry(at=at, action="rebuild", subject="", facts=facts, **actor_fields(actor)))
