"""A made-up county of any size: so many towns, each owing the same tasks, for measuring."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from engine.clock import SteppedClock
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import sweep
from engine.service.kernel.desk import Desk
from engine.service.kernel.plan import Library
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.migrations import upgrade

KEY = "county"
OFFICE = "创建办"
ZONE = timezone(timedelta(hours=8))
BEGIN = datetime(2026, 11, 2, 9, 30, tzinfo=ZONE)
LATER = BEGIN + timedelta(hours=1)
"""When transitions are measured: the notices of the beginning have been written."""
HEAD = f"""
phasegate: 1
id: county
title: 某县创建工作
version: "1"
place: 某县
document: {{title: 某县创建工作方案, issued_on: 2026-10-20}}
office: {OFFICE}
leading_group: 领导小组
mark: 某创建发
ladders:
  催办:
    rungs:
      - {{id: 提前, at: -3wd, level: 0, notice: reminder}}
      - {{id: 催办, at: 1wd, level: 0, notice: overdue}}
      - {{id: 催分管, at: 3wd, level: 1, notice: overdue}}
      - {{id: 督办, at: 10wd, level: 3, notice: supervise}}
  签收:
    rungs:
      - {{id: 请签收, at: 1wd, level: 0, notice: receipt_reminder}}
  审核:
    rungs:
      - {{id: 审核将到期, at: -1wd, level: 0, notice: office_nudge}}
      - {{id: 审核已逾期, at: 1wd, level: 0, notice: office_nudge, every: 3wd, count: 5}}
reminders: daily
defaults:
  {{issue: letters, receipt: 3wd, review: 5wd, rework: 5wd, ladder: 催办, receipt_ladder: 签收, review_ladder: 审核}}
groups:
  - {{name: 各镇, kinds: [镇]}}
phases:
  - id: first
    title: 实施阶段
    window: 2026-11..2027-03
    gate:
      all:
        - {{kind: tasks, tasks: [t0], text: 实施方案全部审核通过}}
units:
  - {{name: 领导小组, relation: superior, contacts: {{group: group@county.example.org}}}}
  - {{name: {OFFICE}, contacts: {{liaison: office@county.example.org}}}}
"""


def town(number: int) -> str:
    """Return the name of a town."""
    return f"镇{number:04d}"


def bundle(tasks: int, towns: int) -> dict[str, str]:
    """Return the files of a workflow in which each of so many towns owes each of so many tasks."""
    units = [
        f"  - {{name: {town(n)}, kind: 镇, contacts: {{liaison: t{n}@county.example.org}}}}" for n in range(towns)
    ]
    owed = [
        f"  - {{id: t{n}, title: 任务{n}, phase: first, responsible: [各镇], due: 2027-01-29}}" for n in range(tasks)
    ]
    return {"workflow.yaml": HEAD + "\n".join([*units, "tasks:", *owed, ""])}


def found(desk: Desk, tasks: int, towns: int) -> None:
    """Start the campaign of a county and have its first notices written."""
    create_campaign(desk, KEY, bundle(tasks, towns), {"adopted": "2026-11-02"})
    sweep(desk)


def new(url: str, tasks: int, towns: int) -> None:
    """Make a database with the campaign of a county in it."""
    database = upgrade(url)
    found(new_desk(database, SteppedClock(BEGIN)), tasks, towns)
    database.close()


def desk_of(url: str, library: Library | None = None) -> Desk:
    """Return a desk an hour after the beginning."""
    return new_desk(open_database(url), SteppedClock(LATER), library or Library())


def url_of(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite:///{path}"


def owed(tasks: int, towns: int) -> list[tuple[str, str]]:
    """Return what is owed: each task with each town."""
    return [(f"t{task}", town(number)) for task in range(tasks) for number in range(towns)]
