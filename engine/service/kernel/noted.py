"""A unit of work that notes what an act adds, and how what it changes stood before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from engine.history import canonical, digest
from engine.model import Campaign, Deadline, Item
from engine.model.plain import plain
from engine.records import is_record, replace
from engine.service.kernel.journal import Entry
from engine.store.codec import EPOCH, mapping
from engine.store.work import UnitOfWork

DIGEST: Final = 32
"""So many digits of a digest tell one thing from another; who gives it back is not an enemy."""


class Noted(UnitOfWork):
    """Shares all of a unit of work, and notes what is added to it and changed in it."""

    def __init__(self, work: UnitOfWork) -> None:
        self.__dict__.update(vars(work))
        self._items: list[Item] = []
        self._clocks: list[Deadline] = []
        self._new: set[tuple[type, Any]] = set()
        self._before: dict[tuple[type, Any], object] = {}

    def begin(self) -> None:
        """Forget what was noted: another act begins."""
        self._items.clear()
        self._clocks.clear()
        self._new.clear()
        self._before.clear()

    def add(self, record: object) -> None:
        """Keep a new record, and note it."""
        self._new.add((type(record), mapping(type(record)).key_of(record)))
        if isinstance(record, Item):
            self._items.append(record)
        super().add(record)

    def add_rows(self, kind: type, rows: Sequence[Sequence[Any]]) -> None:
        """Keep new records that are given as rows, and note what is to be told."""
        if kind is Item:
            self._items += map(mapping(Item).decode, rows)
        if kind is Deadline:
            self._clocks += map(mapping(Deadline).decode, rows)
        super().add_rows(kind, rows)

    def put(self, record: object) -> None:
        """Keep a changed record, and note how it stood."""
        self._note(type(record), mapping(type(record)).key_of(record))
        super().put(record)

    def drop(self, kind: type, *key: Any) -> None:
        """Remove a record, and note how it stood."""
        self._note(kind, key if len(key) > 1 else key[0])
        super().drop(kind, *key)

    def _note(self, kind: type, key: Any) -> None:
        before = self._drawers[kind].known.get(key)
        if before is not None and (kind, key) not in self._new:
            self._before.setdefault((kind, key), before)

    @property
    def items(self) -> tuple[Item, ...]:
        """What the act puts in line to be told."""
        return tuple(self._items)

    @property
    def begun(self) -> list[Deadline]:
        """The clocks that the act began, or that run again or to another day, in the order of their numbers."""
        kept = self._drawers[Deadline].known
        touched = sorted(key for kind, key in {*self._new, *self._before} if kind is Deadline)
        found = [*self._clocks, *(kept[key] for key in touched if kept.get(key) is not None)]
        return [each for each in found if each.state == "armed" and not self._ran(each)]

    def _ran(self, deadline: Deadline) -> bool:
        before = self._before.get((Deadline, deadline.id))
        return isinstance(before, Deadline) and (before.state, before.due_on) == ("armed", deadline.due_on)

    @property
    def before(self) -> list[str]:
        """How the rows that the act changes stood, without what every act of anybody changes."""
        return sorted(repr(_lasting(each)) for each in self._before.values())


def _lasting(record: object) -> object:
    if isinstance(record, Campaign):
        return replace(record, seq=0, head="", last_at=EPOCH, counter=0, gate_verdict="")
    return record


def digest_of(entry: Entry, before: list[str]) -> str:
    """Return the digest of a record that is to be written, and of what it is decided on."""
    told = {
        "action": entry.action,
        "actor": [entry.actor, entry.role, entry.on_behalf],
        "outcome": entry.outcome,
        "subject": entry.subject,
        "reason": entry.reason,
        "facts": plain(entry.facts) if is_record(entry.facts) else entry.facts,
        "before": before,
    }
    return digest(canonical(told))[:DIGEST]
