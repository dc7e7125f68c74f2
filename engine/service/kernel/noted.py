"""A unit of work that notes what an act adds, and how what it changes stood before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from engine.history import canonical, digest
from engine.model import Armed, Campaign, Item
from engine.model.plain import plain
from engine.records import is_record, replace
from engine.service.kernel.journal import Entry
from engine.store.codec import EPOCH, mapping
from engine.store.work import Work

DIGEST: Final = 32
"""So many digits of a digest tell one thing from another; who gives it back is not an enemy."""


class Noted(Work):
    """Shares all of a unit of work, and notes what is added to it and changed in it."""

    def __init__(self, work: Work) -> None:
        self.__dict__.update(vars(work))
        self.added: list[object] = []
        self._before: dict[tuple[type, Any], object] = {}

    def begin(self) -> None:
        """Forget what was noted: another act begins."""
        self.added.clear()
        self._before.clear()

    def add(self, record: object) -> None:
        """Keep a new record, and note it."""
        self.added.append(record)
        super().add(record)

    def put(self, record: object) -> None:
        """Keep a changed record, and note how it stood where that is known."""
        kind, key = type(record), mapping(type(record)).key_of(record)
        before = self._drawers[kind].known.get(key)
        if before is not None and before not in self.added:
            self._before.setdefault((kind, key), before)
        super().put(record)

    @property
    def items(self) -> Iterator[Item]:
        """What the act puts in line to be told."""
        return (each for each in self.added if isinstance(each, Item))

    @property
    def before(self) -> list[str]:
        """How the rows that the act changes stood, without what every act of anybody changes."""
        found = (_lasting(each) for (kind, _), each in self._before.items() if kind is not Armed)
        return sorted(map(repr, found))


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
