"""What a witness keeps of the history, and what it says later (SEMANTICS H4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import BadInput
from engine.model import Campaign, Record, System
from engine.model.plain import instant
from engine.service.audit.audit import AuditFinding
from engine.service.kernel.desk import Desk
from engine.service.kernel.journal import SYSTEM_JOURNAL
from engine.service.kernel.plain import Row
from engine.store.work import UnitOfWork

SYSTEM = "(system)"
FIELDS: Mapping[str, type] = {"journal": int, "name": str, "seq": int, "hash": str}


def heads(desk: Desk) -> Row:
    """Return the heads of all journals, to be kept elsewhere."""
    with desk.database.read() as work:
        found = [_head(SYSTEM_JOURNAL, SYSTEM, system.seq, system.head) for system in work.find(System)]
        found += [_head(head.id, head.key, head.seq, head.head) for head in work.find(Campaign, order="id")]
    return {"taken_at": instant(desk.now()), "heads": found}


def _head(journal: int, name: str, seq: int, hash_: str) -> Row:
    return {"journal": journal, "name": name, "seq": seq, "hash": hash_}


def against(desk: Desk, kept: object) -> list[AuditFinding]:
    """Return where the journals no longer hold what a witness has kept: a cut tail, another record."""
    known = _checked(kept)
    with desk.database.read() as work:
        return [finding for head in known if head["seq"] for finding in _compared(work, head)]


def _compared(work: UnitOfWork, head: Mapping[str, Any]) -> Iterator[AuditFinding]:
    record = work.get(Record, head["journal"], head["seq"])
    place = f"record {head['journal']}:{head['seq']}"
    if record is None:
        yield AuditFinding(place, f"the witness knows this record of {head['name']}, the journal has it no more")
    elif record.hash != head["hash"]:
        what = f"the witness knows another record of {head['name']}"
        yield AuditFinding(place, f"{what}: {head['hash'][:8]}, not {record.hash[:8]}")


def _checked(kept: object) -> list[Mapping[str, Any]]:
    known = kept.get("heads") if isinstance(kept, dict) else None
    if not isinstance(known, list) or not all(_is_head(head) for head in known):
        raise BadInput("no_heads", found=type(kept).__name__)
    return known


def _is_head(head: object) -> bool:
    if not isinstance(head, dict) or set(head) != set(FIELDS):
        return False
    return all(type(head[name]) is kind for name, kind in FIELDS.items())
