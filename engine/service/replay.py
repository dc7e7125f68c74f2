"""Journals lived again, each from its records alone, in memory (SEMANTICS H3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.history import Examined, moment
from engine.model import DocumentNumber, Record
from engine.records import field, record, replace
from engine.service.case import Case
from engine.service.desk import new_head, settle
from engine.service.journal import SYSTEM_JOURNAL, Entry, entry_from, system_row
from engine.service.known import Known
from engine.service.plan import Library
from engine.store.codec import mapping
from engine.store.held import Held, Shelf
from engine.store.work import Work


@record(kw_only=False)
class Replay:
    """Lives journals again; texts come by their hashes, document numbers go on from campaign to campaign."""

    texts: Work
    library: Library
    numbers: Shelf[DocumentNumber] = field(default_factory=lambda: Shelf(mapping(DocumentNumber)))

    def begin(self, journal: int) -> Life:
        """Return an empty campaign, or an installation without one, to be lived by the records of a journal."""
        return Life(journal=journal, held=Held(self.texts, journal, [self.numbers]), library=self.library)


@record(frozen=False, kw_only=False)
class Life:
    """What the records of one journal have led to so far; `stopped` says where it could not go on, and why."""

    journal: int
    held: Held
    library: Library
    stopped: tuple[str, str] | None = None
    _case: Case | None = None

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
        if self.journal == SYSTEM_JOURNAL:
            _keep_system(self.held, record, entry)
        else:
            self._act(record, entry)

    def _act(self, record: Record, entry: Entry) -> None:
        case = self._case
        if case is None:
            case = self._case = self._opened(entry)
        case.move_to(entry.at)
        case.change(seq=record.seq, head=record.hash, last_at=entry.at)
        settle(case, entry)

    def _opened(self, entry: Entry) -> Case:
        facts = entry.facts
        if facts["id"] != self.journal:
            raise ValueError(f"it creates the campaign {facts['id']}")
        head = new_head(self.journal, facts["key"], facts["workflow"], facts["calendar"], entry.at)
        self.held.add(head)
        plan = self.library.plan(self.held, head.workflow, head.calendar, head.extra)
        return Case(work=self.held, library=self.library, plan=plan, head=head, at=entry.at, known=Known(self.held))


def _keep_system(held: Held, record: Record, entry: Entry) -> None:
    system = replace(system_row(held), seq=record.seq, head=record.hash, last_at=entry.at)
    if entry.action == "create":
        system = replace(system, campaigns=entry.facts["campaign"])
    if entry.action == "clock":
        since, until = moment(entry.facts["from"]), moment(entry.facts["to"])
        system = replace(system, clock_from=since, clock_to=until)
    held.put(system)
