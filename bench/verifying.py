"""`audit verify` of a long chain against a hand-written loop that reads the same rows and hashes them.

Run: python -m bench.verifying
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.harness import CACHE, Ratio, compare, run
from engine.clock import SteppedClock
from engine.history import GENESIS, instant, link
from engine.model import Record
from engine.service.audit import verify_chain
from engine.service.desk import Desk, new_head
from engine.service.journal import system_row
from engine.store.database import open_database
from engine.store.migrations import upgrade

RECORDS, FEW = 1_000_000, 50_000
CAMPAIGNS = 10
BEGIN = datetime(2022, 7, 5, tzinfo=UTC)


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratios; RuntimeError where a side finds a chain broken that nobody touched."""
    yield _chain(FEW if small else RECORDS)


# --- the chain alone ---


def _chain(records: int) -> Ratio:
    path = _journals(records)
    desk = Desk(open_database(f"sqlite:///{path}"), SteppedClock(BEGIN))
    return compare(
        f"`audit verify --chain`, {records:,} records",
        "hand-written read-and-hash loop, same rows, same checks",
        lambda: _ours(desk, records),
        lambda: _by_hand(path, records),
        goal=1.2,
        rounds=7,
        mode=f"SQLite {sqlite3.sqlite_version}, {path.stat().st_size / 2**20:.0f} MiB",
    )


def _ours(desk: Desk, records: int) -> None:
    found = verify_chain(desk)
    if not found.holds or found.records != records:
        raise RuntimeError(f"{found.records} records, {found.findings[:3]}")


def _by_hand(path: Path, records: int) -> None:
    read, journal, last = 0, 0, GENESIS
    with closing(sqlite3.connect(path)) as connection:
        heads = dict(connection.execute("SELECT id, head FROM campaign"))
        for row in connection.execute("SELECT journal, seq, data, hash FROM journal ORDER BY journal, seq"):
            if row[0] != journal:
                last = GENESIS
            if sha256(row[2]).hexdigest() != row[3] or f'"prev":"{last}"'.encode() not in row[2]:
                raise RuntimeError(f"record {row[0]}:{row[1]}")
            journal, last = row[0], row[3]
            heads[journal] = heads[journal] if row[3] != heads[journal] else ""
            read += 1
    if any(heads.values()) or read != records:
        raise RuntimeError(f"{read} records, cut: {heads}")


def _journals(records: int) -> Path:
    """Return a database of so many records in the journals of ten campaigns; kept for the next time."""
    path = CACHE / f"journals-{records}.db"
    if not path.exists():
        CACHE.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        database = upgrade(f"sqlite:///{part}")
        with database.write() as work:
            system_row(work)
            for campaign in range(1, CAMPAIGNS + 1):
                for record in _journal(campaign, records // CAMPAIGNS):
                    work.add(record)
                work.forget(Record)
                head = new_head(campaign, f"county-{campaign}", "", "", BEGIN)
                work.add(replace(head, seq=record.seq, head=record.hash, last_at=record.at))
        database.close()
        part.rename(path)
    return path


def _journal(campaign: int, length: int) -> Iterator[Record]:
    last = GENESIS
    for seq in range(1, length + 1):
        record = link(campaign, seq, last, _submitted(campaign, seq))
        last = record.hash
        yield record


def _submitted(campaign: int, seq: int) -> Mapping[str, object]:
    note = {"kind": "note", "name": "", "text": f"第{seq}次报送,印发的文件随文报送"}
    return {
        "action": "submit",
        "actor": "西沱镇",
        "at": instant(BEGIN + timedelta(minutes=seq)),
        "facts": {"assignment": campaign << 32 | seq, "evidence": [note], "on": "2022-07-15"},
        "on_behalf": "",
        "outcome": "done",
        "reason": "",
        "role": "unit",
        "subject": "selfcheck/西沱镇",
        "workflow": "34bb0eb4f830",
    }


if __name__ == "__main__":
    run(measure)
