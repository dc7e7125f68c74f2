"""What the history leads to by itself: each journal lived again, without looking at the state (SEMANTICS H3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.history import Examined
from engine.model import DocumentNumber, Record, System
from engine.model.plain import made
from engine.records import field, record, replace
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, case_at, new_head, settle
from engine.service.kernel.installing import FACTS, Created, clock_after, told_by
from engine.service.kernel.journal import SYSTEM_JOURNAL, Entry, entry_from
from engine.store.codec import mapping
from engine.store.held import MemoryTable, MemoryUnitOfWork
from engine.store.work import UnitOfWork


@record(kw_only=False)
class Replay:
    """Lives journals again at a desk, that of the installation first; texts come by their hashes.

    Document numbers go on from campaign to campaign; `campaigns` are the numbers that the installation gave them.
    """

    texts: UnitOfWork
    desk: Desk
    numbers: MemoryTable[DocumentNumber] = field(default_factory=lambda: MemoryTable(mapping(DocumentNumber)))
    campaigns: dict[str, int] = field(default_factory=dict)

    def begin(self, journal: int) -> Life:
        """Return an empty campaign, or an installation without one, to be lived by the records of a journal."""
        held = MemoryUnitOfWork(self.texts, journal, [self.numbers], self.campaigns)
        return Life(journal, held, self.desk, self.campaigns)


@record(frozen=False, kw_only=False)
class Life:
    """What the records of one journal have led to so far; `stopped` says where it could not go on, and why."""

    journal: int
    held: MemoryUnitOfWork
    desk: Desk
    campaigns: dict[str, int]
    stopped: tuple[str, str] | None = None
    _case: CampaignSession | None = None

    def go_on(self, examined: Examined) -> None:
        """Do what the next record says, unless an earlier one could not be done."""
        if self.stopped:
            return
        record = examined.record
        # Bytes that somebody changed may break anything, each rule included.
        try:
            self._do(record, examined.facts)
        except Exception as error:
            self.stopped = (f"record {record.journal}:{record.seq}", f"it cannot be replayed: {error!r}")

    def _do(self, record: Record, told: Mapping[str, Any] | None) -> None:
        if told is None:
            raise ValueError("its bytes tell nothing")
        entry = entry_from(record.at, told)
        if entry.rules > self.desk.rules:
            raise ValueError(f"it was decided under rules {entry.rules}, this program knows {self.desk.rules}")
        if self.journal == SYSTEM_JOURNAL:
            self._keep_system(record, entry, told["campaign"])
        else:
            self._act(record, entry, told["campaign"])

    def _keep_system(self, record: Record, entry: Entry, uid: str) -> None:
        kind = FACTS.get(entry.action)
        if kind is not None and entry.outcome == "done":
            entry = replace(entry, facts=made(kind, entry.facts))
        known = self.held.get(System, SYSTEM_JOURNAL)
        last_at = clock_after(entry.facts, entry.at)
        system = replace(told_by(known, entry, uid), seq=record.seq, head=record.hash, last_at=last_at)
        (self.held.put if known else self.held.add)(system)
        if isinstance(entry.facts, Created):
            self.campaigns[entry.facts.campaign] = system.campaigns

    def _act(self, record: Record, entry: Entry, uid: str) -> None:
        case = self._case
        if case is None:
            case = self._case = self._opened(entry, uid)
        case.move_to(entry.at)
        if entry.outcome == "done":
            self._settle(case, entry)
        case.change(seq=record.seq, head=record.hash, last_at=entry.at)

    def _settle(self, case: CampaignSession, entry: Entry) -> None:
        first, count = entry.ids
        before = case.numbers
        if count:
            case.number_from(first)
        case.rules = entry.rules
        settle(case, self.desk.actions[entry.action].read(entry, case.id))
        given = case.numbers + 1 - first if count else case.numbers - before
        if given != count:
            raise ValueError(f"its rows were given {count} numbers, now {given}")

    def _opened(self, entry: Entry, uid: str) -> CampaignSession:
        if self.campaigns.get(uid) != self.journal:
            raise ValueError(f"the installation did not create the campaign {uid}")
        facts = entry.facts
        head = new_head(self.journal, uid, facts["key"], facts["workflow"], facts["calendar"], entry.at)
        self.held.add(head)
        return case_at(self.desk, self.held, head, entry.at)
