"""A backup that is known to be good, and the same look at any database (SEMANTICS H)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import BadInput, DatabaseProblem
from engine.records import record, replace
from engine.service.audit.soundness import parts
from engine.service.kernel.desk import Desk
from engine.store import backup
from engine.store.database import open_database, revision
from engine.store.files import cleared, unfinished_beside

Forward = Callable[[int, int], None]


@record
class Checked:
    """What was looked at in a database, and every place that does not hold."""

    revision: str
    records: int
    findings: tuple[str, ...]


@record
class BackedUp:
    """A backup that was made and found good."""

    copied: backup.Copied
    checked: Checked


def check(desk: Desk, *, replays: bool = True) -> Checked:
    """Look whether a database is whole: pages, tables, texts, what is armed, journals up to their heads, rows."""
    looked = [*parts(desk, replays=replays)]
    findings = tuple(finding for part in looked for finding in part.findings)
    records = sum(part.records for part in looked)
    return Checked(revision="" if findings else revision(desk.database) or "", records=records, findings=findings)


def back_up(desk: Desk, target: Path, forward: Forward = lambda done, pages: None, **paced: Any) -> BackedUp:
    """Copy the database into a new file beside those who use it, and check the copy before it gets its name."""
    backup.require_sqlite(desk.database, target)
    _require_room(target)
    part = target.with_name(target.name + ".part")
    try:
        cleared(part)
        copied = backup.copy_to(desk.database, part, forward, **paced)
        checked = _checked(desk, part)
        if checked.findings:
            raise DatabaseProblem("unsound", url=str(target), findings=checked.findings)
        backup.settle(part, target)
    finally:
        cleared(part)
    return BackedUp(copied=copied, checked=checked)


def _require_room(target: Path) -> None:
    if target.exists():
        raise BadInput("backup_there", found=target)
    if not target.parent.is_dir():
        raise BadInput("no_folder", found=target.parent)
    for journal in unfinished_beside(target):
        raise BadInput("backup_there", found=journal)


def _checked(desk: Desk, part: Path) -> Checked:
    database = open_database(f"sqlite:///{part}")
    try:
        # What a sound page holds is proved by `db check`; here it would last longer than the copy.
        return check(replace(desk, database=database), replays=False)
    finally:
        database.close()
