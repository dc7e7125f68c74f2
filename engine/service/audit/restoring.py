"""A database that was restored: its messages get ids of their own, and it is told what would go out again."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.clock import Clock
from engine.errors import BadInput, DatabaseProblem, no_room, os_word
from engine.model import Campaign, Notice, Outgoing
from engine.model.plain import short
from engine.records import record
from engine.service.audit.backing import check
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.desk import Desk, act, open_case
from engine.service.kernel.installing import Restored, locked_system, system_instant, told_by
from engine.service.kernel.journal import Entry, actor_fields, append_system
from engine.service.kernel.registry import new_desk
from engine.store.backup import settle
from engine.store.database import file_of, open_database
from engine.store.files import cleared, unfinished_beside
from engine.store.queries import armed
from engine.store.work import UnitOfWork


@record
class Again:
    """A message that waits in a restored database; it may have gone out since the copy was made."""

    campaign: str
    notice: int
    subject: str
    recipient: str
    channel: str


@record
class Renewed:
    """What a restore came to: the new id of the installation, and what it would send again or do at once."""

    installation: str
    rehearsal: bool
    campaigns: int
    records: int
    due: int
    again: tuple[Again, ...]


def bring_back(url: str, file: str, clock: Clock, actor: Actor = SYSTEM, *, rehearsal: bool = False) -> Renewed:
    """Make the database of a URL anew from a backup, whole and with an id of its own, or leave nothing there.

    BadInput where something stands there already, or where either file cannot be used.
    """
    source, target = _source(file), _target(url)
    part = target.with_name(target.name + ".part")
    try:
        cleared(part)
        shutil.copyfile(source, part)
        renewed = _renewed(part, file, clock, actor, rehearsal=rehearsal)
        settle(part, target)
    except OSError as error:
        raise _unusable(error, source, target) from error
    finally:
        cleared(part)
    return renewed


def _unusable(error: OSError, source: Path, target: Path) -> BadInput:
    if error.filename == str(source):
        return BadInput("file_unread", why=os_word(error), found=source)
    return BadInput("file_no_room" if no_room(error) else "file_unwritten", why=os_word(error), found=target)


def _source(file: str) -> Path:
    source = Path(file)
    if not source.is_file():
        raise BadInput("no_backup", found=file)
    for journal in unfinished_beside(source):
        raise BadInput("backup_unfinished", found=journal)
    return source


def _target(url: str) -> Path:
    target = file_of(url)
    if target is None:
        raise BadInput("restored_elsewhere", found=url.split("@")[-1])
    for there in (*([target] if target.exists() else []), *unfinished_beside(target)):
        raise BadInput("file_there", found=there)
    return target


def _renewed(part: Path, file: str, clock: Clock, actor: Actor, *, rehearsal: bool) -> Renewed:
    """Look a copy through and renew its ids, before it is to be found under its name."""
    database = open_database(f"sqlite:///{part}")
    try:
        desk = new_desk(database, clock, door=actor.door)
        findings = check(desk).findings
        if findings:
            raise DatabaseProblem("unsound_backup", url=file, findings=findings)
        return renew(desk, actor, rehearsal=rehearsal)
    finally:
        database.close()


def renew(desk: Desk, actor: Actor = SYSTEM, *, rehearsal: bool = False) -> Renewed:
    """Give a restored database an id of its own, recorded in its journal, and say what it would send again.

    With `rehearsal` a copy of a real database becomes a rehearsal, each of its campaigns by a record; a rehearsal
    stays one (SEMANTICS I3).
    """
    with desk.database.write() as work:
        system = locked_system(desk, work, actor)
        becomes = rehearsal or system.rehearsal
        facts = Restored(installation=desk.uid(), rehearsal=becomes)
        at = system_instant(desk, work, system)
        entry = Entry(at=at, action="restore", subject="", facts=facts, **actor_fields(actor))
        append_system(work, entry)
        work.put(told_by(locked_system(desk, work), entry, system.uid))
        if becomes and not system.rehearsal:
            for head in work.find(Campaign, order="id"):
                act(open_case(desk, work, head), actor, "rehearse", {})
        return _told(desk, work, facts)


def _told(desk: Desk, work: UnitOfWork, facts: Restored) -> Renewed:
    heads = {head.id: head for head in work.find(Campaign, order="id")}
    return Renewed(
        installation=facts.installation,
        rehearsal=facts.rehearsal,
        campaigns=len(heads),
        records=sum(head.seq for head in heads.values()),
        due=armed.number_due(work, desk.now()),
        again=tuple(_again(work, heads, one) for one in work.find(Outgoing, state="queued", order="id")),
    )


def _again(work: UnitOfWork, heads: dict[int, Campaign], outgoing: Outgoing) -> Again:
    notice = work.must(Notice, outgoing.notice)
    return Again(
        campaign=heads[outgoing.campaign].key,
        notice=short(notice.id),
        subject=notice.subject,
        recipient=outgoing.recipient,
        channel=outgoing.channel,
    )
