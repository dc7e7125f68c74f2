"""Databases of very many open assignments: a few campaigns founded for real, the rest copied from them.

A copied campaign has the rows of the one it comes from under its own number (ids are `campaign << 32 | n`)
and its own journal, linked again record by record, so that `audit verify` holds of it as of any other.
Only the texts of notices are shared with the original, whose witness they show.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench import byhand
from engine.clock import SteppedClock
from engine.history import GENESIS, link, parse
from engine.model import Campaign, Record, System
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import sweep
from engine.service.delivery.relaying import deliver
from engine.service.kernel.installing import Created
from engine.service.kernel.journal import Entry, append_system
from engine.service.kernel.registry import new_desk
from engine.store import schema
from engine.store.database import Database
from engine.store.work import UnitOfWork
from notifications.channels import all_alike

HERE = timezone(timedelta(hours=8))
START = datetime(2022, 7, 5, 9, 0, tzinfo=HERE)
NUMBERED = {
    "assignment": ("id",),
    "deadline": ("id", "assignment"),
    "occurrence": ("id", "deadline"),
    "item": ("id", "occurrence", "assignment", "deadline", "notice"),
    "notice": ("id", "corrects"),
    "outbox": ("id", "notice"),
    "contact": ("id",),
    "phase": (),
}
"""The tables that are copied by their campaign, and their columns that hold numbers of rows."""

AT_ONCE = 50
NOBODY: Mapping[str, int] = MappingProxyType({})


def plan(units: int, tasks: Mapping[str, date], ladder: str, partly: Mapping[str, int] = NOBODY) -> dict[str, str]:
    """Return a plan in which each of `units` units owes each task, and only the first few those `partly` owed."""
    workflow = f"""
phasegate: 1
id: crowd
title: 某县示范县创建工作
version: "1"
place: 某县
document: {{title: 某县创建实施方案, issued_on: 2022-06-20}}
office: 县创建办
leading_group: 县领导小组
mark: 某创建办发
units: units.yaml
ladders:
  到期: {{min_gap: 1wd, rungs: [{ladder}]}}
reminders: daily
defaults: {{issue: letters, receipt: none, review: none, rework: 5wd, ladder: 到期}}
phases:
  - id: build
    title: 全面创建阶段
    window: 2022-07..2023-12
    gate: {{all: [{{kind: approval, approval: 同意转段}}]}}
tasks:
"""
    for number, (name, due) in enumerate(tasks.items(), 1):
        whose = f"前{partly[name]}家" if name in partly else "各单位"
        said = f"id: {name}, title: 报送第{number}项工作落实情况, phase: build, responsible: [{whose}], due: {due}"
        workflow += f"  - {{{said}}}\n"
    return {"workflow.yaml": workflow, "units.yaml": _units(units, partly)}


def _units(units: int, partly: Mapping[str, int]) -> str:
    lines = ["units:", "  - {name: 县领导小组, relation: superior, contacts: {group: group@example.org}}"]
    lines += ["  - {name: 县创建办, code: office, contacts: {liaison: office@example.org}}"]
    for n in range(1, units + 1):
        reached = f"liaison: u{n}@example.org, deputy: d{n}@example.org, head: h{n}@example.org"
        lines += [f"  - {{name: 第{n}单位, code: u{n}, kind: 单位, contacts: {{{reached}}}}}"]
    lines += ["groups:", "  - {name: 各单位, kinds: [单位]}"]
    for few in sorted(set(partly.values())):
        lines += [f"  - {{name: 前{few}家, include: [{', '.join(f'第{n}单位' for n in range(1, few + 1))}]}}"]
    return "\n".join([*lines, ""])


def found(database: Database, key: str, bundle: Mapping[str, str], at: datetime = START) -> int:
    """Found a campaign for real, have its first notices written and sent, and return its number."""
    desk = new_desk(database, SteppedClock(at))
    create_campaign(desk, key, bundle, {"adopted": at.date().isoformat()})
    sweep(desk)
    deliver(desk, lambda name: Silent(), "office@example.org", "bench")
    with database.read() as work:
        return work.find(Campaign, key=key)[0].id


class Silent:
    """A channel that accepts everything and keeps nothing."""

    deliver = staticmethod(lambda envelope: all_alike(envelope, "accepted"))


def copy(database: Database, source: int, times: int) -> None:
    """Copy a campaign `times` times."""
    with database.read() as work:
        head = work.must(Campaign, source)
        told = [record.data for record in work.find(Record, journal=source, order="seq")]
        first = work.must(System, 0).campaigns + 1
    for start in range(first, first + times, AT_ONCE):
        with database.lent() as connection:
            cursor = connection.cursor()
            cursor.execute(database.begin.writing)
            work = UnitOfWork(connection, is_postgres=database.is_postgres)
            for number in range(start, min(start + AT_ONCE, first + times)):
                _copy_rows(cursor, source, number)
                _copy_journal(work, head, told, number)
            work.flush()
            connection.commit()


def _copy_rows(cursor: Any, source: int, number: int) -> None:
    by = (number - source) << 32
    for table, numbered in NUMBERED.items():
        wanted = {c: f'CASE WHEN "{c}" > 0 THEN "{c}" + {by} ELSE 0 END' for c in numbered}
        if table == "notice":
            wanted["digest"] = f"'{number}' || substr(digest, {len(str(source)) + 1})"
        _insert(cursor, table, wanted | {"campaign": str(number)}, f"campaign = {source}")
    _insert(cursor, "armed", {"ref": f"ref + {by}", "campaign": str(number)}, f"campaign = {source}")


def _insert(cursor: Any, table: str, wanted: Mapping[str, str], where: str) -> None:
    columns = [column.name for column in schema.columns(schema.RECORD_OF[table])]
    names = ", ".join(f'"{name}"' for name in columns)
    picked = ", ".join(wanted.get(name, f'"{name}"') for name in columns)
    cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {picked} FROM "{table}" WHERE {where}')


def _copy_journal(work: UnitOfWork, head: Campaign, told: Iterable[bytes], number: int) -> None:
    key, uid, seq, prev = f"{head.key}-{number}", f"{number:016x}", 0, GENESIS
    for data in told:
        facts = parse(data) | {"campaign": uid}
        if facts["action"] == "start":
            facts |= {"subject": key, "facts": facts["facts"] | {"key": key}}
        facts = {name: value for name, value in facts.items() if name not in ("seq", "prev")}
        record = link(number, seq + 1, prev, facts)
        work.add(record)
        seq, prev = record.seq, record.hash
    work.add(replace(head, id=number, uid=uid, key=key, head=prev))
    created = Created(campaign=uid, workflow=head.workflow, calendar=head.calendar)
    append_system(work, Entry(at=head.last_at, actor="", role="office", action="create", subject=key, facts=created))
    work.put(replace(work.must(System, 0), campaigns=number))


# --- kept between runs ---


def kept(name: str, builder: str, build: Callable[[Path], None], *others: Path) -> Path:
    """Return a fresh copy of a database file, built once for what `builder`, this file, the tables and others are."""
    sources = (Path(__file__), Path(str(schema.__file__)), Path(builder), *others)
    mark = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = Path(os.environ.get("PHASEGATE_BENCH", Path(tempfile.gettempdir()) / "phasegate-bench"))
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / f"{name}-{mark}.db"
    if not whole.exists():
        for old in folder.glob(f"{name}-*.db"):
            old.unlink()
        part = whole.with_suffix(".part")
        _cleared(part)
        build(part)
        part.rename(whole)
        _cleared(part)
    return Path(shutil.copy(whole, _cleared(folder / f"{name}.run")))


def _cleared(path: Path) -> Path:
    """Take away a database file with the journal that an earlier one may have left beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    return path


def another_process() -> ProcessPoolExecutor:
    """Return one process more, which begins with nothing of ours in its memory."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def mode(path: Path) -> str:
    """Return how SQLite is run."""
    with closing(byhand.opened(path)) as connection:
        return byhand.mode(connection)
