"""`audit verify`: of a long chain against a hand-written loop, and with replay against an ORM that merely reads.

Run: python -m bench.verifying

The whole proof recomputes the chain, compares derived columns, replays every record and compares every cell; the ORM
reads the same rows, table by table, keeps none and compares nothing. Two histories: Shizhu's demo, lived to its end
record by record, and a county of 100,000 assignments that has just begun, whose few records hold many rows.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

from sqlalchemy.engine import Engine
from sqlmodel import Session, create_engine, select

import engine
from bench import county
from bench.crowd import kept
from bench.harness import Limit, Ratio, compare, run
from engine.clock import SteppedClock
from engine.history import GENESIS, link
from engine.model import Record
from engine.model.plain import instant
from engine.service.audit.audit import verify_all, verify_chain
from engine.service.kernel.desk import Desk, new_head
from engine.service.kernel.journal import new_system
from engine.service.kernel.registry import new_desk
from engine.store import tables as tables
from engine.store.codec import KEPT, OPERATIONS
from engine.store.database import open_database
from engine.store.migrations import upgrade
from engine.store.tables import ROWS

RECORDS, FEW = 1_000_000, 50_000
CAMPAIGNS = 10
ENGINE = tuple(sorted(Path(engine.__path__[0]).rglob("*.py")))
"""A history lived by another engine is lived again."""
BEGIN = datetime(2022, 7, 5, tzinfo=UTC)


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratios; RuntimeError where a side finds a chain broken that nobody touched."""
    yield _chain(FEW if small else RECORDS)
    lived = kept("shizhu", __file__, _shizhu, *ENGINE)
    yield _proof("Shizhu's demo", lived, goal=None, rounds=3 if small else 9, a_record=0.25)
    towns = 20 if small else 1000
    made = kept(f"begun-{towns}", __file__, lambda path: county.new(county.url_of(path), 100, towns), *ENGINE)
    yield _proof(f"a county of {100 * towns:,} assignments just begun", made, goal=0.5, rounds=3)


# --- the chain alone ---


def _chain(records: int) -> Ratio:
    path = kept(f"journals-{records}", __file__, lambda path: _journals(path, records))
    desk = new_desk(open_database(f"sqlite:///{path}"), SteppedClock(BEGIN))
    return compare(
        f"`audit verify --chain`, {records:,} records",
        "hand-written read-and-hash loop, same rows, same checks",
        lambda: _ours(desk, records),
        lambda: _by_hand(path, records),
        goal=1.2,
        rounds=7,
        by_cpu=True,
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


def _journals(path: Path, records: int) -> None:
    """Write so many records in the journals of ten campaigns."""
    database = upgrade(f"sqlite:///{path}")
    with database.write() as work:
        work.add(new_system("0" * 16, "0" * 16, rehearsal=False))
        for campaign in range(1, CAMPAIGNS + 1):
            for record in _journal(campaign, records // CAMPAIGNS):
                work.add(record)
            work.forget(Record)
            head = new_head(campaign, f"{campaign:016x}", f"county-{campaign}", "", "", BEGIN)
            work.add(replace(head, seq=record.seq, head=record.hash, last_at=record.at))
    database.close()


def _journal(campaign: int, length: int) -> Iterator[Record]:
    last = GENESIS
    for seq in range(1, length + 1):
        record = link(campaign, seq, last, {"campaign": f"{campaign:016x}", **_submitted(campaign, seq)})
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


# --- with replay ---


def _proof(whose: str, path: Path, *, goal: float | None, rounds: int, a_record: float = 0) -> Ratio:
    desk = new_desk(open_database(f"sqlite:///{path}"), SteppedClock(BEGIN))
    reader = create_engine(f"sqlite:///{path}")
    found = verify_all(desk)
    if not found.holds or _read_by_orm(reader) < found.records + found.rows:
        raise RuntimeError(f"{found.findings[:3]}; the ORM read {_read_by_orm(reader)} rows")
    return compare(
        f"`audit verify` with derived columns and replay: {whose}, {found.records:,} records, {found.rows:,} rows",
        "SQLModel ORM reading the same rows",
        lambda: verify_all(desk),
        lambda: _read_by_orm(reader),
        goal=goal,
        rounds=rounds,
        by_cpu=True,
        limit=Limit(found.records, a_record, "ms CPU a record") if a_record else None,
        mode=f"SQLite {sqlite3.sqlite_version}",
    )


def _read_by_orm(reader: Engine) -> int:
    read, left_out = 0, {KEPT[kind].table for kind in OPERATIONS}
    with Session(reader) as session:
        for row in ROWS.values():
            if row.__tablename__ not in left_out:
                for _ in session.exec(select(row)):
                    read += 1
    return read


def _shizhu(path: Path) -> None:
    """Live the demo of Shizhu and keep its database."""
    with TemporaryDirectory() as folder:
        command = "from engine.cli.main import run; run()"
        subprocess.run(
            [sys.executable, "-c", command, "demo", "--out", folder, "--force"], check=True, stdout=DEVNULL
        )
        Path(folder, "phasegate.db").rename(path)


if __name__ == "__main__":
    run(measure)
