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
from engine.service.kernel.journal import SYSTEM_JOURNAL, entry_from
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
    _last: Record | None = None

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
        if told["rules"] > self.desk.rules:
            raise ValueError(f"it was decided under rules {told['rules']}, this program knows {self.desk.rules}")
        if self.journal == SYSTEM_JOURNAL:
            self._keep_system(record, told)
        else:
            self._act(record, told)

    def _keep_system(self, record: Record, told: Mapping[str, Any]) -> None:
        kind = FACTS.get(told["action"]) if told["outcome"] == "done" else None
        entry = entry_from(record.at, told, made(kind, told["facts"]) if kind else None)
        known = self.held.get(System, SYSTEM_JOURNAL)
        last_at = clock_after(entry.facts, entry.at)
        row = told_by(known, entry, told["campaign"])
        system = replace(row, seq=record.seq, head=record.hash, last_at=last_at)
        (self.held.put if known else self.held.add)(system)
        if isinstance(entry.facts, Created):
            self.campaigns[entry.facts.campaign] = system.campaigns

    def _act(self, record: Record, told: Mapping[str, Any]) -> None:
        case = self._case
        if case is None:
            case = self._case = self._opened(record, told)
        case.move_to(record.at)
        if told["outcome"] == "done":
            self._settle(case, record, told)
        self._last = record

    def finish(self) -> MemoryUnitOfWork:
        """Write down how far the journal has come and return what it led to."""
        if self._case and self._last:
            self._case.recorded(self._last.seq, self._last.hash, self._last.at)
        return self.held

    def _settle(self, case: CampaignSession, record: Record, told: Mapping[str, Any]) -> None:
        facts = self.desk.actions[told["action"]].told(told["facts"], told["rules"], case.id)
        entry = entry_from(record.at, told, facts)
        first, count = entry.ids
        before = case.numbers
        if count:
            case.number_from(first)
        case.rules = entry.rules
        settle(case, entry)
        given = case.numbers + 1 - first if count else case.numbers - before
        if given != count:
            raise ValueError(f"its rows were given {count} numbers, now {given}")

    def _opened(self, record: Record, told: Mapping[str, Any]) -> CampaignSession:
        uid, facts = told["campaign"], told["facts"]
        if self.campaigns.get(uid) != self.journal:
            raise ValueError(f"the installation did not create the campaign {uid}")
        head = new_head(self.journal, uid, facts["key"], facts["workflow"], facts["calendar"], record.at)
        self.held.add(head)
        return case_at(self.desk, self.held, head, record.at)
