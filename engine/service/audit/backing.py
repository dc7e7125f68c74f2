"""A backup that is known to be good, and the same look at any database (SEMANTICS H)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import BadInput, DatabaseProblem
from engine.records import record, replace
from engine.service.audit.audit import verify_chain
from engine.service.kernel.desk import Desk
from engine.store import backup
from engine.store.database import open_database, revision

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


def check(desk: Desk) -> Checked:
    """Look whether a file is whole, of this revision, and each journal a chain that ends at its head."""
    wrong = backup.integrity(desk.database)
    if wrong:
        return Checked(revision="", records=0, findings=tuple(wrong))
    chain = verify_chain(desk)
    findings = tuple(f"{found.place}: {found.what}" for found in chain.findings)
    return Checked(revision=revision(desk.database) or "", records=chain.records, findings=findings)


def back_up(desk: Desk, target: Path, forward: Forward = lambda done, pages: None, **paced: Any) -> BackedUp:
    """Copy the database into a new file beside those who use it, and check the copy before it gets its name."""
    backup.require_sqlite(desk.database, target)
    _require_room(target)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        copied = backup.copy_to(desk.database, part, forward, **paced)
        checked = _checked(desk, part)
        if checked.findings:
            why = "; ".join(checked.findings[:3])
            raise DatabaseProblem(url=str(target), why=why, cure="run `phasegate audit verify` on the database")
        backup.settle(part, target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return BackedUp(copied=copied, checked=checked)


def _require_room(target: Path) -> None:
    if target.exists():
        raise BadInput(what="a backup is never written over a file", found=str(target), cure="choose another name")
    if not target.parent.is_dir():
        raise BadInput(what="there is no such folder", found=str(target.parent), cure="make it first")


def _checked(desk: Desk, part: Path) -> Checked:
    database = open_database(f"sqlite:///{part}")
    try:
        return check(replace(desk, database=database))
    finally:
        database.close()
